"""From the text of a notice to its documents, each with all that was found in it: the intake put together.

Rule: pure; the same text gives the same segments. Cleaning, cutting, head and foot, duties and doubts are
other modules; here they meet. A text without a directive gives segments that say so, or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.errors import Malformed
from xiada.workflows.intake.abstaining import is_meeting, reason_of, unreadable
from xiada.workflows.intake.cleaning import paragraphs
from xiada.workflows.intake.comparing import between
from xiada.workflows.intake.contacts import contacts_of
from xiada.workflows.intake.header import Head, forwarded, head_of, unfinished
from xiada.workflows.intake.owing import Owed, Setting, owed
from xiada.workflows.intake.passage import Passage, Span
from xiada.workflows.intake.sections import decisions_of, instructions_of, sections_of
from xiada.workflows.intake.segmenting import Document, documents
from xiada.workflows.intake.signs import REQUEST_ENDS, STATEMENT_ENDS, is_notice_title, is_plan_title
from xiada.workflows.intake.values import Doubt, Segment, SegmentKind

DOCUMENTS = 1_000
"""No text may hold more: that is a collection, and each would be compared with each."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A document, its head, and what it is."""

    document: Document
    head: Head
    kind: SegmentKind


def read_notice_text(text: str, *, calendar: Calendar = MON_FRI) -> tuple[Segment, ...]:
    r"""Return the documents a text holds and what each of them says.

    Args:
        text: The text as read, damages and all; spans are counted in it.
        calendar: Which days are worked, for doubts about dates.

    Returns:
        Segments in the order of the text; none if it is no Chinese text at all. Without a directive,
        `xiada.workflows.intake.abstaining.why_nothing` says why.

    Raises:
        Malformed: It holds more than `DOCUMENTS` documents.

    Example:
        >>> text = "关于报送总结的通知\n各市科协：\n请于6月10日前报送。\n省科协\n2020年5月1日"
        >>> segments = read_notice_text(text)
        >>> segments[0].kind, segments[0].issuers, [one.name for one in segments[0].addressees]
        ('notice', ('省科协',), ['各市科协'])
    """
    if unreadable(text) is not None:
        return ()
    parted = documents(paragraphs(text))
    if len(parted) > DOCUMENTS:
        raise _too_many(len(parted))
    read = [_Read(document, head, _kind(head)) for document in parted for head in (head_of(document),)]
    read = _issued_along(_copies_moved(read))
    segments = [_segment(one, read, calendar) for one in read]
    return tuple(_together(segments, calendar))


def _too_many(count: int) -> Malformed:
    """Return the error for a text that is a whole collection."""
    return Malformed(
        "too_many_documents",
        f"the text holds {count:,} documents, more than {DOCUMENTS:,}",
        remedy="Hand in the notice alone.",
        found=count,
        limit=DOCUMENTS,
    )


def _kind(head: Head) -> SegmentKind:
    """Return what a document is by its head."""
    title = head.title or ""
    lines = [line.text for line in head.body]
    if re.search(f"(?:{REQUEST_ENDS})$", title) or (re.search(f"(?:{STATEMENT_ENDS})$", title) and not head.addressees):
        return "meeting_news" if "纪要" in title else "news"
    told = not (head.addressees or head.doc_number or head.issue_date) and _is_told(lines)
    if head.addressees or (title and is_notice_title(title) and not told):
        return "notice"
    if is_plan_title(title):
        return "work_plan"
    if is_meeting(title, lines):
        return "meeting_news"
    return "notice" if head.doc_number and title else "news"


def _copies_moved(read: Sequence[_Read]) -> list[_Read]:
    """Return documents with the line of copies at the end of a plan given back to its notice."""
    found = list(read)
    for index, one in enumerate(found):
        above = found[index - 1] if index else None
        if one.kind == "work_plan" and one.head.copies and above and above.kind == "notice" and not above.head.copies:
            found[index - 1] = replace(above, head=replace(above.head, copies=one.head.copies))
            found[index] = replace(one, head=replace(one.head, copies=()))
    return found


def _issued_along(read: Sequence[_Read]) -> list[_Read]:
    """Return documents with an opinion or rules issued by the notice above taken for a plan, not for a notice."""
    found = list(read)
    for index, one in enumerate(found[1:], 1):
        above, title = found[index - 1], one.head.title or ""
        bare = one.kind == "notice" and not (one.head.addressees or one.head.doc_number)
        said = len(title) > 6 and any(f"《{title}》" in text for text in _issuing(above.head))
        if bare and said:
            found[index] = replace(one, kind="work_plan")
    return found


def _issuing(head: Head) -> Iterator[str]:
    """Yield the words in which a notice issues something."""
    yield from (
        text for text in (head.title or "", *(line.text for line in head.body[:3])) if "印发" in text or "通过" in text
    )


def _segment(one: _Read, read: Sequence[_Read], calendar: Calendar) -> Segment:
    """Return a document as a segment with all that was found in it."""
    head, kind = one.head, one.kind
    contacts = contacts_of(head.body)
    others = [other.head for other in read if other is not one]
    passed = forwarded(head, others) if kind == "notice" else None
    above = next((other.head for other in reversed(read[: _place(read, one)]) if other.kind == "notice"), None)
    setting = _setting(head, above if kind == "work_plan" else None)
    found = owed(tuple(_portions(head.body)), replace(setting, forwards=passed, contacts=contacts), calendar=calendar)
    if kind == "news" and _lays_duties(head, found):
        kind = "notice"
    if kind in ("news", "meeting_news"):
        return _news(one, kind)
    segment = Segment(
        kind=kind,
        span=one.document.span,
        title=head.title,
        doc_number=head.doc_number,
        issue_date=head.issue_date,
        issuers=head.issuers,
        addressees_raw=head.addressees_raw,
        addressees=head.addressees,
        cc=head.copies,
        forwards=passed,
        attachments=head.attachments or _printed_along(one, read),
        contacts=contacts,
        window=found.window,
        sections=sections_of(head.body),
        obligations=found.obligations,
        reason="plan_alone" if kind == "work_plan" and above is None and not found.obligations else None,
    )
    return replace(segment, doubts=(*_own_doubts(segment, head), *found.doubts))


def _portions(lines: Iterable[Passage]) -> Iterator[Passage]:
    """Yield lines, those longer than any real paragraph cut at a full stop, so that none takes long to read."""
    for line in lines:
        start = 0
        while len(line.text) - start > _LONGEST:
            stop = line.text.rfind("。", start, start + _LONGEST) + 1
            stop = stop if stop > start else start + _LONGEST
            yield line.part(start, stop)
            start = stop
        yield line.part(start, len(line.text))


_LONGEST = 3000


def _place(read: Sequence[_Read], one: _Read) -> int:
    """Return the index of a document among those read."""
    return next(index for index, other in enumerate(read) if other is one)


def _setting(head: Head, above: Head | None) -> Setting:
    """Return what a head says, a plan borrowing from the notice that issues it what it does not say itself."""
    return Setting(
        title=head.title,
        doc_number=head.doc_number,
        issue_date=head.issue_date or (above.issue_date if above else None),
        issuers=head.issuers or (above.issuers if above else ()),
        addressees=head.addressees or (above.addressees if above else ()),
    )


def _lays_duties(head: Head, found: Owed) -> bool:
    """Tell whether a document without a head still is a notice: it asks for something, and is no news."""
    lines = [line.text for line in head.body]
    asks = any(
        re.search("请(?:各|于|在|按|将|你|尽快|及时|认真|有关|相关)|(?:务必|须|应)(?:于|在)", line) for line in lines
    )
    passes = any(re.search("现将.{2,300}(?:转发|印发|通报)(?:给)?(?:你|各)", line[:400]) for line in lines[:3])
    return (
        (passes or (bool(found.obligations) and asks))
        and reason_of(head.title, lines) in ("news", "no_duty")
        and not _is_told(lines)
    )


def _is_told(lines: Sequence[str]) -> bool:
    """Tell whether a text is told as news is."""
    return any(re.match("本报讯|本网讯|[^，。]{0,12}(?:记者|通讯员)", line) for line in lines[:3]) or any(
        re.match(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[上下]午|至|-|,|，)", line) for line in lines[:2]
    )


def _news(one: _Read, kind: SegmentKind) -> Segment:
    """Return a document without a directive, with what it says should be done."""
    head = one.head
    reason = reason_of(head.title, [line.text for line in one.document.lines])
    decisions = decisions_of(head.body)
    told = instructions_of(head.body) if reason in ("news", "meeting_news") else ()
    meeting = kind == "meeting_news"
    return Segment(
        kind=kind,
        span=one.document.span,
        title=head.title,
        doc_number=head.doc_number,
        sections=sections_of(head.body) if not meeting else (),
        decisions=decisions if meeting and decisions else told,
        reason=reason,
    )


def _printed_along(one: _Read, read: Sequence[_Read]) -> tuple[str, ...]:
    """Return the plan printed after a notice that issues it without listing it."""
    after = _place(read, one) + 1
    if one.kind != "notice" or after >= len(read) or read[after].kind != "work_plan":
        return ()
    title = read[after].head.title
    issued = any("印发" in line.text for line in one.head.body) or "印发" in (one.head.title or "")
    return (title,) if title and issued else ()


# Doubts that belong to the structure


def _own_doubts(segment: Segment, head: Head) -> tuple[Doubt, ...]:
    """Return what is doubtful in the head and the foot of a notice."""
    if segment.kind != "notice":
        return ()
    found = []
    if segment.issue_date is None:
        place = head.date_line.span if head.date_line else _end(segment.span)
        words = (
            "the day of issue is not filled in" if unfinished(head.date_line) else "no day of issue stands in the text"
        )
        found.append(Doubt(code="no_issue_date", text=words, span=place))
    if not segment.issuers:
        found.append(
            Doubt(code="issuer_unclear", text="nobody signs, and the title names no issuer", span=_end(segment.span))
        )
    if segment.title is None:
        found.append(Doubt(code="no_title", text="the notice has no title", span=(segment.span[0], segment.span[0])))
    if not segment.addressees:
        found.append(Doubt(code="no_addressees", text="nobody is addressed", span=(segment.span[0], segment.span[0])))
    unclear = [one for one in segment.addressees if one.kind is None]
    found += [
        Doubt(code="addressee_unclear", text=f"what sort of body is {one.name}?", span=one.span) for one in unclear
    ]
    return tuple(found)


def _end(span: Span) -> Span:
    """Return the place right after a span."""
    return (span[1], span[1])


def _together(segments: Sequence[Segment], calendar: Calendar) -> list[Segment]:
    """Return segments with what is doubtful between them."""
    found = list(segments)
    notices = [index for index, one in enumerate(found) if one.kind == "notice"]
    if len(notices) > 1:
        first = found[notices[0]]
        words = f"the text holds {len(notices)} notices"
        several = Doubt(code="several_documents", text=words, span=found[notices[1]].span)
        found[notices[0]] = replace(first, doubts=(*first.doubts, several))
    for index in notices:
        one = found[index]
        passed = next(
            (found[other] for other in notices if other != index and one.forwards and _is_passed(one, found[other])),
            None,
        )
        if passed is not None:
            found[index] = replace(one, doubts=(*one.doubts, *between(one, passed, calendar)))
    return found


def _is_passed(one: Segment, other: Segment) -> bool:
    """Tell whether a notice passes on another one of the text."""
    return one.forwards is not None and other.title is not None and one.forwards.title == other.title
