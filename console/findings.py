"""What the console says of the audit's findings: Chinese sentences by code; English is the finding's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xiada.console.words import Words

if TYPE_CHECKING:
    from xiada.engine.evidence import Finding

CHINESE: Mapping[str, str] = {
    "i1_due_after_parent": "期限晚于上级",
    "i2_parent": "上级与其编号不符",
    "i2_unnamed_child": "上级的转发记录中没有列出它",
    "i2_named_otherwise": "上级的转发记录中所列内容与它不符",
    "i2_no_parent": "上级不存在",
    "i2_outside_line": "收文单位不在上级的条线之下",
    "i2_numbers": "收文单位的编号不连续",
    "i2_missing_child": "已列为收文单位，却没有下达记录",
    "i3_version": "事件次序有缺漏或重复",
    "i3_first_event": "首条事件不是下达，或重复下达",
    "i3_lifecycle": "所用流程表无法识别",
    "i3_illegal": "当时的状态不允许这一步",
    "i3_due_was": "此前的期限与所记不符",
    "i6_cause": "所称缘由不成立",
    "i8_head": "文件所记的日志位置与日志不符",
    "i8_answer": "幂等键所指的事件与日志不符",
    "i8_stream": "按通知件查到的事件与日志不符",
    "i8_children": "查到的下级与日志不符",
    "i8_tally": "下级汇总数与日志推算的不符",
    "i8_unreadable": "文件中有无法读取的内容",
    "i3_no_request": "并未申请延期而予以延期",
    "i4_children_open": "尚有下级未报送",
    "i5_coverage": "报送未恰好覆盖全部下级",
    "i5_root": "报送所记的数目或根与下级不符",
    "i6_closed_parent": "上级已经办结",
    "i6_live_below": "上级已办结，它仍未办结",
    "i6_parent_not_working": "上级不在办理之中",
    "i7_log_index": "日志序号有缺漏或重复",
    "i7_clock_back": "记录时间倒退",
    "i8_size": "存储所计的事件数与实有不符",
    "i8_org": "现存组织机构与日志不符",
    "i8_projection": "现存状态与日志推算的不符",
    "i9_not_entitled": "办理人无权办理",
    "i10_requirements": "遗漏了必答要求",
    "i11_notice": "通知原文缺失或被改动",
    "i11_side_list": "收文单位清单缺失或被改动",
    "i11_report": "所指的报送记录不对",
    "i11_unreadable": "日志的一段无法读取",
    "i11_encoding": "存储的字节不是规范的事件",
    "i11_chain": "与前一条事件的哈希不衔接",
    "i11_text": "附文被改动",
}


def told(finding: Finding, words: Words) -> str:
    """Return a finding as one line: code, place, what is wrong, what should be and what is."""
    index = "–" if finding.index is None else str(finding.index)
    parts = [finding.code, words.say("finding_place", index=index, ref=finding.ref or "").strip()]
    message = CHINESE.get(finding.code, finding.message) if words.language == "zh" else finding.message
    if finding.expected or finding.found:
        message += words.say("stop") + words.say("finding_expected", expected=finding.expected, found=finding.found)
    return "  ".join([*parts, message])
