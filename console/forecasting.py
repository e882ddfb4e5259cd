"""Forecasts in words: when a report may be expected, and on what ground.

Rule: each says of how many past directives of whom it speaks; where there is no ground, it says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xiada.console.listing import row, show_rows
from xiada.console.plan_documents import forecast_document
from xiada.console.tree import Row
from xiada.engine.due import NEVER, at, show
from xiada.engine.forecast import ENOUGH, Basis, Forecast

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.words import Words
    from xiada.engine.org import Org


def show_forecasts(desk: Desk, found: Sequence[Forecast], limit: int) -> list[dict[str, object]]:
    """Print forecasts in preorder, of very many the topmost ones; return all of them for programs."""
    zone = _zone(desk, found)
    if desk.as_json:
        return [forecast_document(one, zone) for one in found]
    desk.line()
    if not found:
        desk.say("forecast_nothing")
        return []
    desk.say("forecast_head", count=len(found))
    org = desk.engine.org()
    topmost = sorted(range(len(found)), key=lambda place: found[place].directive.depth)[:limit]
    shown = [found[place] for place in sorted(topmost)]
    show_rows(desk, [_row(one, desk.words, org, zone) for one in shown], limit, len(found))
    return []


def _zone(desk: Desk, found: Sequence[Forecast]) -> str:
    """Return the zone of the topmost notice."""
    return desk.engine.at().notice(found[0].directive.notice).zone if found else "UTC"


def _row(found: Forecast, words: Words, org: Org, zone: str) -> Row:
    """Return one forecast as a row."""
    state = found.directive
    unit = org.unit(state.unit) if state.unit in org else None
    name = state.unit if unit is None else unit.aliases[0] if unit.aliases else unit.name
    return row(f"{'  ' * state.depth}{name}", _when(found, words, zone), _judged(found, words, zone),
               _ground(found, words), state.ref)  # fmt: skip


def _when(found: Forecast, words: Words, zone: str) -> str:
    """Return by when it may be expected."""
    if found.typical is None or found.careful is None:
        return words.say("forecast_none")
    return words.say("forecast_by", typical=show(found.typical, zone), careful=show(found.careful, zone))


def _judged(found: Forecast, words: Words, zone: str) -> str:
    """Return how that stands to its due."""
    due = found.directive.due
    if due == NEVER:
        return words.say("forecast_undated")
    if found.typical is None or found.careful is None:
        return ""
    barely = at(found.careful, zone).date() > at(due, zone).date()
    key = "forecast_late" if found.late else "forecast_barely" if barely else "forecast_in_time"
    return words.say(key, due=show(due, zone))


def _ground(found: Forecast, words: Words) -> str:
    """Return what it rests on."""
    told = words.say("forecast_few", enough=ENOUGH) if found.basis is None else _basis(found.basis, words)
    if found.waits_for is not None:
        told += words.say("forecast_waits", ref=found.waits_for)
    below = found.unknown - (found.basis is None or not found.basis.compared)
    if below > 0:
        told += words.say("forecast_unknown", count=below)
    return told


def _basis(basis: Basis, words: Words) -> str:
    """Return of how many past directives a forecast speaks."""
    told = words.say(f"forecast_{basis.of}", total=basis.total)
    if not basis.compared:
        return told + words.say("forecast_beyond")
    if basis.compared < basis.total:
        told += words.say("forecast_compared", compared=basis.compared)
    return told
