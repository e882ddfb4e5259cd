"""Planning: dues counted backwards from the top, and what they leave each level.

Rule: pure arithmetic on instants (µs since 1970 UTC) and a calendar; a plan proposes, it writes
nothing. What a plan says holds under its calendar: where that does not know a year's holidays,
`assumed` says so. What a new due would break is `moving.impact`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xiada.engine.calendar import Calendar
from xiada.engine.due import NEVER, at, end_of_day
from xiada.engine.errors import Malformed

UNBOUNDED = 2**31 - 1
"""Slack of what is undated, in days."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One level of a plan.

    Args:
        depth: Levels below the root.
        forward_by: When this level must have passed it on, or the levels below cannot keep theirs;
            for the lowest level, when it must have begun.
        due: When this level must have reported.
        assumed: The calendar does not know that year's holidays.
    """

    depth: int
    forward_by: int
    due: int
    assumed: bool


def backward_plan(
    due: int, depth: int, calendar: Calendar, zone: str, *, reserve_workdays: int = 2, work_workdays: int = 5
) -> list[Stage]:
    """Return dues per level, each a reserve of working days before the one above, and when to pass on.

    Args:
        due: The root's due.
        depth: Levels below the root.
        calendar: Working days.
        zone: Time zone in which days begin and end.
        reserve_workdays: Working days each level keeps to gather and sum up, and as many to pass it on.
        work_workdays: Working days the lowest level needs to carry it out.

    Returns:
        depth + 1 stages, the root's first.

    Raises:
        Malformed: An undated root, or negative counts.

    Example:
        >>> from datetime import date
        >>> from xiada.engine.calendar import MON_FRI
        >>> from xiada.engine.due import show
        >>> june_20 = end_of_day(date(2020, 6, 20), "Asia/Shanghai")
        >>> [show(stage.due) for stage in backward_plan(june_20, 2, MON_FRI, "Asia/Shanghai")]
        ['2020-06-20', '2020-06-18', '2020-06-16']
        >>> [show(stage.forward_by) for stage in backward_plan(june_20, 2, MON_FRI, "Asia/Shanghai")]
        ['2020-06-05', '2020-06-09', '2020-06-09']

    Source: design §6.6.
    """
    _check(due, depth, reserve_workdays, work_workdays)
    last = at(due, zone).date()
    stages = []
    for level in range(depth + 1):
        day = calendar.add_workdays(last, -reserve_workdays * level)
        lowest = calendar.add_workdays(last, -reserve_workdays * depth)
        passing = max(depth - 1 - level, 0)
        begun = calendar.add_workdays(lowest, -work_workdays - reserve_workdays * passing)
        stages.append(Stage(level, end_of_day(begun, zone), end_of_day(day, zone), not calendar.knows(day.year)))
    return [Stage(0, stages[0].forward_by, due, stages[0].assumed), *stages[1:]]


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
    stages = []
    for level in range(depth + 1):
        third = (due - start) // 3
        assumed = not calendar.knows(at(due, zone).year)
        stages.append(Stage(level, start + third // 2, due, assumed))
        start, due = start + third // 2, due - third // 2
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
        >>> from datetime import date
        >>> from xiada.engine.calendar import MON_FRI
        >>> day = lambda number: end_of_day(date(2020, 6, number), "Asia/Shanghai")
        >>> slack_workdays([day(20)], [day(10)], MON_FRI, "Asia/Shanghai")
        [7]
    """
    if len(due) != len(ready):
        raise Malformed("lengths_differ", f"{len(due)} dues for {len(ready)} directives", remedy="Give one of each.")
    days = (
        (at(end, zone).date(), at(start, zone).date()) for end, start in zip(due, ready, strict=True) if end != NEVER
    )
    counted = iter([calendar.count_workdays(start, end) for end, start in days])
    return [UNBOUNDED if end == NEVER else next(counted) for end in due]
