"""An auditor's questions, answered for programs: the same rows as for people, as plain values.

Rule: every list stands as `{"total": n, "rows": [...]}`, with at most as many rows as were asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from xiada.console import documents
from xiada.console.asking import Asking
from xiada.console.documents import Document
from xiada.console.listing import act_document
from xiada.engine.hindsight.asking import QUESTIONS, Answers, Question
from xiada.engine.hindsight.duties import Delegated, Match
from xiada.engine.hindsight.exceptions import Exceptional
from xiada.engine.hindsight.holding import Held, longest
from xiada.engine.hindsight.hours import Odd
from xiada.engine.hindsight.lateness import Late
from xiada.engine.hindsight.variants import Variant

_Row = TypeVar("_Row")


def answers_document(asking: Asking, answers: Answers) -> Document:
    """Return every answer there is, with what was asked."""
    asked: list[Question] = [name for name in QUESTIONS if getattr(answers, name) is not None]
    return {
        "where": asking.where,
        "log_size": asking.size,
        "events": answers.events,
        "directives": answers.directives,
        **documents.instant("judged_at", asking.now, asking.office.zone),
        "zone": asking.office.zone,
        "office": [f"{asking.office.opens:%H:%M}", f"{asking.office.closes:%H:%M}"],
        "calendar": asking.office.calendar.name,
        "holidays_assumed": list(answers.assumed),
        **{name: _DOCUMENTS[name](asking, answers) for name in asked},
    }


def _list(asking: Asking, found: Sequence[_Row], tell: Callable[[Asking, _Row], Document]) -> Document:
    """Return a list, cut to what was asked for."""
    return {"total": len(found), "rows": [tell(asking, one) for one in found[: asking.limit]]}


def _late(asking: Asking, one: Late) -> Document:
    """Return a late directive."""
    late, zone = one.lateness, asking.office.zone
    return {
        "ref": one.directive.ref,
        "unit": one.directive.unit,
        "status": one.directive.status,
        **documents.instant("due", late.due, zone),
        **documents.instant("original_due", late.original, zone),
        **documents.instant("reported_at", late.handed_in, zone),
        "late_days": late.days,
        "late_days_by_original": late.original_days,
        "indices": list(one.indices),
    }


def _held(asking: Asking, one: Held) -> Document:
    """Return how long a directive was held."""
    level = asking.narrator.org.unit(one.directive.unit).level if one.directive.unit in asking.narrator.org else None
    return {
        "ref": one.directive.ref,
        "unit": one.directive.unit,
        "level": level,
        "status": one.directive.status,
        "own_s": one.own_s,
        "waiting_s": one.waiting_s,
        "longest_stretch_s": one.stretch_s,
        "since": one.since,
        "until": one.until,
    }


def _ranked(asking: Asking, answers: Answers) -> Document:
    """Return who held it longest, by level."""
    ranked = longest(answers.held or (), {unit.id: unit.level for unit in asking.narrator.org}, asking.limit)
    return {
        level: {"total": total, "rows": [_held(asking, one) for one in rows]} for level, (rows, total) in ranked.items()
    }


def _match(asking: Asking, one: Match) -> Document:
    """Return a match of two sides."""
    return {
        "sides": one.sides,
        "ref": one.directive.ref,
        "unit": one.directive.unit,
        "same_account": one.same_account,
        "first": act_document(one.first, asking.office.zone),
        "second": act_document(one.second, asking.office.zone),
    }


def _delegated(asking: Asking, one: Delegated) -> Document:
    """Return an act for another unit."""
    return {"ref": one.ref, "type": one.type, "events": one.events, **act_document(one.act, asking.office.zone)}


def _duties(asking: Asking, answers: Answers) -> Document:
    """Return matches, delegated acts, and ids that several units use."""
    assert answers.duties is not None, "it was asked"
    return {
        "matches": _list(asking, answers.duties.matches, _match),
        "delegated": _list(asking, answers.duties.delegated, _delegated),
        "shared_ids": [{"actor": actor, "units": count} for actor, count in answers.duties.accounts[: asking.limit]],
    }


def _exceptional(asking: Asking, one: Exceptional) -> Document:
    """Return an exception."""
    return {
        "type": one.type,
        "ref": one.directive.ref,
        "unit": one.directive.unit,
        "reason": one.reason,
        "below": one.below,
        **act_document(one.act, asking.office.zone),
    }


def _odd(asking: Asking, one: Odd) -> Document:
    """Return an act at an odd hour."""
    return {
        "ref": one.ref,
        "type": one.type,
        "events": one.events,
        "rest_day": one.rest_day,
        "night": one.night,
        **act_document(one.act, asking.office.zone),
    }


def _variant(_: Asking, one: Variant) -> Document:
    """Return a way directives went."""
    return {
        "directives": one.directives,
        "types": list(one.types),
        "example": one.example,
        "first": one.first,
        "last": one.last,
    }


_DOCUMENTS: Mapping[Question, Callable[[Asking, Answers], object]] = {
    "late": lambda asking, answers: _list(asking, answers.late or (), _late),
    "held": _ranked,
    "duties": _duties,
    "exceptions": lambda asking, answers: _list(asking, answers.exceptions or (), _exceptional),
    "hours": lambda asking, answers: _list(asking, answers.hours or (), _odd),
    "variants": lambda asking, answers: _list(asking, answers.variants or (), _variant),
}
