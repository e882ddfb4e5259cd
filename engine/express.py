"""The express lane: the commands that batches consist of, carried out by pattern.

Rule: a plain command is one event in one stream: a unit signs, begins, or reports with nobody below
it, in its own name, with nothing handed in. Whatever is not plain, and whatever would be refused,
is left to the executor; a property test holds the two roads to the same bytes and states.
"""

from __future__ import annotations

from collections.abc import Callable

from xiada.engine import codec
from xiada.engine.authority import OwnUnit
from xiada.engine.commands import Acknowledge, Command, Execute, Report
from xiada.engine.directive import Directive
from xiada.engine.events import Acknowledged, Reported, Started
from xiada.engine.evolve import begun, reported, signed
from xiada.engine.executor import Executor
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.log.merkle import EMPTY
from xiada.engine.ports import Reader, Written
from xiada.engine.records import Envelope, data_of
from xiada.engine.work import Work

Fold = Callable[[Directive, str, bytes, int], Directive]
"""From state, status after, hash and time to the state after."""

_NOTHING_BELOW = codec.pack(data_of(Reported(n=0, root=EMPTY.hex(), covers=(), without=()))).decode()
_WEIGHED_HERE = {"children_are_done", "requirements_are_answered"}
"""The guards that a plain command is known to pass."""


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
        self._unasked: dict[tuple[str | None, str], bool] = {}
        self._patterns: dict[type[Command], tuple[str, str, Fold]] = {
            Acknowledge: (Acknowledged.type, "{}", signed),
            Execute: (Started.type, "{}", begun),
            Report: (Reported.type, _NOTHING_BELOW, reported),
        }

    def carry_out(self, command: Command) -> bool:
        """Carry out a plain command; return False, having done nothing, if it is not plain or might be refused."""
        kind, actor = type(command), command.actor
        pattern = self._patterns.get(kind)
        if pattern is None or command.key is not None or not self._open or actor.on_behalf_of is not None:
            return False
        if command.expected_version is not None or command.claimed_at is not None:
            return False
        state = self._work.find(command.target)
        if state is None or state.unit != actor.unit or not self._plain(command, state):
            return False
        status = self._target(state, kind)
        if status is None:
            return False
        self._record(state, status, pattern, Envelope(self._work.frame, actor.id, actor.unit))
        return True

    def _record(self, state: Directive, status: str, pattern: tuple[str, str, Fold], envelope: Envelope) -> None:
        """Record the one event."""
        kind, data, fold = pattern
        body = envelope.line(state.ref, state.version + 1, f'"{state.head.hex()}"', kind, data)
        after = fold(state, status, codec.leaf(body), envelope.t)
        self._work.changes.events.append(Written(state.ref, after.version, envelope.t, status, None, body))
        self._work.keep(state, after)

    def _plain(self, command: Command, state: Directive) -> bool:
        """Tell whether a command is one event with nothing handed in and nothing to weigh."""
        if isinstance(command, Acknowledge):
            return state.acknowledged_at is None
        if not isinstance(command, Report):
            return True
        if state.children or command.materials or command.text is not None or command.answers:
            return False
        place = (state.parent, state.notice)
        if place not in self._unasked:
            required = self._work.requirements(state)
            self._unasked[place] = not any(requirement.mandatory for _, requirement in required)
        return self._unasked[place]

    def _target(self, state: Directive, kind: type[Command]) -> str | None:
        """Return the status a trigger leads to where nothing else stands in the way, else None."""
        place = (state.ref.partition("/")[0], state.status, kind)
        if place not in self._targets:
            lifecycle = self._executor.lifecycle(self._reader, self._work, state.ref)
            self._targets[place] = _open_way(lifecycle, state.status, kind.trigger, self._patterns[kind][0])
        return self._targets[place]


def _open_way(lifecycle: Lifecycle, status: str, trigger: str, event: str) -> str | None:
    """Return where a trigger leads that the unit itself may pull, past guards that are weighed here."""
    row = lifecycle.table.get((status, trigger))
    if row is None or row.by != "unit" or row.event != event or not _WEIGHED_HERE.issuperset(row.guards):
        return None
    target = lifecycle.moves[status, event]
    return None if {status, target} & lifecycle.closed else target
