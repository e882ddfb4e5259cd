"""Reorganisations on the command line, in sentences, in drawings of a past day and in exports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from console_office import GD, Office
from support import Maker, forwarded, of, one_line

from xiada.engine.commands import REGISTRAR
from xiada.engine.exports.ocel import Model, Relation
from xiada.engine.graph import graph_of

ORG = "registrar@org"
WHY = ("--reason", "机构调整")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path).under_way()


def test_units_are_renamed_moved_merged_and_abolished_from_the_command_line(office: Office) -> None:
    for words, expected in (
        (("rename", "sz-kx", "--name", "深圳市科学技术协会", "--alias", "深圳市科协"), "单位更名：org/sz-kx"),
        (("move", "gd-phys", "--under", "gz-kx"), "单位划转：org/gd-phys"),
        (("merge", "sg-kx", "--into", "gz-kx", "--running", "reassign"), "另有 1 件随之变动"),
        (("abolish", "gd-phys", "--successor", "gz-kx"), "撤销单位：org/gd-phys"),
    ):
        printed = office.must("org", *words, *WHY, actor=ORG)
        assert expected in printed, printed
        assert printed.count("\n") == 1
    assert "5 个单位，1 条线\n另有 2 个单位已并入其他单位或撤销" in office.must("org", "show")
    assert "核验通过" in office.must("audit", "verify")


def test_what_is_refused_is_said_in_one_sentence_of_either_language(office: Office) -> None:
    asked = ("org", "merge", "sg-kx", "--into", "gz-kx")
    found = office.run(*asked, *WHY, actor=ORG)
    assert found.code == 1
    assert "还有 1 件在办（kx/1.1.3）" in found.err
    found = office.run(*asked, *WHY, actor=ORG, lang="en")
    assert "Say what becomes of them" in found.err
    found = office.run("org", "rename", "sg-kx", "--name", "新名", *WHY, actor=GD)
    assert (found.code, "org" in found.err) == (1, True)
    found = office.run("org", "move", "gd-kx", "--under", "gz-kx", *WHY, actor=ORG)
    assert "不能作其上级" in found.err
    found = office.run("org", "move", "gd-kx", "--under", "gz-kx", "--line", "x", *WHY, actor=ORG)
    assert "在条线“x”上没有相应位置" in found.err
    before = office.must("log", "--json")
    printed = office.must(*asked, "--running", "stay", *WHY, "--dry-run", actor=ORG)
    assert "单位合并" in printed
    assert office.must("log", "--json") == before


def test_the_org_of_a_day_is_shown(office: Office) -> None:
    size = len(office.must("log", "--json").splitlines())
    office.must("org", "rename", "gz-kx", "--name", "羊城科协", *WHY, actor=ORG)
    office.must("org", "abolish", "gd-phys", *WHY, actor=ORG)
    now = {one["id"]: one for one in json.loads(office.must("org", "show", "--json"))["units"]}
    then = {one["id"]: one for one in json.loads(office.must("org", "show", "--at", str(size - 1), "--json"))["units"]}
    assert (now["gz-kx"]["name"], then["gz-kx"]["name"]) == ("羊城科协", "广州市科协")
    assert (now["gd-phys"]["ended"], then["gd-phys"]["ended"]) == (True, False)
    assert "7 个单位" in office.must("org", "show", "--at", str(size - 1))
    assert "广州市科协" in office.must("audit", "explain", "kx/1.1.1", "--at", str(size - 1))
    assert "羊城科协" in office.must("audit", "explain", "kx/1.1.1")
    assert "广州市科协" in office.must("status", "kx", "--at", str(size - 1))
    assert "羊城科协" in office.must("status", "kx")


def test_one_unit_is_shown_with_whom_it_stood_under_and_over_that_day(office: Office) -> None:
    size = len(office.must("log", "--json").splitlines())
    office.must("org", "rename", "gz-kx", "--name", "羊城科协", *WHY, actor=ORG)
    office.must("org", "merge", "sg-kx", "--into", "gz-kx", "--running", "stay", *WHY, actor=ORG)
    office.must("org", "move", "gd-phys", "--under", "gz-kx", *WHY, actor=ORG)
    then = office.must("org", "show", "gz-kx", "--at", str(size - 1))
    assert "广州市科协" in then
    assert "下级" not in then
    now = office.must("org", "show", "gz-kx")
    assert "羊城科协" in now
    assert "下级" in now
    assert "gd-phys" in now
    assert "由 羊城科协（gz-kx）承接" in office.must("org", "show", "sg-kx")
    assert "ended" in office.must("org", "show", "sg-kx", lang="en")
    shown = json.loads(office.must("org", "show", "gz-kx", "--json"))
    assert (shown["unit"]["name"], [one["id"] for one in shown["below"]["kx"]]) == ("羊城科协", ["gd-phys"])
    assert office.run("org", "show", "nobody").code == 1
    found = office.run("org", "merge", "sg-kx", "--into", "gz-kx", *WHY, actor=ORG)
    assert "已并入其他单位或撤销，由“gz-kx”承接" in found.err
    assert "当时还没有单位" in office.must("org", "show", "--at", "2000-01-01")


def test_every_change_has_its_sentence(office: Office) -> None:
    size = len(office.must("log", "--json").splitlines())
    office.must("org", "rename", "gz-kx", "--name", "羊城科协", *WHY, actor=ORG)
    office.must("org", "move", "gd-phys", "--under", "gz-kx", *WHY, actor=ORG)
    office.must("org", "merge", "sg-kx", "--into", "gz-kx", "--running", "reassign", *WHY, actor=ORG)
    office.must("org", "abolish", "gd-phys", "--successor", "sz-kx", *WHY, actor=ORG)
    last = len(office.must("log", "--json").splitlines()) - 1
    told = office.must("audit", "diff", str(size - 1), str(last))
    for sentence in (
        "将 gz-kx 更名为羊城科协",
        "（gd-phys）在条线“kx”上由广东省科协划归羊城科协",
        "（sg-kx）并入羊城科协",
        "撤销广东省物理学会（gd-phys），由深圳市科协承接",
        "机构调整",
    ):
        assert sentence in told, told
    told = office.must("audit", "diff", str(size - 1), str(last), lang="en")
    for sentence in ("renamed gz-kx", "moved", "merged", "abolished", "comes after it"):
        assert sentence in told
    listed = office.must("log", "org/gz-kx")
    assert "羊城科协，机构调整" in listed


# Exports and graphs


def test_an_export_has_the_names_a_unit_had_and_all_its_superiors(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    first = engine.org().unit("d11").name
    for name in ("Harbour", "New Harbour"):
        make.clock.advance(days=1)
        engine.rename_unit("d11", name, "renamed", actor=REGISTRAR)
    engine.move_unit("d11", "main", "c2", "moved", actor=REGISTRAR)
    engine.merge_units(("c1",), "c3", "merged", running="reassign", actor=REGISTRAR)
    model = Model()
    rows = list(model.rows(engine.log()))
    units = {row.id: row for row in model.objects() if row.type == "unit"}
    assert units["unit:d11"].initial["name"] == first
    assert [change[1:] for change in units["unit:d11"].changes] == [("name", "Harbour"), ("name", "New Harbour")]
    assert units["unit:d11"].relations == (Relation("unit:c1", "superior"), Relation("unit:c2", "superior"))
    by_type = {row.type: row.relations for row in rows}
    assert set(by_type["unit_merged"]) == {Relation("unit:c1", "unit"), Relation("unit:c3", "successor")}
    assert Relation("unit:c1", "former superior") in by_type["unit_moved"]


def test_a_graph_of_the_org_has_those_that_stand(make: Maker) -> None:
    engine = make(one_line())
    engine.merge_units(("c1",), "c2", "merged", actor=REGISTRAR)
    graph = graph_of(engine.org(), "main")
    assert set(graph.successors("p")) == {"c2", "c3"}
    assert set(graph.successors("c2")) == {"d11", "d12", "d21"}
    assert "c1" not in graph


def test_a_trigger_is_judged_by_the_org_in_force(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.merge_units(("c1",), "c2", "merged", running="stay", actor=REGISTRAR)
    assert engine.can("k/1.1", "execute", actor=of("c1"))
    assert engine.can("k/1.1", "execute", actor=of("c2", "c1"))
    assert not engine.can("k/1.1", "execute", actor=of("c3", "c1"))
