"""THE state machine of a directive, as data.

    issued ──> forwarded ──> executing ──> reported ──> summarised
       │            │            │  ^          │  ^          │
       │            │            │  └─ return ─┴──┼─ return ─┘
       └────────────┴────────────┴──> waived      └ withdraw, from any live status ──> withdrawn

Law: a directive is opened and closed by its superior and lived by its unit. The parent's `forward`
issues the children; the parent's `report` summarises them. Whatever draws the machine, runs it,
tests it or audits it reads the table a cascade pins, `STANDARD` or another; nothing else knows a
transition, and what a status means (`covered`, `working`, `excused`) follows from the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from xiada.engine import codec
from xiada.engine.errors import Malformed, Tampered
from xiada.engine.laws import check_lawful

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


STEP = "stepped:"
"""What the events of a lifecycle's own triggers begin with in its table; the trigger's name follows."""


def step(
    trigger: str, sources: str | Iterable[str], target: str | None, *, by: Role, guards: str | Iterable[str] = ()
) -> Transition:
    """Return the row of a trigger of one's own.

    Args:
        trigger: Its name, none of the standard ones.
        sources: The status, or statuses, it may start from.
        target: The status it ends in; None = the same.
        by: Who may pull it: unit, superior, issuer, superior or issuer, superior or clock.
        guards: The name, or names, of predicates, of `guards.py` or the embedder's.

    Example:
        >>> step("approve", "under review", "approved", by="superior").event
        'stepped:approve'
    """
    start, asked = ((one,) if isinstance(one, str) else tuple(one) for one in (sources, guards))
    return Transition(trigger, start, target, by, STEP + trigger, asked)


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
        if not names:
            raise _wrong(self.name, "no_status")
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise _wrong(self.name, "status_twice", status=twice)
        for row in self.transitions:
            unknown = [name for name in (*row.sources, row.target) if name is not None and name not in names]
            if unknown:
                raise _wrong(self.name, "unknown_status", trigger=row.trigger, status=unknown[0])
        self._refuse_two_ways()

    def _refuse_two_ways(self) -> None:
        """Refuse a table that would lead two ways at once."""
        places: set[tuple[str, str, bool]] = set()
        targets: dict[tuple[str, str], str] = {}
        for row in self.transitions:
            for source in row.sources:
                place = (source, row.trigger, row.by == "effect")
                target = row.target or source
                if place in places or targets.setdefault((source, row.event), target) != target:
                    raise _wrong(self.name, "two_ways", trigger=row.trigger, source=source)
                places.add(place)

    @cached_property
    def table(self) -> Mapping[tuple[str, str], Transition]:
        """What a command may do: (status, trigger) -> row. Effects are not in it."""
        return {(s, row.trigger): row for row in self.transitions if row.by != "effect" for s in row.sources}

    @cached_property
    def moves(self) -> Mapping[tuple[str, str], str]:
        """What a recorded event does: (status, event type) -> status, effects included."""
        return {(s, row.event): row.target or s for row in self.transitions for s in row.sources}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all statuses."""
        return frozenset(status.name for status in self.statuses)

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

    # What a status means

    @cached_property
    def covered(self) -> frozenset[str]:
        """The statuses of a child that is done: its parent's report takes it in and closes it."""
        effects = [row for row in self.transitions if row.by == "effect" and row.event == "summarised"]
        return frozenset(source for row in effects for source in row.sources)

    @cached_property
    def working(self) -> frozenset[str]:
        """The statuses of a directive at work: it may pass on more, and stays as it is."""
        return frozenset(name for name in self.names if self.moves.get((name, "forwarded")) == name)

    @cached_property
    def excused(self) -> frozenset[str]:
        """The closed statuses of what no report covers: waived, withdrawn, or closed by a step of one's own."""
        return self.closed - {row.target for row in self.transitions if row.event == "summarised"}

    @cached_property
    def reporting(self) -> frozenset[str]:
        """The statuses one reports from."""
        return frozenset(status for status, event in self.moves if event == "reported")

    @cached_property
    def handed_in(self) -> frozenset[str]:
        """The statuses that only a report leads to, or a step from one of them; none to be reported from again."""
        back = {target for (_, event), target in self.moves.items() if event == "returned"}
        again = {status for status in self.reporting if self.moves[status, "reported"] != status}
        found = set(self.names) - {row.target for row in self.transitions if not row.sources} - back - again
        while True:
            others = {target for (source, event), target in self.moves.items()
                      if event != "reported" and target != source and source not in found}  # fmt: skip
            if not found & others:
                return frozenset(found)
            found -= others

    @cached_property
    def open(self) -> frozenset[str]:
        """The live statuses of what is neither handed in nor done."""
        return frozenset(self.live) - self.handed_in - self.covered

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The triggers that are this lifecycle's own, in the order of the table."""
        return tuple(dict.fromkeys(row.trigger for row in self.transitions if row.event.startswith(STEP)))

    @cached_property
    def guards(self) -> frozenset[str]:
        """The names of all guards."""
        return frozenset(name for row in self.transitions for name in row.guards)

    def after(self, status: str, trigger: str) -> str | None:
        """Return the status a command's trigger leads to, None if the table has no such row."""
        row = self.table.get((status, trigger))
        return None if row is None else row.target or status

    def sources(self, trigger: str) -> tuple[str, ...]:
        """Return the statuses a trigger may be pulled in."""
        return tuple(status.name for status in self.statuses if (status.name, trigger) in self.table)

    def extended(
        self,
        name: str,
        version: int = 1,
        *,
        statuses: Iterable[Status | str] = (),
        transitions: Iterable[Transition] = (),
        without: Iterable[str] = (),
    ) -> Lifecycle:
        """Return this table with statuses and triggers of one's own.

        A new live status joins whatever may be done in every live one (sign, urge, ask for an extension,
        reschedule, withdraw), and is waived with what is above it; one that is not yet handed in or done
        also what may be done in every such one (waive, reassign).

        Args:
            name: Of the new lifecycle.
            version: Count it up with each change of a lifecycle of that name.
            statuses: New ones; a name alone is a live status.
            transitions: New rows: of triggers of one's own by `step`, or of standard triggers.
            without: Triggers and statuses to be left out.

        Raises:
            Malformed: The outcome is no table, or breaks a law of `laws.py`.

        Example:
            >>> reviewed = STANDARD.extended(
            ...     "reviewed",
            ...     statuses=("under review", "approved"),
            ...     transitions=(
            ...         step("submit", "executing", "under review", by="unit"),
            ...         step("approve", "under review", "approved", by="superior"),
            ...         step("reject", ("under review", "approved"), "executing", by="superior"),
            ...         replace(STANDARD.table["executing", "report"], sources=("approved",)),
            ...     ),
            ...     without=("report",),
            ... )
            >>> reviewed.after("under review", "approve"), reviewed.after("under review", "withdraw")
            ('approved', 'withdrawn')
        """
        left_out, new = set(without), [one if isinstance(one, Status) else Status(one) for one in statuses]
        unknown = left_out - self.names - set(self.triggers)
        if unknown:
            raise _wrong(name, "nothing_left_out", name=min(unknown))
        added = tuple(transitions)
        live = tuple(status.name for status in new if not status.closed)
        rows = [self._joined(row, left_out, live) for row in self.transitions if row.trigger not in left_out]
        kept = [status for status in self.statuses if status.name not in left_out]
        ordered = _ordered(kept, new, added)
        found = Lifecycle(name, version, ordered, (*(row for row in rows if row is not None), *added))
        found = replace(found, transitions=self._opened(found, [status for status in live if status in found.open]))
        check_lawful(found)
        return found

    def _opened(self, found: Lifecycle, new: list[str]) -> tuple[Transition, ...]:
        """Return the rows of an extension, those for all open statuses with the new ones that have no row for it."""
        wide = {row.trigger for row in self.transitions if self.open <= set(row.sources) and row.by != "effect"}
        return tuple(
            replace(row, sources=row.sources + tuple(one for one in new if (one, row.trigger) not in found.table))
            if row.trigger in wide and set(row.sources) >= self.open & found.names
            else row
            for row in found.transitions
        )

    def _joined(self, row: Transition, left_out: set[str], live: tuple[str, ...]) -> Transition | None:
        """Return a row without the statuses left out, with the new live ones if it is for all live ones."""
        sources = tuple(source for source in row.sources if source not in left_out)
        if row.target in left_out or (row.sources and not sources):
            return None
        for_all = set(self.live) <= set(row.sources) or (row.by == "effect" and row.event == "waived")
        return replace(row, sources=sources + live if for_all else sources)

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


def _ordered(kept: list[Status], new: list[Status], rows: tuple[Transition, ...]) -> tuple[Status, ...]:
    """Return statuses in the order of work: a new live one after the last it is reached from; closed ones last."""
    live = [one for one in kept if not one.closed]
    for status in (one for one in new if not one.closed):
        names = {one.name: place for place, one in enumerate(live, 1)}
        reached = [names.get(source, 0) for row in rows if row.target == status.name for source in row.sources]
        live.insert(max(reached, default=0) or len(live), status)
    return (*live, *(one for one in (*kept, *new) if one.closed))


WRONG: Mapping[str, str] = {
    "no_status": "it has no status",
    "status_twice": "status '{status}' is there twice",
    "unknown_status": "'{trigger}' names unknown status '{status}'",
    "two_ways": "'{trigger}' leads two ways from '{source}'",
    "nothing_left_out": "'{name}', to be left out, is neither a trigger nor a status",
}
"""What is said of what is no table."""


def _wrong(lifecycle: str, what: str, **facts: str) -> Malformed:
    """Return the error for what is no table."""
    return Malformed(
        "bad_lifecycle",
        f"lifecycle '{lifecycle}' is wrong: {WRONG[what].format_map(facts)}",
        remedy="Name each status once; give each (status, trigger) and (status, event) one target.",
        lifecycle=lifecycle,
        law=[what, facts],
    )


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
