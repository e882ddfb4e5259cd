"""The head and the foot of a document: title, number, issuers, day, addressees, copies, attachments, what is passed on.

Rule: who signs at the foot issues; without a signature the red head, without that the words before 关于 in the
title. A date counts as the day of issue only where a day of issue stands: under the signature, or in brackets
under the title. The date a web page was published is never one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from xiada.workflows.intake.addressees import split_addressees
from xiada.workflows.intake.cleaning import HAN
from xiada.workflows.intake.passage import Passage
from xiada.workflows.intake.segmenting import (
    Document,
    Line,
    addressed,
    is_bare_heading,
    red_head,
    signature,
    title_block,
)
from xiada.workflows.intake.signs import (
    CLOSE,
    NUMBER,
    OPEN,
    bodies,
    date_in,
    is_body,
    is_title,
    is_unfinished_date,
    number_in,
    same_number,
    without_number,
)
from xiada.workflows.intake.values import Addressee, Forwarded

_HEAD_LINES = 40
_MOST_SIGNERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the head and the foot say; `body` is what stands between them.

    Args:
        title: The title, in one piece.
        title_line: Where it stands.
        doc_number: As written, without spaces.
        issuers: Lead first.
        issue_date: The day of issue.
        date_line: The line a day of issue was looked for in, if one stands there.
        addressees_raw: The line of addressees without its colon.
        addressees: Its members.
        copies: Those in copy, in the document's own words.
        attachments: Titles of what is attached.
        body: The lines between head and foot, contact lines among them.
    """

    title: str | None = None
    title_line: Passage | None = None
    doc_number: str | None = None
    issuers: tuple[str, ...] = ()
    issue_date: date | None = None
    date_line: Passage | None = None
    addressees_raw: str | None = None
    addressees: tuple[Addressee, ...] = ()
    copies: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    body: tuple[Passage, ...] = ()


@dataclass(slots=True)
class _Top:
    """The head while it is read."""

    titles: list[tuple[str, Passage]] = field(default_factory=list)
    number: str | None = None
    red: list[str] = field(default_factory=list)
    signers: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    day: Passage | None = None
    stop: int = 0


def head_of(document: Document) -> Head:
    r"""Return what the head and the foot of a document say.

    Args:
        document: Its lines.

    Returns:
        What was found; nothing is guessed.

    Example:
        >>> from xiada.workflows.intake.cleaning import paragraphs
        >>> from xiada.workflows.intake.segmenting import documents
        >>> text = "关于一事的通知\n各市科协：\n请报送。\n省科协\n二〇二〇年一月二日"
        >>> head = head_of(documents(paragraphs(text))[0])
        >>> head.title, head.issuers, head.issue_date.isoformat()
        ('关于一事的通知', ('省科协',), '2020-01-02')
    """
    lines = document.lines
    top = _top(lines)
    title, title_line = top.titles[-1] if top.titles else (None, None)
    address, rest = _address(lines, top)
    copies = [line for line in lines if line.role == "copies" and not re.match("主送", line.text)]
    foot = _foot(lines, top.stop)
    signers, day = _signed(lines, foot)
    issuers = (
        signers or tuple(top.red) or (_before_about(title) if title else ()) or tuple(top.signers) or tuple(top.told)
    )
    date_line = day or top.day
    return Head(
        title=title,
        title_line=title_line,
        doc_number=top.number,
        issuers=tuple(dict.fromkeys(issuers)),
        issue_date=date_in(date_line.text) if date_line else None,
        date_line=date_line,
        addressees_raw=address.text if address else None,
        addressees=split_addressees(address, issuers) if address else (),
        copies=tuple(name for line in copies for name in _in_copy(line.passage, issuers)),
        attachments=tuple(_attachments(lines)),
        body=(*rest, *_body(lines, top.stop, foot)),
    )


# The head


def _top(lines: Sequence[Line]) -> _Top:
    """Return what stands before the addressees, or before the first running text."""
    top, index = _Top(), 0
    while index < min(len(lines), _HEAD_LINES):
        line = lines[index]
        passing = line.role == "prose" and len(line.text) <= 20 and line.text[-1] in ":："
        if line.role in ("addressees", "prose", "heading", "attachments", "copies", "printed") and not passing:
            break
        stop, _ = title_block(lines, index)
        if stop and line.role != "number":
            _entitle(top, lines[index:stop])
            index = stop
            continue
        _take(top, line)
        index += 1
    top.stop = index
    if not top.titles:
        _headline(top, lines)
    return top


def _headline(top: _Top, lines: Sequence[Line]) -> None:
    """Take the line above the text as title, where no line looks like that of a notice."""
    index = top.stop - 1
    if index < 0 or top.stop == len(lines) or lines[top.stop].role not in ("prose", "addressees", "heading"):
        return
    while index >= 0 and lines[index].role in ("web", "date", "number", "source"):
        index -= 1
    line = lines[index] if index >= 0 and not lines[index].text.startswith("本报讯") else None
    if (
        line is None
        or line.role not in ("line", "title")
        or not 6 <= len(line.text) <= 100
        or len(re.findall("[，。]", line.text)) > 1
    ):
        return
    above = lines[index - 1] if index and not line.paragraph.marked else None
    wrapped = above is not None and above.role == "line" and 14 <= len(above.text) <= 60 and not above.paragraph.marked
    _entitle(top, lines[index - wrapped : index + 1])


def _entitle(top: _Top, lines: Sequence[Line]) -> None:
    """Take a title; signers in front of it belong to it unless they stand above a number."""
    pieces = [line.text for line in lines]
    title = pieces[0]
    for piece in pieces[1:]:
        apart = bool(bodies(title)) and bool(bodies(piece.split("关于")[0]))
        title += (" " if apart else "") + piece
    title, number = without_number(title.strip())
    top.number = top.number or number
    if top.signers and not top.number and title.startswith(("关于", "转发", "印发")):
        title = " ".join(top.signers) + title
    words = Passage(
        "".join(line.text for line in lines), tuple(place for line in lines for place in line.passage.places)
    )
    whole = re.fullmatch("《([^《》]{1,60}(?:《[^《》]{1,80}》[^《》]{1,60})?)》", title)
    top.titles.append((_close_up(whole[1] if whole else title), words))


def _close_up(title: str) -> str:
    """Return a title without spaces, but for those between two bodies."""
    kept = ""
    for part in title.split(" "):
        stem = re.split("关于|《", kept)[-1]
        both = is_body(stem.split(" ")[-1]) and is_body(re.split("关于|转发|印发|联合", part)[0])
        kept += (" " if kept and both else "") + part
    return kept


def _take(top: _Top, line: Line) -> None:
    """Take a line of the head that is no title."""
    text = line.text
    if not top.number and (number := _NUMBERED.match(text)):
        top.number = number[1].replace(" ", "")
    elif label := _LABELLED.match(text):
        _take_label(top, label["label"], line.passage.part(label.end(), len(text)))
    elif line.role == "number" or (line.role == "web" and number_in(text)):
        top.number = top.number or number_in(text)
        top.day = line.passage if text[0] in "(（" and date_in(text) else top.day
        top.red += top.signers
        top.signers = []
    elif line.role == "red_head":
        top.red += [*top.signers, *red_head(text)]
        top.signers = []
    elif line.role == "signer":
        top.signers += bodies(text)
    elif line.role == "line":
        top.signers = []
    elif line.role == "date" and text[0] in "(（〔[" and top.titles:
        top.day = line.passage


_NUMBERED = re.compile(rf"(?:发文字号|发文文号|文号|文件编号|发布文号) ?[:：] ?({NUMBER.pattern})(?= |$)")
_LABELLED = re.compile(
    r"(?P<label>发文标题|文件名称|标 ?题|发文机关|发文单位|发文部门|发布机构|发文机构|制发机关|颁布单位|成文日期|"
    r"发文日期|发文时间) ?[:：] ?(?=\S)"
)


def _take_label(top: _Top, label: str, value: Passage) -> None:
    """Take what a table above the text says of the document."""
    if label.replace(" ", "") in ("发文标题", "文件名称", "标题") and is_title(value.text):
        top.titles.append((_close_up(value.text), value))
    elif label in ("成文日期", "发文日期", "发文时间"):
        top.day = top.day or value
    else:
        top.told += bodies(value.text)


def _before_about(title: str) -> tuple[str, ...]:
    """Return the bodies a title names before 关于 (`某局 某厅关于…`)."""
    match = re.match(rf"([{HAN} 、（）()]{{2,80}}?)(?:关于|印发|转发|批转)", title)
    return bodies(match[1]) if match else ()


def _address(lines: Sequence[Line], top: _Top) -> tuple[Passage | None, tuple[Passage, ...]]:
    """Return the line of addressees without its colon, and what follows it on the same line."""
    if top.stop < len(lines):
        line = lines[top.stop]
        colon = addressed(line.text)
        if colon:
            top.stop += 1
            rest = line.passage.part(colon + 1, len(line.text)).stripped()
            return line.passage.part(0, colon).stripped(), (rest,) if rest.text else ()
    named = _without_colon(lines, top)
    if named is not None:
        return named, ()
    for line in lines:
        if match := re.match("主送(?:单位|机关)? ?[:：]", line.text):
            return line.passage.part(match.end(), len(line.text.rstrip("。 "))).stripped(), ()
    return None, ()


def _without_colon(lines: Sequence[Line], top: _Top) -> Passage | None:
    """Return a line of addressees that has lost its colon: it stands right under title or number."""
    if not top.titles:
        return None
    for index in (top.stop - 1, top.stop):
        if 0 <= index < len(lines) and index >= 1:
            line = lines[index]
            plain = line.text.rstrip("；;，,")
            looks = line.role in ("line", "signer") or (line.role == "prose" and plain != line.text)
            unclosed = looks and re.search("各|有关|全体", plain) and addressed(plain + "：")
            if unclosed:
                top.signers = []
                top.stop = index + 1
                return line.passage.part(0, len(plain))
    return None


# The foot


def _foot(lines: Sequence[Line], start: int) -> int:
    """Return the index of the line that holds the day of issue, or the last signer; the length if there is none."""
    days = [index for index in range(start, len(lines)) if _may_be_foot(lines, index, start)]
    signed = [index for index in days if lines[index].role == "signature" or lines[index - 1].role == "signer"]
    if days:
        return (signed or days)[0]
    last = len(lines) - 1
    while last > start and lines[last].role in ("copies", "printed", "attachments", "web", "line", "annex"):
        last -= 1
    return last if last > start and lines[last].role == "signer" else len(lines)


def _may_be_foot(lines: Sequence[Line], index: int, start: int) -> bool:
    """Tell whether a line could hold the day of issue: a date alone that belongs to nothing above it."""
    if lines[index].role != "date" or index == start:
        return lines[index].role == "signature"
    before = lines[index - 1]
    return not is_bare_heading(before) and before.text[-1] not in "：:"


def _signed(lines: Sequence[Line], foot: int) -> tuple[tuple[str, ...], Passage | None]:
    """Return who signs, and the line with the day."""
    if foot >= len(lines):
        return (), None
    names = list(signature(lines[foot].text)) if lines[foot].role == "signature" else []
    index = foot if lines[foot].role == "signer" else foot - 1
    while index >= 0 and foot - index <= _MOST_SIGNERS and lines[index].role == "signer":
        names = [*bodies(lines[index].text), *names]
        index -= 1
    if not names and foot + 1 < len(lines) and lines[foot + 1].role == "signer":
        names = list(bodies(lines[foot + 1].text))
    day = lines[foot].passage if lines[foot].role != "signer" else None
    return tuple(_unsealed(name) for name in names), day


def _unsealed(name: str) -> str:
    """Return a name without the word for its seal."""
    return re.sub("[（(](?:盖章|公章|章|印章|代章)[）)]$", "", name)


def _in_copy(line: Passage, issuers: Sequence[str]) -> Iterator[str]:
    """Yield the bodies a line of copies names."""
    match = re.match("[^:：]{2,8}[:：]", line.text)
    start = match.end() if match else 0
    names = line.part(start, len(line.text.rstrip("。. "))).stripped()
    yield from (one.name for one in split_addressees(names, issuers))


def _body(lines: Sequence[Line], start: int, foot: int) -> Iterator[Passage]:
    """Yield the lines between head and foot and what runs on after the foot."""
    signers = foot
    while signers > start and signers <= len(lines) and lines[signers - 1].role == "signer" and foot < len(lines):
        signers -= 1
    listed = False
    for index, line in enumerate(lines[start:], start):
        listed = line.role == "attachments" or (listed and (_is_item(line) or line.role == "line"))
        if not (listed or signers <= index <= foot or line.role in ("copies", "printed", "web", "number", "source")):
            yield line.passage


# Attachments, and what is passed on

_ITEM = re.compile(
    r"(?:附[件表] ?)?[（(]?\d{1,2}[.、．)） :：]{1,2}|附[件表] ?[\d一二三四五六七八九十]{0,2} ?[:：.、]? ?"
)
_ENDED = re.compile(
    r".{0,300}(?:表|通知|方案|名单|书|函|办法|意见|计划|清单|样式|格式|模板|说明|目录|要求|材料|回执|指南|细则|"
    r"规定|安排|标准|流程|图|册|指标|须知|提纲|[》）)])$"
)


def _attachments(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the titles of the attachments listed."""
    text, listing = "", False
    for line in lines:
        if line.role == "attachments":
            yield from _entitled(text)
            text, listing = "", True
        elif not (listing and (_is_item(line) or (line.role == "line" and text and not _ENDED.fullmatch(text)))):
            listing = False
            continue
        for piece in _pieces(line.text):
            item = _ITEM.match(piece)
            if item or not text:
                yield from _entitled(text)
                text = piece[item.end() if item else 0 :]
            else:
                text += piece
    yield from _entitled(text)


def _is_item(line: Line) -> bool:
    """Tell whether a line is the next item of a list of attachments."""
    return (
        line.role in ("line", "title", "heading", "attachments")
        and re.match(r"(?:附[件表] ?)?\d{1,2} ?[.、．:：)）]", line.text) is not None
    )


def _pieces(text: str) -> Iterator[str]:
    """Yield the items that stand on one line."""
    text = re.sub(r"^附[件表]? ?[:：] ?", "", text)
    yield from (
        one
        for one in re.split(
            r"(?:(?<=[；;，, 》表书案单])|^)(?=[（(]?\d{1,2}[.、．]\D|[（(]?\d{1,2}[.、．]20\d\d|附件 ?\d)", text
        )
        if one.strip()
    )


def _entitled(text: str) -> Iterator[str]:
    """Yield the title an item gives, without its number, brackets and full stop."""
    plain = text.strip(" ；;。，,:：")
    plain = re.sub(rf"[（(][{HAN}]{{1,16}}{OPEN} ?(?:19|20)\d\d ?{CLOSE} ?第?\d{{1,5}} ?号[）)]$", "", plain).strip()
    whole = re.fullmatch("《([^《》]{1,200})》", plain)
    plain = whole[1] if whole else plain
    if plain and plain not in ("略", "（略）", "如文", "见附件"):
        yield plain


def forwarded(head: Head, others: Sequence[Head]) -> Forwarded | None:
    """Return the document a notice passes on, if it does.

    Args:
        head: The head of the notice.
        others: Heads of other documents of the text, one of which may be it.

    Returns:
        Its number and title as far as the text gives them; None if nothing is passed on.
    """
    title = head.title or ""
    passes = re.search("转发|批转", title) or any(
        re.search("(?:转发|批转)(?:给|你|至|各)", one.text) for one in head.body[:4]
    )
    if not passes:
        return None
    for one in (*(line.text for line in head.body[:6]), *head.attachments):
        match = re.search(
            rf"《([^《》]{{4,160}}(?:[《〈][^《》]{{1,80}}[》〉][^《》]{{0,60}})?)》(?:的通知|"
            rf"的函)? ?[（(] ?({NUMBER.pattern}?) ?[）)]",
            one,
        )
        if match:
            return Forwarded(doc_number=match[2].replace(" ", ""), title=_close_up(match[1]))
    quoted = re.search("(?:转发|批转)[^《]{0,60}《(.{4,160})》", title) or next(
        (
            found
            for line in head.body[:6]
            if (found := re.search("《([^《》]{4,160})》[^。]{0,60}(?:转发|批转)", line.text))
        ),
        None,
    )
    bare = re.search("(?:转发|批转)(.{4,160}(?:通知|意见|函|方案|办法|决定|通报))的(?:通知|函)$", title)
    simple = re.search("^.{0,60}?(?:转发|批转)(.{4,160}(?:通知|意见|函|方案|办法|决定|通报))$", title)
    found = quoted or bare or simple
    words = _close_up(found[1]) if found else None
    for other in others:
        if other.title and words and _same(other.title, words):
            return Forwarded(doc_number=other.doc_number, title=other.title)
    return Forwarded(doc_number=None, title=words)


def _same(one: str, other: str) -> bool:
    """Tell whether two titles are the same but for spaces, quotes and the issuer in front."""
    plain = [re.sub('[ “”"《》〈〉]', "", same_number(words)) for words in (one, other)]
    return plain[0].endswith(plain[1]) or plain[1].endswith(plain[0])


def unfinished(line: Passage | None) -> bool:
    """Tell whether a date line is there and not filled in, or no day of the calendar."""
    return line is not None and (is_unfinished_date(line.text) or date_in(line.text) is None)
