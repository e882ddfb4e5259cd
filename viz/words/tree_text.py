"""What the cascade tree says in a terminal beside the words it shares with the one on paper."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "text_late_both": ("逾期 {days} 天，共 {count} 件", "overdue {days} d; {count} in all"),
    "text_late_below": ("下级逾期 {count} 件", "overdue below: {count}"),
    "text_deeper": ("⋯ = 上面还有层级", "⋯ = further levels above"),
}
