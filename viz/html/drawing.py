"""Any drawing as a page for a browser: to be moved, enlarged and searched.

Rule: the picture is the one of `viz.svg`, colours and all; the page around it takes the look whose paper
is the drawing's.
"""

from __future__ import annotations

from xiada.viz.drawing import Drawing
from xiada.viz.html.page import Page, document
from xiada.viz.labels import catalogue
from xiada.viz.svg import written
from xiada.viz.text import shown
from xiada.viz.theme import DARK, LIGHT

_SCRIPTS = ("page.js", "viewport.js", "searching.js", "drawing.js")


def to_html(drawing: Drawing) -> bytes:
    """Return a drawing as a page in one file, to be opened without a server.

    Args:
        drawing: Any.

    Returns:
        HTML, UTF-8; it fetches nothing and needs nothing, neither Graphviz nor fonts.

    Raises:
        Malformed: A link that is neither `https:` nor relative.
    """
    labels = catalogue(drawing.language.partition("-")[0])
    words = {name: text for name, text in labels.patterns.items() if name.startswith("html_")}
    return document(
        Page(
            language=drawing.language,
            title=shown(drawing.title),
            template="drawing.html",
            fills={**words, "title": shown(drawing.title), "footer": shown(drawing.footer)},
            picture=written(drawing),
            data={"words": words},
            scripts=_SCRIPTS,
            chosen="dark" if drawing.paper == DARK.paper else LIGHT.name,
        )
    )
