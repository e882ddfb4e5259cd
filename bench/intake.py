"""The intake of notice texts: how many a minute, stage by stage.

    python bench/intake.py [--folder FOLDER] [--damaged K] [--rounds R] [--json]

Reads every `.txt` of a folder of notices, as it stands and in K damaged forms of each (lines broken,
characters lost, blanks and page breaks put in, half-width signs, other encodings), and prints for each
stage the texts per minute: bytes to text, text to documents, addressees to units, draft and notice file.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from xiada.engine.org import Org
from xiada.workflows import joint_forward
from xiada.workflows.intake.drafting import draft, notice_file, plans_of
from xiada.workflows.intake.parsing import read_notice_text
from xiada.workflows.intake.reading import read_document
from xiada.workflows.intake.resolution import resolve
from xiada.workflows.intake.values import Segment

FOLDER = Path(__file__).parents[2] / "shared" / "notices"
SEED = 2020
HALF_WIDTH = str.maketrans("，：（）；", ",:();")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER, help="a folder of notices as .txt")
    parser.add_argument("--damaged", type=int, default=9, help="damaged forms of each text")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are printed")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    arguments = parser.parse_args()
    texts = [path.read_text("utf-8") for path in sorted(arguments.folder.glob("*.txt"))]
    if not texts:
        raise SystemExit(f"no .txt in {arguments.folder}")
    chance = random.Random(SEED)
    damaged = [damage(text, chance) for text in texts for _ in range(arguments.damaged)]
    for name, some in (("as they stand", texts), ("damaged", damaged)):
        if some:
            tell(name, measure(some, chance, arguments.rounds), len(some), as_json=arguments.json)


def damage(text: str, chance: random.Random) -> str:
    """Return a text as scanners, web pages and careless hands leave it."""
    kinds: list[Callable[[str], str]] = [
        lambda whole: whole.translate(HALF_WIDTH),
        lambda whole: "\n".join(part for line in whole.split("\n") for part in broken(line)),
        lambda whole: whole.replace("\n\n", "\n"),
        lambda whole: "".join("" if chance.random() < 0.01 else character for character in whole),
        lambda whole: "".join(f"{one} " if chance.random() < 0.02 else one for one in whole),
        lambda whole: whole.replace("\n\n", "\n\n— 1 —\n\f", 3),
        lambda whole: whole[: int(len(whole) * chance.uniform(0.4, 1))],
        lambda whole: whole.replace("\n", "\r\n"),
    ]  # fmt: skip
    for change in chance.sample(kinds, chance.randint(1, 3)):
        text = change(text)
    return text


def broken(line: str) -> list[str]:
    """Return a line cut every 24 characters, as a narrow page does."""
    return [line[place : place + 24] for place in range(0, len(line), 24)] or [""]


def measure(texts: list[str], chance: random.Random, rounds: int) -> dict[str, float]:
    """Return the median seconds each stage takes for all texts."""
    org = joint_forward.org()
    contents = [text.encode(chance.choice(("utf-8", "gb18030", "utf-16"))) for text in texts]
    read = [read_notice_text(text) for text in texts]
    stages: dict[str, Callable[[], object]] = {
        "bytes to text": lambda: [read_document(content) for content in contents],
        "text to documents": lambda: [read_notice_text(text) for text in texts],
        "addressees to units": lambda: [units(segment, org) for segments in read for segment in segments],
        "draft and notice file": lambda: [drafts(segments) for segments in read],
    }
    found = {name: seconds(stage, rounds) for name, stage in stages.items()}
    return {**found, "all of it": sum(found.values())}


def units(segment: Segment, org: Org) -> int:
    """Resolve the addressees of a document below every top of the org."""
    return sum(len(resolve(segment.addressees, org, top, line).units) for line, top in org.tops().items())


def drafts(segments: tuple[Segment, ...]) -> int:
    """Make the notice file of every notice."""
    size = 0
    for place, segment in enumerate(segments):
        if segment.kind == "notice":
            made, _ = draft(plans_of(segments, place), issuers=("cast",))
            size += 0 if made.missing() else len(notice_file(made.notice()))
    return size


def seconds(stage: Callable[[], object], rounds: int) -> float:
    """Return the median time of a stage."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        stage()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def tell(kind: str, found: dict[str, float], count: int, *, as_json: bool) -> None:
    """Print what was measured."""
    if not as_json:
        print(f"{count} notices, {kind}")
    for name, value in found.items():
        if as_json:
            print(json.dumps({"name": f"intake, {kind}: {name}", "notices": count, "seconds": value}))
        else:
            print(f"  {name:<24}{value / count * 1_000:>9.2f} ms each {count / value * 60:>12,.0f} a minute")


if __name__ == "__main__":
    main()
