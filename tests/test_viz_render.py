"""Pictures: both engines, bounds on time, memory and size, and what counts as a failure."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import viz_samples as samples

from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import STANDARD
from xiada.viz import RenderError, full, lifecycle, render, to_dot, tree
from xiada.viz.link import identifier
from xiada.viz.pictures import to_svg
from xiada.viz.render import Engine
from xiada.viz.text import EMPTY_PIECE
from xiada.viz.theme import DARK

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"

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


DRAWINGS = {
    "tree": tree(samples.grown([6, 5, 4]), budget=60),
    "tree-en": tree(samples.small(), lang="en", theme=DARK),
    "full": full(samples.grown([6, 5, 4])),
    "radial": full(samples.small(), layout="radial", lang="en"),
    "lifecycle": lifecycle(STANDARD, samples.small()),
    "marks": full(samples.grown([10, 10, 50])),
}


@pytest.mark.parametrize("name", sorted(DRAWINGS))
@pytest.mark.parametrize("engine", ENGINES)
def test_the_svg_is_the_same_whatever_fonts_are_there(
    engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dot = to_dot(DRAWINGS[name])
    with_fonts = render(dot, "svg", engine=engine)
    monkeypatch.setenv("FONTCONFIG_FILE", "/dev/null")
    assert render(dot, "svg", engine=engine) == with_fonts
    empty = tmp_path / "fonts.conf"
    empty.write_text("<fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    assert render(dot, "svg", engine=engine) == with_fonts


@pytest.mark.parametrize("engine", ENGINES)
def test_more_than_a_thousand_boxes_are_drawn(engine: Engine) -> None:
    assert render(to_dot(full(samples.wide(1_500))), "svg", engine=engine).count(b'class="node') == 1_504


def test_an_svg_says_what_it_is_in_its_language_before_anything_else() -> None:
    for drawing in (DRAWINGS["tree-en"], DRAWINGS["full"]):
        root = ET.fromstring(to_svg(drawing))
        title, description = root[:2]
        assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
        assert (title.text or "").replace("\xa0", " ") == f"{drawing.title} · {drawing.footer}"
        assert drawing.summary in (description.text or "")
        assert (root.get("lang"), root.get("role")) == (drawing.language, "group")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_linked_box_is_reached_by_the_keyboard_in_every_browser(engine: Engine) -> None:
    drawing = DRAWINGS["tree-en"].linked({"kx2020-7/1.1": "https://x.example/?a=1&b=2"})
    root = ET.fromstring(render(to_dot(drawing), "svg", engine=engine))
    (link,) = root.iter(f"{SVG}a")
    assert link.get("href") == link.get(LINK) == "https://x.example/?a=1&b=2"
    assert (link[0].text or "").startswith("广东省科协")
    (box,) = [group for group in root.iter(f"{SVG}g") if link in list(group)]
    assert box.get("id") == "kx2020-7_2f1.1"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_can_recolour_by_id_by_class_and_by_colour(engine: Engine) -> None:
    drawing = DRAWINGS["radial"]
    root = ET.fromstring(render(to_dot(drawing), "svg", engine=engine))
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g")}
    for node in drawing.nodes:
        group = groups[identifier(node.key)]
        assert (group.get("class") or "").split() == ["node", *node.classes]
        ground = group.find(f"{SVG}polygon")
        assert ground is not None
        assert ground.get("fill") == (node.fill or "").lower()
    for line in drawing.edges:
        assert groups[identifier(line.key)].get("class") == "edge"


def test_a_hundred_plates_are_small() -> None:
    assert len(to_svg(tree(samples.grown([9, 9, 5]), budget=100))) <= 150_000


def test_what_is_left_out_of_an_svg_shows_nothing() -> None:
    svg = render(DOT, "svg").decode()
    assert svg.count("font-family") == 1
    for words in ("xml:space", "DOCTYPE", "<!--", "transparent", EMPTY_PIECE, "&#45;"):
        assert words not in svg


def children_of(process: int) -> list[int]:
    """Return the processes a process started, in whichever thread, that still run."""
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread may have ended by now
            found += map(int, thread.read_text().split())
    return found


def ends(process: int) -> bool:
    """Tell whether a process ends within ten seconds, if it has not ended yet."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 10)[0])
    finally:
        os.close(watched)


needs_proc = pytest.mark.skipif(
    not Path(f"/proc/self/task/{os.getpid()}/children").exists(), reason="no list of child processes on this system"
)


@needs_proc
@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_left_behind_when_time_is_up(engine: Engine) -> None:
    before = set(children_of(os.getpid()))
    with pytest.raises(RenderError, match="longer than"):
        render(SLOW, "svg", seconds=0.3, engine=engine)
    assert set(children_of(os.getpid())) <= before


@needs_proc
@pytest.mark.parametrize("engine", ENGINES)
def test_an_interrupt_leaves_no_child_behind(engine: Engine) -> None:
    script = f"from xiada.viz import render\nprint(flush=True)\nrender({SLOW!r}, 'svg', engine={engine!r})"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as caller:
        assert caller.stdout is not None
        assert caller.stderr is not None
        caller.stdout.readline()
        while not (found := children_of(caller.pid)):
            assert caller.poll() is None
        caller.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in caller.stderr.read()
    assert all(map(ends, found))


def called_dot(folder: Path, does: str) -> str:
    """Return a PATH on which `dot` is a program that does something else."""
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    program.chmod(0o700)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no shell here")
@pytest.mark.parametrize(
    "does", ["echo junk", "echo '<svg ><title>x</title>'", "printf '%%PDF-1.5'", "kill -9 $$", ":"]
)
def test_what_is_no_whole_picture_is_an_error(does: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", called_dot(tmp_path, f"cat >/dev/null; {does}"))
    for kind in HEADS:
        with pytest.raises(RenderError) as caught:
            render(DOT, kind)  # type: ignore[arg-type]
        assert caught.value.code == "render_failed"


@needs_proc
def test_what_a_program_leaves_behind_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(
        "PATH", called_dot(tmp_path, f"cat >/dev/null; sleep 600 >/dev/null 2>&1 & echo $! >{tmp_path}/left")
    )
    with pytest.raises(RenderError):
        render(DOT, "svg")
    assert ends(int((tmp_path / "left").read_text()))


@needs_proc
def test_an_interrupt_of_a_pdf_waits_for_no_child_and_leaves_none_behind(tmp_path: Path) -> None:
    script = (
        "from xiada.engine.lifecycle import STANDARD\nfrom xiada.viz import lifecycle, to_pdf\n"
        "drawings = [lifecycle(STANDARD)] * 4\nprint(flush=True)\nto_pdf(drawings)"
    )
    around = {**os.environ, "PATH": called_dot(tmp_path, "trap '' INT TERM; exec sleep 600")}
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=around) as caller:
        assert caller.stdout is not None
        assert caller.stderr is not None
        caller.stdout.readline()
        while len(found := children_of(caller.pid)) < 2:
            assert caller.poll() is None
        caller.send_signal(signal.SIGINT)
        assert ends(caller.pid)
        assert b"KeyboardInterrupt" in caller.stderr.read()
    assert all(map(ends, found))


def test_a_process_that_cannot_be_started_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(RenderError, match="no process can be started") as caught:
        render(DOT, "svg")
    assert (caught.value.code, bool(caught.value.remedy)) == ("not_started", True)


def test_titles_in_the_svg_are_for_readers_not_for_machines() -> None:
    titles = [title.text or "" for title in ET.fromstring(render(DOT, "svg")).iter("{http://www.w3.org/2000/svg}title")]
    assert "中国科协 · 执行中 · 截止 2020-06-20 · 办结 4/8 · 逾期 3 · kx2020-7/1" in titles
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
    svg = render(to_dot(tree(samples.wide(10_000), budget=500)), "svg").decode()
    assert "… 另有 9,502 家" in svg


def test_a_chain_of_200_is_drawn() -> None:
    assert "第200级" in render(to_dot(tree(samples.deep(200), budget=200)), "svg").decode()


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
