"""What was due above a directive at some log index: for the rare question that one step does not answer.

Rule: an ancestor is folded again from its own partition, up to the index asked for; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from xiada.engine.audit.families import Families
from xiada.engine.audit.findings import Finding
from xiada.engine.audit.reading import Read, finding
from xiada.engine.audit.sorting import PARENT
from xiada.engine.audit.spill import Item
from xiada.engine.directive import Directive, parent_of
from xiada.engine.events import as_read

Asked = tuple[Read, str]
"""An extension was granted or refused: the event, and the directive it had been asked for."""

ItemsOf = Callable[[str], Iterable[Item]]
"""Gives the events of the partition in which a directive is a child."""


def check_answers(asked: Iterable[Asked], items_of: ItemsOf, fresh: Callable[[], Families]) -> Iterator[Finding]:
    """Yield the answers to extensions that nobody had asked for, or that were not given by whom they had climbed to.

    That is the first ancestor with slack for what was asked, else for what was given; refuse may the superior too.

    Args:
        asked: Answers that one step does not explain.
        items_of: Gives a partition's events.
        fresh: Gives families to fold in.
    """
    for one, ref in asked:
        line = list(_upwards(ref, one.index, items_of, fresh))
        granted = one.event["type"] == "extension_granted"
        if not line or line[0].ref != ref or (granted and line[0].extension is None):
            yield finding("i3_no_request", one, "no extension had been asked for", "", ref)
            continue
        own, *above = line
        due = own.due if own.extension is None else own.extension
        dues = (due, as_read(one.data["due"])) if granted else (due,)
        grantor = next((state for due in dues for state in above if state.due >= due), (above or [own])[-1])
        units = (grantor.unit,) if granted else ((above or [own])[0].unit, grantor.unit)
        yield from fresh().ground.entitled(one, units)


def _upwards(ref: str, index: int, items_of: ItemsOf, fresh: Callable[[], Families]) -> Iterator[Directive]:
    """Yield a directive and its ancestors as they stood before an index, nearest first."""
    own: str | None = ref
    while own is not None:
        families = fresh()
        for at, _, head, body, _ in items_of(own):
            if at < index and f'"dir":"{own}"'.encode() in body:
                families.take((at, PARENT, head, body, None))
        if own in families.states:
            yield families.states[own]
        own = parent_of(own)
