"""Whom a notice names for questions: bodies, persons, telephones, mail addresses.

Rule: only what stands after a label (联系人, 电话, 邮箱, …), or a person named with title as the one to send
something to. Names are personal data: nothing here keeps them, and nothing is concluded from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from xiada.workflows.intake.cleaning import HAN
from xiada.workflows.intake.passage import Passage
from xiada.workflows.intake.signs import is_body
from xiada.workflows.intake.values import ContactFound

_Sort: TypeAlias = Literal["person", "phone", "email", "fax", "unit", "other"]
_WORDS: dict[_Sort, str] = {
    "person": "联系人 联络人 联系同志 负责人 咨询人 经办人 联系人及电话 联系人及联系电话 "
    "联系人和电话 联系人电话 联系人及联系方式",
    "unit": "联系单位 联系部门 联系处室 报送单位",
    "phone": "联系方式 联系电话 咨询电话 办公电话 监督电话 电话 电话/传真 电话传真 电话(传真) 电话（传真） "
    "联系电话/传真 "
    "手机 手机号 手机号码 固定电话 座机 TEL",
    "fax": "传真 传真电话 FAX",
    "email": "电子邮箱 电子邮件 电子信箱 邮箱 信箱 邮箱地址 电子邮箱地址 报送邮箱 联系邮箱 EMAIL E-MAIL MAIL",
    "other": "邮编 邮政编码 邮寄地址 通讯地址 联系地址 地址 QQ 微信 网址",
}
_SORTS: dict[str, _Sort] = {label: sort for sort, labels in _WORDS.items() for label in labels.split(" ")}
_LABEL = re.compile(
    "(?P<label>"
    + "|".join(sorted(map(re.escape, _SORTS), key=len, reverse=True))
    + r")(?:[（(][^（）()]{0,12}[）)])? ?(?:[:：]|为[:：]?|(?= ?[\d（(])|(?= ?[A-Za-z0-9_.+-]{1,64}@))",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d.@])(?:[（(] ?0\d{2,3} ?[）)] ?-?|0\d{2,3} ?[-—－–] ?|"
    r"0\d{2,3} )?\d{7,11}(?:[-—转]\d{1,6})?(?:[（(](?=[^（）()]{0,6}[传真兼内线转时])[^（）()\d]{1,8}[）)])?(?!["
    r"\d@])|(?<!\d)\d{3}-\d{4}-\d{4}(?!\d)|"
    r"(?<![\d.@-])[2-8]\d{5}(?![\d@])|(?<!\d)400-\d{3}-\d{4}"
)
_EMAIL = re.compile(r"[A-Za-z0-9_.+-]{1,64} ?[@＠] ?[A-Za-z0-9-]{1,63}(?:\. ?[A-Za-z0-9-]{1,63}){1,4}")
_NAME = re.compile(
    rf"[{HAN}]{{2,4}}(?:·[{HAN}]{{1,8}})?(?:老师|同志|主任|科长|处长|校长|局长|女士|先生)?|[{HAN}] [{HAN}](?![{HAN}])"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴"
    "霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚"
    "岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑"
    "迟邝怀束但银封储班仰伊宓郗冀甯逯斯奚郜洛习阚晋敬保原修种宣鄢丰荆粟盘植"
)
_NOT_NAMES = re.compile(
    "电话|传真|邮箱|同上|附件|地址|手机|办公|单位|部门|负责|以及|或者|另行|请与|工作|时间|通知|[省市县区]|"
    "[局厅委科处室部院校组]$"
)
_SENT_TO = re.compile(
    rf"(?:至|到|给|交|与|向|联系|[办处室科部系])([{SURNAMES}](?:[{HAN}]{{1,2}})?(?:老师|同志|主任|"
    rf"科长))(?=[办邮处收（(，,。联0-9]|微信|QQ|电话)"
)


_TITLED = re.compile(rf"([{SURNAMES}](?:[{HAN}]{{1,2}})?(?:老师|同志|主任|科长|女士|先生))[（(，, ]{{0,2}}$")


@dataclass(slots=True)
class _Entry:
    """One contact while it is read."""

    unit: str | None = None
    names: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    email: str | None = None

    @property
    def says(self) -> bool:
        """Whether there is anything to ask by."""
        return bool(self.names or self.phones or self.email)


def contacts_of(lines: Iterable[Passage]) -> tuple[ContactFound, ...]:
    """Return the contacts a document names.

    Args:
        lines: The lines of its body, cleaned.

    Returns:
        One contact for each body or person with details of its own.

    Example:
        >>> contacts_of([Passage.of("联系人：王一、李二 电话：0551-0000001，邮箱：a@example.org")])
        (ContactFound(unit=None, names=('王一', '李二'), phones=('0551-0000001',), email='a@example.org'),)
    """
    found: list[_Entry] = []
    unit: str | None = None
    for line in lines:
        text = line.text
        labels = list(_LABEL.finditer(text)) if len(text) < 20_000 else []
        if not labels:
            unit = _unit(text)
            continue
        unit = _before(text[: labels[0].start()]) or (unit if labels[0].start() < 12 else None)
        titled = _TITLED.search(text[max(0, labels[0].start() - 12) : labels[0].start()])
        if titled:
            found.append(_Entry(unit=unit, names=[titled[1]]))
        for label, after in zip(labels, [*labels[1:], None], strict=True):
            value = text[label.end() : after.start() if after else min(len(text), label.end() + 200)]
            unit = _take(found, _SORTS[_sort(label["label"])], value, unit)
    sent = {} if found else {name: None for line in lines for name in _SENT_TO.findall(line.text[:20_000])}
    found += [_Entry(names=[name]) for name in sent]
    return tuple(
        ContactFound(unit=one.unit, names=tuple(one.names), phones=tuple(one.phones), email=one.email)
        for one in found
        if one.says
    )


def _sort(label: str) -> str:
    """Return a label as it stands in the table."""
    return label if label in _SORTS else label.upper()


def _unit(text: str) -> str | None:
    """Return the body a heading line names, if it names one."""
    plain = re.sub(
        r"^(?:\d{1,2}[.、]|[（(][一二三四五六七八九十\d]{1,2}[）)]|[一二三四五六七八九十]、) ?", "", text[:60]
    ).strip(" ：:。")
    return plain if len(text) <= 45 and is_body(plain) else None


def _before(text: str) -> str | None:
    """Return the body named right before the first label of a line."""
    plain = re.split("[。；;，,：:]", text.strip(" ：:，,（("))[-1]
    plain = re.sub(r"^(?:\d{1,2}[.、])", "", plain).strip()
    return plain if is_body(plain) and len(plain) <= 30 else None


def _take(found: list[_Entry], sort: _Sort, value: str, unit: str | None) -> str | None:
    """Take a value into the last contact or a new one; return the body that goes with the next one."""
    if sort == "unit":
        return _before(value.strip("。 ")) or unit
    entry = found[-1] if found else None
    fresh = entry is None or (unit is not None and entry.unit != unit) or (sort == "person" and bool(entry.names))
    if fresh:
        if sort in ("fax", "other"):
            return unit
        entry = _Entry(unit=unit)
        found.append(entry)
    assert entry is not None, "there is one now"
    if sort == "person":
        _people(found, entry, value)
    elif sort == "phone":
        entry.phones += [one for one in _phones(value) if one not in entry.phones]
        entry.names += [] if entry.names else _names(re.sub("[（()）]", " ", value), entry)
        entry.email = entry.email or _email(value)
    elif sort == "email":
        entry.email = entry.email or _email(value)
    return unit


def _people(found: list[_Entry], entry: _Entry, value: str) -> None:
    """Take names; a telephone after each name makes each a contact of its own."""
    for piece in re.split("[；;]|(?<=\\d)[，,、] ?(?=[\u4e00-\u9fff]{2,4}[ ，,（(:：]{0,2}\\d)", value):
        names = list(_names(piece, entry))
        phones = list(_phones(piece))
        if names and entry.phones and (phones or entry.names):
            entry = _Entry(unit=entry.unit)
            found.append(entry)
        entry.names += names
        entry.phones += phones
        entry.email = entry.email or _email(piece)


def _names(value: str, entry: _Entry) -> Iterator[str]:
    """Yield the persons a value names; a body named before them goes to the entry."""
    words = re.sub(
        r"[（(][^（）()]{0,20}[）)]",
        lambda match: "" if not re.search(r"\d", match[0]) else " ",
        _EMAIL.sub(" ", value),
    )
    for piece in re.split(r"[、，,;；/。：:]|和(?=[\u4e00-\u9fff]{2,3}$)|\d[\d\- ]*", words[:160]):
        for part in _unpadded(piece.strip().split(" ")):
            if is_body(part) and len(part) > 4:
                entry.unit = entry.unit or part
            elif _NAME.fullmatch(part) and not _NOT_NAMES.search(part):
                yield part.replace(" ", "")


def _unpadded(words: list[str]) -> Iterator[str]:
    """Yield words, two single characters beside each other being one padded name (`宫 飞`)."""
    index = 0
    while index < len(words):
        pair = words[index : index + 2]
        if len(pair) == 2 and len(pair[0]) == len(pair[1]) == 1:
            yield pair[0] + pair[1]
            index += 2
        else:
            yield pair[0]
            index += 1


def _phones(value: str) -> Iterator[str]:
    """Yield the telephones of a value, as written."""
    yield from (match[0].strip() for match in _PHONE.finditer(_EMAIL.sub(lambda match: " " * len(match[0]), value)))


def _email(value: str) -> str | None:
    """Return the first mail address of a value, without spaces."""
    match = _EMAIL.search(value)
    return match[0].replace(" ", "").replace("＠", "@") if match else None
