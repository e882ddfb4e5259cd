"""Any cascade of a few directives, for the drawings that count: shapes, statuses, levels, who is late."""

from __future__ import annotations

from dataclasses import replace

import viz_samples as samples
from hypothesis import strategies as st
from lifecycle_samples import REVIEWED

from xiada.engine.due import NEVER
from xiada.engine.lifecycle import STANDARD
from xiada.engine.projections import Node, View

LEVELS = ("province", "city", "county", "school")


@st.composite
def views(draw: st.DrawFn, most: int = 60) -> View:
    """Any cascade: several roots, any shape, two tables, undated and late ones, levels in any order."""
    table = draw(st.sampled_from([STANDARD, STANDARD, REVIEWED]))
    statuses = [status.name for status in table.statuses]
    paths: list[tuple[int, ...]] = [(1,)]
    for number in range(draw(st.integers(0, most - 1))):
        above = draw(st.sampled_from([(), *paths]))
        paths.append((*above, 2 + number))
    nodes = [_node(draw, path, statuses) for path in sorted(paths)]
    return samples.view(nodes, lifecycle=table)


def _node(draw: st.DrawFn, path: tuple[int, ...], statuses: list[str]) -> Node:
    """Draw the directive at a place."""
    due = draw(st.sampled_from([samples.DUE, samples.LATE, samples.LATE, NEVER]))
    node = samples.node("c/" + ".".join(map(str, path)), f"单位{path[-1]}", draw(st.sampled_from(statuses)), due)
    return replace(node, level=draw(st.sampled_from(LEVELS)))
