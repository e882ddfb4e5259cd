"""The org as a networkx graph, for analysis and export; the engine itself reads arrays.

Rule: built on demand, never kept: `import xiada.engine` does not pay for networkx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xiada.engine.org import Org, lines_of

if TYPE_CHECKING:
    import networkx


def graph_of(org: Org, line: str) -> networkx.DiGraph:
    """Return one line of an org as a directed graph, superior to subordinate.

    Nodes are unit ids with `name`, `kind` and `level`; a checked org is an arborescence in every line.

    Example:
        >>> import networkx
        >>> from xiada.engine.org import Unit
        >>> org = Org([Unit("p", "P", "office", "province", "main"),
        ...            Unit("c", "C", "office", "city", "main", (("main", "p"),))])
        >>> networkx.is_arborescence(graph_of(org, "main"))
        True
    """
    import networkx  # noqa: PLC0415  (a tenth of a second only those pay who ask for a graph)

    graph = networkx.DiGraph(line=line)
    members = [unit for unit in org if line in lines_of(unit) and not unit.ended]
    graph.add_nodes_from((unit.id, {"name": unit.name, "kind": unit.kind, "level": unit.level}) for unit in members)
    graph.add_edges_from((dict(unit.superiors)[line], unit.id) for unit in members if line in dict(unit.superiors))
    return graph
