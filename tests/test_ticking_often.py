"""Ticking again and again, together, cut short, in any order: each rule, directive and due exactly once."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

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
    day,
    forwarded,
    live_equals_replay,
    notice,
    of,
    one_line,
    report_by,
    types,
    wide,
)
from test_ticking import BRIEF, local

from xiada.engine import commands
from xiada.engine.due import NEVER, On, Promptly, at, instant
from xiada.engine.engine import Engine
from xiada.engine.obligations import Owed
from xiada.engine.org import Select
from xiada.engine.projections import Light
from xiada.engine.reminding import STANDARD_REMINDERS, Before, Schedule
from xiada.engine.ticking import PER_TRANSACTION


@pytest.fixture
def office(make: Maker) -> Engine:
    """k/1 (p), due 20 June; k/1.1 (c1) and k/1.2 (c2), due 10 June."""
    engine = make(one_line())
    forwarded(engine)
    return engine


# Once, whatever happens


def test_two_engines_on_one_file_give_each_once(tmp_path: Path) -> None:
    maker = Maker("sqlite", tmp_path)
    first = maker(wide(40))
    cascade(first)
    first.forward("k/1", [f"c{n}" for n in range(1, 41)], actor=of("p"), due=day(6, 10))
    second = maker.again()
    maker.clock.moment = local(6, 12)
    given = Counter(one.key for engine in (first, second, first) for one in engine.tick().given)
    assert (len(given), set(given.values())) == (40, {1})
    live_equals_replay(second)
    maker.close()


def test_two_ticks_at_the_same_time_give_each_once(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    maker = Maker("sqlite", tmp_path)
    engines = [maker(wide(60)), maker.again()]
    cascade(engines[0])
    engines[0].forward("k/1", [f"c{n}" for n in range(1, 61)], actor=of("p"), due=day(6, 10))
    maker.clock.moment = local(6, 12)
    with ThreadPoolExecutor(4) as pool:
        ticks = list(pool.map(lambda engine: engine.tick(), engines * 3))
    assert sum(tick.total for tick in ticks) == 60
    assert sum(kind == "escalated" for _, kind in types(engines[0].log())) == 60
    maker.close()


def test_a_tick_cut_short_is_made_up_for_by_the_next(make: Maker, clock: ManualClock) -> None:
    count = PER_TRANSACTION + 200
    engine = make(wide(count))
    cascade(engine)
    engine.forward("k/1", [Select()], actor=of("p"), due=day(6, 10))
    clock.moment = local(6, 12)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.tick(progress=stop)
    tick = engine.tick()
    assert (tick.already, tick.total) == (PER_TRANSACTION, 200)
    assert engine.tick().already == count


class MeddlingClock(ManualClock):
    """A clock beside which something happens when it has been read so often: after a page was read, in a tick."""

    def __init__(self, reads: int, meddle: Callable[[], object]) -> None:
        super().__init__(local(6, 10))
        self.reads, self.meddle = reads, meddle

    def now(self) -> int:
        """Return the instant."""
        self.reads -= 1
        if self.reads == 0:
            self.meddle()
        return super().now()


def test_whoever_reports_while_a_tick_runs_is_not_reminded(tmp_path: Path) -> None:
    maker = Maker("sqlite", tmp_path)
    people = maker(one_line())
    forwarded(people)
    maker.clock.moment = local(6, 10)
    people.execute("k/1.1", actor=of("c1"))
    ticking = maker.again(clock=MeddlingClock(2, lambda: people.report("k/1.1", actor=of("c1"))))
    tick = ticking.tick(local(6, 10))
    assert people.directive("k/1.1").status == "reported"
    assert (tick.looked_at, [one.ref for one in tick.given]) == (2, ["k/1.2"])
    maker.close()


# Any sequence


steps = st.lists(
    st.tuples(
        st.sampled_from(("tick", "tick", "again", "move", "back", "work", "report", "return", "waive", "hand_in")),
        st.integers(0, 5),
        st.integers(0, 40),
    ),
    max_size=25,
)
REFS = {"k/1": "p", "k/1.1": "c1", "k/1.2": "c2", "k/1.1.1": "d11", "j/1": "p", "j/1.1": "c1"}
SUPERIOR = {"k/1": "p", "k/1.1": "p", "k/1.2": "p", "k/1.1.1": "c1", "j/1": "p", "j/1.1": "p"}


def begun(engine: Engine) -> None:
    """Issue a dated cascade with a monthly brief and an undated one."""
    engine.issue("k", notice(obligations=(report_by(On(date(2030, 3, 20))), BRIEF)), actor=of("p"))
    engine.forward("k/1", ["c1", "c2"], actor=of("p"), due=day(2, 10))
    engine.forward("k/1.1", ["d11"], actor=of("c1"), due=day(2, 5))
    engine.issue("j", notice("n2", due=Promptly()), actor=of("p"))
    engine.forward("j/1", ["c1"], actor=of("p"), due="undated")


def one_step(engine: Engine, clock: ManualClock, what: str, which: int, days: int) -> None:
    """Do something, lawful or not: what is refused changes nothing."""
    ref = list(REFS)[which]
    mine, above = of(REFS[ref]), of(SUPERIOR[ref])
    if what in ("move", "back"):
        clock.advance(hours=days * (7 if what == "move" else -2))
        return
    moved = START.date() + timedelta(days=days + 1)
    command: Any = {
        "work": lambda: commands.Execute(ref, actor=mine),
        "report": lambda: commands.Report(ref, actor=mine),
        "return": lambda: commands.Return(ref, "again", actor=above),
        "waive": lambda: commands.Waive(ref, "merged", actor=above),
        "again": lambda: commands.Reschedule(ref, "moved", moved, "cascade", actor=above),
        "hand_in": lambda: commands.Fulfil(ref, obligation="monthly", period=date(2030, 1 + days % 3, 28), actor=mine),
    }[what]()  # fmt: skip
    engine.submit([command], atomic=False)


def naive(engine: Engine, now: int) -> set[tuple[str, str, str, str | None, int]]:
    """Say by looking at every directive what rules speak of now: (rule, directive, obligation, period, due)."""
    found = set()
    schedule = Schedule(STANDARD_REMINDERS)
    for name in engine.cascades():
        for node in engine.view(name).nodes:
            state = node.directive
            for item in engine.owed(state.ref, at(now)):
                if state.reported_at is None and not state.closed and item.standing in ("open", "missed"):
                    last: dict[str, Any] = {}
                    for span in schedule.spans(item, state.status, "Asia/Shanghai"):
                        if span.begin <= now:
                            last[span.rule.action] = span.rule
                    for one in last.values():
                        if not (isinstance(one.when, Before) and now > item.due):
                            found.add((one.name, item.ref, item.obligation, item.period and str(item.period), item.due))
    return found


@given(steps)
def test_any_sequence_of_ticks_gives_each_rule_directive_and_due_exactly_once(sequence: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for url in ("memory:", f"{folder}/log.db"):
            clock = ManualClock(local(1, 20))
            engine = Engine.create(url, ORIGIN, clock=clock, entropy=CountedEntropy())
            engine.load_org(one_line())
            begun(engine)
            given_: set[tuple[Any, ...]] = set()
            for what, which, days in [*sequence, ("tick", 0, 0)]:
                if what != "tick":
                    one_step(engine, clock, what, which, days)
                    continue
                expected = naive(engine, clock.now()) - given_
                tick = engine.tick()
                now = [(one.rule, one.ref, one.obligation, one.period, one.due) for one in tick.given]
                assert len(now) == len(set(now)) == tick.total
                assert set(now) == expected
                given_ |= expected
            recorded = sum(kind in ("reminded", "escalated") for _, kind in types(engine.log()))
            assert recorded == len(given_)
            live_equals_replay(engine)
            engine.close()


@given(st.integers(0, 400), st.integers(0, 400), st.sampled_from(("Asia/Shanghai", "UTC", "America/New_York")))
def test_no_due_beyond_the_horizon_is_spoken_of(due_day: int, now_day: int, zone: str) -> None:
    schedule = Schedule(STANDARD_REMINDERS)
    due, now = (instant(START + timedelta(days=days, hours=days % 24)) for days in (due_day, now_day))
    item = Owed("k/1", "report", "report", None, due, 0, False, "open", Light("green", "x"))
    if due >= schedule.horizon(now):
        assert schedule.calls([item], "issued", zone, now) == []
        assert schedule.horizon(now) < NEVER
