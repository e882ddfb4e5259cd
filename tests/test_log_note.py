"""Signed notes: what is signed can be opened, notes of the outside world open too, and attacks are refused."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.errors import Malformed, Tampered
from xiada.engine.log.keys import SigningKey, VerifierKey, key_id_of, parse_vkey
from xiada.engine.log.note import Note, Signature, open_note, sign_note, split_note

OURS, THEIRS, STRANGER = (SigningKey(name, bytes([n]) * 32) for n, name in enumerate(("log.test/a", "log.test/b", "c")))
TEXT = "log.test/a\n3\nsome\n\ntext\n"
NOTE = sign_note(TEXT, [OURS])
KEYS = [OURS.vkey, THEIRS.vkey]

name_letters = st.characters(exclude_characters="+", exclude_categories=("Zs", "Zl", "Zp", "Cc", "Cs"))
names = st.text(name_letters, min_size=1, max_size=20)
signers = st.builds(SigningKey, names, st.binary(min_size=32, max_size=32))
texts = st.text(st.characters(exclude_categories=("Cs",), min_codepoint=32) | st.just("\n"), max_size=80).map(
    lambda text: text + "\n"
)


def line(name: str, content: bytes) -> str:
    """Return a line of signature of any bytes."""
    return f"— {name} {b64encode(content).decode()}\n"


def signature_line(note: str = NOTE) -> str:
    """Return the last line of a note."""
    return note.rstrip("\n").rpartition("\n")[2] + "\n"


def refused(note: bytes | str, code: str = "bad_note") -> Tampered:
    """Check that a note is refused, and return the error."""
    with pytest.raises(Tampered) as caught:
        open_note(note, KEYS)
    assert caught.value.code == code
    assert caught.value.remedy
    return caught.value


# What is signed opens


def test_a_note_signed_by_two_opens_to_its_text_and_both() -> None:
    assert open_note(sign_note(TEXT, [OURS, THEIRS]), KEYS) == Note(TEXT, (OURS.vkey, THEIRS.vkey), ())


def test_a_note_is_read_from_bytes_as_from_text() -> None:
    assert open_note(NOTE.encode(), KEYS) == open_note(NOTE, KEYS)


def test_signing_again_gives_the_same_bytes() -> None:
    assert sign_note(TEXT, [OURS]) == NOTE


@given(texts, st.lists(signers, min_size=1, max_size=4, unique_by=lambda key: (key.name, key.vkey.key_id)))
def test_any_text_signed_by_any_keys_opens_to_itself_and_them(text: str, keys: list[SigningKey]) -> None:
    note = sign_note(text, keys)
    vkeys = [key.vkey for key in keys]
    assert open_note(note.encode(), vkeys) == Note(text, tuple(vkeys), ())
    assert open_note(note, vkeys[:1]).unknown == tuple((key.name, key.key_id.hex()) for key in vkeys[1:])


@given(st.integers(0, len(NOTE.encode()) * 8 - 1))
def test_a_note_with_any_bit_flipped_is_refused(bit: int) -> None:
    content = bytearray(NOTE.encode())
    content[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Tampered):
        open_note(bytes(content), KEYS)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_whatever_is_no_note_is_refused_and_nothing_else_happens(content: bytes | str) -> None:
    with pytest.raises(Tampered):
        open_note(content, KEYS)


@given(st.text("— a+=AB\n", max_size=40))
def test_what_can_be_split_is_written_the_same_by_its_parts(end: str) -> None:
    content = "text\n\n— a AAAAAAAA\n" + end
    try:
        text, signatures = split_note(content)
    except Tampered:
        return
    assert f"{text}\n{''.join(map(str, signatures))}" == content


# The outside world: heads of the Go checksum database, as it publishes them

GO = parse_vkey("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
GO_NOTE = """go.sum database tree
15067302
gJyioq6dwR9n+NjEWORfYmH+ubeYm3kH42BBQ0bTpYI=

— sum.golang.org Az3grp1rvWOs5NKlr/xR4GLN/CDyzzakmt1o61uSxYKpK1SerqOP2ClbX/peKUZjYnyomH5Xz7GZG3TpB7OeKn4E2ww=
— test.example.com qTGhC/xIPQ0AXKHK6Y+9ypRfuvMZWPjRXM8NiOg5M1WREn07VQXyuIXM3NRNav3ieVFLUqDRK77PWDmL6w8w84UqeAw=
"""


def test_a_note_of_the_go_checksum_database_opens_and_its_witness_is_passed_over() -> None:
    opened = open_note(GO_NOTE, [GO])
    assert opened.verified == (GO,)
    assert opened.unknown == (("test.example.com", "a931a10b"),)
    assert opened.text.startswith("go.sum database tree\n15067302\n")


def test_a_note_of_the_go_checksum_database_is_refused_with_one_digit_changed() -> None:
    with pytest.raises(Tampered, match=r"signature of sum\.golang\.org"):
        open_note(GO_NOTE.replace("15067302", "15067303"), [GO])


# Keys known and unknown


def test_signatures_of_unknown_keys_are_passed_over_and_named() -> None:
    opened = open_note(sign_note(TEXT, [STRANGER, OURS]), KEYS)
    assert opened == Note(TEXT, (OURS.vkey,), ((STRANGER.name, STRANGER.vkey.key_id.hex()),))


def test_a_bad_signature_of_an_unknown_key_of_any_length_is_passed_over() -> None:
    note = NOTE + line("witness", b"idid" + b"x") + line("witness", b"idid" + b"x" * 5000)
    assert open_note(note, KEYS).unknown == (("witness", b"idid".hex()),) * 2


@pytest.mark.parametrize(
    "other",
    [("log.test/z", OURS.vkey.key_id), (OURS.name, THEIRS.vkey.key_id)],
    ids=["the name is another", "the id is another"],
)
def test_a_key_is_unknown_if_only_its_name_or_only_its_id_is_known(other: tuple[str, bytes]) -> None:
    note = NOTE + line(other[0], other[1] + bytes(64))
    assert open_note(note, [OURS.vkey]).unknown == ((other[0], other[1].hex()),)


def test_a_key_that_signs_twice_counts_once() -> None:
    assert open_note(NOTE + signature_line(), KEYS).verified == (OURS.vkey,)


def test_a_key_given_twice_is_one_key() -> None:
    assert open_note(NOTE, [OURS.vkey, OURS.vkey]).verified == (OURS.vkey,)


def test_two_keys_of_one_name_and_id_are_refused_before_anything_is_verified() -> None:
    forged = replace(OURS.vkey)
    object.__setattr__(forged, "public", THEIRS.vkey.public)
    with pytest.raises(Malformed) as caught:
        open_note(NOTE, [OURS.vkey, forged])
    assert caught.value.code == "ambiguous_key"


# Attacks


def test_attack_a_note_without_signature_is_refused() -> None:
    refused(TEXT.replace("\n\n", "\n"))
    refused("text\n\n")
    refused("text\n")
    refused("")


def test_attack_an_empty_text_is_not_made_of_a_note_without_empty_line() -> None:
    refused("x" + line(OURS.name, OURS.vkey.key_id + OURS.sign(b"")))
    refused(line(OURS.name, OURS.vkey.key_id + OURS.sign(b"")))
    refused("\n" + line(OURS.name, OURS.vkey.key_id + OURS.sign(b"")))


def test_attack_a_text_whose_own_end_looks_like_signatures_is_not_signed() -> None:
    refused(TEXT)


def test_attack_a_note_signed_by_unknown_keys_only_is_refused_and_names_them() -> None:
    error = refused(sign_note(TEXT, [STRANGER]), "no_known_signature")
    assert error.data["signers"] == [f"{STRANGER.name}+{STRANGER.vkey.key_id.hex()}"]


def test_attack_a_note_is_refused_if_no_key_is_known_at_all() -> None:
    with pytest.raises(Tampered, match="no key known"):
        open_note(NOTE, [])


def test_attack_a_bad_signature_of_a_known_key_is_refused() -> None:
    refused(NOTE.replace("3\n", "4\n", 1), "bad_signature")


def test_attack_a_bad_signature_beside_a_good_one_refuses_the_note() -> None:
    bad = line(THEIRS.name, THEIRS.vkey.key_id + bytes(64))
    assert refused(NOTE + bad, "bad_signature").data["name"] == THEIRS.name
    refused(TEXT + "\n" + bad + signature_line(), "bad_signature")


def test_attack_a_signature_too_short_or_too_long_is_bad() -> None:
    whole = OURS.sign(TEXT.encode())
    for content in (whole[:63], whole + b"\x00", whole[:1]):
        refused(f"{TEXT}\n{line(OURS.name, OURS.vkey.key_id + content)}", "bad_signature")


def test_attack_a_signature_of_another_text_is_bad() -> None:
    refused(f"another\n\n{signature_line()}", "bad_signature")


def test_attack_a_signature_under_the_name_of_another_key_is_bad() -> None:
    content = THEIRS.vkey.key_id + OURS.sign(TEXT.encode())
    refused(f"{TEXT}\n{line(THEIRS.name, content)}", "bad_signature")


def test_attack_a_second_form_of_a_valid_signature_is_bad() -> None:
    """Malleability: s + L signs the same in careless verifiers."""
    order = 2**252 + 27742317777372353535851937790883648493
    whole = OURS.sign(TEXT.encode())
    second = (int.from_bytes(whole[32:], "little") + order).to_bytes(32, "little")
    refused(f"{TEXT}\n{line(OURS.name, OURS.vkey.key_id + whole[:32] + second)}", "bad_signature")


def test_attack_lines_ended_by_crlf_are_refused() -> None:
    refused(NOTE.replace("\n", "\r\n"))
    refused(NOTE[:-1] + "\r\n")
    refused(NOTE.replace("\n", "\r\n", 1))


@pytest.mark.parametrize("control", ["\x00", "\x07", "\t", "\x0b", "\x0c", "\r", "\x1b", "\x1f"])
def test_attack_a_control_character_is_refused_even_where_it_is_signed(control: str) -> None:
    text = f"a{control}b\n"
    signed = line(OURS.name, OURS.vkey.key_id + OURS.sign(text.encode()))
    refused(f"{text}\n{signed}")
    refused(NOTE.replace("log.test/a ", f"log.test/a{control}"))


def test_attack_101_signatures_are_refused_and_100_are_accepted() -> None:
    hundred = NOTE + line("witness", bytes(68)) * 99
    assert len(open_note(hundred, KEYS).unknown) == 99
    assert "100 signatures" in refused(hundred + line("witness", bytes(68))).message


def test_attack_a_missing_final_newline_is_refused() -> None:
    refused(NOTE[:-1])


def test_attack_a_second_empty_line_before_the_signatures_is_not_signed() -> None:
    refused(NOTE.replace("\n\n—", "\n\n\n—"), "bad_signature")


def test_attack_an_empty_line_between_signatures_makes_text_of_the_first() -> None:
    note = sign_note(TEXT, [OURS, THEIRS]).replace("\n— log.test/b", "\n\n— log.test/b")
    refused(note, "bad_signature")


def test_attack_an_empty_line_after_the_signatures_is_refused() -> None:
    refused(NOTE + "\n")
    refused(NOTE + "\n\n")


def test_attack_text_after_the_signatures_is_refused() -> None:
    refused(NOTE + "spare\n")
    refused(NOTE + " \n")


@pytest.mark.parametrize("content", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe4\xb8", b"\xf5\x80\x80\x80"])
def test_attack_invalid_utf_8_is_refused(content: bytes) -> None:
    text = b"a" + content + b"\n"
    signed = line(OURS.name, OURS.vkey.key_id + OURS.sign(text)).encode()
    refused(text + b"\n" + signed)
    refused(NOTE.encode().replace(b"log.test/a ", b"log.test/a" + content + b" "))


def test_attack_half_a_surrogate_pair_is_refused() -> None:
    refused("a\ud800\n\n" + signature_line())


def test_attack_a_byte_order_mark_is_part_of_the_text_and_not_signed() -> None:
    refused("\ufeff" + NOTE, "bad_signature")


def test_attack_ten_megabytes_are_refused_unread() -> None:
    for huge in ("a" * 10_000_000 + NOTE, b"\xff" * 10_000_000, "\n" * 10_000_000, NOTE + signature_line() * 100_000):
        assert "64 KiB" in refused(huge).message


def test_attack_a_note_one_byte_over_64_kib_is_refused_and_one_of_64_kib_is_read() -> None:
    spare = 64 * 1024 - len(sign_note("\n", [OURS]).encode())
    longest = sign_note("a" * spare + "\n", [OURS])
    assert len(longest.encode()) == 64 * 1024
    assert open_note(longest, KEYS).verified
    refused(longest.replace("a\n", "aa\n", 1))
    refused("文" * 22_000 + longest[-200:])


@pytest.mark.parametrize("mark", ["-", "--", "–", "―", "\u2014\u2014", "", "—\u00a0", "- —"])
def test_attack_any_dash_but_the_em_dash_is_refused(mark: str) -> None:
    refused(NOTE.replace("— ", f"{mark} ", 1))


@pytest.mark.parametrize(
    "place", ["—  log.test/a ", "— log.test/a  ", " — log.test/a ", "—log.test/a ", "— log.test/a\u3000"]
)
def test_attack_other_spaces_than_one_and_one_are_refused(place: str) -> None:
    refused(NOTE.replace("— log.test/a ", place))


@pytest.mark.parametrize("name", ["", "a+b", "a\u00a0b", "a\u2003b", "a\u3000b", "a\u0085b", "a\u2028b"])
def test_attack_a_name_that_cannot_name_a_key_is_refused_though_unknown(name: str) -> None:
    refused(NOTE + line(name, bytes(68)))


def test_attack_a_signature_of_the_id_alone_is_refused() -> None:
    for content in (b"", b"\x00", bytes(4)):
        refused(NOTE + line("witness", content))
    assert open_note(NOTE + line("witness", bytes(5)), KEYS).unknown


def test_attack_another_way_to_write_the_base64_is_refused() -> None:
    word = signature_line().split(" ")[2].rstrip("\n")
    assert word.endswith("=")
    spare_bits = word[:-2] + chr(ord(word[-2]) + 1) + "="
    assert b64decode(spare_bits) == b64decode(word)
    others = [word[:-1], word + "=", word + "====", spare_bits, word[:8] + " " + word[8:], "*" + word]
    others += [word.replace("+", "-").replace("/", "_") + "-", word[:8] + "=" + word[8:], word[:8] + "\\n" + word[8:]]
    for other in others:
        refused(NOTE.replace(word, other))


# What cannot be signed


@pytest.mark.parametrize("text", ["", "no newline", "a\r\n", "a\x00\n", "a\tb\n", "\ud800\n", "a" * 66_000 + "\n"])
def test_a_text_that_could_not_be_opened_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        sign_note(text, [OURS])
    assert caught.value.code == "unsignable"


@pytest.mark.parametrize("count", [0, 101])
def test_a_note_is_signed_by_one_to_a_hundred(count: int) -> None:
    with pytest.raises(AssertionError):
        sign_note(TEXT, [OURS] * count)


def test_signatures_can_be_looked_at_without_being_trusted() -> None:
    text, signatures = split_note(sign_note(TEXT, [OURS]))
    assert text == TEXT
    assert signatures == (Signature(OURS.name, OURS.vkey.key_id, OURS.sign(TEXT.encode())),)


def test_a_verifier_key_cannot_be_made_of_parts_that_do_not_belong_together() -> None:
    with pytest.raises(Malformed):
        VerifierKey(OURS.name, key_id_of("another", OURS.vkey.public), OURS.vkey.public)
