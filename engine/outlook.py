"""What lies ahead of a directive that has not been passed on: the levels of the org below, by what is assumed.

Rule: pure; of an org, a due and assumptions. Nobody knows whom a unit will address: what is planned is
that each passes it on to all its subordinates, down to a level or as far as the org goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from xiada.engine import limits
from xiada.engine.errors import Malformed
from xiada.engine.limits import shown
from xiada.engine.org import Org
from xiada.engine.planner import RESERVE_WORKDAYS, WORK_WORKDAYS, Days, Stage, backward_plan, thirds_plan
from xiada.engine.timetable import Strategy

MOST_WORKDAYS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What a plan takes for granted.

    Args:
        reserve_workdays: Working days each level keeps to sum up, and as many to pass it on.
        reserves: The same for some levels of units.
        work_workdays: Working days whoever carries it out needs.
        strategy: By reserves, or by the one-third rule.
        to_level: Level of units it is not passed on below; None = as far down as the org goes.

    Raises:
        Malformed: Counts that are none, or beyond a thousand working days; a strategy there is not.
    """

    reserve_workdays: int = RESERVE_WORKDAYS
    reserves: Mapping[str, int] = field(default_factory=dict)
    work_workdays: int = WORK_WORKDAYS
    strategy: Strategy = "reserve"
    to_level: str | None = None

    def __post_init__(self) -> None:
        for count in (self.reserve_workdays, self.work_workdays, *self.reserves.values()):
            if type(count) is not int or not 0 <= count <= MOST_WORKDAYS:
                raise Malformed("bad_plan", f"{shown(count)} is no count of days", remedy="Give 0 to 1000.")
        limits.choice(self.strategy, "strategy", get_args(Strategy))

    def reserve(self, level: str) -> int:
        """Return the working days a unit of that level keeps."""
        return self.reserves.get(level, self.reserve_workdays)


class Ahead:
    """What lies ahead of a directive that has not been passed on: the units below, by what is assumed.

    Args:
        org: The org.
        assumed: Reserves and work, and how far down it goes.

    Raises:
        Malformed: They name a level no unit is of.
    """

    def __init__(self, org: Org, assumed: Assumptions) -> None:
        levels = set(org.levels.values())
        for name in (*assumed.reserves, *(() if assumed.to_level is None else (assumed.to_level,))):
            if name not in levels:
                remedy = f"The org has {', '.join(sorted(levels)) or 'no units'}."
                raise Malformed("unknown_level", f"no unit is of level {shown(name)}", remedy=remedy, level=name)
        self._org, self.assumed = org, assumed
        self._needs: dict[str, dict[str, int]] = {}

    def needs(self, unit: str, line: str) -> int:
        """Return the working days from now to a unit's report: passed on as far as it goes, worked on, summed up."""
        if not self.passes_on(unit, line):
            return self.assumed.work_workdays
        if line not in self._needs:
            self._needs[line] = self._of_line(line)
        return self._needs[line][unit]

    def passes_on(self, unit: str, line: str) -> bool:
        """Tell whether a unit has somebody below it to pass it on to."""
        if unit not in self._org or self._org.unit(unit).level == self.assumed.to_level:
            return False
        return next(self._org.below(unit, line), None) is not None

    def _of_line(self, line: str) -> dict[str, int]:
        """Return what every unit of a line needs, from the lowest up."""
        top = self._org.tops()[line]
        below: dict[str, int] = {}
        found: dict[str, int] = {}
        for unit in [*reversed(list(self._org.below(top, line, depth=None))), self._org.unit(top)]:
            reserve, stops = self.assumed.reserve(unit.level), unit.level == self.assumed.to_level
            passes = unit.id in below and not stops
            own = found[unit.id] = reserve + below[unit.id] if passes else self.assumed.work_workdays
            above = self._org.superior(unit.id, line)
            if above is not None:
                below[above] = max(below.get(above, 0), own + (reserve if passes else 0))
        return found

    def levels(self, unit: str, line: str) -> list[dict[str, int]]:
        """Return by depth below a unit how many units of each level it goes to, the unit itself first."""
        layer = [self._org.unit(unit)]
        found: list[dict[str, int]] = []
        while layer:
            counts: dict[str, int] = {}
            for one in layer:
                counts[one.level] = counts.get(one.level, 0) + 1
            found.append(counts)
            layer = [
                below for one in layer if one.level != self.assumed.to_level for below in self._org.below(one.id, line)
            ]
        return found


@dataclass(frozen=True, slots=True)
class Outlook:
    """A plan of levels that are not there yet, for one unit that will pass something on.

    Args:
        unit: The unit at the top.
        stages: One of each level, the top first.
        levels: How many units of each level stand at each stage.
    """

    unit: str
    stages: tuple[Stage, ...]
    levels: tuple[Mapping[str, int], ...]

    def cannot(self, now: int) -> bool:
        """Tell whether it is too late at an instant, µs since 1970 UTC, to pass it on as planned."""
        return now > self.stages[0].forward_by


def outlook(unit: str, line: str, due: int, ahead: Ahead, days: Days, *, now: int) -> Outlook:
    """Return the plan of what a unit has still to pass on, over the levels of the org below it.

    Args:
        unit: Who will pass it on.
        line: In which line of the org.
        due: By when it reports, µs since 1970 UTC.
        ahead: The org, and what is assumed: reserves, work, strategy, and how far down it goes; of several
            levels at one depth the greatest reserve counts.
        days: Calendar and zone.
        now: When it can begin, µs since 1970 UTC; only the one-third rule asks.

    Raises:
        NotFound: There is no such unit.
        Malformed: The due is undated; or by thirds, no later than now.

    Example:
        >>> from xiada.engine.calendar import MON_FRI
        >>> from xiada.engine.due import DAY_US
        >>> from xiada.engine.org import Unit
        >>> city = Unit("c", "C", "office", "city", "main", (("main", "p"),))
        >>> org = Org([Unit("p", "P", "office", "province", "main"), city])
        >>> found = outlook("p", "main", 30 * DAY_US, Ahead(org, Assumptions()), Days(MON_FRI, "UTC"), now=0)
        >>> [(stage.depth, dict(counts)) for stage, counts in zip(found.stages, found.levels)]
        [(0, {'province': 1}), (1, {'city': 1})]
    """
    levels, assumptions = ahead.levels(unit, line), ahead.assumed
    depth = len(levels) - 1
    if assumptions.strategy == "thirds":
        stages = thirds_plan(now, due, depth, days.calendar, days.zone)
    else:
        reserves = [max(map(assumptions.reserve, counts)) for counts in levels[:-1]]
        work = assumptions.work_workdays
        stages = backward_plan(due, depth, days.calendar, days.zone, reserve_workdays=reserves, work_workdays=work)
    return Outlook(unit, tuple(stages), tuple(levels))


def years_assumed(outlooks: Iterable[Outlook], days: Days) -> tuple[int, ...]:
    """Return the years that plans span whose holidays are not known."""
    return days.assumed(*(one for found in outlooks for stage in found.stages for one in (stage.forward_by, stage.due)))
