"""Whether an event that is told stands under a signed checkpoint, proven event by event.

Rule: what is proven is the event as it was read and told, by a receipt that is checked as anybody would
check it, by the log's own keys. That nobody holds another checkpoint is not proven here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xiada.engine.errors import Tampered, XiadaError
from xiada.engine.hindsight.walking import index_of
from xiada.engine.log.keys import parse_vkey
from xiada.engine.receipts import check_receipt
from xiada.engine.records import Recorded

if TYPE_CHECKING:
    from xiada.engine.engine import Engine


class Proof(NamedTuple):
    """What became of the attempt to prove an event.

    Args:
        size: Log size of the checkpoint it stands under; None if that could not be proven.
        refusal: Why not.
    """

    size: int | None
    refusal: XiadaError | None


def proof_of(engine: Engine, recorded: Recorded) -> Proof:
    """Return whether an event stands under a signed checkpoint.

    Args:
        engine: Whose log; one with a key to sign with signs a checkpoint if none covers the event.
        recorded: The event as it was read.
    """
    try:
        proven = check_receipt(engine.receipt(index_of(recorded)), map(parse_vkey, engine.keys()))
        if (proven.event.index, proven.event.hash) != (recorded.index, recorded.hash):
            raise Tampered(
                "bad_proof", "the receipt is of another event than the one told", remedy="Run 'xiada audit verify'."
            )
    except XiadaError as error:
        return Proof(None, error)
    return Proof(proven.size, None)
