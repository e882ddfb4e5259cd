"""When the activity takes place: 活动时间：…, 于…至…期间开展.

Rule: only a time named as that of the activity is its window; times of handing in, of enrolling and of
earlier meetings are not. A window worded as 中旬 and the like is marked fuzzy.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeAlias

from xiada.workflows.intake.dates import Reading, readings
from xiada.workflows.intake.script import Script
from xiada.workflows.intake.values import WindowFound
from xiada.workflows.intake.years import Years

_LABEL = re.compile(
    r"(?:^|[。;:,、)])(?P<what>[^,。;:]{0,12}?)(?:起止)?(?:时间|日期|期限|时段)(?:安排)?(?:及地点|和地点|、地点"
    r"|地点)?(?P<sign>[:为是]{1,2}|$)"
)
_OTHER = re.compile(
    r"报送|上报|提交|反馈|截止|报名|申报|报到|联系|推荐|填报|受理|公示|回执|返回|发布|印发|办公|截稿|评审|总结"
    r"|考核|办理|征集|投稿|寄送|规定|有效|完成|整改"
)
_WORK = re.compile(r"填报|考核|评审|办理|整改|完成")
_HELD = re.compile(r"开展|举办|举行|组织|召开|进行|实施|期间(?=,)|集中|启动|结束")
_LED = re.compile(r"(?:(?:调整|改期?|延期|推迟|提前)[为至到]|定于|拟于|将于|于|在|从|自|决定|计划于|安排在)$")
_PAST = re.compile(r"原定|原计划|已|曾|了|上年|去年|日前|以来")
_SECTION = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、])?")
_NEAR = 24
_CLOSE = 6
_Read: TypeAlias = tuple[Script, tuple[Reading, ...]]


def window_of(scripts: Sequence[Script], years: Years) -> WindowFound | None:
    """Return the activity window the paragraphs name, None if they name none.

    Args:
        scripts: The paragraphs in plain writing.
        years: Which year a date without one means.
    """
    read = [(script, readings(script.open, years)) for script in scripts]
    return _labelled(read) or _held(read) or _labelled(read, work=True)


def _labelled(read: Sequence[_Read], *, work: bool = False) -> WindowFound | None:
    """Return the window named by a label, in its paragraph or in the one that follows a heading.

    Args:
        read: The paragraphs, and what they say about time.
        work: Take times of work too (填报时间, 考核时间), if they run from a day to another.
    """
    for index, (script, found_here) in enumerate(read):
        for found in _LABEL.finditer(script.bare):
            if _OTHER.search(_WORK.sub("", found["what"]) if work else found["what"]):
                continue
            after = _first(script, found_here, found.end())
            if after is None and not script.text[found.end() : found.end() + 2].strip(":。") and index + 1 < len(read):
                after = _first(*read[index + 1], 0)
            if after is not None and (not work or after.start < after.end):
                return after
    return None


def _first(script: Script, found: Sequence[Reading], at: int) -> WindowFound | None:
    """Return the days named right behind a place, None if none are."""
    begin = at + (len(_SECTION.match(script.text)[0]) if at == 0 else 0)  # type: ignore[index]
    for one in found[bisect_left(found, begin, key=lambda reading: reading.start) :][:1]:
        if one.days is not None and one.start - begin <= _CLOSE and not one.recurring and not one.limit:
            return _window(script, one)
    return None


def _held(read: Sequence[_Read]) -> WindowFound | None:
    """Return the window of a sentence that says the activity is held from one day to another."""
    for script, found in read:
        for one in found:
            if one.days is not None and one.ranged and _is_held(script.bare, one):
                return _window(script, one)
    return None


def _is_held(bare: str, one: Reading) -> bool:
    """Tell whether a stretch of days in a sentence is when something is to take place."""
    before = re.split(r"[。;!?]", bare[max(0, one.start - _NEAR) : one.start])[-1]
    after = re.split(r"[。;!?]", bare[one.stop : one.stop + _NEAR])[0]
    held = _HELD.search(after)
    done = re.sub(r"^(?:举办|举行|召开),.*", "", after) if held else after
    if held is None or _PAST.search(before) or re.search(r"报送|上报|提交|报名|注册|登录|填报|申报|查询|咨询", done):
        return False
    return bool(_LED.search(before)) or after.startswith("期间") or not before or before.endswith(",")


def _window(script: Script, one: Reading) -> WindowFound:
    """Return the days of a reading as a window."""
    assert one.days is not None
    return WindowFound(
        start=one.days[0], end=one.days[1], fuzzy=one.fuzzy, span=script.cleaned(one.start, one.stop).span
    )
