"""The numbers on the drawing of a state machine: who is where, who went which way, and how long it took.

Rule: marks do not say which trigger was pulled. Where several rows of a table lead from one status to another, each
carries the number of all of them together, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xiada.engine.lifecycle import Lifecycle
from xiada.engine.projections import Tracks, View
from xiada.viz.durations import spoken
from xiada.viz.dwell import Dwell, Stay, dwell
from xiada.viz.labels import Labels
from xiada.viz.routes import START


@dataclass(frozen=True)
class Census:
    """The numbers of a table.

    Args:
        table: The lifecycle.
        counts: Directives at each status, None if no view was given.
        late: How many of them are overdue.
        dwell: Moves and stays, None if no tracks were given.
    """

    table: Lifecycle
    counts: Mapping[str, int] | None
    late: Mapping[str, int]
    dwell: Dwell | None

    @cached_property
    def rows_of(self) -> Mapping[tuple[str, str], int]:
        """How many rows of the table lead from a status to another."""
        return Counter(
            (source, row.target)
            for row in self.table.transitions
            for source in row.sources or (START,)
            if row.target is not None and row.target != source
        )

    def gone(self, sources: Sequence[str], target: str) -> Stay:
        """Return how often directives went from some statuses, or from the start, to another, and after how long."""
        assert self.dwell is not None
        if START in sources:
            return Stay(self.dwell.born.get(target, 0))
        return self.dwell.before((source, target) for source in sources)

    def is_shared(self, sources: Sequence[str], target: str) -> bool:
        """Tell whether other rows lead the same way, so that a number is theirs too."""
        return any(self.rows_of[source, target] > 1 for source in sources)

    @cached_property
    def shows_shared(self) -> bool:
        """Whether any number is one of several rows together."""
        return any(rows > 1 and self.gone((source,), target).count for (source, target), rows in self.rows_of.items())

    def waiting(self, status: str) -> Stay:
        """Return how many stay at a live status, and how long so far; none where it is closed."""
        return Stay() if self.dwell is None or status in self.table.closed else self.dwell.so_far(status)

    @cached_property
    def strange(self) -> Mapping[tuple[str, str], Stay]:
        """The ways gone that the table does not have."""
        return {} if self.dwell is None else self.dwell.strange(self.table)

    @cached_property
    def astray(self) -> Mapping[str, int]:
        """Statuses directives are at that the table does not have, and how many."""
        return {status: count for status, count in (self.counts or {}).items() if status not in self.table.names}

    @cached_property
    def strangers(self) -> Mapping[str, int]:
        """Statuses at which directives began that the table gives birth to none at, and how many."""
        births = {row.target for row in self.table.transitions if not row.sources}
        born = {} if self.dwell is None else self.dwell.born
        return {status: count for status, count in born.items() if status not in births}


def census(table: Lifecycle, view: View | None, tracks: Tracks | None) -> Census:
    """Return the numbers of a table.

    Args:
        table: The lifecycle.
        view: Whose directives to count.
        tracks: Their marks; of all in the tracks where no view is given.

    Raises:
        Malformed: The tracks lack a directive of the view.
    """
    counts = Counter(node.directive.status for node in view.nodes) if view else None
    late = Counter(node.directive.status for node in view.nodes if node.bucket == "overdue") if view else Counter()
    return Census(table, counts, late, None if tracks is None else dwell(tracks, view))


def stay_said(stay: Stay, labels: Labels, *, shared: bool = False, units: int = 2) -> str:
    """Return a number of moves in words: how often, and the median of the stays before.

    Example:
        >>> from xiada.viz.labels import catalogue
        >>> stay_said(Stay(12, 3 * 86_400), catalogue("zh")), stay_said(Stay(2, 9), catalogue("en"), shared=True)
        ('12× · 3 天', '∑2× · 9 s')
    """
    times = labels.say("shared_times" if shared and stay.count else "times", count=stay.count)
    return times if stay.median_s is None else f"{times} · {spoken(stay.median_s, labels, units=units)}"


def way_said(way: tuple[str, str], stay: Stay, labels: Labels) -> str:
    """Return a way from status to status with its number."""
    source, target = map(labels.status, way)
    return labels.say("way", source=source, target=target, times=stay_said(stay, labels))
