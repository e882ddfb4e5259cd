"""One transaction's work: a book to decide from, and the changes decisions make.

Rule: a command is recorded whole or not at all: its events, states and side bytes are kept apart
until its decision has ended, then joined to the rest. Nothing here touches a disk.
"""

from __future__ import annotations

from xiada.engine import codec, events
from xiada.engine.calendar import Calendar
from xiada.engine.commands import Actor, Command
from xiada.engine.directive import Directive
from xiada.engine.draft import Decision, Draft
from xiada.engine.errors import NotFound, Tampered
from xiada.engine.evolve import evolve
from xiada.engine.facts import effective_requirements
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.notice import Notice, Requirement, read_notice
from xiada.engine.org import Org
from xiada.engine.orgchange import OrgDraft
from xiada.engine.ports import Changes, Entropy, Head, Kept, Reader
from xiada.engine.records import Envelope, Recorded


class Pending:
    """What one command has recorded so far."""

    __slots__ = ("blobs", "events", "states", "texts")

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self.states: dict[str, Directive] = {}
        self.blobs: dict[str, tuple[str, bytes]] = {}
        self.texts: dict[str, tuple[bytes, bytes]] = {}


class Work:
    """A book over a reader and the changes made so far; implements `facts.Book`.

    Args:
        reader: The snapshot or transaction to read from.
        origin: The log's name.
        now: Recorded time of what is done here, µs UTC; never before the log's last.
        calendar: Working days.
        notices: Cache of notices by digest, shared between transactions: they never change.
        org: Cache of (org version, org), shared likewise.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        origin: str,
        now: int,
        calendar: Calendar,
        notices: dict[str, Notice],
        org: list[tuple[int, Org]],
    ) -> None:
        self._reader = reader
        self._origin = origin
        self._head: Head = reader.head()
        self.now = max(now, self._head.t)
        self.calendar = calendar
        self._notices = notices
        self._org_cache = org
        self._draft: OrgDraft | None = None
        self._envelopes: dict[Actor, Envelope] = {}
        self._required: dict[tuple[str | None, str], list[tuple[Notice, Requirement]]] = {}
        self._states: dict[str, Directive] = {}
        self._families: dict[str, list[str]] = {}
        self._org_streams: dict[str, tuple[int, bytes]] = {}
        self.changes = Changes()
        self.pinned: dict[str, Lifecycle] = {}

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
        for version, org in self._org_cache:
            if version == self._head.org:
                return org
        org = self._reader.org()
        self._org_cache[:] = [(self._head.org, org)]
        return org

    def find(self, ref: str) -> Directive | None:
        """Return a directive, None if there is none."""
        state = self._states.get(ref)
        if state is None:
            state = self._reader.directive(ref)
            if state is not None:
                self._states[ref] = state
        return state

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

    def record(self, decision: Decision, command: Command, lifecycle: Lifecycle, entropy: Entropy) -> list[Recorded]:
        """Run a decision to its end and join what it drafted to the changes; return its events."""
        pending, envelope = Pending(), self._envelope(command)
        index = self._head.size + len(self.changes.events)
        try:
            draft = next(decision)
            while True:
                state = self._before(draft, pending)
                before = (state.version, state.head) if state else None
                text = self._beside(draft, pending, entropy)
                recorded = envelope.seal(index + len(pending.events), draft.ref, before, text, draft.event)
                pending.events.append(recorded)
                pending.states[draft.ref] = evolve(state, recorded, lifecycle)
                draft = decision.send(recorded.hash.hex())
        except StopIteration:
            self._join(pending, command)
        return pending.events

    def _envelope(self, command: Command) -> Envelope:
        """Return what stands around a command's events."""
        actor, key = command.actor, command.key
        found = self._envelopes.get(actor) if key is None else None
        if found is None:
            found = Envelope(
                log=self._origin, t=self.now, actor=actor.id, unit=actor.unit, behalf=actor.on_behalf_of, key=key
            )
            if key is None:
                self._envelopes[actor] = found
        return found

    def _before(self, draft: Draft, pending: Pending) -> Directive | None:
        """Return the state a draft falls on; a new directive's path was free when it was given out."""
        if isinstance(draft.event, events.Issued):
            return None
        return pending.states.get(draft.ref) or self.find(draft.ref)

    @staticmethod
    def _beside(draft: Draft, pending: Pending, entropy: Entropy) -> str | None:
        """Keep what lies beside an event; return the commitment of its text."""
        for kind, blob in draft.blobs:
            pending.blobs[codec.named(kind, blob)] = (kind, blob)
        if draft.text is None:
            return None
        salt = entropy(16)
        text = codec.commitment(salt, draft.text)
        pending.texts[text] = (salt, draft.text)
        return text

    def _join(self, pending: Pending, command: Command) -> None:
        """Make what a command recorded part of the transaction."""
        changes, key = self.changes, command.key
        if key is not None:
            index, count = self._head.size + len(changes.events), len(pending.events)
            changes.answers[key] = Kept(index, count, command.trigger, command.target, command.actor.unit)
        changes.events += pending.events
        if pending.blobs or pending.texts:
            changes.blobs |= pending.blobs
            changes.texts |= pending.texts
        for ref, state in pending.states.items():
            self._keep(ref, state)

    def _keep(self, ref: str, state: Directive) -> None:
        """Note a new or changed directive."""
        before = self._states.get(ref)
        if before is None:
            self.changes.created[ref] = state
            self._families[ref] = []
            if state.parent is not None:
                self.children(state.parent)
                self._families[state.parent].append(ref)
        elif ref in self.changes.created:
            self.changes.created[ref] = state
        else:
            first, _ = self.changes.changed.get(ref, (before, before))
            self.changes.changed[ref] = (first, state)
        self._states[ref] = state

    def record_org(self, command: Command) -> list[Recorded]:
        """Record a change of the org in the stream of its unit; nothing if it changes nothing."""
        if self._draft is None:
            self._draft = OrgDraft(self.org)
        draft = self._draft
        event = draft.decide(command)
        index = self._head.size + len(self.changes.events)
        if command.key is not None:
            count = 0 if event is None else 1
            self.changes.answers[command.key] = Kept(index, count, command.trigger, command.target, command.actor.unit)
        if event is None:
            return []
        before = self._org_streams.get(command.target) or self._org_head(command.target)
        recorded = self._envelope(command).seal(index, command.target, before, None, event)
        draft.apply(command, self.changes)
        self.changes.events.append(recorded)
        self._org_streams[command.target] = (recorded.version, recorded.hash)
        return [recorded]

    def _org_head(self, ref: str) -> tuple[int, bytes] | None:
        """Return version and latest hash of a unit's stream."""
        bodies = [body for _, body in self._reader.stream(ref)]
        return (len(bodies), codec.leaf(bodies[-1])) if bodies else None
