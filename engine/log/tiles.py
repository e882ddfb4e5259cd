"""A log's tree, read through tiles: rows of up to 256 hashes, eight levels of the tree apart.

Rule: `Tiles.tile` is the only way to the tree, so a proof from a database, a folder or a web server is the
same proof; whatever one answer needs, each tile is read once. A tile says only what its owner claims: the
reader checks the number and length of its hashes, and who trusts it compares a root with a checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from xiada.engine.errors import Malformed, Tampered
from xiada.engine.log.merkle import Frontier, root_hash
from xiada.engine.log.strict import is_hash, is_size

TILE = 256
"""Hashes of a whole tile."""

HEIGHT = 8
"""Levels of the tree from one row of tiles to the next."""

_LEVELS = 64
_PATH = re.compile(
    r"tile/(?:entries|(?P<level>0|[1-9][0-9]?))/(?P<groups>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?\Z"
)


class Tiles(Protocol):
    """Where the hashes of a log are read."""

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """Return the first hashes of a tile.

        Args:
            level: Row of tiles; its hashes stand at level 8 * `level` of the tree, leaves at 0.
            number: Place of the tile in its row, from 0.
            width: How many hashes, 1 to 256.

        Returns:
            The hashes of the nodes number * 256 to number * 256 + width - 1 of that level, 32 bytes each.
        """
        ...


class TreeReader:
    """The tree of one size, read through its tiles, each at most once.

    Args:
        tiles: Where they are read.
        size: Leaves of the tree.

    Raises:
        Malformed: The size is not a number from zero on.
    """

    def __init__(self, tiles: Tiles, size: int) -> None:
        if not is_size(size):
            raise Malformed("bad_tree_size", "the size of a tree is a number from zero on", remedy="Correct it.")
        self.size = size
        self._tiles = tiles
        self._read: dict[tuple[int, int], Sequence[bytes]] = {}

    def node(self, level: int, number: int) -> bytes:
        """Return the hash of the perfect subtree over leaves number * 2^level to (number + 1) * 2^level - 1, 32 bytes.

        Raises:
            Malformed: The tree has no such subtree.
            Tampered: A tile is not what it should be.
        """
        if not (is_size(level) and is_size(number) and (number + 1) << level <= self.size):
            raise _outside(self.size, level=level, number=number)
        row, inside = divmod(level, HEIGHT)
        place, start = divmod(number << inside, TILE)
        return root_hash(self._tile(row, place)[start : start + (1 << inside)])

    def span(self, start: int, stop: int) -> bytes:
        """Return the root over leaves `start` to `stop` - 1, a node of the tree or its right edge, 32 bytes."""
        return self.frontier(start, stop).root()

    def frontier(self, start: int, stop: int) -> Frontier:
        """Return the frontier of the leaves `start` to `stop` - 1 alone, where a node as large as they begins."""
        peaks, place, count = [], start, stop - start
        for level in reversed(range(count.bit_length())):
            if count >> level & 1:
                assert place % (1 << level) == 0, "a span begins where a node does"
                peaks.append(self.node(level, place >> level))
                place += 1 << level
        return Frontier(count, peaks)

    def _tile(self, row: int, place: int) -> Sequence[bytes]:
        """Return all the tree has of one tile."""
        if (row, place) not in self._read:
            width = min(TILE, (self.size >> HEIGHT * row) - place * TILE)
            self._read[row, place] = _checked(self._tiles.tile(row, place, width), row, place, width)
        return self._read[row, place]


def _checked(hashes: Sequence[bytes], row: int, place: int, width: int) -> Sequence[bytes]:
    """Return a tile's hashes if they are as many as asked for, and hashes."""
    if len(hashes) != width or not all(map(is_hash, hashes)):
        path = tile_path(row, place, width)
        message = f"{path} does not hold {width} hashes of 32 bytes"
        raise Tampered("bad_tile", message, remedy="Restore it from a backup or fetch it again.", path=path)
    return hashes


def _outside(size: int, **asked: int) -> Malformed:
    """Return the error of asking for what a tree of this size does not have."""
    message = f"a tree of {size} leaves has no " + ", ".join(f"{name} {value}" for name, value in asked.items())
    return Malformed("not_in_tree", message, remedy="Ask within the size of the log.", size=size, **asked)


def node(tiles: Tiles, level: int, number: int, size: int) -> bytes:
    """Return the hash of a perfect subtree of the tree of a size, 32 bytes.

    Args:
        tiles: Where the log is read.
        level: Level of the subtree, 0 for a leaf: it has 2^level leaves.
        number: Its place among those of its level, from 0.
        size: Leaves of the tree.

    Raises:
        Malformed: The tree has no such subtree.
        Tampered: A tile is not what it should be.
    """
    return TreeReader(tiles, size).node(level, number)


def root_at(tiles: Tiles, size: int) -> bytes:
    """Return the root of the tree of a size, 32 bytes.

    Raises:
        Tampered: A tile is not what it should be.

    Source: RFC 6962 §2.1.
    """
    return frontier_at(tiles, size).root()


def frontier_at(tiles: Tiles, size: int) -> Frontier:
    """Return the frontier of the tree of a size, to be grown from there.

    Raises:
        Tampered: A tile is not what it should be.
    """
    return TreeReader(tiles, size).frontier(0, size)


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield (level, number, width) of every tile of a tree of a size, leaves first.

    Example:
        >>> list(tiles_of(256))
        [(0, 0, 256), (1, 0, 1)]
        >>> list(tiles_of(70_000))[-4:]
        [(0, 273, 112), (1, 0, 256), (1, 1, 17), (2, 0, 1)]

    Source: c2sp.org/tlog-tiles, Merkle Tree.
    """
    level, count = 0, size
    while count:
        for number in range(count // TILE):
            yield level, number, TILE
        if count % TILE:
            yield level, count // TILE, count % TILE
        level, count = level + 1, count // TILE


def tile_path(level: int | None, number: int, width: int) -> str:
    """Return the path of a tile in a tiled log.

    Args:
        level: Row of tiles, or None for the entries themselves.
        number: Place in its row, from 0.
        width: How many hashes or entries, 1 to 256.

    Example:
        >>> tile_path(0, 1234067, 256), tile_path(None, 3, 17)
        ('tile/0/x001/x234/067', 'tile/entries/003.p/17')

    Source: c2sp.org/tlog-tiles, Merkle Tree.
    """
    assert 1 <= width <= TILE
    assert number >= 0
    assert level is None or 0 <= level < _LEVELS
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    part = "" if width == TILE else f".p/{width}"
    return f"tile/{'entries' if level is None else level}/{'/'.join(groups)}{part}"


def parse_tile_path(path: str) -> tuple[int | None, int, int]:
    """Return (level, number, width) of a tile's path, level None for entries.

    Raises:
        Malformed: It is not the path of a tile, written the one way there is.

    Example:
        >>> parse_tile_path("tile/entries/x001/234.p/9")
        (None, 1234, 9)

    Source: c2sp.org/tlog-tiles, Merkle Tree.
    """
    found = _PATH.match(path)
    if found is not None:
        level = None if found["level"] is None else int(found["level"])
        number = int(found["groups"].replace("x", "").replace("/", ""))
        width = TILE if found["width"] is None else int(found["width"])
        if (level is None or level < _LEVELS) and width <= TILE and tile_path(level, number, width) == path:
            return level, number, width
    raise Malformed("bad_tile_path", "this is not the path of a tile", remedy="Write it as tile/0/x001/234.p/5.")
