"""The timeline: what became of each directive when, against what it was due, the worst first.

    1.3 · 广东省科协     ▲ 逾期 5 天        ○ ➜ 已转发 ◐ 执行中 ┃          ┊
    湛江市科协           截止 2020-06-10                        ┃▲ 逾期 5 天┊

Rule: a row's bar is its statuses from its issue to now or to its end; what was late stands below the bar; a due is a
mark across it. Dues too far off stand at the right edge with their date. Everything is placed from the values of
`history` alone, rows by `timerow`, here the page and the axis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from xiada.engine.due import NEVER, show
from xiada.engine.projections import Tracks, View
from xiada.viz.axis import Tick, tick_words, ticks
from xiada.viz.drawing import Box, Cell, Column, Drawing, Line, Row
from xiada.viz.history import Timeline, timeline_of
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.layout import polyline
from xiada.viz.page import Frame, badge, framed, gap, origin, showing, swatches, words
from xiada.viz.plate import in_order
from xiada.viz.text import room, shown
from xiada.viz.theme import LIGHT, Theme
from xiada.viz.timerow import (
    ASSUMED,
    AXIS_WIDTH,
    DUE,
    LEFT,
    ORIGINAL,
    ROW_HEIGHT,
    SMALL,
    TEXT,
    Paper,
    due_marks,
    row_box,
)

ROWS = 40
_TICK_ROOM = 44
_TICK_ROW, _NOW_ROW = 13, 17


def timeline(
    view: View,
    tracks: Tracks,
    *,
    rows: int = ROWS,
    page: int = 1,
    lang: Language = "zh",
    theme: Theme = LIGHT,
) -> Drawing:
    """Return one page of the timeline of a view.

    Args:
        view: The cascade at one instant.
        tracks: The marks of its directives, see `AsOf.tracks`; more of them do no harm.
        rows: Directives a page, 1 to 200; 20 to 50 read well.
        page: Which page, from 1 on.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the key of a node is its directive's reference.

    Raises:
        Malformed: So many rows cannot be shown, the language is not known, or the tracks lack a directive.
        NotFound: There is no such page.

    Example:
        >>> from xiada.engine.projections import View
        >>> nothing = View("floods", "No. 7", "Report on the floods", 0, 0, "", "Asia/Shanghai", ())
        >>> timeline(nothing, {}, lang="en").kind
        'timeline'

    Source: drawings.md of the design, 5.
    """
    labels, theme = catalogue(lang), theme.for_table(view.lifecycle)
    model = timeline_of(view, tracks, rows=rows, page=page)
    paper = Paper(model, theme, labels)
    top = [*_ticks(paper, "top"), _now(paper, "top")]
    bottom = [*_ticks(paper, "foot"), _now(paper, "foot")]
    boxes = [row_box(row, number, paper) for number, row in enumerate(model.rows)]
    marks = [mark for number, row in enumerate(model.rows) for mark in due_marks(row, number, paper)]
    return framed(_frame(paper), theme, nodes=boxes, edges=_lines(paper), captions=[*top, *bottom, *marks])


# The page


def _frame(paper: Paper) -> Frame:
    """Return the texts of the page."""
    view = paper.model.view
    return Frame(
        kind="timeline",
        language=paper.labels.language,
        title=shown(view.title) or view.cascade,
        summary=_summary(paper),
        legend=_legend(paper),
        footer=origin(view, paper.labels),
    )


def _summary(paper: Paper) -> list[list[Cell]]:
    """Return the rows below the title: how many, how many late, which of them this page shows."""
    model, theme, say = paper.model, paper.theme, paper.labels.say
    nodes = model.view.nodes
    late = sum(node.bucket == "overdue" for node in nodes)
    first = [words(say("total", total=len(nodes)), theme, bold=True)]
    first += [badge(f"{theme.late_glyph} {say('overdue', count=late)}", theme), gap()] if late else []
    first.append(words(rows_shown(model, paper.labels), theme))
    first.append(showing(len(model.rows), model.view, paper.labels, theme))
    return [first, [words(say("timeline_order"), theme, size=TEXT)]]


def rows_shown(model: Timeline, labels: Labels) -> str:
    """Return which rows of how many a page shows."""
    if not model.rows:
        return labels.say("timeline_none")
    last = model.before + len(model.rows)
    found = labels.say("timeline_rows", first=model.before + 1, last=last, total=len(model.view.nodes))
    return f"{found} · {labels.say('timeline_page', page=model.page, pages=model.pages)}" if model.pages > 1 else found


def status_counts(model: Timeline) -> dict[str, int]:
    """Return how many directives of the view are at each status that the page or the view has, as the table goes."""
    counts = Counter(node.directive.status for node in model.view.nodes)
    there = {*model.statuses, *counts}
    order = [status.name for status in model.view.lifecycle.statuses]
    return {status: counts[status] for status in in_order(there, order)}


def _legend(paper: Paper) -> list[Sequence[Cell]]:
    """Return the legend: the statuses on the page, how many directives are at each, and the marks there are."""
    model, theme, say = paper.model, paper.theme, paper.labels.say
    runs: list[Sequence[Cell]] = list(swatches(status_counts(model).items(), theme, paper.labels))
    if any(row.late for row in model.rows):
        strip = Cell(width=22, text=theme.late_glyph, indent=6, size=SMALL, ink=theme.late_ink, fill=theme.late)
        runs.append([strip, gap(5), words(say("timeline_late_mark"), theme, size=TEXT)])
    for name, sample in _mark_samples(paper):
        runs.append([sample, gap(5), words(say(name), theme, size=TEXT)])
    runs.append([words(say("timeline_now_mark"), theme, size=TEXT)])
    if any(model.axis.end < row.due < NEVER for row in model.rows):
        runs.append([words(say("timeline_far_mark"), theme, size=TEXT)])
    return runs


def _mark_samples(paper: Paper) -> Iterable[tuple[str, Cell]]:
    """Yield a sample of each mark of a due that is on the page."""
    theme, rows = paper.theme, paper.model.rows
    if any(row.due != NEVER and not row.assumed for row in rows):
        yield "timeline_due_mark", Cell(width=DUE, fill=theme.ink)
    if any(row.original is not None for row in rows):
        yield "timeline_original_mark", Cell(width=ORIGINAL + 1, fill=theme.paper, frame=theme.ink)
    if any(row.assumed for row in rows):
        yield "timeline_assumed_mark", Cell(width=ASSUMED, fill=theme.ink)


# The axis


def _height(paper: Paper) -> int:
    """Return how high all rows together are."""
    return max(1, len(paper.model.rows)) * ROW_HEIGHT


def _ticks(paper: Paper, edge: str) -> list[Box]:
    """Return the words at the marks of the axis, at its top or foot: their own, and what they lie in at a change."""
    found = ticks(paper.model.axis, AXIS_WIDTH // _TICK_ROOM)
    said = [tick_words(tick, paper.labels) for tick in found]
    foot = _height(paper) + _NOW_ROW
    near, far = (-_NOW_ROW - _TICK_ROW, -_NOW_ROW - 2 * _TICK_ROW) if edge == "top" else (foot, foot + _TICK_ROW)
    boxes = [
        _word(f"tick {edge} {number}", own, paper.x(tick.t), near, paper)
        for number, (tick, (_, own)) in enumerate(zip(found, said, strict=True))
    ]
    for number, place in enumerate(_changes(found, said, paper)):
        boxes.append(_word(f"in {edge} {number}", said[place][0], paper.x(found[place].t), far, paper))
    return boxes


def _changes(found: Sequence[Tick], said: Sequence[tuple[str, str]], paper: Paper) -> list[int]:
    """Return at which marks to say what they lie in: where it changes, and there is room before the next change."""
    changes = [
        place for place, (inside, _) in enumerate(said) if inside and (not place or said[place - 1][0] != inside)
    ]
    kept: list[int] = []
    for place in reversed(changes):
        right = paper.x(found[kept[-1]].t) if kept else AXIS_WIDTH + LEFT
        if paper.x(found[place].t) + room(said[place][0], SMALL) + 6 <= right or not kept:
            kept.append(place)
    return kept[::-1]


def _word(key: str, text: str, x: int, y: float, paper: Paper) -> Box:
    """Return a word of the axis, in the middle of its mark."""
    width = room(text, SMALL) + 2
    cell = Cell(width=width, text=text, indent=1, size=SMALL, ink=paper.theme.muted)
    return Box(
        key=key, x=LEFT + x - width / 2, y=y, width=width, height=_TICK_ROW,
        columns=(Column((Row(_TICK_ROW, (cell,)),)),), classes=("tick",),
    )  # fmt: skip


def _now(paper: Paper, edge: str) -> Box:
    """Return the words of the line that is now, within the page."""
    axis, theme = paper.model.axis, paper.theme
    text = paper.labels.say("timeline_now", instant=show(axis.now, axis.zone))
    width = room(text, TEXT) + 8
    x = min(max(0, paper.x(axis.now) - width / 2), AXIS_WIDTH - width)
    y = -_NOW_ROW if edge == "top" else _height(paper)
    cell = Cell(width=width, text=text, indent=4, size=TEXT, bold=True, ink=theme.ink)
    return Box(
        key=f"now {edge}", x=LEFT + x, y=y, width=width, height=_NOW_ROW,
        columns=(Column((Row(_NOW_ROW, (cell,)),)),), fill=theme.paper, classes=("now",),
    )  # fmt: skip


def _lines(paper: Paper) -> list[Line]:
    """Return the upright lines: thin ones at the marks of the axis, a dashed one that is now."""
    axis, theme, foot = paper.model.axis, paper.theme, _height(paper)
    found = [
        Line(
            key=f"line {number}", tail=f"tick top {number}", head=f"tick foot {number}",
            points=_upright(LEFT + paper.x(tick.t), -_NOW_ROW, foot + _NOW_ROW), stroke=theme.line,
            thickness=0.4, classes=("tick",),
        )
        for number, tick in enumerate(ticks(axis, AXIS_WIDTH // _TICK_ROOM))
    ]  # fmt: skip
    now = _upright(LEFT + paper.x(axis.now) + 1, 0, foot)
    line = Line(
        key="now", tail="now top", head="now foot", points=now, stroke=theme.ink, thickness=1.6, dashed=True,
        classes=("now",),
    )  # fmt: skip
    return [*found, line]


def _upright(x: float, top: float, foot: float) -> tuple[tuple[float, float], ...]:
    """Return an upright line."""
    return polyline(((x, top), (x, foot)))
