"""Read models: a cascade as people look at it.

Rule: a `View` is values only, in preorder, of one instant and one log size; drawings and screens
read nothing else. Overdue is computed, never stored; a light always comes with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias, get_args

from xiada.engine.directive import Directive
from xiada.engine.due import DAY_US, NEVER, SHANGHAI, at, end_of_day
from xiada.engine.errors import NotFound
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.limits import shown

Colour = Literal["green", "yellow", "red", "grey"]
Bucket = Literal["overdue", "soft_passed", "today", "week", "later", "undated", "done"]
BUCKETS: tuple[Bucket, ...] = get_args(Bucket)


@dataclass(frozen=True, slots=True)
class Light:
    """A colour and why: a stable code, with the days it speaks of.

    `allowed` is the service level in days that was assumed, where the code says that one was (`assumed_...`).
    """

    colour: Colour
    code: str
    days: int = 0
    allowed: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class LightRules:
    """When a light turns.

    Args:
        yellow_days: Yellow from so many days before the due on.
        ageing_days: What has no date turns from grey to yellow (`ageing`) so many days after its issue.
        stale_days: ... and its reason becomes `stale` after so many; it never turns red by age alone.
        assumed_sla_days: A service level for what has no date: judged as if it were due so many days after
            its issue, and every reason says that this was assumed. None = nothing is assumed. A service level
            that the notice itself names (`Promptly(sla_days=...)`) needs no assumption: it makes a date.
    """

    yellow_days: int = 3
    ageing_days: int = 14
    stale_days: int = 30
    assumed_sla_days: int | None = None


STANDARD_LIGHTS = LightRules()
"""Yellow from three days before the due; what has no date ages after two weeks, and nothing is assumed of it."""


@dataclass(frozen=True, slots=True)
class Node:
    """One directive with what a reader needs beside it.

    `overdue` is by the current due, `late_by_original` by the first one (按原定时间考核); what was only asked for
    (`soft`) is neither.
    """

    directive: Directive
    name: str
    level: str
    kind: str
    light: Light
    bucket: Bucket
    overdue: bool
    late_by_original: bool
    soft: bool = False


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
        nodes: Every directive, parents before children, siblings by number; in a part, those of the part.
        lifecycle: The table the cascade runs by.
        subtree: The directive it was narrowed to, with all below it; None = not narrowed.
        line: The line it was narrowed to; None = all lines.
        whole: How many directives the whole cascade has, where this is a part; None = this is the whole.
        assumed_sla_days: The service level it is judged by for what has no date; None = nothing was assumed.
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
    subtree: str | None = None
    line: str | None = None
    whole: int | None = None
    assumed_sla_days: int | None = None

    @property
    def total(self) -> int:
        """How many directives the whole cascade has, be this the whole or a part."""
        return len(self.nodes) if self.whole is None else self.whole

    @property
    def log_index(self) -> int:
        """Index of the last event looked at, -1 of an empty log: looked at as of it, the same view comes back."""
        return self.log_size - 1

    def part(self, subtree: str | None = None, line: str | None = None) -> View:
        """Return the view narrowed to a directive with all below it, or to a line, or to both.

        Args:
            subtree: Reference of the topmost directive wanted.
            line: Id of the line wanted; a joint notice may lead from one line to another.

        Raises:
            NotFound: There is no such directive, or none on that line.
        """
        nodes = self.nodes
        if subtree is not None:
            nodes = tuple(node for node in nodes if f"{node.directive.ref}.".startswith(f"{subtree}."))
            if not nodes:
                raise not_in_view(subtree)
        if line is not None:
            nodes = tuple(node for node in nodes if node.directive.line == line)
            if not nodes:
                found = ", ".join(sorted({node.directive.line for node in self.nodes}))
                raise NotFound(
                    "empty_line",
                    f"there is no directive on line {shown(line)} in this view",
                    line=shown(line),
                    lines=found,
                    remedy=f"Use one of {found}.",
                )
        return replace(self, nodes=nodes, subtree=subtree or self.subtree, line=line or self.line, whole=self.total)


def not_in_view(ref: str) -> NotFound:
    """Return the refusal of a directive that is not in a view."""
    return NotFound(
        "unknown_directive",
        f"there is no directive {shown(ref)} in this view",
        directive=shown(ref),
        remedy="Check the reference, or look at a later moment.",
    )


class Mark(NamedTuple):
    """Where a directive stood after one of its events.

    Args:
        index: Log index of the event.
        t: When it was recorded, µs since 1970 UTC.
        status: Its status from then on.
        due: Its due from then on, µs since 1970 UTC, NEVER if undated.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of a mark
    t: int
    status: str
    due: int


Tracks: TypeAlias = Mapping[str, tuple[Mark, ...]]
"""The marks of directives by reference, each directive's in log order; the directives in preorder."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What lies below and at a directive: counts by status, and how many are late."""

    statuses: Mapping[str, int]
    total: int
    done: int
    overdue: int


def light(
    directive: Directive,
    now: int,
    zone: str = SHANGHAI,
    rules: LightRules = STANDARD_LIGHTS,
    *,
    soft: bool = False,
) -> Light:
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
    return open_light(directive.due, directive.issued_at, now, zone=zone, rules=rules, soft=soft)


def open_light(
    due: int,
    since: int,
    now: int,
    *,
    zone: str = SHANGHAI,
    rules: LightRules = STANDARD_LIGHTS,
    soft: bool = False,
) -> Light:
    """Return the light of something still owed: by its due, or by its age where it has none.

    Args:
        due: By when, µs UTC, NEVER if undated.
        since: When it was laid on the unit, µs UTC.
        now: The instant to judge by, µs UTC.
        zone: Where days begin.
        rules: When it turns.
        soft: Asked for, not demanded: it never turns red, and no service level is assumed of it.

    Example:
        >>> open_light(NEVER, 0, 20 * DAY_US), open_light(0, 0, 2 * DAY_US, soft=True)
        (Light(colour='yellow', code='ageing', days=20), Light(colour='yellow', code='soft_passed', days=2))
    """
    if due == NEVER:
        return _light_of_undated(_days(since, now, zone), replace(rules, assumed_sla_days=None) if soft else rules)
    left = _days(now, due, zone)
    if now > due:
        return Light("yellow", "soft_passed", max(1, -left)) if soft else Light("red", "overdue", max(1, -left))
    if left <= rules.yellow_days:
        return Light("yellow", "due_soon", left)
    return Light("green", "on_time", left)


def _light_of_undated(age_days: int, rules: LightRules) -> Light:
    """Return the light of what has no date: by its age, or by a service level that the rules assume and it says so."""
    allowed = rules.assumed_sla_days
    if allowed is None:
        if age_days < rules.ageing_days:
            return Light("grey", "undated", age_days)
        return Light("yellow", "stale" if age_days >= rules.stale_days else "ageing", age_days)
    left = allowed - age_days
    if left < 0:
        return Light("red", "assumed_overdue", -left, allowed)
    if left <= rules.yellow_days:
        return Light("yellow", "assumed_due_soon", left, allowed)
    return Light("green", "assumed_on_time", left, allowed)


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
    return (day_of(end, zone) - day_of(start, zone)).days


@lru_cache(maxsize=10_000)
def day_of(us: int, zone: str) -> date:
    """Return the day of an instant in a zone; remembered, because many dues are the same and one now is."""
    return at(us, zone).date()


def bucket(
    directive: Directive,
    now: int,
    zone: str = SHANGHAI,
    rules: LightRules = STANDARD_LIGHTS,
    *,
    soft: bool = False,
) -> Bucket:
    """Return which of the work lists a directive is on: overdue, today, within 7 days, later; as its light says."""
    if directive.closed or directive.reported_at is not None:
        return "done"
    due = directive.due
    if due == NEVER and rules.assumed_sla_days is not None and not soft:
        due = end_of_day(day_of(directive.issued_at, zone) + timedelta(days=rules.assumed_sla_days), zone)
    if due == NEVER:
        return "undated"
    if now > due:
        return "soft_passed" if soft else "overdue"
    today = end_of_day(day_of(now, zone), zone)
    if due <= today:
        return "today"
    return "week" if due <= today + 7 * DAY_US else "later"


def is_overdue(directive: Directive, now: int, by: int) -> bool:
    """Tell whether a directive missed the instant `by`: reported after it, or still open past it."""
    if directive.excused:
        return False
    return (directive.reported_at if directive.reported_at is not None else now) > by


def tallies(nodes: Iterable[Node]) -> dict[str, Tally]:
    """Return for every directive the counts of its whole subtree, itself included, by reference.

    Args:
        nodes: Parents before children; who has no parent among them counts for itself.
    """
    nodes = list(nodes)
    names, above = [node.directive.status for node in nodes], places_above(nodes)
    by_status = {
        status: _summed_up([name == status for name in names], above) for status in dict.fromkeys(sorted(names))
    }
    done = _summed_up([node.bucket == "done" for node in nodes], above)
    overdue = _summed_up([node.bucket == "overdue" for node in nodes], above)
    total = _summed_up([1] * len(nodes), above)
    leaves: dict[tuple[str, int, int], Tally] = {}
    found: dict[str, Tally] = {}
    for place, node in enumerate(nodes):
        if total[place] == 1:
            like = names[place], done[place], overdue[place]
            tally = leaves.get(like) or leaves.setdefault(like, Tally({like[0]: 1}, 1, like[1], like[2]))
        else:
            counts = {status: sums[place] for status, sums in by_status.items() if sums[place]}
            tally = Tally(counts, total[place], done[place], overdue[place])
        found[node.directive.ref] = tally
    return found


def places_above(nodes: Sequence[Node]) -> list[int]:
    """Return the place of everyone's parent among the nodes, -1 where it is not among them."""
    places = {node.directive.ref: place for place, node in enumerate(nodes)}
    places_of = places.get
    return [-1 if (parent := node.directive.parent) is None else places_of(parent, -1) for node in nodes]


def _summed_up(own: Iterable[int], above: Sequence[int]) -> list[int]:
    """Return everyone's own number and those of all below, added."""
    sums = [*own, 0]
    for place in range(len(above) - 1, -1, -1):
        sums[above[place]] += sums[place]
    return sums
