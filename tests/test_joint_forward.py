"""The cascade of 2020: the facts of the two notices hold in what the story leaves behind."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from presets import told_until
from support import ROOT, CountedEntropy

from xiada.engine.due import show
from xiada.engine.engine import Engine
from xiada.engine.errors import DueRefused
from xiada.engine.holidays import china
from xiada.engine.stores import create_store
from xiada.workflows import joint_forward
from xiada.workflows.catalogue import Check
from xiada.workflows.checks import double_reporting, forwarding_checks
from xiada.workflows.story import Step, StoryClock, clerk

FACTS = ROOT.parent / "shared" / "notices" / "002.expected.json"


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[Engine, list[Step]]]:
    """The story told once, on a store in memory."""
    clock = StoryClock()
    engine = Engine(create_store("memory:", joint_forward.ORIGIN), clock=clock, entropy=CountedEntropy())
    yield engine, list(joint_forward.run(engine, clock))
    engine.close()


def test_who_is_excused_by_one_superior_owes_no_double_report() -> None:
    half = told_until("joint_forward", "issued")
    engine, zero = half.engine, joint_forward.ASSOCIATION
    scau = next(child for child in engine.children(zero) if child.unit == "gd-uni-scau")
    guangdong = next(child for child in engine.children(zero) if child.unit == "gd-ast")
    engine.forward(guangdong.ref, ["gd-uni-scau"], notice=joint_forward.PROVINCIAL, actor=clerk("gd-ast"))
    assert half.check("double_reporting").refs == (f"{guangdong.ref}.1", scau.ref)
    engine.waive(f"{guangdong.ref}.1", "已报全国", actor=clerk("gd-ast"))
    assert list(double_reporting(engine, joint_forward.CASCADE)) == []


def test_the_log_of_the_story_passes_the_audit_and_replays_to_the_live_state(told: tuple[Engine, list[Step]]) -> None:
    engine, _ = told
    assert engine.verify() == []
    live = {node.directive.ref: node.directive.canonical() for node in engine.view(joint_forward.CASCADE).nodes}
    assert {ref: state.canonical() for ref, state in engine.replay().states.items()} == live


def test_everything_is_summarised_or_excused_in_the_end(told: tuple[Engine, list[Step]]) -> None:
    engine, steps = told
    statuses = Counter(node.directive.status for node in engine.view(joint_forward.CASCADE).nodes)
    assert set(statuses) == {"summarised", "waived"}
    assert statuses["waived"] == 1
    assert [step.moment for step in steps if step.moment] == ["issued", "half_way", "summarised"]


def test_a_city_that_asks_for_the_25th_is_refused_with_the_chain_and_the_latest_due(
    told: tuple[Engine, list[Step]],
) -> None:
    [refusal] = [step.refusal for step in told[1] if step.refusal]
    assert isinstance(refusal, DueRefused)
    assert [ref for ref, _ in refusal.data["chain"]] == ["kx2020-7/1.19", "kx2020-7/1"]  # type: ignore[attr-defined]
    assert show(int(str(refusal.data["latest"]))) == "2020-06-20"


def test_each_line_is_a_root_and_guangdong_is_the_nineteenth_province(told: tuple[Engine, list[Step]]) -> None:
    engine, _ = told
    assert [engine.directive(ref).unit for ref in ("kx2020-7/1", "kx2020-7/2")] == ["cast", "most"]
    assert engine.directive("kx2020-7/1.19").unit == "gd-ast"
    assert engine.directive("kx2020-7/2.19").unit == "gd-sti"
    cities = [state for state in engine.children("kx2020-7/2.19") if engine.org().unit(state.unit).level == "city"]
    assert len(cities) == 21


def test_a_university_that_owes_two_superiors_holds_two_directives(told: tuple[Engine, list[Step]]) -> None:
    nodes = told[0].view(joint_forward.CASCADE).nodes
    double = {node.directive.unit for node in nodes if node.directive.unit == "gd-uni-scau" and node.directive.copy}
    both = [node.directive for node in nodes if node.directive.unit == "gd-uni-scau"]
    assert double == {"gd-uni-scau"}
    assert sorted(state.copy for state in both) == [(), ("gd-ast",)]


@pytest.mark.skipif(not FACTS.exists(), reason="the facts of the notices are not beside this checkout")
def test_numbers_issuers_dates_and_routes_are_those_of_the_notices() -> None:
    local, national = json.loads(FACTS.read_text(encoding="utf-8"))["segments"]
    for facts, notice in ((national, joint_forward.NATIONAL), (local, joint_forward.PROVINCIAL)):
        assert notice.doc_number == facts["doc_number"]
        reports = [one for one in notice.obligations if one.kind == "report"]
        for fact, report in zip(facts["report_obligations"], reports, strict=True):
            assert report.due is not None
            assert getattr(report.due, "on", None) == date.fromisoformat(fact["due"])
            assert (report.to_unit, report.to_department) == (fact["to_body"], fact["to_department"])
    assert local["forwards"]["doc_number"] == joint_forward.PROVINCIAL.forwards
    assert (
        national["report_obligations"][1]["to_department_variant"]
        == joint_forward.CONTACT_DEPARTMENTS["report-science"]
    )
    assert national["activity_window"]["end"] == str(
        joint_forward.NATIONAL.window and joint_forward.NATIONAL.window.end
    )


def checks(engine: Engine) -> dict[str, Check]:
    """Return what the preset's checks say, by code."""
    return {one.code: one for one in joint_forward.look(engine)}


def test_the_checks_name_the_tighter_date_and_what_it_leaves(told: tuple[Engine, list[Step]]) -> None:
    found = checks(told[0])
    assert "6月10日" in found["tighter_date"].text_zh
    assert "6月20日" in found["tighter_date"].text_zh
    assert "10天" in found["slack"].text_zh
    assert "工作日7天" in found["slack"].text_zh
    assert found["slack"].refs == tuple(joint_forward.GUANGDONG.values())


def test_the_checks_name_the_saturday_and_the_last_day_of_the_activity(told: tuple[Engine, list[Step]]) -> None:
    found = checks(told[0])
    assert date(2020, 6, 20).strftime("%A") == "Saturday"
    assert "2020-06-20" in found["parent_due_on_rest_day"].text_en
    assert "Saturday" in found["parent_due_on_rest_day"].text_en
    assert "2020-06-10" in found["due_on_last_day"].text_en
    assert "last day" in found["due_on_last_day"].text_en


def test_the_checks_name_who_is_told_no_route_and_who_owes_two_reports(told: tuple[Engine, list[Step]]) -> None:
    engine, found = told[0], checks(told[0])
    assert [engine.directive(ref).unit for ref in found["unrouted_addressee"].refs] == ["xpcc-ast", "xpcc-sti"]
    twice = {engine.directive(ref).unit for ref in found["double_reporting"].refs}
    assert twice == {"gd-uni-scau", "gd-uni-gzhu"}


def test_the_checks_name_the_department_that_goes_by_two_names(told: tuple[Engine, list[Step]]) -> None:
    text = checks(told[0])["department_name_differs"].text_zh
    assert "引进国外智力资源管理司" in text
    assert "引进国外智力管理司" in text


def test_what_the_forwarding_notice_does_not_repeat_is_named_and_stays_in_force(
    told: tuple[Engine, list[Step]],
) -> None:
    engine, found = told[0], checks(told[0])["dropped_requirements"]
    dropped = {"团结引领", "科学家精神", "志愿服务", "实事好事"}
    assert {name for name in dropped if name in found.text_zh} == dropped
    city = engine.children("kx2020-7/1.19")[0].ref
    assert dropped <= {requirement.text for _, requirement in engine.requirements(city)}


def test_a_notice_that_forwards_by_the_same_date_leaves_nothing_to_say_of_slack() -> None:
    same = joint_forward.NATIONAL
    assert {one.code for one in forwarding_checks(same, same, china(), ())} == {
        "parent_due_on_rest_day", "due_on_rest_day",
    }  # fmt: skip


def test_the_story_is_the_same_bytes_each_time(told: tuple[Engine, list[Step]], tmp_path: Path) -> None:
    clock = StoryClock()
    with Engine.create(str(tmp_path / "again.db"), joint_forward.ORIGIN, clock=clock) as engine:
        list(joint_forward.run(engine, clock))
        assert [recorded.body for recorded in engine.log()] == [recorded.body for recorded in told[0].log()]
