"""One durable command, beside one raw row per commit, in turns in one run.

    python bench/command.py [N]

Prints the median and the 99th percentile in µs of each, and the ratio of the medians. The command
is `remind` on one of many directives: load, decide, append, commit, all synced to disk.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workload import commands, org_of, raw_table, references

from xiada.engine.commands import Actor, Issue, Remind
from xiada.engine.engine import Engine

UNITS = 421
WARM_UP = 50


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=1_000, help="commands to measure")
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        ours = command_step(Path(folder) / "command.db")
        raw = raw_step(Path(folder) / "raw.db")
        pairs = [(timed(ours, number), timed(raw, number)) for number in range(count + WARM_UP)][WARM_UP:]
    mine, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    print(f"one durable command, {count:,} in turns with one raw row per commit")
    for name, values in (("command", mine), ("raw row", theirs)):
        print(f"  {name}   median {statistics.median(values):>7.0f} µs   p99 {percentile(values):>7.0f} µs")
    print(f"  ratio of medians {statistics.median(mine) / statistics.median(theirs):.2f}")


def timed(step: Callable[[int], None], number: int) -> float:
    """Return how long one step takes, µs."""
    start = time.perf_counter()
    step(number)
    return (time.perf_counter() - start) * 1e6


def percentile(values: list[float]) -> float:
    """Return the 99th percentile."""
    return sorted(values)[int(len(values) * 0.99)]


def command_step(file: Path) -> Callable[[int], None]:
    """Return a step that carries out one command on a file of 421 directives."""
    engine = Engine.create(str(file), "xiada.example/bench")
    engine.load_org(org_of(UNITS))
    batch = [command for command in commands(UNITS) if command.trigger in {"issue", "forward"}]
    assert isinstance(batch[0], Issue)
    engine.submit(batch)
    refs = references(UNITS, "w")[21:]
    actors = [Actor("clerk", f"u{(number - 1) // 20}") for number in range(21, UNITS)]

    def step(number: int) -> None:
        place = number % len(refs)
        engine.submit([Remind(refs[place], "in time, please", actor=actors[place])])

    return step


def raw_step(file: Path) -> Callable[[int], None]:
    """Return a step that writes one row of the same size and commits."""
    connection = raw_table(file)
    body = b"x" * 300

    def step(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO event VALUES (?,?,?,?,?)", (number, number % 400, number, 0, body))
        connection.execute("COMMIT")

    return step


if __name__ == "__main__":
    main()
