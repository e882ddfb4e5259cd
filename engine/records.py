"""Records: events with their envelope, and the bytes they are kept as.

Rule: reading a body back gives an equal `Recorded`, checked in every field against the event's
annotations, or `Tampered`; writing that again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from operator import attrgetter
from typing import NamedTuple

from xiada.engine import codec
from xiada.engine.epochs import is_same_log
from xiada.engine.errors import LimitExceeded, Tampered
from xiada.engine.events import TYPES, Event
from xiada.engine.limits import EVENT_BYTES


class Recorded(NamedTuple):
    """An event with its envelope, as it stands in the log.

    Args:
        index: Place in the log from 0; None until the store has sequenced it.
        ref: Stream: a directive reference, `org/<unit>`, or `log/audit`.
        version: 1-based place in the stream.
        t: Recorded time, µs since 1970 UTC.
        actor: Id of who did it; `unit` is the actor's unit, `behalf` the unit acted for.
        prev: Hash of the stream's previous event in hex, None for the first.
        key: Idempotency key of the command.
        text: Commitment of erasable text in hex.
        event: The fact itself.
        body: Canonical bytes; `hash` is their RFC 6962 leaf, 32 bytes.
    """

    index: int | None  # type: ignore[assignment]  # hides tuple.index, which nobody needs of an event
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


def _required(event: type[Event]) -> tuple[tuple[str, ...], Callable[[Event], tuple[object, ...]]]:
    """Return the names of an event's fields without a default, and what gets their values as a tuple."""
    names = tuple(field.name for field in fields(event) if field.default is MISSING)
    if len(names) > 1:
        return names, attrgetter(*names)
    if not names:
        return names, lambda _: ()
    [only] = map(attrgetter, names)
    return names, lambda one: (only(one),)


_REQUIRED_FIELDS = {event: _required(event) for event in TYPES.values()}
_OPTIONAL_FIELDS = {
    event: tuple((field.name, field.default) for field in fields(event) if field.default is not MISSING)
    for event in TYPES.values()
}


def data_of(event: Event) -> dict[str, object]:
    """Return an event's JSON data: its fields, less those left at their default.

    Example:
        >>> from xiada.engine.events import Waived
        >>> data_of(Waived("merged into another office"))
        {'reason': 'merged into another office'}
    """
    names, values = _REQUIRED_FIELDS[type(event)]
    found = dict(zip(names, values(event), strict=True))
    for name, default in _OPTIONAL_FIELDS[type(event)]:
        value = getattr(event, name)
        if value is not default and value != default:
            found[name] = value
    return found


class Frame:
    """What stands in all events of one transaction: which log, and when.

    Bodies are written with the envelope's keys in sorted order by hand: all its values but the
    idempotency key are plain ASCII that needs no escape. Four times as fast as sorting a dictionary.

    Args:
        log: The log's origin.
        t: Recorded time, µs since 1970 UTC.
    """

    __slots__ = ("after_prev", "log", "t", "unkeyed")

    def __init__(self, log: str, t: int) -> None:
        self.log, self.t = log, t
        self.unkeyed = self.after_ref("null")
        self.after_prev = f',"t":{t},'

    def after_ref(self, key: str) -> str:
        """Return what stands between the reference and the hash of the event before; `key` is JSON."""
        return f'","key":{key},"log":"{self.log}","prev":'


class Envelope:
    """What stands around all events of one command: who, when, under which key.

    Args:
        frame: Which log, and when.
        actor: Id of who does it; `unit` its unit, `behalf` the unit acted for.
        key: Idempotency key of the command.
    """

    __slots__ = ("_after_prev", "_after_ref", "_after_type", "_head", "actor", "behalf", "key", "t", "unit")

    def __init__(self, frame: Frame, actor: str, unit: str, behalf: str | None = None, key: str | None = None) -> None:
        self.t, self.actor, self.unit, self.behalf, self.key = frame.t, actor, unit, behalf, key
        self._head = f'{{"actor":"{actor}",{_member("behalf", behalf)}"data":'
        self._after_ref = frame.unkeyed if key is None else frame.after_ref(codec.pack(key).decode())
        self._after_prev = frame.after_prev
        self._after_type = f'","unit":"{unit}","v":1,"ver":'

    def body(self, ref: str, version: int, prev: str | None, text: str | None, event: Event) -> bytes:
        """Return the canonical bytes of an event in this envelope."""
        named = "null" if prev is None else f'"{prev}"'
        return self.line(ref, version, named, event.type, codec.pack(data_of(event)).decode(), _member("text", text))

    def line(self, ref: str, version: int, prev: str, kind: str, data: str, text: str = "") -> bytes:
        """Return the canonical bytes of an event of type `kind`; `prev` and `data` are JSON, `text` a member of it."""
        return (
            f'{self._head}{data},"dir":"{ref}{self._after_ref}{prev}{self._after_prev}{text}'
            f'"type":"{kind}{self._after_type}{version}}}'
        ).encode()

    def seal(
        self, index: int | None, ref: str, before: tuple[int, bytes] | None, text: str | None, event: Event
    ) -> Recorded:
        """Return an event as it will stand in the log, after version and hash `before` in its stream.

        Raises:
            LimitExceeded: It would have more bytes than an event may.
        """
        version, prev = (before[0] + 1, before[1].hex()) if before else (1, None)
        body = self.body(ref, version, prev, text, event)
        if len(body) > EVENT_BYTES:
            raise LimitExceeded(
                "event_too_large",
                f"the event would have {len(body):,} bytes, more than {EVENT_BYTES:,}",
                found=len(body),
                limit=EVENT_BYTES,
                remedy="Hand in fewer or shorter items at once.",
            )
        who = (self.actor, self.unit, self.behalf)
        return Recorded(index, ref, version, self.t, *who, prev, self.key, text, event, body, codec.leaf(body))


def _member(name: str, text: str | None) -> str:
    """Return a member that is left out when it is None."""
    return "" if text is None else f'"{name}":"{text}",'


def read(body: bytes, *, log: str, index: int | None = None) -> Recorded:
    """Return the event that canonical bytes record, checked in every field.

    Args:
        body: The bytes as stored.
        log: Origin the event must belong to; it may be of an earlier epoch.
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
    if found["v"] != 1 or (found["log"] != log and not is_same_log(found["log"], log)):
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
    if _body_again(recorded, found["log"]) != body:
        raise _tampered("a field is written though it is at its default", index)
    return recorded


def _body_again(recorded: Recorded, log: str) -> bytes:
    """Return the bytes the same event is written as today."""
    frame = Frame(log, recorded.t)
    envelope = Envelope(frame, recorded.actor, recorded.unit, recorded.behalf, recorded.key)
    return envelope.body(recorded.ref, recorded.version, recorded.prev, recorded.text, recorded.event)


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
        remedy="Run 'xiada audit verify' for the whole picture.",
    )
