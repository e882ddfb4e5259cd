"""The course of the org: what became of units after they had joined, checked in log order.

Rule: a unit that has ended has no further event but delegations, and stands nowhere; one that moves
comes from where it stood to one that stands, and not below itself; whoever ends has nobody below. What
breaks this is told, and does not count. Most units never change: memory grows with what did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.register import Register
from xiada.engine.audit.sorting import Joined, Reorganised

By = tuple[object, ...]
MOST_STEPS = 1_000
"""Superiors looked at before an org is taken for a circle."""


@dataclass(slots=True)
class Course:
    """Units over time.

    Args:
        units: When they joined, and under whom.
        moved: Moves of each unit that ever moved, in order.
        ended: How each unit ended that has.
        acts: Who reorganised, and when, by the log index of the first event of that act.
    """

    units: Register = field(default_factory=Register)
    moved: dict[str, list[Reorganised]] = field(default_factory=dict)
    ended: dict[str, Reorganised] = field(default_factory=dict)
    acts: dict[By, int] = field(default_factory=dict)

    def joined(self, unit: str, index: int) -> Joined | None:
        """Return a unit if it had joined before an index."""
        found = self.units.find(unit)
        return found if found is not None and found.index < index else None

    def has_ended(self, unit: str, index: int) -> bool:
        """Tell whether a unit had ended before an index."""
        end = self.ended.get(unit)
        return end is not None and end.index < index

    def stands(self, unit: str, index: int) -> bool:
        """Tell whether a unit had joined, and not ended, before an index."""
        return self.joined(unit, index) is not None and not self.has_ended(unit, index)

    def superior(self, unit: str, line: str, index: int) -> str | None:
        """Return the superior a unit had in a line before an index."""
        joined = self.joined(unit, index)
        if joined is None:
            return None
        moves = self.moved.get(unit)
        if moves:
            moves = [one for one in moves if one.line == line and one.index < index]
        return moves[-1].to if moves else joined.superior(line)

    def is_below(self, unit: str, above: str, line: str, index: int) -> bool:
        """Tell whether a unit was below another in a line before an index, both standing."""
        if self.has_ended(unit, index):
            return False
        step: str | None = unit
        for _ in range(MOST_STEPS):
            step = self.superior(step, line, index) if step is not None else None
            if step is None or step == above:
                return step is not None and self.stands(above, index)
        return False

    def handed(self, by: By, index: int) -> bool:
        """Tell whether an event before an index belongs to a reorganisation, by who did it when."""
        return self.acts.get(by, index) < index

    def ended_by(self, unit: str, by: By, index: int) -> str | None:
        """Return who came after a unit, if it ended in an act, before an index; None if it did not, or nobody came."""
        end = self.ended.get(unit)
        return end.to if end is not None and end.by == by and end.index < index else None


def course_of(units: Register, items: Iterable[Reorganised]) -> tuple[Course, list[Finding]]:
    """Return the course of an org, and what was wrong with it.

    Args:
        units: Those that joined.
        items: What became of them, in log order.
    """
    course, findings = Course(units), list[Finding]()
    items = list(items)
    candidates = _under(units, items)
    for one in items:
        if course.joined(one.unit, one.index) is None:
            continue  # a stream that begins wrongly is told of where it is checked
        found = list(_wrong(course, one, candidates.get(one.unit, {})))
        findings += found
        if not found:
            _take(course, one)
    return course, findings


def _under(units: Register, items: list[Reorganised]) -> dict[str, dict[tuple[str, str], None]]:
    """Return (unit, line) of all that ever stood directly under each unit that ends."""
    found: dict[str, dict[tuple[str, str], None]] = {
        one.unit: {} for one in items if one.kind in {"unit_merged", "unit_abolished"}
    }
    for joined in units.under(found.keys()) if found else ():
        for line, superior in joined.superiors:
            if superior in found:
                found[superior][joined.unit, line] = None
    for one in items:
        if one.kind == "unit_moved" and one.to in found:
            found[one.to][one.unit, one.line or ""] = None
    return found


def _take(course: Course, one: Reorganised) -> None:
    """Let an event count."""
    course.acts.setdefault(one.by, one.index)
    if one.kind == "unit_moved":
        course.moved.setdefault(one.unit, []).append(one)
    elif one.kind != "unit_renamed":
        course.ended[one.unit] = one


def _wrong(course: Course, one: Reorganised, candidates: dict[tuple[str, str], None]) -> Iterator[Finding]:
    """Yield what is wrong with an event of a unit that has joined; at most one thing."""
    index, unit, to = one.index, one.unit, one.to
    if course.has_ended(unit, index):
        yield _found("i3_illegal", one, "the unit had ended", "", one.kind)
    elif to is not None and not course.stands(to, index):
        yield _found("i2_superior_unknown", one, f"{to} had not joined, or had ended", "", to)
    elif one.kind == "unit_moved":
        was = course.superior(unit, one.line or "", index)
        if was is None or was != one.was:
            yield _found("i3_superior_was", one, f"it stood elsewhere in {one.line}", was, one.was)
        elif to is None or to == unit or course.is_below(to, unit, one.line or "", index):
            yield _found("i2_org_circle", one, f"{to} is below it", "", to)
    elif one.kind != "unit_renamed":
        left = [
            below
            for below, line in candidates
            if course.stands(below, index) and course.superior(below, line, index) == unit
        ]
        if left or to == unit:
            yield _found("i2_units_below", one, "units stood below it", "", left[:3])


def _found(code: str, one: Reorganised, message: str, expected: object, found: object) -> Finding:
    """Return a defect."""
    return Finding(code, one.index, f"org/{one.unit}", message, str(expected), str(found))
