"""Head and foot: titles, numbers, days of issue, signers, copies, attachments and what is passed on, in all the"
"ir forms."""

from __future__ import annotations

from datetime import date

import pytest

from xiada.workflows.intake.cleaning import paragraphs
from xiada.workflows.intake.header import Head, forwarded, head_of
from xiada.workflows.intake.segmenting import documents
from xiada.workflows.intake.signs import date_in, is_body, is_date, number_in, same_number


def head(text: str) -> Head:
    """Return the head of the first document of a text."""
    return head_of(documents(paragraphs(text))[0])


def notice(top: str = "关于报送总结的通知", foot: str = "市科协\n2020年6月3日") -> str:
    """Return a notice with a head and a foot."""
    return f"{top}\n各县区科协：\n请认真组织，按时报送总结。\n{foot}\n"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("粤科协联〔2020〕9号", "粤科协联〔2020〕9号"),
        ("国卫办疾控函〔2016〕19 号", "国卫办疾控函〔2016〕19号"),
        ("发改高技[2015]1303号", "发改高技[2015]1303号"),
        ("教督函【2018】06号", "教督函【2018】06号"),
        ("(鲁农函字〔2009〕42号)", "鲁农函字〔2009〕42号"),
        ("川科协发﹝2022﹞103号", "川科协发﹝2022﹞103号"),
        ("府办（2011）7号", "府办（2011）7号"),
        ("2020年第5号", "2020年第5号"),
        ("第3号", "第3号"),
        ("青政发〔2021〕8号  签发人：王某", "青政发〔2021〕8号"),
        ("文号：青教函〔2021〕8号", "青教函〔2021〕8号"),
        ("按照青政发〔2021〕8号文件要求", None),
        ("2020年6月3日", None),
    ],
)
def test_a_number_is_read_as_written(line: str, number: str | None) -> None:
    assert number_in(line) == number


def test_numbers_in_different_brackets_are_the_same() -> None:
    assert same_number("发改高技[2015] 1303号") == same_number("发改高技〔2015〕1303号")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("二〇二〇年六月十日", date(2020, 6, 10)),
        ("二○○九年十二月三十一日", date(2009, 12, 31)),
        ("二OO九年七月二十日", date(2009, 7, 20)),
        ("二0一一年四月十四日", date(2011, 4, 14)),
        ("2018.6.4", date(2018, 6, 4)),
        ("2020-6-3", date(2020, 6, 3)),
        ("2020 年 6 月 3 日", date(2020, 6, 3)),
        ("2020/06/03", date(2020, 6, 3)),
    ],
)
def test_a_day_of_issue_is_read_in_every_spelling(words: str, day: date) -> None:
    assert is_date(words)
    assert date_in(words) == day
    assert head(notice(foot=f"市科协\n{words}")).issue_date == day


@pytest.mark.parametrize(
    "words", ["22.04.2015 13:01", "6月3日", "2020年6月", "2020年 月 日", "2020年2月30日", "2019-2023年"]
)
def test_what_is_no_whole_day_is_no_day_of_issue(words: str) -> None:
    assert head(notice(foot=f"市科协\n{words}")).issue_date is None


def test_a_day_on_the_web_page_or_in_the_text_is_no_day_of_issue() -> None:
    text = (
        "关于报送总结的通知\n发布时间：2020-06-03\n各县区科协：\n请于2020年6月10日前报送。"
        "\n二、时间\n2020年6月9日\n地点另行通知。\n市科协"
    )
    assert head(text).issue_date is None
    assert head(text).issuers == ("市科协",)


@pytest.mark.parametrize(
    ("foot", "issuers"),
    [
        ("市科协\n2020年6月3日", ("市科协",)),
        ("市科协 市教育局\n2020年6月3日", ("市科协", "市教育局")),
        ("市科协\n市教育局\n市财政局\n2020年6月3日", ("市科协", "市教育局", "市财政局")),
        ("市科协 2020年6月3日", ("市科协",)),
        ("市科协（公章）\n2020年6月3日", ("市科协",)),
        ("市 科 协\n2020年6月3日", ("市科协",)),
        ("特此通知。\n市科协", ("市科协",)),
        ("特此通知。", ()),
    ],
)
def test_who_signs_issues(foot: str, issuers: tuple[str, ...]) -> None:
    assert head(notice(foot=foot)).issuers == issuers


def test_without_a_signature_the_red_head_and_then_the_title_say_who_issues() -> None:
    assert head(notice("市科协文件\n科协〔2020〕1号\n关于报送总结的通知", "")).issuers == ("市科协",)
    assert head(notice("市科协 市教育局关于报送总结的通知", "")).issuers == ("市科协", "市教育局")
    assert head(notice("关于报送总结的通知", "")).issuers == ()


@pytest.mark.parametrize(
    ("top", "title"),
    [
        ("市科协关于报送\n年度总结的\n通知", "市科协关于报送年度总结的通知"),
        ("市科协\n关于报送总结的通知", "市科协关于报送总结的通知"),
        ("关于 报送 总结 的 通 知", "关于报送总结的通知"),
        ("关于印发《科普工作方案》\n的通知", "关于印发《科普工作方案》的通知"),
        ("关于印发科普工作方案\n的通知", "关于印发科普工作方案的通知"),
        ("关于做好年度计划\n编制工作的通知", "关于做好年度计划编制工作的通知"),
        ("中国科协 科技部关于开展活动的通知", "中国科协 科技部关于开展活动的通知"),
        ("通知公告\n关于报送总结的通知\n关于报送总结的通知", "关于报送总结的通知"),
        ("栏目导航\n转发市科协关于报送\n总结的通知", "转发市科协关于报送总结的通知"),
        ("关于报送总结的补充通知（试行）", "关于报送总结的补充通知（试行）"),
    ],
)
def test_a_title_broken_over_lines_is_put_together(top: str, title: str) -> None:
    assert head(notice(top)).title == title


def test_a_line_of_addressees_may_have_lost_its_colon_or_share_its_line_with_the_text() -> None:
    lost = "关于报送总结的通知\n各县区科协，市级各学会\n为做好工作，请按时报送。\n市科协"
    assert head(lost).addressees_raw == "各县区科协，市级各学会"
    shared = "关于报送总结的通知\n各县区科协：为做好各项工作，请按时报送年度总结和计划。\n市科协"
    assert head(shared).addressees_raw == "各县区科协"
    assert head(shared).body[0].text.startswith("为做好")


def test_what_stands_before_a_colon_in_the_text_is_no_addressee() -> None:
    assert head("关于报送总结的通知\n现将有关事项通知如下：\n请按时报送。\n市科协").addressees == ()


@pytest.mark.parametrize(
    ("lines", "titles"),
    [
        ("附件：1.汇总表\n2.登记表", ("汇总表", "登记表")),
        ("附件：\n1、汇总表\n2、登记表", ("汇总表", "登记表")),
        ("附件1：汇总表\n附件2：登记表", ("汇总表", "登记表")),
        ("附：登记表", ("登记表",)),
        ("附件：1.汇总表；2.登记表。", ("汇总表", "登记表")),
        ("附件：1.2015年度汇总表\n2.2015年度登记表", ("2015年度汇总表", "2015年度登记表")),
        ("附件：省科协关于开展活动的通\n知（科协〔2015〕3号）", ("省科协关于开展活动的通知",)),
        ("附件：《活动方案》", ("活动方案",)),
    ],
)
def test_attachments_are_listed_by_their_titles(lines: str, titles: tuple[str, ...]) -> None:
    assert head(notice(foot=f"{lines}\n市科协\n2020年6月3日")).attachments == titles


def test_copies_are_split_and_stand_at_the_very_end() -> None:
    assert head(notice() + "抄送：市委办公室、市政府办公室，市教育局。").copies == (
        "市委办公室",
        "市政府办公室",
        "市教育局",
    )


def test_a_number_only_mentioned_is_not_passed_on() -> None:
    text = notice().replace("请认真", "根据《省科协关于开展活动的通知》（科协〔2020〕3号）要求，请认真")
    assert forwarded(head(text), ()) is None


@pytest.mark.parametrize(
    ("top", "body", "number", "title"),
    [
        (
            "关于转发省科协活动通知的通知",
            "现将《关于开展活动的通知》（科协〔2020〕3号）转发给你们，",
            "科协〔2020〕3号",
            "关于开展活动的通知",
        ),
        ("转发省科协关于开展活动的通知", "", None, "省科协关于开展活动的通知"),
        ("关于转发《省科协关于开展活动的通知》的通知", "", None, "省科协关于开展活动的通知"),
        ("关于报送总结的通知", "现将省科协《关于开展活动的通知》转发给你们，", None, "关于开展活动的通知"),
    ],
)
def test_what_is_passed_on_is_found_in_title_and_text(top: str, body: str, number: str | None, title: str) -> None:
    found = forwarded(head(notice(top).replace("请认真", body + "请认真")), ())
    assert found is not None
    assert (found.doc_number, found.title) == (number, title)


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("省应急管理厅", True),
        ("市人力资源和社会保障局", True),
        ("督导办", True),
        ("党委(院长)办公室", True),
        ("请按时报送办公室", False),
        ("特此通知", False),
        ("第六次会议", False),
    ],
)
def test_a_body_is_told_from_other_words(words: str, holds: bool) -> None:
    assert is_body(words) is holds
