"""Working days: weekdays less holidays plus make-up days (调休), as data.

Rule: a calendar says for which years it knows the holidays; for others it counts Monday to Friday
and `knows` answers False, so that the assumption can be shown. It reads no clock and no network.

Every day has a number: how many days through it are worked since the year 1. Monday to Friday this
number is arithmetic; the few days that depart from the week are kept in order with their sums, so
counting and moving take one search among them, however far apart the days are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Literal, NamedTuple

Shift = Literal["none", "next_workday", "previous_workday", "friday_or_next_workday"]
"""What becomes of a day that is not worked: it stands, goes on, goes back, or by what it is.

`friday_or_next_workday` is 如遇周末提前到星期五，遇节假日顺延: a plain weekend goes back to the last
working day before it, a public holiday goes on to the next, also where it falls on a weekend.
"""

_WEEKEND = 5
_LAST_DAY = date.max.toordinal()


class _Departures(NamedTuple):
    """The days that are not as the week says, in order.

    Args:
        days: Their ordinals.
        sums: What the first so many of them add to the working days, one entry more than days.
        through: Working days through each of them.
    """

    days: tuple[int, ...]
    sums: tuple[int, ...]
    through: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days of one country or office.

    Args:
        name: What it is, as printed beside a count.
        holidays: Days off that would be working days by the week; others in it do no harm.
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
    _departures: _Departures = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_departures", _departures(self.holidays, self.makeup))

    def knows(self, year: int) -> bool:
        """Tell whether the holidays of that year are known, not assumed."""
        return year in self.years

    def assumed(self, *days: date) -> tuple[int, ...]:
        """Return the years from the first to the last of these days whose holidays are not known.

        Example:
            >>> MON_FRI.assumed(date(2021, 1, 4), date(2020, 12, 28))
            (2020, 2021)
        """
        years = [day.year for day in days]
        return tuple(year for year in range(min(years), max(years) + 1) if not self.knows(year)) if years else ()

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on that day."""
        return day in self.makeup or (day.weekday() < _WEEKEND and day not in self.holidays)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the working day `count` working days after `day`, before it if negative.

        Zero is the day itself, working or not.

        Raises:
            OverflowError: There is no such date.

        Example:
            >>> MON_FRI.add_workdays(date(2020, 6, 20), -2)
            datetime.date(2020, 6, 18)
        """
        if count == 0:
            return day
        today = day.toordinal()
        return self._numbered(self._through(today) + count if count > 0 else self._through(today - 1) + 1 + count)

    def leaving(self, until: date, count: int) -> date:
        """Return the last working day after which `count` working days are left through `until`.

        Zero is the day itself. Before a working day this is `add_workdays(until, -count)`; a day of rest
        is no working day to count from, so before it it is one earlier.

        Raises:
            OverflowError: There is no such date.

        Example:
            >>> MON_FRI.leaving(date(2020, 6, 20), 2), MON_FRI.leaving(date(2020, 6, 19), 2)
            (datetime.date(2020, 6, 17), datetime.date(2020, 6, 17))
        """
        return self._numbered(self._through(until.toordinal()) - count) if count else until

    def count_workdays(self, after: date, until: date) -> int:
        """Return how many working days lie in (after, until]; negative if `until` is earlier."""
        return self._through(until.toordinal()) - self._through(after.toordinal())

    def shifted(self, day: date, policy: Shift) -> date:
        """Return `day`, moved off a non-working day as the policy says.

        Example:
            >>> MON_FRI.shifted(date(2020, 6, 20), "friday_or_next_workday")
            datetime.date(2020, 6, 19)
        """
        if policy == "none" or self.is_workday(day):
            return day
        plain_weekend = day.weekday() >= _WEEKEND and day not in self.holidays
        back = policy == "previous_workday" or (policy == "friday_or_next_workday" and plain_weekend)
        return self.add_workdays(day, -1 if back else 1)

    def with_table(self, table: Calendar) -> Calendar:
        """Return this calendar with the years another one knows put in place of its own.

        Example:
            >>> office = Calendar("office 2030", holidays=frozenset({date(2030, 6, 5)}), years=frozenset({2030}))
            >>> MON_FRI.with_table(office).is_workday(date(2030, 6, 5))
            False
        """
        if not self.years:
            return table
        return Calendar(
            f"{self.name}; {table.name}",
            _merged(self.holidays, table.holidays, table.years),
            _merged(self.makeup, table.makeup, table.years),
            self.years | table.years,
        )

    def _through(self, ordinal: int) -> int:
        """Return how many days through an ordinal are worked; ordinal 1 is a Monday."""
        found = self._departures
        return _weekdays_through(ordinal) + found.sums[bisect_right(found.days, ordinal)]

    def _numbered(self, number: int) -> date:
        """Return the working day of that number."""
        found = self._departures
        place = bisect_left(found.through, number)
        weeks, days = divmod(number - found.sums[place] - 1, _WEEKEND)
        ordinal = weeks * 7 + days + 1
        if place < len(found.days):
            ordinal = min(ordinal, found.days[place])  # else it is the make-up day that brings the number up
        if not 1 <= ordinal <= _LAST_DAY:
            raise OverflowError("no such date")
        return date.fromordinal(ordinal)


def _departures(holidays: Iterable[date], makeup: frozenset[date]) -> _Departures:
    """Return where holidays and make-up days depart from the week."""
    changes = {day.toordinal(): -1 for day in holidays if day.weekday() < _WEEKEND and day not in makeup}
    changes |= {day.toordinal(): 1 for day in makeup if day.weekday() >= _WEEKEND}
    days = tuple(sorted(changes))
    sums = tuple(accumulate((changes[day] for day in days), initial=0))
    through = tuple(_weekdays_through(day) + total for day, total in zip(days, sums[1:], strict=True))
    return _Departures(days, sums, through)


def _weekdays_through(ordinal: int) -> int:
    """Return how many days through an ordinal are Mondays to Fridays."""
    return ordinal // 7 * _WEEKEND + min(ordinal % 7, _WEEKEND)


def _merged(ours: Iterable[date], theirs: frozenset[date], years: frozenset[int]) -> frozenset[date]:
    """Return our days outside the other's years, and the other's within them."""
    return theirs | {day for day in ours if day.year not in years}


MON_FRI = Calendar("Mon-Fri, holidays not known")
"""Monday to Friday: what is assumed where no calendar was given."""
