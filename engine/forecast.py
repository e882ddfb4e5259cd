"""What units took in the past, and when open directives may be expected to report, with the ground for it.

    response  working days from issue to report
    handling  working days from the last report below it to its own, where there were others below

Rule: a forecast says how many past directives it rests on, of the same unit, or of the same level where
the unit has too few; where there are too few of either it says nothing. A directive that has taken
longer already is compared only with those that took as long. It is no promise and no probability: half
of those compared with took at most the typical time, four of five at most the careful one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, end_of_day
from xiada.engine.planner import Days
from xiada.engine.rollup import is_open

ENOUGH = 3
"""So many past directives are a ground to stand on."""

_TYPICAL, _CAREFUL = 50, 80

Of = Literal["unit", "level"]
What = Literal["response", "handling"]


class Basis(NamedTuple):
    """What a forecast rests on.

    Args:
        of: Whose past it is: that of the unit, or of its level.
        what: What was measured.
        total: How many past directives there are.
        compared: How many of them took at least as long as this one has already; 0 = it is beyond them all.
        typical_workdays: Half of those compared with took at most so long; None if there are none.
        careful_workdays: Four of five of them did.
    """

    of: Of
    what: What
    total: int
    compared: int
    typical_workdays: int | None
    careful_workdays: int | None


class Forecast(NamedTuple):
    """When an open directive may be expected to report; instants in µs since 1970 UTC.

    Args:
        directive: As it stands.
        typical: The end of the day, None if there is no ground to say.
        careful: The same by what four of five took.
        basis: What its own part rests on, None if there are too few.
        waits_for: The child expected last, None if it waits for none, or for one of which nothing can be said.
        unknown: How many directives, itself and those below it, of which nothing can be said.
        late: It is expected after its due: typically on a later day, or the due has passed.
    """

    directive: Directive
    typical: int | None
    careful: int | None
    basis: Basis | None
    waits_for: str | None
    unknown: int
    late: bool


@dataclass(slots=True)
class Past:
    """What was taken in the past, in working days, by unit and by level.

    Args:
        days: Calendar and zone it is counted in.
        level_of: Levels by unit.
        enough: So many are a ground to stand on.
    """

    days: Days
    level_of: Mapping[str, str]
    enough: int = ENOUGH
    _taken: dict[tuple[What, Of, str], list[int]] = field(default_factory=dict)

    def learn(self, states: Iterable[Directive]) -> None:
        """Take in the directives of whole cascades, parents before children: those that have reported."""
        states = list(states)
        last = last_reports(states)
        for state in states:
            if state.reported_at is None:
                continue
            self._note(state, "response", state.issued_at, state.reported_at)
            if state.ref in last:
                self._note(state, "handling", last[state.ref], state.reported_at)

    def _note(self, state: Directive, what: What, since: int, until: int) -> None:
        """Note what a directive took."""
        taken = max(0, self.days.between(since, until))
        for of, name in self._keys(state):
            self._taken.setdefault((what, of, name), []).append(taken)

    def settled(self) -> Past:
        """Return it once all has been taken in, put in order to be asked."""
        for taken in self._taken.values():
            taken.sort()
        return self

    def basis(self, state: Directive, what: What, elapsed: int) -> Basis | None:
        """Return what can be said of a directive that has taken so many working days already; None if too little."""
        found = [
            _basis(of, what, taken, elapsed)
            for of, name in self._keys(state)
            if len(taken := self._taken.get((what, of, name), [])) >= self.enough
        ]
        return next((basis for basis in found if basis.compared), found[0] if found else None)

    def _keys(self, state: Directive) -> tuple[tuple[Of, str], ...]:
        """Return under what a directive is counted."""
        return ("unit", state.unit), ("level", self.level_of.get(state.unit, ""))


def _basis(of: Of, what: What, taken: Sequence[int], elapsed: int) -> Basis:
    """Return what was taken by those that took at least so long."""
    rest = taken[bisect_left(taken, elapsed) :]
    if not rest:
        return Basis(of, what, len(taken), 0, None, None)
    return Basis(of, what, len(taken), len(rest), _at_most(rest, _TYPICAL), _at_most(rest, _CAREFUL))


def _at_most(taken: Sequence[int], percent: int) -> int:
    """Return what at least so many in a hundred took at most: the nearest rank of sorted values."""
    return taken[-(-len(taken) * percent // 100) - 1]


def last_reports(states: Iterable[Directive]) -> dict[str, int]:
    """Return by parent when the last of its children reported, where any has."""
    found: dict[str, int] = {}
    for state in states:
        if state.parent is not None and state.reported_at is not None:
            found[state.parent] = max(found.get(state.parent, 0), state.reported_at)
    return found


def forecast(states: Sequence[Directive], past: Past, *, now: int) -> tuple[Forecast, ...]:
    """Return forecasts of the open directives, in the order given.

    Args:
        states: A directive or a cascade and all below, parents before children.
        past: What was taken in the past, settled.
        now: The instant looked from, µs since 1970 UTC.

    Example:
        >>> from xiada.engine.calendar import MON_FRI
        >>> from xiada.engine.due import DAY_US, SHANGHAI, show
        >>> new = Directive("k/1", "c", "main", None, "issued", 1, b"", NEVER, NEVER, "", 0)
        >>> done = [new._replace(ref=f"j/{n}", reported_at=n * DAY_US, closed_at=n * DAY_US) for n in (5, 6, 12)]
        >>> past = Past(Days(MON_FRI, SHANGHAI), {"c": "city"})
        >>> past.learn(done)
        >>> [found] = forecast([new], past.settled(), now=DAY_US)
        >>> show(found.typical), found.basis.total, found.basis.typical_workdays
        ('1970-01-07', 3, 4)
    """
    last = last_reports(states)
    found: dict[str, Forecast] = {}
    waiting: dict[str, list[Forecast]] = {}
    for state in reversed(states):
        if is_open(state):
            own = _forecast(state, waiting.get(state.ref, []), last.get(state.ref), past, now)
            found[state.ref] = own
            if state.parent is not None:
                waiting.setdefault(state.parent, []).append(own)
    return tuple(found[state.ref] for state in states if state.ref in found)


def _forecast(state: Directive, below: Sequence[Forecast], last: int | None, past: Past, now: int) -> Forecast:
    """Return the forecast of one directive from those of its open children and the last report below it."""
    if not below:
        since = state.issued_at if last is None else last
        basis = past.basis(state, "response" if last is None else "handling", past.days.between(since, now))
        typical, careful = _expected(past.days, (since, since), basis, now)
        late = _is_late(state.due, typical, past.days, now)
        return Forecast(state, typical, careful, basis, None, int(typical is None), late)
    basis = past.basis(state, "handling", 0)
    unknown = sum(one.unknown for one in below) + (basis is None)
    latest = max(below, key=lambda one: NEVER if one.typical is None else one.typical)
    careful_one = max(below, key=lambda one: NEVER if one.careful is None else one.careful)
    typical, careful = _expected(past.days, (latest.typical, careful_one.careful), basis, now)
    waits_for = None if latest.typical is None else latest.directive.ref
    late = _is_late(state.due, typical, past.days, now)
    return Forecast(state, typical, careful, basis, waits_for, unknown, late)


def _is_late(due: int, typical: int | None, days: Days, now: int) -> bool:
    """Tell whether something is expected after its due: by the day, for a forecast knows no hours."""
    return typical is not None and due != NEVER and (now > due or days.day(typical) > days.day(due))


def _expected(
    days: Days, since: tuple[int | None, int | None], basis: Basis | None, now: int
) -> tuple[int | None, int | None]:
    """Return the ends of the days on which what began then may be expected, typically and carefully."""
    if basis is None:
        return None, None
    taken = (basis.typical_workdays, basis.careful_workdays)
    typical, careful = (_end(days, began, count, now) for began, count in zip(since, taken, strict=True))
    return typical, careful


def _end(days: Days, since: int | None, workdays: int | None, now: int) -> int | None:
    """Return the end of the day so many working days after an instant, of its own day if none; never before now."""
    if since is None or workdays is None:
        return None
    found = days.after(since, workdays) if workdays else since
    return end_of_day(days.day(max(found, now)), days.zone)
