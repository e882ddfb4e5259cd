"""Counts as shares: of a width, and of a hundred."""

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


def whole_percent(part: int, whole: int) -> int:
    """Return a part in whole percents, rounded down: it never says more than there is.

    Example:
        >>> whole_percent(239, 1000), whole_percent(999, 1000), whole_percent(0, 0)
        (23, 99, 0)
    """
    return 100 * part // max(1, whole)


def percent_done(done: int, total: int) -> str:
    """Return what is done as a percentage in words, rounded down as everywhere.

    Example:
        >>> percent_done(999, 1000)
        '99%'
    """
    return f"{whole_percent(done, total)}%"


def percent(count: int, total: int) -> str:
    """Return a count as a rounded percentage that is 0 for none alone, and 100 for all alone.

    Example:
        >>> percent(1, 3), percent(1, 1000), percent(999, 1000), percent(0, 0)
        ('33%', '<1%', '>99%', '0%')
    """
    if not 0 < count < total:
        return "100%" if count else "0%"
    found = (200 * count + total) // (2 * total)
    return "<1%" if found == 0 else ">99%" if found == 100 else f"{found}%"
