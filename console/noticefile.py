"""Reading a notice from a YAML or JSON file, with errors that name file and field; `EXAMPLE` shows its form.

A due is a date (`2020-06-20`, `2020-06-20T17:00`, in the notice's zone), or a mapping (formats.md §4):
`{on: 2020-06-20, time: "17:00"}`, `{every: FREQ=MONTHLY;BYMONTHDAY=28}`,
`{relative: {anchor: parent_due, days: -2, workdays: true}}`,
`{between: [2020-05-15, 2020-06-05], words: 5月中旬至6月初}`, `{promptly: true, sla_days: 3}`; each may
add `shift` (none, next_workday, previous_workday, friday_or_next_workday), `soft` and `assumed`.

Rule: everything is text until it is checked; a field nobody knows, or given twice, is refused. Files
with a name in `.json` are JSON, all others YAML without aliases; `-` is standard input, either of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, get_args

from xiada.console.arguments import read_due
from xiada.console.fields import Fields, content_of
from xiada.engine.calendar import Shift
from xiada.engine.due import Anchor, Due, On
from xiada.engine.limits import shown
from xiada.engine.notice import Contact, Notice, Obligation, ObligationKind, Requirement, Window
from xiada.engine.notice import read_due as read_due_form
from xiada.engine.org import Select

EXAMPLE = """\
id: kx2020-7                          # of your own; a-z, 0-9, '.', '_', '-'
doc_number: 科协发组字〔2020〕7号
title: 关于……的通知
issuers: [cast, most]                 # unit ids, the lead first
issued_on: 2020-05-20                 # and so far the rest may be left out
kind: notice
forwards: null                        # number of the notice this one passes on
zone: Asia/Shanghai
attachments: [申报表]
window: {start: 2020-05-01, end: 2020-06-20, fuzzy: false}
requirements:
  - {id: r1, text: 严格审核, mandatory: true}
obligations:
  - id: report
    kind: report                      # report, plan or brief; the first report gives the due
    due: 2020-06-20                   # or one of the forms below
    who: {kind: association, level: [province, city]}
    what: [推荐名单]
    to_unit: 中国科协
    to_department: 组织人事部
    soft: false
contacts:                             # personal: kept apart from the log, erasable
  - {unit: cast, names: [张三], phones: ["010-1"], email: a@b.example}
"""
"""A notice as YAML with every field; all after `issuers` may be left out."""

_REMEDY = "Correct the file and try again; 'xiada notice --example' shows its form."


def read_notice_file(path: str) -> Notice:
    """Return the notice a file holds.

    Raises:
        Malformed: It cannot be read, or is no notice; names file and field.
        LimitExceeded: A text in it is too long.
    """
    return _Reader(path, _REMEDY).notice(content_of(path, _REMEDY))


def notice_document(notice: Notice) -> dict[str, Any]:
    """Return a notice for programs: all of it but the contacts, and its digest."""
    return {**json.loads(notice.body), "digest": notice.digest}


class _Reader(Fields):
    """Turns plain values into a notice, knowing for every complaint where it is."""

    def notice(self, content: Any) -> Notice:
        """Return the notice."""
        readers: dict[str, Callable[[Any, str], Any]] = {
            "id": self.text,
            "doc_number": self.text,
            "title": self.text,
            "issuers": self.texts,
            "issued_on": self.day,
            "kind": self.text,
            "forwards": self.text,
            "zone": self.text,
            "attachments": self.texts,
            "window": self.window,
            "requirements": lambda value, field: self.each(value, field, self.requirement),
            "obligations": lambda value, field: self.each(value, field, self.obligation),
            "contacts": lambda value, field: self.each(value, field, self.contact),
        }
        values = self.members(content, "", readers, required=("id", "doc_number", "title", "issuers"))
        with self.at(""):
            return Notice(**values)

    def day(self, value: Any, field: str) -> date:
        """Return a date."""
        found = self.typed_due(value, field)
        if found.time is not None:
            self.refuse(field, "needs_day", f"{shown(value)} is not a date alone")
        return found.on

    def typed_due(self, value: Any, field: str) -> On:
        """Return a due written as a date, with a time of the notice's zone or without."""
        with self.at(field):
            found = read_due(self.text(value, field), field)
        if isinstance(found, On):
            return found
        if not isinstance(found, date) or isinstance(found, datetime):
            self.refuse(field, "bad_due", f"{shown(value)} is no date; leave the offset to 'zone'")
        return On(found)

    def due(self, value: Any, field: str) -> Due | None:
        """Return a due in any of its forms; `undated` is none at all."""
        if isinstance(value, str):
            return None if value.strip() == "undated" else self.typed_due(value, field)
        forms: dict[str, Callable[[Any, str], Any]] = {
            "on": lambda day, place: self.day(day, place).isoformat(),
            "time": self.text,
            "every": self.text,
            "relative": self.relative,
            "between": lambda days, place: [day.isoformat() for day in self.each(days, place, self.day)],
            "words": self.text,
            "promptly": self.truth,
            "sla_days": self.number,
            "shift": self.one_of(*get_args(Shift)),
            "soft": self.truth,
            "assumed": self.text,
        }
        values = self.members(value, field, forms)
        try:
            with self.at(field):
                return read_due_form(values)
        except ValueError:
            self.refuse(field, "bad_due", "it has a date or time that does not exist")

    def relative(self, value: Any, field: str) -> dict[str, Any]:
        """Return what a relative due is counted from."""
        readers = {"anchor": self.one_of(*get_args(Anchor)), "days": self.number, "workdays": self.truth}
        return {"workdays": False, **self.members(value, field, readers, required=("anchor", "days"))}

    def window(self, value: Any, field: str) -> Window:
        """Return when the activity takes place."""
        readers = {"start": self.day, "end": self.day, "fuzzy": self.truth}
        found = Window(**self.members(value, field, readers, required=("start", "end")))
        if found.end < found.start:
            self.refuse(field, "bad_field", "it ends before it starts")
        return found

    def requirement(self, value: Any, field: str) -> Requirement:
        """Return a requirement."""
        readers = {"id": self.text, "text": self.text, "mandatory": self.truth}
        values = self.members(value, field, readers, required=("id", "text"))
        with self.at(field):
            return Requirement(**values)

    def obligation(self, value: Any, field: str) -> Obligation:
        """Return an obligation."""
        readers: dict[str, Callable[[Any, str], Any]] = {
            "id": self.text,
            "kind": self.one_of(*get_args(ObligationKind)),
            "due": self.due,
            "who": self.phrase,
            "what": self.texts,
            "to_unit": self.text,
            "to_department": self.text,
            "soft": self.truth,
        }
        values = self.members(value, field, readers, required=("id", "kind"))
        with self.at(field):
            return Obligation(**values)

    def phrase(self, value: Any, field: str) -> Select:
        """Return an addressee phrase."""
        names = ("kind", "level", "line", "region", "ids", "exclude")
        readers: dict[str, Callable[[Any, str], Any]] = dict.fromkeys(names, self.texts)
        return Select(**self.members(value, field, readers | {"depth": self.number, "selective": self.truth}))

    def contact(self, value: Any, field: str) -> Contact:
        """Return whom to ask."""
        readers: dict[str, Callable[[Any, str], Any]] = {
            "unit": self.text,
            "names": self.texts,
            "phones": self.texts,
            "email": self.text,
        }
        return Contact(**self.members(value, field, readers, required=("unit",)))
