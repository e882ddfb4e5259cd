"""Any cascade, any names: every drawing is sound XML that does nothing, and nothing in it overlaps or sticks out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import viz_samples as samples
from drawing_checks import misfits, overlaps
from drawing_kinds import KINDS
from hypothesis import given, settings
from hypothesis import strategies as st

from xiada.engine.due import DAY_US, NEVER
from xiada.engine.lifecycle import STANDARD, Lifecycle, Status, Transition
from xiada.engine.projections import Node, View
from xiada.viz import Drawing, to_dot
from xiada.viz.drawing import Cell, Column, Row
from xiada.viz.pictures import to_svg
from xiada.viz.svg import written

HOSTILE = (
    *('"', "'", '\\"', '" URL="javascript:alert(1)" x="', "javascript:alert(1)", "</text><script>alert(1)</script>"),
    *('<b onclick="alert(1)">粗</b>', "<TABLE>", "]]>", "<![CDATA[", "<!-- -->", "-->", "&amp;", "&#65;", "<?xml?>"),
    *(
        "\\",
        "\\N",
        "\\\\N",
        "\\G\\E\\T\\H\\L",
        "a\\",
        "a\\nb\\lc\\r",
        "%n",
        "n0:ne",
        "digraph{",
        "];",
        "{{x}}",
        "{name}",
    ),
    *("👨‍👩‍👧", "🏳️‍🌈", "שלום", "مرحبا", "\u202egnp.exe", "e\u0301" * 60, "ﷺ" * 40, "W" * 300, "科" * 300),
    *("a\x00b\x1b[31m", "\u200b", "\ufffe", "\ud800", "a\u00a0b", "a\nb\tc", " a ", "", "\U0010ffff", "url(#a)"),
)
"""Texts that break out of something somewhere."""

OWN = Lifecycle(
    "own", 3,
    (Status("draft"), Status("under review"), Status("<b>审核</b>"), Status("approved"), Status("filed", closed=True)),
    (
        Transition("issue", (), "draft", by="superior", event="issued"),
        Transition("submit", ("draft",), "under review", by="unit", event="stepped:submit"),
        Transition("look & see", ("under review",), "<b>审核</b>", by="superior", event="stepped:look"),
        Transition("approve", ("under review", "<b>审核</b>"), "approved", by="superior", event="stepped:approve"),
        Transition("file", ("approved",), "filed", by="superior or clock", event="stepped:file"),
    ),
)  # fmt: skip
"""A table of somebody's own, with a name that could be taken for something else."""

DUES = (samples.LATE, samples.LATE - 40 * DAY_US, samples.DUE, samples.DUE + 900 * DAY_US, NEVER)
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = frozenset({
    *("svg", "g", "a", "title", "desc", "text", "tspan"),
    *("rect", "path", "polygon", "polyline", "line", "circle", "ellipse"),
})  # fmt: skip
MARKS: Mapping[str, tuple[str, ...]] = {"icicle": ("ground", "part", "glyph", "seam")}
"""Classes of nodes that lie over others on purpose, by kind."""

names = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.just("广东省科学技术协会"))


@st.composite
def hostile(draw: st.DrawFn) -> View:
    """Any cascade of one to sixty: several roots, any shape, statuses, dues, names, levels, lines, number and title."""
    table = draw(st.sampled_from([STANDARD, STANDARD, OWN]))
    statuses = [status.name for status in table.statuses]
    nodes = []
    for path in draw(shapes()):
        node = samples.node("c/" + ".".join(map(str, path)), draw(names), "issued", draw(st.sampled_from(DUES)))
        nodes.append(
            _at(node, draw(st.sampled_from(statuses)), draw(names), draw(st.sampled_from(["main", "x y", '"><b>'])))
        )
    view = samples.view(nodes, title=draw(names), lifecycle=table)
    return replace(view, doc_number=draw(names), log_size=draw(st.sampled_from([1_000, 10**9])))


@st.composite
def shapes(draw: st.DrawFn) -> list[list[int]]:
    """The paths of a forest in preorder: of one, of many under one, of one below the other, or of any shape."""
    count = draw(st.sampled_from([1, 2, 5, 12, 60]))
    paths: list[list[int]] = [[1]]
    children: dict[tuple[int, ...], int] = {(): 1}
    for _ in range(count - 1):
        above = tuple(_above(draw, paths))
        children[above] = children.get(above, 0) + 1
        paths.append([*above, children[above]])
    return sorted(paths)


def _above(draw: st.DrawFn, paths: list[list[int]]) -> list[int]:
    """Draw what the next one stands below: nothing, or one that is there."""
    place = draw(st.integers(-1, len(paths) - 1))
    return [] if place < 0 else paths[place]


def _at(node: Node, status: str, level: str, line: str) -> Node:
    """Return a directive at a status, level and line; who has handed in is on no list."""
    done = status in ("reported", "summarised", "waived", "withdrawn", "filed")
    directive = node.directive._replace(
        status=status,
        line=line,
        reported_at=samples.NOW - DAY_US if done else None,
        closed_at=samples.NOW if done else None,
    )
    return replace(node, directive=directive, level=level, bucket="done" if done else node.bucket)


def check_harmless(svg: bytes) -> None:
    """Assert that an SVG parses and has nothing that runs, styles, or leads anywhere but to `https:` or nearby."""
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS, element.tag
        for name, value in element.attrib.items():
            plain = name.rpartition("}")[2].lower()
            assert not plain.startswith("on"), name
            assert plain != "style", name
            if plain in ("href", "src"):
                assert re.match(r"https://|[^:]*\Z", value), value
            assert "url(" not in value or plain in ("title", "id", "class"), value


def check_sound(kind: str, drawing: Drawing) -> None:
    """Assert that everything fits where it stands and that nothing overlaps."""
    assert misfits(drawing) == []
    assert overlaps(drawing, over=MARKS.get(kind, ())) == []


@settings(max_examples=20)
@given(view=hostile(), lang=st.sampled_from(["zh", "en"]))
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_names_nothing_overlaps_or_sticks_out(kind: str, view: View, lang: str) -> None:
    drawing = KINDS[kind](view, samples.tracks_of(view), lang=lang)  # type: ignore[arg-type]
    check_sound(kind, drawing)
    check_harmless(written(drawing).encode())
    to_dot(drawing)


@settings(max_examples=3)
@given(view=hostile())
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_names_graphviz_draws_it_and_it_does_nothing(kind: str, view: View) -> None:
    check_harmless(to_svg(KINDS[kind](view, samples.tracks_of(view))))


@pytest.mark.parametrize("kind", KINDS)
def test_every_hostile_text_at_once_does_nothing(kind: str) -> None:
    nodes = [samples.node("c/1", HOSTILE[0], "executing", samples.LATE)]
    nodes += [samples.node(f"c/1.{n}", name, "issued", samples.LATE) for n, name in enumerate(HOSTILE, 1)]
    view = samples.view(
        (_at(node, node.directive.status, node.name, "main") for node in nodes), title=" ".join(HOSTILE)
    )
    drawing = KINDS[kind](view, samples.tracks_of(view))
    check_sound(kind, drawing)
    check_harmless(to_svg(drawing))
    check_harmless(written(drawing).encode())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("view", [samples.one(), samples.deep(200), samples.wide(300)], ids=["one", "deep", "wide"])
def test_one_alone_a_chain_of_200_and_a_family_of_300_are_sound(kind: str, view: View) -> None:
    check_sound(kind, KINDS[kind](view, samples.tracks_of(view)))


def test_what_overlaps_or_sticks_out_is_noticed() -> None:
    drawing = KINDS["tree"](samples.small(), {})
    first, second, *others = drawing.nodes
    assert overlaps(replace(drawing, nodes=(first, first.moved(0, 57), *others)))
    assert not overlaps(replace(drawing, nodes=(first, second)))
    assert misfits(replace(drawing, nodes=(first.moved(-30, 0),)))
    assert misfits(replace(drawing, nodes=(replace(first, width=270),)))
    assert misfits(replace(drawing, edges=(drawing.edges[0].moved(0, 10_000),)))
    wider = Cell(width=20, text="广东省科协")
    assert misfits(replace(drawing, nodes=(replace(first, columns=(Column((Row(20, (wider,)),)),)),)))


def test_what_would_do_something_is_noticed() -> None:
    def svg(inner: str) -> bytes:
        return f'<svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>'.encode()

    check_harmless(svg('<a href="https://x.example/"><rect/></a><a href="d/c/1"/>'))
    for inner in (
        "<script/>", "<style/>", "<foreignObject/>", '<rect onclick="x"/>', '<rect style="x"/>',
        '<a href="javascript:x"/>', '<a href="data:text/html,x"/>', '<image href="https://x.example/"/>', '<rect fill="url(https://x.example/)"/>',
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            check_harmless(svg(inner))
