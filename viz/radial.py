"""Where every box of a full tree stands when levels are rings around the root, drawn wide like a sheet.

Each directive gets a part of the round in proportion to what is at the rim of its part; each level stands farther
out than the one before it, and as far as its boxes need. Small trees have every box on a ring. In larger ones those
with nobody below them stand in rows below their superior, and the whole family is what is set on the ring; levels
that would leave a large void inside are packed, each family as far in as there is room in its direction.

Rule: places depend on who is below whom and on nothing else, so a change of status moves nothing; no two boxes
overlap; lines are straight, or as in `tidy` inside a family, run below the boxes, and around the rows of the family
whose head they lead to. The time is in proportion to the boxes and, for a level that is packed, to how many lie one
behind the other (about the root of its boxes); nothing here recurses.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import NamedTuple

from xiada.viz.drawing import Point
from xiada.viz.tidy import (
    Item,
    Placement,
    Setting,
    Sizes,
    Tie,
    block_of,
    families_of,
    leaves_of,
    row_block,
    row_length,
)

SINGLE_MOST = 150
"""Up to so many boxes each stands for itself."""

_WIDE = 1.6
_GAP = 8.0
_RING_GAP = 22.0
_STEPS = 720
_ALONE_MOST = 200
_VOID = 2.5
_STEP = 0.01
_TURNS = 3
_BESIDE = 4
_GROWTH = 1.08
_START = -math.pi / 2
_UPRIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is set on a ring: a box, a family in one piece, or a few rows of siblings.

    Args:
        place: The box, or the first of the siblings.
        count: How many siblings stand below it in rows, or without it if it is the first of them.
        superior: Which piece it hangs on, -1 = none.
        depth: Its ring.
        width: In points, squeezed so that a circle in squeezed points is a wide round on paper.
        height: In points.
        headed: Whether a superior stands above the rows.
    """

    place: int
    count: int
    superior: int
    depth: int
    width: float
    height: float
    headed: bool = True

    @property
    def across(self) -> float:
        """How large it is whichever way it is looked at."""
        return math.hypot(self.width, self.height)


def radial(parents: Sequence[int], sizes: Sizes) -> Placement:
    """Return where the boxes of a tree stand.

    Args:
        parents: Place of each one's parent, -1 for a root; parents before children, a family's members in order.
        sizes: Of the boxes.

    Example:
        >>> placed = radial([-1, 0, 0], Sizes((100, 18), (80, 14)))
        >>> placed.x[1] < placed.x[0] + 10 < placed.x[2] or placed.x[2] < placed.x[0] + 10 < placed.x[1]
        True
    """
    leaves = leaves_of(parents)
    families = families_of(parents, leaves)
    pieces = _pieces(parents, leaves, families, sizes)
    centres = _rings(pieces, _angles(pieces))
    corners, width, height = _on_paper(pieces, centres)
    setting = Setting(len(parents), sizes)
    for piece, corner in zip(pieces, corners, strict=True):
        _set(piece, corner, families, sizes, setting)
    spokes = [
        _spoke(pieces[piece.superior].place, piece, leaves, sizes, setting) for piece in pieces if piece.superior >= 0
    ]
    return Placement(setting.x, setting.y, leaves, [*spokes, *setting.lines], width, height)


def _pieces(
    parents: Sequence[int], leaves: Sequence[bool], families: Mapping[int, Sequence[Item]], sizes: Sizes
) -> list[_Piece]:
    """Return what is set on the rings, superiors first, siblings in order."""
    packed = len(parents) > SINGLE_MOST
    runs = {first: count for items in families.values() for first, count in items if count}
    roots = sum(count or 1 for _, count in families[-1])
    found: list[_Piece] = []
    known = {-1: -1}
    place = 0
    while place < len(parents):
        superior = known[parents[place]]
        depth = found[superior].depth + 1 if superior >= 0 else int(roots > 1)
        run = runs.get(place, 0) if packed else 0
        known[place] = len(found)
        found.append(_piece(place, run, (superior, depth), families.get(place, ()) if packed else (), leaves, sizes))
        place += found[-1].count + found[-1].headed
    return found


def _piece(
    place: int, run: int, hangs: tuple[int, int], items: Sequence[Item], leaves: Sequence[bool], sizes: Sizes
) -> _Piece:
    """Return the piece that begins with a box: rows of siblings, a family, or the box alone."""
    if run:
        width, height = row_block(run, sizes)
        return _Piece(place, run, *hangs, width / _WIDE, height, headed=False)
    if len(items) == 1 and items[0][1]:
        block = block_of(place, items, {}, sizes)
        return _Piece(place, items[0][1], *hangs, block.width / _WIDE, block.height)
    own = sizes.leaf if leaves[place] else sizes.upper
    return _Piece(place, 0, *hangs, own[0] / _WIDE, own[1])


def _angles(pieces: Sequence[_Piece]) -> list[float]:
    """Return the direction of each piece: the middle of its part of the round, which begins at the top."""
    shares = [0.0] * len(pieces)
    for number in range(len(pieces) - 1, -1, -1):
        shares[number] = shares[number] or pieces[number].across
        if pieces[number].superior >= 0:
            shares[pieces[number].superior] += shares[number]
    whole = sum(share for share, piece in zip(shares, pieces, strict=True) if piece.superior < 0)
    turn = _Turn(
        sum(piece.width for piece in pieces) / len(pieces), sum(piece.height for piece in pieces) / len(pieces)
    )
    begins = {-1: 0.0}
    angles: list[float] = []
    for number, (piece, share) in enumerate(zip(pieces, shares, strict=True)):
        start = begins[piece.superior]
        angles.append(turn.angle((start + share / 2) / whole))
        begins[piece.superior], begins[number] = start + share, start
    return angles


class _Turn:
    """The round, measured by how many boxes of a size can stand along it: more at its sides than at top and bottom."""

    def __init__(self, width: float, height: float) -> None:
        turns = (_START + math.tau * (step + 0.5) / _STEPS for step in range(_STEPS))
        self._sums = list(
            accumulate((max(abs(math.sin(t)) / width, abs(math.cos(t)) / height) for t in turns), initial=0.0)
        )

    def angle(self, share: float) -> float:
        """Return the direction at a share of the round."""
        wanted = share * self._sums[-1]
        step = min(_STEPS - 1, max(0, bisect_left(self._sums, wanted) - 1))
        part = (wanted - self._sums[step]) / (self._sums[step + 1] - self._sums[step])
        return _START + math.tau * (step + part) / _STEPS


def _rings(pieces: Sequence[_Piece], angles: Sequence[float]) -> list[Point]:
    """Return the middle of each piece, in squeezed points around the centre: ring by ring, each outside the last."""
    rings: dict[int, list[int]] = {}
    for number, piece in enumerate(pieces):
        rings.setdefault(piece.depth, []).append(number)
    radii = [0.0] * len(pieces)
    reach = below = 0.0
    for depth, ring in sorted(rings.items()):
        found = _Ring([pieces[number] for number in ring], [angles[number] for number in ring])
        if depth == 0:
            reach, below = found.most / 2, found.pieces[0].height / 2
            continue
        if found.hangs_down:
            radii[ring[0]] = below + _RING_GAP + found.pieces[0].height / 2
            below = radii[ring[0]] + found.pieces[0].height / 2
            reach = max(reach, radii[ring[0]] + found.most / 2)
            continue
        for number, radius in zip(ring, found.radii(reach + _RING_GAP), strict=True):
            radii[number] = radius
        reach = below = max(radii[number] + pieces[number].across / 2 for number in ring)
    return [(radius * math.cos(angle), radius * math.sin(angle)) for radius, angle in zip(radii, angles, strict=True)]


class _Spot(NamedTuple):
    """Where a piece stands with half of the gap around it: its middle, and half its width and height."""

    x: float
    y: float
    wide: float
    high: float

    def meets(self, other: _Spot) -> bool:
        """Tell whether two overlap."""
        return abs(self.x - other.x) < self.wide + other.wide and abs(self.y - other.y) < self.high + other.high

    def left_at(self, other: _Spot, direction: Point) -> float:
        """Return how far out another that goes straight out must be to be past this one."""
        ways = ((self.x, self.wide + other.wide, direction[0]), (self.y, self.high + other.high, direction[1]))
        return min((middle + math.copysign(far, to)) / to for middle, far, to in ways if abs(to) > _UPRIGHT)


class _Ring:
    """The pieces of one level and their directions, in ascending order."""

    def __init__(self, pieces: Sequence[_Piece], angles: Sequence[float]) -> None:
        self.pieces = pieces
        self._across, self._down = [math.cos(angle) for angle in angles], [math.sin(angle) for angle in angles]
        self.most = max(piece.across for piece in pieces)

    @property
    def hangs_down(self) -> bool:
        """Whether it is one piece straight below the centre, as all are in a chain."""
        return len(self.pieces) == 1 and abs(self._across[0]) < _UPRIGHT

    def radii(self, inner: float) -> list[float]:
        """Return how far out each piece stands, all outside of a radius: on one ring, or packed."""
        least = inner + self.most / 2
        if len(self.pieces) <= _ALONE_MOST:
            radius = least
            while radius <= _VOID * least:
                if not self._crowded(radius):
                    return [radius] * len(self.pieces)
                radius *= _GROWTH
        return self._packed(inner)

    def _packed(self, inner: float) -> list[float]:
        """Return how far out each piece stands, as far in as there is room when it is its turn.

        Every third has its turn first: side by side, they leave room between them for the others.
        """
        ground = _Ground(self.pieces)
        found = [0.0] * len(self.pieces)
        for first in range(_TURNS):
            for number in range(first, len(self.pieces), _TURNS):
                way = self._across[number], self._down[number]
                found[number] = ground.set(self.pieces[number], way, inner)
        return found

    def _crowded(self, radius: float) -> bool:
        """Tell whether two pieces would overlap on one ring of a radius."""
        spots = [
            (radius * across, radius * down, (piece.width + _GAP) / 2, (piece.height + _GAP) / 2)
            for piece, across, down in zip(self.pieces, self._across, self._down, strict=True)
        ]
        return any(
            abs(one[0] - other[0]) < one[2] + other[2] and abs(one[1] - other[1]) < one[3] + other[3]
            for one, other in combinations(spots, 2)
        )


class _Ground:
    """What stands where, in squeezed points around the centre, looked up by squares as large as most pieces."""

    def __init__(self, pieces: Sequence[_Piece]) -> None:
        self._side = sum(piece.across for piece in pieces) / len(pieces) + _GAP
        self._squares: dict[tuple[int, int], list[_Spot]] = {}

    def set(self, piece: _Piece, direction: Point, inner: float) -> float:
        """Set a piece in a direction, the nearest it can stand outside of a radius; return how far out that is."""
        across, down = direction
        wide, high = (piece.width + _GAP) / 2, (piece.height + _GAP) / 2
        radius = inner + (abs(across) * piece.width + abs(down) * piece.height) / 2
        while True:
            spot = _Spot(radius * across, radius * down, wide, high)
            squares = self._under(spot)
            hit = next((one for square in squares for one in self._squares.get(square, ()) if one.meets(spot)), None)
            if hit is None:
                for square in squares:
                    self._squares.setdefault(square, []).append(spot)
                return radius
            radius = max(radius + _STEP, hit.left_at(spot, direction))

    def _under(self, spot: _Spot) -> list[tuple[int, int]]:
        """Return the squares that a spot lies on."""
        columns, rows = (
            range(math.floor((middle - half) / self._side), math.floor((middle + half) / self._side) + 1)
            for middle, half in ((spot.x, spot.wide), (spot.y, spot.high))
        )
        return [(column, row) for column in columns for row in rows]


def _on_paper(pieces: Sequence[_Piece], centres: Sequence[Point]) -> tuple[list[Point], float, float]:
    """Return the top left corners of the pieces, and width and height of it all."""
    corners = [
        ((across - piece.width / 2) * _WIDE, down - piece.height / 2)
        for piece, (across, down) in zip(pieces, centres, strict=True)
    ]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    corners = [(round(x - left, 1), round(y - top, 1)) for x, y in corners]
    width = max(x + piece.width * _WIDE for piece, (x, _) in zip(pieces, corners, strict=True))
    height = max(y + piece.height for piece, (_, y) in zip(pieces, corners, strict=True))
    return corners, width, height


def _set(piece: _Piece, corner: Point, families: Mapping[int, Sequence[Item]], sizes: Sizes, setting: Setting) -> None:
    """Give the boxes of a piece their places."""
    if not piece.headed:
        setting.rows(piece.place, piece.count, corner)
        return
    setting.x[piece.place], setting.y[piece.place] = corner
    if piece.count:
        setting.family(piece.place, block_of(piece.place, families[piece.place], {}, sizes))


def _spoke(superior: int, piece: _Piece, leaves: Sequence[bool], sizes: Sizes, setting: Setting) -> Tie:
    """Return the line from the middle of a box to a piece below it: to the rows, or to the box that stands alone."""
    width, height = sizes.leaf if leaves[superior] else sizes.upper
    start = setting.x[superior] + width / 2, setting.y[superior] + height / 2
    left, top = setting.x[piece.place], setting.y[piece.place]
    if piece.headed and piece.count:
        return Tie(superior, piece.place, (start, *_to_head(start, (left, top), piece, sizes)))
    extent = piece.width * _WIDE, piece.height * _full_rows(piece, sizes)
    middle = left + extent[0] / 2, top + extent[1] / 2
    return Tie(superior, piece.place, (start, middle if piece.headed else _edge(start, middle, extent)))


def _full_rows(piece: _Piece, sizes: Sizes) -> float:
    """Return what share of a piece's height has boxes all along; where its last row ends sooner, there is no edge."""
    if not piece.count:
        return 1.0
    length = row_length(piece.count, sizes)
    return piece.count // length / -(-piece.count // length)


def _to_head(start: Point, corner: Point, piece: _Piece, sizes: Sizes) -> tuple[Point, ...]:
    """Return how a line comes to the head of a family: straight, or around the rows if it comes from below them."""
    (left, top), (width, height) = corner, sizes.upper
    right, bottom, level = left + piece.width * _WIDE, top + piece.height, top + height / 2
    if start[1] <= top + height:
        return ((left + width / 2, level),)
    on_left = start[0] < (left + right) / 2
    beside, end = (left - _BESIDE, left) if on_left else (right + _BESIDE, left + width)
    clear = start[0] <= beside if on_left else start[0] >= beside
    return *(() if clear else ((beside, bottom + _BESIDE),)), (beside, level), (end, level)


def _edge(start: Point, middle: Point, extent: Point) -> Point:
    """Return where a line to the middle of a rectangle comes to its edge."""
    across, down = start[0] - middle[0], start[1] - middle[1]
    ways = ((abs(across), extent[0] / 2), (abs(down), extent[1] / 2))
    share = min((half / far for far, half in ways if far > half), default=0.0)
    return middle[0] + across * share, middle[1] + down * share
