"""Questions at size: pages, counts, the late, the blocked, chains; held to what a view says, on every store."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import (
    ORIGIN,
    START,
    CountedEntropy,
    Maker,
    ManualClock,
    cascade,
    chain,
    day,
    end,
    forwarded,
    live_equals_replay,
    notice,
    of,
    one_line,
    refused,
    two_lines,
    wide,
)
from test_bulk import walk

from xiada.engine.commands import REGISTRAR, AddUnit, Command, Execute, Forward, Issue, Report
from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, at, instant
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound, StoreError
from xiada.engine.inquiries import After
from xiada.engine.org import Select
from xiada.engine.projections import View, tallies
from xiada.engine.rollup import Blocked, added, is_open, tallies_of, waits_of
from xiada.engine.stores import sqlite_rollup

Entry = TypeVar("Entry")


# The naive answers, from a view of everything


def inside(view: View, where: str) -> list[Directive]:
    """Return the directives of a cascade, or of a directive and all below it."""
    states = [node.directive for node in view.nodes]
    return [state for state in states if where in (state.cascade, state.ref) or state.ref.startswith(f"{where}.")]


def naive_counts(view: View, where: str) -> dict[tuple[str, str], int]:
    """Count what stands strictly below a directive, or in a cascade."""
    levels = {node.directive.ref: node.level for node in view.nodes}
    return dict(Counter((levels[state.ref], state.status) for state in inside(view, where) if state.ref != where))


def naive_late(view: View, where: str) -> list[str]:
    """List what is overdue, by due, in preorder within one."""
    overdue = {node.directive.ref for node in view.nodes if node.bucket == "overdue"}
    return [state.ref for state in sorted(inside(view, where), key=lambda state: state.due) if state.ref in overdue]


def naive_blocked(view: View, where: str) -> list[tuple[str, int, int]]:
    """List who waits for children, with how many are open next below and all below."""
    states = [node.directive for node in view.nodes]
    found = []
    for state in inside(view, where):
        below = [one for one in states if one.ref.startswith(f"{state.ref}.") and is_open(one)]
        children = sum(one.parent == state.ref for one in below)
        if is_open(state) and children:
            found.append((state.ref, children, len(below)))
    return found


def pages(ask: Callable[[Any, int], list[Entry]], cursor: Callable[[Entry], Any], limit: int) -> list[Entry]:
    """Return all pages put together."""
    found: list[Entry] = []
    after = None
    while page := ask(after, limit):
        assert len(page) <= limit
        found += page
        after = cursor(page[-1])
    return found


def agree(engine: Engine, limit: int) -> None:
    """Assert that every question at size is answered as a look at everything would."""
    for name in engine.cascades():
        view = engine.view(name)
        refs = [node.directive.ref for node in view.nodes]
        for where in (name, *refs):
            for now in (view.now, end(6, 3), end(6, 25), end(6, 20), end(1, 1, 2031)):
                then = engine.view(name, now=at(now))
                late = pages(
                    lambda after, most: engine.late(where, now=at(now), after=after, limit=most),  # noqa: B023
                    lambda one: one.cursor,
                    limit,
                )
                assert [one.directive.ref for one in late] == naive_late(then, where)
                assert all(one.lateness_s == (now - one.directive.due) // 1_000_000 for one in late)
            blocked = pages(
                lambda after, most: engine.blocked(where, after=after, limit=most),  # noqa: B023
                lambda one: one.directive.ref,
                limit,
            )
            assert [(one.directive.ref, *one[1:]) for one in blocked] == naive_blocked(view, where)
            assert engine.counts(where) == naive_counts(view, where)
        for ref in refs:
            children = pages(
                lambda after, most: engine.page(ref, after=after or 0, limit=most),  # noqa: B023
                lambda one: int(one.path.rpartition(".")[2]),
                limit,
            )
            assert children == engine.children(ref)
            line = [ref[: len(ref) - cut] for cut in range(len(ref)) if (ref + ".")[len(ref) - cut] == "."]
            assert [link.directive.ref for link in engine.chain(ref)] == line


@pytest.fixture(params=[True, False], ids=["by_place", "by_due"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for the late below small directives by place, or by due as below large ones."""
    if not request.param:
        monkeypatch.setattr(sqlite_rollup, "SMALL", 0)


@given(walk(40), st.sampled_from((1, 3, 1_000)))
def test_every_question_is_answered_as_a_look_at_everything_would(
    either_way: None, batch: list[Command], limit: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for url in ("memory:", f"{folder}/log.db"):
            engine = Engine.create(url, ORIGIN, clock=ManualClock(), entropy=CountedEntropy())
            engine.load_org(one_line())
            engine.submit_all(batch, stop=False, per_transaction=7)
            agree(engine, limit)
            live_equals_replay(engine)
            engine.close()


def test_counts_are_what_the_tallies_of_a_view_say(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.forward("k/1.1", [Select()], actor=of("c1"))
    engine.execute("k/1.1.1", actor=of("d11"))
    for ref, tally in tallies(engine.view("k").nodes).items():
        statuses = Counter({engine.directive(ref).status: 1})
        for (_, status), count in engine.counts(ref).items():
            statuses[status] += count
        assert statuses == tally.statuses


# One by one, on both stores


@pytest.fixture
def office(make: Maker) -> Engine:
    """k/1 (p, 20 June) to k/1.1 (c1) and k/1.2 (c2), 10 June; k/1.1.1 (d11) and k/1.1.2 (d12), 5 June."""
    engine = make(one_line())
    forwarded(engine)
    engine.forward("k/1.1", ["d11", "d12"], actor=of("c1"), due=day(6, 5))
    return engine


def refs(found: list[Any]) -> list[str]:
    """Return the references of what was found."""
    return [one.ref if isinstance(one, Directive) else one.directive.ref for one in found]


def test_what_is_late_comes_by_due_and_is_gone_when_it_has_reported(office: Engine, clock: ManualClock) -> None:
    assert office.late("k") == []
    clock.moment = at(end(6, 15))
    assert refs(office.late("k")) == ["k/1.1.1", "k/1.1.2", "k/1.1", "k/1.2"]
    assert [late.lateness_s for late in office.late("k/1.2")] == [5 * 86_400]
    office.execute("k/1.1.1", actor=of("d11"))
    office.report("k/1.1.1", actor=of("d11"))
    office.waive("k/1.1.2", "merged", actor=of("c1"))
    assert refs(office.late("k")) == ["k/1.1", "k/1.2"]
    office.return_("k/1.1.1", "again", actor=of("c1"))
    assert refs(office.late("k/1.1")) == ["k/1.1.1", "k/1.1"]


def test_due_now_is_not_yet_late(office: Engine) -> None:
    assert office.late("k", now=at(end(6, 5))) == []
    assert len(office.late("k", now=at(end(6, 5) + 1))) == 2


def test_undated_is_never_late(make: Maker) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=None), actor=of("p"))
    assert engine.late("k", now=START.replace(year=2_199)) == []


def test_a_page_goes_on_where_the_last_one_ended_whatever_became_of_that_one(office: Engine) -> None:
    july = at(end(7, 1))
    [first] = office.late("k", now=july, limit=1)
    office.waive(first.directive.ref, "merged", actor=of("c1"))
    assert refs(office.late("k", now=july, after=first.cursor)) == ["k/1.1.2", "k/1.1", "k/1.2", "k/1"]
    assert refs(office.late("k", now=july, after=After(end(6, 10), "k/1.1.7"))) == ["k/1.2", "k/1"]
    assert refs(office.blocked("k", after="k/1")) == ["k/1.1"]
    assert office.page("k/1", after=2) == office.page("k/1", after=10**9) == []


def test_who_waits_for_whom_ends_with_the_last_report(office: Engine) -> None:
    def waiting() -> list[tuple[str, int, int]]:
        return [(one.directive.ref, one.children, one.below) for one in office.blocked("k")]

    assert waiting() == [("k/1", 2, 4), ("k/1.1", 2, 2)]
    for ref, unit in (("k/1.1.1", "d11"), ("k/1.1.2", "d12"), ("k/1.1", "c1")):
        office.execute(ref, actor=of(unit))
        office.report(ref, actor=of(unit))
    assert waiting() == [("k/1", 1, 1)]
    office.return_("k/1.1", "again", actor=of("p"))
    assert waiting() == [("k/1", 2, 2)]
    office.withdraw("k/1", "void", actor=of("p"))
    assert waiting() == []
    live_equals_replay(office)


def test_a_chain_leads_to_the_root_with_the_slack_of_each(office: Engine) -> None:
    links = office.chain("k/1.1.2")
    assert [(link.directive.ref, link.slack_s) for link in links] == [
        ("k/1.1.2", 5 * 86_400), ("k/1.1", 10 * 86_400), ("k/1", None)
    ]  # fmt: skip


def test_under_an_undated_parent_there_is_no_slack_to_speak_of(make: Maker) -> None:
    engine = make(one_line())
    engine.issue("k", notice(due=None), actor=of("p"))
    engine.forward("k/1", ["c1"], actor=of("p"), due=day(6, 5))
    engine.forward("k/1", ["c2"], actor=of("p"), due="undated")
    assert [link.slack_s for link in engine.chain("k/1.1")] == [None, None]
    assert [link.slack_s for link in engine.chain("k/1.2")] == [None, None]


def test_a_joint_cascade_counts_all_its_roots(make: Maker) -> None:
    engine = make(two_lines())
    engine.issue("k", notice(issuers=("a", "g")), actor=of("a"))
    engine.forward("k/1", ["a1"], actor=of("a"))
    assert engine.counts("k") == {("nation", "forwarded"): 1, ("nation", "issued"): 1, ("province", "issued"): 1}
    assert engine.counts("k/2") == {}


def test_cascades_are_kept_apart(make: Maker) -> None:
    engine = make(one_line())
    for name in ("k", "k.1", "k-1", "k1"):
        engine.issue(name, notice(), actor=of("p"))
        engine.forward(f"{name}/1", ["c1"], actor=of("p"))
        assert refs(engine.blocked(name)) == [f"{name}/1"]
        assert refs(engine.late(name, now=at(end(7, 1)))) == [f"{name}/1", f"{name}/1.1"]
        assert engine.counts(name) == {("province", "forwarded"): 1, ("city", "issued"): 1}


def test_a_deep_line_is_carried_up_to_its_root(make: Maker) -> None:
    engine = make(chain(64))
    engine.issue("k", notice(issuers=("u1",)), actor=of("u1"))
    for depth in range(1, 64):
        engine.forward("k/" + ".".join("1" * depth), [f"u{depth + 1}"], actor=of(f"u{depth}"))
    assert [one.below for one in engine.blocked("k")] == list(range(63, 0, -1))
    assert sum(engine.counts("k/1").values()) == 63
    assert len(engine.chain("k/" + ".".join("1" * 64))) == 64
    live_equals_replay(engine)


def test_a_unit_that_joins_in_the_same_transaction_brings_its_level(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    joins = AddUnit("c9", "C9", "office", "district", "main", (("main", "p"),), actor=REGISTRAR)
    engine.submit([joins, Forward("k/1", ("c9",), actor=of("p"))])
    assert engine.counts("k/1") == {("district", "issued"): 1}
    live_equals_replay(engine)


def test_some_units_are_found_without_the_others(make: Maker) -> None:
    engine = make(wide(1_200))
    found = engine.units([f"c{number}" for number in range(1, 1_100)] + ["nobody"])
    assert (len(found), found["c7"].level) == (1_099, "city")
    with refused(engine, Malformed, "bad_identifier"):
        engine.units(["No Body"])


# Refusals

ASK: list[Callable[[Engine, str], object]] = [
    lambda engine, where: engine.page(where),
    lambda engine, where: engine.counts(where),
    lambda engine, where: engine.late(where),
    lambda engine, where: engine.blocked(where),
    lambda engine, where: engine.chain(where),
]


@pytest.mark.parametrize("ask", ASK)
def test_what_is_not_there_is_not_found(office: Engine, ask: Callable[[Engine, str], object]) -> None:
    with refused(office, NotFound, "unknown_directive"):
        ask(office, "k/1.9")
    with refused(office, NotFound, "unknown_directive"):
        ask(office, "m/1")
    with refused(office, Malformed, "bad_reference"):
        ask(office, "k/")


@pytest.mark.parametrize("ask", ASK[1:4])
@pytest.mark.parametrize("where", ["m", "", "K", "k%"])
def test_a_cascade_that_is_not_there_is_not_found(
    office: Engine, ask: Callable[[Engine, str], object], where: str
) -> None:
    with refused(office, NotFound, "unknown_cascade"):
        ask(office, where)


@pytest.mark.parametrize("limit", [0, -1, 10_001, True, 1.5, None])
def test_a_page_has_a_length_that_can_be_one(office: Engine, limit: Any) -> None:
    asked: list[Callable[[], object]] = [
        lambda: office.page("k/1", limit=limit),
        lambda: office.late("k", limit=limit),
        lambda: office.blocked("k", limit=limit),
    ]
    for ask in asked:
        with refused(office, Malformed, "bad_limit"):
            ask()


def test_what_no_page_ended_with_is_refused(office: Engine) -> None:
    asked: list[Callable[[], object]] = [
        lambda: office.page("k/1", after=-1),
        lambda: office.late("k", after=After(10**18, "k/1")),
        lambda: office.late("k", after=After(1, "m/1")),
        lambda: office.blocked("k", after="m/1"),
    ]
    for ask in asked:
        with refused(office, Malformed, "bad_cursor"):
            ask()
    with refused(office, Malformed, "bad_reference"):
        office.blocked("k", after="k")


# The roll-up itself


def state(ref: str, status: str = "issued", **more: Any) -> Directive:
    """Return a directive on a unit `u`."""
    above, dot, _ = ref.rpartition(".")
    made = Directive(ref, "u", "main", above if dot else None, status, 1, b"", NEVER, NEVER, "", 0)
    return made._replace(**more)


LEVELS = {"u": "office", "": ""}


def test_what_changes_nothing_above_adds_nothing() -> None:
    one = state("k/1.1")
    assert added([state("k/1")], [(one, one._replace(version=2, acknowledged_at=1))], LEVELS) == ({}, {})


def test_what_cancels_out_adds_nothing() -> None:
    one, other = state("k/1.1"), state("k/1.2", "executing")
    swapped = [(one, one._replace(status="executing")), (other, other._replace(status="issued"))]
    assert added([], swapped, LEVELS) == ({}, {})


def test_a_cascade_with_dots_in_its_name_has_its_root_where_it_is() -> None:
    assert tallies_of([state("k.1/1", parent=None), state("k.1/1.1")], LEVELS) == {("k.1/1", "office", "issued"): 1}


steps = st.lists(st.sampled_from(("issued", "executing", "reported", "summarised", "waived")), min_size=12, max_size=12)
TREE = (
    "k/1",
    "k/1.1",
    "k/1.2",
    "k/1.1.1",
    "k/1.1.2",
    "k/1.1.1.1",
    "k/2",
    "k/2.1",
    "k/2.1.1",
    "k/2.1.2",
    "j/1",
    "j/1.1",
)


def standing(statuses: list[str]) -> list[Directive]:
    """Return the tree with these statuses, reported and closed as they say."""
    return [
        state(ref, status, reported_at=1 if status in ("reported", "summarised") else None,
              closed_at=1 if status in ("summarised", "waived") else None)
        for ref, status in zip(TREE, statuses, strict=True)
    ]  # fmt: skip


@given(steps, steps, st.integers(0, 12))
def test_what_is_added_leads_from_one_roll_up_to_the_next(before: list[str], after: list[str], new: int) -> None:
    """Any statuses to any others, lawful or not; the last few directives are new."""
    old, now = standing(before)[: 12 - new], standing(after)
    tallies_, waits = added(now[12 - new :], list(zip(old, now, strict=False)), LEVELS)
    counted = Counter(tallies_of(old, LEVELS))
    counted.update(tallies_)
    assert {place: count for place, count in counted.items() if count} == tallies_of(now, LEVELS)
    open_now = {
        ref: (sum(one.parent == ref for one in below), len(below))
        for ref in TREE
        if (below := [one for one in now if one.ref.startswith(f"{ref}.") and is_open(one)])
    }
    assert waits_of(now) == open_now
    old_waits = waits_of(old)
    moved = {ref: old_waits.get(ref, (0, 0)) for ref in old_waits.keys() | waits.keys()}
    summed = {ref: tuple(map(sum, zip(one, waits.get(ref, (0, 0)), strict=True))) for ref, one in moved.items()}
    assert {ref: counts for ref, counts in summed.items() if any(counts)} == open_now


def kept(engine: Engine) -> tuple[dict[Any, int], dict[str, Any]]:
    """Return the roll-up a store keeps."""
    with engine._store.reading() as reader:
        return (
            {tuple(place): count for *place, count in reader.tallies()},
            {ref: tuple(counts) for ref, *counts in reader.waits()},
        )


def test_nothing_is_kept_of_nobody(office: Engine) -> None:
    """No row for a count of zero, and none for those below whom nobody is open."""
    office.waive("k/1.1", "merged", actor=of("p"))
    assert kept(office) == (
        {
            ("k/1", "city", "issued"): 1,
            ("k/1", "city", "waived"): 1,
            ("k/1", "county", "waived"): 2,
            ("k/1.1", "county", "waived"): 2,
        },
        {"k/1": (1, 1)},
    )


def test_a_refused_transaction_leaves_the_roll_up_as_it_was(office: Engine) -> None:
    before = kept(office)
    with pytest.raises(NotFound):
        office.submit([Execute("k/1.1.1", actor=of("d11")), Execute("k/1.9", actor=of("c1"))])
    assert kept(office) == before


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A file with a cascade under way."""
    path = tmp_path / "log.db"
    with Engine.create(str(path), ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(one_line())
        engine.submit_all(
            [Issue("k", notice(), actor=of("p")), Forward("k/1", (Select(),), actor=of("p")),
             Forward("k/1.1", (Select(),), actor=of("c1")), Execute("k/1.2", actor=of("c2"))]
        )  # fmt: skip
        assert engine.verify() == []
    return path


@pytest.mark.parametrize(
    ("attack", "ref"),
    [
        ("UPDATE tally SET count=count+1 WHERE directive_id=1 AND status='executing'", "k/1"),
        ("UPDATE tally SET level='town' WHERE directive_id=2", "k/1.1"),
        ("DELETE FROM tally WHERE directive_id=2", "k/1.1"),
        ("INSERT INTO tally VALUES (4, 'county', 'issued', 1)", "k/1.3"),
        ("INSERT INTO tally VALUES (99, 'county', 'issued', 1)", "?/"),
        ("UPDATE waiting SET open_below=open_below+1 WHERE place='a1'", "k/1"),
        ("DELETE FROM waiting WHERE place='a1a1'", "k/1.1"),
        ("INSERT INTO waiting VALUES (7, 'a1', 1, 1)", "?/1"),
    ],
)
def test_a_roll_up_tampered_with_is_found(file: Path, attack: str, ref: str) -> None:
    connection = sqlite3.connect(file)
    assert connection.execute(attack).rowcount
    connection.commit()
    connection.close()
    with Engine.open(str(file), clock=ManualClock()) as engine:
        found = [(finding.code, finding.ref) for finding in engine.verify()]
    assert found[0] == ("i8_tally", ref)
    assert set(found[1:]) <= {("i8_tally", ref.rpartition(".")[0])}, "the sum above is made of this one"


def test_a_count_that_would_fall_below_zero_is_refused_by_the_file_itself(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("DELETE FROM tally WHERE directive_id=1")
    connection.commit()
    connection.close()
    with Engine.open(str(file), clock=ManualClock()) as engine, pytest.raises(StoreError) as caught:
        engine.submit([Report("k/1.2", actor=of("c2"))])
    assert caught.value.code == "constraint"


def test_the_late_are_found_by_index_however_large_the_rest(tmp_path: Path) -> None:
    """No statement walks through a table: the query plans are searches of the indexes meant for them."""
    make = Maker("sqlite", tmp_path)
    engine = make(wide(3))
    cascade(engine)
    plans: list[str] = []
    with engine._store.reading() as reader:
        run: Any = reader
        execute = run._execute

        def explained(sql: str, values: Any = ()) -> Any:
            if sql.startswith(("SELECT", "WITH")):
                plans.extend(row[3] for row in execute(f"EXPLAIN QUERY PLAN {sql}", values))
            return execute(sql, values)

        run._execute = explained
        run.late("k/", NEVER, None, 10)
        run.late("k/", NEVER, (5, "k/1"), 10)
        run.late("k/1", NEVER, None, 10)
        sqlite_rollup.late(
            explained, lambda where, values: run._states("k", where, values), sqlite_rollup.span_of(1, "1"),
            sqlite_rollup.Asked(NEVER, None, 10),
        )  # fmt: skip
        run.blocked("k/", None, 10)
        run.counts("k/1")
    make.close()
    assert [plan for plan in plans if plan.startswith("SCAN") and plan not in ("SCAN step", "SCAN CONSTANT ROW")] == []
    by_place = [plan for plan in plans if "(cascade_id=? AND place>? AND place<?)" in plan and "directive" in plan]
    assert len(by_place) == 1, "only for the few"
    assert [plan for plan in plans if "TEMP B-TREE" in plan] == ["USE TEMP B-TREE FOR ORDER BY"], "only for the few"
    assert sum("directive_open" in plan for plan in plans) == 6


def test_an_answer_is_a_plain_value(office: Engine) -> None:
    [first, *_] = office.blocked("k")
    assert first == Blocked(office.directive("k/1"), 2, 4)
    assert instant(at(end(6, 5))) == end(6, 5)
    assert timedelta(seconds=office.chain("k/1.1")[0].slack_s or 0) == timedelta(days=10)
