"""The chain from a root down to one directive as values: who held the paper, for how long, and who holds it now.

    in own hands   it is open, and none of its children is
    waiting        it is open, and at least one of its children is
    used           the time in which it was the deepest open directive on the way

Rule: what is used adds up: each instant of the whole is the deepest open directive's on the way, down while
nobody below has it yet, up again when those below have handed in. On the way down that is the time from
being issued to passing on. In own hands and waiting mean what they mean in `engine.hindsight.holding`, whose
clock takes whole states step by step; here there are only the marks of tracks, so it is counted anew, and a
test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from xiada.engine.directive import Directive, parent_of
from xiada.engine.due import NEVER
from xiada.engine.errors import NotFound
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.projections import Mark, Node, Tally, Tracks, View, not_in_view, tallies
from xiada.engine.rollup import is_open
from xiada.viz.history import untracked


class Stretch(NamedTuple):
    """A time in which a directive lay in one place: in its unit's own hands, or waiting (µs since 1970 UTC)."""

    start: int
    end: int
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One level of a chain.

    Args:
        node: The directive.
        tally: What lies at and below it.
        passed_at: When the next on the way was issued, µs UTC; None for the last.
        ended_at: When it was handed in or closed, µs UTC; None while it is open.
        stretches: Where it lay while it was open, in order of time.
        used_us: Time it used of the whole, see the module.
        parent_due: Due of the one above, µs UTC; None if there is none in sight, NEVER if it is undated.
        open_children: How many of its children are open.
        waiting_below: How many of all its descendants are open.
    """

    node: Node
    tally: Tally
    passed_at: int | None
    ended_at: int | None
    stretches: tuple[Stretch, ...]
    used_us: int
    parent_due: int | None
    open_children: int
    waiting_below: int

    @property
    def own_us(self) -> int:
        """Time it lay in its unit's own hands."""
        return sum(stretch.end - stretch.start for stretch in self.stretches if stretch.own)

    @property
    def waiting_us(self) -> int:
        """Time it waited for its children."""
        return sum(stretch.end - stretch.start for stretch in self.stretches if not stretch.own)

    @property
    def reserve_us(self) -> int | None:
        """Time kept before the due of the one above; None if either has no date."""
        due = self.node.directive.due
        if self.parent_due is None or NEVER in (due, self.parent_due):
            return None
        return self.parent_due - due

    @property
    def days_late(self) -> int:
        """Days it is overdue, or came late; 0 if neither."""
        late = self.node.bucket == "overdue" or self.node.light.code == "done_late"
        return self.node.light.days if late else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A root and all on the way down to one directive.

    Args:
        links: The levels, the topmost first.
        whole_us: From the topmost's issue to its due; where it has none, to the end of what was used.
        left_us: What is left of it: negative when overrun; None where the topmost has no due.
        idle_us: Time within in which nobody on the way had it open, as between a report and its return.
        most: Place of the level that used most, the topmost of equals; None if nobody used any time.
        holder: Place of the deepest open directive on the way; None if none is open. It holds the paper itself
            if none of its children is open, else it waits for them.
        hindering: The open children of the holder, for whom it waits: the most days overdue first, then by how many are
            open below them, then by due and number; each with that count.
    """

    links: tuple[Link, ...]
    whole_us: int
    left_us: int | None
    idle_us: int
    most: int | None
    holder: int | None
    hindering: tuple[tuple[Node, int], ...]

    def percent(self, place: int) -> int:
        """Return how much of the whole a level used, in whole percents rounded down."""
        return 100 * self.links[place].used_us // max(1, self.whole_us)

    @property
    def held_since(self) -> int:
        """Since when the holder has held it, or waits; µs UTC, to be asked for only if there is a holder."""
        assert self.holder is not None
        return self.links[self.holder].stretches[-1].start


def linked(view: View, ref: str, tracks: Tracks) -> Chain:
    """Return the chain from the topmost directive in sight down to one.

    Args:
        view: The cascade at one instant; in a part, the chain begins at the topmost that is in it.
        ref: The directive it leads to.
        tracks: Those of the whole cascade, or of the root, at the same moment or later.

    Raises:
        NotFound: There is no such directive in the view.
        Malformed: The tracks hold nothing of a directive on the way, or of a child of one.
    """
    nodes = {node.directive.ref: node for node in view.nodes}
    way = _way(nodes, ref)
    families = _families(view, tracks, way)
    paths = [_Path(nodes[one], families[one], view) for one in way]
    used, idle = _used([path.stretches for path in paths])
    counted, below = tallies(view.nodes), open_below(view.nodes)
    links = tuple(
        Link(
            node=path.node,
            tally=counted[path.ref],
            passed_at=lower.node.directive.issued_at if lower else None,
            ended_at=path.ended_at,
            stretches=path.stretches,
            used_us=spent,
            parent_due=upper.node.directive.due if upper else None,
            open_children=path.open_children,
            waiting_below=below[path.ref],
        )
        for upper, path, lower, spent in zip([None, *paths], paths, [*paths[1:], None], used, strict=False)
    )
    found = _chain(links, idle)
    if found.holder is None:
        return found
    return replace(found, hindering=_hindering(view.nodes, way[found.holder], below))


def _chain(links: tuple[Link, ...], idle_us: int) -> Chain:
    """Return the chain of links, without those the holder waits for."""
    root, spent = links[0].node.directive, [link.used_us for link in links]
    end = root.issued_at + sum(spent) + idle_us
    dated = root.due != NEVER and root.due > root.issued_at
    return Chain(
        links=links,
        whole_us=(root.due if dated else end) - root.issued_at,
        left_us=root.due - end if dated else None,
        idle_us=idle_us,
        most=spent.index(max(spent)) if any(spent) else None,
        holder=next((place for place in reversed(range(len(links))) if links[place].ended_at is None), None),
        hindering=(),
    )


def _way(nodes: Mapping[str, Node], ref: str) -> list[str]:
    """Return the references on the way, the topmost in sight first."""
    if ref not in nodes:
        raise not_in_view(ref)
    found: list[str] = []
    above: str | None = ref
    while above in nodes:
        assert above is not None
        found.append(above)
        above = parent_of(above)
    return found[::-1]


# What the tracks tell


class _Turn(NamedTuple):
    """A directive was opened, or was handed in or closed."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of a turn
    t: int
    opens: bool


_Family = dict[str, list[_Turn]]
"""The turns of a directive and of its children, by reference."""


def _families(view: View, tracks: Tracks, way: Sequence[str]) -> dict[str, _Family]:
    """Return for everybody on the way the turns of its own and of its children."""
    found: dict[str, _Family] = {ref: {} for ref in way}
    states = [node.directive for node in view.nodes]
    concerned = {state.ref: state for state in states if state.ref in found or state.parent in found}
    for ref, marks in tracks.items():
        parent = parent_of(ref)
        if ref in found or parent in found:
            turns = _turns(marks, view, concerned.get(ref))
            for one in (ref, parent):
                if one in found:
                    found[one][ref] = turns
    for ref, state in concerned.items():
        if any(ref not in found[one] for one in (ref, state.parent) if one in found):
            raise untracked(ref)
    return found


def _turns(marks: Sequence[Mark], view: View, state: Directive | None) -> list[_Turn]:
    """Return when a directive was opened and ended, beginning with the opening.

    How it stands at last its own state knows best: the table it runs by now may not know what it once was.
    """
    found: list[_Turn] = []
    for mark in marks:
        opens = not has_ended(mark.status, view.lifecycle)
        if mark.index < view.log_size and opens != bool(found and found[-1].opens):
            found.append(_Turn(mark.index, mark.t, opens))
    if state is None or is_open(state) == bool(found and found[-1].opens):
        return found
    if is_open(state):
        return found[:-1] or [_Turn(marks[0].index, marks[0].t, opens=True)]
    ended = state.reported_at if state.reported_at is not None else state.closed_at
    assert ended is not None
    return [*found, _Turn(view.log_size, max(ended, found[-1].t), opens=False)]


def has_ended(status: str, lifecycle: Lifecycle) -> bool:
    """Tell whether what stands at a status is handed in or done; of a status the table does not know nothing is said.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> has_ended("reported", STANDARD), has_ended("executing", STANDARD)
        (True, False)
    """
    return status in lifecycle.names and status not in lifecycle.open


class _Path:
    """One directive on the way: where it lay, and how it stands."""

    __slots__ = ("ended_at", "node", "open_children", "ref", "stretches")

    def __init__(self, node: Node, family: _Family, view: View) -> None:
        self.node, self.ref = node, node.directive.ref
        turns = family[self.ref] or [_Turn(0, node.directive.issued_at, opens=False)]
        self.ended_at = None if turns[-1].opens else turns[-1].t
        self.open_children = sum(bool(turns and turns[-1].opens) for ref, turns in family.items() if ref != self.ref)
        self.stretches = _stretches(family, self.ref, view.now)


def _stretches(family: _Family, ref: str, now: int) -> tuple[Stretch, ...]:
    """Return where a directive lay while it was open; what is still open is counted up to now."""
    found: list[Stretch] = []
    opened, children, since = False, 0, 0
    for turn, own in sorted((turn, name == ref) for name, turns in family.items() for turn in turns):
        was = (opened, children == 0)
        if own:
            opened = turn.opens
        else:
            children += 1 if turn.opens else -1
        if was != (opened, children == 0):
            if was[0]:
                found.append(Stretch(since, turn.t, was[1]))
            since = turn.t
    if opened:
        found.append(Stretch(since, max(since, now), children == 0))
    return tuple(stretch for stretch in found if stretch.end > stretch.start or stretch is found[-1])


def _used(paths: Sequence[Sequence[Stretch]]) -> tuple[list[int], int]:
    """Return how long each was the deepest that was open, and how long nobody was, between the first and the last."""
    found, idle = [0] * len(paths), 0
    times = sorted({time for stretches in paths for stretch in stretches for time in stretch[:2]})
    ahead = [0] * len(paths)
    for start, end in pairwise(times):
        deepest = None
        for place, stretches in enumerate(paths):
            while ahead[place] < len(stretches) and stretches[ahead[place]].end <= start:
                ahead[place] += 1
            if ahead[place] < len(stretches) and stretches[ahead[place]].start <= start:
                deepest = place
        if deepest is None:
            idle += end - start
        else:
            found[deepest] += end - start
    return found, idle


# Who waits, and for whom


def open_below(nodes: Sequence[Node]) -> dict[str, int]:
    """Return how many directives are open strictly below each, by reference."""
    found: dict[str, int] = {}
    for node in reversed(nodes):
        state = node.directive
        count = found.setdefault(state.ref, 0)
        if state.parent is not None:
            found[state.parent] = found.get(state.parent, 0) + count + is_open(state)
    return found


def _hindering(nodes: Iterable[Node], ref: str, below: Mapping[str, int]) -> tuple[tuple[Node, int], ...]:
    """Return the open children of a directive, the worst first, with how many are open below each."""
    children = [node for node in nodes if node.directive.parent == ref and is_open(node.directive)]
    ranked = [(node, below[node.directive.ref]) for node in children]
    return tuple(sorted(ranked, key=lambda found: (-_overdue(found[0]), -found[1], found[0].directive.due)))


def _overdue(node: Node) -> int:
    """Return the days an open directive is overdue, 0 if it is not."""
    return node.light.days if node.bucket == "overdue" else 0


def worst(view: View) -> str:
    """Return the reference whose chain is worth looking at when nobody names one.

    That is who is most days overdue, the deepest of equals; if nobody is, who waits for most children, the
    deepest of equals; else the first directive. Of what is still equal, the first in preorder.

    Raises:
        NotFound: The view is empty.
    """
    if not view.nodes:
        raise NotFound("unknown_cascade", "there is nothing in this view", cascade=view.cascade, remedy="Widen it.")
    late = [node for node in view.nodes if node.bucket == "overdue"]
    if late:
        return max(late, key=lambda node: (node.light.days, node.directive.depth)).directive.ref
    waits: dict[str, int] = {}
    for node in view.nodes:
        if node.directive.parent is not None:
            waits[node.directive.parent] = waits.get(node.directive.parent, 0) + is_open(node.directive)
    return max(view.nodes, key=lambda node: _blocked(node.directive, waits)).directive.ref


def _blocked(state: Directive, waits: Mapping[str, int]) -> tuple[int, int]:
    """Return how much a directive is blocked, for comparing: open children, then its depth."""
    count = waits.get(state.ref, 0) if is_open(state) else 0
    return count, state.depth if count else 0
