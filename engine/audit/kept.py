"""What a store keeps beside the log, held against what the log says (I8): rows, sums, keys.

Rule: each row is compared where its family is, so nothing is read but the partition. A sum over a
whole subtree is compared one step at a time: what stands below a directive is what stands below its
children, and they.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from xiada.engine.audit.families import Families
from xiada.engine.audit.findings import Finding
from xiada.engine.audit.sorting import CHILD, PARENT
from xiada.engine.audit.spill import Item
from xiada.engine.audit.streams import Streams
from xiada.engine.directive import Directive
from xiada.engine.rollup import is_open

_REF, _PARENT, _DUE = (Directive._fields.index(name) for name in ("ref", "parent", "due"))


def compare_directives(families: Families, rows: Iterable[Item]) -> Iterator[Finding]:
    """Yield where rows of directives are not what the log folds to.

    Args:
        families: The partition, after all its events.
        rows: (role, number, last, parent, parent_due, state) as in `ports.KeptDirective`; as a child a directive is
            compared, as a parent it lends its number.
    """
    found: dict[str, tuple[int, int]] = {}
    children = []
    for row in rows:
        role, number, *_, state = row
        found[state[_REF]] = (number, state[_DUE])
        if role & CHILD:
            children.append(row)
    for _, number, last, parent, parent_due, state in children:
        ref = state[_REF]
        ours, place = families.states.get(ref), families.places.get(ref)
        if ours != state:
            kept, what = Directive(*state), "the projection is not what the log folds to"
            yield Finding("i8_projection", None, ref, what, differing(ours, kept), differing(kept, ours))
        if place is not None and place != (number, last):
            what = "the store finds another latest event"
            yield Finding("i8_stream", place[1], ref, what, str(place), str((number, last)))
        expected = found.get(state[_PARENT] or "", (None, None))
        if (parent, parent_due) != expected:
            yield Finding("i8_children", None, state[_PARENT], f"the store finds {ref} elsewhere than below it",
                          str(expected), str((parent, parent_due)))  # fmt: skip
    for ref in families.places.keys() - found.keys():
        what = "the projection is not what the log folds to"
        yield Finding("i8_projection", None, ref, what, differing(families.states[ref], None), "nothing")


def differing(one: Directive | None, other: Directive | None) -> str:
    """Return the fields of a state that differ from another's."""
    if one is None:
        return "nothing"
    names = [name for name in one._fields if other is None or getattr(one, name) != getattr(other, name)]
    return ", ".join(f"{name}={getattr(one, name)!r}" for name in names[:4])


def compare_sums(families: Families, tallies: Iterable[Item], waits: Iterable[Item]) -> Iterator[Finding]:
    """Yield where the roll-up is not the sum of what stands below.

    Args:
        families: The partition, after all its events.
        tallies: (role, reference, level, status, count).
        waits: (role, reference, open children, open descendants).
    """
    kept: dict[str, Counter[tuple[str, str]]] = {}
    waiting: dict[str, tuple[int, int]] = {}
    parents = families.children.keys() - {""}
    for role, ref, level, status, count in tallies:
        kept.setdefault(ref, Counter())[level, status] = count
        parents |= {ref} if role & PARENT else set()
    for role, ref, children, below in waits:
        waiting[ref] = (children, below)
        parents |= {ref} if role & PARENT else set()
    for ref in sorted(parents):
        yield from _differ(ref, _tally(families, ref, kept), kept.get(ref, Counter()))
        yield from _differ(ref, _wait(families, ref, waiting), waiting.get(ref, (0, 0)))


def _tally(families: Families, ref: str, kept: dict[str, Counter[tuple[str, str]]]) -> Counter[tuple[str, str]]:
    """Return how many descendants of a directive should stand at each (level, status)."""
    units = families.ground.course.units
    found: Counter[tuple[str, str]] = Counter()
    for child in families.children_of(ref):
        joined = units.find(child.unit)
        found[joined.level if joined else "", child.status] += 1
        found.update(kept.get(child.ref, {}))
    return found


def _wait(families: Families, ref: str, waiting: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Return how many children and descendants of a directive should be open."""
    children = families.children_of(ref)
    own = sum(is_open(child) for child in children)
    return own, own + sum(waiting.get(child.ref, (0, 0))[1] for child in children)


def _differ(ref: str, ours: object, theirs: object) -> Iterator[Finding]:
    """Yield it if two sums differ."""
    if ours != theirs:
        what = "the store counts otherwise what stands below"
        yield Finding("i8_tally", None, ref, what, str(ours), str(theirs))


def compare_units(streams: Streams, rows: Iterable[Item]) -> Iterator[Finding]:
    """Yield where rows of units, (number, version, last, unit's values), are not what the log says."""
    missing = dict.fromkeys(streams.units)
    for number, version, last, values in rows:
        ref = f"org/{values[0]}"
        missing.pop(ref, None)
        ours, place = streams.units.get(ref), streams.places.get(ref)
        if ours != values:
            yield Finding("i8_org", None, ref, "the unit as kept is not the unit as logged", str(ours), str(values))
        if place is not None and (place.number, place.version, place.index) != (number, version, last):
            what = "the store finds another latest event"
            yield Finding("i8_stream", place.index, ref, what, str(place[:2]), str((number, version, last)))
    for ref in missing:
        yield Finding("i8_org", None, ref, "the unit as logged is not kept")


def compare_keys(uses: Iterable[Item], rows: Iterable[Item]) -> Iterator[Finding]:
    """Yield where idempotency keys do not stand for their events.

    Args:
        uses: (log index, key, stream, actor's unit) of events under a key, in log order.
        rows: (key, first log index, count, stream, unit) as the store keeps them.
    """
    events: dict[str, list[tuple[Any, ...]]] = {}
    for index, key, ref, unit in uses:
        events.setdefault(key, []).append((index, ref, unit))
    for key, index, count, target, unit in rows:
        found = events.pop(key, [])
        first = found[0][0] if found else index
        right = (first, len(found)) == (index, count) and all(use[2] == unit for use in found)
        if not right or (found and target not in {use[1] for use in found}):
            what = f"key '{key}' does not stand for its events"
            yield Finding("i8_answer", first if found else None, None, what, str((first, len(found))),
                          str((index, count, target, unit)))  # fmt: skip
    for key, found in events.items():
        first = found[0][0]
        yield Finding("i8_answer", first, None, f"key '{key}' does not stand for its events", str((first, len(found))))
