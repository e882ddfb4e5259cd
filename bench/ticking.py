"""Ticks, work lists, calendars and the index by unit, on a file of N directives of which most are open.

    python bench/ticking.py [N] [--rounds R] [--json]

One cascade goes down to N units (20 below each), 120 dues, half of them passed at the instant judged by; nothing
has reported. Prints in seconds of processor time, which a busy machine changes little: a tick before anything is
due, the first one after, which gives every reminder and escalation there is to give, and the next, which finds
nothing new; the same where every directive owes a monthly brief beside; and in ms a work list of units, of the
root, and a unit's calendar. Beside them what the index by unit costs: the same directives issued without it.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from workload import FAN_OUT, org_of, references

from xiada.engine.commands import Actor, Command, Forward, Issue
from xiada.engine.due import Every, On
from xiada.engine.engine import Engine
from xiada.engine.exports.ical import calendar_of
from xiada.engine.notice import Notice, Obligation

LAST = date(2199, 6, 20)
NOW = datetime(2100, 1, 1, 12, tzinfo=UTC)
EARLY = datetime(2050, 1, 1, tzinfo=UTC)
DUES = 120
BRIEF = Obligation(id="monthly", kind="brief", due=Every("FREQ=MONTHLY;BYMONTHDAY=28;COUNT=3"))
REPORT = Obligation(id="report", kind="report", due=On(LAST))


def main() -> None:
    """Build, tick, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000, help="directives")
    parser.add_argument("--rounds", type=int, default=100, help="how often each question is asked")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = {**ticks(Path(folder), arguments.count), **questions(Path(folder), arguments.count, arguments.rounds)}
        found |= index_cost(Path(folder), arguments.count)
    if arguments.json:
        print(json.dumps({"count": arguments.count, **found}))
        return
    print(f"{arguments.count:,} directives")
    for name, value in found.items():
        print(f"  {name:<58}{value:>14,.3f}")


def ticks(folder: Path, count: int) -> dict[str, float]:
    """Time ticks, in seconds, with how many they gave."""
    found: dict[str, float] = {}
    for name, owed in (("", (REPORT,)), (", each with a monthly brief", (REPORT, BRIEF))):
        with build(folder / f"t{len(owed)}.db", count, owed) as engine:
            for what, moment in (("nothing due yet", EARLY), ("first tick", NOW), ("the next tick", NOW)):
                start = time.process_time()
                tick = engine.tick(moment)
                found[f"{what}{name}, s"] = time.process_time() - start
                found[f"{what}{name}, given"] = tick.total
                found[f"{what}{name}, looked at"] = tick.looked_at
    return found


def questions(folder: Path, count: int, rounds: int) -> dict[str, float]:
    """Time work lists and calendars, median in ms."""
    with Engine.open(str(folder / "t2.db")) as engine:
        parents = (count + FAN_OUT - 2) // FAN_OUT
        units = [f"u{number * 7_919 % count}" for number in range(rounds)]
        inner = [f"u{number * 7_919 % parents}" for number in range(rounds)]
        return {
            "work list of any unit, median ms": median_ms(lambda unit: engine.worklist(unit, NOW), units),
            "work list of a unit with 20 below, median ms": median_ms(lambda unit: engine.worklist(unit, NOW), inner),
            "work list of the root, median ms": median_ms(lambda unit: engine.worklist(unit, NOW), ["u0"] * rounds),
            "calendar of any unit, median ms": median_ms(lambda u: calendar_of(u, engine.agenda(u, NOW)), units),
        }


def index_cost(folder: Path, count: int) -> dict[str, float]:
    """Compare issuing and forwarding everything with the index by unit and without it, least of four runs."""
    times: dict[str, list[float]] = {"with": [], "without": []}
    sizes: dict[str, float] = {}
    for run in range(4):
        for name, taken in times.items():
            file = folder / f"i-{name}-{run}.db"
            with empty(file, count, without_index=name == "without") as engine:
                start = time.process_time()
                engine.submit_all(commands(count, (REPORT,)))
                taken.append(time.process_time() - start)
            sizes[name] = file.stat().st_size / 1e6
            file.unlink()
    found = {f"issued {name} the index by unit, s": min(taken) for name, taken in times.items()}
    return found | {f"file {name} the index by unit, MB": size for name, size in sizes.items()}


def build(file: Path, count: int, owed: tuple[Obligation, ...]) -> Engine:
    """Make a file with all directives in it, and open it."""
    engine = empty(file, count)
    engine.submit_all(commands(count, owed))
    return engine


def empty(file: Path, count: int, *, without_index: bool = False) -> Engine:
    """Make a file with the org alone, and open it."""
    engine = Engine.create(str(file), "xiada.example/bench")
    if without_index:
        connection = sqlite3.connect(file, isolation_level=None)
        connection.execute("DROP INDEX directive_unit")
        connection.close()
    engine.load_org(org_of(count))
    return engine


def commands(count: int, owed: tuple[Obligation, ...]) -> Iterator[Command]:
    """Yield the commands: one cascade, forwarded through every level, the dues spread over 120 days."""
    notice = Notice(id="w", doc_number="W 1", title="Workload", issuers=("u0",), obligations=owed)
    refs = references(count, "w")
    yield Issue("w", notice, actor=Actor("clerk", "u0"))
    deepest = refs[-1].count(".")
    for number in range((count + FAN_OUT - 2) // FAN_OUT):
        below = range(number * FAN_OUT + 1, min(count, (number + 1) * FAN_OUT + 1))
        above = deepest - refs[number].count(".") - 1
        due = NOW.date() + timedelta(days=above * DUES + number * 7_919 % DUES - DUES // 2)
        yield Forward(refs[number], tuple(f"u{child}" for child in below), due=due, actor=Actor("clerk", f"u{number}"))


def median_ms(ask: Callable[[str], object], units: list[str]) -> float:
    """Return the median time of asking about each unit."""
    times = []
    for unit in units:
        start = time.process_time()
        ask(unit)
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times)


if __name__ == "__main__":
    main()
