"""From the demands of sentences to the obligations of a document.

Rule: what several sentences say about one handing-in is one obligation (the due here, the body there);
routes parted by line (A 报送甲, B 报送乙) make one obligation each. Nothing is joined across a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from xiada.engine.calendar import Shift
from xiada.engine.due import Due, Every, On, Relative
from xiada.engine.notice import ObligationKind
from xiada.workflows.intake.bodies import Destination, short
from xiada.workflows.intake.clauses import Context, Demand, Sentence
from xiada.workflows.intake.dates import Remark
from xiada.workflows.intake.objects import is_form, names_thing, things
from xiada.workflows.intake.passage import Passage, Span
from xiada.workflows.intake.plans import PLAN, PlanAsked, plan_asked
from xiada.workflows.intake.script import Script
from xiada.workflows.intake.values import Addressee, Doubt, ObligationFound

_BRIEF = re.compile(r"简报|(?:工作|活动|动态)信息|信息动态|工作动态|快报|专报")
_BACK = re.compile(r"以上|上述|该(?=材料|报告|表|项)|此(?=材料|报告|表)|(?:相关|有关)?(?:材料|资料)$")
_CONTENTS = re.compile(
    r"^(?:所?(?:报送|上报|提交|反馈))?的?(?:信息|材料|内容|情况|资料|总结|报告)(?:内容)?(?:须|应|需|要|主要|应当"
    r"|必须)?(?:包括|包含|含有?):?"
    r"(?P<things>[^,;:]{2,80})"
)
_NEXT_YEAR = re.compile(r"[次翌]年")
_NEAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Obligations in the order of the text, and the doubts of their sentences."""

    obligations: tuple[ObligationFound, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Entry:
    """An obligation being put together."""

    demand: Demand
    place: int
    quoted: Passage
    routes: list[tuple[tuple[str, ...], Destination]] = field(default_factory=list)
    remarks: list[tuple[Remark, Span]] = field(default_factory=list)


def gathered(scripts: Sequence[Script], context: Context, addressees: Sequence[Addressee]) -> Gathered:
    """Return the obligations the paragraphs of a document lay on its addressees."""
    book = _Book()
    for script in scripts:
        spans = list(script.sentences())
        for index, (start, stop) in enumerate(spans):
            book.read(Sentence(script.part(start, stop), context), last=index == len(spans) - 1)
    found = [one for entry in book.entries for one in _obligations(entry, addressees)]
    found += [book.plan] if book.plan else []
    doubts = [*book.doubts, *(doubt for entry in book.entries for doubt in _remarked(entry))]
    return Gathered(obligations=tuple(sorted(found, key=lambda one: one.span)), doubts=tuple(doubts))


class _Book:
    """What has been read so far: obligations being put together, the plan asked for, and doubts."""

    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self.plan: ObligationFound | None = None
        self.doubts: list[Doubt] = []
        self.place = 0
        self.made: tuple[str, ...] = ()
        self.made_at = 0
        self.general: tuple[Demand, int] | None = None

    def read(self, sentence: Sentence, *, last: bool) -> None:
        """Take in one sentence."""
        self.place += 1
        before = len(self.entries)
        for demand in sentence.demands():
            self._take(demand, sentence)
        taken = self.entries[before:]
        for words, start, stop in sentence.conditional:
            self.doubts.append(Doubt(code="conditional_report", text=words, span=_span(sentence, start, stop)))
        if not taken and sentence.shift != "none":
            self._shifted(sentence.shift)
        if made := tuple(thing for entry in taken for thing in entry.demand.what) or sentence.made:
            self.made, self.made_at = made, self.place
        self._contents(sentence)
        plan = plan_asked(sentence, last=last)
        if plan is not None and not any(PLAN.search(one) for entry in taken for one in entry.demand.what):
            self._plan(plan, sentence)

    def _shifted(self, shift: Shift) -> None:
        """Let a sentence about days off (遇节假日顺延) speak of all that comes again, else of the last due."""
        recurring = [one for one in self.entries if one.demand.reading and one.demand.reading.recurring]
        for entry in recurring or [one for one in self.entries[-1:] if self._near(one)]:
            if entry.demand.shift == "none":
                entry.demand = replace(entry.demand, shift=shift)

    def _contents(self, sentence: Sentence) -> None:
        """Add what a sentence says a report must contain."""
        last = self._last()
        found = _CONTENTS.match(sentence.bare) if last is not None and self._near(last) else None
        if last is not None and found is not None:
            named = sentence.worded(things(sentence.text[found.start("things") : found.end("things")]))
            more = tuple(one for one in named if names_thing(one) and one not in last.demand.what)
            last.demand = replace(last.demand, what=(*last.demand.what, *more))

    def _last(self) -> _Entry | None:
        """Return the entry taken last."""
        return self.entries[-1] if self.entries else None

    def _near(self, entry: _Entry | None) -> bool:
        """Tell whether an entry was read not long ago."""
        return entry is not None and self.place - entry.place <= _NEAR

    def _take(self, demand: Demand, sentence: Sentence) -> None:
        """Take in one demand: as a new obligation, or as a part of one near by."""
        last = self._last()
        recent = self.made if self.place - self.made_at <= _NEAR and not _own_matter(demand, sentence) else ()
        if demand.timed and not demand.labelled and not demand.shared and _points_back(demand.what):
            demand = replace(demand, what=recent or demand.what)
        if last is not None and self._near(last) and self._joined(last, demand):
            return
        demand = self._every_year(self._told_before(demand))
        if not demand.timed and not demand.what:
            return
        if demand.shared and not demand.to and last is not None:
            demand = replace(demand, to=last.demand.to)
        entry = _Entry(demand=demand, place=self.place, quoted=sentence.script.cleaned(demand.start, demand.stop))
        if demand.reading is not None and not demand.shared:
            span = _span(sentence, demand.reading.start, demand.reading.stop)
            entry.remarks = [(remark, span) for remark in demand.reading.remarks]
        self.entries.append(entry)

    def _every_year(self, demand: Demand) -> Demand:
        """Return a demand of 次年1月15日前 as one that comes every year, if what it follows comes again."""
        reading = demand.reading
        again = any(one.demand.reading and one.demand.reading.recurring for one in self.entries[-1:])
        if reading is None or not again or not _NEXT_YEAR.match(reading.words):
            return demand
        dues = tuple(
            Every(f"FREQ=YEARLY;BYMONTH={due.on.month};BYMONTHDAY={due.on.day}")
            for due in reading.dues
            if isinstance(due, On)
        )
        return replace(demand, reading=replace(reading, dues=dues, recurring=True, remarks=())) if dues else demand

    def _told_before(self, demand: Demand) -> Demand:
        """Return a dated demand with the body that a general one just before it named."""
        last = self._last()
        if not demand.timed or demand.to or demand.shared:
            return demand
        if last is not None and self._near(last) and not last.demand.timed and last.demand.to:
            self.general = (self.entries.pop().demand, self.place)
        if self.general is None or self.place - self.general[1] > _NEAR:
            return demand
        told = self.general[0]
        return replace(demand, to=told.to, who=demand.who or told.who, what=demand.what or told.what)

    def _joined(self, last: _Entry, demand: Demand) -> bool:
        """Join a demand to the entry before it if both speak of one handing-in; tell whether they do."""
        if demand.shared:
            return self._shared(last, demand)
        return self._completed(last, demand) if demand.timed else self._added(last, demand)

    def _added(self, last: _Entry, demand: Demand) -> bool:
        """Join an undated demand that says the route, the body or the thing of the entry before it."""
        held = last.demand
        if demand.bare_subject and demand.to and not demand.what and (last.routes or _is_wider(held.to, demand.to)):
            last.routes += [(demand.who, one) for one in demand.to[:1]]
            return True
        if held.labelled and not held.what and not held.to:
            last.demand = replace(held, what=demand.what, to=demand.to, who=held.who or demand.who)
            return True
        if demand.what and not is_form(demand.what[0]) and not _overlap(demand.what, held.what):
            return False
        if not held.to and not last.routes:
            last.demand = replace(held, to=demand.to, what=held.what or demand.what)
            return True
        return not demand.what or _same_place(demand.to, held.to)

    def _shared(self, last: _Entry, demand: Demand) -> bool:
        """Join a further act of one sentence to the first, unless it hands in something else."""
        held = last.demand
        more = tuple(one for one in demand.what if not is_form(one) and not _overlap([one], held.what))
        elsewhere = bool(demand.to) and bool(held.to) and not _same_place(demand.to, held.to)
        if more and held.what and (elsewhere or _is_plan(more) != _is_plan(held.what)):
            return False
        last.demand = replace(held, to=held.to or demand.to, what=(*held.what, *more))
        for entry in self.entries if not demand.what else ():
            # 报送方案, …报送总结, 均报市科协: the body is that of all the sentence asks for.
            if entry.place == last.place == self.place and not entry.demand.to:
                entry.demand = replace(entry.demand, to=demand.to)
        return True

    def _completed(self, last: _Entry, demand: Demand) -> bool:
        """Give an undated entry the due a label says for it; tell whether it did."""
        other = bool(demand.who) and demand.who != last.demand.who
        if demand.what or demand.reading is None or not demand.labelled or other:
            return False
        if last.demand.timed:
            # A second date for what has one already explains it, or contradicts it: a person decides.
            if last.demand.dues != demand.dues and not (last.demand.reading and last.demand.reading.recurring):
                text = f"{demand.reading.words} is named beside another due"
                last.remarks.append((("two_dates", text), last.quoted.span))
            return True
        last.demand = replace(last.demand, reading=demand.reading, to=last.demand.to or demand.to)
        return True

    def _plan(self, asked: PlanAsked, sentence: Sentence) -> None:
        """Take in a plan to be made; further undated ones add to the first."""
        words = sentence.script.cleaned(asked.start, asked.stop).stripped()
        if self.plan is not None:
            if asked.plan not in self.plan.what and asked.reading is None:
                self.plan = replace(self.plan, what=(*self.plan.what, asked.plan))
            return
        due = asked.reading.dues[0] if asked.reading and asked.reading.dues else None
        if asked.reading is not None:
            span = _span(sentence, asked.reading.start, asked.reading.stop)
            self.doubts += [Doubt(code=code, text=text, span=span) for code, text in asked.reading.remarks]
        self.plan = ObligationFound(
            kind="plan", who=asked.who, what=(asked.plan,), due=due, quote=words.text, span=words.span
        )


def _span(sentence: Sentence, start: int, stop: int) -> Span:
    """Return where a stretch of a sentence stands in the text as read."""
    return sentence.script.cleaned(start, stop).span


def _points_back(what: Sequence[str]) -> bool:
    """Tell whether nothing is named, or only by pointing to what was named before (以上材料)."""
    return all(_BACK.match(one) or is_form(one) for one in what)


def _own_matter(demand: Demand, sentence: Sentence) -> bool:
    """Tell whether a demand that names no thing is about something else than what was made before."""
    dues = demand.reading.dues if demand.reading else ()
    counted = not dues or any(isinstance(due, Relative) and due.anchor == "event" for due in dues)
    return not demand.what and (counted or sentence.numbered)


def _is_plan(what: Sequence[str]) -> bool:
    """Tell whether all that is handed in are plans."""
    return bool(what) and all(PLAN.search(one) for one in what)


def _overlap(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether two lists name one thing, be it in longer or shorter words."""
    return any(one in other or other in one for one in some for other in others)


def _is_wider(held: Sequence[Destination], named: Sequence[Destination]) -> bool:
    """Tell whether bodies are said without their departments, or not at all, before a route names them."""
    bodies = {one.body for one in held if one.department is None}
    return not held or (len(held) > 1 and named[0].body in bodies)


def _same_place(some: Sequence[Destination], others: Sequence[Destination]) -> bool:
    """Tell whether two lists of destinations name one body."""
    return any(one.body == other.body for one in some for other in others)


def _remarked(entry: _Entry) -> Iterator[Doubt]:
    """Yield the doubts about the due of an entry."""
    for (code, text), span in entry.remarks:
        yield Doubt(code=code, text=text, span=span)
    if entry.demand.promptly:
        yield Doubt(
            code="promptly_no_date", text="asked for without delay, and no date is named", span=entry.quoted.span
        )


def _obligations(entry: _Entry, addressees: Sequence[Addressee]) -> Iterator[ObligationFound]:
    """Yield the obligations of an entry: one for each route, destination and due."""
    demand = entry.demand
    ways: list[tuple[tuple[str, ...], Destination | None]] = [*entry.routes]
    ways = ways or [(demand.who, one) for one in demand.to or (None,)]
    parted = len({place.name for _, place in ways if place}) > 1
    for who, place in ways:
        line = _line(place, who, addressees) if parted else None
        owing = who if entry.routes or not line else _of_line(who, line, addressees)
        yield from _dated(entry, owing, place, line)


def _of_line(who: Sequence[str], line: str, addressees: Sequence[Addressee]) -> tuple[str, ...]:
    """Return those of one line, by whole names: of several named, or of the addressees if nobody is."""
    named = tuple(one.name for one in addressees if one.line == line)
    own = [one for one in who if line in one] if len(who) > 1 else list(who) or list(named)
    return tuple(next((name for name in named if name.endswith(one)), one) for one in own) or tuple(who)


def _dated(
    entry: _Entry, who: tuple[str, ...], place: Destination | None, line: str | None
) -> Iterator[ObligationFound]:
    """Yield the obligations of one route: one for each due."""
    demand = entry.demand
    quoted = entry.quoted.stripped()
    each = len(demand.dues) == len(demand.what) > 1
    for index, due in enumerate(demand.dues):
        what = (demand.what[index],) if each else demand.what
        yield ObligationFound(
            kind=_kind(what, demand),
            who=who,
            what=what,
            to_body=place.body if place else None,
            to_department=place.department if place else None,
            line=line,
            soft=demand.soft,
            due=_worded(due, demand),
            quote=quoted.text,
            span=quoted.span,
        )


def _worded(due: Due | None, demand: Demand) -> Due | None:
    """Return a due with what its sentence says of days off and of how firm it is."""
    return due and replace(due, shift=demand.shift, soft=demand.soft)


def _kind(what: Sequence[str], demand: Demand) -> ObligationKind:
    """Return the sort of an obligation by what is handed in."""
    if _is_plan(what):
        return "plan"
    if any("简报" in one for one in what):
        return "brief"
    recurring = demand.promptly or (demand.reading is not None and demand.reading.recurring)
    return "brief" if recurring and any(_BRIEF.search(one) for one in what) else "report"


def _line(place: Destination | None, who: Sequence[str], addressees: Sequence[Addressee]) -> str | None:
    """Return the line a route belongs to: that of the addressees whose words it shares."""
    lines = sorted({one.line for one in addressees if one.line}, key=len, reverse=True)
    named = "".join([short(place.body) if place else "", *who])
    body = short(place.body) if place else ""
    told = [line for line in lines if short(line) in body] or [line for line in lines if line in named]
    return told[0] if told else None
