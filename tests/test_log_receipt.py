"""Receipts: a proof and its checkpoint in one file that anybody can check later."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_tree import NaiveTree, leaf

from xiada.engine.errors import Tampered
from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint, open_checkpoint
from xiada.engine.log.keys import SigningKey
from xiada.engine.log.note import sign_note
from xiada.engine.log.proofs import Receipt, check_inclusion, format_receipt, parse_receipt

KEY = SigningKey("log.test/a", bytes(32))
LEAVES = [leaf(b"%d" % number) for number in range(100)]
TREE = NaiveTree(LEAVES)
NOTE = sign_note(format_checkpoint(Checkpoint("log.test/a/e1", 100, TREE.root(0, 100))), [KEY])
PROOF = TREE.path(42, 100)
TEXT = format_receipt(42, PROOF, NOTE, None)
WITH_EXTRA = format_receipt(42, PROOF, NOTE, b"extra")
FIRST = b64encode(PROOF[0]).decode()

hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=63)


def refused(text: bytes | str, code: str = "bad_receipt") -> None:
    """Check that a receipt is refused."""
    with pytest.raises(Tampered) as caught:
        parse_receipt(text)
    assert caught.value.code == code
    assert caught.value.remedy


def test_a_receipt_shows_that_an_entry_stands_in_a_log() -> None:
    receipt = parse_receipt(TEXT.encode())
    checkpoint, _ = open_checkpoint(receipt.checkpoint, [KEY.vkey], "log.test/a/e1")
    place = {"index": receipt.index, "size": checkpoint.size}
    check_inclusion(receipt.proof, leaf=LEAVES[42], root=checkpoint.root, **place)
    with pytest.raises(Tampered):
        check_inclusion(receipt.proof, leaf=LEAVES[43], root=checkpoint.root, **place)


def test_a_receipt_is_written_as_tlog_proof_says() -> None:
    lines = [b64encode(hash_).decode() for hash_ in PROOF]
    expected = "\n".join(["c2sp.org/tlog-proof@v1", "index 42", *lines, "", ""]) + NOTE
    assert format_receipt(42, PROOF, NOTE, None) == expected
    assert format_receipt(42, PROOF, NOTE, b"extra") == expected.replace("index", "extra ZXh0cmE=\nindex")


@given(st.integers(0, 2**63 - 1), hashes, st.none() | st.binary(min_size=1, max_size=100))
def test_a_receipt_read_again_is_the_same(index: int, proof: list[bytes], extra: bytes | None) -> None:
    text = format_receipt(index, proof, NOTE, extra)
    assert parse_receipt(text) == parse_receipt(text.encode()) == Receipt(index, tuple(proof), NOTE, extra)


@given(st.integers(0, len(TEXT)), st.text("=Aa0 \n—ex", max_size=2), st.integers(0, 2))
def test_a_receipt_changed_anywhere_is_refused_or_read_as_what_it_says(place: int, put: str, taken: int) -> None:
    text = TEXT[:place] + put + TEXT[place + taken :]
    try:
        receipt = parse_receipt(text)
    except Tampered:
        return
    assert format_receipt(receipt.index, receipt.proof, receipt.checkpoint, receipt.extra) == text


def test_nothing_extra_is_written_as_nothing() -> None:
    assert format_receipt(42, PROOF, NOTE, b"") == TEXT
    assert parse_receipt(TEXT).extra is None


# Attacks


@pytest.mark.parametrize(
    "first",
    ["", "c2sp.org/tlog-proof@v2", "c2sp.org/tlog-proof@v1 ", "C2SP.org/tlog-proof@v1", "\ufeffc2sp.org/tlog-proof@v1"],
)
def test_attack_another_first_line_is_refused(first: str) -> None:
    refused(TEXT.replace("c2sp.org/tlog-proof@v1", first, 1))


@pytest.mark.parametrize(
    "line",
    ["", "index", "index ", "index 042", "index -1", "index +42", "index  42", "index 42 ", "Index 42", "index=42",
     "42", "index 4_2", "index ４２", "index 9223372036854775808", f"index {'9' * 5000}", "index 42\nindex 42"],
)  # fmt: skip
def test_attack_another_way_to_write_the_index_is_refused(line: str) -> None:
    refused(TEXT.replace("index 42", line, 1))


@pytest.mark.parametrize(
    "line",
    ["extra", "extra ", "extra  ZXh0cmE=", "extra ZXh0cmE", "extra ZXh0cmF=", "Extra ZXh0cmE=", "extra *",
     "extra ZXh0cmE=\nextra ZXh0cmE=", "extra ZXh0 cmE="],
)  # fmt: skip
def test_attack_another_way_to_write_what_is_extra_is_refused(line: str) -> None:
    refused(WITH_EXTRA.replace("extra ZXh0cmE=", line, 1))


def test_attack_lines_in_another_order_are_refused() -> None:
    refused(WITH_EXTRA.replace("extra ZXh0cmE=\nindex 42", "index 42\nextra ZXh0cmE="))
    refused(TEXT.replace(f"index 42\n{FIRST}", f"{FIRST}\nindex 42"))


@pytest.mark.parametrize(
    "line",
    [FIRST[:-1], FIRST + "=", " " + FIRST, FIRST + " ", FIRST[:-2] + "B=", PROOF[0].hex(), "AA==",
     b64encode(bytes(31)).decode(), b64encode(bytes(33)).decode(), "é" * 43 + "="],
)  # fmt: skip
def test_attack_a_line_that_is_not_the_one_base64_of_a_hash_is_refused(line: str) -> None:
    refused(TEXT.replace(FIRST, line))


def test_attack_a_proof_longer_than_any_log_needs_is_refused() -> None:
    line = b64encode(bytes(32)).decode() + "\n"
    head, _, note = format_receipt(0, [], NOTE, None).partition("\n\n")
    assert len(parse_receipt(f"{head}\n{line * 63}\n{note}").proof) == 63
    refused(f"{head}\n{line * 64}\n{note}")
    refused(f"{head}\n{line * 5000}\n{note}")


def test_attack_an_empty_line_too_many_or_missing_is_refused() -> None:
    refused(TEXT.replace("\n\n", "\n", 1), "bad_note")
    refused(TEXT.replace(FIRST, FIRST + "\n"), "bad_checkpoint")
    refused(TEXT.replace("\n\n", "\n\n\n", 1), "bad_checkpoint")
    refused("\n" + TEXT)


def test_attack_lines_ended_by_crlf_are_refused() -> None:
    refused(TEXT.replace("\n", "\r\n"))
    refused(TEXT.replace("index 42\n", "index 42\r\n"))
    refused(TEXT.replace("100\n", "100\r\n"), "bad_note")


def test_attack_a_checkpoint_cut_off_or_replaced_is_refused() -> None:
    head = TEXT.partition("\n\n")[0]
    refused(head)
    refused(head + "\n")
    refused(head + "\n\n", "bad_note")
    refused(TEXT[:-1], "bad_note")
    refused(head + "\n\n" + sign_note("some text\n", [KEY]), "bad_checkpoint")
    refused(f"{head}\n\n{NOTE}spare\n", "bad_note")


def test_attack_bytes_that_are_no_text_are_refused() -> None:
    refused(b"\xff" + TEXT.encode())
    refused(TEXT.encode() + b"\xff")


def test_attack_ten_megabytes_are_refused_unread() -> None:
    refused(TEXT + "a" * 10_000_000)
    refused(b"\xff" * 10_000_000)
    refused(TEXT.replace("42", "9" * 10_000_000))


@pytest.mark.parametrize(("index", "proof"), [(-1, []), (2**63, []), (0, [bytes(31)]), (0, [bytes(32)] * 64)])
def test_what_could_not_be_read_is_not_written(index: int, proof: list[bytes]) -> None:
    with pytest.raises(AssertionError):
        format_receipt(index, proof, NOTE, None)
