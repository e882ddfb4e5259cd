"""The log as of a moment: what any directive, cascade or count was, without replaying everything.

Rule: statuses and dues come from the columns beside the events, which the audit holds to the
bodies; a directive in full is folded from the bodies of its own stream. A log only grows, so what
was so at a size stays so: nothing here holds a transaction open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from xiada.engine.collector import collector_paused
from xiada.engine.directive import Directive, check_stream
from xiada.engine.errors import NotFound
from xiada.engine.evolve import evolve
from xiada.engine.facts import effective_requirements
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.lifecycles import Pins
from xiada.engine.notice import Notice, Requirement
from xiada.engine.org import Org
from xiada.engine.ports import UNCHANGED, Columns, Reader, Store
from xiada.engine.projections import Mark, Tracks
from xiada.engine.records import read
from xiada.engine.replay import Moment, pins_of


class Standing(NamedTuple):
    """Where one directive stood: its status and due (µs UTC, NEVER if undated)."""

    ref: str
    status: str
    due: int


class AsOf:
    """A log as it was when it had `size` events.

    Args:
        store: Where the log is.
        log: Its name.
        size: Count of events looked at.
        lifecycles: Tables by digest.
        notice: Finds a notice by digest.
    """

    def __init__(
        self,
        store: Store,
        *,
        log: str,
        size: int,
        lifecycles: Mapping[str, Lifecycle],
        notice: Callable[[str], Notice],
    ) -> None:
        self.size = size
        self._store, self._log, self._lifecycles, self._notice = store, log, lifecycles, notice
        self._pins: dict[str, Pins] = {}

    # From the columns

    @cached_property
    def _columns(self) -> tuple[dict[int, int], dict[int, int]]:
        """Return status and due of every stream by number."""
        statuses: dict[int, int] = {}
        dues: dict[int, int] = {}
        with self._store.reading() as reader:
            for columns in _first(reader.columns(), self.size):
                statuses.update(zip(columns.stream, columns.status, strict=True))
                pairs = zip(columns.stream, columns.due, strict=True)
                dues.update([pair for pair in pairs if pair[1] != UNCHANGED])
        return statuses, dues

    @cached_property
    def _names(self) -> Mapping[int, str]:
        """Return the names of statuses by number."""
        with self._store.reading() as reader:
            return reader.statuses()

    def counts(self) -> dict[str, int]:
        """Return how many directives stood at each status."""
        found = Counter(self._columns[0].values())
        return {name: count for number, count in found.items() if (name := self._names[number])}

    def standing(self, ref: str) -> Standing:
        """Return status and due of a directive.

        Raises:
            NotFound: There was none yet.
        """
        with self._store.reading() as reader:
            number = reader.number(check_stream(ref))
        statuses, dues = self._columns
        if number not in statuses or number not in dues:
            raise self._unknown(ref)
        return Standing(ref, self._names[statuses[number]], dues[number])

    def tree(self, ref: str) -> Iterator[Standing]:
        """Yield status and due of a directive and all below it in preorder; of a whole cascade for `cascade/`."""
        statuses, dues = self._columns
        with self._store.reading() as reader:
            for number, name in reader.numbers(ref):
                if number in statuses:
                    yield Standing(name, self._names[statuses[number]], dues[number])

    def tracks(self, ref: str) -> Tracks:
        """Return where a directive and all below it stood after each of their events; of a cascade for `cascade/`.

        Args:
            ref: Reference, or a cascade's id and a slash.

        Returns:
            Marks by reference, in preorder; empty of what was not there yet.
        """
        with self._store.reading() as reader, collector_paused(self.size):
            refs, names = dict(reader.numbers(ref)), reader.statuses()
            found: dict[int, list[Mark]] = {number: [] for number in refs}
            place = 0
            for columns in _first(reader.columns(), self.size):
                rows = zip(columns.stream, columns.t, columns.status, columns.due, strict=True)
                for index, (number, t, status, due) in enumerate(rows, place):
                    marks = found.get(number)
                    if marks is not None:
                        marks.append(Mark(index, t, names[status], marks[-1].due if due == UNCHANGED else due))
                place += len(columns.stream)
            return {refs[number]: tuple(marks) for number, marks in found.items() if marks}

    # From the bodies

    def find(self, ref: str) -> Directive | None:
        """Return a directive in full, folded from its own events; None if there was none yet."""
        with self._store.reading() as reader:
            return self._fold(reader, check_stream(ref))

    def directive(self, ref: str) -> Directive:
        """Return a directive in full, folded from its own events.

        Raises:
            NotFound: There was none yet.
        """
        state = self.find(ref)
        if state is None:
            raise self._unknown(ref)
        return state

    def notice(self, digest: str) -> Notice:
        """Return a notice by digest; notices do not change."""
        return self._notice(digest)

    def children(self, ref: str) -> list[Directive]:
        """Return a directive's children in full, by number."""
        refs = [f"{ref}.{number}" for number in range(1, self.directive(ref).children + 1)]
        with self._store.reading() as reader:
            return [state for child in refs if (state := self._fold(reader, child)) is not None]

    def requirements(self, ref: str) -> list[tuple[Notice, Requirement]]:
        """Return all that was required of a directive, with the notice that added each, topmost first."""
        return effective_requirements(self, self.directive(ref))

    def org(self) -> Org:
        """Return the org of that day."""
        moment = Moment(self._lifecycles)
        with self._store.reading() as reader:
            for start, stop in self._org_events(reader):
                for index, body in reader.events(start, stop):
                    moment.fold(read(body, log=self._log, index=index))
        return moment.org()

    def _org_events(self, reader: Reader) -> Iterator[tuple[int, int]]:
        """Yield the runs (start, stop) of log indices that changed the org."""
        place, start = 0, None
        for columns in _first(reader.columns(), self.size):
            for status in columns.status:
                if status and start is not None:
                    yield start, place
                    start = None
                elif not status and start is None:
                    start = place
                place += 1
        if start is not None:
            yield start, place

    def _fold(self, reader: Reader, ref: str) -> Directive | None:
        """Fold the events of one stream that there were then."""
        state, pins = None, self._pins_of(reader, ref)
        for index, body in reader.stream(ref):
            if index >= self.size:
                break
            state = evolve(state, read(body, log=self._log, index=index), pins.at(index))
        return state

    def _pins_of(self, reader: Reader, ref: str) -> Pins:
        """Return the tables a cascade has run by."""
        cascade = ref.partition("/")[0]
        if cascade not in self._pins:
            found = pins_of(reader, cascade, self._log, self._lifecycles)
            if found is None:
                raise self._unknown(ref)
            self._pins[cascade] = found
        return self._pins[cascade]

    def _unknown(self, ref: str) -> NotFound:
        """Return the refusal of a directive there was not yet."""
        return NotFound(
            "unknown_directive",
            f"there was no directive {ref} when the log had {self.size:,} events",
            directive=ref,
            remedy="Check the reference, or look at a later moment.",
        )


def _first(runs: Iterator[Columns], size: int) -> Iterator[Columns]:
    """Yield the columns of the first `size` events."""
    for columns in runs:
        count = len(columns.stream)
        if count > size:
            columns = Columns(*(column[:size] for column in columns))  # noqa: PLW2901
        if columns.stream:
            yield columns
        size -= count
        if size <= 0:
            return
