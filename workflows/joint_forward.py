"""Joint issue and joint forward: the science workers' day of 2020, from two ministries to 21 cities.

中国科协 and 科技部 issue jointly (科协发组字〔2020〕7号, report by 20 June 2020) to both lines of
every province, the Corps, national societies and selected universities and enterprises; 广东省科协
and 广东省科技厅 forward jointly (粤科协联〔2020〕9号, report by 10 June) to both lines of the 21
cities, to societies and to university and enterprise associations. Each line reports to its own
superior and department.

Rule: bodies, numbers, dates, addressees and routes are those of the two notices; neither bears a
date of issue, so the days on which things happen here are a story, and so are its incidents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from xiada.engine.commands import Forward
from xiada.engine.due import On
from xiada.engine.engine import Engine
from xiada.engine.holidays import china
from xiada.engine.notice import Notice, Obligation, Requirement, Window
from xiada.engine.org import Org, Select
from xiada.workflows import checks
from xiada.workflows.catalogue import Check, Preset
from xiada.workflows.story import Acts, Step, StoryClock, clerk, packaged_org, refusal_of

CASCADE = "kx2020-7"
ORIGIN = "xiada.example/kx2020"
ASSOCIATION, SCIENCE = f"{CASCADE}/1", f"{CASCADE}/2"
GUANGDONG = {"association": f"{CASCADE}/1.19", "science": f"{CASCADE}/2.19"}
SELECTED = Select(
    ids=("bj-uni-tsinghua", "bj-uni-buaa", "sh-uni-fudan", "js-uni-nju", "js-uni-seu", "js-uni-njust",
         "hb-uni-whu", "hb-uni-hust", "gd-uni-scau", "gd-uni-gzhu",
         "tj-ent-sgcc-tj", "ln-ent-bxsteel", "sh-ent-baowu", "js-ent-zenith"),
    selective=True,
)  # fmt: skip
"""有关高校科协、企业科协: addressed over the heads of their provinces."""

_HANDED_IN = (
    Requirement(id="summary", text="活动情况、成效与典型经验", mandatory=True),
    Requirement(id="materials", text="文字信息与影像资料", mandatory=True),
)
_AIMS = (
    Requirement(id="guidance", text="团结引领"),
    Requirement(id="spirit", text="科学家精神"),
    Requirement(id="volunteers", text="志愿服务"),
    Requirement(id="deeds", text="实事好事"),
)
_WAYS = (
    Requirement(id="theme", text="时代主题"),
    Requirement(id="alliance", text="凝聚合力"),
    Requirement(id="publicity", text="广泛宣传"),
    Requirement(id="frugality", text="务实节俭"),
    Requirement(id="planning", text="工作预案"),
    Requirement(id="review", text="总结评估"),
)
"""What the activity is for, and how it is to be held, by catchword."""

NATIONAL = Notice(
    id="kx2020-7",
    doc_number="科协发组字〔2020〕7号",
    title="关于开展2020年“全国科技工作者日”活动的通知",
    issuers=("cast", "most"),
    requirements=(*_HANDED_IN, *_AIMS, *_WAYS),
    window=Window(date(2020, 5, 11), date(2020, 6, 10), fuzzy=True),
    obligations=(
        Obligation(
            id="report-association", kind="report", who=Select(line="association"), what=("文字信息", "影像资料"),
            due=On(date(2020, 6, 20), assumed="year from title"), to_unit="中国科协", to_department="组织人事部",
        ),
        Obligation(
            id="report-science", kind="report", who=Select(line="science"), what=("文字信息", "影像资料"),
            due=On(date(2020, 6, 20), assumed="year from title"), to_unit="科技部",
            to_department="引进国外智力资源管理司",
        ),
        Obligation(id="plan", kind="plan", what=("活动预案",), soft=True),
    ),
)  # fmt: skip
"""The national notice: facts only."""

PROVINCIAL = Notice(
    id="ykxl2020-9",
    doc_number="粤科协联〔2020〕9号",
    title="关于转发2020年“全国科技工作者日”活动通知的通知",
    issuers=("gd-ast", "gd-sti"),
    forwards="科协发组字〔2020〕7号",
    requirements=(*_WAYS, Requirement(id="advice", text="意见建议")),
    window=Window(date(2020, 5, 11), date(2020, 6, 10), fuzzy=True),
    obligations=(
        Obligation(
            id="report-association", kind="report", who=Select(line="association"), what=("文字信息", "影像资料"),
            due=On(date(2020, 6, 10)), to_unit="省科协", to_department="组织联络部",
        ),
        Obligation(
            id="report-science", kind="report", who=Select(line="science"), what=("文字信息", "影像资料"),
            due=On(date(2020, 6, 10)), to_unit="省科技厅", to_department="引进智力管理处",
        ),
        Obligation(id="plan", kind="plan", what=("工作方案",), soft=True),
    ),
)  # fmt: skip
"""The notice of Guangdong that forwards it: facts only."""

_ROUTED = (
    Select(kind=("association", "science_bureau"), level="province", exclude=("xpcc-ast", "xpcc-sti")),
    Select(kind=("national_society", "university_association", "enterprise_association")),
)
"""Whom the national notice tells where to report: the Corps (兵团) is addressed, and in no such sentence."""

CONTACT_DEPARTMENTS = {"report-association": "组织人事部", "report-science": "引进国外智力管理司"}
"""The departments as the national notice names them among its contacts."""


def org() -> Org:
    """Return the org of 2020: two lines from the centre to the cities of Guangdong."""
    return packaged_org("org-2020")


def run(engine: Engine, clock: StoryClock) -> Iterator[Step]:
    """Tell the cascade of 2020 on an empty engine that runs by this clock, step by step.

    Raises:
        Refused: The engine is not empty.
    """
    clock.put("2020-05-06 08:30")
    engine.load_org(org())
    story = _Story(engine, clock)
    yield from story.go_down()
    yield from story.carry_out()
    yield from story.come_back()


class _Story(Acts):
    """The acts, in order; each does its deeds and then says so."""

    # Downwards

    def go_down(self) -> Iterator[Step]:
        """Issue jointly, pass on to the provinces, forward jointly in Guangdong."""
        self._clock.put("2020-05-06 09:00")
        self._engine.issue(CASCADE, NATIONAL, actor=clerk("cast"), key="issue-kx2020-7")
        yield Step("中国科协、科技部联合下达，6月20日前报送", "中国科协 and 科技部 issue jointly, report by 20 June")
        everywhere = (
            Select(kind="association", level="province"), Select(kind="national_society"), SELECTED,
        )  # fmt: skip
        self._engine.submit(
            [
                Forward(ASSOCIATION, everywhere, actor=clerk("cast")),
                Forward(SCIENCE, (Select(kind="science_bureau", level="province"),), actor=clerk("most")),
            ]
        )
        count = len(self._hands.children(ASSOCIATION)) + len(self._hands.children(SCIENCE))
        yield Step(f"下达至{count}个单位", f"forwarded to {count} units", moment="issued")
        self._clock.put("2020-05-08 10:00")
        self._hands.acknowledge(self._hands.children(ASSOCIATION) + self._hands.children(SCIENCE))
        self._forward_jointly()
        yield Step("广东省科协、省科技厅联合转发，6月10日前报送", "Guangdong forwards jointly, report by 10 June")

    def _forward_jointly(self) -> None:
        """Forward in both lines of Guangdong under one notice, all or nothing."""
        self._clock.put("2020-05-13 15:00")
        groups = (
            Select(kind="association", level="city"), Select(kind="provincial_society"),
            Select(kind="university_association"), Select(kind="enterprise_association"),
        )  # fmt: skip
        bureaus = (Select(kind="science_bureau", level="city"),)
        self._engine.submit(
            [
                Forward(GUANGDONG["association"], groups, PROVINCIAL, actor=clerk("gd-ast")),
                Forward(GUANGDONG["science"], bureaus, PROVINCIAL, actor=clerk("gd-sti")),
            ]
        )

    # At work

    def carry_out(self) -> Iterator[Step]:
        """Work, with one refusal, one extension, one return and one waiver on the way."""
        self._clock.put("2020-05-18 09:00")
        below = self._below()
        self._hands.acknowledge(below)
        self._hands.execute([*below, *GUANGDONG.values()])
        yield self._ask_for_too_much()
        yield self._extend()
        yield self._return()
        yield self._waive()
        yield self._come_to_the_due()

    def _ask_for_too_much(self) -> Step:
        """A city asks for a due that no one above has room for, and is told why not."""
        self._clock.put("2020-05-20 09:30")
        ref = self._ref("gd-zj-ast")
        city = clerk("gd-zj-ast")
        refusal = refusal_of(lambda: self._engine.request_extension(ref, date(2020, 6, 25), "活动延期举行", actor=city))
        return Step("湛江市科协申请延至6月25日，被拒", "湛江市科协 asks for 25 June and is refused", refusal)

    def _extend(self) -> Step:
        """The same city asks for less, within what the province itself has, and gets it."""
        ref = self._ref("gd-zj-ast")
        self._engine.request_extension(ref, date(2020, 6, 15), "活动延期举行", actor=clerk("gd-zj-ast"))
        self._clock.put("2020-05-21 16:00")
        self._engine.grant_extension(ref, actor=clerk("gd-ast"))
        return Step("改为申请延至6月15日，省科协准予延期", "it asks for 15 June instead, and 省科协 grants it")

    def _return(self) -> Step:
        """A report comes too early and too thin, and goes back."""
        self._clock.put("2020-05-29 11:00")
        ref = self._ref("gd-fs-ast")
        self._hands.report([ref])
        self._clock.put("2020-06-01 09:00")
        self._engine.return_(ref, "缺影像资料", actor=clerk("gd-ast"))
        return Step("佛山市科协的报告缺材料，退回", "the report of 佛山市科协 lacks material and is returned")

    def _waive(self) -> Step:
        """An enterprise need not report."""
        self._clock.put("2020-06-02 10:00")
        self._engine.waive(self._ref("gd-ent-zhengye"), "停产检修，未开展活动", actor=clerk("gd-ast"))
        return Step("准予正业科技科协免报", "the association of one enterprise is excused")

    def _come_to_the_due(self) -> Step:
        """The due of Guangdong passes: most have reported, three have not."""
        self._clock.put("2020-06-05 10:00")
        first = [*self._hands.children(ASSOCIATION), *self._hands.children(SCIENCE)]
        self._hands.execute(self._issued(first)[::2])
        bound = [ref for ref in self._below() if ref != self._ref("gd-zj-ast")]
        self._clock.put("2020-06-08 17:00")
        self._hands.report(self._open(bound)[::2])
        self._clock.put("2020-06-10 16:00")
        self._hands.report(self._open(bound)[:-3])
        self._hands.report([ref for ref in self._open(first)[::3] if ref not in GUANGDONG.values()])
        self._clock.put("2020-06-11 09:00")
        self._engine.remind(self._open(self._below())[-1], "已过报送期限", actor=clerk("gd-sti"))
        return Step("6月11日，广东三家逾期", "11 June: three of Guangdong are overdue", moment="half_way")

    # Back up

    def come_back(self) -> Iterator[Step]:
        """Report level by level, and summarise."""
        self._clock.put("2020-06-12 09:00")
        self._hands.report([ref for ref in self._open(self._below()) if ref != self._ref("gd-zj-ast")])
        self._clock.put("2020-06-15 10:00")
        self._hands.report(self._open(self._below()))
        yield Step("市级全部报送，其中三家迟报两天", "all cities have reported, three of them two days late")
        self._clock.put("2020-06-15 14:00")
        self._hands.report(GUANGDONG.values())
        first = [*self._hands.children(ASSOCIATION), *self._hands.children(SCIENCE)]
        others = [ref for ref in first if ref not in GUANGDONG.values()]
        self._hands.execute(self._issued(others))
        self._clock.put("2020-06-19 17:00")
        self._hands.report(self._open(others))
        yield Step("各省、各学会报送完毕", "provinces and societies have reported")
        self._clock.put("2020-06-22 10:00")
        self._hands.execute([ASSOCIATION, SCIENCE])
        self._hands.report([ASSOCIATION, SCIENCE])
        for ref in (ASSOCIATION, SCIENCE):
            self._engine.summarise(ref, actor=self._hands.of(ref))
        yield Step("中国科协、科技部汇总", "中国科协 and 科技部 summarise", moment="summarised")

    # Whom it is about

    def _below(self) -> list[str]:
        """Return the references of all that Guangdong forwarded."""
        return [child for ref in GUANGDONG.values() for child in self._hands.children(ref)]

    def _open(self, refs: Iterable[str]) -> list[str]:
        """Return those that are being carried out."""
        return self._hands.standing(refs, "executing")

    def _issued(self, refs: Iterable[str]) -> list[str]:
        """Return those that nobody has begun."""
        return self._hands.standing(refs, "issued")

    def _ref(self, unit: str) -> str:
        """Return the reference of the directive Guangdong laid on a unit."""
        return next(ref for ref in self._below() if self._engine.directive(ref).unit == unit)


def look(engine: Engine) -> tuple[Check, ...]:
    """Return what a person should see in the two notices side by side, and in the cascade they made."""
    forwarded = tuple(GUANGDONG.values())
    return (
        *checks.forwarding_checks(NATIONAL, PROVINCIAL, china(), forwarded),
        *checks.unrouted(engine, (ASSOCIATION, SCIENCE), _ROUTED),
        *checks.double_reporting(engine, CASCADE),
        *checks.departments_differ(NATIONAL, CONTACT_DEPARTMENTS, (SCIENCE,)),
    )


PRESET = Preset(
    name="joint_forward",
    title_zh="联合下达、联合转发",
    title_en="Joint issue and joint forward",
    summary_zh="两个部门联合下达，两条线各自到省；省里两家联合转发，期限更早，各报各的上级。",
    summary_en="Two ministries issue jointly in two lines; a province forwards jointly, asks for the report earlier, "
    "and each line reports to its own superior.",
    origin=ORIGIN,
    cascades=(CASCADE,),
    org=org,
    run=run,
    notices=(NATIONAL, PROVINCIAL),
    rules=(
        ("下级期限不得晚于上级；延期由有余地的最近一级准予",
         "no due is later than its parent's; the nearest level with room grants an extension"),
        ("联合转发要么都成，要么都不成", "a joint forward is all or nothing"),
        ("转发可以增加要求，不能减少", "whoever forwards may add requirements, and drop none"),
    ),
    checks=look,
    notice="002",
)  # fmt: skip
