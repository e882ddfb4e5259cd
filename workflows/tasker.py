"""A tasker of a staff: accepted or declined, led by one and assisted by others, who concur or do not.

A secretariat tasks a directorate to lead and others to assist. Each accepts first, or declines with a
reason; then the tasker goes to somebody else. Those who assist do not report: they concur, or non-concur
and say why. The lead reports only once all who assist have concurred, or the secretariat has overruled
them. The suspense (the due) is moved on request, never by itself.

Rule: who leads and who assists is what the notice says: whoever owes its answer leads, whoever owes its
coordination assists. Bodies, dates and the matter are made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xiada.engine.commands import Recipient
from xiada.engine.due import On
from xiada.engine.engine import Engine
from xiada.engine.notice import Notice, Obligation
from xiada.engine.org import Org, Select
from xiada.workflows.catalogue import Check, Preset
from xiada.workflows.story import Acts, Step, StoryClock, clerk, packaged_org, refusal_of
from xiada.workflows.tasker_rules import (
    COORDINATION,
    TASKER,
    accepts_first,
    assistants_have_concurred,
    gives_grounds,
    is_assisting,
    is_leading,
)

CASCADE, ORIGIN = "fuel-plan", "xiada.example/tasker"
ROOT = f"{CASCADE}/1"
LEADS, ASSISTS = Select(ids=("ops", "log", "log-fuel", "log-move")), Select(ids=("fin", "law"))

TASK = Notice(
    id=CASCADE,
    doc_number="秘书处〔2031〕第14号任务单",
    title="关于拟制冬季油料保障方案的任务",
    issuers=("hq",),
    kind="tasker",
    obligations=(
        Obligation(id="answer", kind="report", who=LEADS, what=("方案",), due=On(date(2031, 9, 26)), to_unit="秘书处"),
        Obligation(id=COORDINATION, kind="report", who=ASSISTS, what=("会签意见",), due=On(date(2031, 9, 19))),
    ),
)
"""The task: who leads owes the answer, who assists owes the coordination."""


def org() -> Org:
    """Return the staff: a secretariat, four directorates, two divisions."""
    return packaged_org("org-tasker")


def run(engine: Engine, clock: StoryClock) -> Iterator[Step]:
    """Tell the tasker on an empty engine that runs by this clock, step by step.

    Raises:
        Refused: The engine is not empty.
    """
    clock.put("2031-09-01 08:00")
    engine.load_org(org())
    story = _Story(engine, clock)
    yield from story.task()
    yield from story.coordinate()
    yield from story.answer()


class _Story(Acts):
    """The acts, in order; each does its deeds and then says so."""

    def task(self) -> Iterator[Step]:
        """Task a lead and two who assist; the first lead declines."""
        self._clock.put("2031-09-01 09:00")
        self._engine.issue(CASCADE, TASK, actor=clerk("hq"))
        assisting = tuple(Recipient(unit, On(date(2031, 9, 19))) for unit in ("fin", "law"))
        self._engine.forward(ROOT, ("ops", *assisting), due=On(date(2031, 9, 24)), actor=clerk("hq"))
        yield Step("秘书处派发任务：作战部主办，财务部、法务部协办", "hq tasks ops to lead, fin and law to assist",
                   moment="issued")  # fmt: skip
        self._clock.put("2031-09-02 10:00")
        refused = refusal_of(lambda: self._engine.execute(self._of("ops"), actor=clerk("ops")))
        yield Step("作战部未接受即开工，被拒", "ops begins without having accepted, and is refused", refused)
        self._engine.step(self._of("ops"), "decline", reason="油料保障属后勤部职责", actor=clerk("ops"))
        self._engine.forward(ROOT, ("log",), due=On(date(2031, 9, 24)), actor=clerk("hq"))
        for unit in ("log", "fin", "law"):
            self._engine.step(self._of(unit), "accept", actor=clerk(unit))
        yield Step(
            "作战部说明理由谢绝，改由后勤部主办；三部接受",
            "ops declines with a reason; log leads, and all three accept",
        )
        self._engine.forward(self._of("log"), ("log-fuel", "log-move"), due=On(date(2031, 9, 17)), actor=clerk("log"))
        yield Step("后勤部分给油料处、运输处", "log passes its part on to two divisions")

    def coordinate(self) -> Iterator[Step]:
        """One concurs, one does not; the lead cannot answer, and asks for more time."""
        self._clock.put("2031-09-17 15:00")
        for unit in ("log-fuel", "log-move"):
            ref = self._of(unit, self._of("log"))
            self._engine.step(ref, "accept", actor=clerk(unit))
            self._hands.execute([ref])
            self._hands.report([ref])
        self._engine.step(self._of("fin"), "concur", actor=clerk("fin"))
        self._engine.step(self._of("law"), "nonconcur", reason="租赁条款缺担保", actor=clerk("law"))
        yield Step(
            "财务部会签同意；法务部不同意并说明理由", "fin concurs; law does not, and says why", moment="half_way"
        )
        self._clock.put("2031-09-18 09:00")
        self._engine.execute(self._of("log"), actor=clerk("log"))
        refused = refusal_of(lambda: self._engine.report(self._of("log"), actor=clerk("log")))
        yield Step("后勤部报送，会签未齐，被拒", "log reports before all have concurred, and is refused", refused)
        self._engine.request_extension(self._of("log"), On(date(2031, 9, 26)), "待法务部会签", actor=clerk("log"))
        self._engine.grant_extension(self._of("log"), actor=clerk("hq"))
        yield Step("后勤部申请顺延两天，秘书处准予", "log asks for two more days, and hq moves the suspense")

    def answer(self) -> Iterator[Step]:
        """The secretariat overrules, the lead answers, the task is closed."""
        self._clock.put("2031-09-24 11:00")
        self._engine.step(self._of("law"), "overrule", reason="担保另行办理，不影响方案", actor=clerk("hq"))
        self._engine.report(self._of("log"), actor=clerk("log"))
        yield Step("秘书处裁定会签通过，后勤部报送", "hq overrules the objection, and log answers")
        self._clock.put("2031-09-26 16:00")
        self._hands.execute([ROOT])
        self._hands.report([ROOT])
        self._engine.summarise(ROOT, actor=clerk("hq"))
        yield Step("秘书处汇总，任务办结", "hq closes the task", moment="summarised")

    def _of(self, unit: str, above: str = ROOT) -> str:
        """Return the reference of the directive laid on a unit."""
        return self._hands.child(above, unit)


def look(engine: Engine) -> tuple[Check, ...]:
    """Return who declined, and whose objection was overruled."""
    found = []
    for node in engine.view(CASCADE).nodes:
        state = node.directive
        if state.status == "declined":
            found.append(Check("declined", f"{node.name}谢绝：{state.reason}", f"{state.unit} declined", (state.ref,)))
        steps = [one.event for one in engine.log(state.ref) if one.event.in_table == "stepped:overrule"]
        if steps:
            found.append(
                Check("overruled", f"{node.name}的不同意见被裁定", f"{state.unit} was overruled", (state.ref,))
            )
    return tuple(found)


PRESET = Preset(
    name="tasker",
    title_zh="机关任务单：主办、协办与会签",
    title_en="A staff tasker: lead, assist, concur",
    summary_zh="接受或谢绝，一家主办、几家协办；协办会签同意或不同意，会签未齐主办不得报送；期限经申请方可顺延。",
    summary_en="Accepted or declined, one leads and others assist; these concur or not, the lead answers after them, "
    "and the suspense moves on request only.",
    origin=ORIGIN,
    cascades=(CASCADE,),
    org=org,
    run=run,
    notices=(TASK,),
    rules=(
        ("先接受，后开工；谢绝须说明理由", "accept before you begin; whoever declines says why"),
        ("协办会签，不另报送", "whoever assists concurs, and does not report"),
        ("会签未齐，主办不得报送", "the lead does not answer before all have concurred"),
    ),
    lifecycles=(TASKER,),
    guards={
        guard.__name__: guard
        for guard in (accepts_first, is_assisting, is_leading, gives_grounds, assistants_have_concurred)
    },
    checks=look,
)
