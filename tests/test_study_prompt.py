"""The study notice without a date: nobody is overdue, cities have to reach their counties."""

from __future__ import annotations

from datetime import datetime, timedelta

from presets import absent, facts, told, told_until

from xiada.engine.due import SHANGHAI, at
from xiada.engine.projections import LightRules
from xiada.workflows import study_prompt
from xiada.workflows.story import clerk
from xiada.workflows.study_prompt import ADDRESSEES, CASCADE, NOTICE, ROOT


def later(days: int) -> datetime:
    """Return so many days after the issue."""
    issued_at = told("study_prompt").engine.directive(ROOT).issued_at
    return at(issued_at, SHANGHAI) + timedelta(days=days)


def test_all_six_groups_are_addressed_and_no_county_is() -> None:
    org = study_prompt.org()
    units = [org.unit(child.unit) for child in told("study_prompt").engine.children(ROOT)]
    assert {unit.kind for unit in units} == {
        "provincial_society", "association", "university_association", "enterprise_association",
        "internal_department", "subordinate_unit",
    }  # fmt: skip
    assert sum(unit.level == "city" for unit in units) == 21
    assert not [unit for unit in units if unit.level == "county"]


def test_what_is_undated_is_never_overdue_however_old_it_is() -> None:
    engine = told_until("study_prompt", "half_way").engine
    nodes = engine.view(CASCADE, now=later(300)).nodes
    assert not [node for node in nodes if node.overdue or node.light.colour == "red"]
    waiting = [node for node in nodes if node.directive.reported_at is None and not node.directive.closed]
    assert {node.light.code for node in waiting} == {"stale"}
    assert engine.late(CASCADE, now=later(300)) == []


def test_lights_age_from_grey_to_yellow() -> None:
    engine = told_until("study_prompt", "issued").engine
    assert {node.light.code for node in engine.view(CASCADE, now=later(3)).nodes} == {"undated"}
    assert {node.light.code for node in engine.view(CASCADE, now=later(20)).nodes} == {"ageing"}


def test_under_a_service_level_that_is_set_it_is_overdue_and_the_light_says_that_it_was_assumed() -> None:
    engine = told_until("study_prompt", "issued").engine
    rules = LightRules(assumed_sla_days=10)
    nodes = engine.view(CASCADE, now=later(12), rules=rules).nodes
    assert {(node.light.code, node.light.allowed, node.overdue) for node in nodes} == {("assumed_overdue", 10, True)}
    assert not [node for node in engine.view(CASCADE, now=later(12)).nodes if node.overdue]


def test_the_check_lists_the_city_that_never_reached_its_counties() -> None:
    story = told("study_prompt")
    assert story.units(story.check("not_passed_on").refs) == ["gd-zj-ast"]
    assert "湛江市科协" in story.check("not_passed_on").text_zh


def test_cities_that_have_no_counties_are_not_asked_to_reach_any() -> None:
    half = told_until("study_prompt", "issued")
    silent = half.units(half.check("not_passed_on").refs)
    assert sorted(silent) == ["gd-fs-ast", "gd-gz-ast", "gd-mz-ast", "gd-sg-ast", "gd-sz-ast", "gd-zj-ast"]
    assert "gd-dg-ast" not in silent


def test_who_is_excused_need_not_pass_it_on() -> None:
    half = told_until("study_prompt", "issued")
    [ref] = [child.ref for child in half.engine.children(ROOT) if child.unit == "gd-zj-ast"]
    half.engine.waive(ref, "并入省级报告", actor=clerk("gd-ast"))
    assert "gd-zj-ast" not in half.units(half.check("not_passed_on").refs)


def test_a_report_over_counties_that_were_not_reached_is_returned_and_comes_again() -> None:
    story = told("study_prompt")
    ref = next(child.ref for child in story.engine.children(ROOT) if child.unit == "gd-sz-ast")
    types = [recorded.event.type for recorded in story.engine.log(ref)]
    assert types.index("returned") < types.index("forwarded") < len(types) - types[::-1].index("reported")
    assert types.count("reported") == 2


def test_what_was_refused_says_that_there_is_no_date_and_whom_a_city_waits_for() -> None:
    assert told("study_prompt").refusals() == ["undated", "children_open"]


@absent
def test_addressees_and_words_are_those_of_the_notice() -> None:
    [fact] = facts("000")
    kinds = [one["org_type"] for one in fact["addressees"]]
    assert kinds == [one.kind for one in ADDRESSEES]
    assert fact["doc_number"] is None
    assert str(NOTICE.issued_on) == fact["issue_date"]
    [owed] = fact["report_obligations"]
    assert owed["promptly"]
    assert owed["due"] is None
    assert NOTICE.obligations[0].to_unit == owed["to_body"]
