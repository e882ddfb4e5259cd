"""The catalogue of presets: what holds of every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from presets import stage, told

from xiada.console.refusals import CHINESE
from xiada.engine.errors import NotFound, Refused
from xiada.workflows.catalogue import MODULES, Preset, all_guards, names, preset, presets

each_preset = pytest.mark.parametrize("name", names())


def test_the_five_workflows_of_the_real_notices_are_there() -> None:
    modelled = {one.notice: one.name for one in presets() if one.notice is not None}
    assert modelled == {
        "000": "study_prompt",
        "001": "study_broadcast",
        "002": "joint_forward",
        "003": "meeting_dispatch",
        "004": "campaign_brief",
    }


def test_a_name_that_is_not_in_the_catalogue_is_refused_with_those_that_are() -> None:
    with pytest.raises(NotFound) as refused:
        preset("nothing_of_the_kind")
    assert refused.value.code == "unknown_preset"
    assert refused.value.data["presets"] == list(MODULES)


def test_looking_into_the_catalogue_imports_no_preset() -> None:
    from support import in_subprocess

    done = in_subprocess(
        "import sys, xiada.workflows.catalogue as c; print([m for m in c.MODULES.values() if m in sys.modules])"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_the_guards_of_all_presets_are_at_hand_and_no_two_go_by_one_name() -> None:
    own = [pair for one in presets() for pair in one.guards.items()]
    assert dict(own) == all_guards()
    assert len(own) == len(all_guards())


@each_preset
def test_a_preset_says_what_it_is_in_both_languages(name: str) -> None:
    one = preset(name)
    for text in texts(one):
        assert text.strip() == text
        assert text
    assert one.name == name
    assert one.notices
    assert one.rules


def texts(one: Preset) -> Iterator[str]:
    """Yield everything a preset says of itself."""
    yield from (one.title_zh, one.title_en, one.summary_zh, one.summary_en)
    for rule in one.rules:
        yield from rule


@each_preset
def test_the_org_has_the_units_that_issue(name: str) -> None:
    one = preset(name)
    org = one.org()
    for notice in one.notices:
        assert [org.unit(issuer).id for issuer in notice.issuers] == list(notice.issuers)


@each_preset
def test_the_log_of_a_story_passes_the_audit_and_replays_to_the_live_state(name: str) -> None:
    story = told(name)
    assert story.engine.verify() == []
    replayed = {ref: state.canonical() for ref, state in story.engine.replay().states.items()}
    live = {
        node.directive.ref: node.directive.canonical()
        for cascade in story.engine.cascades()
        for node in story.engine.view(cascade).nodes
    }
    assert replayed == live


@each_preset
def test_a_story_leaves_behind_the_cascades_it_names_and_all_is_closed(name: str) -> None:
    story = told(name)
    assert set(story.engine.cascades()) == set(story.preset.cascades)
    for cascade in story.preset.cascades:
        open_ones = [node.directive.ref for node in story.engine.view(cascade).nodes if not node.directive.closed]
        assert open_ones == []


@each_preset
def test_a_story_has_a_refusal_that_teaches_and_the_console_can_say_it(name: str) -> None:
    refusals = [step.refusal for step in told(name).steps if step.refusal is not None]
    assert refusals
    for refusal in refusals:
        assert isinstance(refusal, Refused)
        assert refusal.remedy
        assert refusal.code in CHINESE


@each_preset
def test_a_story_names_the_three_moments_worth_a_picture_in_order(name: str) -> None:
    moments = [step.moment for step in told(name).steps]
    assert [one for one in moments if one] == ["issued", "half_way", "summarised"]
    assert moments[-1] == "summarised"


@each_preset
def test_the_checks_say_something_in_both_languages_of_directives_that_are_there(name: str) -> None:
    story = told(name)
    assert story.preset.checks is not None
    found = story.preset.checks(story.engine)
    assert found
    assert len({one.code for one in found}) == len(found)
    for one in found:
        assert one.text_zh
        assert one.text_en
        assert [story.engine.directive(ref).ref for ref in one.refs] == list(one.refs)


@each_preset
def test_a_story_is_the_same_bytes_each_time_on_either_store(name: str, tmp_path: Path) -> None:
    story = told(name)
    engine, clock = stage(story.preset, str(tmp_path / "again.db"))
    with engine:
        list(story.preset.run(engine, clock))
        assert [recorded.body for recorded in engine.log()] == [recorded.body for recorded in story.engine.log()]
