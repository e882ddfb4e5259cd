"""Which doubts a notice may be made with once somebody has seen them, and which a person must decide.

Rule: every code the intake can say stands here; one that does not counts as to be decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Correction = Literal["due", "window", "issuers", "title", "issued_on"]
"""What of a draft a doubt may lead a person to correct; a doubt about a due may stand at the window instead."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a doubt is about.

    Args:
        decide: A person has to decide: the notice would say something nobody said, or leave somebody out.
        corrects: What of the draft may have to be corrected; None = nothing in it.
    """

    decide: bool = False
    corrects: Correction | None = None


MATTERS: Mapping[str, Matter] = {
    # when it is due
    "year_assumed": Matter(corrects="due"),
    "year_ambiguous": Matter(decide=True, corrects="due"),
    "year_unknown": Matter(decide=True, corrects="due"),
    "month_unknown": Matter(decide=True, corrects="due"),
    "day_unknown": Matter(decide=True, corrects="due"),
    "no_such_date": Matter(decide=True, corrects="due"),
    "time_unclear": Matter(corrects="due"),
    "due_unclear": Matter(decide=True, corrects="due"),
    "two_dates": Matter(decide=True, corrects="due"),
    "weekday_differs": Matter(decide=True, corrects="due"),
    "due_before_issue": Matter(decide=True, corrects="due"),
    "non_working_day": Matter(corrects="due"),
    "promptly_no_date": Matter(corrects="due"),
    "recurring_without_day": Matter(corrects="due"),
    "anchor_assumed": Matter(corrects="due"),
    "counted_in_hours": Matter(decide=True, corrects="due"),
    "window_ends_at_due": Matter(corrects="due"),
    # between a notice and the one it passes on
    "child_due_after_parent": Matter(decide=True, corrects="due"),
    "slack": Matter(corrects="due"),
    "parent_due_non_working_day": Matter(),
    "double_reporting": Matter(),
    "dropped_requirement": Matter(),
    # what is owed, and by whom
    "conditional_report": Matter(),
    "unclear_who": Matter(decide=True),
    "unrouted_addressee": Matter(),
    "department_name_differs": Matter(),
    # head and foot
    "no_title": Matter(decide=True, corrects="title"),
    "no_issue_date": Matter(corrects="issued_on"),
    "issuer_unclear": Matter(decide=True, corrects="issuers"),
    "no_addressees": Matter(),
    "addressee_unclear": Matter(),
    "several_documents": Matter(),
    # among the units of an org
    "unknown_issuer": Matter(decide=True, corrects="issuers"),
    "unknown_addressee": Matter(),
    "selective_addressee": Matter(),
}


def matter_of(code: str) -> Matter:
    """Return what a doubt is about; one nobody here knows has to be decided.

    Example:
        >>> matter_of("year_assumed").decide, matter_of("unheard_of").decide
        (False, True)
    """
    return MATTERS.get(code, Matter(decide=True))
