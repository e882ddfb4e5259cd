"""OCEL 2.0 as SQLite.

Rule: the tables are `event, object, event_object, object_object, event_map_type, object_map_type`,
and one `event_<type>`, `object_<type>` for each type, all with primary and foreign keys; tables of
types that do not occur are empty. Instants are text `YYYY-MM-DD HH:MM:SS[.f]` in UTC, in columns of
type TIMESTAMP. An object's first row holds its initial values, each later row one changed field,
named in `ocel_changed_field`. What is kept in memory is what the model keeps, and some thousand rows.

Source: OCEL 2.0 specification, 2023-10-16, relational format.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from xiada.engine.exports.ocel import EVENT_TYPES, INITIAL, OBJECT_TYPES, EventRow, Model, ObjectRow
from xiada.engine.exports.typed import Attribute, Kind, Value, timestamp
from xiada.engine.records import Recorded

ROWS_AT_ONCE = 10_000

_SQL_TYPES: Mapping[Kind, str] = {"string": "TEXT", "integer": "INTEGER", "boolean": "BOOLEAN", "time": "TIMESTAMP"}
_TABLES = """
CREATE TABLE "event_map_type" ("ocel_type" TEXT NOT NULL PRIMARY KEY, "ocel_type_map" TEXT NOT NULL UNIQUE);
CREATE TABLE "object_map_type" ("ocel_type" TEXT NOT NULL PRIMARY KEY, "ocel_type_map" TEXT NOT NULL UNIQUE);
CREATE TABLE "event" (
  "ocel_id" TEXT NOT NULL PRIMARY KEY,
  "ocel_type" TEXT NOT NULL REFERENCES "event_map_type" ("ocel_type")
);
CREATE TABLE "object" (
  "ocel_id" TEXT NOT NULL PRIMARY KEY,
  "ocel_type" TEXT NOT NULL REFERENCES "object_map_type" ("ocel_type")
);
CREATE TABLE "event_object" (
  "ocel_event_id" TEXT NOT NULL REFERENCES "event" ("ocel_id"),
  "ocel_object_id" TEXT NOT NULL REFERENCES "object" ("ocel_id"),
  "ocel_qualifier" TEXT NOT NULL,
  PRIMARY KEY ("ocel_event_id", "ocel_object_id", "ocel_qualifier")
);
CREATE TABLE "object_object" (
  "ocel_source_id" TEXT NOT NULL REFERENCES "object" ("ocel_id"),
  "ocel_target_id" TEXT NOT NULL REFERENCES "object" ("ocel_id"),
  "ocel_qualifier" TEXT NOT NULL,
  PRIMARY KEY ("ocel_source_id", "ocel_target_id", "ocel_qualifier")
);
"""

Cell = str | int | None


def write_ocel_sqlite(events: Iterable[Recorded], path: Path, *, model: Model | None = None) -> int:
    """Write events as OCEL 2.0 in SQLite.

    Args:
        events: A whole log, or a whole cascade, in log order.
        path: The file to make; it must not be there.
        model: Which lifecycles, notices and cascade; None = the standard lifecycle, no titles, all events.

    Returns:
        How many events were written.

    Raises:
        Malformed: A directive's events do not begin with its first.
        NotFound: A cascade runs by a lifecycle that the model was not given.
    """
    model = model or Model()
    assert not path.exists(), "the caller has seen to it that nothing is overwritten"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        _make_tables(connection)
        tables = _Tables(connection)
        count = 0
        for row in model.rows(events):
            _write_event(row, tables)
            count += 1
        for found in model.objects():
            _write_object(found, tables)
        tables.flush()
        connection.commit()
        assert not connection.execute("PRAGMA foreign_key_check").fetchone(), "every row's relations lead somewhere"
    return count


def _make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, and name the types."""
    connection.executescript(_TABLES)
    for sort, types in (("event", EVENT_TYPES), ("object", OBJECT_TYPES)):
        for name, attributes in types.items():
            connection.execute(f'INSERT INTO "{sort}_map_type" VALUES (?, ?)', (name, name))  # noqa: S608
            connection.execute(_table(sort, name, attributes))


def _table(sort: str, name: str, attributes: Sequence[Attribute]) -> str:
    """Return the statement that makes a type's table."""
    changed = ['"ocel_changed_field" TEXT'] if sort == "object" else []
    key = '"ocel_id", "ocel_time", "ocel_changed_field"' if sort == "object" else '"ocel_id"'
    columns = [
        f'"ocel_id" TEXT NOT NULL REFERENCES "{sort}" ("ocel_id")',
        '"ocel_time" TIMESTAMP NOT NULL',
        *changed,
        *(f'"{attribute.name}" {_SQL_TYPES[attribute.kind]}' for attribute in attributes),
        f"PRIMARY KEY ({key})",
    ]
    return f'CREATE TABLE "{sort}_{name}" ({", ".join(columns)})'


class _Tables:
    """Rows on their way into tables, many at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: dict[str, list[tuple[Cell, ...]]] = {}
        self._count = 0

    def add(self, table: str, *row: Cell) -> None:
        """Add a row."""
        self._waiting.setdefault(table, []).append(row)
        self._count += 1
        if self._count >= ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for table, rows in self._waiting.items():
            places = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608
        self._waiting.clear()
        self._count = 0


def _write_event(row: EventRow, tables: _Tables) -> None:
    """Write an event."""
    tables.add("event", row.id, row.type)
    tables.add(f"event_{row.type}", row.id, _time(row.t), *_cells(row.values, EVENT_TYPES[row.type]))
    for target, qualifier in row.relations:
        tables.add("event_object", row.id, target, qualifier)


def _write_object(row: ObjectRow, tables: _Tables) -> None:
    """Write an object, with its changes."""
    attributes, table = OBJECT_TYPES[row.type], f"object_{row.type}"
    tables.add("object", row.id, row.type)
    tables.add(table, row.id, _time(INITIAL), None, *_cells(row.initial, attributes))
    for t, changed, value in row.changes:
        tables.add(table, row.id, _time(t), changed, *_cells({} if value is None else {changed: value}, attributes))
    for target, qualifier in row.relations:
        tables.add("object_object", row.id, target, qualifier)


def _cells(values: Mapping[str, Value], attributes: Iterable[Attribute]) -> list[Cell]:
    """Return a value for each column."""
    found: list[Cell] = []
    for name, kind in attributes:
        value = values.get(name)
        found.append(_time(int(value)) if kind == "time" and value is not None else value)
    return found


def _time(us: int) -> str:
    """Return an instant as text."""
    return timestamp(us, " ")
