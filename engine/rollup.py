"""The roll-up: how many stand where below every directive, and who waits for whom.

    tallies  (directive, level, status) -> how many strict descendants stand there
    waits    directive -> how many children, and how many strict descendants, are open

Rule: open = neither reported nor closed. Both are kept by adding what a transaction changes: equal
changes under one parent are counted first, then carried up, deepest first, so that each ancestor is
touched once. Everything here is pure; from all states it gives the whole roll-up anew.

A level is that of the directive's unit, which never changes once the unit has joined.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from xiada.engine.directive import Directive
from xiada.engine.limits import DEPTH

Tallies = dict[tuple[str, str, str], int]
"""(reference, level, status) -> count, or what is to be added to it."""

Waits = dict[str, tuple[int, int]]
"""Reference -> (open children, open strict descendants), or what is to be added to them."""


class Blocked(NamedTuple):
    """An open directive that waits for children.

    Args:
        directive: As it stands.
        children: How many of its children are open; at least one.
        below: How many of all its descendants are open, those children included.
    """

    directive: Directive
    children: int
    below: int


_Key = TypeVar("_Key", bound=Hashable)
_Step = tuple[str | None, str, str | None, str, bool, bool]
"""What those above a directive count of it: parent, level, status before and after, whether it was and is open."""


_UNIT: Final = 1
_PARENT: Final = 3
_STATUS: Final = 4
_REPORTED: Final = 14
_CLOSED: Final = 15
"""Places in a state: reading by place takes half the time of reading by name, for every event of a batch."""


def is_open(state: Directive) -> bool:
    """Tell whether a directive has neither reported nor been closed."""
    return state.reported_at is None and state.closed_at is None


def added(
    created: Iterable[Directive], changed: Iterable[tuple[Directive, Directive]], level_of: Mapping[str, str]
) -> tuple[Tallies, Waits]:
    """Return what one transaction adds to the roll-up; zeros are left out.

    Args:
        created: New directives, as they stand at its end.
        changed: (before, after) of the others.
        level_of: Levels by unit, of all units concerned.

    Example:
        >>> new = Directive("k/1.1", "c", "main", "k/1", "issued", 1, b"", 0, 0, "", 0)
        >>> added([new], [], {"c": "city"})
        ({('k/1', 'city', 'issued'): 1}, {'k/1': (1, 1)})
        >>> added([], [(new, new._replace(status="reported", reported_at=7))], {"c": "city"})
        ({('k/1', 'city', 'issued'): -1, ('k/1', 'city', 'reported'): 1}, {'k/1': (-1, -1)})
    """
    statuses: dict[str, dict[tuple[str, str], int]] = {}
    opened: dict[str, dict[bool, int]] = {}
    for steps in (_births(created, level_of), _moves(changed, level_of)):
        for (parent, level, before, after, was_open, now_open), count in steps:
            if parent is None:
                continue
            if before != after:
                sums = statuses.setdefault(parent, {})
                if before is not None:
                    sums[level, before] = sums.get((level, before), 0) - count
                sums[level, after] = sums.get((level, after), 0) + count
            if was_open != now_open:
                more = opened.setdefault(parent, {})
                more[True] = more.get(True, 0) + (count if now_open else -count)
    children = {ref: sums[True] for ref, sums in opened.items()}
    tallies = {(ref, *place): count for ref, sums in _carried(statuses) for place, count in sums.items() if count}
    waits = {ref: (children.get(ref, 0), sums[True]) for ref, sums in _carried(opened)}
    return tallies, {ref: counts for ref, counts in waits.items() if any(counts)}


def _births(created: Iterable[Directive], level_of: Mapping[str, str]) -> Iterator[tuple[_Step, int]]:
    """Yield the steps of new directives, sisters alike as one, with how many they are."""
    parent: str | None = None
    level, status, now_open, count = "", "", False, 0
    for state in created:
        own = level_of[state[_UNIT]]
        opens = state[_REPORTED] is None and state[_CLOSED] is None
        if state[_PARENT] == parent and own == level and state[_STATUS] == status and opens is now_open:
            count += 1
            continue
        if count:
            yield (parent, level, None, status, False, now_open), count
        parent, level, status, now_open, count = state[_PARENT], own, state[_STATUS], opens, 1
    if count:
        yield (parent, level, None, status, False, now_open), count


def _moves(changed: Iterable[tuple[Directive, Directive]], level_of: Mapping[str, str]) -> Iterator[tuple[_Step, int]]:
    """Yield the steps of directives that were there, sisters alike as one, with how many they are."""
    parent: str | None = None
    level, before, after, was_open, now_open, count = "", "", "", False, False, 0
    for old, new in changed:
        if old[_REPORTED] is new[_REPORTED] and old[_CLOSED] is new[_CLOSED]:
            if old[_STATUS] == new[_STATUS]:
                continue
            opened = opens = False
        else:
            opened = old[_REPORTED] is None and old[_CLOSED] is None
            opens = new[_REPORTED] is None and new[_CLOSED] is None
        own = level_of[new[_UNIT]]
        alike = new[_PARENT] == parent and own == level and opened is was_open and opens is now_open
        if alike and old[_STATUS] == before and new[_STATUS] == after:
            count += 1
            continue
        if count:
            yield (parent, level, before, after, was_open, now_open), count
        parent, level, before, after, was_open, now_open, count = (
            new[_PARENT], own, old[_STATUS], new[_STATUS], opened, opens, 1,
        )  # fmt: skip
    if count:
        yield (parent, level, before, after, was_open, now_open), count


def _carried(sums: Mapping[str, dict[_Key, int]]) -> Iterator[tuple[str, dict[_Key, int]]]:
    """Yield what is added to each directive when that of its children is added to it, deepest first."""
    if not sums:
        return
    layers: list[dict[str, dict[_Key, int]]] = [{} for _ in range(DEPTH)]
    for ref, own in sums.items():
        depth = ref.partition("/")[2].count(".")
        if depth < DEPTH:  # no directive is deeper; a log that says so is the audit's
            layers[depth][ref] = own
    for depth in range(DEPTH - 1, -1, -1):
        for ref, own in layers[depth].items():
            yield ref, own
            if depth:
                above = layers[depth - 1].setdefault(ref.rpartition(".")[0], {})
                for key, count in own.items():
                    above[key] = above.get(key, 0) + count


def tallies_of(states: Iterable[Directive], level_of: Mapping[str, str]) -> Tallies:
    """Return the tallies of a whole projection, from its states in any order.

    Example:
        >>> root = Directive("k/1", "p", "main", None, "forwarded", 2, b"", 0, 0, "", 0, 1)
        >>> child = Directive("k/1.1", "c", "main", "k/1", "issued", 1, b"", 0, 0, "", 0)
        >>> tallies_of([root, child], {"p": "province", "c": "city"})
        {('k/1', 'city', 'issued'): 1}
    """
    return added(states, (), level_of)[0]


def waits_of(states: Iterable[Directive]) -> Waits:
    """Return who waits for how many in a whole projection, from its states in any order."""
    return added(states, (), _NoLevels())[1]


class _NoLevels(dict[str, str]):
    """Levels where nobody asks for them."""

    def __missing__(self, unit: str) -> str:
        return ""
