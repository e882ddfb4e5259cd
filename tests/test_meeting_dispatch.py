"""Decisions of a meeting: given to somebody or not issued, and never with a date that nobody gave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from presets import absent, facts, stage, told, told_until

from xiada.engine.due import show
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, NotEntitled, NotFound
from xiada.workflows.catalogue import preset
from xiada.workflows.meeting_dispatch import (
    ASSIGNED,
    DECISIONS,
    HELD,
    MEETING,
    Assignment,
    dispatch,
    notice_of,
    org,
)
from xiada.workflows.story import clerk


@pytest.fixture
def house() -> Engine:
    """An engine with the house's org, before anything was given out."""
    engine, clock = stage(preset("meeting_dispatch"))
    clock.put("2021-07-19 09:00")
    engine.load_org(org())
    return engine


@pytest.mark.parametrize("missing", list(ASSIGNED))
def test_while_one_decision_has_nobody_none_is_issued_and_nothing_is_written(house: Engine, missing: str) -> None:
    before = house.head()
    for given in ({}, {missing: Assignment(())}):
        assigned = {name: one for name, one in ASSIGNED.items() if name != missing} | given
        with pytest.raises(GuardRefused) as refused:
            dispatch(house, HELD, DECISIONS, assigned, actor=clerk("cast"))
        assert (refused.value.code, refused.value.data["decisions"]) == ("no_assignee", [missing])
    assert house.head() == before
    assert house.cascades() == []


def test_an_assignment_of_a_decision_that_was_not_taken_is_refused(house: Engine) -> None:
    before = house.head()
    with pytest.raises(GuardRefused) as refused:
        dispatch(house, HELD, DECISIONS, {**ASSIGNED, "五": Assignment(("cast-dep-office",))}, actor=clerk("cast"))
    assert (refused.value.code, refused.value.data["decisions"]) == ("unknown_decision", ["五"])
    assert house.head() == before


def test_one_unit_that_is_not_there_leaves_all_decisions_unissued(house: Engine) -> None:
    before = house.head()
    with pytest.raises(NotFound):
        dispatch(house, HELD, DECISIONS, {**ASSIGNED, "四": Assignment(("nobody",))}, actor=clerk("cast"))
    assert house.head() == before


def test_a_decision_is_undated_unless_the_dispatcher_gives_a_date(house: Engine) -> None:
    cascades = dispatch(house, HELD, DECISIONS, ASSIGNED, actor=clerk("cast"))
    dues = [{show(node.directive.due) for node in house.view(name).nodes} for name in cascades]
    assert dues == [{"undated"}, {"undated"}, {"undated"}, {"2021-09-30"}]


def test_the_day_of_the_meeting_is_nobodys_due() -> None:
    for number, decision in enumerate(DECISIONS, 1):
        notice = notice_of(HELD, decision, number)
        assert notice.issued_on == date(2021, 7, 16)
        assert [one.due for one in notice.obligations] == [None]


def test_giving_out_the_same_again_changes_nothing_but_says_no(house: Engine) -> None:
    dispatch(house, HELD, DECISIONS, ASSIGNED, actor=clerk("cast"))
    before = house.head()
    with pytest.raises(GuardRefused) as refused:
        dispatch(house, HELD, DECISIONS, ASSIGNED, actor=clerk("cast"))
    assert refused.value.code == "cascade_exists"
    assert house.head() == before


def test_what_was_given_out_is_not_given_to_others_as_well_nor_its_id_to_another_meeting(house: Engine) -> None:
    dispatch(house, HELD, DECISIONS[:1], {"一": ASSIGNED["一"]}, actor=clerk("cast"))
    before = house.head()
    for decision in DECISIONS[:2]:
        assert decision.no
        others = {decision.no: Assignment(("cast-dep-office",))}
        with pytest.raises(GuardRefused, check=lambda error: error.code == "cascade_exists"):
            dispatch(house, HELD, [decision], others, actor=clerk("cast"))
    assert house.head() == before


def test_a_decision_without_a_number_goes_by_its_place_and_a_soft_one_stays_soft(house: Engine) -> None:
    hoped = replace(DECISIONS[1], no=None, soft=True)
    [name] = dispatch(house, HELD, [hoped], {"1": Assignment(("cast-dep-office",))}, actor=clerk("cast"))
    [owed] = house.owed(f"{name}/1.1")
    assert owed.soft


def test_only_the_house_that_met_gives_its_decisions_out(house: Engine) -> None:
    before = house.head()
    with pytest.raises(NotEntitled):
        dispatch(house, HELD, DECISIONS, ASSIGNED, actor=clerk("cast-dep-office"))
    assert house.head() == before


def test_a_department_hands_its_decision_on_by_reassignment() -> None:
    statuses = told("meeting_dispatch").statuses(f"{MEETING}-3")
    assert statuses == {"summarised": 2, "withdrawn": 1}


def test_the_dispatchers_date_moves_before_an_extension_within_it_is_granted() -> None:
    story = told("meeting_dispatch")
    ref = next(child.ref for child in story.engine.children(f"{MEETING}-4/1") if child.unit == "cast-dep-societies")
    state = story.engine.directive(ref)
    assert (show(state.original_due), show(state.due)) == ("2021-09-30", "2021-10-15")


def test_the_checks_tell_whose_date_it_is_and_who_was_named_only_at_large() -> None:
    half = told_until("meeting_dispatch", "issued")
    assert half.check("dispatcher_due").refs == (f"{MEETING}-4/1",)
    assert len(half.check("undated").refs) == 3
    assert "全国学会" in half.check("targets_at_large").text_zh


@absent
def test_numbers_targets_and_plans_are_those_of_the_news() -> None:
    [fact] = [one for one in facts("003") if one["kind"] == "meeting_news"]
    assert fact["deadlines"] == []
    assert str(HELD.held_on) == fact["meeting"]["date"]
    for ours, theirs in zip(DECISIONS, fact["decisions"], strict=True):
        assert ours.no == theirs["no"]
        assert list(ours.targets) == theirs["targets"]
        assert (ours.plan is None) == ("plan" not in theirs)
