"""Questions to the engine: what stands, what stood, what would be allowed; nothing is written.

Rule: each question is answered from one consistent snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from xiada.engine import codec, limits, moving
from xiada.engine.answer import Verdict
from xiada.engine.asof import AsOf
from xiada.engine.collector import collector_paused
from xiada.engine.commands import REGISTRAR, Actor, Command, DueAsked
from xiada.engine.directive import Directive, check_stream, parse_reference
from xiada.engine.due import instant
from xiada.engine.errors import Malformed, NotFound, Refused, VersionConflict
from xiada.engine.executor import Executor
from xiada.engine.lifecycle import STANDARD
from xiada.engine.log.merkle import Frontier
from xiada.engine.log.tiles import frontier_at
from xiada.engine.notice import Notice, Requirement
from xiada.engine.org import Org
from xiada.engine.pinned import Pinned
from xiada.engine.ports import Clock, Head, Reader, Store
from xiada.engine.projections import STANDARD_LIGHTS, LightRules, View
from xiada.engine.publishing.hashing import extend
from xiada.engine.records import Recorded, read
from xiada.engine.replay import Moment, pins_of, replay
from xiada.engine.views import Glass, build_view, unknown_cascade
from xiada.engine.work import Work


class Questions(Pinned):
    """The read side of the engine."""

    _store: Store
    _clock: Clock
    _executor: Executor
    _frontier: Frontier
    _hashing: AbstractContextManager[object]

    def _work(self, reader: Reader) -> Work:
        """Return a book over a snapshot."""
        raise AssertionError(f"the engine makes a book of {reader}")

    @property
    def origin(self) -> str:
        """The log's name, epoch included."""
        with self._store.reading() as reader:
            return reader.origin

    def can(self, directive: str, trigger: str, *, actor: Actor | None = None) -> Verdict:
        """Tell whether a trigger could be pulled now, without trying.

        Guards that weigh a command's arguments are left out; `would` weighs a whole command.

        Args:
            directive: Reference.
            trigger: One of the lifecycle's triggers.
            actor: Who would pull it; None leaves the question of who aside.

        Raises:
            NotFound: There is no such directive.
            Malformed: The lifecycle knows no such trigger.
        """
        parse_reference(directive)
        with self._store.reading() as reader:
            work = self._work(reader)
            lifecycle = self._executor.lifecycle(reader, work, directive)
            if trigger not in lifecycle.triggers:
                raise Malformed(
                    "unknown_trigger",
                    f"'{trigger}' is no trigger",
                    remedy=f"Use one of {', '.join(lifecycle.triggers)}.",
                )
            facts = self._executor.facts(work, directive, trigger, actor or REGISTRAR, None, lifecycle)
            try:
                if actor is not None:
                    self._executor.permit(facts, lifecycle, many=True)
                else:
                    self._executor.run(facts, lifecycle, many=True)
            except (Refused, VersionConflict, Malformed) as refusal:
                return Verdict(refusal)
        return Verdict()

    def would(self, command: Command) -> Verdict:
        """Tell whether a command would pass now, arguments and all, without writing anything."""
        with self._store.reading() as reader:
            try:
                self._executor.carry_out(self._work(reader), reader, command, many=True)
            except (Refused, VersionConflict, Malformed) as refusal:
                return Verdict(refusal)
        return Verdict()

    def impact(self, directive: str, due: DueAsked) -> list[Directive]:
        """Return the live descendants whose due would fall after `due`, parents first, writing nothing."""
        with self._store.reading() as reader:
            work = self._work(reader)
            lifecycle = self._executor.lifecycle(reader, work, check_stream(directive))
            facts = self._executor.facts(work, directive, "reschedule", REGISTRAR, None, lifecycle)
            asked = facts.asked(due)
            return moving.impact(facts.book, facts.directive, facts.directive.due if asked is None else asked)

    def directive(self, ref: str) -> Directive:
        """Return a directive as it stands.

        Raises:
            Malformed: It is no reference.
            NotFound: There is none.
        """
        parse_reference(ref)
        with self._store.reading() as reader:
            return self._work(reader).directive(ref)

    def children(self, directive: str) -> list[Directive]:
        """Return a directive's children by number."""
        with self._store.reading() as reader:
            return reader.children(check_stream(directive))

    def requirements(self, directive: str) -> list[tuple[Notice, Requirement]]:
        """Return all that is required of a directive, with the notice that added each, topmost first."""
        with self._store.reading() as reader:
            work = self._work(reader)
            return work.requirements(work.directive(check_stream(directive)))

    def org(self, at: int | datetime | None = None) -> Org:
        """Return the org as it stands, or as of any moment, see `at`; units that have ended keep their names in it."""
        with self._store.reading() as reader:
            return self._work(reader).org if at is None else self.at(at).org()

    def cascades(self) -> list[str]:
        """Return the ids of all cascades, oldest first."""
        with self._store.reading() as reader:
            return reader.cascades()

    def head(self) -> Head:
        """Return where the log stands."""
        with self._store.reading() as reader:
            return reader.head()

    def log(self, ref: str | None = None, *, start: int = 0, stop: int | None = None) -> list[Recorded]:
        """Return events in order.

        Args:
            ref: One stream: a directive reference, `org/<unit>` or `log/audit`; None = the whole log.
            start: First log index wanted.
            stop: First log index not wanted any more; None = to the end.
        """
        with self._store.reading() as reader:
            if ref is None:
                bodies = reader.events(start, stop)
            else:
                end = limits.INTEGER if stop is None else stop
                stream = reader.stream(check_stream(ref), start)
                bodies = ((index, body) for index, body in stream if index < end)
            log = reader.origin
            return [read(body, log=log, index=index) for index, body in bodies]

    def text(self, commitment: str) -> str | None:
        """Return an erasable text by the commitment in its event, None if erased or unknown."""
        with self._store.reading() as reader:
            found = reader.text(commitment) if codec.is_digest(commitment) else None
        return None if found is None else found[1].decode()

    def at(self, at: int | datetime | None = None) -> AsOf:
        """Return the log as of a moment, to be asked about single directives, cascades and counts at little cost.

        Args:
            at: A log index (that event included), an aware datetime, or None for all of it.

        Raises:
            NotFound: The log has no such index.

        Example:
            >>> from xiada.engine.engine import Engine
            >>> Engine.create("memory:", "xiada.example/office").at().size
            0
        """
        with self._store.reading() as reader:
            return AsOf(
                self._store,
                log=reader.origin,
                size=self._size_at(reader, at),
                lifecycles=self.lifecycles,
                notice=self._notice_of,
            )

    def _notice_of(self, digest: str) -> Notice:
        """Return a notice by digest."""
        with self._store.reading() as reader:
            return self._work(reader).notice(digest)

    @staticmethod
    def _size_at(reader: Reader, at: int | datetime | None) -> int:
        """Return how many events there were at a moment.

        Raises:
            NotFound: The log has no such index.
        """
        size = reader.head().size
        if at is None:
            return size
        if isinstance(at, datetime):
            return reader.size_at(instant(at))
        if not 0 <= at < size:
            raise NotFound("no_such_index", f"the log has no event {at}", remedy=f"It has {size} events, from 0 on.")
        return at + 1

    def replay(self, at: int | datetime | None = None, *, progress: Callable[[int], None] | None = None) -> Moment:
        """Replay the log from its first event to a moment: every state from the bodies alone, and the log's root.

        Args:
            at: See `at`.
            progress: Called with the count of events replayed so far, for a bar.

        Raises:
            NotFound: The log has no such index.
            Tampered: Stored bytes that are no events of this log.
        """
        with self._store.reading() as reader:
            size = self._size_at(reader, at)
            bodies = reader.events(0, size)
            counted = bodies if progress is None else _counted(bodies, progress)
            with collector_paused(size):
                return replay(counted, log=reader.origin, lifecycles=self._executor.lifecycles(reader.blob))

    def view(
        self,
        cascade: str,
        *,
        at: int | datetime | None = None,
        now: datetime | None = None,
        rules: LightRules = STANDARD_LIGHTS,
    ) -> View:
        """Return a cascade as people look at it, now or as of any moment.

        Args:
            cascade: Its id.
            at: See `at`; None = as it stands.
            now: The instant to judge dues by; None = the clock, or the moment looked at.
            rules: When lights turn.

        Raises:
            NotFound: There is no such cascade, or there was none yet.
        """
        with self._store.reading() as reader, collector_paused(reader.head().size):
            work = self._work(reader)
            if not limits.is_identifier(cascade):
                raise unknown_cascade(cascade)
            if at is None:
                seen, states, org = now, list(reader.below(f"{cascade}/")), work.org
                t, size, root = self._clock.now(), reader.head().size, self._root(reader)
            else:
                seen = now if now is not None else at if isinstance(at, datetime) else None
                moment = self.replay(at)
                states, org = moment.cascade(cascade), moment.org()
                t, size, root = moment.t, moment.frontier.size, moment.frontier.root().hex()
            pins = pins_of(reader, cascade, reader.origin, self._executor.lifecycles(reader.blob))
            lifecycle = STANDARD if pins is None else pins.at(size - 1)
            glass = Glass(t if seen is None else instant(seen), size, root, rules, lifecycle)
            return build_view(cascade, states, org, work.notice, glass)

    def _root(self, reader: Reader) -> str:
        """Return the Merkle root over the events of a snapshot, hex.

        Starts from the stored tree, or from where it came to last time, and remembers how far it has come.
        """
        size, whole = reader.head().size, reader.integrated()
        with self._hashing:
            if not whole <= self._frontier.size <= size:
                self._frontier = frontier_at(reader.tiles(), min(whole, size))
            return extend(self._frontier, reader, size).root().hex()


def _counted(bodies: Iterable[tuple[int, bytes]], progress: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    """Pass events through, saying now and then how many."""
    for count, item in enumerate(bodies, 1):
        if count % 1_000 == 0:
            progress(count)
        yield item
