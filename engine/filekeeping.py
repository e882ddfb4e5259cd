"""What a file keeps beside its events, as methods of the engine: what follows from them, and what it remembers."""

from __future__ import annotations

from collections.abc import Mapping

from xiada.engine.answer import Answer
from xiada.engine.collector import collector_paused
from xiada.engine.commands import Command
from xiada.engine.errors import Tampered
from xiada.engine.grouping import GroupCommit
from xiada.engine.ports import Changes, Upkeep
from xiada.engine.publishing.hashing import Rehashed
from xiada.engine.publishing.integrate import integrate
from xiada.engine.questions import Questions
from xiada.engine.replay import projection_of, replay
from xiada.engine.work import Known, Premises


class FileKeeping(Questions):
    """The engine's door to what is kept beside the log."""

    _group: GroupCommit[Command, Answer]
    _known: Known
    _premises: Premises

    def remembered(self, name: str) -> str | None:
        """Return what whoever opens the file is to remember under a name, None if nothing."""
        with self._store.reading() as reader:
            return reader.setting(name)

    def remember(self, settings: Mapping[str, str | None]) -> None:
        """Keep facts for whoever opens the file, None to forget; they are no events, and nothing vouches for them."""
        with self._group.alone(), self._store.writing() as writer:
            writer.append(Changes(writer.head().size, upkeep=Upkeep(settings=settings)))

    def rebuild(self) -> int:
        """Drop directives, units, delegations, roll-up and tiles, and make them anew from the events.

        The log, its columns, checkpoints, texts, keys and batches stay as they are. Other engines on the
        same file should be closed first: they trust what they know of it.

        Returns:
            How many directives there are.

        Raises:
            Tampered: Stored bytes that are no events of this log, or fold to nothing; nothing was changed.
            NotFound: A cascade runs by a lifecycle that is not known here; nothing was changed.

        Example:
            >>> from xiada.engine.engine import Engine
            >>> Engine.create("memory:", "xiada.example/office").rebuild()
            0
        """
        with self._group.alone():
            self._known.forget()
            self._premises.org.clear()
            with self._store.writing() as writer, collector_paused(writer.head().size):
                moment = replay(writer.events(), log=writer.origin, lifecycles=self._executor.lifecycles(writer.blob))
                tiled = writer.integrated()
                try:
                    writer.refill(projection_of(moment))
                except (LookupError, ValueError) as error:
                    raise Tampered(
                        "not_foldable", "the events fold to no projection", remedy="Run 'xiada audit verify' on a copy."
                    ) from error
            if tiled:
                integrate(self._store, Rehashed())
        return len(moment.states)
