"""The words in which the console tells what happened: one sentence per type of event, diffs, answers.

Rule: as in `words.py`, of which these phrases are a part. A sentence about a directive calls it 本件 or
"it", for its reference stands beside the sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "unit_added": ("{who}将{unit}（{id}）加入组织机构", "{who} added {unit} ({id}) to the org"),
    "unit_renamed": ("{who}将 {id} 更名为{unit}", "{who} renamed {id}: it is {unit} from then on"),
    "unit_moved": (
        "{who}将{unit}（{id}）在条线“{line}”上由{was}划归{superior}",
        "{who} moved {unit} ({id}) in line {line} from {was} to {superior}",
    ),
    "unit_merged": ("{who}将{unit}（{id}）并入{into}", "{who} merged {unit} ({id}) into {into}"),
    "unit_abolished": ("{who}撤销{unit}（{id}）", "{who} abolished {unit} ({id})"),
    "delegation_granted": ("{who}登记：{unit}授权{to}代其办理", "{who} recorded that {to} may act for {unit}"),
    "delegation_revoked": (
        "{who}登记：{unit}收回对{to}的授权",
        "{who} recorded that {to} may no longer act for {unit}",
    ),
    "issued": ("{who}将本件下达给{unit}", "{who} laid it on {unit}"),
    "acknowledged": ("{who}签收", "{who} signed for it"),
    "forwarded": ("{who}转发给 {count} 个单位：{names}", "{who} passed it on to {count} units: {names}"),
    "started": ("{who}开始执行", "{who} began to carry it out"),
    "progressed": ("{who}报告进展", "{who} said how far it is"),
    "fulfilled": ("{who}提交 {what}", "{who} handed in {what}"),
    "reported": ("{who}报送", "{who} reported"),
    "returned": ("{who}将{unit}的报告退回", "{who} sent the report of {unit} back"),
    "summarised": (
        "{unit}的报告汇入{who}的报告，本件办结",
        "The report of {unit} went into that of {who}, which closed it",
    ),
    "reminded": ("{who}催办{unit}", "{who} urged {unit}"),
    "escalated": ("{who}将{unit}的情况提请{to}督办", "{who} brought {unit} to the notice of {to}"),
    "extension_requested": (
        "{who}向{grantor}申请将期限由 {was} 延至 {due}",
        "{who} asked {grantor} to move the due from {was} to {due}",
    ),
    "extension_granted": (
        "{who}准予延期，期限由 {was} 改为 {due}",
        "{who} granted the extension: the due moved from {was} to {due}",
    ),
    "extension_refused": ("{who}不予延期", "{who} refused the extension"),
    "rescheduled": (
        "{who}将{unit}的期限由 {was} 改为 {due}",
        "{who} moved the due of {unit} from {was} to {due}",
    ),
    "reassigned": (
        "{who}将本件由{unit}改派给{to}，另立为 {ref}",
        "{who} took it from {unit} and gave it to {to}, as {ref}",
    ),
    "waived": ("{who}免去{unit}的报告", "{who} excused {unit} from reporting"),
    "withdrawn": ("{who}撤回下达给{unit}的本件", "{who} called it back from {unit}"),
    "stepped": (
        "{who}办理“{what}”，{unit}由“{was}”转为“{status}”",
        "{who} took the step “{what}”: {unit} went from {was} to {status}",
    ),
    "migrated": (
        "{who}变更流程表，{unit}的“{was}”自此称“{status}”",
        "{who} let it go on by another lifecycle: what was {was} at {unit} is {status}",
    ),
    "key_rotated": ("{who}启用签名密钥 {new}", "{who} put the signing key {new} into use"),
    "restore_declared": (
        "{who}声明日志由备份恢复，此前 {kept} 条保留，自此为第 {epoch} 期",
        "{who} declared the log restored from a copy, keeping {kept} events; epoch {epoch} begins here",
    ),
    "text_erased": (
        "{who}删去日志 {index} 所附文字，承诺值仍在",
        "{who} erased the text of log {index}, whose commitment stays",
    ),
}
"""The plain sentence for each type of event; what else it says follows in clauses."""

_TELLING: Mapping[str, tuple[str, str]] = {
    **{f"tell_{name}": sentence for name, sentence in SENTENCES.items()},
    # other ways to say it
    "tell_unknown": ("{who}记录了“{type}”{facts}", "{who} recorded “{type}”{facts}"),
    "tell_issued_root": ("{who}下达{notice}", "{who} issued {notice}"),
    "tell_issued_joint": (
        "{who}下达{notice}，{unit}为联合发文单位，自成一线",
        "{who} issued {notice}, with {unit} as joint issuer in a line of its own",
    ),
    "tell_forwarded_one": ("{who}转发给{names}", "{who} passed it on to {names}"),
    "tell_forwarded_many": ("{who}转发给 {count} 个单位", "{who} passed it on to {count} units"),
    "tell_returned_closed": (
        "{who}将{unit}已汇总的报告退回，本件重新打开",
        "{who} sent the report of {unit} back although it had been summarised, and so reopened it",
    ),
    "tell_summarised_root": ("{who}汇总并办结本件", "{who} summarised and closed it"),
    "tell_extension_on_the_way": (
        "{who}准予{unit}（{request}）延期，本件期限随之由 {was} 改为 {due}",
        "{who} granted an extension to {unit} ({request}), and the due of this one moved with it from {was} to {due}",
    ),
    "tell_rescheduled_with": (
        "{who}将上级 {cause} 改期，{unit}的期限随之由 {was} 改为 {due}",
        "{who} moved the due of {cause} above, and with it that of {unit} from {was} to {due}",
    ),
    "tell_stepped_same": ("{who}办理“{what}”", "{who} took the step “{what}”"),
    "tell_migrated_same": ("{who}变更流程表，本件状态不变", "{who} let it go on by another lifecycle, as it stands"),
    "tell_waived_with": (
        "{who}免去上级 {cause} 的报告，{unit}的一并免去",
        "{who} waived {cause} above, and with it the report of {unit}",
    ),
    "tell_withdrawn_with": (
        "{who}撤回或改派上级 {cause}，下达给{unit}的本件一并撤回",
        "{who} took back {cause} above, and with it this one of {unit}",
    ),
    # clauses
    "tell_due": ("期限 {due}", "due {due}"),
    "tell_undated": ("未定期限", "without a due"),
    "tell_first_due": ("另按原定期限 {due} 考核", "judged also by the first due, {due}"),
    "tell_copy": ("抄送被越过的{names}", "with a copy to {names}, passed over on the way"),
    "tell_instead_of": ("代替 {ref}", "in place of {ref}"),
    "tell_under": ("依据{notice}", "under {notice}"),
    "tell_reserve": ("预留 {count} 个工作日", "keeping back {count} working days"),
    "tell_clamped": ("其中 {count} 件的期限压缩到本件期限以内", "with {count} of the dues cut to fit"),
    "tell_covers": ("汇总下级报告 {count} 件", "covering {count} reports from below"),
    "tell_covers_one": ("汇总下级报告 1 件", "covering one report from below"),
    "tell_without": ("未含 {count} 件：{names}", "doing without {count}: {names}"),
    "tell_omitted": ("{ref} {status}（{reason}）", "{ref} {status} ({reason})"),
    "tell_materials": ("附 {names}", "with {names}"),
    "tell_new_due": ("新期限 {due}", "with a new due, {due}"),
    "tell_reason": ("：{reason}", ": {reason}"),
    "tell_others": ("{names}等", "{names} and others"),
    "tell_issuer": ("发文单位", "the issuer"),
    "tell_asked": ("所请为 {due}", "though {due} had been asked for"),
    "tell_cut": ("系由 {due} 压缩到上级期限以内", "cut from {due} to fit the superior's"),
    "tell_below": ("上级单位为{names}", "below {names}"),
    "tell_top": ("无上级单位", "with no superior"),
    "tell_successor": ("由{unit}承接", "{unit} comes after it"),
    "tell_old_key": ("此前为 {old}", "in place of {old}"),
    "tell_lost": ("失去 {count} 条", "events lost: {count}"),
    "tell_text": ("文字：“{text}”", "text: “{text}”"),
    "tell_no_text": ("文字已删去或不在此处", "its text is erased, or not here"),
    "tell_claimed": ("自述办理时间 {time}", "done {time} by its own account"),
    "tell_see": ("见日志 {index}", "see log {index}"),
    "tell_aside": ("（{what}）", " ({what})"),
    # by whom, what, how late
    "tell_notice": ("《{title}》（{doc_number}）", "“{title}” ({doc_number})"),
    "tell_behalf": ("{unit}（代{behalf}）", "{unit} (for {behalf})"),
    "tell_registrar": ("登记员", "The registrar"),
    "tell_clock": ("定时程序", "The clock"),
    "tell_fact": ("{name}：{value}", "{name}: {value}"),
    "tell_in_time": ("按时", "in time"),
    "tell_late": ("迟 {days} 天", "{days} days late"),
    "tell_late_one": ("迟 1 天", "1 day late"),
    "tell_judged": ("{verdict}（期限 {due}）", "{verdict} (due {due})"),
    "tell_judged_both": (
        "按现行期限 {due} {verdict}，按原定期限 {original} {first}",
        "{verdict} by the due in force ({due}), {first} by the first due ({original})",
    ),
}

_REPLAY: Mapping[str, tuple[str, str]] = {
    "play_index": ("日志", "log"),
    "play_time": ("时间", "time"),
    "play_what": ("事件", "event"),
    "play_keys": ("按回车看下一条，q 回车结束。", "Enter for the next event, q and Enter to stop."),
    "play_none": ("{cascade} 在此范围内没有事件。", "{cascade} has no events in that range."),
}

_EXPLAIN: Mapping[str, tuple[str, str]] = {
    "life_head": ("{ref}  {unit}", "{ref}  {unit}"),
    "life_notice": ("通知：{notice}", "notice: {notice}"),
    "life_parent": ("上级：{unit}（{ref}）", "from: {unit} ({ref})"),
    "life_root": ("上级：无，由发文单位自己承办", "from: nobody above, it is the issuer's own"),
    "life_status": ("状态：{status}", "status: {status}"),
    "life_due": ("期限：{due}", "due: {due}"),
    "life_dues": ("期限：{due}，原定 {original}", "due: {due}, at first {original}"),
    "life_reported": ("报送：{time}，{verdict}", "report: {time}, {verdict}"),
    "life_reported_undated": ("报送：{time}，未定期限", "report: {time}, without a due"),
    "life_open": ("报送：截至 {time} 尚未报送，{verdict}", "report: none by {time}, {verdict}"),
    "life_open_undated": ("报送：截至 {time} 尚未报送，未定期限", "report: none by {time}, without a due"),
    "life_excused": ("报送：无须报送", "report: not needed"),
    "life_not_yet": ("期限未到", "the due has not come"),
    "life_below": ("下级：{count} 件（{statuses}）", "below it: {count} ({statuses})"),
    "life_alone": ("下级：无", "below it: nobody"),
    "life_deeds": ("经过，{count} 条：", "what happened, {count} events:"),
    "life_count": ("{status} {count}", "{status} {count}"),
    "life_proven": ("已证，检查点 {size}", "proven, checkpoint {size}"),
    "life_unproven": ("未证", "not proven"),
    "life_proof": (
        "已逐条验算是否列入签名检查点之下的日志：{count} 条中 {proven} 条成立。",
        "Inclusion under a signed checkpoint was proven event by event: {proven} of {count}.",
    ),
    "life_why": ("未证的原因：{why}", "Not proven, because {why}"),
}

_DIFF: Mapping[str, tuple[str, str]] = {
    "diff_head": (
        "从日志 {earlier} 条（{before}）到 {later} 条（{after}），其间 {count} 条事件",
        "from log size {earlier} ({before}) to {later} ({after}): {count} events in between",
    ),
    "diff_start": ("尚无事件", "no events yet"),
    "diff_none": ("两个时刻之间没有变动。", "Nothing changed between the two moments."),
    "diff_ways": ("变动汇总", "in sum"),
    "diff_way": ("{was} → {status}", "{was} → {status}"),
    "diff_nothing": ("（无）", "(none)"),
    "diff_appeared": ("新增 {count} 件", "appeared: {count}"),
    "diff_changed": ("状态变动 {count} 件", "status changed: {count}"),
    "diff_closed": ("办结、免报或撤回 {count} 件", "closed: {count}"),
    "diff_dues": ("期限变动 {count} 次", "dues moved: {count}"),
    "diff_others": ("组织机构、授权及日志本身 {count} 条", "org, delegations, and the log itself: {count}"),
    "diff_with": ("随 {ref}", "with {ref}"),
}

_ASK: Mapping[str, tuple[str, str]] = {
    "ask_head": (
        "{where}：{events} 条事件、{directives} 件，截至 {time}（日志 {size} 条）",
        "{where}: {events} events, {directives} directives, as of {time} (log size {size})",
    ),
    "ask_everything": ("全部级联", "all cascades"),
    "ask_showing": ("显示 {shown} / {total}", "showing {shown} of {total}"),
    "ask_nothing": ("没有。", "None."),
    "ask_logs": ("日志 {indices}", "log {indices}"),
    "ask_log_more": ("{indices} 等 {count} 条", "{indices} and so on, {count} in all"),
    "ask_late": ("一、谁迟报", "1. Who was late"),
    "ask_late_means": (
        "按原定期限和现行期限分别计算，{zone} 的日历日；尚未报送的算到 {time}。免报、撤回的不计。",
        (
            "By the first due and by the due in force, in days of the calendar of {zone}; "
            "what has not been reported is judged by {time}. Waived and withdrawn ones are left out."
        ),
    ),
    "ask_late_by": ("原定 {original} {first}", "first due {original}: {first}"),
    "ask_late_now": ("现行 {due} {verdict}", "due in force {due}: {verdict}"),
    "ask_same_due": ("期限未改", "due not moved"),
    "ask_reported": ("{time} 报送", "reported {time}"),
    "ask_not_reported": ("尚未报送", "not reported"),
    "ask_held": ("二、在谁手里最久", "2. Who held it longest"),
    "ask_held_means": (
        "自留：已下达、未报送也未关闭，且没有直接下级未办完。等待：同上，但至少有一个直接下级未办完。退回后接着计时。",
        (
            "In own hands: issued, neither reported nor closed, and no child open. "
            "Waiting: the same with a child open. A return starts the clock again."
        ),
    ),
    "ask_level": ("层级 {level}", "level {level}"),
    "ask_no_level": ("层级不明", "level unknown"),
    "ask_own": ("自留 {days} 天", "own hands {days} d"),
    "ask_waiting": ("等待 {days} 天", "waiting {days} d"),
    "ask_stretch": ("最长一段 {days} 天", "longest stretch {days} d"),
    "ask_from_to": ("日志 {since}–{until}", "log {since}–{until}"),
    "ask_until_now": ("日志 {since} 至今", "log {since} until now"),
    "ask_duties": ("三、职责是否分离", "3. Segregation of duties"),
    "ask_duties_means": (
        "同一人员代码出现在一件事的两边。同一单位的同一代码列在前；只是代码相同、单位不同的，可能是同一人，也可能是通用账号。",
        (
            "One actor id on both sides of one affair. The same id of the same unit comes first; "
            "the same id in two units may be one person, or a name several use."
        ),
    ),
    "ask_issued_and_reported": ("下达与报送为同一代码", "issued and reported by one id"),
    "ask_reported_and_summarised": ("报送与汇总为同一代码", "reported and summarised by one id"),
    "ask_asked_and_granted": ("申请与准予延期为同一代码", "extension asked for and granted by one id"),
    "ask_same_account": ("同一账号", "same account"),
    "ask_same_id": ("仅代码相同", "same id only"),
    "ask_tally": (
        "{sides}：同一账号 {same} 件，仅代码相同 {other} 件",
        "{sides}: same account {same}, same id only {other}",
    ),
    "ask_shared": (
        "代码 {actor} 为 {count} 个单位所用，看来不是一个人的。",
        "id {actor} acts for {count} units, and so is hardly one person's.",
    ),
    "ask_delegated": ("受托办理 {count} 次", "acts for another unit: {count}"),
    "ask_events": ("{count} 条事件", "{count} events"),
    "ask_exceptions": ("四、退回、免报、撤回、改派及其理由", "4. Returned, waived, withdrawn, reassigned, and why"),
    "ask_exceptions_means": (
        "因上级而一并免报、撤回的，只计入件数。",
        "What fell because of something above it is only counted.",
    ),
    "ask_fell": ("连同下级 {count} 件", "and {count} below it"),
    "ask_hours": ("五、夜间与非工作日", "5. At night and on rest days"),
    "ask_hours_means": (
        "{zone} 时间 {opens} 至 {closes} 以外为夜间；工作日：{calendar}。按记录时间，定时程序自己的不计。",
        (
            "Night is outside {opens} to {closes} in {zone}; working days: {calendar}. "
            "Recorded time counts; acts of the clock are left out."
        ),
    ),
    "ask_assumed": (
        "{years} 年的节假日和调休不在日历中，按周一至周五推定。",
        "Holidays of {years} are not in the calendar; Monday to Friday is assumed.",
    ),
    "ask_night": ("夜间", "night"),
    "ask_rest_day": ("非工作日", "rest day"),
    "ask_variants": ("六、办理路径", "6. Ways they went"),
    "ask_variants_means": (
        "每件的全部事件依次相连，相同的归为一种；未办结的算到目前。",
        "All events of a directive in order; equal sequences are one way. What is under way has gone as far as it has.",
    ),
    "ask_share": ("{count} 件，{percent}%", "{count}, {percent}%"),
    "ask_example": ("例如 {ref}", "e.g. {ref}"),
    "ask_arrow": (" → ", " → "),
}

HINDSIGHT: Mapping[str, tuple[str, str]] = {**_TELLING, **_REPLAY, **_EXPLAIN, **_DIFF, **_ASK}
"""All phrases for telling what happened, by key."""
