"""The superior's side: waiving, withdrawing, reassigning, reminding; nothing is live under what is closed."""

from __future__ import annotations

import pytest
from support import cascade, day, end, forwarded, live_equals_replay, notice, of, refused, types

from xiada.engine.commands import Reassign, Remind, Waive, Withdraw
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, IllegalTransition, LimitExceeded, Malformed, NotEntitled, NotFound
from xiada.engine.events import Escalated, Forwarded, Issued, Reassigned, Waived, Withdrawn


@pytest.fixture
def deep(engine: Engine) -> Engine:
    """k/1.1 c1, k/1.2 c2; below c1: k/1.1.1 d11 (executing), k/1.1.2 d12 (reported); below d11: k/1.1.1.1 t111."""
    forwarded(engine, "c1", "c2")
    engine.forward("k/1.1", ["d11", "d12"], actor=of("c1"), due=day(6, 5))
    engine.forward("k/1.1.1", ["t111"], actor=of("d11"), due=day(6, 5))
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.execute("k/1.1.2", actor=of("d12"))
    engine.report("k/1.1.2", actor=of("d12"))
    return engine


BELOW_C1 = ["k/1.1", "k/1.1.1", "k/1.1.2", "k/1.1.1.1"]


# Waiving


def test_waiving_waives_the_whole_live_subtree_reported_ones_too(deep: Engine) -> None:
    answer = deep.waive("k/1.1", "merged", actor=of("p"))
    assert types(answer) == [(ref, "waived") for ref in BELOW_C1]
    assert [recorded.event.cause for recorded in answer.events] == [None, *["k/1.1"] * 3]  # type: ignore[attr-defined]
    assert {deep.directive(ref).status for ref in BELOW_C1} == {"waived"}
    assert {deep.directive(ref).reason for ref in BELOW_C1} == {"merged"}
    assert deep.directive("k/1.2").status == "issued"
    live_equals_replay(deep)


def test_waiving_leaves_what_is_closed_as_it_is(deep: Engine) -> None:
    deep.withdraw("k/1.1.1", "mistake", actor=of("c1"))
    assert types(deep.waive("k/1.1", "merged", actor=of("p"))) == [("k/1.1", "waived"), ("k/1.1.2", "waived")]
    assert deep.directive("k/1.1.1").status == "withdrawn"


def test_a_root_cannot_be_waived(deep: Engine) -> None:
    with refused(deep, GuardRefused, "is_root"):
        deep.waive("k/1", "merged", actor=of("p"))


def test_what_has_reported_is_not_waived_but_withdrawn(deep: Engine) -> None:
    with refused(deep, IllegalTransition, "illegal_transition"):
        deep.waive("k/1.1.2", "merged", actor=of("c1"))
    deep.withdraw("k/1.1.2", "mistake", actor=of("c1"))


def test_only_the_superior_waives(deep: Engine) -> None:
    for unit in ("c1", "p", "t111"):
        with refused(deep, NotEntitled, "not_entitled") as caught:
            deep.waive("k/1.1.1", "merged", actor=of(unit)) if unit != "c1" else deep.waive(
                "k/1.1", "x", actor=of(unit)
            )
        assert caught.value.data["entitled"] == (["p"] if unit == "c1" else ["c1"])


# Withdrawing


def test_withdrawing_the_root_closes_everything_live(deep: Engine) -> None:
    deep.waive("k/1.2", "merged", actor=of("p"))
    answer = deep.withdraw("k/1", "wrong year", actor=of("p"))
    assert types(answer) == [(ref, "withdrawn") for ref in ["k/1", *BELOW_C1]]
    assert all(isinstance(recorded.event, Withdrawn) for recorded in answer.events)
    assert all(node.directive.closed for node in deep.view("k").nodes)
    live_equals_replay(deep)


def test_superior_and_issuer_may_withdraw(deep: Engine) -> None:
    deep.withdraw("k/1.1.2", "mistake", actor=of("p"))
    deep.withdraw("k/1.1.1", "mistake", actor=of("c1"))
    with refused(deep, NotEntitled, "not_entitled") as caught:
        deep.withdraw("k/1.1", "mistake", actor=of("c1"))
    assert caught.value.data["entitled"] == ["p"]


def test_nothing_moves_what_is_withdrawn(deep: Engine) -> None:
    deep.withdraw("k/1.1", "mistake", actor=of("p"))
    for ref in BELOW_C1:
        with refused(deep, IllegalTransition, "illegal_transition"):
            deep.acknowledge(ref, actor=of(deep.directive(ref).unit))


# Reassigning


def test_reassigning_withdraws_it_and_issues_the_same_to_another(deep: Engine) -> None:
    answer = deep.reassign("k/1.1", "c3", "merged", actor=of("p"))
    assert types(answer) == [
        ("k/1.1", "reassigned"),
        ("k/1.1.1", "withdrawn"),
        ("k/1.1.2", "withdrawn"),
        ("k/1.1.1.1", "withdrawn"),
        ("k/1", "forwarded"),
        ("k/1.3", "issued"),
    ]
    moved, *_, named, issued = (recorded.event for recorded in answer.events)
    assert moved == Reassigned("c3", "1.3", "merged")
    assert isinstance(named, Forwarded)
    assert (named.n, named.to, named.replaces) == (1, (("1.3", "c3", end(6, 10)),), "1.1")
    assert isinstance(issued, Issued)
    assert issued.forwarded == answer.events[-2].hash.hex()
    assert issued.notice == deep.directive("k/1.1").notice
    assert deep.directive("k/1.1").status == "withdrawn"
    assert deep.directive("k/1.3").due == deep.directive("k/1.1").due
    live_equals_replay(deep)


def test_reassigning_a_child_of_a_forwarding_notice_names_that_notice(engine: Engine) -> None:
    cascade(engine)
    engine.forward("k/1", ["c1"], actor=of("p"), notice=notice("n2"))
    named = engine.reassign("k/1.1", "c2", "merged", actor=of("p")).events[1].event
    assert isinstance(named, Forwarded)
    assert named.notice == notice("n2").digest, "the event says that the child gets the parent's own notice"


def test_reassigning_keeps_the_status_of_the_parent(deep: Engine) -> None:
    deep.execute("k/1", actor=of("p"))
    deep.reassign("k/1.1", "c3", "merged", actor=of("p"))
    assert deep.directive("k/1").status == "executing"
    assert deep.directive("k/1").children == 3


def test_reassigning_puts_skipped_bodies_in_copy(deep: Engine) -> None:
    deep.reassign("k/1.1", "d31", "straight to the county", actor=of("p"))
    assert deep.directive("k/1.3").copy == ("c3",)


@pytest.mark.parametrize(
    ("to", "kind", "code"),
    [
        ("c1", GuardRefused, "already_addressed"),
        ("c2", GuardRefused, "already_addressed"),
        ("p", GuardRefused, "outside_line"),
        ("nobody", NotFound, "unknown_unit"),
    ],
)
def test_reassigning_to_the_wrong_unit_is_refused(deep: Engine, to: str, kind: type[GuardRefused], code: str) -> None:
    with refused(deep, kind, code):
        deep.reassign("k/1.1", to, "merged", actor=of("p"))


def test_a_root_cannot_be_reassigned(deep: Engine) -> None:
    with refused(deep, GuardRefused, "is_root"):
        deep.reassign("k/1", "c3", "merged", actor=of("p"))


def test_only_the_superior_reassigns(deep: Engine) -> None:
    with refused(deep, NotEntitled, "not_entitled"):
        deep.reassign("k/1.1", "c3", "merged", actor=of("c1"))


def test_a_report_lists_the_reassigned_child_with_its_reason(engine: Engine) -> None:
    forwarded(engine, "c1")
    engine.reassign("k/1.1", "c3", "merged", actor=of("p"))
    engine.execute("k/1.2", actor=of("c3"))
    engine.report("k/1.2", actor=of("c3"))
    engine.execute("k/1", actor=of("p"))
    event = engine.report("k/1", actor=of("p")).events[0].event
    assert event.without == (("1.1", "withdrawn", "merged"),)  # type: ignore[attr-defined]
    assert [cover[0] for cover in event.covers] == ["1.2"]  # type: ignore[attr-defined]


# Urging


def test_reminding_changes_no_status(deep: Engine) -> None:
    before = deep.directive("k/1.1")
    assert types(deep.remind("k/1.1", "ten days left", actor=of("p"))) == [("k/1.1", "reminded")]
    assert deep.directive("k/1.1").status == before.status
    with refused(deep, NotEntitled, "not_entitled"):
        deep.remind("k/1.1", "ten days left", actor=of("c2"))


@pytest.mark.parametrize(("ref", "to"), [("k/1.1.1.1", "c1"), ("k/1.1.1", "p"), ("k/1.1", "p"), ("k/1", "p")])
def test_escalating_goes_above_the_superior_as_far_as_there_is_anybody(deep: Engine, ref: str, to: str) -> None:
    event = deep.escalate(ref, "nothing heard", actor=of("clock")).events[0].event
    assert event == Escalated(to, "nothing heard")


def test_the_clock_reminds_and_escalates_and_does_nothing_else(deep: Engine) -> None:
    deep.remind("k/1.1", "ten days left", actor=of("clock"))
    for act in (deep.waive, deep.withdraw):
        with refused(deep, NotEntitled, "not_entitled"):
            act("k/1.1", "late", actor=of("clock"))


# Reasons


@pytest.mark.parametrize("kind", [Waive, Withdraw, Remind])
@pytest.mark.parametrize(
    ("reason", "error", "code"),
    [
        ("", Malformed, "empty_text"),
        ("  ", Malformed, "empty_text"),
        (None, Malformed, "empty_text"),
        ("a\x00b", Malformed, "bad_character"),
        ("a\nb", Malformed, "bad_character"),
        ("a\u202eb", Malformed, "bad_character"),
        ("a\ud800b", Malformed, "bad_character"),
        ("e\u0301", Malformed, "not_nfc"),
        ("x" * 2_001, LimitExceeded, "text_too_long"),
    ],
)
def test_a_reason_is_clean_text(kind: type[Waive], reason: str, error: type[Malformed], code: str) -> None:
    with pytest.raises(error, check=lambda found: found.code == code and found.data["field"] == "reason"):
        kind("k/1.1", reason, actor=of("p"))


def test_a_reassignment_needs_a_reason_too() -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "empty_text"):
        Reassign("k/1.1", "", "c3", actor=of("p"))


def test_a_waiver_is_recorded_as_one(deep: Engine) -> None:
    assert deep.waive("k/1.2", "none there", actor=of("p")).events[0].event == Waived("none there")
