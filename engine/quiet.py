"""Events that change no directive: those of the org's units, and of the log itself."""

from __future__ import annotations

from xiada.engine import codec
from xiada.engine.events import Event
from xiada.engine.ports import Changes, Reader, Written
from xiada.engine.records import Envelope


class Quiet:
    """Records such events, each after the one before in its stream, stored or still to be.

    Args:
        reader: The snapshot or transaction to read from.

    `heads` holds version and hash of the latest event of each stream recorded in so far.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.heads: dict[str, tuple[int, bytes]] = {}

    def record(self, ref: str, event: Event, envelope: Envelope, changes: Changes) -> bytes:
        """Add an event to the changes; return its body.

        Raises:
            LimitExceeded: It would have more bytes than an event may.
        """
        before = self.heads.get(ref) or self._head(ref)
        recorded = envelope.seal(None, ref, before, None, event)
        changes.events.append(Written(ref, recorded.version, recorded.t, "", None, recorded.body))
        self.heads[ref] = (recorded.version, recorded.hash)
        return recorded.body

    def _head(self, ref: str) -> tuple[int, bytes] | None:
        """Return version and latest hash of a stream as it is stored."""
        bodies = [body for _, body in self._reader.stream(ref)]
        return (len(bodies), codec.leaf(bodies[-1])) if bodies else None
