"""The dues and obligations of the shared notices: each as a careful reader finds it, and none besides.

The notices hold personal data, so they are read where they lie and nothing of them stands here.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support import ROOT

from xiada.engine.due import Between, Every, On, Promptly, Relative
from xiada.workflows.intake.parsing import read_notice_text
from xiada.workflows.intake.values import ObligationFound, Segment

FOLDER = ROOT.parent / "shared" / "notices"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
FREQUENCIES = {"monthly": "MONTHLY", "weekly": "WEEKLY", "yearly": "YEARLY", "daily": "DAILY"}

pytestmark = pytest.mark.skipif(not NAMES, reason="the shared notices are not here")
each_notice = pytest.mark.parametrize("name", NAMES)


@cache
def expected(name: str) -> tuple[dict[str, Any], ...]:
    """Return what a careful reader finds, a dictionary for each document."""
    found = json.loads(Path(FOLDER / f"{name}.expected.json").read_text("utf-8"))
    return tuple(found.get("segments", [found]))


@cache
def segments(name: str) -> tuple[Segment, ...]:
    """Return what we find."""
    return read_notice_text(Path(FOLDER / f"{name}.txt").read_text("utf-8"))


def asked(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the reports a careful reader finds."""
    found: list[dict[str, Any]] = facts.get("report_obligations", facts.get("report_deadlines", []))
    return found


def reports(segment: Segment) -> list[ObligationFound]:
    """Return the reports we find, plans that are but to be made left out."""
    return [one for one in segment.obligations if one.kind != "plan" or one.due is not None]


def pairs(name: str) -> list[tuple[dict[str, Any], ObligationFound]]:
    """Return each expected report with the one found in its place."""
    return [
        pair
        for facts, segment in zip(expected(name), segments(name), strict=True)
        for pair in zip(asked(facts), reports(segment), strict=True)
    ]


def bare(value: Any) -> str:
    """Return words without spaces and differences of script."""
    text = "".join(value) if isinstance(value, list | tuple) else value or ""
    return text.replace(" ", "").translate(str.maketrans("（），", "(),"))


@each_notice
def test_there_are_as_many_reports_as_a_reader_finds(name: str) -> None:
    for facts, segment in zip(expected(name), segments(name), strict=True):
        assert len(reports(segment)) == len(asked(facts))


@each_notice
def test_each_due_is_the_one_a_reader_finds(name: str) -> None:
    for facts, one in pairs(name):
        if facts.get("due"):
            assert isinstance(one.due, On)
            assert one.due.on.isoformat() == facts["due"]
        elif facts.get("promptly"):
            assert one.due == Promptly()
        elif facts.get("fuzzy"):
            assert isinstance(one.due, Between)
            fuzzy = facts["fuzzy"]
            assert (one.due.earliest.isoformat(), one.due.latest.isoformat(), one.due.words) == (
                fuzzy["earliest_safe"],
                fuzzy["latest_reading"],
                fuzzy["phrase"],
            )
        elif facts.get("relative"):
            assert isinstance(one.due, Relative)
            relative = facts["relative"]
            assert (one.due.anchor, one.due.days) == (relative["anchor"], relative["offset_days"])


@each_notice
def test_each_time_of_day_is_one_of_the_clock_or_none(name: str) -> None:
    for facts, one in pairs(name):
        if isinstance(one.due, On):
            said = facts.get("due_time")
            assert (one.due.time and one.due.time.strftime("%H:%M")) == (said if said and ":" in said else None)


@each_notice
def test_each_recurrence_is_the_one_a_reader_finds(name: str) -> None:
    for facts, one in pairs(name):
        recurrence = facts.get("recurrence")
        assert isinstance(one.due, Every) == (recurrence is not None)
        if recurrence is not None:
            assert isinstance(one.due, Every)
            days = recurrence.get("bymonthday")
            rule = f"FREQ={FREQUENCIES[recurrence['freq']]}"
            assert one.due.rrule == (f"{rule};BYMONTHDAY={','.join(map(str, days))}" if days else rule)
            early = recurrence.get("shift") == "if_weekend_previous_friday"
            assert one.due.shift == ("previous_workday" if early else "none")


@each_notice
def test_an_inferred_year_is_marked_and_a_written_one_is_not(name: str) -> None:
    for facts, one in pairs(name):
        if isinstance(one.due, On):
            source = facts.get("year_inferred_from")
            assert (
                one.due.assumed
                == {None: None, "title": "year from title", "issue_date": "year from issue date"}[source]
            )


@each_notice
def test_each_body_and_department_is_the_one_a_reader_finds(name: str) -> None:
    for facts, one in pairs(name):
        found = bare(one.to_body) + bare(one.to_department)
        wanted = bare(facts.get("to_body") or facts["to"]) + bare(facts.get("to_department"))
        assert found == wanted.partition("(")[0]
        if "to_body" in facts:
            assert (bare(one.to_body), one.to_department) == (facts["to_body"], facts["to_department"])


@each_notice
def test_who_owes_it_is_said_in_the_words_of_the_notice(name: str) -> None:
    for facts, one in pairs(name):
        who = facts.get("who")
        if isinstance(who, list):
            assert list(one.who) == who
        elif who and not one.line:
            assert bare(one.who).strip("各") in bare(who).replace("相关", "")


@each_notice
def test_what_is_handed_in_is_found(name: str) -> None:
    for facts, one in pairs(name):
        what = facts["what"] if isinstance(facts["what"], list) else facts["what"].split(";")
        found = bare(one.what)
        assert all(bare(thing).partition("(")[0].partition("和")[0] in found for thing in what)


@each_notice
def test_the_line_a_report_is_owed_in_is_told_where_routes_part(name: str) -> None:
    for facts, one in pairs(name):
        assert one.line == facts.get("line")


@each_notice
def test_what_is_only_asked_for_is_marked(name: str) -> None:
    for facts, one in pairs(name):
        assert one.soft == facts.get("soft", False)


@each_notice
def test_each_quote_holds_or_is_held_by_the_readers(name: str) -> None:
    text = Path(FOLDER / f"{name}.txt").read_text("utf-8")
    for facts, one in pairs(name):
        ours, theirs = bare(one.quote), bare(facts["quote"])
        assert ours in theirs or theirs in ours
        assert bare(text[slice(*one.span)]).replace("\n", "") == ours


@each_notice
def test_a_plan_to_be_made_is_one_obligation(name: str) -> None:
    for facts, segment in zip(expected(name), segments(name), strict=True):
        found = [one for one in segment.obligations if one.kind == "plan" and one.due is None]
        wanted = facts.get("plan_required")
        assert len(found) == (wanted is not None)
        if wanted is not None:
            assert wanted["what"] in found[0].what
            assert bare(wanted["quote"]) in bare(found[0].quote)


@each_notice
def test_the_window_of_the_activity_is_found_and_no_other(name: str) -> None:
    for facts, segment in zip(expected(name), segments(name), strict=True):
        wanted = facts.get("activity_window")
        if not wanted or "start" not in wanted:
            assert segment.window is None
        else:
            assert segment.window is not None
            found = (segment.window.start.isoformat(), segment.window.end.isoformat(), segment.window.fuzzy)
            assert found == (wanted["start"], wanted["end"], wanted["fuzzy"])


def test_the_joint_forward_has_the_doubts_a_reader_has() -> None:
    forwarding, forwarded = segments("002")
    ours, above = ([one.code for one in segment.doubts] for segment in (forwarding, forwarded))
    assert {"slack", "window_ends_at_due", "double_reporting", "parent_due_non_working_day"} <= set(ours)
    assert {"year_assumed", "non_working_day", "department_name_differs"} <= set(above)
    assert above.count("unrouted_addressee") == 2
    assert ours.count("double_reporting") == 2
    assert "child_due_after_parent" not in ours
    slack = next(one.text for one in forwarding.doubts if one.code == "slack")
    assert slack.startswith("10 days")
    assert "7 of them worked" in slack
