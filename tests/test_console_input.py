"""Bad input: files, dates, texts and stores the console must survive; each a sentence, a code, and nothing lost."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from console_office import CAST, GD, NOTICE, ORG, Office, Said
from typer.testing import CliRunner

from xiada.console.context import Context
from xiada.console.main import app
from xiada.console.noticefile import EXAMPLE, read_notice_file
from xiada.engine.due import Between, Every, On, Promptly, Relative
from xiada.engine.engine import Engine
from xiada.engine.stores import sqlite as store


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("standing")).under_way()


def refused(said: Said, code: int, *words: str) -> None:
    """Check that it was refused with a code, on stderr alone, in one line that holds some words."""
    assert (said.code, said.out, said.err.count("\n")) == (code, "", 1), said
    for word in words:
        assert word in said.err


# The org


UNIT = "{id: a, name: 甲, kind: k, level: l, line: x}"
BAD_ORGS: tuple[tuple[str, str | bytes, str, str], ...] = (
    ("empty", "", "org.yaml", "empty_org"),
    ("no units", "units: []", "org.yaml", "empty_org"),
    ("no yaml", "units: [", "org.yaml", "bad_yaml"),
    (
        "cycle",
        f"units: [{UNIT[:-1]}, superior: b}}, {UNIT.replace('id: a', 'id: b')[:-1]}, superior: a}}]",
        "o.yaml",
        "cycle",
    ),
    ("unknown superior", f"units: [{UNIT[:-1]}, superior: nobody}}]", "org.yaml", "unknown_superior"),
    ("duplicate", f"units: [{UNIT}, {UNIT}]", "org.yaml", "duplicate_unit"),
    ("two tops", f"units: [{UNIT}, {UNIT.replace('id: a', 'id: b')}]", "org.yaml", "two_tops"),
    ("two superiors", f"units: [{UNIT[:-1]}, superior: {{x: b, x: c}}}}]", "org.yaml", "two_superiors"),
    ("unknown field", f"units: [{UNIT[:-1]}, color: red}}]", "org.yaml", "unknown_field"),
    ("missing field", "units: [{id: a, name: 甲}]", "org.yaml", "missing_field"),
    ("identifier", f"units: [{UNIT.replace('id: a', 'id: A B')}]", "org.yaml", "bad_identifier"),
    ("reserved", f"units: [{UNIT.replace('id: a', 'id: clock')}]", "org.yaml", "reserved_id"),
    ("nul", "id,name,kind,level,line\na,甲\0乙,k,l,x", "org.csv", "bad_character"),
    ("right to left", "id,name,kind,level,line\na,甲\u202e乙,k,l,x", "org.csv", "bad_character"),
    ("not normalised", "id,name,kind,level,line\na,e\u0301,k,l,x", "org.csv", "not_nfc"),
    ("surrogate", "id,name,kind,level,line\na,\ud800,k,l,x", "org.csv", "not_utf8"),
    ("long name", f"id,name,kind,level,line\na,{'长' * 201},k,l,x", "org.csv", "text_too_long"),
    ("ragged", "id,name,kind,level,line\na,甲,k", "org.csv", "bad_row"),
    ("latin", "id,name\n\xe9".encode("latin-1"), "org.csv", "not_utf8"),
)


@pytest.mark.parametrize(("content", "name", "code"), [row[1:] for row in BAD_ORGS], ids=[row[0] for row in BAD_ORGS])
def test_a_bad_org_file_is_refused_by_name_and_makes_nothing(
    office: Office, content: str | bytes, name: str, code: str
) -> None:
    file = office.write(name, content)
    said = office.run("org", "check", file, "--json")
    refused(said, 2)
    assert said.document["code"] == code
    refused(office.run("org", "check", file), 2, "输入有误：", file)
    refused(office.run("init", "--origin", "xiada.example/x", "--org", file, lang="en"), 2, "Bad input: ", file)
    assert not office.file.exists()


def test_a_good_org_file_is_counted_by_line_level_and_kind(office: Office) -> None:
    printed = office.must("org", "check", office.org)
    assert "无误：7 个单位，1 条线" in printed
    assert "条线 kx：7 个单位，最高单位 中国科协（cast）" in printed
    counts = json.loads(office.must("org", "check", office.org, "--json"))["counts"]
    assert {"line": "kx", "level": "city", "kind": "association", "units": 3} in counts


def test_an_org_is_shown_and_loaded_again_without_harm(office: Office) -> None:
    office.must("init", str(office.file), "--origin", "xiada.example/x")
    assert "尚未载入" in office.must("org", "show")
    assert "已载入 7 个单位" in office.must("org", "load", office.org)
    assert "已载入 0 个单位" in office.must("org", "load", office.org)
    assert len(json.loads(office.must("org", "show", "--json"))["units"]) == 7
    other = office.write("other.yaml", ORG.replace("中国科协", "别的"))
    refused(office.run("org", "load", other), 1, "单位“cast”已在组织机构中")
    assert office.size() == 7


def test_an_org_of_a_hundred_thousand_units_is_checked(office: Office) -> None:
    rows = [
        f"u{number},第{number}单位,office,city,main,u{number // 50 if number else ''}" for number in range(1, 100_000)
    ]
    content = "\n".join(["id,name,kind,level,line,superior", "u0,总部,office,nation,main,", *rows])
    assert "100,000 个单位" in office.must("org", "check", office.write("org.csv", content))


# Notices


def test_the_example_of_a_notice_is_one(office: Office) -> None:
    assert office.must("notice", "--example") == EXAMPLE
    notice = read_notice_file(office.write("n.yaml", EXAMPLE))
    assert notice.issuers == ("cast", "most")
    assert notice.requirements[0].mandatory
    found = json.loads(office.must("notice", office.write("n.yaml", EXAMPLE), "--json"))
    assert found["digest"] == notice.digest
    assert "要求 1 项，应提交 1 项" in office.must("notice", office.write("n.yaml", EXAMPLE))
    refused(office.run("notice"), 2, "--example")


def test_a_notice_reads_the_same_from_json_and_from_yaml(office: Office) -> None:
    values = {
        "id": "n1", "doc_number": "1号", "title": "通知", "issuers": ["cast"], "issued_on": "2020-05-06",
        "window": {"start": "2020-05-11", "end": "2020-06-10", "fuzzy": True}, "forwards": None,
        "obligations": [{"id": "r", "kind": "report", "soft": False, "who": {"kind": "association", "depth": 2},
                         "due": {"relative": {"anchor": "parent_due", "days": -2, "workdays": True}}}],
    }  # fmt: skip
    from_json = read_notice_file(office.write("n.json", json.dumps(values)))
    from_yaml = read_notice_file(office.write("n.yaml", json.dumps(values, ensure_ascii=False)))
    assert from_json == from_yaml
    assert from_json.obligations[0].due == Relative("parent_due", -2, workdays=True)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2020-06-20", "On(2020-06-20)"),
        ("'2020-06-20T17:00'", "On(2020-06-20 17:00:00)"),
        ("{on: 2020-06-20, time: '17:00', shift: next_workday, soft: true}", "On(2020-06-20 17:00:00)"),
        ("{every: FREQ=MONTHLY}", "Every"),
        ("{relative: {anchor: issue, days: 3}}", "Relative"),
        ("{between: [2020-05-15, 2020-06-05], words: 5月中旬至6月初}", "Between"),
        ("{promptly: true, sla_days: 3}", "Promptly"),
        ("undated", "None"),
    ],
)
def test_a_due_is_written_in_any_of_its_forms(office: Office, text: str, due: str) -> None:
    notice = read_notice_file(office.write("n.yaml", NOTICE + f"  - {{id: x, kind: plan, due: {text}}}\n"))
    found = notice.obligations[-1].due
    if isinstance(found, On):
        assert due == f"On({found.on}{f' {found.time}' if found.time else ''})"
    else:
        assert found is None or isinstance(found, Every | Relative | Between | Promptly)
        assert due == (type(found).__name__ if found else "None")


BAD_NOTICES: tuple[tuple[str, str, str, int, str], ...] = (
    ("empty", "", "bad_field", 2, "no mapping"),
    ("list", "[]", "bad_field", 2, "no mapping"),
    ("no yaml", "id: [", "bad_yaml", 2, "row 2"),
    ("unknown field", NOTICE + "color: red\n", "unknown_field", 2, "color"),
    ("twice", NOTICE + "title: x\n", "duplicate_field", 2, "title"),
    ("missing", NOTICE.replace("title:", "forwards:"), "missing_field", 2, "title"),
    ("identifier", NOTICE.replace("id: kx2020-7", "id: Kx"), "bad_identifier", 2, "notice id"),
    ("no issuers", NOTICE.replace("[cast]", "[]"), "missing_field", 2, "issuers"),
    ("kind", NOTICE.replace("kind: brief", "kind: rumour"), "bad_choice", 2, "obligations[1].kind"),
    ("date", NOTICE.replace("2020-06-19", "2020-02-30"), "bad_date", 2, "obligations[0].due"),
    ("year", NOTICE.replace("2020-06-19", "12020-06-19"), "bad_date", 2, "obligations[0].due"),
    ("year 2500", NOTICE.replace("2020-06-19", "2500-06-19"), "bad_year", 1, "obligations[0].due"),
    ("offset", NOTICE.replace("2020-06-19", "2020-06-19T10:00+08:00"), "bad_due", 2, "obligations[0].due"),
    ("due form", NOTICE.replace("2020-06-19", "{shift: none}"), "bad_due", 2, "obligations[0].due"),
    ("shift", NOTICE.replace("2020-06-19", "{on: 2020-06-19, shift: sideways}"), "bad_choice", 2, "due.shift"),
    ("anchor", NOTICE.replace("2020-06-19", "{relative: {anchor: moon, days: 1}}"), "bad_choice", 2, "relative.anchor"),
    ("clock", NOTICE.replace("2020-06-19", "{on: 2020-06-19, time: '25:00'}"), "bad_date", 2, "obligations[0].due"),
    ("days", NOTICE.replace("2020-06-19", "{relative: {anchor: issue, days: 1e9}}"), "bad_field", 2, "relative.days"),
    ("truth", NOTICE.replace("mandatory: true", "mandatory: perhaps"), "bad_choice", 2, "requirements[0].mandatory"),
    ("right to left", NOTICE.replace("推荐", "\u202e推荐"), "bad_character", 2, "title"),
    ("nul", NOTICE.replace("推荐", "推\0荐"), "bad_yaml", 2, "not YAML"),
    ("one megabyte", NOTICE.replace("推荐", "推" * 350_000), "text_too_long", 1, "title"),
    ("alias", "id: &a [x]\ntitle: *a\n", "aliased", 2, "row 1"),
    ("loop", "id: &a [*a]\n", "aliased", 2, "row 1"),
    ("zone", NOTICE + "zone: Mars/Base\n", "unknown_zone", 2, "Mars"),
    ("window", NOTICE + "window: {start: 2020-06-02, end: 2020-06-01}\n", "bad_field", 2, "window"),
    ("same id", NOTICE.replace("id: brief", "id: report"), "duplicate_id", 2, "'report' twice"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "code", "field"), [row[1:] for row in BAD_NOTICES], ids=[row[0] for row in BAD_NOTICES]
)
def test_a_bad_notice_is_refused_by_file_and_field_and_issues_nothing(
    standing: Office, content: str, name: str, code: int, field: str
) -> None:
    before = standing.size()
    file = standing.write("bad.yaml", content)
    said = standing.run("issue", "other", file, "--json", actor=CAST)
    refused(said, code)
    assert (said.document["code"], said.document["data"]["file"]) == (name, file)
    refused(standing.run("issue", "other", file, actor=CAST), code, "bad.yaml")
    refused(standing.run("notice", file, lang="en"), code, "bad.yaml", field)
    assert standing.size() == before


def test_a_notice_file_that_cannot_be_read_is_malformed(standing: Office) -> None:
    for name in ("nowhere.yaml", str(standing.folder)):
        refused(standing.run("issue", "other", name, actor=CAST), 2, "无法读取")
    refused(standing.run("issue", "other", standing.write("n.json", "{"), actor=CAST), 2, "不是可读的 JSON")
    refused(standing.run("issue", "other", standing.write("n.json", '{"id":1,"id":2}'), actor=CAST), 2, "重复")
    refused(standing.run("issue", "other", standing.write("n.yaml", b"\xff\xfe"), actor=CAST), 2, "UTF-8")


# Dates, references, numbers


@pytest.mark.parametrize(
    "due", ["2020-02-30", "yesterday", "10000-01-01", "2020-06-10T25:00", "", "２０２０-06-10", "9999999"]
)
def test_an_impossible_due_is_refused_with_what_was_typed(standing: Office, due: str) -> None:
    refused(
        standing.run("reschedule", "kx/1.1", "--due", due, "--reason", "x", actor=CAST), 2, "--due", due, "有效的日期"
    )


@pytest.mark.parametrize("ref", ["kx", "kx/", "kx/0", "kx/1..2", "KX/1", "kx/1.1/2", "../x", "kx/1" + ".1" * 64])
def test_what_is_no_reference_is_refused(standing: Office, ref: str) -> None:
    refused(standing.run("ack", ref, actor=GD), 2, "编号写法不对")


@pytest.mark.parametrize(
    "words",
    [
        "log --from x", "log --from -1", "log --limit 0", "status --budget many", "ack kx/1 --expected-version x",
        "forward kx/1 --reserve x", "nothing", "ack", "extend", "org", "extend request kx/1", "ack kx/1 --nothing",
        "forward kx/1 --select level", "forward kx/1 --select shape=round", "forward kx/1 --select depth=x",
        "forward kx/1 --to gz-kx=soon", "status --at soon", "status --now undated", "ack kx/1 --claimed-at 2020-06-01",
        "fulfil kx/1 brief --period 2020-06-01T10:00", "fulfil kx/1 Brief", "forward kx/1 --to gd-kx --reserve 9999",
    ],
)  # fmt: skip
def test_wrong_use_is_code_2_in_one_sentence(standing: Office, words: str) -> None:
    before = standing.size()
    line = words.split()
    actor = GD if line[0] in {"ack", "forward", "fulfil"} and len(line) > 1 else None
    refused(standing.run(*line, actor=actor), 2, "。")
    refused(standing.run(*line, actor=actor, lang="en"), 2, ".")
    assert set(standing.run(*line, "--json", actor=actor).document) == {"code", "message", "remedy", "data"}
    assert standing.size() == before


# The store


def test_a_file_that_is_not_there_or_not_ours_is_a_store_error_and_stays_as_it_is(office: Office) -> None:
    refused(office.run("status"), 4, "无法打开")
    assert not office.file.exists()
    foreign = office.folder / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    before = foreign.read_bytes()
    for words in (("status",), ("log",), ("audit", "verify"), ("org", "show"), ("can", "kx/1"), ("ack", "kx/1")):
        refused(office.run(*words, db=foreign, actor=GD if words[0] == "ack" else None), 4, "不是下达文件")
    assert foreign.read_bytes() == before
    refused(office.run("status", db=office.folder), 4)


def test_a_truncated_file_is_refused(standing: Office) -> None:
    with sqlite3.connect(standing.file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    cut = standing.folder / "cut.db"
    cut.write_bytes(standing.file.read_bytes()[:-4096])
    refused(standing.run("status", db=cut), 4, "不完整")


def test_a_locked_file_is_told_and_nothing_is_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_S", 0.05)
    office.under_way()
    before = office.size()
    holder = sqlite3.connect(office.file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    said = office.run("ack", "kx/1.1", actor=GD)
    holder.execute("ROLLBACK")
    holder.close()
    refused(said, 4, "正被其他程序占用", "没有写入任何内容")
    assert office.size() == before


def test_an_origin_that_cannot_be_one_makes_no_file(office: Office) -> None:
    refused(office.run("init", "--origin", "My Office"), 2, "不能作日志名称")
    assert not office.file.exists()


class Interrupted(Context):
    """Surroundings in which somebody presses Control-C as soon as a file is opened."""

    def open(self, file: str, **_: object) -> Engine:  # type: ignore[override]
        raise KeyboardInterrupt(file)


def test_an_interruption_is_code_130_and_says_that_nothing_half_done_was_written() -> None:
    result = CliRunner().invoke(app, ["status"], obj=Interrupted(environment={}))
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "Interrupted; what was not finished was not written.\n"


def test_a_name_of_a_file_cannot_write_over_the_terminal(standing: Office) -> None:
    said = standing.run("issue", "other", "no\x1b[2J\nfile\u202e.yaml", actor=CAST)
    refused(said, 2, "no\\x1b[2J\\nfile\\u202e.yaml")
