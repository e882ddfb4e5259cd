"""What is true of every drawing: where texts stand, on which ground, and what must not meet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from xiada.viz import Drawing
from xiada.viz.drawing import Box, Cell, Point
from xiada.viz.text import shown, width

_SLACK = 0.51
"""Places may be halves of a point off: rounding."""


class Placed(NamedTuple):
    """A cell in its place on the page."""

    box: Box
    cell: Cell
    x: float
    y: float
    height: int


def placed(box: Box) -> Iterator[Placed]:
    """Yield the cells of a box, each in its place; columns and rows stand in the middle of what they are in."""
    left = box.x + (box.width - sum(column.width for column in box.columns)) / 2
    for column in box.columns:
        top = box.y + (box.height - sum(row.height for row in column.rows)) / 2
        for row in column.rows:
            x = left + (column.width - row.width) / 2
            for cell in row.cells:
                yield Placed(box, cell, x, top, row.height)
                x += cell.width
            top += row.height
        left += column.width


def grounds(drawing: Drawing) -> Iterator[tuple[Cell, str]]:
    """Yield every cell with text and the colour it stands on: its own, else what was painted there last."""
    boxes = (*drawing.nodes, *drawing.captions)
    painted = [
        (number, found.x, found.y, found.x + found.cell.width, found.y + found.height, found.cell.fill)
        for number, box in enumerate(boxes)
        for found in placed(box)
        if found.cell.fill
    ]
    painted += [(number, box.x, box.y, box.right, box.bottom, box.fill) for number, box in enumerate(boxes) if box.fill]
    painted.sort(key=lambda area: area[0])
    for number, box in enumerate(boxes):
        for found in placed(box):
            if not shown(found.cell.text):
                continue
            x, y = found.x + found.cell.indent + 1, found.y + found.height / 2
            under = [
                area[5] for area in painted if area[0] < number and area[1] <= x <= area[3] and area[2] <= y <= area[4]
            ]
            ground = found.cell.fill or box.fill or (under[-1] if under else None) or drawing.paper
            yield found.cell, ground


def on_page(points: Iterable[Point], drawing: Drawing) -> Iterator[bool]:
    """Yield of points whether they are on the page."""
    return (-_SLACK <= x <= drawing.width + _SLACK and -_SLACK <= y <= drawing.height + _SLACK for x, y in points)


def misfits(drawing: Drawing) -> list[str]:
    """Return what does not fit: a text its cell, cells their box, a box the page."""
    wrong = []
    for box in (*drawing.nodes, *drawing.captions):
        if min(box.x, box.y) < -_SLACK or box.right > drawing.width + _SLACK or box.bottom > drawing.height + _SLACK:
            wrong.append(f"{box.key!r} is off the page")
        if sum(column.width for column in box.columns) > box.width:
            wrong.append(f"{box.key!r} is wider than its box")
        if any(sum(row.height for row in column.rows) > box.height for column in box.columns):
            wrong.append(f"{box.key!r} is higher than its box")
        for found in placed(box):
            needed = width(shown(found.cell.text), found.cell.size) + found.cell.indent
            if found.cell.text and (needed > found.cell.width + 1 or found.cell.size > found.height + 1):
                wrong.append(f"{found.cell.text!r} is larger than its cell in {box.key!r}")
    wrong += [f"line {line.key!r} leaves the page" for line in drawing.edges if not all(on_page(line.points, drawing))]
    return wrong


def overlaps(drawing: Drawing, *, over: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the nodes that overlap; those of the classes in `over` are marks that lie over others on purpose."""
    wrong, open_ = [], list[Box]()
    boxes = (box for box in drawing.nodes if not set(box.classes) & set(over))
    for box in sorted(boxes, key=lambda box: box.x):
        open_ = [other for other in open_ if other.right > box.x + _SLACK]
        wrong += [
            (other.key, box.key) for other in open_ if other.y < box.bottom - _SLACK and box.y < other.bottom - _SLACK
        ]
        open_.append(box)
    return wrong
