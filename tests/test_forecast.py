"""Forecasts: what units took in the past, and what may be expected of them, with the ground for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Maker, ManualClock, end, forwarded, notice, of, one_line, snapshot

from xiada.engine.calendar import MON_FRI
from xiada.engine.directive import Directive
from xiada.engine.due import DAY_US, NEVER, SHANGHAI, at, show
from xiada.engine.engine import Engine
from xiada.engine.forecast import Forecast, Past, forecast
from xiada.engine.holidays import china
from xiada.engine.planner import Days

LEVELS = {"p": "province", "c1": "city", "c2": "city", "c3": "city"}
MONDAY = end(6, 3)


def directive(ref: str, unit: str, *, issued: int = MONDAY, reported: int | None = None, due: int = NEVER) -> Directive:
    """Return a directive, reported and closed if a day is given."""
    above, dot, _ = ref.partition("/")[2].rpartition(".")
    parent = f"{ref.partition('/')[0]}/{above}" if dot else None
    state = Directive(ref, unit, "main", parent, "issued", 1, b"", due, due, "", issued)
    return state if reported is None else state._replace(reported_at=reported, closed_at=reported)


def taken(unit: str, *workdays: int, name: str = "j") -> list[Directive]:
    """Return directives of a unit that took so many working days."""
    days = Days(MON_FRI, SHANGHAI)
    return [
        directive(f"{name}{number}/1", unit, reported=days.after(MONDAY, count) if count else MONDAY)
        for number, count in enumerate(workdays)
    ]


def past(*states: Directive, enough: int = 3) -> Past:
    """Return what can be learnt of directives."""
    found = Past(Days(MON_FRI, SHANGHAI), LEVELS, enough)
    found.learn(states)
    return found.settled()


def alone(state: Directive, known: Past, now: int = MONDAY) -> Forecast:
    """Return the forecast of one directive."""
    [found] = forecast([state], known, now=now)
    return found


def test_a_unit_is_expected_to_take_what_it_took() -> None:
    found = alone(directive("k/1", "c1"), past(*taken("c1", 2, 4, 4, 7, 9)))
    assert found.basis is not None
    assert found.basis == ("unit", "response", 5, 5, 4, 7)
    assert [show(found.typical or 0), show(found.careful or 0)] == ["2030-06-07", "2030-06-12"]
    assert (found.waits_for, found.unknown) == (None, 0)


def test_where_a_unit_has_too_few_its_level_stands_in_for_it() -> None:
    known = past(*taken("c1", 1, 1), *taken("c2", 8, name="i"))
    found = alone(directive("k/1", "c1"), known)
    assert found.basis is not None
    assert found.basis[:4] == ("level", "response", 3, 3)
    assert alone(directive("k/1", "p"), known).basis is None


def test_where_there_is_no_ground_nothing_is_said() -> None:
    found = alone(directive("k/1", "c1", due=MONDAY), past(*taken("c1", 1, 1)))
    assert found[1:] == (None, None, None, None, 1, False)
    assert alone(directive("k/1", "c1"), past(*taken("c1", 1, 1), enough=2)).basis is not None


def test_what_is_expected_on_the_day_of_a_due_with_a_time_of_day_is_not_late_until_that_time() -> None:
    five = MONDAY + 4 * DAY_US - 7 * 3_600_000_000  # Friday, 17:00
    known = past(*taken("c1", 4, 4, 4))
    assert [alone(directive("k/1", "c1", due=five), known, now=now).late for now in (MONDAY, five, five + 1)] == [
        False, False, True,
    ]  # fmt: skip
    assert alone(directive("k/1", "c1", due=five - DAY_US), known).late


def test_what_has_taken_long_already_is_compared_only_with_what_took_as_long() -> None:
    known = past(*taken("c1", 1, 2, 3, 8, 10))
    in_a_week = Days(MON_FRI, SHANGHAI).after(MONDAY, 5)
    found = alone(directive("k/1", "c1"), known, now=in_a_week)
    assert found.basis == ("unit", "response", 5, 2, 8, 10)


def test_what_has_taken_longer_than_all_is_beyond_them() -> None:
    known = past(*taken("c1", 1, 2, 3))
    found = alone(directive("k/1", "c1"), known, now=Days(MON_FRI, SHANGHAI).after(MONDAY, 9))
    assert found.basis == ("unit", "response", 3, 0, None, None)
    assert (found.typical, found.unknown) == (None, 1)


def test_a_unit_beyond_its_own_past_is_compared_with_its_level() -> None:
    known = past(*taken("c1", 1, 2, 3), *taken("c2", 12, name="i"))
    found = alone(directive("k/1", "c1"), known, now=Days(MON_FRI, SHANGHAI).after(MONDAY, 9))
    assert found.basis == ("level", "response", 4, 1, 12, 12)


FAMILY = [directive("h/1", "p", reported=end(6, 14)), directive("h/1.1", "c1", reported=end(6, 12)),
          directive("h/1.2", "c2", reported=end(6, 5))]  # fmt: skip
"""p needed two working days after the last of its cities."""


def families(count: int) -> list[Directive]:
    """Return so many cascades like that one."""
    return [
        state._replace(ref=state.ref.replace("h", f"h{number}"), parent=state.parent and f"h{number}/1")
        for number in range(count)
        for state in FAMILY
    ]


def test_a_report_that_was_called_off_afterwards_is_neither_planned_nor_learnt_from(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.execute("k/1.2", actor=of("c2"))
    engine.report("k/1.2", actor=of("c2"))
    assert [one.basis is None for one in engine.forecast("k", enough=1)] == [True, False]
    engine.withdraw("k/1.2", "asked by mistake", actor=of("p"))
    for at_index in (None, engine.head().size - 1):
        assert [one.basis for one in engine.forecast("k", at=at_index, enough=1)] == [None, None]
    assert engine.forecast("k/1.2") == ()
    assert [state.ref for state in engine.plan("k").states] == ["k/1", "k/1.1"]


def test_a_parent_is_expected_after_the_last_of_its_children_and_its_own_handling() -> None:
    known = past(*families(3))
    states = [directive("k/1", "p", due=end(6, 13)), directive("k/1.1", "c1"), directive("k/1.2", "c2")]
    root, first, second = forecast(states, known, now=MONDAY)
    assert root.basis == ("unit", "handling", 3, 3, 2, 2)
    assert [show(one.typical or 0) for one in (root, first, second)] == ["2030-06-14", "2030-06-12", "2030-06-05"]
    assert (root.waits_for, root.late, root.unknown) == ("k/1.1", True, 0)


def test_a_parent_whose_children_have_all_reported_is_counted_from_the_last() -> None:
    known = past(*families(3))
    states = [directive("k/1", "p"), directive("k/1.1", "c1", reported=end(6, 18))]
    [root] = forecast(states, known, now=end(6, 19))
    assert root.basis == ("unit", "handling", 3, 3, 2, 2)
    assert show(root.typical or 0) == "2030-06-20"


def test_who_has_not_passed_it_on_yet_is_expected_to_take_all_it_took_from_issue_to_report() -> None:
    found = alone(directive("k/1", "p"), past(*families(3)))
    assert found.basis == ("unit", "response", 3, 3, 9, 9)


def test_a_parent_of_whose_child_nothing_can_be_said_is_not_guessed_at() -> None:
    states = [directive("k/1", "p"), directive("k/1.1", "c1"), directive("k/1.2", "nobody")]
    root, first, second = forecast(states, past(*families(3)), now=MONDAY)
    assert (root.typical, root.waits_for, root.unknown) == (None, None, 1)
    assert (first.unknown, second.unknown) == (0, 1)
    assert root.basis is not None


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), st.integers(0, 30))
def test_half_took_at_most_the_typical_time_and_four_of_five_the_careful_one(counts: list[int], elapsed: int) -> None:
    basis = past(*taken("c1", *counts), enough=1).basis(directive("k/1", "c1"), "response", elapsed)
    rest = sorted(count for count in counts if count >= elapsed)
    assert basis is not None
    assert (basis.total, basis.compared) == (len(counts), len(rest))
    if rest:
        assert basis.typical_workdays is not None
        assert basis.careful_workdays is not None
        assert sum(count <= basis.typical_workdays for count in rest) * 2 >= len(rest)
        assert sum(count < basis.typical_workdays for count in rest) * 2 < len(rest) + 1
        assert sum(count <= basis.careful_workdays for count in rest) * 5 >= len(rest) * 4
        assert elapsed <= basis.typical_workdays <= basis.careful_workdays


@given(st.lists(st.integers(0, 12), min_size=3, max_size=9), st.integers(0, 40))
def test_nothing_is_expected_before_now(counts: list[int], days: int) -> None:
    now = MONDAY + days * 86_400_000_000
    found = alone(directive("k/1", "c1"), past(*taken("c1", *counts)), now=now)
    assert found.typical is None or found.typical >= now
    assert found.typical is None or found.careful is None or found.typical <= found.careful


# The engine


@pytest.fixture
def experienced(make: Maker, clock: ManualClock) -> Engine:
    """Three cascades that are over, each of p with c1 and c2, and one under way in which c1 has just reported."""
    engine = make(one_line())
    for number, days in enumerate((2, 3, 7)):
        name = f"j{number}"
        engine.issue(name, notice(name), actor=of("p"))
        engine.forward(f"{name}/1", ["c1", "c2"], actor=of("p"))
        clock.advance(days=days)
        for child, city in enumerate(("c1", "c2"), 1):
            engine.execute(f"{name}/1.{child}", actor=of(city))
            engine.report(f"{name}/1.{child}", actor=of(city))
        clock.advance(days=1)
        engine.execute(f"{name}/1", actor=of("p"))
        engine.report(f"{name}/1", actor=of("p"))
        engine.summarise(f"{name}/1", actor=of("p"))
    engine.issue("k", notice("k"), actor=of("p"))
    engine.forward("k/1", ["c1", "c2", "c3"], actor=of("p"))
    return engine


def test_the_engine_forecasts_every_open_directive_and_writes_nothing(experienced: Engine) -> None:
    before = snapshot(experienced)
    found = {one.directive.ref: one for one in experienced.forecast("k")}
    assert snapshot(experienced) == before
    assert list(found) == ["k/1", "k/1.1", "k/1.2", "k/1.3"]
    bases = {ref: one.basis and (one.basis.of, one.basis.total) for ref, one in found.items()}
    assert bases == {"k/1": ("unit", 3), "k/1.1": ("unit", 3), "k/1.2": ("unit", 3), "k/1.3": ("level", 6)}
    assert found["k/1"].typical is not None
    assert found["k/1"].typical > (found["k/1.1"].typical or 0)
    assert experienced.forecast("k/1.2") == (found["k/1.2"],)
    assert experienced.forecast("j0") == ()


def test_a_forecast_of_a_past_moment_knows_only_what_was_known(experienced: Engine) -> None:
    issued = next(recorded.index for recorded in experienced.log("j2/1.1") if recorded.event.type == "issued")
    assert issued is not None
    then = experienced.forecast("j2", at=issued)
    assert [one.directive.ref for one in then][:2] == ["j2/1", "j2/1.1"]
    assert then[1].basis is not None
    assert (then[1].basis.of, then[1].basis.total) == ("level", 4)
    now = experienced.log()[-1].t
    assert experienced.forecast("k", at=at(now, "UTC")) == experienced.forecast("k")


def test_a_forecast_counts_by_the_calendar_given(experienced: Engine) -> None:
    now = datetime(2020, 6, 24, tzinfo=UTC)
    by_the_week = experienced.forecast("k", now=now)
    in_china = experienced.forecast("k", now=now, calendar=china())
    assert {one.directive.ref for one in by_the_week} == {one.directive.ref for one in in_china}
    assert experienced.forecast("k", enough=99)[0].unknown == 4
