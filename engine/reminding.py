"""Reminders (提醒) and escalations (督办) by rules that are data: when each begins, what it says, under which key.

Rule: a rule speaks of one item that is owed (`obligations.Owed`) from its moment on, until the next rule
of the same action begins to; what comes before a due is not said after it. Of what recurs, it speaks of a
period until it begins to speak of the next one. So whoever was away is told once, the latest, and never
three times at once. What was asked for and not demanded is never said to be
late. Each (directive, item, rule, due) has one idempotency key, and so happens once, whoever ticks; a due
that is moved is another one. Pure: no clock, no store.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal, NamedTuple, TypeAlias, get_args

from xiada.engine import limits
from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.due import NEVER, at, show, zone_info
from xiada.engine.errors import LimitExceeded, Malformed
from xiada.engine.notice import ObligationKind
from xiada.engine.obligations import Owed
from xiada.engine.projections import Colour, day_of

Action = Literal["remind", "escalate"]
Language = Literal["zh", "en"]
KINDS: tuple[ObligationKind, ...] = get_args(ObligationKind)

MOST_RULES = 50
MOST_DAYS = 1_000
_SPANS_KEPT = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS: Mapping[str, int] = {
    "unit": limits.NAME_CHARS,
    "item": 300,
    "due": 30,
    "days": 10,
    "ref": 600,
    "title": limits.TITLE_CHARS,
    "doc_number": limits.NAME_CHARS,
}
"""What a reason may speak of, and the most characters each can come to."""


@dataclass(frozen=True, slots=True)
class Before:
    """From the beginning of the day so many working days, or days, before the due; none = the day itself."""

    workdays: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        _check_span(self.workdays, self.days)


@dataclass(frozen=True, slots=True)
class After:
    """From the beginning of the day so many working days, or days, after the due; none = once it has passed."""

    workdays: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        _check_span(self.workdays, self.days)


@dataclass(frozen=True, slots=True)
class Age:
    """What has no date: from the beginning of the day so many days after it was issued."""

    days: int

    def __post_init__(self) -> None:
        _check_span(0, self.days)


When: TypeAlias = Before | After | Age


def _check_span(workdays: int, days: int) -> None:
    """Refuse a span nobody means."""
    for count in (workdays, days):
        if type(count) is not int or not 0 <= count <= MOST_DAYS:
            raise Malformed("bad_days", f"{limits.shown(count)} is no count of days", remedy=f"Give 0 to {MOST_DAYS}.")
    if workdays and days:
        raise Malformed("two_spans", "both working days and days are given", remedy="Leave one of them out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Args:
        name: Its own; part of the key, so a rule renamed is another one.
        action: `remind` tells the unit itself, `escalate` whoever is above its superior.
        when: From when on.
        reason_zh: What is recorded, in Chinese: a template of {unit}, {item}, {due}, {days}, {ref}, {title}
            and {doc_number}.
        reason_en: The same in English.
        kinds: Which obligations; empty = all of them.
        statuses: Which statuses of the directive; empty = any that is open.
        light: The light it goes with; None = by `when`: yellow before, red after, grey for what has no date.

    Raises:
        Malformed: A name, a status, a template or a choice that cannot be one.
    """

    name: str
    action: Action
    when: When
    reason_zh: str
    reason_en: str
    kinds: tuple[ObligationKind, ...] = ()
    statuses: tuple[str, ...] = ()
    light: Colour | None = None

    def __post_init__(self) -> None:
        limits.identifier(self.name, "rule name")
        limits.choice(self.action, "action", get_args(Action))
        if not isinstance(self.when, Before | After | Age):
            raise Malformed("bad_when", f"rule '{self.name}' does not say when", remedy="Give before, after or age.")
        for kind in self.kinds:
            limits.choice(kind, "kind", KINDS)
        for status in self.statuses:
            limits.identifier(status, "status")
        if self.light is not None:
            limits.choice(self.light, "light", get_args(Colour))
        for template in (self.reason_zh, self.reason_en):
            _check_template(template, self.name)

    @property
    def colour(self) -> Colour:
        """The light it goes with."""
        if self.light is not None:
            return self.light
        return "yellow" if isinstance(self.when, Before) else "red" if isinstance(self.when, After) else "grey"

    def speaks_of(self, item: Owed, status: str | None) -> bool:
        """Tell whether it is about such an item at all, whenever; None = in some status or other."""
        if (self.kinds and item.kind not in self.kinds) or (self.statuses and status not in (None, *self.statuses)):
            return False
        if isinstance(self.when, Age) or item.due == NEVER:
            return isinstance(self.when, Age) and item.due == NEVER
        return not (item.soft and (self.action == "escalate" or isinstance(self.when, After)))

    def reason(self, language: Language, facts: Mapping[str, str]) -> str:
        """Return what is recorded, filled with facts."""
        template = self.reason_zh if language == "zh" else self.reason_en
        return unicodedata.normalize("NFC", template.format_map(facts))


def _check_template(template: str, name: str) -> None:
    """Refuse a template that names something else than facts, or could come to more than a reason may have."""
    limits.clean(template, "reason", limits.REASON_CHARS)
    try:
        parts = [(literal, name, form or turn) for literal, name, form, turn in string.Formatter().parse(template)]
    except ValueError:
        parts = [("", template, "")]
    wrong = [part for _, part, form in parts if part is not None and (part not in _FIELDS or form)]
    if wrong:
        raise Malformed(
            "bad_template",
            f"the reason of rule '{name}' speaks of {limits.shown(wrong[0])}",
            rule=name,
            remedy=f"Use {', '.join(f'{{{one}}}' for one in _FIELDS)}, each as it is.",
        )
    longest = sum(len(literal) + _FIELDS.get(part or "", 0) for literal, part, _ in parts)
    if longest > limits.REASON_CHARS:
        raise LimitExceeded(
            "text_too_long",
            f"the reason of rule '{name}' could have {longest:,} characters, more than {limits.REASON_CHARS:,}",
            field="reason",
            limit=limits.REASON_CHARS,
            found=longest,
            remedy="Shorten it.",
        )


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """The rules of an office, and the language their reasons are recorded in.

    Raises:
        Malformed: Two of one name, too many, or another language.
    """

    rules: tuple[Rule, ...]
    language: Language = "zh"

    def __post_init__(self) -> None:
        limits.choice(self.language, "language", get_args(Language))
        names = [rule.name for rule in self.rules]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise Malformed(
                "duplicate_id", f"two rules are called '{twice}'", id=twice, remedy="Give each its own name."
            )
        if len(names) > MOST_RULES:
            raise LimitExceeded("too_many_rules", f"{len(names)} rules, more than {MOST_RULES}", remedy="Give fewer.")


_SOON_ZH, _SOON_EN = "{unit}应于{due}前{item}，还有{days}天", "{unit} owes {item} by {due}, in {days} days"
_LATE_ZH, _LATE_EN = "{unit}应于{due}前{item}，已逾期{days}天", "{unit} owed {item} by {due}, {days} days ago"
_AGE_ZH, _AGE_EN = "{unit}尚未{item}；未定期限，下达已{days}天", "{unit} owes {item}, undated, issued {days} days ago"
_TODAY_ZH, _TODAY_EN = "{unit}应于今天（{due}）{item}", "{unit} owes {item} today ({due})"


def standard_reasons(when: When) -> tuple[str, str]:
    """Return what is said in Chinese and in English where a rule does not say it itself."""
    if isinstance(when, Age):
        return _AGE_ZH, _AGE_EN
    if isinstance(when, After):
        return _LATE_ZH, _LATE_EN
    return (_SOON_ZH, _SOON_EN) if when.workdays or when.days else (_TODAY_ZH, _TODAY_EN)


def standard_rule(name: str, action: Action, when: When, light: Colour | None = None) -> Rule:
    """Return a rule about every kind of obligation, in the standard words."""
    zh, en = standard_reasons(when)
    return Rule(name=name, action=action, when=when, reason_zh=zh, reason_en=en, light=light)


STANDARD_REMINDERS = ReminderRules(
    (
        standard_rule("before-3", "remind", Before(workdays=3)),
        standard_rule("on-the-day", "remind", Before()),
        standard_rule("after-1", "escalate", After(days=1)),
        standard_rule("after-7", "escalate", After(days=7)),
        standard_rule("age-14", "remind", Age(14), "yellow"),
        standard_rule("age-30", "remind", Age(30), "yellow"),
    )
)
"""Three working days before and on the day: the unit. A day and a week after: whoever is above. Undated: the unit,
after two weeks and after thirty days, and nobody else."""


class Span(NamedTuple):
    """When a rule speaks of an item: from `begin` up to and without `end`, µs UTC."""

    begin: int
    end: int
    rule: Rule


class Call(NamedTuple):
    """A rule that speaks of an item now.

    Args:
        item: What is owed.
        rule: Which rule.
        key: The idempotency key it happens under, once.
    """

    item: Owed
    rule: Rule
    key: str


class Schedule:
    """When rules speak; the spans of a due are worked out once.

    Args:
        rules: The rules.
        calendar: Working days.

    Example:
        >>> from xiada.engine.due import DAY_US, end_of_day
        >>> from xiada.engine.projections import Light
        >>> due = end_of_day(date(2030, 6, 20), "Asia/Shanghai")
        >>> item = Owed("k/1", "report", "report", None, due, 0, False, "open", Light("yellow", "due_soon"))
        >>> schedule = Schedule(STANDARD_REMINDERS)
        >>> [(show(span.begin), span.rule.name) for span in schedule.spans(item, "issued", "Asia/Shanghai")]
        [('2030-06-17 00:00', 'before-3'), ('2030-06-20 00:00', 'on-the-day'), ('2030-06-21 00:00', 'after-1'),
         ('2030-06-27 00:00', 'after-7')]
        >>> [call.rule.name for call in schedule.calls([item], "issued", "Asia/Shanghai", due + 2 * DAY_US)]
        ['after-1']
    """

    def __init__(self, rules: ReminderRules, calendar: Calendar = MON_FRI) -> None:
        self.rules = rules
        self._calendar = calendar
        self._spans: dict[tuple[object, ...], tuple[Span, ...]] = {}

    def speaks_of_undated(self) -> bool:
        """Tell whether any rule is about what has no date."""
        return any(isinstance(rule.when, Age) for rule in self.rules.rules)

    def horizon(self, now: int) -> int:
        """Return an instant after which no due is near enough for any rule to speak of it now, in any time zone."""
        today = at(now).date() + timedelta(days=1)
        latest = today
        for rule in self.rules.rules:
            if isinstance(rule.when, Before):
                latest = max(latest, self._moved(today, rule.when))
        return min(NEVER, _start_of(latest + timedelta(days=2), "UTC"))

    def assumed(self, now: int) -> tuple[int, ...]:
        """Return the years whose holidays are not known and whose working days the rules count from now on."""
        spans = [rule.when.workdays for rule in self.rules.rules if isinstance(rule.when, Before | After)]
        if not any(spans):
            return ()
        return self._calendar.assumed(at(now).date(), at(self.horizon(now)).date())

    def calls(self, items: Iterable[Owed], status: str, zone: str, now: int) -> list[Call]:
        """Return what the rules say of items at an instant: of several periods of one thing each rule says the last.

        Args:
            items: What is owed under one directive, periods in order.
            status: That of the directive.
            zone: Where days begin.
            now: The instant, µs UTC.
        """
        found: dict[tuple[str, str], Call] = {}
        for item in items:
            for span in self.spans(item, status, zone) if item.is_open else ():
                if span.begin <= now < span.end:
                    found[item.obligation, span.rule.name] = Call(item, span.rule, key_of(item, span.rule))
        return list(found.values())

    def next_of(self, items: Iterable[Owed], status: str | None, zone: str, now: int) -> Span | None:
        """Return the span of the rule that next begins to speak of one of the items; None = whatever the status."""
        open_spans = (self.spans(item, status, zone) for item in items if item.is_open)
        found = (span for spans in open_spans for span in spans if now < span.begin < span.end)
        return min(found, key=lambda span: span.begin, default=None)

    def spans(self, item: Owed, status: str | None, zone: str) -> tuple[Span, ...]:
        """Return when which rule speaks of an item, earliest first."""
        since = day_of(item.since, zone) if item.due == NEVER else None
        place = (item.due, since, item.kind, item.soft, status, zone)
        found = self._spans.get(place)
        if found is None:
            if len(self._spans) >= _SPANS_KEPT:
                self._spans.clear()
            found = self._spans[place] = self._worked_out(item, status, zone)
        return found

    def _worked_out(self, item: Owed, status: str | None, zone: str) -> tuple[Span, ...]:
        """Return the spans of an item: each ends where the next of its action begins, those before a due with it."""
        begins = [
            (self._begin(rule.when, item, zone), rule) for rule in self.rules.rules if rule.speaks_of(item, status)
        ]
        begins.sort(key=lambda one: one[0])
        found = []
        for place, (begin, rule) in enumerate(begins):
            later = (own for own, other in begins[place + 1 :] if other.action == rule.action)
            end = min(next(later, NEVER), item.due + 1 if isinstance(rule.when, Before) else NEVER)
            found.append(Span(begin, end, rule))
        return tuple(found)

    def _begin(self, when: When, item: Owed, zone: str) -> int:
        """Return when a rule begins to speak of an item."""
        if isinstance(when, Age):
            return _start_of(at(item.since, zone).date() + timedelta(days=when.days), zone)
        day = at(item.due, zone).date()
        if isinstance(when, Before):
            return _start_of(self._back(day, when), zone)
        return max(item.due + 1, _start_of(self._moved(day, when), zone))

    def _moved(self, day: date, when: Before | After) -> date:
        """Return the day so many working days, or days, later."""
        return self._calendar.add_workdays(day, when.workdays) if when.workdays else day + timedelta(days=when.days)

    def _back(self, day: date, when: Before) -> date:
        """Return the day so many working days, or days, earlier."""
        return self._calendar.add_workdays(day, -when.workdays) if when.workdays else day - timedelta(days=when.days)


def _start_of(day: date, zone: str) -> int:
    """Return the first µs of a day in a zone, whatever the year."""
    return (datetime.combine(day, time(), zone_info(zone)) - _EPOCH) // timedelta(microseconds=1)


def key_of(item: Owed, rule: Rule) -> str:
    """Return the idempotency key a rule has for an item and its due; a long one is shortened by its hash.

    Example:
        >>> from xiada.engine.projections import Light
        >>> item = Owed("k/1", "report", "report", None, 99, 0, False, "open", Light("yellow", "due_soon"))
        >>> key_of(item, STANDARD_REMINDERS.rules[0])
        'tick before-3 k/1 report 99'
    """
    due = "undated" if item.due == NEVER else str(item.due)
    parts = ("tick", rule.name, item.ref, item.obligation, *((str(item.period),) if item.period else ()), due)
    key = " ".join(parts)
    return key if len(key) <= limits.KEY_CHARS else f"tick {rule.name} {sha256(key.encode()).hexdigest()}"


_VERBS: Mapping[Language, Mapping[ObligationKind, str]] = {
    "zh": {"report": "报送", "plan": "提交方案", "brief": "提交简报"},
    "en": {"report": "the report", "plan": "the plan", "brief": "the brief"},
}


def item_words(item: Owed, language: Language) -> str:
    """Return what is owed, in words.

    Example:
        >>> from xiada.engine.projections import Light
        >>> item = Owed("k/1", "b", "brief", date(2030, 6, 28), 0, 0, False, "open", Light("grey", "x"), ("进展",))
        >>> item_words(item, "zh"), item_words(item, "en")
        ('提交简报“进展”（2030-06-28期）', "the brief '进展' of 2030-06-28")
    """
    words = _VERBS[language][item.kind]
    if item.what:
        words += f"“{item.what[0]}”" if language == "zh" else f" '{item.what[0]}'"
    if item.period is not None:
        words += f"（{item.period}期）" if language == "zh" else f" of {item.period}"
    return words


def reason_of(call: Call, rules: ReminderRules, now: int, zone: str, names: Mapping[str, str]) -> str:
    """Return what is recorded of a call: its days are those to the due, since the due, or since the issue.

    Args:
        call: The rule and the item.
        rules: Whose language it is in.
        now: The instant judged by, µs UTC.
        zone: Where days begin.
        names: `unit`, `title` and `doc_number`.
    """
    item = call.item
    since = item.since if item.due == NEVER else item.due
    facts = {
        **names,
        "item": item_words(item, rules.language),
        "due": show(item.due, zone),
        "days": str(abs((day_of(now, zone) - day_of(since, zone)).days)),
        "ref": item.ref,
    }
    return call.rule.reason(rules.language, facts)
