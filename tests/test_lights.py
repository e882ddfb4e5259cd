"""Lights of what has no date, of what was only asked for, and of every single thing owed under a directive."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import START, Maker, ManualClock, end, live_equals_replay, notice, of, one_line, refused, report_by

from xiada.console.tree import light_words
from xiada.console.words import Words
from xiada.engine.due import DAY_US, NEVER, Every, On, Promptly, Relative, at, instant
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.notice import Obligation
from xiada.engine.projections import Light, LightRules, open_light

NOW = instant(START)
SLA = LightRules(assumed_sla_days=10)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Light("grey", "undated", 0)),
        (13, Light("grey", "undated", 13)),
        (14, Light("yellow", "ageing", 14)),
        (29, Light("yellow", "ageing", 29)),
        (30, Light("yellow", "stale", 30)),
        (10_000, Light("yellow", "stale", 10_000)),
    ],
)
def test_what_has_no_date_ages_from_grey_to_yellow_and_no_further(days: int, expected: Light) -> None:
    assert open_light(NEVER, NOW, NOW + days * DAY_US) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Light("green", "assumed_on_time", 10, 10)),
        (6, Light("green", "assumed_on_time", 4, 10)),
        (7, Light("yellow", "assumed_due_soon", 3, 10)),
        (10, Light("yellow", "assumed_due_soon", 0, 10)),
        (11, Light("red", "assumed_overdue", 1, 10)),
    ],
)
def test_an_assumed_service_level_is_judged_by_and_said_to_be_assumed(days: int, expected: Light) -> None:
    found = open_light(NEVER, NOW, NOW + days * DAY_US, rules=SLA)
    assert found == expected
    assert "推定的 10 天" in light_words(found, Words("zh"))
    assert "assumed 10 d" in light_words(found, Words("en"))


def test_a_service_level_assumed_says_nothing_of_what_has_a_date() -> None:
    for days in range(-40, 40):
        due = NOW + days * DAY_US
        assert open_light(due, NOW - 50 * DAY_US, NOW, rules=SLA) == open_light(due, NOW - 50 * DAY_US, NOW)


@given(st.integers(-60, 60), st.booleans(), st.integers(0, 100))
def test_what_was_only_asked_for_is_never_red(days: int, undated: bool, age: int) -> None:
    due = NEVER if undated else NOW + days * DAY_US
    assert open_light(due, NOW - age * DAY_US, NOW, soft=True).colour != "red"


@given(st.integers(0, 3_000), st.sampled_from(("Asia/Shanghai", "UTC")))
def test_age_alone_is_never_red_and_never_overdue(age: int, zone: str) -> None:
    found = open_light(NEVER, NOW, NOW + age * DAY_US, zone=zone)
    assert found.colour in ("grey", "yellow")
    assert "overdue" not in found.code


@pytest.mark.parametrize("code", ["ageing", "stale", "soft_passed", "released", "assumed_on_time"])
def test_every_light_has_its_words(code: str) -> None:
    light = Light("grey", code, 7, 9)
    assert light_words(light, Words("zh")) != light_words(light, Words("en"))


def test_a_view_shows_the_age_of_what_has_no_date(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=Promptly()), actor=of("p"))
    [node] = engine.view("k", now=START + timedelta(days=20)).nodes
    assert (node.light, node.bucket, node.overdue) == (Light("yellow", "ageing", 20), "undated", False)
    [node] = engine.view("k", now=START + timedelta(days=20), rules=SLA).nodes
    assert (node.light, node.bucket, node.overdue) == (Light("red", "assumed_overdue", 10, 10), "overdue", True)


@pytest.mark.parametrize(("day", "bucket"), [(0, "later"), (2, "later"), (3, "week"), (10, "today"), (11, "overdue")])
def test_a_view_puts_what_has_no_date_where_an_assumed_service_level_does(
    make: Maker, clock: ManualClock, day: int, bucket: str
) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=Promptly()), actor=of("p"))
    [node] = engine.view("k", now=START + timedelta(days=day), rules=SLA).nodes
    assert node.bucket == bucket
    [entry] = engine.worklist("p", START + timedelta(days=day), rules=SLA).entries
    assert (entry.item.light, entry.bucket == "late") == (node.light, bucket == "overdue")


def test_a_view_a_work_list_and_what_is_owed_agree_that_what_was_only_asked_for_is_not_late(make: Maker) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=On(date(2030, 6, 20), soft=True)), actor=of("p"))
    july = at(end(7, 1))
    [node], [item] = engine.view("k", now=july).nodes, engine.owed("k/1", july)
    assert node.light == item.light == Light("yellow", "soft_passed", 11)
    assert (node.bucket, node.overdue, node.late_by_original) == ("soft_passed", False, False)
    assert engine.worklist("p", july).counts["late"] == 0


def test_no_service_level_is_assumed_of_what_was_only_asked_for(make: Maker) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=Promptly(soft=True)), actor=of("p"))
    later = START + timedelta(days=40)
    [node], [item] = engine.view("k", now=later, rules=SLA).nodes, engine.owed("k/1", later, rules=SLA)
    assert (node.light, node.bucket, item.light) == (Light("yellow", "stale", 40), "undated", node.light)


# What is owed under a directive


MONTHLY = Obligation(id="monthly", kind="brief", due=Every("FREQ=MONTHLY;BYMONTHDAY=28"))
SOFT = Obligation(id="news", kind="brief", due=Every("FREQ=MONTHLY;BYMONTHDAY=15", soft=True))
PLAN = Obligation(id="plan", kind="plan", due=On(date(2030, 2, 15)))
SECOND = Obligation(id="list", kind="report", due=On(date(2030, 3, 1)))


@pytest.fixture
def office(make: Maker) -> Engine:
    """k/1 (p) at work on: a report by 20 June, a plan, a monthly brief, news that are only asked for."""
    engine = make(one_line())
    owed = (report_by(On(date(2030, 6, 20))), PLAN, MONTHLY, SOFT)
    engine.issue("k", notice(obligations=owed), actor=of("p"))
    engine.execute("k/1", actor=of("p"))
    return engine


def standing(engine: Engine, month: int, number: int) -> list[tuple[str, str, str, str]]:
    """Return (obligation, period, standing, colour) at the end of a day."""
    found = engine.owed("k/1", at(end(month, number)))
    return [(one.obligation, str(one.period or ""), one.standing, one.light.colour) for one in found]


def test_all_that_is_owed_is_listed_with_its_periods(office: Engine) -> None:
    assert standing(office, 2, 20) == [
        ("report", "", "open", "green"),
        ("plan", "", "missed", "red"),
        ("monthly", "2030-01-28", "missed", "red"),
        ("monthly", "2030-02-28", "open", "green"),
        ("news", "2030-01-15", "missed", "yellow"),
        ("news", "2030-02-15", "missed", "yellow"),
        ("news", "2030-03-15", "open", "green"),
    ]


def test_one_period_handed_in_closes_neither_the_others_nor_the_series(office: Engine, clock: ManualClock) -> None:
    office.fulfil("k/1", "monthly", period=date(2030, 2, 28), actor=of("p"))
    office.fulfil("k/1", "plan", actor=of("p"))
    found = [one for one in standing(office, 3, 5) if one[0] in ("monthly", "plan")]
    assert found == [
        ("plan", "", "handed_in", "green"),
        ("monthly", "2030-01-28", "missed", "red"),
        ("monthly", "2030-02-28", "handed_in", "green"),
        ("monthly", "2030-03-28", "open", "green"),
    ]
    live_equals_replay(office)


def test_periods_handed_in_early_lead_on_to_the_first_that_is_open(office: Engine) -> None:
    for month in (1, 2, 3):
        office.fulfil("k/1", "monthly", period=date(2030, month, 28), actor=of("p"))
    found = [one for one in standing(office, 1, 10) if one[0] == "monthly"]
    assert [(period, how) for _, period, how, _ in found] == [
        ("2030-01-28", "handed_in"), ("2030-02-28", "handed_in"), ("2030-03-28", "handed_in"), ("2030-04-28", "open")
    ]  # fmt: skip


def test_the_series_ends_with_the_report_and_what_was_missed_stays_missed(office: Engine, clock: ManualClock) -> None:
    clock.moment = at(end(3, 1))
    office.report("k/1", actor=of("p"))
    found = [one for one in standing(office, 6, 1) if one[0] in ("report", "monthly")]
    assert found == [
        ("report", "", "handed_in", "green"),
        ("monthly", "2030-01-28", "missed", "red"),
        ("monthly", "2030-02-28", "missed", "red"),
    ]


def test_nothing_is_owed_any_more_under_what_was_called_off(office: Engine, clock: ManualClock) -> None:
    clock.moment = at(end(2, 1))
    office.withdraw("k/1", "void", actor=of("p"))
    found = office.owed("k/1", at(end(6, 1)))
    assert {one.standing for one in found} == {"released"}
    assert [str(one.period) for one in found if one.obligation == "monthly"] == ["2030-01-28"]
    assert {one.light.colour for one in found} == {"green"}


def test_what_was_not_due_when_all_was_summarised_is_no_longer_asked_for(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    plans = (PLAN, Obligation(id="news", kind="brief"), Obligation(id="late", kind="plan", due=On(date(2031, 1, 1))))
    engine.issue("k", notice(obligations=(report_by(On(date(2030, 6, 20))), *plans)), actor=of("p"))
    engine.execute("k/1", actor=of("p"))
    clock.moment = at(end(3, 1))
    engine.report("k/1", actor=of("p"))
    reported = [how for _, _, how, _ in standing(engine, 6, 1)]
    engine.summarise("k/1", actor=of("p"))
    assert reported == ["handed_in", "missed", "open", "open"]
    assert [how for _, _, how, _ in standing(engine, 6, 1)] == ["handed_in", "missed", "released", "released"]


def test_a_second_report_is_handed_in_with_the_report(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    engine.issue("k", notice(obligations=(report_by(On(date(2030, 6, 20))), SECOND)), actor=of("p"))
    engine.execute("k/1", actor=of("p"))
    assert standing(engine, 4, 1)[1] == ("list", "", "missed", "red")
    engine.report("k/1", actor=of("p"))
    assert standing(engine, 4, 1)[1] == ("list", "", "handed_in", "green")


def test_a_directive_of_a_notice_without_obligations_owes_its_report(make: Maker) -> None:
    engine = make(one_line())
    engine.issue("k", notice(obligations=()), actor=of("p"))
    [found] = engine.owed("k/1")
    assert (found.obligation, found.kind, found.due, found.light.code) == ("report", "report", NEVER, "undated")


def test_what_is_counted_from_what_has_not_happened_has_no_date_yet(make: Maker) -> None:
    engine = make(one_line())
    plan = Obligation(id="plan", kind="plan", due=Relative("receipt", 5))
    engine.issue("k", notice(obligations=(report_by(On(date(2030, 6, 20))), plan)), actor=of("p"))
    assert engine.owed("k/1")[1].due == NEVER
    engine.acknowledge("k/1", actor=of("p"))
    assert engine.owed("k/1")[1].due == end(1, 12)


def test_what_is_owed_is_asked_of_a_directive_that_is_there(office: Engine) -> None:
    with refused(office, NotFound, "unknown_directive"):
        office.owed("k/9")
    with refused(office, Malformed, "bad_reference"):
        office.owed("k")
