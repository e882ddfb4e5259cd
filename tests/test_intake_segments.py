"""Texts of our own making are cut into the right documents and read as a careful reader reads them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from intake_samples import NOT_DIRECTIVES, SAMPLES, Sample

from xiada.workflows.intake.abstaining import WORDS, why_nothing
from xiada.workflows.intake.parsing import read_notice_text
from xiada.workflows.intake.values import Segment, document

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name.replace(" ", "-"))


def found(segment: Segment, fact: str) -> object:
    """Return a fact of a segment in the form the samples have."""
    plain = {
        "issue_date": segment.issue_date and segment.issue_date.isoformat(),
        "addressees": tuple(one.name for one in segment.addressees),
        "forwards": segment.forwards and (segment.forwards.doc_number, segment.forwards.title),
        "contacts": tuple((one.unit, one.names, one.phones, one.email) for one in segment.contacts),
        "sections": tuple((one.no, one.title) for one in segment.sections),
    }
    return plain[fact] if fact in plain else getattr(segment, fact)


@each_sample
def test_a_text_is_cut_into_its_documents(sample: Sample) -> None:
    assert tuple(segment.kind for segment in read_notice_text(sample.text)) == sample.kinds


@each_sample
def test_head_and_foot_say_what_a_reader_finds(sample: Sample) -> None:
    segment = read_notice_text(sample.text)[0]
    facts = {fact: value for fact, value in sample.facts.items() if fact not in ("doubts", "body_has")}
    assert {fact: found(segment, fact) for fact in facts} == facts
    assert set(sample.facts.get("doubts", ())) <= {doubt.code for doubt in segment.doubts}


@each_sample
def test_spans_lie_inside_the_text_and_one_after_the_other(sample: Sample) -> None:
    segments = read_notice_text(sample.text)
    assert all(0 <= one.span[0] < one.span[1] <= len(sample.text) for one in segments)
    assert all(before.span[1] <= after.span[0] for before, after in pairwise(segments))
    for segment in segments:
        for part in (*segment.addressees, *segment.sections, *segment.decisions, *segment.doubts, *segment.obligations):
            assert 0 <= part.span[0] <= part.span[1] <= len(sample.text)


@pytest.mark.parametrize("code", NOT_DIRECTIVES)
def test_a_text_without_a_directive_is_left_alone_and_said_why(code: str) -> None:
    text = NOT_DIRECTIVES[code]
    segments = read_notice_text(text)
    assert [segment.kind for segment in segments if segment.kind == "notice"] == []
    assert not any(segment.obligations for segment in segments)
    why = why_nothing(text, segments)
    assert why is not None
    assert why.code == code
    assert why.zh
    assert why.en


def test_a_notice_is_not_said_to_be_nothing() -> None:
    assert why_nothing(SAMPLES[0].text, read_notice_text(SAMPLES[0].text)) is None


def test_every_reason_has_words_in_both_languages() -> None:
    assert all(len(words) == 2 and all(words) for words in WORDS.values())


def test_what_a_meeting_decided_names_its_number_words_and_whom() -> None:
    segment = read_notice_text(NOT_DIRECTIVES["meeting_news"])[0]
    assert [(one.no, one.title, one.targets) for one in segment.decisions] == [
        ("一", "要强化学习", ("全市各级科协组织",)),
        ("二", "要改进作风", ("全市各级科协组织",)),
    ]


def test_what_a_person_asked_for_in_news_is_soft_if_it_was_hoped() -> None:
    text = (
        "省科协领导到青山市调研\n4月9日，省科协副主席王某到青山市调研科普工作，"
        "实地查看了青山市科技馆的建设情况并召开座谈会听取各方面意见建议。\n"
        "座谈会后，王某甲要求市科协普及部抓好整改，结合《青山市科普工作规划》逐条落实。王某甲希望市科技馆总结经验。"
    )
    decisions = read_notice_text(text)[0].decisions
    assert [(one.by, one.targets, one.plan, one.soft) for one in decisions] == [
        ("王某甲", ("市科协普及部",), "青山市科普工作规划", False),
        ("王某甲", (), None, True),
    ]


def test_several_notices_in_one_text_are_a_doubt() -> None:
    both = SAMPLES[0].text + "\n" + SAMPLES[3].text
    segments = read_notice_text(both)
    assert [one.kind for one in segments] == ["notice", "notice"]
    assert "several_documents" in {doubt.code for doubt in segments[0].doubts}


def test_what_was_found_can_be_said_in_json_values() -> None:
    plain = document(read_notice_text(SAMPLES[0].text))
    assert plain["segments"][0]["issue_date"] == "2021-03-01"
    assert plain["segments"][0]["issuers"] == [{"name": "青山市教育局"}]
