"""The default store: one SQLite file, one writer, WAL, every acknowledged command synced to disk.

Rule: `synchronous=FULL` (NORMAL lost acknowledged commits in two of three power cuts), log indices
given out inside the transaction, dues guarded by the tables themselves. The tables are those of
`tables.py`; rows never leave this module. A file that is not ours is recognised by its header
before SQLite touches it.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock

from xiada.engine.errors import StoreError
from xiada.engine.ports import Reader, Rebuilder
from xiada.engine.stores.header import APPLICATION_ID, FORMAT, HEADER_BYTES, check_header
from xiada.engine.stores.sqlite_snapshot import Numbers, Snapshot
from xiada.engine.stores.sqlite_transaction import Transaction
from xiada.engine.stores.turn import Turn

BUSY_S = 5.0


def create(path: str, origin: str) -> SqliteStore:
    """Make a new file, readable and writable by its owner alone, and open it.

    Raises:
        StoreError: Something is there already, or the place cannot be written.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise StoreError(
            "file_exists", f"{path} is there already", remedy="Choose another name, or open it.", path=path
        ) from None
    except OSError as error:
        raise StoreError(
            "cannot_create",
            f"{path} cannot be made ({error.strerror})",
            remedy="Check the folder and its rights.",
            path=path,
        ) from None
    try:
        _lay_out(path, origin)
    except StoreError:
        Path(path).unlink()
        raise
    return SqliteStore(path)


def _lay_out(path: str, origin: str) -> None:
    """Make the tables; WAL only afterwards, so that the header is in the file itself."""
    from xiada.engine.stores.tables import statements  # noqa: PLC0415  (a quarter second, only for new files)

    with _translated(path), _connection(path) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        for statement in statements():
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('origin', ?), ('org', '0')", (origin,))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={FORMAT}")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def open_file(path: str) -> SqliteStore:
    """Open a file that is there.

    Raises:
        StoreError: It is not there, no Xiada file, newer, cut short, or locked; nothing was changed.
    """
    with _DOOR:
        try:
            if not _OPEN[_identity(path)]:
                with Path(path).open("rb") as file:
                    header = file.read(HEADER_BYTES)
                    size = file.seek(0, os.SEEK_END)
                check_header(path, header, size)
        except OSError as error:
            raise StoreError(
                "cannot_open",
                f"{path} cannot be read ({error.strerror})",
                remedy="Check the name, or make it with 'xiada init'.",
                path=path,
            ) from None
        return SqliteStore(path)


_OPEN: Counter[tuple[int, int]] = Counter()
"""How many stores this process has open on each file. Such a file is never opened beside SQLite: closing any descriptor
of it would drop SQLite's locks, and the next program to close the file would clear away what is new."""
_DOOR = RLock()
"""Held while files are opened and closed."""


def _identity(path: str) -> tuple[int, int]:
    """Return what names a file whatever its path."""
    found = Path(path).stat()
    return found.st_dev, found.st_ino


def _connect(path: str) -> sqlite3.Connection:
    """Return a connection that syncs every commit and keeps foreign keys."""
    absolute = os.path.abspath(path)  # noqa: PTH100  (so that SQLite never takes it for one of its own URIs)
    connection = sqlite3.connect(absolute, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _connection(path: str) -> Iterator[sqlite3.Connection]:
    """Hold a connection and close it."""
    connection = _connect(path)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _translated(path: str) -> Iterator[None]:
    """Turn SQLite's errors into ours, each with what to do."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        code, remedy = next((found for word, found in _TRANSLATIONS.items() if word in text), _UNKNOWN)
        raise StoreError(code, f"{path}: {text}", remedy=remedy, path=path) from error


_UNKNOWN = ("store_failed", "Nothing was written; check the disk and try again.")
_TRANSLATIONS = {
    "locked": ("locked", "Another program is writing for long; close it and try again. Nothing was written."),
    "full": ("disk_full", "Make room and try again; nothing was written, nothing is lost."),
    "readonly": ("read_only", "Give the file and its folder write rights."),
    "disk I/O": ("disk_failed", "Check the disk, then try again; nothing was acknowledged."),
    "malformed": ("damaged_file", "Restore it from a copy; keep the damaged file for the audit."),
    "not a database": ("damaged_file", "Restore it from a copy; keep the damaged file for the audit."),
    "no such table": ("damaged_file", "Restore it from a copy; keep the damaged file for the audit."),
    "constraint": ("constraint", "Nothing was written; this is a defect, please report it."),
    "unable to open": ("cannot_open", "Check the folder and its rights."),
}


class SqliteStore:
    """A Xiada file.

    Args:
        path: A file `create` made.

    Raises:
        StoreError: It cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._turn, self._closed = Turn(path), False
        self._file = _identity(path)
        self._idle: list[sqlite3.Connection] = []
        self._numbers = Numbers()
        with _translated(path):
            self._writer = _connect(path)
            try:
                found = self._writer.execute("SELECT value FROM meta WHERE key='origin'").fetchone()
            except sqlite3.Error:
                self._writer.close()
                raise
        if found is None:
            self._writer.close()
            code, remedy = _TRANSLATIONS["malformed"]
            raise StoreError(code, f"{path} does not say which log it holds", remedy=remedy, path=path)
        self._origin = str(found[0])
        with _DOOR:
            _OPEN[self._file] += 1

    @property
    def origin(self) -> str:
        """The log's name."""
        return self._origin

    def scrub(self) -> None:
        """Fold the WAL into the file and empty it, so that nothing of what was erased is left in either.

        Raises:
            StoreError: Somebody is reading an older state, which stands in the WAL.
        """
        self._check_open()
        with self._turn, _translated(self._path):
            [(busy, *_)] = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise StoreError(
                "still_read",
                f"{self._path} still holds what was erased: somebody is reading an older state",
                remedy="Close other programs on the file, then erase it once more.",
                path=self._path,
            )

    def close(self) -> None:
        """Close all connections; SQLite folds the WAL into the file."""
        with _DOOR:
            _OPEN[self._file] -= not self._closed
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._writer.close()
        self._turn.close()

    def _check_open(self) -> None:
        """Refuse to go on after `close`."""
        if self._closed:
            raise StoreError("closed", f"{self._path} has been closed", remedy="Open it again.", path=self._path)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Open a snapshot on a connection of its own."""
        self._check_open()
        with _translated(self._path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = _connect(self._path)
            connection.execute("BEGIN")
            try:
                yield Snapshot(connection)
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[Rebuilder]:
        """Open the one write transaction; other threads and processes wait for their turn."""
        self._check_open()
        with self._turn, _translated(self._path):
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield Transaction(self._writer, self._numbers)
                self._writer.execute("COMMIT")
                self._origin = self._numbers.origin or self._origin
            except BaseException:
                self._numbers = Numbers()
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
