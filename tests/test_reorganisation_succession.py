"""Units that end one after the other, together, or under one that has ended: who goes on with what they had."""

from __future__ import annotations

from typing import Any

import pytest
from support import Maker, forwarded, live_equals_replay, notice, of, one_line, refused, types

from xiada.engine.commands import REGISTRAR, AddUnit, Delegate
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused
from xiada.engine.notice import Requirement
from xiada.engine.orgcommands import MergeUnits, MoveUnit, RenameUnit

WHY = "the county was divided anew"
BY: dict[str, Any] = {"actor": REGISTRAR}


def held(engine: Engine) -> dict[str, tuple[str, str]]:
    """Return unit and status of every directive of `k`."""
    return {node.directive.ref: (node.directive.unit, node.directive.status) for node in engine.view("k").nodes}


@pytest.mark.parametrize("units", [("c1", "d11"), ("d11", "c1")])
def test_in_whatever_order_units_are_named_what_lies_above_changes_hands_first(
    engine: Engine, units: tuple[str, ...]
) -> None:
    forwarded(engine)
    engine.forward("k/1.1", ("d11",), actor=of("c1"))
    engine.merge_units(units, "c3", WHY, running="reassign", **BY)
    assert held(engine)["k/1.3"] == ("c3", "issued")
    assert held(engine)["k/1.1.1"] == ("d11", "withdrawn")
    live_equals_replay(engine)


def test_whoever_comes_after_a_successor_may_act_for_all_before_it(engine: Engine) -> None:
    forwarded(engine)
    engine.merge_units(("c1",), "c3", WHY, running="stay", **BY)
    answer = engine.merge_units(("c3",), "c2", WHY, running="stay", **BY)
    granted = [ref for ref, kind in types(answer) if kind == "delegation_granted"]
    assert granted == ["org/c3", "org/c1"]
    engine.execute("k/1.1", actor=of("c2", "c1"))
    live_equals_replay(engine)


def test_a_leave_that_was_taken_back_and_one_among_those_that_stand_are_not_passed_on(engine: Engine) -> None:
    engine.merge_units(("c1",), "c3", WHY, **BY)
    engine.revoke("c1", "c3", actor=of("c1"))
    engine.delegate("c2", "c3", actor=of("c2"))
    engine.move_unit("d31", "main", "c2", WHY, **BY)
    engine.merge_units(("c3",), "d31", WHY, **BY)
    assert engine.org().delegations == {("c2", "c3"), ("c3", "d31")}


def test_what_came_from_a_unit_that_has_ended_stays_and_refuses_nothing(engine: Engine) -> None:
    forwarded(engine)
    engine.forward("k/1.1", ("d11",), actor=of("c1"))
    engine.merge_units(("c1",), "c3", WHY, running="stay", **BY)
    engine.merge_units(("d11",), "d12", WHY, running="reassign", **BY)
    assert held(engine)["k/1.1.1"] == ("d11", "issued")
    engine.execute("k/1.1.1", actor=of("d12", "d11"))
    live_equals_replay(engine)


def test_two_directives_of_different_notices_do_not_become_one(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine, "c2")
    more = notice("n2", issuers=("p",), requirements=(Requirement(id="count", text="Count the visitors"),))
    engine.forward("k/1", ("c1",), notice=more, actor=of("p"))
    engine.merge_units(("c1",), "c2", WHY, running="reassign", **BY)
    assert held(engine)["k/1.2"] == ("c1", "issued")
    assert [item.id for _, item in engine.requirements("k/1.2")] == ["count"]
    live_equals_replay(engine)


def test_the_org_an_engine_goes_on_with_is_the_one_another_reads_from_the_log(make: Maker) -> None:
    engine = make(one_line())
    engine.submit(
        [
            RenameUnit("c1", "City One", WHY, ("One",), **BY),
            AddUnit("d13", "D13", "office", "county", "main", (("main", "c1"),), **BY),
            MoveUnit("d11", "main", "d13", WHY, **BY),
            Delegate("c1", "c2", actor=of("c1")),
            MergeUnits(("c2", "d12"), "c3", WHY, **BY),
            RenameUnit("d13", "Thirteen", WHY, **BY),
        ]
    )
    found, replayed = engine.org(), engine.replay().org()
    assert (list(found), found.delegations, found.levels) == (list(replayed), replayed.delegations, replayed.levels)
    for org in (found, replayed):
        assert [one.id for one in org.below("p", "main", depth=None)] == [
            "c1", "d13", "d11", "t111", "c3", "d21", "d31",
        ]  # fmt: skip
    with refused(engine, GuardRefused, "unit_ended"):
        engine.submit([RenameUnit("c1", "Again", WHY, **BY), RenameUnit("c2", "Again", WHY, **BY)])
    assert engine.org().unit("c1").name == "City One"


def test_an_org_that_was_looked_at_does_not_change(engine: Engine) -> None:
    before = engine.org()
    engine.rename_unit("c1", "City One", WHY, **BY)
    engine.move_unit("d11", "main", "c2", WHY, **BY)
    assert before.unit("c1").name == "C1"
    assert (before.superior("d11", "main"), engine.org().superior("d11", "main")) == ("c1", "c2")
