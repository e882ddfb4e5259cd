"""Where every box of a full tree stands: each family below its superior, packed until the page is like a sheet.

    ┌root────────┐
    └┬───────────┘
     ├─────────────────┐            one line leads along below the superior and down each column
     ├┌1.1─────┐       ├┌1.3─────┐
     │└┬───────┘       │└────────┘
     │ ├□□□□□□         └┌1.4─────┐
     │ └□□□            │└┬───────┘
     └┌1.2─────┐         └□□□□□     those with nobody below them stand in rows, one line leads to each row
      └────────┘

Rule: places depend on who is below whom and on nothing else, so a change of status moves nothing. Siblings keep
their order, down the columns and along the rows; no two boxes overlap and no line runs across a box. One pass up
and one pass down, the time is in proportion to the boxes; nothing here recurses, so no depth is too deep.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xiada.viz.drawing import Point

_GAP = 3
_FAMILY_GAP = 7
_COLUMN_GAP = 8
_BUS = 4
_TRUNK = 6
_INDENT = 14
_BELOW = 7
_SHEET = 1.4
_TRIES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)

Size: TypeAlias = tuple[int, int]
Item: TypeAlias = tuple[int, int]
"""The first place of a row of siblings with nobody below them and how many they are, or a place and 0."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large boxes are, width and height in points: those with somebody below them, and those without."""

    upper: Size
    leaf: Size


@dataclass(frozen=True, slots=True)
class Tie:
    """A line from a superior to a box right below it, or to the first box of a row of them: straight, with corners."""

    superior: int
    first: int
    corners: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything stands.

    Args:
        x: Left edges, in the order of the boxes.
        y: Top edges.
        leaves: Which of the boxes have nobody below them.
        lines: From superiors to those below.
        width: Of it all.
        height: Of it all.
    """

    x: Sequence[float]
    y: Sequence[float]
    leaves: Sequence[bool]
    lines: Sequence[Tie]
    width: float
    height: float


NOTHING = Placement((), (), (), (), 0.0, 0.0)
"""Where everything stands when there is nothing."""


@dataclass(frozen=True, slots=True)
class Block:
    """A superior with all below it: what is right below it, where each of that stands, and how large it all is."""

    items: Sequence[Item]
    spots: Sequence[Point]
    width: float
    height: float


def tidy(parents: Sequence[int], sizes: Sizes) -> Placement:
    """Return where the boxes of a tree stand.

    Args:
        parents: Place of each one's parent, -1 for a root; parents before children, a family's members in order.
        sizes: Of the boxes.

    Example:
        >>> placed = tidy([-1, 0, 0], Sizes((100, 18), (80, 14)))
        >>> list(zip(placed.x, placed.y))
        [(0.0, 0.0), (14.0, 25.0), (14.0, 42.0)]
    """
    leaves = leaves_of(parents)
    families = families_of(parents, leaves)
    blocks: dict[int, Block] = {}
    for superior in sorted(families, reverse=True):
        blocks[superior] = block_of(superior, families[superior], blocks, sizes)
    setting = Setting(len(parents), sizes)
    for superior in sorted(families):
        setting.family(superior, blocks[superior])
    return Placement(setting.x, setting.y, leaves, setting.lines, blocks[-1].width, blocks[-1].height)


def leaves_of(parents: Sequence[int]) -> list[bool]:
    """Return which boxes have nobody below them: those whose follower is not their child."""
    return [parent != place for place, parent in enumerate((*parents[1:], -1))]


def families_of(parents: Sequence[int], leaves: Sequence[bool]) -> dict[int, list[Item]]:
    """Return what is right below each superior; -1 stands above the roots."""
    found: dict[int, list[Item]] = {-1: []}
    for place, parent in enumerate(parents):
        if not leaves[place]:
            found.setdefault(parent, []).append((place, 0))
            continue
        items = found.setdefault(parent, [])
        first, count = items[-1] if items else (0, 0)
        if count and first + count == place:
            items[-1] = first, count + 1
        else:
            items.append((place, 1))
    return found


def block_of(superior: int, items: Sequence[Item], below: Mapping[int, Block], sizes: Sizes) -> Block:
    """Return the block of a superior, -1 being above all roots, from those of the ones below it."""
    extents = [row_block(count, sizes) if count else _size(below[place]) for place, count in items]
    spots, width, height = _flowed(extents)
    if superior < 0:
        return Block(items, spots, width, height)
    top = sizes.upper[1] + _BELOW
    spots = [(across + _INDENT, down + top) for across, down in spots]
    return Block(items, spots, max(sizes.upper[0], width + _INDENT), height + top)


def _size(block: Block) -> tuple[float, float]:
    """Return width and height of a block."""
    return block.width, block.height


def row_length(count: int, sizes: Sizes) -> int:
    """Return how many of so many siblings with nobody below them stand in a row: so that the rows look like a sheet."""
    width, height = sizes.leaf[0] + _GAP, sizes.leaf[1] + _GAP
    like_a_sheet = round(math.sqrt(count * height * _SHEET / width))
    below_the_superior = (sizes.upper[0] - _INDENT) // width
    return min(count, max(1, like_a_sheet, below_the_superior))


def row_block(count: int, sizes: Sizes) -> tuple[float, float]:
    """Return width and height of so many siblings set in rows."""
    length = row_length(count, sizes)
    rows = -(-count // length)
    return length * (sizes.leaf[0] + _GAP) - _GAP, rows * (sizes.leaf[1] + _GAP) - _GAP


def _flowed(extents: Sequence[tuple[float, float]]) -> tuple[list[Point], float, float]:
    """Return where blocks stand that are set into columns like a newspaper, and the width and height of it all."""
    if len(extents) == 1:
        return [(0.0, 0.0)], *extents[0]
    tall = sum(height + _FAMILY_GAP for _, height in extents)
    broad = sum(width * height for width, height in extents) / max(1.0, sum(height for _, height in extents))
    about = math.sqrt(tall * _SHEET / (broad + _COLUMN_GAP + _INDENT))
    counts = sorted({min(len(extents), max(1, round(about * share))) for share in _TRIES})
    tries = (_columns(extents, tall / count) for count in counts)
    return min(tries, key=lambda found: max(found[1] / _SHEET, found[2]) ** 2 + found[1] * found[2] / _SHEET)


def _columns(extents: Sequence[tuple[float, float]], high: float) -> tuple[list[Point], float, float]:
    """Return blocks set into columns that are about so high."""
    spots: list[Point] = []
    left = down = right = lowest = 0.0
    for width, height in extents:
        if down and down + height / 2 > high:
            left, down = right + _COLUMN_GAP + _INDENT, 0.0
        spots.append((left, down))
        right, lowest = max(right, left + width), max(lowest, down + height)
        down += height + _FAMILY_GAP
    return spots, right, lowest


class Setting:
    """Gives boxes their places, family by family, superiors before those below them."""

    def __init__(self, count: int, sizes: Sizes) -> None:
        self.x, self.y = [0.0] * count, [0.0] * count
        self.lines: list[Tie] = []
        self._sizes = sizes

    def family(self, superior: int, block: Block) -> None:
        """Give those right below a superior, which has its place, theirs, and draw the lines to them."""
        left, top = (self.x[superior], self.y[superior]) if superior >= 0 else (0.0, 0.0)
        for (place, count), (across, down) in zip(block.items, block.spots, strict=True):
            heads = self.rows(place, count, (left + across, top + down)) if count else [place]
            if not count:
                self.x[place], self.y[place] = left + across, top + down
            if superior >= 0:
                half = (self._sizes.leaf if count else self._sizes.upper)[1] / 2
                ends = ((left + across, self.y[head] + half) for head in heads)
                self.lines += [
                    Tie(superior, head, _corners((left, top + self._sizes.upper[1]), end))
                    for head, end in zip(heads, ends, strict=True)
                ]

    def rows(self, place: int, count: int, corner: Point) -> Sequence[int]:
        """Set siblings into rows from a corner on; return the first of each row."""
        width, height = self._sizes.leaf[0] + _GAP, self._sizes.leaf[1] + _GAP
        length = row_length(count, self._sizes)
        steps = [corner[0] + step * width for step in range(length)]
        heads = range(place, place + count, length)
        for row, first in enumerate(heads):
            many = min(length, place + count - first)
            self.x[first : first + many] = steps[:many]
            self.y[first : first + many] = [corner[1] + row * height] * many
        return heads


def _corners(foot: Point, end: Point) -> tuple[Point, ...]:
    """Return the course of a line: out below the superior, along to the column, down it, and to the box."""
    trunk, column = foot[0] + _TRUNK, end[0] - _INDENT + _TRUNK
    start = trunk, foot[1]
    if column == trunk:
        return start, (trunk, end[1]), end
    bus = foot[1] + _BUS
    return start, (trunk, bus), (column, bus), (column, end[1]), end
