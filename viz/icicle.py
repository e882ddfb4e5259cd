"""The icicle: all directives of a cascade in sight, however many, a band per depth.

Rule: below a directive stands what it has passed on. Where directives are too narrow to be told apart, a column
stands for the neighbours in it: their statuses stacked as shares, what is done on top. Lateness is a mark over the
status: it has its own strip below the band. What is drawn by itself has its reference as key; the shares have none
that lasts. Names stand on the branches, so that one sees which of them is bad.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from xiada.engine.projections import Node, View
from xiada.viz.bands import Band, Bands, Branch, Count, Slice, banded
from xiada.viz.drawing import Box, Cell, Column, Drawing, Row
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.page import Frame, badge, framed, gap, origin, ranked, showing, standing, swatches, words
from xiada.viz.plate import Style, bar_order, classes, due_words, in_order, overdue_words
from xiada.viz.shading import ink_on, late_ground
from xiada.viz.shares import percent, percent_done, shared
from xiada.viz.text import fitted, room, shown, wrapped
from xiada.viz.theme import LIGHT, Theme

WIDTH, GRAIN, EXACT, COLUMNS = 1200, 2, 2500, 4000
"""Points across; points of the narrowest column; directives up to which each is drawn by itself; most columns."""

_LABEL, _APART = 176, 8
_HEAD, _HEAD_LINES = 66, 3
_ALL_BANDS, _BAND_LEAST, _BAND_MOST = 1400, 14, 104
_UNIT, _EDGED, _NAMED, _BRANCH = 10, 4, 24, 4
_PARTS = 500
_TEXT, _SMALL, _LINE = 9, 8, 12
_MARK, _MARK_WIDTH, _MARKS_APART = 10, 16, 220
_WORST, _WORST_POINTS = 5, 200
_SCALES = (5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class _Paper:
    """What all parts of one drawing have in common.

    Args:
        view: What is drawn.
        found: Its bands.
        style: Looks, words, zone and the order of statuses from top to bottom.
        top: Where the first band begins.
        stack: How high the statuses of a band are.
        strip: How high its strip of lateness is.
        space: How far it is to the next.
    """

    view: View
    found: Bands
    style: Style
    top: int
    stack: int
    strip: int
    space: int

    def y(self, number: int) -> int:
        """Return where a band begins."""
        return self.top + number * (self.stack + self.strip + self.space)

    def alone(self, piece: Slice) -> bool:
        """Tell whether a slice is drawn as a box of its own."""
        return piece.count.total == 1 and (self.found.exact or piece.right - piece.left >= _UNIT)


def icicle(view: View, *, lang: Language = "zh", theme: Theme = LIGHT) -> Drawing:
    """Return the icicle of a view.

    Args:
        view: The cascade, or a part of it, at one instant.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing, for our own pen. The key of a directive that is drawn by itself is its reference; that of a
        branch's head is `branch:` and the reference, that of a branch on one depth adds ` depth:` and the depth.

    Raises:
        Malformed: The language is not known.

    Example:
        >>> from xiada.engine.projections import View
        >>> nothing = View("floods", "No. 7", "Report on the floods", 0, 0, "", "Asia/Shanghai", ())
        >>> icicle(nothing, lang="en").pen
        'own'

    Source: drawings.md of the design, 4.
    """
    found, labels = banded(view, WIDTH, grain=GRAIN, exact=EXACT, slices=COLUMNS), catalogue(lang)
    looks = theme.for_table(view.lifecycle)
    paper = _laid_out(view, found, Style(looks, labels, view.zone, order(view, found)))
    nodes, captions = _branches(paper), _branch_labels(paper)
    marks: list[Box] = []
    for number, band in enumerate(found.bands):
        nodes += _band(band, number, paper)
        marks += _marks(band, paper.y(number), paper)
        captions += _label(band, number, paper)
    nodes += [*_seams(paper), *marks]
    frame = Frame(
        kind="icicle",
        language=labels.language,
        title=shown(view.title) or view.cascade,
        summary=_summary(paper),
        legend=_legend(paper),
        footer=origin(view, labels),
    )
    return replace(framed(frame, looks, nodes=nodes, edges=[], captions=captions), pen="own")


def order(view: View, found: Bands) -> tuple[str, ...]:
    """Return the statuses from top to bottom: what is done above what is not; those no table knows last."""
    known = bar_order(view.lifecycle)
    return in_order({*known, *found.count.statuses}, known)


def _laid_out(view: View, found: Bands, style: Style) -> _Paper:
    """Return the paper for so many bands: the more, the lower they are."""
    height = max(_BAND_LEAST, min(_BAND_MOST, _ALL_BANDS // max(1, len(found.bands))))
    space = 8 if height >= _BAND_MOST // 2 else 2
    strip = max(3, (height - space) // 4)
    top = _HEAD + 6 if _has_heads(found) else 0
    return _Paper(view, found, style, top, height - space - strip, strip, space)


def _has_heads(found: Bands) -> bool:
    """Tell whether the branches have heads: only where something is below them."""
    return any(branch.count.total > 1 for branch in found.branches)


def _x(at: int) -> int:
    """Return where on the page a place of the bands is."""
    return _LABEL + _APART + at


# Bands


def _band(band: Band, number: int, paper: _Paper) -> list[Box]:
    """Return a band: its ground, the shares, the strip of lateness, and the directives drawn by themselves."""
    y, labels = paper.y(number), paper.style.labels
    ground = Box(
        key=f"depth:{band.depth}", x=_x(0), y=y, width=paper.found.width, height=paper.stack + paper.strip,
        fill=paper.style.theme.folded, tip=_told(level_words(band, labels), band.count, labels), classes=("ground",),
    )  # fmt: skip
    stacks = [(piece, _stack(piece, y, paper)) for piece in band.slices if not paper.alone(piece)]
    shares = [box for status in paper.style.order for box in _shares(status, band, stacks, paper)]
    units = [_unit(piece, y, paper) for piece in band.slices if paper.alone(piece)]
    return [ground, *shares, *_strip(band, y, paper), *_parts(band, y, paper), *units]


_Layers = dict[str, tuple[int, int]]


def _stack(piece: Slice, y: int, paper: _Paper) -> _Layers:
    """Return top and height of each status in a column."""
    statuses = piece.count.statuses
    present = [status for status in paper.style.order if status in statuses]
    heights = shared([statuses[status] for status in present], paper.stack, least=1)
    found: _Layers = {}
    for status, height in zip(present, heights, strict=True):
        found[status] = (y, height)
        y += height
    return found


def _shares(status: str, band: Band, stacks: Iterable[tuple[Slice, _Layers]], paper: _Paper) -> list[Box]:
    """Return the shares of one status in the columns of a band."""
    fill, names = paper.style.theme.look(status).fill, (f"status-{status}",)
    return [
        Box(
            key=f"share {band.depth}:{piece.left} {status}", x=_x(piece.left), y=layers[status][0],
            width=piece.right - piece.left, height=layers[status][1], fill=fill, classes=names,
        )
        for piece, layers in stacks
        if status in layers
    ]  # fmt: skip


def _full(band: Band) -> int:
    """Return the percentage at which a strip of lateness is full."""
    most = max((100 * piece.count.overdue / piece.count.total for piece in band.slices), default=0)
    return next(scale for scale in _SCALES if most <= scale)


def _strip(band: Band, y: int, paper: _Paper) -> list[Box]:
    """Return the strip of lateness below a band: the higher, the larger the share that is overdue."""
    theme, full, bottom = paper.style.theme, _full(band), y + paper.stack + paper.strip
    boxes = []
    for piece in band.slices:
        if piece.count.overdue:
            share = 100 * piece.count.overdue / (piece.count.total * full)
            height = max(1, math.ceil(paper.strip * share - 1e-9))
            boxes.append(Box(
                key=f"late {band.depth}:{piece.left}", x=_x(piece.left), y=bottom - height,
                width=piece.right - piece.left, height=height, columns=_days(piece, paper), fill=theme.late,
                classes=("late",),
            ))  # fmt: skip
    return boxes


def _days(piece: Slice, paper: _Paper) -> tuple[Column, ...]:
    """Return by how many days a directive drawn by itself is overdue, or the mark alone, as there is room."""
    theme, width = paper.style.theme, piece.right - piece.left
    if not paper.alone(piece) or width < _UNIT or paper.strip < _LINE:
        return ()
    days = overdue_words(paper.view.nodes[piece.first], paper.style.labels)
    words_of = f"{theme.late_glyph} {days}"
    text = words_of if room(words_of, _SMALL) <= width - 6 else theme.late_glyph
    return (Column((_line(text, width, _SMALL, theme.late_ink, bold=True),)),)


def _parts(band: Band, y: int, paper: _Paper) -> list[Box]:
    """Return what tells of the part of each branch in a band, where its directives cannot tell it themselves."""
    if paper.found.exact:
        return []
    labels, height = paper.style.labels, paper.stack + paper.strip
    level, least = level_words(band, labels), paper.found.width * len(paper.found.bands) // _PARTS
    found = []
    for branch in paper.found.branches:
        count, node = branch.by_depth.get(band.depth), paper.view.nodes[branch.place]
        if count and branch.right - branch.left >= least:
            name = labels.say("icicle_within", name=shown(node.name), level=level)
            found.append(Box(
                key=f"{node.directive.ref} depth:{band.depth}", x=_x(branch.left), y=y,
                width=branch.right - branch.left, height=height, tip=_told(name, count, labels), classes=("part",),
            ))  # fmt: skip
    return found


def _unit(piece: Slice, y: int, paper: _Paper) -> Box:
    """Return a directive drawn by itself: its status as ground, and as much of name and status as has room."""
    node, style, width = paper.view.nodes[piece.first], paper.style, piece.right - piece.left
    look = style.theme.look(node.directive.status)
    edge = (look.frame or style.theme.paper) if width >= _EDGED else None
    return Box(
        key=node.directive.ref, x=_x(piece.left), y=y, width=width, height=paper.stack,
        columns=_unit_words(node, width, paper), stroke=edge, thickness=0.5, fill=look.fill, tip=_unit_tip(node, style),
        classes=classes(node),
    )  # fmt: skip


def _unit_words(node: Node, width: int, paper: _Paper) -> tuple[Column, ...]:
    """Return name and status of a directive, or its glyph alone, as its box has room."""
    style, lines = paper.style, paper.stack // _LINE
    look = style.theme.look(node.directive.status)
    if width < _UNIT or not lines:
        return ()
    word = f"{look.glyph} {shown(style.labels.status(node.directive.status))}"
    last = word if room(word, _SMALL) <= width - 6 else look.glyph if room(look.glyph, _SMALL) <= width else ""
    if lines == 1 and width >= _NAMED:
        last = fitted(f"{look.glyph} {shown(node.name)}", width - 6, _SMALL)
    names = wrapped(node.name, width - 6, _TEXT, lines=lines - 1) if lines > 1 and width >= _NAMED else ()
    rows = [_line(name, width, _TEXT, look.ink, bold=True) for name in names]
    return (Column((*rows, _line(last, width, _SMALL, look.ink))),)


def _line(text: str, width: int, size: int, ink: str, *, bold: bool = False) -> Row:
    """Return a line of text in a box."""
    indent = 4 if room(text, size) + 6 < width else max(0, (width - room(text, size)) // 2)
    return Row(_LINE, (Cell(width=width, text=text, indent=indent, size=size, ink=ink, bold=bold),))


def _unit_tip(node: Node, style: Style) -> str:
    """Return what a pointer or a screen reader tells of a directive."""
    directive, labels = node.directive, style.labels
    late = overdue_words(node, labels)
    parts = (node.name, labels.status(directive.status), due_words(directive.due, style), late, directive.ref)
    return " · ".join(filter(None, parts))


def _marks(band: Band, y: int, paper: _Paper) -> list[Box]:
    """Return glyphs on what is too narrow for its own, where neighbours make it wide: no colour stands alone."""
    runs: dict[str, _Run] = {}
    found = []
    for piece in band.slices:
        narrow = not paper.alone(piece) or piece.right - piece.left < _UNIT
        for status, (top, height) in _stack(piece, y, paper).items() if narrow else ():
            run = runs.setdefault(status, _Run(-_MARKS_APART))
            run.extend(piece.left, piece.right, top, top + height)
            if run.right - run.left >= _MARK_WIDTH and piece.left - run.marked >= _MARKS_APART:
                run.marked = piece.left
                found.append(_mark(status, band, run, paper))
    return found


@dataclass(slots=True)
class _Run:
    """Neighbouring columns in which a status is thick enough for its glyph, and where it was marked last."""

    marked: int
    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0

    def extend(self, left: int, right: int, top: int, bottom: int) -> None:
        """Take in the next column, or begin anew with it."""
        above, below = max(self.top, top), min(self.bottom, bottom)
        if left == self.right and below - above >= _MARK:
            self.right, self.top, self.bottom = right, above, below
        elif bottom - top >= _MARK:
            self.left, self.right, self.top, self.bottom = left, right, top, bottom
        else:
            self.left = self.right = right


def _mark(status: str, band: Band, run: _Run, paper: _Paper) -> Box:
    """Return the glyph of a status where it is thick enough for long enough."""
    look, width = paper.style.theme.look(status), _MARK_WIDTH
    indent = max(0, (width - room(look.glyph, _SMALL)) // 2)
    cell = Cell(width=width, text=look.glyph, indent=indent, size=_SMALL, ink=look.ink)
    return Box(
        key=f"glyph {band.depth}:{run.marked} {status}", x=_x(run.right - width),
        y=(run.top + run.bottom - _MARK) // 2, width=width, height=_MARK, columns=(Column((Row(_MARK, (cell,)),)),),
        classes=("glyph",),
    )  # fmt: skip


# Words beside and above the bands


def level_words(band: Band, labels: Labels) -> str:
    """Return the levels of a band's units, the two most frequent by name."""
    named = labels.say("icicle_join").join(shown(labels.level(name)) for name in band.levels[:2])
    return labels.say("icicle_more_levels", levels=named) if len(band.levels) > 2 else named


def late_words(count: Count, labels: Labels, theme: Theme) -> str:
    """Return how many are overdue, and which share."""
    share = percent(count.overdue, count.total)
    return labels.say("icicle_late", glyph=theme.late_glyph, count=count.overdue, percent=share)


def _told(name: str, count: Count, labels: Labels) -> str:
    """Return counts in a sentence."""
    return labels.say(
        "icicle_tip", name=name, total=count.total, done=count.done, percent=percent_done(count.done, count.total),
        overdue=count.overdue, late=percent(count.overdue, count.total),
    )  # fmt: skip


def _label(band: Band, number: int, paper: _Paper) -> list[Box]:
    """Return what stands left of a band: levels, how many, how many done and overdue; as much as has room."""
    labels, theme, count = paper.style.labels, paper.style.theme, band.count
    level = level_words(band, labels)
    counts = labels.say("icicle_count", count=count.total, percent=percent_done(count.done, count.total))
    late = [late_words(count, labels, theme)] if count.overdue else []
    height = paper.stack + paper.strip
    if height < 3 * _LINE + 2:
        said = " · ".join((level, counts, *late))
        return [_beside(f"label {band.depth}", paper.y(number), height, [_text(said, theme.ink)])]
    rows = [_text(level, theme.ink, bold=True), *(_text(line, theme.ink) for line in (counts, *late))]
    if late and height >= 5 * _LINE:
        rows.append(_text(labels.say("icicle_scale", percent=f"{_full(band)}%"), theme.muted))
        spare = height - sum(row.height for row in rows)
        rows = [*rows[:2], Row(spare, (gap(_LABEL),)), *rows[2:]]
    return [_beside(f"label {band.depth}", paper.y(number), height, rows)]


def _text(text: str, ink: str, *, bold: bool = False) -> Row:
    """Return a line of a label."""
    size = _TEXT + 1 if bold else _SMALL
    line = fitted(text, _LABEL, size)
    return Row(_LINE + 2 * bold, (Cell(width=_LABEL, text=line, size=size, ink=ink, bold=bold),))


def _beside(key: str, y: int, height: int, rows: Sequence[Row]) -> Box:
    """Return a label at the left, its rows from the top down."""
    spare = height - sum(row.height for row in rows)
    filled = (*rows, Row(spare, (gap(_LABEL),))) if spare > 0 else tuple(rows)
    return Box(key=key, x=0, y=y, width=_LABEL, height=height, columns=(Column(filled),))


def _branch_labels(paper: _Paper) -> list[Box]:
    """Return what stands left of the heads of the branches."""
    if not _has_heads(paper.found):
        return []
    say, theme = paper.style.labels.say, paper.style.theme
    late = say("icicle_branch_late", glyph=theme.late_glyph)
    rows = [_text(say("icicle_branches"), theme.ink, bold=True), Row(_HEAD - 14 - 2 * _LINE - 2, (gap(_LABEL),))]
    rows += [_text(say("icicle_branch_done"), theme.muted), _text(late, theme.muted)]
    return [_beside("label branches", 0, _HEAD, rows)]


def _branches(paper: _Paper) -> list[Box]:
    """Return the heads of the branches: name, share done, how many overdue."""
    if not _has_heads(paper.found):
        return []
    branches = paper.found.branches
    most = max(branch.count.overdue / branch.count.total for branch in branches)
    return [
        _branch(branch, _lateness(branch.count, most, paper.style.theme), paper)
        for branch in branches
        if branch.right - branch.left >= _BRANCH
    ]


def _lateness(count: Count, most: float, theme: Theme) -> str | None:
    """Return the ground of how many are overdue: that of the worst branch has the full colour, none has none."""
    return late_ground(count.overdue / count.total / most, theme) if count.overdue else None


def _branch(branch: Branch, ground: str | None, paper: _Paper) -> Box:
    """Return the head of a branch: its name, and what is done and overdue in it."""
    theme, node, width = paper.style.theme, paper.view.nodes[branch.place], branch.right - branch.left
    rows = [*_branch_name(node, width, theme), *_branch_counts(branch.count, width, ground, theme)]
    spare = _HEAD - sum(row.height for row in rows)
    return Box(
        key=f"branch:{node.directive.ref}", x=_x(branch.left), y=0, width=width, height=_HEAD,
        columns=(Column((Row(spare, (gap(width),)), *rows)),), stroke=theme.paper, fill=theme.folded,
        tip=_told(shown(node.name), branch.count, paper.style.labels),
        classes=("branch", "late") if ground else ("branch",),
    )  # fmt: skip


def _branch_name(node: Node, width: int, theme: Theme) -> list[Row]:
    """Return the name of a branch in its lines, if two letters fit into one."""
    if width < _NAMED:
        return []
    names = wrapped(node.name, width - 4, _TEXT, lines=_HEAD_LINES)
    blank = [Row(_LINE, (gap(width),))] * (_HEAD_LINES - len(names))
    return [*(_line(name, width, _TEXT, theme.ink, bold=True) for name in names), *blank]


def _branch_counts(count: Count, width: int, ground: str | None, theme: Theme) -> list[Row]:
    """Return which share of a branch is done, and how many are overdue on their ground, as far as there is room."""
    done, late = percent_done(count.done, count.total), f"{count.overdue:,}" if count.overdue else ""
    done, late = (text if room(text, _SMALL) <= width - 4 else "" for text in (done, late))
    ink = ink_on(ground or theme.folded, theme.ink)
    last = replace(_line(late, width, _SMALL, ink, bold=True).cells[0], fill=ground)
    return [_line(done, width, _SMALL, theme.ink), Row(_LINE + 2, (last,))]


def _seams(paper: _Paper) -> list[Box]:
    """Return the thin lines between branches, down through all bands below them."""
    found, theme = paper.found, paper.style.theme
    wide = [branch for branch in found.branches[1:] if branch.right - branch.left >= _BRANCH]
    if not wide or found.exact:
        return []
    least = min(wide[0].by_depth)
    first = next(number for number, band in enumerate(found.bands) if band.depth == least)
    top, bottom = paper.y(first), paper.y(len(found.bands)) - paper.space
    return [
        Box(
            key=f"seam {branch.left}", x=_x(branch.left), y=top, width=1, height=bottom - top, fill=theme.paper,
            classes=("seam",),
        )
        for branch in wide
    ]  # fmt: skip


def _summary(paper: _Paper) -> list[list[Cell]]:
    """Return the rows below the title: how far all is, and which branches have most overdue."""
    labels, theme, whole = paper.style.labels, paper.style.theme, paper.found.count
    first = standing(theme, labels, total=whole.total, done=whole.done, overdue=whole.overdue)
    row = ranked(labels.say("worst"), worst(paper.view, paper.found, labels), theme, paper.found.width)
    return [[*first, showing(whole.total, paper.view, labels, theme)], *row]


def worst(view: View, found: Bands, labels: Labels) -> list[str]:
    """Return the branches with most overdue in words, the worst first."""
    late = sorted((branch for branch in found.branches if branch.count.overdue), key=lambda one: -one.count.overdue)
    return [
        labels.say(
            "late_share",
            name=fitted(view.nodes[branch.place].name, _WORST_POINTS, 11),
            count=branch.count.overdue,
            percent=percent(branch.count.overdue, branch.count.total),
        )
        for branch in late[:_WORST]
    ]


def _legend(paper: _Paper) -> list[Sequence[Cell]]:
    """Return the legend: the statuses with their counts, lateness, and how to read bands and columns."""
    found, theme, labels = paper.found, paper.style.theme, paper.style.labels
    statuses = found.count.statuses
    counts = [(status, statuses[status]) for status in paper.style.order if statuses[status]]
    runs: list[Sequence[Cell]] = list(swatches(counts, theme, labels))
    if found.count.overdue:
        late = badge(f"{theme.late_glyph} {labels.say('late')}", theme, size=_TEXT)
        runs.append([late, gap(6), words(labels.say("icicle_late_about"), theme, size=_TEXT)])
    remarks = ["icicle_about", *([] if found.exact else ["icicle_about_bins"])]
    if any(sum(piece.right - piece.left for piece in band.slices) < found.width for band in found.bands):
        remarks.append("icicle_blank")
    return runs + [[words(labels.say(remark), theme, size=_TEXT)] for remark in remarks]
