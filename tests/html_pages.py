"""What the tests of the pages share: a cascade with everything in it, and what a page says of it, read in Python."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

import viz_samples as samples
from support import START, CountedEntropy, ManualClock, end, notice, of, one_line

from xiada import viz
from xiada.engine.commands import Actor
from xiada.engine.due import On, at
from xiada.engine.engine import Engine
from xiada.engine.notice import Notice, Obligation
from xiada.engine.org import Org, Unit
from xiada.engine.projections import LightRules, Mark, Tracks, View
from xiada.engine.stores import create_store

HOSTILE = (
    "</script><script>document.title='taken'</script>", "<!-- <script>", "a\u2028b\u2029c", "\ud800x\udfff",
    "nul\x00nul", "\u202egnp.exe", "שלום عالم", "<img src=x onerror=document.title='taken'>", "javascript:alert(1)",
    "{name} $1 $& ${x}", "'\"`", "科" * 300, "", "&lt;b&gt;", "]]>",
)  # fmt: skip
"""Names that would leave their place if anything let them."""


class Counts(NamedTuple):
    """What is compared: how many directives stand at each status, how many are late and done."""

    statuses: Counter[str]
    overdue: int
    done: int


def counted(view: View) -> Counts:
    """Return what a view says."""
    buckets = Counter(node.bucket for node in view.nodes)
    return Counts(Counter(node.directive.status for node in view.nodes), buckets["overdue"], buckets["done"])


def data_of(page: bytes) -> dict[str, Any]:
    """Return the data of a page, as its script reads them."""
    [block] = re.findall(rb'<script type="application/json">(.*?)</script>', page, re.DOTALL)

    def unpacked(value: dict[str, Any]) -> Any:
        return [int(digit, 36) for digit in value["digits"]] if set(value) == {"digits"} else value

    found: dict[str, Any] = json.loads(block, object_hook=unpacked)
    return found


def replayed(data: dict[str, Any], statuses: tuple[str, ...]) -> Iterator[tuple[int, Counts]]:
    """Yield log index and counts after every event, from the data of a page alone."""
    events = data["events"]
    added = [events["place"], events["index"], events["t"]]
    places, indices, times = (list(accumulate([first, *others])) for first, others in added)
    state: dict[int, int] = {}
    due: dict[int, int] = {}
    for place, index, now, status, new in zip(places, indices, times, events["status"], events["due"], strict=True):
        state[place] = status
        if new:
            due[place] = new - 1
        done = {one for one, at in state.items() if data["statuses"][at][2]}
        judged = {one: data["dues"][due[one]][1] for one in state.keys() - done}
        late = sum(by is not None and now > by for by in judged.values())
        yield index, Counts(Counter(statuses[at] for at in state.values()), late, len(done))


def office() -> Engine:
    """Return an engine with a cascade `k` in which everything happened: late, extended, returned, waived, withdrawn."""
    clock = ManualClock()
    engine = Engine(create_store("memory:", "xiada.test/office"), clock=clock, entropy=CountedEntropy())
    engine.load_org(one_line())
    engine.issue("k", notice(), actor=of("p"))
    engine.issue("other", notice("n2"), actor=of("p"))
    clock.advance(days=1)
    engine.forward("k/1", ("c1", "c2", "c3"), actor=of("p"), due=date(2030, 1, 20))
    engine.acknowledge("k/1.1", actor=of("c1"))
    engine.forward("k/1.1", ("d11", "d12"), actor=of("c1"), due=date(2030, 1, 15))
    clock.advance(days=2)
    engine.forward("k/1.2", ("d21",), actor=of("c2"))
    engine.execute("k/1.1.1", actor=of("d11"))
    clock.moment = at(end(1, 15))
    engine.acknowledge("k/1.1.2", actor=of("d12"))
    clock.advance(microseconds=1)
    engine.acknowledge("k/1.2", actor=of("c2"))
    clock.moment = START + timedelta(days=10)
    engine.execute("k/1.1", actor=of("c1"))
    engine.reschedule("k/1.1.2", due=date(2030, 1, 19), actor=of("c1"), reason="雪")
    engine.report("k/1.1.1", actor=of("d11"))
    clock.advance(days=5)
    engine.return_("k/1.1.1", actor=of("c1"), reason="不全")
    engine.execute("k/1.3", actor=of("c3"))
    engine.waive("k/1.2.1", actor=of("c2"), reason="并入")
    clock.advance(days=4)
    engine.report("k/1.1.1", actor=of("d11"))
    engine.withdraw("k/1.3", actor=of("p"), reason="改由他人")
    clock.advance(days=3)
    return engine


def asked_only() -> Engine:
    """Return an engine with a cascade `s`: what is asked for and not demanded, beside what is demanded."""
    clock = ManualClock()
    engine = Engine(create_store("memory:", "xiada.test/office"), clock=clock, entropy=CountedEntropy())
    engine.load_org(one_line())
    soft = Obligation(id="report", kind="report", due=On(date(2030, 1, 10), soft=True))
    engine.issue("s", Notice(id="s", doc_number="s", title="s", issuers=("p",), obligations=(soft,)), actor=of("p"))
    clock.advance(days=1)
    engine.forward("s/1", ("c1", "c2"), actor=of("p"))
    clock.advance(days=9)
    engine.execute("s/1.1", actor=of("c1"))
    return engine


def undated() -> Engine:
    """Return an engine with a cascade `u` without dates, some of it more than five days old."""
    engine = Engine(create_store("memory:", "xiada.test/office"), clock=ManualClock(), entropy=CountedEntropy())
    engine.load_org(one_line())
    engine.issue("u", notice(due=None), actor=of("p"))
    later(engine, days=2)
    engine.forward("u/1", ("c1", "c2"), actor=of("p"))
    later(engine, days=5)
    engine.execute("u/1", actor=of("p"))
    later(engine, days=9)
    engine.execute("u/1.1", actor=of("c1"))
    return engine


def thousand() -> Engine:
    """Return an engine with a cascade `w` of 1,000 directives, worked through: down, executed, back up."""
    clock = ManualClock()
    engine = Engine(create_store("memory:", "xiada.test/office"), clock=clock, entropy=CountedEntropy())
    units, refs = [Unit("u0", "教育部", "office", "nation", "main")], ["w/1"]
    levels = [0]
    for number in range(1, 1000):
        above = (number - 1) // 20
        levels.append(levels[above] + 1)
        refs.append(f"{refs[above]}.{(number - 1) % 20 + 1}")
        name = f"某省第{above}市（县、区）教育局{number}"
        level = ("nation", "province", "city", "county")[levels[-1]]
        units.append(Unit(f"u{number}", name, "office", level, "main", (("main", f"u{above}"),)))
    engine.load_org(Org(units))
    work_through(engine, clock, refs)
    return engine


def work_through(engine: Engine, clock: ManualClock, refs: list[str]) -> None:
    """Issue, forward, execute and report a cascade of twenty below each; no two commands at one instant."""
    at_work = [Actor("clerk", f"u{number}") for number in range(len(refs))]
    due = On(date(2031, 6, 20))
    told = Notice(
        id="w", doc_number="教办〔2030〕1号", title="关于报送统计材料的通知", issuers=("u0",),
        obligations=(Obligation(id="report", kind="report", due=due),),
    )  # fmt: skip
    engine.issue("w", told, actor=at_work[0])
    for number in range((len(refs) + 18) // 20):
        clock.advance(minutes=37, seconds=11.123457)
        below = range(number * 20 + 1, min(len(refs), number * 20 + 21))
        engine.forward(refs[number], tuple(f"u{child}" for child in below), actor=at_work[number])
    for act, order in ((engine.acknowledge, 1), (engine.execute, 1), (engine.report, -1)):
        for number in range(len(refs))[:: order if act != engine.acknowledge else 2]:
            clock.advance(minutes=3, seconds=1.700003)
            act(refs[number], actor=at_work[number])


def later(engine: Engine, **span: float) -> Engine:
    """Let time pass for an engine with a clock to be set."""
    clock = engine._clock
    assert isinstance(clock, ManualClock)
    clock.moment += timedelta(**span)
    return engine


def cascade(engine: Engine, name: str = "k", **how: Any) -> bytes:
    """Return the page of a cascade as it stands."""
    return viz.cascade_page(engine.view(name), engine.at().tracks(f"{name}/"), **how)


def looked(engine: Engine, cascade: str = "k") -> tuple[View, Tracks]:
    """Return a cascade as the page takes it."""
    return engine.view(cascade), engine.at().tracks(f"{cascade}/")


def still(view: View) -> Tracks:
    """Return tracks of one event each, for a view made by hand."""
    return {
        node.directive.ref: (Mark(place, samples.ISSUED, node.directive.status, node.directive.due),)
        for place, node in enumerate(view.nodes)
    }


def hostile() -> View:
    """Return a cascade of hostile names."""
    nodes = [samples.node("c/1", "根")]
    nodes += [samples.node(f"c/1.{n}", name) for n, name in enumerate(HOSTILE, 1)]
    nodes = [replace(node, level=name, kind=name) for node, name in zip(nodes, ("<l>", *HOSTILE), strict=True)]
    return replace(
        samples.view(nodes, title="</title><script>1</script>"), cascade="c", doc_number="</p><b>", log_size=99
    )


SLA = LightRules(assumed_sla_days=5)
"""An assumed service level."""
