"""A study notice without a date: 广东省科协 asks societies, cities, universities, enterprises and its own house.

One issuer addresses four groups outside and two inside, all to report promptly (请及时报告): no date is
given, so none is owed by one. Cities have to carry the notice on to their counties, which are not
addressed; the engine does not force them, a check lists those that have not.

Rule: what is undated ages and is never overdue. A service level is an agreement beside the notice; whoever
looks by one (`LightRules(assumed_sla_days=10)`) is told that it was assumed. The addressees are those of the
notice of 2020-06-03, which has no document number; the days on which things happen here are a story, and
so are its incidents.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xiada.engine.commands import Forward
from xiada.engine.due import Promptly
from xiada.engine.engine import Engine
from xiada.engine.notice import Notice, Obligation
from xiada.engine.org import Org, Select
from xiada.workflows import checks
from xiada.workflows.catalogue import Check, Preset
from xiada.workflows.story import Acts, Step, StoryClock, clerk, packaged_org, refusal_of

CASCADE = "gd-study-2020-6"
ORIGIN = "xiada.example/gd-study"
ROOT = f"{CASCADE}/1"
COUNTIES = Select(kind="association", level="county")
ADDRESSEES = (
    Select(kind="provincial_society"),
    Select(kind="association", level="city"),
    Select(kind="university_association"),
    Select(kind="enterprise_association"),
    Select(kind="internal_department"),
    Select(kind="subordinate_unit"),
)
"""Four groups outside the house, two inside."""


NOTICE = Notice(
    id=CASCADE,
    doc_number="无文号",
    title="关于学习贯彻重要回信精神的通知",
    issuers=("gd-ast",),
    issued_on=date(2020, 6, 3),
    obligations=(Obligation(id="report", kind="report", what=("学习贯彻情况",), to_unit="省科协", due=Promptly()),),
)
"""The notice: facts only."""


def org() -> Org:
    """Return the org of Guangdong: cities, some counties, societies, and the issuer's own house."""
    return packaged_org("org-guangdong")


def run(engine: Engine, clock: StoryClock) -> Iterator[Step]:
    """Tell the cascade on an empty engine that runs by this clock, step by step.

    Raises:
        Refused: The engine is not empty.
    """
    clock.put("2020-06-03 09:00")
    engine.load_org(org())
    story = _Story(engine, clock)
    yield from story.go_down()
    yield from story.pass_on()
    yield from story.grow_old()
    yield from story.come_back()


class _Story(Acts):
    """The acts, in order; each does its deeds and then says so."""

    # Downwards

    def go_down(self) -> Iterator[Step]:
        """Issue, and forward to all six groups."""
        self._clock.put("2020-06-03 10:00")
        self._engine.issue(CASCADE, NOTICE, actor=clerk("gd-ast"))
        yield Step(
            "广东省科协下达通知，只要求及时报告，未定日期", "广东省科协 issues, and asks to report promptly, by no date"
        )
        self._engine.forward(ROOT, ADDRESSEES, actor=clerk("gd-ast"))
        count = len(self._addressed())
        yield Step(f"发至系统内外六类单位，共{count}家", f"sent to {count} units of six kinds", moment="issued")

    def pass_on(self) -> Iterator[Step]:
        """Four cities pass it on to their counties; Shenzhen reports without having done so."""
        self._clock.put("2020-06-04 15:00")
        self._hands.acknowledge(self._addressed())
        self._clock.put("2020-06-05 09:30")
        passing = ("gd-gz-ast", "gd-fs-ast", "gd-sg-ast", "gd-mz-ast")
        self._engine.submit([Forward(self._ref(city), (COUNTIES,), actor=clerk(city)) for city in passing])
        self._hands.execute([*self._addressed(), *self._counties()])
        yield Step("广州、佛山、韶关、梅州转发至县级科协", "four cities pass it on to their counties")
        yield self._ask_for_time()
        self._clock.put("2020-06-10 11:00")
        self._hands.report([self._ref("gd-sz-ast"), *self._house()])
        yield Step("机关各部室、直属单位和深圳市科协先报", "the house itself and 深圳市科协 report first")
        yield self._return()

    def _ask_for_time(self) -> Step:
        """A city asks for more time where none was set, and is told that there is nothing to extend."""
        self._clock.put("2020-06-08 09:00")
        city = clerk("gd-gz-ast")
        asked = refusal_of(
            lambda: self._engine.request_extension(self._ref(city.unit), date(2020, 6, 30), "县区较多", actor=city)
        )
        return Step("广州市科协申请延至6月30日，被拒", "广州市科协 asks for time until 30 June and is refused", asked)

    def _return(self) -> Step:
        """The city that skipped its counties gets its report back, and passes the notice on."""
        self._clock.put("2020-06-11 10:00")
        ref = self._ref("gd-sz-ast")
        self._engine.return_(ref, "尚未转发至县级科协", actor=clerk("gd-ast"))
        self._engine.forward(ref, (COUNTIES,), actor=clerk("gd-sz-ast"))
        self._hands.execute(self._hands.children(ref))
        return Step(
            "深圳市科协未转发县级，报告退回，随即补转",
            "深圳市科协 had not reached its counties: its report is returned, and it passes the notice on",
        )

    # Waiting

    def grow_old(self) -> Iterator[Step]:
        """Two weeks later most have reported; who has not is old, not overdue."""
        self._clock.put("2020-06-15 16:00")
        yield self._waive()
        outside = [ref for ref in self._addressed() if not self._engine.directive(ref).children]
        self._hands.report(self._hands.standing(outside, "executing")[::2])
        yield self._report_too_early()
        self._clock.put("2020-06-17 10:00")
        waiting = self._hands.standing(self._addressed(), "executing")
        for ref in waiting[:2]:
            self._engine.remind(ref, "已满两周", actor=clerk("gd-ast"))
        yield Step(
            f"两周后尚有{len(waiting)}家未报，催办其中两家",
            f"two weeks later {len(waiting)} have not reported, and two of them are urged",
            moment="half_way",
        )

    def _report_too_early(self) -> Step:
        """A city reports before its counties, and is told whom it waits for."""
        ref = self._ref("gd-gz-ast")
        early = refusal_of(lambda: self._engine.report(ref, actor=clerk("gd-gz-ast")))
        return Step("广州市科协先于县区报送，被拒", "广州市科协 reports before its counties and is refused", early)

    def _waive(self) -> Step:
        """An enterprise need not report."""
        self._engine.waive(self._ref("gd-ent-zhengye"), "停产检修，未开展活动", actor=clerk("gd-ast"))
        return Step("准予正业科技科协免报", "the association of one enterprise is excused")

    # Upwards

    def come_back(self) -> Iterator[Step]:
        """Report level by level, and summarise; one city has never passed the notice on."""
        self._clock.put("2020-06-19 15:00")
        self._hands.report(self._counties())
        self._clock.put("2020-06-22 17:00")
        self._hands.report(self._hands.standing(self._addressed(), "executing"))
        yield Step("县级、市级先后报齐", "counties have reported, then all others")
        self._clock.put("2020-06-24 10:00")
        self._hands.execute([ROOT])
        self._hands.report([ROOT])
        self._engine.summarise(ROOT, actor=clerk("gd-ast"))
        yield Step("广东省科协汇总", "广东省科协 summarises", moment="summarised")

    # Whom it is about

    def _addressed(self) -> list[str]:
        """Return the references of all that the province addressed."""
        return self._hands.children(ROOT)

    def _counties(self) -> list[str]:
        """Return the references of all counties reached."""
        return [county for ref in self._addressed() for county in self._hands.children(ref)]

    def _house(self) -> list[str]:
        """Return the references of the departments and subordinate units."""
        units, inside = self._engine.org().unit, ("internal_department", "subordinate_unit")
        return [ref for ref in self._addressed() if units(self._engine.directive(ref).unit).kind in inside]

    def _ref(self, unit: str) -> str:
        """Return the reference of the directive the province laid on a unit."""
        return self._hands.child(ROOT, unit)


def look(engine: Engine) -> tuple[Check, ...]:
    """Return which cities have not carried the notice on, and that reports have no date."""
    undated = Check(
        "undated",
        "通知只要求及时报告，未定日期：只计已过天数，不算逾期；按推定时限看的，灯色注明系推定",
        "the notice says promptly and gives no date: reports age, and are never overdue; "
        "lights by a service level say that it was assumed",
        (ROOT,),
    )
    return (*checks.not_passed_on(engine, CASCADE, level="city", to=COUNTIES), undated)


PRESET = Preset(
    name="study_prompt",
    title_zh="学习贯彻，及时报告",
    title_en="A study notice, to be reported promptly",
    summary_zh="一家发文，系统内外六类单位，只要求及时报告；市级须转发至未列名的县级。",
    summary_en="One issuer addresses six kinds of unit, outside and inside its house, and sets no date; "
    "cities carry the notice on to counties that are not addressed.",
    origin=ORIGIN,
    cascades=(CASCADE,),
    org=org,
    run=run,
    notices=(NOTICE,),
    rules=(
        ("未定日期的只计已过天数，不算逾期；按推定时限看的，注明系推定",
         "what is undated ages and is never overdue; a service level, where one is set, is said to be assumed"),
        ("市级须转发至县级：不强制，由检查列出未转发的",
         "cities must reach their counties: not forced, but a check lists those that have not"),
    ),
    checks=look,
    notice="000",
)  # fmt: skip
