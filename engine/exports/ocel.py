"""OCEL 2.0, the model: events, objects, how they relate, and how objects changed.

    objects     cascade, directive, unit, notice; ids are `<type>:<name>`
    events      one event type per type of ours, all declared, those that occur with rows; id `event:<log index>`
    E2O         directive, parent, child, covers, cause, request, replacement; unit (that it is laid on),
                actor, behalf, to, copy, grantor; cascade; notice
    O2O         directive -> parent, unit, cascade, notice;  unit -> superior
    changes     a directive's status, due, and whether it is undated, at the time of the event that changed it

Rule: it is made from events alone, given from the first of a log or of a cascade. An event's row is
made as it comes and not kept; what is kept until the end are the objects: about 1 KB per directive
(its state, and what changed when). Initial values bear the first instant of 1970, as the standard
has it; a due that was lifted changes to no value, and `undated` to true, for readers that pass over
the first. Events of one transaction bear one time: their order is `index`, which readers that sort
by time alone do not see. Children named in a side list stand nowhere in the events, so of a report
over more than 1,000 children, `covers` is left out.

Source: OCEL 2.0 specification, 2023-10-16.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from xiada.engine import events
from xiada.engine.directive import Directive
from xiada.engine.due import NEVER
from xiada.engine.errors import Malformed
from xiada.engine.events import TYPES
from xiada.engine.evolve import evolve
from xiada.engine.exports.typed import (
    ENVELOPE,
    Attribute,
    Value,
    attributes_of,
    cascade_of,
    envelope_of,
    index_of,
    values_of,
)
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.notice import Notice
from xiada.engine.org import RESERVED_IDS
from xiada.engine.records import Recorded
from xiada.engine.replay import lifecycle_of

INITIAL = 0
"""When initial values are said to hold from, µs since 1970 UTC."""

OBJECT_TYPES: Mapping[str, tuple[Attribute, ...]] = {
    "cascade": (Attribute("lifecycle", "string"),),
    "directive": (
        Attribute("line", "string"),
        Attribute("depth", "integer"),
        Attribute("original_due", "time"),
        Attribute("status", "string"),
        Attribute("due", "time"),
        Attribute("undated", "boolean"),
    ),
    "unit": tuple(Attribute(name, "string") for name in ("name", "kind", "level", "line", "region")),
    "notice": tuple(Attribute(name, "string") for name in ("doc_number", "title", "issued_on", "forwards")),
}
"""The object types and their attributes."""

EVENT_TYPES: Mapping[str, tuple[Attribute, ...]] = {
    name: (*ENVELOPE, *attributes_of(event)) for name, event in TYPES.items()
}
"""The event types and their attributes."""


class Relation(NamedTuple):
    """What an event or an object has to do with an object."""

    object: str
    qualifier: str


class Change(NamedTuple):
    """A value an object's attribute took at an instant (µs UTC); None = none any more."""

    t: int
    name: str
    value: Value | None


class EventRow(NamedTuple):
    """An event: id, type, recorded time (µs UTC), values by attribute, relations without repetition."""

    id: str
    type: str
    t: int
    values: Mapping[str, Value]
    relations: tuple[Relation, ...]


class ObjectRow(NamedTuple):
    """An object: id, type, initial values by attribute, later ones in order of time, relations without repetition."""

    id: str
    type: str
    initial: Mapping[str, Value]
    changes: tuple[Change, ...]
    relations: tuple[Relation, ...]


_DIRECTIVES = {
    "cause": "cause",
    "request": "request",
    "grantor": "grantor",
    "replaces": "replaces",
    "path": "replacement",
}
"""Fields of events that name a directive, and what it is to them."""

_UNITS = {"superior": "superior", "was": "former superior", "into": "successor", "successor": "successor"}
"""Fields of the org's events that name another unit, and what it is to them."""


class Model:
    """What events come to in OCEL; folds one after the other.

    Args:
        lifecycles: Those the cascades may run by, or all by digest, see `Engine.lifecycles`.
        notice: Finds a notice by digest, for its number and title; None leaves them out.
        cascade: Only its events become rows; the org's are read for the names of its units. None = all events.

    Example:
        >>> from xiada.engine.engine import Engine
        >>> from xiada.engine.org import Org, Unit
        >>> engine = Engine.create("memory:", "xiada.example/office")
        >>> _ = engine.load_org(Org([Unit("p", "Province", "office", "province", "main")]))
        >>> model = Model()
        >>> [row.relations for row in model.rows(engine.log())]
        [(Relation(object='unit:p', qualifier='unit'),)]
        >>> [(row.id, row.initial["name"]) for row in model.objects()]
        [('unit:p', 'Province')]
    """

    def __init__(
        self,
        *,
        lifecycles: Iterable[Lifecycle] | Mapping[str, Lifecycle] = (STANDARD,),
        notice: Callable[[str], Notice] | None = None,
        cascade: str | None = None,
    ) -> None:
        self._lifecycles: Mapping[str, Lifecycle] = (
            lifecycles if isinstance(lifecycles, Mapping) else {lifecycle.digest: lifecycle for lifecycle in lifecycles}
        )
        self._notice, self._cascade = notice, cascade
        self._pinned: dict[str, Lifecycle] = {}
        self._lives: dict[str, _Life] = {}
        self._unseen: dict[str, None] = {}
        self._added: dict[str, _Course] = {}
        self._units: dict[str, None] = {}
        self._notices: dict[str, None] = {}

    def rows(self, recorded: Iterable[Recorded]) -> Iterator[EventRow]:
        """Yield the rows of events as they come.

        Raises:
            Malformed: A directive's events do not begin with its first.
            NotFound: A cascade runs by a lifecycle that is not among those given.
        """
        for one in recorded:
            event, cascade = one.event, cascade_of(one.ref)
            if one.ref.startswith("org/"):
                self._added.setdefault(one.ref.removeprefix("org/"), _Course()).take(one)
            if self._cascade is None or cascade == self._cascade:
                before = None if cascade is None else self._fold(one, cascade)
                relations = tuple(dict.fromkeys(self._relations(one, cascade, before)))
                values = {**envelope_of(one), **values_of(event)}
                yield EventRow(f"event:{index_of(one)}", event.type, one.t, values, relations)

    def _fold(self, recorded: Recorded, cascade: str) -> int:
        """Fold a directive's event in; return how many children it had before."""
        life = self._lives.get(recorded.ref)
        if life is None and not isinstance(recorded.event, events.Issued):
            raise Malformed(
                "not_from_the_start",
                f"the events of {recorded.ref} do not begin with its first",
                directive=recorded.ref,
                remedy="Export a whole log, or a whole cascade.",
            )
        lifecycle = self._lifecycle(recorded, cascade)
        if life is None:
            self._lives[recorded.ref] = _Life(evolve(None, recorded, lifecycle))
            self._unseen.pop(recorded.ref, None)
            return 0
        before = life.state.children
        life.take(recorded, lifecycle)
        return before

    def _lifecycle(self, recorded: Recorded, cascade: str) -> Lifecycle:
        """Return the table a cascade runs by."""
        if cascade not in self._pinned or isinstance(recorded.event, events.Migrated):
            pinning = events.Issued | events.Migrated
            digest = recorded.event.lifecycle if isinstance(recorded.event, pinning) else None
            self._pinned[cascade] = lifecycle_of(digest, self._lifecycles)
        return self._pinned[cascade]

    # Relations of an event

    def _relations(self, recorded: Recorded, cascade: str | None, children: int | None) -> Iterator[Relation]:
        """Yield what an event has to do with, some of it perhaps twice."""
        if cascade is not None and children is not None:
            yield from self._of_directive(recorded, cascade, children)
        elif recorded.ref.startswith("org/"):
            yield from self._of_unit(recorded)
        yield from self._unit(recorded.unit, "actor")
        yield from self._unit(recorded.behalf, "behalf")

    def _of_directive(self, recorded: Recorded, cascade: str, children: int) -> Iterator[Relation]:
        """Yield what a directive's event has to do with."""
        event, state = recorded.event, self._lives[recorded.ref].state
        yield self._directive(cascade, recorded.ref, "directive")
        yield Relation(f"cascade:{cascade}", "cascade")
        yield from self._unit(state.unit, "unit")
        yield from (self._directive(cascade, ref, "parent") for ref in [state.parent] if ref)
        for field, qualifier in _DIRECTIVES.items():
            named = getattr(event, field, None)
            yield from (self._directive(cascade, ref, qualifier) for ref in [named] if ref)
        yield from self._brought(getattr(event, "notice", None))
        yield from self._parties(event)
        if isinstance(event, events.Forwarded):
            numbers = range(children + 1, children + event.n + 1)
            yield from (self._directive(cascade, f"{recorded.ref}.{number}", "child") for number in numbers)
        elif isinstance(event, events.Reported):
            yield from (self._directive(cascade, path, "covers") for path, *_ in event.covers or ())

    def _of_unit(self, recorded: Recorded) -> Iterator[Relation]:
        """Yield what an org's event has to do with."""
        yield from self._unit(recorded.ref.removeprefix("org/"), "unit")
        event = recorded.event
        above = event.superiors if isinstance(event, events.UnitAdded) else ()
        for superior in dict.fromkeys(superior for _, superior in above):
            yield from self._unit(superior, "superior")
        for field, qualifier in _UNITS.items():
            yield from self._unit(getattr(event, field, None), qualifier)
        yield from self._parties(recorded.event)

    def _parties(self, event: events.Event) -> Iterator[Relation]:
        """Yield the units an event names."""
        to = getattr(event, "to", None)
        yield from self._unit(to if isinstance(to, str) else None, "to")
        for unit in event.copy if isinstance(event, events.Issued) else ():
            yield from self._unit(unit, "copy")

    def _directive(self, cascade: str, name: str, qualifier: str) -> Relation:
        """Return the relation to a directive, named by reference or by path."""
        ref = name if "/" in name else f"{cascade}/{name}"
        if ref not in self._lives:
            self._unseen[ref] = None
        return Relation(f"directive:{ref}", qualifier)

    def _unit(self, unit: str | None, qualifier: str) -> Iterator[Relation]:
        """Yield the relation to a unit, if it is one: the registrar and the clock are none."""
        if unit is not None and unit not in RESERVED_IDS:
            self._units[unit] = None
            yield Relation(f"unit:{unit}", qualifier)

    def _brought(self, digest: str | None) -> Iterator[Relation]:
        """Yield the relation to a notice, if one is named."""
        if digest is not None:
            self._notices[digest] = None
            yield Relation(f"notice:{digest}", "notice")

    # Objects

    def objects(self) -> Iterator[ObjectRow]:
        """Yield the objects of all rows made so far: every one that a row names, and what those name in turn."""
        for cascade, lifecycle in self._pinned.items():
            yield ObjectRow(f"cascade:{cascade}", "cascade", {"lifecycle": lifecycle.digest}, (), ())
        for ref, life in self._lives.items():
            yield life.row(ref)
        for ref in self._unseen:
            yield ObjectRow(f"directive:{ref}", "directive", {}, (), ())
        yield from self._unit_rows()
        yield from map(self._notice_row, self._notices)

    def _unit_rows(self) -> Iterator[ObjectRow]:
        """Yield the units that were named, and their superiors up to the top."""
        waiting, seen = list(self._units), set(self._units)
        for unit in waiting:
            course = self._added.get(unit) or _Course()
            superiors = course.superiors
            waiting += [above for above in superiors if above not in seen]
            seen.update(superiors)
            found = {one.name: getattr(course.added, one.name, None) for one in OBJECT_TYPES["unit"]}
            relations = tuple(Relation(f"unit:{above}", "superior") for above in superiors)
            yield ObjectRow(f"unit:{unit}", "unit", _present(found), tuple(course.changes), relations)

    def _notice_row(self, digest: str) -> ObjectRow:
        """Return a notice."""
        found: dict[str, Value | None] = {}
        if self._notice is not None:
            notice = self._notice(digest)
            found = {"doc_number": notice.doc_number, "title": notice.title, "forwards": notice.forwards}
            found["issued_on"] = notice.issued_on.isoformat() if notice.issued_on else None
        return ObjectRow(f"notice:{digest}", "notice", _present(found), (), ())


def _present(values: Mapping[str, Value | None]) -> dict[str, Value]:
    """Return the values that are there."""
    return {name: value for name, value in values.items() if value is not None}


class _Course:
    """A unit: as it joined, the names it had later, and all superiors it ever had."""

    __slots__ = ("added", "changes", "superiors")

    def __init__(self) -> None:
        self.added: events.UnitAdded | None = None
        self.changes: list[Change] = []
        self.superiors: dict[str, None] = {}

    def take(self, recorded: Recorded) -> None:
        """Take in an event of its stream."""
        event = recorded.event
        if isinstance(event, events.UnitAdded):
            self.added = event
            self.superiors |= {superior: None for _, superior in event.superiors}
        elif isinstance(event, events.UnitRenamed):
            self.changes = [one for one in self.changes if one.t != recorded.t]
            self.changes.append(Change(recorded.t, "name", event.name))
        elif isinstance(event, events.UnitMoved):
            self.superiors[event.superior] = None


class _Life:
    """A directive: as it was born, as it stands, and what changed between."""

    __slots__ = ("_changes", "_due", "_status", "state")

    def __init__(self, state: Directive) -> None:
        self.state, self._status, self._due = state, state.status, state.due
        self._changes: list[Change] = []

    def take(self, recorded: Recorded, lifecycle: Lifecycle) -> None:
        """Fold an event in."""
        before, self.state = self.state, evolve(self.state, recorded, lifecycle)
        if self.state.status != before.status:
            self._change(Change(recorded.t, "status", self.state.status))
        if self.state.due != before.due:
            self._change(Change(recorded.t, "due", _dated(self.state.due)))
        if self.state.undated() != before.undated():
            self._change(Change(recorded.t, "undated", self.state.undated()))

    def _change(self, change: Change) -> None:
        """Keep a change; of several at one instant, the last."""
        self._changes = [one for one in self._changes if one[:2] != change[:2]]
        self._changes.append(change)

    def row(self, ref: str) -> ObjectRow:
        """Return it as an object."""
        state = self.state
        initial: dict[str, Value | None] = {
            "line": state.line,
            "depth": state.depth,
            "original_due": _dated(state.original_due),
            "status": self._status,
            "due": _dated(self._due),
            "undated": self._due == NEVER,
        }
        relations = [Relation(f"directive:{state.parent}", "parent")] if state.parent else []
        relations += [
            Relation(f"unit:{state.unit}", "unit"),
            Relation(f"cascade:{state.cascade}", "cascade"),
            Relation(f"notice:{state.notice}", "notice"),
        ]
        changes = tuple(sorted(self._changes, key=lambda change: change.t))
        return ObjectRow(f"directive:{ref}", "directive", _present(initial), changes, tuple(relations))


def _dated(due: int) -> int | None:
    """Return a due, None if there is none."""
    return None if due == NEVER else due
