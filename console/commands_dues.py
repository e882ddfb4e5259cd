"""Commands about dues: extensions, moving a due, and what moving it would do."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import DueOption, OptionalDue, Reason, Reference, WritingDesk, reading, writing

if TYPE_CHECKING:
    from xiada.engine.commands import Command, OnConflict
    from xiada.engine.directive import Directive

PANEL = "Dues"


@writing
def request(desk: WritingDesk, ref: Reference, due: DueOption, reason: Reason) -> "Command":
    """Ask for a later due, before the present one has passed (申请延期)."""
    from xiada.console.arguments import read_due
    from xiada.engine.commands import RequestExtension

    return RequestExtension(ref, reason, read_due(due), **desk.envelope)


@writing
def grant(desk: WritingDesk, ref: Reference, due: OptionalDue = None) -> "Command":
    """Grant the extension asked for, or a shorter one with --due (准予延期)."""
    from xiada.console.arguments import read_due
    from xiada.engine.commands import GrantExtension

    return GrantExtension(ref, read_due(due) if due else None, **desk.envelope)


@writing
def refuse(desk: WritingDesk, ref: Reference, reason: Reason) -> "Command":
    """Refuse the extension asked for (不予延期)."""
    from xiada.engine.commands import RefuseExtension

    return RefuseExtension(ref, reason, **desk.envelope)


@writing
def reschedule(
    desk: WritingDesk,
    ref: Reference,
    due: DueOption,
    reason: Reason,
    cascade: Annotated[
        bool, typer.Option("--cascade", help="Move descendants that would be due later, deepest first.")
    ] = False,
    clamp: Annotated[bool, typer.Option("--clamp", help="Cut a due later than the parent's to the parent's.")] = False,
) -> "Command":
    """Move a due (改期)."""
    from xiada.console.arguments import read_due
    from xiada.engine.commands import Reschedule
    from xiada.engine.errors import Malformed

    if cascade and clamp:
        raise Malformed("both_choices", "--cascade and --clamp exclude each other", remedy="Leave one of them out.")
    on_conflict: OnConflict = "cascade" if cascade else "clamp" if clamp else "refuse"
    return Reschedule(ref, reason, read_due(due), on_conflict, **desk.envelope)


@reading
def impact(desk: Desk, ref: Reference, due: DueOption) -> None:
    """List the descendants a new due would leave behind, writing nothing."""
    from xiada.console.arguments import read_due

    behind = desk.engine.impact(ref, read_due(due))
    if desk.as_json:
        from xiada.console import documents

        descendants = [documents.directive(one) for one in behind]
        desk.document({"directive": ref, "asked": due, "count": len(behind), "descendants": descendants})
    elif not behind:
        desk.say("impact_none", ref=ref, due=due)
    else:
        _list(desk, ref, due, behind)


def _list(desk: Desk, ref: str, due: str, behind: "list[Directive]") -> None:
    """Print the descendants left behind, and how to move them too."""
    from xiada.console.essence import Teller

    teller = Teller(desk.words, desk.engine.org())
    desk.say("impact_some", ref=ref, due=due, count=len(behind))
    for one in behind:
        desk.line(f"  {one.ref}  {teller.name(one.unit)}  {desk.words.status(one.status)}  {teller.due(one.due)}")
    desk.say("impact_remedy", ref=ref, due=due)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    extend = typer.Typer(help="Extensions: request one, grant it, refuse it (延期).", no_args_is_help=False)
    for name, command in (("request", request), ("grant", grant), ("refuse", refuse)):
        extend.command(name)(command)
    app.add_typer(extend, name="extend", rich_help_panel=PANEL)
    app.command("reschedule", rich_help_panel=PANEL)(reschedule)
    app.command("impact", rich_help_panel=PANEL)(impact)
