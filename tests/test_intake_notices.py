"""The ten notices of the shared folder: head, foot, addressees, contacts and headings as a careful reader found them.

They hold names and telephones of real persons, so they are read where they lie and never copied.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support import ROOT

from xiada.workflows.intake.parsing import read_notice_text
from xiada.workflows.intake.values import Segment

NOTICES = ROOT.parent / "shared" / "notices"
NAMES = ("000", "001", "002", "003", "004", "sample-01", "sample-09", "sample-14", "sample-28", "sample-34")

pytestmark = pytest.mark.skipif(not NOTICES.is_dir(), reason="the shared notices are not on this machine")
each_notice = pytest.mark.parametrize("name", NAMES)


@cache
def read(name: str) -> tuple[tuple[Segment, dict[str, Any]], ...]:
    """Return each document as we read it beside what was expected."""
    expected = json.loads((NOTICES / f"{name}.expected.json").read_text("utf-8"))
    with Path(NOTICES / f"{name}.txt").open(encoding="utf-8", newline="") as file:
        segments = read_notice_text(file.read())
    wanted = expected.get("segments") or [expected]
    assert len(segments) == len(wanted)
    return tuple(zip(segments, wanted, strict=True))


def bare(text: str | None) -> str | None:
    """Return a text without spaces, commas in one width."""
    return None if text is None else re.sub(r"\s+", "", text).replace(",", "，")


@each_notice
def test_the_kind_of_each_document_is_found(name: str) -> None:
    for segment, wanted in read(name):
        assert segment.kind == wanted.get("kind", "notice")


@each_notice
def test_title_and_number_are_found(name: str) -> None:
    for segment, wanted in read(name):
        assert bare(segment.title) == bare(wanted["title"])
        assert segment.doc_number == wanted.get("doc_number")


@each_notice
def test_the_day_of_issue_is_found_and_never_invented(name: str) -> None:
    for segment, wanted in read(name):
        assert (segment.issue_date and segment.issue_date.isoformat()) == wanted.get("issue_date")


@each_notice
def test_the_issuers_of_a_notice_are_found_lead_first(name: str) -> None:
    for segment, wanted in read(name):
        if segment.kind == "notice":
            issuers = [one["name"] if isinstance(one, dict) else one for one in wanted["issuers"]]
            assert list(segment.issuers) == issuers


@each_notice
def test_the_line_of_addressees_is_found_and_split(name: str) -> None:
    for segment, wanted in read(name):
        addressees = [one["name"] if isinstance(one, dict) else one for one in wanted.get("addressees", [])]
        assert bare(segment.addressees_raw) == bare(wanted.get("addressees_raw"))
        assert [one.name for one in segment.addressees] == addressees


@pytest.mark.parametrize("name", NAMES[:5])
def test_kind_level_and_line_of_addressees_are_told(name: str) -> None:
    for segment, wanted in read(name):
        for one, other in zip(segment.addressees, wanted.get("addressees", []), strict=True):
            level = other.get("level", [])
            assert one.kind == other["org_type"]
            assert one.selective == other.get("selective", False)
            assert one.internal == other.get("internal", False)
            assert one.internal or one.line == other.get("line")
            assert one.internal or list(one.level) == (level if isinstance(level, list) else [level])


@each_notice
def test_copies_and_attachments_are_found(name: str) -> None:
    for segment, wanted in read(name):
        attachments = [one["title"] if isinstance(one, dict) else one for one in wanted.get("attachments", [])]
        assert list(segment.cc) == wanted.get("cc", [])
        if "attachments" in wanted:
            assert [bare(one) for one in segment.attachments] == [bare(one) for one in attachments]


@each_notice
def test_what_is_passed_on_is_found_with_its_number(name: str) -> None:
    for segment, wanted in read(name):
        passed = wanted.get("forwards")
        number = passed["doc_number"] if passed else wanted.get("forwards_doc_number")
        assert (segment.forwards.doc_number if segment.forwards else None) == number
        if passed and segment.forwards:
            assert bare(segment.forwards.title) == bare(passed["title"])


@each_notice
def test_contacts_are_found_and_nothing_else_is_taken_for_one(name: str) -> None:
    for segment, wanted in read(name):
        contacts = wanted.get("contacts", [])
        names = [one for other in contacts for one in other.get("names", [other.get("name")])]
        phones = [
            one for other in contacts for one in other.get("phones", [other["phone"]] if "phone" in other else [])
        ]
        assert [one for contact in segment.contacts for one in contact.names] == names
        assert [bare(one) for contact in segment.contacts for one in contact.phones] == [bare(one) for one in phones]
        assert [one.email for one in segment.contacts if one.email] == [
            one["email"] for one in contacts if one.get("email")
        ]
        if all("names" in other for other in contacts):
            assert [one.unit for one in segment.contacts] == [other.get("unit") for other in contacts]


@pytest.mark.parametrize("name", NAMES[:5])
def test_headings_are_found_at_both_levels(name: str) -> None:
    for segment, wanted in read(name):
        upper = [
            (one.no, bare(one.title)) for one in segment.sections if re.fullmatch("[一二三四五六七八九十]+", one.no)
        ]
        assert upper == [(one["no"], bare(one["title"])) for one in wanted.get("sections", [])]
        lower = [bare(one.no + one.title) for one in segment.sections if one.no[0] == "（" or one.no.endswith("是")]
        listed = [one["children"] for one in wanted.get("sections", []) if isinstance(one.get("children"), list)]
        children = [child for children in listed for child in children]
        shorter = [next((one for one in lower if one and one.startswith(str(bare(child)))), None) for child in children]
        assert None not in shorter


def test_what_the_meeting_decided_and_the_visitors_asked_for_is_told() -> None:
    meeting, visit = read("003")
    for decision, wanted in zip(meeting[0].decisions, meeting[1]["decisions"], strict=True):
        assert (decision.no, decision.title) == (wanted["no"], wanted["title"])
        assert set(decision.targets) & set(wanted["targets"])
    assert {one.by for one in visit[0].decisions} == {one["by"] for one in visit[1]["instructions"]}
    assert all(one.soft for one in visit[0].decisions)
    _, news = read("001")
    told = {(one.by, *one.targets) for one in news[0].decisions}
    wanted_by = {one["by"].partition("(")[0] for one in news[1]["instructions"]}
    assert {one[0] for one in told} == wanted_by
    assert any("省科协合作交流部" in one for one in told)
