"""What changed between two moments: held to what the log was at both, and every move of a due told with its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hindsight_story import SHANGHAI, eventful
from support import Maker, cascade, day, end, notice, of, one_line, refused, types, wide

from xiada.engine.commands import Acknowledge, Execute
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.hindsight.differing import FEW, difference


def standings(engine: Engine, index: int) -> dict[str, str]:
    """Return the status of every directive at a log index."""
    past = engine.at(index)
    return {one.ref: one.status for name in engine.cascades() for one in past.tree(f"{name}/")}


def test_the_changes_are_what_differs_between_the_two_moments(make: Maker) -> None:
    engine = eventful(make)
    size = engine.head().size
    for earlier in range(0, size, 7):
        before = standings(engine, earlier)
        for later in range(earlier, size, 5):
            after = standings(engine, later)
            found = {one.ref: (one.was, one.status) for one in difference(engine, earlier, later).changes}
            expected = {ref: (before.get(ref), now) for ref, now in after.items() if before.get(ref) != now}
            assert found == expected


def test_each_change_names_the_event_that_brought_it_there(make: Maker) -> None:
    engine = eventful(make)
    for one in difference(engine, 20, 60).changes:
        assert engine.at(one.act.index).standing(one.ref).status == one.status
        before = engine.at(one.act.index - 1).find(one.ref)
        assert before is None or before.status != one.status


def test_dues_lead_from_what_they_were_to_what_they_are(make: Maker) -> None:
    engine = eventful(make)
    found = difference(engine, 24, 76)
    dues = {one.ref: one.due for one in engine.at(24).tree("k/")}
    for move in found.dues:
        assert move.was == dues.get(move.ref, move.was)
        dues[move.ref] = move.due
    assert dues["k/1.1.1"] == engine.directive("k/1.1.1").due == end(6, 2)


def test_a_move_of_a_due_says_by_whom_why_and_because_of_what(make: Maker) -> None:
    found = {one.act.index: one for one in difference(eventful(make), 24, 76).dues}
    assert [(found[index].type, found[index].reason, found[index].cause) for index in (36, 37, 44, 45, 60)] == [
        ("extension_granted", "flood again", "k/1.1.1.1"),
        ("extension_granted", "flood again", None),
        ("rescheduled", "the minister asks earlier", "k/1.1"),
        ("rescheduled", "the minister asks earlier", None),
        ("returned", "figures are missing", None),
    ]
    assert (found[36].act.actor, found[36].act.unit) == ("clerk-c1", "c1")
    assert (found[60].was, found[60].due) == (end(6, 3), end(6, 2))


def test_what_appeared_and_what_was_closed_is_told_apart(make: Maker) -> None:
    found = difference(eventful(make), 24, 56)
    assert [one.ref for one in found.appeared] == ["k/1.1.3"]
    assert [one.ref for one in found.closed] == ["k/1.1.2", "k/1.2", "k/1.2.1", "k/1.3", "k/1.3.1"]


def test_a_directive_that_went_and_came_back_is_no_change(make: Maker) -> None:
    engine = eventful(make)
    assert engine.at(66).standing("k/1.1.1").status == engine.at(72).standing("k/1.1.1").status == "summarised"
    assert "k/1.1.1" not in {one.ref for one in difference(engine, 66, 72).changes}


def test_units_and_delegations_are_told_and_not_where_one_cascade_is_asked_about(make: Maker) -> None:
    engine = eventful(make)
    assert types(difference(engine, 5, 77).others) == [
        ("org/d21", "unit_added"),
        ("org/d31", "unit_added"),
        ("org/t111", "unit_added"),
        ("org/p", "delegation_granted"),
        ("org/p", "delegation_revoked"),
    ]
    assert difference(engine, 5, 77, "k").others == ()


def test_one_cascade_is_told_without_the_others(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.issue("k2", notice("n2"), actor=of("p"))
    assert [one.ref for one in difference(engine, 0, 10).changes] == ["k/1", "k2/1"]
    assert [one.ref for one in difference(engine, 0, 10, "k2").changes] == ["k2/1"]
    with refused(engine, NotFound, "unknown_cascade"):
        difference(engine, 0, 10, "nope")


def test_moments_may_be_times(make: Maker) -> None:
    engine = eventful(make)
    march, april = (datetime(2030, month, 1, tzinfo=SHANGHAI) for month in (3, 4))
    by_time = difference(engine, march, april)
    assert by_time == difference(engine, 23, 32)
    assert difference(engine, datetime(2000, 1, 1, tzinfo=UTC), march).earlier == 0


def test_the_same_moment_twice_differs_in_nothing(make: Maker) -> None:
    found = difference(eventful(make), 40, 40)
    assert (found.changes, found.dues, found.others) == ((), (), ())


def test_moments_the_wrong_way_round_are_refused(make: Maker) -> None:
    engine = eventful(make)
    with refused(engine, Malformed, "moments_reversed"):
        difference(engine, 40, 39)
    with refused(engine, NotFound, "no_such_index"):
        difference(engine, 0, 999)


@pytest.mark.parametrize("count", [FEW - 1, FEW, FEW + 1, 3 * FEW])
def test_few_directives_and_many_are_told_alike(make: Maker, count: int) -> None:
    engine = make(wide(count))
    cascade(engine)
    units = [f"c{number}" for number in range(1, count + 1)]
    engine.forward("k/1", units, due=day(6, 10), actor=of("p"))
    refs = [f"k/1.{number}" for number in range(1, count + 1)]
    engine.submit(Execute(ref, actor=of(unit)) for ref, unit in zip(refs, units, strict=True))
    earlier = engine.head().size - 1
    engine.submit(Acknowledge(ref, actor=of(unit)) for ref, unit in zip(refs, units, strict=True))
    engine.reschedule("k/1", day(6, 9), "earlier", on_conflict="cascade", actor=of("p"))
    engine.waive(refs[-1], "not needed", actor=of("p"))
    found = difference(engine, earlier, engine.head().size - 1)
    assert [(one.ref, one.was, one.status) for one in found.changes] == [(refs[-1], "executing", "waived")]
    assert {(one.was, one.due) for one in found.dues} == {(end(6, 10), end(6, 9)), (end(6, 20), end(6, 9))}
    assert len(found.dues) == count + 1
