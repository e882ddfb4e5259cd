"""What the console says of presets: their list, what one is made of, and the story it tells.

Rule: as in `words.py`, of which these phrases are a part; the words of the presets themselves stand with them.
"""

from __future__ import annotations

from collections.abc import Mapping

WORKFLOW: Mapping[str, tuple[str, str]] = {
    "copies_head": (
        "{cascade} 中以下 {count} 件越过 {unit} 直接下达，抄送给它：",
        "{count} of {cascade} were laid on others over the head of {unit}, with a copy for it:",
    ),
    "copies_none": ("{cascade} 中没有越过 {unit} 下达的。", "Nothing in {cascade} went over the head of {unit}."),
    "copies_reported": ("{day} 报送", "reported {day}"),
    "dispatch_decision": ("{no}  {title}（面向{targets}）", "{no}  {title} (for {targets})"),
    "dispatch_bare": ("{no}  {title}", "{no}  {title}"),
    "dispatch_next": (
        "用 --assign 序号=单位 逐项指定承办单位，缺一项则一件也不下达。",
        "Assign each with --assign NO=UNIT: none is issued while one has nobody.",
    ),
    "dispatch_done": ("已分办 {count} 项：", "given out, all {count}:"),
    "dispatch_one": ("{cascade}  {no} {title}", "{cascade}  {no} {title}"),
    "workflow_next": (
        "用 xiada workflow show 名称 查看，用 xiada workflow run 名称 运行。",
        "Look at one with: xiada workflow show NAME. Run it with: xiada workflow run NAME.",
    ),
    "workflow_units": ("组织：{total} 个单位（{kinds}）", "Org: {total} units ({kinds})"),
    "workflow_kind": ("{kind} {count}", "{kind} {count}"),
    "workflow_notices": ("通知：", "Notices:"),
    "workflow_notice": ("{title}（{doc_number}），发文单位 {issuers}", "{title} ({doc_number}), issued by {issuers}"),
    "workflow_owed": ("{kind}：{what}；{due}{soft}", "{kind}: {what}; {due}{soft}"),
    "workflow_owed_bare": ("{kind}；{due}{soft}", "{kind}; {due}{soft}"),
    "workflow_soft": ("（原则上）", " (asked for, not demanded)"),
    "workflow_required": (
        "须答复的要求 {mandatory} 项，其他要求 {others} 项",
        "to be answered: {mandatory}; also required: {others}",
    ),
    "kind_report": ("报告", "report"),
    "kind_plan": ("方案或事项", "plan or item"),
    "kind_brief": ("简报", "brief"),
    "due_unsaid": ("未提期限", "no due is said"),
    "workflow_lifecycle": (
        "流程：{name} 第 {version} 版，{statuses}",
        "Lifecycle: {name}, version {version}: {statuses}",
    ),
    "workflow_guards": ("自带的条件：{guards}", "Guards of its own: {guards}"),
    "workflow_rules": ("规则：", "Rules:"),
    "workflow_checks": ("运行后应当看到：", "What to see after a run:"),
    "workflow_refs": ("（{refs}）", " ({refs})"),
    "workflow_refs_more": ("（{refs} 等 {count} 件）", " ({refs}, {count} in all)"),
    "workflow_step": ("{number}. {day}  {title}", "{number}. {day}  {title}"),
    "workflow_standing": ("{cascade}：{statuses}", "{cascade}: {statuses}"),
    "workflow_count": ("{status} {count}", "{status} {count}"),
    "workflow_stopped": (
        "停在第 {number} 步；全部运行请去掉 --to。",
        "Stopped after step {number}; leave --to out to run it all.",
    ),
    "workflow_kept": (
        "已存入 {file}。接下来可试：xiada status {cascade} --db {file}",
        "Kept in {file}. Next: xiada status {cascade} --db {file}",
    ),
}
