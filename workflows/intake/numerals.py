"""Numbers as Chinese notices write them: 十五, 廿三, 二〇二〇, ２０, and the ordinary 15.

Rule: a text that is no number is None, never a guess. It reads whole numbers only, up to 9999.
"""

from __future__ import annotations

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"零": 0, "○": 0, "◯": 0, "Ｏ": 0, "O": 0, "两": 2}
_DIGITS |= {character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_TENS = {"十": 10, "拾": 10, "廿": 20, "卅": 30, "百": 100, "佰": 100, "千": 1000}
_LONGEST = 9


def number(text: str) -> int | None:
    """Return the number a text writes, None if it writes none.

    Args:
        text: Digits of any width, Chinese digits one by one (二〇二〇), or counted (二十三, 廿三).

    Example:
        >>> [number(text) for text in ("15", "２０", "二〇二〇", "十五", "廿三", "三十一", "甲")]
        [15, 20, 2020, 15, 23, 31, None]
    """
    if not 0 < len(text) <= _LONGEST:
        return None
    if text.isdecimal():
        return int(text)
    mixed = [_DIGITS.get(one, int(one) if one.isdecimal() else None) for one in text]
    if all(one is not None for one in mixed):
        return int("".join(str(one) for one in mixed))
    return _counted(text)


def _counted(text: str) -> int | None:
    """Return a number counted in tens and hundreds, None if it is none."""
    total, pending, unit = 0, None, 10_000
    for one in text:
        if one in _TENS:
            if _TENS[one] >= unit or (one in "廿卅" and pending is not None):
                return None
            unit = 10 if one in "廿卅" else _TENS[one]
            total += (1 if pending is None else pending) * _TENS[one]
            pending = None
        elif one in _DIGITS and not pending:
            pending = _DIGITS[one]
        else:
            return None
    return total + (pending or 0)
