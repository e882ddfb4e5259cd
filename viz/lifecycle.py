"""The state machine of a directive, drawn from its table: what leads where, and who may do it.

Rule: nothing here knows a status or a trigger; the table does. The main line is one row, what leaves a
status as it is stands in its box, effects of other directives are dashed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xiada.engine.lifecycle import Lifecycle
from xiada.engine.projections import View
from xiada.viz.drawing import Box, Cell, Column, Drawing, Row
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.page import Frame, badge, framed, gap, origin, showing, swatches, words
from xiada.viz.routes import (
    BOX_GAP,
    LANE_GAP,
    LANE_MARGIN,
    START,
    STRAIGHT_TOP,
    Lanes,
    Named,
    main_line,
    moves,
    straight,
)
from xiada.viz.text import fitted, room, shown, wrapped
from xiada.viz.theme import LIGHT, Theme

_WIDTH, _PAD = 188, 8
_HEAD, _COUNT, _LINE, _FOOT = 30, 20, 15, 8
_NAME, _TEXT, _SMALL = 12, 10, 9
_LINES_MOST = 12
_START_SIZE = 18
_LANE_NAME_MORE = 32
_DIGEST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class _Paper:
    """What all boxes of one drawing have in common; no counts if there is no view."""

    table: Lifecycle
    theme: Theme
    labels: Labels
    counts: Mapping[str, int] | None
    late: Mapping[str, int]


def lifecycle(table: Lifecycle, view: View | None = None, *, lang: Language = "zh", theme: Theme = LIGHT) -> Drawing:
    """Return a lifecycle as a drawing, with how many directives are where if a view is given.

    Args:
        table: The lifecycle to draw; `view.lifecycle` for the one a cascade runs by.
        view: Whose directives to count.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the key of a node is its status.

    Raises:
        Malformed: The language is not known.

    Source: drawings.md of the design, 6.
    """
    counts = Counter(node.directive.status for node in view.nodes) if view else None
    late = Counter(node.directive.status for node in view.nodes if node.bucket == "overdue") if view else Counter()
    paper = _Paper(table, theme, catalogue(lang), counts, late)
    boxes, named = _placed(paper)
    lines = [line for found in named for line in found.lines]
    names = [_name(found, number, paper) for number, found in enumerate(named)]
    return framed(_frame(paper, view), theme, nodes=list(boxes.values()), edges=lines, captions=names)


def _frame(paper: _Paper, view: View | None) -> Frame:
    """Return the texts of the page."""
    say, theme, table = paper.labels.say, paper.theme, paper.table
    digest = table.digest.rpartition(":")[2][:_DIGEST_DIGITS]
    named = say("table", name=shown(table.name), version=table.version, digest=digest)
    runs: list[Sequence[Cell]] = list(swatches(_counted(paper), theme, paper.labels))
    if paper.late:
        late = f"{theme.late_glyph} {say('overdue', count=sum(paper.late.values()))}"
        runs.append([badge(late, theme, size=_SMALL), gap()])
    runs += [[words(say(remark), theme, size=_SMALL)] for remark in ("command", "effect", "same")]
    return Frame(
        kind="lifecycle",
        language=paper.labels.language,
        title=say("subject", title=shown(view.title) or view.cascade) if view else say("lifecycle"),
        summary=[
            [
                words(say("total", total=len(view.nodes)), theme, bold=True),
                showing(len(view.nodes), view, paper.labels, theme),
            ]
        ]
        if view
        else [],
        legend=runs,
        footer=(named, *(origin(view, paper.labels) if view else ())),
    )


def _counted(paper: _Paper) -> list[tuple[str, int | None]]:
    """Return the statuses of the table with their counts if known."""
    counts = paper.counts
    return [(status.name, None if counts is None else counts.get(status.name, 0)) for status in paper.table.statuses]


def _placed(paper: _Paper) -> tuple[dict[str, Box], list[Named]]:
    """Return the boxes in their places, and the moves as lines."""
    main = main_line(paper.table)
    near, above, below = moves(paper.table, (START, *main))
    boxes = _row(main, paper)
    bottom = max(box.bottom for box in boxes.values())
    sides = _sides(main, paper)
    places = {name: number for number, name in enumerate((*main, *sides))}
    below.sort(key=lambda move: (move.target in main, -places[move.target]))
    above.sort(key=lambda move: places.get(move.sources[0], -1) < places[move.target])
    lanes_bottom = bottom + LANE_MARGIN + LANE_GAP * len(below)
    boxes |= _side_row(sides, len(main), lanes_bottom, paper)
    over = Lanes(boxes, -LANE_MARGIN, -LANE_GAP)
    under = Lanes(boxes, bottom + LANE_MARGIN, LANE_GAP)
    named = straight(near, boxes, paper.theme)
    named += [over.route(move, paper.theme) for move in above]
    return boxes, named + [under.route(move, paper.theme) for move in below]


def _sides(main: Sequence[str], paper: _Paper) -> tuple[str, ...]:
    """Return the statuses off the main line, the last first: they stand below its end."""
    return tuple(status.name for status in paper.table.statuses if status.name not in main)[::-1]


def _row(main: Sequence[str], paper: _Paper) -> dict[str, Box]:
    """Return the start and the boxes of the main line, all equally high."""
    start = Cell(width=_START_SIZE, text="●", indent=2, size=14, ink=paper.theme.muted)
    height = max(len(_loops(status, paper)) for status in main) * _LINE + _top(paper) + _FOOT
    boxes = {START: Box(
        key=START, x=-BOX_GAP - _START_SIZE, y=STRAIGHT_TOP - _START_SIZE / 2, width=_START_SIZE, height=_START_SIZE,
        columns=(Column((Row(_START_SIZE, (start,)),)),),
    )}  # fmt: skip
    for number, status in enumerate(main):
        boxes[status] = _box(status, (number * (_WIDTH + BOX_GAP), 0), height, paper)
    return boxes


def _side_row(sides: Sequence[str], columns: int, y: float, paper: _Paper) -> dict[str, Box]:
    """Return the boxes off the main line, below its last columns."""
    first = max(0, columns - len(sides))
    return {
        status: _box(
            status,
            ((first + number) * (_WIDTH + BOX_GAP), y),
            _side_height(status, paper),
            paper,
        )
        for number, status in enumerate(sides)
    }


def _side_height(status: str, paper: _Paper) -> int:
    """Return how high a box off the main line is: only as high as what is in it."""
    loops = len(_loops(status, paper)) * _LINE
    return _top(paper) + loops + _FOOT if loops or paper.counts is not None else _HEAD


def _top(paper: _Paper) -> int:
    """Return how high the upper part of a box is: name, and counts if there are any."""
    return _HEAD + 4 + (_COUNT + 2 if paper.counts is not None else 0)


def _loops(status: str, paper: _Paper) -> tuple[str, ...]:
    """Return what leaves a status as it is, by who may do it, as lines of text."""
    by_role: dict[str, list[str]] = {}
    for row in paper.table.transitions:
        if status in row.sources and row.target in (None, status):
            by_role.setdefault(paper.labels.role(row.by), []).append(paper.labels.trigger(row.trigger))
    say = paper.labels.say
    texts = (say("line_head", who=who, what=say("line_join").join(what)) for who, what in by_role.items())
    return tuple(line for text in texts for line in wrapped(text, _WIDTH - 2 * _PAD, _SMALL, lines=3))[:_LINES_MOST]


def _box(status: str, at: tuple[float, float], height: int, paper: _Paper) -> Box:
    """Return the box of a status: its colour, glyph and word, its count, what leaves it as it is."""
    theme, look, word = paper.theme, paper.theme.look(status), shown(paper.labels.status(status))
    name = fitted(f"{look.glyph} {word}", _WIDTH - 2 * _PAD, _NAME)
    title = Cell(
        width=_WIDTH, text=name, indent=_PAD, size=_NAME, bold=True, ink=look.ink, fill=look.fill, frame=look.frame
    )
    rows = [Row(_HEAD, (title,)), *([Row(4, (gap(_WIDTH),))] if height > _HEAD else [])]
    rows += [Row(_COUNT, _count(status, paper)), Row(2, (gap(_WIDTH),))] if paper.counts is not None else []
    rows += [
        Row(_LINE, (Cell(width=_WIDTH, text=line, indent=_PAD, size=_SMALL, ink=theme.muted),))
        for line in _loops(status, paper)
    ]
    spare = height - sum(row.height for row in rows)
    rows += [Row(spare, (gap(_WIDTH),))] if spare else []
    return Box(
        key=status, x=at[0], y=at[1], width=_WIDTH, height=height, columns=(Column(tuple(rows)),),
        stroke=theme.line, fill=theme.plate, tip=word,
    )  # fmt: skip


def _count(status: str, paper: _Paper) -> tuple[Cell, ...]:
    """Return how many directives are in a status, and how many of them are overdue."""
    assert paper.counts is not None
    late = paper.late.get(status, 0)
    count = paper.labels.say("count", count=paper.counts.get(status, 0))
    mark = f"{paper.theme.late_glyph} {paper.labels.say('overdue', count=late)}"
    width = room(mark, _SMALL) + 14 if late else 0
    text = Cell(width=_WIDTH - _PAD - width, text=count, indent=_PAD, size=_NAME, bold=True, ink=paper.theme.ink)
    return (text, *([badge(mark, paper.theme, size=_SMALL)] if late else []), gap(_PAD))


def _name(found: Named, number: int, paper: _Paper) -> Box:
    """Return the name of a move, above its line: in two rows between neighbours, in one in a lane."""
    labels, move, theme = paper.labels, found.move, paper.theme
    what, who = labels.trigger(move.row.trigger), labels.role(move.row.by)
    if _is_straight(found):
        width = BOX_GAP - 4
        rows = [_centred(what, width, _TEXT, theme.ink, bold=True), _centred(who, width, _SMALL, theme.muted)]
    else:
        width = BOX_GAP + _LANE_NAME_MORE
        rows = [_centred(labels.say("by", what=what, who=who), width, _SMALL, theme.ink)]
    height = sum(row.height for row in rows)
    x, y = found.place
    return Box(
        key=f"name {number}",
        x=x - width / 2,
        y=y - height - 1,
        width=width,
        height=height,
        columns=(Column(tuple(rows)),),
    )


def _is_straight(found: Named) -> bool:
    """Tell whether a move is one straight line."""
    return len(found.lines) == 1 and len(found.lines[0].points) == 4


def _centred(text: str, width: int, size: int, ink: str, *, bold: bool = False) -> Row:
    """Return a row with a text in its middle."""
    fit = fitted(text, width, size)
    indent = max(0, (width - room(fit, size)) // 2)
    return Row(size + 5, (Cell(width=width, text=fit, indent=indent, size=size, ink=ink, bold=bold),))
