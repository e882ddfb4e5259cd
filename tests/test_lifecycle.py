"""The lifecycle: every (status, trigger) pair of the table, and the two ways of running it held equal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import (
    Maker,
    cascade,
    day,
    forwarded,
    live_equals_replay,
    notice,
    of,
    one_line,
    refused,
    report_by,
    snapshot,
)

from xiada.engine.commands import (
    Acknowledge,
    Command,
    Escalate,
    Execute,
    Forward,
    Fulfil,
    GrantExtension,
    Progress,
    Reassign,
    RefuseExtension,
    Remind,
    Report,
    RequestExtension,
    Reschedule,
    Return,
    Summarise,
    Waive,
    Withdraw,
)
from xiada.engine.decide import DECISIONS
from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, Promptly
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, IllegalTransition, Malformed, Refused, XiadaError
from xiada.engine.events import TYPES
from xiada.engine.evolve import evolve
from xiada.engine.facts import Facts
from xiada.engine.guards import GUARDS
from xiada.engine.lifecycle import STANDARD, Lifecycle, Status, Transition
from xiada.engine.machine import Compiled, Transitions
from xiada.engine.notice import Obligation
from xiada.engine.org import Org

STATUSES = [status.name for status in STANDARD.statuses]
COMMAND_TRIGGERS = [trigger for trigger in STANDARD.triggers if trigger != "issue"]
PAIRS = [(status, trigger) for status in STATUSES for trigger in COMMAND_TRIGGERS]
DIGEST = "5e847ac32e37cb1e8cb821623139f9ed8f13f8159253c04834475bdc353db210"

# What each trigger is asked with, at the city's directive (or the root, where only a root will do).
ASKED: dict[str, Callable[[str], Command]] = {
    "acknowledge": lambda ref: Acknowledge(ref, actor=of("c1")),
    "forward": lambda ref: Forward(ref, ("d12",), actor=of("c1")),
    "execute": lambda ref: Execute(ref, actor=of("c1")),
    "progress": lambda ref: Progress(ref, "half done", actor=of("c1")),
    "fulfil": lambda ref: Fulfil(ref, obligation="plan", actor=of("c1")),
    "report": lambda ref: Report(ref, actor=of("c1")),
    "return": lambda ref: Return(ref, "too short", actor=of("p")),
    "summarise": lambda ref: Summarise(ref, actor=of("p")),
    "remind": lambda ref: Remind(ref, "in ten days", actor=of("p")),
    "escalate": lambda ref: Escalate(ref, "nothing heard", actor=of("p")),
    "request_extension": lambda ref: RequestExtension(ref, "floods", day(6, 15), actor=of("c1")),
    "grant_extension": lambda ref: GrantExtension(ref, actor=of("p")),
    "refuse_extension": lambda ref: RefuseExtension(ref, "no", actor=of("p")),
    "reschedule": lambda ref: Reschedule(ref, "later", day(6, 12), actor=of("p")),
    "reassign": lambda ref: Reassign(ref, "merged", "c3", actor=of("p")),
    "waive": lambda ref: Waive(ref, "nothing to report", actor=of("p")),
    "withdraw": lambda ref: Withdraw(ref, "issued by mistake", actor=of("p")),
}


def city_in(engine: Engine, status: str) -> str:
    """Bring the city's directive k/1.1 into a status, by commands alone."""
    cascade(engine, obligations=(report_by(None), Obligation(id="plan", kind="plan", due=Promptly())))
    engine.forward("k/1", ["c1"], actor=of("p"), due=day(6, 10))
    ref = "k/1.1"
    if status == "forwarded":
        engine.forward(ref, ["d11"], actor=of("c1"))
    if status in ("executing", "reported", "summarised"):
        engine.execute(ref, actor=of("c1"))
    if status in ("reported", "summarised"):
        engine.report(ref, actor=of("c1"))
    if status == "summarised":
        engine.execute("k/1", actor=of("p"))
        engine.report("k/1", actor=of("p"))
        engine.return_("k/1", "look again", actor=of("p"))
    if status == "waived":
        engine.waive(ref, "nothing there", actor=of("p"))
    if status == "withdrawn":
        engine.withdraw(ref, "by mistake", actor=of("p"))
    return ref


def root_in(engine: Engine, status: str) -> str:
    """Bring the root k/1 into a status."""
    cascade(engine)
    if status == "forwarded":
        engine.forward("k/1", ["c1"], actor=of("p"))
    if status in ("executing", "reported", "summarised"):
        engine.execute("k/1", actor=of("p"))
    if status in ("reported", "summarised"):
        engine.report("k/1", actor=of("p"))
    if status == "summarised":
        engine.summarise("k/1", actor=of("p"))
    if status == "withdrawn":
        engine.withdraw("k/1", "by mistake", actor=of("p"))
    return "k/1"


def subject(engine: Engine, status: str, trigger: str) -> str:
    """Return a directive in that status, ready for the trigger if the table allows it at all."""
    only_roots = "is_root" in {name for row in STANDARD.transitions if row.trigger == trigger for name in row.guards}
    ref = root_in(engine, status) if only_roots and status != "waived" else city_in(engine, status)
    if trigger in ("grant_extension", "refuse_extension") and status not in STANDARD.closed:
        engine.request_extension(ref, day(6, 15), "floods", actor=of("c1"))
    assert engine.directive(ref).status == status
    return ref


@pytest.mark.parametrize(("status", "trigger"), [pair for pair in PAIRS if pair in STANDARD.table])
def test_a_legal_pair_succeeds_and_leads_where_the_table_says(make: Maker, status: str, trigger: str) -> None:
    engine = make(one_line())
    ref = subject(engine, status, trigger)
    version = engine.directive(ref).version
    assert engine.can(ref, trigger)
    answer = engine.submit_one(ASKED[trigger](ref))
    assert engine.directive(ref).status == STANDARD.after(status, trigger)
    first = answer.events[0]
    assert (first.ref, first.event.type) == (ref, STANDARD.table[status, trigger].event)
    assert engine.directive(ref).version == version + sum(recorded.ref == ref for recorded in answer.events)
    live_equals_replay(engine)


@pytest.mark.parametrize(("status", "trigger"), [pair for pair in PAIRS if pair not in STANDARD.table])
def test_an_illegal_pair_is_refused_and_nothing_happens(make: Maker, status: str, trigger: str) -> None:
    engine = make(one_line())
    ref = subject(engine, status, trigger)
    with refused(engine, IllegalTransition, "illegal_transition") as caught:
        engine.submit_one(ASKED[trigger](ref))
    possible = list(STANDARD.sources(trigger))
    expected = {"directive": ref, "status": status, "trigger": trigger, "possible_in": possible}
    assert caught.value.data == expected
    assert all(name in caught.value.remedy for name in possible)
    verdict = engine.can(ref, trigger)
    assert not verdict
    assert isinstance(verdict.refusal, IllegalTransition)
    assert verdict.refusal.data == expected


@pytest.mark.parametrize("status", STATUSES)
def test_what_has_been_issued_can_never_be_issued_again(engine: Engine, status: str) -> None:
    ref = city_in(engine, status)
    before = snapshot(engine)
    verdict = engine.can(ref, "issue")
    assert isinstance(verdict.refusal, IllegalTransition)
    assert verdict.refusal.data["possible_in"] == []
    assert snapshot(engine) == before


def test_a_trigger_nobody_knows_is_malformed(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, Malformed, "unknown_trigger") as caught:
        engine.can("k/1", "celebrate")
    assert "forward" in caught.value.remedy


def test_every_trigger_has_a_command_a_decision_and_an_event(engine: Engine) -> None:
    assert list(ASKED) == COMMAND_TRIGGERS
    assert set(DECISIONS) == {*COMMAND_TRIGGERS, "step"}
    assert {row.event for row in STANDARD.transitions} <= set(TYPES)
    assert {name for row in STANDARD.transitions for name in row.guards} == set(GUARDS)


def test_live_statuses_are_those_that_are_not_closed() -> None:
    assert STANDARD.live == ("issued", "forwarded", "executing", "reported")
    assert STANDARD.closed == {"summarised", "waived", "withdrawn"}


def test_only_a_return_leads_out_of_a_closed_status() -> None:
    out = {(status, trigger) for status, trigger in STANDARD.table if status in STANDARD.closed}
    assert out == {("summarised", "return")}


def test_effects_are_no_commands() -> None:
    assert STANDARD.after("reported", "waive") is None
    assert STANDARD.moves["reported", "waived"] == "waived"
    assert STANDARD.moves["reported", "summarised"] == "summarised"


def test_the_standard_lifecycle_is_pinned_by_its_digest() -> None:
    assert STANDARD.digest == DIGEST, "running cascades pin this table: give a changed one a new version"


def test_any_change_of_the_table_changes_its_digest() -> None:
    rows = STANDARD.transitions
    for place, row in enumerate(rows):
        cut = Lifecycle("standard", 1, STANDARD.statuses, rows[:place] + rows[place + 1 :])
        assert cut.digest != STANDARD.digest, row
    assert Lifecycle("standard", 2, STANDARD.statuses, rows).digest != STANDARD.digest


# Tables that are wrong


A, B = Status("a"), Status("b", closed=True)


@pytest.mark.parametrize(
    ("statuses", "rows"),
    [
        ((A, B), (Transition("go", ("a",), "c", "unit", "started"),)),
        ((A, B), (Transition("go", ("c",), "b", "unit", "started"),)),
        ((A, B), (Transition("go", ("a",), "b", "unit", "started"), Transition("go", ("a",), "a", "unit", "started"))),
        ((A, A), (Transition("go", ("a",), "a", "unit", "started"),)),
        ((), ()),
    ],
    ids=["unknown target", "unknown source", "two rows for one place", "a status twice", "no status at all"],
)
def test_a_malformed_table_is_refused(statuses: tuple[Status, ...], rows: tuple[Transition, ...]) -> None:
    with pytest.raises(Malformed) as caught:
        Lifecycle("mine", 1, statuses, rows)
    assert caught.value.code == "bad_lifecycle"
    assert caught.value.remedy


def test_one_event_cannot_lead_from_one_status_to_two() -> None:
    rows = (Transition("go", ("a",), "b", "unit", "started"), Transition("run", ("a",), "a", "unit", "started"))
    with pytest.raises(Malformed):
        Lifecycle("mine", 1, (A, B), rows)


def test_an_effect_and_a_command_may_share_a_place() -> None:
    rows = (Transition("go", ("a",), "b", "unit", "started"), Transition("go", ("a",), "b", "effect", "started"))
    assert Lifecycle("mine", 1, (A, B), rows).after("a", "go") == "b"


def test_a_cascade_runs_by_the_lifecycle_it_pins_and_by_no_other(make: Maker, one: Org) -> None:
    strict = tuple(row for row in STANDARD.transitions if row.trigger != "remind")
    mine = Lifecycle("without reminders", 1, STANDARD.statuses, strict)
    engine = make(one, lifecycles=(mine, STANDARD))
    cascade(engine)
    assert engine.log("k/1")[0].event.lifecycle == mine.digest  # type: ignore[attr-defined]
    with refused(engine, IllegalTransition, "illegal_transition"):
        engine.remind("k/1", "soon", actor=of("p"))
    other = type(engine)(engine._store, clock=make.clock, lifecycles=(STANDARD, mine))
    with refused(other, IllegalTransition, "illegal_transition"):
        other.remind("k/1", "soon", actor=of("p"))
    foreign = type(engine)(engine._store, clock=make.clock)
    with refused(foreign, IllegalTransition, "illegal_transition"):
        foreign.remind("k/1", "soon", actor=of("p"))
    foreign.execute("k/1", actor=of("p"))


@pytest.fixture
def one() -> Org:
    return one_line()


# The two machines


def facts_in(status: str, trigger: str) -> Facts:
    """Return facts of a directive in some status, with nothing around it."""
    directive = Directive("c/1", "u", "main", None, status, 1, b"", NEVER, NEVER, "", 0)
    return Facts(None, trigger, of("u"), 0, directive, None, None, status)  # type: ignore[arg-type]


def outcome(run: Callable[[Facts], str], status: str, trigger: str) -> object:
    """Return what a machine makes of it: the new status, or the refusal."""
    facts = facts_in(status, trigger)
    try:
        return ("moved", run(facts), facts.state)
    except XiadaError as error:
        return (type(error), error.code, error.data, error.remedy, facts.state)


def stubbed(verdicts: dict[str, bool]) -> dict[str, Callable[[Facts], Refused | None]]:
    """Return guards that say what they are told to."""

    def guard(name: str) -> Callable[[Facts], Refused | None]:
        return lambda facts: None if verdicts[name] else GuardRefused(name, name, directive=facts.directive.ref)

    return {name: guard(name) for name in verdicts}


@given(st.fixed_dictionaries({name: st.booleans() for name in GUARDS}))
def test_both_machines_agree_on_every_pair_of_the_standard_table(verdicts: dict[str, bool]) -> None:
    guards = stubbed(verdicts)
    single, compiled = Transitions(STANDARD, guards), Compiled(STANDARD, guards)
    for status in STATUSES:
        for trigger in (*STANDARD.triggers, "celebrate"):
            assert outcome(single, status, trigger) == outcome(compiled, status, trigger)


@st.composite
def lifecycles(draw: st.DrawFn) -> Lifecycle:
    """Draw a small table: one to five statuses, triggers and guards by letter, some rows effects."""
    names = list("abcde")[: draw(st.integers(1, 5))]
    statuses = tuple(Status(name, draw(st.booleans())) for name in names)
    places = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from("tuvw")), unique=True, max_size=12))
    rows = []
    for number, (source, trigger) in enumerate(places):
        by = draw(st.sampled_from(["unit", "superior", "effect"]))
        target = draw(st.none() | st.sampled_from(names))
        guards = tuple(draw(st.lists(st.sampled_from(["g1", "g2", "g3"]), unique=True, max_size=3)))
        rows.append(Transition(trigger, (source,), target, by, f"e{number}", guards))
    return Lifecycle("random", 1, statuses, tuple(rows))


@given(lifecycles(), st.fixed_dictionaries({name: st.booleans() for name in ("g1", "g2", "g3")}))
def test_both_machines_agree_on_any_lifecycle(lifecycle: Lifecycle, verdicts: dict[str, bool]) -> None:
    guards = stubbed(verdicts)
    single, compiled = Transitions(lifecycle, guards), Compiled(lifecycle, guards)
    for status in lifecycle.statuses:
        for trigger in "tuvwx":
            found = outcome(single, status.name, trigger)
            assert found == outcome(compiled, status.name, trigger)
            if lifecycle.after(status.name, trigger) is None:
                assert isinstance(found, tuple)
                assert found[0] is IllegalTransition


def test_the_first_guard_that_refuses_is_the_one_that_speaks() -> None:
    verdicts = dict.fromkeys(GUARDS, False)
    first = outcome(Transitions(STANDARD, stubbed(verdicts)), "executing", "report")
    assert isinstance(first, tuple)
    assert first[1] == "children_are_done"


def test_a_fold_moves_as_the_table_says_for_every_recorded_event(engine: Engine) -> None:
    forwarded(engine)
    state = None
    for recorded in engine.log("k/1"):
        before = state.status if state else None
        state = evolve(state, recorded, STANDARD)
        if before is not None:
            assert state.status == STANDARD.moves[before, recorded.event.type]


def test_a_second_issue_of_the_same_cascade_is_refused(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, GuardRefused, "cascade_exists") as caught:
        engine.issue("k", notice("n2"), actor=of("p"))
    assert caught.value.data["cascade"] == "k"
