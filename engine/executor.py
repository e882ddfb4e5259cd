"""Carrying one command out inside a transaction: who, when, whether, and then what.

Rule: in this order: is it there, may this actor, has it moved meanwhile, does the table know the
trigger, do the guards agree; only then is anything decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xiada.engine import decide, forwarding, logchange, migrating, reorganising
from xiada.engine.answer import Answer
from xiada.engine.authority import check_entitled, check_entitled_to
from xiada.engine.commands import Actor, AddUnit, Command, Delegate, Issue, OnDirective
from xiada.engine.directive import Directive
from xiada.engine.draft import Decision
from xiada.engine.errors import GuardRefused, VersionConflict
from xiada.engine.facts import Facts
from xiada.engine.guards import Guard
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.lifecycles import Blob, Lifecycles, all_guards, check_usable, named, refuse_without_guards
from xiada.engine.logchange import OnLog
from xiada.engine.machine import Compiled, Runner, Transitions
from xiada.engine.migrating import Migrate
from xiada.engine.orgcommands import Reorganise
from xiada.engine.ports import Authority, Entropy, Kept, Reader
from xiada.engine.replay import pins_of
from xiada.engine.work import Work


class Executor:
    """The rules applied to one command at a time.

    Args:
        authority: Who may act for whom.
        entropy: Gives salts.
        lifecycles: Those new cascades run by, the first unless another is named.
        guards: The embedder's own guards, by the name its lifecycles call them.

    Raises:
        Malformed: A lifecycle breaks a law, or names a guard that is not there.
    """

    def __init__(
        self,
        authority: Authority,
        entropy: Entropy,
        lifecycles: tuple[Lifecycle, ...],
        guards: Mapping[str, Guard] = MappingProxyType({}),
    ) -> None:
        self.authority = authority
        self._entropy = entropy
        self._guards = all_guards(guards)
        check_usable(lifecycles, self._guards)
        self.given = lifecycles
        self._known = {lifecycle.digest: lifecycle for lifecycle in lifecycles}
        self._runners: dict[tuple[str, bool], Runner] = {}

    def lifecycles(self, blob: Blob) -> Lifecycles:
        """Return all tables there are, those beside a log included."""
        return Lifecycles(self._known, blob)

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
        if (kept.trigger, kept.target, kept.unit) != (command.pulls, command.target, command.actor.unit):
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
        facts = self.facts(work, command.target, command.pulls, command.actor, command, lifecycle)
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
        if isinstance(command, Reorganise):
            check_entitled_to(self.authority, command, ("org",), lambda: work.org)
            return self._reorganise(work, reader, command)
        if isinstance(command, OnLog):
            change = logchange.decide(command, reader)
            check_entitled_to(self.authority, command, change.entitled, lambda: work.org)
            return work.record_log(command, change)
        if isinstance(command, Migrate):
            return self._migrate(work, reader, command)
        assert isinstance(command, Issue)
        check_entitled_to(self.authority, command, command.notice.issuers[:1], lambda: work.org)
        lifecycle = named(command.lifecycle, self.given)
        decision = forwarding.issue(command, work, work.now, lifecycle)
        bodies = work.record(decision, command, lifecycle, self._entropy)
        work.pinned[command.cascade] = lifecycle
        work.milestone = True
        return bodies

    def _reorganise(self, work: Work, reader: Reader, command: Reorganise) -> list[bytes]:
        """Change units, and let what they have running change hands as the command says; all of it or nothing."""
        steps = reorganising.steps_of(command, work.org)
        if steps:
            reorganising.refuse_running(command, work)
        with work.whole(command):
            bodies = work.record_steps(command, steps)
            for more in reorganising.hand_over(self, work, reader, command) if steps else ():
                bodies += more
        return bodies

    def _migrate(self, work: Work, reader: Reader, command: Migrate) -> list[bytes]:
        """Let a running cascade go on by another table: all its directives, or none."""
        root = work.directive(command.target)
        check_entitled_to(self.authority, command, (root.unit,), lambda: work.org)
        check_version(command, root)
        old, new = self.lifecycle(reader, work, command.target), named(command.to, self.given)
        bodies = work.record(migrating.migrate(command, work, old, new), command, new, self._entropy)
        work.migrated(command.cascade, new)
        return bodies

    def record(self, work: Work, decision: Decision, command: Command, lifecycle: Lifecycle) -> list[bytes]:
        """Record a decision that was permitted; return the bodies of its events."""
        return work.record(decision, command, lifecycle, self._entropy)

    @staticmethod
    def facts(work: Work, ref: str, trigger: str, actor: Actor, command: Command | None, lifecycle: Lifecycle) -> Facts:
        """Return what guards and decisions look at."""
        directive = work.directive(ref)
        parent = work.directive(directive.parent) if directive.parent else None
        return Facts(work, trigger, actor, work.now, directive, parent, command, directive.status, lifecycle=lifecycle)

    def permit(self, facts: Facts, lifecycle: Lifecycle, *, many: bool) -> None:
        """Raise the refusal of whoever, whatever or whenever may not."""
        command, directive = facts.command, facts.directive
        role = lifecycle.roles.get(facts.trigger)
        if role is not None:
            check_entitled(self.authority, role, facts)
        if command is not None:
            check_version(command, directive)
        self.run(facts, lifecycle, many=many)

    def run(self, facts: Facts, lifecycle: Lifecycle, *, many: bool) -> str:
        """Return the status the trigger leads to, by the compiled table for batches; raise the refusal."""
        place = (lifecycle.digest, many)
        if place not in self._runners:
            self.refuse_unguarded(lifecycle)
            machine = Compiled if many else Transitions
            self._runners[place] = machine(lifecycle, self._guards)
        return self._runners[place](facts)

    def refuse_unguarded(self, lifecycle: Lifecycle) -> None:
        """Refuse all triggers of a table whose guards are not known here, the plain ones too."""
        refuse_without_guards(lifecycle, self._guards)

    def lifecycle(self, reader: Reader, work: Work, ref: str) -> Lifecycle:
        """Return the lifecycle a directive's cascade runs by now."""
        cascade = ref.partition("/")[0]
        pinned = work.pinned.get(cascade)
        if pinned is None:
            pins = pins_of(reader, cascade, reader.origin, self.lifecycles(reader.blob))
            if pins is None:
                work.directive(ref)
                raise AssertionError(f"cascade {cascade} has no first event")
            pinned = work.pinned[cascade] = pins.latest
        return pinned


def check_version(command: Command, directive: Directive) -> None:
    """Refuse a command that was given for an earlier version of a directive.

    Raises:
        VersionConflict: It has moved since.
    """
    if command.expected_version not in (None, directive.version):
        raise VersionConflict(
            "version_conflict",
            f"{directive.ref} is at version {directive.version}, not {command.expected_version}",
            remedy="Reload it and decide again.",
            directive=directive.ref,
            version=directive.version,
            expected=command.expected_version,
        )
