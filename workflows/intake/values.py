"""What a reader finds in a notice: values only, named as in the JSON that `xiada intake --json` prints.

Rule: nothing is invented. What the text does not say is None or empty, what was inferred is marked
`assumed`, and whatever a person should decide is a `Doubt` with a stable code. Dues are the engine's
own words for them (`xiada.engine.due`), so that nothing is lost on the way into a notice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from xiada.engine.due import Due
from xiada.engine.notice import ObligationKind, due_data
from xiada.workflows.intake.passage import Span

SegmentKind = Literal["notice", "work_plan", "meeting_news", "news"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One group or body addressed.

    Args:
        name: The phrase made whole, e.g. `各地级以上市科技局(委)`.
        kind: Sort of body, e.g. `association`; None if the words do not tell.
        level: Its levels, e.g. `("city", "county")`; empty if the words do not tell.
        line: The line (条线) in the notice's own word, e.g. `科协`.
        selective: "Those concerned" (有关): a person has to choose.
        internal: A department or subordinate unit of the issuer.
        span: Where it stands.
    """

    name: str
    kind: str | None = None
    level: tuple[str, ...] = ()
    line: str | None = None
    selective: bool = False
    internal: bool = False
    span: Span = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """The document a notice passes on."""

    doc_number: str | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFound:
    """Whom to ask: personal data, to be kept erasable."""

    unit: str | None = None
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFound:
    """When the activity takes place; `fuzzy` if the words were (5月中旬)."""

    start: date
    end: date
    fuzzy: bool = False
    span: Span = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading: its number as written (`一`, `（二）`), and its words."""

    no: str
    title: str
    span: Span = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a meeting decided, or a leader asked for: an instruction nobody has been given yet.

    Args:
        no: Its number as written.
        title: Its first words.
        by: Who asked, if the text says.
        targets: Whom the text names; a person assigns it.
        plan: The plan it belongs to, if the text names one.
        soft: Hoped for, not demanded.
        span: Where it stands.
    """

    no: str | None
    title: str
    by: str | None = None
    targets: tuple[str, ...] = ()
    plan: str | None = None
    soft: bool = False
    span: Span = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFound:
    """One thing owed.

    Args:
        kind: `report`, `plan` or `brief`.
        who: Those who owe it, in the notice's words; empty = all addressees.
        what: What is to be handed in.
        to_body: The body it goes to, as the notice names it.
        to_department: The department within it.
        line: The line it is owed in, if the notice parts them.
        soft: Asked for, not demanded (原则上).
        due: By when; None if nothing is said.
        quote: The words that say so, cleaned.
        span: Where they stand.
    """

    kind: ObligationKind
    who: tuple[str, ...] = ()
    what: tuple[str, ...] = ()
    to_body: str | None = None
    to_department: str | None = None
    line: str | None = None
    soft: bool = False
    due: Due | None = None
    quote: str = ""
    span: Span = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What a person should decide: a stable code, a sentence about the text, and where."""

    code: str
    text: str
    span: Span = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One document in a text; everything after `kind` is empty where the document does not have it.

    `reason` says why there is no directive in it, where there is none.
    """

    kind: SegmentKind
    span: Span
    title: str | None = None
    doc_number: str | None = None
    issue_date: date | None = None
    issuers: tuple[str, ...] = ()
    addressees_raw: str | None = None
    addressees: tuple[Addressee, ...] = ()
    cc: tuple[str, ...] = ()
    forwards: Forwarded | None = None
    attachments: tuple[str, ...] = ()
    contacts: tuple[ContactFound, ...] = ()
    window: WindowFound | None = None
    sections: tuple[Section, ...] = ()
    decisions: tuple[Decision, ...] = ()
    obligations: tuple[ObligationFound, ...] = ()
    doubts: tuple[Doubt, ...] = field(default=())
    reason: str | None = None


def document(segments: tuple[Segment, ...]) -> dict[str, Any]:
    """Return segments as plain values, in the form of formats.md §4 (and a few keys beside)."""
    return {"segments": [_segment(segment) for segment in segments]}


def _segment(segment: Segment) -> dict[str, Any]:
    """Return a segment as plain values."""
    return {
        "kind": segment.kind,
        "span": list(segment.span),
        "title": segment.title,
        "doc_number": segment.doc_number,
        "issue_date": segment.issue_date and segment.issue_date.isoformat(),
        "issuers": [{"name": name} for name in segment.issuers],
        "addressees_raw": segment.addressees_raw,
        "addressees": [_addressee(one) for one in segment.addressees],
        "cc": list(segment.cc),
        "forwards": segment.forwards and {"doc_number": segment.forwards.doc_number, "title": segment.forwards.title},
        "attachments": list(segment.attachments),
        "contacts": [
            {"unit": one.unit, "names": list(one.names), "phones": list(one.phones), "email": one.email}
            for one in segment.contacts
        ],
        "window": segment.window
        and {
            "start": segment.window.start.isoformat(),
            "end": segment.window.end.isoformat(),
            "fuzzy": segment.window.fuzzy,
        },
        "sections": [{"no": one.no, "title": one.title} for one in segment.sections],
        "decisions": [_decision(one) for one in segment.decisions],
        "obligations": [_obligation(one) for one in segment.obligations],
        "doubts": [{"code": one.code, "text": one.text, "span": list(one.span)} for one in segment.doubts],
        "reason": segment.reason,
    }


def _addressee(one: Addressee) -> dict[str, Any]:
    """Return an addressee as plain values; one level stands alone, several as a list."""
    level = list(one.level) if len(one.level) > 1 else one.level[0] if one.level else None
    return {
        "name": one.name,
        "kind": one.kind,
        "level": level,
        "line": one.line,
        "selective": one.selective,
        "internal": one.internal,
    }


def _decision(one: Decision) -> dict[str, Any]:
    """Return a decision as plain values."""
    return {
        "no": one.no,
        "title": one.title,
        "by": one.by,
        "targets": list(one.targets),
        "plan": one.plan,
        "soft": one.soft,
        "span": list(one.span),
    }


def _obligation(one: ObligationFound) -> dict[str, Any]:
    """Return an obligation as plain values."""
    return {
        "kind": one.kind,
        "who": list(one.who),
        "what": list(one.what),
        "to_body": one.to_body,
        "to_department": one.to_department,
        "line": one.line,
        "soft": one.soft,
        "due": one.due and due_data(one.due),
        "quote": one.quote,
        "span": list(one.span),
    }
