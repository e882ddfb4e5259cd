"""Dates and times as they stand in a sentence: one point, a stretch from one to another, or several.

Rule: it finds and takes apart, and knows what is written; which year is meant, and whether a date is
a due at all, is decided elsewhere. Each pattern is of bounded length, so a long line costs its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal

from xiada.workflows.intake.numerals import number
from xiada.workflows.intake.years import FOUR

Boundary = Literal["before", "until", "within"]

NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十廿卅两〇]{1,4})"
_N = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_YEAR = rf"(?:(?P<year>{FOUR})年度?|(?P<yearword>今年|本年度?|当年|明年|来年|次年|翌年|去年|上年))"
_YEAR_TOO = _YEAR.replace("<year>", "<year_too>").replace("<yearword>", "<yearword_too>")
_EDGES = "上旬|中旬|下旬|月底|月末|底|末|初"
_POINTS = (
    r"(?<![\d.])(?P<year_>(?:19|20)\d\d)[-./](?P<month_>\d{1,2})[-./](?P<day_>\d{1,2})(?![\d])[日号]?",
    (
        rf"(?:{_YEAR}|(?<!\d年))(?<!\d)(?:(?P<month>(?:{_N}|元)月份?|\d{{1,2}}(?=(?:-{{1,3}}|至|到)\d{{1,2}}月))"
        rf"|(?P<monthword>本月|当月|下个?月|次月))"
        rf"(?:(?P<day>{_N})(?:日|号)|(?P<bare>\d{{1,2}})(?=(?:-{{1,3}}|至|到|、)\d{{1,2}}[日号])|(?P<edge>{_EDGES})"
        rf"|(?P<inside>(?:之|以)?内))?"
    ),
    rf"(?:{_YEAR_TOO})年?(?P<yearedge>底|末|终|初|内|上半年|下半年|(?:第?[一二三四1-4]|本)季度[末底内初]?)",
    (
        r"(?<![一二三四五六七八九十\d几两多近全每半学])(?P<yearedge_>年底|年末|年终(?=前)|年内|上半年|下半年"
        r"|(?:第?[一二三四1-4]|本)季度[末底内初]?|月底|月末|本周内|本周末)"
    ),
    r"(?P<today>今天|今日|今晚|明天|明日|后天|当天|即日)|(?P<week>[本下]?(?:周|星期)[一二三四五六日天])(?![期])",
    rf"(?<![\d.月\])第])(?P<day__>{_N})(?:日|号)(?!程|常|报|志|后|期|益|子|文|令|制)",
    r"(?<![\d./第-])(?P<month__>\d{1,2})[./](?P<day___>\d{1,2})(?![\d.%年月])(?=.{0,16}?(?:前|止))",
)
_POINT = re.compile("|".join(f"(?:{one})" for one in _POINTS))
_WEEKDAY = re.compile(r"\(?[,]?(?:本|下)?(?:星期|周|礼拜)([一二三四五六日天])\)?")
_REMARK = re.compile(r"\((?:含|含当日|含当天|含\w{1,6}|北京时间|以邮戳为准|\w{1,3})\)")
_CLOCK = re.compile(
    r"(?:北京时间)?(?P<half>上午|下午|中午|晚上|晚|早上|早|傍晚|凌晨|午夜)?"
    r"(?P<hour>\d{1,2}|[一二三四五六七八九十两]{1,3})"
    r"(?::(?P<minute>\d\d)(?::\d\d)?时?|(?:点钟?|时)(?:(?P<spoken>半|一刻|三刻|\d{1,2}|[一二三四五]?十[五]?)分?)?)整?"
)
_VAGUE = re.compile(r"(?:上午|下午|中午|晚上|晚|午)?(?:下班|上班|放学)|(?:上午|下午|中午|晚上|晚间)(?=前|之前)")
_BOUNDARY = re.compile(
    r"(?P<before>之前|以前|前(?![后往期述沿言景赴夕来]))|(?P<until>为止|截止|止)|(?P<within>之内|以内"
    r"|内(?![容部涵设外]))"
)
_DASH = re.compile(r"(?:起|开始)?,?(?:-{1,3}|至|到)(?:次日)?")
_MOST = 24
_AND = re.compile(r"[、,]|和|及|以及|与|或")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One point in time as written; what is not written is None.

    Args:
        start: Where it begins.
        stop: Where it ends.
        year: A year of four digits, or a word such as 明年.
        month: A month, or a word such as 本月.
        day: A day of the month.
        edge: A part of a month, quarter or year: 中旬, 年底, 上半年.
        word: A day named from today: 明天, 本周五.
        weekday: The day of the week written beside it, Monday 0.
        clock: Hour and minute as written and reckoned to 24 hours, hour possibly 24.
        vague: A time that is no time of the clock: 下班.
    """

    start: int
    stop: int
    year: int | str | None = None
    month: int | str | None = None
    day: int | None = None
    edge: str | None = None
    word: str | None = None
    weekday: int | None = None
    clock: tuple[int, int] | None = None
    vague: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One or more points read together: a single one, the two ends of a range, or a list.

    Args:
        start: Where it begins.
        stop: Where it ends, its boundary word included.
        moments: The points.
        ranged: The two points are the ends of one range.
        boundary: The word that makes it a limit: before (前), until (止), within (内).
    """

    start: int
    stop: int
    moments: tuple[Moment, ...]
    ranged: bool = False
    boundary: Boundary | None = None


def stretches(text: str) -> Iterator[Stretch]:
    """Yield what a text in plain writing says about dates, in order.

    Example:
        >>> found = next(stretches("请于2020年6月10日(星期三)下午3点前报送"))
        >>> found.boundary, found.moments[0].day, found.moments[0].weekday, found.moments[0].clock
        ('before', 10, 2, (15, 0))
    """
    moments = list(_moments(text))
    index = 0
    while index < len(moments):
        group, ranged = _together(text, moments, index)
        index += len(group)
        yield _bounded(text, group, ranged=ranged)


def boundary(text: str, at: int) -> tuple[int, Boundary | None]:
    """Return where the boundary word at a place ends and which it is; None if there is none."""
    found = _BOUNDARY.match(text, at)
    if found is None:
        return at, None
    kind: Boundary = "before" if found["before"] else "until" if found["until"] else "within"
    return found.end(), kind


def _moments(text: str) -> Iterator[Moment]:
    """Yield the points in time, each with the weekday and the time of day beside it."""
    at = 0
    while found := _POINT.search(text, at):
        moment = _dated(found)
        at = found.end()
        if moment is not None:
            moment = _timed(text, _with_date(text, moment))
            at = max(at, moment.stop)
            yield moment


def _dated(found: re.Match[str]) -> Moment | None:
    """Return what a match says of the date, None if its numbers are none."""
    groups = found.groupdict()
    year = (
        _value(groups["year"] or groups["year_"] or groups["year_too"]) or groups["yearword"] or groups["yearword_too"]
    )
    month = (
        _value((groups["month"] or groups["month_"] or groups["month__"] or "").rstrip("份月")) or groups["monthword"]
    )
    written_day = groups["day"] or groups["day_"] or groups["day__"] or groups["day___"] or groups["bare"]
    edge = groups["edge"] or groups["yearedge"] or groups["yearedge_"] or ("内" if groups["inside"] else None)
    word = groups["today"] or groups["week"]
    day = _value(written_day)
    if written_day and day is None:
        return None
    return Moment(start=found.start(), stop=found.end(), year=year, month=month, day=day, edge=edge, word=word)


def _with_date(text: str, moment: Moment) -> Moment:
    """Return a day named from today as the date in the bracket behind it, if there is one: 本周五(3月11日)."""
    found = _POINT.match(text, moment.stop + 1) if moment.word and text.startswith("(", moment.stop) else None
    dated = _dated(found) if found and text.startswith(")", found.end()) else None
    if dated is None or dated.day is None:
        return moment
    day = re.search(r"(?:周|星期)(.)$", moment.word or "")
    weekday = "一二三四五六日".find(day[1].replace("天", "日")) if day else None
    return replace(dated, start=moment.start, stop=dated.stop + 1, weekday=weekday)


def _value(text: str | None) -> int | None:
    """Return a number written in either script, None if there is none."""
    return number(text.replace("元", "一")) if text else None


def _timed(text: str, moment: Moment) -> Moment:
    """Return a point with the weekday, remarks and time of day that follow it."""
    stop, weekday = moment.stop, moment.weekday
    if found := _WEEKDAY.match(text, stop):
        stop, weekday = found.end(), "一二三四五六日".find(found[1].replace("天", "日"))
    elif moment.word is None and moment.weekday is None and (found := _REMARK.match(text, stop)):
        stop = found.end()
    stop, clock, vague = clock_at(text, stop)
    return replace(moment, stop=stop, weekday=weekday, clock=clock, vague=vague)


def clock_at(text: str, at: int) -> tuple[int, tuple[int, int] | None, str | None]:
    """Return where a time of day at a place ends, the time, and words that are no time of the clock."""
    if (found := _CLOCK.match(text, at)) and (clock := _clock(found)) is not None:
        return found.end(), clock, None
    if found := _VAGUE.match(text, at):
        return found.end(), None, found[0]
    return at, None, None


def _clock(found: re.Match[str]) -> tuple[int, int] | None:
    """Return hour and minute of a match, reckoned to 24 hours; None if there is no such time."""
    hour = _value(found["hour"])
    spoken = {"半": 30, "一刻": 15, "三刻": 45}.get(found["spoken"] or "")
    minute = spoken if spoken is not None else _value(found["minute"] or found["spoken"]) or 0
    if hour is None:
        return None
    half = found["half"] or ""
    if half in ("下午", "晚上", "晚", "傍晚") and hour < 12:
        hour += 12
    if half == "中午" and hour < 3:
        hour += 12
    return (hour, minute) if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None


def wall_clock(clock: tuple[int, int] | None) -> time | None:
    """Return a time of day; midnight at the end of a day is the day itself, so None."""
    return None if clock is None or clock[0] == 24 else time(*clock)


def _together(text: str, moments: list[Moment], index: int) -> tuple[tuple[Moment, ...], bool]:
    """Return the points from `index` on that belong together, and whether they are a range."""
    first = moments[index]
    after = moments[index + 1 : index + 2]
    if after and _DASH.fullmatch(text, first.stop, after[0].start):
        return (first, _inheriting(first, after[0])), True
    group = [first]
    for moment in moments[index + 1 : index + _MOST]:
        if not _AND.fullmatch(text, group[-1].stop, moment.start) or boundary(text, group[-1].stop)[1]:
            break
        group.append(_inheriting(group[-1], moment))
    listed = len(group) > 1 and boundary(text, group[-1].stop)[1] is not None
    return (tuple(group), False) if listed else ((first,), False)


def _inheriting(first: Moment, second: Moment) -> Moment:
    """Return the second point with the year and month of the first where it names none."""
    month = first.month if second.month is None and second.edge is None and second.day is not None else second.month
    if second.month is None and second.edge in ("上旬", "中旬", "下旬", "底", "末", "初"):
        month = first.month
    return replace(second, year=first.year if second.year is None else second.year, month=month)


def _bounded(text: str, group: tuple[Moment, ...], *, ranged: bool) -> Stretch:
    """Return the points with the boundary word that follows them."""
    stop, kind = boundary(text, group[-1].stop)
    if kind is None and group[-1].edge and group[-1].edge.endswith("内"):
        kind = "within"
    return Stretch(start=group[0].start, stop=stop, moments=group, ranged=ranged, boundary=kind)
