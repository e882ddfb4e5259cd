"""Lifecycles of one's own on the command line: a file, an issue by it, steps, a migration, the drawing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest
from console_office import CAST, GD, Office
from lifecycle_samples import ATTESTED, CHECKED, REVIEWED
from test_viz_lifecycle import shown_moves, table_moves

from xiada.console.refusals import told
from xiada.console.words import Words
from xiada.console.words_lifecycle import UNLIKE
from xiada.engine import lifecyclefile
from xiada.engine.errors import GuardRefused, Malformed
from xiada.engine.lifecycle import STANDARD
from xiada.engine.lifecyclefile import load_lifecycle, parse_lifecycle
from xiada.engine.migrating import unlike
from xiada.viz import lifecycle as drawn
from xiada.viz.drawing import Line
from xiada.viz.labels import Language
from xiada.viz.routes import main_line
from xiada.viz.theme import LIGHT
from xiada.workflows.catalogue import preset

REVIEW = """\
name: reviewed
statuses: [审核, approved]
without: [report]
transitions:
  - {trigger: submit, from: executing, to: 审核, by: unit}
  - {trigger: approve, from: 审核, to: approved, by: superior}
  - {trigger: reject, from: [审核, approved], to: executing, by: superior}
  - {trigger: inspect, from: 审核, by: issuer}
  - {trigger: report, from: approved, to: reported}
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path).open_office()


@pytest.fixture
def file(office: Office) -> str:
    return office.write("reviewed.yaml", REVIEW)


def issued(office: Office, file: str) -> None:
    """Issue kx by the lifecycle of a file, and let the province begin."""
    office.must("issue", "kx", office.notice, "--lifecycle", file, actor=CAST)
    office.must("forward", "kx/1", "--to", "gd-kx", "--due", "2020-06-12", actor=CAST)
    office.must("execute", "kx/1.1", actor=GD)


# Files


def test_a_file_says_what_python_says(file: str) -> None:
    assert load_lifecycle(file).transitions[-5:] == tuple(
        REVIEWED.table[place] for place in (("executing", "submit"), ("审核", "approve"), ("审核", "reject"),
                                            ("审核", "inspect"), ("approved", "report"))
    )  # fmt: skip
    assert set(load_lifecycle(file).names) == set(REVIEWED.names)


def test_the_example_of_the_help_is_a_lifecycle() -> None:
    lines = (lifecyclefile.__doc__ or "").splitlines()
    found = parse_lifecycle("\n".join(line[4:] for line in lines if line.startswith("    ")))
    assert found.steps == ("submit", "approve", "reject")


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty_file", (1, "name")),
        ("statuses: [a]", "missing_field", (1, "name")),
        ("name: a\nstates: []", "unknown_field", (1, "states")),
        ("name: a\nname: b", "duplicate_field", (1, "name")),
        ("name: [a]", "bad_field", (1, "name")),
        ("name: a\nversion: second", "bad_field", (2, "version")),
        ("name: a\nstatuses: {a: b}", "bad_field", (2, "statuses")),
        ("name: a\nstatuses:\n  - {name: b, closed: maybe}", "bad_choice", (3, "closed")),
        ("name: a\ntransitions:\n  - {trigger: go, from: issued}", "missing_field", (3, "by")),
        ("name: a\ntransitions:\n  - go", "bad_field", (3, "trigger")),
        ("name: &a b\nwithout: [*a]", "yaml_alias", (2, "name")),
        ("name: [", "bad_yaml", (2, "name")),
    ],
)
def test_a_file_that_is_no_lifecycle_is_refused_by_its_line(text: str, code: str, place: tuple[int, str]) -> None:
    with pytest.raises(Malformed) as caught:
        parse_lifecycle(text)
    assert (caught.value.code, (caught.value.data["row"], caught.value.data["field"])) == (code, place)


def test_a_file_that_breaks_a_law_says_which(office: Office) -> None:
    file = office.write("bad.yaml", "name: a\ntransitions: [{trigger: skip, from: issued, to: summarised, by: unit}]")
    said = office.run("lifecycle", file, lang="en")
    assert said.code == 2
    assert "where only a parent's report does" in said.err


# Commands


def test_a_file_is_checked_and_a_table_shown(office: Office, file: str) -> None:
    told = office.must("lifecycle", file)
    assert "流程表 reviewed 第 1 版，状态 9 个，自有环节 4 个" in told
    assert "approve" in told
    assert "执行中" in office.must("lifecycle")
    assert json.loads(office.must("lifecycle", file, "--json"))["steps"] == ["submit", "approve", "reject", "inspect"]
    assert "name: reviewed" in office.must("lifecycle", "--example")


def test_a_cascade_is_issued_by_a_file_and_goes_on_without_it(office: Office, file: str) -> None:
    issued(office, file)
    answer = ("--answer", "kx2020-7/r1")
    refused = office.run("report", "kx/1.1", *answer, actor=GD)
    assert refused.code == 1
    assert "“执行中”" in refused.err
    table = office.must("can", "kx/1.1")
    assert "submit" in table
    assert "celebrate" not in table
    told = office.must("step", "kx/1.1", "submit", "--note", "请审", actor=GD)
    assert told.startswith("办理环节“submit”：kx/1.1 广东省科协，状态：审核")
    assert office.run("step", "kx/1.1", "approve", actor=GD).code == 1
    office.must("step", "kx/1.1", "approve", "--reason", "无误", actor=CAST)
    office.must("report", "kx/1.1", *answer, actor=GD)
    assert "stepped submit" in office.must("log", "kx/1.1", lang="en")
    assert "办理“approve”，广东省科协由“审核”转为“已批准”" in office.must("audit", "explain", "kx/1.1")
    assert "reviewed" in office.must("lifecycle", "kx")
    assert "已报送" in office.must("counts", "kx")
    office.must("audit", "verify", str(office.file))
    assert office.must("audit", "replay", "kx")


def test_a_cascade_migrates_and_says_so(office: Office, file: str) -> None:
    office.must("issue", "kx", office.notice, actor=CAST)
    office.must("forward", "kx/1", "--to", "gd-kx", "--due", "2020-06-12", actor=CAST)
    said = office.run("migrate", "kx", file, "--reason", "增设审核", "--map", "issued", actor=CAST)
    assert said.code == 2
    assert office.run("migrate", "kx", file, "--reason", "增设审核", actor=GD).code == 1
    told = office.must("migrate", "kx", file, "--reason", "增设审核", "--map", "forwarded=executing", actor=CAST)
    assert told.startswith("变更流程：kx/1 中国科协，状态：执行中")
    tables = json.loads(office.must("lifecycle", "kx", "--json"))["lifecycles"]
    assert [table["name"] for table in tables] == ["standard", "reviewed"]
    assert "日志" in office.must("lifecycle", "kx")
    assert "变更流程表" in office.must("audit", "explain", "kx/1.1")
    office.must("audit", "verify", str(office.file))


def test_a_dry_run_of_a_step_writes_nothing(office: Office, file: str) -> None:
    issued(office, file)
    size = office.size()
    assert "submit kx/1.1" in office.must("step", "kx/1.1", "submit", "--dry-run", actor=GD)
    assert office.size() == size


def test_a_log_says_nothing_where_a_step_gave_no_reason_and_of_a_migration_where_to(office: Office, file: str) -> None:
    issued(office, file)
    office.must("step", "kx/1.1", "submit", actor=GD)
    assert "None" not in office.must("log", "kx/1.1")
    again = office.write("other.yaml", REVIEW.replace("审核", "first").replace("name: reviewed", "name: other"))
    office.must("migrate", "kx", again, "--reason", "改名", "--map", "审核=first", actor=CAST)
    told = office.must("log", "kx/1.1")
    assert f"改用 {load_lifecycle(again).digest[:12]}" in told
    assert "审核 → first" in told


# Refusals


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refusal_of_an_embedders_own_may_hold_any_facts(lang: Language) -> None:
    facts = {"version": "2", "law": "of nature", "expected": None, "status": 7, "directive": "k/1", "due": "never"}
    for code in ("another_version", "never_heard_of", "version_conflict", "bad_lifecycle"):
        for left_out in (None, *facts):
            data = {name: value for name, value in facts.items() if name != left_out}
            error = GuardRefused(code, "the message", remedy="The remedy.", **data)
            assert all(told(error, Words(lang)))


def test_a_step_that_the_lifecycle_does_not_have_is_refused_in_a_whole_sentence(office: Office, file: str) -> None:
    issued(office, file)
    said = office.run("step", "kx/1.1", "celebrate", actor=GD)
    assert said.code == 1
    assert "其流程没有这一事项" in said.err


def test_every_reason_against_an_image_is_said_in_chinese() -> None:
    tables = (STANDARD, REVIEWED, CHECKED, ATTESTED)
    found = {
        unlike(before, after, old, new)
        for old, new in product(tables, tables)
        for before, after in product(old.names, {*new.names, "nowhere"})
    }
    assert found - {None} == UNLIKE.keys()


def test_a_law_that_is_broken_is_said_in_chinese(office: Office) -> None:
    skip = office.write("bad.yaml", "name: a\ntransitions: [{trigger: skip, from: issued, to: summarised, by: unit}]")
    assert "“skip”通向“已汇总”，而该状态只能由上级报送或发文单位汇总达到" in office.run("lifecycle", skip).err
    nowhere = office.write("bad.yaml", "name: a\ntransitions: [{trigger: skip, from: nowhere, by: unit}]")
    assert "流程表有误：“skip”用到了没有的状态“nowhere”" in office.run("lifecycle", nowhere).err


# The drawing


@pytest.mark.parametrize("table", [REVIEWED, CHECKED, ATTESTED], ids=lambda table: table.name)
def test_any_table_is_drawn_whole(table: object) -> None:
    assert shown_moves(drawn(table)) == table_moves(table)  # type: ignore[arg-type]


def test_the_main_line_leads_through_the_review_and_not_around_it() -> None:
    assert main_line(REVIEWED) == ("issued", "forwarded", "executing", "审核", "approved", "reported", "summarised")
    assert main_line(CHECKED) == ("issued", "forwarded", "executing", "checking", "reported", "summarised")
    assert main_line(ATTESTED) == main_line(STANDARD)


def test_what_comes_up_to_a_box_does_not_run_over_what_goes_down_to_the_box_underneath() -> None:
    for table in (CHECKED, ATTESTED, *(preset(name).lifecycles[0] for name in ("tasker", "airworthiness"))):
        assert not overlaps(drawn(table).edges), table.name


def overlaps(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return the lines of which one piece straight up or down lies upon one of another trigger's."""
    upright = [
        (x, *sorted((y, below)), line)
        for line in lines
        for (x, y), (also, below) in pairwise(line.points[::3])
        if x == also
    ]
    return [
        (one.key, other.key)
        for (x, top, bottom, one), (also, above, below, other) in combinations(upright, 2)
        if x == also and top < below and above < bottom and trigger_of(one) != trigger_of(other)
    ]


def trigger_of(line: Line) -> str:
    """Return which trigger, pulled by whom, a line stands for."""
    return line.key.removeprefix(line.tail).removesuffix(line.head)


def test_statuses_of_ones_own_are_told_apart_by_their_initials() -> None:
    for name in ("tasker", "airworthiness", "attestation"):
        [table] = preset(name).lifecycles
        glyphs = [LIGHT.look(status.name).glyph for status in table.statuses]
        assert len(set(glyphs)) == len(glyphs), glyphs
