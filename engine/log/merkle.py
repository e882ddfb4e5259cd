"""RFC 6962 tree hashes: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right).

Rule: no duplicated odd leaf; a list splits at the largest power of two below its length. A root
alone does not bind the number of leaves, so whoever publishes one publishes the count beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""Root of no leaves."""

WIDE = 256
"""Leaves of a subtree that is hashed in one piece."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node, 32 bytes, from those of its two children."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees of a growing list: all that its next root depends on.

    Holds at most 64 hashes however long the list.

    Args:
        size: Leaves so far.
        peaks: Roots of the perfect subtrees these make up, the largest (leftmost) first, 32 bytes each.

    Example:
        >>> frontier = Frontier()
        >>> frontier.root() == EMPTY
        True

    Source: RFC 6962 §2.1; the compact range of transparency-dev.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        assert len(peaks) == size.bit_count(), "one peak for each power of two in the size"
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Roots of the perfect subtrees, the largest first, 32 bytes each."""
        return tuple(self._peaks)

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash, 32 bytes."""
        self.size += 1
        self._peaks.append(leaf)
        count = self.size
        while count % 2 == 0:
            right = self._peaks.pop()
            self._peaks[-1] = node_hash(self._peaks[-1], right)
            count //= 2

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Append leaf hashes in order; 256 at a time where they make up a whole subtree, which is faster."""
        place = 0
        while place < len(leaves):
            if self.size % WIDE or len(leaves) - place < WIDE:
                self.add(leaves[place])
                place += 1
            else:
                self._raise(root_hash(leaves[place : place + WIDE]))
                place += WIDE

    def _raise(self, subtree: bytes) -> None:
        """Append the root of a whole subtree."""
        self.size += WIDE
        self._peaks.append(subtree)
        count = self.size // WIDE
        while count % 2 == 0:
            right = self._peaks.pop()
            self._peaks[-1] = node_hash(self._peaks[-1], right)
            count //= 2

    def root(self) -> bytes:
        """Return the root over all leaves so far, 32 bytes."""
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_hash(leaves: Iterable[bytes]) -> bytes:
    """Return the Merkle root over leaf hashes, 32 bytes.

    Example:
        >>> root_hash([]).hex()[:16]
        'e3b0c44298fc1c14'

    Source: RFC 6962 §2.1.
    """
    level = list(leaves)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0] if level else EMPTY
