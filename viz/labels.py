"""The languages of the drawings: words for statuses and triggers here, sentences in `words`.

Rule: names that are not in a catalogue (the statuses of an embedder's own lifecycle) are shown as they
are. Patterns are filled by name, and only with numbers, dates and names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from xiada.engine.errors import Malformed
from xiada.engine.limits import shown
from xiada.viz.words import PATTERNS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language.

    Args:
        language: Which.
        statuses: By status.
        triggers: By trigger.
        roles: By who may pull a trigger.
        levels: By level of unit.
        patterns: Everything else, to be filled by `say`.
    """

    language: Language
    statuses: Mapping[str, str]
    triggers: Mapping[str, str]
    roles: Mapping[str, str]
    levels: Mapping[str, str]
    patterns: Mapping[str, str]

    def status(self, name: str) -> str:
        """Return the word for a status."""
        return self.statuses.get(name, name)

    def trigger(self, name: str) -> str:
        """Return the word for a trigger."""
        return self.triggers.get(name, name)

    def role(self, name: str) -> str:
        """Return the word for who may pull a trigger."""
        return self.roles.get(name, name)

    def level(self, name: str) -> str:
        """Return the word for a level of units."""
        return self.levels.get(name, name)

    def say(self, pattern: str, **facts: object) -> str:
        """Return a pattern filled with facts; whole numbers with thousands separators."""
        words = {name: f"{fact:,}" if isinstance(fact, int) else fact for name, fact in facts.items()}
        return self.patterns[pattern].format(**words)


def catalogue(language: str) -> Labels:
    """Return the words of a language.

    Raises:
        Malformed: There is no catalogue for it.

    Example:
        >>> catalogue("zh").status("executing"), catalogue("en").say("overdue", count=1234)
        ('执行中', 'overdue 1,234')
    """
    found = _CATALOGUES.get(language)
    if found is None:
        raise Malformed(
            "unknown_language",
            f"there is no catalogue for language {shown(language)}",
            remedy=f"Use one of {', '.join(LANGUAGES)}.",
        )
    return found


_ZH_OWN_STATUSES: Mapping[str, str] = {
    "accepted": "已接受",
    "approved": "已批准",
    "attested": "已声明知悉",
    "checking": "核对中",
    "claimed": "待核实",
    "concurred": "会签同意",
    "declined": "已谢绝",
    "non-concurred": "会签不同意",
    "alternative_approved": "替代方法已批准",
    "alternative_proposed": "替代方法待批",
    "rejected": "未通过",
    "under review": "审核中",
}
"""What statuses of one's own are often called in English, so that a Chinese drawing need not say it so."""

_ZH_OWN_TRIGGERS: Mapping[str, str] = {
    "accept": "接受 accept",
    "approve": "批准 approve",
    "attest": "声明知悉 attest",
    "concur": "同意会签 concur",
    "decline": "谢绝 decline",
    "doubt": "存疑退回 doubt",
    "lapse": "声明失效 lapse",
    "nonconcur": "不同意会签 nonconcur",
    "overrule": "裁定 overrule",
    "propose": "提出替代方法 propose",
    "refuse": "不予批准 refuse",
    "reject": "不予通过 reject",
    "submit": "送审 submit",
    "verify": "核实 verify",
}
"""What triggers of one's own are often called; with the name by which they are pulled."""

_ZH_LEVELS: Mapping[str, str] = {
    "central": "中央",
    "nation": "国家级",
    "national": "国家级",
    "ministry": "部级",
    "province": "省级",
    "prefecture": "地级",
    "city": "市级",
    "district": "区级",
    "county": "县级",
    "town": "乡镇",
    "township": "乡镇",
    "subdistrict": "街道",
    "street": "街道",
    "village": "村",
    "community": "社区",
    "university": "高校",
    "school": "学校",
    "department": "部门",
    "institution": "机构",
    "authority": "主管机关",
    "headquarters": "机关",
    "directorate": "部",
    "division": "处",
    "section": "科",
    "office": "办公室",
    "company": "公司",
    "branch": "分支机构",
    "operator": "运营人",
    "base": "基地",
    "post": "岗位",
}
"""What levels are often called: a level is an identifier, which Chinese drawings need not show."""

_ZH = Labels(
    language="zh",
    statuses={
        "issued": "已下达",
        "forwarded": "已转发",
        "executing": "执行中",
        "reported": "已报送",
        "summarised": "已汇总",
        "waived": "免报",
        "withdrawn": "已撤回",
        **_ZH_OWN_STATUSES,
    },
    triggers={
        "issue": "下达",
        "acknowledge": "签收",
        "forward": "转发",
        "execute": "执行",
        "progress": "报告进展",
        "fulfil": "提交材料",
        "report": "报送",
        "return": "退回",
        "summarise": "汇总",
        "remind": "催办",
        "escalate": "督办",
        "request_extension": "申请延期",
        "grant_extension": "准予延期",
        "refuse_extension": "不予延期",
        "reschedule": "改期",
        "reassign": "改派",
        "waive": "免报",
        "withdraw": "撤回",
        **_ZH_OWN_TRIGGERS,
    },
    roles={
        "unit": "承办单位",
        "superior": "上级",
        "issuer": "发文单位",
        "superior or issuer": "上级或发文单位",
        "superior or clock": "上级或时钟",
        "grantor": "批准单位",
        "superior or grantor": "上级或批准单位",
        "effect": "随上级自动",
    },
    levels=_ZH_LEVELS,
    patterns={name: zh for name, (zh, _) in PATTERNS.items()},
)

_EN = Labels(
    language="en",
    statuses={},
    triggers={
        "request_extension": "request extension",
        "grant_extension": "grant extension",
        "refuse_extension": "refuse extension",
    },
    roles={"effect": "automatic"},
    levels={},
    patterns={name: en for name, (_, en) in PATTERNS.items()},
)

_CATALOGUES: Mapping[str, Labels] = {"zh": _ZH, "en": _EN}
