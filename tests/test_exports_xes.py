"""XES: traces of directives or cascades, well-formed whatever the text, read by a process-mining library."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from exports_office import eventful, every_type, sealed
from hypothesis import given
from hypothesis import strategies as st
from support import Maker

from xiada.engine import events
from xiada.engine.exports.typed import cascade_of
from xiada.engine.exports.xes import write_xes
from xiada.engine.records import Recorded

NS = {"x": "http://www.xes-standard.org/"}


def written(log: list[Recorded], **choices: Any) -> ET.Element:
    file = BytesIO()
    count = write_xes(log, file, **choices)
    found = ET.fromstring(file.getvalue())
    assert len(found.findall("x:trace/x:event", NS)) == count
    return found


def values(element: ET.Element) -> dict[str, str]:
    return {one.attrib["key"]: one.attrib["value"] for one in element if "key" in one.attrib}


def traces(found: ET.Element) -> dict[str, list[dict[str, str]]]:
    """Return the events of each trace by its name."""
    return {
        values(trace)["concept:name"]: [values(event) for event in trace.findall("x:event", NS)]
        for trace in found.findall("x:trace", NS)
    }


@pytest.fixture
def log(make: Maker) -> list[Recorded]:
    return eventful(make).log()


def test_there_is_one_trace_per_directive_its_events_in_order(log: list[Recorded]) -> None:
    found = traces(written(log))
    refs = list(dict.fromkeys(one.ref for one in log if cascade_of(one.ref)))
    assert list(found) == refs
    for ref, said in found.items():
        mine = [one for one in log if one.ref == ref]
        assert [int(event["index"]) for event in said] == [one.index for one in mine]
        assert [event["concept:name"] for event in said] == [one.event.type for one in mine]


def test_there_is_one_trace_per_cascade_if_asked(log: list[Recorded]) -> None:
    found = traces(written(log, case="cascade"))
    assert list(found) == ["k"]
    assert [int(event["index"]) for event in found["k"]] == [one.index for one in log if one.ref.startswith("k/")]


def test_an_event_has_time_actor_unit_and_transition(log: list[Recorded]) -> None:
    event = traces(written(log))["k/1.1"][1]
    assert event["concept:name"] == "acknowledged"
    assert event["time:timestamp"] == "2030-01-07T09:00:00+00:00"
    assert (event["org:resource"], event["org:group"], event["lifecycle:transition"]) == ("clerk-c1", "c1", "complete")


def test_a_trace_says_whose_directive_it_is(log: list[Recorded]) -> None:
    found = {values(trace)["concept:name"]: values(trace) for trace in written(log).findall("x:trace", NS)}
    assert found["k/1"] == {"concept:name": "k/1", "unit": "p", "line": "main"}
    assert found["k/1.1"] == {"concept:name": "k/1.1", "unit": "c1", "line": "main", "parent": "k/1"}


def test_the_standard_s_order_of_parts_is_kept(log: list[Recorded]) -> None:
    found = written(log)
    assert found.attrib == {"xes.version": "1849.2016", "xes.features": ""}
    parts = [child.tag.rpartition("}")[2] for child in found]
    order = ["extension", "global", "classifier", "string", "trace"]
    assert [name for number, name in enumerate(parts) if name not in parts[:number]] == order
    assert parts == sorted(parts, key=order.index)
    declared = {child.attrib["prefix"] for child in found.findall("x:extension", NS)}
    assert declared == {"concept", "time", "lifecycle", "org"}
    promised = {one.attrib["key"] for one in found.findall("x:global[@scope='event']/*", NS)}
    assert all(promised <= event.keys() for said in traces(found).values() for event in said)


def test_events_of_no_directive_are_left_out(log: list[Recorded]) -> None:
    assert traces(written(list(every_type(0)))) == {}
    assert traces(written([*log, *every_type(len(log))])) == traces(written(log))


def test_a_spool_in_a_file_gives_the_same_bytes(log: list[Recorded], tmp_path: Path) -> None:
    in_memory, in_file = BytesIO(), BytesIO()
    write_xes(log, in_memory)
    with (tmp_path / "spool").open("w+b") as spool:
        write_xes(log, in_file, spool=spool)
    assert in_file.getvalue() == in_memory.getvalue()


@given(st.text(max_size=40))
def test_any_text_gives_well_formed_xml(text: str) -> None:
    [[event]] = traces(written([sealed(0, events.Reminded(_encodable(text)), "k/1")])).values()
    assert event["reason"] == "".join(c if _legal(c) else "\ufffd" for c in _encodable(text))


def _encodable(text: str) -> str:
    return "".join(c for c in text if not "\ud800" <= c <= "\udfff")


def _legal(c: str) -> bool:
    """Tell whether XML 1.0 can hold a character (§2.2)."""
    return c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"


@pytest.mark.parametrize("text", ['<b a="1">&amp;\'', "]]>", "\x00\x1b\ufffe\uffff", "a\tb\nc\rd", "下达😀"])
def test_markup_and_illegal_characters_are_harmless(text: str) -> None:
    [[event]] = traces(written([sealed(0, events.Reminded(text), "k/1")])).values()
    assert event["reason"] == "".join(c if _legal(c) else "\ufffd" for c in text)


def test_r4pm_reads_as_many_cases_as_there_are_directives(log: list[Recorded], tmp_path: Path) -> None:
    r4pm: Any = pytest.importorskip("r4pm", reason="r4pm, which reads the file, is not installed")
    for case, count in (("directive", 7), ("cascade", 1)):
        path = tmp_path / f"{case}.xes"
        with path.open("wb") as file:
            write_xes(log, file, case=case)  # type: ignore[arg-type]
        found = r4pm.convert_item(r4pm.import_item("EventLog", str(path)), "EventLogActivityProjection")
        assert r4pm.bindings.get_num_cases(found) == count
