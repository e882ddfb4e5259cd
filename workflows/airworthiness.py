"""An airworthiness directive: inspected every month until a terminating action that can be proven.

An authority orders an inspection every month, until a part has been replaced. One operator passes it on to
its bases; one replaces the part by another approved means; one cannot show the record of its work, so
it has not done it. An aircraft that leaves the fleet takes its directive with it.

Rule: bodies, part and dates are made up; how such directives run (recurring until a terminating action,
alternative means of compliance by approval only, no credit without a record) is general practice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from xiada.engine.due import Every, On
from xiada.engine.engine import Engine
from xiada.engine.events import Material
from xiada.engine.notice import Notice, Obligation, Requirement
from xiada.engine.org import Org, Select
from xiada.workflows.airworthiness_rules import (
    AIRWORTHINESS,
    inspections_are_recorded,
    is_in_words,
    record_is_named,
)
from xiada.workflows.catalogue import Check, Preset
from xiada.workflows.story import Acts, Step, StoryClock, clerk, packaged_org, refusal_of

CASCADE, ORIGIN = "ad-2031-05", "xiada.example/fleet"
ROOT = f"{CASCADE}/1"
OPERATORS, BASES = ("north-air", "south-air", "coast-air"), ("north-base-1", "north-base-2")
JANUARY, FEBRUARY, MARCH = date(2031, 1, 31), date(2031, 2, 28), date(2031, 3, 31)

DIRECTIVE = Notice(
    id=CASCADE,
    doc_number="适航指令2031-05",
    title="关于重复检查并更换起落架收放作动筒的适航指令",
    issuers=("authority",),
    kind="directive",
    requirements=(Requirement(id="part", text="换装件号与序号", mandatory=True),),
    obligations=(
        Obligation(id="terminating", kind="report", what=("换装记录",), due=On(date(2031, 6, 30)), to_unit="适航局"),
        Obligation(
            id="inspection",
            kind="brief",
            who=Select(ids=("south-air", "coast-air", *BASES)),
            what=("检查记录",),
            due=Every("FREQ=MONTHLY;BYMONTHDAY=-1"),
        ),
    ),
)
"""The directive: facts only, and made up."""


def record(name: str) -> Material:
    """Return a record of work as it is handed in: its name, and its SHA-256.

    Example:
        >>> record("log")[0]
        'log'
    """
    return name, sha256(name.encode()).hexdigest()


def org() -> Org:
    """Return the authority, three operators, and two bases of one of them."""
    return packaged_org("org-fleet")


def run(engine: Engine, clock: StoryClock) -> Iterator[Step]:
    """Tell the directive on an empty engine that runs by this clock, step by step.

    Raises:
        Refused: The engine is not empty.
    """
    clock.put("2031-01-06 08:00")
    engine.load_org(org())
    story = _Story(engine, clock)
    yield from story.order()
    yield from story.inspect()
    yield from story.terminate()
    yield from story.close()


class _Story(Acts):
    """The acts, in order; each does its deeds and then says so."""

    def order(self) -> Iterator[Step]:
        """Issue the directive to all operators; one passes it on to its bases."""
        self._clock.put("2031-01-06 09:00")
        self._engine.issue(CASCADE, DIRECTIVE, actor=clerk("authority"))
        self._engine.forward(ROOT, OPERATORS, due=On(date(2031, 6, 30)), actor=clerk("authority"))
        self._engine.forward(self._of("north-air"), BASES, due=On(date(2031, 5, 31)), actor=clerk("north-air"))
        self._hands.execute([ROOT, *self._hands.children(ROOT), *self._bases()])
        yield Step(
            "适航局下发指令：逐月检查，直至换装",
            "the authority orders a monthly inspection until the part is replaced",
            moment="issued",
        )

    def inspect(self) -> Iterator[Step]:
        """Month by month; one inspection is missed, one operator proposes other means."""
        for day in (JANUARY, FEBRUARY):
            self._clock.put(f"{day.isoformat()} 10:00")
            for unit in ("south-air", "coast-air", *BASES):
                if (unit, day) != ("coast-air", FEBRUARY):
                    self._inspect(unit, day)
        yield Step(
            "一、二月逐月检查；滨海航空二月漏检", "two months are inspected; coast-air misses one", moment="half_way"
        )
        self._clock.put("2031-03-03 09:00")
        south = self._of("south-air")
        refused = refusal_of(lambda: self._engine.step(south, "propose", actor=clerk("south-air")))
        self._engine.step(south, "propose", reason="改用加强型作动筒，附强度报告", actor=clerk("south-air"))
        yield Step(
            "南方通航提出替代方法：未写明者被拒，写明后受理",
            "south-air proposes other means, and has to say which",
            refused,
        )
        self._clock.put("2031-03-05 15:00")
        self._engine.step(south, "approve", reason="等效，准用于本机队", actor=clerk("authority"))
        yield Step(
            "适航局批准替代方法（检查仍须继续）", "the authority approves them; inspections go on until they are in"
        )

    def terminate(self) -> Iterator[Step]:
        """The terminating action: refused over a missed inspection, refused without a record."""
        self._clock.put("2031-03-20 09:00")
        coast, south = self._of("coast-air"), self._of("south-air")
        refused = refusal_of(lambda: self._terminate("coast-air", record("coast work order")))
        yield Step(
            "滨海航空报换装完成，二月漏检未补，被拒",
            "coast-air terminates over a missed inspection, and is refused",
            refused,
        )
        self._inspect("coast-air", FEBRUARY)
        refused = refusal_of(lambda: self._terminate("coast-air", ("工单遗失，口头说明", None)))
        yield Step(
            "补检后再报，拿不出记录：不能证明即未完成",
            "it records the inspection late; without a record of the work nothing is done",
            refused,
        )
        self._terminate("south-air", record("south work order"))
        self._engine.step(south, "verify", actor=clerk("authority"))
        yield Step(
            "南方通航按替代方法换装，适航局核实",
            "south-air replaces the part by the approved means, and it is verified",
        )
        self._engine.withdraw(coast, "飞机退租，移出机队", actor=clerk("authority"))
        yield Step(
            "滨海航空的飞机退租，指令随之撤回", "the aircraft of coast-air leaves the fleet, and the directive with it"
        )

    def close(self) -> Iterator[Step]:
        """The bases terminate, one is doubted; the operator and the authority close over them."""
        self._clock.put("2031-03-31 16:00")
        for unit in BASES:
            self._inspect(unit, MARCH)
        self._clock.put("2031-04-02 10:00")
        first, second = self._bases()
        for unit in BASES:
            self._terminate(unit, record(f"{unit} work order"))
        self._engine.step(first, "verify", actor=clerk("north-air"))
        self._engine.step(second, "doubt", reason="序号与到货单不符", actor=clerk("north-air"))
        yield Step("北方航空核实第一基地，对第二基地存疑退回", "north-air verifies one base and doubts the other")
        self._clock.put("2031-04-09 10:00")
        self._terminate("north-base-2", record("north-base-2 corrected work order"))
        self._engine.step(second, "verify", actor=clerk("north-air"))
        self._terminate("north-air", record("north fleet statement"))
        self._engine.step(self._of("north-air"), "verify", actor=clerk("authority"))
        self._terminate("authority", record("closing statement"))
        self._engine.step(ROOT, "verify", actor=clerk("authority"))
        self._engine.summarise(ROOT, actor=clerk("authority"))
        yield Step("更正后核实，适航局结案", "corrected and verified; the authority closes it", moment="summarised")

    # Hands

    def _inspect(self, unit: str, period: date) -> None:
        """Have a unit record the inspection of a month."""
        proof = (record(f"{unit} inspection {period.isoformat()}"),)
        self._engine.fulfil(self._of(unit), "inspection", period=period, materials=proof, actor=clerk(unit))

    def _terminate(self, unit: str, material: Material) -> None:
        """Have a unit report its terminating action."""
        ref = self._of(unit)
        self._engine.report(ref, answers=self._hands.answers(ref), materials=(material,), actor=clerk(unit))

    def _of(self, unit: str) -> str:
        """Return the reference of the directive laid on a unit."""
        if unit == "authority":
            return ROOT
        return self._hands.child(self._of("north-air") if unit in BASES else ROOT, unit)

    def _bases(self) -> list[str]:
        """Return the references of the bases' directives."""
        return self._hands.children(self._of("north-air"))


def look(engine: Engine) -> tuple[Check, ...]:
    """Return by what other means it was done, and what was doubted."""
    named = {
        "stepped:approve": ("alternative_means", "按批准的替代方法执行", "done by approved alternative means"),
        "stepped:doubt": ("doubted", "换装曾被存疑退回", "its terminating action was doubted once"),
    }
    found = []
    for node in engine.view(CASCADE).nodes:
        kinds = {one.event.in_table for one in engine.log(node.directive.ref)}
        for kind, (code, zh, en) in named.items():
            if kind in kinds:
                found.append(Check(code, f"{node.name}{zh}", f"{node.directive.unit}: {en}", (node.directive.ref,)))
    return tuple(found)


PRESET = Preset(
    name="airworthiness",
    title_zh="适航指令：重复检查直至终止措施",
    title_en="An airworthiness directive: recurring until a terminating action",
    summary_zh="逐月检查，直至换装；替代方法须经批准；拿不出记录即视为未完成；所报须经核实。",
    summary_en="Inspected every month until the part is replaced; other means by approval only; "
    "what cannot be proven has not been done, and what is claimed is verified.",
    origin=ORIGIN,
    cascades=(CASCADE,),
    org=org,
    run=run,
    notices=(DIRECTIVE,),
    rules=(
        ("终止措施之前，逐月检查一次不漏", "until the terminating action, no inspection is left out"),
        ("替代方法须经发文单位批准", "alternative means need the issuer's approval"),
        ("不能证明即未完成：报送须附记录及其摘要", "not proven is not done: a report names its record by digest"),
        ("上级核实后方为完成", "it is done once the superior has verified it"),
    ),
    lifecycles=(AIRWORTHINESS,),
    guards={guard.__name__: guard for guard in (record_is_named, inspections_are_recorded, is_in_words)},
    checks=look,
)
