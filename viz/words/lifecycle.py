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
    "times": ("{count}×", "{count}×"),
    "shared_times": ("∑{count}×", "∑{count}×"),
    "times_mark": (
        "12× · 3 天 = 走过 12 次，走之前停留时间的中位数为 3 天",
        "12× · 3 d = gone 12 times, after a median stay of 3 days",
    ),
    "shared_mark": (
        "∑ = 起止相同的几种办法合并计数（日志不分）",
        "∑ = counted together with the other ways between the same statuses",
    ),
    "waiting": ("至今停留（中位数）{duration}", "here so far (median) {duration}"),
    "left": ("{status} · 由此：{ways}", "{status} · left: {ways}"),
    "way": ("{source} → {target} {times}", "{source} → {target} {times}"),
    "strange": (
        "另有 {count} 次变动不在此流程表内（改用此表之前或之际）：",
        "{count} more moves are not in this table (before or at its adoption):",
    ),
    "strange_births": ("{count} 件始于“{status}”", "{count} began as {status}"),
    "strange_now": ("{count} 件现为“{status}”，此流程表没有", "{count} now at {status}, not in this table"),
    "strange_more": ("……等 {count} 种", "… of {count} kinds"),
    "terminal_command": ("→ = 指令", "→ = command"),
    "terminal_effect": ("⇢ = 自动效果", "⇢ = effect of another directive"),
}
