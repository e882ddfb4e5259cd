"""OCEL 2.0: the 24 constraints of its relational format, by number, on both files an export makes.

JSON has neither tables nor keys, so for it each constraint is taken by its sense: what the table,
column or key is there to make sure of.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from exports_office import eventful, every_type
from support import Maker

from xiada.engine.exports.ocel import Model
from xiada.engine.exports.ocel_json import write_ocel_json
from xiada.engine.exports.ocel_sqlite import write_ocel_sqlite

CONSTRAINTS = {
    1: "the six tables that depend on no type are there",
    2: "there is one table for each object type, and no other",
    3: "there is one table for each event type, and no other",
    4: "both maps, the events and the objects have a type",
    5: "both maps say how the type's table is called",
    6: "events and objects have an id",
    7: "relations have a qualifier",
    8: "a relation of an event names event and object",
    9: "a relation of an object names source and target",
    10: "the table of an object type has the id once",
    11: "the table of an event type has the id once",
    12: "the table of an object type has a time of type TIMESTAMP",
    13: "the table of an event type has a time of type TIMESTAMP",
    14: "a type stands in its map once",
    15: "an id stands for one event, or one object",
    16: "an event is related to an object under one qualifier once",
    17: "an object is related to an object under one qualifier once",
    18: "an event has one row in its type's table",
    19: "the type of an event is in the map",
    20: "the type of an object is in the map",
    21: "a relation of an event leads from an event to an object",
    22: "a relation of an object leads from an object to an object",
    23: "a row in the table of an event type is an event's",
    24: "a row in the table of an object type is an object's",
}

FIXED = {"event_map_type", "object_map_type", "event", "object", "event_object", "object_object"}


class Tables:
    """The tables of an SQLite file, and what SQLite says of them."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self.names = {row[0] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
        self.of = {sort: self.rows(f"SELECT ocel_type_map FROM {sort}_map_type") for sort in ("event", "object")}

    def rows(self, question: str, *values: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(question, values).fetchall()

    def close(self) -> None:
        self._connection.close()

    def typed(self, sort: str) -> list[str]:
        """Return the tables of all types of a sort."""
        return [f"{sort}_{name}" for (name,) in self.of[sort]]

    def columns(self, table: str) -> list[str]:
        return [name for (name,) in self.rows("SELECT name FROM pragma_table_info(?)", table)]

    def key(self, table: str) -> set[str]:
        return {name for (name,) in self.rows("SELECT name FROM pragma_table_info(?) WHERE pk > 0", table)}

    def foreign(self, table: str) -> set[tuple[str, str, str]]:
        """Return (column, table, column there) of a table's foreign keys."""
        question = 'SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)'
        return {(here, there, column) for here, there, column in self.rows(question, table)}

    def has(self, tables: Iterable[str], *columns: str) -> bool:
        """Tell whether each of the tables has each of the columns once."""
        return all(self.columns(table).count(column) == 1 for table in tables for column in columns)

    def types_of(self, tables: Iterable[str], column: str) -> set[str]:
        question = "SELECT type FROM pragma_table_info(?) WHERE name = ?"
        return {kind for table in tables for (kind,) in self.rows(question, table, column)}

    def beside(self, sort: str) -> set[str]:
        """Return the tables called like those of a sort's types."""
        return {name for name in self.names if name.startswith(f"{sort}_")} - FIXED


SQLITE: dict[int, Callable[[Tables], bool]] = {
    1: lambda found: found.names >= FIXED,
    2: lambda found: sorted(found.beside("object")) == sorted(found.typed("object")),
    3: lambda found: sorted(found.beside("event")) == sorted(found.typed("event")),
    4: lambda found: found.has(("object_map_type", "event_map_type", "event", "object"), "ocel_type"),
    5: lambda found: found.has(("object_map_type", "event_map_type"), "ocel_type_map"),
    6: lambda found: found.has(("event", "object"), "ocel_id"),
    7: lambda found: found.has(("event_object", "object_object"), "ocel_qualifier"),
    8: lambda found: found.has(("event_object",), "ocel_event_id", "ocel_object_id"),
    9: lambda found: found.has(("object_object",), "ocel_source_id", "ocel_target_id"),
    10: lambda found: found.has(found.typed("object"), "ocel_id"),
    11: lambda found: found.has(found.typed("event"), "ocel_id"),
    12: lambda found: found.types_of(found.typed("object"), "ocel_time") == {"TIMESTAMP"},
    13: lambda found: found.types_of(found.typed("event"), "ocel_time") == {"TIMESTAMP"},
    14: lambda found: found.key("event_map_type") == found.key("object_map_type") == {"ocel_type"},
    15: lambda found: found.key("event") == found.key("object") == {"ocel_id"},
    16: lambda found: found.key("event_object") == {"ocel_event_id", "ocel_object_id", "ocel_qualifier"},
    17: lambda found: found.key("object_object") == {"ocel_source_id", "ocel_target_id", "ocel_qualifier"},
    18: lambda found: all(found.key(table) == {"ocel_id"} for table in found.typed("event")),
    19: lambda found: ("ocel_type", "event_map_type", "ocel_type") in found.foreign("event"),
    20: lambda found: ("ocel_type", "object_map_type", "ocel_type") in found.foreign("object"),
    21: lambda found: (
        found.foreign("event_object")
        == {("ocel_event_id", "event", "ocel_id"), ("ocel_object_id", "object", "ocel_id")}
    ),
    22: lambda found: (
        found.foreign("object_object")
        == {("ocel_source_id", "object", "ocel_id"), ("ocel_target_id", "object", "ocel_id")}
    ),
    23: lambda found: all(("ocel_id", "event", "ocel_id") in found.foreign(table) for table in found.typed("event")),
    24: lambda found: all(("ocel_id", "object", "ocel_id") in found.foreign(table) for table in found.typed("object")),
}

Document = dict[str, Any]
KINDS = {"string": str, "integer": int, "boolean": bool, "time": str}


def once(values: Iterable[Any]) -> bool:
    """Tell whether no value is there twice."""
    found = list(values)
    return len(found) == len(set(found))


def related(one: Document) -> list[tuple[str, str]]:
    return [(relation["objectId"], relation["qualifier"]) for relation in one["relationships"]]


def every(found: Document, *names: str) -> Iterator[Document]:
    return (one for name in names for one in found[name])


def declared(found: Document, sort: str) -> dict[str, dict[str, str]]:
    """Return the kinds of all attributes by type."""
    return {one["name"]: {row["name"]: row["type"] for row in one["attributes"]} for one in found[f"{sort}Types"]}


def is_time(value: object) -> bool:
    return isinstance(value, str) and value.endswith("Z") and datetime.fromisoformat(value).tzinfo is not None


def are_typed(found: Document, sort: str) -> bool:
    """Tell whether every value is of the kind its type declares; an object's may be taken away."""
    types = declared(found, sort)
    for one in found[f"{sort}s"]:
        for row in one["attributes"]:
            kind, value = types[one["type"]][row["name"]], row["value"]
            if value is None and sort == "object":
                continue
            if type(value) is not KINDS[kind] or (kind == "time" and not is_time(value)):
                return False
    return True


def ids(found: Document, sort: str) -> set[str]:
    return {one["id"] for one in found[f"{sort}s"]}


JSON: dict[int, Callable[[Document], bool]] = {
    1: lambda found: found.keys() == {"eventTypes", "objectTypes", "events", "objects"},
    2: lambda found: once(one["name"].lower() for one in found["objectTypes"]),
    3: lambda found: once(one["name"].lower() for one in found["eventTypes"]),
    4: lambda found: all(isinstance(one["type"], str) for one in every(found, "events", "objects")),
    5: lambda found: all(isinstance(one["name"], str) for one in every(found, "eventTypes", "objectTypes")),
    6: lambda found: all(isinstance(one["id"], str) for one in every(found, "events", "objects")),
    7: lambda found: all(q for one in every(found, "events", "objects") for _, q in related(one)),
    8: lambda found: all(target for one in found["events"] for target, _ in related(one)),
    9: lambda found: all(target for one in found["objects"] for target, _ in related(one)),
    10: lambda found: all(one["id"] and "attributes" in one for one in found["objects"]),
    11: lambda found: all(one["id"] and "attributes" in one for one in found["events"]),
    12: lambda found: all(is_time(row["time"]) for one in found["objects"] for row in one["attributes"]),
    13: lambda found: all(is_time(one["time"]) for one in found["events"]),
    14: lambda found: all(once(one["name"] for one in found[name]) for name in ("eventTypes", "objectTypes")),
    15: lambda found: once(one["id"] for one in every(found, "events", "objects")),
    16: lambda found: all(once(related(one)) for one in found["events"]),
    17: lambda found: all(once(related(one)) for one in found["objects"]),
    18: lambda found: all(once(row["name"] for row in one["attributes"]) for one in found["events"]),
    19: lambda found: {one["type"] for one in found["events"]} <= declared(found, "event").keys(),
    20: lambda found: {one["type"] for one in found["objects"]} <= declared(found, "object").keys(),
    21: lambda found: {target for one in found["events"] for target, _ in related(one)} <= ids(found, "object"),
    22: lambda found: {target for one in found["objects"] for target, _ in related(one)} <= ids(found, "object"),
    23: lambda found: are_typed(found, "event"),
    24: lambda found: are_typed(found, "object"),
}


@pytest.fixture(scope="module")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ocel") / "log.sqlite"
    write_ocel_sqlite(whole_log(), path)
    return path


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("ocel") / "log.json"
    with path.open("wb") as file:
        write_ocel_json(whole_log(), file, model=Model())
    found: Document = json.loads(path.read_bytes())
    return found


def whole_log() -> list[Any]:
    """Return the log of an eventful cascade, and after it an event of every type there is, of no directive."""
    maker = Maker("memory", Path())
    log = eventful(maker).log()
    maker.close()
    return [*log, *every_type(len(log))]


@pytest.fixture
def tables(sqlite_file: Path) -> Iterator[Tables]:
    found = Tables(sqlite_file)
    yield found
    found.close()


@pytest.mark.parametrize("number", CONSTRAINTS, ids=CONSTRAINTS.get)
def test_the_sqlite_file_keeps_each_constraint_of_the_standard(number: int, tables: Tables) -> None:
    assert SQLITE[number](tables), CONSTRAINTS[number]


@pytest.mark.parametrize("number", CONSTRAINTS, ids=CONSTRAINTS.get)
def test_the_json_file_keeps_each_constraint_of_the_standard(number: int, document: Document) -> None:
    assert JSON[number](document), CONSTRAINTS[number]


def test_both_files_keep_24_of_24(tables: Tables, document: Document) -> None:
    assert sum(check(tables) for check in SQLITE.values()) == 24
    assert sum(check(document) for check in JSON.values()) == 24


def test_no_foreign_key_leads_nowhere(tables: Tables) -> None:
    assert tables.rows("PRAGMA foreign_key_check") == []
    assert tables.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize(
    ("number", "damage"),
    [
        (1, "DROP TABLE object_object"),
        (2, "CREATE TABLE object_stranger (ocel_id TEXT)"),
        (3, "DROP TABLE event_waived"),
        (4, "ALTER TABLE event_map_type RENAME COLUMN ocel_type TO kind"),
        (7, "ALTER TABLE event_object RENAME COLUMN ocel_qualifier TO why"),
        (12, "DROP TABLE object_unit; CREATE TABLE object_unit (ocel_id TEXT, ocel_time TEXT)"),
        (18, "DROP TABLE event_issued; CREATE TABLE event_issued (ocel_id TEXT, ocel_time TIMESTAMP)"),
        (24, "DROP TABLE object_unit; CREATE TABLE object_unit (ocel_id TEXT, ocel_time TIMESTAMP)"),
    ],
)
def test_the_checker_sees_a_constraint_broken(number: int, damage: str, sqlite_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "damaged.sqlite"
    copy.write_bytes(sqlite_file.read_bytes())
    connection = sqlite3.connect(copy)
    connection.executescript(damage)
    connection.close()
    found = Tables(copy)
    broken = [one for one, check in SQLITE.items() if not check(found)]
    found.close()
    assert number in broken
