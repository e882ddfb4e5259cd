"""Decisions: from facts to events, without doing anything; the unit's own work and the superior's side.

Rule: see `draft.py`. `DECISIONS` is the one list of what each trigger does once permitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from xiada.engine import codec, events, forwarding, moving
from xiada.engine.commands import Escalate, Fulfil, Progress, Remind, Report, Return, TakeStep, Waive, Withdraw
from xiada.engine.directive import Directive
from xiada.engine.draft import (
    Decision,
    Draft,
    Summaries,
    are_few,
    claim_of,
    close_below,
    command_of,
    merkle_root,
    spill,
)
from xiada.engine.due import NEVER, resolve_if_known
from xiada.engine.events import Cover, Omission, written
from xiada.engine.facts import Facts, ancestors
from xiada.engine.guards import period_due, refusal
from xiada.engine.lifecycle import Lifecycle


def acknowledge(facts: Facts) -> Decision:
    """Sign once; later ones change nothing."""
    if facts.directive.acknowledged_at is None:
        yield Draft(facts.directive.ref, events.Acknowledged(claim_of(facts)))


def execute(facts: Facts) -> Decision:
    """Begin."""
    yield Draft(facts.directive.ref, events.Started(claim_of(facts)))


def progress(facts: Facts) -> Decision:
    """Say how far it is."""
    command = command_of(facts, Progress)
    yield Draft(facts.directive.ref, events.Progressed(claim_of(facts)), text=command.note.encode())


def fulfil(facts: Facts) -> Decision:
    """Hand in an obligation, with the due it had, so that lateness shows."""
    command = command_of(facts, Fulfil)
    notice = facts.book.notice(facts.directive.notice)
    owed = notice.obligation(command.obligation)
    assert owed is not None, "the guard has looked"
    if command.period is not None:
        due = period_due(facts, owed, command)
    else:
        due = None if owed.due is None else written(resolve_if_known(owed.due, facts.anchors(notice)))
    period = command.period.isoformat() if command.period else None
    yield Draft(
        facts.directive.ref,
        events.Fulfilled(command.obligation, period, due, command.materials, claim_of(facts)),
        text=command.text.encode() if command.text else None,
    )


def report(facts: Facts) -> Decision:
    """Report over all children, then summarise those that have reported."""
    command = command_of(facts, Report)
    children = facts.book.children(facts.directive.ref)
    covers, without = coverage(children, facts.lifecycle)
    lists = (covers, without)
    long = (without or not are_few(covers)) and spill([*covers, *without])
    side = codec.pack(lists) if long else None
    event = events.Reported(
        n=len(covers),
        root=merkle_root(covers),
        covers=None if side else tuple(covers),
        without=None if side else tuple(without),
        blob=codec.named("list", side) if side else None,
        answers=tuple(sorted(command.answers)),
        materials=command.materials,
        claimed_at=claim_of(facts),
    )
    text = command.text.encode() if command.text else None
    cause = yield Draft(facts.directive.ref, event, text, (("list", side),) if side else ())
    covered = facts.lifecycle.covered
    yield Summaries([child.ref for child in children if child.status in covered], events.Summarised(cause))


def coverage(children: Iterable[Directive], lifecycle: Lifecycle) -> tuple[list[Cover], list[Omission]]:
    """Return what a report over these children, by number, covers, and what it does without."""
    covers: list[Cover] = []
    without: list[Omission] = []
    excused = lifecycle.excused
    for child in children:
        if child.status in excused:
            without.append((child.path, child.status, child.reason or ""))
        else:
            covers.append((child.path, child.version, child.head.hex(), child.status))
    return covers, without


def return_(facts: Facts) -> Decision:
    """Send a report back."""
    command = command_of(facts, Return)
    due = facts.asked(command.due)
    new = None if due is None or due == facts.directive.due else due
    if new == NEVER:
        raise refusal(facts, "cannot_undate", "a return cannot take the due away", "Reschedule it to undated first.")
    yield Draft(facts.directive.ref, events.Returned(command.reason, new, claim_of(facts)))


def summarise(facts: Facts) -> Decision:
    """Close a root."""
    yield Draft(facts.directive.ref, events.Summarised(None, claim_of(facts)))


def remind(facts: Facts) -> Decision:
    """Urge."""
    yield Draft(facts.directive.ref, events.Reminded(command_of(facts, Remind).reason, claim_of(facts)))


def escalate(facts: Facts) -> Decision:
    """Bring it to whoever is above the superior, or to the superior where nobody is."""
    above = list(ancestors(facts.book, facts.directive))
    to = (above[1] if len(above) > 1 else above[0] if above else facts.directive).unit
    yield Draft(facts.directive.ref, events.Escalated(to, command_of(facts, Escalate).reason, claim_of(facts)))


def waive(facts: Facts) -> Decision:
    """Do without its report, and without those below."""
    reason = command_of(facts, Waive).reason
    yield Draft(facts.directive.ref, events.Waived(reason, claimed_at=claim_of(facts)))
    yield from close_below(facts, lambda: events.Waived(reason, facts.directive.ref))


def withdraw(facts: Facts) -> Decision:
    """Call it back, and all that is live below it."""
    reason = command_of(facts, Withdraw).reason
    yield Draft(facts.directive.ref, events.Withdrawn(reason, claimed_at=claim_of(facts)))
    yield from close_below(facts, lambda: events.Withdrawn(reason, facts.directive.ref))


def step(facts: Facts) -> Decision:
    """Take a step of the lifecycle's own; what it closes needs a reason, for no report will cover it."""
    command = command_of(facts, TakeStep)
    if facts.state in facts.lifecycle.closed and command.reason is None:
        raise refusal(
            facts,
            "reason_missing",
            f"'{command.step}' closes {facts.directive.ref}, and no reason is given",
            "Give a reason: it stands in the report of the parent instead of this one's.",
        )
    event = events.Stepped(command.step, command.reason, claim_of(facts))
    yield Draft(facts.directive.ref, event, text=None if command.note is None else command.note.encode())


DECISIONS: Mapping[str, Callable[[Facts], Decision]] = {
    "acknowledge": acknowledge,
    "forward": forwarding.forward,
    "execute": execute,
    "progress": progress,
    "fulfil": fulfil,
    "report": report,
    "return": return_,
    "summarise": summarise,
    "remind": remind,
    "escalate": escalate,
    "request_extension": moving.request_extension,
    "grant_extension": moving.grant_extension,
    "refuse_extension": moving.refuse_extension,
    "reschedule": moving.reschedule,
    "reassign": forwarding.reassign,
    "waive": waive,
    "withdraw": withdraw,
    "step": step,
}
"""What each standard trigger does, once permitted; `step` stands for all of a lifecycle's own."""
