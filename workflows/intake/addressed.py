"""What the words of an addressee tell of it: sort of body, levels, line (条线), whether chosen or internal.

Rule: a table of signs, first match wins; where the words do not tell, nothing is said.
"""

from __future__ import annotations

import re

from xiada.workflows.intake.passage import Span
from xiada.workflows.intake.values import Addressee

_SOCIETY = "学会|协会|研究会|促进会|联合会|商会"
_KINDS = tuple(
    (re.compile(sign), kind)
    for sign, kind in (
        (
            "同志|同学|老师|教师$|教职工|职工$|班主任|家长|会员$|代表$|委员$|理事$|监事$|党员|干部$|学生|村民|居民|业主|朋友",
            "person",
        ),
        (f"(?:全国|国家级)[^，]{{0,4}}(?:{_SOCIETY})", "national_society"),
        ("党委|党组|党支部|党总支|支部$|党工委|机关工委", "party_committee"),
        (
            "^各(?:二级)?(?:学院|院)?(?:[（(]系[）)]|、系|系|部)?$|院系|^各?系(?:$|[（(部、])|^部门$",
            "internal_department",
        ),
        (
            (
                "(?:直属|局属|校属|委属|厅属|院属|部属|会属|所属|下属|二级|派出)[^政]{0,6}(?:单位|机构|事业)$|"
                "^基层各?单位|^各?基层单位"
            ),
            "subordinate_unit",
        ),
        (
            (
                "机关各|本部各|(?:部室|处室|科室|股室|职能部门|内设机构|机关部门|部处|委室|科组|教研室|教研组|年级组)$|"
                "^各(?:有关|相关)?(?:部门|处|科|室|部|股)$|机关(?:有关|相关)?(?:部门|处室|科室)"
            ),
            "internal_department",
        ),
        ("(?:高校|高等学校|大学|学院|院校).{0,6}(?:科协|科学技术协会)", "university_association"),
        ("企业.{0,4}(?:科协|科学技术协会)|(?:园区|公司).{0,4}科协", "enterprise_association"),
        (
            (
                "科协|科学技术协会|残联|残疾人联合会|妇联|妇女联合会|文联|社科联|侨联|台联|记协|作协|红十字会|"
                "工商联|计生协|关工委|老科协"
            ),
            "association",
        ),
        (f"(?:省级|省直|省属|全省性|省).{{0,6}}(?:{_SOCIETY})", "provincial_society"),
        (f"(?:{_SOCIETY})(?:[（(].*)?$", "society"),
        (r"(?:科技|科学技术)(?:和[^，、]{2,8})?(?:局|厅|委|委员会)(?:[（(].*)?$", "science_bureau"),
        ("九三学社|民盟|民革|民进|民建|农工党|致公党|台盟", "democratic_party"),
        ("工会", "union"),
        ("团委|团总支|团支部|团工委|共青团|少工委", "youth_league"),
        ("卫生院|医院|医疗卫生?机构|疾控中心|卫生服务中心|保健院|诊所|血站", "hospital"),
        (
            (
                "分校|电大|党校|^各?[^学]{1,3}校$|中小学|小学|中学|幼儿园|中心校|学区|教学点|校区|职高|技校|高中|"
                "初中|职业学校|特教学校|(?<!高等)学校(?:[（(].*)?$"
            ),
            "school",
        ),
        ("大学|高校|高等学校|学院|高职院校|院校", "university"),
        ("研究院|研究所|科研院所|科研单位|科研机构", "institute"),
        ("人民政府|政府(?!.*(?:部门|机构|办))|街道办|办事处|管委会|管理委员会|行政公署|公署", "government"),
        ("村委会|居委会|村民委员会|居民委员会|^各?村|社区(?:[（(].*)?$", "village_committee"),
        ("纪委|纪检|[省市县区]委(?!会|员会)[^，]{0,6}$|[）)]委$|组织部|宣传部|统战部|政法委", "party_committee"),
        ("公司|企业|集团|银行|支行|分行|电厂|厂$|矿$|商户|经营户|合作社|保险|证券|商家", "enterprise"),
        ("法院|检察院|总队|支队|大队|派出所|公安", "bureau"),
        (r"(?:局|厅|委|委员会|委会|部)(?:[（(].*)?$|部门|委办局|各委办|行政主管|机构$", "bureau"),
        (r"办公室|办(?:[（(].*)?$", "office"),
        ("单位|站$|所$|中心|队$|馆$", "unit"),
        (
            (
                "(?:开发区|新区|港区|管理区|园区|示范区|实验区|度假区)$|^各?(?:有关|相关)?[乡镇县区市省州旗盟地]|"
                "^各?街道|^兵团"
            ),
            "government",
        ),
    )
)
_LEVELS = tuple(
    (re.compile(sign), levels)
    for sign, levels in (
        ("县级以上|县以上|市、?县(?!级)|市县|县（市、区）以上", ("city", "county")),
        ("^中国|全国|国家级|中央|国务院各|国务院有关", ("national",)),
        (
            "生产建设兵团|自治区|直辖市|计划单列市|各省(?!直管|辖|级|直)|省级|省直(?!管)|省属|^省(?!辖|直管)",
            ("province",),
        ),
        (
            "直管县|县级市|县市区|市县区|县（市|县\\(市|各?县|区县|旗|各?(?:有关|相关)?区(?!直|属)|市辖区|市、区",
            ("county",),
        ),
        ("地级|设区|省辖市|市州|州市|地市|自治州|各?(?:有关|相关)?市|各?(?:州|盟|地区)", ("city",)),
        ("乡|镇|街道", ("township",)),
        ("村|社区|居委会", ("village",)),
    )
)
_INTERNAL = ("internal_department", "subordinate_unit")
_SELECTIVE = re.compile("有关|相关|部分|参会|参赛|受检|入选|相应|试点|承担|涉及")
_ASSOCIATION = re.compile("科协|残联|妇联|文联|社科联|侨联|台联|记协|作协|红十字会|工商联|计生协|关工委")
_PARTY = re.compile("九三学社|民盟|民革|民进|民建|农工党|致公党|台盟")
_LINE = re.compile(
    r"(?:.{0,40}(?:(?<!小)(?<!城)[省市县区州盟旗镇乡](?:[（(][^（）()]{1,24}[）)])?|兵团|各|直辖市|自治区|"
    r"开发区|有关|相关))?"
    r"([\u4e00-\u9fff]{2,16}?)(?:行政主管|行政|主管)?(?:局|厅|委员会|委|办公室|办|部门)(?:[（(][^（）()]{1,24}[）)])?"
)


def described(name: str, span: Span, societies: str | None = None) -> Addressee:
    """Return an addressee with what its words tell.

    Args:
        name: Its name, whole.
        span: Where it stands.
        societies: The line of learned societies in this notice, if known.

    Example:
        >>> one = described("各县级以上科协", (0, 7))
        >>> one.kind, one.level, one.line
        ('association', ('city', 'county'), '科协')
    """
    kind = next((kind for sign, kind in _KINDS if sign.search(name)), None)
    if kind in _INTERNAL and re.search("(?:省|市|县|区)(?:政府|委|直)", name) and "机关各部" not in name:
        kind = "unit" if "单位" in name else "bureau"
    return Addressee(
        name=name,
        kind=kind,
        level=_level(name, kind),
        line=_line(name, kind, societies),
        selective=_SELECTIVE.search(name) is not None,
        internal=kind in _INTERNAL,
        span=span,
    )


def _level(name: str, kind: str | None) -> tuple[str, ...]:
    """Return the levels a name tells, if it tells one; a first mark wins over a later one."""
    if kind == "national_society":
        return ("national",)
    if kind in ("university_association", "enterprise_association", "university", "person"):
        return ()
    return levels(re.sub("^各?(?:有关|相关)?|中央驻|驻[省市县区]", "", name))


def levels(name: str) -> tuple[str, ...]:
    """Return the levels words tell, first mark first; empty if they tell none.

    Example:
        >>> levels("县（市、区）"), levels("州"), levels("县级以上")
        (('county',), ('city',), ('city', 'county'))
    """
    found = [
        (match.start(), rank, marked) for rank, (sign, marked) in enumerate(_LEVELS) if (match := sign.search(name))
    ]
    return min(found)[2] if found else ()


def _line(name: str, kind: str | None, societies: str | None) -> str | None:
    """Return the line a name tells."""
    match = _PARTY.search(name)
    if match or kind is None:
        return match[0] if match else None
    if kind.endswith("association"):
        found = _ASSOCIATION.search(name.replace("科学技术协会", "科协"))
        return found[0] if found else None
    if kind in ("bureau", "science_bureau", "office"):
        return "科技" if kind == "science_bureau" else _bureau_line(name)
    return "工会" if kind == "union" else societies if kind.endswith("society") else None


def _bureau_line(name: str) -> str | None:
    """Return what a bureau is for, by its name: between its place and its suffix."""
    match = _LINE.fullmatch(name)
    plain = re.sub("^(?:人民政府|[省市县区州旗盟])", "", match[1]) if match else ""
    plain = "教育" if plain == "教" else plain
    return plain if len(plain) > 1 and not _NO_LINE.search(plain) else None


_NO_LINE = re.compile("有关|相关|各|直|机关|政府|单位|委办|^分$|^管$")
