"""Batches of any size, as methods of the engine: streams of commands, and a forward through every level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice

from xiada.engine import limits
from xiada.engine.answer import Answer
from xiada.engine.bulk import Batcher, Tally, check_reached, copy_of, skip_done
from xiada.engine.cascading import ForwardRule, passed_on
from xiada.engine.collector import PAUSE_FROM, collector_paused
from xiada.engine.commands import Command
from xiada.engine.directive import Directive
from xiada.engine.errors import Malformed
from xiada.engine.grouping import GroupCommit
from xiada.engine.ports import Batch, Writer
from xiada.engine.questions import Questions
from xiada.engine.work import Work

PER_TRANSACTION = 5_000


class Batches(Questions):
    """The engine's door for many commands."""

    _group: GroupCommit[Command, Answer]

    def _transaction(self) -> AbstractContextManager[tuple[Work, Writer]]:
        """Hold the one write transaction."""
        raise AssertionError(f"the engine opens transactions on {self._store}")

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
            >>> from xiada.engine.commands import REGISTRAR, AddUnit
            >>> from xiada.engine.engine import Engine
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

    def forward_all(
        self,
        directive: str,
        rule: ForwardRule,
        *,
        key: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Tally:
        """Pass a directive on, and whatever comes of it, level by level, each unit by the same rule.

        Args:
            directive: Where to begin.
            rule: What each unit does, see `ToSubordinates`; it must say the same when asked again.
            key: So that it can be taken up again after a crash, see `submit_all`.
            progress: Called with the count of forwardings done so far, for a bar.

        Raises:
            NotFound: There is no such directive.
            Refused: The rules said no to one forwarding; those before stand.

        Example:
            >>> from xiada.engine.cascading import ToSubordinates
            >>> engine.forward_all("k/1", ToSubordinates(clerk="robot"))  # doctest: +SKIP
        """
        org, total = self.org(), Tally()
        level: Iterable[Directive] = [self.directive(directive)]
        while commands := passed_on(level, rule, org):
            step = f"{key}.{commands[0].directive.count('.')}" if key else None
            total = total.plus(self.submit_all(commands, key=step, progress=_from(total.commands, progress)))
            level = (child for command in commands for child in self.children(command.directive))
        return total

    def _taken_up(self, stream: Iterator[Command], key: str) -> Tally:
        """Return where a batch stands, having skipped what was done."""
        with self._store.reading() as reader:
            done = reader.batch(key) or Batch()
        skip_done(stream, done, key)
        return Tally(commands=done.done, events=done.events, skipped=done.done)

    def _one_transaction(self, commands: list[Command], tally: Tally, key: str | None, *, stop: bool) -> Tally:
        """Carry out some commands of a batch durably; return the counts with them."""
        with self._group.alone(), self._transaction() as (work, writer):
            if key is not None:
                check_reached(writer.batch(key) or Batch(), tally, key)
            batcher = Batcher(work, writer, self._executor, copy_of(tally))
            done = batcher.carry_out(commands, stop=stop)
            batcher.reached(key, commands[done - 1])
            work.flush(writer)
        return batcher.tally


def _from(done: int, progress: Callable[[int], None] | None) -> Callable[[int], None] | None:
    """Return a progress that counts on from what is done."""
    return None if progress is None else lambda count: progress(done + count)
