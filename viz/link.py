"""What may stand in an attribute of a picture: ids and classes made of keys, and links.

Rule: ids and classes are ASCII letters, digits and `.-_`, and two keys never become one; a link is `https:` or
relative and nothing else, in whichever picture it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from xiada.engine.errors import Malformed
from xiada.engine.limits import shown

_LINK = re.compile(
    r"(https://[a-z0-9.-]+(:[0-9]+)?([/?#]|\Z)|(?!//)(?=[A-Za-z0-9._~/?#%-])(?![^/?#]*:))", re.IGNORECASE
)
_LINK_TEXT = re.compile(r"[A-Za-z0-9._~/?#&=%+,;@!$*():-]+\Z")
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


def identifier(key: str) -> str:
    """Return a key as a name that SVG and CSS can bear; two keys never become one.

    Example:
        >>> identifier("kx2020-7/1.19.3")
        'kx2020-7_2f1.19.3'
    """
    return _UNSAFE.sub(lambda found: f"_{ord(found[0]):x}", key)


def class_names(names: Iterable[str]) -> str:
    """Return class names as an attribute; each is made fit for a style sheet."""
    return " ".join(map(identifier, names))


def checked(link: str) -> str:
    """Return a link if it is `https:` or relative.

    Raises:
        Malformed: It is neither.

    Example:
        >>> checked("directive/kx2020-7/1.19"), checked("https://xiada.example/a")
        ('directive/kx2020-7/1.19', 'https://xiada.example/a')
        >>> checked("javascript:alert(1)")
        Traceback (most recent call last):
        xiada.engine.errors.Malformed: 'javascript:alert(1)' cannot be a link. Use https: or a relative path.
    """
    if not _LINK.match(link) or not _LINK_TEXT.match(link):
        raise Malformed("bad_link", f"{shown(link)} cannot be a link", remedy="Use https: or a relative path.")
    return link
