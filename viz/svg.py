"""A drawing as SVG by our own hand: no program, no font, no layout; the same bytes from the same drawing.

Rule: text gets in through `_escaped` alone, numbers through `_parts` alone, links through `link.checked`; there is
no script, no style sheet and no event in it. A box is a group with its stable id, its classes and its tip as title;
plain boxes of one colour and class that follow each other (no text, tip, link or border) share one path, neighbours
of one height run together: that is how a hundred thousand units fit into a small file.

Source: SVG 1.1 (W3C 2011), 8.3 path data, 5.4 title and desc.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from xiada.viz.drawing import Box, Cell, Column, Drawing, Line, Point, Row
from xiada.viz.link import checked, class_names, identifier
from xiada.viz.text import shown

_BASELINE_EM = 0.36
_ARROW_LENGTH, _ARROW_HALF = 7.0, 2.5
_DASHES = "5,3"
_PARTS = 100
"""Places are whole hundredths of a point."""


def written(drawing: Drawing) -> str:
    r"""Return a drawing as the text of an SVG file, whichever pen it is meant for.

    Raises:
        Malformed: A link that is neither `https:` nor relative.

    Example:
        >>> page = Drawing(
        ...     kind="icicle", language="en", title="A < B", summary="", footer="of c", width=20, height=10,
        ...     nodes=(Box(key="c/1", x=0, y=0, width=9, height=9, fill="#BBBBBB", classes=("status-issued",)),),
        ...     edges=(), captions=(), fonts="sans-serif", paper="#FFFFFF", pen="own",
        ... )
        >>> print(written(page).splitlines()[1])
        <title>A &lt; B · of c</title>
    """
    return "\n".join((
        *_opening(drawing),
        *map(_line, drawing.edges),
        *_boxes(drawing.nodes, "node"),
        *_boxes(drawing.captions, "caption"),
        "</svg>\n",
    ))  # fmt: skip


def _opening(drawing: Drawing) -> tuple[str, ...]:
    """Return what comes first: size, language, what it shows in words, and the page."""
    width, height = _number(drawing.width), _number(drawing.height)
    size = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
    told = f'lang="{_escaped(drawing.language)}" role="group" font-family="{_escaped(drawing.fonts)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {told}>',
        f"<title>{_escaped(f'{drawing.title} · {drawing.footer}')}</title>",
        f"<desc>{_escaped(f'{drawing.summary} {drawing.footer}')}</desc>",
        f'<rect class="paper" width="{width}" height="{height}" fill="{_escaped(drawing.paper)}"/>',
    )


def _escaped(text: str) -> str:
    """Return text as it stands in an element or in an attribute: shown literally, whatever it holds."""
    return html.escape(shown(text), quote=True)


def _number(value: float) -> str:
    """Return a length or a place, to a hundredth of a point.

    Example:
        >>> _number(12.0), _number(0.125), _number(-0.001), _number(-3.5)
        ('12', '0.12', '0', '-3.5')
    """
    return _parts(round(value * _PARTS))


def _parts(parts: int) -> str:
    """Return hundredths of a point as points."""
    whole, rest = divmod(abs(parts), _PARTS)
    fraction = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{'-' if parts < 0 else ''}{whole}{fraction}"


# Boxes


def _boxes(boxes: Sequence[Box], sort: str) -> Iterator[str]:
    """Yield boxes as groups, and runs of plain ones as paths."""
    for _, run in groupby(boxes, key=_likeness):
        like = list(run)
        yield _path(like, sort) if len(like) > 1 else _box(like[0], sort)


def _likeness(box: Box) -> tuple[object, ...]:
    """Return what plain boxes that share a path have in common; every other box is like itself alone."""
    if box.fill is None or box.columns or box.stroke is not None or box.tip or box.link is not None:
        return (box.key,)
    return box.fill, box.classes


def _path(boxes: Iterable[Box], sort: str) -> str:
    """Return plain boxes of one colour and class as one path, each as a step from where the last began."""
    like = list(boxes)
    steps, across, down = [], 0, 0
    for x, y, width, height in _joined(like):
        sides = f"h{_parts(width)}v{_parts(height)}h{_parts(-width)}z"
        steps.append(f"m{_parts(x - across)},{_parts(y - down)}{sides}")
        across, down = x, y
    names = class_names((sort, *like[0].classes))
    return f'<path class="{names}" fill="{_escaped(like[0].fill or "none")}" d="{"".join(steps)}"/>'


def _joined(boxes: Iterable[Box]) -> Iterator[tuple[int, int, int, int]]:
    """Yield left, top, width and height in parts of a point, those that touch and are equally high as one."""
    run = (0, 0, 0, 0)
    for box in boxes:
        x, y, width, height = (round(value * _PARTS) for value in (box.x, box.y, box.width, box.height))
        if (run[0] + run[2], run[1], run[3]) == (x, y, height):
            run = (run[0], y, run[2] + width, height)
            continue
        if run[2]:
            yield run
        run = (x, y, width, height)
    yield run


def _box(box: Box, sort: str) -> str:
    """Return a box as a group: its tip, its ground and border, and what is in it, behind its link if it has one."""
    title = f"<title>{_escaped(box.tip)}</title>" if box.tip else ""
    inside = f"{title}{_ground(box)}{''.join(_columns(box))}"
    if box.link is not None:
        inside = f'<a href="{_escaped(checked(box.link))}">{inside}</a>'
    return f'<g class="{class_names((sort, *box.classes))}" id="{identifier(box.key)}">{inside}</g>'


def _ground(box: Box) -> str:
    """Return the rectangle of a box; one that cannot be seen where only a tip or a link needs it."""
    stroke = _stroke(box.stroke, box.thickness, dashed=box.dashed) if box.stroke is not None else ""
    if not (box.fill or stroke or box.tip or box.link):
        return ""
    unseen = "" if box.fill else ' pointer-events="all"'
    return _rectangle((box.x, box.y, box.width, box.height), box.fill, stroke + unseen)


def _rectangle(place: tuple[float, float, float, float], fill: str | None, more: str = "") -> str:
    """Return a rectangle at x and y, so wide and so high."""
    x, y, width, height = map(_number, place)
    ground = _escaped(fill or "none")
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{ground}"{more}/>'


def _stroke(colour: str, thickness: float, *, dashed: bool) -> str:
    """Return the attributes of a line or a border."""
    width = "" if thickness == 1 else f' stroke-width="{_number(thickness)}"'
    return f' stroke="{_escaped(colour)}"{width}' + (f' stroke-dasharray="{_DASHES}"' if dashed else "")


# What is in a box


def _columns(box: Box) -> Iterator[str]:
    """Yield the cells of a box; its columns stand in its middle, as Graphviz puts them."""
    x = box.x + (box.width - sum(column.width for column in box.columns)) / 2
    for column in box.columns:
        yield from _column(column, x, box.y + (box.height - sum(row.height for row in column.rows)) / 2)
        x += column.width


def _column(column: Column, x: float, y: float) -> Iterator[str]:
    """Yield the cells of a column from its top left corner on."""
    for row in column.rows:
        yield from _row(row, x + (column.width - row.width) / 2, y)
        y += row.height


def _row(row: Row, x: float, y: float) -> Iterator[str]:
    """Yield the cells of a row from its top left corner on."""
    for cell in row.cells:
        if cell.width > 0:
            yield from _cell(cell, x, y, row.height)
        x += cell.width


def _cell(cell: Cell, x: float, y: float, height: int) -> Iterator[str]:
    """Yield a cell's ground and its text."""
    if cell.frame:
        inner = (x + 0.5, y + 0.5, cell.width - 1, height - 1)
        yield _rectangle(inner, cell.fill, _stroke(cell.frame, 1, dashed=False))
    elif cell.fill:
        yield _rectangle((x, y, cell.width, height), cell.fill)
    text = _escaped(cell.text)
    if text:
        left = _number(x + cell.indent + (1 if cell.frame else 0))
        base = _number(y + height / 2 + _BASELINE_EM * cell.size)
        bold = ' font-weight="bold"' if cell.bold else ""
        yield f'<text x="{left}" y="{base}" font-size="{cell.size}"{bold} fill="{_escaped(cell.ink)}">{text}</text>'


# Lines


def _line(line: Line) -> str:
    """Return a line as a group: its course, and its arrowhead if it has one."""
    points = (*line.points[:-1], _neck(line)) if line.arrow else line.points
    start, *others = map(_point, points)
    course = f"M{start}" + (f"C{' '.join(others)}" if others else "")
    stroke = _stroke(line.stroke, line.thickness, dashed=line.dashed)
    inside = f'<path fill="none"{stroke} d="{course}"/>' + (_head(line) if line.arrow else "")
    return f'<g class="{class_names(("edge", *line.classes))}" id="{identifier(line.key)}">{inside}</g>'


def _point(point: Point) -> str:
    """Return a point as paths have it."""
    return f"{_number(point[0])},{_number(point[1])}"


def _neck(line: Line) -> Point:
    """Return where an arrowhead begins: its length before the tip, on the way from the last bend."""
    (x, y), (tip_x, tip_y) = line.points[-4], line.points[-1]
    away = math.hypot(tip_x - x, tip_y - y)
    share = min(1.0, _ARROW_LENGTH / away) if away else 0.0
    return tip_x + share * (x - tip_x), tip_y + share * (y - tip_y)


def _head(line: Line) -> str:
    """Return the arrowhead of a line."""
    (x, y), (tip_x, tip_y) = _neck(line), line.points[-1]
    away = math.hypot(tip_x - x, tip_y - y) or 1.0
    aside = (_ARROW_HALF * (y - tip_y) / away, _ARROW_HALF * (tip_x - x) / away)
    corners = ((tip_x, tip_y), (x + aside[0], y + aside[1]), (x - aside[0], y - aside[1]))
    return f'<polygon fill="{_escaped(line.stroke)}" points="{" ".join(map(_point, corners))}"/>'
