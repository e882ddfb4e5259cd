"""W(N) through `submit`, beside raw `executemany` of the same rows, in one run.

    python bench/cascade.py [N] [--rounds R]

Prints events per second, the peak memory of the process, bytes per event on disk, and the ratio to
raw sqlite3: the same rows into an equal table with one index, 10,000 rows per commit, WAL, FULL.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from workload import commands, org_of

from xiada.engine.engine import Engine

ROWS_PER_COMMIT = 10_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=10_000, help="units in the org")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are printed")
    arguments = parser.parse_args()
    found = [one_round(arguments.count) for _ in range(arguments.rounds)]
    events, size = found[0][2], found[0][3]
    ours, raw = (statistics.median(column) for column in list(zip(*found, strict=True))[:2])
    ratio = statistics.median(raw_s / ours_s for ours_s, raw_s, _, _ in found)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"W({arguments.count:,}): {events:,} events, median of {arguments.rounds} rounds")
    print(f"  submit(batch)         {events / ours:>10,.0f} events/s   {ours:.2f} s")
    print(f"  raw executemany       {events / raw:>10,.0f} rows/s     {raw:.2f} s")
    print(f"  ratio to raw          {ratio:>10.2f}")
    print(f"  bytes per event       {size / events:>10.0f}")
    print(f"  peak memory           {peak:>10.0f} MiB")


def one_round(count: int) -> tuple[float, float, int, int]:
    """Return seconds of ours and of raw, count of events, and bytes of the file they take."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "w.db"
        with Engine.create(str(file), "xiada.example/bench") as engine:
            engine.load_org(org_of(count))
            batch = list(commands(count))
            empty, first = file.stat().st_size, engine.head().size
            start = time.perf_counter()
            engine.submit(batch)
            ours = time.perf_counter() - start
            events = engine.head().size - first
        used = file.stat().st_size - empty
        return ours, raw_seconds(file, Path(folder) / "raw.db", first), events, used


def raw_seconds(source: Path, target: Path, first: int) -> float:
    """Return how long raw sqlite3 takes to write the same event rows."""
    connection = sqlite3.connect(source)
    rows = connection.execute("SELECT * FROM event WHERE log_index >= ?", (first,)).fetchall()
    connection.close()
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE event (log_index INTEGER PRIMARY KEY, stream INTEGER, version INTEGER, t INTEGER, body BLOB, "
        "UNIQUE (stream, version))"
    )
    start = time.perf_counter()
    for begin in range(0, len(rows), ROWS_PER_COMMIT):
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO event VALUES (?,?,?,?,?)", rows[begin : begin + ROWS_PER_COMMIT])
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


if __name__ == "__main__":
    main()
