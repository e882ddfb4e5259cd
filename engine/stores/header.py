"""A Xiada file's first hundred bytes: what tells ours from others before SQLite touches anything."""

from __future__ import annotations

from pathlib import Path

from xiada.engine.errors import StoreError

APPLICATION_ID = 0x58694144
"""`XiAD` in the file's header."""

FORMAT = 3
"""Version of the tables; a file with another one is refused. Formats 1 and 2 were never released."""

_MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100


def check_header(path: str, header: bytes, size: int) -> None:
    """Refuse a file that is not ours, is newer, or lacks its end, by its first 100 bytes.

    Source: SQLite file format §1.3 (application id at 68, user version at 60, page size at 16,
    pages at 28, valid if the counters at 24 and 92 agree).
    """

    def number(at: int, width: int = 4) -> int:
        return int.from_bytes(header[at : at + width], "big")

    if len(header) < HEADER_BYTES or not header.startswith(_MAGIC) or number(68) != APPLICATION_ID:
        raise StoreError(
            "foreign_file",
            f"{path} is no Xiada file",
            remedy="It was not touched; check the name.",
            path=path,
        )
    if number(60) > FORMAT:
        raise StoreError(
            "newer_file",
            f"{path} was written by a newer Xiada (format {number(60)}, this one knows {FORMAT})",
            remedy="Upgrade Xiada; the file was not touched.",
            path=path,
        )
    if number(60) < FORMAT:
        raise StoreError(
            "older_file",
            f"{path} was written by a Xiada before its first release (format {number(60)}, now {FORMAT})",
            remedy="Open it with that version; the file was not touched.",
            path=path,
        )
    if _has_wal(path):
        return  # a crash in mid-checkpoint leaves the end of the file to the WAL: SQLite puts it back
    page = 65_536 if number(16, 2) == 1 else number(16, 2)
    if number(24) == number(92) and size < page * number(28):
        raise StoreError(
            "truncated_file",
            f"{path} is cut short: {size:,} of {page * number(28):,} bytes",
            remedy="Restore it from a copy; it was not touched.",
            path=path,
        )


def _has_wal(path: str) -> bool:
    """Tell whether a write-ahead log with something in it stands beside the file."""
    wal = Path(f"{path}-wal")
    return wal.exists() and wal.stat().st_size > 0
