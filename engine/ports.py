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
from xiada.engine.log.tiles import Tiles
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
        ref: Stream: a directive reference, `org/<unit>`, or `log/audit`.
        version: 1-based place in the stream.
        t: Recorded time, µs since 1970 UTC.
        status: The directive's status after it; empty for events of the org and of the log itself.
        due: The directive's due if this event set it, µs UTC, NEVER if undated; None if it did not.
        body: Canonical bytes.
    """

    ref: str
    version: int
    t: int
    status: str
    due: int | None
    body: bytes


TEXTS_FROM = "texts_from"
"""Setting: the log index up to which texts were left out when the log was taken in from a bundle."""

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


class KeptDirective(NamedTuple):
    """What a store keeps of one directive.

    Args:
        number: Its number in the columns.
        last: Log index of its latest event.
        parent: The number of its parent, None for a root.
        parent_due: Its parent's due as repeated beside its own, µs UTC, None for a root.
        state: The directive.
    """

    number: int
    last: int
    parent: int | None
    parent_due: int | None
    state: Directive


class KeptUnit(NamedTuple):
    """What a store keeps of one unit: its stream's number in the columns, version and latest log index, and itself."""

    number: int
    version: int
    last: int
    unit: Unit


class Published(NamedTuple):
    """A checkpoint as the store keeps it.

    Args:
        size: Count of events it covers.
        t: When it was signed, µs since 1970 UTC.
        note: The signed note.
    """

    size: int
    t: int
    note: str


@dataclass(slots=True)
class Upkeep:
    """What one transaction does to what is kept of the log itself.

    Args:
        tiles: Hash tiles by (level, number), level 1 and above, put in place of those kept: 1 to 256 hashes together.
        checkpoints: What was signed, each larger than those kept.
        erased: Commitments of texts that go.
        origin: The log's name from here on, where an epoch begins.
        settings: What whoever opens the file is to remember, by name; None = forget it.
    """

    tiles: Mapping[tuple[int, int], bytes] = field(default_factory=dict)
    checkpoints: Sequence[Published] = ()
    erased: Sequence[str] = ()
    origin: str | None = None
    settings: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class Changes:
    """All that one transaction writes.

    Args:
        first: Log index of the first event.
        events: In log order.
        created: New directives, parents before children, each at its version 1 or later.
        changed: Directives that were there, as (before, after).
        units: New units.
        reformed: Units that were there or are new, as they stand now, by id.
        delegations: (unit, to, granted) in order.
        blobs: Bytes kept beside the log, by name: (kind, bytes).
        texts: Erasable texts by commitment: (salt, bytes).
        answers: What idempotency keys stand for.
        batches: How far batches have come, by key.
        tallies: What is added to the roll-up's tallies, see `rollup`.
        waits: What is added to its open children and descendants.
        upkeep: What becomes of what is kept of the log itself, if anything.
    """

    first: int = 0
    events: list[Written] = field(default_factory=list)
    created: dict[str, Directive] = field(default_factory=dict)
    changed: dict[str, tuple[Directive, Directive]] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    reformed: dict[str, Unit] = field(default_factory=dict)
    delegations: list[tuple[str, str, bool]] = field(default_factory=list)
    blobs: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    texts: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    answers: dict[str, Kept] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    tallies: Tallies = field(default_factory=dict)
    waits: Waits = field(default_factory=dict)
    upkeep: Upkeep | None = None

    def __bool__(self) -> bool:
        return bool(self.events or self.answers or self.batches or self.upkeep)


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


class Anchor(Protocol):
    """Holds a log's checkpoints where whoever can change the log cannot change them; `str` of it says where."""

    def send(self, note: str) -> None:
        """Hand over a signed checkpoint; whatever is raised is kept, and it is handed over again later."""
        ...

    def newest(self) -> str | None:
        """Return the latest checkpoint held, None if there is none or it cannot be read back."""
        ...


class Timer(Protocol):
    """Calls back later."""

    def __call__(self, seconds: float, call: Callable[[], None], /) -> Callable[[], None]:
        """Have `call` called once, that much later, in another thread; return what prevents it."""
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

    def of_unit(self, unit: str, *, only_open: bool) -> list[Directive]:
        """Return the directives that lie on a unit, oldest cascade first and in preorder within; open ones, or all."""
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

    def open_notices(self, cascade: str) -> frozenset[str]:
        """Return the digests of the notices that open directives of a cascade rest on."""
        ...

    def tallies(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield all (reference, level, status, count) kept, in any order."""
        ...

    def waits(self) -> Iterator[tuple[str, int, int]]:
        """Yield all (reference, open children, open strict descendants) kept, in any order."""
        ...


class Log(Protocol):
    """The append-only log."""

    @property
    def origin(self) -> str:
        """The log's name in this snapshot, epoch included."""
        ...

    def head(self) -> Head:
        """Return where the log stands."""
        ...

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) from `start` up to and without `stop`, in order."""
        ...

    def stream(self, ref: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) of one stream from log index `start` on, in order."""
        ...

    def columns(self, start: int = 0, stop: int | None = None) -> Iterator[Columns]:
        """Yield the columns of events in log order, a run of some hundreds at a time; `start` begins a block."""
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
        """Return the name of every status by its number in the columns; events of org and log have the empty one."""
        ...

    def tiles(self) -> Tiles:
        """Return the log's tree: leaves hashed from the events, above them what is stored, else hashed too."""
        ...

    def integrated(self) -> int:
        """Return how many events, a multiple of 256, have the hashes of their blocks in stored tiles."""
        ...

    def checkpoints(self) -> list[str]:
        """Return all signed notes, oldest first."""
        ...

    def checkpoint(self) -> Published | None:
        """Return the newest checkpoint, None if nothing was ever signed."""
        ...

    def checkpoint_from(self, size: int) -> Published | None:
        """Return the smallest checkpoint over at least so many events, None if there is none."""
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

    def setting(self, name: str) -> str | None:
        """Return what whoever opens the file is to remember under a name, None if nothing."""
        ...

    def org(self) -> Org:
        """Return the org as it stands."""
        ...

    def units(self, ids: Iterable[str]) -> Mapping[str, Unit]:
        """Return those of these units that there are, by id, without reading the whole org."""
        ...


class Rows(Protocol):
    """All that is kept, row by row, in any order but where one is named, for the audit and for copies."""

    def kept_directives(self) -> Iterator[KeptDirective]:
        """Yield what is kept of every directive."""
        ...

    def kept_units(self) -> Iterator[KeptUnit]:
        """Yield what is kept of every unit."""
        ...

    def kept_delegations(self) -> Iterator[tuple[str, str]]:
        """Yield (unit, to) of the delegations in force."""
        ...

    def kept_answers(self) -> Iterator[tuple[str, Kept]]:
        """Yield what every idempotency key stands for, by key."""
        ...

    def kept_blobs(self) -> Iterator[tuple[str, bytes]]:
        """Yield (name in hex, bytes) of all notices, side lists and lifecycles, by name."""
        ...

    def kept_texts(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield (commitment in hex, salt, bytes) of all erasable texts not erased, by commitment."""
        ...


class Reader(States, Rollup, Log, Shelf, Rows, Protocol):
    """One consistent snapshot of everything."""


class Writer(Reader, Protocol):
    """A transaction: a snapshot that can be added to."""

    def append(self, changes: Changes) -> None:
        """Write all of it; visible to others only when the transaction ends well."""
        ...


class Rebuilder(Writer, Protocol):
    """A transaction that can also drop what follows from the events."""

    def refill(self, changes: Changes) -> None:
        """Put directives, units, delegations and roll-up in place of those kept, and drop the tiles."""
        ...


class Store(Protocol):
    """Where a log and its projections are kept."""

    @property
    def origin(self) -> str:
        """The log's name, epoch included, as it was when this store was opened or last wrote."""
        ...

    def reading(self) -> AbstractContextManager[Reader]:
        """Open a snapshot."""
        ...

    def writing(self) -> AbstractContextManager[Rebuilder]:
        """Open a transaction; an exception undoes it, else it is durable when this ends."""
        ...

    def scrub(self) -> None:
        """Leave no byte of what was erased.

        Raises:
            StoreError: Somebody is reading an older state; try again when nobody does.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
