"""The state machine in a terminal: a paragraph for each status, with where it leads, how often, and after how long.

    ◐ 执行中  42 件  ▲ 逾期 3  至今停留（中位数）5 天 23 小时
       → ✔ 已报送      77× · 21 天     报送 · 承办单位
       ↻ 承办单位：签收、转发

Rule: words and numbers are those of the drawing (`xiada.viz.lifecycle`, `xiada.viz.census`); effects of other
directives have a dashed arrow.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from xiada.engine.lifecycle import Lifecycle, Transition
from xiada.engine.projections import Tracks, View
from xiada.viz.census import Census, census, stay_said
from xiada.viz.durations import spoken
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.lifecycle import loops_said, strange_said, table_said
from xiada.viz.page import origin
from xiada.viz.routes import START
from xiada.viz.terminal.page import badge, flowed, foot, showing, swatches, titled, wrapped
from xiada.viz.terminal.strokes import MUTED, clipped, padded, style_of
from xiada.viz.text import shown
from xiada.viz.theme import LIGHT, Theme

_INDENT = "   "
_SOLID, _DASHED = "→", "⇢"
_TARGET_MOST = 24


@dataclass(frozen=True, slots=True)
class _Screen:
    """What all lines have in common; `target` and `number` are the widths of a move's columns."""

    census: Census
    theme: Theme
    labels: Labels
    columns: int
    target: int
    number: int


def lifecycle_text(
    table: Lifecycle,
    view: View | None = None,
    tracks: Tracks | None = None,
    *,
    columns: int = 100,
    lang: Language = "zh",
    theme: Theme = LIGHT,
) -> list[Text]:
    """Return a lifecycle as lines of text.

    Args:
        table: The lifecycle.
        view: Whose directives to count.
        tracks: Their marks; without a view, of all whose moves to count.
        columns: Most columns of a line.
        lang: `zh` or `en`.
        theme: Colours and glyphs of statuses.

    Raises:
        Malformed: The language is not known, or the tracks lack a directive of the view.
    """
    labels = catalogue(lang)
    screen = _screen(census(table, view, tracks), theme.for_table(table), labels, columns)
    title = labels.say("subject", title=shown(view.title) or view.cascade) if view else labels.say("lifecycle")
    statuses = (START, *(status.name for status in table.statuses))
    return [
        *titled(title, columns),
        *(_summary(view, screen) if view else []),
        *_legend(screen),
        *(line for status in statuses for line in (Text(), *_paragraph(status, screen))),
        Text(),
        *foot((table_said(table, labels), *(origin(view, labels) if view else ())), columns),
    ]


def _screen(found: Census, theme: Theme, labels: Labels, columns: int) -> _Screen:
    """Return how the width of a move is shared: its target and its number as wide as they need."""
    targets = [_called(row.target, theme, labels) for row in found.table.transitions if row.target is not None]
    numbers = [_number(row, source, found, labels) for row in found.table.transitions for source in _sources(row)]
    target = min(max(map(cell_len, targets), default=0), _TARGET_MOST, columns // 3)
    return _Screen(found, theme, labels, columns, target, max(map(cell_len, numbers), default=0))


def _called(status: str, theme: Theme, labels: Labels) -> str:
    """Return glyph and word of a status."""
    return f"{theme.look(status).glyph} {shown(labels.status(status))}"


def _sources(row: Transition) -> tuple[str, ...]:
    """Return where a move starts from; nothing for what moves nothing."""
    return () if row.target is None else tuple(one for one in (row.sources or (START,)) if one != row.target)


def _number(row: Transition, source: str, found: Census, labels: Labels) -> str:
    """Return how often a move was gone from a status and after how long; empty where that is not known."""
    if found.dwell is None or row.target is None:
        return ""
    shared = found.is_shared((source,), row.target)
    return stay_said(found.gone((source,), row.target), labels, shared=shared)


def _summary(view: View, screen: _Screen) -> list[Text]:
    """Return the lines below the title: how many are counted, and what the table does not have."""
    say, total = screen.labels.say, len(view.nodes)
    runs = [Text(say("total", total=total), style="bold"), showing(total, view, screen.labels)]
    return flowed(runs, screen.columns)


def _legend(screen: _Screen) -> list[Text]:
    """Return what the marks say, and what the table does not have."""
    found, say = screen.census, screen.labels.say
    known = found.counts
    counts = [(one.name, None if known is None else known.get(one.name, 0)) for one in found.table.statuses]
    remarks = [say("terminal_command"), say("terminal_effect"), say("same")]
    if found.dwell is not None:
        remarks += [say("times_mark"), *([say("shared_mark")] if found.shows_shared else [])]
    strange = flowed(map(Text, strange_said(found, screen.labels)), screen.columns)
    runs = (Text(line, style=MUTED) for remark in remarks for line in wrapped(remark, screen.columns, lines=2))
    return [*flowed(swatches(counts, screen.theme, screen.labels), screen.columns),
            *flowed(runs, screen.columns), *strange]  # fmt: skip


def _paragraph(status: str, screen: _Screen) -> list[Text]:
    """Return a status: who is there, where it leads, what leaves it as it is."""
    rows = [row for row in screen.census.table.transitions if status in _sources(row)]
    lines = [_move(row, status, screen) for row in rows]
    if status == START:
        return [Text("●", style="bold"), *lines]
    loops = loops_said(status, screen.census.table, screen.labels)
    inner = screen.columns - len(_INDENT)
    lines += [Text(f"{_INDENT}{line}", style=MUTED) for loop in loops for line in wrapped(loop, inner, lines=3)]
    return [*_head(status, screen), *lines]


def _head(status: str, screen: _Screen) -> list[Text]:
    """Return the first line of a status: its name, how many are there, how many late, how long so far."""
    found, labels, theme = screen.census, screen.labels, screen.theme
    runs = [Text(f" {_called(status, theme, labels)} ", style=style_of(theme.look(status)))]
    if found.counts is not None:
        runs.append(Text(labels.say("count", count=found.counts.get(status, 0)), style="bold"))
    if found.late.get(status):
        runs.append(badge(f"{theme.late_glyph} {labels.say('overdue', count=found.late[status])}", theme))
    stay = found.waiting(status)
    if stay.median_s is not None:
        runs.append(Text(labels.say("waiting", duration=spoken(stay.median_s, labels))))
    return flowed(runs, screen.columns)


def _move(row: Transition, source: str, screen: _Screen) -> Text:
    """Return the line of a move: target, trigger and role, number."""
    assert row.target is not None
    labels = screen.labels
    arrow = _DASHED if row.by == "effect" else _SOLID
    said = labels.say("by", what=labels.trigger(row.trigger), who=labels.role(row.by))
    number, target = _number(row, source, screen.census, labels), _called(row.target, screen.theme, labels)
    line = Text(f"{_INDENT}{arrow} {padded(target, screen.target)}")
    if number:
        gone = screen.census.gone((source,), row.target).count
        line.append(f"  {padded(number, screen.number)}", style="bold" if gone else MUTED)
    line.append(f"  {clipped(said, screen.columns - cell_len(line.plain) - 2)}")
    line.rstrip()
    return line
