"""A drawing as DOT text for Graphviz: every place given, nothing left to a layout engine or a font.

Rule: the same drawing gives the same bytes. Nodes are `n<int>` in the drawing's order, their stable
names are in `id`; names of people's things get in only through `text` and the library's
quoting; links are `https:` or relative; no attribute comes from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from xiada.engine.errors import Malformed
from xiada.engine.limits import shown
from xiada.viz.drawing import Box, Cell, Column, Drawing, Line, Row
from xiada.viz.text import EMPTY_PIECE, escaped, escaped_tip

if TYPE_CHECKING:
    from graphviz import Digraph

_LINK = re.compile(
    r"(https://[a-z0-9.-]+(:[0-9]+)?([/?#]|\Z)|(?!//)(?=[A-Za-z0-9._~/?#%-])(?![^/?#]*:))", re.IGNORECASE
)
_LINK_TEXT = re.compile(r"[A-Za-z0-9._~/?#&=%+,;@!$*():-]+\Z")
_INCH = 72
_RISE_EM = 0.43
_ARROW_SIZE = 0.7
_ARROW = 10 * _ARROW_SIZE
_BARE = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'


def to_dot(drawing: Drawing) -> str:
    """Return a drawing as DOT text.

    Raises:
        Malformed: A link that is neither `https:` nor relative.
    """
    import graphviz  # noqa: PLC0415  (nobody pays for it who does not draw)

    graph = graphviz.Digraph(
        "xiada", graph_attr=_page(drawing), node_attr=_node_defaults(drawing), edge_attr={"arrowsize": str(_ARROW_SIZE)}
    )
    boxes = (*drawing.nodes, *drawing.captions)
    names = {box.key: f"n{number}" for number, box in enumerate(boxes)}
    assert len(names) == len(boxes), "two boxes of one drawing have the same key"
    for box in boxes:
        _add_box(graph, names[box.key], box, drawing.height)
    for line in drawing.edges:
        graph.edge(names[line.tail], names[line.head], **_line_attributes(line, drawing.height))
    return str(graph.source)


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


def _add_box(graph: Digraph, name: str, box: Box, height: float) -> None:
    """Add a box to the graph."""
    attributes = {
        "height": _inches(box.height),
        "id": _identifier(box.key),
        "pos": _place((box.x + box.width / 2, box.y + box.height / 2), height),
        "width": _inches(box.width),
    }
    if box.columns:
        attributes["label"] = f"<{_columns(box.columns)}>"
    if box.classes:
        attributes["class"] = _classes(box.classes)
    if box.tip:
        attributes["tooltip"] = escaped_tip(box.tip)
    if box.link is not None:
        attributes["URL"] = _checked(box.link).replace("&", "&amp;")
    graph.node(name, **attributes, **_border(box))


def _border(box: Box) -> Mapping[str, str]:
    """Return the attributes of a box's border and ground."""
    styles = [*(["filled"] if box.fill else []), *(["dashed"] if box.dashed else [])]
    found = {"style": ",".join(styles)} if styles else {}
    found |= {"fillcolor": box.fill} if box.fill else {}
    if box.stroke is None:
        return found | {"shape": "none"}
    return found | {"color": box.stroke, "penwidth": f"{box.thickness:g}"}


def _line_attributes(line: Line, height: float) -> dict[str, str]:
    """Return the attributes of a line."""
    found = {
        "arrowhead": "normal" if line.arrow else "none",
        "color": line.stroke,
        "id": _identifier(line.key),
        "penwidth": f"{line.thickness:g}",
        "pos": _course(line, height),
    }
    found |= {"class": _classes(line.classes)} if line.classes else {}
    return found | ({"style": "dashed"} if line.dashed else {})


def _course(line: Line, height: float) -> str:
    """Return a line's course as Graphviz wants it: the arrow's tip first, then the Bézier points."""
    if not line.arrow:
        return " ".join(_place(point, height) for point in line.points)
    start, tip = line.points[-4], line.points[-1]
    away = abs(tip[0] - start[0]) + abs(tip[1] - start[1])
    share = min(1.0, _ARROW / away) if away else 0.0
    neck = (tip[0] + share * (start[0] - tip[0]), tip[1] + share * (start[1] - tip[1]))
    points = (*line.points[:-2], neck, neck)
    return " ".join((f"e,{_place(tip, height)}", *(_place(point, height) for point in points)))


def _place(point: tuple[float, float], height: float) -> str:
    """Return a point with y upwards, as Graphviz counts."""
    return f"{point[0]:.6g},{height - point[1]:.8g}"


def _inches(points: float) -> str:
    """Return points as inches."""
    return f"{points / _INCH:.6f}"


def _identifier(key: str) -> str:
    """Return a key as a name that SVG and CSS can bear; two keys never become one.

    Example:
        >>> _identifier("kx2020-7/1.19.3")
        'kx2020-7_2f1.19.3'
    """
    return "".join(c if c.isascii() and (c.isalnum() or c in ".-") else f"_{ord(c):x}" for c in key)


def _classes(names: Iterable[str]) -> str:
    """Return class names as an attribute; each is made fit for a style sheet."""
    return " ".join(map(_identifier, names))


def _checked(link: str) -> str:
    """Return a link if it is `https:` or relative.

    Example:
        >>> _checked("directive/kx2020-7/1.19"), _checked("https://xiada.example/a")
        ('directive/kx2020-7/1.19', 'https://xiada.example/a')
        >>> _checked("javascript:alert(1)")
        Traceback (most recent call last):
        xiada.engine.errors.Malformed: 'javascript:alert(1)' cannot be a link. Use https: or a relative path.
    """
    if not _LINK.match(link) or not _LINK_TEXT.match(link):
        raise Malformed("bad_link", f"{shown(link)} cannot be a link", remedy="Use https: or a relative path.")
    return link


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
    above = max(1, round(height / 2 - _RISE_EM * cell.size) - edge)
    below, across = height - above - 2 * edge, cell.width - cell.indent - 2 * edge
    indent = f"<TD {_sized(cell.indent, below)}></TD>" if cell.indent else ""
    span = ' COLSPAN="2"' if cell.indent else ""
    spacer = f"<TR><TD{span} {_sized(cell.width - 2 * edge, above)}></TD></TR>"
    text = f'<TD ALIGN="LEFT" VALIGN="TOP" {_sized(across, below)}>{_text(cell)}</TD>'
    return f"<TABLE {_BARE}>{spacer}<TR>{indent}{text}</TR></TABLE>"


def _text(cell: Cell) -> str:
    """Return the text of a cell in its font.

    Graphviz puts a line of one plain piece where the font's own height says, a line of several pieces
    by the size of the letters alone; hence the empty second piece, which `render` takes out of SVG.
    """
    text = f"<B>{escaped(cell.text)}</B>" if cell.bold else escaped(cell.text)
    font = f'<FONT POINT-SIZE="{cell.size}" COLOR="{cell.ink}">{text}</FONT>'
    return f'{font}<FONT POINT-SIZE="1">{EMPTY_PIECE}</FONT>'
