"""The engine: the imperative shell around the rules. Load, decide, append, return.

Rule: one writer at a time per store; a command is read, decided and written inside one transaction,
so what it was decided on is what it was written on. A refusal leaves no trace.
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import Self, TypedDict, Unpack

from xiada.engine.answer import Answer
from xiada.engine.auditing import Auditing
from xiada.engine.authority import OwnUnit
from xiada.engine.batches import Batches
from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.collector import collector_paused
from xiada.engine.commands import REGISTRAR, Actor, AddUnit, Command
from xiada.engine.errors import Malformed, Refused, StoreError, VersionConflict
from xiada.engine.executor import Executor
from xiada.engine.filekeeping import FileKeeping
from xiada.engine.grouping import GroupCommit
from xiada.engine.guards import Guard
from xiada.engine.housekeeping import Housekeeping
from xiada.engine.inquiries import Inquiries
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.log.keys import SigningKey, VerifierKey
from xiada.engine.log.merkle import Frontier
from xiada.engine.org import PARTICULARS, Org
from xiada.engine.plans import Plans
from xiada.engine.ports import Anchor, Authority, Clock, Entropy, Reader, Store, Timer, Writer
from xiada.engine.publishing.held import conflict_of, refuse_used, undeclared
from xiada.engine.publishing.publisher import Publisher
from xiada.engine.publishing.timing import daemon_timer
from xiada.engine.stores import create_store, open_store
from xiada.engine.ticking import Ticking
from xiada.engine.verbs import Verbs
from xiada.engine.work import Known, Premises, Work
from xiada.engine.worklists import WorkLists

UNITS_AT_ONCE = 10_000


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Return the current instant, µs since 1970 UTC."""
        return time.time_ns() // 1_000


def _weakly(method: weakref.WeakMethod[Callable[[], None]]) -> Callable[[], None]:
    """Return what calls a method as long as its object is there, without keeping it alive."""

    def call() -> None:
        found = method()
        if found is not None:
            found()

    return call


def _passed(answer: Answer, *, atomic: bool) -> Answer:
    """Return an answer, or raise its refusal where the caller wants all or nothing."""
    if atomic and answer.refusal is not None:
        raise answer.refusal
    return answer


class Ports(TypedDict, total=False):
    """What an engine may be given instead of its defaults, see `Engine`."""

    clock: Clock
    calendar: Calendar
    authority: Authority
    entropy: Entropy
    lifecycles: tuple[Lifecycle, ...]
    guards: Mapping[str, Guard]
    signer: SigningKey | None
    anchors: tuple[Anchor, ...]
    verifiers: tuple[VerifierKey, ...]
    timer: Timer
    restoring: bool


class Engine(Verbs, Inquiries, Batches, Ticking, WorkLists, Plans, Housekeeping, FileKeeping, Auditing):
    """A log of directive cascades, and the rules by which it grows.

    Args:
        store: Where everything is kept.
        clock: Tells the time.
        calendar: Working days.
        authority: Who may act for whom.
        entropy: Gives salts for erasable texts.
        lifecycles: Those new cascades run by, the first unless an issue names another; a running one goes on
            by the table it pins.
        guards: Guards of one's own, by the name the lifecycles call them.
        signer: Signs checkpoints as the log grows; None = nobody does.
        anchors: Who is handed them, and whose newest the log must extend to be opened.
        verifiers: Keys by which those are verified; none = the log's own, and the signer's.
        timer: Calls back when events wait to be published and no more come.
        restoring: Open it even if it does not extend what is held, to declare the restore; see `declare_restore`.

    Raises:
        StoreError: The log does not extend a checkpoint that is held: it was put back to an older copy, or forked.
        Tampered: A checkpoint held is none, or not signed by a key that is trusted.
        GuardRefused: The log is signed by another key than the signer's.

    Example:
        >>> engine = Engine.create("memory:", "xiada.example/office")
        >>> _ = engine.load_org(Org([]))
        >>> engine.head().size
        0
    """

    def __init__(self, store: Store, **ports: Unpack[Ports]) -> None:
        self._store = store
        self._clock = ports.get("clock") or SystemClock()
        self._premises = Premises(ports.get("calendar", MON_FRI))
        self._executor = Executor(
            ports.get("authority") or OwnUnit(),
            ports.get("entropy", os.urandom),
            ports.get("lifecycles", (STANDARD,)),
            ports.get("guards", {}),
        )
        self._known = Known()
        self._group: GroupCommit[Command, Answer] = GroupCommit(self._serve)
        self._frontier, self._hashing = Frontier(), Lock()
        self._publisher = Publisher(
            store,
            self._clock,
            signer=ports.get("signer"),
            anchors=ports.get("anchors", ()),
            timer=ports.get("timer", daemon_timer),
            begin=self._begin,
        )
        self._lost = conflict_of(
            store, self._publisher, verifiers=ports.get("verifiers", ()), restoring=ports.get("restoring", False)
        )
        self._publish_later = _weakly(weakref.WeakMethod(self._publish_waiting))

    @classmethod
    def create(cls, url: str, origin: str, **ports: Unpack[Ports]) -> Self:
        """Make a new log and open it.

        Args:
            url: `sqlite:///file`, a path, or `memory:`.
            origin: The log's name, e.g. `xiada.example/office`; its epoch `/e1` is added.
            ports: See `Engine`.

        Raises:
            Malformed: An origin that cannot be one.
            StoreError: The file is there already, or cannot be made.
        """
        refuse_used(ports.get("anchors", ()))
        return cls(create_store(url, origin), **ports)

    @classmethod
    def open(cls, url: str, **ports: Unpack[Ports]) -> Self:
        """Open a log that is there.

        Raises:
            StoreError: It is not, or is no Xiada file, newer, damaged or locked, or does not extend what is
                held of it; nothing was changed.
        """
        store = open_store(url)
        try:
            return cls(store, **ports)
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Publish what waits, then let go of files and connections, once nobody is being served."""
        with self._group.alone():
            self._publisher.catch_up()
            self._publisher.rest()
            self._store.close()

    # Commands

    def submit(self, commands: Iterable[Command], *, atomic: bool = True) -> list[Answer]:
        """Carry out commands in order, in one transaction.

        Args:
            commands: One or a million.
            atomic: All or nothing; False leaves out the refused ones and says why in their answers.

        Returns:
            One answer per command.

        Raises:
            Refused: The rules said no to one; nothing was written.
            VersionConflict: A directive has moved since `expected_version`; nothing was written.
            StoreError: The store cannot serve; nothing was written.
        """
        batch = list(commands)
        if len(batch) == 1:
            return [_passed(self._group.submit(batch[0]), atomic=atomic)]
        with self._group.alone():
            return self._submit_batch(batch, atomic=atomic)

    async def submit_async(self, commands: Iterable[Command], *, atomic: bool = True) -> list[Answer]:
        """Carry out commands as `submit` does, without blocking the event loop.

        Single commands of many tasks share transactions, and so the wait for the disk. A cancelled
        task's command may have been carried out: give it a key to find out.
        """
        batch = list(commands)
        if len(batch) == 1:
            return [_passed(await self._group.submit_async(batch[0]), atomic=atomic)]
        from asyncio import to_thread  # noqa: PLC0415  (whoever calls this has it; others need not load it)

        return await to_thread(self.submit, batch, atomic=atomic)

    def _submit_batch(self, batch: list[Command], *, atomic: bool) -> list[Answer]:
        """Carry out commands in one transaction."""
        with self._transaction() as (work, writer), collector_paused(len(batch)):
            answers = [self._answer(work, writer, command, many=len(batch) > 1, atomic=atomic) for command in batch]
            work.flush(writer)
        return answers

    def _serve(self, group: list[Command]) -> list[Answer | Exception]:
        """Carry out single commands of several callers in one transaction, or each in its own if that one fails."""
        try:
            return list(self._submit_batch(group, atomic=False))
        except Exception as error:
            if len(group) == 1 or (isinstance(error, StoreError) and error.code != "constraint"):
                raise
        return [self._serve_alone(command) for command in group]

    def _serve_alone(self, command: Command) -> Answer | Exception:
        """Carry out a command whose group failed: whatever stands in its way is told to its caller alone."""
        try:
            return self._submit_batch([command], atomic=False)[0]
        except Exception as error:  # noqa: BLE001  (an embedder's authority may raise anything)
            return error

    @contextmanager
    def _transaction(self, *, publishing: bool = True) -> Iterator[tuple[Work, Writer]]:
        """Hold the one write transaction, with what is known from the last; forget it all if this one fails."""
        if self._lost is not None:
            raise undeclared(self._lost)
        try:
            with self._store.writing() as writer:
                work = self._work(writer, self._known)
                yield work, writer
        except BaseException:
            self._known.forget()
            raise
        work.committed()
        if publishing and self._publisher.signer is not None:
            self._publisher.committed(work.recorded, milestone=work.milestone, later=self._publish_later)

    def submit_one(self, command: Command) -> Answer:
        """Carry out one command; see `submit`."""
        return self.submit([command])[0]

    def load_org(self, org: Org, *, actor: Actor = REGISTRAR, progress: Callable[[int], None] | None = None) -> int:
        """Add the units of an org that are not there yet, all or none; superiors first, without those that have ended.

        Args:
            org: The org as it should stand.
            actor: Who does it.
            progress: Called with the count of units prepared so far, for a bar.

        Returns:
            How many were new.

        Raises:
            GuardRefused: A unit is there already with other particulars.
        """
        with self._group.alone(), self._transaction() as (work, writer), collector_paused(len(org)):
            before = work.size
            for count, unit in enumerate(org.superiors_first(), 1):
                if unit.ended:
                    continue
                fields = {name: getattr(unit, name) for name in PARTICULARS}
                self._executor.carry_out(work, writer, AddUnit(actor=actor, **fields), many=True)
                if count % UNITS_AT_ONCE == 0:
                    work.flush(writer)
                if progress is not None:
                    progress(count)
            work.flush(writer)
            return work.size - before

    def _work(self, reader: Reader, known: Known | None = None) -> Work:
        """Return a fresh unit of work over a snapshot."""
        return Work(reader, self._premises, self._clock.now(), known or Known())

    def _answer(self, work: Work, reader: Reader, command: Command, *, many: bool, atomic: bool) -> Answer:
        """Carry out one command of a batch, or repeat the answer its key has had."""
        try:
            repeated = self._executor.repeated(work, reader, command)
            if repeated is not None:
                return repeated
            first = work.size
            return Answer(work.frame.log, first, tuple(self._executor.carry_out(work, reader, command, many=many)))
        except (Refused, VersionConflict, Malformed) as error:
            if atomic:
                raise
            return Answer(work.frame.log, refusal=error)
