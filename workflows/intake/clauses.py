"""One sentence of a notice: what it demands to be handed in, by whom, to whom and by when.

Rule: a due belongs to the act it governs: the nearest limit before it, or one that a label (截止时间为)
or a bracket puts right behind. Dates of events, windows and earlier meetings govern nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from xiada.engine.calendar import Shift
from xiada.engine.due import Due, Promptly
from xiada.workflows.intake.acts import Act, acts
from xiada.workflows.intake.bodies import Destination
from xiada.workflows.intake.dates import Reading, readings
from xiada.workflows.intake.objects import after_act, before_act, made_before, names_thing, things, topic
from xiada.workflows.intake.script import Script
from xiada.workflows.intake.subjects import Subject, subject
from xiada.workflows.intake.years import Years

_PROMPT = re.compile(r"及时|尽快|尽早|抓紧|立即|立刻|马上|第一时间|随时|即时|速")
_ASK = re.compile(r"(?<![申邀聘提宴])请")
_OTHER_WORK = re.compile(r"(?:进行|做好|组织)?(?:总结|梳理|发现|了解|掌握|整改|处理|跟踪|研究|解决|回应|调整)")
_MODAL = re.compile(
    r"请|务必|须|应|要|需|必须|一律|统一|分别|均|负责|烦请|敬请|望|并|将|把|及时|尽快|汇总|每|原则上|汇报|逐级"
)
_WISHED = re.compile(r"(?:^|[,:、.])(?:鼓励|欢迎|希望|倡导|提倡|支持)")
_SOFT = re.compile(r"原则上|鼓励|欢迎|希望|倡导|提倡|(?:可|可以|自愿|建议|酌情)[^,。;]{0,6}$")
_CONDITION = re.compile(
    r"(?:^|[,请])(?:工作中|执行中|在?[^,。;]{0,12}(?:过程|期间|工作)中[,]?)?(?:如果?有?|若有?|遇|如遇|遇有|一旦|凡"
    r"|倘|如在|若在|对[^,。;]{0,10}如)"
    r"[^,。;]{0,30}|(?:^|[,.、])(?:若|如果|如需|如因|倘若|因特殊|确因)|[^,。;]{0,20}(?:遇到|发现|出现|发生"
    r"|存在)的?[^,。;]{0,10}(?:问题|情况|困难|异常|变化)"
)
_FORESEEN = re.compile(
    r"(?:(?:节假日|周末|双休日|休息日)的?|如遇|遇|若遇|逢|适逢)[^,。;()]{0,8}?(?:周末|节假日|双休日|休息日|法定"
    r"|假日|假期|星期|周六|周日|公休|的)?[^。;()]{0,14}?(?P<way>提前|顺延|推迟|延后|往后|延至|前移|提至)"
)
_GOVERNS = re.compile(r"(?:于|在|最迟|务必|请|定于|限|截至|截止到|截止|时间|为|是|:|,|前|内|当日|当天)*$")
_FIXED = re.compile(r"(?:于|在|定于|务必于|请于)$")
_EVENT_AFTER = re.compile(
    r"(?:前后|起|以来|后|至今|召开|举办|举行|开幕|开始|印发|发布|出台|在|,?在|闭幕|开展|至|到|期间?)"
)
_NUMBERING = re.compile(
    r"^(?:\d{1,2}[.、]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|[①-⑳]|[,、:])+"
)
_ELIGIBLE = re.compile(
    r"(?:已|正式|首次|依法)*(?:登记|注册|成立|设立|出生|到校|到岗|入职|入学|入党|参加工作|毕业|取得|获得|建成|投产|立项"
    r"|结题|批准|签订|发表|出版|年满|参保)[^。;]{0,40}的"
)
_BEFORE_CHANGE = re.compile(r"原(?:定|通知|文件|要求|规定|计划|截止|报送|申报)|此前|□(?:要求|规定|明确)")
_PLACE = re.compile(r"[,:]")
_BACK = ("提前", "前移", "提至")
_SHORT = 40
_SHORT_HEADING = 10
_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a sentence is read with: issuers, which year a date means, and whether the document moves a due."""

    issuers: tuple[str, ...] = ()
    years: Years = field(default_factory=Years)
    moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One act demanded, as one sentence says it.

    Args:
        start: Where its words begin in the sentence.
        stop: Where they end.
        until: Where the words end that can be none of a later act's.
        verb: The verb.
        who: Who owes it.
        bare_subject: Nothing but the subject stands before the verb: it may be a route.
        what: What is to be handed in.
        to: Where it goes.
        reading: By when; None if nothing is said.
        promptly: Asked for without delay.
        shift: What happens on a day off.
        soft: Asked for, not demanded.
        shared: The due was said with an earlier act of the sentence.
        labelled: The due was said by a label (报送时间为).
        firm: It is demanded; else it only names what a later act hands in.
    """

    start: int
    stop: int
    until: int
    verb: str
    who: tuple[str, ...] = ()
    bare_subject: bool = False
    what: tuple[str, ...] = ()
    to: tuple[Destination, ...] = ()
    reading: Reading | None = None
    promptly: bool = False
    shift: Shift = "none"
    soft: bool = False
    shared: bool = False
    labelled: bool = False
    firm: bool = True

    @property
    def dues(self) -> tuple[Due | None, ...]:
        """The dues it has, one None if it has none."""
        if self.reading is not None:
            return self.reading.dues or (None,)
        return (Promptly(),) if self.promptly else (None,)

    @property
    def timed(self) -> bool:
        """Something is said about when."""
        return self.reading is not None or self.promptly


class Sentence:
    """One sentence, taken apart as far as its acts need it."""

    def __init__(self, script: Script, context: Context) -> None:
        self.script = script
        self.context = context
        self.text, self.bare = script.text, script.bare
        self.readings = readings(script.open, context.years)
        covering = [(one.start, one.stop) for one in self.readings]
        self.acts = [
            act
            for act in acts(self.bare, self.text, context.issuers)
            if not any(start < act.start < stop for start, stop in covering)
        ][:_MOST]
        self.shift = shift_of(self.text)
        self.named: tuple[str, ...] = ()
        self.conditional: list[tuple[str, int, int]] = []

    def worded(self, phrases: Iterable[str]) -> tuple[str, ...]:
        """Return phrases found in the plain writing as they stand in the cleaned text."""
        return tuple(self._worded(one) for one in phrases)

    def _worded(self, phrase: str) -> str:
        """Return a phrase as it stands in the cleaned text; one put together from parts stays as it is."""
        at = self.text.find(phrase)
        return phrase if at < 0 else self.script.cleaned(at, at + len(phrase)).text

    def clause(self, at: int) -> tuple[int, int]:
        """Return start and stop of the clause a place stands in."""
        start = max((found.end() for found in _PLACE.finditer(self.bare, 0, at)), default=0)
        found = _PLACE.search(self.bare, at)
        return start, found.start() if found else len(self.bare)

    def clauses_before(self, at: int) -> Iterator[tuple[int, int]]:
        """Yield start and stop of the clauses before a place, the nearest first."""
        start, stop = self.clause(at)
        yield start, min(stop, at)
        while start > 0:
            stop = start - 1
            start, _ = self.clause(stop)
            yield start, stop

    def demands(self) -> Iterator[Demand]:
        """Yield what the sentence demands, in order."""
        last: Demand | None = None
        begin = 0
        for act in self.acts:
            demand = self._demand(act, begin, last)
            if demand is None:
                continue
            if not demand.firm:
                self.named = demand.what
                continue
            begin = demand.until
            yield demand
            last = demand

    def _demand(self, act: Act, begin: int, last: Demand | None) -> Demand | None:
        """Return what an act demands, None if it demands nothing."""
        who, where = self.actor(act.start)
        if who is not None and who.issuer:
            return None
        reading = self._due(act, begin)
        if (reading is None or not reading.dues) and _conditional(self.bare[begin : act.start]):
            self.conditional.append(("to be reported only if something happens", begin, act.stop))
            return None
        prompt = reading is None and self._prompt(act)
        shared = reading is None and not prompt and last is not None and last.timed
        if self._is_former(reading) or (act.work and reading is None):
            return None
        what, object_start, stop, named_here = self._what(act, begin)
        firm = reading is not None or prompt or shared or self._demanded(act, who, what)
        headed = prompt and not what and not act.to and _is_heading(self.text)
        if headed or (not firm and not what):
            return None
        if self.named and not named_here:
            what, self.named = self.named, ()
        clause_start, clause_stop = self.clause(act.start)
        starts = [clause_start, object_start, *([self.clause(reading.start)[0]] if reading else [])]
        start = max(begin, min(starts))
        until = max(stop, act.after, reading.stop if reading else 0)
        stop = max(until, clause_stop)
        return Demand(
            start=min(start + len(_numbering(self.text[start:stop])), act.start),
            stop=stop,
            until=until,
            verb=act.verb,
            who=self.worded(who.who) if who else (),
            bare_subject=who is not None and where + who.stop >= act.start,
            what=self.worded(what),
            to=act.to,
            reading=last.reading if shared and last else reading,
            promptly=prompt or bool(shared and last and last.promptly),
            shift=self.shift,
            soft=bool(
                _SOFT.search(self.bare[clause_start : act.start]) or _WISHED.search(self.bare[begin : act.start])
            ),
            shared=shared,
            labelled=act.label is not None,
            firm=firm,
        )

    def actor(self, at: int) -> tuple[Subject | None, int]:
        """Return who acts at a place, and where the clause that says so begins."""
        asked = False
        for start, stop in self.clauses_before(at):
            begin = self._asked(start, stop)
            for first in (start, begin) if begin > start else (start,):
                found = subject(self.text[first:stop], self.context.issuers)
                if found is not None and not (asked and found.issuer):
                    return found, first
            asked = asked or begin >= start
        return None, 0

    def _asked(self, start: int, stop: int) -> int:
        """Return where the last request (请) between two places begins, -1 if there is none."""
        return max((found.start() for found in _ASK.finditer(self.bare, start, stop)), default=-1)

    def _due(self, act: Act, begin: int) -> Reading | None:
        """Return the reading that governs an act, None if none does."""
        behind = act.label if act.label is not None else act.after
        for one in self.readings:
            if one.start >= behind and (act.label is not None and one.start - behind <= 4):
                return one
            if (
                one.start >= act.after
                and one.limit
                and self.text[act.after : one.start] in ("(", "(请于", "(于", ",请于")
            ):
                return one
        before = [one for one in self.readings if begin <= one.start and one.stop <= act.start]
        for one in reversed(before):
            if self._governs(one, act):
                return one
        return None

    def _is_former(self, one: Reading | None) -> bool:
        """Tell whether a due is the one before the change the document makes (原定于6月10日前)."""
        if one is None or not self.context.moved:
            return False
        return _BEFORE_CHANGE.search(self.bare, self.clause(one.start)[0], one.start) is not None

    def _governs(self, one: Reading, act: Act) -> bool:
        """Tell whether a reading before an act is its due."""
        following = self.bare[one.stop : act.start]
        if one.recurring and not one.limit and one.open:
            return not _PLACE.search(following) or following.startswith(",")
        if one.limit or one.recurring:
            return self._open_bracket(one) is None and not _ELIGIBLE.match(following)
        if one.start and self.bare[one.start] == "□":
            return False
        led = _FIXED.search(self.bare[: one.start])
        if one.ranged:
            return bool(led) and not re.search(r"开展|举办|举行|组织|进行|召开", following)
        beside = not following and not act.work
        return beside or (bool(led) and not _EVENT_AFTER.match(following) and len(following) <= 60)

    def _open_bracket(self, one: Reading) -> int | None:
        """Return where the bracket a reading stands in begins, None if it stands in none."""
        return one.start if self.bare[one.start] == "□" and self.text[one.start] != "□" else None

    def _prompt(self, act: Act) -> bool:
        """Tell whether the act is asked for without delay."""
        start, _ = self.clause(act.start)
        found = next(iter(reversed(list(_PROMPT.finditer(self.bare, start, act.start)))), None)
        return found is not None and not _OTHER_WORK.match(self.bare, found.end())

    def _what(self, act: Act, begin: int) -> tuple[tuple[str, ...], int, int, bool]:
        """Return what is handed in, where the clause naming it begins, where it ends, and if the act has an object."""
        named, stop = ("", act.after) if act.label is not None else after_act(self._until_next(act), act.after)
        # 请将通知转发至甲,并请乙反馈意见: what was to be done before the next request is no object of the act.
        taken = before_act(self.text, max(begin, self._asked(begin, act.start)), act.start)
        start = self.clause(act.start)[0]
        if taken:
            at = self.text.rfind(taken, begin, act.start)
            made = made_before(self.text, begin, at)
            return things(taken, made), self.clause(at)[0], stop, True
        if named:
            return things(named), start, stop, True
        return *self._topic(act, begin, start, stop), False

    def _until_next(self, act: Act) -> str:
        """Return the text up to where another limit begins behind an act (…报送总结、12月底前…)."""
        limits = (one.start for one in self.readings if one.start > act.after and (one.limit or one.recurring))
        return next((self.text[: at - 1] for at in limits if self.text[at - 1] in "、,;"), self.text)

    @property
    def numbered(self) -> bool:
        """It begins a numbered paragraph, and so may begin another matter."""
        return bool(re.match(r"\d{1,2}[.、]|[一二三四五六七八九十]{1,3}、|\(", self.text))

    @property
    def made(self) -> tuple[str, ...]:
        """The things the sentence asks to make, for a sentence that goes on about it."""
        return self.worded(made_before(self.text, 0, len(self.text)))

    def _topic(self, act: Act, begin: int, start: int, stop: int) -> tuple[tuple[str, ...], int, int]:
        """Return what the words before an act are about."""
        for clause_start, last in self.clauses_before(act.start):
            if last <= begin:
                break
            first = max(clause_start, begin)
            clause = self._without_time(first, last)
            who = subject(clause, self.context.issuers)
            named = topic(_without_lead(clause[who.stop :] if who else clause))
            if named and names_thing(named):
                return things(named), min(first, start), stop
        return made_before(self.text, begin, act.start), start, stop

    def _without_time(self, start: int, stop: int) -> str:
        """Return a clause up to the first thing it says about time or manner."""
        cut = min([one.start for one in self.readings if start <= one.start < stop] + [stop])
        return re.sub(
            r"(?:请|并)?(?:于|在|最迟|务必|请|须|应|要|需|及时|尽快|由|一并|统一)+$", "", self.text[start:cut]
        )

    def _demanded(self, act: Act, who: Subject | None, what: tuple[str, ...]) -> bool:
        """Tell whether an act without a due is demanded of anybody."""
        start, _ = self.clause(act.start)
        leading = self.bare[start : act.start]
        modal = bool(_MODAL.search(leading)) or "请" in self.bare[: act.start]
        listed = bool(what) and (":" in self.bare[:start] or len(self.text) <= _SHORT)
        return bool(act.to) and (modal or listed or (who is not None and bool(who.who)))


def shift_of(text: str) -> Shift:
    """Return what a sentence says happens on a day off."""
    ways = {found["way"] in _BACK: found[0] for found in _FORESEEN.finditer(text)}
    if len(ways) > 1 and re.search(r"周末|双休日|星期|周六|周日|休息日", ways[True]):
        return "friday_or_next_workday"
    return "none" if not ways else "previous_workday" if True in ways else "next_workday"


def _conditional(before: str) -> bool:
    """Tell whether what comes before an act makes it depend on something happening."""
    found = None
    for found in _CONDITION.finditer(before):
        if not re.match(r"[,请]?(?:如遇|遇|若遇)[^,]{0,6}(?:周末|节假日|双休|休息|法定|假)", found[0]):
            return True
    return False


def _is_heading(text: str) -> bool:
    """Tell whether a sentence is a number and a word or two: (二)及时反馈."""
    number = _numbering(text)
    return bool(number) and len(text) - len(number) <= _SHORT_HEADING


def _numbering(text: str) -> str:
    """Return the number a sentence begins with."""
    found = _NUMBERING.match(text)
    return found[0] if found else ""


def _without_lead(clause: str) -> str:
    """Return a clause without number and polite words at its beginning."""
    return re.sub(r"^(?:请|并|另|同时|现|有关|,)+", "", clause[len(_numbering(clause)) :])


def sentences(script: Script, context: Context) -> Iterator[tuple[Sentence, int]]:
    """Yield the sentences of a paragraph taken apart, and where each begins in it."""
    for start, stop in script.sentences():
        yield Sentence(script.part(start, stop), context), start


def demands(text: Script, context: Context) -> Sequence[Demand]:
    """Return what a sentence demands."""
    return tuple(Sentence(text, context).demands())
