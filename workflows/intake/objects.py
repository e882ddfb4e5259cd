"""What is to be handed in: the things a sentence names as object or topic of the act.

Rule: things stay in the notice's words, without pointers such as 见附件; one that is only the form of
another (电子版) is joined to it. A sentence that names nothing leaves the list empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_THING = (
    r"(?:总结|小结|方案|预案|计划|规划|安排|报告|简报|信息|动态|报表|材料|资料|名单|情况|数据|台账|台帐|清单|电子版"
    r"|电子档|电子稿|纸质版|纸质稿|书面|文本"
    r"|文件|意见|建议|回执|案例|文档|照片|图片|视频|音像|影像|文字|稿件|文稿|论文|作品|证明|复印件|扫描件|盖章件"
    r"|目录|联系人|联络员|人选|人员|信息员|名额"
    r"|成果|成效|经验|做法|预算|心得|体会|课件|档案|意向|意愿|决算|进展|进度|问题|题目|选题|线索|需求|自评|说明|申请|推荐|承诺"
    r"|汇报|调查|统计|反馈|结果|要点|亮点|典型"
    r"|项目|课题|记录|纪要|提纲|素材|报道|链接|表格|征文|整改|落实|安排表|附件|执行|分析|候选人|负责人|电话|方式"
    r"|[表书函稿版单册卡票图片件份等]|等)"
)
_ENDS = re.compile(rf"{_THING}(?:\([^()]{{1,60}}\))?[》”]?$|[》”](?:\([^()]{{1,60}}\))?$")
_POINTER = re.compile(
    r"\((?:详)?(?:格式)?(?:见|参见|附件|附表|模板|样表|样式|如遇|遇|若遇)[^()]{0,30}\)"
    r"|\([^()]{0,16}附件[^()]{0,12}\)"
)
_FORM = re.compile(
    r"(?:(?:以上|上述|相关|有关|所有|全部|书面|纸质|电子|正式|word|Word|WORD|pdf|PDF|excel|Excel|盖章|签字"
    r"|加盖公章的?)*"
    r"(?:材料|电子版|电子稿|电子档|电子文档|纸质版|纸质稿|纸质件|纸质档|扫描件|盖章件|原件|复印件|版|表格|文件|件"
    r"|文本))(?:和|及|、|与|$|\(|一式|各?[一二两三四五六七八九十\d]+份)"
)
_TRIM = re.compile(
    r"于|分别|形成|以[^,]{0,12}(?:形式|方式)|一式|经[^,]{0,20}后|加盖|通过|统一|汇总(?:后|$)|由|及时|尽快|按要求|按规定"
    r"|按时|一并|同时|务必|最迟|在|每"
    r"|并|审核|签字|盖章|打包|发送|报(?=[送至到我省市县区请])|上报|逐级|抓紧|立即|随时|一起|按照|后$|书面$|专题$"
)
_LEAD = re.compile(
    r"^(?:\([^()]{0,20}\)、?|如有|若有|的|本单位的|将|把|一次|填写|填报|上传|撰写|提交|上报|报送|形成|整理|完成"
    r"|梳理|请|并|另|各自|我[委局厅会办]|要|及时|认真|抓紧|按要求|组织|做好|如实|\d{1,2}[.、]|[,、:]|书面(?=总结"
    r"|报告材料))+"
)
_MADE = re.compile(
    r"(?:撰写|形成|填写|填报|编制|整理|提交|梳理|制作|汇总|制定|制订|准备|起草|编写|完成|收集|提供|认真总结"
    r"|牵头总结|总结|提出)"
    r"(?P<thing>[^,。;:]{2,60})"
)
_TAKEN = re.compile(r"(?<![必即并])(?:并将|将|把)(?!要|于|会(?!议)|在|对|按|从|组织|进行|开展|予以)")
_AFTER_STOP = re.compile(r"[,。;:!?]|(?:至|到|给)(?=[\u4e00-\u9fff□])|一式|并|以便|供|逾期")
_NOTHING = re.compile(
    r"^(?:邮箱|信箱|电子邮箱|指定|汇总|备案|处理|审核|审批|联系|统一|进行|收|前|后|时间|日期|为|是|截止"
    r"|工作(?:邮箱|群|日|人员|平台)|公共|公务|办公(?:邮|平|系)|存档|归档|研究)"
)
_SEPARATOR = re.compile(r"、|以及|和|及|与|并附|,")
_MUST = re.compile(r"(?<=..)(?:须|应(?!急)|需(?!求)|均|由|必须|务必)")
_LONGEST = 80


def after_act(text: str, start: int) -> tuple[str, int]:
    """Return what an act names behind it, and where that ends; empty if nothing.

    Example:
        >>> after_act("于6月10日前报送活动总结、照片等。", 9)
        ('活动总结、照片等', 17)
    """
    rest = text[start : start + _LONGEST]
    hidden = _hidden(rest)
    found = _AFTER_STOP.search(hidden)
    stop = found.start() if found else len(rest)
    named = rest[:stop]
    if _NOTHING.match(named) or not names_thing(named):
        return "", start
    return named, start + stop


def before_act(text: str, start: int, stop: int) -> str:
    """Return the object of 将 or 把 between two places, empty if there is none."""
    region = text[start:stop]
    takes = list(_TAKEN.finditer(_hidden(region)))
    for taken in reversed(takes):
        named = _until(region[taken.end() :])
        if len(named) >= 2 and not named.startswith("委托"):
            return named
    return ""


def made_before(text: str, start: int, stop: int) -> tuple[str, ...]:
    """Return the things made, filled in or written in the clauses between two places."""
    region = text[start:stop]
    named = (_until(found["thing"]) for found in _MADE.finditer(region))
    return tuple(dict.fromkeys(part for one in named if len(one) > 2 and names_thing(one) for part in things(one)))


def topic(clause: str) -> str:
    """Return what a clause is about if it is no more than a name, empty if it is more."""
    named = _until(_MUST.split(clause.strip(",:"), maxsplit=1)[0])
    manner = named.startswith(("以", "按", "通过", "经", "为", "根据", "用", "由"))
    return named if names_thing(named) and len(named) <= _LONGEST and not manner else ""


def _until(named: str) -> str:
    """Return a name up to the first word that is none of its own."""
    hidden = _hidden(named)
    if found := re.search(r"[,。;:]", hidden):
        named, hidden = named[: found.start()], hidden[: found.start()]
    for found in _TRIM.finditer(hidden):
        if found.start() >= 2 and names_thing(named[: found.start()]):
            return named[: found.start()]
    return named


def names_thing(named: str) -> bool:
    """Tell whether words name something that can be handed in."""
    return bool(_ENDS.search(_POINTER.sub("", named)))


def things(named: str, made: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the things of a list of them, cleaned.

    Args:
        named: The object as written.
        made: What earlier clauses ask to make; a bare form (电子版) stands for it.

    Example:
        >>> things("“科普行”活动总结和情况反馈表(见附件3)")
        ('“科普行”活动总结', '情况反馈表')
        >>> things("电子稿", ["《评估报表》"])
        ('《评估报表》电子稿',)
    """
    parts = [_LEAD.sub("", part).strip("的,、:") for part in _parts(_POINTER.sub("", named))]
    parts = [part for part in parts if part]
    if made and parts and all(_FORM.match(part) for part in parts):
        parts = [made[0] + parts[0]] if len(made) == 1 else list(made)
    return tuple(dict.fromkeys(parts))


def _parts(named: str) -> list[str]:
    """Return a list taken apart where a thing ends, not within one (上、中、下旬情况)."""
    hidden = _hidden(named)
    parts, begin = [], 0
    for found in _SEPARATOR.finditer(hidden):
        if found.start() > begin and names_thing(named[begin : found.start()]) and names_thing(named[found.end() :]):
            parts.append(named[begin : found.start()])
            begin = found.end()
    return [*parts, named[begin:]]


def _hidden(named: str) -> str:
    """Return words with titles, quotations and brackets covered."""
    return re.sub(r"《[^《》]{0,120}》|“[^“”]{0,80}”|\([^()]{0,80}\)", lambda found: "□" * len(found[0]), named)


def is_form(thing: str) -> bool:
    """Tell whether words name but the form of something named elsewhere (电子版, 纸质材料)."""
    return bool(_FORM.match(thing))
