"""The planner: dues counted backwards, thirds, slack."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import end

from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.due import DAY_US, NEVER, SHANGHAI, at
from xiada.engine.errors import Malformed
from xiada.engine.planner import UNBOUNDED, backward_plan, slack_workdays, thirds_plan


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
