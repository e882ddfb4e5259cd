"""`xiada dispatch`: the decisions of a meeting, from the text of its news to directives, all or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from console_office import Office
from presets import NOTICES, absent
from support import ROOT

TEXT = """\
省科协召开党组会议学习贯彻有关会议精神

7月16日，省科协召开党组会议。

会议要求，各级科协组织要精心安排部署。

一要抓好理论武装，增强学习实效。各部门要组织学习讨论。

二要办好科普活动。要把科普场馆建设纳入科协“十四五”重大工程。

省科协办公室[2021-07-17]
"""
HOUSE = str(ROOT / "workflows" / "data" / "org-cast.yaml")
DISPATCHER = "wang@cast"


@pytest.fixture
def house(tmp_path: Path) -> Office:
    """A file with the org of a house, and the news of a meeting beside it."""
    office = Office(tmp_path)
    office.must("init", "--origin", "xiada.example/house", "--org", HOUSE)
    office.write("news.txt", TEXT)
    return office


def news(house: Office) -> str:
    """Return the path of the news."""
    return str(house.folder / "news.txt")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_decisions_are_listed_with_their_numbers_and_whom_they_are_for(house: Office, lang: str) -> None:
    told = house.must("dispatch", news(house), lang=lang).splitlines()
    assert [line[0] for line in told[:2]] == ["一", "二"]
    assert "各部门" in told[0]
    assert "--assign" in told[2]


def test_decisions_are_listed_for_programs(house: Office) -> None:
    found = house.run("dispatch", news(house), "--json").document["decisions"]
    assert [(one["no"], one["plan"]) for one in found] == [("一", None), ("二", "科协“十四五”重大工程")]


def test_while_one_has_nobody_none_is_issued_and_nothing_is_written(house: Office) -> None:
    size = house.size()
    said = house.run("dispatch", news(house), "m", "--assign", "一=cast-dep-party", actor=DISPATCHER)
    assert said.code == 1
    assert "没有承办单位：要办好科普活动" in said.err
    assert house.size() == size


def test_each_is_issued_to_whom_it_was_assigned_undated_unless_a_due_is_set(house: Office) -> None:
    told = house.must(
        "dispatch", news(house), "m", "--assign", "一=cast-dep-party",
        "--assign", "二=cast-dep-research,cast-sub-media@2021-09-30", actor=DISPATCHER,
    )  # fmt: skip
    assert "已分办 2 项" in told
    first, second = (
        house.run("status", name, "--json").document["cascades"][0]["directives"] for name in ("m-1", "m-2")
    )
    assert [(one["unit"], one["due"]) for one in first] == [("cast", None), ("cast-dep-party", None)]
    assert [one["unit"] for one in second] == ["cast", "cast-dep-research", "cast-sub-media"]
    assert {one["due"][:10] for one in second} == {"2021-09-30"}


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (("--assign", "一cast-dep-party"), 2, "没有指明决定的序号"),
        (("--assign", "一=cast-dep-party", "--assign", "一=cast-dep-office"), 2, "没有指明决定的序号"),
        (("--assign", "一=cast-dep-party@tomorrow"), 2, "不是有效的日期"),
        (("--segment", "7"), 2, "7"),
        (("--assign", "一=a", "--assign", "二=b"), 1, "没有单位“a”"),
        (("--assign", "一=cast-dep-party", "--assign", "二=cast-dep-party", "--assign", "三=cast-dep-party"), 1, "三"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_writes_nothing(
    house: Office, words: tuple[str, ...], code: int, what: str
) -> None:
    size = house.size()
    said = house.run("dispatch", news(house), "m", *words, actor=DISPATCHER)
    assert said.code == code
    assert what in said.err
    assert house.size() == size


def test_a_dispatcher_has_to_be_named_and_a_text_without_decisions_is_refused(house: Office) -> None:
    assert house.run("dispatch", news(house), "m").code == 2
    empty = house.write(
        "notice.txt", "关于报送总结的通知\n各市科协：\n请于2020年6月10日前报送总结。\n省科协\n2020年5月1日"
    )
    said = house.run("dispatch", empty)
    assert said.code == 1
    assert "没有找到会议决定" in said.err


@absent
def test_the_real_news_of_a_meeting_is_given_out_decision_by_decision(house: Office) -> None:
    file = str(NOTICES / "003.txt")
    numbers = [one["no"] for one in house.run("dispatch", file, "--json").document["decisions"]]
    assert numbers == ["一", "二", "三", "四"]
    assign = [word for number in numbers for word in ("--assign", f"{number}=cast-dep-party")]
    size = house.size()
    assert house.run("dispatch", file, "k", *assign[:-2], actor=DISPATCHER).code == 1
    assert house.size() == size
    house.must("dispatch", file, "k", *assign, actor=DISPATCHER)
    for number in range(1, 5):
        found = house.run("status", f"k-{number}", "--json").document["cascades"][0]["directives"]
        assert [(one["unit"], one["due"]) for one in found] == [("cast", None), ("cast-dep-party", None)]
