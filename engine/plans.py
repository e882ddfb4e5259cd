"""Plans and forecasts of running cascades, as methods of the engine.

Rule: nothing here is written. What a plan assumes (`Assumptions`) stands in the plan; the calendar is
the engine's. A due once set is an instant in the log, so another calendar changes plans, never dues.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from xiada.engine import limits
from xiada.engine.calendar import Calendar
from xiada.engine.directive import Directive, parse_reference
from xiada.engine.due import NEVER, SHANGHAI, instant
from xiada.engine.errors import NotFound
from xiada.engine.forecast import ENOUGH, Forecast, Past, forecast
from xiada.engine.notice import Window
from xiada.engine.org import Org
from xiada.engine.outlook import Ahead, Assumptions
from xiada.engine.planner import Days
from xiada.engine.ports import Clock, Reader
from xiada.engine.questions import Questions
from xiada.engine.timetable import Running, Timetable, plan_cascade
from xiada.engine.views import unknown_cascade
from xiada.engine.work import Premises


@dataclass(frozen=True, slots=True)
class Plan:
    """The timetable of a running cascade, or of a directive and all below it, called-off ones left out.

    Args:
        states: The directives, parents before children, siblings by number.
        timetable: Its columns, in the same order.
        parents: Place of each one's parent, -1 of the topmost.
        org: The org it was planned over.
        window: When the activity takes place, by the topmost notice.
        zone: Time zone of its days.
        now: The instant looked from, µs since 1970 UTC.
        assumptions: What it takes for granted.
        calendar: Working days.
    """

    states: tuple[Directive, ...]
    timetable: Timetable
    parents: tuple[int, ...]
    org: Org
    window: Window | None
    zone: str
    now: int
    assumptions: Assumptions
    calendar: Calendar


class Plans(Questions):
    """The engine's door to plans and forecasts.

    Example:
        >>> from datetime import UTC
        >>> from xiada.engine.commands import Actor
        >>> from xiada.engine.due import show
        >>> from xiada.engine.engine import Engine
        >>> from xiada.engine.notice import Notice
        >>> from xiada.engine.org import Unit
        >>> engine, clerk = Engine.create("memory:", "xiada.example/office"), Actor("clerk", "p")
        >>> city = Unit("c", "C", "office", "city", "main", (("main", "p"),))
        >>> _ = engine.load_org(Org([Unit("p", "P", "office", "province", "main"), city]))
        >>> notice = Notice(id="n", doc_number="No. 1", title="On reports", issuers=("p",))
        >>> _ = engine.issue("k", notice, due=datetime(2199, 6, 20, tzinfo=UTC), actor=clerk)
        >>> _ = engine.forward("k/1", ["c"], actor=clerk)
        >>> plan = engine.plan("k", now=datetime(2199, 6, 3, tzinfo=UTC))
        >>> [show(due) for due in plan.timetable.proposed], plan.timetable.cannot
        (['2199-06-20 08:00', '2199-06-18'], [False, False])
        >>> [(one.directive.ref, one.unknown) for one in engine.forecast("k")]
        [('k/1', 2), ('k/1.1', 1)]
    """

    _clock: Clock
    _premises: Premises

    @property
    def calendar(self) -> Calendar:
        """Working days, as this engine counts them."""
        return self._premises.calendar

    def plan(
        self,
        where: str,
        assumptions: Assumptions | None = None,
        *,
        now: datetime | None = None,
        calendar: Calendar | None = None,
    ) -> Plan:
        """Return the timetable of a cascade, or of a directive and all below it, as they stand.

        Args:
            where: A cascade's id, or a reference.
            assumptions: Reserves, work, strategy; None = the usual ones.
            now: The instant to look from; None = the clock.
            calendar: Working days; None = the engine's.

        Raises:
            NotFound: There is no such cascade or directive.
            LimitExceeded: A day outside the years there are.
        """
        assumed = assumptions or Assumptions()
        moment = self._clock.now() if now is None else instant(now)
        with self._store.reading() as reader:
            work = self._work(reader)
            scope = _scope(reader, where)
            excused = self._executor.lifecycle(reader, work, scope[0].ref).excused
            states = [one for one in scope if one.status not in excused]
            org = work.org
            above = [work.directive(states[0].parent)] if states and states[0].parent else []
            head = work.notice(states[0].notice) if states else None
        zone, window = (head.zone, head.window) if head else (SHANGHAI, None)
        days = calendar or self.calendar
        running, parents = _running([*above, *states], org, assumed)
        found = plan_cascade(running, days, zone, now=moment, strategy=assumed.strategy)
        if above:
            found, parents = _without_first(found), tuple(place - 1 for place in parents[1:])
        return Plan(tuple(states), found, parents, org, window, zone, moment, assumed, days)

    def forecast(
        self,
        where: str,
        *,
        at: int | datetime | None = None,
        now: datetime | None = None,
        calendar: Calendar | None = None,
        enough: int = ENOUGH,
    ) -> tuple[Forecast, ...]:
        """Return when the open directives of a cascade, or below a directive, may be expected to report.

        Args:
            where: A cascade's id, or a reference.
            at: What is known: see `Questions.at`; None = all of the log.
            now: The instant to look from; None = the clock, or the moment looked at.
            calendar: Working days; None = the engine's.
            enough: So many past directives of a unit, or of a level, are a ground to stand on.

        Returns:
            In preorder; see `forecast.Forecast`.

        Raises:
            NotFound: There is no such cascade or directive, or there was none yet.
        """
        cascades, org, moment = self._known_at(at)
        states = _part(cascades, where)
        zone = self._zone_of(states)
        days = Days(calendar or self.calendar, zone)
        past, excused = Past(days, org.levels, max(1, enough)), self._excused(cascades)
        for name, those in cascades.items():
            past.learn(one for one in those if one.status not in excused[name])
        states = [one for one in states if one.status not in excused[one.cascade]]
        return forecast(states, past.settled(), now=moment if now is None else instant(now))

    def _excused(self, cascades: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return by cascade the statuses of what was called off, by the lifecycles they run by now."""
        with self._store.reading() as reader:
            work = self._work(reader)
            return {name: self._executor.lifecycle(reader, work, f"{name}/1").excused for name in cascades}

    def _known_at(self, at: int | datetime | None) -> tuple[dict[str, list[Directive]], Org, int]:
        """Return the directives of all cascades, parents before children, the org and the time, as of a moment."""
        if at is None:
            with self._store.reading() as reader:
                found = {name: list(reader.below(f"{name}/")) for name in reader.cascades()}
                return found, self._work(reader).org, self._clock.now()
        moment = self.replay(at)
        names = dict.fromkeys(state.cascade for state in moment.states.values())
        t = instant(at) if isinstance(at, datetime) else moment.t
        return {name: moment.cascade(name) for name in names}, moment.org(), t

    def _zone_of(self, states: Sequence[Directive]) -> str:
        """Return the zone of the topmost notice."""
        with self._store.reading() as reader:
            return self._work(reader).notice(states[0].notice).zone


def _part(cascades: Mapping[str, list[Directive]], where: str) -> list[Directive]:
    """Return a cascade, or a directive and all below it."""
    name, mark, _ = where.partition("/") if isinstance(where, str) else (where, "", "")
    states = cascades.get(name, [])
    if mark:
        parse_reference(where)
        states = [state for state in states if state.ref == where or state.ref.startswith(f"{where}.")]
        if not states:
            raise _unknown(where)
    if not states:
        raise unknown_cascade(name)
    return states


def _scope(reader: Reader, where: str) -> list[Directive]:
    """Return a cascade, or a directive and all below it, parents before children."""
    if isinstance(where, str) and "/" in where:
        parse_reference(where)
        top = reader.directive(where)
        if top is None:
            raise _unknown(where)
        return [top, *reader.below(where)]
    states = list(reader.below(f"{where}/")) if limits.is_identifier(where) else []
    if not states:
        raise unknown_cascade(where)
    return states


def _unknown(ref: str) -> NotFound:
    """Return the refusal of a directive that is not there."""
    return NotFound("unknown_directive", f"there is no directive {ref}", directive=ref, remedy="Check the reference.")


def _without_first(found: Timetable) -> Timetable:
    """Return a timetable without its first directive: the one above those that were asked for."""
    return replace(found, **{name: getattr(found, name)[1:] for name in found.__slots__ if name != "assumed"})


def _running(states: Sequence[Directive], org: Org, assumed: Assumptions) -> tuple[Running, tuple[int, ...]]:
    """Return directives as columns, with what each takes by what is assumed."""
    places = {state.ref: place for place, state in enumerate(states)}
    parents = tuple(-1 if state.parent is None else places.get(state.parent, -1) for state in states)
    ahead, levels = Ahead(org, assumed), org.levels
    running = Running(
        parent=parents,
        due=[state.due for state in states],
        issued=[state.issued_at for state in states],
        begun=[NEVER if state.started_at is None else state.started_at for state in states],
        done=[NEVER if state.reported_at is None else state.reported_at for state in states],
        needs_workdays=[
            assumed.work_workdays if state.started_at is not None else ahead.needs(state.unit, state.line)
            for state in states
        ],
        reserve_workdays=[assumed.reserve(levels.get(state.unit, "")) for state in states],
    )
    return running, parents
