"""Drawings at size: how long from a view to a picture, how large, in how much memory, and beside bare Graphviz.

    python bench/drawings.py [--rounds R] [--only TEXT] [--dot-seconds S] [--json]

The cascade is 31 provinces with 14 cities, 12 counties and 18 units each (99,418 directives), and smaller ones of
the same kind; it is made before any clock starts. Each figure is the best of R rounds. Ours is from the view to the
SVG in memory; bare Graphviz is `dot -Knop2 -Tsvg -o FILE FILE` on the same DOT, from file to file, everything placed
and written before its clock starts and its complaints thrown away. A ratio is the median of R, each of one run of ours
and one of the other right beside it, now this first and now that, so that a busy machine is busy for both. `dot` is
its own layout on the same boxes and lines, stopped after S seconds. Memory is the most that the child process held.
What is over its goal is marked.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median

from xiada import viz
from xiada.engine.directive import Directive, parent_of
from xiada.engine.due import DAY_US, SHANGHAI, end_of_day
from xiada.engine.projections import Mark, Node, Tracks, View, bucket, is_overdue, light
from xiada.viz.full import Layout
from xiada.viz.pictures import to_svg

NOW = end_of_day(date(2020, 6, 12), SHANGHAI) - DAY_US // 2
ISSUED = end_of_day(date(2020, 5, 6), SHANGHAI)
DUES = tuple(end_of_day(date(2020, 6, day), SHANGHAI) for day in (10, 11, 19, 20, 24, 30))
STATUSES = ("summarised", "reported", "executing", "executing", "issued", "forwarded", "reported", "waived")
LEVELS = ("nation", "province", "city", "county", "unit")
WORDS = ("科学技术协会", "科技局", "教育局", "农业农村局", "卫生健康局", "科学技术馆", "实验小学", "学会")
PLACES = "东西南北中江河山海安宁平永兴长阳州城宜昌德"
LARGE, MIDDLE, SMALL = (31, 14, 12, 18), (10, 10, 10, 9), (9, 10, 10)


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, its goal if it has one, and its unit."""

    name: str
    measured: float
    goal: float | None = None
    unit: str = "s"
    note: str = ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds; the best counts, of ratios the middle one")
    parser.add_argument("--only", default="", help="only measurements whose name holds this text")
    parser.add_argument("--dot-seconds", type=float, default=60.0, help="how long `dot` itself may take")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    arguments = parser.parse_args()
    if not arguments.json:
        print(f"{'':<46}{'measured':>12}{'goal':>10}{'measured/goal':>15}")
    for name, measurement in measurements(arguments.rounds, arguments.dot_seconds).items():
        if arguments.only in name:
            for figure in measurement():
                print(json.dumps(asdict(figure)) if arguments.json else line_of(figure), flush=True)


def line_of(figure: Figure) -> str:
    """Return a figure as a line of the table."""
    measured = f"{figure.measured:,.2f} {figure.unit}"
    if figure.goal is None:
        return f"{figure.name:<46}{measured:>12}{'':>25}  {figure.note}".rstrip()
    share = figure.measured / figure.goal if figure.goal else float(figure.measured > 0)
    over = "" if figure.measured <= figure.goal else "  over the goal"
    return f"{figure.name:<46}{measured:>12}{figure.goal:>10,.2f}{share:>15.2f}{over}  {figure.note}".rstrip()


def measurements(rounds: int, dot_seconds: float) -> dict[str, Callable[[], Iterator[Figure]]]:
    """Return what is measured, by name."""
    return {
        "tree 100,000": lambda: picture("tree", grown(LARGE), viz.tree, rounds, (1.0, 150.0)),
        "icicle 100,000": lambda: picture("icicle", grown(LARGE), viz.icicle, rounds, (1.0, 300.0)),
        "matrix 100,000": lambda: picture("matrix", grown(LARGE), viz.matrix, rounds, (0.3, None)),
        "full 1,000": lambda: full(grown(SMALL), rounds, None, dot_seconds),
        "full 10,000": lambda: full(grown(MIDDLE), rounds, 2.0, dot_seconds),
        "full 100,000": lambda: full(grown(LARGE), rounds, 15.0, 0.0),
        "png 100,000": lambda: memory(grown(LARGE)),
        "fonts": lambda: fonts(grown(SMALL)),
        "page 1,000": lambda: page(grown(SMALL)),
    }


# The cascade


def grown(branches: Sequence[int]) -> View:
    """Return a cascade with so many below each one, level by level."""
    nodes = tuple(node_of(place, ref) for place, ref in enumerate(references(branches)))
    return View(
        "kx2020-7",
        "科协办发〔2020〕7号",
        "关于报送活动总结的通知",
        NOW,
        412_003,
        "9f86d081884c7d65" * 4,
        SHANGHAI,
        nodes,
    )


def references(branches: Sequence[int], ref: str = "kx2020-7/1") -> Iterator[str]:
    """Yield the references of a cascade, parents before children."""
    yield ref
    if branches:
        for number in range(1, branches[0] + 1):
            yield from references(branches[1:], f"{ref}.{number}")


def node_of(place: int, ref: str) -> Node:
    """Return one directive, its status, due and name spread by a fixed pattern."""
    mixed = place * 2_654_435_761 % 2**32
    status, due = STATUSES[mixed % len(STATUSES)], DUES[mixed // 8 % len(DUES)]
    reported = NOW - DAY_US if status in ("reported", "summarised") else None
    closed = NOW if status in ("summarised", "waived") else None
    directive = Directive(
        ref, f"u{place}", "main", parent_of(ref), status, 1, b"", due, due, "n1", ISSUED,
        reported_at=reported, closed_at=closed, reason="并入其他单位" if status == "waived" else None,
    )  # fmt: skip
    depth = ref.count(".")
    place_name = f"{PLACES[mixed // 64 % 20]}{PLACES[mixed // 1280 % 20]}{'国省市县区'[depth]}"
    name, level = f"{place_name}{WORDS[mixed // 25600 % 8]}", LEVELS[depth]
    late = is_overdue(directive, NOW, due)
    return Node(directive, name, level, "association", light(directive, NOW), bucket(directive, NOW), late, late)


def tracks_of(view: View) -> Tracks:
    """Return a history of each directive: issued, executed, and what became of it."""
    found = {}
    for place, node in enumerate(view.nodes):
        directive = node.directive
        steps = dict.fromkeys(("issued", "executing", directive.status))
        found[directive.ref] = tuple(
            Mark(place * 3 + number, ISSUED + (place * 3 + number) * 60_000_000, status, directive.due)
            for number, status in enumerate(steps)
        )
    return found


# Measuring


def timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    """Return how long work took, s, and what came of it."""
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


def picture(
    name: str, view: View, draw: Callable[[View], viz.Drawing], rounds: int, goals: tuple[float, float | None]
) -> Iterator[Figure]:
    """Yield how long a drawing takes from view to SVG, how large that is, and without Graphviz."""
    runs = [timed(lambda: to_svg(draw(view))) for _ in range(rounds)]
    yield Figure(f"{name} of {len(view.nodes):,}, view to SVG", min(seconds for seconds, _ in runs), goals[0])
    yield Figure(f"{name} of {len(view.nodes):,}, size", len(runs[0][1]) / 1000, goals[1], "kB")


def full(view: View, rounds: int, goal: float | None, dot_seconds: float) -> Iterator[Figure]:
    """Yield how long the full tree takes, beside bare Graphviz and beside `dot`."""
    layouts: tuple[Layout, ...] = ("tidy", "radial")
    for layout in layouts:
        name = f"full {layout} of {len(view.nodes):,}"
        ours, bare = beside(view, layout, rounds) if shutil.which("dot") else (alone(view, layout, rounds), [])
        yield Figure(f"{name}, view to SVG", min(ours), goal)
        if bare:
            ratios = sorted(one / other for one, other in zip(ours, bare, strict=True))
            spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
            yield Figure(f"{name}, bare nop2 on the same DOT", min(bare))
            yield Figure(f"{name}, ours to bare", median(ratios), goal and 1.3, "x", spread)
    if dot_seconds and shutil.which("dot"):
        yield layout_of_dot(view, dot_seconds)


def alone(view: View, layout: Layout, rounds: int) -> list[float]:
    """Return how long the full tree takes from view to SVG, in s, so many times."""
    return [timed(lambda: to_svg(viz.full(view, layout=layout)))[0] for _ in range(rounds)]


def beside(view: View, layout: Layout, rounds: int) -> tuple[list[float], list[float]]:
    """Return how long the full tree takes, and bare Graphviz on the same DOT, in s, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        dot, svg = Path(folder, "full.dot"), Path(folder, "full.svg")
        dot.write_text(viz.to_dot(viz.full(view, layout=layout)), encoding="utf-8")
        command = ["dot", "-Knop2", "-Tsvg", "-o", str(svg), str(dot)]
        ours, bare = [], []
        for number in range(rounds):
            ours += alone(view, layout, 1) if number % 2 else []
            bare.append(timed(lambda: without_a_word(command))[0])
            ours += [] if number % 2 else alone(view, layout, 1)
    return ours, bare


def without_a_word(command: Sequence[str]) -> bytes:
    """Run Graphviz from file to file, its complaints thrown away."""
    subprocess.run(command, stderr=subprocess.DEVNULL, check=True)
    return b""


def layout_of_dot(view: View, seconds: float) -> Figure:
    """Return how long `dot` takes to lay out boxes of the same size with a line to each."""
    refs = [node.directive.ref for node in view.nodes]
    lines = (
        f'"{node.directive.parent}" -> "{ref}"'
        for node, ref in zip(view.nodes, refs, strict=True)
        if node.directive.parent
    )
    text = "digraph { rankdir=LR node [shape=box width=1.5 height=0.25 fixedsize=true]\n" + "\n".join(lines) + "\n}"
    name = f"`dot` layout of {len(view.nodes):,}"
    try:
        return Figure(name, timed(lambda: run(["dot", "-Tsvg"], text, seconds))[0])
    except subprocess.TimeoutExpired:
        return Figure(name, seconds, note="stopped, not done")


def run(command: Sequence[str], text: str, seconds: float | None = None) -> bytes:
    """Run Graphviz on a DOT text and return what it draws."""
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=seconds).stdout


def memory(view: View) -> Iterator[Figure]:
    """Yield how much memory the child takes that draws a PNG, and how fine it is."""
    script = (
        "import resource, sys; from xiada.viz import render; "
        "made = render(sys.stdin.read(), 'png', seconds=600); "
        "most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss; "
        "print(most, int.from_bytes(made[16:20]), int.from_bytes(made[20:24]))"
    )
    drawing = viz.full(view)
    said = run([sys.executable, "-c", script], viz.to_dot(drawing))
    most, across, _ = map(int, said.split())
    yield Figure(f"PNG of {len(view.nodes):,}, memory of the child", most * 1024 / 1e6, 600.0, "MB")
    yield Figure(f"PNG of {len(view.nodes):,}, resolution", across / drawing.width * 72, None, "dpi", "54 at least")


def fonts(view: View) -> Iterator[Figure]:
    """Yield how many drawings differ in a byte between runs, and with and without fonts."""
    drawings = {"tree": viz.tree(view), "full": viz.full(view), "radial": viz.full(view, layout="radial")}
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as empty:
        empty.write("<fontconfig></fontconfig>")
        empty.flush()
        for name, drawing in drawings.items():
            first = to_svg(drawing)
            os.environ["FONTCONFIG_FILE"] = empty.name
            without = to_svg(drawing)
            del os.environ["FONTCONFIG_FILE"]
            differing = sum(one != other for one, other in pairwise((first, to_svg(drawing), without)))
            yield Figure(f"{name}: differing with, again, without fonts", differing, 0.0, "")


def page(view: View) -> Iterator[Figure]:
    """Yield how large the interactive page is."""
    made = viz.cascade_page(view, tracks_of(view))
    yield Figure(f"page of {len(view.nodes):,}, size", len(made) / 1000, 200.0, "kB")


if __name__ == "__main__":
    main()
