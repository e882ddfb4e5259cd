"""A cascade as a film: event by event, with how many directives stand at each status after it.

Rule: a frame is a value; how long to wait between two is arithmetic on recorded time, and whoever
shows them does the waiting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from xiada.engine.hindsight.walking import Step

_MINUTE_US = 60_000_000


class Frame(NamedTuple):
    """One event and the standing after it: how many directives at each status, none left out but zeros."""

    step: Step
    standing: Mapping[str, int]


def frames(steps: Iterable[Step], *, start: int = 0) -> Iterator[Frame]:
    """Yield the steps of a walk with the standing after each.

    Args:
        steps: From the first event on, so that the standing is whole.
        start: First log index to be shown; what is before it only counts.
    """
    standing: Counter[str] = Counter()
    for step in steps:
        if step.before is not None:
            standing[step.before.status] -= 1
        if step.after is not None:
            standing[step.after.status] += 1
        if step.recorded.index is not None and step.recorded.index >= start:
            yield Frame(step, {status: count for status, count in standing.items() if count})


def pause_s(earlier: int, later: int, minutes_per_second: float) -> float:
    """Return how many seconds to wait between two recorded times, µs, when so many minutes pass in a second.

    Example:
        >>> pause_s(0, 3_600_000_000, 60)
        1.0
    """
    return (later - earlier) / _MINUTE_US / minutes_per_second
