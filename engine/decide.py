"""Decisions: from facts to events, without doing anything.

Rule: a decision is a generator of drafts, begun only after the machine permitted the trigger. For
each draft it is sent the hash of the event as recorded, so that effects can commit to their cause:
`issued` to the parent's `forwarded`, `summarised` to the parent's `reported`. It never writes; a
refusal raised half-way undoes the whole command, for nothing is kept until the generator ends.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias, TypeVar

from xiada.engine import codec, events, limits
from xiada.engine.commands import (
    Command,
    Forward,
    Fulfil,
    GrantExtension,
    Issue,
    Progress,
    Reassign,
    Recipient,
    RefuseExtension,
    Remind,
    Report,
    RequestExtension,
    Reschedule,
    Return,
    Waive,
    Withdraw,
)
from xiada.engine.directive import Directive, path_order
from xiada.engine.due import NEVER, Anchors, at, end_of_day, instant, resolve
from xiada.engine.errors import GuardRefused, LimitExceeded, Malformed, Refused
from xiada.engine.events import Cover, Entry, Event, Omission, written
from xiada.engine.facts import Book, Facts, ancestors
from xiada.engine.guards import due_refusal, period_due, refusal
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.log.merkle import root_hash
from xiada.engine.notice import Notice
from xiada.engine.org import Unit

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class Draft:
    """An event to be recorded in a stream, with what is to be kept beside the log.

    Args:
        ref: The stream.
        event: The fact.
        text: Text to keep erasable, under a commitment.
        blobs: (kind, bytes) to keep under their names.
    """

    ref: str
    event: Event
    text: bytes | None = None
    blobs: tuple[tuple[str, bytes], ...] = ()


Decision: TypeAlias = Generator[Draft, str, None]
"""Yields drafts; is sent the hex hash of each as recorded."""


def claimed(command: Command) -> int | None:
    """Return when the actor says it happened, µs UTC."""
    return None if command.claimed_at is None else instant(command.claimed_at)


def _command(facts: Facts, kind: type[C]) -> C:
    """Return the command, which the dispatch has matched to its kind."""
    assert isinstance(facts.command, kind), f"{facts.trigger} needs a {kind.__name__}"
    return facts.command


# Issuing and forwarding


def issue(command: Issue, book: Book, now: int, lifecycle: Lifecycle) -> Decision:
    """Issue a notice: one root per issuer, all pinning the same lifecycle and org."""
    if book.find(command.target) is not None:
        raise GuardRefused(
            "cascade_exists",
            f"cascade '{command.cascade}' has been issued already",
            remedy="Choose another id, or repeat the command with its idempotency key.",
            cascade=command.cascade,
        )
    notice = command.notice
    due = _root_due(command, book, now)
    contacts = notice.contacts_text()
    for number, issuer in enumerate(notice.issuers, 1):
        unit = book.org.unit(issuer)
        event = events.Issued(
            to=issuer,
            line=unit.line,
            parent=None,
            forwarded=None,
            due=written(due),
            window=_span(notice),
            notice=notice.digest,
            obligations=notice.obligations_digest,
            lifecycle=lifecycle.digest,
            org=book.org_version,
            claimed_at=claimed(command),
        )
        beside = (("notice", notice.body), ("lifecycle", lifecycle.body)) if number == 1 else ()
        yield Draft(
            f"{command.cascade}/{number}", event, text=contacts if number == 1 else None, blobs=beside
        )


def _span(notice: Notice) -> tuple[int, int] | None:
    """Return the activity window, first and last µs UTC."""
    if notice.window is None:
        return None
    before = notice.window.start - timedelta(days=1)
    return end_of_day(before, notice.zone) + 1, end_of_day(notice.window.end, notice.zone)


def _root_due(command: Issue, book: Book, now: int) -> int:
    """Return the roots' due: as asked, else the latest of the notice's reports."""
    anchors = Anchors(zone=command.notice.zone, calendar=book.calendar, issue=now)
    if command.due == "undated":
        return NEVER
    if command.due is not None:
        return resolve(command.due, anchors)
    reports = [one.due for one in command.notice.obligations if one.kind == "report"]
    return max((resolve(due, anchors) for due in reports if due is not None), default=NEVER)


def forward(facts: Facts) -> Decision:
    """Pass a directive on: name the recipients, then issue a child to each."""
    command = _command(facts, Forward)
    notice = command.notice or facts.book.notice(facts.directive.notice)
    _check_notice(facts, notice)
    recipients = command.recipients(facts.book.org, facts.directive.line, facts.directive.unit)
    units = _check_recipients(facts, recipients)
    latest = _latest(facts, command.reserve_workdays, notice)
    asked = [
        _due_asked(facts, command, one, unit, notice, latest)
        for one, unit in zip(recipients, units, strict=True)
    ]
    if command.on_conflict == "refuse":
        for unit, due in zip(units, asked, strict=True):
            _refuse_if(due_refusal(facts, due, limit=latest, child=unit.id))
    entries = [
        (child_path(facts.directive, number), unit.id, written(min(due, latest)))
        for number, (unit, due) in enumerate(zip(units, asked, strict=True), 1)
    ]
    clamped = tuple(
        (entry[0], written(due)) for entry, due in zip(entries, asked, strict=True) if due > latest
    )
    yield from _name_and_issue(
        facts,
        entries,
        notice,
        new_notice=command.notice,
        clamped=clamped,
        reserve=command.reserve_workdays or None,
    )


def child_path(parent: Directive, number: int) -> str:
    """Return the path of the `number`-th child from now on."""
    return f"{parent.path}.{parent.children + number}"


def _check_notice(facts: Facts, notice: Notice) -> None:
    """Refuse a forwarding notice of somebody else, or one whose id stands above with other content."""
    command = _command(facts, Forward)
    if command.notice is not None and facts.directive.unit not in notice.issuers:
        raise refusal(
            facts,
            "not_an_issuer",
            f"{facts.directive.unit} is no issuer of notice '{notice.id}'",
            "Name it among the issuers, or forward without a notice of your own.",
            issuers=list(notice.issuers),
        )
    for above in (facts.directive, *ancestors(facts.book, facts.directive)):
        if above.notice != notice.digest and facts.book.notice(above.notice).id == notice.id:
            raise refusal(
                facts,
                "notice_id_taken",
                f"notice id '{notice.id}' stands above with other content",
                "Give the forwarding notice its own id.",
                above=above.ref,
            )


def _check_recipients(facts: Facts, recipients: list[Recipient]) -> list[Unit]:
    """Return the recipients' units, or refuse: none, twice, addressed already, or outside the line."""
    if not recipients:
        raise refusal(
            facts, "no_recipients", "no unit answers the recipients named", "Name at least one unit below."
        )
    org, line, forwarder = facts.book.org, facts.directive.line, facts.directive.unit
    addressed = {
        child.unit
        for child in facts.book.children(facts.directive.ref)
        if child.status not in ("withdrawn", "waived")
    }
    units = []
    for recipient in recipients:
        unit = org.unit(recipient.unit)
        if unit.id in addressed:
            raise refusal(
                facts,
                "already_addressed",
                f"{unit.id} is addressed twice by {facts.directive.ref}",
                "Name each unit once.",
                unit=unit.id,
            )
        addressed.add(unit.id)
        if not org.is_below(unit.id, forwarder, line):
            raise refusal(
                facts,
                "outside_line",
                f"{unit.id} is not below {forwarder} in line '{line}'",
                "Choose a unit below, or let its own superior forward to it.",
                unit=unit.id,
                line=line,
            )
        units.append(unit)
    if facts.directive.depth + 2 > limits.DEPTH:
        raise LimitExceeded(
            "too_deep", f"the cascade would be deeper than {limits.DEPTH} levels", remedy="Forward less deep."
        )
    return units


def _latest(facts: Facts, reserve_workdays: int, notice: Notice) -> int:
    """Return the latest due a child may have: our own, less the working days kept back."""
    due = facts.directive.due
    if due == NEVER or not reserve_workdays:
        return due
    day = facts.book.calendar.add_workdays(at(due, notice.zone).date(), -reserve_workdays)
    return min(due, end_of_day(day, notice.zone))


def _due_asked(
    facts: Facts,
    command: Forward,
    recipient: Recipient,
    unit: Unit,
    notice: Notice,
    latest: int,  # noqa: PLR0917
) -> int:
    """Return the due a recipient gets before conflicts: its own, the command's, the notice's, the latest."""
    for asked in (recipient.due, command.due):
        if asked is not None:
            return NEVER if asked == "undated" else resolve(asked, _child_anchors(facts, notice))
    principal = notice.principal(unit)
    if principal is None or principal.due is None:
        return latest
    return resolve(principal.due, _child_anchors(facts, notice))


def _child_anchors(facts: Facts, notice: Notice) -> Anchors:
    """Return what a child's due is counted from: its issue is now, its parent is this directive."""
    end = end_of_day(notice.window.end, notice.zone) if notice.window else None
    return Anchors(
        zone=notice.zone,
        calendar=facts.book.calendar,
        issue=facts.now,
        parent_due=facts.directive.due,
        activity_end=end,
    )


def _name_and_issue(
    facts: Facts,
    entries: list[Entry],
    notice: Notice,
    *,
    new_notice: Notice | None = None,
    clamped: tuple[tuple[str, int | None], ...] = (),
    reserve: int | None = None,
    replaces: str | None = None,
) -> Decision:
    """Record `forwarded` over the entries, then each child's `issued`, committing to it."""
    book, directive = facts.book, facts.directive
    side = spill(entries)
    event = events.Forwarded(
        n=len(entries),
        notice=new_notice.digest if new_notice else None,
        org=book.org_version,
        to=None if side else tuple(entries),
        root=merkle_root(entries) if side else None,
        blob=codec.named("list", side) if side else None,
        reserve=reserve,
        clamped=clamped,
        replaces=replaces,
        claimed_at=claimed(facts.command) if facts.command else None,
    )
    beside = [("list", side)] if side else []
    beside += [("notice", new_notice.body)] if new_notice else []
    cause = yield Draft(
        directive.ref,
        event,
        text=new_notice.contacts_text() if new_notice else None,
        blobs=tuple(beside),
    )
    for path, unit, due in entries:
        yield Draft(
            f"{directive.cascade}/{path}",
            events.Issued(
                to=unit,
                line=directive.line,
                parent=directive.ref,
                forwarded=cause,
                due=due,
                window=_span(notice),
                notice=notice.digest,
                obligations=notice.obligations_digest,
                copy=book.org.between(unit, directive.unit, directive.line),
            ),
        )


def spill(entries: Iterable[object]) -> bytes | None:
    """Return the bytes of a list that is too long to stand in an event, None if it is not.

    Rule: over 1,000 entries, or over 32,768 bytes (600 covers of a report pass that, and an event
    has room for 65,535).
    """
    listed = list(entries)
    body = codec.pack(listed)
    return body if len(listed) > limits.INLINE_ENTRIES or len(body) > limits.INLINE_BYTES else None


def merkle_root(entries: Iterable[object]) -> str:
    """Return the RFC 6962 root, hex, over the canonical bytes of each entry."""
    return root_hash([codec.leaf(codec.pack(entry)) for entry in entries]).hex()


# The unit's own work


def acknowledge(facts: Facts) -> Decision:
    """Sign once; later ones change nothing."""
    if facts.directive.acknowledged_at is None:
        yield Draft(facts.directive.ref, events.Acknowledged(_claim(facts)))


def execute(facts: Facts) -> Decision:
    """Begin."""
    yield Draft(facts.directive.ref, events.Started(_claim(facts)))


def progress(facts: Facts) -> Decision:
    """Say how far it is."""
    command = _command(facts, Progress)
    yield Draft(facts.directive.ref, events.Progressed(_claim(facts)), text=command.note.encode())


def fulfil(facts: Facts) -> Decision:
    """Hand in an obligation, with the due it had, so that lateness shows."""
    command = _command(facts, Fulfil)
    notice = facts.book.notice(facts.directive.notice)
    owed = notice.obligation(command.obligation)
    assert owed is not None, "the guard has looked"
    if command.period is not None:
        due = period_due(facts, owed, command)
    else:
        due = None if owed.due is None else written(resolve(owed.due, facts.anchors(notice)))
    period = command.period and command.period.isoformat()
    yield Draft(
        facts.directive.ref,
        events.Fulfilled(command.obligation, period, due, command.materials, _claim(facts)),
        text=command.text.encode() if command.text else None,
    )


def report(facts: Facts) -> Decision:
    """Report over all children, then summarise those that have reported."""
    command = _command(facts, Report)
    children = facts.book.children(facts.directive.ref)
    covers, without = coverage(children)
    side = codec.pack([covers, without]) if spill([*covers, *without]) else None
    event = events.Reported(
        n=len(covers),
        root=merkle_root(covers),
        covers=None if side else tuple(covers),
        without=None if side else tuple(without),
        blob=codec.named("list", side) if side else None,
        answers=tuple(sorted(command.answers)),
        materials=command.materials,
        claimed_at=_claim(facts),
    )
    cause = yield Draft(
        facts.directive.ref,
        event,
        text=command.text.encode() if command.text else None,
        blobs=(("list", side),) if side else (),
    )
    for child in children:
        if child.status == "reported":
            yield Draft(child.ref, events.Summarised(cause))


def coverage(children: Iterable[Directive]) -> tuple[list[Cover], list[Omission]]:
    """Return what a report over these children covers, and what it does without, both by path."""
    covers: list[Cover] = []
    without: list[Omission] = []
    for child in sorted(children, key=lambda child: path_order(child.path)):
        if child.status in ("waived", "withdrawn"):
            without.append((child.path, child.status, child.reason or ""))
        else:
            covers.append((child.path, child.version, child.head.hex(), child.status))
    return covers, without


# The superior's side


def return_(facts: Facts) -> Decision:
    """Send a report back."""
    command = _command(facts, Return)
    due = facts.asked(command.due)
    new = None if due is None or due == facts.directive.due else due
    if new == NEVER:
        raise refusal(
            facts, "cannot_undate", "a return cannot take the due away", "Reschedule it to undated first."
        )
    yield Draft(facts.directive.ref, events.Returned(command.reason, new, _claim(facts)))


def summarise(facts: Facts) -> Decision:
    """Close a root."""
    yield Draft(facts.directive.ref, events.Summarised(None, _claim(facts)))


def remind(facts: Facts) -> Decision:
    """Urge."""
    yield Draft(facts.directive.ref, events.Reminded(_command(facts, Remind).reason, _claim(facts)))


def escalate(facts: Facts) -> Decision:
    """Bring it to whoever is above the superior, or to the superior where nobody is."""
    above = list(ancestors(facts.book, facts.directive))
    to = (above[1] if len(above) > 1 else above[0] if above else facts.directive).unit
    reason = getattr(facts.command, "reason", "")
    yield Draft(facts.directive.ref, events.Escalated(to, reason, _claim(facts)))


def request_extension(facts: Facts) -> Decision:
    """Ask for a later due: the request goes to the first ancestor with slack, or is refused."""
    command = _command(facts, RequestExtension)
    asked = facts.asked(command.due)
    assert asked is not None, "the guard has looked"
    grantor = grantor_of(facts, asked)
    if grantor is None:
        raise _no_slack(facts, asked)
    yield Draft(
        facts.directive.ref,
        events.ExtensionRequested(written(asked), command.reason, grantor.ref, _claim(facts)),
    )


def grantor_of(facts: Facts, asked: int) -> Directive | None:
    """Return the first ancestor whose own due is no earlier than the one asked for."""
    return next((above for above in ancestors(facts.book, facts.directive) if above.due >= asked), None)


def _no_slack(facts: Facts, asked: int) -> Refused:
    """Return the refusal of a due no ancestor has room for."""
    if facts.parent is None:
        return refusal(facts, "is_root", f"{facts.directive.ref} is a root", "Its issuer reschedules it.")
    top = list(ancestors(facts.book, facts.directive))[-1]
    found = due_refusal(facts, asked, limit=top.due)
    assert found is not None, "an ancestor with slack would have been found"
    return found


def grant_extension(facts: Facts) -> Decision:
    """Move every due on the path from the first ancestor with slack, topmost first."""
    command = _command(facts, GrantExtension)
    given = facts.asked(command.due)
    due = given if given is not None else facts.directive.extension
    assert due is not None, "the guard has looked"
    if due <= facts.directive.due:
        raise refusal(
            facts,
            "not_later",
            "the due granted is not later than the present one",
            "Refuse the request instead.",
        )
    grantor = grantor_of(facts, due)
    if grantor is None:
        raise _no_slack(facts, due)
    path = [facts.directive]
    while path[-1].parent != grantor.ref:
        assert path[-1].parent is not None
        path.append(facts.book.directive(path[-1].parent))
    for step in reversed(path):
        yield Draft(
            step.ref,
            events.ExtensionGranted(written(due), written(step.due), facts.directive.ref, _claim(facts)),
        )


def refuse_extension(facts: Facts) -> Decision:
    """Say no to an extension."""
    yield Draft(
        facts.directive.ref, events.ExtensionRefused(_command(facts, RefuseExtension).reason, _claim(facts))
    )


def reschedule(facts: Facts) -> Decision:
    """Move a due; descendants that would be left behind are named, or move too, deepest first."""
    command = _command(facts, Reschedule)
    asked = facts.asked(command.due)
    if asked is None:
        raise Malformed("no_due", "reschedule needs a due", remedy="Give a date, or 'undated'.")
    limit = facts.parent.due if facts.parent else NEVER
    if command.on_conflict != "clamp":
        _refuse_if(due_refusal(facts, asked))
    due = min(asked, limit)
    behind = impact(facts.book, facts.directive, due)
    if behind and command.on_conflict != "cascade":
        raise _descendants_refusal(facts, behind, due)
    for descendant in reversed(behind):
        yield Draft(
            descendant.ref,
            events.Rescheduled(
                written(due),
                written(descendant.due),
                command.reason,
                cause=facts.directive.ref,
                claimed_at=_claim(facts),
            ),
        )
    yield Draft(
        facts.directive.ref,
        events.Rescheduled(
            written(due),
            written(facts.directive.due),
            command.reason,
            asked=written(asked) if asked != due else None,
            claimed_at=_claim(facts),
        ),
    )


def impact(book: Book, directive: Directive, due: int) -> list[Directive]:
    """Return the live descendants whose due would fall after `due`, parents first."""
    if due >= directive.due:
        return []
    return [below for below in book.below(directive.ref) if not below.closed and below.due > due]


def _descendants_refusal(facts: Facts, behind: list[Directive], due: int) -> Refused:
    """Return the refusal of a shortening that leaves descendants behind."""
    return refusal(
        facts,
        "descendants_later",
        f"{len(behind)} descendants of {facts.directive.ref} are due later",
        "Look at 'impact', then reschedule with on_conflict='cascade'.",
        count=len(behind),
        due=due,
        descendants=[[below.ref, below.due] for below in behind[:100]],
    )


def reassign(facts: Facts) -> Decision:
    """Withdraw it from this unit and issue the same to another, in one step."""
    command = _command(facts, Reassign)
    assert facts.parent is not None, "the guard has looked"
    under = _under_parent(facts)
    [unit] = _check_recipients(under, [Recipient(command.to)])
    path = child_path(facts.parent, 1)
    cause = yield Draft(facts.directive.ref, events.Reassigned(unit.id, path, command.reason, _claim(facts)))
    del cause
    yield from _close_below(facts, lambda: events.Withdrawn(command.reason, facts.directive.ref))
    entry: Entry = (path, unit.id, written(facts.directive.due))
    notice = facts.book.notice(facts.directive.notice)
    yield from _name_and_issue(under, [entry], notice, replaces=facts.directive.path)


def _under_parent(facts: Facts) -> Facts:
    """Return the same facts seen from the parent."""
    assert facts.parent is not None
    above = facts.book.directive(facts.parent.parent) if facts.parent.parent else None
    return Facts(
        facts.book,
        facts.trigger,
        facts.actor,
        facts.now,
        facts.parent,
        above,
        facts.command,
        facts.parent.status,
    )


def waive(facts: Facts) -> Decision:
    """Do without its report, and without those below."""
    reason = _command(facts, Waive).reason
    yield Draft(facts.directive.ref, events.Waived(reason, claimed_at=_claim(facts)))
    yield from _close_below(facts, lambda: events.Waived(reason, facts.directive.ref))


def withdraw(facts: Facts) -> Decision:
    """Call it back, and all that is live below it."""
    reason = _command(facts, Withdraw).reason
    yield Draft(facts.directive.ref, events.Withdrawn(reason, claimed_at=_claim(facts)))
    yield from _close_below(facts, lambda: events.Withdrawn(reason, facts.directive.ref))


def _close_below(facts: Facts, event: Callable[[], Event]) -> Decision:
    """Close every live descendant, parents first."""
    for below in facts.book.below(facts.directive.ref):
        if not below.closed:
            yield Draft(below.ref, event())


def _claim(facts: Facts) -> int | None:
    """Return when the actor says it happened."""
    return claimed(facts.command) if facts.command else None


def _refuse_if(found: Refused | None) -> None:
    """Raise a refusal, if there is one."""
    if found is not None:
        raise found


DECISIONS: Mapping[str, Callable[[Facts], Decision]] = {
    "acknowledge": acknowledge,
    "forward": forward,
    "execute": execute,
    "progress": progress,
    "fulfil": fulfil,
    "report": report,
    "return": return_,
    "summarise": summarise,
    "remind": remind,
    "escalate": escalate,
    "request_extension": request_extension,
    "grant_extension": grant_extension,
    "refuse_extension": refuse_extension,
    "reschedule": reschedule,
    "reassign": reassign,
    "waive": waive,
    "withdraw": withdraw,
}
"""What each trigger of the table does, once permitted."""
