"""The rules of an airworthiness directive: recurring until a terminating action, and what is not proven is not done.

    issued ─ execute ─> executing ─ terminate (report) ─> claimed ─ verify ─> reported
                          │    ^                            │
                propose ──┘    ├── refuse, doubt ───────────┘
                          v    │
                      alternative_proposed ─ approve ─> alternative_approved ─ terminate (report) ─> claimed

Rule: an inspection recurs until the terminating action is reported; none that has fallen due may be
missing then. A report names a record by its SHA-256, and counts only once the superior has verified it.
"""

from __future__ import annotations

from dataclasses import replace

from xiada.engine.commands import Report, TakeStep
from xiada.engine.due import Every, at, occurrences
from xiada.engine.errors import Refused
from xiada.engine.facts import Facts
from xiada.engine.guards import refusal
from xiada.engine.lifecycle import STANDARD, step


def record_is_named(facts: Facts) -> Refused | None:
    """What cannot be proven has not been done: a terminating action names its record by digest."""
    if not isinstance(facts.command, Report) or any(digest for _, digest in facts.command.materials):
        return None
    if facts.book.children(facts.directive.ref) or facts.parent is None:
        return None  # whoever has others below proves it by their reports
    return refusal(
        facts,
        "not_proven",
        f"{facts.directive.unit} names no record of the work",
        "Hand in the record with its SHA-256: what cannot be proven has not been done.",
    )


def inspections_are_recorded(facts: Facts) -> Refused | None:
    """Nothing terminates over an inspection that has fallen due and is not recorded."""
    notice = facts.book.notice(facts.directive.notice)
    unit, anchors = facts.book.org.unit(facts.directive.unit), facts.anchors(notice)
    missed = []
    for owed in notice.obligations:
        if owed.concerns(unit) and isinstance(owed.due, Every):
            for moment in occurrences(owed.due, anchors):
                if moment > facts.now:
                    break
                day = at(moment, notice.zone).date().isoformat()
                if (owed.id, day) not in facts.directive.fulfilled:
                    missed.append(day)
    if not missed:
        return None
    return refusal(
        facts,
        "inspection_missed",
        f"{facts.directive.unit} has recorded no inspection for {', '.join(missed)}",
        "Record it, late as it is; then terminate.",
        missed=missed,
    )


def is_in_words(facts: Facts) -> Refused | None:
    """Means are proposed, approved and refused, and work is doubted, in words that stay in the log."""
    if not isinstance(facts.command, TakeStep) or facts.command.reason is not None:
        return None
    return refusal(facts, "not_in_words", "no words are given", "Say which means, or what is doubted.")


_REPORT = STANDARD.table["executing", "report"]
_PROPOSED, _APPROVED = "alternative_proposed", "alternative_approved"

AIRWORTHINESS = STANDARD.extended(
    "airworthiness",
    statuses=(_PROPOSED, _APPROVED, "claimed"),
    transitions=(
        step("propose", "executing", _PROPOSED, by="unit", guards=("is_in_words",)),
        step("approve", _PROPOSED, _APPROVED, by="issuer", guards=("is_in_words",)),
        step("refuse", _PROPOSED, "executing", by="issuer", guards=("is_in_words",)),
        replace(
            STANDARD.table["executing", "fulfil"],
            sources=("forwarded", "executing", _PROPOSED, _APPROVED),
        ),
        replace(
            _REPORT,
            sources=("executing", _APPROVED),
            target="claimed",
            guards=(*_REPORT.guards, "inspections_are_recorded", "record_is_named"),
        ),
        step("verify", "claimed", "reported", by="superior"),
        step("doubt", "claimed", "executing", by="superior", guards=("is_in_words",)),
    ),
    without=("report", "fulfil"),
)
"""The standard lifecycle, with inspections to the end, alternative means, and a verification of what is claimed."""
