"""What an event says, as named and typed values: what all exports are made of.

Rule: names and kinds are read off the event's class, so that a type nobody thought of here is
exported like any other. A field left at its default, null, or undated has no value. An instant is
µs since 1970 UTC until a writer gives it its format's form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Literal, NamedTuple, TypeAlias

from xiada.engine import codec
from xiada.engine.directive import RESERVED
from xiada.engine.due import NEVER, at
from xiada.engine.events import TYPES, Event
from xiada.engine.records import Recorded, data_of

Kind = Literal["string", "integer", "boolean", "time"]
Value: TypeAlias = str | int | bool
"""One value; of kind `time` it is µs since 1970 UTC."""

INSTANTS = frozenset({"due", "was", "asked", "original", "claimed_at"})
"""The integer fields of events that are instants."""

_KINDS: dict[str, Kind] = {"str": "string", "int": "integer", "bool": "boolean"}
_SPAN = "tuple[int, int]"


class Attribute(NamedTuple):
    """A name and the kind of its values."""

    name: str
    kind: Kind


ENVELOPE: tuple[Attribute, ...] = (
    Attribute("index", "integer"),
    Attribute("ref", "string"),
    Attribute("version", "integer"),
    Attribute("actor", "string"),
    Attribute("unit", "string"),
    Attribute("behalf", "string"),
    Attribute("key", "string"),
    Attribute("text", "string"),
    Attribute("prev", "string"),
    Attribute("hash", "string"),
)
"""What every event has around it, beside type and time."""

_ENVELOPE_NAMES = frozenset(attribute.name for attribute in ENVELOPE)


def index_of(recorded: Recorded) -> int:
    """Return an event's place in the log; one that has none yet cannot be exported."""
    assert recorded.index is not None, "an exported event has its place in the log"
    return recorded.index


def cascade_of(ref: str) -> str | None:
    """Return the cascade a stream belongs to, None if it is no directive's.

    Example:
        >>> cascade_of("kx2020-7/1.19.3"), cascade_of("org/gd-kx"), cascade_of("log/audit")
        ('kx2020-7', None, None)
    """
    head = ref.partition("/")[0]
    return None if head in RESERVED else head


def timestamp(us: int, separator: str = "T") -> str:
    """Return an instant in UTC without its offset, with a fraction only if it has one.

    Example:
        >>> timestamp(1_591_804_799_999_999), timestamp(0, " ")
        ('2020-06-10T15:59:59.999999', '1970-01-01 00:00:00')
    """
    return at(us).replace(tzinfo=None).isoformat(separator)


def envelope_of(recorded: Recorded) -> dict[str, Value]:
    """Return what stands around an event, less what it does not have."""
    found: dict[str, Value | None] = {
        "index": index_of(recorded),
        "ref": recorded.ref,
        "version": recorded.version,
        "actor": recorded.actor,
        "unit": recorded.unit,
        "behalf": recorded.behalf,
        "key": recorded.key,
        "text": recorded.text,
        "prev": recorded.prev,
        "hash": recorded.hash.hex(),
    }
    return {name: value for name, value in found.items() if value is not None}


def attributes_of(event: type[Event]) -> tuple[Attribute, ...]:
    """Return the attributes of an event's own data, in the order of its fields.

    A span becomes two instants, a list the JSON text of it; a name the envelope has too is preceded by `data_`.

    Example:
        >>> from xiada.engine.events import Escalated
        >>> [tuple(attribute) for attribute in attributes_of(Escalated)]
        [('to', 'string'), ('reason', 'string'), ('claimed_at', 'time')]
    """
    return _ATTRIBUTES[event]


def _attributes(event: type[Event]) -> Iterator[Attribute]:
    """Yield what `attributes_of` returns."""
    for name, annotation in _annotated(event):
        if annotation == _SPAN:
            yield from (Attribute(end, "time") for end in _span_names(name))
        else:
            yield Attribute(_named(name), _kind(name, annotation))


def _annotated(event: type[Event]) -> Iterator[tuple[str, str]]:
    """Yield name and annotation of an event's fields; that a field may be null is left aside."""
    return ((field.name, str(field.type).removesuffix(" | None")) for field in fields(event))


def _kind(name: str, annotation: str) -> Kind:
    """Return the kind of a field's values."""
    return "time" if annotation == "int" and name in INSTANTS else _KINDS.get(annotation, "string")


def _named(name: str) -> str:
    """Return a field's name among those of the envelope."""
    return f"data_{name}" if name in _ENVELOPE_NAMES else name


def _span_names(name: str) -> tuple[str, str]:
    """Return the names of a span's two ends."""
    return f"{name}_start", f"{name}_end"


def values_of(event: Event) -> dict[str, Value]:
    """Return the values of an event's own data by the names of `attributes_of`, less those it does not have.

    Example:
        >>> from xiada.engine.events import Fulfilled
        >>> values_of(Fulfilled("brief", None, 1_591_804_799_999_999, materials=(("brief.pdf", None),)))
        {'obligation': 'brief', 'due': 1591804799999999, 'materials': '[["brief.pdf",null]]'}
    """
    spans = _SPANS[type(event)]
    found: dict[str, Value] = {}
    for name, value in data_of(event).items():
        if name in spans and isinstance(value, tuple):
            found.update(zip(_span_names(name), value, strict=True))
        else:
            found.update(_valued(name, value))
    return found


def _valued(name: str, value: object) -> Iterator[tuple[str, Value]]:
    """Yield a field's name and value if it has one."""
    if value is None or (value == NEVER and name in INSTANTS):
        return
    yield _named(name), value if isinstance(value, str | int) else codec.pack(value).decode()


_ATTRIBUTES = {event: tuple(_attributes(event)) for event in TYPES.values()}
_SPANS = {
    event: frozenset(name for name, annotation in _annotated(event) if annotation == _SPAN) for event in TYPES.values()
}
