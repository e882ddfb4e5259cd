"""How things look: colours, glyphs and fonts, as data, so that another theme is another value.

Rule: colours are told apart by the colour-blind (Okabe and Ito's), and never stand alone: each status
has a glyph and a word. Text is black, but for white on the one dark colour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from xiada.engine import limits


@dataclass(frozen=True, slots=True)
class Look:
    """How a status looks: ground, glyph, colour of the glyph, and a frame if it is hollow."""

    fill: str
    glyph: str
    ink: str = "#000000"
    frame: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours, glyphs and fonts of a drawing.

    Args:
        name: What it is called.
        fonts: Font list; a bare generic name would fall back to Japanese faces.
        paper: The page.
        plate: The ground of a box.
        folded: The ground of a box that stands for many.
        ink: Text.
        muted: Text of second rank.
        line: Borders and lines.
        late: Ground of the mark of what is overdue, and its border.
        late_ink: Text on it.
        late_glyph: The glyph of that mark.
        looks: By status.
        other: For a status the theme does not know; its initials tell it from others.
    """

    name: str
    fonts: str
    paper: str
    plate: str
    folded: str
    ink: str
    muted: str
    line: str
    late: str
    late_ink: str
    late_glyph: str
    looks: Mapping[str, Look]
    other: Look

    def look(self, status: str) -> Look:
        """Return the look of a status."""
        return self.looks.get(status) or replace(self.other, glyph=initials(status) or self.other.glyph)


def initials(name: str) -> str:
    """Return what a status goes by where there is room for two letters or one character only.

    Example:
        >>> initials("under review"), initials("approved"), initials("审核")
        ('ur', 'ap', '审')
    """
    words = [word for word in re.split(r"[\W_]+", name) if word]
    if len(words) > 1 and name.isascii():
        return words[0][0] + words[1][0]
    return name[:2] if name[:2].isascii() else name[:1]


LIGHT = Theme(
    name="light",
    fonts="Noto Sans CJK SC,Microsoft YaHei,PingFang SC,sans-serif",
    paper="#FFFFFF",
    plate="#FFFFFF",
    folded="#F4F4F4",
    ink="#000000",
    muted="#4D4D4D",
    line="#767676",
    late="#D55E00",
    late_ink="#000000",
    late_glyph="▲",
    looks={
        "issued": Look("#BBBBBB", "○"),
        "forwarded": Look("#56B4E9", "➜"),
        "executing": Look("#F0E442", "◐"),
        "reported": Look("#009E73", "✔"),
        "summarised": Look("#0072B2", "■", ink="#FFFFFF"),
        "waived": Look("#FFFFFF", "◇", frame="#767676"),
        "withdrawn": Look("#FFFFFF", "×", frame="#767676"),
    },
    other=Look("#CC79A7", "◆"),
)
"""The colours of Okabe and Ito on white."""

DARK = replace(
    LIGHT,
    name="dark",
    paper="#121212",
    plate="#1E1E1E",
    folded="#2A2A2A",
    ink="#F2F2F2",
    muted="#BDBDBD",
    line="#8C8C8C",
    looks={
        **LIGHT.looks,
        "waived": Look("#1E1E1E", "◇", ink="#F2F2F2", frame="#BDBDBD"),
        "withdrawn": Look("#1E1E1E", "×", ink="#F2F2F2", frame="#BDBDBD"),
    },
)
"""The same colours on near black."""

PRINT = replace(
    LIGHT,
    name="print",
    muted="#333333",
    line="#555555",
    late="#000000",
    late_ink="#FFFFFF",
    looks={
        "issued": Look("#FFFFFF", "○", frame="#555555"),
        "forwarded": Look("#E3E3E3", "➜"),
        "executing": Look("#C4C4C4", "◐"),
        "reported": Look("#8F8F8F", "✔"),
        "summarised": Look("#3A3A3A", "■", ink="#FFFFFF"),
        "waived": Look("#FFFFFF", "◇", frame="#555555"),
        "withdrawn": Look("#FFFFFF", "×", frame="#555555"),
    },
    other=Look("#D4D4D4", "◆"),
)
"""Greys for printers without colour: the further, the darker; the late in black."""

THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}
"""By name."""


def theme_of(name: str) -> Theme:
    """Return a theme by name.

    Raises:
        Malformed: There is none.
    """
    limits.choice(name, "theme", tuple(THEMES))
    return THEMES[name]
