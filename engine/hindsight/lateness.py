"""Lateness: how late something was handed in, by the due in force and by the first one (按原定时间考核).

Rule: a day late is a day of the calendar in a zone; whatever came after its due is at least one day
late. What was waived or withdrawn is late by neither; what has not been handed in is judged by the
moment looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, SHANGHAI, at
from xiada.engine.events import Issued
from xiada.engine.hindsight.walking import Step, index_of
from xiada.engine.projections import is_overdue


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late one directive was, or is.

    Args:
        due: The due in force, µs since 1970 UTC, NEVER if undated; `original` the first one.
        handed_in: When the report that stands was recorded, None if there is none.
        days: Days late by the due in force, 0 = in time.
        original_days: Days late by the first due.
        excused: It was waived or withdrawn, and so is not judged.
    """

    due: int
    original: int
    handed_in: int | None
    days: int
    original_days: int
    excused: bool


class Late(NamedTuple):
    """A directive that was late by either due.

    Args:
        directive: As it stands.
        lateness: By how much.
        indices: Log indices that show it: the issue, each move of the due, the report that stands.
    """

    directive: Directive
    lateness: Lateness
    indices: tuple[int, ...]


def days_late(due: int, t: int, zone: str = SHANGHAI) -> int:
    """Return how many days after a due an instant is, both µs UTC; 0 if it is not.

    Example:
        >>> from datetime import date
        >>> from xiada.engine.due import end_of_day
        >>> june = lambda day: end_of_day(date(2020, 6, day), SHANGHAI)
        >>> days_late(june(10), june(12)), days_late(june(10), june(10)), days_late(june(10), june(10) + 1)
        (2, 0, 1)
    """
    if t <= due:
        return 0
    return max(1, (at(t, zone).date() - at(due, zone).date()).days)


def lateness(directive: Directive, now: int, zone: str = SHANGHAI) -> Lateness:
    """Return how late a directive is at an instant, µs UTC, or was when it reported."""

    def by(due: int) -> int:
        """Return the days by one of its dues."""
        late = due != NEVER and is_overdue(directive, now, due)
        return days_late(due, now if directive.reported_at is None else directive.reported_at, zone) if late else 0

    due, original = directive.due, directive.original_due
    excused = directive.excused
    return Lateness(due, original, directive.reported_at, by(due), by(original), excused)


class LateOnes:
    """Who was late: takes the steps of a walk, and answers at an instant."""

    def __init__(self) -> None:
        self._states: dict[str, Directive] = {}
        self._evidence: dict[str, list[int]] = {}

    def take(self, step: Step) -> None:
        """Take one step."""
        before, after = step.before, step.after
        if after is None:
            return
        self._states[after.ref] = after
        if isinstance(step.recorded.event, Issued):
            self._evidence[after.ref] = [index_of(step.recorded)]
        elif before is None or before.due != after.due or before.reported_at != after.reported_at:
            self._evidence[after.ref].append(index_of(step.recorded))

    def answer(self, now: int, zone: str = SHANGHAI) -> tuple[Late, ...]:
        """Return who was late by either due, the longest by the first due in front.

        Args:
            now: The instant by which what has not been handed in is judged, µs since 1970 UTC.
            zone: Time zone days are counted in.
        """
        judged = ((state, lateness(state, now, zone)) for state in self._states.values())
        late = [
            Late(state, found, tuple(self._evidence[state.ref]))
            for state, found in judged
            if found.days or found.original_days
        ]
        return tuple(sorted(late, key=lambda one: (-one.lateness.original_days, -one.lateness.days)))
