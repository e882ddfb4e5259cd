"""The text of a PDF, page by page, through pypdf.

Rule: pages, the bytes that draw a page and the steps of drawing are counted, and beyond the limits the
file is refused: a clock would give another answer on another machine. A page without text is passed
over; a file without any is a picture. It runs no script, follows no link and recognises no writing
in pictures; files that ask for a password are refused.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from xiada.engine.errors import Malformed, StoreError

PAGES = 300
PAGE_BYTES = 1_000_000
STEPS = 600_000


def text_of(content: bytes, most: int) -> str:
    """Return the text of a PDF, pages parted by an empty line.

    Args:
        content: The whole file.
        most: Reading stops soon after so many characters.

    Raises:
        Malformed: It is encrypted, broken, too long, or holds no text.
        StoreError: pypdf is not installed.
    """
    reader = _opened(content)
    try:
        pages = list(_pages(reader, most))
    except Malformed:
        raise
    except Exception as error:
        raise _broken() from error
    if not "".join(pages).strip():
        raise Malformed(
            "picture",
            "there is no text in the PDF: its pages are pictures",
            remedy="Run text recognition (OCR) on it first, or hand in the text.",
        )
    return "\n\n".join(pages)


def _opened(content: bytes) -> Any:
    """Return the file as pypdf sees it, without a password."""
    try:
        import pypdf  # noqa: PLC0415  (only those who read PDF need it)
    except ImportError as error:
        raise StoreError(
            "no_document_library",
            "PDF needs pypdf, which is not installed",
            remedy="Run: pip install 'xiada[documents]'.",
            library="pypdf",
        ) from error
    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # else it would print its remarks on stderr
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
    except Exception as error:
        raise _broken() from error
    if locked:
        raise Malformed("encrypted_document", "the PDF asks for a password", remedy="Save a copy without one.")
    return reader


def _pages(reader: Any, most: int) -> Iterator[str]:
    """Yield the text of each page, at most a little more than `most` characters in all."""
    if len(reader.pages) > PAGES:
        raise _too_much(f"{len(reader.pages):,} pages")
    budget, length = _Budget(STEPS), 0
    for page in reader.pages:
        if sum(map(len, _drawings(page))) > PAGE_BYTES:
            raise _too_much(f"a page of more than {PAGE_BYTES:,} bytes")
        text = page.extract_text(visitor_operand_before=budget.spend) or ""
        yield text
        length += len(text)
        if length > most:
            return


def _drawings(page: Any) -> Iterator[bytes]:
    """Yield what draws a page, unpacked: its own contents, and each form it may use, once."""
    contents = page.get_contents()
    yield b"" if contents is None else contents.get_data()
    seen: set[int] = set()
    waiting = [page]
    while waiting:
        for drawn in _forms(waiting.pop()):
            if id(drawn) not in seen:
                seen.add(id(drawn))
                waiting.append(drawn)
                yield drawn.get_data()


def _forms(user: Any) -> Iterator[Any]:
    """Yield the forms a page, or another form, may draw."""
    resources = user["/Resources"] if "/Resources" in user else {}  # noqa: SIM401  ([] follows references, get does not)
    members = resources["/XObject"] if "/XObject" in resources else {}  # noqa: SIM401
    for name in members:
        if members[name].get("/Subtype") == "/Form":
            yield members[name]


class _Budget:
    """Counts steps of drawing down.

    Args:
        steps: How many there may be.
    """

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, *_: object) -> None:
        """Take one step."""
        self._left -= 1
        if self._left < 0:
            raise _too_much(f"more than {STEPS:,} steps of drawing")


def _too_much(what: str) -> Malformed:
    """Return the error for a PDF that is no notice by its size."""
    return Malformed(
        "pdf_too_long",
        f"the PDF has {what}",
        remedy="Hand in the pages of the notice alone.",
        what=what,
    )


def _broken() -> Malformed:
    """Return the error for a file that cannot be read as PDF."""
    return Malformed("broken_document", "the PDF is broken", remedy="Save it anew, or hand in the text.")
