"""Commands of whoever stands above a directive: issue, return, close, urge, move, call off."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import OptionalDue, Reason, Reference, WritingDesk, reading, writing, writing_anew

if TYPE_CHECKING:
    from xiada.engine.commands import Command

PANEL = "Issue and supervise"


@writing_anew
def issue(
    desk: WritingDesk,
    cascade: Annotated[str, typer.Argument(metavar="CASCADE", help="Its id, of your choice: a-z, 0-9, '.', '_', '-'.")],
    notice: Annotated[
        str, typer.Argument(metavar="NOTICEFILE", help="The notice, .yaml or .json; - = standard input.")
    ],
    due: OptionalDue = None,
    lifecycle: Annotated[
        str | None, typer.Option("--lifecycle", metavar="FILE", help="By another lifecycle than the standard one.")
    ] = None,
) -> "Command":
    """Issue a notice as a cascade, one root for each issuer (下达)."""
    from xiada.console.arguments import read_due
    from xiada.console.noticefile import read_notice_file
    from xiada.engine.commands import Issue

    table = desk.bring(lifecycle) if lifecycle else None
    name = f"{table.name}@{table.version}" if table else None
    return Issue(cascade, read_notice_file(notice), read_due(due) if due else None, name, **desk.envelope)


@reading
def notice(
    desk: Desk,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="A notice, .yaml or .json; - = standard input.")
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Print a notice file with every field.")] = False,
) -> None:
    """Check a notice file, or print an example of one."""
    from xiada.console.noticefile import EXAMPLE, notice_document, read_notice_file
    from xiada.engine.errors import Malformed

    if example:
        desk.line(EXAMPLE.rstrip())
        return
    if file is None:
        raise Malformed("no_file", "no notice file was named", remedy="Name a file, or give --example.")
    found = read_notice_file(file)
    if desk.as_json:
        desk.document(notice_document(found))
    else:
        issuers = desk.words.join(found.issuers)
        counts = {"requirements": len(found.requirements), "obligations": len(found.obligations)}
        desk.say("notice_good", file=file, title=found.title, doc_number=found.doc_number, issuers=issuers, **counts)


@writing
def return_(desk: WritingDesk, ref: Reference, reason: Reason, due: OptionalDue = None) -> "Command":
    """Send a report back, with a new due if you like (退回)."""
    from xiada.console.arguments import read_due
    from xiada.engine.commands import Return

    return Return(ref, reason, read_due(due) if due else None, **desk.envelope)


@writing
def summarise(desk: WritingDesk, ref: Reference) -> "Command":
    """Close a root over its report (汇总)."""
    from xiada.engine.commands import Summarise

    return Summarise(ref, **desk.envelope)


@writing
def remind(desk: WritingDesk, ref: Reference, reason: Reason) -> "Command":
    """Urge a unit (催办)."""
    from xiada.engine.commands import Remind

    return Remind(ref, reason, **desk.envelope)


@writing
def escalate(desk: WritingDesk, ref: Reference, reason: Reason) -> "Command":
    """Bring it to the notice of whoever is above the superior (督办)."""
    from xiada.engine.commands import Escalate

    return Escalate(ref, reason, **desk.envelope)


@writing
def reassign(
    desk: WritingDesk,
    ref: Reference,
    to: Annotated[str, typer.Option("--to", metavar="UNIT", help="The unit that does it instead.")],
    reason: Reason,
) -> "Command":
    """Let another unit do it, by the same due (改派)."""
    from xiada.engine.commands import Reassign

    return Reassign(ref, reason, to, **desk.envelope)


@writing
def waive(desk: WritingDesk, ref: Reference, reason: Reason) -> "Command":
    """Do without its report, and without those below it (免报)."""
    from xiada.engine.commands import Waive

    return Waive(ref, reason, **desk.envelope)


@writing
def withdraw(desk: WritingDesk, ref: Reference, reason: Reason) -> "Command":
    """Call it back, with all that is live below it (撤回)."""
    from xiada.engine.commands import Withdraw

    return Withdraw(ref, reason, **desk.envelope)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for name, command in (
        ("issue", issue),
        ("notice", notice),
        ("return", return_),
        ("summarise", summarise),
        ("remind", remind),
        ("escalate", escalate),
        ("reassign", reassign),
        ("waive", waive),
        ("withdraw", withdraw),
    ):
        app.command(name, rich_help_panel=PANEL)(command)
