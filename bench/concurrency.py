"""Durable single commands per second on one file, by many callers at once.

    python bench/concurrency.py [--seconds S] [--only TEXT] [--json]

Callers are threads of one engine, processes with an engine each, or asyncio tasks of one engine. Each
caller reminds one directive after another, each time waiting until it is on disk. "bare" is the same
with `GroupCommit` and `Turn` over one raw row per request: what grouping costs and gains by itself.
Prints commands per second, the ratio to one thread of the same kind, latency, how many callers' shares
differ (least to most), and errors by type. Only a version conflict is allowed; the exit code says so.
With `--json` each row is a JSON line instead.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workload import commands, org_of, references

from xiada.engine.commands import Actor, Remind
from xiada.engine.engine import Engine
from xiada.engine.errors import VersionConflict, XiadaError
from xiada.engine.grouping import GroupCommit
from xiada.engine.stores.turn import Turn

UNITS = 421
BODY = b"x" * 300
STRIDE = 7
WAIT_S = 120

Step = Callable[[int], object]
AsyncStep = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Row:
    """Who calls: so many `threads`, `processes` or `tasks`, on the engine or `bare`."""

    kind: str
    callers: int
    bare: bool = False

    @property
    def name(self) -> str:
        """Return what the table calls it."""
        noun = self.kind if self.callers > 1 else self.kind.rstrip("s").replace("processe", "process")
        return f"{'bare' if self.bare else 'engine'} {self.callers} {noun}"


@dataclass(slots=True)
class Found:
    """What callers found: latencies in seconds, how many each carried out, errors by type."""

    latencies: list[float] = field(default_factory=list)
    shares: list[int] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, latencies: list[float], errors: Counter[str]) -> None:
        """Add one caller's."""
        self.latencies += latencies
        self.shares.append(len(latencies))
        self.errors += errors


ROWS = [
    Row(kind, count, bare)
    for bare in (False, True)
    for kind, counts in (("threads", (1, 8, 32, 128)), ("processes", (1, 8, 32)), ("tasks", (512,)))
    for count in counts
]


def main() -> int:
    """Measure and print; 1 if there were errors that may not be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="length of each row")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--json", action="store_true", help="one JSON line per row")
    arguments = parser.parse_args()
    ones: dict[bool, float] = {}
    clean = True
    for row in (row for row in ROWS if arguments.only in row.name):
        found = measured(row, arguments.seconds)
        if found is None:
            print(json.dumps({"name": row.name, "skipped": "not there yet"}) if arguments.json else missing(row))
            continue
        one = ones.setdefault(row.bare, rate(found, arguments.seconds)) if row.callers == 1 else ones.get(row.bare)
        line = figures(row, found, arguments.seconds, one)
        print(json.dumps(line) if arguments.json else shown(line), flush=True)
        clean &= set(found.errors) <= {VersionConflict.__name__}
    return 0 if clean else 1


def missing(row: Row) -> str:
    """Return the line of a row that cannot be measured."""
    return f"{row.name:<22} not there yet"


def rate(found: Found, seconds: float) -> float:
    """Return commands per second."""
    return len(found.latencies) / seconds


def figures(row: Row, found: Found, seconds: float, one: float | None) -> dict[str, Any]:
    """Return the figures of a row."""
    ordered = sorted(found.latencies) or [0.0]
    return {
        "name": row.name,
        "events": len(found.latencies),
        "seconds": seconds,
        "per_second": round(rate(found, seconds)),
        "ratio": round(rate(found, seconds) / one, 2) if one else None,
        "p50_ms": round(ordered[len(ordered) // 2] * 1e3, 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1e3, 2),
        "longest_ms": round(ordered[-1] * 1e3, 1),
        "least_share": min(found.shares),
        "most_share": max(found.shares),
        "errors": dict(found.errors),
    }


def shown(line: dict[str, Any]) -> str:
    """Return a row as text."""
    ratio = "     -" if line["ratio"] is None else f"{line['ratio']:>6.2f}"
    errors = ", ".join(f"{count} {name}" for name, count in line["errors"].items()) or "no errors"
    return (
        f"{line['name']:<22} {line['per_second']:>7,}/s {ratio} x   p50 {line['p50_ms']:>7.2f}  p99 "
        f"{line['p99_ms']:>7.2f}  longest {line['longest_ms']:>7.1f} ms   shares {line['least_share']}-"
        f"{line['most_share']}   {errors}"
    )


# Callers


def measured(row: Row, seconds: float) -> Found | None:
    """Return what the callers of a row found; None if the engine cannot do that yet."""
    if row.kind == "tasks" and not row.bare and not hasattr(Engine, "submit_async"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "log.db")
        (prepare_bare if row.bare else prepare)(path)
        found = {"threads": by_threads, "processes": by_processes, "tasks": by_tasks}[row.kind](row, path, seconds)
        assert row.bare or kept(path) >= len(found.latencies)
        return found


def kept(path: str) -> int:
    """Return how many events a log holds."""
    with Engine.open(path) as engine:
        return engine.head().size


def by_threads(row: Row, path: str, seconds: float) -> Found:
    """Let threads of one engine call."""
    found, mutex = Found(), threading.Lock()
    start = threading.Barrier(row.callers)
    with opened(path, bare=row.bare) as (step, _):

        def call(caller: int) -> None:
            start.wait(WAIT_S)
            own = called(step, caller, seconds)
            with mutex:
                found.add(*own)

        threads = [threading.Thread(target=call, args=(caller,)) for caller in range(row.callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return found


def by_processes(row: Row, path: str, seconds: float) -> Found:
    """Let processes call, each with an engine of its own."""
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(row.callers), context.SimpleQueue()
    work = [(row.bare, path, seconds, caller, start, answers) for caller in range(row.callers)]
    processes = [context.Process(target=process, args=arguments) for arguments in work]
    for one in processes:
        one.start()
    found = Found()
    for _ in processes:
        found.add(*answers.get())
    for one in processes:
        one.join()
    return found


def process(bare: bool, path: str, seconds: float, caller: int, start: Any, answers: Any) -> None:  # noqa: FBT001
    """Be one calling process."""
    with opened(path, bare=bare) as (step, _):
        start.wait(WAIT_S)
        found = called(step, caller, seconds)
        start.wait(WAIT_S)  # processes that end take the cores from those that have not
        answers.put(found)


def called(step: Step, caller: int, seconds: float) -> tuple[list[float], Counter[str]]:
    """Call again and again; return the latencies and the errors."""
    latencies: list[float] = []
    errors: Counter[str] = Counter()
    number, end = caller * STRIDE, time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        number += 1
        try:
            step(number)
            latencies.append(time.perf_counter() - start)
        except (XiadaError, sqlite3.Error) as error:
            errors[kind_of(error)] += 1
    return latencies, errors


def by_tasks(row: Row, path: str, seconds: float) -> Found:
    """Let tasks of one event loop call."""
    found = Found()

    async def call(step: AsyncStep, caller: int, end: float) -> None:
        latencies: list[float] = []
        errors: Counter[str] = Counter()
        number = caller * STRIDE
        while (start := time.perf_counter()) < end:
            number += 1
            try:
                await step(number)
                latencies.append(time.perf_counter() - start)
            except (XiadaError, sqlite3.Error) as error:
                errors[kind_of(error)] += 1
        found.add(latencies, errors)

    async def all_of_them(step: AsyncStep) -> None:
        end = time.perf_counter() + seconds
        await asyncio.gather(*(call(step, caller, end) for caller in range(row.callers)))

    with opened(path, bare=row.bare) as (_, step):
        asyncio.run(all_of_them(step))
    return found


def kind_of(error: Exception) -> str:
    """Return what an error is counted as."""
    code = getattr(error, "code", None)
    name = type(error).__name__
    return name if code is None or isinstance(error, VersionConflict) else f"{name} {code}"


# What is called


@contextmanager
def opened(path: str, *, bare: bool) -> Iterator[tuple[Step, AsyncStep]]:
    """Open a prepared file; yield a step for threads and one for tasks."""
    if bare:
        with bare_steps(path) as steps:
            yield steps
        return
    refs = references(UNITS, "w")[21:]
    actors = [Actor("clerk", f"u{(number - 1) // 20}") for number in range(21, UNITS)]

    def remind(number: int) -> Remind:
        place = number % len(refs)
        return Remind(refs[place], "in time, please", actor=actors[place])

    with Engine.open(path) as engine:
        later: Any = getattr(engine, "submit_async", None)
        yield (lambda number: engine.submit([remind(number)])), (lambda number: later([remind(number)]))


def prepare(path: str) -> None:
    """Make a log of 421 directives."""
    with Engine.create(path, "xiada.example/bench") as engine:
        engine.load_org(org_of(UNITS))
        engine.submit([command for command in commands(UNITS) if command.trigger in {"issue", "forward"}])


def prepare_bare(path: str) -> None:
    """Make a table of rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, number INTEGER, body BLOB)")


@contextmanager
def bare_steps(path: str) -> Iterator[tuple[Step, AsyncStep]]:
    """Open a table of rows; a request is one row, a group one transaction in one turn."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous=FULL")
    turn = Turn(path)

    def serve(requests: list[int]) -> list[int]:
        with turn:
            connection.execute("BEGIN IMMEDIATE")
            for number in requests:
                connection.execute("INSERT INTO event (number, body) VALUES (?,?)", (number, BODY))
            connection.execute("COMMIT")
        return requests

    group: GroupCommit[int, int] = GroupCommit(serve)
    try:
        yield group.submit, group.submit_async
    finally:
        with group.alone():
            connection.close()
        turn.close()


if __name__ == "__main__":
    sys.exit(main())
