"""Plans as tables: what the calendar allows, level by level, what cannot be done, and what to look at.

Rule: a plan says what it assumes and by which calendar; a day nobody works is marked where it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.text import Text

from xiada.console import documents
from xiada.console.calendars import calendar_name
from xiada.console.listing import row, show_rows
from xiada.console.tree import aligned
from xiada.engine.calendar import Calendar
from xiada.engine.due import NEVER, Anchors, instant, resolve, show
from xiada.engine.engine import SystemClock
from xiada.engine.outlook import Ahead, Assumptions, Outlook, outlook, years_assumed
from xiada.engine.planner import UNBOUNDED, Days, DueCheck, due_checks

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.words import Words
    from xiada.engine.notice import Notice
    from xiada.engine.org import Org
    from xiada.engine.plans import Plan

_LOOK_AT = ("due_after_parent", "due_on_rest_day", "due_within_activity")
"""The checks a plan tells; slack has its own column, and a rest day above is told where it stands."""


def calendar_document(calendar: Calendar) -> documents.Document:
    """Return a calendar for programs."""
    return {"name": calendar.name, "years": sorted(calendar.years)}


def years(found: Sequence[int]) -> str:
    """Return years as people write them, those that follow one another as a span.

    Example:
        >>> years([2004, 2005, 2006, 2030])
        '2004–2006, 2030'
    """
    return ", ".join(
        str(first) if first == last else f"{first}–{last}" for first, last in _runs(found, lambda year: year + 1)
    )


def _runs(found: Iterable[Any], following: Any) -> Iterator[tuple[Any, Any]]:
    """Yield first and last of each run of values that follow one another."""
    run: tuple[Any, Any] | None = None
    for value in sorted(found):
        if run is not None and following(run[1]) == value:
            run = run[0], value
            continue
        if run is not None:
            yield run
        run = value, value
    if run is not None:
        yield run


def show_calendar(desk: Desk, calendar: Calendar, year: int | None) -> None:
    """Print which years a calendar knows, or one year of it."""
    if year is None:
        if desk.as_json:
            desk.document(calendar_document(calendar))
            return
        desk.say("calendar_is", calendar=calendar_name(desk.words, calendar))
        desk.say("calendar_years", years=years(sorted(calendar.years)) or desk.words.say("calendar_none"))
        if not calendar.years:
            desk.say("calendar_hint")
        return
    holidays, makeup = (
        sorted(day for day in days if day.year == year) for days in (calendar.holidays, calendar.makeup)
    )
    workdays = calendar.count_workdays(date(year - 1, 12, 31), date(year, 12, 31))
    if desk.as_json:
        facts = {"year": year, "known": calendar.knows(year), "workdays": workdays}
        desk.document({**calendar_document(calendar), **facts, "holidays": holidays, "makeup": makeup})
        return
    desk.say("calendar_year" if calendar.knows(year) else "calendar_unknown_year", year=str(year), workdays=workdays)
    for key, days in (("calendar_holidays", holidays), ("calendar_makeup", makeup)):
        if days:
            desk.say(key, days=desk.words.join(list(_spans(days)), len(days)))


def _spans(days: Sequence[date]) -> Iterator[str]:
    """Yield days as people write them, those that follow one another as a span."""
    for first, last in _runs(days, lambda day: day + timedelta(days=1)):
        yield first.isoformat() if first == last else f"{first}–{last:%m-%d}"


# A running cascade


@dataclass(frozen=True, slots=True)
class _Layer:
    """The directives of one level at one depth: their places in the plan."""

    depth: int
    level: str
    places: tuple[int, ...]


def _layers(plan: Plan) -> list[_Layer]:
    """Return a plan's directives by depth and level, the top first."""
    found: dict[tuple[int, str], list[int]] = {}
    for place, state in enumerate(plan.states):
        found.setdefault((state.depth, plan.org.levels.get(state.unit, "")), []).append(place)
    return [_Layer(*key, tuple(places)) for key, places in sorted(found.items())]


class _Teller:
    """Tells instants and days of one plan.

    Args:
        words: Of a language.
        days: Calendar and zone.
    """

    def __init__(self, words: Words, days: Days) -> None:
        self.words, self.days = words, days

    def instant(self, us: int) -> str:
        """Return an instant as people read it, a day nobody works marked."""
        if us == NEVER:
            return self.words.say("undated")
        told = show(us, self.days.zone)[: len("2020-06-10 15:00")]
        if not self.days.rests(us):
            return told
        weekday = self.words.weekday(self.days.day(us).weekday())
        return self.words.say("plan_rests", day=told, weekday=weekday)

    def range(self, instants: Iterable[int]) -> str:
        """Return the first and the last of some instants."""
        found = sorted(set(instants))
        if not found:
            return "–"
        if len(found) == 1:
            return self.instant(found[0])
        return self.words.say("plan_range", first=self.instant(found[0]), last=self.instant(found[-1]))

    def slack(self, above: int | None, due: int) -> str:
        """Return the days and working days from a due to the due above, if there is one."""
        if above is None:
            return "–"
        days = (self.days.day(above) - self.days.day(due)).days
        return self.words.say("plan_days", days=days, workdays=self.days.between(due, above))


def plan_running(desk: Desk, plan: Plan, where: str, limit: int) -> documents.Document:
    """Print the plan of a running cascade, and return it for programs."""
    days = Days(plan.calendar, plan.zone)
    ahead = _ahead(plan, days)
    checks = _checks(plan, days)
    if not desk.as_json and not plan.states:
        desk.say("forecast_nothing")
        return {}
    if not desk.as_json:
        notice = desk.engine.at().notice(plan.states[0].notice)
        teller = _Teller(desk.words, days)
        facts = {"title": notice.title, "doc_number": notice.doc_number, "now": show(plan.now, plan.zone)[:16]}
        desk.say("plan_head", where=where, **facts)
        _say_assumptions(desk, plan.assumptions, days)
        _show_layers(desk, plan, teller)
        _show_ahead(desk, plan, ahead, teller)
        _show_cannot(desk, plan, teller, limit)
        _show_checks(desk, plan, checks)
        _say_assumed(desk, sorted({*plan.timetable.assumed, *years_assumed(ahead.values(), days)}))
        return {}
    from xiada.console.plan_documents import ahead_document, checks_document, plan_document

    found = plan_document(plan, where, [(one.depth, one.level, one.places) for one in _layers(plan)])
    levels = [{"ref": ref, **ahead_document(one, plan.zone)} for ref, one in ahead.items()]
    return {**found, "ahead": levels, "checks": checks_document(checks)}


def _ahead(plan: Plan, days: Days) -> dict[str, Outlook]:
    """Return what lies ahead of the topmost, where they are open, not passed on and have a due, by reference."""
    ahead = Ahead(plan.org, plan.assumptions)
    tops = [state for state, above in zip(plan.states, plan.parents, strict=True) if above < 0]
    return {
        state.ref: found
        for state in tops
        if not state.children and state.started_at is None and state.reported_at is None
        if state.unit in plan.org
        if (found := _outlook((state.unit, state.line), state.due, ahead, (days, plan.now))) is not None
    }


def _outlook(whose: tuple[str, str], due: int, ahead: Ahead, ground: tuple[Days, int]) -> Outlook | None:
    """Return what lies ahead of a unit in a line, None where no plan can be made."""
    days, now = ground
    if due == NEVER or (ahead.assumed.strategy == "thirds" and due <= now):
        return None
    return outlook(*whose, due, ahead, days, now=now)


def _say_assumptions(desk: Desk, assumed: Assumptions, days: Days) -> None:
    """Say by which calendar and on which assumptions a plan is made."""
    words = desk.words
    desk.say("plan_by", calendar=calendar_name(words, days.calendar), zone=days.zone)
    reach = words.say("plan_reach_all") if assumed.to_level is None else words.say("plan_reach", level=assumed.to_level)
    others = [words.say("plan_reserve_of", level=level, days=days) for level, days in assumed.reserves.items()]
    facts = {"reserve": assumed.reserve_workdays, "others": "".join(others), "work": assumed.work_workdays}
    desk.say(f"plan_{assumed.strategy}", reach=reach, **facts)


def _show_layers(desk: Desk, plan: Plan, teller: _Teller) -> None:
    """Print one row for each level at each depth."""
    say = desk.words.say
    heads = ("plan_count", "plan_open", "plan_due", "plan_proposed", "plan_slack", "plan_forward", "plan_cannot")
    rows = [row(say("plan_level"), *map(say, heads))]
    rows += [row(f"{layer.depth} {layer.level}", *_cells(plan, layer, teller)) for layer in _layers(plan)]
    for line in aligned(rows):
        desk.line(line)


def _cells(plan: Plan, layer: _Layer, teller: _Teller) -> list[str]:
    """Return what a row says of the directives of one level."""
    found, states = plan.timetable, plan.states
    still = [place for place in layer.places if states[place].reported_at is None]
    forward = [found.forward_by[place] for place in layer.places if found.forward_by[place] != NEVER]
    cannot = sum(found.cannot[place] for place in layer.places)
    return [
        f"{len(layer.places):,}",
        f"{len(still):,}",
        teller.range(states[place].due for place in layer.places),
        "–" if layer.depth == 0 else teller.range(found.proposed[place] for place in layer.places),
        _least_slack(plan, layer, teller.words),
        teller.range(forward),
        f"{cannot:,}" if cannot else "–",
    ]


def _least_slack(plan: Plan, layer: _Layer, words: Words) -> str:
    """Return the least that dues of a level leave the dues above."""
    found = plan.timetable
    pairs = {(found.slack_days[place], found.slack_workdays[place]) for place in layer.places}
    bound = sorted(pair for pair in pairs if pair[0] != UNBOUNDED)
    if not bound:
        return "–"
    days, workdays = bound[0]
    return words.say("plan_days_least" if len(pairs) > 1 else "plan_days", days=days, workdays=workdays)


def _show_cannot(desk: Desk, plan: Plan, teller: _Teller, limit: int) -> None:
    """Print what cannot be done by its due, the furthest off in front."""
    found = plan.timetable
    places = sorted(
        (place for place, cannot in enumerate(found.cannot) if cannot), key=lambda place: found.spare_workdays[place]
    )
    if not places:
        still = any(state.reported_at is None for state in plan.states)
        dated = any(state.reported_at is None and state.due != NEVER for state in plan.states)
        desk.say("plan_all_can" if dated else "plan_none_dated" if still else "forecast_nothing")
        return
    desk.line()
    desk.say("plan_cannot_head", count=len(places))
    say = desk.words.say
    rows = [
        row(
            _name(plan.org, plan.states[place].unit),
            f"{say('plan_due')} {teller.instant(plan.states[place].due)}",
            say("plan_ready", ready=teller.instant(found.ready[place])),
            say("plan_short", days=max(0, -found.spare_workdays[place])),
            plan.states[place].ref,
        )
        for place in places[:limit]
    ]
    show_rows(desk, rows, limit, len(places))


def _name(org: Org, unit: str) -> str:
    """Return a unit's short name."""
    if unit not in org:
        return unit
    found = org.unit(unit)
    return found.aliases[0] if found.aliases else found.name


def _checks(plan: Plan, days: Days) -> Counter[DueCheck]:
    """Return what a person should see of the dues as they stand, and of how many open directives it is true."""
    pairs: Counter[tuple[int | None, int]] = Counter()
    for state, above in zip(plan.states, plan.parents, strict=True):
        if state.reported_at is None:
            pairs[None if above < 0 else plan.states[above].due, state.due] += 1
    found: Counter[DueCheck] = Counter()
    for (above_due, due), count in pairs.items():
        for check in due_checks(above_due, due, plan.window, days.calendar, days.zone):
            if check.code in _LOOK_AT:
                found[check] += count
    return found


def _show_checks(desk: Desk, plan: Plan, checks: Counter[DueCheck]) -> None:
    """Print what to look at: dues too close to those above, on rest days, within the activity."""
    tight = sum(
        state.reported_at is None and plan.timetable.proposed[place] < state.due
        for place, state in enumerate(plan.states)
        if state.parent is not None and state.due != NEVER
    )
    if tight:
        desk.say("plan_tight", count=tight)
    for check, count in sorted(checks.items()):
        _say_check(desk, check, count)


def _say_check(desk: Desk, check: DueCheck, count: int) -> None:
    """Print one thing to look at."""
    last_day = check.code == "due_within_activity" and check.days == 0
    key = "plan_check_due_on_last_day" if last_day else f"plan_check_{check.code}"
    weekday = desk.words.weekday(check.day.weekday())
    desk.say(key, day=check.day.isoformat(), weekday=weekday, days=check.days, count=count)


def _say_assumed(desk: Desk, found: Sequence[int]) -> None:
    """Say for which years Monday to Friday was assumed."""
    if found:
        desk.say("plan_assumed", years=years(found))


# What is not there yet


def _show_ahead(desk: Desk, plan: Plan, ahead: dict[str, Outlook], teller: _Teller) -> None:
    """Print the levels below roots that have not been passed on."""
    for ref, found in ahead.items():
        if len(found.stages) > 1:
            desk.say("plan_ahead_of", ref=ref, name=_name(plan.org, found.unit))
            _show_stages(desk, found, teller)


def _show_stages(desk: Desk, found: Outlook, teller: _Teller) -> None:
    """Print one row for each level of a plan."""
    heads = ("plan_level", "plan_units", "plan_proposed", "plan_slack", "plan_forward")
    rows = [row(*map(desk.words.say, heads))]
    above: int | None = None
    for stage, counts in zip(found.stages, found.levels, strict=True):
        cells = (teller.instant(stage.due), teller.slack(above, stage.due), teller.instant(stage.forward_by))
        rows.append(row(f"{stage.depth} {', '.join(sorted(counts))}", f"{sum(counts.values()):,}", *cells))
        above = stage.due
    for line in aligned(rows):
        desk.line(line)


def plan_notice(
    desk: Desk, files: tuple[str, str, str | None], assumed: Assumptions, calendar: Calendar, moment: datetime | None
) -> None:
    """Plan a notice over an org before it is issued.

    Args:
        desk: Where the answer goes.
        files: The notice's file, the org's file, and the due asked for, if any.
        assumed: Reserves, work, strategy.
        calendar: Working days.
        moment: The instant to look from; None = the clock.
    """
    notice, org, due = _read(files)
    days = Days(calendar, notice.zone)
    now = (desk.context.clock or SystemClock()).now() if moment is None else instant(moment)
    by = _due_of(notice, due, days, now)
    ahead = Ahead(org, assumed)
    found = {issuer: _outlook((issuer, org.unit(issuer).line), by, ahead, (days, now)) for issuer in notice.issuers}
    checks = [check for check in due_checks(None, by, notice.window, calendar, notice.zone) if check.code in _LOOK_AT]
    plans = [one for one in found.values() if one is not None]
    if desk.as_json:
        from xiada.console.plan_documents import notice_document

        desk.document(notice_document(notice, by, plans, (days, now, assumed), checks))
        return
    desk.say("plan_ahead_head", title=notice.title, doc_number=notice.doc_number)
    _say_assumptions(desk, assumed, days)
    for issuer, one in found.items():
        _show_issuer(desk, org, (issuer, by, one), (days, now))
    for check in checks:
        _say_check(desk, check, len(notice.issuers))
    _say_inferred(desk, notice)
    _say_assumed(desk, years_assumed(plans, days))


def _show_issuer(desk: Desk, org: Org, planned: tuple[str, int, Outlook | None], ground: tuple[Days, int]) -> None:
    """Print the plan of one issuer, or why there is none."""
    issuer, due, found = planned
    days, now = ground
    name = _name(org, issuer)
    if found is None:
        desk.say("plan_undated" if due == NEVER else "plan_no_time", name=name)
        return
    teller = _Teller(desk.words, days)
    desk.line(Text(desk.words.say("plan_ahead_unit", name=name, line=org.unit(issuer).line), style="bold"))
    _show_stages(desk, found, teller)
    if found.cannot(now):
        desk.say("plan_too_late", name=name, by=teller.instant(found.stages[0].forward_by))


def _read(files: tuple[str, str, str | None]) -> tuple[Notice, Org, Any]:
    """Return notice, org and due that were named."""
    from pathlib import Path

    from xiada.console.arguments import naming_file, read_due
    from xiada.console.noticefile import read_notice_file
    from xiada.engine.orgfile import load_org

    notice_file, org_file, due = files
    with naming_file(org_file):
        org = load_org(Path(org_file))
    return read_notice_file(notice_file), org, read_due(due) if due else None


def _due_of(notice: Notice, asked: Any, days: Days, now: int) -> int:
    """Return the roots' due as issuing the notice now would set it: as asked, else the latest of its reports."""
    anchors = Anchors(zone=notice.zone, calendar=days.calendar, issue=now)
    if asked == "undated":
        return NEVER
    if asked is not None:
        return resolve(asked, anchors)
    reports = [one.due for one in notice.obligations if one.kind == "report" and one.due is not None]
    return max((resolve(due, anchors) for due in reports), default=NEVER)


def _say_inferred(desk: Desk, notice: Notice) -> None:
    """Say what of the reports' dues was inferred."""
    inferred = [one.due.assumed for one in notice.obligations if one.kind == "report" and one.due is not None]
    for why in dict.fromkeys(word for word in inferred if word):
        desk.say("plan_due_assumed", why=why)
