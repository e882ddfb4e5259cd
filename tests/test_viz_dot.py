"""DOT text: golden files, and names as hostile as they come."""

from __future__ import annotations

import doctest
import html
import importlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import viz_samples as samples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from viz_golden import check_golden

import xiada.viz
from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import STANDARD
from xiada.viz import Drawing, Language, lifecycle, render, to_dot, tree
from xiada.viz.plate import WIDTH
from xiada.viz.render import Engine
from xiada.viz.text import escaped, fitted, shown

_FOLDER = Path(xiada.viz.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(_FOLDER).with_suffix("").parts)
    for path in _FOLDER.rglob("*.py")
    if path.stem != "__init__"
)
HOSTILE = (
    *('"', "'", '\\"', '" URL="javascript:alert(1)" x="', "javascript:alert(1)", "</text><script>alert(1)</script>"),
    *("<b>粗</b>", "<>", "<TABLE>", "]]>", "<!-- -->", "-->", "&", "&amp;", "&lt;b&gt;", "&#65;"),
    *("\\", "\\N", "\\\\N", "\\G\\E\\T\\H\\L", "a\\", "a\\nb\\lc\\r", "%n", "n1", "n0:ne", "digraph{", "];"),
    *("👨‍👩‍👧", "🏳️‍🌈", "שלום", "مرحبا", "\u202egnp.exe", "e\u0301" * 60, "ﷺ" * 40, "W" * 200, "科" * 200),
    *("a\x00b\x1b[31m", "\u200b", "\ufffe", "\ud800", "a\u00a0b", "a  b", " a "),
)
NAME_POINTS = WIDTH - 4 - 20 - 3 * 7
"""Room for the name on the plate of a directive with nothing below it."""

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"

DRAWINGS = {
    "tree": lambda lang: tree(samples.small(), lang=lang),
    "tree-folded": lambda lang: tree(samples.grown([6, 5]), budget=10, lang=lang),
    "lifecycle": lambda lang: lifecycle(STANDARD, lang=lang),
    "lifecycle-counted": lambda lang: lifecycle(STANDARD, samples.small(), lang=lang),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_dot_is_as_in_the_golden_file(name: str, lang: Language) -> None:
    check_golden(f"{name}-{lang}.dot", to_dot(DRAWINGS[name](lang)))


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"xiada.viz.{module}")).failed == 0


def checked(svg: bytes) -> ET.Element:
    """Return an SVG's tree after looking for anything that runs or leads elsewhere."""
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg",
            "g",
            "title",
            "path",
            "polygon",
            "polyline",
            "ellipse",
            "text",
            "a",
        }
        assert not [name for name in element.attrib if name.lower().startswith("on") or "style" in name.lower()]
        assert element.get(LINK, "https://").startswith("https://")
    return root


def texts(root: ET.Element) -> set[str]:
    """Return the texts of an SVG, no-break spaces as spaces."""
    return {(element.text or "").replace("\xa0", " ") for element in root.iter(f"{SVG}text")}


def tips(root: ET.Element) -> set[str]:
    """Return the titles of an SVG, no-break spaces as spaces."""
    return {(element.text or "").replace("\xa0", " ") for element in root.iter(f"{SVG}title")}


def named(names: tuple[str, ...]) -> Drawing:
    """Return a tree in which everything carries these names."""
    nodes = [samples.node("c/1", "根"), *(samples.node(f"c/1.{n}", name) for n, name in enumerate(names, 1))]
    return tree(samples.view(nodes, title=names[0]))


@pytest.mark.parametrize("engine", [None, "pygraphviz"])
def test_hostile_names_show_literally_and_do_nothing(engine: Engine | None) -> None:
    drawing = named(HOSTILE)
    root = checked(render(to_dot(drawing), "svg", engine=engine))
    for box, name in zip(drawing.nodes[1:], HOSTILE, strict=True):
        assert not shown(name) or fitted(name, NAME_POINTS, 11) in texts(root), name
        assert box.tip.startswith(name)
        assert shown(box.tip) in tips(root), name


@pytest.mark.parametrize("engine", [None, "pygraphviz"])
@pytest.mark.parametrize("title", ["\\N \\G", 'a"b', "<b>", "&lt;", "a\\"])
def test_a_hostile_title_shows_literally(title: str, engine: Engine | None) -> None:
    drawing = tree(samples.one(title=title))
    root = checked(render(to_dot(drawing), "svg", engine=engine))
    assert title in texts(root)
    assert f"{title} · {drawing.footer}" in tips(root)


@settings(max_examples=500)
@given(
    st.one_of(st.text(max_size=20), st.text("a 科&<'\"\\\t\n\x00\u3000\u202e", max_size=8), st.sampled_from(HOSTILE))
)
def test_escaped_text_reads_as_it_is_shown(text: str) -> None:
    literal = escaped(text)
    assert not set("<>\"'\n") & set(literal)
    assert html.unescape(literal).replace("\\\\", "\\") == shown(text)


@settings(max_examples=15)
@example(("\\",))
@given(st.lists(st.one_of(st.text(max_size=200), st.sampled_from(HOSTILE)), min_size=1, max_size=30).map(tuple))
def test_any_names_show_literally_and_do_nothing(names: tuple[str, ...]) -> None:
    found = texts(checked(render(to_dot(named(names)), "svg")))
    for name in names:
        assert not shown(name) or fitted(name, NAME_POINTS, 11) in found


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:x", "java\nscript:x", "data:text/html,x", "http://x.example",
        "//x.example/a", "\\\\x", "/\\x.example", "https:evil", "a:b", "", 'https://x/" onload="x', "https://x/<b>", "https://",
    ],
)  # fmt: skip
def test_a_link_that_is_not_https_or_relative_is_refused(link: str) -> None:
    with pytest.raises(Malformed, match="cannot be a link"):
        to_dot(tree(samples.one()).linked({"c/1": link}))


@pytest.mark.parametrize(
    "link", ["https://x.example:8443/a?b=c&d=e#f", "directive/c/1.2", "/a/b", "?a=b:c", "#n1", "./a", "../a"]
)
def test_a_link_that_is_https_or_relative_leads_there(link: str) -> None:
    svg = render(to_dot(tree(samples.one()).linked({"c/1": link})), "svg")
    links = [element.get(LINK) for element in ET.fromstring(svg).iter(f"{SVG}a")]
    assert link in links


def test_ids_are_stable_and_nodes_are_numbered() -> None:
    dot = to_dot(tree(samples.small()))
    assert 'id="kx2020-7_2f1.1"' in dot or "id=kx2020-7_2f1.1" in dot
    assert "\tn0 [" in dot
