"""The cascade tree with plates: who holds what, how far it is, who is late.

Rule: a box is a directive with everything below it in its plate; at most `budget` boxes are drawn, the
worst opened first, and the page says how many of how many. One pass over the cascade. A change of
status moves nothing; opening one more box moves neither it nor any before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from xiada.engine.projections import Tally, View
from xiada.viz.drawing import Box, Cell, Drawing, Line
from xiada.viz.folding import Slot, folded, together
from xiada.viz.labels import Language, catalogue
from xiada.viz.layout import line, places
from xiada.viz.page import (
    LEAST_WIDTH,
    Frame,
    badge,
    framed,
    gap,
    origin,
    ranked,
    showing,
    standing,
    swatches,
    words,
)
from xiada.viz.plate import HEIGHT, WIDTH, Style, bar_order, in_order, plate
from xiada.viz.text import fitted, shown
from xiada.viz.theme import LIGHT, Theme

BUDGET, WHOLE = 80, 120
"""So many boxes of a cascade are drawn where nobody says how many, unless it has at most `WHOLE` directives: then all.

The SVG of 100,000 directives then has at most 150 kB, and what one can overlook is not folded."""
WORST = 5
_NAME_POINTS = 120


def tree(
    view: View,
    *,
    budget: int | None = None,
    opened: Sequence[str] = (),
    lang: Language = "zh",
    theme: Theme = LIGHT,
) -> Drawing:
    """Return the cascade tree of a view: its roots at the left, each level a column.

    Args:
        view: The cascade at one instant.
        budget: Most boxes to draw, not counting those that `opened` adds (at most as many again); None = see `BUDGET`.
        opened: References of directives whose children are to be seen as well.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the key of a node is its directive's reference.

    Raises:
        Malformed: The budget is below 1, or the language is not known.
        NotFound: A reference in `opened` is not in the view.

    Example:
        >>> from xiada.engine.projections import View
        >>> nothing = View("floods", "No. 7", "Report on the floods", 0, 0, "", "Asia/Shanghai", ())
        >>> tree(nothing, lang="en").title
        'Report on the floods'

    Source: drawings.md of the design, 1.
    """
    labels, theme = catalogue(lang), theme.for_table(view.lifecycle)
    slots = folded(view, budget_of(view) if budget is None else budget, opened)
    style = Style(theme, labels, view.zone, bar_order(view.lifecycle))
    boxes = [
        plate(slot, key_of(slots, place), at, style)
        for place, (slot, at) in enumerate(zip(slots, places(slots, WIDTH, HEIGHT), strict=True))
    ]
    frame = Frame(
        kind="tree",
        language=style.labels.language,
        title=shown(view.title) or view.cascade,
        summary=_summary(view, slots, style),
        legend=legend(slots, style),
        footer=origin(view, labels),
        head_width=LEAST_WIDTH,
    )
    return framed(frame, theme, nodes=boxes, edges=_lines(slots, boxes, theme))


def budget_of(view: View) -> int:
    """Return how many boxes of a view are drawn where nobody says how many."""
    return WHOLE if len(view.nodes) <= WHOLE else BUDGET


def key_of(slots: Sequence[Slot], place: int) -> str:
    """Return the key of a box: the reference, or the parent's with `+` for the many that did not fit."""
    slot = slots[place]
    if slot.node is not None:
        return slot.node.directive.ref
    return f"{key_of(slots, slot.parent)}+" if slot.parent is not None else "+"


def _lines(slots: Sequence[Slot], boxes: Sequence[Box], theme: Theme) -> list[Line]:
    """Return the lines from parents to children."""
    return [
        line(boxes[slot.parent], box, theme.line, 1.0)
        for slot, box in zip(slots, boxes, strict=True)
        if slot.parent is not None
    ]


def whole(slots: Sequence[Slot]) -> Tally:
    """Return the tally of all roots together."""
    return together(slot.tally for slot in slots if slot.parent is None)


def _summary(view: View, slots: Sequence[Slot], style: Style) -> list[list[Cell]]:
    """Return the rows below the title: how far the whole cascade is, and who is worst."""
    theme, labels, tally = style.theme, style.labels, whole(slots)
    drawn = sum(slot.node is not None for slot in slots)
    first = standing(theme, labels, total=tally.total, done=tally.done, overdue=tally.overdue)
    second = worst_row(slots, style) or [[gap()]]  # opening a box must not make the head lower
    return [[*first, showing(drawn, view, labels, theme)], *(second if tally.overdue else [])]


def worst(slots: Sequence[Slot]) -> list[Slot]:
    """Return who has most overdue, compared on the first level where there are several, else among all."""
    everyone = [slot for slot in slots if slot.node is not None]
    peers = next(filter(lambda found: len(found) > 1, _levels(slots)), everyone)
    return sorted((slot for slot in peers if slot.tally.overdue), key=lambda slot: -slot.tally.overdue)[:WORST]


def worst_row(slots: Sequence[Slot], style: Style) -> list[list[Cell]]:
    """Return the row that names who has most overdue, as many as stand side by side; no row if nobody has."""
    names = [f"{fitted(slot.node.name, _NAME_POINTS, 11)} {slot.tally.overdue:,}" for slot in worst(slots) if slot.node]
    return ranked(style.labels.say("worst"), names, style.theme, LEAST_WIDTH)


def _levels(slots: Sequence[Slot]) -> list[list[Slot]]:
    """Return the directives drawn below the roots, level by level."""
    found: list[list[Slot]] = [[] for _ in range(max((slot.depth for slot in slots), default=0))]
    for slot in slots:
        if slot.node is not None and slot.depth:
            found[slot.depth - 1].append(slot)
    return found


def legend(slots: Sequence[Slot], style: Style) -> list[Sequence[Cell]]:
    """Return the legend: the statuses of the table, how many there are of each if boxes are given, and the marks."""
    statuses = whole(slots).statuses
    order = in_order({*style.order, *statuses}, style.order)
    runs: list[Sequence[Cell]] = list(
        swatches([(status, statuses.get(status, 0) if slots else None) for status in order], style.theme, style.labels)
    )
    late = f"{style.theme.late_glyph} {style.labels.say('late')}"
    runs.append([badge(late, style.theme, size=9), gap()])
    remarks = [style.labels.say(name) for name in ("late_border", "late_strip", "folded_mark")]
    return runs + [[words(remark, style.theme, size=9)] for remark in remarks]
