"""Any lifecycle the laws let through: whatever is done by it, fold and projection are one and nobody finds fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from attacks import Export, Judges, export_of, reseal
from hypothesis import given, settings
from hypothesis import strategies as st
from lifecycle_samples import ATTESTED
from support import CountedEntropy, Maker, ManualClock, cascade, forwarded, live_equals_replay, of, one_line, refused

from xiada.engine import commands
from xiada.engine.commands import Acknowledge, Actor, Command, Execute, TakeStep
from xiada.engine.due import On
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, Malformed, Refused, XiadaError
from xiada.engine.facts import Facts
from xiada.engine.laws import STEP_ROLES, check_lawful
from xiada.engine.lifecycle import STANDARD, Lifecycle, Status, Transition, step
from xiada.engine.migrating import Migrate, unlike
from xiada.engine.stores import create_store

OWN_NAMES = {status.name for status in STANDARD.statuses}
EVERYWHERE = set(STANDARD.live)
REPORT, RETURN = STANDARD.table["executing", "report"], STANDARD.table["reported", "return"]


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path_factory.mktemp("bundle"))


# Tables by chance


def lawful(chance: Random, name: str) -> Lifecycle:
    """Return a table derived from the standard one by chance, that the laws let through."""
    while True:
        try:
            table = derived(chance, name)
            check_lawful(table)
        except Malformed:
            continue
        if len(table.statuses) > len(OWN_NAMES):
            return table


def derived(chance: Random, name: str) -> Lifecycle:
    """Return the standard table with statuses, steps and changes by chance, lawful or not."""
    statuses = list(STANDARD.statuses)
    for number in range(chance.randrange(1, 3)):
        statuses.insert(chance.randrange(1, len(statuses)), Status(f"own {number}", chance.random() < 0.25))
    names = [status.name for status in statuses]
    live = [status.name for status in statuses if not status.closed]
    rows = [changed(chance, row, live) for row in STANDARD.transitions]
    for _ in range(chance.randrange(3)):
        place = chance.randrange(1, len(rows))
        change = chance.choice(("target", "source", "role", "row"))
        if change == "row":
            rows.append(replace(rows[place], sources=(chance.choice(names),), target=chance.choice([*names, None])))
        elif change == "target":
            rows[place] = replace(rows[place], target=chance.choice([*names, None]))
        elif change == "source":
            rows[place] = replace(rows[place], sources=tuple({*rows[place].sources, chance.choice(names)}))
        else:
            rows[place] = replace(rows[place], by=chance.choice([*sorted(STEP_ROLES), "effect"]))
    for number in range(chance.randrange(1, 5)):
        guards = ("children_are_closed",) if chance.random() < 0.6 else ()
        start = chance.sample(live, chance.randrange(1, 3))
        rows.append(step(f"s{number}", start, chance.choice([*names, None]), by=chance.choice(sorted(STEP_ROLES)),
                         guards=guards))  # fmt: skip
    table = Lifecycle(name, 1, tuple(statuses), tuple(rows))
    stuck = tuple(status for status in table.live if (status, "waived") not in table.moves)
    spared = (Transition("waive", stuck, "waived", "effect", "waived"),) if stuck else ()
    return replace(table, transitions=(*table.transitions, *spared))


def changed(chance: Random, row: Transition, live: list[str]) -> Transition:
    """Return a row of the standard table with the new statuses where it is for all, or by chance."""
    own = [status for status in live if status not in OWN_NAMES]
    if set(row.sources) >= EVERYWHERE:
        return replace(row, sources=tuple(live))
    if row.event in ("waived", "reassigned"):
        return replace(row, sources=row.sources + tuple(status for status in own if chance.random() < 0.7))
    if own and row.event in ("reported", "returned") and chance.random() < 0.5:
        return replace(row, target=chance.choice(own))
    return row


# Deeds by chance


BARE = {"acknowledge": Acknowledge, "execute": Execute, "report": commands.Report,
        "summarise": commands.Summarise, "grant_extension": commands.GrantExtension}  # fmt: skip
MOVING = {"request_extension": commands.RequestExtension, "reschedule": commands.Reschedule}
SAID = {"progress": commands.Progress, "return": commands.Return, "remind": commands.Remind,
        "escalate": commands.Escalate, "refuse_extension": commands.RefuseExtension,
        "waive": commands.Waive, "withdraw": commands.Withdraw}  # fmt: skip


def a_deed(chance: Random, engine: Engine, table: Lifecycle) -> Command:  # noqa: PLR0911
    """Return a command by chance, by whom the table asks, possible or not."""
    state = chance.choice(engine.view("k").nodes).directive
    above = engine.directive(state.parent) if state.parent else state
    trigger = chance.choice([one for one in table.triggers if one not in ("issue", "fulfil")])
    by = {"unit": of(state.unit), "issuer": of("p"), "superior or issuer": of("p"), "superior or clock":
          chance.choice([of(above.unit), Actor("timer", "clock")])}  # fmt: skip
    actor = by.get(table.roles.get(trigger, ""), of(above.unit))
    ref, due = state.ref, On(date(2030, 6, chance.randrange(1, 28)))
    if trigger in table.steps:
        return TakeStep(ref, trigger, chance.choice(["by chance", None]), actor=actor)
    below = [unit.id for unit in engine.org().below(state.unit, "main")]
    sisters = [unit.id for unit in engine.org().below(above.unit, "main")]
    if (trigger == "forward" and not below) or (trigger == "withdraw" and chance.random() < 0.9):
        return Acknowledge(ref, actor=of(state.unit))
    if trigger == "forward":
        return commands.Forward(ref, tuple(below[: chance.randrange(1, 3)]), on_conflict="clamp", actor=actor)
    if trigger == "reassign":
        return commands.Reassign(ref, "by chance", chance.choice(sisters or below), actor=actor)
    if trigger in BARE:
        return BARE[trigger](ref, actor=actor)
    if trigger in MOVING:
        return MOVING[trigger](ref, "by chance", due, actor=actor)
    return SAID[trigger](ref, "by chance", actor=actor)


def a_migration(chance: Random, old: Lifecycle, new: Lifecycle) -> Command:
    """Return a migration with images by chance."""
    mapping = []
    for name in sorted(old.names):
        images = sorted(one for one in new.names if unlike(name, one, old, new) is None)
        mapping += [(name, chance.choice(images))] if images else []
    return Migrate("k", f"{new.name}@1", "by chance", tuple(mapping), actor=of("p"))


def outcome(submit: Callable[[list[Command]], object], command: Command) -> str:
    """Submit a command; return what became of it."""
    try:
        submit([command])
    except Refused as refusal:
        return refusal.code
    return "done"


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_whatever_is_done_by_a_lawful_table_is_sound(judges: Judges, seed: int) -> None:
    chance = Random(seed)
    tables = [lawful(chance, "one"), lawful(chance, "other")]
    single, bulk = engines = [
        Engine(create_store("memory:", "xiada.test/any"), clock=ManualClock(), entropy=CountedEntropy(),
               lifecycles=tuple(tables)) for _ in range(2)
    ]  # fmt: skip
    for engine in engines:
        engine.load_org(one_line())
        cascade(engine)
    for number in range(50):
        moving = number % 20 == 19
        command = a_migration(chance, *tables) if moving else a_deed(chance, single, tables[0])
        became = outcome(single.submit, command)
        assert outcome(bulk.submit_all, command) == became
        if moving and became == "done":
            tables.reverse()
    assert [one.body for one in single.log()] == [one.body for one in bulk.log()]
    done = tables[0].handed_in | tables[0].covered
    for state in (node.directive for node in single.view("k").nodes):
        assert single.at().directive(state.ref) == state
        assert state.closed or (state.reported_at is not None) == (state.status in done)
    for engine in engines:
        live_equals_replay(engine)
    judgement = judges(export_of(single))
    assert judgement.verdict.clean, judgement
    for engine in engines:
        engine.close()


# Sent back to a status of its own


REWORK = STANDARD.extended(
    "rework",
    statuses=("checking", "rework"),
    transitions=(
        replace(REPORT, sources=("executing", "rework"), target="checking"),
        step("accept", "checking", "reported", by="superior"),
        step("reject", "checking", "rework", by="superior"),
        replace(STANDARD.table["executing", "forward"], sources=("rework",)),
        replace(RETURN, target="rework"),
    ),
    without=("report", "return"),
)
"""What is rejected or returned is worked on again in a status of its own, and reported from there."""


def test_what_is_sent_back_to_a_status_of_its_own_is_owed_again(make: Maker, judges: Judges) -> None:
    assert REWORK.handed_in == {"checking", "reported", "summarised"}
    assert "rework" in REWORK.open & REWORK.working
    engine = make(one_line(), lifecycles=(REWORK,))
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    assert engine.directive("k/1.1").reported_at is not None
    engine.step("k/1.1", "reject", actor=of("p"))
    assert engine.directive("k/1.1").reported_at is None
    engine.report("k/1.1", actor=of("c1"))
    engine.step("k/1.1", "accept", actor=of("p"))
    engine.return_("k/1.1", "once more", actor=of("p"))
    assert (engine.directive("k/1.1").status, engine.directive("k/1.1").reported_at) == ("rework", None)
    live_equals_replay(engine)
    assert judges(export_of(engine)).verdict.clean


def test_a_root_may_be_closed_by_its_own_unit_and_children_by_their_parents_report(make: Maker, judges: Judges) -> None:
    own = (replace(STANDARD.table["reported", "summarise"], by="unit"),
           Transition("summarise", ("reported",), "summarised", "effect", "summarised"))  # fmt: skip
    engine = make(one_line(), lifecycles=(STANDARD.extended("own", transitions=own, without=("summarise",)),))
    forwarded(engine, "c1")
    for ref, unit in (("k/1.1", "c1"), ("k/1", "p")):
        engine.execute(ref, actor=of(unit))
        engine.report(ref, actor=of(unit))
    engine.summarise("k/1", actor=of("p"))
    assert judges(export_of(engine)).verdict.clean


# Migrations


def test_what_was_done_without_a_report_is_not_laid_on_anybody_again_by_a_migration(make: Maker) -> None:
    engine = make(one_line(), lifecycles=(ATTESTED, STANDARD))
    forwarded(engine, "c1")
    engine.step("k/1.1", "attest", actor=of("c1"))
    with refused(engine, GuardRefused, "no_image") as caught:
        engine.migrate("k", "standard", "no", mapping={"attested": "issued"}, actor=of("p"))
    assert "would have to be done again" in caught.value.message


def test_a_migration_that_lays_what_was_done_on_somebody_again_is_found(judges: Judges) -> None:
    engine = Engine(create_store("memory:", "xiada.test/any"), clock=ManualClock(), entropy=CountedEntropy(),
                    lifecycles=(ATTESTED, replace(ATTESTED, name="again", version=2)))  # fmt: skip
    engine.load_org(one_line())
    forwarded(engine, "c1")
    engine.step("k/1.1", "attest", actor=of("c1"))
    engine.migrate("k", "again", "renamed", actor=of("p"))
    with engine:
        log: Export = export_of(engine)
    assert judges(log).verdict.clean
    for ref in ("k/1", "k/1.1"):
        log.change(log.find("migrated", ref), {"mapping": [["attested", "issued"]]})
    judges.expect(reseal(log), "i3_migration")


# Guards of one's own


GUARDED = STANDARD.extended("guarded", transitions=(step("sign", "executing", None, by="unit", guards="mine"),))


def test_a_batch_is_refused_as_a_single_command_is_where_a_guard_is_not_known(tmp_path: Path) -> None:
    url = str(tmp_path / "log.db")
    ports = {"clock": ManualClock(), "entropy": CountedEntropy()}
    with Engine(create_store(url, "xiada.test/any"), lifecycles=(GUARDED,), guards={"mine": _holds}, **ports) as engine:
        engine.load_org(one_line())
        forwarded(engine)
    deeds = [Execute(ref, actor=of(unit)) for ref, unit in (("k/1.1", "c1"), ("k/1.2", "c2"))]
    with Engine.open(url, **ports) as engine, refused(engine, GuardRefused, "guard_missing"):
        engine.submit_all(deeds)


def _holds(_: Facts) -> Refused | None:
    """Hold always."""
    return None


@pytest.mark.parametrize("answer", [True, False, "no", XiadaError("code", "message", remedy="Remedy.")])
def test_a_guard_that_answers_with_something_else_is_named_and_nothing_written(make: Maker, answer: object) -> None:
    ports = {"lifecycles": (GUARDED,), "guards": {"mine": lambda _: answer}}
    engine = make(one_line(), **ports)
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    before = [one.body for one in engine.log()]
    for submit in (engine.submit, engine.submit_all):
        with pytest.raises(Malformed, match="guard 'mine' answered with"):
            submit([TakeStep("k/1.1", "sign", actor=of("c1"))])
    assert [one.body for one in engine.log()] == before


def test_a_guard_that_breaks_writes_nothing_and_the_engine_goes_on(make: Maker) -> None:
    def breaks(_: Facts) -> Refused | None:
        raise LookupError("a bug of its own")

    engine = make(one_line(), lifecycles=(GUARDED,), guards={"mine": breaks})
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    before = [one.body for one in engine.log()]
    deeds = [Acknowledge("k/1.1", actor=of("c1")), TakeStep("k/1.1", "sign", actor=of("c1"))]
    for submit in (engine.submit, engine.submit_all):
        with pytest.raises(LookupError):
            submit(deeds)
    assert [one.body for one in engine.log()] == before
    engine.acknowledge("k/1.1", actor=of("c1"))
    live_equals_replay(engine)
