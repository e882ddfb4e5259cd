"""Grounds between two colours, and letters that can be read on them.

Rule: what is written on a mixed ground has a contrast of at least 4.5 to 1 (WCAG 2.1 AA): the theme's own ink where
that does, else black or white, one of which always does (the worst ground gives 4.58).
"""

from __future__ import annotations

from functools import lru_cache

from xiada.viz.theme import Theme

LEGIBLE = 4.5
_LATE_LEAST = 0.2
_BLACK, _WHITE = "#000000", "#FFFFFF"


@lru_cache(maxsize=1024)
def mixed(ground: str, colour: str, share: float) -> str:
    """Return a ground with so much of a colour in it, from 0 to 1.

    Example:
        >>> mixed("#FFFFFF", "#000000", 0.0), mixed("#FFFFFF", "#0040FF", 0.5)
        ('#FFFFFF', '#80A0FF')
    """
    pairs = zip(_channels(ground), _channels(colour), strict=True)
    return "#" + "".join(f"{int(below + share * (above - below) + 0.5):02X}" for below, above in pairs)


@lru_cache(maxsize=1024)
def ink_on(ground: str, ink: str) -> str:
    """Return a colour for letters on a ground: the ink if it can be read there, else black or white.

    Example:
        >>> ink_on("#F0E442", "#000000"), ink_on("#08306B", "#000000")
        ('#000000', '#FFFFFF')
    """
    if contrast(ground, ink) >= LEGIBLE:
        return ink
    return max((_BLACK, _WHITE), key=lambda colour: contrast(ground, colour))


def late_ground(share: float, theme: Theme) -> str:
    """Return the ground of what is overdue, by its share: the larger, the nearer to the colour of lateness.

    Args:
        share: From 0 to 1; what is above 0 can be told from nothing.
        theme: Whose colours.

    Example:
        >>> from xiada.viz.theme import LIGHT
        >>> late_ground(0.0, LIGHT), late_ground(1.0, LIGHT)
        ('#FFFFFF', '#D55E00')
    """
    return mixed(theme.plate, theme.late, _LATE_LEAST + (1 - _LATE_LEAST) * share) if share else theme.plate


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21.

    Example:
        >>> round(contrast("#000000", "#FFFFFF"), 2), contrast("#0072B2", "#0072B2")
        (21.0, 1.0)

    Source: WCAG 2.1, contrast ratio.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return how light a colour is, from 0 to 1.

    Source: WCAG 2.1, relative luminance.
    """
    shares = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )  # fmt: skip
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of `#RRGGBB`, from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
