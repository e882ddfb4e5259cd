"""Who owes it: the groups a sentence names as those who act.

Rule: names stay in the notice's words. A sentence that names nobody leaves the list empty, which means
all addressees; one in which the issuer itself acts lays nothing on anybody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xiada.workflows.intake.bodies import same_body

_UNIT = (
    r"(?:单位|部门|科协|残联|妇联|侨联|文联|社科联|工商联|车间|申请人|申报人|作者|学会|协会|研究会|联合会|商会|处室|科室|部室|学校|高校|院校|大学|学院|院系|园区|乡镇|街道"
    r"|社区|企业|公司"
    r"|中心|组织|机构|地区|政府|医院|支部|党委|党组|党总支|团总支|团委|团支部|工会|基地|负责人|会员|成员|小组|班级"
    r"|年级|老师|教师|同学"
    r"|市州|地市|区县|县区|市县|系统|集团|银行|盟市|委员会|社团|兵团|师市|团队|人员|者|同志|单位\(部门\)"
    r"|[省市县区镇乡局委厅处科室院系办所站组州盟旗馆队地校部会村点])"
)
_ITEM = re.compile(rf"(?:[\u4e00-\u9fffA-Za-z0-9+、()]{{0,24}}?){_UNIT}(?:\([^()]{{1,14}}\))?$")
_CUE = re.compile(
    r"\d{1,4}(?:年|月|日|\.\d)|要(?!素)|应(?!急|用)|须|需|务(?=必|于)|请|于|在(?![粤京地校职建编])|按|结合|认真|将|把"
    r"|牵头|会同|复核|审核|初审|评审|核实|整理|收集|评估|负责(?!人)"
    r"|组织(?![部委人联处单要应须需、和及请每于按将可均原])|原则上|分别|每|对(?![口外])|根据|安排|及时|可"
    r"|以(?![上下内外])|统一(?!战)"
    r"|指定|确定|汇总|填|报(?![刊社业告名])|送|严格|做好|高度|加强|强化|落实|尽快|抓紧|通过|从|收到|接(?=[到此本该通])|向"
    r"|学习(?![小中])|开展|围绕"
    r"|积极|切实|深入|立即|尽早|提前|必须|不得|制定|制订|完成|形成|总结|建立|自(?!治|贸)|逐|均|一律|共同|主动"
    r"|进一步|继续|参照"
    r"|指导|配合|凡|如|,|推荐|上报|提交|反馈|确保|明确|梳理|上交|上传|申报(?!单位|企业|人|学校)"
    r"|的(?!单位|部门|学校|企业|老师|教师|人员|同志|同学|学生|高校|机构|地区|市|县)"
)
_NO_CUE = re.compile(
    r"申请(?=[人者单])|(?:完成|填报|报送|申报|推荐|指导|落实|总结|上报|学习|开展|配合|汇总|统一|负责)(?:单位|部门|学校|企业|机构)"
    r"|有[\u4e00-\u9fff]{1,10}的(?:教师|老师|单位|部门|学生|同学|学校|企业|同志|人员)"
)
_COMMITTED = re.compile(
    r"将(?:统一|汇总|择优|适时|另行|组织|对|根据|按|从|会|定期|予以|会同|依据|及时|在|不定期|视|进行|通过"
    r"|于[^,。;]{1,14}?(?:组织|开展|对|召开|前|内|底))"
)
_INTRO = re.compile(
    r"(?:\d{1,2}[.、]|[一二三四五六七八九十]{1,3}(?:、|是|要)|\([一二三四五六七八九十\d]{1,3}\)|[①-⑳]|其中|同时"
    r"|另外|另|此外|为此|因此"
    r"|并且|并|且|要求|烦请|恳请|敬请|请|由|望|希望|鼓励|欢迎|支持|现请|[,:、])+"
)
_GROUPED = re.compile(
    r"[\u4e00-\u9fff]{2,8}部门|申请人|作者|参赛者|"
    r"各|你[单局校院市县]|贵[单局校院市]|有关|相关|全[国省市县区校院系州]|所有|[省市县区校院]级|[省市县区州]直"
    r"|所属|直属|基层|成员|承办|参[加与赛会训]|申报|项目"
    r"|牵头|责任|试点|高校|企业|学校|设区|地级|其[他它]|获奖|科协|学会|等|有[^,。;]{1,10}的"
)
_PLACE = re.compile(r"(?:各|有关)?(?:省|自治区|直辖市|[\u4e00-\u9fff]{0,5}(?:市|县|区|州|盟|地))$")
_AND = re.compile(r"、|,|以及|和|及|与")
_LONGEST = 70


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts in a clause.

    Args:
        who: The groups, in the text's words.
        stop: Where the words end, counted from the beginning of the clause.
        issuer: It is the issuer itself.
    """

    who: tuple[str, ...]
    stop: int
    issuer: bool = False


def subject(clause: str, issuers: Sequence[str]) -> Subject | None:
    """Return who acts in a clause in plain writing, None if it names nobody at its beginning.

    Example:
        >>> subject("请各市卫生行政部门牵头总结", ()).who
        ('各市卫生行政部门',)
        >>> subject("我委将组织评估", ()).issuer
        True
    """
    intro = _INTRO.match(clause)
    start = intro.end() if intro else 0
    if found := re.match(
        r"我[委局厅会办部处院校室中][\u4e00-\u9fff]{0,8}?(?=将|会|已|拟|负责|汇总|择优|统一|组织|对)", clause[start:]
    ):
        return Subject((), start + found.end(), issuer=True)
    head = clause[start : start + _LONGEST]
    if _CUE.match(head) and not _GROUPED.match(head):
        return None
    named_so = [found.span() for found in _NO_CUE.finditer(head)]
    cues = [found.start() for found in _CUE.finditer(head) if found.start()]
    ends = [at for at in cues if not any(begin <= at < end for begin, end in named_so)] + [len(head)]
    stop = ends[0]
    named = head[:stop]
    if not named or (not _GROUPED.search(named) and not _named_body(named, head[stop : stop + 2])):
        return None
    committed = (
        not named.startswith(("各", "有关", "全")) and "请" not in clause[:start] and _COMMITTED.match(head, stop)
    )
    if committed or any(same_body(named, name) for name in issuers):
        return Subject((), start + stop, issuer=True)
    who = groups(named)
    return Subject(who, start + stop) if who else None


def groups(named: str) -> tuple[str, ...]:
    """Return the groups of a list of them, empty if it is none.

    Example:
        >>> groups("各省、自治区、直辖市科协、有关高校科协")
        ('各省、自治区、直辖市科协', '有关高校科协')
    """
    found: list[str] = []
    begin = 0
    cuts = [*((one.start(), one.end()) for one in _AND.finditer(_hidden(named))), (len(named), len(named))]
    for index, (stop, after) in enumerate(cuts):
        item = named[begin:stop]
        if index < len(cuts) - 1 and _PLACE.match(item.rpartition("、")[2]) and not _begins(named, after):
            continue
        if not _ITEM.match(item):
            # 和 within a name (县级文化和旅游部门): the next part ends it.
            if index < len(cuts) - 1:
                continue
            return ()
        found.append(item)
        begin = after
    return tuple(found)


def _begins(named: str, at: int) -> bool:
    """Tell whether a new group begins at a place, and not the rest of one (各省、自治区、直辖市科协)."""
    return named.startswith(("各", "有关", "相关", "全"), at)


def _hidden(named: str) -> str:
    """Return a list with its brackets covered."""
    return re.sub(r"\([^()]{0,20}\)", lambda found: "□" * len(found[0]), named)


def _named_body(named: str, after: str) -> bool:
    """Tell whether a name that is no group is that of one body told to act."""
    return (
        len(named) <= 16 and bool(_ITEM.match(named)) and after[:1] in ("要", "应", "须", "负", "牵", "于", "请", "将")
    )
