"""Decisions that open directives: issue, forward, reassign.

Rule: a `forwarded` names every recipient with its due before any child is issued, and each child's
`issued` commits to it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from xiada.engine import codec, events, limits
from xiada.engine.commands import DueAsked, Forward, Issue, Reassign
from xiada.engine.directive import Directive
from xiada.engine.draft import (
    Births,
    Decision,
    Draft,
    are_few,
    claim_of,
    claimed,
    close_below,
    command_of,
    merkle_root,
    refuse_if,
    spill,
)
from xiada.engine.due import NEVER, Anchors, end_of_day, is_known, resolve, resolve_if_known
from xiada.engine.errors import GuardRefused, LimitExceeded
from xiada.engine.events import Entry, written
from xiada.engine.facts import Book, Facts, ancestors
from xiada.engine.guards import due_refusal, refusal
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.notice import Notice
from xiada.engine.orgevents import standing
from xiada.engine.planner import Days


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
        unit = standing(book.org, issuer)
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
        yield Draft(f"{command.cascade}/{number}", event, text=contacts if number == 1 else None, blobs=beside)


def _span(notice: Notice) -> tuple[int, int] | None:
    """Return the activity window, first and last µs UTC."""
    if notice.window is None:
        return None
    before = notice.window.start - timedelta(days=1)
    return end_of_day(before, notice.zone) + 1, end_of_day(notice.window.end, notice.zone)


def _root_due(command: Issue, book: Book, now: int) -> int:
    """Return the roots' due: as asked, else the latest of the notice's reports; one not known yet is undated."""
    anchors = Anchors(zone=command.notice.zone, calendar=book.calendar, issue=now)
    if command.due == "undated":
        return NEVER
    if command.due is not None:
        return resolve(command.due, anchors)
    reports = [one.due for one in command.notice.obligations if one.kind == "report"]
    return max((resolve_if_known(due, anchors) for due in reports if due is not None), default=NEVER)


def forward(facts: Facts) -> Decision:
    """Pass a directive on: name the recipients, then issue a child to each."""
    command = command_of(facts, Forward)
    notice = command.notice or facts.book.notice(facts.directive.notice)
    _check_notice(facts, notice)
    recipients = command.recipients(facts.book.org, facts.directive.line, facts.directive.unit)
    units = [unit for unit, _ in recipients]
    copies = _check_recipients(facts, units)
    latest = _latest(facts, command.reserve_workdays, notice)
    asked = _dues_asked(facts, recipients, notice, latest)
    late = [(number, due) for number, due in enumerate(asked) if due > latest]
    if command.on_conflict == "refuse":
        for number, due in late:
            refuse_if(due_refusal(facts, due, limit=latest, child=units[number]))
    paths = child_paths(facts.directive, len(units))
    entries = [(path, unit, written(min(due, latest))) for path, unit, due in zip(paths, units, asked, strict=True)]
    clamped = tuple((paths[number], written(due)) for number, due in late)
    event = events.Forwarded(
        n=len(entries),
        notice=command.notice.digest if command.notice else None,
        org=facts.book.org_version,
        reserve=command.reserve_workdays or None,
        clamped=clamped,
        claimed_at=claim_of(facts),
    )
    yield from _name_and_issue(facts, Named(entries, copies), notice, event, brings=command.notice)


class Named(NamedTuple):
    """Those named as recipients, and for each the bodies skipped on the way down."""

    entries: list[Entry]
    copies: list[tuple[str, ...]]


def child_paths(parent: Directive, count: int) -> list[str]:
    """Return the paths of the next so many children."""
    path, first = parent.path, parent.children + 1
    return [f"{path}.{number}" for number in range(first, first + count)]


def _check_notice(facts: Facts, notice: Notice) -> None:
    """Refuse a forwarding notice of somebody else, or one whose id stands above with other content."""
    command = command_of(facts, Forward)
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


def _check_recipients(facts: Facts, units: list[str]) -> list[tuple[str, ...]]:
    """Return the bodies skipped on the way to each, or refuse: none, twice, addressed already, outside the line."""
    if not units:
        raise refusal(facts, "no_recipients", "no unit answers the recipients named", "Name at least one unit below.")
    org, line, forwarder = facts.book.org, facts.directive.line, facts.directive.unit
    addressed = {child.unit for child in addressed_children(facts.book, facts.directive, facts.lifecycle)}
    copies = []
    for unit in units:
        skipped = org.between(unit, forwarder, line)
        if unit in addressed or skipped is None:
            raise _not_to_be_addressed(facts, org.unit(unit).id, twice=unit in addressed)
        addressed.add(unit)
        copies.append(skipped)
    if facts.directive.depth + 2 > limits.DEPTH:
        raise LimitExceeded(
            "too_deep", f"the cascade would be deeper than {limits.DEPTH} levels", remedy="Forward less deep."
        )
    return copies


def addressed_children(book: Book, parent: Directive, lifecycle: Lifecycle) -> list[Directive]:
    """Return the children by which a directive has been passed on, less those called back."""
    excused = lifecycle.excused
    return [child for child in book.children(parent.ref) if child.status not in excused]


def _not_to_be_addressed(facts: Facts, unit: str, *, twice: bool) -> GuardRefused:
    """Return the refusal of a recipient."""
    directive = facts.directive
    standing(facts.book.org, unit)
    if twice:
        what = f"{unit} is addressed twice by {directive.ref}"
        return refusal(facts, "already_addressed", what, "Name each unit once.", unit=unit)
    return refusal(
        facts,
        "outside_line",
        f"{unit} is not below {directive.unit} in line '{directive.line}'",
        "Choose a unit below, or let its own superior forward to it.",
        unit=unit,
        line=directive.line,
    )


def _latest(facts: Facts, reserve_workdays: int, notice: Notice) -> int:
    """Return the latest due a child may have: one that leaves us the working days kept back, whole."""
    return Days(facts.book.calendar, notice.zone).leaving(facts.directive.due, reserve_workdays)


def _dues_asked(facts: Facts, recipients: list[tuple[str, DueAsked]], notice: Notice, latest: int) -> list[int]:
    """Return the due each recipient gets before conflicts: its own, the command's, the notice's, the latest.

    A notice passed on as it is was written for the level above: its due gives way to the latest that passes.
    So does a due counted from what has no date yet (the receipt, say).
    """
    command, unit_of = command_of(facts, Forward), facts.book.org.unit
    anchors = _child_anchors(facts, notice)
    resolved: dict[int, int] = {}

    def once(due: DueAsked) -> int:
        """Resolve each due object once: most recipients share one."""
        if id(due) not in resolved:
            resolved[id(due)] = NEVER if due == "undated" else latest if due is None else resolve(due, anchors)
        return resolved[id(due)]

    asked = []
    for unit, own in recipients:
        given = own if own is not None else command.due
        if given is not None:
            asked.append(once(given))
            continue
        principal = notice.principal(unit_of(unit))
        due = once(principal.due if principal and principal.due and is_known(principal.due, anchors) else None)
        asked.append(min(due, latest) if command.notice is None else due)
    return asked


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
    named: Named,
    notice: Notice,
    event: events.Forwarded,
    *,
    brings: Notice | None = None,
    original: int | None = None,
) -> Decision:
    """Record `forwarded` over the entries, then each child's `issued`, committing to it.

    `notice` is what the children get, `brings` the same if it is new with this event; `original` is
    the due they are judged by too, if another.
    """
    directive, entries = facts.directive, named.entries
    side = None if are_few(entries) else spill(entries)
    if side is None:
        event = replace(event, to=tuple(entries))
    else:
        event = replace(event, root=merkle_root(entries), blob=codec.named("list", side))
    beside = [("list", side)] if side else []
    beside += [("notice", brings.body)] if brings else []
    cause = yield Draft(directive.ref, event, brings.contacts_text() if brings else None, tuple(beside))
    yield births(directive, named, notice, cause, original)


def births(directive: Directive, named: Named, notice: Notice, cause: str, original: int | None) -> Births:
    """Return the children that a `forwarded` of hash `cause` names."""
    paths, units, dues = zip(*named.entries, strict=True)
    issued = events.Issued(
        to=units[0],
        line=directive.line,
        parent=directive.ref,
        forwarded=cause,
        due=dues[0],
        window=_span(notice),
        notice=notice.digest,
        obligations=notice.obligations_digest,
        copy=named.copies[0],
        original=original,
    )
    return Births([f"{directive.cascade}/{path}" for path in paths], units, dues, named.copies, issued)


def reassign(facts: Facts) -> Decision:
    """Withdraw it from this unit and issue the same to another, in one step."""
    command = command_of(facts, Reassign)
    assert facts.parent is not None, "the guard has looked"
    under = _under_parent(facts)
    copies = _check_recipients(under, [command.to])
    [path] = child_paths(facts.parent, 1)
    yield Draft(facts.directive.ref, events.Reassigned(command.to, path, command.reason, claim_of(facts)))
    yield from close_below(facts, lambda: events.Withdrawn(command.reason, facts.directive.ref))
    entry: Entry = (path, command.to, written(facts.directive.due))
    notice = facts.book.notice(facts.directive.notice)
    event = events.Forwarded(
        n=1,
        notice=notice.digest if notice.digest != facts.parent.notice else None,
        org=facts.book.org_version,
        replaces=facts.directive.path,
    )
    original = facts.directive.original_due
    yield from _name_and_issue(
        under, Named([entry], copies), notice, event, original=None if original == facts.directive.due else original
    )


def yield_to(facts: Facts, double: Directive) -> Decision:
    """Withdraw it in favour of another that does the same under the same parent: the two become one."""
    reason = command_of(facts, Reassign).reason
    yield Draft(facts.directive.ref, events.Reassigned(double.unit, double.path, reason, claim_of(facts)))
    yield from close_below(facts, lambda: events.Withdrawn(reason, facts.directive.ref))


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
        lifecycle=facts.lifecycle,
    )
