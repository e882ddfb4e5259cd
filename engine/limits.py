"""A limit on everything, and the check of every text that comes from outside.

Rule: what enters the log is NFC text without control characters, direction overrides or lone
surrogates, of a stated length. Nothing is mended silently: it is refused, naming field and place.
"""

from __future__ import annotations

import re
import unicodedata

from xiada.engine.errors import LimitExceeded, Malformed

NAME_CHARS = 200
TITLE_CHARS = 500
REASON_CHARS = 2_000
TEXT_CHARS = 1_000_000
KEY_CHARS = 200
EVENT_BYTES = 65_535
INLINE_ENTRIES = 1_000
INLINE_BYTES = 32_768
FEW_ENTRIES = 40
"""So many recipients or covers pass neither limit, however long their references."""
DEPTH = 64
RECIPIENTS = 100_000
INTEGER = 2**53 - 1
JSON_DEPTH = 16
EARLIEST_YEAR, LATEST_YEAR = 1970, 2199

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
_ORIGIN = re.compile(r"[a-z0-9][a-z0-9._/-]{0,127}\Z")
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_FORBIDDEN_IN_PROSE = re.compile(_FORBIDDEN.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))


def is_identifier(value: object) -> bool:
    """Tell whether a value is an identifier, see `identifier`."""
    return isinstance(value, str) and _IDENTIFIER.match(value) is not None


def identifier(value: object, field: str) -> str:
    """Return `value` if it is an identifier: lower-case ASCII letters, digits and `._-`, at most 64.

    Raises:
        Malformed: It is not.

    Example:
        >>> identifier("kx2020-7", "cascade")
        'kx2020-7'
    """
    if not isinstance(value, str) or not _IDENTIFIER.match(value):
        raise Malformed(
            "bad_identifier",
            f"{field} {shown(value)} is not an identifier",
            field=field,
            remedy="Use 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit.",
        )
    return value


def origin(value: object) -> str:
    """Return `value` if it can name a log: like an identifier with `/`, at most 128, no epoch.

    Raises:
        Malformed: It cannot.
    """
    if not isinstance(value, str) or not _ORIGIN.match(value):
        raise Malformed(
            "bad_origin",
            f"origin {shown(value)} cannot name a log",
            remedy="Use a name of your own such as xiada.example/office: a-z, 0-9, '.', '_', '-' and '/'.",
        )
    return value


def choice(value: object, field: str, choices: tuple[str, ...]) -> None:
    """Refuse a word that is none of the choices.

    Raises:
        Malformed: Naming the choices.
    """
    if value not in choices:
        raise Malformed(
            "bad_choice",
            f"{field} {shown(value)} is not a choice",
            field=field,
            remedy=f"Use one of {', '.join(choices)}.",
        )


def clean(value: object, field: str, most: int, *, prose: bool = False) -> str:
    r"""Return `value` if it is clean text of 1 to `most` characters; `prose` also allows tabs and lines.

    Raises:
        Malformed: Not text, empty, not NFC, or with a character that can hide or reorder others.
        LimitExceeded: Longer than `most`.

    Example:
        >>> clean("广东省科协", "name", 200)
        '广东省科协'
        >>> clean("a\u202eb", "name", 200)
        Traceback (most recent call last):
        xiada.engine.errors.Malformed: name holds U+202E at character 2. Remove it: it can hide or reorder text.

    Source: reliability.md of the design, "right-to-left override in names"; UAX #9, UAX #15.
    """
    if not isinstance(value, str) or not value.strip():
        raise Malformed("empty_text", f"{field} is empty", field=field, remedy="Give it a text.")
    if len(value) > most:
        raise LimitExceeded(
            "text_too_long",
            f"{field} has {len(value):,} characters, more than {most:,}",
            field=field,
            limit=most,
            found=len(value),
            remedy="Shorten it, or attach it as a material.",
        )
    bad = (_FORBIDDEN_IN_PROSE if prose else _FORBIDDEN).search(value)
    if bad:
        raise Malformed(
            "bad_character",
            f"{field} holds U+{ord(bad[0]):04X} at character {bad.start() + 1}",
            field=field,
            remedy="Remove it: it can hide or reorder text.",
        )
    if not value.isascii() and not unicodedata.is_normalized("NFC", value):
        raise Malformed(
            "not_nfc",
            f"{field} is not in Unicode form NFC",
            field=field,
            remedy="Normalise it to NFC first.",
        )
    return value


def shown(value: object, most: int = 40) -> str:
    """Return a short, printable form of anything, for messages."""
    text = ascii(value) if not isinstance(value, str) or not value.isprintable() else f"'{value}'"
    return text if len(text) <= most else f"{text[:most]}…"
