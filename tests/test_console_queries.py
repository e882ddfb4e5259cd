"""Commands that ask of cascades of any size: late, blocked, counts, chain; in both languages and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from console_office import CAST, GZ, Office

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """kx/1 cast; kx/1.1 gd, kx/1.2 fj; kx/1.1.1 gz reported, kx/1.1.2 sz, kx/1.1.3 sg late on 9 June."""
    office = Office(tmp_path_factory.mktemp("standing")).under_way()
    office.must("report", "kx/1.1.1", "--answer", "kx2020-7/r1", actor=GZ)
    return office


def test_who_is_late_is_listed_earliest_due_first(standing: Office) -> None:
    assert standing.must("late", "kx", "--now", "2020-06-15") == (
        "逾期，期限最早的在先：本页 4 件\n"
        "  [red]韶关市科协[/red]  逾期 12 天  2020-06-03  已下达  kx/1.1.3\n"
        "  深圳市科协             逾期 6 天   2020-06-09  已下达  kx/1.1.2\n"
        "  广东省科协             逾期 3 天   2020-06-12  已转发  kx/1.1\n"
        "  福建省科协             逾期 3 天   2020-06-12  已下达  kx/1.2\n"
    )
    assert standing.must("late", "kx/1.2", "--now", "2020-06-15T12:00").count("逾期 2.5 天") == 1
    assert standing.must("late", "kx") == "没有逾期的（未定期限的不作推定）。\n"


def test_the_late_come_page_by_page(standing: Office) -> None:
    first = standing.run("late", "kx", "--now", "2020-06-15", "--limit", "2")
    [cursor] = re.findall(r"--after (\S+)", first.err)
    rest = standing.run("late", "kx", "--now", "2020-06-15", "--limit", "9", "--after", cursor)
    assert re.findall(r"kx/\S+$", first.out + rest.out, re.MULTILINE) == ["kx/1.1.3", "kx/1.1.2", "kx/1.1", "kx/1.2"]
    assert rest.err == ""
    page = json.loads(standing.must("late", "kx", "--now", "2020-06-15", "--limit", "2", "--json"))
    assert (page["count"], page["after"]) == (2, cursor)
    one = page["directives"][0]
    assert (one["ref"], one["name"], one["level"], one["lateness_s"]) == (
        "kx/1.1.3", "[red]韶关市科协[/red]", "city", 12 * 86_400
    )  # fmt: skip


def test_who_waits_for_whom_is_listed(standing: Office) -> None:
    assert standing.must("blocked", "kx") == (
        "等待下级报送：本页 2 件\n"
        "  中国科协    等待 4 件，其中直接下级 2 件  2020-06-19  已转发  kx/1\n"
        "  广东省科协  等待 2 件，其中直接下级 2 件  2020-06-12  已转发  kx/1.1\n"
    )
    assert standing.must("blocked", "kx/1.2") == "没有等待下级报送的。\n"
    page = json.loads(standing.must("blocked", "kx", "--limit", "1", "--json"))
    assert (page["directives"][0]["waits_for"], page["directives"][0]["of_children"], page["after"]) == (4, 2, "kx/1")
    assert "kx/1.1" in standing.must("blocked", "kx", "--after", page["after"])


def test_counts_are_a_table_of_levels_and_statuses(standing: Office) -> None:
    assert standing.must("counts", "kx") == (
        "层级      已下达  已转发  已报送  合计\n"
        "nation         0       1       0     1\n"
        "province       1       1       0     2\n"
        "city           2       0       1     3\n"
        "合计           3       2       1     6\n"
    )
    assert standing.must("counts", "kx/1.1", lang="en") == (
        "level   issued  reported  in all\ncity         2         1       3\nin all       2         1       3\n"
    )
    assert standing.must("counts", "kx/1.2") == "kx/1.2 没有下级。\n"
    found = json.loads(standing.must("counts", "kx/1.1", "--json"))
    assert found == {
        "where": "kx/1.1",
        "total": 3,
        "counts": [
            {"level": "city", "status": "issued", "count": 2},
            {"level": "city", "status": "reported", "count": 1},
        ],
    }


def test_a_chain_leads_to_the_root(standing: Office) -> None:
    assert standing.must("chain", "kx/1.1.2") == (
        "  深圳市科协  早于上级期限 3 天  2020-06-09  已下达  kx/1.1.2\n"
        "  广东省科协  早于上级期限 7 天  2020-06-12  已转发  kx/1.1\n"
        "  中国科协    最上级             2020-06-19  已转发  kx/1\n"
    )
    found = json.loads(standing.must("chain", "kx/1.1.2", "--json"))["chain"]
    assert [one["slack_s"] for one in found] == [3 * 86_400, 7 * 86_400, None]


def test_slack_is_told_in_every_case(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    notice = office.write("n.yaml", "{id: n, doc_number: 一号, title: 通知, issuers: [cast]}")
    office.must("issue", "u", notice, actor=CAST)
    office.must("forward", "u/1", "--to", "gd-kx=2020-06-12", actor=CAST)
    office.must("forward", "u/1.1", "--to", "sg-kx", actor="li@gd-kx")
    assert "不受上级期限约束" in office.must("chain", "u/1.1")
    assert "与上级同一期限" in office.must("chain", "u/1.1.1")
    office.must("waive", "u/1.1.1", "--reason", "并入", actor="li@gd-kx")
    office.must("reschedule", "u/1.1", "--due", "2020-06-05", "--reason", "提前", actor=CAST)
    assert "晚于上级期限 7 天" in office.must("chain", "u/1.1.1")


def test_every_answer_reads_as_well_in_english(standing: Office) -> None:
    for words in (
        ("late", "kx", "--now", "2020-06-15"),
        ("late", "kx"),
        ("blocked", "kx"),
        ("blocked", "kx/1.2"),
        ("counts", "kx"),
        ("counts", "kx/1.2"),
        ("chain", "kx/1.1.3"),
    ):
        printed = standing.must(*words, lang="en")
        assert not CHINESE.search(re.sub(r"(\[red\])?[\u4e00-\u9fff]{4,}(\[/red\])?", "", printed))


def test_what_cannot_be_answered_is_refused_with_its_code(standing: Office) -> None:
    for words, code in (
        ("late nope", 1),
        ("blocked nope", 1),
        ("counts kx/9", 1),
        ("chain kx/9", 1),
        ("chain kx", 2),
        ("late kx --after x", 2),
        ("late kx --after 1@k2/1", 2),
        ("late kx --limit 0", 2),
        ("blocked kx --limit 10001", 2),
        ("blocked kx --after nope", 2),
    ):
        said = standing.run(*words.split())
        assert (said.code, said.out) == (code, ""), words
        assert CHINESE.search(said.err), words
