"""Who may pull which trigger: the default answer, and how roles become units.

Rule: unit-side triggers need an actor of that unit, superior-side ones an actor of the superior;
one who acts on behalf of another unit needs that unit's delegation, which stands in the log.
"""

from __future__ import annotations

from collections.abc import Callable

from xiada.engine.commands import Actor, Command, GrantExtension
from xiada.engine.directive import root_of
from xiada.engine.errors import NotEntitled
from xiada.engine.facts import Facts, ancestors
from xiada.engine.lifecycle import Role
from xiada.engine.org import Org
from xiada.engine.ports import Authority


class OwnUnit:
    """The default `Authority`: one's own unit, or a unit that has delegated to it."""

    def entitles(self, acting: str, unit: str, behalf: str | None, org: Callable[[], Org]) -> bool:
        """Tell whether an actor of `unit` may use the rights of `acting`."""
        if behalf is None:
            return unit == acting
        return behalf == acting and (behalf, unit) in org().delegations


def entitled_units(role: Role, facts: Facts) -> tuple[str, ...]:
    """Return the units whose actors may pull a trigger with that role."""
    if role == "unit":
        return (facts.directive.unit,)
    superior = facts.parent.unit if facts.parent else facts.directive.unit
    if role == "superior":
        return (superior,)
    if role == "superior or clock":
        return (superior, "clock")
    if role == "grantor":
        return (_grantor(facts) or superior,)
    if role == "superior or grantor":
        return tuple(dict.fromkeys((superior, _grantor(facts) or superior)))
    issuer = facts.book.directive(root_of(facts.directive.ref)).unit
    return (issuer,) if role == "issuer" else tuple(dict.fromkeys((superior, issuer)))


def _grantor(facts: Facts) -> str | None:
    """Return the unit of the first ancestor with slack for what was asked."""
    asked = facts.directive.extension
    if asked is None:
        return None
    given = facts.asked(facts.command.due) if isinstance(facts.command, GrantExtension) else None
    above = list(ancestors(facts.book, facts.directive))
    for due in (asked, asked if given is None else given):
        found = next((one.unit for one in above if one.due >= due), None)
        if found is not None:
            return found
    return above[-1].unit if above else None


def check_entitled(authority: Authority, role: Role, facts: Facts) -> None:
    """Refuse an actor who may not pull the trigger.

    Raises:
        NotEntitled: Naming the units whose actors may.
    """
    units = entitled_units(role, facts)
    actor = facts.actor
    for unit in units:
        if authority.entitles(unit, actor.unit, actor.on_behalf_of, facts.org):
            return
    raise _not_entitled(actor, facts.trigger, facts.directive.ref, units)


def check_entitled_to(authority: Authority, command: Command, units: tuple[str, ...], org: Callable[[], Org]) -> None:
    """Refuse an actor who may act for none of these units, where there is no directive yet.

    Raises:
        NotEntitled: Naming the units whose actors may.
    """
    actor = command.actor
    if not any(authority.entitles(unit, actor.unit, actor.on_behalf_of, org) for unit in units):
        raise _not_entitled(actor, command.trigger, command.target, units)


def _not_entitled(actor: Actor, trigger: str, target: str, units: tuple[str, ...]) -> NotEntitled:
    """Return the refusal of an actor: without a delegation, or of the wrong unit."""
    what = f"{trigger.replace('_', ' ')} {target}"
    facts = {"directive": target, "trigger": trigger, "unit": actor.unit, "entitled": list(units)}
    if actor.on_behalf_of in units:
        return NotEntitled(
            "not_delegated",
            f"{actor.on_behalf_of} has not delegated to {actor.unit}, whose actor may not {what}",
            remedy=f"{actor.on_behalf_of} delegates first, or acts itself.",
            **facts,
            behalf=actor.on_behalf_of,
        )
    return NotEntitled(
        "not_entitled",
        f"an actor of {actor.acts_as} may not {what}",
        remedy=f"An actor of {' or '.join(units)} may.",
        **(facts | {"unit": actor.acts_as}),
    )
