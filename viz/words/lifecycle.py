"""What the drawing of a state machine says."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "by": ("{what} · {who}", "{what} · {who}"),
    "command": ("实线 = 指令", "solid = command"),
    "effect": ("虚线 = 自动效果", "dashed = effect of another directive"),
    "same": ("↻ = 状态不变", "↻ = status stays"),
    "lifecycle": ("指令的状态机", "Lifecycle of a directive"),
    "subject": ("{title}：状态机", "{title}: lifecycle"),
    "table": ("流程表 {name} 第 {version} 版 · 摘要 {digest}", "table {name} version {version} · digest {digest}"),
    "line_join": ("、", ", "),
    "line_head": ("↻ {who}：{what}", "↻ {who}: {what}"),
}
