"""Changing the org: what may be added to it, decided in constant time per unit.

Rule: a unit joins below superiors that are there already, so no cycle and no second top can come
about; delegations are given and taken by the unit itself. How units change is in `reorganising.py`.
"""

from __future__ import annotations

from copy import copy

from xiada.engine import events
from xiada.engine.commands import AddUnit, Command, Delegate, Revoke
from xiada.engine.errors import GuardRefused, Malformed
from xiada.engine.org import Org, Unit, lines_of, refuse_two_superiors
from xiada.engine.orgevents import reformed, standing
from xiada.engine.ports import Changes


class OrgDraft:
    """An org with changes on top, made into an `Org` again only when somebody asks for it."""

    def __init__(self, org: Org) -> None:
        self._units = {unit.id: unit for unit in org}
        self._tops = {unit.line for unit in org}
        self._delegations = set(org.delegations)
        self._org, self._since = org, dict[str, Unit]()
        self._is_made = True
        self.events = 0

    def copy(self) -> OrgDraft:
        """Return another one, to be changed apart."""
        other = copy(self)
        vars(other).update({name: value.copy() for name, value in vars(self).items() if isinstance(value, dict | set)})
        return other

    def org(self) -> Org:
        """Return the org as changed so far."""
        if not self._is_made:
            self._org, self._since, self._is_made = self._org.changed(self._since, self._delegations), {}, True
        return self._org

    def decide(self, command: Command) -> events.Event | None:
        """Return the event an org command leads to, None if all is so already.

        Raises:
            GuardRefused: The unit is there already, with other particulars.
            Malformed: An unknown superior, two superiors or a second top in one line.
            NotFound: A delegation from or to a unit that is not in the org.
        """
        if isinstance(command, AddUnit):
            return self._add(unit_of(command), command)
        assert isinstance(command, Delegate)
        self.org().unit(command.unit)
        standing(self.org(), command.to)
        given = (command.unit, command.to) in self._delegations
        if isinstance(command, Revoke):
            return events.DelegationRevoked(command.to) if given else None
        return None if given else events.DelegationGranted(command.to)

    def _add(self, unit: Unit, command: AddUnit) -> events.Event | None:
        """Decide whether a unit may join."""
        there = self._units.get(unit.id)
        if there == unit:
            return None
        if there is not None:
            raise GuardRefused(
                "unit_exists",
                f"unit '{unit.id}' is in the org already, with other particulars",
                unit=unit.id,
                remedy="Choose another id; a unit's particulars do not change by loading it again.",
            )
        refuse_two_superiors(unit)
        for line, superior in unit.superiors:
            above = self._units.get(superior)
            if above is None or above.ended or line not in lines_of(above):
                raise Malformed(
                    "unknown_superior",
                    f"unit '{unit.id}' names superior '{superior}', which is not in line '{line}'",
                    unit=unit.id,
                    superior=superior,
                    line=line,
                    remedy="Add the superior first.",
                )
        if unit.line in self._tops and unit.line not in dict(unit.superiors):
            raise Malformed(
                "two_tops",
                f"line '{unit.line}' would have a second unit without a superior: '{unit.id}'",
                unit=unit.id,
                line=unit.line,
                remedy="Give it a superior, or another line.",
            )
        return events.UnitAdded(
            command.name,
            command.kind,
            command.level,
            command.line,
            command.superiors,
            command.region,
            command.aliases,
        )

    def apply(self, command: Command, changes: Changes) -> None:
        """Make a decided command part of the draft and of the changes."""
        self.events += 1
        self._is_made = False
        if isinstance(command, AddUnit):
            unit = unit_of(command)
            self._units[unit.id] = self._since[unit.id] = unit
            self._tops.add(unit.line)
            changes.units.append(unit)
            return
        assert isinstance(command, Delegate)
        self._delegate(command.unit, command.to, changes, granted=not isinstance(command, Revoke))

    def take(self, unit: str, event: events.Event, changes: Changes) -> None:
        """Make an event of a unit that is there part of the draft and of the changes."""
        self.events += 1
        self._is_made = False
        if isinstance(event, events.DelegationGranted):
            self._delegate(unit, event.to, changes, granted=True)
        else:
            after = reformed(self._units[unit], event)
            self._units[unit] = self._since[unit] = changes.reformed[unit] = after

    def _delegate(self, unit: str, to: str, changes: Changes, *, granted: bool) -> None:
        """Note a delegation, or that there is none any more."""
        (self._delegations.add if granted else self._delegations.discard)((unit, to))
        changes.delegations.append((unit, to, granted))


def unit_of(command: AddUnit) -> Unit:
    """Return the unit a command adds."""
    return Unit(
        command.id,
        command.name,
        command.kind,
        command.level,
        command.line,
        command.superiors,
        command.region,
        command.aliases,
    )
