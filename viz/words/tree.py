"""What plates and the page of a cascade tree say."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "due": ("截止 {date}", "by {date}"),
    "undated": ("未定期限", "no due date"),
    "overdue": ("逾期 {count}", "overdue {count}"),
    "overdue_days": ("逾期 {days} 天", "overdue {days} d"),
    "done_late": ("迟 {days} 天", "{days} d late"),
    "progress": ("{done}/{total} · {percent}%", "{done}/{total} · {percent}%"),
    "folded": ("▸ {count} 家", "▸ {count}"),
    "more": ("… 另有 {count} 家", "… and {count} more"),
    "more_about": ("未逐一画出", "not drawn one by one"),
    "total": ("共 {total} 件", "{total} directives"),
    "done": ("办结 {done}（{percent}%）", "done {done} ({percent}%)"),
    "worst": ("逾期最多：", "Most overdue:"),
    "late": ("逾期", "overdue"),
    "late_border": ("虚线框 = 本单位已逾期", "dashed border = this unit is overdue"),
    "late_strip": ("色条下方的线 = 逾期占比", "line under the bar = share overdue"),
    "folded_mark": ("▸ = 未展开的下级单位", "▸ = directives below, not shown"),
    "tip": (
        "{name} · {status} · {due} · 办结 {done}/{total} · 逾期 {overdue} · {ref}",
        "{name} · {status} · {due} · done {done}/{total} · overdue {overdue} · {ref}",
    ),
}
