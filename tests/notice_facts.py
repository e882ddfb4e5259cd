"""The facts a careful reader finds in a notice, and how what the intake found is held against them.

Rule: only what is expected is compared, one fact at a time; white space and the width of brackets are
no part of a fact, a recurrence is the days it falls on. `{"any": [...]}` stands for readings equally right.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from dateutil.rrule import rrulestr

FOLDER = Path(__file__).parent / "notices"
PLAIN = ("kind", "title", "doc_number", "issue_date", "addressees_raw", "cc", "attachments")
OWED = ("kind", "who", "what", "to_body", "to_department", "soft")
BRACKETS = str.maketrans("〔〕【】［］", "[][][]")
Found = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """One thing the text says: where it belongs, what was found and what should have been."""

    label: str
    got: object
    want: object
    right: bool

    @property
    def sort(self) -> str:
        """What sort of fact it is, for counting."""
        return self.label.split(" ", 1)[1].split(" [")[0]

    def __str__(self) -> str:
        return f"{self.label}: found {self.got!r}, expected {self.want!r}"


def names() -> list[str]:
    """Return the numbers of the texts."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def text_of(name: str) -> str:
    """Return a text."""
    return (FOLDER / f"{name}.txt").read_text("utf-8")


def facts(name: str, segments: list[Found]) -> list[Fact]:
    """Return every fact expected of a text, held against the segments found."""
    expected = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    found = list(_of_the_whole(expected, segments))
    for at, wanted in enumerate(expected.get("segments", [])):
        found += _of_a_segment(f"{at}", segments[at] if at < len(segments) else {}, wanted)
    return found


def plain(value: object) -> object:
    """Return a value without what is no part of a fact: white space, the width of signs."""
    if isinstance(value, str):
        return "".join(unicodedata.normalize("NFKC", value).translate(BRACKETS).split())
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def same(got: object, want: object) -> bool:
    """Tell whether what was found is what was expected, or one of the readings equally right."""
    if isinstance(want, dict) and "any" in want:
        return any(same(got, one) for one in want["any"])
    return plain(got) == plain(want)


def _of_the_whole(expected: Found, segments: list[Found]) -> Iterator[Fact]:
    """Yield what is said of a text as a whole."""
    kinds = [one["kind"] for one in segments]
    owed = [one["due"] for segment in segments for one in segment["obligations"]]
    if expected.get("abstains"):
        yield Fact("* abstains", [kinds, owed], "no notice, nothing owed", "notice" not in kinds and not owed)
    if expected.get("no_obligations"):
        yield Fact("* nothing owed", owed, [], not owed)
    if "kinds_not" in expected:
        yield Fact("* kinds", kinds, f"none of {expected['kinds_not']}", not set(kinds) & set(expected["kinds_not"]))
    if "segments" in expected:
        yield Fact("* documents", len(segments), len(expected["segments"]), len(segments) == len(expected["segments"]))


def _of_a_segment(at: str, found: Found, wanted: Found) -> Iterator[Fact]:
    """Yield what is said of one document."""
    for name in PLAIN:
        if name in wanted:
            yield _held(f"{at} {name}", found.get(name), wanted[name])
    for name in ("issuers", "addressees"):
        if name in wanted:
            yield _held(f"{at} {name}", [one["name"] for one in found.get(name, [])], wanted[name])
    yield from _of_the_addressees(at, found.get("addressees", []), wanted)
    if "cc_contains" in wanted:
        copied = found.get("cc", [])
        yield Fact(f"{at} cc", copied, wanted["cc_contains"], set(wanted["cc_contains"]) <= set(copied))
    if "forwards" in wanted:
        yield _held(f"{at} forwards", (found.get("forwards") or {}).get("doc_number"), wanted["forwards"])
    if "window" in wanted:
        window = found.get("window")
        yield _held(f"{at} window", window and [window["start"], window["end"]], wanted["window"])
    for code in wanted.get("doubts", []):
        codes = [one["code"] for one in found.get("doubts", [])]
        yield Fact(f"{at} doubt [{code}]", codes, code, code in codes)
    yield from _of_the_contacts(at, found.get("contacts", []), wanted.get("contacts", []))
    yield from _of_the_obligations(at, found.get("obligations", []), wanted)


def _held(label: str, got: object, want: object) -> Fact:
    """Return one fact of values to be compared as they are."""
    return Fact(label, got, want, same(got, want))


def _of_the_addressees(at: str, found: list[Found], wanted: Found) -> Iterator[Fact]:
    """Yield the levels, and who has to be chosen from."""
    levels = {plain(one["name"]): one["level"] for one in found}
    for name, level in wanted.get("levels", {}).items():
        yield _held(f"{at} level [{name}]", levels.get(plain(name)), level)
    if "selective" in wanted:
        yield _held(f"{at} selective", [one["name"] for one in found if one["selective"]], wanted["selective"])


def _of_the_contacts(at: str, found: list[Found], wanted: list[Found]) -> Iterator[Fact]:
    """Yield one fact per contact: some contact has all that is expected of it."""
    for number, contact in enumerate(wanted, 1):
        right = any(all(same(one.get(key), value) for key, value in contact.items()) for one in found)
        yield Fact(f"{at} contact [{number}]", found, contact, right)


def _of_the_obligations(at: str, found: list[Found], wanted: Found) -> Iterator[Fact]:
    """Yield what is owed, and that nothing else is."""
    left = list(found)
    for number, owed in enumerate(wanted.get("obligations", []), 1):
        match = _match(left, owed)
        if match is not None:
            left.remove(match)
        yield from _of_an_obligation(f"{at} {{}} [{number}]", match, owed)
    if "obligations" in wanted and not wanted.get("any_more"):
        more = [one for one in left if one["due"] and not _readable(one["due"], wanted)]
        told = [(one["due"], one["quote"]) for one in more]
        yield Fact(f"{at} nothing else owed", told, [], not more)


def _readable(due: Found, wanted: Found) -> bool:
    """Tell whether a due more is a reading the text allows."""
    return any(due_agrees(due, one) for one in wanted.get("may_also", []))


def _match(found: list[Found], owed: Found) -> Found | None:
    """Return what was found with the due expected, the one that has most of the rest."""
    dated = [one for one in found if due_agrees(one["due"], owed["due"])]
    return max(dated, key=lambda one: sum(same(one[key], owed[key]) for key in OWED if key in owed), default=None)


def _of_an_obligation(label: str, match: Found | None, owed: Found) -> Iterator[Fact]:
    """Yield the due, its details and the rest of one thing owed."""
    got = match or {}
    due = got.get("due") or {}
    yield Fact(label.format("due"), due or None, owed["due"], match is not None)
    for name, part in (("first", "DTSTART"), ("last", "UNTIL")):
        if name in (owed["due"] or {}):
            yield _held(label.format(name), due.get("every") and _part(due["every"], part), owed["due"][name])
    for name in ("time", "assumed", "shift"):
        if name in (owed["due"] or {}) and not ("every" in owed["due"] and name == "time"):
            yield _held(label.format(name), due.get(name, "no due"), owed["due"][name])
    for name in OWED:
        if name in owed:
            yield _held(label.format(name), got.get(name, "no such obligation"), owed[name])


def _part(rule: str, name: str) -> str | None:
    """Return a day a recurrence rule names, None if it does not."""
    found = re.search(rf"{name}[=:](\d{{4}})(\d\d)(\d\d)", rule)
    return "-".join(found.groups()) if found else None


def due_agrees(got: Found | None, want: Found | None) -> bool:
    """Tell whether a due is the one expected, its words aside."""
    if got is None or want is None:
        return got is want
    return any(form in want and agrees(got, want) for form, agrees in FORMS.items())


def _recurs(got: Found, want: Found) -> bool:
    """Tell whether a recurrence falls on the days of the one expected."""
    return "every" in got and any(_days(got["every"]) == _days(one, want.get("time")) for one in _list(want["every"]))


def _counts(got: Found, want: Found) -> bool:
    """Tell whether a due is counted as expected."""
    anchors, days, workdays = want["relative"]
    found = got.get("relative") or {"anchor": None, "days": None, "workdays": None}
    return found["anchor"] in _list(anchors) and (found["days"], found["workdays"]) == (days, workdays)


FORMS: dict[str, Callable[[Found, Found], bool]] = {
    "on": lambda got, want: got.get("on") == want["on"],
    "latest": lambda got, want: want["latest"] in (got.get("on"), (got.get("between") or [None, None])[1]),
    "between": lambda got, want: got.get("between") == want["between"],
    "every": _recurs,
    "relative": _counts,
    "promptly": lambda got, _: bool(got.get("promptly")),
}


def _list(value: object) -> list[Any]:
    """Return readings equally right as a list, a single one too."""
    return value if isinstance(value, list) else [value]


def _days(rule: str, clock: str | None = None) -> list[datetime]:
    """Return the first forty moments a recurrence falls on, from 2020 on."""
    if clock is not None:
        hour, minute = clock.split(":")
        rule += f";BYHOUR={int(hour)};BYMINUTE={int(minute)}"
    return list(islice(rrulestr(rule, dtstart=datetime(2020, 1, 1)), 40))  # noqa: DTZ001  (days, not instants)
