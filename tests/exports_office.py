"""Logs for the tests of the exports: a cascade in which nearly everything happens, and an event of every type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields

from support import ORIGIN, Maker, cascade, day, of, one_line

from xiada.engine.commands import Recipient
from xiada.engine.engine import Engine
from xiada.engine.events import TYPES, Event
from xiada.engine.records import Envelope, Frame, Recorded

LOG = f"{ORIGIN}/e1"
T = 1_893_456_000_000_000
"""2030-01-01T00:00:00Z."""


def eventful(maker: Maker) -> Engine:
    """Return an engine with a cascade that has been returned, extended, moved, reassigned, waived and withdrawn."""
    engine, clock = maker(one_line()), maker.clock
    p, c1, c2, d11 = of("p"), of("c1"), of("c2"), of("d11")
    cascade(engine)
    engine.delegate("c1", "d11", actor=c1)
    engine.revoke("c1", "d11", actor=c1)
    engine.forward("k/1", ["c1", Recipient("c2", day(6, 8))], actor=p, due=day(6, 10))
    clock.advance(hours=1)
    engine.acknowledge("k/1.1", actor=c1)
    engine.forward("k/1.1", ["d11", "d12"], actor=c1, due=day(6, 1))
    engine.forward("k/1.2", ["d21"], actor=c2, due=day(6, 1))
    clock.advance(days=1)
    engine.execute("k/1.1.1", actor=d11)
    engine.progress("k/1.1.1", "halfway", actor=d11)
    engine.remind("k/1.1.2", "=urgent", actor=c1)
    engine.escalate("k/1.1.2", "no answer", actor=c1)
    engine.request_extension("k/1.1.1", day(6, 5), "rain & <mud>", actor=d11)
    engine.grant_extension("k/1.1.1", actor=c1)
    clock.advance(days=1)
    engine.report("k/1.1.1", actor=d11, text="done")
    engine.return_("k/1.1.1", "figures are missing", actor=c1)
    engine.report("k/1.1.1", actor=d11)
    engine.waive("k/1.1.2", "merged", actor=c1)
    engine.reassign("k/1.2", "c3", "abolished", actor=p)
    engine.execute("k/1.1", actor=c1)
    clock.advance(days=1)
    engine.report("k/1.1", actor=c1)
    engine.reschedule("k/1", "undated", "put off", actor=p)
    engine.withdraw("k/1.3", "void", actor=p)
    return engine


SAMPLES = {"str": "+text", "int": 7, "bool": True, "tuple[int, int]": (T, T + 1)}


def sample(event: type[Event]) -> Event:
    """Return an event of a type, every field filled."""
    values: dict[str, object] = {}
    for field in fields(event):
        annotation = str(field.type).removesuffix(" | None")
        values[field.name] = SAMPLES.get(annotation, () if field.default is MISSING else field.default)
    return event(**values)


def sealed(index: int, event: Event, ref: str = "log/audit", *, actor: str = "auditor", unit: str = "c1") -> Recorded:
    """Return an event as it would stand in the log."""
    return Envelope(Frame(LOG, T), actor, unit).seal(index, ref, None, None, event)


def every_type(start: int) -> Iterator[Recorded]:
    """Yield an event of every type there is in the log's own stream, as if none of them were known."""
    for number, event in enumerate(TYPES.values()):
        yield sealed(start + number, sample(event))
