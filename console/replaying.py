"""Playing a cascade back: event by event, each as a sentence, with how many stand where after it.

Rule: what is waited for between two events is given by whoever calls, so that nothing here sleeps or
reads a key of its own; programs get one JSON object a line, and never wait for a key.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from xiada.console import documents
from xiada.console.context import visible
from xiada.console.listing import step_document
from xiada.engine.hindsight.frames import Frame, pause_s
from xiada.engine.hindsight.walking import index_of

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.narrating import Narrator

_INDEX, _TIME = 6, 19


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it goes; by default at once.

    Args:
        minutes_per_second: Recorded minutes that pass in one second.
        sleep: Waits so many seconds.
        next: Waits for a key; False = no more.
    """

    minutes_per_second: float | None = None
    sleep: Callable[[float], None] | None = None
    next: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The statuses of a lifecycle, in order, and how many digits the greatest count of any may have."""

    statuses: tuple[str, ...]
    digits: int


def play(desk: Desk, narrator: Narrator, columns: Columns, shown: Iterable[Frame], pace: Pace) -> int:
    """Print frames until there are no more, or nobody asks for more; return how many.

    Args:
        desk: Where they are printed.
        narrator: Tells the events.
        columns: The statuses to be counted.
        shown: What is to be printed.
        pace: How fast.
    """
    widths = {name: max(cell_len(desk.words.status(name)), columns.digits) for name in columns.statuses}
    count, last = 0, None
    for frame in shown:
        t = frame.step.recorded.t
        if last is not None and pace.minutes_per_second is not None and pace.sleep is not None and t > last:
            pace.sleep(pause_s(last, t, pace.minutes_per_second))
        if not count and not desk.as_json:
            desk.line(_head(desk, widths))
        _show(desk, narrator, frame, widths, stays=pace.next is not None)
        count, last = count + 1, t
        if pace.next is not None and not pace.next():
            break
    return count


def _show(desk: Desk, narrator: Narrator, frame: Frame, widths: Mapping[str, int], *, stays: bool) -> None:
    """Print one frame; the cursor stays at the end of the line where a key is waited for."""
    if desk.as_json:
        desk.document(_document(desk, narrator, frame))
        sys.stdout.flush()
        return
    line = _line(narrator, frame, widths)
    if stays:
        desk.screen.print(visible(line), markup=False, highlight=False, emoji=False, soft_wrap=True, end="")
    else:
        desk.line(line)


def _head(desk: Desk, widths: Mapping[str, int]) -> str:
    """Return the heads of the columns."""
    names = [_right(desk.words.status(name), width) for name, width in widths.items()]
    index, time = _right(desk.words.say("play_index"), _INDEX), _left(desk.words.say("play_time"), _TIME)
    return "  ".join([index, time, *names, desk.words.say("play_what")])


def _line(narrator: Narrator, frame: Frame, widths: Mapping[str, int]) -> str:
    """Return one frame as a line: index, time, standing, reference, sentence."""
    recorded = frame.step.recorded
    counts = [_right(f"{frame.standing.get(name, 0) or '·'}", width) for name, width in widths.items()]
    where = [f"{index_of(recorded):>{_INDEX}}", narrator.time(recorded.t)]
    return "  ".join([*where, *counts, f"{recorded.ref}  {narrator.sentence(frame.step)}"])


def _right(text: str, width: int) -> str:
    """Return text at the right end of so many columns of a terminal."""
    return " " * (width - cell_len(text)) + text


def _left(text: str, width: int) -> str:
    """Return text at the left end of so many columns of a terminal."""
    return text + " " * (width - cell_len(text))


def _document(desk: Desk, narrator: Narrator, frame: Frame) -> documents.Document:
    """Return one frame for programs."""
    return {
        "index": frame.step[0].index,
        "ref": frame.step[0].ref,
        **step_document(frame.step, narrator.zone),
        "standing": dict(frame.standing),
        "sentence": narrator.sentence(frame.step),
        "lang": desk.words.language,
    }
