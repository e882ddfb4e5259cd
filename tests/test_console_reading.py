"""Every command that asks: what it prints, in both languages and as JSON, what it refuses, and its exit code."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from console_office import CAST, GD, GZ, Office

CHINESE = re.compile("[\u4e00-\u9fff]")
ESCAPE = "\x1b"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("standing")).under_way()
    office.must("report", "kx/1.1.1", "--answer", "kx2020-7/r1", actor=GZ)
    office.must("remind", "kx/1.1.3", "--reason", "请抓紧", actor=GD)
    return office


# status


def test_the_status_is_a_tree_with_lights_in_words_and_the_late_ones_named_last(standing: Office) -> None:
    printed = standing.must("status", "kx", "--now", "2020-06-09")
    assert printed == (
        "关于开展推荐工作的通知（科协发组字〔2020〕7号）\n"
        "级联 kx，截至 2020-06-09，日志 18 条；共 6 件，已办结 1 件（16%），逾期 1 件\n"
        "\n"
        "● 中国科协                     还有 10 天  2020-06-19  已转发  kx/1\n"
        "├─ ▲ 广东省科协                还有 3 天   2020-06-12  已转发  kx/1.1\n"
        "│  ├─ ✔ 广州市科协             按时办结    2020-06-10  已报送  kx/1.1.1\n"
        "│  ├─ ▲ 深圳市科协             今天到期    2020-06-09  已下达  kx/1.1.2\n"
        "│  └─ ■ [red]韶关市科协[/red]  逾期 6 天   2020-06-03  已下达  kx/1.1.3\n"
        "└─ ▲ 福建省科协                还有 3 天   2020-06-12  已下达  kx/1.2\n"
        "\n"
        "逾期 1 件\n"
        "  ■ [red]韶关市科协[/red]  逾期 6 天  2020-06-03  已下达  kx/1.1.3\n"
        "今天到期 1 件\n"
        "  ▲ 深圳市科协  今天到期  2020-06-09  已下达  kx/1.1.2\n"
        "7 天内到期 2 件\n"
        "7 天以后到期 1 件\n"
        "未定期限 0 件\n"
        "已办结 1 件（含免报、撤回）\n"
    )


def test_the_status_reads_as_well_in_english(standing: Office) -> None:
    printed = standing.must("status", "--now", "2020-06-09", lang="en")
    assert "└─ ■ [red]韶关市科协[/red]  6 d overdue   2020-06-03  issued     kx/1.1.3" in printed
    assert "overdue: 1\n" in printed
    assert not CHINESE.search(re.sub("[\u4e00-\u9fff（）〔〕]+|号", "", printed))


def test_the_language_can_be_asked_for(standing: Office) -> None:
    assert "overdue: 0" in standing.must("status", "--lang", "en")
    assert "逾期 0 件" in standing.must("status", "--lang=zh", lang="en")
    assert standing.run("status", "--lang", "fr").code == 2
    assert standing.run("ack", "--lang", "en").err.startswith("Usage: Missing argument")


def test_nothing_printed_into_a_pipe_holds_an_escape(standing: Office) -> None:
    for words in (("status",), ("log",), ("can", "kx/1.1"), ("--help",), ("audit", "verify")):
        said = standing.run(*words)
        assert ESCAPE not in said.out + said.err


def test_only_what_is_late_is_listed_worst_first(standing: Office) -> None:
    printed = standing.must("status", "--late", "--now", "2020-06-30")
    refs = re.findall(r"kx/[\d.]+$", printed, re.MULTILINE)
    assert refs == ["kx/1.1.3", "kx/1.1.2", "kx/1.1", "kx/1.2", "kx/1"]
    assert standing.must("status", "--late") == "没有逾期的。\n"
    [cascade] = json.loads(standing.must("status", "--late", "--now", "2020-06-09", "--json"))["cascades"]
    assert ([one["ref"] for one in cascade["directives"]], cascade["counts"]["total"]) == (["kx/1.1.3"], 6)


def test_a_unit_sees_its_own_part(standing: Office) -> None:
    found = json.loads(standing.must("status", "--unit", "gd-kx", "--json"))
    [cascade] = found["cascades"]
    assert [one["ref"] for one in cascade["directives"]] == ["kx/1.1", "kx/1.1.1", "kx/1.1.2", "kx/1.1.3"]
    assert standing.must("status", "--unit", "gd-phys") == "gd-phys 没有收到任何通知。\n"


def test_the_status_as_json_holds_every_directive_with_times_twice(standing: Office) -> None:
    [cascade] = json.loads(standing.must("status", "--json", "--now", "2020-06-09"))["cascades"]
    assert cascade["counts"] == {
        "total": 6, "overdue": 1, "soft_passed": 0, "today": 1, "week": 2, "later": 1, "undated": 0, "done": 1
    }  # fmt: skip
    assert cascade["now"] == "2020-06-09T23:59:59.999999+08:00"
    last = cascade["directives"][4]
    assert (last["ref"], last["light"], last["bucket"], last["due_us"]) == (
        "kx/1.1.3", "red", "overdue", 1_591_199_999_999_999
    )  # fmt: skip


def test_the_status_of_the_past_is_that_of_then(standing: Office) -> None:
    [then] = json.loads(standing.must("status", "--at", "8", "--json"))["cascades"]
    assert [(one["ref"], one["status"]) for one in then["directives"]] == [("kx/1", "forwarded"), ("kx/1.1", "issued")][
        : len(then["directives"])
    ]
    assert standing.must("status", "--at", "3") == "尚未下达任何通知。\n"


def test_two_cascades_are_one_line_each_and_their_late_ones_one_list(tmp_path: Path) -> None:
    office = Office(tmp_path).under_way()
    office.must(
        "issue",
        "k2",
        office.write("two.yaml", "{id: n2, doc_number: 二号, title: 另一通知, issuers: [cast]}"),
        actor=CAST,
    )
    printed = office.must("status", "--now", "2020-06-09")
    assert "kx  关于开展推荐工作的通知（科协发组字〔2020〕7号）：共 6 件，已办结 0，逾期 1" in printed
    assert "k2  另一通知（二号）：共 1 件" in printed
    assert "kx/1.1.3" in office.must("status", "--late", "--now", "2020-06-09")
    assert "○ 中国科协  未定期限  未定期限  已下达  k2/1" in office.must("status", "k2")


def test_a_large_cascade_is_folded_to_the_budget_and_says_so(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = [f"u{number},第{number}单位,office,county,kx,top" for number in range(600)]
    office.org = office.write(
        "org.csv", "\n".join(["id,name,kind,level,line,superior", "top,总部,office,nation,kx,", *rows])
    )
    office.open_office()
    office.must(
        "issue", "big", office.write("n.yaml", "{id: n, doc_number: 一号, title: 通知, issuers: [top]}"), actor="a@top"
    )
    office.must("forward", "big/1", "--select", "kind=office", "--due", "2020-06-10", actor="a@top")
    printed = office.must("status", "--budget", "20", "--now", "2020-06-20")
    assert "… 另有 582 家，共 582 件，逾期 582" in printed
    assert "显示 19 / 601 件" in printed
    assert "… 还有 580 件，用 --late 全部列出" in printed
    assert office.run("status", "--budget", "0").code == 2


# can, impact


def test_can_answers_yes_and_no_with_the_reason_and_the_exit_code(standing: Office) -> None:
    said = standing.run("can", "kx/1.1", "waive", actor=CAST)
    assert (said.code, said.out) == (0, "可以免报：kx/1.1\n")
    said = standing.run("can", "kx/1.1", "report", lang="en")
    assert said.code == 1
    assert said.out == (
        "no: report kx/1.1 is not possible; kx/1.1 is forwarded: 'report' is not possible. "
        "It is possible while executing.\n"
    )
    found = json.loads(standing.run("can", "kx/1.1", "report", "--json").out)
    assert (found["can"], found["refusal"]["code"]) == (False, "illegal_transition")
    assert standing.run("can", "kx/9", "report").code == 1
    assert standing.run("can", "kx/1", "fly").code == 2


def test_can_without_a_trigger_is_a_table_of_all(standing: Office) -> None:
    printed = standing.must("can", "kx/1.1", actor=GD)
    assert "kx/1.1 广东省科协，状态：已转发" in printed
    assert "✔ 可以  执行" in printed
    assert "gd-kx 的人员无权对 kx/1.1 办理“改派”。应由 cast 的人员办理。" in printed
    rows = json.loads(standing.must("can", "kx/1.1", "--json"))["triggers"]
    assert {row["trigger"]: row["can"] for row in rows}["execute"] is True
    assert len(rows) == 17


def test_impact_lists_whom_a_new_due_would_leave_behind(standing: Office) -> None:
    before = standing.size()
    printed = standing.must("impact", "kx/1.1", "--due", "2020-06-09")
    assert "以下 1 件的期限将晚于它" in printed
    assert "  kx/1.1.1  广州市科协  已报送  2020-06-10" in printed
    assert "不影响任何下级" in standing.must("impact", "kx/1.1", "--due", "2020-06-11")
    assert json.loads(standing.must("impact", "kx/1.1", "--due", "2020-06-01", "--json"))["count"] == 3
    assert standing.run("impact", "kx/8", "--due", "2020-06-01").code == 1
    assert standing.run("impact", "kx/1", "--due", "2020-02-30").code == 2
    assert standing.size() == before


# log, verify


def test_the_log_is_one_line_per_event(standing: Office) -> None:
    printed = standing.must("log", "kx/1.1.3")
    assert printed == (
        "    14  2020-06-01 12:00:00  kx/1.1.3  下达  li@gd-kx  → [red]韶关市科协[/red]，期限 2020-06-03\n"
        "    17  2020-06-01 12:00:00  kx/1.1.3  催办  li@gd-kx  请抓紧\n"
    )
    assert standing.must("log").count("\n") == 18
    assert standing.must("log", "org/cast").count("\n") == 1
    said = standing.run("log", "kx", "--from", "9", "--limit", "2", lang="en")
    assert said.out.count("\n") == 2
    assert said.err == "… 7 more from --from 11\n"


def test_the_log_as_json_is_one_object_a_line_with_the_body_that_was_hashed(standing: Office) -> None:
    lines = [json.loads(line) for line in standing.must("log", "--json").splitlines()]
    assert [line["index"] for line in lines] == list(range(18))
    assert all(line["body"]["ver"] == line["version"] and line["body"]["t"] == line["t_us"] for line in lines)


def test_what_is_not_there_is_not_found(standing: Office) -> None:
    lines = (
        "log nope",
        "log kx/9",
        "log org/nope",
        "status nope",
        "status --unit nope",
        "status --at 999",
        "draw tree nope",
    )
    for words in (line.split() for line in lines):
        said = standing.run(*words)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("不予办理：")


def test_a_verified_log_says_what_was_checked_and_what_cannot_be_seen(standing: Office) -> None:
    assert "核验通过" in standing.must("audit", "verify")
    assert "only an earlier root held elsewhere" in standing.must("audit", "verify", lang="en")
    assert json.loads(standing.must("audit", "verify", "--json"))["findings"] == []


def test_a_changed_event_is_found_and_a_changed_state_too(tmp_path: Path) -> None:
    office = Office(tmp_path).under_way()
    with sqlite3.connect(office.file) as connection:
        connection.execute("UPDATE directive SET status='reported' WHERE id=(SELECT max(id) FROM directive)")
    connection.close()
    said = office.run("audit", "verify")
    assert said.code == 5
    assert "i8_projection" in said.out
    assert "现存状态与日志推算的不符" in said.out
    with sqlite3.connect(office.file) as connection:
        changed = "CAST(replace(CAST(body AS TEXT), 'issued', 'Issued') AS BLOB)"
        connection.execute(f"UPDATE event SET body={changed} WHERE log_index=12")
    connection.close()
    said = office.run("log")
    assert (said.code, said.out) == (5, "")
    assert said.err.startswith("数据异常：第 12 条事件")
    findings = json.loads(office.run("audit", "verify", "--json").out)["findings"]
    assert any(finding["index"] == 12 for finding in findings)


# demo


def test_the_demonstration_leaves_file_drawings_and_log(tmp_path: Path) -> None:
    office = Office(tmp_path)
    printed = office.must("demo", str(tmp_path / "demo"))
    assert "最晚可为 2020-06-20。" in printed
    assert "核验通过" in printed
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert names == {"xiada.db", "issued.svg", "half_way.svg", "summarised.svg", "log.jsonl"}
    again = office.must("demo", str(tmp_path / "demo"))
    assert again == printed, "an earlier demonstration is made anew"
    assert office.run("audit", "verify", db=tmp_path / "demo" / "xiada.db").code == 0


def test_the_clock_decides_what_is_late(tmp_path: Path) -> None:
    office = Office(tmp_path).under_way()
    office.clock.moment += timedelta(days=3)
    assert "逾期 1 天" in office.must("status")
    said = office.run("extend", "request", "kx/1.1.3", "--due", "2020-06-08", "--reason", "x", actor="c@sg-kx")
    assert (said.code, "期限 2020-06-03 已过" in said.err) == (1, True)


@pytest.mark.parametrize("moment", ["yesterday", "2026-02-30", "undated", "-1", ""])
def test_a_moment_that_is_none_is_told_what_one_looks_like(tmp_path: Path, moment: str) -> None:
    said = Office(tmp_path).under_way().run("status", "--at", moment)
    assert (said.code, said.out) == (2, "")
    assert "请写 YYYY-MM-DD、YYYY-MM-DDThh:mm，或事件的日志序号" in said.err
