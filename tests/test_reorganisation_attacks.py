"""Attacks on a reorganised log: each is told by both verifiers, under the code of the rule it breaks.

Rule: as in `test_attacks_events.py`, every attack seals again all it can.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attacks import Export, Judges, Verdict, export_of, reseal
from attacks_by_chance import one_attack
from support import CountedEntropy, Maker, ManualClock, forwarded, of, one_line

from xiada.engine.audit import verify
from xiada.engine.commands import REGISTRAR
from xiada.engine.engine import Engine
from xiada.engine.errors import XiadaError
from xiada.engine.stores import create_store

BY: dict[str, Any] = {"actor": REGISTRAR}
WHY = "divided anew"
DEEP = os.environ.get("XIADA_HYPOTHESIS") == "deep"


def reorganised(engine: Engine, clock: ManualClock) -> Engine:
    """c1 is renamed, d21 moved from c2 under c1, c2 merged into c3 with what it has running; later d31 abolished."""
    forwarded(engine)
    engine.forward("k/1.1", ("d11",), actor=of("c1"))
    engine.forward("k/1.2", ("d21",), actor=of("c2"))
    clock.advance(hours=1)
    engine.rename_unit("c1", "City One", WHY, **BY)
    engine.move_unit("d21", "main", "c1", WHY, **BY)
    engine.move_unit("d12", "main", "c2", WHY, **BY)
    clock.advance(hours=1)
    engine.merge_units(("c2",), "c3", WHY, running="reassign", **BY)
    clock.advance(hours=1)
    engine.forward("k/1.3", ("d12",), actor=of("c3"))
    engine.abolish_unit("d31", WHY, successor="d12", **BY)
    return engine


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def sound() -> Export:
    """The log that is attacked."""
    clock = ManualClock()
    engine = Engine(create_store("memory:", "xiada.test/office"), clock=clock, entropy=CountedEntropy())
    engine.load_org(one_line())
    return export_of(reorganised(engine, clock))


@pytest.fixture
def log(sound: Export) -> Export:
    """A copy to be changed."""
    return sound.copy()


def moved(unit: str, was: str, superior: str) -> dict[str, Any]:
    """Return the data of a move."""
    return {"line": "main", "reason": WHY, "superior": superior, "was": was}


def clerk(unit: str) -> dict[str, Any]:
    """Return the envelope of an actor of a unit."""
    return {"actor": f"clerk-{unit}", "unit": unit}


def test_a_reorganised_log_is_clean(judges: Judges, log: Export) -> None:
    assert judges(log).verdict == Verdict(True)


def test_a_forged_move_before_something_was_laid_on_the_unit(judges: Judges, log: Export) -> None:
    at = log.insert(log.find("forwarded", "k/1.1"), "unit_moved", "org/d11", moved("d11", "c1", "c2"))
    found = log.find("issued", "k/1.1.1")
    assert at < found
    assert judges.expect(reseal(log), "i2_outside_line") == Verdict(False, "i2_outside_line", found)


@pytest.mark.parametrize(
    ("kind", "ref", "data", "code"),
    [
        ("unit_moved", "org/c1", moved("c1", "p", "d11"), "i2_org_circle"),
        ("unit_moved", "org/c1", moved("c1", "p", "c1"), "i2_org_circle"),
        ("unit_moved", "org/d11", moved("d11", "c3", "c3"), "i3_superior_was"),
        ("unit_moved", "org/d11", moved("d11", "c1", "c3") | {"line": "gov"}, "i3_superior_was"),
        ("unit_moved", "org/d11", moved("d11", "c1", "c2"), "i2_superior_unknown"),
        ("unit_moved", "org/d11", moved("d11", "c1", "x9"), "i2_superior_unknown"),
        ("unit_moved", "org/c2", moved("c2", "p", "c1"), "i3_illegal"),
        ("unit_renamed", "org/c2", {"name": "Two", "reason": WHY}, "i3_illegal"),
        ("unit_abolished", "org/c2", {"reason": WHY}, "i3_illegal"),
        ("unit_renamed", "org/x9", {"name": "Nine", "reason": WHY}, "i3_first_event"),
        ("unit_merged", "org/c1", {"into": "c3", "reason": WHY}, "i2_units_below"),
        ("unit_merged", "org/d12", {"into": "c2", "reason": WHY}, "i2_superior_unknown"),
        ("unit_merged", "org/t111", {"into": "t111", "reason": WHY}, "i2_units_below"),
        ("unit_abolished", "org/p", {"reason": WHY}, "i2_units_below"),
        ("unit_abolished", "org/t111", {"reason": WHY, "successor": "d31"}, "i2_superior_unknown"),
    ],
)
def test_what_the_engine_would_have_refused(
    judges: Judges, log: Export, kind: str, ref: str, data: dict[str, Any], code: str
) -> None:
    at = log.insert(log.size, kind, ref, data, actor="registrar")
    assert judges.expect(reseal(log), code) == Verdict(False, code, at)


def test_a_unit_that_joins_under_one_that_has_ended(judges: Judges, log: Export) -> None:
    data = {"name": "N", "kind": "office", "level": "county", "line": "main", "superiors": [["main", "c2"]]}
    at = log.insert(log.size, "unit_added", "org/d22", data, actor="registrar")
    assert judges.expect(reseal(log), "i2_superior_unknown") == Verdict(False, "i2_superior_unknown", at)


def test_a_unit_that_joins_under_two_superiors_in_one_line_stands_under_the_last(judges: Judges, log: Export) -> None:
    joined, other = log.find("unit_added", "org/d21"), log.copy()
    log.change(joined, {"superiors": [["main", "c1"], ["main", "c2"]]})
    assert judges(reseal(log)).verdict == Verdict(True)
    other.change(joined, {"superiors": [["main", "c2"], ["main", "c1"]]})
    judges.expect(reseal(other), "i2_outside_line")


def test_a_change_of_a_unit_by_itself(judges: Judges, log: Export) -> None:
    at = log.insert(log.size, "unit_renamed", "org/c1", {"name": "Capital", "reason": WHY}, **clerk("c1"))
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at)


def test_an_erased_merger_leaves_the_handing_over_without_a_reason(judges: Judges, log: Export) -> None:
    log.entries.pop(log.find("unit_merged", "org/c2"))
    found = log.find("reassigned", "k/1.2")
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", found)


def test_an_erased_move_leaves_a_unit_below_one_that_ended(judges: Judges, log: Export) -> None:
    ended = log.find("unit_merged", "org/c2")
    place = next(one for one in log.stream("org/d12") if log.event(one)["data"].get("superior") == "c3")
    log.entries.pop(place)
    assert judges.expect(reseal(log), "i2_units_below") == Verdict(False, "i2_units_below", ended - 1)


def test_a_rename_that_was_forged_or_taken_away_shows_only_where_something_covers_it(
    judges: Judges, log: Export
) -> None:
    held = log.sign()
    log.change(log.find("unit_renamed", "org/c1"), {"name": "Village One"})
    assert judges(reseal(log)).verdict.clean
    assert not judges(log, held=[held]).verdict.clean


def test_something_laid_on_a_unit_that_had_ended(judges: Judges, log: Export) -> None:
    forward, t = log.find("forwarded", "k/1.3"), log.event(log.size - 1)["t"]
    end = {"reason": WHY}
    log.insert(forward, "unit_abolished", "org/d12", end, actor="registrar", t=t)
    assert judges.expect(reseal(log), "i2_unit_ended") == Verdict(False, "i2_unit_ended", forward + 2)


def test_a_root_issued_on_a_unit_that_had_ended(judges: Judges, log: Export) -> None:
    data = log.event(log.find("issued", "k/1"))["data"] | {"to": "c2"}
    at = log.insert(log.size, "issued", "z/1", data, **clerk("c2"))
    assert judges.expect(reseal(log), "i2_unit_ended") == Verdict(False, "i2_unit_ended", at)


# What changes hands


def test_the_registrar_hands_over_only_what_lay_on_a_unit_that_ended_then(judges: Judges, log: Export) -> None:
    at = log.insert(
        log.find("forwarded", "k/1", which=1), "reassigned", "k/1.1", {"path": "1.3", "reason": WHY, "to": "c3"},
        actor="registrar",
    )  # fmt: skip
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at)


def test_the_registrar_hands_over_to_the_successor_only(judges: Judges, log: Export) -> None:
    at = log.change(log.find("reassigned", "k/1.2"), {"to": "c1"})
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at)


def test_the_registrar_hands_over_then_and_not_later(judges: Judges, log: Export) -> None:
    at = log.find("reassigned", "k/1.2")
    for index in range(at, log.find("issued", "k/1.3") + 1):
        log.change(index, t=log.event(index)["t"] + 1)
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at)


@pytest.mark.parametrize("replaces", ["1.1", "1.9", "1.2.1", ...])
def test_the_registrar_names_a_recipient_only_in_place_of_what_was_handed_over(
    judges: Judges, log: Export, replaces: Any
) -> None:
    at = log.change(log.find("forwarded", "k/1", which=1), {"replaces": replaces})
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at)


def test_the_registrar_names_no_second_recipient(judges: Judges, log: Export) -> None:
    at = log.find("forwarded", "k/1", which=1)
    [row] = log.event(at)["data"]["to"]
    log.change(at, {"n": 2, "to": [row, ["1.4", "c1", row[2]]]})
    assert judges.expect(reseal(log), "i9_not_entitled").index == at


def test_in_many_partitions_and_on_disk_the_same_is_found(
    monkeypatch: pytest.MonkeyPatch, judges: Judges, log: Export
) -> None:
    for name, value in (("PARTITION", 3), ("IN_MEMORY", 0)):
        monkeypatch.setattr(verify, name, value)
    assert judges(log).verdict.clean
    at = log.change(log.find("forwarded", "k/1", which=1), {"replaces": "1.1"})
    assert judges.expect(reseal(log), "i9_not_entitled") == Verdict(False, "i9_not_entitled", at)


# By chance


def told_by_chance(seed: int) -> Export:
    """Return the log of an office that was reorganised by chance while a cascade ran."""
    chance, clock = Random(seed), ManualClock()
    engine = Engine(create_store("memory:", "xiada.test/office"), clock=clock, entropy=CountedEntropy())
    engine.load_org(one_line())
    forwarded(engine)
    for _ in range(45):
        clock.advance(minutes=chance.choice((0, 0, 5)))
        with suppress(XiadaError):
            something(engine, chance)
    return export_of(engine)


def something(engine: Engine, chance: Random) -> None:
    """Ask for anything: a change of the org, or work on what runs; it may be refused."""
    one, two, three = (chance.choice([unit.id for unit in engine.org() if not unit.ended]) for _ in range(3))
    running: Any = chance.choice(("stay", "merge", "reassign", "reassign"))
    lies = chance.choice([node.directive for node in engine.view("k").nodes if not node.directive.closed])
    below = [unit.id for unit in engine.org().below(lies.unit, "main", depth=2)] or ["p"]
    doings: list[Callable[[], object]] = [
        lambda: engine.rename_unit(one, f"N{chance.randrange(99)}", WHY, **BY),
        lambda: engine.move_unit(one, "main", two, WHY, **BY),
        lambda: engine.merge_units(sorted({one, three}), two, WHY, running=running, **BY),
        lambda: engine.merge_units([one], two, WHY, running=running, **BY),
        lambda: engine.abolish_unit(one, WHY, successor=two, running=running, **BY),
        lambda: engine.forward(lies.ref, sorted(set(chance.choices(below, k=3))), actor=of(lies.unit)),
        lambda: engine.execute(lies.ref, actor=of(lies.unit)),
        lambda: engine.report(lies.ref, actor=of(lies.unit)),
    ]
    chance.choices(doings, (1, 1, 1, 1, 1, 3, 1, 1))[0]()


@pytest.mark.parametrize("seed", range(60 if DEEP else 5))
def test_the_verifiers_agree_on_any_attack_on_any_reorganised_log(judges: Judges, seed: int) -> None:
    told = told_by_chance(seed)
    assert judges.quickly(told).verdict.clean
    for number in range(60 if DEEP else 12):
        log = told.copy()
        one_attack(log, Random(f"{seed}:{number}"))
        judges.quickly(log)


# Beside the log


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE unit SET body=replace(body, 'City One', 'C1') WHERE name='c1'",
        "UPDATE unit SET body=replace(body, ',\"c3\",true]', ']') WHERE name='c2'",
        "UPDATE unit SET body=replace(body, '\"c3\",true]', 'null,true]') WHERE name='c2'",
        'UPDATE unit SET body=replace(body, \'"main","c1"\', \'"main","c2"\') WHERE name=\'d21\'',
        "DELETE FROM unit WHERE name='d31'",
    ],
)
def test_a_unit_kept_otherwise_than_it_is_logged_is_found_and_put_right(tmp_path: Path, sql: str) -> None:
    maker = Maker("sqlite", tmp_path)
    reorganised(maker(one_line()), maker.clock)
    maker.close()
    with closing(sqlite3.connect(maker.url())) as file, file:
        file.execute("PRAGMA foreign_keys=OFF")
        assert file.execute(sql).rowcount == 1
    engine = maker.again()
    assert "i8_org" in {finding.code for finding in engine.verify()}
    engine.rebuild()
    assert engine.verify() == []
    maker.close()
