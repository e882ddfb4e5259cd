"""Families: the second pass, in which each directive is checked with its parent and its children.

Rule: events come in log order. As a child a directive is checked in full; as a parent it is folded,
so that its children can be held against it as it stood then, and it against them.
"""

from __future__ import annotations

from xiada.engine import codec
from xiada.engine.audit.findings import Finding
from xiada.engine.audit.ground import Ground
from xiada.engine.audit.migrations import goes_on, left_behind
from xiada.engine.audit.reading import Read, chained, finding
from xiada.engine.audit.skim import Skimmer
from xiada.engine.audit.sorting import CHILD, PARENT, ColumnsOf
from xiada.engine.audit.source import Source
from xiada.engine.audit.spill import Item
from xiada.engine.audit.weigh import BELOW, OWN, issuer_of
from xiada.engine.commands import REGISTRAR
from xiada.engine.directive import Directive, is_reference
from xiada.engine.errors import Tampered, XiadaError
from xiada.engine.events import in_table
from xiada.engine.evolve import evolve, skimmed
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.notice import Notice, read_notice
from xiada.engine.ports import UNCHANGED
from xiada.engine.records import read

WITH_CAUSE = frozenset({"waived", "withdrawn", "rescheduled"})
"""What may happen because of something above; then it is held against that."""
CLOSING = frozenset({"waived", "withdrawn"})
"""What may still happen under a closed parent."""
REMEMBERED = frozenset({"waived", "withdrawn", "reassigned", "extension_granted"})
"""What children may refer to while it is their parent's latest event; to remember more costs time and memory."""


class Beside:
    """What lies beside the log, checked against its name, and remembered.

    Args:
        source: The log.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._notices: dict[str, Notice | None] = {}
        self._mandatory: dict[str, tuple[str, ...]] = {}

    def notice(self, digest: str) -> Notice | None:
        """Return a notice if its bytes are there and are those of its digest."""
        if digest not in self._notices:
            body = self.source.blob(digest)
            try:
                right = body is not None and codec.named("notice", body) == digest
                self._notices[digest] = read_notice(body) if right and body else None
            except XiadaError:
                self._notices[digest] = None
        return self._notices[digest]

    def mandatory(self, digest: str) -> tuple[str, ...]:
        """Return the names of what a notice requires of every report."""
        if digest not in self._mandatory:
            notice = self.notice(digest)
            items = notice.requirements if notice else ()
            self._mandatory[digest] = tuple(f"{notice.id}/{item.id}" for item in items if notice and item.mandatory)
        return self._mandatory[digest]

    def side_list(self, name: str | None) -> object:
        """Return a side list if its bytes are there and are those of its name."""
        body = self.source.blob(name) if name else None
        if body is None or codec.named("list", body) != name:
            return None
        try:
            return codec.decode(body)
        except Tampered:
            return None


class Families:
    """The families of one partition.

    Args:
        beside: What lies beside the log.
        ground: What concerns more than one family.
        skim: Reads bodies.
    """

    def __init__(self, beside: Beside, ground: Ground, skim: Skimmer) -> None:
        self.beside, self.ground = beside, ground
        self.notice, self.mandatory, self.side_list = beside.notice, beside.mandatory, beside.side_list
        self.findings: list[Finding] = []
        self.states: dict[str, Directive] = {}
        self.last: dict[str, Read] = {}
        self.named: dict[str, tuple[str, int | None, str, str, tuple[object, ...] | None, int]] = {}
        self.moving: dict[str, list[Read]] = {}
        self.covered: dict[str, bytes] = {}
        self.asked: list[tuple[Read, str]] = []
        self.children: dict[str, list[str]] = {}
        self.places: dict[str, tuple[int, int]] = {}
        self.births = 0
        self._skim = skim
        self.table, self.running = STANDARD, dict[str, str]()
        self._roles: dict[str, dict[str, str]] = {}
        self._tables: dict[str, Lifecycle] = {}

    def take(self, item: Item) -> None:
        """Check one event, then fold it in.

        Args:
            item: (log index, role, hash, body, columns or None) as `sorting` sends it.
        """
        index, role, head, body, columns = item
        try:
            event = self._skim(body, self.ground.log_at(index), index)
        except Tampered as error:
            if role & CHILD:
                self.findings.append(Finding("i11_encoding", index, None, error.message))
            return
        one = Read(index, head, event, body)
        ref, kind = event["dir"], event["type"]
        before = self.states.get(ref)
        lifecycle = self._lifecycle(ref.partition("/")[0], index)
        self.table = lifecycle or STANDARD
        if role & CHILD and not self._check_own(one, before, lifecycle):
            return
        if lifecycle is None or (before is None) != (kind == "issued"):
            return
        if role & PARENT and kind in BELOW:
            self.findings += BELOW[kind](self, one, before)
        after = self.states[ref] = self._fold(one, before, lifecycle)
        self._remember(one, before, after, role)
        if columns is not None:
            self._check_columns(one, before, after, columns)

    def _remember(self, one: Read, before: Directive | None, after: Directive, role: int) -> None:
        """Remember what children may refer to, and whose child it is."""
        ref = after.ref
        if one.event["type"] in REMEMBERED:
            self.last[ref] = one
        elif ref in self.last:
            del self.last[ref]
        if role & CHILD and self.ground.migrations and after.cascade in self.ground.migrations:
            self.running[ref] = one.data["lifecycle"] if one.event["type"] == "migrated" else self.table.digest
        if before is None and role & CHILD:
            self.births += 1
            self.children.setdefault(after.parent or "", []).append(ref)

    def _lifecycle(self, cascade: str, index: int) -> Lifecycle | None:
        """Return the table a cascade runs by, None if it is not known, or not yet."""
        found = self._tables.get(cascade) or self.ground.lifecycle(cascade, index)
        if found is not None and cascade not in self.ground.migrations:
            self._tables[cascade] = found
        return found

    def _fold(self, one: Read, before: Directive | None, lifecycle: Lifecycle) -> Directive:
        """Return the directive after an event."""
        if one.event["ver"] == (before.version + 1 if before else 1):
            after = skimmed(before, one.event, one.head, lifecycle)
            if after is not None:
                return after
        return evolve(before, read(one.body, log=one.event["log"], index=one.index), lifecycle)

    # As a child

    def _check_own(self, one: Read, before: Directive | None, lifecycle: Lifecycle | None) -> bool:
        """Check an event in its stream and against its parent; tell whether it can be folded."""
        event = one.event
        kind = event["type"]
        if before is None and not is_reference(event["dir"]):
            self._find("i11_encoding", one, "its stream is none that can be")
            return False
        self.findings += chained(one, *((before.version, before.head) if before else (0, None)))
        if "text" in event:
            self._check_text(one)
        if (before is None) != (kind == "issued"):
            what = "its first event is not issued" if before is None else "it is issued a second time"
            self._find("i3_first_event", one, what, "", kind)
            return False
        if lifecycle is None:
            self._find("i3_lifecycle", one, "its cascade runs by a lifecycle that is not known or was changed")
            return False
        if before is not None and kind != "migrated":
            self._check_move(one, before, lifecycle)
        if before is not None and self.ground.migrations and before.cascade in self.ground.migrations:
            self.findings += goes_on(self, one)
        if kind in OWN:
            self.findings += OWN[kind](self, one, before)
        return True

    def _check_text(self, one: Read) -> None:
        """A text beside the log is the one committed to, unless it was erased."""
        commitment = one.event["text"]
        kept = self.beside.source.text(commitment)
        if kept is not None and (len(kept[0]) != 16 or codec.commitment(*kept) != commitment):
            self._find("i11_text", one, "its text was changed", commitment)
        elif kept is None and one.index >= self.ground.texts_from and commitment not in self.ground.erased:
            self._find("i11_text_missing", one, "its text is missing, and no event says that it was erased", commitment)

    def _check_move(self, one: Read, before: Directive, lifecycle: Lifecycle) -> None:
        """The table knows the step, the parent is open, and the actor had the role the table asks for."""
        event = one.event
        kind = event["type"]
        listed = in_table(kind, event["data"])
        if (before.status, listed) not in lifecycle.moves:
            self._find("i3_illegal", one, f"'{listed}' is not possible while {before.status}", "", listed)
        parent = self.states.get(before.parent or "")
        if parent is not None and parent.closed_at is not None and kind not in CLOSING:
            self._find("i6_closed_parent", one, f"its parent {parent.ref} is closed")
        if kind == "extension_granted" or (kind in WITH_CAUSE and event["data"].get("cause") is not None):
            return
        units = self._entitled_units(one, before, lifecycle)
        self.findings += self.ground.entitled(one, (*units, REGISTRAR.unit) if self._hands_over(one, before) else units)

    def _hands_over(self, one: Read, before: Directive) -> bool:
        """Tell whether an event is part of a reorganisation, by which what a unit had running changes hands."""
        data, course = one.data, self.ground.course
        if not course.acts:
            return False
        if one.event["type"] == "reassigned":
            return course.ended_by(before.unit, one.by, one.index) == str(data["to"])
        return data.get("replaces") is not None and course.handed(one.by, one.index)

    def _entitled_units(self, one: Read, before: Directive, lifecycle: Lifecycle) -> tuple[str, ...]:
        """Return the units one of whose actors did this, if all is right."""
        kind = one.event["type"]
        by_report = kind == "summarised" and before.parent is not None
        role = "superior" if by_report else self._role(lifecycle, in_table(kind, one.data))
        superior = self.superior(before)
        if role == "unit":
            return (before.unit,)
        if role == "issuer":
            return (issuer_of(self, before.ref) or superior,)
        from_further = one.event["unit"] != superior or "behalf" in one.event
        if kind == "extension_refused" and from_further and before.parent is not None:
            self.asked.append((one, before.ref))
            return ()
        if role == "superior or clock":
            return (superior, "clock")
        if role == "superior or issuer":
            return (superior, issuer_of(self, before.ref) or superior)
        return (superior,)

    def _role(self, lifecycle: Lifecycle, listed: str) -> str:
        """Return who the table says may cause an event, under what it calls it; by a command, if one may."""
        roles = self._roles.get(lifecycle.digest)
        if roles is None:
            roles = self._roles[lifecycle.digest] = {}
            for row in lifecycle.transitions:
                if roles.get(row.event, "effect") == "effect":
                    roles[row.event] = row.by
        return roles.get(listed, "unit")

    def superior(self, state: Directive) -> str:
        """Return the unit above a directive: its parent's, or its own at a root."""
        parent = self.states.get(state.parent or "")
        return parent.unit if parent else state.unit

    def _check_columns(self, one: Read, before: Directive | None, after: Directive, columns: ColumnsOf) -> None:
        """What the store keeps beside an event is what the event says."""
        stream, t, previous, due, version, status = columns
        number, latest = self.places.get(after.ref, (stream, UNCHANGED))
        moved = before is None or before.due != after.due
        ours = (number, one.event["t"], latest, after.due if moved else UNCHANGED, one.event["ver"], after.status)
        name = (self.ground.statuses or {}).get(status)
        if ours != (stream, t, previous, due, version, name):
            theirs = (stream, t, previous, due, version, name)
            self._find("i8_stream", one, "the store finds another event here", ours, theirs)
        self.places[after.ref] = (number, one.index)

    def _find(self, code: str, one: Read, message: str, expected: object = "", found: object = "") -> None:
        """Note a defect of one event."""
        self.findings.append(finding(code, one, message, expected, found))

    # As a parent

    def children_of(self, ref: str) -> list[Directive]:
        """Return a directive's children at this moment, in the order they were issued."""
        return [self.states[child] for child in self.children.get(ref, ())]

    def finish(self) -> None:
        """Check what only the whole of a family shows."""
        for ref, (unit, *_, index) in self.named.items():
            what = f"{unit} was named as a recipient, but nothing was issued to it"
            self.findings.append(Finding("i2_missing_child", index, ref, what))
        for waiting in self.moving.values():
            for child in waiting:
                self._find("i6_cause", child, "what it was moved for did not move then", "", child.data["cause"])
        for ref in self.children:
            parent = self.states.get(ref)
            if parent is not None and parent.closed_at is not None:
                what = f"it is live under {parent.ref}, which is closed"
                live = (child for child in self.children_of(ref) if child.closed_at is None)
                self.findings += [Finding("i6_live_below", None, child.ref, what) for child in live]
        self.findings += left_behind(self)
