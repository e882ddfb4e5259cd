"""Questions over a whole cascade, all of them answered in one walk through its events.

    late        who was late, by the due in force and by the first one
    held        who held it longest
    duties      who acted on both sides of one affair, or for another unit
    exceptions  what was returned, waived, withdrawn, reassigned, and why
    hours       what was done at night or on a rest day
    variants    which ways directives went, and how many

Rule: every answer names the log indices it rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from xiada.engine.hindsight.duties import BothSides, Duties
from xiada.engine.hindsight.exceptions import Exceptional, Exceptions
from xiada.engine.hindsight.holding import Held, Holding
from xiada.engine.hindsight.hours import Odd, OddHours, Office
from xiada.engine.hindsight.lateness import Late, LateOnes
from xiada.engine.hindsight.variants import Variant, Variants
from xiada.engine.hindsight.walking import Step

Question = Literal["late", "held", "duties", "exceptions", "hours", "variants"]
QUESTIONS: tuple[Question, ...] = get_args(Question)


class _Asked(Protocol):
    """Whatever takes the steps of a walk."""

    def take(self, step: Step) -> None:
        """Take one step."""
        ...


@dataclass(frozen=True, slots=True)
class Answers:
    """What a walk came to; a question that was not asked has no answer.

    Args:
        events: Events walked through.
        directives: Directives among them.
        late: The longest by the first due in front.
        held: The longest in front.
        duties: Matches, delegated acts, shared ids.
        exceptions: In log order.
        hours: In log order.
        assumed: Years whose holidays are not known, where hours were asked about.
        variants: The commonest first.
    """

    events: int
    directives: int
    late: tuple[Late, ...] | None = None
    held: tuple[Held, ...] | None = None
    duties: Duties | None = None
    exceptions: tuple[Exceptional, ...] | None = None
    hours: tuple[Odd, ...] | None = None
    assumed: tuple[int, ...] = ()
    variants: tuple[Variant, ...] | None = None


def ask(
    steps: Iterable[Step], questions: Collection[Question] = QUESTIONS, *, now: int, office: Office | None = None
) -> Answers:
    """Walk once and answer.

    Args:
        steps: Of a walk from the first event on.
        questions: Which.
        now: The instant by which what is still open is judged, µs since 1970 UTC.
        office: When the office is open, and the zone days are counted in; None = 8 to 18 o'clock in Shanghai.

    Example:
        >>> ask([], ["variants"], now=0).variants
        ()
    """
    office = office or Office()
    late, held, duties, exceptions = LateOnes(), Holding(), BothSides(), Exceptions()
    hours, variants = OddHours(office), Variants()
    by_name: dict[Question, _Asked] = {
        "late": late, "held": held, "duties": duties, "exceptions": exceptions, "hours": hours, "variants": variants,
    }  # fmt: skip
    events, directives = _walked(steps, [by_name[name] for name in QUESTIONS if name in questions])
    return Answers(
        events,
        directives,
        late.answer(now, office.zone) if "late" in questions else None,
        held.answer(now) if "held" in questions else None,
        duties.answer() if "duties" in questions else None,
        exceptions.answer() if "exceptions" in questions else None,
        hours.answer() if "hours" in questions else None,
        hours.assumed(),
        variants.answer() if "variants" in questions else None,
    )


def _walked(steps: Iterable[Step], asked: Collection[_Asked]) -> tuple[int, int]:
    """Give every step to everybody who asked; return how many events and directives there were."""
    events = directives = 0
    for step in steps:
        events += 1
        directives += step.before is None and step.after is not None
        for one in asked:
            one.take(step)
    return events, directives
