"""What the workflows share: a clock a story sets, and the steps it is told in.

Rule: a story drives an engine through its public API only, with times of its own; run twice, it
gives the same events byte for byte but for the salts of erasable texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from xiada.engine.due import SHANGHAI, instant, zone_info
from xiada.engine.errors import XiadaError

Moment = Literal["issued", "half_way", "summarised"]


class StoryClock:
    """A clock that stands where it was put.

    Example:
        >>> clock = StoryClock()
        >>> clock.put("2020-05-06 09:00")
        >>> clock.now()
        1588726800000000
    """

    def __init__(self) -> None:
        self._now = 0

    def now(self) -> int:
        """Return the instant it was put to, µs since 1970 UTC."""
        return self._now

    def put(self, moment: str, zone: str = SHANGHAI) -> None:
        """Put it to a wall-clock time, `YYYY-MM-DD hh:mm`, in a zone."""
        self._now = instant(datetime.fromisoformat(moment).replace(tzinfo=zone_info(zone)))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story, told after it happened.

    Args:
        title_zh: What happened, in Chinese.
        title_en: The same in English.
        refusal: What the engine said, where the step is a refusal.
        moment: A moment worth a picture.
    """

    title_zh: str
    title_en: str
    refusal: XiadaError | None = None
    moment: Moment | None = None
