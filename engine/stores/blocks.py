"""Blocks: 256 events sealed together, as a file keeps all of a log but its tail.

Rule: a block holds the bodies as a tlog-tiles entry bundle (each preceded by its length in two
bytes) and, apart from them, what is looked up without reading them, as little-endian arrays one
after another. Both are compressed; each can be read without the other.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import zstandard

from xiada.engine.errors import Tampered
from xiada.engine.ports import UNCHANGED, Columns

BLOCK = 256
"""Events per block; the width of a tile."""

LEVEL = 1
"""Of compression: 3 saves three bytes an event and costs a tenth of the speed."""

Event: TypeAlias = tuple[int, int, int, int | None, int, int | None, bytes]
"""(stream, version, t, previous, status, due, body), as the table `event` has them."""

MOST_BYTES = BLOCK * (2 + 65_535)
"""Bytes a block can hold: a bound on what opening one may take."""

_TYPES = "qqqqiB"
_WIDTH = sum(array(kind).itemsize for kind in _TYPES)


def seal(events: Sequence[Event]) -> tuple[bytes, bytes]:
    """Return columns and entries of one block."""
    stream, version, t, previous, status, due, bodies = zip(*events, strict=True)
    columns = (stream, t, _plain(previous), _plain(due), version, status)
    packed = b"".join(_little(array(kind, column)).tobytes() for kind, column in zip(_TYPES, columns, strict=True))
    entries = b"".join([part for body in bodies for part in (len(body).to_bytes(2, "big"), body)])
    compressor = zstandard.ZstdCompressor(level=LEVEL)
    return compressor.compress(packed), compressor.compress(entries)


def columns_of(block: bytes) -> Columns:
    """Return the columns of a block.

    Raises:
        Tampered: They are not what `seal` wrote.
    """
    packed = _opened(block, BLOCK * _WIDTH)
    found, place = [], 0
    for kind in _TYPES:
        column = array(kind)
        width = column.itemsize * BLOCK
        column.frombytes(packed[place : place + width])
        found.append(_little(column))
        place += width
    return Columns(*found)


def bodies_of(block: bytes) -> list[bytes]:
    """Return the bodies of a block.

    Raises:
        Tampered: They are not what `seal` wrote.
    """
    entries = _opened(block)
    found, place = [], 0
    while place < len(entries):
        begin = place + 2
        place = begin + int.from_bytes(entries[place:begin], "big")
        found.append(entries[begin:place])
    if len(found) != BLOCK or place != len(entries):
        raise _damaged()
    return found


def columns_of_rows(rows: Iterable[Event]) -> Columns:
    """Return the columns of events that stand in rows."""
    found = list(zip(*rows, strict=True))
    if not found:
        return Columns((), (), (), (), (), ())
    stream, version, t, previous, status, due, _ = found
    return Columns(stream, t, _plain(previous), _plain(due), version, status)


def _plain(column: Iterable[int | None]) -> list[int]:
    """Return a column with a number for what is not there."""
    return [UNCHANGED if one is None else one for one in column]


def _opened(block: bytes, size: int | None = None) -> bytes:
    """Return what a compressed part of a block holds, of that size if it is known."""
    try:
        if zstandard.frame_content_size(block) > MOST_BYTES:
            raise _damaged()
        opening = zstandard.ZstdDecompressor()
        found = opening.decompress(block, max_output_size=MOST_BYTES, allow_extra_data=False)
    except (zstandard.ZstdError, TypeError):
        raise _damaged() from None
    if size is not None and len(found) != size:
        raise _damaged()
    return found


def _damaged() -> Tampered:
    """Return the error for a block that cannot be read."""
    return Tampered(
        "bad_block",
        "a block of the log cannot be read",
        remedy="Restore the file from a copy; keep this one for the audit.",
    )


def _little(column: array[int]) -> array[int]:
    """Return an array in little-endian order, or back."""
    if sys.byteorder == "big":
        column.byteswap()
    return column
