"""Work lists: what a unit has to do, each thing once, in four buckets; on every store, at any size."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import (
    ORIGIN,
    CountedEntropy,
    Maker,
    ManualClock,
    day,
    end,
    notice,
    of,
    one_line,
    refused,
    report_by,
    two_lines,
    wide,
)
from test_bulk import walk

from xiada.engine.commands import Command
from xiada.engine.due import NEVER, Every, On, at
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.notice import Obligation
from xiada.engine.org import Select
from xiada.engine.projections import LightRules
from xiada.engine.rollup import is_open
from xiada.engine.worklist import Entry, WorkList

MONTHLY = Obligation(id="monthly", kind="brief", due=Every("FREQ=MONTHLY;BYMONTHDAY=28"))


def listed(found: WorkList) -> list[tuple[str, str, str, str]]:
    """Return (bucket, directive, obligation or period, step) of a page."""
    return [(one.bucket, one.item.ref, str(one.item.period or one.item.obligation), one.step) for one in found.entries]


@pytest.fixture
def office(make: Maker) -> Engine:
    """Unit c1 holds k/1.1 (10 June, with a child), j/1.1 (5 June), u/1.1 (undated), m/1.1 (20 June, monthly briefs)."""
    engine = make(one_line())
    for name, due in (("k", On(date(2030, 6, 20))), ("j", On(date(2030, 6, 5))), ("u", None)):
        engine.issue(name, notice(name, due=due), actor=of("p"))
    engine.issue("m", notice("m", obligations=(report_by(On(date(2030, 6, 20))), MONTHLY)), actor=of("p"))
    for name, due in (("k", day(6, 10)), ("j", day(6, 5)), ("u", "undated"), ("m", day(6, 20))):
        engine.forward(f"{name}/1", ["c1", "c2"], actor=of("p"), due=due)
    engine.forward("k/1.1", ["d11", "d12"], actor=of("c1"), due=day(6, 8))
    return engine


def test_each_thing_stands_in_one_bucket_with_what_comes_next(office: Engine) -> None:
    assert listed(office.worklist("c1", at(end(2, 1)))) == [
        ("late", "m/1.1", "2030-01-28", "hand_in"),
        ("hand", "m/1.1", "2030-02-28", "hand_in"),
        ("hand", "j/1.1", "report", "sign"),
        ("hand", "m/1.1", "report", "sign"),
        ("hand", "u/1.1", "report", "sign"),
        ("waiting", "k/1.1", "report", "wait"),
    ]
    assert office.worklist("c1", at(end(2, 1))).counts == {"late": 1, "soon": 0, "hand": 4, "waiting": 1}


def test_what_is_near_is_due_soon_and_what_has_passed_is_late_even_while_it_waits(office: Engine) -> None:
    found = office.worklist("c1", at(end(6, 7)), only=("late", "soon", "waiting"))
    assert [one for one in listed(found) if one[2] == "report"] == [
        ("late", "j/1.1", "report", "sign"), ("soon", "k/1.1", "report", "wait")
    ]  # fmt: skip
    found = office.worklist("c1", at(end(6, 11)))
    late = next(one for one in found.entries if one.directive.ref == "k/1.1")
    assert (late.bucket, late.step, late.children, late.below) == ("late", "wait", 2, 2)


def test_when_those_below_have_reported_the_step_is_ones_own(office: Engine) -> None:
    def step() -> str:
        return next(one.step for one in office.worklist("c1").entries if one.directive.ref == "k/1.1")

    for ref, unit in (("k/1.1.1", "d11"), ("k/1.1.2", "d12")):
        assert step() == "wait"
        office.execute(ref, actor=of(unit))
        office.report(ref, actor=of(unit))
    assert step() == "act"
    office.execute("k/1.1", actor=of("c1"))
    assert step() == "report"
    office.report("k/1.1", actor=of("c1"))
    assert "k/1.1" not in [one.directive.ref for one in office.worklist("c1").entries]


def test_signed_is_to_be_done_and_done_is_gone(office: Engine) -> None:
    def of_j() -> list[str]:
        return [one.step for one in office.worklist("c1").entries if one.directive.ref == "j/1.1"]

    assert of_j() == ["sign"]
    office.acknowledge("j/1.1", actor=of("c1"))
    assert of_j() == ["act"]
    office.waive("j/1.1", "merged", actor=of("p"))
    assert of_j() == []


def test_an_assumed_service_level_makes_the_undated_late_and_says_so(office: Engine) -> None:
    found = office.worklist("c1", at(end(2, 1)), rules=LightRules(assumed_sla_days=7))
    undated = next(one for one in found.entries if one.directive.ref == "u/1.1")
    assert (undated.bucket, undated.item.light.code, undated.item.light.allowed) == ("late", "assumed_overdue", 7)


def test_a_unit_that_holds_two_directives_of_one_cascade_sees_both(make: Maker) -> None:
    engine = make(two_lines())
    engine.issue("k", notice(issuers=("a", "g")), actor=of("a"))
    engine.forward("k/1", ["a1"], actor=of("a"))
    engine.forward("k/2", ["g1"], actor=of("g"))
    engine.forward("k/1.1", ["u"], actor=of("a1"))
    engine.forward("k/2.1", ["u"], actor=of("g1"))
    assert [one.directive.ref for one in engine.worklist("u").entries] == ["k/1.1.1", "k/2.1.1"]


def test_a_list_comes_page_by_page_and_all_is_counted_on_each(office: Engine) -> None:
    whole = office.worklist("c1", at(end(6, 7)))
    found: list[Entry] = []
    after = None
    while True:
        page = office.worklist("c1", at(end(6, 7)), after=after, limit=2)
        assert page.counts == whole.counts
        found += page.entries
        after = page.after
        if after is None:
            break
    assert tuple(found) == whole.entries
    assert whole.total == len(found) == 10
    assert [one.bucket for one in office.worklist("c1", at(end(6, 7)), only=("soon",)).entries] == ["soon"]


def test_nobody_is_there_and_nothing_is_to_do(office: Engine) -> None:
    assert office.worklist("t111").entries == ()
    with refused(office, NotFound, "unknown_unit"):
        office.worklist("nobody")
    with refused(office, Malformed, "bad_identifier"):
        office.worklist("No Body")


BAD = ["", "late", "late~1~k/1", "late~x~k/1~~", "soon~1~k~~", "later~1~k/1~~", "late~1~k/1~~2030-13-01",
       "late~1~k/1~A B~", "late~1~k/1~~~", "late~-1~k/1~~"]  # fmt: skip


@pytest.mark.parametrize("after", BAD)
def test_what_no_page_ended_with_is_refused(office: Engine, after: str) -> None:
    with refused(office, Malformed, "bad_cursor"):
        office.worklist("c1", after=after)


@pytest.mark.parametrize("more", [{"limit": 0}, {"limit": True}, {"only": ("later",)}])
def test_a_page_and_a_bucket_are_what_they_can_be(office: Engine, more: dict[str, Any]) -> None:
    with refused(office, Malformed, "bad_choice" if "only" in more else "bad_limit"):
        office.worklist("c1", **more)


@given(walk(40), st.sampled_from((end(1, 10), end(6, 8), end(6, 25))))
def test_every_open_directive_stands_on_its_units_list_once(batch: list[Command], now: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for url in ("memory:", f"{folder}/log.db"):
            engine = Engine.create(url, ORIGIN, clock=ManualClock(), entropy=CountedEntropy())
            engine.load_org(one_line())
            engine.submit_all(batch, stop=False, per_transaction=7)
            found = [entry for unit in engine.org() for entry in engine.worklist(unit.id, at(now)).entries]
            mine = [(one.directive.ref, one.item.obligation, one.item.period) for one in found]
            states = [node.directive for name in engine.cascades() for node in engine.view(name).nodes]
            assert len(mine) == len(set(mine))
            assert {ref for ref, *_ in mine} == {state.ref for state in states if is_open(state)}
            assert all((one.bucket == "late") == (one.item.light.colour == "red") for one in found)
            waits = {one.directive.ref: (one.children, one.below) for name in engine.cascades()
                     for one in engine.blocked(name, limit=1_000)}  # fmt: skip
            principal = {one.directive.ref: (one.children, one.below) for one in found if one.item.principal}
            assert {ref: counts for ref, counts in principal.items() if any(counts)} == waits
            engine.close()


# The stores


def test_both_stores_know_what_lies_on_a_unit(make: Maker) -> None:
    engine = make(one_line())
    for name in ("k", "j"):
        engine.issue(name, notice(name), actor=of("p"))
        engine.forward(f"{name}/1", [Select()], actor=of("p"))
    engine.withdraw("k/1.1", "void", actor=of("p"))
    with engine._store.reading() as reader:
        assert [state.ref for state in reader.of_unit("c1", only_open=False)] == ["k/1.1", "j/1.1"]
        assert [state.ref for state in reader.of_unit("c1", only_open=True)] == ["j/1.1"]
        assert reader.of_unit("nobody", only_open=False) == []
        assert reader.open_notices("j") == {engine.directive("j/1").notice}
        assert reader.open_notices("nothing") == frozenset()


def test_a_units_directives_are_found_by_index_however_many_there_are(tmp_path: Any) -> None:
    make = Maker("sqlite", tmp_path)
    engine = make(wide(3))
    engine.issue("k", notice(), actor=of("p"))
    plans: list[str] = []
    with engine._store.reading() as reader:
        run: Any = reader
        execute = run._execute

        def explained(sql: str, values: Any = ()) -> Any:
            if sql.startswith("SELECT"):
                plans.extend(row[3] for row in execute(f"EXPLAIN QUERY PLAN {sql}", values))
            return execute(sql, values)

        run._execute = explained
        for only_open in (True, False):
            assert len(run.of_unit("p", only_open=only_open)) == 1
    make.close()
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
    assert sum("directive_unit" in plan for plan in plans) == 4, plans


def test_a_file_without_the_index_answers_the_same(tmp_path: Any) -> None:
    make = Maker("sqlite", tmp_path)
    engine = make(one_line())
    engine.issue("k", notice(), actor=of("p"))
    engine.forward("k/1", [Select()], actor=of("p"), due=day(6, 10))
    before = engine.worklist("c1")
    with sqlite3.connect(make.url()) as connection:
        connection.execute("DROP INDEX directive_unit")
    connection.close()
    assert make.again().worklist("c1") == before
    make.close()


def test_cursors_hold_whatever_a_page_can_end_with(office: Engine) -> None:
    from xiada.engine.worklist import place_of, read_cursor

    for entry in office.worklist("c1", at(end(6, 7))).entries:
        assert read_cursor(entry.cursor) == place_of(entry)
    assert max(one.item.due for one in office.worklist("c1").entries) == NEVER
