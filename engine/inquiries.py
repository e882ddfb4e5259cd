"""Questions at size: answered by index and roll-up in milliseconds, however large the cascade.

Rule: nothing here reads a whole cascade. A list comes page by page: each page is asked for with where
the last one ended, so that what is written in between neither shifts nor doubles anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from xiada.engine import limits
from xiada.engine.directive import Directive, parse_reference, path_order
from xiada.engine.due import NEVER, instant
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.org import Unit
from xiada.engine.ports import Clock, Reader, Store
from xiada.engine.rollup import Blocked
from xiada.engine.views import unknown_cascade

PAGE = 100
LONGEST_PAGE = 10_000
_SECOND_US = 1_000_000


class After(NamedTuple):
    """Where a page of late directives ended.

    Args:
        due: Due of its last one, µs since 1970 UTC.
        ref: Reference of its last one.
    """

    due: int
    ref: str


class Late(NamedTuple):
    """A directive that is overdue.

    Args:
        directive: As it stands.
        lateness_s: Whole seconds since its due.
    """

    directive: Directive
    lateness_s: int

    @property
    def cursor(self) -> After:
        """Where a page that ends with it has ended."""
        return After(self.directive.due, self.directive.ref)


class Link(NamedTuple):
    """A directive on the way up to its root.

    Args:
        directive: As it stands.
        slack_s: Whole seconds from its due to its parent's; None for a root, and where either is undated.
    """

    directive: Directive
    slack_s: int | None


class Inquiries:
    """The questions that are asked of a million directives.

    Example:
        >>> from datetime import UTC
        >>> from xiada.engine.commands import Actor
        >>> from xiada.engine.engine import Engine
        >>> from xiada.engine.notice import Notice
        >>> from xiada.engine.org import Org, Unit
        >>> engine, clerk = Engine.create("memory:", "xiada.example/office"), Actor("clerk", "p")
        >>> cities = [Unit(name, name.upper(), "office", "city", "main", (("main", "p"),)) for name in ("c", "d")]
        >>> _ = engine.load_org(Org([Unit("p", "P", "office", "province", "main"), *cities]))
        >>> notice = Notice(id="n", doc_number="No. 1", title="On reports", issuers=("p",))
        >>> _ = engine.issue("k", notice, due=datetime(2030, 6, 20, tzinfo=UTC), actor=clerk)
        >>> _ = engine.forward("k/1", ["c", "d"], due=datetime(2030, 6, 19, tzinfo=UTC), actor=clerk)
        >>> [child.ref for child in engine.page("k/1", after=1)]
        ['k/1.2']
        >>> engine.counts("k/1")
        {('city', 'issued'): 2}
        >>> [(one.directive.ref, one.children, one.below) for one in engine.blocked("k")]
        [('k/1', 2, 2)]
        >>> [(link.directive.ref, link.slack_s) for link in engine.chain("k/1.2")]
        [('k/1.2', 86400), ('k/1', None)]
        >>> july = datetime(2030, 7, 1, tzinfo=UTC)
        >>> first, second = engine.late("k", now=july, limit=2)
        >>> [(late.directive.ref, late.lateness_s) for late in engine.late("k", now=july, after=second.cursor)]
        [('k/1', 950400)]
    """

    _store: Store
    _clock: Clock

    def page(self, directive: str, *, after: int = 0, limit: int = PAGE) -> list[Directive]:
        """Return some children of a directive, by number.

        Args:
            directive: The parent.
            after: Number of the last child of the page before.
            limit: Length of the page, 1 to 10,000.

        Raises:
            NotFound: There is no such directive.
            Malformed: A limit or a number that cannot be one.
        """
        check_limit(limit)
        if type(after) is not int or after < 0:
            raise _bad_cursor(after, "Give the number of the last child you have, 0 for none.")
        with self._store.reading() as reader:
            children = _found(reader, directive).children
            refs = [f"{directive}.{number}" for number in range(after + 1, min(after + limit, children) + 1)]
            return sorted(reader.directives(refs), key=_by_place)

    def counts(self, where: str) -> dict[tuple[str, str], int]:
        """Return how many directives stand at each (level, status).

        Args:
            where: A directive, for all below it without itself; or a cascade, for all of it.

        Raises:
            NotFound: There is no such directive or cascade.
        """
        with self._store.reading() as reader:
            scope = _scope(reader, where)
            if not scope.endswith("/"):
                return dict(reader.counts(scope))
            roots = _roots(reader, scope)
            levels = {unit.id: unit.level for unit in reader.units({root.unit for root in roots}).values()}
            found = Counter((levels.get(root.unit, ""), root.status) for root in roots)
            for root in roots:
                found.update(reader.counts(root.ref))
            return dict(found)

    def late(
        self, where: str, *, now: datetime | None = None, after: After | None = None, limit: int = PAGE
    ) -> list[Late]:
        """Return what is overdue, the earliest due first, in preorder within one due.

        Args:
            where: A cascade, or a directive with all below it.
            now: The instant to judge by; None = the clock.
            after: The `cursor` of the last one of the page before.
            limit: Length of the page, 1 to 10,000.

        Raises:
            NotFound: There is no such directive or cascade.
            Malformed: A limit or a cursor that cannot be one.
        """
        check_limit(limit)
        moment = min(self._clock.now() if now is None else instant(now), NEVER)
        with self._store.reading() as reader:
            scope = _scope(reader, where)
            begin = None if after is None else (_whole(after[0]), _within(after[1], scope))
            found = reader.late(scope, moment, begin, limit)
        return [Late(state, (moment - state.due) // _SECOND_US) for state in found]

    def blocked(self, where: str, *, after: str | None = None, limit: int = PAGE) -> list[Blocked]:
        """Return directives that cannot report because children have not, in preorder, with how many they wait for.

        Args:
            where: A cascade, or a directive with all below it.
            after: The reference of the last one of the page before.
            limit: Length of the page, 1 to 10,000.

        Raises:
            NotFound: There is no such directive or cascade.
            Malformed: A limit or a reference that cannot be one.
        """
        check_limit(limit)
        with self._store.reading() as reader:
            scope = _scope(reader, where)
            return reader.blocked(scope, None if after is None else _within(after, scope), limit)

    def chain(self, directive: str) -> list[Link]:
        """Return a directive and all above it, up to its root, with the slack of each to its parent's due.

        Raises:
            NotFound: There is no such directive.
        """
        cascade, numbers = parse_reference(directive)
        path = [str(number) for number in numbers]
        refs = [f"{cascade}/{'.'.join(path[:length])}" for length in range(len(path), 0, -1)]
        with self._store.reading() as reader:
            states = {state.ref: state for state in reader.directives(refs)}
        if directive not in states:
            raise _unknown(directive)
        return [Link(states[ref], _slack_s(states[ref], states)) for ref in refs]

    def units(self, ids: Iterable[str]) -> dict[str, Unit]:
        """Return those of these units that there are, by id, without reading the whole org."""
        with self._store.reading() as reader:
            return dict(reader.units(limits.identifier(unit, "unit") for unit in ids))


def _slack_s(state: Directive, states: dict[str, Directive]) -> int | None:
    """Return the seconds from a directive's due to its parent's."""
    if state.parent is None or NEVER in (state.due, states[state.parent].due):
        return None
    return (states[state.parent].due - state.due) // _SECOND_US


def _scope(reader: Reader, where: str) -> str:
    """Return a directive that is there, or `cascade/` of a cascade that is."""
    if isinstance(where, str) and "/" in where:
        return _found(reader, where).ref
    if not limits.is_identifier(where) or reader.directive(f"{where}/1") is None:
        raise unknown_cascade(where)
    return f"{where}/"


def _found(reader: Reader, ref: str) -> Directive:
    """Return a directive, or refuse."""
    parse_reference(ref)
    state = reader.directive(ref)
    if state is None:
        raise _unknown(ref)
    return state


def _unknown(ref: str) -> NotFound:
    """Return the refusal of a directive that is not there."""
    return NotFound("unknown_directive", f"there is no directive {ref}", directive=ref, remedy="Check the reference.")


def _roots(reader: Reader, scope: str) -> list[Directive]:
    """Return the roots of a cascade: they are numbered from 1 without a gap."""
    found: list[Directive] = []
    while True:
        start = len(found) + 1
        some = list(reader.directives([f"{scope}{number}" for number in range(start, start + PAGE)]))
        found += some
        if len(some) < PAGE:
            return found


def _by_place(state: Directive) -> tuple[int, ...]:
    """Return the order of siblings."""
    return path_order(state.path)


def check_limit(limit: int) -> None:
    """Refuse a length no page has."""
    if type(limit) is not int or not 1 <= limit <= LONGEST_PAGE:
        raise Malformed(
            "bad_limit",
            f"a page has 1 to {LONGEST_PAGE:,} entries, not {limits.shown(limit)}",
            remedy="Ask for the next page with where this one ended.",
        )


def _within(ref: str, scope: str) -> str:
    """Return a reference that a page may have ended with."""
    cascade, _ = parse_reference(ref)
    if cascade != scope.partition("/")[0]:
        raise _bad_cursor(ref, "Give the end of a page of the same cascade.")
    return ref


def _whole(due: int) -> int:
    """Return a due that a page may have ended with."""
    if type(due) is not int or not -limits.INTEGER <= due <= limits.INTEGER:
        raise _bad_cursor(due, "Give the end of the page before.")
    return due


def _bad_cursor(value: object, remedy: str) -> Malformed:
    """Return the error for what no page has ended with."""
    return Malformed("bad_cursor", f"{limits.shown(value)} is no end of a page", remedy=remedy)
