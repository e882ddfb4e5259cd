"""Writing a bundle: a log and all that lies beside it, as files.

Rule: a stream from one snapshot into files, the manifest last; hashes are computed from the events
as they pass. Everything is written under a passing name and takes its own when it is whole. The
same log gives the same bytes.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import IO, Protocol, Self

from xiada.engine import codec
from xiada.engine.bundle import layout, lines
from xiada.engine.bundle.checking import SEPARATOR
from xiada.engine.bundle.manifest import Contents, Row, format_manifest
from xiada.engine.bundle.plain import failed, is_taken, put_in_place, taken
from xiada.engine.bundle.tiling import Tile, Tiling, entries_of
from xiada.engine.log.tiles import TILE, tile_path
from xiada.engine.ports import Reader
from xiada.engine.publishing.keyring import keys_of

ARCHIVE = ".zip"
"""What a target's name ends in if it is to be an archive."""

_AT_THE_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The earliest time an archive can tell."""


class _Files(Protocol):
    """Where files go."""

    def new(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """Begin a file."""
        ...


class _Folder:
    """Files in a folder."""

    def __init__(self, place: Path) -> None:
        self._place = place
        place.mkdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Leave it as it is."""

    def new(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """Begin a file."""
        file = self._place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.open("xb")


class _Archive:
    """Files in a zip archive, all as of the same time; hashes are stored, for they do not compress."""

    def __init__(self, place: Path) -> None:
        self._zip = zipfile.ZipFile(place, "x")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def new(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """Begin a file."""
        entry = zipfile.ZipInfo(path, _AT_THE_BEGINNING)
        entry.create_system = 3
        entry.external_attr = (stat.S_IFREG | 0o644) << 16
        is_hashes = path.startswith("tile/") and not path.startswith("tile/entries/")
        entry.compress_type = zipfile.ZIP_STORED if is_hashes else zipfile.ZIP_DEFLATED
        return self._zip.open(entry, "w", force_zip64=path in lines.FORMS)


class _Packing:
    """Writes the files of one bundle and notes what its manifest lists.

    Args:
        files: Where they go.
    """

    def __init__(self, files: _Files) -> None:
        self._files = files
        self.rows: list[Row] = []

    def put(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write a file; none if it would be empty."""
        found = iter(chunks)
        first = next(found, b"")
        if not first:
            return
        digest, size = sha256(), 0
        with self._files.new(path) as file:
            for chunk in chain([first], found):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.rows.append(Row(path, size, digest.hexdigest()))

    def put_tiles(self, tiles: Iterable[Tile]) -> None:
        """Write tiles of hashes."""
        for level, number, hashes in tiles:
            self.put(tile_path(level, number, len(hashes)), [b"".join(hashes)])


def write_bundle(
    reader: Reader,
    target: Path,
    *,
    texts: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Contents:
    """Write a log and all that lies beside it to a new folder, or to a new archive if the name ends in `.zip`.

    Args:
        reader: A snapshot of a store.
        target: What to make; nothing may have that name.
        texts: Whether erasable texts are handed out as well.
        progress: Called with the count of events written so far, for a bar.

    Returns:
        What the manifest says the bundle holds.

    Raises:
        StoreError: Something is there already, or it cannot be written; nothing is left behind.
        Tampered: What lies beside the log is not what was written.
    """
    target = Path(target)
    if is_taken(target):
        raise taken(target)
    try:
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
            place = Path(scratch) / "bundle"
            with (_Archive if target.suffix == ARCHIVE else _Folder)(place) as files:
                contents = _pack(reader, files, texts=texts, progress=progress)
            put_in_place(place, target)
    except OSError as error:
        raise failed(error, target, writing=True) from None
    return contents


def _pack(reader: Reader, files: _Files, *, texts: bool, progress: Callable[[int], None] | None) -> Contents:
    """Write all files."""
    packing, tiling = _Packing(files), Tiling()
    size = _pack_events(reader, packing, tiling, progress)
    packing.put(layout.BLOBS, (lines.blob_line(*row) for row in reader.kept_blobs()))
    packing.put(layout.ANSWERS, (lines.answer_line(*row) for row in reader.kept_answers()))
    if texts:
        packing.put(layout.TEXTS, (lines.text_line(*row) for row in reader.kept_texts()))
    _pack_notes(reader, packing)
    contents = Contents(reader.origin, size, tiling.root())
    packing.put(layout.MANIFEST, format_manifest(contents, packing.rows))
    return contents


def _pack_events(reader: Reader, packing: _Packing, tiling: Tiling, progress: Callable[[int], None] | None) -> int:
    """Write the events and the tree over them; return how many events there are."""
    size, bodies = 0, (body for _, body in reader.events())
    while some := list(islice(bodies, TILE)):
        packing.put(tile_path(None, size // TILE, len(some)), [entries_of(some)])
        packing.put_tiles(tiling.take([codec.leaf(body) for body in some]))
        size += len(some)
        if progress is not None:
            progress(size)
    packing.put_tiles(tiling.rest())
    return size


def _pack_notes(reader: Reader, packing: _Packing) -> None:
    """Write the checkpoints and the keys they were signed with."""
    newest = b""

    def notes() -> Iterator[bytes]:
        nonlocal newest
        for note in reader.checkpoints():
            yield (SEPARATOR.encode() if newest else b"") + note.encode()
            newest = note.encode()

    packing.put(layout.CHECKPOINTS, notes())
    packing.put(layout.CHECKPOINT, [newest])
    packing.put(layout.KEYS, (f"{key}\n".encode() for key in keys_of(reader)))
