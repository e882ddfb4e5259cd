"""RFC 6962's definitions word for word: a tree's root, paths and proofs, what they lead to, and its tiles.

Rule: hashlib and recursion, nothing of the engine; slow, and plain enough to be read against the text. What
is asked twice is remembered.
"""

from __future__ import annotations

import hashlib
from collections import Counter


def leaf(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count):
    """The largest power of two below a count of at least two."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


class NaiveTree:
    """The trees over the first n of a list of leaf hashes, for every n."""

    def __init__(self, leaves):
        self.leaves = list(leaves)
        self._known = {}

    def root(self, start, stop):
        """MTH(D[start:stop]), RFC 6962 §2.1."""
        if start == stop:
            return hashlib.sha256(b"").digest()
        if stop - start == 1:
            return self.leaves[start]
        if (start, stop) not in self._known:
            k = split(stop - start)
            self._known[start, stop] = node(self.root(start, start + k), self.root(start + k, stop))
        return self._known[start, stop]

    def path(self, index, size, start=0):
        """PATH(m, D[n]), RFC 6962 §2.1.1."""
        if size == 1:
            return []
        k = split(size)
        if index < k:
            return [*self.path(index, k, start), self.root(start + k, start + size)]
        return [*self.path(index - k, size - k, start + k), self.root(start, start + k)]

    def proof(self, old, new):
        """PROOF(m, D[n]), RFC 6962 §2.1.2."""
        return self._subproof(old, new, 0, complete=True)

    def _subproof(self, old, new, start, *, complete):
        if old == new:
            return [] if complete else [self.root(start, start + old)]
        k = split(new)
        if old <= k:
            return [*self._subproof(old, k, start, complete=complete), self.root(start + k, start + new)]
        return [*self._subproof(old - k, new - k, start + k, complete=False), self.root(start, start + k)]

    def tile(self, level, number, width):
        """The hashes of a tile, c2sp.org/tlog-tiles."""
        leaves = 256**level
        places = range(number * 256, number * 256 + width)
        return [self.root(place * leaves, (place + 1) * leaves) for place in places]


class CountedTiles:
    """A tree's tiles, of which it is counted how often each is read; none that the size does not have."""

    def __init__(self, tree, size):
        self.tree, self.size, self.reads = tree, size, Counter()

    def tile(self, level, number, width):
        assert 1 <= width <= 256
        assert (number * 256 + width) * 256**level <= self.size, "beyond the tree"
        self.reads[level, number] += 1
        return self.tree.tile(level, number, width)


def led_to(path, index, size, hash_):
    """The root a path leads to from a leaf at a place of a tree of a size; None if it has another length."""
    if size == 1:
        return hash_ if not path else None
    if not path:
        return None
    k, (*rest, last) = split(size), path
    below = led_to(rest, index, k, hash_) if index < k else led_to(rest, index - k, size - k, hash_)
    if below is None:
        return None
    return node(below, last) if index < k else node(last, below)


def both_led_to(proof, old, new, old_root, *, complete=True):
    """The roots a proof of consistency leads to; None if it has another length."""
    if old == new:
        if complete:
            return None if proof else (old_root, old_root)
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    k, (*rest, last) = split(new), proof
    if old <= k:
        below = both_led_to(rest, old, k, old_root, complete=complete)
        return None if below is None else (below[0], node(below[1], last))
    below = both_led_to(rest, old - k, new - k, old_root, complete=False)
    return None if below is None else (node(last, below[0]), node(last, below[1]))
