"""Read models: a cascade as people look at it.

Rule: a `View` is values only, in preorder, of one instant and one log size; drawings and screens
read nothing else. Overdue is computed, never stored; a light always comes with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from xiada.engine.directive import Directive
from xiada.engine.due import DAY_US, NEVER, SHANGHAI, at, end_of_day
from xiada.engine.lifecycle import STANDARD, Lifecycle

Colour = Literal["green", "yellow", "red", "grey"]
Bucket = Literal["overdue", "today", "week", "later", "undated", "done"]
BUCKETS: tuple[Bucket, ...] = ("overdue", "today", "week", "later", "undated", "done")


@dataclass(frozen=True, slots=True)
class Light:
    """A colour and why: a stable code, with the days it speaks of."""

    colour: Colour
    code: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class LightRules:
    """When a light turns: yellow from so many days before the due on."""

    yellow_days: int = 3


STANDARD_LIGHTS = LightRules()
"""Yellow from three days before the due."""


@dataclass(frozen=True, slots=True)
class Node:
    """One directive with what a reader needs beside it.

    `overdue` is by the current due, `late_by_original` by the first one (按原定时间考核).
    """

    directive: Directive
    name: str
    level: str
    kind: str
    light: Light
    bucket: Bucket
    overdue: bool
    late_by_original: bool


@dataclass(frozen=True, slots=True)
class View:
    """A cascade at one instant.

    Args:
        cascade: Its id.
        doc_number: Number of the root notice (lead issuer's).
        title: Title of the root notice.
        now: The instant looked from, µs since 1970 UTC.
        log_size: Events in the log then.
        log_root: Merkle root over them, hex.
        zone: Time zone dues are shown in.
        nodes: Every directive, parents before children, siblings by number.
        lifecycle: The table the cascade runs by.
    """

    cascade: str
    doc_number: str
    title: str
    now: int
    log_size: int
    log_root: str
    zone: str
    nodes: tuple[Node, ...]
    lifecycle: Lifecycle = field(default=STANDARD, repr=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """What lies below and at a directive: counts by status, and how many are late."""

    statuses: Mapping[str, int]
    total: int
    done: int
    overdue: int


def light(directive: Directive, now: int, zone: str = SHANGHAI, rules: LightRules = STANDARD_LIGHTS) -> Light:
    """Return a directive's light at an instant: green, yellow, red, or grey for undated.

    Example:
        >>> from xiada.engine.due import Anchors, resolve
        >>> from datetime import date
        >>> june = lambda day: resolve(date(2020, 6, day), Anchors())
        >>> d = Directive("c/1", "u", "main", None, "issued", 1, b"", june(10), june(10), "", 0)
        >>> light(d, june(8)), light(d, june(12))
        (Light(colour='yellow', code='due_soon', days=2), Light(colour='red', code='overdue', days=2))
    """
    handed_in = directive.closed or directive.reported_at is not None
    if handed_in:
        return _light_of_done(directive, zone)
    if directive.due == NEVER:
        return Light("grey", "undated", _days(directive.issued_at, now, zone))
    left = _days(now, directive.due, zone)
    if now > directive.due:
        return Light("red", "overdue", max(1, -left))
    if left <= rules.yellow_days:
        return Light("yellow", "due_soon", left)
    return Light("green", "on_time", left)


def _light_of_done(directive: Directive, zone: str) -> Light:
    """Return the light of what needs nothing more: green, with how late it came."""
    if directive.reported_at is None:
        return Light("green", directive.status)
    late = directive.reported_at > directive.due
    return (
        Light("green", "done_late", max(1, _days(directive.due, directive.reported_at, zone)))
        if late
        else Light("green", "done")
    )


def _days(start: int, end: int, zone: str) -> int:
    """Return calendar days from one instant's day to another's, in a zone."""
    return (at(end, zone).date() - at(start, zone).date()).days


def bucket(directive: Directive, now: int, zone: str = SHANGHAI) -> Bucket:
    """Return which of the work lists a directive is on: overdue, today, within 7 days, later."""
    if directive.closed or directive.reported_at is not None:
        return "done"
    if directive.due == NEVER:
        return "undated"
    if now > directive.due:
        return "overdue"
    today = end_of_day(at(now, zone).date(), zone)
    if directive.due <= today:
        return "today"
    return "week" if directive.due <= today + 7 * DAY_US else "later"


def is_overdue(directive: Directive, now: int, by: int) -> bool:
    """Tell whether a directive missed the instant `by`: reported after it, or still open past it."""
    if directive.status in ("waived", "withdrawn"):
        return False
    return (directive.reported_at if directive.reported_at is not None else now) > by


def tallies(nodes: Iterable[Node]) -> dict[str, Tally]:
    """Return for every directive the counts of its whole subtree, itself included, by reference."""
    nodes = list(nodes)
    statuses: dict[str, dict[str, int]] = {}
    done: dict[str, int] = {}
    overdue: dict[str, int] = {}
    for node in reversed(nodes):
        ref, parent = node.directive.ref, node.directive.parent
        mine = statuses.setdefault(ref, {})
        mine[node.directive.status] = mine.get(node.directive.status, 0) + 1
        done[ref] = done.get(ref, 0) + (node.bucket == "done")
        overdue[ref] = overdue.get(ref, 0) + (node.bucket == "overdue")
        if parent is not None:
            above = statuses.setdefault(parent, {})
            for status, count in mine.items():
                above[status] = above.get(status, 0) + count
            done[parent] = done.get(parent, 0) + done[ref]
            overdue[parent] = overdue.get(parent, 0) + overdue[ref]
    return {
        node.directive.ref: Tally(
            statuses[node.directive.ref],
            sum(statuses[node.directive.ref].values()),
            done[node.directive.ref],
            overdue[node.directive.ref],
        )
        for node in nodes
    }
