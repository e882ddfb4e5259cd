"""Publishing one checkpoint: compared with the last one, signed, stored; each extends the one before.

Rule: it happens inside the store's write turn, so two programs never sign two logs. The stored tree
must still give the root of the last checkpoint, and what was read back since must give the stored
root; else nothing is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xiada.engine import codec
from xiada.engine.damage import tile_damaged
from xiada.engine.epochs import base_of, rank_of
from xiada.engine.errors import StoreError, Tampered
from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint, open_checkpoint
from xiada.engine.log.keys import SigningKey, VerifierKey
from xiada.engine.log.merkle import EMPTY
from xiada.engine.log.note import sign_note
from xiada.engine.log.tiles import TILE, frontier_at, root_at
from xiada.engine.ports import Changes, Published, Reader, Store, Upkeep
from xiada.engine.publishing.hashing import Rehashed, grown
from xiada.engine.publishing.keyring import KeyRing


class Checkpoints:
    """Signs a log's checkpoints, one after the other.

    Args:
        store: Where the log is.
        keys: Its keys.
        rehashed: What this process has read back already.
    """

    def __init__(self, store: Store, keys: KeyRing, rehashed: Rehashed) -> None:
        self._store, self._keys, self._rehashed = store, keys, rehashed
        self._trusted: tuple[str, Checkpoint] | None = None

    def publish(self, ours: Sequence[SigningKey], t: int) -> Published | None:
        """Sign and store a checkpoint over all that is committed; return the newest, None of an empty log.

        Args:
            ours: The keys at hand: of the one before and the one in force, those sign that are to.
            t: The instant, µs UTC.

        Raises:
            Tampered: The tree, the last checkpoint, or what was committed is not what it was.
            StoreError: The log is shorter than its last checkpoint.
            GuardRefused: Another key is in force.
        """
        with self._store.writing() as writer:
            last, size = writer.checkpoint(), writer.head().size
            if size == (last.size if last else 0):
                return last
            self._keys.refresh(writer)
            signers = self._keys.choose(ours, last.size if last else 0)
            root = self._root(writer, self._opened(writer, last), size)
            checkpoint = Checkpoint(writer.origin, size, root)
            published = Published(size, t, sign_note(format_checkpoint(checkpoint), signers))
            writer.append(Changes(size, upkeep=Upkeep(checkpoints=[published])))
        self._trusted = (published.note, checkpoint)
        self._rehashed.forget_before(size // TILE)
        return published

    def _opened(self, reader: Reader, last: Published | None) -> Checkpoint:
        """Return what the last checkpoint says, once its signature is known to be the log's own."""
        if last is None:
            return Checkpoint(reader.origin, 0, EMPTY)
        if self._trusted is None or self._trusted[0] != last.note:
            self._trusted = (last.note, opened(last.note, self._keys.keys, reader.origin, "the file"))
        return self._trusted[1]

    def _root(self, reader: Reader, last: Checkpoint, size: int) -> bytes:
        """Return the root over all events: from the last checkpoint on, as read back."""
        if size < last.size:
            raise rolled_back(last, "the file", size)
        tiles, base = reader.tiles(), last.size // TILE
        if root_at(tiles, last.size) != last.root:
            raise tile_damaged("its edge does not give the root of the last checkpoint", size=last.size)
        roots = self._rehashed.read(tiles, base, size // TILE)
        tail = [codec.leaf(body) for _, body in reader.events(size // TILE * TILE, size)]
        root = grown(frontier_at(tiles, base * TILE), roots, tail).root()
        if root_at(tiles, size) != root:
            raise tile_damaged("it is not that of the events read back", size=size)
        return root


def opened(note: str, keys: Iterable[VerifierKey], log: str, source: str) -> Checkpoint:
    """Return what a signed checkpoint of this log says, of whatever epoch.

    Args:
        note: As it was kept.
        keys: Those that are trusted.
        log: The log's name.
        source: Where it was kept, for the error.

    Raises:
        Tampered: It is no checkpoint, not signed by these keys, or of another log.
    """
    try:
        checkpoint, _ = open_checkpoint(note, keys)
    except Tampered as error:
        raise _untrusted(source, error.message, error.code) from error
    base, epoch = rank_of(checkpoint.origin)
    if not epoch or base != base_of(log):
        raise _untrusted(source, f"it is of the log {checkpoint.origin}, not of {log}", "other_origin")
    return checkpoint


def rolled_back(held: Checkpoint, source: str, size: int) -> StoreError:
    """Return the error for a log that is shorter than what was published of it."""
    return StoreError(
        "rollback_detected",
        f"the log has {size:,} events, but a checkpoint over {held.size:,} ({held.origin}) is held in {source}",
        size=size,
        held=held.size,
        log=held.origin,
        source=source,
        remedy="Restore the newer copy; if it is lost for good, run 'xiada audit declare-restore'.",
    )


def _untrusted(source: str, why: str, reason: str) -> Tampered:
    """Return the error for a checkpoint that cannot be trusted."""
    return Tampered(
        "checkpoint_untrusted",
        f"the newest checkpoint in {source} cannot be trusted: {why}",
        source=source,
        reason=reason,
        remedy="Check that it belongs to this log, and which keys are trusted; keep it as evidence.",
    )
