"""A run of cleaned text that knows where each of its characters stood in the text as read.

Rule: whatever the intake finds is found in cleaned text and pointed to in the text as read; this is
the one place where the two meet. It cleans nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start and end (exclusive) of characters in the text as read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Cleaned text, and the place of each character in the text as read.

    Args:
        text: The cleaned text, length N.
        places: Where each character stands in the text as read, length N, rising.

    Example:
        >>> whole = Passage.of("2020 年")
        >>> whole.part(0, 4).text, whole.part(5, 6).span
        ('2020', (5, 6))
    """

    text: str
    places: Sequence[int]

    def __post_init__(self) -> None:
        assert len(self.text) == len(self.places), "one place for each character"

    @classmethod
    def of(cls, text: str, start: int = 0) -> Passage:
        """Return a text as it stands, its first character at `start`."""
        return cls(text, range(start, start + len(text)))

    @property
    def span(self) -> Span:
        """Where it stands in the text as read; (0, 0) if it is empty."""
        return (self.places[0], self.places[-1] + 1) if self.text else (0, 0)

    def part(self, start: int, stop: int) -> Passage:
        """Return the characters from `start` up to and without `stop`."""
        return Passage(self.text[start:stop], self.places[start:stop])

    def stripped(self) -> Passage:
        """Return it without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))
