"""Which documents a text holds, and what each of its lines is: several notices may stand in one file.

Rule: a document begins where a head begins (red head, number, title) after the one before has shown a body
or an end (signature and date, copies, source of news). A form or list attached to a notice stays with it;
an attached plan is a document of its own. What the documents say is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

from xiada.workflows.intake.cleaning import HAN, HEADING, LABELS, Paragraph
from xiada.workflows.intake.passage import Passage, Span
from xiada.workflows.intake.signs import (
    BODY_ENDS,
    DATE,
    NUMBER,
    bodies,
    is_date,
    is_notice_title,
    is_plan_title,
    is_title,
    is_unfinished_date,
    is_web,
    number_in,
)

Role: TypeAlias = Literal[
    "web", "red_head", "number", "date", "signature", "signer", "addressees", "copies", "printed", "attachments",
    "annex", "source", "heading", "label", "title", "prose", "line",
]  # fmt: skip

_PRINTED = re.compile(
    r".{0,60}\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日 ?印(?:发|制)?。?|.{0,20}共印 ?\d{1,6} ?份.{0,4}|"
    r"[（(]?此件(?:公开|主动公开|依申请公开|不公开).{0,12}"
)
_COPIES = re.compile(r"(?:抄送|抄报|抄发|分送|主送)(?:单位|机关)? ?[:：]")
_ANNEX = re.compile(r"附[件表录]? ?[\d一二三四五六七八九十]{0,3} ?[:：]?")
_ATTACHMENTS = re.compile(
    r"附[件表]?(?: ?[\d一二三四五六七八九十]{1,2})? ?[:：]|附件 (?=\S)|附件[一二三\d] ?(?=[^，,。]{4,60}$)"
)
_LABEL = re.compile(rf"[（(]?(?:{LABELS})[^:：，。]{{0,8}}[:：/]", re.IGNORECASE)
_SOURCE = re.compile(
    rf"[{HAN}、 （）()]{{2,60}}[\[［【(（] ?\d{{4}}[-./年]\d{{1,2}}[-./月]\d{{1,2}}日? ?[\]］】)）]|"
    rf"[（(](?:来源|稿源|通讯员|供稿|作者|记者|撰稿|文/|图/|供图|摄影|编辑)?[:： ]?[{HAN}、 ]{{2,40}}(?:供稿)?[)）]"
)
_WHOM = (
    rf"(?:{BODY_ENDS}|单位|部门|机构|组织|同志|同学|老师|教师|教职工|职工|家长|会员|代表|委员|理事|监事|评委|党员|干部|学生|"
    rf"居民|村民|朋友|企业|商户|用户|"
    rf"高校|院校|院系|系|科|乡镇|街道|县区|区县|[省市县区州乡镇村]|员工|负责人|师生|成员|人员|选手|作者|专家|"
    rf"领导|客户|业主|女士|先生|电厂|[厂矿店场]|车间|机关|班主任|年级组|教研组|[^小]组|分校|站点|支部|党委)"
    r"(?:[（(][^（）()]{0,60}[）)])?"
)
_MEMBER = re.compile(rf"(?:[^“”《》？?！!]{{0,60}}){_WHOM}")
_CALLED = re.compile(
    r"各|有关|相关|全[省市县区校院体国厂镇乡]|本|尊敬|亲爱|[省市县区局校院委厅]直|[局校院委厅部会]属|机关|所属|直属|驻"
)
_SAID = re.compile(
    "[将请为按把让]|如下|以下|根据|关于|通知|要求|地点|时间|内容|电话|地址|[一二三四五六七八九十]、|说明|注意|情况|附件"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph and what it is by its looks."""

    paragraph: Paragraph
    role: Role

    @property
    def text(self) -> str:
        """Its words, clean."""
        return self.paragraph.passage.text

    @property
    def passage(self) -> Passage:
        """Its words, knowing their places."""
        return self.paragraph.passage


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of one document, and those of forms and lists attached to it."""

    lines: tuple[Line, ...]
    annex: tuple[Line, ...] = ()

    @property
    def span(self) -> Span:
        """From its first character to its last."""
        every = (*self.lines, *self.annex)
        return (every[0].passage.span[0], every[-1].passage.span[1])


def documents(paragraphs: Iterable[Paragraph]) -> tuple[Document, ...]:
    r"""Return the documents of a text.

    Args:
        paragraphs: Clean paragraphs, in order.

    Returns:
        At least one document, if there is a paragraph at all.

    Example:
        >>> from xiada.workflows.intake.cleaning import paragraphs
        >>> text = "关于一事的通知\n各市科协：\n请报送。\n市科协\n2020年1月1日\n附件1\n工作方案\n略。"
        >>> len(documents(paragraphs(text)))
        2
    """
    whole = [part for index, one in enumerate(paragraphs) for part in _unglued(one, index)]
    lines = _listed(tuple(Line(one, role(one.text)) for one in whole))
    starts = _starts(lines)
    found: list[Document] = []
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        part = lines[start:stop]
        if found and part and part[0].role == "annex" and not _stands_alone(part):
            found[-1] = Document(found[-1].lines, found[-1].annex + part)
        elif part:
            found.append(Document(part))
    return tuple(found)


def _unglued(paragraph: Paragraph, index: int) -> Iterator[Paragraph]:
    """Yield a paragraph cut where title, number and addressees, or the signature, were run together with the text."""
    head = _GLUED.match(paragraph.text[:600]) if index < _GLUED_LINES else None
    cuts = [head.end(name) for name in ("red", "title", "number", "whom") if head[name]] if head else []
    cuts = cuts if len(cuts) > 1 else []
    foot = _GLUED_FOOT.search(paragraph.text, max(len(paragraph.text) - 80, 20)) if paragraph.text[-1] == "日" else None
    cuts += [foot.start("who"), foot.start("day")] if foot and foot.start() > max([0, *cuts]) else []
    for start, end in pairwise([0, *cuts, len(paragraph.text)]):
        part = paragraph.passage.part(start, end).stripped()
        if part.text:
            yield replace(paragraph, passage=part)


_GLUED_LINES = 12
_GLUED = re.compile(
    rf"(?P<red>[{HAN} ]{{2,60}}文件)?(?P<title>[^。：:]{{4,120}}?的(?:通知|意见|函|通报|决定))?"
    rf"(?P<number> ?[（(]?{NUMBER.pattern}[）)]?)? ?(?P<whom>各[^。：:；]{{2,200}}[:：](?=.{{8}}|$))?"
)
_GLUED_FOOT = re.compile(rf"(?<=[。！!]) ?(?P<who>(?!特此)[{HAN}]{{2,40}}?(?:{BODY_ENDS})) ?(?P<day>{DATE.pattern})$")


def _listed(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return lines with `附件：` above a list taken for the list's head, not for that of an attachment."""
    return tuple(
        Line(line.paragraph, "attachments")
        if line.role == "annex" and line.text[-1] in "：:" and after is not None and _FIRST_ITEM.match(after.text)
        else line
        for line, after in zip(lines, [*lines[1:], None], strict=True)
    )


_FIRST_ITEM = re.compile(r"[（(]?1[、.．)） ]|附件 ?1")


def role(text: str) -> Role:
    """Return what a line is by its looks.

    Example:
        >>> role("粤科协联〔2020〕9号"), role("各市科协："), role("一、总体要求"), role("市科协 2020年6月3日")
        ('number', 'addressees', 'heading', 'signature')
    """
    short = text if len(text) <= 400 else ""
    tests: tuple[tuple[Role, object], ...] = (
        ("number", short and number_in(short)),
        ("date", short and (is_date(short) or is_unfinished_date(short))),
        ("web", is_web(text)),
        ("printed", _PRINTED.fullmatch(short)),
        ("copies", _COPIES.match(text)),
        ("annex", _ANNEX.fullmatch(short)),
        ("attachments", _ATTACHMENTS.match(text)),
        ("label", _LABEL.match(text)),
        ("red_head", red_head(short)),
        ("signature", signature(short)),
        ("source", len(short) < 90 and _SOURCE.fullmatch(short)),
        ("addressees", addressed(text)),
        ("heading", HEADING.match(text)),
        ("signer", bodies(short)),
        ("prose", len(text) > 120 or text[-1] in "。；;：:！!，,"),
        ("title", is_title(short)),
    )
    return next((name for name, holds in tests if holds), "line")


def red_head(text: str) -> tuple[str, ...]:
    """Return the bodies of a red head (`某局 文件`), if a line is one.

    Example:
        >>> red_head("广东省科学技术协会 文件 广东省科学技术厅")
        ('广东省科学技术协会', '广东省科学技术厅')
    """
    if "文件" not in text or len(text) > 120:
        return ()
    return bodies(re.sub(" ?文件(?= |$|[（(])", " ", text))


def signature(text: str) -> tuple[str, ...]:
    """Return the bodies of a line that holds them and a date and nothing else.

    Example:
        >>> signature("市科协 2020年6月3日")
        ('市科协',)
    """
    match = DATE.search(text) if len(text) <= 120 else None
    if not match or match.end() < len(text.rstrip(" 。）)")) or match.start() < 2:
        return ()
    return bodies(text[: match.start()].strip(" （("))


def addressed(text: str) -> int:
    """Return where the colon of a line of addressees stands, or 0 if it is no such line.

    Example:
        >>> addressed("各市科协，各高校科协："), addressed("现将有关事项通知如下：")
        (10, 0)
    """
    match = re.search("[:：]", text[:400])
    if not match or match.start() < 2:
        return 0
    head = text[: match.start()].strip()
    rest = text[match.end() :].strip()
    if re.search("[。！!？?“”《》]", head) or _LABEL.match(text) or HEADING.match(text):
        return 0
    plain = re.sub("[（(][^（）()]{0,60}[）)]", "", head)
    members = [one for one in re.split("[，,、；; ]", plain) if one]
    good = [one for one in members if _MEMBER.fullmatch(one) and not _SAID.search(one)]
    if not members or _SAID.search(members[-1]):
        return 0
    called = _CALLED.match(plain) is not None
    enough = 2 * len(good) > len(members) if called else len(good) == len(members) and not rest
    return match.start() if enough and (not rest or (called and len(rest) > 10)) else 0


# Where documents begin


def _starts(lines: Sequence[Line]) -> list[int]:
    """Return the indices at which documents begin."""
    starts, body, closed = [0], False, False
    for index, line in enumerate(lines):
        if index > starts[-1] and (body or closed) and _begins(lines, index, starts[-1], closed=closed):
            starts.append(index)
            body = closed = False
        body = body or line.role in ("prose", "heading") or (line.role == "addressees" and len(line.text) > 200)
        closed = closed or _closes(lines, index, body=body or index > starts[-1] + 2)
    return starts


def _begins(lines: Sequence[Line], index: int, start: int, *, closed: bool) -> bool:
    """Tell whether a document begins at a line, the one before having a body or an end."""
    line = lines[index]
    if line.role in ("red_head", "number"):
        return any(one.role in ("title", "addressees", "number") for one in lines[index + 1 : index + 7])
    if line.role == "annex":
        return closed or line.text.startswith("附件")
    if closed and line.paragraph.marked:
        return True
    stop, words = title_block(lines, index)
    if stop:
        after = lines[stop].role if stop < len(lines) else "line"
        if after == "number" and stop + 1 < len(lines):
            after = lines[stop + 1].role
        said = any(words.strip("《》") in one.text for one in lines[start:index] if one.role == "prose")
        return (
            closed or after == "addressees" or (said and len(words) > 8 and not re.match("附", lines[index - 1].text))
        )
    headline = line.role in ("line", "signer") and index + 1 < len(lines) and 8 <= len(line.text) <= 80
    return closed and headline and lines[index + 1].role == "prose" and len(lines[index + 1].text) > 30


def _closes(lines: Sequence[Line], index: int, *, body: bool) -> bool:
    """Tell whether a document shows its end at a line."""
    line = lines[index]
    before = lines[index - 1].role if index else "line"
    after = lines[index + 1].role if index + 1 < len(lines) else None
    if not body:
        return False
    if line.role == "date":
        bare = index > 0 and is_bare_heading(lines[index - 1])
        return before in ("signer", "red_head") or (not bare and after not in ("prose", "heading"))
    if line.role == "signer":
        return after in (None, "annex", "red_head", "number") and before != "heading"
    return line.role in ("signature", "source", "copies", "printed")


def is_bare_heading(line: Line) -> bool:
    """Tell whether a line is a heading without a sentence: a date under it belongs to it."""
    return line.role == "heading" and line.text[-1] not in "。；;）)！"


def title_block(lines: Sequence[Line], index: int) -> tuple[int, str]:
    r"""Return where a title that begins at a line ends, and its words; (0, "") if none begins there.

    Example:
        >>> from xiada.workflows.intake.cleaning import paragraphs
        >>> wrapped = [Line(one, role(one.text)) for one in paragraphs("关于开展某项\n活动的\n通知\n各市科协：")]
        >>> title_block(wrapped, 0)
        (3, '关于开展某项活动的通知')
    """
    words = ""
    for stop in range(index, min(index + 6, len(lines))):
        line = lines[stop]
        if line.role not in ("title", "line", "signer") or len(line.text) > 100 or line.text[-1] in "。；;：:":
            break
        about = re.search("关于|转发|印发", line.text)
        alone = (line.role == "title" and (about or len(words) <= 8 < len(line.text))) or (about and len(words) <= 8)
        if words and alone and not bodies(words):
            break
        words += line.text
        goes_on = stop + 1 < len(lines) and _goes_on(words, lines[stop + 1])
        if is_title(words) and (len(words) >= 6 or _SHORT_TITLE.fullmatch(words)) and not goes_on:
            return stop + 1, words
    return 0, ""


_SHORT_TITLE = re.compile("(?:紧急|重要|会议|放假|补充|工作)?(?:通知|通告|提示)")


def _goes_on(words: str, after: Line) -> bool:
    """Tell whether a title that could end here takes in the next line (`…工作方案` `的通知`)."""
    if after.role not in ("title", "line") or len(after.text) > 60:
        return False
    taken = not is_notice_title(words) and re.search("关于|转发|印发", words) and is_notice_title(words + after.text)
    return bool(_CONTINUED.fullmatch(after.text) or (taken and not re.match("关于|转发|印发", after.text)))


_CONTINUED = re.compile(
    r"(?:》|的|通知|有关|工作的|实施|活动的|》的)[^，。：:]{0,20}?(?:通知|通报|意见|函|方案|决定)|》"
)


def _stands_alone(lines: Sequence[Line]) -> bool:
    """Tell whether an attachment is a plan or a notice of its own, not a form or a list."""
    stop, words = title_block(lines, 1)
    head = words or (lines[1].text if len(lines) > 1 else "")
    plan = is_plan_title(head) or (
        is_notice_title(head) and any(one.role == "addressees" for one in lines[stop : stop + 3])
    )
    return plan and sum(one.role in ("prose", "heading") for one in lines) >= 1
