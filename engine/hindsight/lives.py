"""The life of one directive: every event of its stream, with the event of another it came from.

    issued                     the parent's forwarding that names it
    summarised                 the parent's report that took it in
    extension granted          the request; or, on the way of somebody else's, the granting there
    rescheduled, waived, withdrawn   because of a directive above: what happened to that one then

Rule: nothing but events is told: of a parent's stream as much as its own. Whether a hash is right is
the audit's question; a cause that cannot be found is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from xiada.engine import events
from xiada.engine.directive import Directive
from xiada.engine.hindsight.lateness import Lateness, lateness
from xiada.engine.hindsight.walking import Step, index_of, steps_of
from xiada.engine.notice import Notice
from xiada.engine.records import Recorded

if TYPE_CHECKING:
    from xiada.engine.engine import Engine


class Deed(NamedTuple):
    """One event in a directive's life, and the event of another directive, or the request, it came from."""

    step: Step
    cause: Recorded | None


@dataclass(frozen=True, slots=True)
class Life:
    """What became of one directive.

    Args:
        directive: As its last event told of left it.
        notice: The notice it rests on.
        deeds: Its events, in order.
        lateness: How late it was, or is.
    """

    directive: Directive
    notice: Notice
    deeds: tuple[Deed, ...]
    lateness: Lateness


def life(
    engine: Engine,
    ref: str,
    *,
    now: int,
    at: int | datetime | None = None,
) -> Life:
    """Return the life of a directive.

    Args:
        engine: Whose log.
        ref: Reference.
        now: The instant by which what is still open is judged, µs since 1970 UTC.
        at: As of a log index or a datetime, see `Engine.at`; None = all of it.

    Raises:
        NotFound: There is no such directive, or there was none yet.
    """
    past = engine.at(at)
    directive, notice = past.directive(ref), past.notice(past.directive(ref).notice)
    streams = _Streams(engine)
    told = [one for one in streams.of(ref) if index_of(one) < past.size]
    steps = steps_of(told, engine.pins(directive.cascade))
    deeds = tuple(Deed(step, _cause(step, streams)) for step in steps)
    return Life(directive, notice, deeds, lateness(directive, now, notice.zone))


class _Streams:
    """Streams read once each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read: dict[str, list[Recorded]] = {}

    def of(self, ref: str) -> list[Recorded]:
        """Return the events of a stream."""
        if ref not in self._read:
            self._read[ref] = self._engine.log(ref)
        return self._read[ref]

    def last(self, ref: str | None, fits: Callable[[Recorded], bool]) -> Recorded | None:
        """Return the latest event of a stream that fits."""
        return None if ref is None else next((one for one in reversed(self.of(ref)) if fits(one)), None)

    def first(self, ref: str | None, fits: Callable[[Recorded], bool]) -> Recorded | None:
        """Return the earliest event of a stream that fits."""
        return None if ref is None else next((one for one in self.of(ref) if fits(one)), None)


def _cause(step: Step, streams: _Streams) -> Recorded | None:
    """Return the event an event came from, None if it came from its actor alone."""
    recorded, event = step.recorded, step.recorded.event
    assert step.after is not None, "a directive's stream holds events of a directive"
    if isinstance(event, events.Issued):
        return streams.last(event.parent, lambda one: one.hash.hex() == event.forwarded)
    if isinstance(event, events.Summarised):
        return streams.last(step.after.parent, lambda one: one.hash.hex() == event.report)
    if isinstance(event, events.ExtensionGranted):
        return _asked_for(recorded, event, streams)
    if isinstance(event, events.Rescheduled):  # what became earlier moved from the bottom up: the cause came last
        return streams.first(event.cause, lambda one: _together(recorded, one) and one.event.type == event.type)
    if isinstance(event, events.Waived | events.Withdrawn):
        return streams.last(event.cause, lambda one: _together(one, recorded) and isinstance(one.event, _CLOSING))
    return None


def _together(earlier: Recorded, later: Recorded) -> bool:
    """Tell whether two events were recorded at one time, the one before the other."""
    return earlier.t == later.t and index_of(earlier) < index_of(later)


_CLOSING = (events.Waived, events.Withdrawn, events.Reassigned)


def _asked_for(recorded: Recorded, event: events.ExtensionGranted, streams: _Streams) -> Recorded | None:
    """Return the request a grant answers, or the grant that moved this due on its way."""
    if event.request != recorded.ref:  # what became later moved from the top down: who asked came last
        return streams.first(
            event.request, lambda one: _together(recorded, one) and isinstance(one.event, events.ExtensionGranted)
        )
    return streams.last(
        recorded.ref,
        lambda one: isinstance(one.event, events.ExtensionRequested) and one.version < recorded.version,
    )
