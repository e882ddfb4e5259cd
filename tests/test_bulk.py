"""Batches of any size: the same bytes and states as one command at a time, resumable, bounded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import (
    ORIGIN,
    ROOT,
    START,
    CountedEntropy,
    Maker,
    ManualClock,
    cascade,
    chain,
    day,
    in_subprocess,
    live_equals_replay,
    notice,
    of,
    one_line,
    refused,
    snapshot,
    wide,
)

from xiada.engine import bulk
from xiada.engine.cascading import ToSubordinates
from xiada.engine.commands import (
    Acknowledge,
    Command,
    Execute,
    Forward,
    Issue,
    Progress,
    Reassign,
    Recipient,
    Remind,
    Report,
    RequestExtension,
    Return,
    Summarise,
    Waive,
    Withdraw,
)
from xiada.engine.directive import Directive
from xiada.engine.engine import Engine
from xiada.engine.errors import DueRefused, GuardRefused, Malformed, NotFound, Refused
from xiada.engine.lifecycle import STANDARD, Lifecycle, Transition
from xiada.engine.limits import INLINE_ENTRIES
from xiada.engine.notice import Requirement
from xiada.engine.org import Org, Select, Unit

REFS = ("k/1", "k/1.1", "k/1.2", "k/1.3", "k/1.1.1", "k/1.1.2", "k/1.1.1.1", "k/1.2.1", "k/1.9")
UNITS = ("p", "c1", "c2", "c3", "d11", "d12", "t111", "d21", "p")
"""The unit that each of REFS is laid on, if all forward to their subordinates in order."""

MANDATORY = notice("n2", issuers=("c1",), requirements=(Requirement(id="figures", text="Figures", mandatory=True),))


@st.composite
def commands(draw: st.DrawFn) -> Command:
    """Any command on any directive of a small cascade, mostly by whom it behoves."""
    place = draw(st.integers(0, len(REFS) - 1))
    ref, unit = REFS[place], UNITS[place]
    above = UNITS[REFS.index(ref.rpartition(".")[0])] if "." in ref else unit
    around: dict[str, Any] = {}
    if draw(st.integers(0, 9)) == 0:
        around["key"] = f"key-{draw(st.integers(0, 3))}"
    if draw(st.integers(0, 9)) == 0:
        around["expected_version"] = draw(st.integers(1, 4))
    if draw(st.integers(0, 14)) == 0:
        around["claimed_at"] = START - timedelta(hours=draw(st.integers(0, 9)))
    stranger = draw(st.integers(0, 14)) == 0
    own = of("c3") if stranger else of("d11", unit) if draw(st.integers(0, 19)) == 0 else of(unit)
    superior = of("c3") if stranger else of(above)
    to: Any = draw(
        st.sampled_from([(Select(),), (Select(),), ("d11", "d12"), (Recipient("d11", day(6, 1)),), ("t111",)])
    )
    return draw(
        st.sampled_from(
            [
                Issue("k", notice(), actor=of("p")),
                Acknowledge(ref, actor=own, **around),
                Forward(ref, to, actor=own, **around),
                Forward(ref, to, actor=own, due=day(6, 25), on_conflict="clamp"),
                Forward("k/1.1", ("d11",), MANDATORY, actor=of("c1")),
                Execute(ref, actor=own, **around),
                Execute(ref, actor=own, **around),
                Report(ref, actor=own, **around),
                Report(ref, actor=own, **around),
                Report(ref, actor=own, text="all well", materials=(("annex", None),)),
                Report(ref, actor=own, answers=("n2/figures",)),
                Progress(ref, "half", actor=own),
                Summarise(ref, actor=own),
                Return(ref, "again", actor=superior),
                Remind(ref, "soon", actor=superior, **around),
                RequestExtension(ref, "floods", day(6, 30), actor=own),
                Reassign(ref, "late", "c3", actor=superior),
                Waive(ref, "merged", actor=superior),
                Withdraw(ref, "void", actor=superior),
            ]
        )
    )


def walk(size: int = 60) -> st.SearchStrategy[list[Command]]:
    """A batch that gets somewhere: the cascade is issued and passed on, then anything may come."""
    return st.lists(commands(), min_size=8, max_size=size).map(lambda some: [*BEGINNING, *some])


BEGINNING: list[Command] = [
    Issue("k", notice(), actor=of("p")),
    Forward("k/1", (Select(),), actor=of("p")),
    Forward("k/1.1", (Select(),), actor=of("c1")),
]
THROUGH: list[Command] = [
    *BEGINNING,
    *(Acknowledge(ref, actor=of(unit)) for ref, unit in (("k/1.1.1", "d11"), ("k/1.1.2", "d12"), ("k/1.2", "c2"))),
    *(Execute(ref, actor=of(unit)) for ref, unit in zip(REFS[:6], UNITS[:6], strict=True)),
    *(Report(ref, actor=of(unit)) for ref, unit in (("k/1.1.1", "d11"), ("k/1.1.2", "d12"), ("k/1.1", "c1"))),
    *(Report(ref, actor=of(unit)) for ref, unit in (("k/1.2", "c2"), ("k/1.3", "c3"), ("k/1", "p"))),
    Summarise("k/1", actor=of("p")),
]
"""From issue to summary without a refusal."""


def one_by_one(engine: Engine, batch: list[Command]) -> list[tuple[int, str]]:
    """Submit each command by itself; return (place, code) of the refusals."""
    answers = [engine.submit([command], atomic=False)[0] for command in batch]
    return [(place, answer.refusal.code) for place, answer in enumerate(answers) if answer.refusal]


def engine_at(url: str) -> Engine:
    """Return an engine over `one_line()` whose clock stands still."""
    engine = Engine.create(url, ORIGIN, clock=ManualClock(), entropy=CountedEntropy())
    engine.load_org(one_line())
    return engine


@example(THROUGH, 1)
@example(THROUGH, 3)
@example(THROUGH, 100)
@example([*BEGINNING, Remind("k/1.2", "soon", actor=of("p")), Remind("k/1.1.2", "soon", actor=of("c1"))], 100)
@given(walk(), st.sampled_from((1, 2, 3, 7, 1_000)))
def test_a_batch_writes_the_bytes_that_its_commands_write_one_by_one(batch: list[Command], size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        singly, whole, memory = engine_at("memory:"), engine_at(f"{folder}/whole.db"), engine_at("memory:")
        expected = one_by_one(singly, batch)
        for engine in (whole, memory):
            tally = engine.submit_all(batch, stop=False, per_transaction=size)
            assert [(place, error.code) for place, error in tally.refusals] == expected
            assert (tally.commands, tally.refused) == (len(batch), len(expected))
            assert snapshot(engine) == snapshot(singly)
            live_equals_replay(engine)
        whole.close()


def test_the_way_through_meets_no_refusal() -> None:
    """Else the test above would compare refusals only."""
    tally = engine_at("memory:").submit_all(THROUGH)
    assert (tally.refused, tally.commands) == (0, len(THROUGH))
    assert tally.events == 29


# Stopping and going on


@pytest.fixture
def office(make: Maker) -> Engine:
    return make(one_line())


def test_a_refusal_stops_the_batch_and_undoes_its_transaction_only(office: Engine) -> None:
    batch = [*BEGINNING, Execute("k/1.1", actor=of("c1")), Execute("k/1.2", actor=of("c3"))]
    with pytest.raises(Exception, match="may not execute"):
        office.submit_all(batch, per_transaction=3)
    assert office.head().size - len(one_line()) == 1 + 4 + 3
    assert office.directive("k/1.1").status == "forwarded"


def test_a_batch_with_a_key_goes_on_after_what_it_had_done(office: Engine) -> None:
    broken = [*THROUGH[:7], Execute("k/1.9", actor=of("p")), *THROUGH[7:]]
    with pytest.raises(NotFound):
        office.submit_all(broken, key="load", per_transaction=3)
    done = office.submit_all(THROUGH, key="load", per_transaction=3)
    assert (done.skipped, done.commands, done.refused) == (6, len(THROUGH), 0)
    again = office.submit_all(THROUGH, key="load")
    assert (again.skipped, again.events) == (len(THROUGH), done.events)
    assert office.directive("k/1").status == "summarised"
    live_equals_replay(office)


@pytest.mark.parametrize(
    "other", [THROUGH[:2], [*BEGINNING[:2], Execute("k/1", actor=of("p"))]], ids=["short", "other"]
)
def test_another_batch_under_the_same_key_is_refused(office: Engine, other: list[Command]) -> None:
    office.submit_all(BEGINNING, key="load")
    with refused(office, GuardRefused, "batch_differs"):
        office.submit_all(other, key="load")


@pytest.mark.parametrize("size", [0, -1])
def test_a_transaction_holds_at_least_one_command(office: Engine, size: int) -> None:
    with refused(office, Malformed, "bad_size"):
        office.submit_all(BEGINNING, per_transaction=size)


def test_a_batch_that_somebody_else_has_taken_further_is_not_done_twice(tmp_path: Path) -> None:
    path = str(tmp_path / "log.db")
    engine_at(path).close()
    with Engine.open(path, clock=ManualClock()) as one, Engine.open(path, clock=ManualClock()) as other:

        def stream() -> Iterator[Command]:
            yield from THROUGH[:4]
            other.submit_all(THROUGH, key="load")
            yield from THROUGH[4:]

        with pytest.raises(GuardRefused, match="somebody else is carrying it out"):
            one.submit_all(stream(), key="load", per_transaction=4)
        assert one.head().size == len(one_line()) + 29
        live_equals_replay(one)


@pytest.mark.parametrize(
    "row", [Transition("execute", ("issued", "forwarded"), "executing", "unit", "started", ("children_are_done",)),
            Transition("execute", ("issued", "forwarded"), "executing", "superior", "started")], ids=["guard", "role"]
)  # fmt: skip
def test_the_express_lane_asks_what_another_lifecycle_asks(tmp_path: Path, row: Transition) -> None:
    rows = tuple(row if one.trigger == "execute" else one for one in STANDARD.transitions)
    strict = Lifecycle("strict", 1, STANDARD.statuses, rows)
    codes = []
    for submit in (Engine.submit, Engine.submit_all):
        engine = Engine.create("memory:", ORIGIN, clock=ManualClock(), lifecycles=(strict,))
        engine.load_org(one_line())
        engine.submit(BEGINNING)
        with pytest.raises(Refused) as caught:
            submit(engine, [Execute("k/1.1", actor=of("c1")), Remind("k/1.2", "soon", actor=of("p"))])
        codes.append(caught.value.code)
    assert codes[0] == codes[1]


def test_a_batch_leaves_out_what_runs_by_a_lifecycle_whose_guards_are_not_known(tmp_path: Path) -> None:
    path = str(tmp_path / "log.db")
    rows = tuple(
        replace(row, guards=(*row.guards, "mine")) if row.trigger == "execute" else row for row in STANDARD.transitions
    )
    other = Lifecycle("other", 1, STANDARD.statuses, rows)
    ours = {"lifecycles": (other,), "guards": {"mine": lambda _: None}}
    with Engine.create(path, ORIGIN, clock=ManualClock(), **ours) as engine:
        engine.load_org(one_line())
        engine.submit_all(BEGINNING)
    with Engine.open(path, clock=ManualClock()) as engine:
        assert engine.submit_all([Execute("k/1.1", actor=of("c1"))], stop=False).refused == 1
    with Engine.open(path, clock=ManualClock(), **ours) as engine:
        assert engine.submit_all([Execute("k/1.1", actor=of("c1"))], stop=False).refused == 0


def test_a_transaction_ends_when_it_has_recorded_much(monkeypatch: pytest.MonkeyPatch, make: Maker) -> None:
    monkeypatch.setattr(bulk, "MOST_EVENTS", 3)
    engine, told = make(one_line()), list[int]()
    engine.submit_all(THROUGH, per_transaction=100, progress=told.append)
    assert len(told) > 5
    assert engine.directive("k/1").status == "summarised"
    live_equals_replay(engine)


def test_one_child_more_and_one_below_less_in_one_transaction(make: Maker) -> None:
    """The sums of who waits for whom are checked after they are added, not before."""
    engine = make(one_line())
    cascade(engine)
    engine.forward("k/1", ["c1"], actor=of("p"))
    engine.forward("k/1.1", ["d11", "d12"], actor=of("c1"))
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.submit([Forward("k/1", ("c2",), actor=of("p")), Report("k/1.1.1", actor=of("d11"))])
    live_equals_replay(engine)


def test_progress_is_told_after_each_transaction(office: Engine) -> None:
    told: list[int] = []
    office.submit_all(BEGINNING, per_transaction=2, progress=told.append)
    assert told == [2, 3]


def test_no_more_commands_are_taken_than_a_transaction_holds(office: Engine) -> None:
    """A stream of a million commands never stands in memory as a whole."""
    taken: list[int] = []

    def stream() -> Iterator[Command]:
        for place, command in enumerate(THROUGH):
            taken.append(place)
            yield command

    lag: list[int] = []
    office.submit_all(stream(), per_transaction=4, progress=lambda done: lag.append(len(taken) - done))
    assert max(lag) == 0


def test_another_writer_between_two_transactions_is_seen(tmp_path: Path) -> None:
    path = str(tmp_path / "log.db")
    engine = engine_at(path)
    engine.submit_all(BEGINNING)
    with Engine.open(path, clock=ManualClock()) as other:
        other.execute("k/1.1.1", actor=of("d11"))
    tally = engine.submit_all([Execute("k/1.1.1", actor=of("d11")), Report("k/1.1.1", actor=of("d11"))], stop=False)
    assert [(place, error.code) for place, error in tally.refusals] == [(0, "illegal_transition")]
    assert engine.directive("k/1.1.1").version == 3
    live_equals_replay(engine)
    engine.close()


@pytest.mark.parametrize("after", [1, 2, 4])
def test_killed_in_the_middle_it_goes_on_and_ends_as_if_nothing_had_happened(tmp_path: Path, after: int) -> None:
    """Killed with SIGKILL in the middle of a transaction; the same batch again under the same key."""
    path = tmp_path / "log.db"
    engine_at(str(path)).close()
    found = in_subprocess(
        f"""
        import os, signal, sys
        sys.path.insert(0, {str(ROOT / "tests")!r})
        from test_bulk import THROUGH
        from support import CountedEntropy, ManualClock
        from xiada.engine.engine import Engine

        def stream():
            for place, command in enumerate(THROUGH):
                if place == {after} * 3 + 2:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield command

        engine = Engine.open({str(path)!r}, clock=ManualClock(), entropy=CountedEntropy())
        engine.submit_all(stream(), key="load", per_transaction=3)
        """
    )
    assert found.returncode == -9, found.stderr
    whole = engine_at("memory:")
    whole.submit_all(THROUGH)
    with Engine.open(str(path), clock=ManualClock(), entropy=CountedEntropy()) as engine:
        assert engine.submit_all(THROUGH, key="load", per_transaction=3).skipped == after * 3
        assert [event.body for event in engine.log()] == [event.body for event in whole.log()]
        live_equals_replay(engine)


# Through every level


def test_every_interior_unit_forwards_by_one_rule(make: Maker) -> None:
    engine, told = make(one_line()), list[int]()
    cascade(engine)
    tally = engine.forward_all("k/1", ToSubordinates(clerk="robot"), key="down", progress=told.append)
    assert [node.directive.unit for node in engine.view("k").nodes] == [unit.id for unit in preorder(one_line())]
    assert (tally.commands, told[-1]) == (5, 5)
    again = engine.forward_all("k/1", ToSubordinates(clerk="robot"), key="down")
    assert (again.skipped, again.events) == (5, tally.events)
    live_equals_replay(engine)


def preorder(org: Org) -> list[Unit]:
    """Return the units of a one-line org from the top down."""
    return [org.unit("p"), *org.below("p", "main", depth=None)]


def test_a_rule_may_stop_at_a_level(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.forward_all("k/1", ToSubordinates(clerk="robot", to=Select(level="city"), reserve_workdays=1))
    assert {node.directive.unit for node in engine.view("k").nodes} == {"p", "c1", "c2", "c3"}


def test_a_level_that_is_refused_leaves_those_above(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    with pytest.raises(DueRefused):
        engine.forward_all("k/1", late_below_cities)
    assert {node.directive.unit for node in engine.view("k").nodes} == {"p", "c1", "c2", "c3"}


def late_below_cities(state: Directive, org: Org) -> Forward | None:
    """Forward with a due that the cities' own does not allow."""
    rule = ToSubordinates(clerk="robot", due=day(6, 10 if state.unit == "p" else 11))
    return rule(state, org)


# Size


def test_a_parent_of_thousands_reports_over_a_side_list(make: Maker) -> None:
    count = 3_000
    engine = make(wide(count))
    cascade(engine)
    engine.submit_all([Forward("k/1", (Select(),), actor=of("p"))])
    refs = [(f"k/1.{number}", of(f"c{number}")) for number in range(1, count + 1)]
    engine.submit_all(
        command for ref, actor in refs for command in (Execute(ref, actor=actor), Report(ref, actor=actor))
    )
    engine.submit_all([Execute("k/1", actor=of("p")), Report("k/1", actor=of("p")), Summarise("k/1", actor=of("p"))])
    [report] = [event.event for event in engine.log("k/1") if event.event.type == "reported"]
    assert (report.n, report.covers, count > INLINE_ENTRIES) == (count, None, True)  # type: ignore[attr-defined]
    assert {child.status for child in engine.children("k/1")} == {"summarised"}
    live_equals_replay(engine)


def test_blocks_and_tail_hold_the_same_log_wherever_they_meet(make: Maker) -> None:
    """Logs of every length around the size of a block; streams, ranges and bodies are found across the seam."""
    engine = make(chain(2))
    engine.submit([Issue("k", notice(issuers=("u1",)), actor=of("u1")), Forward("k/1", ("u2",), actor=of("u1"))])
    sizes = []
    for number in range(520):
        engine.remind("k/1.1", f"no. {number}", actor=of("u1"))
        sizes.append(engine.head().size)
        if sizes[-1] % 256 in (0, 1, 255):
            assert [event.index for event in engine.log()] == list(range(sizes[-1]))
            assert [event.version for event in engine.log("k/1.1")] == list(range(1, number + 3))
            assert [event.index for event in engine.log(start=250, stop=260)] == list(range(250, min(260, sizes[-1])))
    live_equals_replay(engine)
