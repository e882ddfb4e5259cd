"""What the sheets of a cascade tree on paper say."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "pages_number": ("第 {page} 页 / 共 {count} 页", "Page {page} of {count}"),
    "pages_here": ("本页 {count} 个单位", "{count} on this page"),
    "pages_all": ("各页共显示 {shown} / {total}", "all pages showing {shown} of {total}"),
    "pages_on": ("▸ 第 {page} 页", "▸ page {page}"),
    "pages_nowhere": ("▸ 未印出", "▸ not here"),
    "pages_mark": ("▸ 第 N 页 = 下级在该页", "▸ page N = those below are there"),
    "pages_top": ("总览", "Overview"),
    "pages_where": ("所在：", "Below:"),
    "pages_part": ("第 {first}–{last} 家，共 {count} 家", "{first}–{last} of {count}"),
    "pages_of": ("{name}（{part}）", "{name} ({part})"),
    "pages_and": ("{first} 等 {count} 家", "{first} and {more} more"),
    "pages_cut_off": (
        "只印前 {most} 页：另有 {left} 个单位未印出，请缩小范围或减少预算",
        "only the first {most} pages: {left} more are not on paper; draw a subtree, or a smaller budget",
    ),
}
