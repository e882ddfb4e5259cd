"""The cascade as a page for a browser: tree, search, filters, details, and every step of it to be replayed.

Rule: what is judged is judged here: the page gets for every due the instant it is judged by, for every status
whether it is done, and which boxes are drawn at first, by the rule of all cascade trees. The page itself only
replays events and counts, so that at any log index it says what `engine.view(at=index)` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from xiada.engine.due import NEVER, at, end_of_day, show
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.projections import Mark, Node, Tracks, View, day_of
from xiada.viz.folding import folded
from xiada.viz.history import marks_of
from xiada.viz.html.page import Page, document
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.page import TAGS, origin
from xiada.viz.plate import bar_order
from xiada.viz.text import shown
from xiada.viz.theme import DARK, LIGHT, PRINT, Theme

BUDGET = 300
_SCRIPTS = (
    "page.js", "viewport.js", "searching.js", "replay.js", "forest.js", "plates.js", "tree.js", "filters.js",
    "panel.js", "player.js", "cascade.js",
)  # fmt: skip
_COLOURS = ("green", "yellow", "red", "grey")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPOCH = date(1970, 1, 1)
_WORDS = (
    "showing", "due", "undated", "overdue", "overdue_days", "done_late", "progress", "folded", "more", "more_about",
    "total", "done", "tip", "worst",
)  # fmt: skip
"""What the page says in the words of the cascade tree."""


def cascade_page(
    view: View, tracks: Tracks, *, budget: int = BUDGET, lang: Language = "zh", theme: Theme = LIGHT
) -> bytes:
    """Return a cascade as a page in one file, to be opened without a server: tree, details, replay.

    Args:
        view: The cascade at one instant, or a part of it.
        tracks: Where its directives stood after each of their events; of others, and later ones, are left out.
        budget: Most boxes to draw at first; more are opened by hand.
        lang: `zh` or `en`.
        theme: What it starts with: light as the system is set, dark, or another in the place of light.

    Returns:
        HTML, UTF-8; it fetches nothing and needs nothing.

    Raises:
        Malformed: A directive of the view has no track; the budget is below 1; the language is not known.

    Source: drawings.md of the design; Content Security Policy Level 3.
    """
    labels = catalogue(lang)
    themes = _themes(theme, view.lifecycle)
    names = _statuses(view, tracks)
    return document(
        Page(
            language=TAGS[lang],
            title=shown(view.title) or view.cascade,
            template="cascade.html",
            fills=_fills(view, labels),
            data=_data(view, tracks, _Setting(labels, themes[0], names, budget)),
            scripts=_SCRIPTS,
            looks=tuple(tuple(one.look(name) for name in names) for one in themes),
            themes=themes,
            chosen="auto" if theme is LIGHT else DARK.name if theme.name == DARK.name else LIGHT.name,
        )
    )


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a page is told: its words, its glyphs, its statuses in the order of the bars, its budget."""

    labels: Labels
    theme: Theme
    statuses: Sequence[str]
    budget: int


def _themes(theme: Theme, table: Lifecycle) -> tuple[Theme, Theme, Theme]:
    """Return light, dark and print with looks for the statuses of the table."""
    light = LIGHT if theme.name == DARK.name else theme
    return light.for_table(table), DARK.for_table(table), PRINT.for_table(table)


def _statuses(view: View, tracks: Tracks) -> tuple[str, ...]:
    """Return the statuses in the order of the bars: those of the table, then those of earlier tables."""
    order = bar_order(view.lifecycle)
    there = {node.directive.ref for node in view.nodes}
    met = {mark.status for ref, marks in tracks.items() if ref in there for mark in marks}
    return order + tuple(sorted(met - set(order)))


def _fills(view: View, labels: Labels) -> dict[str, str]:
    """Return what is filled into the markup."""
    remarks = ("late_border", "late_strip", "folded_mark", "html_found_mark", "html_ghost", "html_replay_names")
    return {
        **{name: text for name, text in labels.patterns.items() if name.startswith("html_")},
        "title": shown(view.title) or view.cascade,
        "remarks": " · ".join(labels.patterns[name] for name in remarks),
        "footer": shown(" · ".join(origin(view, labels))),
    }


def _data(view: View, tracks: Tracks, setting: _Setting) -> dict[str, object]:
    """Return what the script reads: tables of words and dues, a column for each fact of directives and events."""
    dues, events = _Dues(view), _events(view, tracks)
    slots = folded(view, setting.budget)
    drawn = {slot.node.directive.ref for slot in slots if slot.node is not None}
    steps = _steps(events, view, setting.statuses, dues)
    return {
        "words": _words(setting.labels),
        "late": setting.theme.late_glyph,
        "budget": setting.budget,
        "whole": view.whole,
        "statuses": [_status(name, view.lifecycle, setting) for name in setting.statuses],
        "cascade": view.cascade,
        **_directives(view.nodes, dues, setting.labels),
        "drawn": [place for place, node in enumerate(view.nodes) if node.directive.ref in drawn],
        "events": steps,
        "seen": [view.now, _offset(view.now, view.zone)],
        "dues": dues.table,
    }


def _words(labels: Labels) -> dict[str, str]:
    """Return the patterns the script fills."""
    found = {name: text for name, text in labels.patterns.items() if name.startswith("html_")}
    return found | {name: labels.patterns[name] for name in _WORDS}


def _status(name: str, table: Lifecycle, setting: _Setting) -> list[object]:
    """Return a status: its word, its glyph, whether it is done, whether that excuses from handing in.

    A status of an earlier table is what the standard table says; what that does not know either counts as open.
    """
    judge = table if name in table.names else STANDARD
    done = name in judge.names and name not in judge.open
    return [setting.labels.status(shown(name)), setting.theme.look(name).glyph, int(done), int(name in judge.excused)]


# Directives


def _directives(nodes: Sequence[Node], dues: _Dues, labels: Labels) -> dict[str, object]:
    """Return the directives as columns; the parents come before their children."""
    places = {node.directive.ref: place for place, node in enumerate(nodes)}
    parents = [places.get(node.directive.parent or "", -1) for node in nodes]
    levels, lines = _Table(), _Table()
    return {
        "names": [shown(node.name) or node.directive.ref for node in nodes],
        "parents": parents,
        "numbers": [_number(node, parent) for node, parent in zip(nodes, parents, strict=True)],
        "level": _packed([levels.place(shown(labels.level(node.level))) for node in nodes]),
        "line": _packed([lines.place(shown(node.directive.line)) for node in nodes]),
        "original": _packed([dues.place(node, node.directive.original_due) for node in nodes]),
        "lights": _packed([_COLOURS.index(node.light.colour) for node in nodes]),
        "levels": levels.entries,
        "lines": lines.entries,
    }


def _number(node: Node, parent: int) -> int | str:
    """Return the number of a directive below its parent; the whole path where its parent is not here."""
    path = node.directive.path
    return path if parent < 0 else int(path.rpartition(".")[2])


class _Table:
    """Texts that are named by their place."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Return the place of a text, a new one if it was not there."""
        if text not in self._places:
            self._places[text] = len(self.entries)
            self.entries.append(text)
        return self._places[text]


class _Dues:
    """The dues of a page, each once: its words, the instant after which it is overdue, the day that is counted from.

    Rule: no instant and no day where nobody can be late; what has no date is judged by the service level that the
    view assumes, if any.
    """

    def __init__(self, view: View) -> None:
        self.table: list[list[object]] = []
        self._zone = view.zone
        self._assumed = view.assumed_sla_days
        self._places: dict[tuple[int, int | None, bool], int] = {}

    def place(self, node: Node, due: int) -> int:
        """Return the place of a directive's due."""
        judged = self._judged(node, due)
        key = (due, judged, node.soft)
        if key not in self._places:
            self._places[key] = len(self.table)
            words = None if due == NEVER else show(due, self._zone)
            day = None if judged is None else (day_of(judged, self._zone) - _EPOCH).days
            self.table.append([words, None if node.soft else judged, day])
        return self._places[key]

    def _judged(self, node: Node, due: int) -> int | None:
        """Return the instant lateness is counted from, None if there is none."""
        if due != NEVER:
            return due
        if node.soft or self._assumed is None:
            return None
        issued = day_of(node.directive.issued_at, self._zone)
        return end_of_day(issued + timedelta(days=self._assumed), self._zone)


# Events


@dataclass(frozen=True, slots=True)
class _Event:
    """One step of the replay: which directive, and where it stood then."""

    place: int
    mark: Mark


def _events(view: View, tracks: Tracks) -> list[_Event]:
    """Return the events of the view's directives in log order, none later than the view.

    Raises:
        Malformed: A directive has none.
    """
    found = []
    for place, node in enumerate(view.nodes):
        found += [_Event(place, mark) for mark in marks_of(view, tracks, node.directive.ref)]
    return sorted(found, key=lambda event: event.mark.index)


def _steps(events: Sequence[_Event], view: View, statuses: Sequence[str], dues: _Dues) -> dict[str, object]:
    """Return the events as columns: places, indices and times by what each adds, a due where it is new."""
    marks, order = [event.mark for event in events], {name: place for place, name in enumerate(statuses)}
    return {
        "place": [events[0].place, list(_added(event.place for event in events))],
        "index": [marks[0].index, _packed(list(_added(mark.index for mark in marks)))],
        "t": [marks[0].t, list(_added(mark.t for mark in marks))],
        "status": _packed([order[mark.status] for mark in marks]),
        "due": _packed(list(_new_dues(events, view.nodes, dues))),
        "offsets": _offsets([mark.t for mark in marks], view.zone),
    }


def _added(values: Iterable[int]) -> Iterator[int]:
    """Yield what each value but the first adds to the one before it."""
    return (after - before for before, after in pairwise(values))


def _packed(column: list[int]) -> list[int] | dict[str, str]:
    """Return a column of whole numbers, as one digit each where they are small: half as long as a list.

    Example:
        >>> _packed([0, 1, 35]), _packed([36])
        ({'digits': '01z'}, [36])
    """
    if min(column, default=0) >= 0 and max(column, default=0) < len(_DIGITS):
        return {"digits": "".join(map(_DIGITS.__getitem__, column))}
    return column


def _new_dues(events: Iterable[_Event], nodes: Sequence[Node], dues: _Dues) -> Iterator[int]:
    """Yield for each event the place of the due it set, plus one; 0 if it left the due as it was."""
    last: dict[int, int] = {}
    for event in events:
        place = dues.place(nodes[event.place], event.mark.due)
        yield 0 if last.get(event.place) == place else place + 1
        last[event.place] = place


def _offsets(times: Sequence[int], zone: str) -> list[tuple[int, int]]:
    """Return from which event on clocks showed so many seconds more than UTC."""
    found: list[tuple[int, int]] = []
    for number, t in enumerate(times):
        offset = _offset(t, zone)
        if not found or found[-1][1] != offset:
            found.append((number, offset))
    return found


def _offset(us: int, zone: str) -> int:
    """Return how many seconds more than UTC clocks showed in a zone."""
    offset = at(us, zone).utcoffset()
    assert offset is not None, "instants in a zone are aware"
    return int(offset.total_seconds())
