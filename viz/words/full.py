"""What the drawing of the full tree says."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "full_row": (
        "引线所到的一排方格同属一个上级",
        "a line leads to a row: all boxes in it are below the same superior",
    ),
    "full_marks": (
        "小方格 = 没有下级的单位，名称见提示",
        "small box = nobody below; its name is in the tip",
    ),
    "full_border": ("▲ 与粗虚线框 = 逾期", "▲ and a thick dashed border = overdue"),
}
