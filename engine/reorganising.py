"""Reorganising while cascades run: what a command comes to in the org, and in what runs.

Rule: first the org changes, then, in the same transaction, what its units have running; a refusal of
any step undoes them all. What can still change hands is reassigned under its own parent, as the
lifecycle's `reassign` does it; a root, a report handed in, what the unit has from one that has ended,
and what stands beside a successor's that is no longer at work, or rests on another notice, stay.
Whoever comes after a unit that has ended may act for it, and for those it came after.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xiada.engine import events, forwarding
from xiada.engine.commands import Reassign
from xiada.engine.directive import Directive, path_order
from xiada.engine.errors import GuardRefused, Refused
from xiada.engine.events import Event
from xiada.engine.facts import Facts
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.org import Org, Unit, lines_of
from xiada.engine.orgcommands import AbolishUnit, MergeUnits, MoveUnit, RenameUnit, Reorganise
from xiada.engine.orgevents import standing
from xiada.engine.ports import Reader

if TYPE_CHECKING:
    from xiada.engine.draft import Decision
    from xiada.engine.executor import Executor
    from xiada.engine.work import Work

SHOWN = 20
Steps = list[tuple[str, Event]]
"""Events of the org, each with its unit, in order."""


def steps_of(command: Reorganise, org: Org) -> Steps:
    """Return the events of the org that a command leads to, none if all is so already.

    Raises:
        NotFound: A unit that is not in the org.
        GuardRefused: It has ended, or the org would not be a tree in every line any more.
    """
    if isinstance(command, RenameUnit):
        unit = standing(org, command.id)
        aliases = unit.aliases if command.aliases is None else command.aliases
        named = (unit.name, unit.aliases) == (command.name, aliases)
        return [] if named else [(unit.id, events.UnitRenamed(command.name, command.reason, aliases))]
    if isinstance(command, MoveUnit):
        return _move(command, org)
    if isinstance(command, MergeUnits):
        return _merge(command, org)
    assert isinstance(command, AbolishUnit)
    return _abolish(command, org)


def _move(command: MoveUnit, org: Org) -> Steps:
    """Put a unit under another superior."""
    unit, superior, line = standing(org, command.id), standing(org, command.superior), command.line
    was = dict(unit.superiors).get(line)
    if was is None and line in lines_of(unit):
        _refuse_top(unit)
    if was is None or line not in lines_of(superior):
        outside = unit if was is None else superior
        raise _refused("not_in_line", f"'{outside.id}' has no place in line '{line}' for that", outside,
                       "Name a line in which both stand.", line=line)  # fmt: skip
    if was == superior.id:
        return []
    if unit.id in _above(superior, org):
        raise _refused("org_circle", f"'{superior.id}' stands below '{unit.id}', or is it", unit,
                       "Name a superior that is not below it.", superior=superior.id)  # fmt: skip
    return [(unit.id, events.UnitMoved(line, superior.id, was, command.reason))]


def _above(unit: Unit, org: Org) -> set[str]:
    """Return a unit and all that stand above it, in any line."""
    found, climbing = {unit.id}, [unit]
    while climbing:
        more = {superior for _, superior in climbing.pop().superiors} - found
        found |= more
        climbing += [org.unit(one) for one in more]
    return found


def _merge(command: MergeUnits, org: Org) -> Steps:
    """Let a unit take in others, with those below them; the lowest end first."""
    into, ending = standing(org, command.into), {unit: standing(org, unit) for unit in command.units}
    above = _above(into, org)
    steps: Steps = []
    for unit in ending.values():
        _refuse_top(unit)
        if unit.id in above:
            raise _refused("org_circle", f"'{into.id}' stands below '{unit.id}', which would end", unit,
                           f"Move '{into.id}' elsewhere first.", superior=into.id)  # fmt: skip
        for line in sorted(lines_of(unit)):
            left = [below for below in _subordinates(unit, line, org) if below not in ending]
            if left and line not in lines_of(into):
                raise _refused("not_in_line", f"'{into.id}' has no place in line '{line}'", into,
                               f"Move those below '{unit.id}' elsewhere first.", line=line)  # fmt: skip
            steps += [(below, events.UnitMoved(line, into.id, unit.id, command.reason)) for below in left]
    lowest = sorted(command.units, key=lambda unit: -len(_above(ending[unit], org) & ending.keys()))
    steps += [(unit, events.UnitMerged(into.id, command.reason)) for unit in lowest]
    return steps + _passed_to(command.units, into.id, org)


def _abolish(command: AbolishUnit, org: Org) -> Steps:
    """End a unit."""
    unit = standing(org, command.id)
    _refuse_top(unit)
    left = [below for line in sorted(lines_of(unit)) for below in _subordinates(unit, line, org)]
    if left:
        raise _refused("units_below", f"{len(left)} units stand below '{unit.id}'", unit,
                       "Move or abolish them first, or merge it.", units=left[:SHOWN])  # fmt: skip
    steps: Steps = [(unit.id, events.UnitAbolished(command.reason, command.successor))]
    if command.successor is None:
        return steps
    return steps + _passed_to((unit.id,), standing(org, command.successor).id, org)


def _passed_to(units: tuple[str, ...], successor: str, org: Org) -> Steps:
    """Let whoever comes after units act for them, and for those they came after, where it may not yet."""
    before = sorted(one for one, to in org.delegations if to in units and _last_of(one, org) == to)
    acted_for = dict.fromkeys([*units, *before])
    return [(one, events.DelegationGranted(successor)) for one in acted_for if (one, successor) not in org.delegations]


def _last_of(unit: str, org: Org) -> str | None:
    """Return the last of those who came after a unit that has ended, one after the other; None if nobody did."""
    found = org.unit(unit)
    while found.successor is not None and org.unit(found.successor).ended:
        found = org.unit(found.successor)
    return found.successor


def _subordinates(unit: Unit, line: str, org: Org) -> list[str]:
    """Return the units directly below one; no line is laid out for it, for in a batch each would be again and again."""
    return [one.id for one in org if (line, unit.id) in one.superiors and not one.ended]


def _refuse_top(unit: Unit) -> None:
    """Refuse to move or end a unit that its line hangs from."""
    if unit.line not in dict(unit.superiors):
        raise _refused("line_top", f"line '{unit.line}' hangs from '{unit.id}'", unit,
                       "A line keeps its top; rename it instead.", line=unit.line)  # fmt: skip


def _refused(code: str, message: str, unit: Unit, remedy: str, **data: object) -> GuardRefused:
    """Return the refusal of a reorganisation."""
    return GuardRefused(code, message, remedy=remedy, unit=unit.id, **data)


def running_of(work: Work, *units: str) -> list[Directive]:
    """Return the live directives of units, parents before those below."""
    found = [state for unit in units for state in work.laid_on(unit)]
    return sorted(found, key=lambda state: (state.cascade, path_order(state.path)))


def refuse_running(command: Reorganise, work: Work) -> None:
    """Refuse to change units that have something running, where that was asked for.

    Raises:
        GuardRefused: Naming the first of it.
    """
    if isinstance(command, RenameUnit) or getattr(command, "running", None) != "refuse":
        return
    for unit in ended_by(command) or (command.target.removeprefix("org/"),):
        found = running_of(work, unit)
        if found:
            raise GuardRefused(
                "directives_running",
                f"'{unit}' has {len(found)} directives running, the first {found[0].ref}",
                remedy="Say what becomes of them: let them stay, merge or reassign them.",
                unit=unit,
                count=len(found),
                first=found[0].ref,
                directives=[state.ref for state in found[:SHOWN]],
            )


def ended_by(command: Reorganise) -> tuple[str, ...]:
    """Return the units that end by a command."""
    if isinstance(command, MergeUnits):
        return command.units
    return (command.id,) if isinstance(command, AbolishUnit) else ()


def hand_over(executor: Executor, work: Work, reader: Reader, command: Reorganise) -> Iterator[list[bytes]]:
    """Reassign to the successor what can still change hands; yield the bodies of its events, directive by directive.

    Raises:
        Refused: The successor cannot take one over: it is not below the parent's unit.
    """
    if not isinstance(command, MergeUnits | AbolishUnit) or command.running not in ("merge", "reassign"):
        return
    successor = command.into if isinstance(command, MergeUnits) else command.successor
    assert successor is not None, "the command has looked"
    for state in running_of(work, *ended_by(command)):
        step = Reassign(
            state.ref,
            command.reason,
            successor,
            actor=command.actor,
            key=command.key,
            claimed_at=command.claimed_at,
        )
        lifecycle = executor.lifecycle(reader, work, state.ref)
        decision = _handing(executor, work, step, lifecycle, only_doubles=command.running == "merge")
        if decision is not None:
            yield executor.record(work, decision, step, lifecycle)


def _handing(
    executor: Executor, work: Work, step: Reassign, lifecycle: Lifecycle, *, only_doubles: bool
) -> Decision | None:
    """Return how a directive changes hands, None if it stays."""
    facts = executor.facts(work, step.directive, step.trigger, step.actor, step, lifecycle)
    if facts.directive.closed or facts.parent is None or not _may(executor, facts, lifecycle):
        return None
    sisters = forwarding.addressed_children(work, facts.parent, lifecycle)
    double = next((sister for sister in sisters if sister.unit == step.to), None)
    if double is None:
        alone = only_doubles or work.org.unit(facts.parent.unit).ended  # who has ended names nobody any more
        return None if alone else forwarding.reassign(facts)
    at_work = not double.closed and double.reported_at is None
    same = double.notice == facts.directive.notice  # else what the one requires would be dropped with it
    return forwarding.yield_to(facts, double) if at_work and same else None


def _may(executor: Executor, facts: Facts, lifecycle: Lifecycle) -> bool:
    """Tell whether the lifecycle lets a directive change hands now."""
    try:
        executor.run(facts, lifecycle, many=False)
    except Refused:
        return False
    return True
