"""What changed between two moments: directives that appeared, statuses, dues, the org.

Rule: only the events between the two are read, and of what was before, as much as `asof` keeps beside
them. A change is what differs between the two moments; what went and came back is none, but every
move of a due is told, for each needs its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from xiada.engine import events
from xiada.engine.asof import AsOf
from xiada.engine.directive import path_order
from xiada.engine.due import NEVER
from xiada.engine.errors import Malformed
from xiada.engine.events import as_read
from xiada.engine.evolve import status_after
from xiada.engine.hindsight.walking import Act, act_of, is_directive, recorded_events
from xiada.engine.lifecycles import Pins
from xiada.engine.records import Recorded

if TYPE_CHECKING:
    from xiada.engine.engine import Engine

FEW = 64
"""So many directives are looked up one by one; more are read from the columns of all."""


class Change(NamedTuple):
    """A directive whose status differs.

    Args:
        ref: Reference.
        was: Status at the earlier moment, None if there was no such directive.
        status: Status at the later moment.
        closed: Whether it was open at the earlier moment, or not there, and is closed at the later one.
        act: The event that brought it there.
    """

    ref: str
    was: str | None
    status: str
    closed: bool
    act: Act


class DueMove(NamedTuple):
    """One move of a due.

    Args:
        ref: Reference.
        was: Due before, µs since 1970 UTC, NEVER if undated.
        due: Due after.
        type: `extension_granted`, `rescheduled` or `returned`.
        reason: Why: the reason given, that of the request where it was granted.
        cause: The directive it began at, None if it began here.
        act: Who did it, and where it stands.
    """

    ref: str
    was: int
    due: int
    type: str
    reason: str
    cause: str | None
    act: Act


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two moments.

    Args:
        earlier: Log size at the earlier moment; `later` at the later one.
        later: See `earlier`.
        changes: Directives whose status differs, in preorder.
        dues: Moves of dues, in log order.
        others: Events that are no directive's, in log order: units that joined, delegations, the log itself.
    """

    earlier: int
    later: int
    changes: tuple[Change, ...]
    dues: tuple[DueMove, ...]
    others: tuple[Recorded, ...]

    @property
    def appeared(self) -> tuple[Change, ...]:
        """Directives that were not there before."""
        return tuple(change for change in self.changes if change.was is None)

    @property
    def closed(self) -> tuple[Change, ...]:
        """Directives that have been closed."""
        return tuple(change for change in self.changes if change.closed)


def difference(
    engine: Engine,
    earlier: int | datetime,
    later: int | datetime,
    cascade: str | None = None,
) -> Difference:
    """Return what changed between two moments.

    Args:
        engine: Whose log.
        earlier: A log index, that event included, or an aware datetime.
        later: The same, not before the other.
        cascade: Only this cascade's directives; None = everything.

    Raises:
        Malformed: The first moment is after the second.
        NotFound: There is no such index or cascade.
    """
    past, now = engine.at(earlier), engine.at(later)
    if past.size > now.size:
        raise Malformed(
            "moments_reversed", "the first moment is later than the second", remedy="Give the earlier one first."
        )
    seen = _Seen()
    for recorded in recorded_events(engine, cascade, start=past.size, stop=now.size):
        seen.take(recorded)
    before = _before(past, seen.old())
    pins = {name: engine.pins(name) for name in {ref.partition("/")[0] for ref in seen.marks}}
    closed = {ref for ref, (was, _) in before.items() if was in pins[ref.partition("/")[0]].at(past.size - 1).closed}
    changes = [_change(ref, seen, before, pins[ref.partition("/")[0]], closed) for ref in seen.marks]
    found = sorted((change for change in changes if change is not None), key=_preorder)
    return Difference(past.size, now.size, tuple(found), tuple(_moves(engine, seen, before)), tuple(seen.others))


@dataclass(slots=True)
class _Seen:
    """What the events between two moments say.

    Args:
        marks: Each event and its place, by directive, in order.
        moved: Events that may have moved a due, in order.
        issued: Dues as issued, by directive.
        others: Events of other streams.
    """

    marks: dict[str, list[tuple[events.Event, Act]]] = field(default_factory=dict)
    moved: list[Recorded] = field(default_factory=list)
    issued: dict[str, int] = field(default_factory=dict)
    others: list[Recorded] = field(default_factory=list)

    def take(self, recorded: Recorded) -> None:
        """Note one event."""
        event, act = recorded.event, act_of(recorded)
        if not is_directive(recorded.ref):
            self.others.append(recorded)
            return
        self.marks.setdefault(recorded.ref, []).append((event, act))
        if isinstance(event, events.Issued):
            self.issued[recorded.ref] = as_read(event.due)
        elif isinstance(event, events.ExtensionGranted | events.Rescheduled) or (
            isinstance(event, events.Returned) and event.due is not None
        ):
            self.moved.append(recorded)

    def old(self) -> list[str]:
        """Return the directives that were there before."""
        return [ref for ref in self.marks if ref not in self.issued]


def _before(past: AsOf, refs: list[str]) -> dict[str, tuple[str, int]]:
    """Return status and due of directives at the earlier moment."""
    if len(refs) <= FEW:
        states = (past.directive(ref) for ref in refs)
        return {state.ref: (state.status, state.due) for state in states}
    wanted, cascades = set(refs), dict.fromkeys(ref.partition("/")[0] for ref in refs)
    standings = (standing for name in cascades for standing in past.tree(f"{name}/"))
    return {standing.ref: (standing.status, standing.due) for standing in standings if standing.ref in wanted}


def _change(
    ref: str, seen: _Seen, before: Mapping[str, tuple[str, int]], pins: Pins, closed: set[str]
) -> Change | None:
    """Return how a directive's status differs, None if it does not; `closed` are those that were."""
    was = before[ref][0] if ref in before else None
    status, last = was, seen.marks[ref][0][1]
    for event, act in seen.marks[ref]:
        lifecycle = pins.at(act.index)
        after = lifecycle.statuses[0].name if status is None else status_after(status, event, lifecycle)
        if after != status:
            status, last = after, act
    if status is None or status == was:
        return None
    closes = status in pins.at(seen.marks[ref][-1][1].index).closed
    return Change(ref, was, status, closes and ref not in closed, last)


def _moves(engine: Engine, seen: _Seen, before: Mapping[str, tuple[str, int]]) -> Iterable[DueMove]:
    """Yield the moves of dues, each with its reason."""
    dues = {ref: due for ref, (_, due) in before.items()} | seen.issued
    for recorded in seen.moved:
        event, ref = recorded.event, recorded.ref
        due = as_read(event.due)  # type: ignore[attr-defined]  # each of the three has one
        reason, cause = _why(engine, recorded)
        was = dues.get(ref, NEVER)
        dues[ref] = due
        yield DueMove(ref, was, due, event.type, reason, cause, act_of(recorded))


def _why(engine: Engine, recorded: Recorded) -> tuple[str, str | None]:
    """Return the reason of a move, and the directive it began at if that is another."""
    event = recorded.event
    if isinstance(event, events.ExtensionGranted):
        asked = [
            one.event.reason
            for one in engine.log(event.request, stop=recorded.index)
            if isinstance(one.event, events.ExtensionRequested)
        ]
        return asked[-1] if asked else "", event.request if event.request != recorded.ref else None
    if isinstance(event, events.Rescheduled):
        return event.reason, event.cause
    assert isinstance(event, events.Returned), "nothing else moves a due"
    return event.reason, None


def _preorder(change: Change) -> tuple[str, tuple[int, ...]]:
    """Return the place of a directive: its cascade, then its path."""
    cascade, _, path = change.ref.partition("/")
    return cascade, path_order(path)
