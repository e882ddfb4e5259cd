"""A store in memory: the reference, for tests and for trying things out.

Rule: it keeps the promises of every store (order, uniqueness, dues, all or nothing) in the simplest
way there is; it forgets everything when it is closed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from threading import RLock

from xiada.engine.directive import Directive
from xiada.engine.errors import StoreError, VersionConflict
from xiada.engine.org import Org, Unit
from xiada.engine.ports import UNCHANGED, Batch, Changes, Columns, Head, Kept, Reader, Rebuilder, Written
from xiada.engine.rollup import is_open
from xiada.engine.stores.memory_kept import MemoryRows
from xiada.engine.stores.memory_rollup import MemoryRollup
from xiada.engine.stores.memory_upkeep import MemoryUpkeep


class MemoryStore(MemoryRollup, MemoryRows, MemoryUpkeep):
    """Everything in dictionaries under one lock.

    Args:
        origin: The log's name, epoch included.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._lock = RLock()
        self._head = Head()
        self._bodies: list[bytes] = []
        self._streams: dict[str, tuple[int, ...]] = {}
        self._columns: list[tuple[int, ...]] = []
        self._numbers: dict[str, int] = {}
        self._statuses: dict[str, int] = {"": 0}
        self._states: dict[str, Directive] = {}
        self._families: dict[str, tuple[str, ...]] = {}
        self._cascades: dict[str, None] = {}
        self._units: dict[str, Unit] = {}
        self._delegations: dict[tuple[str, str], None] = {}
        self._blobs: dict[str, bytes] = {}
        self._texts: dict[str, tuple[bytes, bytes]] = {}
        self._answers: dict[str, Kept] = {}
        self._batches: dict[str, Batch] = {}
        self._tiles, self._checkpoints, self._settings = {}, [], {}
        self._tallies = {}
        self._waits = {}

    @property
    def origin(self) -> str:
        """The log's name."""
        return self._origin

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Hold the lock: nobody writes meanwhile."""
        with self._lock:
            yield self

    @contextmanager
    def writing(self) -> Iterator[Rebuilder]:
        """Hold the lock; an exception puts everything back as it was."""
        with self._lock:
            before = {name: copy(value) for name, value in vars(self).items() if name != "_lock"}
            try:
                yield self
            except BaseException:
                vars(self).update(before)
                raise

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    # Reading

    def directive(self, ref: str) -> Directive | None:
        """Return a directive by reference."""
        return self._states.get(ref)

    def directives(self, refs: Iterable[str]) -> Iterator[Directive]:
        """Yield the directives of these references that there are."""
        yield from (self._states[ref] for ref in refs if ref in self._states)

    def children(self, ref: str) -> list[Directive]:
        """Return the children of a directive, by number."""
        return [self._states[child] for child in self._families.get(ref, ())]

    def below(self, ref: str) -> Iterator[Directive]:
        """Yield all descendants, parents first."""
        stack = list(reversed(self._families.get(ref, ())))
        while stack:
            state = self._states[stack.pop()]
            yield state
            stack += reversed(self._families.get(state.ref, ()))

    def cascades(self) -> list[str]:
        """Return the ids of all cascades, oldest first."""
        return list(self._cascades)

    def of_unit(self, unit: str, *, only_open: bool) -> list[Directive]:
        """Return the directives that lie on a unit, by cascade and in preorder."""
        return [
            state
            for cascade in self._cascades
            for state in self.below(f"{cascade}/")
            if state.unit == unit and (is_open(state) or not only_open)
        ]

    def head(self) -> Head:
        """Return where the log stands."""
        return self._head

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) in order."""
        yield from enumerate(self._bodies[start:stop], start)

    def stream(self, ref: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) of one stream."""
        yield from ((index, self._bodies[index]) for index in self._streams.get(ref, ()) if index >= start)

    def columns(self, start: int = 0, stop: int | None = None) -> Iterator[Columns]:
        """Yield the columns of events in log order."""
        rows = self._columns[start:stop]
        yield Columns(*([row[place] for row in rows] for place in range(len(Columns._fields))))

    def size_at(self, t: int) -> int:
        """Return how many events had been recorded at an instant."""
        return bisect_right(self._columns, t, key=lambda row: row[1])

    def number(self, ref: str) -> int | None:
        """Return the number of a stream in the columns."""
        return self._numbers.get(ref)

    def numbers(self, ref: str) -> Iterator[tuple[int, str]]:
        """Yield (number, reference) of a directive and all below it in preorder."""
        if ref in self._numbers:
            yield self._numbers[ref], ref
        yield from ((self._numbers[state.ref], state.ref) for state in self.below(ref))

    def streams(self) -> Mapping[int, tuple[str, int]]:
        """Return name and latest log index of every stream by its number in the columns."""
        return {number: (ref, self._streams[ref][-1]) for ref, number in self._numbers.items()}

    def statuses(self) -> Mapping[int, str]:
        """Return the name of every status by its number in the columns."""
        return {number: name for name, number in self._statuses.items()}

    def blob(self, name: str) -> bytes | None:
        """Return bytes kept beside the log."""
        return self._blobs.get(name)

    def text(self, commitment: str) -> tuple[bytes, bytes] | None:
        """Return (salt, bytes) of an erasable text."""
        return self._texts.get(commitment)

    def answer(self, key: str) -> Kept | None:
        """Return what an idempotency key stands for."""
        return self._answers.get(key)

    def batch(self, key: str) -> Batch | None:
        """Return how far the batch under a key has come."""
        return self._batches.get(key)

    def org(self) -> Org:
        """Return the org as it stands."""
        return Org(self._units.values(), self._delegations)

    def units(self, ids: Iterable[str]) -> dict[str, Unit]:
        """Return those of these units that there are, by id."""
        return {unit: self._units[unit] for unit in ids if unit in self._units}

    # Writing

    def append(self, changes: Changes) -> None:
        """Write all of it, or raise StoreError and write nothing."""
        self._check(changes)
        for event in changes.events:
            self._log(event)
        for state in changes.created.values():
            self._adopt(state)
        for before, after in changes.changed.values():
            self._states[before.ref] = after
        self._units |= {unit.id: unit for unit in changes.units} | changes.reformed
        for unit, to, granted in changes.delegations:
            self._delegations[unit, to] = None
            if not granted:
                del self._delegations[unit, to]
        self._blobs |= {name: blob for name, (_, blob) in changes.blobs.items()}
        self._texts |= changes.texts
        self._answers |= changes.answers
        self._batches |= changes.batches
        self.add_up(changes)
        org_events = sum(event.ref.startswith("org/") for event in changes.events)
        last = changes.events[-1].t if changes.events else self._head.t
        self._head = replace(self._head, size=len(self._bodies), t=last, org=self._head.org + org_events)
        if changes.upkeep is not None:
            self.keep_up(changes.upkeep)

    def refill(self, changes: Changes) -> None:
        """Put directives, units, delegations and roll-up in place of those kept."""
        self._states, self._families, self._cascades = {}, {}, {}
        self._tallies, self._waits = {}, {}
        self._units, self._delegations, self._tiles = {}, {}, {}
        self.append(replace(changes, first=self._head.size))

    def _log(self, event: Written) -> None:
        """Add an event to the log and to its stream."""
        places = self._streams.get(event.ref, ())
        number = self._numbers.setdefault(event.ref, len(self._numbers))
        due = UNCHANGED if event.due is None else event.due
        status = self._statuses.setdefault(event.status, len(self._statuses))
        self._columns.append((number, event.t, places[-1] if places else UNCHANGED, due, event.version, status))
        self._streams[event.ref] = (*places, len(self._bodies))
        self._bodies.append(event.body)

    def _adopt(self, state: Directive) -> None:
        """Add a new directive to its family."""
        self._states[state.ref] = state
        self._cascades.setdefault(state.cascade)
        family = state.parent or f"{state.cascade}/"
        self._families[family] = (*self._families.get(family, ()), state.ref)

    def _check(self, changes: Changes) -> None:
        """Refuse what the tables of a database would refuse."""
        if changes.answers.keys() & self._answers.keys():
            raise _violated("a key would stand for two commands")
        if any(self._states.get(ref) != before for ref, (before, _) in changes.changed.items()):
            raise VersionConflict(
                "version_conflict", "a directive has moved meanwhile", remedy="Reload it and decide again."
            )
        signed = {one.size for one in changes.upkeep.checkpoints} if changes.upkeep else set()
        if any(one.size in signed for one in self._checkpoints):
            raise _violated("a size would have two checkpoints")
        if changes.first != self._head.size:
            raise _violated(f"events would begin at {changes.first}, not at {self._head.size}")
        versions: dict[str, int] = {}
        for event in changes.events:
            expected = versions.get(event.ref, len(self._streams.get(event.ref, ()))) + 1
            if event.version != expected:
                raise _violated(f"version {event.version} of {event.ref} is out of order")
            versions[event.ref] = event.version
        self._check_dues(changes)

    def _check_dues(self, changes: Changes) -> None:
        """Refuse a live child that would be due after its parent."""
        new = changes.created | {ref: after for ref, (_, after) in changes.changed.items()}
        for state in new.values():
            parent = new.get(state.parent or "") or self._states.get(state.parent or "")
            if parent and not state.closed and state.due > parent.due:
                raise _violated(f"{state.ref} would be due after its parent")
        for before, after in changes.changed.values():
            family = self._families.get(after.ref, ()) if after.due < before.due else ()
            if any(
                not child.closed and child.due > after.due for child in (new.get(c) or self._states[c] for c in family)
            ):
                raise _violated(f"a child of {after.ref} would be due after it")


def _violated(what: str) -> StoreError:
    """Return the error for what the store itself refuses."""
    return StoreError(
        "constraint",
        f"the store refuses: {what}",
        remedy="Nothing was written; this is a defect, please report it.",
    )
