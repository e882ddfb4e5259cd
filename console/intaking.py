"""From the text of a notice to its notice file: which document, whose units, what is doubtful.

Rule: nothing is printed here but notes beside the answer; every step is a function of the text, the org
and what was asked for, so that a terminal is needed by nobody but the person before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from xiada.console.arguments import naming_file
from xiada.console.incoming import read_input
from xiada.console.intake_telling import Found
from xiada.engine.errors import Malformed, Refused
from xiada.engine.limits import TITLE_CHARS, clean, identifier
from xiada.workflows.intake.abstaining import NoDirective, why_nothing
from xiada.workflows.intake.addressees import split_addressees
from xiada.workflows.intake.drafting import Draft, draft, plans_of
from xiada.workflows.intake.passage import Passage
from xiada.workflows.intake.reading import FILE_BYTES, read_document
from xiada.workflows.intake.resolution import doubts_of, resolve, selected, unit_named
from xiada.workflows.intake.values import Addressee, Doubt, Segment

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.words import Words
    from xiada.engine.org import Org, Select
    from xiada.engine.tabletext import Part

DEFAULT_FILE = "xiada.db"
"""The Xiada file nobody had to name: it may be missing."""

_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The org a notice is looked up in.

    Args:
        org: The org.
        source: Where it came from.
        line_names: Names of its lines as notices write them, where the file gives them.
    """

    org: Org
    source: str
    line_names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the caller said beforehand of the notice.

    Args:
        notice_id: Its id.
        title: Its title.
        issuers: Ids of the issuing units.
        segment: Which of the documents it is, from 1.
    """

    notice_id: str | None = None
    title: str | None = None
    issuers: tuple[str, ...] = ()
    segment: int | None = None


def read_text(file: str) -> str:
    """Return the text of a file, or of standard input for `-`.

    Raises:
        Malformed: It cannot be read, or is no document.
        StoreError: The library for its kind is not installed.
    """
    with naming_file(file):
        return read_document(read_input(file, FILE_BYTES, "Is this a notice?"))


def units_for(desk: Desk, org_file: str | None) -> Units | None:
    """Return the org of a file, else of the Xiada file, if there is one."""
    from xiada.engine.orgfile import load_org

    if org_file is not None:
        return Units(org=load_org(org_file), source=org_file, line_names=_line_names(org_file))
    if desk.file == DEFAULT_FILE and not Path(desk.file).exists():
        return None
    org = desk.engine.org()
    return Units(org=org, source=desk.file, line_names={}) if len(org) else None


def _line_names(org_file: str) -> Mapping[str, str]:
    """Return the names an org file in YAML gives its lines; the rest of it was read and checked before."""
    from xiada.engine.orgfile import FILE_BYTES as ORG_BYTES
    from xiada.engine.tabletext import Pairs, table_text, yaml_tree

    if org_file.lower().endswith(".csv"):
        return {}
    root = yaml_tree(table_text(Path(org_file), ORG_BYTES, "Is this an org file?"), org_file, "lines")
    lines = _member(root, "lines")
    if lines is None or not isinstance(lines.value, Pairs):
        return {}
    words = [part.value for part in lines.value]
    return {
        line: name
        for line, name in zip(words[::2], words[1::2], strict=True)
        if isinstance(line, str) and isinstance(name, str)
    }


def _member(root: Part | None, name: str) -> Part | None:
    """Return a member of a mapping by its name."""
    members = root.value if root is not None and isinstance(root.value, list) else []
    return next((value for key, value in zip(members[::2], members[1::2], strict=False) if key.value == name), None)


def found_in(segment: Segment, units: Units | None, issuers: tuple[str, ...] = ()) -> Found | None:
    """Return what an org makes of a document: issuers, and the addressees below each of them.

    Args:
        segment: The document.
        units: The org, if there is one.
        issuers: Ids of the issuing units as the caller said them; none = by their names in the text.

    Raises:
        NotFound: The org has no such unit.
    """
    if units is None or not segment.addressees:
        return None
    if issuers:
        named: tuple[tuple[str, str | None], ...] = tuple((units.org.unit(one).name, one) for one in issuers)
    else:
        named = tuple((name, getattr(unit_named(name, units.org), "id", None)) for name in segment.issuers)
    ids = tuple(dict.fromkeys(unit for _, unit in named if unit is not None))
    resolutions = tuple(
        resolve(segment.addressees, units.org, unit, units.org.unit(unit).line, units.line_names) for unit in ids
    )
    return Found(org=units.org, source=units.source, issuers=named, resolutions=resolutions)


def chosen(desk: Desk, text: str, segments: Sequence[Segment], number: int | None) -> int:
    """Return the place of the document to be drafted: the one asked for, else the first notice.

    Args:
        desk: Where it is said that there are several.
        text: The text as read.
        segments: Its documents.
        number: The one asked for, from 1.

    Raises:
        Malformed: There is no document of that number.
        Refused: There is no directive in it.
    """
    if number is not None and not 1 <= number <= len(segments):
        raise Malformed(
            "no_such_segment",
            f"the text has no document number {number}",
            remedy=f"It has {len(segments)}: choose one of them.",
            number=number,
            count=len(segments),
        )
    asked = range(len(segments)) if number is None else (number - 1,)
    notices = [place for place in asked if _is_directive(segments, place)]
    if not notices:
        raise no_directive(text, [segments[place] for place in asked], desk.words)
    if len(notices) > 1:
        desk.note(desk.words.say("intake_took", count=len(notices), number=str(notices[0] + 1)))
    return notices[0]


def _is_directive(segments: Sequence[Segment], place: int) -> bool:
    """Tell whether a document is a notice, or has duties in it though it came without one."""
    one = segments[place]
    alone = not any(before.kind == "notice" for before in segments[:place])
    return one.kind == "notice" or (alone and bool(one.obligations))


def no_directive(text: str, segments: Sequence[Segment], words: Words) -> Refused:
    """Return the refusal of a text that lays nothing on anybody: why, and what it is instead."""
    why = why_nothing(text, segments) or NoDirective("no_duty")
    because = why.zh if words.language == "zh" else why.en
    found = words.join([_told(one, words) for one in segments], _NAMED) or words.say("intake_nothing")
    decided = any(one.decisions for one in segments)
    remedy = words.say("intake_go_dispatch" if decided else "intake_go_whole")
    return Refused(
        "no_directive",
        f"no directive found, because: {because}; it holds {found}",
        remedy=remedy,
        reason=because,
        next=remedy,
        found=found,
        why=why.code,
        documents=[[one.kind, one.title] for one in segments],
    )


def _told(segment: Segment, words: Words) -> str:
    """Return a document's kind and title."""
    title = segment.title or words.say("intake_untitled")
    return words.say("intake_instead", kind=words.say(f"intake_{segment.kind}"), title=title)


def drafted(
    text: str, segments: Sequence[Segment], place: int, units: Units | None, said: Said
) -> tuple[Draft, tuple[Doubt, ...]]:
    """Return the draft of the document at a place, and all that is doubtful about it.

    Args:
        text: The text as read.
        segments: Its documents.
        place: Which of them.
        units: The org, if there is one.
        said: What the caller said beforehand.

    Raises:
        NotFound: The org has no such unit.
        Malformed: What the caller said cannot be said in a notice.
    """
    papers = plans_of(segments, place)
    notice = papers[0]
    found = found_in(notice, units, said.issuers)
    issuers = said.issuers or tuple(unit for _, unit in (found.issuers if found else ()) if unit is not None)
    made, doubts = draft(
        papers,
        issuers=tuple(dict.fromkeys(issuers)),
        notice_id=identifier(said.notice_id, "--id") if said.notice_id else None,
        reading=lambda phrase: split_addressees(Passage.of(phrase), notice.issuers),
        selecting=partial(_select, found, units) if units and found and found.resolutions else None,
    )
    if said.title:
        made = replace(made, title=clean(said.title, "--title", TITLE_CHARS))
    own = (*_missing(text, made, notice, found, said), *doubts, *doubts_of(found.resolutions if found else ()))
    return made, (*(doubt for paper in papers for doubt in paper.doubts if not _answered(doubt, said)), *own)


def _select(found: Found, units: Units, phrase: Addressee) -> Select | None:
    """Return a phrase in the words of the org, below one of the issuers."""
    below = [(one.forwarder, one.line) for one in found.resolutions]
    return selected(phrase, units.org, below, units.line_names)


def _answered(doubt: Doubt, said: Said) -> bool:
    """Tell whether the caller has said beforehand what a doubt asks for."""
    answered = {
        "no_title": said.title is not None,
        "issuer_unclear": bool(said.issuers),
        "several_documents": said.segment is not None,
    }
    return answered.get(doubt.code, False)


def _missing(text: str, made: Draft, notice: Segment, found: Found | None, said: Said) -> tuple[Doubt, ...]:
    """Return the doubts about what a notice cannot do without and the intake has not doubted itself."""
    doubts = []
    if not made.title and not any(one.code == "no_title" for one in notice.doubts):
        doubts.append(Doubt(code="no_title", text="the notice has no title", span=notice.span))
    known = dict(found.issuers) if found else {}
    for name in () if said.issuers else notice.issuers:
        if known.get(name) is None:
            start = max(text.find(name), 0)
            words = f"the issuer {name} is no unit of the org" if found else f"without an org, {name} has no unit id"
            doubts.append(Doubt(code="unknown_issuer", text=words, span=(start, start + len(name))))
    return tuple(doubts)
