"""One transaction on a file: the door through which changes go in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from xiada.engine.ports import Changes
from xiada.engine.stores import sqlite_states
from xiada.engine.stores.blocks import Event
from xiada.engine.stores.rows import Row, place_of, unit_body
from xiada.engine.stores.sqlite_snapshot import Snapshot


class Transaction(Snapshot):
    """A transaction that can be added to; implements `ports.Writer`."""

    def append(self, changes: Changes) -> None:
        """Write all of it into the open transaction."""
        if changes.first != self._numbers.size:
            raise _out_of_order(f"events would begin at {changes.first}, not at {self._numbers.size}")
        self._add_units(changes)
        events = self._numbered(changes)
        self._write_directives(changes)
        self._check_order(changes)
        self._log.append(changes.first, events)
        self._numbers.size += len(events)
        self._write_org(changes)
        self._write_beside(changes)

    def _add_units(self, changes: Changes) -> None:
        """Give new units their numbers and rows."""
        for unit in changes.units:
            row = self._execute(
                "INSERT INTO unit (name, version, last, body) VALUES (?,0,-1,?)", (unit.id, unit_body(unit))
            )
            self._streams[f"org/{unit.id}"] = -int(row.lastrowid or 0)

    def _numbered(self, changes: Changes) -> list[Event]:
        """Return the rows of the events, having given new directives their numbers."""
        self._give_numbers(changes)
        if not changes.events:
            return []
        latest, numbers = self._latest, self._statuses(changes)
        refs, versions, t, statuses, dues, bodies = zip(*changes.events, strict=True)
        streams = list(map(self._streams.__getitem__, refs))
        previous = []
        for index, stream in enumerate(streams, changes.first):
            previous.append(latest.get(stream))
            latest[stream] = index
        return list(zip(streams, versions, t, previous, map(numbers.__getitem__, statuses), dues, bodies, strict=True))

    def _check_order(self, changes: Changes) -> None:
        """Refuse a gap or a double in a stream."""
        versions = self._versions(changes)
        for ref, version, *_ in changes.events:
            if versions.get(ref) != version - 1:
                raise _out_of_order(f"version {version} of {ref}")
            versions[ref] = version

    def _give_numbers(self, changes: Changes) -> None:
        """Number new directives, and make sure of the numbers of the others."""
        for ref in {event.ref for event in changes.events if not event.status}:
            self._stream(ref)
        [(last,)] = self._execute("SELECT coalesce(max(id), 0) FROM directive")
        self._first_new = last + 1
        self._streams.update(zip(changes.created, range(last + 1, last + 1 + len(changes.created)), strict=True))
        unknown = [ref for ref in changes.changed if self._streams.get(ref) not in self._latest]
        for _ in self.directives(unknown):
            pass  # reading them notes their numbers

    def _versions(self, changes: Changes) -> dict[str, int]:
        """Return the versions the streams of the events stand at before them."""
        versions = {ref: before.version for ref, (before, _) in changes.changed.items()}
        versions |= dict.fromkeys(changes.created, 0)
        for ref in {event[0] for event in changes.events} - versions.keys():
            found = self._execute("SELECT version FROM unit WHERE name=?", (ref[4:],)).fetchone()
            versions[ref] = found[0] if found and ref.startswith("org/") else -1
        return versions

    def _statuses(self, changes: Changes) -> dict[str, int]:
        """Return the numbers of all statuses, giving new ones theirs."""
        numbers = self._numbers.statuses
        for name in {event.status for event in changes.events} - numbers.keys():
            if name:
                self._execute("INSERT OR IGNORE INTO status (name) VALUES (?)", (name,))
        numbers.update(self._execute("SELECT name, id FROM status"))
        numbers[""] = 0
        return numbers

    def _write_directives(self, changes: Changes) -> None:
        """Update the directives that were there, insert the new ones."""
        sqlite_states.update(self._connection, changes.changed.values(), self._streams, self._latest)
        sqlite_states.insert(self._connection, self._first_new, self._rows(changes))

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
            if state[7:] != alike or common is None or state.status != common[3]:
                alike = state[7:]
                common = (self._cascade_number(state.cascade), due, *sqlite_states.alike(state))
            own = place_of(ref[len(parent) + 1 :] if parent else state.path)
            yield common, (place + own, number, state.unit, latest[streams[ref]]), state.head

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

    def _write_org(self, changes: Changes) -> None:
        """Write delegations, note where the org's streams stand, and count its events."""
        for unit, to, granted in changes.delegations:
            sql = (
                "INSERT INTO delegation VALUES (?,?)"
                if granted
                else "DELETE FROM delegation WHERE unit=? AND to_unit=?"
            )
            self._execute(sql, (unit, to))
        heads = {event.ref: event.version for event in changes.events if not event.status}
        rows = ((version, self._latest[self._streams[ref]], ref[4:]) for ref, version in heads.items())
        self._connection.executemany("UPDATE unit SET version=?, last=? WHERE name=?", rows)
        count = sum(not event.status for event in changes.events)
        if count:
            self._execute("UPDATE meta SET value=CAST(value AS INTEGER)+? WHERE key='org'", (count,))

    def _write_beside(self, changes: Changes) -> None:
        """Write what lies beside the log."""
        many = self._connection.executemany
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
        many(
            "INSERT OR REPLACE INTO batch VALUES (?,?,?,?)",
            ((key, batch.done, batch.events, batch.last) for key, batch in changes.batches.items()),
        )

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
