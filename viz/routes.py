"""How the lines of a state machine run: straight between neighbours, else in lanes above or below.

Rule: the main line is one row; a move to the next status is straight; a move within the row that skips
or goes back runs in a lane above it, a move out of the row in a lane below. A lane never crosses a box,
and its name stands where no other line comes down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xiada.engine.lifecycle import Lifecycle, Transition
from xiada.viz.drawing import Box, Line, Point
from xiada.viz.layout import polyline
from xiada.viz.theme import Theme

START = "\tstart"
"""Key of the point a directive comes from before it has any status; no status is called so, for names hold no tabs."""

BOX_GAP = 120
LANE_GAP, LANE_MARGIN = 24, 30
_PORT_GAP, _PORT_MARGIN = 22, 26
_OPPOSITE = 5  # so that lines from a box never run over those of the box above it
STRAIGHT_TOP, _STRAIGHT_GAP = 36, 44


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table as lines: from some statuses, or from the start, to another."""

    row: Transition
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Named:
    """A move's lines, and where its name goes: its middle and its bottom."""

    move: Move
    lines: tuple[Line, ...]
    place: Point


def main_line(table: Lifecycle) -> tuple[str, ...]:
    """Return the statuses of the main line: the longest way on, in the order of the table, to where a summary closes.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> main_line(STANDARD)
        ('issued', 'forwarded', 'executing', 'reported', 'summarised')
    """
    ends = table.closed - table.excused or table.closed
    names = [status.name for status in table.statuses]
    ways: dict[str, tuple[str, ...]] = {}
    for place in reversed(range(len(names))):
        name, later = names[place], set(names[place + 1 :])
        onward = [row.target for row in table.transitions if name in row.sources and row.target in later]
        found = [(name, *ways[target]) for target in onward if target in ways]
        found += [(name,)] if name in ends else []
        if found:
            ways[name] = max(found, key=len)
    births = [row.target for row in table.transitions if not row.sources and row.target]
    start = births[0] if births else names[0]
    return ways.get(start, (start,))


def moves(table: Lifecycle, order: Sequence[str]) -> tuple[list[Move], list[Move], list[Move]]:
    """Return the moves between neighbours of the main line, those above it, and those below it.

    Args:
        table: The lifecycle.
        order: START and the main line.
    """
    straight: list[Move] = []
    above: list[Move] = []
    below: list[Move] = []
    neighbours = set(pairwise(order))
    for row in table.transitions:
        if row.target is None:
            continue
        sources = [source for source in (row.sources or (START,)) if source != row.target]
        near = [source for source in sources if (source, row.target) in neighbours]
        far = tuple(source for source in sources if source not in near)
        straight += [Move(row, (source,), row.target) for source in near]
        if far:
            inside = {*far, row.target} <= set(order)
            (above if inside else below).append(Move(row, far, row.target))
    return straight, above, below


def first_side_column(main: Sequence[str], sides: Sequence[str], below: Sequence[Move]) -> int:
    """Return the column from which on the statuses off the main line stand side by side.

    So far to the right as the main line goes, or else so near to that, that no move stays within one column: there
    would be no gap for its name.

    Args:
        main: The main line.
        sides: The other statuses, from left to right.
        below: The moves that run below the main line.
    """
    columns = {name: place for place, name in enumerate((START, *main), -1)}
    wanted = max(0, len(main) - len(sides))

    def cost(first: int) -> tuple[int, bool, int]:
        places = columns | {name: first + number for number, name in enumerate(sides)}
        upright = sum(len({places[status] for status in (*move.sources, move.target)}) == 1 for move in below)
        return upright, first > wanted, abs(first - wanted)

    return min(range(len(main) + 2), key=cost)


def straight(found: Sequence[Move], boxes: Mapping[str, Box], theme: Theme, *, below: int = 0) -> list[Named]:
    """Return straight lines between neighbours, one below the other.

    Args:
        found: The moves.
        boxes: Every status and the start.
        theme: Colours.
        below: How much further below than names of two rows need.
    """
    used: dict[str, int] = {}
    named = []
    for move in found:
        tail, head = boxes[move.sources[0]], boxes[move.target]
        y = head.y + STRAIGHT_TOP + (_STRAIGHT_GAP + below) * used.get(tail.key, 0)
        used[tail.key] = used.get(tail.key, 0) + 1
        line = _line(move, tail, head, ((tail.right, y), (head.x, y)), theme)
        named.append(Named(move, (line,), ((tail.right + head.x) / 2, y)))
    return named


class Lanes:
    """Lanes on one side of the main line, filled one move after the other, the nearest first.

    Args:
        boxes: Every status and the start.
        y: Where the row ends on this side.
        step: From lane to lane: negative upwards.
    """

    __slots__ = ("boxes", "ports", "step", "taken", "y")

    def __init__(self, boxes: Mapping[str, Box], y: float, step: float) -> None:
        self.boxes = boxes
        self.y = y
        self.step = step
        self.ports: dict[str, int] = {}
        self.taken: list[tuple[int, float, float]] = []

    def route(self, move: Move, theme: Theme) -> Named:
        """Return a move's lines through the nearest free lane."""
        into = self.arrival(move.target)
        outs = [self.departure(source) for source in move.sources]
        y = self.lane(min(into, *outs), max(into, *outs))
        head = self.boxes[move.target]
        lines = []
        for source, out in zip(move.sources, outs, strict=True):
            tail = self.boxes[source]
            corners = ((out, self.edge(tail)), (out, y), (into, y), (into, self.edge(head)))
            lines.append(_line(move, tail, head, corners, theme))
        return Named(move, tuple(lines), (self.clear(head, outs), y))

    def edge(self, box: Box) -> float:
        """Return the side of a box that faces the lanes."""
        return box.y if self.step < 0 or self.is_opposite(box) else box.bottom

    def is_opposite(self, box: Box) -> bool:
        """Tell whether a box stands on the other side of the lanes than the main line."""
        return self.step > 0 and box.y > self.y

    def departure(self, status: str) -> float:
        """Return the next free place for a line that leaves a box, from its right edge on."""
        box = self.boxes[status]
        aside = _OPPOSITE if self.is_opposite(box) else 0
        return box.right - min(_PORT_MARGIN, box.width / 2) - aside - self.port(f"{status} out")

    def arrival(self, status: str) -> float:
        """Return the next free place for a line that reaches a box, from its middle on.

        To the left; to the right where it comes up from below, beside what goes down to the box underneath.
        """
        box, number = self.boxes[status], self.port(f"{status} in")
        middle = box.x + box.width / 2
        if self.step > 0 and not self.is_opposite(box):
            return min(box.right - 2, middle + _PORT_MARGIN / 2 + number)
        return max(box.x + 2, middle - _PORT_MARGIN / 2 - number)

    def port(self, name: str) -> int:
        """Return how far from the first place the next free one is."""
        self.ports[name] = self.ports.get(name, -1) + 1
        return self.ports[name] * _PORT_GAP

    def lane(self, left: float, right: float) -> float:
        """Return the nearest lane that is free between two places, and take it."""
        number = 0
        while any(lane == number and left < end and start < right for lane, start, end in self.taken):
            number += 1
        self.taken.append((number, left - BOX_GAP, right + BOX_GAP))
        return self.y + self.step * number

    def clear(self, head: Box, outs: Sequence[float]) -> float:
        """Return the middle of the gap beside a move's target, on the side it comes from."""
        from_left = min(outs) < head.x
        return head.x - BOX_GAP / 2 if from_left else head.right + BOX_GAP / 2


def _line(move: Move, tail: Box, head: Box, corners: Sequence[Point], theme: Theme) -> Line:
    """Return one line of a move."""
    automatic = move.row.by == "effect"
    return Line(
        key=f"{tail.key} {move.row.trigger} {move.row.by} {head.key}",
        tail=tail.key,
        head=head.key,
        points=polyline(corners),
        stroke=theme.muted,
        thickness=1.2,
        dashed=automatic,
        arrow=True,
    )
