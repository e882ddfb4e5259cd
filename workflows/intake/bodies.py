"""Bodies and departments as a notice names them: where a report goes, and which department takes it.

Rule: names stay in the notice's words; only 我委, 我局 and the like are made the issuer's name, and only
where one issuer can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ROOM = re.compile(r"[\d楼栋幢层座]")
_BARE = re.compile(r"[厅局委部会校院](?=[\u4e00-\u9fff]{2,12}[处科室司办]$)")
_OFFICE_WITHIN = re.compile(r"([\u4e00-\u9fff]{2,12}处)([\u4e00-\u9fff]{2,10}[科室办])")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_SUFFIX = (
    r"(?:科协|委员会|政协|人大|(?<!各)部门|政府|公司|集团|大学|学院|学校|中学|小学|中心|工会|办公厅|办公室|镇|乡|街道|残联"
    r"|妇联|侨联|文联"
    r"|社科联|工商联|联合会|党校|医院|电台|报社|基地|支队|大队|专班|[委局厅办部处科室司会院所校组站馆社团队股])"
)
_STOP = (
    r"(?:$|[,。;:、!?()□\[\]“”-]|和|及|与|或|并|邮箱|电子|公共|公务|信箱|汇总|备案|备查|审|处理|存档|归档|留存|联系"
    r"|统一|进行|收|后|办公平台|工作邮箱|工作群|内网|指定|登记|研究|统筹|办理|批准|同意|予以|截止|时间|日期|时限"
    r"|期限|的|前"
    r"|一式|各|每|请|于|以|由|用|逾期|作为|为|邮件|传真|[A-Za-z0-9]|[\u4e00-\u9fff]{1,3}(?:老师|同志|处长|科长"
    r"|主任|收)"
    rf"|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:OA|办公平台|办公系统|邮箱|电子邮|QQ|微信))"
)
_OURS = r"我[委局厅会办部处室校院所司科社县市区省馆站镇团队]|我中心|我公司|我校|我单位"
DESTINATION = re.compile(
    # A place with brackets in its name, which are covered: 报县（区）林业局.
    rf"[\u4e00-\u9fff]{{0,4}}[省市县州区盟旗]□{{3,6}}[\u4e00-\u9fff]{{1,16}}?{_SUFFIX}(?={_STOP})"
    rf"|(?:{_OURS})(?:[\u4e00-\u9fff]{{1,16}}?(?:处|科|室|部|办|中心|组|司|股|厅|院|所)(?={_STOP}))?"
    rf"|(?!我|本|[报送寄传给将把由请批备以用于在为]|交(?!通|易|警)|发(?!展|改)|经(?!信|济|贸"
    rf"|开))[\u4e00-\u9fff·A-Za-z0-9]{{1,30}}?{_SUFFIX}(?={_STOP})"
    # A body of a well-known name may stand right before what is handed in: 报告省科协贯彻情况.
    r"|(?:中国|全国|[省市县区州])(?:科协|(?:科技|教育|民政|财政|农业农村|应急管理)[厅局]|卫生健康委|发展改革委|政府)"
)
_BODY_END = re.compile(
    r"领导小组办公室|指挥部办公室|联席会议办公室|安委会办公室|组委会办公室|专班办公室|政府办公[厅室]|党委办公室"
    r"|(?<=[省市县区州地])委(?:组织部|宣传部|统战部|政法委|办公[厅室]|网信办|编办|党校|老干部局|教育工委)"
    r"|科协|科学技术协会|政府|大学|学院|学校|中学|小学|公司|集团|中心|联合会|委员会|研究会|基金会|红十字会|协会"
    r"|学会|总会|工会"
    r"|残联|妇联|侨联|文联|社科联|工商联|总局|[委局厅部院校]|办(?!公)|办公[厅室]"
)
_DEPARTMENT = re.compile(r"(?:办公[厅室]|中心|[部处科室司股组办厅院所局])$")
_SOMEBODYS = re.compile(rf"(?<=[室处科部心])[{_SURNAMES}][\u4e00-\u9fff]{{2}}处$")
_OFFICE = re.compile(r"(?<=.)办公[厅室]$")
_ANY_BODY = ("单位", "市", "省", "县", "区", "处", "科", "室")
_LONG_NAMES = (
    ("科学技术协会", "科协"),
    ("发展和改革委员会", "发展改革委"),
    ("科学技术", "科技"),
    ("卫生和计划生育委员会", "卫生计生委"),
    ("卫生健康委员会", "卫生健康委"),
    ("委员会", "委"),
    ("医疗保障", "医保"),
    ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"),
    ("住房和城乡建设", "住建"),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where something goes: the body, and the department within it."""

    body: str
    department: str | None = None

    @property
    def name(self) -> str:
        """Both together."""
        return self.body + (self.department or "")


def short(name: str) -> str:
    """Return a body's name in the short form notices use.

    Example:
        >>> short("广东省科学技术协会"), short("国家发展和改革委员会")
        ('广东省科协', '国家发展改革委')
    """
    for long, brief in _LONG_NAMES:
        name = name.replace(long, brief)
    return name


def same_body(one: str, other: str) -> bool:
    """Tell whether two names can mean one body: 省科协 and 广东省科学技术协会.

    Example:
        >>> same_body("省科协", "广东省科学技术协会"), same_body("市科协", "广东省科协")
        (True, False)
    """
    first, second = sorted((short(one), short(other)), key=len)
    return len(first) >= 3 and second.endswith(first)


def destination(phrase: str, issuers: Sequence[str], bracket: str | None = None) -> Destination:
    """Return the body and department a phrase names.

    Args:
        phrase: What stands after 报送 and the like, e.g. `省科协组织联络部`.
        issuers: Issuers of the notice, for 我委 and the like.
        bracket: What stands in brackets right behind it, if anything.

    Example:
        >>> destination("省科技厅引进智力管理处", ())
        Destination(body='省科技厅', department='引进智力管理处')
        >>> destination("我委高技术处", ("河南省发展和改革委员会",))
        Destination(body='河南省发展和改革委员会', department='高技术处')
        >>> destination("人事处师资科", (), "行政楼305室")
        Destination(body='人事处', department='师资科')
    """
    body, department = _split(_SOMEBODYS.sub("", phrase))
    if (
        bracket
        and department is None
        and len(bracket) <= 16
        and _DEPARTMENT.search(bracket)
        and not _ROOM.search(bracket)
    ):
        department = bracket
    if body.startswith("我"):
        body = _ours(body, issuers) or body
    return Destination(body, department)


def _split(phrase: str) -> tuple[str, str | None]:
    """Return body and department of a phrase, the shortest body whose rest is a department."""
    if found := re.match(_OURS, phrase):
        return found[0], phrase[found.end() :] or None
    if found := _BARE.match(phrase):
        return f"我{found[0]}", phrase[found.end() :]
    at = 0
    while found := _BODY_END.search(phrase, at):
        rest = phrase[found.end() :]
        if found.end() >= 2 and len(rest) >= 2 and _DEPARTMENT.search(rest):
            return phrase[: found.end()], rest
        at = found.end()
    if within := _OFFICE_WITHIN.fullmatch(phrase):
        return within[1], within[2]
    return phrase, None


def _ours(pronoun: str, issuers: Sequence[str]) -> str | None:
    """Return the issuer meant by 我委 and the like, None if none or several can be."""
    ending = pronoun[1:]
    names = list(dict.fromkeys(variant for name in issuers for variant in (name, _OFFICE.sub("", name))))
    meant = [name for name in names if name.endswith(ending) or short(name).endswith(ending)]
    if not meant and ending == "会":
        meant = [name for name in names if short(name).endswith("协")]
    if not meant and len(issuers) == 1 and ending in _ANY_BODY:
        return issuers[0]
    return meant[0] if len(meant) == 1 else None
