"""How often directives moved from status to status, and how long they had stayed before.

Rule: a stay is from one change of status to the next, whatever else happened meanwhile; a middle is the median, so
that one forgotten directive does not spoil it. Marks do not say which trigger was pulled: what is counted is the way
from status to status. Moves that a table does not have, of an earlier table or of a migration, are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from xiada.engine.lifecycle import Lifecycle
from xiada.engine.projections import Mark, Tracks, View
from xiada.viz.durations import SECOND_US
from xiada.viz.history import marks_of

Way: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stay:
    """How many stays, and the median of their lengths in whole seconds, rounded down; None if there is none."""

    count: int = 0
    median_s: int | None = None


@dataclass(frozen=True, slots=True)
class Dwell:
    """Stays at statuses, told by where they led.

    Args:
        lengths: Lengths of stays in µs by (source, target), each sorted.
        waiting: Lengths in µs, so far, of the stays that still go on, by status, each sorted.
        born: How many directives began at each status.
    """

    lengths: Mapping[Way, tuple[int, ...]]
    waiting: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    born: Mapping[str, int] = field(default_factory=dict)

    def before(self, ways: Iterable[Way]) -> Stay:
        """Return how often directives went one of these ways, and how long they had stayed before.

        Example:
            >>> found = Dwell({("a", "b"): (1_000_000, 3_000_000), ("c", "b"): (8_000_000,)})
            >>> found.before([("a", "b"), ("c", "b")]), found.before([("b", "a")])
            (Stay(count=3, median_s=3), Stay(count=0, median_s=None))
        """
        return _stay([length for way in dict.fromkeys(ways) for length in self.lengths.get(way, ())])

    def so_far(self, status: str) -> Stay:
        """Return how many are at a status, and how long they have been there."""
        return _stay(self.waiting.get(status, ()))

    def strange(self, table: Lifecycle) -> dict[Way, Stay]:
        """Return the ways gone that a table does not have, the commonest first."""
        known = {(source, row.target) for row in table.transitions for source in row.sources}
        found = {way: _stay(lengths) for way, lengths in self.lengths.items() if way not in known}
        return dict(sorted(found.items(), key=lambda item: (-item[1].count, item[0])))


def _stay(lengths: Collection[int]) -> Stay:
    """Return count and median of lengths in µs."""
    return Stay(len(lengths), int(median(lengths)) // SECOND_US) if lengths else Stay()


def dwell(tracks: Tracks, view: View | None = None) -> Dwell:
    """Return the stays of directives.

    Args:
        tracks: Their marks, see `AsOf.tracks`.
        view: Whose directives to look at, in the log it was made of; None = all there are, and nobody is said to wait.

    Raises:
        Malformed: The tracks lack a directive of the view.

    Example:
        >>> marks = (Mark(0, 0, "issued", 9), Mark(1, 5, "issued", 9), Mark(2, 2_000_000, "executing", 9))
        >>> dwell({"c/1": marks}).before([("issued", "executing")])
        Stay(count=1, median_s=2)
    """
    lengths: dict[Way, list[int]] = {}
    waiting: dict[str, list[int]] = {}
    born: Counter[str] = Counter()
    for track in _looked_at(tracks, view):
        marks = _changes(track)
        for before, after in pairwise(marks):
            lengths.setdefault((before.status, after.status), []).append(after.t - before.t)
        born.update(mark.status for mark in marks[:1])
        if marks and view is not None:
            waiting.setdefault(marks[-1].status, []).append(max(0, view.now - marks[-1].t))
    return Dwell(
        {way: tuple(sorted(found)) for way, found in lengths.items()},
        {status: tuple(sorted(found)) for status, found in waiting.items()},
        born,
    )


def _looked_at(tracks: Tracks, view: View | None) -> Iterable[Sequence[Mark]]:
    """Yield the marks of each directive to look at."""
    if view is None:
        return tracks.values()
    return (marks_of(view, tracks, node.directive.ref) for node in view.nodes)


def _changes(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks at which the status changed, the first among them."""
    found: list[Mark] = []
    for mark in marks:
        if not found or mark.status != found[-1].status:
            found.append(mark)
    return found
