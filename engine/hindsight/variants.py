"""Variants: the ways directives went, as sequences of event types, and how many went each way.

Rule: a directive's way is all its events in order, effects included, nothing folded together; two
directives went one way if the sequences are equal. What is still under way has gone as far as it has.
"""

from __future__ import annotations

from typing import NamedTuple

from xiada.engine.hindsight.walking import Step, index_of


class Variant(NamedTuple):
    """A way directives went.

    Args:
        types: Types of the events, in order.
        directives: How many went it.
        example: Reference of the first of them.
        first: Log index of that one's first event; `last` of its last.
        last: See `first`.
    """

    types: tuple[str, ...]
    directives: int
    example: str
    first: int
    last: int


class Variants:
    """Which ways there were: takes the steps of a walk, and answers.

    A way is a node in a tree of types, so that directives that went the same way share it.
    """

    def __init__(self) -> None:
        self._next: dict[tuple[int, str], int] = {}
        self._ways: list[tuple[str, ...]] = [()]
        self._places: dict[str, tuple[int, int, int]] = {}

    def take(self, step: Step) -> None:
        """Take one step."""
        if step.after is None:
            return
        index, kind = index_of(step.recorded), step.recorded.event.type
        way, first, _ = self._places.get(step.after.ref, (0, index, index))
        if (way, kind) not in self._next:
            self._next[way, kind] = len(self._ways)
            self._ways.append((*self._ways[way], kind))
        self._places[step.after.ref] = (self._next[way, kind], first, index)

    def answer(self) -> tuple[Variant, ...]:
        """Return the ways, the commonest first, in log order of their first examples within equals."""
        found: dict[int, Variant] = {}
        for ref, (way, first, last) in self._places.items():
            if way in found:
                found[way] = found[way]._replace(directives=found[way].directives + 1)
            else:
                found[way] = Variant(self._ways[way], 1, ref, first, last)
        return tuple(sorted(found.values(), key=lambda variant: -variant.directives))
