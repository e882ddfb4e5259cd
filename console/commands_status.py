"""The command that says how cascades stand."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import Assumed, Moment, reading

if TYPE_CHECKING:
    from datetime import datetime

    from xiada.engine.projections import View

PANEL = "Look"
OptionalCascade = Annotated[str | None, typer.Argument(metavar="CASCADE", help="Default: all there are.")]
Now = Annotated[str | None, typer.Option("--now", metavar="TIME", help="Judge dues by this time.")]
Budget = Annotated[int, typer.Option("--budget", metavar="N", min=1, help="Most directives shown one by one.")]
Opened = Annotated[list[str] | None, typer.Option("--open", metavar="REF", help="Unfold this one.")]


@reading
def status(
    desk: Desk,
    cascade: OptionalCascade = None,
    *,
    at: Moment = None,
    now: Now = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="Only this unit's directives and those below.")
    ] = None,
    late: Annotated[bool, typer.Option("--late", help="Only what is overdue, worst first.")] = False,
    budget: Budget = 200,
    opened: Opened = None,
    assume_days: Assumed = None,
) -> None:
    """Show how cascades stand: tree with lights, then who is overdue, due today, within 7 days, later."""
    from xiada.console.arguments import read_instant, read_moment
    from xiada.console.standing import Wanted, narrowed, show_views

    moment, judged = read_moment(at), read_instant(now, "--now") if now else None
    if unit is not None:
        desk.engine.org().unit(unit)
    found = _views(desk, cascade, moment, judged, assume_days=assume_days)
    views = [narrowed(view, (unit,) if unit else ()) for view in found]
    views = [view for view in views if view.nodes]
    if unit is not None and not views and not desk.as_json:
        desk.say("no_directive_of", unit=unit)
    elif not views and not desk.as_json:
        desk.say("no_cascades")
    else:
        show_views(desk, views, Wanted(late, budget, tuple(opened or ())))


def _views(
    desk: Desk,
    cascade: str | None,
    at: "int | datetime | None" = None,
    now: "datetime | None" = None,
    *,
    assume_days: int | None = None,
) -> "list[View]":
    """Return one cascade as of a moment, or all that there were then, by lights that may assume a service level."""
    from xiada.console.standing import cascades_at
    from xiada.engine.projections import LightRules

    names, rules = [cascade] if cascade else cascades_at(desk.engine, at), LightRules(assumed_sla_days=assume_days)
    return [desk.engine.view(name, at=at, now=now, rules=rules) for name in names]


def add_to(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("status", rich_help_panel=PANEL)(status)
