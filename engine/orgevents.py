"""Folding: from a unit and an event of its stream to the unit as it is then.

Rule: like `evolve`, this refuses nothing; whether it should have happened is for the engine before,
and for the audit afterwards. Kind, level, home line and region of a unit never change.
"""

from __future__ import annotations

from dataclasses import replace

from xiada.engine import events
from xiada.engine.errors import GuardRefused
from xiada.engine.org import Org, Unit


def joined(unit: str, event: events.UnitAdded) -> Unit:
    """Return the unit that joined by an event."""
    particulars = (event.name, event.kind, event.level, event.line, event.superiors)
    return Unit(unit, *particulars, event.region, event.aliases)


def reformed(unit: Unit, event: events.Event) -> Unit:
    """Return a unit after an event of its stream.

    Example:
        >>> office = Unit("c", "City", "office", "city", "main", (("main", "p"),))
        >>> reformed(office, events.UnitMoved("main", "q", "p", "a new district")).superiors
        (('main', 'q'),)
    """
    if isinstance(event, events.UnitRenamed):
        return replace(unit, name=event.name, aliases=event.aliases)
    if isinstance(event, events.UnitMoved):
        return replace(unit, superiors=tuple(sorted({**dict(unit.superiors), event.line: event.superior}.items())))
    if isinstance(event, events.UnitMerged):
        return replace(unit, successor=event.into, ended=True)
    if isinstance(event, events.UnitAbolished):
        return replace(unit, successor=event.successor, ended=True)
    return unit


def standing(org: Org, unit: str) -> Unit:
    """Return a unit that has not ended.

    Raises:
        NotFound: There is none of that id.
        GuardRefused: It has ended; the refusal names who came after it.
    """
    found = org.unit(unit)
    if not found.ended:
        return found
    raise GuardRefused(
        "unit_ended",
        f"unit '{unit}' has ended",
        remedy=f"Name '{found.successor}', which came after it." if found.successor else "Name another unit.",
        unit=unit,
        successor=found.successor,
    )
