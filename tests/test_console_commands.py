"""Every command that writes: once done, once refused; a refusal is one sentence and leaves the log as it was."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from console_office import CAST, GD, GZ, NOTICE, SG, SZ, Office

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path).under_way()


def test_a_whole_cascade_can_be_run_from_the_command_line(office: Office) -> None:
    answer = ("--answer", "kx2020-7/r1")
    office.clock.moment = office.clock.moment.replace(hour=5)
    steps: list[tuple[str, tuple[str, ...], str]] = [
        (GD, ("ack", "kx/1.1"), "签收：kx/1.1 广东省科协，状态：已转发，日志序号 16"),
        (GZ, ("progress", "kx/1.1.1", "--note", "过半"), "报告进展：kx/1.1.1 广州市科协，状态：执行中"),
        (GZ, ("fulfil", "kx/1.1.1", "brief", "--period", "2020-06-28"), "提交材料：kx/1.1.1"),
        (GZ, ("report", "kx/1.1.1", *answer, "--text", "完成"), "报送：kx/1.1.1 广州市科协，状态：已报送"),
        (GD, ("return", "kx/1.1.1", "--reason", "材料不全"), "退回：kx/1.1.1 广州市科协，状态：执行中"),
        (GZ, ("report", "kx/1.1.1", *answer, "--material", office.notice), "报送：kx/1.1.1"),
        (SZ, ("extend", "request", "kx/1.1.2", "--due", "2020-06-12", "--reason", "疫情"), "请求延至 2020-06-12"),
        (GD, ("extend", "refuse", "kx/1.1.2", "--reason", "来得及"), "不予延期：kx/1.1.2"),
        (SZ, ("extend", "request", "kx/1.1.2", "--due", "2020-06-12", "--reason", "疫情"), "申请延期：kx/1.1.2"),
        (GD, ("extend", "grant", "kx/1.1.2"), "准予延期：kx/1.1.2 深圳市科协，状态：已下达"),
        (GD, ("remind", "kx/1.1.3", "--reason", "请抓紧"), "催办：kx/1.1.3 [red]韶关市科协[/red]"),
        (GD, ("escalate", "kx/1.1.3", "--reason", "请抓紧"), "督办：kx/1.1.3"),
        (GD, ("reassign", "kx/1.1.3", "--to", "gd-phys", "--reason", "换"), "下达 kx/1.1.4"),
        (GD, ("waive", "kx/1.1.4", "--reason", "并入"), "免报：kx/1.1.4 广东省物理学会，状态：免报"),
        (CAST, ("reschedule", "kx/1.1", "--due", "2020-06-11", "--reason", "提前", "--cascade"), "另有 1 件随之变动"),
        (SZ, ("execute", "kx/1.1.2"), "开始执行：kx/1.1.2"),
        (SZ, ("report", "kx/1.1.2", *answer), "报送：kx/1.1.2"),
        (GD, ("execute", "kx/1.1"), "开始执行：kx/1.1"),
        (GD, ("report", "kx/1.1", *answer), "另有 2 件随之变动"),
        (CAST, ("withdraw", "kx/1.2", "--reason", "不需要"), "撤回：kx/1.2 福建省科协，状态：已撤回"),
        (CAST, ("execute", "kx/1"), "开始执行：kx/1"),
        (CAST, ("report", "kx/1", *answer), "报送：kx/1"),
        (CAST, ("summarise", "kx/1"), "汇总：kx/1 中国科协，状态：已汇总"),
    ]
    for actor, words, expected in steps:
        printed = office.must(*words, actor=actor)
        assert expected in printed
        assert printed.count("\n") == 1
    assert "核验通过" in office.must("audit", "verify")


def test_the_outcome_is_told_in_english_too(office: Office) -> None:
    printed = office.must("ack", "kx/1.1", actor=GD, lang="en")
    assert printed == "acknowledged: kx/1.1 广东省科协, status forwarded, log index 16\n"


def test_with_json_a_command_answers_its_events(office: Office) -> None:
    found = json.loads(office.must("forward", "kx/1.1", "--to", "gd-phys", "--due", "2020-06-12", "--json", actor=GD))
    assert found["issued"] == ["kx/1.1.4"]
    assert [event["type"] for event in found["events"]] == ["forwarded", "issued"]
    assert found["events"][0]["body"]["dir"] == "kx/1.1"
    assert found["state"]["due"] == "2020-06-12T23:59:59.999999+08:00"
    assert found["state"]["due_us"] == 1_591_977_599_999_999


REFUSALS: tuple[tuple[str, str | None, tuple[str, ...], int, str], ...] = (
    ("issue", CAST, ("issue", "kx", "{notice}"), 1, "cascade_exists"),
    ("forward late", GD, ("forward", "kx/1.1", "--to", "gd-phys", "--due", "2020-06-25"), 1, "due_after_parent"),
    ("forward twice", GD, ("forward", "kx/1.1", "--to", "gz-kx"), 1, "already_addressed"),
    ("forward outside", GD, ("forward", "kx/1.1", "--to", "fj-kx"), 1, "outside_line"),
    ("forward to nobody", GD, ("forward", "kx/1.1", "--select", "level=county"), 1, "no_recipients"),
    ("forward unknown", GD, ("forward", "kx/1.1", "--to", "nobody"), 1, "unknown_unit"),
    ("ack", SZ, ("ack", "kx/1.1.1"), 1, "not_entitled"),
    ("execute", GZ, ("execute", "kx/1.1.1"), 1, "illegal_transition"),
    ("progress", SZ, ("progress", "kx/1.1.2", "--note", "x"), 1, "illegal_transition"),
    ("fulfil", GZ, ("fulfil", "kx/1.1.1", "plan"), 1, "not_owed"),
    ("fulfil period", GZ, ("fulfil", "kx/1.1.1", "brief", "--period", "2020-06-27"), 1, "unknown_period"),
    ("report unanswered", GZ, ("report", "kx/1.1.1"), 1, "requirements_unanswered"),
    (
        "report unknown",
        GZ,
        ("report", "kx/1.1.1", "--answer", "kx2020-7/r1", "--answer", "a/b"),
        1,
        "unknown_requirement",
    ),
    ("return", GD, ("return", "kx/1.1.1", "--reason", "x"), 1, "illegal_transition"),
    ("summarise", CAST, ("summarise", "kx/1"), 1, "illegal_transition"),
    ("remind", GZ, ("remind", "kx/1.1.2", "--reason", "x"), 1, "not_entitled"),
    ("escalate", GZ, ("escalate", "kx/1.1.2", "--reason", "x"), 1, "not_entitled"),
    ("reassign", CAST, ("reassign", "kx/1", "--to", "gd-kx", "--reason", "x"), 1, "is_root"),
    ("waive", CAST, ("waive", "kx/1", "--reason", "x"), 1, "is_root"),
    ("withdraw", GD, ("withdraw", "kx/1.2", "--reason", "x"), 1, "not_entitled"),
    ("request", SZ, ("extend", "request", "kx/1.1.2", "--due", "2020-07-01", "--reason", "x"), 1, "due_after_parent"),
    ("request earlier", SZ, ("extend", "request", "kx/1.1.2", "--due", "2020-06-05", "--reason", "x"), 1, "not_later"),
    ("grant", GD, ("extend", "grant", "kx/1.1.2"), 1, "no_request"),
    ("refuse", GD, ("extend", "refuse", "kx/1.1.2", "--reason", "x"), 1, "no_request"),
    ("reschedule", CAST, ("reschedule", "kx/1.1", "--due", "2020-06-30", "--reason", "x"), 1, "due_after_parent"),
    ("shorten", CAST, ("reschedule", "kx/1.1", "--due", "2020-06-05", "--reason", "x"), 1, "descendants_later"),
    (
        "both",
        CAST,
        ("reschedule", "kx/1.1", "--due", "2020-06-05", "--reason", "x", "--cascade", "--clamp"),
        2,
        "both_choices",
    ),
    ("version", GD, ("ack", "kx/1.1", "--expected-version", "99"), 3, "version_conflict"),
    ("delegate", GD, ("org", "delegate", "gz-kx", "--to", "sz-kx"), 1, "not_entitled"),
    ("revoke", GD, ("org", "revoke", "gz-kx", "--to", "sz-kx"), 1, "not_entitled"),
    ("unknown", GD, ("ack", "kx/7"), 1, "unknown_directive"),
    ("reference", GD, ("ack", "kx"), 2, "bad_reference"),
    ("nobody", None, ("ack", "kx/1.1"), 2, "no_actor"),
    ("actor", "li", ("ack", "kx/1.1"), 2, "bad_actor"),
    ("actor id", "Li@gd-kx", ("ack", "kx/1.1"), 2, "bad_identifier"),
    ("behalf", GZ, ("ack", "kx/1.1", "--on-behalf-of", "gd-kx"), 1, "not_delegated"),
    ("reason", GD, ("remind", "kx/1.1.2", "--reason", "a\u202eb"), 2, "bad_character"),
    ("empty reason", GD, ("remind", "kx/1.1.2", "--reason", " "), 2, "empty_text"),
    ("long reason", GD, ("remind", "kx/1.1.2", "--reason", "x" * 2001), 1, "text_too_long"),
    ("init", None, ("init", "--origin", "xiada.example/cast"), 4, "file_exists"),
)


@pytest.mark.parametrize(
    ("actor", "words", "code", "name"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_a_refusal_is_one_sentence_in_either_language_and_writes_nothing(
    actor: str | None, words: tuple[str, ...], code: int, name: str, standing: Office
) -> None:
    line = [word.format(notice=standing.notice) for word in words]
    before = standing.size()
    chinese, english = standing.run(*line, actor=actor), standing.run(*line, actor=actor, lang="en")
    document = standing.run(*line, "--json", actor=actor, lang="en")
    assert (chinese.code, english.code, document.code) == (code, code, code)
    assert chinese.out == english.out == document.out == ""
    assert chinese.err.count("\n") == english.err.count("\n") == 1
    assert len(CHINESE.findall(chinese.err)) > 8
    assert chinese.err.endswith("。\n")
    assert re.match(r"(Refused|Bad input|Conflict|Store error): .+\.\n", english.err)
    assert document.document["code"] == name
    assert set(document.document) == {"code", "message", "remedy", "data"}
    assert standing.size() == before


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("standing")).under_way()


def test_a_due_that_is_too_late_is_refused_with_the_chain_and_the_latest_that_passes(standing: Office) -> None:
    words = ("forward", "kx/1.1", "--to", "gd-phys", "--due", "2020-06-25")
    said = standing.run(*words, actor=GD)
    assert said.err == (
        "不予办理：为 gd-phys 提出的期限 2020-06-25 晚于上级期限"
        "（kx/1.1 期限 2020-06-12、kx/1 期限 2020-06-19）。最晚可为 2020-06-12。\n"
    )


def test_a_dry_run_says_that_it_would_pass_and_writes_nothing(standing: Office) -> None:
    before = standing.size()
    words = ("forward", "kx/1.1", "--to", "gd-phys", "--due", "2020-06-25", "--clamp", "--dry-run")
    assert "未写入任何内容" in standing.must(*words, actor=GD)
    assert standing.run(*words[:-2], "--dry-run", actor=GD).code == 1
    assert standing.size() == before


def test_the_same_key_gives_the_first_answer_and_writes_nothing(office: Office) -> None:
    first = json.loads(office.must("ack", "kx/1.1", "--key", "k1", "--json", actor=GD))
    before = office.size()
    again = json.loads(office.must("ack", "kx/1.1", "--key", "k1", "--json", actor=GD))
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert first["events"] == again["events"]
    assert "此前已办理" in office.must("ack", "kx/1.1", "--key", "k1", actor=GD)
    assert office.run("execute", "kx/1.1", "--key", "k1", actor=GD).code == 1
    assert office.size() == before


def test_a_second_signature_changes_nothing_and_says_so(office: Office) -> None:
    office.must("ack", "kx/1.1", actor=GD)
    assert office.must("ack", "kx/1.1", actor=GD) == "kx/1.1 没有变化，未写入任何内容\n"


def test_a_delegate_acts_on_behalf_and_the_log_says_so(office: Office) -> None:
    office.must("org", "delegate", "sg-kx", "--to", "gd-kx", actor=SG)
    office.must("ack", "kx/1.1.3", "--on-behalf-of", "sg-kx", actor=GD)
    assert "li@gd-kx（代 sg-kx）" in office.must("log", "kx/1.1.3")
    office.must("org", "revoke", "sg-kx", "--to", "gd-kx", actor=SG)
    assert office.run("execute", "kx/1.1.3", "--on-behalf-of", "sg-kx", actor=GD).code == 1


def test_a_clamped_due_is_cut_and_told(office: Office) -> None:
    printed = office.must("forward", "kx/1.1", "--to", "gd-phys", "--due", "2020-06-25", "--clamp", actor=GD)
    assert "期限 2020-06-12" in printed
    assert "1 件期限已压缩到上级期限以内" in printed


def test_a_reserve_keeps_working_days_back(office: Office) -> None:
    words = ("forward", "kx/1.1", "--select", "kind=society|school,level=province", "--reserve", "2", "--clamp")
    assert "期限 2020-06-10" in office.must(*words, actor=GD)


def test_a_due_on_a_rest_day_is_noted_beside_the_answer(office: Office) -> None:
    said = office.run("reschedule", "kx/1.2", "--due", "2020-06-07", "--reason", "x", actor=CAST)
    assert said.code == 0
    assert "2020-06-07 是星期日，不是工作日" in said.err
    english = office.run("reschedule", "kx/1.2", "--due", "2020-06-06", "--reason", "x", actor=CAST, lang="en")
    assert "2020-06-06 is a Saturday, not a working day" in english.err


def test_a_due_is_told_and_its_rest_day_looked_up_in_the_zone_of_the_cascade(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    abroad = office.write("abroad.yaml", f"{NOTICE.replace('2020-06-19', '2020-06-12')}zone: America/New_York\n")
    said = office.run("issue", "kx", abroad, actor=CAST)  # the end of a Friday there is Saturday noon in Shanghai
    assert "期限 2020-06-12" in said.out
    assert "不是工作日" not in said.err
    said = office.run("reschedule", "kx/1", "--due", "2020-06-07", "--reason", "x", actor=CAST)
    assert "期限 2020-06-07" in said.out
    assert "2020-06-07 是星期日" in said.err
    said = office.run("reschedule", "kx/1", "--due", "2020-06-08", "--reason", "x", "--json", actor=CAST)
    assert said.document["state"]["due"] == "2020-06-08T23:59:59.999999-04:00"


def test_a_time_without_an_offset_is_meant_in_the_zone_of_the_cascade(office: Office) -> None:
    found = json.loads(
        office.must("reschedule", "kx/1.2", "--due", "2020-06-08T15:00", "--reason", "x", "--json", actor=CAST)
    )
    assert found["state"]["due"] == "2020-06-08T15:00:00+08:00"
    found = json.loads(
        office.must("reschedule", "kx/1.2", "--due", "2020-06-08T15:00+00:00", "--reason", "x", "--json", actor=CAST)
    )
    assert found["state"]["due"] == "2020-06-08T23:00:00+08:00"


def test_a_material_that_is_a_file_is_recorded_by_its_digest_and_any_other_by_its_name(office: Office) -> None:
    file = office.write("报告.txt", "abc")
    words = ("report", "kx/1.1.1", "--answer", "kx2020-7/r1", "--material", file, "--material", "汇总表")
    [event] = json.loads(office.must(*words, "--json", actor=GZ))["events"]
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert event["body"]["data"]["materials"] == [["报告.txt", digest], ["汇总表", None]]


def test_what_the_actor_claims_stands_in_the_event(office: Office) -> None:
    [event] = json.loads(office.must("ack", "kx/1.1", "--claimed-at", "2020-05-31T09:00", "--json", actor=GD))["events"]
    assert event["body"]["data"]["claimed_at"] == 1_590_886_800_000_000


def test_a_notice_of_its_own_goes_down_with_a_forwarding(office: Office) -> None:
    text = (
        "id: gd-9\ndoc_number: 粤科协〔2020〕9号\ntitle: 转发通知\nissuers: [gd-kx]\nforwards: 科协发组字〔2020〕7号\n"
    )
    notice = office.write("gd.yaml", text + "requirements: [{id: r2, text: 附表, mandatory: true}]\n")
    office.must("forward", "kx/1.1", "--to", "gd-phys", "--notice", notice, actor=GD)
    office.must("execute", "kx/1.1.4", actor="d@gd-phys")
    assert "kx2020-7/r1、gd-9/r2" in office.run("report", "kx/1.1.4", actor="d@gd-phys").err


def test_a_directive_goes_down_through_every_level_at_once_and_again_under_its_key(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    office.must("issue", "kx", office.notice, actor=CAST)
    assert "已逐级转发：本次转发 2 次，此前已完成 0 次" in office.must(
        "forward-all", "kx/1", "--clerk", "robot", "--key", "k"
    )
    size = office.size()
    again = office.must("forward-all", "kx/1", "--clerk", "robot", "--key", "k", lang="en")
    assert "forwarded now: 0, before: 2" in again
    assert "already_addressed" in office.run("forward-all", "kx/1", "--clerk", "robot", "--json").err
    assert office.size() == size


def test_where_nobody_is_below_nothing_is_forwarded(office: Office) -> None:
    found = office.run("forward-all", "kx/1.1", "--clerk", "robot", "--select", "level=nobody", "--json")
    assert (found.code, found.document["forwarded"]) == (0, 0)
    assert office.run("forward-all", "kx/9", "--clerk", "robot").code == 1


def test_what_was_changed_beside_the_log_is_made_good_from_it(office: Office) -> None:
    with closing(sqlite3.connect(office.file)) as connection:
        connection.executescript("UPDATE directive SET status='issued'")
    assert office.run("audit", "verify").code == 5
    assert "重建 6 个指令" in office.must("rebuild")
    assert office.run("audit", "verify").code == 0
    assert office.run("rebuild", "--json").document["directives"] == 6
