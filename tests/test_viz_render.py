"""Pictures: both engines, bounds on time, memory and size, and what counts as a failure."""

from __future__ import annotations

import shutil
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
import viz_samples as samples

from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import STANDARD
from xiada.viz import RenderError, lifecycle, render, to_dot, tree
from xiada.viz.render import Engine

HEADS = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}
ENGINES = [
    pytest.param("dot", marks=pytest.mark.skipif(shutil.which("dot") is None, reason="no dot on PATH")),
    "pygraphviz",
]
DOT = to_dot(tree(samples.small()))
SLOW = (
    "digraph { layout=dot; " + " ".join(f"a{n} -> a{n * 7 % 911}; a{n} -> a{n * 13 % 877};" for n in range(900)) + "}"
)


@pytest.mark.parametrize("kind", sorted(HEADS))
@pytest.mark.parametrize("engine", ENGINES)
def test_both_engines_draw_every_format(engine: Engine, kind: str) -> None:
    assert render(DOT, kind, engine=engine).startswith(HEADS[kind])  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_dot_gives_the_same_bytes(engine: Engine) -> None:
    for kind in ("svg", "png"):
        assert render(DOT, kind, engine=engine) == render(DOT, kind, engine=engine)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_page_is_as_large_as_the_drawing_says(engine: Engine) -> None:
    for drawing in (tree(samples.small()), lifecycle(STANDARD)):
        root = ET.fromstring(render(to_dot(drawing), "svg", engine=engine))
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        assert (width, height) == pytest.approx((drawing.width, drawing.height), abs=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_without_any_font_there_is_a_picture_all_the_same(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/dev/null")
    assert "中国科协" in render(DOT, "svg", engine=engine).decode()


def test_titles_in_the_svg_are_for_readers_not_for_machines() -> None:
    titles = [title.text or "" for title in ET.fromstring(render(DOT, "svg")).iter("{http://www.w3.org/2000/svg}title")]
    assert "中国科协 · 执行中 · 截止 2020-06-20 · 完成 4/8 · 逾期 3 · kx2020-7/1" in titles
    assert titles[0].startswith("关于报送全国科普日活动总结的通知 · 级联 kx2020-7")
    assert not {"n0", "xiada"} & set(titles)


@pytest.mark.parametrize("engine", ENGINES)
def test_out_of_time_is_an_error_with_a_remedy(engine: Engine) -> None:
    with pytest.raises(RenderError, match="longer than") as caught:
        render(SLOW, "svg", seconds=0.2, engine=engine)
    assert caught.value.code == "timed_out"
    assert caught.value.remedy


@pytest.mark.parametrize("engine", ENGINES)
def test_out_of_memory_is_an_error(engine: Engine) -> None:
    large = to_dot(tree(samples.wide(400)))
    with pytest.raises(RenderError) as caught:
        render(large, "png", megabytes=60, engine=engine)
    assert caught.value.code in ("too_much_memory", "render_failed")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("dot", ["digraph {", "digraph { a [label=<<TABLE>] }", "not dot", ""])
def test_dot_that_cannot_be_read_is_an_error(dot: str, engine: Engine) -> None:
    with pytest.raises(RenderError):
        render(dot, "svg", engine=engine)


def test_a_page_too_large_for_a_png_is_refused_and_still_an_svg_and_a_pdf() -> None:
    large = to_dot(tree(samples.wide(1_500), budget=2_000))
    with pytest.raises(RenderError, match="smaller budget"):
        render(large, "png")
    for kind in ("svg", "pdf"):
        assert render(large, kind).startswith(HEADS[kind])  # type: ignore[arg-type]


def test_ten_thousand_children_under_one_are_drawn() -> None:
    svg = render(to_dot(tree(samples.wide(10_000))), "svg").decode()
    assert "… 另有 9,502 家" in svg


def test_a_chain_of_200_is_drawn() -> None:
    assert "第200级" in render(to_dot(tree(samples.deep(200))), "svg").decode()


def test_another_format_is_refused() -> None:
    with pytest.raises(Malformed, match="svg, png, pdf"):
        render(DOT, "gif")  # type: ignore[arg-type]


def test_no_graphviz_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RenderError, match="pip install pygraphviz") as caught:
        render(DOT, "svg", engine="dot")
    assert caught.value.code == "no_graphviz"


def test_without_dot_on_path_the_wheel_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert render(DOT, "svg").startswith(HEADS["svg"])


def test_importing_the_package_imports_no_graphviz() -> None:
    script = "import sys, xiada.viz; assert not {'graphviz', 'pygraphviz'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
