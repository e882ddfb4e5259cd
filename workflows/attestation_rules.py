"""The rules of an attestation: everybody attests, by the very version that was laid on them.

Rule: whoever has nobody below attests, and that is all: no work is begun, no report written. What is
attested is the version of the notice the directive rests on, named by its number; the log has its digest.
"""

from __future__ import annotations

from xiada.engine.commands import TakeStep
from xiada.engine.errors import Refused
from xiada.engine.facts import Facts
from xiada.engine.guards import refusal
from xiada.engine.lifecycle import STANDARD, Transition, step


def version_is_named(facts: Facts) -> Refused | None:
    """Whoever attests names the version: another than the one laid on the unit has not been read."""
    if not isinstance(facts.command, TakeStep):
        return None
    wanted = facts.book.notice(facts.directive.notice).doc_number
    if facts.command.reason == wanted:
        return None
    return refusal(
        facts,
        "another_version",
        f"{facts.directive.unit} attests {facts.command.reason or 'nothing'}, and was given {wanted}",
        f"Read {wanted}, and attest that.",
        version=wanted,
    )


ATTESTATION = STANDARD.extended(
    "attestation",
    statuses=("attested",),
    transitions=(
        step("attest", "issued", "attested", by="unit", guards=("children_are_closed", "version_is_named")),
        step("lapse", "attested", "issued", by="superior or clock"),
        Transition("summarise", ("attested",), "summarised", "effect", "summarised"),
    ),
)
"""The standard lifecycle, where whoever has nobody below attests instead of beginning and reporting."""
