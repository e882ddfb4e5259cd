"""Headings of a document, and what news of a meeting or a visit says should be done.

Rule: a numbered paragraph is a heading if it has no full stop, or if its first sentence is short and more
follows; a numbered item of one sentence is none. A decision is what follows `一要`, an instruction what
follows 要求 or 希望: it is reported as said, it binds nobody until somebody is given it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from xiada.workflows.intake.cleaning import HAN
from xiada.workflows.intake.contacts import SURNAMES
from xiada.workflows.intake.passage import Passage
from xiada.workflows.intake.values import Decision, Section

_ANY = f"[{HAN}]"
_NUMBERED = re.compile(
    r"(?P<plain>[一二三四五六七八九十]{1,3})[、.．] ?|(?P<round>[（(] ?[一二三四五六七八九十]{1,3} ?[)）])、? ?|"
    r"(?P<chapter>第[一二三四五六七八九十百\d]{1,4}[章节条]) ?|"
    r"(?P<digit>\d{1,2})[、.．](?!\d) ?|(?P<bracket>[（(]\d{1,2}[)）]) ?|(?P<first>[一二三四五六七八九]是)"
)
_TITLE_LENGTH = 60
_ITEM_LENGTH = 25
_CONTACT = re.compile(r"(?:\d{7}|@|[:：]$)")


def sections_of(lines: Iterable[Passage]) -> tuple[Section, ...]:
    """Return the headings of a document, in order.

    Args:
        lines: The lines of its body.

    Returns:
        Every heading with its number as written: `一`, `（一）`, `1`, `一是`.

    Example:
        >>> [(one.no, one.title) for one in sections_of([Passage.of("一、总体要求"), Passage.of("1.请报送。")])]
        [('一', '总体要求')]
    """
    return tuple(section for line in lines for section in _heading(line))


def _heading(line: Passage) -> Iterator[Section]:
    """Yield the heading a line is or begins with, if any."""
    match = _NUMBERED.match(line.text)
    if not match:
        return
    stop = re.search("[。！；;]|[:：](?=.)", line.text[match.end() :])
    end = match.end() + stop.start() if stop else len(line.text.rstrip(" :："))
    more = stop is not None and len(line.text) - end > 8
    title = line.text[match.end() : end]
    item = match["digit"] or match["bracket"]
    asks = re.match("请", title) or re.search("(?:请各|日前|报送至|前将|前报)", title)
    short = (
        not asks
        and len(title) <= (_ITEM_LENGTH if item else _TITLE_LENGTH)
        and not (item and re.search("请|须|应|要|将", title))
    )
    if title and short and (stop is None or more) and not _CONTACT.search(title) and title[:1] not in "，。、":
        number = next(value for value in match.groupdict().values() if value)
        yield Section(no=number.replace(" ", ""), title=title.strip(), span=line.part(0, end).span)


_DECIDED = re.compile(r"(?P<no>[一二三四五六七八九十])(?P<what>(?:要|是要)[^。；;]{2,160})")
_LAID_ON = re.compile(r"会议(?:要求|强调|指出|决定|明确|部署)")
_SUBJECT = re.compile(
    rf"(?:^|[，,。；;、])(?P<who>(?:各级|各|全体|全市|全省|全县|全区|有关|相关)[{HAN}、]{{1,24}}?|"
    rf"[{HAN}]{{0,10}}(?:同志|党组|中心组|学会|党组织|党支部|部门|单位|局|委|厅|处室))(?:都)?(?:要|应|必须|务必)"
)
_IN_DECISION = re.compile(
    rf"(?:^|[，,。；;]|发挥|带动|推动|引导|指导)(?P<who>(?:各级|各|全国|全体|全市|全省|全县|全区|有关|"
    rf"相关)(?:(?![要将把以和与及为在着按]){_ANY}){{0,12}}(?:科协组织|党组织|部门|单位|学会|科协|局|委|支部|"
    rf"学校|街道|乡镇|医院|企业)|党组(?:理论学习)?中心组|党组领导同志|党组理论学习中心组|班子成员)"
)
_PLAN = re.compile(
    rf"《([^《》]{{2,80}}(?:规划|计划|方案|要点|纲要)[^《》]{{0,30}})》|纳入([{HAN}“”\d]{{2,30}}(?:规划|计划|"
    rf"工程|要点|方案|考核|体系))"
)
_ASKED = re.compile(
    rf"(?P<by>[{HAN}]{{2,8}}?)(?:(?P<where>(?:在|对|向)[{HAN}“”（）()]{{2,30}}?[中时上后])?)(?P<how>强调要求|"
    rf"明确要求|要求|希望|强调|指出)[，,:：]?(?P<what>[^。；;]{{4,200}})|"
    rf"(?<=[，,])(?P<and>并?希望|并?要求)(?P<hoped>[^。；;]{{4,200}})"
)
_NOBODY = re.compile("会议|活动|通知|按照|根据|方案|工作|法律|规定|政策|上级|文件|时代|有关|相关")
_SPEAKS = re.compile(
    rf"(?:^|(?<=[。，,；;、]))(?P<by>[{HAN}]{{2,12}}?)(?:对|在|作|向|介绍|表示|充分|认真|强调|指出|要求|听取)"
)
_NO_TARGET = re.compile("^(?:要|将|把|进一步|切实|认真|全力|以|在|从|加|坚|不|尽|继续|按)")
_TOLD = re.compile(
    rf"^(?P<who>[{HAN}“”、（）()]{{2,30}}?(?:[部处室局厅委办科]|中心|协会|学会|科协|单位|部门|站点|组织|学校|"
    rf"医院|企业|公司|同志|基地)(?:[（(][{HAN}]{{1,6}}[)）])?)"
    r"(?=[要应必务切认抓做进加贯落尽按继立组对把将以就在结充围深全迅，,])"
)
_ABOUT = re.compile(
    rf"对([{HAN}“”（）()]{{2,30}}?(?:基地|中心|单位|公司|学校|企业|站|社区|科协|学会))(?:的)?(?:工作|建设|发展|"
    rf"做法|成绩)?"
)


def decisions_of(lines: Sequence[Passage]) -> tuple[Decision, ...]:
    """Return what a meeting decided: `一要…`, `二要…`.

    Args:
        lines: The lines of the news.

    Returns:
        One decision for each number; whom it names, else whom the meeting as a whole names.

    Example:
        >>> said = ["会议要求，各级科协组织要精心安排。", "一要抓好学习，增强实效。要统筹各项工作。"]
        >>> [(one.no, one.title, one.targets) for one in decisions_of([Passage.of(line) for line in said])]
        [('一', '要抓好学习，增强实效', ('各级科协组织',))]
    """
    overall: tuple[str, ...] = ()
    found = []
    for line in lines:
        if _LAID_ON.search(line.text[:40]):
            overall = _named(_SUBJECT, line.text) or overall
        for match in _starts(line.text):
            stop = next((one.start() for one in _starts(line.text) if one.start() > match.start()), len(line.text))
            words = line.text[match.start() : stop]
            found.append(
                Decision(
                    no=match["no"],
                    title=match["what"].removeprefix("是"),
                    targets=_named(_IN_DECISION, words[:2000]) or overall,
                    plan=_plan(words),
                    span=line.part(match.start(), stop).span,
                )
            )
    return tuple(found) or tuple(decision for line in lines for decision in _laid_on(line))


def _laid_on(line: Passage) -> Iterator[Decision]:
    """Yield what a meeting without numbered points asked for: `会议要求，…`, `会议决定，…`."""
    for match in re.finditer("会议(?:要求|决定|强调|明确)[，,:：]?(?P<what>[^。；;]{4,200})", line.text[:20_000]):
        yield Decision(
            no=None,
            title=match["what"],
            targets=_named(_SUBJECT, "，" + match["what"]),
            plan=_plan(match["what"]),
            span=line.part(match.start(), match.end()).span,
        )


def _starts(text: str) -> list[re.Match[str]]:
    """Return where decisions begin in a line: at its head, and after a full stop if it holds several."""
    return [
        match
        for match in _DECIDED.finditer(text[:20_000])
        if not match.start() or text[match.start() - 1] in "。；;：: "
    ]


def _named(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    """Return whom a text names by a pattern, each once."""
    return tuple(dict.fromkeys(match["who"] for match in pattern.finditer(text[:2000])))


def instructions_of(lines: Sequence[Passage]) -> tuple[Decision, ...]:
    """Return what persons asked for in news: `某某要求某部…`, softly `希望…`.

    Args:
        lines: The lines of the news.

    Returns:
        Who asked whom for what, as far as the words tell.
    """
    found: list[Decision] = []
    for line in lines:
        for match in _ASKED.finditer(line.text[:20_000]):
            by = _person(match["by"] or _speaker(line.text, match.start()))
            how = match["how"] or match["and"]
            words = match["what"] or match["hoped"]
            if by is None or (how in ("强调", "指出") and not words.startswith("要")):
                continue
            found.append(_instruction(line, match, by, words))
            if how in ("强调", "指出", "要求"):
                found += _more(line, match.end(), by)
    return tuple(found)


def _speaker(text: str, before: int) -> str:
    """Return the last person said to speak before a place, in the same sentence."""
    start = text.rfind("。", 0, before) + 1
    spoken = [match["by"] for match in _SPEAKS.finditer(text, start, before)]
    return next((one for one in reversed(spoken) if _person(one)), "")


def _person(words: str) -> str | None:
    """Return the person words end in, if the name begins as a Chinese name does."""
    for size in (3, 2):
        name = words[-size:]
        if len(name) == size and name[0] in SURNAMES and not _NOBODY.search(name):
            return name
    return None


def _more(line: Passage, start: int, by: str) -> Iterator[Decision]:
    """Yield the sentences after an instruction that go on with 要."""
    for match in re.finditer("(?<=[。；;])(?P<what>要[^。；;]{4,200})", line.text[start : start + 2000]):
        span = line.part(start + match.start(), start + match.end()).span
        yield Decision(no=None, title=match["what"], by=by, plan=_plan(match["what"]), soft=True, span=span)


def _plan(words: str) -> str | None:
    """Return the plan words name, if they name one."""
    match = _PLAN.search(words)
    return (match[1] or match[2]) if match else None


def _instruction(line: Passage, match: re.Match[str], by: str, words: str) -> Decision:
    """Return one instruction, with whom it names and the plan it belongs to."""
    told = None if _NO_TARGET.match(words) else _TOLD.match(words)
    about = _ABOUT.search(line.text[max(0, match.start() - 60) : match.start()])
    how = match["how"] or match["and"]
    title = words[told.end() if told else 0 :].strip("，, ")
    return Decision(
        no=None,
        title=title,
        by=by,
        targets=(told["who"],) if told else (about[1],) if about else (),
        plan=_plan(words),
        soft=how.removeprefix("并") in ("希望", "强调", "指出"),
        span=line.part(match.start(), match.end()).span,
    )
