"""A row of the timeline: who, how it stands, its bar of statuses, what was late below it, dues across it.

Rule: a bar is to scale, each status at least a point wide; texts are put where no mark of a due covers them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xiada.engine.due import NEVER, show
from xiada.viz.drawing import Box, Cell, Column, Row
from xiada.viz.durations import SECOND_US, spoken
from xiada.viz.history import History, Timeline
from xiada.viz.labels import Labels
from xiada.viz.page import badge, gap
from xiada.viz.plate import classes, late_words, overdue_words
from xiada.viz.text import fitted, room, shown
from xiada.viz.theme import Theme

_NAME_WIDTH, _STANDING_WIDTH, AXIS_WIDTH, _FAR_WIDTH = 200, 184, 720, 78
LEFT = _NAME_WIDTH + _STANDING_WIDTH
_ABOVE, _BAR, _STRIP, _BELOW = 4, 15, 9, 6
ROW_HEIGHT = _ABOVE + _BAR + _STRIP + _BELOW
_NAME, TEXT, SMALL, _STRIP_TEXT = 11, 9, 8, 7
DUE, ORIGINAL, ASSUMED = 4, 5, 2
_PAD = 3
_END = 15
_STAYS_MOST = 12


@dataclass(frozen=True, slots=True)
class Paper:
    """What all rows of one drawing have in common."""

    model: Timeline
    theme: Theme
    labels: Labels

    def x(self, t: int) -> int:
        """Return where an instant stands on the axis, in whole points from its left."""
        return round(self.model.axis.share(t) * AXIS_WIDTH)


def row_box(row: History, number: int, paper: Paper) -> Box:
    """Return a row: who, how it stands, and its bar."""
    return Box(
        key=row.node.directive.ref,
        x=0,
        y=number * ROW_HEIGHT,
        width=LEFT + AXIS_WIDTH,
        height=ROW_HEIGHT,
        columns=(_who(row, paper), _standing(row, paper), _bar(row, paper)),
        tip=_tip(row, paper),
        classes=classes(row.node),
    )


def _who(row: History, paper: Paper) -> Column:
    """Return the unit's name, and below it the place of its directive, its level, and who is above it."""
    theme, most = paper.theme, _NAME_WIDTH - 10
    name = fitted(row.node.name, most, _NAME)
    parts = (row.node.directive.path, paper.labels.level(row.node.level), row.above)
    place = fitted(" · ".join(filter(None, parts)), most, SMALL)
    return Column((
        Row(18, (Cell(width=_NAME_WIDTH, text=name, size=_NAME, bold=True, ink=theme.ink),)),
        Row(ROW_HEIGHT - 18, (Cell(width=_NAME_WIDTH, text=place, size=SMALL, ink=theme.muted),)),
    ))  # fmt: skip


def _standing(row: History, paper: Paper) -> Column:
    """Return how a directive stands in words, and below it its due, and where it is overdue who is too below it."""
    said = [due_said(row, paper.labels, paper.model.axis.zone)]
    said += [below_said(row, paper.labels)] if row.node.bucket == "overdue" else []
    text = fitted(" · ".join(filter(None, said)), _STANDING_WIDTH - 8, SMALL)
    return Column((
        Row(2, (gap(_STANDING_WIDTH),)),
        Row(15, _standing_cells(row, paper)),
        Row(ROW_HEIGHT - 17, (Cell(width=_STANDING_WIDTH, text=text, size=SMALL, ink=paper.theme.muted),)),
    ))  # fmt: skip


def _standing_cells(row: History, paper: Paper) -> tuple[Cell, ...]:
    """Return the first line of how a directive stands: a mark if it is overdue, else its status."""
    theme, labels = paper.theme, paper.labels
    if row.node.bucket == "overdue":
        mark = badge(f"{theme.late_glyph} {overdue_words(row.node, labels)}", theme, size=TEXT)
        return mark, gap(_STANDING_WIDTH - mark.width)
    text = fitted(standing_said(row, theme, labels), _STANDING_WIDTH - 8, TEXT)
    return (Cell(width=_STANDING_WIDTH, text=text, size=TEXT, ink=theme.ink),)


def standing_said(row: History, theme: Theme, labels: Labels) -> str:
    """Return how a directive stands: its status, how late it came if it did, how many below it are overdue."""
    status = row.node.directive.status
    status_said = f"{theme.look(status).glyph} {labels.status(status)}"
    parts = (status_said, late_words(row.node, labels), below_said(row, labels))
    return " · ".join(filter(None, parts))


def below_said(row: History, labels: Labels) -> str:
    """Return how many below a directive are overdue, empty if none."""
    return labels.say("timeline_below", count=row.below) if row.below else ""


def due_said(row: History, labels: Labels, zone: str) -> str:
    """Return the due of a row in words."""
    if row.due == NEVER:
        return labels.say("undated")
    asked = "timeline_asked" if row.node.bucket == "soft_passed" else "due"
    return labels.say("timeline_assumed" if row.assumed else asked, date=show(row.due, zone))


def _bar(row: History, paper: Paper) -> Column:
    """Return the bar: statuses above, what was late below them."""
    full = (gap(AXIS_WIDTH),)
    return Column((
        Row(_ABOVE, full), Row(_BAR, _span_cells(row, paper)), Row(_STRIP, _late_cells(row, paper)), Row(_BELOW, full),
    ))  # fmt: skip


def _span_cells(row: History, paper: Paper) -> tuple[Cell, ...]:
    """Return the statuses of a row as cells, and its end if it has one."""
    theme, cells, x = paper.theme, [], 0
    last = AXIS_WIDTH - (_END if row.ended is not None else 0)
    edges = span_edges(row, last, paper.x)
    covered = _covered(row, paper)
    for span, (left, right) in zip(row.spans, edges, strict=True):
        cells += [gap(left - x)] if left > x else []
        x = max(x, right)
        if right > left:
            cells.append(_span_cell(span.status, (left, right), covered, paper))
    if row.ended is not None:
        look = theme.look(row.node.directive.status)
        end = min(max(x, paper.x(row.ended)), last)
        cells += [gap(end - x)] if end > x else []
        cells.append(Cell(width=_END, text=look.glyph, indent=_PAD, size=TEXT, bold=True, ink=look.ink,
                          fill=look.fill, frame=look.frame or theme.line))  # fmt: skip
        x = end + _END
    return (*cells, *([gap(AXIS_WIDTH - x)] if x < AXIS_WIDTH else []))


def span_edges(row: History, last: int, place: Callable[[int], int]) -> list[tuple[int, int]]:
    """Return left and right of each span in whole steps, each at least one wide while there is room.

    Args:
        row: Whose spans.
        last: The rightmost place there is.
        place: Where an instant stands.
    """
    if not row.spans:
        return []
    cuts = [min(place(span.start), last) for span in row.spans] + [min(place(row.spans[-1].end), last)]
    for number in range(1, len(cuts)):
        cuts[number] = max(cuts[number], cuts[number - 1] + 1)
    for number in range(len(cuts) - 1, -1, -1):
        cuts[number] = max(0, min(cuts[number], last - (len(cuts) - 1 - number)))
    return list(pairwise(cuts))


def _span_cell(status: str, edges: tuple[int, int], covered: Sequence[tuple[int, int]], paper: Paper) -> Cell:
    """Return one status of a bar: glyph and word where they fit and no mark of a due covers them."""
    look, (left, right) = paper.theme.look(status), edges
    text, indent = _placed((f"{look.glyph} {shown(paper.labels.status(status))}", look.glyph), edges, covered, TEXT)
    return Cell(width=right - left, text=text, indent=indent, size=TEXT, ink=look.ink, fill=look.fill, frame=look.frame)


def _placed(
    texts: Sequence[str], edges: tuple[int, int], covered: Sequence[tuple[int, int]], size: int
) -> tuple[str, int]:
    """Return the first of some texts that fits into a stretch beside what is covered, and how far from its left."""
    left, right = edges
    from_left, to_right = max(free(left, right, covered), key=lambda found: found[1] - found[0], default=(left, left))
    for text in texts:
        spare = to_right - from_left - room(text, size)
        if spare >= 2 * _PAD:
            return text, from_left - left + spare // 2
    return "", 0


def free(left: int, right: int, covered: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what is left of a stretch when others are taken out of it.

    Example:
        >>> free(0, 100, [(40, 44), (42, 43), (90, 94)])
        [(0, 40), (44, 90), (94, 100)]
    """
    found, x = [], left
    for start, end in sorted(covered):
        if x < min(start, right):
            found.append((x, min(start, right)))
        x = max(x, end)
    return [*found, (x, right)] if x < right else found


def _late_cells(row: History, paper: Paper) -> tuple[Cell, ...]:
    """Return the strip below the bar: the times a directive was late."""
    theme, cells, x = paper.theme, [], 0
    for start, end in row.late:
        left = max(x, min(paper.x(start), AXIS_WIDTH - 2))
        right = min(AXIS_WIDTH, max(left + 2, paper.x(end)))
        text, indent = _placed((_late_said(row, (start, end), paper), theme.late_glyph), (left, right), (), _STRIP_TEXT)
        cells += [gap(left - x)] if left > x else []
        cells.append(Cell(width=right - left, text=text, indent=indent, size=_STRIP_TEXT, bold=True,
                          ink=theme.late_ink, fill=theme.late))  # fmt: skip
        x = right
    return (*cells, *([gap(AXIS_WIDTH - x)] if x < AXIS_WIDTH else []))


def _late_said(row: History, stretch: tuple[int, int], paper: Paper) -> str:
    """Return what stands on a time that was late: the days of the view if it still goes on, else its length."""
    labels, theme = paper.labels, paper.theme
    if row.node.bucket == "overdue" and stretch == row.late[-1]:
        return f"{theme.late_glyph} {overdue_words(row.node, labels)}"
    return f"{theme.late_glyph} {spoken((stretch[1] - stretch[0]) // SECOND_US, labels, units=1)}"


# Marks across a bar


def _covered(row: History, paper: Paper) -> list[tuple[int, int]]:
    """Return the stretches of a bar that marks of dues cover."""
    places = [paper.x(due) for due in row.dues if paper.model.axis.holds(due)]
    return [(x - ORIGINAL, x + ORIGINAL) for x in places]


def due_marks(row: History, number: int, paper: Paper) -> list[Box]:
    """Return the marks of a row's dues, the original below the one in force, and the date of what is far off."""
    axis, labels, y = paper.model.axis, paper.labels, number * ROW_HEIGHT
    found, originally = [], ""
    if row.original is not None:
        originally = labels.say("timeline_original", date=show(row.original, axis.zone))
    if row.original is not None and axis.holds(row.original):
        found.append(_mark("original", row, (row.original, y, ORIGINAL), originally, paper))
    if row.due != NEVER and axis.holds(row.due):
        width = ASSUMED if row.assumed else DUE
        found.append(_mark("due", row, (row.due, y, width), due_said(row, labels, axis.zone), paper))
    elif row.due != NEVER and row.due > axis.end:
        far = labels.say("timeline_far", date=show(row.due, axis.zone)[:10])
        found.append(_far(row.node.directive.ref, far, y, paper))
    return found


def _mark(kind: str, row: History, place: tuple[int, float, int], tip: str, paper: Paper) -> Box:
    """Return the mark of a due, hollow if it is the original: kind, row, (instant, top, width), what is told of it."""
    theme, (t, y, width) = paper.theme, place
    hollow = kind == "original"
    return Box(
        key=f"{kind} {row.node.directive.ref}", x=LEFT + paper.x(t) - width / 2, y=y + 1, width=width,
        height=ROW_HEIGHT - 3, stroke=theme.ink if hollow else theme.paper, thickness=1.0 if hollow else 0.8,
        fill=theme.paper if hollow else theme.ink, tip=tip, classes=("original-due" if hollow else "due",),
    )  # fmt: skip


def _far(ref: str, text: str, y: float, paper: Paper) -> Box:
    """Return the arrow and date of a due beyond the right edge."""
    fit = fitted(text, _FAR_WIDTH - 4, SMALL)
    cell = Cell(width=_FAR_WIDTH, text=fit, indent=4, size=SMALL, ink=paper.theme.ink)
    return Box(
        key=f"far {ref}", x=LEFT + AXIS_WIDTH, y=y + _ABOVE, width=_FAR_WIDTH, height=_BAR,
        columns=(Column((Row(_BAR, (cell,)),)),), classes=("due", "far"),
    )  # fmt: skip


def _tip(row: History, paper: Paper) -> str:
    """Return what a pointer or a screen reader tells of a row."""
    labels, directive = paper.labels, row.node.directive
    stays = [
        labels.say(
            "timeline_stay",
            status=labels.status(span.status),
            duration=spoken((span.end - span.start) // SECOND_US, labels),
        )
        for span in row.spans[-_STAYS_MOST:]
    ]
    overdue = overdue_words(row.node, labels)
    late = f" · {overdue}" if overdue else ""
    return labels.say(
        "timeline_tip", name=row.node.name, status=labels.status(directive.status),
        due=due_said(row, labels, paper.model.axis.zone), late=late, stays=" → ".join(stays), ref=directive.ref,
    )  # fmt: skip
