"""The planner: dues counted backwards, thirds, slack, what to look at, and timetables of running cascades."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT, Maker, cascade, day, end, forwarded, of, one_line, refused

from xiada.engine import planner
from xiada.engine.calendar import MON_FRI, Calendar, Shift
from xiada.engine.due import DAY_US, NEVER, SHANGHAI, at, show
from xiada.engine.engine import Engine
from xiada.engine.errors import LimitExceeded, Malformed, NotFound
from xiada.engine.holidays import china, parse_calendar
from xiada.engine.notice import Window
from xiada.engine.outlook import Ahead, Assumptions, outlook
from xiada.engine.planner import (
    UNBOUNDED,
    Days,
    DueCheck,
    backward_plan,
    due_checks,
    slack_workdays,
    thirds_plan,
)
from xiada.engine.timetable import Running, needs, plan_cascade


@given(st.integers(0, 400), st.integers(0, 8), st.integers(0, 5), st.integers(0, 20))
def test_a_backward_plan_never_puts_a_level_after_the_one_above(
    offset: int, depth: int, reserve: int, work: int
) -> None:
    due = end(1, 1) + offset * DAY_US
    plan = backward_plan(due, depth, MON_FRI, SHANGHAI, reserve_workdays=reserve, work_workdays=work)
    assert [stage.depth for stage in plan] == list(range(depth + 1))
    assert plan[0].due == due
    for above, below in pairwise(plan):
        assert below.due <= above.due
        assert above.forward_by <= below.forward_by <= below.due


def test_a_plan_leaves_each_level_its_reserve_and_the_lowest_its_work() -> None:
    plan = backward_plan(end(6, 28), 2, MON_FRI, SHANGHAI, reserve_workdays=3, work_workdays=5)
    days = [at(stage.due, SHANGHAI).date() for stage in plan]
    assert [MON_FRI.count_workdays(below, above) for above, below in pairwise(days)] == [3, 3]
    lowest = plan[-1]
    assert slack_workdays([lowest.due], [lowest.forward_by], MON_FRI, SHANGHAI) == [5]


def test_a_plan_over_a_year_the_calendar_does_not_know_says_so() -> None:
    known = Calendar("office", holidays=frozenset({date(2030, 6, 5)}), years=frozenset({2030}))
    assert [stage.assumed for stage in backward_plan(end(6, 20), 1, known, SHANGHAI)] == [False, False]
    assert [stage.assumed for stage in backward_plan(end(6, 20), 1, MON_FRI, SHANGHAI)] == [True, True]


@pytest.mark.parametrize(("due", "depth", "reserve"), [(NEVER, 1, 1), (10**15, -1, 1), (10**15, 1, -1)])
def test_what_cannot_be_planned_is_refused(due: int, depth: int, reserve: int) -> None:
    with pytest.raises(Malformed):
        backward_plan(due, depth, MON_FRI, SHANGHAI, reserve_workdays=reserve)


@given(st.integers(1, 10**12), st.integers(0, 10))
def test_by_the_rule_of_thirds_each_level_leaves_two_thirds_to_those_below(span: int, depth: int) -> None:
    plan = thirds_plan(0, span, depth, MON_FRI, "UTC")
    for above, below in pairwise(plan):
        assert above.forward_by <= below.forward_by <= below.due <= above.due
    if depth and span > 100:
        assert plan[1].due - plan[0].forward_by == pytest.approx(span * 2 / 3, abs=3)


def test_a_plan_by_thirds_without_time_is_refused() -> None:
    with pytest.raises(Malformed):
        thirds_plan(100, 100, 1, MON_FRI, "UTC")


def test_slack_is_negative_when_late_and_unbounded_when_undated() -> None:
    assert slack_workdays([end(6, 7), NEVER], [end(6, 12), 0], MON_FRI, SHANGHAI) == [-3, UNBOUNDED]
    with pytest.raises(Malformed):
        slack_workdays([1], [], MON_FRI, SHANGHAI)


def test_the_slack_of_the_notice_of_2020_is_ten_days_and_seven_working_days() -> None:
    parent, child = date(2020, 6, 20), date(2020, 6, 10)
    assert (parent - child) == timedelta(days=10)
    assert MON_FRI.count_workdays(child, parent) == 7
    assert not MON_FRI.is_workday(parent)


def test_a_reserve_leaves_so_many_working_days_also_before_a_day_of_rest() -> None:
    june_20 = end(6, 20, 2020)
    plan = backward_plan(june_20, 2, MON_FRI, SHANGHAI, reserve_workdays=2, work_workdays=5)
    dues = [stage.due for stage in plan]
    assert [show(due) for due in dues] == ["2020-06-20", "2020-06-17", "2020-06-15"]
    assert slack_workdays(dues[:-1], dues[1:], MON_FRI, SHANGHAI) == [2, 2]


def test_each_level_may_keep_a_reserve_of_its_own() -> None:
    plan = backward_plan(end(6, 28), 2, MON_FRI, SHANGHAI, reserve_workdays=[3, 1], work_workdays=2)
    assert [show(stage.due) for stage in plan] == ["2030-06-28", "2030-06-25", "2030-06-24"]
    assert [show(stage.forward_by) for stage in plan] == ["2030-06-19", "2030-06-20", "2030-06-20"]
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_plan"):
        backward_plan(end(6, 28), 2, MON_FRI, SHANGHAI, reserve_workdays=[3])


@given(st.integers(0, 10**9), st.lists(st.integers(0, 4), max_size=6), st.integers(0, 9))
def test_with_any_reserves_and_any_time_of_day_no_level_is_due_after_the_one_above(
    offset: int, reserves: list[int], work: int
) -> None:
    due = end(1, 1) + offset * 86_399
    plan = backward_plan(due, len(reserves), china(), SHANGHAI, reserve_workdays=reserves, work_workdays=work)
    for (above, below), reserve in zip(pairwise(plan), reserves, strict=True):
        assert below.due <= above.due
        assert above.forward_by <= below.forward_by <= below.due
        assert slack_workdays([above.due], [below.due], china(), SHANGHAI)[0] >= reserve
    if reserves:
        days = Days(china(), SHANGHAI)
        assert plan[0].forward_by == days.leaving(due, needs(reserves, work))


def test_a_plan_before_all_time_is_refused() -> None:
    with pytest.raises(LimitExceeded, check=lambda error: error.code == "bad_year"):
        backward_plan(end(1, 5, 1970), 3, MON_FRI, SHANGHAI, reserve_workdays=1_000)
    with pytest.raises(LimitExceeded, check=lambda error: error.code == "bad_year"):
        Days(MON_FRI, SHANGHAI).after(end(1, 5), 10**7)


# What to look at


JUNE_10, JUNE_20 = end(6, 10, 2020), end(6, 20, 2020)
ACTIVITY = Window(date(2020, 5, 11), date(2020, 6, 10), fuzzy=True)


def test_the_dues_of_2020_are_ten_days_apart_on_a_saturday_and_on_the_last_day_of_the_activity() -> None:
    assert due_checks(JUNE_20, JUNE_10, ACTIVITY, china(), SHANGHAI) == (
        DueCheck("slack", date(2020, 6, 10), 10, 7),
        DueCheck("parent_due_on_rest_day", date(2020, 6, 20)),
        DueCheck("due_within_activity", date(2020, 6, 10)),
    )
    assert [check.code for check in due_checks(JUNE_20, JUNE_10, None, MON_FRI, SHANGHAI)] == [
        "slack", "parent_due_on_rest_day", "calendar_assumed"
    ]  # fmt: skip


def test_a_due_after_the_one_above_on_a_day_of_rest_and_undated_ones_are_told() -> None:
    [later, *_] = due_checks(JUNE_10, JUNE_20, None, china(), SHANGHAI)
    assert later == DueCheck("due_after_parent", date(2020, 6, 20), 10, 7)
    assert due_checks(None, JUNE_20, None, china(), SHANGHAI) == (DueCheck("due_on_rest_day", date(2020, 6, 20)),)
    assert due_checks(NEVER, NEVER, ACTIVITY, china(), SHANGHAI) == ()
    early = due_checks(None, end(6, 5, 2020), ACTIVITY, china(), SHANGHAI)
    assert early == (DueCheck("due_within_activity", date(2020, 6, 5), 5, 3),)


# Timetables


TREES = st.lists(st.tuples(st.integers(0, 1_000), st.integers(0, 40), st.integers(0, 4)), min_size=1, max_size=30)
"""For each: which of those before is its parent, how many days before that one it is due, whether open, begun, done."""


def running_of(drawn: list[tuple[int, int, int]], *, reserve: int = 2, work: int = 5) -> Running:
    """Return a cascade of which nobody is due after the one above; every seventh is undated below an undated one."""
    parent = [-1, *(above % place for place, (above, _, _) in enumerate(drawn[1:], 1))]
    due: list[int] = []
    for place, (_, before, _) in enumerate(drawn):
        above = due[parent[place]] if place else end(9, 30)
        due.append(NEVER if above == NEVER or (not place and before % 7 == 3) else above - before * DAY_US // 2)
    state = [kind for _, _, kind in drawn]
    begun = [end(6, 1) if kind == 1 else NEVER for kind in state]
    done = [end(6, 5) if kind == 2 else NEVER for kind in state]
    many = len(drawn)
    return Running(parent=parent, due=due, issued=[end(5, 1)] * many, begun=begun, done=done,
                   needs_workdays=[work] * many, reserve_workdays=[reserve] * many)  # fmt: skip


@given(TREES, st.sampled_from(["reserve", "thirds"]), st.integers(0, 120))
def test_nothing_is_proposed_after_what_is_proposed_above(drawn: list, strategy: str, offset: int) -> None:
    running, now = running_of(drawn), end(6, 1) + offset * DAY_US
    found = plan_cascade(running, MON_FRI, SHANGHAI, now=now, strategy=strategy)  # type: ignore[arg-type]
    for place, above in enumerate(running.parent):
        if above >= 0:
            assert found.proposed[place] <= found.proposed[above]
            assert found.proposed[place] <= running.due[above]
        if running.done[place] != NEVER:
            assert found.ready[place] == running.done[place]
            assert not found.cannot[place]
        else:
            assert found.ready[place] >= now
        assert found.forward_by[place] in (NEVER, min(found.forward_by[place], running.due[place]))


@given(TREES, st.integers(0, 120), st.integers(1, 60))
def test_what_cannot_be_done_cannot_be_done_later_either(drawn: list, offset: int, more: int) -> None:
    running, now = running_of(drawn), end(6, 1) + offset * DAY_US
    first = plan_cascade(running, MON_FRI, SHANGHAI, now=now)
    second = plan_cascade(running, MON_FRI, SHANGHAI, now=now + more * DAY_US)
    assert all(now <= later for now, later in zip(first.cannot, second.cannot, strict=True))
    assert all(now <= later for now, later in zip(first.ready, second.ready, strict=True))
    assert first.proposed == second.proposed


@given(TREES, st.integers(0, 120))
def test_a_timetable_is_what_its_rules_say_read_one_directive_at_a_time(drawn: list, offset: int) -> None:
    """The naive way: each directive looked at by itself, upwards for its proposal and downwards for its readiness."""
    running, now = running_of(drawn), end(6, 1) + offset * DAY_US
    found, days = plan_cascade(running, china(), SHANGHAI, now=now), Days(china(), SHANGHAI)
    children = {place: [c for c, p in enumerate(running.parent) if p == place] for place in range(len(drawn))}

    def latest(place: int) -> int:
        above = running.parent[place]
        return running.due[place] if above < 0 else min(running.due[place], days.leaving(latest(above), 2))

    def ready(place: int) -> int:
        if running.done[place] != NEVER:
            return running.done[place]
        if children[place]:
            return max(now, days.after(max(map(ready, children[place])), 2))
        begun = running.begun[place]
        return max(now, days.after(now if begun == NEVER else begun, 5))

    for place, above in enumerate(running.parent):
        assert min(found.proposed[place], running.due[place]) == latest(place)
        assert found.ready[place] == ready(place)
        waits = running.done[place] == NEVER == running.begun[place] and not children[place]
        assert found.forward_by[place] == (days.leaving(latest(place), 5) if waits else NEVER)
        if above >= 0 and running.due[place] != NEVER != running.due[above]:
            between = slack_workdays([running.due[above]], [running.due[place]], china(), SHANGHAI)
            assert [found.slack_workdays[place]] == between
        else:
            assert found.slack_days[place] == found.slack_workdays[place] == UNBOUNDED


@given(st.integers(0, 60), st.integers(1, 9))
def test_whoever_begins_by_its_last_day_can_be_done_in_time(offset: int, work: int) -> None:
    running = running_of([(0, 0, 0)], work=work)
    due = running.due[0] - offset * DAY_US
    running = Running(**{**{name: getattr(running, name) for name in running.__slots__}, "due": [due]})
    [by] = plan_cascade(running, china(), SHANGHAI, now=end(1, 1)).forward_by
    assert plan_cascade(running, china(), SHANGHAI, now=by).cannot == [False]
    later = end(1, 1) + (due - end(1, 1)) // DAY_US * DAY_US
    assert plan_cascade(running, china(), SHANGHAI, now=later).cannot == [True]


def chain_of(dues: list[int], *, issued: int) -> Running:
    """Return a cascade of one directive a level, nobody at work."""
    many = len(dues)
    return Running(parent=range(-1, many - 1), due=dues, issued=[issued] * many, begun=[NEVER] * many,
                   done=[NEVER] * many, needs_workdays=[5] * many, reserve_workdays=[2] * many)  # fmt: skip


@given(st.integers(0, 400), st.integers(0, 6))
def test_a_cascade_that_keeps_to_a_plan_is_proposed_what_it_has(offset: int, depth: int) -> None:
    start, due = end(1, 1), end(6, 1) + offset * DAY_US // 3
    plan = backward_plan(due, depth, china(), SHANGHAI)
    found = plan_cascade(chain_of([stage.due for stage in plan], issued=start), china(), SHANGHAI, now=start)
    assert found.proposed == [stage.due for stage in plan]
    assert found.forward_by[-1] == plan[-1].forward_by
    by_thirds = thirds_plan(start, due, depth, china(), SHANGHAI)
    running = chain_of([stage.due for stage in by_thirds], issued=start)
    found = plan_cascade(running, china(), SHANGHAI, now=start, strategy="thirds")
    assert found.proposed == [stage.due for stage in by_thirds]
    assert found.forward_by[-1] == by_thirds[-1].forward_by


def test_a_cascade_whose_columns_are_no_tree_is_refused() -> None:
    def columns(**changed: list[int]) -> Running:
        names = ("parent", "due", "issued", "begun", "done", "needs_workdays", "reserve_workdays")
        return Running(**{name: [-1] if name == "parent" else [0] for name in names} | changed)

    for changed, code in (({"due": []}, "lengths_differ"), ({"parent": [0]}, "bad_tree"),
                          ({"needs_workdays": [-1]}, "bad_plan")):  # fmt: skip
        with pytest.raises(Malformed, check=lambda error, code=code: error.code == code):
            columns(**changed)


# The engine


JUNE_3 = datetime(2030, 6, 3, 4, tzinfo=UTC)


def test_the_engine_plans_a_running_cascade(make: Maker) -> None:
    engine = make(one_line(), calendar=MON_FRI)
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    engine.waive("k/1.2", "merged", actor=of("p"))
    engine.forward("k/1", ["c3"], actor=of("p"), due=day(6, 4))
    plan = engine.plan("k", now=JUNE_3)
    assert [state.ref for state in plan.states] == ["k/1", "k/1.1", "k/1.3"]
    found = plan.timetable
    assert [show(due) for due in found.proposed] == ["2030-06-20", "2030-06-18", "2030-06-18"]
    # c3 has a county below it: five days of work and a reserve of two, before 4 June
    assert [show(by) for by in found.forward_by] == ["undated", "undated", "2030-05-24"]
    assert found.cannot == [False, False, True]
    assert found.slack_workdays == [UNBOUNDED, 8, 12]
    assert engine.plan("k/1.1", now=JUNE_3).timetable.slack_days == [10]
    assert engine.calendar is MON_FRI
    assert not engine.plan("k", now=JUNE_3, calendar=Calendar("all", years=frozenset({2030}))).timetable.assumed


def test_a_plan_of_what_is_not_there_is_refused_and_writes_nothing(engine: Engine) -> None:
    for where, code in (("k", "unknown_cascade"), ("k/1", "unknown_directive"), ("K!", "unknown_cascade")):
        for ask in (engine.plan, engine.forecast):
            with refused(engine, NotFound, code):
                ask(where)


def test_a_plan_of_a_level_nobody_is_of_is_refused(engine: Engine) -> None:
    cascade(engine)
    for assumptions in (Assumptions(to_level="village"), Assumptions(reserves={"village": 1})):
        with refused(engine, Malformed, "unknown_level"):
            engine.plan("k", assumptions)
    for wrong in ({"work_workdays": -1}, {"reserve_workdays": 1_001}, {"reserves": {"city": True}}):
        with pytest.raises(Malformed, check=lambda error: error.code == "bad_plan"):
            Assumptions(**wrong)


def test_what_is_still_to_be_passed_on_needs_the_time_of_all_levels_below() -> None:
    assumed = Assumptions(reserve_workdays=2, reserves={"city": 3}, work_workdays=5)
    ahead = Ahead(one_line(), assumed)
    assert [ahead.needs(unit, "main") for unit in ("t111", "d11", "c1", "p", "c2", "c3")] == [5, 7, 12, 17, 8, 8]
    assert ahead.needs("p", "main") == needs([2, 3, 2], 5)
    assert Ahead(one_line(), Assumptions(to_level="city")).needs("p", "main") == needs([2], 5)
    assert [dict(counts) for counts in ahead.levels("c1", "main")] == [{"city": 1}, {"county": 2}, {"town": 1}]


def test_the_outlook_of_a_root_is_the_backward_plan_over_the_levels_of_the_org() -> None:
    days, due = Days(MON_FRI, SHANGHAI), end(6, 28)
    found = outlook(
        "p", "main", due, Ahead(one_line(), Assumptions(reserves={"city": 3}, to_level="county")), days, now=0
    )
    assert list(found.stages) == backward_plan(due, 2, MON_FRI, SHANGHAI, reserve_workdays=[2, 3])
    assert sum(found.levels[1].values()) == 3
    assert show(at_last := found.stages[0].forward_by) == show(days.leaving(due, needs([2, 3], 5))), at_last
    by_thirds = outlook("p", "main", due, Ahead(one_line(), Assumptions(strategy="thirds")), days, now=end(6, 1))
    assert list(by_thirds.stages) == thirds_plan(end(6, 1), due, 3, MON_FRI, SHANGHAI)


# What is written about it


def test_the_page_on_planning_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "planning.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(example, "planning.md", "exec"), {})
    assert [f"# {line}" for line in capsys.readouterr().out.splitlines()] == example.splitlines()[-2:]
    for form, text in re.findall(r"```(yaml|csv)\n(.*?)```", page, re.DOTALL):
        assert parse_calendar(text, source=f"x.{form}", csv_form=form == "csv").years == {2027, 2028}
    codes = set(re.findall(r"`([a-z_]+)`", page))
    assert {*get_args(Shift), *re.findall(r'DueCheck\("([a-z_]+)"', inspect.getsource(planner))} <= codes
