"""What the drawing of a chain says."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, str]] = {
    "chain_title": ("传递链：{name}（{title}）", "Chain down to {name} ({title})"),
    "chain_with": ("现由{name}持有，已 {span}", "now with {name}, for {span}"),
    "chain_waits": (
        "现在{name}处，等下级 {count} 家，已 {span}",
        "now at {name}, waiting for {count} below, for {span}",
    ),
    "chain_over": ("链上各级均已办结", "everything on this chain is done"),
    "chain_most": (
        "用去最多：{name} {used} / {whole}（{percent}%）",
        "Used most: {name} {used} of {whole} ({percent}%)",
    ),
    "chain_whole": ("全程 {whole}", "{whole} in all"),
    "chain_elapsed": ("未定期限，至今 {whole}", "no due date; {whole} so far"),
    "chain_left": ("尚余 {span}", "{span} left"),
    "chain_over_by": ("已超出 {span}", "{span} over"),
    "chain_issued": ("{date} 下达", "issued {date}"),
    "chain_passed": ("{date} 转给下一级", "passed on {date}"),
    "chain_ended": ("{date} 办结", "done {date}"),
    "chain_used": ("用去 {used}（{percent}%）", "used {used} ({percent}%)"),
    "chain_used_nothing": ("当即转下，未用时间", "passed on at once"),
    "chain_used_none": ("未用时间", "used no time"),
    "chain_own_waiting": ("在手 {own}、等下级 {waiting}", "{own} in own hands, {waiting} waiting"),
    "chain_below": ("下级未完 {count} 件", "{count} open below"),
    "chain_reserve": ("截止比上级早 {span}", "due {span} before its superior"),
    "chain_no_reserve": ("与上级同时截止", "due with its superior"),
    "chain_mark_most": ("★ 用去最多", "★ used most"),
    "chain_mark_with": ("◀ 现由其持有，已 {span}", "◀ now in its hands, for {span}"),
    "chain_mark_waits": ("◀ 现等下级 {count} 家，已 {span}", "◀ now waiting for {count} below, for {span}"),
    "chain_own": ("在手", "in own hands"),
    "chain_own_span": ("在手 {span}", "own {span}"),
    "chain_waiting": ("等下级", "waiting for below"),
    "chain_waiting_span": ("等下级 {span}", "waiting {span}"),
    "chain_reserve_key": ("早于上级的时间", "kept before the superior's due"),
    "chain_reserve_span": ("早于上级 {span}", "{span} before its superior"),
    "chain_reserve_short": ("早 {span}", "{span}"),
    "chain_due_key": ("本级截止", "own due"),
    "chain_now": ("现在 {date}", "now {date}"),
    "chain_now_key": ("竖虚线 = 现在", "dashed upright = now"),
    "chain_hindering": (
        "{name}的下级尚有 {count} 家未完，最急的 {shown} 家：",
        "{count} right below {name} are open; the {shown} worst:",
    ),
    "chain_hindering_all": ("{name}的下级尚有 {count} 家未完：", "{count} right below {name} are open:"),
    "chain_tip": (
        "{name} · 用去 {used}（{percent}%）· 在手 {own} · 等下级 {waiting} · 下级未完 {below} 件",
        "{name} · used {used} ({percent}%) · in own hands {own} · waiting {waiting} · {below} open below",
    ),
}
