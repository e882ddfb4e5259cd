"""All that a store in memory keeps beside the events, row by row: for the audit, and for whoever copies it."""

from __future__ import annotations

from collections.abc import Iterator

from xiada.engine.directive import Directive
from xiada.engine.org import Unit
from xiada.engine.ports import Kept, KeptDirective, KeptUnit


class MemoryRows:
    """The part of a store in memory that is read row by row."""

    _streams: dict[str, tuple[int, ...]]
    _numbers: dict[str, int]
    _states: dict[str, Directive]
    _units: dict[str, Unit]
    _delegations: dict[tuple[str, str], None]
    _blobs: dict[str, bytes]
    _texts: dict[str, tuple[bytes, bytes]]
    _answers: dict[str, Kept]

    def kept_directives(self) -> Iterator[KeptDirective]:
        """Yield what is kept of every directive."""
        for ref, state in self._states.items():
            above = self._states.get(state.parent or "")
            number, due = (self._numbers[above.ref], above.due) if above else (None, None)
            yield KeptDirective(self._numbers[ref], self._streams[ref][-1], number, due, state)

    def kept_units(self) -> Iterator[KeptUnit]:
        """Yield what is kept of every unit."""
        for unit in self._units.values():
            places = self._streams[f"org/{unit.id}"]
            yield KeptUnit(self._numbers[f"org/{unit.id}"], len(places), places[-1], unit)

    def kept_delegations(self) -> Iterator[tuple[str, str]]:
        """Yield (unit, to) of the delegations in force."""
        yield from self._delegations

    def kept_answers(self) -> Iterator[tuple[str, Kept]]:
        """Yield what every idempotency key stands for, by key."""
        yield from sorted(self._answers.items(), key=lambda item: item[0])

    def kept_blobs(self) -> Iterator[tuple[str, bytes]]:
        """Yield (name, bytes) of all that lies beside the log under its name."""
        yield from sorted(self._blobs.items())

    def kept_texts(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield (commitment, salt, bytes) of all erasable texts."""
        yield from ((name, *kept) for name, kept in sorted(self._texts.items()))
