"""Batches of any size: a stream of commands, carried out in transactions of a chosen size.

Rule: each command passes the same guards and records the same events and bytes as by itself; what
is on disk after a crash is a whole number of transactions, and a batch with a key goes on where
they ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from xiada.engine.commands import Command, OnDirective
from xiada.engine.errors import GuardRefused, Malformed, Refused, VersionConflict, XiadaError
from xiada.engine.executor import Executor
from xiada.engine.express import Express
from xiada.engine.ports import Batch, Reader
from xiada.engine.work import Work

REFUSALS_SHOWN = 1_000
MOST_EVENTS = 10_000
"""A transaction ends early once it has recorded so many: what one forwards to thousands is many events."""


@dataclass(slots=True)
class Tally:
    """What became of a batch.

    Args:
        commands: Commands carried out, those of earlier runs under the same key included.
        events: Events they recorded.
        skipped: Commands that an earlier run had done.
        refused: How many were left out because the rules said no.
        refusals: The first 1,000 of them: (place in the batch from 0, why).
    """

    commands: int = 0
    events: int = 0
    skipped: int = 0
    refused: int = 0
    refusals: list[tuple[int, XiadaError]] = field(default_factory=list)

    def plus(self, other: Tally) -> Tally:
        """Return the counts of two batches that stopped at the first refusal."""
        commands, events = self.commands + other.commands, self.events + other.events
        return Tally(commands, events, self.skipped + other.skipped)


def name_of(command: Command) -> str:
    """Return what a batch is recognised by: trigger and stream."""
    return f"{command.pulls} {command.target}"


def skip_done(commands: Iterator[Command], done: Batch, key: str) -> None:
    """Take from a stream the commands that an earlier run under the same key has carried out.

    Raises:
        GuardRefused: The stream is another one: it is shorter, or has another command where that run ended.
    """
    last = None
    for last in islice(commands, done.done):  # noqa: B007  (only the last one matters)
        pass
    found = "nothing" if last is None else name_of(last)
    if done.done and found != done.last:
        raise GuardRefused(
            "batch_differs",
            f"batch '{key}' ended with '{done.last}' as its command {done.done:,}; now that is '{found}'",
            key=key,
            remedy="Give the same commands in the same order, or another key.",
        )


def check_reached(kept: Batch, tally: Tally, key: str) -> None:
    """Refuse to go on with a batch that somebody else has taken further under the same key.

    Raises:
        GuardRefused: Its count of commands is not ours.
    """
    if kept.done != tally.commands:
        raise GuardRefused(
            "batch_moved",
            f"batch '{key}' stands at command {kept.done:,}, not {tally.commands:,}: somebody else is carrying it out",
            key=key,
            remedy="Let the other finish, or begin again once it has stopped.",
        )


class Batcher:
    """Carries out the commands of one transaction.

    Args:
        work: The transaction's work.
        reader: Its reader.
        executor: The rules.
        tally: Counts; the caller's, so that a refused transaction can leave it as it was.
    """

    def __init__(self, work: Work, reader: Reader, executor: Executor, tally: Tally) -> None:
        self._work, self._reader, self._executor, self.tally = work, reader, executor, tally
        self._express = Express(work, reader, executor)

    def carry_out(self, commands: list[Command], *, stop: bool) -> int:
        """Carry out commands in order until they end or have recorded much; return how many.

        Raises:
            Refused: The rules said no to one, and `stop` is set.
        """
        self._work.prefetch([command.directive for command in commands if isinstance(command, OnDirective)])
        done, first, events = 0, self.tally.commands, self._work.changes.events
        while len(events) < MOST_EVENTS:
            done = self._express.run(commands, done, MOST_EVENTS - len(events))
            if done == len(commands) or len(events) >= MOST_EVENTS:
                break
            self._at_length(first + done, commands[done], stop=stop)
            done += 1
        self.tally.commands += done
        self.tally.events += len(events)
        return done

    def _at_length(self, place: int, command: Command, *, stop: bool) -> None:
        """Carry out one command the long way, or note why not."""
        try:
            if self._executor.repeated(self._work, self._reader, command) is None:
                self._executor.carry_out(self._work, self._reader, command, many=True)
        except (Refused, VersionConflict, Malformed) as error:
            if stop:
                raise
            self.tally.refused += 1
            if len(self.tally.refusals) < REFUSALS_SHOWN:
                self.tally.refusals.append((place, error))

    def reached(self, key: str | None, last: Command) -> None:
        """Note that the batch has come as far as a command."""
        if key is not None:
            self._work.changes.batches[key] = Batch(self.tally.commands, self.tally.events, name_of(last))


def copy_of(tally: Tally) -> Tally:
    """Return the same counts, to go on with."""
    return replace(tally, refusals=list(tally.refusals))
