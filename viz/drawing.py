"""A drawing as values: boxes, lines and texts with their places; nothing of Graphviz.

Rule: lengths are points (1/72 inch), x grows to the right, y grows downwards, a box is placed by its
top left corner. Every size is decided here and not by fonts, so a drawing is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from xiada.engine.errors import XiadaError

Point: TypeAlias = tuple[float, float]
Kind: TypeAlias = Literal["tree", "full", "matrix", "icicle", "timeline", "lifecycle", "chain", "compare", "path"]
Pen: TypeAlias = Literal["graphviz", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A rectangle in a row: coloured, framed, or with one line of text.

    Args:
        width: In whole points.
        text: Shown literally; whoever builds the cell has shortened it to fit.
        indent: Where the text starts, whole points from the left.
        size: Of the letters.
        bold: Whether they are bold.
        ink: Colour of the letters.
        fill: Colour of the ground, None = transparent.
        frame: Colour of a thin frame, None = none.
    """

    width: int
    text: str = ""
    indent: int = 0
    size: int = 9
    bold: bool = False
    ink: str = "#000000"
    fill: str | None = None
    frame: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side, as high as said."""

    height: int
    cells: tuple[Cell, ...]

    @property
    def width(self) -> int:
        """The width of all its cells."""
        return sum(cell.width for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Column:
    """Rows one below the other."""

    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """The width of its widest row."""
        return max((row.width for row in self.rows), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something at a place: a directive, a status, or a text of the page.

    Args:
        key: Its name in this drawing, stable from one moment to the next.
        x: Left edge.
        y: Top edge.
        width: In whole points.
        height: In whole points.
        columns: What is in it, side by side.
        stroke: Colour of its border, None = no border.
        thickness: Of the border.
        dashed: Whether the border is dashed.
        fill: Colour of the ground, None = transparent.
        tip: What a pointer or a screen reader tells of it.
        link: Where it leads: `https:` or relative.
        classes: What it is, in words a style sheet can name, e.g. `late` or `status-executing`.
    """

    key: str
    x: float
    y: float
    width: int
    height: int
    columns: tuple[Column, ...] = ()
    stroke: str | None = None
    thickness: float = 1.0
    dashed: bool = False
    fill: str | None = None
    tip: str = ""
    link: str | None = None
    classes: tuple[str, ...] = ()

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its bottom edge."""
        return self.y + self.height

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts in it, in reading order."""
        return tuple(cell.text for column in self.columns for row in column.rows for cell in row.cells if cell.text)

    def moved(self, right: float, down: float) -> Box:
        """Return it at another place."""
        return replace(self, x=self.x + right, y=self.y + down)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line from one box to another along cubic Bézier points, 3n + 1 of them.

    Args:
        key: Its name in this drawing.
        tail: Key of the box it leaves.
        head: Key of the box it leads to.
        points: Its course.
        stroke: Its colour.
        thickness: Its thickness.
        dashed: Whether it is dashed.
        arrow: Whether it ends in an arrowhead.
        classes: What it is, in words a style sheet can name.
    """

    key: str
    tail: str
    head: str
    points: tuple[Point, ...]
    stroke: str
    thickness: float = 1.0
    dashed: bool = False
    arrow: bool = False
    classes: tuple[str, ...] = ()

    def moved(self, right: float, down: float) -> Line:
        """Return it at another place."""
        return replace(self, points=tuple((x + right, y + down) for x, y in self.points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One page: boxes that stand for something, lines between them, and the texts of the page.

    A notebook shows it as it is.

    Args:
        kind: Which of the nine drawings it is.
        language: Of its words, as a language tag.
        title: What it shows, in one line.
        summary: What stands below the title, in sentences; told to who cannot see the picture.
        footer: Of what, when, and on which log: enough to draw it again.
        width: Of the page.
        height: Of the page.
        nodes: Boxes of directives or statuses, in a stable order.
        edges: Lines between them.
        captions: Title, summary, legend, names of lines, footer.
        fonts: Font list, the first that is there counts.
        paper: Colour of the page.
        pen: What draws its SVG: Graphviz, or for very many plain shapes our own writer.
    """

    kind: Kind
    language: str
    title: str
    summary: str
    footer: str
    width: float
    height: float
    nodes: tuple[Box, ...]
    edges: tuple[Line, ...]
    captions: tuple[Box, ...]
    fonts: str
    paper: str
    pen: Pen = "graphviz"

    def linked(self, links: Mapping[str, str]) -> Drawing:
        """Return the drawing with links on its nodes, by key (a directive's reference, a status's name)."""
        nodes = tuple(replace(node, link=links.get(node.key, node.link)) for node in self.nodes)
        return replace(self, nodes=nodes)

    def _repr_svg_(self) -> str | None:
        """Return it as SVG, for notebooks; None where that cannot be drawn, or they would show where in our code."""
        return self._notebook().get("image/svg+xml")

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """Return it for notebooks: as SVG where that can be drawn, and always in words."""
        found = self._notebook()
        wanted = set(found if include is None else include) - set(exclude or ())
        return {form: data for form, data in found.items() if form in wanted}

    def _notebook(self) -> dict[str, str]:
        """Return it in words, and as SVG; where that cannot be drawn the words say why."""
        from xiada.viz.pictures import to_svg  # noqa: PLC0415  (values import nothing that runs programs)

        words = f"{self.title}\n{self.summary}\n{self.footer}"
        try:
            return {"text/plain": words, "image/svg+xml": to_svg(self).decode()}
        except XiadaError as error:
            return {"text/plain": f"{words}\n{error}"}
