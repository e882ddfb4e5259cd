"""The notice to cities and counties at once, and the instruction that is closed item by item."""

from __future__ import annotations

from pathlib import Path

import pytest
from presets import absent, facts, stage, told, told_until

from xiada.engine.errors import GuardRefused, NotEntitled, NotFound
from xiada.workflows import study_broadcast
from xiada.workflows.catalogue import preset
from xiada.workflows.items import ITEMISED
from xiada.workflows.story import clerk
from xiada.workflows.study_broadcast import ADDRESSEES, ASKED, CASCADE, CITY, INSTRUCTION, ROOT, STUDY, TASK


def test_one_phrase_reaches_cities_and_counties_and_the_skipped_city_gets_a_copy() -> None:
    engine, org = told("study_broadcast").engine, study_broadcast.org()
    children = engine.children(ROOT)
    levels = [org.unit(child.unit).level for child in children if org.unit(child.unit).kind == "association"]
    assert (levels.count("city"), levels.count("county")) == (21, 13)
    for child in children:
        superior = org.superior(child.unit, "association")
        assert child.copy == (() if superior == "gd-ast" else (superior,))


def test_a_city_sees_what_its_counties_report_over_its_head() -> None:
    engine = told_until("study_broadcast", "half_way").engine
    seen = {state.unit: state.status for state in engine.copies(CASCADE, CITY)}
    assert seen == {
        "gd-gz-tianhe-ast": "reported", "gd-gz-yuexiu-ast": "executing", "gd-gz-panyu-ast": "executing",
    }  # fmt: skip
    assert engine.copies(CASCADE, "gd-dg-ast") == []


def test_copies_are_the_same_on_either_store(tmp_path: Path) -> None:
    engine, clock = stage(preset("study_broadcast"), str(tmp_path / "kept.db"))
    with engine:
        list(study_broadcast.run(engine, clock))
        assert engine.copies(CASCADE, CITY) == told("study_broadcast").engine.copies(CASCADE, CITY)


def test_copies_of_a_cascade_or_for_a_unit_that_is_not_there_are_refused() -> None:
    engine = told("study_broadcast").engine
    for cascade, unit in (("nothing", CITY), (CASCADE, "nobody"), ("not a name", CITY)):
        with pytest.raises(NotFound):
            engine.copies(cascade, unit)


def test_a_city_may_look_on_and_change_nothing() -> None:
    engine = told_until("study_broadcast", "half_way").engine
    [seen, *_] = engine.copies(CASCADE, CITY)
    before = engine.head()
    for trigger in ("waive", "return_", "remind", "withdraw"):
        with pytest.raises(NotEntitled):
            getattr(engine, trigger)(seen.ref, "not mine", actor=clerk(CITY))
    assert engine.head() == before


def test_a_report_is_refused_while_an_item_is_open_and_writes_nothing() -> None:
    story = told_until("study_broadcast", "half_way")
    before = story.engine.head()
    with pytest.raises(GuardRefused) as refused:
        story.engine.report(ASKED, actor=clerk("gd-dep-cooperation"))
    assert (refused.value.code, refused.value.data["open"]) == ("items_open", ["item-2", "item-3"])
    assert story.engine.head() == before
    verdict = story.engine.can(ASKED, "report")
    assert verdict.refusal is not None
    assert verdict.refusal.code == "items_open"


def test_each_item_is_closed_by_itself_and_then_the_report_passes() -> None:
    story = told("study_broadcast")
    assert [name for name, _ in story.engine.directive(ASKED).fulfilled] == ["item-1", "item-2", "item-3"]
    assert story.statuses(INSTRUCTION) == {"summarised": 2}
    assert story.check("items_closed").text_en == "points of the instruction that are closed: 3 of 3"


def test_only_the_instruction_runs_by_the_itemised_lifecycle() -> None:
    engine = told("study_broadcast").engine
    assert engine.view(INSTRUCTION).lifecycle.name == ITEMISED.name
    assert engine.view(CASCADE).lifecycle.name == "standard"


def test_what_was_refused_is_the_citys_excuse_the_early_close_and_an_item_that_is_not_there() -> None:
    assert told("study_broadcast").refusals() == ["not_entitled", "items_open", "not_owed"]


@absent
def test_addressees_plan_and_instruction_are_those_of_the_notice_and_the_news() -> None:
    notice, news = facts("001")
    assert [one["org_type"] for one in notice["addressees"]] == [one.kind for one in ADDRESSEES]
    [two_levels] = [one for one in notice["addressees"] if one.get("multi_level")]
    assert tuple(two_levels["level"]) == ADDRESSEES[1].level
    assert str(STUDY.issued_on) == notice["issue_date"]
    assert all(one["due"] is None for one in notice["report_obligations"])
    [asked] = [one for one in news["instructions"] if one.get("to_kind") == "internal_department"]
    assert asked["due"] is None
    [plan] = TASK.attachments
    assert plan.rpartition("（")[2].rstrip("）") in asked["plan"]
    department = study_broadcast.org().unit("gd-dep-cooperation")
    assert asked["to"] in department.aliases
