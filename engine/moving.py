"""Decisions that move dues: extension, rescheduling.

Rule: whatever becomes later moves from the top down, whatever becomes earlier from the bottom up, so
that no child is ever due after its parent, not even between two events.
"""

from __future__ import annotations

from xiada.engine import events
from xiada.engine.commands import GrantExtension, RefuseExtension, RequestExtension, Reschedule
from xiada.engine.directive import Directive
from xiada.engine.draft import Decision, Draft, claim_of, command_of, refuse_if
from xiada.engine.due import NEVER
from xiada.engine.errors import Malformed, Refused
from xiada.engine.events import written
from xiada.engine.facts import Book, Facts, ancestors
from xiada.engine.guards import due_refusal, refusal


def request_extension(facts: Facts) -> Decision:
    """Ask for a later due: the request goes to the first ancestor with slack, or is refused."""
    command = command_of(facts, RequestExtension)
    asked = facts.asked(command.due)
    assert asked is not None, "the guard has looked"
    grantor = grantor_of(facts, asked)
    if grantor is None:
        raise _no_slack(facts, asked)
    yield Draft(
        facts.directive.ref,
        events.ExtensionRequested(written(asked), command.reason, grantor.ref, claim_of(facts)),
    )


def grantor_of(facts: Facts, asked: int) -> Directive | None:
    """Return the first ancestor whose own due is no earlier than the one asked for."""
    return next((above for above in ancestors(facts.book, facts.directive) if above.due >= asked), None)


def _no_slack(facts: Facts, asked: int) -> Refused:
    """Return the refusal of a due no ancestor has room for."""
    top = list(ancestors(facts.book, facts.directive))[-1]
    found = due_refusal(facts, asked, limit=top.due)
    assert found is not None, "an ancestor with slack would have been found"
    return found


def grant_extension(facts: Facts) -> Decision:
    """Move every due on the path from the first ancestor with slack, topmost first."""
    command = command_of(facts, GrantExtension)
    asked, given = facts.directive.extension, facts.asked(command.due)
    assert asked is not None, "the guard has looked"
    due = asked if given is None else given
    if not facts.directive.due < due <= asked:
        raise refusal(
            facts,
            "not_what_was_asked",
            "the due granted is not later than the present one, or later than the one asked for",
            "Grant what was asked, or an earlier due that is still later than the present one.",
            due=facts.directive.due,
            asked=asked,
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
            events.ExtensionGranted(written(due), written(step.due), facts.directive.ref, claim_of(facts)),
        )


def refuse_extension(facts: Facts) -> Decision:
    """Say no to an extension."""
    yield Draft(
        facts.directive.ref,
        events.ExtensionRefused(command_of(facts, RefuseExtension).reason, claim_of(facts)),
    )


def reschedule(facts: Facts) -> Decision:
    """Move a due; descendants that would be left behind are named, or move too, deepest first."""
    command = command_of(facts, Reschedule)
    asked = facts.asked(command.due)
    if asked is None:
        raise Malformed("no_due", "reschedule needs a due", remedy="Give a date, or 'undated'.")
    limit = facts.parent.due if facts.parent else NEVER
    if command.on_conflict != "clamp":
        refuse_if(due_refusal(facts, asked))
    due = min(asked, limit)
    if due == facts.directive.due:
        raise refusal(facts, "same_due", f"{facts.directive.ref} is due then already", "Give another due.", due=due)
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
                claimed_at=claim_of(facts),
            ),
        )
    yield Draft(
        facts.directive.ref,
        events.Rescheduled(
            written(due),
            written(facts.directive.due),
            command.reason,
            asked=asked if asked != due else None,
            claimed_at=claim_of(facts),
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
        f"some descendants of {facts.directive.ref} are due later ({len(behind)} in all)",
        "Look at 'impact', then reschedule with on_conflict='cascade'.",
        count=len(behind),
        due=due,
        descendants=[[below.ref, below.due] for below in behind[:100]],
    )
