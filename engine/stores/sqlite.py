"""The default store: one SQLite file, one writer, WAL, every acknowledged command synced to disk.

Rule: `synchronous=FULL` (NORMAL lost acknowledged commits in two of three power cuts), log indices
given out inside the transaction, dues guarded by the tables themselves. The tables are those of
`tables.py`; rows never leave this module. A file that is not ours is recognised by its header
before SQLite touches it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from xiada.engine import limits
from xiada.engine.codec import is_digest
from xiada.engine.directive import Directive
from xiada.engine.errors import StoreError, VersionConflict
from xiada.engine.org import Org
from xiada.engine.ports import Changes, Head, Kept, Reader, Writer
from xiada.engine.stores.header import APPLICATION_ID, FORMAT, HEADER_BYTES, check_header
from xiada.engine.stores.rows import (
    AFTER_ALL_PLACES,
    STATE_COLUMNS,
    due_moves,
    place_of,
    state_of,
    state_row,
    unit_body,
    unit_of,
)

BUSY_S = 5.0

_EVENTS = "SELECT log_index, body FROM event"
_UPDATE = (
    "UPDATE directive SET status=?, version=?, head=?, children=?, acknowledged_at=?, started_at=?, reported_at=?, "
    "closed_at=?, extension=?, reason=?, fulfilled=? WHERE id=? AND version=?"
)
_INSERT = (
    f"INSERT INTO directive (id, cascade_id, place, parent_id, parent_due, {STATE_COLUMNS}) "  # noqa: S608
    f"VALUES ({', '.join('?' * (5 + STATE_COLUMNS.count(',') + 1))})"
)


def create(path: str, origin: str) -> SqliteStore:
    """Make a new file, readable and writable by its owner alone, and open it.

    Raises:
        StoreError: Something is there already, or the place cannot be written.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise StoreError(
            "file_exists", f"{path} is there already", remedy="Choose another name, or open it.", path=path
        ) from None
    except OSError as error:
        raise StoreError(
            "cannot_create",
            f"{path} cannot be made ({error.strerror})",
            remedy="Check the folder and its rights.",
            path=path,
        ) from None
    try:
        _lay_out(path, origin)
    except StoreError:
        Path(path).unlink()
        raise
    return SqliteStore(path)


def _lay_out(path: str, origin: str) -> None:
    """Make the tables; WAL only afterwards, so that the header is in the file itself."""
    from xiada.engine.stores.tables import statements  # noqa: PLC0415  (a quarter second, only for new files)

    with _translated(path), _connection(path) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        for statement in statements():
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('origin', ?), ('org', '0')", (origin,))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={FORMAT}")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def open_file(path: str) -> SqliteStore:
    """Open a file that is there.

    Raises:
        StoreError: It is not there, no Xiada file, newer, cut short, or locked; nothing was changed.
    """
    try:
        with Path(path).open("rb") as file:
            header = file.read(HEADER_BYTES)
            size = file.seek(0, os.SEEK_END)
    except OSError as error:
        raise StoreError(
            "cannot_open",
            f"{path} cannot be read ({error.strerror})",
            remedy="Check the name, or make it with 'xiada init'.",
            path=path,
        ) from None
    check_header(path, header, size)
    return SqliteStore(path)


def _connect(path: str) -> sqlite3.Connection:
    """Return a connection that syncs every commit and keeps foreign keys."""
    absolute = os.path.abspath(path)  # noqa: PTH100  (so that SQLite never takes it for one of its own URIs)
    connection = sqlite3.connect(absolute, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _connection(path: str) -> Iterator[sqlite3.Connection]:
    """Hold a connection and close it."""
    connection = _connect(path)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _translated(path: str) -> Iterator[None]:
    """Turn SQLite's errors into ours, each with what to do."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        code, remedy = next((found for word, found in _TRANSLATIONS.items() if word in text), _UNKNOWN)
        raise StoreError(code, f"{path}: {text}", remedy=remedy, path=path) from error


_UNKNOWN = ("store_failed", "Nothing was written; check the disk and try again.")
_TRANSLATIONS = {
    "locked": ("locked", "Another program is writing for long; close it and try again. Nothing was written."),
    "full": ("disk_full", "Make room and try again; nothing was written, nothing is lost."),
    "readonly": ("read_only", "Give the file and its folder write rights."),
    "disk I/O": ("disk_failed", "Check the disk, then try again; nothing was acknowledged."),
    "malformed": ("damaged_file", "Restore it from a copy; keep the damaged file for the audit."),
    "not a database": ("damaged_file", "Restore it from a copy; keep the damaged file for the audit."),
    "no such table": ("damaged_file", "Restore it from a copy; keep the damaged file for the audit."),
    "constraint": ("constraint", "Nothing was written; this is a defect, please report it."),
    "unable to open": ("cannot_open", "Check the folder and its rights."),
}


class SqliteStore:
    """A Xiada file.

    Args:
        path: A file `create` made.

    Raises:
        StoreError: It cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._writing, self._closed = Lock(), False
        self._idle: list[sqlite3.Connection] = []
        self._cascades: dict[str, int] = {}
        with _translated(path):
            self._writer = _connect(path)
            try:
                found = self._writer.execute("SELECT value FROM meta WHERE key='origin'").fetchone()
            except sqlite3.Error:
                self._writer.close()
                raise
        if found is None:
            self._writer.close()
            code, remedy = _TRANSLATIONS["malformed"]
            raise StoreError(code, f"{path} does not say which log it holds", remedy=remedy, path=path)
        self._origin = str(found[0])

    @property
    def origin(self) -> str:
        """The log's name."""
        return self._origin

    def close(self) -> None:
        """Close all connections; SQLite folds the WAL into the file."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()
        self._writer.close()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Open a snapshot on a connection of its own."""
        if self._closed:
            raise StoreError("closed", f"{self._path} has been closed", remedy="Open it again.", path=self._path)
        with _translated(self._path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = _connect(self._path)
            connection.execute("BEGIN")
            try:
                yield _Transaction(connection, dict(self._cascades))
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Open the one write transaction; other threads and processes wait."""
        with self._writing, _translated(self._path):
            self._writer.execute("BEGIN IMMEDIATE")
            transaction = _Transaction(self._writer, dict(self._cascades))
            try:
                yield transaction
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            self._cascades = transaction.cascade_ids


class _Transaction:
    """A snapshot, and the door through which changes go in; implements `ports.Writer`."""

    def __init__(self, connection: sqlite3.Connection, cascades: dict[str, int]) -> None:
        self._connection = connection
        self._execute: Callable[..., sqlite3.Cursor] = connection.execute
        self._ids: dict[str, int] = {}
        self._read: dict[str, Directive] = {}
        self.cascade_ids = cascades

    # Reading

    def directive(self, ref: str) -> Directive | None:
        """Return a directive by reference."""
        cascade, _, path = ref.partition("/")
        number = self._cascade_id(cascade)
        rows = self._states(cascade, "cascade_id=? AND place=?", (number, place_of(path)))
        return next(rows, None)

    def children(self, ref: str) -> list[Directive]:
        """Return the children of a directive, by number."""
        if ref not in self._ids and self.directive(ref) is None:
            return []
        return list(self._states(ref.partition("/")[0], "parent_id=? ORDER BY id", (self._ids[ref],)))

    def below(self, ref: str) -> Iterator[Directive]:
        """Yield all descendants, in preorder."""
        cascade, _, path = ref.partition("/")
        place = place_of(path) if path else ""
        where = "cascade_id=? AND place>? AND place<? ORDER BY place"
        yield from self._states(cascade, where, (self._cascade_id(cascade), place, place + AFTER_ALL_PLACES))

    def _states(self, cascade: str, where: str, values: tuple[Any, ...]) -> Iterator[Directive]:
        """Yield the directives of a cascade that answer, remembering their ids."""
        sql = f"SELECT id, place, {STATE_COLUMNS} FROM directive WHERE {where}"  # noqa: S608  (both are ours)
        for number, place, *row in self._execute(sql, values):
            state = state_of(cascade, place, tuple(row))
            self._ids[state.ref] = number
            self._read[state.ref] = state
            yield state

    def _cascade_id(self, name: str) -> int | None:
        """Return a cascade's number inside the file."""
        if name not in self.cascade_ids:
            found = self._execute("SELECT id FROM cascade WHERE name=?", (name,)).fetchone()
            if found is None:
                return None
            self.cascade_ids[name] = found[0]
        return self.cascade_ids[name]

    def cascades(self) -> list[str]:
        """Return the ids of all cascades, oldest first."""
        return [name for (name,) in self._execute("SELECT name FROM cascade ORDER BY id")]

    def head(self) -> Head:
        """Return where the log stands."""
        last = self._execute("SELECT log_index, t FROM event ORDER BY log_index DESC LIMIT 1").fetchone()
        [(org,)] = self._execute("SELECT value FROM meta WHERE key='org'")
        return Head(last[0] + 1, last[1], int(org)) if last else Head(org=int(org))

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) in order."""
        end = limits.INTEGER if stop is None else stop
        # not `yield from`: a reader who stops half-way must not reach into a closed cursor
        for row in self._execute(f"{_EVENTS} WHERE log_index>=? AND log_index<? ORDER BY log_index", (start, end)):
            yield row

    def stream(self, ref: str) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) of one stream."""
        stream = self._stream_id(ref)
        if stream is not None:
            for row in self._execute(f"{_EVENTS} WHERE stream=? ORDER BY version", (stream,)):
                yield row

    def _stream_id(self, ref: str) -> int | None:
        """Return the number of a stream: a directive's id, or minus a unit's."""
        if ref.startswith("org/"):
            found = self._execute("SELECT -id FROM unit WHERE name=?", (ref[4:],)).fetchone()
            return found[0] if found else None
        if ref not in self._ids:
            self.directive(ref)
        return self._ids.get(ref)

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

    def org(self) -> Org:
        """Return the org as it stands."""
        units = [unit_of(name, body) for name, body in self._execute("SELECT name, body FROM unit ORDER BY id")]
        return Org(units, [(unit, to) for unit, to in self._execute("SELECT unit, to_unit FROM delegation")])

    # Writing

    def append(self, changes: Changes) -> None:
        """Write all of it into the open transaction."""
        many = self._connection.executemany
        self._append_org(changes)
        self._update(changes)
        self._insert(changes)
        many("INSERT INTO event VALUES (?,?,?,?,?)", self._event_rows(changes))
        many(
            "INSERT OR IGNORE INTO blob VALUES (?,?,?)",
            ((bytes.fromhex(name), kind, body) for name, (kind, body) in changes.blobs.items()),
        )
        many(
            "INSERT INTO erasable_text VALUES (?,?,?)",
            ((bytes.fromhex(name), salt, body) for name, (salt, body) in changes.texts.items()),
        )
        many(
            "INSERT INTO answer VALUES (?,?,?,?,?,?)",
            (
                (key, kept.index, kept.count, kept.trigger, kept.target, kept.unit)
                for key, kept in changes.answers.items()
            ),
        )

    def _append_org(self, changes: Changes) -> None:
        """Write new units and delegations, and count the org's events."""
        many = self._connection.executemany
        many(
            "INSERT INTO unit (name, body) VALUES (?,?)",
            ((unit.id, unit_body(unit)) for unit in changes.units),
        )
        for unit, to, granted in changes.delegations:
            sql = (
                "INSERT INTO delegation VALUES (?,?)"
                if granted
                else "DELETE FROM delegation WHERE unit=? AND to_unit=?"
            )
            self._execute(sql, (unit, to))
        count = sum(event.ref.startswith("org/") for event in changes.events)
        if count:
            self._execute("UPDATE meta SET value=CAST(value AS INTEGER)+? WHERE key='org'", (count,))

    def _update(self, changes: Changes) -> None:
        """Update directives: what closes first, then dues, then the rest, so that no check stands in the way."""
        pairs = changes.changed.values()
        closing = [pair for pair in pairs if pair[1].closed and not pair[0].closed]
        others = [pair for pair in pairs if not (pair[1].closed and not pair[0].closed)]
        self._update_rows(closing)
        for before, after in due_moves(pairs):
            self._execute("UPDATE directive SET due=? WHERE id=?", (after.due, self._ids[before.ref]))
        self._update_rows(others)

    def _update_rows(self, pairs: list[tuple[Directive, Directive]]) -> None:
        """Update all columns but dues, each row only from the version it was read at."""
        rows = []
        for before, after in pairs:
            row = state_row(after)
            rows.append((*row[2:5], row[9], *row[10:16], row[17], self._ids[before.ref], before.version))
        done = self._connection.executemany(_UPDATE, rows).rowcount if rows else 0
        if done != len(rows):
            raise VersionConflict(
                "version_conflict", "a directive has moved meanwhile", remedy="Reload it and decide again."
            )

    def _insert(self, changes: Changes) -> None:
        """Insert new directives, parents first, giving out their ids."""
        if not changes.created:
            return
        [(last,)] = self._execute("SELECT coalesce(max(id), 0) FROM directive")
        rows = []
        places: dict[str | None, str] = {}
        for number, state in enumerate(changes.created.values(), last + 1):
            self._ids[state.ref] = number
            parent = state.parent
            if parent not in places:
                places[parent] = place_of(parent.partition("/")[2]) if parent else ""
            place = places[parent] + place_of(state.ref[len(parent) + 1 :] if parent else state.path)
            above = (self._ids[parent], self._due_of(parent, changes)) if parent else (None, None)
            rows.append((number, self._cascade_number(state.cascade), place, *above, *state_row(state)))
        self._connection.executemany(_INSERT, rows)

    def _due_of(self, ref: str, changes: Changes) -> int:
        """Return the due a parent has once the changes are written."""
        if ref in changes.created:
            return changes.created[ref].due
        return changes.changed[ref][1].due if ref in changes.changed else self._read[ref].due

    def _cascade_number(self, name: str) -> int:
        """Return a cascade's number inside the file, giving one to a new cascade."""
        found = self._cascade_id(name)
        if found is None:
            found = self.cascade_ids[name] = (
                self._execute("INSERT INTO cascade (name) VALUES (?)", (name,)).lastrowid or 0
            )
        return found

    def _event_rows(self, changes: Changes) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the event table, refusing a gap in the log or in a stream."""
        ids, versions = self._ids, self._versions(changes)
        for place, event in enumerate(changes.events, self.head().size):
            stream = ids.get(event.ref) or self._stream_id(event.ref)
            before = versions[event.ref] if event.ref in versions else self._version(stream)
            if event.index != place or event.version != before + 1:
                raise sqlite3.IntegrityError(f"constraint: event {event.index} of {event.ref} is out of order")
            versions[event.ref] = event.version
            yield place, stream, event.version, event.t, event.body

    @staticmethod
    def _versions(changes: Changes) -> dict[str, int]:
        """Return the versions directives stand at before the changes."""
        return {ref: before.version for ref, (before, _) in changes.changed.items()} | dict.fromkeys(changes.created, 0)

    def _version(self, stream: int | None) -> int:
        """Return the latest version of a stream."""
        [(version,)] = self._execute("SELECT coalesce(max(version), 0) FROM event WHERE stream=?", (stream,))
        return int(version)
