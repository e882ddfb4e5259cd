"""Any past moment of W(N): by columns, by single streams, and by replaying every body.

    python bench/past.py [N] [--rounds R] [--file FILE] [--json]

Prints the median seconds of: statuses of all directives as of two thirds of the log (`at(...).counts()`),
references, statuses and dues of all of them in preorder (`at(...).tree(...)`), one directive in full,
and a replay of everything, in events per second, the log's Merkle root included.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workload import commands, org_of

from xiada.engine.engine import Engine


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000, help="units in the org")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians are printed")
    parser.add_argument("--file", type=Path, help="a file to measure, made if it is not there")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = arguments.file or Path(folder) / "w.db"
        if not file.exists():
            make(file, arguments.count)
        with Engine.open(str(file)) as engine:
            size = engine.head().size
            found = {name: seconds(step, engine, arguments.rounds) for name, step in STEPS.items()}
    for name, value in found.items():
        if arguments.json:
            print(json.dumps({"name": f"{name} of {size} events", "events": size, "seconds": value}))
        else:
            print(f"{name:<34}{value:>9.3f} s {size / value:>14,.0f} events/s")


def make(file: Path, count: int) -> None:
    """Make a file that holds W(count)."""
    with Engine.create(str(file), "xiada.example/bench") as engine:
        engine.load_org(org_of(count))
        engine.submit_all(commands(count))


def seconds(step: Callable[[Engine], object], engine: Engine, rounds: int) -> float:
    """Return the median time of a step."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        step(engine)
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def statuses(engine: Engine) -> object:
    """Count statuses as of two thirds of the log."""
    return engine.at(engine.head().size * 2 // 3).counts()


def tree(engine: Engine) -> object:
    """List all directives with status and due as of two thirds of the log."""
    return sum(1 for _ in engine.at(engine.head().size * 2 // 3).tree("w/"))


def one(engine: Engine) -> object:
    """Fold one directive as of two thirds of the log."""
    return engine.at(engine.head().size * 2 // 3).directive("w/1.3.4")


def replay(engine: Engine) -> object:
    """Fold everything."""
    return len(engine.replay().states)


STEPS: dict[str, Callable[[Engine], object]] = {
    "as of: statuses of all": statuses,
    "as of: tree of all": tree,
    "as of: one directive in full": one,
    "replay of every body": replay,
}

if __name__ == "__main__":
    main()
