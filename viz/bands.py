"""Every unit in sight: one band per depth, as wide as the leaves below, cut into slices that can be seen.

Rule: each directive is counted in exactly one slice of its depth's band. One that is wide enough to be seen has a
slice of its own; others share one with their neighbours of the same grain. The slices of a band stand in the order
of the view, do not overlap, and are at least one wide. Time grows with the directives alone; the same bands are drawn
on paper and in the terminal.

Source: Kruskal and Landwehr 1983, icicle plots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from xiada.engine.projections import Node, View


@dataclass(slots=True)
class Count:
    """How many directives there are, how many in each status, done and overdue."""

    statuses: Counter[str] = field(default_factory=Counter)
    total: int = 0
    done: int = 0
    overdue: int = 0

    def add(self, node: Node) -> None:
        """Count one more."""
        status, statuses = node.directive.status, self.statuses
        statuses[status] = statuses.get(status, 0) + 1
        self.total += 1
        self.done += node.bucket == "done"
        self.overdue += node.bucket == "overdue"

    def join(self, other: Count) -> None:
        """Count all of another too."""
        self.statuses.update(other.statuses)
        self.total += other.total
        self.done += other.done
        self.overdue += other.overdue


@dataclass(slots=True)
class Slice:
    """A piece of a band.

    Args:
        left: Where it begins.
        right: Where it ends, at least one after `left`.
        first: Place in the view of its first directive.
        count: What is in it.
    """

    left: int
    right: int
    first: int
    count: Count


@dataclass(frozen=True, slots=True)
class Band:
    """The directives of one depth.

    Args:
        depth: Levels below the roots of the cascade.
        levels: The levels of their units, the most frequent first.
        count: Of all of them.
        slices: From left to right.
    """

    depth: int
    levels: tuple[str, ...]
    count: Count
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the topmost directives that have others beside them, with all below it.

    Args:
        place: Its place in the view.
        left: Where it begins.
        right: Where it ends.
        count: Of it and all below it.
        by_depth: The same, depth by depth.
    """

    place: int
    left: int
    right: int
    count: Count
    by_depth: dict[int, Count]


@dataclass(frozen=True, slots=True)
class Bands:
    """A view as bands over a common width.

    Args:
        width: How wide all of them are.
        exact: Whether every directive has a slice of its own.
        bands: The topmost first.
        branches: From left to right; none if each depth has one directive.
        count: Of the whole view.
    """

    width: int
    exact: bool
    bands: tuple[Band, ...]
    branches: tuple[Branch, ...]
    count: Count


@dataclass(frozen=True, slots=True)
class _Spans:
    """Depth of each directive, and the leaves from and to which it reaches."""

    depths: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]
    leaves: int


def banded(view: View, width: int, *, grain: int = 1, exact: int = 0, slices: int | None = None) -> Bands:
    """Return a view as bands.

    Args:
        view: The cascade, or a part of it, at one instant.
        width: How wide the bands are to be, at least 1.
        grain: What is less wide is put together with its neighbours.
        exact: Up to so many directives nothing is put together: each leaf is equally wide, at least one, and the
            bands about as wide as asked, or as wide as they need.
        slices: About how many slices there may be; the grain is coarser where many bands would have more.

    Example:
        >>> from xiada.engine.projections import View
        >>> banded(View("c", "1", "t", 0, 0, "", "Asia/Shanghai", ()), 80).bands
        ()
    """
    spans = _spans(view.nodes)
    is_exact = 0 < len(view.nodes) <= exact
    if is_exact:
        width, grain = spans.leaves * max(1, round(width / spans.leaves)), 1
    elif slices is not None:
        grain = max(grain, -(-width * len(set(spans.depths)) // slices))
    cuts = _cut(view.nodes, spans, width, grain)
    levels = _levels(view.nodes, spans)
    bands = tuple(_band(depth, levels[depth], cuts[depth]) for depth in sorted(cuts))
    whole = _sum([band.count for band in bands])
    return Bands(width, is_exact, bands, _branches(view.nodes, spans, width), whole)


def _spans(nodes: Sequence[Node]) -> _Spans:
    """Return how far each directive reaches: one leaf if there is nothing below it."""
    starts, ends, depths = [0] * len(nodes), [0] * len(nodes), [0] * len(nodes)
    opened: list[tuple[int, str]] = []
    leaves = 0
    for place, node in enumerate(nodes):
        ref = node.directive.ref
        while opened and not ref.startswith(opened[-1][1]):
            leaves = _closed(opened.pop()[0], starts, ends, leaves)
        starts[place], depths[place] = leaves, ref.count(".", ref.index("/"))
        opened.append((place, f"{ref}."))
    while opened:
        leaves = _closed(opened.pop()[0], starts, ends, leaves)
    return _Spans(depths, starts, ends, leaves)


def _closed(place: int, starts: Sequence[int], ends: list[int], leaves: int) -> int:
    """Note where a directive ends, and return how many leaves there are up to there."""
    leaves += starts[place] == leaves
    ends[place] = leaves
    return leaves


def _scaled(spans: _Spans, place: int, width: int) -> tuple[int, int]:
    """Return where a directive begins and ends, rounded down."""
    return spans.starts[place] * width // spans.leaves, spans.ends[place] * width // spans.leaves


def _cut(nodes: Sequence[Node], spans: _Spans, width: int, grain: int) -> dict[int, list[Slice]]:
    """Return the slices by depth, some of them without width yet."""
    found: dict[int, list[Slice]] = {}
    shared: dict[int, int] = {}
    for place, node in enumerate(nodes):
        depth, left, right = spans.depths[place], *_scaled(spans, place, width)
        cuts = found.setdefault(depth, [])
        wide = (spans.ends[place] - spans.starts[place]) * width >= grain * spans.leaves
        column = None if wide else left // grain
        if column is None or shared.get(depth) != column:
            cuts.append(Slice(left, right, place, Count()))
        shared[depth] = -1 if column is None else column
        cuts[-1].right = right
        cuts[-1].count.add(node)
    return found


def _levels(nodes: Sequence[Node], spans: _Spans) -> dict[int, tuple[str, ...]]:
    """Return the levels of the units by depth, the most frequent first."""
    found: dict[int, tuple[str, ...]] = {}
    counts = Counter(zip(spans.depths, (node.level for node in nodes), strict=True))
    for (depth, level), _ in counts.most_common():
        found[depth] = (*found.get(depth, ()), level)
    return found


def _band(depth: int, levels: tuple[str, ...], cuts: Sequence[Slice]) -> Band:
    """Return a band of its slices."""
    return Band(depth, levels, _sum([cut.count for cut in cuts]), _widened(cuts))


def _sum(counts: Sequence[Count]) -> Count:
    """Return counts as one."""
    found = Count()
    for count in counts:
        found.join(count)
    return found


def _widened(cuts: Sequence[Slice]) -> tuple[Slice, ...]:
    """Return slices that can all be seen: one without width takes one from the slice before, or joins it."""
    found: list[Slice] = []
    for cut in cuts:
        before = found[-1] if found else None
        cut.left = max(cut.left, before.right if before else 0)
        if cut.right > cut.left:
            found.append(cut)
        elif before is None:
            cut.right = cut.left + 1
            found.append(cut)
        elif before.right < cut.left or before.right - before.left > 1:
            cut.left, cut.right = cut.left - 1, cut.left
            before.right = min(before.right, cut.left)
            found.append(cut)
        else:
            before.count.join(cut.count)
    return tuple(found)


def _branches(nodes: Sequence[Node], spans: _Spans, width: int) -> tuple[Branch, ...]:
    """Return the branches with their counts: those of the least depth that has more than one directive."""
    several = [depth for depth, count in Counter(spans.depths).items() if count > 1]
    least = min(several, default=None)
    found: list[Branch] = []
    end = 0
    for place, node in enumerate(nodes):
        if spans.depths[place] == least:
            found.append(Branch(place, *_scaled(spans, place, width), Count(), {}))
            end = spans.ends[place]
        if found and spans.starts[place] < end:
            counts, depth = found[-1].by_depth, spans.depths[place]
            if depth not in counts:
                counts[depth] = Count()
            counts[depth].add(node)
    for branch in found:
        branch.count.join(_sum(list(branch.by_depth.values())))
    return tuple(found)
