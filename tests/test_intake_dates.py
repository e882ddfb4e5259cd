"""Dates and times as notices write them: what each phrase comes to as a due, and what stays open."""

from __future__ import annotations

import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.due import Between, Due, Every, On, Relative
from xiada.workflows.intake.dates import Reading, readings
from xiada.workflows.intake.script import plain
from xiada.workflows.intake.years import Years

MAY_6 = date(2020, 5, 6)
"""A Wednesday."""

YEARS = Years.of("关于开展2020年活动的通知", MAY_6, "某科协发〔2020〕7号")
NOTHING = Years()


def read(text: str, years: Years = YEARS) -> tuple[Reading, ...]:
    """Return the readings of a text as it is written."""
    return readings(plain(text), years)


def shown(due: Due) -> str:
    """Return a due in few signs."""
    match due:
        case On(on=day, time=None):
            return f"{day}"
        case On(on=day, time=clock):
            return f"{day} {clock:%H:%M}"
        case Between(earliest=first, latest=last):
            return f"{first}..{last}"
        case Every(rrule=rule):
            return rule.removeprefix("FREQ=")
        case Relative(anchor=anchor, days=days, workdays=workdays):
            return f"{anchor}{days:+}{'w' if workdays else 'd'}"
        case _:
            return "promptly"


DATED = [
    ("于2020年6月10日前", "2020-06-10"),
    ("2020年6月10日之前", "2020-06-10"),
    ("2020年6月10日以前", "2020-06-10"),
    ("截至2020年6月10日止", "2020-06-10"),
    ("6月10日前", "2020-06-10"),
    ("6月10号前", "2020-06-10"),
    ("6 月 10 日前".replace(" ", ""), "2020-06-10"),
    ("６月１０日前", "2020-06-10"),
    ("六月十日前", "2020-06-10"),
    ("二〇二〇年六月十日前", "2020-06-10"),
    ("二○二○年六月三十日前", "2020-06-30"),
    ("二零二零年十二月廿五日前", "2020-12-25"),
    ("6月10日（星期三）前", "2020-06-10"),
    ("6月10日(周三)前", "2020-06-10"),
    ("6月10日（本周三）下午三点前", "2020-06-10 15:00"),
    ("本月25日前", "2020-05-25"),
    ("10日前", "2020-05-10"),
    ("下月10日前", "2020-06-10"),
    ("6.10前", "2020-06-10"),
    ("2020.6.10前", "2020-06-10"),
    ("2020-06-10前", "2020-06-10"),
    ("2020/6/10前", "2020-06-10"),
    ("2020年6月10日17:00前", "2020-06-10 17:00"),
    ("2020年6月10日17：00前", "2020-06-10 17:00"),
    ("6月10日上午9:30前", "2020-06-10 09:30"),
    ("6月10日上午9时30分前", "2020-06-10 09:30"),
    ("6月10日下午3点半前", "2020-06-10 15:30"),
    ("6月10日下午15:00前", "2020-06-10 15:00"),
    ("6月10日下午5时前", "2020-06-10 17:00"),
    ("6月10日中午12时前", "2020-06-10 12:00"),
    ("6月10日中午12点前", "2020-06-10 12:00"),
    ("6月10日晚8点前", "2020-06-10 20:00"),
    ("6月10日17时前", "2020-06-10 17:00"),
    ("6月10日24时前", "2020-06-10"),
    ("6月10日24:00前", "2020-06-10"),
    ("6月10日下班前", "2020-06-10"),
    ("6月10日下午下班前", "2020-06-10"),
    ("5月底前", "2020-05-31"),
    ("2020年2月底前", "2020-02-29"),
    ("月底前", "2020-05-31"),
    ("本月底前", "2020-05-31"),
    ("年底前", "2020-12-31"),
    ("今年年底前", "2020-12-31"),
    ("2020年底前", "2020-12-31"),
    ("2020年年底前", "2020-12-31"),
    ("年内", "2020-12-31"),
    ("明年3月底前", "2021-03-31"),
    ("明年1月10日前", "2021-01-10"),
    ("本季度末前", "2020-06-30"),
    ("三季度末前", "2020-09-30"),
    ("第四季度末前", "2020-12-31"),
    ("6月份内", "2020-06-30"),
    ("今日下午5时前", "2020-05-06 17:00"),
    ("明天上午10点前", "2020-05-07 10:00"),
    ("本周五前", "2020-05-08"),
    ("即日起至6月10日", "2020-06-10"),
    ("6月10日17:00时前", "2020-06-10 17:00"),
    ("2020年元月15日前", "2020-01-15"),
    ("下周三前", "2020-05-13"),
]
FUZZY = [
    ("11月中旬前", "2020-11-10..2020-11-20"),
    ("11月上旬前", "2020-10-31..2020-11-10"),
    ("11月下旬前", "2020-11-20..2020-11-30"),
    ("11月中旬", "2020-11-11..2020-11-20"),
    ("11月初", "2020-11-01..2020-11-10"),
    ("11月末", "2020-11-21..2020-11-30"),
    ("上半年", "2020-01-01..2020-06-30"),
    ("下半年", "2020-07-01..2020-12-31"),
    ("2020年第三季度", "2020-07-01..2020-09-30"),
    ("6月前", "2020-05-31..2020-06-30"),
    ("2020年5月中旬-6月上旬", "2020-05-11..2020-06-10"),
    ("5月中旬至6月上旬", "2020-05-11..2020-06-10"),
]
RANGED = [
    ("6月1日至6月10日", "2020-06-01..2020-06-10"),
    ("9月1日—30日", "2020-09-01..2020-09-30"),
    ("9月1日－30日", "2020-09-01..2020-09-30"),
    ("9月1日～9月30日", "2020-09-01..2020-09-30"),
    ("6月1-10日", "2020-06-01..2020-06-10"),
    ("6月2至10日", "2020-06-02..2020-06-10"),
    ("2020年5月至7月", "2020-05-01..2020-07-31"),
    ("5—6月", "2020-05-01..2020-06-30"),
    ("2020年6月1日起至12月31日", "2020-06-01..2020-12-31"),
    ("12月20日至1月10日", "2020-12-20..2021-01-10"),
    ("2020.6.1-2020.6.10", "2020-06-01..2020-06-10"),
]
RECURRING = [
    ("每月9日、19日、28日前", "MONTHLY;BYMONTHDAY=9,19,28"),
    ("每月5日前", "MONTHLY;BYMONTHDAY=5"),
    ("每个月的25号前", "MONTHLY;BYMONTHDAY=25"),
    ("每月5、20日前", "MONTHLY;BYMONTHDAY=5,20"),
    ("次月5日前", "MONTHLY;BYMONTHDAY=5"),
    ("每月底前", "MONTHLY;BYMONTHDAY=-1"),
    ("每月最后一天", "MONTHLY;BYMONTHDAY=-1"),
    ("每月前5个工作日", "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=5"),
    ("每月结束后5日内", "MONTHLY;BYMONTHDAY=5"),
    ("每月", "MONTHLY"),
    ("按月", "MONTHLY"),
    ("每周五前", "WEEKLY;BYDAY=FR"),
    ("每周一、周四", "WEEKLY;BYDAY=MO,TH"),
    ("每周五17:00前", "WEEKLY;BYDAY=FR;BYHOUR=17;BYMINUTE=0"),
    ("每两周", "WEEKLY;INTERVAL=2"),
    ("每日17:00前", "DAILY;BYHOUR=17;BYMINUTE=0"),
    ("每天下午4点前", "DAILY;BYHOUR=16;BYMINUTE=0"),
    ("每个工作日", "WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("每季度末前", "YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"),
    ("每季度末月25日前", "YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=25"),
    ("每季度首月10日前", "YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10"),
    ("每季度结束后10个工作日内", "MONTHLY;BYMONTH=1,4,7,10;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=10"),
    ("每季度终了后15日内", "MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=15"),
    ("每季度", "MONTHLY;INTERVAL=3"),
    ("每半年", "MONTHLY;INTERVAL=6"),
    ("每年12月底前", "YEARLY;BYMONTH=12;BYMONTHDAY=-1"),
    ("每年6月底和12月底前", "YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"),
    ("每年6月20日、12月20日前", "YEARLY;BYMONTH=6,12;BYMONTHDAY=20"),
    ("每年1月10日前", "YEARLY;BYMONTH=1;BYMONTHDAY=10"),
    ("每年年底", "YEARLY;BYMONTH=12;BYMONTHDAY=-1"),
    ("每年", "YEARLY"),
]
COUNTED = [
    ("收到本通知之日起5个工作日内", "receipt+5w"),
    ("收到文件后3日内", "receipt+3d"),
    ("接此通知后五日内", "receipt+5d"),
    ("自本通知印发之日起十五个工作日内", "issue+15w"),
    ("发文之日起一个月内", "issue+30d"),
    ("活动结束后10日内", "activity_end+10d"),
    ("活动结束后一周内", "activity_end+7d"),
    ("会后三日内", "event+3d"),
    ("培训结束后两周内", "event+14d"),
    ("会前3天", "event-3d"),
    ("开展活动前15天", "event-15d"),
    ("国家规定的上报日期前20日", "parent_due-20d"),
    ("省发展改革委规定的截止日期前5个工作日", "parent_due-5w"),
    ("三日内", "receipt+3d"),
    ("一周内", "receipt+7d"),
    ("10个工作日内", "receipt+10w"),
]


@pytest.mark.parametrize(("phrase", "due"), DATED + FUZZY + RANGED + RECURRING + COUNTED)
def test_a_phrase_is_read_as_its_due(phrase: str, due: str) -> None:
    assert [shown(one) for found in read(phrase) for one in found.dues] == [due]


@pytest.mark.parametrize(("phrase", "due"), DATED + FUZZY)
def test_a_phrase_is_found_in_a_sentence(phrase: str, due: str) -> None:
    sentence = f"请各有关单位于{phrase}将活动总结报送省科协"
    assert due in [shown(one) for found in read(sentence) for one in found.dues]


def test_a_list_of_dates_is_a_due_each() -> None:
    (found,) = read("分别于6月底、9月底、12月底前")
    assert [shown(one) for one in found.dues] == ["2020-06-30", "2020-09-30", "2020-12-31"]


def test_a_day_alone_belongs_to_the_month_named_before_it() -> None:
    found = read("6月10日前报送方案,20日前报送总结")
    assert [shown(due) for one in found for due in one.dues] == ["2020-06-10", "2020-06-20"]


@pytest.mark.parametrize(
    "text",
    [
        "科协发组字〔2020〕7号",
        "第19届三中全会",
        "25位科技工作者代表",
        "“1+1+9”工作部署",
        "020-00000001",
        "三大攻坚战",
        "十四五规划",
        "5G、人工智能",
        "第四个全国科技工作者日",
        "一日常管理",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize("text", ["5月30日前后", "6月10日前夕", "6月10日起", "6月10日以来", "6月10日召开"])
def test_the_day_of_an_event_is_no_limit(text: str) -> None:
    assert [found.limit for found in read(text)] == [False]


class TestYears:
    """Which year a date without one means."""

    @pytest.mark.parametrize(
        ("title", "issue", "number", "phrase", "due", "assumed"),
        [
            ("2020年活动", None, None, "6月20日前", "2020-06-20", "year from title"),
            ("2020年活动", date(2020, 4, 1), None, "6月20日前", "2020-06-20", "year from title"),
            (None, date(2018, 6, 4), None, "6月6日前", "2018-06-06", "year from issue date"),
            (None, None, "粤科协联〔2020〕9号", "6月10日前", "2020-06-10", "year from number"),
            ("2019年度总结", date(2019, 12, 20), None, "1月10日前", "2020-01-10", "year from issue date"),
            ("2019年度总结", date(2020, 1, 5), None, "1月15日前", "2020-01-15", "year from issue date"),
            ("2021年度项目", date(2020, 11, 20), None, "12月10日前", "2020-12-10", "year from issue date"),
            ("二〇二〇年活动", None, None, "6月20日前", "2020-06-20", "year from title"),
            ("2020-2021学年活动", None, None, "12月20日前", "2020-12-20", "year from title"),
            ("2020年活动", None, None, "2021年1月5日前", "2021-01-05", None),
        ],
    )
    def test_it_is_taken_from_the_title_the_issue_or_the_number(
        self, title: str | None, issue: date | None, number: str | None, phrase: str, due: str, assumed: str | None
    ) -> None:
        (found,) = read(phrase, Years.of(title, issue, number))
        assert (shown(found.dues[0]), found.dues[0].assumed) == (due, assumed)

    def test_no_year_at_all_is_no_due_and_a_doubt(self) -> None:
        (found,) = read("6月10日前", NOTHING)
        assert found.dues == ()
        assert found.limit
        assert [code for code, _ in found.remarks] == ["year_unknown"]

    def test_title_and_number_that_differ_are_a_doubt(self) -> None:
        (found,) = read("12月10日前", Years.of("2021年活动", None, "某发〔2020〕3号"))
        assert "year_ambiguous" in [code for code, _ in found.remarks]


class TestDoubts:
    """What is said about a phrase that is not plain."""

    @pytest.mark.parametrize(
        ("phrase", "code"),
        [
            ("2020年2月30日前", "no_such_date"),
            ("2020年13月5日前", "no_such_date"),
            ("6月31日前", "no_such_date"),
            ("2020年6月10日(星期五)前", "weekday_differs"),
            ("6月10日下班前", "time_unclear"),
            ("2020年4月10日前", "due_before_issue"),
            ("6月10日前", "year_assumed"),
            ("每月", "recurring_without_day"),
            ("三日内", "anchor_assumed"),
            ("48小时内", "counted_in_hours"),
            ("本学期末前", "due_unclear"),
            ("春节前", "due_unclear"),
        ],
    )
    def test_a_doubtful_phrase_has_its_code(self, phrase: str, code: str) -> None:
        assert code in [found for one in read(phrase) for found, _ in one.remarks]

    @pytest.mark.parametrize("phrase", ["2020年2月30日前", "2020年13月5日前", "6月31日前", "9999年6月1日前"])
    def test_a_date_that_does_not_exist_is_no_due(self, phrase: str) -> None:
        assert all(not one.dues for one in read(phrase))

    def test_a_right_weekday_is_no_doubt(self) -> None:
        assert read("2020年6月10日(星期三)前")[0].remarks == ()


_SCRIPT = "〇一二三四五六七八九"


def chinese(value: int) -> str:
    """Return a number below 100 as it is counted."""
    tens, ones = divmod(value, 10)
    return ("" if not tens else "十" if tens == 1 else f"{_SCRIPT[tens]}十") + (_SCRIPT[ones] if ones else "")


FORMS = (
    lambda day: f"{day.year}年{day.month}月{day.day}日前",
    lambda day: f"{day.year}年{day.month:02}月{day.day:02}日之前",
    lambda day: f"{day.year}.{day.month}.{day.day}前",
    lambda day: f"{day.year}-{day.month:02}-{day.day:02}前",
    lambda day: f"{day.year}/{day.month}/{day.day}前",
    lambda day: f"{''.join(_SCRIPT[int(one)] for one in str(day.year))}年{chinese(day.month)}月{chinese(day.day)}日前",
    lambda day: f"于{day.year}年{day.month}月{day.day}日下午5点前",
    lambda day: f"截止时间为{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}年{day.month}月{day.day}号以前",
    lambda day: f"{day.year}年{day.month}月{day.day}日({'一二三四五六日'[day.weekday()]})前".replace("(", "(星期"),
    lambda day: f"{day.month}月{day.day}日前" if day.year == MAY_6.year and day >= MAY_6 else f"{day:%Y-%m-%d}止",
    lambda day: f"{day:%Y年%m月%d日}24时前",
)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.sampled_from(FORMS))
def test_every_date_is_read_back_from_every_form(day: date, form: object) -> None:
    assert callable(form)
    found = [due for one in read(form(day)) for due in one.dues]
    assert [due.on for due in found if isinstance(due, On)] == [day]


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)), st.integers(0, 300))
def test_every_range_is_read_back(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    text = f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日"
    assert [one.days for one in read(text)] == [(first, last)]


@given(
    st.text(alphabet="0123456789年月日号前内至-—、,。每周季度底旬上中下半一二三十〇()（）: ./于起后工作", max_size=60)
)
def test_no_text_makes_it_fail_and_readings_stay_in_order(text: str) -> None:
    found = read(text)
    for one, after in pairwise(found):
        assert one.stop <= after.start
    assert all(0 <= one.start < one.stop <= len(text) for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "6月" * 20_000,
        "1" * 40_000,
        "每月5日、" * 8_000,
        "收到" * 20_000,
        "2020年" * 10_000,
        "(" * 40_000,
        "第一季度" * 9_000,
    ],
)
def test_a_hostile_line_costs_its_length(text: str) -> None:
    begin = time.process_time()
    read(text)
    assert time.process_time() - begin < 5
