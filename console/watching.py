"""A cascade, watched: drawn anew when its log has grown, or when a due passes or a day ends and lights turn.

Rule: the file is read through short snapshots that hold nobody up; between two looks it is left alone, and how long
that is, is given by whoever waits (`Context.sleep`). A terminal shows one picture that changes; a pipe gets one
picture after the other; Ctrl-C ends either.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from xiada.console import documents, drawing
from xiada.console.drawing import Request, Standpoint, Subject
from xiada.console.listing import step_document
from xiada.console.looking import narrator_of
from xiada.console.showing import columns_of
from xiada.console.tree import aligned, node_row
from xiada.engine.due import NEVER, end_of_day
from xiada.engine.engine import SystemClock
from xiada.engine.errors import StoreError
from xiada.engine.hindsight.walking import Step, index_of, is_directive, steps_of
from xiada.engine.projections import Node, View, day_of
from xiada.engine.stores import file_of

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.narrating import Narrator
    from xiada.engine.engine import Engine
    from xiada.engine.records import Recorded

EVENTS, LATE = 5, 8
"""How many of the latest events are told beside the picture, and how many of the late at least, if there is room."""
_FAR_BACK = 10_000
_AT_ONCE = 1_000
_PLAIN_LINES = 60


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and how.

    Args:
        cascade: Its id.
        every_s: Seconds between two looks.
        late: Only who is late.
        budget: Most directives of the tree; None = as fits.
        once: One look, and no more.
    """

    cascade: str
    every_s: float
    late: bool
    budget: int | None
    once: bool


class _Look(NamedTuple):
    """What one look at the file gave."""

    view: View
    events: list[Step]
    narrator: Narrator


def watch(desk: Desk, wanted: Watch) -> None:
    """Show a cascade until Ctrl-C.

    Raises:
        NotFound: There is no such cascade.
        StoreError: The file was moved or removed, or cannot serve any more.
        Tampered: What is stored is not what was written.
    """
    screen = desk.screen
    live = screen.is_terminal and not screen.is_dumb_terminal and not desk.as_json and not wanted.once
    try:
        if live:
            _watch_live(desk, wanted)
        else:
            _watch_plainly(desk, wanted)
    except KeyboardInterrupt:
        return


def _watch_plainly(desk: Desk, wanted: Watch) -> None:
    """Print a picture per change, as lines or as JSON."""
    for number, look in enumerate(_changes(desk, wanted)):
        if look is None:
            continue
        if desk.as_json:
            desk.document(_document(look))
        else:
            if number:
                desk.line()
            for line in _picture(desk, wanted, look, columns_of(desk), _PLAIN_LINES):
                desk.line(line)
            desk.say("watch_once", **_stand(look))
        sys.stdout.flush()


def _watch_live(desk: Desk, wanted: Watch) -> None:
    """Show one picture that changes, on a screen of its own that is gone afterwards."""
    from rich.live import Live

    clock = desk.context.clock or SystemClock()
    look, drawn, lines = None, (0, 0), list[Text]()
    with Live(console=desk.screen, screen=True, auto_refresh=False, vertical_overflow="crop") as live:
        for found in _changes(desk, wanted):
            look = found or look
            assert look is not None, "there is something to see from the first look on"
            if found is not None or drawn != _size(desk):
                drawn = _size(desk)
                lines = _cut(_picture(desk, wanted, look, *drawn), *drawn)
            facts = {**_stand(look), "now": look.narrator.time(clock.now()), "every": f"{wanted.every_s:g}"}
            stands = Text(desk.words.say("watch_stands", **facts), style="reverse")
            live.update(_joined([*lines, stands]), refresh=True)


def _size(desk: Desk) -> tuple[int, int]:
    """Return columns of the terminal, and its lines but for the last, which says how things stand."""
    return desk.screen.width, max(1, desk.screen.height - 1)


def _cut(lines: Sequence[Text], columns: int, height: int) -> list[Text]:
    """Return lines cut at the right and at the lower edge."""
    for line in lines:
        line.truncate(columns, overflow="ellipsis")
    return list(lines[:height])


def _joined(lines: Sequence[Text]) -> Text:
    """Return lines as one text that is not wrapped."""
    found = Text("\n").join(lines)
    found.no_wrap = True
    return found


def _changes(desk: Desk, wanted: Watch) -> Iterator[_Look | None]:
    """Yield what there is to see, then after each wait what is new, or None if nothing is."""
    engine, clock = desk.engine, desk.context.clock or SystemClock()
    file = _identity(file_of(desk.file))
    look = _looked(desk, wanted)
    yield look
    while not wanted.once:
        desk.context.sleep(wanted.every_s)
        if _identity(file_of(desk.file)) != file:
            raise _gone(desk.file)
        if engine.head().size != look.view.log_size or clock.now() >= _next_turn(look.view):
            look = _looked(desk, wanted)
            yield look
        else:
            yield None


def _identity(file: str) -> tuple[int, int] | None:
    """Return what names a file whatever its path; None if there is none."""
    try:
        found = Path(file).stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _gone(file: str) -> StoreError:
    """Return the error for a file that is no longer what was opened."""
    return StoreError(
        "file_gone",
        f"{file} was moved, removed or replaced while it was watched",
        remedy="Watch it where it is now.",
        path=file,
    )


def _looked(desk: Desk, wanted: Watch) -> _Look:
    """Return how the cascade stands, and its latest events."""
    view = desk.engine.view(wanted.cascade)
    narrator = narrator_of(desk, wanted.cascade)
    return _Look(view, _latest(desk.engine, wanted.cascade, view.log_size), narrator)


def _next_turn(view: View) -> int:
    """Return the next instant at which a light may turn although nothing happens: a due passes, or a day ends."""
    dues = [node.directive.due for node in view.nodes if view.now < node.directive.due < NEVER]
    return min([end_of_day(day_of(view.now, view.zone), view.zone), *dues]) + 1


def _latest(engine: Engine, cascade: str, size: int) -> list[Step]:
    """Return the cascade's latest events with the states around them, the latest last; of a long log its end only."""
    found: list[Recorded] = []
    for stop in range(size, max(0, size - _FAR_BACK), -_AT_ONCE):
        run = engine.log(start=max(0, stop - _AT_ONCE), stop=stop)
        found = [one for one in run if is_directive(one.ref) and one.ref.startswith(f"{cascade}/")] + found
        if len(found) >= EVENTS:
            break
    return [_step(engine, one) for one in found[-EVENTS:]]


def _step(engine: Engine, recorded: Recorded) -> Step:
    """Return an event with the states around it, folded from its own stream."""
    index = index_of(recorded)
    stream = engine.log(recorded.ref, stop=index + 1)
    *_, step = steps_of(stream, engine.pins(recorded.ref.partition("/")[0]))
    return step


# The picture


def _picture(desk: Desk, wanted: Watch, look: _Look, columns: int, height: int) -> list[Text]:
    """Return the picture: the drawing, who is late, what happened last; made for so many lines."""
    events = _told(desk, look, min(EVENTS, max(1, height // 8)))
    if wanted.late:
        title = Text(desk.words.say("title", title=look.view.title, doc_number=look.view.doc_number), style="bold")
        return [title, Text(), *_late(desk, look.view, height - len(events) - 3), *events]
    few = len(_late(desk, look.view, min(LATE, max(1, height // 5))))
    drawn = _drawn(desk, wanted, look.view, columns, max(1, height - few - len(events) - 1))
    spare = height - len(drawn) - len(events) - 2
    return [*drawn, Text(), *_late(desk, look.view, max(1, spare)), *events]


def _drawn(desk: Desk, wanted: Watch, view: View, columns: int, room: int) -> list[Text]:
    """Return the whole tree if it fits, else the matrix; where a budget was given, or neither fits, a folded tree."""
    subject = Subject(desk.engine, wanted.cascade, desk.words.language, Standpoint())
    subject.view = view
    if wanted.budget is None:
        if len(view.nodes) <= room:
            tree = drawing.text(subject, Request(kind="full"), columns)
            if len(tree) <= room:
                return tree
        matrix = drawing.text(subject, Request(kind="matrix"), columns)
        if len(matrix) <= room:
            return matrix
    budget = wanted.budget or room
    tree = drawing.text(subject, Request(kind="tree", budget=budget), columns)
    over = len(tree) - room
    if over > 0:
        tree = drawing.text(subject, Request(kind="tree", budget=max(1, budget - over)), columns)
    return tree[:room]


def _late(desk: Desk, view: View, most: int) -> list[Text]:
    """Return who is late, the earliest due first, at most so many."""
    found: list[Node] = sorted(
        (node for node in view.nodes if node.bucket == "overdue"), key=lambda node: node.directive.due
    )
    if not found:
        return [Text(desk.words.say("watch_none_late"), style="dim")]
    shown = found if len(found) <= most else found[: max(1, most - 1)]
    lines = [Text(desk.words.say("watch_late", count=len(found)), style="bold red")]
    lines += aligned(node_row(node, desk.words, view.zone, branch="  ") for node in shown)
    if len(shown) < min(most, len(found)):
        lines.append(Text(f"  {desk.words.say('watch_late_more', count=len(found) - len(shown))}", style="dim"))
    return lines


def _told(desk: Desk, look: _Look, most: int) -> list[Text]:
    """Return the latest events as sentences, at most so many, the latest last."""
    if not look.events:
        return []
    lines = [Text(), Text(desk.words.say("watch_last"), style="bold")]
    for step in look.events[-most:]:
        recorded = step.recorded
        line = Text.assemble((f"  {look.narrator.time(recorded.t)}  ", "dim"), (f"{recorded.ref}  ", "cyan"))
        lines.append(line.append(look.narrator.sentence(step)))
    return lines


def _stand(look: _Look) -> dict[str, str]:
    """Return now and log index in words."""
    return {"now": look.narrator.time(look.view.now), "index": str(look.view.log_index)}


def _document(look: _Look) -> documents.Document:
    """Return a look for programs: counts, who is late, what happened last."""
    view = look.view
    late = [documents.node(node, view.zone) for node in view.nodes if node.bucket == "overdue"]
    return {
        "cascade": view.cascade,
        **documents.instant("now", view.now, view.zone),
        "log_index": view.log_index,
        "counts": documents.counts(view.nodes),
        "late": late,
        "events": [
            {"ref": one.recorded.ref, **step_document(one, view.zone), "sentence": look.narrator.sentence(one)}
            for one in look.events
        ],
    }
