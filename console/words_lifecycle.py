"""What the console says of lifecycles of one's own: steps, migrations, tables, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

LIFECYCLE: Mapping[str, tuple[str, str]] = {
    "step_event": ("{event}“{step}”", "{event} {step}"),
    "lifecycle_good": (
        "{file} 无误：流程表 {name} 第 {version} 版，状态 {statuses} 个，自有环节 {steps} 个，摘要 {digest}",
        "{file} is good: table {name} version {version}; statuses: {statuses}, own steps: {steps}, digest {digest}",
    ),
    "lifecycle_head": (
        "流程表 {name} 第 {version} 版，摘要 {digest}",
        "table {name} version {version}, digest {digest}",
    ),
    "lifecycle_pinned": ("日志 {index} 起：", "from log index {index} on:"),
    "lifecycle_closed": ("办结", "closed"),
    "lifecycle_guards": ("守则 {names}", "guards {names}"),
    "migrated_to": ("改用 {digest}", "to {digest}"),
    "migrated_all": (
        "级联 {cascade} 已改用流程表 {name} 第 {version} 版，{count} 件一并变更，日志 {index}",
        "cascade {cascade} goes on by {name} version {version}; directives: {count}, log index {index}",
    ),
}

LAWS: Mapping[str, str] = {
    "name": "名称“{name}”不可用",
    "same": "状态不能叫做“{status}”",
    "version": "版本应为从 1 起的整数",
    "event": "“{trigger}”是标准事项，只能记为 {event}；自有环节请另取名称",
    "no_effect": "“{trigger}”不会随上级自动发生",
    "role": "“{trigger}”不能由“{role}”办理",
    "guard": "“{trigger}”缺少守则 {guard}",
    "from_closed": "“{trigger}”从已办结的“{source}”出发；办结之后只能退回",
    "from_excused": "“{trigger}”从“{source}”出发，而该状态未经报送即已办结",
    "to_live": "“{trigger}”应当办结，“{target}”却未办结",
    "to_closed": "“{trigger}”不应办结，“{target}”却是办结状态",
    "to_done": "“{trigger}”通向“{target}”，而该状态只能由上级报送或发文单位汇总达到",
    "step_event": "“{trigger}”不是标准事项，应记为 stepped:{trigger}",
    "reserved": "“{trigger}”已有他用，请另取名称",
    "nowhere": "“{trigger}”没有起始状态",
    "closing_guard": "“{trigger}”办结为“{target}”，须有守则 {guard}",
    "two_roles": "“{trigger}”一处由“{role}”办理，一处由“{other}”办理",
    "birth": "应有一行、也只应有一行没有起始状态的“下达”，通向首个状态",
    "first_closed": "首个状态不能是办结状态",
    "first_done": "刚下达的不能算作已完成",
    "forward_from_done": "“{status}”已报送或已完成，不能再转发",
    "done_unreported": "“{trigger}”未经报送即到“{target}”，须有守则 {guard}",
    "still_at_work": "“{trigger}”从“{source}”通向“{target}”，而该状态仍在办理之中",
    "back_to_done": "“{trigger}”从“{source}”通向“{target}”，而该状态已无事可办",
    "crosses": "“{trigger}”从“{source}”通向“{target}”，而这只能由报送、退回或自有环节达到",
    "nothing_covered": "没有随上级自动发生的“汇总”，上级报送时无法汇总下级",
    "stays_open": "上级办结时，“{status}”不能随之记为 {event}",
    "unreached": "没有办法到达“{status}”",
    "endless": "从“{status}”出发永远不能办结",
    "no_status": "没有任何状态",
    "status_twice": "状态“{status}”出现两次",
    "unknown_status": "“{trigger}”用到了没有的状态“{status}”",
    "two_ways": "“{trigger}”从“{source}”出发有两个去向",
    "nothing_left_out": "要去掉的“{name}”既不是事项也不是状态",
}
"""What a lifecycle breaks, by the names of `engine/laws.py` and `engine/lifecycle.py`."""

UNLIKE: Mapping[str, str] = {
    "there is no such status": "新流程没有这一状态",
    "it would be closed, excused or reopened": "那样会使其办结、免除或重新打开",
    "it would count as reported": "那样会算作已报送",
    "the one has reported, the other has not": "一为已报送，一为未报送",
    "what was done would have to be done again": "那样会使已完成的重新办理",
}
"""Why a status cannot become another in a migration, by what `engine/migrating.py` says of it."""
