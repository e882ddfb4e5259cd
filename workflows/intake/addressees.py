"""The line of addressees, split into the bodies it names, with prefixes and suffixes said once shared out.

Rule: a place said before several bodies belongs to each of them (`各市科协、科技局`). Places of different levels
each have what follows (`各市及省直管县科协`), places of one level stay together. A set phrase stays whole
(`各省、自治区、直辖市`, `学会、协会、研究会`). Words never become other words; who stands behind them is not
asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from xiada.workflows.intake.addressed import described
from xiada.workflows.intake.cleaning import HAN
from xiada.workflows.intake.passage import Passage, Span
from xiada.workflows.intake.signs import BODY_ENDS, is_body
from xiada.workflows.intake.values import Addressee

_NOTE = r"(?:[（(][^（）()]{1,24}[）)])?"
_KIND_OF_PLACE = (
    "省直管县|省直管市|直管县|扩权县|省辖市|设区的?市|地级以上市|地级市|副省级城?市|计划单列市|直辖市|自治区|"
    "自治州|自治县|自治旗|县级以上|县级市|"
    "市县区|县市区|市县|市州|州市|地市|区县|县区|旗县区?|乡镇街道|镇乡街道|镇街道?|乡镇|街镇|镇乡|街道|功能区|"
    "开发区|高新区|新区|园区|管理区|林区|社区|"
    "生产建设兵团|地区|省|市|县|区|州|盟|旗|乡|镇|村"
)
_LEAD = "全国各|全省各?|全市各?|全县各?|全区各?|所辖各?|各"
_CHOSEN = "有关|相关"
_PLACE = re.compile(
    rf"(?P<lead>{_LEAD})?(?P<chosen>{_CHOSEN})?(?P<place>(?:{_KIND_OF_PLACE}){_NOTE}(?:[及和与暨](?:各)?(?:"
    rf"{_KIND_OF_PLACE}|[{HAN}]{{2,8}}?(?:区|市|县|州|兵团)){_NOTE}){{0,4}})"
    r"(?![直级属内里中本辖立域局府村]|委(?!$)|管(?!委|理))"
)
_NAMED = re.compile(
    rf"(?P<place>(?:(?![各和及])[{HAN}]){{2,10}}?(?:生产建设兵团|自治区|自治州|自治县|开发区|实验区|示范区|"
    rf"高新区|新区|省|市|县|区|州|盟|旗){_NOTE})(?![直级属内里])"
)
_SHARED = re.compile(
    rf"(?![各有])(?![省市县区州局校院厅委][直属])(?!{_CHOSEN})[{HAN}]{{0,20}}?(?:局|厅|委|委员会|办|办公室|科协|残联|红十字会|团委|妇联|学联|少工委|关工委|总工会|"
    rf"工会|人民政府|政府|工商联|文联|社科联|侨联|党委|"
    rf"党工委|纪委|人武部|法院|检察院|公安局|管委会|组织部|宣传部|统战部|政法委|编办|银保监分局|气象局|"
    rf"邮政管理局){_NOTE}"
)
_NATIONAL = re.compile("自治区|直辖市")
_SOCIETIES = re.compile("(?:学会|协会|研究会|促进会|联合会|基金会|商会)(?:[（(].{0,20}[）)])?$")
_AND_SOCIETIES = re.compile(
    rf"[{HAN}]{{0,4}}(?:协会|研究会|促进会|联合会|基金会|商会|学会)(?:[{HAN}]{{1,8}}[部处室委])?{_NOTE}"
)
_OF_ONE_BODY = re.compile(
    rf"(?P<owner>[{HAN}]{{2,12}}?(?:学社|[党盟会社协部委局厅院校]))(?P<one>各[{HAN}]{{1,16}}?(?:{BODY_ENDS}|"
    rf"组织|单位))[及和与]"
    rf"(?P<other>各?(?:[省市县区]直|直属|基层|[省市县区]直属)[{HAN}]{{1,12}})"
)
_TWO = re.compile(
    rf"(?P<one>.{{2,40}}(?:{BODY_ENDS}|院所|[单门]位){_NOTE})(?:以及|[及和暨])(?P<other>(?:各|有关|相关|市直|"
    rf"[省市县区]属|驻)?[{HAN}]{{2,30}}(?:{BODY_ENDS}|单位|院所|机构|部门|企业))"
)
_OWNER = re.compile(f"[{HAN}]{{2,10}}?(?:总局|总公司|总会|总行)(?=各)")
_GLUED = re.compile("(?:(?<=部门)|(?<=单位)|(?<=学校)|(?<=机构))(?=各|[省市县区]直)|(?<=政府)(?=各[乡镇街县开])")
_BARE_NAME = re.compile(f"[{HAN}]州|[{HAN}]{{1,3}}[^省市县区州盟旗]")  # 广州 is a name, 黔南州 says what it is
_WHOLE_PLACE = re.compile(f"(?:{_KIND_OF_PLACE}){_NOTE}")


@dataclass(frozen=True, slots=True)
class _Part:
    """One member of the list: its words, where they stand, and what place they begin with."""

    text: str
    span: Span
    place: str = ""
    body: str = ""


@dataclass(slots=True)
class _Frame:
    """Places, and the bodies they go with."""

    places: list[_Part] = field(default_factory=list)
    bodies: list[_Part] = field(default_factory=list)


def split_addressees(line: Passage, issuers: Sequence[str] = ()) -> tuple[Addressee, ...]:
    """Return the bodies a line of addressees names.

    Args:
        line: The line without its colon.
        issuers: Who speaks, for the line (条线) of societies.

    Returns:
        Addressees in the order of the line.

    Example:
        >>> [one.name for one in split_addressees(Passage.of("各地级以上市科协、科技局(委)，有关高校科协"))]
        ['各地级以上市科协', '各地级以上市科技局(委)', '有关高校科协']
    """
    found: list[tuple[str, Span]] = []
    for group in _groups(line):
        found += _members(group)
    names = tuple(name for name, _ in found)
    hint = "科协" if any("科协" in name or "科学技术协会" in name for name in (*names, *issuers)) else None
    chosen, addressees = False, list[Addressee]()
    for name, span in found:
        one = described(name, span, hint)
        if one.kind == "subordinate_unit" and addressees and re.search("政府各部门$", addressees[-1].name):
            one = replace(one, kind="bureau", level=addressees[-1].level, internal=False)
        chosen = one.selective or (chosen and _goes_with(name))
        addressees.append(replace(one, selective=chosen))
    return tuple(addressees)


def _goes_with(name: str) -> bool:
    """Tell whether a name leans on the one before it (`有关高校科协、企业科协`)."""
    return name.startswith(("企业", "高校", "科研", "院校")) and "各" not in name


def _groups(line: Passage) -> Iterator[list[_Part]]:
    """Yield the members of the list, those between two commas together."""
    group: list[_Part] = []
    start = depth = 0
    text = line.text
    glued = {match.start() for match in _GLUED.finditer(text)}
    for index in range(len(text) + 1):
        character = text[index] if index < len(text) else "，"
        depth += (character in "（(〔[") - (character in "）)〕]" and depth > 0)
        ends = index == len(text) or (character in "，,；;、 。:：" and not depth)
        if not ends and index not in glued:
            continue
        part = line.part(start, index).stripped()
        start = index + (1 if ends else 0)
        if part.text:
            group.append(_parsed(part.text, part.span))
        if group and (character not in "、 " or index == len(text)):
            yield group
            group = []


def _parsed(text: str, span: Span) -> _Part:
    """Return a member with the place it begins with, if it begins with one."""
    owner = _OWNER.match(text)
    match = _PLACE.match(text, owner.end() if owner else 0) or _NAMED.match(text)
    if not match or text[match.end() :] in ("组织", "机构"):
        return _Part(text, span)
    body = text[match.end() :]
    return _Part(text, span, match["place"], "" if _WHOLE_PLACE.fullmatch(body) else body)


def _members(group: Sequence[_Part]) -> list[tuple[str, Span]]:
    """Return the names of the members of one group."""
    names: list[tuple[str, Span]] = []
    frame = _Frame()
    for part, after in zip(group, [*group[1:], None], strict=True):
        listed = (
            after is not None and after.place and re.fullmatch(f"[{HAN}]{{2,4}}", part.text) and not is_body(part.text)
        )
        if listed or (part.place and not part.body):
            _close(frame, names, only_bodies=True)
            frame.places.append(part)
        elif part.place:
            _close(frame, names, only_bodies=True)
            frame.places.append(part)
            frame.bodies.append(part)
        elif frame.bodies and _SHARED.fullmatch(part.text):
            frame.bodies.append(part)
        else:
            _close(frame, names)
            _alone(part, names)
    _close(frame, names)
    return names


def _close(frame: _Frame, names: list[tuple[str, Span]], *, only_bodies: bool = False) -> None:
    """Name what a frame holds, and empty it; places still without a body may be kept waiting for one."""
    if not frame.bodies and only_bodies:
        return
    names.extend(_shared_out(frame))
    frame.places, frame.bodies = [], []


def _shared_out(frame: _Frame) -> Iterator[tuple[str, Span]]:
    """Yield each body of a frame with its places, or the places that stand alone."""
    places, bodies = frame.places, frame.bodies
    if not bodies:
        yield from ((part.text, part.span) for part in places)
        return
    last = bodies[0]
    written = _named_alike([part.text for part in places[:-1]] + [last.text[: len(last.text) - len(last.body)]])
    groups = _by_level(written)
    named = any(level is None for _, level in groups)
    if len(groups) == 1 or any(_NATIONAL.search(one) for one in written) or (named and len(bodies) > 1):
        groups = [("、".join(written), None)]
    whole = (places[0].span[0], last.span[1])
    for part in bodies:
        for place, _ in groups:
            yield place + (part.body or part.text), whole if part is last else part.span


def _named_alike(written: list[str]) -> list[str]:
    """Return places with the sort of the last added to bare names before it (`广德、宿松县`)."""
    sort = written[-1][-1:]
    if sort not in "市县区旗" or any(one.startswith("各") or _WHOLE_PLACE.fullmatch(one) for one in written):
        return written
    return [one + sort if _BARE_NAME.fullmatch(one) else one for one in written]


def _by_level(written: Sequence[str]) -> list[tuple[str, str | None]]:
    """Return places with their level, those of one level beside each other together; None for a place by name."""
    groups: list[tuple[str, str | None]] = []
    lead = "各" if written[0].startswith("各") else ""
    for text in written:
        for index, piece in enumerate(re.split("(?<=.)[及和与暨](?![^（(]*[）)])", text)):
            plain = re.sub(f"^(?:{_OWNER.pattern})?(?:{_LEAD})?(?:{_CHOSEN})?", "", piece)
            generic = _WHOLE_PLACE.fullmatch(plain)
            level = "".join(described(plain, (0, 0)).level) if generic else None
            if groups and generic and groups[-1][1] == level:
                groups[-1] = (f"{groups[-1][0]}{'及' if index else '、'}{piece}", level)
            else:
                shared = lead if groups and generic and piece == plain and not plain.startswith("省") else ""
                groups.append((shared + piece, level))
    return groups


def _alone(part: _Part, names: list[tuple[str, Span]]) -> None:
    """Name a member that shares nothing, or add it to a set phrase before it."""
    if names and _is_set_phrase(names[-1][0], part.text):
        before, span = names.pop()
        names.append((f"{before}、{part.text}", (span[0], part.span[1])))
    elif match := _OF_ONE_BODY.fullmatch(part.text):
        names += [(match["owner"] + match["one"], part.span), (match["owner"] + match["other"], part.span)]
    elif (match := _TWO.fullmatch(part.text)) and match["other"] not in ("政府", "单位"):
        names += [(match["one"], part.span), (match["other"], part.span)]
    else:
        names.append((part.text, part.span))


def _is_set_phrase(before: str, text: str) -> bool:
    """Tell whether a member belongs to the one before it (`学会、协会、研究会`, `各部门、单位`)."""
    societies = _SOCIETIES.search(before) and _AND_SOCIETIES.fullmatch(text)
    return bool(societies or (text in ("单位", "机构") and before.endswith("部门")))
