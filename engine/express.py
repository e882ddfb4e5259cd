"""The express lane: the commands that batches consist of, carried out by pattern.

Rule: a plain command is one event in one stream: a unit signs, begins, or reports with nobody below
it, in its own name, with nothing handed in. Whatever is not plain, and whatever would be refused,
is left to the executor; a property test holds the two roads to the same bytes and states.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from xiada.engine import codec
from xiada.engine.authority import OwnUnit
from xiada.engine.commands import Acknowledge, Command, Execute, Report
from xiada.engine.directive import Directive
from xiada.engine.errors import Refused
from xiada.engine.events import Acknowledged, Reported, Started
from xiada.engine.evolve import PLAIN, Fold
from xiada.engine.executor import Executor
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.log.merkle import EMPTY
from xiada.engine.ports import Reader, Written
from xiada.engine.records import Envelope, data_of
from xiada.engine.work import Work

_NOTHING_BELOW = codec.pack(data_of(Reported(n=0, root=EMPTY.hex(), covers=(), without=()))).decode()
_BY_REPORT = frozenset({"children_are_done", "requirements_are_answered"})
"""The guards that a plain report is known to pass."""


class Express:
    """Carries out plain commands of one transaction.

    Args:
        work: The transaction's work.
        reader: Its reader.
        executor: Who knows lifecycles and authority.
    """

    def __init__(self, work: Work, reader: Reader, executor: Executor) -> None:
        self._work, self._reader, self._executor = work, reader, executor
        self._open = type(executor.authority) is OwnUnit
        self._targets: dict[tuple[str, str, type[Command]], str | None] = {}
        self._migrations = work.migrations
        self._unasked: dict[tuple[str | None, str], bool] = {}
        self._patterns: dict[type[Command], Pattern] = {
            Acknowledge: Pattern(Acknowledged.type, "{}", PLAIN[Acknowledged.type], _signs_first),
            Execute: Pattern(Started.type, "{}", PLAIN[Started.type], _begins),
            Report: Pattern(Reported.type, _NOTHING_BELOW, PLAIN[Reported.type], _reports_alone, _BY_REPORT),
        }

    def run(self, commands: list[Command], start: int, most: int) -> int:
        """Carry out plain commands from place `start` on, at most so many; return the place of the next command.

        The one loop every command of a batch goes through, and therefore one piece.
        """
        if not self._open:
            return start
        states, frame, keep, write = (
            self._work.states,
            self._work.frame,
            self._work.keep,
            self._work.changes.events.append,
        )
        if self._work.migrations != self._migrations:
            self._targets.clear()
            self._migrations = self._work.migrations
        patterns, targets, t = self._patterns, self._targets, self._work.now
        stop = min(len(commands), start + most)
        for place in range(start, stop):
            command = commands[place]
            kind, actor = type(command), command.actor
            pattern, state = patterns.get(kind), states.get(command.target)
            if pattern is None or state is None or actor.unit != state.unit or not _bare(command):
                return place
            ref = state.ref
            way = (ref.partition("/")[0], state.status, kind)
            status = targets[way] if way in targets else self._target(way, ref)
            if status is None or not pattern.plain(self, command, state):
                return place
            envelope = Envelope(frame, actor.id, actor.unit)
            body = envelope.line(ref, state.version + 1, f'"{state.head.hex()}"', pattern.event, pattern.data)
            after = pattern.fold(state, status, codec.leaf(body), t)
            write(Written(ref, after.version, t, status, None, body))
            keep(state, after)
        return stop

    def _target(self, way: tuple[str, str, type[Command]], ref: str) -> str | None:
        """Return the status a trigger leads to where nothing else stands in the way, else None."""
        _, status, kind = way
        try:
            lifecycle = self._executor.lifecycle(self._reader, self._work, ref)
            self._executor.refuse_unguarded(lifecycle)
        except Refused:
            return None  # the long way says why
        self._targets[way] = _open_way(lifecycle, status, kind.trigger, self._patterns[kind])
        return self._targets[way]

    def nothing_is_asked(self, state: Directive) -> bool:
        """Tell whether a report need answer no requirement; siblings under one notice share the answer."""
        place = (state.parent, state.notice)
        if place not in self._unasked:
            required = self._work.requirements(state)
            self._unasked[place] = not any(requirement.mandatory for _, requirement in required)
        return self._unasked[place]


def _bare(command: Command) -> bool:
    """Tell whether a command says no more than what its actor does, in the actor's own name."""
    return (
        command.key is None
        and command.expected_version is None
        and command.claimed_at is None
        and command.actor.on_behalf_of is None
    )


def _signs_first(express: Express, command: Command, state: Directive) -> bool:  # noqa: ARG001
    """Tell whether a signature is the first."""
    return state.acknowledged_at is None


def _begins(express: Express, command: Command, state: Directive) -> bool:  # noqa: ARG001
    """Tell that nothing else is to be weighed."""
    return True


def _reports_alone(express: Express, command: Command, state: Directive) -> bool:
    """Tell whether a report covers nothing, hands in nothing, and owes no answer."""
    assert isinstance(command, Report)
    bare = not (state.children or command.materials or command.text is not None or command.answers)
    return bare and express.nothing_is_asked(state)


class Pattern(NamedTuple):
    """How a plain command is carried out: event type and data, fold, what else must hold, guards that covers."""

    event: str
    data: str
    fold: Fold
    plain: Callable[[Express, Command, Directive], bool]
    weighs: frozenset[str] = frozenset()


def _open_way(lifecycle: Lifecycle, status: str, trigger: str, pattern: Pattern) -> str | None:
    """Return where a trigger leads that the unit itself may pull, past guards that the pattern weighs."""
    row = lifecycle.table.get((status, trigger))
    if row is None or row.event != pattern.event or not pattern.weighs.issuperset(row.guards):
        return None
    if row.by != "unit" or lifecycle.roles[trigger] != "unit":
        return None
    target = lifecycle.moves[status, row.event]
    return None if {status, target} & lifecycle.closed else target
