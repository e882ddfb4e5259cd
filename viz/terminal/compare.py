"""Two moments of one cascade, or two cascades on one org, in a terminal: a line for each directive that is listed.

    中国科协            ➜ 已转发 ＝ 未变          23/54 → 31/54 (+8)  ▲ 3   ▸ 未列 12 家
      广东省科协        ➜ 已转发 → ◐ 执行中       0/22 → 18/22 (+18)        ↑ 推进

Rule: the words and the rows are those of the drawing on paper (`compare_words`); where the line is short, what
changed goes on in a second one.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from xiada.engine.projections import Node, View
from xiada.viz.compare_words import BUDGET, NAMED, Row, Told, listed
from xiada.viz.differences import compared
from xiada.viz.labels import Language, catalogue
from xiada.viz.terminal.page import badge, flowed, foot, ranked, titled
from xiada.viz.terminal.strokes import clipped, padded, style_of
from xiada.viz.text import shown
from xiada.viz.theme import LIGHT, Theme

_STEP, _STEPS_MOST = 2, 8
_STATUS_MOST = 14
_SHORT = 24
_NAME_LEAST = 16


def compare_text(
    before: View,
    after: View,
    *,
    budget: int = BUDGET,
    columns: int = 100,
    lang: Language = "zh",
    theme: Theme = LIGHT,
) -> list[Text]:
    """Return two views side by side as lines: two moments of one cascade, or two cascades on one org.

    Args:
        before: The one.
        after: The other; its tree is the one that is shown.
        budget: Most directives to list one by one; the others are counted.
        columns: Most columns of a line.
        lang: `zh` or `en`.
        theme: Colours and glyphs.

    Raises:
        Malformed: The budget is below 1, the language is not known, or the views show different parts of a cascade.
    """
    told = Told(compared(before, after), catalogue(lang))
    rows = listed(told.found, budget)
    sheet = _Sheet(told, rows, columns, theme.for_table(before.lifecycle).for_table(after.lifecycle))
    return [
        *titled(told.title(), columns),
        *flowed(sheet.summary(), columns),
        *sheet.named(),
        *flowed(sheet.legend(), columns),
        *flowed([Text(" ".join(side)) for side in sheet.sides()], columns),
        Text(""),
        *(line for row in rows for line in sheet.lines(row)),
        Text(""),
        *foot(told.footer(), columns),
    ]


class _Sheet:
    """A comparison with the rows there are, the width and the colours it is written in."""

    def __init__(self, told: Told, rows: Sequence[Row], columns: int, theme: Theme) -> None:
        self._told, self._rows, self._columns, self._theme = told, rows, columns, theme
        labels = told.labels
        words = [cell_len(shown(word)) for row in rows for word in told.status(row.pair)]
        self._status = min(_STATUS_MOST, max(words, default=0) + 2)
        self._same = labels.say("compare_same")
        self._name = min(
            columns // 3, max((cell_len(shown(row.pair.node.name)) + _indent(row) for row in rows), default=0)
        )
        self._name = max(self._name, min(_NAME_LEAST, columns // 3))

    def summary(self) -> list[Text]:
        """Return what changed in all, and how much of it is shown."""
        told, found = self._told, self._told.found
        runs = [Text(told.headline(), style="bold"), *map(Text, told.totals())]
        overdue = told.overdue(found.was.overdue, found.now.overdue)
        if overdue:
            late = f"{self._theme.late_glyph} {overdue}"
            runs.append(badge(late, self._theme) if found.now.overdue else Text(overdue))
        return [*runs, Text(told.labels.say("showing", shown=len(self._rows), total=found.total))]

    def named(self) -> list[Text]:
        """Return who moved most, and who is overdue and did not move at all."""
        told, say = self._told, self._told.labels.say
        movers = [say("compare_mover", name=clipped(name, _SHORT), count=count) for name, count in told.movers()]
        stuck = told.found.stuck()
        names = [
            say("compare_stuck_one", name=clipped(pair.node.name, _SHORT), days=pair.node.light.days)
            for pair in stuck[:NAMED]
        ]
        heading = say("compare_stuck", count=len(stuck))
        return [*ranked(say("compare_movers"), movers, self._columns), *ranked(heading, names, self._columns)]

    def legend(self) -> list[Text]:
        """Return the changes there are with how many of each."""
        told, found = self._told, self._told.found
        texts = [f"{told.change(change)} {count:,}" for change, count in found.counts().items()]
        texts.append(f"{told.labels.say('compare_unchanged')} {len(found.pairs) - found.moved:,}")
        texts += [told.labels.say("compare_hidden_key")] if any(row.hidden for row in self._rows) else []
        return [Text(text) for text in texts]

    def sides(self) -> list[tuple[str, str, str]]:
        """Return what the two sides are and of when they are."""
        before, after = self._told.sides()
        return [("", *before), ("→", *after)]

    def lines(self, row: Row) -> list[Text]:
        """Return the line of a row, and a second one where what changed does not fit beside the rest."""
        pair, theme = row.pair, self._theme
        name = " " * _indent(row) + padded(pair.node.name, self._name - _indent(row))
        line = Text.assemble((name, "bold" if pair.changes else ""), " ", self._statuses(row))
        runs = [Text(text) for text in self._told.progress(pair)[:1]]
        late = self._told.lateness(pair)
        if late and pair.now.overdue:
            runs.append(badge(f"{theme.late_glyph} {late[0]}", theme))
        elif late:
            runs.append(Text(f"△ {late[0]}"))
        room = self._columns - _indent(row) - 2
        remarks = self._told.remarks(row)
        remark = next((text for text in remarks if cell_len(text) <= room), remarks[-1])
        rest = flowed([*runs, Text(remark)] if remark else runs, room)
        if len(rest) == 1 and cell_len(line.plain) + 2 + cell_len(rest[0].plain) <= self._columns:
            return [line.append("  ").append_text(rest[0])]
        return [line, *(Text(" " * (_indent(row) + 2)).append_text(one) for one in rest)]

    def _statuses(self, row: Row) -> Text:
        """Return the status before and after, or the one status and that it is the same."""
        pair, (before, after) = row.pair, self._told.status(row.pair)
        first = self._chip(pair.before, before)
        if pair.before and pair.after and pair.before.directive.status == pair.after.directive.status:
            return first.append(" " + padded(self._same, self._status + 2))
        return first.append(" → ").append_text(self._chip(pair.after, after))

    def _chip(self, node: Node | None, word: str) -> Text:
        """Return a status on its colour with glyph and word; words alone for what is not there."""
        if node is None:
            return Text(padded(word, self._status))
        look = self._theme.look(node.directive.status)
        return Text(padded(f"{look.glyph} {word}", self._status), style=style_of(look))


def _indent(row: Row) -> int:
    """Return how far a row is indented."""
    return _STEP * min(row.pair.depth, _STEPS_MOST)
