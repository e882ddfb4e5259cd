"""Dues: words to instants, in the right zone, on the right day; what is no date is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import day, end, in_subprocess

from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.due import (
    DAY_US,
    NEVER,
    SHANGHAI,
    Anchors,
    Between,
    Every,
    On,
    Promptly,
    Relative,
    at,
    end_of_day,
    instant,
    occurrences,
    parse,
    resolve,
    show,
    zone_info,
)
from xiada.engine.errors import LimitExceeded, Malformed, XiadaError

ZONES = ["UTC", SHANGHAI, "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"]
DAYS = st.dates(date(1970, 1, 2), date(2199, 12, 30))


def code_of(found: XiadaError) -> str:
    """Return the code of an error."""
    return found.code


# Instants


FIRST, LAST = (datetime.combine(on, time()) for on in (date(1970, 1, 2), date(2199, 12, 30)))


@given(st.datetimes(FIRST, LAST), st.sampled_from(ZONES))
def test_an_instant_and_back_is_the_same_moment(naive: datetime, zone: str) -> None:
    moment = naive.replace(tzinfo=zone_info(zone))
    assert at(instant(moment), zone) == moment.astimezone(UTC)


@given(DAYS, st.sampled_from(ZONES))
def test_a_date_without_a_time_is_the_last_instant_of_that_day(on: date, zone: str) -> None:
    us = end_of_day(on, zone)
    assert at(us, zone).date() == on
    assert at(us + 1, zone) == datetime.combine(on + timedelta(days=1), time(), zone_info(zone))
    assert show(us, zone) == on.isoformat()


@given(DAYS, DAYS)
def test_instants_order_as_days_do(first: date, second: date) -> None:
    assert (end_of_day(first, SHANGHAI) < end_of_day(second, SHANGHAI)) == (first < second)
    assert end_of_day(first, SHANGHAI) < NEVER


def test_a_day_on_which_clocks_change_still_has_one_end() -> None:
    assert end_of_day(date(2030, 3, 10), "America/New_York") - end_of_day(date(2030, 3, 9), "America/New_York") == (
        23 * DAY_US // 24
    )


@pytest.mark.parametrize("on", [date(1970, 1, 1), date(2199, 12, 31)])
@pytest.mark.parametrize("zone", ZONES)
def test_the_first_and_the_last_day_of_all_are_days_too(on: date, zone: str) -> None:
    us = resolve(On(on), Anchors(zone=zone))
    assert show(us, zone) == on.isoformat()


@pytest.mark.parametrize("moment", [datetime(2199, 12, 31, 23, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
@pytest.mark.parametrize("zone", ZONES)
def test_whatever_instant_was_accepted_can_be_shown_in_every_zone(moment: datetime, zone: str) -> None:
    assert show(instant(moment), zone).startswith(("2199", "1970", "2200", "1969"))


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_a_year_no_directive_has_is_refused(year: int) -> None:
    for ask in (
        lambda: instant(datetime(year, 6, 1, tzinfo=UTC)),
        lambda: resolve(date(year, 6, 1), Anchors()),
        lambda: resolve(On(date(year, 6, 1)), Anchors()),
        lambda: resolve(Between(date(2030, 1, 1), date(year, 6, 1), "some day"), Anchors()),
        lambda: parse(f"{year:04}-06-01"),
        lambda: parse(f"{year:04}-06-01T12:00"),
    ):
        with pytest.raises(LimitExceeded, check=lambda error: error.code == "bad_year") as caught:
            ask()
        assert caught.value.data["found"] == year


def test_a_naive_moment_names_no_instant() -> None:
    for ask in (instant, lambda moment: resolve(moment, Anchors())):
        with pytest.raises(Malformed, check=lambda error: error.code == "naive_time"):
            ask(datetime(2030, 6, 1, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "a\x00b", "\ud800", "x" * 5_000]
)
def test_a_zone_nobody_knows_is_malformed(zone: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "unknown_zone") as caught:
        zone_info(zone)
    assert str(caught.value).isprintable()


# Typed words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2030-06-10", day(6, 10)),
        (" 2030-06-10 ", day(6, 10)),
        ("2030-06-10T15:00+08:00", datetime(2030, 6, 10, 7, tzinfo=UTC)),
        ("2030-06-10T15:00Z", datetime(2030, 6, 10, 15, tzinfo=UTC)),
        ("2030-06-10T15:00", datetime(2030, 6, 10, 7, tzinfo=UTC)),
        ("2028-02-29", date(2028, 2, 29)),
        ("undated", None),
    ],
)
def test_a_typed_due_is_read(text: str, found: object) -> None:
    assert parse(text) == found


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2030-02-30", "2029-02-29", "2030-13-01", "2030-00-10", "10000-01-01", "2030-06-31", "30-06-10",
     "2030/06/10", "2030-06-10T25:00", "2030-06-10T24:01", "２０３０-06-10x", "\ud800", "2030-06-10\x00",
     "UNDATED", "9" * 100_000],
    ids=lambda text: ascii(text[:16]),
)  # fmt: skip
def test_what_is_no_date_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_date") as caught:
        parse(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@given(DAYS)
def test_a_date_shown_is_read_back(on: date) -> None:
    assert parse(show(end_of_day(on, SHANGHAI))) == on


# Forms


NOW = Anchors(issue=end(6, 3), receipt=end(6, 4), parent_due=end(6, 20), activity_end=end(7, 1), event=end(8, 1))


@pytest.mark.parametrize(
    ("due", "us"),
    [
        (On(day(6, 10)), end(6, 10)),
        (On(day(6, 10), time(15)), instant(datetime(2030, 6, 10, 7, tzinfo=UTC))),
        (On(day(6, 10), time(15, tzinfo=UTC)), instant(datetime(2030, 6, 10, 15, tzinfo=UTC))),
        (On(day(6, 9), shift="next_workday"), end(6, 10)),
        (On(day(6, 9), shift="previous_workday"), end(6, 7)),
        (On(day(6, 9)), end(6, 9)),
        (Between(day(5, 15), day(6, 5), "mid-May to early June"), end(6, 5)),
        (Promptly(), NEVER),
        (Promptly(5), end(6, 8)),
        (Relative("issue", 5), end(6, 8)),
        (Relative("issue", 5, workdays=True), end(6, 10)),
        (Relative("receipt", 0), end(6, 4)),
        (Relative("parent_due", -20), end(5, 31)),
        (Relative("parent_due", -2, workdays=True), end(6, 18)),
        (Relative("activity_end", 1), end(7, 2)),
        (Relative("event", 1), end(8, 2)),
        (Every("FREQ=MONTHLY;BYMONTHDAY=9,19,28"), end(6, 9)),
        (
            Every("RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=15;BYMINUTE=0;BYSECOND=0"),
            instant(datetime(2030, 6, 3, 7, tzinfo=UTC)),
        ),
        (Every("FREQ=YEARLY;UNTIL=20200101"), NEVER),
        (day(6, 10), end(6, 10)),
        (datetime(2030, 6, 10, 12, tzinfo=timezone(timedelta(hours=9))), instant(datetime(2030, 6, 10, 3, tzinfo=UTC))),
    ],
)
def test_words_come_to_an_instant(due: Any, us: int) -> None:
    assert resolve(due, NOW) == us


@pytest.mark.parametrize(
    "anchor", ["issue", "receipt", "parent_due", "activity_end", "event", "bogus", "zone", "calendar"]
)
def test_a_due_counted_from_what_has_no_date_is_malformed(anchor: Any) -> None:
    with pytest.raises(Malformed):
        resolve(Relative(anchor, 1), Anchors())


def test_a_due_counted_from_undated_is_malformed() -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "unknown_anchor"):
        resolve(Relative("parent_due", -1), Anchors(parent_due=NEVER))


@pytest.mark.parametrize("workdays", [False, True])
@pytest.mark.parametrize("days", [10**9, -(10**9), 10**18, 10**6])
def test_a_count_of_days_beyond_the_calendar_is_refused(days: int, workdays: bool) -> None:
    with pytest.raises(LimitExceeded, check=lambda error: error.code == "bad_year"):
        resolve(Relative("issue", days, workdays), NOW)


def test_a_shift_nobody_knows_is_malformed() -> None:
    with pytest.raises(Malformed):
        resolve(On(day(6, 9), shift="sideways"), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "NONSENSE",
        "FREQ=HOURLESS",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;BYMONTHDAY=99x",
        "\ud800",
    ],
)
def test_a_recurrence_rule_that_cannot_be_read_is_malformed(rule: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_rrule"):
        resolve(Every(rule), NOW)


def test_a_recurrence_rule_that_never_comes_ends_in_undated() -> None:
    """In a process of its own, for a search without end would hang this one."""
    done = in_subprocess(
        """
        from xiada.engine.due import Anchors, Every, NEVER, resolve
        print(resolve(Every("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), Anchors(issue=1_900_000_000_000_000)) == NEVER)
        """,
        timeout_s=10,
    )
    assert done.stdout.strip() == "True", done.stderr


def test_occurrences_rise_and_begin_at_the_issue() -> None:
    found = list(islice(occurrences(Every("FREQ=MONTHLY;BYMONTHDAY=9,19,28"), NOW), 100))
    assert found == sorted(found)
    assert found[0] == end(6, 9)
    assert found[3] == end(7, 9)


def test_occurrences_end_with_the_years_there_are() -> None:
    found = list(occurrences(Every("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"), NOW))
    assert at(found[-1], SHANGHAI).year == 2199


# Working days


SPRING = Calendar(
    "spring",
    holidays=frozenset({date(2030, 2, day) for day in range(4, 9)}),
    makeup=frozenset({date(2030, 2, 3), date(2030, 2, 9)}),
    years=frozenset({2030}),
)


def test_holidays_are_off_and_make_up_days_are_worked() -> None:
    assert SPRING.is_workday(date(2030, 2, 3))
    assert not SPRING.is_workday(date(2030, 2, 5))
    assert not SPRING.is_workday(date(2030, 2, 10))
    assert SPRING.count_workdays(date(2030, 2, 1), date(2030, 2, 11)) == 3
    assert SPRING.add_workdays(date(2030, 2, 1), 2) == date(2030, 2, 9)
    assert SPRING.add_workdays(date(2030, 2, 11), -3) == date(2030, 2, 1)


def test_a_calendar_says_which_years_it_knows() -> None:
    assert SPRING.knows(2030)
    assert not SPRING.knows(2031)
    assert not MON_FRI.knows(2030)


NEAR = st.dates(date(2030, 1, 20), date(2030, 2, 20))


@given(NEAR, st.integers(-30, 30), st.sampled_from([MON_FRI, SPRING]))
def test_adding_working_days_lands_on_one_and_counting_takes_it_back(
    start: date, count: int, calendar: Calendar
) -> None:
    found = calendar.add_workdays(start, count)
    if count == 0:
        assert found == start
        return
    assert calendar.is_workday(found)
    assert calendar.count_workdays(start, found) == (count if count > 0 or calendar.is_workday(start) else count + 1)


@given(NEAR, NEAR, st.sampled_from([MON_FRI, SPRING]))
def test_counting_there_and_back_cancels(first: date, second: date, calendar: Calendar) -> None:
    assert calendar.count_workdays(first, second) == -calendar.count_workdays(second, first)
    naive = [first + timedelta(days=n) for n in range(1, (second - first).days + 1)]
    if second >= first:
        assert calendar.count_workdays(first, second) == sum(map(calendar.is_workday, naive))


@given(NEAR, st.sampled_from([MON_FRI, SPRING]))
def test_shifting_moves_only_off_days_and_only_as_far_as_needed(on: date, calendar: Calendar) -> None:
    assert calendar.shifted(on, "none") == on
    later, earlier = calendar.shifted(on, "next_workday"), calendar.shifted(on, "previous_workday")
    assert calendar.is_workday(later)
    assert calendar.is_workday(earlier)
    assert earlier <= on <= later
    assert (earlier == on == later) == calendar.is_workday(on)
