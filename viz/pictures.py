"""Drawings as pictures: SVG and PNG of one, by the pen that suits it.

Rule: an SVG says what it shows to those who cannot see it: a title, a description, its language, and on
every box a title. It holds no script and no style. Every box and line is a group with its stable id and its
classes, so that a page recolours without laying out again, by class or by colour (a colour stands there in small
letters): `.status-executing > polygon:first-of-type { fill: gold }`, `[fill="#f0e442"] { fill: gold }`. A linked box
is in an `a` with `href`, so that it is reached by the keyboard and shows the browser's own ring.
"""

from __future__ import annotations

import html

from xiada.viz.dot import statements
from xiada.viz.drawing import Drawing
from xiada.viz.render import drawn
from xiada.viz.svg import written
from xiada.viz.text import shown


def to_svg(drawing: Drawing) -> bytes:
    """Return a drawing as SVG; what is meant for our own pen needs no Graphviz.

    Raises:
        Malformed: A link that is neither `https:` nor relative.
        RenderError: See `render`.

    Example:
        >>> from xiada.engine.projections import View
        >>> from xiada.viz import icicle
        >>> to_svg(icicle(View("floods", "No. 7", "Floods", 0, 0, "", "Asia/Shanghai", ())))[:5]
        b'<svg '
    """
    if drawing.pen == "own":
        return written(drawing).encode()
    return _told(drawn(statements(drawing), "svg"), drawing)


def to_png(drawing: Drawing) -> bytes:
    """Return a drawing as PNG.

    Raises:
        RenderError: See `render`.
    """
    return drawn(statements(drawing), "png")


def _told(svg: bytes, drawing: Drawing) -> bytes:
    """Return an SVG with language, title and description on its outermost element, where screen readers look."""
    start, before = svg.index(b"<svg "), svg.index(b"<title>")
    end, after = svg.index(b">", start) + 1, svg.index(b"</title>\n", before) + len(b"</title>\n")
    told = html.escape(shown(f"{drawing.summary} {drawing.footer}"))
    return b"".join((
        svg[: start + 5], f'lang="{drawing.language}" role="group" '.encode(), svg[start + 5 : end], b"\n",
        svg[before:after], f"<desc>{told}</desc>".encode(), svg[end:before], svg[after:],
    ))  # fmt: skip
