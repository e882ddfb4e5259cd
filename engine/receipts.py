"""Receipts, checked offline: that an event stands in a log that somebody answers for with a key.

Rule: a receipt needs nothing but itself and a verifier key from a source one trusts: no database, no
network. It says that the log as signed holds this event at this place; not that what it says is true,
nor that the log was not taken back later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xiada.engine import codec
from xiada.engine.errors import Tampered
from xiada.engine.log.checkpoint import open_checkpoint
from xiada.engine.log.keys import VerifierKey
from xiada.engine.log.proofs import check_inclusion, parse_receipt
from xiada.engine.records import Recorded, read


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt proves.

    Args:
        event: The event, with its envelope and log index.
        log: Name of the log, epoch included, when it was signed.
        size: Count of events the checkpoint covers.
        signed_by: Those of the trusted keys that signed it, as lines.
    """

    event: Recorded
    log: str
    size: int
    signed_by: tuple[str, ...]


def check_receipt(text: bytes | str, verifiers: Iterable[VerifierKey]) -> Proven:
    """Return what a receipt proves.

    Args:
        text: The receipt, as `Engine.receipt` gives it.
        verifiers: Keys that are trusted.

    Raises:
        Tampered: It proves nothing: it is no receipt, not signed by these keys, or does not hold.

    Example:
        >>> check_receipt("a receipt", [])
        Traceback (most recent call last):
        xiada.engine.errors.Tampered: this is not a receipt: it does not begin with c2sp.org/tlog-proof@v1. Fetch ...

    Source: c2sp.org/tlog-proof; RFC 9162 §2.1.3.2.
    """
    receipt = parse_receipt(text)
    checkpoint, note = open_checkpoint(receipt.checkpoint, verifiers)
    if receipt.extra is None:
        raise Tampered(
            "no_event", "the receipt does not hold its event", remedy="Fetch it again from the log, as Xiada writes it."
        )
    leaf = codec.leaf(receipt.extra)
    check_inclusion(receipt.proof, index=receipt.index, size=checkpoint.size, leaf=leaf, root=checkpoint.root)
    event = read(receipt.extra, log=checkpoint.origin, index=receipt.index)
    return Proven(event, checkpoint.origin, checkpoint.size, tuple(map(str, note.verified)))
