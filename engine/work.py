"""One transaction's work: a book to decide from, and the changes decisions make.

Rule: what one command recorded joins the rest only when its decision has ended. Nothing here
touches a disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from xiada.engine import codec
from xiada.engine.calendar import Calendar
from xiada.engine.commands import Command
from xiada.engine.directive import Directive
from xiada.engine.draft import Decision
from xiada.engine.errors import NotFound, Tampered
from xiada.engine.events import Event
from xiada.engine.facts import effective_requirements
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.logchange import LogChange, joined
from xiada.engine.notice import Notice, Requirement, read_notice
from xiada.engine.org import Org
from xiada.engine.orgchange import OrgDraft
from xiada.engine.orgwork import OrgWork
from xiada.engine.ports import Changes, Entropy, Head, Kept, Reader, Writer
from xiada.engine.quiet import Quiet
from xiada.engine.recording import Recording
from xiada.engine.records import Envelope, Frame
from xiada.engine.rollup import added

MOST_KNOWN = 100_000
"""Directives kept in memory between transactions, about 400 bytes each."""


class Known:
    """States and families read or made so far, kept from one transaction to the next while nobody else writes.

    Args:
        size: Log size they are true of; -1 = of none.
        states: Directives by reference.
        families: References of the children by parent, by number.
        levels: Levels by unit.
        pinned: The table each cascade runs by.
    """

    __slots__ = ("families", "levels", "pinned", "size", "states")

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know nothing."""
        self.size = -1
        self.states: dict[str, Directive] = {}
        self.families: dict[str, list[str]] = {}
        self.levels: dict[str, str] = {}
        self.pinned: dict[str, Lifecycle] = {}

    def as_of(self, size: int) -> Known:
        """Return what is known of a log of that size; nothing if it has grown elsewhere, or too much is known."""
        if self.size != size or len(self.states) > MOST_KNOWN:
            self.forget()
        self.size = -1  # until the transaction that uses it ends well
        return self


@dataclass(frozen=True, slots=True)
class Premises:
    """What all transactions of an engine share.

    Args:
        calendar: Working days.
        notices: Cache of notices by digest: they never change.
        org: Cache of (org version, org).
    """

    calendar: Calendar
    notices: dict[str, Notice] = field(default_factory=dict)
    org: list[tuple[int, Org]] = field(default_factory=list)


class Work(OrgWork):
    """A book over a reader and the changes made so far; implements `facts.Book`.

    Args:
        reader: The snapshot or transaction to read from.
        premises: What all transactions share.
        now: Recorded time of what is done here, µs UTC; never before the log's last.
        known: What earlier transactions have read and made.
    """

    def __init__(self, reader: Reader, premises: Premises, now: int, known: Known) -> None:
        self._reader = reader
        self._head: Head = reader.head()
        self.now = max(now, self._head.t)
        self.calendar = premises.calendar
        self._notices = premises.notices
        self._org_cache = premises.org
        self._draft: OrgDraft | None = None
        self._required: dict[tuple[str | None, str], list[tuple[Notice, Requirement]]] = {}
        self._known = known.as_of(self._head.size)
        self._states, self._families = self._known.states, self._known.families
        self._quiet = Quiet(reader)
        self.changes = Changes(self._head.size)
        self.pinned = self._known.pinned
        self.migrations = 0
        self.milestone = False

    @cached_property
    def frame(self) -> Frame:
        """What stands in all events recorded here."""
        return Frame(self._reader.origin, self.now)

    @property
    def states(self) -> dict[str, Directive]:
        """The directives known so far, as they stand with what has been recorded here."""
        return self._states

    @property
    def size(self) -> int:
        """Log size with what has been recorded here."""
        return self.changes.first + len(self.changes.events)

    @property
    def recorded(self) -> int:
        """Count of events recorded here."""
        return self.size - self._head.size

    # The book

    @property
    def org_version(self) -> int:
        """Count of the org's events."""
        return self._head.org + (self._draft.events if self._draft else 0)

    @property
    def org(self) -> Org:
        """The org in force, with what this transaction has changed."""
        if self._draft is not None:
            return self._draft.org()
        org = self._cached_org()
        if org is None:
            org = self._reader.org()
            self._org_cache[:] = [(self._head.org, org)]
        return org

    def _cached_org(self) -> Org | None:
        """Return the org before this transaction if it has been read."""
        return next((org for version, org in self._org_cache if version == self._head.org), None)

    def find(self, ref: str) -> Directive | None:
        """Return a directive, None if there is none."""
        state = self._states.get(ref)
        if state is None:
            state = self._reader.directive(ref)
            if state is not None:
                self._states[ref] = state
        return state

    def prefetch(self, refs: Iterable[str]) -> None:
        """Read the directives of these references that are not known yet, many at a time."""
        unknown = {ref for ref in refs if ref not in self._states}
        self._states.update((state.ref, state) for state in self._reader.directives(unknown))

    def directive(self, ref: str) -> Directive:
        """Return a directive, or raise NotFound."""
        state = self.find(ref)
        if state is None:
            raise NotFound(
                "unknown_directive",
                f"there is no directive {ref}",
                directive=ref,
                remedy="Check the reference.",
            )
        return state

    def children(self, ref: str) -> list[Directive]:
        """Return a directive's children by number."""
        family = self._families.get(ref)
        if family is None:
            known = self._states.get(ref)
            if known is not None and not known.children:
                return []
            stored = self._reader.children(ref)
            for child in stored:
                self._states.setdefault(child.ref, child)
            family = self._families[ref] = [child.ref for child in stored]
        return [self._states[child] for child in family]

    def below(self, ref: str) -> list[Directive]:
        """Return all descendants, parents first."""
        found: list[Directive] = []
        level = self.children(ref)
        while level:
            found += level
            level = [child for state in level if state.children for child in self.children(state.ref)]
        return found

    def notice(self, digest: str) -> Notice:
        """Return a notice by digest."""
        found = self._notices.get(digest)
        if found is None:
            kept = self.changes.blobs.get(digest)
            body = kept[1] if kept else self._reader.blob(digest)
            if body is None or codec.named("notice", body) != digest:
                raise Tampered(
                    "notice_missing",
                    f"notice {digest[:12]} is missing or changed",
                    remedy="Restore the file from a copy.",
                )
            found = self._notices[digest] = read_notice(body)
        return found

    def requirements(self, directive: Directive) -> list[tuple[Notice, Requirement]]:
        """Return all requirements on a directive; siblings under one notice share them."""
        place = (directive.parent, directive.notice)
        if place not in self._required:
            self._required[place] = effective_requirements(self, directive)
        return self._required[place]

    # Recording

    def record(self, decision: Decision, command: Command, lifecycle: Lifecycle, entropy: Entropy) -> list[bytes]:
        """Run a decision to its end and join what it drafted to the changes; return the bodies of its events."""
        recording = Recording(self._envelope(command), lifecycle, entropy, self.find)
        try:
            draft = next(decision)
            while True:
                draft = decision.send(recording.take(draft))
        except StopIteration:
            self._join(recording, command)
        return [event.body for event in recording.events]

    def _envelope(self, command: Command) -> Envelope:
        """Return what stands around a command's events."""
        actor = command.actor
        return Envelope(self.frame, actor.id, actor.unit, actor.on_behalf_of, command.key)

    def _join(self, pending: Recording, command: Command) -> None:
        """Make what a command recorded part of the transaction."""
        changes, key = self.changes, command.key
        if key is not None:
            index, count = self.size, len(pending.events)
            changes.answers[key] = Kept(index, count, command.pulls, command.target, command.actor.unit)
        changes.events += pending.events
        if pending.blobs or pending.texts:
            changes.blobs |= pending.blobs
            changes.texts |= pending.texts
        for ref, state in pending.states.items():
            self.keep(self._states.get(ref), state)

    def keep(self, before: Directive | None, state: Directive) -> None:
        """Note a new or changed directive."""
        ref = state.ref
        if before is None:
            self.changes.created[ref] = state
            if state.parent is not None:
                self._family(state.parent).append(ref)
        elif ref in self.changes.created:
            self.changes.created[ref] = state
        else:
            first = self.changes.changed.get(ref)
            self.changes.changed[ref] = (before if first is None else first[0], state)
        self._states[ref] = state

    def _family(self, parent: str) -> list[str]:
        """Return the children a directive has so far, to be added to."""
        if parent not in self._families:
            self._families[parent] = [child.ref for child in self.children(parent)]
        return self._families[parent]

    def migrated(self, cascade: str, lifecycle: Lifecycle) -> None:
        """Say that a cascade runs by another table from here on."""
        self.pinned[cascade] = lifecycle
        self.migrations += 1
        self.milestone = True

    def committed(self) -> None:
        """Say that the changes are durable: what is known here holds for the next transaction too."""
        if self._known.states is self._states:
            self._known.size = self.size
        if self._draft is not None:
            self._org_cache[:] = [(self.org_version, self._draft.org())]

    def flush(self, writer: Writer) -> None:
        """Write what has been recorded so far into the open transaction."""
        if self.changes:
            writer.append(self.settled())
            self.changes = Changes(self.size)
            self._quiet = Quiet(self._reader)

    def settled(self) -> Changes:
        """Return the changes with what they add to the roll-up: all that the transaction writes."""
        changes = self.changes
        if changes.created or changes.changed:
            states, org = (changes.created.values(), changes.changed.values()), self._cached_org()
            try:
                changes.tallies, changes.waits = added(*states, self._known.levels if org is None else org.levels)
            except KeyError:
                changes.tallies, changes.waits = added(*states, self._learned_levels())
        return changes

    def _learned_levels(self) -> Mapping[str, str]:
        """Return the levels of all units whose directives are new or changed, without reading the whole org."""
        levels, changes = self._known.levels, self.changes
        levels.update((unit.id, unit.level) for unit in changes.units)
        unknown = {state.unit for state in changes.created.values() if state.unit not in levels}
        unknown |= {after.unit for _, after in changes.changed.values() if after.unit not in levels}
        levels.update(dict.fromkeys(unknown, ""))
        levels.update((unit.id, unit.level) for unit in self._reader.units(unknown).values())
        return levels

    def record_log(self, command: Command, change: LogChange) -> list[bytes]:
        """Record what is done to the log itself in its own stream; nothing if it changes nothing."""
        if change.upkeep.origin is not None:
            self.frame = Frame(change.upkeep.origin, self.now)
        bodies = self._record_quiet(command, change.event)
        if change.event is not None:
            self.changes.upkeep = joined(self.changes.upkeep, change.upkeep)
        return bodies

    def _record_quiet(self, command: Command, event: Event | None) -> list[bytes]:
        """Record an event that changes no directive, if there is one, and what the command's key stands for."""
        index, bodies = self.size, list[bytes]()
        if event is not None:
            bodies.append(self._quiet.record(command.target, event, self._envelope(command), self.changes))
        if command.key is not None:
            kept = Kept(index, len(bodies), command.pulls, command.target, command.actor.unit)
            self.changes.answers[command.key] = kept
        return bodies
