"""A meeting's decisions become directives, each to a department that a person has named.

News of a meeting tells what was decided and whom it concerns at large, and neither who is to do it nor by
when. `dispatch` turns such decisions, as the intake finds them, into one cascade each, all in one
transaction: it refuses while a decision has nobody to carry it out, and writes nothing then; it invents no
date, so a directive is undated unless the dispatcher gives a due of his own.

Rule: a person assigns, the engine records who was assigned and by when. The four decisions are those of the
meeting of 2021-07-16, by catchword; assignments, days and incidents are a story.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xiada.engine.commands import Actor, Command, DueAsked, Forward, Issue
from xiada.engine.due import NEVER
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused
from xiada.engine.notice import Notice, Obligation, Requirement
from xiada.engine.org import Org
from xiada.workflows.catalogue import Check, Preset
from xiada.workflows.intake.values import Decision
from xiada.workflows.story import Acts, Step, StoryClock, clerk, packaged_org, refusal_of

MEETING = "cast-meeting-2021-07-16"
ORIGIN = "xiada.example/meeting"
DECISIONS = (
    Decision(no="一", title="抓好理论武装", targets=("党组理论学习中心组", "各部门单位党组织")),
    Decision(no="二", title="弘扬科学家精神", targets=("各级科协组织",)),
    Decision(no="三", title="为群众办实事", targets=("各级科协组织",), plan="科协“十四五”重大工程"),
    Decision(no="四", title="塑造团结引领能力", targets=("各级科协组织", "全国学会", "党组领导同志")),
)
"""What the meeting decided, by catchword: facts only, and nobody assigned."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who carries a decision out.

    Args:
        units: By id; each gets a directive of its own.
        due: By when, if the dispatcher says so; None = undated, as the meeting left it.
    """

    units: tuple[str, ...]
    due: DueAsked = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What decisions are traced back to.

    Args:
        id: Its decisions become the cascades `id-1`, `id-2`, …
        title: What it is called in the directives.
        issuer: The unit that issues them.
        held_on: When it took place; no due is derived from it.
    """

    id: str
    title: str
    issuer: str
    held_on: date | None = None


HELD = Meeting(id=MEETING, title="2021年7月16日集体学习会议", issuer="cast", held_on=date(2021, 7, 16))
ASSIGNED = {
    "一": Assignment(("cast-dep-party",)),
    "二": Assignment(("cast-dep-research", "cast-sub-media")),
    "三": Assignment(("cast-dep-personnel",)),
    "四": Assignment(("cast-dep-societies", "cast-dep-society-party"), date(2021, 9, 30)),
}
"""What the dispatcher came to; the one date is his."""


def notice_of(meeting: Meeting, decision: Decision, number: int) -> Notice:
    """Return the notice that lays a decision on somebody: its words, whom it names, its plan, no date.

    Example:
        >>> notice_of(HELD, DECISIONS[2], 3).attachments
        ('科协“十四五”重大工程',)
    """
    named = (Requirement(id="targets", text=f"面向{'、'.join(decision.targets)}"),) if decision.targets else ()
    return Notice(
        id=f"{meeting.id}-{number}",
        doc_number=f"{meeting.title}第{number}项",
        title=decision.title,
        issuers=(meeting.issuer,),
        issued_on=meeting.held_on,
        kind="decision",
        requirements=named,
        obligations=(Obligation(id="report", kind="report", what=("落实情况",), soft=decision.soft),),
        attachments=(decision.plan,) if decision.plan else (),
    )


def dispatch(
    engine: Engine,
    meeting: Meeting,
    decisions: Sequence[Decision],
    assigned: Mapping[str, Assignment],
    *,
    actor: Actor,
) -> tuple[str, ...]:
    """Issue every decision to whom it was assigned, all or nothing.

    Args:
        engine: Where the directives are laid.
        meeting: What they are traced back to.
        decisions: As a reader found them, in order.
        assigned: By what `numbered` calls each decision.
        actor: The dispatcher, of the issuing unit.

    Returns:
        The cascades, one per decision.

    Raises:
        GuardRefused: A decision has no assignee, or an assignment names none of the decisions; nothing was written.
        Refused: The engine said no to one of them; nothing was written.
    """
    named = numbered(decisions)
    _check_assigned(named, assigned)
    batch: list[Command] = []
    for number, (name, decision) in enumerate(named, 1):
        cascade, given = f"{meeting.id}-{number}", assigned[name]
        notice = notice_of(meeting, decision, number)
        batch.append(Issue(cascade, notice, given.due, actor=actor))
        batch.append(Forward(f"{cascade}/1", given.units, actor=actor))
    engine.submit(batch)
    return tuple(f"{meeting.id}-{number}" for number in range(1, len(named) + 1))


def numbered(decisions: Sequence[Decision]) -> tuple[tuple[str, Decision], ...]:
    """Return decisions with what each is called: its number as written, or places where numbers are missing or double.

    Example:
        >>> [name for name, _ in numbered(DECISIONS)], [name for name, _ in numbered(DECISIONS[:1] * 2)]
        (['一', '二', '三', '四'], ['1', '2'])
    """
    written = [decision.no for decision in decisions]
    if None in written or len(set(written)) < len(written):
        written = [str(place) for place in range(1, len(written) + 1)]
    return tuple((str(name), decision) for name, decision in zip(written, decisions, strict=True))


def _check_assigned(named: Sequence[tuple[str, Decision]], assigned: Mapping[str, Assignment]) -> None:
    """Refuse decisions without an assignee, and assignments without a decision."""
    nobody = [(name, one.title) for name, one in named if name not in assigned or not assigned[name].units]
    if nobody:
        titles = [title for _, title in nobody]
        raise GuardRefused(
            "no_assignee",
            f"nobody has been given {len(nobody)} of {len(named)} decisions: {', '.join(titles[:4])}",
            remedy="Name a unit for each.",
            decisions=[name for name, _ in nobody],
            titles=titles,
        )
    names = [name for name, _ in named]
    unknown = sorted(assigned.keys() - set(names))
    if unknown:
        raise GuardRefused(
            "unknown_decision",
            f"the meeting took no decision {', '.join(unknown[:4])}",
            remedy=f"Its decisions are {', '.join(names)}.",
            decisions=unknown,
        )


def org() -> Org:
    """Return the house of 中国科协: departments and subordinate units."""
    return packaged_org("org-cast")


def run(engine: Engine, clock: StoryClock) -> Iterator[Step]:
    """Tell how the decisions were given out and closed, on an empty engine that runs by this clock.

    Raises:
        Refused: The engine is not empty.
    """
    clock.put("2021-07-19 08:30")
    engine.load_org(org())
    story = _Story(engine, clock)
    yield from story.give_out()
    yield from story.carry_out()
    yield from story.close()


class _Story(Acts):
    """The acts, in order; each does its deeds and then says so."""

    def give_out(self) -> Iterator[Step]:
        """Try with one decision left over, then give out all four."""
        self._clock.put("2021-07-19 09:00")
        some = {name: given for name, given in ASSIGNED.items() if name != "四"}
        refusal = refusal_of(lambda: self._dispatch(some))
        yield Step(
            "分办时第四项没有承办部门，被拒，一件也未下达",
            "one decision has nobody: refused, and none is issued",
            refusal,
        )
        self._clock.put("2021-07-19 15:00")
        self._dispatch(ASSIGNED)
        yield Step(
            "逐项分办后一并下达；三项未定期限，一项由分办人定为9月30日",
            "each is given to somebody and all are issued; three have no date, one the dispatcher's own",
            moment="issued",
        )

    def _dispatch(self, assigned: Mapping[str, Assignment]) -> tuple[str, ...]:
        """Give the decisions out as assigned."""
        return dispatch(self._engine, HELD, DECISIONS, assigned, actor=clerk("cast"))

    def carry_out(self) -> Iterator[Step]:
        """One department passes its decision on, another asks for time and gets it in two steps."""
        self._clock.put("2021-07-20 10:00")
        self._hands.acknowledge(self._given())
        self._clock.put("2021-07-21 10:00")
        ref = self._ref(3, "cast-dep-personnel")
        self._engine.reassign(ref, "cast-sub-training", "人才库由该中心建设", actor=clerk("cast"))
        yield Step("第三项改派培训和人才服务中心", "the third is reassigned to the training centre")
        self._clock.put("2021-07-26 09:00")
        self._hands.execute(self._hands.standing(self._given(), "issued"))
        yield from self._ask_for_time()
        yield self._return()

    def _ask_for_time(self) -> Iterator[Step]:
        """Nobody above has room, so the dispatcher moves the date first."""
        self._clock.put("2021-08-30 09:00")
        unit, root = "cast-dep-societies", f"{MEETING}-4/1"
        ref, later = self._ref(4, unit), date(2021, 10, 15)
        refusal = refusal_of(lambda: self._engine.request_extension(ref, later, "调研未完", actor=clerk(unit)))
        yield Step(
            "学会学术部申请延至10月15日，晚于上级期限，被拒",
            "a department asks for 15 October; nobody above has room",
            refusal,
        )
        self._engine.reschedule(root, later, "调研未完", actor=clerk("cast"))
        self._engine.request_extension(ref, later, "调研未完", actor=clerk(unit))
        self._engine.grant_extension(ref, actor=clerk("cast"))
        yield Step("分办人先改自己定的期限，再准予延期", "the dispatcher moves his own date, then grants it")

    def _return(self) -> Step:
        """A report says too little, and goes back."""
        self._clock.put("2021-08-31 16:00")
        ref = self._ref(2, "cast-sub-media")
        self._hands.report([ref])
        self._clock.put("2021-09-01 10:00")
        self._engine.return_(ref, "缺典型案例", actor=clerk("cast"))
        return Step(
            "传播中心报告缺典型案例，退回", "the report of one centre lacks cases and is returned", moment="half_way"
        )

    def close(self) -> Iterator[Step]:
        """Close each decision over the reports of all who were given it."""
        self._clock.put("2021-09-10 09:00")
        root = f"{MEETING}-2/1"
        self._hands.report([self._ref(2, "cast-dep-research")])
        self._hands.execute([root])
        refusal = refusal_of(lambda: self._hands.report([root]))
        yield Step(
            "第二项尚有一家未报即申请办结，被拒",
            "the second is to be closed while one has not reported, and is refused",
            refusal,
        )
        self._clock.put("2021-10-12 16:00")
        self._hands.report(self._hands.standing(self._given(), "executing"))
        roots = [f"{MEETING}-{number}/1" for number in range(1, len(DECISIONS) + 1)]
        self._hands.execute([ref for ref in roots if ref != root])
        self._hands.report(roots)
        for ref in roots:
            self._engine.summarise(ref, actor=clerk("cast"))
        yield Step("各项报齐，逐项办结", "all have reported, and each decision is closed", moment="summarised")

    def _given(self) -> list[str]:
        """Return the references of all that was given to somebody."""
        roots = [f"{MEETING}-{number}/1" for number in range(1, len(DECISIONS) + 1)]
        return [ref for root in roots for ref in self._hands.children(root)]

    def _ref(self, number: int, unit: str) -> str:
        """Return the reference of a decision as it lies on a unit."""
        return self._hands.child(f"{MEETING}-{number}/1", unit)


def look(engine: Engine) -> tuple[Check, ...]:
    """Return which decisions have no date, whose date it is where there is one, and whom nobody has addressed."""
    roots = [engine.directive(f"{MEETING}-{number}/1") for number in range(1, len(DECISIONS) + 1)]
    undated = tuple(state.ref for state in roots if state.original_due == NEVER)
    dated = tuple(state.ref for state in roots if state.original_due != NEVER)
    targets = dict.fromkeys(target for one in DECISIONS for target in one.targets)
    found = (
        Check(
            "undated",
            f"会议未定期限的{len(undated)}项，没有代定",
            f"left without a date by the meeting, and none was added: {len(undated)} of {len(roots)}",
            undated,
        ),
        Check(
            "dispatcher_due",
            f"{len(dated)}项的期限由分办人所定，不是会议所定",
            f"with a due of the dispatcher's own, not of the meeting's: {len(dated)} of {len(roots)}",
            dated,
        ),
        Check(
            "targets_at_large",
            f"会议提到的{len(targets)}类对象未直接收文：{'、'.join(targets)}",
            f"named by the meeting and not addressed themselves: {', '.join(targets)}",
        ),
    )
    return tuple(one for one in found if one.refs or one.code == "targets_at_large")


PRESET = Preset(
    name="meeting_dispatch",
    title_zh="会议决定，分办落实",
    title_en="A meeting's decisions, given out",
    summary_zh="会议决定逐项分办到部门；没有承办部门的不予下达，不代定期限。",
    summary_en="Each decision of a meeting is given to a department; none is issued while one has nobody, "
    "and no date is invented.",
    origin=ORIGIN,
    cascades=tuple(f"{MEETING}-{number}" for number in range(1, len(DECISIONS) + 1)),
    org=org,
    run=run,
    notices=tuple(notice_of(HELD, decision, number) for number, decision in enumerate(DECISIONS, 1)),
    rules=(
        ("每项决定须有承办单位，缺一项则一件也不下达", "none is issued while one has nobody to carry it out"),
        ("期限只能由分办人给出，未给出的即未定期限", "a due comes from the dispatcher or not at all"),
    ),
    checks=look,
    notice="003",
)  # fmt: skip
