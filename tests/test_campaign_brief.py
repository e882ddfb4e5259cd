"""The campaign: plans under two, briefs period by period, cases that come back down."""

from __future__ import annotations

from datetime import date

import pytest
from presets import absent, facts, told, told_until

from xiada.engine.errors import GuardRefused
from xiada.engine.events import Fulfilled, Issued
from xiada.workflows import campaign_brief
from xiada.workflows.campaign_brief import (
    ADDRESSEES,
    BRIEFING,
    CASCADE,
    CIRCULAR,
    CIRCULAR_ROOT,
    GUANGDONG,
    LOCAL,
    NATIONAL,
    OCTOBER,
    PARTY,
    ROOT,
)
from xiada.workflows.story import Hands, clerk

STORY = "campaign_brief"


def guangdong() -> str:
    """Return the reference of the directive that lies on 广东省科协."""
    return Hands(told(STORY).engine).child(ROOT, GUANGDONG)


def test_one_unit_holds_directives_in_two_lines_from_two_superiors() -> None:
    engine = told(STORY).engine
    here = [engine.directive(guangdong()), engine.directive(f"{PARTY}/1.1.1")]
    assert [state.unit for state in here] == [GUANGDONG, GUANGDONG]
    assert [state.line for state in here] == ["association", "party"]


def test_a_plan_names_both_notices_it_rests_on_by_their_digests() -> None:
    [plan] = [
        one.event for one in told(STORY).engine.log(guangdong())
        if isinstance(one.event, Fulfilled) and one.event.obligation == "plan"
    ]  # fmt: skip
    assert {digest for _, digest in plan.materials} == {NATIONAL.digest, LOCAL.digest}


def test_every_level_makes_its_own_plan_and_the_check_counts_what_each_rests_on() -> None:
    story = told(STORY)
    both = story.units(story.check("plan_basis").refs)
    assert both == [GUANGDONG, "gd-gz-ast", "gd-sz-ast", "gd-fs-ast", "gd-zj-ast"]
    assert story.units(story.check("no_plan").refs) == ["js-ent-zenith"]


def test_only_societies_and_provinces_owe_the_brief_the_corps_among_them() -> None:
    engine, org = told(STORY).engine, campaign_brief.org()
    owing = set()
    for child in engine.children(ROOT):
        if any(one.kind == "brief" for one in engine.owed(child.ref)):
            owing.add(child.unit)
    kinds = {org.unit(unit).kind for unit in owing}
    assert kinds == {"association", "national_society"}
    assert "xpcc-ast" in owing
    assert "bj-uni-tsinghua" not in owing


def test_a_missed_period_stays_open_and_later_ones_do_not_close_it() -> None:
    briefs = {one.period: one for one in told(STORY).engine.owed(guangdong()) if one.kind == "brief"}
    assert briefs[OCTOBER].standing == "missed"
    assert briefs[date(2018, 9, 30)].standing == "handed_in"
    assert briefs[date(2018, 11, 30)].standing == "handed_in"


def test_closing_one_period_closes_neither_the_others_nor_the_series() -> None:
    engine = told_until(STORY, "half_way").engine
    ref = Hands(engine).child(ROOT, "bj-ast")
    before = {one.period: one.standing for one in engine.owed(ref) if one.kind == "brief"}
    assert before == {
        date(2018, 9, 30): "handed_in", date(2018, 10, 31): "handed_in", date(2018, 11, 30): "open",
    }  # fmt: skip
    late = Hands(engine).child(ROOT, GUANGDONG)
    engine.fulfil(late, "brief", period=OCTOBER, actor=clerk(GUANGDONG))
    after = {one.period: one.standing for one in engine.owed(late) if one.kind == "brief"}
    assert after == before


def test_what_is_asked_softly_shows_no_red_light() -> None:
    story = told_until(STORY, "half_way")
    missed = [one for one in story.engine.owed(guangdong()) if one.standing == "missed"]
    assert [(one.period, one.soft, one.light.colour) for one in missed] == [(OCTOBER, True, "yellow")]


def test_a_period_that_there_is_not_and_a_brief_that_is_not_owed_are_refused_and_write_nothing() -> None:
    engine = told_until(STORY, "half_way").engine
    before = engine.head()
    with pytest.raises(GuardRefused, match="no period"):
        engine.fulfil(guangdong(), "brief", period=date(2018, 10, 15), actor=clerk(GUANGDONG))
    university = Hands(engine).child(ROOT, "bj-uni-tsinghua")
    with pytest.raises(GuardRefused, match="not owed"):
        engine.fulfil(university, "brief", period=OCTOBER, actor=clerk("bj-uni-tsinghua"))
    assert engine.head() == before
    assert told(STORY).refusals() == ["not_owed", "unknown_period"]


def test_a_brief_that_was_asked_for_softly_keeps_nobody_from_reporting() -> None:
    story = told(STORY)
    assert story.engine.directive(guangdong()).status == "summarised"
    assert story.units(story.check("brief_missed").refs) == [GUANGDONG]


def test_cases_come_back_down_to_all_as_a_cascade_that_asks_for_nothing() -> None:
    engine = told(STORY).engine
    reached = {node.directive.unit for node in engine.view(CIRCULAR).nodes}
    assert reached == {node.directive.unit for node in engine.view(CASCADE).nodes}
    children = engine.children(CIRCULAR_ROOT)
    assert all(child.acknowledged_at is not None for child in children)
    first = engine.log(CIRCULAR_ROOT)[0].event
    assert isinstance(first, Issued)
    assert first.obligations is None


@absent
def test_groups_and_obligations_are_those_of_the_notice_and_its_plan() -> None:
    cover, plan = facts("004")
    kinds = [one["org_type"] for one in cover["addressees"]]
    assert len(kinds) == len(ADDRESSEES)
    assert [ADDRESSEES[0].kind, ADDRESSEES[1].kind] == kinds[:2]
    assert [one.selective for one in ADDRESSEES] == [one.get("selective", False) for one in cover["addressees"]]
    assert str(NATIONAL.issued_on) == cover["issue_date"]
    [brief] = plan["report_obligations"]
    ours = NATIONAL.obligation("brief")
    assert ours is not None
    assert (ours.soft, brief["recurrence"]["freq"], brief["recurrence"]["day"]) == (True, "monthly", None)
    assert ours.due is not None
    assert ours.due.assumed
    assert ours.to_unit == brief["to_body"]
    assert BRIEFING.kind == ("association", "national_society")
    assert len(brief["who"]) == 2
