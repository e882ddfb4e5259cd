"""How lengths of time are said."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "duration_day": ("{count} 天", "{count} d"),
    "duration_hour": ("{count} 小时", "{count} h"),
    "duration_minute": ("{count} 分", "{count} min"),
    "duration_second": ("{count} 秒", "{count} s"),
}
