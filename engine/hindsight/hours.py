"""Odd hours: acts at night, and acts on days nobody works.

    rest day  the local day is no working day of the calendar
    night     the local time of day is before the office opens, or at or after it closes

Rule: one act is what one actor recorded in one go, however many events it is; the clock's own acts
are left out, for machines do not sleep. Recorded time counts, not what an actor claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import NamedTuple

from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.due import SHANGHAI, at, zone_info
from xiada.engine.errors import Malformed
from xiada.engine.hindsight.walking import Act, Step, act_of, continues

CLOCK = "clock"
"""The unit of timers."""


@dataclass(frozen=True, slots=True)
class Office:
    """When an office is open.

    Args:
        opens: Local time of day it opens.
        closes: Local time of day it closes, later than it opens.
        zone: Its time zone.
        calendar: Its working days.

    Raises:
        Malformed: It closes before it opens, or there is no such zone.

    Example:
        >>> Office().odd(1_591_500_000_000_000)  # Sunday 2020-06-07, 11:20 in Shanghai
        (True, False)
    """

    opens: time = time(8)
    closes: time = time(18)
    zone: str = SHANGHAI
    calendar: Calendar = MON_FRI

    def __post_init__(self) -> None:
        zone_info(self.zone)
        if not self.opens < self.closes:
            raise Malformed(
                "bad_hours",
                f"the office closes at {self.closes:%H:%M}, which is not after it opens",
                remedy="Give opening and closing time of one day, e.g. 08:00-18:00.",
            )

    def local(self, t: int) -> datetime:
        """Return an instant, µs UTC, in the office's zone."""
        return at(t, self.zone)

    def odd(self, t: int) -> tuple[bool, bool]:
        """Tell whether an instant, µs UTC, is on a rest day, and whether it is at night."""
        moment = self.local(t)
        return not self.calendar.is_workday(moment.date()), not self.opens <= moment.time() < self.closes


class Odd(NamedTuple):
    """An act at an odd hour.

    Args:
        act: Who, and the first log index.
        ref: The stream of its first event; `type` that event's.
        type: Type of its first event.
        events: How many it recorded, one after another in the log.
        rest_day: Whether the day was no working day.
        night: Whether the office was closed at that time of day.
    """

    act: Act
    ref: str
    type: str
    events: int
    rest_day: bool
    night: bool


class OddHours:
    """What was done at odd hours: takes the steps of a walk, and answers.

    Args:
        office: When the office is open.
    """

    def __init__(self, office: Office) -> None:
        self.office = office
        self._found: list[Odd] = []
        self._last: Act | None = None
        self._counting = False
        self._years: set[int] = set()

    def take(self, step: Step) -> None:
        """Take one step."""
        act = act_of(step.recorded)
        if not continues(act, self._last):
            self._begin(act, step)
        elif self._counting:
            self._found[-1] = self._found[-1]._replace(events=self._found[-1].events + 1)
        self._last = act

    def _begin(self, act: Act, step: Step) -> None:
        """Look at the hour of a new act."""
        self._years.add(self.office.local(act.t).year)
        rest_day, night = self.office.odd(act.t)
        self._counting = (rest_day or night) and act.unit != CLOCK
        if self._counting:
            self._found.append(Odd(act, step.recorded.ref, step.recorded.event.type, 1, rest_day, night))

    def answer(self) -> tuple[Odd, ...]:
        """Return all of them, in log order."""
        return tuple(self._found)

    def assumed(self) -> tuple[int, ...]:
        """Return the years whose holidays the calendar does not know, and Monday to Friday was assumed."""
        return tuple(sorted(year for year in self._years if not self.office.calendar.knows(year)))
