"""A cascade in a terminal: one line per directive, with its light as glyph, colour and words.

Rule: what is shown and what is folded away is decided as in drawings (`xiada.viz.folding`): the late
first, nothing lost, and the page says how many of how many. Colour never says anything alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len
from rich.text import Text

from xiada.console.context import visible
from xiada.console.words import Words
from xiada.engine.due import NEVER, show
from xiada.engine.projections import Light, Node
from xiada.viz.folding import Slot
from xiada.viz.terminal.tree import branches

GLYPHS: Mapping[str, str] = {"red": "■", "yellow": "▲", "green": "●", "grey": "○"}
_DONE, _CLOSED = "✔", "–"
STYLES: Mapping[str, str] = {"red": "bold red", "yellow": "yellow", "green": "green", "grey": "bright_black"}
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what stands at the left, then cells that line up."""

    left: Text
    cells: tuple[Text, ...] = ()


def tree_rows(slots: Sequence[Slot], words: Words, zone: str) -> list[Row]:
    """Return the rows of a tree, one per slot."""
    found = []
    for slot, branch in zip(slots, branches(slots), strict=True):
        if slot.node is None:
            key = "others_late" if slot.tally.overdue else "others"
            text = words.say(key, count=slot.folded, total=slot.tally.total, overdue=slot.tally.overdue)
            found.append(Row(Text(f"{branch}… {text}", style="dim")))
            continue
        row = node_row(slot.node, words, zone, branch=branch)
        if slot.folded:
            below, late = slot.tally.total - 1, slot.tally.overdue - (slot.node.bucket == "overdue")
            row.left.append(
                words.say("folded_late" if late else "folded", count=below, overdue=late),
                style="red" if late else "dim",
            )
        found.append(row)
    return found


def node_row(node: Node, words: Words, zone: str, *, branch: str = "") -> Row:
    """Return the row of one directive: glyph and name, light, due, status, reference."""
    state, style = node.directive, _style(node)
    left = Text(branch, style="bright_black")
    left.append(f"{_glyph(node)} ", style=style)
    left.append(visible(node.name))
    due = Text(due_words(state.due, words, zone))
    if state.due != state.original_due:
        due.append(words.say("original_due", due=due_words(state.original_due, words, zone)), style="dim")
    status = Text(words.status(state.status))
    return Row(left, (Text(light_words(node.light, words), style=style), due, status, Text(state.ref, style="cyan")))


def due_words(us: int, words: Words, zone: str) -> str:
    """Return a due as people read it."""
    return words.say("undated") if us == NEVER else show(us, zone)


def light_words(light: Light, words: Words) -> str:
    """Return why a light shows what it shows."""
    code = "today" if light.code == "due_soon" and light.days == 0 else light.code
    return words.light(code, days=light.days, allowed=light.allowed)


def aligned(rows: Iterable[Row]) -> list[Text]:
    """Return rows as lines whose cells line up, by the width terminals give each character."""
    rows = list(rows)
    widths: list[int] = []
    for row in rows:
        own = [cell_len(cell.plain) for cell in (row.left, *row.cells)] if row.cells else []
        widths = [max(pair) for pair in zip_longest(widths, own, fillvalue=0)]
    return [_line(row, widths) for row in rows]


def _line(row: Row, widths: Sequence[int]) -> Text:
    """Return one row as a line, its cells padded to the widths; nothing trails."""
    line = row.left.copy()
    filled = cell_len(line.plain)
    cells = row.cells if row.cells and row.cells[-1].plain else row.cells[:-1]
    for place, cell in enumerate(cells, 1):
        line.append(" " * (widths[place - 1] - filled) + _GAP)
        line.append_text(cell)
        filled = cell_len(cell.plain)
    return line


def _glyph(node: Node) -> str:
    """Return the sign of a directive's light; what is done or called off has its own."""
    if node.directive.excused:
        return _CLOSED
    return _DONE if node.bucket == "done" else GLYPHS[node.light.colour]


def _style(node: Node) -> str:
    """Return the colour of a directive's light."""
    return "bright_black" if node.directive.excused else STYLES[node.light.colour]
