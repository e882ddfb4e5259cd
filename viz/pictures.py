"""Drawings as pictures: SVG and PNG of one, by the pen that suits it.

Rule: an SVG says what it shows to those who cannot see it: a title, a description, its language, and on
every box a title. It holds no script, and no style that reaches out of it.
"""

from __future__ import annotations

import html

from xiada.viz.dot import to_dot
from xiada.viz.drawing import Drawing
from xiada.viz.render import render
from xiada.viz.text import shown


def to_svg(drawing: Drawing) -> bytes:
    """Return a drawing as SVG.

    Raises:
        Malformed: A link that is neither `https:` nor relative.
        RenderError: See `render`.
    """
    return _told(render(to_dot(drawing), "svg"), drawing)


def to_png(drawing: Drawing) -> bytes:
    """Return a drawing as PNG.

    Raises:
        RenderError: See `render`.
    """
    return render(to_dot(drawing), "png")


def _told(svg: bytes, drawing: Drawing) -> bytes:
    """Return an SVG with language and description on its outermost element."""
    place = svg.index(b"<svg ") + 5
    end = svg.index(b">", place) + 1
    told = html.escape(shown(f"{drawing.summary} {drawing.footer}"))
    return b"".join((
        svg[:place], f'lang="{drawing.language}" role="group" '.encode(), svg[place:end],
        f"\n<desc>{told}</desc>".encode(), svg[end:],
    ))  # fmt: skip
