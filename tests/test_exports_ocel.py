"""OCEL 2.0: what objects, relations and changes a log comes to, and that a process-mining library reads both files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from exports_office import T, eventful, every_type, sealed
from support import Maker, cascade, day, end, of, one_line, two_lines, wide

from xiada.engine import events
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.events import TYPES
from xiada.engine.exports.ocel import Change, EventRow, Model, ObjectRow
from xiada.engine.exports.ocel_json import write_ocel_json
from xiada.engine.exports.ocel_sqlite import write_ocel_sqlite
from xiada.engine.exports.typed import timestamp
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.records import Recorded

r4pm: Any = pytest.importorskip("r4pm", reason="r4pm, which reads the files, is not installed")


def told(log: list[Recorded], **choices: Any) -> tuple[list[EventRow], dict[str, ObjectRow]]:
    """Return the rows of a log, objects by id."""
    model = Model(**choices)
    rows = list(model.rows(log))
    return rows, {row.id: row for row in model.objects()}


def only(rows: list[EventRow], kind: str) -> EventRow:
    [found] = [row for row in rows if row.type == kind]
    return found


def targets(row: EventRow | ObjectRow, qualifier: str) -> list[str]:
    return [target for target, word in row.relations if word == qualifier]


@pytest.fixture
def log(make: Maker) -> list[Recorded]:
    return eventful(make).log()


# Objects


def test_every_directive_unit_notice_and_cascade_is_an_object(log: list[Recorded]) -> None:
    _, objects = told(log)
    names = {row.type: [one.id for one in objects.values() if one.type == row.type] for row in objects.values()}
    assert names["cascade"] == ["cascade:k"]
    assert names["directive"] == [f"directive:k/1{path}" for path in ("", ".1", ".2", ".1.1", ".1.2", ".2.1", ".3")]
    assert len(names["unit"]) == 9
    assert len(names["notice"]) == 1


def test_an_object_leads_to_parent_unit_cascade_notice_and_superior(log: list[Recorded]) -> None:
    _, objects = told(log)
    found = objects["directive:k/1.1.1"]
    assert targets(found, "parent") == ["directive:k/1.1"]
    assert targets(found, "unit") == ["unit:d11"]
    assert targets(found, "cascade") == ["cascade:k"]
    assert targets(found, "notice") == [next(name for name in objects if name.startswith("notice:"))]
    assert targets(objects["unit:d11"], "superior") == ["unit:c1"]
    assert targets(objects["directive:k/1"], "parent") == []


def test_status_and_due_change_at_the_time_of_the_event_that_changed_them(log: list[Recorded]) -> None:
    _, objects = told(log)
    found = objects["directive:k/1.1.1"]
    assert found.initial == {
        "line": "main", "depth": 2, "original_due": end(6, 1), "status": "issued", "due": end(6, 1),
        "undated": False,
    }  # fmt: skip
    times = {one.index: one.t for one in log}
    [granted] = [one for one in log if one.event.type == "extension_granted"]
    assert Change(granted.t, "due", end(6, 5)) in found.changes
    assert [change.value for change in found.changes if change.name == "status"] == [
        "executing", "reported", "summarised"
    ]  # fmt: skip
    assert [change.t for change in found.changes] == sorted(change.t for change in found.changes)
    assert {change.t for change in found.changes} <= set(times.values())


def test_of_several_changes_at_one_instant_the_last_is_kept(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.forward("k/1", ["c1"], actor=of("p"))
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    _, objects = told(engine.log())
    found = objects["directive:k/1.1"].changes
    assert found == (Change(engine.log()[-1].t, "status", "reported"),)


def test_a_due_that_was_lifted_changes_to_no_value(log: list[Recorded]) -> None:
    _, objects = told(log)
    changes = [one for one in objects["directive:k/1"].changes if one.name != "status"]
    assert [(one.name, one.value) for one in changes] == [("due", None), ("undated", True)]
    assert objects["directive:k/1"].initial["undated"] is False


def test_the_last_status_of_every_directive_is_the_live_one(make: Maker) -> None:
    engine = eventful(make)
    _, objects = told(engine.log())
    for row in objects.values():
        if row.type == "directive":
            said = [row.initial["status"], *(one.value for one in row.changes if one.name == "status")]
            assert said[-1] == engine.directive(row.id.removeprefix("directive:")).status


def test_notices_have_titles_where_they_can_be_found(make: Maker) -> None:
    engine = eventful(make)
    _, objects = told(engine.log(), notice=engine.at().notice)
    [found] = [row for row in objects.values() if row.type == "notice"]
    assert found.initial == {"doc_number": "No. n1", "title": "On n1"}
    _, objects = told(engine.log())
    assert [row.initial for row in objects.values() if row.type == "notice"] == [{}]


def test_a_unit_in_two_lines_leads_to_both_superiors_and_to_one_superior_once(make: Maker) -> None:
    engine = make(two_lines())
    _, objects = told(engine.log())
    assert targets(objects["unit:u"], "superior") == ["unit:a1", "unit:g1"]


# Events


def test_an_event_leads_to_what_it_is_about(log: list[Recorded]) -> None:
    rows, _ = told(log)
    assert {row.type for row in rows} >= {"returned", "reassigned", "waived", "withdrawn", "rescheduled", "escalated"}
    reassigned = only(rows, "reassigned")
    assert targets(reassigned, "directive") == ["directive:k/1.2"]
    assert targets(reassigned, "replacement") == ["directive:k/1.3"]
    assert targets(reassigned, "to") == ["unit:c3"]
    assert targets(reassigned, "unit") == ["unit:c2"]
    assert targets(reassigned, "actor") == ["unit:p"]
    assert targets(only(rows, "extension_requested"), "grantor") == ["directive:k/1.1"]
    assert targets(only(rows, "delegation_granted"), "to") == ["unit:d11"]


def test_a_forwarding_leads_to_its_children_and_a_report_to_those_it_covers(log: list[Recorded]) -> None:
    rows, _ = told(log)
    forwarded = [targets(row, "child") for row in rows if row.type == "forwarded"]
    assert forwarded == [
        ["directive:k/1.1", "directive:k/1.2"],
        ["directive:k/1.1.1", "directive:k/1.1.2"],
        ["directive:k/1.2.1"],
        ["directive:k/1.3"],
    ]
    assert [targets(row, "covers") for row in rows if row.type == "reported"][-1] == ["directive:k/1.1.1"]


def test_a_forwarding_to_more_than_stand_in_the_event_leads_to_all_of_them(make: Maker) -> None:
    engine = make(wide(1_001))
    cascade(engine)
    engine.forward("k/1", [f"c{n}" for n in range(1, 1_002)], actor=of("p"), due=day(6, 10))
    rows, objects = told(engine.log("k/1"))
    children = targets(only(rows, "forwarded"), "child")
    assert (len(children), children[-1]) == (1_001, "directive:k/1.1001")
    assert set(children) <= objects.keys(), "children named are objects, though their own events were not given"


def test_the_registrar_and_the_clock_are_no_units(log: list[Recorded]) -> None:
    _, objects = told(log)
    assert not {"unit:org", "unit:clock"} & objects.keys()


def test_an_event_of_no_directive_is_exported_whatever_its_type() -> None:
    rows, objects = told(list(every_type(0)))
    assert [row.type for row in rows] == list(TYPES)
    assert {row.relations for row in rows} == {(("unit:c1", "actor"),)}
    assert list(objects) == ["unit:c1"]
    erased = only(rows, "text_erased")
    assert erased.values["data_index"] == 7, "its own `index` is not that of the envelope"
    assert erased.values["ref"] == "log/audit"


# A cascade alone


def test_a_cascade_alone_has_its_own_events_and_the_names_of_its_units(make: Maker) -> None:
    engine = eventful(make)
    engine.issue("other", engine.at().notice(engine.directive("k/1").notice), actor=of("p"))
    rows, objects = told(engine.log(), cascade="k")
    assert {row.values["ref"].partition("/")[0] for row in rows} == {"k"}  # type: ignore[union-attr]
    assert "cascade:other" not in objects
    assert objects["unit:d11"].initial["name"] == "D11"
    assert "unit:t111" not in objects, "it had no part in it"


def test_a_log_that_does_not_begin_at_the_beginning_is_refused(log: list[Recorded]) -> None:
    first = next(number for number, one in enumerate(log) if one.ref == "k/1")
    with pytest.raises(Malformed, match="do not begin with its first"):
        told(log[first + 1 :], lifecycles=[STANDARD])
    with pytest.raises(NotFound):
        told(log, lifecycles=[Lifecycle("other", 1, STANDARD.statuses, STANDARD.transitions)])


# The two files


def as_json(log: list[Recorded]) -> dict[str, Any]:
    file = BytesIO()
    assert write_ocel_json(log, file) == len(log)
    found: dict[str, Any] = json.loads(file.getvalue())
    return found


def test_values_in_json_are_typed_and_times_are_in_utc(log: list[Recorded]) -> None:
    found = as_json(log)
    issued = next(one for one in found["events"] if one["type"] == "issued")
    values = {row["name"]: row["value"] for row in issued["attributes"]}
    assert (type(values["index"]), values["due"]) == (int, "2030-06-20T15:59:59.999999Z")
    root = next(one for one in found["objects"] if one["id"] == "directive:k/1")
    assert {"name": "depth", "time": "1970-01-01T00:00:00Z", "value": 0} in root["attributes"]
    assert [row["value"] for row in root["attributes"] if row["name"] == "due"] == ["2030-06-20T15:59:59.999999Z", None]


def test_the_sqlite_tables_hold_initial_values_first_and_then_one_changed_field_a_row(
    log: list[Recorded], tmp_path: Path
) -> None:
    path = tmp_path / "log.sqlite"
    assert write_ocel_sqlite(log, path) == len(log)
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT ocel_time, ocel_changed_field, status, due, undated FROM object_directive WHERE ocel_id = ?",
        ("directive:k/1",),
    ).fetchall()
    connection.close()
    assert rows[0] == ("1970-01-01 00:00:00", None, "issued", "2030-06-20 15:59:59.999999", 0)
    assert [row[1:] for row in rows[1:]] == [
        ("status", "forwarded", None, None),
        ("due", None, None, None),
        ("undated", None, None, 1),
    ]
    assert rows[1][0] == timestamp(next(one.t for one in log if one.event.type == "forwarded"), " ")


def imported(path: Path) -> str:
    """Return the id under which r4pm holds a file."""
    return str(r4pm.bindings.slim_link_ocel(ocel=r4pm.import_item("OCEL", str(path))))


def again(path: Path, folder: Path) -> dict[str, Any]:
    """Return what r4pm has read, in our order; from tables it reads no value that was taken away, so none is kept."""
    out = folder / f"{path.suffix[1:]}-again.json"
    r4pm.export_item(r4pm.import_item("OCEL", str(path)), str(out))
    found: dict[str, Any] = json.loads(out.read_bytes())
    for sort in ("events", "objects"):
        found[sort].sort(key=lambda one: one["id"])
        for one in found[sort]:
            for part in ("attributes", "relationships"):
                there = [row for row in one.get(part) or [] if row.get("value", "") is not None]
                one[part] = sorted(there, key=json.dumps)
    return {sort: found[sort] for sort in ("events", "objects")}


@pytest.fixture
def both(make: Maker, tmp_path: Path) -> tuple[Engine, Path, Path]:
    """An eventful log with an event of every type behind it, in both files."""
    engine = eventful(make)
    log = [*engine.log(), *every_type(engine.head().size)]
    with (tmp_path / "log.json").open("wb") as file:
        write_ocel_json(log, file, model=Model(notice=engine.at().notice))
    write_ocel_sqlite(log, tmp_path / "log.sqlite", model=Model(notice=engine.at().notice))
    return engine, tmp_path / "log.json", tmp_path / "log.sqlite"


def test_r4pm_counts_the_same_events_and_objects_in_both_files(both: tuple[Engine, Path, Path]) -> None:
    engine, *paths = both
    count: list[Callable[..., int]] = [r4pm.bindings.num_events, r4pm.bindings.num_objects]
    found = [[counted(ocel=imported(path)) for counted in count] for path in paths]
    assert found[0] == found[1] == [engine.head().size + len(TYPES), 1 + 7 + 9 + 1]


def test_r4pm_reads_the_same_values_and_relations_from_both_files(
    both: tuple[Engine, Path, Path], tmp_path: Path
) -> None:
    _, as_text, as_tables = both
    first, second = again(as_text, tmp_path), again(as_tables, tmp_path)
    assert first["events"] == second["events"]
    assert first["objects"] == second["objects"]


def test_hostile_text_reaches_the_reader_unchanged(tmp_path: Path) -> None:
    reason = "a\"b'c;--\n</event>\u202e😀\ufffe"
    log = [sealed(0, events.Reminded(reason))]
    with (tmp_path / "log.json").open("wb") as file:
        write_ocel_json(log, file)
    write_ocel_sqlite(log, tmp_path / "log.sqlite")
    for path in (tmp_path / "log.json", tmp_path / "log.sqlite"):
        [event] = again(path, tmp_path)["events"]
        assert {"name": "reason", "value": reason} in event["attributes"]
        assert event["time"] == f"{timestamp(T)}Z"
