"""Every drawing there is, made of one view: what holds of all of them is tested on all of them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Protocol

import viz_samples as samples

from xiada import viz
from xiada.engine.hindsight.merklepath import MerklePath, climbed
from xiada.engine.inclusion import Signed
from xiada.engine.log.proofs import sibling_spans
from xiada.engine.projections import Tracks, View
from xiada.viz import Drawing, Language, Theme
from xiada.viz.theme import LIGHT


class Kind(Protocol):
    """One way to draw."""

    def __call__(self, view: View, tracks: Tracks, *, lang: Language = "zh", theme: Theme = LIGHT) -> Drawing:
        """Return the drawing of a view."""


def proof(size: int = 1234, index: int = 817) -> MerklePath:
    """Return the way of an event up to a root; the hashes are made up, but they do add up."""
    siblings = tuple(sha256(bytes([place])).digest() for place, _ in enumerate(sibling_spans(index, size)))
    rises = climbed(index, size, bytes(32), siblings)
    root = rises[-1].parent if rises else bytes(32)
    return MerklePath(
        index=index, ref="kx2020-7/1.1", type="reported", t=samples.NOW, leaf=bytes(32), size=size, rises=rises,
        root=root, checkpoint=Signed("xiada.example/office", size, samples.NOW, ("xiada.example/office+1+A",), root),
    )  # fmt: skip


def _deepest(view: View) -> str:
    """Return the directive furthest down, the first of several."""
    return max(view.nodes, key=lambda node: node.directive.depth).directive.ref


KINDS: Mapping[str, Kind] = {
    "tree": lambda view, _, **how: viz.tree(view, **how),
    "tree, folded": lambda view, _, **how: viz.tree(view, budget=max(2, len(view.nodes) // 3), **how),
    "full": lambda view, _, **how: viz.full(view, **how),
    "full, radial": lambda view, _, **how: viz.full(view, layout="radial", **how),
    "matrix": lambda view, _, **how: viz.matrix(view, **how),
    "icicle": lambda view, _, **how: viz.icicle(view, **how),
    "timeline": viz.timeline,
    "lifecycle": lambda view, tracks, **how: viz.lifecycle(view.lifecycle, view, tracks, **how),
    "lifecycle, bare": lambda view, _, **how: viz.lifecycle(view.lifecycle, **how),
    "chain": lambda view, tracks, **how: viz.chain(view, _deepest(view), tracks, **how),
    "compare": lambda view, _, **how: viz.compare(samples.earlier(view), view, **how),
    "path": lambda view, _, **how: viz.path(view, proof(), **how),
    "pages": lambda view, _, **how: viz.pages(view, budget=5, **how)[-1],
}
"""By name; each from a view and its tracks."""
