"""The engine: the imperative shell around the rules. Load, decide, append, return.

Rule: one writer at a time per store; a command is read, decided and written inside one transaction,
so what it was decided on is what it was written on. A refusal leaves no trace.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Lock
from types import TracebackType
from typing import Self, TypedDict, Unpack

from xiada.engine import limits
from xiada.engine.answer import Answer
from xiada.engine.authority import OwnUnit
from xiada.engine.bulk import Batcher, Tally, copy_of, skip_done
from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.collector import PAUSE_FROM, collector_paused
from xiada.engine.commands import REGISTRAR, Actor, AddUnit, Command
from xiada.engine.errors import Malformed, Refused, VersionConflict
from xiada.engine.executor import Executor
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.log.merkle import Frontier
from xiada.engine.org import Org
from xiada.engine.ports import Authority, Batch, Clock, Entropy, Reader, Store, Writer
from xiada.engine.questions import Questions
from xiada.engine.stores import create_store, open_store
from xiada.engine.verbs import Verbs
from xiada.engine.work import Known, Premises, Work

PER_TRANSACTION = 5_000


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Return the current instant, µs since 1970 UTC."""
        return time.time_ns() // 1_000


class Ports(TypedDict, total=False):
    """What an engine may be given instead of its defaults, see `Engine`."""

    clock: Clock
    calendar: Calendar
    authority: Authority
    entropy: Entropy
    lifecycles: tuple[Lifecycle, ...]


class Engine(Verbs, Questions):
    """A log of directive cascades, and the rules by which it grows.

    Args:
        store: Where everything is kept.
        clock: Tells the time.
        calendar: Working days.
        authority: Who may act for whom.
        entropy: Gives salts for erasable texts.
        lifecycles: The first is what new cascades run by; the others are known for running ones.

    Example:
        >>> engine = Engine.create("memory:", "xiada.example/office")
        >>> _ = engine.load_org(Org([]))
        >>> engine.head().size
        0
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock | None = None,
        calendar: Calendar = MON_FRI,
        authority: Authority | None = None,
        entropy: Entropy = os.urandom,
        lifecycles: tuple[Lifecycle, ...] = (STANDARD,),
    ) -> None:
        self._store = store
        self._clock: Clock = clock or SystemClock()
        self._premises = Premises(store.origin, calendar)
        self._executor = Executor(store.origin, authority or OwnUnit(), entropy, lifecycles)
        self._known = Known()
        self._frontier, self._hashing = Frontier(), Lock()

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
        return cls(create_store(url, origin), **ports)

    @classmethod
    def open(cls, url: str, **ports: Unpack[Ports]) -> Self:
        """Open a log that is there.

        Raises:
            StoreError: It is not, or is no Xiada file, newer, damaged or locked; nothing was changed.
        """
        return cls(open_store(url), **ports)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and connections."""
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
        with self._transaction() as (work, writer), collector_paused(len(batch)):
            answers = [self._answer(work, writer, command, many=len(batch) > 1, atomic=atomic) for command in batch]
            if work.changes:
                writer.append(work.changes)
        return answers

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Work, Writer]]:
        """Hold the one write transaction, with what is known from the last; forget it all if this one fails."""
        try:
            with self._store.writing() as writer:
                work = self._work(writer, self._known)
                yield work, writer
        except BaseException:
            self._known.forget()
            raise
        work.committed()

    def submit_one(self, command: Command) -> Answer:
        """Carry out one command; see `submit`."""
        return self.submit([command])[0]

    def submit_all(
        self,
        commands: Iterable[Command],
        *,
        key: str | None = None,
        per_transaction: int = PER_TRANSACTION,
        stop: bool = True,
        progress: Callable[[int], None] | None = None,
    ) -> Tally:
        """Carry out a stream of commands of any length, in memory that does not grow with it.

        Each transaction is durable when the next begins. After a crash or a refusal, give the same
        commands under the same `key` again: what was done is skipped.

        Args:
            commands: Any number; taken as they are needed.
            key: Names the batch, so that it can be taken up again.
            per_transaction: Commands in each transaction, fewer where they record more than 10,000 events.
            stop: At the first refusal, whose transaction is then undone; False leaves the refused ones out.
            progress: Called after each transaction with the count of commands done, for a bar.

        Raises:
            Refused: The rules said no to one; the transactions before stand.
            StoreError: The store cannot serve; the transactions before stand.

        Example:
            >>> from xiada.engine.org import Unit
            >>> engine = Engine.create("memory:", "xiada.example/office")
            >>> unit = AddUnit("p", "P", "office", "province", "main", actor=REGISTRAR)
            >>> engine.submit_all([unit], key="first").commands
            1
            >>> engine.submit_all([unit], key="first").skipped
            1
        """
        if per_transaction < 1:
            raise Malformed("bad_size", "a transaction holds at least one command", remedy="Give 1 or more.")
        stream, tally = iter(commands), Tally()
        with collector_paused(PAUSE_FROM):
            if key is not None:
                tally = self._taken_up(stream, limits.clean(key, "key", limits.KEY_CHARS))
            some: list[Command] = []
            while some := some or list(islice(stream, per_transaction)):
                before = tally.commands
                tally = self._one_transaction(some, tally, key, stop=stop)
                some = some[tally.commands - before :]
                if progress is not None:
                    progress(tally.commands)
        return tally

    def _taken_up(self, stream: Iterator[Command], key: str) -> Tally:
        """Return where a batch stands, having skipped what was done."""
        with self._store.reading() as reader:
            done = reader.batch(key) or Batch()
        skip_done(stream, done, key)
        return Tally(commands=done.done, events=done.events, skipped=done.done)

    def _one_transaction(self, commands: list[Command], tally: Tally, key: str | None, *, stop: bool) -> Tally:
        """Carry out some commands of a batch durably; return the counts with them."""
        with self._transaction() as (work, writer):
            batcher = Batcher(work, writer, self._executor, copy_of(tally))
            done = batcher.carry_out(commands, stop=stop)
            batcher.reached(key, commands[done - 1])
            if work.changes:
                writer.append(work.changes)
        return batcher.tally

    def load_org(
        self, org: Org, *, actor: Actor = REGISTRAR, progress: Callable[[int], None] | None = None
    ) -> list[Answer]:
        """Add the units of an org that are not there yet, all or none; superiors first.

        Args:
            org: The org as it should stand.
            actor: Who does it.
            progress: Called with the count of units prepared so far, for a bar.

        Raises:
            GuardRefused: A unit is there already with other particulars.
        """

        def additions() -> Iterator[Command]:
            for count, unit in enumerate(org.superiors_first(), 1):
                if progress is not None:
                    progress(count)
                fields = {name: getattr(unit, name) for name in unit.__slots__}
                yield AddUnit(actor=actor, **fields)

        return self.submit(additions())

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
            return Answer(self.origin, first, tuple(self._executor.carry_out(work, reader, command, many=many)))
        except (Refused, VersionConflict, Malformed) as error:
            if atomic:
                raise
            return Answer(self.origin, refusal=error)
