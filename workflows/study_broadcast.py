"""A study notice to cities and counties at once, and a leader's instruction that is closed item by item.

广东省科协 addresses cities and counties by one phrase (县级以上科协): a county's directive comes straight from
the province, and the city that was skipped gets a copy. The county reports to the province; what it has
reported over the city's head, the city can see (`engine.copies`), and cannot change. Beside it a leader
asks one department to carry out a five-year plan (2019 to 2023) point by point; each point is an
obligation of its own, and the department's report is refused while one of them is open.

Rule: the order of closing is a guard, `items_are_closed` of `workflows/items.py`, not a habit.
Addressees, plan and points are those of the notice of 2020-10-09 and of the news beside it, neither of
which sets a date; the days on which things happen here are a story, and so are its incidents.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xiada.engine.due import Promptly
from xiada.engine.engine import Engine
from xiada.engine.lifecycle import STANDARD
from xiada.engine.notice import Notice, Obligation
from xiada.engine.org import Org, Select
from xiada.workflows import checks
from xiada.workflows.catalogue import Check, Preset
from xiada.workflows.items import ITEMISED, is_an_item, items_are_closed
from xiada.workflows.story import Acts, Step, StoryClock, clerk, packaged_org, refusal_of

CASCADE = "gd-study-2020-10"
INSTRUCTION = "gd-haizhi-2020-10"
ORIGIN = "xiada.example/gd-broadcast"
ROOT, ASKED = f"{CASCADE}/1", f"{INSTRUCTION}/1.1"
DEPARTMENT = "gd-dep-cooperation"
CITY = "gd-gz-ast"
"""The city whose counties are looked at over its shoulder."""

ADDRESSEES = (
    Select(kind="provincial_society"),
    Select(kind="association", level=("city", "county"), depth=None),
    Select(kind="university_association"),
    Select(kind="enterprise_association"),
    Select(kind="internal_department"),
    Select(kind="subordinate_unit"),
)
"""The second phrase spans two levels, so it looks all the way down."""

STUDY = Notice(
    id=CASCADE,
    doc_number="无文号",
    title="关于深入学习贯彻科学家座谈会重要讲话精神的通知",
    issuers=("gd-ast",),
    issued_on=date(2020, 10, 9),
    obligations=(Obligation(id="report", kind="report", what=("学习贯彻情况",), to_unit="省科协", due=Promptly()),),
)
"""The notice: facts only."""

_INSIDE = Select(kind="internal_department")
TASK = Notice(
    id=INSTRUCTION,
    doc_number="无文号",
    title="落实海智基地工作座谈会精神",
    issuers=("gd-ast",),
    kind="instruction",
    attachments=("广东省科协实施“海智计划”五年工作规划（2019-2023年）",),
    obligations=(
        Obligation(id="report", kind="report", what=("逐条落实情况",)),
        Obligation(id="item-1", kind="plan", who=_INSIDE, what=("理清思路",)),
        Obligation(id="item-2", kind="plan", who=_INSIDE, what=("找准差距和短板",)),
        Obligation(id="item-3", kind="plan", who=_INSIDE, what=("对照五年规划逐条落实",)),
    ),
)
"""The leader's instruction, as points of the plan: facts only."""


def org() -> Org:
    """Return the org of Guangdong: cities, some counties, societies, and the issuer's own house."""
    return packaged_org("org-guangdong")


def run(engine: Engine, clock: StoryClock) -> Iterator[Step]:
    """Tell both cascades on an empty engine that runs by this clock, step by step.

    Raises:
        Refused: The engine is not empty.
    """
    clock.put("2020-10-09 09:00")
    engine.load_org(org())
    story = _Story(engine, clock)
    yield from story.go_down()
    yield from story.instruct()
    yield from story.look_on()
    yield from story.close_items()
    yield from story.come_back()


class _Story(Acts):
    """The acts, in order; each does its deeds and then says so."""

    # The notice goes down

    def go_down(self) -> Iterator[Step]:
        """Address cities and counties by one phrase; a city finds that its county is not its to excuse."""
        self._clock.put("2020-10-09 10:00")
        self._engine.issue(CASCADE, STUDY, actor=clerk("gd-ast"))
        self._engine.forward(ROOT, ADDRESSEES, actor=clerk("gd-ast"))
        counties = [state for state in self._engine.children(ROOT) if state.copy]
        yield Step(
            f"“县级以上”一语同时发到市、县；{len(counties)}个县级科协由省直接下达，抄送所在市",
            f"one phrase reaches cities and counties; {len(counties)} counties are addressed over their cities, "
            "which get a copy",
            moment="issued",
        )
        self._clock.put("2020-10-12 09:00")
        self._hands.acknowledge(self._addressed())
        self._hands.execute(self._addressed())
        yield self._excuse()

    def _excuse(self) -> Step:
        """A city excuses its county from what the province has asked of it, and may not."""
        ref, city = self._ref("gd-gz-panyu-ast"), clerk(CITY)
        refusal = refusal_of(lambda: self._engine.waive(ref, "并入市级报告", actor=city))
        return Step(
            "广州市科协拟对番禺区科协免报，被拒：此件由省直接下达",
            "广州市科协 would excuse 番禺区科协, and may not: the province laid it on the county",
            refusal,
        )

    # The instruction

    def instruct(self) -> Iterator[Step]:
        """A leader asks one department to carry out the plan point by point."""
        self._clock.put("2020-10-16 09:00")
        self._engine.issue(INSTRUCTION, TASK, lifecycle=ITEMISED.name, actor=clerk("gd-ast"))
        self._engine.forward(f"{INSTRUCTION}/1", (DEPARTMENT,), actor=clerk("gd-ast"))
        yield Step(
            "领导要求合作交流部对照五年规划逐条落实，列为三项",
            "a leader asks the department of cooperation to carry out the five-year plan, in three points",
        )
        self._clock.put("2020-10-19 09:00")
        self._hands.execute([ASKED])
        self._engine.fulfil(ASKED, "item-1", actor=clerk(DEPARTMENT))
        yield Step("合作交流部完成第一项", "the department closes the first point")
        refusal = refusal_of(lambda: self._hands.report([ASKED]))
        yield Step("只完成一项即申请报结，被拒", "it would report with two points open, and is refused", refusal)

    # Over the city's shoulder

    def look_on(self) -> Iterator[Step]:
        """Counties report to the province, and their city looks on."""
        self._clock.put("2020-10-20 15:00")
        early = ("gd-gz-tianhe-ast", "gd-fs-nanhai-ast", "gd-sg-renhua-ast")
        self._hands.report([self._ref(unit) for unit in early])
        seen = self._engine.copies(CASCADE, CITY)
        done = sum(state.status == "reported" for state in seen)
        yield Step(
            f"广州市科协查看：本市{len(seen)}个县级科协，{done}个已直接报省",
            f"广州市科协 looks on: of its {len(seen)} counties {done} has reported to the province",
            moment="half_way",
        )
        self._clock.put("2020-10-21 10:00")
        self._engine.return_(self._ref("gd-fs-nanhai-ast"), "缺科学家精神宣讲情况", actor=clerk("gd-ast"))
        yield Step("南海区科协的报告退回", "the report of 南海区科协 is returned")

    def close_items(self) -> Iterator[Step]:
        """Close the other two points, then the instruction."""
        self._clock.put("2020-10-23 16:00")
        self._engine.fulfil(ASKED, "item-2", actor=clerk(DEPARTMENT))
        refusal = refusal_of(lambda: self._engine.fulfil(ASKED, "item-4", actor=clerk(DEPARTMENT)))
        yield Step(
            "完成第二项；误报第四项，被拒", "the second is closed; a fourth, which there is not, is refused", refusal
        )
        self._clock.put("2020-10-30 11:00")
        self._engine.fulfil(ASKED, "item-3", actor=clerk(DEPARTMENT))
        self._hands.report([ASKED])
        self._finish(f"{INSTRUCTION}/1")
        yield Step("三项全部完成，报结", "all three are closed, and so is the instruction")

    # The notice comes back

    def come_back(self) -> Iterator[Step]:
        """All report to the province, which summarises."""
        self._clock.put("2020-11-02 15:00")
        self._engine.waive(self._ref("gd-ent-zhengye"), "停产检修，未开展学习", actor=clerk("gd-ast"))
        self._hands.report(self._hands.standing(self._addressed(), "executing"))
        yield Step(
            "一家企业科协免报，其余市、县各自报省",
            "one enterprise is excused; cities and counties report, each for itself",
        )
        self._clock.put("2020-11-04 10:00")
        self._finish(ROOT)
        yield Step("广东省科协汇总", "广东省科协 summarises", moment="summarised")

    def _finish(self, root: str) -> None:
        """Have the issuer report on a root and close it."""
        self._hands.execute([root])
        self._hands.report([root])
        self._engine.summarise(root, actor=self._hands.of(root))

    # Whom it is about

    def _addressed(self) -> list[str]:
        """Return the references of all that the province addressed."""
        return self._hands.children(ROOT)

    def _ref(self, unit: str) -> str:
        """Return the reference of the directive the province laid on a unit."""
        return self._hands.child(ROOT, unit)


def look(engine: Engine) -> tuple[Check, ...]:
    """Return what each city's counties were asked over its head, and which points of the instruction are open."""
    return (*checks.over_the_head(engine, CASCADE), *_items(engine))


def _items(engine: Engine) -> Iterator[Check]:
    """Say how many points of the instruction are closed."""
    items = [one for one in TASK.obligations if is_an_item(one)]
    closed = {name for name, _ in engine.directive(ASKED).fulfilled}
    yield Check(
        "items_closed",
        f"领导交办{len(items)}项，已完成{len(closed)}项",
        f"points of the instruction that are closed: {len(closed)} of {len(items)}",
        (ASKED,),
    )


PRESET = Preset(
    name="study_broadcast",
    title_zh="学习贯彻，直达市县",
    title_en="A study notice to cities and counties at once",
    summary_zh="一个短语同时发到市、县，被越过的市收到抄送、可看不可改；另有领导交办，逐条落实，逐项销号。",
    summary_en="One phrase reaches two levels; the city that was skipped gets a copy, may look on and change nothing. "
    "Beside it a leader's instruction is closed item by item.",
    origin=ORIGIN,
    cascades=(CASCADE, INSTRUCTION),
    org=org,
    run=run,
    notices=(STUDY, TASK),
    rules=(
        ("交办事项凡有一项未完成，不得报结（items_are_closed）",
         "nobody reports while an item is open (items_are_closed)"),
        ("由省直接下达的，只有省能退回、免报；所在市只收抄送",
         "what the province laid on a county only the province returns or excuses; the city has a copy"),
    ),
    lifecycles=(STANDARD, ITEMISED),
    guards={items_are_closed.__name__: items_are_closed},
    checks=look,
    notice="001",
)  # fmt: skip
