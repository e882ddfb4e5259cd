"""What may stand in an attribute of a picture: ids and classes made of keys, and links.

Rule: ids and classes are ASCII letters, digits and `.-_`, and two keys never become one id; a link is `https:` or
relative and nothing else, in whichever picture it stands. All are of bounded length: Graphviz reads no quoted
text of 16 kB.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from xiada.engine.errors import Malformed
from xiada.engine.limits import shown

_LINK = re.compile(
    r"(https://[a-z0-9.-]+(:[0-9]+)?([/?#]|\Z)|(?!//)(?=[A-Za-z0-9._~/?#%-])(?![^/?#]*:))", re.IGNORECASE
)
LINK_CHARS = 2_000
CLASS_CHARS = 100
IDENTIFIER_CHARS = 4_000
_LINK_TEXT = re.compile(r"[A-Za-z0-9._~/?#&=%+,;@!$*():-]+\Z")
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")
_LAST_OF_TWO_DIGITS = 0xFF


def identifier(key: str) -> str:
    """Return a key as a name that SVG and CSS can bear; two keys never become one. A very long one ends in its hash.

    Example:
        >>> identifier("kx2020-7/1.19.3")
        'kx2020-7_2f1.19.3'
    """
    written = _UNSAFE.sub(_written, key)
    if len(written) <= IDENTIFIER_CHARS:
        return written
    return f"{written[:IDENTIFIER_CHARS]}_h{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _written(found: re.Match[str]) -> str:
    """Return a character by its number: two digits, or as many as it needs between signs of their own."""
    number = ord(found[0])
    return f"_{number:02x}" if number <= _LAST_OF_TWO_DIGITS else f"_u{number:x}_"


def class_names(names: Iterable[str]) -> str:
    """Return class names as an attribute; each is made fit for a style sheet, by its first hundred characters."""
    return " ".join(identifier(name[:CLASS_CHARS]) for name in names)


def checked(link: str) -> str:
    """Return a link if it is `https:` or relative.

    Raises:
        Malformed: It is neither, or longer than any browser's address.

    Example:
        >>> checked("directive/kx2020-7/1.19"), checked("https://xiada.example/a")
        ('directive/kx2020-7/1.19', 'https://xiada.example/a')
        >>> checked("a:b")
        Traceback (most recent call last):
        xiada.engine.errors.Malformed: 'a:b' cannot be a link. Use https: or a relative path, 2,000 characters at most.
    """
    if len(link) > LINK_CHARS or not _LINK.match(link) or not _LINK_TEXT.match(link):
        raise Malformed(
            "bad_link",
            f"{shown(link)} cannot be a link",
            remedy=f"Use https: or a relative path, {LINK_CHARS:,} characters at most.",
        )
    return link
