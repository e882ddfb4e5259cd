"""What the timeline says."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "timeline_rows": ("第 {first}–{last} 行，共 {total} 行", "rows {first}–{last} of {total}"),
    "timeline_page": ("第 {page}/{pages} 页", "page {page} of {pages}"),
    "timeline_order": (
        "排序：逾期久的在前，其次下级有逾期的，再按期限先后，已办结的在后",
        "order: longest overdue, then held up from below, then earliest due, then done",
    ),
    "timeline_now": ("现在 {instant}", "now {instant}"),
    "timeline_now_mark": ("┊ 虚线 = 现在", "┊ dashed line = now"),
    "timeline_due_mark": ("现行期限", "due now in force"),
    "timeline_original_mark": ("原定期限（后有变动）", "original due (changed since)"),
    "timeline_assumed_mark": ("推定期限（未定期限者）", "due assumed for the undated"),
    "timeline_far_mark": ("▸ = 期限在图外", "▸ = due beyond the axis"),
    "timeline_late_strip": ("逾期的时段", "time overdue"),
    "timeline_late_mark": ("色条下方 = 逾期的时段", "below the bar = time overdue"),
    "timeline_far": ("▸ {date}", "▸ {date}"),
    "timeline_asked": ("请于 {date} 前", "asked for by {date}"),
    "timeline_assumed": ("推定 {date}", "assumed {date}"),
    "timeline_original": ("原定 {date}", "originally {date}"),
    "timeline_below": ("下级逾期 {count}", "{count} overdue below"),
    "timeline_stay": ("{status} {duration}", "{status} {duration}"),
    "timeline_none": ("没有可画的通知件", "there is no directive to show"),
    "timeline_year": ("{year} 年", "{year}"),
    "timeline_quarter": ("{number} 季度", "Q{number}"),
    "timeline_month": ("{number} 月", "{name}"),
    "timeline_tip": (
        "{name} · {status} · {due}{late} · {stays} · {ref}",
        "{name} · {status} · {due}{late} · {stays} · {ref}",
    ),
}
