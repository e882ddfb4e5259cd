"""What of a cascade is drawn and what is folded away: a budget of boxes, spent on the worst first.

Rule: a directive is either shown or folded into a shown one's plate, never lost. The budget is spent in
this order: the roots; the late, the longest and those with most late beside them first, with the path down
to them (where they are too many to be shown, only as many as a tenth of the budget, so that the rest of the
cascade is seen too); the blocked, who are open and wait for open ones below them, those with most open below
first; then level by level the most overdue, the most not done, by number.

What the caller opens comes on top of the budget, at most as many boxes again: whatever is shown without
it is shown with it, and opening one more takes nothing away. With places as `layout` gives them, opening
a box therefore moves neither itself nor anything before it.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xiada.engine.errors import Malformed, NotFound
from xiada.engine.limits import shown
from xiada.engine.projections import Node, Tally, View, places_above, tallies

_NOWHERE = -1
"""Above the roots."""


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


def folded(view: View, budget: int, opened: Sequence[str] = ()) -> tuple[Slot, ...]:
    """Return the boxes to draw, parents before children, siblings by number.

    Args:
        view: The cascade.
        budget: Most boxes, at least 1; those that `opened` adds not counted, which are at most as many again.
        opened: References whose children are to be seen, with all above them; the first has the first turn.

    Raises:
        Malformed: The budget is below 1.
        NotFound: A reference in `opened` is not in the view.
    """
    check_budget(budget)
    plan = _Plan(view)
    drawn = plan.spent(plan.worst(budget), budget) | plan.spent(plan.asked(opened, budget), budget)
    return plan.slots(drawn)


def check_budget(budget: int) -> None:
    """Refuse a budget that buys no box.

    Raises:
        Malformed: It is below 1.
    """
    if budget < 1:
        raise Malformed("bad_budget", f"a drawing of {budget} boxes shows nothing", remedy="Ask for at least 1.")


def together(tallies: Iterable[Tally]) -> Tally:
    """Return several tallies as one.

    Example:
        >>> together([Tally({"issued": 1}, 1, 0, 1), Tally({"issued": 1, "reported": 1}, 2, 1, 0)])
        Tally(statuses={'issued': 2, 'reported': 1}, total=3, done=1, overdue=1)
    """
    statuses: dict[str, int] = {}
    total = done = overdue = 0
    for tally in tallies:
        total, done, overdue = total + tally.total, done + tally.done, overdue + tally.overdue
        for status, count in tally.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return Tally(statuses, total, done, overdue)


class _Plan:
    """A view with what is needed to choose from it, everything by place in the view."""

    __slots__ = ("above", "children", "nodes", "tallies")

    def __init__(self, view: View) -> None:
        self.nodes = view.nodes
        self.tallies = tuple(tallies(view.nodes).values())
        self.above = places_above(view.nodes)
        self.children: dict[int, list[int]] = {_NOWHERE: []}
        for place, parent in enumerate(self.above):
            self.children.setdefault(parent, []).append(place)

    def worst(self, budget: int) -> Iterator[int]:
        """Yield the places in the order in which they get their turn; some come more than once."""
        yield from heapq.nsmallest(budget, self.children[_NOWHERE], key=self.rank)
        late = [place for place, node in enumerate(self.nodes) if node.bucket == "overdue"]
        few = len(late) <= budget // 2
        yield from heapq.nsmallest(budget if few else max(1, budget // 10), late, key=self.lateness)
        blocked = filter(self.blocked, self.children.keys() - {_NOWHERE})
        yield from heapq.nsmallest(budget, blocked, key=lambda place: (-self.open(place), place))
        level = self.children[_NOWHERE]
        while level:
            yield from heapq.nsmallest(budget, level, key=self.rank)
            level = [child for place in level for child in self.children.get(place, ())]

    def asked(self, opened: Sequence[str], budget: int) -> Iterator[int]:
        """Yield the places of who was asked for, each followed by those right below it, the worst first."""
        places = {node.directive.ref: place for place, node in enumerate(self.nodes)} if opened else {}
        for ref in opened:
            if ref not in places:
                raise NotFound(
                    "unknown_directive",
                    f"there is no directive {shown(ref)} to open",
                    directive=shown(ref),
                    remedy="Check the reference.",
                )
            yield places[ref]
            yield from heapq.nsmallest(budget // 2, self.children.get(places[ref], ()), key=self.rank)

    def spent(self, turns: Iterable[int], budget: int) -> set[int]:
        """Return whose boxes the budget buys, each with all above it; who is too dear is passed over."""
        taken: set[int] = set()
        families: dict[int, int] = {}
        for place in turns:
            path = self.path(place, taken)
            price = self.price(path, families)
            if price <= budget:
                budget -= price
                taken.update(path)
                for step in path:
                    families[self.above[step]] = families.get(self.above[step], 0) + 1
            if budget == 0:
                break
        return taken

    def path(self, place: int, taken: Collection[int]) -> list[int]:
        """Return a place and those above it that are not taken yet, the topmost first."""
        found: list[int] = []
        while place != _NOWHERE and place not in taken:
            found.append(place)
            place = self.above[place]
        return found[::-1]

    def price(self, path: Sequence[int], families: Mapping[int, int]) -> int:
        """Return the boxes a path costs: its own, and one in each family for the siblings left out."""
        price = 0
        for place in path:
            shown_already, of_all = families.get(self.above[place], 0), len(self.children[self.above[place]])
            opens, completes = shown_already == 0 and of_all > 1, 0 < shown_already == of_all - 1
            price += 1 + opens - completes
        return price

    def lateness(self, place: int) -> tuple[int, int, int]:
        """Return how soon a late directive's turn comes: the smallest first."""
        above = self.above[place]
        return -self.nodes[place].light.days, 0 if above == _NOWHERE else -self.tallies[above].overdue, place

    def blocked(self, place: int) -> bool:
        """Tell whether a directive is open and waits for open ones below it."""
        return self.nodes[place].bucket != "done" and self.open(place) > 1

    def open(self, place: int) -> int:
        """Return how many directives at and below a place are not done."""
        return self.tallies[place].total - self.tallies[place].done

    def rank(self, place: int) -> tuple[int, int, int]:
        """Return how soon a directive's turn comes among its like: the smallest first."""
        return -self.tallies[place].overdue, -self.open(place), place

    def slots(self, drawn: Collection[int]) -> tuple[Slot, ...]:
        """Return the boxes of those drawn, in the order of the view, and of their siblings."""
        found: list[Slot] = []
        stack = self.family(_NOWHERE, drawn, 0, None)
        while stack:
            place, slot = stack.pop()
            found.append(slot)
            if slot.node is not None and not slot.folded:
                stack += self.family(place, drawn, slot.depth + 1, len(found) - 1)
        return tuple(found)

    def family(self, above: int, drawn: Collection[int], depth: int, parent: int | None) -> list[tuple[int, Slot]]:
        """Return the boxes right below one with their places, the last first, as a stack wants them."""
        everyone = self.children.get(above, [])
        rest = [place for place in everyone if place not in drawn]
        if len(rest) == 1:  # a box for one other costs what the other itself does
            rest = []
        left_out = frozenset(rest)
        made = [(place, self.slot(place, drawn, depth, parent)) for place in everyone if place not in left_out]
        if rest:
            tally = together(self.tallies[place] for place in rest)
            made.append((_NOWHERE, Slot(None, tally, depth, parent, len(rest))))
        return made[::-1]

    def slot(self, place: int, drawn: Collection[int], depth: int, parent: int | None) -> Slot:
        """Return the box of one directive."""
        children = self.children.get(place, ())
        hidden = 0 if any(child in drawn for child in children) else len(children)
        return Slot(self.nodes[place], self.tallies[place], depth, parent, hidden)
