"""Reading a notice from a YAML or JSON file, with errors that name file and field; `EXAMPLE` shows its form.

A due is a date (`2020-06-20`, `2020-06-20T17:00`, in the notice's zone), or a mapping (formats.md §4):
`{on: 2020-06-20, time: "17:00"}`, `{every: FREQ=MONTHLY;BYMONTHDAY=28}`,
`{relative: {anchor: parent_due, days: -2, workdays: true}}`,
`{between: [2020-05-15, 2020-06-05], words: 5月中旬至6月初}`, `{promptly: true, sla_days: 3}`; each may
add `shift` (none, next_workday, previous_workday), `soft` and `assumed`.

Rule: everything is text until it is checked; a field nobody knows, or given twice, is refused. Files
with a name in `.json` are JSON, all others YAML without aliases.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn, get_args

from xiada.console.arguments import read_due, unreadable
from xiada.engine.due import Anchor, Due, On, Shift
from xiada.engine.errors import Malformed, XiadaError
from xiada.engine.limits import shown
from xiada.engine.notice import Contact, Notice, Obligation, ObligationKind, Requirement, Window
from xiada.engine.notice import read_due as read_due_form
from xiada.engine.org import Select

FILE_BYTES = 4_000_000
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
_TRUE, _FALSE = ("true", "yes"), ("false", "no")


def read_notice_file(path: str) -> Notice:
    """Return the notice a file holds.

    Raises:
        Malformed: It cannot be read, or is no notice; names file and field.
        LimitExceeded: A text in it is too long.
    """
    return _Reader(path).notice(_content(path))


def notice_document(notice: Notice) -> dict[str, Any]:
    """Return a notice for programs: all of it but the contacts, and its digest."""
    return {**json.loads(notice.body), "digest": notice.digest}


def _content(path: str) -> Any:
    """Return a file's content: mappings, lists and texts."""
    try:
        file = Path(path)
        if file.stat().st_size > FILE_BYTES:
            raise Malformed(
                "file_too_large",
                f"{shown(path)} is larger than {FILE_BYTES:,} bytes",
                remedy="Is this a notice?",
                file=path,
            )
        body = file.read_bytes()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed("not_utf8", f"{path} is not UTF-8 text", remedy="Save it as UTF-8.", file=path) from None
    return _json(text, path) if file.suffix.lower() == ".json" else _yaml(text, path)


def _json(text: str, path: str) -> Any:
    """Return the content of a JSON text; numbers stay text."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                _refuse(path, "duplicate_field", "it is given twice", field=name)
            found[name] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=members, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise Malformed("bad_json", f"{path} is not JSON that can be read", remedy=_REMEDY, file=path) from None


def _yaml(text: str, path: str) -> Any:
    """Return the content of a YAML text; all scalars stay text."""
    import yaml

    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = {"row": mark.line + 1} if mark else {}
        _refuse(path, "bad_yaml", "it is not YAML that can be read", **place)
    return None if root is None else _plain(root, path, set())


def _plain(node: Any, path: str, seen: set[int]) -> Any:
    """Return a YAML node as plain values; aliases are refused, for they can grow without bounds."""
    row = node.start_mark.line + 1
    if node.id == "scalar":
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
    if id(node) in seen:
        _refuse(path, "aliased", "it uses a YAML alias", row=row)
    seen.add(id(node))
    if node.id == "sequence":
        return [_plain(item, path, seen) for item in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        if key.id != "scalar":
            _refuse(path, "bad_row", "a field has no name", row=row)
        if name in found:
            _refuse(path, "duplicate_field", "it is given twice", field=name)
        found[name] = _plain(value, path, seen)
    return found


def _refuse(path: str, code: str, what: str, **place: object) -> NoReturn:
    """Raise the error for a field or a row of the file, or for all of it."""
    where = "".join(f", {name} {value}" for name, value in place.items())
    raise Malformed(code, f"{path}{where}: {what}", remedy=_REMEDY, file=path, **place)


class _Reader:
    """Turns plain values into a notice, knowing for every complaint where it is.

    Args:
        path: The file.
    """

    def __init__(self, path: str) -> None:
        self._path = path

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

    def members(
        self,
        value: Any,
        field: str,
        readers: Mapping[str, Callable[[Any, str], Any]],
        *,
        required: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Return a mapping's values, each read by its reader; what is null or left out is left out."""
        if not isinstance(value, dict):
            self.refuse(field, "bad_field", "it is no mapping of fields")
        inside = f"{field}." if field else ""
        for name in value.keys() - readers.keys():
            self.refuse(f"{inside}{name}", "unknown_field", f"there is no such field; known are {', '.join(readers)}")
        for name in required:
            if value.get(name) in (None, "", []):
                self.refuse(f"{inside}{name}", "missing_field", "it is missing or empty")
        return {
            name: read(value[name], f"{inside}{name}") for name, read in readers.items() if value.get(name) is not None
        }

    def each(self, value: Any, field: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
        """Return a list's items, each read."""
        if not isinstance(value, list):
            self.refuse(field, "bad_field", "it is no list")
        return tuple(read(item, f"{field}[{place}]") for place, item in enumerate(value))

    def text(self, value: Any, field: str) -> str:
        """Return a text."""
        if not isinstance(value, str):
            self.refuse(field, "bad_field", "it is no text")
        return value

    def texts(self, value: Any, field: str) -> tuple[str, ...]:
        """Return one text or several as several."""
        return (value,) if isinstance(value, str) else self.each(value, field, self.text)

    def truth(self, value: Any, field: str) -> bool:
        """Return true or false."""
        if isinstance(value, bool):
            return value
        word = self.text(value, field).lower()
        if word not in (*_TRUE, *_FALSE):
            self.refuse(field, "bad_choice", f"{shown(word)} is neither true nor false")
        return word in _TRUE

    def number(self, value: Any, field: str) -> int:
        """Return a whole number."""
        word = self.text(value, field)
        digits = word.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 6):
            self.refuse(field, "bad_field", f"{shown(word)} is no whole number")
        return int(word)

    def one_of(self, *words: str) -> Callable[[Any, str], str]:
        """Return a reader for one of these words."""

        def read(value: Any, field: str) -> str:
            if value not in words:
                self.refuse(field, "bad_choice", f"{shown(value)} is none of {', '.join(words)}")
            return str(value)

        return read

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

    def refuse(self, field: str, code: str, what: str) -> NoReturn:
        """Raise the error for a field."""
        _refuse(self._path, code, what, **({"field": field} if field else {}))

    @contextmanager
    def at(self, field: str) -> Iterator[None]:
        """Name file and field in every complaint of the engine."""
        try:
            yield
        except XiadaError as error:
            inner = str(error.data.get("field", ""))
            place = ".".join(part for part in (field, inner) if part)
            data = {**error.data, "file": self._path} | ({"field": place} if place else {})
            where = f"{self._path}, field {place}" if place else self._path
            raise type(error)(error.code, f"{where}: {error.message}", remedy=error.remedy, **data) from None
