"""Keys: Ed25519 as RFC 8032 has it, names and ids as signed notes have them, and files for one reader."""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import CountedEntropy, in_subprocess

from xiada.engine.errors import Malformed, NotFound, Refused, StoreError
from xiada.engine.log.keys import (
    SigningKey,
    VerifierKey,
    format_key,
    generate_key,
    key_id_of,
    parse_key,
    parse_vkey,
    read_key,
    verify_signature,
    write_key,
)

VECTOR = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
KEY = SigningKey("log.test/a", bytes(range(32)))

names = st.text(
    st.characters(exclude_characters="+", exclude_categories=("Zs", "Zl", "Zp", "Cc", "Cs")), min_size=1, max_size=20
)
seeds = st.binary(min_size=32, max_size=32)


# Ed25519

RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_a_signature_is_that_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    key = SigningKey("rfc8032", bytes.fromhex(seed))
    assert key.vkey.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert verify_signature(key.vkey.public, bytes.fromhex(message), bytes.fromhex(signature))


@given(seeds, st.binary(max_size=100))
def test_a_key_signs_the_same_each_time_and_verifies_what_it_signed(seed: bytes, message: bytes) -> None:
    key = SigningKey("a", seed)
    assert key.sign(message) == key.sign(message)
    assert verify_signature(key.vkey.public, message, key.sign(message))


@given(st.integers(0, 511), st.integers(0, 255), st.integers(0, 39))
def test_a_bit_flipped_in_signature_key_or_message_verifies_nothing(
    of_signature: int, of_key: int, of_text: int
) -> None:
    def flipped(content: bytes, bit: int) -> bytes:
        return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(content))

    public, message, signature = KEY.vkey.public, b"hello", KEY.sign(b"hello")
    assert not verify_signature(public, message, flipped(signature, of_signature))
    assert not verify_signature(flipped(public, of_key), message, signature)
    assert not verify_signature(public, flipped(message, of_text), signature)


@pytest.mark.parametrize("length", [0, 1, 31, 33, 63, 65, 128])
def test_a_key_or_signature_of_another_length_verifies_nothing(length: int) -> None:
    assert not verify_signature(bytes(length), b"", KEY.sign(b""))
    assert not verify_signature(KEY.vkey.public, b"", bytes(length))


# Names and ids


def test_the_published_verifier_key_is_read_and_its_id_belongs_to_it() -> None:
    key = parse_vkey(VECTOR)
    assert (key.name, key.key_id.hex()) == ("example.com/foo", "530d903a")
    assert key.public.hex() == "e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4"
    assert key.key_id == sha256(b"example.com/foo\n\x01" + key.public).digest()[:4]
    assert str(key) == VECTOR


@given(names, seeds)
def test_a_verifier_key_read_again_is_the_same(name: str, seed: bytes) -> None:
    key = SigningKey(name, seed).vkey
    assert parse_vkey(str(key)) == key


@given(st.text(VECTOR, max_size=90))
def test_a_line_that_is_read_is_written_the_same(line: str) -> None:
    try:
        key = parse_vkey(line)
    except Malformed:
        return
    assert str(key) == line


def vkey_of(content: bytes, name: str = "example.com/foo") -> str:
    """Return a verifier key line of any bytes, with the id that belongs to them."""
    key_id = sha256(name.encode() + b"\n" + content).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(content).decode()}"


@pytest.mark.parametrize("kind", [0, 2, 3, 4, 5, 6, 0xFF])
def test_a_key_of_another_type_is_refused_and_the_type_is_said(kind: int) -> None:
    with pytest.raises(Malformed, match=f"of type 0x{kind:02x}, and only Ed25519") as caught:
        parse_vkey(vkey_of(bytes([kind]) + bytes(32)))
    assert caught.value.code == "bad_vkey"


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_a_verifier_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(Malformed, match=f"not {length}"):
        parse_vkey(vkey_of(b"\x01" + bytes(length)))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "+",
        "++",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903a+",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        VECTOR.replace("530d903a", "530D903A"),
        VECTOR.replace("530d903a", "530d903"),
        VECTOR.replace("530d903a", "0530d903a"),
        VECTOR.replace("530d903a", "530d903b"),
        VECTOR.replace("foo", "bar"),
        VECTOR.replace("foo", "f oo"),
        VECTOR.replace("foo", "f+oo"),
        VECTOR.replace("foo", "f\u3000oo"),
        VECTOR.replace("foo", "f\too"),
        VECTOR.replace("foo", "f\x01oo"),
        VECTOR.replace("foo", "f\ud800oo"),
        VECTOR.replace("3U2k", "3U2l"),
        VECTOR[:-1],
        VECTOR + "=",
        VECTOR + "\n",
        VECTOR + "+",
        VECTOR + " ",
        " " + VECTOR,
        "\ufeff" + VECTOR,
        "PRIVATE+KEY+" + VECTOR,
    ],
)
def test_a_line_that_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_vkey(line)
    assert caught.value.code == "bad_vkey"


@pytest.mark.parametrize("name", ["", " ", "a b", "a+b", "a\nb", "a\tb", "a\x00", "a\u00a0b", "a\u2028", "\ud800"])
def test_a_name_with_a_space_a_plus_or_a_control_character_names_no_key(name: str) -> None:
    for make in (lambda: SigningKey(name, bytes(32)), lambda: VerifierKey(name, bytes(4), bytes(32))):
        with pytest.raises(Malformed) as caught:
            make()
        assert caught.value.code == "bad_key_name"


def test_a_verifier_key_with_the_id_of_another_is_never_made() -> None:
    public = KEY.vkey.public
    with pytest.raises(Malformed, match="id is not that"):
        VerifierKey("log.test/b", KEY.vkey.key_id, public)
    with pytest.raises(Malformed, match="32 bytes"):
        VerifierKey("log.test/a", key_id_of("log.test/a", public[:31]), public[:31])


# Secrets


def test_a_new_key_is_made_of_the_entropy_it_is_given() -> None:
    assert generate_key("a", CountedEntropy()) == generate_key("a", CountedEntropy())
    entropy = CountedEntropy()
    assert generate_key("a", entropy) != generate_key("a", entropy)
    with pytest.raises(AssertionError):
        generate_key("a", lambda count: bytes(count - 1))


def test_a_secret_is_never_shown() -> None:
    assert repr(KEY) == "SigningKey(name='log.test/a')"
    assert KEY.seed.hex() not in f"{KEY} {KEY.vkey!r}"


def test_a_bad_key_file_is_refused_without_a_word_of_what_it_holds() -> None:
    with pytest.raises(Malformed) as caught:
        parse_key(format_key(KEY).replace("a+", "b+", 1))
    assert b64encode(b"\x01" + KEY.seed).decode()[:8] not in f"{caught.value} {caught.value.data}"


def test_looking_at_notes_loads_no_cryptography() -> None:
    done = in_subprocess(
        "import sys\nimport xiada.engine.log.note, xiada.engine.log.checkpoint, xiada.engine.log.proofs\n"
        "assert 'cryptography' not in sys.modules"
    )
    assert done.returncode == 0, done.stderr


# Files


def test_a_key_written_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    write_key(path, KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path) == KEY


def test_a_key_file_is_one_line_as_go_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    write_key(path, KEY)
    content = b64encode(b"\x01" + KEY.seed).decode()
    assert path.read_text("utf-8") == f"PRIVATE+KEY+log.test/a+{KEY.vkey.key_id.hex()}+{content}\n"


@given(names, seeds)
def test_a_key_file_read_again_is_the_same_key(name: str, seed: bytes) -> None:
    key = SigningKey(name, seed)
    assert parse_key(format_key(key)) == key


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_a_key_file_is_private_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_key(tmp_path / "log.key", KEY)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "log.key").stat().st_mode) == 0o600


def test_a_key_is_never_written_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    path.write_text("precious")
    with pytest.raises(Refused) as caught:
        write_key(path, KEY)
    assert caught.value.code == "file_exists"
    assert path.read_text("utf-8") == "precious"


def test_a_key_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "log.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        write_key(tmp_path / "log.key", KEY)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        write_key(tmp_path / "none" / "log.key", KEY)
    assert caught.value.code == "cannot_write"


def test_a_key_that_could_not_be_written_whole_leaves_no_file(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk."""
    path = tmp_path / "log.key"
    done = in_subprocess(
        f"""
        import resource, signal
        from pathlib import Path
        from xiada.engine.errors import StoreError
        from xiada.engine.log.keys import SigningKey, write_key
        key = SigningKey("a", bytes(32))
        key.vkey
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8, 8))
        try:
            write_key(Path({str(path)!r}), key)
        except StoreError as error:
            assert error.code == "cannot_write"
        else:
            raise AssertionError("written")
        """
    )
    assert done.returncode == 0, done.stderr
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o777])
def test_a_key_file_open_to_others_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "log.key"
    write_key(path, KEY)
    path.chmod(mode)
    with pytest.raises(Refused, match="chmod 600") as caught:
        read_key(path)
    assert caught.value.code == "key_exposed"
    path.chmod(0o400)
    assert read_key(path) == KEY


def test_a_key_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        read_key(tmp_path / "none.key")
    assert caught.value.code == "no_key"


def test_a_folder_or_a_pipe_is_no_key_file_and_nothing_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(Malformed, match="not a plain file"):
        read_key(tmp_path / "pipe")
    with pytest.raises(Malformed, match="cannot be read"):
        read_key(tmp_path)


LINE = format_key(KEY)
WORD = LINE.rstrip("\n").rpartition("+")[2]


def key_of(content: bytes) -> str:
    """Return a key file of any bytes."""
    return f"PRIVATE+KEY+a+00000000+{b64encode(content).decode()}\n"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        LINE[:-1],
        LINE + "\n",
        LINE + LINE,
        " " + LINE,
        LINE.replace("\n", "\r\n"),
        LINE.replace("PRIVATE", "private"),
        LINE.replace("PRIVATE+KEY+", ""),
        LINE.replace("log.test/a", "log.test/b"),
        LINE.replace("log.test/a", "log.test /a"),
        LINE.replace(KEY.vkey.key_id.hex(), "00000000"),
        LINE.replace(WORD, WORD[:-4]),
        LINE.replace(WORD, WORD + "===="),
        LINE.replace(WORD, b64encode(b"\x01" + bytes(32)).decode()),
        str(KEY.vkey) + "\n",
        key_of(b""),
        key_of(b"\x01" + bytes(31)),
        key_of(b"\x01" + bytes(64)),
        key_of(b"\x02" + bytes(32)),
        key_of(b"\x04" + bytes(32)),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        LINE + "x" * 1_000_000,
    ],
)
def test_a_file_that_holds_no_signing_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "log.key"
    path.write_bytes(content.encode())
    path.chmod(0o600)
    with pytest.raises(Malformed) as caught:
        read_key(path)
    assert caught.value.code == "bad_key"


def test_a_file_of_bytes_that_are_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    path.write_bytes(b"\xff\xfe" + bytes(40))
    path.chmod(0o600)
    with pytest.raises(Malformed, match="not UTF-8"):
        read_key(path)
