"""One consistent reading of a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from xiada.engine.codec import is_digest
from xiada.engine.directive import AUDIT_STREAM, Directive
from xiada.engine.errors import Tampered
from xiada.engine.org import Org, Unit
from xiada.engine.ports import Batch, Columns, Head, Kept
from xiada.engine.rollup import Blocked
from xiada.engine.stores import sqlite_rollup
from xiada.engine.stores.rows import (
    AFTER_ALL_PLACES,
    OPEN,
    STATE_COLUMNS,
    Superiors,
    path_of,
    place_of,
    state_of,
    unit_of,
)
from xiada.engine.stores.sqlite_kept import KeptRows
from xiada.engine.stores.sqlite_log import EventLog
from xiada.engine.stores.sqlite_upkeep import KeptLog

ASKED_AT_ONCE = 500
MOST_NUMBERS = 200_000


class Numbers:
    """The numbers a file gives to names, kept from one transaction of a connection to the next.

    Args:
        head: Where the log stood, which `latest` is true of.
        cascades: By name.
        origin: The log's name then.
        streams: By reference; `org/<unit>` negative.
        statuses: By name.
        latest: Log index of a stream's latest event, by its number.
    """

    __slots__ = ("cascades", "head", "latest", "origin", "statuses", "streams")

    def __init__(self) -> None:
        self.head: Head | None = None
        self.origin: str | None = None
        self.cascades: dict[str, int] = {}
        self.streams: dict[str, int] = {}
        self.statuses: dict[str, int] = {}
        self.latest: dict[int, int] = {}

    def as_of(self, size: int) -> None:
        """Forget what may have moved since, and everything where it has become much."""
        if self.head is not None and self.head.size != size:
            self.latest.clear()
            self.head = self.origin = None
        if len(self.streams) > MOST_NUMBERS:
            self.streams.clear()
            self.latest.clear()


class Snapshot(KeptLog, KeptRows):
    """A consistent reading; implements `ports.Reader`.

    Args:
        connection: With a transaction open.
        numbers: What is known of the file's numbers; filled further.
    """

    def __init__(self, connection: sqlite3.Connection, numbers: Numbers | None = None) -> None:
        self._connection = connection
        self._execute: Callable[..., sqlite3.Cursor] = connection.execute
        self._log = EventLog(connection)
        self._numbers = numbers or Numbers()
        if numbers is not None:
            numbers.as_of(self._log.head()[0])
        self._streams, self._latest = self._numbers.streams, self._numbers.latest

    def directive(self, ref: str) -> Directive | None:
        """Return a directive by reference."""
        return next(self.directives([ref]), None)

    def directives(self, refs: Iterable[str]) -> Iterator[Directive]:
        """Yield the directives of these references that there are."""
        wanted: dict[str, list[str]] = {}
        for ref in refs:
            cascade, _, path = ref.partition("/")
            wanted.setdefault(cascade, []).append(place_of(path))
        for cascade, places in wanted.items():
            number = self._cascade(cascade)
            for start in range(0, len(places), ASKED_AT_ONCE):
                some = places[start : start + ASKED_AT_ONCE]
                marks = ",".join("?" * len(some))
                yield from self._states(cascade, f"cascade_id=? AND place IN ({marks})", (number, *some))

    def children(self, ref: str) -> list[Directive]:
        """Return the children of a directive, by number."""
        number = self._stream(ref)
        return list(self._states(ref.partition("/")[0], "parent_id=? ORDER BY id", (number,)))

    def below(self, ref: str) -> Iterator[Directive]:
        """Yield all descendants, in preorder."""
        cascade, _, path = ref.partition("/")
        place = place_of(path) if path else ""
        where = "cascade_id=? AND place>? AND place<? ORDER BY place"
        yield from self._states(cascade, where, (self._cascade(cascade), place, place + AFTER_ALL_PLACES))

    def _states(self, cascade: str, where: str, values: tuple[Any, ...]) -> Iterator[Directive]:
        """Yield the directives of a cascade that answer, remembering their numbers."""
        sql = f"SELECT id, last, place, {STATE_COLUMNS} FROM directive WHERE {where}"  # noqa: S608  (both are ours)
        for number, last, place, *row in self._execute(sql, values):
            state = state_of(cascade, place, tuple(row))
            self._streams[state.ref] = number
            self._latest.setdefault(number, last)
            yield state

    def _cascade(self, name: str) -> int | None:
        """Return a cascade's number inside the file."""
        numbers = self._numbers.cascades
        if name not in numbers:
            found = self._execute("SELECT id FROM cascade WHERE name=?", (name,)).fetchone()
            if found is None:
                return None
            numbers[name] = found[0]
        return numbers[name]

    def counts(self, ref: str) -> dict[tuple[str, str], int]:
        """Return how many strict descendants of a directive stand at each (level, status)."""
        return sqlite_rollup.counts(self._execute, self._stream(ref))

    def late(self, scope: str, now: int, after: tuple[int, str] | None, limit: int) -> list[Directive]:
        """Return open directives due before `now`, by due, then in preorder."""
        cascade, _, path = scope.partition("/")
        span, states = sqlite_rollup.span_of(self._cascade(cascade), path), partial(self._states, cascade)
        begin = (after[0], place_of(after[1].partition("/")[2])) if after else None
        asked = sqlite_rollup.Asked(now, begin, limit)
        if path and sqlite_rollup.is_small(self._execute, self._stream(scope)):
            return sqlite_rollup.late_of_few(states, span, asked)
        return sqlite_rollup.late(self._execute, states, span, asked)

    def blocked(self, scope: str, after: str | None, limit: int) -> list[Blocked]:
        """Return open directives with open children, in preorder."""
        cascade, _, path = scope.partition("/")
        span = sqlite_rollup.span_of(self._cascade(cascade), path)
        last = after.partition("/")[2] if after else None
        found = sqlite_rollup.blocked(self._execute, span, last, limit)
        states = {state.path: state for state in self.directives([f"{cascade}/{own}" for own, *_ in found])}
        return [Blocked(states[own], children, below) for own, children, below in found]

    def open_notices(self, cascade: str) -> frozenset[str]:
        """Return the digests of the notices that open directives of a cascade rest on."""
        sql = f"SELECT DISTINCT notice FROM directive WHERE cascade_id=? AND {OPEN}"  # noqa: S608  (ours)
        return frozenset(notice.hex() for (notice,) in self._execute(sql, (self._cascade(cascade),)))

    def tallies(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield all (reference, level, status, count) kept."""
        return sqlite_rollup.tallies(self._execute)

    def waits(self) -> Iterator[tuple[str, int, int]]:
        """Yield all (reference, open children, open strict descendants) kept."""
        return sqlite_rollup.waits(self._execute)

    def cascades(self) -> list[str]:
        """Return the ids of all cascades, oldest first."""
        return [name for (name,) in self._execute("SELECT name FROM cascade ORDER BY id")]

    def of_unit(self, unit: str, *, only_open: bool) -> list[Directive]:
        """Return the directives that lie on a unit, by cascade and in preorder."""
        which = f"unit=? AND {OPEN}" if only_open else "unit=?"
        sql = (
            f"SELECT DISTINCT cascade.id, cascade.name FROM directive JOIN cascade ON cascade.id=cascade_id "  # noqa: S608
            f"WHERE {which} ORDER BY cascade.id"
        )
        where = f"{which} AND cascade_id=? ORDER BY +place"  # the plus: else SQLite walks all of the cascade in order
        cascades = self._execute(sql, (unit,)).fetchall()
        return [state for number, name in cascades for state in self._states(name, where, (unit, number))]

    def head(self) -> Head:
        """Return where the log stands."""
        if self._numbers.head is None:
            size, t = self._log.head()
            org = self._execute("SELECT value FROM meta WHERE key='org'").fetchone()
            if org is None or not str(org[0]).isdigit():
                raise _bad_row("that counts the org's events")
            self._numbers.head = Head(size, t, int(org[0]))
        return self._numbers.head

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) in order."""
        return self._log.events(start, stop)

    def stream(self, ref: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) of one stream."""
        number = self._stream(ref)
        if number is not None:
            yield from self._log.stream(self._latest[number], start)

    def columns(self, start: int = 0, stop: int | None = None) -> Iterator[Columns]:
        """Yield the columns of events in log order, a block at a time."""
        return self._log.columns(start, stop)

    def size_at(self, t: int) -> int:
        """Return how many events had been recorded at an instant, µs UTC."""
        return self._log.size_at(t)

    def number(self, ref: str) -> int | None:
        """Return the number of a stream in the columns."""
        return self._stream(ref)

    def numbers(self, ref: str) -> Iterator[tuple[int, str]]:
        """Yield (number, reference) of a directive and all below it in preorder."""
        cascade, _, path = ref.partition("/")
        place = place_of(path) if path else ""
        sql = "SELECT id, place FROM directive WHERE cascade_id=? AND place>=? AND place<? ORDER BY place"
        for number, found in self._execute(sql, (self._cascade(cascade), place, place + AFTER_ALL_PLACES)):
            yield number, f"{cascade}/{path_of(found)}"

    def streams(self) -> Mapping[int, tuple[str, int]]:
        """Return name and latest log index of every stream by its number in the columns."""
        names = dict(self._execute("SELECT id, name FROM cascade"))
        rows = self._execute("SELECT id, last, cascade_id, place FROM directive")
        try:
            found = {number: (f"{names[own]}/{path_of(place)}", last) for number, last, own, place in rows}
        except (KeyError, TypeError, AttributeError) as error:
            raise _bad_row("of a directive") from error
        units = self._execute("SELECT id, last, name FROM unit")
        found |= {-number: (f"org/{name}", last) for number, last, name in units}
        audit = self._audit()
        return found if audit is None else found | {0: (AUDIT_STREAM, audit[1])}

    def statuses(self) -> Mapping[int, str]:
        """Return the name of every status by its number in the columns."""
        return {0: "", **dict(self._execute("SELECT id, name FROM status"))}

    def _stream(self, ref: str) -> int | None:
        """Return the number of a stream, having noted where its latest event stands."""
        number = self._streams.get(ref)
        if number is not None and number in self._latest:
            return number
        if ref == AUDIT_STREAM:
            return self._own_stream()
        if not ref.startswith("org/"):
            return self._streams[ref] if self.directive(ref) else None
        found = self._execute("SELECT -id, last FROM unit WHERE name=?", (ref[4:],)).fetchone()
        if found is None:
            return None
        self._streams[ref] = found[0]
        if found[1] >= 0:
            self._latest.setdefault(*found)
        return int(found[0])

    def _own_stream(self) -> int | None:
        """Return the number of the stream of the log itself, having noted where its latest event stands."""
        audit = self._audit()
        if audit is None:
            return None
        self._latest.setdefault(0, audit[1])
        return 0

    def blob(self, name: str) -> bytes | None:
        """Return bytes kept beside the log."""
        if not is_digest(name):
            return None
        found = self._execute("SELECT body FROM blob WHERE name=?", (bytes.fromhex(name),)).fetchone()
        return found[0] if found else None

    def text(self, commitment: str) -> tuple[bytes, bytes] | None:
        """Return (salt, bytes) of an erasable text."""
        if not is_digest(commitment):
            return None
        sql = "SELECT salt, body FROM erasable_text WHERE commitment=?"
        found = self._execute(sql, (bytes.fromhex(commitment),)).fetchone()
        return (found[0], found[1]) if found else None

    def answer(self, key: str) -> Kept | None:
        """Return what an idempotency key stands for."""
        sql = "SELECT log_index, count, command, target, unit FROM answer WHERE key=?"
        found = self._execute(sql, (key,)).fetchone()
        return Kept(*found) if found else None

    def batch(self, key: str) -> Batch | None:
        """Return how far the batch under a key has come."""
        found = self._execute("SELECT done, events, last FROM batch WHERE key=?", (key,)).fetchone()
        return Batch(*found) if found else None

    def org(self) -> Org:
        """Return the org as it stands."""
        shared: dict[Superiors, Superiors] = {}
        rows = self._execute("SELECT name, body FROM unit ORDER BY id")
        units = (unit_of(name, body, shared) for name, body in rows)
        return Org(units, [(unit, to) for unit, to in self._execute("SELECT unit, to_unit FROM delegation")])

    def units(self, ids: Iterable[str]) -> dict[str, Unit]:
        """Return those of these units that there are, by id."""
        wanted, shared, found = list(ids), dict[Superiors, Superiors](), dict[str, Unit]()
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            sql = f"SELECT name, body FROM unit WHERE name IN ({','.join('?' * len(some))})"  # noqa: S608  (marks)
            found.update({name: unit_of(name, body, shared) for name, body in self._execute(sql, some)})
        return found


def _bad_row(which: str) -> Tampered:
    """Return the error for a row that the store did not write."""
    return Tampered("bad_row", f"a row {which} cannot be read", remedy="Run 'xiada audit verify' on a copy.")
