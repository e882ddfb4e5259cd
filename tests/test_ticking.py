"""Ticking: reminders and escalations by rules, each once, on every store, whoever ticks and however often."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from support import (
    START,
    Maker,
    ManualClock,
    cascade,
    day,
    end,
    forwarded,
    live_equals_replay,
    notice,
    of,
    one_line,
    refused,
    report_by,
    types,
    with_fields,
)

from xiada.engine.commands import Actor
from xiada.engine.due import DAY_US, Every, On, Promptly, at, instant
from xiada.engine.engine import Engine
from xiada.engine.errors import LimitExceeded, Malformed, NotEntitled
from xiada.engine.notice import Obligation
from xiada.engine.obligations import Owed
from xiada.engine.org import Select
from xiada.engine.projections import Light
from xiada.engine.reminding import (
    STANDARD_REMINDERS,
    After,
    Age,
    Before,
    ReminderRules,
    Rule,
    item_words,
    key_of,
)
from xiada.engine.ticking import CLOCK

MONTHLY = Every("FREQ=MONTHLY;BYMONTHDAY=28")
BRIEF = Obligation(id="monthly", kind="brief", due=MONTHLY, what=("进展",))
PLAN = Obligation(id="plan", kind="plan", due=On(date(2030, 2, 15)))


def local(month: int, number: int, hour: int = 9, year: int = 2030) -> datetime:
    """Return an hour of a day in Shanghai."""
    return at(end(month, number, year) + 1 - DAY_US + hour * 3_600_000_000)


def said(engine: Engine, clock: ManualClock, moment: datetime, **more: Any) -> list[tuple[str, str, str]]:
    """Tick at a moment; return (rule, directive, unit told)."""
    clock.moment = moment
    return [(one.rule, one.ref, one.to) for one in engine.tick(**more).given]


def rule(name: str = "r", **fields: Any) -> Rule:
    """Return a reminder three days before, unless told otherwise."""
    given: dict[str, Any] = {"action": "remind", "when": Before(days=3), "reason_zh": "请报送", "reason_en": "please"}
    return Rule(name=name, **(given | fields))


def rules(*some: Rule, **more: Any) -> ReminderRules:
    """Return rules."""
    return ReminderRules(some, **more)


# The standard rules, one by one


@pytest.fixture
def office(make: Maker) -> Engine:
    """k/1 (p), due 20 June, a Thursday; k/1.1 (c1) and k/1.2 (c2), due 10 June, a Monday."""
    engine = make(one_line())
    forwarded(engine)
    return engine


def test_three_working_days_before_on_the_day_and_after_it_each_is_told_once(
    office: Engine, clock: ManualClock
) -> None:
    assert said(office, clock, local(6, 4)) == []
    both = [("before-3", "k/1.1", "c1"), ("before-3", "k/1.2", "c2")]
    assert said(office, clock, local(6, 5)) == both, "Wednesday: Thursday, Friday, Monday are three working days"
    assert said(office, clock, local(6, 6)) == said(office, clock, local(6, 9)) == []
    assert said(office, clock, local(6, 10)) == [("on-the-day", "k/1.1", "c1"), ("on-the-day", "k/1.2", "c2")]
    assert said(office, clock, local(6, 10, 23)) == []
    assert said(office, clock, local(6, 11, 0)) == [("after-1", "k/1.1", "p"), ("after-1", "k/1.2", "p")]
    assert said(office, clock, local(6, 18)) == [
        ("after-7", "k/1.1", "p"), ("after-7", "k/1.2", "p"), ("before-3", "k/1", "p")
    ]  # fmt: skip
    live_equals_replay(office)


def test_an_escalation_goes_to_whoever_is_above_the_superior(office: Engine, clock: ManualClock) -> None:
    office.forward("k/1.1", ["d11"], actor=of("c1"), due=day(6, 5))
    assert said(office, clock, local(6, 6, 1)) == [
        ("after-1", "k/1.1.1", "p"), ("before-3", "k/1.1", "c1"), ("before-3", "k/1.2", "c2")
    ]  # fmt: skip


def test_what_is_recorded_says_why_who_and_when(office: Engine, clock: ManualClock) -> None:
    clock.moment = local(6, 12)
    tick = office.tick()
    [first, _] = tick.given
    assert (first.action, first.light, first.reason) == ("escalate", "red", "C1应于2030-06-10前报送，已逾期2天")
    event = office.log("k/1.1")[-1]
    assert (event.event.type, event.actor, event.unit) == ("escalated", "clock", "clock")
    assert event.event == with_fields(event.event, to="p", reason=first.reason, claimed_at=None)
    assert event.key == first.key == f"tick after-1 k/1.1 report {end(6, 10)}"
    assert (tick.counts, tick.actions, tick.total) == (Counter({"after-1": 2}), Counter(escalate=2), 2)
    assert (tick.looked_at, tick.already, tick.refused) == (2, 0, 0)


def test_an_instant_given_is_what_is_judged_by_and_is_recorded_as_claimed(office: Engine, clock: ManualClock) -> None:
    moment = local(6, 10)
    assert len(office.tick(moment).given) == 2
    event = office.log("k/1.1")[-1]
    assert (event.t, event.event) == (instant(START), with_fields(event.event, claimed_at=instant(moment)))


def test_in_english_if_the_rules_say_so(office: Engine, clock: ManualClock) -> None:
    clock.moment = local(6, 7)
    [first, _] = office.tick(rules=with_fields(STANDARD_REMINDERS, language="en")).given
    assert first.reason == "C1 owes the report by 2030-06-10, in 3 days"


def test_who_was_away_is_told_the_latest_alone(office: Engine, clock: ManualClock) -> None:
    assert said(office, clock, local(8, 1)) == [
        ("after-7", "k/1.1", "p"), ("after-7", "k/1.2", "p"), ("after-7", "k/1", "p")
    ]  # fmt: skip


def test_whoever_has_reported_or_is_waived_is_left_in_peace_and_told_again_when_returned(
    office: Engine, clock: ManualClock
) -> None:
    office.execute("k/1.1", actor=of("c1"))
    office.report("k/1.1", actor=of("c1"))
    office.waive("k/1.2", "merged", actor=of("p"))
    assert said(office, clock, local(6, 10)) == []
    office.return_("k/1.1", "again", actor=of("p"))
    assert said(office, clock, local(6, 10)) == [("on-the-day", "k/1.1", "c1")]


def test_a_due_that_is_moved_is_another_one_and_moved_back_it_is_the_old(office: Engine, clock: ManualClock) -> None:
    assert len(said(office, clock, local(6, 5))) == 2
    clock.moment = local(6, 5)
    office.reschedule("k/1.1", day(6, 7), "sooner", actor=of("p"))
    assert said(office, clock, local(6, 5)) == [("before-3", "k/1.1", "c1")]
    office.reschedule("k/1.1", day(6, 10), "no, later", actor=of("p"))
    assert said(office, clock, local(6, 5)) == []


def test_a_due_at_a_time_of_day_has_passed_with_it(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.forward("k/1", ["c1"], actor=of("p"), due=local(6, 10, 15))
    late = rules(rule("at-once", action="escalate", when=After(), reason_zh="{due}", reason_en="{due}"))
    assert said(engine, clock, local(6, 10, 15), rules=late) == []
    clock.advance(minutes=1)
    assert [one.reason for one in engine.tick(rules=late).given] == ["2030-06-10 15:00"]


# Undated, soft, recurring


def test_undated_ones_are_reminded_by_age_and_never_escalated(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=Promptly()), actor=of("p"))
    engine.forward("k/1", ["c1"], actor=of("p"), due="undated")
    assert said(engine, clock, START + timedelta(days=13)) == []
    both = [("age-14", "k/1", "p"), ("age-14", "k/1.1", "c1")]
    assert said(engine, clock, START + timedelta(days=14)) == both
    assert said(engine, clock, START + timedelta(days=29)) == []
    assert [one[0] for one in said(engine, clock, START + timedelta(days=400))] == ["age-30", "age-30"]
    assert "escalated" not in {kind for _, kind in types(engine.log())}


def test_a_service_level_the_notice_names_makes_a_date(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=Promptly(sla_days=5)), actor=of("p"))
    assert said(engine, clock, START + timedelta(days=7)) == [("after-1", "k/1", "p")]


def test_what_was_only_asked_for_is_never_said_to_be_late(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=On(date(2030, 6, 20), soft=True)), actor=of("p"))
    assert said(engine, clock, local(6, 20)) == [("on-the-day", "k/1", "p")]
    assert said(engine, clock, local(7, 20)) == []


def test_every_period_of_a_recurring_brief_is_told_of_by_itself(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    engine.issue("k", notice(obligations=(report_by(On(date(2030, 12, 20))), BRIEF, PLAN)), actor=of("p"))
    engine.execute("k/1", actor=of("p"))
    clock.moment = local(1, 28)
    [first] = engine.tick().given
    assert (first.rule, first.obligation, first.period) == ("on-the-day", "monthly", "2030-01-28")
    assert first.reason == "P应于今天（2030-01-28）提交简报“进展”（2030-01-28期）"
    engine.fulfil("k/1", "plan", actor=of("p"))
    engine.fulfil("k/1", "monthly", period=date(2030, 1, 28), actor=of("p"))
    assert said(engine, clock, local(2, 20)) == []
    clock.moment = local(3, 2)
    engine.fulfil("k/1", "monthly", period=date(2030, 3, 28), actor=of("p"))
    [missed] = engine.tick().given
    assert (missed.action, missed.period, missed.key.split()[-2:]) == (
        "escalate", "2030-02-28", ["2030-02-28", str(end(2, 28))]
    )  # fmt: skip
    assert [(one.rule, one.period) for one in engine.tick(local(4, 25)).given] == [
        ("after-7", "2030-02-28"), ("before-3", "2030-04-28")
    ]  # fmt: skip
    engine.report("k/1", actor=of("p"))
    assert said(engine, clock, local(12, 28)) == [], "the series ends with the report"
    live_equals_replay(engine)


def test_of_many_missed_periods_a_rule_says_the_last(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    engine.issue("k", notice(obligations=(report_by(On(date(2040, 6, 20))), BRIEF)), actor=of("p"))
    clock.moment = moment = local(10, 5, year=2033)
    given = engine.tick(moment).given
    assert [(one.rule, one.period) for one in given] == [("after-7", "2033-09-28")]
    assert engine.tick(moment).given == []
    assert len([one for one in engine.owed("k/1", moment) if one.standing == "missed"]) > 40


def test_only_those_who_owe_a_brief_are_told_of_it(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    for_cities = with_fields(BRIEF, who=Select(level=("city",)))
    engine.issue("k", notice(obligations=(report_by(On(date(2030, 12, 20))), for_cities)), actor=of("p"))
    engine.forward("k/1", ["c1"], actor=of("p"))
    assert said(engine, clock, local(1, 28)) == [("on-the-day", "k/1.1", "c1")]


def test_an_obligation_counted_from_a_receipt_that_has_not_come_is_undated(make: Maker, clock: ManualClock) -> None:
    from xiada.engine.due import Relative

    engine = make(one_line())
    plan = with_fields(PLAN, due=Relative("receipt", 5))
    engine.issue("k", notice(obligations=(report_by(On(date(2030, 12, 20))), plan)), actor=of("p"))
    assert said(engine, clock, START + timedelta(days=15)) == [("age-14", "k/1", "p")]
    engine.acknowledge("k/1", actor=of("p"))
    assert said(engine, clock, START + timedelta(days=20)) == [("on-the-day", "k/1", "p")]


# Rules of one's own


def test_a_rule_may_be_for_some_statuses_and_some_obligations_only(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.acknowledge("k/1.1", actor=of("c1"))
    engine.execute("k/1.1", actor=of("c1"))
    unstarted = rules(rule("begin", statuses=("issued",)))
    assert said(engine, clock, local(6, 9), rules=unstarted) == [("begin", "k/1.2", "c2")]
    assert said(engine, clock, local(6, 9), rules=rules(rule("x", kinds=("brief",)))) == []


def test_days_may_be_of_the_calendar_or_of_the_week(office: Engine, clock: ManualClock) -> None:
    days = rules(rule("d", when=Before(days=3)))
    assert said(office, clock, local(6, 6, 23), rules=days) == []
    assert len(said(office, clock, local(6, 7, 0), rules=days)) == 2
    after = rules(rule("a", when=After(workdays=5)))
    assert said(office, clock, local(6, 14), rules=after) == []
    assert len(said(office, clock, local(6, 17), rules=after)) == 2


def test_a_reason_may_speak_of_all_that_is_known(office: Engine, clock: ManualClock) -> None:
    everything = "{unit} {item} {due} {days} {ref} {title} {doc_number} {{}}"
    clock.moment = local(6, 9)
    [first, _] = office.tick(rules=rules(rule(reason_zh=everything))).given
    assert first.reason == "C1 报送 2030-06-10 1 k/1.1 On n1 No. n1 {}"


def test_a_notice_cannot_speak_through_a_template(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line())
    engine.issue("k", notice(title="{unit.__class__} %s {0}"), actor=of("p"))
    clock.moment = local(6, 20)
    [first] = engine.tick(rules=rules(rule(reason_zh="{title}"))).given
    assert first.reason == "{unit.__class__} %s {0}"


@pytest.mark.parametrize(
    ("make_rule", "code"),
    [
        (lambda: rule("Bad Name"), "bad_identifier"),
        (lambda: rule(action="shout"), "bad_choice"),
        (lambda: rule(when="soon"), "bad_when"),
        (lambda: rule(kinds=("poem",)), "bad_choice"),
        (lambda: rule(statuses=("No Status",)), "bad_identifier"),
        (lambda: rule(light="pink"), "bad_choice"),
        (lambda: rule(reason_zh=""), "empty_text"),
        (lambda: rule(reason_zh="a\nb"), "bad_character"),
        *((lambda text=text: rule(reason_en=text), "bad_template")
          for text in ("{who}", "{}", "{0}", "{unit.name}", "{unit[0]}", "{unit!r}", "{days:>9}", "{", "}", "{unit")),
        (lambda: Before(days=-1), "bad_days"),
        (lambda: After(days=1_001), "bad_days"),
        (lambda: Age(True), "bad_days"),
        (lambda: Before(workdays=1, days=1), "two_spans"),
        (lambda: rules(rule("a"), rule("a")), "duplicate_id"),
        (lambda: rules(rule(), language="fr"), "bad_choice"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_malformed(make_rule: Any, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        make_rule()
    assert caught.value.code == code
    assert caught.value.remedy


@pytest.mark.parametrize(
    "make_rules",
    [lambda: rule(reason_zh="{title}" * 5), lambda: rules(*(rule(f"r{n}") for n in range(51)))],
)
def test_rules_have_limits(make_rules: Any) -> None:
    with pytest.raises(LimitExceeded):
        make_rules()


# Dry runs, what comes next, refusals


def test_a_dry_run_says_the_same_and_writes_nothing(office: Engine, clock: ManualClock) -> None:
    clock.moment = local(6, 12)
    before = office.head()
    would = office.tick(dry_run=True)
    assert office.head() == before
    assert office.tick() == would
    assert office.head().size == before.size + 2


def test_what_comes_next_is_told(office: Engine, clock: ManualClock) -> None:
    def upcoming(moment: datetime) -> tuple[str, str, str]:
        tick = office.tick(moment, dry_run=True)
        assert tick.next is not None
        assert tick.next_at == tick.next.t
        return f"{at(tick.next.t, 'Asia/Shanghai'):%m-%d %H:%M}", tick.next.rule, tick.next.ref

    assert upcoming(local(1, 1)) == ("06-05 00:00", "before-3", "k/1.1")
    assert upcoming(local(6, 7)) == ("06-10 00:00", "on-the-day", "k/1.1")
    assert upcoming(local(6, 11)) == ("06-17 00:00", "before-3", "k/1")
    assert office.tick(local(8, 1), dry_run=True).next_at is None


def test_at_what_comes_next_something_comes_and_not_before(office: Engine, clock: ManualClock) -> None:
    moments, given = [], []
    tick = office.tick()
    while tick.next_at is not None:
        clock.moment = at(tick.next_at - 1)
        assert office.tick().given == []
        clock.moment = at(tick.next_at)
        moments.append(clock.moment)
        tick = office.tick()
        assert tick.total
        given += tick.given
    assert len(moments) == 7
    assert len(given) == len({one.key for one in given}) == 12


def test_an_empty_log_has_nothing_to_say(make: Maker) -> None:
    tick = make().tick()
    assert (tick.given, tick.next_at, tick.looked_at, tick.total) == ([], None, 0, 0)


def test_rules_without_any_say_nothing(office: Engine, clock: ManualClock) -> None:
    assert office.tick(local(8, 1), rules=ReminderRules(())).total == 0


@pytest.mark.parametrize("limit", [-1, 10_001, True, None])
def test_a_list_has_a_length_that_can_be_one(office: Engine, limit: Any) -> None:
    with refused(office, Malformed, "bad_limit"):
        office.tick(limit=limit)


def test_all_are_counted_and_the_first_listed(office: Engine, clock: ManualClock) -> None:
    tick = office.tick(local(8, 1), limit=1)
    assert (len(tick.given), tick.total, tick.actions["escalate"]) == (1, 3, 3)


class OnlyPeople:
    """An authority that lets no clock act."""

    def entitles(self, acting: str, unit: str, behalf: str | None, org: Any) -> bool:
        """Tell whether it may."""
        return unit != "clock"


def test_what_is_refused_is_counted_and_the_rest_goes_on(make: Maker, clock: ManualClock) -> None:
    engine = make(one_line(), authority=OnlyPeople())
    forwarded(engine)
    tick = engine.tick(local(6, 12))
    assert (tick.total, tick.refused, [ref for ref, _ in tick.refusals]) == (0, 2, ["k/1.1", "k/1.2"])
    assert isinstance(tick.refusals[0][1], NotEntitled)


def test_nobody_ticks_in_the_clocks_name(office: Engine) -> None:
    with refused(office, NotEntitled, "not_entitled"):
        office.remind("k/1.1", "now", actor=Actor("eve", "c2"))
    office.remind("k/1.1", "now", actor=CLOCK)


def test_a_key_that_stands_for_something_else_is_a_refusal_of_that_one(office: Engine, clock: ManualClock) -> None:
    key = f"tick after-1 k/1.1 report {end(6, 10)}"
    office.acknowledge("k/1.1", actor=of("c1"), key=key)
    tick = office.tick(local(6, 12))
    assert [one.ref for one in tick.given] == ["k/1.2"]


def test_a_long_key_is_shortened_by_its_hash() -> None:
    deep = Owed(
        "k/" + ".".join(["1234567"] * 40), "o", "brief", date(2030, 1, 2), 7, 0, False, "open", Light("red", "x")
    )
    key = key_of(deep, STANDARD_REMINDERS.rules[0])
    assert len(key) < 100
    assert key != key_of(deep._replace(due=8), STANDARD_REMINDERS.rules[0])
    assert item_words(deep, "en") == "the brief of 2030-01-02"
