"""Migration: a running cascade goes on by another lifecycle, all of it at once, and what was done stays done."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attacks import Export, Judges, export_of, reseal
from hypothesis import given, settings
from hypothesis import strategies as st
from lifecycle_samples import CHECKED, NAMES, OTHERWISE, REVIEWED, renamed
from support import (
    CountedEntropy,
    Maker,
    ManualClock,
    cascade,
    day,
    forwarded,
    live_equals_replay,
    notice,
    of,
    one_line,
    refused,
    two_lines,
    types,
)

from xiada.engine.commands import Acknowledge, Execute, Report, TakeStep
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, IllegalTransition, Malformed, NotEntitled, NotFound, VersionConflict
from xiada.engine.events import Migrated
from xiada.engine.exports.ocel import Model
from xiada.engine.hindsight.differing import difference
from xiada.engine.hindsight.lives import life
from xiada.engine.hindsight.walking import recorded_events, walk
from xiada.engine.lifecycle import STANDARD, Status, step
from xiada.engine.migrating import Migrate, unlike
from xiada.engine.stores import create_store

TABLES = (STANDARD, REVIEWED, CHECKED, OTHERWISE)


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path_factory.mktemp("bundle"))


def clean(engine: Engine, judges: Judges) -> None:
    """Assert that fold and projection are one, and that both verifiers find nothing."""
    live_equals_replay(engine)
    judgement = judges(export_of(engine))
    assert judgement.verdict.clean, judgement


def running(make: Maker, **ports: object) -> Engine:
    """Return an engine with a cascade under way: k/1 executing, k/1.1 reported, k/1.2 waived, k/1.3 issued."""
    engine = make(one_line(), lifecycles=TABLES, **ports)
    forwarded(engine, "c1", "c2", "c3")
    engine.execute("k/1", actor=of("p"))
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    engine.waive("k/1.2", "not needed", actor=of("p"))
    return engine


def statuses(engine: Engine) -> dict[str, str]:
    """Return the status of every directive of `k`."""
    return {node.directive.ref: node.directive.status for node in engine.view("k").nodes}


# The tested path


def test_a_running_cascade_goes_on_by_another_lifecycle(make: Maker, judges: Judges) -> None:
    engine = running(make)
    before = statuses(engine)
    answer = engine.migrate("k", "reviewed", "a review is asked for from now on", actor=of("p"))
    assert types(answer) == [(ref, "migrated") for ref in ("k/1", "k/1.1", "k/1.2", "k/1.3")]
    assert statuses(engine) == before
    assert [(pin.index, pin.lifecycle) for pin in engine.pins("k").pins] == [
        (len(one_line()), STANDARD),
        (answer.first, REVIEWED),
    ]
    engine.execute("k/1.3", actor=of("c3"))
    with refused(engine, IllegalTransition, "illegal_transition"):
        engine.report("k/1.3", actor=of("c3"))
    engine.step("k/1.3", "submit", actor=of("c3"))
    engine.step("k/1.3", "approve", actor=of("p"))
    engine.report("k/1.3", actor=of("c3"))
    engine.step("k/1", "submit", actor=of("p"))
    engine.step("k/1", "approve", actor=of("p"))
    engine.report("k/1", actor=of("p"))
    engine.summarise("k/1", actor=of("p"))
    assert set(statuses(engine).values()) == {"summarised", "waived"}
    clean(engine, judges)


def test_statuses_are_renamed_as_the_mapping_says_and_closed_ones_too(make: Maker, judges: Judges) -> None:
    engine = running(make)
    before = statuses(engine)
    engine.migrate("k", "otherwise", "plain words", mapping=NAMES, actor=of("p"))
    assert statuses(engine) == {ref: NAMES[status] for ref, status in before.items()}
    waived = engine.directive("k/1.2")
    assert (waived.closed, waived.excused, waived.reason) == (True, True, "not needed")
    engine.forward("k/1", ["d31"], actor=of("p"), due=day(6, 1))
    assert engine.directive("k/1.4").status == "todo"
    engine.withdraw("k/1", "by mistake", actor=of("p"))
    clean(engine, judges)


def test_a_cascade_may_migrate_there_and_back(make: Maker, judges: Judges) -> None:
    engine = running(make)
    before = statuses(engine)
    engine.migrate("k", "otherwise", "plain words", mapping=NAMES, actor=of("p"))
    engine.migrate("k", "standard", "back", mapping={own: name for name, own in NAMES.items()}, actor=of("p"))
    assert statuses(engine) == before
    assert [pin.lifecycle.name for pin in engine.pins("k").pins] == ["standard", "otherwise", "standard"]
    clean(engine, judges)


def test_a_joint_cascade_migrates_in_all_its_lines(make: Maker, judges: Judges) -> None:
    engine = make(two_lines(), lifecycles=TABLES)
    engine.issue("k", notice(issuers=("a", "g")), actor=of("a"))
    engine.forward("k/1", ["a1"], actor=of("a"))
    engine.forward("k/2", ["g1"], actor=of("g"))
    with refused(engine, NotEntitled, "not_entitled"):
        engine.migrate("k", "reviewed", "we want it", actor=of("g"))
    answer = engine.migrate("k", "reviewed", "we want it", actor=of("a"))
    assert [ref for ref, _ in types(answer)] == ["k/1", "k/1.1", "k/2", "k/2.1"]
    engine.execute("k/2.1", actor=of("g1"))
    engine.step("k/2.1", "submit", actor=of("g1"))
    clean(engine, judges)


def test_other_cascades_stay_where_they_are(make: Maker) -> None:
    engine = running(make)
    engine.issue("m", notice(), actor=of("p"))
    engine.migrate("k", "reviewed", "a review", actor=of("p"))
    assert (engine.pins("k").latest, engine.pins("m").latest) == (REVIEWED, STANDARD)
    engine.execute("m/1", actor=of("p"))
    engine.report("m/1", actor=of("p"))


# What is refused


def test_only_the_lead_issuer_migrates_what_is_there_to_what_is_known(make: Maker) -> None:
    engine = running(make)
    with refused(engine, NotEntitled, "not_entitled"):
        engine.migrate("k", "reviewed", "no", actor=of("c1"))
    with refused(engine, NotFound, "unknown_directive"):
        engine.migrate("m", "reviewed", "no", actor=of("p"))
    with refused(engine, NotFound, "no_such_lifecycle"):
        engine.migrate("k", "nowhere", "no", actor=of("p"))
    with refused(engine, GuardRefused, "same_lifecycle"):
        engine.migrate("k", "standard", "no", actor=of("p"))
    with refused(engine, VersionConflict, "version_conflict"):
        engine.migrate("k", "reviewed", "no", actor=of("p"), expected_version=1)


def test_nothing_is_reported_closed_excused_or_reopened_by_a_migration(make: Maker) -> None:
    engine = running(make)
    for mapping, why in (
        ({"issued": "withdrawn"}, "it would be closed, excused or reopened"),
        ({"waived": "issued"}, "it would be closed, excused or reopened"),
        ({"waived": "summarised"}, "it would be closed, excused or reopened"),
        ({"executing": "reported"}, "it would count as reported"),
        ({"reported": "审核"}, "the one has reported, the other has not"),
    ):
        with refused(engine, GuardRefused, "no_image") as caught:
            engine.migrate("k", "reviewed", "no", mapping=mapping, actor=of("p"))
        assert why in caught.value.message
    engine.migrate("k", "checked", "yes", mapping={"reported": "checking"}, actor=of("p"))
    assert statuses(engine)["k/1.1"] == "checking"


def test_a_status_without_an_image_is_named_with_how_many_are_there(make: Maker) -> None:
    engine = running(make)
    short = STANDARD.extended("short", without=("forwarded",))
    other = type(engine)(engine._store, clock=make.clock, lifecycles=(short, STANDARD))
    other.forward("k/1.3", ["d31"], actor=of("c3"))
    with refused(other, GuardRefused, "no_image") as caught:
        other.migrate("k", "short", "no", actor=of("p"))
    said = {"status": "forwarded", "image": "forwarded", "count": 1, "unlike": "there is no such status"}
    assert caught.value.data == said
    other.migrate("k", "short", "yes", mapping={"forwarded": "executing"}, actor=of("p"))
    assert statuses(other)["k/1.3"] == "executing"
    live_equals_replay(other)


@pytest.mark.parametrize("mapping", [{"nowhere": "issued"}, {"issued": "nowhere"}])
def test_a_mapping_names_statuses_that_are_there(make: Maker, mapping: dict[str, str]) -> None:
    engine = running(make)
    with refused(engine, Malformed, "bad_mapping"):
        engine.migrate("k", "reviewed", "no", mapping=mapping, actor=of("p"))


def test_a_status_goes_one_way() -> None:
    with pytest.raises(Malformed):
        Migrate("k", "reviewed", "no", (("issued", "a"), ("issued", "b")), actor=of("p"))


def test_a_migration_has_its_key_and_would_tells_without_doing(make: Maker) -> None:
    engine = running(make)
    command = Migrate("k", "reviewed", "a review", actor=of("p"), key="m-1")
    size = engine.head().size
    assert engine.would(command)
    assert (engine.head().size, engine.pins("k").latest) == (size, STANDARD)
    engine.execute("k/1.3", actor=of("c3"))
    engine.report("k/1.3", actor=of("c3"))
    first = engine.submit_one(command)
    assert engine.submit_one(command).repeated
    assert engine.submit_one(command).first == first.first


# In between, and from elsewhere


def test_a_batch_goes_on_by_the_new_table_from_the_next_command_on(make: Maker) -> None:
    engine = running(make)
    migrate = Migrate("k", "reviewed", "a review", actor=of("p"))
    deeds = [Acknowledge("k/1.3", actor=of("c3")), Execute("k/1.3", actor=of("c3")), migrate]
    tally = engine.submit_all([*deeds, Report("k/1.3", actor=of("c3"))], stop=False)
    assert (tally.commands, tally.refused) == (4, 1)
    again = type(engine)(engine._store, clock=make.clock, lifecycles=TABLES)
    again.submit_all([TakeStep("k/1.3", "submit", actor=of("c3")), TakeStep("k/1.3", "approve", actor=of("p")),
                      Report("k/1.3", actor=of("c3"))])  # fmt: skip
    assert statuses(engine)["k/1.3"] == "reported"
    live_equals_replay(engine)


def test_a_refused_batch_leaves_the_old_table_in_force(make: Maker) -> None:
    engine = running(make)
    with refused(engine, NotEntitled, "not_entitled"):
        engine.submit([Migrate("k", "reviewed", "a review", actor=of("p")), Execute("k/1.3", actor=of("p"))])
    engine.submit([Execute("k/1.3", actor=of("c3")), Report("k/1.3", actor=of("c3"))])
    assert statuses(engine)["k/1.3"] == "reported"


def test_another_engine_on_the_same_file_goes_on_by_the_new_table(make: Maker) -> None:
    if make.kind == "memory":
        pytest.skip("a memory store is not opened twice")
    engine = running(make)
    other = make.again(lifecycles=TABLES)
    other.execute("k/1.3", actor=of("c3"))
    engine.migrate("k", "reviewed", "a review", actor=of("p"))
    with refused(other, IllegalTransition, "illegal_transition"):
        other.report("k/1.3", actor=of("c3"))
    other.step("k/1.3", "submit", actor=of("c3"))
    live_equals_replay(engine)


# Looking back


def test_the_past_is_told_by_the_table_of_then(make: Maker) -> None:
    engine = running(make)
    before, then = statuses(engine), engine.head().size - 1
    make.clock.advance(days=1)
    engine.migrate("k", "otherwise", "plain words", mapping=NAMES, actor=of("p"))
    engine.forward("k/1", ["d31"], actor=of("p"), due=day(6, 1))
    engine.execute("k/1.4", actor=of("d31"))
    past = engine.at(then)
    assert {ref: past.directive(ref).status for ref in before} == before
    assert engine.at().directive("k/1.4").status == "doing"
    assert engine.view("k", at=then).lifecycle == STANDARD
    assert engine.view("k").lifecycle == OTHERWISE
    deeds = [deed.step.after.status for deed in life(engine, "k/1.1", now=0).deeds if deed.step.after]
    assert deeds == ["issued", "executing", "reported", "told"]
    assert [deed.step.after.status for deed in life(engine, "k/1.4", now=0).deeds if deed.step.after] == [
        "todo",
        "doing",
    ]
    found = {change.ref: (change.was, change.status, change.closed) for change in
             difference(engine, then, engine.head().size - 1, "k").changes}  # fmt: skip
    assert found["k/1.2"] == ("waived", "spared", False)
    assert found["k/1.4"] == (None, "doing", False)
    steps = list(walk(recorded_events(engine, "k"), engine.lifecycles))
    assert {step.after.ref: step.after.status for step in steps if step.after} == statuses(engine)
    assert list(Model(lifecycles=engine.lifecycles).rows(engine.log()))
    assert engine.rebuild() == 5
    live_equals_replay(engine)


def test_the_event_says_from_what_to_what_and_why(make: Maker) -> None:
    engine = running(make)
    engine.migrate("k", "otherwise", "plain words", mapping=NAMES | {"issued": "todo"}, actor=of("p"),
                   claimed_at=datetime(2030, 1, 1, tzinfo=UTC))  # fmt: skip
    for ref in statuses(engine):
        event = engine.log(ref)[-1].event
        assert isinstance(event, Migrated)
        assert (event.was, event.lifecycle, event.reason) == (STANDARD.digest, OTHERWISE.digest, "plain words")
        assert dict(event.mapping) == NAMES


def test_unlike_lets_the_same_be_the_same() -> None:
    for table in TABLES:
        assert all(unlike(status, status, table, table) is None for status in table.names)
    assert all(unlike(status, NAMES[status], STANDARD, OTHERWISE) is None for status in NAMES)


# Any migration at any time


DEEDS = ("forward", "execute", "report", "return", "waive", "withdraw", "step", "migrate", "migrate")
FURTHER = (*TABLES, renamed(REVIEWED, NAMES, "reviewed otherwise"))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 99)), max_size=30))
def test_the_fold_of_the_log_is_what_stands_whatever_migrates_when(deeds: list[tuple[str, int]]) -> None:
    engine = Engine(create_store("memory:", "xiada.test/m"), clock=ManualClock(), entropy=CountedEntropy(),
                    lifecycles=FURTHER)  # fmt: skip
    engine.load_org(one_line())
    cascade(engine)
    for deed, number in deeds:
        _do(engine, deed, number)
    live_equals_replay(engine)
    refs = [node.directive.ref for node in engine.view("k").nodes]
    assert all(engine.at().directive(ref) == engine.directive(ref) for ref in refs)
    engine.close()


def _do(engine: Engine, deed: str, number: int) -> None:
    """Do one thing to some directive, if it can be done."""
    nodes = engine.view("k").nodes
    state, table = nodes[number % len(nodes)].directive, engine.pins("k").latest
    own, above = of(state.unit), of(engine.directive(state.parent).unit if state.parent else state.unit)
    ours = {"unit": own, "superior": above, "issuer": of("p"), "superior or issuer": above}
    if deed == "migrate":
        new = FURTHER[number % len(FURTHER)]
        mapping = {}
        for status in sorted(table.names):
            images = sorted(after for after in new.names if unlike(status, after, table, new) is None)
            mapping |= {status: images[number % len(images)]} if images else {}
        ask = Migrate("k", f"{new.name}@1", "by chance", tuple(mapping.items()), actor=of("p"))
        _attempt(engine, ask)
    elif deed == "step":
        for trigger in table.steps:
            _attempt(engine, TakeStep(state.ref, trigger, "by chance", actor=ours[table.roles[trigger]]))
    elif deed == "forward":
        below = [unit.id for unit in engine.org().below(state.unit, "main")]
        for unit in below[: 1 + number % 2]:
            with_due = {"actor": own, "on_conflict": "clamp"}
            if engine.can(state.ref, "forward"):
                _quietly(lambda unit=unit, with_due=with_due: engine.forward(state.ref, [unit], **with_due))
    else:
        verbs = {
            "execute": lambda: engine.execute(state.ref, actor=own),
            "report": lambda: engine.report(state.ref, actor=own),
            "return": lambda: engine.return_(state.ref, "again", actor=above),
            "waive": lambda: engine.waive(state.ref, "spared", actor=above),
            "withdraw": lambda: number % 4 == 0 and engine.withdraw(state.ref, "off", actor=above),
        }
        _quietly(verbs[deed])


def _attempt(engine: Engine, command: object) -> None:
    """Submit a command, refused or not."""
    engine.submit([command], atomic=False)  # type: ignore[list-item]


def _quietly(deed: object) -> None:
    """Do something that may be refused."""
    try:
        deed()  # type: ignore[operator]
    except (GuardRefused, IllegalTransition, NotEntitled):
        return


# Attacks


@pytest.fixture
def log() -> Export:
    """A log in which k migrated from the standard table to another, and went on."""
    engine = Engine(create_store("memory:", "xiada.test/m"), clock=ManualClock(), entropy=CountedEntropy(),
                    lifecycles=TABLES)  # fmt: skip
    engine.load_org(one_line())
    forwarded(engine)
    engine.migrate("k", "checked", "a check", mapping={"issued": "issued"}, actor=of("p"))
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    engine.step("k/1.1", "accept", actor=of("p"))
    with engine:
        return export_of(engine)


def test_a_directive_left_behind_is_found(judges: Judges, log: Export) -> None:
    assert judges(log).verdict.clean
    del log.entries[log.find("migrated", "k/1.2")]
    judges.expect(reseal(log), "i3_migration")


def test_a_directive_that_goes_on_without_having_migrated_is_found(judges: Judges, log: Export) -> None:
    del log.entries[log.find("migrated", "k/1.1")]
    verdict = judges.expect(reseal(log), "i3_migration")
    assert verdict.index == log.find("started", "k/1.1")


def test_a_migration_of_one_directive_alone_is_found(judges: Judges, log: Export) -> None:
    for ref in ("k/1", "k/1.2"):
        del log.entries[log.find("migrated", ref)]
    judges.expect(reseal(log), "i3_migration")


@pytest.mark.parametrize(
    "change",
    [{"mapping": [["issued", "forwarded"]]}, {"was": "0" * 64}, {"reason": "another"}],
    ids=["another mapping", "from elsewhere", "another reason"],
)
def test_a_directive_that_migrates_otherwise_than_its_cascade_is_found(
    judges: Judges, log: Export, change: dict[str, object]
) -> None:
    log.change(log.find("migrated", "k/1.1"), change)
    judges.expect(reseal(log), "i3_migration")


@pytest.mark.parametrize(
    "mapping",
    [[["issued", "reported"]], [["issued", "declined"]], [["issued", "nowhere"]], [["issued", "checking"]]],
    ids=["to reported", "to closed", "to nowhere", "to what a report leads to"],
)
def test_a_mapping_that_makes_something_else_of_a_status_is_found(
    judges: Judges, log: Export, mapping: list[list[str]]
) -> None:
    for ref in ("k/1", "k/1.1", "k/1.2"):
        log.change(log.find("migrated", ref), {"mapping": mapping})
    judges.expect(reseal(log), "i3_migration")


def test_a_migration_to_a_table_that_is_not_there_is_found(judges: Judges, log: Export) -> None:
    del log.blobs[CHECKED.digest]
    judges.expect(reseal(log), "i3_lifecycle")


def test_a_migration_by_somebody_else_is_found(judges: Judges, log: Export) -> None:
    for ref in ("k/1", "k/1.1", "k/1.2"):
        log.change(log.find("migrated", ref), actor="clerk-c1", unit="c1")
    judges.expect(reseal(log), "i9_not_entitled")


def test_a_step_by_somebody_else_or_at_another_time_is_found(judges: Judges, log: Export) -> None:
    other = log.copy()
    log.change(log.find("stepped"), actor="clerk-c1", unit="c1")
    judges.expect(reseal(log), "i9_not_entitled")
    other.change(other.find("stepped"), {"trigger": "decline"})
    judges.expect(reseal(other), "i3_illegal")


def test_a_step_of_no_lifecycle_is_found(judges: Judges, log: Export) -> None:
    log.change(log.find("stepped"), {"trigger": "celebrate"})
    judges.expect(reseal(log), "i3_illegal")


def test_a_status_that_is_only_in_the_new_table_can_be_reached_after_a_migration(make: Maker) -> None:
    paused = STANDARD.extended(
        "paused",
        statuses=("on hold", Status("dropped", closed=True)),
        transitions=(
            step("hold", ("issued", "forwarded", "executing"), "on hold", by="superior"),
            step("go on", "on hold", "executing", by="superior"),
            step("drop", "on hold", "dropped", by="superior", guards=("children_are_closed",)),
        ),
    )
    engine = make(one_line(), lifecycles=(STANDARD, paused))
    forwarded(engine)
    engine.migrate("k", "paused", "it may be put on hold", actor=of("p"))
    engine.step("k/1.1", "hold", actor=of("p"))
    engine.step("k/1.1", "drop", actor=of("p"), reason="no money")
    assert engine.counts("k/1") == {("city", "dropped"): 1, ("city", "issued"): 1}
    live_equals_replay(engine)
