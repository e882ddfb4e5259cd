"""The audit: what must hold, checked again from the bytes of the log alone.

Rule: no structure is trusted because another one is. Every event is read, chained, weighed against
the table and against what its parent said; then the live projection is compared with the fold.
Nothing is repaired. A code begins with the invariant it speaks of (design §9):

    i1 dues · i2 children named and there · i3 legal, contiguous · i4 nobody before its children
    i5 coverage · i6 nothing live under closed · i7 order · i8 fold = projection · i9 entitled
    i10 requirements · i11 hashes

A cut tail leaves no trace inside the log: only a checkpoint held elsewhere shows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from xiada.engine import codec, events
from xiada.engine.directive import Directive, parent_of, path_order, root_of
from xiada.engine.errors import Tampered, XiadaError
from xiada.engine.events import as_read
from xiada.engine.evidence import Evidence, Finding
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.ports import UNCHANGED, Authority, Reader
from xiada.engine.records import Recorded, read
from xiada.engine.rollup import tallies_of, waits_of
from xiada.engine.weigh import CHECKS


def audit(
    reader: Reader,
    *,
    log: str,
    lifecycles: Mapping[str, Lifecycle],
    authority: Authority,
    progress: Callable[[int], None] | None = None,
) -> list[Finding]:
    """Return every defect of a log and its projection, in log order; empty if there is none.

    Args:
        reader: A snapshot.
        log: The log's origin.
        lifecycles: Tables by digest.
        authority: Who may act for whom.
        progress: Called with the count of events checked so far, for a bar.
    """
    auditor = Auditor(reader, log, lifecycles, authority)
    try:
        for count, (index, body) in enumerate(reader.events(), 1):
            auditor.take(index, body)
            if progress is not None and count % 1_000 == 0:
                progress(count)
    except Tampered as error:
        auditor.findings.append(Finding("i11_unreadable", auditor.size, None, error.message, "", ""))
    auditor.finish()
    return auditor.findings


class Auditor:
    """Takes the events one by one and remembers what later ones must fit.

    Args: see `audit`.
    """

    def __init__(self, reader: Reader, log: str, lifecycles: Mapping[str, Lifecycle], authority: Authority) -> None:
        self.findings: list[Finding] = []
        self._seen = Evidence(reader, lifecycles, authority)
        self._reader = reader
        self._log = log
        self._heads: dict[str, tuple[int, str]] = {}
        self.size = 0
        self._latest: dict[str, int] = {}
        self._org = 0
        self._kept = self._columns()
        self._keys: dict[str, tuple[int, int]] = {}

    def take(self, index: int, body: bytes) -> None:
        """Check one event, then fold it in."""
        if index != self.size:
            self._find("i7_log_index", index, None, "the log has a gap or a double", self.size, index)
        self.size = index + 1
        try:
            recorded = read(body, log=self._log, index=index)
        except Tampered as error:
            self._find("i11_encoding", index, None, error.message)
            return
        self._check_order(recorded)
        self._check_text(recorded)
        if recorded.key is not None:
            first, count = self._keys.get(recorded.key, (index, 0))
            self._keys[recorded.key] = (first, count + 1)
        before = self._seen.state(recorded.ref)
        if recorded.ref.startswith("org/"):
            self._org += 1
            if self._check_org(recorded):
                self._seen.fold(recorded)
        elif self._check_transition(recorded):
            check = CHECKS.get(recorded.event.type)
            self.findings += check(self._seen, recorded) if check else ()
            self._seen.fold(recorded)
        self._seen.last = recorded
        self._check_columns(recorded, before)

    def _columns(self) -> Iterator[tuple[object, ...]]:
        """Yield what the store keeps beside each event: stream, time, previous, due, version, status."""
        names, statuses = self._reader.streams(), self._reader.statuses()
        for columns in self._reader.columns():
            for stream, t, previous, due, version, status in zip(*columns, strict=True):
                yield names.get(stream, ("",))[0], t, previous, due, version, statuses.get(status)

    def _check_columns(self, recorded: Recorded, before: Directive | None) -> None:
        """What the store keeps beside an event is what the event says."""
        try:
            kept = next(self._kept, None)
        except XiadaError as error:
            self._find("i8_unreadable", recorded.index, recorded.ref, error.message)
            self._kept = iter(())
            return
        after, ref = self._seen.state(recorded.ref), recorded.ref
        due = after.due if after and (before is None or before.due != after.due) else UNCHANGED
        previous = self._latest.get(ref, UNCHANGED)
        ours = (ref, recorded.t, previous, due, recorded.version, after.status if after else "")
        if kept != ours:
            self._find("i8_stream", recorded.index, ref, "the store finds another event here", ours, kept)
        self._latest[ref] = recorded.index or 0

    def _find(
        self, code: str, index: int | None, ref: str | None, message: str, expected: object = "", found: object = ""
    ) -> None:
        """Note a defect."""
        self.findings.append(Finding(code, index, ref, message, str(expected), str(found)))

    def _check_order(self, recorded: Recorded) -> None:
        """Time does not run backwards, versions follow each other, each event names the one before."""
        index, ref = recorded.index, recorded.ref
        if recorded.t < self._seen.moment.t:
            self._find("i7_clock_back", index, ref, "recorded time runs backwards", self._seen.moment.t, recorded.t)
        version, head = self._heads.get(ref, (0, None))
        if recorded.version != version + 1:
            self._find("i3_version", index, ref, "the stream has a gap or a double", version + 1, recorded.version)
        if recorded.prev != head:
            self._find("i11_chain", index, ref, "it does not follow the stream's previous event", head, recorded.prev)
        self._heads[ref] = (recorded.version, recorded.hash.hex())

    def _check_text(self, recorded: Recorded) -> None:
        """A text beside the log is the one committed to, unless it was erased."""
        kept = self._reader.text(recorded.text) if recorded.text else None
        if kept is not None and codec.commitment(*kept) != recorded.text:
            self._find("i11_text", recorded.index, recorded.ref, "its text was changed", recorded.text)

    def _check_org(self, recorded: Recorded) -> bool:
        """A unit joins once; only the registrar adds, only the unit itself delegates."""
        unit = recorded.ref.removeprefix("org/")
        added = isinstance(recorded.event, events.UnitAdded)
        if added != (recorded.version == 1):
            self._find(
                "i3_first_event", recorded.index, recorded.ref, "a unit joins once, and first", "", recorded.event.type
            )
            return False
        self.findings += self._seen.entitled(recorded, ("org",) if added else ("org", unit))
        return True

    def _check_transition(self, recorded: Recorded) -> bool:
        """The table knows the step; returns whether the event can be folded in."""
        before = self._seen.moment.states.get(recorded.ref)
        born = isinstance(recorded.event, events.Issued)
        if (before is None) != born:
            what = "its first event is not issued" if before is None else "it is issued a second time"
            self._find("i3_first_event", recorded.index, recorded.ref, what, "", recorded.event.type)
            return False
        try:
            lifecycle = self._seen.moment.lifecycle(recorded)
        except XiadaError as error:
            self._find("i3_lifecycle", recorded.index, recorded.ref, error.message)
            return False
        if before is not None:
            if (before.status, recorded.event.type) not in lifecycle.moves:
                what = f"'{recorded.event.type}' is not possible while {before.status}"
                self._find("i3_illegal", recorded.index, recorded.ref, what, "", recorded.event.type)
            self._check_entitled(recorded, before, lifecycle)
            self._check_parent_open(recorded, before)
        return True

    def _check_parent_open(self, recorded: Recorded, before: Directive) -> None:
        """Under a closed parent things are only closed."""
        parent = self._seen.moment.states.get(before.parent or "")
        if parent is not None and parent.closed and recorded.event.type not in {"withdrawn", "waived"}:
            self._find("i6_closed_parent", recorded.index, recorded.ref, f"its parent {parent.ref} is closed")

    def _check_entitled(self, recorded: Recorded, before: Directive, lifecycle: Lifecycle) -> None:
        """The actor had the role the table asks for, at the directive the command was about."""
        event = recorded.event
        cause = getattr(event, "cause", None)
        about = self._seen.moment.states.get(cause, before) if cause else before
        superior = self._seen.unit(about.parent) or about.unit
        role = next((row.by for row in lifecycle.transitions if row.event == event.type), "unit")
        if isinstance(event, events.ExtensionGranted):
            self.findings += self._seen.entitled(recorded, self._grantors(recorded, event, superior))
        elif isinstance(event, events.ExtensionRefused):
            self.findings += self._seen.entitled(recorded, (superior, *self._answerers(before)))
        elif role == "unit":
            self.findings += self._seen.entitled(recorded, (about.unit,))
        elif role == "issuer":
            self.findings += self._seen.entitled(recorded, (superior,))
        else:
            issuer = self._seen.unit(root_of(about.ref)) or about.unit
            extra = {"superior or issuer": (issuer,), "superior or clock": ("clock",)}.get(role, ())
            self.findings += self._seen.entitled(recorded, (superior, *extra))

    def _grantors(self, recorded: Recorded, event: events.ExtensionGranted, superior: str) -> tuple[str, ...]:
        """Return who may extend: whoever the request had climbed to, and below that whoever did the step above."""
        last = self._seen.last
        above = isinstance(last.event, events.ExtensionGranted) and last.event if last else None
        if last and above and above.request == event.request and last.ref == parent_of(recorded.ref):
            return (last.behalf or last.unit,)
        asked = self._seen.state(event.request)
        return tuple(self._with_slack(asked) if asked else ()) or (superior,)

    def _answerers(self, before: Directive) -> tuple[str, ...]:
        """Return whom a request had climbed to: the first ancestor with slack, or the top where none has."""
        return tuple(self._with_slack(before)) or (self._seen.unit(root_of(before.ref)) or before.unit,)

    def _with_slack(self, before: Directive) -> Iterator[str]:
        """Yield the unit of the first ancestor with slack for what is asked."""
        above = self._seen.moment.states.get(before.parent or "")
        while above is not None:
            if above.due >= as_read(before.extension):
                yield above.unit
                return
            above = self._seen.moment.states.get(above.parent or "")

    # At the end

    def finish(self) -> None:
        """Check what only the whole log shows, then compare the projection with the fold."""
        for ref, (unit, *_, index) in self._seen.named.items():
            self._find("i2_missing_child", index, ref, f"{unit} was named as a recipient, but nothing was issued to it")
        for state in self._seen.moment.states.values():
            parent = self._seen.state(state.parent)
            if parent is not None and parent.closed and not state.closed:
                self._find("i6_live_below", None, state.ref, f"it is live under {parent.ref}, which is closed")
        for comparison in (
            self._compare_head,
            self._compare_org,
            self._compare_states,
            self._compare_places,
            self._compare_rollup,
        ):
            try:
                comparison()
            except XiadaError as error:
                self._find("i8_unreadable", None, None, error.message)

    def _compare_head(self) -> None:
        """The store counts what it holds, and stands at the last event's time."""
        stands, moment = self._reader.head(), self._seen.moment
        ours, theirs = (self.size, moment.t, self._org), (stands.size, stands.t, stands.org)
        if theirs != ours:
            self._find("i8_head", None, None, "the store stands elsewhere than its log", ours, theirs)
        for key, (first, count) in self._keys.items():
            kept = self._reader.answer(key)
            if kept is None or (kept.index, kept.count) != (first, count):
                self._find("i8_answer", first, None, f"key '{key}' does not stand for its events", (first, count), kept)

    def _compare_org(self) -> None:
        """The org as kept is the org as logged."""
        kept, moment = self._reader.org(), self._seen.moment
        if list(kept) != moment.units or kept.delegations != set(moment.delegations):
            self._find("i8_org", None, None, "the org as kept is not the org as logged")

    def _compare_states(self) -> None:
        """The projection has just the states the log folds to."""
        live = {state.ref: state for name in self._reader.cascades() for state in self._reader.below(f"{name}/")}
        for ref in sorted(live.keys() | self._seen.moment.states.keys(), key=_by_reference):
            ours, theirs = self._seen.moment.states.get(ref), live.get(ref)
            if ours != theirs:
                what = "the projection is not what the log folds to"
                self._find("i8_projection", None, ref, what, _differing(ours, theirs), _differing(theirs, ours))

    def _compare_places(self) -> None:
        """What the store finds by stream and by parent is what the log says belongs there."""
        latest = dict(self._reader.streams().values())
        for ref, index in self._latest.items():
            if latest.get(ref) != index:
                self._find("i8_stream", index, ref, "the store finds another latest event", index, latest.get(ref))
        for ref in self._seen.moment.states:
            ours = [child.ref for child in self._seen.children(ref)]
            theirs = [child.ref for child in self._reader.children(ref)]
            if ours != theirs:
                self._find("i8_children", None, ref, "the store finds other children", ours[:4], theirs[:4])

    def _compare_rollup(self) -> None:
        """What is kept added up is what the states add up to."""
        states, level_of = self._seen.moment.states.values(), {unit.id: unit.level for unit in self._seen.moment.units}
        self._compare_sums(
            tallies_of(states, defaultdict(str, level_of)),
            {(ref, level, status): count for ref, level, status, count in self._reader.tallies()},
        )
        self._compare_sums(waits_of(states), {ref: tuple(counts) for ref, *counts in self._reader.waits()})

    def _compare_sums(self, ours: Mapping[Any, object], theirs: Mapping[Any, object]) -> None:
        """Note every place at which two roll-ups differ."""
        for place in sorted(ours.keys() | theirs.keys()):
            if ours.get(place) != theirs.get(place):
                ref = place if isinstance(place, str) else place[0]
                what = "the store counts otherwise what stands below" + ("" if ref == place else f": {place[1:]}")
                self._find("i8_tally", None, ref, what, ours.get(place, 0), theirs.get(place, 0))


def _by_reference(ref: str) -> tuple[str, tuple[int, ...]]:
    """Return the order of references: by cascade, then path."""
    cascade, _, path = ref.partition("/")
    return cascade, path_order(path)


def _differing(one: Directive | None, other: Directive | None) -> str:
    """Return the fields of a state that differ from another's."""
    if one is None:
        return "nothing"
    names = [name for name in one._fields if other is None or getattr(one, name) != getattr(other, name)]
    return ", ".join(f"{name}={getattr(one, name)!r}" for name in names[:4])
