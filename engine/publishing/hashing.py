"""Reading committed events back and hashing them again.

Rule: a root that is to be signed follows from the last checkpoint and from bodies read back since,
never from a stored hash that nobody has compared with anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from xiada.engine import codec
from xiada.engine.log.merkle import Frontier, root_hash
from xiada.engine.log.tiles import TILE, Tiles
from xiada.engine.ports import Reader

_AT_ONCE = 4_096


class Rehashed:
    """Hashes of whole blocks that this process has itself read back, by number; a sealed block does not change."""

    def __init__(self) -> None:
        self._roots: dict[int, bytes] = {}

    def read(self, tiles: Tiles, first: int, stop: int) -> list[bytes]:
        """Return the hashes of the blocks from `first` up to and without `stop`, reading back those that are new."""
        for number in range(first, stop):
            if number not in self._roots:
                self._roots[number] = root_hash(tiles.tile(0, number, TILE))
        return [self._roots[number] for number in range(first, stop)]

    def forget_before(self, number: int) -> None:
        """Let go of the blocks below a number: a checkpoint stands for them."""
        self._roots = {own: root for own, root in self._roots.items() if own >= number}


def grown(frontier: Frontier, roots: Iterable[bytes], tail: Iterable[bytes]) -> Frontier:
    """Return the frontier of a log that goes on.

    Args:
        frontier: Of whole blocks.
        roots: Hashes of the next blocks.
        tail: Leaf hashes of the events after them.
    """
    assert frontier.size % TILE == 0, "a block begins where one ends"
    blocks = Frontier(frontier.size // TILE, frontier.peaks)
    for root in roots:
        blocks.add(root)
    whole = Frontier(blocks.size * TILE, blocks.peaks)
    whole.extend(list(tail))
    return whole


def extend(frontier: Frontier, reader: Reader, size: int) -> Frontier:
    """Take the events up to a size into a frontier, from their bodies alone; return it."""
    leaves = (codec.leaf(body) for _, body in reader.events(frontier.size, size))
    while some := list(islice(leaves, _AT_ONCE)):
        frontier.extend(some)
    return frontier
