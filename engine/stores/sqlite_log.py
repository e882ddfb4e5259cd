"""The log inside a file: sealed blocks of 256 events, and a tail of rows that are not a block yet.

Rule: a stream is read by walking from its latest event to the one each names as previous, so no
index over all events is kept; that versions are unique rests on the rows of directives and units,
which change only from the version they were read at, in the same transaction.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from xiada.engine import limits
from xiada.engine.errors import Tampered
from xiada.engine.ports import Columns
from xiada.engine.stores.blocks import BLOCK, Event, bodies_of, columns_of, columns_of_rows, seal

_TAIL = "SELECT stream, version, t, previous, status, due, body FROM event ORDER BY log_index"
_TAIL_FROM = _TAIL.replace("ORDER", "WHERE log_index>=? AND log_index<? ORDER")
_OPENED = 4


def _damaged_at(first: int) -> Tampered:
    """Return the error for a block whose time is not that of its last event."""
    return Tampered(
        "bad_block",
        f"the block of the log from {first} on is not what was sealed",
        index=first,
        remedy="Restore the file from a copy; keep this one for the audit.",
    )


def _missing(first: int) -> Tampered:
    """Return the error for events that are not there."""
    return Tampered(
        "event_missing",
        f"the log lacks the events from {first} on",
        index=first,
        remedy="Restore the file from a copy; keep this one for the audit.",
    )


class EventLog:
    """The events of a file, over one connection.

    Args:
        connection: With a transaction open.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._blocks: dict[int, tuple[Columns, list[bytes]]] = {}

    def head(self) -> tuple[int, int]:
        """Return count of events and recorded time of the last, µs UTC."""
        execute = self._connection.execute
        last = execute("SELECT log_index, t FROM event ORDER BY log_index DESC LIMIT 1").fetchone()
        if last:
            return last[0] + 1, last[1]
        block = execute("SELECT first, t FROM block ORDER BY first DESC LIMIT 1").fetchone()
        return (block[0] + BLOCK, block[1]) if block else (0, 0)

    def events(self, start: int, stop: int | None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) from `start` up to and without `stop`."""
        end = limits.INTEGER if stop is None else stop
        span = (start - start % BLOCK, end)
        rows = self._connection.execute(
            "SELECT first, entries FROM block WHERE first>=? AND first<? ORDER BY first", span
        )
        for first, entries in rows:
            for index, body in enumerate(bodies_of(entries), first):
                if start <= index < end:
                    yield index, body
        sql = "SELECT log_index, body FROM event WHERE log_index>=? AND log_index<? ORDER BY log_index"
        # not `yield from`: a reader who stops half-way must not reach into a closed cursor
        for row in self._connection.execute(sql, (start, end)):
            yield row

    def bodies(self, first: int, count: int) -> list[bytes]:
        """Return the bodies of so many events from the first of a block on.

        Raises:
            Tampered: They are not all there.
        """
        row = self._connection.execute("SELECT entries FROM block WHERE first=?", (first,)).fetchone()
        if row is not None:
            return bodies_of(row[0])[:count]
        sql = "SELECT body FROM event WHERE log_index>=? AND log_index<? ORDER BY log_index"
        found = [body for (body,) in self._connection.execute(sql, (first, first + count))]
        if len(found) != count:
            raise _missing(first)
        return found

    def stream(self, last: int, start: int) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) of the stream whose latest event stands at `last`, from log index `start` on.

        Raises:
            Tampered: An event names one that is not before it.
        """
        found: list[tuple[int, bytes]] = []
        index: int | None = last
        while index is not None and index >= start:
            previous, body = self._event(index)
            found.append((index, body))
            if previous is not None and not 0 <= previous < index:
                raise Tampered(
                    "bad_previous",
                    f"event {index} names {previous} as the one before it",
                    index=index,
                    remedy="Run 'xiada audit verify' on a copy.",
                )
            index = previous
        yield from reversed(found)

    def _event(self, index: int) -> tuple[int | None, bytes]:
        """Return (previous, body) of one event."""
        row = self._connection.execute("SELECT previous, body FROM event WHERE log_index=?", (index,)).fetchone()
        if row is not None:
            return row[0], row[1]
        place = index % BLOCK
        columns, bodies = self._block(index - place)
        previous = columns.previous[place]
        return (None if previous < 0 else previous), bodies[place]

    def _block(self, first: int) -> tuple[Columns, list[bytes]]:
        """Return a block, opened; the latest few stay open."""
        if first not in self._blocks:
            row = self._connection.execute("SELECT columns, entries FROM block WHERE first=?", (first,)).fetchone()
            if row is None:
                raise _missing(first)
            while len(self._blocks) >= _OPENED:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[first] = columns_of(row[0]), bodies_of(row[1])
        return self._blocks[first]

    def columns(self, start: int, stop: int | None) -> Iterator[Columns]:
        """Yield the columns of events from a block's first on, a block at a time, then those of the tail."""
        span = (start, limits.INTEGER if stop is None else stop)
        sql = "SELECT first, t, columns FROM block WHERE first>=? AND first<? ORDER BY first"
        for first, t, packed in self._connection.execute(sql, span):
            columns = columns_of(packed)
            if columns.t[-1] != t:
                raise _damaged_at(first)
            yield columns
        yield columns_of_rows(self._connection.execute(_TAIL_FROM, span))

    def size_at(self, t: int) -> int:
        """Return how many events had been recorded at an instant, µs UTC: the block it falls in, then the place."""
        last = self._connection.execute("SELECT first FROM block ORDER BY first DESC LIMIT 1").fetchone()
        blocks = int(last[0]) + BLOCK if last else 0
        whole = bisect_right(range(blocks // BLOCK), t, key=self._last_t)
        if whole < blocks // BLOCK:
            first = whole * BLOCK
            return first + bisect_right(self._block(first)[0].t, t)
        [(tail,)] = self._connection.execute("SELECT count(*) FROM event WHERE t<=?", (t,))
        return blocks + int(tail)

    def _last_t(self, number: int) -> int:
        """Return the recorded time of the last event of a block."""
        row = self._connection.execute("SELECT t FROM block WHERE first=?", (number * BLOCK,)).fetchone()
        return int(row[0]) if row else 0

    def append(self, first: int, events: Sequence[Event]) -> None:
        """Write events from log index `first` on, sealing every full block."""
        before = first % BLOCK
        full = (before + len(events)) // BLOCK * BLOCK
        if full:
            first -= before
            events = [*self._connection.execute(_TAIL), *events] if before else events
            self._connection.execute("DELETE FROM event")
            self._connection.executemany("INSERT INTO block VALUES (?,?,?,?)", self._sealed(first, events[:full]))
            first, events = first + full, events[full:]
        rows = ((index, *event) for index, event in enumerate(events, first))
        self._connection.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", rows)

    @staticmethod
    def _sealed(first: int, events: Sequence[Event]) -> Iterator[tuple[int, int, bytes, bytes]]:
        """Yield the rows of full blocks."""
        for start in range(0, len(events), BLOCK):
            block = events[start : start + BLOCK]
            yield (first + start, block[-1][2], *seal(block))
