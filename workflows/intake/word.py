"""The text of a Word file (.docx): paragraphs and tables in their order, through python-docx.

Rule: the directory of the archive is judged before anything is unpacked: count of parts, their size
together, and how far each has been packed. No part may declare a document type, so no entity can
grow. Deleted text, fallbacks for old programs, headers, footers, footnotes and pictures are left out,
and so are numbers that Word itself counts (automatic lists).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from xiada.engine.errors import Malformed, StoreError

PARTS = 2_000
UNPACKED_BYTES = 60_000_000
BODY_BYTES = 16_000_000
RATIO, RATIO_FROM_BYTES = 100, 8_000_000
"""A part of more than so many bytes may not have been packed to less than a hundredth."""

_BODY = "word/document.xml"
_WRITING = (".xml", ".rels")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = (f"{_W}del", f"{_W}moveFrom", _FALLBACK)


def text_of(content: bytes) -> str:
    """Return the text of a Word file; cells of a row are parted by tabs.

    Raises:
        Malformed: It is no Word file, broken, or unpacks to more than the limits allow.
        StoreError: python-docx is not installed.
    """
    body = getattr(_opened(_writing_alone(content)).element, "body", None)
    if body is None:
        raise _broken()
    for gone in list(body.iter(*_LEFT_OUT)):
        gone.getparent().remove(gone)
    return "".join(_pieces(body)).lstrip("\n")


def _writing_alone(content: bytes) -> io.BytesIO:
    """Return the archive with its writing alone, not packed: other parts are there by name, empty."""
    alone = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(alone, "w") as kept:
            parts = archive.infolist()
            _judge_sizes(parts)
            if _BODY not in archive.namelist():
                raise _other()
            for part in {part.filename: part for part in parts}.values():
                kept.writestr(part.filename, _unpacked(archive, part) if part.filename.endswith(_WRITING) else b"")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise _broken() from error
    return alone


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Return a part, never more than the directory says, and no document type: Word declares none, entities grow."""
    with archive.open(part) as packed:
        found = packed.read(part.file_size + 1)
    if b"<!DOCTYPE" in found.replace(b"\x00", b""):
        raise _broken()
    return found


def _judge_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse too many parts, too much in them, or any packed as no writing is."""
    unpacked = sum(part.file_size for part in parts)
    packed_too_well = any(
        part.file_size > RATIO_FROM_BYTES and part.file_size > RATIO * max(part.compress_size, 1) for part in parts
    )
    body = sum(part.file_size for part in parts if part.filename.endswith(_WRITING))
    if len(parts) > PARTS or unpacked > UNPACKED_BYTES or body > BODY_BYTES or packed_too_well:
        raise Malformed(
            "unpacks_too_large",
            f"the Word file would unpack to {unpacked:,} bytes in {len(parts):,} parts",
            remedy="Is this a notice? Save its text as a file of its own.",
            found=unpacked,
            parts=len(parts),
        )


def _opened(content: io.BytesIO) -> Any:
    """Return the file as python-docx sees it."""
    try:
        import docx  # noqa: PLC0415  (only those who read Word files need it)
    except ImportError as error:
        raise StoreError(
            "no_document_library",
            "Word files need python-docx, which is not installed",
            remedy="Run: pip install 'xiada[documents]'.",
            library="python-docx",
        ) from error
    try:
        return docx.Document(content)
    except Exception as error:
        raise _broken() from error


def _pieces(body: Any) -> Iterator[str]:
    """Yield the text in its order: every paragraph and row on a line, cells parted by tabs."""
    fresh = False
    for element in body.iter():
        if element.tag == f"{_W}t":
            yield element.text or ""
        elif element.tag in (f"{_W}tab", f"{_W}ptab") and element.getparent().tag == f"{_W}r":
            yield "\t"
        elif element.tag in (f"{_W}br", f"{_W}cr", f"{_W}tr") or (element.tag == f"{_W}p" and not fresh):
            yield "\n"
        elif element.tag == f"{_W}tc" and element.getprevious() is not None:
            yield "\t" if any(one.tag == element.tag for one in element.itersiblings(preceding=True)) else ""
        fresh = element.tag in (f"{_W}tr", f"{_W}tc") or (fresh and element.tag in _PROPERTIES)


_PROPERTIES = tuple(f"{_W}{name}" for name in ("tcPr", "tcW", "trPr", "vMerge", "gridSpan", "vAlign", "trHeight"))
"""What may stand between the start of a cell and its first paragraph."""


def _other() -> Malformed:
    """Return the error for an archive that holds no Word text."""
    return Malformed(
        "other_archive",
        "this is an archive or a document of another kind, not a Word file",
        remedy="Hand in the notice as .docx, PDF or text.",
    )


def _broken() -> Malformed:
    """Return the error for a file that cannot be read as Word."""
    return Malformed(
        "broken_document",
        "the Word file is broken",
        remedy="Open it in a word processor, save it anew, and try again.",
    )
