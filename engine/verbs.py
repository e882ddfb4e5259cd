"""The engine's verbs: one method per command, for callers who would rather not build values.

Rule: a verb builds its command and submits it; it knows nothing else. All take `actor`, and the
options every command takes: `key`, `expected_version`, `claimed_at`. All raise what `submit` raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, TypedDict, Unpack

from xiada.engine import commands
from xiada.engine.answer import Answer
from xiada.engine.commands import Actor, Command, DueAsked, OnConflict, Recipient
from xiada.engine.events import Material
from xiada.engine.migrating import Migrate
from xiada.engine.notice import Notice
from xiada.engine.org import Select
from xiada.engine.orgcommands import AbolishUnit, MergeUnits, MoveUnit, RenameUnit, Running


class Options(TypedDict, total=False):
    """What every command may carry."""

    key: str
    expected_version: int
    claimed_at: datetime


class ForwardOptions(Options, total=False):
    """What a forwarding may carry beside: see `commands.Forward`."""

    notice: Notice | None
    due: DueAsked
    reserve_workdays: int
    on_conflict: Literal["refuse", "clamp"]


class HandInOptions(Options, total=False):
    """What comes with something handed in: materials, and a text that is kept erasable."""

    materials: tuple[Material, ...]
    text: str | None


class Verbs:
    """One method per command."""

    def submit_one(self, command: Command) -> Answer:
        """Submit one command and return its answer."""
        raise AssertionError(f"the engine submits {command.trigger}")

    def issue(
        self,
        cascade: str,
        notice: Notice,
        *,
        actor: Actor,
        due: DueAsked = None,
        lifecycle: str | None = None,
        **options: Unpack[Options],
    ) -> Answer:
        """Issue a notice as a cascade, one root per issuer."""
        return self.submit_one(commands.Issue(cascade, notice, due, lifecycle, actor=actor, **options))

    def acknowledge(self, directive: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Sign for a directive (签收)."""
        return self.submit_one(commands.Acknowledge(directive, actor=actor, **options))

    def forward(
        self,
        directive: str,
        to: Iterable[str | Recipient | Select],
        *,
        actor: Actor,
        **options: Unpack[ForwardOptions],
    ) -> Answer:
        """Pass a directive on (转发)."""
        return self.submit_one(commands.Forward(directive, tuple(to), actor=actor, **options))

    def execute(self, directive: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Begin to carry a directive out (执行)."""
        return self.submit_one(commands.Execute(directive, actor=actor, **options))

    def progress(self, directive: str, note: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Say how far it is."""
        return self.submit_one(commands.Progress(directive, note, actor=actor, **options))

    def fulfil(
        self,
        directive: str,
        obligation: str,
        *,
        actor: Actor,
        period: date | None = None,
        **options: Unpack[HandInOptions],
    ) -> Answer:
        """Hand in an obligation other than the report."""
        return self.submit_one(
            commands.Fulfil(
                directive,
                obligation=obligation,
                period=period,
                actor=actor,
                **options,
            )
        )

    def report(
        self, directive: str, *, actor: Actor, answers: tuple[str, ...] = (), **options: Unpack[HandInOptions]
    ) -> Answer:
        """Report (报送); the children that have reported are summarised by it."""
        return self.submit_one(commands.Report(directive, answers=answers, actor=actor, **options))

    def return_(
        self, directive: str, reason: str, *, actor: Actor, due: DueAsked = None, **options: Unpack[Options]
    ) -> Answer:
        """Send a report back (退回)."""
        return self.submit_one(commands.Return(directive, reason, due, actor=actor, **options))

    def summarise(self, directive: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Close a root (汇总)."""
        return self.submit_one(commands.Summarise(directive, actor=actor, **options))

    def remind(self, directive: str, reason: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Urge it (催办)."""
        return self.submit_one(commands.Remind(directive, reason, actor=actor, **options))

    def escalate(self, directive: str, reason: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Bring it to the notice of whoever is above the superior."""
        return self.submit_one(commands.Escalate(directive, reason, actor=actor, **options))

    def request_extension(
        self, directive: str, due: DueAsked, reason: str, *, actor: Actor, **options: Unpack[Options]
    ) -> Answer:
        """Ask for a later due."""
        return self.submit_one(commands.RequestExtension(directive, reason, due, actor=actor, **options))

    def grant_extension(
        self, directive: str, *, actor: Actor, due: DueAsked = None, **options: Unpack[Options]
    ) -> Answer:
        """Grant the extension asked for, or a shorter one."""
        return self.submit_one(commands.GrantExtension(directive, due, actor=actor, **options))

    def refuse_extension(self, directive: str, reason: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Refuse the extension asked for."""
        return self.submit_one(commands.RefuseExtension(directive, reason, actor=actor, **options))

    def reschedule(
        self,
        directive: str,
        due: DueAsked,
        reason: str,
        *,
        actor: Actor,
        on_conflict: OnConflict = "refuse",
        **options: Unpack[Options],
    ) -> Answer:
        """Move a due (改期)."""
        return self.submit_one(commands.Reschedule(directive, reason, due, on_conflict, actor=actor, **options))

    def reassign(self, directive: str, to: str, reason: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Let another unit do it (改派)."""
        return self.submit_one(commands.Reassign(directive, reason, to, actor=actor, **options))

    def waive(self, directive: str, reason: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Do without its report (免报)."""
        return self.submit_one(commands.Waive(directive, reason, actor=actor, **options))

    def withdraw(self, directive: str, reason: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Call it back (撤回), with all that is live below it."""
        return self.submit_one(commands.Withdraw(directive, reason, actor=actor, **options))

    def step(
        self,
        directive: str,
        trigger: str,
        *,
        actor: Actor,
        reason: str | None = None,
        note: str | None = None,
        **options: Unpack[Options],
    ) -> Answer:
        """Pull a trigger of the lifecycle's own."""
        return self.submit_one(commands.TakeStep(directive, trigger, reason, note, actor=actor, **options))

    def migrate(
        self,
        cascade: str,
        to: str,
        reason: str,
        *,
        actor: Actor,
        mapping: Mapping[str, str] = MappingProxyType({}),
        **options: Unpack[Options],
    ) -> Answer:
        """Let a running cascade go on by another lifecycle, statuses renamed by the mapping."""
        pairs = tuple(mapping.items())
        return self.submit_one(Migrate(cascade, to, reason, pairs, actor=actor, **options))

    def rename_unit(
        self,
        unit: str,
        name: str,
        reason: str,
        *,
        actor: Actor,
        aliases: tuple[str, ...] | None = None,
        **options: Unpack[Options],
    ) -> Answer:
        """Give a unit another name; `aliases` are all its other names then, None = those it has."""
        return self.submit_one(RenameUnit(unit, name, reason, aliases, actor=actor, **options))

    def move_unit(
        self,
        unit: str,
        line: str,
        superior: str,
        reason: str,
        *,
        actor: Actor,
        running: Literal["refuse", "stay"] = "stay",
        **options: Unpack[Options],
    ) -> Answer:
        """Put a unit, with all below it, under another superior of the same line."""
        return self.submit_one(MoveUnit(unit, line, superior, reason, running, actor=actor, **options))

    def merge_units(
        self,
        units: Iterable[str],
        into: str,
        reason: str,
        *,
        actor: Actor,
        running: Running = "refuse",
        **options: Unpack[Options],
    ) -> Answer:
        """Let units become part of another; `running` says what becomes of what they have running."""
        return self.submit_one(MergeUnits(tuple(units), into, reason, running, actor=actor, **options))

    def abolish_unit(
        self,
        unit: str,
        reason: str,
        *,
        actor: Actor,
        successor: str | None = None,
        running: Running = "refuse",
        **options: Unpack[Options],
    ) -> Answer:
        """End a unit that has nobody below it; `running` says what becomes of what it has running."""
        return self.submit_one(AbolishUnit(unit, reason, successor, running, actor=actor, **options))

    def delegate(self, unit: str, to: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Let actors of unit `to` act on behalf of `unit`."""
        return self.submit_one(commands.Delegate(unit, to, actor=actor, **options))

    def revoke(self, unit: str, to: str, *, actor: Actor, **options: Unpack[Options]) -> Answer:
        """Take a delegation back."""
        return self.submit_one(commands.Revoke(unit, to, actor=actor, **options))
