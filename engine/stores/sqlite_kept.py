"""All that a file keeps beside the events, row by row: for the audit, and for whoever copies it."""

from __future__ import annotations

from collections.abc import Iterator

from xiada.engine.errors import Tampered
from xiada.engine.ports import Kept, KeptDirective, KeptUnit
from xiada.engine.stores.rows import STATE_COLUMNS, Superiors, state_of, unit_of
from xiada.engine.stores.sqlite_rollup import Execute


class KeptRows:
    """The part of a snapshot that is read row by row."""

    _execute: Execute

    def kept_directives(self) -> Iterator[KeptDirective]:
        """Yield what is kept of every directive.

        Raises:
            Tampered: A row that the store did not write.
        """
        names = dict(self._execute("SELECT id, name FROM cascade"))
        sql = f"SELECT id, last, parent_id, parent_due, cascade_id, place, {STATE_COLUMNS} FROM directive"  # noqa: S608
        for number, last, parent, parent_due, cascade, place, *row in self._execute(sql):
            if cascade not in names:
                raise Tampered(
                    "bad_row", f"directive {number} belongs to no cascade", remedy="Run 'xiada audit verify' on a copy."
                )
            yield KeptDirective(number, last, parent, parent_due, state_of(names[cascade], place, tuple(row)))

    def kept_units(self) -> Iterator[KeptUnit]:
        """Yield what is kept of every unit.

        Raises:
            Tampered: A row that the store did not write.
        """
        shared: dict[Superiors, Superiors] = {}
        for number, version, last, name, body in self._execute("SELECT -id, version, last, name, body FROM unit"):
            yield KeptUnit(number, version, last, unit_of(name, body, shared))

    def kept_delegations(self) -> Iterator[tuple[str, str]]:
        """Yield (unit, to) of the delegations in force."""
        yield from ((unit, to) for unit, to in self._execute("SELECT unit, to_unit FROM delegation"))

    def kept_answers(self) -> Iterator[tuple[str, Kept]]:
        """Yield what every idempotency key stands for, by key."""
        for key, *row in self._execute("SELECT key, log_index, count, command, target, unit FROM answer ORDER BY key"):
            yield key, Kept(*row)

    def kept_blobs(self) -> Iterator[tuple[str, bytes]]:
        """Yield (name, bytes) of all that lies beside the log under its name."""
        for name, body in self._execute("SELECT name, body FROM blob ORDER BY name"):
            yield name.hex(), body

    def kept_texts(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield (commitment, salt, bytes) of all erasable texts."""
        sql = "SELECT commitment, salt, body FROM erasable_text ORDER BY commitment"
        for commitment, salt, body in self._execute(sql):
            yield commitment.hex(), salt, body
