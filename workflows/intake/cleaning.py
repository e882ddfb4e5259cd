"""From a text as read to clean paragraphs: each knows where every one of its characters stood.

Rule: nothing is added but the space between two Latin words parted by a line break, which stands where
the break stood; what is dropped is white space, markup, page numbers and text printed again after a page
break. Every step goes over the text a bounded number of times. What a paragraph means is not asked here.
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from xiada.workflows.intake.passage import Passage

HAN = "\u3400-\u9fff\U00020000-\U0003134f〇"
LABELS = (
    "联系人|联络人|负责人|联系电话|咨询电话|联系方式|联系地址|办公电话|电话|传真|手机|电子邮箱|电子邮件|"
    "电子信箱|邮箱|信箱|"
    "邮编|邮政编码|邮寄地址|通讯地址|地址|QQ|微信|网址|E-?mail|抄送|抄报|主送|附件"
)
CLOSED = "。！？!?；;：:"
_CLOSERS = "”’\"'）)》〉】」』]"

HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十百\d]{1,4}[章节条款部][^，。]|"
    r"[（(]\s?[一二三四五六七八九十]{1,3}\s?[)）]|[（(]\d{1,2}[)）]|\d{1,2}[、.．)）](?!\d)|[①-⑳]|"
    r"[一二三四五六七八九]是|#{1,6} )"
)
_MARKER = re.compile(
    rf"(?:{HEADING.pattern}|(?:{LABELS})\s?\d?[:：/（(\s]|附[件表]?\s?\d{{0,2}}\s?[:：]|附件\s?\d{{0,2}}$|"
    rf"[（(]?(?:联系人|此件)|"
    r"(?:19|20)\d\d\s?[年.-]\s?\d{1,2}\s?[月.-]\s?\d{1,2}\s?日?$|[一二][〇○Ο零Oo九]|本报讯|特此|妥否|主题词)",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"[（(]?(?:{LABELS})", re.IGNORECASE)
_PAGE = re.compile(
    r"(?:[-—–－─·•~]{1,4} ?\d{1,4} ?[-—–－─·•~]{1,4}|第 ?\d{1,4} ?页(?:[ ,，/]?共 ?\d{1,4} ?页)?|"
    r"\d{1,4} ?/ ?\d{1,4}|- ?\d{1,3}|\d{1,3} ?-)"
)
_PAGE_ALONE = re.compile(r"\d{1,3}")
_LINE = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BREAKS = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_MARKUP = re.compile(
    r"<(?:/?[a-zA-Z][^<>]{0,500}|!--[^<>]{0,500}--)>|&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,6});|[\x00\x7f]+"
)
_SPACED_DATE = re.compile(
    r"(?<!\d)[12] ?[09] ?\d ?\d ?年(?: ?(?:1 ?[0-2]|0? ?[1-9]) ?月(?: ?(?:[12] ?\d|3 ?[01]|0? ?[1-9]) ?日)?)?|"
    r"(?<=月) ?(?:[12] ?\d|3 ?[01]) ?(?=日)"
)
_SPACED_LABEL = re.compile(
    r"联 ?系 ?人|联 ?系 ?电 ?话|联 ?系 ?方 ?式|传 +真|附 +件|抄 +送|抄 +报|主 +送|电 +话|邮 +箱|手 +机|地 +址|"
    r"邮 +编|单 +位|电 子 邮 箱"
)
_WORD = re.compile(r"[A-Za-z]{2,}$"), re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A clean paragraph and how it stood on the page.

    Args:
        passage: Its text.
        indent: Columns of white space before it.
        blank: Empty lines before it.
        marked: Marked as a heading (`##`).
    """

    passage: Passage
    indent: int = 0
    blank: int = 0
    marked: bool = False

    @property
    def text(self) -> str:
        """Its text, clean."""
        return self.passage.text


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    r"""Return the clean paragraphs of a text.

    Args:
        text: The text as read.

    Returns:
        Paragraphs in order; a paragraph is never empty.

    Example:
        >>> [one.text for one in paragraphs("请于 2020 年\n\n6 月 3 日前报送，\n谢谢。\n— 2 —\n市科协")]
        ['请于2020年6月3日前报送，谢谢。', '市科协']
    """
    lines = list(_lines(text))
    joined = _joined(lines, _Page.of(lines))
    return tuple(replace(one, passage=_spaced(one.passage)) for one in joined)


# From characters to lines


def _lines(text: str) -> Iterator[Paragraph]:
    """Yield the lines that say something, folded and stripped, page numbers left out."""
    blank = 0
    lines = [(passage, passage.stripped()) for passage in _split(text)]
    for index, (passage, line) in enumerate(lines):
        alone = blank > 0 and not any(below.text for _, below in lines[index + 1 : index + 2])
        if not line.text:
            blank += 1
        elif _PAGE.fullmatch(line.text) or (alone and _PAGE_ALONE.fullmatch(line.text)):
            blank = max(blank, 1)
        else:
            indent = width(text[passage.places[0] : line.places[0]])
            yield from _parts(line, indent, blank)
            blank = 0


def _split(text: str) -> Iterator[Passage]:
    """Yield the physical lines of a text, folded, with runs of spaces made one."""
    folded = text.translate(_FOLD)
    if "<" in text or "&" in text or "\x00" in folded:
        breaks = [match.span() for match in _BREAKS.finditer(text)]
        folded = _blotted(folded, breaks, "\n")
        folded = _MARKUP.sub(_meant, folded)
    start = 0
    for match in _LINE.finditer(folded):
        yield _lean(Passage.of(folded[start : match.start()], start))
        start = match.end()
    yield _lean(Passage.of(folded[start:], start))


def _blotted(text: str, spans: Iterable[tuple[int, int]], first: str) -> str:
    """Return a text of the same length in which spans are `first` and then nothing that counts."""
    pieces, done = [], 0
    for start, stop in spans:
        pieces += [text[done:start], first, "\x00" * (stop - start - 1)]
        done = stop
    return "".join([*pieces, text[done:]])


def _meant(match: re.Match[str]) -> str:
    """Return what a piece of markup means, as long as it was."""
    found = html.unescape(match[0]) if match[0].startswith("&") else ""
    if len(found) != 1 or found == match[0]:
        return "\x00" * len(match[0]) if found != match[0] else match[0]
    meant = found.translate(_FOLD)
    return (" " if meant.isspace() else meant) + "\x00" * (len(match[0]) - 1)


def _lean(line: Passage) -> Passage:
    """Return a line without characters that say nothing, and with one space where there were several."""
    return without(line, (match.span() for match in re.finditer(r"\x00+|(?<= )[ \x00]+", line.text)))


def _parts(line: Passage, indent: int, blank: int) -> Iterator[Paragraph]:
    """Yield a line, cut at the spaces after full stops if a whole text was put on one line."""
    mark = re.match(r"#{1,6} |\*\*|[·•●▪■◆★] ?", line.text)
    line = line.part(mark.end(), len(line.text)).stripped() if mark else line
    marked = bool(mark and mark[0].startswith("#"))
    cuts = _cuts(line.text) if len(line.text) > _FLAT else []
    for start, stop in pairwise([0, *cuts, len(line.text)]):
        part = line.part(start, stop).stripped()
        if part.text:
            yield Paragraph(part, indent, blank, marked)
            blank, marked = 0, False


def _cuts(text: str) -> list[int]:
    """Return where a text put on one line has to be cut: after full stops, before labels, around signatures."""
    signed = [place for match in _SIGNED.finditer(text) for place in match.span()]
    return sorted({*(match.start() for match in _CUTS.finditer(text)), *signed})


_FLAT = 120
_DAY_AT_END = (
    r"(?:19|20)\d\d ?年 ?\d{1,2} ?月 ?\d{1,2} ?日|"
    rf"[一二][〇○零O0一二三四五六七八九]{{3}}年[{HAN}]{{1,3}}月[{HAN}]{{1,3}}日"
)
_CUTS = re.compile(
    rf"(?<=[。；]) |(?<=[：:]) (?=[{HAN}]{{6}})|(?:(?<=通知)|(?<=通报)|(?<=意见)|(?<=的函)) (?=[{HAN}（(\d])|"
    rf"(?<=\d:\d\d) (?=[{HAN}])|"
    r" (?=附件? ?[:：]|附件\d|(?:抄送|抄报|联系人|联系电话)[:：])| (?=[一二三四五六七八九十]{1,2}、)|"
    rf" (?=[（(][一二三四五六七八九十]{{1,2}}[）)])| (?=[{HAN}]{{2,16}}[〔\[](?:19|20)\d\d[〕\]] ?\d{{1,5}}号 )|"
    rf"(?<=\d号) (?=(?:[{HAN}]{{2,20}} ){{0,3}}[{HAN}]{{0,20}}(?:关于|转发|印发))"
)
_SIGNED = re.compile(rf"(?<![于至到在自从为和]) (?:[{HAN}]{{2,24}} ){{0,5}}(?:{_DAY_AT_END})(?= |$)")


def _fold() -> dict[int, str]:
    """Return what each odd character stands for: a plain one, a space, or nothing (NUL)."""
    table = {
        code: chr(code - 0xFEE0)
        for code in (*range(0xFF0D, 0xFF1A), 0xFF20, *range(0xFF21, 0xFF3B), 0xFF3F, *range(0xFF41, 0xFF5B))
    }
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00)):
        plain = unicodedata.normalize("NFKC", chr(code))
        table |= {code: plain} if len(plain) == 1 and plain != chr(code) else {}
    table |= dict.fromkeys((0x9, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    nothing = (
        *range(9),
        *range(0xE, 0x1C),
        0x1F,
        0x7F,
        0xAD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
    )
    return table | dict.fromkeys((*nothing, 0xFEFF, 0xFFFC), "\x00")


_FOLD = _fold()


def without(passage: Passage, spans: Iterable[tuple[int, int]]) -> Passage:
    """Return a passage without some of its characters.

    Args:
        passage: The passage.
        spans: Where to cut, in its own text, rising and apart.

    Returns:
        The rest, every character still knowing its place.

    Example:
        >>> without(Passage.of("6 月"), [(1, 2)]).span
        (0, 3)
    """
    text, places, done = [], array("q"), 0
    for start, stop in spans:
        text.append(passage.text[done:start])
        places.extend(passage.places[done:start])
        done = stop
    if not text:
        return passage
    places.extend(passage.places[done:])
    return Passage("".join([*text, passage.text[done:]]), places)


# From lines to paragraphs


def width(text: str) -> int:
    """Return how many columns a text takes, two for a Chinese character.

    Example:
        >>> width("5月")
        3
    """
    return len(text) + sum(character > "\u2e80" for character in text)


@dataclass(frozen=True, slots=True)
class _Page:
    """How the lines of a text were set: how wide if they were broken by width, and their usual indent."""

    columns: int
    indent: int

    @classmethod
    def of(cls, lines: Sequence[Paragraph]) -> _Page:
        """Return how these lines were set; 0 columns if paragraphs stand on one line each."""
        widths = sorted(width(line.text) for line in lines)
        indents = sorted(line.indent for line in lines)
        if len(widths) < 4:
            return cls(0, 0)
        widest = widths[int(0.95 * (len(widths) - 1))]
        full = sum(_open(line.text) and width(line.text) >= 0.88 * widest for line in lines)
        broken = 30 <= widest <= 140 and widths[-1] <= 1.2 * widest and full >= max(3, 0.15 * len(widths))
        return cls(widest if broken else 0, indents[len(indents) // 2])


def _open(text: str) -> bool:
    """Tell whether a line could go on in the next one."""
    return text.rstrip(_CLOSERS)[-1:] not in CLOSED


def _joined(lines: Iterable[Paragraph], page: _Page) -> Iterator[Paragraph]:
    """Yield paragraphs: lines that go on in the next one are put together."""
    parts: list[Passage] = []
    first = last = None
    for line in lines:
        if first is None or last is None or not _goes_on(first, last, line, page):
            if first is not None:
                yield replace(first, passage=_together(parts))
            first, parts = line, [line.passage]
        else:
            parts.append(_new_in(last.passage, line.passage))
        last = line
    if first is not None:
        yield replace(first, passage=_together(parts))


def _goes_on(first: Paragraph, last: Paragraph, line: Paragraph, page: _Page) -> bool:
    """Tell whether a paragraph begun in `first`, come to `last`, goes on in `line`."""
    above, below = last.text, line.text
    begun = (
        above[-1] in _MIDST
        or _CUT_OFF.search(above) is not None
        or (len(above) > 4 and _DATE_CUT.search(above) is not None and below[0].isdecimal())
    )
    if last.marked or line.marked or not _open(above) or (_MARKER.match(below) and not begun):
        return False
    indented = page.columns and line.indent >= page.indent + 2 and line.indent > last.indent
    if not begun and (indented or _apart(above, below)):
        return False
    full = page.columns and width(above) >= 0.85 * page.columns
    rest = len(above) >= 12 and _REST.fullmatch(below) is not None
    undone = (
        len(above) >= 20 and _UNDONE.search(above) is not None and (len(below) >= 24 or re.search("[，。；]", below))
    )
    return bool(begun or full or rest or undone or _is_prose(first, last))


def _apart(above: str, below: str) -> bool:
    """Tell whether a line ends as a title or an addressee does and the next one begins as what comes after it."""
    headed = below.startswith(("各", "有关", "本")) or below[-1] in "：:" or _NUMBER.fullmatch(below)
    titled = _TITLE_END.search(above) and headed
    listed = _FIELD.match(above) and _FIELD.match(below)
    called = _CALL_ENDS.search(above[-40:]) and re.match(f"[{HAN}]", below)
    return bool(titled or listed or called or (_BODIES.search(above) and _BEGINNING.match(below)))


_CALL_ENDS = re.compile(r"\d{7}$|@[\w.-]{3,30}$")
_FIELD = re.compile(f"[{HAN} ]{{1,8}}[:：]")
_MIDST = "，,、（(《“"
_DATE_CUT = re.compile(r"(?:[自从前年月第]|附件)$")
_UNDONE = re.compile(r"(?:[日号旬底时点\d）)]|周[一二三四五六日])前[^。；;：:]{0,60}$")
_ASKING = re.compile("请[各你将于有按]|现将|现就|为[^，]{2,20}，|根据|按照|遵照|经研究")
_NUMBER = re.compile(rf"[{HAN}]{{2,16}}[〔\[（(](?:19|20)\d\d[〕\]）)] ?第? ?\d{{1,4}} ?号")
_CUT_OFF = re.compile(r"(?:[于至到在将把向]|[日月]前|\w@|\d-)$")
_TITLE_END = re.compile("(?:通知|通报|意见|函|方案)[”》]?$")
_BODIES = re.compile("(?:单位|部门|学校|医院|公司|[局厅委府会校处办院司协])$")
_BEGINNING = re.compile("(?:为|根据|按照|经|现将|近日|近期|近年|由|据|依据|遵照)")
_REST = re.compile(f"[{HAN}]{{1,2}}[。）)]?")


def _is_prose(first: Paragraph, last: Paragraph) -> bool:
    """Tell whether a line is running text that was cut off, and not a heading, a title or a signature."""
    text = last.text
    if len(text) < 20 or _LABEL.match(text):
        return False
    stops = len(re.findall("[。；;]", text)) + (first is not last)
    commas = len(re.findall("[，,]", text)) + bool(_ASKING.match(text) and re.search("[，,、]", text))
    return stops > 0 or (len(text) >= 24 and not HEADING.match(text) and commas >= 2)


def _together(parts: Sequence[Passage]) -> Passage:
    """Return passages put one after the other, Latin words kept apart."""
    if len(parts) == 1:
        return parts[0]
    text: list[str] = []
    places = array("q")
    for part in parts:
        if not part.text:
            continue
        if text and _WORD[0].search(text[-1]) and _WORD[1].match(part.text):
            text.append(" ")
            places.append(places[-1] + 1)
        text.append(part.text)
        places.extend(part.places)
    return Passage("".join(text), places)


def _new_in(above: Passage, below: Passage) -> Passage:
    """Return what a line says beyond the end of the line above: a page break may print it again."""
    tail = above.text[-_AGAIN:]
    for size in range(min(len(tail), len(below.text)), 0, -1):
        again = tail[-size:]
        alone = size == len(tail) or tail[-size - 1] in "，,、。；;：: "
        if below.text.startswith(again) and (alone or size >= 4) and re.fullmatch(f"[{HAN}]+", again):
            return below.part(size, len(below.text))
    return below


_AGAIN = 40


# Spaces inside paragraphs

_BODY_END = "协部厅局委会院办府室处社团校司心组行联"
_DAMAGE = re.compile(
    rf"(?<=[{HAN}“《（(〔\[〕\]】﹞]) (?=\d)|(?<=\d) (?=[年月日号时点分届次个名项万亿元级周天岁位期条款位人家份〕\]，。"
    rf"、；：）)])|"
    rf"(?<=[，。、；：！？（《“〔【]) |(?<=[,:;]) (?=[{HAN}“《（\d])| (?=[，。、；：！？）》”〕】,;:])|(?<=\d-) (?=\d)"
)
_SINGLES = re.compile(rf"(?:(?<=^[{HAN}])|(?<=[^{HAN}][{HAN}])) (?=[{HAN}](?:[^{HAN}]|$))")
_BETWEEN = re.compile(rf"(?<=[{HAN}A-Za-z”》）)]) (?=[{HAN}“《（(])|(?<=\d) (?=[{HAN}])|(?<=[{HAN}]) (?=[A-Za-z])")
_PEOPLE = re.compile(r"联系人|联络人|联系方式|电话|传真|邮箱|信箱|邮件|E-?mail|手机", re.IGNORECASE)
_ANOTHER_BODY = re.compile(rf" [{HAN}]{{1,20}}(?:[{_BODY_END}](?:关于|印发|转发|联合|文件|[ 》，。：:、]|$))")


def _spaced(passage: Passage) -> Passage:
    """Return a paragraph without the spaces that are damage; those between bodies, names and labels stay."""
    if " " not in passage.text:
        return passage
    passage = without(passage, (span for match in _SPACED_LABEL.finditer(passage.text) for span in _spaces(match)))
    passage = without(passage, (span for match in _SPACED_DATE.finditer(passage.text) for span in _spaces(match)))
    people = _PEOPLE.search(passage.text)
    limit = people.start() if people else len(passage.text)
    passage = without(passage, (match.span() for match in _SINGLES.finditer(passage.text) if match.start() < limit))
    passage = without(passage, (match.span() for match in _DAMAGE.finditer(passage.text) if not _is_line(passage.text)))
    return without(passage, _in_prose(passage.text))


def _spaces(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield where the spaces inside a match stand."""
    return ((match.start() + i, match.start() + i + 1) for i, one in enumerate(match[0]) if one == " ")


def _is_line(text: str) -> bool:
    """Tell whether a body and a date stand in one line with a space between, as at the end of a notice."""
    return (
        len(text) < 60
        and re.search(rf"[{HAN}] (?:19|20)\d\d ?[年.-]", text) is not None
        and not re.search("[，。,于至]", text)
    )


def _in_prose(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spaces between words of running text, where Chinese has none."""
    people = _PEOPLE.search(text)
    ends = re.search("[。；;：:]$", text) or HEADING.match(text)
    if not ends and (len(text) < 30 or not re.search("[，。,；;]", text)):
        return
    for match in _BETWEEN.finditer(text, 0, people.start() if people else len(text)):
        body = text[match.start() - 1] in _BODY_END and _ANOTHER_BODY.match(text, match.start())
        if not body:
            yield match.span()
