"""The roll-up in memory: the reference for what is kept added up, and for what is late or blocked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from xiada.engine.directive import Directive, path_order
from xiada.engine.ports import Changes
from xiada.engine.rollup import Blocked, is_open


class MemoryRollup:
    """What a store in memory keeps added up, in dictionaries whose values are replaced, never changed."""

    _states: dict[str, Directive]
    _tallies: dict[str, dict[tuple[str, str], int]]
    _waits: dict[str, tuple[int, int]]

    def below(self, ref: str) -> Iterator[Directive]:
        """Yield all descendants, parents first."""
        raise AssertionError(f"the store finds what is below {ref}")

    def counts(self, ref: str) -> dict[tuple[str, str], int]:
        """Return how many strict descendants of a directive stand at each (level, status)."""
        return dict(self._tallies.get(ref, {}))

    def late(self, scope: str, now: int, after: tuple[int, str] | None, limit: int) -> list[Directive]:
        """Return open directives due before `now`, by due, then in preorder."""
        begin = (after[0], path_order(after[1].partition("/")[2])) if after else (-1, ())
        found = [((state.due, path_order(state.path)), state) for state in self._scope(scope) if is_open(state)]
        return [state for place, state in sorted(found) if place[0] < now and place > begin][:limit]

    def blocked(self, scope: str, after: str | None, limit: int) -> list[Blocked]:
        """Return open directives with open children, in preorder."""
        begin = path_order(after.partition("/")[2]) if after else ()
        rows = ((state, *self._waits.get(state.ref, (0, 0))) for state in self._scope(scope) if is_open(state))
        found = (Blocked(*row) for row in rows if row[1] and path_order(row[0].path) > begin)
        return list(islice(found, limit))

    def open_notices(self, cascade: str) -> frozenset[str]:
        """Return the digests of the notices that open directives of a cascade rest on."""
        return frozenset(state.notice for state in self._scope(f"{cascade}/") if is_open(state))

    def _scope(self, scope: str) -> Iterator[Directive]:
        """Yield a directive and all below it in preorder, or a whole cascade."""
        if scope in self._states:
            yield self._states[scope]
        yield from self.below(scope)

    def tallies(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield all (reference, level, status, count) kept."""
        for ref, found in self._tallies.items():
            yield from ((ref, *place, count) for place, count in found.items())

    def waits(self) -> Iterator[tuple[str, int, int]]:
        """Yield all (reference, open children, open strict descendants) kept."""
        yield from ((ref, *counts) for ref, counts in self._waits.items())

    def add_up(self, changes: Changes) -> None:
        """Add what the changes add to the roll-up."""
        for (ref, level, status), count in changes.tallies.items():
            found = self._tallies.get(ref, {})
            found = found | {(level, status): found.get((level, status), 0) + count}
            self._tallies[ref] = {place: total for place, total in found.items() if total}
        for ref, more in changes.waits.items():
            children, below = self._waits.pop(ref, (0, 0))
            if below + more[1]:
                self._waits[ref] = (children + more[0], below + more[1])
