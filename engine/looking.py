"""Looking at open directives for what is owed under them: one look through one snapshot or transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xiada.engine.commands import REGISTRAR
from xiada.engine.directive import Directive
from xiada.engine.due import Anchors
from xiada.engine.facts import Facts
from xiada.engine.notice import Notice
from xiada.engine.obligations import Looking, Owed, has_more, is_everybodys, owed_of, principal_of
from xiada.engine.org import Unit
from xiada.engine.ports import Reader
from xiada.engine.work import Work


class Look:
    """Notices, units and what is owed, each as it is when first asked for; units of one `learn` are read together.

    Args:
        work: The book to look in.
        reader: What it reads from.
        looking: From when, and by which light rules.
    """

    def __init__(self, work: Work, reader: Reader, looking: Looking) -> None:
        self.work, self.reader, self.looking = work, reader, looking
        self._wanted: dict[str, None] = {}
        self._units: Mapping[str, Unit] = {}
        self._items: dict[str, list[Owed]] = {}

    def learn(self, states: Iterable[Directive]) -> None:
        """Say which directives will be looked at, so that their units are read together, if they are needed."""
        self._wanted = dict.fromkeys(state.unit for state in states)

    def unit(self, name: str) -> Unit:
        """Return a unit."""
        if name not in self._units:
            self._wanted[name] = None
            self._units = self.reader.units(self._wanted)
        return self._units[name]

    def notice(self, state: Directive) -> Notice:
        """Return a directive's notice."""
        return self.work.notice(state.notice)

    def called(self, state: Directive) -> str:
        """Return what people call a directive's unit."""
        unit = self.unit(state.unit)
        return unit.aliases[0] if unit.aliases else unit.name

    def items(self, state: Directive) -> list[Owed]:
        """Return what is owed under a directive, see `obligations.owed_of`."""
        if state.ref not in self._items:
            self._items[state.ref] = self._found(state)
        return self._items[state.ref]

    def _found(self, state: Directive) -> list[Owed]:
        """Return what is owed, by the shorter way where the notice asks for nothing but a report."""
        notice = self.notice(state)
        unit = None if is_everybodys(notice) else self.unit(state.unit)
        if has_more(notice):
            return owed_of(state, notice, unit, self._anchors(state, notice), self.looking)
        only = notice.obligations[0] if notice.obligations else None
        if only is not None and unit is not None and not only.concerns(unit):
            only = None
        return [principal_of(state, only, notice.zone, self.looking)]

    def _anchors(self, state: Directive, notice: Notice) -> Anchors:
        """Return what the dues in a directive's notice are counted from."""
        parent = self.work.directive(state.parent) if state.parent else None
        return Facts(self.work, "fulfil", REGISTRAR, self.work.now, state, parent, None, state.status).anchors(notice)
