"""Limits: text that could hide or reorder, that is too long, or is no text, is refused by field and place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import of

from xiada.engine import limits
from xiada.engine.commands import Progress
from xiada.engine.engine import Engine
from xiada.engine.errors import LimitExceeded, Malformed, StoreError, XiadaError

HIDING = [
    *range(0x20),
    *range(0x7F, 0xA0),
    0x061C,
    0x200E,
    0x200F,
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
]


@pytest.mark.parametrize("code", HIDING, ids=hex)
def test_a_character_that_hides_or_reorders_is_refused_by_place(code: int) -> None:
    with pytest.raises(Malformed) as caught:
        limits.clean(f"ab{chr(code)}c", "name", 10)
    assert caught.value.code == "bad_character"
    assert caught.value.message == f"name holds U+{code:04X} at character 3"
    assert caught.value.data == {"field": "name"}


def test_prose_may_have_lines_and_tabs_and_nothing_more() -> None:
    assert limits.clean("a\n\tb", "note", 10, prose=True) == "a\n\tb"
    for code in set(HIDING) - {9, 10}:
        with pytest.raises(Malformed):
            limits.clean(f"a{chr(code)}b", "note", 10, prose=True)


@given(st.text(max_size=30))
def test_clean_text_comes_back_as_it_is_or_is_refused(text: str) -> None:
    refusal: XiadaError | None = None
    try:
        assert limits.clean(text, "name", 20) == text
    except XiadaError as error:
        refusal = error
    if refusal is not None:
        assert str(refusal).isprintable()
        return
    assert unicodedata.is_normalized("NFC", text)
    assert 1 <= len(text) <= 20
    assert text.encode()


@pytest.mark.parametrize("size", [20, 21])
def test_the_limit_itself_still_passes(size: int) -> None:
    if size == 20:
        assert limits.clean("下" * size, "name", 20)
        return
    with pytest.raises(LimitExceeded) as caught:
        limits.clean("下" * size, "name", 20)
    assert caught.value.data == {"field": "name", "limit": 20, "found": 21}


@pytest.mark.parametrize("value", ["", " ", "\u3000", "\n", None, 7, b"x", ["x"]])
def test_what_is_empty_or_no_text_is_refused(value: object) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "empty_text"):
        limits.clean(value, "name", 20)


@pytest.mark.parametrize("value", ["a", "0", "kx2020-7", "a.b_c-d", "a" * 64])
def test_an_identifier_is_what_it_is(value: str) -> None:
    assert limits.identifier(value, "id") == value


@pytest.mark.parametrize("value", ["", "-a", ".a", "_a", "A", "a b", "a" * 65, "ä", "a\n", "a/b", None, 7, "\ud800"])
def test_what_is_no_identifier_is_refused_and_shown_safely(value: object) -> None:
    with pytest.raises(Malformed) as caught:
        limits.identifier(value, "id")
    assert caught.value.data == {"field": "id"}
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["", "/a", "A/b", "a b", "a" * 129, "a\n", "xiada.example/ä", None])
def test_an_origin_that_cannot_name_a_log_is_refused(name: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_origin"):
        Engine.create("memory:", name)


def test_an_origin_gets_its_first_epoch() -> None:
    assert Engine.create("memory:", "xiada.example/gdast").origin == "xiada.example/gdast/e1"


@pytest.mark.parametrize("url", ["", "sqlite:///", "postgresql://x", "http://x/y", "a\x00b"])
def test_a_url_that_names_no_store_is_malformed(url: str) -> None:
    for make in (lambda: Engine.create(url, "x/y"), lambda: Engine.open(url)):
        with pytest.raises(Malformed, check=lambda error: error.code == "bad_url"):
            make()


def test_a_memory_store_cannot_be_opened_again() -> None:
    with pytest.raises(StoreError, check=lambda error: error.code == "nothing_there"):
        Engine.open("memory:")


@pytest.mark.parametrize("value", ["x" * 1_000_000, "\u202e" * 100, "\ud800", b"\xff", None, "\x1b[31m"])
def test_what_is_shown_in_messages_is_short_and_printable(value: object) -> None:
    found = limits.shown(value)
    assert len(found) <= 41
    assert found.isprintable()


def test_a_note_of_a_million_characters_passes_and_one_more_does_not() -> None:
    Progress("k/1", "字" * 1_000_000, actor=of("p"))
    with pytest.raises(LimitExceeded):
        Progress("k/1", "字" * 1_000_001, actor=of("p"))
