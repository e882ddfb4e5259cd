"""Small hand-made views for the tests of drawings; no engine, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from xiada.engine.directive import Directive, parent_of
from xiada.engine.due import DAY_US, NEVER, SHANGHAI, end_of_day
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.projections import Mark, Node, View, bucket, is_overdue, light

NOW = end_of_day(date(2020, 6, 12), SHANGHAI) - DAY_US // 2
DUE = end_of_day(date(2020, 6, 20), SHANGHAI)
LATE = end_of_day(date(2020, 6, 10), SHANGHAI)
ISSUED = end_of_day(date(2020, 5, 6), SHANGHAI)
ROOT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def node(ref: str, name: str, status: str = "executing", due: int = DUE) -> Node:
    """Return a directive as a reader sees it."""
    done = status in ("reported", "summarised")
    closed = status in ("summarised", "waived", "withdrawn")
    directive = Directive(
        ref, f"u-{ref.partition('/')[2]}", "main", parent_of(ref), status, 1, b"", due, due, "n1", ISSUED,
        reported_at=NOW - DAY_US if done else None, closed_at=NOW if closed else None,
        reason="并入其他单位" if closed and not done else None,
    )  # fmt: skip
    late = is_overdue(directive, NOW, due)
    return Node(directive, name, "city", "association", light(directive, NOW), bucket(directive, NOW), late, late)


def view(
    nodes: Iterable[Node], *, title: str = "关于报送全国科普日活动总结的通知", lifecycle: Lifecycle = STANDARD
) -> View:
    """Return a view of nodes that come in preorder."""
    return View("kx2020-7", "科协办发〔2020〕7号", title, NOW, 1234, ROOT, SHANGHAI, tuple(nodes), lifecycle)


def small() -> View:
    """Return two roots with a few units of every status, some late, one undated, one with a time."""
    return view(
        [
            node("kx2020-7/1", "中国科协", "executing"),
            node("kx2020-7/1.1", "广东省科协", "executing", LATE),
            node("kx2020-7/1.1.1", "广州市科协", "summarised", LATE),
            node("kx2020-7/1.1.2", "深圳市科协", "executing", LATE),
            node("kx2020-7/1.1.3", "珠海市科协", "issued", LATE),
            node("kx2020-7/1.2", "湖南省科协", "reported"),
            node("kx2020-7/1.3", "海南省科协", "waived"),
            node("kx2020-7/1.4", "新疆生产建设兵团科学技术协会（含所属各师市科学技术协会）", "withdrawn"),
            node("kx2020-7/2", "科技部", "forwarded", NEVER),
            node("kx2020-7/2.1", "广东省科技厅", "issued", DUE - DAY_US // 4),
            node("kx2020-7/2.2", '<b>Ministry</b> \\N & "Co"', "issued", NEVER),
        ]
    )


def one(name: str = "广东省科协", title: str = "通知") -> View:
    """Return a cascade of one."""
    return view([node("c/1", name)], title=title)


def wide(count: int) -> View:
    """Return one root with so many children, every seventh of them late."""
    children = [node(f"c/1.{n}", f"第{n}学校", "executing", LATE if n % 7 == 0 else DUE) for n in range(1, count + 1)]
    return view([node("c/1", "教育部"), *children])


def deep(levels: int) -> View:
    """Return a chain of so many levels."""
    return view(node("c/" + ".".join(["1"] * level), f"第{level}级") for level in range(1, levels + 1))


def grown(branches: Iterable[int], statuses: Mapping[int, tuple[str, int]] | None = None) -> View:
    """Return a cascade with so many children per level, statuses spread by a fixed pattern."""
    refs = ["c/1"]
    level = list(refs)
    for count in branches:
        level = [f"{ref}.{n}" for ref in level for n in range(1, count + 1)]
        refs += level
    pattern = statuses or {
        0: ("summarised", DUE), 1: ("reported", DUE), 2: ("executing", LATE), 3: ("issued", DUE), 4: ("forwarded", DUE),
    }  # fmt: skip
    ordered = sorted(refs, key=lambda ref: [int(n) for n in ref.partition("/")[2].split(".")])
    return view(
        node(ref, f"单位{ref.partition('/')[2]}", *pattern[(place * 7 + place // 3) % len(pattern)])
        for place, ref in enumerate(ordered)
    )


def tracks_of(found: View) -> dict[str, tuple[Mark, ...]]:
    """Return tracks that fit a view: everyone went by the shortest way to where it stands, in even steps."""
    spread = [(mark, node.directive.ref) for node in found.nodes for mark in _marks(node, found)]
    spread.sort(key=lambda pair: pair[0].t)
    tracks: dict[str, list[Mark]] = {node.directive.ref: [] for node in found.nodes}
    for index, (mark, ref) in enumerate(spread):
        tracks[ref].append(mark._replace(index=index))
    return {ref: tuple(marks) for ref, marks in tracks.items()}


def _marks(found: Node, of: View) -> list[Mark]:
    """Return the marks of one directive, not yet numbered; with another due at first if it was rescheduled."""
    directive, live = found.directive, of.lifecycle.live
    way = live[: live.index(directive.status) + 1] if directive.status in live else (live[0], directive.status)
    ended = directive.closed_at or directive.reported_at or of.now
    begun = min(directive.issued_at, ended)
    step = (ended - begun) // len(way)
    dues = [directive.original_due, *[directive.due] * (len(way) - 1)]
    return [
        Mark(0, begun + place * step, status, due) for place, (status, due) in enumerate(zip(way, dues, strict=True))
    ]


def earlier(found: View) -> View:
    """Return a view as it could have been before: the last directive not yet there, the others not so far."""
    kept = found.nodes[:-1] or found.nodes
    first = found.lifecycle.live[0]
    nodes = tuple(
        replace(node, directive=node.directive._replace(status=first)) if place % 2 else node
        for place, node in enumerate(kept)
    )
    return replace(found, nodes=nodes, now=found.now - DAY_US, log_size=found.log_size - 100)
