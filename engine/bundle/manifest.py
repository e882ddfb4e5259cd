"""The manifest: which log a bundle holds, and every file of it with size and SHA-256.

Rule: one canonical JSON object, written and read as a stream, so that neither a long log nor a
hostile manifest fills the memory. It is read by its grammar, which knows just one way to write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from xiada.engine import codec
from xiada.engine.bundle.layout import FORMAT, MANIFEST, flawed
from xiada.engine.limits import INTEGER


class Contents(NamedTuple):
    """Which log a bundle holds.

    Args:
        origin: The log's name, with its newest epoch.
        size: Count of events.
        root: RFC 6962 root over them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes


class Row(NamedTuple):
    """One file of a bundle: path, size in bytes, SHA-256 in hex."""

    path: str
    size: int
    digest: str


_HEAD = b'{"files":['
_TAIL = re.compile(
    rb'\],"format":(?P<format>[1-9][0-9]{0,8}),"origin":"(?P<origin>[a-z0-9][a-z0-9._/-]{0,127}/e[1-9][0-9]{0,8})",'
    rb'"root":"(?P<root>[0-9a-f]{64})","size":(?P<size>0|[1-9][0-9]{0,15})\}\Z'
)
_OTHER_FORMAT = re.compile(rb'[,{]"format":(?!1[,}])[1-9]')
_ROW = re.compile(rb'\["(?P<path>(?:[^"\\]|\\.){1,300})",(?P<size>0|[1-9][0-9]{0,15}),"(?P<digest>[0-9a-f]{64})"\]')
_TAIL_BYTES = 512
_ROW_BYTES = 1_024
_CHUNK = 64 * 1024


def format_manifest(contents: Contents, rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the bytes of a manifest.

    Example:
        >>> b"".join(format_manifest(Contents("xiada.example/office/e1", 0, bytes(32)), []))[:41]
        b'{"files":[],"format":1,"origin":"xiada.ex'
    """
    yield _HEAD
    for number, row in enumerate(sorted(rows)):
        yield b"," * (number > 0) + codec.pack(list(row))
    tail = {"format": FORMAT, "origin": contents.origin, "root": contents.root.hex(), "size": contents.size}
    yield b"]," + codec.pack(tail)[1:]


def read_contents(file: BinaryIO) -> Contents:
    """Return which log a bundle holds, from the end of its manifest.

    Raises:
        Tampered: It does not end as a manifest of this format does.
    """
    tail, found = _tail_of(file)
    if found is None:
        raise flawed("format" if _OTHER_FORMAT.search(tail) else "manifest", MANIFEST)
    if int(found["format"]) != FORMAT:
        raise flawed("format", MANIFEST)
    if int(found["size"]) > INTEGER:
        raise flawed("manifest", MANIFEST)
    return Contents(found["origin"].decode(), int(found["size"]), bytes.fromhex(found["root"].decode()))


def _tail_of(file: BinaryIO) -> tuple[bytes, re.Match[bytes] | None]:
    """Return the end of a manifest, and what stands in it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    return tail, _TAIL.search(tail)


def read_rows(file: BinaryIO) -> Iterator[Row]:
    """Yield the files of a bundle, by path, as its manifest lists them.

    Raises:
        Tampered: The manifest is not canonical, or names a file twice.
    """
    last = ""
    for piece in _pieces(file):
        found = _ROW.fullmatch(piece)
        if found is None:
            raise flawed("manifest", MANIFEST)
        row = Row(_text(found["path"]), int(found["size"]), found["digest"].decode())
        if row.path <= last:
            raise flawed("twice", row.path)
        last = row.path
        yield row


def _text(path: bytes) -> str:
    """Return a path as text; whether it may stand there is not said here."""
    try:
        return path.decode()
    except UnicodeDecodeError:
        raise flawed("manifest", MANIFEST) from None


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield what stands between the brackets of `files`, cut at the commas between rows."""
    _, found = _tail_of(file)
    end = file.seek(0, 2) - (len(found[0]) if found else 0)
    file.seek(0)
    if file.read(len(_HEAD)) != _HEAD or end < len(_HEAD):
        raise flawed("manifest", MANIFEST)
    left, rest = end - len(_HEAD), b""
    if not left:
        return
    while left:
        chunk = file.read(min(left, _CHUNK))
        *rows, rest = (rest + chunk).split(b"],")
        yield from (row + b"]" for row in rows)
        if not chunk or len(rest) > _ROW_BYTES:
            raise flawed("manifest", MANIFEST)
        left -= len(chunk)
    yield rest
