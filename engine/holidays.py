"""Holidays and make-up days: China's as published, and anybody's from a file.

Rule: `china()` knows the years of the tables of the package chinesecalendar and no others. A file gives
whole years: in a year it names, days it does not name are as the week says. Nothing is guessed.

YAML holds `years`, a list of mappings with `year`, and where there are any `holidays` and `makeup`:
lists of days, or of spans such as `2027-02-05..2027-02-11`. CSV has the same as columns, days
separated by `;`. Every day belongs to the year it stands under and is named once; a make-up day is a
Saturday or a Sunday.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.limits import EARLIEST_YEAR, LATEST_YEAR, shown
from xiada.engine.tabletext import Pairs, Part, refuse, table_text, yaml_tree

FILE_BYTES = 4_000_000
_FIELDS = ("year", "holidays", "makeup")
_BETWEEN = ".."
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


@cache
def china() -> Calendar:
    """Return the working days of the Chinese mainland, for the years that have been published.

    Example:
        >>> china().is_workday(date(2020, 6, 28)), china().is_workday(date(2020, 6, 25))
        (True, False)

    Source: the yearly notices of the State Council on holidays, as collected in the package chinesecalendar.
    """
    from chinese_calendar import constants  # noqa: PLC0415  (15 ms nobody pays who counts by the week)

    years = frozenset(day.year for day in constants.holidays)
    name = f"China {min(years)}-{max(years)}"
    return Calendar(name, frozenset(constants.holidays), frozenset(constants.workdays), years)


@dataclass(frozen=True, slots=True)
class _Row:
    """One year as written: its place in the file, and its fields as words."""

    line: int
    fields: Mapping[str, Sequence[str]]


def load_calendar(path: str | Path) -> Calendar:
    """Return the years a `.yaml`, `.yml` or `.csv` file describes, as a calendar that knows no others.

    Raises:
        Malformed: It cannot be read, or is no such table; names file, row and field.
    """
    path = Path(path)
    text = table_text(path, FILE_BYTES, "Is this a table of holidays?")
    return parse_calendar(text, source=str(path), csv_form=path.suffix.lower() == ".csv")


def parse_calendar(text: str, *, source: str, csv_form: bool = False) -> Calendar:
    r"""Return the years a text describes; see `load_calendar`.

    Example:
        >>> table = parse_calendar("year,holidays,makeup\n2030,2030-06-05;2030-10-01..2030-10-03,", source="x.csv",
        ...                        csv_form=True)
        >>> table.name, len(table.holidays)
        ('x.csv 2030', 4)
    """
    found: dict[int, _Row] = {}
    for row in _csv_rows(text, source) if csv_form else _yaml_rows(text, source):
        year = _year(row, source)
        if year in found:
            refuse(source, row.line, "year", "duplicate_year", f"{year} is there already, in row {found[year].line}")
        found[year] = row
    if not found:
        refuse(source, 1, "years", "no_years", "the file holds no years")
    holidays, makeup = (
        {day for year in found for day in _days(found[year], year, name, source)} for name in _FIELDS[1:]
    )
    _refuse_both(holidays & makeup, found, source)
    name = f"{Path(source).name} {', '.join(map(str, sorted(found)))}"
    return Calendar(name, frozenset(holidays), frozenset(makeup), frozenset(found))


def _refuse_both(both: set[date], found: Mapping[int, _Row], source: str) -> None:
    """Refuse a day that is said to be off and to be worked."""
    if both:
        first = min(both)
        what = f"{first} is both a holiday and a make-up day"
        refuse(source, found[first.year].line, "makeup", "holiday_and_makeup", what)


def _year(row: _Row, source: str) -> int:
    """Return the year a row is about."""
    for name in row.fields:
        if name not in _FIELDS:
            refuse(source, row.line, name, "unknown_field", f"there is no field {shown(name)}")
    words = row.fields.get("year", ())
    if len(words) != 1 or not words[0]:
        refuse(source, row.line, "year", "missing_field", "it is missing, empty or no text")
    word = words[0]
    if not (word.isascii() and word.isdecimal() and len(word) == 4 and EARLIEST_YEAR <= int(word) <= LATEST_YEAR):
        refuse(source, row.line, "year", "bad_year", f"{shown(word)} is no year from {EARLIEST_YEAR} to {LATEST_YEAR}")
    return int(word)


def _days(row: _Row, year: int, field: str, source: str) -> Iterator[date]:
    """Yield the days of a field, spans day by day."""
    named: set[date] = set()
    for word in row.fields.get(field, ()):
        first, mark, last = (part.strip() for part in word.partition(_BETWEEN))
        start = _day(row, first, year, field, source)
        end = _day(row, last, year, field, source) if mark else start
        if end < start:
            refuse(source, row.line, field, "bad_field", f"{shown(word)} ends before it starts")
        span = [start + timedelta(days=number) for number in range((end - start).days + 1)]
        if not named.isdisjoint(span):
            refuse(source, row.line, field, "day_named_twice", f"{shown(word)} names a day that is there already")
        if field == "makeup" and any(map(MON_FRI.is_workday, span)):
            refuse(
                source,
                row.line,
                field,
                "makeup_on_weekday",
                f"{shown(word)} is worked anyway: make-up days are at weekends",
            )
        named.update(span)
        yield from span


def _day(row: _Row, word: str, year: int, field: str, source: str) -> date:
    """Return one day, of the year it stands under."""
    try:
        found = date.fromisoformat(word) if _DAY.match(word) else None
    except ValueError:
        found = None
    if found is None:
        refuse(source, row.line, field, "no_such_day", f"{shown(word)} is no day; write YYYY-MM-DD")
    if found.year != year:
        refuse(source, row.line, field, "other_year", f"{found} is not in {year}")
    return found


# Forms


def _csv_rows(text: str, source: str) -> Iterator[_Row]:
    """Yield the rows of a CSV text with a header."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    last = 1
    try:
        header = list(reader.fieldnames or ())
        if len(set(header)) < len(header):
            refuse(source, 1, "years", "duplicate_field", "a column is there twice")
        for fields in reader:
            last = reader.line_num
            if None in fields or None in fields.values():
                refuse(source, last, "years", "bad_row", "it has more or fewer cells than the header")
            cells = {name.strip(): [part.strip() for part in cell.split(";")] for name, cell in fields.items()}
            yield _Row(last, {name: [part for part in parts if part] for name, parts in cells.items()})
    except csv.Error as error:
        refuse(source, last + 1, "years", "bad_csv", str(error))


def _yaml_rows(text: str, source: str) -> Iterator[_Row]:
    """Yield the rows of a YAML text."""
    root = yaml_tree(text, source, "years")
    fields = {} if root is None else _members(root, source)
    listed = fields.pop("years", None)
    if listed is None or isinstance(listed.value, Pairs) or not isinstance(listed.value, list):
        return
    for name, part in fields.items():
        refuse(source, part.line, name, "unknown_field", f"there is no field {shown(name)}")
    for item in listed.value:
        yield _Row(item.line, {name: _words(part, name, source) for name, part in _members(item, source).items()})


def _members(part: Part, source: str) -> dict[str, Part]:
    """Return a mapping's members by name."""
    if not isinstance(part.value, Pairs):
        refuse(source, part.line, "years", "bad_row", "it is no mapping of fields")
    keys = [key.value for key in part.value[::2] if isinstance(key.value, str)]
    if 2 * len(keys) < len(part.value):
        refuse(source, part.line, "years", "bad_row", "the name of a field is no text")
    if len(set(keys)) < len(keys):
        refuse(source, part.line, "years", "duplicate_field", "a field is there twice")
    return dict(zip(keys, part.value[1::2], strict=True))


def _words(part: Part, field: str, source: str) -> list[str]:
    """Return one text, or a list of texts, as words; nothing as none."""
    if isinstance(part.value, str):
        return [part.value] if part.value else []
    if isinstance(part.value, Pairs) or not all(isinstance(inner.value, str) for inner in part.value):
        refuse(source, part.line, field, "bad_field", "it is no day, and no list of days")
    return [str(inner.value) for inner in part.value]
