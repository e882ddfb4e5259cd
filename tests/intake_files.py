"""Documents made by hand for the tests of the intake: Word files, PDFs, and what only looks like them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

TEXT = """\
某省科学技术协会文件

某科协发〔2021〕12号

关于报送年度工作总结的通知

各市科协：

请认真总结本年度工作，于2021年12月10日前将工作总结报送省科协办公室。

某省科学技术协会
2021年11月1日
"""
"""An artificial notice of an artificial province: one report, one due, a Friday."""

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OTHER_SPACE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def word(body: str, *, before: str = "", more: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """Return a Word file of a body in WordprocessingML, with parts beside it."""
    document = f'<?xml version="1.0"?>{before}<w:document {SPACE} {OTHER_SPACE}><w:body>{body}</w:body></w:document>'
    return archive_of({"word/document.xml": document, **dict(more)})


def archive_of(parts: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of these parts, with those beside them that make it a Word file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def paragraph(text: str) -> str:
    """Return a paragraph of WordprocessingML."""
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def pdf(pages: Sequence[bytes], *, more: Sequence[bytes] = (), resources: bytes = b"", fonts: bytes = b"") -> bytes:
    """Return a PDF whose pages are drawn so; object 4 + 2 * page is the page, those of `more` follow all pages."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * place) for place in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for place, drawing in enumerate(pages):
        own = b"/Resources<</Font<</F1 3 0 R%s>>%s>>" % (fonts, resources)
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]%s/Contents %d 0 R>>" % (own, 5 + 2 * place))
        objects.append(stream(drawing))
    return _written([*objects, *more])


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a packed stream."""
    packed = zlib.compress(content)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(packed), entries, packed)


def _written(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of numbered objects."""
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + end


def shown(text: str) -> bytes:
    """Return the drawing of one line of ASCII text."""
    return f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET\n".encode("ascii")


def chinese_pdf(text: str) -> bytes:
    """Return a PDF of one page with the lines of a Chinese text, in a font every reader brings."""
    lines = b"".join(b"<%s> Tj T* " % line.encode("utf-16-be").hex().encode() for line in text.splitlines())
    system = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    box = b"/Flags 6/FontBBox[0 0 1 1]/ItalicAngle 0/Ascent 1/Descent 0/CapHeight 1/StemV 1"
    font = [
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[7 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light%s/FontDescriptor 8 0 R>>" % system,
        b"<</Type/FontDescriptor/FontName/STSong-Light%s>>" % box,
    ]
    return pdf([b"BT /F2 12 Tf 14 TL 50 700 Td %sET" % lines], more=font, fonts=b"/F2 6 0 R")
