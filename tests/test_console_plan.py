"""`xiada plan` and `xiada calendar`: what the calendar allows, in both languages and as JSON."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from console_office import CAST, GD, GZ, NOTICE, SG, SZ, Office, Said

from xiada.engine.engine import Engine
from xiada.engine.holidays import china

TABLE = "year,holidays,makeup\n2020,2020-06-08..2020-06-12,2020-06-13\n"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """kx/1 cast by 19 June; kx/1.1 gd, kx/1.2 fj by the 12th; below gd gz is at work, sz idle, sg due on the 3rd."""
    return Office(tmp_path_factory.mktemp("standing")).under_way()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The same, to be written to."""
    return Office(tmp_path).under_way()


def document(said: str) -> dict:
    """Return what was said as JSON."""
    return json.loads(said)


# Plans of running cascades


def test_a_plan_tells_level_by_level_what_stands_what_is_proposed_and_what_cannot_be_done(standing: Office) -> None:
    assert standing.must("plan", "kx", "--calendar", "china") == (
        "kx  关于开展推荐工作的通知（科协发组字〔2020〕7号），截至 2020-06-01 12:00\n"
        f"工作日：中国{china().name[5:]}；时区 Asia/Shanghai\n"
        "假定：每级留 2 个工作日汇总，再留同样多用于转发；承办 5 个工作日；未转发的，逐级转发到最末一级\n"
        "  层级        件数  未办结  现行期限                  建议期限    距上级期限              最晚转发或动手"
        "            来不及\n"
        "  0 nation    1     1       2020-06-19                –           –                       –"
        "                         –\n"
        "  1 province  2     2       2020-06-12                2020-06-17  7 天，工作日 5 天       2020-06-05"
        "                –\n"
        "  2 city      3     3       2020-06-03 至 2020-06-10  2020-06-10  最少 2 天，工作日 2 天  "
        "2020-05-27 至 2020-06-02  1\n"
        "\n"
        "按此假定来不及的（转发过晚，或期限已过），1 件：\n"
        "  [red]韶关市科协[/red]  现行期限 2020-06-03  最早 2020-06-08 可报送  差 3 个工作日  kx/1.1.3\n"
    )


def test_a_plan_in_english_says_what_it_assumes(standing: Office) -> None:
    told = standing.must("plan", "kx", "--reserve", "1", "--reserve", "province=3", "--to", "city", lang="en")
    assert "working days: Monday to Friday, holidays not known; zone Asia/Shanghai\n" in told
    assert (
        "working days each level keeps to sum up, and as many to pass it on: 1, province 3; working days of work: 5"
        in told
    )
    assert "what has not been passed on goes down to city\n" in told
    assert told.endswith("Holidays of 2020 are not in the calendar; Monday to Friday is assumed.\n")


def test_a_plan_as_json_holds_every_level_and_every_directive(standing: Office) -> None:
    found = document(standing.must("plan", "kx", "--json", "--now", "2020-06-02T09:00"))
    assert (found["now"], found["strategy"], found["reserve_workdays"]) == ("2020-06-02T09:00:00+08:00", "reserve", 2)
    assert (found["assumed_years"], found["calendar"]["years"]) == ([2020], [])
    assert [(one["level"], one["count"], one["open"], one["cannot"]) for one in found["levels"]] == [
        ("nation", 1, 1, 0), ("province", 2, 2, 0), ("city", 3, 3, 1)
    ]  # fmt: skip
    assert [one["least_slack_workdays"] for one in found["levels"]] == [None, 5, 2]
    by_ref = {one["ref"]: one for one in found["directives"]}
    assert by_ref["kx/1.1.2"]["forward_by"].startswith("2020-06-02T23:59:59")
    assert by_ref["kx/1.1.3"]["cannot"]
    assert by_ref["kx/1"]["forward_by"] is by_ref["kx/1"]["slack_days"] is None


def test_by_thirds_proposals_keep_a_third_at_each_level(standing: Office) -> None:
    found = document(standing.must("plan", "kx", "--thirds", "--json"))
    dues = {one["ref"]: one["proposed_us"] for one in found["directives"]}
    assert found["strategy"] == "thirds"
    assert dues["kx/1"] > dues["kx/1.1"] > dues["kx/1.1.1"]
    assert "三分之一" in standing.must("plan", "kx", "--thirds")


def test_the_file_calendar_is_used_unless_another_is_named(office: Office) -> None:
    table = office.write("june.csv", TABLE)
    office.must("calendar", "set", "china", table)
    found = document(office.must("plan", "kx", "--json"))
    assert found["calendar"]["name"] == f"{china().name}; june.csv 2020"
    assert {one["ref"] for one in found["directives"] if one["rests"]} == {"kx/1.1", "kx/1.1.1", "kx/1.1.2", "kx/1.2"}
    told = office.must("plan", "kx")
    assert "期限 2020-06-12 是星期五，不是工作日：2 件\n" in told
    assert "留给上级的时间少于预留时间的：2 件" in told
    assert document(office.must("plan", "kx", "--json", "--calendar", "china"))["calendar"]["name"] == china().name


def test_a_root_that_has_not_been_passed_on_is_planned_over_the_org(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    office.must("issue", "kx", office.notice, actor=CAST)
    told = office.must("plan", "kx", "--to", "province", "--calendar", "china")
    assert "kx/1 中国科协 尚未转发，往下各级：\n" in told
    assert "  1 province  2     2020-06-17  2 天，工作日 2 天  2020-06-10\n" in told
    found = document(office.must("plan", "kx", "--json"))
    assert [sum(level["units"].values()) for level in found["ahead"][0]["levels"]] == [1, 2, 4]


def test_a_directive_that_its_unit_has_not_passed_on_is_planned_over_the_org_below_it(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    office.must("issue", "kx", office.notice, actor=CAST)
    office.must("forward", "kx/1", "--to", "gd-kx", "--due", "2020-06-17", actor=CAST)
    told = office.must("plan", "kx/1.1", "--calendar", "china")
    assert "kx/1.1 广东省科协 尚未转发，往下各级：\n" in told
    assert "  1 city, province  4     2020-06-15  2 天，工作日 2 天  2020-06-08\n" in told
    assert "2 天，工作日 2 天" in told.split("尚未转发")[0]
    [top] = document(office.must("plan", "kx/1.1", "--json"))["directives"]
    assert (top["slack_days"], top["slack_workdays"]) == (2, 2)


def test_an_undated_cascade_has_nothing_to_keep(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    office.must("issue", "kx", office.notice, "--due", "undated", actor=CAST)
    assert "未办结的都没有期限，无从倒排。" in office.must("plan", "kx")
    assert "Nothing that is open has a due" in office.must("plan", "kx", lang="en")
    assert document(office.must("plan", "kx", "--json"))["directives"][0]["spare_workdays"] is None


def test_a_cascade_that_is_over_or_called_off_has_nothing_open(tmp_path: Path) -> None:
    office = Office(tmp_path).under_way()
    office.must("withdraw", "kx/1", "--reason", "x", actor=CAST)
    for more in ((), ("--forecast",)):
        assert "没有未办结的。\n" in office.must("plan", "kx", *more)
    assert document(office.must("plan", "kx", "--json", "--forecast"))["directives"] == []


# Plans of notices


def test_a_notice_is_planned_over_an_org_before_it_is_issued(standing: Office) -> None:
    told = standing.must("plan", standing.notice, "--org", standing.org, "--calendar", "china", "--to", "city")
    assert told == (
        "关于开展推荐工作的通知（科协发组字〔2020〕7号）：下达之前的倒排计划\n"
        f"工作日：中国{china().name[5:]}；时区 Asia/Shanghai\n"
        "假定：每级留 2 个工作日汇总，再留同样多用于转发；承办 5 个工作日；未转发的，逐级转发到 city 一级\n"
        "中国科协（kx）\n"
        "  层级              单位  建议期限    距上级期限         最晚转发或动手\n"
        "  0 nation          1     2020-06-19  –                  2020-06-04\n"
        "  1 province        2     2020-06-17  2 天，工作日 2 天  2020-06-08\n"
        "  2 city, province  4     2020-06-15  2 天，工作日 2 天  2020-06-08\n"
    )


def test_a_notice_plan_says_what_is_doubtful_about_its_due(standing: Office) -> None:
    inferred = NOTICE.replace("due: 2020-06-19", "due: {on: 2020-06-20, assumed: year from title}")
    file = standing.write("doubtful.yaml", f"{inferred}window: {{start: 2020-05-11, end: 2020-06-20}}\n")
    told = standing.must("plan", file, "--org", standing.org, "--calendar", "china", lang="en")
    assert "2020-06-20 (Saturday, off)" in told
    assert "due on 2020-06-20, a Saturday, no working day: 1\n" in told
    assert "due on 2020-06-20, the last day of the activity: 1\n" in told
    assert "the due was inferred: year from title\n" in told
    found = document(standing.must("plan", file, "--org", standing.org, "--json"))
    assert [check["code"] for check in found["checks"]] == ["due_on_rest_day", "due_within_activity"]
    assert found["assumed_years"] == [2020]


def test_a_notice_that_can_no_longer_be_passed_on_in_time_is_said_to_be_too_late(standing: Office) -> None:
    def plan(day: str, *more: str, lang: str = "zh") -> str:
        return standing.must("plan", standing.notice, "--org", standing.org, "--now", day, *more, lang=lang)

    assert "来不及" not in plan("2020-06-04")
    assert "照此已来不及：中国科协最晚应于 2020-06-04 转发或动手。\n" in plan("2020-06-05")
    assert "too late: 中国科协 had to pass it on or begin by 2020-06-04" in plan("2020-06-05", lang="en")
    assert [document(plan(day, "--json"))["issuers"][0]["cannot"] for day in ("2020-06-04", "2020-06-05")] == [
        False, True,
    ]  # fmt: skip


def test_a_notice_without_a_due_or_without_time_is_not_planned(standing: Office) -> None:
    def plan(*more: str) -> str:
        return standing.must("plan", standing.notice, "--org", standing.org, *more)

    assert "没有期限，无法倒排：中国科协\n" in plan("--due", "undated")
    assert "期限已过，没有时间可分：中国科协\n" in plan("--thirds", "--now", "2020-07-01")
    assert "2020-06-30" in plan("--due", "2020-06-30")


# Forecasts


@pytest.fixture(scope="module")
def experienced(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The cities reported after 1, 2 and 5 days in a cascade that is over; kx is as in `standing`."""
    office = Office(tmp_path_factory.mktemp("experienced")).open_office()
    start = office.clock.moment
    office.must("issue", "old", office.write("old.yaml", NOTICE.replace("kx2020-7", "old")), actor=CAST)
    office.must("forward", "old/1", "--to", "gd-kx", actor=CAST)
    office.must("forward", "old/1.1", "--to", "gz-kx", "--to", "sz-kx", "--to", "sg-kx", actor=GD)
    for number, (who, days) in enumerate(((GZ, 1), (SZ, 2), (SG, 7)), 1):
        office.clock.moment = start + timedelta(days=days)
        office.must("execute", f"old/1.1.{number}", actor=who)
        office.must("report", f"old/1.1.{number}", "--answer", "old/r1", actor=who)
    office.clock.moment = start + timedelta(days=9)
    office.must("issue", "kx", office.notice, actor=CAST)
    office.must("forward", "kx/1", "--to", "gd-kx", "--to", "fj-kx", "--due", "2020-06-18", actor=CAST)
    office.must("forward", "kx/1.1", "--to", "gz-kx=2020-06-11", "--to", "sz-kx=2020-06-16", actor=GD)
    return office


def test_a_forecast_says_of_how_many_it_speaks_and_where_it_cannot_say(experienced: Office) -> None:
    told = re.sub(" +", " ", experienced.must("plan", "kx", "--forecast", "--calendar", "china"))
    assert "按以往用时预计，未办结 5 件" in told
    assert "一般 2020-06-12，稳妥 2020-06-17 晚于期限 2020-06-11 依据同级单位以往 3 件" in told
    assert "一般 2020-06-12，稳妥 2020-06-17 一般在期限 2020-06-16 之内，稳妥估计则晚" in told
    assert "以往办结的不足 3 件，没有依据" in told
    english = re.sub(" +", " ", experienced.must("plan", "kx", "--forecast", "--calendar", "china", lang="en"))
    assert "typically 2020-06-12, carefully 2020-06-17 after its due, 2020-06-11 by 3 of this level" in english
    assert "fewer than 3 in the past, no ground to stand on" in english


def test_a_forecast_as_json_holds_its_basis(experienced: Office) -> None:
    found = document(experienced.must("plan", "kx/1.1", "--forecast", "--calendar", "china", "--json"))["forecast"]
    assert [one["ref"] for one in found] == ["kx/1.1", "kx/1.1.1", "kx/1.1.2"]
    assert found[1]["basis"] == {
        "of": "level", "what": "response", "total": 3, "compared": 3, "typical_workdays": 2, "careful_workdays": 5
    }  # fmt: skip
    assert (found[0]["typical"], found[0]["unknown"], found[0]["basis"]) == (None, 1, None)


def test_those_compared_with_are_told_when_time_has_passed(experienced: Office) -> None:
    told = experienced.must("plan", "kx", "--forecast", "--now", "2020-06-15T12:00")
    assert "依据同级单位以往 3 件，其中 1 件用时不短于本件至今" in told
    told = experienced.must("plan", "kx", "--forecast", "--now", "2020-06-30T12:00")
    assert "依据同级单位以往 3 件，本件用时已超过其中最长的" in told


# The calendar


def test_a_file_remembers_its_calendar_and_forgets_it(office: Office) -> None:
    assert "周一至周五（节假日未知）" in office.must("calendar", "show")
    size = office.size()
    assert f"中国{china().name[5:]}" in office.must("calendar", "set", "china")
    assert office.size() == size
    assert f"2004–{max(china().years)}" in office.must("calendar", "show")
    assert office.must("calendar", "show", "2020") == (
        "2020 年：249 个工作日\n"
        "放假：2020-01-01、2020-01-24–02-02、2020-04-04–04-06、2020-05-01–05-05、2020-06-25–06-27、2020-10-01–10-08\n"
        "调休上班：2020-01-19、2020-04-26、2020-05-09、2020-06-28、2020-09-27、2020-10-10\n"
    )
    assert "not in the calendar" in office.must("calendar", "show", "2033", lang="en")
    office.must("calendar", "set", "mon-fri")
    assert document(office.must("calendar", "show", "--json"))["years"] == []


def test_a_table_is_remembered_by_its_days_and_needs_its_file_no_more(office: Office) -> None:
    table = office.write("june.csv", TABLE)
    office.must("calendar", "set", "china", table)
    Path(table).unlink()
    found = document(office.must("calendar", "show", "2020", "--json"))
    assert (found["known"], found["makeup"]) == (True, ["2020-06-13"])
    assert document(office.must("calendar", "show", "2019", "--json"))["known"]


@pytest.mark.parametrize("text", ["no calendar", '"china"', '{"name": 1}', "[1]", '[{"years": [2020]}]', '["mars"]'])
def test_a_setting_nobody_wrote_is_no_calendar(office: Office, text: str) -> None:
    with Engine.open(str(office.file)) as engine:
        engine.remember({"calendar": text})
    assert document(office.must("calendar", "show", "--json"))["years"] == []


def test_relative_dues_are_counted_by_the_calendar_of_the_file(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    office.must("calendar", "set", "china")
    relative = NOTICE.replace("due: 2020-06-19", "due: {relative: {anchor: issue, days: 19, workdays: true}}")
    office.must("issue", "kx", office.write("relative.yaml", relative), actor=CAST)
    assert "2020-06-29" in office.must("status", "kx")
    office.must("calendar", "set", "mon-fri")
    assert "2020-06-29" in office.must("status", "kx")


def test_a_rest_day_by_the_calendar_of_the_file_is_pointed_out(office: Office) -> None:
    office.must("calendar", "set", "china")
    said = office.run("reschedule", "kx/1", "--due", "2020-06-25", "--reason", "x", actor=CAST)
    assert f"2020-06-25 是星期四，按日历（中国{china().name[5:]}）不是工作日" in said.err
    said = office.run("reschedule", "kx/1", "--due", "2020-06-28", "--reason", "x", actor=CAST)
    assert (said.code, said.err) == (0, "")


def test_hours_are_odd_by_the_calendar_of_the_file(office: Office) -> None:
    office.must("calendar", "set", "china")
    told = office.must("audit", "questions", "kx", "--ask", "hours")
    assert f"工作日：中国{china().name[5:]}" in told


# What cannot be


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("plan", "zz"), 1, "unknown_cascade"),
        (("plan", "kx/9"), 1, "unknown_directive"),
        (("plan", "kx", "--reserve", "x"), 2, "bad_reserve"),
        (("plan", "kx", "--reserve", "city=-1"), 2, "bad_reserve"),
        (("plan", "kx", "--reserve", "village=1"), 2, "unknown_level"),
        (("plan", "kx", "--to", "village"), 2, "unknown_level"),
        (("plan", "kx", "--work", "-1"), 2, "bad_plan"),
        (("plan", "kx", "--due", "2020-06-01"), 2, "due_stands"),
        (("plan", "kx", "--now", "soon"), 2, "needs_instant"),
        (("plan", "kx", "--calendar", "nowhere.csv"), 2, "cannot_read"),
        (("plan", "NOTICE", "--org", "ORG", "--forecast"), 2, "nothing_issued"),
        (("plan", "NOTICE", "--org", "nowhere.yaml"), 2, "cannot_read"),
        (("calendar", "set", "NOTICE"), 2, "no_years"),
    ],
)
def test_what_cannot_be_planned_is_said_with_its_exit_code(
    standing: Office, words: tuple[str, ...], exit_code: int, code: str
) -> None:
    line = [{"NOTICE": standing.notice, "ORG": standing.org}.get(word, word) for word in words]
    said: Said = standing.run(*line, "--json")
    assert (said.code, said.out) == (exit_code, "")
    assert said.document["code"] == code
    for lang in ("zh", "en"):
        assert standing.run(*line, lang=lang).err.strip()
