"""The cascade tree in a terminal: a line for each directive, with what its plate would say.

    ├─  ◐  广东省科协            ✔✔✔✔✔✔◐◐◐◐◐○   18/22 · 81%  2020-06-10  ▲ 逾期 2 天，共 3 件
    │  ├─  ✔  广州市科协         已报送                      2020-06-10

Rule: what is shown and what is folded away, and in which order, is decided as on paper (`xiada.viz.folding`). Where
the terminal is narrow the bar goes first, then the percentage, then the due; names and marks of the late stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from xiada.engine.due import NEVER, show
from xiada.engine.projections import View
from xiada.viz.folding import Slot, folded
from xiada.viz.labels import Language, catalogue
from xiada.viz.plate import Style, bar_order, in_order, progress
from xiada.viz.terminal.page import badge, flowed, footer, ranked, showing, standing, swatches, titled
from xiada.viz.terminal.strokes import MUTED, bar, clipped, late_style, padded, style_of
from xiada.viz.text import shown
from xiada.viz.theme import LIGHT, Theme
from xiada.viz.tree import budget_of, whole, worst

_GAP = "  "
_GLYPH_COLUMNS = 3
_LEAST_NAME = 24
_BARS = (20, 12, 8, 0)
_CUT = "⋯"


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide the parts of a line are, in columns of the terminal; 0 = left out."""

    left: int
    bar: int
    counts: int
    due: int
    percent: bool


def tree_text(
    view: View,
    *,
    budget: int | None = None,
    opened: Sequence[str] = (),
    columns: int = 100,
    lang: Language = "zh",
    theme: Theme = LIGHT,
) -> list[Text]:
    """Return the cascade tree of a view as lines of text.

    Args:
        view: The cascade at one instant.
        budget: Most lines of the tree, not counting those that `opened` adds (at most as many again); None =
            as on paper.
        opened: References of directives whose children are to be seen as well.
        columns: Most columns of a line, of what the terminal counts as one.
        lang: `zh` or `en`.
        theme: Colours and glyphs of statuses.

    Raises:
        Malformed: The budget is below 1, or the language is not known.
        NotFound: A reference in `opened` is not in the view.
    """
    labels, theme = catalogue(lang), theme.for_table(view.lifecycle)
    slots = folded(view, budget_of(view) if budget is None else budget, opened)
    style = Style(theme, labels, view.zone, bar_order(view.lifecycle))
    before = branches(slots)
    sizes = _columns(slots, before, style, columns)
    rows = [_line(slot, stroke, style, sizes, columns) for slot, stroke in zip(slots, before, strict=True)]
    deep = any(cell_len(stroke) > _room_of_strokes(sizes) for stroke in before)
    return [
        *titled(shown(view.title) or view.cascade, columns),
        *_summary(view, slots, style, columns),
        *_legend(slots, style, columns, deep=deep),
        Text(),
        *rows,
        Text(),
        *footer(view, labels, columns),
    ]


def branches(slots: Sequence[Slot]) -> list[str]:
    """Return the strokes before each slot of a tree; roots have none.

    Args:
        slots: Parents before children, siblings in order.
    """
    last = {slot.parent: place for place, slot in enumerate(slots)}
    found: list[str] = []
    below: list[str] = []
    for place, slot in enumerate(slots):
        above, ends = "" if slot.parent is None else below[slot.parent], last[slot.parent] == place
        found.append("" if slot.parent is None else above + ("└─ " if ends else "├─ "))
        below.append("" if slot.parent is None else above + ("   " if ends else "│  "))
    return found


def _columns(slots: Sequence[Slot], before: Sequence[str], style: Style, columns: int) -> _Columns:
    """Return how the width is shared: the name as wide as it needs if that can be, the rest as the rule says."""
    wanted = max(
        cell_len(stroke) + cell_len(_name(slot, style)) + 1 for slot, stroke in zip(slots, before, strict=True)
    )
    wanted += _GLYPH_COLUMNS
    mark = max(cell_len(_mark(slot, style)) + 2 for slot in slots)
    due = max(cell_len(_due(slot, style)) for slot in slots)
    for width, percent, with_due in _choices():
        counts = max(cell_len(_counts(slot, style, percent=percent)) for slot in slots)
        used = [part for part in (width, counts, due if with_due else 0, mark if mark > 2 else 0) if part]
        left = columns - sum(used) - len(used) * len(_GAP)
        if left >= min(wanted, _LEAST_NAME + _GLYPH_COLUMNS):
            break
    return _Columns(max(1, min(left, wanted)), width, counts, due if with_due else 0, percent)


def _choices() -> Iterator[tuple[int, bool, bool]]:
    """Yield what a line may hold beside name and mark, the richest first: bar, percentage, due."""
    yield from ((width, True, True) for width in _BARS)
    yield from ((0, False, True), (0, False, False))


def _line(slot: Slot, stroke: str, style: Style, sizes: _Columns, columns: int) -> Text:
    """Return the line of one slot."""
    found = _left(slot, stroke, style, sizes)
    if sizes.bar:
        found.append(_GAP)
        found.append_text(_bar(slot, style, sizes.bar))
    if sizes.counts:
        counts = _counts(slot, style, percent=sizes.percent)
        found.append(_GAP + " " * (sizes.counts - cell_len(counts)) + counts)
    if sizes.due:
        found.append(_GAP + padded(_due(slot, style), sizes.due), style=MUTED if slot.node is None else "")
    _append_mark(found, slot, style, columns)
    found.rstrip()
    return found


def _left(slot: Slot, stroke: str, style: Style, sizes: _Columns) -> Text:
    """Return strokes, glyph and name of a slot, in exactly the columns they have."""
    most = _room_of_strokes(sizes)
    if cell_len(stroke) > most:
        stroke = (_CUT + stroke[-(most - 1) :]) if most > 1 else _CUT
    found = Text.assemble((stroke, MUTED))
    if slot.node is None:
        found.append(" … ", style=MUTED)
    else:
        look = style.theme.look(slot.node.directive.status)
        found.append(f" {padded(look.glyph, _GLYPH_COLUMNS - 1)}", style=style_of(look))
    name = padded(_name(slot, style), max(0, sizes.left - cell_len(found.plain) - 1))
    found.append(f" {name}", style=MUTED if slot.node is None else "")
    return found


def _room_of_strokes(sizes: _Columns) -> int:
    """Return how many columns strokes may take, so that a name is left in the deepest of trees."""
    return max(1, sizes.left // 2)


def _name(slot: Slot, style: Style) -> str:
    """Return the name of a slot, and how many right below it are folded away."""
    say = style.labels.say
    if slot.node is None:
        return say("more", count=slot.folded).removeprefix("… ")
    name = shown(slot.node.name)
    return f"{name} {say('folded', count=slot.folded)}" if slot.folded else name


def _bar(slot: Slot, style: Style, width: int) -> Text:
    """Return the bar of what is at and below a slot; of a directive alone its status as a word."""
    if slot.node is not None and slot.tally.total == 1:
        return Text(padded(style.labels.status(slot.node.directive.status), width))
    found = bar(slot.tally.statuses, style.order, width, style.theme)
    found.append(" " * (width - cell_len(found.plain)))
    return found


def _counts(slot: Slot, style: Style, *, percent: bool) -> str:
    """Return how many are done of how many; nothing where there is but one."""
    tally = slot.tally
    if percent or tally.total <= 1:
        return progress(tally, style.labels)
    return f"{tally.done:,}/{tally.total:,}"


def _due(slot: Slot, style: Style) -> str:
    """Return a due as people read it."""
    if slot.node is None:
        return ""
    due = slot.node.directive.due
    return style.labels.say("undated") if due == NEVER else show(due, style.zone)


def _mark(slot: Slot, style: Style) -> str:
    """Return the mark of what is overdue, and by how many days the unit itself is; empty if nothing is."""
    say, late, node = style.labels.say, slot.tally.overdue, slot.node
    if not late:
        return say("done_late", days=node.light.days) if node and node.light.code == "done_late" else ""
    if node is None:
        words = say("overdue", count=late)
    elif node.bucket != "overdue":
        words = say("text_late_below", count=late)
    elif late == 1:
        words = say("overdue_days", days=node.light.days)
    else:
        words = say("text_late_both", days=node.light.days, count=late)
    return f"{style.theme.late_glyph} {words}"


def _append_mark(line: Text, slot: Slot, style: Style, columns: int) -> None:
    """Put the mark of what is overdue at the end of a line, shortened if there is no room."""
    mark, room = _mark(slot, style), columns - cell_len(line.plain) - len(_GAP) - 2
    if not mark or room < 1:
        return
    line.append(_GAP)
    line.append(f" {clipped(mark, room)} ", style=late_style(style.theme) if slot.tally.overdue else MUTED)


def _summary(view: View, slots: Sequence[Slot], style: Style, columns: int) -> list[Text]:
    """Return how far the whole is, and who is worst."""
    labels, tally = style.labels, whole(slots)
    drawn = sum(slot.node is not None for slot in slots)
    runs = standing(style.theme, labels, total=tally.total, done=tally.done, overdue=tally.overdue)
    late = [f"{shown(slot.node.name)} {slot.tally.overdue:,}" for slot in worst(slots) if slot.node is not None]
    first = flowed([*runs, showing(drawn, view, labels)], columns)
    return [*first, *ranked(labels.say("worst"), late, columns)]


def _legend(slots: Sequence[Slot], style: Style, columns: int, *, deep: bool) -> list[Text]:
    """Return the legend: statuses with their counts, and the marks that are used."""
    statuses, say = whole(slots).statuses, style.labels.say
    order = in_order({*style.order, *statuses}, style.order)
    runs = swatches([(status, statuses.get(status, 0)) for status in order], style.theme, style.labels)
    runs.append(badge(f"{style.theme.late_glyph} {say('late')}", style.theme))
    if any(slot.folded and slot.node is not None for slot in slots):
        runs.append(Text(say("folded_mark")))
    if deep:
        runs.append(Text(say("text_deeper")))
    return flowed(runs, columns)
