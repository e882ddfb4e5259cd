"""Checkpoints: what a log commits to at one size, as three lines, signed as a note.

Rule: origin, size and root and nothing else; a log never signs two that do not extend each other, and it is
the caller who sees to that. A checkpoint counts only after its signatures have been verified.

Source: c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xiada.engine.errors import Tampered
from xiada.engine.log.keys import VerifierKey
from xiada.engine.log.merkle import EMPTY
from xiada.engine.log.note import Note, open_note
from xiada.engine.log.strict import BOUND, base64, hash_in, is_hash, number_in


@dataclass(frozen=True)
class Checkpoint:
    """A log at one size.

    Args:
        origin: Name of the log, with its epoch.
        size: Leaves of the tree.
        root: Its root, 32 bytes.
    """

    origin: str
    size: int
    root: bytes


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text of a checkpoint, to be signed.

    Example:
        >>> print(format_checkpoint(Checkpoint("example.com/log", 0, EMPTY)), end="")
        example.com/log
        0
        47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

    Source: c2sp.org/tlog-checkpoint, Note text.
    """
    assert checkpoint.origin, "a log has a name"
    assert "\n" not in checkpoint.origin, "a name is one line"
    assert 0 <= checkpoint.size < BOUND
    assert is_hash(checkpoint.root)
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64(checkpoint.root)}\n"


def parse_checkpoint(text: str, origin: str | None = None) -> Checkpoint:
    """Return the checkpoint a text stands for; who trusts it has verified its note.

    Args:
        text: The text of a note.
        origin: The log it must be of; None for any.

    Raises:
        Tampered: It is no checkpoint, or one of another log.

    Source: c2sp.org/tlog-checkpoint, Note text.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise _bad_checkpoint("it does not have exactly three lines")
    size, root = number_in(lines[1]), hash_in(lines[2])
    if not lines[0]:
        raise _bad_checkpoint("it names no log")
    if size is None:
        raise _bad_checkpoint("its size is not a decimal number without leading zero")
    if root is None:
        raise _bad_checkpoint("its root is not the base64 of 32 bytes")
    if size == 0 and root != EMPTY:
        raise _bad_checkpoint("its root is not that of an empty log")
    if origin is not None and lines[0] != origin:
        raise _other_origin(lines[0], origin)
    return Checkpoint(lines[0], size, root)


def open_checkpoint(
    note: bytes | str, keys: Iterable[VerifierKey], origin: str | None = None
) -> tuple[Checkpoint, Note]:
    """Return the checkpoint of a signed note, and the note, both verified.

    Args:
        note: As it was read.
        keys: Those of the log.
        origin: The log it must be of; None for any.

    Raises:
        Malformed: Two different keys go by one name and id.
        Tampered: It is no note, not signed by a known key, no checkpoint, or one of another log.
    """
    opened = open_note(note, keys)
    return parse_checkpoint(opened.text, origin), opened


def _bad_checkpoint(why: str) -> Tampered:
    """Return the error of what is no checkpoint."""
    return Tampered("bad_checkpoint", f"this is not a checkpoint: {why}", remedy="Fetch it again from the log.")


def _other_origin(found: str, origin: str) -> Tampered:
    """Return the error of a checkpoint of another log."""
    message = f"this is a checkpoint of another log than {origin}"
    return Tampered("other_origin", message, remedy="Use one of this log.", found=found, origin=origin)
