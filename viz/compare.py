"""Two moments of one cascade, or two cascades on one org: a tree of what was and what is, side by side.

    广东省科协      ➜ 已转发 → ◐ 执行中   12/22 → 18/22  +6   ▲ 3 → 0  −3   ↑ 推进 · △ 不再逾期
    ├ 广州市科协    ◐ 执行中 → ✔ 已报送                                     ✔ 新办结
    └ 深圳市科协    ◐ 执行中   ＝ 未变                      ▲ 逾期 5 天

Rule: what differs is found in `differences`, what is listed and said is settled in `compare_words`; here it only
gets its place. Numbers of a row are of the directive with all below it, its status is its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from xiada.engine.projections import View
from xiada.viz.compare_words import BUDGET, NAMED, Row, Told, listed
from xiada.viz.differences import Pair, compared
from xiada.viz.drawing import Box, Cell, Column, Drawing, Line
from xiada.viz.drawing import Row as Strip
from xiada.viz.labels import Language, catalogue
from xiada.viz.layout import joined, polyline
from xiada.viz.page import Frame, badge, framed, gap, ranked, swatch, words
from xiada.viz.plate import bar_order, classes, in_order
from xiada.viz.text import first_fit, fitted, shown
from xiada.viz.theme import LIGHT, Theme

_HEIGHT, _GAP, _EDGE = 26, 4, 2
_NAME, _CHIP, _ARROW, _PROGRESS, _LATE, _WHAT = 252, 96, 20, 164, 128, 244
_WIDTH = _NAME + 2 * _CHIP + _ARROW + _PROGRESS + _LATE + _WHAT + 2 * _EDGE
_STEP, _STEPS_MOST = 18, 9
_HEADER = 34
_TEXT, _SMALL = 10, 9
_NAME_POINTS = 120


def compare(before: View, after: View, *, budget: int = BUDGET, lang: Language = "zh", theme: Theme = LIGHT) -> Drawing:
    """Return two views side by side: two moments of one cascade, or two cascades on one org.

    Args:
        before: The one; of one cascade usually the earlier moment.
        after: The other; its tree is the one that is drawn.
        budget: Most directives to list one by one; the others are counted.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the key of a node is its directive's reference.

    Raises:
        Malformed: The budget is below 1, the language is not known, or the views show different parts of a cascade.

    Example:
        >>> from xiada.engine.projections import View
        >>> nothing = View("floods", "No. 7", "Report on the floods", 0, 0, "", "Asia/Shanghai", ())
        >>> compare(nothing, nothing, lang="en").title
        'Compared: Report on the floods'

    Source: drawings.md of the design, 8.
    """
    told = Told(compared(before, after), catalogue(lang))
    paper = _Paper(told, theme.for_table(before.lifecycle).for_table(after.lifecycle), listed(told.found, budget))
    boxes = [paper.box(place) for place in range(len(paper.rows))]
    frame = Frame(
        kind="compare",
        language=lang,
        title=told.title(),
        summary=paper.summary(),
        legend=paper.legend(),
        footer=told.footer(),
    )
    return framed(frame, paper.theme, nodes=boxes, edges=paper.lines(boxes), captions=[paper.header()])


@dataclass(frozen=True, slots=True)
class _Paper:
    """A comparison with the colours it is drawn in and the rows there are."""

    told: Told
    theme: Theme
    rows: Sequence[Row]

    # The rows

    def box(self, place: int) -> Box:
        """Return the box of a row."""
        row, theme = self.rows[place], self.theme
        indent = _STEP * min(row.pair.depth, _STEPS_MOST)
        worse = row.pair.newly_late
        node = row.pair.node
        return Box(
            key=row.key,
            x=indent,
            y=_HEADER + place * (_HEIGHT + _GAP),
            width=_WIDTH - indent,
            height=_HEIGHT,
            columns=(Column((Strip(_HEIGHT - 2 * _EDGE, self._cells(row, indent)),)),),
            stroke=theme.late if worse else theme.line,
            thickness=2.0 if worse else 1.0,
            dashed=worse,
            fill=theme.plate,
            tip=self.told.tip(row),
            classes=(*classes(node), *(f"change-{change}" for change in row.pair.changes or ("none",))),
        )

    def _cells(self, row: Row, indent: int) -> tuple[Cell, ...]:
        """Return the cells of a row."""
        pair, theme = row.pair, self.theme
        width = _NAME - indent
        name = Cell(
            width=width,
            text=fitted(pair.node.name, width - 14, _TEXT),
            indent=8,
            size=_TEXT,
            bold=bool(pair.changes),
            ink=theme.ink if pair.moved else theme.muted,
        )
        return (name, *self._statuses(pair), self._progress(pair), *self._lateness(pair), self._what(row))

    def _statuses(self, pair: Pair) -> tuple[Cell, ...]:
        """Return the status before and after, or the one status and that it is the same."""
        before, after = self.told.status(pair)
        first = self._chip(pair, before, of_before=True)
        same = pair.before is not None and pair.after is not None
        if same and pair.before.directive.status == pair.after.directive.status:  # type: ignore[union-attr]
            text = self.told.labels.say("compare_same")
            plain = Cell(width=_CHIP + _ARROW, text=fitted(text, _CHIP, _SMALL), indent=8, size=_SMALL)
            return first, replace(plain, ink=self.theme.muted)
        arrow = Cell(width=_ARROW, text="→", indent=5, size=_TEXT, ink=self.theme.ink)
        return first, arrow, self._chip(pair, after, of_before=False)

    def _chip(self, pair: Pair, word: str, *, of_before: bool) -> Cell:
        """Return a status in its colour with glyph and word; words alone for what is not there."""
        node = pair.before if of_before else pair.after
        if node is None:
            return Cell(width=_CHIP, text=fitted(word, _CHIP - 8, _SMALL), indent=4, size=_SMALL, ink=self.theme.muted)
        look = self.theme.look(node.directive.status)
        text = fitted(f"{look.glyph} {word}", _CHIP - 9, _SMALL)
        return Cell(width=_CHIP, text=text, indent=4, size=_SMALL, ink=look.ink, fill=look.fill, frame=look.frame)

    def _progress(self, pair: Pair) -> Cell:
        """Return done and total at and below, before and after; nothing for one alone."""
        texts = self.told.progress(pair)
        text = first_fit(texts, _PROGRESS - 12, _SMALL)
        return Cell(width=_PROGRESS, text=text, indent=8, size=_SMALL, ink=self.theme.ink)

    def _lateness(self, pair: Pair) -> tuple[Cell, ...]:
        """Return how many were and are overdue at and below, on the ground of what is late while any is."""
        texts, theme = self.told.lateness(pair), self.theme
        if not texts:
            return (gap(_LATE),)
        glyph = theme.late_glyph if pair.now.overdue else "△"
        text = first_fit([f"{glyph} {text}" for text in texts], _LATE - 20, _SMALL)
        if pair.now.overdue:
            mark = badge(text, theme, size=_SMALL)
            return mark, gap(_LATE - mark.width)
        return (Cell(width=_LATE, text=text, indent=6, size=_SMALL, ink=theme.ink),)

    def _what(self, row: Row) -> Cell:
        """Return what changed, and how many below are not listed."""
        text = first_fit(self.told.remarks(row), _WHAT - 14, _SMALL)
        return Cell(width=_WHAT, text=text, indent=8, size=_SMALL, ink=self.theme.ink)

    def lines(self, boxes: Sequence[Box]) -> list[Line]:
        """Return the lines from a row's left down to those below it."""
        found = []
        for row, box in zip(self.rows, boxes, strict=True):
            if row.parent is None or boxes[row.parent].x == box.x:
                continue
            above, middle = boxes[row.parent], box.y + _HEIGHT / 2
            trunk = above.x + _STEP / 2
            points = polyline(((trunk, above.bottom), (trunk, middle), (box.x, middle)))
            found.append(joined(above, box, points, self.theme.line, 1.0))
        return found

    def header(self) -> Box:
        """Return the heads of the columns, two lines each."""
        say, (before, after) = self.told.labels.say, self.told.sides()
        heads = (
            (_NAME, ("", say("compare_unit"))),
            (_CHIP + _ARROW, before),
            (_CHIP, after),
            (_PROGRESS, ("", say("compare_progress"))),
            (_LATE, ("", say("compare_lateness"))),
            (_WHAT, ("", say("compare_what"))),
        )
        rows = tuple(
            Strip(
                14,
                tuple(
                    Cell(
                        width=width,
                        text=fitted(texts[line], width - 8, _SMALL),
                        indent=0 if texts[0] else 8,
                        size=_SMALL,
                        bold=not line or not texts[0],
                        ink=self.theme.ink,
                    )
                    for width, texts in heads
                ),
            )
            for line in (0, 1)
        )
        return Box(key="header", x=_EDGE, y=0, width=_WIDTH - 2 * _EDGE, height=28, columns=(Column(rows),))

    # The texts of the page

    def summary(self) -> list[list[Cell]]:
        """Return the rows below the title: what changed in all, who moved most, who did not move at all."""
        told, theme, found = self.told, self.theme, self.told.found
        first = [words(told.headline(), theme, bold=True), *(words(text, theme) for text in told.totals())]
        overdue = told.overdue(found.was.overdue, found.now.overdue)
        if overdue and found.now.overdue:
            first += [badge(f"{theme.late_glyph} {overdue}", theme), gap()]
        elif overdue:
            first.append(words(overdue, theme))
        first.append(words(told.labels.say("showing", shown=len(self.rows), total=found.total), theme))
        movers = [told.labels.say("compare_mover", name=_short(name), count=count) for name, count in told.movers()]
        stuck = found.stuck()
        names = [
            told.labels.say("compare_stuck_one", name=_short(pair.node.name), days=pair.node.light.days)
            for pair in stuck[:NAMED]
        ]
        heading = told.labels.say("compare_stuck", count=len(stuck))
        moved = ranked(told.labels.say("compare_movers"), movers, theme, _WIDTH)
        return [first, *moved, *ranked(heading, names, theme, _WIDTH)]

    def legend(self) -> list[Sequence[Cell]]:
        """Return the changes there are with how many of each, and the statuses with how many before and after."""
        told, theme, found = self.told, self.theme, self.told.found
        texts = [f"{told.change(change)} {count:,}" for change, count in found.counts().items()]
        texts.append(f"{told.labels.say('compare_unchanged')} {len(found.pairs) - found.moved:,}")
        marks = {"compare_hidden_key": any(row.hidden for row in self.rows)}
        marks["compare_late_border"] = any(row.pair.newly_late for row in self.rows)
        texts += [told.labels.say(mark) for mark, there in marks.items() if there]
        runs: list[Sequence[Cell]] = [[words(text, theme, size=_SMALL)] for text in texts]
        was, now = (Counter(node.directive.status for node in view.nodes) for view in (found.before, found.after))
        for status in in_order({*was, *now}, bar_order(found.after.lifecycle)):
            name = fitted(told.labels.status(status), 130, _SMALL)
            runs.append(swatch(theme.look(status), f"{name} {was[status]:,} → {now[status]:,}", theme))
        return runs


def _short(name: str) -> str:
    """Return a name as it fits a row of several."""
    return fitted(shown(name), _NAME_POINTS, 11)
