"""Lengths of time as people read them: 3 天 4 小时, 3 d 4 h.

Rule: whole units, rounded down; the second unit is said only while the first is below ten, for beyond that nobody
needs it. Months and years are not used: they are not all equally long.
"""

from __future__ import annotations

from xiada.viz.labels import Labels

SECOND_US = 1_000_000
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_FEW = 10


def spoken(seconds: int, labels: Labels, *, units: int = 2) -> str:
    """Return a length of time in words, in at most so many units.

    Args:
        seconds: At least 0.
        labels: The language.
        units: 1 or 2; the second is left out where it is nothing, or where the first is ten or more.

    Example:
        >>> from xiada.viz.labels import catalogue
        >>> spoken(3 * 86_400 + 4 * 3_600 + 59, catalogue("zh")), spoken(3 * 86_400 + 4 * 3_600, catalogue("en"))
        ('3 天 4 小时', '3 d 4 h')
        >>> spoken(12 * 86_400 + 5, catalogue("en")), spoken(3_661, catalogue("en"), units=1)
        ('12 d', '1 h')
    """
    place = next((place for place, (_, size) in enumerate(_UNITS) if seconds >= size), len(_UNITS) - 1)
    name, size = _UNITS[place]
    first, rest = divmod(seconds, size)
    found = labels.say(f"duration_{name}", count=first)
    if units == 1 or first >= _FEW or place + 1 == len(_UNITS):
        return found
    name, size = _UNITS[place + 1]
    return f"{found} {labels.say(f'duration_{name}', count=rest // size)}" if rest >= size else found
