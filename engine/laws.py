"""The laws of every lifecycle: what a table may not say, whatever its statuses are called.

    a standard trigger records its own event, keeps its guards (more may be added) and, where others
        follow from it, its role
    a trigger of one's own is a step: it records `stepped:` and its name, and closes, issues or moves
        nothing but the directive it is taken at
    what one is covered by leads through a report, or past `children_are_closed`; nothing is passed on
        from there; only a return or a step takes it back
    what is excused (waived, withdrawn, closed by a step) is never where a summary leads
    whatever is live can be withdrawn, and waived, with what is above it
    whatever there is can be reached, and from everywhere something closed

Rule: under these laws the invariants I1 to I12 hold for any table, and the audit can tell. A table
that a running cascade pins is not judged again: what stands in the log has happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from xiada.engine.errors import Malformed, XiadaError
from xiada.engine.limits import clean

if TYPE_CHECKING:
    from xiada.engine.lifecycle import Lifecycle, Transition

TRIGGER_CHARS = 64
Broken = tuple[str, Mapping[str, str]]
"""The name of a law, one of `SENTENCES`, and whose row or status breaks it."""
STEP_ROLES = frozenset({"unit", "superior", "issuer", "superior or issuer", "superior or clock"})
"""Who may be asked to pull a trigger of one's own, and most of the standard ones."""
RESERVED = frozenset(
    {"add_unit", "delegate", "revoke", "rotate_key", "declare_restore", "erase_text", "migrate", "step", "can", "state"}
)
"""What no trigger is called: it would be taken for another command, or for a word of the machine's own."""
SAME = "="
"""What no status is called: the machine would take it for the status one is in."""
NOTHING_BELOW = "children_are_closed"
"""The guard under which a directive may close, or be done, without a report."""


class Law(NamedTuple):
    """What the rows of a standard trigger must be.

    Args:
        event: The type of event they record.
        guards: Guards they keep.
        by: Who pulls it, where others follow from it; None = one of `STEP_ROLES`.
        closes: Whether it leads to a closed status; None = it stays.
    """

    event: str
    guards: frozenset[str] = frozenset()
    by: str | None = None
    closes: bool | None = False


def _guards(*names: str) -> frozenset[str]:
    """Return names of guards as a set."""
    return frozenset(names)


LAWS: Mapping[str, Law] = {
    "issue": Law("issued", by="issuer"),
    "acknowledge": Law("acknowledged"),
    "forward": Law("forwarded", by="unit"),
    "execute": Law("started"),
    "progress": Law("progressed"),
    "fulfil": Law("fulfilled", _guards("obligation_is_owed")),
    "report": Law("reported", _guards("children_are_done", "requirements_are_answered"), by="unit"),
    "return": Law("returned", _guards("parent_is_working", "due_still_fits")),
    "summarise": Law("summarised", _guards("is_root", "children_are_closed"), closes=True),
    "remind": Law("reminded"),
    "escalate": Law("escalated"),
    "request_extension": Law(
        "extension_requested",
        _guards("is_dated", "is_not_root", "is_before_due", "asks_for_later", "nothing_is_pending"),
        by="unit",
    ),
    "grant_extension": Law("extension_granted", _guards("extension_is_pending"), by="grantor"),
    "refuse_extension": Law("extension_refused", _guards("extension_is_pending"), by="superior or grantor"),
    "reschedule": Law("rescheduled", by="superior"),
    "reassign": Law("reassigned", _guards("is_not_root", "parent_is_working"), by="superior", closes=True),
    "waive": Law("waived", _guards("is_not_root"), closes=True),
    "withdraw": Law("withdrawn", closes=True),
}
"""What each standard trigger must be, in whatever table it stands."""


SENTENCES: Mapping[str, str] = {
    "name": "{problem}",
    "same": "no status may be called '{status}'",
    "version": "its version is no count from 1",
    "event": "'{trigger}' is a standard trigger, which records '{event}': give one of your own another name",
    "no_effect": "'{trigger}' never happens as an effect",
    "role": "'{trigger}' may not be pulled by '{role}'",
    "guard": "'{trigger}' lacks its guard '{guard}'",
    "from_closed": "'{trigger}' starts from '{source}', which is closed: only a return leads out",
    "from_excused": "'{trigger}' starts from '{source}', which was closed without a report",
    "to_live": "'{trigger}' leads to '{target}', which is live",
    "to_closed": "'{trigger}' leads to '{target}', which is closed",
    "to_done": "'{trigger}' leads to '{target}', where only a parent's report does, or a root's issuer",
    "step_event": "'{trigger}' is no standard trigger, so it records 'stepped:{trigger}'",
    "reserved": "'{trigger}' is another command: give your trigger another name",
    "nowhere": "'{trigger}' starts nowhere",
    "closing_guard": "'{trigger}' closes '{target}', so it needs the guard '{guard}'",
    "two_roles": "'{trigger}' is pulled by '{role}' here and by '{other}' there",
    "birth": "one row 'issue' without sources leads to its first status",
    "first_closed": "its first status is closed",
    "first_done": "what is issued is not done yet",
    "forward_from_done": "'{status}' has reported or is done: nothing is forwarded from there",
    "done_unreported": "'{trigger}' makes '{target}' done without a report, so it needs '{guard}'",
    "still_at_work": "'{trigger}' leads from '{source}' to '{target}', where one is still at work",
    "back_to_done": "'{trigger}' leads from '{source}' to '{target}', where nothing is left to be done",
    "crosses": "'{trigger}' leads from '{source}' to '{target}': only a report, a return or a step does",
    "nothing_covered": "a parent's report takes no child in: no row 'summarise' is an effect",
    "stays_open": "'{status}' cannot be {event} with what is above it",
    "unreached": "nothing leads to '{status}'",
    "endless": "nothing leads from '{status}' to a closed one",
}
"""What each law says of whoever breaks it."""


def check_lawful(lifecycle: Lifecycle) -> None:
    """Refuse a lifecycle that breaks a law.

    Raises:
        Malformed: It does; the first law broken is named.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> check_lawful(STANDARD)
    """
    broken = next(_broken(lifecycle), None)
    if broken is not None:
        law, facts = broken
        raise Malformed(
            "unlawful_lifecycle",
            f"lifecycle '{lifecycle.name}' cannot be run by: {SENTENCES[law].format_map(facts)}",
            remedy="See docs/lifecycles.md, and check it with 'xiada lifecycle FILE'.",
            lifecycle=lifecycle.name,
            law=[law, dict(facts)],
        )


def _broken(lifecycle: Lifecycle) -> Iterator[Broken]:
    """Yield the laws a lifecycle breaks."""
    yield from _names(lifecycle)
    for row in lifecycle.transitions:
        yield from _standard(lifecycle, row, LAWS[row.trigger]) if row.trigger in LAWS else _step(lifecycle, row)
    yield from _roles(lifecycle)
    yield from _birth(lifecycle)
    yield from _done(lifecycle)
    yield from _crossing(lifecycle)
    yield from _closing(lifecycle)
    yield from _reach(lifecycle)


def _names(lifecycle: Lifecycle) -> Iterator[Broken]:
    """Names are clean texts of one line; a version is counted from 1."""
    texts = [lifecycle.name, *lifecycle.names, *lifecycle.triggers, *lifecycle.guards]
    for text in texts:
        try:
            clean(text, "name", TRIGGER_CHARS)
        except XiadaError as error:
            yield "name", {"problem": error.message, "name": str(text)}
    if SAME in lifecycle.names:
        yield "same", {"status": SAME}
    if type(lifecycle.version) is not int or lifecycle.version < 1:
        yield "version", {}


def _standard(lifecycle: Lifecycle, row: Transition, law: Law) -> Iterator[Broken]:
    """A standard trigger stays what it is."""
    effect, trigger = row.by == "effect", row.trigger
    if row.event != law.event:
        yield "event", {"trigger": trigger, "event": law.event}
    if effect and trigger not in ("summarise", "waive"):
        yield "no_effect", {"trigger": trigger}
    if not effect and row.by not in (STEP_ROLES if law.by is None else {law.by}):
        yield "role", {"trigger": trigger, "role": row.by}
    missing = [] if effect else sorted(law.guards - set(row.guards))
    if missing:
        yield "guard", {"trigger": trigger, "guard": missing[0]}
    for source, target in ((source, row.target or source) for source in row.sources):
        if source in lifecycle.closed and row.event != "returned":
            yield "from_closed", {"trigger": trigger, "source": source}
        elif source in lifecycle.excused:
            yield "from_excused", {"trigger": trigger, "source": source}
        elif (target in lifecycle.closed) != bool(law.closes):
            yield "to_live" if law.closes else "to_closed", {"trigger": trigger, "target": target}
        elif law.closes and row.event != "summarised" and target in _summarised(lifecycle):
            yield "to_done", {"trigger": trigger, "target": target}


def _step(lifecycle: Lifecycle, row: Transition) -> Iterator[Broken]:
    """A trigger of one's own leads from live to live, or closes what has nothing live below."""
    trigger = row.trigger
    if row.event != f"stepped:{trigger}":
        yield "step_event", {"trigger": trigger}
    if trigger in RESERVED:
        yield "reserved", {"trigger": trigger}
    if row.by not in STEP_ROLES:
        yield "role", {"trigger": trigger, "role": row.by}
    if not row.sources:
        yield "nowhere", {"trigger": trigger}
    for source in row.sources:
        if source in lifecycle.closed:
            yield "from_closed", {"trigger": trigger, "source": source}
        if row.target in _summarised(lifecycle):
            yield "to_done", {"trigger": trigger, "target": row.target or source}
        elif row.target in lifecycle.closed and NOTHING_BELOW not in row.guards:
            yield "closing_guard", {"trigger": trigger, "target": row.target or source, "guard": NOTHING_BELOW}


def _summarised(lifecycle: Lifecycle) -> set[str | None]:
    """Return where a summary leads."""
    return {row.target for row in lifecycle.transitions if row.event == "summarised"}


def _roles(lifecycle: Lifecycle) -> Iterator[Broken]:
    """A trigger is pulled by the same role everywhere."""
    for row in lifecycle.transitions:
        if row.by not in ("effect", lifecycle.roles.get(row.trigger)):
            yield "two_roles", {"trigger": row.trigger, "role": row.by, "other": lifecycle.roles[row.trigger]}


def _birth(lifecycle: Lifecycle) -> Iterator[Broken]:
    """A directive is issued into the first status, and never otherwise."""
    births = [row for row in lifecycle.transitions if not row.sources]
    if [(row.trigger, row.target) for row in births] != [("issue", lifecycle.statuses[0].name)]:
        yield "birth", {}
    if lifecycle.statuses[0].closed:
        yield "first_closed", {}


def _done(lifecycle: Lifecycle) -> Iterator[Broken]:
    """What a parent's report covers has reported, or has nothing live below; and passes nothing on."""
    for status in sorted(lifecycle.covered | lifecycle.handed_in):
        if (status, "forwarded") in lifecycle.moves:
            yield "forward_from_done", {"status": status}
    for row in lifecycle.transitions:
        entering = [one for one in row.sources if one not in lifecycle.handed_in and one != row.target]
        if row.target in lifecycle.covered and row.event != "reported" and entering and NOTHING_BELOW not in row.guards:
            yield "done_unreported", {"trigger": row.trigger, "target": row.target, "guard": NOTHING_BELOW}
    if lifecycle.statuses[0].name in lifecycle.covered:
        yield "first_done", {}
    if {"forward", "report"} <= set(lifecycle.triggers) and not lifecycle.covered:
        yield "nothing_covered", {}


def _crossing(lifecycle: Lifecycle) -> Iterator[Broken]:
    """Among what is live, only a report or a step ends the work, and only a return or a step begins it again."""
    live = [row for row in lifecycle.transitions if row.trigger in LAWS and not LAWS[row.trigger].closes]
    for row, source in ((each, start) for each in live for start in each.sources):
        target = row.target or source
        at_work, way = target in lifecycle.open, {"trigger": row.trigger, "source": source, "target": target}
        if row.event == "reported" and at_work:
            yield "still_at_work", way
        elif row.event == "returned" and not at_work:
            yield "back_to_done", way
        elif row.event not in ("reported", "returned") and at_work != (source in lifecycle.open):
            yield "crosses", way


def _closing(lifecycle: Lifecycle) -> Iterator[Broken]:
    """Whatever is live closes with what is above it."""
    needs = {"withdraw": "withdrawn", "reassign": "withdrawn", "waive": "waived"}
    for event in dict.fromkeys(event for trigger, event in needs.items() if trigger in lifecycle.triggers):
        for status in lifecycle.live:
            if lifecycle.moves.get((status, event)) not in lifecycle.closed:
                yield "stays_open", {"status": status, "event": event}


def _reach(lifecycle: Lifecycle) -> Iterator[Broken]:
    """Every status can be reached, and from every live one something closed."""
    steps = {(source, target) for (source, _), target in lifecycle.moves.items()}
    reached = _spread({lifecycle.statuses[0].name}, steps)
    yield from (("unreached", {"status": one.name}) for one in lifecycle.statuses if one.name not in reached)
    closing = _spread(set(lifecycle.closed), {(target, source) for source, target in steps})
    yield from (("endless", {"status": status}) for status in lifecycle.live if status not in closing)


def _spread(start: set[str], steps: set[tuple[str, str]]) -> set[str]:
    """Return all that can be reached from some statuses."""
    found, new = set(start), set(start)
    while new:
        new = {target for source, target in steps if source in new} - found
        found |= new
    return found
