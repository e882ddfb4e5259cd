"""Commands about what is to be done by when: tick, worklist, owed, ics."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xiada.console.context import Desk
from xiada.console.options import Assumed, Reference, reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from xiada.engine.reminding import ReminderRules

WORK, LOOK = "Dues", "Look"
UnitId = Annotated[str, typer.Argument(metavar="UNIT", help="Unit id.")]
Now = Annotated[str | None, typer.Option("--now", metavar="TIME", help="Judge dues by this time.")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="List at most so many.")]


@reading
def tick(
    desk: Desk,
    *,
    rules: Annotated[
        str | None, typer.Option("--rules", metavar="FILE", help="YAML or JSON; default: the standard rules.")
    ] = None,
    now: Now = None,
    limit: Limit = 20,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be given; write nothing.")] = False,
    example: Annotated[bool, typer.Option("--example", help="Print the standard rules as a file, and stop.")] = False,
) -> None:
    """Give the reminders and escalations that fall due now, each once; safe to run at any time (催办、督办)."""
    from xiada.console.arguments import read_instant
    from xiada.console.reminding import show_tick
    from xiada.console.rulesfile import EXAMPLE

    if example:
        typer.echo(EXAMPLE, nl=False)
        return
    found, moment = _rules(desk, rules), read_instant(now, "--now") if now else None
    desk.must_sign = not dry_run
    with desk.progress("ticking") as progress:
        came = desk.engine.tick(moment, rules=found, dry_run=dry_run, limit=limit, progress=progress)
    show_tick(desk, came, dry_run=dry_run)
    for rule, status in _statuses_of_none(desk, found):
        desk.note(desk.words.say("tick_no_such_status", rule=rule, status=status))


def _rules(desk: Desk, file: str | None) -> "ReminderRules":
    """Return the rules of a file; without one the standard rules, in the language of the desk."""
    from dataclasses import replace

    from xiada.console.rulesfile import read_rules_file
    from xiada.engine.reminding import STANDARD_REMINDERS

    return replace(STANDARD_REMINDERS, language=desk.words.language) if file is None else read_rules_file(file)


def _statuses_of_none(desk: Desk, rules: "ReminderRules") -> "Iterator[tuple[str, str]]":
    """Yield (rule, status) where no cascade's lifecycle has that status, so that a slip of the pen is noticed."""
    wanted = [(rule.name, status) for rule in rules.rules for status in rule.statuses]
    known = {status for name in desk.engine.cascades() for status in desk.engine.pins(name).statuses} if wanted else ()
    yield from (one for one in wanted if known and one[1] not in known)


@reading
def worklist(
    desk: Desk,
    unit: UnitId,
    *,
    only: Annotated[
        Literal["late", "soon", "hand", "waiting"] | None,
        typer.Option("--only", metavar="late|soon|hand|waiting", help="List only this; all are counted."),
    ] = None,
    now: Now = None,
    limit: Limit = 100,
    after: Annotated[
        str | None, typer.Option("--after", metavar="CURSOR", help="Go on where the last page ended.")
    ] = None,
    assume_days: Assumed = None,
) -> None:
    """List what a unit has to do, each thing once: late, due soon, in hand, waiting for those below (待办)."""
    from xiada.console.reminding import show_worklist
    from xiada.engine.projections import LightRules
    from xiada.engine.worklist import BUCKETS

    buckets = BUCKETS if only is None else (only,)
    lights = LightRules(assumed_sla_days=assume_days)
    found = desk.engine.worklist(unit, _moment(now), only=buckets, after=after, limit=limit, rules=lights)
    show_worklist(desk, found)


@reading
def owed(desk: Desk, ref: Reference, *, now: Now = None, assume_days: Assumed = None) -> None:
    """List what is owed under a directive: the report, plans, and every period of a recurring brief."""
    from xiada.console.reminding import show_owed
    from xiada.engine.projections import LightRules

    show_owed(desk, ref, desk.engine.owed(ref, _moment(now), rules=LightRules(assumed_sla_days=assume_days)))


@reading
def ics(
    desk: Desk,
    unit: UnitId,
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to.")],
    now: Now = None,
    ahead: Annotated[
        int, typer.Option("--ahead", metavar="DAYS", min=0, max=3_660, help="How far ahead what recurs is listed.")
    ] = 366,
) -> None:
    """Write a unit's dues as an iCalendar file (.ics), to be opened or subscribed to in a calendar (日历)."""
    from xiada.console.reminding import write_calendar

    write_calendar(desk, unit, desk.engine.agenda(unit, _moment(now), ahead_days=ahead), output)


def _moment(now: str | None) -> "datetime | None":
    """Return the time given to judge by."""
    from xiada.console.arguments import read_instant

    return read_instant(now, "--now") if now else None


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("tick", rich_help_panel=WORK)(tick)
    for name, command in (("worklist", worklist), ("owed", owed), ("ics", ics)):
        app.command(name, rich_help_panel=LOOK)(command)
