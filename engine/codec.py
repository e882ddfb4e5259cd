"""Canonical bytes: one way to write a value, and nothing else is read.

Rule: RFC 8785 on a profile on which orjson with sorted keys is exactly that: keys `[a-z][a-z0-9_]{0,31}`,
integers within ±(2^53-1), no floats, NFC text, depth ≤ 16. Bytes are accepted only if writing them
again gives the same bytes. Hashes are SHA-256; an event's is the RFC 6962 leaf of its body.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

import orjson

from xiada.engine.errors import Malformed, Tampered
from xiada.engine.limits import INTEGER, JSON_DEPTH

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")


def encode(value: object) -> bytes:
    r"""Return the canonical bytes of a plain value, checked against the profile.

    Raises:
        Malformed: A float, a foreign type, a large integer, a bad key, text not in NFC, or too deep.

    Example:
        >>> encode({"b": 1, "a": ["下达", None]})
        b'{"a":["\xe4\xb8\x8b\xe8\xbe\xbe",null],"b":1}'

    Source: RFC 8785; formats.md §1 of the design.
    """
    check(value)
    return pack(value)


def pack(value: object) -> bytes:
    """Return the canonical bytes of a value that is in the profile by construction, unchecked."""
    return orjson.dumps(value, option=_OPTIONS)


def decode(body: bytes) -> object:
    """Return the value of canonical bytes.

    Raises:
        Tampered: They are not JSON, outside the profile, or not written canonically (two equal
            keys, `1.0`, spaces, a byte order mark, escapes that need not be).

    Example:
        >>> decode(b'{"a":1}')
        {'a': 1}
        >>> decode(b'{"a":1,"a":1}')
        Traceback (most recent call last):
        xiada.engine.errors.Tampered: bytes are not canonical. They were not written by Xiada, or were changed since.
    """
    try:
        value: object = orjson.loads(body)
        check(value)
    except (orjson.JSONDecodeError, Malformed, RecursionError) as error:
        raise Tampered(
            "not_canonical",
            f"bytes are not canonical JSON ({error})",
            remedy="They were changed since they were written.",
        ) from error
    if pack(value) != body:
        raise Tampered(
            "not_canonical",
            "bytes are not canonical",
            remedy="They were not written by Xiada, or were changed since.",
        )
    return value


def check(value: object, depth: int = 0) -> None:
    """Refuse a value outside the profile.

    Raises:
        Malformed: Naming what is wrong.
    """
    kind = type(value)
    if kind is str:
        _check_text(value)  # type: ignore[arg-type]
    elif kind is int:
        if not -INTEGER <= value <= INTEGER:  # type: ignore[operator]
            raise _malformed("an integer beyond 2^53-1")
    elif kind is dict or kind is list or kind is tuple:
        if depth >= JSON_DEPTH:
            raise _malformed(f"a value nested deeper than {JSON_DEPTH}")
        if kind is dict:
            _check_keys(value)  # type: ignore[arg-type]
            value = value.values()  # type: ignore[attr-defined]
        for item in value:  # type: ignore[attr-defined]
            check(item, depth + 1)
    elif value is not None and kind is not bool:
        raise _malformed(f"a {kind.__name__}")


def _check_text(value: str) -> None:
    """Refuse text that is not Unicode scalar values in NFC."""
    if value.isascii():
        return
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise _malformed("a lone surrogate")
    if not unicodedata.is_normalized("NFC", value):
        raise _malformed("text that is not NFC")


def _check_keys(value: dict[object, object]) -> None:
    """Refuse keys outside the profile."""
    for key in value:
        if type(key) is not str or not _KEY.match(key):
            raise _malformed("a key other than a-z, 0-9 and _")


def _malformed(found: str) -> Malformed:
    """Return the error for a value outside the profile."""
    return Malformed("outside_profile", f"the value holds {found}", remedy="The log keeps only plain, exact values.")


def leaf(body: bytes) -> bytes:
    """Return the hash of an event: SHA-256 of 0x00 and its body, 32 bytes.

    Source: RFC 6962 §2.1.
    """
    return sha256(b"\x00" + body).digest()


def named(kind: str, body: bytes) -> str:
    r"""Return the hex name of bytes kept beside the log: SHA-256 of `xiada/<kind>/v1\n` and the bytes."""
    return sha256(b"xiada/%b/v1\n" % kind.encode() + body).hexdigest()


def is_digest(value: object) -> bool:
    """Tell whether a value is 64 lower-case hex digits."""
    return isinstance(value, str) and _DIGEST.match(value) is not None


def commitment(salt: bytes, text: bytes) -> str:
    r"""Return the hex commitment of an erasable text: SHA-256 of `xiada/text/v1\n`, 16 salt bytes and the text."""
    assert len(salt) == 16, "a salt is 16 bytes"
    return sha256(b"xiada/text/v1\n" + salt + text).hexdigest()
