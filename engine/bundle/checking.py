"""Checking a bundle once, file by file, before anybody looks into it.

Rule: what the manifest says is there, nothing else is, and each file is written as its kind is
written. Whether events, hashes and root belong together, and the log keeps its rules, the audit says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import file_digest
from pathlib import Path

from xiada.engine.bundle.layout import (
    CHECKPOINT,
    CHECKPOINTS,
    HASH_BYTES,
    KEYS,
    MANIFEST,
    MANIFEST_BYTES,
    NOTE_BYTES,
    NOTES_BYTES,
    count_of_tiles,
    flawed,
    most_bytes,
)
from xiada.engine.bundle.lines import FORMS, lines_in
from xiada.engine.bundle.manifest import Contents, Row, read_contents, read_rows
from xiada.engine.bundle.plain import files_in, is_taken, opened, whole
from xiada.engine.bundle.tiling import bodies_in
from xiada.engine.log.tiles import TILE, parse_tile_path

SEPARATOR = "---\n"
"""The line between two checkpoints."""

Progress = Callable[[int], None]


def contents_of(folder: Path) -> Contents:
    """Return which log a bundle's manifest says it holds; nothing else is looked at.

    Raises:
        Tampered: There is no manifest, or none of this format.
    """
    with opened(folder, MANIFEST) as file:
        if file.seek(0, 2) > MANIFEST_BYTES:
            raise flawed("length", MANIFEST)
        return read_contents(file)


def rows_of(folder: Path) -> Iterator[Row]:
    """Yield the files a bundle's manifest lists, by path, each with a path and a size that can be.

    Raises:
        Tampered: A path that no bundle of that size has, a size beyond its bound, or tiles that are not listed.
    """
    contents, tiles = contents_of(folder), 0
    with opened(folder, MANIFEST) as file:
        for row in read_rows(file):
            if row.size > most_bytes(row.path, contents.size):
                raise flawed("length", row.path)
            tiles += row.path.startswith("tile/")
            yield row
    if tiles != count_of_tiles(contents.size):
        raise flawed("tiles", MANIFEST)


def check_folder(folder: Path, *, progress: Progress | None = None) -> Contents:
    """Check all files of a bundle and return which log it holds.

    Args:
        folder: The bundle.
        progress: Called with the count of events whose files have been read so far, for a bar.

    Raises:
        Tampered: What docs/bundle.md says a reader refuses.
        StoreError: A file cannot be read.
    """
    contents = contents_of(folder)
    _check_names(folder, contents.size)
    listed = 0
    for row in rows_of(folder):
        _check_file(folder, row)
        listed += 1
        if progress is not None and row.path.startswith("tile/entries/"):
            progress(min(contents.size, _events_to(row.path)))
    if listed + 1 != sum(1 for _ in files_in(folder)):
        _name_the_extra(folder)
    _check_newest(folder)
    return contents


def _events_to(path: str) -> int:
    """Return how many events there are up to the end of a tile of them."""
    _, number, width = parse_tile_path(path)
    return number * TILE + width


def _check_names(folder: Path, size: int) -> None:
    """Refuse names that no bundle has, links and pipes, before any file but the manifest is opened."""
    for path in files_in(folder):
        if path != MANIFEST:
            most_bytes(path, size)


def _name_the_extra(folder: Path) -> None:
    """Refuse the first file that the manifest does not list; the second look is only taken then."""
    listed = {row.path for row in rows_of(folder)} | {MANIFEST}
    raise flawed("extra", min((path for path in files_in(folder) if path not in listed), default=MANIFEST))


def _check_file(folder: Path, row: Row) -> None:
    """Refuse a file that is not the one listed, or not written as its kind is."""
    with opened(folder, row.path) as file:
        if file.seek(0, 2) != row.size:
            raise flawed("size", row.path)
        file.seek(0)
        if file_digest(file, "sha256").hexdigest() != row.digest:
            raise flawed("digest", row.path)
        file.seek(0)
        if row.path in FORMS:
            for _ in lines_in(row.path, file):
                pass
        elif row.path.startswith("tile/"):
            _check_tile(row.path, file.read(row.size))
        else:
            notes_in(row.path, file.read(row.size))


def _check_tile(path: str, tile: bytes) -> None:
    """Refuse a tile that does not hold as many events or hashes as its name says."""
    level, _, width = parse_tile_path(path)
    if level is None and bodies_in(tile, width) is None:
        raise flawed("entries", path)
    if level is not None and len(tile) != width * HASH_BYTES:
        raise flawed("tile", path)


def notes_in(path: str, content: bytes) -> list[str]:
    """Return the notes of `checkpoint` or `checkpoints`, or the lines of `keys`.

    Raises:
        Tampered: One is too long, or no text, or they are set apart otherwise.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise flawed("note", path) from None
    if path == CHECKPOINTS:
        notes = [f"{note}\n" for note in text.removesuffix("\n").split(f"\n{SEPARATOR}")]
    elif path == KEYS:
        notes = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    else:
        notes = [text]
    if not text.endswith("\n") or any(note == "\n" or len(note.encode()) > NOTE_BYTES for note in notes):
        raise flawed("note", path)
    return notes


def read_notes(folder: Path, path: str) -> list[str]:
    """Return the notes of a file of a bundle, nothing if it has no such file.

    Raises:
        Tampered: They are not written as they should be.
    """
    if not is_taken(folder / path):
        return []
    return notes_in(path, whole(folder, path, NOTES_BYTES))


def _check_newest(folder: Path) -> None:
    """Refuse a `checkpoint` that is not the last of `checkpoints`."""
    if read_notes(folder, CHECKPOINT) != read_notes(folder, CHECKPOINTS)[-1:]:
        raise flawed("newest", CHECKPOINT)
