"""Proofs: that an entry stands in a log, and that a later log begins with an earlier one; and the receipt file.

Rule: proving reads tiles, O(log n) of them, each once; checking needs nothing but the proof, sizes and roots.
Each hash has exactly 32 bytes, no element is missing and none is spare. A proof binds no more than its root:
whose root it is says the checkpoint beside it.

Source: RFC 9162 §2.1.3, §2.1.4; c2sp.org/tlog-proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xiada.engine.errors import Malformed, Tampered
from xiada.engine.log.checkpoint import parse_checkpoint
from xiada.engine.log.merkle import EMPTY, node_hash
from xiada.engine.log.note import split_note
from xiada.engine.log.strict import BOUND, base64, bytes_in, hash_in, is_hash, is_size, number_in
from xiada.engine.log.tiles import Tiles, TreeReader

MOST_HASHES = 63
"""The longest proof of inclusion there is."""

MOST_RECEIPT_BYTES = 256 * 1024
"""The longest receipt that is read."""

_HEAD = "c2sp.org/tlog-proof@v1"


def prove_inclusion(tiles: Tiles, index: int, size: int) -> list[bytes]:
    """Return the proof that a leaf stands in the tree of a size: hashes of 32 bytes, from its sibling up.

    Args:
        tiles: Where the log is read.
        index: Place of the leaf, from 0.
        size: Leaves of the tree.

    Raises:
        Malformed: The tree has no such leaf.
        Tampered: A tile is not what it should be.

    Source: RFC 9162 §2.1.3.1.
    """
    if not (is_size(index) and is_size(size) and index < size):
        raise _not_there(f"a log of {size} entries has no entry {index}")
    reader = TreeReader(tiles, size)
    siblings = [*sibling_spans(index, size)]
    return [reader.span(start, stop) for start, stop in reversed(siblings)]


def sibling_spans(index: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges (start, stop) of leaves beside the way from the root down to a leaf: those a proof hashes.

    Args:
        index: Place of the leaf, from 0.
        size: Leaves of the tree, more than the index.

    Example:
        >>> list(sibling_spans(2, 7))
        [(4, 7), (0, 2), (3, 4)]
    """
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            yield middle, stop
            stop = middle
        else:
            yield start, middle
            start = middle


def _split(count: int) -> int:
    """Return the largest power of two below a count of at least two."""
    return 1 << (count - 1).bit_length() - 1


def check_inclusion(proof: Sequence[bytes], *, index: int, size: int, leaf: bytes, root: bytes) -> None:
    """Check that a leaf stands in the tree of a size and root.

    Args:
        proof: Hashes of 32 bytes, from the leaf's sibling up.
        index: Place of the leaf, from 0.
        size: Leaves of the tree.
        leaf: Hash of the leaf, 32 bytes.
        root: Root of the tree, 32 bytes.

    Raises:
        Tampered: The proof does not lead from the leaf at that place to the root.

    Source: RFC 9162 §2.1.3.2.
    """
    if not (is_size(index) and is_size(size) and index < size and all(map(is_hash, (leaf, root, *proof)))):
        raise _not_included(index, size)
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _not_included(index, size)
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _up_to_a_right_child(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last or found != root:
        raise _not_included(index, size)


def _up_to_a_right_child(place: int, last: int) -> tuple[int, int]:
    """Return both places as many levels up as a node at the right edge stands there without a sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def prove_consistency(tiles: Tiles, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of a size begins with that of a smaller one: hashes of 32 bytes.

    Args:
        tiles: Where the log is read.
        old: Leaves of the smaller tree; of none and of all, the proof is empty.
        new: Leaves of the larger tree.

    Raises:
        Malformed: The log would have shrunk.
        Tampered: A tile is not what it should be.

    Source: RFC 9162 §2.1.4.1.
    """
    if not (is_size(old) and is_size(new) and old <= new):
        raise _not_there(f"a log of {new} entries does not extend one of {old}")
    if old == 0:
        return []
    reader = TreeReader(tiles, new)
    parts = [*_parts(old, new)]
    return [reader.span(start, stop) for start, stop in reversed(parts)]


def _parts(old: int, new: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of leaves whose hashes show both trees, from the root down to where the smaller one ends."""
    start, stop = 0, new
    while old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            yield middle, stop
            stop = middle
        else:
            yield start, middle
            start = middle
    if start:
        yield start, stop


def check_consistency(proof: Sequence[bytes], *, old: int, new: int, old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of a size and root begins with that of a smaller size.

    Args:
        proof: Hashes of 32 bytes.
        old: Leaves of the smaller tree. Every tree begins with the empty one, and the proof is empty.
        new: Leaves of the larger tree.
        old_root: Root of the smaller tree, 32 bytes.
        new_root: Root of the larger tree, 32 bytes.

    Raises:
        Tampered: The proof does not lead to both roots.

    Source: RFC 9162 §2.1.4.2.
    """
    sound = is_size(old) and is_size(new) and all(map(is_hash, (old_root, new_root, *proof)))
    if not sound or not _extends(proof, old, new, (old_root, new_root)):
        raise _not_consistent(old, new)


def _extends(proof: Sequence[bytes], old: int, new: int, roots: tuple[bytes, bytes]) -> bool:
    """Tell whether a proof leads to the roots of both trees."""
    if old == 0 and roots[0] != EMPTY:
        return False
    if old == new:
        return not proof and roots[0] == roots[1]
    if old == 0:
        return not proof
    return old < new and bool(proof) and _roots(proof, old, new, roots[0]) == roots


def _roots(proof: Sequence[bytes], old: int, new: int, old_root: bytes) -> tuple[bytes, bytes] | None:
    """Return the roots of both trees that a proof leads to; None if it has too many hashes or too few."""
    first, *others = (old_root, *proof) if old & old - 1 == 0 else proof
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    smaller = larger = first
    for sibling in others:
        if last == 0:
            return None
        if place & 1 or place == last:
            smaller, larger = node_hash(sibling, smaller), node_hash(sibling, larger)
            place, last = _up_to_a_right_child(place, last)
        else:
            larger = node_hash(larger, sibling)
        place, last = place >> 1, last >> 1
    return None if last else (smaller, larger)


@dataclass(frozen=True)
class Receipt:
    """What somebody keeps to show later, to anybody, that an entry stands in a log.

    Args:
        index: Place of the entry, from 0.
        proof: Hashes of 32 bytes, from the entry's sibling up.
        checkpoint: The signed note, as it was read; not yet verified.
        extra: What else the log gave; nothing vouches for it.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None


def format_receipt(index: int, proof: Sequence[bytes], checkpoint_note: str, extra: bytes | None = None) -> str:
    """Return a receipt as the text of a file.

    Args:
        index: Place of the entry, from 0.
        proof: Hashes of 32 bytes, from the entry's sibling up.
        checkpoint_note: The signed checkpoint it leads to.
        extra: Anything that helps its reader; None or empty for nothing.

    Source: c2sp.org/tlog-proof, Format.
    """
    assert 0 <= index < BOUND
    assert len(proof) <= MOST_HASHES
    assert all(map(is_hash, proof))
    lines = [_HEAD, *([f"extra {base64(extra)}"] if extra else []), f"index {index}", *map(base64, proof), ""]
    return "\n".join(lines) + "\n" + checkpoint_note


def parse_receipt(text: bytes | str) -> Receipt:
    """Return the receipt a file holds; neither its proof nor its signatures are checked yet.

    Raises:
        Tampered: It is no receipt, or what stands in it is no checkpoint.

    Source: c2sp.org/tlog-proof, Format.
    """
    head, empty_line, note = _decoded(text).partition("\n\n")
    first, *lines = head.split("\n")
    if first != _HEAD or not empty_line:
        raise _bad_receipt(f"it does not begin with {_HEAD}")
    extra = _extra(lines.pop(0)) if lines and lines[0].startswith("extra ") else None
    index = _index(lines.pop(0) if lines else "")
    parse_checkpoint(split_note(note)[0])
    return Receipt(index, _hashes(lines), note, extra)


def _decoded(text: bytes | str) -> str:
    """Return the characters of a receipt that is short enough."""
    if len(text) > MOST_RECEIPT_BYTES:
        raise _bad_receipt("it is longer than 256 KiB")
    try:
        return text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError as error:
        raise _bad_receipt("it is not UTF-8") from error


def _extra(line: str) -> bytes:
    """Return what a receipt adds."""
    extra = bytes_in(line.removeprefix("extra "))
    if not extra:
        raise _bad_receipt("its extra line is not base64")
    return extra


def _index(line: str) -> int:
    """Return the index of a receipt."""
    index = number_in(line.removeprefix("index ")) if line.startswith("index ") else None
    if index is None:
        raise _bad_receipt("it has no line 'index' with a decimal number without leading zero")
    return index


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Return the proof of a receipt."""
    hashes = tuple(found for found in map(hash_in, lines) if found is not None)
    if len(hashes) != len(lines) or len(hashes) > MOST_HASHES:
        raise _bad_receipt(f"its proof is not lines of base64 of 32 bytes, at most {MOST_HASHES}")
    return hashes


def _not_there(message: str) -> Malformed:
    """Return the error of asking for a proof of what is not so."""
    return Malformed("not_in_tree", message, remedy="Ask within the size of the log.")


def _not_included(index: int, size: int) -> Tampered:
    """Return the error of a proof of inclusion."""
    message = "the proof does not show this entry at this place of this log"
    remedy = "Fetch proof and checkpoint again; if it still fails, keep both as evidence."
    return Tampered("bad_proof", message, remedy=remedy, index=index, size=size)


def _not_consistent(old: int, new: int) -> Tampered:
    """Return the error of a proof of consistency."""
    message = "the proof does not show that the later log begins with the earlier one"
    remedy = "Fetch proof and checkpoints again; if it still fails, keep both as evidence."
    return Tampered("bad_proof", message, remedy=remedy, old=old, new=new)


def _bad_receipt(why: str) -> Tampered:
    """Return the error of what is no receipt."""
    return Tampered("bad_receipt", f"this is not a receipt: {why}", remedy="Fetch it again from the log.")
