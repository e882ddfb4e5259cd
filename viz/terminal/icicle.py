"""The icicle in a terminal: a band per depth, all directives in it, however many.

    市级 · 412 件 · 办结 39% · ▲ 逾期 23（6%）
    ✔✔✔◐◐○○○✔✔■■■■◐○○○➜➜✔
       1    2        ▲

Rule: what stands in which column is decided as on paper (`xiada.viz.bands`); a column shows the most frequent status
of those in it, and below it how many tenths of them are overdue.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from xiada.engine.projections import View
from xiada.viz.bands import Band, Bands, Count, banded
from xiada.viz.icicle import late_words, level_words, order, worst
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.shading import ink_on, late_ground
from xiada.viz.shares import percent_done
from xiada.viz.terminal.page import flowed, footer, ranked, showing, standing, swatches, titled
from xiada.viz.terminal.strokes import MUTED, clipped, narrow, style_of
from xiada.viz.text import shown
from xiada.viz.theme import LIGHT, Theme

_TENTHS = 10
_NAMED = 4


def icicle_text(view: View, *, columns: int = 100, lang: Language = "zh", theme: Theme = LIGHT) -> list[Text]:
    """Return the icicle of a view as lines of text.

    Args:
        view: The cascade, or a part of it, at one instant.
        columns: Most columns of a line, of what the terminal counts as one.
        lang: `zh` or `en`.
        theme: Colours and glyphs of statuses.

    Raises:
        Malformed: The language is not known.
    """
    found, labels, looks = banded(view, columns), catalogue(lang), theme.for_table(view.lifecycle)
    ranks = order(view, found)
    lines = [
        *titled(shown(view.title) or view.cascade, columns),
        *flowed(_summary(view, found, labels, looks), columns),
        *ranked(labels.say("worst"), worst(view, found, labels), columns),
        *flowed(_legend(found, ranks, labels, looks), columns),
        Text(),
    ]
    for band in found.bands:
        lines += _band(band, ranks, labels, looks, columns)
        if found.branches and band.depth == min(found.branches[0].by_depth):
            lines += [names] if (names := _names(view, found)).plain else []
    return [*lines, Text(), *footer(view, labels, columns)]


def _summary(view: View, found: Bands, labels: Labels, theme: Theme) -> list[Text]:
    """Return how far all is, in runs of words."""
    whole = found.count
    runs = standing(theme, labels, total=whole.total, done=whole.done, overdue=whole.overdue)
    return [*runs, showing(whole.total, view, labels)]


def _legend(found: Bands, ranks: Sequence[str], labels: Labels, theme: Theme) -> list[Text]:
    """Return the statuses with their counts, and how to read the columns."""
    counts = [(status, found.count.statuses[status]) for status in ranks if found.count.statuses[status]]
    runs = [*swatches(counts, theme, labels), Text(labels.say("icicle_text_about"))]
    late = [Text(labels.say("icicle_text_late", glyph=theme.late_glyph))] if found.count.overdue else []
    return runs + late


def _band(band: Band, ranks: Sequence[str], labels: Labels, theme: Theme, columns: int) -> list[Text]:
    """Return a band: its counts in words, its statuses, and its tenths of lateness if there are any."""
    count = band.count
    said = [level_words(band, labels)]
    said.append(labels.say("icicle_count", count=count.total, percent=percent_done(count.done, count.total)))
    said += [late_words(count, labels, theme)] if count.overdue else []
    statuses, late = Text(), Text()
    for piece in band.slices:
        status = _commonest(piece.count, ranks)
        look = theme.look(status)
        blank = " " * (piece.left - len(statuses.plain))  # every glyph is one character in one column
        statuses.append(blank)
        statuses.append(narrow(look.glyph) * (piece.right - piece.left), style=style_of(look))
        late.append(blank)
        late.append(_tenths(piece.count, theme) * (piece.right - piece.left), style=_lateness(piece.count, theme))
    late.rstrip()
    return [Text(clipped(" · ".join(said), columns), style="bold"), statuses, *([late] if late.plain else [])]


def _commonest(count: Count, ranks: Sequence[str]) -> str:
    """Return the most frequent status; of equals the one that is least far."""
    return max(ranks, key=lambda status: (count.statuses[status], ranks.index(status)))


def _tenths(count: Count, theme: Theme) -> str:
    """Return how many tenths are overdue, rounded up; the mark if all are, nothing if none is."""
    if not count.overdue:
        return " "
    if count.overdue == count.total:
        return narrow(theme.late_glyph)
    return str(min(_TENTHS - 1, -(-_TENTHS * count.overdue // count.total)))


def _lateness(count: Count, theme: Theme) -> Style:
    """Return the ground of a digit of lateness: the larger the share, the nearer to the colour of lateness."""
    if not count.overdue:
        return Style.null()
    ground = late_ground(count.overdue / count.total, theme)
    return Style(color=ink_on(ground, theme.late_ink), bgcolor=ground, bold=True)


def _names(view: View, found: Bands) -> Text:
    """Return the names of the branches, each where it begins, as much of it as has room."""
    line = ""
    for branch in found.branches:
        room = branch.right - branch.left - 1
        if room >= _NAMED:
            line += " " * (branch.left - cell_len(line)) + set_cell_size(shown(view.nodes[branch.place].name), room)
    return Text(line.rstrip(), style=MUTED)
