"""The tiles of a log as a store has them: leaves from the events, hashes above them as stored, the rest made up for.

Rule: a tile of level 0 is never stored: 256 events are hashed in a third of a millisecond. What is
stored is handed out as it stands; whoever signs or proves by it checks it against a checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xiada.engine import codec
from xiada.engine.damage import tile_damaged
from xiada.engine.log.merkle import root_hash
from xiada.engine.log.strict import HASH
from xiada.engine.log.tiles import TILE

_LEAVES_KEPT = 4


class KeptTiles:
    """The tree of one snapshot; implements `log.tiles.Tiles`.

    Args:
        bodies: Gives the bodies of so many events from a log index on.
        stored: Gives the hashes stored of a tile by (level, number), together; nothing if it is not stored.
    """

    def __init__(self, bodies: Callable[[int, int], Sequence[bytes]], stored: Callable[[int, int], bytes]) -> None:
        self._bodies, self._stored = bodies, stored
        self._leaves: dict[int, list[bytes]] = {}
        self._above: dict[tuple[int, int], list[bytes]] = {}

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """Return the first `width` hashes of a tile, 32 bytes each.

        Raises:
            Tampered: Events are missing, or what is stored is no tile.
        """
        if level == 0:
            return self._leaf_tile(number, width)
        found = self._above.setdefault((level, number), [])
        if len(found) < width:
            found += split(self._stored(level, number))[len(found) :]
        for place in range(len(found), width):
            found.append(root_hash(self.tile(level - 1, number * TILE + place, TILE)))
        return found[:width]

    def _leaf_tile(self, number: int, width: int) -> list[bytes]:
        """Return hashes of events; those of the latest few blocks stay known."""
        found = self._leaves.get(number, [])
        if len(found) < width:
            found = [codec.leaf(body) for body in self._bodies(number * TILE, width)]
            while len(self._leaves) >= _LEAVES_KEPT:
                del self._leaves[next(iter(self._leaves))]
            self._leaves[number] = found
        return found[:width]


def split(tile: bytes) -> list[bytes]:
    """Return the hashes that stand together in a stored tile.

    Raises:
        Tampered: They are no hashes, or more than a tile holds.
    """
    if not isinstance(tile, bytes) or len(tile) % HASH or len(tile) > TILE * HASH:
        raise tile_damaged("it does not hold whole hashes")
    return [tile[place : place + HASH] for place in range(0, len(tile), HASH)]
