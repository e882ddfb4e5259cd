"""An auditor's questions: answers to small cascades, held to a dumb recount where one can be made."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hindsight_story import eventful
from hypothesis import given
from hypothesis import strategies as st
from support import START, Maker, cascade, day, end, forwarded, of, one_line

from xiada.engine.calendar import Calendar
from xiada.engine.commands import Actor
from xiada.engine.due import instant
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed
from xiada.engine.hindsight.asking import QUESTIONS, Answers, Question, ask
from xiada.engine.hindsight.duties import counted
from xiada.engine.hindsight.holding import Held, longest
from xiada.engine.hindsight.hours import Office
from xiada.engine.hindsight.walking import Step, recorded_events, walk
from xiada.engine.projections import is_overdue
from xiada.engine.rollup import is_open

HOUR_S, DAY_S = 3_600, 86_400


def steps(engine: Engine, cascade: str | None = "k") -> list[Step]:
    """Return a walk through a cascade."""
    return list(walk(recorded_events(engine, cascade)))


def asked(engine: Engine, question: Question, *, now: int | None = None, office: Office | None = None) -> Answers:
    """Return the answer to one question about `k`, by default as of the last event."""
    found = steps(engine)
    return ask(found, [question], now=found[-1].recorded.t if now is None else now, office=office)


def test_only_what_was_asked_is_answered(make: Maker) -> None:
    engine = eventful(make)
    for question in QUESTIONS:
        found = asked(engine, question)
        assert [name for name in QUESTIONS if getattr(found, name) is not None] == [question]
    assert (found.events, found.directives) == (67, 10)


def test_all_questions_are_answered_in_one_walk_as_one_by_one(make: Maker) -> None:
    engine = eventful(make)
    found = steps(engine)
    now = found[-1].recorded.t
    together = ask(iter(found), now=now)
    for question in QUESTIONS:
        alone = ask(found, [question], now=now)
        assert getattr(together, question) == getattr(alone, question)


# Late


def test_the_late_are_those_who_missed_either_due_the_longest_first(make: Maker) -> None:
    engine = eventful(make)
    late = asked(engine, "late").late or ()
    assert [(one.directive.ref, one.lateness.days, one.lateness.original_days) for one in late] == [
        ("k/1.1.1.1", 1, 13),
        ("k/1.1.1", 3, 4),
        ("k/1", 2, 2),
        ("k/1.1.3", 0, 2),
        ("k/1.1", 2, 0),
    ]
    states, now = engine.replay().states.values(), engine.head().t
    assert {one.directive.ref for one in late} == {
        state.ref for state in states if is_overdue(state, now, state.due) or is_overdue(state, now, state.original_due)
    }


def test_each_late_one_names_its_issue_the_moves_of_its_due_and_its_report(make: Maker) -> None:
    engine = eventful(make)
    evidence = {one.directive.ref: one.indices for one in asked(engine, "late").late or ()}
    assert evidence["k/1.1.1.1"] == (23, 34, 37, 42, 46, 56)
    kinds = {engine.log(start=index, stop=index + 1)[0].event.type for row in evidence.values() for index in row}
    assert kinds == {"issued", "extension_granted", "rescheduled", "reported", "returned"}


def test_who_has_not_reported_is_late_as_of_the_moment_asked_about(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    assert asked(engine, "late", now=end(6, 10)).late == ()
    [first, second] = asked(engine, "late", now=end(6, 13)).late or ()
    assert (first.directive.ref, second.directive.ref) == ("k/1.1", "k/1.2")
    assert (first.lateness.days, first.lateness.handed_in, first.indices) == (3, None, (11,))


# Held


def hours_held(engine: Engine, now: int | None = None) -> dict[str, tuple[float, float]]:
    """Return hours in own hands and hours waited, by directive."""
    found = asked(engine, "held", now=now).held or ()
    return {one.directive.ref: (one.own_s / HOUR_S, one.waiting_s / HOUR_S) for one in found}


def test_time_is_in_own_hands_until_it_is_passed_on_and_after_all_below_have_reported(make: Maker) -> None:
    engine, clock = make(one_line()), make.clock
    cascade(engine)
    clock.advance(hours=5)
    engine.forward("k/1", ("c1", "c2"), due=day(6, 10), actor=of("p"))
    clock.advance(hours=7)
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    clock.advance(hours=11)
    engine.execute("k/1.2", actor=of("c2"))
    engine.report("k/1.2", actor=of("c2"))
    clock.advance(hours=13)
    engine.execute("k/1", actor=of("p"))
    engine.report("k/1", actor=of("p"))
    clock.advance(hours=100)
    assert hours_held(engine, now=clock.now()) == {"k/1": (18, 18), "k/1.1": (7, 0), "k/1.2": (18, 0)}


def test_a_return_starts_the_clock_again_below_and_above(make: Maker) -> None:
    engine, clock = make(one_line()), make.clock
    forwarded(engine, "c1")
    clock.advance(hours=2)
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    clock.advance(hours=3)
    engine.return_("k/1.1", "thin", actor=of("p"))
    clock.advance(hours=5)
    engine.report("k/1.1", actor=of("c1"))
    clock.advance(hours=7)
    assert hours_held(engine, now=clock.now()) == {"k/1": (10, 7), "k/1.1": (7, 0)}


def test_what_is_waived_or_withdrawn_is_nobodys_any_more(make: Maker) -> None:
    engine, clock = make(one_line()), make.clock
    forwarded(engine, "c1", "c2")
    clock.advance(hours=2)
    engine.waive("k/1.1", "not needed", actor=of("p"))
    clock.advance(hours=3)
    engine.withdraw("k/1.2", "in error", actor=of("p"))
    clock.advance(hours=5)
    assert hours_held(engine, now=clock.now()) == {"k/1": (5, 5), "k/1.1": (2, 0), "k/1.2": (5, 0)}


def test_what_is_open_is_counted_up_to_the_moment_asked_about(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    now = instant(START + timedelta(hours=9))
    assert hours_held(engine, now=now) == {"k/1": (0, 9), "k/1.1": (9, 0), "k/1.2": (9, 0)}


def test_the_longest_stretch_names_the_events_it_began_and_ended_with(make: Maker) -> None:
    held = {one.directive.ref: one for one in asked(eventful(make), "held").held or ()}
    assert (held["k/1.1.1"].since, held["k/1.1.1"].until, held["k/1.1.1"].stretch_s) == (16, 23, DAY_S)
    assert (held["k/1"].since, held["k/1"].until, held["k/1"].stretch_s) == (71, 74, 17 * DAY_S)


def test_own_hands_and_waiting_add_up_to_the_time_it_was_open(make: Maker) -> None:
    engine = eventful(make)
    found = steps(engine)
    opened: dict[str, int] = {}
    total: Counter[str] = Counter()
    for step in found:
        assert step.after is not None
        ref, t = step.after.ref, step.recorded.t
        if ref in opened and not is_open(step.after):
            total[ref] += t - opened.pop(ref)
        elif ref not in opened and is_open(step.after):
            opened[ref] = t
    assert opened == {}
    held = ask(found, ["held"], now=found[-1].recorded.t).held or ()
    assert {one.directive.ref: (one.own_s + one.waiting_s) * 1_000_000 for one in held} == total


def test_the_ranking_is_by_level_with_the_longest_held_first(make: Maker) -> None:
    engine = eventful(make)
    held = asked(engine, "held").held or ()
    ranked = longest(held, engine.org().levels, 2)
    assert list(ranked) == ["province", "city", "county", "town"]
    rows, count = ranked["county"]
    assert ([one.directive.ref for one in rows], count) == (["k/1.1.2", "k/1.2.1"], 4)
    assert all(isinstance(one, Held) for rows, _ in ranked.values() for one in rows)
    assert list(longest(held, {}, 1)) == [""]


# Duties


def matched(engine: Engine) -> list[tuple[str, str, bool, int, int]]:
    """Return the matches: sides, directive, same account, both indices."""
    duties = asked(engine, "duties").duties
    assert duties is not None
    return [
        (one.sides, one.directive.ref, one.same_account, one.first.index, one.second.index) for one in duties.matches
    ]


def test_nobody_is_matched_where_everybody_has_an_id_of_their_own(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine, "c1")
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    engine.execute("k/1", actor=Actor("chief", "p"))
    engine.report("k/1", actor=Actor("chief", "p"))
    engine.summarise("k/1", actor=Actor("head", "p"))
    assert matched(engine) == []


def test_one_id_in_two_units_on_both_sides_is_matched(make: Maker) -> None:
    engine, li = make(one_line()), "li"
    cascade(engine)
    engine.forward("k/1", ("c1",), due=day(6, 10), actor=Actor(li, "p"))
    engine.execute("k/1.1", actor=of("c1"))
    engine.request_extension("k/1.1", day(6, 12), "snow", actor=Actor(li, "c1"))
    engine.grant_extension("k/1.1", actor=Actor(li, "p"))
    engine.report("k/1.1", actor=Actor(li, "c1"))
    engine.execute("k/1", actor=of("p"))
    engine.report("k/1", actor=Actor(li, "p"))
    assert matched(engine) == [
        ("asked_and_granted", "k/1.1", False, 13, 14),
        ("issued_and_reported", "k/1.1", False, 11, 15),
        ("reported_and_summarised", "k/1.1", False, 15, 18),
    ]


def test_one_account_on_both_sides_by_delegation_comes_first_and_the_act_is_listed(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine, "c1", "c2")
    engine.delegate("p", "c1", actor=of("p"))
    engine.request_extension("k/1.1", day(6, 12), "snow", actor=of("c1"))
    engine.grant_extension("k/1.1", actor=of("c1", "p"))
    assert matched(engine) == [("asked_and_granted", "k/1.1", True, 14, 15)]
    duties = asked(engine, "duties").duties
    assert duties is not None
    [act] = duties.delegated
    assert (act.act.index, act.act.behalf, act.ref, act.type, act.events) == (15, "p", "k/1.1", "extension_granted", 1)
    assert counted(duties.matches) == {("asked_and_granted", True): 1}


def test_a_delegated_forwarding_is_one_act_however_many_it_issues(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.delegate("p", "c3", actor=of("p"))
    engine.forward("k/1", ("c1", "c2"), due=day(6, 10), actor=of("c3", "p"))
    duties = asked(engine, "duties").duties
    assert duties is not None
    assert [(one.type, one.events) for one in duties.delegated] == [("forwarded", 3)]


def test_an_id_that_acts_for_many_units_is_named(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    for unit, ref in (("c1", "k/1.1"), ("c2", "k/1.2"), ("p", "k/1")):
        engine.execute(ref, actor=Actor("clerk", unit))
    duties = asked(engine, "duties").duties
    assert duties is not None
    assert duties.accounts == (("clerk", 3),)


# Exceptions


def test_exceptions_are_told_with_reasons_and_how_many_fell_with_them(make: Maker) -> None:
    found = asked(eventful(make), "exceptions").exceptions or ()
    assert [(one.act.index, one.type, one.directive.ref, one.reason, one.below) for one in found] == [
        (49, "reassigned", "k/1.1.2", "d12 is merged", 0),
        (52, "waived", "k/1.3", "has no such office", 1),
        (54, "withdrawn", "k/1.2", "issued in error", 1),
        (60, "returned", "k/1.1.1", "figures are missing", 0),
        (68, "returned", "k/1.1", "d11 is wrong", 0),
        (69, "returned", "k/1.1.1", "as p says", 0),
    ]


def test_what_falls_with_a_reassignment_is_counted_with_it(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.forward("k/1.1", ("d11", "d12"), actor=of("c1"))
    engine.reassign("k/1.1", "c3", "merged", actor=of("p"))
    [only] = asked(engine, "exceptions").exceptions or ()
    assert (only.type, only.below) == ("reassigned", 2)


# Hours


def test_acts_at_night_and_on_rest_days_are_told_and_the_clocks_own_are_not(make: Maker) -> None:
    found = asked(eventful(make), "hours").hours or ()
    assert [(one.act.index, one.events, one.rest_day, one.night) for one in found] == [
        (30, 1, True, True),
        (49, 3, True, False),
        (52, 4, True, False),
        (56, 1, True, False),
        (57, 3, True, False),
        (73, 4, True, False),
    ]


def test_a_make_up_day_is_a_working_day_and_a_holiday_is_not(make: Maker) -> None:
    makeup = frozenset({date(2030, 3, 16), date(2030, 4, 6), date(2030, 6, 2), date(2030, 6, 22)})
    year = Calendar("of 2030", holidays=frozenset({date(2030, 2, 4)}), makeup=makeup, years=frozenset({2030}))
    answers = asked(eventful(make), "hours", office=Office(calendar=year))
    assert [(one.act.index, one.rest_day, one.night) for one in answers.hours or ()] == [
        (9, True, False),
        (30, False, True),
    ]
    assert answers.assumed == ()


def test_years_whose_holidays_are_not_known_are_named(make: Maker) -> None:
    assert asked(eventful(make), "hours").assumed == (2030,)


def test_hours_are_those_of_the_zone_asked_about(make: Maker) -> None:
    engine = make(one_line())
    make.clock.moment = datetime(2030, 1, 7, 23, 30, tzinfo=UTC)  # Tuesday, 7:30 in Shanghai
    cascade(engine)
    assert len(asked(engine, "hours").hours or ()) == 1
    assert asked(engine, "hours", office=Office(zone="Asia/Tokyo")).hours == ()
    assert asked(engine, "hours", office=Office(opens=time(7, 30))).hours == ()


def test_an_office_that_closes_before_it_opens_and_a_zone_there_is_not_are_refused() -> None:
    with pytest.raises(Malformed, match="not after it opens"):
        Office(opens=time(18), closes=time(8))
    with pytest.raises(Malformed, match="not known"):
        Office(zone="Mars/Olympus")


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.times())
def test_an_hour_is_odd_if_it_is_neither_in_office_hours_nor_on_a_weekday(when: date, clock: time) -> None:
    local = datetime.combine(when, clock, UTC)
    rest_day, night = Office(zone="UTC").odd(instant(local))
    assert rest_day == (local.weekday() >= 5)
    assert night == (not 8 <= local.hour < 18)


# Variants


def test_ways_are_counted_and_the_commonest_comes_first(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine, "c1", "c2", "c3")
    for number in (1, 3):
        engine.acknowledge(f"k/1.{number}", actor=of(f"c{number}"))
    found = asked(engine, "variants").variants or ()
    assert [(one.types, one.directives, one.example, one.first, one.last) for one in found] == [
        (("issued", "acknowledged"), 2, "k/1.1", 11, 14),
        (("issued", "forwarded"), 1, "k/1", 9, 10),
        (("issued",), 1, "k/1.2", 12, 12),
    ]


def test_the_ways_are_those_of_a_recount(make: Maker) -> None:
    engine = eventful(make)
    ways: dict[str, tuple[str, ...]] = {}
    for recorded in recorded_events(engine, "k"):
        ways[recorded.ref] = (*ways.get(recorded.ref, ()), recorded.event.type)
    found = asked(engine, "variants").variants or ()
    assert {one.types: one.directives for one in found} == Counter(ways.values())
