"""Checks that presets share: what a person should see in notices side by side, and in what a cascade left behind.

Rule: a check reads notices and asks the engine; it writes nothing and refuses nothing. Each returns the
checks it has something to say about, none if all is plain. What a unit owed and when it fell due is
`engine.owed`; what a log does not prove is the audit's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from xiada.engine.calendar import Calendar
from xiada.engine.directive import Directive
from xiada.engine.due import On, end_of_day
from xiada.engine.engine import Engine
from xiada.engine.notice import Notice
from xiada.engine.org import Org, Select
from xiada.engine.planner import DueCheck, due_checks
from xiada.workflows.catalogue import Check

_WEEKDAYS_ZH = "一二三四五六日"
_NAMED = 5
"""So many units are named in a sentence; all of them stand in `refs`."""


_SAID: Mapping[str, tuple[str, str]] = {
    "tighter_date": (
        "本级要求{day}前报送，早于上级的{above}",
        "this level asks for the report by {day}, before {above} of the level above",
    ),
    "slack": (
        "两个期限相距{days}天，其中工作日{workdays}天",
        "{days} days lie between the two dates, {workdays} of them working days",
    ),
    "due_after_parent": (
        "本级要求{day}前报送，晚于上级的{above}，不能下达",
        "this level asks for the report by {day}, after {above} of the level above: that is refused",
    ),
    "parent_due_on_rest_day": (
        "上级期限{day}是{weekday}，不是工作日",
        "{day}, by which the level above asks for the report, is a {weekday}",
    ),
    "due_on_rest_day": ("本级期限{day}是{weekday}，不是工作日", "{day}, by which this level asks, is a {weekday}"),
    "due_within_activity": (
        "{day}报送时活动尚未结束，距最后一天{days}天",
        "on {day} the report is due and the activity goes on for {days} more days",
    ),
    "due_on_last_day": (
        "{day}既是报送期限，也是活动的最后一天",
        "{day}, by which the report is due, is the last day of the activity",
    ),
    "calendar_assumed": (
        "{day}所在年份的节假日未知，按周一至周五推算",
        "the holidays of the year of {day} are not known: Monday to Friday was counted",
    ),
}
"""What is said of two dues, by code: those of `planner.due_checks` and two of our own."""


def forwarding_checks(above: Notice, below: Notice, calendar: Calendar, refs: tuple[str, ...]) -> list[Check]:
    """Compare a notice with the one it passes on: dates, what is left between them, what it does not repeat.

    Args:
        above: The notice that is passed on.
        below: The notice that does so.
        calendar: Working days.
        refs: The directives that were forwarded by it.
    """
    theirs = dict(_dated(above))
    pairs = {(theirs[name], day): None for name, day in _dated(below) if name in theirs}
    return [
        *(said for pair in pairs for said in _of_two_dues(*pair, below, calendar, refs)),
        *_unrepeated(above, below, refs),
    ]


def _dated(notice: Notice) -> Iterator[tuple[str, date]]:
    """Yield the reports of a notice that are due on a date, by their ids."""
    for one in notice.obligations:
        if one.kind == "report" and isinstance(one.due, On):
            yield one.id, one.due.on


def _of_two_dues(
    theirs: date, ours: date, notice: Notice, calendar: Calendar, refs: tuple[str, ...]
) -> Iterator[Check]:
    """Yield what is to be said of the date of a forwarding notice, under that of the notice it forwards."""
    zone = notice.zone
    found = due_checks(end_of_day(theirs, zone), end_of_day(ours, zone), notice.window, calendar, zone)
    for one in found:
        if one.code == "slack":
            if not one.days:
                continue
            yield _said("tighter_date", one, theirs, refs)
        last_day = one.code == "due_within_activity" and not one.days
        yield _said("due_on_last_day" if last_day else one.code, one, theirs, refs)


def _said(code: str, found: DueCheck, above: date, refs: tuple[str, ...]) -> Check:
    """Return what a check of two dues comes to, in words."""
    counts = {"days": abs(found.days), "workdays": abs(found.workdays)}
    chinese, english = _SAID[code]
    weekday = f"星期{_WEEKDAYS_ZH[found.day.weekday()]}"
    return Check(
        code,
        chinese.format(day=_zh(found.day), above=_zh(above), weekday=weekday, **counts),
        english.format(day=found.day, above=above, weekday=f"{found.day:%A}", **counts),
        refs,
    )


def _zh(day: date) -> str:
    """Return a day as a Chinese notice writes it."""
    return f"{day.month}月{day.day}日"


def _unrepeated(above: Notice, below: Notice, refs: tuple[str, ...]) -> Iterator[Check]:
    """Name what the notice above requires and the one that forwards it does not repeat; it stays in force."""
    repeated = {one.id for one in below.requirements}
    left = [one for one in above.requirements if one.id not in repeated and not one.mandatory]
    if left:
        named = [one.text for one in left]
        yield Check(
            "dropped_requirements",
            f"转发通知未重申{len(left)}项要求：{'、'.join(named)}；这些要求继续有效",
            f"the forwarding notice is silent on {len(left)} requirements ({', '.join(named)}), which stay in force",
            refs,
        )


def unrouted(engine: Engine, refs: Sequence[str], routes: Sequence[Select]) -> Iterator[Check]:
    """Name the recipients of directives whom no sentence of the notice tells where to report.

    Args:
        engine: Where the directives are.
        refs: The directives that were forwarded.
        routes: Those whom the notice's sentences on reporting name.
    """
    org = engine.org()
    children = [child for ref in refs for child in engine.children(ref)]
    lost = [child for child in children if not any(route.matches(org.unit(child.unit)) for route in routes)]
    if lost:
        yield Check(
            "unrouted_addressee",
            f"通知未写明报送去向的：{names_of(org, lost, 'zh')}；按所在条线报送上级",
            f"no sentence says where these report: {names_of(org, lost, 'en')}; they report in their line",
            _refs(lost),
        )


def double_reporting(engine: Engine, cascade: str) -> Iterator[Check]:
    """Name the units that hold directives of one cascade from two superiors, those excused left out."""
    org, held, view = engine.org(), dict[str, list[Directive]](), engine.view(cascade)
    for node in view.nodes:
        if node.directive.status not in view.lifecycle.excused:
            held.setdefault(node.directive.unit, []).append(node.directive)
    twice = {unit: states for unit, states in held.items() if len({state.parent for state in states}) > 1}
    if twice:
        first = [states[0] for states in twice.values()]
        yield Check(
            "double_reporting",
            f"{len(twice)}个单位须向两个上级报送：{names_of(org, first, 'zh')}",
            f"owing a report to two superiors: {names_of(org, first, 'en')}",
            tuple(state.ref for states in twice.values() for state in states),
        )


def not_passed_on(engine: Engine, cascade: str, *, level: str, to: Select) -> Iterator[Check]:
    """Name the units of a level that have subordinates to pass a directive on to, and have not.

    Args:
        engine: Where the cascade is.
        cascade: Its id.
        level: The level that has to pass it on.
        to: Which of a unit's subordinates it has to reach.
    """
    org, view = engine.org(), engine.view(cascade)
    here = [node.directive for node in view.nodes if node.level == level]
    silent = [
        state
        for state in here
        if not state.children and state.status not in view.lifecycle.excused and to.units(org, state.unit, state.line)
    ]
    if silent:
        yield Check(
            "not_passed_on",
            f"有{len(silent)}个单位未转发下级：{names_of(org, silent, 'zh')}",
            f"not passed on to their subordinates by {len(silent)}: {names_of(org, silent, 'en')}",
            _refs(silent),
        )


def over_the_head(engine: Engine, cascade: str) -> Iterator[Check]:
    """Name the units whose subordinates were addressed over their heads, with how many of these have reported."""
    org = engine.org()
    skipped = dict.fromkeys(unit for node in engine.view(cascade).nodes for unit in node.directive.copy)
    if not skipped:
        return
    seen = {unit: engine.copies(cascade, unit) for unit in skipped}
    below = [state for states in seen.values() for state in states]
    done = sum(state.reported_at is not None for state in below)
    called = [org.unit(unit) for unit in skipped]
    names = [unit.aliases[0] if unit.aliases else unit.name for unit in called]
    yield Check(
        "over_the_head",
        f"越级直接下达{len(below)}个单位，其中{done}个已报；已抄送：{'、'.join(names)}",
        f"addressed over their superiors' heads: {len(below)}, of whom {done} have reported; "
        f"copies went to {', '.join(names)}",
        _refs(below),
    )


def departments_differ(notice: Notice, asked: Mapping[str, str], refs: tuple[str, ...] = ()) -> Iterator[Check]:
    """Name the departments that a notice calls by another name among its contacts than in its text.

    Args:
        notice: The notice.
        asked: Name among the contacts by obligation.
        refs: The directives it is about.
    """
    for name, contact in asked.items():
        owed = notice.obligation(name)
        if owed is not None and owed.to_department not in (None, contact):
            yield Check(
                "department_name_differs",
                f"正文写报送“{owed.to_department}”，联系方式写“{contact}”",
                f"the text says to report to {owed.to_department}, the contacts say {contact}",
                refs,
            )


def names_of(org: Org, states: Iterable[Directive], language: Literal["zh", "en"]) -> str:
    """Return the names of the units that directives lie on, cut short with how many there are.

    Example:
        >>> from xiada.engine.org import Unit
        >>> names_of(Org([Unit("p", "P", "office", "province", "main")]), [], "en")
        ''
    """
    found = [org.unit(state.unit) for state in states]
    called = [unit.aliases[0] if unit.aliases else unit.name for unit in found]
    mark, rest = ("、", f"等{len(called)}家") if language == "zh" else (", ", f" and {len(called) - _NAMED} more")
    return mark.join(called[:_NAMED]) + (rest if len(called) > _NAMED else "")


def _refs(states: Iterable[Directive]) -> tuple[str, ...]:
    """Return the references of directives."""
    return tuple(state.ref for state in states)
