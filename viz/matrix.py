"""Levels by statuses: how many of each level of units stand where, and how many are overdue.

Rule: a directive is counted once in the row of its unit's level, under its status; being overdue is a mark over the
status and counted beside it. Rows stand in the order in which the cascade reaches the levels, columns in that of its
table. The same counts are drawn here and in the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xiada.engine.lifecycle import Lifecycle
from xiada.engine.projections import Bucket, View
from xiada.viz.drawing import Box, Cell, Column, Drawing, Row
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.page import LEAST_WIDTH, Frame, badge, framed, gap, origin, ranked, showing, standing, words
from xiada.viz.plate import in_order
from xiada.viz.routes import main_line
from xiada.viz.shading import ink_on, late_ground, mixed
from xiada.viz.shares import percent, percent_done
from xiada.viz.text import fitted, room, shown, wrapped
from xiada.viz.theme import LIGHT, Look, Theme

LEVELS_MOST = 60
"""Rows of levels; those with the fewest directives share one more."""

_LEVEL_WIDTH, _LEAST, _MOST = 112, 76, 132
_HEAD, _HEIGHT = 40, 38
_SPACE, _SPLIT = 2, 8
_SWATCH = 20
_COUNT, _SHARE, _WORD = 12, 9, 10
_LATE_NAMED = 5
_STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
_Facts: TypeAlias = tuple[str, str, Bucket, int]


@dataclass(frozen=True, slots=True)
class Level:
    """One row: the directives of the units of one level.

    Args:
        names: The level, or the several that share the row; empty for the row of all.
        counts: By the matrix's statuses, in its order.
        total: All of them.
        done: Those that need nothing more.
        overdue: Those past their due.
    """

    names: tuple[str, ...]
    counts: tuple[int, ...]
    total: int
    done: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The counts of a view: rows of levels over the same statuses, and the row of all."""

    statuses: tuple[str, ...]
    levels: tuple[Level, ...]
    whole: Level


def counted(view: View) -> Matrix:
    """Return how many directives of each level stand in each status; one pass over the view.

    Args:
        view: The cascade, or a part of it, at one instant.

    Returns:
        Levels by the least depth at which they occur, then by first occurrence; statuses in the order of the table,
        those of its main line and those that occur.
    """
    found = Counter(
        (node.level, node.directive.status, node.bucket, node.directive.depth) for node in view.nodes
    )  # fmt: skip
    statuses = _statuses(view.lifecycle, {status for _, status, _, _ in found})
    depths: dict[str, int] = {}
    for level, _, _, depth in found:
        depths[level] = min(depth, depths.get(level, depth))
    by_level: dict[str, Counter[_Facts]] = {level: Counter() for level in sorted(depths, key=depths.__getitem__)}
    for facts, count in found.items():
        by_level[facts[0]][facts] = count
    rows = [_level((name,), counts, statuses) for name, counts in by_level.items()]
    return Matrix(statuses, _bounded(rows), _level((), found, statuses))


def _statuses(table: Lifecycle, present: set[str]) -> tuple[str, ...]:
    """Return the statuses that have a column: those of the main line and those that occur, in the table's order."""
    return in_order({*main_line(table), *present}, [status.name for status in table.statuses])


def _level(names: tuple[str, ...], counts: Counter[_Facts], statuses: Iterable[str]) -> Level:
    """Return a row of counts by level, status, bucket and depth."""
    by_status: Counter[str] = Counter()
    by_bucket: Counter[Bucket] = Counter()
    for (_, status, bucket, _), count in counts.items():
        by_status[status] += count
        by_bucket[bucket] += count
    in_order = tuple(by_status[status] for status in statuses)
    return Level(names, in_order, counts.total(), by_bucket["done"], by_bucket["overdue"])


def _bounded(rows: Sequence[Level]) -> tuple[Level, ...]:
    """Return at most `LEVELS_MOST` rows and one more for all other levels, those with the fewest directives."""
    largest = sorted(range(len(rows)), key=lambda place: (-rows[place].total, place))[:LEVELS_MOST]
    kept = tuple(rows[place] for place in sorted(largest))
    rest = [rows[place] for place in sorted(set(range(len(rows))) - set(largest))]
    return (*kept, _together(rest)) if rest else kept


def _together(rows: Sequence[Level]) -> Level:
    """Return several rows as one."""
    return Level(
        tuple(name for row in rows for name in row.names),
        tuple(map(sum, zip(*(row.counts for row in rows), strict=True))),
        sum(row.total for row in rows),
        sum(row.done for row in rows),
        sum(row.overdue for row in rows),
    )


# The drawing


@dataclass(frozen=True, slots=True)
class _Paper:
    """What all cells of one drawing have in common: looks, words, statuses, and the width of a column."""

    theme: Theme
    labels: Labels
    statuses: tuple[str, ...]
    width: int

    def status(self, number: int) -> int:
        """Return where the column of a status begins."""
        return _LEVEL_WIDTH + _SPACE + number * (self.width + _SPACE)

    @property
    def overdue(self) -> int:
        """Where the column of the overdue begins: apart, for they are counted under their statuses too."""
        return self.status(len(self.statuses)) + _SPLIT

    @property
    def total(self) -> int:
        """Where the column of totals begins."""
        return self.overdue + self.width + _SPACE + _SPLIT


def matrix(view: View, *, lang: Language = "zh", theme: Theme = LIGHT) -> Drawing:
    """Return the matrix of levels and statuses of a view.

    Args:
        view: The cascade, or a part of it, at one instant.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the keys of its nodes are `level:city`, `status:issued`, `overdue` and `total` for the heads of
        rows and columns, `level:city status:issued`, `level:city overdue` and `level:city total` for the cells. The
        row of all is `all`, that of the levels that share one `others`.

    Raises:
        Malformed: The language is not known.

    Example:
        >>> from xiada.engine.projections import View
        >>> nothing = View("floods", "No. 7", "Report on the floods", 0, 0, "", "Asia/Shanghai", ())
        >>> matrix(nothing, lang="en").summary
        '0 directives done 0 (0%) showing 0 of 0'

    Source: drawings.md of the design, 3.
    """
    found, labels, looks = counted(view), catalogue(lang), theme.for_table(view.lifecycle)
    paper = _Paper(looks, labels, found.statuses, _column_width(found, labels))
    boxes = _heads(paper)
    for number, level in enumerate((*found.levels, found.whole)):
        split = 0 if level.names else _SPLIT
        boxes += _row(level, _HEAD + _SPACE + number * (_HEIGHT + _SPACE) + split, paper)
    frame = Frame(
        kind="matrix",
        language=labels.language,
        title=shown(view.title) or view.cascade,
        summary=_summary(view, found, paper),
        legend=_legend(paper),
        footer=origin(view, labels),
    )
    return framed(frame, looks, nodes=boxes, edges=[])


def level_word(level: Level, labels: Labels) -> str:
    """Return what a row is called."""
    if not level.names:
        return labels.say("matrix_all")
    if len(level.names) > 1:
        return labels.say("matrix_other_levels", count=len(level.names))
    return shown(labels.level(level.names[0]))


def shade(count: int, total: int, theme: Theme) -> str:
    """Return the ground of a count by its share: the larger, the nearer to the theme's shade."""
    return mixed(theme.plate, theme.shade, count / total) if count else theme.plate


def _column_width(found: Matrix, labels: Labels) -> int:
    """Return how wide the columns are: all alike, wide enough for their words, or for most of them."""
    words_of = (*map(labels.status, found.statuses), labels.say("late"))
    return min(_MOST, max(_LEAST, *(room(shown(word), _WORD) + _SWATCH + 12 for word in words_of)))


def _heads(paper: _Paper) -> list[Box]:
    """Return the heads of the columns: swatch and word of each status, of the overdue, and of the total."""
    theme, say = paper.theme, paper.labels.say
    boxes = [_head("levels", 0, _LEVEL_WIDTH, say("matrix_level"), paper)]
    for number, status in enumerate(paper.statuses):
        word, key = paper.labels.status(status), f"status:{status}"
        boxes.append(_head(key, paper.status(number), paper.width, word, paper, theme.look(status)))
    late = Look(theme.late, theme.late_glyph, ink=theme.late_ink)
    boxes.append(_head("overdue", paper.overdue, paper.width, say("late"), paper, late))
    return [*boxes, _head("total", paper.total, paper.width, say("matrix_all"), paper)]


def _head(key: str, x: int, width: int, word: str, paper: _Paper, look: Look | None = None) -> Box:
    """Return the head of a column: what it counts, as colour, glyph and word."""
    swatch = _SWATCH if look else 0
    lines = wrapped(word, width - swatch - 10, _WORD, lines=2)
    rows = tuple(
        Row(14, (Cell(width=width - swatch, text=line, indent=6, size=_WORD, bold=True, ink=paper.theme.ink),))
        for line in lines
    )
    columns = (Column(rows),) if rows else ()
    if look:
        glyph = Cell(
            width=_SWATCH, text=look.glyph, indent=5 if len(look.glyph) == 1 else 2, size=_WORD, bold=True,
            ink=look.ink, fill=look.fill, frame=look.frame,
        )  # fmt: skip
        columns = (Column((Row(_HEAD, (glyph,)),)), *columns)
    return Box(key=key, x=x, y=0, width=width, height=_HEAD, columns=columns, fill=paper.theme.folded, tip=shown(word))


def _row(level: Level, y: int, paper: _Paper) -> list[Box]:
    """Return the cells of a row."""
    return [
        _name(level, y, paper),
        *(_status(level, number, y, paper) for number in range(len(paper.statuses))),
        _overdue(level, y, paper),
        _total(level, y, paper),
    ]


def _key(level: Level) -> str:
    """Return the key of a row."""
    if not level.names:
        return "all"
    return f"level:{level.names[0]}" if len(level.names) == 1 else "others"


def _classes(level: Level) -> tuple[str, ...]:
    """Return what the cells of a row are, in words a style sheet can name."""
    return tuple(f"level-{name}" for name in level.names[:1] if len(level.names) == 1)


def _name(level: Level, y: int, paper: _Paper) -> Box:
    """Return the head of a row."""
    word = level_word(level, paper.labels)
    rows = tuple(
        Row(14, (Cell(width=_LEVEL_WIDTH, text=line, indent=8, size=11, bold=True, ink=paper.theme.ink),))
        for line in wrapped(word, _LEVEL_WIDTH - 14, 11, lines=2)
    )
    return Box(
        key=_key(level), x=0, y=y, width=_LEVEL_WIDTH, height=_HEIGHT, columns=(Column(rows),) if rows else (),
        fill=paper.theme.folded, tip=word, classes=_classes(level),
    )  # fmt: skip


def _status(level: Level, number: int, y: int, paper: _Paper) -> Box:
    """Return the cell of a level and a status; one of zero keeps quiet."""
    status, count = paper.statuses[number], level.counts[number]
    ground = shade(count, level.total, paper.theme)
    return _cell(
        _Shown(f"{_key(level)} status:{status}", paper.labels.status(status), count, level, ground),
        (paper.status(number), y),
        paper,
        classes=(*_classes(level), f"status-{status}"),
    )


def _overdue(level: Level, y: int, paper: _Paper) -> Box:
    """Return the cell of what is overdue of a level."""
    theme, word, late = paper.theme, paper.labels.say("late"), level.overdue > 0
    ground, glyph = late_ground(level.overdue / max(1, level.total), theme), f"{theme.late_glyph} " if late else ""
    found = _Shown(f"{_key(level)} overdue", word, level.overdue, level, ground, glyph)
    classes = (*_classes(level), "late") if late else _classes(level)
    return _cell(found, (paper.overdue, y), paper, classes=classes)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one cell shows: of which column how many of a level, on which ground, after which glyph."""

    key: str
    column: str
    count: int
    level: Level
    ground: str
    glyph: str = ""


def _cell(what: _Shown, at: tuple[int, int], paper: _Paper, *, classes: tuple[str, ...]) -> Box:
    """Return a cell: count, and below it the share of the row."""
    theme, share = paper.theme, percent(what.count, what.level.total)
    ink = ink_on(what.ground, theme.ink if what.count else theme.muted)
    rows = [_centred(f"{what.glyph}{what.count:,}", paper.width, _COUNT, ink, bold=what.count > 0)]
    rows += [_centred(share, paper.width, _SHARE, ink)] if what.count else []
    tip = paper.labels.say(
        "matrix_tip", level=level_word(what.level, paper.labels), column=shown(what.column), count=what.count,
        percent=share,
    )  # fmt: skip
    return Box(
        key=what.key, x=at[0], y=at[1], width=paper.width, height=_HEIGHT, columns=(Column(tuple(rows)),),
        fill=what.ground, tip=tip, classes=classes,
    )  # fmt: skip


def _total(level: Level, y: int, paper: _Paper) -> Box:
    """Return the cell of all of a level: how many, and how many of them are done."""
    theme, say = paper.theme, paper.labels.say
    done = percent_done(level.done, level.total)
    ink = ink_on(theme.folded, theme.ink)
    rows = [_centred(f"{level.total:,}", paper.width, _COUNT, ink, bold=True)]
    rows += [_centred(say("matrix_done", percent=done), paper.width, _SHARE, ink)]
    tip = say(
        "matrix_tip_total", level=level_word(level, paper.labels), count=level.total, done=level.done, percent=done,
        overdue=level.overdue,
    )  # fmt: skip
    return Box(
        key=f"{_key(level)} total", x=paper.total, y=y, width=paper.width, height=_HEIGHT,
        columns=(Column(tuple(rows)),), fill=theme.folded, tip=tip, classes=_classes(level),
    )  # fmt: skip


def _centred(text: str, width: int, size: int, ink: str, *, bold: bool = False) -> Row:
    """Return a row with a text in its middle."""
    fit = fitted(text, width - 4, size)
    return Row(
        size + 4, (Cell(width=width, text=fit, indent=(width - room(fit, size)) // 2, size=size, ink=ink, bold=bold),)
    )


def _summary(view: View, found: Matrix, paper: _Paper) -> list[list[Cell]]:
    """Return the rows below the title: how far all is, and how much is overdue on which level."""
    theme, labels, whole = paper.theme, paper.labels, found.whole
    first = standing(theme, labels, total=whole.total, done=whole.done, overdue=whole.overdue)
    late = sorted((level for level in found.levels if level.overdue), key=lambda level: -level.overdue)
    named = [_late_level(level, labels) for level in late[:_LATE_NAMED]]
    width = paper.total + paper.width
    row = ranked(labels.say("matrix_late_levels"), named, theme, max(LEAST_WIDTH, width))
    return [[*first, showing(whole.total, view, labels, theme)], *row]


def _late_level(level: Level, labels: Labels) -> str:
    """Return how many of a level are overdue, in words."""
    name = fitted(level_word(level, labels), _LEVEL_WIDTH, 11)
    return labels.say("late_share", name=name, count=level.overdue, percent=percent(level.overdue, level.total))


def _legend(paper: _Paper) -> list[list[Cell]]:
    """Return the legend: what a cell says, how its ground tells the share, and what overdue means."""
    theme, say = paper.theme, paper.labels.say
    run = [words(say("matrix_about"), theme, size=_SHARE, after=6)]
    for share in _STEPS:
        ground = mixed(theme.plate, theme.shade, share)
        run.append(Cell(
            width=38, text=f"{share:.0%}", indent=7, size=_SHARE, ink=ink_on(ground, theme.ink), fill=ground,
            frame=theme.line,
        ))  # fmt: skip
    late = badge(f"{theme.late_glyph} {say('late')}", theme, size=_SHARE)
    return [[*run, gap(16)], [late, gap(6), words(say("matrix_late_about"), theme, size=_SHARE)]]
