"""What signing costs: W(N) with and without a key, and what a receipt costs in the log it makes.

    python bench/publishing.py [N] [--rounds R] [--json]

Each run is a process of its own; unsigned and signed runs take turns, and the least of each is printed,
wall and processor seconds. Checkpoints go to a file beside the database, synced each time. The receipts
are those of 300 events anywhere in the log.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from workload import commands, org_of

from xiada.engine.engine import Engine
from xiada.engine.log.keys import SigningKey
from xiada.engine.publishing.anchors import FileAnchor

KEY = SigningKey("xiada.example/bench", bytes(32))
RECEIPTS = 300


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000, help="units in the org")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the least is printed")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    parser.add_argument("--run", choices=["unsigned", "signed"], help="one run in this process")
    arguments = parser.parse_args()
    if arguments.run:
        print(json.dumps(run(arguments.count, signed=arguments.run == "signed")))
        return
    found: dict[str, list[dict[str, float]]] = {"unsigned": [], "signed": []}
    for _ in range(arguments.rounds):
        for name, runs in found.items():
            runs.append(in_process(arguments.count, name))
    least = {name: {key: min(one[key] for one in runs) for key in runs[0]} for name, runs in found.items()}
    if arguments.json:
        print(json.dumps({"name": f"signing W({arguments.count})", **least}))
        return
    for name, one in least.items():
        print(f"{name:<10}{one['wall_s']:>9.2f} s wall {one['cpu_s']:>9.2f} s processor {one['events']:>12,.0f} events")
    for key in ("wall_s", "cpu_s"):
        print(f"cost, {key}: {least['signed'][key] / least['unsigned'][key] - 1:+.1%}")
    print(f"receipt: {least['signed']['receipt_ms']:.2f} ms, the slowest {least['signed']['slowest_ms']:.2f} ms")


def in_process(count: int, name: str) -> dict[str, float]:
    """Return the figures of one run, in a process of its own."""
    command = [sys.executable, __file__, str(count), "--run", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def run(count: int, *, signed: bool) -> dict[str, float]:
    """Carry out W(count) and return its figures."""
    with tempfile.TemporaryDirectory() as folder:
        url, anchors = str(Path(folder) / "w.db"), (FileAnchor(Path(folder) / "held"),) if signed else ()
        with Engine.create(url, "xiada.example/bench", signer=KEY if signed else None, anchors=anchors) as engine:
            engine.load_org(org_of(count))
            wall, processor = time.perf_counter(), time.process_time()
            events = engine.submit_all(commands(count)).events
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
            assert engine.troubles() == []
            found: dict[str, float] = {"events": events, "wall_s": wall, "cpu_s": processor}
            return found | (receipts(engine) if signed else {})


def receipts(engine: Engine) -> dict[str, float]:
    """Return the median and the longest time of a receipt, milliseconds."""
    chance, size, took = Random(1), engine.published().size, []
    engine.receipt(0)
    for _ in range(RECEIPTS):
        start = time.perf_counter()
        engine.receipt(chance.randrange(size))
        took.append((time.perf_counter() - start) * 1_000)
    return {"receipt_ms": statistics.median(took), "slowest_ms": max(took)}


if __name__ == "__main__":
    main()
