"""What the storybook draws: four cascades, each at one moment, the same every time.

Rule: the first two are told on an engine through its public API, with keys and salts that are made up; the two
large ones are made up altogether, as values, by a fixed pattern. No clock, no chance, nobody's notice but facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple
from zlib import crc32

from xiada.engine.collector import collector_paused
from xiada.engine.commands import Actor
from xiada.engine.directive import Directive
from xiada.engine.due import DAY_US, SHANGHAI, end_of_day, instant, zone_info
from xiada.engine.engine import Engine
from xiada.engine.hindsight.merklepath import MerklePath, climbed, merkle_path
from xiada.engine.hindsight.walking import index_of
from xiada.engine.lifecycle import STANDARD
from xiada.engine.log.keys import SigningKey
from xiada.engine.log.proofs import sibling_spans
from xiada.engine.notice import Notice, Obligation
from xiada.engine.org import Org, Select, Unit
from xiada.engine.projections import Mark, Node, Tracks, View, bucket, is_overdue, light
from xiada.workflows import joint_forward
from xiada.workflows.story import StoryClock

MADE_UP = bytes(32)
"""The seed of the keys that sign here: known to all, so that a signature says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A cascade at one moment, with all that a drawing of it needs.

    Args:
        name: What its folder is called.
        title: What it is, for the index.
        view: The cascade.
        before: The same cascade earlier.
        tracks: What happened to each directive.
        ref: The directive whose chain is drawn.
        proof: The way of one event up to the root.
    """

    name: str
    title: str
    view: View
    before: View
    tracks: Tracks
    ref: str
    proof: MerklePath


# Told on an engine


def five() -> Data:
    """Return a province, its three cities and a county: one has reported, one is late, one waits for its county."""
    clock = StoryClock()
    engine = Engine.create(
        "memory:", "xiada.example/five", clock=clock, entropy=bytes, signer=SigningKey("xiada.example/five", MADE_UP)
    )
    clock.put("2020-05-06 08:30")
    engine.load_org(_five_units())
    _tell_five(engine, clock)
    return _told(engine, "five", "Five units", "flood/1", "flood/1.3.1", "2020-05-20 18:00")


def _five_units() -> Org:
    """Return the org of five."""
    city = [Unit(f"gd-{name}", zh, "bureau", "city", "main", (("main", "gd"),)) for name, zh in _CITIES]
    county = Unit("gd-zj-xw", "徐闻县水务局", "bureau", "county", "main", (("main", "gd-zj"),))
    return Org([Unit("gd", "广东省水利厅", "bureau", "province", "main"), *city, county])


_CITIES = (("gz", "广州市水务局"), ("sz", "深圳市水务局"), ("zj", "湛江市水务局"))
_FLOOD = Notice(
    id="flood", doc_number="粤水示例〔2020〕1号", title="关于报送汛前检查情况的通知", issuers=("gd",),
    obligations=(Obligation(id="report", kind="report", what=("检查情况",)),),
)  # fmt: skip


def _tell_five(engine: Engine, clock: StoryClock) -> None:
    """Issue, pass on, carry out, report, extend, and let one due pass."""
    province, zhanjiang, county = (Actor("clerk", unit) for unit in ("gd", "gd-zj", "gd-zj-xw"))
    guangzhou, shenzhen = Actor("clerk", "gd-gz"), Actor("clerk", "gd-sz")
    clock.put("2020-05-06 09:00")
    engine.issue("flood", _FLOOD, actor=province, due=date(2020, 6, 20))
    clock.put("2020-05-07 10:00")
    engine.forward("flood/1", [Select(level="city")], actor=province, due=date(2020, 6, 10))
    clock.put("2020-05-08 15:00")
    engine.execute("flood/1.1", actor=guangzhou)
    clock.put("2020-05-15 09:00")
    engine.forward("flood/1.3", [Select(level="county")], actor=zhanjiang, due=date(2020, 6, 5))
    clock.put("2020-05-18 09:00")
    engine.execute("flood/1.3", actor=zhanjiang)
    engine.execute("flood/1.2", actor=shenzhen)
    clock.put("2020-05-25 11:00")
    engine.execute("flood/1.3.1", actor=county)
    clock.put("2020-05-28 16:00")
    engine.report("flood/1.1", actor=guangzhou)
    clock.put("2020-06-01 09:00")
    engine.request_extension("flood/1.2", date(2020, 6, 15), "汛情", actor=shenzhen)
    clock.put("2020-06-01 14:00")
    engine.grant_extension("flood/1.2", actor=province)
    clock.put("2020-06-12 09:00")
    engine.remind("flood/1.3.1", "已过报送期限", actor=zhanjiang)


def guangdong() -> Data:
    """Return the joint issue and joint forward of 2020 on the morning on which three of Guangdong are late."""
    clock = StoryClock()
    engine = Engine.create(
        "memory:", joint_forward.ORIGIN, clock=clock, entropy=bytes,
        signer=SigningKey(joint_forward.ORIGIN, MADE_UP),
    )  # fmt: skip
    for step in joint_forward.run(engine, clock):
        if step.moment == "half_way":
            break
    late = next(node for node in engine.view(joint_forward.CASCADE).nodes if node.bucket == "overdue")
    cascade = joint_forward.ASSOCIATION
    return _told(engine, "guangdong", "Guangdong 2020", cascade, late.directive.ref, "2020-06-08 09:00")


def _told(engine: Engine, name: str, title: str, root: str, ref: str, earlier: str) -> Data:
    """Return a cascade as an engine has it now, and as it was earlier; the log is signed first."""
    engine.publish()
    cascade = root.partition("/")[0]
    view = engine.view(cascade)
    return Data(
        name=name, title=title, view=view,
        before=engine.view(cascade, at=_moment(earlier)),
        tracks=engine.at().tracks(f"{cascade}/"), ref=ref,
        proof=merkle_path(engine, index_of(engine.log(ref)[-1]), view.log_size),
    )  # fmt: skip


def _moment(text: str) -> datetime:
    """Return a wall-clock time, `YYYY-MM-DD hh:mm`, as an instant in China."""
    return datetime.fromisoformat(text).replace(tzinfo=zone_info(SHANGHAI))


# Made up

_LEVELS = ("national", "province", "city", "county", "institution")
_NAMES = ("教育部", "第{}省教育厅", "第{}市教育局", "第{}县教育局", "第{}学校")
_BEGUN, _EARLIER, _NOW = "2026-05-06 09:00", "2026-06-04 12:00", "2026-06-09 12:00"
_DUE_DAYS = (5, 10, 15, 20, 30)
"""Days of June, from the last level up."""


class _Unit(NamedTuple):
    """A unit of the large cascades: its path, the place of the one above, and four numbers from 0 to 255."""

    path: tuple[int, ...]
    above: int
    chance: tuple[int, int, int, int]


def grown(name: str, title: str, branches: Sequence[int], total: int) -> Data:
    """Return a cascade of so many directives, made up.

    Args:
        name: What its folder is called.
        title: What it is, for the index.
        branches: How many below each, by level.
        total: How many there are; the first of the last level get one more each to come to it.
    """
    with collector_paused(total):
        return _grown(name, title, branches, total)


def _grown(name: str, title: str, branches: Sequence[int], total: int) -> Data:
    """Return a cascade of so many directives, made up."""
    units = list(_units(branches, total))
    everything = _numbered(units, len(branches), _histories(units, len(branches)))
    moment = instant(_moment(_NOW))
    tracks = {ref: tuple(mark for mark in marks if mark.t <= moment) for ref, marks in everything.items()}
    now = _view(units, tracks, moment, total)
    late = max(now.nodes, key=lambda node: (node.bucket == "overdue", node.directive.depth, node.light.days))
    proof = _proof(now, tracks[late.directive.ref][-1], late.directive.ref)
    return Data(
        name=name, title=title, view=replace(now, log_root=proof.root.hex()),
        before=_view(units, tracks, instant(_moment(_EARLIER)), total),
        tracks=tracks, ref=late.directive.ref, proof=proof,
    )  # fmt: skip


def _units(branches: Sequence[int], total: int) -> Iterator[_Unit]:
    """Yield the units in preorder."""
    regular, width = 1, 1
    for count in branches:
        width *= count
        regular += width
    more = iter([1] * (total - regular))
    stack: list[tuple[tuple[int, ...], int]] = [((1,), -1)]
    place = 0
    while stack:
        path, above = stack.pop()
        number = crc32(".".join(map(str, path)).encode())
        yield _Unit(path, above, (number & 255, number >> 8 & 255, number >> 16 & 255, number >> 24))
        depth = len(path) - 1
        if depth < len(branches):
            count = branches[depth] + (next(more, 0) if depth == len(branches) - 1 else 0)
            stack += [((*path, child), place) for child in range(count, 0, -1)]
        place += 1


def _days(number: float) -> int:
    """Return days as whole hours, in µs: few instants, many of which are the same."""
    return int(number * 24) * DAY_US // 24


def _histories(units: Sequence[_Unit], leaves: int) -> list[list[tuple[int, str]]]:
    """Return of every unit when it came to which status: down as it is passed on, up as all below have reported."""
    begun, passed = [0] * len(units), [0] * len(units)
    for place, unit in enumerate(units):
        begun[place] = passed[unit.above] if unit.above >= 0 else instant(_moment(_BEGUN))
        passed[place] = begun[place] + _days(0.5 + unit.chance[0] / 80)
    ready = [0] * len(units)
    for place in range(len(units) - 1, -1, -1):
        unit = units[place]
        own = passed[place] + _days(6 + unit.chance[1] / 16) if len(unit.path) > leaves else ready[place]
        ready[place] = own + _days(_delay(unit) if len(unit.path) > leaves else unit.chance[1] / 128)
        if unit.above >= 0:
            ready[unit.above] = max(ready[unit.above], ready[place])
    return [_history(unit, leaves, begun[place], passed[place], ready, place) for place, unit in enumerate(units)]


def _delay(unit: _Unit) -> float:
    """Return how many days a school takes longer than it should: few do, more of them in some provinces."""
    share = (unit.path[1] * 37 % 31) / 30
    return 3 + unit.chance[3] / 8 if unit.chance[2] < 24 * share**2 else 6 * share


def _history(unit: _Unit, leaves: int, begun: int, passed: int, ready: list[int], place: int) -> list[tuple[int, str]]:
    """Return when one unit came to which status."""
    found = [(begun, "issued")]
    if len(unit.path) <= leaves:
        found.append((passed, "forwarded"))
    started = passed + _days(0.5 + unit.chance[3] / 64)
    if unit.chance[1] == unit.chance[2]:
        return [*found, (started, "waived")] if len(unit.path) > leaves else found
    found += [(min(started, ready[place]), "executing"), (ready[place], "reported")]
    if unit.above >= 0:
        found.append((ready[unit.above], "summarised"))
    return found


def _due(unit: _Unit, leaves: int) -> int:
    """Return the due of a unit."""
    return end_of_day(date(2026, 6, _DUE_DAYS[leaves + 1 - len(unit.path)]), SHANGHAI)


def _numbered(
    units: Sequence[_Unit], leaves: int, histories: Sequence[Sequence[tuple[int, str]]]
) -> dict[str, tuple[Mark, ...]]:
    """Return the marks of all, numbered by time as a log would."""
    events = sorted(
        (t, place, step, status) for place, found in enumerate(histories) for step, (t, status) in enumerate(found)
    )
    marks: list[list[Mark]] = [[] for _ in units]
    dues = [_due(unit, leaves) for unit in units]
    for index, (t, place, _, status) in enumerate(events):
        marks[place].append(Mark(index, t, status, dues[place]))
    return {_ref(unit): tuple(found) for unit, found in zip(units, marks, strict=True)}


def _ref(unit: _Unit) -> str:
    """Return the reference of the directive on a unit."""
    return "sh2026-1/" + ".".join(map(str, unit.path))


def _view(units: Sequence[_Unit], tracks: Mapping[str, Sequence[Mark]], now: int, total: int) -> View:
    """Return the cascade as it stood at an instant."""
    nodes, size = [], 0
    for unit, (ref, marks) in zip(units, tracks.items(), strict=True):
        known = [mark for mark in marks if mark.t <= now]
        if known:
            nodes.append(_node(unit, ref, known, now))
            size = max(size, known[-1].index + 1)
    return View(
        "sh2026-1", "示例〔2026〕1号", f"关于开展校舍安全检查的通知（{total:,} 个单位，虚构）", now, size,
        sha256(f"{total} {now}".encode()).hexdigest(), SHANGHAI, tuple(nodes),
    )  # fmt: skip


def _node(unit: _Unit, ref: str, marks: Sequence[Mark], now: int) -> Node:
    """Return one directive as it stood."""
    times = {mark.status: mark.t for mark in marks}
    last, due = marks[-1], marks[-1].due
    waived = last.status == "waived"
    directive = Directive(
        ref, "u" + ref.partition("/")[2], "main", ref.rpartition(".")[0] or None, last.status, len(marks), b"",
        due, due, "sh2026-1", marks[0].t, started_at=times.get("executing"), reported_at=times.get("reported"),
        closed_at=last.t if waived or last.status == "summarised" else None, reason="停办" if waived else None,
    )  # fmt: skip
    depth = len(unit.path) - 1
    late = is_overdue(directive, now, due)
    name = _NAMES[depth].format(unit.path[-1])
    kind = "school" if depth == len(_LEVELS) - 1 else "bureau"
    return Node(directive, name, _LEVELS[depth], kind, light(directive, now), bucket(directive, now), late, late)


def _proof(view: View, mark: Mark, ref: str) -> MerklePath:
    """Return a way up whose hashes are made up, but do add up."""
    siblings = tuple(
        sha256(f"{view.log_size} {place}".encode()).digest()
        for place, _ in enumerate(sibling_spans(mark.index, view.log_size))
    )
    leaf = sha256(ref.encode()).digest()
    event = next(row.event for row in STANDARD.transitions if row.target == mark.status)
    rises = climbed(mark.index, view.log_size, leaf, siblings)
    return MerklePath(
        index=mark.index, ref=ref, type=event, t=mark.t, leaf=leaf, size=view.log_size, rises=rises,
        root=rises[-1].parent, checkpoint=None,
    )  # fmt: skip


DATA: Mapping[str, Callable[[], Data]] = {
    "five": five,
    "guangdong": guangdong,
    "1000": lambda: grown("1000", "1,000 directives", (12, 7, 10), 1_000),
    "100000": lambda: grown("100000", "100,000 directives", (31, 14, 12, 18), 100_000),
}
"""By name of folder."""
