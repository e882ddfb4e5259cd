"""Drawings of cascades: values in, DOT, SVG, PNG or PDF out; reads no store, no clock, no environment.

    view ──> tree(view) ─────────────┐
    table ─> lifecycle(table, view) ─┴─> Drawing ──> to_dot(drawing) ──> render(dot, "svg")

Rule: a `Drawing` is plain values with every place and size decided by us, so that the same view gives
the same bytes; only `render` runs a program. Nothing of Graphviz is imported until `to_dot` is called.
"""

from xiada.viz.dot import to_dot
from xiada.viz.drawing import Drawing
from xiada.viz.labels import LANGUAGES, Language
from xiada.viz.lifecycle import lifecycle
from xiada.viz.render import FORMATS, Format, RenderError, render
from xiada.viz.theme import LIGHT, Theme
from xiada.viz.tree import tree

__all__ = [
    "FORMATS",
    "LANGUAGES",
    "LIGHT",
    "Drawing",
    "Format",
    "Language",
    "RenderError",
    "Theme",
    "lifecycle",
    "render",
    "to_dot",
    "tree",
]
