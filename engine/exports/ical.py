"""A unit's dues as an iCalendar file (RFC 5545), for the calendar of an office.

Rule: the same dues give the same bytes: what changes with the log (SEQUENCE, DTSTAMP) is taken from it,
never from a clock. One VEVENT per due, for few office calendars show a VTODO that comes in a file; all
day where a due is the end of a day in its cascade's zone, else an instant in UTC. It takes up nobody's time
(TRANSPARENT). What recurs is written period by period, because each is handed in, missed or moved off a
holiday by itself, which no RRULE can say. What has no date is no event. Nobody's name is in it: units,
titles and numbers of notices only.

    UID          reference, obligation and period, at the log's name: stable for good
    SEQUENCE     the directive's version, less one
    DTSTAMP      when the directive last changed, as recorded
    STATUS       CONFIRMED; TENTATIVE for what was asked for, not demanded; CANCELLED for what was called off
    CATEGORIES   `xiada`, the colour of the light, and how it stands
    VALARM       at nine the day before, of what is still to come
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from xiada.engine.due import NEVER, at
from xiada.engine.obligations import Dated, Owed, Standing
from xiada.engine.reminding import Language, item_words

if TYPE_CHECKING:
    from icalendar import Alarm, Event

PRODUCT: Final = "-//Xiada//Directive cascades//EN"
_ALARM_ALL_DAY = timedelta(hours=-15)
_ALARM_TIMED = timedelta(days=-1)
_STANDINGS: Mapping[Language, Mapping[Standing, str]] = {
    "zh": {"open": "", "missed": "【逾期】", "handed_in": "【已办】", "released": "【免除】"},
    "en": {"open": "", "missed": "[late] ", "handed_in": "[done] ", "released": "[released] "},
}
_SOFT: Mapping[Language, str] = {"zh": "（建议）", "en": " (asked for)"}


def calendar_of(name: str, dues: Iterable[Dated], *, language: Language = "zh") -> bytes:
    r"""Return dues as an iCalendar file, in the order of their dues; those without a date are left out.

    Args:
        name: What the calendar is called, e.g. the unit's name.
        dues: What is owed, see `engine.agenda`.
        language: Of the summaries.

    Example:
        >>> from xiada.engine.projections import Light
        >>> item = Owed("k/1", "report", "report", None, 1591804799999999, 0, False, "open", Light("green", "on_time"))
        >>> dated = Dated(item, "office", "On reports", "No. 1", "Asia/Shanghai", 3, 0)
        >>> found = calendar_of("P", [dated], language="en")
        >>> [line for line in found.decode().split("\r\n") if line.startswith(("DTSTART", "UID", "SUMMARY"))]
        ['SUMMARY:the report: On reports (No. 1)', 'DTSTART;VALUE=DATE:20200610', 'UID:k/1/report@office']

    Source: RFC 5545; RFC 7986 for the calendar's name.
    """
    from icalendar import Calendar, vText  # noqa: PLC0415  (a tenth of a second nobody pays who writes no calendar)

    calendar = Calendar()
    for field, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", "PUBLISH")):
        calendar.add(field, value)
    for field in ("name", "x-wr-calname"):
        calendar.add(field, vText(name))  # else the library would take neither for a text, and escape nothing
    for dated in sorted(dues, key=_place):
        if dated.item.due != NEVER:
            calendar.add_component(_event(dated, language))
    return bytes(calendar.to_ical())


def _place(dated: Dated) -> tuple[int, str]:
    """Return the order of events."""
    return dated.item.due, uid_of(dated)


def uid_of(dated: Dated) -> str:
    """Return what names an event for good: reference, obligation and period, at the log's name."""
    item = dated.item
    period = () if item.period is None else (item.period.isoformat(),)
    return f"{'/'.join((item.ref, item.obligation, *period))}@{dated.origin}"


def _event(dated: Dated, language: Language) -> Event:
    """Return one due as an event."""
    from icalendar import Event  # noqa: PLC0415

    item, event = dated.item, Event()
    event.add("uid", uid_of(dated))
    event.add("dtstamp", at(dated.changed).replace(microsecond=0))
    event.add("sequence", dated.version - 1)
    summary = _summary(dated, language)
    event.add("summary", summary)
    event.add("description", _description(dated))
    day = _whole_day(item.due, dated.zone)
    if day is None:
        event.add("dtstart", at(item.due).replace(microsecond=0))
    else:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", _status(item))
    event.add("categories", ["xiada", item.light.colour, item.standing])
    if item.standing == "open":
        event.add_component(_alarm(summary, all_day=day is not None))
    return event


def _alarm(summary: str, *, all_day: bool) -> Alarm:
    """Return what rings the day before."""
    from icalendar import Alarm  # noqa: PLC0415

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", _ALARM_ALL_DAY if all_day else _ALARM_TIMED)
    alarm.add("description", summary)
    return alarm


def _whole_day(due: int, zone: str) -> date | None:
    """Return the day a due is the end of, None if it is a time of day."""
    after: datetime = at(due + 1, zone)
    return after.date() - timedelta(days=1) if after.time() == time() else None


def _summary(dated: Dated, language: Language) -> str:
    """Return how it stands, what is owed, and under which notice."""
    item = dated.item
    what = _STANDINGS[language][item.standing] + item_words(item, language) + (_SOFT[language] if item.soft else "")
    if language == "zh":
        return f"{what}：{dated.title}（{dated.doc_number}）"
    return f"{what}: {dated.title} ({dated.doc_number})"


def _description(dated: Dated) -> str:
    """Return where to look it up: the reference, and what is to be handed in."""
    return "\n".join((dated.item.ref, *dated.item.what))


def _status(item: Owed) -> str:
    """Return the status calendars show."""
    if item.standing == "released":
        return "CANCELLED"
    return "TENTATIVE" if item.soft else "CONFIRMED"
