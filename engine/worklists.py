"""What units owe, as questions to the engine: under one directive, on a work list, as dates of a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from xiada.engine import limits
from xiada.engine.directive import Directive, parse_reference
from xiada.engine.due import DAY_US, instant
from xiada.engine.epochs import base_of
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.inquiries import PAGE, check_limit
from xiada.engine.looking import Look
from xiada.engine.obligations import Dated, Looking, Owed
from xiada.engine.ports import Reader
from xiada.engine.projections import STANDARD_LIGHTS, LightRules
from xiada.engine.questions import Questions
from xiada.engine.records import read
from xiada.engine.views import unknown_cascade
from xiada.engine.worklist import BUCKETS, Bucket, Entry, WorkList, bucket_of, page_of, step_of

AHEAD_DAYS = BACK_DAYS = 366
MOST_DAYS = 3_660


class WorkLists(Questions):
    """The engine's door for whoever wants to know what is to be done.

    Example:
        >>> from datetime import UTC
        >>> from xiada.engine.commands import Actor
        >>> from xiada.engine.engine import Engine
        >>> from xiada.engine.notice import Notice
        >>> from xiada.engine.org import Org, Unit
        >>> engine, clerk = Engine.create("memory:", "xiada.example/office"), Actor("clerk", "p")
        >>> _ = engine.load_org(Org([Unit("p", "P", "office", "province", "main")]))
        >>> notice = Notice(id="n", doc_number="No. 1", title="On reports", issuers=("p",))
        >>> _ = engine.issue("k", notice, due=datetime(2130, 6, 20, 12, tzinfo=UTC), actor=clerk)
        >>> july = datetime(2130, 7, 1, tzinfo=UTC)
        >>> [(one.obligation, one.standing) for one in engine.owed("k/1", now=july)]
        [('report', 'missed')]
        >>> engine.worklist("p", now=july).counts
        {'late': 1, 'soon': 0, 'hand': 0, 'waiting': 0}
    """

    def owed(self, directive: str, now: datetime | None = None, *, rules: LightRules = STANDARD_LIGHTS) -> list[Owed]:
        """Return all that is owed under a directive: its report, then plans and the periods of what recurs.

        Of what recurs, all periods up to now are listed, and the ones to come up to the first that is open.

        Args:
            directive: Reference.
            now: The instant to judge by; None = the clock.
            rules: When lights turn.

        Raises:
            NotFound: There is no such directive.
        """
        parse_reference(directive)
        with self._store.reading() as reader:
            look = self._look(reader, Looking(self._judged(now), rules))
            return look.items(look.work.directive(directive))

    def worklist(
        self,
        unit: str,
        now: datetime | None = None,
        *,
        only: Sequence[Bucket] = BUCKETS,
        after: str | None = None,
        limit: int = PAGE,
        rules: LightRules = STANDARD_LIGHTS,
    ) -> WorkList:
        """Return what a unit has to do, each thing once: late, due soon, in hand, or waiting for those below.

        It costs what the unit itself has open, however much there is beside it.

        Args:
            unit: Its id.
            now: The instant to judge by; None = the clock.
            only: Which buckets to list; all are counted.
            after: The `after` of the page before.
            limit: Length of the page, 1 to 10,000.
            rules: When lights turn, and from when on something is due soon.

        Raises:
            NotFound: There is no such unit.
            Malformed: A limit, a bucket or a cursor that cannot be one.
        """
        check_limit(limit)
        for bucket in only:
            limits.choice(bucket, "bucket", BUCKETS)
        with self._store.reading() as reader:
            look = self._look(reader, Looking(self._judged(now), rules))
            self._check_unit(look, unit)
            states = reader.of_unit(unit, only_open=True)
            entries = [entry for state in states for entry in self._entries(look, state)]
        return page_of(unit, look.looking.now, entries, only=only, after=after, limit=limit)

    def _entries(self, look: Look, state: Directive) -> Iterator[Entry]:
        """Yield what is still owed under a directive."""
        notice = look.notice(state)
        lifecycle = self._executor.lifecycle(look.reader, look.work, state.ref)
        can_report = lifecycle.after(state.status, "report") is not None
        children, below = _waits(look.reader, state)
        for item in look.items(state):
            if item.is_open:
                bucket = bucket_of(item, waits=children > 0)
                step = step_of(item, state, waits=children > 0, can_report=can_report)
                count, total = (children, below) if item.principal else (0, 0)
                yield Entry(bucket, item, state, step, count, total, notice.title, notice.doc_number, notice.zone)

    def agenda(
        self,
        unit: str,
        now: datetime | None = None,
        *,
        ahead_days: int = AHEAD_DAYS,
        rules: LightRules = STANDARD_LIGHTS,
    ) -> list[Dated]:
        """Return all dues of a unit, of what it has done lately too, for a calendar; see `exports.ical`.

        What needs nothing more is left out once its due is more than a year past.

        Args:
            unit: Its id.
            now: The instant to judge by; None = the clock.
            ahead_days: How far ahead periods of what recurs are listed, 0 to 3660 days.
            rules: When lights turn.

        Raises:
            NotFound: There is no such unit.
            Malformed: A count of days that cannot be one.
        """
        moment = self._judged(now)
        if type(ahead_days) is not int or not 0 <= ahead_days <= MOST_DAYS:
            raise Malformed(
                "bad_days", f"{limits.shown(ahead_days)} is no count of days", remedy=f"Give 0 to {MOST_DAYS}."
            )
        looking = Looking(moment, rules, moment + ahead_days * DAY_US)
        with self._store.reading() as reader:
            look = self._look(reader, looking)
            self._check_unit(look, unit)
            states = reader.of_unit(unit, only_open=False)
            return [dated for state in states for dated in _dated(look, state)]

    def copies(self, cascade: str, unit: str) -> list[Directive]:
        """Return the directives of a cascade that were laid on others over a unit's head, with a copy for it.

        It looks at every directive of the cascade: whom a unit stood above then, the org in force need not know.

        Raises:
            NotFound: There is no such cascade or unit.
        """
        with self._store.reading() as reader:
            if not limits.is_identifier(cascade) or reader.directive(f"{cascade}/1") is None:
                raise unknown_cascade(cascade)
            self._work(reader).org.unit(unit)
            return [state for state in reader.below(f"{cascade}/") if unit in state.copy]

    def _look(self, reader: Reader, looking: Looking) -> Look:
        """Return a look through a snapshot."""
        return Look(self._work(reader), reader, looking)

    def _judged(self, now: datetime | None) -> int:
        """Return the instant to judge by."""
        return self._clock.now() if now is None else instant(now)

    @staticmethod
    def _check_unit(look: Look, unit: str) -> None:
        """Refuse a unit that is not there."""
        if not look.reader.units([limits.identifier(unit, "unit")]):
            raise NotFound("unknown_unit", f"there is no unit '{unit}'", unit=unit, remedy="Check its id.")


def _waits(reader: Reader, state: Directive) -> tuple[int, int]:
    """Return how many children, and how many descendants, of a directive are open."""
    if not state.children:
        return 0, 0
    found = reader.blocked(state.ref, None, 1)
    return found[0][1:] if found and found[0].directive.ref == state.ref else (0, 0)


def _dated(look: Look, state: Directive) -> Iterator[Dated]:
    """Yield the dues of a directive, with when it last changed."""
    notice, origin = look.notice(state), look.reader.origin
    oldest = look.looking.now - BACK_DAYS * DAY_US
    items = [item for item in look.items(state) if item.is_open or item.due >= oldest]
    if not items:
        return
    *_, (index, body) = look.reader.stream(state.ref)
    changed = read(body, log=origin, index=index).t
    for item in items:
        yield Dated(item, base_of(origin), notice.title, notice.doc_number, notice.zone, state.version, changed)
