"""What of a cascade is drawn and what is folded away: a budget of boxes, spent on the worst first.

Rule: a directive is either shown or folded into a shown one's plate, never lost. The order is fixed:
the roots, those asked for, what is right below those, everyone who is late with the path down to it,
then level by level the most overdue, the most not done, by reference.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xiada.engine.directive import parent_of
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.limits import shown
from xiada.engine.projections import Node, Tally, View, tallies


@dataclass(frozen=True, slots=True)
class Slot:
    """One box to draw.

    Args:
        node: The directive; None for a box that stands for the siblings that did not fit.
        tally: What lies at and below it.
        depth: Levels below the roots.
        parent: Place of its parent among the slots, None for a root.
        folded: Directives right below it that are not drawn; for a box of many: how many it stands for.
    """

    node: Node | None
    tally: Tally
    depth: int
    parent: int | None
    folded: int


@dataclass(frozen=True, slots=True)
class _Share:
    """The children of one directive: those drawn and those that did not fit, as places in the view."""

    drawn: Sequence[int]
    rest: Sequence[int]


def folded(view: View, budget: int, opened: Collection[str] = ()) -> tuple[Slot, ...]:
    """Return the boxes to draw, at most `budget`, parents before children, siblings by number.

    Args:
        view: The cascade.
        budget: Most boxes, at least 1.
        opened: References whose children are to be seen; their ancestors are opened too.

    Raises:
        Malformed: The budget is below 1.
        NotFound: A reference in `opened` is not in the view.
    """
    if budget < 1:
        raise Malformed("bad_budget", f"a drawing of {budget} boxes shows nothing", remedy="Ask for at least 1.")
    plan = _Plan(view, opened)
    return plan.slots(plan.spent(budget))


class _Plan:
    """A view with what is needed to choose from it: tallies, children, and who was asked for."""

    __slots__ = ("children", "named", "nodes", "places", "tallies", "wanted")

    def __init__(self, view: View, opened: Iterable[str]) -> None:
        self.nodes = view.nodes
        self.tallies = tallies(view.nodes)
        self.places = {node.directive.ref: place for place, node in enumerate(view.nodes)}
        self.children = _children(view.nodes, self.tallies)
        self.named = tuple(opened)
        self.wanted = _with_ancestors(self.named, self.tallies)

    def spent(self, budget: int) -> dict[str | None, _Share]:
        """Return what each opened directive shows; None stands above the roots."""
        chosen: dict[str | None, list[int]] = {}
        taken: set[int] = set()
        left = budget
        for place in self.turns(budget):
            path = self.path(place, taken)
            price = self.price(path, chosen)
            if path and price <= left:
                left -= price
                taken.update(path)
                for step in path:
                    chosen.setdefault(self.above(step), []).append(step)
        chosen.setdefault(None, [])
        return {ref: self.share(ref, places) for ref, places in chosen.items()}

    def turns(self, budget: int) -> Iterator[int]:
        """Yield the places in the order in which they get their turn; some come more than once."""
        yield from heapq.nsmallest(budget, self.children[None], key=self.rank)
        wanted = sorted(self.places[ref] for ref in self.wanted if ref in self.places)
        yield from wanted
        below = (child for ref in self.named for child in self.children.get(ref, ()))
        yield from heapq.nsmallest(budget // 2, below, key=self.rank)
        late = (place for place, node in enumerate(self.nodes) if node.bucket == "overdue")
        yield from heapq.nsmallest(budget, late, key=lambda place: (-self.nodes[place].light.days, place))
        yield from heapq.nsmallest(budget, range(len(self.nodes)), key=self.by_level)

    def path(self, place: int, taken: Collection[int]) -> list[int]:
        """Return a place and those above it that are not taken yet, the topmost first."""
        found: list[int] = []
        while place not in taken:
            found.append(place)
            parent = self.above(place)
            if parent is None:
                break
            place = self.places[parent]
        return found[::-1]

    def price(self, path: Sequence[int], chosen: Mapping[str | None, Sequence[int]]) -> int:
        """Return the boxes a path costs: its own, and one under each parent for the children left out."""
        price = 0
        for place in path:
            parent = self.above(place)
            shown_already, of_all = len(chosen.get(parent, ())), len(self.children[parent])
            opens, completes = shown_already == 0 and of_all > 1, 0 < shown_already == of_all - 1
            price += 1 + opens - completes
        return price

    def above(self, place: int) -> str | None:
        """Return the parent of a place, None if it is not in the view."""
        parent = self.nodes[place].directive.parent
        return parent if parent in self.places else None

    def share(self, ref: str | None, chosen: Sequence[int]) -> _Share:
        """Return the children drawn and those left out, each in the order of the view."""
        drawn = set(chosen)
        return _Share(sorted(drawn), [place for place in self.children[ref] if place not in drawn])

    def rank(self, place: int) -> tuple[int, int, int]:
        """Return how soon a directive's turn comes among its like: the smallest first."""
        tally = self.tallies[self.nodes[place].directive.ref]
        return -tally.overdue, tally.done - tally.total, place

    def by_level(self, place: int) -> tuple[int, int, int, int]:
        """Return how soon a directive's turn comes among all: the upper levels first."""
        return self.nodes[place].directive.depth, *self.rank(place)

    def slots(self, shares: Mapping[str | None, _Share]) -> tuple[Slot, ...]:
        """Return the chosen boxes in the order of the view."""
        found: list[Slot] = []
        stack = self.below(shares, None, 0, None)
        while stack:
            slot = stack.pop()
            found.append(slot)
            if slot.node is not None:
                stack += self.below(shares, slot.node.directive.ref, slot.depth + 1, len(found) - 1)
        return tuple(found)

    def below(self, shares: Mapping[str | None, _Share], ref: str | None, depth: int, parent: int | None) -> list[Slot]:
        """Return the boxes right below one, the last first, as a stack wants them."""
        share = shares.get(ref, _Share((), ()))
        made = [self.slot(place, shares, depth, parent) for place in share.drawn]
        if share.rest:
            made.append(Slot(None, self.sum(share.rest), depth, parent, len(share.rest)))
        return made[::-1]

    def slot(self, place: int, shares: Mapping[str | None, _Share], depth: int, parent: int | None) -> Slot:
        """Return the box of one directive."""
        node = self.nodes[place]
        ref = node.directive.ref
        hidden = 0 if ref in shares else len(self.children.get(ref, ()))
        return Slot(node, self.tallies[ref], depth, parent, hidden)

    def sum(self, places: Sequence[int]) -> Tally:
        """Return the tally of several directives together."""
        statuses: dict[str, int] = {}
        total = done = overdue = 0
        for place in places:
            tally = self.tallies[self.nodes[place].directive.ref]
            total, done, overdue = total + tally.total, done + tally.done, overdue + tally.overdue
            for status, count in tally.statuses.items():
                statuses[status] = statuses.get(status, 0) + count
        return Tally(statuses, total, done, overdue)


def _children(nodes: Sequence[Node], known: Mapping[str, Tally]) -> dict[str | None, list[int]]:
    """Return the places of everyone's children in the view; those with no parent in it are under None."""
    found: dict[str | None, list[int]] = {None: []}
    for place, node in enumerate(nodes):
        parent = node.directive.parent
        found.setdefault(parent if parent in known else None, []).append(place)
    return found


def _with_ancestors(refs: Iterable[str], known: Mapping[str, Tally]) -> frozenset[str]:
    """Return the references with all that are above them."""
    found: set[str] = set()
    for ref in refs:
        if ref not in known:
            raise NotFound(
                "unknown_directive",
                f"there is no directive {shown(ref)} to open",
                directive=ref,
                remedy="Check the reference.",
            )
        above: str | None = ref
        while above is not None and above not in found:
            found.add(above)
            above = parent_of(above)
    return frozenset(found)
