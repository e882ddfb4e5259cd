"""What differs between two moments of one cascade, or between two cascades on one org, as values.

    one cascade    directives are paired by reference; everything is compared
    two cascades   directives are paired by unit, those on the same line first, then in order; dues are not
                   compared, for each notice has its own

Rule: nothing is lost: every directive of either view is in exactly one pair. The two views exchanged, the same
pairs come with the opposite changes. Each view is judged by its own instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from xiada.engine.directive import path_order
from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.projections import Node, View

Change = Literal[
    "late",
    "reopened",
    "back",
    "vanished",
    "appeared",
    "done",
    "advanced",
    "changed",
    "recovered",
    "earlier",
    "later",
]
CHANGES: tuple[Change, ...] = get_args(Change)
"""In the order in which they are told, what one should know first in front."""

_MANY = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """How many directives there are, how many are done, how many overdue."""

    total: int = 0
    done: int = 0
    overdue: int = 0

    def __add__(self, other: Standing) -> Standing:
        """Return both together."""
        return Standing(self.total + other.total, self.done + other.done, self.overdue + other.overdue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A directive before and after, with all below it.

    Args:
        before: None if it was not there yet, or has no counterpart.
        after: None if it is not there any more, or has no counterpart; one of the two is there.
        parent: Place of the pair above it, None at the top.
        depth: Pairs above it.
        changes: What differs, in the order of `CHANGES`; empty if nothing does.
        was: What lay at and below it before.
        now: What lies at and below it after.
        moved: How many pairs at and below it differ.
    """

    before: Node | None
    after: Node | None
    parent: int | None
    depth: int
    changes: tuple[Change, ...]
    was: Standing
    now: Standing
    moved: int

    @property
    def node(self) -> Node:
        """How it stands after, or stood before if there is no after."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def newly_late(self) -> bool:
        """Whether it is overdue and was not, be it that it was not there."""
        was_late = self.before is not None and self.before.bucket == "overdue"
        return self.after is not None and self.after.bucket == "overdue" and not was_late

    @property
    def stuck(self) -> bool:
        """Whether it was overdue, still is, and nothing has happened to it."""
        both = self.before is not None and self.after is not None
        return both and not self.changes and self.node.bucket == "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two views side by side.

    Args:
        before: The one.
        after: The other.
        pairs: All directives of both in preorder, siblings by number, those only in the one view last.
        crossed: Whether these are two cascades.
    """

    before: View
    after: View
    pairs: tuple[Pair, ...]
    crossed: bool

    @property
    def was(self) -> Standing:
        """How all stood before."""
        return sum((pair.was for pair in self.pairs if pair.parent is None), Standing())

    @property
    def now(self) -> Standing:
        """How all stand after."""
        return sum((pair.now for pair in self.pairs if pair.parent is None), Standing())

    @property
    def moved(self) -> int:
        """How many pairs differ."""
        return sum(pair.moved for pair in self.pairs if pair.parent is None)

    @property
    def total(self) -> int:
        """How many pairs there are, with what lies outside the part that is looked at."""
        outside = max(view.total - len(view.nodes) for view in (self.before, self.after))
        return len(self.pairs) + outside

    def counts(self) -> dict[Change, int]:
        """Return how many pairs there are of each change, in the order of `CHANGES`; zeros left out."""
        found: dict[Change, int] = {}
        for pair in self.pairs:
            for change in pair.changes:
                found[change] = found.get(change, 0) + 1
        return {change: found[change] for change in CHANGES if change in found}

    def movers(self) -> list[Pair]:
        """Return who moved most, the most moved first; compared on the first level where there are many, or several."""
        levels: dict[int, list[Pair]] = {}
        for pair in self.pairs:
            levels.setdefault(pair.depth, []).append(pair)
        ranked = [levels[depth] for depth in sorted(levels)]
        peers = next((found for most in (_MANY, 2) for found in ranked if len(found) >= most), list(self.pairs))
        return sorted((pair for pair in peers if pair.moved), key=lambda pair: -pair.moved)

    def stuck(self) -> list[Pair]:
        """Return who is still overdue and has not moved at all, the longest overdue first."""
        return sorted((pair for pair in self.pairs if pair.stuck), key=lambda pair: -pair.node.light.days)


def compared(before: View, after: View) -> Comparison:
    """Return what differs between two views: of one cascade, or of two cascades on one org.

    Raises:
        Malformed: The two show different parts of one cascade, so that what is outside one would seem gone.
    """
    crossed = before.cascade != after.cascade
    if (before.line, None if crossed else before.subtree) != (after.line, None if crossed else after.subtree):
        raise Malformed(
            "parts_differ",
            "the two views show different parts, which cannot be compared",
            remedy="Narrow both to the same subtree and line.",
        )
    rows = _by_unit(before, after) if crossed else _by_reference(before, after)
    pairs = _pairs(rows, before.lifecycle, after.lifecycle, crossed=crossed)
    return Comparison(before=before, after=after, pairs=pairs, crossed=crossed)


# Pairing


@dataclass(frozen=True, slots=True)
class _Row:
    """A pair and the place of the pair above it."""

    before: Node | None
    after: Node | None
    parent: int | None


def _by_reference(before: View, after: View) -> list[_Row]:
    """Return the pairs of one cascade in preorder: all references of both, each under the nearest above it."""
    was = {node.directive.ref: node for node in before.nodes}
    now = {node.directive.ref: node for node in after.nodes}
    places: dict[str | None, int] = {}
    rows = []
    for ref in _united([*was], [*now]):
        one = now.get(ref) or was[ref]
        rows.append(_Row(was.get(ref), now.get(ref), places.get(one.directive.parent)))
        places[ref] = len(places)
    return rows


def _united(was: Sequence[str], now: Sequence[str]) -> Iterable[str]:
    """Return the references of both in preorder; where one has all of the other's, its order is right already."""
    if set(was) <= set(now):
        return now
    if set(now) <= set(was):
        return was
    return sorted({*was, *now}, key=lambda ref: path_order(ref.partition("/")[2]))


def _by_unit(before: View, after: View) -> list[_Row]:
    """Return the pairs of two cascades, in the tree of the later; who is only in the other comes last in its family."""
    partner = _partners(before.nodes, after.nodes)
    taken = {node.directive.ref for node in partner.values()}
    alone = [node for node in before.nodes if node.directive.ref not in taken]
    over = {was.directive.ref: ref for ref, was in partner.items()}
    members: dict[str, tuple[Node | None, Node | None]] = {
        f"after {node.directive.ref}": (partner.get(node.directive.ref), node) for node in after.nodes
    }
    members |= {f"before {node.directive.ref}": (node, None) for node in alone}
    above = {f"after {node.directive.ref}": f"after {node.directive.parent}" for node in after.nodes}
    for node in alone:
        parent = node.directive.parent or ""
        above[f"before {node.directive.ref}"] = f"after {over[parent]}" if parent in over else f"before {parent}"
    families: dict[str, list[str]] = {}
    for name, parent in above.items():
        families.setdefault(parent if parent in members else "", []).append(name)
    return _walked(members, families)


def _walked(
    members: Mapping[str, tuple[Node | None, Node | None]], families: Mapping[str, Sequence[str]]
) -> list[_Row]:
    """Return the members of a forest in preorder; `""` stands above the roots."""
    rows: list[_Row] = []
    stack: list[tuple[str, int | None]] = [(name, None) for name in reversed(families.get("", ()))]
    while stack:
        name, parent = stack.pop()
        below = families.get(name, ())
        stack += [(child, len(rows)) for child in reversed(below)]
        rows.append(_Row(*members[name], parent))
    return rows


def _partners(before: Iterable[Node], after: Iterable[Node]) -> dict[str, Node]:
    """Return by reference of the later cascade who in the earlier is the same unit."""
    was, found = _of_units(before), dict[str, Node]()
    for unit, nodes in _of_units(after).items():
        found |= _partners_of_unit(was.get(unit, []), nodes)
    return found


def _partners_of_unit(others: Sequence[Node], nodes: Sequence[Node]) -> dict[str, Node]:
    """Return the same of one unit: those on the same line, then the others in order."""
    lines = {node.directive.line for node in nodes}
    found = _zipped((_on(others, line), _on(nodes, line)) for line in lines)
    used = {node.directive.ref for node in found.values()}
    left = [node for node in others if node.directive.ref not in used]
    rest = [node for node in nodes if node.directive.ref not in found]
    return found | _zipped([(left, rest)])


def counterpart(before: View, after: View, ref: str) -> Node | None:
    """Return who in one cascade is the same unit as a directive of another, paired as when compared; None if nobody.

    Args:
        before: The one cascade.
        after: The other.
        ref: A directive of the other.
    """
    unit = next((node.directive.unit for node in after.nodes if node.directive.ref == ref), None)
    others, nodes = ([node for node in view.nodes if node.directive.unit == unit] for view in (before, after))
    return _partners_of_unit(others, nodes).get(ref)


def _zipped(groups: Iterable[tuple[Sequence[Node], Sequence[Node]]]) -> dict[str, Node]:
    """Return groups paired in order, as far as there are two, by reference of the second."""
    return {now.directive.ref: was for others, nodes in groups for was, now in zip(others, nodes, strict=False)}


def _of_units(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    """Return directives by unit, in order."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        found.setdefault(node.directive.unit, []).append(node)
    return found


def _on(nodes: Iterable[Node], line: str) -> list[Node]:
    """Return those on a line."""
    return [node for node in nodes if node.directive.line == line]


# What differs


_Places = tuple[Mapping[str, int], Mapping[str, int]]
"""How far each status is in the tables of the one and the other, those that nothing is handed in by left out."""


def _pairs(rows: Sequence[_Row], before: Lifecycle, after: Lifecycle, *, crossed: bool) -> tuple[Pair, ...]:
    """Return the pairs with what differs, summed up the tree."""
    places = _places(before), _places(after)
    changes = [_changes(row.before, row.after, places, crossed=crossed) for row in rows]
    was, now = [_standing(row.before) for row in rows], [_standing(row.after) for row in rows]
    moved = [int(bool(found)) for found in changes]
    depths: list[int] = []
    for row in rows:
        depths.append(0 if row.parent is None else depths[row.parent] + 1)
    for place in range(len(rows) - 1, -1, -1):
        parent = rows[place].parent
        if parent is not None:
            was[parent] += was[place]
            now[parent] += now[place]
            moved[parent] += moved[place]
    return tuple(
        Pair(
            before=row.before,
            after=row.after,
            parent=row.parent,
            depth=depths[place],
            changes=changes[place],
            was=was[place],
            now=now[place],
            moved=moved[place],
        )
        for place, row in enumerate(rows)
    )


def _places(table: Lifecycle) -> dict[str, int]:
    """Return how far each status of a table is, by name."""
    return {status.name: place for place, status in enumerate(table.statuses) if status.name not in table.excused}


def _standing(node: Node | None) -> Standing:
    """Return one directive as a count; of a hundred thousand there are four kinds."""
    return _NOTHING if node is None else _ONES.get(node.bucket, _OPEN)


_NOTHING, _OPEN = Standing(), Standing(1)
_ONES: Mapping[str, Standing] = {"done": Standing(1, 1), "overdue": Standing(1, 0, 1)}


def _changes(before: Node | None, after: Node | None, places: _Places, *, crossed: bool) -> tuple[Change, ...]:
    """Return what differs between a directive before and after, in the order of `CHANGES`."""
    if before is None:
        return ("appeared",)
    if after is None:
        return ("vanished",)
    was, now = before.directive, after.directive
    found: set[Change] = set()
    if was.status != now.status:
        found.add(_course(was.status, now.status, places))
    if not crossed and was.due != now.due:
        found.add("later" if now.due > was.due else "earlier")
    if before.bucket != after.bucket:
        found |= _switched(before, after)
    return tuple(change for change in CHANGES if change in found) if found else ()


def _switched(before: Node, after: Node) -> set[Change]:
    """Return what a directive has come to, or come out of: being done, being overdue."""
    found: set[Change] = set()
    if "done" in (before.bucket, after.bucket):
        found.add("done" if after.bucket == "done" else "reopened")
    if "overdue" in (before.bucket, after.bucket):
        found.add("late" if after.bucket == "overdue" else "recovered")
    return found


def _course(before: str, after: str, places: _Places) -> Change:
    """Return whether a status is further on the way to the end; only that it differs, if either is off that way.

    Where the two views run by different tables, both must agree.
    """
    if any(status not in table for status in (before, after) for table in places):
        return "changed"
    onward = {table[after] > table[before] for table in places}
    return "changed" if len(onward) > 1 else "advanced" if onward.pop() else "back"
