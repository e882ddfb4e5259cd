"""Planning: dues counted backwards from the top, and what they leave each level.

Rule: pure arithmetic on instants (µs since 1970 UTC) and a calendar; a plan proposes, it writes
nothing. What a plan says holds under its calendar: where that does not know a year's holidays,
`assumed` says so. A running cascade as a whole is `timetable`, what a new due would break is
`moving.impact`, and what two dues are to each other is `due_checks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from xiada.engine.calendar import Calendar
from xiada.engine.due import NEVER, end_of_day, zone_info
from xiada.engine.errors import LimitExceeded, Malformed
from xiada.engine.notice import Window

UNBOUNDED = 2**31 - 1
"""Slack of what is undated, in days."""

_SECOND_US = 1_000_000

RESERVE_WORKDAYS, WORK_WORKDAYS = 2, 5
"""What a plan assumes unless told: the reserve of each level, and the work of the lowest."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One level of a plan.

    Args:
        depth: Levels below the root.
        forward_by: When this level must have passed it on, or the levels below cannot keep theirs;
            for the lowest level, when it must have begun.
        due: When this level must have reported.
        assumed: The calendar does not know the holidays of all years between the two.
    """

    depth: int
    forward_by: int
    due: int
    assumed: bool


def backward_plan(
    due: int,
    depth: int,
    calendar: Calendar,
    zone: str,
    *,
    reserve_workdays: int | Sequence[int] = RESERVE_WORKDAYS,
    work_workdays: int = WORK_WORKDAYS,
) -> list[Stage]:
    """Return dues per level, each a reserve of working days before the one above, and when to pass on.

    Args:
        due: The root's due.
        depth: Levels below the root.
        calendar: Working days.
        zone: Time zone in which days begin and end.
        reserve_workdays: Working days each level keeps to gather and sum up, and as many to pass it on:
            one count for all, or one for each level that has another below it, the root's first.
        work_workdays: Working days the lowest level needs to carry it out.

    Returns:
        depth + 1 stages, the root's first.

    Raises:
        Malformed: An undated root, negative counts, or reserves for another number of levels.

    Example:
        >>> from datetime import date, datetime
        >>> from xiada.engine.calendar import MON_FRI
        >>> from xiada.engine.due import show
        >>> june_20 = end_of_day(date(2020, 6, 20), "Asia/Shanghai")
        >>> [show(stage.due) for stage in backward_plan(june_20, 2, MON_FRI, "Asia/Shanghai")]
        ['2020-06-20', '2020-06-17', '2020-06-15']
        >>> [show(stage.forward_by) for stage in backward_plan(june_20, 2, MON_FRI, "Asia/Shanghai")]
        ['2020-06-04', '2020-06-08', '2020-06-08']

    Source: design §6.6.
    """
    reserves = [reserve_workdays] * depth if isinstance(reserve_workdays, int) else list(reserve_workdays)
    _check(due, depth, *reserves, work_workdays)
    if len(reserves) != depth:
        raise Malformed("bad_plan", f"{len(reserves)} reserves for {depth} levels", remedy="Give one to each level.")
    days = Days(calendar, zone)
    dues = [due]
    for reserve in reserves:
        dues.append(days.leaving(dues[-1], reserve))
    begun = days.leaving(dues[-1], work_workdays)
    forward_by = [begun]
    for level in range(depth - 1, -1, -1):
        forward_by.append(days.leaving(forward_by[-1], reserves[level + 1]) if level + 1 < depth else begun)
    return [
        Stage(level, forward, own, bool(days.assumed(forward, own)))
        for level, (forward, own) in enumerate(zip(reversed(forward_by), dues, strict=True))
    ]


class Days:
    """Instants as days of one zone and one calendar; what has been asked once is known.

    Args:
        calendar: Working days.
        zone: Time zone in which days begin and end.
    """

    __slots__ = ("_days", "_ends", "_info", "_numbers", "calendar", "zone")

    def __init__(self, calendar: Calendar, zone: str) -> None:
        self.calendar, self.zone = calendar, zone
        self._info = zone_info(zone)
        self._days: dict[int, date] = {}
        self._numbers: dict[int, int] = {}
        self._ends: dict[tuple[int, int], int] = {}

    def day(self, instant: int) -> date:
        """Return the day an instant, µs UTC, lies in."""
        found = self._days.get(instant)
        if found is None:
            found = self._days[instant] = datetime.fromtimestamp(instant // _SECOND_US, self._info).date()
        return found

    def leaving(self, instant: int, workdays: int) -> int:
        """Return the end of the last day that leaves so many working days to an instant, never after it.

        Raises:
            LimitExceeded: It would be before the years there are.
        """
        return min(instant, self._ended(instant, -workdays))

    def after(self, instant: int, workdays: int) -> int:
        """Return the end of the day so many working days after an instant; the instant itself for none.

        Raises:
            LimitExceeded: It would be after the years there are.
        """
        return self._ended(instant, workdays)

    def _ended(self, instant: int, workdays: int) -> int:
        """Return what `_end` does, each once; the instant itself where nothing is to be counted."""
        if instant == NEVER or not workdays:
            return instant
        found = self._ends.get((instant, workdays))
        if found is None:
            found = self._ends[instant, workdays] = self._end(instant, workdays)
        return found

    def _end(self, instant: int, workdays: int) -> int:
        """Return the end of the day so many working days later, or so many left to it if negative."""
        day = self.day(instant)
        try:
            found = self.calendar.add_workdays(day, workdays) if workdays > 0 else self.calendar.leaving(day, -workdays)
        except OverflowError as error:
            raise LimitExceeded(
                "bad_year", f"{workdays} working days from {day} is no date", remedy="Count fewer days."
            ) from error
        return end_of_day(found, self.zone)

    def between(self, start: int, end: int) -> int:
        """Return the working days after the day of one instant through that of another; negative if it is earlier."""
        return self._number(end) - self._number(start)

    def _number(self, instant: int) -> int:
        """Return how many working days there have been through the day of an instant, from the first day of all."""
        found = self._numbers.get(instant)
        if found is None:
            found = self._numbers[instant] = self.calendar.count_workdays(date.min, self.day(instant))
        return found

    def rests(self, instant: int) -> bool:
        """Tell whether an instant lies in a day nobody works; NEVER does not."""
        return instant != NEVER and not self.calendar.is_workday(self.day(instant))

    def assumed(self, *instants: int) -> tuple[int, ...]:
        """Return the years these instants span whose holidays are not known."""
        return self.calendar.assumed(*(self.day(instant) for instant in instants if instant != NEVER))


def _check(due: int, depth: int, *counts: int) -> None:
    """Refuse what cannot be planned."""
    if due == NEVER:
        raise Malformed("undated", "an undated directive cannot be planned backwards", remedy="Give it a due first.")
    if depth < 0 or min(counts, default=0) < 0:
        raise Malformed("bad_plan", "levels and days cannot be negative", remedy="Count from zero up.")


def thirds_plan(start: int, due: int, depth: int, calendar: Calendar, zone: str) -> list[Stage]:
    """Return a plan by the one-third rule: each level keeps a third of the time it gets for itself.

    Of its third, half goes before (it passes the directive on) and half after (it sums up): what
    is left in the middle, two thirds, belongs to the levels below.

    Args:
        start: When the root can begin.
        due: The root's due.
        depth: Levels below the root.
        calendar: Working days, only to say whether they are known.
        zone: Time zone.

    Raises:
        Malformed: An undated root, a negative depth, or no time at all.

    Example:
        >>> from xiada.engine.calendar import MON_FRI
        >>> [(stage.forward_by, stage.due) for stage in thirds_plan(0, 900, 2, MON_FRI, "UTC")]
        [(150, 900), (250, 750), (316, 650)]

    Source: the one-third/two-thirds rule of planning (US Army ADP 5-0, parallel planning).
    """
    _check(due, depth)
    if due <= start:
        raise Malformed("no_time", "the due is not after the start", remedy="Begin earlier or ask for a later due.")
    days = Days(calendar, zone)
    stages = []
    for level in range(depth + 1):
        keeps = (due - start) // 3 // 2
        stages.append(Stage(level, start + keeps, due, bool(days.assumed(start + keeps, due))))
        start, due = start + keeps, due - keeps
    return stages


def slack_workdays(due: Sequence[int], ready: Sequence[int], calendar: Calendar, zone: str) -> list[int]:
    """Return the working days left between each directive's readiness and its due.

    Args:
        due: Dues, length N; NEVER for undated.
        ready: When each could be done, length N, same order.
        calendar: Working days, make-up days included.
        zone: Time zone in which days begin and end.

    Returns:
        Length N; negative when late; UNBOUNDED for undated.

    Raises:
        Malformed: The two lengths differ.

    Example:
        >>> from datetime import date, datetime
        >>> from xiada.engine.calendar import MON_FRI
        >>> day = lambda number: end_of_day(date(2020, 6, number), "Asia/Shanghai")
        >>> slack_workdays([day(20)], [day(10)], MON_FRI, "Asia/Shanghai")
        [7]
    """
    if len(due) != len(ready):
        raise Malformed("lengths_differ", f"{len(due)} dues for {len(ready)} directives", remedy="Give one of each.")
    days = Days(calendar, zone)
    return [UNBOUNDED if end == NEVER else days.between(start, end) for end, start in zip(due, ready, strict=True)]


class DueCheck(NamedTuple):
    """What a person should see where one due stands under another: a stable code, and what it speaks of.

        slack                 so many days, and working days of them, from the due to the due above
        due_after_parent      it is later than the due above, by so many days
        parent_due_on_rest_day, due_on_rest_day   nobody works on that day
        due_within_activity   it is due while the activity goes on: so many days before its last day, 0 = on it
        calendar_assumed      the holidays of that year are not known; Monday to Friday was counted

    Args:
        code: One of these.
        day: The day it is about.
        days: Calendar days, where the code speaks of some.
        workdays: Working days of them.
    """

    code: str
    day: date
    days: int = 0
    workdays: int = 0


def due_checks(
    parent_due: int | None, due: int, window: Window | None, calendar: Calendar, zone: str
) -> tuple[DueCheck, ...]:
    """Return what a person should see before a due is set under another.

    Args:
        parent_due: The due above, µs since 1970 UTC; None of a root, NEVER if undated.
        due: The due, NEVER if undated.
        window: When the activity takes place, if that is said.
        calendar: Working days.
        zone: Time zone in which days begin and end.

    Example:
        >>> from xiada.engine.holidays import china
        >>> june = lambda day: end_of_day(date(2020, 6, day), "Asia/Shanghai")
        >>> activity = Window(date(2020, 5, 11), date(2020, 6, 10))
        >>> for check in due_checks(june(20), june(10), activity, china(), "Asia/Shanghai"):
        ...     print(check.code, check.day, check.days, check.workdays)
        slack 2020-06-10 10 7
        parent_due_on_rest_day 2020-06-20 0 0
        due_within_activity 2020-06-10 0 0
    """
    days = Days(calendar, zone)
    above = NEVER if parent_due is None else parent_due
    found = [*_between(above, due, days)]
    for code, instant in (("parent_due_on_rest_day", above), ("due_on_rest_day", due)):
        if days.rests(instant):
            found.append(DueCheck(code, days.day(instant)))
    if window is not None and due != NEVER and window.start <= days.day(due) <= window.end:
        left = (window.end - days.day(due)).days
        found.append(
            DueCheck("due_within_activity", days.day(due), left, calendar.count_workdays(days.day(due), window.end))
        )
    found += [DueCheck("calendar_assumed", date(year, 1, 1)) for year in days.assumed(above, due)]
    return tuple(found)


def _between(above: int, due: int, days: Days) -> Iterator[DueCheck]:
    """Yield what lies between two dues."""
    if NEVER not in (above, due):
        apart = (days.day(above) - days.day(due)).days
        if due > above:
            yield DueCheck("due_after_parent", days.day(due), -apart, days.between(above, due))
        else:
            yield DueCheck("slack", days.day(due), apart, days.between(due, above))
