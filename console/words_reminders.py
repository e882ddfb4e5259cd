"""What the console says of reminders, lights of what has no date, work lists, what is owed, and calendars."""

from __future__ import annotations

from collections.abc import Mapping

REMINDERS: Mapping[str, tuple[str, str]] = {
    # lights
    "light_ageing": ("未定期限，已 {days} 天", "undated, {days} d old"),
    "light_stale": ("未定期限，已 {days} 天，久未办结", "undated, {days} d old, still not done"),
    "light_assumed_on_time": (
        "未定期限；按推定的 {allowed} 天办理时限，还有 {days} 天",
        "undated; {days} d left of an assumed {allowed} d",
    ),
    "light_assumed_due_soon": (
        "未定期限；按推定的 {allowed} 天办理时限，还有 {days} 天",
        "undated; {days} d left of an assumed {allowed} d",
    ),
    "light_assumed_overdue": (
        "未定期限；超出推定的 {allowed} 天办理时限 {days} 天",
        "undated; {days} d beyond an assumed {allowed} d",
    ),
    "light_soft_passed": ("建议期限已过 {days} 天", "{days} d past what was asked, not demanded"),
    "light_released": ("已免除", "released"),
    # tick
    "tick_head": (
        "{now}：提醒 {reminded} 次，督办 {escalated} 次（此前已发 {already} 次）",
        "{now}; reminded: {reminded}, escalated: {escalated}, given before: {already}",
    ),
    "tick_would": (
        "试算，未写入任何内容。{now}：将提醒 {reminded} 次，督办 {escalated} 次（此前已发 {already} 次）",
        "Nothing was written. {now}; would remind: {reminded}, escalate: {escalated}, given before: {already}",
    ),
    "tick_more": ("… 还有 {count} 次未列出", "… and {count} more"),
    "tick_remind": ("提醒", "remind"),
    "tick_escalate": ("督办", "escalate"),
    "tick_to": ("→ {unit}", "to {unit}"),
    "tick_refused": ("{count} 次未能发出，例如 {ref}：{reason}", "not given: {count}, for instance {ref}: {reason}"),
    "tick_next": ("下一次在 {time}：{rule}，{ref}", "next at {time}: {rule}, {ref}"),
    "tick_assumed": (
        "提示：{years} 年的节假日尚不清楚，工作日按周一至周五推定。",
        "Note: the holidays of {years} are not known; working days are Monday to Friday there.",
    ),
    "tick_no_such_status": (
        "提示：规则 {rule} 所写的状态“{status}”不在任何级联的流程之中，该规则对它不起作用。",
        "Note: rule {rule} speaks of the status '{status}', which no cascade's lifecycle has.",
    ),
    "tick_no_next": ("此后暂无可提醒的。", "Nothing comes after this as things stand."),
    "ticking": ("提醒", "ticking"),
    # worklist
    "worklist_head": (
        "{unit} 待办清单，截至 {now}：共 {total} 项",
        "work list of {unit} as of {now}; entries: {total}",
    ),
    "worklist_none": ("{unit} 没有待办事项。", "{unit} has nothing to do."),
    "worklist_late": ("已逾期 {count} 项", "late: {count}"),
    "worklist_soon": ("即将到期 {count} 项", "due soon: {count}"),
    "worklist_hand": ("在办 {count} 项", "in hand: {count}"),
    "worklist_waiting": ("等待下级 {count} 项", "waiting for those below: {count}"),
    "step_sign": ("待签收", "to sign for"),
    "step_act": ("待办理", "to be done"),
    "step_report": ("可报送", "ready to report"),
    "step_hand_in": ("待提交", "to hand in"),
    "step_wait": ("等待下级 {below} 件", "waits for {below} below"),
    # what is owed
    "owed_head": ("{ref} {name} 应完成 {count} 项：", "{ref} {name} owes, in all {count}:"),
    "owed_report": ("报送", "report"),
    "owed_plan": ("方案", "plan"),
    "owed_brief": ("简报", "brief"),
    "owed_soft": ("（建议）", " (asked for)"),
    "owed_period": ("（{period} 期）", " of {period}"),
    "standing_open": ("未完成", "open"),
    "standing_handed_in": ("已提交", "handed in"),
    "standing_missed": ("已逾期未交", "missed"),
    "standing_released": ("已免除", "released"),
    # ics
    "ics_written": (
        "已写入 {file}：{unit} 的期限 {count} 项（未定期限 {undated} 项不含在内）",
        "wrote {file}: {count} dues of {unit} (left out, having no date: {undated})",
    ),
}
"""Phrases by key, Chinese and English."""
