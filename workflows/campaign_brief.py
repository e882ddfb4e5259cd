"""A campaign with a plan on every level, a monthly brief from some, and typical cases that come back down.

中国科协 sends a work plan under a cover notice to five groups. Every level makes a plan of its own, and an
association stands under two: the national plan, and the plan of its own place, which reaches it in the
line of the party. Two kinds of addressee owe a brief each month, softly (原则上): every period stands by
itself, a missed one stays open, and handing one in closes neither the others nor the series. What the
briefs nominate, the issuer selects and circulates as a notice of its own.

Rule: a plan names the notices it rests on by their digests, so that the log shows what it was based on.
The circular is a cascade beside the campaign's: it forwards nothing, asks for nothing, and is signed for.
Groups and obligations are those of the notice of 2018-09-10; it names no day of the month, so the last is
assumed and said to be. Days, plans and cases here are a story, and so are its incidents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from xiada.engine.commands import Acknowledge, Fulfil
from xiada.engine.due import Every
from xiada.engine.engine import Engine
from xiada.engine.events import Fulfilled, Material
from xiada.engine.notice import Notice, Obligation, Requirement
from xiada.engine.org import Org, Select
from xiada.workflows import checks
from xiada.workflows.catalogue import Check, Preset
from xiada.workflows.story import Acts, Step, StoryClock, clerk, packaged_org, refusal_of

CASCADE, PARTY, CIRCULAR = "aiguo2018", "aiguo2018-party", "aiguo2018-cases"
ORIGIN = "xiada.example/campaign"
ROOT, PARTY_ROOT, CIRCULAR_ROOT = f"{CASCADE}/1", f"{PARTY}/1", f"{CIRCULAR}/1"
GUANGDONG = "gd-ast"
NOMINATING = (GUANGDONG, "js-ast", "soc-agriculture")
CASE = "推荐典型案例"
SEPTEMBER, OCTOBER, NOVEMBER = date(2018, 9, 30), date(2018, 10, 31), date(2018, 11, 30)

ADDRESSEES = (
    Select(kind="national_society"),
    Select(kind="association", level="province", exclude=("xpcc-ast",)),
    Select(ids=("xpcc-ast",)),
    Select(ids=("bj-uni-tsinghua", "js-uni-nju", "hb-uni-whu"), selective=True),
    Select(ids=("sh-ent-baowu", "js-ent-zenith"), selective=True),
)
"""Five groups: societies, provinces, the Corps (兵团), and those concerned of universities and enterprises."""

BRIEFING = Select(kind=("association", "national_society"), level=("province", "national"))
"""Who owes the brief: associations of provincial rank, the Corps among them, and national societies."""

_PLAN = Obligation(id="plan", kind="plan", what=("具体工作方案",))

CENTRAL = Notice(
    id=PARTY,
    doc_number="无文号（中央）",
    title="关于在广大知识分子中深入开展爱国奋斗活动的通知",
    issuers=("party-centre",),
    obligations=(Obligation(id="report", kind="report"),),
)
"""What the party's own line was asked."""

LOCAL = Notice(
    id=f"{PARTY}-gd",
    doc_number="无文号（广东）",
    title="广东省爱国奋斗活动实施方案",
    issuers=("gd-party",),
    forwards="无文号（中央）",
    attachments=("活动实施方案",),
    obligations=(Obligation(id="report", kind="report"), _PLAN),
)
"""The plan of the place, as it reaches 广东省科协."""

NATIONAL = Notice(
    id=CASCADE,
    doc_number="无文号（2018年9月10日）",
    title="关于在广大科技工作者中深入开展爱国奋斗活动的通知",
    issuers=("cast",),
    issued_on=date(2018, 9, 10),
    attachments=("活动工作方案",),
    requirements=(
        Requirement(id="basis", text="依据上级工作方案和本地区实施方案", mandatory=True),
        Requirement(id="responsibility", text="责任到人"),
        Requirement(id="guidance", text="分类指导"),
    ),
    obligations=(
        Obligation(id="report", kind="report", what=("活动总结",)),
        _PLAN,
        Obligation(
            id="brief", kind="brief", who=BRIEFING, what=("工作简报",), to_unit="中国科协", soft=True,
            due=Every("FREQ=MONTHLY;BYMONTHDAY=-1", soft=True, assumed="day of the month"),
        ),
    ),
)  # fmt: skip
"""The cover notice with its plan: facts only."""

PROVINCIAL = Notice(
    id=f"{CASCADE}-gd",
    doc_number="无文号（广东省科协）",
    title="广东省科协爱国奋斗活动工作方案",
    issuers=(GUANGDONG,),
    forwards="无文号（2018年9月10日）",
    requirements=(Requirement(id="basis", text="依据省科协方案和本市实施方案"),),
    obligations=(Obligation(id="report", kind="report", what=("活动总结",)), _PLAN),
)
"""What 广东省科协 passes on to its cities: its own plan, and the duty to make one."""

CASES = Notice(
    id=CIRCULAR,
    doc_number="无文号（通报）",
    title="关于印发爱国奋斗活动典型案例的通报",
    issuers=("cast",),
    kind="circular",
    attachments=("案例一：广东省科协推荐", "案例二：中国农学会推荐"),
)
"""What the issuer had promised: the cases it selected, for all to read."""


def org() -> Org:
    """Return the org of autumn 2018: associations and societies, and the line of the party beside them."""
    return packaged_org("org-2018")


def basis(*notices: Notice) -> tuple[Material, ...]:
    """Return what a plan rests on, as materials that name notices by their digests.

    Example:
        >>> basis(NATIONAL)[0][1] == NATIONAL.digest
        True
    """
    return tuple((f"依据：{one.title}", one.digest) for one in notices)


def run(engine: Engine, clock: StoryClock) -> Iterator[Step]:
    """Tell the campaign on an empty engine that runs by this clock, step by step.

    Raises:
        Refused: The engine is not empty.
    """
    clock.put("2018-08-20 08:30")
    engine.load_org(org())
    story = _Story(engine, clock)
    yield from story.go_down()
    yield from story.plan()
    yield from story.brief()
    yield from story.circulate()
    yield from story.come_back()


class _Story(Acts):
    """The acts, in order; each does its deeds and then says so."""

    # Downwards, in two lines

    def go_down(self) -> Iterator[Step]:
        """The plan of the place comes down one line, the national plan down the other."""
        self._clock.put("2018-08-20 09:00")
        self._engine.issue(PARTY, CENTRAL, actor=clerk("party-centre"))
        self._engine.forward(PARTY_ROOT, ("gd-party",), actor=clerk("party-centre"))
        self._clock.put("2018-08-31 10:00")
        self._engine.forward(f"{PARTY_ROOT}.1", (GUANGDONG,), notice=LOCAL, actor=clerk("gd-party"))
        yield Step(
            "党委条线先行下达：广东省实施方案送达省科协",
            "the plan of the place reaches 广东省科协 in the line of the party",
        )
        self._clock.put("2018-09-10 09:00")
        self._engine.issue(CASCADE, NATIONAL, actor=clerk("cast"))
        self._engine.forward(ROOT, ADDRESSEES, actor=clerk("cast"))
        count = len(self._addressed())
        yield Step(
            f"中国科协印发工作方案，发至五类单位，共{count}家",
            f"中国科协 sends its plan to {count} units of five groups",
            moment="issued",
        )

    def plan(self) -> Iterator[Step]:
        """Every level makes its own plan, and names what it rests on."""
        self._clock.put("2018-09-12 09:00")
        self._hands.acknowledge(self._addressed())
        self._hands.execute(self._addressed())
        self._clock.put("2018-09-17 10:00")
        ref, guangdong = self._ref(GUANGDONG), clerk(GUANGDONG)
        self._engine.fulfil(ref, "plan", materials=basis(NATIONAL, LOCAL), actor=guangdong)
        self._engine.forward(ref, (Select(kind="association", level="city"),), notice=PROVINCIAL, actor=guangdong)
        cities = self._hands.children(ref)
        self._hands.execute(cities)
        yield Step(
            f"广东省科协依据两个上位方案制定本省方案，转发{len(cities)}个市",
            f"广东省科协 makes its plan under two, and passes it on to {len(cities)} cities",
        )
        self._clock.put("2018-09-25 16:00")
        self._plans(cities, PROVINCIAL, LOCAL)
        self._plans([one for one in self._addressed() if one != ref][:-1], NATIONAL)
        yield Step("各级各自制定方案，一家企业科协未交", "every level makes its own plan; one enterprise has not yet")

    def _plans(self, refs: Iterable[str], *under: Notice) -> None:
        """Have each unit hand in a plan that rests on these notices."""
        self._engine.submit([Fulfil(ref, basis(*under), obligation="plan", actor=self._hands.of(ref)) for ref in refs])

    # Month by month

    def brief(self) -> Iterator[Step]:
        """Three months of briefs: one is owed by nobody, one has no such period, one is missed and stays open."""
        self._clock.put("2018-09-28 15:00")
        briefing = self._briefing()
        yield self._brief_too_much()
        self._briefs(briefing, SEPTEMBER)
        yield Step(f"九月简报：{len(briefing)}家报齐", f"the brief of September: all {len(briefing)} have handed it in")
        self._clock.put("2018-10-31 16:00")
        yield self._brief_by_halves()
        self._briefs([ref for ref in briefing if ref != self._ref(GUANGDONG)], OCTOBER)
        self._clock.put("2018-11-05 09:00")
        missed = [one.period for one in self._engine.owed(self._ref(GUANGDONG)) if one.standing == "missed"]
        yield Step(
            f"十月简报广东未报（缺{len(missed)}期）：属“原则上”报送，不亮红灯，但该期一直挂账",
            f"Guangdong has not sent the brief of October ({len(missed)} missed): asked for softly, "
            "so no red light, but it stays open",
            moment="half_way",
        )
        self._clock.put("2018-11-29 11:00")
        self._briefs(briefing, NOVEMBER)
        yield Step(
            "十一月简报报齐，三家随报推荐典型案例；广东十月一期仍未补报",
            "all send November's, three with a case they nominate; that of October is still open for Guangdong",
        )

    def _brief_too_much(self) -> Step:
        """A university hands in a brief that it does not owe."""
        unit = "bj-uni-tsinghua"
        refusal = refusal_of(lambda: self._engine.fulfil(self._ref(unit), "brief", period=SEPTEMBER, actor=clerk(unit)))
        return Step(
            "清华大学科协报送简报，不在应报之列，被拒",
            "a university hands in a brief it does not owe, and is refused",
            refusal,
        )

    def _brief_by_halves(self) -> Step:
        """A province hands in a brief for half a month, which is no period."""
        half, unit = date(2018, 10, 15), "js-ast"
        refusal = refusal_of(lambda: self._engine.fulfil(self._ref(unit), "brief", period=half, actor=clerk(unit)))
        return Step(
            "江苏省科协按半月报送，无此一期，被拒", "a province hands in half a month, which is no period", refusal
        )

    def _briefs(self, refs: Iterable[str], period: date) -> None:
        """Have each unit hand in its brief of a month; in November three nominate a case with it."""
        batch = []
        for ref in refs:
            actor = self._hands.of(ref)
            nominates = period == NOVEMBER and actor.unit in NOMINATING
            cases: tuple[Material, ...] = ((CASE, None),) if nominates else ()
            batch.append(Fulfil(ref, cases, obligation="brief", period=period, actor=actor))
        self._engine.submit(batch)

    # Cases

    def circulate(self) -> Iterator[Step]:
        """The issuer selects two of the three cases nominated, and circulates them to all; nothing is owed for it."""
        self._clock.put("2018-12-05 09:00")
        self._engine.issue(CIRCULAR, CASES, actor=clerk("cast"))
        self._engine.forward(CIRCULAR_ROOT, ADDRESSEES, actor=clerk("cast"))
        self._clock.put("2018-12-06 10:00")
        got = self._hands.child(CIRCULAR_ROOT, GUANGDONG)
        self._engine.forward(got, (Select(kind="association", level="city"),), actor=clerk(GUANGDONG))
        reached = [*self._hands.children(CIRCULAR_ROOT), *self._hands.children(got)]
        self._engine.submit([Acknowledge(ref, actor=self._hands.of(ref)) for ref in reached])
        yield Step(
            f"从推荐案例中遴选两例，另文通报，逐级下发至{len(reached)}家",
            f"two of the three cases nominated are circulated, level by level, to {len(reached)} units",
        )
        self._clock.put("2018-12-10 09:00")
        for ref in self._hands.children(CIRCULAR_ROOT):
            self._engine.waive(ref, "供学习借鉴，无须报送", actor=clerk("cast"))
        self._finish([CIRCULAR_ROOT])
        yield Step("通报供学习借鉴，签收即止", "the circular is signed for, and asks for nothing more")

    # Upwards

    def come_back(self) -> Iterator[Step]:
        """Both lines report; the brief that was missed keeps nobody from it, and is not forgotten."""
        self._clock.put("2018-12-14 15:00")
        ref = self._ref(GUANGDONG)
        self._hands.report(self._hands.children(ref))
        zhanjiang = self._hands.child(ref, "gd-zj-ast")
        self._clock.put("2018-12-17 10:00")
        self._engine.return_(zhanjiang, "总结未附案例", actor=clerk(GUANGDONG))
        yield Step("湛江市科协的总结退回", "the report of 湛江市科协 is returned")
        self._clock.put("2018-12-20 16:00")
        self._hands.report([zhanjiang])
        self._hands.report(self._hands.standing(self._addressed(), "executing"))
        self._local_line_reports()
        yield Step("广东在两条线上各报各的上级", "Guangdong reports in both lines, to the superior in each")
        self._clock.put("2018-12-28 10:00")
        self._finish([ROOT])
        yield Step("中国科协汇总", "中国科协 summarises", moment="summarised")

    def _local_line_reports(self) -> None:
        """Have the line of the party report, level by level, to its top."""
        above, here = f"{PARTY_ROOT}.1", f"{PARTY_ROOT}.1.1"
        for ref in (here, above):
            self._hands.execute([ref])
            self._hands.report([ref])
        self._finish([PARTY_ROOT])

    def _finish(self, roots: Iterable[str]) -> None:
        """Have the issuers report on their roots and close them."""
        for root in roots:
            self._hands.execute([root])
            self._hands.report([root])
            self._engine.summarise(root, actor=self._hands.of(root))

    # Whom it is about

    def _addressed(self) -> list[str]:
        """Return the references of all that the issuer addressed."""
        return self._hands.children(ROOT)

    def _briefing(self) -> list[str]:
        """Return the references of those who owe a brief."""
        unit = self._engine.org().unit
        return [ref for ref in self._addressed() if BRIEFING.matches(unit(self._engine.directive(ref).unit))]

    def _ref(self, unit: str) -> str:
        """Return the reference of the directive the issuer laid on a unit."""
        return self._hands.child(ROOT, unit)


def look(engine: Engine) -> tuple[Check, ...]:
    """Return what each plan rests on, who made none, which briefs were never handed in, and what became of cases."""
    return (*_plans_look(engine), *_briefs_look(engine), _cases_look(engine), _assumed())


def _plans_look(engine: Engine) -> Iterator[Check]:
    """Say how many plans name both notices they stand under, how many one, and who handed none in."""
    held = [node.directive for node in engine.view(CASCADE).nodes if node.directive.parent]
    rests = {state.ref: _rests_on(engine, state.ref) for state in held}
    both = tuple(ref for ref, under in rests.items() if len(under) > 1)
    one = tuple(ref for ref, under in rests.items() if len(under) == 1)
    yield Check(
        "plan_basis",
        f"{len(both)}家的方案写明依据两个上位方案，{len(one)}家只写一个（本日志中没有其本地方案）",
        f"plans that name the two they rest on: {len(both)}; only one: {len(one)} (that of their place is not here)",
        both,
    )
    without = [state for state in held if not rests[state.ref]]
    if without:
        org = engine.org()
        yield Check(
            "no_plan",
            f"未提交方案的：{checks.names_of(org, without, 'zh')}",
            f"no plan was handed in by {checks.names_of(org, without, 'en')}",
            tuple(state.ref for state in without),
        )


def _rests_on(engine: Engine, ref: str) -> set[str]:
    """Return the digests of the notices that a directive's plan names."""
    known = {one.digest for one in (CENTRAL, LOCAL, NATIONAL, PROVINCIAL)}
    return {digest for _, digest in _handed(engine, ref, "plan") if digest in known}


def _handed(engine: Engine, ref: str, obligation: str) -> list[Material]:
    """Return the materials handed in under a directive for an obligation."""
    events = (one.event for one in engine.log(ref))
    handed = [one for one in events if isinstance(one, Fulfilled) and one.obligation == obligation]
    return [material for one in handed for material in one.materials]


def _briefs_look(engine: Engine) -> Iterator[Check]:
    """Name the periods that were missed and never made good."""
    missed = [
        one
        for state in engine.children(ROOT)
        for one in engine.owed(state.ref)
        if one.kind == "brief" and one.standing == "missed"
    ]
    if missed:
        org = engine.org()
        states = [engine.directive(one.ref) for one in missed]
        periods = ", ".join(str(one.period) for one in missed)
        yield Check(
            "brief_missed",
            f"缺报的简报：{checks.names_of(org, states, 'zh')}（{periods}）；其后各期虽已报送，不能抵补",
            f"briefs never handed in: {checks.names_of(org, states, 'en')} ({periods}); later ones do not replace them",
            tuple(state.ref for state in states),
        )


def _cases_look(engine: Engine) -> Check:
    """Say who nominated a case, and how many of the cases were circulated."""
    nominating = [state for state in engine.children(ROOT) if (CASE, None) in _handed(engine, state.ref, "brief")]
    org, count = engine.org(), len(CASES.attachments)
    return Check(
        "cases_circulated",
        f"推荐典型案例的：{checks.names_of(org, nominating, 'zh')}；遴选通报{count}例",
        f"cases were nominated by {checks.names_of(org, nominating, 'en')}; circulated of them: {count}",
        tuple(state.ref for state in nominating),
    )


def _assumed() -> Check:
    """Say what the notice does not say of the brief: on which day, and whether the Corps is meant."""
    return Check(
        "assumed",
        "通知未定每月几日，按月末推定；兵团科协按省级科协计入",
        "the notice names no day of the month, the last is assumed; the Corps is counted among the provinces",
    )


PRESET = Preset(
    name="campaign_brief",
    title_zh="活动方案、月度简报、典型案例",
    title_en="A campaign: plans, monthly briefs, typical cases",
    summary_zh="印发工作方案，各级在两个上位方案之下自定方案；两类单位原则上每月报送简报，缺报的一期一直挂账；典型案例经推荐、遴选后另文通报。",
    summary_en="Each level makes its own plan under two; some owe a monthly brief, softly, and a missed one stays "
    "open; typical cases are nominated upwards, selected, and circulated back down.",
    origin=ORIGIN,
    cascades=(CASCADE, PARTY, CIRCULAR),
    org=org,
    run=run,
    notices=(CENTRAL, LOCAL, NATIONAL, PROVINCIAL, CASES),
    rules=(
        ("方案写明所依据的上位方案（以摘要为凭）", "a plan names the plans it rests on, by digest"),
        ("简报逐期计算，缺报的一直挂账；“原则上”报送的不亮红灯",
         "each period of the brief stands by itself and stays open; what is asked softly shows no red light"),
        ("不在应报之列的不予接收", "what is not owed is not taken"),
    ),
    checks=look,
    notice="004",
)  # fmt: skip
