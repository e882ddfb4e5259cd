"""Records: events with their envelope, and the bytes they are kept as.

Rule: reading a body back gives an equal `Recorded`, checked in every field against the event's
annotations, or `Tampered`; writing that again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields

from xiada.engine import codec
from xiada.engine.errors import Tampered
from xiada.engine.events import TYPES, Event


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its envelope, as it stands in the log.

    Args:
        index: Place in the log from 0; None until the store has sequenced it.
        ref: Stream: a directive reference, or `org/<unit>`.
        version: 1-based place in the stream.
        t: Recorded time, µs since 1970 UTC.
        actor: Id of who did it; `unit` is the actor's unit, `behalf` the unit acted for.
        prev: Hash of the stream's previous event in hex, None for the first.
        key: Idempotency key of the command.
        text: Commitment of erasable text in hex.
        event: The fact itself.
        body: Canonical bytes; `hash` is their RFC 6962 leaf, 32 bytes.
    """

    index: int | None
    ref: str
    version: int
    t: int
    actor: str
    unit: str
    behalf: str | None
    prev: str | None
    key: str | None
    text: str | None
    event: Event
    body: bytes
    hash: bytes


_NAMES: Mapping[type[Event], tuple[tuple[str, object], ...]] = {
    event: tuple((field.name, field.default) for field in fields(event)) for event in TYPES.values()
}


def data_of(event: Event) -> dict[str, object]:
    """Return an event's JSON data: its fields, less those left at their default.

    Example:
        >>> data_of(Waived("merged into another office"))
        {'reason': 'merged into another office'}
    """
    found = {}
    for name, default in _NAMES[type(event)]:
        value = getattr(event, name)
        if value is not default and value != default:
            found[name] = value
    return found


def envelope_body(  # noqa: PLR0913  (the envelope has just these parts, formats.md §1)
    *,
    log: str,
    ref: str,
    version: int,
    t: int,
    actor: str,
    unit: str,
    behalf: str | None,
    prev: str | None,
    key: str | None,
    text: str | None,
    event: Event,
) -> bytes:
    """Return the canonical bytes of an event and its envelope."""
    body: dict[str, object] = {
        "v": 1,
        "log": log,
        "dir": ref,
        "ver": version,
        "type": event.type,
        "t": t,
        "actor": actor,
        "unit": unit,
        "prev": prev,
        "key": key,
        "data": data_of(event),
    }
    if behalf is not None:
        body["behalf"] = behalf
    if text is not None:
        body["text"] = text
    return codec.pack(body)


def read(body: bytes, *, log: str, index: int | None = None) -> Recorded:
    """Return the event that canonical bytes record, checked in every field.

    Args:
        body: The bytes as stored.
        log: Origin the event must belong to.
        index: Its place in the log, if known.

    Raises:
        Tampered: Bytes that Xiada would not have written, or of another log.
    """
    found = codec.decode(body)
    if not isinstance(found, dict) or not _REQUIRED <= found.keys() <= _ALLOWED:
        raise _tampered("the envelope has other fields", index)
    for name, kinds in _ENVELOPE.items():
        if name in found and type(found[name]) not in kinds:
            raise _tampered(f"field '{name}' has the wrong type", index)
    if found["v"] != 1 or found["log"] != log:
        raise _tampered(f"it belongs to log '{found['log']}', version {found['v']}", index)
    recorded = Recorded(
        index,
        found["dir"],
        found["ver"],
        found["t"],
        found["actor"],
        found["unit"],
        found.get("behalf"),
        found["prev"],
        found["key"],
        found.get("text"),
        _event(found["type"], found["data"], index),
        body,
        codec.leaf(body),
    )
    if _body_again(recorded, log) != body:
        raise _tampered("a field is written though it is at its default", index)
    return recorded


def _body_again(recorded: Recorded, log: str) -> bytes:
    """Return the bytes the same event is written as today."""
    return envelope_body(
        log=log,
        ref=recorded.ref,
        version=recorded.version,
        t=recorded.t,
        actor=recorded.actor,
        unit=recorded.unit,
        behalf=recorded.behalf,
        prev=recorded.prev,
        key=recorded.key,
        text=recorded.text,
        event=recorded.event,
    )


def _event(name: str, data: dict[str, object], index: int | None) -> Event:
    """Return the event of that name with that data, each field of its declared type."""
    kind = TYPES.get(name)
    if kind is None:
        raise _tampered(f"its type '{name}' is not known", index)
    values: dict[str, object] = {}
    for field in fields(kind):
        if field.name in data:
            values[field.name] = value = _frozen(data[field.name])
            if not _CHECKS[str(field.type)](value):
                raise _tampered(f"'{field.name}' of {name} is not {field.type}", index)
        elif field.default is MISSING:
            raise _tampered(f"{name} lacks '{field.name}'", index)
    if len(values) != len(data):
        raise _tampered(f"{name} has fields it should not have", index)
    return kind(**values)


def _frozen(value: object) -> object:
    """Return lists as tuples, all the way down."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _is(*kinds: type) -> Callable[[object], bool]:
    """Return a check for one of these exact types (a bool is no int)."""
    return lambda value: type(value) in kinds


def _rows(*columns: Callable[[object], bool]) -> Callable[[object], bool]:
    """Return a check for a tuple of rows of these columns."""
    return lambda value: (
        isinstance(value, tuple)
        and all(
            isinstance(row, tuple)
            and len(row) == len(columns)
            and all(good(cell) for good, cell in zip(columns, row, strict=True))
            for row in value
        )
    )


def _or_none(good: Callable[[object], bool]) -> Callable[[object], bool]:
    """Return a check that also passes None."""
    return lambda value: value is None or good(value)


_TEXT, _INT = _is(str), _is(int)
_ENTRIES = _rows(_TEXT, _TEXT, _is(int, type(None)))
_COVERS = _rows(_TEXT, _INT, _TEXT, _TEXT)
_OMISSIONS = _rows(_TEXT, _TEXT, _TEXT)

_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "str": _TEXT,
    "int": _INT,
    "str | None": _or_none(_TEXT),
    "int | None": _or_none(_INT),
    "tuple[str, ...]": lambda value: isinstance(value, tuple) and all(type(item) is str for item in value),
    "tuple[int, int] | None": _or_none(
        lambda value: isinstance(value, tuple) and len(value) == 2 and all(type(item) is int for item in value)
    ),
    "tuple[tuple[str, str], ...]": _rows(_TEXT, _TEXT),
    "tuple[tuple[str, int | None], ...]": _rows(_TEXT, _is(int, type(None))),
    "tuple[Entry, ...] | None": _or_none(_ENTRIES),
    "tuple[Cover, ...] | None": _or_none(_COVERS),
    "tuple[Omission, ...] | None": _or_none(_OMISSIONS),
    "tuple[Material, ...]": _rows(_TEXT, _is(str, type(None))),
}
"""What each field annotation of an event means when it is read from bytes."""

_ENVELOPE: Mapping[str, tuple[type, ...]] = {
    "v": (int,),
    "log": (str,),
    "dir": (str,),
    "ver": (int,),
    "type": (str,),
    "t": (int,),
    "actor": (str,),
    "unit": (str,),
    "prev": (str, type(None)),
    "key": (str, type(None)),
    "data": (dict,),
    "behalf": (str,),
    "text": (str,),
}
_ALLOWED = _ENVELOPE.keys()
_REQUIRED = _ALLOWED - {"behalf", "text"}


def _tampered(what: str, index: int | None) -> Tampered:
    """Return the error for a stored event that cannot be one."""
    place = "an event" if index is None else f"event {index}"
    return Tampered(
        "bad_event",
        f"{place} cannot be read: {what}",
        index=index,
        remedy="Run 'xiada verify' for the whole picture.",
    )
