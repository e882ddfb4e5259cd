r"""Text on paper: how wide it is, how it is shortened and wrapped, how it is escaped.

Rule: widths are estimated without any font (wide and ambiguous characters 1.0 em, capitals and broad
letters 0.7 to 0.95 em, others 0.56 em), so that a drawing is laid out the same on every machine. Text
gets into DOT through `escaped` alone, on which `escaped_tip` builds.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

WIDE_EM = 1.0
BROAD_EM = 0.95
CAPITAL_EM = 0.7
NARROW_EM = 0.56
_BROAD = frozenset("MWmw@%")
ELLIPSIS = "…"
_BREAKS = " 、，；"
TIP_CHARS = 2_000
"""Most characters of a tip; Graphviz reads no quoted text of 16 kB, and an escaped character takes up to six bytes."""

EMPTY_PIECE = "\u200b"
"""Zero width: a piece of text that is there and shows nothing."""

_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]",
)
_SPACES = re.compile(r"\s+")
_PLAIN_WORD = rf"[^\s&<>\"'\\{_UNSHOWABLE.pattern[1:-1]}]+"
_PLAIN = re.compile(rf"{_PLAIN_WORD}(?: {_PLAIN_WORD})*\Z")
"""What is shown and escaped as it is: nearly every text; looking once takes a quarter of the time of escaping it."""


def width(text: str, size: float) -> float:
    """Return the estimated width of one line of text, in the unit of `size`.

    Example:
        >>> width("广东", 10), round(width("ab", 10), 2)
        (20.0, 11.2)

    Source: UAX #11, East Asian Width.
    """
    return size * sum(map(_em, text))


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    """Return the estimated width of one character; a ligature is as wide as the letters in it."""
    if unicodedata.east_asian_width(character) in "WFA":
        return WIDE_EM
    if character in _BROAD:
        return BROAD_EM
    if character.isupper():
        return CAPITAL_EM
    return NARROW_EM * len(unicodedata.normalize("NFKC", character))


def room(text: str, size: float) -> int:
    """Return the whole points a line of text needs.

    Example:
        >>> room("ab", 10)
        12
    """
    return math.ceil(width(text, size))


def shown(text: str) -> str:
    r"""Return a text as a drawing shows it: one line, without what cannot be shown or would reorder it.

    Example:
        >>> shown("a\tb\u202ec")
        'a bc'
    """
    return _SPACES.sub(" ", _UNSHOWABLE.sub("", text)).strip()


def fitted(text: str, most: float, size: float) -> str:
    """Return a text as shown, shortened with an ellipsis until it is at most so many points wide.

    Example:
        >>> fitted("广东省科学技术协会", 60, 10)
        '广东省科学…'
        >>> fitted("广东", 60, 10)
        '广东'
    """
    line = shown(text)
    if width(line, size) <= most:
        return line
    left = most - width(ELLIPSIS, size)
    for place, character in enumerate(line):
        left -= width(character, size)
        if left < 0:
            return line[:place].rstrip() + ELLIPSIS
    return line


def first_fit(texts: Sequence[str], most: float, size: float) -> str:
    """Return the first of some texts that has room, the last one shortened if none has; empty if there are none.

    Example:
        >>> first_fit(["3 天 4 小时", "3 天"], 30, 10), first_fit([], 30, 10)
        ('3 天', '')
    """
    fit = next((text for text in texts if width(shown(text), size) <= most), texts[-1] if texts else "")
    return fitted(fit, most, size)


def wrapped(text: str, most: float, size: float, *, lines: int) -> tuple[str, ...]:
    """Return a text in at most so many lines, broken at spaces where there are any; the last is shortened.

    Example:
        >>> wrapped("acknowledge, remind", 80, 10, lines=2)
        ('acknowledge,', 'remind')
        >>> wrapped("一二三四五六七", 30, 10, lines=2)
        ('一二三', '四五…')
    """
    rest = shown(text)
    found: list[str] = []
    while rest and len(found) < lines - 1 and width(rest, size) > most:
        place = _break(rest, most, size)
        found.append(fitted(rest[:place], most, size))  # one ligature may be wider than the line
        rest = rest[place:].lstrip()
    return (*found, fitted(rest, most, size)) if rest else tuple(found)


def _break(text: str, most: float, size: float) -> int:
    """Return where to break a line: after a space or a comma near its end, else where it is full."""
    place, used = 0, 0.0
    while place < len(text) and used + width(text[place], size) <= most:
        used += width(text[place], size)
        place += 1
    after = 1 + max(text.rfind(mark, 0, place + (mark == " ")) for mark in _BREAKS)
    return after if after > place // 2 else max(1, place)


def escaped(text: str) -> str:
    r"""Return text for an HTML-like label: shown literally, whatever it holds.

    Backslashes are doubled because Graphviz expands `\N` and `\G` even inside HTML-like labels.

    Example:
        >>> print(escaped('</B> "\\N" & co'))
        &lt;/B&gt; &quot;\\N&quot; &amp; co
    """
    if _PLAIN.match(text):
        return text
    return html.escape(shown(text), quote=True).replace("&#x27;", "&#39;").replace("\\", "\\\\")


def escaped_tip(text: str) -> str:
    r"""Return text for a tooltip, shown literally as far as it can be read: Graphviz expands backslashes in it twice.

    Example:
        >>> print(escaped_tip("\\N"))
        \\\\N
    """
    cut = text if len(text) <= TIP_CHARS else shown(text)[:TIP_CHARS] + ELLIPSIS
    return escaped(cut).replace("\\", "\\\\")
