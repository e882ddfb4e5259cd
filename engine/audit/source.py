"""What the audit reads: a log and what lies beside it, in a store or in a bundle.

Rule: a source shows one log at one size or later, and never changes below that size. Nothing in it
is believed; whatever a store keeps beside the events is compared with what the bodies say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Source(Protocol):
    """A log, and what lies beside it; every `ports.Reader` is one."""

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) in order."""
        ...

    def blob(self, name: str) -> bytes | None:
        """Return the bytes of a notice, a side list or a lifecycle by name."""
        ...

    def text(self, commitment: str) -> tuple[bytes, bytes] | None:
        """Return (salt, bytes) of an erasable text, None if erased or not handed out."""
        ...


class Opener(Protocol):
    """Opens the same source again, in another process; is picklable."""

    def __call__(self) -> AbstractContextManager[Source]:
        """Open it for the length of a `with`."""
        ...


@dataclass(frozen=True, slots=True)
class StoreOpener:
    """Opens a store by its URL.

    Example:
        >>> StoreOpener("office.db").url
        'office.db'
    """

    url: str

    @contextmanager
    def __call__(self) -> Iterator[Source]:
        """Open the store and a snapshot of it."""
        from xiada.engine.stores import open_store  # noqa: PLC0415  (the audit of a bundle needs no store)

        store = open_store(self.url)
        try:
            with store.reading() as reader:
                yield reader
        finally:
            store.close()


@dataclass(frozen=True, slots=True)
class BundleOpener:
    """Opens a bundle that has been checked already.

    Args:
        folder: `Bundle.path` of the process that has checked it.
    """

    folder: Path

    @contextmanager
    def __call__(self) -> Iterator[Source]:
        """Open the bundle."""
        from xiada.engine.bundle.reading import reopen  # noqa: PLC0415  (the audit of a store needs no bundle)

        with reopen(self.folder) as bundle:
            yield bundle
