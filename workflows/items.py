"""Closing item by item: a lifecycle under which a report waits until everything else that was demanded is in.

Rule: an item is an obligation other than the report that is owed once and not softly; what recurs, or is
only asked for, keeps nobody from reporting.
"""

from __future__ import annotations

from dataclasses import replace

from xiada.engine.due import Every
from xiada.engine.errors import GuardRefused, Refused
from xiada.engine.facts import Facts
from xiada.engine.lifecycle import STANDARD
from xiada.engine.notice import Obligation


def items_are_closed(facts: Facts) -> Refused | None:
    """Nobody reports while something else that was demanded, once and not softly, has not been handed in."""
    unit = facts.book.org.unit(facts.directive.unit)
    notice = facts.book.notice(facts.directive.notice)
    done = {name for name, _ in facts.directive.fulfilled}
    still = [one for one in notice.obligations if is_an_item(one) and one.concerns(unit) and one.id not in done]
    if not still:
        return None
    named = ", ".join(one.id for one in still)
    return GuardRefused(
        "items_open",
        f"{facts.directive.ref} still owes {named}",
        remedy="Hand in each of them first.",
        directive=facts.directive.ref,
        status=facts.directive.status,
        trigger=facts.trigger,
        open=[one.id for one in still],
    )


def is_an_item(one: Obligation) -> bool:
    """Tell whether an obligation is closed once and for all by being handed in."""
    return one.kind != "report" and not one.soft and not isinstance(one.due, Every)


ITEMISED = replace(
    STANDARD,
    name="itemised",
    transitions=tuple(
        replace(row, guards=(*row.guards, items_are_closed.__name__)) if row.trigger == "report" else row
        for row in STANDARD.transitions
    ),
)
"""The standard lifecycle, but a report waits until every item is closed."""
