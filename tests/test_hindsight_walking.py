"""Walking the log, and films of it: states as a replay has them, standings that add up, other streams passed by."""

from __future__ import annotations

import pytest
from hindsight_story import eventful
from support import Maker, cascade, notice, of, one_line, refused, types

from xiada.engine.errors import NotFound
from xiada.engine.hindsight.frames import frames, pause_s
from xiada.engine.hindsight.walking import (
    RUN,
    Act,
    act_of,
    continues,
    first_event,
    is_directive,
    recorded_events,
    walk,
)


def test_a_walk_ends_in_the_states_that_stand(make: Maker) -> None:
    engine = eventful(make)
    last = {step.after.ref: step.after for step in walk(recorded_events(engine)) if step.after is not None}
    assert last == engine.replay().states


def test_each_step_begins_where_the_last_one_in_its_stream_ended(make: Maker) -> None:
    engine = eventful(make)
    known: dict[str, object] = {}
    for step in walk(recorded_events(engine)):
        assert step.before == known.get(step.recorded.ref)
        known[step.recorded.ref] = step.after


def test_a_cascade_is_read_without_the_org_and_without_other_cascades(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.issue("k2", notice("n2"), actor=of("p"))
    engine.delegate("p", "c1", actor=of("p"))
    assert types(recorded_events(engine, "k")) == [("k/1", "issued")]
    assert types(recorded_events(engine, "k2")) == [("k2/1", "issued")]
    assert len(list(recorded_events(engine))) == engine.head().size


def test_a_log_longer_than_one_run_is_read_to_its_end(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    for number in range(RUN):
        engine.remind("k/1", f"{number}", actor=of("p"))
    found = list(recorded_events(engine, "k"))
    assert [one.index for one in found] == list(range(9, 10 + RUN))
    assert [one.index for one in recorded_events(engine, "k", start=RUN, stop=RUN + 5)] == list(range(RUN, RUN + 5))


def test_a_cascade_that_is_not_there_is_refused(make: Maker) -> None:
    engine = make(one_line())
    for name in ("nope", "no such/name", ""):
        with refused(engine, NotFound, "unknown_cascade"):
            first_event(engine, name)
        with pytest.raises(NotFound):
            list(recorded_events(engine, name))


def test_a_walk_is_refused_by_tables_that_are_not_those_the_cascade_pins(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    assert [step.after.status for step in walk(recorded_events(engine, "k")) if step.after] == ["issued"]
    with refused(engine, NotFound, "unknown_lifecycle"):
        list(walk(recorded_events(engine, "k"), {}))


def test_streams_of_units_and_of_the_log_are_no_directives() -> None:
    assert [is_directive(ref) for ref in ("k/1", "org/9", "log/audit")] == [True, False, False]


def test_an_act_goes_on_while_actor_and_time_stay_and_the_index_follows(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.forward("k/1", ("c1", "c2"), actor=of("p"))
    acts = [act_of(recorded) for recorded in engine.log(start=9)]
    assert [continues(act, last) for act, last in zip(acts, [None, *acts], strict=False)] == [False, True, True, True]
    assert not continues(acts[1], acts[0]._replace(actor="somebody"))
    assert acts[0] == Act(9, make.clock.now(), "clerk-p", "p", None)


# Films


def test_the_standing_after_each_event_is_that_of_then(make: Maker) -> None:
    engine = eventful(make)
    for frame in frames(walk(recorded_events(engine, "k"))):
        assert frame.standing == engine.at(frame.step.recorded.index).counts()


def test_what_is_before_the_beginning_counts_but_is_not_shown(make: Maker) -> None:
    engine = eventful(make)
    whole = list(frames(walk(recorded_events(engine, "k"))))
    assert list(frames(walk(recorded_events(engine, "k")), start=50)) == [
        frame for frame in whole if frame.step.recorded.index >= 50
    ]


def test_sixty_recorded_minutes_take_one_second_at_a_speed_of_sixty() -> None:
    assert pause_s(0, 3_600_000_000, 60) == 1
    assert pause_s(5, 5, 60) == 0
