"""The storybook: every drawing on prepared data, in `docs/drawings`, with an index and the digests it is checked by.

    python tools/storybook.py            draws everything anew
    python tools/storybook.py five/tree  draws what is named so, and the index

Rule: what is drawn depends on the code alone; drawn twice, it is the same byte for byte. The digests are those of
what we decide (DOT, our own SVG, pages and texts), not of what Graphviz makes of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

import storybook_data
from rich.text import Text

from xiada import viz
from xiada.viz import Drawing
from xiada.viz.pictures import to_svg
from xiada.viz.svg import written
from xiada.viz.terminal.chain import chain_text
from xiada.viz.terminal.compare import compare_text
from xiada.viz.terminal.icicle import icicle_text
from xiada.viz.terminal.lifecycle import lifecycle_text
from xiada.viz.terminal.matrix import matrix_text
from xiada.viz.terminal.path import path_text
from xiada.viz.terminal.timeline import timeline_text
from xiada.viz.terminal.tree import tree_text
from xiada.viz.theme import DARK, PRINT, Theme

FOLDER = Path(__file__).parent.parent / "docs" / "drawings"
COMMAND = "python tools/storybook.py"
DIGESTS = "storybook.json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the drawings.

    Args:
        title: Its name in the index.
        answers: The question it answers.
        use: When to use it.
        draw: From data, with theme and language.
    """

    title: str
    answers: str
    use: str
    draw: Callable[..., Drawing]


KINDS: Mapping[str, Kind] = {
    "tree": Kind(
        "Cascade tree", "Who holds what, how far is it, who is late?",
        "First, always: it folds to what fits, with the late and the blocked opened.",
        lambda data, **how: viz.tree(data.view, **{"budget": 40, **how}),
    ),
    "full": Kind(
        "Full tree", "Where does every single unit stand?",
        "For a poster or a large screen, up to some ten thousand units.",
        lambda data, **how: viz.full(data.view, **how),
    ),
    "radial": Kind(
        "Full tree, radial", "What does the whole look like?",
        "To see the shape of a wide cascade at once; names are read in the other layout.",
        lambda data, **how: viz.full(data.view, layout="radial", **how),
    ),
    "matrix": Kind(
        "Level × status", "At which level does it hang?",
        "In a report: the most that can be said in the least room, however many units there are.",
        lambda data, **how: viz.matrix(data.view, **how),
    ),
    "icicle": Kind(
        "Icicle", "Which branches are behind, every unit in sight?",
        "For cascades too large for names: width is the number of units, colour their status.",
        lambda data, **how: viz.icicle(data.view, **how),
    ),
    "timeline": Kind(
        "Timeline", "What became of each directive when, against its due?",
        "To go through the worst one by one, page by page.",
        lambda data, **how: viz.timeline(data.view, data.tracks, **how),
    ),
    "lifecycle": Kind(
        "Lifecycle", "What may happen to a directive, how many are where, how long do they stay?",
        "To explain the rules a cascade runs by, and to see where time goes.",
        lambda data, **how: viz.lifecycle(data.view.lifecycle, data.view, data.tracks, **how),
    ),
    "chain": Kind(
        "Chain", "Who holds up this one, and which level ate the slack?",
        "When one unit is late and everybody says it came late from above.",
        lambda data, **how: viz.chain(data.view, data.ref, data.tracks, **how),
    ),
    "compare": Kind(
        "Compare", "What changed between two moments?",
        "Before a meeting: since the last one.",
        lambda data, **how: viz.compare(data.before, data.view, **how),
    ),
    "path": Kind(
        "Merkle path", "Is this event really in the log that was signed?",
        "For an auditor who checks one event by hand.",
        lambda data, **how: viz.path(data.view, data.proof, **how),
    ),
}  # fmt: skip
"""In the order of the index."""

SKIPPED: Mapping[str, frozenset[str]] = {"100000": frozenset({"full", "radial"})}
"""What is not drawn of which data, because the file would be some ten megabytes."""

VARIANTS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "five": {"tree": {"theme": DARK}, "timeline": {"theme": PRINT}, "chain": {"lang": "en"}},
    "guangdong": {
        "tree": {"theme": DARK}, "matrix": {"theme": DARK}, "full": {"theme": PRINT}, "timeline": {"lang": "en"},
        "lifecycle": {"lang": "en"}, "compare": {"theme": PRINT}, "icicle": {"theme": PRINT},
    },
    "1000": {"icicle": {"theme": DARK}, "tree": {"lang": "en"}},
    "100000": {"matrix": {"lang": "en"}, "tree": {"budget": 80}},
}  # fmt: skip
"""What is drawn once more otherwise."""

HTML, TERMINAL = ("five", "guangdong"), ("guangdong",)
"""Of which data there is the page for a browser, and the text of a terminal."""

data_of = cache(lambda name: storybook_data.DATA[name]())
"""The data by the name of its folder, made once."""


def stories() -> Iterator[tuple[str, Callable[[], Drawing]]]:
    """Yield the name of every drawing, which is that of its file, and what makes it."""
    for data in storybook_data.DATA:
        for kind in KINDS:
            if kind not in SKIPPED.get(data, ()):
                yield f"{data}/{kind}", partial(_drawn, data, kind, {})
        for kind, how in VARIANTS[data].items():
            yield f"{data}/{kind}-{_named(how)}", partial(_drawn, data, kind, how)


def _drawn(data: str, kind: str, how: Mapping[str, object]) -> Drawing:
    """Return a drawing."""
    return KINDS[kind].draw(data_of(data), **how)


def _named(how: Mapping[str, object]) -> str:
    """Return what a variant is called: by its theme, or its language."""
    (value,) = how.values()
    return value.name if isinstance(value, Theme) else str(value)


def texts() -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield the name of every file of ours that is not a drawing, and what makes its content."""
    for data in HTML:
        yield f"{data}/cascade.html", partial(_page, data)
    for data in TERMINAL:
        yield f"{data}/terminal.txt", partial(_terminal, data)


def _page(name: str) -> str:
    """Return the page for a browser."""
    data = data_of(name)
    return viz.cascade_page(data.view, data.tracks).decode()


def _terminal(name: str) -> str:
    """Return what a terminal shows, one drawing below the other, without its colours."""
    data = data_of(name)
    shown: Sequence[list[Text]] = (
        tree_text(data.view, budget=40),
        matrix_text(data.view),
        icicle_text(data.view),
        timeline_text(data.view, data.tracks, rows=12),
        lifecycle_text(data.view.lifecycle, data.view, data.tracks),
        chain_text(data.view, data.ref, data.tracks),
        compare_text(data.before, data.view, budget=12),
        path_text(data.view, data.proof),
    )
    return "\n\n".join("\n".join(line.plain.rstrip() for line in lines) for lines in shown) + "\n"


# Digests


def said(drawing: Drawing) -> str:
    """Return what we decide of a drawing: its DOT, or the SVG we write ourselves."""
    return written(drawing) if drawing.pen == "own" else viz.to_dot(drawing)


def digests() -> dict[str, str]:
    """Return the digest of everything in the storybook, by name."""
    found = {name: _digest(said(make())) for name, make in stories()}
    return found | {name: _digest(make()) for name, make in texts()}


def _digest(text: str) -> str:
    """Return the SHA-256 of a text, hex."""
    return sha256(text.encode()).hexdigest()


# The index


def index() -> str:
    """Return the index as Markdown."""
    parts = [_HEAD]
    for kind, told in KINDS.items():
        parts.append(f"\n## {told.title}\n\n**{told.answers}** {told.use}\n\n{_files(kind)}\n\n{_picture(kind)}\n")
    return "".join(parts)


_HEAD = f"""# Drawings

Every drawing on four cascades: five units; the joint issue and joint forward of 2020 (Guangdong, 11 June, three are
late); 1,000 and 100,000 directives that are made up, their logs as well. `{COMMAND}` draws them all, and
a test fails when they are out of date. The footer of each says of which cascade, when, and on which log.

As a page for a browser, with search, filter and replay: [five units](five/cascade.html),
[Guangdong 2020](guangdong/cascade.html). In a terminal: [Guangdong 2020](guangdong/terminal.txt).
The full tree of 100,000 is left out, because its file is some ten megabytes; `xiada draw full` makes it.
"""


def _files(kind: str) -> str:
    """Return the links to all files of one kind."""
    names = [name for name, _ in stories() if name.partition("/")[2].partition("-")[0] == kind]
    return " · ".join(f"[{name.replace('/', ', ')}]({name}.svg)" for name in names)


def _picture(kind: str) -> str:
    """Return the picture of one kind that stands in the index."""
    return f"![{KINDS[kind].title}, Guangdong 2020](guangdong/{kind}.svg)"


# Files


def main(wanted: Sequence[str]) -> None:
    """Write the storybook, or those of its drawings that are named, and the index with all digests."""
    for name, make in stories():
        if not wanted or name in wanted:
            _write(f"{name}.svg", to_svg(make()))
            print(name)
    for name, text in texts():
        _write(name, text().encode())
    _write("README.md", index().encode())
    _write(DIGESTS, (json.dumps(digests(), indent=1, sort_keys=True) + "\n").encode())


def _write(name: str, content: bytes) -> None:
    """Write one file of the storybook."""
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])
