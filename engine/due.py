"""Dues: the words in which a notice says "by when", and the instant they come to.

Rule: an instant is an integer, µs since 1970 UTC; NEVER is later than all of them and means undated.
A date without a time is the last µs of that day in the cascade's zone. Words are kept as they came:
what was inferred is marked `assumed`, and nothing is moved off a non-working day unless asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from xiada.engine import limits
from xiada.engine.calendar import MON_FRI, Calendar, Shift
from xiada.engine.errors import LimitExceeded, Malformed
from xiada.engine.limits import EARLIEST_YEAR, INTEGER, LATEST_YEAR, shown

NEVER = INTEGER
"""The greatest instant: undated, and later than every date."""

DAY_US = 86_400_000_000
SHANGHAI = "Asia/Shanghai"

Anchor = Literal["issue", "receipt", "parent_due", "activity_end", "event"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What relative dues are counted from: a zone, a calendar, and instants in µs where known."""

    zone: str = SHANGHAI
    calendar: Calendar = MON_FRI
    issue: int | None = None
    receipt: int | None = None
    parent_due: int | None = None
    activity_end: int | None = None
    event: int | None = None


class _Words:
    """What all forms of due have in common: a shift policy that is one of the choices."""

    __slots__ = ()
    shift: Shift

    def __post_init__(self) -> None:
        limits.choice(self.shift, "shift", get_args(Shift))


@dataclass(frozen=True, slots=True)
class On(_Words):
    """By one date, and by a time of it if one is said.

    Example:
        >>> show(resolve(On(date(2020, 6, 10)), Anchors()), SHANGHAI)
        '2020-06-10'
    """

    on: date
    time: time | None = None
    shift: Shift = "none"
    soft: bool = False
    assumed: str | None = None


@dataclass(frozen=True, slots=True)
class Every(_Words):
    """By each occurrence of an RFC 5545 recurrence rule, e.g. `FREQ=MONTHLY;BYMONTHDAY=9,19,28`."""

    rrule: str
    shift: Shift = "none"
    soft: bool = False
    assumed: str | None = None

    def __post_init__(self) -> None:
        _Words.__post_init__(self)
        _rule(self.rrule, datetime.combine(date(2000, 1, 1), time()))


@dataclass(frozen=True, slots=True)
class Relative(_Words):
    """So many days, or working days, after (before, if negative) an anchor."""

    anchor: Anchor
    days: int
    workdays: bool = False
    shift: Shift = "none"
    soft: bool = False
    assumed: str | None = None

    def __post_init__(self) -> None:
        _Words.__post_init__(self)
        limits.choice(self.anchor, "anchor", get_args(Anchor))


@dataclass(frozen=True, slots=True)
class Between(_Words):
    """Fuzzy words such as "mid-May to early June": owed by the later end, the words kept."""

    earliest: date
    latest: date
    words: str
    shift: Shift = "none"
    soft: bool = False
    assumed: str | None = None


@dataclass(frozen=True, slots=True)
class Promptly(_Words):
    """No date given: undated, unless a service level of so many days was agreed."""

    sla_days: int | None = None
    shift: Shift = "none"
    soft: bool = False
    assumed: str | None = None


Due: TypeAlias = On | Every | Relative | Between | Promptly
DueLike: TypeAlias = Due | date | datetime


def instant(moment: datetime) -> int:
    """Return an aware datetime as µs since 1970 UTC.

    Raises:
        Malformed: It is naive, so it names no instant.
        LimitExceeded: Its year is outside 1970 to 2199.

    Example:
        >>> instant(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
        1000000
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise Malformed(
            "naive_time",
            f"{moment.isoformat()} has no time zone",
            remedy="Add an offset, e.g. +08:00: without one it names no instant.",
        )
    _check_year(moment.year)
    return _us(moment)


def _us(moment: datetime) -> int:
    """Return any aware datetime as µs since 1970 UTC."""
    return (moment - _EPOCH) // _US


def at(us: int, zone: str = "UTC") -> datetime:
    """Return µs since 1970 UTC as an aware datetime in `zone`."""
    return (_EPOCH + timedelta(microseconds=us)).astimezone(zone_info(zone))


def zone_info(zone: str) -> ZoneInfo:
    """Return the time zone of that IANA name.

    Raises:
        Malformed: There is none.
    """
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise Malformed(
            "unknown_zone",
            f"time zone {shown(zone)} is not known",
            remedy="Use an IANA name such as Asia/Shanghai.",
        ) from error


def end_of_day(day: date, zone: str) -> int:
    """Return the last µs of `day` in `zone`."""
    _check_year(day.year)
    return _end_of(day, zone)


def _end_of(day: date, zone: str) -> int:
    """Return the last µs of any day in `zone`."""
    return _us(datetime.combine(day + timedelta(days=1), time(), zone_info(zone))) - 1


def resolve(due: DueLike, anchors: Anchors) -> int:
    """Return the instant a due comes to, µs since 1970 UTC; NEVER if undated.

    Raises:
        Malformed: A naive datetime, a bad rule, or an anchor that is not known.
        LimitExceeded: A year outside 1970 to 2199.

    Example:
        >>> late = resolve(Relative("parent_due", -2, workdays=True), Anchors(parent_due=resolve(
        ...     On(date(2020, 6, 20)), Anchors())))
        >>> show(late, SHANGHAI)
        '2020-06-18'
    """
    match due:
        case datetime():
            return instant(due)
        case date():
            return end_of_day(due, anchors.zone)
        case Promptly(sla_days=None):
            return NEVER
        case Every():
            return next(occurrences(due, anchors), NEVER)
        case _:
            day, clock = _day_of(due, anchors)
            day = anchors.calendar.shifted(day, due.shift)
            return end_of_day(day, anchors.zone) if clock is None else _clocked(day, clock, anchors.zone)


def is_known(due: DueLike, anchors: Anchors) -> bool:
    """Tell whether what a due is counted from has a date: a receipt has none before somebody signs.

    Example:
        >>> is_known(Relative("receipt", 10, workdays=True), Anchors()), is_known(date(2020, 6, 10), Anchors())
        (False, True)
    """
    return not isinstance(due, Relative) or getattr(anchors, due.anchor) not in (None, NEVER)


def resolve_if_known(due: DueLike, anchors: Anchors) -> int:
    """Return what `resolve` does, but NEVER while what the due is counted from has no date."""
    return resolve(due, anchors) if is_known(due, anchors) else NEVER


def _clocked(day: date, clock: time, zone: str) -> int:
    """Return the instant of a wall-clock time on a day in a zone."""
    return instant(datetime.combine(day, clock, clock.tzinfo or zone_info(zone)))


def _day_of(due: On | Relative | Between | Promptly, anchors: Anchors) -> tuple[date, time | None]:
    """Return the day a due names, before any shift, and its time of day."""
    match due:
        case On(on=on, time=clock):
            return on, clock
        case Between(latest=latest):
            return latest, None
        case Relative(anchor=anchor, days=days, workdays=workdays):
            return _moved(_anchored(anchor, anchors), days, workdays=workdays, calendar=anchors.calendar), None
        case Promptly(sla_days=days):
            assert days is not None
            return _moved(_anchored("issue", anchors), days, workdays=False, calendar=anchors.calendar), None


def _anchored(anchor: Anchor, anchors: Anchors) -> date:
    """Return the day of an anchor in the cascade's zone."""
    found: int | None = getattr(anchors, anchor)
    if found is None or found == NEVER:
        raise Malformed(
            "unknown_anchor",
            f"a due is counted from '{anchor}', which has no date here",
            anchor=anchor,
            remedy="Give a date, or a due counted from something that is dated.",
        )
    return at(found, anchors.zone).date()


def _moved(day: date, days: int, *, workdays: bool, calendar: Calendar) -> date:
    """Return the day so many days or working days away."""
    try:
        return calendar.add_workdays(day, days) if workdays else day + timedelta(days=days)
    except OverflowError as error:
        raise LimitExceeded("bad_year", f"{days} days from {day} is no date", remedy="Count fewer days.") from error


def occurrences(due: Every, anchors: Anchors) -> Iterator[int]:
    """Yield the instants of a recurring due from the issue on, end of day unless the rule says BYHOUR.

    Raises:
        Malformed: The rule cannot be read, or the issue is not known.
    """
    rule = _rule(due.rrule, datetime.combine(_anchored("issue", anchors), time()))
    for moment in rule:
        if moment.year > LATEST_YEAR:
            return
        day = anchors.calendar.shifted(moment.date(), due.shift)
        timed = "BYHOUR" in due.rrule
        yield _clocked(day, moment.time(), anchors.zone) if timed else end_of_day(day, anchors.zone)


def _rule(text: str, begin: datetime) -> Iterable[datetime]:
    """Return the occurrences of an RFC 5545 rule from a day on."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415  (20 ms nobody pays who has no recurring due)

    if re.search(r"FREQ=(HOUR|MINUTE|SECOND)LY", text):
        raise Malformed(
            "bad_rrule", f"recurrence rule {shown(text)} is finer than a day", remedy="Owe it daily at most."
        )
    if re.search(r"INTERVAL=0*(;|$)", text):
        raise Malformed(
            "bad_rrule", f"recurrence rule {shown(text)} never moves on", remedy="Give an interval above 0."
        )
    try:
        return rrulestr(text.removeprefix("RRULE:"), dtstart=begin)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Malformed(
            "bad_rrule", f"recurrence rule {shown(text)} cannot be read", remedy="Write it as in RFC 5545."
        ) from error


def parse(text: str, zone: str = SHANGHAI) -> DueLike | None:
    """Read a due as people type it: `2020-06-10`, `2020-06-10T15:00+08:00`, or `undated` (None).

    A time without an offset is a wall-clock time in `zone`.

    Raises:
        Malformed: It is no date that exists.
        LimitExceeded: A year outside 1970 to 2199.

    Example:
        >>> parse("2020-06-10")
        datetime.date(2020, 6, 10)
        >>> parse("2020-02-30")
        Traceback (most recent call last):
        xiada.engine.errors.Malformed: '2020-02-30' is no date. Write YYYY-MM-DD or YYYY-MM-DDThh:mm, or 'undated'.
    """
    word = text.strip()
    if word == "undated":
        return None
    try:
        if "T" not in word and ":" not in word:
            found = date.fromisoformat(word)
            _check_year(found.year)
            return found
        moment = datetime.fromisoformat(word)
    except ValueError as error:
        raise Malformed(
            "bad_date",
            f"{shown(text)} is no date",
            remedy="Write YYYY-MM-DD or YYYY-MM-DDThh:mm, or 'undated'.",
        ) from error
    _check_year(moment.year)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_info(zone))


def show(us: int, zone: str = SHANGHAI) -> str:
    """Return an instant as people read it: the date alone when it is the end of that day."""
    if us == NEVER:
        return "undated"
    moment = at(us, zone)
    if us == _end_of(moment.date(), zone):
        return moment.date().isoformat()
    return moment.strftime("%Y-%m-%d %H:%M" if not moment.second else "%Y-%m-%d %H:%M:%S")


def _check_year(year: int) -> None:
    """Refuse a year no directive has."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise LimitExceeded(
            "bad_year",
            f"the year {year} is outside {EARLIEST_YEAR} to {LATEST_YEAR}",
            found=year,
            remedy="Check the date for a slip of the pen.",
        )


def show_second(us: int, zone: str = SHANGHAI) -> str:
    """Return an instant as people read it, always to the second.

    Example:
        >>> show_second(0)
        '1970-01-01 08:00:00'
    """
    return at(us, zone).strftime("%Y-%m-%d %H:%M:%S")
