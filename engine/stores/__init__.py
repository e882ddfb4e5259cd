"""Where events and projections are kept; rows never leave this package.

Rule: a URL names a store: `memory:`, `sqlite:///relative.db`, `sqlite:////absolute.db`, or a plain path.
"""

from __future__ import annotations

from xiada.engine import limits
from xiada.engine.errors import Malformed, StoreError
from xiada.engine.ports import Store
from xiada.engine.stores.memory import MemoryStore

FIRST_EPOCH = 1


def create_store(url: str, origin: str, *, epoch: int = FIRST_EPOCH) -> Store:
    """Make a new store for a log of that origin, in its first epoch unless it is a copy of a later one.

    Raises:
        Malformed: A URL or an origin that cannot be one.
        StoreError: There is something there already, or it cannot be made.
    """
    name = f"{limits.origin(origin)}/e{epoch}"
    if url == "memory:":
        return MemoryStore(name)
    from xiada.engine.stores import sqlite  # noqa: PLC0415  (memory needs no database)

    return sqlite.create(file_of(url), name)


def open_store(url: str) -> Store:
    """Open a store that is there.

    Raises:
        Malformed: A URL that cannot be one.
        StoreError: It is not there, foreign, newer, damaged or locked; nothing was changed.
    """
    if url == "memory:":
        raise StoreError("nothing_there", "a memory store cannot be opened again", remedy="Create it instead.")
    from xiada.engine.stores import sqlite  # noqa: PLC0415

    return sqlite.open_file(file_of(url))


def file_of(url: str) -> str:
    """Return the file a URL names.

    Raises:
        Malformed: It names none.
    """
    path = url.removeprefix("sqlite:///")
    if not path or "://" in path or "\0" in path or path == ":memory:":
        raise Malformed(
            "bad_url", f"{limits.shown(url)} names no store", remedy="Use a path, sqlite:///file or memory:."
        )
    return path
