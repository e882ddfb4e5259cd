"""Recording one command: from the drafts of its decision to bytes, hashes and states.

Rule: a command is recorded whole or not at all: what is gathered here joins the transaction only
when the decision has ended. Where a draft stands for many events alike, the first is written field
by field and the others by its pattern; the bytes are those that each would have had by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xiada.engine import codec, events
from xiada.engine.directive import Directive
from xiada.engine.draft import Births, Draft, Drafts, Summaries
from xiada.engine.events import as_read
from xiada.engine.evolve import born_like, evolve, summarised
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.ports import Entropy, Written
from xiada.engine.records import Envelope, data_of


class Recording:
    """What one command has recorded so far.

    Args:
        envelope: What stands around its events.
        lifecycle: The table its cascade runs by.
        entropy: Gives salts.
        find: Finds a directive as it stands before the command.
    """

    __slots__ = ("_entropy", "_envelope", "_find", "_lifecycle", "blobs", "events", "states", "texts")

    def __init__(
        self, envelope: Envelope, lifecycle: Lifecycle, entropy: Entropy, find: Callable[[str], Directive | None]
    ) -> None:
        self._envelope, self._lifecycle, self._entropy, self._find = envelope, lifecycle, entropy, find
        self.events: list[Written] = []
        self.states: dict[str, Directive] = {}
        self.blobs: dict[str, tuple[str, bytes]] = {}
        self.texts: dict[str, tuple[bytes, bytes]] = {}

    def take(self, draft: Drafts) -> str:
        """Record a draft; return the hex hash of its event, the last one's where there are many."""
        if isinstance(draft, Births):
            return self._births(draft)
        if isinstance(draft, Summaries):
            return self._summaries(draft)
        return self._one(draft)

    def _one(self, draft: Draft) -> str:
        """Record one event, with what lies beside it."""
        state = self._before(draft)
        before = (state.version, state.head) if state else None
        recorded = self._envelope.seal(None, draft.ref, before, self._beside(draft), draft.event)
        after = evolve(state, recorded, self._lifecycle)
        due = after.due if state is None or state.due != after.due else None
        self._keep(after, due, recorded.body)
        return recorded.hash.hex()

    def _keep(self, state: Directive, due: int | None, body: bytes) -> None:
        """Note an event and the state after it."""
        self.events.append(Written(state.ref, state.version, self._envelope.t, state.status, due, body))
        self.states[state.ref] = state

    def _before(self, draft: Draft) -> Directive | None:
        """Return the state a draft falls on; a new directive's path was free when it was given out."""
        if isinstance(draft.event, events.Issued):
            return None
        return self.states.get(draft.ref) or self._find(draft.ref)

    def _beside(self, draft: Draft) -> str | None:
        """Keep what lies beside an event; return the commitment of its text."""
        for kind, blob in draft.blobs:
            self.blobs[codec.named(kind, blob)] = (kind, blob)
        if draft.text is None:
            return None
        salt = self._entropy(16)
        text = codec.commitment(salt, draft.text)
        self.texts[text] = (salt, draft.text)
        return text

    def _births(self, births: Births) -> str:
        """Record new directives: the first as any event, its sisters by the same pattern."""
        last = self._one(Draft(births.refs[0], births.event))
        first, original = self.states[births.refs[0]], births.event.original
        before, after = _pattern(births.event)
        rows = zip(births.refs, births.units, births.dues, births.copies, strict=True)
        next(rows)
        head = first.head
        for ref, unit, due, copy in rows:
            copied = f'"copy":{codec.pack(copy).decode()},' if copy else ""
            written = "null" if due is None else due
            data = f'{{{copied}"due":{written}{before}{unit}{after}'
            body = self._envelope.line(ref, 1, "null", "issued", data)
            head, instant = codec.leaf(body), as_read(due)
            state = born_like(first, ref, unit, head, (instant, instant if original is None else original, copy))
            self._keep(state, instant, body)
        return head.hex() if len(births.refs) > 1 else last

    def _summaries(self, summaries: Summaries) -> str:
        """Record that reports went into their parent's."""
        data, type_, head = codec.pack(data_of(summaries.event)).decode(), summaries.event.type, b""
        for ref in summaries.refs:
            state = self.states.get(ref) or self._find(ref)
            assert state is not None, "a decision names directives it has read"
            body = self._envelope.line(ref, state.version + 1, f'"{state.head.hex()}"', type_, data)
            head = codec.leaf(body)
            self._keep(summarised(state, head, self._envelope.t, self._lifecycle), None, body)
        return head.hex()


def _pattern(event: events.Issued) -> tuple[str, str]:
    """Return the data of `issued` between its due and its unit, and after it."""
    data = codec.pack(data_of(replace(event, to="", due=0, copy=()))).decode()
    before, mark, after = data.removeprefix('{"due":0').partition('"to":"')
    return before + mark, after
