"""Calendars as people name them: `china`, `mon-fri`, or a file; and which one a Xiada file remembers.

Rule: several are laid one over the other: the years a later one knows stand in place of the earlier's.
A Xiada file remembers `china` by name, so that new years come with the program, and a table by its
days, so that it needs no other file. What is remembered decides nothing that was decided before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from xiada.engine.calendar import MON_FRI, Calendar

if TYPE_CHECKING:
    from xiada.console.words import Words
    from xiada.engine.ports import Store

CHINA, BY_THE_WEEK = "china", "mon-fri"
_OF_CHINA = re.compile(r"^China (?=\d)")
SETTING = "calendar"
"""Under which name a file remembers it."""

Part = str | Mapping[str, Any]


def read_parts(names: Iterable[str]) -> list[Part]:
    """Return calendars people named, in a form that can be remembered.

    Raises:
        Malformed: A file that cannot be read, or is no table of holidays.
    """
    return [part for name in names for part in _part(name)]


def _part(name: str) -> list[Part]:
    """Return one calendar; by the week is what there is without any."""
    if name in (CHINA, BY_THE_WEEK):
        return [name] if name == CHINA else []
    from xiada.console.arguments import naming_file
    from xiada.engine.holidays import load_calendar

    with naming_file(name):
        found = load_calendar(name)
    days = {field: [day.isoformat() for day in sorted(getattr(found, field))] for field in ("holidays", "makeup")}
    return [{"name": found.name, "years": sorted(found.years), **days}]


def calendar_of(parts: Iterable[Part]) -> Calendar:
    """Return the calendar that parts come to, each laid over those before.

    Example:
        >>> calendar_of([]) is MON_FRI
        True
    """
    found = MON_FRI
    for part in parts:
        found = found.with_table(_table(part))
    return found


def _table(part: Part) -> Calendar:
    """Return the calendar of one part."""
    if part == CHINA:
        from xiada.engine.holidays import china

        return china()
    if not isinstance(part, Mapping):
        raise TypeError(f"no calendar is called {part}")
    holidays, makeup = (frozenset(map(date.fromisoformat, part[field])) for field in ("holidays", "makeup"))
    return Calendar(str(part["name"]), holidays, makeup, frozenset(part["years"]))


def remembered(store: Store) -> Calendar:
    """Return the calendar a file remembers; what is none was not written by us, and is by the week."""
    with store.reading() as reader:
        text = reader.setting(SETTING)
    if text is None:
        return MON_FRI
    try:
        return calendar_of(json.loads(text))
    except (ValueError, TypeError, KeyError):
        return MON_FRI


def calendar_name(words: Words, calendar: Calendar) -> str:
    """Return what a calendar is called; China's, which has a name of ours, in the language of the words."""
    if not calendar.years:
        return words.say("calendar_by_week")
    return _OF_CHINA.sub(words.say("calendar_china"), calendar.name)


def setting(parts: list[Part]) -> dict[str, str | None]:
    """Return what a file is to remember."""
    return {SETTING: json.dumps(parts, ensure_ascii=False) if parts else None}
