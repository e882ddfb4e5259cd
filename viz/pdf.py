"""Drawings as one PDF: a sheet of paper each, text that can be searched, bookmarks, the language they are in.

Rule: letters on paper are never below 6.5 points: a drawing that would have to be made smaller to fit A3 is refused.
The same drawings give the same bytes on one machine: what Graphviz notes of the moment is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from math import ceil
from typing import TYPE_CHECKING, cast

from xiada.engine.errors import Malformed
from xiada.viz.dot import to_dot
from xiada.viz.drawing import Box, Drawing
from xiada.viz.pages import LEAST_LETTERS, PAPERS
from xiada.viz.render import LOOK_UP_S, Engine, RenderError, Together, drawn
from xiada.viz.text import shown
from xiada.viz.worker import NEXT

if TYPE_CHECKING:
    from pypdf import PdfWriter
    from pypdf.generic import IndirectObject, PdfObject, StreamObject

AT_ONCE = 2
"""So many processes render at the same time."""

IN_ONE_PROCESS = 25
"""So many pages are rendered by one process."""

_BETWEEN = re.compile(rb"(?<=%%EOF\n)(?=%PDF-1\.)")
"""Where one document ends and the next begins; by chance in one of 2^100 places of what is compressed."""

_GLYPH = 2
"""Texts of at most so many characters are glyphs, which are seen and not read."""

_MARGIN = 36
"""Points that Graphviz leaves around a PDF."""

_SLACK = 0.001
_PAGE_LINK = re.compile(r"#page=([1-9][0-9]{0,5})\Z")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of paper and where a drawing stands on it, in points; y upwards."""

    width: float
    height: float
    scale: float
    left: float
    bottom: float


def to_pdf(drawings: Sequence[Drawing], *, engine: Engine | None = None) -> bytes:
    """Return drawings as one PDF, a page for each.

    Each stands on A4 if it can be read there, else on A3, upright or lying, and is not made larger than it is.
    Bookmarks follow the titles; a page of a tree that goes on from another stands below that one's.

    Args:
        drawings: At least one; the first gives title and language.
        engine: As for `render`.

    Raises:
        Malformed: No drawing, or a link that is neither `https:` nor relative.
        RenderError: One does not fit on A3 at a size that can be read; else see `render`.
    """
    if not drawings:
        raise Malformed("no_drawing", "there is no drawing to put on paper", remedy="Hand over at least one.")
    sheets = [_sheet(drawing) for drawing in drawings]
    return _bound(drawings, sheets, _rendered(drawings, engine))


def _rendered(drawings: Sequence[Drawing], engine: Engine | None) -> list[bytes]:
    """Return each drawing as a PDF of its own; few processes draw many."""
    size = min(IN_ONE_PROCESS, ceil(len(drawings) / AT_ONCE))
    runs = [drawings[start : start + size] for start in range(0, len(drawings), size)]
    together = Together()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = [pool.submit(_run, run, engine, together) for run in runs]
        try:
            return [*chain.from_iterable(map(_result, made))]
        except BaseException:  # an interrupt, or a failure of one of them: the others would be waited for
            pool.shutdown(wait=False, cancel_futures=True)
            together.give_up()
            raise


def _result(made: Future[list[bytes]]) -> list[bytes]:
    """Return what a thread came to, when it has."""
    while not made.done():
        wait([made], LOOK_UP_S)
    return made.result()


def _run(drawings: Sequence[Drawing], engine: Engine | None, together: Together) -> list[bytes]:
    """Return drawings as PDF, rendered by one process, which writes one document behind the other."""
    dot = NEXT.join(map(to_dot, drawings))
    found = _BETWEEN.split(drawn((dot,), "pdf", engine=engine, together=together))
    assert len(found) == len(drawings), "one document for each graph"
    return found


def _sheet(drawing: Drawing) -> _Sheet:
    """Return the smallest sheet on which a drawing can be read, the drawing at its top, in the middle."""
    least = min(1.0, LEAST_LETTERS / _smallest_letters(drawing))
    for long, short in (PAPERS["a4"], PAPERS["a3"]):
        lying = drawing.width >= drawing.height
        width, height = (long, short) if lying else (short, long)
        scale = min(1.0, width / drawing.width, height / drawing.height)
        if scale >= least - _SLACK:
            left, bottom = (width - scale * drawing.width) / 2, height - scale * drawing.height
            return _Sheet(width, height, scale, left, bottom)
    raise RenderError(
        "too_large_for_paper",
        f"a drawing of {drawing.width:.0f} by {drawing.height:.0f} points could not be read on A3",
        remedy="Draw fewer boxes or rows, take the pages of the tree, or ask for svg.",
        kind=drawing.kind,
    )


def _smallest_letters(drawing: Drawing) -> int:
    """Return the size of the smallest letters of a drawing, glyphs not counted."""
    boxes = chain(drawing.nodes, drawing.captions)
    cells = (cell for box in boxes for column in box.columns for row in column.rows for cell in row.cells)
    return min((cell.size for cell in cells if len(cell.text) > _GLYPH), default=1)


def _bound(drawings: Sequence[Drawing], sheets: Sequence[_Sheet], pictures: Sequence[bytes]) -> bytes:
    """Return rendered drawings bound into one document."""
    from pypdf import PdfWriter  # noqa: PLC0415  (nobody pays for it who does not print)

    writer = PdfWriter()
    for drawing, sheet, picture in zip(drawings, sheets, pictures, strict=True):
        _add_page(writer, drawing, sheet, picture)
    for number, drawing in enumerate(drawings):
        _add_links(writer, number, drawing, sheets[number])
    _add_bookmarks(writer, drawings)
    _add_facts(writer, drawings[0])
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def _add_page(writer: PdfWriter, drawing: Drawing, sheet: _Sheet, picture: bytes) -> None:
    """Add a sheet in the colour of the paper, with the drawing on it."""
    from pypdf.generic import DictionaryObject, NameObject, StreamObject  # noqa: PLC0415

    page = writer.add_blank_page(width=sheet.width, height=sheet.height)
    red, green, blue = (int(drawing.paper[place : place + 2], 16) / 255 for place in (1, 3, 5))
    ground = f"{red:.4g} {green:.4g} {blue:.4g} rg 0 0 {sheet.width:g} {sheet.height:g} re f"
    left, bottom = sheet.left - sheet.scale * _MARGIN, sheet.bottom - sheet.scale * _MARGIN
    place = f"{sheet.scale:.6g} 0 0 {sheet.scale:.6g} {left:.6g} {bottom:.6g} cm"
    content = StreamObject()
    content.set_data(f"q {ground} Q q {place} /Drawing Do Q".encode())
    names = DictionaryObject({NameObject("/Drawing"): _form(writer, picture)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): names})
    page[NameObject("/Contents")] = writer._add_object(content)  # noqa: SLF001  (pypdf has no public way)


def _form(writer: PdfWriter, picture: bytes) -> IndirectObject:
    """Return a rendered page as something that can be drawn on another: its content is taken over as it is."""
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.generic import NameObject, NumberObject  # noqa: PLC0415

    [source] = PdfReader(BytesIO(picture)).pages
    found = cast("StreamObject", _taken(source["/Contents"], writer))
    found[NameObject("/Type")], found[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    found[NameObject("/FormType")] = NumberObject(1)
    for name, key in (("/BBox", "/MediaBox"), ("/Resources", "/Resources"), ("/Group", "/Group")):
        if key in source:
            found[NameObject(name)] = _taken(source[key], writer)
    reference = found.indirect_reference
    assert reference is not None, "what is cloned into a document stands in it"
    return reference


def _taken(part: PdfObject, writer: PdfWriter) -> PdfObject:
    """Return a part of another document, with all it needs, as one of this."""
    direct = part.get_object()
    assert direct is not None, "what a page names is there"
    return direct.clone(writer)


def _add_links(writer: PdfWriter, number: int, drawing: Drawing, sheet: _Sheet) -> None:
    """Add the links of a page's boxes: to other pages, and to addresses."""
    from pypdf.annotations import Link  # noqa: PLC0415

    for box in chain(drawing.nodes, drawing.captions):
        link, area = box.link or "", _area(box, drawing, sheet)
        if page := _PAGE_LINK.match(link):
            target = int(page[1]) - 1
            if target < len(writer.pages):
                writer.add_annotation(
                    page_number=number, annotation=Link(rect=area, border=[0, 0, 0], target_page_index=target)
                )
        elif link.lower().startswith("https:"):
            writer.add_annotation(page_number=number, annotation=Link(rect=area, border=[0, 0, 0], url=link))


def _area(box: Box, drawing: Drawing, sheet: _Sheet) -> tuple[float, float, float, float]:
    """Return where a box stands on its sheet: left, bottom, right, top."""
    across, up = sheet.left, sheet.bottom + sheet.scale * drawing.height
    edges = (box.x, -box.bottom, box.right, -box.y)
    return tuple(round(start + sheet.scale * edge, 2) for start, edge in zip((across, up) * 2, edges, strict=True))  # type: ignore[return-value]


def _add_bookmarks(writer: PdfWriter, drawings: Sequence[Drawing]) -> None:
    """Add a bookmark for each page; that of a tree's page stands below that on which its first box is met first."""
    items: list[IndirectObject] = []
    first_met: dict[str, int] = {}
    for number, drawing in enumerate(drawings):
        keys = [node.key for node in drawing.nodes] if drawing.kind == "tree" else []
        above = first_met.get(keys[0]) if keys else None
        parent = None if above is None else items[above]
        item = writer.add_outline_item(
            title=shown(drawing.title), page_number=number, parent=parent, is_open=number == 0
        )
        items.append(item)
        for key in keys:
            first_met.setdefault(key, number)


def _add_facts(writer: PdfWriter, drawing: Drawing) -> None:
    """Add title and language; no date, no names of programs' versions."""
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject  # noqa: PLC0415

    writer.metadata = {"/Title": shown(drawing.title), "/Subject": shown(drawing.footer), "/Creator": "Xiada"}
    preferences = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(value=True)})
    writer.root_object[NameObject("/Lang")] = TextStringObject(drawing.language)
    writer.root_object[NameObject("/ViewerPreferences")] = preferences
