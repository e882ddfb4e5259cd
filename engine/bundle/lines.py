"""The `.jsonl` files: one canonical value a line, sorted, so that one is found without reading all.

Rule: a line is read only if it is canonical, has just the fields of its file, and comes after the
line before it. What a line says of the log is for the audit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import orjson

from xiada.engine import codec
from xiada.engine.bundle.layout import ANSWERS, BLOBS, LINE_BYTES, TEXTS, flawed
from xiada.engine.errors import Malformed, Tampered
from xiada.engine.ports import Kept

Line: TypeAlias = dict[str, Any]
_SALT = re.compile(r"[0-9a-f]{32}\Z")
KINDS = ("notice", "list", "lifecycle")
"""What lies beside a log under its name."""


def _is_count(value: object) -> bool:
    """Tell whether a value is a whole number from zero on."""
    return type(value) is int and value >= 0


def _is_text(value: object) -> bool:
    """Tell whether a value is text."""
    return isinstance(value, str)


class Form(NamedTuple):
    """How the lines of a file are written: the field they are sorted by, and what each field must be."""

    key: str
    fields: Mapping[str, Callable[[object], bool]]


FORMS: Mapping[str, Form] = {
    BLOBS: Form("name", {"body": _is_text, "kind": lambda value: value in KINDS, "name": codec.is_digest}),
    TEXTS: Form(
        "commitment",
        {
            "commitment": codec.is_digest,
            "salt": lambda value: isinstance(value, str) and _SALT.match(value) is not None,
            "text": _is_text,
        },
    ),
    ANSWERS: Form(
        "key",
        {
            "count": _is_count,
            "index": _is_count,
            "key": _is_text,
            "target": _is_text,
            "trigger": _is_text,
            "unit": _is_text,
        },
    ),
}


def _format(**fields: object) -> bytes:
    """Return a line.

    Raises:
        Tampered: What a store keeps could not have been written by Xiada.
    """
    try:
        return codec.encode(fields) + b"\n"
    except Malformed as error:
        raise _damaged("of a text or a key") from error


def blob_line(name: str, body: bytes) -> bytes:
    """Return the line of a notice, a side list or a lifecycle.

    Raises:
        Tampered: It is none that has this name.
    """
    kind = next((kind for kind in KINDS if codec.named(kind, body) == name), None)
    if kind is None:
        raise _damaged(f"of what lies under {name[:12]}")
    return _format(body=body.decode(), kind=kind, name=name)


def text_line(commitment: str, salt: bytes, text: bytes) -> bytes:
    """Return the line of an erasable text.

    Raises:
        Tampered: It is not the text committed to.
    """
    if len(salt) != 16 or codec.commitment(salt, text) != commitment:
        raise _damaged(f"of the text under {commitment[:12]}")
    return _format(commitment=commitment, salt=salt.hex(), text=text.decode())


def answer_line(key: str, kept: Kept) -> bytes:
    """Return the line of an idempotency key."""
    return _format(
        key=key, index=kept.index, count=kept.count, trigger=kept.trigger, target=kept.target, unit=kept.unit
    )


def kept_in(line: Line) -> Kept:
    """Return what the key of a line stands for."""
    return Kept(line["index"], line["count"], line["trigger"], line["target"], line["unit"])


def lines_in(path: str, file: BinaryIO) -> Iterator[Line]:
    """Yield the lines of a file from its beginning, each checked; `path` says which file it is.

    Raises:
        Tampered: A line is not canonical, has other fields, or is not in order.
    """
    last, form = "", FORMS[path]
    while raw := file.readline(LINE_BYTES):
        line = _read(path, raw)
        if line[form.key] <= last:
            raise flawed("order", path)
        last = line[form.key]
        yield line


def _read(path: str, raw: bytes) -> Line:
    """Return the value of a line.

    Raises:
        Tampered: It is not canonical, or has other fields.
    """
    fields = FORMS[path].fields
    try:
        line = codec.decode(raw[:-1]) if raw.endswith(b"\n") else None
    except Tampered:
        line = None
    if not isinstance(line, dict) or line.keys() != fields.keys():
        raise flawed("line", path)
    if not all(good(line[name]) for name, good in fields.items()):
        raise flawed("line", path)
    return line


def find_line(path: str, file: BinaryIO, key: str) -> Line | None:
    """Return the line of a key, None if there is none, by halving the file.

    Raises:
        Tampered: A line on the way is not one of such a file.
    """
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        place = _begin(file, low, middle)
        if place >= high:
            high = middle
            continue
        raw = file.readline(LINE_BYTES)
        found = _key_of(path, raw)
        if found == key:
            return _read(path, raw)
        low, high = (place + len(raw), high) if found < key else (low, middle)
    return None


def _begin(file: BinaryIO, low: int, middle: int) -> int:
    """Go to the first line that begins at a place or after it, and return where that is."""
    file.seek(max(low, middle - 1))
    if middle > low:
        file.readline(LINE_BYTES)
    return file.tell()


def _key_of(path: str, raw: bytes) -> str:
    """Return what a line is sorted by."""
    try:
        found = orjson.loads(raw)[FORMS[path].key]
    except (ValueError, TypeError, KeyError):
        raise flawed("line", path) from None
    if not isinstance(found, str):
        raise flawed("line", path)
    return found


def _damaged(which: str) -> Tampered:
    """Return the error for a row that a store should not hold."""
    return Tampered("bad_row", f"a row {which} is not what was written", remedy="Run 'xiada audit verify' on a copy.")
