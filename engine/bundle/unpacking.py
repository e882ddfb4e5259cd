"""Unpacking an archive: just the files its manifest lists, none a byte longer than the manifest says.

Rule: an archive is believed in nothing. Its directory is bounded before it is read, the manifest
comes out first, and every other entry must be one the manifest lists, stored or deflated. What
comes out is checked as any folder is.
"""

from __future__ import annotations

import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from xiada.engine.bundle.checking import contents_of, rows_of
from xiada.engine.bundle.layout import MANIFEST, MANIFEST_BYTES, flawed, most_bytes
from xiada.engine.bundle.plain import failed
from xiada.engine.errors import Malformed, StoreError

MOST_FILES = 500_000
"""Of an archive; a larger bundle is a folder."""

_DIRECTORY_BYTES = MOST_FILES * 64
_CHUNK = 1024**2
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    ArithmeticError,
    ValueError,
    RuntimeError,
)
"""What reading a broken archive can raise; `RuntimeError` if it is encrypted."""


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a bundle into an empty folder.

    Args:
        archive: A zip file.
        folder: Where to; private to this process.

    Raises:
        Malformed: It is no zip file.
        Tampered: It holds something else than its manifest lists.
        StoreError: It would take more room than there is, or cannot be read or written.
    """
    try:
        with archive.open("rb") as file:
            _check_directory(archive, file)
            with _believed_in_nothing(archive.name), zipfile.ZipFile(file) as found:
                _take_out(found, folder)
    except OSError as error:
        raise failed(error, archive) from None


@contextmanager
def _believed_in_nothing(name: str) -> Iterator[None]:
    """Turn whatever a broken archive raises into the refusal of it."""
    try:
        yield
    except _BROKEN as error:
        raise flawed("archive", name) from error


def _check_directory(archive: Path, file: BinaryIO) -> None:
    """Refuse what does not end as an archive without a comment does, or has a directory too large to be read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - _LOCATOR.size - _END_64.size))
    tail = file.read()
    end = _END.unpack(tail[-_END.size :]) if len(tail) >= _END.size else (b"",) * 8
    if end[0] != b"PK\x05\x06" or end[-1] != 0:
        raise Malformed(
            "no_bundle", f"{archive} is no bundle", remedy="Give the folder or the .zip file of one.", path=str(archive)
        )
    length = end[5]
    if len(tail) == _END.size + _LOCATOR.size + _END_64.size and tail[_END_64.size :].startswith(b"PK\x06\x07"):
        length = _END_64.unpack(tail[: _END_64.size])[8]
    if length > _DIRECTORY_BYTES:
        raise Malformed(
            "too_many_files",
            f"{archive} has more files than are read from an archive",
            remedy="Unpack it and give the folder.",
            path=str(archive),
        )


def _take_out(archive: zipfile.ZipFile, folder: Path) -> None:
    """Take out the manifest, then what it lists; refuse all else."""
    entries = _entries_of(archive)
    if MANIFEST not in entries:
        raise flawed("missing", MANIFEST)
    if entries[MANIFEST].file_size > MANIFEST_BYTES:
        raise flawed("length", MANIFEST)
    _extract(archive, entries.pop(MANIFEST), folder)
    _check_room(folder)
    size = contents_of(folder).size
    for path in entries:
        most_bytes(path, size)
    for row in rows_of(folder):
        entry = entries.pop(row.path, None)
        if entry is None:
            raise flawed("missing", row.path)
        if entry.file_size != row.size:
            raise flawed("size", row.path)
        _extract(archive, entry, folder)
    if entries:
        raise flawed("extra", min(entries))


def _entries_of(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by name, refusing doubles, links and whatever is not simply a file."""
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if entry.filename != entry.orig_filename or "\\" in entry.filename:
            raise flawed("path", entry.orig_filename)
        if entry.filename in found:
            raise flawed("twice", entry.filename)
        if kind not in (0, stat.S_IFREG) or entry.is_dir():
            raise flawed("plain", entry.filename)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
            raise flawed("archive", entry.filename)
        found[entry.filename] = entry
    return found


def _check_room(folder: Path) -> None:
    """Refuse a bundle that would fill the disk."""
    needed, free = sum(row.size for row in rows_of(folder)), shutil.disk_usage(folder).free
    if needed > free:
        raise StoreError(
            "disk_full",
            f"unpacked it takes {needed:,} bytes, and {folder} has {free:,} left",
            remedy="Make room, or unpack it elsewhere and give the folder.",
            path=str(folder),
        )


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    """Take one file out, never more of it than the archive's directory says, whose size has been judged."""
    path = folder / entry.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file, archive.open(entry) as packed:
        left = entry.file_size
        while left > 0 and (chunk := packed.read(min(left, _CHUNK))):
            file.write(chunk)
            left -= len(chunk)
        if left:
            raise flawed("size", entry.filename)
