"""Segregation of duties: one actor on both sides of one affair, and acts done for another unit.

    issued_and_reported      who laid it on the unit also reported it
    reported_and_summarised  who reported it also took that report into the superior's, or closed the root
    asked_and_granted        who asked for the extension also granted it

Rule: actors are told apart by their id alone, for one person may have accounts in two units; whether
the unit is the same too is said with each, and `accounts` tells ids that act for many units and so
are no person's. That a match is wrong is not concluded here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from xiada.engine.directive import Directive
from xiada.engine.events import ExtensionGranted, ExtensionRequested, Issued, Reported, Summarised
from xiada.engine.hindsight.walking import Act, Step, act_of, continues
from xiada.engine.records import Recorded

Sides = Literal["issued_and_reported", "reported_and_summarised", "asked_and_granted"]


class Match(NamedTuple):
    """One actor id on both sides.

    Args:
        sides: Which two.
        directive: As it stood at the second of them.
        first: The earlier act.
        second: The later act.
    """

    sides: Sides
    directive: Directive
    first: Act
    second: Act

    @property
    def same_account(self) -> bool:
        """Whether it was the same id of the same unit."""
        return self.first.unit == self.second.unit


class Delegated(NamedTuple):
    """An act for another unit: who, about what, and how many events it recorded, one after another."""

    act: Act
    ref: str
    type: str
    events: int


class Duties(NamedTuple):
    """What was found: matches, the surest first; delegated acts in log order; ids of several units, the most first."""

    matches: tuple[Match, ...]
    delegated: tuple[Delegated, ...]
    accounts: tuple[tuple[str, int], ...]


class BothSides:
    """Who acted on both sides: takes the steps of a walk, and answers."""

    def __init__(self) -> None:
        self._issued: dict[str, Act] = {}
        self._reported: dict[str, Act] = {}
        self._asked: dict[str, Act] = {}
        self._matches: list[Match] = []
        self._delegated: list[tuple[Act, str, str]] = []
        self._units: dict[str, set[str]] = {}

    def take(self, step: Step) -> None:
        """Take one step."""
        recorded, state = step.recorded, step.after
        if state is None:
            return
        self._units.setdefault(recorded.actor, set()).add(recorded.unit)
        if recorded.behalf is not None:
            self._delegated.append((act_of(recorded), recorded.ref, recorded.event.type))
        self._weigh(recorded, state)

    def _weigh(self, recorded: Recorded, state: Directive) -> None:
        """Note one side of an affair, or compare with the other side."""
        ref, event = recorded.ref, recorded.event
        if isinstance(event, Issued):
            self._issued[ref] = act_of(recorded)
        elif isinstance(event, Reported):
            self._compare("issued_and_reported", state, self._issued.get(ref), recorded)
            self._reported[ref] = act_of(recorded)
        elif isinstance(event, Summarised):
            self._compare("reported_and_summarised", state, self._reported.get(ref), recorded)
        elif isinstance(event, ExtensionRequested):
            self._asked[ref] = act_of(recorded)
        elif isinstance(event, ExtensionGranted) and event.request == ref:
            self._compare("asked_and_granted", state, self._asked.get(ref), recorded)

    def _compare(self, sides: Sides, state: Directive, first: Act | None, recorded: Recorded) -> None:
        """Note a match, if it was one actor."""
        if first is not None and first.actor == recorded.actor:
            self._matches.append(Match(sides, state, first, act_of(recorded)))

    def answer(self) -> Duties:
        """Return what was found."""
        shared = [(actor, len(units)) for actor, units in self._units.items() if len(units) > 1]
        return Duties(
            tuple(sorted(self._matches, key=lambda match: not match.same_account)),
            tuple(_runs(self._delegated)),
            tuple(sorted(shared, key=lambda pair: (-pair[1], pair[0]))),
        )


def counted(matches: Iterable[Match]) -> dict[tuple[Sides, bool], int]:
    """Return how many matches there are of each kind, by the same account or by the same id only."""
    return dict(Counter((match.sides, match.same_account) for match in matches))


def _runs(delegated: list[tuple[Act, str, str]]) -> list[Delegated]:
    """Return delegated events as acts: what one actor recorded in one go is one."""
    found: list[Delegated] = []
    last: Act | None = None
    for act, ref, kind in delegated:
        if continues(act, last):
            found[-1] = found[-1]._replace(events=found[-1].events + 1)
        else:
            found.append(Delegated(act, ref, kind, 1))
        last = act
    return found
