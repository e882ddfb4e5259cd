"""The page around a drawing: title and summary on top, legend below them, footer at the bottom.

Rule: every drawing says what it shows, how much of it, and in the footer of which cascade, at which
instant and on which log, so that anybody can draw it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xiada.engine.due import at
from xiada.engine.projections import View
from xiada.viz.drawing import Box, Cell, Column, Drawing, Kind, Line, Row
from xiada.viz.labels import Labels, Language
from xiada.viz.shares import whole_percent
from xiada.viz.text import fitted, room, wrapped
from xiada.viz.theme import Look, Theme

MARGIN = 20
_BREATH = 14
_BETWEEN = 3
LEAST_WIDTH = 640
_TITLE, _TEXT, _SMALL = 17, 11, 9
_ROOT_DIGITS = 12
TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The texts of a page.

    Args:
        kind: Which of the nine drawings it is.
        language: Of the words.
        title: On top, large.
        summary: Rows of cells below it.
        legend: Runs of cells that must stay together.
        footer: Parts of the last line.
        head_width: Where title, summary and legend are broken, in points; None = where the page ends. Who sets it
            has a head that is as high however wide the drawing becomes.
    """

    kind: Kind
    language: Language
    title: str
    summary: Sequence[Sequence[Cell]]
    legend: Sequence[Sequence[Cell]]
    footer: Sequence[str]
    head_width: int | None = None


def framed(
    frame: Frame, theme: Theme, *, nodes: Sequence[Box], edges: Sequence[Line], captions: Sequence[Box] = ()
) -> Drawing:
    """Return a drawing with its page around it; the boxes come as if there were no page."""
    boxes = (*nodes, *captions)
    left, top, right, bottom = _extent(boxes, edges)
    width = int(max(LEAST_WIDTH, right - left))
    head = _head(frame, theme, width)
    under_head = MARGIN + sum(row.height for row in head) + _BREATH
    under_all = under_head + bottom - top + _BREATH
    footer = " · ".join(frame.footer)
    foot = _foot(frame.footer, theme, width)
    height = int(under_all + sum(row.height for row in foot) + MARGIN)
    across, down = MARGIN - left, under_head - top
    return Drawing(
        kind=frame.kind,
        language=TAGS[frame.language],
        title=frame.title,
        summary=_said(frame.summary),
        footer=footer,
        width=width + 2 * MARGIN,
        height=height,
        nodes=tuple(box.moved(across, down) for box in nodes),
        edges=tuple(line.moved(across, down) for line in edges),
        captions=_apart(
            nodes,
            (
                Box(key="page", x=0, y=0, width=width + 2 * MARGIN, height=height),
                _caption("head", head, MARGIN, width),
                *(box.moved(across, down) for box in captions),
                _caption("foot", foot, under_all, width),
            ),
        ),
        fonts=theme.fonts,
        paper=theme.paper,
    )


def _apart(nodes: Sequence[Box], captions: Iterable[Box]) -> tuple[Box, ...]:
    """Return captions under keys that no node has: statuses of one's own may be called as they are."""
    taken = {node.key for node in nodes}
    return tuple(replace(box, key=f"\t{box.key}") if box.key in taken else box for box in captions)


def _said(rows: Sequence[Sequence[Cell]]) -> str:
    """Return the rows below the title as text."""
    return " ".join(" ".join(cell.text for cell in row if cell.text) for row in rows)


def _extent(boxes: Sequence[Box], lines: Sequence[Line]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of all there is."""
    points = [point for line in lines for point in line.points]
    points += [corner for box in boxes for corner in ((box.x, box.y), (box.right, box.bottom))]
    across, down = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    return min(across), min(down), max(across), max(down)


def _caption(key: str, rows: Sequence[Row], y: float, width: int) -> Box:
    """Return rows of text across the page."""
    height = sum(row.height for row in rows)
    return Box(key=key, x=MARGIN, y=y, width=width, height=height, columns=(Column(tuple(rows)),))


def _head(frame: Frame, theme: Theme, width: int) -> list[Row]:
    """Return the rows on top of the page."""
    broken = frame.head_width or width
    rows = _text_rows(frame.title, _TITLE, theme.ink, broken, lines=3, bold=True)
    for cells in frame.summary:
        rows += [Row(22, line) for line in _flowed([[cell] for cell in cells], broken)]
    rows.append(Row(_BETWEEN, (Cell(width=width),)))
    for line in _flowed(frame.legend, broken):
        rows += [Row(_BETWEEN, (Cell(width=width),)), Row(18, line)]
    return [_padded(row, width) for row in rows]


def _foot(parts: Sequence[str], theme: Theme, width: int) -> list[Row]:
    """Return the rows at the bottom: broken between parts, so that none is told from its name, and all are there."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        lines = [*lines[:-1], longer] if room(longer, _SMALL) <= width else [*lines, part]
    return [row for line in lines for row in _text_rows(line, _SMALL, theme.muted, width, lines=2)]


def _text_rows(text: str, size: int, ink: str, width: int, *, lines: int, bold: bool = False) -> list[Row]:
    """Return a text as rows of the page's width."""
    return [
        Row(size * 8 // 5 + 1, (Cell(width=width, text=line, size=size, ink=ink, bold=bold),))
        for line in wrapped(text, width, size, lines=lines)
    ]


def _padded(row: Row, width: int) -> Row:
    """Return a row filled up to a width."""
    return Row(row.height, (*row.cells, Cell(width=width - row.width))) if row.width < width else row


def _flowed(runs: Iterable[Sequence[Cell]], width: int) -> list[tuple[Cell, ...]]:
    """Return runs of cells set into as many rows as they need."""
    rows: list[tuple[Cell, ...]] = [()]
    for run in runs:
        if sum(cell.width for cell in (*rows[-1], *run)) > width and rows[-1]:
            rows.append(())
        rows[-1] += tuple(run)
    return rows


def words(text: str, theme: Theme, *, size: int = _TEXT, bold: bool = False, after: int = 14) -> Cell:
    """Return a text cell as wide as its text, with a gap after it."""
    return Cell(width=room(text, size) + after, text=text, size=size, bold=bold, ink=theme.ink)


def badge(text: str, theme: Theme, *, size: int = _TEXT) -> Cell:
    """Return a text on the ground of what is overdue."""
    return Cell(
        width=room(text, size) + 14, text=text, indent=6, size=size, bold=True, ink=theme.late_ink, fill=theme.late
    )


def gap(width: int = 14) -> Cell:
    """Return nothing, so wide."""
    return Cell(width=width)


def swatches(counts: Iterable[tuple[str, int | None]], theme: Theme, labels: Labels) -> list[list[Cell]]:
    """Return the legend of statuses: colour, glyph, word, and how many there are if known."""
    found = []
    for status, count in counts:
        name = labels.status(status) if count is None else f"{labels.status(status)} {count:,}"
        found.append(swatch(theme.look(status), fitted(name, 160, _SMALL), theme))
    return found


def swatch(look: Look, text: str, theme: Theme) -> list[Cell]:
    """Return one entry of a legend: a look with its glyph, and what it stands for."""
    glyph = Cell(width=20, text=look.glyph, indent=5, size=_SMALL, ink=look.ink, fill=look.fill, frame=look.frame)
    return [glyph, gap(5), words(text, theme, size=_SMALL, after=16)]


def ranked(heading: str, texts: Sequence[str], theme: Theme, width: int) -> list[list[Cell]]:
    """Return a row with a heading and as many texts, the first in front, as have room; no row without a text."""
    row, left = [words(heading, theme, bold=True, after=6)], width
    for cell in (words(text, theme) for text in texts):
        left -= cell.width
        row += [cell] if left >= row[0].width else []
    return [row] if len(row) > 1 else []


def showing(shown: int, view: View, labels: Labels, theme: Theme) -> Cell:
    """Return how many directives of how many are shown, the whole cascade counted."""
    return words(labels.say("showing", shown=shown, total=view.total), theme)


def standing(theme: Theme, labels: Labels, *, total: int, done: int, overdue: int) -> list[Cell]:
    """Return how far directives are: how many there are, are done, and are overdue."""
    late = badge(f"{theme.late_glyph} {labels.say('overdue', count=overdue)}", theme)
    return [
        words(labels.say("total", total=total), theme, bold=True),
        words(labels.say("done", done=done, percent=whole_percent(done, total)), theme),
        *([late, gap()] if overdue else []),
    ]


def moment(t: int, zone: str) -> str:
    """Return an instant, µs UTC, as people write it.

    Example:
        >>> moment(0, "Asia/Shanghai")
        '1970-01-01 08:00:00+08:00'
    """
    return at(t, zone).isoformat(sep=" ", timespec="seconds")


def _part(view: View, labels: Labels) -> tuple[str, ...]:
    """Return what part of the cascade is shown, if it is not all of it."""
    subtree = () if view.subtree is None else (labels.say("subtree", ref=view.subtree),)
    return (*subtree, *(() if view.line is None else (labels.say("line", line=view.line),)))


def origin(view: View, labels: Labels) -> tuple[str, ...]:
    """Return the footer's parts: cascade, number, instant, log index, the log root's first digits, what was assumed."""
    say = labels.say
    days = view.assumed_sla_days
    return (
        say("cascade", cascade=view.cascade),
        *_part(view, labels),
        say("number", number=view.doc_number),
        say("instant", instant=f"{moment(view.now, view.zone)} {view.zone}"),
        say("log", index=str(view.log_index)),
        say("root", root=view.log_root[:_ROOT_DIGITS] or say("empty_root")),
        *(() if days is None else (say("assumed", days=days),)),
    )
