"""From a document found in a text to a notice of the engine, and to the file `xiada issue` reads.

Rule: what the engine has no word for, or what the text does not say, stays out; what a notice cannot
do without and the text does not give (an id, a title, the issuing units) is asked of the caller.
Nothing is decided here: doubts are the caller's to settle, and those that drafting itself finds are
returned beside the draft.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from xiada.engine.due import Between, Due, Every, On
from xiada.engine.errors import Malformed
from xiada.engine.limits import NAME_CHARS, REASON_CHARS, TITLE_CHARS
from xiada.engine.notice import Contact, Notice, Obligation, ObligationKind, Requirement, Window, obligation_data
from xiada.engine.org import Select
from xiada.workflows.intake.passage import Span
from xiada.workflows.intake.resolution import ANY_TRADE, EVERYBODY, LEVEL_WORDS, select_of
from xiada.workflows.intake.values import Addressee, ContactFound, Doubt, ObligationFound, Section, Segment

NO_NUMBER = "无文号"
"""What stands for the number of a notice that bears none: so registers write it."""

REQUIREMENTS_HEADING = "要求"
"""Headings below one whose title holds this word are requirements."""

Selecting = Callable[[Addressee], Select | None]
"""Turns an addressee phrase into data; None if it cannot."""

Reading = Callable[[str], Iterable[Addressee]]
"""Reads those who owe something, in the notice's words, as addressees."""

_UNSAYABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_NUMBER = re.compile(r"[〔\[［(（]((?:19|20)\d\d)[〕\]］)）]\D{0,2}(\d+)")
_SECOND_LEVEL = ("（", "(")


@dataclass(frozen=True, slots=True)
class Drafted:
    """An obligation as the engine says it, and where the text says it."""

    obligation: Obligation
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice on its way: whatever is not known yet is None or empty.

    Args:
        id: Id of the notice, of the caller's own.
        doc_number: Its number; `NO_NUMBER` if it bears none.
        title: Its title.
        issuers: Ids of the issuing units, the lead first.
        issued_on: Date it bears.
        forwards: Number of the notice it passes on.
        requirements: What it adds to what is required.
        obligations: What it lays on its addressees.
        window: When the activity takes place.
        window_place: Where the text says so.
        contacts: Whom to ask.
        attachments: Names of what is attached.
    """

    id: str
    doc_number: str = NO_NUMBER
    title: str | None = None
    issuers: tuple[str, ...] = ()
    issued_on: date | None = None
    forwards: str | None = None
    requirements: tuple[Requirement, ...] = ()
    obligations: tuple[Drafted, ...] = ()
    window: Window | None = None
    window_place: Span = (0, 0)
    contacts: tuple[Contact, ...] = ()
    attachments: tuple[str, ...] = ()

    def missing(self) -> tuple[str, ...]:
        """Return the names of what a notice cannot do without and is not known yet."""
        return tuple(name for name in ("title", "issuers") if not getattr(self, name))

    def with_due(self, span: Span, due: Due | None) -> Draft:
        """Return the draft with another due for the obligations that stand at a place."""
        return self._each(span, lambda one: Drafted(replace(one.obligation, due=due), one.span))

    def in_year(self, span: Span, year: int) -> Draft:
        """Return the draft with the dates of the obligations at a place in another year, as somebody said it.

        Raises:
            Malformed: That year has no such day.
        """
        try:
            return self._each(span, lambda one: Drafted(replace(one.obligation, due=_in_year(one, year)), one.span))
        except ValueError as error:
            raise Malformed(
                "bad_date", f"{year} has no such day", remedy="Write the whole date, YYYY-MM-DD.", year=year
            ) from error

    def without(self, span: Span) -> Draft:
        """Return the draft without the obligations that stand at a place."""
        return self._each(span, lambda _: None)

    def at(self, span: Span) -> tuple[Drafted, ...]:
        """Return the obligations that stand at a place, or around it."""
        return tuple(one for one in self.obligations if overlap(one.span, span))

    def notice(self) -> Notice:
        """Return the notice.

        Raises:
            Malformed: Something a notice cannot do without is missing, or cannot be said.
            LimitExceeded: A text is too long.
        """
        missing = self.missing()
        if missing:
            raise Malformed(
                "incomplete_notice",
                f"the text gives no {' and no '.join(missing)}",
                remedy="Say it yourself: --title TITLE, --issuer UNIT.",
                missing=list(missing),
            )
        assert self.title is not None, "it is not missing"
        return Notice(
            id=self.id,
            doc_number=self.doc_number,
            title=self.title,
            issuers=self.issuers,
            issued_on=self.issued_on,
            forwards=self.forwards,
            requirements=self.requirements,
            obligations=tuple(one.obligation for one in self.obligations),
            window=self.window,
            contacts=self.contacts,
            attachments=self.attachments,
        )

    def _each(self, span: Span, change: Callable[[Drafted], Drafted | None]) -> Draft:
        """Return the draft with the obligations at a place changed; None drops one."""
        changed = (change(one) if overlap(one.span, span) else one for one in self.obligations)
        return replace(self, obligations=tuple(one for one in changed if one is not None))


def draft(
    segments: Sequence[Segment],
    *,
    issuers: tuple[str, ...] = (),
    notice_id: str | None = None,
    reading: Reading | None = None,
    selecting: Selecting | None = None,
) -> tuple[Draft, tuple[Doubt, ...]]:
    """Return the draft of a notice, and what drafting itself finds doubtful.

    Args:
        segments: The notice, and the plans that come with it.
        issuers: Ids of the issuing units, the lead first; the org knows them, the text does not.
        notice_id: Id of the notice; None = made of its number, so that the same text gives the same id.
        reading: Reads the phrases of those who owe something; None = only addressees by their own names.
        selecting: Turns such a phrase into data; None = by kind and level in the intake's own words.

    Example:
        >>> found, doubts = draft([Segment(kind="notice", span=(0, 9), title="关于报送总结的通知")], issuers=("gd",))
        >>> found.notice().title, found.doc_number, doubts
        ('关于报送总结的通知', '无文号', ())
    """
    notice, doubts = segments[0], []
    owed: list[Drafted] = []
    for place, (found, addressees) in enumerate(
        ((one, segment.addressees or notice.addressees) for segment in segments for one in segment.obligations), 1
    ):
        selects, clear = _who(found, addressees, reading, selecting or partial(_by_words, notice.addressees))
        owed += _obligations(found, f"{found.kind}-{place}", selects)
        if not clear:
            doubts.append(_unclear_who(found))
    made = Draft(
        id=notice_id or id_of(notice),
        doc_number=_said(notice.doc_number, NAME_CHARS) or NO_NUMBER,
        title=_said(notice.title, TITLE_CHARS),
        issuers=issuers,
        issued_on=notice.issue_date,
        forwards=_said(notice.forwards.doc_number, NAME_CHARS) if notice.forwards else None,
        requirements=tuple(_requirements([one for segment in segments for one in segment.sections])),
        obligations=tuple(owed),
        window=Window(notice.window.start, notice.window.end, notice.window.fuzzy) if notice.window else None,
        window_place=notice.window.span if notice.window else (0, 0),
        contacts=tuple(_contacts(notice)),
        attachments=_all_said(notice.attachments),
    )
    return made, tuple(doubts)


def plans_of(segments: Sequence[Segment], place: int) -> tuple[Segment, ...]:
    """Return the notice at a place with the plans that follow it, which are its attachments."""
    after = place + 1
    while after < len(segments) and segments[after].kind == "work_plan":
        after += 1
    return tuple(segments[place:after])


def id_of(notice: Segment) -> str:
    """Return an id made of a notice's number, else of its title and date: the same for the same notice.

    Example:
        >>> id_of(Segment(kind="notice", span=(0, 0), doc_number="科协发组字〔2020〕7号"))
        '2020-7-a158'
    """
    basis = notice.doc_number or f"{notice.title}/{notice.issue_date}/{notice.addressees_raw}"
    digest = hashlib.sha256(unicodedata.normalize("NFKC", basis).encode("utf-8", "replace")).hexdigest()
    number = _NUMBER.search(notice.doc_number or "")
    return f"{number[1]}-{int(number[2])}-{digest[:4]}" if number else f"n-{digest[:12]}"


# Who owes it


def _who(
    found: ObligationFound, addressees: tuple[Addressee, ...], reading: Reading | None, selecting: Selecting
) -> tuple[list[Select | None], bool]:
    """Return who owes something as data, all addressees being [None], and whether every phrase could be told."""
    if found.who and all(EVERYBODY.fullmatch(phrase) for phrase in found.who):
        return [None], True
    if found.who:
        those = [one for phrase in found.who for one in _read(phrase, addressees, reading)]
    else:
        those = [one for one in addressees if found.line and one.line == found.line]
        if not those:
            return [None], True
    selects = [selecting(one) if one is not None else None for one in those]
    if None in selects:
        return [None], False
    return list(_joined(one for one in selects if one is not None)), True


def _read(phrase: str, addressees: tuple[Addressee, ...], reading: Reading | None) -> Iterator[Addressee | None]:
    """Yield the addressees a phrase means: the notice's own by name or trade, else as it is read; None if not at all.

    A phrase of any trade's bodies (各市卫生计生行政部门) means those addressed in that line (各市卫生计生局).
    """
    own = [one for one in addressees if one.name == phrase]
    read = own or list(reading(phrase) if reading else ())
    for one in read:
        of_trade = [other for other in addressees if one.kind in ANY_TRADE and one.line and other.line == one.line]
        yield from of_trade or [one]
    if not read:
        yield None


def _by_words(addressees: Sequence[Addressee], one: Addressee) -> Select | None:
    """Return a phrase as data in the intake's own words; None where its kind would take in bodies of another line."""
    others = (other for other in addressees if other.kind == one.kind and one.line and other.line != one.line)
    if one.kind is None or one.kind in ANY_TRADE or any(others):
        return None
    return select_of(one, LEVEL_WORDS, (one.kind,))


def _joined(selects: Iterable[Select]) -> Iterator[Select]:
    """Yield as few phrases as say the same: bodies by id as one, kinds of the same levels as one."""
    ids: list[str] = []
    kinds: dict[tuple[str, ...], dict[str, bool]] = {}
    for one in selects:
        if one.ids:
            ids += one.ids
        else:
            level = (one.level,) if isinstance(one.level, str) else one.level
            kind = (one.kind,) if isinstance(one.kind, str) else one.kind
            kinds.setdefault(level, {}).update(dict.fromkeys(kind, one.selective))
    for level, found in kinds.items():
        yield Select(kind=tuple(found), level=level, selective=any(found.values()))
    if ids:
        yield Select(ids=tuple(dict.fromkeys(ids)))


def _unclear_who(found: ObligationFound) -> Doubt:
    """Return the doubt about an obligation of which it cannot be told who owes it."""
    words = f"who owes it cannot be told from {', '.join(found.who)}: taken as all addressees"
    return Doubt(code="unclear_who", text=words, span=found.span)


# The parts of a notice


def _obligations(found: ObligationFound, name: str, selects: list[Select | None]) -> Iterator[Drafted]:
    """Yield an obligation, once for each phrase that says who owes it."""
    for place, who in enumerate(selects):
        yield Drafted(
            Obligation(
                id=name if len(selects) == 1 else f"{name}.{place + 1}",
                kind=_kind(found),
                due=found.due,
                who=who,
                what=_all_said(found.what),
                to_unit=_said(found.to_body, NAME_CHARS),
                to_department=_said(found.to_department, NAME_CHARS),
                soft=found.soft,
            ),
            found.span,
        )


def _kind(found: ObligationFound) -> ObligationKind:
    """Return its kind: what recurs is a series of briefs, for the one report of a directive ends it."""
    return "brief" if isinstance(found.due, Every) and found.kind == "report" else found.kind


def _requirements(sections: Sequence[Section]) -> Iterator[Requirement]:
    """Yield the headings below one that speaks of requirements, none of them mandatory."""
    asked, place = False, 0
    for section in sections:
        if not section.no.startswith(_SECOND_LEVEL):
            asked = REQUIREMENTS_HEADING in section.title
        elif asked and (text := _said(section.title, REASON_CHARS)):
            place += 1
            yield Requirement(id=f"r{place}", text=text)


def _contacts(notice: Segment) -> Iterator[Contact]:
    """Yield whom to ask; one whose unit the text does not name belongs to the lead issuer."""
    for one in notice.contacts:
        unit = _said(one.unit or next(iter(notice.issuers), None), NAME_CHARS)
        if unit is not None and _tells(one):
            names, phones = _all_said(one.names), _all_said(one.phones)
            yield Contact(unit=unit, names=names, phones=phones, email=_said(one.email, NAME_CHARS))


def _tells(contact: ContactFound) -> bool:
    """Tell whether a contact says how to reach anybody."""
    return bool(contact.names or contact.phones or contact.email)


def _all_said(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that can be said."""
    return tuple(said for text in texts if (said := _said(text, NAME_CHARS)))


def _said(text: str | None, most: int) -> str | None:
    """Return a text as the engine takes it: NFC, on one line, without what cannot be seen, cut with a sign."""
    if text is None:
        return None
    shown = " ".join(_UNSAYABLE.sub(" ", unicodedata.normalize("NFC", text)).split())
    return (shown if len(shown) <= most else f"{shown[: most - 1]}…") or None


def _in_year(one: Drafted, year: int) -> Due | None:
    """Return an obligation's due in another year; one without dates as it is."""
    due = one.obligation.due
    if isinstance(due, On):
        return replace(due, on=due.on.replace(year=year), assumed=None)
    if isinstance(due, Between):
        later = due.latest.year - due.earliest.year
        earliest, latest = due.earliest.replace(year=year), due.latest.replace(year=year + later)
        return replace(due, earliest=earliest, latest=latest, assumed=None)
    return due


def overlap(one: Span, other: Span) -> bool:
    """Tell whether two places have characters in common."""
    return one[0] < other[1] and other[0] < one[1]


# The file


def notice_file(notice: Notice, remarks: Iterable[str] = ()) -> str:
    """Return the YAML file of a notice, in the form `xiada issue` reads; remarks stand on top as comments.

    Every value is written as JSON, which YAML reads as it is.
    """
    fields: dict[str, Any] = {
        "id": notice.id,
        "doc_number": notice.doc_number,
        "title": notice.title,
        "issuers": notice.issuers,
        "issued_on": notice.issued_on and notice.issued_on.isoformat(),
        "forwards": notice.forwards,
        "attachments": notice.attachments,
        "window": notice.window and _window(notice.window),
        "requirements": [{"id": one.id, "text": one.text, "mandatory": one.mandatory} for one in notice.requirements],
        "obligations": [_pruned(obligation_data(one)) for one in notice.obligations],
        "contacts": [
            _pruned({"unit": one.unit, "names": one.names, "phones": one.phones, "email": one.email})
            for one in notice.contacts
        ],
    }
    lines = [f"# {_said(remark, REASON_CHARS)}" for remark in remarks]
    for name, value in fields.items():
        lines += _field(name, value)
    return "\n".join(lines) + "\n"


def _field(name: str, value: Any) -> Iterator[str]:
    """Yield the lines of one field: a list of mappings one below the other, anything else on one line."""
    if isinstance(value, list) and value:
        yield f"{name}:"
        yield from (f"  - {_json(item)}" for item in value)
    elif value:
        yield f"{name}: {_json(value)}"


def _json(value: Any) -> str:
    """Return a value as JSON, which YAML reads as it is."""
    return json.dumps(value, ensure_ascii=False)


def _window(window: Window) -> dict[str, Any]:
    """Return when the activity takes place as plain values."""
    return {"start": window.start.isoformat(), "end": window.end.isoformat(), "fuzzy": window.fuzzy}


def _pruned(value: Any) -> Any:
    """Return plain values without what says nothing: null, false, empty, and no shift."""
    if isinstance(value, Mapping):
        kept = {name: _pruned(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if not _says_nothing(part)}
    return value


def _says_nothing(value: Any) -> bool:
    """Tell whether a plain value may be left out; zero may not."""
    return value is None or value is False or value in ("", (), [], "none")
