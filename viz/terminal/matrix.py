"""The matrix of levels and statuses in a terminal.

    层级                合计     ▲ 逾期     ○ 已下达    ➜ 已转发    ◐ 执行中
    省级       31 · 办结 58%           0      10 32%        1 3%       2 6%
    市级      412 · 办结 39%    ▲ 23 6%     130 32%       18 4%      80 19%

Rule: the counts are those of the drawing, and so are the grounds. Where the terminal is narrow, the columns that do
not fit go on below, under the same levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from xiada.engine.projections import View
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.matrix import Level, Matrix, counted, level_word, shade
from xiada.viz.shading import ink_on, late_ground
from xiada.viz.shares import percent, percent_done
from xiada.viz.terminal.page import flowed, footer, showing, standing, titled
from xiada.viz.terminal.strokes import MUTED, clipped, late_style, padded, style_of
from xiada.viz.text import shown
from xiada.viz.theme import LIGHT, Theme

_GAP = 2
_LEVEL_MOST, _WORD_MOST = 16, 16


@dataclass(frozen=True, slots=True)
class _Part:
    """One column: its head, and a cell for each row, each with its colours."""

    head: Text
    cells: tuple[Text, ...]

    @property
    def columns(self) -> int:
        """How many columns of the terminal it takes."""
        return max(cell_len(text.plain) for text in (self.head, *self.cells))


def matrix_text(view: View, *, columns: int = 100, lang: Language = "zh", theme: Theme = LIGHT) -> list[Text]:
    """Return the matrix of a view as lines of text.

    Args:
        view: The cascade, or a part of it, at one instant.
        columns: Most columns of a line, of what the terminal counts as one.
        lang: `zh` or `en`.
        theme: Colours and glyphs of statuses.

    Raises:
        Malformed: The language is not known.
    """
    found, labels, looks = counted(view), catalogue(lang), theme.for_table(view.lifecycle)
    return [
        *titled(shown(view.title) or view.cascade, columns),
        *flowed(_summary(view, found, labels, looks), columns),
        *_table(found, labels, looks, columns),
        Text(),
        *footer(view, labels, columns),
    ]


def _summary(view: View, found: Matrix, labels: Labels, theme: Theme) -> list[Text]:
    """Return how far all is, and what the cells say, in runs of words."""
    whole = found.whole
    runs = standing(theme, labels, total=whole.total, done=whole.done, overdue=whole.overdue)
    return [*runs, showing(whole.total, view, labels), Text(labels.say("matrix_late_about"))]


def _table(found: Matrix, labels: Labels, theme: Theme, columns: int) -> list[Text]:
    """Return the table, in as many blocks as its columns need."""
    rows = (*found.levels, found.whole)
    names = [clipped(level_word(level, labels), _LEVEL_MOST) for level in rows]
    first = max(cell_len(name) for name in (labels.say("matrix_level"), *names))
    lines: list[Text] = []
    for block in _blocks(_parts(found, rows, labels, theme), columns - first):
        lines += [Text(), _line(Text(padded(labels.say("matrix_level"), first)), [part.head for part in block], block)]
        for place, name in enumerate(names):
            head = Text(padded(name, first), style="" if rows[place].names else "bold")
            lines.append(_line(head, [part.cells[place] for part in block], block))
    return lines


def _blocks(parts: Sequence[_Part], room: int) -> Iterator[list[_Part]]:
    """Yield the columns in runs that fit beside the levels."""
    block: list[_Part] = []
    used = 0
    for part in parts:
        if block and used + _GAP + part.columns > room:
            yield block
            block, used = [], 0
        block.append(part)
        used += _GAP + part.columns
    yield block


def _line(head: Text, cells: Sequence[Text], block: Sequence[_Part]) -> Text:
    """Return a line of the table, numbers to the right; the gaps have no ground."""
    line = head.copy()
    for cell, part in zip(cells, block, strict=True):
        line.append(" " * _GAP)
        line.append(" " * (part.columns - cell_len(cell.plain)), style=cell.style)
        line.append_text(cell)
    return line


def _parts(found: Matrix, rows: Sequence[Level], labels: Labels, theme: Theme) -> list[_Part]:
    """Return the columns: total and overdue, which nobody should have to look for, then each status."""
    total = Text(labels.say("matrix_all"), style="bold")
    late = Text(f" {theme.late_glyph} {labels.say('late')} ", style=late_style(theme))
    glyph = f"{theme.late_glyph} "
    grounds = [late_ground(row.overdue / max(1, row.total), theme) for row in rows]
    overdue = [_cell(row.overdue, row, ground, theme, glyph) for row, ground in zip(rows, grounds, strict=True)]
    parts = [_Part(total, tuple(_total(row, labels) for row in rows)), _Part(late, tuple(overdue))]
    for number, status in enumerate(found.statuses):
        look, word = theme.look(status), clipped(labels.status(status), _WORD_MOST)
        counts = [(row.counts[number], row) for row in rows]
        cells = tuple(_cell(count, row, shade(count, row.total, theme), theme) for count, row in counts)
        parts.append(_Part(Text(f" {look.glyph} {word} ", style=style_of(look)), cells))
    return parts


def _cell(count: int, row: Level, ground: str, theme: Theme, glyph: str = "") -> Text:
    """Return a count with its share of the row on its ground; zero keeps quiet."""
    if not count:
        return Text("0 ", style=MUTED)
    style = Style(color=ink_on(ground, theme.ink), bgcolor=ground)
    return Text(f" {glyph}{count:,} {percent(count, row.total)} ", style=style)


def _total(row: Level, labels: Labels) -> Text:
    """Return how many there are in a row, and which share is done."""
    return Text(f"{row.total:,} · {labels.say('matrix_done', percent=percent_done(row.done, row.total))}", style="bold")
