"""What is said of a comparison, in one language, and which pairs are listed: on paper and in a terminal alike.

Rule: what changed is listed first, the worst of it in front, each with those above it; what has not changed is
counted, and named only where it is still overdue. A number that has grown has a plus, one that has shrunk a minus.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from xiada.engine.due import NEVER, at, show
from xiada.engine.projections import View
from xiada.viz.differences import CHANGES, Change, Comparison, Pair
from xiada.viz.folding import check_budget
from xiada.viz.labels import Labels
from xiada.viz.page import origin
from xiada.viz.plate import overdue_words
from xiada.viz.text import shown

BUDGET = 60
NAMED = 5
"""So many are named of those who moved most, and of those who did not move at all."""

_WORDS: Mapping[Change, str] = {change: f"compare_{change}" for change in CHANGES} | {
    "done": "compare_finished",
    "changed": "compare_altered",
}
_WORSE: tuple[Change, ...] = ("reopened", "back")
_IMPLIED: Mapping[Change, frozenset[Change]] = {
    "advanced": frozenset({"done"}),
    "back": frozenset({"reopened"}),
    "changed": frozenset({"done", "reopened"}),
}
"""What goes without saying beside another change."""


@dataclass(frozen=True, slots=True)
class Row:
    """A pair that is listed.

    Args:
        pair: Which.
        key: Reference of the directive after, or before if there is no after; no other row has it.
        parent: Place of the row above it, None at the top.
        hidden: How many pairs right below it are not listed.
        hidden_moved: How many of those have changes at or below them.
    """

    pair: Pair
    key: str
    parent: int | None
    hidden: int
    hidden_moved: int


def listed(found: Comparison, budget: int) -> tuple[Row, ...]:
    """Return the pairs to list, at most so many, in preorder.

    Args:
        found: What differs.
        budget: Most rows, at least 1.

    Raises:
        Malformed: The budget is below 1.
    """
    check_budget(budget)
    places = sorted(_taken(found.pairs, budget))
    rows = {place: number for number, place in enumerate(places)}
    hidden: dict[int, list[int]] = {}
    for place, pair in enumerate(found.pairs):
        if place not in rows and pair.parent in rows:
            hidden.setdefault(pair.parent, []).append(pair.moved)
    made = []
    for place in places:
        pair, under = found.pairs[place], hidden.get(place, [])
        parent = None if pair.parent is None else rows[pair.parent]
        made.append(Row(pair, pair.node.directive.ref, parent, len(under), sum(bool(count) for count in under)))
    return tuple(made)


def _taken(pairs: tuple[Pair, ...], budget: int) -> set[int]:
    """Return the places of the pairs to list, each with all above it."""
    taken: set[int] = set()
    for place, most in _turns(pairs, budget):
        path = []
        above: int | None = place
        while above is not None and above not in taken:
            path.append(above)
            above = pairs[above].parent
        if len(taken) + len(path) <= most:
            taken.update(path)
    return taken


def _turns(pairs: tuple[Pair, ...], budget: int) -> Iterator[tuple[int, int]]:
    """Yield the places in the order in which they get their turn, with how many there may be by then."""
    moved = [place for place, pair in enumerate(pairs) if pair.moved]
    stuck = [place for place, pair in enumerate(pairs) if pair.stuck]
    roots = sorted((place for place, pair in enumerate(pairs) if pair.parent is None), key=lambda p: -pairs[p].moved)
    worse = [place for place in moved if pairs[place].newly_late or any(c in _WORSE for c in pairs[place].changes)]
    worse = _spread(pairs, worse)
    worse.sort(key=lambda place: (not pairs[place].newly_late, -pairs[place].node.light.days))
    moved = _spread(pairs, moved)
    moved.sort(key=lambda place: (pairs[place].depth, -pairs[place].moved))
    stuck.sort(key=lambda place: -pairs[place].node.light.days)
    yield from ((place, budget) for place in roots[:budget])
    yield from ((place, max(1, budget // 2)) for place in worse[:budget])
    yield from ((place, budget) for place in (*moved, *stuck[:budget]))


def _spread(pairs: tuple[Pair, ...], places: list[int]) -> list[int]:
    """Return places so that all branches get turns alike, the one with most of them first.

    Were they taken as they come, the first branch would be told in every detail and the last with no word.
    """
    wanted = set(places)
    families: dict[int | None, list[list[int]]] = {}
    for place in sorted(_with_all_above(pairs, places), reverse=True):
        below = _woven(families.pop(place, [])[::-1])
        families.setdefault(pairs[place].parent, []).append([place, *below] if place in wanted else below)
    return _woven(families.get(None, [])[::-1])


def _with_all_above(pairs: tuple[Pair, ...], places: list[int]) -> set[int]:
    """Return places, and those of the pairs above them."""
    found: set[int] = set()
    for place in places:
        above: int | None = place
        while above is not None and above not in found:
            found.add(above)
            above = pairs[above].parent
    return found


def _woven(branches: list[list[int]]) -> list[int]:
    """Return what is in branches turn by turn; the longest has the first turn."""
    if len(branches) == 1:
        return branches[0]
    ordered = sorted(branches, key=len, reverse=True)
    found: list[int] = []
    for turn in range(len(ordered[0]) if ordered else 0):
        while len(ordered[-1]) <= turn:
            ordered.pop()
        found += [branch[turn] for branch in ordered]
    return found


def signed(count: int) -> str:
    """Return a difference with its sign.

    Example:
        >>> signed(12), signed(-3), signed(0)
        ('+12', '−3', '±0')
    """
    return f"+{count:,}" if count > 0 else f"−{-count:,}" if count else "±0"


@dataclass(frozen=True, slots=True)
class Told:
    """A comparison with the words for it."""

    found: Comparison
    labels: Labels

    def title(self) -> str:
        """Return what the drawing shows."""
        before, after = (shown(view.title) or view.cascade for view in (self.found.before, self.found.after))
        if self.found.crossed:
            return self.labels.say("compare_two", before=before, after=after)
        return self.labels.say("compare_title", title=after)

    def headline(self) -> str:
        """Return how many pairs differ, or that none does."""
        moved, count = self.found.moved, len(self.found.pairs)
        if not moved:
            return self.labels.say("compare_nothing", count=count)
        return self.labels.say("compare_changed", moved=moved, same=count - moved)

    def totals(self) -> list[str]:
        """Return how many there were and are, and how many were and are done."""
        was, now, say = self.found.was, self.found.now, self.labels.say
        return [
            say("compare_totals", before=was.total, after=now.total),
            say("compare_done", before=was.done, after=now.done, by=signed(now.done - was.done)),
        ]

    def overdue(self, before: int, after: int) -> str:
        """Return how many were and are overdue; empty if none."""
        if not before and not after:
            return ""
        return self.labels.say("compare_overdue", before=before, after=after, by=signed(after - before))

    def sides(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Return for either side what it is and of when it is: two short lines."""
        return self._side(self.found.before, "compare_before"), self._side(self.found.after, "compare_after")

    def _side(self, view: View, side: str) -> tuple[str, str]:
        """Return what one side is and of when it is."""
        name = view.cascade if self.found.crossed else self.labels.say(side)
        return name, f"{at(view.now, view.zone):%Y-%m-%d %H:%M}"

    def progress(self, pair: Pair) -> list[str]:
        """Return done and total at and below a pair, before and after, the longest words first; none for one alone."""
        was, now = pair.was, pair.now
        if max(was.total, now.total) < 2:
            return []
        before, after = f"{was.done:,}/{was.total:,}", f"{now.done:,}/{now.total:,}"
        if before == after:
            return [after]
        by = f" ({signed(now.done - was.done)})" if now.done != was.done else ""
        return [f"{before} → {after}{by}", f"{before} → {after}", f"{after}{by}", after]

    def lateness(self, pair: Pair) -> list[str]:
        """Return how many were and are overdue at and below a pair, the longest words first; none if none."""
        was, now = pair.was.overdue, pair.now.overdue
        if not was and not now:
            return []
        if max(pair.was.total, pair.now.total) == 1 and pair.node.bucket == "overdue":
            return [overdue_words(pair.node, self.labels)]
        if was == now:
            return [f"{now:,}"]
        return [f"{was:,} → {now:,} ({signed(now - was)})", f"{now:,} ({signed(now - was)})", f"{now:,}"]

    def remarks(self, row: Row) -> list[str]:
        """Return what changed of a row and how many below it are not listed, the longest words first."""
        pair, say = row.pair, self.labels.say
        stuck = [say("compare_stuck_mark")] if pair.stuck else []
        long, short = self.what(pair) or stuck, [self.change(change) for change in self._told(pair)] or stuck
        if not row.hidden:
            return [" · ".join(long), " · ".join(short)]
        brief = say("compare_hidden", count=row.hidden)
        full = say("compare_hidden_moved", count=row.hidden, moved=row.hidden_moved) if row.hidden_moved else brief
        return [" · ".join(texts) for texts in ((*long, full), (*long, brief), (*short, brief), (brief, *short))]

    @staticmethod
    def _told(pair: Pair) -> list[Change]:
        """Return the changes of a pair that do not go without saying."""
        return [change for change in pair.changes if not _IMPLIED.get(change, frozenset()) & {*pair.changes}]

    def what(self, pair: Pair) -> list[str]:
        """Return what changed of a pair, in words, the worst first."""
        return [self._change(change, pair) for change in self._told(pair)]

    def _change(self, change: Change, pair: Pair) -> str:
        """Return one change in words, with how much of it."""
        say, node = self.labels.say, pair.node
        if change == "late":
            return say("compare_late_by", days=node.light.days)
        if change in ("earlier", "later"):
            due = node.directive.due
            date = say("undated") if due == NEVER else show(due, self.found.after.zone)
            return say(f"compare_{change}_to", date=date)
        return self.change(change)

    def change(self, change: Change) -> str:
        """Return a change in words."""
        return self.labels.say(_WORDS[change])

    def status(self, pair: Pair) -> tuple[str, str]:
        """Return the words for the status before and after."""
        none = self.labels.say("compare_none")
        before, after = (
            none if node is None else self.labels.status(node.directive.status) for node in (pair.before, pair.after)
        )
        return before, after

    def movers(self) -> list[tuple[str, int]]:
        """Return who moved most: names as they are, and how many changed at and below them."""
        return [(shown(pair.node.name), pair.moved) for pair in self.found.movers()[:NAMED]]

    def tip(self, row: Row) -> str:
        """Return what a pointer or a screen reader tells of a row."""
        before, after = self.status(row.pair)
        changes = " · ".join(self.what(row.pair)) or self.labels.say("compare_unchanged")
        return self.labels.say(
            "compare_tip",
            name=shown(row.pair.node.name),
            before=before,
            after=after,
            changes=changes,
            ref=row.pair.node.directive.ref,
        )

    def footer(self) -> tuple[str, ...]:
        """Return where both come from; what they have in common is said once."""
        was, now = origin(self.found.before, self.labels), origin(self.found.after, self.labels)
        common = [part for part in was if part in now]
        return (
            *common,
            *self._marked((part for part in was if part not in common), "compare_before"),
            *self._marked((part for part in now if part not in common), "compare_after"),
        )

    def _marked(self, parts: Iterable[str], side: str) -> list[str]:
        """Return the parts of one side, the first with its name."""
        found = list(parts)
        return [self.labels.say("compare_part", side=self.labels.say(side), part=found[0]), *found[1:]] if found else []
