"""Commands of the unit that holds a directive: sign, pass on, carry out, hand in, report."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import (
    Handed,
    Materials,
    OptionalDue,
    Reference,
    WritingDesk,
    reading,
    writing,
)

if TYPE_CHECKING:
    from xiada.engine.commands import Command

PANEL = "Carry out"


@writing
def acknowledge(desk: WritingDesk, ref: Reference) -> "Command":
    """Sign for a directive (签收)."""
    from xiada.engine.commands import Acknowledge

    return Acknowledge(ref, **desk.envelope)


@writing
def forward(
    desk: WritingDesk,
    ref: Reference,
    *,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="UNIT[=DUE]", help="A unit below, with a due of its own if it has one."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select", metavar="PHRASE", help="Units below by what they are: kind=association,level=city|county."
        ),
    ] = None,
    due: OptionalDue = None,
    reserve: Annotated[
        int, typer.Option("--reserve", metavar="N", help="Working days kept back before our own due.")
    ] = 0,
    clamp: Annotated[
        bool, typer.Option("--clamp", help="Cut dues that are too late to the latest that passes.")
    ] = False,
    notice: Annotated[
        str | None,
        typer.Option("--notice", metavar="FILE", help="The notice that forwards; else the one received goes on."),
    ] = None,
) -> "Command":
    """Pass a directive on to units below (转发)."""
    from xiada.console.arguments import read_due, read_recipients
    from xiada.console.noticefile import read_notice_file
    from xiada.engine.commands import Forward

    return Forward(
        ref,
        read_recipients(to or [], select or []),
        notice=read_notice_file(notice) if notice else None,
        due=read_due(due) if due else None,
        reserve_workdays=reserve,
        on_conflict="clamp" if clamp else "refuse",
        **desk.envelope,
    )


@reading
def forward_all(
    desk: Desk,
    ref: Reference,
    *,
    clerk: Annotated[str, typer.Option("--clerk", metavar="ID", help="Who acts, at every unit the same.")],
    select: Annotated[
        str | None,
        typer.Option("--select", metavar="PHRASE", help="Whom each unit addresses; its subordinates unless told."),
    ] = None,
    reserve: Annotated[int, typer.Option("--reserve", metavar="N", help="Working days each level keeps back.")] = 0,
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help="To take it up again after it was interrupted.")
    ] = None,
) -> None:
    """Pass a directive on through every level below, each unit by the same rule (逐级转发)."""
    from xiada.console.arguments import read_select
    from xiada.engine.cascading import ToSubordinates
    from xiada.engine.org import Select

    phrase = read_select(select) if select else Select()
    rule = ToSubordinates(clerk=clerk, to=phrase, reserve_workdays=reserve)
    with desk.progress("forwarding") as progress:
        tally = desk.engine.forward_all(ref, rule, key=key, progress=progress)
    counts = {"forwarded": tally.commands - tally.skipped, "skipped": tally.skipped, "events": tally.events}
    if desk.as_json:
        desk.document({"directive": ref, **counts})
    else:
        desk.say("forwarded_all", ref=ref, **counts)


@writing
def execute(desk: WritingDesk, ref: Reference) -> "Command":
    """Begin to carry a directive out (执行)."""
    from xiada.engine.commands import Execute

    return Execute(ref, **desk.envelope)


@writing
def progress(
    desk: WritingDesk,
    ref: Reference,
    note: Annotated[str, typer.Option("--note", help="How far it is; kept apart from the log, erasable.")],
) -> "Command":
    """Say how far it is (报告进展)."""
    from xiada.engine.commands import Progress

    return Progress(ref, note, **desk.envelope)


@writing
def fulfil(
    desk: WritingDesk,
    ref: Reference,
    obligation: Annotated[str, typer.Argument(metavar="OBLIGATION", help="Its id in the notice.")],
    period: Annotated[
        str | None, typer.Option("--period", metavar="DATE", help="For a recurring one: the day it falls due.")
    ] = None,
    material: Materials = None,
    text: Handed = None,
) -> "Command":
    """Hand in a plan or a brief that is owed beside the report (提交材料)."""
    from xiada.console.arguments import read_day, read_materials
    from xiada.engine.commands import Fulfil

    day = read_day(period, "--period") if period else None
    materials = read_materials(material)
    return Fulfil(ref, materials, text, obligation=obligation, period=day, **desk.envelope)


@writing
def report(
    desk: WritingDesk,
    ref: Reference,
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="NOTICE/REQUIREMENT", help="A requirement the report answers."),
    ] = None,
    material: Materials = None,
    text: Handed = None,
) -> "Command":
    """Report to the superior (报送); children that have reported are summarised by it."""
    from xiada.console.arguments import read_materials
    from xiada.engine.commands import Report

    return Report(ref, read_materials(material), text, answers=tuple(answer or ()), **desk.envelope)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for name, command in (
        ("ack", acknowledge),
        ("forward", forward),
        ("forward-all", forward_all),
        ("execute", execute),
        ("progress", progress),
        ("fulfil", fulfil),
        ("report", report),
    ):
        app.command(name, rich_help_panel=PANEL)(command)
