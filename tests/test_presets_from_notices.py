"""From the text of each real notice, through the intake, to an issued cascade of its preset's org.

Rule: nothing of a notice stands here; what the reader is unsure of is confirmed by the code it gives,
as a person would, and no due may come of it that the notice does not set.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from console_office import Office
from presets import NOTICES, absent, facts, told
from support import ROOT

from xiada.engine.due import NEVER, Every, end_of_day
from xiada.engine.engine import Engine
from xiada.engine.notice import Notice
from xiada.workflows import campaign_brief, joint_forward, study_broadcast, study_prompt
from xiada.workflows.story import clerk

SHANGHAI = "Asia/Shanghai"
pytestmark = absent


def office_with(folder: Path, org: str) -> Office:
    """Return a file with an org of the presets."""
    office = Office(folder)
    office.must("init", "--origin", "xiada.example/notices", "--org", str(ROOT / "workflows" / "data" / f"{org}.yaml"))
    return office


def read(office: Office, number: str, *more: str) -> str:
    """Return the path of the notice file the intake makes of a real notice, its doubts confirmed by their codes."""
    line = ("intake", str(NOTICES / f"{number}.txt"), "--yes", *more)
    said = office.run(*line, lang="en")
    if said.code == 1:
        codes = re.findall(r"^still open: ([a-z_]+):", said.err, re.MULTILINE)
        said = office.run(*line, "--accept", ",".join(codes), lang="en")
    assert said.code == 0, said.err.splitlines()[-1]
    return office.write(f"{number}{''.join(more)}.yaml", said.out)


def issued(office: Office, cascade: str, file: str, issuer: str) -> Engine:
    """Issue a notice file as a cascade, and return the log it stands in."""
    office.must("issue", cascade, file, actor=f"clerk@{issuer}")
    return Engine.open(str(office.file), clock=office.clock)


def notice_in(engine: Engine, ref: str) -> Notice:
    """Return the notice of a directive."""
    return engine.at().notice(engine.directive(ref).notice)


@pytest.mark.parametrize(
    ("number", "name", "phrases"),
    [("000", "study_prompt", study_prompt.ADDRESSEES), ("001", "study_broadcast", study_broadcast.ADDRESSEES)],
)
def test_a_study_notice_is_issued_undated_and_reaches_the_units_of_its_preset(
    tmp_path: Path, number: str, name: str, phrases: tuple[object, ...]
) -> None:
    office = office_with(tmp_path, "org-guangdong")
    with issued(office, "k", read(office, number), "gd-ast") as engine:
        assert engine.directive("k/1").due == NEVER
        assert str(notice_in(engine, "k/1").issued_on) == facts(number)[0]["issue_date"]
        engine.forward("k/1", phrases, actor=clerk("gd-ast"))  # type: ignore[arg-type]
        preset = told(name)
        ours = [(state.unit, state.due, state.copy) for state in engine.children("k/1")]
        theirs = preset.engine.children(f"{preset.preset.cascades[0]}/1")
        assert ours == [(state.unit, state.due, state.copy) for state in theirs]
        assert engine.verify() == []


def test_the_joint_notice_is_issued_in_two_lines_by_the_date_it_sets(tmp_path: Path) -> None:
    office = office_with(tmp_path, "org-2020")
    with issued(office, "k", read(office, "002", "--segment", "2"), "cast") as engine:
        assert [engine.directive(ref).unit for ref in ("k/1", "k/2")] == ["cast", "most"]
        assert {engine.directive(ref).due for ref in ("k/1", "k/2")} == {end_of_day(date(2020, 6, 20), SHANGHAI)}
        found = notice_in(engine, "k/1")
        assert found.doc_number == joint_forward.NATIONAL.doc_number
        assert found.window == joint_forward.NATIONAL.window
        ours = {(one.to_department, getattr(one.due, "on", None)) for one in found.obligations if one.kind == "report"}
        assert ours == {
            (one.to_department, getattr(one.due, "on", None))
            for one in joint_forward.NATIONAL.obligations if one.kind == "report"
        }  # fmt: skip
        assert engine.verify() == []


def test_the_forwarding_notice_passes_the_joint_notice_on_by_its_earlier_date(tmp_path: Path) -> None:
    office = office_with(tmp_path, "org-2020")
    with issued(office, "k", read(office, "002", "--segment", "2"), "cast") as engine:
        engine.forward("k/1", ("gd-ast",), actor=clerk("cast"))
        engine.forward("k/2", ("gd-sti",), actor=clerk("most"))
    file = read(office, "002", "--segment", "1")
    for ref, actor, to in (("k/1.1", "gd-ast", "gd-gz-ast"), ("k/2.1", "gd-sti", "gd-gz-sti")):
        office.must("forward", ref, "--to", to, "--notice", file, actor=f"clerk@{actor}")
    with Engine.open(str(office.file)) as engine:
        assert notice_in(engine, "k/1.1.1").doc_number == joint_forward.PROVINCIAL.doc_number
        assert notice_in(engine, "k/1.1.1").forwards == joint_forward.NATIONAL.doc_number
        dues = {engine.directive(ref).due for ref in ("k/1.1.1", "k/2.1.1")}
        assert dues == {end_of_day(date(2020, 6, 10), SHANGHAI)}
        assert engine.verify() == []


def test_the_campaign_is_issued_with_its_plan_and_its_soft_monthly_brief(tmp_path: Path) -> None:
    office = office_with(tmp_path, "org-2018")
    with issued(office, "k", read(office, "004"), "cast") as engine:
        assert engine.directive("k/1").due == NEVER
        owed = {one.kind: one for one in notice_in(engine, "k/1").obligations}
        assert owed.keys() == {"plan", "brief"}
        assert owed["brief"].soft
        assert isinstance(owed["brief"].due, Every)
        engine.forward("k/1", campaign_brief.ADDRESSEES, actor=clerk("cast"))
        theirs = told("campaign_brief").engine.children(campaign_brief.ROOT)
        assert [state.unit for state in engine.children("k/1")] == [state.unit for state in theirs]
        assert engine.verify() == []


def test_what_a_leader_asked_for_in_the_news_is_given_to_the_department_he_named(tmp_path: Path) -> None:
    office = office_with(tmp_path, "org-guangdong")
    file = str(NOTICES / "001.txt")
    found = office.run("dispatch", file, "--json").document["decisions"]
    assign = [word for one in found for word in ("--assign", f"{one['no']}=gd-dep-cooperation")]
    office.must("dispatch", file, "asked", *assign, actor="clerk@gd-ast")
    [fact] = [one for one in facts("001")[1]["instructions"] if one.get("to_kind") == "internal_department"]
    place = next(number for number, one in enumerate(found, 1) if fact["to"] in one["targets"])
    with Engine.open(str(office.file)) as engine:
        [child] = engine.children(f"asked-{place}/1")
        assert (child.unit, child.due) == ("gd-dep-cooperation", NEVER)
        plan = fact["plan"].strip("《》")
        assert [name.strip("《》") for name in notice_in(engine, child.ref).attachments] == [plan]
        assert engine.verify() == []
