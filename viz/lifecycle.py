"""The state machine of a directive, drawn from its table: what leads where, and who may do it.

Rule: nothing here knows a status or a trigger; the table does. The main line is one row, what leaves a
status as it is stands in its box, effects of other directives are dashed. With the tracks of directives, every
line says how often it was gone and after how long; what the table does not have is counted below the title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xiada.engine.lifecycle import Lifecycle
from xiada.engine.projections import Tracks, View
from xiada.viz.census import Census, census, stay_said, way_said
from xiada.viz.drawing import Box, Cell, Column, Drawing, Row
from xiada.viz.durations import spoken
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
    first_side_column,
    main_line,
    moves,
    straight,
)
from xiada.viz.text import first_fit, fitted, room, shown, wrapped
from xiada.viz.theme import LIGHT, Theme

_WIDTH, _PAD = 188, 8
_HEAD, _COUNT, _WAITING, _LINE, _FOOT = 30, 20, 15, 15, 8
_NAME, _TEXT, _SMALL, _TINY = 12, 10, 9, 8
_LINES_MOST = 12
_START_SIZE = 18
_LANE_NAME_MORE = 32
_NUMBER_ROW = 14
_BARE_TOP = _HEAD + 4
_STRANGE_MOST = 6
_PIECE_MOST = 560
_DIGEST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class _Paper:
    """What all boxes of one drawing have in common."""

    census: Census
    theme: Theme
    labels: Labels

    @property
    def table(self) -> Lifecycle:
        """The lifecycle."""
        return self.census.table

    @property
    def lane_gap(self) -> int:
        """From lane to lane: the names on them have a second row where there are numbers."""
        return LANE_GAP + (_NUMBER_ROW if self.census.dwell else 0)


def lifecycle(
    table: Lifecycle,
    view: View | None = None,
    tracks: Tracks | None = None,
    *,
    lang: Language = "zh",
    theme: Theme = LIGHT,
) -> Drawing:
    """Return a lifecycle as a drawing, with how many directives are where, went which way, and after how long.

    Args:
        table: The lifecycle to draw; `view.lifecycle` for the one a cascade runs by.
        view: Whose directives to count.
        tracks: Their marks, see `AsOf.tracks`; without a view, of all whose moves to count.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the key of a node is its status.

    Raises:
        Malformed: The language is not known, or the tracks lack a directive of the view.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> [node.key for node in lifecycle(STANDARD).nodes][1:4]
        ['issued', 'forwarded', 'executing']

    Source: drawings.md of the design, 6.
    """
    paper = _Paper(census(table, view, tracks), theme.for_table(table), catalogue(lang))
    boxes, named = _placed(paper)
    lines = [line for found in named for line in found.lines]
    names = [_name(found, number, paper) for number, found in enumerate(named)]
    return framed(_frame(paper, view), theme, nodes=list(boxes.values()), edges=lines, captions=names)


def _frame(paper: _Paper, view: View | None) -> Frame:
    """Return the texts of the page."""
    say = paper.labels.say
    return Frame(
        kind="lifecycle",
        language=paper.labels.language,
        title=say("subject", title=shown(view.title) or view.cascade) if view else say("lifecycle"),
        summary=[*([_total(view, paper)] if view else []), *_strange(paper)],
        legend=_legend(paper),
        footer=(table_said(paper.table, paper.labels), *(origin(view, paper.labels) if view else ())),
    )


def table_said(table: Lifecycle, labels: Labels) -> str:
    """Return which table it is: name, version, and the beginning of its digest."""
    digest = table.digest.rpartition(":")[2][:_DIGEST_DIGITS]
    return labels.say("table", name=shown(table.name), version=table.version, digest=digest)


def _total(view: View, paper: _Paper) -> list[Cell]:
    """Return how many directives are counted."""
    total = words(paper.labels.say("total", total=len(view.nodes)), paper.theme, bold=True)
    return [total, showing(len(view.nodes), view, paper.labels, paper.theme)]


def strange_said(found: Census, labels: Labels) -> list[str]:
    """Return what happened that the table does not have, in pieces: how many moves, then the commonest ways."""
    moves = sum(stay.count for stay in found.strange.values())
    pieces = [labels.say("strange", count=moves)] if moves else []
    pieces += [way_said(way, stay, labels) for way, stay in list(found.strange.items())[:_STRANGE_MOST]]
    if len(found.strange) > _STRANGE_MOST:
        pieces.append(labels.say("strange_more", count=len(found.strange)))
    for pattern, counts in (("strange_births", found.strangers), ("strange_now", found.astray)):
        pieces += [
            labels.say(pattern, count=count, status=labels.status(status)) for status, count in sorted(counts.items())
        ]
    return pieces


def _strange(paper: _Paper) -> list[list[Cell]]:
    """Return the row that tells of what the table does not have, if there is any."""
    pieces = strange_said(paper.census, paper.labels)
    return [[words(fitted(piece, _PIECE_MOST, _TEXT), paper.theme, size=_TEXT) for piece in pieces]] if pieces else []


def _legend(paper: _Paper) -> list[Sequence[Cell]]:
    """Return the legend: statuses with their counts if known, and what the marks say."""
    say, theme = paper.labels.say, paper.theme
    runs: list[Sequence[Cell]] = list(swatches(_counted(paper), theme, paper.labels))
    if paper.census.late:
        late = f"{theme.late_glyph} {say('overdue', count=sum(paper.census.late.values()))}"
        runs.append([badge(late, theme, size=_SMALL), gap()])
    remarks = ["command", "effect", "same"]
    if paper.census.dwell is not None:
        remarks += ["times_mark", *(["shared_mark"] if paper.census.shows_shared else [])]
    return runs + [[words(say(remark), theme, size=_SMALL)] for remark in remarks]


def _counted(paper: _Paper) -> list[tuple[str, int | None]]:
    """Return the statuses of the table with their counts if known."""
    counts = paper.census.counts
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
    lanes_bottom = bottom + LANE_MARGIN + paper.lane_gap * len(below)
    boxes |= _side_row(sides, first_side_column(main, sides, below), lanes_bottom, paper)
    over = Lanes(boxes, -LANE_MARGIN, -paper.lane_gap)
    under = Lanes(boxes, bottom + LANE_MARGIN, paper.lane_gap)
    named = straight(near, boxes, paper.theme, below=_NUMBER_ROW // 2 if paper.census.dwell else 0)
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


def _side_row(sides: Sequence[str], first: int, y: float, paper: _Paper) -> dict[str, Box]:
    """Return the boxes off the main line, below it from a column on."""
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
    return _top(paper) + loops + _FOOT if loops or _top(paper) > _BARE_TOP else _HEAD


def _top(paper: _Paper) -> int:
    """Return how high the upper part of a box is: name, and counts and stays if there are any."""
    found = _BARE_TOP + (_COUNT + 2 if paper.census.counts is not None else 0)
    return found + (_WAITING if _has_stays(paper) else 0)


def _has_stays(paper: _Paper) -> bool:
    """Tell whether it is known how long directives have been where they are."""
    return paper.census.counts is not None and paper.census.dwell is not None


def _loops(status: str, paper: _Paper) -> tuple[str, ...]:
    """Return what leaves a status as it is, as lines of a box."""
    texts = loops_said(status, paper.table, paper.labels)
    return tuple(line for text in texts for line in wrapped(text, _WIDTH - 2 * _PAD, _SMALL, lines=3))[:_LINES_MOST]


def loops_said(status: str, table: Lifecycle, labels: Labels) -> list[str]:
    """Return what leaves a status as it is, a sentence for each who may do it."""
    by_role: dict[str, list[str]] = {}
    for row in table.transitions:
        if status in row.sources and row.target in (None, status):
            by_role.setdefault(labels.role(row.by), []).append(labels.trigger(row.trigger))
    join = labels.say("line_join")
    return [labels.say("line_head", who=who, what=join.join(what)) for who, what in by_role.items()]


def _box(status: str, at: tuple[float, float], height: int, paper: _Paper) -> Box:
    """Return the box of a status: its colour, glyph and word, its count, what leaves it as it is."""
    theme, look, word = paper.theme, paper.theme.look(status), shown(paper.labels.status(status))
    name = fitted(f"{look.glyph} {word}", _WIDTH - 2 * _PAD, _NAME)
    title = Cell(
        width=_WIDTH, text=name, indent=_PAD, size=_NAME, bold=True, ink=look.ink, fill=look.fill, frame=look.frame
    )
    rows = [Row(_HEAD, (title,)), *([Row(4, (gap(_WIDTH),))] if height > _HEAD else [])]
    rows += [Row(_COUNT, _count(status, paper)), Row(2, (gap(_WIDTH),))] if paper.census.counts is not None else []
    rows += [_waiting(status, paper)] if _has_stays(paper) else []
    rows += [
        Row(_LINE, (Cell(width=_WIDTH, text=line, indent=_PAD, size=_SMALL, ink=theme.muted),))
        for line in _loops(status, paper)
    ]
    spare = height - sum(row.height for row in rows)
    rows += [Row(spare, (gap(_WIDTH),))] if spare else []
    return Box(
        key=status, x=at[0], y=at[1], width=_WIDTH, height=height, columns=(Column(tuple(rows)),),
        stroke=theme.line, fill=theme.plate, tip=_tip(status, word, paper), classes=(f"status-{status}",),
    )  # fmt: skip


def _count(status: str, paper: _Paper) -> tuple[Cell, ...]:
    """Return how many directives are in a status, and how many of them are overdue."""
    assert paper.census.counts is not None
    late = paper.census.late.get(status, 0)
    count = paper.labels.say("count", count=paper.census.counts.get(status, 0))
    mark = f"{paper.theme.late_glyph} {paper.labels.say('overdue', count=late)}"
    width = room(mark, _SMALL) + 14 if late else 0
    text = Cell(width=_WIDTH - _PAD - width, text=count, indent=_PAD, size=_NAME, bold=True, ink=paper.theme.ink)
    return (text, *([badge(mark, paper.theme, size=_SMALL)] if late else []), gap(_PAD))


def _waiting(status: str, paper: _Paper) -> Row:
    """Return how long those at a live status have been there."""
    stay, labels = paper.census.waiting(status), paper.labels
    said = "" if stay.median_s is None else labels.say("waiting", duration=spoken(stay.median_s, labels))
    text = fitted(said, _WIDTH - 2 * _PAD, _SMALL)
    return Row(_WAITING, (Cell(width=_WIDTH, text=text, indent=_PAD, size=_SMALL, ink=paper.theme.ink),))


def _tip(status: str, word: str, paper: _Paper) -> str:
    """Return what a pointer or a screen reader tells of a status: its word, and where directives went from it."""
    lengths = {} if paper.census.dwell is None else paper.census.dwell.lengths
    gone = [(way, paper.census.gone(way[:1], way[1])) for way in lengths if way[0] == status]
    ways = "; ".join(way_said(way, stay, paper.labels) for way, stay in sorted(gone))
    return paper.labels.say("left", status=word, ways=ways) if ways else word


def _name(found: Named, number: int, paper: _Paper) -> Box:
    """Return the name of a move, above its line: in two rows between neighbours, in one in a lane; its number below."""
    labels, move, theme = paper.labels, found.move, paper.theme
    what, who = labels.trigger(move.row.trigger), labels.role(move.row.by)
    if _is_straight(found):
        width = BOX_GAP - 4
        rows = [_centred(what, width, _TEXT, theme.ink, bold=True), _centred(who, width, _SMALL, theme.muted)]
    else:
        width = BOX_GAP + _LANE_NAME_MORE
        said = labels.say("by", what=what, who=who)
        size = next((size for size in (_SMALL, _TINY) if room(said, size) <= width), _TINY)
        rows = [_centred(said, width, size, theme.ink)]
    rows += _number(found, width, paper)
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


def _number(found: Named, width: int, paper: _Paper) -> list[Row]:
    """Return how often a move was gone and after how long, in as many units as fit; nothing where that is not known."""
    if paper.census.dwell is None:
        return []
    sources, target = found.move.sources, found.move.target
    stay, shared = paper.census.gone(sources, target), paper.census.is_shared(sources, target)
    said = [stay_said(stay, paper.labels, shared=shared, units=units) for units in (2, 1)]
    text = first_fit(said, width, _SMALL)
    ink = paper.theme.ink if stay.count else paper.theme.muted
    return [_centred(text, width, _SMALL, ink, bold=bool(stay.count))]


def _is_straight(found: Named) -> bool:
    """Tell whether a move is one straight line."""
    return len(found.lines) == 1 and len(found.lines[0].points) == 4


def _centred(text: str, width: int, size: int, ink: str, *, bold: bool = False) -> Row:
    """Return a row with a text in its middle."""
    fit = fitted(text, width, size)
    indent = max(0, (width - room(fit, size)) // 2)
    return Row(size + 5, (Cell(width=width, text=fit, indent=indent, size=size, ink=ink, bold=bold),))
