"""The timeline in a terminal: a line for each directive, the worst first.

    肇庆市科技局  ▲ 逾期 5 天    ○○➜➜➜➜◐◐◐◐◐◐┃▲▲▲▲┊
    湛江市科协    ◐ 执行中       ○○➜➜◐◐◐◐◐◐◐◐╎◐◐◐◐┊    ┃

Rule: a column of a bar is what was so at its middle; what was late carries the mark of the late instead of its
status, dues stand over both. Rows, axis and words are those of `xiada.viz.history` and `xiada.viz.timeline`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from xiada.engine.due import NEVER, show
from xiada.engine.projections import Tracks, View
from xiada.viz.axis import tick_words, ticks
from xiada.viz.history import History, Timeline, timeline_of
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.plate import overdue_words
from xiada.viz.terminal.page import badge, flowed, footer, showing, swatches, titled, wrapped
from xiada.viz.terminal.strokes import MUTED, late_style, narrow, padded, style_of
from xiada.viz.text import shown
from xiada.viz.theme import LIGHT, Theme
from xiada.viz.timeline import ROWS, rows_shown, status_counts
from xiada.viz.timerow import below_said, standing_said

_DUE, _ORIGINAL, _ASSUMED, _NOW, _FAR = "┃", "╎", "│", "┊", "▸"
_NAME_MOST, _STANDING_MOST = 28, 24
_TICK_COLUMNS = 8
_MARK = Style(bold=True)


@dataclass(frozen=True, slots=True)
class _Screen:
    """What all lines of one timeline have in common: the values, and how wide name, standing and bar are."""

    model: Timeline
    theme: Theme
    labels: Labels
    name: int
    standing: int
    bar: int

    def column(self, t: int) -> int:
        """Return the column of a bar an instant is in."""
        return min(self.bar - 1, int(self.model.axis.share(t) * self.bar))


def timeline_text(  # noqa: PLR0913  (what all drawings in a terminal take, and which page)
    view: View,
    tracks: Tracks,
    *,
    rows: int = ROWS,
    page: int = 1,
    columns: int = 100,
    lang: Language = "zh",
    theme: Theme = LIGHT,
) -> list[Text]:
    """Return one page of the timeline of a view as lines of text.

    Args:
        view: The cascade at one instant.
        tracks: The marks of its directives; more of them do no harm.
        rows: Directives a page, 1 to 200.
        page: Which page, from 1 on.
        columns: Most columns of a line.
        lang: `zh` or `en`.
        theme: Colours and glyphs of statuses.

    Raises:
        Malformed: So many rows cannot be shown, the language is not known, or the tracks lack a directive.
        NotFound: There is no such page.
    """
    labels, theme = catalogue(lang), theme.for_table(view.lifecycle)
    model = timeline_of(view, tracks, rows=rows, page=page)
    screen = _screen(model, theme, labels, columns)
    return [
        *titled(shown(view.title) or view.cascade, columns),
        *_summary(screen, columns),
        *_legend(screen, columns),
        Text(),
        *_axis(screen),
        *(_line(row, screen) for row in model.rows),
        Text(),
        *footer(view, labels, columns),
    ]


def _screen(model: Timeline, theme: Theme, labels: Labels, columns: int) -> _Screen:
    """Return how the width is shared: names and standings as wide as they need, within bounds; the bar has the rest."""
    name = max((cell_len(shown(row.node.name)) for row in model.rows), default=0)
    standing = max((cell_len(_standing_plain(row, theme, labels)) for row in model.rows), default=0)
    name, standing = min(name, _NAME_MOST, columns // 4), min(standing, _STANDING_MOST, columns // 4)
    return _Screen(model, theme, labels, name, standing, max(10, columns - name - standing - 4))


def _standing_plain(row: History, theme: Theme, labels: Labels) -> str:
    """Return how a directive stands in words."""
    if row.node.bucket != "overdue":
        return standing_said(row, theme, labels)
    late = f" {theme.late_glyph} {overdue_words(row.node, labels)}"
    return " ".join(filter(None, (late, below_said(row, labels))))


def _standing_fitted(row: History, screen: _Screen) -> str:
    """Return how a directive stands; where there is no room for all of it, the worst: overdue itself, or below it."""
    found, below = _standing_plain(row, screen.theme, screen.labels), below_said(row, screen.labels)
    if cell_len(found) <= screen.standing or not below:
        return found
    if row.node.bucket == "overdue":
        return _standing_plain(replace(row, below=0), screen.theme, screen.labels)
    return f"{screen.theme.look(row.node.directive.status).glyph} {below}"


def _summary(screen: _Screen, columns: int) -> list[Text]:
    """Return the lines below the title."""
    model, say = screen.model, screen.labels.say
    late = sum(node.bucket == "overdue" for node in model.view.nodes)
    runs = [Text(say("total", total=len(model.view.nodes)), style="bold")]
    runs += [badge(f"{screen.theme.late_glyph} {say('overdue', count=late)}", screen.theme)] if late else []
    runs.append(Text(rows_shown(model, screen.labels)))
    runs.append(showing(len(model.rows), model.view, screen.labels))
    order = wrapped(say("timeline_order"), columns, lines=2)
    return [*flowed(runs, columns), *(Text(line, style=MUTED) for line in order)]


def _legend(screen: _Screen, columns: int) -> list[Text]:
    """Return the legend: statuses and how many directives are at each, and the marks there are."""
    model, say, theme = screen.model, screen.labels.say, screen.theme
    runs = swatches(status_counts(model).items(), theme, screen.labels)
    if any(row.late for row in model.rows):
        late = f" {say('timeline_late_strip')}"
        runs.append(Text.assemble((f" {theme.late_glyph} ", late_style(theme)), late))
    marks = (
        (_DUE, "timeline_due_mark", any(row.due != NEVER and not row.assumed for row in model.rows)),
        (_ORIGINAL, "timeline_original_mark", any(row.original is not None for row in model.rows)),
        (_ASSUMED, "timeline_assumed_mark", any(row.assumed for row in model.rows)),
    )
    runs += [Text(f"{mark} {say(name)}") for mark, name, there in marks if there]
    now = say("timeline_now", instant=show(model.axis.now, model.axis.zone))
    runs.append(Text(f"{_NOW} {now}"))
    if any(model.axis.end < row.due < NEVER for row in model.rows):
        runs.append(Text(say("timeline_far_mark")))
    return flowed(runs, columns)


def _axis(screen: _Screen) -> list[Text]:
    """Return the marks of the axis: what they lie in, and their own words."""
    found = ticks(screen.model.axis, max(1, screen.bar // _TICK_COLUMNS))
    said = [tick_words(tick, screen.labels) for tick in found]
    places = [screen.column(tick.t) for tick in found]
    inside = [text if not n or said[n - 1][0] != text else "" for n, (text, _) in enumerate(said)]
    lines = [_words_at(places, inside, screen.bar), _words_at(places, [own for _, own in said], screen.bar)]
    indent = " " * (screen.name + screen.standing + 4)
    return [Text(f"{indent}{line}".rstrip(), style=MUTED) for line in lines if line.strip()]


def _words_at(places: Sequence[int], texts: Sequence[str], columns: int) -> str:
    """Return a line with texts at their places, leaving out what would run into the one before or off the end."""
    line = ""
    for place, text in zip(places, texts, strict=True):
        used = cell_len(line)
        if text and used <= place and place + cell_len(text) <= columns and (used < place or not used):
            line += " " * (place - used) + text
    return line


def _line(row: History, screen: _Screen) -> Text:
    """Return the line of a directive: name, how it stands, bar."""
    text = Text(f"{padded(row.node.name, screen.name)}  ")
    standing = _standing_fitted(row, screen)
    late = row.node.bucket == "overdue"
    text.append(padded(standing, screen.standing), style=late_style(screen.theme) if late else "")
    text.append("  ")
    text.append_text(_bar(row, screen))
    return text


def _bar(row: History, screen: _Screen) -> Text:
    """Return the bar of a directive, a character a column."""
    found = Text()
    marks = _marks(row, screen)
    axis = screen.model.axis
    for column in range(screen.bar):
        t = axis.start + (2 * column + 1) * (axis.end - axis.start) // (2 * screen.bar)
        if column in marks:
            found.append(*marks[column])
        else:
            found.append(*_at(row, t, screen))
    found.rstrip()
    return found


def _at(row: History, t: int, screen: _Screen) -> tuple[str, Style]:
    """Return what a column shows: late, a status, or nothing."""
    if any(start <= t < end for start, end in row.late):
        return screen.theme.late_glyph, late_style(screen.theme)
    status = next((span.status for span in row.spans if span.start <= t < span.end), None)
    if status is None:
        return " ", Style()
    look = screen.theme.look(status)
    return narrow(look.glyph), style_of(look)


def _marks(row: History, screen: _Screen) -> dict[int, tuple[str, Style]]:
    """Return the marks that stand over a bar by column: now, end, dues."""
    axis, theme = screen.model.axis, screen.theme
    found: dict[int, tuple[str, Style]] = {}
    after = math.ceil(axis.share(axis.now) * screen.bar - 0.5)  # right of the last column that shows a status
    if after < screen.bar:
        found[after] = (_NOW, MUTED)
    if row.ended is not None:
        look = theme.look(row.node.directive.status)
        found[screen.column(row.ended)] = (narrow(look.glyph), style_of(look))
    if row.original is not None and axis.holds(row.original):
        found[screen.column(row.original)] = (_ORIGINAL, _MARK)
    if row.due != NEVER and axis.holds(row.due):
        found[screen.column(row.due)] = (_ASSUMED if row.assumed else _DUE, _MARK)
    if axis.end < row.due < NEVER:
        found[screen.bar - 1] = (_FAR, _MARK)
    return found
