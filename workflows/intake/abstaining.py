"""Why a text holds no directive: said with a stable code, in two languages, and never guessed around.

Rule: a text is a directive only if it is addressed, entitled or numbered as one, or lays a duty on somebody;
everything else is named for what it is. It decides nothing about a document that is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from xiada.workflows.intake.cleaning import paragraphs
from xiada.workflows.intake.signs import PLAN_ENDS, REQUEST_ENDS, STATEMENT_ENDS
from xiada.workflows.intake.values import Segment

Why: TypeAlias = Literal[
    "empty", "not_chinese", "numbers", "meeting_news", "news", "statement", "to_superior", "plan_alone",
    "verse", "no_duty", "damaged_text",
]  # fmt: skip

WORDS: Mapping[Why, tuple[str, str]] = MappingProxyType(
    {
        "empty": ("文本为空", "the text is empty"),
        "not_chinese": (
            "不是中文公文：汉字 {han} 个，共 {characters} 个字符",
            "not a Chinese text: {han} of {characters} characters are Chinese",
        ),
        "numbers": ("以数字为主的表格，没有要求", "a table of numbers: {digits} of {characters} characters are digits"),
        "meeting_news": (
            "会议报道，没有主送机关和报送要求",
            "news of a meeting: nobody is addressed and nothing is to be handed in",
        ),
        "news": ("新闻报道，没有主送机关和报送要求", "news: nobody is addressed and nothing is to be handed in"),
        "statement": ("公告、公示一类文本，不向下级布置任务", "a public statement: it lays nothing on a subordinate"),
        "to_superior": (
            "上行文（请示、报告），不是下达",
            "a request or report to a superior: nothing is issued downwards",
        ),
        "plan_alone": ("只有方案、办法正文，没有印发通知", "a plan or rules without the notice that issues it"),
        "verse": ("短句分行的文本，不是公文", "short lines without a sentence: no official text"),
        "no_duty": ("没有标题、主送机关和要求", "no title, no addressee, no duty"),
        "damaged_text": ("文字损坏，无法辨读：{lost} 个字符丢失", "damaged beyond reading: {lost} characters are lost"),
    }
)


@dataclass(frozen=True, slots=True)
class NoDirective:
    """No directive was found, and why.

    Args:
        code: Stable.
        facts: What was counted.

    Example:
        >>> NoDirective("empty").zh, NoDirective("empty").en
        ('文本为空', 'the text is empty')
    """

    code: Why
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def zh(self) -> str:
        """The reason in Chinese."""
        return WORDS[self.code][0].format_map(self.facts)

    @property
    def en(self) -> str:
        """The reason in English."""
        return WORDS[self.code][1].format_map(self.facts)


def why_nothing(text: str, segments: Sequence[Segment] = ()) -> NoDirective | None:
    """Return why a text holds no directive.

    Args:
        text: The text as read.
        segments: What was read in it.

    Returns:
        The reason with its facts; None if there is a notice, or a plan with duties in it.

    Example:
        >>> why_nothing("To whom it may concern").code
        'not_chinese'
    """
    if any(segment.kind == "notice" or segment.obligations for segment in segments):
        return None
    looks = unreadable(text)
    if looks is not None:
        return looks
    reason = next((segment.reason for segment in segments if segment.reason), "no_duty")
    return NoDirective(next((code for code in WORDS if code == reason), "no_duty"))


def unreadable(text: str) -> NoDirective | None:
    """Return why a text cannot be an official Chinese text at all, from its characters alone.

    Example:
        >>> unreadable("各市科协：请于6月10日前报送。") is None
        True
    """
    solid = re.sub(r"\s+", "", text)
    if not solid:
        return NoDirective("empty")
    han = len(re.findall("[\u3400-\u9fff\U00020000-\U0003134f]", solid))
    digits = len(re.findall(r"\d", solid))
    lost = len(re.findall("[\ufffd\ue000-\uf8ff锟斤拷烫屯]", solid))
    if lost * 5 > len(solid):
        return NoDirective("damaged_text", {"lost": lost, "characters": len(solid)})
    if digits * 2 > len(solid) and han * 4 < len(solid):
        return NoDirective("numbers", {"digits": digits, "characters": len(solid)})
    if han * 5 < len(solid) or han < 6:
        return NoDirective("not_chinese", {"han": han, "characters": len(solid)})
    return None


def reason_of(title: str | None, lines: Sequence[str]) -> Why:
    """Return why a document that is no notice is none.

    Args:
        title: Its title, if any.
        lines: Its lines.

    Example:
        >>> reason_of("关于拟表彰名单的公示", ["现予公示。"])
        'statement'
    """
    words = title or ""
    tests: tuple[tuple[Why, bool], ...] = (
        ("to_superior", _ends(words, REQUEST_ENDS) or any(_PLEASE_DECIDE.search(one) for one in lines)),
        ("statement", _ends(words, STATEMENT_ENDS) and "纪要" not in words),
        ("plan_alone", _ends(words, PLAN_ENDS) or any(_SETS_RULES.search(one[:600]) for one in lines[:3])),
        ("meeting_news", is_meeting(words, lines)),
        ("verse", len(lines) >= 3 and all(_VERSE.fullmatch(one) for one in lines)),
        ("news", any(len(one) > 40 for one in lines)),
    )
    return next((code for code, holds in tests if holds), "no_duty")


_VERSE = re.compile(r"[^\d：:|]{1,24}")
_PLEASE_DECIDE = re.compile("(?:妥否|当否|可否|是否妥当).{0,4}请.{0,4}(?:批|示|复)")
_SETS_RULES = re.compile(f"制定(?:本|如下|.{{2,40}})(?:{PLAN_ENDS})")


def _ends(title: str, words: str) -> bool:
    """Tell whether a title ends in one of some words, a bracket after it left out."""
    return re.search(f"(?:{words})(?:[（(].{{0,8}}[）)])?$", title) is not None


def is_meeting(title: str, lines: Sequence[str]) -> bool:
    """Tell whether a text reports a meeting and what it asked for.

    Example:
        >>> is_meeting("某局召开会议", ["会议要求，各单位要抓好落实。"])
        True
    """
    held = re.search(
        "会议|座谈会|学习会|大会|例会|党组会|常务会|专题学习|集体学习|会$|纪要",
        title + "".join(one[:120] for one in lines[:3]),
    )
    said = any(
        re.search("会议(?:要求|强调|指出|认为|决定|明确|审议|研究|听取|传达|部署|通报|总结|分析|安排)|^[一二三]要", one)
        for one in lines
    )
    called = re.search("召开.{0,30}会|会议$", title) is not None and any(
        re.search("强调|要求|部署", one) for one in lines
    )
    return held is not None and (said or called)


def is_verse(text: str) -> bool:
    r"""Tell whether a text is short lines only, like a poem.

    Example:
        >>> is_verse("床前明月光\n疑是地上霜\n举头望明月\n低头思故乡")
        True
    """
    return reason_of(None, [one.text for one in paragraphs(text)]) == "verse"
