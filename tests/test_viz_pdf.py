"""PDF: paper, scale, searchable text, bookmarks, links, language; the same bytes each time, by either engine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
import viz_samples as samples
from pypdf import PdfReader

from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import STANDARD
from xiada.viz import PAPERS, Drawing, RenderError, lifecycle, pages, to_pdf, tree
from xiada.viz.page import Frame, framed, words
from xiada.viz.pdf import _sheet
from xiada.viz.render import Engine
from xiada.viz.theme import DARK, LIGHT

A3, A4 = PAPERS["a3"], PAPERS["a4"]
NAMES = ("广东省科协", "深圳市科协", "珠海市科协", "湖南省科协", "海南省科协", "科技部", "广东省科技厅")
ENGINES: tuple[Engine | None, ...] = (None, "pygraphviz")

each_engine = pytest.mark.parametrize("engine", ENGINES)


def read(content: bytes) -> PdfReader:
    """Return a PDF as a reader sees it."""
    return PdfReader(BytesIO(content), strict=True)


def size(reader: PdfReader, number: int = 0) -> tuple[float, float]:
    """Return width and height of a page."""
    box = reader.pages[number].mediabox
    return round(float(box.width), 2), round(float(box.height), 2)


def outline(reader: PdfReader, items: Iterable[Any] | None = None, depth: int = 0) -> list[tuple[int, str, int]]:
    """Return the bookmarks: how deep, what they say, which page, from 0."""
    found: list[tuple[int, str, int]] = []
    for item in reader.outline if items is None else items:
        if isinstance(item, list):
            found += outline(reader, item, depth + 1)
        else:
            found.append((depth, str(item.title), reader.get_destination_page_number(item) or 0))
    return found


def sheet_of(width: int, height: int, letters: int = 9) -> Drawing:
    """Return a drawing of a size with letters of a size."""
    frame = Frame(kind="timeline", language="en", title="", summary=[], legend=[], footer=[])
    drawing = framed(frame, LIGHT, nodes=(), edges=(), captions=())
    head = replace(drawing.captions[1], columns=())
    text = words("letters", LIGHT, size=letters)
    box = replace(head, columns=(replace(_column(text)),))
    return replace(drawing, width=width, height=height, captions=(box,))


def _column(text: Any) -> Any:
    """Return a column of one cell."""
    from xiada.viz.drawing import Column, Row

    return Column((Row(18, (text,)),))


@each_engine
def test_names_in_chinese_are_found_in_the_text(engine: Engine | None) -> None:
    reader = read(to_pdf(pages(samples.small()), engine=engine))
    text = reader.pages[0].extract_text()
    assert [name for name in NAMES if name not in text] == []
    assert "日志根 9f86d081884c" in text


@each_engine
def test_the_same_drawings_give_the_same_bytes_and_no_trace_of_the_moment(engine: Engine | None) -> None:
    drawings = pages(samples.small())
    first = to_pdf(drawings, engine=engine)
    assert first == to_pdf(drawings, engine=engine)
    assert not re.search(rb"CreationDate|ModDate|/ID|cairo|D:20\d\d", first)


def test_it_knows_its_title_its_language_and_where_it_comes_from() -> None:
    reader = read(to_pdf(pages(samples.small(), lang="en")))
    assert reader.metadata is not None
    assert reader.metadata.title == "关于报送全国科普日活动总结的通知"
    assert "log index 1233" in str(reader.metadata.subject)
    assert set(reader.metadata) == {"/Title", "/Subject", "/Creator"}
    assert reader.root_object["/Lang"] == "en"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]


def test_bookmarks_follow_the_subtrees() -> None:
    found = outline(read(to_pdf(pages(samples.grown([11, 3, 3]), paper="a4"))))
    assert found[0] == (0, "关于报送全国科普日活动总结的通知", 0)
    assert [page for _, _, page in found] == list(range(len(found)))
    assert found[1] == (1, "单位1.1", 1)
    assert max(depth for depth, _, _ in found) >= 1


def test_notes_lead_to_their_pages() -> None:
    drawings = pages(samples.grown([11, 3, 3]), paper="a4")
    reader = read(to_pdf(drawings))
    links = [item.get_object() for page in reader.pages for item in page.get("/Annots", [])]
    wanted = [int(note.link.removeprefix("#page=")) for page in drawings for note in page.captions if note.link]
    assert [reader.get_page_number(link["/Dest"][0].get_object()) + 1 for link in links] == wanted  # type: ignore[arg-type, operator]
    width, height = size(reader)
    for left, bottom, right, top in (link["/Rect"] for link in links):
        assert 0 <= left < right <= width
        assert 0 <= bottom < top <= height


def test_addresses_are_links_and_relative_ones_are_not() -> None:
    links = {"kx2020-7/1": "https://xiada.example/kx2020-7/1", "kx2020-7/1.1": "directive/kx2020-7/1.1"}
    [page] = read(to_pdf([tree(samples.small()).linked(links)])).pages
    [link] = [item.get_object() for item in page["/Annots"]]  # type: ignore[attr-defined]
    assert link["/A"]["/URI"] == "https://xiada.example/kx2020-7/1"


@pytest.mark.parametrize(
    "link", ["#page=x", "#page=", "#page=0", "#page=-1", "#page=1_0", "#page=" + "9" * 40, "#page"]
)
def test_a_page_there_is_not_is_no_link(link: str) -> None:
    [page] = read(to_pdf([tree(samples.small()).linked({"kx2020-7/1": link})])).pages
    assert "/Annots" not in page


def test_an_address_in_capitals_is_a_link() -> None:
    [page] = read(to_pdf([tree(samples.small()).linked({"kx2020-7/1": "HTTPS://xiada.example/"})])).pages
    assert [item.get_object()["/A"]["/URI"] for item in page["/Annots"]] == ["HTTPS://xiada.example/"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("paper", PAPERS)
def test_pages_of_the_tree_fill_their_paper(paper: Any) -> None:
    reader = read(to_pdf(pages(samples.grown([11, 3]), paper=paper)))
    assert {size(reader, number) for number in range(len(reader.pages))} == {PAPERS[paper]}


@pytest.mark.parametrize(
    ("drawing", "paper", "scale"),
    [
        (sheet_of(800, 500), A4, 1.0),
        (sheet_of(500, 800), A4[::-1], 1.0),
        (sheet_of(1_000, 500), A4, 0.84),
        (sheet_of(1_500, 900), A3, 0.79),
        (sheet_of(900, 1_500), A3[::-1], 0.79),
        (sheet_of(1_400, 900, letters=8), A3, 0.85),
        (sheet_of(1_100, 700, letters=6), A3, 1.0),
    ],
)
def test_a_drawing_goes_on_the_smallest_paper_it_can_be_read_on(
    drawing: Drawing, paper: tuple[float, float], scale: float
) -> None:
    sheet = _sheet(drawing)
    assert (sheet.width, sheet.height) == paper
    assert round(sheet.scale, 2) == scale
    assert sheet.left >= 0
    assert sheet.bottom >= 0


@pytest.mark.parametrize("drawing", [sheet_of(2_000, 900), sheet_of(900, 1_800), sheet_of(1_500, 900, letters=7)])
def test_what_could_not_be_read_on_a3_is_refused_with_what_to_do(drawing: Drawing) -> None:
    with pytest.raises(RenderError, match="take the pages of the tree") as caught:
        to_pdf([drawing])
    assert caught.value.code == "too_large_for_paper"


def test_drawings_of_several_kinds_make_one_document() -> None:
    reader = read(to_pdf([tree(samples.small()), lifecycle(STANDARD), tree(samples.one(), theme=DARK)]))
    assert len(reader.pages) == 3
    assert [(depth, page) for depth, _, page in outline(reader)] == [(0, 0), (0, 1), (0, 2)]
    assert b"0.07059 0.07059 0.07059 rg" in reader.pages[2].get_contents().get_data()  # type: ignore[union-attr]


def test_no_drawing_is_refused() -> None:
    with pytest.raises(Malformed, match="no drawing"):
        to_pdf([])


def test_hostile_names_are_text_and_nothing_else() -> None:
    name = '") /URI (javascript:alert(1)) <script>'
    content = to_pdf(pages(samples.one(name, title=name + "\u202e\x00")))
    reader = read(content)
    assert "/Annots" not in reader.pages[0]
    assert "javascript:alert(1)" in reader.pages[0].extract_text()
    assert b"/JavaScript" not in content
    assert str(reader.metadata and reader.metadata.title) == name
