"""An auditor's questions, printed: for each what its words mean, what was found, and where it stands in the log.

Rule: a list shows so many rows and says of how many. What programs are told is in `asking_documents.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xiada.console.calendars import calendar_name
from xiada.console.listing import heading, logs, row, show_rows, span
from xiada.console.tree import Row
from xiada.engine.hindsight.asking import QUESTIONS, Answers, Question
from xiada.engine.hindsight.duties import Delegated, Match, Sides, counted
from xiada.engine.hindsight.exceptions import Exceptional
from xiada.engine.hindsight.holding import Held, longest
from xiada.engine.hindsight.hours import Odd, Office
from xiada.engine.hindsight.lateness import Late
from xiada.engine.hindsight.variants import Variant

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.narrating import Narrator

_DAY_S = 86_400
_SIDES: tuple[Sides, ...] = ("issued_and_reported", "reported_and_summarised", "asked_and_granted")
_SHARED = 5


@dataclass(frozen=True, slots=True)
class Asking:
    """What was asked, of what, and how it is to be told.

    Args:
        desk: Where the answers go.
        narrator: Names units, dues, times.
        office: When the office is open.
        now: The instant by which what is open is judged, µs since 1970 UTC.
        size: Log size looked at.
        limit: At most so many rows of each list.
        where: The cascade, None = all.
    """

    desk: Desk
    narrator: Narrator
    office: Office
    now: int
    size: int
    limit: int
    where: str | None

    def say(self, key: str, **facts: object) -> str:
        """Return a phrase."""
        return self.narrator.say(key, **facts)

    def time(self, us: int) -> str:
        """Return an instant as people read it, to the minute."""
        return self.narrator.time(us)[: len("2020-06-10 15:00")]

    def show(self, rows: list[Row], total: int | None = None) -> None:
        """Print rows, or that there are none."""
        if rows:
            show_rows(self.desk, rows, self.limit, total)
        else:
            self.desk.line(f"  {self.say('ask_nothing')}")


def show_answers(asking: Asking, answers: Answers) -> None:
    """Print every answer there is, in the order of the questions."""
    where = asking.where or asking.say("ask_everything")
    facts = {"events": answers.events, "directives": answers.directives}
    asking.desk.say("ask_head", where=where, time=asking.time(asking.now), size=asking.size, **facts)
    for question in QUESTIONS:
        if getattr(answers, question) is not None:
            heading(asking.desk, asking.say(f"ask_{question}"))
            asking.desk.line(f"  {asking.say(f'ask_{question}_means', **_terms(asking))}")
            _TOLD[question](asking, answers)


def _terms(asking: Asking) -> dict[str, str]:
    """Return what the meanings of the questions speak of."""
    office = asking.office
    return {
        "zone": office.zone,
        "time": asking.time(asking.now),
        "opens": f"{office.opens:%H:%M}",
        "closes": f"{office.closes:%H:%M}",
        "calendar": calendar_name(asking.desk.words, office.calendar),
    }


# Late


def _late(asking: Asking, answers: Answers) -> None:
    """Tell who was late."""
    found = answers.late or ()
    asking.show([_late_row(asking, one) for one in found[: asking.limit]], len(found))


def _late_row(asking: Asking, one: Late) -> Row:
    """Return one late directive as a row: unit, by both dues, when reported, reference, log."""
    late, narrator = one.lateness, asking.narrator
    first = asking.say(
        "ask_late_by", original=narrator.due(late.original), first=narrator.days_late(late.original_days)
    )
    if late.due == late.original:
        current = asking.say("ask_same_due")
    else:
        current = asking.say("ask_late_now", due=narrator.due(late.due), verdict=narrator.days_late(late.days))
    handed_in = late.handed_in
    when = (
        asking.say("ask_not_reported") if handed_in is None else asking.say("ask_reported", time=asking.time(handed_in))
    )
    unit = narrator.name(one.directive.unit)
    return row(unit, first, current, when, one.directive.ref, logs(narrator, *one.indices))


# Held


def _held(asking: Asking, answers: Answers) -> None:
    """Tell who held it longest, level by level."""
    org = asking.narrator.org
    ranked = longest(answers.held or (), {unit.id: unit.level for unit in org}, asking.limit)
    for level, (rows, count) in ranked.items():
        name = asking.say("ask_level", level=level) if level else asking.say("ask_no_level")
        asking.desk.line(f"  {name}")
        asking.show([_held_row(asking, one) for one in rows], count)
    if not ranked:
        asking.show([])


def _held_row(asking: Asking, one: Held) -> Row:
    """Return one directive as a row: unit, own hands, waiting, longest stretch, reference, log."""
    stretch = asking.say("ask_stretch", days=_days(one.stretch_s))
    where = span(asking.narrator, one.since, one.until)
    own, waiting = asking.say("ask_own", days=_days(one.own_s)), asking.say("ask_waiting", days=_days(one.waiting_s))
    unit = asking.narrator.name(one.directive.unit)
    return row(f"  {unit}", own, waiting, stretch, one.directive.ref, where)


def _days(span_s: int) -> str:
    """Return a span in days, to a tenth."""
    return f"{span_s / _DAY_S:,.1f}"


# Duties


def _duties(asking: Asking, answers: Answers) -> None:
    """Tell who acted on both sides, which ids several units use, and who acted for another unit."""
    assert answers.duties is not None, "it was asked"
    matches, delegated, accounts = answers.duties
    counts = counted(matches)
    for sides in _SIDES:
        same, other = counts.get((sides, True), 0), counts.get((sides, False), 0)
        asking.desk.line(f"  {asking.say('ask_tally', sides=asking.say(f'ask_{sides}'), same=same, other=other)}")
    for actor, count in accounts[:_SHARED]:
        asking.desk.line(f"  {asking.say('ask_shared', actor=actor, count=count)}")
    if matches:
        asking.show([_match_row(asking, match) for match in matches[: asking.limit]], len(matches))
    asking.desk.line(f"  {asking.say('ask_delegated', count=len(delegated))}")
    if delegated:
        asking.show([_delegated_row(asking, one) for one in delegated[: asking.limit]], len(delegated))


def _match_row(asking: Asking, match: Match) -> Row:
    """Return one match as a row: unit, which sides, how sure, the accounts, reference, log."""
    narrator = asking.narrator
    sure = asking.say("ask_same_account" if match.same_account else "ask_same_id")
    accounts = narrator.words.join(list(dict.fromkeys((narrator.actor(match.first), narrator.actor(match.second)))))
    unit, where = narrator.name(match.directive.unit), logs(narrator, match.first.index, match.second.index)
    return row(unit, asking.say(f"ask_{match.sides}"), sure, accounts, match.directive.ref, where)


def _delegated_row(asking: Asking, one: Delegated) -> Row:
    """Return one delegated act as a row: time, who for whom, what, reference, log."""
    narrator = asking.narrator
    return row(asking.time(one.act.t), narrator.actor(one.act), *_deed(asking, one.type, one.events), one.ref,
               logs(narrator, one.act.index))  # fmt: skip


def _deed(asking: Asking, type_: str, events: int) -> tuple[str, str]:
    """Return what an act was, and how many events it recorded where there are several."""
    return asking.narrator.words.event(type_), asking.say("ask_events", count=events) if events > 1 else ""


# Exceptions


def _exceptions(asking: Asking, answers: Answers) -> None:
    """Tell what was returned, waived, withdrawn, reassigned."""
    found = answers.exceptions or ()
    asking.show([_exception_row(asking, one) for one in found[: asking.limit]], len(found))


def _exception_row(asking: Asking, one: Exceptional) -> Row:
    """Return one exception as a row: unit, what, when, by whom, reference, log, reason."""
    narrator = asking.narrator
    below = asking.say("tell_aside", what=asking.say("ask_fell", count=one.below)) if one.below else ""
    cells = (
        narrator.words.event(one.type),
        asking.time(one.act.t),
        narrator.actor(one.act),
        one.directive.ref,
        logs(narrator, one.act.index),
        f"{one.reason}{below}",
    )
    return row(narrator.name(one.directive.unit), *cells)


# Hours


def _hours(asking: Asking, answers: Answers) -> None:
    """Tell what was done at odd hours, and which years' holidays are not known."""
    if answers.assumed:
        asking.desk.line(
            f"  {asking.say('ask_assumed', years=asking.narrator.words.join([str(y) for y in answers.assumed]))}"
        )
    found = answers.hours or ()
    asking.show([_odd_row(asking, one) for one in found[: asking.limit]], len(found))


def _odd_row(asking: Asking, one: Odd) -> Row:
    """Return one act as a row: when, why odd, by whom, what, reference, log."""
    words, moment = asking.narrator.words, asking.office.local(one.act.t)
    marks = [asking.say("ask_rest_day")] if one.rest_day else []
    marks += [asking.say("ask_night")] if one.night else []
    when = f"{moment:%Y-%m-%d %H:%M} {words.weekday(moment.weekday())}"
    deed = _deed(asking, one.type, one.events)
    return row(
        when, words.join(marks), asking.narrator.actor(one.act), *deed, one.ref, logs(asking.narrator, one.act.index)
    )


# Variants


def _variants(asking: Asking, answers: Answers) -> None:
    """Tell which ways directives went."""
    found = answers.variants or ()
    asking.show([_variant_row(asking, one, answers.directives) for one in found[: asking.limit]], len(found))


def _variant_row(asking: Asking, one: Variant, directives: int) -> Row:
    """Return one way as a row: how many, an example, where that stands in the log, the way."""
    share = asking.say("ask_share", count=one.directives, percent=f"{100 * one.directives / directives:.1f}")
    way = asking.say("ask_arrow").join(asking.narrator.words.event(kind) for kind in one.types)
    where = span(asking.narrator, one.first, one.last)
    return row(share, asking.say("ask_example", ref=one.example), where, way)


_TOLD: Mapping[Question, Callable[[Asking, Answers], None]] = {
    "late": _late,
    "held": _held,
    "duties": _duties,
    "exceptions": _exceptions,
    "hours": _hours,
    "variants": _variants,
}
