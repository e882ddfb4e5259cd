"""The tick, as a method of the engine: reminders and escalations that fall due now are recorded, each once.

Rule: what a rule says is looked for by the index of open directives in their order of due, page by page,
and decided again inside the transaction that records it; its idempotency key makes it happen once, in
whichever process, however often one ticks, and a tick that was cut short is simply ticked again. The
actor is of unit `clock`. Who is told: a reminder the unit itself, an escalation whoever `escalate` names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import orjson

from xiada.engine import limits
from xiada.engine.answer import Answer
from xiada.engine.commands import Actor, Command, Escalate, Remind
from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, instant
from xiada.engine.errors import Malformed, Refused, VersionConflict, XiadaError
from xiada.engine.grouping import GroupCommit
from xiada.engine.inquiries import LONGEST_PAGE, PAGE
from xiada.engine.looking import Look
from xiada.engine.obligations import Looking, has_more
from xiada.engine.ports import Reader, Writer
from xiada.engine.projections import Colour
from xiada.engine.questions import Questions
from xiada.engine.reminding import STANDARD_REMINDERS, Action, Call, ReminderRules, Schedule, reason_of
from xiada.engine.rollup import is_open
from xiada.engine.work import Premises, Work

CLOCK = Actor("clock", "clock")
"""Who ticks."""

LOOKED_AT_ONCE = 1_000
PER_TRANSACTION = 1_000
NEXT_LOOKED_AT = 10
"""So many directives beyond the horizon are asked for what comes next: the first of them, but for odd rules."""
_AFTER_ALL_ROOTS = 9_999_999
_ALL = (-1, NEVER + 1)
"""After and before every due, undated included."""


class Given(NamedTuple):
    """A reminder or an escalation.

    Args:
        action: `remind` or `escalate`.
        rule: By which rule.
        ref: The directive.
        obligation: What is owed under it; `period` names the period of a recurring one.
        period: Day that names the period, ISO 8601, else None.
        due: By when, µs UTC, NEVER if undated.
        light: The light it goes with.
        to: The unit told.
        reason: What was recorded.
        key: Its idempotency key.
    """

    action: Action
    rule: str
    ref: str
    obligation: str
    period: str | None
    due: int
    light: Colour
    to: str
    reason: str
    key: str


class Upcoming(NamedTuple):
    """What a rule will say next, as things stand: when (µs UTC), which rule, of which directive."""

    t: int
    rule: str
    ref: str


@dataclass(slots=True)
class Tick:
    """What one tick came to.

    Args:
        now: The instant it judged by, µs UTC.
        counts: How often each rule spoke, by name; rules that said nothing are left out.
        actions: How many reminders and escalations.
        given: The first of them.
        already: How many had been given before.
        looked_at: How many open directives were looked at.
        refused: How many the engine's rules refused.
        refusals: The first of those: (directive, why).
        next: What comes next as things stand, None if nothing does; nothing comes before it.
        assumed: Years whose holidays are not known: there Monday to Friday was counted.
    """

    now: int
    counts: Counter[str] = field(default_factory=Counter)
    actions: Counter[Action] = field(default_factory=Counter)
    given: list[Given] = field(default_factory=list)
    already: int = 0
    looked_at: int = 0
    refused: int = 0
    refusals: list[tuple[str, XiadaError]] = field(default_factory=list)
    next: Upcoming | None = None
    assumed: tuple[int, ...] = ()

    @property
    def next_at(self) -> int | None:
        """When a rule speaks next as things stand, µs UTC, None if none does."""
        return None if self.next is None else self.next.t

    @property
    def total(self) -> int:
        """How many reminders and escalations were given."""
        return self.actions.total()


class Done(NamedTuple):
    """What became of a call: its reason, and who was told, or why it was refused; neither if it was given before."""

    call: Call
    reason: str
    to: str | None = None
    refusal: XiadaError | None = None


class Round:
    """One tick under way: the schedule it goes by, and what it has come to.

    Args:
        schedule: When rules speak.
        tick: The answer, filled as it goes.
        claimed_at: The instant the caller gave, None if the clock's.
        limit: How many are listed.
    """

    def __init__(self, schedule: Schedule, tick: Tick, claimed_at: datetime | None, limit: int) -> None:
        self.schedule, self.tick, self.claimed_at, self._limit = schedule, tick, claimed_at, limit
        self._looking = Looking(tick.now)

    def look(self, work: Work, reader: Reader) -> Look:
        """Return a look at the instant of the tick."""
        return Look(work, reader, self._looking)

    def calls(self, look: Look, state: Directive) -> list[Call]:
        """Return what the rules say of a directive now; of what has reported or is closed they say nothing."""
        if not is_open(state):
            return []
        return self.schedule.calls(look.items(state), state.status, look.notice(state).zone, self.tick.now)

    def note_next(self, look: Look, states: Iterable[Directive], *, any_status: bool = False) -> None:
        """Note what the rules will say next of open directives as they stand, or whatever their status."""
        tick = self.tick
        for state in states:
            status = None if any_status else state.status
            found = self.schedule.next_of(look.items(state), status, look.notice(state).zone, tick.now)
            if found is not None and (tick.next is None or found.begin < tick.next.t):
                tick.next = Upcoming(found.begin, found.rule.name, state.ref)

    def note(self, done: Iterable[Done]) -> None:
        """Count what is durable now, listing the first."""
        tick = self.tick
        for one in done:
            if one.refusal is not None:
                tick.refused += 1
                if len(tick.refusals) < self._limit:
                    tick.refusals.append((one.call.item.ref, one.refusal))
            elif one.to is None:
                tick.already += 1
            else:
                tick.counts[one.call.rule.name] += 1
                tick.actions[one.call.rule.action] += 1
                if len(tick.given) < self._limit:
                    tick.given.append(_given(one.call, one.reason, one.to))


def _given(call: Call, reason: str, to: str) -> Given:
    """Return what is listed of a call that was given."""
    rule, item = call.rule, call.item
    period = None if item.period is None else item.period.isoformat()
    return Given(rule.action, rule.name, item.ref, item.obligation, period, item.due, rule.colour, to, reason, call.key)


class Ticking(Questions):
    """The engine's door for whoever has it ticked.

    Example:
        >>> from datetime import UTC
        >>> from xiada.engine.engine import Engine
        >>> from xiada.engine.notice import Notice
        >>> from xiada.engine.org import Org, Unit
        >>> engine, clerk = Engine.create("memory:", "xiada.example/office"), Actor("clerk", "p")
        >>> _ = engine.load_org(Org([Unit("p", "P", "office", "province", "main")]))
        >>> notice = Notice(id="n", doc_number="No. 1", title="On reports", issuers=("p",))
        >>> _ = engine.issue("k", notice, due=datetime(2130, 6, 20, 12, tzinfo=UTC), actor=clerk)
        >>> now = datetime(2130, 6, 19, 12, tzinfo=UTC)
        >>> [(one.rule, one.to) for one in engine.tick(now, dry_run=True).given]
        [('before-3', 'p')]
    """

    _group: GroupCommit[Command, Answer]
    _premises: Premises

    def _transaction(self) -> AbstractContextManager[tuple[Work, Writer]]:
        """Hold the one write transaction."""
        raise AssertionError(f"the engine opens transactions on {self._store}")

    def tick(
        self,
        now: datetime | None = None,
        *,
        rules: ReminderRules = STANDARD_REMINDERS,
        dry_run: bool = False,
        limit: int = PAGE,
        progress: Callable[[int], None] | None = None,
    ) -> Tick:
        """Give every reminder and escalation that the rules ask for now and that has not been given; once each.

        Ticked again, it gives none of them again; cut short, what is missing is given by the next tick.

        Args:
            now: The instant to judge by, recorded as claimed; None = the clock.
            rules: What is said when.
            dry_run: Say what would be given, and write nothing.
            limit: How many are listed in the answer; all are counted.
            progress: Called with the count of directives looked at so far, for a bar.

        Raises:
            Malformed: A limit that cannot be one.
            StoreError: The store cannot serve; what was given before stands.
        """
        if type(limit) is not int or not 0 <= limit <= LONGEST_PAGE:
            raise Malformed("bad_limit", f"{limits.shown(limit)} is no length", remedy=f"Give 0 to {LONGEST_PAGE:,}.")
        moment = self._clock.now() if now is None else instant(now)
        schedule = Schedule(rules, self._premises.calendar)
        round_ = Round(schedule, Tick(moment, assumed=schedule.assumed(moment)), now, limit)
        for cascade in self.cascades():
            for between in self._ranges(cascade, round_):
                for calls in self._pages(cascade, between, round_):
                    for start in range(0, len(calls), PER_TRANSACTION):
                        self._give(calls[start : start + PER_TRANSACTION], round_, dry_run=dry_run)
                    if progress is not None:
                        progress(round_.tick.looked_at)
        return round_.tick

    # Looking

    def _ranges(self, cascade: str, round_: Round) -> list[tuple[int, int]]:
        """Return the ranges of due (after, before) in which open directives are to be looked at.

        Those whose notice asks for more than a report have items due at any time; of the others only those are
        looked at whose due is near, and the first one after that, for what comes next.
        """
        schedule, now = round_.schedule, round_.tick.now
        with self._store.reading() as reader:
            look = round_.look(self._work(reader), reader)
            if any(has_more(look.work.notice(digest)) for digest in reader.open_notices(cascade)):
                return [_ALL]
            horizon = schedule.horizon(now)
            beyond = reader.late(f"{cascade}/", NEVER, _end_of(cascade, horizon - 1), NEXT_LOOKED_AT)
            round_.note_next(look, beyond, any_status=True)  # nothing after it can come sooner
        return [(_ALL[0], horizon), (NEVER - 1, NEVER + 1)] if schedule.speaks_of_undated() else [(_ALL[0], horizon)]

    def _pages(self, cascade: str, between: tuple[int, int], round_: Round) -> Iterator[list[Call]]:
        """Yield what the rules say of a range of open directives and has not been given, a page at a time."""
        after, before = between
        cursor = _end_of(cascade, after)
        while True:
            with self._store.reading() as reader:
                states = reader.late(f"{cascade}/", before, cursor, LOOKED_AT_ONCE)
                look = round_.look(self._work(reader), reader)
                look.learn(states)
                calls = [call for state in states for call in round_.calls(look, state)]
                new = [call for call in calls if reader.answer(call.key) is None]
                round_.note_next(look, states)
            round_.tick.already += len(calls) - len(new)
            round_.tick.looked_at += len(states)
            yield new
            if len(states) < LOOKED_AT_ONCE:
                return
            cursor = (states[-1].due, states[-1].ref)

    # Giving

    def _give(self, calls: list[Call], round_: Round, *, dry_run: bool) -> None:
        """Give what is called for in one transaction; on a dry run only try."""
        if dry_run:
            with self._store.reading() as reader:
                done = self._carry_out(calls, round_, round_.look(self._work(reader), reader))
        else:
            with self._group.alone(), self._transaction() as (work, writer):
                done = self._carry_out(calls, round_, round_.look(work, writer))
                work.flush(writer)
        round_.note(done)

    def _carry_out(self, calls: list[Call], round_: Round, look: Look) -> list[Done]:
        """Carry out the calls that hold here and now; return what became of each.

        Whoever has reported meanwhile is not reminded, and what another tick has given is not given again.
        """
        look.work.prefetch(call.item.ref for call in calls)
        states = {call.item.ref: look.work.directive(call.item.ref) for call in calls}
        look.learn(states.values())
        standing = {call.key: call for state in states.values() for call in round_.calls(look, state)}
        return [
            self._one(standing[key], round_, look)
            for key in dict.fromkeys(call.key for call in calls)
            if key in standing
        ]

    def _one(self, call: Call, round_: Round, look: Look) -> Done:
        """Carry out one call."""
        state = look.work.directive(call.item.ref)
        notice = look.notice(state)
        names = {"unit": look.called(state), "title": notice.title, "doc_number": notice.doc_number}
        reason = reason_of(call, round_.schedule.rules, round_.tick.now, notice.zone, names)
        kind = Remind if call.rule.action == "remind" else Escalate
        try:
            command = kind(state.ref, reason, actor=CLOCK, key=call.key, claimed_at=round_.claimed_at)
            if self._executor.repeated(look.work, look.reader, command) is not None:
                return Done(call, reason)
            [body] = self._executor.carry_out(look.work, look.reader, command, many=True)
        except (Refused, VersionConflict, Malformed) as refusal:
            return Done(call, reason, refusal=refusal)
        return Done(call, reason, to=orjson.loads(body)["data"].get("to", state.unit))


def _end_of(cascade: str, due: int) -> tuple[int, str]:
    """Return the place after every directive of a cascade with that due."""
    return due, f"{cascade}/{_AFTER_ALL_ROOTS}"
