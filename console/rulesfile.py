"""Reading reminder rules from a YAML or JSON file, with errors that name file and field; `EXAMPLE` shows its form.

Rule: what is left out is as in the standard rules: all kinds of obligation, every status, the standard words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from xiada.console.fields import Fields, content_of
from xiada.engine.projections import Colour
from xiada.engine.reminding import (
    KINDS,
    Action,
    After,
    Age,
    Before,
    Language,
    ReminderRules,
    Rule,
    When,
    standard_reasons,
)

EXAMPLE = """\
language: zh                          # of what is recorded; zh or en
rules:
  - {name: before-3, action: remind, when: {before: {workdays: 3}}}      # from the third working day before the due
  - {name: on-the-day, action: remind, when: {before: {days: 0}}}        # on the day
  - name: after-1
    action: escalate                  # remind tells the unit, escalate whoever is above its superior
    when: {after: {days: 1}}          # from the day after; workdays or days
    kinds: [report, plan, brief]      # and so far the rest may be left out
    statuses: [issued, forwarded, executing]
    light: red                        # green, yellow, red, grey
    reason_zh: "{unit}应于{due}前{item}，已逾期{days}天"
    reason_en: "{unit} owed {item} by {due}, {days} days ago"
  - {name: after-7, action: escalate, when: {after: {days: 7}}}
  - {name: age-14, action: remind, when: {age: {days: 14}}, light: yellow}   # what has no date, after its issue
  - {name: age-30, action: remind, when: {age: {days: 30}}, light: yellow}
"""
"""The standard rules, one of them with every field. A reason may speak of {unit}, {item}, {due}, {days}, {ref}, {title}
and {doc_number}."""

_REMEDY = "Correct the file and try again; 'xiada tick --example' shows its form."


def read_rules_file(path: str) -> ReminderRules:
    """Return the rules a file holds.

    Raises:
        Malformed: It cannot be read, or holds no rules; names file and field.
        LimitExceeded: Too many rules, or a text that is too long.
    """
    return _Reader(path, _REMEDY).rules(content_of(path, _REMEDY))


class _Reader(Fields):
    """Turns plain values into rules, knowing for every complaint where it is."""

    def rules(self, content: Any) -> ReminderRules:
        """Return the rules."""
        readers: dict[str, Callable[[Any, str], Any]] = {
            "language": self.one_of(*get_args(Language)),
            "rules": lambda value, field: self.each(value, field, self.rule),
        }
        values = self.members(content, "", readers, required=("rules",))
        with self.at("rules"):
            return ReminderRules(**values)

    def rule(self, value: Any, field: str) -> Rule:
        """Return one rule."""
        readers: dict[str, Callable[[Any, str], Any]] = {
            "name": self.text,
            "action": self.one_of(*get_args(Action)),
            "when": self.when,
            "kinds": lambda some, place: self.each(some, place, self.one_of(*KINDS)),
            "statuses": self.texts,
            "light": self.one_of(*get_args(Colour)),
            "reason_zh": self.text,
            "reason_en": self.text,
        }
        values = self.members(value, field, readers, required=("name", "action", "when"))
        zh, en = standard_reasons(values["when"])
        with self.at(field):
            return Rule(**{"reason_zh": zh, "reason_en": en, **values})

    def when(self, value: Any, field: str) -> When:
        """Return from when on a rule speaks."""
        readers: dict[str, Callable[[Any, str], Any]] = {
            "before": self.span("workdays", "days"),
            "after": self.span("workdays", "days"),
            "age": self.span("days"),
        }
        values = self.members(value, field, readers)
        if len(values) != 1:
            self.refuse(field, "bad_when", "give one of before, after and age")
        [(word, span)] = values.items()
        forms: dict[str, Callable[..., When]] = {"before": Before, "after": After, "age": Age}
        with self.at(f"{field}.{word}"):
            return forms[word](**span)

    def span(self, *units: str) -> Callable[[Any, str], dict[str, int]]:
        """Return a reader for a count of days in one of these units."""

        def read(value: Any, field: str) -> dict[str, int]:
            found = self.members(value, field, dict.fromkeys(units, self.number))
            if not found:
                self.refuse(field, "missing_field", f"it is missing: {' or '.join(units)}")
            return found

        return read
