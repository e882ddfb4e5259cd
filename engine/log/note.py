"""Signed notes: a text, an empty line, and lines of signatures.

Rule: strict both ways. A text counts only after `open_note`: signatures of unknown keys are passed over, one
of a known key that fails refuses the note, and so does a note that no known key has signed.

Source: c2sp.org/signed-note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xiada.engine.errors import Malformed, Tampered
from xiada.engine.log.keys import SigningKey, VerifierKey, is_key_name, verify_signature
from xiada.engine.log.strict import base64, bytes_in

MOST_BYTES = 64 * 1024
"""The longest note that is read."""

MOST_SIGNATURES = 100
"""The most signatures of a note that is read."""

_KEY_ID = 4
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(r"— ([^ ]+) ([A-Za-z0-9+/=]+)\Z")


@dataclass(frozen=True)
class Signature:
    """One line of signature: whose it says it is, and the bytes.

    Args:
        name: Name of the key.
        key_id: Id of the key, 4 bytes.
        signature: At least one byte; 64 for Ed25519.
    """

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class Note:
    """What an opened note says, and who says so.

    Args:
        text: The text signed, with its last newline.
        verified: Known keys that signed it, in order, each once; never empty.
        unknown: Name and id (hex) of the signatures passed over.
    """

    text: str
    verified: tuple[VerifierKey, ...]
    unknown: tuple[tuple[str, str], ...]


def sign_note(text: str, signers: Sequence[SigningKey]) -> str:
    r"""Return a text as a note signed by each key.

    Args:
        text: Ends in a newline; no control character but newlines.
        signers: At least one, at most 100.

    Raises:
        Malformed: The text cannot stand in a note, or no note of that length is read.

    Example:
        >>> key = SigningKey("example.com/log", bytes(32))
        >>> print(sign_note("said\n", [key])[:28])
        said
        <BLANKLINE>
        — example.com/log Hd5F

    Source: c2sp.org/signed-note, Format.
    """
    assert 1 <= len(signers) <= MOST_SIGNATURES
    message = _written(text)
    lines = (str(Signature(key.name, key.vkey.key_id, key.sign(message))) for key in signers)
    note = f"{text}\n{''.join(lines)}"
    if len(note.encode()) > MOST_BYTES:
        raise Malformed("unsignable", "the text is too long for a note", remedy="Shorten it to under 64 KiB.")
    return note


def _written(text: str) -> bytes:
    """Return the bytes of a text that can stand in a note."""
    if not text.endswith("\n") or _CONTROL.search(text):
        remedy = "End it with a newline, and use no other control character."
        raise Malformed("unsignable", "the text cannot stand in a note", remedy=remedy)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        remedy = "Remove the lone surrogate."
        raise Malformed("unsignable", "the text cannot be written as UTF-8", remedy=remedy) from error


def open_note(note: bytes | str, keys: Iterable[VerifierKey]) -> Note:
    """Return what a note says, verified.

    Args:
        note: As it was read.
        keys: Those trusted to sign it.

    Raises:
        Malformed: Two different keys go by one name and id.
        Tampered: It is no note, a known key's signature is bad, or no known key has signed.

    Source: c2sp.org/signed-note, Signatures.
    """
    text, signatures = split_note(note)
    known = _by_name(keys)
    verified: dict[VerifierKey, None] = {}
    unknown = []
    for signature in signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            unknown.append((signature.name, signature.key_id.hex()))
        elif verify_signature(key.public, text.encode(), signature.signature):
            verified[key] = None
        else:
            raise _bad_signature(key)
    if not verified:
        raise _not_signed(unknown)
    return Note(text, tuple(verified), tuple(unknown))


def split_note(note: bytes | str) -> tuple[str, tuple[Signature, ...]]:
    """Return the text of a note and its signatures, none of them verified: trust neither.

    Raises:
        Tampered: It is no note.

    Source: c2sp.org/signed-note, Format.
    """
    words = _decoded(note)
    place = words.rfind("\n\n")
    if place < 0:
        raise _bad_note("it has no empty line before its signatures")
    text, lines = words[: place + 1], words[place + 2 :]
    if lines.count("\n") > MOST_SIGNATURES:
        raise _bad_note(f"it has more than {MOST_SIGNATURES} signatures")
    return text, tuple(_signature(line) for line in lines.removesuffix("\n").split("\n"))


def _decoded(note: bytes | str) -> str:
    """Return the characters of a note that is short enough, UTF-8, free of control characters and ended."""
    if len(note) > MOST_BYTES:
        raise _bad_note("it is longer than 64 KiB")
    try:
        content = note.encode() if isinstance(note, str) else note
        words = content.decode()
    except UnicodeError as error:
        raise _bad_note("it is not UTF-8") from error
    if len(content) > MOST_BYTES:
        raise _bad_note("it is longer than 64 KiB")
    if _CONTROL.search(words):
        raise _bad_note("it has a control character")
    if not words.endswith("\n"):
        raise _bad_note("its last line is not ended")
    return words


def _signature(line: str) -> Signature:
    """Return the signature of a line."""
    parts = _LINE.match(line)
    content = bytes_in(parts[2]) if parts else None
    if not parts or not content or len(content) <= _KEY_ID or not is_key_name(parts[1]):
        raise _bad_note("a line after its last empty line is not a signature")
    return Signature(parts[1], content[:_KEY_ID], content[_KEY_ID:])


def _by_name(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    """Return keys by name and id."""
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            message = f"two different keys go by {key.name}+{key.key_id.hex()}"
            raise Malformed("ambiguous_key", message, remedy="Trust only one of them.", name=key.name)
    return known


def _bad_note(why: str) -> Tampered:
    """Return the error of what is no note."""
    return Tampered("bad_note", f"this is not a signed note: {why}", remedy="Fetch it again from who signed it.")


def _bad_signature(key: VerifierKey) -> Tampered:
    """Return the error of a signature that fails."""
    message = f"the signature of {key.name} does not belong to this text"
    remedy = "Do not use it; ask who signed it, and keep it as evidence."
    return Tampered("bad_signature", message, remedy=remedy, name=key.name, key_id=key.key_id.hex())


def _not_signed(unknown: Sequence[tuple[str, str]]) -> Tampered:
    """Return the error of a note only strangers have signed."""
    message = "no key known here has signed this note"
    remedy = "Give the verifier key of the log, from a source you trust."
    return Tampered("no_known_signature", message, remedy=remedy, signers=[f"{name}+{key}" for name, key in unknown])
