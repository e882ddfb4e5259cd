"""What happened to directives, as a timeline shows it: how long at which status, which dues, and when it was late.

Rule: everything comes from a directive's marks up to the instant looked from; what is late now is what the view says
is. A directive that is waived or withdrawn ends then; one returned may be late more than once. Only the directives
of the page asked for are computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from xiada.engine.directive import Directive, parent_of
from xiada.engine.due import NEVER, end_of_day
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.limits import shown
from xiada.engine.projections import Mark, Node, Tracks, View, day_of
from xiada.viz.axis import Axis, axis_of
from xiada.viz.plate import in_order

ROWS_MOST = 200


@dataclass(frozen=True, slots=True)
class Span:
    """A time at one status, µs since 1970 UTC, the end not included."""

    status: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One row of a timeline.

    Args:
        node: The directive.
        above: Name of the unit that holds the directive above it; empty for a root.
        below: How many directives below it are overdue.
        spans: One after the other from its issue to its end, no two neighbours alike.
        ended: When it was waived or withdrawn, None if it was not.
        due: In force, µs UTC, NEVER if undated; of the undated the one assumed, if any.
        original: The first one, where another is in force; None otherwise.
        assumed: Whether the due is only assumed.
        late: (start, end) of the times it was past its due and not handed in.
    """

    node: Node
    above: str
    below: int
    spans: tuple[Span, ...]
    ended: int | None
    due: int
    original: int | None
    assumed: bool
    late: tuple[tuple[int, int], ...]

    @property
    def dues(self) -> tuple[int, ...]:
        """The dues that have a date."""
        return tuple(due for due in (self.due, self.original) if due is not None and due != NEVER)


@dataclass(frozen=True, slots=True)
class Company:
    """What a history says of other directives: the names of units, and how many are overdue below, by reference."""

    names: Mapping[str, str]
    overdue: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One page of histories over one axis.

    Args:
        view: Whose.
        axis: From when to when.
        rows: Worst first.
        page: Which, from 1 on.
        pages: Of how many.
        before: Rows on the pages before.
    """

    view: View
    axis: Axis
    rows: tuple[History, ...]
    page: int
    pages: int
    before: int

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses in it, in the order of the table, others after them by name."""
        found = {span.status for row in self.rows for span in row.spans}
        found |= {row.node.directive.status for row in self.rows}
        return in_order(found, [status.name for status in self.view.lifecycle.statuses])


def timeline_of(view: View, tracks: Tracks, *, rows: int, page: int) -> Timeline:
    """Return one page of the timeline of a view.

    Args:
        view: The cascade at one instant.
        tracks: The marks of its directives, see `AsOf.tracks`; more of them do no harm.
        rows: Directives a page, 1 to 200.
        page: Which page, from 1 on.

    Raises:
        Malformed: So many rows cannot be shown, or the tracks lack a directive of the page.
        NotFound: There is no such page.
    """
    if not 1 <= rows <= ROWS_MOST:
        raise Malformed(
            "bad_rows", f"a page of {rows:,} rows cannot be read", remedy=f"Ask for 1 to {ROWS_MOST}, best 20 to 50."
        )
    pages = max(1, -(-len(view.nodes) // rows))
    if not 1 <= page <= pages:
        raise NotFound("no_such_page", f"there is no page {page:,}", pages=pages, remedy=f"There are {pages:,}.")
    before = rows * (page - 1)
    company = Company({node.directive.ref: node.name for node in view.nodes}, overdue_below(view))
    places = worst_first(view, company.overdue)[before : before + rows]
    nodes = [view.nodes[place] for place in places]
    found = tuple(history(node, view, marks_of(view, tracks, node.directive.ref), company) for node in nodes)
    begun = [row.spans[0].start for row in found if row.spans]
    dues = [due for row in found for due in row.dues]
    axis = axis_of(begun, dues, view.now, view.zone)
    return Timeline(view=view, axis=axis, rows=found, page=page, pages=pages, before=before)


def worst_first(view: View, below: Mapping[str, int]) -> list[int]:
    """Return the places of all directives of a view, the worst first.

    The longest overdue, then those with something overdue below them, then by due; what is done comes last, the
    latest first; where nothing else decides, in preorder.

    Args:
        view: The cascade at one instant.
        below: See `overdue_below`.
    """

    def rank(place: int) -> tuple[int, int, int, int]:
        node = view.nodes[place]
        if node.bucket == "overdue":
            return 0, -node.light.days, node.directive.due, place
        if node.bucket != "done":
            return (1 if node.directive.ref in below else 2), 0, node.directive.due, place
        return (3, -node.light.days, 0, place) if node.light.code == "done_late" else (4, 0, 0, place)

    return sorted(range(len(view.nodes)), key=rank)


def overdue_below(view: View) -> dict[str, int]:
    """Return how many directives below each are overdue, by reference; those with none are not there."""
    found: dict[str, int] = {}
    for node in view.nodes:
        if node.bucket == "overdue":
            above = node.directive.parent
            while above is not None:
                found[above] = found.get(above, 0) + 1
                above = parent_of(above)
    return found


def marks_of(view: View, tracks: Tracks, ref: str) -> tuple[Mark, ...]:
    """Return the marks of a directive that are in the log looked at.

    Raises:
        Malformed: The tracks lack it.
    """
    marks = tuple(mark for mark in tracks.get(ref, ()) if mark.index < view.log_size)
    if not marks:
        raise untracked(ref)
    return marks


def untracked(ref: str) -> Malformed:
    """Return the refusal of tracks that lack a directive of the view."""
    return Malformed(
        "no_track",
        f"the tracks lack directive {shown(ref)}",
        directive=ref,
        remedy="Take the tracks of the same cascade and the same moment as the view.",
    )


def history(node: Node, view: View, marks: Sequence[Mark], company: Company) -> History:
    """Return the history of one directive.

    Args:
        node: The directive.
        view: Where it is in.
        marks: Its own, in log order; those after the instant looked from are left out.
        company: What it needs to know of others.
    """
    directive, marks = node.directive, [mark for mark in marks if mark.t <= view.now]
    ended = directive.closed_at if directive.excused and (directive.closed_at or 0) <= view.now else None
    end = view.now if ended is None else ended
    due, assumed = _due_in_force(node, view.zone)
    changed = directive.original_due not in (directive.due, NEVER)
    return History(
        node=node,
        above=company.names.get(directive.parent or "", ""),
        below=company.overdue.get(directive.ref, 0),
        spans=_spans(marks, end),
        ended=ended,
        due=due,
        original=directive.original_due if changed else None,
        assumed=assumed,
        late=() if node.soft else _late(node, view.lifecycle, marks, end, due if assumed else None),
    )


def _due_in_force(node: Node, zone: str) -> tuple[int, bool]:
    """Return the due of a directive, and whether its light only assumes it."""
    directive, light = node.directive, node.light
    if directive.due != NEVER or not light.code.startswith("assumed_"):
        return directive.due, False
    return end_of_day(day_of(directive.issued_at, zone) + timedelta(days=light.allowed), zone), True


def _segments(marks: Sequence[Mark], end: int) -> list[tuple[Mark, int]]:
    """Return each mark with the time it held until."""
    ends = [*(mark.t for mark in marks[1:]), end]
    return [(mark, min(until, end)) for mark, until in zip(marks, ends, strict=False)]


def _spans(marks: Sequence[Mark], end: int) -> tuple[Span, ...]:
    """Return the times at each status, neighbours of the same status made one, empty ones left out."""
    found: list[Span] = []
    for mark, until in _segments(marks, end):
        if mark.t >= until:
            continue
        if found and found[-1].status == mark.status:
            found[-1] = Span(mark.status, found[-1].start, until)
        else:
            found.append(Span(mark.status, mark.t, until))
    return tuple(found)


def _late(
    node: Node, lifecycle: Lifecycle, marks: Sequence[Mark], end: int, assumed: int | None
) -> tuple[tuple[int, int], ...]:
    """Return the times a directive was past the due of then and not handed in, touching ones made one."""
    found: list[tuple[int, int]] = []
    for mark, until in _segments(marks, end):
        start = max(mark.t, mark.due if assumed is None else assumed)
        if start >= until or not _is_open(mark, node.directive, lifecycle):
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], until)
        else:
            found.append((start, until))
    return tuple(found)


def _is_open(mark: Mark, directive: Directive, lifecycle: Lifecycle) -> bool:
    """Tell whether a directive was still owed after an event.

    A status of an earlier table says nothing by itself: then it was owed until it was handed in or closed.
    """
    if mark.status in lifecycle.names:
        return mark.status in lifecycle.open
    done = directive.reported_at if directive.reported_at is not None else directive.closed_at
    return done is None or mark.t < done
