"""Layouts of the event table, side by side in one run: what each costs to write, keep and read.

    python bench/layouts.py [EVENTS] [--rounds R]

Every layout gets the same events, made before the clock starts: canonical JSON, SHA-256 chained, in
the phase order of W(N). Printed per layout: the rate in bulk (10,000 events per commit, WAL, FULL)
and its ratio to raw rows in the same round; bytes per event in the file; the cost of one stream on
a fresh connection; the rate of reading all bodies; and the cost of one durable event, the layouts
in turns. Blocks keep a table of rows for the events that do not fill a block yet. Whatever is read
is compared with what was written. Not measured: hashing, guards, the rest of the projection.

Needs `zstandard` beside the engine's own dependencies, and an SQLite with `dbstat`.
"""

from __future__ import annotations

import argparse
import gc
import random
import sqlite3
import statistics
import struct
import tempfile
import time
import zlib
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import ClassVar, TypeAlias

import orjson
import zstandard

EVENTS_PER_COMMIT = 10_000
SINGLE_EVENTS = 1_024
STREAMS_READ = 200
FAN_OUT = 20
START_US = 1_790_000_000_000_000
NONE = -1

Event: TypeAlias = tuple[int, int, int, int, int, int, bytes]
"""Log index, stream, version, time (µs), log index of the stream's event before or NONE, status code, body."""


def events_of(count: int) -> list[Event]:
    """Return the first `count` events of W: four per stream, one phase of all streams after the other."""
    refs = references(-(-count // 4))
    downwards, upwards = range(len(refs)), range(len(refs) - 1, -1, -1)
    clock, heads, hashes = START_US, [NONE] * len(refs), [""] * len(refs)
    ticks = random.Random(1)
    events: list[Event] = []
    phases = (("issued", downwards), ("started", downwards), ("reported", upwards), ("summarised", upwards))
    for status, (kind, order) in enumerate(phases):
        for stream in order:
            clock += ticks.randrange(1, 2_000)
            body = body_of(kind, stream, refs, clock, status + 1, hashes[stream] or None)
            events.append((len(events), stream, status + 1, clock, heads[stream], status, body))
            heads[stream], hashes[stream] = len(events) - 1, sha256(b"\x00" + body).hexdigest()
    return events[:count]


def references(count: int) -> list[str]:
    """Return the reference of each directive, breadth first."""
    found = ["w/1"]
    for number in range(1, count):
        found.append(f"{found[(number - 1) // FAN_OUT]}.{(number - 1) % FAN_OUT + 1}")
    return found


def body_of(kind: str, stream: int, refs: Sequence[str], t: int, version: int, prev: str | None) -> bytes:
    """Return the canonical body of one event."""
    above = max(0, stream - 1) // FAN_OUT
    by = above if kind in {"issued", "summarised"} else stream
    return orjson.dumps(
        {
            "actor": "clerk", "data": data_of(kind, stream, refs[above]), "dir": refs[stream], "key": None,
            "log": "xiada.example/bench/e1", "prev": prev, "t": t, "type": kind, "unit": f"u{by}", "v": 1,
            "ver": version,
        },
        option=orjson.OPT_SORT_KEYS,
    )  # fmt: skip


def data_of(kind: str, stream: int, parent: str) -> dict[str, object]:
    """Return what an event of this type says; siblings share the hashes of their parent's events."""
    if kind == "issued":
        return {
            "due": 7_241_327_999_999_999, "forwarded": digest(f"forwarded {parent}"), "line": "main",
            "notice": digest("notice"), "obligations": digest("obligations"), "parent": parent, "to": f"u{stream}",
            "window": None,
        }  # fmt: skip
    if kind == "reported":
        return {"covers": [], "n": 0, "root": digest(""), "without": []}
    return {"report": digest(f"reported {parent}")} if kind == "summarised" else {}


def digest(text: str) -> str:
    """Return a hash in hex that stands for that of something not made here."""
    return sha256(text.encode()).hexdigest()


def connect(file: Path) -> sqlite3.Connection:
    """Return a connection that syncs every commit, its schema read, its page cache cold."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    return connection


class Layout(ABC):
    """A way to keep the log; what it keeps is in the connection."""

    name: str
    tables: ClassVar[tuple[str, ...]]

    def append(self, connection: sqlite3.Connection, batch: list[Event]) -> None:
        """Write consecutive events in one commit."""
        connection.execute("BEGIN IMMEDIATE")
        self.write(connection, batch)
        connection.execute("COMMIT")

    def seals(self, index: int) -> bool:  # noqa: ARG002  (rows never do)
        """Tell whether appending this log index alone seals a block."""
        return False

    @abstractmethod
    def write(self, connection: sqlite3.Connection, batch: list[Event]) -> None:
        """Write consecutive events, and move their directives."""

    @abstractmethod
    def stream(self, connection: sqlite3.Connection, stream: int) -> list[bytes]:
        """Return the bodies of one stream, oldest first."""

    @abstractmethod
    def log(self, connection: sqlite3.Connection) -> list[bytes]:
        """Return all bodies, oldest first."""


_ROW = "log_index INTEGER PRIMARY KEY, stream INTEGER, version INTEGER, t INTEGER"
_DIRECTIVE = "CREATE TABLE directive (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, head INTEGER NOT NULL)"


def move(connection: sqlite3.Connection, batch: list[Event]) -> None:
    """Set each directive's version and head; compare-and-set keeps the versions of a stream unique."""
    born = [(event[1], event[0]) for event in batch if event[2] == 1]
    moved = [(event[2], event[0], event[1], event[2] - 1) for event in batch if event[2] > 1]
    connection.executemany("INSERT INTO directive VALUES (?,1,?)", born)
    if moved:
        cursor = connection.executemany("UPDATE directive SET version=?, head=? WHERE id=? AND version=?", moved)
        if cursor.rowcount != len(moved):
            raise RuntimeError("a directive was not at the version before")


def head_of(connection: sqlite3.Connection, stream: int) -> int:
    """Return the log index of the stream's last event."""
    return int(connection.execute("SELECT head FROM directive WHERE id=?", (stream,)).fetchone()[0])


class Raw(Layout):
    """Rows with an index on (stream, version), and nothing else: the yardstick."""

    name = "raw: rows, index"
    tables: ClassVar[tuple[str, ...]] = (f"CREATE TABLE event ({_ROW}, body BLOB, UNIQUE (stream, version))",)

    def write(self, connection: sqlite3.Connection, batch: list[Event]) -> None:
        """Insert the rows."""
        connection.executemany("INSERT INTO event VALUES (?1,?2,?3,?4,?7)", batch)

    def stream(self, connection: sqlite3.Connection, stream: int) -> list[bytes]:
        """Read by the index."""
        rows = connection.execute("SELECT body FROM event WHERE stream=? ORDER BY version", (stream,))
        return [body for (body,) in rows]

    def log(self, connection: sqlite3.Connection) -> list[bytes]:
        """Read by the key."""
        return [body for (body,) in connection.execute("SELECT body FROM event ORDER BY log_index")]


class Indexed(Raw):
    """The same, with the directives."""

    name = "rows, index, directives"
    tables = (*Raw.tables, _DIRECTIVE)

    def write(self, connection: sqlite3.Connection, batch: list[Event]) -> None:
        """Insert the rows and move the directives."""
        super().write(connection, batch)
        move(connection, batch)


class Pointers(Raw):
    """Rows that name the stream's event before, so that no second index is needed."""

    name = "rows, pointers, directives"
    tables = (f"CREATE TABLE event ({_ROW}, previous INTEGER, body BLOB)", _DIRECTIVE)

    def write(self, connection: sqlite3.Connection, batch: list[Event]) -> None:
        """Insert the rows and move the directives."""
        connection.executemany("INSERT INTO event VALUES (?1,?2,?3,?4,?5,?7)", batch)
        move(connection, batch)

    def stream(self, connection: sqlite3.Connection, stream: int) -> list[bytes]:
        """Walk back from the directive."""
        index, bodies = head_of(connection, stream), []
        while index != NONE:
            row = connection.execute("SELECT previous, body FROM event WHERE log_index=?", (index,)).fetchone()
            index = row[0]
            bodies.append(row[1])
        return bodies[::-1]


@dataclass(frozen=True)
class Codec:
    """How a block is compressed."""

    name: str
    compress: Callable[[bytes], bytes]
    decompress: Callable[[bytes], bytes]


def zstd(level: int) -> Codec:
    """Return zstandard at a level."""
    coder, decoder = zstandard.ZstdCompressor(level=level), zstandard.ZstdDecompressor()
    return Codec(f"zstd {level}", coder.compress, decoder.decompress)


PLAIN = Codec("plain", bytes, bytes)
ZLIB = Codec("zlib 1", lambda plain: zlib.compress(plain, 1), zlib.decompress)

Opened: TypeAlias = tuple[bytes, bytes]
"""A block's columns and entries, decompressed."""

_LENGTH = struct.Struct(">H")
_POINTER = struct.Struct("q")


class Blocks(Layout):
    """Sealed blocks of `size` events, one row each, and a tail of rows that do not fill a block yet.

    `entries` are the bodies, each after its length in two bytes; `columns` the packed arrays of
    stream, previous, version, status and time, in that order and in the machine's byte order.

    Source: C2SP tlog-tiles, entry bundles.
    """

    tables = (
        "CREATE TABLE block (first INTEGER PRIMARY KEY, t INTEGER, columns BLOB, entries BLOB)",
        f"CREATE TABLE tail ({_ROW}, previous INTEGER, status INTEGER, body BLOB)",
        _DIRECTIVE,
    )

    def __init__(self, size: int, codec: Codec) -> None:
        self.name = f"blocks of {size:,}, {codec.name}"
        self._size, self._codec = size, codec

    def seals(self, index: int) -> bool:
        """The last event of a block does."""
        return index % self._size == self._size - 1

    def write(self, connection: sqlite3.Connection, batch: list[Event]) -> None:
        """Add to the tail, seal what is full, move the directives."""
        if batch[0][0] % self._size + len(batch) >= self._size:
            tail = connection.execute("SELECT * FROM tail ORDER BY log_index").fetchall()
            connection.execute("DELETE FROM tail")
            rest = self._seal(connection, tail + batch)
        else:
            rest = batch
        connection.executemany("INSERT INTO tail VALUES (?,?,?,?,?,?,?)", rest)
        move(connection, batch)

    def _seal(self, connection: sqlite3.Connection, events: list[Event]) -> list[Event]:
        """Write all full blocks; return the events left over."""
        full = len(events) - len(events) % self._size
        blocks = (self._block(events[start : start + self._size]) for start in range(0, full, self._size))
        connection.executemany("INSERT INTO block VALUES (?,?,?,?)", blocks)
        return events[full:]

    def _block(self, events: list[Event]) -> tuple[int, int, bytes, bytes]:
        """Return the row of one full block."""
        indices, streams, versions, times, previous, statuses, bodies = zip(*events, strict=True)
        typed = (("q", streams), ("q", previous), ("I", versions), ("B", statuses), ("q", times))
        columns = b"".join(array(code, values).tobytes() for code, values in typed)
        lengths = map(_LENGTH.pack, map(len, bodies))
        entries = b"".join(chain.from_iterable(zip(lengths, bodies, strict=True)))
        return indices[0], times[0], self._codec.compress(columns), self._codec.compress(entries)

    def stream(self, connection: sqlite3.Connection, stream: int) -> list[bytes]:
        """Walk back from the directive, opening each block once."""
        index, bodies = head_of(connection, stream), []
        opened: dict[int, Opened | None] = {}
        while index != NONE:
            first = index - index % self._size
            if first not in opened:
                opened[first] = self._open(connection, first)
            index, body = self._event(connection, index, opened[first])
            bodies.append(body)
        return bodies[::-1]

    def _open(self, connection: sqlite3.Connection, first: int) -> Opened | None:
        """Return a block decompressed, or None if it is not sealed yet."""
        row = connection.execute("SELECT columns, entries FROM block WHERE first=?", (first,)).fetchone()
        return row and (self._codec.decompress(row[0]), self._codec.decompress(row[1]))

    def _event(self, connection: sqlite3.Connection, index: int, block: Opened | None) -> tuple[int, bytes]:
        """Return the pointer and the body of one event, from its block or from the tail."""
        if block is None:
            query = "SELECT previous, body FROM tail WHERE log_index=?"
            found: tuple[int, bytes] = connection.execute(query, (index,)).fetchone()
            return found
        place = index % self._size
        previous: int = _POINTER.unpack_from(block[0], (self._size + place) * _POINTER.size)[0]
        return previous, nth(block[1], place)

    def log(self, connection: sqlite3.Connection) -> list[bytes]:
        """Read the blocks, then the tail."""
        bodies: list[bytes] = []
        for (entries,) in connection.execute("SELECT entries FROM block ORDER BY first"):
            bodies.extend(split(self._codec.decompress(entries)))
        bodies.extend(body for (body,) in connection.execute("SELECT body FROM tail ORDER BY log_index"))
        return bodies


def split(entries: bytes) -> Iterator[bytes]:
    """Yield the bodies of a bundle."""
    start, size = 0, len(entries)
    while start < size:
        end = start + 2 + (entries[start] << 8 | entries[start + 1])
        yield entries[start + 2 : end]
        start = end


def nth(entries: bytes, place: int) -> bytes:
    """Return one body of a bundle."""
    start = 0
    for _ in range(place):
        start += 2 + (entries[start] << 8 | entries[start + 1])
    return entries[start + 2 : start + 2 + (entries[start] << 8 | entries[start + 1])]


LAYOUTS: tuple[Layout, ...] = (
    Raw(),
    Indexed(),
    Pointers(),
    Blocks(256, PLAIN),
    Blocks(256, ZLIB),
    Blocks(256, zstd(1)),
    Blocks(256, zstd(3)),
    Blocks(512, zstd(1)),
    Blocks(1_024, zstd(1)),
)


@dataclass
class Found:
    """What one round found of one layout; one figure per event or stream where it says µs."""

    write_s: float
    weight: tuple[int, int]
    append_us: list[float]
    seal_us: list[float]
    log_s: float
    stream_us: list[float]


def one_round(events: list[Event], count: int, number: int) -> list[Found]:
    """Write `count` events in bulk and the rest one by one, read them back; return one result per layout."""
    batches = [events[start : min(count, start + EVENTS_PER_COMMIT)] for start in range(0, count, EVENTS_PER_COMMIT)]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{place}.db" for place in range(len(LAYOUTS))]
        connections = [connect(file) for file in files]
        for layout, connection in zip(LAYOUTS, connections, strict=True):
            for statement in layout.tables:
                connection.execute(statement)
        writes = append_in_turns(connections, batches, number)
        weights = [weigh(connection, file) for connection, file in zip(connections, files, strict=True)]
        singles = append_in_turns(connections, [[event] for event in events[count:]], number)
        for connection in connections:
            connection.close()
        logs = [read_log(layout, file, events) for layout, file in zip(LAYOUTS, files, strict=True)]
        streams = read_in_turns(files, events, random.Random(number))
    measured = zip(LAYOUTS, writes, weights, singles, logs, streams, strict=True)
    return [
        Found(sum(write) / 1e6, weight, single, [us for at, us in enumerate(single, count) if layout.seals(at)], *reads)
        for layout, write, weight, single, *reads in measured
    ]


def append_in_turns(connections: list[sqlite3.Connection], batches: list[list[Event]], first: int) -> list[list[float]]:
    """Append each batch to every layout before the next one; return the µs of each, by layout."""
    spent: list[list[float]] = [[] for _ in LAYOUTS]
    for number, batch in enumerate(batches, first):
        for turn in range(len(LAYOUTS)):
            place = (turn + number) % len(LAYOUTS)
            start = time.perf_counter()
            LAYOUTS[place].append(connections[place], batch)
            spent[place].append((time.perf_counter() - start) * 1e6)
    return spent


def weigh(connection: sqlite3.Connection, file: Path) -> tuple[int, int]:
    """Return the bytes of the file without the directives, and with them."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    directives = connection.execute("SELECT TOTAL(pgsize) FROM dbstat WHERE name='directive'").fetchone()[0]
    return file.stat().st_size - int(directives), file.stat().st_size


def read_in_turns(files: list[Path], events: list[Event], dice: random.Random) -> list[list[float]]:
    """Read random streams, each from every layout on a fresh connection; return the µs of each, by layout."""
    bodies: dict[int, list[bytes]] = {}
    for event in events:
        bodies.setdefault(event[1], []).append(event[6])
    spent: list[list[float]] = [[] for _ in LAYOUTS]
    for stream in dice.choices(list(bodies), k=STREAMS_READ):
        for layout, file, times in zip(LAYOUTS, files, spent, strict=True):
            connection = connect(file)
            start = time.perf_counter()
            read = layout.stream(connection, stream)
            times.append((time.perf_counter() - start) * 1e6)
            connection.close()
            expect(layout, read, bodies[stream])
    return spent


def read_log(layout: Layout, file: Path, events: list[Event]) -> float:
    """Return how long reading all bodies takes, s."""
    connection = connect(file)
    start = time.perf_counter()
    read = layout.log(connection)
    seconds = time.perf_counter() - start
    connection.close()
    expect(layout, read, [event[6] for event in events])
    return seconds


def expect(layout: Layout, read: list[bytes], written: list[bytes]) -> None:
    """Stop if a layout gave back other bytes than it was given."""
    if read != written:
        raise RuntimeError(f"{layout.name}: read other bytes than were written")


def percentile(values: Iterable[float]) -> float:
    """Return the 99th percentile."""
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.99)]


HEADINGS = (
    ("", "bulk", "ratio", "bytes/event", "with", "stream", "log read", "append", "", "", "ratio", "sealing"),
    ("layout", "events/s", "to raw", "log", "directives", "µs", "events/s", "µs", "p99", "mean", "to raw", "µs"),
)


def row_of(layout: Layout, mine: list[Found], raw: list[Found], count: int) -> tuple[str, ...]:
    """Return the cells of one layout; medians over rounds, of ratios within a round."""
    middle = statistics.median
    mean = middle(statistics.fmean(one.append_us) for one in mine)
    pairs = list(zip(mine, raw, strict=True))
    seals = list(chain.from_iterable(one.seal_us for one in mine))
    return (
        layout.name,
        f"{middle(count / one.write_s for one in mine):,.0f}",
        f"{middle(other.write_s / one.write_s for one, other in pairs):.2f}",
        f"{mine[0].weight[0] / count:.0f}",
        f"{mine[0].weight[1] / count:.0f}",
        f"{middle(chain.from_iterable(one.stream_us for one in mine)):.0f}",
        f"{middle((count + SINGLE_EVENTS) / one.log_s for one in mine):,.0f}",
        f"{middle(chain.from_iterable(one.append_us for one in mine)):.0f}",
        f"{percentile(chain.from_iterable(one.append_us for one in mine)):.0f}",
        f"{mean:.0f}",
        f"{middle(statistics.fmean(one.append_us) / statistics.fmean(other.append_us) for one, other in pairs):.2f}",
        f"{middle(seals):.0f}" if seals else "-",
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000, metavar="EVENTS", help="events in bulk")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians are printed")
    arguments = parser.parse_args()
    events = events_of(arguments.count + SINGLE_EVENTS)
    gc.freeze()
    rounds = [one_round(events, arguments.count, number) for number in range(arguments.rounds)]
    by_layout = [list(results) for results in zip(*rounds, strict=True)]
    rows = [row_of(layout, by_layout[place], by_layout[0], arguments.count) for place, layout in enumerate(LAYOUTS)]
    size = statistics.fmean(len(event[6]) for event in events)
    print(f"{arguments.count:,} events of {size:.0f} bytes, {arguments.rounds} rounds")
    widths = [max(len(row[place]) for row in (*HEADINGS, *rows)) for place in range(len(HEADINGS[0]))]
    for row in (*HEADINGS, *rows):
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print(f"{row[0]:<{widths[0]}}  " + "  ".join(cells))


if __name__ == "__main__":
    main()
