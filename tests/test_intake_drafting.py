"""From a document to a notice and to its file: what is said, what stays out, what is asked of the caller."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.console.noticefile import read_notice_file
from xiada.engine.due import Between, Every, On, Promptly, Relative
from xiada.engine.errors import Malformed
from xiada.engine.notice import Contact, Notice, Requirement, Window
from xiada.engine.org import Select
from xiada.workflows.intake.drafting import NO_NUMBER, Draft, draft, id_of, notice_file, plans_of
from xiada.workflows.intake.values import (
    Addressee,
    ContactFound,
    Forwarded,
    ObligationFound,
    Section,
    Segment,
    WindowFound,
)

DUE = On(date(2021, 12, 10))
CITIES = Addressee(name="各市科协", kind="association", level=("city",), line="科协")
BUREAUS = Addressee(name="各市科技局", kind="science_bureau", level=("city",), line="科技")
SOCIETIES = Addressee(name="各省级学会", kind="provincial_society", level=("province",), line="科协")
REPORT = ObligationFound(kind="report", what=("总结",), due=DUE, quote="报送总结", span=(40, 60))
SEGMENT = Segment(
    kind="notice",
    span=(0, 100),
    title="关于报送年度工作总结的通知",
    doc_number="某科协发〔2021〕12号",
    issue_date=date(2021, 11, 1),
    issuers=("某省科学技术协会",),
    addressees=(CITIES, BUREAUS, SOCIETIES),
    forwards=Forwarded(doc_number="甲办函〔2021〕3号", title="关于某事的通知"),
    attachments=("统计表",),
    contacts=(ContactFound(names=("某甲",), phones=("000-1",), email="a@b.example"),),
    window=WindowFound(start=date(2021, 9, 1), end=date(2021, 9, 30), fuzzy=True),
    sections=(
        Section(no="一", title="活动时间"),
        Section(no="二", title="工作要求"),
        Section(no="（一）", title="突出主题"),
        Section(no="三", title="其他"),
    ),
    obligations=(REPORT,),
)


def notice_of(segment: Segment) -> Notice:
    """Return the notice of one document."""
    return draft([segment], issuers=("p",), notice_id="n")[0].notice()


def test_a_document_becomes_a_notice_with_all_that_the_engine_can_say() -> None:
    found = notice_of(SEGMENT)
    assert (found.title, found.doc_number, found.issuers) == (SEGMENT.title, SEGMENT.doc_number, ("p",))
    assert (found.issued_on, found.forwards) == (date(2021, 11, 1), "甲办函〔2021〕3号")
    assert found.window == Window(date(2021, 9, 1), date(2021, 9, 30), fuzzy=True)
    assert found.contacts == (Contact("某省科学技术协会", ("某甲",), ("000-1",), "a@b.example"),)
    assert found.attachments == ("统计表",)
    assert found.requirements == (Requirement(id="r1", text="突出主题"),)
    only = found.obligations[0]
    assert (only.id, only.kind, only.due, only.who, only.what) == ("report-1", "report", DUE, None, ("总结",))


def test_a_report_that_recurs_becomes_a_series_of_briefs_and_leaves_the_directive_undated() -> None:
    monthly = replace(REPORT, due=Every("FREQ=MONTHLY;BYMONTHDAY=9,19,28"))
    [only] = notice_of(replace(SEGMENT, obligations=(monthly,))).obligations
    assert (only.kind, only.due) == ("brief", monthly.due)


def test_what_the_text_does_not_say_stays_out() -> None:
    bare = notice_of(Segment(kind="notice", span=(0, 5), title="通知"))
    assert bare.doc_number == NO_NUMBER
    assert (bare.issued_on, bare.forwards, bare.window, bare.contacts, bare.obligations) == (None, None, None, (), ())


@pytest.mark.parametrize(("field", "missing"), [({"title": None}, ["title"]), ({}, ["issuers"])])
def test_what_a_notice_cannot_do_without_is_asked_of_the_caller(field: dict[str, None], missing: list[str]) -> None:
    made, _ = draft([replace(SEGMENT, **field)], issuers=("p",) if field else ())  # type: ignore[arg-type]
    assert made.missing() == tuple(missing)
    with pytest.raises(Malformed) as caught:
        made.notice()
    assert (caught.value.code, caught.value.data["missing"]) == ("incomplete_notice", missing)


def test_the_same_text_gives_the_same_id_and_another_number_another() -> None:
    assert id_of(SEGMENT) == id_of(replace(SEGMENT, title="x"))
    assert id_of(SEGMENT) != id_of(replace(SEGMENT, doc_number="乙科协发〔2021〕12号"))
    assert id_of(replace(SEGMENT, doc_number=None)).startswith("n-")
    assert notice_of(SEGMENT).id == "n"


# Who owes it


def who(found: ObligationFound, segment: Segment = SEGMENT) -> list[Select | None]:
    """Return who owes an obligation, as data."""
    return [one.who for one in notice_of(replace(segment, obligations=(found,))).obligations]


def test_those_who_owe_it_are_told_by_kind_and_level() -> None:
    assert who(replace(REPORT, who=("各市科协",))) == [Select(kind=("association",), level=("city",))]


def test_kinds_of_one_level_are_one_phrase_and_of_two_levels_are_two_obligations() -> None:
    assert who(replace(REPORT, who=("各市科协", "各市科技局"))) == [
        Select(kind=("association", "science_bureau"), level=("city",))
    ]
    two = notice_of(replace(SEGMENT, obligations=(replace(REPORT, who=("各市科协", "各省级学会")),))).obligations
    assert [one.id for one in two] == ["report-1.1", "report-1.2"]
    assert [one.who and one.who.level for one in two] == [("city",), ("province",)]


def test_an_obligation_of_one_line_concerns_the_addressees_of_that_line() -> None:
    assert who(replace(REPORT, line="科技")) == [Select(kind=("science_bureau",), level=("city",))]
    assert who(replace(REPORT, line="残联")) == [None]


def test_a_phrase_nobody_can_tell_leaves_all_addressees_and_a_doubt() -> None:
    unclear = replace(REPORT, who=("有关同志",))
    made, doubts = draft([replace(SEGMENT, obligations=(unclear,))], issuers=("p",))
    assert made.obligations[0].obligation.who is None
    assert [(doubt.code, doubt.span) for doubt in doubts] == [("unclear_who", unclear.span)]


def test_a_caller_reads_phrases_and_selects_in_the_words_of_its_org() -> None:
    made, doubts = draft(
        [replace(SEGMENT, obligations=(replace(REPORT, who=("各地级市科协", "甲市科协")),))],
        issuers=("p",),
        reading=lambda phrase: [Addressee(name=phrase)],
        selecting=lambda one: Select(ids=("a",)) if "甲" in one.name else Select(kind="kx", level="2"),
    )
    assert [one.obligation.who for one in made.obligations] == [
        Select(kind=("kx",), level=("2",)),
        Select(ids=("a",)),
    ]
    assert doubts == ()


def test_bodies_of_a_trade_are_those_addressed_in_their_line() -> None:
    offices = replace(REPORT, who=("各市科技主管部门",))
    made, doubts = draft(
        [replace(SEGMENT, obligations=(offices,))],
        issuers=("p",),
        reading=lambda phrase: [Addressee(name=phrase, kind="bureau", line="科技")],
    )
    assert made.obligations[0].obligation.who == Select(kind=("science_bureau",), level=("city",))
    assert doubts == ()


def test_without_an_org_a_kind_that_bodies_of_two_lines_share_tells_nobody() -> None:
    disabled = Addressee(name="各市残联", kind="association", level=("city",), line="残联")
    both = replace(SEGMENT, addressees=(CITIES, disabled), obligations=(replace(REPORT, who=("各市残联",)),))
    made, doubts = draft([both], issuers=("p",))
    assert made.obligations[0].obligation.who is None
    assert [doubt.code for doubt in doubts] == ["unclear_who"]


@pytest.mark.parametrize("phrase", ["各地", "各单位", "各有关部门", "各处室", "各地各单位"])
def test_words_for_everybody_mean_all_addressees(phrase: str) -> None:
    made, doubts = draft([replace(SEGMENT, obligations=(replace(REPORT, who=(phrase,)),))], issuers=("p",))
    assert (made.obligations[0].obligation.who, doubts) == (None, ())


def test_the_obligations_of_a_plan_that_comes_with_a_notice_are_the_notice_s() -> None:
    plan = Segment(kind="work_plan", span=(100, 200), obligations=(ObligationFound(kind="brief", span=(110, 120)),))
    news = Segment(kind="news", span=(200, 300))
    assert plans_of((news, SEGMENT, plan, plan, SEGMENT), 1) == (SEGMENT, plan, plan)
    made, _ = draft([SEGMENT, plan], issuers=("p",))
    assert [one.obligation.id for one in made.obligations] == ["report-1", "brief-2"]


# Corrections


def test_a_due_is_corrected_and_an_obligation_dropped_by_its_place() -> None:
    made, _ = draft([SEGMENT], issuers=("p",))
    later = On(date(2022, 1, 10))
    assert made.with_due((45, 50), later).obligations[0].obligation.due == later
    assert made.with_due((0, 5), later) == made
    assert made.without((45, 50)).obligations == ()
    assert len(made.at((59, 61))) == 1


# Texts the engine would refuse


def test_texts_are_made_sayable_and_cut_with_a_sign() -> None:
    odd = replace(
        SEGMENT,
        title="关于\u202e报送\x00的  通知\n",
        obligations=(replace(REPORT, what=("长" * 300, " ", "e\u0301")),),
        contacts=(ContactFound(names=("\u200b",)), ContactFound()),
    )
    found = notice_of(odd)
    assert found.title == "关于 报送 的 通知"
    assert [len(text) for text in found.obligations[0].what] == [200, 1]
    assert found.obligations[0].what[0].endswith("…")


@given(st.text(max_size=300), st.text(max_size=600), st.lists(st.text(max_size=220), max_size=3))
def test_no_text_of_a_document_makes_a_notice_the_engine_refuses(number: str, title: str, what: list[str]) -> None:
    segment = Segment(
        kind="notice",
        span=(0, 9),
        title=title,
        doc_number=number,
        attachments=tuple(what),
        contacts=(ContactFound(unit=number, names=tuple(what), email=title),),
        obligations=(ObligationFound(kind="plan", what=tuple(what), to_body=title, span=(1, 2)),),
    )
    made, _ = draft([segment], issuers=("p",))
    if not made.missing():
        made.notice()
    replace(made, title="t").notice()


# The file


@pytest.mark.parametrize(
    "due",
    [
        None,
        On(date(2021, 12, 10), time(15, 0), assumed="title"),
        On(date(2021, 12, 10), shift="previous_workday", soft=True),
        Every("FREQ=MONTHLY;BYMONTHDAY=9,19,28", shift="previous_workday"),
        Relative("parent_due", -20),
        Relative("activity_end", 0, True),
        Between(date(2021, 11, 11), date(2021, 11, 20), "11月中旬"),
        Promptly(),
        Promptly(3),
    ],
)
def test_the_notice_file_reads_back_as_the_same_notice(due: object, tmp_path: Path) -> None:
    phrase = Addressee(name="有关市科协", kind="association", level=("city", "county"), selective=True)
    owed = replace(REPORT, due=due, soft=True, who=("有关市科协",), to_body="某省科协", to_department="办公室")
    notice = notice_of(replace(SEGMENT, addressees=(phrase,), obligations=(owed,)))  # type: ignore[arg-type]
    file = tmp_path / "n.yaml"
    file.write_text(notice_file(notice, ["year_assumed: 第一行\n第二行"]), "utf-8")
    again = read_notice_file(str(file))
    assert (again.body, again.contacts) == (notice.body, notice.contacts)


@given(title=st.text(min_size=1, max_size=80))
def test_any_title_survives_the_notice_file(title: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    made, _ = draft([replace(SEGMENT, title=title, attachments=(title,))], issuers=("p",))
    if not made.missing():
        file = tmp_path_factory.mktemp("n") / "n.yaml"
        file.write_text(notice_file(made.notice()), "utf-8")
        assert read_notice_file(str(file)).body == made.notice().body


def test_remarks_stand_on_top_as_comments_on_one_line_each() -> None:
    lines = notice_file(notice_of(SEGMENT), ["one\n- two", "three"]).splitlines()
    assert lines[:3] == ["# one - two", "# three", 'id: "n"']


def test_a_draft_is_a_value_that_knows_what_it_lacks() -> None:
    assert Draft(id="n").missing() == ("title", "issuers")
