"""Acts of handing in: 报送, 反馈, 报我委, 发送至, 填报 and their like, where they are verbs and demanded.

Rule: a word that names a thing (报送要求, 上报机制, 反馈表) is no act, nor is what the text forbids, tells
as done, or makes depend on something happening. It knows one sentence at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xiada.workflows.intake.bodies import DESTINATION, Destination, destination

_FIRM = (
    "报送|上报|呈报|呈送|报备|报回|反馈|提交|递交|寄送|邮寄|发送|上交|回复|函复|函告|回传|抄报|抄送|汇报|返回|报告"
    "|报至|报到|寄至|寄到|寄往|发至|发到|发往|发给|传至|传真|送至|送达|送交|送到|送往|交至|交到|交回|交于|反映|提出(?=申请|意见|异议)|备案|截稿|截止(?=时间|日期)"
)
_WORK = "填报|上传|报名|申报|推荐|录入|登记|填写"
_VERB = re.compile(rf"(?P<firm>{_FIRM})|(?P<work>{_WORK})|(?P<short>[报送交寄发传])")
_REACH = re.compile(r"(?:(?:电子)?(?:邮件|短信|微信)(?=[至到给]))?(?:至|到|给|往|回|达|交|呈|于)?")
_NO_SHORT_BEFORE = re.compile(
    r"[印下转颁核开出散签激引生启萌揭抒触爆迸自沙首编推赠选运输配欢保护葬传奉提递移成外社打相宣"
    r"流申汇通海专简快预情书捷警播填呈上抄电零瞒谎漏迟虚误举晚早党学]$"
)
_NO_SHORT_AFTER = re.compile(
    r"[名刊纸社道表到销废考警酬偿价答恩批经请喜展现布挥扬行放动票生流通易往接代付底给统承界界媒真染]|国(?!家|务院)"
)
_NOUN_AFTER = re.compile(
    r"机制|制度|工作|要求|方式|方法|时间|日期|时限|期限|截止|内容|范围|单位|渠道|途径|格式|程序|流程|地址|邮箱"
    r"|对象|名额|条件|系统|平台|指南"
    r"|通知|主体|人员|企业|者|率|数量|次数|质量|类型|类别|年度|指标|说明|须知|专用|口径|模板|事项"
)
_DIRECTED = re.compile(r"[至到给往]")
_NAMED_WORK = re.compile(r"机制|制度|系统|平台|渠道|工作(?=$|[,。;、]|的|要|由|中|机|任|流|责|安排表|方案由)")
_THING_AFTER = re.compile(r"材料|信息|情况|资料|报告|表|单|书|稿|项目|件|数据|名单|意见|人选|函|意见表|的|总结")
_VERBAL_BEFORE = re.compile(
    r"(?:[前内请并须应要]|[前内],|及时|尽快|抓紧|立即|立刻|随时|务必|统一|分别|按时|按期|如实|逐级|一并|同时|直接|集中"
    r"|主动|定期|时间|后"
    r"|[日天周月季底末时点年度旬]|必须|可以|可|需|电子|邮件|书面|专题|联合|单独|方式|形式|平台|系统|渠道|予以|负责"
    r"|汇总|自行|另行|再|均|期间)$"
)
_REPORT_BEFORE = re.compile(
    r"(?:[前内请并须应要]|及时|立即|立刻|尽快|随时|马上|时间|逐级|如实|主动|即时|按时|按期|定期|书面|专题|必须|电话|口头"
    r"|[日天周月季]|向[^,。;]{1,24})$"
)
_AT_ONCE = re.compile(r"(?:及时|立即|立刻|尽快|随时|马上|如实|即时|逐级|电话|口头)$")
_REPORT_NOUN_AFTER = re.compile(r"[会书厅人单期制文中表和及与、于,等提材并分将统经加以一□(]|的|或|$")
_NO_BODY = re.compile(
    r"报(?!社|业|道|警)|送|发(?!展|改|行|证|射)|交(?!通|易|警|流|投)|提交|反馈|我[委局厅会办部处]|[将把]|截止"
)
_NEGATED = re.compile(
    r"(?:不得|不再|不予|不需|不用|不必|无需|无须|毋须|未|未能|没有|逾期|拒不|拒绝|迟|漏|瞒|谎|虚|重复|严禁|避免"
    r"|不按时|不及时|不)$"
)
_UNMET = re.compile(r"未[^,。;]{0,10}$|逾期[^,。;]{0,8}$|不[按及][时期求][^,。;]{0,6}$|(?:迟报|漏报|瞒报|谎报|拒报)")
_FAILED = re.compile(r"未(?:按|能|在|于|及时|如期)[^,。;的]{0,34}$")
_DONE = re.compile(r"(?:已经?|曾|业经|业已)(?!开始)[^,。;]{0,24}$")
_LABEL = re.compile(
    r"(?:[\u4e00-\u9fff]{1,8}的)?(?:的)?(?:最终|最后|最迟)?(?:截止|截至)?(?:时间|日期|时限|期限)(?:另行通知)?(?:要求|安排)?"
    r"(?:(?:统一|相应|一并)?(?:调整|延长|延期|延后|推迟|顺延|变更|修改|改)(?:为|至|到)|为|是|:|定于|定为|在|,)?"
    r"|截止(?:到|于|至)?|:(?=\d)"
)
_FORM_AFTER = re.compile(r"[表册证]")
_OWN_NOUN = {
    "反馈": re.compile(r"[表单]|意见表|问卷|机制"),
    "备案": _FORM_AFTER,
    "登记": _FORM_AFTER,
    "填写": _FORM_AFTER,
}
_TO_SOMEBODY = re.compile(
    r"(?:给|至|到)?(?:本人|个人|考生|当事人|家长|学生|申请人|申报人|群众|来信人|信访人|投诉人|用户|患者|参与者)(?![办处会科室部工所])"
)
_LATER = 24
_LOOKS_BACK = 40
_UNMET_LOOKS_BACK = 14
_WORK_LABELLED = ("申报", "报名", "推荐")
_LABELS_ONLY = ("截稿", "截止")
_PLACE_NEEDED = ("提出", "反映", "汇报", "回复", "传真", "报到")
_MANNER_BEFORE = re.compile(r"(?:以|通过|采取|采用|用)[^,。;]{0,14}$")
_MANNER_AFTER = re.compile(r"[^,。;]{0,20}?(?:方式|形式|途径|渠道)")
_BRACKET = re.compile(r"\(([^()]{2,16})\)")
_TO_BEFORE = re.compile(rf"(?:向|给|往)(?P<to>(?:{DESTINATION.pattern}){{1}})(?=[^,。;]{{0,12}}$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of handing in.

    Args:
        start: Where the verb begins.
        stop: Where the verb ends.
        after: Where its destinations end; `stop` if it names none.
        verb: The verb.
        to: Where it goes.
        label: Where the words 截止时间为 behind it end, None if there are none.
        work: A verb that is an act only with a due (填报, 推荐).
    """

    start: int
    stop: int
    after: int
    verb: str
    to: tuple[Destination, ...] = ()
    label: int | None = None
    work: bool = False


def acts(bare: str, text: str, issuers: Sequence[str]) -> Iterator[Act]:
    """Yield the acts of handing in of a sentence, in order.

    Args:
        bare: The sentence in plain writing, brackets and titles covered.
        text: The same, uncovered.
        issuers: Issuers of the notice.

    Example:
        >>> [(act.verb, act.to[0].name) for act in acts("请将总结报省科协组织部", "请将总结报省科协组织部", ())]
        [('报', '省科协组织部')]
    """
    at = 0
    while found := _VERB.search(bare, at):
        act = _act(bare, text, found, issuers)
        at = max(found.end(), act.after, act.label or 0) if act else found.end()
        if act is not None:
            yield act


def _act(bare: str, text: str, found: re.Match[str], issuers: Sequence[str]) -> Act | None:
    """Return the act of a verb, None if it is none."""
    start, stop = found.span()
    before = bare[max(0, start - _LOOKS_BACK) : start]
    to, after = _destinations(bare, text, _reach(bare, stop), issuers)
    toward = None if to else _TO_BEFORE.search(before)
    if toward is not None:
        behind = start - len(before) + toward.end("to")
        bracket = _BRACKET.match(text, behind)
        to = (destination(toward["to"], issuers, bracket[1] if bracket else None),)
    label = _label(bare, after if to else stop, found)
    if _is_refused(before) or _TO_SOMEBODY.match(bare, stop) or not _is_verb(bare, found, before, to, label):
        return None
    return Act(
        start=start,
        stop=stop,
        after=max(stop, after),
        verb=found[0],
        to=to,
        label=label,
        work=bool(found["work"]),
    )


def _label(bare: str, at: int, found: re.Match[str]) -> int | None:
    """Return where the words 截止时间为 behind a verb end, None if there are none."""
    if found["work"] and found[0] not in _WORK_LABELLED:
        return None
    label = _LABEL.match(bare, at)
    return label.end() if label and label.end() > at else None


def _is_refused(before: str) -> bool:
    """Tell whether the words before a verb forbid it, tell of its failing, or tell it as done."""
    negated = _NEGATED.search(before) and not before.endswith(("不迟于", "不晚于"))
    return bool(negated or _UNMET.search(before[-_UNMET_LOOKS_BACK:]) or _FAILED.search(before) or _DONE.search(before))


def _is_verb(bare: str, found: re.Match[str], before: str, to: tuple[Destination, ...], label: int | None) -> bool:
    """Tell whether the word is used as a verb that hands something in."""
    stop = found.end()
    if found["short"]:
        return _is_short_act(bare, found, before, to)
    if label is not None:
        return "另行通知" not in bare[stop : stop + _LATER]
    lacking = found[0] in _LABELS_ONLY or (found[0] in _PLACE_NEEDED and not to)
    modified = bool(found["work"]) and before.endswith(("将", "把", "的", "有", "度", "次", "批"))
    return not (lacking or modified or _is_manner(bare, stop, before) or _is_noun(bare, found, before, to))


def _is_manner(bare: str, stop: int, before: str) -> bool:
    """Tell whether a verb but says by what means: 以网上填报、传真等方式."""
    return bool(_MANNER_BEFORE.search(before) and _MANNER_AFTER.match(bare, stop))


def _reach(bare: str, stop: int) -> int:
    """Return where the destination behind a verb would begin."""
    found = _REACH.match(bare, stop)
    return found.end() if found else stop


def _is_short_act(bare: str, found: re.Match[str], before: str, to: tuple[Destination, ...]) -> bool:
    """Tell whether a verb of one character (报, 送, 交) is an act: it names where."""
    if _NO_SHORT_BEFORE.search(before) or not to:
        return False
    return _reach(bare, found.end()) > found.end() or not _NO_SHORT_AFTER.match(bare, found.end())


def _is_noun(bare: str, found: re.Match[str], before: str, to: tuple[Destination, ...]) -> bool:
    """Tell whether the word names a thing instead of an act."""
    stop = found.end()
    if found[0] == "报告":
        return _is_document(bare, stop, before, to)
    if (own := _OWN_NOUN.get(found[0])) and own.match(bare, stop):
        return True
    if re.match("的[^,。;:]", bare[stop : stop + 2]):
        # Those who did it, or what was handed in: 6月30日前登记的社会组织.
        return True
    if to or found[0][-1] in "至到往给达回于" or _DIRECTED.match(bare, stop):
        return False
    named = _NOUN_AFTER.match(bare, stop) or _THING_AFTER.match(bare, stop)
    return bool(_NAMED_WORK.match(bare, stop) or (named and not _VERBAL_BEFORE.search(before)))


def _is_document(bare: str, stop: int, before: str, to: tuple[Destination, ...]) -> bool:
    """Tell whether 报告 is the paper, not the act."""
    if to:
        return before.endswith(("查", "估", "究", "结", "研", "析", "况", "作"))
    if bare[stop : stop + 1] in ("", ",") and _AT_ONCE.search(before):
        return False
    return not _REPORT_BEFORE.search(before) or bool(_REPORT_NOUN_AFTER.match(bare, stop))


def _destinations(bare: str, text: str, at: int, issuers: Sequence[str]) -> tuple[tuple[Destination, ...], int]:
    """Return the bodies named from a place on, and where they end."""
    found: list[Destination] = []
    stop = at
    while (one := DESTINATION.match(bare, at)) and not _NO_BODY.search(one[0], 1):
        stop = one.end()
        bracket = _BRACKET.match(text, stop)
        found.append(destination(text[one.start() : stop], issuers, bracket[1] if bracket else None))
        stop = bracket.end() if bracket and found[-1].department == bracket[1] else stop
        more = re.match(r"、|和|及|以及|与", bare[stop : stop + 2])
        if more is None:
            break
        at = stop + more.end()
    return tuple(found), stop
