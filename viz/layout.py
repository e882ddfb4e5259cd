"""Where the boxes of a tree stand and how their lines run.

Columns by level, the first child beside its parent, the others below it.

Rule: places depend on which boxes are drawn and on nothing else, so a change of status moves nothing.
Opening a box moves neither itself nor any box before it: what can be opened stands below all that is
deeper, whether it is open or not; only what has nothing below it moves up beside a family. One pass over
the boxes; siblings keep their order and lines never cross.
"""

from __future__ import annotations

from collections.abc import Sequence

from xiada.viz.drawing import Box, Line, Point
from xiada.viz.folding import Slot

COLUMN_GAP = 44
ROW_GAP = 8
FAMILY_GAP = 10
ROOT_GAP = 28
_CORNER = 6


def places(slots: Sequence[Slot], width: int, height: int) -> tuple[Point, ...]:
    """Return the top left corner of every box, all boxes being equally large.

    Args:
        slots: Parents before children, siblings in order.
        width: Of a box, in points.
        height: Of a box, in points.

    Returns:
        Corners in the order of the slots; a corner depends on the slots before it alone, and on whether its own
        box has anything below it, drawn or not.
    """
    free = [0.0] * (1 + max((slot.depth for slot in slots), default=0))
    found: list[Point] = []
    for place, slot in enumerate(slots):
        if slot.parent is None:
            y = max(free) + (ROOT_GAP if found else 0)
        elif slot.parent == place - 1:
            y = found[-1][1]
        elif _can_open(slot):
            y = max(free[slot.depth], *(taken + FAMILY_GAP for taken in free[slot.depth + 1 :] if taken), 0.0)
        else:
            y = free[slot.depth]
        found.append((slot.depth * (width + COLUMN_GAP), y))
        free[slot.depth] = y + height + ROW_GAP
    return tuple(found)


def _can_open(slot: Slot) -> bool:
    """Tell whether a box has a family, shown or not, beside it: then nothing else may stand there."""
    return slot.node is not None and slot.tally.total > 1


def line(parent: Box, child: Box, stroke: str, thickness: float) -> Line:
    """Return the line from a parent's right side to its child's left side, with one rounded corner."""
    start, end = (parent.right, parent.y + parent.height / 2), (child.x, child.y + child.height / 2)
    return joined(parent, child, _course(start, end), stroke, thickness)


def joined(tail: Box, head: Box, points: tuple[Point, ...], stroke: str, thickness: float) -> Line:
    """Return the line from one box to another along Bézier points; its key is made of theirs."""
    key = f"{tail.key} {head.key}"
    return Line(key=key, tail=tail.key, head=head.key, points=points, stroke=stroke, thickness=thickness)


def _course(start: Point, end: Point) -> tuple[Point, ...]:
    """Return the Bézier points of a line that goes right, down and right again."""
    if start[1] == end[1]:
        return polyline((start, end))
    trunk = (start[0] + end[0]) / 2
    fork = polyline((start, (trunk, start[1])))
    return (*fork, *polyline(((trunk, start[1]), (trunk, end[1]), end))[1:])


def polyline(corners: Sequence[Point]) -> tuple[Point, ...]:
    """Return the Bézier points of straight lines through corners, level or upright, the corners rounded.

    Example:
        >>> polyline(((0, 0), (9, 0)))
        ((0, 0), (0, 0), (9, 0), (9, 0))
    """
    found = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        found += [found[-1], start, start, corner, corner, end]
    return (*found, found[-1], corners[-1], corners[-1])


def _towards(corner: Point, other: Point) -> Point:
    """Return the point where the rounding of a corner meets the line to another point."""
    away = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    share = min(_CORNER, away / 2) / away if away else 0
    return corner[0] + share * (other[0] - corner[0]), corner[1] + share * (other[1] - corner[1])
