"""Hand-made histories for the tests of timelines and lifecycles: views with the tracks that go with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import viz_samples as samples

from xiada.engine.due import DAY_US, NEVER, SHANGHAI, end_of_day
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.projections import LightRules, Mark, Node, Tracks, View, bucket, is_overdue, light

Step = tuple[float, str, int | None]
"""Days after the issue, the status from then on, and the due from then on (None = as it was)."""

FAR = end_of_day(date(2099, 12, 31), SHANGHAI)
ISSUED_DAYS = (samples.NOW - samples.ISSUED) / DAY_US
"""Days from the issue to now."""


def lived(
    ref: str, name: str, steps: Sequence[Step], *, rules: LightRules | None = None, soft: bool = False
) -> tuple[Node, tuple[Mark, ...]]:
    """Return a directive that went through some steps, the first its issue, and its marks."""
    marks: list[Mark] = []
    for index, (days, status, due) in enumerate(steps):
        before = marks[-1].due if marks else NEVER
        t = samples.ISSUED + round(days * DAY_US)
        marks.append(Mark(index, t, status, before if due is None else due))
    last = marks[-1].status
    came = next((mark.t for mark in reversed(marks) if mark.status == "reported"), None)
    closed = next((mark.t for mark in marks if mark.status == last), None) if last in STANDARD.closed else None
    directive = samples.node(ref, name, last).directive._replace(
        due=marks[-1].due, original_due=marks[0].due, issued_at=marks[0].t, closed_at=closed,
        reported_at=came if last in ("reported", "summarised") else None,
    )  # fmt: skip
    chosen = rules or LightRules()
    late, first = (not soft and is_overdue(directive, samples.NOW, due) for due in (directive.due, marks[0].due))
    node = Node(
        directive, name, "city", "association", light(directive, samples.NOW, rules=chosen, soft=soft),
        bucket(directive, samples.NOW, rules=chosen, soft=soft), late, first, soft,
    )  # fmt: skip
    return node, tuple(marks)


def story(
    lives: Sequence[tuple[Node, tuple[Mark, ...]]],
    *,
    title: str = "关于报送总结的通知",
    lifecycle: Lifecycle = STANDARD,
) -> tuple[View, Tracks]:
    """Return a view of such directives, in preorder, with their tracks."""
    view = samples.view([node for node, _ in lives], title=title, lifecycle=lifecycle)
    return view, {node.directive.ref: marks for node, marks in lives}


def all_sorts() -> tuple[View, Tracks]:
    """Return one of every sort: late, late twice, extended, waived, withdrawn, undated, assumed, far, asked only."""
    due, late = samples.DUE, samples.LATE
    early = late - 9 * DAY_US
    return story(
        [
            lived("k/1", "广东省科协", [(0, "issued", due), (1, "forwarded", None), (8, "executing", None)]),
            lived("k/1.1", "广州市科协", [(2, "issued", early), (4, "executing", None)]),
            lived("k/1.2", "深圳市科协", [(2, "issued", early), (9, "executing", None), (27, "reported", None),
                                     (30, "executing", None), (33, "reported", None)]),
            lived("k/1.3", "珠海市科协", [(2, "issued", late), (9, "executing", None), (30, "executing", due)]),
            lived("k/1.4", "汕头市科协", [(2, "issued", late), (12, "waived", None)]),
            lived("k/1.5", "佛山市科协", [(2, "issued", early), (5, "executing", None), (34, "withdrawn", None)]),
            lived("k/1.6", "韶关市科协", [(20, "issued", NEVER)]),
            lived("k/1.7", "湛江市科协", [(3, "issued", NEVER)], rules=LightRules(assumed_sla_days=20)),
            lived("k/1.8", "肇庆市科协", [(10, "issued", FAR), (11, "executing", None)]),
            lived("k/1.9", "江门市科协", [(2, "issued", early), (6, "executing", None)], soft=True),
            lived("k/1.10", "茂名市科协", [(2, "issued", late), (2.001, "executing", None), (2.002, "reported", None)]),
            lived("k/1.11", "新疆生产建设兵团科学技术协会（含所属各师市科学技术协会）", [(36, "issued", due)]),
            lived("k/1.12", '<b>Ministry</b> \\N & "Co"', [(2, "issued", late), (31, "reported", None),
                                                         (35, "summarised", None)]),
        ]
    )  # fmt: skip
