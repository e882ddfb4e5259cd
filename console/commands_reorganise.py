"""Commands that change units while directives run: rename, move, merge, abolish."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xiada.console.options import Reason, WritingDesk, writing_anew

if TYPE_CHECKING:
    from xiada.engine.commands import Command

UnitId = Annotated[str, typer.Argument(metavar="UNIT", help="Id of a unit.")]
Running = Annotated[
    Literal["refuse", "stay", "merge", "reassign"],
    typer.Option(
        "--running",
        help="Its running directives: refuse while there are any; let them stay; merge those its successor has of the "
        "same parent, too; reassign all that can still change hands.",
    ),
]


@writing_anew
def rename(
    desk: WritingDesk,
    unit: UnitId,
    reason: Reason,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Its name from now on.")],
    alias: Annotated[
        list[str] | None,
        typer.Option("--alias", metavar="NAME", help="Another name, the short one first; left out: those it has."),
    ] = None,
) -> "Command":
    """Give a unit another name."""
    from xiada.engine.orgcommands import RenameUnit

    return RenameUnit(unit, name, reason, None if alias is None else tuple(alias), **desk.envelope)


@writing_anew
def move(
    desk: WritingDesk,
    unit: UnitId,
    reason: Reason,
    superior: Annotated[str, typer.Option("--under", metavar="UNIT", help="Its superior from now on.")],
    line: Annotated[str | None, typer.Option("--line", metavar="LINE", help="In which line; default: its own.")] = None,
    running: Annotated[
        Literal["refuse", "stay"],
        typer.Option("--running", help="Its running directives: refuse while there are any, or let them stay."),
    ] = "stay",
) -> "Command":
    """Put a unit, with all below it, under another superior."""
    from xiada.engine.orgcommands import MoveUnit

    found = line or desk.engine.org().unit(unit).line
    return MoveUnit(unit, found, superior, reason, running, **desk.envelope)


@writing_anew
def merge(
    desk: WritingDesk,
    units: Annotated[list[str], typer.Argument(metavar="UNIT...", help="Ids of the units that end.")],
    into: Annotated[str, typer.Option("--into", metavar="UNIT", help="The unit they become part of.")],
    reason: Reason,
    running: Running = "refuse",
) -> "Command":
    """Let units become part of another, which takes over those below them."""
    from xiada.engine.orgcommands import MergeUnits

    return MergeUnits(tuple(units), into, reason, running, **desk.envelope)


@writing_anew
def abolish(
    desk: WritingDesk,
    unit: UnitId,
    reason: Reason,
    successor: Annotated[
        str | None, typer.Option("--successor", metavar="UNIT", help="Who does from now on what it did.")
    ] = None,
    running: Running = "refuse",
) -> "Command":
    """End a unit that has nobody below it."""
    from xiada.engine.orgcommands import AbolishUnit

    return AbolishUnit(unit, reason, successor, running, **desk.envelope)


def add_to(org: typer.Typer) -> None:
    """Add these commands to those about the org."""
    for name, command in (("rename", rename), ("move", move), ("merge", merge), ("abolish", abolish)):
        org.command(name)(command)
