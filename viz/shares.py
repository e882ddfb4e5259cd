"""Counts as shares of a width."""

from __future__ import annotations

from collections.abc import Sequence

LEAST_POINTS = 2
"""What is less wide than two points cannot be seen on paper."""


def shared(counts: Sequence[int], width: int, least: int = LEAST_POINTS) -> list[int]:
    """Return how much of a width each count gets: in proportion, whole, none less than can be seen.

    Args:
        counts: Each at least 1.
        width: To be shared; wide enough for all.
        least: What each gets at least.

    Example:
        >>> shared([1, 999], 100), shared([1, 1, 1], 100), shared([], 100)
        ([2, 98], [34, 33, 33], [])
    """
    total, spare = sum(counts), width - least * len(counts)
    exact = [count * spare / total for count in counts]
    found = [int(share) for share in exact]
    by_remainder = sorted(range(len(counts)), key=lambda place: (found[place] - exact[place], place))
    for place in by_remainder[: spare - sum(found)] if counts else ():
        found[place] += 1
    return [share + least for share in found]
