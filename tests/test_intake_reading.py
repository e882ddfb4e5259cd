"""Documents made text: what is read, and what is refused before it costs anything."""

from __future__ import annotations

import io
import sys
import zipfile

import pypdf
import pytest
from docx import Document
from intake_files import CONTENT_TYPES, RELATIONS, SPACE, TEXT, archive_of, paragraph, pdf, shown, stream, word

from xiada.engine.errors import Malformed, StoreError
from xiada.workflows.intake import pdf as pdf_reading
from xiada.workflows.intake.reading import FILE_BYTES, TEXT_BYTES, read_document


def refusal(content: bytes) -> str:
    """Return the code a document is refused with; every refusal says what to do next."""
    with pytest.raises(Malformed) as caught:
        read_document(content)
    assert caught.value.remedy
    return caught.value.code


# Plain text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_text_reads_the_same_in_every_encoding(encoding: str) -> None:
    assert read_document(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_with_a_mark_reads_in_either_order_of_bytes(mark: bytes) -> None:
    assert read_document(mark + TEXT.encode("utf-16-le" if mark == b"\xff\xfe" else "utf-16-be")) == TEXT


def test_line_ends_and_form_feeds_are_kept_so_that_places_hold() -> None:
    assert read_document("一\r\n二\f三\t四".encode()) == "一\r\n二\f三\t四"


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", "\ufeff".encode(), "　\n　".encode()])
def test_an_empty_document_is_refused(content: bytes) -> None:
    assert refusal(content) == "empty_document"


def test_bytes_of_no_encoding_are_refused() -> None:
    assert refusal(b"\xff\xff\xff caf\xe9 \xff") == "not_text"
    assert refusal(b"\xff\xfea") == "not_text"


def test_a_text_with_nul_bytes_is_refused_and_the_place_is_said() -> None:
    with pytest.raises(Malformed, match="U\\+0000 at character 5"):
        read_document(b"text\x00more")
    assert refusal(TEXT.encode("utf-16-le")) in ("control_character", "not_text")


def test_a_text_of_fifty_megabytes_is_refused_without_a_look_at_it() -> None:
    assert refusal(b"x" * 50_000_000) == "document_too_large"
    assert refusal(b"x" * (TEXT_BYTES + 1)) == "document_too_large"


def test_a_text_is_measured_in_utf_8_whatever_it_came_in() -> None:
    short = "请于6月10日前报送。\n" * (TEXT_BYTES // 24)
    assert len(short.encode("gb18030")) < TEXT_BYTES < len(short.encode())
    assert refusal(short.encode("gb18030")) == "document_too_large"


def test_a_line_longer_than_any_notice_is_refused() -> None:
    assert refusal(b"x" * 10_001) == "line_too_long"
    assert len(read_document(b"x" * 10_000)) == 10_000


def test_the_source_of_a_web_page_is_refused() -> None:
    assert refusal(b"\n<!DOCTYPE html><html><body>x</body></html>") == "web_page"


# What is no text


PICTURES = (
    b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\x00", b"MM\x00*", b"RIFF\x10\x20\x00\x00WEBPVP8 ",
    b"\x00\x00\x00\x18ftypheic", b"\x00\x00\x00\x1cftypmif1", b"\x00\x00\x00\x1cftypavif",
    b"BM\x46\x82\x00\x00\x00\x00\x00\x00",
)  # fmt: skip


@pytest.mark.parametrize("magic", PICTURES)
def test_a_photograph_is_refused_as_a_picture(magic: bytes) -> None:
    assert refusal(magic + bytes(range(256))) == "picture"


@pytest.mark.parametrize("magic", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1\\ansi"])
def test_an_old_word_file_is_refused_with_the_word_docx(magic: bytes) -> None:
    with pytest.raises(Malformed, match="docx"):
        read_document(magic + bytes(100))


def test_a_picture_under_the_name_of_a_text_is_still_a_picture() -> None:
    assert refusal(b"\x89PNG\r\n\x1a\n" + TEXT.encode()) == "picture"


# Word


def test_paragraphs_and_tables_of_a_word_file_come_in_their_order() -> None:
    document = Document()
    document.add_paragraph("第一段")
    table = document.add_table(2, 2)
    for place, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"格{place}"
    table.cell(0, 0).add_paragraph("又一段")
    document.add_paragraph("末段\t制表")
    content = io.BytesIO()
    document.save(content)
    assert read_document(content.getvalue()) == "第一段\n格0\n又一段\t格1\n格2\t格3\n末段\t制表"


def test_text_in_content_controls_and_insertions_is_read_and_deleted_text_is_not() -> None:
    inserted = "<w:p><w:ins><w:r><w:t>增加</w:t></w:r></w:ins><w:del><w:r><w:t>删去</w:t></w:r></w:del></w:p>"
    control = f"<w:sdt><w:sdtContent>{paragraph('控件')}</w:sdtContent></w:sdt>"
    assert read_document(word(inserted + control)) == "增加\n控件"


def test_a_text_box_is_read_once_not_twice() -> None:
    box = "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'>{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback>"
    box += "</mc:AlternateContent></w:r></w:p>"
    assert read_document(word(box.format(paragraph("文本框")))).strip() == "文本框"


def test_line_breaks_of_a_word_file_are_line_ends_and_tab_stops_are_not_tabs() -> None:
    styled = "<w:pPr><w:tabs><w:tab w:val='left' w:pos='1'/></w:tabs></w:pPr>"
    assert read_document(word(f"<w:p>{styled}<w:r><w:t>上</w:t><w:br/><w:t>下</w:t></w:r></w:p>")) == "上\n下"


def test_a_word_file_that_unpacks_too_large_is_refused_before_it_is_unpacked() -> None:
    zeros = [(f"word/media/{place}.bin", bytes(7_900_000)) for place in range(8)]
    assert refusal(word(paragraph("一"), more=zeros)) == "unpacks_too_large"


def test_a_word_file_with_one_part_packed_beyond_reason_is_refused() -> None:
    assert refusal(word(paragraph("一"), more=[("word/media/a.bin", bytes(9_000_000))])) == "unpacks_too_large"


def test_a_word_file_of_very_many_parts_is_refused() -> None:
    many = [(f"word/media/{place}.bin", b"") for place in range(2_001)]
    assert refusal(word(paragraph("一"), more=many)) == "unpacks_too_large"


def test_a_word_file_whose_entities_grow_is_refused() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert refusal(word(paragraph("&amp;b;"), before=laughs)) == "broken_document"


def test_a_word_file_that_names_an_outside_file_is_refused() -> None:
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    assert refusal(word(paragraph("&a;"), before=outside)) == "broken_document"


@pytest.mark.parametrize("cut", [30, 200, -40, -5])
def test_a_word_file_cut_short_is_refused_as_broken(cut: int) -> None:
    assert refusal(word(paragraph("一"))[:cut]) == "broken_document"


def test_a_word_file_with_a_byte_changed_in_its_body_is_refused_as_broken() -> None:
    content = bytearray(word(paragraph("一" * 500)))
    place = content.index(b"word/document.xml") + 60
    content[place] ^= 0xFF
    assert refusal(bytes(content)) == "broken_document"


def test_a_word_file_whose_body_is_no_xml_is_refused_as_broken() -> None:
    assert refusal(word("<w:p>")) == "broken_document"


@pytest.mark.parametrize("document", ["<other/>", f"<w:document {SPACE}/>"])
def test_a_word_file_without_a_body_is_refused_as_broken(document: str) -> None:
    assert refusal(archive_of({"word/document.xml": document})) == "broken_document"


def test_an_archive_with_nothing_in_it_is_no_word_file() -> None:
    assert refusal(b"PK\x05\x06" + bytes(18)) == "other_archive"


def test_a_word_file_whose_directory_lies_about_a_size_is_refused_as_broken() -> None:
    honest = word(paragraph("一" * 100_000))
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (300).to_bytes(4, "little"))
    assert lying != honest
    assert refusal(lying) == "broken_document"


def test_pictures_in_a_word_file_are_not_unpacked() -> None:
    assert read_document(word(paragraph("一"), more=[("word/media/a.png", bytes(7_000_000))])) == "一"


def test_a_table_calculation_is_no_word_file() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("xl/workbook.xml", "<x/>")
    assert refusal(packed.getvalue()) == "other_archive"


# PDF


def test_pages_of_a_pdf_come_in_their_order() -> None:
    assert read_document(pdf([shown("first page"), shown("second page")])) == "first page\n\nsecond page"


def test_a_pdf_of_pictures_alone_has_no_text_in_it() -> None:
    with pytest.raises(Malformed, match="no text in the PDF") as caught:
        read_document(pdf([b"0 0 m 10 10 l S"] * 2))
    assert caught.value.code == "picture"


def test_a_pdf_with_a_password_is_refused_and_one_that_only_forbids_printing_is_read() -> None:
    for password, code in (("secret", "encrypted_document"), ("", None)):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([shown("locked")])))
        writer.encrypt(password, owner_password="owner", algorithm="AES-256")
        content = io.BytesIO()
        writer.write(content)
        if code is None:
            assert read_document(content.getvalue()) == "locked"
        else:
            assert refusal(content.getvalue()) == code


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.4\nrubbish\n%%EOF", pdf([shown("x")])[:120]])
def test_a_broken_pdf_is_refused_as_broken(content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    assert refusal(content) == "broken_document"
    assert capfd.readouterr() == ("", "")


def test_a_pdf_page_that_unpacks_too_large_is_refused() -> None:
    assert refusal(pdf([shown("x") * 40_000])) == "pdf_too_long"


def test_a_pdf_form_that_unpacks_too_large_is_refused() -> None:
    form = stream(shown("x") * 40_000, b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]")
    assert refusal(pdf([b"/X Do"], more=[form], resources=b"/XObject<</X 6 0 R>>")) == "pdf_too_long"


def test_a_pdf_of_very_many_pages_is_refused() -> None:
    assert refusal(pdf([b""] * (pdf_reading.PAGES + 1))) == "pdf_too_long"


def test_a_pdf_of_very_many_steps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reading, "STEPS", 100)
    assert refusal(pdf([shown("x") * 60])) == "pdf_too_long"


def test_a_pdf_form_that_draws_itself_comes_to_an_end() -> None:
    own = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 6 0 R>>/Font<</F1 3 0 R>>>>"
    content = pdf([shown("page") + b"/X Do"], more=[stream(b"/X Do", own)], resources=b"/XObject<</X 6 0 R>>")
    assert read_document(content).strip() == "page"


# Libraries


@pytest.mark.parametrize(("library", "content"), [("docx", word(paragraph("一"))), ("pypdf", pdf([shown("x")]))])
def test_a_missing_library_is_named_with_the_extra_that_brings_it(
    library: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(StoreError, match=r"xiada\[documents\]") as caught:
        read_document(content)
    assert caught.value.code == "no_document_library"
    assert read_document(TEXT.encode()) == TEXT


def test_the_largest_file_looked_at_is_larger_than_the_largest_text() -> None:
    assert TEXT_BYTES < FILE_BYTES
