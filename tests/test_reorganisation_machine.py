"""Random orgs, random cascades, random reorganisations: after each step every invariant holds on both stores.

Rule: commands are drawn among those that mostly mean something; a refusal must leave no trace. After each
step both logs are byte-identical, replay gives the live states, dues and closings are in order and the
audit finds nothing; at the end every moment seen on the way looks as it did then, and the independent
verifier agrees.

XIADA_HYPOTHESIS=deep runs more and longer runs with chance.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attacks import Judges, export_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from support import CountedEntropy, ManualClock, day, live_equals_replay, notice, of, snapshot, unit

from xiada.engine import commands
from xiada.engine.commands import REGISTRAR, Command, Forward
from xiada.engine.directive import Directive
from xiada.engine.engine import Engine
from xiada.engine.errors import Refused, VersionConflict
from xiada.engine.events import Reassigned
from xiada.engine.org import Org
from xiada.engine.orgcommands import AbolishUnit, MergeUnits, MoveUnit, RenameUnit
from xiada.engine.stores import create_store

DEEP = os.environ.get("XIADA_HYPOTHESIS") == "deep"
PROFILE = settings(
    max_examples=300 if DEEP else 8,
    stateful_step_count=60 if DEEP else 20,
    derandomize=not DEEP,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
WHY = "divided anew"
numbers = st.integers(0, 99)
rules = st.sampled_from(("stay", "merge", "reassign", "reassign", "refuse"))


def random_org(picks: list[int]) -> Org:
    """Return an org of a province and as many units as there are numbers, some of them in a second line too."""
    units = [unit("p", level="l0"), unit("g", level="l0", line="gov")]
    for number, pick in enumerate(picks):
        above = units[pick % len(units)] if pick % 3 else units[0]
        superiors = {above.line: above.id}
        if pick % 5 == 0 and above.line == "main":
            superiors["gov"] = "g"
        units.append(
            unit(f"u{number}", level=f"l{pick % 3 + 1}", line=above.line, superiors=tuple(sorted(superiors.items())))
        )
    return Org(units)


class Reorganisations(RuleBasedStateMachine):
    """One run, on a store in memory and a file at once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock()
        places = ("memory:", str(Path(self.folder.name) / "log.db"))
        self.engines = [
            Engine(create_store(place, "xiada.test/office"), clock=self.clock, entropy=CountedEntropy())
            for place in places
        ]
        self.seen: list[tuple[int, Any]] = []
        self.cascades = 0

    @initialize(picks=st.lists(numbers, min_size=5, max_size=10))
    def begin(self, picks: list[int]) -> None:
        for engine in self.engines:
            engine.load_org(random_org(picks))
        self.issue()
        for pick in picks[:4]:
            self.forward(pick, 3, pick % 25 + 1)

    def teardown(self) -> None:
        if self.seen:
            self.look_back()
        for engine in self.engines:
            engine.close()
        self.folder.cleanup()

    # What may be done

    @property
    def engine(self) -> Engine:
        return self.engines[0]

    def states(self, fits: Callable[[Directive], bool]) -> list[Directive]:
        with self.engine._store.reading() as reader:
            return [state for name in reader.cascades() for state in reader.below(f"{name}/") if fits(state)]

    def submit(self, *batch: Command) -> None:
        """Submit to both; a refusal is the same in both, and leaves nothing behind."""
        before = snapshot(self.engine)
        outcomes = []
        for engine in self.engines:
            try:
                outcomes.append([answer.bodies for answer in engine.submit(batch)])
            except (Refused, VersionConflict) as error:
                outcomes.append([error.code])
                if engine is self.engine:
                    assert snapshot(engine) == before
        assert outcomes[0] == outcomes[1]

    def live_unit(self, pick: int) -> str:
        """Return a unit: mostly one that stands and is no top, often one that has something running."""
        org = self.engine.org()
        busy = [state.unit for state in self.states(lambda state: not state.closed and state.parent is not None)]
        idle = [one.id for one in org if not one.ended and one.id not in org.tops().values()]
        units = [one for one in busy if not org.unit(one).ended] if pick % 2 else idle
        units = (units or idle) if pick % 11 else [one.id for one in org]
        return units[pick % len(units)] if units else "p"

    def beside(self, name: str, pick: int) -> str:
        """Return another unit: mostly one under the same superior, or that superior."""
        org = self.engine.org()
        above = org.superior(name, org.unit(name).line)
        near = [one.id for one in org.below(above, org.unit(name).line)] if above else []
        found = [one for one in (*near, *([above] if above else [])) if one != name]
        return found[pick % len(found)] if found and pick % 5 else self.live_unit(pick)

    @rule()
    def issue(self) -> None:
        if self.cascades < 3:
            self.cascades += 1
            issuer = "g" if self.cascades == 2 else "p"
            asked = notice(f"n{self.cascades}", issuers=(issuer,))
            self.submit(commands.Issue(f"k{self.cascades}", asked, actor=of(issuer)))

    @rule(pick=numbers, count=st.integers(1, 3), due=st.integers(1, 25))
    def forward(self, pick: int, count: int, due: int) -> None:
        working = self.states(lambda state: not state.closed and state.reported_at is None)
        fresh = [(state, self.unaddressed(state, 1 + pick % 2)) for state in working]
        fresh = [pair for pair in fresh if pair[1]] if pick % 9 else fresh
        if fresh:
            state, below = fresh[pick % len(fresh)]
            to = [below[(pick + step) % len(below)] for step in range(count)] if below else ["p"]
            asked, recipients = day(6, due) if pick % 2 else None, tuple(dict.fromkeys(to))
            own = notice(f"f{pick}-{state.unit}", issuers=(state.unit,)) if pick % 4 == 0 else None
            self.submit(
                Forward(state.ref, recipients, notice=own, due=asked, on_conflict="clamp", actor=of(state.unit))
            )

    def unaddressed(self, state: Directive, depth: int) -> list[str]:
        """Return the units below that a directive has not been passed on to yet."""
        there = {child.unit for child in self.engine.children(state.ref)}
        below = self.engine.org().below(state.unit, state.line, depth=depth)
        return [one.id for one in below if one.id not in there]

    @rule(pick=numbers)
    def work(self, pick: int) -> None:
        """Execute, or report what can be reported; sometimes by the successor, for the old unit."""
        working = self.states(lambda state: state.status in ("issued", "forwarded", "executing"))
        if working:
            state = working[-1 - pick % len(working)]
            successor = self.engine.org().unit(state.unit).successor
            actor = of(successor, state.unit) if successor and pick % 2 else of(state.unit)
            kind = commands.Report if state.status == "executing" else commands.Execute
            self.submit(kind(state.ref, actor=actor))

    @rule(pick=numbers, do=st.sampled_from(("return", "withdraw", "waive", "reassign")))
    def supervise(self, pick: int, do: str) -> None:
        children = self.states(lambda state: state.parent is not None)
        if children:
            state = children[pick % len(children)]
            above = of(self.engine.directive(state.parent or "").unit)
            kinds: dict[str, Command] = {
                "return": commands.Return(state.ref, "again", actor=above),
                "withdraw": commands.Withdraw(state.ref, "no need", actor=above),
                "waive": commands.Waive(state.ref, "no need", actor=above),
                "reassign": commands.Reassign(state.ref, "better there", self.live_unit(pick), actor=above),
            }
            self.submit(kinds[do])

    @rule(pick=numbers, other=numbers)
    def rename(self, pick: int, other: int) -> None:
        self.submit(RenameUnit(self.live_unit(pick), f"Name {other}", WHY, (f"N{other}",), actor=REGISTRAR))

    @rule(pick=numbers, other=numbers, line=st.sampled_from(("main", "main", "gov")))
    def move(self, pick: int, other: int, line: str) -> None:
        running = "refuse" if other % 5 == 0 else "stay"
        name = self.live_unit(pick)
        self.submit(MoveUnit(name, line, self.beside(name, other), WHY, running, actor=REGISTRAR))

    @rule(picks=st.lists(numbers, min_size=1, max_size=2), other=numbers, running=rules)
    def merge(self, picks: list[int], other: int, running: Any) -> None:
        units = tuple(dict.fromkeys(self.live_unit(pick) for pick in picks))
        into = self.beside(units[0], other)
        if into not in units:
            self.submit(MergeUnits(units, into, WHY, running, actor=REGISTRAR))

    @rule(pick=numbers, other=numbers, running=rules)
    def abolish(self, pick: int, other: int, running: Any) -> None:
        leaves = [one.id for one in self.engine.org() if not one.ended and not self.has_below(one.id)]
        gone = leaves[pick % len(leaves)]
        successor = None if running in ("stay", "refuse") and other % 2 else self.beside(gone, other)
        if successor != gone:
            self.submit(AbolishUnit(gone, WHY, successor, running, actor=REGISTRAR))

    @rule(pick=numbers, other=numbers)
    def all_at_once(self, pick: int, other: int) -> None:
        """Several in one transaction, the last of them perhaps refused."""
        first = self.live_unit(pick)
        second = self.beside(first, other)
        if first != second:
            self.submit(
                RenameUnit(first, f"Again {pick}", WHY, actor=REGISTRAR),
                MergeUnits((first,), second, WHY, "reassign", actor=REGISTRAR),
                RenameUnit(second, f"Both {other}", WHY, actor=REGISTRAR),
            )

    def has_below(self, name: str) -> bool:
        org = self.engine.org()
        return any(True for line in org.lines for _ in org.below(name, line))

    # What must hold

    @invariant()
    def both_logs_are_the_same(self) -> None:
        one, other = (snapshot(engine) for engine in self.engines)
        assert one == other

    @invariant()
    def replay_is_live_and_the_audit_finds_nothing(self) -> None:
        for engine in self.engines:
            live_equals_replay(engine)

    @invariant()
    def dues_and_closings_are_in_order(self) -> None:
        states = {state.ref: state for state in self.states(lambda _: True)}
        for state in states.values():
            parent = states.get(state.parent or "")
            if parent is not None and not state.closed:
                assert state.due <= parent.due
                assert not parent.closed

    @invariant()
    def two_become_one_only_under_the_same_notice(self) -> None:
        for state in self.states(lambda state: state.status == "withdrawn"):
            last = self.engine.log(state.ref)[-1].event
            if isinstance(last, Reassigned):
                on = self.engine.directive(f"{state.cascade}/{last.path}")
                assert (on.unit, on.parent, on.notice) == (last.to, state.parent, state.notice)

    @invariant()
    def nothing_new_lies_on_a_unit_that_ended(self) -> None:
        """The org is a tree in every line, of those that stand."""
        org = self.engine.org().check()
        for one in org:
            assert not (one.ended and any(org.superior(one.id, line) for line in org.lines))
            assert one.ended or all(not org.unit(above).ended for _, above in one.superiors)

    @invariant()
    def whoever_came_last_after_a_unit_may_act_for_it(self) -> None:
        org = self.engine.org()
        for one in org:
            last = one
            while last.ended and last.successor:
                last = org.unit(last.successor)
            assert last is one or last.ended or (one.id, last.id) in org.delegations

    @invariant()
    def remember(self) -> None:
        size = self.engine.head().size
        if size and (not self.seen or self.seen[-1][0] != size - 1):
            self.seen.append((size - 1, self.look(None)))
        self.clock.advance(minutes=7)

    def look(self, at: int | None) -> Any:
        org = self.engine.org(at)
        return (
            list(org),
            org.delegations,
            {line: [one.id for one in org.below(top, line, depth=None)] for line, top in org.tops().items()},
            [
                [(node.name, node.directive) for node in self.engine.view(cascade, at=at).nodes]
                for cascade in sorted({ref.partition("/")[0] for ref in self.past(at)})
            ],
        )

    def past(self, at: int | None) -> list[str]:
        return list(self.engine.replay(at).states)

    def look_back(self) -> None:
        """Every third moment looks as it did; the independent verifier finds nothing either."""
        for at, looked in self.seen[::3]:
            assert self.look(at) == looked
        export = export_of(self.engines[1])
        with tempfile.TemporaryDirectory() as folder:
            assert Judges(Path(folder)).quickly(export).verdict.clean


def test_no_reorganisation_breaks_an_invariant() -> None:
    run_state_machine_as_test(Reorganisations, settings=PROFILE)
