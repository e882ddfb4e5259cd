"""A document's bytes made text: UTF-8, GB18030, UTF-16 with a mark, Word (.docx), and PDF that holds text.

Rule: what a file is, its first bytes say, never its name; every size has a limit, looked at before the
work it would cost. Nothing is repaired: what cannot be read is refused with a reason and a remedy. It
opens no file, reads no picture (no OCR), follows no link and asks no network.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from xiada.engine.errors import Malformed
from xiada.workflows.intake import pdf, word

FILE_BYTES = 20_000_000
"""No document may be larger; a caller that reads a file need read no more than one byte beyond."""

TEXT_BYTES = 2_000_000
"""No plain text may be larger, and no text, wherever it came from, larger in UTF-8."""

LINE_CHARS = 10_000
"""No line may be longer: a whole notice on one line is shorter, and what is longer is no writing."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ("utf-8", "gb18030")
_PDF, _PDF_WITHIN = b"%PDF-", 1_024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURE = re.compile(rb"RIFF.{4}WEBP|.{4}ftyp(?:hei|hev|mif|msf|avi)|BM.{4}\0{4}", re.DOTALL)
"""Pictures whose mark is not their very first bytes: those of telephones among them."""
_PHOTOGRAPH = (
    "picture", "this is a picture, not a text", "Run text recognition (OCR) on it first, or hand in the text"
)  # fmt: skip
_FOREIGN: Mapping[bytes, tuple[str, str, str]] = {
    **dict.fromkeys((b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\x00", b"MM\x00*"), _PHOTOGRAPH),
    b"\xd0\xcf\x11\xe0": (
        "old_word",
        "this is a Word file of the old kind (.doc), a .wps, or a file with a password",
        "Open it and save it as .docx, without a password",
    ),
    b"{\\rtf": ("old_word", "this is an RTF file", "Open it and save it as .docx"),
}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_WEB_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)


def read_document(content: bytes) -> str:
    r"""Return the text of a document, as it stands there: line ends are kept as they are.

    Args:
        content: The whole file, at most `FILE_BYTES`.

    Returns:
        The text, without a byte order mark.

    Raises:
        Malformed: It is empty, too large, a picture, an old Word file, encrypted, broken, or no text.
        StoreError: The library that reads such files is not installed.

    Example:
        >>> read_document("关于报送总结的通知\r\n".encode("gb18030"))
        '关于报送总结的通知\r\n'
    """
    if not content.strip(b" \t\r\n"):
        raise Malformed("empty_document", "the document is empty", remedy="Hand in the text of a notice.")
    if len(content) > FILE_BYTES:
        raise too_large(FILE_BYTES)
    return _fitting(_text_of(content))


def too_large(most: int) -> Malformed:
    """Return the error for a document of more than `most` bytes."""
    return Malformed(
        "document_too_large",
        f"the document is larger than {most:,} bytes",
        remedy="Hand in the notice alone, without what is bound with it.",
        limit=most,
    )


def _text_of(content: bytes) -> str:
    """Return what the first bytes promise."""
    if _PDF in content[:_PDF_WITHIN]:
        return pdf.text_of(content, TEXT_BYTES)
    if content.startswith(_ZIP):
        return word.text_of(content)
    foreign = (
        _PHOTOGRAPH
        if _PICTURE.match(content)
        else next((said for magic, said in _FOREIGN.items() if content.startswith(magic)), None)
    )
    if foreign is not None:
        code, what, remedy = foreign
        raise Malformed(code, what, remedy=f"{remedy}.")
    if len(content) > TEXT_BYTES:
        raise too_large(TEXT_BYTES)
    return _decoded(content)


def _decoded(content: bytes) -> str:
    """Return plain text by its byte order mark, else as UTF-8, else as GB18030."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for name in (marked,) if marked else _UNMARKED:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        return _plain(text)
    raise Malformed(
        "not_text",
        "the document is neither UTF-8, GB18030 nor UTF-16 text",
        remedy="Save it as UTF-8 text, .docx or PDF.",
    )


def _plain(text: str) -> str:
    """Return decoded text that is one: no control characters, no page of the web."""
    found = _CONTROL.search(text)
    if found is not None:
        raise Malformed(
            "control_character",
            f"the document holds the control character U+{ord(found.group()):04X} at character {found.start() + 1:,}",
            remedy="It is no plain text, or a damaged one: save it anew as UTF-8 text.",
            character=f"U+{ord(found.group()):04X}",
            character_at=found.start() + 1,
        )
    if _WEB_PAGE.match(text):
        raise Malformed("web_page", "this is the source of a web page", remedy="Save it as text, .docx or PDF.")
    return text


def _fitting(text: str) -> str:
    """Return a text that is not too long and says anything at all."""
    if len(text.encode("utf-8", "surrogatepass")) > TEXT_BYTES:
        raise too_large(TEXT_BYTES)
    if not text.strip():
        raise Malformed("empty_document", "the document is empty", remedy="Hand in the text of a notice.")
    longest = max(map(len, text.splitlines()))
    if longest > LINE_CHARS:
        raise Malformed(
            "line_too_long",
            f"the document has a line of {longest:,} characters, more than {LINE_CHARS:,}",
            remedy="Hand in the notice with its paragraphs on lines of their own.",
            found=longest,
            limit=LINE_CHARS,
        )
    return text
