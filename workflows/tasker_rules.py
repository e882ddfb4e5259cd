"""The rules of a staff tasker: a lifecycle in which work is accepted first, and those who assist concur or do not.

Rule: who leads and who assists is what the notice says: whoever owes its answer leads, whoever owes its
coordination (the obligation of that id) assists.
"""

from __future__ import annotations

from dataclasses import replace

from xiada.engine.commands import TakeStep
from xiada.engine.directive import Directive
from xiada.engine.errors import Refused
from xiada.engine.facts import Facts
from xiada.engine.guards import refusal
from xiada.engine.lifecycle import STANDARD, Status, Transition, step

COORDINATION = "coordination"
"""The id of the obligation of those who assist."""


def is_assisting(facts: Facts) -> Refused | None:
    """Only who assists concurs or non-concurs; who leads reports."""
    if _assists(facts, facts.directive):
        return None
    return refusal(facts, "not_assisting", f"{facts.directive.unit} leads, it does not assist", "Report instead.")


def is_leading(facts: Facts) -> Refused | None:
    """Who assists passes nothing on and hands in no report of its own: it concurs."""
    if not _assists(facts, facts.directive):
        return None
    return refusal(facts, "not_leading", f"{facts.directive.unit} assists, it does not lead", "Concur, or say why not.")


def accepts_first(facts: Facts) -> Refused | None:
    """Only whoever issued the task passes it on without having accepted it."""
    if facts.parent is None:
        return None
    return refusal(facts, "not_accepted", f"{facts.directive.unit} has not accepted it", "Accept it first, or decline.")


def gives_grounds(facts: Facts) -> Refused | None:
    """A non-concurrence without grounds helps nobody."""
    if not isinstance(facts.command, TakeStep) or facts.command.reason is not None:
        return None
    return refusal(facts, "no_grounds", "no grounds are given", "Say what would have to change.")


def assistants_have_concurred(facts: Facts) -> Refused | None:
    """The lead answers once everybody who assists has concurred, or is done without."""
    if facts.parent is None:
        return None
    beside = facts.book.children(facts.parent.ref)
    waiting = [one for one in beside if _assists(facts, one) and not one.closed and one.status != "concurred"]
    if not waiting:
        return None
    return refusal(
        facts,
        "not_coordinated",
        f"not coordinated: {', '.join(f'{one.unit} ({one.status})' for one in waiting)}",
        "Wait for them, or have the secretariat overrule them.",
        waiting=[[one.ref, one.unit, one.status] for one in waiting],
    )


def _assists(facts: Facts, directive: Directive) -> bool:
    """Tell whether a directive asks for coordination only."""
    owed = facts.book.notice(directive.notice).principal(facts.book.org.unit(directive.unit))
    return owed is not None and owed.id == COORDINATION


_FORWARD, _EXECUTE = STANDARD.table["issued", "forward"], STANDARD.table["issued", "execute"]
_REPORT = STANDARD.table["executing", "report"]

TASKER = STANDARD.extended(
    "tasker",
    statuses=("accepted", "non-concurred", "concurred", Status("declined", closed=True)),
    transitions=(
        step("accept", "issued", "accepted", by="unit"),
        step("decline", ("issued", "accepted"), "declined", by="unit", guards=("children_are_closed", "gives_grounds")),
        replace(_FORWARD, guards=("accepts_first",)),
        replace(_FORWARD, sources=("accepted",), guards=("is_leading",)),
        replace(STANDARD.table["executing", "forward"], guards=("is_leading",)),
        replace(_EXECUTE, sources=("accepted", "forwarded"), guards=("is_leading",)),
        step("concur", ("accepted", "non-concurred"), "concurred", by="unit",
             guards=("is_assisting", "children_are_closed")),
        step("nonconcur", "accepted", "non-concurred", by="unit", guards=("is_assisting", "gives_grounds")),
        step("overrule", "non-concurred", "concurred", by="superior", guards=("gives_grounds", "children_are_closed")),
        replace(_REPORT, guards=(*_REPORT.guards, "assistants_have_concurred")),
        Transition("summarise", ("concurred",), "summarised", "effect", "summarised"),
    ),
    without=("forward", "execute", "report"),
)  # fmt: skip
"""The standard lifecycle, but work is accepted before it is passed on or begun; who assists concurs, no more."""
