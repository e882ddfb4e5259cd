"""THE state machine of a directive, as data.

    issued ──> forwarded ──> executing ──> reported ──> summarised
       │            │            │  ^          │  ^          │
       │            │            │  └─ return ─┴──┼─ return ─┘
       └────────────┴────────────┴──> waived      └ withdraw, from any live status ──> withdrawn

Law: a directive is opened and closed by its superior and lived by its unit. The parent's `forward`
issues the children; the parent's `report` summarises them. Whatever draws the machine, runs it,
tests it or audits it reads `STANDARD`; nothing else knows a transition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from xiada.engine import codec
from xiada.engine.errors import Malformed, Tampered

Role = Literal[
    "unit",
    "superior",
    "issuer",
    "superior or issuer",
    "superior or clock",
    "grantor",
    "superior or grantor",
    "effect",
]
"""Who may pull a trigger; `effect` = only another directive's event does."""


@dataclass(frozen=True, slots=True)
class Status:
    """A named node; `closed` means that nothing binds or moves any more, unless it is returned."""

    name: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    Args:
        trigger: What asks for it.
        sources: Statuses it may start from; empty for the birth of a directive.
        target: The status it ends in; None = the same.
        by: Who may ask.
        event: The type of event it records.
        guards: Names of the predicates in `guards.py` that must hold.
    """

    trigger: str
    sources: tuple[str, ...]
    target: str | None
    by: Role
    event: str
    guards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lifecycle:
    """A named, versioned table of statuses and transitions; its digest is pinned in every cascade.

    Raises:
        Malformed: A transition names a status that is not there, or two rows claim one place.

    Example:
        >>> STANDARD.after("issued", "execute")
        'executing'
        >>> STANDARD.after("issued", "report") is None
        True
    """

    name: str
    version: int
    statuses: tuple[Status, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        names = [status.name for status in self.statuses]
        wrong = None if names else "it has no status"
        wrong = wrong or next((f"status '{name}' is there twice" for name in names if names.count(name) > 1), None)
        wrong = wrong or next(filter(None, (self._wrong_row(row, names) for row in self.transitions)), None)
        wrong = wrong or self._two_ways()
        if wrong:
            raise Malformed(
                "bad_lifecycle",
                f"lifecycle '{self.name}' is wrong: {wrong}",
                remedy="Name each status once; give each (status, trigger) and (status, event) one target.",
            )

    @staticmethod
    def _wrong_row(row: Transition, names: list[str]) -> str | None:
        """Return what is wrong with one row."""
        unknown = [name for name in (*row.sources, row.target) if name is not None and name not in names]
        return f"'{row.trigger}' names unknown status '{unknown[0]}'" if unknown else None

    def _two_ways(self) -> str | None:
        """Return where the table would lead two ways at once."""
        places: set[tuple[str, str, bool]] = set()
        targets: dict[tuple[str, str], str] = {}
        for row in self.transitions:
            for source in row.sources:
                place = (source, row.trigger, row.by == "effect")
                target = row.target or source
                if place in places or targets.setdefault((source, row.event), target) != target:
                    return f"'{row.trigger}' leads two ways from '{source}'"
                places.add(place)
        return None

    @cached_property
    def table(self) -> Mapping[tuple[str, str], Transition]:
        """What a command may do: (status, trigger) -> row. Effects are not in it."""
        return {(s, row.trigger): row for row in self.transitions if row.by != "effect" for s in row.sources}

    @cached_property
    def moves(self) -> Mapping[tuple[str, str], str]:
        """What a recorded event does: (status, event type) -> status, effects included."""
        return {(s, row.event): row.target or s for row in self.transitions for s in row.sources}

    @cached_property
    def closed(self) -> frozenset[str]:
        """The statuses nothing moves out of but a return."""
        return frozenset(status.name for status in self.statuses if status.closed)

    @cached_property
    def live(self) -> tuple[str, ...]:
        """The other statuses, in order."""
        return tuple(status.name for status in self.statuses if not status.closed)

    @cached_property
    def triggers(self) -> tuple[str, ...]:
        """All triggers, in the order of the table."""
        return tuple(dict.fromkeys(row.trigger for row in self.transitions))

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """Who may pull each trigger."""
        return {row.trigger: row.by for row in self.transitions if row.by != "effect"}

    def after(self, status: str, trigger: str) -> str | None:
        """Return the status a command's trigger leads to, None if the table has no such row."""
        row = self.table.get((status, trigger))
        return None if row is None else row.target or status

    def sources(self, trigger: str) -> tuple[str, ...]:
        """Return the statuses a trigger may be pulled in."""
        return tuple(status.name for status in self.statuses if (status.name, trigger) in self.table)

    @cached_property
    def body(self) -> bytes:
        """The definition as canonical bytes."""
        return codec.encode(
            {
                "name": self.name,
                "version": self.version,
                "statuses": [[status.name, status.closed] for status in self.statuses],
                "transitions": [
                    [row.trigger, list(row.sources), row.target, row.by, row.event, list(row.guards)]
                    for row in self.transitions
                ],
            }
        )

    @cached_property
    def digest(self) -> str:
        """The definition's name in hex, see `codec.named`."""
        return codec.named("lifecycle", self.body)


def read_lifecycle(body: bytes) -> Lifecycle:
    """Return the lifecycle of canonical bytes.

    Raises:
        Tampered: They are not the bytes of a lifecycle.

    Example:
        >>> read_lifecycle(STANDARD.body) == STANDARD
        True
    """
    found = codec.decode(body)
    try:
        statuses = tuple(Status(name, closed) for name, closed in found["statuses"])  # type: ignore[index]
        rows = tuple(
            Transition(trigger, tuple(sources), target, by, event, tuple(guards))
            for trigger, sources, target, by, event, guards in found["transitions"]  # type: ignore[index]
        )
        lifecycle = Lifecycle(found["name"], found["version"], statuses, rows)  # type: ignore[index]
        if lifecycle.body == body and _is_well_typed(lifecycle):
            return lifecycle
    except (KeyError, ValueError, TypeError, Malformed):
        pass
    raise Tampered("bad_lifecycle", "bytes are no lifecycle", remedy="Restore the file from a copy.")


def _is_well_typed(lifecycle: Lifecycle) -> bool:
    """Tell whether all names are texts and a status is closed or not: what was read may say anything."""
    texts: list[object] = [lifecycle.name, *(status.name for status in lifecycle.statuses)]
    for row in lifecycle.transitions:
        texts += [row.trigger, *row.sources, row.target or "", row.by, row.event, *row.guards]
    closed = [status.closed for status in lifecycle.statuses]
    return {*map(type, texts)} <= {str} and {*map(type, closed)} <= {bool} and type(lifecycle.version) is int


_LIVE = ("issued", "forwarded", "executing", "reported")
_OPEN = ("issued", "forwarded", "executing")
_WORKING = ("forwarded", "executing")

STANDARD = Lifecycle(
    name="standard",
    version=1,
    statuses=(
        Status("issued"),
        Status("forwarded"),
        Status("executing"),
        Status("reported"),
        Status("summarised", closed=True),
        Status("waived", closed=True),
        Status("withdrawn", closed=True),
    ),
    transitions=(
        Transition("issue", (), "issued", "issuer", "issued"),
        Transition("acknowledge", _LIVE, None, "unit", "acknowledged"),
        Transition("forward", ("issued",), "forwarded", "unit", "forwarded"),
        Transition("forward", _WORKING, None, "unit", "forwarded"),
        Transition("execute", ("issued", "forwarded"), "executing", "unit", "started"),
        Transition("progress", _WORKING, None, "unit", "progressed"),
        Transition("fulfil", _WORKING, None, "unit", "fulfilled", ("obligation_is_owed",)),
        Transition(
            "report",
            ("executing",),
            "reported",
            "unit",
            "reported",
            ("children_are_done", "requirements_are_answered"),
        ),
        Transition(
            "return",
            ("reported", "summarised"),
            "executing",
            "superior",
            "returned",
            ("parent_is_working", "due_still_fits"),
        ),
        Transition(
            "summarise",
            ("reported",),
            "summarised",
            "issuer",
            "summarised",
            ("is_root", "children_are_closed"),
        ),
        Transition("summarise", ("reported",), "summarised", "effect", "summarised"),
        Transition("remind", _LIVE, None, "superior or clock", "reminded"),
        Transition("escalate", _LIVE, None, "superior or clock", "escalated"),
        Transition(
            "request_extension",
            _LIVE,
            None,
            "unit",
            "extension_requested",
            ("is_dated", "is_not_root", "is_before_due", "asks_for_later", "nothing_is_pending"),
        ),
        Transition("grant_extension", _LIVE, None, "grantor", "extension_granted", ("extension_is_pending",)),
        Transition(
            "refuse_extension",
            _LIVE,
            None,
            "superior or grantor",
            "extension_refused",
            ("extension_is_pending",),
        ),
        Transition("reschedule", _LIVE, None, "superior", "rescheduled"),
        Transition("reassign", _OPEN, "withdrawn", "superior", "reassigned", ("is_not_root", "parent_is_working")),
        Transition("waive", _OPEN, "waived", "superior", "waived", ("is_not_root",)),
        Transition("waive", ("reported",), "waived", "effect", "waived"),
        Transition("withdraw", _LIVE, "withdrawn", "superior or issuer", "withdrawn"),
    ),
)
"""The lifecycle of design §5."""
