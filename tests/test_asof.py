"""The log as of a moment: from columns and single streams, always what a replay of everything gives."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from support import START, Maker, ManualClock, day, forwarded, of, one_line, refused, unit
from test_bulk import BEGINNING, THROUGH, engine_at, walk

from xiada.engine.commands import Command
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.hindsight.walking import steps_of
from xiada.engine.org import Org
from xiada.engine.projections import Mark


def agree(engine: Engine, index: int) -> None:
    """Assert that a moment is the same by columns, by single streams, and by replaying all bodies."""
    moment, then = engine.replay(index), engine.at(index)
    assert then.size == index + 1
    states = sorted(moment.states.values(), key=lambda state: moment.cascade(state.cascade).index(state))
    assert [tuple(one) for one in then.tree("k/")] == [(state.ref, state.status, state.due) for state in states]
    assert {ref: then.directive(ref) for ref in moment.states} == moment.states
    assert all(then.standing(ref) == (ref, state.status, state.due) for ref, state in moment.states.items())
    assert then.counts() == Counter(state.status for state in moment.states.values())
    assert list(then.org()) == moment.units
    assert then.tracks("k/") == {state.ref: tracked(engine, state.ref, index) for state in states}


def tracked(engine: Engine, ref: str, index: int) -> tuple[Mark, ...]:
    """Return the marks of a directive by folding its stream."""
    stream = [one for one in engine.log(ref) if one.index is not None and one.index <= index]
    states = [step.after for step in steps_of(stream, engine.pins("k"))]
    return tuple(
        Mark(one.index or 0, one.t, state.status, state.due)
        for one, state in zip(stream, states, strict=True)
        if state is not None
    )


def test_tracks_of_a_part_are_those_of_the_directive_and_all_below_it(story: Engine) -> None:
    whole = story.at().tracks("k/")
    assert story.at().tracks("k/1.1") == {"k/1.1": whole["k/1.1"]}
    assert list(whole) == [node.directive.ref for node in story.view("k").nodes]
    assert story.at().tracks("nobody/") == {}


@example(THROUGH)
@given(walk(30))
def test_every_moment_is_the_same_by_columns_by_streams_and_by_replay(batch: list[Command]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for url in ("memory:", f"{folder}/log.db"):
            engine = engine_at(url)
            engine.submit_all(batch, stop=False)
            size = engine.head().size
            for index in {len(one_line()) - 2, len(one_line()), size // 2, size - 1}:
                agree(engine, index)
            engine.close()


def test_a_moment_of_a_log_in_blocks_and_tail_is_the_same_wherever_it_falls(make: Maker) -> None:
    engine = make(one_line())
    engine.submit_all(BEGINNING)
    for number in range(600):
        engine.remind("k/1.1", f"no. {number}", actor=of("p"))
        if number % 100 == 0:
            engine.reschedule("k/1.1.1", day(6, 1 + number // 100), "sooner", actor=of("c1"))
    for index in (100, 255, 256, 257, 400, 511, 512, engine.head().size - 1):
        agree(engine, index)


@pytest.fixture
def story(make: Maker) -> Engine:
    """A day apart: forwarded, c1 at work, c2 waived."""
    engine = make(one_line())
    forwarded(engine)
    for act in (
        lambda: engine.execute("k/1.1", actor=of("c1")),
        lambda: engine.waive("k/1.2", "merged", actor=of("p")),
    ):
        make.clock.advance(days=1)
        act()
    return engine


def test_a_moment_may_be_named_by_time(story: Engine) -> None:
    assert story.at(START).standing("k/1.1").status == "issued"
    assert story.at(START + timedelta(days=1)).standing("k/1.1").status == "executing"
    assert story.at(START + timedelta(days=2, microseconds=-1)).standing("k/1.2").status == "issued"
    assert story.at(START - timedelta(days=1)).size == 0
    assert story.at(START + timedelta(days=99)).counts() == {"forwarded": 1, "executing": 1, "waived": 1}


def test_time_is_found_in_blocks_and_in_the_tail(make: Maker) -> None:
    engine = make(one_line())
    engine.submit_all(BEGINNING)
    first = engine.head().size
    for number in range(700):
        make.clock.advance(hours=1)
        engine.remind("k/1.1", f"no. {number}", actor=of("p"))
    for number in (0, 100, 255 - first, 256 - first, 300, 512 - first, 699, 700):
        assert engine.at(START + timedelta(hours=number)).size == first + number


def test_a_directive_that_was_not_there_yet_is_not_found(story: Engine) -> None:
    before = story.at(len(one_line()) - 1)
    for question in (before.standing, before.directive, before.requirements, before.children):
        with pytest.raises(NotFound, match="there was no directive k/1 when"):
            question("k/1")  # type: ignore[operator]
    assert before.find("k/1") is None
    assert list(before.tree("k/")) == []


def test_what_was_so_stays_so_while_the_log_grows(story: Engine) -> None:
    then = story.at()
    story.execute("k/1", actor=of("p"))
    assert then.standing("k/1").status == then.directive("k/1").status == "forwarded"
    assert story.at().standing("k/1").status == "executing"


def test_children_and_requirements_are_those_of_the_day(story: Engine) -> None:
    early = story.at(len(one_line()))
    assert early.children("k/1") == []
    assert [child.unit for child in story.at().children("k/1")] == ["c1", "c2"]
    assert story.at().requirements("k/1.1") == story.requirements("k/1.1")


def test_the_org_is_that_of_the_day(make: Maker) -> None:
    engine = make(one_line())
    size = engine.head().size
    forwarded(engine)
    engine.delegate("c1", "d11", actor=of("c1"))
    engine.load_org(Org([*one_line(), unit("c9", "p", level="city")]))
    assert "c9" not in engine.at(size - 1).org()
    assert ("c1", "d11") in engine.at().org().delegations
    assert list(engine.at().org()) == list(engine.org())


@pytest.mark.parametrize("index", [-1, 10_000])
def test_an_index_the_log_does_not_have_is_refused(story: Engine, index: int) -> None:
    with refused(story, NotFound, "no_such_index"):
        story.at(index)


@pytest.mark.parametrize("ref", ["", "k", "K/1", "k/0", "k/1/2"])
def test_what_is_no_reference_is_malformed(story: Engine, ref: str) -> None:
    with refused(story, Malformed, "bad_reference"):
        story.at().standing(ref)


def test_a_file_opened_again_has_the_same_past(tmp_path: Path) -> None:
    path = str(tmp_path / "log.db")
    with engine_at(path) as engine:
        engine.submit_all(THROUGH)
    with Engine.open(path, clock=ManualClock()) as engine:
        for index in (9, 15, 25, engine.head().size - 1):
            agree(engine, index)
