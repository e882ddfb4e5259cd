"""Reorganising while cascades run: units renamed, moved, merged and abolished, and what becomes of what they have."""

from __future__ import annotations

from typing import Any

import pytest
from bundles import write
from support import Maker, cascade, forwarded, live_equals_replay, notice, of, one_line, refused, snapshot, types, unit

from xiada.engine.bundle.reading import open_bundle
from xiada.engine.bundle.taking import import_bundle
from xiada.engine.commands import REGISTRAR, AddUnit, Forward
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, LimitExceeded, Malformed, NotEntitled, NotFound, Refused, XiadaError
from xiada.engine.org import Org, Select
from xiada.engine.orgcommands import AbolishUnit, MergeUnits, MoveUnit, RenameUnit

WHY = "the county was divided anew"
BY: dict[str, Any] = {"actor": REGISTRAR}


def below(engine: Engine, above: str) -> list[str]:
    """Return the units directly below one."""
    return [one.id for one in engine.org().below(above, "main")]


def standing(engine: Engine) -> dict[str, tuple[str, str]]:
    """Return unit and status of every directive of `k`."""
    return {node.directive.ref: (node.directive.unit, node.directive.status) for node in engine.view("k").nodes}


# What happens in the org


def test_a_renamed_unit_keeps_its_id_and_all_it_has_running(engine: Engine) -> None:
    forwarded(engine)
    answer = engine.rename_unit("c1", "City One", WHY, aliases=("One",), **BY)
    assert types(answer) == [("org/c1", "unit_renamed")]
    found = engine.org().unit("c1")
    assert (found.name, found.aliases) == ("City One", ("One",))
    assert engine.view("k").nodes[1].name == "One"
    assert not engine.rename_unit("c1", "City One", WHY, **BY).events
    engine.execute("k/1.1", actor=of("c1"))
    live_equals_replay(engine)


def test_a_moved_unit_takes_those_below_it_along_and_its_directives_stay_where_they_are(engine: Engine) -> None:
    forwarded(engine)
    engine.forward("k/1.1", ("d11",), actor=of("c1"))
    answer = engine.move_unit("d11", "main", "c2", WHY, **BY)
    assert types(answer) == [("org/d11", "unit_moved")]
    assert (below(engine, "c1"), below(engine, "c2")) == (["d12"], ["d11", "d21"])
    assert engine.org().is_below("t111", "c2", "main")
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.report("k/1.1.1", actor=of("d11"))
    engine.return_("k/1.1.1", "again", actor=of("c1"))  # the superior of what runs is whoever laid it on
    with refused(engine, GuardRefused, "outside_line"):
        engine.forward("k/1.1", ("t111",), actor=of("c1"))
    engine.forward("k/1.2", ("d11",), actor=of("c2"))
    assert not engine.move_unit("d11", "main", "c2", WHY, **BY).events
    live_equals_replay(engine)


def test_merged_units_end_and_hand_those_below_them_on(engine: Engine) -> None:
    answer = engine.merge_units(("c1", "c2"), "c3", WHY, key="merge", **BY)
    assert types(answer) == [
        *[(f"org/{below}", "unit_moved") for below in ("d11", "d12", "d21")],
        *[(f"org/{ended}", "unit_merged") for ended in ("c1", "c2")],
        *[(f"org/{ended}", "delegation_granted") for ended in ("c1", "c2")],
    ]
    assert below(engine, "p") == ["c3"]
    assert below(engine, "c3") == ["d11", "d12", "d21", "d31"]
    ended = engine.org().unit("c1")
    assert (ended.ended, ended.successor, ended.name) == (True, "c3", "C1")
    assert engine.merge_units(("c1", "c2"), "c3", WHY, key="merge", **BY).repeated
    live_equals_replay(engine)


def test_of_units_merged_together_the_lower_ends_first(engine: Engine) -> None:
    answer = engine.merge_units(("c1", "d11"), "c2", WHY, **BY)
    ended = [ref for ref, kind in types(answer) if kind == "unit_merged"]
    assert ended == ["org/d11", "org/c1"]
    assert below(engine, "c2") == ["d12", "d21", "t111"]
    live_equals_replay(engine)


def test_an_abolished_unit_is_found_by_nobody_but_still_has_its_name(engine: Engine) -> None:
    cascade(engine)
    engine.move_unit("d31", "main", "c1", WHY, **BY)
    engine.abolish_unit("c3", WHY, **BY)
    org = engine.org()
    assert Select(level="city").units(org, "p", "main") == ("c1", "c2")
    assert org.unit("c3").name == "C3"
    assert org.superior("c3", "main") is None
    with refused(engine, GuardRefused, "unit_ended") as caught:
        engine.forward("k/1", ("c3",), actor=of("p"))
    assert caught.value.data["successor"] is None
    assert engine.forward("k/1", (Select(level="city"),), actor=of("p")).issued == ("k/1.1", "k/1.2")
    live_equals_replay(engine)


def test_a_unit_that_ended_issues_nothing_and_joins_no_more(make: Maker) -> None:
    engine = make(one_line())
    engine.move_unit("d31", "main", "c1", WHY, **BY)
    engine.abolish_unit("c3", WHY, successor="c1", **BY)
    with refused(engine, GuardRefused, "unit_ended"):
        engine.issue("k", notice(issuers=("c3",)), actor=of("c3"))
    with refused(engine, GuardRefused, "unit_exists"):
        engine.load_org(one_line())
    with refused(engine, Malformed, "unknown_superior"):
        engine.submit([AddUnit("d32", "D", "office", "county", "main", (("main", "c3"),), actor=REGISTRAR)])
    with refused(engine, GuardRefused, "unit_ended"):
        engine.delegate("c1", "c3", actor=of("c1"))
    other = make(name="other")
    assert other.load_org(engine.org()) == len(one_line()) - 1


def test_the_org_of_a_day_is_the_org_of_that_day(engine: Engine) -> None:
    forwarded(engine)
    seen = []
    for change in (
        lambda: engine.rename_unit("c1", "City One", WHY, **BY),
        lambda: engine.move_unit("d12", "main", "c2", WHY, **BY),
        lambda: engine.merge_units(("c1",), "c2", WHY, running="stay", **BY),
        lambda: engine.abolish_unit("d12", WHY, **BY),
    ):
        change()
        at = engine.head().size - 1
        seen.append((at, list(engine.org()), engine.org().tops(), engine.view("k").nodes))
    for at, units, tops, nodes in seen:
        org = engine.org(at)
        assert (list(org), org.tops()) == (units, tops)
        assert list(engine.at(at).org()) == units
        assert [(node.name, node.directive) for node in engine.view("k", at=at).nodes] == [
            (node.name, node.directive) for node in nodes
        ]
    assert engine.org(0).unit("p").name == "P"


# Refusals


@pytest.mark.parametrize(
    ("command", "kind", "code"),
    [
        (RenameUnit("nobody", "N", WHY, **BY), NotFound, "unknown_unit"),
        (MoveUnit("nobody", "main", "p", WHY, **BY), NotFound, "unknown_unit"),
        (MoveUnit("d11", "main", "nobody", WHY, **BY), NotFound, "unknown_unit"),
        (MoveUnit("c1", "main", "d11", WHY, **BY), GuardRefused, "org_circle"),
        (MoveUnit("c1", "main", "c1", WHY, **BY), GuardRefused, "org_circle"),
        (MoveUnit("c1", "main", "t111", WHY, **BY), GuardRefused, "org_circle"),
        (MoveUnit("c1", "gov", "c2", WHY, **BY), GuardRefused, "not_in_line"),
        (MoveUnit("p", "main", "c1", WHY, **BY), GuardRefused, "line_top"),
        (MoveUnit("c1", "main", "gone", WHY, **BY), GuardRefused, "unit_ended"),
        (MoveUnit("c1", "main", "c2", WHY, "refuse", **BY), GuardRefused, "directives_running"),
        (RenameUnit("gone", "N", WHY, **BY), GuardRefused, "unit_ended"),
        (MergeUnits(("c1",), "gone", WHY, "stay", **BY), GuardRefused, "unit_ended"),
        (MergeUnits(("gone",), "c1", WHY, "stay", **BY), GuardRefused, "unit_ended"),
        (MergeUnits(("c1",), "d11", WHY, "stay", **BY), GuardRefused, "org_circle"),
        (MergeUnits(("p",), "c1", WHY, "stay", **BY), GuardRefused, "line_top"),
        (MergeUnits(("c1",), "c2", WHY, **BY), GuardRefused, "directives_running"),
        (MergeUnits(("c1",), "d21", WHY, "reassign", **BY), None, None),
        (AbolishUnit("c1", WHY, running="stay", **BY), GuardRefused, "units_below"),
        (AbolishUnit("d12", WHY, **BY), GuardRefused, "directives_running"),
        (AbolishUnit("t111", WHY, "gone", **BY), GuardRefused, "unit_ended"),
        (AbolishUnit("p", WHY, running="stay", **BY), GuardRefused, "line_top"),
        (AbolishUnit("d11", WHY, actor=of("c1")), NotEntitled, "not_entitled"),
    ],
)
def test_what_would_break_the_org_is_refused_and_writes_nothing(
    engine: Engine, command: Any, kind: type[XiadaError] | None, code: str | None
) -> None:
    engine.submit([AddUnit("gone", "Gone", "office", "county", "main", (("main", "c3"),), **BY)])
    engine.abolish_unit("gone", WHY, **BY)
    forwarded(engine)
    engine.forward("k/1.1", ("d12",), actor=of("c1"))
    if kind is None or code is None:
        engine.submit([command])
    else:
        with refused(engine, kind, code):
            engine.submit([command])
    live_equals_replay(engine)


def test_a_command_that_cannot_be_one_is_malformed() -> None:
    for wrong, code in (
        (lambda: MergeUnits((), "c1", WHY, **BY), "same_unit"),
        (lambda: MergeUnits(("c1", "c1"), "c2", WHY, **BY), "same_unit"),
        (lambda: MergeUnits(("c1",), "c1", WHY, **BY), "same_unit"),
        (lambda: AbolishUnit("c1", WHY, "c1", **BY), "same_unit"),
        (lambda: AbolishUnit("c1", WHY, running="reassign", **BY), "no_successor"),
        (lambda: RenameUnit("c1", "C", WHY, ("x",) * 101, **BY), "too_many_names"),
        (lambda: RenameUnit("c1", " ", WHY, **BY), "empty_text"),
        (lambda: MoveUnit("c1", "main", "c2", "", **BY), "empty_text"),
    ):
        with pytest.raises(Malformed) as caught:
            wrong()  # type: ignore[no-untyped-call]
        assert caught.value.code == code
    with pytest.raises(LimitExceeded):
        RenameUnit("c1", "C" * 201, WHY, **BY)


def test_a_circle_across_lines_is_refused_too(make: Maker) -> None:
    units = [
        unit("a", line="a"), unit("b", line="b"),
        unit("a1", line="a", superiors=(("a", "a"), ("b", "b"))),
        unit("a2", line="a", superiors=(("a", "a"), ("b", "a1"))),
    ]  # fmt: skip
    engine = make(Org(units))
    with refused(engine, GuardRefused, "org_circle"):
        engine.move_unit("a1", "a", "a2", WHY, **BY)


# What runs


def test_by_stay_all_goes_on_and_the_successor_may_act_for_the_old_unit(engine: Engine) -> None:
    forwarded(engine)
    engine.forward("k/1.1", ("d11",), actor=of("c1"))
    engine.merge_units(("c1",), "c3", WHY, running="stay", **BY)
    assert standing(engine)["k/1.1"] == ("c1", "forwarded")
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.report("k/1.1.1", actor=of("d11"))
    engine.execute("k/1.1", actor=of("c3", "c1"))
    engine.report("k/1.1", actor=of("c1"))
    assert standing(engine)["k/1.1.1"] == ("d11", "summarised")
    with refused(engine, GuardRefused, "already_addressed"):
        engine.forward("k/1", ("c2",), actor=of("p"))
    live_equals_replay(engine)


def test_by_reassign_the_successor_gets_the_same_under_the_same_parent(engine: Engine) -> None:
    forwarded(engine)
    engine.forward("k/1.1", ("d11",), actor=of("c1"))
    answer = engine.merge_units(("c1",), "c3", WHY, running="reassign", key="m", **BY)
    assert types(answer)[-5:] == [
        ("org/c1", "delegation_granted"),
        ("k/1.1", "reassigned"),
        ("k/1.1.1", "withdrawn"),
        ("k/1", "forwarded"),
        ("k/1.3", "issued"),
    ]
    assert standing(engine) == {
        "k/1": ("p", "forwarded"),
        "k/1.1": ("c1", "withdrawn"),
        "k/1.1.1": ("d11", "withdrawn"),
        "k/1.2": ("c2", "issued"),
        "k/1.3": ("c3", "issued"),
    }
    assert engine.directive("k/1.3").due == engine.directive("k/1.1").due
    assert len(engine.merge_units(("c1",), "c3", WHY, running="reassign", key="m", **BY).events) == len(answer.events)
    engine.forward("k/1.3", ("d11",), actor=of("c3"))
    live_equals_replay(engine)


@pytest.mark.parametrize("running", ["merge", "reassign"])
def test_where_the_successor_has_one_of_the_same_parent_the_two_become_one(engine: Engine, running: Any) -> None:
    forwarded(engine)
    engine.forward("k/1.2", ("d21",), actor=of("c2"))
    answer = engine.merge_units(("c2",), "c1", WHY, running=running, **BY)
    [event] = [one.event for one in answer.events if one.event.type == "reassigned"]
    assert (event.to, event.path) == ("c1", "1.1")  # type: ignore[attr-defined]
    assert not answer.issued
    assert standing(engine)["k/1.2.1"] == ("d21", "withdrawn")
    engine.forward("k/1.1", ("d21",), actor=of("c1"))
    engine.withdraw("k/1.1.1", "no need", actor=of("c1"))
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    engine.execute("k/1", actor=of("p"))
    report = engine.report("k/1", actor=of("p")).events[0].event
    assert [row[0] for row in report.covers] == ["1.1"]  # type: ignore[attr-defined]
    assert report.without == (("1.2", "withdrawn", WHY),)  # type: ignore[attr-defined]
    live_equals_replay(engine)


def test_by_merge_what_has_no_double_stays(engine: Engine) -> None:
    forwarded(engine)
    engine.merge_units(("c1",), "c3", WHY, running="merge", **BY)
    assert standing(engine)["k/1.1"] == ("c1", "issued")
    live_equals_replay(engine)


def test_a_root_and_a_report_handed_in_stay(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    engine.issue("own", notice(issuers=("c1",)), actor=of("c1"))
    answer = engine.merge_units(("c1",), "c2", WHY, running="reassign", **BY)
    assert {recorded.ref.partition("/")[0] for recorded in answer.events} == {"org"}
    engine.withdraw("own/1", "it ended", actor=of("c2", "c1"))
    live_equals_replay(engine)


def test_beside_a_report_of_the_successor_the_other_stays(engine: Engine) -> None:
    forwarded(engine)
    engine.execute("k/1.2", actor=of("c2"))
    engine.report("k/1.2", actor=of("c2"))
    engine.merge_units(("c1",), "c2", WHY, running="reassign", **BY)
    assert standing(engine)["k/1.1"] == ("c1", "issued")
    live_equals_replay(engine)


def test_two_units_with_the_same_parent_merged_into_a_third_become_one(engine: Engine) -> None:
    forwarded(engine)
    answer = engine.merge_units(("c1", "c2"), "c3", WHY, running="reassign", **BY)
    assert answer.issued == ("k/1.3",)
    assert [state for state in standing(engine).values() if state[1] != "withdrawn"] == [
        ("p", "forwarded"), ("c3", "issued"),
    ]  # fmt: skip
    live_equals_replay(engine)


def test_what_cannot_change_hands_to_a_unit_elsewhere_refuses_all_of_it(engine: Engine) -> None:
    forwarded(engine)
    engine.forward("k/1.1", ("d11", "d12"), actor=of("c1"))
    with refused(engine, GuardRefused, "outside_line"):
        engine.merge_units(("d12",), "d21", WHY, running="reassign", **BY)
    engine.merge_units(("d12",), "d11", WHY, running="reassign", **BY)
    live_equals_replay(engine)


def test_a_refusal_half_way_leaves_no_trace_in_a_batch_that_goes_on(engine: Engine) -> None:
    forwarded(engine)
    engine.forward("k/1.1", ("d11", "d12"), actor=of("c1"))
    answers = engine.submit(
        [
            RenameUnit("c1", "One", WHY, **BY),
            Forward("k/1.2", ("d21",), actor=of("c2")),
            MergeUnits(("d12",), "d31", WHY, "reassign", **BY, key="x"),
            MoveUnit("d12", "main", "c2", WHY, **BY),
        ],
        atomic=False,
    )
    assert [answer.refusal and answer.refusal.code for answer in answers] == [None, None, "outside_line", None]
    assert not engine.org().unit("d12").ended
    assert below(engine, "c2") == ["d12", "d21"]
    live_equals_replay(engine)


def test_a_refusal_half_way_is_not_counted_in_a_stream_of_commands(engine: Engine) -> None:
    forwarded(engine)
    engine.forward("k/1.1", ("d11", "d12"), actor=of("c1"))
    size = engine.head().size
    stream = [
        RenameUnit("c1", "One", WHY, **BY),
        MergeUnits(("d12",), "d31", WHY, "reassign", **BY),
        Forward("k/1.2", ("d21",), actor=of("c2")),
        MergeUnits(("d12",), "d11", WHY, "reassign", **BY),
    ]
    tally = engine.submit_all(stream, key="stream", stop=False)
    assert (tally.commands, tally.refused, tally.events) == (4, 1, engine.head().size - size)
    live_equals_replay(engine)


def test_a_batch_of_reorganisations_that_fails_is_not_there_at_all(engine: Engine) -> None:
    forwarded(engine)
    before = snapshot(engine)
    with pytest.raises(Refused):
        engine.submit([MergeUnits(("c1",), "c2", WHY, "reassign", **BY), RenameUnit("c1", "One", WHY, **BY)])
    assert snapshot(engine) == before
    assert not engine.org().unit("c1").ended


# Stores


def test_a_reorganised_log_is_taken_in_from_a_bundle_and_rebuilt_as_it_was(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.rename_unit("c1", "City One", WHY, **BY)
    engine.merge_units(("c1",), "c3", WHY, running="reassign", **BY)
    with open_bundle(write(engine, make.folder / "bundle")) as bundle:
        copy = Engine(import_bundle(bundle, make.url("copy")), clock=make.clock)
    assert snapshot(copy) | {"beside": 0} == snapshot(engine) | {"beside": 0}
    live_equals_replay(copy)
    copy.close()
    before = snapshot(engine)
    engine.rebuild()
    assert snapshot(engine) == before
    live_equals_replay(engine)


def test_another_engine_on_the_file_sees_the_org_of_the_first(make: Maker) -> None:
    if make.kind == "memory":
        pytest.skip("a store in memory has one engine")
    engine, other = make(one_line()), make.again()
    assert below(other, "p") == ["c1", "c2", "c3"]
    engine.merge_units(("c1",), "c2", WHY, **BY)
    assert below(other, "p") == ["c2", "c3"]
    other.rename_unit("c2", "Two", WHY, **BY)
    assert engine.org().unit("c2").name == "Two"
    cascade(other)
    with refused(engine, GuardRefused, "unit_ended"):
        engine.forward("k/1", ("c1",), actor=of("p"))
