"""What drawings in a terminal have in common: statuses as coloured glyphs, bars, and what fits a width.

Rule: widths are those terminals give characters (`rich.cells`), not those of paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from xiada.viz.plate import in_order
from xiada.viz.shares import shared
from xiada.viz.text import shown
from xiada.viz.theme import Look, Theme

MUTED = Style(color="bright_black")
"""Of what is of second rank."""


def style_of(look: Look) -> Style:
    """Return the colours of a status."""
    return Style(color=look.ink, bgcolor=look.fill)


def late_style(theme: Theme) -> Style:
    """Return the colours of what is overdue."""
    return Style(color=theme.late_ink, bgcolor=theme.late, bold=True)


def clipped(text: str, columns: int) -> str:
    """Return a text as one line of at most so many columns, shortened with an ellipsis.

    Example:
        >>> clipped("广东省科协", 7), clipped("abc", 7)
        ('广东省…', 'abc')
    """
    line = shown(text)
    if cell_len(line) <= columns:
        return line
    return set_cell_size(line, max(0, columns - 1)).rstrip() + "…" if columns else ""


def padded(text: str, columns: int) -> str:
    """Return a text as one line of exactly so many columns."""
    fit = clipped(text, columns)
    return fit + " " * (columns - cell_len(fit))


def narrow(glyph: str) -> str:
    """Return what stands for a glyph in a single column.

    Example:
        >>> narrow("◐"), narrow("ur"), narrow("审")
        ('◐', 'u', '◆')
    """
    return next((text for text in (glyph, glyph[:1]) if cell_len(text) == 1), "◆")


def bar(statuses: Mapping[str, int], order: Sequence[str], columns: int, theme: Theme) -> Text:
    """Return a stacked bar: shares of the statuses, every column carrying its glyph on its colour.

    Args:
        statuses: How many there are of each.
        order: Statuses from left to right; others follow by name.
        columns: Width of the bar; statuses there are fewer columns than are left out from the right.
        theme: Colours and glyphs.
    """
    present = in_order({status for status, count in statuses.items() if count}, order)[:columns]
    found = Text()
    for name, share in zip(present, shared([statuses[name] for name in present], columns, least=1), strict=True):
        look = theme.look(name)
        found.append(narrow(look.glyph) * share, style=style_of(look))
    return found
