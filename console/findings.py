"""What the console says of the audit's findings: Chinese sentences by code; English is the finding's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xiada.console.words import Words

if TYPE_CHECKING:
    from xiada.engine.audit.findings import Finding

CHINESE: Mapping[str, str] = {
    "i1_due_after_parent": "期限晚于上级",
    "i2_parent": "上级与其编号不符",
    "i2_unnamed_child": "上级的转发记录中没有列出它",
    "i2_named_otherwise": "上级的转发记录中所列内容与它不符",
    "i2_outside_line": "收文单位不在上级的条线之下",
    "i2_numbers": "收文单位的编号不连续",
    "i2_missing_child": "已列为收文单位，却没有下达记录",
    "i3_version": "事件次序有缺漏或重复",
    "i3_first_event": "首条事件不是下达，或重复下达",
    "i3_lifecycle": "所用流程表无法识别",
    "i3_illegal": "当时的状态不允许这一步",
    "i3_migration": "没有随级联一同变更流程表，或变更不成立",
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
    "i11_text_missing": "附文不在，且没有删除记录",
    "i2_superior_unknown": "上级单位或承接单位此前尚未加入，或已不存在",
    "i2_unit_ended": "收文单位已经并入其他单位或撤销",
    "i2_org_circle": "单位被划到自己的下级之下",
    "i2_units_below": "单位并入或撤销时仍有下级单位",
    "i3_superior_was": "单位划转前的上级与所记不符",
    "i11_tile": "存储的哈希块与事件不符",
    "i11_root": "所称的日志根与事件不符",
    "i11_bundle": "文件包与写出时不一致",
    "i11_signature": "检查点的签名不成立",
    "i11_checkpoint": "日志与已签名的检查点不符",
    "i11_rollback": "检查点所覆盖的事件比现有的多，日志末尾缺失",
    "i11_keys": "所附的公钥与日志所记的不符",
    "i11_key_rotation": "更换密钥未得到前一密钥的签名",
    "i11_epoch": "日志的纪元与恢复声明不符",
    "i11_erasure": "删除记录所指的附文不成立",
}

UNCHECKED: Mapping[str, tuple[str, str]] = {
    "restores": (
        "日志曾声明由旧副本恢复：恢复声明没有签名，其后所失的内容只在另存的副本和检查点中",
        "a restore was declared, and nobody signs that: what was lost stands only in copies and checkpoints elsewhere",
    ),
    "unsigned": (
        "日志没有签名的检查点：整体重写或截去末尾，只有另持较早日志根的人才能发现",
        "the log has no signed checkpoint: only an earlier root held elsewhere tells if it was rewritten or cut off",
    ),
    "later": (
        "没有另存的检查点：末尾是否被截去，须用 --checkpoint 给出另处保存的检查点",
        "no checkpoint held elsewhere was given (--checkpoint): whether the end was cut off since",
    ),
    "keys": (
        "公钥取自日志本身，未与您信任的公钥比对（--vkey）",
        "the keys are those the log names itself; they were compared with none you trust (--vkey)",
    ),
    "guards": (
        "自订流程表所用的自订守则：条件是否成立，只有当时的程序知道",
        "guards of an embedder's own, which lifecycles name: whether they held, only the program of then can tell",
    ),
    "texts": ("附文未随包提供，未核对", "texts, which were not handed out with the bundle"),
    "answers": (
        "幂等键所记的触发与未产生事件的键、批次进度",
        "what keys say of commands that left no event, and how far batches have come",
    ),
    "truth": ("报送内容是否属实、时钟是否准确、系统是否可用", "whether reports are true and clocks right"),
    "all": ("文件包其余内容均未核对", "anything else in the bundle"),
}
"""What a verification says it has not checked: Chinese, English."""


def unchecked(code: str, words: Words) -> str:
    """Return what was not checked, as one line."""
    chinese, english = UNCHECKED[code]
    return f"· {chinese if words.language == 'zh' else english}"


def told(finding: Finding, words: Words) -> str:
    """Return a finding as one line: code, place, what is wrong, what should be and what is."""
    index = "–" if finding.index is None else str(finding.index)
    parts = [finding.code, words.say("finding_place", index=index, ref=finding.ref or "").strip()]
    message = CHINESE.get(finding.code, finding.message) if words.language == "zh" else finding.message
    if finding.expected or finding.found:
        message += words.say("stop") + words.say("finding_expected", expected=finding.expected, found=finding.found)
    return "  ".join([*parts, message])
