"""Verifying a log: what lies before, between and after the two passes.

Rule: one snapshot is looked at, and the answer says which. What was not checked is said as well.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xiada.engine import codec
from xiada.engine.audit.ancestors import check_answers
from xiada.engine.audit.course import course_of
from xiada.engine.audit.families import Beside, Families
from xiada.engine.audit.findings import Finding, Verification
from xiada.engine.audit.ground import Ground
from xiada.engine.audit.housekeeping import House, keep_house
from xiada.engine.audit.partition import first
from xiada.engine.audit.passes import Here, Inline, Runner, check_part, handed_over, mark_range, processes, sort_range
from xiada.engine.audit.register import Register
from xiada.engine.audit.skim import Skimmer
from xiada.engine.audit.sorting import (
    BLOCK,
    CHUNK,
    Delegated,
    Housekeeping,
    Joined,
    Marks,
    Passed,
    Range,
    Remapped,
    Reorganised,
    Rooted,
    Sorted,
    family_of,
)
from xiada.engine.audit.source import Opener, Source
from xiada.engine.audit.spill import InMemory, Item, OnDisk, Spill, Spilled, partition_of
from xiada.engine.audit.stored import Router, store_findings
from xiada.engine.audit.subject import Means, Subject, Trust
from xiada.engine.audit.tree import NOTHING, Signed, Tree
from xiada.engine.errors import XiadaError
from xiada.engine.guards import GUARDS
from xiada.engine.lifecycle import Lifecycle, read_lifecycle
from xiada.engine.log.keys import VerifierKey, parse_vkey
from xiada.engine.notice import read_notice
from xiada.engine.ports import Head

PARTITION = 24_000
"""Events of a partition, on average."""
MOST_PARTITIONS = 4_096
IN_MEMORY = 50_000
"""Events up to which everything stays in this process and its memory."""


def verify(subject: Subject, trust: Trust, means: Means) -> Verification:
    """Return what the verification of a log came to.

    Args:
        subject: What is to be verified.
        trust: What the verifier brings along.
        means: How it is to be done.
    """
    with ExitStack() as stack:
        large = subject.size > IN_MEMORY
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="xiada-audit-"))) if large else None
        if not large or means.opener is None or means.jobs == 1:
            return _Verifying(subject, Inline(), Here(subject.source), folder).run(trust, means.progress)
        runner = stack.enter_context(processes(means.jobs))
        return _Verifying(subject, runner, means.opener, folder).run(trust, means.progress)


@dataclass(slots=True)
class _Log:
    """What the first pass found of the whole log.

    Args:
        asides: What concerns more than one family, by kind, in log order.
        units: The units that joined.
        roots: Roots of the tree by size, of those asked for.
        head: Where the log stands by its events.
        findings: Defects.
    """

    asides: dict[type, list[Any]] = field(default_factory=lambda: defaultdict(list))
    units: Register = field(default_factory=Register)
    roots: dict[int, bytes] = field(default_factory=lambda: dict(NOTHING))
    head: Head = field(default_factory=Head)
    findings: list[Finding] = field(default_factory=list)


class _Verifying:
    """One verification.

    Args:
        subject: What is verified.
        runner: Runs the passes.
        opener: Opens the source where they run.
        folder: Where spills go; None keeps them in memory.
    """

    def __init__(self, subject: Subject, runner: Runner, opener: Opener, folder: Path | None) -> None:
        self._subject, self._runner, self._opener, self._folder = subject, runner, opener, folder
        self._memory = InMemory()
        self._spilled: Spilled = OnDisk(folder) if folder else self._memory
        self._partitions = min(MOST_PARTITIONS, subject.size // PARTITION + 1)
        self._demanding = any(_lays_down(body) for body in subject.blobs())

    def run(self, trust: Trust, progress: Callable[[int, int], None]) -> Verification:
        """Return what it came to."""
        subject = self._subject
        signed = Signed(list(dict.fromkeys([*subject.checkpoints, *trust.checkpoints])))
        log = self._sorted(signed.sizes, progress)
        ground = Ground(trust.authority, {}, [(0, subject.origin)])
        ground.statuses, ground.texts_from = subject.statuses, subject.texts_from
        house = self._laid(ground, log, trust)
        findings = [*subject.faults, *log.findings, *house.findings]
        directives, left_out = self._checked(ground, findings, progress)
        if subject.reader is not None:
            findings += store_findings(subject.reader, log.head, ground.delegations)
        keys, faults = _keys_of(subject, house, trust)
        findings += faults
        faults = list(signed.compare(log.roots, ground.epochs, keys, house.given_up))
        findings += [*faults, *_unsigned(trust, len(signed.notes) - len(faults))]
        root = log.roots.get(subject.size, b"")
        if subject.root is not None and root != subject.root:
            what = "the root it claims is not that of its events"
            findings.append(Finding("i11_root", None, None, what, subject.root.hex(), root.hex()))
        listed, more = first(findings)
        named, restores = tuple(str(key) for key in keys), len(ground.epochs) - 1
        return Verification(
            origin=subject.origin,
            size=subject.size,
            root=root.hex(),
            directives=directives,
            checkpoints=len(signed.notes),
            keys=named,
            findings=tuple(listed),
            left_out=left_out + more,
            unchecked=tuple(_unchecked(subject, trust, restores, ground.lifecycles.values())),
        )

    # The first pass

    def _sorted(self, sizes: set[int], progress: Callable[[int, int], None]) -> _Log:
        """Sort the whole log, and a store's rows beside it."""
        subject, log = self._subject, _Log()
        marks = self._marks()
        done: deque[Future[Sorted]] = deque()
        asked = [size for size in sorted({*sizes, subject.size}) if size % BLOCK]
        for start in range(0, subject.size, CHUNK):
            stop = min(start + CHUNK, subject.size)
            within = tuple(asked[bisect_right(asked, start) : bisect_right(asked, stop)])
            wanted = Range(start, stop, within, self._demanding, subject.reader is not None, subject.leaves)
            done.append(self._runner.submit(sort_range, self._opener, wanted, self._partitions, self._folder, marks))
        tree = Tree(subject.tile, subject.tiled // BLOCK)
        for _ in self._routed(log, marks):
            while done and done[0].done():
                self._gather(log, tree, done.popleft().result(), sizes)
        while done:
            self._gather(log, tree, done.popleft().result(), sizes)
            progress(log.head.size // 2, subject.size)
        log.findings += tree.findings
        return log

    def _stands(self, found: Finding) -> bool:
        """Tell whether a finding stands: a text erased since this snapshot was taken is still there in it."""
        return found.code != "i11_text_missing" or self._subject.source.text(found.expected) is None

    def _routed(self, log: _Log, marks: int) -> Iterator[None]:
        """Sort a store's rows, pausing so that what others have sorted does not pile up."""
        if self._subject.reader is not None:
            router = Router(self._subject.reader, Spill(self._partitions, self._folder), Marks(marks))
            yield from router.route()
            log.findings += router.findings
            self._memory.chunks += router.chunks

    def _marks(self) -> int:
        """Return the marks of all who ever forwarded."""
        step = 16 * CHUNK
        futures = [
            self._runner.submit(mark_range, self._opener, start, min(start + step, self._subject.size))
            for start in range(0, self._subject.size, step)
        ]
        marks = 0
        for future in futures:
            marks |= future.result()
        return marks

    def _gather(self, log: _Log, tree: Tree, chunk: Sorted, sizes: set[int]) -> None:
        """Add what a chunk came to, in log order."""
        head, size = log.head, chunk.start
        if chunk.count and chunk.first < head.t:
            what = "recorded time runs backwards"
            log.findings.append(Finding("i7_clock_back", size, None, what, str(head.t), str(chunk.first)))
        log.findings += chunk.findings
        self._memory.chunks.append(chunk.lists)
        for aside in chunk.asides:
            if isinstance(aside, Joined):
                log.units.add(aside)
            else:
                log.asides[type(aside)].append(aside)
        for place, subtree in enumerate(chunk.roots):
            end = min(chunk.start + (place + 1) * BLOCK, chunk.start + chunk.count)
            for asked, partial in chunk.partial.items():
                if chunk.start + place * BLOCK < asked <= end:
                    log.roots[asked] = tree.root(partial)
            if (end - chunk.start) % BLOCK == 0:
                tree.take(subtree)
                if end in sizes or place == len(chunk.roots) - 1:
                    log.roots[end] = tree.root()
        log.head = Head(head.size + chunk.count, max(head.t, chunk.last), head.org + chunk.org)

    # Between

    def _laid(self, ground: Ground, log: _Log, trust: Trust) -> House:
        """Lay the ground the partitions stand on."""
        subject = self._subject
        ground.course, faults = course_of(log.units, log.asides[Reorganised])
        log.findings += faults
        ground.delegations = tuple(log.asides[Delegated])
        house = keep_house(log.asides[Housekeeping], subject.source, ground)
        ground.roots = {root.ref: root for root in reversed(log.asides[Rooted])}
        ground.migrations = _by_cascade(log.asides[Remapped])
        pinned = {root.lifecycle or "" for root in ground.roots.values()}
        pinned |= {digest for one in log.asides[Remapped] for digest in (one.data["was"], one.lifecycle)}
        ground.lifecycles = _lifecycles(subject.source, pinned, trust.lifecycles)
        ground.passed = _passed(log.asides[Passed]) if self._demanding else None
        ground.erased = frozenset(house.erased)
        return house

    # The second pass

    def _checked(
        self, ground: Ground, findings: list[Finding], progress: Callable[[int, int], None]
    ) -> tuple[int, int]:
        """Check every partition; return how many directives there are, and how many findings were left out."""
        handed = handed_over(ground, None if isinstance(self._opener, Here) else self._folder)
        futures = [
            self._runner.submit(check_part, self._opener, handed, self._spilled, partition)
            for partition in range(self._partitions)
        ]
        directives = left_out = 0
        size, asked = self._subject.size, []
        for count, future in enumerate(futures, 1):
            part = future.result()
            findings += filter(self._stands, part.findings)
            directives, left_out = directives + part.directives, left_out + part.left_out
            asked += part.asked
            progress((size + size * count // len(futures)) // 2, size)

        def fresh() -> Families:
            return Families(Beside(self._subject.source), ground, Skimmer())

        def items(ref: str) -> Iterator[Item]:
            return self._spilled.items("event", partition_of(family_of(ref.encode()), self._partitions))

        findings += check_answers(asked, items, fresh)
        return directives, left_out


def _unsigned(trust: Trust, good: int) -> Iterator[Finding]:
    """Yield it if keys are trusted, but no checkpoint of this log is signed by one of them."""
    if trust.keys and not good:
        what = "no checkpoint of this log is signed by the keys given"
        yield Finding("i11_signature", None, None, what)


def _lays_down(body: bytes) -> bool:
    """Tell whether a notice lays down anything mandatory; one that cannot be read is told of where it is issued."""
    try:
        return any(item.mandatory for item in read_notice(body).requirements)
    except XiadaError:
        return False


def _passed(forwards: Iterable[Passed]) -> dict[str, list[tuple[int, str | None]]]:
    """Return (first number, notice) of the forwards of each directive, in order."""
    found: dict[str, list[tuple[int, str | None]]] = {}
    numbers: dict[str, int] = defaultdict(int)
    for forward in forwards:
        found.setdefault(forward.ref, []).append((numbers[forward.ref] + 1, forward.notice))
        numbers[forward.ref] += forward.recipients
    return found


def _by_cascade(migrations: Iterable[Remapped]) -> dict[str, list[Remapped]]:
    """Return migrations by cascade, in log order."""
    found: dict[str, list[Remapped]] = {}
    for one in migrations:
        found.setdefault(one.cascade, []).append(one)
    return found


def _lifecycles(source: Source, pinned: Iterable[str], known: Mapping[str, Lifecycle]) -> dict[str, Lifecycle]:
    """Return the lifecycles that cascades pin, as they lie beside the log under their digests."""
    found: dict[str, Lifecycle] = {}
    for digest in pinned:
        body = source.blob(digest)
        if body is None or codec.named("lifecycle", body) != digest:
            continue
        try:
            found[digest] = known.get(digest) or read_lifecycle(body)
        except XiadaError:
            continue
    return found


def _keys_of(subject: Subject, house: House, trust: Trust) -> tuple[list[VerifierKey], list[Finding]]:
    """Return the keys that count, and where those handed out are not those the log names.

    A trusted key vouches for those that follow it in the log, each signed by the one before.
    """
    findings = []
    if subject.keys is not None and list(subject.keys) != house.keys:
        what = "the keys handed out are not those the log names"
        findings.append(Finding("i11_keys", None, None, what, " ".join(house.keys), " ".join(subject.keys)))
    named = [parse_vkey(line) for line in house.keys]
    if not trust.keys:
        return named, findings
    reached = next((place for place, key in enumerate(named) if key in trust.keys), len(named))
    return list(dict.fromkeys([*trust.keys, *named[reached:]])), findings


def _unchecked(subject: Subject, trust: Trust, restores: int, pinned: Iterable[Lifecycle]) -> Iterator[str]:
    """Yield what was not checked."""
    if any(lifecycle.guards - GUARDS.keys() for lifecycle in pinned):
        yield "guards"
    if restores:
        yield "restores"
    if not subject.checkpoints and not trust.checkpoints:
        yield "unsigned"
    elif not trust.checkpoints:
        yield "later"
    if not trust.keys and (subject.checkpoints or trust.checkpoints):
        yield "keys"
    if not subject.texts:
        yield "texts"
    yield "answers"
    yield "truth"
