"""Cutting a log into tiles: 256 events, or 256 hashes eight levels of the tree apart.

Rule: hashes are computed from the events, never taken from a store; what is held is one row of
fewer than 256 hashes per level, however long the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xiada.engine.log.merkle import EMPTY, root_hash
from xiada.engine.log.tiles import TILE


class Tile(NamedTuple):
    """A tile of hashes: its level, its number, and up to 256 hashes of 32 bytes."""

    level: int
    number: int
    hashes: Sequence[bytes]


class Tiling:
    """Takes the hashes of events in order and gives tiles as they become full.

    Example:
        >>> tiling = Tiling()
        >>> [(tile.level, len(tile.hashes)) for tile in tiling.take([EMPTY] * 256)]
        [(0, 256)]
        >>> [(tile.level, len(tile.hashes)) for tile in tiling.rest()]
        [(1, 1)]

    Source: c2sp.org/tlog-tiles, Merkle Tree.
    """

    def __init__(self) -> None:
        self._rows: list[list[bytes]] = []
        self._given: list[int] = []

    def take(self, leaves: Sequence[bytes], level: int = 0) -> Iterator[Tile]:
        """Take the next hashes of a level, at most as many as fill its tile; yield the tiles that are full now."""
        if level == len(self._rows):
            self._rows.append([])
            self._given.append(0)
        row = self._rows[level]
        row += leaves
        assert len(row) <= TILE, "no more at once than fill a tile"
        if len(row) == TILE:
            yield Tile(level, self._given[level], row)
            self._rows[level] = []
            self._given[level] += 1
            yield from self.take([root_hash(row)], level + 1)

    def rest(self) -> Iterator[Tile]:
        """Yield the tiles that are not full."""
        for level, row in enumerate(self._rows):
            if row:
                yield Tile(level, self._given[level], row)

    def root(self) -> bytes:
        """Return the root over all that was taken, 32 bytes: each level's edge stands at the end of the next.

        Source: RFC 6962 §2.1.
        """
        edge: list[bytes] = []
        for row in self._rows:
            edge = [root_hash(row + edge)] if row or edge else []
        return edge[0] if edge else EMPTY


def entries_of(bodies: Sequence[bytes]) -> bytes:
    r"""Return events as a tile of entries: each after its length in two bytes.

    Example:
        >>> entries_of([b"{}", b"[]"])
        b'\x00\x02{}\x00\x02[]'

    Source: c2sp.org/tlog-tiles, Log Entries.
    """
    return b"".join([part for body in bodies for part in (len(body).to_bytes(2, "big"), body)])


def bodies_in(entries: bytes, width: int) -> list[bytes] | None:
    r"""Return the events of a tile of entries, None if it does not hold just so many.

    Example:
        >>> bodies_in(b"\x00\x02{}\x00\x02[]", 2), bodies_in(b"\x00\x02{}\x00\x03[]", 2)
        ([b'{}', b'[]'], None)
    """
    found, place, end = [], 0, len(entries)
    while place + 2 <= end:
        begin = place + 2
        place = begin + int.from_bytes(entries[place:begin], "big")
        found.append(entries[begin:place])
    return found if place == end and len(found) == width else None


def hashes_in(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile's bytes."""
    return [tile[place : place + len(EMPTY)] for place in range(0, len(tile), len(EMPTY))]
