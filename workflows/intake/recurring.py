"""Dues that come again: 每月5日前, 每季度末, 每周五, 次月10日前, as recurrence rules.

Rule: what the words leave open (which day of the month) stays open in the rule and is marked so; a
rule of working days counts Monday to Friday, for a recurrence rule knows no holidays.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from xiada.workflows.intake.moments import NUMBER, boundary, clock_at
from xiada.workflows.intake.numerals import number

_DAY = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_AND = r"(?:、|,|和|及|以及|与)"
_DAYS = rf"(?P<days>{_DAY}[日号]?(?:{_AND}{_DAY}[日号]?){{0,11}})[日号]"
_WITHIN = rf"(?P<count>{NUMBER})个?(?P<work>工作)?[日天](?:之|以)?内"
_ENDED = r"(?:结束|终了|期满|期末|末)?(?:之?后)?的?"
_SPAN = r"[\u4e00-\u9fff]{1,6}(?:结束|截止|期满)(?:之?后)?的?" + _WITHIN.replace("<count>", "<after>").replace(
    "<work>", "<worked>"
)
_WORKING = "BYDAY=MO,TU,WE,TH,FR"
_WEEKDAYS = dict(zip("一二三四五六日天", ("MO", "TU", "WE", "TH", "FR", "SA", "SU", "SU"), strict=True))
_OPENING, _CLOSING = "BYMONTH=1,4,7,10", "BYMONTH=3,6,9,12"
_LONGEST_WORKING, _LONGEST_MONTH = 20, 28


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A recurring due as written.

    Args:
        start: Where it begins.
        stop: Where it ends, its time of day and boundary word included.
        rrule: The rule, RFC 5545.
        open: The words do not say on which day.
        limited: A boundary word (前, 内) follows.
        vague: A time that is no time of the clock (下班), as written.
    """

    start: int
    stop: int
    rrule: str
    open: bool
    limited: bool
    vague: str | None = None


_Rule: TypeAlias = tuple[str, bool] | None
_Builder: TypeAlias = Callable[[re.Match[str]], _Rule]


def _fixed(rule: str, *, open_: bool = False) -> _Builder:
    """Return a builder of always the same rule."""
    return lambda _: (rule, open_)


def _month_days(found: re.Match[str]) -> _Rule:
    """Return the rule of listed days of every month."""
    days = sorted({number(one.rstrip("日号")) or 0 for one in re.split(_AND, found["days"])})
    return (f"FREQ=MONTHLY;BYMONTHDAY={_joined(days)}", False) if days[0] > 0 and days[-1] <= 31 else None


def _in_month(months: str) -> _Builder:
    """Return a builder of the rule of one day in certain months."""
    return lambda found: _one_day(months, number(found["day"]))


def _one_day(months: str, day: int | None) -> _Rule:
    """Return the rule of one day in certain months, None if no such day."""
    return (f"FREQ=YEARLY;{months};BYMONTHDAY={day}", False) if day and day <= 31 else None


def _first_days(months: str) -> _Builder:
    """Return a builder of the rule of so many days, or working days, from the first of certain months on."""
    prefix = f"FREQ=MONTHLY;{months}" if months else "FREQ=MONTHLY"

    def rule(found: re.Match[str]) -> _Rule:
        count = number(found["count"]) or 0
        if found["work"]:
            return (f"{prefix};{_WORKING};BYSETPOS={count}", False) if 0 < count <= _LONGEST_WORKING else None
        return (f"{prefix};BYMONTHDAY={count}", False) if 0 < count <= _LONGEST_MONTH else None

    return rule


def _year_days(found: re.Match[str]) -> _Rule:
    """Return the rule of listed days, or month ends, of every year; None if one rule cannot say them."""
    dates = re.findall(rf"({_DAY})月份?(?:({_DAY})[日号]|([底末]))?", found["dates"])
    months = [number(month) or 0 for month, _, _ in dates]
    days = [number(day) if day else None for _, day, _ in dates]
    if not all(0 < month <= 12 for month in months):
        return None
    listed = f"FREQ=YEARLY;BYMONTH={_joined(sorted(set(months)))}"
    if all(day is None for day in days[:-1]) and days[-1]:
        return f"{listed};BYMONTHDAY={days[-1]}", False
    if all(day is None or day == monthrange(2001, month)[1] for month, day in zip(months, days, strict=True)):
        return f"{listed};BYMONTHDAY=-1", not any(days) and not dates[-1][2]
    return (f"{listed};BYMONTHDAY={days[0]}", False) if len(set(days)) == 1 else None


def _weekly(found: re.Match[str]) -> _Rule:
    """Return the rule of every week, or every other, and its days if they are said."""
    interval = ";INTERVAL=2" if found["other"] or found["alternate"] else ""
    days = [_WEEKDAYS[one] for one in found["on"] or "" if one in _WEEKDAYS]
    ordered = [one for one in dict.fromkeys(_WEEKDAYS.values()) if one in days]
    return f"FREQ=WEEKLY{interval}{';BYDAY=' + ','.join(ordered) if ordered else ''}", not ordered


def _nth_weekday(found: re.Match[str]) -> _Rule:
    """Return the rule of the last, or the nth, of a weekday in every month."""
    nth = -1 if found["last"] else number(found["nth"])
    return f"FREQ=MONTHLY;BYDAY={nth}{_WEEKDAYS[found['on']]}", False


_DATES = rf"(?P<dates>{_DAY}月份?(?:{_DAY}[日号]|[底末])?(?:{_AND}{_DAY}月份?(?:{_DAY}[日号]|[底末])?){{0,11}})"
_TABLE: tuple[tuple[str, _Builder], ...] = (
    (rf"每个?季度?的?(?:末|最后一个?|第?三个?)月份?的?(?P<day>{_DAY})[日号]", _in_month(_CLOSING)),
    (rf"(?:每个?|次|下)季度?后?的?(?:首|头|第?一个?)个?月份?的?(?P<day>{_DAY})[日号]", _in_month(_OPENING)),
    (rf"每个?季度?的?第?二个月份?的?(?P<day>{_DAY})[日号]", _in_month("BYMONTH=2,5,8,11")),
    (rf"(?:每个?|次|下)季度?{_ENDED}(?:下|次)?(?:个?季度?)?(?:首月|前)?{_WITHIN}", _first_days(_OPENING)),
    (rf"(?:每个?|次|下)季度?{_ENDED}首?(?:个|次|下)?月份?(?P<day>{_DAY})[日号]", _in_month(_OPENING)),
    (r"每个?季度?的?(?:末月?月?底?|底|结束(?=前)|最后一[天日])", _fixed(f"FREQ=YEARLY;{_CLOSING};BYMONTHDAY=-1")),
    (r"每个?季度?|按季度?|分季度|逐季度?|一季度?一(?=报|送|反)", _fixed("FREQ=MONTHLY;INTERVAL=3", open_=True)),
    (rf"(?:每个?|次|下)月份?{_ENDED}(?:次月|下月)?前?{_WITHIN}", _first_days("")),
    (rf"(?:每个?|次|下)月份?的?(?:第|前)(?P<count>{NUMBER})个?(?P<work>工作)日", _first_days("")),
    (
        r"每个?月份?的?(?:(?P<last>最后一?个?)|第(?P<nth>[一二三四1-4])个?)(?:周|星期)(?P<on>[一二三四五六日天])",
        _nth_weekday,
    ),
    (r"每个?月份?的?最后一?个?工作日", _fixed(f"FREQ=MONTHLY;{_WORKING};BYSETPOS=-1")),
    (r"每个?月份?的?(?:月?[底末]|最后一[天日])", _fixed("FREQ=MONTHLY;BYMONTHDAY=-1")),
    (r"每个?月份?的?(?:上旬|月?初)", _fixed("FREQ=MONTHLY;BYMONTHDAY=10", open_=True)),
    (r"每个?月份?的?中旬", _fixed("FREQ=MONTHLY;BYMONTHDAY=20", open_=True)),
    (r"每个?月份?的?下旬", _fixed("FREQ=MONTHLY;BYMONTHDAY=-1", open_=True)),
    (rf"(?:每个?|次)月份?的?(?:{_DAY}[日号]?(?:-|至|到))?{_DAYS}", _month_days),
    (rf"每个?季度?的?{_SPAN}", _fixed("FREQ=MONTHLY;INTERVAL=3", open_=True)),
    (rf"每个?月份?的?{_SPAN}", _fixed("FREQ=MONTHLY", open_=True)),
    (r"每个?月|按月|逐月|分月|月月(?=报|上)|一月一(?=报|送|反)", _fixed("FREQ=MONTHLY", open_=True)),
    (r"每旬的?(?:第一[日天]|首日)", _fixed("FREQ=MONTHLY;BYMONTHDAY=1,11,21")),
    (r"每旬(?:末|底|结束)?|按旬|逐旬", _fixed("FREQ=MONTHLY;BYMONTHDAY=10,20,-1", open_=True)),
    (rf"每年度?的?{_DATES}", _year_days),
    (rf"(?:每|按)个?(?:半年度?|季度?|年度?)\({_DATES}(?:之?前)?\)", _year_days),
    (r"每年度?的?年?[底末]", _fixed("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1")),
    (r"(?:每|按)个?半年度?[底末]", _fixed("FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1")),
    (r"(?:每|按)个?(?:半年度?|学期(?:[末底]|结束时?)?)", _fixed("FREQ=MONTHLY;INTERVAL=6", open_=True)),
    (r"每年度?|按年度?|逐年", _fixed("FREQ=YEARLY", open_=True)),
    (
        (
            r"(?:每个?(?P<other>[两双二2]个?)?|(?P<alternate>隔))(?:周|星期)的?"
            r"(?P<on>[一二三四五六日天](?:(?:、|和|及|,|周|星期){1,3}[一二三四五六日天]){0,6})?(?!期|年|末)"
        ),
        _weekly,
    ),
    (r"按周|逐周|一周一(?=报|送|反)", _fixed("FREQ=WEEKLY", open_=True)),
    (r"每个?工作日", _fixed("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")),
    (r"每[日天]|逐日|按日|一日一(?=报|送)", _fixed("FREQ=DAILY")),
)
_RULES = tuple((re.compile(pattern), build) for pattern, build in _TABLE)
_BEGIN = re.compile(r"[每按逐次下分月一隔]")


def recurrences(text: str) -> Iterator[Recurrence]:
    """Yield the recurring dues a text in plain writing names, in order.

    Example:
        >>> [found.rrule for found in recurrences("请于每月9日、19日、28日前报送,每季度末汇总")]
        ['FREQ=MONTHLY;BYMONTHDAY=9,19,28', 'FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1']
    """
    at = 0
    while begin := _BEGIN.search(text, at):
        recurrence = _at(text, begin.start())
        at = begin.end() if recurrence is None else recurrence.stop
        if recurrence is not None:
            yield recurrence


def _at(text: str, start: int) -> Recurrence | None:
    """Return the recurring due that begins at a place, None if none does."""
    for pattern, build in _RULES:
        found = pattern.match(text, start)
        rule = build(found) if found else None
        if found and rule:
            return _whole(text, found, rule)
    return None


def _whole(text: str, found: re.Match[str], rule: tuple[str, bool]) -> Recurrence:
    """Return a recurring due with the time of day and the boundary word that follow it."""
    rrule, is_open = rule
    stop, clock, vague = clock_at(text, found.end())
    if clock is not None and clock[0] < 24:
        rrule += f";BYHOUR={clock[0]};BYMINUTE={clock[1]}"
    stop, limit = boundary(text, stop)
    return Recurrence(found.start(), stop, rrule, is_open, limit is not None, vague)


def _joined(values: list[int]) -> str:
    """Return numbers with commas between them."""
    return ",".join(map(str, values))
