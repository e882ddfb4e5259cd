"""What the engine needs from outside, as small Protocols, and the values that pass through them.

Rule: the core asks only for these; adapters in `stores/` and at the embedder's implement them.
A `Reader` shows one consistent snapshot. A `Writer` is the only door through which anything is
written, and writes all of a `Changes` or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from xiada.engine.directive import Directive
from xiada.engine.org import Org, Unit
from xiada.engine.rollup import Blocked, Tallies, Waits


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log stands: count of events, latest recorded time (µs UTC), count of org events."""

    size: int = 0
    t: int = 0
    org: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What an idempotency key stands for: a command, and the events it recorded.

    Args:
        index: Log index of the first event.
        count: How many; 0 if the command changed nothing.
        trigger: The command's trigger; `target` is the stream it was about, `unit` the actor's unit.
    """

    index: int
    count: int
    trigger: str
    target: str
    unit: str


@dataclass(frozen=True, slots=True)
class Batch:
    """How far a batch of commands has come under its key.

    Args:
        done: Commands carried out or left out.
        events: Events they recorded.
        last: The last of them: trigger and stream.
    """

    done: int = 0
    events: int = 0
    last: str = ""


class Written(NamedTuple):
    """An event as a store keeps it: its bytes, and beside them what is looked up without reading those.

    Args:
        ref: Stream: a directive reference, or `org/<unit>`.
        version: 1-based place in the stream.
        t: Recorded time, µs since 1970 UTC.
        status: The directive's status after it; empty for the org's events.
        due: The directive's due if this event set it, µs UTC, NEVER if undated; None if it did not.
        body: Canonical bytes.
    """

    ref: str
    version: int
    t: int
    status: str
    due: int | None
    body: bytes


UNCHANGED = -1
"""In a column: no previous event, or a due left as it was."""


class Columns(NamedTuple):
    """What is looked up of a run of events without reading their bytes, each column in log order.

    Args:
        stream: The number a store gives a stream.
        t: Recorded time, µs since 1970 UTC.
        previous: Log index of the stream's event before, or UNCHANGED.
        due: The directive's due where the event set it, else UNCHANGED.
        version: Place in the stream.
        status: The number a store gives the status after it.
    """

    stream: Sequence[int]
    t: Sequence[int]
    previous: Sequence[int]
    due: Sequence[int]
    version: Sequence[int]
    status: Sequence[int]


@dataclass(slots=True)
class Changes:
    """All that one transaction writes.

    Args:
        first: Log index of the first event.
        events: In log order.
        created: New directives, parents before children, each at its version 1 or later.
        changed: Directives that were there, as (before, after).
        units: New units.
        delegations: (unit, to, granted) in order.
        blobs: Bytes kept beside the log, by name: (kind, bytes).
        texts: Erasable texts by commitment: (salt, bytes).
        answers: What idempotency keys stand for.
        batches: How far batches have come, by key.
        tallies: What is added to the roll-up's tallies, see `rollup`.
        waits: What is added to its open children and descendants.
    """

    first: int = 0
    events: list[Written] = field(default_factory=list)
    created: dict[str, Directive] = field(default_factory=dict)
    changed: dict[str, tuple[Directive, Directive]] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    delegations: list[tuple[str, str, bool]] = field(default_factory=list)
    blobs: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    texts: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    answers: dict[str, Kept] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    tallies: Tallies = field(default_factory=dict)
    waits: Waits = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.events or self.answers or self.batches)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """Return the current instant, µs since 1970 UTC."""
        ...


class Entropy(Protocol):
    """Gives salts."""

    def __call__(self, count: int, /) -> bytes:
        """Return `count` random bytes."""
        ...


class Authority(Protocol):
    """Decides who may act for whom."""

    def entitles(self, acting: str, unit: str, behalf: str | None, org: Callable[[], Org]) -> bool:
        """Tell whether an actor of `unit` (acting on `behalf` of another) may use the rights of `acting`.

        `org` gives the org in force, delegations and all; ask for it only if it matters.
        """
        ...


class States(Protocol):
    """Live states of directives."""

    def directive(self, ref: str) -> Directive | None:
        """Return a directive by reference, None if there is none."""
        ...

    def directives(self, refs: Iterable[str]) -> Iterator[Directive]:
        """Yield the directives of these references that there are, in any order."""
        ...

    def children(self, ref: str) -> list[Directive]:
        """Return the children of a directive, by number."""
        ...

    def below(self, ref: str) -> Iterator[Directive]:
        """Yield all descendants of a directive, or with `cascade/` a whole cascade, parents first."""
        ...

    def cascades(self) -> list[str]:
        """Return the ids of all cascades, oldest first."""
        ...


class Rollup(Protocol):
    """What is kept added up, and found without reading a whole cascade.

    `scope` is a directive and all below it, or with `cascade/` a whole cascade.
    """

    def counts(self, ref: str) -> Mapping[tuple[str, str], int]:
        """Return how many strict descendants of a directive stand at each (level, status)."""
        ...

    def late(self, scope: str, now: int, after: tuple[int, str] | None, limit: int) -> list[Directive]:
        """Return open directives due before `now` (µs UTC), by due, then in preorder, after that (due, reference)."""
        ...

    def blocked(self, scope: str, after: str | None, limit: int) -> list[Blocked]:
        """Return open directives with open children, in preorder, after that reference."""
        ...

    def tallies(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield all (reference, level, status, count) kept, in any order."""
        ...

    def waits(self) -> Iterator[tuple[str, int, int]]:
        """Yield all (reference, open children, open strict descendants) kept, in any order."""
        ...


class Log(Protocol):
    """The append-only log."""

    def head(self) -> Head:
        """Return where the log stands."""
        ...

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) from `start` up to and without `stop`, in order."""
        ...

    def stream(self, ref: str) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) of one stream, in order."""
        ...

    def columns(self) -> Iterator[Columns]:
        """Yield the columns of all events in log order, a run of some hundreds at a time."""
        ...

    def size_at(self, t: int) -> int:
        """Return how many events had been recorded at an instant, µs UTC, inclusive."""
        ...

    def number(self, ref: str) -> int | None:
        """Return the number of a stream in the columns, None if there is no such stream."""
        ...

    def numbers(self, ref: str) -> Iterator[tuple[int, str]]:
        """Yield (number, reference) of a directive and all below it in preorder; of a cascade for `cascade/`."""
        ...

    def streams(self) -> Mapping[int, tuple[str, int]]:
        """Return name and latest log index of every stream by its number in the columns."""
        ...

    def statuses(self) -> Mapping[int, str]:
        """Return the name of every status by its number in the columns; the org's events have the empty one."""
        ...


class Shelf(Protocol):
    """What lies beside the log."""

    def blob(self, name: str) -> bytes | None:
        """Return the bytes of a notice, a side list or a lifecycle by name."""
        ...

    def text(self, commitment: str) -> tuple[bytes, bytes] | None:
        """Return (salt, bytes) of an erasable text, None if erased or unknown."""
        ...

    def answer(self, key: str) -> Kept | None:
        """Return what an idempotency key stands for, None if it is new."""
        ...

    def batch(self, key: str) -> Batch | None:
        """Return how far the batch under a key has come, None if it is new."""
        ...

    def org(self) -> Org:
        """Return the org as it stands."""
        ...

    def units(self, ids: Iterable[str]) -> Mapping[str, Unit]:
        """Return those of these units that there are, by id, without reading the whole org."""
        ...


class Reader(States, Rollup, Log, Shelf, Protocol):
    """One consistent snapshot of everything."""


class Writer(Reader, Protocol):
    """A transaction: a snapshot that can be added to."""

    def append(self, changes: Changes) -> None:
        """Write all of it; visible to others only when the transaction ends well."""
        ...


class Rebuilder(Writer, Protocol):
    """A transaction that can also drop the projection."""

    def refill(self, changes: Changes) -> None:
        """Put directives, units, delegations and roll-up in place of those kept; the log stays as it is."""
        ...


class Store(Protocol):
    """Where a log and its projections are kept."""

    @property
    def origin(self) -> str:
        """The log's name, epoch included."""
        ...

    def reading(self) -> AbstractContextManager[Reader]:
        """Open a snapshot."""
        ...

    def writing(self) -> AbstractContextManager[Rebuilder]:
        """Open a transaction; an exception undoes it, else it is durable when this ends."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
