"""Keys that sign and keys that verify: Ed25519, each with a name.

Rule: a key is known by its name and the first four bytes of a hash over name and public key. The secret half
is 32 bytes that are never shown; its file is made for one reader, and a file others can read is not used.
Not here: where keys are kept, and which of them is trusted.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from xiada.engine.errors import Malformed, NotFound, Refused, StoreError
from xiada.engine.log.strict import base64, bytes_in

ED25519 = b"\x01"
"""Signature type of Ed25519 in signed notes."""

SEED = PUBLIC = 32
"""Lengths of secret and public key, bytes."""

_PRIVATE = "PRIVATE+KEY+"
_PARTS = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\Z")
_FILE_LIMIT = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_key_name(name: str) -> bool:
    """Tell whether something can name a key: not empty, no space of any kind, no plus, no control character.

    Example:
        >>> is_key_name("example.com/log"), is_key_name("the log"), is_key_name("a+b")
        (True, False, False)

    Source: c2sp.org/signed-note, Format.
    """
    return bool(name) and not any(map(_unfit, name))


def _unfit(letter: str) -> bool:
    """Tell whether a character cannot stand in the name of a key; half a surrogate pair cannot be written at all."""
    return letter == "+" or letter < " " or letter.isspace() or "\ud800" <= letter <= "\udfff"


def key_id_of(name: str, public: bytes) -> bytes:
    """Return the id of an Ed25519 key, 4 bytes.

    Source: c2sp.org/signed-note, Ed25519 signatures.
    """
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a key; as a string, the line it is handed out as.

    Args:
        name: Who it speaks for, such as `xiada.example/office`.
        key_id: 4 bytes.
        public: The Ed25519 public key, 32 bytes.

    Raises:
        Malformed: The name cannot name a key, a length is wrong, or the id is not that of the key.

    Source: c2sp.org/signed-note.
    """

    name: str
    key_id: bytes
    public: bytes

    def __post_init__(self) -> None:
        """Check that the three belong together."""
        _check_name(self.name)
        if len(self.public) != PUBLIC:
            raise _bad_vkey(f"an Ed25519 public key has 32 bytes, not {len(self.public)}")
        if self.key_id != key_id_of(self.name, self.public):
            raise _bad_vkey("its id is not that of its name and key")

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64(ED25519 + self.public)}"


def parse_vkey(text: str) -> VerifierKey:
    """Return the verifier key a line stands for.

    Raises:
        Malformed: It is not `name+id+base64` of an Ed25519 key, or the id does not belong to it.

    Example:
        >>> parse_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").key_id.hex()
        '530d903a'

    Source: c2sp.org/signed-note, Signature types.
    """
    name, key_id, public = _parts(text, _bad_vkey)
    return VerifierKey(name, key_id, public)


@dataclass(frozen=True)
class SigningKey:
    """A key that signs; its secret is left out of its representation.

    Args:
        name: Who it speaks for.
        seed: The secret, 32 bytes.

    Raises:
        Malformed: The name cannot name a key.

    Example:
        >>> key = SigningKey("example.com/log", bytes(32))
        >>> key
        SigningKey(name='example.com/log')
        >>> verify_signature(key.vkey.public, b"text", key.sign(b"text"))
        True

    Source: RFC 8032 §5.1.
    """

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Check the name and the length."""
        _check_name(self.name)
        assert len(self.seed) == SEED

    @cached_property
    def vkey(self) -> VerifierKey:
        """The public half."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, key_id_of(self.name, public), public)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes, the same each time."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature of a message is that of a key.

    Args:
        public: Ed25519 public key, 32 bytes.
        message: What is signed.
        signature: 64 bytes; any other length verifies nothing.

    Source: RFC 8032 §5.1.7.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def vouched(new: VerifierKey, log: str) -> bytes:
    """Return the bytes a key signs that hands over to the next one."""
    return f"xiada/rotate/v1\n{log}\n{new}\n".encode()


def generate_key(name: str, entropy: Callable[[int], bytes]) -> SigningKey:
    """Return a new key.

    Args:
        name: Who it speaks for.
        entropy: Gives as many random bytes as asked for.

    Raises:
        Malformed: The name cannot name a key.
    """
    return SigningKey(name, entropy(SEED))


def format_key(key: SigningKey) -> str:
    """Return what stands in the file of a signing key: secret, for nobody else."""
    return f"{_PRIVATE}{key.name}+{key.vkey.key_id.hex()}+{base64(ED25519 + key.seed)}\n"


def parse_key(text: str) -> SigningKey:
    """Return the signing key a file holds.

    Raises:
        Malformed: It is not one, of another kind than Ed25519, or its id does not belong to it.
    """
    if not text.startswith(_PRIVATE) or not text.endswith("\n"):
        raise _bad_key("it is not a line that begins with PRIVATE+KEY+")
    name, key_id, seed = _parts(text.removeprefix(_PRIVATE).removesuffix("\n"), _bad_key)
    key = SigningKey(name, seed)
    if key.vkey.key_id != key_id:
        raise _bad_key("its id is not that of its name and key")
    return key


def write_key(path: Path, key: SigningKey) -> None:
    """Write a signing key to a new file that only its owner can read.

    Raises:
        Refused: There is a file of that name; it is left as it is.
        StoreError: The file cannot be written.
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        remedy = "Choose another name, or use the key it holds."
        raise Refused("file_exists", f"{path} is there already", remedy=remedy, path=str(path)) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        _fill(file, format_key(key).encode())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _fill(file: int, content: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    with os.fdopen(file, "wb") as stream:
        os.fchmod(file, 0o600)
        stream.write(content)
        stream.flush()
        os.fsync(file)


def read_key(path: Path) -> SigningKey:
    """Return the signing key of a file.

    Raises:
        NotFound: There is no such file.
        Refused: The file can be read by others than its owner.
        Malformed: It cannot be read, or holds no signing key.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(file, "rb") as stream:
            _check_mode(path, os.fstat(file).st_mode)
            content = stream.read(_FILE_LIMIT + 1)
    except FileNotFoundError as error:
        remedy = "Correct the name, or make a key first."
        raise NotFound("no_key", f"there is no key file {path}", remedy=remedy, path=str(path)) from error
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror})"
        raise Malformed("cannot_read", message, remedy="Check the name and its rights.", file=str(path)) from error
    try:
        return parse_key(content.decode())
    except UnicodeDecodeError as error:
        raise _bad_key("it is not UTF-8 text") from error


def _check_mode(path: Path, mode: int) -> None:
    """Refuse what is no plain file, or lies open to others."""
    if not stat.S_ISREG(mode):
        raise _bad_key("it is not a plain file")
    if mode & _OTHERS:
        remedy = f"Run 'chmod 600 {path}', and replace the key if somebody may have read it."
        message = f"others than its owner can read or change the key file {path}"
        raise Refused("key_exposed", message, remedy=remedy, path=str(path))


def _parts(text: str, bad: Callable[[str], Malformed]) -> tuple[str, bytes, bytes]:
    """Return name, id and key of `name+id+base64` of an Ed25519 key."""
    parts = _PARTS.match(text)
    content = bytes_in(parts[3]) if parts else None
    if not parts or not content or not is_key_name(parts[1]):
        raise bad("it is not written name+id+base64")
    if content[:1] != ED25519:
        raise bad(f"it is a key of type 0x{content[0]:02x}, and only Ed25519 (0x01) is used here")
    if len(content) != 1 + SEED:
        raise bad(f"an Ed25519 key has 32 bytes, not {len(content) - 1}")
    return parts[1], bytes.fromhex(parts[2]), content[1:]


def _check_name(name: str) -> None:
    """Refuse what cannot name a key."""
    if not is_key_name(name):
        remedy = "Use a name such as xiada.example/office, without spaces and plus signs."
        raise Malformed("bad_key_name", "this cannot name a key", remedy=remedy)


def _bad_vkey(why: str) -> Malformed:
    """Return the error of a verifier key."""
    remedy = "Copy the whole line as it was handed out."
    return Malformed("bad_vkey", f"this is not a verifier key: {why}", remedy=remedy)


def _bad_key(why: str) -> Malformed:
    """Return the error of a key file, without a word of what it holds."""
    return Malformed("bad_key", f"this is not a signing key: {why}", remedy="Check the file, or use a backup of it.")


def _unwritable(path: Path, error: OSError) -> StoreError:
    """Return the error of a file that cannot be written."""
    message = f"{path} cannot be written ({error.strerror})"
    return StoreError("cannot_write", message, remedy="Check the folder and its rights.", path=str(path))
