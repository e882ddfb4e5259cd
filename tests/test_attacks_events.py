"""Attacks by one who can write events as Xiada would, hashes and all: what they say together gives them away.

Rule: every attack seals again all it can (`reseal`), so that no broken chain helps to find it; each is
told by both verifiers under the code of the rule it breaks.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from attacks import (
    FIRST,
    SECOND,
    STRANGER,
    Export,
    Judges,
    Verdict,
    entry,
    export_of,
    put_beside,
    reseal,
    restore,
    root_of,
    rotate,
    story,
    wide_log,
)
from attacks_by_chance import attacked, random_log
from support import ORIGIN, CountedEntropy, ManualClock, cascade, day, end, notice, of, report_by, wide

from xiada.engine import codec
from xiada.engine.audit import verify
from xiada.engine.audit.subject import Means
from xiada.engine.due import NEVER
from xiada.engine.engine import Engine
from xiada.engine.events import TYPES
from xiada.engine.log.strict import base64
from xiada.engine.log.tiles import TILE
from xiada.engine.notice import Requirement

DEEP = os.environ.get("XIADA_HYPOTHESIS") == "deep"


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def log() -> Export:
    """The log that is attacked, with nobody's signature."""
    return story()


def by(unit: str) -> dict[str, Any]:
    """Return the envelope of an actor of a unit."""
    return {"actor": f"clerk-{unit}", "unit": unit}


# Children: I2 of the design


def test_a_phantom_recipient_in_what_was_forwarded(judges: Judges, log: Export) -> None:
    index = log.find("forwarded", "k/1")
    log.change(index, {"to": [*log.event(index)["data"]["to"], ["1.4", "d1", None]], "n": 4})
    assert judges.expect(reseal(log), "i2_missing_child").index == index


def test_a_recipient_taken_out_of_what_was_forwarded(judges: Judges, log: Export) -> None:
    index = log.find("forwarded", "k/1")
    log.change(index, {"to": log.event(index)["data"]["to"][:2], "n": 2})
    child = log.find("issued", "k/1.3")
    assert judges.expect(reseal(log), "i2_unnamed_child") == Verdict(False, "i2_unnamed_child", child)


def test_a_child_nobody_named(judges: Judges, log: Export) -> None:
    born = log.event(log.find("issued", "k/1.2"))
    at = log.find("issued", "k/1.3") + 1
    log.insert(at, "issued", "k/1.4", born["data"], **by("p"))
    assert judges.expect(reseal(log), "i2_unnamed_child") == Verdict(False, "i2_unnamed_child", at)


def test_a_child_whose_parent_is_not_there(judges: Judges, log: Export) -> None:
    born = log.event(log.find("issued", "k/1.2"))
    at = log.insert(log.size, "issued", "k/1.9.1", born["data"] | {"parent": "k/1.9"}, **by("c1"))
    assert judges.expect(reseal(log), "i2_unnamed_child") == Verdict(False, "i2_unnamed_child", at)


def test_a_child_issued_to_another_unit_than_was_named(judges: Judges, log: Export) -> None:
    at = log.change(log.find("issued", "k/1.3"), {"to": "c2"})
    assert judges.expect(reseal(log), "i2_named_otherwise") == Verdict(False, "i2_named_otherwise", at)


def test_a_child_issued_under_another_notice_than_was_named(judges: Judges, log: Export) -> None:
    other = log.event(log.find("issued", "m/1"))["data"]
    at = log.change(log.find("issued", "k/1.3"), {name: other[name] for name in ("notice", "obligations")})
    assert judges.expect(reseal(log), "i2_named_otherwise") == Verdict(False, "i2_named_otherwise", at)


def test_a_child_that_names_another_forward_than_its_own(judges: Judges, log: Export) -> None:
    at = log.change(log.find("issued", "k/1.1.1"), {"forwarded": log.entries[log.find("forwarded", "k/1")].hash})
    assert judges.expect(reseal(log), "i2_named_otherwise") == Verdict(False, "i2_named_otherwise", at)


def test_a_child_put_under_another_parent_than_its_path_says(judges: Judges, log: Export) -> None:
    at = log.change(log.find("issued", "k/1.1.1"), {"parent": "k/1.2"})
    judges.expect(reseal(log), "i2_parent", "i2_missing_child")
    assert log.event(at)["dir"] == "k/1.1.1"


def test_a_directive_carried_off_to_another_parent(judges: Judges, log: Export) -> None:
    for index in log.stream("k/1.1.1"):
        log.change(index, dir="k/1.2.1")
    log.change(log.find("issued", "k/1.2.1"), {"parent": "k/1.2"})
    judges.expect(reseal(log), "i2_missing_child", "i2_unnamed_child")


def test_a_root_that_claims_a_parent_and_a_child_that_claims_none(judges: Judges, log: Export) -> None:
    at = log.change(log.find("issued", "k/1"), {"parent": "k/0"})
    assert judges.expect(reseal(log), "i2_parent") == Verdict(False, "i2_parent", at)
    log = story()
    at = log.change(log.find("issued", "k/1.1"), {"parent": None})
    judges.expect(reseal(log), "i2_parent")


def test_recipients_that_are_not_numbered_on(judges: Judges, log: Export) -> None:
    at = log.find("forwarded", "m/1", which=1)
    log.change(at, {"to": [["1.5", *log.event(at)["data"]["to"][0][1:]]]})
    for index in log.stream("m/1.2"):
        log.change(index, dir="m/1.5")
    assert judges.expect(reseal(log), "i2_numbers") == Verdict(False, "i2_numbers", at)


def test_a_child_outside_the_line_of_command(judges: Judges, log: Export) -> None:
    at = log.find("forwarded", "k/1.1")
    log.change(at, {"to": [["1.1.1", "c2", log.event(at)["data"]["to"][0][2]]]})
    log.change(at + 1, {"to": "c2"})
    for index in log.stream("k/1.1.1")[1:]:
        if log.event(index)["unit"] == "d1":
            log.change(index, **by("c2"))
    assert judges.expect(reseal(log), "i2_outside_line") == Verdict(False, "i2_outside_line", at + 1)


def test_a_child_in_another_line_than_its_parent(judges: Judges, log: Export) -> None:
    at = log.change(log.find("issued", "k/1.3"), {"line": "side"})
    assert judges.expect(reseal(log), "i2_outside_line") == Verdict(False, "i2_outside_line", at)


# Steps: I3 of the design


def test_a_step_the_table_does_not_know(judges: Judges, log: Export) -> None:
    at = log.insert(log.find("started", "k/1.1.1"), "reported", "k/1.1.1", report([]), **by("d1"))
    assert judges.expect(reseal(log), "i3_illegal") == Verdict(False, "i3_illegal", at)


def test_a_step_after_it_was_closed(judges: Judges, log: Export) -> None:
    at = log.insert(log.size, "reminded", "k/1", {"reason": "once more"}, **by("p"))
    assert judges.expect(reseal(log), "i3_illegal") == Verdict(False, "i3_illegal", at)


def test_a_due_said_to_have_been_another(judges: Judges, log: Export) -> None:
    at = log.change(log.find("extension_granted"), {"was": end(6, 9)})
    assert judges.expect(reseal(log), "i3_due_was") == Verdict(False, "i3_due_was", at)
    log = story()
    at = log.change(log.find("rescheduled", "m/1"), {"was": end(6, 9)})
    assert judges.expect(reseal(log), "i3_due_was") == Verdict(False, "i3_due_was", at)


def test_an_extension_granted_that_nobody_had_asked_for(judges: Judges, log: Export) -> None:
    at = log.find("extension_requested")
    del log.entries[at]
    assert judges.expect(reseal(log), "i3_no_request") == Verdict(False, "i3_no_request", at)


def test_an_extension_granted_twice(judges: Judges, log: Export) -> None:
    granted = log.event(log.find("extension_granted"))["data"]
    at = log.insert(
        log.find("extension_granted") + 1, "extension_granted", "k/1.2", granted | {"was": granted["due"]}, **by("p")
    )
    assert judges.expect(reseal(log), "i3_no_request") == Verdict(False, "i3_no_request", at)


def test_an_extension_refused_that_nobody_had_asked_for(judges: Judges, log: Export) -> None:
    at = log.insert(log.find("waived"), "extension_refused", "k/1.2", {"reason": "no"}, **by("p"))
    assert judges.expect(reseal(log), "i3_no_request") == Verdict(False, "i3_no_request", at)
    log = story()
    at = log.insert(log.find("forwarded", "m/1"), "extension_refused", "m/1", {"reason": "no"}, **by("c1"))
    assert judges.expect(reseal(log), "i3_no_request", "i9_not_entitled").index == at


def test_a_report_waived_by_itself(judges: Judges, log: Export) -> None:
    at = log.insert(log.find("reported", "k/1.2") + 1, "waived", "k/1.2", {"reason": "late"}, **by("p"))
    assert judges.expect(reseal(log), "i3_illegal") == Verdict(False, "i3_illegal", at)


def test_a_root_waived_by_itself(judges: Judges, log: Export) -> None:
    at = log.insert(log.find("forwarded", "m/1"), "waived", "m/1", {"reason": "why not"}, **by("p"))
    assert judges.expect(reseal(log), "i3_illegal").index == at


def test_an_event_of_the_org_in_a_directives_stream_and_the_other_way_round(judges: Judges, log: Export) -> None:
    at = log.insert(log.find("forwarded", "k/1"), "delegation_granted", "k/1", {"to": "c3"}, **by("p"))
    assert judges.expect(reseal(log), "i3_illegal").index == at
    log = story()
    at = log.insert(log.size, "started", "org/c1", {}, **by("c1"))
    assert judges.expect(reseal(log), "i3_illegal") == Verdict(False, "i3_illegal", at)
    log = story()
    at = log.insert(log.size, "started", "log/audit", {})
    assert judges.expect(reseal(log), "i3_illegal") == Verdict(False, "i3_illegal", at)


# Reports: I4 and I5 of the design


def report(covers: list[Any], without: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return the data of a report."""
    return {"n": len(covers), "root": root_of(covers), "covers": covers, "without": without or []} | more


def test_a_report_before_a_child(judges: Judges, log: Export) -> None:
    at = log.find("started", "k/1.1.1")
    log.insert(at, "started", "k/1.1", {}, **by("c1"))
    log.insert(at + 1, "reported", "k/1.1", report([]), **by("c1"))
    assert judges.expect(reseal(log), "i4_children_open", "i5_coverage") == Verdict(False, "i4_children_open", at + 1)


def test_a_report_that_covers_a_subset(judges: Judges, log: Export) -> None:
    at = log.find("reported", "k/1")
    data = log.event(at)["data"]
    log.change(at, report(data["covers"][:1], data["without"]))
    assert judges.expect(reseal(log), "i5_coverage", "i5_root") == Verdict(False, "i5_coverage", at)


def test_a_report_that_covers_a_phantom(judges: Judges, log: Export) -> None:
    at = log.find("reported", "k/1")
    data = log.event(at)["data"]
    log.change(at, report([*data["covers"], ["1.4", 3, "0" * 64, "reported"]], data["without"]))
    assert judges.expect(reseal(log), "i5_coverage", "i5_root") == Verdict(False, "i5_coverage", at)


def test_a_report_that_covers_a_child_twice_or_in_another_order(judges: Judges, log: Export) -> None:
    at = log.find("reported", "k/1")
    one, two = log.event(at)["data"]["covers"]
    for covers in ([one, one, two], [two, one]):
        log.change(at, report(covers, log.event(at)["data"]["without"]))
        assert judges.expect(reseal(log), "i5_coverage") == Verdict(False, "i5_coverage", at)


def test_a_report_that_says_another_status_or_another_reason(judges: Judges, log: Export) -> None:
    at = log.find("reported", "k/1")
    data = log.event(at)["data"]
    covers = [[*row[:3], "summarised"] for row in data["covers"]]
    log.change(at, report(covers, data["without"]))
    assert judges.expect(reseal(log), "i5_coverage") == Verdict(False, "i5_coverage", at)
    log = story()
    log.change(at, {"without": [["1.3", "waived", "no reason"]]})
    assert judges.expect(reseal(log), "i5_coverage") == Verdict(False, "i5_coverage", at)


def test_a_report_that_keeps_silent_about_who_was_excused(judges: Judges, log: Export) -> None:
    at = log.find("reported", "k/1")
    log.change(at, {"without": []})
    assert judges.expect(reseal(log), "i5_coverage") == Verdict(False, "i5_coverage", at)


def test_a_report_with_another_count_or_another_root(judges: Judges, log: Export) -> None:
    at = log.find("reported", "k/1")
    log.change(at, {"n": 3})
    assert judges.expect(reseal(log), "i5_root") == Verdict(False, "i5_root", at)
    log = reseal(story())
    log.change(at, {"root": "0" * 64})
    judges.expect(log, "i5_root")


def test_a_child_covered_as_it_stood_before(judges: Judges, log: Export) -> None:
    """The report names the event before the child's latest one."""
    at = log.find("reported", "k/1")
    data = log.event(at)["data"]
    older = log.find("fulfilled", "k/1.2")
    covers = [data["covers"][0], ["1.2", log.event(older)["ver"], log.entries[older].hash, "executing"]]
    log.change(at, report(covers, data["without"]))
    judges.expect(log, "i5_coverage", "i5_root")


@pytest.mark.parametrize(
    ("kind", "data", "unit"),
    [
        ("acknowledged", {}, "c2"),
        ("reminded", {"reason": "hurry"}, "p"),
        ("extension_requested", {"due": NEVER, "reason": "rain", "grantor": None}, "c2"),
    ],
)
def test_a_childs_event_after_the_report_that_covers_it(
    judges: Judges, log: Export, kind: str, data: dict[str, Any], unit: str
) -> None:
    """Between the parent's report and the summary that goes with it there is no time."""
    at = log.insert(log.find("summarised", "k/1.2"), kind, "k/1.2", data, **by(unit))
    assert judges.expect(reseal(log), "i5_coverage") == Verdict(False, "i5_coverage", at + 1)
    log = story()
    at = log.insert(log.find("summarised", "k/1.2") + 1, kind, "k/1.2", data, **by(unit))
    assert judges.expect(reseal(log), "i3_illegal").index == at


# Dues: I1 of the design


def test_a_child_due_past_its_parent(judges: Judges, log: Export) -> None:
    at = log.find("forwarded", "k/1.1")
    log.change(at, {"to": [["1.1.1", "d1", end(6, 11)]]})
    log.change(at + 1, {"due": end(6, 11)})
    verdict = judges.expect(reseal(log), "i1_due_after_parent")
    assert verdict == Verdict(False, "i1_due_after_parent", at + 1)


def test_an_undated_child_of_a_dated_parent(judges: Judges, log: Export) -> None:
    at = log.find("forwarded", "k/1.1")
    log.change(at, {"to": [["1.1.1", "d1", None]]})
    log.change(at + 1, {"due": None})
    verdict = judges.expect(reseal(log), "i1_due_after_parent")
    assert verdict == Verdict(False, "i1_due_after_parent", at + 1)


def test_an_extension_past_the_parents_due(judges: Judges, log: Export) -> None:
    at = log.change(log.find("extension_granted"), {"due": end(7, 1)})
    assert judges.expect(reseal(log), "i1_due_after_parent") == Verdict(False, "i1_due_after_parent", at)


def test_a_parent_moved_before_its_children(judges: Judges, log: Export) -> None:
    at = log.find("rescheduled", "m/1.2")
    del log.entries[at]
    judges.expect(reseal(log), "i1_due_after_parent")


def test_a_report_returned_with_a_due_past_the_parents(judges: Judges, log: Export) -> None:
    at = log.change(log.find("returned"), {"due": end(7, 1)})
    assert judges.expect(reseal(log), "i1_due_after_parent") == Verdict(False, "i1_due_after_parent", at)


def test_the_latest_due_there_is_past_a_dated_parent(judges: Judges, log: Export) -> None:
    at = log.change(log.find("returned"), {"due": NEVER})
    assert judges.expect(reseal(log), "i1_due_after_parent") == Verdict(False, "i1_due_after_parent", at)


# Under what is closed: I6 of the design


def test_a_childs_event_after_its_parent_was_closed(judges: Judges, log: Export) -> None:
    at = log.find("withdrawn", "m/1.2")
    log.insert(at, "started", "m/1.2", {}, **by("c1"))
    judges.expect(reseal(log), "i6_closed_parent")
    log = story()
    at = log.insert(log.find("withdrawn", "m/1") + 1, "acknowledged", "m/1.2", {}, **by("c3"))
    assert judges.expect(reseal(log), "i6_closed_parent") == Verdict(False, "i6_closed_parent", at)


def test_a_child_issued_under_a_closed_parent(judges: Judges, log: Export) -> None:
    data = log.event(log.find("forwarded", "m/1", which=1))["data"] | {"to": [["1.3", "c2", None]]}
    at = log.insert(log.size, "forwarded", "m/1", data, **by("p"))
    born = log.event(log.find("issued", "m/1.2"))["data"]
    named = {"to": "c2", "due": None, "forwarded": log.entries[at].hash}
    log.insert(at + 1, "issued", "m/1.3", born | named, **by("p"))
    judges.expect(reseal(log), "i3_illegal", "i6_closed_parent", "i6_live_below", "i1_due_after_parent")


def test_a_child_left_alive_under_a_closed_parent(judges: Judges, log: Export) -> None:
    del log.entries[log.find("withdrawn", "m/1.2")]
    assert judges.expect(reseal(log), "i6_live_below") == Verdict(False, "i6_live_below", None)


def test_a_child_never_summarised_with_its_root(judges: Judges, log: Export) -> None:
    del log.entries[log.find("summarised", "k/1.2")]
    verdict = judges.expect(reseal(log), "i6_live_below")
    assert verdict == Verdict(False, "i6_live_below", log.find("summarised", "k/1"))


def test_a_report_returned_to_under_a_parent_that_has_reported(judges: Judges, log: Export) -> None:
    at = log.insert(log.find("summarised", "k/1.2"), "returned", "k/1.2", {"reason": "once more"}, **by("p"))
    assert judges.expect(reseal(log), "i6_parent_not_working").index == at


def test_a_withdrawal_blamed_on_what_is_not_above(judges: Judges, log: Export) -> None:
    at = log.change(log.find("waived"), {"cause": "k/1.2"})
    assert judges.expect(reseal(log), "i6_cause") == Verdict(False, "i6_cause", at)


def test_a_withdrawal_blamed_on_what_was_not_closed_then(judges: Judges, log: Export) -> None:
    at = log.change(log.find("waived"), {"cause": "k/1"})
    assert judges.expect(reseal(log), "i6_cause") == Verdict(False, "i6_cause", at)


def test_a_due_moved_for_the_sake_of_what_did_not_move(judges: Judges, log: Export) -> None:
    del log.entries[log.find("rescheduled", "m/1")]
    at = log.find("rescheduled", "m/1.2")
    assert judges.expect(reseal(log), "i6_cause") == Verdict(False, "i6_cause", at)


def test_a_due_moved_for_the_sake_of_what_is_not_above(judges: Judges, log: Export) -> None:
    at = log.change(log.find("rescheduled", "m/1.2"), {"cause": "m/1.1"})
    judges.expect(reseal(log), "i6_cause")
    assert log.event(at)["dir"] == "m/1.2"


# Time: I7 of the design


def test_a_clock_set_back(judges: Judges, log: Export) -> None:
    at = log.find("reminded")
    log.change(at, t=log.event(at - 1)["t"] - 1)
    assert judges.expect(reseal(log), "i7_clock_back") == Verdict(False, "i7_clock_back", at)


def test_a_clock_set_far_ahead(judges: Judges, log: Export) -> None:
    at = log.change(log.find("reminded"), t=2**53 - 1)
    assert judges.expect(reseal(log), "i7_clock_back") == Verdict(False, "i7_clock_back", at + 1)


# Who: I9 of the design


@pytest.mark.parametrize(
    ("kind", "ref", "unit"),
    [
        ("issued", "k/1", "c1"),
        ("issued", "k/1.1", "c1"),
        ("acknowledged", "k/1.1", "p"),
        ("forwarded", "k/1.1", "p"),
        ("progressed", "k/1.2", "c3"),
        ("fulfilled", "k/1.2", "c3"),
        ("extension_requested", "k/1.2", "c3"),
        ("extension_granted", "k/1.2", "c2"),
        ("waived", "k/1.3", "c3"),
        ("started", "k/1.1.1", "c1"),
        ("reported", "k/1.1.1", "c1"),
        ("reminded", "k/1.1", "c1"),
        ("returned", "k/1.1", "c1"),
        ("summarised", "k/1", "c1"),
        ("summarised", "k/1.1", "c2"),
        ("reassigned", "m/1.1", "c3"),
        ("rescheduled", "m/1", "c1"),
        ("rescheduled", "m/1.2", "c1"),
        ("withdrawn", "m/1", "c1"),
        ("withdrawn", "m/1.2", "c1"),
        ("unit_added", "org/c1", "p"),
        ("delegation_granted", "org/c2", "c3"),
        ("delegation_revoked", "org/c2", "c3"),
        ("key_rotated", "log/audit", "p"),
        ("text_erased", "log/audit", "p"),
    ],
)
def test_an_actor_of_another_unit(judges: Judges, log: Export, kind: str, ref: str, unit: str) -> None:
    log.change(log.find(kind, ref), unit=unit)
    judges.expect(reseal(log), "i9_not_entitled")


def test_a_grant_used_before_it_was_given(judges: Judges, log: Export) -> None:
    at = log.change(log.find("delegation_granted"), {"to": "c1"})
    used = log.find("started", "k/1.2")
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", used)
    del log.entries[at]
    assert judges.expect(reseal(log), "i9_not_entitled").index == used - 1


def test_a_grant_used_after_it_was_revoked(judges: Judges, log: Export) -> None:
    at = log.insert(log.size, "issued", "z/1", log.event(log.find("issued", "m/1"))["data"], **by("p"))
    assert judges(reseal(log)).verdict.clean
    log.insert(at + 1, "acknowledged", "z/1", {}, actor="clerk-c3", unit="c3", behalf="c2")
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at + 1)
    at = log.change(log.find("reported", "k/1.2"), actor="clerk-c3", unit="c3", behalf="c2")
    del log.entries[-1]
    assert judges(reseal(log)).verdict.clean, "it was still in force then"
    revoked = log.entries.pop(log.find("delegation_revoked"))
    log.entries.insert(at, entry(codec.pack(revoked.event | {"t": log.event(at)["t"]})))
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at + 1)


def test_a_right_passed_on_by_one_who_only_had_it_from_another(judges: Judges, log: Export) -> None:
    at = log.change(log.find("progressed"), actor="clerk-d1", unit="d1", behalf="c3")
    judges.expect(reseal(log), "i9_not_entitled")
    assert log.event(at)["dir"] == "k/1.2"


def test_the_clock_may_urge_but_not_waive(judges: Judges, log: Export) -> None:
    log.change(log.find("reminded"), actor="clock", unit="clock")
    assert judges(reseal(log)).verdict.clean
    at = log.change(log.find("waived"), actor="clock", unit="clock")
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at)


# Requirements: I10 of the design


def with_requirement(*, side: bool = False) -> Export:
    """Return a log whose notice requires an answer of every report, `n1/beds`."""
    with Engine.create("memory:", ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(wide(2))
        beds = Requirement(id="beds", text="How many beds?", mandatory=True)
        cascade(engine, requirements=(beds,))
        other = notice("n2", requirements=(Requirement(id="staff", text="Who?", mandatory=True),)) if side else None
        engine.forward("k/1", ["c1"], actor=of("p"), due=day(6, 10), notice=other)
        answers = ("n1/beds", "n2/staff") if side else ("n1/beds",)
        for ref, unit in (("k/1.1", "c1"), ("k/1", "p")):
            engine.execute(ref, actor=of(unit))
            engine.report(ref, actor=of(unit), answers=answers if ref == "k/1.1" else answers[:1])
        return export_of(engine)


@pytest.mark.parametrize("side", [False, True])
def test_a_report_that_leaves_out_what_is_required(judges: Judges, *, side: bool) -> None:
    log = with_requirement(side=side)
    assert judges(log).verdict.clean
    for ref, left in (("k/1.1", ...), ("k/1.1", ["n2/staff"]), ("k/1.1", ["n1/bed"]), ("k/1", ...)):
        log = with_requirement(side=side)
        at = log.change(log.find("reported", ref), {"answers": left})
        assert judges.expect(reseal(log), "i10_requirements") == Verdict(False, "i10_requirements", at)


def test_a_requirement_of_a_notice_on_the_way_down_left_out(judges: Judges) -> None:
    log = with_requirement(side=True)
    at = log.change(log.find("reported", "k/1.1"), {"answers": ["n1/beds"]})
    assert judges.expect(reseal(log), "i10_requirements") == Verdict(False, "i10_requirements", at)


# The org


def test_a_circle_in_the_org(judges: Judges, log: Export) -> None:
    """No unit joins under one that has not joined, so nothing can come round."""
    at = log.change(log.find("unit_added", "org/p"), {"superiors": [["main", "d1"]]})
    assert judges.expect(reseal(log), "i2_superior_unknown") == Verdict(False, "i2_superior_unknown", at)
    at = log.change(log.find("unit_added", "org/p"), {"superiors": [["main", "p"]]})
    assert judges.expect(reseal(log), "i2_superior_unknown") == Verdict(False, "i2_superior_unknown", at)


def test_a_unit_moved_in_the_middle_of_a_cascade(judges: Judges, log: Export) -> None:
    data = log.event(log.find("unit_added", "org/d1"))["data"] | {"superiors": [["main", "c2"]]}
    at = log.insert(log.find("forwarded", "k/1.1"), "unit_added", "org/d1", data, actor="registrar")
    assert judges.expect(reseal(log), "i3_first_event") == Verdict(False, "i3_first_event", at)


def test_a_delegation_by_a_unit_that_never_joined(judges: Judges, log: Export) -> None:
    at = log.insert(log.size, "delegation_granted", "org/c9", {"to": "c1"})
    assert judges.expect(reseal(log), "i3_first_event") == Verdict(False, "i3_first_event", at)


def test_a_unit_that_joined_after_it_was_given_something(judges: Judges, log: Export) -> None:
    late = log.entries.pop(log.find("unit_added", "org/d1"))
    at = log.find("issued", "k/1.1.1")
    log.entries.insert(at + 1, entry(codec.pack(late.event | {"t": log.event(at)["t"]})))
    assert judges.expect(reseal(log), "i2_outside_line") == Verdict(False, "i2_outside_line", at)


def test_a_directive_for_a_unit_that_is_not_in_the_org(judges: Judges, log: Export) -> None:
    data = log.event(log.find("issued", "m/1"))["data"] | {"to": "q"}
    at = log.insert(log.size, "issued", "z/1", data, **by("q"))
    assert judges.expect(reseal(log), "i2_outside_line") == Verdict(False, "i2_outside_line", at)


# The log itself: epochs, keys, erasures


def test_an_event_of_an_epoch_that_has_not_begun(judges: Judges, log: Export) -> None:
    at = log.change(log.find("reminded"), log=f"{ORIGIN}/e2")
    assert judges.expect(reseal(log), "i11_encoding").index == at


def test_an_event_of_an_epoch_that_is_over(judges: Judges, log: Export) -> None:
    restore(log, "0" * 64, 60)
    assert judges(log).verdict.clean
    at = log.insert(log.size, "delegation_granted", "org/c1", {"to": "c2"}, log=f"{ORIGIN}/e1", **by("c1"))
    assert judges.expect(log, "i11_encoding") == Verdict(False, "i11_encoding", at)


def test_an_epoch_nobody_declared(judges: Judges, log: Export) -> None:
    log.origin = f"{ORIGIN}/e2"
    assert judges.expect(log, "i11_epoch") == Verdict(False, "i11_epoch", None)


def test_a_restore_that_keeps_another_number_of_events_than_there_are(judges: Judges, log: Export) -> None:
    at = restore(log, "0" * 64, 60, kept=log.size - 1)
    assert judges.expect(log, "i11_epoch").index == at


def test_a_restore_that_begins_no_later_epoch(judges: Judges, log: Export) -> None:
    at = restore(log, "0" * 64, 60)
    log.change(at, {"epoch": 1}, log=f"{ORIGIN}/e1")
    log.origin = f"{ORIGIN}/e1"
    assert judges.expect(log, "i11_epoch").index == at


def test_a_restore_may_leave_out_an_epoch_that_another_copy_has_had(judges: Judges, log: Export) -> None:
    at = restore(log, "0" * 64, 60)
    log.change(at, {"epoch": 3}, log=f"{ORIGIN}/e3")
    log.origin = f"{ORIGIN}/e3"
    assert not judges(log).ours


def test_a_restore_declared_by_a_unit(judges: Judges, log: Export) -> None:
    at = restore(log, "0" * 64, 60)
    log.change(at, **by("p"))
    assert judges.expect(log, "i9_not_entitled") == Verdict(False, "i9_not_entitled", at)


@pytest.mark.parametrize(
    "forged",
    [
        {"proof": base64(STRANGER.sign(f"xiada/rotate/v1\n{ORIGIN}/e1\n{SECOND.vkey}\n".encode()))},
        {"proof": base64(FIRST.sign(f"xiada/rotate/v1\n{ORIGIN}/e2\n{SECOND.vkey}\n".encode()))},
        {"proof": base64(FIRST.sign(f"xiada/rotate/v1\n{ORIGIN}/e1\n{STRANGER.vkey}\n".encode()))},
        {"proof": base64(bytes(64))},
        {"proof": "nonsense"},
        {"proof": ""},
        {"proof": None},
        {"old": None},
        {"old": None, "proof": None},
        {"old": str(STRANGER.vkey)},
        {"new": "nonsense"},
        {"new": str(SECOND.vkey)[:-4] + "AAA="},
    ],
    ids=str,
)
def test_a_forged_rotation_of_the_key(judges: Judges, log: Export, forged: dict[str, Any]) -> None:
    at = rotate(log, log.size, SECOND, FIRST)
    assert judges(log).verdict.clean
    log.change(at, forged)
    judges.expect(log, "i11_key_rotation")
    log.keys = [str(FIRST.vkey)]
    assert judges.expect(log, "i11_key_rotation") == Verdict(False, "i11_key_rotation", at)


def test_a_first_key_with_a_proof(judges: Judges, log: Export) -> None:
    at = log.change(log.find("key_rotated"), {"proof": base64(bytes(64))})
    judges.expect(reseal(log), "i11_key_rotation")
    assert at == 5


def test_keys_handed_out_that_the_log_does_not_name(judges: Judges, log: Export) -> None:
    for keys in ([], [str(SECOND.vkey)], [*log.keys, str(SECOND.vkey)], log.keys * 2):
        log.keys = keys
        assert judges.expect(log, "i11_keys") == Verdict(False, "i11_keys", None)


@pytest.mark.parametrize("forged", [{"index": 0}, {"index": -1}, {"index": 46}, {"index": 10**6}, {"commitment": "00"}])
def test_an_erasure_of_what_is_not_there(judges: Judges, log: Export, forged: dict[str, Any]) -> None:
    at = log.change(log.find("text_erased"), forged)
    assert judges.expect(log, "i11_erasure") == Verdict(False, "i11_erasure", at)


def test_an_erasure_before_the_text_was_there(judges: Judges, log: Export) -> None:
    one = log.entries.pop(log.find("text_erased"))
    at = log.find("progressed")
    one = entry(codec.pack(one.event | {"t": log.event(at)["t"]}))
    one = entry(codec.pack(one.event | {"data": one.event["data"] | {"index": at + 1}}))
    log.entries.insert(at, one)
    assert judges.expect(log, "i11_erasure") == Verdict(False, "i11_erasure", at)


# Beside the log


def test_a_notice_altered(judges: Judges, log: Export) -> None:
    at = log.find("issued", "k/1")
    name = log.event(at)["data"]["notice"]
    log.blobs[name] = ("notice", log.blobs[name][1].replace(b"On n1", b"On n2"))
    assert judges.expect(log, "i11_notice") == Verdict(False, "i11_notice", at)


def test_a_notice_taken_away(judges: Judges, log: Export) -> None:
    at = log.find("issued", "m/1")
    del log.blobs[log.event(at)["data"]["notice"]]
    assert judges.expect(log, "i11_notice") == Verdict(False, "i11_notice", at)


def test_obligations_that_are_not_those_of_the_notice(judges: Judges, log: Export) -> None:
    for obligations in (None, "0" * 64):
        at = log.change(log.find("issued", "k/1"), {"obligations": obligations})
        assert judges.expect(reseal(log), "i11_notice") == Verdict(False, "i11_notice", at)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"nonsense", b'{"id":1}', b'{"obligations":1}'])
def test_a_notice_that_is_none(judges: Judges, log: Export, body: bytes) -> None:
    at = log.find("issued", "k/1")
    for index in range(log.size):
        if log.event(index)["data"].get("notice") == log.event(at)["data"]["notice"] and index != at:
            log.change(index, {"notice": codec.named("notice", body)})
    log.change(at, {"notice": put_beside(log, "notice", body)})
    assert judges.expect(reseal(log), "i11_notice") == Verdict(False, "i11_notice", at)


def test_a_lifecycle_altered_or_taken_away(judges: Judges, log: Export) -> None:
    at = log.find("issued", "k/1")
    name = log.event(at)["data"]["lifecycle"]
    body = log.blobs[name][1]
    log.blobs[name] = ("lifecycle", body.replace(b'"superior"', b'"unit"'))
    assert judges.expect(log, "i3_lifecycle") == Verdict(False, "i3_lifecycle", at)
    del log.blobs[name]
    assert judges.expect(log, "i3_lifecycle") == Verdict(False, "i3_lifecycle", at)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"name":"x","version":1,"statuses":[],"transitions":[]}',
        b'{"name":"x","statuses":[["a",false]],"transitions":[["go",["b"],null,"unit","started",[]]],"version":1}',
        b'{"name":"x","statuses":[["a",false]],"transitions":[["go",["a"],"b","unit","started",[]]],"version":1}',
        b'{"name":"x","statuses":[["a"]],"transitions":[],"version":1}',
        b'{"name":"x","statuses":[["a",false],["b",false]],"transitions":[["go",["a"],"a","u","e",[]],["do",["a"],"b","u","e",[]]],"version":1}',
    ],
)
def test_a_lifecycle_that_is_none(judges: Judges, log: Export, body: bytes) -> None:
    at = log.change(log.find("issued", "k/1"), {"lifecycle": put_beside(log, "lifecycle", body)})
    assert judges.expect(reseal(log), "i3_lifecycle") == Verdict(False, "i3_lifecycle", at)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"reported",["children_are_done","requirements_are_answered"]', b'{"a":1},[]'),
        (b'["report",["executing"]', b'["report",[null]'),
        (b'["report",["executing"]', b'["report","x"'),
        (b'["report",["executing"]', b'["report",["executing","executing"]'),
        (b'["report",["executing"]', b'[1,["executing"]'),
        (b'["is_root","children_are_closed"]', b'"issued"'),
        (b'["waived",true]', b'["waived",1]'),
        (b'["waived",true]', b'["waived",true],["waived",true]'),
        (b'"version":1', b'"version":"1"'),
        (b'"version":1', b'"version":true'),
        (b'{"name":"standard"', b'{"more":1,"name":"standard"'),
        (b'{"name":"standard"', b'{"name":null'),
    ],
)
def test_a_table_that_is_written_otherwise_than_tables_are(judges: Judges, log: Export, old: bytes, new: bytes) -> None:
    body = log.blobs[log.event(log.find("issued", "k/1"))["data"]["lifecycle"]][1]
    assert old in body
    changed = put_beside(log, "lifecycle", codec.pack(orjson.loads(body.replace(old, new))))
    at = log.change(log.find("issued", "k/1"), {"lifecycle": changed})
    assert judges.expect(reseal(log), "i3_lifecycle") == Verdict(False, "i3_lifecycle", at)


def test_a_second_root_by_another_lifecycle(judges: Judges, log: Export) -> None:
    data = log.event(log.find("issued", "m/1"))["data"]
    body = log.blobs[data["lifecycle"]][1].replace(b'"standard"', b'"lenient"')
    at = log.insert(log.size, "issued", "m/2", data | {"lifecycle": put_beside(log, "lifecycle", body)}, **by("p"))
    assert judges.expect(reseal(log), "i3_lifecycle") == Verdict(False, "i3_lifecycle", at)


def test_a_text_changed_under_its_commitment(judges: Judges, log: Export) -> None:
    at = log.find("reported", "k/1.1.1")
    commitment = log.event(at)["text"]
    salt, text = log.texts[commitment]
    for changed in ((salt, text + b"!"), (bytes(16), text)):
        log.texts[commitment] = changed
        assert judges.expect(log, "i11_text") == Verdict(False, "i11_text", at)


def test_texts_that_are_not_handed_out_are_said_to_be_unchecked_and_nothing_else(judges: Judges, log: Export) -> None:
    log.texts = {}
    assert judges(log).verdict.clean


# Side lists


@cache
def with_side_lists() -> Export:
    """Return a log with lists that stand beside it: more recipients than go into one event."""
    with Engine.create("memory:", ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(wide(1_001))
        engine.issue("k", notice(obligations=(report_by(None),)), actor=of("p"))
        engine.forward("k/1", [f"c{number}" for number in range(1, 1_002)], actor=of("p"))
        return export_of(engine)


def altered_list(change: Any, *, named: bool = True) -> tuple[Export, int]:
    """Return a log whose list of recipients was changed, under its own new name or under the old one."""
    log = with_side_lists().copy()
    at = log.find("forwarded")
    name = log.event(at)["data"]["blob"]
    body = codec.pack(change(orjson.loads(log.blobs.pop(name)[1])))
    if named:
        log.change(at, {"blob": put_beside(log, "list", body)})
    else:
        log.blobs[name] = ("list", body)
    return log, at


def test_a_log_with_side_lists_is_clean(judges: Judges) -> None:
    assert judges(with_side_lists()).verdict == Verdict(True)


LISTS: dict[str, Callable[[list[Any]], Any]] = {
    "another recipient": lambda rows: [*rows[:-1], ["1.1001", "c1", None]],
    "one too few": lambda rows: rows[:-1],
    "one too many": lambda rows: [*rows, rows[0]],
    "nobody": lambda rows: [],
    "an object": lambda rows: {},
    "null": lambda rows: None,
    "numbers": lambda rows: [1] * len(rows),
    "texts of three letters": lambda rows: ["abc"] * len(rows),
    "rows of numbers": lambda rows: [[1, 2, 3]] * len(rows),
    "a due that is true": lambda rows: [["1.1", "c1", True]] * len(rows),
    "a due that is an object": lambda rows: [["1.1", "c1", {}]] * len(rows),
    "a path that is a list": lambda rows: [[["1"], "c1", 1]] * len(rows),
    "a path that is an object": lambda rows: [[{}, "c1", 1]] * len(rows),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_side_list_altered_and_named_anew(judges: Judges, name: str) -> None:
    log, at = altered_list(LISTS[name])
    assert judges.expect(reseal(log), "i11_side_list") == Verdict(False, "i11_side_list", at)


def test_a_side_list_altered_under_its_old_name(judges: Judges) -> None:
    log, at = altered_list(lambda rows: rows[::-1], named=False)
    assert judges.expect(log, "i11_side_list") == Verdict(False, "i11_side_list", at)


def test_a_side_list_taken_away(judges: Judges) -> None:
    log, at = altered_list(lambda rows: rows, named=False)
    del log.blobs[log.event(at)["data"]["blob"]]
    assert judges.expect(log, "i11_side_list") == Verdict(False, "i11_side_list", at)


# Any log there can be, and any one thing in it changed


SEEDS = range(400) if DEEP else range(50)


def test_every_log_an_engine_writes_is_clean(judges: Judges) -> None:
    kinds = set()
    for seed in SEEDS:
        log = random_log(seed)
        judgement = judges(log)
        assert judgement.verdict.clean, (seed, judgement)
        kinds |= {one.event["type"] for one in log.entries}
    assert kinds == TYPES.keys() - {"restore_declared"}, "all there is happens"


def test_after_any_one_change_both_verifiers_say_the_same(judges: Judges) -> None:
    """To an event, a value in it or its place, whether it is sealed again or not."""
    codes: Counter[str | None] = Counter()
    for seed in SEEDS:
        for number in range(60 if DEEP else 10):
            codes[judges.quickly(attacked(seed, number)).verdict.code] += 1
    assert len(codes) > 20
    assert codes[None] < codes.total() / 4, "what is left clean binds nothing, or was changed back by sealing it again"


def test_a_verification_comes_to_the_same_however_it_is_done(
    judges: Judges, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In one partition or in many, in memory or on a disk, here or in other processes."""
    logs = [random_log(3), wide_log(), *(attacked(seed, number) for seed in SEEDS[:20] for number in (1, 2))]
    found = []
    for log in logs:
        judges.show(log.files())
        found.append(judges.ours((), ()))
    for name, value in (("PARTITION", 3), ("IN_MEMORY", 0), ("CHUNK", TILE)):
        monkeypatch.setattr(verify, name, value)
        for log, wanted in zip(logs, found, strict=True):
            judges.show(log.files())
            assert judges.ours((), ()) == wanted
    for log, wanted in [*zip(logs, found, strict=True)][:4]:
        judges.show(log.files())
        assert judges.ours((), (), Means(jobs=2)) == wanted


def test_a_cascade_may_have_points_in_its_name(judges: Judges, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is not a path: `k.x/1` is a root."""
    log = story()
    for index, one in enumerate(log.entries):
        log.put(index, one.body.replace(b'"k/', b'"k.1/'))
    assert judges(reseal(log)).verdict.clean
    monkeypatch.setattr(verify, "PARTITION", 3)
    assert judges(reseal(log)).verdict.clean
    assert judges(log).verdict == Verdict(True)
