"""Exports line by line: CSV, Parquet, JSON lines, CloudEvents; what each holds, and that none holds the log."""

from __future__ import annotations

import base64
import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO, StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pytest
from exports_office import LOG, T, eventful, every_type, sealed
from hypothesis import example, given
from hypothesis import strategies as st
from support import Maker

from xiada.engine import codec, events
from xiada.engine.errors import StoreError
from xiada.engine.events import TYPES
from xiada.engine.exports.cloudevents import write_cloudevents
from xiada.engine.exports.jsonl import write_jsonl
from xiada.engine.exports.ocel_json import write_ocel_json
from xiada.engine.exports.table import COLUMNS, guarded, write_csv, write_parquet
from xiada.engine.records import Recorded, data_of, read

NAMES = [attribute.name for attribute in COLUMNS]
DANGEROUS = "=+-@\t\r\n＝＋－＠"


@pytest.fixture
def log(make: Maker) -> list[Recorded]:
    """An eventful log, and after it an event of every type in the stream of the log itself."""
    found = eventful(make).log()
    return [*found, *every_type(len(found))]


def as_csv(log: Iterable[Recorded], **choices: Any) -> list[dict[str, str]]:
    file = BytesIO()
    write_csv(log, file, **choices)
    return list(csv.DictReader(StringIO(file.getvalue().decode("utf-8-sig"), newline="")))


def lines(log: list[Recorded], write: Callable[[Iterable[Recorded], BinaryIO], int]) -> list[dict[str, Any]]:
    file = BytesIO()
    assert write(log, file) == len(log)
    found = file.getvalue()
    assert found.endswith(b"\n")
    return [json.loads(line) for line in found.splitlines()]


# CSV


def test_a_csv_row_holds_the_event(log: list[Recorded]) -> None:
    rows = as_csv(log)
    assert [int(row["index"]) for row in rows] == [one.index for one in log]
    for row, one in zip(rows, log, strict=True):
        assert (row["ref"], row["type"], row["hash"]) == (one.ref, one.event.type, one.hash.hex())
        assert codec.decode(row["data"].encode()) == orjson.loads(one.body)["data"]
        assert row["cascade"] == ("k" if one.ref.startswith("k/") else "")
    reminded = next(row for row in rows if row["type"] == "reminded")
    assert reminded["reason"] == "'=urgent", "a formula is made text"
    issued = next(row for row in rows if row["type"] == "issued")
    assert (issued["due"], issued["to"]) == ("2030-06-20T15:59:59.999999Z", "p")


def test_csv_is_what_rfc_4180_says(log: list[Recorded]) -> None:
    file = BytesIO()
    write_csv(log, file)
    text = file.getvalue().decode()
    assert text.startswith(",".join(NAMES) + "\r\n")
    assert text.endswith("\r\n")
    assert not re.search(r"(?<!\r)\n", text), "every line ends in CR LF; there is none within a cell of this log"
    assert {len(row) for row in csv.reader(StringIO(text, newline=""))} == {len(NAMES)}


def test_a_byte_order_mark_is_there_only_if_asked(log: list[Recorded]) -> None:
    plain, marked = BytesIO(), BytesIO()
    write_csv(log, plain)
    write_csv(log, marked, bom=True)
    assert marked.getvalue() == b"\xef\xbb\xbf" + plain.getvalue()


hostile = st.text(st.sampled_from("=+-@＝＋－＠\t\r\n\"',;|' a1下\u202e"), max_size=12)


@given(actor=hostile, unit=hostile, reason=hostile, key=hostile)
@example(actor="=cmd|' /C calc'!A0", unit="＝1", reason='-1\r\n"=2"', key="\t=1")
def test_no_cell_begins_a_formula_and_every_cell_comes_back(actor: str, unit: str, reason: str, key: str) -> None:
    event = sealed(0, events.Reminded(reason), "k/1")._replace(actor=actor, unit=unit, key=key)
    [row] = as_csv([event])
    assert not [cell for cell in row.values() if cell.startswith(tuple(DANGEROUS))]
    for name, said in (("actor", actor), ("unit", unit), ("reason", reason), ("key", key)):
        assert row[name] == guarded(said)
        assert row[name].removeprefix("'" if said.startswith(tuple(DANGEROUS)) else "") == said


@pytest.mark.parametrize("mark", DANGEROUS, ids=ascii)
def test_each_mark_that_begins_a_formula_is_guarded_at_the_beginning_alone(mark: str) -> None:
    assert guarded(f"{mark}1") == f"'{mark}1"
    assert guarded(f"1{mark}") == f"1{mark}"


# Parquet


def test_parquet_has_one_folder_per_cascade_and_typed_columns(log: list[Recorded], tmp_path: Path) -> None:
    pyarrow: Any = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import dataset

    assert write_parquet(log, tmp_path / "log") == len(log)
    names = sorted(path.name for path in (tmp_path / "log").iterdir())
    assert names == ["cascade=__HIVE_DEFAULT_PARTITION__", "cascade=k"]
    table = dataset.dataset(tmp_path / "log", partitioning="hive").to_table().sort_by("index")
    assert table.schema.field("time").type == pyarrow.timestamp("us", tz="UTC")
    assert table.schema.field("due").type == pyarrow.timestamp("us", tz="UTC")
    assert table.schema.field("index").type == pyarrow.int64()
    rows = table.to_pylist()
    assert [row["hash"] for row in rows] == [one.hash.hex() for one in log]
    assert [row["cascade"] for row in rows] == ["k" if one.ref.startswith("k/") else None for one in log]
    assert rows[-1]["time"] == datetime(2030, 1, 1, tzinfo=UTC)
    assert [orjson.loads(row["data"]) for row in rows] == [orjson.loads(one.body)["data"] for one in log]


def test_parquet_writes_more_cascades_than_it_keeps_files_open(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import dataset

    log = [sealed(number, events.Started(), f"k{number % 1_100}/1") for number in range(3_300)]
    assert write_parquet(log, tmp_path / "log") == 3_300
    assert len(list((tmp_path / "log").iterdir())) == 1_100
    assert dataset.dataset(tmp_path / "log", partitioning="hive").count_rows() == 3_300


def test_an_empty_log_is_an_empty_folder(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    assert write_parquet([], tmp_path / "log") == 0
    assert list((tmp_path / "log").iterdir()) == []


def test_without_pyarrow_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(StoreError, match=r"pip install 'xiada\[parquet\]'"):
        write_parquet([], tmp_path / "log")
    assert not (tmp_path / "log").exists()


# JSON lines and CloudEvents


def test_a_json_line_holds_the_body_that_was_hashed(log: list[Recorded]) -> None:
    for found, one in zip(lines(log, write_jsonl), log, strict=True):
        assert codec.encode(found["body"]) == one.body
        assert codec.leaf(codec.encode(found["body"])).hex() == found["hash"]
        assert found["t_us"] == one.t


CLOUD_NAME = re.compile(r"[a-z0-9]{1,20}\Z|data_base64\Z")


def test_a_cloudevent_is_one_by_the_specification(log: list[Recorded]) -> None:
    found = lines(log, write_cloudevents)
    for event in found:
        assert event["specversion"] == "1.0"
        assert all(CLOUD_NAME.match(name) for name in event)
        assert all(isinstance(value, str) and value for value in event.values())
        assert event["time"].endswith("Z")
        assert datetime.fromisoformat(event["time"]).tzinfo is not None
        assert event["source"] == LOG
    assert len({event["id"] for event in found}) == len(log)
    assert [event["sequence"] for event in found] == sorted(event["sequence"] for event in found)
    assert {len(event["sequence"]) for event in found} == {16}


def test_a_cloudevent_carries_the_canonical_bytes(log: list[Recorded]) -> None:
    for found, one in zip(lines(log, write_cloudevents), log, strict=True):
        body = base64.b64decode(found["data_base64"], validate=True)
        assert read(body, log=LOG, index=int(found["sequence"])) == one
        assert codec.leaf(body).hex() == found["id"]
        assert found["partitionkey"] == one.ref.partition("/")[0]
        assert found["type"] == f"xiada.{one.event.type}"


# All of them


@pytest.mark.parametrize("write", [write_csv, write_jsonl, write_cloudevents, write_ocel_json])
def test_each_event_is_written_before_the_next_is_asked_for(write: Callable[..., int]) -> None:
    file = BytesIO()
    places = []

    def watched() -> Iterator[Recorded]:
        for number in range(50):
            places.append(file.tell())
            yield sealed(number, events.Acknowledged(), "org/c1")
        places.append(file.tell())

    assert write(watched(), file) == 50
    assert all(after > before for before, after in pairwise(places[1:]))


def test_an_export_is_the_same_every_time(log: list[Recorded]) -> None:
    for write in (write_csv, write_jsonl, write_cloudevents, write_ocel_json):
        first, second = BytesIO(), BytesIO()
        write(log, first)
        write(log, second)
        assert first.getvalue() == second.getvalue()


def test_every_type_of_event_says_all_it_has(log: list[Recorded]) -> None:
    last = {one.event.type: one for one in log[-len(TYPES) :]}
    rows = {row["type"]: row for row in as_csv(last.values())}
    for name, one in last.items():
        assert orjson.loads(rows[name]["data"]).keys() == data_of(one.event).keys()
    assert rows["issued"]["time"] == f"{datetime.fromtimestamp(T // 1_000_000, UTC):%Y-%m-%dT%H:%M:%S}Z"
