"""The ground all partitions stand on: what the first pass found that concerns more than one family.

Rule: it grows with the org, with the count of roots and delegations, and, only where a notice lays
down mandatory requirements, with the count of forwards; not with the rest of the log.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xiada.engine.audit.course import Course
from xiada.engine.audit.findings import Finding
from xiada.engine.audit.reading import Read, finding
from xiada.engine.audit.sorting import Delegated, Remapped, Rooted
from xiada.engine.directive import root_of
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.org import Org
from xiada.engine.ports import Authority


@dataclass(slots=True)
class Ground:
    """What is known before the first partition is checked.

    Args:
        authority: Who may act for whom.
        lifecycles: Tables by digest.
        epochs: (log index from which, log's name), ascending.
        course: The units that ever joined, and what became of them.
        delegations: Delegations granted and revoked, in log order.
        roots: Roots by reference.
        migrations: By cascade, in log order, of those that have migrated.
        passed: (first number, notice or None) of the forwards of each directive, in order; None where no notice
            lays down mandatory requirements.
        erased: Commitments of texts erased by an event of the log.
        texts_from: Log index from which a text that is not there must have been erased.
        statuses: Names of statuses by their numbers in the columns; None if the source is no store.
    """

    authority: Authority
    lifecycles: Mapping[str, Lifecycle]
    epochs: Sequence[tuple[int, str]]
    course: Course = field(default_factory=Course)
    delegations: Sequence[Delegated] = ()
    roots: Mapping[str, Rooted] = field(default_factory=dict)
    migrations: Mapping[str, Sequence[Remapped]] = field(default_factory=dict)
    passed: Mapping[str, Sequence[tuple[int, str | None]]] | None = None
    erased: frozenset[str] = frozenset()
    texts_from: int = 0
    statuses: Mapping[int, str] | None = None

    def log_at(self, index: int) -> str:
        """Return the name of the log an event at an index belongs to."""
        if len(self.epochs) == 1:
            return self.epochs[0][1]
        return self.epochs[bisect_right(self.epochs, index, key=lambda epoch: epoch[0]) - 1][1]

    def lifecycle(self, cascade: str, index: int) -> Lifecycle | None:
        """Return the table a cascade runs by at an index, None if it is not known, or its first root not there yet."""
        root, led = self.roots.get(f"{cascade}/1"), self.migration(cascade, index)
        if led is not None:
            return self.lifecycles.get(led.lifecycle)
        return self.lifecycles.get(root.lifecycle or "") if root and root.index <= index else None

    def migration(self, cascade: str, index: int) -> Remapped | None:
        """Return the latest migration of a cascade up to an index, None if there was none yet."""
        led = self.migrations.get(cascade, ())
        place = bisect_right(led, index, key=lambda one: one.index)
        return led[place - 1] if place else None

    def delegations_at(self, index: int) -> Org:
        """Return the delegations in force before an index, as an org without units."""
        pairs: dict[tuple[str, str], None] = {}
        for one in self.delegations:
            if one.index >= index:
                break
            pairs[one.unit, one.to] = None
            if not one.granted:
                del pairs[one.unit, one.to]
        return Org((), pairs)

    def entitled(self, one: Read, units: Iterable[str]) -> list[Finding]:
        """Return a finding unless the actor of an event could act for one of these units, then.

        Of no units there is nothing to say.
        """
        event, named = one.event, ""
        behalf, unit = event.get("behalf"), event["unit"]
        for named in units:
            if self.authority.entitles(named, unit, behalf, lambda: self.delegations_at(one.index)):
                return []
        what = f"an actor of {behalf or unit} was not entitled"
        return [finding("i9_not_entitled", one, what, named, unit)] if named else []

    def notices_above(self, ref: str) -> Iterator[str]:
        """Yield the notices a directive and all above it stand under, topmost first; none where `passed` is None."""
        root = self.roots.get(root_of(ref))
        if self.passed is None or root is None:
            return
        yield root.notice
        cascade, _, path = ref.partition("/")
        numbers = path.split(".")
        for depth in range(1, len(numbers)):
            above, number = f"{cascade}/{'.'.join(numbers[:depth])}", int(numbers[depth])
            forwards = self.passed.get(above, ())
            place = bisect_right(forwards, number, key=lambda forward: forward[0])
            notice = forwards[place - 1][1] if place else None
            if notice is not None:
                yield notice
