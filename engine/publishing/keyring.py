"""Which key signs a log's checkpoints, and which did: what the log's own events say.

Rule: the first key stands in the log without proof; each later one is vouched for by the one before,
whose signature stands in the event. A key that was replaced signs nothing more, but for the one
checkpoint that both sign.
"""

from __future__ import annotations

from collections.abc import Sequence

from xiada.engine.directive import AUDIT_STREAM
from xiada.engine.errors import GuardRefused, Malformed, Tampered
from xiada.engine.events import KeyRotated
from xiada.engine.log.keys import SigningKey, VerifierKey, parse_vkey, vouched
from xiada.engine.log.strict import base64
from xiada.engine.ports import Reader
from xiada.engine.records import read


class KeyRing:
    """The keys of a log, read from its events; further events are taken in as they come.

    `keys` are oldest first; `rotated` is the log index of the latest rotation.
    """

    def __init__(self) -> None:
        self.keys: list[VerifierKey] = []
        self.rotated = -1
        self._read = 0

    def refresh(self, reader: Reader) -> None:
        """Take in what stands in the log since.

        Raises:
            Tampered: An event that is none, or names a key that is none.
        """
        log = reader.origin
        for index, body in reader.stream(AUDIT_STREAM, self._read):
            event = read(body, log=log, index=index).event
            if isinstance(event, KeyRotated):
                self.keys.append(_key_in_log(event.new, index))
                self.rotated = index
            self._read = index + 1

    def is_unfinished(self, published: int) -> bool:
        """Tell whether the newest key was not in force yet when the last checkpoint, of that size, was signed."""
        return len(self.keys) > 1 and self.rotated >= published

    def check(self, signer: SigningKey, published: int) -> None:
        """Refuse a signer that is neither the key in force nor needed to hand over to it.

        Raises:
            GuardRefused: Naming the key in force.
        """
        needed = self.keys[-2 if self.is_unfinished(published) else -1 :]
        if needed and signer.vkey not in needed:
            raise _not_in_force(needed, signer)

    def choose(self, ours: Sequence[SigningKey], published: int) -> list[SigningKey]:
        """Return the keys that sign: the log's newest, and with it the one before while both are needed.

        Args:
            ours: The keys at hand.
            published: Size of the last checkpoint.

        Raises:
            GuardRefused: One that is needed is not at hand.
        """
        theirs = self.keys[-2 if self.is_unfinished(published) else -1 :]
        at_hand = {signer.vkey: signer for signer in ours}
        if at_hand.keys() >= set(theirs):
            return [at_hand[key] for key in theirs]
        if at_hand.keys() & set(theirs):
            raise GuardRefused(
                "rotation_unfinished",
                "the key was rotated, but no checkpoint was signed by both keys yet",
                keys=[str(key) for key in theirs],
                remedy="Open it with the key before, and rotate to the new one once more.",
            )
        raise _not_in_force(theirs, ours[-1])


def keys_of(reader: Reader) -> list[VerifierKey]:
    """Return a log's keys, oldest first; see `KeyRing`."""
    ring = KeyRing()
    ring.refresh(reader)
    return ring.keys


def vouch(old: SigningKey, new: VerifierKey, log: str) -> str:
    """Return what the key before says of the next one, in base64: a signature over both names."""
    return base64(old.sign(vouched(new, log)))


def _not_in_force(needed: Sequence[VerifierKey], signer: SigningKey) -> GuardRefused:
    """Return the refusal of a key that does not sign this log."""
    return GuardRefused(
        "key_not_in_force",
        f"the log is signed by {needed[-1]}, not by {signer.vkey}",
        keys=[str(key) for key in needed],
        remedy="Open it with the key in force.",
    )


def _key_in_log(text: str, index: int) -> VerifierKey:
    """Return the key an event names."""
    try:
        return parse_vkey(text)
    except Malformed as error:
        raise Tampered(
            "bad_event",
            f"event {index} cannot be read: it names no key",
            index=index,
            remedy="Run 'xiada audit verify' for the whole picture.",
        ) from error
