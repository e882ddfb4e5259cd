"""When a log is published, and what became of it.

Rule: after a commit with an issue or a root's summary in it, else after 1,000 events or a minute, and
when the engine is closed. What goes wrong here never costs a commit, which is durable already: it is
kept, told by `published`, and tried again with the next checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xiada.engine.errors import GuardRefused
from xiada.engine.log.keys import SigningKey
from xiada.engine.ports import Anchor, Clock, Published, Store, Timer
from xiada.engine.publishing.hashing import Rehashed
from xiada.engine.publishing.integrate import integrate
from xiada.engine.publishing.keyring import KeyRing
from xiada.engine.publishing.publish import Checkpoints

EVENTS = 1_000
"""So many events are published at the latest."""

INTERVAL_S = 60
"""After so many seconds what there is is published."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """How an anchor stands.

    Args:
        anchor: Where it is.
        in_step: Whether it is known to hold the newest checkpoint.
        error: Why it could not be given that, None if it was, or was not tried yet.
    """

    anchor: str
    in_step: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """How far a log is published.

    Args:
        size: Count of events the newest checkpoint covers; 0 if there is none.
        t: When it was signed, µs UTC.
        anchors: How each anchor stands.
        failure: Why the latest attempt to publish came to nothing, if it did.
    """

    size: int
    t: int
    anchors: tuple[Anchored, ...] = ()
    failure: Exception | None = None


class _Holder:
    """An anchor, and what is known of it."""

    def __init__(self, anchor: Anchor) -> None:
        self.anchor = anchor
        self.sent = anchor.newest()
        self.error: Exception | None = None

    def give(self, note: str) -> None:
        """Hand over a note, unless it has it."""
        if self.sent != note:
            self.error = _attempt(lambda: self.anchor.send(note))
            self.sent = note if self.error is None else self.sent

    def stands(self, newest: str | None) -> Anchored:
        """Return how it stands."""
        return Anchored(str(self.anchor), self.sent == newest, None if self.error is None else str(self.error))


def _attempt(act: Callable[[], object]) -> Exception | None:
    """Do something after a commit, which stands whatever comes of it; return what was raised.

    That may be anything: an embedder's anchor, a thread that cannot be started. If it went on to the
    caller, he would take the commit for undone, and do it twice.
    """
    try:
        act()
    except Exception as error:  # noqa: BLE001  (see above)
        return error
    return None


class Publisher:
    """Publishes a log as it grows. Called by one thread at a time.

    Args:
        store: Where the log is.
        clock: Tells the time.
        signer: Who signs; None if nobody does.
        anchors: Who is handed the checkpoints.
        timer: Calls back when no further commit comes.
        begin: Records the first key of a log in it.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        signer: SigningKey | None,
        anchors: Sequence[Anchor],
        timer: Timer,
        begin: Callable[[SigningKey], None],
    ) -> None:
        self._store, self._clock, self._timer, self._begin = store, clock, timer, begin
        self._holders = [_Holder(anchor) for anchor in anchors]
        self._keys, self._rehashed = KeyRing(), Rehashed()
        self._checkpoints = Checkpoints(store, self._keys, self._rehashed)
        self.signer, self._before = signer, signer
        self._failure: Exception | None = None
        self._waiting, self._last = 0, 0 if signer is None else clock.now()
        self._cancel: Callable[[], None] | None = None

    def committed(self, events: int, *, milestone: bool, later: Callable[[], None]) -> None:
        """Publish if it is time to, else see to it that it is done later. Raises nothing; see `stands`.

        Args:
            events: How many were committed.
            milestone: Whether an issue or a root's summary was among them.
            later: What the timer is to call.
        """
        if not events:
            return
        self._waiting += events
        late = self._clock.now() - self._last >= INTERVAL_S * 1_000_000
        if milestone or late or self._waiting >= EVENTS:
            self.try_to_publish()
        elif self._cancel is None:
            self._failure = _attempt(lambda: self._wait(later)) or self._failure

    def _wait(self, later: Callable[[], None]) -> None:
        """Set the timer."""
        self._cancel = self._timer(INTERVAL_S, later)

    def catch_up(self) -> None:
        """Publish what was committed here and waits, or could not be published; what goes wrong is kept."""
        missed = self._failure is not None or any(holder.error for holder in self._holders)
        if self.signer is not None and (self._waiting or missed):
            self.try_to_publish()

    def try_to_publish(self) -> None:
        """Publish; what goes wrong is kept."""
        self._failure = _attempt(self.publish)

    def publish(self) -> Published | None:
        """Publish all that is committed; return the newest checkpoint, None of an empty log.

        Raises:
            GuardRefused: There is no key to sign with, or another is in force.
            Tampered: What is stored is not what it was.
            StoreError: The store cannot serve, or the log is shorter than its last checkpoint.
        """
        self._waiting, self._last = 0, self._clock.now()
        self.rest()
        signer = self.begin() if self._size() else self.check_signer()
        integrate(self._store, self._rehashed)
        published = self._checkpoints.publish((self._before or signer, signer), self._clock.now())
        self._failure = None
        if published is not None:
            for holder in self._holders:
                holder.give(published.note)
        return published

    def hand_over(self, new: SigningKey) -> None:
        """Sign with another key from here on; the one before signs with it once."""
        if new != self.signer:
            self._before, self.signer = self.signer, new

    def check_signer(self) -> SigningKey:
        """Return the key to sign with, or refuse."""
        if self.signer is None:
            raise GuardRefused(
                "no_signer",
                "there is no key to sign with",
                remedy="Open it with a signing key, or make one with 'xiada audit keygen'.",
            )
        return self.signer

    def begin(self) -> SigningKey:
        """Return the key to sign with, having recorded it if it is the log's first."""
        signer = self.check_signer()
        with self._store.reading() as reader:
            self._keys.refresh(reader)
        if not self._keys.keys:
            self._begin(signer)
        return signer

    def _size(self) -> int:
        """Return how many events are committed."""
        with self._store.reading() as reader:
            return reader.head().size

    def held(self) -> list[tuple[str, str]]:
        """Return the newest checkpoint of each anchor that could be asked, as (anchor, note)."""
        return [(str(holder.anchor), holder.sent) for holder in self._holders if holder.sent is not None]

    def rest(self) -> None:
        """Call off the timer."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def troubles(self) -> list[Exception]:
        """Return what went wrong last, with publishing and with each anchor."""
        found = [self._failure, *(holder.error for holder in self._holders)]
        return [error for error in found if error is not None]

    def stands(self) -> Publication:
        """Return how far the log is published."""
        with self._store.reading() as reader:
            newest = reader.checkpoint()
        note = newest.note if newest else None
        anchors = tuple(holder.stands(note) for holder in self._holders)
        size, t = (newest.size, newest.t) if newest else (0, 0)
        return Publication(size, t, anchors, self._failure)
