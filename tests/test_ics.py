"""Dues as a calendar: what another program reads back is what is owed; the same log gives the same bytes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event
from support import Maker, ManualClock, day, end, live_equals_replay, notice, of, one_line, refused, report_by, unit

from xiada.engine.due import DAY_US, NEVER, Every, On, at, instant
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.exports.ical import calendar_of
from xiada.engine.notice import Contact, Obligation
from xiada.engine.obligations import Dated, Owed
from xiada.engine.org import Org
from xiada.engine.projections import Light

LONG = "关于进一步做好各地级以上市科学技术协会推荐工作并按时报送有关材料的补充通知" * 3
HOSTILE = r"BEGIN:VEVENT; END:VCALENDAR, \n \; “引号” \\ ATTENDEE:mailto:x ; X-EVIL=1 https://a.example/?a=b&c"


def events(engine: Engine, unit_id: str = "c1", **more: Any) -> list[Event]:
    """Return the events of a unit's calendar as icalendar reads them back."""
    return read_back(calendar_of(unit_id, engine.agenda(unit_id, **more)))


def read_back(body: bytes) -> list[Event]:
    """Return the events of a file."""
    found = Calendar.from_ical(body)
    assert isinstance(found, Calendar)
    assert found.errors == []
    assert all(not event.errors for event in found.events)
    return list(found.events)


def named(found: list[Event], uid: str) -> Event:
    """Return the event of a name."""
    [event] = [one for one in found if str(one["uid"]) == uid]
    return event


@pytest.fixture
def office(make: Maker) -> Engine:
    """c1 holds k/1.1 (10 June), j/1.1 (5 June, 15:00) and u/1.1 (undated); p holds monthly briefs in m/1."""
    engine = make(one_line())
    for name, due in (("k", On(date(2030, 6, 20))), ("j", On(date(2030, 6, 20))), ("u", None)):
        engine.issue(name, notice(name, due=due), actor=of("p"))
    engine.forward("k/1", ["c1", "c2"], actor=of("p"), due=day(6, 10))
    engine.forward("j/1", ["c1"], actor=of("p"), due=datetime(2030, 6, 5, 7, tzinfo=UTC))
    engine.forward("u/1", ["c1"], actor=of("p"), due="undated")
    brief = Obligation(id="monthly", kind="brief", due=Every("FREQ=MONTHLY;BYMONTHDAY=28", soft=True))
    engine.issue("m", notice("m", obligations=(report_by(On(date(2030, 6, 20))), brief)), actor=of("p"))
    return engine


def test_a_due_at_the_end_of_a_day_is_a_day_and_one_at_a_time_is_an_instant(office: Engine) -> None:
    found = events(office)
    assert [str(one["uid"]) for one in found] == ["j/1.1/report@xiada.test/office", "k/1.1/report@xiada.test/office"]
    timed, whole = found
    assert timed["dtstart"].dt == datetime(2030, 6, 5, 7, tzinfo=UTC)
    assert "dtend" not in timed
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (date(2030, 6, 10), date(2030, 6, 11))
    assert (str(whole["summary"]), str(whole["transp"])) == ("报送：On k（No. k）", "TRANSPARENT")
    assert str(whole["description"]) == "k/1.1"


def test_the_same_log_gives_the_same_bytes_and_a_change_a_higher_sequence(office: Engine, clock: ManualClock) -> None:
    first = calendar_of("c1", office.agenda("c1"))
    clock.advance(hours=5)
    assert calendar_of("c1", office.agenda("c1")) == first
    before = named(read_back(first), "k/1.1/report@xiada.test/office")
    office.reschedule("k/1.1", day(6, 12), "later", actor=of("p"))
    after = named(events(office), "k/1.1/report@xiada.test/office")
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert (after["dtstart"].dt, after["dtstamp"].dt) == (date(2030, 6, 12), clock.moment)
    assert before["dtstamp"].dt == clock.moment - timedelta(hours=5)


def test_every_period_of_what_recurs_is_an_event_of_its_own(office: Engine, clock: ManualClock) -> None:
    office.execute("m/1", actor=of("p"))
    office.fulfil("m/1", "monthly", period=date(2030, 2, 28), actor=of("p"))
    found = [one for one in events(office, "p", now=at(end(3, 1)), ahead_days=60) if "monthly" in str(one["uid"])]
    assert [(one["dtstart"].dt, str(one["status"]), one["categories"].to_ical().decode()) for one in found] == [
        (date(2030, 1, 28), "TENTATIVE", "xiada,yellow,missed"),
        (date(2030, 2, 28), "TENTATIVE", "xiada,green,handed_in"),
        (date(2030, 3, 28), "TENTATIVE", "xiada,green,open"),
        (date(2030, 4, 28), "TENTATIVE", "xiada,green,open"),
    ]
    assert str(found[0]["uid"]) == "m/1/monthly/2030-01-28@xiada.test/office"
    assert str(found[0]["summary"]) == "【逾期】提交简报（2030-01-28期）（建议）：On m（No. m）"
    assert len(events(office, "p", now=at(end(3, 1)), ahead_days=366)) > len(found) + 8


def test_what_is_done_says_so_and_what_was_called_off_is_cancelled(office: Engine, clock: ManualClock) -> None:
    office.execute("k/1.1", actor=of("c1"))
    office.report("k/1.1", actor=of("c1"))
    office.waive("j/1.1", "merged", actor=of("p"))
    cancelled, done = events(office)
    assert (str(done["status"]), str(done["summary"])) == ("CONFIRMED", "【已办】报送：On k（No. k）")
    assert (str(cancelled["status"]), str(cancelled["summary"])) == ("CANCELLED", "【免除】报送：On j（No. j）")
    assert done.alarms.times == cancelled.alarms.times == []
    live_equals_replay(office)


def test_it_rings_the_day_before_what_is_still_to_come(office: Engine) -> None:
    timed, whole = events(office)
    assert [one["trigger"].dt for one in whole.walk("VALARM")] == [timedelta(hours=-15)]
    assert [one["trigger"].dt for one in timed.walk("VALARM")] == [timedelta(days=-1)]
    assert events(office, now=at(end(6, 11)))[1].walk("VALARM") == []


def test_names_stay_names_whatever_is_in_them(make: Maker) -> None:
    engine = make(Org([unit("p", level="province"), unit("c1", "p", level="city")]))
    engine.issue("k", notice(title=HOSTILE, doc_number="；，：\\", due=On(date(2030, 6, 20))), actor=of("p"))
    body = calendar_of(HOSTILE, engine.agenda("p"))
    [event] = read_back(body)
    assert str(event["summary"]) == f"报送：{HOSTILE}（；，：\\）"
    assert set(event) == {
        "UID", "DTSTAMP", "SEQUENCE", "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "TRANSP", "STATUS", "CATEGORIES"
    }  # fmt: skip
    unfolded = body.replace(b"\r\n ", b"")
    assert unfolded.count(b"\r\nBEGIN:VEVENT\r\n") == unfolded.count(b"\r\nEND:VEVENT\r\n") == 1
    assert b"\r\nATTENDEE" not in unfolded
    found = Calendar.from_ical(body)
    for field in ("name", "x-wr-calname"):  # which the library writes as it should, and reads as if it were no text
        assert re.sub(r"\\([,;\\])", r"\1", str(found[field])) == HOSTILE


def test_the_name_of_a_calendar_is_escaped_like_any_text() -> None:
    assert "\r\nNAME:甲\\,乙\\;丙\r\nX-WR-CALNAME:甲\\,乙\\;丙\r\n" in calendar_of("甲,乙;丙", []).decode()


def test_long_chinese_lines_are_folded_at_75_bytes_and_never_within_a_character(make: Maker) -> None:
    engine = make(one_line())
    engine.issue("k", notice(title=LONG), actor=of("p"))
    body = calendar_of("广东省科协", engine.agenda("p"))
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")
    [event] = read_back(body)
    assert str(event["summary"]) == f"报送：{LONG}（No. n1）"


def test_no_person_is_in_a_calendar(make: Maker) -> None:
    engine = make(one_line())
    contact = Contact(unit="p", names=("甲某",), phones=("000-00",), email="a@b.example")
    engine.issue("k", notice(contacts=(contact,)), actor=of("p"))
    body = calendar_of("p", engine.agenda("p"))
    for secret in ("甲某", "000-00", "a@b.example", "clerk-p", "ORGANIZER", "ATTENDEE"):
        assert secret.encode() not in body


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize("moment", [0, DAY_US - 1, 7 * 3_600_000_000, instant(datetime(2199, 12, 31, 23, tzinfo=UTC))])
def test_any_due_in_any_zone_is_a_day_or_an_instant(zone: str, moment: int) -> None:
    item = Owed("k/1", "report", "report", None, moment, 0, False, "open", Light("green", "on_time"))
    [event] = read_back(calendar_of("p", [Dated(item, "office", "t", "n", zone, 1, 0)]))
    start = event["dtstart"].dt
    if isinstance(start, datetime):
        assert instant(start.replace(year=2199) if start.year > 2199 else start) // 10**6 == moment // 10**6
    else:
        assert at(moment, zone).date() == start


def test_what_was_done_is_left_out_after_a_year_and_what_is_still_open_is_not(office: Engine) -> None:
    office.waive("k/1.1", "merged", actor=of("p"))
    assert len(events(office, now=at(end(6, 9, 2031)))) == 2
    assert [str(one["uid"])[:5] for one in events(office, now=at(end(7, 9, 2031)))] == ["j/1.1"]


@pytest.mark.parametrize("days", [-1, 3_661, True, None])
def test_a_calendar_goes_as_far_ahead_as_it_can(office: Engine, days: Any) -> None:
    with refused(office, Malformed, "bad_days"):
        office.agenda("p", ahead_days=days)


def test_what_has_no_date_is_no_event_and_an_empty_calendar_is_one() -> None:
    item = Owed("k/1", "report", "report", None, NEVER, 0, False, "open", Light("grey", "undated"))
    assert read_back(calendar_of("p", [Dated(item, "office", "t", "n", "UTC", 1, 0)])) == []


def test_in_english_if_asked(office: Engine) -> None:
    found = read_back(calendar_of("c1", office.agenda("c1", at(end(6, 11))), language="en"))
    assert str(found[1]["summary"]) == "[late] the report: On k (No. k)"


def test_a_calendar_is_of_a_unit_that_is_there(office: Engine) -> None:
    with refused(office, NotFound, "unknown_unit"):
        office.agenda("nobody")
