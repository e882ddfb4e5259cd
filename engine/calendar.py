"""Working days: weekdays less holidays plus make-up days (调休), as data.

Rule: a calendar says for which years it knows the holidays; for others it counts Monday to Friday
and `knows` answers False, so that the assumption can be shown. It reads no clock and no network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days of one country or office.

    Args:
        name: What it is, as printed beside a count.
        holidays: Days off that would be working days by the week.
        makeup: Weekend days worked instead.
        years: Years for which holidays and make-up days are known.

    Example:
        >>> MON_FRI.count_workdays(date(2020, 6, 10), date(2020, 6, 20))
        7
    """

    name: str
    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def knows(self, year: int) -> bool:
        """Tell whether the holidays of that year are known, not assumed."""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on that day."""
        return day in self.makeup or (day.weekday() < _WEEKEND and day not in self.holidays)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the working day `count` working days after `day`, before it if negative.

        Zero is the day itself, working or not.
        """
        step = timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def count_workdays(self, after: date, until: date) -> int:
        """Return how many working days lie in (after, until]; negative if `until` is earlier."""
        if until < after:
            return -self.count_workdays(until, after)
        days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
        return sum(self.is_workday(day) for day in days)

    def shifted(self, day: date, policy: Literal["none", "next_workday", "previous_workday"]) -> date:
        """Return `day`, moved off a non-working day as the policy says."""
        if policy == "none" or self.is_workday(day):
            return day
        return self.add_workdays(day, 1 if policy == "next_workday" else -1)


MON_FRI = Calendar("Mon-Fri, holidays not known")
"""Monday to Friday: what is assumed where no calendar was given."""
