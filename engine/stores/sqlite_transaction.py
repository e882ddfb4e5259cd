"""One transaction on a file: the door through which changes go in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from xiada.engine.directive import AUDIT_STREAM
from xiada.engine.ports import Changes, Head, Written
from xiada.engine.stores import sqlite_rollup, sqlite_states, sqlite_upkeep
from xiada.engine.stores.blocks import Event
from xiada.engine.stores.rows import Row, place_of, unit_body
from xiada.engine.stores.sqlite_snapshot import Snapshot


class Transaction(Snapshot):
    """A transaction that can be added to; implements `ports.Writer`."""

    def append(self, changes: Changes) -> None:
        """Write all of it into the open transaction."""
        head = self.head()
        if changes.first != head.size:
            raise _out_of_order(f"events would begin at {changes.first}, not at {head.size}")
        self._add_units(changes)
        quiet = [event for event in changes.events if not event.status]
        for event in quiet:
            self._stream(event.ref)
        events = self._numbered(changes)
        self._write_directives(changes)
        self._check_order(changes, quiet)
        self._log.append(changes.first, events)
        t = changes.events[-1].t if changes.events else head.t
        versions = {event.ref: event.version for event in quiet}
        own = versions.pop(AUDIT_STREAM, None)
        org = sum(event.ref != AUDIT_STREAM for event in quiet)
        self._numbers.head = Head(head.size + len(events), t, head.org + org)
        self._write_rollup(changes)
        self._write_org(changes, versions)
        self._write_own(own)
        self._write_beside(changes)
        if changes.upkeep is not None:
            sqlite_upkeep.write(self._connection, changes.upkeep)
            self._numbers.origin = changes.upkeep.origin or self._numbers.origin

    def refill(self, changes: Changes) -> None:
        """Put directives, units, delegations and roll-up in place of those kept, numbered as in the columns."""
        for table in ("waiting", "tally", "directive", "delegation", "unit", "cascade", "tile"):
            self._execute(f"DELETE FROM {table}")  # noqa: S608  (ours)
        self._streams.clear()
        self._numbers.cascades.clear()
        versions: dict[int, int] = {}
        place = org = 0
        for columns in self.columns():
            org += sum(stream < 0 for stream in columns.stream)
            versions.update(zip(columns.stream, columns.version, strict=True))
            self._latest.update(zip(columns.stream, range(place, place + len(columns.stream)), strict=True))
            place += len(columns.stream)
        self._numbers.head = replace(self.head(), org=org)
        self._add_units(changes)
        self._give_numbers(changes)
        self._write_directives(changes)
        self._write_rollup(changes)
        self._write_org(
            changes, {f"org/{unit.id}": versions[self._streams[f"org/{unit.id}"]] for unit in changes.units}
        )
        self._write_own(versions.get(0))

    def _add_units(self, changes: Changes) -> None:
        """Give new units their numbers and rows, and put down what has changed of others."""
        for unit in changes.units:
            row = self._execute(
                "INSERT INTO unit (name, version, last, body) VALUES (?,0,-1,?)", (unit.id, unit_body(unit))
            )
            self._streams[f"org/{unit.id}"] = -int(row.lastrowid or 0)
        rows = [(unit_body(unit), name) for name, unit in changes.reformed.items()]
        self._connection.executemany("UPDATE unit SET body=? WHERE name=?", rows)

    def _numbered(self, changes: Changes) -> list[Event]:
        """Return the rows of the events, having given new directives their numbers."""
        self._give_numbers(changes)
        if not changes.events:
            return []
        latest, numbers = self._latest, self._statuses(changes)
        refs, versions, t, statuses, dues, bodies = zip(*changes.events, strict=True)
        self._streams[AUDIT_STREAM] = 0
        streams = list(map(self._streams.__getitem__, refs))
        del self._streams[AUDIT_STREAM]
        previous = []
        for index, stream in enumerate(streams, changes.first):
            previous.append(latest.get(stream))
            latest[stream] = index
        return list(zip(streams, versions, t, previous, map(numbers.__getitem__, statuses), dues, bodies, strict=True))

    def _check_order(self, changes: Changes, quiet: list[Written]) -> None:
        """Refuse a gap or a double in a stream; `quiet` are the events of org and log among them."""
        versions = self._versions(changes, quiet)
        for ref, version, *_ in changes.events:
            if versions.get(ref) != version - 1:
                raise _out_of_order(f"version {version} of {ref}")
            versions[ref] = version

    def _give_numbers(self, changes: Changes) -> None:
        """Number new directives, and make sure of the numbers of the others."""
        if changes.created:
            [(last,)] = self._execute("SELECT coalesce(max(id), 0) FROM directive")
            self._streams.update(zip(changes.created, range(last + 1, last + 1 + len(changes.created)), strict=True))
        unknown = [ref for ref in changes.changed if self._streams.get(ref) not in self._latest]
        for _ in self.directives(unknown):
            pass  # reading them notes their numbers

    def _versions(self, changes: Changes, quiet: list[Written]) -> dict[str, int]:
        """Return the versions the streams of the events stand at before them."""
        versions = {ref: before.version for ref, (before, _) in changes.changed.items()}
        versions |= dict.fromkeys(changes.created, 0)
        for ref in {event.ref for event in quiet}:
            found = self._execute("SELECT version FROM unit WHERE name=?", (ref.removeprefix("org/"),)).fetchone()
            versions[ref] = found[0] if found else -1
            if ref == AUDIT_STREAM:
                versions[ref] = (self._audit() or (0, 0))[0]
        return versions

    def _statuses(self, changes: Changes) -> dict[str, int]:
        """Return the numbers of all statuses, giving new ones theirs."""
        numbers = self._numbers.statuses
        numbers[""] = 0
        unknown = [name for name in dict.fromkeys(event.status for event in changes.events) if name not in numbers]
        if unknown:
            self._connection.executemany("INSERT OR IGNORE INTO status (name) VALUES (?)", zip(unknown, strict=True))
            numbers.update(self._execute("SELECT name, id FROM status"))
        return numbers

    def _write_directives(self, changes: Changes) -> None:
        """Update the directives that were there, insert the new ones."""
        sqlite_states.update(self._connection, changes.changed.values(), self._streams, self._latest)
        if changes.created:
            first = self._streams[next(iter(changes.created))]
            sqlite_states.insert(self._connection, first, self._rows(changes))

    def _rows(self, changes: Changes) -> Iterator[tuple[Row, Row, bytes]]:
        """Yield what `insert` takes of the new directives: what is alike among sisters, what is their own, the head."""
        streams, latest = self._streams, self._latest
        family, alike, common = None, None, None
        place, number, due = "", None, None
        for ref, state in changes.created.items():
            parent = state.parent
            if family is None or parent != family:
                family, alike = parent, None
                place, number, due = self._under(parent, changes)
            if state[7:] != alike or common is None or (state.status, state.version) != common[3:5]:
                alike = state[7:]
                common = (self._cascade_number(state.cascade), due, *sqlite_states.alike(state))
            last = place_of(ref[len(parent) + 1 :] if parent else state.path)
            yield common, (place + last, number, state.unit, latest[streams[ref]]), state.head

    def _write_rollup(self, changes: Changes) -> None:
        """Add what the changes add to the roll-up, having made sure of the numbers it is kept under."""
        if not changes.tallies and not changes.waits:
            return
        for _ in self.directives({key[0] for key in changes.tallies if key[0] not in self._streams}):
            pass  # reading them notes their numbers
        sqlite_rollup.write(self._connection, changes, self._streams, self._numbers.cascades)

    def _under(self, parent: str | None, changes: Changes) -> tuple[str, int | None, int | None]:
        """Return place, number and due of a parent once the changes are written; nothing for roots."""
        if parent is None:
            return "", None, None
        return place_of(parent.partition("/")[2]), self._streams[parent], self._due_of(parent, changes)

    def _cascade_number(self, name: str) -> int:
        """Return a cascade's number inside the file, giving one to a new cascade."""
        found = self._cascade(name)
        if found is None:
            row = self._execute("INSERT INTO cascade (name) VALUES (?)", (name,))
            found = self._numbers.cascades[name] = row.lastrowid or 0
        return found

    def _write_org(self, changes: Changes, heads: dict[str, int]) -> None:
        """Write delegations, note where the org's streams stand (`heads`: versions by name), and count its events."""
        for unit, to, granted in changes.delegations:
            sql = (
                "INSERT INTO delegation VALUES (?,?)"
                if granted
                else "DELETE FROM delegation WHERE unit=? AND to_unit=?"
            )
            self._execute(sql, (unit, to))
        if heads:
            rows = ((version, self._latest[self._streams[ref]], ref[4:]) for ref, version in heads.items())
            self._connection.executemany("UPDATE unit SET version=?, last=? WHERE name=?", rows)
            self._execute("UPDATE meta SET value=? WHERE key='org'", (str(self.head().org),))

    def _write_own(self, version: int | None) -> None:
        """Note where the stream of the log itself stands, if it has moved."""
        if version is not None:
            self._execute("INSERT OR REPLACE INTO meta VALUES ('audit', ?)", (f"{version} {self._latest[0]}",))

    def _write_beside(self, changes: Changes) -> None:
        """Write what lies beside the log."""
        blobs = [(bytes.fromhex(name), kind, body) for name, (kind, body) in changes.blobs.items()]
        texts = [(bytes.fromhex(name), salt, body) for name, (salt, body) in changes.texts.items()]
        answers = [
            (key, kept.index, kept.count, kept.trigger, kept.target, kept.unit) for key, kept in changes.answers.items()
        ]
        batches = [(key, batch.done, batch.events, batch.last) for key, batch in changes.batches.items()]
        for sql, rows in (
            ("INSERT OR IGNORE INTO blob VALUES (?,?,?)", blobs),
            ("INSERT INTO erasable_text VALUES (?,?,?)", texts),
            ("INSERT INTO answer VALUES (?,?,?,?,?,?)", answers),
            ("INSERT OR REPLACE INTO batch VALUES (?,?,?,?)", batches),
        ):
            if rows:
                self._connection.executemany(sql, rows)

    def _due_of(self, ref: str, changes: Changes) -> int:
        """Return the due a parent has once the changes are written."""
        if ref in changes.created:
            return changes.created[ref].due
        if ref in changes.changed:
            return changes.changed[ref][1].due
        [(due,)] = self._execute("SELECT due FROM directive WHERE id=?", (self._stream(ref),))
        return int(due)


def _out_of_order(what: str) -> sqlite3.IntegrityError:
    """Return the error for a log or a stream that would have a gap or a double."""
    return sqlite3.IntegrityError(f"constraint: {what} is out of order")
