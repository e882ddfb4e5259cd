"""Commands that look at a cascade: status, draw."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xiada.console.context import Desk
from xiada.console.options import Assumed, Moment, reading

if TYPE_CHECKING:
    from datetime import datetime

    from xiada.engine.projections import View
    from xiada.viz import Drawing

PANEL = "Look"
OptionalCascade = Annotated[str | None, typer.Argument(metavar="CASCADE", help="Default: all there are.")]
Now = Annotated[str | None, typer.Option("--now", metavar="TIME", help="Judge dues by this time.")]
Budget = Annotated[int, typer.Option("--budget", metavar="N", min=1, help="Most directives shown one by one.")]
Opened = Annotated[list[str] | None, typer.Option("--open", metavar="REF", help="Unfold this one.")]
Picture = Literal["svg", "png", "pdf", "dot"]


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
    from xiada.engine.projections import LightRules

    names, rules = [cascade] if cascade else _cascades(desk, at), LightRules(assumed_sla_days=assume_days)
    return [desk.engine.view(name, at=at, now=now, rules=rules) for name in names]


def _cascades(desk: Desk, at: "int | datetime | None") -> list[str]:
    """Return the cascades there were at a moment, oldest first."""
    if at is None:
        return desk.engine.cascades()
    return list(dict.fromkeys(state.cascade for state in desk.engine.replay(at).states.values()))


@reading
def draw(
    desk: Desk,
    kind: Annotated[Literal["tree", "lifecycle"], typer.Argument(metavar="tree|lifecycle", help="What to draw.")],
    cascade: Annotated[str, typer.Argument(metavar="CASCADE", help="Of which cascade.")],
    *,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Default: CASCADE-KIND.FORMAT.")
    ] = None,
    at: Moment = None,
    now: Now = None,
    budget: Budget = 500,
    opened: Opened = None,
    picture: Annotated[
        Picture | None, typer.Option("--format", help="Default: by the name of the file, else svg.")
    ] = None,
    assume_days: Assumed = None,
) -> None:
    """Draw a cascade's tree, or the lifecycle it runs by, as SVG, PNG, PDF or DOT."""
    from xiada import viz
    from xiada.console.arguments import read_instant, read_moment

    [view] = _views(
        desk, cascade, read_moment(at), read_instant(now, "--now") if now else None, assume_days=assume_days
    )
    if kind == "tree":
        drawing = viz.tree(view, budget=budget, opened=tuple(opened or ()), lang=desk.words.language)
    else:
        drawing = viz.lifecycle(view.lifecycle, view, lang=desk.words.language)
    form = picture or _by_name(output)
    _write(desk, output or f"{cascade}-{kind}.{form}", drawing, form)


def _by_name(output: str | None) -> Picture:
    """Return the format a file's name ends in, else SVG."""
    forms: dict[str, Picture] = {".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"}
    return forms.get(Path(output or "").suffix.lower(), "svg")


def _write(desk: Desk, output: str, drawing: "Drawing", form: Picture) -> None:
    """Write a drawing to a file and say so."""
    from xiada import viz
    from xiada.console.arguments import unwritable

    dot = viz.to_dot(drawing)
    picture = dot.encode() if form == "dot" else viz.render(dot, form)
    try:
        Path(output).write_bytes(picture)
    except OSError as error:
        raise unwritable(output, error) from None
    if desk.as_json:
        desk.document({"file": output, "format": form, "bytes": len(picture)})
    else:
        desk.say("drawn", file=output, bytes=len(picture))


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for name, command in (("status", status), ("draw", draw)):
        app.command(name, rich_help_panel=PANEL)(command)
