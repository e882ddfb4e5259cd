"""Plans a notice asks its addressees to make: 制定工作方案, 做好活动预案.

Rule: only what is asked of the addressees counts, and headings ask nothing. A plan that is also to be
handed in is found as an act of handing in; undated plans of one document are one obligation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xiada.workflows.intake.clauses import Sentence
from xiada.workflows.intake.dates import Reading
from xiada.workflows.intake.subjects import subject

PLAN = re.compile(r"(?:方案|预案|计划|规划)(?:[（(][^（()）]{1,30}[）)])?[》”]?$")
_MAKING = re.compile(
    r"(?:制定|制订|编制|拟定|拟订|做好|做出|作出|出台|形成|细化)(?P<plan>(?!了|过|本|该|的)[^,。;:!]{0,40}?(?:方案"
    r"|预案|计划|规划))"
    r"(?=$|[,。;:!□]|并|,|于|和|及|、|后)"
)
_OTHERS = re.compile(
    r"督促|指导|帮助|鼓励|支持|推动|引导|协助|会同[^,]{0,12}研究提出|将(?:统一|另行)?$|已|了|由[^,]{0,12}$"
    r"|根据[^,]{0,30}$|按照[^,]{0,30}$"
)
_HEADING = re.compile(r"^(?:\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[.、])")
_LONGEST_HEADING = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsked:
    """A plan asked for in a sentence: its words, who makes it, and by when."""

    start: int
    stop: int
    plan: str
    who: tuple[str, ...] = ()
    reading: Reading | None = None


def plan_asked(sentence: Sentence, *, last: bool) -> PlanAsked | None:
    """Return the first plan a sentence asks for, None if it asks for none.

    Args:
        sentence: The sentence.
        last: Nothing follows it in its paragraph, so that a short numbered one is a heading.
    """
    text, bare = sentence.text, sentence.bare
    if _HEADING.match(text) and len(text) <= _LONGEST_HEADING and ("," in text or last or len(text) <= 14):
        return None
    for found in _MAKING.finditer(bare):
        start, stop = sentence.clause(found.start())
        before = bare[start : found.start()]
        actor = subject(text[start:stop], sentence.context.issuers)
        if (actor and actor.issuer) or _forbidden(before):
            continue
        who, _ = sentence.actor(found.start())
        if who is not None and who.issuer:
            continue
        named = text[found.start("plan") : found.end("plan")].rpartition("的")[2]
        reading = _limit(sentence, start, found.start())
        return PlanAsked(
            start=start, stop=stop, plan=named, who=sentence.worded(who.who) if who else (), reading=reading
        )
    return None


def _forbidden(before: str) -> bool:
    """Tell whether the words before make it somebody else's plan, or one that is made already."""
    return any(not found[0].startswith(("根据", "按照")) for found in _OTHERS.finditer(before))


def _limit(sentence: Sentence, start: int, stop: int) -> Reading | None:
    """Return the last limit said in the clause before the plan."""
    limits = [one for one in sentence.readings if one.limit and start <= one.start and one.stop <= stop]
    return limits[-1] if limits else None
