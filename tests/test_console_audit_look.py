"""`xiada audit` replay, diff, explain, questions: what an auditor types and reads, in both languages and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from console_office import CAST, GD, GZ, NOON, Office
from hindsight_story import eventful
from support import ORIGIN, CountedEntropy, Maker, forwarded, of, one_line

from xiada.console import replaying
from xiada.console.context import Context, Desk
from xiada.console.looking import narrator_of
from xiada.console.replaying import Columns, Pace, play
from xiada.engine.due import instant
from xiada.engine.engine import Engine
from xiada.engine.hindsight.frames import frames
from xiada.engine.hindsight.walking import recorded_events, walk
from xiada.engine.lifecycle import STANDARD
from xiada.engine.log.keys import generate_key

ANSWERS = ("--answer", "kx2020-7/r1")


class Audited(Office):
    """The small office, or the cascade in which everything happens, under the auditor's hands."""

    def audit(self, *words: str, lang: str = "en") -> str:
        """Run `xiada audit` and return what it printed."""
        return self.must("audit", *words, lang=lang)

    def document(self, *words: str) -> Any:
        """Run `xiada audit` with --json and return the document."""
        return json.loads(self.must("audit", *words, "--json"))


@pytest.fixture
def office(tmp_path: Path) -> Audited:
    """A cascade under way, one report in, one due passed."""
    office = Audited(tmp_path)
    office.under_way()
    office.clock.moment += timedelta(days=3)
    office.must("report", "kx/1.1.1", *ANSWERS, actor=GZ)
    office.must("waive", "kx/1.1.2", "--reason", "停办", actor=GD)
    return office


@pytest.fixture
def story(tmp_path: Path) -> Audited:
    """The cascade in which everything happens, as a file."""
    maker = Maker("sqlite", tmp_path)
    eventful(maker)
    maker.close()
    office = Audited(tmp_path)
    office.file = tmp_path / "log.db"
    office.clock.moment = datetime(2030, 7, 1, 4, tzinfo=UTC)
    return office


# replay


def test_a_replay_prints_each_event_as_a_sentence_with_the_standing_after_it(office: Audited) -> None:
    lines = office.audit("replay", "kx").splitlines()
    assert lines[0] == (
        "   log  time                 issued  forwarded  executing  reported  summarised  waived  withdrawn  event"
    )
    assert lines[1] == (
        "     7  2020-06-01 12:00:00       1          ·          ·         ·           ·       ·          ·  kx/1  "
        "中国科协 issued “关于开展推荐工作的通知” (科协发组字〔2020〕7号), due 2020-06-19."
    )
    assert lines[-1] == (
        "    17  2020-06-04 12:00:00       2          2          ·         1           ·       1          ·  kx/1.1.2  "
        "广东省科协 excused 深圳市科协 from reporting: 停办."
    )
    assert len(lines) == 12


def test_a_replay_in_chinese_lines_up_in_a_terminal(office: Audited) -> None:
    lines = office.audit("replay", "kx", lang="zh").splitlines()
    assert lines[0] == "  日志  时间                 已下达  已转发  执行中  已报送  已汇总  免报  已撤回  事件"
    assert lines[-1] == (
        "    17  2020-06-04 12:00:00       2       2       ·       1       ·     1       ·  kx/1.1.2  "
        "广东省科协免去深圳市科协的报告：停办。"
    )


def test_a_replay_begins_and_ends_where_it_is_told(office: Audited) -> None:
    whole = office.audit("replay", "kx").splitlines()
    assert office.audit("replay", "kx", "--at", "9").splitlines() == whole[:4]
    assert office.audit("replay", "kx", "--from", "15").splitlines() == [whole[0], *whole[9:]]
    assert office.audit("replay", "kx", "--from", "2020-06-02").splitlines() == [whole[0], *whole[10:]]
    assert office.audit("replay", "kx", "--from", "2020-06-04T12:00", "--at", "16").splitlines() == [
        whole[0],
        whole[10],
    ]
    assert office.audit("replay", "kx", "--at", "2020-06-03").splitlines() == whole[:10]
    assert office.audit("replay", "kx", "--at", "3") == "kx has no events in that range.\n"


def test_a_replay_as_json_is_one_object_a_line(story: Audited) -> None:
    lines = [json.loads(line) for line in story.audit("replay", "k", "--json").splitlines()]
    assert [line["index"] for line in lines] == [index for index in range(9, 77) if index != 31]
    assert lines[0]["standing"] == {"issued": 1}
    assert lines[-1]["standing"] == {"summarised": 5, "waived": 2, "withdrawn": 3}
    assert (lines[-1]["was"], lines[-1]["status"], lines[-1]["type"]) == ("reported", "summarised", "summarised")
    with Engine.open(str(story.file)) as engine:
        assert [line["hash"] for line in lines] == [one.hash.hex() for one in recorded_events(engine, "k")]


def played(story: Audited, capsys: pytest.CaptureFixture[str], pace: Pace) -> list[str]:
    """Play the first ten events of the story at a pace and return the lines printed."""
    context = Context(environment={"LANG": "en_US.UTF-8"})
    with Desk(context, file=str(story.file)) as desk:
        shown = frames(walk(recorded_events(desk.engine, "k", stop=24)))
        play(desk, narrator_of(desk, "k"), Columns(tuple(one.name for one in STANDARD.statuses), 2), shown, pace)
    return capsys.readouterr().out.splitlines()


def test_a_film_waits_between_events_as_long_as_recorded_time_says(
    story: Audited, capsys: pytest.CaptureFixture[str]
) -> None:
    slept: list[float] = []
    lines = played(story, capsys, Pace(60, slept.append))
    assert len(lines) == 16
    assert slept == [24.0, 24.0], "a day at sixty minutes a second, twice; nothing within a transaction"


def test_by_hand_each_event_waits_for_a_key_and_q_ends_it(story: Audited, capsys: pytest.CaptureFixture[str]) -> None:
    keys = iter([True, True, False])
    lines = played(story, capsys, Pace(next=lambda: next(keys)))
    assert "".join(lines).count("2030-02-04") == 3
    assert next(keys, None) is None


def test_where_nobody_sits_at_a_terminal_nothing_waits(office: Audited) -> None:
    assert office.audit("replay", "kx", "--step") == office.audit("replay", "kx")


def test_two_paces_at_once_are_refused(office: Audited) -> None:
    said = office.run("audit", "replay", "kx", "--step", "--speed", "60")
    assert (said.code, said.out) == (2, "")
    assert "--speed 与 --step 不能并用" in said.err
    assert office.run("audit", "replay", "kx", "--speed", "0").code == 2


def test_nothing_in_the_player_sleeps_or_reads_keys_by_itself() -> None:
    source = Path(replaying.__file__).read_text("utf-8")
    assert "time.sleep" not in source
    assert "stdin" not in source


# diff


def test_a_diff_tells_what_changed_list_by_list(story: Audited) -> None:
    assert story.audit("diff", "2030-04-02T12:00", "2030-04-10", "k") == (
        "from log size 42 (2030-04-02 10:00:00) to 56 (2030-04-06 10:00:00): 14 events in between\n"
        "\n"
        "in sum\n"
        "  issued → withdrawn     2\n"
        "  (none) → issued        1\n"
        "  executing → withdrawn  1\n"
        "  forwarded → waived     1\n"
        "  issued → waived        1\n"
        "\n"
        "appeared: 1\n"
        "  T111  (none) → issued  k/1.1.3  clerk-c1@c1  log 51\n"
        "\n"
        "closed: 5\n"
        "  D12  issued → withdrawn     k/1.1.2  clerk-c1@c1  log 49\n"
        "  C2   executing → withdrawn  k/1.2    clerk-p@p    log 54\n"
        "  D21  issued → withdrawn     k/1.2.1  clerk-p@p    log 55\n"
        "  C3   forwarded → waived     k/1.3    clerk-p@p    log 52\n"
        "  D31  issued → waived        k/1.3.1  clerk-p@p    log 53\n"
        "\n"
        "dues moved: 7\n"
        "  T111  2030-06-05 to 2030-06-03  k/1.1.1.1  clerk-p@p    log 42  "
        "rescheduled: the minister asks earlier (with k/1.1)\n"
        "  D12   2030-06-08 to 2030-06-03  k/1.1.2    clerk-p@p    log 43  "
        "rescheduled: the minister asks earlier (with k/1.1)\n"
        "  D11   2030-06-05 to 2030-06-03  k/1.1.1    clerk-p@p    log 44  "
        "rescheduled: the minister asks earlier (with k/1.1)\n"
        "  C1    2030-06-10 to 2030-06-03  k/1.1      clerk-p@p    log 45  rescheduled: the minister asks earlier\n"
        "  T111  2030-06-03 to 2030-06-01  k/1.1.1.1  clerk-c1@c1  log 46  rescheduled: to be sure (with k/1.1.1)\n"
        "  D11   2030-06-03 to 2030-06-01  k/1.1.1    clerk-c1@c1  log 47  rescheduled: to be sure\n"
        "  D11   2030-06-01 to 2030-06-03  k/1.1.1    clerk-c1@c1  log 48  rescheduled: relief\n"
    )


def test_a_diff_shows_so_many_rows_of_how_many(story: Audited) -> None:
    printed = story.audit("diff", "0", "77", "--limit", "2", lang="zh")
    assert "新增 10 件\n" in printed
    assert "  显示 2 / 10\n" in printed
    assert "组织机构、授权及日志本身 10 条\n" in printed
    assert "  增加单位  registrar@org  日志 1  登记员将C1（c1）加入组织机构，上级单位为P。\n" in printed


def test_a_diff_of_nothing_says_so(story: Audited) -> None:
    assert "两个时刻之间没有变动。" in story.audit("diff", "40", "40", lang="zh")
    assert "尚无事件" in story.audit("diff", "2000-01-01", "2001-01-01", lang="zh")


def test_a_diff_as_json_names_units_acts_and_both_dues(story: Audited) -> None:
    found = story.document("diff", "42", "60")
    assert (found["earlier"]["log_size"], found["later"]["log_size"]) == (43, 61)
    by_ref = {one["ref"]: one for one in found["directives"]}
    assert (by_ref["k/1.1.3"]["unit"], by_ref["k/1.1.3"]["was"], by_ref["k/1.1.3"]["appeared"]) == ("t111", None, True)
    assert (by_ref["k/1.2"]["closed"], by_ref["k/1.2"]["index"]) == (True, 54)
    [returned] = [one for one in found["dues"] if one["type"] == "returned"]
    assert (returned["was"][:10], returned["due"][:10], returned["reason"]) == (
        "2030-06-03",
        "2030-06-02",
        "figures are missing",
    )
    assert story.document("diff", "20", "40")["others"] == [
        {
            "ref": "org/p",
            "type": "delegation_granted",
            "index": 31,
            "t_us": instant(datetime(2030, 3, 18, 2, tzinfo=UTC)),
            "t": "2030-03-18T10:00:00+08:00",
            "actor": "clerk-p",
            "actor_unit": "p",
            "behalf": None,
            "sentence": "P登记：P授权C3代其办理。",
        }
    ]


def test_moments_the_wrong_way_round_are_refused_in_words(story: Audited) -> None:
    said = story.run("audit", "diff", "40", "20")
    assert (said.code, said.err) == (2, "输入有误：前一个时刻晚于后一个时刻。请把较早的写在前面。\n")
    assert story.run("audit", "diff", "yesterday", "20").code == 2
    assert story.run("audit", "diff", "0", "20", "nope").code == 1


# explain


def test_a_life_is_told_with_dues_lateness_and_where_each_event_stands(story: Audited) -> None:
    printed = story.audit("explain", "k/1.1.3")
    with Engine.open(str(story.file)) as engine:
        first, second, third, fourth = (one.hash.hex()[:12] for one in engine.log("k/1.1.3"))
    assert printed == (
        "k/1.1.3  T111\n"
        "  notice: “On n2” (No. n2)\n"
        "  from: C1 (k/1.1)\n"
        "  status: summarised\n"
        "  due: 2030-06-03, at first 2030-06-01\n"
        "  report: 2030-06-03 10:00:00, in time by the due in force (2030-06-03), "
        "2 days late by the first due (2030-06-01)\n"
        "  below it: nobody\n"
        "\n"
        "what happened, 4 events:\n"
        f"    51  2030-04-06 10:00:00  clerk-c1@c1      {first}  C1 laid it on T111, due 2030-06-03, "
        "judged also by the first due, 2030-06-01, with a copy to D11, passed over on the way (see log 50).\n"
        f"    62  2030-06-03 10:00:00  clerk-t111@t111  {second}  T111 began to carry it out.\n"
        f"    63  2030-06-03 10:00:00  clerk-t111@t111  {third}  T111 reported, in time by the due in force "
        "(2030-06-03), 2 days late by the first due (2030-06-01).\n"
        f"    67  2030-06-05 10:00:00  clerk-c1@c1      {fourth}  The report of T111 went into that of C1, "
        "which closed it (see log 65).\n"
    )


def test_a_life_in_chinese_says_what_is_below_and_what_has_not_come(office: Audited) -> None:
    printed = office.audit("explain", "kx/1.1", lang="zh")
    assert "  上级：中国科协（kx/1）\n" in printed
    assert "  期限：2020-06-12\n" in printed
    assert "  报送：截至 2020-06-04 12:00:00 尚未报送，期限未到\n" in printed
    assert "  下级：3 件（已下达 1、已报送 1、免报 1）\n" in printed
    root = office.audit("explain", "kx/1", lang="zh")
    assert "  上级：无，由发文单位自己承办\n" in root
    late = office.audit("explain", "kx/1.1.3", lang="zh")
    assert "尚未报送，迟 1 天（期限 2020-06-03）\n" in late
    assert "  报送：无须报送\n" in office.audit("explain", "kx/1.1.2", lang="zh")


def test_a_directive_without_a_due_is_told_so(office: Audited) -> None:
    office.must("issue", "k3", office.write("three.yaml", "{id: n3, doc_number: 三号, title: 通知, issuers: [cast]}"),
                actor=CAST)  # fmt: skip
    assert "report: none by 2020-06-04 12:00:00, without a due" in office.audit("explain", "k3/1")
    office.must("execute", "k3/1", actor=CAST)
    office.must("report", "k3/1", actor=CAST)
    assert "报送：2020-06-04 12:00:00，未定期限" in office.audit("explain", "k3/1", lang="zh")


def test_a_life_as_of_a_moment_is_that_of_then(story: Audited) -> None:
    printed = story.audit("explain", "k/1.1", "--at", "30")
    assert "  below it: 3 (issued 1, forwarded 1, executing 1)\n" in printed
    assert "  due: 2030-06-10\n" in printed
    assert story.run("audit", "explain", "k/1.1.3", "--at", "30").code == 1


def test_a_life_as_json_has_the_causes_and_both_latenesses(story: Audited) -> None:
    found = story.document("explain", "k/1.1.1.1")
    assert (found["late_days"], found["late_days_by_original"], found["excused"]) == (1, 13, False)
    assert [one["cause"] for one in found["events"] if one["cause"]] == [22, 33, 35, 45, 47, 58]
    assert found["notice"]["doc_number"] == "No. n2"
    assert all(one["sentence"].endswith("。") for one in found["events"])


def test_a_life_says_of_each_event_whether_it_was_proven(tmp_path: Path) -> None:
    maker = Maker("sqlite", tmp_path)
    engine = maker(one_line(), signer=generate_key(ORIGIN, CountedEntropy()))
    forwarded(engine)
    engine.publish()
    maker.close()
    with maker.again() as engine:
        engine.execute("k/1.1", actor=of("c1"))
        size = engine.head().size - 1
    office = Audited(tmp_path)
    office.file = tmp_path / "log.db"
    printed = office.audit("explain", "k/1.1", "--proof")
    assert printed.count(f"  proven, checkpoint {size}  ") == 1
    assert printed.count("  not proven  ") == 1
    assert "Inclusion under a signed checkpoint was proven event by event: 1 of 2.\nNot proven, because " in printed
    events = office.document("explain", "k/1.1", "--proof")["events"]
    assert [(one["proven_by"], one["not_proven"]) for one in events] == [(size, None), (None, "no_signer")]
    assert "proven" not in office.audit("explain", "k/1.1")


# questions


def test_all_questions_are_answered_with_what_the_words_mean(story: Audited) -> None:
    printed = story.audit("questions", "k", lang="zh")
    heads = [line for line in printed.splitlines() if line[:2] in ("一、", "二、", "三、", "四、", "五、", "六、")]
    assert heads == [
        "一、谁迟报",
        "二、在谁手里最久",
        "三、职责是否分离",
        "四、退回、免报、撤回、改派及其理由",
        "五、夜间与非工作日",
        "六、办理路径",
    ]
    assert "自留：已下达、未报送也未关闭，且没有直接下级未办完。" in printed
    assert printed.startswith("k：67 条事件、10 件，截至 2030-07-01 12:00（日志 78 条）\n")


def test_one_question_is_answered_alone(story: Audited) -> None:
    printed = story.audit("questions", "k", "--ask", "late", "--limit", "2")
    assert printed == (
        "k: 67 events, 10 directives, as of 2030-07-01 12:00 (log size 78)\n"
        "\n"
        "1. Who was late\n"
        "  By the first due and by the due in force, in days of the calendar of Asia/Shanghai; "
        "what has not been reported is judged by 2030-07-01 12:00. Waived and withdrawn ones are left out.\n"
        "  T111  first due 2030-05-20: 13 days late  due in force 2030-06-01: 1 day late   "
        "reported 2030-06-02 10:00  k/1.1.1.1  log 23, 34, 37, 42, 46, 56\n"
        "  D11   first due 2030-06-01: 4 days late   due in force 2030-06-02: 3 days late  "
        "reported 2030-06-05 10:00  k/1.1.1    log 16, 36, 44, 47, 48, 58 and so on, 10 in all\n"
        "  showing 2 of 5\n"
    )
    assert story.run("audit", "questions", "--ask", "nothing").code == 2


def test_who_has_not_reported_is_judged_as_of_the_moment_asked_about(office: Audited) -> None:
    printed = office.audit("questions", "kx", "--ask", "late", "--at", "2020-06-05")
    assert "not reported" in printed
    assert "2 days late" in printed
    assert "  None.\n" in office.audit("questions", "kx", "--ask", "late", "--at", "15")


def test_holding_is_ranked_by_level(story: Audited) -> None:
    printed = story.audit("questions", "k", "--ask", "held", "--limit", "1")
    assert (
        "  level county\n    D12  own hands 60.0 d  waiting 0.0 d  longest stretch 60.0 d  k/1.1.2  log 17–49\n"
        in printed
    )
    assert printed.index("level province") < printed.index("level city") < printed.index("level town")
    assert "  showing 1 of 4\n" in printed


def test_an_open_stretch_lasts_until_now(office: Audited) -> None:
    assert "韶关市科协[/red]  own hands 3.0 d  waiting 0.0 d  longest stretch 3.0 d  kx/1.1.3  log 14 until now" in (
        office.audit("questions", "kx", "--ask", "held")
    )


def test_duties_tell_sides_accounts_and_delegated_acts(story: Audited) -> None:
    printed = story.audit("questions", "k", "--ask", "duties")
    assert "  issued and reported by one id: same account 1, same id only 0\n" in printed
    assert "  P  reported and summarised by one id  same account  clerk-p@p  k/1  log 74, 76\n" in printed
    assert "  acts for another unit: 1\n  2030-03-18 10:00  clerk-c3@c3 for p  reminded" in printed
    assert "k/1.1  log 32\n" in printed


def test_exceptions_are_told_with_their_reasons(story: Audited) -> None:
    printed = story.audit("questions", "k", "--ask", "exceptions", lang="zh")
    assert (
        "  C3   免报  2030-04-06 10:00  clerk-p@p    k/1.3    日志 52  has no such office（连同下级 1 件）\n" in printed
    )


def test_hours_and_zone_are_the_auditors_to_choose(office: Audited) -> None:
    office.clock.moment = NOON + timedelta(days=5, hours=8)
    office.must("remind", "kx/1.1.3", "--reason", "请抓紧", actor=GD)
    printed = office.audit("questions", "kx", "--ask", "hours", lang="zh")
    assert "2020-06-06 20:00 星期六  非工作日、夜间  li@gd-kx  催办    kx/1.1.3  日志 18" in printed.replace(
        "       ", "    "
    )
    assert "周一至周五推定" in printed
    overseas = office.document("questions", "kx", "--ask", "hours", "--zone", "America/New_York")["hours"]["rows"]
    assert [(one["t"][:16], one["rest_day"], one["night"]) for one in overseas][-1] == (
        "2020-06-06T08:00",
        True,
        False,
    )
    assert all(one["night"] for one in overseas[:-1]), "noon in China is midnight there"
    late = office.document("questions", "kx", "--ask", "hours", "--hours", "08:00-21:00")
    assert [(one["rest_day"], one["night"]) for one in late["hours"]["rows"]] == [(True, False)]
    for wrong in ("8-18", "18:00-08:00", "noon", "08:00"):
        assert office.run("audit", "questions", "--hours", wrong).code == 2
    assert office.run("audit", "questions", "--zone", "Mars").code == 2


def test_ways_are_told_the_commonest_first(office: Audited) -> None:
    printed = office.audit("questions", "kx", "--ask", "variants", lang="zh")
    assert printed.splitlines()[-4:] == [
        "  2 件，33.3%  例如 kx/1      日志 7–8    下达 → 转发",
        "  2 件，33.3%  例如 kx/1.2    日志 10     下达",
        "  1 件，16.7%  例如 kx/1.1.1  日志 12–16  下达 → 开始执行 → 报送",
        "  1 件，16.7%  例如 kx/1.1.2  日志 13–17  下达 → 免报",
    ]


def test_answers_as_json_carry_totals_rows_and_indices(story: Audited) -> None:
    found = story.document("questions", "k", "--limit", "1")
    assert (found["events"], found["directives"], found["log_size"]) == (67, 10, 78)
    assert (found["late"]["total"], [one["indices"] for one in found["late"]["rows"]]) == (
        5,
        [[23, 34, 37, 42, 46, 56]],
    )
    assert {level: one["total"] for level, one in found["held"].items()} == {
        "province": 1, "city": 3, "county": 4, "town": 2
    }  # fmt: skip
    assert found["duties"]["matches"]["rows"][0]["second"]["index"] == 74
    assert found["duties"]["delegated"]["rows"][0]["behalf"] == "p"
    assert found["exceptions"]["rows"][0]["reason"] == "d12 is merged"
    assert (found["hours"]["total"], found["holidays_assumed"]) == (6, [2030])
    assert found["variants"]["total"] == 10
    assert "late" not in story.document("questions", "--ask", "variants")


def test_what_is_not_there_is_not_found(office: Audited) -> None:
    for words in ("replay nope", "explain kx/9", "questions nope", "diff 0 3 nope", "replay kx --at 999"):
        said = office.run("audit", *words.split())
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("不予办理：")
    assert office.run("audit", "explain", "kx").code == 2


def test_names_that_look_like_markup_are_printed_as_they_are(office: Audited) -> None:
    assert "[red]韶关市科协[/red]" in office.audit("explain", "kx/1.1.3")
