"""The way of one event up to the root of its log: each hash met, which events it stands for, on which side.

Rule: nothing is believed: what the log hands out as proof is checked as anybody would check it, and every
hash on the way is computed here. Whether the event should have happened is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from xiada.engine.hindsight.walking import index_of
from xiada.engine.inclusion import Inclusion, Signed
from xiada.engine.log.merkle import node_hash
from xiada.engine.log.proofs import check_inclusion, sibling_spans

if TYPE_CHECKING:
    from xiada.engine.engine import Engine

Span: TypeAlias = tuple[int, int]
"""Log indices of the first and the last event a hash stands for."""

Side: TypeAlias = Literal["left", "right"]


class Rise(NamedTuple):
    """One level up: what is joined with what, and what comes of it.

    Args:
        sibling: The hash the proof gives, 32 bytes.
        side: On which side of our own it stands.
        covers: The events the sibling stands for.
        parent: SHA-256(0x01 ‖ left ‖ right), 32 bytes.
        span: The events the parent stands for.
    """

    sibling: bytes
    side: Side
    covers: Span
    parent: bytes
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class MerklePath:
    """One event's way up to the root.

    Args:
        index: Log index of the event.
        ref: Its stream: a directive reference, `org/<unit>`, or `log/audit`.
        type: What happened, e.g. `issued`.
        t: When it was recorded, µs since 1970 UTC.
        leaf: SHA-256(0x00 ‖ the event's bytes), 32 bytes.
        size: Events of the log.
        rises: From the leaf up; none in a log of one event.
        root: Root over all of them, 32 bytes.
        checkpoint: The signed checkpoint over just so many events, None if there is none.
    """

    index: int
    ref: str
    type: str
    t: int
    leaf: bytes
    size: int
    rises: tuple[Rise, ...]
    root: bytes
    checkpoint: Signed | None


def merkle_path(engine: Engine, index: int, size: int | None = None) -> MerklePath:
    """Return the way of an event up to the root of its log.

    Args:
        engine: Whose log.
        index: Log index of the event.
        size: Events of the tree; None = of the smallest signed checkpoint over the event, else of the log.

    Raises:
        NotFound: The log has no such event, or not so many.
        Malformed: The event is not in a tree of that size.
        Tampered: The stored hashes do not lead to the root, or the checkpoint is not signed by the log's keys.

    Example:
        >>> from xiada.engine.engine import Engine
        >>> from xiada.engine.org import Org, Unit
        >>> engine = Engine.create("memory:", "xiada.example/office")
        >>> _ = engine.load_org(Org([Unit(name, name, "office", "city", name) for name in ("a", "b", "c")]))
        >>> path = merkle_path(engine, 2)
        >>> path.size, path.type, [(rise.side, rise.covers, rise.span) for rise in path.rises]
        (3, 'unit_added', [('left', (0, 1), (0, 2))])
    """
    return path_of(engine.inclusion(index, size))


def path_of(found: Inclusion) -> MerklePath:
    """Return the way up that a proof stands for, checked once more, hash by hash.

    Raises:
        Tampered: The proof does not lead from the event to the root.
    """
    recorded, size, proof, root = found.recorded, found.size, found.proof, found.root
    index = index_of(recorded)
    check_inclusion(proof, index=index, size=size, leaf=recorded.hash, root=root)
    rises = climbed(index, size, recorded.hash, proof)
    assert not rises or rises[-1].parent == root, "what is checked is what is shown"
    return MerklePath(
        index=index,
        ref=recorded.ref,
        type=recorded.event.type,
        t=recorded.t,
        leaf=recorded.hash,
        size=size,
        rises=rises,
        root=root,
        checkpoint=found.checkpoint,
    )


def climbed(index: int, size: int, leaf: bytes, proof: tuple[bytes, ...]) -> tuple[Rise, ...]:
    """Return the steps from a leaf up to the root of the tree of a size, by a proof that was checked.

    Source: RFC 9162 §2.1.3.
    """
    spans = [*sibling_spans(index, size)][::-1]
    found: list[Rise] = []
    own, covered = leaf, (index, index)
    for sibling, (start, stop) in zip(proof, spans, strict=True):
        left = start < index
        own = node_hash(sibling, own) if left else node_hash(own, sibling)
        covered = (start, covered[1]) if left else (covered[0], stop - 1)
        found.append(Rise(sibling, "left" if left else "right", (start, stop - 1), own, covered))
    return tuple(found)
