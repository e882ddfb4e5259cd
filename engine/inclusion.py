"""That an event stands in a log of a size: the event, the proof, the root, and who signed it, from one snapshot.

Rule: what is handed out was checked; where a checkpoint was signed over that many events, the root is the
one that was signed, by the log's own keys. It signs nothing itself.
"""

from __future__ import annotations

from typing import NamedTuple

from xiada.engine.damage import tile_damaged
from xiada.engine.errors import NotFound, Tampered
from xiada.engine.log.note import open_note
from xiada.engine.log.proofs import check_inclusion, prove_inclusion
from xiada.engine.log.tiles import root_at
from xiada.engine.ports import Published, Reader
from xiada.engine.publishing.keyring import keys_of
from xiada.engine.publishing.publish import opened
from xiada.engine.records import Recorded, read


class Signed(NamedTuple):
    """A checkpoint of a log, its signatures verified.

    Args:
        origin: Name of the log when it was signed, with its epoch.
        size: Count of events it covers.
        t: When it was signed, µs since 1970 UTC.
        keys: The log's own keys that signed it, as verifier keys.
        root: Root of the tree, 32 bytes.
    """

    origin: str
    size: int
    t: int
    keys: tuple[str, ...]
    root: bytes


class Inclusion(NamedTuple):
    """An event and its proof.

    Args:
        recorded: The event, its index and hash with it.
        size: Leaves of the tree.
        proof: Hashes of 32 bytes, from the event's sibling up.
        root: Root of the tree, 32 bytes.
        checkpoint: The signed checkpoint over this tree, None if there is none.
    """

    recorded: Recorded
    size: int
    proof: tuple[bytes, ...]
    root: bytes
    checkpoint: Signed | None


def inclusion_in(reader: Reader, index: int, size: int | None = None) -> Inclusion:
    """Return an event with its proof in the tree of a size; see `Engine.inclusion`."""
    events = reader.head().size
    _check(index, events)
    if size is not None:
        _check(size - 1, events)
    published = reader.checkpoint_from(index + 1 if size is None else size)
    if published is not None and size not in (None, published.size):
        published = None
    checkpoint = None if published is None else _signed(reader, published)
    leaves = checkpoint.size if checkpoint is not None else events if size is None else size
    return _proven(reader, index, leaves, checkpoint)


def _proven(reader: Reader, index: int, size: int, checkpoint: Signed | None) -> Inclusion:
    """Return an event with its proof, checked."""
    tiles = reader.tiles()
    proof = prove_inclusion(tiles, index, size)
    [(_, body)] = reader.events(index, index + 1)
    recorded = read(body, log=reader.origin, index=index)
    root = root_at(tiles, size) if checkpoint is None else checkpoint.root
    try:
        check_inclusion(proof, index=index, size=size, leaf=recorded.hash, root=root)
    except Tampered as error:
        raise tile_damaged("a proof does not lead to its root", index=index) from error
    return Inclusion(recorded, size, tuple(proof), root, checkpoint)


def _signed(reader: Reader, published: Published) -> Signed:
    """Return what a checkpoint says, and whose of the log's keys signed it."""
    keys = keys_of(reader)
    checkpoint = opened(published.note, keys, reader.origin, "the file")
    signers = open_note(published.note, keys).verified
    return Signed(checkpoint.origin, checkpoint.size, published.t, tuple(map(str, signers)), checkpoint.root)


def _check(index: int, events: int) -> None:
    """Refuse an event the log does not have."""
    if type(index) is not int or not 0 <= index < events:
        raise NotFound("no_such_index", f"the log has no event {index}", remedy=f"It has {events} events, from 0 on.")
