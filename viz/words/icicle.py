"""What the icicle of all units says."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "icicle_branches": ("分支", "branches"),
    "icicle_branch_done": ("办结比例", "share done"),
    "icicle_branch_late": ("{glyph} 逾期件数", "{glyph} overdue"),
    "icicle_more_levels": ("{levels} 等", "{levels}, …"),
    "icicle_join": ("、", ", "),
    "icicle_count": ("{count} 件 · 办结 {percent}", "{count} · {percent} done"),
    "icicle_late": ("{glyph} 逾期 {count}（{percent}）", "{glyph} overdue {count} ({percent})"),
    "icicle_scale": ("满格 {percent}", "full = {percent}"),
    "icicle_about": (
        "每层一条；左右位置相同 = 上下级；宽 = 其下末级单位的多少",
        "a band per level; below = subordinate; width = units at the bottom of it",
    ),
    "icicle_about_bins": (
        "每一竖条 = 相邻的若干件，按状态占比堆叠",
        "each column = some neighbours, stacked by status",
    ),
    "icicle_late_about": (
        "条下窄带 = 逾期占比，满格见左侧",
        "strip under a band = share overdue, full height said at the left",
    ),
    "icicle_blank": ("空白 = 这里没有更下一层", "blank = nothing further down here"),
    "icicle_tip": (
        "{name}：共 {total} 件，办结 {done}（{percent}），逾期 {overdue}（{late}）",
        "{name}: {total} directives, done {done} ({percent}), overdue {overdue} ({late})",
    ),
    "icicle_text_about": (
        "每列 = 相邻的若干件，示其最多的状态",
        "each column = some neighbours, by their most frequent status",
    ),
    "icicle_text_late": (
        "下行数字 = 其中逾期几成（进一位），{glyph} = 全部逾期",
        "digit below = tenths of them overdue, rounded up; {glyph} = all",
    ),
    "icicle_within": ("{name} · {level}", "{name} · {level}"),
}
