"""Our own SVG: golden files, the same bytes, the words of the drawing and nothing that does anything."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import viz_samples as samples
from drawing_checks import placed
from hypothesis import given, settings
from hypothesis import strategies as st
from viz_golden import check_golden

from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import STANDARD
from xiada.viz import Drawing, Language, icicle, lifecycle, tree
from xiada.viz.drawing import Box
from xiada.viz.link import identifier
from xiada.viz.pictures import to_svg
from xiada.viz.svg import written
from xiada.viz.text import shown

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "g", "a", "rect", "path", "polygon", "text"}
ATTRIBUTES = {
    *("width", "height", "viewBox", "lang", "role", "font-family", "class", "id", "x", "y", "fill", "stroke", "points"),
    *("stroke-width", "stroke-dasharray", "pointer-events", "font-size", "font-weight", "d", "href"),
}

DRAWINGS = {
    "icicle": lambda lang: icicle(samples.small(), lang=lang),
    "icicle-binned": lambda lang: icicle(samples.wide(3_000), lang=lang),
    "tree": lambda lang: tree(samples.small(), lang=lang),
    "lifecycle": lambda lang: lifecycle(STANDARD, lang=lang),
}


def parsed(drawing: Drawing) -> ET.Element:
    """Return the SVG of a drawing as XML, after looking for anything but known elements and attributes."""
    root = ET.fromstring(written(drawing))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES
    return root


def texts(root: ET.Element) -> list[str]:
    """Return the texts of an SVG in order."""
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def in_svg(key: str, root: ET.Element) -> ET.Element:
    """Return the group of a key."""
    return next(element for element in root.iter(f"{SVG}g") if element.get("id") == key)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["icicle", "icicle-binned"])
def test_the_svg_is_as_in_the_golden_file(name: str, lang: Language) -> None:
    check_golden(f"{name}-{lang}.svg", written(DRAWINGS[name](lang)))


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_the_svg_has_the_words_of_the_drawing_and_its_language(name: str) -> None:
    drawing = DRAWINGS[name]("zh")
    root = parsed(drawing)
    assert texts(root) == [
        text for box in (*drawing.nodes, *drawing.captions) for text in map(shown, box.texts) if text
    ]
    assert root.get("lang") == "zh-CN"
    assert root.findtext(f"{SVG}title") == f"{drawing.title} · {drawing.footer}"
    assert root.findtext(f"{SVG}desc") == shown(f"{drawing.summary} {drawing.footer}")


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_the_same_drawing_gives_the_same_bytes(name: str) -> None:
    assert written(DRAWINGS[name]("en")) == written(DRAWINGS[name]("en"))


@pytest.mark.parametrize("name", ["icicle", "tree"])
def test_every_text_begins_in_its_cell_and_ends_in_it_by_our_estimate(name: str) -> None:
    drawing = DRAWINGS[name]("zh")
    cells = [found for box in (*drawing.nodes, *drawing.captions) for found in placed(box) if shown(found.cell.text)]
    for found, element in zip(cells, parsed(drawing).iter(f"{SVG}text"), strict=True):
        assert found.x <= float(element.attrib["x"]) <= found.x + found.cell.width
        assert found.y < float(element.attrib["y"]) <= found.y + found.height


NAMES = st.one_of(st.text(max_size=200), st.sampled_from(['"', "</text><script>", "a\x00b", "\ud800", "]]>", "\ufffe"]))


@settings(max_examples=20)
@given(st.lists(NAMES, max_size=6))
def test_any_names_show_literally_and_do_nothing(names: list[str]) -> None:
    nodes = [samples.node("c/1", "根"), *(samples.node(f"c/1.{n}", name) for n, name in enumerate(names, 1))]
    drawing = tree(samples.view(nodes, title=" ".join(names)))
    root = parsed(drawing)
    assert texts(root) == [
        text for box in (*drawing.nodes, *drawing.captions) for text in map(shown, box.texts) if text
    ]
    for box in drawing.nodes:
        assert in_svg(identifier(box.key), root).findtext(f"{SVG}title") == shown(box.tip)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://x.example", "//x.example", 'https://x/" onload="x', ""]
)
def test_a_link_that_is_not_https_or_relative_is_refused(link: str) -> None:
    with pytest.raises(Malformed, match="cannot be a link"):
        written(icicle(samples.one()).linked({"c/1": link}))


@pytest.mark.parametrize("link", ["https://x.example:8443/a?b=c&d=e#f", "directive/c/1.2", "?a=b:c", "#n1"])
def test_a_link_leads_there_by_pointer_and_by_keyboard(link: str) -> None:
    root = parsed(icicle(samples.one()).linked({"c/1": link}))
    anchors = list(root.iter(f"{SVG}a"))
    assert [anchor.get("href") for anchor in anchors] == [link]
    assert anchors[0].findtext(f"{SVG}title"), "whoever cannot see it hears where it leads from"


def test_ids_and_classes_are_those_of_the_boxes() -> None:
    group = in_svg("kx2020-7_2f1.1", parsed(icicle(samples.small())))
    assert (group.get("class") or "").split() == ["node", "status-executing", "late", "level-city", "line-main"]


def page(*boxes: Box) -> Drawing:
    """Return a drawing of these boxes alone."""
    return replace(icicle(samples.one()), nodes=boxes, captions=())


def plain(x: float, height: int = 5, fill: str = "#BBBBBB") -> Box:
    """Return a box with nothing to tell."""
    return Box(key=f"{x}", x=x, y=0, width=2, height=height, fill=fill, classes=("status-issued",))


def test_plain_neighbours_of_one_colour_share_a_path_and_run_together() -> None:
    root = parsed(page(plain(0), plain(2), plain(4, 7), plain(8, 7)))
    assert [element.get("d") for element in root.iter(f"{SVG}path")] == ["m0,0h4v5h-4zm4,0h2v7h-2zm4,0h2v7h-2z"]


def test_boxes_of_another_colour_or_with_something_to_tell_stand_alone() -> None:
    told = replace(plain(4), tip="told")
    root = parsed(page(plain(0), plain(2, fill="#009E73"), told))
    assert not list(root.iter(f"{SVG}path"))
    assert len(list(root.iter(f"{SVG}g"))) == 3


def test_places_are_written_to_a_hundredth_and_never_drift() -> None:
    boxes = [plain(number / 3 * 7) for number in range(300)]
    path = next(parsed(page(*boxes)).iter(f"{SVG}path")).attrib["d"]
    steps = [float(step) for step in re.findall(r"m(-?[0-9.]+),", path)]
    assert abs(sum(steps) - 299 / 3 * 7) < 0.01


def test_what_is_meant_for_our_pen_needs_no_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    drawing = icicle(samples.small())
    assert to_svg(drawing) == written(drawing).encode()
