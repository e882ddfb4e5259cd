"""Submitting a command and telling what became of it: one line for people, the events for programs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xiada.console import documents
from xiada.console.calendars import calendar_name
from xiada.console.essence import Teller
from xiada.engine import events
from xiada.engine.calendar import Calendar
from xiada.engine.due import NEVER, SHANGHAI, at

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.engine.answer import Answer
    from xiada.engine.commands import Command
    from xiada.engine.records import Recorded


def carry_out(desk: Desk, command: Command, *, dry_run: bool) -> None:
    """Submit a command and tell the outcome; on a dry run only say whether it would pass.

    Raises:
        XiadaError: It was refused.
    """
    if dry_run:
        _try(desk, command)
        return
    answer = desk.engine.submit_one(command)
    zone = _zone_of(desk, command.target)
    if desk.as_json:
        desk.document(_document(desk, command, answer, zone))
    else:
        desk.line(_told(desk, command, answer, zone))
    calendar = desk.engine.calendar
    for day in _rest_days(answer, calendar, zone):
        facts = {"day": day.isoformat(), "weekday": desk.words.weekday(day.weekday())}
        key = "caution_rest_day_known" if calendar.knows(day.year) else "caution_rest_day"
        desk.note(desk.words.say(key, calendar=calendar_name(desk.words, calendar), **facts))


def _zone_of(desk: Desk, ref: str) -> str:
    """Return the zone of the notice that a directive came by; the usual one of what is no directive."""
    if ref.startswith("org/"):
        return SHANGHAI
    return desk.engine.at().notice(desk.engine.directive(ref).notice).zone


def _try(desk: Desk, command: Command) -> None:
    """Say that a command would pass, or raise why not."""
    refusal = desk.engine.would(command).refusal
    if refusal is not None:
        raise refusal
    if desk.as_json:
        desk.document({"would": True, "trigger": command.pulls, "directive": command.target})
    else:
        desk.say("would", trigger=desk.words.trigger(command.pulls), ref=command.target)


def _document(desk: Desk, command: Command, answer: Answer, zone: str) -> documents.Document:
    """Return the outcome for programs."""
    found: documents.Document = {
        "trigger": command.pulls,
        "directive": command.target,
        "repeated": answer.repeated,
        "issued": list(answer.issued),
        "events": [documents.event(recorded) for recorded in answer.events],
    }
    if not command.target.startswith("org/"):
        found["state"] = documents.directive(desk.engine.directive(command.target), zone)
    return found


def _told(desk: Desk, command: Command, answer: Answer, zone: str) -> str:
    """Return the outcome for people."""
    words = desk.words
    if not answer.events:
        return words.say("unchanged", ref=command.target)
    own = next(recorded for recorded in answer.events if recorded.ref == command.target)
    event, index = words.event(own.event.in_table), _indices(answer)
    if command.target.startswith("org/"):
        told = words.say("done_org", event=event, ref=command.target, index=index)
        others = {one.ref for one in answer.events if not one.ref.startswith("org/")}
        return told + (words.say("handed_over", count=len(others)) if others else "")
    teller = Teller(words, desk.engine.org(), zone)
    state = desk.engine.directive(command.target)
    line = words.say(
        "done",
        event=event,
        ref=state.ref,
        name=teller.name(state.unit),
        status=words.status(state.status),
        index=index,
        more=_more(teller, own, answer),
    )
    return f"{line}{words.say('repeated')}" if answer.repeated else line


def _indices(answer: Answer) -> str:
    """Return the log indices an answer takes up."""
    first, last = answer.events[0].index, answer.events[-1].index
    return str(first) if first == last else f"{first}–{last}"


def _more(teller: Teller, own: Recorded, answer: Answer) -> str:
    """Return what else an answer holds: the due, directives issued, others moved, dues cut."""
    words, issued = teller.words, answer.issued
    due_key = "asked_due" if isinstance(own.event, events.ExtensionRequested) else "new_due"
    parts = [words.say(due_key, due=teller.due(due)) for due in _dues(own, answer)]
    if len(issued) == 1 and issued[0] != own.ref:
        parts.append(words.say("issued_one", first=issued[0]))
    elif len(issued) > 1:
        parts.append(words.say("issued_many", count=len(issued), first=issued[0], last=issued[-1]))
    others = {one.ref for one in answer.events if not isinstance(one.event, events.Issued | events.Forwarded)}
    if others - {own.ref}:
        parts.append(words.say("moved_too", count=len(others - {own.ref})))
    if isinstance(own.event, events.Forwarded) and own.event.clamped:
        parts.append(words.say("clamped", count=len(own.event.clamped)))
    return "".join(parts)


def _dues(own: Recorded, answer: Answer) -> list[int | None]:
    """Return the due an answer is about, if there is just one."""
    found = {due for recorded in answer.events for due in _due_set(recorded)}
    told = isinstance(own.event, events.Acknowledged | events.Reassigned)
    return list(found) if len(found) == 1 and not told else []


def _due_set(recorded: Recorded) -> list[int | None]:
    """Return the due an event sets, if it sets one."""
    kinds = events.Issued | events.Rescheduled | events.ExtensionRequested | events.ExtensionGranted
    if isinstance(recorded.event, kinds) or (isinstance(recorded.event, events.Returned) and recorded.event.due):
        return [recorded.event.due]
    return []


def _rest_days(answer: Answer, calendar: Calendar, zone: str) -> list[date]:
    """Return the days of newly set dues, in a zone, that nobody works on."""
    found = {due for recorded in answer.events for due in _due_set(recorded) if due is not None and due != NEVER}
    return [day for day in sorted({at(due, zone).date() for due in found}) if not calendar.is_workday(day)]
