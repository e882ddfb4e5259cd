"""What a person should decide about the obligations of one document.

Rule: a doubt has a stable code and says what is doubtful about which words; it decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher

from xiada.engine.calendar import Calendar
from xiada.engine.due import Between, On
from xiada.workflows.intake.values import Addressee, ContactFound, Doubt, ObligationFound, WindowFound

_QUANTITY = re.compile(r"各|有关|相关|所有|全(?=[省市县区校])|[（(].*?[）)]|其他|所属")
_LEVELS = (
    ("national", re.compile(r"全国")),
    ("city", re.compile(r"(?:地级以上市|地级市|设区市|省辖市|市州|市级)|(?<!直辖)市(?=[\u4e00-\u9fff])")),
    ("county", re.compile(r"(?:县级|县（市、区）|区县|县区|县)")),
    ("province", re.compile(r"省、自治区、直辖市|省级|省(?=[\u4e00-\u9fff])")),
)
_GENERAL = re.compile(r"^(?:各)?(?:有关|相关)?(?:单位|部门|地|市|地区|处室|学校)$")
_ALIKE = 0.75
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def doubts_of(
    obligations: Sequence[ObligationFound],
    window: WindowFound | None,
    addressees: Sequence[Addressee],
    contacts: Sequence[ContactFound],
    calendar: Calendar,
) -> Iterator[Doubt]:
    """Yield what is doubtful about the obligations of one document."""
    for one in obligations:
        yield from _day_off(one, calendar)
        yield from _at_window_end(one, window)
        yield from _named_differently(one, contacts)
    yield from _unrouted(obligations, addressees)


def last_day(one: ObligationFound) -> date | None:
    """Return the last day an obligation's due can mean, None if it has no date."""
    match one.due:
        case On(on=day):
            return day
        case Between(latest=day):
            return day
        case _:
            return None


def weekday(day: date) -> str:
    """Return the name of a day's weekday."""
    return _WEEKDAYS[day.weekday()]


def _day_off(one: ObligationFound, calendar: Calendar) -> Iterator[Doubt]:
    """Yield a doubt if a due falls on a day off and nothing says what then."""
    if isinstance(one.due, On) and one.due.shift == "none" and not calendar.is_workday(one.due.on):
        text = f"the due {one.due.on} is a {weekday(one.due.on)} and no working day ({calendar.name})"
        yield Doubt(code="non_working_day", text=text, span=one.span)


def _at_window_end(one: ObligationFound, window: WindowFound | None) -> Iterator[Doubt]:
    """Yield a doubt if a report is due on the last day of the activity, or before it ends."""
    day = last_day(one)
    if window is None or day is None or one.kind != "report" or not window.start <= day <= window.end:
        return
    if day == window.end:
        text = f"the report is due on {day}, the last day of the activity"
        yield Doubt(code="window_ends_at_due", text=text, span=one.span)


def _named_differently(one: ObligationFound, contacts: Sequence[ContactFound]) -> Iterator[Doubt]:
    """Yield a doubt if the contacts name the department almost, but not quite, as the body does."""
    if one.to_body is None or one.to_department is None:
        return
    whole = one.to_body + one.to_department
    units = [contact.unit for contact in contacts if contact.unit]
    if any(unit.endswith(one.to_department) for unit in units):
        return
    for unit in units:
        if unit != whole and SequenceMatcher(None, unit, whole).ratio() >= _ALIKE and unit.startswith(one.to_body):
            text = f"{whole} in the text, {unit} among the contacts"
            yield Doubt(code="department_name_differs", text=text, span=one.span)


def kernel(name: str) -> str:
    """Return what sort of body a phrase names, its quantity and level left out.

    Example:
        >>> kernel("各省级科协"), kernel("有关高校科协"), kernel("各省级学会、协会、研究会")
        ('科协', '高校科协', '学会、协会、研究会')
    """
    named = _QUANTITY.sub("", name.rpartition("所属")[2])
    for _, words in _LEVELS:
        named = words.sub("", named, count=1)
    return named.strip("、级的")


def level(name: str) -> str | None:
    """Return the level a phrase names, None if it names none."""
    return next((found for found, words in _LEVELS if words.search(name)), None)


def covers(who: str, addressee: str) -> bool:
    """Tell whether those named as owing take in an addressee.

    Example:
        >>> covers("全国学会", "中国科协所属各全国学会、协会、研究会")
        True
        >>> covers("各省级科协", "新疆生产建设兵团科协")
        False
    """
    if _GENERAL.match(who) or (who in addressee and len(who) >= len(addressee) - 2):
        return True
    levels = (level(who), level(addressee.rpartition("所属")[2]))
    if None not in levels and levels[0] != levels[1]:
        return False
    mine, theirs = kernel(who), kernel(addressee)
    return mine == theirs or theirs.startswith(f"{mine}、") or mine.startswith(f"{theirs}、")


def _unrouted(obligations: Sequence[ObligationFound], addressees: Sequence[Addressee]) -> Iterator[Doubt]:
    """Yield a doubt for each addressee to whom no route of reporting is given, while others have one."""
    routed = [one for one in obligations if one.who and one.line and one.to_body]
    if len({one.line for one in routed}) < 2:
        return
    for addressee in addressees:
        if not addressee.internal and not any(covers(who, addressee.name) for one in routed for who in one.who):
            text = f"{addressee.name} is addressed, and no route of reporting is given for it"
            yield Doubt(code="unrouted_addressee", text=text, span=addressee.span)
