"""How things look: colours, glyphs and fonts, as data, so that another theme is another value.

Rule: colours are told apart by the colour-blind (Okabe and Ito's), and never stand alone: each status
has a glyph and a word. Text is black, but for white on the dark grounds. What a theme does not know, the
statuses of a lifecycle of one's own, gets looks by its place in the table: `Theme.for_table`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from xiada.engine import limits
from xiada.engine.lifecycle import Lifecycle


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
        shade: The ground of a number that is all there is; lesser shares lie between `plate` and it.
        looks: By status.
        spare: Looks for the statuses of a table of one's own; their glyphs are left to the statuses' names.
        other: For a status that neither the theme nor the table knows.
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
    shade: str
    looks: Mapping[str, Look]
    spare: Sequence[Look]
    other: Look

    def for_table(self, table: Lifecycle) -> Theme:
        """Return the theme with a look for every status of a table, each its own as long as there are enough.

        The unknown statuses take, in the order of the table, the spare looks, then those of the statuses that
        the table does not have; their glyphs are their initials, or where two have the same, their number.

        Example:
            >>> from xiada.engine.lifecycle import STANDARD
            >>> LIGHT.for_table(STANDARD) is LIGHT
            True
        """
        names = [status.name for status in table.statuses]
        unknown = [name for name in names if name not in self.looks]
        if not unknown:
            return self
        used = {look.fill for look in self.looks.values()}
        free = [look for look in self.spare if look.fill not in used]
        free += [look for name, look in self.looks.items() if name not in names and look.frame is None]
        glyphs = [look.glyph for look in self.looks.values()]
        own: dict[str, Look] = {}
        for name, look in zip(unknown, cycle(free or [self.other]), strict=False):
            own[name] = replace(look, glyph=_glyph(name, names.index(name), glyphs))
            glyphs.append(own[name].glyph)
        return replace(self, looks={**self.looks, **own})

    def look(self, status: str) -> Look:
        """Return the look of a status."""
        return self.looks.get(status) or replace(self.other, glyph=initials(status) or self.other.glyph)


def _glyph(name: str, place: int, taken: Collection[str]) -> str:
    """Return the glyph of a status of one's own: its initials, or its number in the table."""
    found = initials(name)
    return found if found and found not in taken else str(place + 1)


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
    shade="#08306B",
    looks={
        "issued": Look("#BBBBBB", "○"),
        "forwarded": Look("#56B4E9", "➜"),
        "executing": Look("#F0E442", "◐"),
        "reported": Look("#009E73", "✔"),
        "summarised": Look("#0072B2", "■", ink="#FFFFFF"),
        "waived": Look("#FFFFFF", "◇", frame="#767676"),
        "withdrawn": Look("#FFFFFF", "×", frame="#767676"),
    },
    spare=(
        Look("#882255", "◆", ink="#FFFFFF"),
        Look("#BBEEAA", "◆"),
        Look("#3322AA", "◆", ink="#FFFFFF"),
        Look("#225522", "◆", ink="#FFFFFF"),
    ),
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
    shade="#9EC5F0",
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
    shade="#777777",
    looks={
        "issued": Look("#E2E2E2", "○"),
        "forwarded": Look("#C5C5C5", "➜"),
        "executing": Look("#A8A8A8", "◐"),
        "reported": Look("#828282", "✔"),
        "summarised": Look("#3A3A3A", "■", ink="#FFFFFF"),
        "waived": Look("#FFFFFF", "◇", frame="#555555"),
        "withdrawn": Look("#FFFFFF", "×", frame="#555555"),
    },
    spare=(Look("#5C5C5C", "◆", ink="#FFFFFF"),),
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
