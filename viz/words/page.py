"""What every page says: how much it shows, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "late_share": ("{name} {count}（{percent}）", "{name} {count} ({percent})"),
    "showing": ("显示 {shown} / {total}", "showing {shown} of {total}"),
    "cascade": ("级联 {cascade}", "cascade {cascade}"),
    "number": ("文号 {number}", "number {number}"),
    "instant": ("时刻 {instant}", "as of {instant}"),
    "log": ("日志序号 {index}", "log index {index}"),
    "subtree": ("子树 {ref}", "subtree {ref}"),
    "line": ("条线 {line}", "line {line}"),
    "root": ("日志根 {root}", "log root {root}"),
    "empty_root": ("无", "none"),
    "assumed": ("未定期限者按下达后 {days} 天推定", "the undated taken as due {days} days after their issue"),
    "count": ("{count} 件", "{count}"),
}
