"""Passing a directive on through every level at once, each unit by the same rule.

Rule: level by level, for a level's directives exist only when the one above has been forwarded;
each forwarding is a command of the unit itself, with the same guards as any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from xiada.engine.commands import Actor, DueAsked, Forward
from xiada.engine.directive import Directive
from xiada.engine.org import Org, Select

ForwardRule: TypeAlias = Callable[[Directive, Org], Forward | None]
"""From a directive and the org in force to the command that passes it on; None where it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSubordinates:
    """The usual rule: to whoever answers a phrase below the unit, if anybody does.

    Args:
        clerk: Id of the actor, at every unit the same.
        to: Whom each unit addresses; its subordinates unless told otherwise.
        due: See `Forward`.
        reserve_workdays: See `Forward`.
        on_conflict: See `Forward`.

    Example:
        >>> from xiada.engine.org import Unit
        >>> org = Org([Unit("p", "P", "office", "province", "main"),
        ...            Unit("c", "C", "office", "city", "main", (("main", "p"),))])
        >>> rule = ToSubordinates(clerk="robot")
        >>> rule(Directive("k/1", "c", "main", None, "issued", 1, b"", 0, 0, "", 0), org) is None
        True
    """

    clerk: str
    to: Select = field(default_factory=Select)
    due: DueAsked = None
    reserve_workdays: int = 0
    on_conflict: Literal["refuse", "clamp"] = "refuse"

    def __call__(self, directive: Directive, org: Org) -> Forward | None:
        """Return the forwarding of a directive, None if nobody below answers the phrase."""
        if not self.to.units(org, directive.unit, directive.line):
            return None
        return Forward(
            directive.ref,
            (self.to,),
            due=self.due,
            reserve_workdays=self.reserve_workdays,
            on_conflict=self.on_conflict,
            actor=Actor(self.clerk, directive.unit),
        )


def passed_on(level: Iterable[Directive], rule: ForwardRule, org: Org) -> list[Forward]:
    """Return the commands by which a rule passes the live directives of one level on."""
    found = (rule(directive, org) for directive in level if not directive.closed)
    return [command for command in found if command is not None]
