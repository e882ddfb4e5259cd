"""The nine drawings by name: what each is made of, and the forms it can take.

Rule: `draw`, `draw --all` and `watch` make drawings here and nowhere else. A subject is a cascade at one moment; what a
drawing needs beside the view is looked up when first asked for, as of the same log index. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from xiada.console.drawing_options import KINDS, Form
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.projections import STANDARD_LIGHTS, LightRules, Tracks, View
from xiada.viz.drawing import Drawing, Kind
from xiada.viz.pages import Paper
from xiada.viz.theme import theme_of

if TYPE_CHECKING:
    from rich.text import Text

    from xiada.engine.engine import Engine
    from xiada.viz import Language

    Moment: TypeAlias = int | datetime | None

COLUMNS = 100
_COUNTING: tuple[Kind, ...] = ("matrix", "icicle", "lifecycle")
"""Kinds that show all directives, not each in a box of its own."""
_PAPER_ROWS, _PAPER_BOXES, _PAPER_SHEETS = 20, 40, 25
"""What fits A3 unless something else is asked for: rows of a timeline, boxes of a comparison; most sheets of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be drawn of a subject, and how.

    Args:
        kind: Which of the nine.
        subtree: Only this directive and all below it; of the chain: whose.
        line: Only this line.
        budget: Most boxes; None = as many as the kind thinks best.
        opened: Directives to be unfolded first.
        layout: Of the full tree; None = the usual.
        event: Log index of the event whose path is drawn; None = the cascade's latest.
        rows: Of a page of the timeline; None = as many as it thinks best.
        page: Of the timeline, from 1.
        paper: Of a PDF; None = the usual.
        theme: Colours.
    """

    kind: Kind = "tree"
    subtree: str | None = None
    line: str | None = None
    budget: int | None = None
    opened: tuple[str, ...] = ()
    layout: Literal["tidy", "radial"] | None = None
    event: int | None = None
    rows: int | None = None
    page: int | None = None
    paper: Paper | None = None
    theme: str = "light"


class Earlier(NamedTuple):
    """What a cascade is compared with: how it stood at a moment, or another cascade; exactly one of them."""

    since: Moment = None
    against: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """From when one looks.

    Args:
        at: The moment; None = as it stands.
        now: The instant to judge dues by; None = the clock, or the moment.
        rules: When lights turn.
        earlier: What it is compared with; None = nothing was said.
    """

    at: Moment = None
    now: datetime | None = None
    rules: LightRules = STANDARD_LIGHTS
    earlier: Earlier | None = None


class Subject:
    """A cascade at one moment.

    Args:
        engine: Where it is.
        cascade: Its id.
        language: Of the words.
        standpoint: From when one looks.
    """

    def __init__(self, engine: Engine, cascade: str, language: Language, standpoint: Standpoint) -> None:
        self.engine, self.cascade, self.language, self.standpoint = engine, cascade, language, standpoint

    @cached_property
    def view(self) -> View:
        """The whole cascade."""
        return self._view(self.cascade, self.standpoint.at, self.standpoint.now)

    def _view(self, cascade: str, at: Moment, now: datetime | None) -> View:
        """Return a cascade at a moment, by the lights of the standpoint."""
        return self.engine.view(cascade, at=at, now=now, rules=self.standpoint.rules)

    @cached_property
    def tracks(self) -> Tracks:
        """Where its directives stood after each of their events, as of the view's log index."""
        return self.engine.at(self.view.log_index).tracks(f"{self.cascade}/")

    @cached_property
    def before(self) -> View:
        """The view it is compared with: what was asked for, else how it stood half-way."""
        earlier = self.standpoint.earlier or Earlier(self.half_way())
        if earlier.against is not None:
            return self._view(earlier.against, self.standpoint.at, self.standpoint.now)
        before = self._view(self.cascade, earlier.since, None)
        ahead = isinstance(earlier.since, datetime) and self.standpoint.now is None and before.now > self.view.now
        if ahead or before.log_size > self.view.log_size:
            raise Malformed(
                "since_later",
                "--since is later than the moment that is drawn",
                remedy="Give an earlier one; a date alone means the end of that day.",
            )
        return before

    def look_up(self) -> None:
        """Look the cascade up now, so that one that is not there is refused before anything is made for it."""
        assert self.view.nodes, "a cascade has at least its root"

    def seen(self, request: Request) -> View:
        """Return the part of the view that was asked for."""
        return _part(self.view, request)

    def latest_event(self) -> int:
        """Return the log index of the cascade's latest event."""
        return max(marks[-1].index for marks in self.tracks.values())

    def events(self) -> list[int]:
        """Return the log indices of the cascade's events, in order."""
        return sorted(mark.index for marks in self.tracks.values() for mark in marks)

    def half_way(self) -> int:
        """Return the log index of the event half-way of the cascade's events."""
        found = self.events()
        return found[(len(found) - 1) // 2]


class Picture(NamedTuple):
    """A drawing in the form asked for.

    Args:
        form: Which.
        content: Its bytes; of a text UTF-8.
        shown: Directives that stand in it one by one, or all where it counts them; of a path its event's one.
        total: Directives of the whole cascade.
    """

    form: Form
    content: bytes
    shown: int
    total: int


class _Call(NamedTuple):
    """What a kind is made of: the same for paper and for the terminal."""

    values: tuple[Any, ...]
    options: Mapping[str, Any]


def draw(subject: Subject, request: Request) -> Drawing:
    """Return a drawing of a subject."""
    from xiada import viz

    call = _CALLS[request.kind](subject, request)
    drawn: Callable[..., Drawing] = getattr(viz, request.kind)
    return drawn(*call.values, **call.options, **_look(subject, request))


def text(subject: Subject, request: Request, columns: int = COLUMNS) -> list[Text]:
    """Return a drawing of a subject as lines for a terminal, none wider than so many columns.

    There the full tree is the tree with room for everybody.
    """
    if request.kind == "full":
        return text(subject, replace(request, kind="tree", budget=len(subject.seen(request).nodes)), columns)
    call, module = _CALLS[request.kind](subject, request), import_module(f"xiada.viz.terminal.{request.kind}")
    written: Callable[..., list[Text]] = getattr(module, f"{request.kind}_text")
    return written(*call.values, columns=columns, **call.options, **_look(subject, request))


def picture(subject: Subject, request: Request, form: Form) -> Picture:
    """Return a drawing of a subject in a form.

    Raises:
        RenderError: Graphviz is missing, failed, or was stopped; text, HTML and DOT need none.
    """
    from xiada import viz

    if form == "text":
        lines = "".join(f"{line.plain}\n" for line in text(subject, request))
        return _pictured(form, lines.encode(), [draw(subject, request)], subject, request)
    if request.kind == "tree" and form == "html":
        sized = _given(budget=request.budget)
        page = viz.cascade_page(subject.seen(request), subject.tracks, **sized, **_look(subject, request))
        return Picture(form, page, len(subject.seen(request).nodes), subject.view.total)
    if form == "pdf":
        sheets = _sheets(subject, request)
        return _pictured(form, viz.to_pdf(sheets), sheets, subject, request)
    drawing = draw(subject, request)
    return _pictured(form, _bytes_of(drawing, form), [drawing], subject, request)


def _bytes_of(drawing: Drawing, form: Form) -> bytes:
    """Return a drawing in a form made of one drawing."""
    from xiada import viz

    if form == "dot":
        return viz.to_dot(drawing).encode()
    if form == "html":
        return viz.to_html(drawing)
    if form == "png":
        return viz.to_png(drawing)
    return viz.to_svg(drawing)


def _sheets(subject: Subject, request: Request) -> Sequence[Drawing]:
    """Return what is drawn as sheets that can be read on paper: the tree by parts, the timeline page by page."""
    from xiada import viz

    if request.kind == "tree":
        return viz.pages(subject.seen(request), **_sized(request), **_paper(request), **_look(subject, request))
    if request.kind == "compare":
        return [draw(subject, replace(request, budget=request.budget or _PAPER_BOXES))]
    if request.kind != "timeline":
        return [draw(subject, request)]
    rows = request.rows or _PAPER_ROWS
    count = min(_PAPER_SHEETS, -(-len(subject.seen(request).nodes) // rows))
    numbers = range(1, count + 1) if request.page is None else [request.page]
    return [draw(subject, replace(request, rows=rows, page=number)) for number in numbers]


def _pictured(form: Form, content: bytes, drawings: Iterable[Drawing], subject: Subject, request: Request) -> Picture:
    """Return a picture with how many directives stand in it: by their boxes, or all where they are counted."""
    if request.kind == "path":
        shown = 1
    elif request.kind in _COUNTING:
        shown = len(subject.seen(request).nodes)
    else:
        refs = {node.directive.ref for node in subject.view.nodes}
        shown = len({box.key for drawing in drawings for box in drawing.nodes} & refs)
    return Picture(form, content, shown, subject.view.total)


# The kinds


def _part(view: View, request: Request) -> View:
    """Return the part of a view that was asked for."""
    if request.subtree is None and request.line is None:
        return view
    return view.part(request.subtree, request.line)


def _look(subject: Subject, request: Request) -> dict[str, Any]:
    """Return language and theme as every drawing takes them."""
    return {"lang": subject.language, "theme": theme_of(request.theme)}


def _given(**values: object) -> dict[str, Any]:
    """Return the values that were given, so that for others the drawing's own defaults hold."""
    return {name: value for name, value in values.items() if value is not None}


def _sized(request: Request) -> dict[str, Any]:
    """Return budget and what is unfolded."""
    return {**_given(budget=request.budget), "opened": request.opened}


def _paper(request: Request) -> dict[str, Any]:
    """Return the paper."""
    return _given(paper=request.paper)


def _seen(subject: Subject, request: Request) -> _Call:
    """Return what a drawing of nothing but the view is made of."""
    return _Call((subject.seen(request),), {})


def _tree(subject: Subject, request: Request) -> _Call:
    """Return what the tree is made of."""
    return _Call((subject.seen(request),), _sized(request))


def _full(subject: Subject, request: Request) -> _Call:
    """Return what the full tree is made of."""
    return _Call((subject.seen(request),), _given(layout=request.layout))


def _timeline(subject: Subject, request: Request) -> _Call:
    """Return what a page of the timeline is made of."""
    return _Call((subject.seen(request), subject.tracks), _given(rows=request.rows, page=request.page))


def _lifecycle(subject: Subject, request: Request) -> _Call:
    """Return what the lifecycle with its counts is made of."""
    view = subject.seen(request)
    return _Call((view.lifecycle, view, subject.tracks), {})


def _chain(subject: Subject, request: Request) -> _Call:
    """Return what the chain is made of; it leads through the whole cascade, whatever part is looked at."""
    return _Call((subject.view, _whose(subject, request), subject.tracks), {})


def _compare(subject: Subject, request: Request) -> _Call:
    """Return what the comparison is made of."""
    return _Call(_both(subject, request), _given(budget=request.budget))


def _path(subject: Subject, request: Request) -> _Call:
    """Return what the way of an event up to the root is made of."""
    return _Call((subject.view, _proof(subject, request)), {})


def _whose(subject: Subject, request: Request) -> str:
    """Return whose chain is drawn: the one asked for, else the worst."""
    from xiada import viz

    return request.subtree or viz.worst(subject.view)


def _both(subject: Subject, request: Request) -> tuple[View, View]:
    """Return the part asked for, before and after: in another cascade that of the same unit; empty if there is none."""
    from xiada.viz.differences import counterpart

    after, before, ref = subject.seen(request), subject.before, request.subtree
    if ref is not None and before.cascade != after.cascade:
        same = counterpart(before, subject.view, ref)
        ref = None if same is None else same.directive.ref
    nothing = replace(before, nodes=(), subtree=ref, line=request.line, whole=before.total)
    if ref is None and request.subtree is not None:
        return nothing, after
    try:
        return _part(before, replace(request, subtree=ref)), after
    except NotFound:
        return nothing, after


def _proof(subject: Subject, request: Request) -> Any:
    """Return the way of an event up to the root: of the log as of the moment asked for, else of its checkpoint."""
    from xiada.engine.hindsight.merklepath import merkle_path

    index = subject.latest_event() if request.event is None else request.event
    return merkle_path(subject.engine, index, None if subject.standpoint.at is None else subject.view.log_size)


_CALLS: Mapping[Kind, Callable[[Subject, Request], _Call]] = {
    "tree": _tree,
    "full": _full,
    "matrix": _seen,
    "icicle": _seen,
    "timeline": _timeline,
    "lifecycle": _lifecycle,
    "chain": _chain,
    "compare": _compare,
    "path": _path,
}
"""What each kind is made of; the function of its name in `viz` draws it, the one in `viz.terminal` writes it."""

assert tuple(_CALLS) == KINDS, "every kind of drawing is made here"
