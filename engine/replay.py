"""Replaying: from the bytes of a log to the state of any moment.

Rule: a replay reads nothing but events and the lifecycles they pin; it gives the same states, byte
for byte, as the live projection of the same log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from xiada.engine import codec, events
from xiada.engine.directive import AUDIT_STREAM, Directive, path_order
from xiada.engine.epochs import is_same_log
from xiada.engine.errors import NotFound
from xiada.engine.evolve import evolve, skimmed
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.lifecycles import Pin, Pins
from xiada.engine.log.merkle import Frontier
from xiada.engine.org import Org, Unit
from xiada.engine.orgevents import joined, reformed
from xiada.engine.ports import Changes, Reader
from xiada.engine.records import Recorded, read
from xiada.engine.rollup import tallies_of, waits_of

LEAVES_KEPT = 4_096


@dataclass(slots=True)
class Moment:
    """Everything as of one log size.

    Args:
        lifecycles: Tables by digest.
        states: Directives by reference.
        members: Units by id, in the order they joined, those that have ended too.
        delegations: Delegations in force, in order.
        t: Recorded time of the last event, µs UTC.
        frontier: What the log's Merkle root depends on.
        pinned: The table each cascade runs by.
    """

    lifecycles: Mapping[str, Lifecycle]
    states: dict[str, Directive] = field(default_factory=dict)
    members: dict[str, Unit] = field(default_factory=dict)
    delegations: dict[tuple[str, str], None] = field(default_factory=dict)
    t: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    pinned: dict[str, Lifecycle] = field(default_factory=dict)

    def apply(self, recorded: Recorded) -> None:
        """Fold one event in.

        Raises:
            NotFound: Its cascade pins a lifecycle that is not among those given.
        """
        self.frontier.add(recorded.hash)
        self.fold(recorded)

    def fold(self, recorded: Recorded) -> None:
        """Fold one event in whose hash is in the log's tree already.

        Raises:
            NotFound: Its cascade pins a lifecycle that is not among those given.
        """
        self.t = recorded.t
        if recorded.ref.startswith("org/"):
            self._reorganise(recorded)
        elif recorded.ref != AUDIT_STREAM:  # what is done to the log itself changes no directive
            before = self.states.get(recorded.ref)
            self.states[recorded.ref] = evolve(before, recorded, self.lifecycle(recorded))

    def lifecycle(self, recorded: Recorded) -> Lifecycle:
        """Return the table the event's cascade runs by; at an event that changes it, the new one."""
        cascade, event = recorded.ref.partition("/")[0], recorded.event
        if cascade not in self.pinned or isinstance(event, events.Migrated):
            digest = event.lifecycle if isinstance(event, events.Issued | events.Migrated) else None
            self.pinned[cascade] = lifecycle_of(digest, self.lifecycles)
        return self.pinned[cascade]

    def _reorganise(self, recorded: Recorded) -> None:
        """Fold an org event in."""
        unit, event = recorded.ref.removeprefix("org/"), recorded.event
        if isinstance(event, events.UnitAdded):
            self.members[unit] = joined(unit, event)
        elif isinstance(event, events.DelegationGranted):
            self.delegations[unit, event.to] = None
        elif isinstance(event, events.DelegationRevoked):
            self.delegations.pop((unit, event.to), None)
        elif unit in self.members:
            self.members[unit] = reformed(self.members[unit], event)

    @property
    def units(self) -> list[Unit]:
        """The units in the order they joined, those that have ended too."""
        return list(self.members.values())

    def org(self) -> Org:
        """Return the org as of this moment."""
        return Org(self.members.values(), self.delegations)

    def cascade(self, cascade: str) -> list[Directive]:
        """Return a cascade's directives in preorder."""
        mine = [state for state in self.states.values() if state.cascade == cascade]
        return sorted(mine, key=lambda state: path_order(state.path))


def projection_of(moment: Moment) -> Changes:
    """Return all that a store keeps beside the log of a moment: directives, units, delegations, roll-up."""
    levels = {name: unit.level for name, unit in moment.members.items()}
    states = moment.states.values()
    return Changes(
        created=moment.states,
        units=moment.units,
        delegations=[(unit, to, True) for unit, to in moment.delegations],
        tallies=tallies_of(states, levels),
        waits=waits_of(states),
    )


_CHANGES_TABLE = b'"type":"migrated"'


def pins_of(reader: Reader, cascade: str, log: str, lifecycles: Mapping[str, Lifecycle]) -> Pins | None:
    """Return the tables a cascade has run by, as its lead root's stream says, None if there is no such cascade.

    Raises:
        NotFound: One is not among those known.
    """
    found: list[Pin] = []
    for index, body in reader.stream(f"{cascade}/1"):
        if not found or _CHANGES_TABLE in body:
            event = read(body, log=log, index=index).event
            digest = event.lifecycle if isinstance(event, events.Issued | events.Migrated) else None
            found.append(Pin(index, lifecycle_of(digest, lifecycles)))
    return Pins(found) if found else None


def lifecycle_of(digest: str | None, lifecycles: Mapping[str, Lifecycle]) -> Lifecycle:
    """Return the lifecycle a cascade pins.

    Raises:
        NotFound: It is not among those known.
    """
    found = lifecycles.get(digest or "")
    if found is None:
        raise NotFound(
            "unknown_lifecycle",
            f"the cascade runs by a lifecycle that is not known here ({(digest or 'none')[:12]})",
            remedy="Open the engine with that lifecycle, or restore the file from a copy.",
            digest=digest,
        )
    return found


def replay(bodies: Iterable[tuple[int, bytes]], *, log: str, lifecycles: Mapping[str, Lifecycle]) -> Moment:
    """Return the moment after a run of events from the first on.

    What the bodies say is folded; whether they are what was once written is for the audit to say.

    Args:
        bodies: (log index, canonical bytes) in order.
        log: The log's origin.
        lifecycles: Tables by digest.

    Raises:
        Tampered: Bytes that are no event of this log.
    """
    replaying = Replaying(Moment(lifecycles), log)
    for index, body in bodies:
        replaying.take(index, body)
    return replaying.moment()


class Replaying:
    """Folds bodies into a moment: the commonest events straight from their JSON, all others by `Moment.apply`.

    Args:
        moment: What they are folded into.
        log: The log's origin.
    """

    def __init__(self, moment: Moment, log: str) -> None:
        self._moment, self._log = moment, log
        self._states, self._lifecycles = moment.states, moment.pinned
        self._leaves: list[bytes] = []

    def take(self, index: int, body: bytes) -> None:
        """Fold one event in.

        Raises:
            Tampered: Bytes that are no event of this log.
        """
        head = codec.leaf(body)
        self._leaves.append(head)
        if len(self._leaves) >= LEAVES_KEPT:
            self._hash()
        try:
            after = self._skim(orjson.loads(body), head)
        except (KeyError, TypeError, AttributeError, ValueError):
            after = None
        if after is None:
            self._moment.fold(read(body, log=self._log, index=index))
        elif isinstance(after, Unit):
            self._moment.members[after.id] = after
        else:
            self._states[after.ref] = after

    def _skim(self, event: dict[str, Any], head: bytes) -> Directive | Unit | None:
        """Return what a plain event leads to, None if it is to be read in full."""
        ref, kind, t = event["dir"], event["type"], event["t"]
        if event["log"] != self._log and not is_same_log(event["log"], self._log):
            return None
        self._moment.t = t
        if kind == "unit_added":
            return _unit(ref.removeprefix("org/"), event["data"])
        lifecycle, state = self._lifecycles.get(ref.partition("/")[0]), self._states.get(ref)
        if lifecycle is None:
            return None
        return skimmed(state, event, head, lifecycle)

    def _hash(self) -> None:
        """Take the leaves kept so far into the log's tree."""
        self._moment.frontier.extend(self._leaves)
        self._leaves.clear()

    def moment(self) -> Moment:
        """Return the moment after all that was taken."""
        self._hash()
        return self._moment


def _unit(name: str, data: dict[str, Any]) -> Unit:
    """Return the unit that joined."""
    superiors = tuple([(line, superior) for line, superior in data.get("superiors", ())])
    particulars = (data["name"], data["kind"], data["level"], data["line"], superiors)
    return Unit(name, *particulars, data.get("region"), tuple(data.get("aliases", ())))
