"""Drawings of cascades: values in; SVG, PNG, PDF, DOT, HTML or text out; reads no store, no clock, no environment.

    view, tracks ─┐            ┌─> Drawing ─┬─> to_dot ──> render ──> SVG, PNG, PDF
    table         ├─> model ───┤            ├─> our own SVG: the icicle, and on pages
    proof        ─┘            │            └─> to_html
                               └─> lines of text: `terminal`
    view, tracks ──> cascade_page ──> one HTML page that unfolds and replays

    kinds      tree full matrix icicle timeline lifecycle chain compare path, and pages: the tree on sheets
    models     folding (tree), bands (icicle), axis history (timeline), census dwell (lifecycle), custody (chain),
               differences (compare); of the matrix, and of the path, in their own modules or the engine's
    places     layout tidy radial sheets, routes (lines of the lifecycle), timerow (a row of the timeline)
    in common  drawing page plate text theme shading shares durations labels, and `words`; chain_words, compare_words:
               what paper and terminal both say
    pens       dot render worker lean, svg, link (what may be an id or a link), pictures, pdf, `html`, `terminal`

Rule: a `Drawing` is plain values with every place and size decided by us, so that the same view gives the same bytes;
only the module `render` runs a program. Nothing of Graphviz is imported until DOT is written.
"""

from xiada.viz.chain import chain
from xiada.viz.compare import compare
from xiada.viz.custody import worst
from xiada.viz.dot import to_dot
from xiada.viz.drawing import Drawing
from xiada.viz.full import full
from xiada.viz.html.cascade import cascade_page
from xiada.viz.html.drawing import to_html
from xiada.viz.icicle import icicle
from xiada.viz.labels import LANGUAGES, Language
from xiada.viz.lifecycle import lifecycle
from xiada.viz.matrix import matrix
from xiada.viz.pages import PAPERS, Paper, pages
from xiada.viz.path import path
from xiada.viz.pdf import to_pdf
from xiada.viz.pictures import to_png, to_svg
from xiada.viz.render import FORMATS, Format, RenderError, render
from xiada.viz.theme import DARK, LIGHT, PRINT, Theme
from xiada.viz.timeline import timeline
from xiada.viz.tree import tree

__all__ = [
    "DARK",
    "FORMATS",
    "LANGUAGES",
    "LIGHT",
    "PAPERS",
    "PRINT",
    "Drawing",
    "Format",
    "Language",
    "Paper",
    "RenderError",
    "Theme",
    "cascade_page",
    "chain",
    "compare",
    "full",
    "icicle",
    "lifecycle",
    "matrix",
    "pages",
    "path",
    "render",
    "timeline",
    "to_dot",
    "to_html",
    "to_pdf",
    "to_png",
    "to_svg",
    "tree",
    "worst",
]
