"""The org: units and who is superior to whom, one tree per line.

Rule: an `Org` is immutable and has been checked: in every line each unit has at most one superior,
there is exactly one top, and no cycle. The hot path reads arrays (superior, depth, preorder
interval), so that "is v below u" is two comparisons and "all below u" is a slice. A unit that has
ended keeps its place in the list, for its name, and has none in any line.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property

from xiada.engine import limits
from xiada.engine.errors import Malformed, NotFound

RESERVED_IDS = frozenset({"org", "clock"})
"""Units that are no bodies: the registrar of the org, and the clock that escalates."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A body or a department.

    Args:
        id: Stable identifier, lower-case ASCII.
        name: Its name as it stands on paper.
        kind: What sort of body, e.g. `association`.
        level: Its level, e.g. `province`.
        line: The line (条线) it belongs to, e.g. `association`.
        superiors: Its superior in each line, as sorted (line, unit id) pairs.
        region: Where it is, if that matters.
        aliases: Short names and other names.
        successor: Who came after it, once it has ended; None if nobody did.
        ended: Whether it has been merged or abolished: it keeps its name and what it has running, and stands nowhere.

    Raises:
        Malformed: An identifier or a text that cannot be one.
        LimitExceeded: A name that is too long.
    """

    id: str
    name: str
    kind: str
    level: str
    line: str
    superiors: tuple[tuple[str, str], ...] = ()
    region: str | None = None
    aliases: tuple[str, ...] = ()
    successor: str | None = None
    ended: bool = False

    def __post_init__(self) -> None:
        limits.identifier(self.id, "id")
        if self.id in RESERVED_IDS:
            raise Malformed("reserved_id", f"unit id '{self.id}' is reserved", field="id", remedy="Choose another id.")
        limits.clean(self.name, "name", limits.NAME_CHARS)
        for alias in self.aliases:
            limits.clean(alias, "aliases", limits.NAME_CHARS)
        for word, value in (("kind", self.kind), ("level", self.level), ("line", self.line)):
            limits.identifier(value, word)
        if self.region is not None:
            limits.clean(self.region, "region", limits.NAME_CHARS)


PARTICULARS = ("id", "name", "kind", "level", "line", "superiors", "region", "aliases")
"""What a unit joins with: its fields, less how it ended."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line's tree as arrays over preorder positions."""

    units: tuple[str, ...]
    position: Mapping[str, int]
    superior: Sequence[int]
    depth: Sequence[int]
    end: Sequence[int]


class Org:
    """All units and the superior relation; immutable.

    Args:
        units: The units, superiors before or after their subordinates, in the order drawings keep.
        delegations: (unit, to): actors of `to` may act on behalf of `unit`.

    Raises:
        Malformed: Duplicate id, unknown superior, two superiors in one line, two tops in one line,
            or a cycle; `data` names the units.

    Example:
        >>> org = Org([Unit("p", "Province", "office", "province", "main"),
        ...            Unit("c", "City", "office", "city", "main", (("main", "p"),))])
        >>> [unit.name for unit in org.below("p", "main")]
        ['City']
    """

    def __init__(self, units: Iterable[Unit] = (), delegations: Iterable[tuple[str, str]] = ()) -> None:
        self._units: dict[str, Unit] = {}
        self.delegations = frozenset(delegations)
        for unit in units:
            if unit.id in self._units:
                raise Malformed(
                    "duplicate_unit",
                    f"unit '{unit.id}' is there twice",
                    unit=unit.id,
                    remedy="Give each unit its own id.",
                )
            self._units[unit.id] = unit
        _check_superiors(self._units)

    @cached_property
    def _lines(self) -> dict[str, _Line]:
        """Return the tree of every line, laid out once, checking its shape."""
        standing = {unit.id: unit for unit in self._units.values() if not unit.ended}
        names = sorted({line for unit in standing.values() for line in lines_of(unit)})
        return {name: _lay_out(name, standing) for name in names}

    @cached_property
    def levels(self) -> Mapping[str, str]:
        """The level of every unit by its id."""
        return {unit.id: unit.level for unit in self._units.values()}

    def changed(self, units: Mapping[str, Unit], delegations: Iterable[tuple[str, str]]) -> Org:
        """Return the org with these units, by id, in place of or after those there are, and these delegations.

        Superiors are not looked at: whoever changed the units has. Lines are laid out anew only if a place changed.
        """
        other = copy(self)
        vars(other).update(_units={**self._units, **units}, delegations=frozenset(delegations))
        if any(_place(self._units.get(one.id)) != _place(one) for one in units.values()):
            vars(other).pop("_lines", None)
            vars(other).pop("levels", None)
        return other

    def check(self) -> Org:
        """Lay out every line now, so that a wrong shape is refused here; return the org itself."""
        _ = self._lines
        return self

    def __len__(self) -> int:
        return len(self._units)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __contains__(self, unit: str) -> bool:
        return unit in self._units

    @property
    def lines(self) -> tuple[str, ...]:
        """The names of the lines, sorted."""
        return tuple(self._lines)

    def unit(self, unit: str) -> Unit:
        """Return a unit by id.

        Raises:
            NotFound: There is none.
        """
        try:
            return self._units[unit]
        except KeyError:
            raise NotFound(
                "unknown_unit",
                f"unit {limits.shown(unit)} is not in the org",
                unit=unit,
                remedy="Check the id, or load the org first.",
            ) from None

    def superior(self, unit: str, line: str) -> str | None:
        """Return the superior of a unit in a line, None at the top or outside the line."""
        tree = self._lines.get(line)
        place = tree.position.get(unit) if tree else None
        if tree is None or place is None or tree.superior[place] < 0:
            return None
        return tree.units[tree.superior[place]]

    def is_below(self, unit: str, above: str, line: str) -> bool:
        """Tell whether `unit` is a strict descendant of `above` in that line."""
        tree = self._lines.get(line)
        if tree is None or unit not in tree.position or above not in tree.position:
            return False
        top = tree.position[above]
        return top < tree.position[unit] < tree.end[top]

    def below(self, unit: str, line: str, *, depth: int | None = 1) -> Iterator[Unit]:
        """Yield the units below `unit` in preorder, down to `depth` levels (None: all)."""
        tree = self._lines.get(line)
        if tree is None or unit not in tree.position:
            return
        top = tree.position[unit]
        lowest = len(tree.units) if depth is None else tree.depth[top] + depth
        place = top + 1 if depth != 0 else tree.end[top]
        while place < tree.end[top]:
            yield self._units[tree.units[place]]
            place = place + 1 if tree.depth[place] < lowest else tree.end[place]

    def between(self, unit: str, above: str, line: str) -> tuple[str, ...] | None:
        """Return the units skipped when `above` addresses `unit` directly, lowest first; None if it is not below."""
        tree = self._lines.get(line)
        if tree is None or unit not in tree.position or above not in tree.position:
            return None
        place, top = tree.position[unit], tree.position[above]
        if not top < place < tree.end[top]:
            return None
        if tree.superior[place] == top:
            return ()
        skipped = []
        while (place := tree.superior[place]) != top:
            skipped.append(tree.units[place])
        return tuple(skipped)

    def tops(self) -> dict[str, str]:
        """Return the top unit of every line."""
        return {line: tree.units[0] for line, tree in self._lines.items()}

    def superiors_first(self) -> list[Unit]:
        """Return all units in their order, but each after its superiors.

        Raises:
            Malformed: Superiors go round in a circle, in one line or across lines.
        """
        done: dict[str, Unit] = {}
        for unit in self:
            climb, climbing = ([unit], {unit.id: None}) if unit.id not in done else ([], {})
            while climb:
                missing = [self._units[above] for _, above in climb[-1].superiors if above not in done]
                if not missing:
                    highest = climb.pop()
                    del climbing[highest.id]
                    done[highest.id] = highest
                elif missing[0].id in climbing:
                    raise _cycle("across lines", [*climbing, missing[0].id])
                else:
                    climb.append(missing[0])
                    climbing[missing[0].id] = None
        return list(done.values())


def _place(unit: Unit | None) -> tuple[object, ...] | None:
    """Return all that says where a unit stands."""
    return None if unit is None else (unit.superiors, unit.ended)


def lines_of(unit: Unit) -> set[str]:
    """Return the lines a unit takes part in."""
    return {unit.line, *(line for line, _ in unit.superiors)}


def refuse_two_superiors(unit: Unit) -> None:
    """Refuse a unit with two superiors in one line.

    Raises:
        Malformed: Naming the unit.
    """
    if len(dict(unit.superiors)) < len(unit.superiors):
        raise Malformed(
            "two_superiors",
            f"unit '{unit.id}' has two superiors in one line",
            unit=unit.id,
            remedy="Keep one superior per line; a second one belongs to another line.",
        )


def _check_superiors(units: Mapping[str, Unit]) -> None:
    """Refuse unknown superiors and two superiors in one line; one that has ended is nobody's."""
    for unit in units.values():
        refuse_two_superiors(unit)
        for line, superior in unit.superiors:
            if superior not in units or (units[superior].ended and not unit.ended):
                raise Malformed(
                    "unknown_superior",
                    f"unit '{unit.id}' names superior '{superior}', which is not there",
                    unit=unit.id,
                    superior=superior,
                    remedy="Add that unit or correct the id.",
                )
            if line not in lines_of(units[superior]):
                raise Malformed(
                    "superior_outside_line",
                    f"superior '{superior}' of '{unit.id}' is not in line '{line}'",
                    unit=unit.id,
                    superior=superior,
                    line=line,
                    remedy="Give the superior that line too.",
                )


def _lay_out(line: str, units: Mapping[str, Unit]) -> _Line:
    """Return one line's tree in preorder, siblings in the order of the units given."""
    children: dict[str | None, list[str]] = {}
    members = 0
    for unit in units.values():
        if line in lines_of(unit):
            members += 1
            children.setdefault(dict(unit.superiors).get(line), []).append(unit.id)
    tops = children.get(None, [])
    if len(tops) > 1:
        raise Malformed(
            "two_tops",
            f"line '{line}' has {len(tops)} units without a superior: {', '.join(tops[:4])}",
            line=line,
            units=tops[:100],
            remedy="Give all but one a superior, or another line.",
        )
    tree = _preorder(tops, children)
    if len(tree.units) < members:
        _refuse_cycle(line, units, reached=set(tree.units))
    return tree


def _preorder(tops: list[str], children: Mapping[str | None, list[str]]) -> _Line:
    """Walk a tree from its top without recursion."""
    order: list[str] = []
    superior: list[int] = []
    depth: list[int] = []
    stack = [(top, -1, 0) for top in tops]
    while stack:
        unit, above, level = stack.pop()
        place = len(order)
        order.append(unit)
        superior.append(above)
        depth.append(level)
        stack += [(child, place, level + 1) for child in reversed(children.get(unit, []))]
    end = list(range(1, len(order) + 1))
    for place in range(len(order) - 1, 0, -1):
        end[superior[place]] = max(end[superior[place]], end[place])
    position = {unit: place for place, unit in enumerate(order)}
    return _Line(tuple(order), position, array("q", superior), array("q", depth), array("q", end))


def _refuse_cycle(line: str, units: Mapping[str, Unit], *, reached: set[str]) -> None:
    """Name one cycle of a line: follow superiors from a unit no top reaches until one comes again."""
    step = next(unit.id for unit in units.values() if line in lines_of(unit) and unit.id not in reached)
    seen: dict[str, None] = {}
    while step not in seen:
        seen[step] = None
        step = dict(units[step].superiors)[line]
    raise _cycle(line, [*seen, step])


def _cycle(line: str, walk: list[str]) -> Malformed:
    """Return the error for a walk along superiors that came back to where it had been."""
    ring = walk[walk.index(walk[-1]) :]
    return Malformed(
        "cycle",
        f"line '{line}' goes round in a circle: {' -> '.join(ring[:6])}",
        line=line,
        units=ring[:100],
        remedy="Correct one of these superiors.",
    )


@dataclass(frozen=True, kw_only=True)
class Select:
    """An addressee phrase as data, resolved against the units below the one that forwards.

    Each field narrows; a tuple means any of its values (县级以上 = `level=("city", "county")`).

    Args:
        kind: Kinds of unit.
        level: Levels.
        line: Home lines.
        region: Regions.
        ids: Just these units; they may lie more than one level down.
        exclude: Not these.
        depth: How many levels down to look; 1 = subordinates only, None = all. Ignored with `ids`.
        selective: The phrase said "those concerned" (有关): a person chose.

    Example:
        >>> org = Org([Unit("p", "P", "office", "province", "main"),
        ...            Unit("c", "C", "office", "city", "main", (("main", "p"),))])
        >>> Select(level="city").units(org, "p", "main")
        ('c',)
    """

    kind: str | tuple[str, ...] = ()
    level: str | tuple[str, ...] = ()
    line: str | tuple[str, ...] = ()
    region: str | tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    depth: int | None = 1
    selective: bool = field(default=False, compare=False)

    @cached_property
    def _wanted(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Return the fields of a unit that narrow the phrase, with the values each may have."""
        given = {"kind": self.kind, "level": self.level, "line": self.line, "region": self.region, "id": self.ids}
        return tuple((name, frozenset(_each(values))) for name, values in given.items() if values)

    def matches(self, unit: Unit) -> bool:
        """Tell whether a unit answers the phrase, wherever it stands."""
        return unit.id not in self.exclude and all(getattr(unit, name) in these for name, these in self._wanted)

    def units(self, org: Org, forwarder: str, line: str) -> tuple[str, ...]:
        """Return the ids of the units below `forwarder` in `line` that answer, in the org's order.

        Raises:
            NotFound: `ids` names a unit that is not in the org.
        """
        for unit in self.ids:
            org.unit(unit)
        depth = None if self.ids else self.depth
        return tuple(unit.id for unit in org.below(forwarder, line, depth=depth) if self.matches(unit))


def _each(values: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one or many as many."""
    return (values,) if isinstance(values, str) else values
