"""Where a source is a store: its rows, sent to where they are compared, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.sorting import CHILD, PARENT, Delegated, Marks, family_of
from xiada.engine.audit.spill import Lists, Spill, partition_of
from xiada.engine.errors import XiadaError
from xiada.engine.ports import Head, Reader

AFTER_ALL = 1 << 62
"""The chunk that rows come in: after all of the log's."""
AT_ONCE = 16_384
"""Rows held in memory before they are put away."""


class Router:
    """Sends a store's rows to their partitions.

    Args:
        reader: The snapshot.
        spill: Where rows go.
        marks: Who ever forwarded.
    """

    def __init__(self, reader: Reader, spill: Spill, marks: Marks) -> None:
        self.findings: list[Finding] = []
        self.chunks: list[Lists] = []
        self._reader, self._spill, self._marks = reader, spill, marks
        self._count = 0

    def route(self) -> Iterator[None]:
        """Send all rows, pausing now and then; note what cannot be read."""
        for rows in (self._directives, self._tallies, self._waits, self._units, self._answers):
            try:
                for _ in rows():
                    self._count += 1
                    if self._count % AT_ONCE == 0:
                        self._cut()
                        yield
            except XiadaError as error:
                self.findings.append(Finding("i8_unreadable", None, None, error.message))
        self._cut()

    def _cut(self) -> None:
        """Put away what was sent so far."""
        self.chunks.append(self._spill.cut(AFTER_ALL + self._count))

    def _places(self, ref: str) -> tuple[tuple[int, int], ...]:
        """Return (partition, role) of a directive: where it is a child, and where it is a parent."""
        key, count = ref.encode(), self._spill.count
        own, here = partition_of(key, count), partition_of(family_of(key), count)
        if own == here:
            return ((own, CHILD | PARENT),)
        return ((here, CHILD), (own, PARENT)) if key in self._marks else ((here, CHILD),)

    def _directives(self) -> Iterator[None]:
        """Send the rows of directives."""
        lists = self._spill.lists
        for number, last, parent, parent_due, state in self._reader.kept_directives():
            values = tuple(state)
            for partition, role in self._places(state.ref):
                lists("directive")[partition].append((role, number, last, parent, parent_due, values))
            yield

    def _tallies(self) -> Iterator[None]:
        """Send the roll-up's tallies."""
        for ref, level, status, count in self._reader.tallies():
            for partition, role in self._both(ref):
                self._spill.lists("tally")[partition].append((role, ref, level, status, count))
            yield

    def _waits(self) -> Iterator[None]:
        """Send the roll-up's open children."""
        for ref, children, below in self._reader.waits():
            for partition, role in self._both(ref):
                self._spill.lists("wait")[partition].append((role, ref, children, below))
            yield

    def _both(self, ref: str) -> tuple[tuple[int, int], ...]:
        """Return (partition, role) of a directive that has sums: they are compared where it is a parent, always."""
        key, count = ref.encode(), self._spill.count
        own, here = partition_of(key, count), partition_of(family_of(key), count)
        return ((own, CHILD | PARENT),) if own == here else ((here, CHILD), (own, PARENT))

    def _units(self) -> Iterator[None]:
        """Send the rows of units."""
        for number, version, last, unit in self._reader.kept_units():
            values = tuple(getattr(unit, field.name) for field in fields(unit))
            self._spill.add("unit", f"org/{unit.id}", (number, version, last, values))
            yield

    def _answers(self) -> Iterator[None]:
        """Send what keys stand for; a command that changed nothing left no event to compare."""
        for key, kept in self._reader.kept_answers():
            if kept.count:
                self._spill.add("answer", key, (key, kept.index, kept.count, kept.target, kept.unit))
            yield


def store_findings(reader: Reader, head: Head, delegations: Iterable[Delegated]) -> Iterator[Finding]:
    """Yield where the store says otherwise of itself than its log: where it stands, and the delegations in force.

    Args:
        reader: The snapshot.
        head: Where the log stands by its events.
        delegations: Granted and revoked, in log order.
    """
    try:
        found, kept = reader.head(), set(reader.kept_delegations())
    except XiadaError as error:
        yield Finding("i8_unreadable", None, None, error.message)
        return
    if found != head:
        what = "the store stands elsewhere than its log"
        yield Finding("i8_head", None, None, what, str(head), str(found))
    pairs: set[tuple[str, str]] = set()
    for one in delegations:
        (pairs.add if one.granted else pairs.discard)((one.unit, one.to))
    if kept != pairs:
        yield Finding("i8_org", None, None, "the delegations as kept are not those as logged")
