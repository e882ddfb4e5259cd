"""What stands around a drawing in a terminal: title, sentences, legend above it, footer below it.

Rule: the words are those of the page on paper; nothing is wider than asked for, and what does not fit one line goes
on in the next, so that no run of words is cut in two unless it is longer than a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.text import Text

from xiada.engine.projections import View
from xiada.viz.labels import Labels
from xiada.viz.page import origin
from xiada.viz.shares import whole_percent
from xiada.viz.terminal.strokes import MUTED, clipped, late_style, style_of
from xiada.viz.text import shown
from xiada.viz.theme import Theme

_GAP = "  "


def titled(title: str, columns: int, *, lines: int = 2) -> list[Text]:
    """Return a title in at most so many lines, the last shortened."""
    return [Text(line, style="bold") for line in wrapped(title, columns, lines=lines)]


def flowed(runs: Iterable[Text], columns: int) -> list[Text]:
    """Return runs of words set into as many lines as they need, each run kept together if it can be."""
    found: list[Text] = []
    for run in runs:
        if cell_len(run.plain) > columns:
            run = Text(clipped(run.plain, columns), style=run.style)  # noqa: PLW2901
        if found and cell_len(found[-1].plain) + len(_GAP) + cell_len(run.plain) <= columns:
            found[-1].append(_GAP)
            found[-1].append_text(run)
        else:
            found.append(run.copy())
    return found


def swatches(counts: Iterable[tuple[str, int | None]], theme: Theme, labels: Labels) -> list[Text]:
    """Return the legend of statuses, a run for each: its glyph on its colour, its word, and how many if known."""
    found = []
    for status, count in counts:
        look = theme.look(status)
        many = "" if count is None else f" {count:,}"
        found.append(Text.assemble((f" {look.glyph} ", style_of(look)), f" {shown(labels.status(status))}{many}"))
    return found


def standing(theme: Theme, labels: Labels, *, total: int, done: int, overdue: int) -> list[Text]:
    """Return how far directives are, a run each: how many there are, are done, and are overdue."""
    late = badge(f"{theme.late_glyph} {labels.say('overdue', count=overdue)}", theme)
    return [
        Text(labels.say("total", total=total), style="bold"),
        Text(labels.say("done", done=done, percent=whole_percent(done, total))),
        *([late] if overdue else []),
    ]


def showing(shown: int, view: View, labels: Labels) -> Text:
    """Return how many directives of how many are shown, the whole cascade counted."""
    return Text(labels.say("showing", shown=shown, total=view.total))


def badge(text: str, theme: Theme) -> Text:
    """Return words on the ground of what is overdue."""
    return Text.assemble((f" {text} ", late_style(theme)))


def ranked(heading: str, texts: Sequence[str], columns: int) -> list[Text]:
    """Return a heading and texts after it, the first in front; no line without a text."""
    return flowed([Text(heading, style="bold"), *map(Text, texts)], columns) if texts else []


def footer(view: View, labels: Labels, columns: int) -> list[Text]:
    """Return the footer of a view: cascade, number, instant, log index and log root."""
    return foot(origin(view, labels), columns)


def foot(parts: Sequence[str], columns: int) -> list[Text]:
    """Return the parts of a footer, a part never broken unless it is longer than a line."""
    runs = [f"{shown(part)}{' ·' if place < len(parts) else ''}" for place, part in enumerate(parts, 1)]
    lines: list[str] = []
    for run in runs:
        fit = clipped(run, columns)
        if lines and cell_len(lines[-1]) + 1 + cell_len(fit) <= columns:
            lines[-1] += f" {fit}"
        else:
            lines.append(fit)
    return [Text(line, style=MUTED) for line in lines]


def wrapped(text: str, columns: int, *, lines: int) -> list[str]:
    """Return a text in at most so many lines of so many columns, the last shortened.

    Example:
        >>> wrapped("一二三四五六七", 6, lines=2), wrapped("to be or not", 9, lines=2)
        (['一二三', '四五…'], ['to be or', 'not'])
    """
    rest, found = shown(text), list[str]()
    while rest and len(found) < lines - 1 and cell_len(rest) > columns:
        place = _break(rest, columns)
        found.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return [*found, clipped(rest, columns)] if rest else found


def _break(text: str, columns: int) -> int:
    """Return where to break a line: after a space near its end, else where it is full."""
    place = used = 0
    while place < len(text) and used + cell_len(text[place]) <= columns:
        used += cell_len(text[place])
        place += 1
    after = 1 + text.rfind(" ", 0, place + 1)
    return after if after > place // 2 else max(1, place)
