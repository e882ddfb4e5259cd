"""Working days: fast counting against slow, China's years against the package that collects them, tables from files."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.calendar import MON_FRI, Calendar, Shift
from xiada.engine.due import DAY_US, SHANGHAI, Anchors, On, Relative, end_of_day, resolve, show
from xiada.engine.errors import Malformed
from xiada.engine.holidays import china, load_calendar, parse_calendar
from xiada.engine.planner import Days

DAY = timedelta(days=1)
YEARS = sorted({day.year for day in chinese_calendar.constants.holidays})


def every_day(first: date, last: date) -> list[date]:
    """Return all days from one to another."""
    return [first + DAY * number for number in range((last - first).days + 1)]


# Fast against slow


def slowly_added(calendar: Calendar, day: date, count: int) -> date:
    """Return the working day so many later, a day at a time."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not calendar.is_workday(day):
            day += step
    return day


def slowly_counted(calendar: Calendar, after: date, until: date) -> int:
    """Return the working days in (after, until], a day at a time."""
    if until < after:
        return -slowly_counted(calendar, until, after)
    return sum(map(calendar.is_workday, every_day(after + DAY, until)))


NEAR = st.dates(date(2029, 11, 1), date(2031, 2, 28))
ODD = st.builds(
    lambda holidays, makeup: Calendar("odd", frozenset(holidays), frozenset(makeup), frozenset({2030})),
    st.sets(NEAR, max_size=60),
    st.sets(NEAR, max_size=60),
)
"""Calendars as odd as they come: holidays on weekends, make-up days in mid-week, days that are both."""


@given(ODD, NEAR, st.integers(-90, 90))
def test_adding_working_days_is_what_walking_a_day_at_a_time_comes_to(
    calendar: Calendar, day: date, count: int
) -> None:
    assert calendar.add_workdays(day, count) == slowly_added(calendar, day, count)


@given(ODD, NEAR, NEAR)
def test_counting_working_days_is_what_looking_at_each_comes_to(calendar: Calendar, after: date, until: date) -> None:
    assert calendar.count_workdays(after, until) == slowly_counted(calendar, after, until)


@given(ODD, NEAR, st.integers(0, 60))
def test_what_leaves_so_many_days_is_the_last_working_day_that_does(
    calendar: Calendar, until: date, count: int
) -> None:
    found = calendar.leaving(until, count)
    if count == 0:
        assert found == until
        return
    assert calendar.is_workday(found)
    assert slowly_counted(calendar, found, until) == count
    later = slowly_added(calendar, found, 1)
    assert slowly_counted(calendar, later, until) < count


@pytest.mark.parametrize("count", [-10, 10])
def test_before_the_first_day_and_after_the_last_there_is_none(count: int) -> None:
    for day in (date.min + DAY, date.max - DAY):
        if (count < 0) == (day.year == 1):
            with pytest.raises(OverflowError):
                MON_FRI.add_workdays(day, count)
    with pytest.raises(OverflowError):
        MON_FRI.leaving(date.min + DAY, 10)


def test_the_first_day_of_all_is_a_monday() -> None:
    assert MON_FRI.count_workdays(date.min, date(1, 1, 8)) == 5


# China


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_a_published_year_is_as_the_package_says(year: int) -> None:
    calendar = china()
    assert calendar.knows(year)
    for day in every_day(date(year, 1, 1), date(year, 12, 31)):
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day), day


@given(st.dates(date(2004, 1, 5), date(2026, 12, 20)), st.dates(date(2004, 1, 5), date(2026, 12, 20)))
def test_a_span_of_published_years_has_the_working_days_the_package_lists(first: date, last: date) -> None:
    if last <= first:
        first, last = last, first + DAY
    assert china().count_workdays(first - DAY, last) == len(chinese_calendar.get_workdays(first, last))


def test_years_that_are_not_published_are_counted_by_the_week_and_said_so() -> None:
    calendar = china()
    assert not calendar.knows(YEARS[0] - 1)
    assert not calendar.knows(YEARS[-1] + 1)
    day = date(YEARS[-1] + 1, 10, 1)
    assert calendar.is_workday(day) == MON_FRI.is_workday(day)
    assert calendar.assumed(date(YEARS[-1], 1, 1), day) == (YEARS[-1] + 1,)
    assert calendar.assumed() == ()
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(day)


def test_june_2020_has_seven_working_days_between_the_two_dues_and_a_sunday_at_work() -> None:
    calendar = china()
    assert calendar.count_workdays(date(2020, 6, 10), date(2020, 6, 20)) == 7
    assert date(2020, 6, 28).weekday() == 6
    assert calendar.is_workday(date(2020, 6, 28))
    assert calendar.add_workdays(date(2020, 6, 24), 1) == date(2020, 6, 28)
    assert not calendar.is_workday(date(2020, 6, 20))


# Shifts


@pytest.mark.parametrize(
    ("day", "policy", "found"),
    [
        ("2020-06-20", "none", "2020-06-20"),
        ("2020-06-20", "next_workday", "2020-06-22"),
        ("2020-06-20", "previous_workday", "2020-06-19"),
        ("2020-06-20", "friday_or_next_workday", "2020-06-19"),
        ("2020-06-21", "friday_or_next_workday", "2020-06-19"),
        ("2020-06-25", "friday_or_next_workday", "2020-06-28"),
        ("2020-06-27", "friday_or_next_workday", "2020-06-28"),
        ("2020-06-28", "friday_or_next_workday", "2020-06-28"),
        ("2020-10-03", "friday_or_next_workday", "2020-10-09"),
        ("2020-06-25", "previous_workday", "2020-06-24"),
        ("2020-06-18", "friday_or_next_workday", "2020-06-18"),
    ],
)
def test_a_day_off_is_moved_as_the_policy_says(day: str, policy: Shift, found: str) -> None:
    due = On(date.fromisoformat(day), shift=policy)
    assert show(resolve(due, Anchors(calendar=china()))) == found


def test_a_weekend_goes_back_to_friday_and_a_holiday_on_also_for_a_relative_due() -> None:
    issue = end_of_day(date(2020, 6, 15), SHANGHAI)
    for days, found in ((5, "2020-06-19"), (10, "2020-06-28")):
        due = Relative("issue", days, shift="friday_or_next_workday")
        assert show(resolve(due, Anchors(calendar=china(), issue=issue))) == found


# Tables from files


YAML = """\
years:
  - year: 2027
    holidays: [2027-01-01..2027-01-03, 2027-10-01]
    makeup: [2027-01-09]
  - {year: 2028, holidays: 2028-01-03}
  - year: 2029
"""
CSV = "year,holidays,makeup\n2027,2027-01-01..2027-01-03;2027-10-01,2027-01-09\n2028,2028-01-03,\n2029,,\n"


@pytest.mark.parametrize(("name", "text"), [("office.yaml", YAML), ("office.csv", CSV)])
def test_a_table_says_which_days_are_off_and_which_are_worked_instead(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8-sig")
    found = load_calendar(file)
    assert (found.name, found.years) == (f"{name} 2027, 2028, 2029", frozenset({2027, 2028, 2029}))
    assert not found.is_workday(date(2027, 1, 1))
    assert found.is_workday(date(2027, 1, 9))
    assert not found.is_workday(date(2028, 1, 3))
    assert found.is_workday(date(2029, 1, 1))


def test_a_table_stands_in_place_of_whole_years_and_leaves_the_others() -> None:
    table = parse_calendar("years: [{year: 2020, holidays: [2020-06-30]}]", source="x.yaml")
    both = china().with_table(table)
    assert not both.is_workday(date(2020, 6, 30))
    assert both.is_workday(date(2020, 6, 25))
    assert not both.is_workday(date(2020, 6, 28))
    assert not both.is_workday(date(2021, 10, 1))
    assert both.years == china().years
    assert both.name.startswith("China")
    assert MON_FRI.with_table(table) == table


BAD = [
    ("years:\n  - {year: 2027, holiday: 2027-01-01}", "unknown_field", 2, "holiday"),
    ("years:\n  - {holidays: 2027-01-01}", "missing_field", 2, "year"),
    ("years:\n  - {year: 27}", "bad_year", 2, "year"),
    ("years:\n  - {year: 2207}", "bad_year", 2, "year"),
    ("years:\n  - {year: [2027, 2028]}", "missing_field", 2, "year"),
    ("years:\n  - {year: 2027}\n  - {year: 2027}", "duplicate_year", 3, "year"),
    ("years:\n  - {year: 2027, holidays: 2027-02-30}", "no_such_day", 2, "holidays"),
    ("years:\n  - {year: 2027, holidays: 20270201}", "no_such_day", 2, "holidays"),
    ("years:\n  - {year: 2027, holidays: [2027-02-03..]}", "no_such_day", 2, "holidays"),
    ("years:\n  - {year: 2027, holidays: [2027-02-03..2027-02-01]}", "bad_field", 2, "holidays"),
    ("years:\n  - {year: 2027, holidays: [2028-01-01]}", "other_year", 2, "holidays"),
    ("years:\n  - {year: 2027, holidays: {from: 2027-01-01}}", "bad_field", 2, "holidays"),
    ("years:\n  - {year: 2027, holidays: [[2027-01-01]]}", "bad_field", 2, "holidays"),
    ("years:\n  - {year: 2027, holidays: 2027-01-09, makeup: 2027-01-09}", "holiday_and_makeup", 2, "makeup"),
    ("years:\n  - {year: 2027, year: 2028}", "duplicate_field", 2, "years"),
    ("years:\n  - 2027", "bad_row", 2, "years"),
    ("- 2027", "bad_row", 1, "years"),
    ("years: []", "no_years", 1, "years"),
    ("years: {year: 2027}", "no_years", 1, "years"),
    ("", "no_years", 1, "years"),
    ("years: ]", "bad_yaml", 1, "years"),
    ("years: &a [*a]", "yaml_alias", 1, "years"),
    ("years: !!set {}", "bad_yaml", 1, "years"),
    ("years:\n  - {year: 2027}\nholidays: []", "unknown_field", 3, "holidays"),
    ("years:\n  - {[year]: 2027}", "bad_row", 2, "years"),
    ("years:\n  - {year: 2027, makeup: 2027-01-08}", "makeup_on_weekday", 2, "makeup"),
    ("years:\n  - {year: 2027, holidays: [2027-01-01..2027-01-03, 2027-01-02]}", "day_named_twice", 2, "holidays"),
]


@pytest.mark.parametrize(("text", "code", "row", "field"), BAD)
def test_a_table_that_is_wrong_is_refused_naming_file_row_and_field(text: str, code: str, row: int, field: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == code) as caught:
        parse_calendar(text, source="office.yaml")
    assert {name: caught.value.data[name] for name in ("file", "row", "field")} == {
        "file": "office.yaml", "row": row, "field": field
    }  # fmt: skip
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("year,holidays\n2027", "bad_row", 2),
        ("year,year\n2027,2027\n", "duplicate_field", 1),
        ('year,holidays\n2027,"x', "bad_csv", 2),
        ("year,holidays\n2027,2027-13-01\n", "no_such_day", 2),
        ("year,remark\n2027,x\n", "unknown_field", 2),
        ("", "no_years", 1),
    ],
)
def test_a_csv_table_that_is_wrong_is_refused_in_its_row(text: str, code: str, row: int) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == code) as caught:
        parse_calendar(text, source="office.csv", csv_form=True)
    assert caught.value.data["row"] == row


def test_a_file_that_is_none_or_far_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "cannot_read"):
        load_calendar(tmp_path / "nothing.yaml")
    with pytest.raises(Malformed, check=lambda error: error.code == "cannot_read"):
        load_calendar("no\0name.yaml")
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * 4_000_001)
    with pytest.raises(Malformed, check=lambda error: error.code == "file_too_large"):
        load_calendar(large)
    large.write_bytes(b"\xff\xfe")
    with pytest.raises(Malformed, check=lambda error: error.code == "not_utf8"):
        load_calendar(large)


# Zones


@pytest.mark.parametrize("zone", ["UTC", SHANGHAI, "America/New_York", "Pacific/Apia", "Asia/Kolkata"])
@given(number=st.integers(0, 100_000), inside=st.integers(0, 23))
def test_a_day_begins_and_ends_in_its_zone(zone: str, number: int, inside: int) -> None:
    day = date(1970, 1, 2) + number % 60_000 * DAY
    end, days = end_of_day(day, zone), Days(MON_FRI, zone)
    assert days.day(end) == day
    assert days.day(end + 1) == day + DAY
    assert days.day(end - inside * DAY_US // 24) in (day, day - DAY)


def test_working_days_are_those_of_the_zone_on_either_side_of_a_change_of_clocks() -> None:
    days = Days(MON_FRI, "America/New_York")
    friday, monday = (end_of_day(date(2030, 3, day), "America/New_York") for day in (8, 11))
    assert monday - friday == 3 * DAY_US - DAY_US // 24
    assert days.between(friday, monday) == 1
    assert days.after(friday, 1) == monday
    assert days.leaving(monday, 1) == friday
    in_shanghai = Days(MON_FRI, SHANGHAI)
    assert in_shanghai.day(friday) == date(2030, 3, 9)
    assert in_shanghai.rests(friday)


def test_a_day_that_a_zone_left_out_is_stepped_over() -> None:
    days = Days(MON_FRI, "Pacific/Apia")
    before = end_of_day(date(2011, 12, 29), "Pacific/Apia")
    assert days.day(before + 1) == date(2011, 12, 31)
