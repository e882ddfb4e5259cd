"""The child process that draws: DOT on standard input, a picture on standard output.

    python -I [-S] worker.py MEGABYTES SECONDS PROGRAM FORMAT [name=value ...]

PROGRAM is the path of `dot`, or `pygraphviz`. Rule: it bounds itself before it reads anything, and
imports nothing of ours, so that it starts fast and is not started with more than it needs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

NEXT = "\n// the next graph\n"
"""Stands between two graphs, which are drawn one after the other; to Graphviz it is a comment."""

_PLACED = "nop2"
"""The layout of a graph in which everything has its place; asked for by name, pygraphviz warns of its size."""


def main(arguments: Sequence[str]) -> None:
    """Bound this process, then draw."""
    megabytes, seconds, program, kind = arguments[:4]
    _bound(int(megabytes), int(seconds))
    if program != "pygraphviz":
        _dot(program, kind, arguments[4:])
    _wheel(kind, arguments[4:])


def _bound(megabytes: int, seconds: int) -> None:
    """Bound memory and processor time where the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  (POSIX only)

    for what, limit in ((resource.RLIMIT_AS, megabytes * 1_000_000), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(what)
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (most, hard))


def _dot(program: str, kind: str, options: Sequence[str]) -> None:
    """Become `dot`; Windows knows no such thing, there it is another child."""
    command = [program, f"-T{kind}", *(f"-G{option}" for option in options)]
    if sys.platform == "win32":
        import subprocess  # noqa: PLC0415  (it takes longer to import than Python to start)

        raise SystemExit(subprocess.run(command, check=False).returncode)  # noqa: S603
    os.execv(program, command)  # noqa: S606


def _wheel(kind: str, options: Sequence[str]) -> None:
    """Draw with the Graphviz in pygraphviz, by the layout the graph names."""
    import pygraphviz  # noqa: PLC0415  (after the bounds)

    for text in sys.stdin.buffer.read().decode().split(NEXT):
        graph = pygraphviz.AGraph(string=text)
        graph.graph_attr.update(option.partition("=")[::2] for option in options)
        layout = graph.graph_attr["layout"] or "dot"
        graph.has_layout = layout == _PLACED
        picture = graph.draw(format=kind, prog=None if graph.has_layout else layout)
        sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main(sys.argv[1:])
