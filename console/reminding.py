"""Reminders, work lists, what is owed, and calendars, told to people and to programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from xiada.console import documents
from xiada.console.context import visible
from xiada.console.tree import GLYPHS, STYLES, Row, aligned, due_words, light_words
from xiada.engine.due import NEVER, SHANGHAI, at, show
from xiada.engine.obligations import Dated, Owed
from xiada.engine.projections import Light
from xiada.engine.worklist import BUCKETS, Bucket, Entry, WorkList

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.engine.org import Unit
    from xiada.engine.ticking import Given, Tick

_PRESSING: Mapping[Bucket, str] = {"late": "bold red", "soon": "bold yellow"}


# Ticks


def show_tick(desk: Desk, tick: Tick, *, dry_run: bool) -> None:
    """Tell what a tick came to, and what comes next."""
    if desk.as_json:
        desk.document(_tick_document(tick, dry_run=dry_run))
    else:
        desk.say(
            "tick_would" if dry_run else "tick_head",
            now=show(tick.now),
            reminded=tick.actions["remind"],
            escalated=tick.actions["escalate"],
            already=tick.already,
        )
        _show_given(desk, tick)
        _show_next(desk, tick)
    if tick.assumed:
        years = desk.words.join([str(year) for year in tick.assumed])
        desk.note(desk.words.say("tick_assumed", years=years))


def _show_given(desk: Desk, tick: Tick) -> None:
    """List what was given, and say how many more there are and how many were refused."""
    from xiada.console.refusals import sentence

    units = desk.engine.units({one.to for one in tick.given})
    for line in aligned(_given_row(desk, one, units) for one in tick.given):
        desk.line(line)
    if tick.total > len(tick.given):
        desk.say("tick_more", count=tick.total - len(tick.given))
    if tick.refused:
        ref, why = tick.refusals[0] if tick.refusals else ("", None)
        desk.say("tick_refused", count=tick.refused, ref=ref, reason=sentence(why, desk.words) if why else "")


def _given_row(desk: Desk, one: Given, units: Mapping[str, Unit]) -> Row:
    """Return a reminder as a row: what, to whom, why, reference."""
    left = Text(f"  {desk.words.say(f'tick_{one.action}')}", style=STYLES[one.light])
    to = desk.words.say("tick_to", unit=_called(one.to, units))
    return Row(left, (Text(visible(to)), Text(one.ref, style="cyan"), Text(visible(one.reason))))


def _show_next(desk: Desk, tick: Tick) -> None:
    """Say when a rule speaks next."""
    if tick.next is None:
        desk.say("tick_no_next")
    else:
        time = at(tick.next.t, SHANGHAI).strftime("%Y-%m-%d %H:%M")
        desk.say("tick_next", time=time, rule=tick.next.rule, ref=tick.next.ref)


def _tick_document(tick: Tick, *, dry_run: bool) -> documents.Document:
    """Return what a tick came to for programs."""
    upcoming = tick.next and {
        **documents.instant("t", tick.next.t, SHANGHAI),
        "rule": tick.next.rule,
        "ref": tick.next.ref,
    }
    return {
        "dry_run": dry_run,
        **documents.instant("now", tick.now, SHANGHAI),
        "reminded": tick.actions["remind"],
        "escalated": tick.actions["escalate"],
        "rules": dict(tick.counts),
        "already": tick.already,
        "looked_at": tick.looked_at,
        "refused": tick.refused,
        "refusals": [{"ref": ref, "code": why.code, "message": why.message} for ref, why in tick.refusals],
        "given": [{**one._asdict(), **documents.instant("due", one.due, SHANGHAI)} for one in tick.given],
        **documents.instant("next_at", tick.next_at, SHANGHAI),
        "next": upcoming,
        "assumed_years": list(tick.assumed),
    }


# Work lists


def show_worklist(desk: Desk, found: WorkList) -> None:
    """Tell what a unit has to do."""
    if desk.as_json:
        desk.document(_worklist_document(desk, found))
        return
    name = _called(found.unit, desk.engine.units([found.unit]))
    if not found.total:
        desk.say("worklist_none", unit=name)
        return
    desk.say("worklist_head", unit=name, now=show(found.now), total=found.total)
    for bucket in BUCKETS:
        count = found.counts[bucket]
        style = _PRESSING.get(bucket, "bold") if count else "dim"
        desk.line(Text(desk.words.say(f"worklist_{bucket}", count=count), style=style))
        for line in aligned(_entry_row(desk, one) for one in found.entries if one.bucket == bucket):
            desk.line(line)
    if found.after is not None:
        desk.note(desk.words.say("page_rest", after=found.after))


def _entry_row(desk: Desk, entry: Entry) -> Row:
    """Return an entry as a row: light and notice, what is owed, next step, light in words, due, reference."""
    item = entry.item
    left = _marked(item.light, entry.title)
    cells = (
        _owed_words(desk, item),
        desk.words.say(f"step_{entry.step}", below=entry.below),
        light_words(item.light, desk.words),
        _due_beside(desk, item, entry.zone),
    )
    return Row(left, (*(Text(visible(cell)) for cell in cells), Text(item.ref, style="cyan")))


def _due_beside(desk: Desk, item: Owed, zone: str) -> str:
    """Return a due that stands beside its light; nothing where the light says that there is none."""
    due = due_words(item.due, desk.words, zone)
    return "" if light_words(item.light, desk.words).startswith(due) else due


def _marked(light: Light, title: str) -> Text:
    """Return a title after the sign of its light."""
    left = Text("  ")
    left.append(f"{GLYPHS[light.colour]} ", style=STYLES[light.colour])
    left.append(visible(title))
    return left


def _owed_words(desk: Desk, item: Owed) -> str:
    """Return what is owed: its kind, what is to be handed in, the period, and whether it was only asked for."""
    say = desk.words.say
    period = say("owed_period", period=item.period.isoformat()) if item.period else ""
    what = f" {item.what[0]}" if item.what else ""
    return f"{say(f'owed_{item.kind}')}{what}{period}{say('owed_soft') if item.soft else ''}"


def _worklist_document(desk: Desk, found: WorkList) -> documents.Document:
    """Return a work list for programs."""
    return {
        "unit": found.unit,
        "name": _called(found.unit, desk.engine.units([found.unit])),
        **documents.instant("now", found.now, SHANGHAI),
        "total": found.total,
        "counts": dict(found.counts),
        "entries": [
            {
                "bucket": one.bucket,
                "step": one.step,
                **owed_document(one.item, one.zone),
                "status": one.directive.status,
                "open_children": one.children,
                "open_below": one.below,
                "title": one.title,
                "doc_number": one.doc_number,
            }
            for one in found.entries
        ],
        "after": found.after,
    }


# What is owed


def show_owed(desk: Desk, ref: str, found: Sequence[Owed]) -> None:
    """Tell what is owed under a directive."""
    state = desk.engine.directive(ref)
    name = _called(state.unit, desk.engine.units([state.unit]))
    if desk.as_json:
        rows = [owed_document(item, SHANGHAI) for item in found]
        desk.document({"directive": ref, "unit": state.unit, "name": name, "owed": rows})
        return
    desk.say("owed_head", ref=ref, name=name, count=len(found))
    for line in aligned(_owed_row(desk, item) for item in found):
        desk.line(line)


def _owed_row(desk: Desk, item: Owed) -> Row:
    """Return an item as a row: light and what, how it stands, due, why the light."""
    standing, light = desk.words.say(f"standing_{item.standing}"), light_words(item.light, desk.words)
    due = _due_beside(desk, item, SHANGHAI)
    return Row(_marked(item.light, _owed_words(desk, item)), (Text(standing), Text(due), Text(light)))


def owed_document(item: Owed, zone: str) -> documents.Document:
    """Return something owed for programs."""
    return {
        "ref": item.ref,
        "obligation": item.obligation,
        "kind": item.kind,
        "what": list(item.what),
        "period": item.period and item.period.isoformat(),
        **documents.instant("due", item.due, zone),
        "soft": item.soft,
        "standing": item.standing,
        "light": item.light.colour,
        "light_code": item.light.code,
        "light_days": item.light.days,
        "assumed_days": item.light.allowed or None,
    }


# Calendars


def write_calendar(desk: Desk, unit: str, dues: Sequence[Dated], output: str) -> None:
    """Write a unit's dues as an iCalendar file, and say so."""
    from xiada.console.files import put
    from xiada.engine.exports.ical import calendar_of
    from xiada.engine.stores import file_of

    name = _called(unit, desk.engine.units([unit]))
    body = calendar_of(name, dues, language=desk.words.language)
    undated = _undated(dues)
    put(output, body, log=file_of(desk.file))
    if desk.as_json:
        desk.document({"file": output, "unit": unit, "events": len(dues) - undated, "undated": undated})
    else:
        desk.say("ics_written", file=output, unit=name, count=len(dues) - undated, undated=undated)


def _undated(dues: Iterable[Dated]) -> int:
    """Return how many have no date."""
    return sum(dated.item.due == NEVER for dated in dues)


def _called(unit: str, units: Mapping[str, Unit]) -> str:
    """Return what people call a unit."""
    found = units.get(unit)
    return unit if found is None else found.aliases[0] if found.aliases else found.name
