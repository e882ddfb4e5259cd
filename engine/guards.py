"""Guards: pure predicates that permit a transition, named in the lifecycle's table.

Rule: a guard looks at `Facts` and returns None, or the refusal with the facts behind it and what
would make it pass. When nobody gave a command, guards that weigh its arguments pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xiada.engine import due as dues
from xiada.engine.commands import Fulfil, Report, RequestExtension, Return
from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, Every, at, occurrences
from xiada.engine.errors import DueRefused, GuardRefused, Refused
from xiada.engine.facts import Facts, ancestors
from xiada.engine.notice import Obligation

Guard = Callable[[Facts], Refused | None]
SHOWN = 20


def refusal(facts: Facts, code: str, message: str, remedy: str, **data: object) -> GuardRefused:
    """Return a guard's refusal with directive, status and trigger beside its own facts."""
    return GuardRefused(
        code,
        message,
        remedy=remedy,
        directive=facts.directive.ref,
        status=facts.directive.status,
        trigger=facts.trigger,
        **data,
    )


def children_are_done(facts: Facts) -> Refused | None:
    """Nobody reports before its children."""
    covered = facts.lifecycle.covered
    waiting = [c for c in facts.book.children(facts.directive.ref) if not c.closed and c.status not in covered]
    return _children(facts, waiting, "have reported", "Wait for them, or waive or withdraw them.")


def children_are_closed(facts: Facts) -> Refused | None:
    """A root is closed over closed children."""
    waiting = [child for child in facts.book.children(facts.directive.ref) if not child.closed]
    return _children(facts, waiting, "are closed", "Close them first.")


def _children(facts: Facts, waiting: list[Directive], what: str, remedy: str) -> Refused | None:
    """Refuse while children wait, naming the first of them."""
    if not waiting:
        return None
    named = ", ".join(child.ref for child in waiting[:3])
    return refusal(
        facts,
        "children_open",
        f"not all children of {facts.directive.ref} {what}: {named}",
        remedy,
        count=len(waiting),
        children=[[child.ref, child.unit, child.status] for child in waiting[:SHOWN]],
    )


def requirements_are_answered(facts: Facts) -> Refused | None:
    """A report answers every mandatory requirement, and only requirements that there are."""
    if not isinstance(facts.command, Report):
        return None
    required = facts.book.requirements(facts.directive)
    names = {f"{notice.id}/{requirement.id}": requirement for notice, requirement in required}
    answers = set(facts.command.answers)
    missing = [name for name, requirement in names.items() if requirement.mandatory and name not in answers]
    if missing:
        return refusal(
            facts,
            "requirements_unanswered",
            f"the report leaves out {', '.join(missing[:3])}",
            "Answer every mandatory requirement.",
            missing=missing,
        )
    unknown = sorted(answers - names.keys())
    if unknown:
        return refusal(
            facts,
            "unknown_requirement",
            f"the report answers {', '.join(unknown[:3])}, which nobody required",
            "Name requirements as notice/requirement.",
            unknown=unknown,
        )
    return None


def parent_is_working(facts: Facts) -> Refused | None:
    """Work is reopened or handed on only under a parent that is itself at work."""
    if facts.parent is None or facts.parent.status in facts.lifecycle.working:
        return None
    return refusal(
        facts,
        "parent_not_working",
        f"its parent {facts.parent.ref} is {facts.parent.status}",
        "Return the parent first.",
        parent=facts.parent.ref,
        parent_status=facts.parent.status,
    )


def due_still_fits(facts: Facts) -> Refused | None:
    """What is reopened is bound by its parent's due again."""
    if not isinstance(facts.command, Return):
        return None
    asked = facts.asked(facts.command.due)
    return due_refusal(facts, facts.directive.due if asked is None else asked)


def obligation_is_owed(facts: Facts) -> Refused | None:
    """Only what the notice lays on this unit can be handed in, and for a period that it has."""
    if not isinstance(facts.command, Fulfil):
        return None
    notice = facts.book.notice(facts.directive.notice)
    unit = facts.book.org.unit(facts.directive.unit)
    owed = [one for one in notice.obligations if one.kind != "report" and one.concerns(unit)]
    found = next((one for one in owed if one.id == facts.command.obligation), None)
    if found is None:
        names = [one.id for one in owed]
        return refusal(
            facts,
            "not_owed",
            f"'{facts.command.obligation}' is not owed by {facts.directive.unit}",
            f"It owes: {', '.join(names) or 'only the report'}.",
            owed=names,
        )
    return _period_refusal(facts, found, facts.command)


def _period_refusal(facts: Facts, owed: Obligation, command: Fulfil) -> Refused | None:
    """Refuse a period the obligation does not have, or a missing one."""
    if not isinstance(owed.due, Every):
        wrong = command.period is not None
        return refusal(facts, "no_periods", f"'{owed.id}' has no periods", "Leave the period out.") if wrong else None
    if command.period is None or period_due(facts, owed, command) is None:
        return refusal(
            facts,
            "unknown_period",
            f"'{owed.id}' has no period {command.period}",
            "Give the day it falls due.",
            rrule=owed.due.rrule,
        )
    return None


def period_due(facts: Facts, owed: Obligation, command: Fulfil) -> int | None:
    """Return when that period of a recurring obligation falls due, None if it has no such period."""
    assert isinstance(owed.due, Every)
    assert command.period is not None
    notice = facts.book.notice(facts.directive.notice)
    anchors = dues.Anchors(zone=notice.zone, calendar=facts.book.calendar, issue=facts.directive.issued_at)
    for moment in occurrences(owed.due, anchors):
        day = at(moment, notice.zone).date()
        if day >= command.period:
            return moment if day == command.period else None
    return None


def is_root(facts: Facts) -> Refused | None:
    """Only a root is summarised by command; a parent's report does it for the others."""
    if facts.parent is None:
        return None
    return refusal(
        facts,
        "not_root",
        f"{facts.directive.ref} is summarised by the report of {facts.parent.ref}",
        "Report the parent.",
        parent=facts.parent.ref,
    )


def is_not_root(facts: Facts) -> Refused | None:
    """A root has no superior who could do that."""
    if facts.parent is not None:
        return None
    return refusal(facts, "is_root", f"{facts.directive.ref} is a root", "Withdraw it, or issue another cascade.")


def is_dated(facts: Facts) -> Refused | None:
    """Nothing undated can be extended."""
    if facts.directive.due != NEVER:
        return None
    return refusal(facts, "undated", f"{facts.directive.ref} has no due", "There is nothing to extend.")


def is_before_due(facts: Facts) -> Refused | None:
    """An extension is asked for before the due, not after."""
    if facts.now <= facts.directive.due:
        return None
    return refusal(
        facts,
        "after_due",
        f"the due of {facts.directive.ref} has passed",
        "Ask the superior to reschedule it.",
        due=facts.directive.due,
        now=facts.now,
    )


def asks_for_later(facts: Facts) -> Refused | None:
    """An extension asks for a later due."""
    if not isinstance(facts.command, RequestExtension):
        return None
    asked = facts.asked(facts.command.due)
    if asked is not None and asked > facts.directive.due:
        return None
    return refusal(
        facts,
        "not_later",
        "the due asked for is not later than the present one",
        "Ask for a later one.",
        due=facts.directive.due,
        asked=asked,
    )


def nothing_is_pending(facts: Facts) -> Refused | None:
    """One request at a time."""
    if facts.directive.extension is None:
        return None
    return refusal(
        facts,
        "extension_pending",
        "an extension has been asked for already",
        "Wait for the answer.",
        asked=facts.directive.extension,
    )


def extension_is_pending(facts: Facts) -> Refused | None:
    """Only what was asked can be answered."""
    if facts.directive.extension is not None:
        return None
    return refusal(facts, "no_request", f"{facts.directive.ref} has asked for no extension", "Reschedule it instead.")


def due_refusal(facts: Facts, asked: int, *, limit: int | None = None, child: str | None = None) -> DueRefused | None:
    """Refuse a due after what binds it, with the chain of dues that bind and the latest that passes.

    Args:
        facts: The command at hand.
        asked: The due asked for, µs UTC.
        limit: Latest due that passes; None = the parent's due.
        child: The unit a due was asked for, if `facts.directive` is to be its parent.
    """
    bound = (
        [facts.directive, *ancestors(facts.book, facts.directive)]
        if child
        else [*ancestors(facts.book, facts.directive)]
    )
    latest = limit if limit is not None else bound[0].due if bound else NEVER
    if asked <= latest:
        return None
    chain = [(above.ref, above.due) for above in bound if above.due < asked or above is bound[0]]
    zone = facts.book.notice(facts.directive.notice).zone
    binding = " <= ".join(f"{ref} {dues.show(us, zone)}" for ref, us in chain[:4])
    return DueRefused(
        "due_after_parent",
        f"due {dues.show(asked, zone)} for {child or facts.directive.ref} is later than its parent allows ({binding})",
        remedy=f"The latest due that passes is {dues.show(latest, zone)}.",
        directive=facts.directive.ref,
        trigger=facts.trigger,
        unit=child,
        asked=asked,
        latest=latest,
        chain=chain,
        zone=zone,
    )


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        children_are_done,
        children_are_closed,
        requirements_are_answered,
        parent_is_working,
        due_still_fits,
        obligation_is_owed,
        is_root,
        is_not_root,
        is_dated,
        is_before_due,
        asks_for_later,
        nothing_is_pending,
        extension_is_pending,
    )
}
"""Every guard by the name the table calls it."""
