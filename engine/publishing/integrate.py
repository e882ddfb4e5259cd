"""Integrating: the stored tree grows by the blocks that were sealed since.

Rule: what was committed is read back under a snapshot, and only its hashes are written, in a
transaction of their own. Done twice, or by two programs at once, it is done once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xiada.engine.log.merkle import root_hash
from xiada.engine.log.tiles import TILE, Tiles
from xiada.engine.ports import Changes, Store, Upkeep
from xiada.engine.publishing.hashing import Rehashed


def integrate(store: Store, rehashed: Rehashed) -> int:
    """Hash the blocks that are not in the stored tree yet, and store what they add to it; return how many there were.

    Args:
        store: Where the log is.
        rehashed: What this process has read back already; filled further.
    """
    with store.reading() as reader:
        first, stop = reader.integrated() // TILE, reader.head().size // TILE
        if first >= stop:
            return 0
        rehashed.read(reader.tiles(), first, stop)
    with store.writing() as writer:
        first = writer.integrated() // TILE  # another program may have been here meanwhile
        roots = rehashed.read(writer.tiles(), first, stop)
        if roots:
            tiles = added(writer.tiles(), first, roots)
            writer.append(Changes(writer.head().size, upkeep=Upkeep(tiles=tiles)))
    return len(roots)


def added(tiles: Tiles, first: int, roots: Sequence[bytes]) -> Mapping[tuple[int, int], bytes]:
    """Return the tiles above the leaves that change when more blocks are hashed, by level and number.

    Args:
        tiles: The tree so far.
        first: How many blocks are in it.
        roots: Hashes of the next ones.
    """
    changed: dict[tuple[int, int], bytes] = {}
    level, place, hashes = 1, first, list(roots)
    while hashes:
        above: list[bytes] = []
        number, inside = divmod(place, TILE)
        row = [*(tiles.tile(level, number, inside) if inside else ()), *hashes]
        for start in range(0, len(row), TILE):
            tile = row[start : start + TILE]
            changed[level, number + start // TILE] = b"".join(tile)
            if len(tile) == TILE:
                above.append(root_hash(tile))
        level, place, hashes = level + 1, number, above
    return changed
