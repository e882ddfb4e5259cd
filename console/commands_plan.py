"""Commands that count working days: plans and forecasts of cascades, and the calendar they go by."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import OptionalDue, reading

if TYPE_CHECKING:
    from datetime import datetime

    from xiada.engine.calendar import Calendar
    from xiada.engine.outlook import Assumptions

PANEL = "Look"
SET_UP = "Set up"
Names = Annotated[list[str], typer.Argument(metavar="china|mon-fri|FILE...", help="Each laid over the one before.")]
Calendars = Annotated[
    list[str] | None,
    typer.Option("--calendar", metavar="china|mon-fri|FILE", help="Instead of the file's; each over the one before."),
]


@reading
def plan(
    desk: Desk,
    where: Annotated[
        str, typer.Argument(metavar="CASCADE|REF|NOTICEFILE", help="What to plan; a notice file needs --org.")
    ],
    *,
    org: Annotated[
        str | None, typer.Option("--org", metavar="ORGFILE", help="Plan a notice before it is issued, over this org.")
    ] = None,
    due: OptionalDue = None,
    reserve: Annotated[
        list[str] | None,
        typer.Option("--reserve", metavar="N|LEVEL=N", help="Working days each level keeps; default 2."),
    ] = None,
    work: Annotated[int, typer.Option("--work", metavar="N", help="Working days the work itself takes.")] = 5,
    thirds: Annotated[bool, typer.Option("--thirds", help="Propose by the one-third rule.")] = False,
    to: Annotated[
        str | None, typer.Option("--to", metavar="LEVEL", help="How far down it will go; default: as the org does.")
    ] = None,
    forecast: Annotated[
        bool, typer.Option("--forecast", help="Say when to expect the reports, by what was taken in the past.")
    ] = False,
    now: Annotated[str | None, typer.Option("--now", metavar="TIME", help="Look from this time.")] = None,
    calendar: Calendars = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many rows of a list.")] = 20,
) -> None:
    """Say what the calendar allows: dues proposed, slack, by when to pass on, what cannot be done (倒排)."""
    from xiada.console.arguments import read_instant
    from xiada.console.planning import plan_notice, plan_running

    assumed = _assumptions(reserve or [], work, to, thirds=thirds)
    moment = read_instant(now, "--now") if now else None
    if org is not None:
        _refuse_beside_org(forecast=forecast)
        plan_notice(desk, (where, org, due), assumed, _calendar(calendar), moment)
        return
    _refuse_without_org(due)
    days = _calendar(calendar) if calendar else desk.engine.calendar
    found = plan_running(desk, desk.engine.plan(where, assumed, now=moment, calendar=days), where, limit)
    if forecast:
        found["forecast"] = _forecast(desk, where, moment, days, limit)
    if desk.as_json:
        desk.document(found)


def _forecast(
    desk: Desk, where: str, moment: "datetime | None", days: "Calendar", limit: int
) -> list[dict[str, object]]:
    """Print forecasts, and return them for programs."""
    from xiada.console.forecasting import show_forecasts

    return show_forecasts(desk, desk.engine.forecast(where, now=moment, calendar=days), limit)


def _refuse_beside_org(*, forecast: bool) -> None:
    """Refuse a forecast of what is not issued."""
    from xiada.engine.errors import Malformed

    if forecast:
        remedy = "Issue it first, or leave --forecast out."
        raise Malformed("nothing_issued", "there is no forecast of what has not been issued", remedy=remedy)


def _refuse_without_org(due: str | None) -> None:
    """Refuse a due for what has one."""
    from xiada.engine.errors import Malformed

    if due is not None:
        remedy = "Give --org to plan a notice file; move a due that stands with 'xiada reschedule'."
        raise Malformed("due_stands", "--due is for a notice that has not been issued", remedy=remedy)


def _assumptions(words: list[str], work: int, to: str | None, *, thirds: bool) -> "Assumptions":
    """Return what was said to be assumed."""
    from xiada.engine.outlook import Assumptions
    from xiada.engine.planner import RESERVE_WORKDAYS

    reserves: dict[str, int] = {}
    usual = RESERVE_WORKDAYS
    for word in words:
        level, mark, count = word.rpartition("=")
        if mark:
            reserves[level] = _workdays(word, count)
        else:
            usual = _workdays(word, word)
    return Assumptions(
        reserve_workdays=usual,
        reserves=reserves,
        work_workdays=work,
        strategy="thirds" if thirds else "reserve",
        to_level=to,
    )


def _workdays(word: str, count: str) -> int:
    """Return a count of working days."""
    from xiada.engine.errors import Malformed

    if not (count.isascii() and count.isdecimal() and len(count) <= 4):
        remedy = "Write N or LEVEL=N, 0 to 1000 working days."
        raise Malformed("bad_reserve", f"--reserve: {word!r} is no count of days", remedy=remedy)
    return int(count)


def _calendar(names: list[str] | None) -> "Calendar":
    """Return the calendar of these names; by the week if there are none."""
    from xiada.console.calendars import calendar_of, read_parts

    return calendar_of(read_parts(names or []))


@reading
def set_(desk: Desk, names: Names) -> None:
    """Have the file count working days by a calendar from now on; dues that are set stay as they are."""
    from xiada.console.calendars import calendar_name, calendar_of, read_parts, setting
    from xiada.console.planning import calendar_document

    parts = read_parts(names)
    found = calendar_of(parts)
    desk.engine.remember(setting(parts))
    if desk.as_json:
        desk.document({"file": desk.file, "calendar": calendar_document(found)})
    else:
        desk.say("calendar_set", file=desk.file, calendar=calendar_name(desk.words, found))


@reading
def show(
    desk: Desk,
    year: Annotated[
        int | None, typer.Argument(metavar="YEAR", min=1970, max=2199, help="Holidays and make-up days of a year.")
    ] = None,
    calendar: Calendars = None,
) -> None:
    """Say which calendar the file goes by, or show a year of it (工作日历)."""
    from xiada.console.planning import show_calendar

    show_calendar(desk, _calendar(calendar) if calendar else desk.engine.calendar, year)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("plan", rich_help_panel=PANEL)(plan)
    calendar = typer.Typer(help="The calendar of working days: set it, show it (工作日历).", no_args_is_help=False)
    for name, command in (("set", set_), ("show", show)):
        calendar.command(name)(command)
    app.add_typer(calendar, name="calendar", rich_help_panel=SET_UP)
