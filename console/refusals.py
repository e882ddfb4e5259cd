"""What the console says when the rules say no: Chinese sentences by error code, filled from the error's data.

Rule: one sentence says what is wrong, one what to do next. English is the error's own words; a code
with no sentence here, or an error without the data it needs, is told in English too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xiada.console import flaws
from xiada.console.words import Words
from xiada.console.words_intake import REFUSALS as INTAKE
from xiada.console.words_lifecycle import LAWS, UNLIKE
from xiada.engine.due import SHANGHAI, show
from xiada.engine.errors import XiadaError

CHINESE: Mapping[str, tuple[str, str]] = {
    # who, what, when
    "not_entitled": ("{unit} 的人员无权对 {directive} 办理“{trigger}”", "应由 {entitled} 的人员办理"),
    "closed": ("文件 {path} 已经关闭", "请重新打开"),
    "not_delegated": (
        "{behalf} 没有委托 {unit} 对 {directive} 办理“{trigger}”",
        "请先由 {behalf} 委托，或由其自行办理",
    ),
    "illegal_transition": ("{directive} 状态为“{status}”，不能办理“{trigger}”", "{when}"),
    "version_conflict": ("{directive}在查看之后已有变动{versions}", "请重新查看后再办理"),
    "key_reused": ("幂等键“{key}”已用于另一项办理", "每项办理请使用各自的键"),
    "empty_line": ("此处没有条线为 {line} 的通知件", "请改用以下之一：{lines}"),
    "unknown_directive": ("没有编号为 {directive} 的通知件", "请核对编号"),
    "unknown_cascade": ("没有级联 {cascade}，或当时尚未下达", "请核对名称，或查看更晚的时刻"),
    "unknown_unit": ("组织机构中没有单位“{unit}”", "请核对单位代码，或先载入组织机构"),
    "unknown_trigger": ("没有这种办理事项", "请用 xiada can 编号 查看全部事项"),
    "no_such_index": ("日志没有这个序号", "请用 xiada log 查看已有的序号"),
    "not_accepted": ("{directive} 尚未接受", "请先接受，或说明理由谢绝"),
    "not_assisting": ("{directive} 由其主办，不是协办", "请直接报送"),
    "not_leading": ("{directive} 由其协办，不是主办", "请会签：同意，或说明不同意的理由"),
    "no_grounds": ("“{trigger}”须说明理由", "请用 --reason 写明理由"),
    "not_coordinated": ("{directive} 的会签尚未齐备", "请待协办会签，或由上级裁定"),
    "not_proven": ("{directive} 没有附上可核对的记录：不能证明，即未完成", "请附上带 SHA-256 的记录"),
    "inspection_missed": ("{directive} 有应做的检查没有记录：{missed}", "请先补记，再报终止措施"),
    "not_in_words": ("“{trigger}”须写明内容", "请用 --reason 写明是何方法，或存疑何处"),
    "another_version": ("{directive} 应声明的版本是“{version}”", "请阅读该版本后，用 --reason 写明其编号"),
    "unlawful_lifecycle": ("流程表“{lifecycle}”不能使用{law}", "请对照 docs/lifecycles.md 更正"),
    "unknown_guard": ("流程表“{lifecycle}”所用的守则 {guards} 不存在", "请用带有该守则的程序打开"),
    "guard_missing": ("该级联按流程表“{lifecycle}”办理，本程序没有其守则 {guards}", "请用带有该守则的程序打开"),
    "bad_guard_answer": ("守则“{guard}”的答复不合约定", "成立时应返回 None，不成立时应返回一项拒绝"),
    "bad_guard": ("“{guard}”不能用作自订守则的名称", "请换一个名称"),
    "no_lifecycle": ("没有给出任何流程表", "请至少给出一个，或不指定"),
    "no_such_lifecycle": ("没有名为“{lifecycle}”的流程表", "现有 {known}"),
    "standard_trigger": ("“{trigger}”是标准事项", "请用该事项自己的命令"),
    "reason_missing": ("“{trigger}”将办结 {directive}，须说明理由", "请用 --reason 写明理由"),
    "same_lifecycle": ("级联“{cascade}”已按这一流程表办理", "无需变更"),
    "bad_mapping": ("状态的对应关系有误", "请写成 原状态=新状态，每个原状态一次，且两表中均有该状态"),
    "no_image": (
        "有 {count} 件处于“{status}”，不能改称“{image}”：{unlike}",
        "请对应到含义相同的状态，或待其转入其他状态",
    ),
    "empty_file": ("{file} 是空的", "请核对文件"),
    "unknown_lifecycle": ("该级联所用的流程表本程序不认识", "请用带有该流程表的程序打开"),
    "unknown_preset": ("没有名为 {preset} 的预置流程", "请用 xiada workflow list 查看"),
    "no_decisions": ("文中没有找到会议决定或领导交办事项", "如是通知，请用 xiada intake 读取"),
    "bad_assignment": ("{at}没有指明决定的序号，或重复", "请写 序号=单位，每项一次"),
    "no_assignee": ("还有决定没有承办单位：{titles}", "请为每一项指定承办单位"),
    "unknown_decision": ("会议没有这一项决定：{decisions}", "请核对决定的序号"),
    "items_open": ("{directive} 还有未完成的事项：{open}", "请逐项完成后再报结"),
    # issue and forward
    "cascade_exists": ("级联“{cascade}”已经下达过", "请换一个名称；如属重复提交，请用 --key 注明原来的幂等键"),
    "not_an_issuer": ("转发通知的发文单位中没有本单位", "请把本单位列入 issuers，或不带 --notice 原文转发"),
    "notice_id_taken": ("上级 {above} 已有同名而内容不同的通知", "请为转发通知另取 id"),
    "no_recipients": ("没有符合条件的收文单位", "请至少指定一个下级单位"),
    "already_addressed": ("{directive} 已向 {unit} 发过", "每个单位只列一次"),
    "outside_line": ("{unit} 不是本单位在条线“{line}”上的下级", "请选择下级单位，或由其上级转发"),
    "too_many_recipients": ("收文单位过多", "请分几次转发"),
    "too_deep": ("转发层级过多", "请减少层级"),
    "bad_window": ("活动的结束日期早于开始日期", "请对调两个日期"),
    "no_issuer": ("通知没有发文单位", "请在 issuers 中列出发文单位，牵头单位在前"),
    "duplicate_id": ("{at}“{id}”出现两次", "请各取各的 id"),
    "event_too_large": ("这一条记录有 {found} 字节，超过 {limit} 字节", "请减少或缩短内容，分次提交"),
    # reminders
    "bad_when": ("{at}没有写明何时提醒", "请写 before、after、age 之一"),
    "bad_days": ("{at}天数不正确", "请写范围之内的整数"),
    "two_spans": ("{at}同时写了工作日和自然日", "请只写一种"),
    "bad_template": ("{at}规则“{rule}”的理由中有不认识的项", "请只用 unit、item、due、days、ref、title、doc_number"),
    "too_many_rules": ("{at}规则过多", "请减少规则"),
    # dues
    "due_after_parent": ("为 {subject} 提出的期限 {asked} 晚于上级期限（{chain}）", "最晚可为 {latest}"),
    "descendants_later": (
        "{directive} 的下级中有 {count} 件期限更晚",
        "请先用 xiada impact 查看，再加 --cascade 一并提前",
    ),
    "not_later": ("提出的期限并不晚于现有期限", "请提出更晚的期限"),
    "same_due": ("{directive} 现在就是这个期限", "请提出另一个期限"),
    "not_what_was_asked": ("准予的期限须晚于现有期限，且不晚于所申请的期限", "请按申请准予，或准予较早的期限"),
    "after_due": ("{directive} 的期限 {due} 已过", "请由上级改期"),
    "undated": ("{directive} 未定期限", "无须延期"),
    "extension_pending": ("已申请延至 {asked}，尚未答复", "请等待答复"),
    "no_request": ("{directive} 没有申请延期", "可直接改期"),
    "no_due": ("改期需要新的期限", "请写日期，或 undated 表示不定期限"),
    "cannot_undate": ("{directive} 有期限的上级之下不能不定期限", "请写日期"),
    # report, return, close
    "children_open": ("{directive} 还有 {count} 家下级未办结（{children}）", "请等待其报送，或办理免报、撤回"),
    "requirements_unanswered": ("报送未逐项回应要求（缺 {missing}）", "请用 --answer 逐项注明必答要求"),
    "unknown_requirement": ("没有人提出过这些要求（{unknown}）", "请按“通知/要求”写明"),
    "parent_not_working": ("上级 {parent} 状态为“{parent_status}”", "请先退回上级"),
    "not_root": ("{directive} 随 {parent} 的报送一并汇总", "请由上级报送"),
    "is_root": ("{directive} 是最上一级", "可撤回，或另行下达"),
    "not_owed": ("本单位无须提交这一项", "应提交的有：{owed}"),
    "no_periods": ("这一项不分期", "请去掉 --period"),
    "unknown_period": ("这一项没有这一期", "请写该期的截止日期"),
    # org
    "unit_exists": ("单位“{unit}”已在组织机构中，内容不同", "请另取代码；重复载入不改动已有单位"),
    "unit_ended": ("单位“{unit}”已并入其他单位或撤销{followed}", "请改用承接单位，或另选单位"),
    "units_below": ("单位“{unit}”还有下级单位", "请先划转或撤销其下级，或改用合并"),
    "line_top": ("“{unit}”是条线“{line}”的最高单位", "条线须保留最高单位；可以更名"),
    "org_circle": ("“{superior}”在“{unit}”之下，不能作其上级或承接单位", "请选择不在其下的单位"),
    "not_in_line": ("“{unit}”在条线“{line}”上没有相应位置", "请选择双方都在的条线"),
    "same_unit": ("合并、承接的单位须各不相同", "每个单位只列一次，并另列承接单位"),
    "no_successor": ("没有指明由谁承接在办的通知件", "请指明承接单位，或让在办件留在原单位"),
    "too_many_names": ("其他名称过多", "请少列一些"),
    "directives_running": ("单位“{unit}”还有 {count} 件在办（{directives}）", "请用 --running 写明在办件如何处理"),
    "unknown_superior": ("{at}单位“{unit}”的上级“{superior}”不存在，或不在同一条线", "请先增加该上级，或更正代码"),
    "superior_outside_line": ("{at}“{unit}”的上级“{superior}”不在条线“{line}”上", "请让该上级也加入这条线"),
    "two_superiors": ("{at}同一条线上有两个上级", "每条线只留一个上级，另一个应属于另一条线"),
    "two_tops": ("{at}条线“{line}”有不止一个最高单位", "请只留一个，其余指定上级或改到另一条线"),
    "cycle": ("{at}条线“{line}”的上下级关系成环：{units}", "请更正其中一个上级"),
    "duplicate_unit": ("{at}单位代码重复", "请各取各的代码"),
    "reserved_id": ("{at}该单位代码为系统保留", "请另取代码"),
    "empty_org": ("{at}文件中没有单位", "请更正文件后重试"),
    "unknown_field": ("{at}没有这个字段", "请更正文件后重试"),
    "missing_field": ("{at}缺少内容，或不是文字", "请更正文件后重试"),
    "bad_field": ("{at}内容的形式不对", "请更正文件后重试"),
    "duplicate_field": ("{at}字段重复", "请更正文件后重试"),
    "bad_row": ("{at}这一行的形式不对", "请更正文件后重试"),
    "bad_csv": ("{at}不是可读的 CSV", "请更正文件后重试"),
    "yaml_alias": ("{at}用了 YAML 别名", "请逐项写明"),
    "bad_yaml": ("{at}不是可读的 YAML", "请更正文件后重试"),
    # words that cannot be read
    "bad_identifier": ("{at}不是合法的代码", "请用小写字母、数字和 . _ -，以字母或数字开头，不超过 64 个字符"),
    "bad_origin": ("这个名称不能作日志名称", "请用自己的名称，如 xiada.example/office"),
    "bad_reference": ("通知件编号写法不对", "请按“级联/路径”书写，如 kx2020-7/1.19.3"),
    "empty_text": ("{at}不能为空", "请填写内容"),
    "text_too_long": ("{at}有 {found} 个字符，超过 {limit} 个", "请缩短，或作为材料提交"),
    "bad_character": ("{at}含有不可见或会打乱文字顺序的字符", "请删除该字符"),
    "not_nfc": ("{at}不是 Unicode NFC 形式", "请先规范化为 NFC"),
    "bad_date": ("{at}不是有效的日期", "请写 YYYY-MM-DD 或 YYYY-MM-DDThh:mm，或 undated 表示不定期限"),
    "bad_year": ("{at}年份超出 1970 至 2199", "请检查是否笔误"),
    "naive_time": ("{at}时间没有时区", "请加时区，如 +08:00"),
    "needs_instant": ("{at}不是时间", "请写 YYYY-MM-DD 或 YYYY-MM-DDThh:mm"),
    "needs_moment": ("{at}既不是时间，也不是日志序号", "请写 YYYY-MM-DD、YYYY-MM-DDThh:mm，或事件的日志序号"),
    "needs_time": ("{at}只有日期，没有时刻", "请写 YYYY-MM-DDThh:mm"),
    "needs_day": ("{at}只应写日期", "请写 YYYY-MM-DD"),
    "bad_due": ("{at}期限的形式不对", "请写日期，或用 on、every、relative、between、promptly 之一"),
    "bad_rrule": ("{at}重复规则无法识别", "请按 RFC 5545 书写"),
    "unknown_anchor": ("期限从“{anchor}”起算，而这里没有该日期", "请写日期，或从有日期的事项起算"),
    "unknown_zone": ("{at}没有这个时区", "请用 Asia/Shanghai 一类的名称"),
    "bad_choice": ("{at}不在可选范围内", "请从给定的选项中选择"),
    "bad_reserve": ("预留天数不对", "请写 0 至 1000 个工作日"),
    "bad_digest": ("材料的 SHA-256 不是 64 位小写十六进制", "请更正"),
    "bad_url": ("{at}不能作文件名", "请写文件路径"),
    "outside_profile": ("内容超出可记录的范围", "请更正内容"),
    "bad_lifecycle": ("流程表有误{law}", "请更正流程表"),
    "bad_budget": ("显示数目须至少为 1", "请写更大的数目"),
    "bad_rows": ("时间线每页的行数须为 1 至 200", "宜为 20 至 50 行"),
    "no_such_page": ("没有这一页", "共 {pages} 页"),
    "parts_differ": ("两者所取的范围不同，无法对比", "请取同一子树、同一条线"),
    "no_track": ("所给的经历中没有 {directive}", "请取同一级联、同一时刻的经历"),
    "unknown_language": ("没有这种语言", "请用 zh 或 en"),
    "no_actor": ("没有说明由谁办理", "请加 --actor 帐号@单位，或设置环境变量 XIADA_ACTOR"),
    "bad_actor": ("{at}不是“帐号@单位”的形式", "请写如 li@gd-kx"),
    "bad_select": ("{at}不是可用的条件", "请写如 kind=association,level=city|county"),
    "bad_period": ("{at}不是日期", "请写 YYYY-MM-DD"),
    "no_file": ("没有指定通知文件", "请写文件名，或用 --example 查看样例"),
    "both_choices": ("--cascade 与 --clamp 只能选一个", "请去掉其中一个"),
    "directory": ("{value} 是文件夹", "请指定文件"),
    # files and the store
    "file_too_large": ("{at}文件过大", "请核对是否选错了文件"),
    "process_died": ("核验用的一个进程被外部终止", "请重试，或减少进程数"),
    "checkpoints_too_long": ("{file} 太长，不是检查点文件", "请给出存有检查点的文件"),
    "cannot_read": ("{at}文件无法读取", "请核对文件名和权限"),
    "cannot_print": ("标准输出无法写入（{why}）", "请检查磁盘，或输出的去向"),
    "cannot_write": ("{path} 无法写入{because}", "请核对文件夹和权限"),
    "not_utf8": ("{at}不是 UTF-8 文本", "请另存为 UTF-8"),
    "bad_json": ("{at}不是可读的 JSON", "请更正文件"),
    "aliased": ("{at}使用了 YAML 别名", "请直接写出内容"),
    "nothing_there": ("内存库不能再次打开", "请新建"),
    "file_exists": ("{path} 已经存在", "请换一个文件名，或直接使用它"),
    "cannot_create": ("{path} 无法建立", "请核对文件夹和权限"),
    "cannot_open": ("{path} 无法打开", "请核对文件名，或用 xiada init 建立"),
    "foreign_file": ("{path} 不是下达文件", "文件未被改动，请核对文件名"),
    "newer_file": ("{path} 由更新版本的下达写成", "请升级程序；文件未被改动"),
    "older_file": ("{path} 由首次发布之前的下达写成", "请用当时的版本打开；文件未被改动"),
    "truncated_file": ("{path} 不完整，末尾缺失", "请用备份恢复；文件未被改动"),
    "locked": ("{path} 正被其他程序占用", "请关闭该程序后重试；没有写入任何内容"),
    "disk_full": ("磁盘已满，{path} 无法写入", "请腾出空间后重试；没有写入任何内容，也没有丢失"),
    "read_only": ("{path} 是只读的", "请赋予文件和文件夹写权限"),
    "disk_failed": ("读写 {path} 时磁盘出错", "请检查磁盘后重试；未确认的内容没有写入"),
    "damaged_file": ("{path} 已损坏", "请用备份恢复，并保留损坏的文件备查"),
    "constraint": ("存储拒绝了这次写入", "没有写入任何内容；这是程序缺陷，请报告"),
    "store_failed": ("{path} 存储出错", "没有写入任何内容；请检查磁盘后重试"),
    "demo_findings": ("演示的日志未能通过核验", "请报告这一问题"),
    "moments_reversed": ("前一个时刻晚于后一个时刻", "请把较早的写在前面"),
    "two_paces": ("--speed 与 --step 不能并用", "请只用其中一个"),
    "bad_hours": ("这不是办公时间", "请写上班和下班时间，例如 08:00-18:00"),
    "bad_size": ("每个事务至少一条命令", "请从 1 起"),
    "bad_limit": ("一页应为 1 至 10,000 件", "请用上一页的结束处续看下一页"),
    "bad_cursor": ("所给的不是上一页的结束处", "请照抄上一页末尾给出的 --after"),
    "batch_differs": ("批次“{key}”与上次的命令不同", "请按原来的顺序给出同样的命令，或换一个批次名"),
    "interrupted": ("正在写入的线程被中断", "请先查看是否已经写入，再重试"),
    "batch_moved": ("批次“{key}”正由他人执行", "请等对方完成，或在其停止后重新开始"),
    "not_foldable": ("这些事件无法还原出现状", "请在副本上运行 xiada audit verify"),
    "busy": ("核对期间日志一直在增长", "请稍后再试"),
    # stored bytes that are not what was written
    "not_canonical": ("存储的字节不是规范形式", "请用备份恢复，并运行 xiada audit verify"),
    "bad_block": ("日志的一个区块无法读取", "请用备份恢复，并保留这份文件备查"),
    "bad_previous": ("第 {index} 条事件所指的上一条不在它之前", "请在副本上运行 xiada audit verify"),
    "event_missing": ("日志缺少第 {index} 条起的事件", "请用备份恢复，并保留这份文件备查"),
    "bad_event": ("第 {index} 条事件无法识别，可能被改动", "请运行 xiada audit verify 查看全貌"),
    "bad_notice": ("存储的通知无法识别", "请用备份恢复"),
    "notice_missing": ("通知原文缺失或被改动", "请用备份恢复"),
    # signed notes, keys and proofs
    "bad_tree_size": ("日志的条数须是不小于零的整数", "请更正"),
    "not_in_tree": ("日志没有这么多条", "请在日志的范围内查找"),
    "bad_tile_path": ("这不是日志分片的路径", "请按 tile/0/x001/234.p/5 的形式书写"),
    "bad_tile": ("日志分片 {path} 的内容不对", "请用备份恢复，或重新获取"),
    "bad_proof": ("这份证明不成立", "请重新获取证明和检查点；仍不成立的，请一并留存备查"),
    "bad_receipt": ("这不是有效的回执", "请向日志重新获取"),
    "bad_note": ("这不是有效的签名文书", "请向签名方重新获取"),
    "unsignable": ("这段文字不能签名", "请以换行结尾，不用其他控制字符，不超过 64 KiB"),
    "bad_signature": ("{name} 的签名与内容不符", "请勿采用；请向签名方核实，并留存备查"),
    "no_known_signature": ("没有已知的密钥签过这份文书", "请提供日志的公钥，并确认其来源可信"),
    "ambiguous_key": ("两把不同的公钥同名同号（{name}）", "请只信任其中一把"),
    "bad_checkpoint": ("这不是有效的检查点", "请向日志重新获取"),
    "other_origin": ("这是另一个日志的检查点，不属于 {origin}", "请使用本日志的检查点"),
    "bad_vkey": ("这不是可用的公钥", "请完整照抄公布的那一行"),
    "bad_key": ("这不是可用的签名密钥", "请核对文件，或使用其备份"),
    "bad_key_name": ("这个名称不能作密钥名称", "请用 xiada.example/office 一类的名称，不含空格和加号"),
    # keys, checkpoints, anchors, restores, erasures
    "no_signer": ("没有用来签名的密钥", "请用 xiada audit keygen 生成密钥"),
    "key_there": ("{path} 已在签名", "如需更换密钥，请用 xiada audit rotate"),
    "key_not_in_force": ("日志的签名密钥不是这一把", "请使用现行的密钥"),
    "rotation_unfinished": (
        "密钥更换尚未完成，还没有两把密钥共同签名的检查点",
        "请用原密钥再运行一次 xiada audit rotate",
    ),
    "key_moved": ("其间已启用另一把密钥，或日志已进入新的一期", "请用现行的密钥打开后再更换"),
    "tile_damaged": (
        "存储的日志树与事件不符",
        "请运行 xiada audit verify；如仅此一项，可用 xiada rebuild 重建",
    ),
    "checkpoint_untrusted": (
        "{source} 中最新的检查点不可信",
        "请核对它是否属于本日志、所信任的公钥是否正确，并留存备查",
    ),
    "rollback_detected": (
        "日志只有 {size} 条，而 {source} 存有 {held} 条的检查点",
        "请恢复较新的副本；如确已丢失，请用 xiada audit declare-restore 声明",
    ),
    "log_forked": (
        "日志的前 {held} 条与 {source} 所存的检查点不符",
        "请恢复真正的副本；如确已丢失，请用 xiada audit declare-restore 声明",
    ),
    "restore_undeclared": ("日志与外存的 {held} 条的检查点不相承接", "请先声明恢复，或恢复较新的副本"),
    "nothing_lost": ("日志与外存的检查点全部相承接", "无须声明，照常使用即可"),
    "anchor_in_use": ("{anchor} 已存有检查点", "新日志请另用一个文件；如原日志文件丢失，请用备份恢复"),
    "anchor_failed": ("检查点未能存入 {anchor}", "没有丢失任何内容，下一个检查点将再次存入；请核对文件夹和权限"),
    "bad_anchor": ("{path} 不能用来存放检查点", "请另用一个仅本人可写的文件；这一个未被改动"),
    "no_event": ("回执中没有事件原文", "请向日志重新获取"),
    "no_vkey": ("没有给出公钥", "请加 --vkey，或用 --db 指定日志"),
    "unknown_text": ("没有事件带有这份文本", "请用 xiada log --json 查看事件的 text 和序号"),
    "bad_commitment": ("这不是文本的承诺值", "请照抄事件中 text 的 64 位十六进制"),
    "no_text": ("第 {index} 条事件没有文本", "请核对序号"),
    "still_read": ("文本已删除，但有程序仍在读取此前的状态，文件中尚有残留", "请关闭其他程序后再删除一次"),
    "reserved_cascade": ("该名称为系统保留", "请换一个名称"),
    "no_key": ("没有密钥文件 {path}", "请核对文件名，或先生成密钥"),
    "key_exposed": ("密钥文件 {path} 可被他人读取", "请运行 chmod 600 {path}；如可能已被他人读过，请更换密钥"),
    # exports
    "no_pyarrow": ("写 Parquet 需要 pyarrow，尚未安装", "请运行 pip install 'xiada[parquet]'"),
    "not_from_the_start": ("{directive} 的事件不是从第一条开始", "请导出整个日志，或整个级联"),
    "target_exists": ("{path} 已经存在", "请换一个名称，或加 --force"),
    "target_foreign": ("{path} 不是以前导出的文件，不予覆盖", "请换一个名称，或自行删除"),
    "other_format": ("{option} 只用于 {format}", "请去掉"),
    # bundles
    "bad_bundle": ("导出包中的 {part} {flaw}", "请不要采用，并向提供方重新索取"),
    "bundle_findings": ("导出包 {path} 有 {count} 处问题，没有导入", "请运行 xiada audit verify {path} 查看"),
    "no_bundle": ("{path} 不是导出包", "请指定导出包的文件夹或 .zip 文件"),
    "too_many_files": ("{path} 所含文件过多，不能直接从压缩包读取", "请先解压，再指定文件夹"),
    # drawings
    # plans
    "bad_plan": ("倒排所用的天数不对", "请写 0 至 1000 个工作日，每级一个数"),
    "lengths_differ": ("两组数据长度不同", "请逐项对应"),
    "unknown_level": ("组织机构中没有层级“{level}”", "请用 xiada org show 查看各层级"),
    "bad_tree": ("上级没有列在下级之前", "请先列上级"),
    "no_years": ("{at}文件中没有年份", "请更正文件后重试"),
    "duplicate_year": ("{at}年份重复", "每年只列一次"),
    "no_such_day": ("{at}不是有效的日期", "请写 YYYY-MM-DD，或 YYYY-MM-DD..YYYY-MM-DD"),
    "day_named_twice": ("{at}同一天列了两次", "每天只列一次"),
    "makeup_on_weekday": ("{at}调休上班日不在周末", "请核对日期，调休上班日只列周六、周日"),
    "other_year": ("{at}日期不属于该年", "请列在它所属的年份"),
    "holiday_and_makeup": ("{at}同一天既放假又上班", "请只列其中一项"),
    "nothing_issued": ("尚未下达的通知没有用时可作依据", "请先下达，或去掉 --forecast"),
    "due_stands": ("--due 只用于尚未下达的通知", "请加 --org；改动已定的期限请用 xiada reschedule"),
    "no_time": ("期限不晚于起始时间", "请提前开始，或放宽期限"),
    "no_graphviz": ("没有可用的 Graphviz", "请运行 pip install pygraphviz，或安装系统的 graphviz 软件包"),
    "render_failed": ("Graphviz 未能绘出", "请减少框数后重试；仍不行请连同 DOT 文本一并报告"),
    "timed_out": ("绘图超时", "请用 --budget 减少框数"),
    "not_started": ("绘图进程无法启动{because}", "请检查内存、进程数和打开文件数的上限"),
    "too_large": ("图幅过大，PNG 将无法辨认", "请用 --budget 减少框数，或改用 svg、pdf"),
    "too_large_for_paper": ("图幅过大，印在 A3 纸上将无法辨认", "请减少框数或行数，或改用 svg"),
    "no_drawing": ("没有要印的图", "请至少给出一幅图"),
    "too_much_memory": ("绘图占用内存过多", "请用 --budget 减少框数"),
    "unknown_format": ("没有这种图片格式", "请用 svg、png 或 pdf"),
    "bad_link": ("链接不可用", "请用 https 或相对地址，不超过 2000 个字符"),
    "draw_what": ("缺少 {what}", "请写 xiada draw KIND CASCADE，KIND 可为 {choices}"),
    "no_such_choice": ("{at}不在可选范围内", "可选 {choices}"),
    "foreign_option": ("{option} 不适用于 {what}", "请去掉；它用于 {owners}"),
    "two_earlier": ("--since 与 --against 只能选一个", "请去掉其中一个"),
    "since_later": ("--since 的时刻晚于所画的时刻", "请给较早的时刻；只写日期指当天结束"),
    "compare_with_what": ("前后对比须有较早的时刻，或另一个级联", "请加 --since 时间或序号，或 --against 级联"),
    "two_answers": ("--json 与 -o - 会同时输出两份内容", "请用 -o 指定文件"),
    "for_no_terminal": ("终端不能显示 {format}", "请用 -o 指定文件"),
    "all_kinds": ("--all 已包括全部图种", "请写 xiada draw --all 文件夹 [级联]"),
    "file_gone": ("{path} 已被移走、删除或换成别的文件", "请改看它现在的位置"),
    "is_a_log": ("{path} 是下达数据库，不能覆盖", "请换一个文件名"),
    **INTAKE,
}


ENGLISH: Mapping[str, str] = {
    "cascade_exists": "Choose another id; to repeat a command, give its --key",
    "descendants_later": "Look at 'xiada impact', then add --cascade to move them too",
    "no_recipients": "Name at least one unit below with --to or --select",
    "requirements_unanswered": "Name each requirement it answers with --answer",
    "unknown_trigger": "'xiada can REF' lists them all",
    "extension_pending": "Wait for the answer: 'xiada extend grant' or 'refuse'",
    "no_request": "Use 'xiada reschedule' instead",
}
"""Remedies that name the console's own options, where the engine speaks of its own."""


def told(error: XiadaError, words: Words) -> tuple[str, str]:
    """Return what an error says in a language: message and remedy, without final stops.

    Example:
        >>> from xiada.engine.errors import NotFound
        >>> error = NotFound("unknown_directive", "there is no directive k/9", directive="k/9", remedy="Check it.")
        >>> told(error, Words("zh"))
        ('没有编号为 k/9 的通知件', '请核对编号')
    """
    patterns = CHINESE.get(error.code) if words.language == "zh" else None
    if patterns is not None:
        facts = _facts(error, words)
        try:
            return patterns[0].format_map(facts), patterns[1].format_map(facts)
        except KeyError:
            pass
    return error.message, ENGLISH.get(error.code, error.remedy).rstrip(".")


def sentence(error: XiadaError, words: Words) -> str:
    """Return what an error says as one line: what is wrong, and what to do next.

    Example:
        >>> from xiada.engine.errors import Refused
        >>> sentence(Refused("outside_line", "it is outside", remedy="Choose another."), Words("en"))
        'it is outside. Choose another.'
    """
    message, remedy = told(error, words)
    end = words.say("stop")
    return "".join(part if part.endswith("?") else f"{part}{end}" for part in (message, remedy) if part).rstrip()


def _facts(error: XiadaError, words: Words) -> dict[str, str]:
    """Return an error's data as words of the language."""
    zone = str(error.data.get("zone", SHANGHAI))
    facts = {name: _shown(name, value, words, zone) for name, value in error.data.items()}
    facts["subject"] = str(error.data.get("unit") or error.data.get("directive") or "")
    facts["followed"] = f"，由“{error.data['successor']}”承接" if error.data.get("successor") else ""
    facts["at"] = _place(error.data)
    facts.setdefault("directive", "该件")
    versions = "（现为第 {version} 版，不是第 {expected} 版）"
    facts["versions"] = versions.format_map(facts) if {"version", "expected"} <= facts.keys() else ""
    facts["because"] = f"（{_WHY_NOT.get(facts['why'], facts['why'])}）" if "why" in facts else ""
    facts.setdefault("law", "")
    possible = facts.get("possible_in")
    facts["when"] = f"状态为{possible}时方可办理" if possible else "其流程没有这一事项，请用 xiada can 编号 查看"
    return facts


def _place(data: Mapping[str, object]) -> str:
    """Return where something was found: file, row and field, or the option and what it was given."""
    if "file" in data:
        row = f" 第 {data['row']} 行" if "row" in data else ""
        return f"{data['file']}{row}“{data['field']}”：" if "field" in data else f"{data['file']}{row} "
    if "place" in data:
        return f"{data['place']} “{data['value']}”"
    return f"{data['field']} " if "field" in data else ""


def _shown(name: str, value: Any, words: Words, zone: str) -> str:
    """Return one fact as people read it."""
    if name in _SPECIAL:
        try:
            return str(_SPECIAL[name](value, words, zone))
        except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
            return str(value)  # an embedder's own fact, called like one of ours and something else
    if isinstance(value, list | tuple):
        return words.join([str(item) for item in value])
    return f"{value:,}" if type(value) is int and name != "index" else str(value)


def _instant(value: Any, words: Words, zone: str) -> str:
    """Return an instant, or the word for undated."""
    text = "undated" if value is None else show(value, zone)
    return words.say("undated") if text == "undated" else text


def _chain(value: Any, words: Words, zone: str) -> str:
    """Return the chain of dues that bind, nearest first."""
    return words.join([f"{ref} 期限 {_instant(due, words, zone)}" for ref, due in value], most=4)


def _law(value: Any, words: Words) -> str:
    """Return the law a lifecycle breaks, to follow what it says of the lifecycle."""
    law, facts = value
    shown = {name: _IN_LAWS[name](words, fact) if name in _IN_LAWS else fact for name, fact in facts.items()}
    return f"：{LAWS[law].format_map(shown)}"


_WHY_NOT: Mapping[str, str] = {
    "Cannot allocate memory": "内存不足",
    "File name too long": "文件名太长",
    "File too large": "文件太大",
    "Is a directory": "是文件夹",
    "No space left on device": "磁盘已满",
    "No such file or directory": "没有这个文件夹",
    "Not a directory": "路径中有一段不是文件夹",
    "Permission denied": "没有权限",
    "Read-only file system": "只读",
    "Resource temporarily unavailable": "进程数已到上限",
    "Too many open files": "打开的文件过多",
}
"""Why the system does not write a file, or start a process."""

_NO_BODIES: Mapping[str, str] = {"clock": "定时程序", "org": "组织机构管理（org）"}

_IN_LAWS: Mapping[str, Callable[[Words, str], str]] = {
    "trigger": Words.trigger,
    "role": Words.role,
    "other": Words.role,
    **dict.fromkeys(("status", "source", "target"), Words.status),
}

_SPECIAL: Mapping[str, Callable[[Any, Words, str], str]] = {
    "due": _instant,
    "asked": _instant,
    "latest": _instant,
    "now": _instant,
    "chain": _chain,
    "law": lambda value, words, _: _law(value, words),
    "unlike": lambda value, *_: UNLIKE.get(value, value),
    "image": lambda value, words, _: words.status(value),
    "flaw": lambda value, *_: flaws.CHINESE.get(value, value),
    "status": lambda value, words, _: words.status(value),
    "parent_status": lambda value, words, _: words.status(value),
    "trigger": lambda value, words, _: words.trigger(value),
    "possible_in": lambda value, words, _: words.join([f"“{words.status(one)}”" for one in value]),
    "entitled": lambda value, words, _: words.say("or").join(_NO_BODIES.get(unit, unit) for unit in value),
    "owed": lambda value, words, _: words.join(value) or "报送",
    "children": lambda value, words, _: words.join([f"{ref} {words.status(status)}" for ref, _, status in value], 3),
}
"""How facts of these names are shown; all others are shown as they are."""
