"""What is owed under a directive, item by item: the report, plans, and every period of a recurring brief.

Rule: an item stands by itself: handing one period in closes neither the others nor the series, and a
missed one stays missed. The principal report is owed by the directive's own due, everything else by
the words of its obligation. What is asked for and not demanded is `soft`, and its light is never red.
Pure: everything here follows from a directive, its notice and an instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, Anchors, Every, occurrences, resolve_if_known
from xiada.engine.notice import Notice, Obligation, ObligationKind
from xiada.engine.org import Unit
from xiada.engine.projections import STANDARD_LIGHTS, Light, LightRules, day_of, light, open_light

Standing = Literal["open", "missed", "handed_in", "released"]
"""Whether an item is still to come, late, there, or no longer asked for: the directive was waived or withdrawn, or
closed before the item was due."""

PRINCIPAL = "report"
"""What the report is called where the notice names none."""


class Owed(NamedTuple):
    """One thing owed under a directive.

    Args:
        ref: The directive.
        obligation: Its id in the notice.
        kind: `report`, `plan` or `brief`.
        period: The day that names a period of a recurring one, else None.
        due: By when, µs UTC, NEVER if undated.
        since: When it was laid on the unit, µs UTC.
        soft: Asked for, not demanded.
        standing: See `Standing`.
        light: With its reason.
        what: What is to be handed in, in the notice's words.
        principal: Whether it is the report the directive's own due is about.
    """

    ref: str
    obligation: str
    kind: ObligationKind
    period: date | None
    due: int
    since: int
    soft: bool
    standing: Standing
    light: Light
    what: tuple[str, ...] = ()
    principal: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is still to be handed in."""
        return self.standing in ("open", "missed")


class Dated(NamedTuple):
    """One thing owed, with what a calendar says beside it.

    Args:
        item: What is owed.
        origin: The log's name without its epoch.
        title: Title of the notice; `doc_number` its number.
        doc_number: See `title`.
        zone: Time zone its dates are in.
        version: Version of the directive.
        changed: When the directive last changed, recorded time in µs UTC.
    """

    item: Owed
    origin: str
    title: str
    doc_number: str
    zone: str
    version: int
    changed: int


class Series:
    """The periods of a recurring due, (day, due) in order, worked out as far as anybody has looked.

    Args:
        due: The words it recurs by.
        anchors: What it is counted from.
    """

    def __init__(self, due: Every, anchors: Anchors) -> None:
        self._known: list[tuple[date, int]] = []
        self._rest = ((day_of(moment, anchors.zone), moment) for moment in occurrences(due, anchors))

    def __iter__(self) -> Iterator[tuple[date, int]]:
        yield from self._known
        for found in self._rest:
            self._known.append(found)
            yield found


@dataclass(frozen=True, slots=True)
class Looking:
    """From when and how one looks at what is owed; for one thread, because it remembers periods.

    Args:
        now: The instant to judge by, µs UTC.
        rules: When lights turn.
        until: How far to list the periods of what recurs, µs UTC; None = up to the first one still to come.
    """

    now: int
    rules: LightRules = STANDARD_LIGHTS
    until: int | None = None
    _series: dict[tuple[Every, str, date], Series] = field(default_factory=dict, repr=False, compare=False)

    def periods(self, due: Every, anchors: Anchors) -> Series:
        """Return the periods of a recurring due; the same for all that were issued on one day."""
        assert anchors.issue is not None, "what is owed has been issued"
        place = (due, anchors.zone, day_of(anchors.issue, anchors.zone))
        if place not in self._series:
            self._series[place] = Series(due, anchors)
        return self._series[place]


def owed_of(directive: Directive, notice: Notice, unit: Unit | None, anchors: Anchors, looking: Looking) -> list[Owed]:
    """Return all that is owed under a directive: its report first, then the rest in the notice's order.

    Args:
        directive: As it stands.
        notice: Its notice.
        unit: Its unit, as the org has it; None will do where every obligation is everybody's.
        anchors: What dues in the notice's words are counted from, see `facts.Facts.anchors`.
        looking: From when and how.

    Example:
        >>> from datetime import date
        >>> from xiada.engine.due import end_of_day
        >>> brief = Obligation(id="monthly", kind="brief", due=Every("FREQ=MONTHLY;BYMONTHDAY=28"))
        >>> notice = Notice(id="n", doc_number="No. 1", title="On reports", issuers=("p",), obligations=(brief,))
        >>> start, now = (end_of_day(date(2030, month, 10), "Asia/Shanghai") for month in (1, 3))
        >>> state = Directive("k/1", "p", "main", None, "executing", 3, b"", NEVER, NEVER, notice.digest, start)
        >>> state = state._replace(fulfilled=(("monthly", "2030-02-28"),))
        >>> unit = Unit("p", "P", "office", "province", "main")
        >>> found = owed_of(state, notice, unit, Anchors(issue=start), Looking(now))
        >>> [(one.obligation, str(one.period), one.standing) for one in found[1:]]
        [('monthly', '2030-01-28', 'missed'), ('monthly', '2030-02-28', 'handed_in'), ('monthly', '2030-03-28', 'open')]
    """
    mine = _laid_on(notice, unit)
    principal = _report_among(mine)
    found = [principal_of(directive, principal, notice.zone, looking)]
    for obligation in mine:
        if obligation is not principal:
            found += _items(directive, obligation, anchors, looking)
    return found


def _laid_on(notice: Notice, unit: Unit | None) -> list[Obligation]:
    """Return what a notice lays on a unit."""
    return [one for one in notice.obligations if one.who is None or (unit is not None and one.concerns(unit))]


def _report_among(obligations: Iterable[Obligation]) -> Obligation | None:
    """Return the report that a directive's own due is about, None where the notice names none."""
    return next((one for one in obligations if one.kind == "report"), None)


def is_asked_only(notice: Notice, unit: Unit | None) -> bool:
    """Tell whether a notice merely asks a unit for its report: then the directive's own due makes nobody late.

    Args:
        notice: The directive's notice.
        unit: Its unit, as the org has it; None will do where every obligation is everybody's.
    """
    if not any(_is_soft(one) for one in notice.obligations):
        return False
    report = _report_among(_laid_on(notice, unit))
    return report is not None and _is_soft(report)


def is_everybodys(notice: Notice) -> bool:
    """Tell whether what a notice lays on its addressees it lays on all of them."""
    return all(one.who is None for one in notice.obligations)


def principal_of(directive: Directive, obligation: Obligation | None, zone: str, looking: Looking) -> Owed:
    """Return the report a directive is about, owed by the directive's own due.

    Args:
        directive: As it stands.
        obligation: What the notice says of it; None = nothing.
        zone: Where days begin.
        looking: From when and how.
    """
    soft = obligation is not None and _is_soft(obligation)
    standing = _standing(directive, directive.due, looking.now, there=directive.reported_at is not None)
    if standing in ("open", "missed"):
        shown = open_light(directive.due, directive.issued_at, looking.now, zone=zone, rules=looking.rules, soft=soft)
    else:
        shown = light(directive, looking.now, zone, looking.rules)
    name, what = (PRINCIPAL, ()) if obligation is None else (obligation.id, obligation.what)
    return Owed(
        directive.ref, name, "report", None, directive.due, directive.issued_at, soft, standing, shown, what,
        principal=True,
    )  # fmt: skip


def has_more(notice: Notice) -> bool:
    """Tell whether a notice lays more on its addressees than one report."""
    return len(notice.obligations) > 1 or any(one.kind != "report" for one in notice.obligations)


def _is_soft(obligation: Obligation) -> bool:
    """Tell whether something is asked for, not demanded: as a whole, or by then."""
    return obligation.soft or (obligation.due is not None and obligation.due.soft)


def _standing(directive: Directive, due: int, now: int, *, there: bool) -> Standing:
    """Return how an item stands."""
    if there:
        return "handed_in"
    if directive.closed_at is not None and (directive.reported_at is None or due > directive.closed_at):
        return "released"
    return "missed" if now > due else "open"


class _Found(NamedTuple):
    """An item as it is found: its period if it recurs, its due, and whether it was handed in."""

    period: date | None
    due: int
    there: bool


def _items(directive: Directive, obligation: Obligation, anchors: Anchors, looking: Looking) -> Iterator[Owed]:
    """Yield what an obligation other than the principal report comes to: one item, or one for each period."""
    for found in _found(directive, obligation, anchors, looking):
        if looking.until is not None and found.period is not None and found.due > looking.until:
            return
        yield _item(directive, obligation, found, looking, anchors.zone)
        if looking.until is None and found.due >= looking.now and not found.there:
            return


def _found(directive: Directive, obligation: Obligation, anchors: Anchors, looking: Looking) -> Iterator[_Found]:
    """Yield the items of an obligation in order, without end where it recurs without end."""
    handed_in = {period for name, period in directive.fulfilled if name == obligation.id}
    if obligation.kind == "report":
        yield _Found(None, _due_of(obligation, anchors), directive.reported_at is not None)
    elif not isinstance(obligation.due, Every):
        yield _Found(None, _due_of(obligation, anchors), None in handed_in)
    else:
        end = directive.reported_at if directive.reported_at is not None else directive.closed_at
        for period, due in looking.periods(obligation.due, anchors):
            if end is not None and due > end:
                return  # the series lasts as long as the directive is at work
            yield _Found(period, due, period.isoformat() in handed_in)


def _due_of(obligation: Obligation, anchors: Anchors) -> int:
    """Return the instant an obligation is due; NEVER too where what it is counted from is not known yet."""
    return NEVER if obligation.due is None else resolve_if_known(obligation.due, anchors)


def _item(directive: Directive, obligation: Obligation, found: _Found, looking: Looking, zone: str) -> Owed:
    """Return one item of an obligation."""
    period, due, there = found
    soft, since = _is_soft(obligation), directive.issued_at
    standing = _standing(directive, due, looking.now, there=there)
    if standing in ("open", "missed"):
        shown = open_light(due, since, looking.now, zone=zone, rules=looking.rules, soft=soft)
    else:
        shown = Light("green", "released" if standing == "released" else "done")
    name, kind, what = obligation.id, obligation.kind, obligation.what
    return Owed(directive.ref, name, kind, period, due, since, soft, standing, shown, what)
