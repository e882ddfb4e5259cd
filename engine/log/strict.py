"""Numbers and bytes as words of a text, with exactly one way to write each.

Rule: decimal without sign, space or leading zero, below 2^63; base64 of RFC 4648 §4 with its padding and
no spare bits. What is written any other way is `None`, and the reader of the text says what that means.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

HASH = 32
"""Bytes of a SHA-256 hash."""

BOUND = 1 << 63
"""Sizes and indices stay below."""

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")


def number_in(word: str) -> int | None:
    """Return the number a word stands for, or None.

    Example:
        >>> number_in("120"), number_in("0120"), number_in("+120")
        (120, None, None)
    """
    number = int(word) if _DECIMAL.match(word) else BOUND
    return number if number < BOUND else None


def bytes_in(word: str) -> bytes | None:
    r"""Return the bytes a word stands for in base64, or None.

    Example:
        >>> bytes_in("AAE="), bytes_in("AAF="), bytes_in("AAE")
        (b'\x00\x01', None, None)
    """
    try:
        found = b64decode(word, validate=True)
    except ValueError:
        return None
    return found if base64(found) == word else None


def base64(value: bytes) -> str:
    """Return bytes as base64."""
    return b64encode(value).decode("ascii")


def hash_in(word: str) -> bytes | None:
    """Return the hash of 32 bytes a word stands for in base64, or None."""
    found = bytes_in(word)
    return found if found is not None and len(found) == HASH else None


def is_hash(value: object) -> bool:
    """Tell whether a value is bytes of the length of a hash."""
    return type(value) is bytes and len(value) == HASH


def is_size(value: object) -> bool:
    """Tell whether a value counts something: a whole number from zero on."""
    return type(value) is int and value >= 0
