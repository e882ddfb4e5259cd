"""Lists an auditor reads: rows under a head, each with its log indices, and how many of how many are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from xiada.console import documents
from xiada.console.tree import Row, aligned
from xiada.engine.hindsight.walking import Act, Step

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.narrating import Narrator

_INDICES = 6


def show_rows(desk: Desk, rows: Sequence[Row], limit: int, total: int | None = None) -> None:
    """Print rows, at most so many, and of how many they are the first.

    Args:
        desk: Where.
        rows: The rows, or the first of them.
        limit: At most so many.
        total: How many there are; None = those given.
    """
    for line in aligned(rows[:limit]):
        desk.line(line)
    count = len(rows) if total is None else total
    if count > limit:
        desk.line(f"  {desk.words.say('ask_showing', shown=min(limit, len(rows)), total=count)}")


def heading(desk: Desk, text: str) -> None:
    """Print the head of a list, after an empty line."""
    desk.line()
    desk.line(Text(text, style="bold"))


def row(left: str, *cells: str) -> Row:
    """Return a row of plain cells, set in a little."""
    return Row(Text(f"  {left}"), tuple(map(Text, cells)))


def logs(narrator: Narrator, *indices: int) -> str:
    """Return log indices as evidence; of very many the first."""
    shown = ", ".join(map(str, indices[:_INDICES]))
    if len(indices) > _INDICES:
        shown = narrator.say("ask_log_more", indices=shown, count=len(indices))
    return narrator.say("ask_logs", indices=shown)


def span(narrator: Narrator, since: int, until: int | None) -> str:
    """Return from which log index to which something lasted; None = it still does."""
    if until is None:
        return narrator.say("ask_until_now", since=str(since))
    return logs(narrator, since) if since == until else narrator.say("ask_from_to", since=str(since), until=str(until))


def step_document(step: Step, zone: str) -> documents.Document:
    """Return an event and what it did to its directive, for programs."""
    recorded, before, after = step
    return {
        "index": recorded.index,
        "type": recorded.event.type,
        **documents.instant("t", recorded.t, zone),
        "actor": recorded.actor,
        "unit": recorded.unit,
        "behalf": recorded.behalf,
        "hash": recorded.hash.hex(),
        "was": before and before.status,
        "status": after and after.status,
    }


def act_document(act: Act, zone: str) -> documents.Document:
    """Return who did something and where it stands, for programs."""
    return {
        "index": act.index,
        **documents.instant("t", act.t, zone),
        "actor": act.actor,
        "actor_unit": act.unit,
        "behalf": act.behalf,
    }
