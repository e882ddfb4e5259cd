"""What the console says of notice texts: what was found, what is doubtful, what is asked; and its refusals.

Rule: as in `words.py` and `refusals.py`, of which these phrases are a part.
"""

from __future__ import annotations

from collections.abc import Mapping

INTAKE: Mapping[str, tuple[str, str]] = {
    # what a document is
    "intake_notice": ("通知", "notice"),
    "intake_work_plan": ("工作方案", "work plan"),
    "intake_meeting_news": ("会议新闻", "meeting news"),
    "intake_news": ("新闻或其他", "news or other text"),
    "intake_head": ("{number}. {kind}：{title}", "{number}. {kind}: {title}"),
    "intake_untitled": ("（无标题）", "(no title)"),
    "intake_place": ("第 {line} 行“{quote}”", 'line {line}: "{quote}"'),
    # its fields
    "intake_doc_number": ("文号", "number"),
    "intake_issuers": ("发文单位", "issuers"),
    "intake_issued_on": ("日期", "dated"),
    "intake_addressees": ("主送", "to"),
    "intake_cc": ("抄送", "copies to"),
    "intake_forwards": ("转发", "passes on"),
    "intake_attachments": ("附件", "attached"),
    "intake_window": ("活动时间", "activity"),
    "intake_contacts": ("联系", "contacts"),
    "intake_decisions": ("议定事项", "decisions"),
    "intake_reason": ("不是指令", "no directive"),
    "intake_unsaid": ("文中没有写", "not said"),
    "intake_span": ("{start} 至 {end}", "{start} to {end}"),
    "intake_span_fuzzy": ("{start} 至 {end}（原文为大致日期）", "{start} to {end} (the words are fuzzy)"),
    "intake_selective": ("{name}（须由人选定）", "{name} (a person has to choose)"),
    "intake_internal": ("{name}（本机关内部）", "{name} (within the issuer)"),
    "intake_parted": ("；", "; "),
    # obligations
    "intake_obligations": ("应办 {count} 项：", "obligations: {count}"),
    "intake_no_obligations": ("没有报送一类的要求", "nothing is to be handed in"),
    "intake_report": ("报告", "report"),
    "intake_plan": ("方案", "plan"),
    "intake_brief": ("简报", "brief"),
    "intake_owed": ("{kind}：{what}", "{kind}: {what}"),
    "intake_who": ("承担：{who}", "owed by {who}"),
    "intake_all": ("全部主送单位", "all addressees"),
    "intake_to": ("报送：{to}", "goes to {to}"),
    "intake_due": ("期限：{due}", "due: {due}"),
    "intake_soft": ("{due}（原则上）", "{due} (asked for, not demanded)"),
    # dues
    "intake_due_none": ("没有写", "none is said"),
    "intake_due_on": ("{day}（{weekday}）", "{day} ({weekday})"),
    "intake_due_every": ("定期，{rule}", "again and again, {rule}"),
    "intake_every_daily": ("每天", "every day"),
    "intake_every_daily_many": ("每 {count} 天", "every {count} days"),
    "intake_every_weekly": ("每周", "every week"),
    "intake_every_weekly_many": ("每 {count} 周", "every {count} weeks"),
    "intake_every_monthly": ("每月", "every month"),
    "intake_every_monthly_many": ("每 {count} 个月", "every {count} months"),
    "intake_every_yearly": ("每年", "every year"),
    "intake_every_yearly_many": ("每 {count} 年", "every {count} years"),
    "intake_every_months": ("{months} 月", "in the months {months}"),
    "intake_every_days": ("{days} 日", "on day {days}"),
    "intake_every_last": ("月末", "on the last day"),
    "intake_due_after": ("{anchor} 后 {days} 天", "{days} days after {anchor}"),
    "intake_due_before": ("{anchor} 前 {days} 天", "{days} days before {anchor}"),
    "intake_due_workdays_after": ("{anchor} 后 {days} 个工作日", "{days} working days after {anchor}"),
    "intake_due_workdays_before": ("{anchor} 前 {days} 个工作日", "{days} working days before {anchor}"),
    "intake_due_between": ("{start} 至 {end}（{words}）", "{start} to {end} ({words})"),
    "intake_go_whole": ("如为通知，请提供完整的原文", "If this is a notice, hand in its whole text."),
    "intake_go_dispatch": (
        "文中的决定或要求可用 xiada dispatch 分办；如为通知，请提供完整的原文",
        "Give its decisions out with xiada dispatch; if this is a notice, hand in its whole text.",
    ),
    "intake_due_sla": ("及时，约定 {days} 天内", "promptly, agreed to mean within {days} days"),
    "intake_assumed_other": ("推定：{basis}", "{basis}"),
    "intake_due_promptly": ("及时，未定日期", "promptly, no date"),
    "intake_due_assumed": ("{due}，{basis}", "{due} (assumed: {basis})"),
    "intake_due_shift": ("{due}，遇非工作日{shift}", "{due}, {shift}"),
    "intake_shift_next_workday": ("顺延至下一个工作日", "on the next working day if it falls on a day off"),
    "intake_shift_previous_workday": ("提前至上一个工作日", "on the working day before if it falls on a day off"),
    "intake_shift_friday_or_next_workday": (
        "周末提前至星期五，节假日顺延",
        "on Friday if it falls on a weekend, after the holidays if on one",
    ),
    "intake_anchor_issue": ("发文", "the issue"),
    "intake_anchor_receipt": ("收文", "receipt"),
    "intake_anchor_parent_due": ("上级期限", "the superior's due"),
    "intake_anchor_activity_end": ("活动结束", "the end of the activity"),
    "intake_anchor_event": ("该事项发生", "the event"),
    # units
    "intake_units_head": ("组织机构（{source}）中：", "in the org ({source}):"),
    "intake_issuer_unit": ("{name} 是 {unit}（{id}）", "{name} is {unit} ({id})"),
    "intake_units": ("{name}：{count} 个单位：{units}", "{name}; units: {count}: {units}"),
    "intake_candidates": ("{name}：须选定，可选 {count} 个：{units}", "{name}; to be chosen from {count}: {units}"),
    "intake_unmatched": ("没有相应单位：{names}", "no such unit: {names}"),
    "intake_below": ("{unit}（{id}）之下：", "below {unit} ({id}):"),
    # doubts
    "intake_doubts": ("存疑 {count} 处：", "doubts: {count}"),
    "intake_doubt": ("{code}：{text}", "{code}: {text}"),
    "intake_decide": ("（须决定）", " (to be decided)"),
    "intake_corrected": ("{doubt}（已改正）", "{doubt} (corrected)"),
    "intake_left_out": ("{doubt}（已略去）", "{doubt} (left out)"),
    "intake_confirmed": ("已确认 {remark}", "confirmed: {remark}"),
    "intake_still_open": ("未处理：{doubt}", "still open: {doubt}"),
    "intake_unknown_issuer": ("组织机构中没有发文单位“{name}”", "the org has no issuing unit '{name}'"),
    # no directive
    "intake_nothing": ("没有可识别的文件", "no document"),
    "intake_instead": ("{kind}《{title}》", "{kind} '{title}'"),
    # asking
    "intake_begin": (
        "逐条处理存疑，生成通知文件？[y/N] ",
        "Settle what is doubtful, and make the notice file? [y/N] ",
    ),
    "intake_question": ("[{number}/{count}] {doubt}", "[{number}/{count}] {doubt}"),
    "intake_choices": ("回车=确认", "Enter = confirm"),
    "intake_choice_correct": ("，c=改正{what}", ", c = correct the {what}"),
    "intake_choice_drop": ("，d=不要这一项", ", d = leave it out"),
    "intake_choice_quit": ("，q=退出：", ", q = quit: "),
    "intake_correct_due": ("期限", "due"),
    "intake_correct_issuers": ("发文单位", "issuers"),
    "intake_correct_title": ("标题", "title"),
    "intake_correct_issued_on": ("日期", "date"),
    "intake_correct_window": ("活动时间", "activity"),
    "intake_ask_due": (
        "期限（YYYY-MM-DD、YYYY-MM-DDThh:mm、undated，或只写年份）：",
        "Due (YYYY-MM-DD, YYYY-MM-DDThh:mm, undated, or the year alone): ",
    ),
    "intake_ask_id": ("通知代码（回车=沿用 {id}）：", "Id of the notice (Enter = {id}): "),
    "intake_ask_issuers": (
        "发文单位代码，牵头单位在前，空格隔开：",
        "Ids of the issuing units, the lead first, with blanks: ",
    ),
    "intake_ask_title": ("标题：", "Title: "),
    "intake_ask_issued_on": ("日期（YYYY-MM-DD）：", "Date (YYYY-MM-DD): "),
    "intake_ask_window": ("开始和结束日期，空格隔开：", "First and last day, with a blank: "),
    "intake_again": ("请重新回答：{why}", "Once more: {why}"),
    "intake_one_of": ("请按提示选择", "choose one of these"),
    "intake_took": (
        "文中有 {count} 份通知，取第 {number} 份；如需其他各份，请用 --segment 指定",
        "of {count} notices in the text number {number} was taken; choose another with --segment",
    ),
    "intake_piped": (
        "文稿来自标准输入，无法逐条询问；请用 --accept 确认，或把文稿存成文件",
        "the text came by standard input, so nothing can be asked; use --accept, or name a file",
    ),
}

REFUSALS: Mapping[str, tuple[str, str]] = {
    "empty_document": ("文稿是空的", "请提供通知的文字"),
    "document_too_large": ("文稿超过 {limit} 字节", "请只提供通知本身"),
    "too_many_documents": ("文稿中有 {found} 份文件，超过 {limit} 份", "请只提供通知本身"),
    "line_too_long": ("文稿有一行长达 {found} 个字符，超过 {limit} 个", "请每段另起一行"),
    "picture": ("文稿中没有文字，只有图片", "请先做文字识别（OCR），或提供文字"),
    "old_word": ("这是旧式 Word 文件（.doc）、WPS、RTF，或带有密码", "请打开后另存为 docx，不设密码"),
    "not_text": ("文稿不是 UTF-8、GB18030 或 UTF-16 文本", "请另存为 UTF-8 文本、docx 或 PDF"),
    "control_character": (
        "文稿第 {character_at} 个字符是控制字符 {character}",
        "这不是文本，或已损坏；请另存为 UTF-8 文本",
    ),
    "web_page": ("这是网页的源代码", "请另存为文本、docx 或 PDF"),
    "other_archive": ("这是压缩包或其他格式的文件，不是 Word 文件", "请提供 docx、PDF 或文本"),
    "unpacks_too_large": ("Word 文件解开后有 {found} 字节、{parts} 个部分，过大", "请把通知的文字单独存成文件"),
    "broken_document": ("文稿已损坏，无法打开", "请重新保存，或提供文字"),
    "encrypted_document": ("PDF 需要密码", "请另存一份没有密码的"),
    "pdf_too_long": ("PDF 过长或过于复杂", "请只提供通知的页面"),
    "no_document_library": ("读取这种文稿需要 {library}，尚未安装", "请运行 pip install 'xiada[documents]'"),
    "incomplete_notice": ("文中没有通知必需的内容（{missing}）", "请用 --title、--issuer 给出"),
    "no_directive": ("没有找到指令，因为：{reason}；文中有：{found}", "{next}"),
    "no_such_segment": ("文中没有第 {number} 份", "文中共有 {count} 份，请在其中选择"),
    "open_doubts": (
        "有 {count} 处存疑尚未处理（{codes}）",
        "请在终端上逐条处理，或用 --title、--issuer、--accept 代码；--accept see 确认不须决定的各种",
    ),
    "left_unsettled": ("存疑没有处理完，未生成通知文件", "请重新运行并处理完"),
}

DOUBTS: Mapping[str, str] = {
    "year_assumed": "原文没有写年份，年份是推定的",
    "year_ambiguous": "标题、日期和文号指向不同的年份",
    "year_unknown": "原文没有写年份，也无从推定",
    "month_unknown": "原文没有写月份，也无从推定",
    "day_unknown": "从发文日期起算，而发文日期不明",
    "no_such_date": "没有这一天",
    "time_unclear": "时刻写得不明确，期限只到日",
    "due_unclear": "规定了期限，没有写日期",
    "two_dates": "同一事项写了两个期限",
    "weekday_differs": "日期与所写的星期不符",
    "due_before_issue": "期限早于发文日期",
    "non_working_day": "期限不是工作日",
    "promptly_no_date": "要求及时报送，没有写日期",
    "recurring_without_day": "定期报送，没有写哪一天",
    "anchor_assumed": "没有写从何时起算，按收文起算",
    "counted_in_hours": "按小时计算，期限无法这样表示",
    "window_ends_at_due": "期限与活动结束在同一天",
    "child_due_after_parent": "期限晚于所转发通知的期限",
    "slack": "与所转发通知的期限之间的余量",
    "parent_due_non_working_day": "所转发通知的期限不是工作日",
    "double_reporting": "这些单位须向两处报送",
    "dropped_requirement": "所转发通知要求的材料，这里没有提到",
    "conditional_report": "只在某种情形下才须报告，未列为应办事项",
    "unclear_who": "不能确定由谁承担，现按全部主送单位",
    "unrouted_addressee": "没有写这一主送单位向谁报送",
    "department_name_differs": "同一部门前后名称不同",
    "no_title": "没有标题",
    "no_issue_date": "没有成文日期",
    "issuer_unclear": "没有落款，标题也没有写发文单位",
    "no_addressees": "没有主送单位",
    "addressee_unclear": "看不出是哪一类单位",
    "several_documents": "文中不止一份通知",
    "unknown_issuer": "发文单位没有对应的单位代码（请用 --org、--db 或 --issuer 给出）",
    "unknown_addressee": "组织机构中没有相应的单位",
    "selective_addressee": "“有关”单位须由人选定",
}
"""What a doubt means, by its code; in English it is the intake's own words."""

_DAY = r"\d{4}-\d{2}-\d{2}"
FACTS: Mapping[str, tuple[str, str]] = {
    "year_assumed": (
        r"names no year: (?P<year>\d{4}) is the (?P<basis>.+)", "原文没有写年份；{basis}，为 {year} 年"
    ),
    "weekday_differs": (rf"(?P<day>{_DAY}) is a (?P<weekday>\w+)", "{day} 是{weekday}，与所写的星期不符"),
    "due_before_issue": (rf"date of issue (?P<day>{_DAY})", "期限早于发文日期 {day}"),
    "non_working_day": (rf"the due (?P<day>{_DAY}) is a (?P<weekday>\w+)", "期限 {day}（{weekday}）不是工作日"),
    "window_ends_at_due": (rf"due on (?P<day>{_DAY})", "期限与活动结束在同一天（{day}）"),
    "child_due_after_parent": (
        rf"due (?P<day>{_DAY}) is after (?P<above>{_DAY})", "期限 {day} 晚于所转发通知的期限 {above}"
    ),
    "slack": (
        rf"(?P<days>\d+) days from our due (?P<day>{_DAY}) to (?P<above>{_DAY}) above, (?P<worked>\d+) ",
        "期限 {day} 比所转发通知的期限 {above} 早 {days} 天，其间工作日 {worked} 天",
    ),
    "parent_due_non_working_day": (
        rf"due above, (?P<day>{_DAY}), is a (?P<weekday>\w+)", "所转发通知的期限 {day}（{weekday}）不是工作日"
    ),
    "double_reporting": (r"(?P<name>.+) is asked to report", "“{name}”须按本通知和所转发的通知向两处报送"),
    "dropped_requirement": (r"(?P<name>.+) is asked for above", "所转发通知要求的“{name}”，这里没有提到"),
    "unclear_who": (r"told from (?P<name>.+): taken", "从“{name}”不能确定由谁承担，现按全部主送单位"),
    "unrouted_addressee": (r"(?P<name>.+) is addressed", "没有写“{name}”向谁报送"),
    "department_name_differs": (
        r"(?P<name>.+) in the text, (?P<other>.+) among", "同一部门前后名称不同：正文“{name}”，联系方式“{other}”"
    ),
    "addressee_unclear": (r"sort of body is (?P<name>.+)\?", "看不出“{name}”是哪一类单位"),
    "several_documents": (r"holds (?P<count>\d+) notices", "文中有 {count} 份通知"),
    "unknown_issuer": (
        r"(?:the issuer|without an org,) (?P<name>.+) (?:is no unit|has no unit)",
        "发文单位“{name}”没有对应的单位代码（请用 --org、--db 或 --issuer 给出）",
    ),
    "unknown_addressee": (r"answers to (?P<name>.+)", "组织机构中没有与“{name}”相应的单位"),
    "selective_addressee": (
        r"choose who (?P<name>.+) are, of (?P<count>\d+)", "“{name}”须由人从 {count} 个单位中选定"
    ),
}  # fmt: skip
"""Where in the intake's own words the facts of a doubt stand, and the Chinese sentence that says them."""

ASSUMED: Mapping[str, str] = {
    "year from title": "年份推定自标题",
    "year from issue date": "年份推定自发文日期",
    "year from number": "年份推定自文号",
    "day of the month": "通知未写几日，推定为月末",
}
"""Where a year was taken from; in English it is the intake's own words."""
