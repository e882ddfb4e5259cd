"""A running cascade against the calendar: what each due leaves the level above, and what can still be kept.

    proposed   by when each should report, so that everybody above keeps a reserve: counted back from
               the due above as it stands, or as it should stand if that is earlier
    forward    by when what has not begun must have been passed on or begun, or its due cannot be kept
    ready      when each could report, from now on, if everybody below takes what the plan assumes
    slack      from its due to the due above
    spare      from when it could report to its due

Rule: pure arithmetic on columns, parents before children; a timetable proposes, it writes nothing. It
knows of work and reserves what it is told: what units took in the past is `forecast`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xiada.engine.calendar import Calendar
from xiada.engine.due import NEVER
from xiada.engine.errors import Malformed
from xiada.engine.planner import UNBOUNDED, Days

Strategy = Literal["reserve", "thirds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running cascade as columns of one length, parents before children; instants in µs since 1970 UTC.

    Args:
        parent: Place of the parent, -1 of a root.
        due: As it stands, NEVER if undated.
        issued: When it was issued.
        begun: When the unit began the work itself, NEVER if it has not.
        done: When it reported or was closed, NEVER if it is open.
        needs_workdays: Working days what has no child takes from its beginning on; see `needs`.
        reserve_workdays: Working days it keeps to sum up, once its children have reported.
    """

    parent: Sequence[int]
    due: Sequence[int]
    issued: Sequence[int]
    begun: Sequence[int]
    done: Sequence[int]
    needs_workdays: Sequence[int]
    reserve_workdays: Sequence[int]

    def __post_init__(self) -> None:
        columns = [getattr(self, name) for name in self.__slots__]
        if len({len(column) for column in columns}) > 1:
            raise Malformed("lengths_differ", "the columns differ in length", remedy="Give one value of each.")
        if any(not -1 <= above < place for place, above in enumerate(self.parent)):
            raise Malformed("bad_tree", "a parent does not stand before its child", remedy="Put parents first.")
        if min((*self.needs_workdays, *self.reserve_workdays), default=0) < 0:
            raise Malformed("bad_plan", "levels and days cannot be negative", remedy="Count from zero up.")


@dataclass(frozen=True, slots=True)
class Timetable:
    """What the calendar allows, column by column in the order of the cascade; instants in µs since 1970 UTC.

    Args:
        proposed: By when each should report; NEVER below what is undated. Never after the proposal above.
        forward_by: When each must have passed it on or begun; NEVER where nothing is left to begin.
        ready: When each could report at the earliest; of those done, when they were.
        slack_days: Calendar days from each due to the due above; UNBOUNDED for roots and where either is undated.
        slack_workdays: Working days of them.
        spare_workdays: Working days from `ready` to the due, negative if it comes too late; UNBOUNDED for undated.
        cannot: It is open and cannot be ready by its due.
        rests: Its due lies on a day nobody works.
        assumed: Years whose holidays are not known, among all those counted.
    """

    proposed: list[int]
    forward_by: list[int]
    ready: list[int]
    slack_days: list[int]
    slack_workdays: list[int]
    spare_workdays: list[int]
    cannot: list[bool]
    rests: list[bool]
    assumed: tuple[int, ...]


def needs(reserves: Sequence[int], work_workdays: int) -> int:
    """Return the working days from passing on to the reports: each level below passes it on, works and sums up.

    Args:
        reserves: Reserve of each level that will pass it on, topmost first; none = it does the work itself.
        work_workdays: Working days the lowest level works.

    Example:
        >>> needs([2, 2], 5), needs([], 5)
        (11, 5)
    """
    return sum(reserves) + work_workdays + sum(reserves[1:])


def plan_cascade(
    running: Running, calendar: Calendar, zone: str, *, now: int, strategy: Strategy = "reserve"
) -> Timetable:
    """Return the timetable of a running cascade.

    Args:
        running: The cascade.
        calendar: Working days.
        zone: Time zone in which days begin and end.
        now: The instant looked from, µs since 1970 UTC.
        strategy: How proposals are made: by reserves, or by the one-third rule, see `planner.thirds_plan`.

    Raises:
        LimitExceeded: A day outside the years there are.

    Example:
        >>> from datetime import date
        >>> from xiada.engine.calendar import MON_FRI
        >>> from xiada.engine.due import end_of_day, show
        >>> june = lambda day: end_of_day(date(2020, 6, day), "Asia/Shanghai")
        >>> two = Running(parent=[-1, 0], due=[june(20), june(19)], issued=[june(1)] * 2, begun=[NEVER] * 2,
        ...               done=[NEVER] * 2, needs_workdays=[5, 5], reserve_workdays=[2, 2])
        >>> found = plan_cascade(two, MON_FRI, "Asia/Shanghai", now=june(12))
        >>> [show(due) for due in found.proposed], [show(by) for by in found.forward_by]
        (['2020-06-20', '2020-06-17'], ['undated', '2020-06-10'])
        >>> [show(ready) for ready in found.ready], found.cannot, found.slack_workdays[1]
        (['2020-06-23', '2020-06-19'], [True, False], 0)
    """
    days = Days(calendar, zone)
    proposed, passed_on = _by_thirds(running) if strategy == "thirds" else (_by_reserve(running, days), None)
    ready = _ready(running, days, now)
    slack = _slack(running, days)
    return Timetable(
        proposed,
        _forward_by(running, days, proposed, passed_on),
        ready,
        *slack,
        [UNBOUNDED if due == NEVER else days.between(able, due) for able, due in zip(ready, running.due, strict=True)],
        _cannot(running, days, ready, now),
        [days.rests(due) for due in running.due],
        days.assumed(now, *_extremes(running.due), *_extremes(proposed), *_extremes(ready)),
    )


def _extremes(column: Sequence[int]) -> tuple[int, ...]:
    """Return the first and the last instant of a column, none if there is none."""
    instants = [instant for instant in column if instant != NEVER]
    return (min(instants), max(instants)) if instants else ()


def _by_reserve(running: Running, days: Days) -> list[int]:
    """Return by when each should report: the reserve above before the due above, from the top down."""
    proposed: list[int] = []
    latest: list[int] = []
    for above, due in zip(running.parent, running.due, strict=True):
        own = due if above < 0 else days.leaving(latest[above], running.reserve_workdays[above])
        proposed.append(own)
        latest.append(min(own, due))
    return proposed


def _by_thirds(running: Running) -> tuple[list[int], list[int]]:
    """Return by when each should report and should have passed it on, half a third of its time at either end."""
    proposed: list[int] = []
    passed_on: list[int] = []
    latest: list[int] = []
    keeps: list[int] = []
    for place, above in enumerate(running.parent):
        start = running.issued[place] if above < 0 else passed_on[above]
        due = running.due[place] if above < 0 else latest[above] - keeps[above]
        own = min(due, running.due[place])
        keep = 0 if own == NEVER else max(0, own - start) // 3 // 2
        for column, value in ((proposed, due), (passed_on, start + keep), (latest, own), (keeps, keep)):
            column.append(value)
    return proposed, passed_on


def _forward_by(running: Running, days: Days, proposed: Sequence[int], passed_on: Sequence[int] | None) -> list[int]:
    """Return by when what has not begun must begin, so that it can keep its due and leave the reserves above."""
    begins = _begins(running)
    found = [NEVER] * len(begins)
    for place, left in enumerate(begins):
        latest = min(running.due[place], proposed[place])
        if left and latest != NEVER:
            begun = None if passed_on is None else passed_on[place]
            found[place] = days.leaving(latest, running.needs_workdays[place]) if begun is None else begun
    return found


def _begins(running: Running) -> list[bool]:
    """Tell of each whether it is still to begin: open, not at work itself, and not passed on."""
    found = [done == NEVER == begun for done, begun in zip(running.done, running.begun, strict=True)]
    for above in running.parent:
        if above >= 0:
            found[above] = False
    return found


def _ready(running: Running, days: Days, now: int) -> list[int]:
    """Return when each could report at the earliest, from the bottom up."""
    ready = list(running.done)
    below = [-1] * len(ready)
    for place in range(len(ready) - 1, -1, -1):
        if ready[place] == NEVER:
            if below[place] >= 0:
                able = days.after(below[place], running.reserve_workdays[place])
            else:
                begun = running.begun[place]
                able = days.after(now if begun == NEVER else begun, running.needs_workdays[place])
            ready[place] = max(now, able)
        above = running.parent[place]
        if above >= 0:
            below[above] = max(below[above], ready[place])
    return ready


def _slack(running: Running, days: Days) -> tuple[list[int], list[int]]:
    """Return the calendar days and the working days from each due to the due above."""
    free = [UNBOUNDED] * len(running.due)
    in_days, in_workdays = free, list(free)
    for place, (above, due) in enumerate(zip(running.parent, running.due, strict=True)):
        if above >= 0 and running.due[above] != NEVER and due != NEVER:
            in_days[place] = (days.day(running.due[above]) - days.day(due)).days
            in_workdays[place] = days.between(due, running.due[above])
    return in_days, in_workdays


def _cannot(running: Running, days: Days, ready: Sequence[int], now: int) -> list[bool]:
    """Tell of each whether it is open and cannot be ready by its due, to the day."""
    return [
        done == NEVER != due and (now > due or days.day(able) > days.day(due))
        for due, done, able in zip(running.due, running.done, ready, strict=True)
    ]
