"""Replaying: from the bytes of a log to the state of any moment.

Rule: a replay reads nothing but events and the lifecycles they pin; it gives the same states, byte
for byte, as the live projection of the same log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xiada.engine import events
from xiada.engine.directive import Directive, path_order, root_of
from xiada.engine.errors import NotFound
from xiada.engine.evolve import evolve
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.log.merkle import Frontier
from xiada.engine.org import Org, Unit
from xiada.engine.records import Recorded, read


@dataclass(slots=True)
class Moment:
    """Everything as of one log size.

    Args:
        lifecycles: Tables by digest.
        states: Directives by reference.
        units: Units in the order they joined.
        delegations: Delegations in force, in order.
        t: Recorded time of the last event, µs UTC.
        frontier: What the log's Merkle root depends on.
    """

    lifecycles: Mapping[str, Lifecycle]
    states: dict[str, Directive] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    delegations: dict[tuple[str, str], None] = field(default_factory=dict)
    t: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    _pinned: dict[str, Lifecycle] = field(default_factory=dict)

    def apply(self, recorded: Recorded) -> None:
        """Fold one event in.

        Raises:
            NotFound: Its cascade pins a lifecycle that is not among those given.
        """
        self.t = recorded.t
        self.frontier.add(recorded.hash)
        if recorded.ref.startswith("org/"):
            self._reorganise(recorded)
        else:
            before = self.states.get(recorded.ref)
            self.states[recorded.ref] = evolve(before, recorded, self.lifecycle(recorded))

    def lifecycle(self, recorded: Recorded) -> Lifecycle:
        """Return the table the event's cascade runs by."""
        root = root_of(recorded.ref)
        if root not in self._pinned:
            digest = recorded.event.lifecycle if isinstance(recorded.event, events.Issued) else None
            self._pinned[root] = lifecycle_of(digest, self.lifecycles)
        return self._pinned[root]

    def _reorganise(self, recorded: Recorded) -> None:
        """Fold an org event in."""
        unit, event = recorded.ref.removeprefix("org/"), recorded.event
        if isinstance(event, events.UnitAdded):
            self.units.append(
                Unit(
                    unit,
                    event.name,
                    event.kind,
                    event.level,
                    event.line,
                    event.superiors,
                    event.region,
                    event.aliases,
                )
            )
        elif isinstance(event, events.DelegationGranted):
            self.delegations[unit, event.to] = None
        elif isinstance(event, events.DelegationRevoked):
            self.delegations.pop((unit, event.to), None)

    def org(self) -> Org:
        """Return the org as of this moment."""
        return Org(self.units, self.delegations)

    def cascade(self, cascade: str) -> list[Directive]:
        """Return a cascade's directives in preorder."""
        mine = [state for state in self.states.values() if state.cascade == cascade]
        return sorted(mine, key=lambda state: path_order(state.path))


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
            remedy="Open the engine with that lifecycle.",
            digest=digest,
        )
    return found


def replay(
    bodies: Iterable[tuple[int, bytes]],
    *,
    log: str,
    lifecycles: Mapping[str, Lifecycle],
    until: int | None = None,
) -> Moment:
    """Return the moment after a run of events from the first on.

    Args:
        bodies: (log index, canonical bytes) in order.
        log: The log's origin.
        lifecycles: Tables by digest.
        until: Stop before the first event recorded after this instant, µs UTC.

    Raises:
        Tampered: Bytes that are no event of this log.
    """
    moment = Moment(lifecycles)
    for index, body in bodies:
        recorded = read(body, log=log, index=index)
        if until is not None and recorded.t > until:
            break
        moment.apply(recorded)
    return moment
