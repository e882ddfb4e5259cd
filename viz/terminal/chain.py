"""The chain from a root down to one directive in a terminal: for each level its name, its time and the words for it.

    ◐ 广东省科协  执行中 · 截止 2020-06-10  18/22 · 81%
      ●●●●●●●●●······················|
                                     |▲▲▲┄┄┄┄┄┄┄┄┄┄┄┄┄
      ◀ 现由其持有，已 5 天  用去 12 天（40%）

Rule: the words are those of the drawing on paper (`chain_words`), and all bars stand on one axis of time.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.style import Style as Ink
from rich.text import Text

from xiada.engine.due import NEVER
from xiada.engine.projections import Node, Tracks, View
from xiada.viz.axis import Axis, tick_words, ticks
from xiada.viz.chain_words import HINDERING, OWN, Told
from xiada.viz.custody import Link, linked
from xiada.viz.labels import Language, catalogue
from xiada.viz.plate import Style, bar_order, due_words, overdue_words, progress
from xiada.viz.terminal.page import badge, flowed, footer, showing, titled
from xiada.viz.terminal.strokes import MUTED, clipped, late_style, style_of
from xiada.viz.text import shown
from xiada.viz.theme import LIGHT, Theme

_INDENT = 2
_WAITING, _DUE, _KEPT, _NOW = "·", "|", "-", "┊"
_TICK_COLUMNS = 12
_NAME_COLUMNS = 30


def chain_text(
    view: View, ref: str, tracks: Tracks, *, columns: int = 100, lang: Language = "zh", theme: Theme = LIGHT
) -> list[Text]:
    """Return the chain from the topmost directive in sight down to one as lines.

    Args:
        view: The cascade at one instant.
        ref: The directive it leads to.
        tracks: Of the whole cascade at the same moment.
        columns: Most columns of a line.
        lang: `zh` or `en`.
        theme: Colours and glyphs.

    Raises:
        NotFound: There is no such directive in the view.
        Malformed: The tracks lack a directive on the way, or the language is not known.
    """
    told = Told(linked(view, ref, tracks), view, catalogue(lang))
    sheet = _Sheet(told, columns, theme.for_table(view.lifecycle))
    rows = [line for place in range(len(told.chain.links)) for line in sheet.level(place)]
    return [
        *titled(told.title(), columns),
        *flowed(sheet.summary(), columns),
        *flowed(sheet.legend(), columns),
        Text(""),
        sheet.dates(),
        *rows,
        *sheet.hindering(),
        Text(""),
        *footer(view, told.labels, columns),
    ]


class _Sheet:
    """A chain with the width and the colours it is written in."""

    def __init__(self, told: Told, columns: int, theme: Theme) -> None:
        self._told, self._columns, self._theme = told, columns, theme
        self._style = Style(theme, told.labels, told.view.zone, bar_order(told.view.lifecycle))
        self._width = columns - _INDENT

    def summary(self) -> list[Text]:
        """Return who holds it, who used most, what is left, and how much is shown."""
        told, chain = self._told, self._told.chain
        runs = [Text(told.holder(self._holder()), style="bold")]
        late = told.late(chain.links[-1])
        if late:
            runs.append(badge(f"{self._theme.late_glyph} {_name(chain.links[-1].node)} {late}", self._theme))
        if chain.most is not None:
            runs.append(Text(told.most(_name(chain.links[chain.most].node)), style="bold"))
        runs.append(Text(told.whole()))
        if chain.left_us is not None:
            over = f"{self._theme.late_glyph} {told.left()}"
            runs.append(badge(over, self._theme) if chain.left_us < 0 else Text(told.left()))
        return [*runs, showing(told.shown(), told.view, told.labels)]

    def _holder(self) -> str:
        """Return the name of who holds it; empty if nobody does."""
        chain = self._told.chain
        return "" if chain.holder is None else _name(chain.links[chain.holder].node)

    def legend(self) -> list[Text]:
        """Return what the signs of the bars mean."""
        say = self._told.labels.say
        links = self._told.chain.links
        keys = [(OWN, say("chain_own")), (_WAITING, say("chain_waiting"))]
        if any(link.node.directive.due != NEVER for link in links):
            keys.append((_DUE, say("chain_due_key")))
        if any(link.days_late or link.tally.overdue for link in links):
            keys.append((self._theme.late_glyph, say("late")))
        if any((link.reserve_us or 0) > 0 for link in links):
            keys.append((_KEPT, say("chain_reserve_key")))
        now = say("chain_now", date=self._told.date(self._told.view.now))
        return [Text(f"{sign} {word}") for sign, word in keys] + [Text(f"{_NOW} {now}")]

    def dates(self) -> Text:
        """Return the dates along the axis, each beginning where it stands."""
        axis, line = self._told.axis(), ""
        for tick in ticks(axis, max(2, self._width // _TICK_COLUMNS)):
            at, word = _INDENT + self._at(axis, tick.t), tick_words(tick, self._told.labels)[1]
            room = at + cell_len(word) <= self._columns
            if room and at >= cell_len(line) + (1 if line else 0):
                line += " " * (at - cell_len(line)) + word
        return Text(line, style=MUTED)

    def level(self, place: int) -> list[Text]:
        """Return the lines of a level."""
        told, theme = self._told, self._theme
        link, axis = told.chain.links[place], self._told.axis()
        lines = [
            self._head(link.node, progress(link.tally, told.labels)),
            self._bar(link, axis),
            *self._after(link, axis),
        ]
        runs = [Text(mark, style="bold reverse") for mark in told.marks(place)]
        late = told.late(link)
        runs += [badge(f"{theme.late_glyph} {late}", theme)] if late else []
        runs += [Text(fact) for fact in told.facts(place)]
        return [*lines, *(Text(" " * _INDENT).append_text(line) for line in flowed(runs, self._width))]

    def _head(self, node: Node, more: str) -> Text:
        """Return a directive in one line: status, name, due, and what else is told of it."""
        state, labels = node.directive, self._told.labels
        glyph = Text(f" {self._theme.look(state.status).glyph} ", style=style_of(self._theme.look(state.status)))
        words = " · ".join(
            text for text in (labels.status(state.status), due_words(state.due, self._style), more) if text
        )
        room = self._columns - cell_len(glyph.plain) - 3
        words = clipped(words, room - min(cell_len(shown(node.name)), room // 2))
        left = room - cell_len(words)
        name = Text(f" {clipped(node.name, left)}", style="bold")
        return Text.assemble(glyph, name, f"  {words}")

    def _bar(self, link: Link, axis: Axis) -> Text:
        """Return where a directive lay, its due, and now."""
        signs: list[tuple[int, int, str]] = [(self._at(axis, self._told.view.now), 1, _NOW)]
        for stretch in link.stretches:
            start, end = self._at(axis, stretch.start), self._at(axis, stretch.end)
            signs.append((start, max(1, end - start), OWN if stretch.own else _WAITING))
        return self._strip([*signs, *self._tick(link, axis)], {OWN: Ink(bold=True)})

    def _after(self, link: Link, axis: Axis) -> list[Text]:
        """Return what comes after a due: what is late, and what was kept before the superior's; nothing if neither."""
        signs: list[tuple[int, int, str]] = []
        due = link.node.directive.due
        if link.reserve_us and link.parent_due is not None:
            start, end = self._at(axis, due), self._at(axis, link.parent_due)
            signs.append((start, end - start, _KEPT))
        if link.days_late and link.stretches and due != NEVER:
            start, end = self._at(axis, due), self._at(axis, link.stretches[-1].end)
            signs.append((start, max(2, end - start), self._theme.late_glyph))
        if not signs:
            return []
        return [self._strip([*signs, *self._tick(link, axis)], {self._theme.late_glyph: late_style(self._theme)})]

    def _tick(self, link: Link, axis: Axis) -> list[tuple[int, int, str]]:
        """Return the sign of a due, if it is on the axis."""
        due = link.node.directive.due
        return [(self._at(axis, due), 1, _DUE)] if axis.holds(due) else []

    def _strip(self, signs: Iterable[tuple[int, int, str]], styles: dict[str, Ink]) -> Text:
        """Return signs at their places in one line, later ones over earlier ones."""
        found = [" "] * self._width
        for start, length, sign in signs:
            end = min(self._width, start + length)
            found[start:end] = [sign] * max(0, end - start)
        line = Text(" " * _INDENT)
        for sign in "".join(found).rstrip():
            line.append(sign, style=styles.get(sign))
        return line

    def _at(self, axis: Axis, t: int) -> int:
        """Return the column where an instant stands, counted after the indent."""
        return round(axis.share(t) * (self._width - 1))

    def hindering(self) -> list[Text]:
        """Return those the holder waits for, the worst in front, or nothing."""
        told, theme = self._told, self._theme
        heading = told.hindering(self._holder())
        if not heading:
            return []
        lines = [Text(""), Text(clipped(heading, self._columns), style="bold")]
        for node, below in told.chain.hindering[:HINDERING]:
            late = overdue_words(node, told.labels)
            open_below = told.labels.say("chain_below", count=below) if below else ""
            more = " · ".join(text for text in (f"{theme.late_glyph} {late}" if late else "", open_below) if text)
            lines.append(self._head(node, more))
        return lines


def _name(node: Node) -> str:
    """Return a unit's name as it fits a sentence."""
    return clipped(shown(node.name), _NAME_COLUMNS)
