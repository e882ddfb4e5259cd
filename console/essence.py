"""An event in one line: what happened, without the envelope.

Rule: dues and names come from the event itself and the org given; nothing is looked up in a store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xiada.console.words import Words
from xiada.engine import events
from xiada.engine.due import NEVER, SHANGHAI, show, show_second
from xiada.engine.org import Org
from xiada.engine.records import Recorded


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells events in a language.

    Args:
        words: Of that language.
        org: For the names of units; a unit it does not know is named by its id.
        zone: Time zone of dues and times.
    """

    words: Words
    org: Org
    zone: str = SHANGHAI

    def line(self, recorded: Recorded) -> str:
        """Return an event as one line: index, time, stream, type, actor, essence."""
        index = "-" if recorded.index is None else str(recorded.index)
        parts = [
            f"{index:>6}",
            show_second(recorded.t, self.zone),
            recorded.ref,
            self.words.event(recorded.event.in_table),
            self.actor(recorded),
            self.essence(recorded.event),
        ]
        return "  ".join(part for part in parts if part)

    def actor(self, recorded: Recorded) -> str:
        """Return who did it, and for whom."""
        if recorded.behalf is None:
            return f"{recorded.actor}@{recorded.unit}"
        return self.words.say("behalf", actor=recorded.actor, unit=recorded.unit, behalf=recorded.behalf)

    def essence(self, event: events.Event) -> str:
        """Return what an event says beyond its type."""
        tell = _ESSENCES.get(type(event))
        parts = tell(self, event) if tell else [getattr(event, "reason", None) or ""]
        return self.words.say("comma").join(part for part in parts if part)

    def name(self, unit: str) -> str:
        """Return a unit's short name."""
        if unit not in self.org:
            return unit
        found = self.org.unit(unit)
        return found.aliases[0] if found.aliases else found.name

    def due(self, us: int | None) -> str:
        """Return a due as people read it."""
        return self.words.say("undated") if us is None or us == NEVER else show(us, self.zone)

    def to_unit(self, unit: str) -> str:
        """Return "to that unit"."""
        return self.words.say("to_unit", unit=self.name(unit))

    def due_by(self, us: int | None) -> str:
        """Return "due then"."""
        return self.words.say("due_by", due=self.due(us))

    def cause(self, ref: str | None) -> str:
        """Return "because of that directive", if there is one."""
        return self.words.say("because_of", ref=ref) if ref else ""

    def materials(self, materials: tuple[events.Material, ...]) -> str:
        """Return the names of what was handed in."""
        return self.words.say("materials", names=self.words.join([name for name, _ in materials])) if materials else ""

    def moved(self, was: int | None, due: int | None) -> str:
        """Return "from that due to this"."""
        return self.words.say("moved", was=self.due(was), due=self.due(due))

    def count(self, key: str, count: int) -> str:
        """Return a phrase with a count, nothing if there are none."""
        return self.words.say(key, count=count) if count else ""


def _fulfilled(teller: Teller, event: events.Fulfilled) -> list[str]:
    """Tell what was handed in, and for which period."""
    what = event.obligation
    if event.period is not None:
        what = teller.words.say("period", obligation=what, period=event.period)
    return [what, teller.materials(event.materials)]


def _reported(teller: Teller, event: events.Reported) -> list[str]:
    """Tell what a report covers."""
    without = len(event.without or ())
    return [teller.count("covers", event.n), teller.count("without", without), teller.materials(event.materials)]


_Essence = Callable[[Teller, Any], list[str]]
_ESSENCES: Mapping[type[events.Event], _Essence] = {
    events.UnitAdded: lambda _, event: [event.name],
    events.UnitRenamed: lambda _, event: [event.name, event.reason],
    events.UnitMoved: lambda teller, event: [teller.to_unit(event.superior), event.reason],
    events.UnitMerged: lambda teller, event: [teller.to_unit(event.into), event.reason],
    events.UnitAbolished: lambda teller, event: [
        teller.to_unit(event.successor) if event.successor else "",
        event.reason,
    ],
    events.DelegationGranted: lambda teller, event: [teller.to_unit(event.to)],
    events.DelegationRevoked: lambda teller, event: [teller.to_unit(event.to)],
    events.Issued: lambda teller, event: [teller.to_unit(event.to), teller.due_by(event.due)],
    events.Forwarded: lambda teller, event: [teller.count("to_count", event.n)],
    events.Fulfilled: _fulfilled,
    events.Reported: _reported,
    events.Migrated: lambda teller, event: [
        event.reason,
        teller.words.say("migrated_to", digest=event.lifecycle[:12]),
        *(f"{teller.words.status(before)} → {teller.words.status(after)}" for before, after in event.mapping),
    ],
    events.Returned: lambda teller, event: [event.reason, teller.due_by(event.due) if event.due else ""],
    events.Escalated: lambda teller, event: [teller.to_unit(event.to), event.reason],
    events.ExtensionRequested: lambda teller, event: [
        teller.words.say("asks", due=teller.due(event.due)),
        event.reason,
    ],
    events.ExtensionGranted: lambda teller, event: [teller.moved(event.was, event.due)],
    events.Rescheduled: lambda teller, event: [
        teller.moved(event.was, event.due),
        event.reason,
        teller.cause(event.cause),
    ],
    events.Reassigned: lambda teller, event: [teller.to_unit(event.to), event.reason],
    events.Waived: lambda teller, event: [event.reason, teller.cause(event.cause)],
    events.Withdrawn: lambda teller, event: [event.reason, teller.cause(event.cause)],
    events.KeyRotated: lambda _, event: [event.new],
    events.RestoreDeclared: lambda teller, event: [
        teller.words.say("epoch", epoch=event.epoch, kept=event.kept, lost=event.lost),
        event.reason,
    ],
    events.TextErased: lambda teller, event: [teller.words.say("of_event", index=str(event.index)), event.reason],
}
"""How each type of event is told; one with a reason and nothing else needs no entry."""
