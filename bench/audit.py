"""The auditor's figures on W(N): verification, proofs, the independent verifier, and what signing costs a writer.

    python bench/audit.py [N] [--rounds R] [--jobs J] [--file FILE] [--only TEXT ...] [--json]

Prints, each the median of the rounds: verification of the file by one process and by J, and of a bundle
of it, in events per second with the peak of memory (the conductor's, and the largest of the others'); the
independent verifier on the same bundle; an inclusion proof in ms; and the time of W(N) signed and
anchored beside W(N) unsigned, in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workload import commands, org_of

from xiada.engine.engine import Engine
from xiada.engine.stores import open_store

ORIGIN = "xiada.example/bench"
PROOFS = 500
TOOL = Path(__file__).resolve().parent.parent / "tools" / "xiada_verify.py"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured: the file, a folder for what is made of it, how often, in how many processes, units."""

    file: Path
    folder: Path
    rounds: int
    jobs: int
    count: int


Figure = dict[str, object]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000, help="units in the org")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are printed")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="processes")
    parser.add_argument("--file", type=Path, help="a file to measure, made if it is not there")
    parser.add_argument("--only", nargs="*", default=(), metavar="TEXT", help="only these: verify proof tool signing")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = arguments.file or Path(folder) / "w.db"
        if not file.exists():
            make(file, arguments.count)
        asked = Asked(file, Path(folder), arguments.rounds, arguments.jobs, arguments.count)
        for name, step in STEPS.items():
            if not arguments.only or any(text in name for text in arguments.only):
                for figure in step(asked):
                    print(json.dumps(figure) if arguments.json else told(figure), flush=True)


def told(figure: Figure) -> str:
    """Return a figure as one line."""
    name, *rest = figure.items()
    return f"{name[1]:<44}" + "  ".join(f"{key} {value:,}" for key, value in rest)


def make(file: Path, count: int) -> None:
    """Make a file that holds W(count), signed at the end."""
    from xiada.engine.log.keys import generate_key

    key = generate_key(ORIGIN, os.urandom)
    with Engine.create(str(file), ORIGIN, signer=key) as engine:
        engine.load_org(org_of(count))
        engine.submit_all(commands(count))


def seconds(step: Callable[[], object], rounds: int) -> float:
    """Return the median time of a step."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def verification(asked: Asked) -> Iterator[Figure]:
    """Verify the file by one process and by several, and a bundle; each in a program of its own, for its memory."""
    for name, target, jobs in (
        ("verify, one process", asked.file, 1),
        (f"verify, {asked.jobs} processes", asked.file, asked.jobs),
        (f"verify of a bundle, {asked.jobs} processes", bundle(asked), asked.jobs),
    ):
        runs = [run_verify(target, jobs) for _ in range(asked.rounds)]
        events, own, others = runs[0]["events"], *(max(run[key] for run in runs) for key in ("own", "others"))
        taken = statistics.median(run["seconds"] for run in runs)
        yield {
            "name": name,
            "events": events,
            "seconds": round(taken, 2),
            "per_second": round(events / taken),
            "peak_mib": own,
            "peak_of_the_largest_other_mib": others,
        }


def run_verify(target: Path, jobs: int) -> dict[str, float]:
    """Run one verification in a program of its own."""
    line = [sys.executable, __file__, "--verify-only", str(target), str(jobs)]
    found: dict[str, float] = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
    return found


def verify_only(target: str, jobs: int) -> None:
    """Verify and print what it took."""
    from xiada.engine.audit.subject import Means, Trust
    from xiada.engine.audit.targets import verify_file
    from xiada.engine.authority import OwnUnit

    start = time.perf_counter()
    found = verify_file(target, Trust(OwnUnit()), Means(jobs=jobs))
    taken = time.perf_counter() - start
    assert not found.findings, found.findings[:3]
    own, others = (resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"events": found.size, "seconds": taken, "own": own, "others": others}))


def bundle(asked: Asked) -> Path:
    """Return a bundle of the file, made once."""
    from xiada.engine.bundle.writing import write_bundle

    target = asked.folder / "bundle"
    if not target.exists():
        store = open_store(str(asked.file))
        with store.reading() as reader:
            write_bundle(reader, target)
        store.close()
    return target


def independent(asked: Asked) -> Iterator[Figure]:
    """Run the independent verifier on a bundle."""
    target = bundle(asked)
    events = json.loads((target / "MANIFEST").read_bytes())["size"]
    line = [sys.executable, str(TOOL), str(target)]
    taken = seconds(lambda: subprocess.run(line, check=True, capture_output=True), asked.rounds)
    yield {"name": "tool: independent verifier", "seconds": round(taken, 2), "per_second": round(events / taken)}


def proofs(asked: Asked) -> Iterator[Figure]:
    """Prove the inclusion of events here and there."""
    from xiada.engine.log.proofs import prove_inclusion

    chance = random.Random(1)
    store, taken = open_store(str(asked.file)), []
    for _ in range(PROOFS):
        with store.reading() as reader:
            size = reader.head().size
            index = chance.randrange(size)
            start = time.perf_counter()
            prove_inclusion(reader.tiles(), index, size)
            taken.append((time.perf_counter() - start) * 1e3)
    store.close()
    taken.sort()
    yield {
        "name": "proof of inclusion",
        "events": size,
        "median_ms": round(statistics.median(taken), 2),
        "p99_ms": round(taken[-(PROOFS // 100)], 2),
    }


def signing(asked: Asked) -> Iterator[Figure]:
    """Run W(N) unsigned, and signed and anchored, in turns."""
    from xiada.engine.log.keys import generate_key
    from xiada.engine.publishing.anchors import FileAnchor

    taken: dict[bool, list[float]] = {False: [], True: []}
    for number in range(asked.rounds):
        for signed in (False, True):
            file = asked.folder / f"s{number}{signed}.db"
            anchor = FileAnchor(f"{file}.anchor")
            ports = {"signer": generate_key(ORIGIN, os.urandom), "anchors": (anchor,)} if signed else {}
            start = time.perf_counter()
            with Engine.create(str(file), ORIGIN, **ports) as engine:  # type: ignore[arg-type]
                engine.load_org(org_of(asked.count))
                engine.submit_all(commands(asked.count))
            taken[signed].append(time.perf_counter() - start)
            file.unlink()
    ratio = statistics.median(one / other for one, other in zip(taken[True], taken[False], strict=True))
    yield {
        "name": "signing: W(N), org included",
        "unsigned_s": round(statistics.median(taken[False]), 2),
        "signed_s": round(statistics.median(taken[True]), 2),
        "share_of_signed_percent": round(100 * (1 - 1 / ratio), 1),
    }


STEPS: dict[str, Callable[[Asked], Iterator[Figure]]] = {
    "verify": verification,
    "tool": independent,
    "proof": proofs,
    "signing": signing,
}

if __name__ == "__main__":
    if "--verify-only" in sys.argv:
        verify_only(sys.argv[2], int(sys.argv[3]))
    else:
        main()
