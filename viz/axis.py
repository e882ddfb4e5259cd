"""A time axis: from when to when, and the instants it is marked at.

Rule: marks are instants that exist, at the beginning of an hour, a day, a week, a month, a quarter or a year in the
zone of the cascade. What lies too far from what has happened is left off, lest it squeeze all the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Literal

from xiada.engine.due import DAY_US, NEVER, at, instant, zone_info
from xiada.engine.limits import EARLIEST_YEAR, LATEST_YEAR
from xiada.viz.labels import Labels

Grain = Literal["minute", "hour", "day", "month", "quarter", "year"]
HOUR_US = DAY_US // 24
_MINUTE_US = HOUR_US // 60
_REACH_US = 45 * DAY_US
_REACH_TIMES = 2
_BREATH = 50
MARKS = 7
"""On paper there is room for so many marks at least."""

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Axis:
    """From when to when, µs since 1970 UTC, `now` between them."""

    start: int
    end: int
    now: int
    zone: str

    def share(self, t: int) -> float:
        """Return how far along an instant stands, 0 at the start, 1 at the end; nearest end for what is beyond."""
        return (min(max(t, self.start), self.end) - self.start) / (self.end - self.start)

    def holds(self, t: int) -> bool:
        """Tell whether an instant is on it."""
        return self.start <= t <= self.end


@dataclass(frozen=True, slots=True)
class Tick:
    """An instant the axis is marked at, as a wall clock of the zone shows it."""

    t: int
    moment: datetime
    grain: Grain


def axis_of(begun: Iterable[int], dues: Iterable[int], now: int, zone: str) -> Axis:
    """Return the axis over what happened and what is due: from a bit before it to the mark after the last due.

    Args:
        begun: When each directive shown was issued, µs UTC.
        dues: Their dues; those too far off, and NEVER, are left out.
        now: The instant looked from.
        zone: Whose days and months are marked.

    Example:
        >>> axis = axis_of([0], [10 * DAY_US, 40_000 * DAY_US], 5 * DAY_US, "UTC")
        >>> axis.holds(10 * DAY_US), axis.holds(40_000 * DAY_US)
        (True, False)
    """
    first = min((now, *begun))
    reach = max(_REACH_TIMES * (now - first), _REACH_US)
    near = [due for due in dues if due != NEVER and first - reach <= due <= now + reach]
    start, end = min((first, *near)), max((now, *near))
    breath = max((end - start) // _BREATH, (HOUR_US - (end - start)) // 2, _MINUTE_US)
    return _to_a_mark(Axis(start - breath, end, now, zone), breath)


def _to_a_mark(axis: Axis, breath: int) -> Axis:
    """Return an axis up to its next mark and a bit, so that what lies at its end lies between two marks."""
    for step, _, instants in _STEPS:
        if axis.end - axis.start < step * MARKS:
            found = _between(replace(axis, end=axis.end + 2 * step), instants)
            beyond = [t for t in found[:MARKS] if t >= axis.end]
            if beyond:
                return replace(axis, end=beyond[0] + breath)
    return replace(axis, end=axis.end + breath)


def ticks(axis: Axis, most: int) -> tuple[Tick, ...]:
    """Return the marks of an axis, at most so many: the finest that fit.

    Example:
        >>> axis = Axis(0, 3 * DAY_US, DAY_US, "UTC")
        >>> [f"{tick.moment:%d %H}" for tick in ticks(axis, 4)], len(ticks(axis, 8))
        (['01 00', '02 00', '03 00', '04 00'], 7)
    """
    length = axis.end - axis.start
    for step, grain, instants in _STEPS:
        if length // step < most:
            found = _between(axis, instants)
            if len(found) <= most:
                return tuple(Tick(t, at(t, axis.zone), grain) for t in found)
    return ()


def _between(axis: Axis, instants: Callable[[Axis], Iterator[int]]) -> list[int]:
    """Return the instants of a kind that are on an axis, each once."""
    found = takewhile(lambda t: t <= axis.end, instants(axis))
    return list(dict.fromkeys(t for t in found if t >= axis.start))


def _minutes(step: int) -> Callable[[Axis], Iterator[int]]:
    """Return what yields every so many minutes of the hour; zones differ by quarters of an hour at least."""

    def found(axis: Axis) -> Iterator[int]:
        start = axis.start - axis.start % (15 * _MINUTE_US)
        t = start + (-(at(start, axis.zone).minute) % step) * _MINUTE_US
        while t <= axis.end:
            yield t
            t += step * _MINUTE_US

    return found


def _hours(step: int) -> Callable[[Axis], Iterator[int]]:
    """Return what yields every so many hours of a day; an hour the clocks leap over is left out."""

    def found(axis: Axis) -> Iterator[int]:
        zone = zone_info(axis.zone)
        for day in _dates(axis, 1):
            for hour in range(0, 24, step):
                wanted = datetime.combine(day, time(hour), zone)
                t = instant(wanted)
                if at(t, axis.zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
                    yield t

    return found


def _days(step: int) -> Callable[[Axis], Iterator[int]]:
    """Return what yields the beginning of every so many days, of every Monday for weeks."""

    def found(axis: Axis) -> Iterator[int]:
        return (_midnight(day, axis.zone) for day in _dates(axis, step))

    return found


def _dates(axis: Axis, step: int) -> Iterator[date]:
    """Yield every so many days, from one at or before the start; seven and fourteen come to Mondays."""
    day = at(axis.start, axis.zone).date()
    day -= timedelta(days=(day.toordinal() - 1) % step)
    while day.year <= LATEST_YEAR:
        if day.year >= EARLIEST_YEAR:
            yield day
        day += timedelta(days=step)


def _months(step: int) -> Callable[[Axis], Iterator[int]]:
    """Return what yields the beginning of every so many months, twelve to the year."""

    def found(axis: Axis) -> Iterator[int]:
        first = at(axis.start, axis.zone).date()
        number = 12 * first.year + first.month - 1
        number -= number % step
        while number // 12 <= LATEST_YEAR:
            if number // 12 >= EARLIEST_YEAR:
                yield _midnight(date(number // 12, number % 12 + 1, 1), axis.zone)
            number += step

    return found


def _midnight(day: date, zone: str) -> int:
    """Return when a day begins."""
    return instant(datetime.combine(day, time(), zone_info(zone)))


_STEPS: tuple[tuple[int, Grain, Callable[[Axis], Iterator[int]]], ...] = (
    *((step * _MINUTE_US, "minute", _minutes(step)) for step in (5, 10, 15, 30)),
    *((step * HOUR_US, "hour", _hours(step)) for step in (1, 2, 3, 6, 12)),
    *((step * DAY_US, "day", _days(step)) for step in (1, 2, 7, 14)),
    (28 * DAY_US, "month", _months(1)),
    (90 * DAY_US, "quarter", _months(3)),
    *((step * 365 * DAY_US, "year", _months(12 * step)) for step in (1, 2, 5, 10, 20, 50, 100)),
)
"""From fine to coarse: about how long, what it is, and how it is found."""


def tick_words(tick: Tick, labels: Labels) -> tuple[str, str]:
    """Return what stands at a mark: what it lies in (a day or a year), and its own word.

    Example:
        >>> from xiada.viz.labels import catalogue
        >>> tick = Tick(0, datetime(2020, 7, 1), "quarter")
        >>> tick_words(tick, catalogue("zh")), tick_words(tick, catalogue("en"))
        (('2020 年', '3 季度'), ('2020', 'Q3'))
    """
    moment, year = tick.moment, labels.say("timeline_year", year=str(tick.moment.year))
    match tick.grain:
        case "minute" | "hour":
            return moment.date().isoformat(), f"{moment:%H:%M}"
        case "day":
            return year, f"{moment:%m-%d}"
        case "month":
            return year, labels.say("timeline_month", number=moment.month, name=_MONTH_NAMES[moment.month - 1])
        case "quarter":
            return year, labels.say("timeline_quarter", number=(moment.month + 2) // 3)
        case "year":
            return "", year
