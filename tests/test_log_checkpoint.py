"""Checkpoints: three lines, strict both ways, and believed only when signed."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.errors import Tampered
from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint, open_checkpoint, parse_checkpoint
from xiada.engine.log.keys import SigningKey, parse_vkey
from xiada.engine.log.merkle import EMPTY
from xiada.engine.log.note import sign_note

KEY, STRANGER = SigningKey("log.test/a", bytes(32)), SigningKey("log.test/b", bytes(32))
ORIGIN = "log.test/a/e1"
CHECKPOINT = Checkpoint(ORIGIN, 120, bytes(range(32)))
TEXT = format_checkpoint(CHECKPOINT)
ROOT = b64encode(CHECKPOINT.root).decode()

origins = st.text(st.characters(exclude_categories=("Cs",), min_codepoint=32), min_size=1, max_size=40)


def refused(text: str, code: str = "bad_checkpoint") -> Tampered:
    """Check that a text is refused, signed or not, and return the error."""
    with pytest.raises(Tampered) as caught:
        parse_checkpoint(text, ORIGIN)
    assert caught.value.code == code
    return caught.value


def test_a_checkpoint_is_three_lines_and_nothing_else() -> None:
    assert format_checkpoint(CHECKPOINT) == f"{ORIGIN}\n120\n{ROOT}\n"
    assert parse_checkpoint(TEXT) == parse_checkpoint(TEXT, ORIGIN) == CHECKPOINT


@given(origins, st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_any_checkpoint_signed_opens_to_itself(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    note = sign_note(format_checkpoint(checkpoint), [KEY])
    opened, kept = open_checkpoint(note.encode(), [KEY.vkey], origin)
    assert opened == checkpoint
    assert kept.verified == (KEY.vkey,)


@given(st.text(f"{ORIGIN}0123456789=\n {ROOT}", max_size=90))
def test_a_text_that_is_read_is_written_the_same(text: str) -> None:
    try:
        checkpoint = parse_checkpoint(text)
    except Tampered:
        return
    assert format_checkpoint(checkpoint) == text


def test_a_head_of_the_go_checksum_database_is_a_checkpoint() -> None:
    key = parse_vkey("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    note = (
        "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n— sum.golang.org "
        "Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=\n"
    )
    checkpoint, _ = open_checkpoint(note, [key], "go.sum database tree")
    assert (checkpoint.size, checkpoint.root.hex()[:8]) == (6_476_701, "99bf102d")


def test_a_checkpoint_nobody_known_has_signed_is_not_opened() -> None:
    with pytest.raises(Tampered) as caught:
        open_checkpoint(sign_note(TEXT, [STRANGER]), [KEY.vkey])
    assert caught.value.code == "no_known_signature"


def test_a_signed_text_that_is_no_checkpoint_is_not_opened() -> None:
    with pytest.raises(Tampered) as caught:
        open_checkpoint(sign_note("some other text\n", [KEY]), [KEY.vkey])
    assert caught.value.code == "bad_checkpoint"


# Attacks


@pytest.mark.parametrize("origin", ["log.test/a/e2", "log.test/a", "LOG.test/a/e1", "log.test/a/e1 ", "log.test/b/e1"])
def test_attack_a_checkpoint_of_another_log_is_refused(origin: str) -> None:
    assert refused(TEXT.replace(ORIGIN, origin), "other_origin").data == {"found": origin, "origin": ORIGIN}


def test_attack_a_signed_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(Tampered) as caught:
        open_checkpoint(sign_note(TEXT, [KEY]), [KEY.vkey], "log.test/b/e1")
    assert caught.value.code == "other_origin"


@pytest.mark.parametrize(
    "size",
    ["", "0120", "00", "+120", "-120", "-0", " 120", "120 ", "1_20", "1,20", "12.0", "1e2", "0x78", "１２０", "١٢٠",
     "120\u00a0", "9223372036854775808", "9" * 5000],
)  # fmt: skip
def test_attack_another_way_to_write_the_size_is_refused(size: str) -> None:
    refused(TEXT.replace("120", size))


@pytest.mark.parametrize(
    "root",
    ["", ROOT[:-1], ROOT + "=", ROOT[:-2] + "9=", ROOT.replace("A", "-", 1), " " + ROOT, ROOT + " ",
     ROOT[:43] + "\u00e9", b64encode(bytes(31)).decode(), b64encode(bytes(33)).decode(), bytes(32).hex()],
)  # fmt: skip
def test_attack_a_root_that_is_not_the_one_base64_of_32_bytes_is_refused(root: str) -> None:
    refused(f"{ORIGIN}\n120\n{root}\n")


@pytest.mark.parametrize(
    "text",
    ["", "\n", ORIGIN, f"{ORIGIN}\n120\n", f"{ORIGIN}\n120\n{ROOT}", f"{TEXT}spare\n", f"{TEXT}\n", f"\n{TEXT}",
     f"{ORIGIN}\n\n120\n{ROOT}\n", f"\n120\n{ROOT}\n", f"120\n{ROOT}\n{ORIGIN}\n", f"{TEXT}spare"],
)  # fmt: skip
def test_attack_lines_spare_missing_or_in_another_order_are_refused(text: str) -> None:
    refused(text)


@pytest.mark.parametrize("end", ["\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_attack_only_a_newline_ends_a_line(end: str) -> None:
    refused(TEXT.replace("\n", end))
    refused(TEXT.replace("\n", end + "\n"), "bad_checkpoint")


def test_attack_an_empty_log_has_but_one_root() -> None:
    assert parse_checkpoint(format_checkpoint(Checkpoint(ORIGIN, 0, EMPTY))).size == 0
    refused(f"{ORIGIN}\n0\n{ROOT}\n")


@pytest.mark.parametrize(
    "checkpoint",
    [Checkpoint("", 1, bytes(32)), Checkpoint("a\nb", 1, bytes(32)), Checkpoint("a", -1, bytes(32)),
     Checkpoint("a", 2**63, bytes(32)), Checkpoint("a", 1, bytes(31))],
)  # fmt: skip
def test_what_could_not_be_read_is_not_written(checkpoint: Checkpoint) -> None:
    with pytest.raises(AssertionError):
        format_checkpoint(checkpoint)
