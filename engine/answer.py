"""What the engine answers: to a command, and to the question whether one would pass."""

from __future__ import annotations

from dataclasses import dataclass

from xiada.engine.errors import XiadaError
from xiada.engine.events import Issued
from xiada.engine.records import Recorded, read


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command.

    Args:
        log: Origin of the log.
        first: Log index of the first event it recorded.
        bodies: Canonical bytes of the events it recorded, in log order; none if nothing needed recording.
        repeated: The same key was answered before; this is that answer, nothing was written.
        refusal: Why nothing was recorded, where a batch that need not be whole goes on.
    """

    log: str
    first: int = 0
    bodies: tuple[bytes, ...] = ()
    repeated: bool = False
    refusal: XiadaError | None = None

    @property
    def events(self) -> tuple[Recorded, ...]:
        """The events it recorded, read from their bytes."""
        return tuple(read(body, log=self.log, index=place) for place, body in enumerate(self.bodies, self.first))

    @property
    def issued(self) -> tuple[str, ...]:
        """References of the directives it issued."""
        return tuple(recorded.ref for recorded in self.events if isinstance(recorded.event, Issued))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a trigger could be pulled, and if not, why not and what would make it pass.

    Example:
        >>> bool(Verdict())
        True
    """

    refusal: XiadaError | None = None

    def __bool__(self) -> bool:
        return self.refusal is None
