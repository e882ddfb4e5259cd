"""The console on reminders, work lists, what is owed, and calendars; in both languages and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from console_office import CAST, GD, GZ, NOON, Office
from icalendar import Calendar

from xiada.console.rulesfile import EXAMPLE, read_rules_file
from xiada.engine.errors import Malformed
from xiada.engine.reminding import STANDARD_REMINDERS, After, Age, Before

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """kx/1 cast 19 June; kx/1.1 gd, kx/1.2 fj 12 June; gz 10 June at work, sz 9 June, sg 3 June; monthly briefs."""
    return Office(tmp_path).under_way()


# tick


def test_a_tick_tells_what_was_given_to_whom_and_why_and_what_comes_next(office: Office) -> None:
    told = office.must("tick", "--now", "2020-06-04T10:00")
    assert told == (
        "2020-06-04 10:00：提醒 1 次，督办 1 次（此前已发 0 次）\n"
        "  督办  → 中国科协    kx/1.1.3  [red]韶关市科协[/red]应于2020-06-03前报送，已逾期1天\n"
        "  提醒  → 深圳市科协  kx/1.1.2  深圳市科协应于2020-06-09前报送，还有5天\n"
        "下一次在 2020-06-05 00:00：before-3，kx/1.1.1\n"
    )
    assert office.must("tick", "--now", "2020-06-04T10:00").startswith(
        "2020-06-04 10:00：提醒 0 次，督办 0 次（此前已发 2 次）"
    )


def test_a_dry_run_writes_nothing_and_says_so(office: Office) -> None:
    before = office.size()
    assert "试算，未写入任何内容" in office.must("tick", "--now", "2020-06-04", "--dry-run")
    assert office.size() == before


def test_a_tick_is_told_to_programs(office: Office) -> None:
    found = json.loads(office.must("tick", "--now", "2020-06-04", "--limit", "1", "--json"))
    assert (found["dry_run"], found["reminded"], found["escalated"], found["already"]) == (False, 1, 1, 0)
    assert found["rules"] == {"after-1": 1, "before-3": 1}
    [first] = found["given"]
    assert (first["action"], first["rule"], first["ref"], first["to"], first["light"]) == (
        "escalate", "after-1", "kx/1.1.3", "cast", "red"
    )  # fmt: skip
    assert first["due"] == "2020-06-03T23:59:59.999999+08:00"
    assert (found["next_at"], found["next"]["ref"]) == ("2020-06-05T00:00:00+08:00", "kx/1.1.1")


def test_holidays_that_are_not_known_are_said_to_be_assumed(office: Office) -> None:
    said = office.run("tick", "--now", "2020-06-04")
    assert "2020 年的节假日尚不清楚" in said.err
    rules = office.write("r.yaml", "rules: [{name: a, action: remind, when: {before: {days: 3}}}]")
    assert office.run("tick", "--now", "2020-06-04", "--rules", rules).err == ""


def test_rules_come_from_a_file(office: Office) -> None:
    rules = office.write(
        "rules.yaml",
        "language: en\nrules:\n  - {name: sign, action: remind, when: {before: {days: 30}}, statuses: [issued],"
        ' kinds: [report], light: grey, reason_en: "sign {ref}"}\n',
    )
    found = json.loads(office.must("tick", "--now", "2020-06-02", "--rules", rules, "--json"))
    assert [(one["ref"], one["reason"], one["light"]) for one in found["given"]] == [
        ("kx/1.1.3", "sign kx/1.1.3", "grey"), ("kx/1.1.2", "sign kx/1.1.2", "grey"), ("kx/1.2", "sign kx/1.2", "grey")
    ]  # fmt: skip


def test_the_example_is_the_standard_rules(tmp_path: Path, office: Office) -> None:
    assert office.must("tick", "--example") == EXAMPLE
    file = tmp_path / "example.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    found = read_rules_file(str(file))
    assert [(one.name, one.action, one.when, one.colour, one.reason_zh, one.reason_en) for one in found.rules] == [
        (one.name, one.action, one.when, one.colour, one.reason_zh, one.reason_en) for one in STANDARD_REMINDERS.rules
    ]
    assert found.language == STANDARD_REMINDERS.language
    assert {type(one.when) for one in found.rules} == {Before, After, Age}


RULE = "name: a, action: remind, when: {before: {days: 1}}"
BAD = [
    ("nothing", "bad_field", None),
    ("rules: []", "missing_field", "rules"),
    ("rules: 3", "bad_field", "rules"),
    ("{rules: [{name: a}]}", "missing_field", "rules[0].action"),
    (f"rules: [{{{RULE}, wen: 3}}]", "unknown_field", "rules[0].wen"),
    (f"rules: [{{{RULE}}}, {{{RULE}}}]", "duplicate_id", "rules"),
    (f"language: fr\nrules: [{{{RULE}}}]", "bad_choice", "language"),
    (f"rules: [{{{RULE}, light: pink}}]", "bad_choice", "rules[0].light"),
    (f"rules: [{{{RULE}, kinds: [poem]}}]", "bad_choice", "rules[0].kinds[0]"),
    (f"rules: [{{{RULE}, reason_zh: '{{who}}'}}]", "bad_template", "rules[0]"),
    ("rules: [{name: a, action: shout, when: {before: {days: 1}}}]", "bad_choice", "rules[0].action"),
    ("rules: [{name: a, action: remind, when: {}}]", "bad_when", "rules[0].when"),
    ("rules: [{name: a, action: remind, when: {age: {days: 1}, after: {days: 1}}}]", "bad_when", "rules[0].when"),
    ("rules: [{name: a, action: remind, when: {before: {}}}]", "missing_field", "rules[0].when.before"),
    ("rules: [{name: a, action: remind, when: {before: {days: x}}}]", "bad_field", "rules[0].when.before.days"),
    ("rules: [{name: a, action: remind, when: {before: {days: 9999}}}]", "bad_days", "rules[0].when.before"),
    ("rules: [{name: a, action: remind, when: {age: {workdays: 1}}}]", "unknown_field", "rules[0].when.age.workdays"),
    ("rules: [{name: a, action: remind, when: {after: {days: 1, workdays: 1}}}]", "two_spans", "rules[0].when.after"),
    ("rules: [", "bad_yaml", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "field"), BAD)
def test_rules_that_cannot_be_read_are_refused_with_file_and_field(
    tmp_path: Path, text: str, code: str, field: str | None
) -> None:
    office = Office(tmp_path)
    file = office.write("rules.yaml", text)
    said = office.run("tick", "--rules", file, "--json")
    assert (said.code, said.out) == (2, "")
    error = said.document
    assert (error["code"], error["data"].get("field"), error["data"]["file"]) == (code, field, file)
    assert CHINESE.search(office.run("tick", "--rules", file).err)


def test_a_rule_for_a_status_no_lifecycle_has_is_noticed(office: Office) -> None:
    text = "rules: [{name: a, action: remind, when: {before: {days: 1}}, statuses: [issued, excuting]}]"
    said = office.run("tick", "--rules", office.write("rules.yaml", text), "--now", "2020-06-04")
    assert said.code == 0
    assert said.err == "提示：规则 a 所写的状态“excuting”不在任何级联的流程之中，该规则对它不起作用。\n"


def test_a_file_of_rules_that_is_not_there_is_said_not_to_be(tmp_path: Path) -> None:
    with pytest.raises(Malformed) as caught:
        read_rules_file(str(tmp_path / "nope.yaml"))
    assert caught.value.code == "cannot_read"


# worklist and owed


def test_a_work_list_names_its_buckets_with_counts(office: Office) -> None:
    assert office.must("worklist", "gd-kx", "--now", "2020-06-11") == (
        "广东省科协 待办清单，截至 2020-06-11：共 2 项\n"
        "已逾期 0 项\n"
        "即将到期 1 项\n"
        "  ▲ 关于开展推荐工作的通知  报送  等待下级 3 件  还有 1 天  2020-06-12  kx/1.1\n"
        "在办 1 项\n"
        "  ● 关于开展推荐工作的通知  简报（2020-06-28 期）  待提交  还有 17 天  2020-06-28  kx/1.1\n"
        "等待下级 0 项\n"
    )
    assert office.must("worklist", "gd-phys") == "广东省物理学会 没有待办事项。\n"


def test_what_has_no_date_is_said_to_have_none_once(office: Office) -> None:
    undated = office.write("undated.yaml", "id: u\ndoc_number: u\ntitle: 学习通知\nissuers: [cast]\n")
    office.must("issue", "u", undated, actor=CAST)
    assert "  ○ 报送  未完成    未定期限\n" in office.must("owed", "u/1")
    [line] = [one for one in office.must("worklist", "cast").splitlines() if "u/1" in one]
    assert line.count("未定期限") == 1


def test_a_work_list_is_told_to_programs_page_by_page(office: Office) -> None:
    first = json.loads(office.must("worklist", "gz-kx", "--now", "2020-06-11", "--limit", "1", "--json"))
    assert (first["name"], first["total"], first["counts"]["late"], len(first["entries"])) == ("广州市科协", 2, 1, 1)
    one = first["entries"][0]
    assert (one["bucket"], one["step"], one["ref"], one["light_code"], one["assumed_days"]) == (
        "late", "report", "kx/1.1.1", "overdue", None
    )  # fmt: skip
    rest = json.loads(office.must("worklist", "gz-kx", "--now", "2020-06-11", "--after", first["after"], "--json"))
    assert [(one["kind"], one["period"]) for one in rest["entries"]] == [("brief", "2020-06-28")]
    some = json.loads(office.must("worklist", "gz-kx", "--now", "2020-06-11", "--only", "hand", "--json"))
    assert ([one["bucket"] for one in some["entries"]], some["total"]) == (["hand"], 2)
    assert "--after" in office.run("worklist", "gz-kx", "--limit", "1").err


def test_what_has_no_date_may_be_given_an_assumed_one(office: Office) -> None:
    notice = office.write("n.yaml", "{id: n, doc_number: 一号, title: 请及时报告, issuers: [cast]}")
    office.must("issue", "u", notice, actor=CAST)
    told = office.must("worklist", "cast", "--now", "2020-06-20", "--only", "late", "--assume-days", "10")
    assert "未定期限；超出推定的 10 天办理时限 9 天" in told
    assert "未定期限，已 19 天" in office.must("worklist", "cast", "--now", "2020-06-20")


def test_what_is_owed_is_listed_period_by_period(office: Office) -> None:
    office.must("fulfil", "kx/1.1.1", "brief", "--period", "2020-06-28", actor=GZ)
    assert office.must("owed", "kx/1.1.1", "--now", "2020-08-01") == (
        "kx/1.1.1 广州市科协 应完成 4 项：\n"
        "  ■ 报送                   已逾期未交  2020-06-10  逾期 52 天\n"
        "  ● 简报（2020-06-28 期）  已提交      2020-06-28  按时办结\n"
        "  ■ 简报（2020-07-28 期）  已逾期未交  2020-07-28  逾期 4 天\n"
        "  ● 简报（2020-08-28 期）  未完成      2020-08-28  还有 27 天\n"
    )
    found = json.loads(office.must("owed", "kx/1.1.1", "--now", "2020-08-01", "--json"))
    assert [(one["period"], one["standing"]) for one in found["owed"]] == [
        (None, "missed"), ("2020-06-28", "handed_in"), ("2020-07-28", "missed"), ("2020-08-28", "open")
    ]  # fmt: skip


# ics


def test_dues_are_written_as_a_calendar(office: Office) -> None:
    file = office.folder / "gz.ics"
    told = office.must("ics", "gz-kx", "-o", str(file), "--ahead", "60")
    assert told == f"已写入 {file}：广州市科协 的期限 3 项（未定期限 0 项不含在内）\n"
    found = Calendar.from_ical(file.read_bytes())
    assert [str(one["summary"]) for one in found.events] == [
        "报送：关于开展推荐工作的通知（科协发组字〔2020〕7号）",
        "提交简报（2020-06-28期）：关于开展推荐工作的通知（科协发组字〔2020〕7号）",
        "提交简报（2020-07-28期）：关于开展推荐工作的通知（科协发组字〔2020〕7号）",
    ]
    assert str(found["x-wr-calname"]) == "广州市科协"
    assert {one["dtstamp"].dt for one in found.events} == {NOON}
    again = json.loads(office.must("ics", "gz-kx", "-o", str(file), "--ahead", "60", "--json"))
    assert again == {"file": str(file), "unit": "gz-kx", "events": 3, "undated": 0}


def test_what_cannot_be_done_is_refused_with_its_code(office: Office) -> None:
    for words, code in (
        ("worklist nobody", 1),
        ("worklist gz-kx --after x", 2),
        ("worklist gz-kx --only later", 2),
        ("owed kx/9", 1),
        ("owed kx", 2),
        ("ics nobody -o x.ics", 1),
        (f"ics gz-kx -o {office.folder}", 4),
        ("tick --rules nope.yaml", 2),
        ("tick --now soon", 2),
    ):
        said = office.run(*words.split())
        assert (said.code, said.out) == (code, ""), words
        assert CHINESE.search(said.err), words


def test_every_answer_reads_as_well_in_english(office: Office) -> None:
    notice = office.write("n.yaml", "{id: n, doc_number: No 1, title: Please report, issuers: [cast]}")
    office.must("issue", "u", notice, actor=CAST)
    office.must("execute", "kx/1.1", actor=GD)
    for words in (
        ("tick", "--now", "2020-07-04", "--dry-run"),
        ("tick", "--now", "2020-07-04"),
        ("worklist", "cast", "--now", "2020-07-04"),
        ("worklist", "gd-phys"),
        ("owed", "u/1", "--now", "2020-07-04", "--assume-days", "3"),
        ("owed", "kx/1.1", "--now", "2020-07-04"),
        ("ics", "gz-kx", "-o", str(office.folder / "x.ics")),
    ):
        printed = office.must(*words, lang="en")
        assert not CHINESE.search(re.sub(r"(\[red\])?[\u4e00-\u9fff]{4,}(\[/red\])?", "", printed)), printed
