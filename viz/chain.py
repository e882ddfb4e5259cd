"""The chain from a root down to one directive: who holds the paper, and which level ate the time.

    广东省科协 │ ● 在手 12 天 ██████│… 等下级 18 天          ┃          one row for a level on one axis of time
               │                                        ┃▲ 逾期┄┄┄┄   after its own due: late, and what was kept
               │ ◀ 现由其持有  用去 12 天（40%）· 下级未完 3 件         before the due of the one above

Rule: what it says is counted in `custody` and told by `chain_words`; here it only gets its place. The solid is
time in own hands, the hollow time of waiting, the orange what is late, each with its glyph or word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from xiada.engine.due import NEVER
from xiada.engine.projections import Node, Tracks, View
from xiada.viz.axis import MARKS, Axis, tick_words, ticks
from xiada.viz.chain_words import HINDERING, OWN, WAITING, Told
from xiada.viz.custody import Link, linked
from xiada.viz.drawing import Box, Cell, Column, Drawing, Line, Row
from xiada.viz.folding import Slot
from xiada.viz.labels import Language, catalogue
from xiada.viz.layout import polyline
from xiada.viz.page import Frame, badge, framed, gap, origin, showing, swatches, words
from xiada.viz.plate import WIDTH, Style, bar_order, classes, due_words, in_order, overdue_words, plate
from xiada.viz.text import fitted, room, shown
from xiada.viz.theme import LIGHT, Theme

_AXIS, _PAD, _EDGE = 456, 6, 2
_BARS_X, _BARS_WIDTH = WIDTH + 12, _AXIS + 2 * (_PAD + _EDGE)
_ROW, _ROW_GAP = 68, 8
_BAR, _AFTER, _WORDS_LINE = 17, 12, 14
_NOW_Y, _DATES_Y, _ROWS_Y = 0, 16, 34
_SMALL, _TINY = 9, 8
_NAME_POINTS = 170
_SEPARATOR = " · "
_CHILD, _CHILD_GAP = 24, 4
_CHILD_CELLS = (20, 260, 110, 130, 110)


def chain(view: View, ref: str, tracks: Tracks, *, lang: Language = "zh", theme: Theme = LIGHT) -> Drawing:
    """Return the chain from the topmost directive in sight down to one.

    Args:
        view: The cascade at one instant.
        ref: The directive it leads to; `worst(view)` for one worth looking at.
        tracks: Of the whole cascade at the same moment: `engine.at(moment).tracks("cascade/")`.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the key of a plate is its directive's reference, of its time `time` and the reference.

    Raises:
        NotFound: There is no such directive in the view.
        Malformed: The tracks hold nothing of a directive on the way, or the language is not known.

    Example:
        >>> from xiada.engine.commands import Actor
        >>> from xiada.engine.engine import Engine
        >>> from xiada.engine.notice import Notice
        >>> from xiada.engine.org import Org, Unit
        >>> engine = Engine.create("memory:", "xiada.example/office")
        >>> _ = engine.load_org(Org([Unit("p", "Province", "office", "province", "main")]))
        >>> notice = Notice(id="n", doc_number="No. 7", title="Floods", issuers=("p",))
        >>> _ = engine.issue("k", notice, actor=Actor("li", "p"))
        >>> view = engine.view("k")
        >>> tracks = engine.at(view.log_index).tracks("k/")
        >>> chain(view, "k/1", tracks, lang="en").title
        'Chain down to Province (Floods)'

    Source: drawings.md of the design, 7.
    """
    told = Told(linked(view, ref, tracks), view, catalogue(lang))
    paper = _Paper(told, Style(theme.for_table(view.lifecycle), told.labels, view.zone, bar_order(view.lifecycle)))
    plates, times = paper.plates(), paper.times()
    heading, children = paper.hindering(plates[-1].y + _ROW + 4)
    lines, captions = paper.axis(plates[-1].y + _ROW - 4)
    frame = Frame(
        kind="chain",
        language=lang,
        title=told.title(),
        summary=paper.summary(),
        legend=paper.legend(),
        footer=origin(view, told.labels),
    )
    return framed(
        frame,
        paper.style.theme,
        nodes=(*plates, *times, *children),
        edges=(*lines, *paper.arrows(plates)),
        captions=(*captions, *heading),
    )


@dataclass(frozen=True, slots=True)
class _Paint:
    """A part of a strip: from one place to another, how it looks, and the words for it, the longest first."""

    start: int
    end: int
    look: Cell
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Paper:
    """A chain with the style it is drawn in."""

    told: Told
    style: Style

    # The rows

    def plates(self) -> list[Box]:
        """Return the plates of all levels, one below the other."""
        found = []
        for place, link in enumerate(self.told.chain.links):
            slot, top = Slot(link.node, link.tally, place, None, 0), self.y(place) + 4
            found.append(plate(slot, link.node.directive.ref, (0, top), self.style))
        return found

    @staticmethod
    def y(place: int) -> int:
        """Return the top of a level's row."""
        return _ROWS_Y + place * (_ROW + _ROW_GAP)

    def times(self) -> list[Box]:
        """Return the bars of all levels, each beside its plate."""
        axis = self.told.axis()
        return [self._time(place, link, axis) for place, link in enumerate(self.told.chain.links)]

    def _time(self, place: int, link: Link, axis: Axis) -> Box:
        """Return the bar of a level with the words below it."""
        theme, chain = self.style.theme, self.told.chain
        most = place == chain.most and len(chain.links) > 1
        marks = [name for name, there in (("most", most), ("holder", place == chain.holder)) if there]
        first, second = self._words(place)
        return Box(
            key=f"time {link.node.directive.ref}",
            x=_BARS_X,
            y=self.y(place),
            width=_BARS_WIDTH,
            height=_ROW,
            columns=(
                Column((
                    _row(2, ()),
                    _row(_BAR, _strip(self._bar(link, axis))),
                    _row(2, _strip(self._tick(link, axis))),
                    _row(_AFTER, _strip(self._after(link, axis))),
                    _row(2, ()),
                    _row(_WORDS_LINE, first),
                    _row(_WORDS_LINE, second),
                    _row(1, ()),
                )),
            ),
            stroke=theme.ink if most else None,
            thickness=2.0 if most else 1.0,
            tip=self.told.tip(place),
            classes=("time", *marks, *classes(link.node)),
        )  # fmt: skip

    def _bar(self, link: Link, axis: Axis) -> list[_Paint]:
        """Return where the directive lay, and its due."""
        theme, say = self.style.theme, self.told.labels.say
        found = []
        for stretch in link.stretches:
            glyph, pattern = (OWN, "chain_own_span") if stretch.own else (WAITING, "chain_waiting_span")
            start, look = _at(axis, stretch.start), _own(theme) if stretch.own else _waiting(theme)
            spans = [self.told.span(stretch.end - stretch.start, units) for units in (2, 1)]
            texts = [f"{glyph} {text}" for text in (*(say(pattern, span=span) for span in spans), spans[-1])]
            found.append(_Paint(start, max(start + 2, _at(axis, stretch.end)), look, (*texts, glyph)))
        return [*found, *self._tick(link, axis)]

    def _after(self, link: Link, axis: Axis) -> list[_Paint]:
        """Return what comes after the due: the time kept before the superior's, and what is late."""
        theme, due = self.style.theme, link.node.directive.due
        found, start = [], _at(axis, due)
        if link.reserve_us is not None and link.reserve_us > 0:
            kept = Cell(width=0, size=_TINY, ink=theme.ink, fill=theme.paper, frame=theme.line)
            assert link.parent_due is not None
            span = self.told.span(link.reserve_us, 1)
            texts = tuple(self.told.labels.say(f"chain_reserve_{size}", span=span) for size in ("span", "short"))
            found.append(_Paint(start, _at(axis, link.parent_due), kept, texts))
        late = self.told.late(link)
        if late and due != NEVER:
            end = _at(axis, link.stretches[-1].end) if link.stretches else start
            look = Cell(width=0, size=_TINY, bold=True, ink=theme.late_ink, fill=theme.late)
            glyph = theme.late_glyph
            found.append(_Paint(start, max(start + 4, end), look, (f"{glyph} {late}", glyph)))
        return [*found, *self._tick(link, axis)]

    def _tick(self, link: Link, axis: Axis) -> list[_Paint]:
        """Return the tick at a level's due, if it has one."""
        due = link.node.directive.due
        if not axis.holds(due):
            return []
        place = min(_AXIS - 3, max(0, _at(axis, due) - 1))
        return [_Paint(place, place + 3, Cell(width=0, fill=self.style.theme.ink))]

    def _words(self, place: int) -> tuple[list[Cell], list[Cell]]:
        """Return the two lines of words below a bar: marks and facts, then more of them as far as they fit."""
        theme, marks = self.style.theme, []
        late = self.told.late(self.told.chain.links[place])
        for text in self.told.marks(place):
            marks += [_inverse(text, theme), gap(6)]
        if late:
            marks += [badge(f"{theme.late_glyph} {late}", theme, size=_SMALL), gap(6)]
        left, facts = _AXIS - sum(cell.width for cell in marks), self.told.facts(place)
        count = _as_many(facts, left)
        second = facts[count:]
        second = second[: _as_many(second, _AXIS)]
        return [*marks, _plain(facts[:count], left, theme)], [_plain(second, _AXIS, theme)]

    # What stands around them

    def arrows(self, plates: Sequence[Box]) -> list[Line]:
        """Return the arrows from plate to plate."""
        return [
            Line(
                key=f"{upper.key} {lower.key}",
                tail=upper.key,
                head=lower.key,
                points=polyline(((upper.x + 12, upper.bottom), (upper.x + 12, lower.y))),
                stroke=self.style.theme.line,
                thickness=1.5,
                arrow=True,
            )
            for upper, lower in pairwise(plates)
        ]

    def axis(self, floor: float) -> tuple[list[Line], list[Box]]:
        """Return the dates along the top with a line down from each, and the line of now."""
        told, theme, left = self.told, self.style.theme, _BARS_X + _EDGE + _PAD
        axis = told.axis()
        bottom = Box(key="floor", x=left, y=floor, width=_AXIS, height=1)
        dates = [
            self._date(number, left + _at(axis, tick.t), tick_words(tick, told.labels)[1])
            for number, tick in enumerate(ticks(axis, MARKS))
        ]
        lines = [_upright(box, _middle(box), floor, theme.folded) for box in dates]
        now, text = left + _at(axis, told.view.now), told.labels.say("chain_now", date=told.date(told.view.now))
        width = room(text, _SMALL) + 6
        at = min(max(left, now - width / 2), left + _AXIS - width)
        cell = Cell(width=width, text=text, indent=3, size=_SMALL, bold=True, ink=theme.ink)
        label = Box(key="now", x=at, y=_NOW_Y, width=width, height=15, columns=(Column((Row(15, (cell,)),)),))
        line = replace(_upright(label, now, floor, theme.ink), dashed=True, thickness=1.5, classes=("now",))
        return [*lines, line], [bottom, *dates, label]

    def _date(self, number: int, x: int, text: str) -> Box:
        """Return a date of the axis, centred above its place."""
        width = room(text, _TINY) + 2
        cell = Cell(width=width, text=text, indent=1, size=_TINY, ink=self.style.theme.muted)
        columns = (Column((Row(14, (cell,)),)),)
        return Box(key=f"date {number}", x=x - width / 2, y=_DATES_Y, width=width, height=14, columns=columns)

    def hindering(self, y: float) -> tuple[list[Box], list[Box]]:
        """Return those the holder waits for with the heading above them, or nothing."""
        told, theme = self.told, self.style.theme
        text = told.hindering(self._holder())
        if not text:
            return [], []
        width = _BARS_X + _BARS_WIDTH
        cell = Cell(width=width, text=fitted(text, width, 11), size=11, bold=True, ink=theme.ink)
        heading = Box(key="hindering", x=0, y=y + 6, width=width, height=20, columns=(Column((Row(20, (cell,)),)),))
        return [heading], [
            self._child(node, below, heading.bottom + 4 + place * (_CHILD + _CHILD_GAP))
            for place, (node, below) in enumerate(told.chain.hindering[:HINDERING])
        ]

    def _child(self, node: Node, below: int, y: float) -> Box:
        """Return the row of an open child."""
        theme, labels = self.style.theme, self.told.labels
        state, look = node.directive, theme.look(node.directive.status)
        stripe, *widths = _CHILD_CELLS
        texts = [shown(node.name), labels.status(state.status), due_words(state.due, self.style)]
        texts.append(labels.say("chain_below", count=below) if below else "")
        cells = [
            Cell(width=width, text=fitted(text, width - 10, _SMALL + 1), indent=8, size=_SMALL + 1, ink=theme.ink)
            for width, text in zip(widths, texts, strict=True)
        ]
        late = overdue_words(node, labels)
        mark = [badge(f"{theme.late_glyph} {late}", theme, size=_SMALL)] if late else []
        used = 2 * _EDGE + sum(_CHILD_CELLS) + sum(cell.width for cell in mark)
        glyph = Cell(width=stripe, text=look.glyph, indent=4, size=11, ink=look.ink, fill=look.fill, frame=look.frame)
        return Box(
            key=state.ref,
            x=0,
            y=y,
            width=_BARS_X + _BARS_WIDTH,
            height=_CHILD,
            columns=(Column((Row(_CHILD - 2 * _EDGE, (glyph, *cells, *mark, gap(_BARS_X + _BARS_WIDTH - used))),)),),
            stroke=theme.late if late else theme.line,
            thickness=2.0 if late else 1.0,
            dashed=bool(late),
            fill=theme.plate,
            tip=" · ".join(text for text in (*texts, late, state.ref) if text),
            classes=classes(node),
        )

    # Its texts

    def summary(self) -> list[list[Cell]]:
        """Return the rows below the title: who holds it, who used most, what is left."""
        told, theme, chain = self.told, self.style.theme, self.told.chain
        first = [words(told.holder(self._holder()), theme, bold=True)]
        late = told.late(chain.links[-1])
        if late:
            first += [badge(f"{theme.late_glyph} {_name(chain.links[-1].node)} {late}", theme), gap()]
        first.append(showing(told.shown(), told.view, told.labels, theme))
        second = [words(told.whole(), theme)]
        if chain.most is not None:
            second.insert(0, words(told.most(_name(chain.links[chain.most].node)), theme, bold=True))
        if chain.left_us is not None:
            over = chain.left_us < 0
            second.append(badge(f"{theme.late_glyph} {told.left()}", theme) if over else words(told.left(), theme))
        return [first, second]

    def _holder(self) -> str:
        """Return the name of who holds it; empty if nobody does."""
        chain = self.told.chain
        return "" if chain.holder is None else _name(chain.links[chain.holder].node)

    def legend(self) -> list[Sequence[Cell]]:
        """Return the legend: what the bars and marks mean, and the statuses there are on the plates."""
        theme, say = self.style.theme, self.told.labels.say
        links = self.told.chain.links
        keys = [
            (replace(_own(theme), width=20, text=OWN, indent=6), say("chain_own")),
            (replace(_waiting(theme), width=20, text=WAITING, indent=6), say("chain_waiting")),
        ]
        if any((link.reserve_us or 0) > 0 for link in links):
            keys.append((Cell(width=20, frame=theme.line), say("chain_reserve_key")))
        if any(link.node.directive.due != NEVER for link in links):
            keys.append((Cell(width=3, fill=theme.ink), say("chain_due_key")))
        runs: list[Sequence[Cell]] = [[key, gap(5), words(name, theme, size=_SMALL)] for key, name in keys]
        if any(link.days_late or link.tally.overdue for link in links):
            runs.append([badge(f"{theme.late_glyph} {say('late')}", theme, size=_SMALL), gap()])
        remarks = ("late_border", "late_strip") if any(link.tally.overdue for link in links) else ()
        runs += [[words(say(remark), theme, size=_SMALL)] for remark in ("chain_now_key", *remarks)]
        present = {status for link in self.told.chain.links for status in link.tally.statuses}
        order = in_order(present, self.style.order)
        return [*runs, *swatches([(status, None) for status in order], theme, self.told.labels)]


def _name(node: Node) -> str:
    """Return a unit's name as it fits a sentence."""
    return fitted(node.name, _NAME_POINTS, 11)


def _own(theme: Theme) -> Cell:
    """Return how time in own hands looks."""
    return Cell(width=0, size=_SMALL, ink=theme.paper, fill=theme.muted)


def _waiting(theme: Theme) -> Cell:
    """Return how time of waiting looks."""
    return Cell(width=0, size=_SMALL, ink=theme.ink, fill=theme.folded, frame=theme.line)


def _row(height: int, cells: Sequence[Cell]) -> Row:
    """Return a row of a bar's box, padded to its inner width."""
    rest = _AXIS - sum(cell.width for cell in cells)
    return Row(height, (gap(_PAD), *cells, gap(rest + _PAD)))


def _as_many(facts: Sequence[str], most: int) -> int:
    """Return how many facts fit a line; none if not even the first does."""
    fits = (count for count in range(len(facts), 0, -1) if room(_SEPARATOR.join(facts[:count]), _SMALL) <= most)
    return next(fits, 0)


def _plain(facts: Sequence[str], width: int, theme: Theme) -> Cell:
    """Return words of second rank, on the ground of the paper so that no line runs through them."""
    text = _SEPARATOR.join(facts)
    return Cell(width=width, text=text, size=_SMALL, ink=theme.muted, fill=theme.paper if text else None)


def _inverse(text: str, theme: Theme) -> Cell:
    """Return a mark in the colours of the page turned round."""
    width = room(text, _SMALL) + 10
    return Cell(width=width, text=text, indent=5, size=_SMALL, bold=True, ink=theme.paper, fill=theme.ink)


def _strip(paints: Sequence[_Paint]) -> list[Cell]:
    """Return a strip of the axis's width, later parts over earlier ones, words where they have room."""
    owners: list[int | None] = [None] * _AXIS
    for number, paint in enumerate(paints):
        start, end = max(0, paint.start), min(_AXIS, paint.end)
        owners[start:end] = [number] * max(0, end - start)
    runs = [(owner, len(list(same))) for owner, same in groupby(owners)]
    widest = {owner: max(length for other, length in runs if other == owner) for owner, _ in runs}
    found = []
    for owner, length in runs:
        if owner is None:
            found.append(gap(length))
            continue
        paint, text = paints[owner], ""
        if widest.get(owner) == length:
            text = next((text for text in paint.texts if room(text, paint.look.size) + 6 <= length), "")
            widest[owner] = -1
        found.append(replace(paint.look, width=length, text=text, indent=3 if text else 0))
    return found


def _at(axis: Axis, t: int) -> int:
    """Return where an instant stands on the paper."""
    return round(axis.share(t) * _AXIS)


def _middle(box: Box) -> float:
    """Return the middle of a box."""
    return box.x + box.width / 2


def _upright(label: Box, x: float, floor: float, stroke: str) -> Line:
    """Return a line from below a label down to the floor."""
    points = polyline(((x, label.bottom), (x, floor)))
    return Line(key=f"from {label.key}", tail=label.key, head="floor", points=points, stroke=stroke)
