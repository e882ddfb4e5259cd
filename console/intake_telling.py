"""What a notice text holds, told to people: each document with its fields, obligations, units and doubts.

Rule: only what was found is printed; what a notice ought to say and does not is said to be missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xiada.console.words_intake import ASSUMED, DOUBTS, FACTS
from xiada.engine.due import Between, Due, Every, On, Promptly, Relative
from xiada.workflows.intake.abstaining import WORDS as REASONS
from xiada.workflows.intake.deciding import matter_of
from xiada.workflows.intake.resolution import Matched, Resolution, together
from xiada.workflows.intake.values import Addressee, ContactFound, Doubt, ObligationFound, Segment

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.words import Words
    from xiada.engine.org import Org

_QUOTE_CHARS = 60
_UNITS_NAMED = 6
_MANY = 100
_OFTEN = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the units of an org make of a document.

    Args:
        org: The org.
        source: Where it came from, for people.
        issuers: Each issuer's name with the id of its unit, None if the org has none of that name.
        resolutions: The addressees below each issuer that was found.
    """

    org: Org
    source: str
    issuers: tuple[tuple[str, str | None], ...]
    resolutions: tuple[Resolution, ...]


def place_of(text: str, doubt: Doubt, words: Words) -> str:
    """Return where a doubt stands: its line, and the words there; empty if it stands nowhere."""
    start, end = doubt.span
    quoted = " ".join(text[start:end].split())
    if not quoted:
        return ""
    shown = quoted if len(quoted) <= _QUOTE_CHARS else f"{quoted[:_QUOTE_CHARS]}…"
    return words.say("intake_place", line=text.count("\n", 0, start) + 1, quote=shown)


def doubt_words(words: Words, doubt: Doubt) -> str:
    """Return a doubt's code and what it means; in Chinese by its code and its facts, in English as the intake put it.

    Example:
        >>> from xiada.console.words import Words
        >>> doubt = Doubt(code="several_documents", text="the text holds 2 notices", span=(0, 0))
        >>> doubt_words(Words("zh"), doubt)
        'several_documents：文中有 2 份通知'
    """
    return words.say("intake_doubt", code=doubt.code, text=meaning_of(words, doubt))


def meaning_of(words: Words, doubt: Doubt) -> str:
    """Return what a doubt means."""
    return _in_chinese(words, doubt) if words.language == "zh" else doubt.text


def _in_chinese(words: Words, doubt: Doubt) -> str:
    """Return a doubt in Chinese, with the facts its own words hold as far as they are found there."""
    pattern, sentence = FACTS.get(doubt.code, ("", ""))
    found = re.search(pattern, doubt.text) if pattern else None
    if found is None:
        return DOUBTS.get(doubt.code, doubt.text)
    facts = found.groupdict()
    day = facts.get("weekday", "")[:2].upper()
    if day in _WEEKDAYS:
        facts["weekday"] = words.weekday(_WEEKDAYS.index(day))
    if "basis" in facts:
        facts["basis"] = ASSUMED.get(facts["basis"], facts["basis"])
    return sentence.format_map(facts)


def reason_words(words: Words, reason: str | None) -> str | None:
    """Return why a document is no directive; a reason nobody here knows as it is."""
    known = next((both for code, both in REASONS.items() if code == reason), None)
    return reason if known is None else known[0 if words.language == "zh" else 1]


def due_words(words: Words, due: Due | None) -> str:
    """Return when something is due, as people say it, with what was assumed."""
    if due is None:
        return words.say("intake_due_none")
    told = _due(words, due)
    if due.assumed:
        known = ASSUMED.get(due.assumed) if words.language == "zh" else None
        basis = known or words.say("intake_assumed_other", basis=due.assumed)
        told = words.say("intake_due_assumed", due=told, basis=basis)
    if due.shift != "none":
        told = words.say("intake_due_shift", due=told, shift=words.say(f"intake_shift_{due.shift}"))
    return words.say("intake_soft", due=told) if due.soft else told


def _due(words: Words, due: Due) -> str:
    """Return the words of a due, without what goes with all forms."""
    match due:
        case On():
            day = due.on.isoformat() + (f" {due.time:%H:%M}" if due.time else "")
            return words.say("intake_due_on", day=day, weekday=words.weekday(due.on.weekday()))
        case Every():
            return words.say("intake_due_every", rule=rule_words(words, due.rrule))
        case Relative():
            key = f"intake_due_{'workdays_' if due.workdays else ''}{'before' if due.days < 0 else 'after'}"
            return words.say(key, anchor=words.say(f"intake_anchor_{due.anchor}"), days=abs(due.days))
        case Between():
            return words.say("intake_due_between", start=due.earliest, end=due.latest, words=due.words)
        case Promptly(sla_days=None):
            return words.say("intake_due_promptly")
        case Promptly(sla_days=days):
            return words.say("intake_due_sla", days=days)


def rule_words(words: Words, rrule: str) -> str:
    """Return how often something recurs, as people say it; a rule of an unusual form as it is written."""
    parts = dict(part.split("=", 1) for part in rrule.split(";") if "=" in part)
    often, interval = parts.pop("FREQ", ""), parts.pop("INTERVAL", "1")
    tellers: Mapping[str, Callable[[str], str]] = {
        "BYMONTH": lambda months: words.say("intake_every_months", months=_listed(words, months)),
        "BYMONTHDAY": lambda days: _days(words, days),
        "BYDAY": lambda days: words.join([words.weekday(_WEEKDAYS.index(day)) for day in days.split(",")], _MANY),
    }
    plain_days = set(parts.get("BYDAY", "MO").split(",")) <= {*_WEEKDAYS}
    if often not in _OFTEN or parts.keys() - tellers.keys() or not plain_days:
        return rrule
    start = words.say(f"intake_every_{often.lower()}{'' if interval == '1' else '_many'}", count=interval)
    return " ".join([start, *(tellers[name](parts[name]) for name in tellers if name in parts)])


def _listed(words: Words, numbers: str) -> str:
    """Return numbers parted by commas as people list them."""
    return words.join(numbers.split(","), _MANY)


def _days(words: Words, days: str) -> str:
    """Return days of the month; -1 is the last."""
    numbers = [day for day in days.split(",") if day != "-1"]
    told = [words.say("intake_every_days", days=words.join(numbers, _MANY))] if numbers else []
    return words.join([*told, *([words.say("intake_every_last")] if "-1" in days.split(",") else [])])


class Teller:
    """Prints documents.

    Args:
        desk: Where.
        text: The text as read, for quotations.
    """

    def __init__(self, desk: Desk, text: str) -> None:
        self._desk = desk
        self._text = text

    def tell(self, segments: Sequence[Segment], found: Sequence[Found | None]) -> None:
        """Print every document, with what its org makes of it."""
        for number, (segment, units) in enumerate(zip(segments, found, strict=True), 1):
            title = segment.title or self._say("intake_untitled")
            kind = self._say(f"intake_{segment.kind}")
            self._desk.line(self._say("intake_head", number=str(number), kind=kind, title=title))
            for name, value in self._fields(segment):
                self._desk.line(f"   {self._say(f'intake_{name}')}{self._say('colon')}{value}")
            for line in (*self._obligations(segment), *self._units(units), *self._doubts(segment)):
                self._desk.line(f"   {line}")

    def _say(self, key: str, **facts: object) -> str:
        """Return a phrase."""
        return self._desk.words.say(key, **facts)

    def _parted(self, names: Iterable[str]) -> str:
        """Return names one after the other."""
        return self._say("intake_parted").join(names)

    def _fields(self, segment: Segment) -> Iterator[tuple[str, str]]:
        """Yield the name of a field and what it says, only those that say something."""
        values = {
            "doc_number": segment.doc_number,
            "issuers": self._parted(segment.issuers),
            "issued_on": segment.issue_date and segment.issue_date.isoformat(),
            "addressees": self._parted(map(self._addressee, segment.addressees)) or segment.addressees_raw,
            "cc": self._parted(segment.cc),
            "forwards": segment.forwards and self._parted(
                one for one in (segment.forwards.doc_number, segment.forwards.title) if one
            ),
            "attachments": self._parted(segment.attachments),
            "window": self._window(segment),
            "contacts": self._parted(map(self._contact, segment.contacts)),
            "decisions": self._parted(one.title for one in segment.decisions),
            "reason": reason_words(self._desk.words, segment.reason),
        }  # fmt: skip
        expected = ("doc_number", "issuers", "issued_on", "addressees") if segment.kind == "notice" else ()
        for name, value in values.items():
            if value or name in expected:
                yield name, value or self._say("intake_unsaid")

    def _addressee(self, one: Addressee) -> str:
        """Return an addressee's name, with what a person should know of it."""
        if one.selective:
            return self._say("intake_selective", name=one.name)
        return self._say("intake_internal", name=one.name) if one.internal else one.name

    def _contact(self, one: ContactFound) -> str:
        """Return whom to ask, in one line."""
        parts = (one.unit, self._desk.words.join(one.names), self._desk.words.join(one.phones), one.email)
        return " ".join(part for part in parts if part)

    def _window(self, segment: Segment) -> str | None:
        """Return when the activity takes place."""
        if segment.window is None:
            return None
        key = "intake_span_fuzzy" if segment.window.fuzzy else "intake_span"
        return self._say(key, start=segment.window.start, end=segment.window.end)

    # Obligations

    def _obligations(self, segment: Segment) -> Iterator[str]:
        """Yield the lines of the obligations."""
        if segment.obligations:
            yield self._say("intake_obligations", count=len(segment.obligations))
        elif segment.kind == "notice":
            yield self._say("intake_no_obligations")
        for number, one in enumerate(segment.obligations, 1):
            what = self._desk.words.join(one.what) or self._say("intake_unsaid")
            told = self._say("intake_owed", kind=self._say(f"intake_{one.kind}"), what=what)
            yield f"{number}) {told}{self._say('comma')}{self._say('intake_due', due=self._due(one))}"
            route = (self._say("intake_who", who=self._desk.words.join(one.who) or self._say("intake_all")),)
            to = " ".join(part for part in (one.to_body, one.to_department) if part)
            yield f"   {self._parted((*route, *((self._say('intake_to', to=to),) if to else ())))}"
            if one.quote:
                yield f"   “{one.quote}”"

    def _due(self, one: ObligationFound) -> str:
        """Return when an obligation is due."""
        told = due_words(self._desk.words, one.due)
        soft = one.soft and not (one.due is not None and one.due.soft)
        return self._say("intake_soft", due=told) if soft else told

    # Units

    def _units(self, found: Found | None) -> Iterator[str]:
        """Yield what the org makes of issuers and addressees."""
        if found is None or not found.issuers:
            return
        yield self._say("intake_units_head", source=found.source)
        for name, unit in found.issuers:
            if unit is None:
                yield f"  {self._say('intake_unknown_issuer', name=name)}"
            else:
                yield f"  {self._say('intake_issuer_unit', name=name, unit=found.org.unit(unit).name, id=unit)}"
        for each in (one for one in found.resolutions if one.matched or one.candidates):
            forwarder = found.org.unit(each.forwarder)
            yield f"  {self._say('intake_below', unit=forwarder.name, id=forwarder.id)}"
            yield from (f"    {self._matched('intake_units', one, found.org)}" for one in each.matched)
            yield from (f"    {self._matched('intake_candidates', one, found.org)}" for one in each.candidates)
        lost = together(found.resolutions)
        if lost:
            yield f"  {self._say('intake_unmatched', names=self._parted(one.name for one in lost))}"

    def _matched(self, key: str, one: Matched, org: Org) -> str:
        """Return an addressee with the units it means."""
        names = tuple(org.unit(unit).name for unit in one.units)
        units = self._desk.words.join(names, _UNITS_NAMED)
        return self._say(key, name=one.addressee.name, count=len(one.units), units=units)

    # Doubts

    def _doubts(self, segment: Segment) -> Iterator[str]:
        """Yield the doubts, those to be decided marked, with where they stand."""
        if segment.doubts:
            yield self._say("intake_doubts", count=len(segment.doubts))
        for doubt in segment.doubts[:_MANY]:
            decide = self._say("intake_decide") if matter_of(doubt.code).decide else ""
            yield f"- {doubt_words(self._desk.words, doubt)}{decide}"
            place = place_of(self._text, doubt, self._desk.words)
            if place:
                yield f"  {place}"
