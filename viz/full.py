"""The full tree: every directive of a view in a box of its own, none folded away.

Rule: all are drawn, each once; the status is ground, glyph and word, who is late has a thick dashed border and a
glyph. Up to some thousands every box bears its name; beyond that those with nobody below them are small marks whose
names are in their tips, and the legend says so. A change of status moves nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

from xiada.engine import limits
from xiada.engine.collector import collector_paused
from xiada.engine.projections import Node, View, places_above
from xiada.viz.drawing import Box, Cell, Column, Drawing, Line, Point, Row
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.page import Frame, framed, origin, showing, standing, swatches, words
from xiada.viz.plate import Style, bar_order, classes, due_words, in_order, late_words
from xiada.viz.radial import radial
from xiada.viz.text import fitted, room, shown
from xiada.viz.theme import LIGHT, Look, Theme
from xiada.viz.tidy import NOTHING, Placement, Size, Sizes, tidy

Layout: TypeAlias = Literal["tidy", "radial"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
NAMED_MOST = 5_000
"""Beyond so many directives only those with somebody below them bear a name."""

_NAMED = Sizes(upper=(132, 18), leaf=(112, 16))
_MARKED = Sizes(upper=(124, 16), leaf=(15, 10))
_LAYOUTS = {"tidy": tidy, "radial": radial}
_UPPER_TEXT, _LEAF_TEXT, _MARK_TEXT = 10, 9, 7
_PAD = 4
_LATE_BORDER = 2.0
_GROUND = "ground"


def full(view: View, *, layout: Layout = "tidy", lang: Language = "zh", theme: Theme = LIGHT) -> Drawing:
    """Return the full tree of a view: every directive a box.

    Args:
        view: The cascade at one instant.
        layout: `tidy` packs families into a page like a sheet; `radial` sets levels in rings around the root.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the key of a node is its directive's reference.

    Raises:
        Malformed: The layout or the language is not known.

    Example:
        >>> from xiada.engine.projections import View
        >>> nothing = View("floods", "No. 7", "Report on the floods", 0, 0, "", "Asia/Shanghai", ())
        >>> full(nothing, layout="radial", lang="en").summary
        '0 directives done 0 (0%) showing 0 of 0'

    Source: drawings.md of the design, 2.
    """
    limits.choice(layout, "layout", LAYOUTS)
    with collector_paused(len(view.nodes)):
        return _drawn(view, layout, catalogue(lang), theme)


def _drawn(view: View, layout: Layout, labels: Labels, theme: Theme) -> Drawing:
    """Return the drawing, with its page around all that is placed."""
    theme = theme.for_table(view.lifecycle)
    style = Style(theme, labels, view.zone, bar_order(view.lifecycle))
    sizes = _NAMED if len(view.nodes) <= NAMED_MOST else _MARKED
    placed = _LAYOUTS[layout](places_above(view.nodes), sizes) if view.nodes else NOTHING
    page = framed(_frame(view, placed, style, sizes), theme, nodes=(), edges=(), captions=(_room(placed),))
    ground = next(box for box in page.captions if box.key == _GROUND)
    at = ground.x, ground.y
    return replace(
        page,
        nodes=tuple(_boxes(view, placed, sizes, style, at)),
        edges=tuple(_lines(view, placed, theme, at)),
        captions=tuple(box for box in page.captions if box is not ground),
    )


def _room(placed: Placement) -> Box:
    """Return a box as large as all that is placed; the page is made around it."""
    return Box(key=_GROUND, x=0, y=0, width=math.ceil(placed.width), height=math.ceil(placed.height))


def _lines(view: View, placed: Placement, theme: Theme, at: Point) -> Iterator[Line]:
    """Yield the lines from superiors to those below."""
    refs = [node.directive.ref for node in view.nodes]
    across, down = at
    for line in placed.lines:
        tail, head = refs[line.superior], refs[line.first]
        points = [(x + across, y + down) for x, y in line.corners]
        yield Line(
            key=f"{tail} {head}", tail=tail, head=head, points=_straight(points), stroke=theme.line, thickness=0.75
        )


def _straight(corners: Sequence[Point]) -> tuple[Point, ...]:
    """Return the Bézier points of straight lines through corners."""
    found = [corners[0]]
    for before, corner in pairwise(corners):
        found += (before, corner, corner)
    return tuple(found)


def _boxes(view: View, placed: Placement, sizes: Sizes, style: Style, at: Point) -> Iterator[Box]:
    """Yield the box of every directive."""
    brush = _Brush(sizes, style)
    across, down = at
    for node, x, y, leaf in zip(view.nodes, placed.x, placed.y, placed.leaves, strict=True):
        yield brush.box(node, (x + across, y + down), leaf=leaf)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the boxes of a status, an urgency, a level and a line have in common.

    Args:
        look: Of the status.
        glyphs: Of the status, and of what is late.
        size: Width and height in points.
        mark: The content of a box that bears no name, empty for one that does.
        stroke: Colour of the border.
        classes: For style sheets.
        letters: Their size.
    """

    look: Look
    glyphs: str
    size: Size
    mark: tuple[Column, ...]
    stroke: str
    classes: tuple[str, ...]
    letters: int


class _Brush:
    """Makes boxes; what many of them have in common is made once and remembered."""

    def __init__(self, sizes: Sizes, style: Style) -> None:
        self._sizes, self._style = sizes, style
        self._named = sizes is _NAMED
        self._grounds: dict[tuple[object, ...], _Ground] = {}
        self._facts: dict[tuple[object, ...], str] = {}

    def box(self, node: Node, at: Point, *, leaf: bool) -> Box:
        """Return the box of a directive at a place."""
        directive, late = node.directive, node.bucket == "overdue"
        known = directive.status, late, leaf, node.level, directive.line
        ground = self._grounds.get(known) or self._grounds.setdefault(known, self._ground(node, late=late, leaf=leaf))
        return Box(
            key=directive.ref,
            x=at[0],
            y=at[1],
            width=ground.size[0],
            height=ground.size[1],
            columns=ground.mark or self._name(node.name, ground),
            stroke=ground.stroke,
            thickness=_LATE_BORDER if late else 0.75,
            dashed=late,
            fill=ground.look.fill,
            tip=f"{node.name} · {self._fact(node)} · {directive.ref}",
            classes=ground.classes,
        )

    def _ground(self, node: Node, *, late: bool, leaf: bool) -> _Ground:
        """Return what the boxes of a status, an urgency, a level and a line have in common."""
        theme = self._style.theme
        look = theme.look(node.directive.status)
        glyphs = f"{look.glyph}{theme.late_glyph}" if late else look.glyph
        size = self._sizes.leaf if leaf else self._sizes.upper
        mark: tuple[Column, ...] = ()
        if leaf and not self._named:
            mark = _text(glyphs, (room(glyphs, _MARK_TEXT), size[1]), _MARK_TEXT, look.ink, bold=True)
        stroke = theme.late if late else look.frame or theme.line
        return _Ground(look, glyphs, size, mark, stroke, classes(node), _LEAF_TEXT if leaf else _UPPER_TEXT)

    def _name(self, name: str, ground: _Ground) -> tuple[Column, ...]:
        """Return what is in a box that bears a name: glyphs and name, in bold where somebody is below."""
        width, height = ground.size
        inner = width - 2 * _PAD
        text = fitted(f"{ground.glyphs} {name}", inner, ground.letters)
        return _text(text, (inner, height), ground.letters, ground.look.ink, bold=ground.letters == _UPPER_TEXT)

    def _fact(self, node: Node) -> str:
        """Return the words for a status, a due, and how late it is or came."""
        directive, labels = node.directive, self._style.labels
        known = directive.status, directive.due, node.bucket, node.light.code, node.light.days
        found = self._facts.get(known)
        if found is None:
            parts = labels.status(directive.status), due_words(directive.due, self._style), late_words(node, labels)
            found = self._facts[known] = shown(" · ".join(filter(None, parts)))
        return found


def _text(text: str, size: Size, letters: int, ink: str, *, bold: bool = False) -> tuple[Column, ...]:
    """Return one line of text as the content of a box."""
    return (Column((Row(size[1], (Cell(width=size[0], text=text, size=letters, bold=bold, ink=ink),)),)),)


def _frame(view: View, placed: Placement, style: Style, sizes: Sizes) -> Frame:
    """Return the texts of the page."""
    counts = Counter(node.directive.status for node in view.nodes)
    hung = sum(above >= 0 for above in places_above(view.nodes))
    remarks = ["full_border", *(["full_row"] if len(placed.lines) < hung else [])]
    remarks += [] if sizes is _NAMED else ["full_marks"]
    return Frame(
        kind="full",
        language=style.labels.language,
        title=shown(view.title) or view.cascade,
        summary=[_summary(view, style)],
        legend=_legend(counts, remarks, style),
        footer=origin(view, style.labels),
    )


def _summary(view: View, style: Style) -> list[Cell]:
    """Return the row below the title: how many there are, how many are done, how many overdue."""
    buckets, total = Counter(node.bucket for node in view.nodes), len(view.nodes)
    first = standing(style.theme, style.labels, total=total, done=buckets["done"], overdue=buckets["overdue"])
    return [*first, showing(total, view, style.labels, style.theme)]


def _legend(counts: Mapping[str, int], remarks: Sequence[str], style: Style) -> list[Sequence[Cell]]:
    """Return the legend: the statuses of the table, how many there are of each, and how to read boxes and lines."""
    order = in_order({*style.order, *counts}, style.order)
    runs: list[Sequence[Cell]] = list(
        swatches([(status, counts.get(status, 0)) for status in order], style.theme, style.labels)
    )
    return runs + [[words(style.labels.say(name), style.theme, size=_LEAF_TEXT)] for name in remarks]
