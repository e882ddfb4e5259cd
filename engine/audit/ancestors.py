"""What was due above a directive at some log index: for the rare question that one step does not answer.

Rule: an ancestor is folded again from its own partition, up to the index asked for; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from xiada.engine.audit.families import Families
from xiada.engine.audit.findings import Finding
from xiada.engine.audit.reading import Read
from xiada.engine.audit.sorting import PARENT
from xiada.engine.audit.spill import Item
from xiada.engine.directive import Directive, parent_of

Asked = tuple[Read, str, int]
"""An extension was refused: the event, the directive, and the due asked for (µs UTC)."""

ItemsOf = Callable[[str], Iterable[Item]]
"""Gives the events of the partition in which a directive is a child."""


def check_refusals(asked: Iterable[Asked], items_of: ItemsOf, fresh: Callable[[], Families]) -> Iterator[Finding]:
    """Yield the refusals of extensions by one who was neither superior nor the first ancestor with slack, then.

    Args:
        asked: Refusals that not the superior spoke.
        items_of: Gives a partition's events.
        fresh: Gives families to fold in.
    """
    for one, ref, due in asked:
        above = list(_above(ref, one.index, items_of, fresh))
        slack = next((state for state in above if state.due >= due), above[-1] if above else None)
        yield from fresh().ground.entitled(one, [state.unit for state in (*above[:1], slack) if state is not None])


def _above(ref: str, index: int, items_of: ItemsOf, fresh: Callable[[], Families]) -> Iterator[Directive]:
    """Yield the ancestors of a directive as they stood before an index, nearest first."""
    parent = parent_of(ref)
    while parent is not None:
        families = fresh()
        for at, _, head, body, _ in items_of(parent):
            if at < index and f'"dir":"{parent}"'.encode() in body:
                families.take((at, PARENT, head, body, None))
        if parent in families.states:
            yield families.states[parent]
        parent = parent_of(parent)
