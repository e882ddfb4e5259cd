"""The life of one directive: every event of it, each with what it came from, and how late it was by both dues."""

from __future__ import annotations

from pathlib import Path

import pytest
from hindsight_story import eventful
from hypothesis import given
from hypothesis import strategies as st
from support import ORIGIN, CountedEntropy, Maker, cascade, end, forwarded, notice, of, one_line, refused

from xiada.engine.due import NEVER, SHANGHAI
from xiada.engine.engine import Engine
from xiada.engine.errors import NotFound
from xiada.engine.hindsight.lateness import days_late, lateness
from xiada.engine.hindsight.lives import life
from xiada.engine.hindsight.proving import Proof, proof_of
from xiada.engine.log.keys import generate_key


def causes(make: Maker, ref: str) -> list[tuple[str, int | None]]:
    """Return the type of each event of a directive of the story, and the index of the event it came from."""
    found = life(eventful(make), ref, now=0)
    return [(deed.step.recorded.event.type, deed.cause and deed.cause.index) for deed in found.deeds]


def test_a_life_tells_all_events_of_its_directive_and_no_others(make: Maker) -> None:
    engine = eventful(make)
    for ref, state in engine.replay().states.items():
        found = life(engine, ref, now=0)
        assert found.directive == state
        assert [deed.step.recorded for deed in found.deeds] == engine.log(ref)
        assert found.deeds[-1].step.after == state


def test_what_others_did_to_it_is_told_with_the_event_it_came_from(make: Maker) -> None:
    assert causes(make, "k/1.1.1") == [
        ("issued", 15),
        ("forwarded", None),
        ("extension_granted", 37),
        ("rescheduled", 45),
        ("rescheduled", None),
        ("rescheduled", None),
        ("started", None),
        ("reported", None),
        ("returned", None),
        ("reported", None),
        ("summarised", 65),
        ("returned", None),
        ("reported", None),
        ("summarised", 71),
    ]


@pytest.mark.parametrize(
    ("ref", "last"),
    [
        ("k/1.2.1", ("withdrawn", 54)),
        ("k/1.3.1", ("waived", 52)),
        ("k/1.1.2", ("reassigned", None)),
        ("k/1", ("summarised", None)),
    ],
)
def test_an_end_that_came_from_above_names_what_happened_there(make: Maker, ref: str, last: tuple[str, int]) -> None:
    assert causes(make, ref)[-1] == last


def test_each_grant_names_the_request_it_answers(make: Maker) -> None:
    found = [pair for pair in causes(make, "k/1.1.1.1") if pair[0] == "extension_granted"]
    assert found == [("extension_granted", 33), ("extension_granted", 35)]


def test_what_fell_with_a_reassignment_names_the_reassignment(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.forward("k/1.1", ("d11",), actor=of("c1"))
    engine.reassign("k/1.1", "c3", "c1 is merged", actor=of("p"))
    [_, last] = life(engine, "k/1.1.1", now=0).deeds
    assert last.cause is not None
    assert (last.cause.ref, last.cause.event.type) == ("k/1.1", "reassigned")


def test_a_life_as_of_a_moment_ends_there(make: Maker) -> None:
    engine = eventful(make)
    found = life(engine, "k/1.1.1.1", now=end(5, 25), at=30)
    assert [deed.step.recorded.index for deed in found.deeds] == [23, 27, 28, 30]
    assert (found.lateness.days, found.lateness.handed_in) == (5, None)
    with refused(engine, NotFound, "unknown_directive"):
        life(engine, "k/1.1.3", now=0, at=30)


def test_a_directive_that_is_not_there_has_no_life(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    with refused(engine, NotFound, "unknown_directive"):
        life(engine, "k/7", now=0)


# Lateness


def test_lateness_is_told_by_both_dues(make: Maker) -> None:
    late = life(eventful(make), "k/1.1.1.1", now=0).lateness
    assert (late.due, late.original) == (end(6, 1), end(5, 20))
    assert (late.days, late.original_days, late.excused) == (1, 13, False)


def test_what_is_open_is_judged_by_the_moment_looked_at_and_what_is_excused_not_at_all(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    state = engine.directive("k/1.1")
    assert lateness(state, end(6, 10)).days == 0
    assert lateness(state, end(6, 10) + 1).days == 1
    assert lateness(state, end(6, 14)).days == 4
    engine.waive("k/1.1", "not needed", actor=of("p"))
    waived = lateness(engine.directive("k/1.1"), end(6, 14))
    assert (waived.days, waived.original_days, waived.excused) == (0, 0, True)


def test_what_has_no_due_is_never_late(make: Maker) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=None), actor=of("p"))
    assert lateness(engine.directive("k/1"), NEVER - 1).days == 0


@given(st.integers(0, 2 * 10**15), st.integers(0, 10**13))
def test_whatever_is_after_its_due_is_at_least_a_day_late_and_nothing_else_is(due: int, more: int) -> None:
    days = days_late(due, due + more, SHANGHAI)
    assert (days == 0) == (more == 0)
    assert days <= more // 86_400_000_000 + 1
    assert days_late(due + more, due, SHANGHAI) == 0


# Proofs


def signed(make: Maker) -> Engine:
    """Return an engine with a key, on which everything has happened so far that one city can see, and published."""
    engine = make(one_line(), signer=generate_key(ORIGIN, CountedEntropy()))
    forwarded(engine)
    engine.publish()
    return engine


def test_each_event_of_a_life_is_proven_under_the_signed_checkpoint(make: Maker) -> None:
    engine = signed(make)
    size = engine.head().size
    for deed in life(engine, "k/1", now=0).deeds:
        assert proof_of(engine, deed.step.recorded) == Proof(size, None)


def test_an_event_that_no_checkpoint_covers_is_not_proven_and_says_why(tmp_path: Path) -> None:
    make = Maker("sqlite", tmp_path)
    signed(make).close()
    with make.again() as engine:
        engine.execute("k/1.1", actor=of("c1"))
        first, last = (proof_of(engine, deed.step.recorded) for deed in life(engine, "k/1.1", now=0).deeds)
    assert first.refusal is None
    assert last.size is None
    assert last.refusal is not None
    assert last.refusal.code == "no_signer"


def test_what_is_told_is_what_is_proven(make: Maker) -> None:
    engine = signed(make)
    recorded = engine.log("k/1.1")[0]
    found = proof_of(engine, recorded._replace(hash=bytes(32)))
    assert found.size is None
    assert found.refusal is not None
    assert found.refusal.code == "bad_proof"
