"""OCEL 2.0 as JSON.

Rule: types first, then events as they come, then objects, one per line; integers and booleans as such,
instants as ISO 8601 in UTC. A due that was lifted is `null`. What is kept in memory is what the model keeps.

Source: OCEL 2.0 specification, 2023-10-16, JSON format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import orjson

from xiada.engine.exports.ocel import EVENT_TYPES, INITIAL, OBJECT_TYPES, EventRow, Model, ObjectRow, Relation
from xiada.engine.exports.typed import Attribute, Value, timestamp
from xiada.engine.records import Recorded

_Types = Mapping[str, tuple[Attribute, ...]]


def write_ocel_json(events: Iterable[Recorded], file: BinaryIO, *, model: Model | None = None) -> int:
    """Write events as OCEL 2.0 in JSON, UTF-8.

    Args:
        events: A whole log, or a whole cascade, in log order.
        file: What is written to.
        model: Which lifecycles, notices and cascade; None = the standard lifecycle, no titles, all events.

    Returns:
        How many events were written.

    Raises:
        Malformed: A directive's events do not begin with its first.
        NotFound: A cascade runs by a lifecycle that the model was not given.
    """
    model = model or Model()
    file.write(b'{"objectTypes":')
    file.write(orjson.dumps(_declared(OBJECT_TYPES)))
    file.write(b',\n"eventTypes":')
    file.write(orjson.dumps(_declared(EVENT_TYPES)))
    file.write(b',\n"events":[')
    count = _write_list(map(_event, model.rows(events)), file)
    file.write(b'],\n"objects":[')
    _write_list(map(_object, model.objects()), file)
    file.write(b"]}\n")
    return count


def _write_list(values: Iterable[dict[str, Any]], file: BinaryIO) -> int:
    """Write the members of a list, one per line; return how many."""
    count = 0
    for value in values:
        file.write(b",\n" if count else b"\n")
        file.write(orjson.dumps(value))
        count += 1
    return count


def _declared(types: _Types) -> list[dict[str, Any]]:
    """Return types with their attributes."""
    return [
        {"name": name, "attributes": [{"name": one.name, "type": one.kind} for one in attributes]}
        for name, attributes in types.items()
    ]


def _event(row: EventRow) -> dict[str, Any]:
    """Return an event."""
    return {
        "id": row.id,
        "type": row.type,
        "time": _time(row.t),
        "attributes": [{"name": name, "value": value} for name, value in _typed(row.values, EVENT_TYPES[row.type])],
        "relationships": _relationships(row.relations),
    }


def _object(row: ObjectRow) -> dict[str, Any]:
    """Return an object."""
    attributes = OBJECT_TYPES[row.type]
    values: list[dict[str, Any]]
    values = [{"name": name, "time": _time(INITIAL), "value": value} for name, value in _typed(row.initial, attributes)]
    for t, changed, value in row.changes:
        found = dict(_typed({} if value is None else {changed: value}, attributes))
        values.append({"name": changed, "time": _time(t), "value": found.get(changed)})
    return {"id": row.id, "type": row.type, "attributes": values, "relationships": _relationships(row.relations)}


def _typed(values: Mapping[str, Value], attributes: Iterable[Attribute]) -> Iterator[tuple[str, Value]]:
    """Yield the values there are by name, instants as text."""
    for name, kind in attributes:
        value = values.get(name)
        if value is not None:
            yield name, _time(int(value)) if kind == "time" else value


def _relationships(relations: Iterable[Relation]) -> list[dict[str, str]]:
    """Return relations."""
    return [{"objectId": target, "qualifier": qualifier} for target, qualifier in relations]


def _time(us: int) -> str:
    """Return an instant as text."""
    return f"{timestamp(us)}Z"
