"""Doubts settled by a person, or by what was said beforehand; and what people are told of a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time

import pytest
from intake_files import TEXT

from xiada.console.context import Context, Desk
from xiada.console.intake_settling import SEEN, Settling
from xiada.console.intake_telling import Teller, due_words, place_of, rule_words
from xiada.console.intaking import Said, Units, chosen, drafted, found_in
from xiada.console.words import Words
from xiada.engine.due import Between, Due, Every, On, Promptly, Relative
from xiada.engine.errors import Malformed, NotFound, Refused
from xiada.engine.notice import Window
from xiada.engine.org import Org
from xiada.engine.orgfile import parse_org
from xiada.workflows.intake.drafting import Draft
from xiada.workflows.intake.values import Addressee, Doubt, ObligationFound, Segment, WindowFound

ORG = """\
id,name,kind,level,line,superior,aliases
p,某省科学技术协会,association,province,kx,,某省科协
c1,甲市科学技术协会,association,city,kx,p,甲市科协
c2,乙市科学技术协会,association,city,kx,p,乙市科协
"""
START, STOP = TEXT.index("2021年12月10日"), TEXT.index("2021年12月10日") + 11
CITIES = Addressee(name="各市科协", kind="association", level=("city",), line="科协")
ASSUMED = Doubt(code="year_assumed", text="no year is written", span=(START, STOP))
DECIDE = Doubt(code="child_due_after_parent", text="later than above", span=(START, STOP))
NOTICE = Segment(
    kind="notice",
    span=(0, len(TEXT)),
    title="关于报送年度工作总结的通知",
    issuers=("某省科学技术协会",),
    addressees=(CITIES,),
    window=WindowFound(start=date(2021, 9, 1), end=date(2021, 9, 30), span=(0, 4)),
    obligations=(
        ObligationFound(kind="report", what=("总结",), due=On(date(2021, 12, 10)), span=(START - 5, STOP + 5)),
    ),
)
NEWS = Segment(kind="meeting_news", span=(0, 9), title="某会议召开", reason="没有主送")


class Answers:
    """Answers from a list, and what was shown meanwhile."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.shown: list[str] = []

    def ask(self, question: str) -> str:
        """Return the next answer."""
        self.shown.append(question)
        if not self.answers:
            raise EOFError
        return self.answers.pop(0)

    def tell(self, text: str) -> None:
        """Keep a line."""
        self.shown.append(text)


@pytest.fixture
def org() -> Org:
    """Return an org of three units."""
    return parse_org(ORG, source="org.csv", csv_form=True)


@pytest.fixture
def units(org: Org) -> Units:
    """Return the org with where it came from."""
    return Units(org=org, source="org.csv", line_names={})


def settled(
    answers: Iterable[str] | None,
    *doubts: Doubt,
    segment: Segment = NOTICE,
    units: Units | None = None,
    accepted: tuple[str, ...] = (),
) -> tuple[Draft, Answers, Settling]:
    """Return the draft of a notice settled with these answers."""
    asker = Answers(*(answers or ()))
    made, own = drafted(TEXT, [replace(segment, doubts=doubts)], 0, units, Said(issuers=() if units else ("p",)))
    settling = Settling(
        words=Words("zh"),
        text=TEXT,
        asker=None if answers is None else asker,
        accepted=frozenset(accepted),
        org=units.org if units else None,
    )
    return settling.settle(made, own), asker, settling


def due_of(draft: Draft) -> Due | None:
    """Return the due of the only obligation."""
    return draft.obligations[0].obligation.due


# Answers


def test_a_doubt_is_shown_with_its_line_and_its_words_and_confirmed_with_enter() -> None:
    draft, asker, settling = settled([""], ASSUMED)
    assert asker.shown[0] == "[1/1] year_assumed：原文没有写年份，年份是推定的"
    assert "第 9 行“2021年12月10日”" in asker.shown[1]
    assert due_of(draft) == On(date(2021, 12, 10))
    assert settling.remarks == ["year_assumed: 原文没有写年份，年份是推定的"]


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("2022-12-10", On(date(2022, 12, 10))),
        ("2022-12-10T15:00", On(date(2022, 12, 10), time(15, 0))),
        ("2022-12-10T15:00+08:00", On(date(2022, 12, 10), time(15, 0))),
        ("2022", On(date(2022, 12, 10))),
        ("undated", None),
    ],
)
def test_a_due_is_corrected_where_the_doubt_stands(typed: str, due: Due | None) -> None:
    draft, _, settling = settled(["c", typed], ASSUMED)
    assert due_of(draft) == due
    assert settling.remarks == ["year_assumed: 原文没有写年份，年份是推定的（已改正）"]


def test_what_cannot_be_read_is_asked_for_again_with_the_reason() -> None:
    draft, asker, _ = settled(["x", "c", "tomorrow", "2021-13-40", "2021-12-11"], ASSUMED)
    assert due_of(draft) == On(date(2021, 12, 11))
    assert sum("请重新回答" in line for line in asker.shown) == 3


def test_a_year_that_has_no_such_day_is_asked_for_again() -> None:
    leap = replace(NOTICE.obligations[0], due=On(date(2020, 2, 29), assumed="year from number"))
    draft, asker, _ = settled(["c", "2021", "2024"], ASSUMED, segment=replace(NOTICE, obligations=(leap,)))
    assert due_of(draft) == On(date(2024, 2, 29))
    assert any("请重新回答" in line for line in asker.shown)


def test_fuzzy_dates_move_to_another_year_with_their_words() -> None:
    fuzzy = replace(NOTICE.obligations[0], due=Between(date(2020, 12, 21), date(2021, 1, 10), "12月下旬至1月上旬"))
    draft, _, _ = settled(["c", "2022"], ASSUMED, segment=replace(NOTICE, obligations=(fuzzy,)))
    assert due_of(draft) == Between(date(2022, 12, 21), date(2023, 1, 10), "12月下旬至1月上旬")


def test_an_id_of_ones_own_is_asked_for_at_the_end_and_only_where_something_was_asked() -> None:
    draft, asker, _ = settled(["", "某", "of-my-own"], ASSUMED)
    assert draft.id == "of-my-own"
    assert sum("通知代码" in line for line in asker.shown) == 2
    assert settled([""], ASSUMED)[0].id == settled([])[0].id
    assert settled([])[1].shown == []


def test_an_obligation_in_doubt_may_be_left_out() -> None:
    draft, _, _ = settled(["d"], DECIDE)
    assert draft.obligations == ()


def test_other_doubts_about_a_due_just_corrected_or_left_out_are_not_asked_any_more() -> None:
    weekend = Doubt(code="non_working_day", text="a Saturday", span=(START - 3, STOP + 3))
    for answers in (["c", "2021-12-13"], ["d"]):
        _, asker, _ = settled(answers, ASSUMED, weekend)
        assert sum(line.startswith("[") for line in asker.shown) == 1


def test_a_window_in_doubt_is_corrected_or_left_out() -> None:
    doubt = Doubt(code="year_assumed", text="no year", span=(0, 3))
    assert settled(["d"], doubt)[0].window is None
    corrected, asker, _ = settled(["c", "2022-09-30 2022-09-01", "2022-09-01 2022-09-30"], doubt)
    assert corrected.window == Window(date(2022, 9, 1), date(2022, 9, 30))
    assert any("请重新回答" in line for line in asker.shown)


def test_where_a_doubt_is_about_nothing_in_the_draft_there_is_nothing_to_correct() -> None:
    _, asker, _ = settled([""], Doubt(code="year_assumed", text="no year", span=(5, 7)))
    assert not any("c=改正" in line or "d=" in line for line in asker.shown)


@pytest.mark.parametrize("answers", [["q"], [], ["c", "q"], ["c"]])
def test_whoever_quits_or_goes_away_leaves_no_notice(answers: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        settled(answers, ASSUMED)
    assert caught.value.code == "left_unsettled"


def test_an_unknown_issuer_is_asked_for_until_the_org_has_it(units: Units) -> None:
    odd = replace(NOTICE, issuers=("无此单位",))
    draft, asker, _ = settled(["c", "nobody", "p"], segment=odd, units=units)
    assert draft.issuers == ("p",)
    assert any("没有单位“nobody”" in line for line in asker.shown)


def test_an_unknown_issuer_that_was_confirmed_is_asked_for_all_the_same(units: Units) -> None:
    draft, _, _ = settled(["", "p"], segment=replace(NOTICE, issuers=("无此单位",)), units=units)
    assert draft.issuers == ("p",)


def test_a_missing_title_is_asked_for() -> None:
    draft, _, _ = settled(["c", "关于某事的通知"], segment=replace(NOTICE, title=None))
    assert draft.title == "关于某事的通知"


# Nobody to ask


def test_without_anybody_to_ask_open_doubts_are_refused_and_told() -> None:
    with pytest.raises(Refused) as caught:
        settled(None, ASSUMED, DECIDE)
    assert caught.value.code == "open_doubts"
    assert caught.value.data["codes"] == ["child_due_after_parent", "year_assumed"]
    assert caught.value.data["doubts"][0] == ["year_assumed", "no year is written", [START, STOP]]  # type: ignore[index]


def test_see_confirms_what_needs_no_decision_and_nothing_else() -> None:
    _, _, settling = settled(None, ASSUMED, accepted=(SEEN,))
    assert settling.remarks == ["year_assumed: 原文没有写年份，年份是推定的"]
    for code in ("child_due_after_parent", "never_heard_of"):
        with pytest.raises(Refused) as caught:
            settled(None, ASSUMED, replace(DECIDE, code=code), accepted=(SEEN,))
        assert caught.value.data["codes"] == [code]


def test_accepted_codes_are_closed_and_remembered() -> None:
    draft, _, settling = settled(None, ASSUMED, DECIDE, accepted=("year_assumed", "child_due_after_parent"))
    assert len(settling.remarks) == 2
    assert draft.notice().issuers == ("p",)


def test_see_at_a_terminal_leaves_only_decisions_to_be_asked() -> None:
    _, asker, _ = settled([""], ASSUMED, DECIDE, accepted=(SEEN,))
    assert [line for line in asker.shown if line.startswith("[")] == [
        "[1/1] child_due_after_parent：期限晚于所转发通知的期限"
    ]


# Choosing and drafting


def desk() -> Desk:
    """Return a desk that speaks Chinese."""
    return Desk(Context(environment={}), file="none.db", language="zh")


def test_the_first_notice_is_taken_and_that_there_are_others_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert chosen(desk(), TEXT, (NEWS, NOTICE, NOTICE), None) == 1
    assert "2 份通知，取第 2 份" in capsys.readouterr().err
    assert chosen(desk(), TEXT, (NEWS, NOTICE, NOTICE), 3) == 2


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_document_that_is_not_there_cannot_be_chosen(number: int) -> None:
    with pytest.raises(Malformed) as caught:
        chosen(desk(), TEXT, (NEWS, NOTICE, NOTICE), number)
    assert caught.value.code == "no_such_segment"


def test_where_there_is_no_directive_it_is_said_what_there_is_instead() -> None:
    with pytest.raises(Refused) as caught:
        chosen(desk(), TEXT, (NEWS,), None)
    assert caught.value.data["documents"] == [["meeting_news", "某会议召开"]]
    assert "会议新闻《某会议召开》" in caught.value.message
    for segments, number in (((NEWS, NOTICE), 1), ((), None)):
        with pytest.raises(Refused):
            chosen(desk(), TEXT, segments, number)


def test_a_plan_is_issued_by_itself_only_where_it_came_without_a_notice() -> None:
    plan = replace(NOTICE, kind="work_plan")
    assert chosen(desk(), TEXT, (plan,), None) == 0
    with pytest.raises(Refused):
        chosen(desk(), TEXT, (NOTICE, plan), 2)


def test_issuers_said_beforehand_are_looked_up(units: Units) -> None:
    made, doubts = drafted(
        TEXT, [replace(NOTICE, issuers=("无此单位",))], 0, units, Said(issuers=("p",), notice_id="n1")
    )
    assert (made.id, made.issuers, doubts) == ("n1", ("p",), ())
    with pytest.raises(NotFound):
        drafted(TEXT, [NOTICE], 0, units, Said(issuers=("nobody",)))
    with pytest.raises(Malformed):
        drafted(TEXT, [NOTICE], 0, units, Said(notice_id="某"))


def test_those_who_owe_it_are_told_in_the_words_of_the_org(units: Units) -> None:
    owed = replace(NOTICE.obligations[0], who=("各市科协",))
    made, doubts = drafted(TEXT, [replace(NOTICE, obligations=(owed,))], 0, units, Said())
    who = made.obligations[0].obligation.who
    assert who is not None
    assert (who.kind, who.level, doubts) == (("association",), ("city",), ())


# Told to people


def told(segment: Segment, units: Units | None, language: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what people are told of a document."""
    at = Desk(Context(environment={}), file="none.db", language=language)
    Teller(at, TEXT).tell([segment], [found_in(segment, units)])
    return capsys.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_people_are_told_fields_obligations_units_and_doubts(
    language: str, units: Units, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = Addressee(name="某局")
    out = told(replace(NOTICE, doubts=(ASSUMED, DECIDE), addressees=(CITIES, lost)), units, language, capsys)
    for words in ("关于报送年度工作总结的通知", "各市科协", "2021-12-10", "甲市科学技术协会", "year_assumed", "某局"):
        assert words in out
    assert ("（须决定）" if language == "zh" else "(to be decided)") in out
    assert ("文中没有写" if language == "zh" else "not said") in out


def test_news_is_told_with_the_reason_it_is_no_directive(capsys: pytest.CaptureFixture[str]) -> None:
    assert "不是指令：没有主送" in told(NEWS, None, "zh", capsys)


@pytest.mark.parametrize(
    ("due", "zh"),
    [
        (None, "没有写"),
        (On(date(2021, 12, 10), time(15, 0), assumed="year from title"), "2021-12-10 15:00（星期五），年份推定自标题"),
        (Every("FREQ=MONTHLY", shift="previous_workday"), "定期，每月，遇非工作日提前至上一个工作日"),
        (Relative("parent_due", -20), "上级期限 前 20 天"),
        (Relative("receipt", 3, True), "收文 后 3 个工作日"),
        (Between(date(2021, 11, 11), date(2021, 11, 20), "11月中旬"), "2021-11-11 至 2021-11-20（11月中旬）"),
        (Promptly(soft=True), "及时，未定日期（原则上）"),
    ],
)  # fmt: skip
def test_every_form_of_due_is_told_in_both_languages(due: Due | None, zh: str) -> None:
    assert due_words(Words("zh"), due) == zh
    assert due_words(Words("en"), due)


@pytest.mark.parametrize(
    ("rrule", "zh"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=9,19,28", "每月 9、19、28 日"),
        ("FREQ=MONTHLY;BYMONTHDAY=10,20,-1", "每月 10、20 日、月末"),
        ("FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", "每年 3、6、9、12 月 月末"),
        ("FREQ=MONTHLY;INTERVAL=3", "每 3 个月"),
        ("FREQ=WEEKLY;BYDAY=MO,FR", "每周 星期一、星期五"),
        ("FREQ=DAILY", "每天"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1"),
    ],
)
def test_a_rule_is_told_as_people_say_it_and_an_unusual_one_as_written(rrule: str, zh: str) -> None:
    assert rule_words(Words("zh"), rrule) == zh
    assert rule_words(Words("en"), rrule)


def test_a_doubt_that_stands_nowhere_has_no_place() -> None:
    assert place_of(TEXT, Doubt(code="x", text="y"), Words("zh")) == ""
    long = Doubt(code="x", text="y", span=(0, len(TEXT)))
    assert place_of(TEXT, long, Words("en")).endswith('…"')
