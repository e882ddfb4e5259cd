"""What a sentence says about time, read as dues: a date, a recurrence, a count, or fuzzy words.

Rule: every reading keeps its words and its doubts; a year that was not written is `assumed`, and what
cannot be dated stays undated. Whether a reading is the due of anything is decided by the sentence.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from xiada.engine.due import Between, Due, Every, On
from xiada.workflows.intake.doubting import weekday
from xiada.workflows.intake.moments import Boundary, Moment, Stretch, stretches, wall_clock
from xiada.workflows.intake.recurring import Recurrence, recurrences
from xiada.workflows.intake.relative import Counted, counted
from xiada.workflows.intake.script import COVER
from xiada.workflows.intake.years import FROM_ISSUE, Years, possible

Remark = tuple[str, str]
"""Code and sentence of a doubt, its place not yet known."""

_TENTHS = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "底": (21, 31), "末": (21, 31)}
_WEEKDAYS = "一二三四五六日"
_WEEK = ("本周内", "本周末")
_QUARTERS = ("一1", "二2", "三3", "四4")
_UNDATED = re.compile(
    r"(?:[本下上]?学期|学年|假期|寒假|暑假|放假|开学|春节|元旦|清明节?|五一|劳动节|端午节?|中秋节?|国庆节?|节日?"
    r"|汛期|年会|会议召开|会议|活动|考试|比赛|报到|汛)"
    r"(?:末|初|结束|开始|返校|来临|到来|召开)?(?:之|以)?前(?!后|往|期|述|夕)"
)
_ENDS = ("底", "末", "终", "内")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One thing a sentence says about time.

    Args:
        start: Where it begins.
        stop: Where it ends.
        words: The words.
        dues: What it comes to as a due: none if it cannot be dated, several if it lists several.
        days: First and last day it covers, if it has dates.
        fuzzy: The days are those of words such as 中旬.
        limit: It is worded as a limit: 前, 止, 内, or a count.
        recurring: It comes again.
        open: It recurs, and the day is not said.
        ranged: It runs from one date to another.
        remarks: What is doubtful about it.
    """

    start: int
    stop: int
    words: str
    dues: tuple[Due, ...] = ()
    days: tuple[date, date] | None = None
    fuzzy: bool = False
    limit: bool = False
    recurring: bool = False
    open: bool = False
    ranged: bool = False
    remarks: tuple[Remark, ...] = ()


def readings(text: str, years: Years) -> tuple[Reading, ...]:
    """Return what a text in plain writing says about time, in order.

    Args:
        text: The text; what is covered in it is not read.
        years: Which year a date without one means.

    Example:
        >>> [str(one.dues[0].on) for one in readings("请于6月10日前报送", Years((2020,)))]
        ['2020-06-10']
    """
    special = [_recurring(text, one) for one in recurrences(text)]
    left = _cover(text, special)
    relative = [_relative(text, one) for one in counted(left)]
    left = _cover(left, relative)
    undated = [_undated(found) for found in _UNDATED.finditer(left)]
    dated: list[Reading] = []
    before: Dated | None = None
    for stretch in stretches(left):
        reading, before = _dated(text, _from_now(stretch), years, before)
        dated.append(reading)
    return tuple(sorted((*special, *relative, *undated, *dated), key=lambda one: one.start))


def _cover(text: str, taken: Sequence[Reading]) -> str:
    """Return the text with what has been read covered."""
    pieces, at = [], 0
    for one in taken:
        pieces += [text[at : one.start], COVER * (one.stop - one.start)]
        at = one.stop
    return "".join([*pieces, text[at:]])


def _recurring(text: str, one: Recurrence) -> Reading:
    """Return a recurring due as a reading."""
    words = text[one.start : one.stop]
    remarks = [("recurring_without_day", f"{words} does not say on which day")] if one.open else []
    remarks += [_unclear(one.vague)] if one.vague else []
    return Reading(
        start=one.start,
        stop=one.stop,
        words=words,
        dues=(Every(one.rrule),),
        limit=one.limited,
        recurring=True,
        open=one.open,
        remarks=tuple(remarks),
    )


def _unclear(words: str) -> Remark:
    """Return the doubt about words that are no time of the clock."""
    return "time_unclear", f"{words} is no time of the clock: the due is left at the day"


def _relative(text: str, one: Counted) -> Reading:
    """Return a counted due as a reading."""
    words = text[one.start : one.stop]
    remarks = [("anchor_assumed", f"{words} does not say from when: counted from the receipt")] if one.assumed else []
    if one.due is None:
        remarks.append(("counted_in_hours", f"{words} is counted in hours, which no due can say"))
    dues = (one.due,) if one.due else ()
    return Reading(start=one.start, stop=one.stop, words=words, dues=dues, limit=True, remarks=tuple(remarks))


def _undated(found: re.Match[str]) -> Reading:
    """Return a limit that names no date: 本学期末前, 春节前."""
    remark = ("due_unclear", f"{found[0]} is a limit, and no date is named")
    return Reading(start=found.start(), stop=found.end(), words=found[0], limit=True, remarks=(remark,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A point in time on the calendar: first and last day it can mean, and what was assumed."""

    first: date
    last: date
    exact: bool
    assumed: str | None = None
    remarks: tuple[Remark, ...] = ()


def _dated(text: str, stretch: Stretch, years: Years, before: Dated | None) -> tuple[Reading, Dated | None]:
    """Return a stretch of dates as a reading, and the last point of it for what follows."""
    words = text[stretch.start : stretch.stop]
    points: list[Dated] = []
    remarks: list[Remark] = []
    for moment in stretch.moments:
        point, doubtful = _point(moment, years, points[-1] if points else before, text)
        remarks += doubtful
        points += [point] if point else []
    whole = len(points) == len(stretch.moments)
    if stretch.ranged and whole:
        points = [points[0], _after(points[0], points[1], stretch.moments[1])]
    dues = tuple(_dues(stretch, points, words)) if whole else ()
    days = (points[0].first, points[-1].last) if whole and points[0].first <= points[-1].last else None
    reading = Reading(
        start=stretch.start,
        stop=stretch.stop,
        words=words,
        dues=dues,
        days=days,
        fuzzy=not all(point.exact for point in points),
        limit=stretch.boundary is not None,
        ranged=stretch.ranged,
        remarks=tuple(remarks),
    )
    return reading, points[-1] if points else before


def _from_now(stretch: Stretch) -> Stretch:
    """Return a range that begins now (即日起至6月10日) as the limit it is; any other stretch as it stands."""
    if not stretch.ranged or stretch.moments[0].word != "即日":
        return stretch
    return replace(stretch, moments=stretch.moments[1:], ranged=False, boundary=stretch.boundary or "until")


def _after(first: Dated, second: Dated, written: Moment) -> Dated:
    """Return the end of a range, in the next year if it would lie before the beginning."""
    if second.last >= first.first or isinstance(written.year, int):
        return second
    try:
        moved = [day.replace(year=day.year + 1) for day in (second.first, second.last)]
    except ValueError:
        return second
    return replace(second, first=moved[0], last=moved[1])


def _dues(stretch: Stretch, points: Sequence[Dated], words: str) -> Iterator[Due]:
    """Yield what the points of a stretch come to as dues."""
    if stretch.ranged:
        assumed = points[0].assumed or points[1].assumed
        if points[0].first <= points[1].last:
            yield Between(points[0].first, points[1].last, words, assumed=assumed)
        return
    last = stretch.moments[-1]
    for point, moment in zip(points, stretch.moments, strict=True):
        yield _due(point, moment, last, stretch.boundary, words)


def _due(point: Dated, moment: Moment, last: Moment, boundary: Boundary | None, words: str) -> Due:
    """Return what one point comes to as a due."""
    if point.exact:
        return On(point.last, wall_clock(moment.clock or last.clock), assumed=point.assumed)
    ending = moment.edge is not None and moment.edge.endswith(_ENDS)
    if (boundary is not None and ending) or boundary == "within":
        return On(point.last, wall_clock(moment.clock), assumed=point.assumed)
    # "Before mid-November" is safe on the day before it begins, and late only after its end.
    earliest = point.first - timedelta(days=1) if boundary == "before" else point.first
    return Between(earliest, point.last, words, assumed=point.assumed)


def _point(moment: Moment, years: Years, before: Dated | None, text: str) -> tuple[Dated | None, list[Remark]]:
    """Return a point on the calendar, None where it has none, and what is doubtful about it."""
    words = text[moment.start : moment.stop]
    if moment.word is not None or moment.edge in _WEEK:
        point, remarks = _from_today(moment, years, words)
    else:
        point, remarks = _on_calendar(moment, years, before, words)
    if moment.vague:
        remarks.append(_unclear(moment.vague))
    if point is not None:
        remarks += _checked(point, moment, years, words)
    return point, remarks


def _checked(point: Dated, moment: Moment, years: Years, words: str) -> Iterator[Remark]:
    """Yield what is doubtful about a point that is on the calendar."""
    if point.assumed:
        yield "year_assumed", f"{words} names no year: {point.last.year} is the {point.assumed}"
        if isinstance(moment.month, int) and years.differ(point.last.month, point.last.day):
            yield "year_ambiguous", f"title, date of issue and number name different years for {words}"
    if moment.weekday is not None and point.exact and point.last.weekday() != moment.weekday:
        yield "weekday_differs", f"{words}: {point.last} is a {weekday(point.last)}"
    if years.issue and point.last < years.issue:
        yield "due_before_issue", f"{words} lies before the date of issue {years.issue}"


def _from_today(moment: Moment, years: Years, words: str) -> tuple[Dated | None, list[Remark]]:
    """Return a point named from the day of writing (明天, 本周五)."""
    if years.issue is None:
        return None, [("day_unknown", f"{words} is counted from the date of issue, which is not known")]
    if moment.word is None:
        friday = years.issue + timedelta(days=4 - years.issue.weekday())
        return Dated(first=friday, last=friday + timedelta(days=2), exact=False, assumed=FROM_ISSUE), []
    days = {"今": 0, "当": 0, "即": 0, "明": 1, "后": 2}.get(moment.word[0])
    if days is None:
        named = _WEEKDAYS.find(moment.word[-1].replace("天", "日"))
        week = 7 if moment.word[0] == "下" else 0
        days = named - years.issue.weekday() + week
    day = years.issue + timedelta(days=days)
    return Dated(first=day, last=day, exact=True, assumed=FROM_ISSUE), []


def _on_calendar(moment: Moment, years: Years, before: Dated | None, words: str) -> tuple[Dated | None, list[Remark]]:
    """Return a point written with a month, a quarter or a part of the year."""
    month, source, remark = _month(moment, years, before)
    if month is None:
        return None, [remark] if remark else [("year_unknown", f"{words}: nothing tells the year")]
    first_month, last_month = month
    if not 1 <= first_month <= last_month <= 12:
        return None, [("no_such_date", f"{words} is no date")]
    year, assumed = _year(moment, years, before, last_month)
    if year is None:
        return None, [("year_unknown", f"{words}: nothing in title, date of issue or number tells the year")]
    if not possible(year):
        return None, [("no_such_date", f"{words} is no date a directive can have")]
    return _placed(moment, year, month, assumed or source, words)


def _placed(
    moment: Moment, year: int, months: tuple[int, int], assumed: str | None, words: str
) -> tuple[Dated | None, list[Remark]]:
    """Return a point whose year and months are known."""
    first_month, last_month = months
    ends = monthrange(year, last_month)[1]
    if moment.day is not None:
        if not 1 <= moment.day <= ends:
            return None, [("no_such_date", f"{words}: {year}-{last_month:02} has {ends} days")]
        day = date(year, last_month, moment.day)
        return Dated(first=day, last=day, exact=True, assumed=assumed), []
    begins, stops = 1, ends
    tenth = next((days for word, days in _TENTHS.items() if (moment.edge or "").endswith(word)), None)
    if tenth is not None:
        opening = tenth[0] == 1
        first_month, last_month = (first_month, first_month) if opening else (last_month, last_month)
        begins, stops = tenth[0], min(tenth[1], monthrange(year, last_month)[1])
    return Dated(first=date(year, first_month, begins), last=date(year, last_month, stops), exact=False,
                 assumed=assumed), []  # fmt: skip


def _month(
    moment: Moment, years: Years, before: Dated | None
) -> tuple[tuple[int, int] | None, str | None, Remark | None]:
    """Return first and last month a point can mean, where they were taken from, and a doubt."""
    if isinstance(moment.month, int):
        return (moment.month, moment.month), None, None
    if moment.edge and (months := _months_of(moment.edge, moment, years)):
        return months, None, None
    this = _this_month(moment, years, before)
    if this is None:
        return None, None, ("month_unknown", "nothing tells the month of a date written without one")
    return (this, this), FROM_ISSUE if years.issue else None, None


def _months_of(edge: str, moment: Moment, years: Years) -> tuple[int, int] | None:
    """Return the months of a part of the year, None if the words name a part of a month."""
    if edge in ("上半年", "下半年"):
        return (1, 6) if edge[0] == "上" else (7, 12)
    if "季度" in edge:
        if edge[0] == "本":
            quarter = (years.issue.month + 2) // 3 if years.issue else 0
        else:
            quarter = next(n for n, signs in enumerate(_QUARTERS, 1) if edge.lstrip("第")[0] in signs)
        return (quarter * 3 - 2, quarter * 3) if quarter else None
    return (1, 12) if edge[0] == "年" or moment.year is not None else None


def _this_month(moment: Moment, years: Years, before: Dated | None) -> int | None:
    """Return the month meant by 本月, 下月, or by a day alone."""
    if moment.month is None and moment.edge is None and before is not None:
        return before.last.month
    if years.issue is None:
        return None
    late = isinstance(moment.month, str) and moment.month[0] in "下次"
    return (years.issue.month % 12) + 1 if late else years.issue.month


def _year(moment: Moment, years: Years, before: Dated | None, month: int) -> tuple[int | None, str | None]:
    """Return the year a point means, and where it was taken from."""
    if isinstance(moment.year, int):
        return moment.year, None
    if isinstance(moment.year, str):
        return years.of_word(moment.year)
    if moment.month is None and moment.edge is None and before is not None:
        return before.last.year, before.assumed
    found = years.of_day(month, moment.day or monthrange(2001, month)[1])
    if found[0] is None and before is not None:
        return before.last.year + (month < before.last.month), "year from text"
    return found
