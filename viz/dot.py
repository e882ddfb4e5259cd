"""A drawing as DOT text for Graphviz: every place given, nothing left to a layout engine or a font.

Rule: the same drawing gives the same bytes. Nodes are `n<int>` in the drawing's order, their stable
names are in `id`; names of people's things get in only through `text` and the library's
quoting; links are `https:` or relative; no attribute comes from outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from xiada.viz.drawing import Box, Cell, Column, Drawing, Line, Row
from xiada.viz.link import checked, class_names, identifier
from xiada.viz.text import EMPTY_PIECE, escaped, escaped_tip

_INCH = 72
_RISE_EM = 0.36
_ARROW_SIZE = 0.7
_ARROW = 10 * _ARROW_SIZE
_BARE = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'


def to_dot(drawing: Drawing) -> str:
    r"""Return a drawing as DOT text.

    Raises:
        Malformed: A link that is neither `https:` nor relative.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> from xiada.viz import lifecycle
        >>> to_dot(lifecycle(STANDARD)).partition(" [")[0]
        'digraph xiada {\n\tgraph'
    """
    return "".join(statements(drawing))


def statements(drawing: Drawing) -> Iterator[str]:
    """Yield a drawing as DOT text piece by piece, so that Graphviz can read while we write.

    Raises:
        Malformed: A link that is neither `https:` nor relative.
    """
    import graphviz  # noqa: PLC0415  (nobody pays for it who does not draw)

    graph = graphviz.Digraph(
        "xiada", graph_attr=_page(drawing), node_attr=_node_defaults(drawing), edge_attr={"arrowsize": str(_ARROW_SIZE)}
    )
    *opening, closing = graph
    boxes = (*drawing.nodes, *drawing.captions)
    names = {box.key: f"n{number}" for number, box in enumerate(boxes)}
    assert len(names) == len(boxes), "two boxes of one drawing have the same key"
    pen = _Pen(drawing.height)
    yield "".join(opening)
    for box in boxes:
        yield pen.box(names[box.key], box)
    for line in drawing.edges:
        yield pen.line(names[line.tail], names[line.head], line)
    yield str(closing)


def _page(drawing: Drawing) -> dict[str, str]:
    """Return the attributes of the page."""
    return {
        "bb": f"0,0,{drawing.width:g},{drawing.height:g}",
        "bgcolor": drawing.paper,
        "charset": "utf-8",
        "layout": "nop2",
        "outputorder": "edgesfirst",
        "pad": "0",
        "tooltip": escaped_tip(f"{drawing.title} · {drawing.footer}"),
    }


def _node_defaults(drawing: Drawing) -> dict[str, str]:
    """Return what all boxes have in common."""
    return {
        "fixedsize": "true",
        "fontname": drawing.fonts,
        "label": "",
        "margin": "0",
        "penwidth": "1",
        "shape": "box",
    }


class _Pen:
    """Writes statements; what many boxes have in common it writes once and remembers.

    The library's own way, a dictionary of attributes for each node, takes longer than Graphviz takes to draw it.
    """

    def __init__(self, height: float) -> None:
        self._height = height
        self._labels: dict[int, str] = {}
        self._looks: dict[tuple[object, ...], tuple[str, str, str]] = {}

    def box(self, name: str, box: Box) -> str:
        """Return the statement of a box, its attributes in the order of their names behind the label."""
        look = (box.classes, box.stroke, box.thickness, box.dashed, box.fill)
        colours, pen, style = self._looks.get(look) or self._looks.setdefault(look, _look(box))
        link = f" URL={_quoted(checked(box.link).replace('&', '&amp;'))}" if box.link is not None else ""
        tip = f' tooltip="{escaped_tip(box.tip)}"' if box.tip else ""
        place = _place(box.x + box.width / 2, self._height - box.y - box.height / 2)
        attributes = (
            f"{self._label(box)}{link}{colours} height={_inches(box.height)}"
            f' id="{identifier(box.key)}"{pen} pos="{place}"{style}{tip} width={_inches(box.width)}'
        )
        return f"\t{name} [{attributes.lstrip()}]\n"

    def _label(self, box: Box) -> str:
        """Return the label of a box; boxes that share their content share the text of it."""
        if not box.columns:
            return ""
        known = self._labels.get(id(box.columns))
        return known or self._labels.setdefault(id(box.columns), f"label=<{_content(box.columns)}>")

    def line(self, tail: str, head: str, line: Line) -> str:
        """Return the statement of a line, its attributes in the order of their names."""
        arrow = "normal" if line.arrow else "none"
        classes = f" class={_quoted(class_names(line.classes))}" if line.classes else ""
        style = " style=dashed" if line.dashed else ""
        return (
            f"\t{tail} -> {head} [arrowhead={arrow}{classes} color={_quoted(line.stroke)}"
            f' id="{identifier(line.key)}" penwidth={line.thickness:g} pos="{_course(line, self._height)}"{style}]\n'
        )


@lru_cache(maxsize=1_000)
def _quoted(text: str) -> str:
    """Return a text as the library quotes it; remembered, for of colours, classes and styles there are few."""
    from graphviz.quoting import quote  # noqa: PLC0415  (nobody pays for it who does not draw)

    return str(quote(text))


def _look(box: Box) -> tuple[str, str, str]:
    """Return the attributes of a box's class and colours, of its pen, and of its shape and style."""
    colours = f" class={_quoted(class_names(box.classes))}" if box.classes else ""
    colours += f" color={_quoted(box.stroke)}" if box.stroke is not None else ""
    colours += f" fillcolor={_quoted(box.fill)}" if box.fill else ""
    styles = ",".join([*(["filled"] if box.fill else []), *(["dashed"] if box.dashed else [])])
    style = f" style={_quoted(styles)}" if styles else ""
    return (
        (colours, "", f" shape=none{style}") if box.stroke is None else (colours, f" penwidth={box.thickness:g}", style)
    )


def _course(line: Line, height: float) -> str:
    """Return a line's course as Graphviz wants it: the arrow's tip first, then the Bézier points."""
    if not line.arrow:
        return " ".join([f"{x:.6g},{height - y:.8g}" for x, y in line.points])
    start, tip = line.points[-4], line.points[-1]
    away = abs(tip[0] - start[0]) + abs(tip[1] - start[1])
    share = min(1.0, _ARROW / away) if away else 0.0
    neck = (tip[0] + share * (start[0] - tip[0]), tip[1] + share * (start[1] - tip[1]))
    points = (*line.points[:-2], neck, neck)
    return " ".join((f"e,{_place(tip[0], height - tip[1])}", *(_place(x, height - y) for x, y in points)))


def _place(x: float, y: float) -> str:
    """Return a point whose y is counted upwards, as Graphviz does."""
    return f"{x:.6g},{y:.8g}"


@lru_cache(maxsize=1_000)
def _inches(points: float) -> str:
    """Return points as inches."""
    return f"{points / _INCH:.6f}"


def _content(columns: tuple[Column, ...]) -> str:
    """Return what is in a box; a text alone needs no more than its own cell, which stands in the middle of the box."""
    rows = columns[0].rows
    alone = len(columns) == len(rows) == len(rows[0].cells) == 1
    cell = rows[0].cells[0] if alone else None
    if cell is None or not cell.text or cell.indent or cell.fill or cell.frame:
        return _columns(columns)
    height = rows[0].height
    return f"<TABLE {_BARE}><TR>{_lettered(cell, cell.width, height - 2 * _above(cell, height))}</TR></TABLE>"


def _columns(columns: tuple[Column, ...]) -> str:
    """Return columns as an HTML-like table."""
    if len(columns) == 1:
        return _rows(columns[0])
    cells = "".join(f"<TD>{_rows(column)}</TD>" for column in columns)
    return f"<TABLE {_BARE}><TR>{cells}</TR></TABLE>"


def _rows(column: Column) -> str:
    """Return the rows of a column as an HTML-like table."""
    return f"<TABLE {_BARE}>{''.join(f'<TR>{_row(row)}</TR>' for row in column.rows)}</TABLE>"


def _row(row: Row) -> str:
    """Return a row as one cell: the only one, or a table of them, for columns differ from row to row."""
    cells = [cell for cell in row.cells if cell.width > 0]
    if len(cells) == 1:
        return _cell(cells[0], row.height)
    inner = "".join(_cell(cell, row.height) for cell in cells)
    return f"<TD><TABLE {_BARE}><TR>{inner}</TR></TABLE></TD>"


def _cell(cell: Cell, height: int) -> str:
    """Return one cell of fixed size."""
    colours = f' BGCOLOR="{cell.fill}"' if cell.fill else ""
    colours += f' BORDER="1" COLOR="{cell.frame}"' if cell.frame else ""
    inside = _placed(cell, height) if cell.text else ""
    return f"<TD {_sized(cell.width, height)}{colours}>{inside}</TD>"


def _sized(width: int, height: int) -> str:
    """Return the attributes of a cell of fixed size."""
    return f'FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"'


def _placed(cell: Cell, height: int) -> str:
    """Return a cell's text below a spacer and beside its indent, so that its baseline needs no font."""
    edge = 1 if cell.frame else 0
    above = _above(cell, height) - edge
    below, across = height - above - 2 * edge, cell.width - cell.indent - 2 * edge
    indent = f"<TD {_sized(cell.indent, below)}></TD>" if cell.indent else ""
    span = ' COLSPAN="2"' if cell.indent else ""
    spacer = f"<TR><TD{span} {_sized(cell.width - 2 * edge, above)}></TD></TR>"
    return f"<TABLE {_BARE}>{spacer}<TR>{indent}{_lettered(cell, across, below)}</TR></TABLE>"


def _above(cell: Cell, height: int) -> int:
    """Return how far below the top edge of so high a row the text of a cell begins."""
    return max(1 + (cell.frame is not None), round(height / 2 - _RISE_EM * cell.size))


def _lettered(cell: Cell, width: int, height: int) -> str:
    """Return a table cell of so large a size with the text of a cell at its top left."""
    return f'<TD ALIGN="LEFT" VALIGN="TOP" {_sized(width, height)}>{_text(cell)}</TD>'


def _text(cell: Cell) -> str:
    """Return the text of a cell in its font.

    Graphviz puts a line of one plain piece where the font's own height says, a line of several pieces or
    of bold letters by the size of the letters alone; hence the empty second piece, which `lean` takes out.
    The break makes it begin at the left edge even where this machine's fonts make it wider than its cell.
    """
    bold, text = cell.bold, escaped(cell.text)
    font = f'<FONT POINT-SIZE="{cell.size}" COLOR="{cell.ink}">{f"<B>{text}</B>" if bold else text}</FONT>'
    return f'{font}<BR ALIGN="LEFT"/>' if bold else f'{font}<FONT POINT-SIZE="1">{EMPTY_PIECE}</FONT><BR ALIGN="LEFT"/>'
