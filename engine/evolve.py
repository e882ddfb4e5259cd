"""Folding: from a state and a recorded event to the next state.

Rule: `evolve` never refuses; what stands in the log has happened. Whether it should have is the
audit's question. The status moves as the lifecycle's table says for the event's type. The events
that batches consist of are folded by hand as well: the same states in a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xiada.engine import events
from xiada.engine.directive import Directive
from xiada.engine.events import as_read
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.records import Recorded

Fields = dict[str, Any]


def evolve(state: Directive | None, recorded: Recorded, lifecycle: Lifecycle) -> Directive:
    """Return the state after an event.

    Args:
        state: The state before; None before the first event, which is `issued`.
        recorded: The event.
        lifecycle: The table its cascade runs by.
    """
    event = recorded.event
    if state is None:
        assert isinstance(event, events.Issued), "a directive's first event is issued"
        return _born(event, recorded, lifecycle)
    status = status_after(state.status, event, lifecycle)
    effect = _EFFECTS.get(event.type)
    fields = effect(state, recorded) if effect else {}
    if isinstance(event, events.Stepped):
        fields = _stepped(state, recorded, status, lifecycle)
    if status in lifecycle.closed or state.closed_at is not None:
        fields["closed_at"] = _closed_at(state, status, recorded.t, lifecycle)
    return state._replace(version=recorded.version, head=recorded.hash, status=status, **fields)


def status_after(status: str, event: events.Event, lifecycle: Lifecycle) -> str:
    """Return the status an event leads to: as the table says; where the table changes, as the event maps them.

    Args:
        status: The status before.
        event: Any but the first.
        lifecycle: The table in force at the event; of a `Migrated`, the new one.
    """
    after = lifecycle.moves.get((status, event.in_table))
    if after is None and isinstance(event, events.Migrated):
        after = dict(event.mapping).get(status)
    return status if after is None else after


def _closed_at(state: Directive, status: str, t: int, lifecycle: Lifecycle) -> int | None:
    """Return when a directive was closed: now, earlier, or not any more."""
    if status not in lifecycle.closed:
        return None
    return t if state.closed_at is None else state.closed_at


def _born(event: events.Issued, recorded: Recorded, lifecycle: Lifecycle) -> Directive:
    """Return a directive as issued."""
    due = as_read(event.due)
    return Directive(
        ref=recorded.ref,
        unit=event.to,
        line=event.line,
        parent=event.parent,
        status=lifecycle.statuses[0].name,
        version=recorded.version,
        head=recorded.hash,
        due=due,
        original_due=due if event.original is None else event.original,
        notice=event.notice,
        issued_at=recorded.t,
        copy=event.copy,
    )


def born_like(
    sister: Directive, ref: str, unit: str, head: bytes, particulars: tuple[int, int, tuple[str, ...]]
) -> Directive:
    """Return a directive issued beside a sister by the same event; particulars are due, original due, copy."""
    due, original, copy = particulars
    line, parent, status, version = sister.line, sister.parent, sister.status, sister.version
    notice, issued = sister.notice, sister.issued_at
    return Directive(ref, unit, line, parent, status, version, head, due, original, notice, issued, copy=copy)


def signed(state: Directive, status: str, head: bytes, t: int) -> Directive:
    """Return the state after the unit signed."""
    version, first = state.version + 1, state.acknowledged_at or t
    return state._replace(status=status, version=version, head=head, acknowledged_at=first)


def begun(state: Directive, status: str, head: bytes, t: int) -> Directive:
    """Return the state after the unit began."""
    (ref, unit, line, parent, _, version, _, due, original, notice, issued, children, signed, started, reported,
     closed, extension, reason, copy, fulfilled) = state  # fmt: skip
    return Directive(
        ref, unit, line, parent, status, version + 1, head, due, original, notice, issued, children, signed,
        started or t, reported, closed, extension, reason, copy, fulfilled,
    )  # fmt: skip


def reported(state: Directive, status: str, head: bytes, t: int) -> Directive:
    """Return the state after the unit reported."""
    (ref, unit, line, parent, _, version, _, due, original, notice, issued, children, signed, started, _,
     closed, _, reason, copy, fulfilled) = state  # fmt: skip
    return Directive(
        ref, unit, line, parent, status, version + 1, head, due, original, notice, issued, children, signed,
        started, t, closed, None, reason, copy, fulfilled,
    )  # fmt: skip


def summarised(state: Directive, head: bytes, t: int, lifecycle: Lifecycle) -> Directive:
    """Return the state after a `summarised` of that hash, recorded at `t`: as `evolve` does, in a third of its time."""
    (ref, unit, line, parent, status, version, _, due, original, notice, issued, children, signed, started, reported,
     closed, _, reason, copy, fulfilled) = state  # fmt: skip
    status = lifecycle.moves.get((status, "summarised"), status)
    if status in lifecycle.closed or closed is not None:
        closed = _closed_at(state, status, t, lifecycle)
    return Directive(
        ref, unit, line, parent, status, version + 1, head, due, original, notice, issued, children, signed, started,
        reported, closed, None, reason, copy, fulfilled,
    )  # fmt: skip


def plainly(state: Directive, kind: str, head: bytes, t: int, lifecycle: Lifecycle) -> Directive | None:
    """Return the state after an event of that type whose data does not matter; None if `evolve` is to be asked."""
    if kind == "summarised":
        return summarised(state, head, t, lifecycle)
    fold = PLAIN.get(kind)
    status = lifecycle.moves.get((state.status, kind), state.status)
    if fold is None or state.closed_at is not None or status in lifecycle.closed:
        return None
    return fold(state, status, head, t)


def passed_on(state: Directive, count: int, head: bytes, lifecycle: Lifecycle) -> Directive | None:
    """Return the state after it was forwarded to so many; None if `evolve` is to be asked."""
    status = lifecycle.moves.get((state.status, "forwarded"), state.status)
    if state.closed_at is not None or status in lifecycle.closed:
        return None
    return state._replace(status=status, version=state.version + 1, head=head, children=state.children + count)


def skimmed(state: Directive | None, event: Mapping[str, Any], head: bytes, lifecycle: Lifecycle) -> Directive | None:
    """Return the state after an event straight from its JSON; None if it is to be read in full for `evolve`.

    Args:
        state: The state before; None before the first event.
        event: The envelope as its JSON has it.
        head: The event's hash, 32 bytes.
        lifecycle: The table its cascade runs by.
    """
    kind = event["type"]
    if state is None:
        return _issued(event, head, lifecycle) if kind == "issued" else None
    if kind == "forwarded":
        return passed_on(state, event["data"]["n"], head, lifecycle)
    return plainly(state, kind, head, event["t"], lifecycle)


def _issued(event: Mapping[str, Any], head: bytes, lifecycle: Lifecycle) -> Directive:
    """Return a directive as its first event has it."""
    data = event["data"]
    due, copy = as_read(data["due"]), data.get("copy")
    parties = (event["dir"], data["to"], data["line"], data["parent"], lifecycle.statuses[0].name, 1, head)
    original = data.get("original", due)
    return Directive(*parties, due, original, data["notice"], event["t"], copy=tuple(copy) if copy else ())


Fold = Callable[[Directive, str, bytes, int], Directive]
"""From state, status after, hash and time to the state after."""

PLAIN: Mapping[str, Fold] = {"acknowledged": signed, "started": begun, "reported": reported}
"""Folds by hand of the events whose data changes no state."""


def _acknowledged(state: Directive, recorded: Recorded) -> Fields:
    return {"acknowledged_at": state.acknowledged_at or recorded.t}


def _forwarded(state: Directive, recorded: Recorded) -> Fields:
    return {"children": state.children + recorded.event.n}  # type: ignore[attr-defined]


def _started(state: Directive, recorded: Recorded) -> Fields:
    return {"started_at": state.started_at or recorded.t}


def _fulfilled(state: Directive, recorded: Recorded) -> Fields:
    event = recorded.event
    assert isinstance(event, events.Fulfilled)
    pair = (event.obligation, event.period)
    return {} if pair in state.fulfilled else {"fulfilled": (*state.fulfilled, pair)}


def _reported(state: Directive, recorded: Recorded) -> Fields:  # noqa: ARG001
    return {"reported_at": recorded.t, "extension": None}


def _returned(state: Directive, recorded: Recorded) -> Fields:
    event = recorded.event
    assert isinstance(event, events.Returned)
    return {"reported_at": None, "due": state.due if event.due is None else event.due}


def _asked(state: Directive, recorded: Recorded) -> Fields:  # noqa: ARG001
    return {"extension": as_read(recorded.event.due)}  # type: ignore[attr-defined]


def _moved(state: Directive, recorded: Recorded) -> Fields:
    event = recorded.event
    assert isinstance(event, events.ExtensionGranted | events.Rescheduled)
    answered = isinstance(event, events.ExtensionGranted) and event.request == state.ref
    return {"due": as_read(event.due), "extension": None if answered else state.extension}


def _answered(state: Directive, recorded: Recorded) -> Fields:  # noqa: ARG001
    return {"extension": None}


def _excused(state: Directive, recorded: Recorded) -> Fields:  # noqa: ARG001
    return {"reason": recorded.event.reason, "extension": None}  # type: ignore[attr-defined]


def _stepped(state: Directive, recorded: Recorded, status: str, lifecycle: Lifecycle) -> Fields:
    """Return what a step changes: it may hand in, take back what was handed in, or close, with its reason."""
    event = recorded.event
    assert isinstance(event, events.Stepped)
    if status in lifecycle.closed:
        return {"reason": event.reason, "extension": None}
    if status in lifecycle.covered:
        return {"reported_at": recorded.t if state.reported_at is None else state.reported_at, "extension": None}
    return {} if status in lifecycle.handed_in else {"reported_at": None}


_EFFECTS: Mapping[str, Callable[[Directive, Recorded], Fields]] = {
    "acknowledged": _acknowledged,
    "forwarded": _forwarded,
    "started": _started,
    "fulfilled": _fulfilled,
    "reported": _reported,
    "returned": _returned,
    "extension_requested": _asked,
    "extension_granted": _moved,
    "rescheduled": _moved,
    "extension_refused": _answered,
    "summarised": _answered,
    "reassigned": _excused,
    "waived": _excused,
    "withdrawn": _excused,
}
"""What an event changes beyond version, head and status."""
