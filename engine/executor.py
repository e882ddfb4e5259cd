"""Carrying one command out inside a transaction: who, when, whether, and then what.

Rule: in this order: is it there, may this actor, has it moved meanwhile, does the table know the
trigger, do the guards agree; only then is anything decided.
"""

from __future__ import annotations

from xiada.engine import decide, forwarding, logchange
from xiada.engine.answer import Answer
from xiada.engine.authority import check_entitled, check_entitled_to
from xiada.engine.commands import Actor, AddUnit, Command, Delegate, Issue, OnDirective
from xiada.engine.errors import GuardRefused, VersionConflict
from xiada.engine.facts import Facts
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.logchange import OnLog
from xiada.engine.machine import Compiled, Runner, Transitions
from xiada.engine.ports import Authority, Entropy, Kept, Reader
from xiada.engine.replay import pinned_by
from xiada.engine.work import Work


class Executor:
    """The rules applied to one command at a time.

    Args:
        authority: Who may act for whom.
        entropy: Gives salts.
        lifecycles: The first is what new cascades run by.
    """

    def __init__(self, authority: Authority, entropy: Entropy, lifecycles: tuple[Lifecycle, ...]) -> None:
        self.authority = authority
        self._entropy = entropy
        self._current = lifecycles[0]
        self.lifecycles = {lifecycle.digest: lifecycle for lifecycle in lifecycles}
        self._runners: dict[tuple[str, bool], Runner] = {}
        self._pinned: dict[str, Lifecycle] = {}

    def repeated(self, work: Work, reader: Reader, command: Command) -> Answer | None:
        """Return the first answer to a key that was used before.

        Raises:
            GuardRefused: It was used for something else.
        """
        if command.key is None:
            return None
        kept = work.changes.answers.get(command.key) or reader.answer(command.key)
        if kept is None:
            return None
        if (kept.trigger, kept.target, kept.unit) != (command.trigger, command.target, command.actor.unit):
            raise GuardRefused(
                "key_reused",
                f"key '{command.key}' was used to {kept.trigger.replace('_', ' ')} {kept.target}",
                key=command.key,
                remedy="Use a key of its own for each command.",
            )
        return Answer(work.frame.log, kept.index, tuple(self._bodies(work, reader, kept)), repeated=True)

    @staticmethod
    def _bodies(work: Work, reader: Reader, kept: Kept) -> list[bytes]:
        """Return the events a key stands for, stored or pending."""
        changes = work.changes
        if kept.index >= changes.first:
            return [event.body for event in changes.events[kept.index - changes.first :][: kept.count]]
        return [body for _, body in reader.events(kept.index, kept.index + kept.count)]

    def carry_out(self, work: Work, reader: Reader, command: Command, *, many: bool) -> list[bytes]:
        """Check, decide and record one command; return the bodies of its events."""
        if not isinstance(command, OnDirective):
            return self._carry_out_other(work, reader, command)
        lifecycle = self.lifecycle(reader, work, command.target)
        facts = self.facts(work, command.target, command.trigger, command.actor, command)
        self.permit(facts, lifecycle, many=many)
        bodies = work.record(decide.DECISIONS[command.trigger](facts), command, lifecycle, self._entropy)
        work.milestone = work.milestone or command.trigger == "summarise"
        return bodies

    def _carry_out_other(self, work: Work, reader: Reader, command: Command) -> list[bytes]:
        """Check, decide and record what is about no directive that is there: the org, the log itself, an issue."""
        if isinstance(command, AddUnit | Delegate):
            own = (command.unit,) if isinstance(command, Delegate) else ()
            check_entitled_to(self.authority, command, ("org", *own), lambda: work.org)
            return work.record_org(command)
        if isinstance(command, OnLog):
            change = logchange.decide(command, reader)
            check_entitled_to(self.authority, command, change.entitled, lambda: work.org)
            return work.record_log(command, change)
        assert isinstance(command, Issue)
        check_entitled_to(self.authority, command, command.notice.issuers[:1], lambda: work.org)
        decision = forwarding.issue(command, work, work.now, self._current)
        bodies = work.record(decision, command, self._current, self._entropy)
        work.pinned[command.cascade] = self._current
        work.milestone = True
        return bodies

    @staticmethod
    def facts(work: Work, ref: str, trigger: str, actor: Actor, command: Command | None) -> Facts:
        """Return what guards and decisions look at."""
        directive = work.directive(ref)
        parent = work.directive(directive.parent) if directive.parent else None
        return Facts(work, trigger, actor, work.now, directive, parent, command, directive.status)

    def permit(self, facts: Facts, lifecycle: Lifecycle, *, many: bool) -> None:
        """Raise the refusal of whoever, whatever or whenever may not."""
        command, directive = facts.command, facts.directive
        role = lifecycle.roles.get(facts.trigger)
        if role is not None:
            check_entitled(self.authority, role, facts)
        if command is not None and command.expected_version not in (None, directive.version):
            raise VersionConflict(
                "version_conflict",
                f"{directive.ref} is at version {directive.version}, not {command.expected_version}",
                remedy="Reload it and decide again.",
                directive=directive.ref,
                version=directive.version,
                expected=command.expected_version,
            )
        self.run(facts, lifecycle, many=many)

    def run(self, facts: Facts, lifecycle: Lifecycle, *, many: bool) -> str:
        """Return the status the trigger leads to, by the compiled table for batches; raise the refusal."""
        place = (lifecycle.digest, many)
        if place not in self._runners:
            self._runners[place] = Compiled(lifecycle) if many else Transitions(lifecycle)
        return self._runners[place](facts)

    def lifecycle(self, reader: Reader, work: Work, ref: str) -> Lifecycle:
        """Return the lifecycle a directive's cascade pins."""
        cascade = ref.partition("/")[0]
        pinned = self._pinned.get(cascade) or work.pinned.get(cascade)
        if pinned is not None:
            return pinned
        found = pinned_by(reader, cascade, reader.origin, self.lifecycles)
        if found is None:
            work.directive(ref)
            raise AssertionError(f"cascade {cascade} has no first event")
        self._pinned[cascade] = found
        return found
