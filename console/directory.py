"""Which unit a directive lies on, remembered; many of them read at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xiada.engine.directive import parent_of
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.inquiries import LONGEST_PAGE

if TYPE_CHECKING:
    from xiada.engine.engine import Engine


class Directory:
    """Units by directive: a directive's unit never changes, so what was read once holds.

    Args:
        engine: Whose directives.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._units: dict[str, str | None] = {}

    def unit_of(self, ref: str) -> str | None:
        """Return the unit a directive lies on, None if there is no such directive."""
        if ref not in self._units:
            try:
                self._units[ref] = self._engine.directive(ref).unit
            except (NotFound, Malformed):
                self._units[ref] = None
        return self._units[ref]

    def learn(self, refs: Iterable[str]) -> None:
        """Read many directives at once, sisters together."""
        families: dict[str, list[int]] = {}
        for ref in refs:
            parent = parent_of(ref)
            if parent is not None and ref not in self._units:
                families.setdefault(parent, []).append(int(ref.rpartition(".")[2]))
        for parent, numbers in families.items():
            for first in range(min(numbers), max(numbers) + 1, LONGEST_PAGE):
                length = min(LONGEST_PAGE, max(numbers) - first + 1)
                page = self._engine.page(parent, after=first - 1, limit=length)
                self._units.update((state.ref, state.unit) for state in page)
