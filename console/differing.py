"""What changed between two moments, printed: in sum, then list by list, each row with its log index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from xiada.console import documents
from xiada.console.listing import act_document, heading, logs, row, show_rows
from xiada.console.tree import Row
from xiada.engine.hindsight.differing import Change, Difference, DueMove
from xiada.engine.hindsight.walking import Step, act_of, index_of
from xiada.engine.records import Recorded

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.narrating import Narrator

_One = TypeVar("_One")


def show_difference(
    desk: Desk, narrator: Narrator, found: Difference, times: tuple[int | None, int | None], limit: int
) -> None:
    """Print what changed.

    Args:
        desk: Where.
        narrator: Names units and dues.
        found: What changed.
        times: Recorded times of the last events of both moments, µs UTC; None where there was none yet.
        limit: At most so many rows of each list.
    """
    if desk.as_json:
        desk.document(_document(narrator, found, times))
        return
    before, after = (narrator.say("diff_start") if t is None else narrator.time(t) for t in times)
    count = found.later - found.earlier
    desk.say("diff_head", earlier=found.earlier, later=found.later, before=before, after=after, count=count)
    if not (found.changes or found.dues or found.others):
        desk.say("diff_none")
        return
    _show_ways(desk, narrator, found)
    moved = [one for one in found.changes if one.was is not None]
    lists = _Lists(desk, narrator, limit)
    lists.show("diff_appeared", found.appeared, _change_row)
    lists.show("diff_closed", [one for one in moved if one.closed], _change_row)
    lists.show("diff_changed", [one for one in moved if not one.closed], _change_row)
    lists.show("diff_dues", found.dues, _due_row)
    lists.show("diff_others", found.others, _other_row)


@dataclass(frozen=True, slots=True)
class _Lists:
    """Prints lists, of each so many rows; only those are told."""

    desk: Desk
    narrator: Narrator
    limit: int

    def show(self, key: str, found: Sequence[_One], tell: Callable[[Narrator, _One], Row]) -> None:
        """Print one list, nothing if it is empty."""
        if found:
            heading(self.desk, self.narrator.say(key, count=len(found)))
            show_rows(self.desk, [tell(self.narrator, one) for one in found[: self.limit]], self.limit, len(found))


def _show_ways(desk: Desk, narrator: Narrator, found: Difference) -> None:
    """Print how many went from which status to which, the most first."""
    ways = Counter((change.was, change.status) for change in found.changes)
    rows = [row(_way(narrator, *way), f"{count:,}") for way, count in ways.most_common()]
    if rows:
        heading(desk, desk.words.say("diff_ways"))
        show_rows(desk, rows, len(rows))


def _way(narrator: Narrator, was: str | None, status: str) -> str:
    """Return one status and the next."""
    before = narrator.say("diff_nothing") if was is None else narrator.words.status(was)
    return narrator.say("diff_way", was=before, status=narrator.words.status(status))


def _change_row(narrator: Narrator, one: Change) -> Row:
    """Return one change as a row: unit, statuses, reference, by whom, log index."""
    cells = (_way(narrator, one.was, one.status), one.ref, narrator.actor(one.act), logs(narrator, one.act.index))
    return row(narrator.unit_of(one.ref), *cells)


def _due_row(narrator: Narrator, one: DueMove) -> Row:
    """Return one move of a due as a row: unit, dues, reference, by whom, log index, what and why."""
    why = f"{narrator.words.event(one.type)}{narrator.say('colon')}{one.reason}"
    cells = (
        narrator.say("moved", was=narrator.due(one.was), due=narrator.due(one.due)),
        one.ref,
        narrator.actor(one.act),
        logs(narrator, one.act.index),
        why + (narrator.say("tell_aside", what=narrator.say("diff_with", ref=one.cause)) if one.cause else ""),
    )
    return row(narrator.unit_of(one.ref), *cells)


def _other_row(narrator: Narrator, one: Recorded) -> Row:
    """Return an event that is no directive's as a row: type, by whom, log index, sentence."""
    sentence = narrator.sentence(Step(one, None, None))
    return row(narrator.words.event(one.event.type), narrator.actor(one), logs(narrator, index_of(one)), sentence)


def _document(narrator: Narrator, found: Difference, times: Iterable[int | None]) -> documents.Document:
    """Return what changed for programs."""
    before, after = times
    return {
        "earlier": {"log_size": found.earlier, **documents.instant("t", before, narrator.zone)},
        "later": {"log_size": found.later, **documents.instant("t", after, narrator.zone)},
        "directives": [
            {
                "ref": one.ref,
                "unit": narrator.directory.unit_of(one.ref),
                "was": one.was,
                "status": one.status,
                "appeared": one.was is None,
                "closed": one.closed,
                **act_document(one.act, narrator.zone),
            }
            for one in found.changes
        ],
        "dues": [
            {
                "ref": one.ref,
                "unit": narrator.directory.unit_of(one.ref),
                **documents.instant("was", one.was, narrator.zone),
                **documents.instant("due", one.due, narrator.zone),
                "type": one.type,
                "reason": one.reason,
                "cause": one.cause,
                **act_document(one.act, narrator.zone),
            }
            for one in found.dues
        ],
        "others": [_other_document(narrator, one) for one in found.others],
    }


def _other_document(narrator: Narrator, one: Recorded) -> documents.Document:
    """Return an event that is no directive's for programs."""
    return {
        "ref": one.ref,
        "type": one.event.type,
        **act_document(act_of(one), narrator.zone),
        "sentence": narrator.sentence(Step(one, None, None)),
    }
