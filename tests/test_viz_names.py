"""Names that are like ours, and names without end: every drawing is still drawn, and no two things become one."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import viz_samples as samples
from drawing_kinds import KINDS
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import Lifecycle, Status, step
from xiada.engine.projections import View
from xiada.viz import Drawing, RenderError, icicle, render, to_dot, tree
from xiada.viz.link import LINK_CHARS, checked, class_names, identifier
from xiada.viz.render import Engine

SVG = "{http://www.w3.org/2000/svg}"
ENGINES = [
    pytest.param("dot", marks=pytest.mark.skipif(shutil.which("dot") is None, reason="no dot on PATH")),
    "pygraphviz",
]
LONG = 100_000


def stood_at(status: str) -> View:
    """Return a view by a table of somebody's own, both of its directives at the same status."""
    rows = (step("go", status, "busy", by="unit"), step("file", "busy", "filed", by="superior"))
    table = Lifecycle("own", 3, (Status(status), Status("busy"), Status("filed", closed=True)), rows)
    nodes = (samples.node("c/1", "省"), samples.node("c/1.1", "市"))
    return samples.view(
        (replace(node, directive=node.directive._replace(status=status)) for node in nodes), lifecycle=table
    )


def keys_of(drawing: Drawing) -> list[str]:
    """Return the ids of everything in a drawing."""
    return [identifier(thing.key) for thing in (*drawing.nodes, *drawing.captions, *drawing.edges)]


@pytest.mark.parametrize("status", ["page", "head", "foot", "name 1", "start", "now", "floor", "header", "n0", ""])
@pytest.mark.parametrize("kind", KINDS)
def test_a_status_may_be_called_as_parts_of_the_page_are(kind: str, status: str) -> None:
    view = stood_at(status)
    drawing = KINDS[kind](view, samples.tracks_of(view))
    assert [key for key, count in Counter(keys_of(drawing)).items() if count > 1] == []
    assert to_dot(drawing).count(" [") > len(drawing.nodes)
    if kind.startswith("lifecycle"):
        assert {status, "busy", "filed"} <= {node.key for node in drawing.nodes}


@given(st.text(max_size=8), st.text(max_size=8))
def test_two_keys_never_become_one_id(first: str, second: str) -> None:
    assert (identifier(first) == identifier(second)) == (first == second)


@pytest.mark.parametrize(
    ("first", "second"), [("c/1", "c\u02f1"), ("a_u1_", "a\x01"), ("\t1", "\x91"), ("科" * LONG, "科" * LONG + "技")]
)
def test_keys_that_are_written_alike_stay_apart(first: str, second: str) -> None:
    assert identifier(first) != identifier(second)
    assert class_names([first]).isascii()


def endless() -> View:
    """Return a view in which every text is longer than Graphviz reads."""
    root = replace(samples.node("c/1", '"' * LONG), level="科" * LONG)
    below = replace(samples.node("c/1.1", "\\" * LONG), level="x" * LONG)
    return replace(samples.view([root, below], title="&" * LONG), doc_number="W" * LONG)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", KINDS)
def test_texts_without_end_stop_no_drawing(kind: str, engine: Engine) -> None:
    view = endless()
    svg = render(to_dot(KINDS[kind](view, samples.tracks_of(view))), "svg", engine=engine)
    assert max(len(title.text or "") for title in ET.fromstring(svg).iter(f"{SVG}title")) <= 2_001


def test_a_link_without_end_is_refused() -> None:
    link = "https://x.example/" + "a" * LINK_CHARS
    assert checked(link[:LINK_CHARS])
    with pytest.raises(Malformed, match="2,000 characters at most"):
        to_dot(tree(samples.one()).linked({"c/1": link}))


def test_a_notebook_without_graphviz_shows_words_and_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    drawing = tree(samples.small(), lang="en")
    with pytest.raises(RenderError):
        render(to_dot(drawing), "svg")
    assert drawing._repr_svg_() is None
    found = drawing._repr_mimebundle_()
    assert list(found) == ["text/plain"]
    assert found["text/plain"].startswith(drawing.title)
    assert "pip install pygraphviz" in found["text/plain"]
    assert list(icicle(samples.small())._repr_mimebundle_(exclude=["text/plain"])) == ["image/svg+xml"]
