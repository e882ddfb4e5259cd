"""What others hold against a log: their newest checkpoint, compared with the log when it is opened.

Rule: a log may only have grown since. One that is shorter was put back to an older copy, one with
another root at that size is another log; neither is gone on with until the restore is declared, which
opens a new epoch. The comparison reads the edge of the tree alone; that every event is still what it
was, the audit says.
"""

from __future__ import annotations

from collections.abc import Sequence

from xiada.engine.directive import AUDIT_STREAM
from xiada.engine.epochs import epoch_of
from xiada.engine.errors import StoreError
from xiada.engine.events import RestoreDeclared
from xiada.engine.log.checkpoint import Checkpoint
from xiada.engine.log.keys import VerifierKey
from xiada.engine.log.merkle import Frontier
from xiada.engine.log.tiles import root_at
from xiada.engine.ports import Anchor, Reader, Store
from xiada.engine.publishing.hashing import extend
from xiada.engine.publishing.keyring import KeyRing
from xiada.engine.publishing.publish import opened, rolled_back
from xiada.engine.publishing.publisher import Publisher
from xiada.engine.records import read


def conflict_of(
    store: Store, publisher: Publisher, *, verifiers: tuple[VerifierKey, ...], restoring: bool
) -> Checkpoint | None:
    """Compare a log with what is held of it; return the newest held if it does not fit and a restore is under way.

    Args:
        store: Where the log is.
        publisher: Who signs, and who holds.
        verifiers: Keys that are trusted; none = the log's own, and the signer's.
        restoring: Whether a restore is to be declared.

    Raises:
        StoreError: The log does not extend what is held, and no restore is to be declared.
        Tampered: What is held is no checkpoint of this log, or not signed by these keys.
        GuardRefused: The log is signed by another key than the signer's.
    """
    signer, notes = publisher.signer, publisher.held()
    if signer is None and not notes:
        return None
    with store.reading() as reader:
        ring, newest = KeyRing(), reader.checkpoint()
        ring.refresh(reader)
        notes += [("the file", newest.note)] if newest else []
        keys = verifiers or (*ring.keys, *([signer.vkey] if signer else ()))
        held = sorted(((opened(note, keys, reader.origin, source), source) for source, note in notes), key=_rank)
        errors = (_conflict(reader, checkpoint, source) for checkpoint, source in reversed(held))
        error = next((error for error in errors if error is not None), None)
        if error is not None and not restoring:
            raise error
        if signer is not None:
            ring.check(signer, newest.size if newest else 0)
    return None if error is None else held[-1][0]


def refuse_used(anchors: Sequence[Anchor]) -> None:
    """Refuse to make a new log under anchors that hold checkpoints already.

    Raises:
        StoreError: Naming one that does.
    """
    for anchor in anchors:
        if anchor.newest() is not None:
            raise StoreError(
                "anchor_in_use",
                f"the anchor {anchor} holds checkpoints already",
                anchor=str(anchor),
                remedy="Give a new log an anchor of its own; if its file was lost, restore that from a copy.",
            )


def undeclared(lost: Checkpoint) -> StoreError:
    """Return the error of a log to which nothing may be added before its restore is declared."""
    return StoreError(
        "restore_undeclared",
        f"the log does not extend a checkpoint over {lost.size:,} events that is held",
        held=lost.size,
        remedy="Declare the restore first, or restore the newer copy.",
    )


def _rank(item: tuple[Checkpoint, str]) -> tuple[int, int]:
    """Return the order of checkpoints of one log: by epoch, then size."""
    return epoch_of(item[0].origin), item[0].size


def _conflict(reader: Reader, held: Checkpoint, source: str) -> StoreError | None:
    """Return what is wrong with a log by one checkpoint."""
    size, theirs = reader.head().size, epoch_of(held.origin)
    if theirs > epoch_of(reader.origin):
        return rolled_back(held, source, size)
    later = _first_restore(reader, theirs)
    if later is not None and held.size > later.kept:
        declared = held.size < later.lost or (held.size == later.lost and held.root.hex() == later.root)
        return None if declared else _forked(held, source)
    if held.size > size:
        return rolled_back(held, source, size)
    if root_at(reader.tiles(), held.size) == held.root:
        return None
    if extend(Frontier(), reader, held.size).root() == held.root:
        return None  # the stored tree is damaged: the next to sign says so
    return _forked(held, source)


def _first_restore(reader: Reader, epoch: int) -> RestoreDeclared | None:
    """Return the declared restore that ended an epoch, None if it has not ended."""
    if epoch == epoch_of(reader.origin):
        return None
    for index, body in reader.stream(AUDIT_STREAM):
        event = read(body, log=reader.origin, index=index).event
        if isinstance(event, RestoreDeclared) and event.epoch > epoch:
            return event
    return None


def _forked(held: Checkpoint, source: str) -> StoreError:
    """Return the error for a log that is not the one a checkpoint was signed over."""
    return StoreError(
        "log_forked",
        f"the first {held.size:,} events are not those of the checkpoint held in {source}",
        held=held.size,
        log=held.origin,
        source=source,
        remedy="Restore the true copy; if it is lost for good, run 'xiada audit declare-restore'.",
    )
