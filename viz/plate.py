"""The plate of a directive: what a box of the cascade tree says, in one fixed size.

    ┌──┬───────────────────────────────────────┐
    │  │ 广东省科协              18/22  82%      │   name; done and total of all at and below it
    │◐ │ ■■■■■■■■■✔✔✔✔◐◐◐○○                    │   their statuses as shares of a bar
    │  │ 执行中 · 截止 2020-06-10     ▲ 逾期 3   │   its own status and due; how many are late
    └──┴───────────────────────────────────────┘

Rule: colour never alone: the own status has a glyph, and a word here where there is room, always in tip and
legend; shares carry their glyph where there is room. Every text is shortened to its cell by the
estimate of `text`. A dashed border is the unit's own lateness, the mark ▲ that of all at and below it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from xiada.engine.due import NEVER, show
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.projections import Node, Tally
from xiada.viz.drawing import Box, Cell, Column, Point, Row
from xiada.viz.folding import Slot
from xiada.viz.labels import Labels
from xiada.viz.shares import LEAST_POINTS, shared, whole_percent
from xiada.viz.text import fitted, room, shown, width
from xiada.viz.theme import Look, Theme

WIDTH, HEIGHT = 280, 58
_EDGE, _STRIPE, _PAD = 2, 20, 7
_INNER = WIDTH - 2 * _EDGE - _STRIPE - 2 * _PAD
_NAME, _WORDS, _GLYPH, _MARK = 11, 9, 7, 12
_AND = " · "


@dataclass(frozen=True, slots=True)
class Style:
    """What all plates of one drawing have in common."""

    theme: Theme
    labels: Labels
    zone: str
    order: tuple[str, ...]


def bar_order(lifecycle: Lifecycle) -> tuple[str, ...]:
    """Return the statuses as a bar shows them: the closed ones, then the live ones, the furthest first.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> bar_order(STANDARD)[:4]
        ('summarised', 'waived', 'withdrawn', 'reported')
    """
    closed = tuple(status.name for status in lifecycle.statuses if status.closed)
    return closed + lifecycle.live[::-1]


def in_order(statuses: Collection[str], order: Sequence[str]) -> tuple[str, ...]:
    """Return statuses in an order, those it does not know after the others by name.

    Example:
        >>> in_order({"odd", "issued", "even"}, ("reported", "issued"))
        ('issued', 'even', 'odd')
    """
    return (*(status for status in order if status in statuses), *sorted(set(statuses).difference(order)))


def plate(slot: Slot, key: str, at: Point, style: Style) -> Box:
    """Return the plate of a directive, or of the many that did not fit, at a place."""
    node, theme = slot.node, style.theme
    late = node is not None and node.bucket == "overdue"
    return Box(
        key=key,
        x=at[0],
        y=at[1],
        width=WIDTH,
        height=HEIGHT,
        columns=(_stripe(node, theme), _content(slot, style)),
        stroke=theme.late if late else theme.line,
        thickness=2.5 if late else 1.0,
        dashed=late,
        fill=theme.folded if node is None else theme.plate,
        tip=_tip(node, slot.tally, style) if node else _more(slot, style),
        classes=classes(node) if node else ("more",),
    )


def classes(node: Node) -> tuple[str, ...]:
    """Return what a directive is, in words a style sheet can name: its status, its list, its level and line."""
    late = ("late",) if node.bucket == "overdue" else ()
    return f"status-{node.directive.status}", *late, f"level-{node.level}", f"line-{node.directive.line}"


def _stripe(node: Node | None, theme: Theme) -> Column:
    """Return the stripe at the left: the own status as colour and glyph."""
    look = theme.look(node.directive.status) if node else Look(theme.folded, "…", ink=theme.ink)
    glyph = Cell(
        width=_STRIPE,
        text=look.glyph,
        indent=5 if len(look.glyph) == 1 else 1,
        size=_MARK,
        bold=True,
        ink=look.ink,
        fill=look.fill,
        frame=look.frame,
    )
    return Column((Row(HEIGHT - 2 * _EDGE, (glyph,)),))


def _content(slot: Slot, style: Style) -> Column:
    """Return the three lines of a plate."""
    blank = (Cell(width=_INNER + 2 * _PAD),)
    segments = bar(slot.tally.statuses, _INNER, style)
    return Column((
        Row(2, blank),
        Row(18, _first_line(slot, style)),
        Row(11, (Cell(width=_PAD), *segments, Cell(width=_PAD))),
        Row(2, _late_strip(slot.tally, style.theme)),
        Row(3, blank),
        Row(15, _last_line(slot, style)),
        Row(3, blank),
    ))  # fmt: skip


def _first_line(slot: Slot, style: Style) -> tuple[Cell, ...]:
    """Return name, and done of total with the percentage when there is anything below."""
    tally = slot.tally
    counts = progress(tally, style.labels)
    needed = room(counts, _NAME)
    name = shown(slot.node.name) if slot.node else _more(slot, style)
    left = _INNER - needed - _PAD
    return (
        Cell(width=_PAD),
        Cell(width=_INNER - needed, text=fitted(name, left, _NAME), size=_NAME, bold=True, ink=style.theme.ink),
        Cell(width=needed + _PAD, text=counts, indent=3, size=_NAME, ink=style.theme.ink),
    )


def _last_line(slot: Slot, style: Style) -> tuple[Cell, ...]:
    """Return status and due in words, and the mark of what is overdue."""
    mark = _mark(slot, style)
    badge = room(mark, _WORDS) + 10 if mark else 0
    left = _INNER - badge
    words = _fitting(_words(slot, style), left - (4 if mark else 0))
    theme = style.theme
    late = Cell(width=badge, text=mark, indent=4, size=_WORDS, bold=True, ink=theme.late_ink, fill=theme.late)
    return (
        Cell(width=_PAD),
        Cell(width=left, text=words, size=_WORDS, ink=style.theme.muted),
        *([late] if mark else []),
        Cell(width=_PAD),
    )


def _fitting(parts: Sequence[str], most: int) -> str:
    """Return parts as one text; where there is no room, without the first, which is the status beside its glyph."""
    whole, rest = _AND.join(parts), _AND.join(parts[1:])
    return rest if width(whole, _WORDS) > most >= width(rest, _WORDS) > 0 else fitted(whole, most, _WORDS)


def _words(slot: Slot, style: Style) -> list[str]:
    """Return the last line's words: status, due, how late it came, how many are folded away."""
    say, node = style.labels.say, slot.node
    if node is None:
        return [say("more_about")]
    parts = [style.labels.status(node.directive.status), due_words(node.directive.due, style)]
    if node.light.code == "done_late":
        parts.append(say("done_late", days=node.light.days))
    if slot.folded:
        parts.append(say("folded", count=slot.folded))
    return parts


def due_words(due: int, style: Style) -> str:
    """Return a due in words."""
    if due == NEVER:
        return style.labels.say("undated")
    return style.labels.say("due", date=show(due, style.zone))


def overdue_words(node: Node, labels: Labels) -> str:
    """Return by how many days a directive is overdue; empty if it is not."""
    return labels.say("overdue_days", days=node.light.days) if node.bucket == "overdue" else ""


def late_words(node: Node, labels: Labels) -> str:
    """Return by how many days a directive is overdue, or came late; empty if neither."""
    if node.light.code == "done_late":
        return labels.say("done_late", days=node.light.days)
    return overdue_words(node, labels)


def progress(tally: Tally, labels: Labels) -> str:
    """Return how many are done of how many, with the percentage; empty where there is but one."""
    if tally.total < 2:
        return ""
    percent = whole_percent(tally.done, tally.total)
    return labels.say("progress", done=tally.done, total=tally.total, percent=percent)


def _mark(slot: Slot, style: Style) -> str:
    """Return the mark of what is overdue: how many, or for one alone how many days; empty if none."""
    if not slot.tally.overdue:
        return ""
    if slot.node is not None and slot.tally.total == 1:
        words = style.labels.say("overdue_days", days=slot.node.light.days)
    else:
        words = style.labels.say("overdue", count=slot.tally.overdue)
    return f"{style.theme.late_glyph} {words}"


def _more(slot: Slot, style: Style) -> str:
    """Return the name of a box that stands for many."""
    return style.labels.say("more", count=slot.folded)


def _tip(node: Node, tally: Tally, style: Style) -> str:
    """Return what a pointer or a screen reader tells of a plate."""
    directive = node.directive
    return style.labels.say(
        "tip",
        name=node.name,
        status=style.labels.status(directive.status),
        due=due_words(directive.due, style),
        done=tally.done,
        total=tally.total,
        overdue=tally.overdue,
        ref=directive.ref,
    )


def bar(statuses: Mapping[str, int], width: int, style: Style) -> tuple[Cell, ...]:
    """Return a stacked bar: shares of the statuses, each with its glyph where there is room."""
    present = in_order({status for status, count in statuses.items() if count}, style.order)
    shares = shared([statuses[status] for status in present], width)
    return tuple(_segment(share, style.theme.look(status)) for status, share in zip(present, shares, strict=True))


def _segment(width: int, look: Look) -> Cell:
    """Return one share of a bar."""
    glyph = look.glyph if width >= _GLYPH + 4 else ""
    indent = (width - _GLYPH) // 2
    return Cell(width=width, text=glyph, indent=indent, size=_GLYPH, ink=look.ink, fill=look.fill, frame=look.frame)


def _late_strip(tally: Tally, theme: Theme) -> tuple[Cell, ...]:
    """Return the strip below the bar: the share that is overdue, from the right, under what is not done."""
    if not tally.overdue:
        return (Cell(width=_INNER + 2 * _PAD),)
    late = max(LEAST_POINTS, _INNER * tally.overdue // tally.total)
    return (Cell(width=_PAD + _INNER - late), Cell(width=late, fill=theme.late), Cell(width=_PAD))
