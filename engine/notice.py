"""A notice: the document a directive rests on; immutable, named by its digest.

Rule: requirements accrete: a level may add some, none may drop one. Contacts are personal, so they
are no part of the digest: they travel as erasable text beside the event that brings the notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Literal, get_args

import orjson

from xiada.engine import codec, limits
from xiada.engine.due import SHANGHAI, Between, Due, Every, On, Promptly, Relative, zone_info
from xiada.engine.errors import Malformed, Tampered, XiadaError
from xiada.engine.org import Select, Unit

ObligationKind = Literal["report", "plan", "brief"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something the work or the report must contain; a mandatory one is checked on `report`."""

    id: str
    text: str
    mandatory: bool = False

    def __post_init__(self) -> None:
        limits.identifier(self.id, "requirement id")
        limits.clean(self.text, "requirement", limits.REASON_CHARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One thing owed under a directive.

    Args:
        id: Name within the notice.
        kind: `report` (the first that concerns a unit is its principal one), `plan` or `brief`.
        due: By when, in the notice's words.
        who: Which addressees owe it; None = all.
        what: What is to be handed in.
        to_unit: The unit it goes to, as the notice names it; None = the superior.
        to_department: The department within it.
        soft: Asked for, not demanded.
    """

    id: str
    kind: ObligationKind
    due: Due | None = None
    who: Select | None = None
    what: tuple[str, ...] = ()
    to_unit: str | None = None
    to_department: str | None = None
    soft: bool = False

    def __post_init__(self) -> None:
        limits.identifier(self.id, "obligation id")
        limits.choice(self.kind, "obligation kind", get_args(ObligationKind))
        for text in (*self.what, self.to_unit, self.to_department):
            if text is not None:
                limits.clean(text, "obligation", limits.NAME_CHARS)

    def concerns(self, unit: Unit) -> bool:
        """Tell whether the unit is among those who owe it."""
        return self.who is None or self.who.matches(unit)


@dataclass(frozen=True, slots=True)
class Window:
    """When the activity takes place; `fuzzy` if the notice said so in words such as "mid-May"."""

    start: date
    end: date
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: personal data, kept erasable."""

    unit: str
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    email: str | None = None

    def __post_init__(self) -> None:
        for text in (self.unit, *self.names, *self.phones, *(() if self.email is None else (self.email,))):
            limits.clean(text, "contact", limits.NAME_CHARS)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A document as issued or forwarded.

    Args:
        id: Identifier of the caller's own; one id, one notice.
        doc_number: Its number, e.g. `科协发组字〔2020〕7号`.
        title: Its title.
        issuers: Ids of the issuing units, the lead first.
        issued_on: Date it bears, if any.
        kind: Sort of document.
        forwards: Number of the notice it passes on, if it does.
        requirements: What it adds to what is required.
        obligations: What it lays on its addressees.
        window: When the activity takes place.
        contacts: Whom to ask; not part of the digest.
        attachments: Names of what is attached.
        zone: Time zone its dates are in.

    Raises:
        Malformed: An identifier, text or zone that cannot be one, no issuer, or an id given twice.
        LimitExceeded: A text that is too long.

    Example:
        >>> notice = Notice(id="n1", doc_number="No. 1", title="Report", issuers=("office",))
        >>> notice.digest[:8]
        '1d01ff35'
    """

    id: str
    doc_number: str
    title: str
    issuers: tuple[str, ...]
    issued_on: date | None = None
    kind: str = "notice"
    forwards: str | None = None
    requirements: tuple[Requirement, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    window: Window | None = None
    contacts: tuple[Contact, ...] = ()
    attachments: tuple[str, ...] = ()
    zone: str = SHANGHAI

    def __post_init__(self) -> None:
        limits.identifier(self.id, "notice id")
        limits.identifier(self.kind, "notice kind")
        limits.clean(self.title, "title", limits.TITLE_CHARS)
        for text in (self.doc_number, *self.attachments, *([self.forwards] if self.forwards else [])):
            limits.clean(text, "document number or attachment", limits.NAME_CHARS)
        zone_info(self.zone)
        self._check_dates()
        if not self.issuers:
            raise Malformed("no_issuer", "the notice has no issuer", remedy="Name the issuing units, the lead first.")
        for ids in (
            self.issuers,
            [item.id for item in self.requirements],
            [item.id for item in self.obligations],
        ):
            _refuse_twice(ids)

    def _check_dates(self) -> None:
        """Refuse a moment in place of a date, and a window that ends before it begins."""
        if isinstance(self.issued_on, datetime):
            raise Malformed("bad_date", "the date of issue has a time of day", remedy="Give the date alone.")
        if self.window is not None and self.window.end < self.window.start:
            raise Malformed("bad_window", "the activity ends before it begins", remedy="Exchange the two dates.")

    def principal(self, unit: Unit) -> Obligation | None:
        """Return the report obligation whose due is the directive's due at that unit."""
        for report in self._reports:
            if report.concerns(unit):
                return report
        return None

    @cached_property
    def _reports(self) -> tuple[Obligation, ...]:
        """Return the obligations that are reports."""
        return tuple(one for one in self.obligations if one.kind == "report")

    def obligation(self, name: str) -> Obligation | None:
        """Return an obligation by id."""
        return next((one for one in self.obligations if one.id == name), None)

    @cached_property
    def body(self) -> bytes:
        """Canonical bytes of all but the contacts."""
        return codec.encode(
            {
                "id": self.id,
                "doc_number": self.doc_number,
                "title": self.title,
                "issuers": self.issuers,
                "issued_on": self.issued_on and self.issued_on.isoformat(),
                "kind": self.kind,
                "forwards": self.forwards,
                "requirements": [[item.id, item.text, item.mandatory] for item in self.requirements],
                "obligations": [obligation_data(item) for item in self.obligations],
                "window": self.window
                and [self.window.start.isoformat(), self.window.end.isoformat(), self.window.fuzzy],
                "attachments": self.attachments,
                "zone": self.zone,
            }
        )

    @cached_property
    def digest(self) -> str:
        """The notice's name in events, hex, see `codec.named`."""
        return codec.named("notice", self.body)

    @cached_property
    def obligations_digest(self) -> str | None:
        """Digest of the obligations alone, hex; None if there are none."""
        if not self.obligations:
            return None
        return codec.named("obligations", codec.encode([obligation_data(item) for item in self.obligations]))

    def contacts_text(self) -> bytes | None:
        """Return the contacts as bytes to be kept erasable, None if there are none."""
        rows = [[one.unit, one.names, one.phones, one.email] for one in self.contacts]
        return orjson.dumps(rows) if rows else None


def _refuse_twice(ids: Iterable[str]) -> None:
    """Refuse an id that is there twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise Malformed("duplicate_id", f"the notice names '{one}' twice", id=one, remedy="Give each its own id.")
        seen.add(one)


def read_notice(body: bytes) -> Notice:
    """Return the notice of canonical bytes, without contacts.

    Raises:
        Tampered: They are not the bytes of a notice.
    """
    data = codec.decode(body)
    try:
        assert isinstance(data, dict)
        window = data["window"]
        notice = Notice(
            **{name: data[name] for name in ("id", "doc_number", "title", "kind", "forwards", "zone")},
            issuers=tuple(data["issuers"]),
            attachments=tuple(data["attachments"]),
            issued_on=data["issued_on"] and date.fromisoformat(data["issued_on"]),
            requirements=tuple(Requirement(id=i, text=t, mandatory=m) for i, t, m in data["requirements"]),
            obligations=tuple(_read_obligation(item) for item in data["obligations"]),
            window=window and Window(date.fromisoformat(window[0]), date.fromisoformat(window[1]), window[2]),
        )
    except (XiadaError, AssertionError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _not_a_notice() from error
    if notice.body != body:
        raise _not_a_notice()
    return notice


def _not_a_notice() -> Tampered:
    """Return the error for bytes that are no notice."""
    return Tampered("bad_notice", "the stored bytes are not a notice", remedy="Restore them from a copy.")


def obligation_data(item: Obligation) -> dict[str, object]:
    """Return an obligation as plain values."""
    who = item.who and {field.name: getattr(item.who, field.name) for field in fields(Select)}
    return {
        "id": item.id,
        "kind": item.kind,
        "due": item.due and due_data(item.due),
        "who": who,
        "what": item.what,
        "to_unit": item.to_unit,
        "to_department": item.to_department,
        "soft": item.soft,
    }


def _read_obligation(data: Mapping[str, object]) -> Obligation:
    """Return the obligation of plain values."""
    values = {**data, "what": tuple(data["what"]), "due": data["due"] and read_due(data["due"])}  # type: ignore[arg-type]
    if data["who"] is not None:
        values["who"] = _read_select(data["who"])  # type: ignore[arg-type]
    return Obligation(**values)  # type: ignore[arg-type]


def _read_select(data: Mapping[str, Any]) -> Select:
    """Return the phrase of plain values."""
    return Select(**{name: _tuple(value) for name, value in data.items()})


def _tuple(value: Any) -> Any:
    """Return a list as a tuple, anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


def due_data(due: Due) -> dict[str, object]:
    """Return a due's words as plain values, in the form of formats.md §4.

    Example:
        >>> due_data(On(date(2020, 6, 10)))
        {'on': '2020-06-10', 'time': None, 'shift': 'none', 'soft': False, 'assumed': None}
    """
    common: dict[str, object] = {"shift": due.shift, "soft": due.soft, "assumed": due.assumed}
    match due:
        case On():
            return {"on": due.on.isoformat(), "time": due.time and _clock(due.time), **common}
        case Every():
            return {"every": due.rrule, **common}
        case Relative():
            return {"relative": {"anchor": due.anchor, "days": due.days, "workdays": due.workdays}, **common}
        case Between():
            return {
                "between": [due.earliest.isoformat(), due.latest.isoformat()],
                "words": due.words,
                **common,
            }
        case Promptly():
            return {"promptly": True, "sla_days": due.sla_days, **common}


def _clock(clock: time) -> str:
    """Return a time of day as HH:MM, with seconds only if it has some."""
    return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")


def read_due(data: Mapping[str, object]) -> Due:
    """Return a due from the plain values `due_data` gives.

    Raises:
        Malformed: They name no form of due.
    """
    try:
        return _due_of(data)
    except ValueError as error:
        raise Malformed(
            "bad_date", f"the due holds no date that exists ({error})", remedy="Write YYYY-MM-DD."
        ) from error


def _due_of(data: Mapping[str, object]) -> Due:
    """Return the due of plain values; a date that does not exist is a ValueError."""
    common = {name: data[name] for name in ("shift", "soft", "assumed") if name in data}
    match data:
        case {"on": str(on)}:
            clock = data.get("time")
            return On(date.fromisoformat(on), time.fromisoformat(str(clock)) if clock else None, **common)  # type: ignore[arg-type]
        case {"every": str(rule)}:
            return Every(rule, **common)  # type: ignore[arg-type]
        case {"relative": {"anchor": str(anchor), "days": int(days), "workdays": bool(workdays)}}:
            return Relative(anchor, days, workdays, **common)  # type: ignore[arg-type]
        case {"between": [str(earliest), str(latest)], "words": str(words)}:
            return Between(date.fromisoformat(earliest), date.fromisoformat(latest), words, **common)  # type: ignore[arg-type]
        case {"promptly": True}:
            return Promptly(data.get("sla_days"), **common)  # type: ignore[arg-type]
    raise Malformed(
        "bad_due",
        "the due has none of the known forms",
        remedy="Use on, every, relative, between or promptly.",
    )
