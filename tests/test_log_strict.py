"""Numbers and bytes as words: one way to write each, and every other is nothing."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.log.strict import base64, bytes_in, hash_in, is_hash, is_size, number_in


@given(st.integers(0, 2**63 - 1))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    assert number_in(str(number)) == number


@given(st.text("0123456789+-_. \n\u0663\uff13", max_size=21))
def test_a_number_that_is_read_is_written_the_same(word: str) -> None:
    number = number_in(word)
    assert number is None or str(number) == word


@pytest.mark.parametrize(
    "word", ["", "00", "01", "+1", "-1", " 1", "1 ", "1\n", "1_0", "1２", "1\u0663", "²", "1.0", "1e3"]
)
def test_a_number_written_any_other_way_is_none(word: str) -> None:
    assert number_in(word) is None


def test_a_number_from_2_to_the_63_on_is_none() -> None:
    assert number_in("9223372036854775807") == 2**63 - 1
    assert number_in("9223372036854775808") is None
    assert number_in("1" * 5000) is None


@given(st.binary(max_size=80))
def test_bytes_are_read_as_they_are_written(value: bytes) -> None:
    assert bytes_in(base64(value)) == value
    assert hash_in(base64(value)) == (value if len(value) == 32 else None)


@given(st.text("AB/+=-_ \n\u00e9", max_size=12))
def test_bytes_that_are_read_are_written_the_same(word: str) -> None:
    value = bytes_in(word)
    assert value is None or b64encode(value).decode() == word


@pytest.mark.parametrize(
    "word", ["A", "AA", "AAA", "AA=", "AAA==", "AB==", "AAB=", "=", "AA==\n", "A A=", "AA==AA==", "é=="]
)
def test_bytes_written_any_other_way_are_none(word: str) -> None:
    assert bytes_in(word) is None


@pytest.mark.parametrize("value", [b"", bytes(31), bytes(33), bytearray(32), memoryview(bytes(32)), "a" * 32, None, 32])
def test_only_32_bytes_are_a_hash(value: object) -> None:
    assert is_hash(bytes(32))
    assert not is_hash(value)


@pytest.mark.parametrize("value", [-1, True, False, 1.0, "1", None])
def test_only_a_whole_number_from_zero_on_is_a_size(value: object) -> None:
    assert is_size(0)
    assert is_size(2**70)
    assert not is_size(value)
