"""A unit's work list: everything it still owes, each once, in one of four buckets.

    late      已逾期    its due has passed
    soon      即将到期  its due is near, by the light rules
    hand      在办      the next step is the unit's own: to sign for, to do, to hand in
    waiting   等待下级  the report waits for directives below

Rule: the first bucket of this order that fits is the one, so what is late is late even while it waits for
others; what was only asked for is never late. Within a bucket the earliest due stands first, the undated
last. Pure: values in, values out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, get_args

from xiada.engine.directive import Directive, is_reference, parse_reference
from xiada.engine.errors import Malformed
from xiada.engine.limits import is_identifier, shown
from xiada.engine.obligations import Owed

Bucket = Literal["late", "soon", "hand", "waiting"]
BUCKETS: tuple[Bucket, ...] = get_args(Bucket)
Step = Literal["sign", "act", "report", "hand_in", "wait"]
"""What comes next: sign for it, do it, report it, hand it in, or wait for those below."""

_MARK = "~"
_Place = tuple[int, int, str, tuple[int, ...], str, str]


class Entry(NamedTuple):
    """One thing on a work list.

    Args:
        bucket: Which of the four.
        item: What is owed, with its light.
        directive: Under which directive.
        step: What comes next.
        children: How many of its children are open; `below` how many of all its descendants.
        below: See `children`.
        title: Title of its notice; `doc_number` its number.
        doc_number: See `title`.
        zone: Time zone its dues are in.
    """

    bucket: Bucket
    item: Owed
    directive: Directive
    step: Step
    children: int
    below: int
    title: str
    doc_number: str
    zone: str

    @property
    def cursor(self) -> str:
        """Where a page that ends with it has ended."""
        bucket, due, cascade, _, obligation, period = place_of(self)
        path = self.directive.path
        return _MARK.join((BUCKETS[bucket], str(due), f"{cascade}/{path}", obligation, period))


@dataclass(frozen=True, slots=True)
class WorkList:
    """A page of a unit's work list, and the counts of all of it.

    Args:
        unit: The unit.
        now: The instant judged by, µs UTC.
        counts: How many stand in each bucket, on this page or not.
        entries: The page.
        after: What to ask for the next page with, None if there is none.
    """

    unit: str
    now: int
    counts: Mapping[Bucket, int]
    entries: tuple[Entry, ...]
    after: str | None

    @property
    def total(self) -> int:
        """How many entries there are in all."""
        return sum(self.counts.values())


def bucket_of(item: Owed, *, waits: bool) -> Bucket:
    """Return the bucket of something still owed; `waits` = its report waits for directives below."""
    if item.light.colour == "red":
        return "late"
    if item.light.code in ("due_soon", "assumed_due_soon"):
        return "soon"
    return "waiting" if waits and item.principal else "hand"


def step_of(item: Owed, directive: Directive, *, waits: bool, can_report: bool) -> Step:
    """Return what comes next of something still owed.

    Args:
        item: What is owed.
        directive: Under which directive.
        waits: Whether directives below are open.
        can_report: Whether the lifecycle knows a report in its status.
    """
    if not item.principal:
        return "hand_in"
    if waits:
        return "wait"
    if directive.acknowledged_at is None and directive.started_at is None and not directive.children:
        return "sign"
    return "report" if can_report else "act"


def place_of(entry: Entry) -> _Place:
    """Return the order of entries."""
    item = entry.item
    cascade, path = parse_reference(item.ref)
    period = "" if item.period is None else item.period.isoformat()
    return BUCKETS.index(entry.bucket), item.due, cascade, path, "" if item.principal else item.obligation, period


def read_cursor(text: str) -> _Place:
    """Return the place of a cursor.

    Raises:
        Malformed: No page has ended with it.
    """
    bucket, _, rest = text.partition(_MARK)
    due, ref, obligation, period = [*rest.split(_MARK), "", "", "", ""][:4]
    good = (bucket in BUCKETS, due.isascii() and due.isdecimal() and len(due) <= 16, is_reference(ref),
            not obligation or is_identifier(obligation), _is_day(period), rest.count(_MARK) == 3)  # fmt: skip
    if not all(good):
        raise Malformed("bad_cursor", f"{shown(text)} is no end of a page", remedy="Give the end of the page before.")
    cascade, path = parse_reference(ref)
    return BUCKETS.index(bucket), int(due), cascade, path, obligation, period


def _is_day(text: str) -> bool:
    """Tell whether a text is a day, or empty."""
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def page_of(
    unit: str, now: int, entries: Iterable[Entry], *, only: Sequence[Bucket], after: str | None, limit: int
) -> WorkList:
    """Return a page of a work list.

    Args:
        unit: Whose.
        now: The instant judged by, µs UTC.
        entries: All of them, in any order.
        only: Which buckets to list; all are counted.
        after: The `cursor` of the last one of the page before.
        limit: Length of the page.

    Raises:
        Malformed: A cursor that cannot be one.
    """
    found = sorted(entries, key=place_of)
    counted = Counter(entry.bucket for entry in found)
    begin = None if after is None else read_cursor(after)
    left = [entry for entry in found if entry.bucket in only and (begin is None or place_of(entry) > begin)]
    page = tuple(left[:limit])
    more = page[-1].cursor if len(left) > limit else None
    return WorkList(unit, now, {bucket: counted[bucket] for bucket in BUCKETS}, page, more)
