"""What is doubtful between a notice and the one it passes on.

Rule: it compares what both say and decides nothing; slack is counted in calendar and in working days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from xiada.engine.calendar import MON_FRI, Calendar
from xiada.workflows.intake.doubting import kernel, last_day, level, weekday
from xiada.workflows.intake.values import Doubt, ObligationFound, Segment


def between(forwarding: Segment, forwarded: Segment, calendar: Calendar = MON_FRI) -> tuple[Doubt, ...]:
    """Return what is doubtful between a notice and the one it passes on, about the one that passes on.

    Args:
        forwarding: The notice that passes on.
        forwarded: The notice it passes on.
        calendar: Which days are worked.
    """
    mine, theirs = _reports(forwarding.obligations), _reports(forwarded.obligations)
    return tuple(
        dict.fromkeys(
            (
                *_dues(mine, theirs, calendar),
                *_at_window_end(forwarding, mine, forwarded),
                *_twice(forwarding, forwarded, mine, theirs),
                *_dropped(mine, theirs),
            )
        )
    )


def _reports(obligations: Sequence[ObligationFound]) -> list[ObligationFound]:
    """Return the obligations that are reports."""
    return [one for one in obligations if one.kind == "report"]


def _pairs(
    mine: Sequence[ObligationFound], theirs: Sequence[ObligationFound]
) -> Iterator[tuple[ObligationFound, date, date]]:
    """Yield each of our dated reports with its day and the day of the one above it in its line."""
    for one in mine:
        day = last_day(one)
        above = [other for other in theirs if other.line == one.line] or list(theirs)
        days = [found for other in above if (found := last_day(other))]
        if day and days:
            yield one, day, min(days, key=lambda found: (found < day, found))


def _dues(mine: Sequence[ObligationFound], theirs: Sequence[ObligationFound], calendar: Calendar) -> Iterator[Doubt]:
    """Yield how our dues stand to those above."""
    for one, day, above in _pairs(mine, theirs):
        if day > above:
            text = f"our due {day} is after {above}, the due of the notice passed on"
            yield Doubt(code="child_due_after_parent", text=text, span=one.span)
            continue
        worked = calendar.count_workdays(day, above)
        text = (
            f"{(above - day).days} days from our due {day} to {above} above, {worked} of them worked ({calendar.name})"
        )
        yield Doubt(code="slack", text=text, span=one.span)
        if not calendar.is_workday(above):
            text = f"the due above, {above}, is a {weekday(above)} and no working day"
            yield Doubt(code="parent_due_non_working_day", text=text, span=one.span)


def _at_window_end(forwarding: Segment, mine: Sequence[ObligationFound], forwarded: Segment) -> Iterator[Doubt]:
    """Yield a doubt for a report due on the last day of a window set above."""
    if forwarding.window is not None or forwarded.window is None:
        return
    for one in mine:
        if last_day(one) == forwarded.window.end:
            text = f"the report is due on {forwarded.window.end}, the last day of the activity"
            yield Doubt(code="window_ends_at_due", text=text, span=one.span)


def _twice(
    forwarding: Segment,
    forwarded: Segment,
    mine: Sequence[ObligationFound],
    theirs: Sequence[ObligationFound],
) -> Iterator[Doubt]:
    """Yield a doubt for each group that both notices ask to report."""
    if not mine or not theirs:
        return
    above = {(kernel(one.name), level(one.name)) for one in forwarded.addressees if not one.internal}
    for one in forwarding.addressees:
        if not one.internal and (kernel(one.name), level(one.name)) in above:
            text = f"{one.name} is asked to report by this notice and by the one passed on"
            yield Doubt(code="double_reporting", text=text, span=one.span)


def _dropped(mine: Sequence[ObligationFound], theirs: Sequence[ObligationFound]) -> Iterator[Doubt]:
    """Yield a doubt for each thing asked for above that our own demands leave out."""
    asked = "".join(thing for one in mine for thing in one.what)
    if not mine:
        return
    for thing in dict.fromkeys(thing for one in theirs for thing in one.what):
        if thing.rstrip("等") not in asked:
            yield Doubt(code="dropped_requirement", text=f"{thing} is asked for above, and not here", span=mine[0].span)
