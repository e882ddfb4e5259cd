"""Sorting: the first pass over the log, from its order to families, and from bytes to hashes.

Rule: an event goes where its directive's parent is checked, for it is a child there; if its
directive ever forwarded, also where that directive's own children are checked. A family is thus
found whole in one partition, and partitions are checked one by one, in memory that does not grow
with the log. Nothing is read of a body here but its stream and its time; what these say is checked
again when the body is read in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise, repeat
from sys import intern
from typing import Any, NamedTuple, TypeAlias
from zlib import crc32

import orjson

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.skim import Event, Skimmer
from xiada.engine.audit.source import Source
from xiada.engine.audit.spill import Lists, Spill
from xiada.engine.directive import parent_of
from xiada.engine.errors import Tampered, XiadaError
from xiada.engine.log.merkle import root_hash
from xiada.engine.log.tiles import Tiles
from xiada.engine.ports import Reader

BLOCK = 256
"""Events hashed into one subtree; a tile's width."""
CHUNK = 64 * BLOCK
"""Events sorted at a time."""
BITS = 20
"""Of a mark: so many bits of the hash of a reference."""
_MASK = (1 << BITS) - 1

CHILD, PARENT, BOTH = 1, 2, 3
"""What a directive is where an event of it is looked at: a child, a possible parent, or both."""

ColumnsOf: TypeAlias = tuple[int, int, int, int, int, int]
"""(stream, t, previous, due, version, status) as a store keeps them beside an event."""

REFORMS = frozenset({"unit_renamed", "unit_moved", "unit_merged", "unit_abolished"})
"""What changes a unit that has joined."""

_DIR, _AFTER, _TIME = b'"dir":"', b'","key":', b',"t":'
"""What stands before and after the stream, and before the time; none of them can stand inside a JSON string."""


class Marks:
    """References seen to forward, as bits of a hash: one too many costs time, none is missed."""

    def __init__(self, bits: int = 0) -> None:
        self._bits = bytearray(bits.to_bytes(1 << BITS - 3, "little"))

    def add(self, ref: bytes) -> None:
        """Mark a reference."""
        place = crc32(ref) & _MASK
        self._bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, ref: bytes) -> bool:
        place = crc32(ref) & _MASK
        return bool(self._bits[place >> 3] >> (place & 7) & 1)

    @property
    def bits(self) -> int:
        """All marks as one number; marks are joined by `|`."""
        return int.from_bytes(self._bits, "little")


def family_of(ref: bytes) -> bytes:
    """Return where a directive is a child: its parent's reference; of a root, its cascade's name and a slash.

    Example:
        >>> family_of(b"kx.2020/1.19"), family_of(b"kx.2020/1")
        (b'kx.2020/1', b'kx.2020/')
    """
    above = ref.rpartition(b".")[0]
    return above if b"/" in above else ref.partition(b"/")[0] + b"/"


def marks_of(source: Source, start: int, stop: int) -> int:
    """Return the marks of all references that forwarded in a range of the log."""
    marks = Marks()
    for _, body in source.events(start, stop):
        if b'"type":"forwarded"' in body:
            begin = body.rfind(_DIR) + len(_DIR)
            marks.add(body[begin : body.find(b'"', begin)])
    return marks.bits


class Joined(NamedTuple):
    """A unit joined the org at a log index."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it
    unit: str
    level: str
    superiors: tuple[tuple[str, str], ...]

    def superior(self, line: str) -> str | None:
        """Return its superior in a line, None if it has none there; of two, which no engine writes, the last."""
        return dict(self.superiors).get(line)


class Reorganised(NamedTuple):
    """A unit was renamed, moved or ended at a log index.

    Args:
        index: Log index.
        unit: The unit.
        kind: Type of the event.
        to: Its superior then, or who came after it; None if nobody did.
        line: In which line it moved; `was` is its superior before.
        by: Who did it, and when: actor, unit, unit acted for, recorded time.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it
    unit: str
    kind: str
    to: str | None
    line: str | None
    was: str | None
    by: tuple[object, ...]


class Delegated(NamedTuple):
    """From a log index on actors of unit `to` may act on behalf of `unit`, or no more."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it
    unit: str
    to: str
    granted: bool


class Rooted(NamedTuple):
    """A root was issued at a log index: on which unit, by which lifecycle, under which notice."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it
    ref: str
    unit: str
    lifecycle: str | None
    notice: str


class Remapped(NamedTuple):
    """From a log index on a cascade goes on by the lifecycle of another digest.

    Args:
        index: Log index of the lead root's event.
        cascade: The cascade.
        data: What that event says.
        by: Who did it, and when: actor, unit, unit acted for, recorded time.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it
    cascade: str
    data: dict[str, Any]
    by: tuple[object, ...]

    @property
    def lifecycle(self) -> str:
        """The digest of the lifecycle it goes on by."""
        return str(self.data["lifecycle"])


class Passed(NamedTuple):
    """A directive was forwarded to so many more, with a notice of its own or None."""

    ref: str
    recipients: int
    notice: str | None


class Housekeeping(NamedTuple):
    """An event of the log itself: keys, restores, erasures."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it
    head: bytes
    body: bytes
    columns: ColumnsOf | None


@dataclass(slots=True)
class Sorted:
    """What one chunk came to.

    Args:
        start: Log index of its first event.
        lists: Its events by partition, where they stay in memory.
        roots: Root of each run of 256 events, the last maybe shorter; 32 bytes each.
        partial: Roots of shorter runs that were asked for, by log size.
        asides: What all partitions need to know of.
        first, last: Recorded times of its first and last event, µs UTC.
        org: How many of its events are the org's.
        count: How many events it has.
        findings: Defects seen while sorting.
    """

    start: int
    lists: Lists = field(default_factory=dict)
    roots: list[bytes] = field(default_factory=list)
    partial: dict[int, bytes] = field(default_factory=dict)
    asides: list[tuple[Any, ...]] = field(default_factory=list)
    first: int = 0
    last: int = 0
    org: int = 0
    count: int = 0
    findings: list[Finding] = field(default_factory=list)


class Range(NamedTuple):
    """What one chunk is.

    Args:
        start, stop: Log indices.
        sizes: Log sizes within it whose roots are wanted, see `Sorted.partial`.
        all_forwards: Whether forwards are wanted aside.
        stored: Whether the source keeps columns.
        tiles: Whether it keeps tiles of leaves.
    """

    start: int
    stop: int
    sizes: tuple[int, ...]
    all_forwards: bool
    stored: bool
    tiles: bool


class Sorter:
    """Sorts one chunk.

    Args:
        source: The log.
        spill: Where events go.
        marks: Who ever forwarded.
    """

    def __init__(self, source: Source, spill: Spill, marks: Marks) -> None:
        self._source, self._spill, self._marks, self._skim = source, spill, marks, Skimmer()

    def sort(self, wanted: Range) -> Sorted:
        """Return what a range of the log came to."""
        done = Sorted(wanted.start)
        leaves: list[bytes] = []
        events = self._source.events(wanted.start, wanted.stop)
        try:
            self._sort(wanted, done, zip(events, self._columns(wanted, done), strict=False), leaves)
        except Tampered as error:
            done.findings.append(Finding("i11_unreadable", wanted.start + len(leaves), None, error.message))
        done.count = len(leaves)
        if done.count < wanted.stop - wanted.start and not done.findings:
            self._gap(done, wanted.start + done.count, None)
        if wanted.tiles:
            self._compare_tiles(done, leaves)
        done.roots = [root_hash(leaves[place : place + BLOCK]) for place in range(0, len(leaves), BLOCK)]
        done.partial = {size: _partial(leaves, size - wanted.start) for size in wanted.sizes}
        done.lists = self._spill.cut(wanted.start)
        return done

    def _sort(
        self,
        wanted: Range,
        done: Sorted,
        items: Iterable[tuple[tuple[int, bytes], ColumnsOf | None]],
        leaves: list[bytes],
    ) -> None:
        """Send every event to its partitions, and aside if all must know of it; add its hash to the leaves."""
        lists, units = self._spill.lists("event"), self._spill.lists("org")
        count, marks, expected = self._spill.count, self._marks, wanted.start
        times: list[tuple[int, int]] = []
        for (index, body), columns in items:
            head = sha256(b"\x00" + body).digest()
            leaves.append(head)
            if index != expected:
                self._gap(done, expected, index)
            expected += 1
            begin = body.rfind(_DIR) + 7
            end = body.find(_AFTER, begin)
            at = body.find(_TIME, end) + 5
            try:
                t = int(body[at : body.index(b",", at)])
                ref = body[begin:end]
                name = ref.decode("ascii")
            except ValueError:
                done.findings.append(Finding("i11_encoding", index, None, "its stream and time cannot be read"))
                continue
            times.append((t, index))
            own = crc32(ref) % count
            if ref.startswith(b"org/"):
                done.org += 1
                units[own].append((index, head, body, columns))
                self._note(done, index, body)
            elif ref.startswith(b"log/"):
                done.asides.append(Housekeeping(index, head, body, columns))
            else:
                family = family_of(ref)
                here = crc32(family) % count
                if own != here and ref in marks:
                    lists[here].append((index, CHILD, head, body, columns))
                    lists[own].append((index, PARENT, head, body, None))
                else:
                    lists[here].append((index, BOTH, head, body, columns))
                if family.endswith(b"/") or (wanted.all_forwards and b'"type":"forwarded"' in body):
                    self._note(done, index, body)
            if not body.startswith(b"null", end + 8):
                self._sort_key(index, name, body)
        _check_times(done, times)

    def _columns(self, wanted: Range, done: Sorted) -> Iterator[ColumnsOf | None]:
        """Yield what the store keeps beside each event, None for ever where it keeps nothing or it cannot be read."""
        if wanted.stored:
            reader: Reader = self._source  # type: ignore[assignment]  # only a store's reader is called stored
            try:
                for columns in reader.columns(wanted.start, wanted.stop):
                    yield from zip(*columns, strict=True)
            except Tampered as error:
                done.findings.append(Finding("i8_unreadable", wanted.start + done.count, None, error.message))
        yield from repeat(None)

    def _compare_tiles(self, done: Sorted, leaves: Sequence[bytes]) -> None:
        """Hold the tiles of leaves as kept against the hashes of the bodies."""
        kept: Tiles = self._source  # type: ignore[assignment]  # only what keeps tiles is asked for them
        for place in range(0, len(leaves), BLOCK):
            run, number = leaves[place : place + BLOCK], (done.start + place) // BLOCK
            try:
                right = list(kept.tile(0, number, len(run))) == run
            except XiadaError:
                right = False
            if not right:
                what = f"tile 0/{number} of the tree is not what its events hash to"
                done.findings.append(Finding("i11_tile", number * BLOCK, None, what))

    @staticmethod
    def _gap(done: Sorted, expected: int, found: int | None) -> None:
        """Note that the log has a gap or a double."""
        if not any(finding.code == "i7_log_index" for finding in done.findings):
            text = "nothing" if found is None else str(found)
            done.findings.append(
                Finding("i7_log_index", expected, None, "the log has a gap or a double", str(expected), text)
            )

    def _note(self, done: Sorted, index: int, body: bytes) -> None:
        """Keep what all partitions need to know of an event; one that cannot be read is told of where it is checked."""
        event = self._skim.of_any_log(body, index)
        aside = None if event is None else _aside(index, event)
        if aside is not None:
            done.asides.append(aside)

    def _sort_key(self, index: int, ref: str, body: bytes) -> None:
        """Send an event's idempotency key to where keys are compared."""
        try:
            event: dict[str, Any] = orjson.loads(body)
            key = event["key"]
            if isinstance(key, str):
                self._spill.add("key", key, (index, key, ref, event["unit"]))
        except (ValueError, KeyError, TypeError):
            return  # what cannot be read is found when it is read in full


def _check_times(done: Sorted, times: Sequence[tuple[int, int]]) -> None:
    """Note where recorded time runs backwards, from (time, log index) of each event."""
    if times:
        done.first, done.last = times[0][0], times[-1][0]
    for (before, _), (t, index) in pairwise(times):
        if t < before:
            what = "recorded time runs backwards"
            done.findings.append(Finding("i7_clock_back", index, None, what, str(before), str(t)))


def _aside(index: int, event: Event) -> tuple[Any, ...] | None:
    """Return what all partitions need to know of an event of the org, of a root, or of a forward."""
    ref, kind, data = event["dir"], event["type"], event["data"]
    if kind == "unit_added":
        superiors = tuple([(intern(line), intern(superior)) for line, superior in data.get("superiors", ())])
        return Joined(index, ref.removeprefix("org/"), intern(data["level"]), superiors)
    if kind in REFORMS:
        to = data.get("superior", data.get("into", data.get("successor")))
        by = (event["actor"], event["unit"], event.get("behalf"), event["t"])
        return Reorganised(index, ref.removeprefix("org/"), kind, to, data.get("line"), data.get("was"), by)
    if kind in {"delegation_granted", "delegation_revoked"}:
        return Delegated(index, ref.removeprefix("org/"), data["to"], kind == "delegation_granted")
    if kind == "issued" and parent_of(ref) is None:
        return Rooted(index, ref, data["to"], data.get("lifecycle"), data["notice"])
    if kind == "migrated" and ref.endswith("/1"):
        by = (event["actor"], event["unit"], event.get("behalf"), event["t"])
        return Remapped(index, ref.removesuffix("/1"), data, by)
    return Passed(ref, data["n"], data["notice"]) if kind == "forwarded" else None


def _partial(leaves: Sequence[bytes], size: int) -> bytes:
    """Return the root of the last, shorter run of so many leaves."""
    return root_hash(leaves[size - size % BLOCK : size])
