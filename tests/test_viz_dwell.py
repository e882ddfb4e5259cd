"""How long directives stayed where: what is counted from tracks is what a naive look at the log gives."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

import pytest
import viz_tracks as tracked
from hypothesis import example, given
from hypothesis import strategies as st
from lifecycle_samples import NAMES, OTHERWISE
from presets import told
from support import Maker, ManualClock, cascade, forwarded, of, one_line
from test_bulk import BEGINNING, THROUGH, engine_at, walk

from xiada.engine.commands import Command
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed
from xiada.engine.hindsight.walking import steps_of
from xiada.engine.lifecycle import STANDARD
from xiada.engine.projections import Mark
from xiada.viz.census import census
from xiada.viz.durations import spoken
from xiada.viz.dwell import Stay, dwell
from xiada.viz.labels import catalogue
from xiada.viz.routes import START

DAY_S = 86_400


def naive(engine: Engine, name: str) -> tuple[dict[tuple[str, str], list[int]], dict[str, list[int]]]:
    """Return the lengths of stays in µs by (source, target), and of those that go on, from the bodies of all events."""
    gone: dict[tuple[str, str], list[int]] = defaultdict(list)
    going: dict[str, list[int]] = defaultdict(list)
    now = engine.view(name).now
    for node in engine.view(name).nodes:
        stream = engine.log(node.directive.ref)
        entered = None
        for step in steps_of(stream, engine.pins(name)):
            if step.after is None:
                continue
            if step.before is None:
                entered = step.recorded.t
            elif step.before.status != step.after.status:
                assert entered is not None
                gone[step.before.status, step.after.status].append(step.recorded.t - entered)
                entered = step.recorded.t
        assert entered is not None
        going[node.directive.status].append(now - entered)
    return dict(gone), dict(going)


def agree(engine: Engine, name: str) -> None:
    """Assert that the stays by tracks are those by bodies."""
    found = dwell(engine.at().tracks(f"{name}/"), engine.view(name))
    gone, going = naive(engine, name)
    assert found.lengths == {way: tuple(sorted(lengths)) for way, lengths in gone.items()}
    assert found.waiting == {status: tuple(sorted(lengths)) for status, lengths in going.items()}
    for way, lengths in gone.items():
        assert found.before([way]) == Stay(len(lengths), int(median(lengths)) // 1_000_000)
    assert sum(found.born.values()) == len(engine.view(name).nodes)


@pytest.mark.parametrize("name", ["joint_forward", "tasker", "airworthiness", "attestation"])
def test_stays_in_a_real_story_are_those_of_its_events(name: str) -> None:
    story = told(name)
    for one in story.preset.cascades:
        agree(story.engine, one)


@example(THROUGH, [1] * 9)
@given(walk(20), st.lists(st.integers(1, 2_000_000), min_size=1, max_size=9))
def test_stays_in_any_log_are_those_of_its_events(batch: list[Command], waits: list[int]) -> None:
    engine = engine_at("memory:")
    clock = engine._clock
    assert isinstance(clock, ManualClock)
    for place, command in enumerate(batch):
        engine.submit([command], atomic=False)
        clock.advance(seconds=waits[place % len(waits)])
    agree(engine, "k")


def test_those_still_there_are_counted_up_to_now(make: Maker) -> None:
    engine = make(one_line())
    forwarded(engine)
    make.clock.advance(days=3)
    engine.execute("k/1.1", actor=of("c1"))
    make.clock.advance(days=2)
    found = dwell(engine.at().tracks("k/"), engine.view("k"))
    assert found.so_far("executing") == Stay(1, 2 * DAY_S)
    assert found.so_far("issued") == Stay(1, 5 * DAY_S)
    assert found.before([("issued", "executing")]) == Stay(1, 3 * DAY_S)
    assert found.so_far("reported") == Stay()


def test_a_part_counts_its_own_directives_only() -> None:
    story = told("joint_forward")
    view, tracks = story.engine.view("kx2020-7"), story.engine.at().tracks("kx2020-7/")
    part = view.part(subtree="kx2020-7/1.19")
    own = {ref: marks for ref, marks in tracks.items() if f"{ref}.".startswith("kx2020-7/1.19.")}
    assert dwell(tracks, part) == dwell(own, part)
    assert sum(dwell(tracks, part).born.values()) == len(own)


def test_a_repeated_status_is_one_stay_and_a_return_begins_another() -> None:
    day = DAY_S * 1_000_000
    marks = tuple(
        Mark(index, days * day, status, 0)
        for index, (days, status) in enumerate(
            [(0, "issued"), (1, "issued"), (4, "executing"), (5, "reported"), (7, "executing"), (8, "reported")]
        )
    )
    found = dwell({"k/1": marks})
    assert found.before([("issued", "executing")]) == Stay(1, 4 * DAY_S)
    assert found.before([("executing", "reported")]) == Stay(2, DAY_S)
    assert found.before([("reported", "executing")]) == Stay(1, 2 * DAY_S)
    assert (found.born, found.waiting) == ({"issued": 1}, {})


def test_moves_of_an_earlier_table_are_counted_apart(make: Maker) -> None:
    engine = make(one_line(), lifecycles=(STANDARD, OTHERWISE))
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    make.clock.advance(days=1)
    engine.migrate("k", "otherwise", "plain words", mapping=NAMES, actor=of("p"))
    make.clock.advance(days=1)
    engine.report("k/1.1", actor=of("c1"))
    agree(engine, "k")
    found = census(OTHERWISE, engine.view("k"), engine.at().tracks("k/"))
    assert {way: stay.count for way, stay in found.strange.items()} == {
        ("executing", "doing"): 1,
        ("forwarded", "passed on"): 1,
        ("issued", "executing"): 1,
        ("issued", "forwarded"): 1,
        ("issued", "todo"): 1,
    }
    assert found.gone(("doing",), "told") == Stay(1, DAY_S)
    assert found.strangers == {"issued": 3}


def test_tracks_that_lack_a_directive_are_refused(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    with pytest.raises(Malformed, match="lack directive"):
        dwell({}, engine.view("k"))


def test_marks_beyond_the_moment_looked_at_do_not_count() -> None:
    engine = engine_at("memory:")
    engine.submit_all(THROUGH)
    index = engine.head().size - 10
    view = engine.view("k", at=index)
    assert dwell(engine.at().tracks("k/"), view) == dwell(engine.at(index).tracks("k/"), view)
    assert len(BEGINNING) < len(THROUGH)


def test_ways_that_several_rows_share_are_known() -> None:
    found = census(STANDARD, None, tracked.all_sorts()[1])
    assert found.is_shared(("reported",), "summarised")
    assert not found.is_shared(("executing",), "reported")
    assert found.gone((START,), "issued") == Stay(13)


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 s"),
        (59, "59 秒", "59 s"),
        (60, "1 分", "1 min"),
        (61, "1 分 1 秒", "1 min 1 s"),
        (3_600 + 120, "1 小时 2 分", "1 h 2 min"),
        (10 * 3_600 + 120, "10 小时", "10 h"),
        (DAY_S - 1, "23 小时", "23 h"),
        (3 * DAY_S + 4 * 3_600, "3 天 4 小时", "3 d 4 h"),
        (3 * DAY_S + 59, "3 天", "3 d"),
        (1_234 * DAY_S, "1,234 天", "1,234 d"),
    ],
)
def test_lengths_of_time_are_said_as_people_read_them(seconds: int, zh: str, en: str) -> None:
    assert (spoken(seconds, catalogue("zh")), spoken(seconds, catalogue("en"))) == (zh, en)
