"""Rows and columns: the log as CSV and as Parquet.

Rule: one row per event, the columns of `COLUMNS`; those most asked for have their own, all of an
event's data stands in `data` as JSON. Nothing is kept but the row, or the batch, at hand.
A CSV cell that a spreadsheet would take for a formula begins with an apostrophe. The Parquet files
lie in one folder per cascade (`cascade=<id>`), so a cascade can be read alone.

Source: RFC 4180; OWASP, CSV injection.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from xiada.engine import codec
from xiada.engine.errors import StoreError
from xiada.engine.exports.typed import Attribute, Value, cascade_of, index_of, timestamp, values_of
from xiada.engine.records import Recorded, data_of

if TYPE_CHECKING:
    import pyarrow

COLUMNS: tuple[Attribute, ...] = (
    Attribute("index", "integer"),
    Attribute("time", "time"),
    Attribute("cascade", "string"),
    Attribute("ref", "string"),
    Attribute("version", "integer"),
    Attribute("type", "string"),
    Attribute("actor", "string"),
    Attribute("unit", "string"),
    Attribute("behalf", "string"),
    Attribute("to", "string"),
    Attribute("due", "time"),
    Attribute("reason", "string"),
    Attribute("notice", "string"),
    Attribute("key", "string"),
    Attribute("text", "string"),
    Attribute("prev", "string"),
    Attribute("hash", "string"),
    Attribute("data", "string"),
)
"""The columns, in order; `time` is the recorded time, `unit` the actor's, `data` all the event says, as JSON."""

BATCH_ROWS = 10_000
_PARTITIONS, _OPEN_FILES = 1_000_000, 100
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_BOM = b"\xef\xbb\xbf"

Row = tuple[Value | None, ...]


def row(recorded: Recorded) -> Row:
    """Return an event as a row; an instant is µs since 1970 UTC, what is not there is None."""
    values = values_of(recorded.event)
    data = codec.pack(data_of(recorded.event)).decode()
    return (
        *(index_of(recorded), recorded.t, cascade_of(recorded.ref), recorded.ref, recorded.version),
        *(recorded.event.type, recorded.actor, recorded.unit, recorded.behalf),
        *(values.get(name) for name in ("to", "due", "reason", "notice")),
        *(recorded.key, recorded.text, recorded.prev, recorded.hash.hex(), data),
    )


# CSV


def write_csv(events: Iterable[Recorded], file: BinaryIO, *, bom: bool = False) -> int:
    """Write events as CSV, UTF-8, with a line of names first.

    Args:
        events: In log order.
        file: What is written to.
        bom: Begin with a byte order mark, by which some spreadsheets know UTF-8.

    Returns:
        How many were written.
    """
    file.write(_BOM if bom else b"")
    writer = csv.writer(_Encoded(file), lineterminator="\r\n")
    writer.writerow(attribute.name for attribute in COLUMNS)
    count = 0
    for recorded in events:
        writer.writerow(_cell(value, attribute) for value, attribute in zip(row(recorded), COLUMNS, strict=True))
        count += 1
    return count


def guarded(cell: str) -> str:
    """Return a cell as text to every spreadsheet: with an apostrophe before what would begin a formula.

    Example:
        >>> guarded("=1+1"), guarded("＝1+1"), guarded("1=1")
        ("'=1+1", "'＝1+1", '1=1')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cell(value: Value | None, attribute: Attribute) -> str:
    """Return a value as the text of a cell."""
    if value is None:
        return ""
    if attribute.kind == "time":
        assert isinstance(value, int), "an instant is an integer"
        return f"{timestamp(value)}Z"
    return guarded(str(value))


class _Encoded:
    """What the CSV writer writes text to: a binary file, in UTF-8."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write some text."""
        return self._file.write(text.encode())


# Parquet


def write_parquet(events: Iterable[Recorded], folder: Path) -> int:
    """Write events as Parquet files, one folder per cascade.

    A log without events makes an empty folder. Up to `BATCH_ROWS` events are held at a time.

    Args:
        events: In log order.
        folder: Where the folders go; it must not be there, or be empty.

    Returns:
        How many were written.

    Raises:
        StoreError: pyarrow is not installed.
    """
    arrow = _pyarrow()
    from pyarrow import dataset  # noqa: PLC0415  (80 MB nobody loads who writes no Parquet)

    counted = _Counted(events)
    schema = arrow.schema([(attribute.name, _type(arrow, attribute)) for attribute in COLUMNS])
    folder.mkdir(parents=True, exist_ok=True)
    dataset.write_dataset(
        arrow.RecordBatchReader.from_batches(schema, _batches(arrow, schema, counted)),
        folder,
        format="parquet",
        partitioning=dataset.partitioning(arrow.schema([("cascade", arrow.string())]), flavor="hive"),
        existing_data_behavior="error",
        max_partitions=_PARTITIONS,
        max_open_files=_OPEN_FILES,
        use_threads=False,
    )
    return counted.count


def _pyarrow() -> Any:
    """Return pyarrow.

    Raises:
        StoreError: It is not installed.
    """
    try:
        import pyarrow  # noqa: PLC0415
    except ImportError as error:
        raise StoreError(
            "no_pyarrow",
            "Parquet needs pyarrow, which is not installed",
            remedy="Run: pip install 'xiada[parquet]'.",
        ) from error
    return pyarrow


def _type(arrow: Any, attribute: Attribute) -> pyarrow.DataType:
    """Return the Arrow type of a column."""
    types = {"integer": arrow.int64(), "time": arrow.timestamp("us", tz="UTC"), "boolean": arrow.bool_()}
    return types.get(attribute.kind, arrow.string())


class _Counted:
    """Events passing through, and how many have."""

    def __init__(self, events: Iterable[Recorded]) -> None:
        self._events, self.count = events, 0

    def __iter__(self) -> Iterator[Recorded]:
        for recorded in self._events:
            self.count += 1
            yield recorded


def _batches(arrow: Any, schema: pyarrow.Schema, events: Iterable[Recorded]) -> Iterator[pyarrow.RecordBatch]:
    """Yield events as record batches."""
    rows = map(row, events)
    while batch := list(islice(rows, BATCH_ROWS)):
        columns = zip(*batch, strict=True)
        arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield arrow.RecordBatch.from_arrays(arrays, schema=schema)
