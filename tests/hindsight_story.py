"""A cascade in which everything happens that can happen to directives, for the tests of hindsight.

p issues k to c1, c2, c3; c1 passes it on to d11 and d12, d11 to t111; c2 to d21, c3 to d31. On the way
dues are extended, refused, moved and cut, somebody acts for somebody else, one is reassigned, one waived
and one withdrawn with all below, reports are returned before and after they were summarised.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from support import Maker, ManualClock, day, notice, of, one_line, report_by

from xiada.engine.commands import Actor, Recipient
from xiada.engine.due import Every, On
from xiada.engine.engine import Engine
from xiada.engine.notice import Obligation
from xiada.engine.org import Select

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOCK = Actor("timer", "clock")
P, C1, C2, C3, D11, D12, T111 = (of(unit) for unit in ("p", "c1", "c2", "c3", "d11", "d12", "t111"))


def eventful(make: Maker) -> Engine:
    """Tell the story on a new engine and return it."""
    engine, clock = make(one_line()), make.clock
    _downwards(engine, clock)
    _at_work(engine, clock)
    _dues(engine, clock)
    _side_exits(engine, clock)
    _back_up(engine, clock)
    return engine


def _at(clock: ManualClock, month: int, number: int, hour: int = 10) -> None:
    """Put the clock to an hour of a day of 2030 in Shanghai."""
    clock.moment = datetime(2030, month, number, hour, tzinfo=SHANGHAI)


def _downwards(engine: Engine, clock: ManualClock) -> None:
    """Issue, forward, sign."""
    owed = (
        report_by(On(date(2030, 6, 20))),
        Obligation(id="plan", kind="plan", due=On(date(2030, 3, 10))),
        Obligation(id="brief", kind="brief", due=Every("FREQ=MONTHLY;BYMONTHDAY=28")),
    )
    _at(clock, 2, 4)
    engine.issue("k", notice(obligations=owed), actor=P)
    cities = (Recipient("c1", day(6, 10)), Recipient("c2", day(6, 10)), Recipient("c3", day(6, 20)))
    engine.forward("k/1", cities, reserve_workdays=2, on_conflict="clamp", actor=P)
    _at(clock, 2, 5)
    engine.acknowledge("k/1.1", actor=C1)
    own = notice("n2", due=On(date(2030, 6, 1)), issuers=("c1",))
    engine.forward("k/1.1", (Select(level="county"),), notice=own, actor=C1)
    engine.forward("k/1.2", ("d21",), actor=C2)
    engine.forward("k/1.3", ("d31",), actor=C3)
    _at(clock, 2, 6)
    engine.forward("k/1.1.1", ("t111",), due=day(5, 20), actor=D11)


def _at_work(engine: Engine, clock: ManualClock) -> None:
    """Begin, say how far it is, hand in a plan late and a brief in time; be urged and escalated."""
    _at(clock, 3, 14)
    engine.execute("k/1.2", actor=C2)
    engine.fulfil("k/1.2", "plan", actor=C2, materials=(("plan.pdf", None),))
    engine.fulfil("k/1.2", "brief", period=day(3, 28), actor=C2)
    engine.execute("k/1.1.1.1", claimed_at=datetime(2030, 3, 12, 9, tzinfo=SHANGHAI), actor=T111)
    engine.progress("k/1.1.1.1", "The dykes are inspected.", actor=T111)
    _at(clock, 3, 16, 3)
    engine.remind("k/1.2", "nothing heard of the brief", actor=CLOCK)
    engine.escalate("k/1.1.1.1", "nobody answers", actor=D11)
    _at(clock, 3, 18)
    engine.delegate("p", "c3", actor=P)
    engine.remind("k/1.1", "hurry", actor=of("c3", "p"))


def _dues(engine: Engine, clock: ManualClock) -> None:
    """Extend up to the first ancestor with slack, refuse, shorten with all below, cut to fit."""
    _at(clock, 4, 1)
    engine.request_extension("k/1.1.1.1", day(5, 31), "flood", actor=T111)
    engine.grant_extension("k/1.1.1.1", due=day(5, 30), actor=D11)
    engine.request_extension("k/1.1.1.1", day(6, 5), "flood again", actor=T111)
    _at(clock, 4, 2)
    engine.grant_extension("k/1.1.1.1", actor=C1)
    engine.request_extension("k/1.2", day(6, 18), "late snow", actor=C2)
    engine.refuse_extension("k/1.2", "there was none", actor=P)
    engine.request_extension("k/1.1.2", day(6, 8), "road closed", actor=D12)
    engine.grant_extension("k/1.1.2", actor=C1)
    _at(clock, 4, 3)
    engine.reschedule("k/1.1", day(6, 3), "the minister asks earlier", on_conflict="cascade", actor=P)
    engine.reschedule("k/1.1.1", day(6, 1), "to be sure", on_conflict="cascade", actor=C1)
    engine.reschedule("k/1.1.1", day(6, 9), "relief", on_conflict="clamp", actor=C1)


def _side_exits(engine: Engine, clock: ManualClock) -> None:
    """Reassign, waive with what is below, withdraw with what is below."""
    _at(clock, 4, 6)
    engine.reassign("k/1.1.2", "t111", "d12 is merged", actor=C1)
    engine.waive("k/1.3", "has no such office", actor=P)
    engine.withdraw("k/1.2", "issued in error", actor=P)


def _back_up(engine: Engine, clock: ManualClock) -> None:
    """Report late, return, report again, return after the summary, and summarise all."""
    _at(clock, 6, 2)
    engine.report("k/1.1.1.1", text="All is well.", materials=(("minutes.pdf", None),), actor=T111)
    engine.execute("k/1.1.1", actor=D11)
    engine.report("k/1.1.1", actor=D11)
    _at(clock, 6, 3)
    engine.return_("k/1.1.1", "figures are missing", due=day(6, 2), actor=C1)
    engine.report("k/1.1.1", actor=D11)
    engine.execute("k/1.1.3", actor=T111)
    engine.report("k/1.1.3", actor=T111)
    engine.execute("k/1.1", actor=C1)
    _at(clock, 6, 5)
    engine.report("k/1.1", actor=C1)
    engine.return_("k/1.1", "d11 is wrong", actor=P)
    engine.return_("k/1.1.1", "as p says", actor=C1)
    engine.report("k/1.1.1", actor=D11)
    engine.report("k/1.1", actor=C1)
    _at(clock, 6, 22)
    engine.execute("k/1", actor=P)
    engine.report("k/1", actor=P)
    engine.summarise("k/1", actor=P)
    engine.revoke("p", "c3", actor=P)
