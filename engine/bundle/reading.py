"""Opening a bundle: a folder as it lies there, or an archive unpacked into a private folder.

Rule: a bundle is checked once, whole, before anything of it is handed out; `reopen` trusts that. From
then on nothing is held in memory: events are read by tile, what lies beside the log by halving files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from xiada.engine import codec
from xiada.engine.bundle.checking import check_folder, contents_of, read_notes
from xiada.engine.bundle.layout import (
    ANSWERS,
    BLOBS,
    CHECKPOINTS,
    ENTRY_BYTES,
    HASH_BYTES,
    KEYS,
    TEXTS,
    flawed,
    width_of,
)
from xiada.engine.bundle.lines import Line, find_line, kept_in, lines_in
from xiada.engine.bundle.manifest import Contents
from xiada.engine.bundle.plain import failed, is_taken, opened, whole
from xiada.engine.bundle.tiling import bodies_in, hashes_in
from xiada.engine.bundle.unpacking import unpack
from xiada.engine.errors import Malformed
from xiada.engine.log.tiles import TILE, tile_path
from xiada.engine.ports import Kept


class Bundle:
    """A bundle that has been checked: a log at one size, and what lies beside it. A context manager.

    Args:
        path: The folder it lies in.
        contents: Which log it holds.
        scratch: The private folder it was unpacked into, cleared away by `close`.
    """

    def __init__(self, path: Path, contents: Contents, scratch: TemporaryDirectory[str] | None = None) -> None:
        self.path = path
        self._contents = contents
        self._scratch = scratch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Clear away what was unpacked."""
        if self._scratch is not None:
            self._scratch.cleanup()

    @property
    def origin(self) -> str:
        """The log's name, with its newest epoch."""
        return self._contents.origin

    @property
    def size(self) -> int:
        """Count of events."""
        return self._contents.size

    @property
    def root(self) -> bytes:
        """RFC 6962 root over them as the manifest says it, 32 bytes."""
        return self._contents.root

    @property
    def has_texts(self) -> bool:
        """Whether erasable texts are handed out."""
        return is_taken(self.path / TEXTS)

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) from `start` up to and without `stop`, in order.

        Raises:
            Tampered: A tile is not as it was when it was checked.
        """
        end = self.size if stop is None else min(stop, self.size)
        for number in range(start // TILE, -(-end // TILE)):
            for index, body in enumerate(self._bodies(number), number * TILE):
                if start <= index < end:
                    yield index, body

    def _bodies(self, number: int) -> list[bytes]:
        """Return the events of one tile."""
        width = width_of(None, number, self.size)
        path = tile_path(None, number, width)
        bodies = bodies_in(whole(self.path, path, width * ENTRY_BYTES), width)
        if bodies is None:
            raise flawed("entries", path)
        return bodies

    def tile(self, level: int, number: int, width: int) -> list[bytes]:
        """Return the first hashes of a stored tile, 32 bytes each; see `log.tiles.Tiles`.

        Raises:
            Malformed: The log has no such tile.
            Tampered: It is not as it was when it was checked.
        """
        stored = width_of(level, number, self.size)
        if not 1 <= width <= stored:
            raise Malformed(
                "not_in_tree",
                f"a tree of {self.size} leaves has no tile {number} of {width} hashes at level {level}",
                remedy="Ask within the size of the log.",
            )
        path = tile_path(level, number, stored)
        hashes = whole(self.path, path, stored * HASH_BYTES)
        if len(hashes) != stored * HASH_BYTES:
            raise flawed("tile", path)
        return hashes_in(hashes[: width * HASH_BYTES])

    def blob(self, name: str) -> bytes | None:
        """Return the bytes of a notice, a side list or a lifecycle by name, None if none is of that name and kind."""
        found = self._found(BLOBS, name)
        if found is None or codec.named(found["kind"], found["body"].encode()) != name:
            return None
        body: bytes = found["body"].encode()
        return body

    def text(self, commitment: str) -> tuple[bytes, bytes] | None:
        """Return (salt, bytes) of an erasable text, None if it was erased or is not handed out."""
        found = self._found(TEXTS, commitment)
        return None if found is None else (bytes.fromhex(found["salt"]), found["text"].encode())

    def _found(self, path: str, key: str) -> Line | None:
        """Return the line of a key in a sorted file."""
        if not is_taken(self.path / path):
            return None
        with opened(self.path, path) as file:
            return find_line(path, file, key)

    def blobs(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield (name, kind, bytes) of all that lies beside the log, by name."""
        for line in self._lines(BLOBS):
            yield line["name"], line["kind"], line["body"].encode()

    def texts(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield (commitment, salt, bytes) of the erasable texts, by commitment."""
        for line in self._lines(TEXTS):
            yield line["commitment"], bytes.fromhex(line["salt"]), line["text"].encode()

    def answers(self) -> Iterator[tuple[str, Kept]]:
        """Yield what idempotency keys stand for, by key."""
        for line in self._lines(ANSWERS):
            yield line["key"], kept_in(line)

    def _lines(self, path: str) -> Iterator[Line]:
        """Yield the lines of a sorted file."""
        if is_taken(self.path / path):
            with opened(self.path, path) as file:
                yield from lines_in(path, file)

    def checkpoints(self) -> list[str]:
        """Return all checkpoints as signed notes, oldest first."""
        return read_notes(self.path, CHECKPOINTS)

    def keys(self) -> list[str]:
        """Return the verifier keys of the log, oldest first."""
        return [line.removesuffix("\n") for line in read_notes(self.path, KEYS)]


def open_bundle(path: Path, *, progress: Callable[[int], None] | None = None) -> Bundle:
    """Open a bundle, having checked every file of it.

    Args:
        path: A folder, or a zip archive of one.
        progress: Called with the count of events whose files have been read so far, for a bar.

    Raises:
        Malformed: There is no bundle.
        Tampered: There is one, but it is not as it was written; see docs/bundle.md.
        StoreError: It cannot be read, or there is no room to unpack it.
    """
    path = Path(path)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        raise failed(error, path) from None
    if is_folder:
        return Bundle(path, check_folder(path, progress=progress))
    if not is_file:
        raise Malformed(
            "no_bundle", f"{path} is no bundle", remedy="Give the folder or the .zip file of one.", path=str(path)
        )
    scratch = TemporaryDirectory(prefix="xiada-bundle-")
    try:
        folder = Path(scratch.name)
        unpack(path, folder)
        return Bundle(folder, check_folder(folder, progress=progress), scratch)
    except BaseException:
        scratch.cleanup()
        raise


def reopen(folder: Path) -> Bundle:
    """Open a bundle that this program has checked already, `Bundle.path` of another process, checking nothing again.

    Raises:
        Tampered: There is no manifest any more.
    """
    return Bundle(Path(folder), contents_of(Path(folder)))
