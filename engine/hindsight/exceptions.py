"""Exceptions: what did not go the plain way, with the reasons given: returned, waived, withdrawn, reassigned.

Rule: a step of a lifecycle's own is one where it excused a directive or took its report back. What fell
because something above it fell is counted with that, not listed by itself; which happened in one and the
same transaction, and so at the same recorded time.
"""

from __future__ import annotations

from dataclasses import dataclass

from xiada.engine.directive import Directive
from xiada.engine.events import Reassigned, Returned, Stepped, Waived, Withdrawn
from xiada.engine.hindsight.walking import Act, Step, act_of

TOLD = (Returned, Waived, Withdrawn, Reassigned, Stepped)


@dataclass(slots=True)
class Exceptional:
    """One exception.

    Args:
        type: `returned`, `waived`, `withdrawn`, `reassigned`, or `stepped:` and the step.
        directive: As the event left it.
        act: Who did it, and where it stands.
        reason: Why, in the actor's words.
        below: How many directives below fell with it.
    """

    type: str
    directive: Directive
    act: Act
    reason: str
    below: int = 0


class Exceptions:
    """What was returned, waived, withdrawn or reassigned: takes the steps of a walk, and answers."""

    def __init__(self) -> None:
        self._found: list[Exceptional] = []
        self._latest: dict[str, Exceptional] = {}

    def take(self, step: Step) -> None:
        """Take one step."""
        event, state = step.recorded.event, step.after
        if state is None or not isinstance(event, TOLD) or (isinstance(event, Stepped) and not _turns_aside(step)):
            return
        cause = event.cause if isinstance(event, Waived | Withdrawn) else None
        above = None if cause is None else self._latest.get(cause)
        if above is not None and above.act.t == step.recorded.t:
            above.below += 1
            return
        found = Exceptional(event.in_table, state, act_of(step.recorded), event.reason or "")
        self._found.append(found)
        self._latest[state.ref] = found

    def answer(self) -> tuple[Exceptional, ...]:
        """Return all of them, in log order."""
        return tuple(self._found)


def _turns_aside(step: Step) -> bool:
    """Tell whether a step excused a directive, or took its report back."""
    before, after = step.before, step.after
    if before is None or after is None:
        return False
    return after.excused or (before.reported_at is not None and after.reported_at is None)
