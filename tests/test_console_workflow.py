"""`xiada workflow`: the presets listed, shown and run; and `xiada copies`, which one of them needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from console_office import Office

from xiada.engine.engine import Engine
from xiada.workflows.catalogue import names, preset


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A folder without a Xiada file: presets bring their own."""
    return Office(tmp_path)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_names_every_preset_and_what_it_shows(office: Office, lang: str) -> None:
    told = office.must("workflow", "list", lang=lang)
    for name in names():
        one = preset(name)
        assert name in told
        assert (one.summary_zh if lang == "zh" else one.summary_en) in told
    assert not office.file.exists()


def test_the_list_answers_programs(office: Office) -> None:
    found = office.run("workflow", "list", "--json").document["presets"]
    assert [one["name"] for one in found] == list(names())


@pytest.mark.parametrize("name", names())
def test_a_preset_is_shown_with_org_notices_lifecycle_rules_and_checks(office: Office, name: str) -> None:
    one, told = preset(name), office.must("workflow", "show", name)
    for heading in ("组织：", "通知：", "流程：", "规则：", "运行后应当看到："):
        assert heading in told
    for notice in one.notices:
        assert notice.title in told
    for chinese, _ in one.rules:
        assert chinese in told
    assert all(guard in told for guard in one.guards)


def test_a_preset_is_shown_to_programs_with_the_digests_of_its_notices(office: Office) -> None:
    found = office.run("workflow", "show", "joint_forward", "--json").document
    assert [one["digest"] for one in found["notices"]] == [one.digest for one in preset("joint_forward").notices]
    assert [one["name"] for one in found["lifecycles"]] == ["standard"]
    assert {one["code"] for one in found["checks"]} >= {
        "tighter_date",
        "slack",
        "unrouted_addressee",
        "double_reporting",
    }


@pytest.mark.parametrize("name", names())
def test_a_story_is_told_step_by_step_and_verified(office: Office, name: str) -> None:
    told = office.must("workflow", "run", name, lang="en")
    assert " 1. " in told
    assert "Verified, no findings" in told
    assert not office.file.exists()


@pytest.mark.parametrize("name", names())
def test_every_preset_is_told_in_chinese_without_a_word_of_english_in_its_refusals(office: Office, name: str) -> None:
    said = office.run("workflow", "run", name, "--json").document
    for step in said["steps"]:
        if step["refusal"] is not None:
            assert not step["refusal"]["message"].isascii()
            assert not step["refusal"]["remedy"].isascii()


def test_a_story_stops_after_the_step_asked_for(office: Office) -> None:
    told = office.must("workflow", "run", "study_prompt", "--to", "3", lang="en")
    assert " 3. " in told
    assert " 4. " not in told
    assert "Stopped after step 3" in told
    whole = office.run("workflow", "run", "study_prompt", "--to", "3", "--json").document
    assert [step["number"] for step in whole["steps"]] == [1, 2, 3]
    assert whole["checks"] == []


def test_a_story_told_to_its_last_step_is_whole_and_says_what_its_checks_see(office: Office) -> None:
    last = str(len(office.run("workflow", "run", "meeting_dispatch", "--json").document["steps"]))
    told = office.must("workflow", "run", "meeting_dispatch", "--to", last, lang="en")
    assert told == office.must("workflow", "run", "meeting_dispatch", lang="en")
    assert office.run("workflow", "run", "meeting_dispatch", "--to", last, "--json").document["checks"]


def test_undated_reports_are_judged_by_a_service_level_only_when_asked_and_it_is_said_to_be_assumed(
    office: Office,
) -> None:
    office.must("workflow", "run", "study_prompt", "--to", "3", "--db", str(office.file))
    look = ("status", "gd-study-2020-6", "--now", "2020-06-20")
    untouched, told = office.must(*look), office.must(*look, "--assume-days", "10")
    assert "推定的 10 天" not in untouched
    assert "逾期 0 件" in untouched
    assert "推定的 10 天" in told
    assert "，逾期 62 件" in told
    nodes = office.run(*look, "--assume-days", "10", "--json").document["cascades"][0]["directives"]
    assert {one["light_code"] for one in nodes} == {"assumed_overdue"}


def test_a_story_kept_in_a_file_goes_on_by_the_other_commands(office: Office) -> None:
    told = office.must("workflow", "run", "study_broadcast", "--to", "6", "--db", str(office.file))
    assert f"xiada status gd-study-2020-10 --db {office.file}" in told
    assert "天河区科协" in office.must("status", "gd-study-2020-10")
    with Engine.open(str(office.file)) as engine:
        assert engine.cascades() == ["gd-study-2020-10", "gd-haizhi-2020-10"]


def test_a_kept_log_is_written_on_under_the_guard_its_preset_brought(office: Office) -> None:
    office.must("workflow", "run", "study_broadcast", "--to", "6", "--db", str(office.file))
    item, who = "gd-haizhi-2020-10/1.1", "clerk@gd-dep-cooperation"
    said = office.run("report", item, actor=who)
    assert said.code == 1
    assert "item-2、item-3" in said.err
    for name in ("item-2", "item-3"):
        office.must("fulfil", item, name, actor=who)
    office.must("report", item, actor=who)


def test_a_file_that_is_there_already_is_not_written_to(office: Office) -> None:
    office.must("workflow", "run", "meeting_dispatch", "--db", str(office.file))
    before = office.file.read_bytes()
    said = office.run("workflow", "run", "meeting_dispatch", "--db", str(office.file))
    assert said.code == 4
    assert office.file.read_bytes() == before


def test_a_preset_that_is_not_there_is_refused_in_both_languages(office: Office) -> None:
    for lang, word in (("zh", "没有名为"), ("en", "there is no preset")):
        said = office.run("workflow", "show", "nothing", lang=lang)
        assert said.code == 1
        assert word in said.err


def test_a_city_lists_what_its_counties_reported_over_its_head(office: Office) -> None:
    office.must("workflow", "run", "study_broadcast", "--to", "6", "--db", str(office.file))
    told = office.must("copies", "gd-study-2020-10", "gd-gz-ast")
    assert "越过 广州市科协" in told
    assert [name in told for name in ("天河区科协", "越秀区科协", "番禺区科协")] == [True, True, True]
    assert told.count("报送") >= 1
    found = office.run("copies", "gd-study-2020-10", "gd-gz-ast", "--json").document
    assert [(row["unit"], row["status"]) for row in found["directives"]] == [
        ("gd-gz-tianhe-ast", "reported"), ("gd-gz-yuexiu-ast", "executing"), ("gd-gz-panyu-ast", "executing"),
    ]  # fmt: skip


def test_a_city_over_whose_head_nothing_went_is_told_so(office: Office) -> None:
    office.must("workflow", "run", "study_broadcast", "--to", "1", "--db", str(office.file))
    assert "没有越过" in office.must("copies", "gd-study-2020-10", "gd-dg-ast")
    assert office.run("copies", "gd-study-2020-10", "nobody").code == 1
    assert office.run("copies", "nothing", "gd-gz-ast").code == 1
