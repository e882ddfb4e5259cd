"""W(N) through `submit_all`, beside raw `executemany` of the same rows, in one run.

    python bench/cascade.py [N] [--rounds R] [--json]

Prints events per second, the ratio to raw sqlite3 (the same bodies into a table with integer keys and
one index, 10,000 rows per commit, WAL, FULL), bytes per event on disk, and the peak memory of the
process. Up to 100,000 units the commands are made beforehand; beyond, they stream, and making them
counts. The org is loaded beforehand.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from workload import LINE, commands, org_of, raw_table

from xiada.engine.commands import Command
from xiada.engine.engine import Engine

ROWS_PER_COMMIT = 10_000
HELD = 100_000


@dataclass(frozen=True)
class Round:
    """What one round measured: seconds of ours and of raw, events, bytes of the file they take, peak bytes."""

    ours: float
    raw: float
    events: int
    size: int
    peak: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=10_000, help="units in the org")
    parser.add_argument("--rounds", type=int, default=1, help="rounds; medians are printed")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()
    found = [one_round(arguments.count) for _ in range(arguments.rounds)]
    (print_json if arguments.json else print_table)(arguments.count, found)


def print_json(count: int, found: list[Round]) -> None:
    """Print medians as one line of JSON."""
    values = {
        "name": f"xiada W({count})",
        "events": found[0].events,
        "seconds": statistics.median(one.ours for one in found),
        "bytes": found[0].size,
        "peak": found[0].peak,
        "raw_seconds": statistics.median(one.raw for one in found),
    }
    print(json.dumps(values))


def print_table(count: int, found: list[Round]) -> None:
    """Print medians as a table."""
    events = found[0].events
    ours, raw = statistics.median(one.ours for one in found), statistics.median(one.raw for one in found)
    print(f"W({count:,}): {events:,} events, median of {len(found)} rounds")
    print(f"  submit_all            {events / ours:>10,.0f} events/s   {ours:.2f} s")
    print(f"  raw executemany       {events / raw:>10,.0f} rows/s     {raw:.2f} s")
    print(f"  ratio to raw          {statistics.median(one.raw / one.ours for one in found):>10.2f}")
    print(f"  bytes per event       {found[0].size / events:>10.0f}")
    print(f"  peak memory           {found[0].peak / 2**20:>10.0f} MiB")


def one_round(count: int) -> Round:
    """Return what one round measures."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "w.db"
        first, size = prepare(file, count)
        ours, events = measure(file, count)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return Round(ours, raw_seconds(file, Path(folder) / "raw.db", first), events, file.stat().st_size - size, peak)


def prepare(file: Path, count: int) -> tuple[int, int]:
    """Make a file that holds the org alone; return log size and bytes."""
    with Engine.create(str(file), "xiada.example/bench") as engine:
        engine.load_org(org_of(count))
        size = engine.head().size
    return size, file.stat().st_size


def measure(file: Path, count: int) -> tuple[float, int]:
    """Return seconds and events of the cascade."""
    with Engine.open(str(file)) as engine:
        engine.org().is_below("u1", "u0", LINE)
        batch = held(count)
        start = time.perf_counter()
        tally = engine.submit_all(batch)
        return time.perf_counter() - start, tally.events


def held(count: int) -> Iterator[Command]:
    """Return the commands: made beforehand if they are not too many."""
    if count > HELD:
        return commands(count)
    made = list(commands(count))
    gc.freeze()  # so that the collector does not walk over what only the bench holds
    return iter(made)


def raw_seconds(source: Path, target: Path, first: int) -> float:
    """Return how long raw sqlite3 takes to write equal rows; making them does not count."""
    connection = raw_table(target)
    seconds = 0.0
    with Engine.open(str(source)) as engine:
        rows = rows_of(engine, first)
        while some := list(islice(rows, ROWS_PER_COMMIT)):
            start = time.perf_counter()
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO event VALUES (?,?,?,?,?)", some)
            connection.execute("COMMIT")
            seconds += time.perf_counter() - start
    connection.close()
    return seconds


def rows_of(engine: Engine, first: int) -> Iterator[tuple[int, int, int, int, bytes]]:
    """Yield (log index, stream, version, t, body) of all events from `first` on."""
    streams: dict[str, int] = {}
    for start in range(first, engine.head().size, ROWS_PER_COMMIT):
        for event in engine.log(start=start, stop=start + ROWS_PER_COMMIT):
            stream = streams.setdefault(event.ref, len(streams))
            yield event.index, stream, event.version, event.t, event.body


if __name__ == "__main__":
    main()
