"""Plans and forecasts as programs read them; see `documents` for how instants stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xiada.console import documents
from xiada.engine.calendar import Calendar
from xiada.engine.due import NEVER
from xiada.engine.forecast import Forecast
from xiada.engine.outlook import Assumptions, Outlook, years_assumed
from xiada.engine.planner import UNBOUNDED, Days, DueCheck

if TYPE_CHECKING:
    from xiada.engine.notice import Notice
    from xiada.engine.plans import Plan

Layer = tuple[int, str, Sequence[int]]


def plan_document(plan: Plan, where: str, layers: Iterable[Layer]) -> documents.Document:
    """Return the plan of a running cascade: its ground, one entry for each level, one for each directive."""
    return {
        "where": where,
        **_ground(plan.assumptions, plan.calendar, plan.zone, plan.now),
        "assumed_years": list(plan.timetable.assumed),
        "levels": [_layer(plan, layer) for layer in layers],
        "directives": [_directive(plan, place) for place in range(len(plan.states))],
    }


def _ground(assumed: Assumptions, calendar: Calendar, zone: str, now: int) -> documents.Document:
    """Return what a plan stands on."""
    return {
        **documents.instant("now", now, zone),
        "zone": zone,
        "calendar": {"name": calendar.name, "years": sorted(calendar.years)},
        "strategy": assumed.strategy,
        "reserve_workdays": assumed.reserve_workdays,
        "reserves": dict(assumed.reserves),
        "work_workdays": assumed.work_workdays,
        "to_level": assumed.to_level,
    }


def _layer(plan: Plan, layer: Layer) -> documents.Document:
    """Return one level at one depth."""
    depth, level, places = layer
    found = plan.timetable
    slack = [(found.slack_days[place], found.slack_workdays[place]) for place in places]
    least = min((pair for pair in slack if pair[0] != UNBOUNDED), default=(None, None))
    forward = min((found.forward_by[place] for place in places), default=NEVER)
    return {
        "depth": depth,
        "level": level,
        "count": len(places),
        "open": sum(plan.states[place].reported_at is None for place in places),
        "least_slack_days": least[0],
        "least_slack_workdays": least[1],
        **documents.instant("forward_by", forward, plan.zone),
        "cannot": sum(found.cannot[place] for place in places),
        "rests": sum(found.rests[place] for place in places),
    }


def _directive(plan: Plan, place: int) -> documents.Document:
    """Return one directive with its columns."""
    state, found, zone = plan.states[place], plan.timetable, plan.zone
    counts = {name: getattr(found, name)[place] for name in ("slack_days", "slack_workdays", "spare_workdays")}
    return {
        "ref": state.ref,
        "unit": state.unit,
        "level": plan.org.levels.get(state.unit),
        "status": state.status,
        **documents.instant("due", state.due, zone),
        **documents.instant("proposed", found.proposed[place], zone),
        **documents.instant("forward_by", found.forward_by[place], zone),
        **documents.instant("ready", found.ready[place], zone),
        **{name: None if count == UNBOUNDED else count for name, count in counts.items()},
        "cannot": found.cannot[place],
        "rests": found.rests[place],
    }


def ahead_document(found: Outlook, zone: str) -> documents.Document:
    """Return the plan of levels that are not there yet."""
    return {"unit": found.unit, "levels": [
        {
            "depth": stage.depth,
            "units": dict(counts),
            **documents.instant("proposed", stage.due, zone),
            **documents.instant("forward_by", stage.forward_by, zone),
            "assumed": stage.assumed,
        }
        for stage, counts in zip(found.stages, found.levels, strict=True)
    ]}  # fmt: skip


def checks_document(checks: Mapping[DueCheck, int]) -> list[documents.Document]:
    """Return what to look at, and of how many directives it is true."""
    return [{**_check(check), "count": count} for check, count in sorted(checks.items())]


def _check(check: DueCheck) -> dict[str, Any]:
    """Return one thing to look at."""
    return {**check._asdict(), "day": check.day.isoformat()}


def notice_document(
    notice: Notice,
    due: int,
    plans: Sequence[Outlook],
    ground: tuple[Days, int, Assumptions],
    checks: Iterable[DueCheck],
) -> documents.Document:
    """Return the plan of a notice that has not been issued."""
    days, now, assumed = ground
    return {
        "notice": notice.id,
        **_ground(assumed, days.calendar, notice.zone, now),
        **documents.instant("due", due, notice.zone),
        "assumed_years": list(years_assumed(plans, days)),
        "issuers": [{**ahead_document(one, notice.zone), "cannot": one.cannot(now)} for one in plans],
        "checks": [_check(check) for check in checks],
    }


def forecast_document(found: Forecast, zone: str) -> documents.Document:
    """Return one forecast."""
    state = found.directive
    return {
        "ref": state.ref,
        "unit": state.unit,
        "status": state.status,
        **documents.instant("due", state.due, zone),
        **documents.instant("typical", found.typical, zone),
        **documents.instant("careful", found.careful, zone),
        "late": found.late,
        "basis": found.basis and found.basis._asdict(),
        "waits_for": found.waits_for,
        "unknown": found.unknown,
    }
