"""The part of a transaction's work that changes the org, and finds what its units have running.

Rule: what reorganises in several steps, org and directives together, is taken as one command's: under
its key, and undone as a whole if a later step is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import fields, replace

from xiada.engine.commands import Command
from xiada.engine.directive import Directive
from xiada.engine.events import Event
from xiada.engine.org import Org
from xiada.engine.orgchange import OrgDraft
from xiada.engine.ports import Changes, Kept, Reader
from xiada.engine.quiet import Quiet
from xiada.engine.records import Envelope


class OrgWork:
    """What `work.Work` can do about the org."""

    changes: Changes
    _reader: Reader
    _quiet: Quiet
    _draft: OrgDraft | None
    _states: dict[str, Directive]
    _families: dict[str, list[str]]

    @property
    def org(self) -> Org:
        """The org in force, with what this transaction has changed."""
        raise AssertionError("the work gives it")

    @property
    def size(self) -> int:
        """Log size with what has been recorded here."""
        raise AssertionError("the work gives it")

    def directive(self, ref: str) -> Directive:
        """Return a directive, or raise NotFound."""
        raise AssertionError(f"the work gives {ref}")

    def _envelope(self, command: Command) -> Envelope:
        """Return what stands around a command's events."""
        raise AssertionError(f"the work gives that of {command.trigger}")

    def _record_quiet(self, command: Command, event: Event | None) -> list[bytes]:
        """Record an event that changes no directive, if there is one, and what the command's key stands for."""
        raise AssertionError(f"the work records {command.trigger}: {event}")

    def record_org(self, command: Command) -> list[bytes]:
        """Record a change of the org in the stream of its unit; nothing if it changes nothing."""
        if self._draft is None:
            self._draft = OrgDraft(self.org)
        event = self._draft.decide(command)
        bodies = self._record_quiet(command, event)
        if event is not None:
            self._draft.apply(command, self.changes)
        return bodies

    def record_steps(self, command: Command, steps: Iterable[tuple[str, Event]]) -> list[bytes]:
        """Record events of units that are there, each in its stream, and what they make of the org."""
        if self._draft is None:
            self._draft = OrgDraft(self.org)
        bodies = []
        for unit, event in steps:
            bodies.append(self._quiet.record(f"org/{unit}", event, self._envelope(command), self.changes))
            self._draft.take(unit, event, self.changes)
        return bodies

    @contextmanager
    def whole(self, command: Command) -> Iterator[None]:
        """Take all that is recorded within as one command's: under its key, and undone if it fails half-way."""
        first, changes, draft = self.size, _copy(self.changes), self._draft and self._draft.copy()
        states, heads = dict(self._states), dict(self._quiet.heads)
        families = {ref: list(family) for ref, family in self._families.items()}
        try:
            yield
        except BaseException:
            _go_back(self.changes, changes)
            self._draft, self._quiet.heads = draft, heads
            for kept, before in ((self._states, states), (self._families, families)):
                kept.clear()
                kept.update(before)  # type: ignore[arg-type]  # each of its own kind
            raise
        if command.key is not None:
            count, unit = self.size - first, command.actor.unit
            self.changes.answers[command.key] = Kept(first, count, command.trigger, command.target, unit)

    def laid_on(self, unit: str) -> list[Directive]:
        """Return the live directives of a unit, in any order."""
        refs = {state.ref for state in self._reader.of_unit(unit, only_open=False)}
        refs |= {ref for ref, state in self.changes.created.items() if state.unit == unit}
        return [state for ref in refs if not (state := self.directive(ref)).closed]


def _copy(changes: Changes) -> Changes:
    """Return the same changes, to go back to."""
    return replace(changes, **{one.name: copy(getattr(changes, one.name)) for one in fields(changes)})


def _go_back(changes: Changes, before: Changes) -> None:
    """Let changes be as they were, in the same lists: others hold them too."""
    for name in (one.name for one in fields(changes)):
        kept, value = getattr(changes, name), getattr(before, name)
        if isinstance(kept, list):
            kept[:] = value
        elif isinstance(kept, dict):
            kept.clear()
            kept.update(value)
        else:
            setattr(changes, name, value)
