"""Walking the log: its events in order, each with the directive's state before and after it.

Rule: a walk folds what a replay folds, by the lifecycles that cascades pin; events of other streams
than directives' and the org's pass by unfolded. It reads in runs, so a long log is never held whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from xiada.engine import limits
from xiada.engine.directive import Directive
from xiada.engine.evolve import evolve
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.lifecycles import Pins
from xiada.engine.records import Recorded
from xiada.engine.replay import Moment
from xiada.engine.views import unknown_cascade

if TYPE_CHECKING:
    from xiada.engine.engine import Engine

RUN = 2_000
KNOWN: Mapping[str, Lifecycle] = {STANDARD.digest: STANDARD}
"""The lifecycles a walk knows unless it is given others, by digest."""


class Act(NamedTuple):
    """Who did something, and where it stands in the log.

    Args:
        index: Log index.
        t: Recorded time, µs since 1970 UTC.
        actor: Id of who did it; `unit` is the actor's unit, `behalf` the unit acted for.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of an act
    t: int
    actor: str
    unit: str
    behalf: str | None


class Step(NamedTuple):
    """One event of a walk.

    Args:
        recorded: The event.
        before: The directive as it was; None before its first event, and in other streams.
        after: The directive as the event left it; None in other streams.
    """

    recorded: Recorded
    before: Directive | None
    after: Directive | None


def act_of(recorded: Recorded) -> Act:
    """Return who did an event, and where it stands."""
    return Act(index_of(recorded), recorded.t, recorded.actor, recorded.unit, recorded.behalf)


def continues(act: Act, last: Act | None) -> bool:
    """Tell whether an event belongs to the act of the one before: next in the log, by the same actor, at one time.

    Example:
        >>> first = Act(7, 0, "li", "office", None)
        >>> continues(first._replace(index=8), first), continues(first._replace(index=9), first)
        (True, False)
    """
    return last is not None and act.index == last.index + 1 and act[1:] == last[1:]


def index_of(recorded: Recorded) -> int:
    """Return the log index of an event that was read from the log."""
    assert recorded.index is not None, "an event of the log has a place in it"
    return recorded.index


def is_directive(ref: str) -> bool:
    """Tell whether a stream is a directive's, by its name.

    Example:
        >>> [is_directive(ref) for ref in ("kx2020-7/1.2", "org/cast", "org/7", "log/audit")]
        [True, False, False, False]
    """
    return not ref.startswith("org/") and ref.partition("/")[2][:1].isdecimal()


def recorded_events(
    engine: Engine, cascade: str | None = None, *, start: int = 0, stop: int | None = None
) -> Iterator[Recorded]:
    """Yield events in log order, of one cascade or of everything, reading a run at a time.

    Args:
        engine: Whose log.
        cascade: Only this cascade's directives; None = every stream.
        start: First log index wanted.
        stop: First log index not wanted any more; None = to the end.

    Raises:
        NotFound: There is no such cascade.
    """
    if cascade is not None:
        start = max(start, index_of(first_event(engine, cascade)))
    end = engine.head().size if stop is None else stop
    for first in range(start, end, RUN):
        for recorded in engine.log(start=first, stop=min(first + RUN, end)):
            if cascade is None or (is_directive(recorded.ref) and recorded.ref.startswith(f"{cascade}/")):
                yield recorded


def first_event(engine: Engine, cascade: str) -> Recorded:
    """Return the event a cascade began with.

    Raises:
        NotFound: There is no such cascade.
    """
    if limits.is_identifier(cascade):
        for recorded in engine.log(f"{cascade}/1"):
            return recorded
    raise unknown_cascade(cascade)


def steps_of(stream: Iterable[Recorded], pins: Pins) -> Iterator[Step]:
    """Yield the events of one directive's stream, from the first on, with the states around them.

    Args:
        stream: Its events in order.
        pins: The tables its cascade has run by.
    """
    after: Directive | None = None
    for recorded in stream:
        before = after
        after = evolve(before, recorded, pins.at(index_of(recorded)))
        yield Step(recorded, before, after)


def walk(events: Iterable[Recorded], lifecycles: Mapping[str, Lifecycle] = KNOWN) -> Iterator[Step]:
    """Yield events with the states around them; each cascade and stream from its first event on.

    Args:
        events: In log order.
        lifecycles: Tables by digest, see `Engine.lifecycles`.

    Raises:
        NotFound: A cascade pins a lifecycle that is not among those given.
    """
    yield from walk_on(events, Moment(lifecycles))


def walk_on(events: Iterable[Recorded], moment: Moment) -> Iterator[Step]:
    """Yield events with the states around them, going on from a moment, which moves along."""
    for recorded in events:
        before = moment.states.get(recorded.ref)
        if is_directive(recorded.ref):
            moment.fold(recorded)
        yield Step(recorded, before, moment.states.get(recorded.ref))
