"""Commands that ask: what may be done, what has happened."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import Reference, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xiada.engine.answer import Verdict
    from xiada.engine.commands import Actor
    from xiada.engine.records import Recorded

LOOK = "Look"
REFUSED = 1


@reading
def can(
    desk: Desk,
    ref: Reference,
    trigger: Annotated[str | None, typer.Argument(metavar="TRIGGER", help="E.g. report; default: all.")] = None,
    actor: Annotated[
        str | None, typer.Option("--actor", envvar="XIADA_ACTOR", metavar="ID@UNIT", help="By whom; default: anybody.")
    ] = None,
    on_behalf_of: Annotated[
        str | None, typer.Option("--on-behalf-of", metavar="UNIT", help="Acting for another unit.")
    ] = None,
) -> None:
    """Say whether something could be done to a directive now: exit code 0 yes, 1 no, with the reason."""
    from xiada.console.arguments import read_actor

    who = read_actor(actor, on_behalf_of) if actor else None
    if trigger is None:
        _table(desk, ref, who)
        return
    trigger = _NAMES.get(trigger, trigger)
    verdict = desk.engine.can(ref, trigger, actor=who)
    _answer(desk, ref, trigger, verdict)
    if not verdict:
        raise typer.Exit(REFUSED)


_NAMES = {"ack": "acknowledge"}
"""Commands that are called otherwise than their triggers."""


def _answer(desk: Desk, ref: str, trigger: str, verdict: "Verdict") -> None:
    """Print one verdict."""
    if desk.as_json:
        desk.document({"directive": ref, **_verdict_document(desk, trigger, verdict)})
    elif verdict.refusal is None:
        desk.say("can_yes", ref=ref, trigger=desk.words.trigger(trigger))
    else:
        from xiada.console.refusals import sentence

        reason = sentence(verdict.refusal, desk.words)
        desk.say("can_no", ref=ref, trigger=desk.words.trigger(trigger), reason=reason)


def _verdict_document(desk: Desk, trigger: str, verdict: "Verdict") -> dict[str, object]:
    """Return a verdict for programs."""
    from xiada.console.documents import refusal
    from xiada.console.refusals import told

    why = verdict.refusal and refusal(verdict.refusal, *told(verdict.refusal, desk.words))
    return {"trigger": trigger, "can": bool(verdict), "refusal": why}


def _table(desk: Desk, ref: str, actor: "Actor | None") -> None:
    """Print what could be done and what could not, trigger by trigger."""
    state = desk.engine.directive(ref)
    roles = desk.engine.pins(state.cascade).latest.roles
    verdicts = {trigger: desk.engine.can(ref, trigger, actor=actor) for trigger in roles}
    del verdicts["issue"]
    if desk.as_json:
        rows = [_verdict_document(desk, trigger, verdict) for trigger, verdict in verdicts.items()]
        desk.document({"directive": ref, "status": state.status, "triggers": rows})
        return
    from xiada.console.essence import Teller

    name = Teller(desk.words, desk.engine.org()).name(state.unit)
    desk.say("can_head", ref=ref, name=name, status=desk.words.status(state.status))
    _print_verdicts(desk, verdicts, roles)


def _print_verdicts(desk: Desk, verdicts: "Mapping[str, Verdict]", roles: "Mapping[str, str]") -> None:
    """Print verdicts as a table: yes or no, what, by whom, why not."""
    from rich.text import Text

    from xiada.console.refusals import sentence
    from xiada.console.tree import Row, aligned

    rows = []
    for trigger, verdict in verdicts.items():
        mark = Text("✔ " if verdict else "✘ ", style="green" if verdict else "red")
        mark.append(desk.words.say("yes" if verdict else "no"))
        why = sentence(verdict.refusal, desk.words) if verdict.refusal else ""
        cells = (desk.words.trigger(trigger), desk.words.role(roles[trigger]), why)
        rows.append(Row(mark, tuple(Text(cell) for cell in cells)))
    for line in aligned(rows):
        desk.line(line)


@reading
def log(
    desk: Desk,
    place: Annotated[
        str | None, typer.Argument(metavar="CASCADE|REF", help="Only these; org/UNIT: a unit's; log/audit: its own.")
    ] = None,
    start: Annotated[int, typer.Option("--from", metavar="N", min=0, help="From this log index on.")] = 0,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many events.")] = None,
) -> None:
    """List events, one line each; with --json one JSON object each, with the body that was hashed."""
    from itertools import islice

    from xiada.console import documents
    from xiada.console.essence import Teller

    found = [one for one in _events(desk, place) if one.index is not None and one.index >= start]
    teller = None if desk.as_json else Teller(desk.words, desk.engine.org())
    for recorded in islice(found, limit):
        if teller is None:
            desk.document(documents.event(recorded))
        else:
            desk.line(teller.line(recorded))
    if teller is not None:
        _end_of_log(desk, found, limit)


def _end_of_log(desk: Desk, found: "list[Recorded]", limit: int | None) -> None:
    """Say that there is nothing, or that there is more."""
    if not found:
        desk.note(desk.words.say("log_empty"))
    elif limit is not None and len(found) > limit:
        desk.note(desk.words.say("log_rest", count=len(found) - limit, next=str(found[limit].index)))


def _events(desk: Desk, place: str | None) -> "Iterator[Recorded]":
    """Return the events of a directive, a unit, the log itself, a cascade, or all."""
    from xiada.engine.directive import AUDIT_STREAM
    from xiada.engine.errors import NotFound

    engine = desk.engine
    if place is None or place == AUDIT_STREAM:
        return iter(engine.log(place))
    if place.startswith("org/"):
        engine.org().unit(place.removeprefix("org/"))
        return iter(engine.log(place))
    if "/" in place:
        engine.directive(place)
        return iter(engine.log(place))
    if place not in engine.cascades():
        raise NotFound("unknown_cascade", f"there is no cascade '{place}'", cascade=place, remedy="Check its id.")
    return (recorded for recorded in engine.log() if recorded.ref.startswith(f"{place}/"))


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("can", rich_help_panel=LOOK)(can)
    app.command("log", rich_help_panel=LOOK)(log)
