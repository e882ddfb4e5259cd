"""Numbers in Chinese notices: what they come to, and what is no number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.workflows.intake.numerals import number

_DIGITS = "〇一二三四五六七八九"


def counted(value: int) -> str:
    """Return a number below 100 as it is counted: 十五, 二十, 三十一."""
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("07", 7),
        ("２０２０", 2020),
        ("二〇二〇", 2020),
        ("二○二○", 2020),
        ("二零二零", 2020),
        ("二○○九", 2009),
        ("一九九八", 1998),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("廿", 20),
        ("廿三", 23),
        ("卅一", 31),
        ("三十一", 31),
        ("两", 2),
        ("一百二十", 120),
        ("一百零五", 105),
        ("贰拾", 20),
    ],
)
def test_a_number_is_read_in_any_script(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "甲", "十十", "二三十", "月", "1.5", "-3", "十百", "一二三四五六七八九十", "³"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number(text) is None


@given(st.integers(1, 99))
def test_every_counted_number_is_read_back(value: int) -> None:
    assert number(counted(value)) == value


@given(st.integers(1000, 9999))
def test_every_year_is_read_back_digit_by_digit(value: int) -> None:
    assert number("".join(_DIGITS[int(one)] for one in str(value))) == value


@given(st.text(max_size=12))
def test_no_text_makes_it_fail(text: str) -> None:
    assert number(text) is None or isinstance(number(text), int)
