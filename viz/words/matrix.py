"""What the matrix of levels and statuses says."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "matrix_level": ("层级", "level"),
    "matrix_all": ("合计", "total"),
    "matrix_done": ("办结 {percent}", "{percent} done"),
    "matrix_other_levels": ("其余 {count} 个层级", "{count} other levels"),
    "matrix_about": (
        "格内 = 件数、占本层级的比例；底色按比例：",
        "cell = count and share of its level; ground by share:",
    ),
    "matrix_late_about": (
        "逾期 = 已过期限、尚未报送；已按状态计入各列",
        "overdue = past due and not reported; also counted by status",
    ),
    "matrix_late_levels": ("各层级逾期：", "Overdue by level:"),
    "matrix_tip": ("{level} · {column}：{count}（{percent}）", "{level} · {column}: {count} ({percent})"),
    "matrix_tip_total": (
        "{level}：共 {count} 件，办结 {done}（{percent}），逾期 {overdue}",
        "{level}: {count} directives, done {done} ({percent}), overdue {overdue}",
    ),
}
