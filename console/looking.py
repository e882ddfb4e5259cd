"""What telling what happened needs from a desk: who narrates, from where on, by which instant, in which office."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from xiada.console.arguments import read_moment, reading_option
from xiada.console.directory import Directory
from xiada.console.narrating import Library, Narrator
from xiada.engine.calendar import Calendar
from xiada.engine.due import SHANGHAI, instant
from xiada.engine.engine import SystemClock
from xiada.engine.errors import Malformed
from xiada.engine.events import Issued
from xiada.engine.hindsight.hours import Office
from xiada.engine.hindsight.walking import first_event

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.engine.engine import Engine


def narrator_of(
    desk: Desk,
    cascade: str | None,
    *,
    at: int | datetime | None = None,
    zone: str | None = None,
    with_texts: bool = False,
) -> Narrator:
    """Return who tells the events of a cascade, or of all.

    Args:
        desk: Whose engine and language.
        cascade: Its id, None = all.
        at: Units are named as they were then; None = as they are.
        zone: Time zone of dues and times; None = that of the cascade's notice.
        with_texts: Whether erasable texts are told too, as far as they are there.
    """
    engine = desk.engine
    notice = engine.at().notice
    if zone is None:
        event = None if cascade is None else first_event(engine, cascade).event
        zone = notice(event.notice).zone if isinstance(event, Issued) else SHANGHAI
    library = Library(Directory(engine), notice, engine.text if with_texts else None)
    return Narrator(desk.words, engine.org(at), library, zone)


def beginning(engine: Engine, text: str | None) -> int:
    """Return the log index from which on something is wanted: an index, or a time; a date alone means its first hour.

    Raises:
        Malformed: It is neither.
    """
    found = read_moment(text, "--from")
    if text is None or found is None:
        return 0
    if not isinstance(found, datetime):
        return found
    if "T" not in text and ":" not in text:
        found = found.replace(hour=0, minute=0, second=0, microsecond=0)
    return engine.at(found - timedelta(microseconds=1)).size


def moment_of(text: str) -> int | datetime:
    """Return a log index, or an instant; a date alone means its end.

    Raises:
        Malformed: It is neither.
    """
    found = read_moment(text, "TIME|INDEX")
    assert found is not None, "something was typed"
    return found


def recorded_at(engine: Engine, size: int) -> int | None:
    """Return the recorded time of the last of so many events, µs UTC; None of no event."""
    return engine.log(start=size - 1, stop=size)[0].t if size else None


def judged_at(desk: Desk, moment: int | datetime | None) -> int:
    """Return the instant, µs UTC, by which what is open is judged: that of the moment looked at, else the clock's."""
    if moment is None:
        return (desk.context.clock or SystemClock()).now()
    if isinstance(moment, datetime):
        return instant(moment)
    return recorded_at(desk.engine, desk.engine.at(moment).size) or 0


def standing_below(engine: Engine, ref: str, moment: int | datetime | None) -> dict[str, int]:
    """Return how many directives below one stood at each status."""
    found: Counter[str] = Counter()
    if moment is None:
        for (_, status), count in engine.counts(ref).items():
            found[status] += count
    else:
        found.update(standing.status for standing in engine.at(moment).tree(ref) if standing.ref != ref)
    order = engine.pins(ref.partition("/")[0]).statuses
    return {status: found[status] for status in order if found[status]}


def read_office(hours: str, zone: str, calendar: Calendar) -> Office:
    """Return the office of `HH:MM-HH:MM` in a zone, by a calendar.

    Raises:
        Malformed: They are no hours of one day, or there is no such zone.
    """
    with reading_option("--hours", hours):
        try:
            opens, closes = (time.fromisoformat(word.strip()) for word in hours.split("-"))
        except ValueError as error:
            raise Malformed(
                "bad_hours", "these are no office hours", remedy="Give opening and closing time, e.g. 08:00-18:00."
            ) from error
        return Office(opens, closes, zone, calendar)
