"""What the console says of calendars, plans and forecasts, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

PLAN: Mapping[str, tuple[str, str]] = {
    "caution_rest_day_known": (
        "提示：{day} 是{weekday}，按日历（{calendar}）不是工作日；期限未作调整。",
        "Note: {day} is a {weekday}, and no working day by the calendar ({calendar}); the due was not moved.",
    ),
    # calendar set, calendar show
    "calendar_set": (
        "{file} 今后按此日历计算工作日：{calendar}。已定的期限不变。",
        "{file} counts working days by this calendar from now on: {calendar}. Dues already set stay as they are.",
    ),
    "calendar_china": ("中国 ", "China "),
    "calendar_is": ("日历：{calendar}", "calendar: {calendar}"),
    "calendar_years": ("已知节假日的年份：{years}", "years whose holidays are known: {years}"),
    "calendar_by_week": ("周一至周五（节假日未知）", "Monday to Friday, holidays not known"),
    "calendar_none": ("无", "none"),
    "calendar_year": ("{year} 年：{workdays} 个工作日", "{year}: {workdays} working days"),
    "calendar_unknown_year": (
        "{year} 年的节假日和调休不在日历中，按周一至周五推定：{workdays} 个工作日",
        "{year}: its holidays are not in the calendar; Monday to Friday is assumed, {workdays} working days",
    ),
    "calendar_holidays": ("放假：{days}", "off: {days}"),
    "calendar_makeup": ("调休上班：{days}", "worked instead: {days}"),
    "calendar_hint": (
        "节假日未知。用 xiada calendar set china 采用中国的节假日和调休。",
        "Holidays are not known. Take China's with: xiada calendar set china",
    ),
    # plan
    "plan_head": (
        "{where}  {title}（{doc_number}），截至 {now}",
        "{where}  {title} ({doc_number}), as of {now}",
    ),
    "plan_ahead_head": (
        "{title}（{doc_number}）：下达之前的倒排计划",
        "{title} ({doc_number}): a plan before it is issued",
    ),
    "plan_ahead_of": ("{ref} {name} 尚未转发，往下各级：", "{ref} {name} has not passed it on; the levels below:"),
    "plan_ahead_unit": ("{name}（{line}）", "{name} ({line})"),
    "plan_by": ("工作日：{calendar}；时区 {zone}", "working days: {calendar}; zone {zone}"),
    "plan_reserve": (
        "假定：每级留 {reserve} 个工作日汇总，再留同样多用于转发{others}；承办 {work} 个工作日；{reach}",
        (
            "assumed: working days each level keeps to sum up, and as many to pass it on: {reserve}{others}; "
            "working days of work: {work}; {reach}"
        ),
    ),
    "plan_thirds": (
        "假定：每级自留三分之一的时间，一半用于转发，一半用于汇总；承办 {work} 个工作日；{reach}",
        (
            "assumed: each level keeps a third of its time, half to pass it on and half to sum up; "
            "working days of work: {work}; {reach}"
        ),
    ),
    "plan_reserve_of": ("，其中 {level} {days} 个", ", {level} {days}"),
    "plan_reach_all": ("未转发的，逐级转发到最末一级", "what has not been passed on goes down as far as the org does"),
    "plan_reach": ("未转发的，逐级转发到 {level} 一级", "what has not been passed on goes down to {level}"),
    "plan_level": ("层级", "level"),
    "plan_count": ("件数", "count"),
    "plan_units": ("单位", "units"),
    "plan_open": ("未办结", "open"),
    "plan_due": ("现行期限", "due as it stands"),
    "plan_proposed": ("建议期限", "proposed"),
    "plan_slack": ("距上级期限", "before the due above"),
    "plan_forward": ("最晚转发或动手", "pass on or begin by"),
    "plan_cannot": ("来不及", "cannot"),
    "plan_range": ("{first} 至 {last}", "{first} to {last}"),
    "plan_days": ("{days} 天，工作日 {workdays} 天", "{days} d, {workdays} working"),
    "plan_days_least": ("最少 {days} 天，工作日 {workdays} 天", "at least {days} d, {workdays} working"),
    "plan_rests": ("{day}（{weekday}，休）", "{day} ({weekday}, off)"),
    "plan_cannot_head": (
        "按此假定来不及的（转发过晚，或期限已过），{count} 件：",
        "Cannot be done by their dues on these assumptions (begun too late, or overdue): {count}",
    ),
    "plan_ready": ("最早 {ready} 可报送", "ready {ready} at the earliest"),
    "plan_short": ("差 {days} 个工作日", "short by {days} working d"),
    "plan_none_dated": (
        "未办结的都没有期限，无从倒排。",
        "Nothing that is open has a due, so there is nothing to count back from.",
    ),
    "plan_all_can": ("按此假定都来得及。", "On these assumptions all can be done in time."),
    "plan_tight": (
        "留给上级的时间少于预留时间的：{count} 件，建议期限见上表。",
        "Dues that leave the level above less than its reserve: {count}; see what is proposed.",
    ),
    "plan_check_due_on_rest_day": (
        "期限 {day} 是{weekday}，不是工作日：{count} 件",
        "due on {day}, a {weekday}, no working day: {count}",
    ),
    "plan_check_due_within_activity": (
        "期限 {day} 在活动结束之前 {days} 天：{count} 件",
        "due on {day}, {days} days before the activity ends: {count}",
    ),
    "plan_check_due_on_last_day": (
        "期限 {day} 正是活动的最后一天：{count} 件",
        "due on {day}, the last day of the activity: {count}",
    ),
    "plan_check_due_after_parent": (
        "期限 {day} 晚于上级期限 {days} 天：{count} 件",
        "due on {day}, {days} days after the due above: {count}",
    ),
    "plan_assumed": (
        "{years} 年的节假日和调休不在日历中，按周一至周五推定。",
        "Holidays of {years} are not in the calendar; Monday to Friday is assumed.",
    ),
    "plan_due_assumed": ("期限是推定的：{why}", "the due was inferred: {why}"),
    "plan_too_late": (
        "照此已来不及：{name}最晚应于 {by} 转发或动手。",
        "By this plan it is too late: {name} had to pass it on or begin by {by}.",
    ),
    "plan_undated": ("没有期限，无法倒排：{name}", "without a due nothing can be planned: {name}"),
    "plan_no_time": ("期限已过，没有时间可分：{name}", "the due has passed, there is no time to share out: {name}"),
    # plan --forecast
    "forecast_head": (
        "按以往用时预计，未办结 {count} 件（半数在“一般”之前，八成在“稳妥”之前）：",
        (
            "Expected by what was taken in the past; open: {count} "
            "(half took at most the typical time, four of five the careful one)"
        ),
    ),
    "forecast_nothing": ("没有未办结的。", "Nothing is open."),
    "forecast_by": ("一般 {typical}，稳妥 {careful}", "typically {typical}, carefully {careful}"),
    "forecast_late": ("晚于期限 {due}", "after its due, {due}"),
    "forecast_in_time": ("期限 {due} 之内", "by its due, {due}"),
    "forecast_barely": (
        "一般在期限 {due} 之内，稳妥估计则晚",
        "typically by its due, {due}, carefully after it",
    ),
    "forecast_undated": ("未定期限", "undated"),
    "forecast_none": ("无从预计", "nothing can be said"),
    "forecast_unit": ("依据本单位以往 {total} 件", "by {total} of this unit"),
    "forecast_level": ("依据同级单位以往 {total} 件", "by {total} of this level"),
    "forecast_compared": ("，其中 {compared} 件用时不短于本件至今", ", of which {compared} took as long as this has"),
    "forecast_beyond": ("，本件用时已超过其中最长的", ", and it has taken longer than any of them"),
    "forecast_few": ("以往办结的不足 {enough} 件，没有依据", "fewer than {enough} in the past, no ground to stand on"),
    "forecast_waits": ("，最后等待 {ref}", ", waits for {ref} last"),
    "forecast_unknown": ("，下级中 {count} 件无从预计", "; below it {count} of which nothing can be said"),
}
"""All phrases about calendars, plans and forecasts, by key."""
