"""Who held it longest: the time each directive lay in its own unit's hands.

    in own hands   it is open, and none of its children is
    waiting        it is open, and at least one of its children is
    open           issued, and neither reported nor closed; a return opens it again

Rule: the two add up to the time it was open. A parent is blamed neither for the time its children
take, nor for the time after its report; a unit that passes a directive on late is blamed for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xiada.engine.directive import Directive
from xiada.engine.hindsight.walking import Step, index_of
from xiada.engine.rollup import is_open

_SECOND_US = 1_000_000


class Held(NamedTuple):
    """How long a directive lay where.

    Args:
        directive: As it stands.
        own_s: Whole seconds in its unit's own hands.
        waiting_s: Whole seconds it waited for its children.
        stretch_s: Whole seconds of the longest stretch in its own hands.
        since: Log index of the event that stretch began with.
        until: Log index of the event it ended with, None if it has not.
    """

    directive: Directive
    own_s: int
    waiting_s: int
    stretch_s: int
    since: int
    until: int | None


class _Hand:
    """One directive's clock: whether it runs, for whom, and what it has counted, µs."""

    __slots__ = ("began", "children", "index", "open", "own", "since", "stretch", "waiting")

    def __init__(self) -> None:
        self.open, self.children = False, 0
        self.own, self.waiting = 0, 0
        self.since, self.began, self.index = 0, 0, 0
        self.stretch: tuple[int, int, int | None] = (-1, 0, None)

    @property
    def holds(self) -> bool:
        """Whether it lies in its own hands."""
        return self.open and not self.children

    def count(self, t: int) -> None:
        """Count the time up to an instant."""
        if self.holds:
            self.own += t - self.since
        elif self.open:
            self.waiting += t - self.since
        self.since = t

    def turn(self, t: int, index: int, *, was: bool) -> None:
        """Begin a stretch or end one, where an event has changed in whose hands it lies."""
        if self.holds and not was:
            self.began, self.index = t, index
        elif was and not self.holds and t - self.began > self.stretch[0]:
            self.stretch = (t - self.began, self.index, index)


class Holding:
    """How long everybody held it: takes the steps of a walk, and answers at an instant."""

    def __init__(self) -> None:
        self._states: dict[str, Directive] = {}
        self._hands: dict[str, _Hand] = {}

    def take(self, step: Step) -> None:
        """Take one step."""
        state = step.after
        if state is None:
            return
        self._states[state.ref] = state
        opened, opens = step.before is not None and is_open(step.before), is_open(state)
        if opened != opens:
            hand = self._hand(state.ref)
            self._change(hand, step, opens=opens, children=hand.children)
            if state.parent is not None:
                above = self._hand(state.parent)
                self._change(above, step, opens=above.open, children=above.children + (1 if opens else -1))

    def _hand(self, ref: str) -> _Hand:
        """Return a directive's clock."""
        return self._hands.setdefault(ref, _Hand())

    @staticmethod
    def _change(hand: _Hand, step: Step, *, opens: bool, children: int) -> None:
        """Count the time so far, then go on as it is after the step."""
        hand.count(step.recorded.t)
        was = hand.holds
        hand.open, hand.children = opens, children
        hand.turn(step.recorded.t, index_of(step.recorded), was=was)

    def answer(self, now: int) -> tuple[Held, ...]:
        """Return all directives, the longest held in front.

        Args:
            now: The instant up to which what is still open is counted, µs since 1970 UTC.
        """
        return tuple(sorted((self._held(state, now) for state in self._states.values()), key=_longest_first))

    def _held(self, state: Directive, now: int) -> Held:
        """Return how long one was held, its open stretch counted up to now."""
        hand = self._hands[state.ref]
        own, waiting, stretch = hand.own, hand.waiting, hand.stretch
        if hand.open:
            more = max(0, now - hand.since)
            own, waiting = (own + more, waiting) if hand.holds else (own, waiting + more)
        if hand.holds and now - hand.began > stretch[0]:
            stretch = (now - hand.began, hand.index, None)
        length, since, until = stretch
        return Held(state, own // _SECOND_US, waiting // _SECOND_US, max(0, length) // _SECOND_US, since, until)


def longest(found: Iterable[Held], level_of: Mapping[str, str], limit: int) -> dict[str, tuple[list[Held], int]]:
    """Return by level of the units the first so many of a ranking, and how many there are of that level.

    Args:
        found: As `Holding.answer` returns them.
        level_of: Levels by unit.
        limit: At most so many of each level.

    Returns:
        The levels that come nearest to the top of a cascade first.
    """
    ranked: dict[str, tuple[list[Held], int]] = {}
    depths: dict[str, int] = {}
    for held in found:
        level = level_of.get(held.directive.unit, "")
        rows, count = ranked.get(level, ([], 0))
        ranked[level] = ([*rows, held] if count < limit else rows, count + 1)
        depths[level] = min(held.directive.depth, depths.get(level, held.directive.depth))
    return {level: ranked[level] for level in sorted(ranked, key=lambda level: (depths[level], level))}


def _longest_first(held: Held) -> tuple[int, int]:
    """Return the order of a ranking; in preorder of the log within equals, for sorting is stable."""
    return -held.own_s, -held.waiting_s
