"""Every word the console prints, in Chinese and in English; what it says of refusals is in `refusals.py`.

Rule: a phrase is looked up by key and filled by name; statuses and triggers of an embedder's own
lifecycle, which no catalogue knows, are shown as they are. Statuses, triggers and roles are called as the drawings
call them, so that a screen and a picture never have two names for one thing. Help texts are English only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from xiada.console.words_draw import DRAW
from xiada.console.words_hindsight import HINDSIGHT
from xiada.console.words_intake import INTAKE
from xiada.console.words_lifecycle import LIFECYCLE
from xiada.console.words_log import LOG
from xiada.console.words_plan import PLAN
from xiada.console.words_reminders import REMINDERS
from xiada.console.words_workflow import WORKFLOW

if TYPE_CHECKING:
    from xiada.viz.labels import Labels

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")

COMMANDS: Mapping[str, str] = {
    "add_unit": "增加单位",
    "rename_unit": "单位更名",
    "move_unit": "单位划转",
    "merge_units": "单位合并",
    "abolish_unit": "撤销单位",
    "delegate": "授权",
    "revoke": "收回授权",
    "rotate_key": "更换密钥",
    "declare_restore": "声明恢复",
    "erase_text": "删除文本",
    "migrate": "变更流程",
}
"""What can be asked for beside the triggers of a lifecycle."""

EVENTS: Mapping[str, str] = {
    "unit_added": "增加单位",
    "unit_renamed": "单位更名",
    "unit_moved": "单位划转",
    "unit_merged": "并入",
    "unit_abolished": "撤销单位",
    "delegation_granted": "授权",
    "delegation_revoked": "收回授权",
    "issued": "下达",
    "acknowledged": "签收",
    "forwarded": "转发",
    "started": "开始执行",
    "progressed": "报告进展",
    "fulfilled": "提交材料",
    "reported": "报送",
    "returned": "退回",
    "summarised": "汇总",
    "reminded": "催办",
    "escalated": "督办",
    "extension_requested": "申请延期",
    "extension_granted": "准予延期",
    "extension_refused": "不予延期",
    "rescheduled": "改期",
    "reassigned": "改派",
    "waived": "免报",
    "withdrawn": "撤回",
    "stepped": "办理环节",
    "migrated": "变更流程",
    "key_rotated": "启用密钥",
    "restore_declared": "声明恢复",
    "text_erased": "删除文本",
}

PHRASES: Mapping[str, tuple[str, str]] = {
    # what became of a command
    "done": (
        "{event}：{ref} {name}，状态：{status}，日志序号 {index}{more}",
        "{event}: {ref} {name}, status {status}, log index {index}{more}",
    ),
    "done_org": ("{event}：{ref}，日志序号 {index}", "{event}: {ref}, log index {index}"),
    "repeated": ("；此前已办理，未重复写入", "; done before, nothing written again"),
    "unchanged": ("{ref} 没有变化，未写入任何内容", "{ref}: nothing to change, nothing written"),
    "would": (
        "可以办理：{trigger} {ref}；仅为试算，未写入任何内容",
        "would pass: {trigger} {ref}; nothing was written",
    ),
    "issued_one": ("，下达 {first}", ", issued {first}"),
    "issued_many": ("，下达 {count} 件：{first} 至 {last}", ", issued {count}: {first} to {last}"),
    "moved_too": ("，另有 {count} 件随之变动", ", {count} more moved with it"),
    "clamped": ("，{count} 件期限已压缩到上级期限以内", ", dues cut to fit: {count}"),
    "asked_due": ("，请求延至 {due}", ", asks for {due}"),
    "new_due": ("，期限 {due}", ", due {due}"),
    "caution_rest_day": (
        "提示：{day} 是{weekday}，不是工作日（节假日数据不全，按周一至周五推定）；期限未作调整。",
        "Note: {day} is a {weekday}, not a working day (Monday to Friday assumed); the due was not moved.",
    ),
    "notice_good": (
        "{file} 无误：{title}（{doc_number}），发文单位 {issuers}，要求 {requirements} 项，应提交 {obligations} 项",
        "{file} is good: {title} ({doc_number}) by {issuers}; requirements {requirements}, obligations {obligations}",
    ),
    # org
    "created": ("已建立 {file}，日志名称 {origin}", "created {file}, log {origin}"),
    "org_loaded": (
        "已载入 {added} 个单位（文件共 {total} 个），日志共 {size} 条",
        "units loaded: {added} (of {total} in the file), log size {size}",
    ),
    "rebuilt": (
        "已由 {size} 条事件重建 {count} 个指令的现状；请运行 xiada audit verify 核验",
        "folded {count} directives anew from {size} events; check with: xiada audit verify",
    ),
    "org_good": ("{file} 无误：{total} 个单位，{lines} 条线", "{file} is good; units: {total}, lines: {lines}"),
    "org_empty": (
        "组织机构尚未载入。用 xiada org load 文件 载入。",
        "The org is empty. Load one with: xiada org load FILE",
    ),
    "org_none_then": ("当时还没有单位。", "There were no units then."),
    "unit_is": ("{id}  {name}（{line}，{level}，{kind}）", "{id}  {name} ({line}, {level}, {kind})"),
    "unit_aliases": ("  又称：{names}", "  also called: {names}"),
    "unit_above": ("  条线 {line} 上级：{unit}", "  line {line}, superior: {unit}"),
    "unit_below": ("  条线 {line} 下级 {count} 个：{units}", "  line {line}, subordinates ({count}): {units}"),
    "unit_gone": ("  已并入其他单位或撤销{after}", "  ended{after}"),
    "unit_after": ("，由 {unit}承接", ", followed by {unit}"),
    "unit_named": ("{name}（{id}）", "{name} ({id})"),
    "org_size": ("{total} 个单位，{lines} 条线", "units: {total}, lines: {lines}"),
    "org_ended": ("另有 {count} 个单位已并入其他单位或撤销", "ended, beside these: {count}"),
    "handed_over": ("，另有 {count} 件随之变动", ", and {count} directives changed with it"),
    "line": ("条线 {line}：{count} 个单位，最高单位 {top}（{id}）", "line {line}; units: {count}, top: {top} ({id})"),
    "reading": ("读取", "reading"),
    "loading": ("载入", "loading"),
    "forwarding": ("逐级转发", "forwarding"),
    "forwarded_all": (
        "{ref} 已逐级转发：本次转发 {forwarded} 次，此前已完成 {skipped} 次，共 {events} 条事件",
        "{ref} passed on through every level; forwarded now: {forwarded}, before: {skipped}, events in all: {events}",
    ),
    "verifying": ("核验", "verifying"),
    # audit bundle, audit import
    "bundling": ("导出", "writing the bundle"),
    "bundled": (
        "已导出 {path}：日志 {origin} 共 {size} 条事件，日志根 {root}",
        "wrote {path}: log {origin}, size {size}, root {root}",
    ),
    "bundled_with": ("附有可删除的文本，请妥善保管。", "It holds the erasable texts: keep it with care."),
    "bundled_without": (
        "不含可删除的文本；如需附上，请加 --texts",
        "It holds no erasable texts; to hand them out too, use --texts",
    ),
    "opening_bundle": ("读取导出包", "reading the bundle"),
    "taking_in": ("导入", "taking it in"),
    "taken_in": (
        "已由导出包建立 {file}：日志 {origin} 共 {size} 条事件，日志根 {root}",
        "made {file} from the bundle: log {origin}, size {size}, root {root}",
    ),
    # audit export
    "exporting": ("导出", "exporting"),
    "exported": ("已导出 {file}（{format}）：{count} 条事件", "exported {file} ({format}); events: {count}"),
    "export_left_out": (
        "另有 {count} 条事件不属于任何通知件（组织机构、日志本身），此格式不含",
        "not of any directive (of the org, of the log itself), so left out here: {count} events",
    ),
    # can
    "can_yes": ("可以{trigger}：{ref}", "yes: {trigger} {ref} is possible"),
    "can_no": ("不可以{trigger}：{ref}。{reason}", "no: {trigger} {ref} is not possible; {reason}"),
    "yes": ("可以", "yes"),
    "no": ("不可", "no"),
    "can_head": ("{ref} {name}，状态：{status}", "{ref} {name}, status {status}"),
    # impact
    "impact_none": ("{ref} 改为 {due} 不影响任何下级。", "Moving {ref} to {due} leaves no descendant behind."),
    "impact_some": (
        "{ref} 改为 {due}，以下 {count} 件的期限将晚于它：",
        "Moving {ref} to {due} would leave {count} descendants due later:",
    ),
    "impact_remedy": (
        "如需一并提前：xiada reschedule {ref} --due {due} --reason 理由 --cascade",
        "To move them too: xiada reschedule {ref} --due {due} --reason WHY --cascade",
    ),
    # status
    "no_cascades": ("尚未下达任何通知。", "No notice has been issued yet."),
    "title": ("{title}（{doc_number}）", "{title} ({doc_number})"),
    "standing": (
        "级联 {cascade}，截至 {now}，日志 {size} 条；共 {total} 件，已办结 {done} 件（{percent}%），逾期 {overdue} 件",
        (
            "cascade {cascade}, as of {now}, log size {size}; directives: {total}, "
            "done: {done} ({percent}%), overdue: {overdue}"
        ),
    ),
    "showing": (
        "显示 {shown} / {total} 件，逾期者在先；用 --open 编号 展开，或 --budget 数目 多显示",
        "showing {shown} of {total}, late first; use --open REF to unfold, --budget N for more",
    ),
    "folded": ("（下辖 {count} 件未展开）", " ({count} below not shown)"),
    "folded_late": ("（下辖 {count} 件未展开，逾期 {overdue}）", " ({count} below not shown, {overdue} overdue)"),
    "others": ("另有 {count} 家，共 {total} 件", "{count} more units, {total} directives"),
    "others_late": (
        "另有 {count} 家，共 {total} 件，逾期 {overdue}",
        "{count} more units, {total} directives, {overdue} overdue",
    ),
    "bucket_overdue": ("逾期 {count} 件", "overdue: {count}"),
    "bucket_soft_passed": ("建议期限已过 {count} 件", "past what was asked, not demanded: {count}"),
    "bucket_today": ("今天到期 {count} 件", "due today: {count}"),
    "bucket_week": ("7 天内到期 {count} 件", "due within 7 days: {count}"),
    "bucket_later": ("7 天以后到期 {count} 件", "due later: {count}"),
    "bucket_undated": ("未定期限 {count} 件", "undated: {count}"),
    "bucket_done": ("已办结 {count} 件（含免报、撤回）", "done: {count} (waived and withdrawn included)"),
    "and_more": ("… 还有 {count} 件，用 --late 全部列出", "… and {count} more; list them with --late"),
    "and_more_today": ("… 还有 {count} 件", "… and {count} more"),
    "none_late": ("没有逾期的。", "Nobody is late."),
    "no_directive_of": ("{unit} 没有收到任何通知。", "{unit} holds no directive."),
    "original_due": ("（原定 {due}）", " (first {due})"),
    "undated": ("未定期限", "undated"),
    "light_overdue": ("逾期 {days} 天", "{days} d overdue"),
    "light_today": ("今天到期", "due today"),
    "light_due_soon": ("还有 {days} 天", "{days} d left"),
    "light_on_time": ("还有 {days} 天", "{days} d left"),
    "light_undated": ("未定期限", "undated"),
    "light_done": ("按时办结", "done in time"),
    "light_done_late": ("办结，迟 {days} 天", "done {days} d late"),
    "light_waived": ("免报", "waived"),
    "light_withdrawn": ("已撤回", "withdrawn"),
    "light_summarised": ("已汇总", "summarised"),
    "cascade_line": (
        "{cascade}  {title}（{doc_number}）：共 {total} 件，已办结 {done}，逾期 {overdue}，今天 {today}，7 天内 {week}",
        (
            "{cascade}  {title} ({doc_number}): {total} in all, {done} done, {overdue} overdue, "
            "{today} today, {week} within 7 days"
        ),
    ),
    "name_one": (
        "查看一份通知：xiada status 级联；查看全部逾期：xiada status --late",
        "For one of them: xiada status CASCADE; for all who are late: xiada status --late",
    ),
    # late, blocked, counts, chain
    "late_head": ("逾期，期限最早的在先：本页 {count} 件", "overdue, earliest due first; on this page: {count}"),
    "late_none": ("没有逾期的（未定期限的不作推定）。", "Nobody is late (nothing is assumed of what has no date)."),
    "soft_by": ("建议期限已过 {days} 天", "{days} d past what was asked, not demanded"),
    "late_by": ("逾期 {days} 天", "{days} d overdue"),
    "blocked_head": ("等待下级报送：本页 {count} 件", "waiting for those below; on this page: {count}"),
    "none_blocked": ("没有等待下级报送的。", "Nobody waits for those below."),
    "waits_for": ("等待 {below} 件，其中直接下级 {children} 件", "waits for {below}, children among them: {children}"),
    "page_rest": ("… 可能还有，用 --after {after} 续看", "… there may be more from --after {after}"),
    "nothing_below": ("{ref} 没有下级。", "Nothing is below {ref}."),
    "level": ("层级", "level"),
    "in_all": ("合计", "in all"),
    "slack_root": ("最上级", "the root"),
    "slack_none": ("与上级同一期限", "due with its parent"),
    "slack_free": ("不受上级期限约束", "bound by no due above"),
    "slack_days": ("早于上级期限 {days} 天", "{days} d before its parent's due"),
    "slack_behind": ("晚于上级期限 {days} 天", "{days} d after its parent's due"),
    # log, verify
    "log_empty": ("没有符合条件的事件。", "No events."),
    "log_rest": ("… 还有 {count} 条，用 --from {next} 续看", "… {count} more from --from {next}"),
    "verify_good": (
        "核验通过，没有发现问题：日志 {origin} 共 {size} 条事件。",
        "Verified, no findings: {size} events of log {origin}.",
    ),
    "verify_bad": ("发现 {count} 处问题（日志 {size} 条）：", "{count} findings (log size {size}):"),
    "verify_more": ("另有 {count} 处未列出。", "{count} more are not listed."),
    "verify_sums": (
        "共 {directives} 个指令，核对检查点 {checkpoints} 个；日志根 {root}",
        "{directives} directives, {checkpoints} checkpoints compared; log root {root}",
    ),
    "verify_nothing": ("未核对：", "Not checked:"),
    "verify_scope": (
        (
            "已核对：每条事件的规范字节、哈希链与日志树，上下级之间的相互印证，流程、期限、权限与要求，"
            "以及旁存的各项与日志是否一致。未核对："
        ),
        (
            "Checked: the canonical bytes of every event, chains and the log's tree, what parents and children say of "
            "each other, lifecycle, dues, entitlement and requirements, and all that is kept beside the log. "
            "Not checked:"
        ),
    ),
    "finding_place": ("日志 {index} {ref}", "log {index} {ref}"),
    "finding_expected": ("应为 {expected}，实为 {found}", "expected {expected}, found {found}"),
    # essence of events
    "to_unit": ("→ {unit}", "to {unit}"),
    "due_by": ("期限 {due}", "due {due}"),
    "to_count": ("→ {count} 个单位", "recipients: {count}"),
    "moved": ("{was} → {due}", "{was} to {due}"),
    "asks": ("请求延至 {due}", "asks for {due}"),
    "covers": ("汇总下级 {count} 件", "covers {count} children"),
    "without": ("未含 {count} 件", "without {count}"),
    "materials": ("材料 {names}", "materials {names}"),
    "period": ("{obligation}（{period}）", "{obligation} ({period})"),
    "because_of": ("因 {ref}", "because of {ref}"),
    "behalf": ("{actor}@{unit}（代 {behalf}）", "{actor}@{unit} for {behalf}"),
    # demo, errors
    "demo_files": (
        "已存入 {folder}：数据库 xiada.db，图 issued.svg、half_way.svg、summarised.svg，日志 log.jsonl（{events} 条）",
        "left in {folder}: xiada.db, issued.svg, half_way.svg, summarised.svg, and log.jsonl ({events} events)",
    ),
    "demo_next": ("接下来可试：xiada status --db {file}", "Next: xiada status --db {file}"),
    "refused": ("不予办理", "Refused"),
    "conflict": ("版本冲突", "Conflict"),
    "malformed": ("输入有误", "Bad input"),
    "tampered": ("数据异常", "Tampered"),
    "store": ("存储故障", "Store error"),
    "failed": ("未能完成", "Failed"),
    "interrupted": ("已中断；未完成的办理没有写入。", "Interrupted; what was not finished was not written."),
    "usage": ("用法有误", "Usage"),
    "usage_missing": ("缺少 {what}", "{what} is missing"),
    "usage_option": ("没有选项 {what}", "there is no option {what}"),
    "usage_command": ("没有这个命令，或缺少子命令", "there is no such command, or a subcommand is missing"),
    "usage_value": ("{what} 的值不正确", "the value of {what} is not right"),
    "usage_other": ("参数不正确", "the arguments are not right"),
    "usage_help": ("用 {command} --help 查看用法。", "See {command} --help."),
    "joiner": ("、", ", "),
    "comma": ("，", ", "),
    "stop": ("。", ". "),
    "colon": ("：", ": "),
    "or": (" 或 ", " or "),
    **DRAW,
    **HINDSIGHT,
    **LIFECYCLE,
    **LOG,
    **INTAKE,
    **PLAN,
    **REMINDERS,
    **WORKFLOW,
}

_WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language of a locale: the first of LC_ALL, LC_MESSAGES and LANG that is set.

    Example:
        >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
        ('zh', 'en')
    """
    locale = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: Language

    def say(self, key: str, **facts: object) -> str:
        """Return a phrase filled with facts; whole numbers with thousands separators.

        Example:
            >>> Words("zh").say("bucket_overdue", count=1234)
            '逾期 1,234 件'
        """
        phrase = PHRASES[key][LANGUAGES.index(self.language)]
        return phrase.format(**{name: f"{fact:,}" if type(fact) is int else fact for name, fact in facts.items()})

    def status(self, name: str) -> str:
        """Return the word for a status."""
        return _drawn().status(name) if self.language == "zh" else _spaced(name)

    def trigger(self, name: str) -> str:
        """Return the word for a trigger."""
        return COMMANDS.get(name) or _drawn().trigger(name) if self.language == "zh" else _spaced(name)

    def light(self, code: str, **facts: object) -> str:
        """Return why a light shows what it shows; of what closed by an embedder's own status, that status."""
        key = f"light_{code}"
        return self.say(key, **facts) if key in PHRASES else self.status(code)

    def role(self, name: str) -> str:
        """Return the word for who may pull a trigger."""
        return _drawn().role(name) if self.language == "zh" else _spaced(name)

    def event(self, name: str) -> str:
        """Return the word for a type of event, of a step also which."""
        kind, _, step = name.partition(":")
        word = EVENTS.get(kind, kind) if self.language == "zh" else _spaced(kind)
        return self.say("step_event", event=word, step=step) if step else word

    def weekday(self, number: int) -> str:
        """Return the name of a day of the week, Monday being 0."""
        return _WEEKDAYS[self.language][number]

    def join(self, names: list[str] | tuple[str, ...], most: int = 5) -> str:
        """Return a list as people write it, at most so many of it."""
        shown = [*names[:most], *(["…"] if len(names) > most else [])]
        return self.say("joiner").join(shown)


@cache
def _drawn() -> Labels:
    """Return the Chinese words of the drawings."""
    from xiada.viz.labels import catalogue  # all drawings come with it, and help needs none

    return catalogue("zh")


def _spaced(name: str) -> str:
    """Return a name as an English word."""
    return name.replace("_", " ")
