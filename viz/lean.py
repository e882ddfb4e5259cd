"""The SVG that Graphviz writes, made lean and readable: nothing is moved, and nothing that shows is taken away.

Rule: titles, which screen readers read, are the tips instead of `n17`; what every element repeats stands once on the
outermost; what is the default of SVG is left out. Names of people's things stand in quoted attributes and in texts,
with their quotes and angle brackets escaped, so that none of the patterns here can be met by a name.
"""

from __future__ import annotations

import re

from xiada.viz.text import EMPTY_PIECE

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_FONTS = re.compile(rb' font-family="[^"]*"')
_LETTERS = b' font-size="7"'
"""The size of the glyphs in bars and marks, of which there are most; the only one said on the outermost element."""
_PIECE = b"<!-- n"
"""Begins each box and each line; a pattern never reaches across."""
_INSIDE = rb"((?:<(?!/a>)[^\n]*\n)*)"
_REWRITTEN = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (rb"<!-- n\d+(?:&#45;&gt;n\d+)? -->\n", rb""),
        (rf"<text [^>]*>{EMPTY_PIECE}</text>\n".encode(), rb""),
        (rb"<title>n\d+&#45;&gt;n\d+</title>\n", rb""),
        (
            rb'<title>(?:n\d+|xiada)</title>\n<g id="a_[^"]*"><a xlink:title="([^"]*)">\n' + _INSIDE + rb"</a>\n</g>\n",
            rb"<title>\1</title>\n\2",
        ),
        (
            rb'<title>n\d+</title>\n<g id="a_[^"]*"><a xlink:href="([^"]*)" xlink:title="([^"]*)">\n'
            + _INSIDE
            + rb"</a>\n</g>\n",
            rb'<a href="\1" xlink:href="\1">\n<title>\2</title>\n\3</a>\n',
        ),
        (rb'(<polygon [^>]*points=")([^" ]+)([^"]*) \2"', rb'\1\2\3"'),
        (
            rb'(<polygon fill="[^"]*") points="([^"]*)"/>\n<polygon fill="none"( stroke="[^"]*") points="\2"/>',
            rb'\1\3 points="\2"/>',
        ),
        (rb' font-size="(\d+)\.00"(?: fill="#000000")?', rb' font-size="\1"'),
        (_LETTERS, b""),
    )
)
_COURSE = re.compile(rb' d="M([^"]*)"')
_LEFT_OUT = (b' xml:space="preserve"', b' text-anchor="start"', b' stroke="transparent"', b' stroke="none"')


class Lean:
    r"""Makes an SVG lean while Graphviz is still writing it.

    Example:
        >>> lean = Lean()
        >>> lean.feed(b'<!DOCTYPE svg>\n<svg width="9pt">\n<!-- n0 -->\n<polygon fill="red" points="0,0 0,1 1,1 0,0"/>')
        >>> lean.feed(b"\n</svg>\n")
        >>> print(lean.ended().decode().rstrip())
        <?xml version="1.0" encoding="UTF-8"?>
        <svg font-size="7" width="9pt">
        <polygon fill="red" points="0,0 0,1 1,1"/>
        </svg>
    """

    def __init__(self) -> None:
        self._rest = b""
        self._done: list[bytes] = []
        self._fonts = b""

    def feed(self, more: bytes) -> None:
        """Take what comes next."""
        self._rest += more
        end = self._rest.rfind(_PIECE)
        if end > 0:
            self._done.append(self._leaned(self._rest[:end]))
            self._rest = self._rest[end:]

    def ended(self) -> bytes:
        """Return it all, when there is no more to come."""
        svg = b"".join((*self._done, self._leaned(self._rest)))
        start = svg.find(b"<svg ")
        return svg if start < 0 else b"".join((_DECLARATION, b"<svg", self._fonts, _LETTERS, svg[start + 4 :]))

    def _leaned(self, svg: bytes) -> bytes:
        """Return some whole pieces of it, lean."""
        if not self._fonts:
            found = _FONTS.search(svg)
            self._fonts = found[0] if found else b""
        for words in (self._fonts, *_LEFT_OUT) if self._fonts else _LEFT_OUT:
            svg = svg.replace(words, b"")
        for pattern, put in _REWRITTEN:
            svg = pattern.sub(put, svg)
        return _COURSE.sub(_straightened, svg).replace(b"&#45;", b"-")


def _straightened(found: re.Match[bytes]) -> bytes:
    """Return the course of a line with its straight pieces as what they are, instead of as Bézier curves."""
    points = found[1].replace(b"C", b" ").split()
    course = [b' d="M', points[0]]
    for start, bend, other, end in zip(points[::3], points[1::3], points[2::3], points[3::3], strict=False):
        course += (b"L", end) if bend == start and other == end else (b"C", bend, b" ", other, b" ", end)
    return b"".join((*course, b'"'))
