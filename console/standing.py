"""How a cascade stands, printed: title, tree, and the work lists with the late ones named, worst first.

Rule: the work lists come last, next to the prompt, for a clerk wants to know who is late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.text import Text

from xiada.console import documents
from xiada.console.context import Desk
from xiada.console.tree import Row, aligned, node_row, tree_rows
from xiada.engine.due import show
from xiada.engine.projections import BUCKETS, Bucket, Node, View
from xiada.viz.folding import folded

if TYPE_CHECKING:
    from datetime import datetime

    from xiada.engine.engine import Engine

BUDGET = 200
"""Most lines of a tree, unless more are asked for."""

_NAMED: dict[Bucket, int] = {"overdue": 20, "soft_passed": 10, "today": 10}
"""Which work lists are named, and how many of each."""

_LIST_STYLES: dict[Bucket, str] = {"overdue": "bold red", "today": "bold yellow"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a cascade is to be shown.

    Args:
        late: Only what is late, as a list.
        budget: Most lines of a tree.
        opened: Directives whose children are to be seen.
    """

    late: bool = False
    budget: int = BUDGET
    opened: tuple[str, ...] = ()


def cascades_at(engine: Engine, at: int | datetime | None) -> list[str]:
    """Return the cascades there were at a moment, oldest first."""
    if at is None:
        return engine.cascades()
    return list(dict.fromkeys(state.cascade for state in engine.replay(at).states.values()))


def narrowed(view: View, units: Collection[str]) -> View:
    """Return a view with some units' directives and all below them; the same view for no units."""
    if not units:
        return view
    kept: set[str] = set()
    nodes = []
    for node in view.nodes:
        if node.directive.unit in units or node.directive.parent in kept:
            kept.add(node.directive.ref)
            nodes.append(node)
    return replace(view, nodes=tuple(nodes))


def show_views(desk: Desk, views: Sequence[View], wanted: Wanted) -> None:
    """Print how cascades stand: one as a tree, several as one line each; late ones in any case."""
    if desk.as_json:
        desk.document({"cascades": [_document(view, wanted) for view in views]})
    elif wanted.late:
        _show_late(desk, views)
    elif len(views) == 1:
        show_view(desk, views[0], wanted)
    else:
        for view in views:
            _show_line(desk, view)
        desk.say("name_one")


def show_view(desk: Desk, view: View, wanted: Wanted) -> None:
    """Print one cascade: title, tree, work lists."""
    _show_head(desk, view)
    slots = folded(view, wanted.budget, wanted.opened)
    for line in aligned(tree_rows(slots, desk.words, view.zone)):
        desk.line(line)
    shown = sum(slot.node is not None for slot in slots)
    if shown < len(view.nodes):
        desk.say("showing", shown=shown, total=len(view.nodes))
    desk.line()
    _show_lists(desk, [view])


def _show_head(desk: Desk, view: View) -> None:
    """Print title, number and counts."""
    counts = documents.counts(view.nodes)
    title = desk.words.say("title", title=view.title, doc_number=view.doc_number)
    desk.line(Text(title, style="bold"))
    desk.say(
        "standing",
        cascade=view.cascade,
        now=show(view.now, view.zone),
        size=view.log_size,
        total=counts["total"],
        done=counts["done"],
        overdue=counts["overdue"],
        percent=100 * counts["done"] // max(1, counts["total"]),
    )
    desk.line()


def _show_line(desk: Desk, view: View) -> None:
    """Print one cascade as one line."""
    counts = documents.counts(view.nodes)
    desk.say("cascade_line", cascade=view.cascade, title=view.title, doc_number=view.doc_number, **counts)


def _show_late(desk: Desk, views: Sequence[View]) -> None:
    """Print all that is late, worst first."""
    late = _worst_first(views, "overdue")
    desk.line(_heading(desk, "overdue", len(late)) if late else desk.words.say("none_late"))
    _show_rows(desk, late)


def _show_lists(desk: Desk, views: Sequence[View]) -> None:
    """Print the work lists: each with its count, the pressing ones with names."""
    for bucket in BUCKETS:
        found = _worst_first(views, bucket)
        if bucket == "soft_passed" and not found:
            continue  # rare, and a line that is always 0 tells a clerk nothing
        desk.line(_heading(desk, bucket, len(found)))
        most = _NAMED.get(bucket, 0)
        _show_rows(desk, found[:most])
        if most and len(found) > most:
            key = "and_more" if bucket == "overdue" else "and_more_today"
            desk.line(f"  {desk.words.say(key, count=len(found) - most)}")


def _heading(desk: Desk, bucket: Bucket, count: int) -> Text:
    """Return a work list's name and count."""
    style = _LIST_STYLES.get(bucket, "") if count else "dim"
    return Text(desk.words.say(f"bucket_{bucket}", count=count), style=style)


def _show_rows(desk: Desk, found: Iterable[tuple[Node, str]]) -> None:
    """Print directives as a list."""
    rows: list[Row] = [node_row(node, desk.words, zone, branch="  ") for node, zone in found]
    for line in aligned(rows):
        desk.line(line)


def _worst_first(views: Sequence[View], bucket: Bucket) -> list[tuple[Node, str]]:
    """Return what is on a work list, with its zone, the earliest due first."""
    found = [(node, view.zone) for view in views for node in view.nodes if node.bucket == bucket]
    return sorted(found, key=lambda pair: pair[0].directive.due)


def _document(view: View, wanted: Wanted) -> documents.Document:
    """Return a cascade for programs; its counts are those of all of it, whatever is listed."""
    found = documents.view(view)
    if wanted.late:
        found["directives"] = [one for one in found["directives"] if one["bucket"] == "overdue"]
    return found
