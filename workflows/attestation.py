"""A policy that everybody attests: the version that was read, reminders for who has not, and a newer version.

The owner of a policy lays it on two departments, and these on their posts. A post attests the version it was
given, by its number; another version is refused. Timers remind those who have not. When a newer version
is out, the cascade of the old one is withdrawn, what was attested stays in the log as it was, and the
newer one is attested anew.

Rule: everything here is made up; posts attest, and no person is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from xiada.engine.commands import Actor, Command, Remind, TakeStep
from xiada.engine.directive import Directive
from xiada.engine.due import On
from xiada.engine.engine import Engine
from xiada.engine.notice import Notice, Obligation
from xiada.engine.org import Org, Select
from xiada.workflows.attestation_rules import ATTESTATION, version_is_named
from xiada.workflows.catalogue import Check, Preset
from xiada.workflows.story import Acts, Step, StoryClock, clerk, packaged_org, refusal_of

OLD, NEW, ORIGIN = "policy-2", "policy-3", "xiada.example/company"
TIMER = Actor("timer", "clock")

SECOND = Notice(
    id=OLD,
    doc_number="信息安全制度·第2版",
    title="信息安全制度",
    issuers=("compliance",),
    kind="policy",
    obligations=(Obligation(id="report", kind="report", what=("知悉声明",), due=On(date(2031, 3, 31))),),
)
"""The policy as it stood first."""

THIRD = replace(
    SECOND,
    id=NEW,
    doc_number="信息安全制度·第3版",
    obligations=(Obligation(id="report", kind="report", what=("知悉声明",), due=On(date(2031, 4, 30))),),
)
"""The policy as it was revised."""


def org() -> Org:
    """Return the company: the owner of the policy, two departments, seven posts."""
    return packaged_org("org-company")


def run(engine: Engine, clock: StoryClock) -> Iterator[Step]:
    """Tell the attestation on an empty engine that runs by this clock, step by step.

    Raises:
        Refused: The engine is not empty.
    """
    clock.put("2031-03-03 08:00")
    engine.load_org(org())
    story = _Story(engine, clock)
    yield from story.second()
    yield from story.third()


class _Story(Acts):
    """The acts, in order; each does its deeds and then says so."""

    def second(self) -> Iterator[Step]:
        """Lay the second version on everybody; most attest, some are reminded."""
        self._clock.put("2031-03-03 09:00")
        self._lay(OLD, SECOND)
        yield Step("合规部下发第2版，两部门转发至七个岗位", "the second version reaches seven posts", moment="issued")
        self._clock.put("2031-03-05 10:00")
        self._attest(OLD, SECOND, "sales-1", "sales-2", "works-1", "works-2")
        ref = self._post(OLD, "works-3")
        wrong = refusal_of(
            lambda: self._engine.step(ref, "attest", reason="信息安全制度·第1版", actor=clerk("works-3"))
        )
        yield Step(
            "四个岗位声明知悉；生产三岗声明的是旧版，被拒",
            "four posts attest; one attests an older version, refused",
            wrong,
        )
        self._clock.put("2031-03-24 09:00")
        self._engine.submit([self._urge(state) for state in self._missing(OLD)])
        yield Step("定时程序提醒尚未声明的三个岗位", "a timer reminds the three posts that have not", moment="half_way")
        self._clock.put("2031-03-25 15:00")
        self._attest(OLD, SECOND, "works-3")
        self._engine.waive(self._post(OLD, "works-4"), "岗位空缺", actor=clerk("works"))
        self._engine.step(self._post(OLD, "sales-2"), "lapse", reason="岗位换人", actor=clerk("sales"))
        yield Step(
            "生产三岗声明；生产四岗空缺免报；销售二岗换人，声明失效",
            "one more attests; an empty post is excused; a post changes hands, and its attestation lapses",
        )

    def third(self) -> Iterator[Step]:
        """A newer version is out: the old cascade is withdrawn, the new one attested by everybody."""
        self._clock.put("2031-03-28 09:00")
        self._engine.withdraw(f"{OLD}/1", "第3版已发布", actor=clerk("compliance"))
        self._lay(NEW, THIRD)
        old = refusal_of(lambda: self._attest(NEW, SECOND, "sales-1"))
        yield Step(
            "第3版发布，第2版撤回；以第2版声明第3版，被拒",
            "a third version: what was read of the second is no more",
            old,
        )
        self._clock.put("2031-04-02 10:00")
        posts = [state.unit for state in self._missing(NEW)]
        self._attest(NEW, THIRD, *posts)
        for unit in ("sales", "works"):
            ref = self._hands.child(f"{NEW}/1", unit)
            self._hands.execute([ref])
            self._hands.report([ref])
        yield Step("七个岗位全部声明知悉第3版，两部门报送", "all seven posts attest it, and both departments report")
        self._clock.put("2031-04-03 10:00")
        self._hands.execute([f"{NEW}/1"])
        self._hands.report([f"{NEW}/1"])
        self._engine.summarise(f"{NEW}/1", actor=clerk("compliance"))
        yield Step("合规部汇总", "the owner closes it", moment="summarised")

    # Hands

    def _lay(self, cascade: str, policy: Notice) -> None:
        """Lay a policy on the departments, and through them on all posts."""
        self._engine.issue(cascade, policy, actor=clerk("compliance"))
        self._engine.forward(f"{cascade}/1", (Select(kind="department"),), actor=clerk("compliance"))
        for ref in self._hands.children(f"{cascade}/1"):
            self._engine.forward(ref, (Select(kind="post"),), actor=self._hands.of(ref))

    def _attest(self, cascade: str, policy: Notice, *units: str) -> None:
        """Have posts attest a version, all in one transaction."""
        number = policy.doc_number
        deeds = [TakeStep(self._post(cascade, unit), "attest", number, actor=clerk(unit)) for unit in units]
        self._engine.submit(deeds)

    def _urge(self, state: Directive) -> Command:
        """Return the reminder of a timer."""
        return Remind(state.ref, "请在3月31日前声明知悉", actor=TIMER)

    def _missing(self, cascade: str) -> list[Directive]:
        """Return the directives of the posts that have not attested."""
        nodes = self._engine.view(cascade).nodes
        return [node.directive for node in nodes if node.kind == "post" and node.directive.status == "issued"]

    def _post(self, cascade: str, unit: str) -> str:
        """Return the reference of the directive laid on a post."""
        department = self._hands.child(f"{cascade}/1", unit.partition("-")[0])
        return self._hands.child(department, unit)


def look(engine: Engine) -> tuple[Check, ...]:
    """Return which version each post attested, and what lapsed."""
    found = []
    for version, cascade in (("second", OLD), ("third", NEW)):
        posts = [node.directive.ref for node in engine.view(cascade).nodes if node.kind == "post"]
        steps = {ref: [one.event.in_table for one in engine.log(ref)] for ref in posts}
        read = tuple(ref for ref in posts if "stepped:attest" in steps[ref])
        zh, en = f"{cascade}：{len(read)}个岗位声明知悉", f"{cascade}: {len(read)} posts attested it"
        found.append(Check(f"attested_{version}", zh, en, read))
        lapsed = tuple(ref for ref in posts if "stepped:lapse" in steps[ref])
        if lapsed:
            found.append(
                Check(f"lapsed_{version}", f"{cascade}：声明曾失效", f"{cascade}: an attestation lapsed", lapsed)
            )
    return tuple(found)


PRESET = Preset(
    name="attestation",
    title_zh="制度知悉声明：人人声明，认准版本",
    title_en="A policy attested by everybody, version by version",
    summary_zh="制度下发到每个岗位，按版本号声明知悉；定时提醒；新版发布，旧版撤回，重新声明。",
    summary_en="A policy is laid on every post, and attested by the number of its version; a timer reminds; "
    "a newer version is attested anew.",
    origin=ORIGIN,
    cascades=(NEW, OLD),
    org=org,
    run=run,
    notices=(SECOND, THIRD),
    rules=(
        ("声明须写明版本号，与所下发的一致", "an attestation names the version that was laid on the post"),
        ("岗位换人，上级可使声明失效", "an attestation lapses when the post changes hands"),
        ("新版另行声明，旧版的声明仍在日志中", "a newer version is attested anew; what was attested stays in the log"),
    ),
    lifecycles=(ATTESTATION,),
    guards={version_is_named.__name__: version_is_named},
    checks=look,
)
