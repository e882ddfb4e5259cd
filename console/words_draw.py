"""What the console says of drawings and of watching, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

DRAW: Mapping[str, tuple[str, str]] = {
    "drawn": (
        "已绘制 {file}（{bytes} 字节），显示 {shown} / {total} 件",
        "drew {file} ({bytes} bytes), showing {shown} of {total}",
    ),
    "draw_since": (
        "{cascade}：对比图以日志第 {index} 条（该级联全部 {count} 条事件的一半处）为前一时刻；可用 --since 另定",
        "{cascade}: compared with log index {index}, half-way of its {count} events; choose another with --since",
    ),
    "draw_failed": ("未能绘出 {cascade} {kind}（{form}）：{why}", "not drawn: {cascade} {kind} ({form}): {why}"),
    "draw_all": ("共绘制 {count} 个文件，未能绘出 {failed} 个", "files drawn: {count}, failed: {failed}"),
    "drawn_index": ("已写入目录页 {file}（{bytes} 字节）", "wrote the index {file} ({bytes} bytes)"),
    "index_title": ("图目录", "Drawings"),
    "index_page": ("网页：可展开、查找、回放", "page: unfold, search, replay"),
    "index_tree": ("级联树", "cascade tree"),
    "index_full": ("全树", "full tree"),
    "index_matrix": ("层级 × 状态", "level × status"),
    "index_icicle": ("冰柱图：全部单位", "icicle: every unit"),
    "index_timeline": ("时间线", "timeline"),
    "index_lifecycle": ("状态机", "lifecycle"),
    "index_chain": ("传递链：卡在谁手里", "chain: who holds it up"),
    "index_compare": ("对比", "comparison"),
    "index_path": ("证明路径：事件到日志根", "Merkle path: event to log root"),
    "index_stands": ("级联 {cascade} · {now} · 日志序号 {index}", "cascade {cascade} · {now} · log index {index}"),
    "watch_last": ("最近的事件", "latest events"),
    "watch_late": ("逾期 {count} 件，期限最早的在先", "overdue: {count}, the earliest due first"),
    "watch_late_more": ("… 还有 {count} 件", "… and {count} more"),
    "watch_none_late": ("没有逾期的。", "Nobody is late."),
    "watch_stands": (
        "现在 {now} · 日志序号 {index} · 每 {every} 秒查看一次，按 Ctrl-C 结束",
        "now {now} · log index {index} · looked at every {every} s, Ctrl-C ends it",
    ),
    "watch_once": ("现在 {now} · 日志序号 {index}", "now {now} · log index {index}"),
}
