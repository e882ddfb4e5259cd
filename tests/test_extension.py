"""Moving dues: extension, rescheduling, and the rule that no child is ever due after its parent."""

from __future__ import annotations

import pytest
from support import (
    ManualClock,
    cascade,
    day,
    end,
    forwarded,
    live_equals_replay,
    notice,
    of,
    refused,
    snapshot,
    types,
)

from xiada.engine.commands import Reschedule
from xiada.engine.due import NEVER
from xiada.engine.engine import Engine
from xiada.engine.errors import DueRefused, GuardRefused, Malformed, NotEntitled
from xiada.engine.events import ExtensionGranted, ExtensionRequested, Rescheduled


@pytest.fixture
def deep(engine: Engine) -> Engine:
    """k/1 p 20 June, k/1.1 c1 10 June, k/1.1.1 d11 5 June, k/1.1.1.1 t111 1 June."""
    forwarded(engine, "c1")
    engine.forward("k/1.1", ["d11"], actor=of("c1"), due=day(6, 5))
    engine.forward("k/1.1.1", ["t111"], actor=of("d11"), due=day(6, 1))
    return engine


DEEP = ("k/1", "k/1.1", "k/1.1.1", "k/1.1.1.1")


def dues(engine: Engine) -> list[int]:
    """Return the dues of `deep`, topmost first."""
    return [engine.directive(ref).due for ref in DEEP]


# Asking


@pytest.mark.parametrize(
    ("asked", "grantor"), [(day(6, 3), "k/1.1.1"), (day(6, 8), "k/1.1"), (day(6, 10), "k/1.1"), (day(6, 20), "k/1")]
)
def test_a_request_climbs_to_the_first_ancestor_with_slack(deep: Engine, asked: object, grantor: str) -> None:
    event = deep.request_extension("k/1.1.1.1", asked, "floods", actor=of("t111")).events[0].event  # type: ignore[arg-type]
    assert isinstance(event, ExtensionRequested)
    assert event.grantor == grantor
    assert deep.directive("k/1.1.1.1").extension == event.due


def test_a_request_no_ancestor_has_room_for_is_refused_with_the_whole_chain(deep: Engine) -> None:
    for asked in (day(6, 21), "undated"):
        with refused(deep, DueRefused, "due_after_parent") as caught:
            deep.request_extension("k/1.1.1.1", asked, "floods", actor=of("t111"))  # type: ignore[arg-type]
        assert caught.value.data["latest"] == end(6, 20)
        assert [ref for ref, _ in caught.value.data["chain"]] == ["k/1.1.1", "k/1.1", "k/1"]  # type: ignore[attr-defined]


def test_an_extension_is_asked_for_before_the_due(deep: Engine, clock: ManualClock) -> None:
    clock.advance(days=200)
    with refused(deep, GuardRefused, "after_due") as caught:
        deep.request_extension("k/1.1.1.1", day(12, 1), "floods", actor=of("t111"))
    assert caught.value.data["now"] == clock.now()


def test_the_last_instant_of_the_due_is_still_before_it(engine: Engine, clock: ManualClock) -> None:
    forwarded(engine, "c1")
    clock.advance(microseconds=end(6, 10) - clock.now())
    engine.request_extension("k/1.1", day(6, 12), "floods", actor=of("c1"))


@pytest.mark.parametrize("asked", [day(5, 31), day(6, 1), None])
def test_an_extension_is_to_a_later_due(deep: Engine, asked: object) -> None:
    with refused(deep, GuardRefused, "not_later"):
        deep.request_extension("k/1.1.1.1", asked, "floods", actor=of("t111"))  # type: ignore[arg-type]


def test_one_request_at_a_time(deep: Engine) -> None:
    deep.request_extension("k/1.1.1.1", day(6, 3), "floods", actor=of("t111"))
    with refused(deep, GuardRefused, "extension_pending") as caught:
        deep.request_extension("k/1.1.1.1", day(6, 4), "floods", actor=of("t111"))
    assert caught.value.data["asked"] == end(6, 3)


def test_what_is_undated_cannot_be_extended(engine: Engine) -> None:
    engine.issue("k", notice(due=None), actor=of("p"))
    with refused(engine, GuardRefused, "undated"):
        engine.request_extension("k/1", day(6, 1), "floods", actor=of("p"))


def test_a_root_asks_nobody(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, GuardRefused, "is_root"):
        engine.request_extension("k/1", day(6, 25), "floods", actor=of("p"))


def test_can_knows_that_a_root_asks_nobody(engine: Engine) -> None:
    cascade(engine)
    assert not engine.can("k/1", "request_extension")


def test_only_the_unit_asks(deep: Engine) -> None:
    with refused(deep, NotEntitled, "not_entitled"):
        deep.request_extension("k/1.1.1.1", day(6, 3), "floods", actor=of("d11"))


# Granting


def test_granting_moves_every_due_on_the_path_topmost_first(deep: Engine) -> None:
    deep.request_extension("k/1.1.1.1", day(6, 15), "floods", actor=of("t111"))
    answer = deep.grant_extension("k/1.1.1.1", actor=of("p"))
    assert [ref for ref, _ in types(answer)] == ["k/1.1", "k/1.1.1", "k/1.1.1.1"]
    events = [recorded.event for recorded in answer.events]
    assert events == [ExtensionGranted(end(6, 15), was, "k/1.1.1.1") for was in (end(6, 10), end(6, 5), end(6, 1))]
    assert dues(deep) == [end(6, 20), end(6, 15), end(6, 15), end(6, 15)]
    assert deep.directive("k/1.1.1.1").original_due == end(6, 1)
    assert deep.directive("k/1.1.1.1").extension is None
    live_equals_replay(deep)


def test_granting_leaves_brothers_and_those_below_alone(engine: Engine) -> None:
    forwarded(engine, "c1", "c2")
    engine.forward("k/1.1", ["d11"], actor=of("c1"), due=day(6, 5))
    engine.request_extension("k/1.1", day(6, 15), "floods", actor=of("c1"))
    engine.grant_extension("k/1.1", actor=of("p"))
    assert [engine.directive(ref).due for ref in ("k/1.2", "k/1.1.1")] == [end(6, 10), end(6, 5)]


def test_only_the_ancestor_with_slack_grants(deep: Engine) -> None:
    deep.request_extension("k/1.1.1.1", day(6, 15), "floods", actor=of("t111"))
    for unit in ("t111", "d11", "c1", "c2"):
        with refused(deep, NotEntitled, "not_entitled") as caught:
            deep.grant_extension("k/1.1.1.1", actor=of(unit))
        assert caught.value.data["entitled"] == ["p"]


def test_an_earlier_due_may_be_granted(deep: Engine) -> None:
    deep.request_extension("k/1.1.1.1", day(6, 15), "floods", actor=of("t111"))
    deep.grant_extension("k/1.1.1.1", actor=of("p"), due=day(6, 8))
    assert dues(deep) == [end(6, 20), end(6, 10), end(6, 8), end(6, 8)]


@pytest.mark.parametrize("given", [day(6, 1), day(5, 1)])
def test_what_is_granted_is_later_than_the_present_due(deep: Engine, given: object) -> None:
    deep.request_extension("k/1.1.1.1", day(6, 3), "floods", actor=of("t111"))
    with refused(deep, GuardRefused, "not_what_was_asked"):
        deep.grant_extension("k/1.1.1.1", actor=of("d11"), due=given)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [day(6, 6), day(6, 15), day(6, 25), "undated"])
def test_nobody_grants_more_than_was_asked_and_so_moves_its_own_due(deep: Engine, given: object) -> None:
    """The grantor of 3 June is d11, due 5 June itself: it must not extend its own superiors' patience."""
    deep.request_extension("k/1.1.1.1", day(6, 3), "floods", actor=of("t111"))
    before = snapshot(deep)
    with pytest.raises((GuardRefused, DueRefused, NotEntitled)):
        deep.grant_extension("k/1.1.1.1", actor=of("d11"), due=given)  # type: ignore[arg-type]
    assert snapshot(deep) == before


def test_a_grantor_who_has_lost_its_slack_cannot_grant(deep: Engine) -> None:
    deep.request_extension("k/1.1.1.1", day(6, 20), "floods", actor=of("t111"))
    deep.reschedule("k/1", day(6, 15), "sooner", actor=of("p"))
    with refused(deep, DueRefused, "due_after_parent"):
        deep.grant_extension("k/1.1.1.1", actor=of("p"))


def test_what_was_not_asked_cannot_be_answered(deep: Engine) -> None:
    for answer in (deep.grant_extension, lambda ref, actor: deep.refuse_extension(ref, "no", actor=actor)):
        with refused(deep, GuardRefused, "no_request"):
            answer("k/1.1.1.1", actor=of("d11"))


@pytest.mark.parametrize("unit", ["d11", "p"])
def test_superior_and_grantor_may_refuse(deep: Engine, unit: str) -> None:
    deep.request_extension("k/1.1.1.1", day(6, 15), "floods", actor=of("t111"))
    deep.refuse_extension("k/1.1.1.1", "no", actor=of(unit))
    assert deep.directive("k/1.1.1.1").extension is None
    assert dues(deep)[-1] == end(6, 1)
    deep.request_extension("k/1.1.1.1", day(6, 4), "floods again", actor=of("t111"))


def test_a_report_settles_a_pending_request(engine: Engine) -> None:
    forwarded(engine, "c1")
    engine.execute("k/1.1", actor=of("c1"))
    engine.request_extension("k/1.1", day(6, 15), "floods", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    assert engine.directive("k/1.1").extension is None


# Rescheduling


def test_rescheduling_keeps_the_original_due(deep: Engine) -> None:
    event = deep.reschedule("k/1.1.1.1", day(6, 4), "sooner", actor=of("d11")).events[0].event
    assert event == Rescheduled(end(6, 4), end(6, 1), "sooner")
    assert deep.directive("k/1.1.1.1").original_due == end(6, 1)


def test_a_grant_of_less_than_was_asked_by_whom_the_request_had_climbed_to_passes_the_audit(deep: Engine) -> None:
    deep.request_extension("k/1.1.1.1", day(6, 15), "floods", actor=of("t111"))
    deep.grant_extension("k/1.1.1.1", due=day(6, 8), actor=of("p"))
    assert deep.verify() == []


@pytest.mark.parametrize("delegate", ["c2", "d11"])
def test_whoever_refuses_on_behalf_of_the_grantor_passes_the_audit(deep: Engine, delegate: str) -> None:
    deep.delegate("c1", delegate, actor=of("c1"))
    deep.request_extension("k/1.1.1.1", day(6, 8), "floods", actor=of("t111"))
    deep.refuse_extension("k/1.1.1.1", "no", actor=of(delegate, "c1"))
    assert deep.verify() == []


def test_rescheduling_past_the_parent_is_refused_with_the_chain(deep: Engine) -> None:
    with refused(deep, DueRefused, "due_after_parent") as caught:
        deep.reschedule("k/1.1.1.1", day(6, 12), "later", actor=of("d11"))
    assert caught.value.data["chain"] == [("k/1.1.1", end(6, 5)), ("k/1.1", end(6, 10))]
    assert caught.value.data["latest"] == end(6, 5)


def test_rescheduling_past_the_parent_may_be_clamped_and_says_so(deep: Engine) -> None:
    event = deep.reschedule("k/1.1.1.1", day(6, 12), "later", actor=of("d11"), on_conflict="clamp").events[0].event
    assert event == Rescheduled(end(6, 5), end(6, 1), "later", asked=end(6, 12))


def test_a_clamped_rescheduling_to_undated_says_so_too(deep: Engine) -> None:
    event = deep.reschedule("k/1.1.1.1", "undated", "none", actor=of("d11"), on_conflict="clamp").events[0].event
    assert isinstance(event, Rescheduled)
    assert event.due == end(6, 5)
    assert event != Rescheduled(end(6, 5), end(6, 1), "none"), "it reads as if 5 June had been asked for"


def test_shortening_past_descendants_is_refused_and_names_them(deep: Engine) -> None:
    with refused(deep, GuardRefused, "descendants_later") as caught:
        deep.reschedule("k/1", day(6, 3), "sooner", actor=of("p"))
    assert caught.value.data["descendants"] == [["k/1.1", end(6, 10)], ["k/1.1.1", end(6, 5)]]
    assert caught.value.data["count"] == 2


def test_clamping_does_not_leave_descendants_behind_either(deep: Engine) -> None:
    with refused(deep, GuardRefused, "descendants_later"):
        deep.reschedule("k/1.1", day(6, 3), "sooner", actor=of("p"), on_conflict="clamp")


@pytest.mark.parametrize("new", [day(6, 19), day(6, 10), day(6, 7), day(6, 5), day(6, 3), day(5, 20)])
def test_impact_is_exactly_what_a_cascade_then_moves(deep: Engine, new: object) -> None:
    before = snapshot(deep)
    expected = deep.impact("k/1", new)  # type: ignore[arg-type]
    assert snapshot(deep) == before
    answer = deep.reschedule("k/1", new, "sooner", actor=of("p"), on_conflict="cascade")  # type: ignore[arg-type]
    moved = [ref for ref, _ in types(answer)]
    assert moved == [*reversed([state.ref for state in expected]), "k/1"], "deepest first"
    assert all(deep.directive(ref).due == deep.directive("k/1").due for ref in moved)
    assert dues(deep) == sorted(dues(deep), reverse=True)
    assert all(recorded.event.cause == "k/1" for recorded in answer.events[:-1])  # type: ignore[attr-defined]
    live_equals_replay(deep)


def test_impact_of_a_later_due_or_of_none_is_nothing(deep: Engine) -> None:
    assert deep.impact("k/1", day(12, 31)) == deep.impact("k/1", "undated") == deep.impact("k/1", None) == []


def test_closed_children_neither_bind_nor_move(deep: Engine) -> None:
    deep.waive("k/1.1.1", "gone", actor=of("c1"))
    assert deep.impact("k/1.1", day(6, 3)) == []
    deep.reschedule("k/1.1", day(6, 3), "sooner", actor=of("p"))
    assert deep.directive("k/1.1.1").due == end(6, 5)
    live_equals_replay(deep)


def test_a_due_may_be_taken_away_from_the_top_down(deep: Engine) -> None:
    deep.reschedule("k/1", "undated", "no hurry", actor=of("p"))
    deep.reschedule("k/1.1", "undated", "no hurry", actor=of("p"))
    assert dues(deep)[:2] == [NEVER, NEVER]
    deep.reschedule("k/1", day(6, 15), "hurry", actor=of("p"), on_conflict="cascade")
    assert dues(deep)[:2] == [end(6, 15), end(6, 15)]


def test_rescheduling_needs_a_due(deep: Engine) -> None:
    with refused(deep, Malformed, "no_due"):
        deep.reschedule("k/1.1", None, "why", actor=of("p"))


def test_the_superior_reschedules_not_the_unit(deep: Engine) -> None:
    with refused(deep, NotEntitled, "not_entitled"):
        deep.reschedule("k/1.1.1", day(6, 1), "sooner", actor=of("d11"))


def test_up_and_down_in_one_transaction_ends_where_it_ends(deep: Engine) -> None:
    deep.submit(
        [
            Reschedule("k/1", "later", day(7, 20), actor=of("p")),
            Reschedule("k/1.1", "later", day(7, 10), actor=of("p")),
            Reschedule("k/1.1.1", "later", day(7, 5), actor=of("c1")),
            Reschedule("k/1", "sooner", day(6, 2), "cascade", actor=of("p")),
        ]
    )
    assert dues(deep) == [end(6, 2), end(6, 2), end(6, 2), end(6, 1)]
    live_equals_replay(deep)
