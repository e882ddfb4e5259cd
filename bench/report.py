"""Our figures beside those of the peers, in turns: a table, `results.json` and a chart.

    python bench/report.py [--rounds R] [--full] [--only TEXT ...] [--out FOLDER]

Each measurement is a command that prints one JSON line with name, events and seconds, and if it can
bytes (on disk) and peak (bytes of memory); other figures in the line are kept under "extra". Each runs
in a process of its own. A round runs every measurement once, so that a noisy minute meets all alike;
medians are printed, and a ratio is the median of the ratios within the rounds. A slow peer runs in the
first round only. Whatever fails is "not measured", and the reason is printed.

Rule: nothing here is a figure that was not measured in this run, and nothing names the machine beyond
its count of CPUs. With `--only` nothing is saved unless a folder is given.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "docs" / "bench"
LIMIT_S = 3_600
KNOWN = ("name", "events", "seconds", "bytes", "peak")

Line = Mapping[str, Any]
"""What one measurement printed."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something to run.

    Args:
        label: What table and chart call it.
        command: Arguments after the Python interpreter; the script is beside this one.
        once: In the first round only.
        full: Only with `--full`.
        ours: Drawn in our colour.
    """

    label: str
    command: tuple[str, ...]
    once: bool = False
    full: bool = False
    ours: bool = False


@dataclass(slots=True)
class Found:
    """The lines of one measurement; None for a round in which it failed or was not run."""

    measurement: Measurement
    lines: list[Line | None] = field(default_factory=list)

    def rate(self, place: int) -> float | None:
        """Return events per second in a round; what runs once holds for every round."""
        line = self.lines[0 if self.measurement.once else place]
        return None if line is None else line["events"] / line["seconds"]

    def median(self, key: str) -> float | None:
        """Return the median of a figure over the rounds, None if there is none."""
        values = [line[key] for line in self.lines if line is not None and line.get(key) is not None]
        return statistics.median(values) if values else None

    def rates(self) -> list[float]:
        """Return events per second of the rounds that ran."""
        return [line["events"] / line["seconds"] for line in self.lines if line is not None]


def ours(label: str, count: int, *, full: bool = False) -> Measurement:
    """Return the measurement of W(count) through our engine."""
    return Measurement(f"xiada {label}", ("cascade.py", str(count), "--json"), full=full, ours=True)


def peer(label: str, name: str, count: int, *, once: bool = False, full: bool = False) -> Measurement:
    """Return the measurement of a peer."""
    return Measurement(label, ("peers.py", name, str(count)), once=once, full=full)


MEASUREMENTS = (
    ours("W(1k)", 1_000),
    ours("W(10k)", 10_000),
    ours("W(100k)", 100_000),
    ours("W(1M)", 1_000_000, full=True),
    peer("raw sqlite3, rows of W(100k)", "raw", 100_000),
    peer("raw sqlite3, rows of W(1M)", "raw", 1_000_000, full=True),
    peer("eventsourcing, batches, W(10k)", "eventsourcing", 10_000),
    peer("eventsourcing, per command, W(1k)", "eventsourcing-command", 1_000),
    peer("naive, commit per level, W(1k)", "naive-level", 1_000),
    peer("naive, commit per transition, W(1k)", "naive", 1_000),
    peer("naive, commit per transition, W(10k), once", "naive", 10_000, once=True),
)

RATIOS = (
    ("W(100k) / raw", "xiada W(100k)", "raw sqlite3, rows of W(100k)"),
    ("W(1M) / raw", "xiada W(1M)", "raw sqlite3, rows of W(1M)"),
    ("W(10k) / eventsourcing", "xiada W(10k)", "eventsourcing, batches, W(10k)"),
    ("W(10k) / naive", "xiada W(10k)", "naive, commit per transition, W(10k), once"),
    ("W(1M) / W(10k)", "xiada W(1M)", "xiada W(10k)"),
)


def main() -> None:
    """Run, print and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians are printed")
    parser.add_argument("--full", action="store_true", help="W(1M) too")
    parser.add_argument("--only", nargs="+", metavar="TEXT", help="measurements whose label contains one of these")
    parser.add_argument("--out", type=Path, help="folder to save in; without --only: docs/bench")
    arguments = parser.parse_args()
    wanted = [each for each in MEASUREMENTS if arguments.full or not each.full]
    if arguments.only:
        wanted = [each for each in wanted if any(text in each.label for text in arguments.only)]
    found = run(wanted, max(arguments.rounds, 1))
    results = summary(found)
    print(table(results))
    folder = arguments.out or (None if arguments.only else DOCS)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        (folder / "throughput.svg").write_text(chart(results))


def run(wanted: Sequence[Measurement], rounds: int) -> list[Found]:
    """Run every measurement once a round, each in its own process."""
    found = [Found(each) for each in wanted]
    for number in range(rounds):
        for each in found:
            skipped = number > 0 and (each.measurement.once or not any(each.lines))
            each.lines.append(None if skipped else one_line(each.measurement, f"round {number + 1}/{rounds}"))
    return found


def one_line(measurement: Measurement, where: str) -> Line | None:
    """Run a measurement and return its line; None, and the reason on stderr, if there is none."""
    script, *rest = measurement.command
    print(f"{where}: {measurement.label}", file=sys.stderr)
    try:
        done = subprocess.run(
            [sys.executable, str(HERE / script), *rest], capture_output=True, text=True, timeout=LIMIT_S, check=True
        )
        return parsed(done.stdout)
    except subprocess.CalledProcessError as failed:
        reason = (failed.stderr.strip().splitlines() or [f"exit code {failed.returncode}"])[-1]
    except (subprocess.TimeoutExpired, ValueError) as failed:
        reason = str(failed)
    print(f"  not measured: {reason}", file=sys.stderr)
    return None


def parsed(output: str) -> Line:
    """Return the JSON line, the last one printed.

    Raises:
        ValueError: There is none, or it lacks events or seconds above zero.
    """
    line = json.loads((output.strip().splitlines() or [""])[-1])
    if not isinstance(line, dict) or not all(isinstance(line.get(key), int | float) for key in ("events", "seconds")):
        raise ValueError("the last line printed is not JSON with events and seconds")
    if line["events"] <= 0 or line["seconds"] <= 0:
        raise ValueError("events and seconds must be above zero")
    return line


def summary(found: Sequence[Found]) -> dict[str, Any]:
    """Return what `results.json` holds: medians, the figures of every round, ratios, and what they ran on."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cpus": os.cpu_count(),
        "rounds": max((len(each.lines) for each in found), default=0),
        "measurements": [figures(each) for each in found],
        "ratios": ratios({each.measurement.label: each for each in found}),
    }


def figures(found: Found) -> dict[str, Any]:
    """Return the medians of one measurement; its rate is None if it was not measured."""
    rates = found.rates()
    return {
        "label": found.measurement.label,
        "ours": found.measurement.ours,
        "events": found.median("events"),
        "seconds": rounded(found.median("seconds")),
        "events_per_s": rounded(statistics.median(rates) if rates else None),
        "events_per_s_by_round": [rounded(rate) for rate in rates],
        "bytes": found.median("bytes"),
        "peak_bytes": found.median("peak"),
        "extra": extra(found),
    }


def extra(found: Found) -> dict[str, float | None]:
    """Return the medians of the other figures a measurement prints."""
    keys = {key for line in found.lines if line for key, value in line.items() if isinstance(value, int | float)}
    return {key: rounded(found.median(key)) for key in sorted(keys.difference(KNOWN))}


def ratios(found: Mapping[str, Found]) -> list[dict[str, Any]]:
    """Return each ratio of rates: per round, and the median of those."""
    answer = []
    for name, above, under in RATIOS:
        pairs = zip(by_round(found.get(above)), by_round(found.get(under)), strict=False)
        values = [mine / theirs for mine, theirs in pairs if mine is not None and theirs is not None]
        median = statistics.median(values) if values else None
        answer.append({"ratio": name, "median": rounded(median), "by_round": [rounded(value) for value in values]})
    return answer


def by_round(found: Found | None) -> list[float | None]:
    """Return the rate of each round."""
    return [] if found is None else [found.rate(place) for place in range(len(found.lines))]


def rounded(value: float | None) -> float | None:
    """Return a figure with four significant digits, whole from 1,000 on."""
    if value is None or value == 0:
        return value
    digits = 3 - floor(log10(abs(value)))
    return round(value, digits) if digits > 0 else round(value)


# --- the table -------------------------------------------------------------------------------------------------------

COLUMNS = ("", "events", "events/s", "slowest", "fastest", "s", "MB on disk", "bytes/event", "peak MiB")


def table(results: Mapping[str, Any]) -> str:
    """Return medians and ratios as aligned text."""
    rows = [COLUMNS, *(table_row(each) for each in results["measurements"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [about(results), ""]
    for name, *cells in rows:
        aligned = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        lines.append("  ".join([name.ljust(widths[0]), *aligned]).rstrip())
    lines.append("")
    lines += [
        f"{each['ratio']:<{widths[0]}}  {'not measured' if each['median'] is None else format(each['median'], '.4g')}"
        for each in results["ratios"]
    ]
    return "\n".join(lines)


def table_row(each: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the cells of one measurement."""
    if each["events_per_s"] is None:
        return (each["label"], "", "not measured", *[""] * (len(COLUMNS) - 3))
    size, peak, rates = each["bytes"], each["peak_bytes"], each["events_per_s_by_round"]
    return (
        each["label"],
        f"{each['events']:,.0f}",
        f"{each['events_per_s']:,.0f}",
        f"{min(rates):,.0f}",
        f"{max(rates):,.0f}",
        f"{each['seconds']:,.3f}",
        "" if size is None else f"{size / 1e6:,.1f}",
        "" if size is None else f"{size / each['events']:,.0f}",
        "" if peak is None else f"{peak / 2**20:,.0f}",
    )


def about(results: Mapping[str, Any]) -> str:
    """Return the line that says what was run where."""
    return (
        f"{results['date']}, Python {results['python']}, SQLite {results['sqlite']}, {results['cpus']} CPUs, "
        f"medians of {results['rounds']} round{'s' * (results['rounds'] != 1)}"
    )


# --- the chart -------------------------------------------------------------------------------------------------------

LEFT, PLOT, RIGHT, TOP, ROW, BAR = 280, 470, 90, 74, 30, 18
INK, FAINT, GRID, OURS, THEIRS = "#1f2933", "#616e7c", "#dde2e8", "#b3261e", "#8a9bb0"


def chart(results: Mapping[str, Any]) -> str:
    """Return an SVG of horizontal bars, events per second on a log scale; the same for the same results."""
    shown = [each for each in results["measurements"] if each["events_per_s"] is not None]
    rates = [each["events_per_s"] for each in shown] or [1, 10]
    low = floor(log10(min(rates)) - 0.5)  # so that the shortest bar is seen
    high = max(ceil(log10(max(rates))), low + 1)
    bottom = TOP + ROW * len(shown)
    parts = [head(LEFT + PLOT + RIGHT, bottom + 40, about(results))]
    parts += [grid_line(power, low, high, bottom) for power in range(low, high + 1)]
    parts += [bar(each, TOP + ROW * place, low, high) for place, each in enumerate(shown)]
    return "\n".join([*parts, "</svg>", ""])


def head(width: int, height: int, subtitle: str) -> str:
    """Return the opening of the drawing: background, title, and what was run."""
    size = f'width="{width}" height="{height}"'
    font = 'font-family="Helvetica, Arial, sans-serif"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}" role="img" {font}>',
            "<title>Events per second of Xiada and its peers</title>",
            f'<rect {size} fill="#ffffff"/>',
            text(16, 28, "Events per second, each durable in SQLite (log scale)", INK, size=17),
            text(16, 50, subtitle, FAINT, size=12),
        ]
    )


def grid_line(power: int, low: int, high: int, bottom: int) -> str:
    """Return the line of a power of ten, with its figure."""
    x = place_of(10.0**power, low, high)
    line = f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="{GRID}"/>'
    return line + "\n" + text(x, bottom + 20, f"{10**power:,}", FAINT, anchor="middle", size=12)


def bar(each: Mapping[str, Any], y: int, low: int, high: int) -> str:
    """Return one bar with its label before it and its figure after it."""
    end = place_of(each["events_per_s"], low, high)
    colour = OURS if each["ours"] else THEIRS
    baseline, top, figure = y + ROW // 2 + 4, y + (ROW - BAR) // 2, f"{each['events_per_s']:,.0f}"
    return "\n".join(
        [
            text(LEFT - 10, baseline, each["label"], INK, anchor="end"),
            f'<rect x="{LEFT}" y="{top}" width="{end - LEFT:.1f}" height="{BAR}" fill="{colour}"/>',
            f'<rect x="{end + 3:.1f}" y="{top}" width="{8 * len(figure)}" height="{BAR}" fill="#ffffff"/>',
            text(end + 6, baseline, figure, INK),
        ]
    )


def place_of(rate: float, low: int, high: int) -> float:
    """Return the x of a rate between two powers of ten."""
    return LEFT + PLOT * (log10(rate) - low) / (high - low)


def text(x: float, y: float, words: str, colour: str, *, anchor: str = "start", size: int = 13) -> str:
    """Return a text element."""
    look = f'fill="{colour}" text-anchor="{anchor}" font-size="{size}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


if __name__ == "__main__":
    main()
