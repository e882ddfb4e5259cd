"""What the engine answers: to a command, and to the question whether one would pass."""

from __future__ import annotations

from dataclasses import dataclass

from xiada.engine.errors import XiadaError
from xiada.engine.events import Issued
from xiada.engine.records import Recorded


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command.

    Args:
        events: What it recorded, in log order; empty if nothing needed recording.
        repeated: The same key was answered before; this is that answer, nothing was written.
        refusal: Why nothing was recorded, where a batch that need not be whole goes on.
    """

    events: tuple[Recorded, ...] = ()
    repeated: bool = False
    refusal: XiadaError | None = None

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
