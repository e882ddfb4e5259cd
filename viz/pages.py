"""The cascade tree on paper: as many sheets as its boxes need at a size that can be read.

Rule: what `tree` would show is here, every box once, on A3 or A4 lying down; letters are never below 6.5 points on
paper. Each page says which it is, where it belongs, and at each box that goes on, on which page. Which box stands on
which sheet is decided by `sheets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Literal, get_args

from xiada.engine import limits
from xiada.engine.errors import Malformed
from xiada.engine.projections import View
from xiada.viz.drawing import Box, Cell, Column, Drawing, Line, Row
from xiada.viz.folding import Slot, folded, together
from xiada.viz.labels import Language, catalogue
from xiada.viz.layout import line, polyline
from xiada.viz.page import MARGIN, Frame, badge, framed, gap, origin, standing, words
from xiada.viz.plate import HEIGHT, WIDTH, Style, bar_order, plate
from xiada.viz.sheets import BUS, NOTE, NOTE_GAP, Field, Sheet, sheets
from xiada.viz.text import fitted, shown, width
from xiada.viz.theme import LIGHT, Theme
from xiada.viz.tree import key_of, legend, whole, worst_row

Paper = Literal["a3", "a4"]
PAPERS: Mapping[Paper, tuple[float, float]] = {"a3": (1190.55, 841.89), "a4": (841.89, 595.28)}
"""Width and height of a sheet lying down, in points."""

BUDGET = 500
"""So many boxes are drawn where nobody says how many: paper has room for more than a screen."""

MOST_PAGES = 500
"""So many pages are drawn unless the caller allows more."""

LEAST_LETTERS = 6.5
"""Points: smaller letters on paper are not read."""

_SMALLEST = 9
_TEXT = 11
_MOST_ROWS = 3
_NAME_POINTS = 240
_BETWEEN = " › "


@dataclass(frozen=True)
class _Book:
    """What all pages have in common."""

    view: View
    slots: tuple[Slot, ...]
    style: Style
    paper: Paper
    sheets: tuple[Sheet, ...] = ()

    @cached_property
    def drawn(self) -> int:
        """How many directives the sheets show together."""
        return sum(self.slots[place].node is not None for sheet in self.sheets for place in sheet.content)

    @cached_property
    def left(self) -> int:
        """How many boxes are on none of the sheets."""
        return len(self.slots) - sum(len(sheet.content) for sheet in self.sheets)

    @property
    def width(self) -> int:
        """The width of a page in points of the drawing."""
        return int(PAPERS[self.paper][0] * _SMALLEST / LEAST_LETTERS)

    @property
    def height(self) -> int:
        """The height of a page in points of the drawing."""
        return int(PAPERS[self.paper][1] * _SMALLEST / LEAST_LETTERS)

    @property
    def inner(self) -> int:
        """The width between the margins."""
        return self.width - 2 * MARGIN


def pages(  # noqa: PLR0913  (all but the view are options)
    view: View,
    *,
    budget: int = BUDGET,
    opened: Sequence[str] = (),
    lang: Language = "zh",
    theme: Theme = LIGHT,
    paper: Paper = "a3",
    most_pages: int = MOST_PAGES,
) -> tuple[Drawing, ...]:
    """Return the cascade tree of a view as pages of paper, the overview first.

    Args:
        view: The cascade at one instant.
        budget: Most boxes to draw, as `tree` counts them.
        opened: References of directives whose children are to be seen as well.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.
        paper: `a3` or `a4`, lying down.
        most_pages: Most pages; the last says what is left out.

    Returns:
        The pages in preorder, each as large as the paper at a scale of 6.5 to 9; the first node of a page that goes
        on from another is the box it goes on from.

    Raises:
        Malformed: The budget or the count of pages is below 1, the language or the paper is not known.
        NotFound: A reference in `opened` is not in the view.
    """
    limits.choice(paper, "paper", get_args(Paper))
    if most_pages < 1:
        raise Malformed("bad_budget", f"{most_pages} pages show nothing", remedy="Ask for at least 1.")
    labels, theme = catalogue(lang), theme.for_table(view.lifecycle)
    slots = folded(view, budget, opened)
    book = _Book(view, slots, Style(theme, labels, view.zone, bar_order(view.lifecycle)), paper)
    found = tuple(islice(sheets(slots, _field(book)), most_pages))
    book = replace(book, sheets=found)
    numbers = _numbers(found)
    return tuple(_page(book, number, numbers) for number in range(len(found)))


def _field(book: _Book) -> Field:
    """Return the room for boxes on each page: what the fullest head and footer leave."""
    rows = [[gap()]] * _MOST_ROWS
    bare = framed(_frame(book, rows, counted=True), book.style.theme, nodes=(), edges=(), captions=[_canvas(book, 0)])
    return Field(width=book.inner, height=book.height - bare.height, box_width=WIDTH, box_height=HEIGHT)


def _numbers(found: Sequence[Sheet]) -> dict[int, int]:
    """Return by place the number of the first page, from 1, that goes on from a box."""
    numbers: dict[int, int] = {}
    for number, sheet in enumerate(found, 1):
        for head in sheet.heads if sheet.repeated else ():
            numbers.setdefault(head, number)
    return numbers


def _page(book: _Book, number: int, numbers: Mapping[int, int]) -> Drawing:
    """Return one page; its title tells it from the others, for bookmarks."""
    sheet, theme = book.sheets[number], book.style.theme
    boxes = {
        place: plate(book.slots[place], key_of(book.slots, place), corner, book.style)
        for place, corner in zip(sheet.boxes, sheet.corners, strict=True)
    }
    notes = [_note(boxes[place], numbers.get(place), book.style) for place in sheet.cut]
    frame = _frame(book, _summary(book, number), counted=number == 0)
    bare = framed(frame, theme, nodes=(), edges=(), captions=[_canvas(book, 0)])
    canvas = _canvas(book, int(book.height - bare.height))
    page = framed(frame, theme, nodes=tuple(boxes.values()), edges=_lines(book, boxes), captions=[canvas, *notes])
    return replace(page, title=page.title if number == 0 else _name(book, sheet))


def _canvas(book: _Book, height: int) -> Box:
    """Return the room for boxes, as a box that shows nothing."""
    return Box(key="canvas", x=0, y=0, width=book.inner, height=height)


def _frame(book: _Book, summary: Sequence[Sequence[Cell]], *, counted: bool) -> Frame:
    """Return the texts around the boxes of a page; the legend counts the whole view, or nothing."""
    style = book.style
    mark = [words(style.labels.say("pages_mark"), style.theme, size=_SMALLEST)]
    return Frame(
        kind="tree",
        language=style.labels.language,
        title=shown(book.view.title) or book.view.cascade,
        summary=summary,
        legend=[*legend(book.slots if counted else (), style), mark],
        footer=origin(book.view, style.labels),
    )


def _summary(book: _Book, number: int) -> list[list[Cell]]:
    """Return the rows below the title: which page this is, where it belongs, how far that is, what is left out."""
    style, sheet = book.style, book.sheets[number]
    theme, say = style.theme, style.labels.say
    page = words(say("pages_number", page=number + 1, count=len(book.sheets)), theme, bold=True)
    left = book.inner - page.width
    rows = [[page, *_where(book, sheet, left)], _standing(book, sheet)]
    if number + 1 == len(book.sheets) and book.left:
        told = say("pages_cut_off", most=len(book.sheets), left=book.left)
        rows.append([badge(fitted(told, book.inner - 20, _TEXT), theme)])
    elif number == 0 and whole(book.slots).overdue:
        rows += worst_row(book.slots, style)
    assert len(rows) <= _MOST_ROWS, "the field leaves room for no more"
    return rows


def _where(book: _Book, sheet: Sheet, left: int) -> list[Cell]:
    """Return where a page belongs: the names from the root to what it shows, in so many points."""
    style = book.style
    if not sheet.repeated:
        part = [_part(book, sheet)] if sheet.part else []
        return [words(" ".join([style.labels.say("pages_top"), *part]), style.theme)]
    label = words(style.labels.say("pages_where"), style.theme, after=4)
    names = [*_above(book, sheet.heads[0]), _name(book, sheet)]
    return [label, words(_shortened(names, left - label.width - 14), style.theme)]


def _above(book: _Book, place: int) -> list[str]:
    """Return the names above a box, the root's first."""
    found = []
    parent = book.slots[place].parent
    while parent is not None:
        found.append(_named(book, parent))
        parent = book.slots[parent].parent
    return found[::-1]


def _shortened(names: Sequence[str], most: float) -> str:
    """Return names as a path that is at most so many points wide: those in the middle go first."""
    left = list(names)
    while len(left) > 2 and width(_BETWEEN.join([left[0], "…", *left[1:]]), _TEXT) > most:
        del left[1]
    told = left if len(left) == len(names) else [left[0], "…", *left[1:]]
    return fitted(_BETWEEN.join(told), most, _TEXT)


def _named(book: _Book, place: int) -> str:
    """Return the name of a directive, not longer than leaves room for others."""
    node = book.slots[place].node
    assert node is not None, "only directives have something below them"
    return fitted(node.name, _NAME_POINTS, _TEXT)


def _name(book: _Book, sheet: Sheet) -> str:
    """Return what a page is called: after the box it goes on from, and how many there are, or which part of them."""
    say = book.style.labels.say
    if not sheet.heads:
        return say("pages_of", name=say("pages_top"), part=_part(book, sheet))
    first, *others = (_named(book, place) for place in sheet.heads) if sheet.repeated else (say("pages_top"),)
    if others:
        return say("pages_and", first=first, count=len(others) + 1, more=len(others))
    return say("pages_of", name=first, part=_part(book, sheet)) if sheet.part else first


def _part(book: _Book, sheet: Sheet) -> str:
    """Return which part of a list a page shows."""
    assert sheet.part is not None, "asked of lists only"
    first, last, count = sheet.part
    return book.style.labels.say("pages_part", first=first, last=last, count=count)


def _standing(book: _Book, sheet: Sheet) -> list[Cell]:
    """Return how far what is on the page is, how much of it is here, and how much all pages show."""
    theme, labels = book.style.theme, book.style.labels
    roots = sheet.heads or sheet.content
    tally = together(book.slots[place].tally for place in roots)
    here = sum(book.slots[place].node is not None for place in sheet.boxes)
    return [
        *standing(theme, labels, total=tally.total, done=tally.done, overdue=tally.overdue),
        words(labels.say("pages_here", count=here), theme),
        words(labels.say("pages_all", shown=book.drawn, total=book.view.total), theme),
    ]


def _note(box: Box, page: int | None, style: Style) -> Box:
    """Return the note at the right of a box: on which page it goes on."""
    say = style.labels.say
    text = say("pages_nowhere") if page is None else say("pages_on", page=page)
    cell = Cell(width=NOTE, text=fitted(text, NOTE, _SMALLEST), size=_SMALLEST, bold=True, ink=style.theme.ink)
    return Box(
        key=f"{box.key} on",
        x=box.right + NOTE_GAP,
        y=box.y + HEIGHT / 2 - 9,
        width=NOTE,
        height=18,
        columns=(Column((Row(18, (cell,)),)),),
        link=None if page is None else f"#page={page}",
        classes=("note",),
    )


def _lines(book: _Book, boxes: Mapping[int, Box]) -> list[Line]:
    """Return the lines from parents to children; a head's children stand in strips."""
    stroke = book.style.theme.line
    first: dict[int | None, float] = {}
    pairs = [(parent, place) for place in boxes if (parent := book.slots[place].parent) in boxes]
    for parent, place in pairs:
        first.setdefault(parent, boxes[place].x)
    return [_bus(boxes[parent], boxes[place], first[parent], stroke) for parent, place in pairs if parent is not None]


def _bus(parent: Box, child: Box, first: float, stroke: str) -> Line:
    """Return the line to a child; in a strip that is not the first it leads up, along above the strips, and down."""
    made = line(parent, child, stroke, 1.0)
    if child.x == first:
        return made
    start, end = (parent.right, parent.y + HEIGHT / 2), (child.x, child.y + HEIGHT / 2)
    trunk, near = (parent.right + first) / 2, child.x - (first - parent.right) / 2
    top = parent.y - BUS / 2
    return replace(made, points=polyline((start, (trunk, start[1]), (trunk, top), (near, top), (near, end[1]), end)))
