"""Taking a bundle in: a fresh store from its events, the same states as those it was written from.

Rule: states are folded from the events, never taken from anywhere; transactions are large, and
memory grows with the live states alone. Only a bundle that was verified is to be taken in: here it
is seen to that the events have the root the manifest says, not that they keep the log's rules.
What does not come in whole leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from xiada.engine import codec
from xiada.engine.bundle.layout import BLOBS, CHECKPOINTS, MANIFEST, TEXTS, flawed
from xiada.engine.bundle.plain import failed, is_taken, put_in_place, taken
from xiada.engine.bundle.reading import Bundle
from xiada.engine.collector import collector_paused
from xiada.engine.directive import AUDIT_STREAM, Directive
from xiada.engine.epochs import base_of, epoch_of
from xiada.engine.errors import Malformed, Refused, StoreError, VersionConflict
from xiada.engine.events import DelegationGranted, DelegationRevoked, Issued, UnitAdded
from xiada.engine.lifecycle import Lifecycle, read_lifecycle
from xiada.engine.log.checkpoint import parse_checkpoint
from xiada.engine.log.note import split_note
from xiada.engine.ports import TEXTS_FROM, Changes, Published, Store, Upkeep, Written
from xiada.engine.replay import Moment, Replaying
from xiada.engine.rollup import added
from xiada.engine.stores import create_store, file_of, open_store

Progress = Callable[[int], None]

EVENTS_AT_ONCE = 5_000
BYTES_AT_ONCE = 8 * 1024**2
"""What one transaction takes in, about."""
_NO_FOLD = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    Malformed,
    Refused,
    VersionConflict,
)
"""What events can raise that no engine has written."""


def import_bundle(
    bundle: Bundle,
    url: str,
    *,
    progress: Progress | None = None,
) -> Store:
    """Make a new store from a bundle that was verified, and return it open.

    Args:
        bundle: What `open_bundle` gave.
        url: Of the store to make: a path, `sqlite:///file`, or `memory:`.
        progress: Called with the count of events taken in so far, for a bar.

    Raises:
        StoreError: Something is there already, or it cannot be made; nothing is left behind.
        Tampered: The bundle is not what it says; nothing is left behind.
    """
    origin = bundle.origin
    if url == "memory:":
        store = create_store(url, base_of(origin), epoch=epoch_of(origin))
        _fill(store, bundle, progress)
        return store
    target = Path(file_of(url))
    if is_taken(target):
        raise taken(target)
    try:
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
            made = Path(scratch) / "log.db"
            store = create_store(str(made), base_of(origin), epoch=epoch_of(origin))
            try:
                _fill(store, bundle, progress)
            finally:
                store.close()
            put_in_place(made, target)
    except OSError as error:
        raise failed(error, target, writing=True) from None
    return open_store(url)


def _fill(store: Store, bundle: Bundle, progress: Progress | None) -> None:
    """Write all of a bundle into an empty store."""
    taker = _Taker(store, bundle)
    try:
        with collector_paused(bundle.size):
            for index, body in bundle.events():
                taker.take(index, body)
                if progress is not None and index % 1_000 == 999:
                    progress(index + 1)
        taker.take_beside(bundle)
        taker.end(bundle.root)
    except _NO_FOLD as error:
        raise flawed("fold", MANIFEST) from error
    except StoreError as error:
        if error.code == "constraint":
            raise flawed("fold", MANIFEST) from error
        raise


def _lifecycles(bundle: Bundle) -> dict[str, Lifecycle]:
    """Return the lifecycles that lie beside the log, by digest.

    Raises:
        Tampered: One is not what its name says.
    """
    found = {name: read_lifecycle(body) for name, kind, body in bundle.blobs() if kind == "lifecycle"}
    if any(lifecycle.digest != name for name, lifecycle in found.items()):
        raise flawed("name", BLOBS)
    return found


def _signed(notes: Iterable[str]) -> dict[int, str]:
    """Return signed notes by the log size each is about.

    Raises:
        Tampered: One is no checkpoint, or not about more events than the one before.
    """
    found: dict[int, str] = {}
    last = 0
    for note in notes:
        size = parse_checkpoint(split_note(note)[0]).size
        if size <= last:
            raise flawed("order", CHECKPOINTS)
        found[size], last = note, size
    return found


class _Taker:
    """Folds events and gathers what they lead to, a transaction at a time.

    Args:
        store: Where it goes.
        bundle: Where it comes from.
    """

    def __init__(self, store: Store, bundle: Bundle) -> None:
        self._store = store
        self._moment = Moment(_lifecycles(bundle))
        self._replaying = Replaying(self._moment, bundle.origin)
        self._states, self._levels = self._moment.states, dict[str, str]()
        self._signed = _signed(bundle.checkpoints())
        self._published: list[Published] = []
        self._changes, self._weight = Changes(), 0
        self._texts = 0
        self._settings: dict[str, str] = {}

    def take(self, index: int, body: bytes) -> None:
        """Take one event in; a checkpoint over all up to it is given its time, for the note does not say when.

        Raises:
            Tampered: Bytes that are no event of this log, or that fall on no state.
        """
        envelope = orjson.loads(body)
        ref, version, t, kind = envelope["dir"], envelope["ver"], envelope["t"], envelope["type"]
        before = self._states.get(ref)
        if (before is None and not _is_of_the_log(ref)) != (kind == Issued.type):
            raise flawed("fold", MANIFEST)
        self._replaying.take(index, body)
        after = self._states.get(ref)
        if after is None:
            self._reorganise(ref, kind, envelope["data"])
            self._changes.events.append(Written(ref, version, t, "", None, body))
        else:
            self._keep(before, after)
            due = after.due if before is None or before.due != after.due else None
            self._changes.events.append(Written(ref, version, t, after.status, due, body))
        if "text" in envelope:
            self._texts = index + 1
        if index + 1 in self._signed:
            self._published.append(Published(index + 1, t, self._signed.pop(index + 1)))
        self._weigh(len(body))

    def _keep(self, before: Directive | None, after: Directive) -> None:
        """Note a new or changed directive."""
        changes, ref = self._changes, after.ref
        if before is None or ref in changes.created:
            changes.created[ref] = after
        else:
            first = changes.changed.get(ref)
            changes.changed[ref] = (before if first is None else first[0], after)

    def _reorganise(self, ref: str, kind: str, data: dict[str, Any]) -> None:
        """Note what an event of the org changes."""
        unit = ref.removeprefix("org/")
        members = self._moment.members
        if kind == UnitAdded.type:
            self._changes.units.append(members[unit])
            self._levels[unit] = members[unit].level
        elif kind in (DelegationGranted.type, DelegationRevoked.type):
            self._changes.delegations.append((unit, data["to"], kind == DelegationGranted.type))
        elif unit in members:
            self._changes.reformed[unit] = members[unit]

    def take_beside(self, bundle: Bundle) -> None:
        """Take in what lies beside the log.

        Raises:
            Tampered: Something is not what its name says.
        """
        for name, kind, body in bundle.blobs():
            if codec.named(kind, body) != name:
                raise flawed("name", BLOBS)
            self._changes.blobs[name] = (kind, body)
            self._weigh(len(body))
        for name, salt, text in bundle.texts():
            if codec.commitment(salt, text) != name:
                raise flawed("name", TEXTS)
            self._changes.texts[name] = (salt, text)
            self._weigh(len(text))
        for key, kept in bundle.answers():
            self._changes.answers[key] = kept
            self._weigh(0)
        if self._texts and not bundle.has_texts:
            self._settings[TEXTS_FROM] = str(self._texts)

    def _weigh(self, size: int) -> None:
        """Write what has been gathered once it has become much."""
        self._weight += size + BYTES_AT_ONCE // EVENTS_AT_ONCE
        if self._weight >= BYTES_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        """Write what has been gathered."""
        changes = self._changes
        changes.tallies, changes.waits = added(changes.created.values(), changes.changed.values(), self._levels)
        if self._published or self._settings:
            changes.upkeep = Upkeep(checkpoints=self._published, settings=self._settings)
        with self._store.writing() as writer:
            changes.first = writer.head().size
            writer.append(changes)
        self._changes, self._published, self._weight = Changes(), [], 0

    def end(self, root: bytes) -> None:
        """Write the rest, if it is all there.

        Raises:
            Tampered: The events have another root, or something was signed over more of them.
        """
        if self._replaying.moment().frontier.root() != root:
            raise flawed("root", MANIFEST)
        if self._signed:
            raise flawed("newest", CHECKPOINTS)
        self._flush()


def _is_of_the_log(ref: str) -> bool:
    """Tell whether a stream is that of a unit, or of the log itself, not of a directive."""
    return ref == AUDIT_STREAM or ref.startswith("org/")
