"""The cascade of 2020: the facts of the two notices hold in what the story leaves behind."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support import ROOT, CountedEntropy

from xiada.engine.due import show
from xiada.engine.engine import Engine
from xiada.engine.errors import DueRefused
from xiada.engine.stores import create_store
from xiada.workflows import joint_forward
from xiada.workflows.story import Step, StoryClock

FACTS = ROOT.parent / "shared" / "notices" / "002.expected.json"


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[Engine, list[Step]]]:
    """The story told once, on a store in memory."""
    clock = StoryClock()
    engine = Engine(create_store("memory:", joint_forward.ORIGIN), clock=clock, entropy=CountedEntropy())
    yield engine, list(joint_forward.run(engine, clock))
    engine.close()


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
    assert national["activity_window"]["end"] == str(
        joint_forward.NATIONAL.window and joint_forward.NATIONAL.window.end
    )


def test_the_story_is_the_same_bytes_each_time(told: tuple[Engine, list[Step]], tmp_path: Path) -> None:
    clock = StoryClock()
    with Engine.create(str(tmp_path / "again.db"), joint_forward.ORIGIN, clock=clock) as engine:
        list(joint_forward.run(engine, clock))
        assert [recorded.body for recorded in engine.log()] == [recorded.body for recorded in told[0].log()]
