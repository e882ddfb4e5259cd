"""Dues counted from something else: 收到之日起5个工作日内, 活动结束后一周内, 上级规定日期前20日.

Rule: the anchor is what the words name; where they name none (三日内) it is the receipt, and marked
as assumed. It counts nothing out: when the anchor happened is not in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xiada.engine.due import Anchor, Relative
from xiada.workflows.intake.moments import NUMBER
from xiada.workflows.intake.numerals import number

RECEIPT_ASSUMED = "receipt"
"""Mark of a count whose anchor the text does not name."""

_COUNT = rf"(?P<count>{NUMBER}|半)个?(?P<unit>工作日|工作天|日|天|周|星期|礼拜|月|小时)"
_ENDED = r"(?:全部)?(?:结束|完成|完毕|开展|举办|落幕|闭幕)"
_AFTER = r"(?:之?后|之日起|当?日起|起|以后)(?:的|,)?"
_PATTERNS: tuple[tuple[str, Anchor, int], ...] = (
    (
        r"(?:国家|上级|中央|[^\W\d为是于在按照将报,。;:□]{1,14}?(?:委|部|厅|局|科协|会|办|省|市))[^,。;:□为]{0,6}?"
        r"(?:规定|要求|确定|明确)的?[^,。;:]{0,8}?(?:日期|时间|期限|时限|之日)(?:之|以)?前(?:的)?" + _COUNT,
        "parent_due",
        -1,
    ),
    (
        (
            rf"(?:收到|接到|收文|接文|接(?=[本此该上通来函])|(?<!意)见|自收)[^,。;:]{{0,14}}?{_AFTER}(?:的)?"
            rf"{_COUNT}(?:之|以)?内"
        ),
        "receipt",
        1,
    ),
    (
        rf"(?:印发|发文|发布|下发|公布|发出|成文|印制)(?:本|此|该)?(?:通知|文件|方案)?{_AFTER}{_COUNT}(?:之|以)?内",
        "issue",
        1,
    ),
    (
        (
            rf"(?:会议?|培训班?|研修班?|会商|座谈会|讲座|考试|比赛|竞赛|演练|展会|论坛|调研|论证|答辩|评审)(?:活动)?"
            rf"(?:{_ENDED})?{_AFTER}{_COUNT}(?:之|以)?内"
        ),
        "event",
        1,
    ),
    (rf"{_ENDED}{_AFTER}{_COUNT}(?:之|以)?内", "activity_end", 1),
    (
        (
            r"(?:会议?|培训班?|活动|比赛|考试|讲座|论坛|演练|开班|开会|出发|报到)(?:召开|开始|开展|举办|举行"
            r"|实施)?(?:之|以)?前"
            rf"(?:至少)?{_COUNT}(?!前)"
        ),
        "event",
        -1,
    ),
    (
        rf"(?:提前|至少提前){_COUNT}",
        "event",
        -1,
    ),
    (
        rf"(?:(?![于在请应须将把以从自每\d])[\u4e00-\u9fff]){{2,6}}(?:之?后|以后|之日起)(?:的)?{_COUNT}(?:之|以)?内",
        "event",
        1,
    ),
    (rf"(?<![近前后第每年月两两一二三四五六七八九十\d]){_COUNT}(?:之|以)?内", "receipt", 0),
)
_RULES = tuple((re.compile(pattern), anchor, sign) for pattern, anchor, sign in _PATTERNS)
_DAYS = {"周": 7, "星期": 7, "礼拜": 7, "月": 30}
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Counted:
    """A due counted from an anchor.

    Args:
        start: Where it begins.
        stop: Where it ends.
        due: What it comes to; None if it is counted in hours.
        assumed: The text names no anchor.
    """

    start: int
    stop: int
    due: Relative | None
    assumed: bool = False


def counted(text: str) -> Iterator[Counted]:
    """Yield the counted dues of a text in plain writing, in order.

    Example:
        >>> found = next(counted("请于收到本通知之日起5个工作日内反馈"))
        >>> found.due.anchor, found.due.days, found.due.workdays
        ('receipt', 5, True)
    """
    taken = bytearray(len(text))
    kept: list[Counted] = []
    for pattern, anchor, sign in _RULES:
        for found in pattern.finditer(text):
            one = None if any(taken[found.start() : found.end()]) else _counted(found, anchor, sign)
            if one is not None:
                taken[one.start : one.stop] = b"\x01" * (one.stop - one.start)
                kept.append(one)
    yield from sorted(kept, key=lambda one: one.start)


def _counted(found: re.Match[str], anchor: Anchor, sign: int) -> Counted | None:
    """Return the counted due of a match, None if its number is none."""
    unit = found["unit"]
    count = 0.5 if found["count"] == "半" else number(found["count"])
    if count is None or not 0 < count < _LONGEST:
        return None
    if unit == "小时":
        return Counted(found.start(), found.end(), None)
    days = round(count * _DAYS.get(unit, 1))
    assumed = RECEIPT_ASSUMED if sign == 0 else None
    due = Relative(anchor, (sign or 1) * days, workdays=unit.startswith("工作"), assumed=assumed)
    return Counted(found.start(), found.end(), due, sign == 0)
