"""Obligations in the sentences of notices: who, what, to whom, by when; and what lays nothing on anybody."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.due import Between, Every, On, Promptly, Relative
from xiada.workflows.intake.owing import Owed, Setting, between, owed
from xiada.workflows.intake.passage import Passage
from xiada.workflows.intake.values import Addressee, ContactFound, ObligationFound, Segment

SETTING = Setting(title="关于开展2020年活动的通知", issue_date=date(2020, 5, 6), issuers=("青山省科学技术协会",))


def read(text: str, setting: Setting = SETTING) -> Owed:
    """Return what a text of one or more paragraphs asks for."""
    paragraphs, at = [], 0
    for line in text.split("\n"):
        paragraphs.append(Passage.of(line, at))
        at += len(line) + 1
    return owed(paragraphs, setting)


def when(one: ObligationFound) -> str:
    """Return an obligation's due in few signs."""
    match one.due:
        case On(on=day, time=clock):
            return f"{day:%m-%d}" + (f" {clock:%H:%M}" if clock else "")
        case Every(rrule=rule, shift=shift):
            return rule.removeprefix("FREQ=") + ("" if shift == "none" else f" {shift}")
        case Relative(anchor=anchor, days=days, workdays=workdays):
            return f"{anchor}{days:+}{'w' if workdays else 'd'}"
        case Between(earliest=first, latest=last):
            return f"{first:%m-%d}..{last:%m-%d}"
        case Promptly():
            return "promptly"
        case None:
            return "-"


def shown(one: ObligationFound) -> str:
    """Return an obligation in one line: kind, who, what, to whom, by when."""
    to = (one.to_body or "-") + (f"/{one.to_department}" if one.to_department else "")
    soft = " soft" if one.soft else ""
    return f"{one.kind}{soft}|{'+'.join(one.who)}|{'+'.join(one.what)}|{to}|{when(one)}"


ONE = [
    ("请各市科协于6月10日前将活动总结报送省科协组织部。", "report|各市科协|活动总结|省科协/组织部|06-10"),
    ("各支部、各小组开展学习的有关情况，请及时报告省科协。", "report|各支部+各小组|开展学习的有关情况|省科协|promptly"),
    ("请及时报告省科协贯彻情况。", "report||贯彻情况|省科协|promptly"),
    ("活动总结请于12月15日前报我会办公室。", "report||活动总结|青山省科学技术协会/办公室|12-15"),
    (
        "请各地市于每季度结束后10个工作日内，将进展情况报送省科技厅规划处。",
        "report|各地市|进展情况|省科技厅/规划处|MONTHLY;BYMONTH=1,4,7,10;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=10",
    ),
    ("各学会应于收到本通知之日起5个工作日内反馈联络员名单。", "report|各学会|联络员名单|-|receipt+5w"),
    (
        "请各校认真填写《回执》（附件1），于9月10日下班前传真至市教育局办公室。",
        "report|各校|《回执》|市教育局/办公室|09-10",
    ),
    (
        "请各县教育局于本月25日前将自查报告、整改台账报我厅（基础教育处）。",
        "report|各县教育局|自查报告+整改台账|我厅/基础教育处|05-25",
    ),
    (
        "各县（市、区）科协每周五17:00前上报本周进展，遇节假日顺延。",
        "report|各县（市、区）科协|本周进展|-|WEEKLY;BYDAY=FR;BYHOUR=17;BYMINUTE=0 next_workday",
    ),
    (
        "活动结束后10日内，各承办单位要将总结、照片等资料报市科协科普部备案。",
        "report|各承办单位|总结+照片等资料|市科协/科普部|activity_end+10d",
    ),
    ("会后三日内将会议贯彻落实情况书面报告市委办公室。", "report||会议贯彻落实情况|市委办公室|event+3d"),
    ("鼓励各高校积极申报，于9月30日前将申报书报送省教育厅科技处。", "report soft|各高校|申报书|省教育厅/科技处|09-30"),
    ("各市科协原则上每季度形成工作简报报送省科协。", "brief soft|各市科协|工作简报|省科协|MONTHLY;INTERVAL=3"),
    ("各市要在5月底前制定实施方案并报省卫生健康委备案。", "plan|各市|实施方案|省卫生健康委|05-31"),
    ("各部门要于6月30日前完成自查，并将自查情况报省政府办公厅。", "report|各部门|自查情况|省政府办公厅|06-30"),
    ("各单位结合实际制定工作方案。", "plan|各单位|工作方案|-|-"),
    ("请参会人员于5月15日前报名，并将报名表发至邮箱。", "report|参会人员|报名表|-|05-15"),
    ("材料报送截止日期为2020年8月31日，以邮戳为准。", "report||材料|-|08-31"),
    ("申报截止时间：2020年5月31日17:00。", "report|||-|05-31 17:00"),
    ("请各乡镇（街道）于今日下午5时前将名单报区民政局。", "report|各乡镇（街道）|名单|区民政局|05-06 17:00"),
    ("于6月9日下午三点前将回执发送至学生办赵老师邮箱。", "report||回执|学生办|06-09 15:00"),
    ("各单位要填报《评估报表》，于6月8日前将电子稿上报到区督导办。", "report|各单位|《评估报表》电子稿|区督导办|06-08"),
    ("请于11月中旬前将总结报市科协科普部。", "report||总结|市科协/科普部|11-10..11-20"),
    (
        "请各站于每月8日、26日前，将运行情况（如遇周末则提前）报送省厅信息处。",
        "report|各站|运行情况|省厅/信息处|MONTHLY;BYMONTHDAY=8,26 previous_workday",
    ),
    ("项目材料报送我会截止时间为国家规定的上报日期前15日。", "report||项目材料|青山省科学技术协会|parent_due-15d"),
    (
        "演练结束后，请各市水利部门牵头总结，并将书面材料（含电子版）于6月5日前报省水利厅。",
        "report|各市水利部门|书面材料（含电子版）|省水利厅|06-05",
    ),
    (
        "各单位6月10日前，要将活动情况总结报县疾控中心健康教育科。",
        "report|各单位|活动情况总结|县疾控中心/健康教育科|06-10",
    ),
    (
        "请有申报意向的教师务必在6月15日前通过学院将申报意向报科学技术处。",
        "report|有申报意向的教师|申报意向|科学技术处|06-15",
    ),
    ("请各单位于10月底前完成考核表填报。", "report|各单位|考核表|-|10-31"),
    ("各市州每半年向省科协报告一次工作开展情况。", "report|各市州|工作开展情况|省科协|MONTHLY;INTERVAL=6"),
    ("每天下午4点前将前一日情况报省指挥部办公室。", "report||前一日情况|省指挥部办公室|DAILY;BYHOUR=16;BYMINUTE=0"),
    ("请于6月1日至6月10日期间报送材料。", "report||材料|-|06-01..06-10"),
    ("稿件请于2020年7月31日前发至编辑部。", "report||稿件|编辑部|07-31"),
    ("请各单位于本学期末前将落实情况报送学校办公室。", "report|各单位|落实情况|学校/办公室|-"),
    ("请各学会将年度工作情况报省科协学会部。", "report|各学会|年度工作情况|省科协/学会部|-"),
    ("如有修改意见，请于6月10日前反馈我会。", "report||修改意见|青山省科学技术协会|06-10"),
    ("请各单位于2月30日前将总结报省科协。", "report|各单位|总结|省科协|-"),
    ("各校要将排查情况于6月20日报市教育局。", "report|各校|排查情况|市教育局|06-20"),
    ("请各支部于6月10日前报送活动计划。", "plan|各支部|活动计划|-|06-10"),
    (
        "一、报送时间：6月10日前。\n二、报送方式：纸质材料一式两份报送省科协组织部。",
        "report||纸质材料|省科协/组织部|06-10",
    ),
    (
        "各有关省按要求向我会报送工作进展情况。\n每月5日前报送《进度统计表》。",
        "report|各有关省|《进度统计表》|青山省科学技术协会|MONTHLY;BYMONTHDAY=5",
    ),
]
SEVERAL = [
    (
        "请认真总结，于2020年6月12日前报送活动小结、照片等。各市科协、省级学会报送省科协组织部。各市科技局（委）报送省科技厅引智处。",
        [
            "report|各市科协+省级学会|活动小结+照片等|省科协/组织部|06-12",
            "report|各市科技局（委）|活动小结+照片等|省科技厅/引智处|06-12",
        ],
    ),
    (
        "于6月20日前报送总结。各省级科协报送中国科协组织部，各省级科技厅报送科技部人才司。",
        ["report|各省级科协|总结|中国科协/组织部|06-20", "report|各省级科技厅|总结|科技部/人才司|06-20"],
    ),
    (
        "请科协系统于6月10日前将总结报省科协，科技系统于6月15日前将总结报省科技厅。",
        ["report|科协系统|总结|省科协|06-10", "report|科技系统|总结|省科技厅|06-15"],
    ),
    (
        "各单位于6月底、9月底前将进展情况报送省科协。",
        ["report|各单位|进展情况|省科协|06-30", "report|各单位|进展情况|省科协|09-30"],
    ),
    (
        "须认真撰写总结报告及工作计划。以上材料分别于12月20日和2021年1月5日以前送交市科协办公室。",
        ["report||总结报告|市科协/办公室|12-20", "plan||工作计划|市科协/办公室|01-05"],
    ),
    (
        "各部门务必于12月14日前将联络员名单报送政治处，同时上报本部门的活动方案。",
        ["report|各部门|联络员名单|政治处|12-14", "plan|各部门|本部门的活动方案|政治处|12-14"],
    ),
    (
        "各科协要在6月28日前报送年度科普计划，12月20日前报送工作总结。",
        ["plan|各科协|年度科普计划|-|06-28", "report|各科协|工作总结|-|12-20"],
    ),
    (
        (
            "要求填报《统计表》，于6月8日下班前将电子稿上报到县体育局。"
            "请各年级认真填写本年级信息，于6月8日上午十点前将电子版发送至体育组，纸质版送至一楼。"
        ),
        ["report||《统计表》电子稿|县体育局|06-08", "report|各年级|本年级信息电子版|体育组|06-08 10:00"],
    ),
]
NOTHING = [
    "5月12日“护士节”前后，在全市开展慰问活动。",
    "《关于加强科研诚信建设的意见》已于2018年5月30日印发，请各单位遵照执行。",
    "本办法自2020年7月1日起施行。",
    "省科协将于12月10日前将结果报送中国科协。",
    "我会将委托第三方进行评估，并择优报中国科协。",
    "我会已于6月1日前将有关情况报送中国科协。",
    "执行中如遇重大问题，请及时向省科协报告。",
    "未按时报送的，予以通报。",
    "不得迟报、漏报、瞒报。",
    "报送信息须真实准确。",
    "建立健全信息报送机制，做好上报工作。",
    "定于10月10日上午9:00在三楼会议室召开会议，请各部门负责人准时参加。",
    "2020年3月20日，省政府召开会议，听取了工作汇报。",
    "为深入贯彻会议精神，制定本工作方案。",
    "探索和完善服务企业创新的方案。",
    "（五）做好工作预案。",
    "指导企业认真编写实施方案。",
    "请各单位于6月10日前完成整改。",
    "讲好中国方案，宣传先进典型。",
    "结题材料报送时间另行通知。",
    "请参会人员于6月9日下午3点前到酒店报到。",
    "已报送材料的单位无需重复报送。",
    "逾期未报送的视为放弃。",
    "评审结果将于7月15日前公布。",
    "学会收到申报材料后10个工作日内完成初审。",
    "各级科协组织要及时反映科技工作者的意见建议。",
    "公示期为2020年6月1日至6月7日，如有异议，请于公示期内向我会反映。",
    "对工作中涌现的先进典型要及时总结推广。",
]


@pytest.mark.parametrize(("text", "expected"), ONE, ids=range(len(ONE)))
def test_a_sentence_that_asks_for_one_thing_is_one_obligation(text: str, expected: str) -> None:
    assert [shown(one) for one in read(text).obligations] == [expected]


@pytest.mark.parametrize(("text", "expected"), SEVERAL, ids=range(len(SEVERAL)))
def test_routes_dates_and_things_of_their_own_are_obligations_of_their_own(text: str, expected: list[str]) -> None:
    assert [shown(one) for one in read(text).obligations] == expected


@pytest.mark.parametrize("text", NOTHING, ids=range(len(NOTHING)))
def test_what_asks_nobody_to_hand_in_anything_is_no_obligation(text: str) -> None:
    assert read(text).obligations == ()


def test_one_line_reports_here_and_the_other_there() -> None:
    setting = Setting(
        title="2015年活动",
        addressees=(
            Addressee(name="各市科协", line="科协"),
            Addressee(name="九三学社各市委会", line="九三学社"),
        ),
    )
    found = read("请于11月中旬前将总结分别报至省科协科普部和九三学社省委社会服务部。", setting).obligations
    assert [(one.line, one.who, one.to_body, one.to_department) for one in found] == [
        ("科协", ("各市科协",), "省科协", "科普部"),
        ("九三学社", ("九三学社各市委会",), "九三学社省委", "社会服务部"),
    ]


def test_quotes_are_in_the_text_and_spans_point_to_them() -> None:
    for text, _ in ONE:
        for one in read(text).obligations:
            assert one.quote
            assert text[one.span[0] : one.span[1]] == one.quote


@pytest.mark.parametrize(
    ("phrase", "body", "department"),
    [
        ("省科技厅引进智力管理处", "省科技厅", "引进智力管理处"),
        ("省人力资源社会保障厅就业促进处", "省人力资源社会保障厅", "就业促进处"),
        ("省教育厅（基础教育处）", "省教育厅", "基础教育处"),
        ("市委组织部干部一科", "市委组织部", "干部一科"),
        ("市政府办公室", "市政府办公室", None),
        ("省疫情防控指挥部办公室", "省疫情防控指挥部办公室", None),
        ("市科协办公室", "市科协", "办公室"),
        ("国家卫生健康委办公厅", "国家卫生健康委", "办公厅"),
        ("我会学会部", "青山省科学技术协会", "学会部"),
        ("我委高技术处", "我委", "高技术处"),
        ("政教处", "政教处", None),
        ("省科协学会服务中心", "省科协", "学会服务中心"),
    ],
)
def test_a_destination_is_parted_into_body_and_department(phrase: str, body: str, department: str | None) -> None:
    (one,) = read(f"请于6月10日前将总结报{phrase}。").obligations
    assert (one.to_body, one.to_department) == (body, department)


class TestWindows:
    """When the activity takes place."""

    @pytest.mark.parametrize(
        ("text", "start", "end", "fuzzy"),
        [
            ("二、活动时间\n2020年5月中旬-6月上旬。", date(2020, 5, 11), date(2020, 6, 10), True),
            ("活动时间：2020年9月1日至9月15日。", date(2020, 9, 1), date(2020, 9, 15), False),
            ("定于9月15日至25日集中开展科普日活动。", date(2020, 9, 15), date(2020, 9, 25), False),
            ("活动时间为2020年9月。", date(2020, 9, 1), date(2020, 9, 30), True),
            ("于2020年6月1日至6月30日在全省组织开展安全生产月活动。", date(2020, 6, 1), date(2020, 6, 30), False),
        ],
    )
    def test_the_window_of_the_activity_is_found(self, text: str, start: date, end: date, fuzzy: bool) -> None:
        window = read(text).window
        assert window is not None
        assert (window.start, window.end, window.fuzzy) == (start, end, fuzzy)

    @pytest.mark.parametrize(
        "text",
        [
            "报送时间：2020年6月10日前。",
            "报名时间：2020年6月1日至6月10日。",
            "5月30日前后开展活动。",
            "按照2019-2023年规划逐条落实。",
            "请于6月1日至6月10日报送材料。",
        ],
    )
    def test_other_times_are_no_window(self, text: str) -> None:
        assert read(text).window is None


class TestDoubts:
    """What a person is asked to decide."""

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("请于6月10日前将总结报省科协。", "year_assumed"),
            ("请于2020年6月20日前将总结报省科协。", "non_working_day"),
            ("请于2020年6月10日(星期五)前将总结报省科协。", "weekday_differs"),
            ("请于2月30日前将总结报省科协。", "no_such_date"),
            ("请于6月10日下班前将总结报省科协。", "time_unclear"),
            ("请及时将总结报省科协。", "promptly_no_date"),
            ("请每月将总结报省科协。", "recurring_without_day"),
            ("执行中如遇重大问题，请及时向省科协报告。", "conditional_report"),
            ("活动时间：2020年6月1日至6月10日。\n请于2020年6月10日前将总结报省科协。", "window_ends_at_due"),
        ],
    )
    def test_it_has_a_stable_code(self, text: str, code: str) -> None:
        assert code in [one.code for one in read(text).doubts]

    def test_a_department_named_otherwise_among_the_contacts_is_one(self) -> None:
        setting = Setting(title="2020年活动", contacts=(ContactFound(unit="科技部引进国外人才管理司"),))
        found = read("请于2020年6月10日前将总结报科技部引进国外人才资源管理司。", setting)
        assert "department_name_differs" in [one.code for one in found.doubts]

    def test_an_addressee_without_a_route_is_one(self) -> None:
        names = ("各省、自治区、直辖市科协", "各省、自治区、直辖市科技厅", "边疆建设兵团科协")
        lines = ("科协", "科技", "科协")
        setting = Setting(addressees=tuple(Addressee(name=n, line=k) for n, k in zip(names, lines, strict=True)))
        text = "于2020年6月19日前报送总结。各省级科协报送中国科协组织部，各省级科技厅报送科技部人才司。"
        found = [one for one in read(text, setting).doubts if one.code == "unrouted_addressee"]
        assert len(found) == 1
        assert "边疆建设兵团科协" in found[0].text

    def test_no_year_anywhere_is_one_and_no_due(self) -> None:
        found = read("请于6月10日前将总结报省科协。", Setting())
        assert [one.due for one in found.obligations] == [None]
        assert "year_unknown" in [one.code for one in found.doubts]


class TestPassedOn:
    """What is doubtful between a notice and the one it passes on."""

    @staticmethod
    def segment(text: str, *names: str) -> Segment:
        """Return a notice to some addressees with what its text asks for."""
        found = read(text)
        addressees = tuple(Addressee(name=name) for name in names)
        return Segment(
            kind="notice",
            span=(0, len(text)),
            addressees=addressees,
            window=found.window,
            obligations=found.obligations,
        )

    def test_a_due_after_the_one_above_is_one(self) -> None:
        found = between(self.segment("请于6月22日前将总结报省科协。"), self.segment("请于6月19日前将总结报中国科协。"))
        assert [one.code for one in found] == ["child_due_after_parent"]

    def test_slack_is_counted_in_calendar_and_working_days(self) -> None:
        found = between(self.segment("请于6月10日前将总结报省科协。"), self.segment("请于6月19日前将总结报中国科协。"))
        assert [one.code for one in found] == ["slack"]
        assert found[0].text.startswith("9 days")
        assert "7 of them worked" in found[0].text

    def test_what_is_asked_above_and_not_here_is_one(self) -> None:
        above = self.segment("请于6月19日前将总结、照片报中国科协。")
        found = between(self.segment("请于6月10日前将总结报省科协。"), above)
        assert [one.text for one in found if one.code == "dropped_requirement"] == [
            "照片 is asked for above, and not here"
        ]

    def test_a_group_asked_by_both_is_one_and_a_lower_level_is_none(self) -> None:
        ours = self.segment("请于6月10日前将总结报省科协。", "各地级以上市科协", "各高校科协")
        above = self.segment("请于6月19日前将总结报中国科协。", "各省、自治区、直辖市科协", "有关高校科协")
        found = [one for one in between(ours, above) if one.code == "double_reporting"]
        assert len(found) == 1
        assert "高校科协" in found[0].text


_SIGNS = list("请于前将、，。（）《》“”和至：")
_PHRASES = [
    "各单位",
    "6月10日",
    "总结",
    "报送",
    "省科协",
    "每月",
    "5日",
    "及时",
    "报告",
    "方案",
    "制定",
    "如遇",
    "周末",
]
_MORE = ["顺延", "我会", "分别", "活动时间", "附件", "一、", "收到", "之日起", "三日内"]
_WORDS = st.lists(st.sampled_from([*_SIGNS, *_PHRASES, *_MORE]), max_size=40)


@given(_WORDS)
def test_no_order_of_words_makes_it_fail(words: list[str]) -> None:
    text = "".join(words)
    for one in read(text).obligations:
        assert text[one.span[0] : one.span[1]] == one.quote


@given(st.text(max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    "text",
    [
        "报送" * 20_000,
        "请各单位" * 10_000,
        "（" * 30_000,
        "于6月10日前报送总结，" * 3_000,
        "活动时间：" * 8_000,
        "各市、" * 10_000,
    ],
)
def test_a_hostile_line_costs_its_length(text: str) -> None:
    begin = time.process_time()
    read(text)
    assert time.process_time() - begin < 5
