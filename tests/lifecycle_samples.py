"""Lifecycles the tests share: with a review before the report, with a check after it, to attest, by other names."""

from __future__ import annotations

from dataclasses import replace

from xiada.engine.lifecycle import STANDARD, Lifecycle, Status, Transition, step

REVIEWED = STANDARD.extended(
    "reviewed",
    statuses=("审核", "approved"),
    transitions=(
        step("submit", "executing", "审核", by="unit"),
        step("approve", "审核", "approved", by="superior"),
        step("reject", ("审核", "approved"), "executing", by="superior"),
        step("inspect", "审核", None, by="issuer"),
        replace(STANDARD.table["executing", "report"], sources=("approved",)),
    ),
    without=("report",),
)
"""Nobody reports before the superior has approved (审核)."""

CHECKED = STANDARD.extended(
    "checked",
    statuses=("checking", Status("declined", closed=True)),
    transitions=(
        replace(STANDARD.table["executing", "report"], target="checking"),
        step("accept", "checking", "reported", by="superior"),
        step("reopen", ("checking", "reported"), "executing", by="superior or issuer"),
        step("decline", ("issued", "forwarded"), "declined", by="unit", guards=("children_are_closed",)),
    ),
    without=("report",),
)
"""What was reported counts only once the superior has accepted it; and whoever cannot do it declines."""

ATTESTED = STANDARD.extended(
    "attested",
    statuses=("attested",),
    transitions=(
        step("attest", "issued", "attested", by="unit", guards=("children_are_closed",)),
        step("lapse", "attested", "issued", by="superior or clock"),
        Transition("summarise", ("attested",), "summarised", "effect", "summarised"),
    ),
)
"""Whoever has nobody below attests, and that is all."""

NAMES = {
    "issued": "todo",
    "forwarded": "passed on",
    "executing": "doing",
    "reported": "told",
    "summarised": "done",
    "waived": "spared",
    "withdrawn": "called back",
}


def renamed(lifecycle: Lifecycle, names: dict[str, str], name: str) -> Lifecycle:
    """Return the same table with its statuses called otherwise."""

    def called(status: str) -> str:
        return names.get(status, status)

    return Lifecycle(
        name,
        1,
        tuple(Status(called(one.name), one.closed) for one in lifecycle.statuses),
        tuple(
            replace(row, sources=tuple(map(called, row.sources)), target=row.target and called(row.target))
            for row in lifecycle.transitions
        ),
    )


OTHERWISE = renamed(STANDARD, NAMES, "otherwise")
"""The standard lifecycle by other names."""
