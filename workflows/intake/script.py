"""One way of writing: full-width and half-width signs made one, white space out, opaque parts covered.

Rule: each character keeps its place, so that whatever is found in the plain writing can be quoted
from the text as it stood. Nothing is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from xiada.workflows.intake.passage import Passage

COVER = "□"
"""What stands where a title, a quotation or a bracket has been covered."""

_SIGNS = {ord("！") + n: ord("!") + n for n in range(94)}
_SIGNS |= dict.fromkeys(map(ord, "–—―─－~～〜﹣−‐‑"), ord("-"))
_SIGNS |= dict.fromkeys(map(ord, "○◯Ｏ零"), ord("〇"))
_SIGNS |= dict.fromkeys(map(ord, "〔［【﹝"), ord("["))
_SIGNS |= dict.fromkeys(map(ord, "〕］】﹞"), ord("]"))
_SIGNS |= {ord("；"): ord(";"), ord("﹕"): ord(":"), ord("∶"): ord(":"), ord("．"): ord("."), ord("﹒"): ord(".")}
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f0-9,.:;()\[\]、。□“”‘’-]")
_CLOSING = {"(": ")", "《": "》", "“": "”", "[": "]", "‘": "’"}
_LONGEST_COVER = 200
_LONGEST_SENTENCE = 600


def plain(text: str) -> str:
    """Return a text of the same length in one way of writing.

    Example:
        >>> plain("（１）２０２０年５月—６月，二○二〇")
        '(1)2020年5月-6月,二〇二〇'
    """
    return text.translate(_SIGNS)


@dataclass(frozen=True)
class Script:
    """A stretch of a document: its plain writing, and the passage it was written in.

    Args:
        passage: The cleaned text.
        kept: For each character of the plain writing, its index in the passage.
        text: The plain writing without white space, as long as `kept`.
    """

    passage: Passage
    kept: tuple[int, ...]
    text: str

    @classmethod
    def of(cls, passage: Passage) -> Script:
        """Return a passage in plain writing."""
        written = plain(passage.text)
        kept = tuple(index for index, sign in enumerate(written) if not sign.isspace() or _parts(written, index))
        return cls(passage, kept, "".join(written[index] for index in kept))

    @cached_property
    def open(self) -> str:
        """The plain writing with titles and quotations covered."""
        return covered(self.text, "《“‘")

    @cached_property
    def bare(self) -> str:
        """The plain writing with titles, quotations and brackets covered."""
        return covered(self.text, "《“‘([")

    def part(self, start: int, stop: int) -> Script:
        """Return the characters from `start` up to and without `stop`."""
        return Script(self.passage, self.kept[start:stop], self.text[start:stop])

    def cleaned(self, start: int, stop: int) -> Passage:
        """Return the cleaned passage behind the characters from `start` to `stop`."""
        if start >= stop:
            return self.passage.part(0, 0)
        return self.passage.part(self.kept[start], self.kept[stop - 1] + 1)

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield start and stop of each sentence, its stop sign left out; one that never ends is cut."""
        start = 0
        for found in re.finditer(r"[。!?;]+", self.bare):
            yield from self._pieces(start, found.start())
            start = found.end()
        yield from self._pieces(start, len(self.text))

    def _pieces(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield a stretch whole, or in pieces if it is longer than any sentence, cut at commas where there are any."""
        while stop - start > _LONGEST_SENTENCE:
            comma = self.bare.rfind(",", start + 1, start + _LONGEST_SENTENCE)
            cut = comma if comma > start else start + _LONGEST_SENTENCE
            yield start, cut
            start = cut
        if stop > start:
            yield start, stop


def covered(text: str, opening: str) -> str:
    """Return the text with what stands inside some brackets covered, brackets too; the length stays.

    Example:
        >>> covered("按《关于报送的通知》(附件)办", "《(")
        '按□□□□□□□□□□□□□办'
    """
    signs = list(text)
    index = 0
    while index < len(text):
        close = _close(text, index) if text[index] in opening else None
        if close is not None:
            signs[index : close + 1] = COVER * (close + 1 - index)
            index = close
        index += 1
    return "".join(signs)


def _close(text: str, start: int) -> int | None:
    """Return where the bracket opened at `start` closes, None if nowhere near."""
    opening, closing, depth = text[start], _CLOSING[text[start]], 0
    for index in range(start, min(len(text), start + _LONGEST_COVER)):
        depth += (text[index] == opening) - (text[index] == closing)
        if depth == 0:
            return index
    return None


def _parts(text: str, index: int) -> bool:
    """Tell whether the white space at `index` parts two words of Latin letters."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return bool(before and after) and not (_WIDE.match(before) or _WIDE.match(after))
