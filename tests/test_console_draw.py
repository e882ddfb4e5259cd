"""`xiada draw`: nine kinds in six forms, of any moment and part, in both languages, and all of them into a folder."""

from __future__ import annotations

import json
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from console_office import CAST, GD, GZ, Office
from pypdf import PdfReader
from rich.cells import cell_len

from xiada.console.drawing_options import FORMS, KINDS, OWN
from xiada.console.indexing import Entry, index_page
from xiada.console.words import Words

CHINESE = re.compile("[\u4e00-\u9fff]")
BEGINS = {"svg": b"<", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph", "html": b"<!DOCTYPE html>"}
ENDINGS = {form: "txt" if form == "text" else form for form in FORMS}
VALUES = {
    "--subtree": "kx/1.1", "--line": "kx", "--budget": "9", "--open": "kx/1", "--layout": "radial", "--since": "9",
    "--against": "kx", "--event": "9", "--rows": "5", "--page": "1", "--paper": "a4", "--assume-days": "9",
}  # fmt: skip
FOREIGN = [(option, kind) for option, kinds in OWN.items() for kind in KINDS if kind not in kinds]
NAMES = [f"kx-{kind}" for kind in KINDS]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One report in, two dues passed."""
    office = Office(tmp_path_factory.mktemp("drawn")).under_way()
    office.must("report", "kx/1.1.1", "--answer", "kx2020-7/r1", actor=GZ)
    office.must("remind", "kx/1.1.3", "--reason", "请抓紧", actor=GD)
    office.clock.moment += timedelta(days=9)
    return office


def line_of(kind: str, cascade: str = "kx") -> tuple[str, ...]:
    """Return the shortest command line that draws a kind."""
    return ("draw", kind, cascade, *(("--since", "9") if kind == "compare" else ()))


# Kinds and forms


@pytest.mark.parametrize("form", ["svg", "dot", "html", "text"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_in_every_form(standing: Office, kind: str, form: str) -> None:
    file = standing.folder / f"every-{kind}.{ENDINGS[form]}"
    printed = standing.must(*line_of(kind), "-o", str(file))
    content = file.read_bytes()
    assert printed.startswith(f"已绘制 {file}（{len(content):,} 字节），显示 ")
    assert content.startswith(BEGINS.get(form, b""))
    told = content.decode()
    assert "kx" in told
    assert form == "text" or "</" in told or form == "dot"


@pytest.mark.parametrize("form", ["png", "pdf"])
@pytest.mark.parametrize("kind", ["tree", "icicle", "lifecycle"])
def test_pictures_and_pages_for_paper_are_what_their_names_say(standing: Office, kind: str, form: str) -> None:
    file = standing.folder / f"paper-{kind}.{form}"
    found = json.loads(standing.must(*line_of(kind), "-o", str(file), "--json"))
    assert (found["format"], found["bytes"]) == (form, file.stat().st_size)
    assert (found["file"], found["total"]) == (str(file), 6)
    assert file.read_bytes().startswith(BEGINS[form])


def test_a_timeline_on_paper_goes_on_from_sheet_to_sheet_unless_a_page_is_named(standing: Office) -> None:
    file = standing.folder / "sheets.pdf"
    whole = json.loads(standing.must("draw", "timeline", "kx", "--rows", "4", *as_json(file)))
    assert (len(PdfReader(file).pages), whole["shown"]) == (2, 6)
    second = json.loads(standing.must("draw", "timeline", "kx", "--rows", "4", "--page", "2", *as_json(file)))
    assert (len(PdfReader(file).pages), second["shown"]) == (1, 2)
    standing.must("draw", "tree", "kx", "--paper", "a4", *as_json(file))
    assert sorted(float(side) for side in PdfReader(file).pages[0].mediabox[2:]) == pytest.approx([595.28, 841.89], 0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_printed_in_both_languages(standing: Office, kind: str) -> None:
    chinese = standing.must(*line_of(kind), "--format", "text")
    english = standing.must(*line_of(kind), "-o", "-", lang="en")
    assert "日志序号 17" in chinese
    assert "log index 17" in english
    own = re.sub("中国科协|广东省\\w+|福建省\\w+|广州市\\w+|深圳市\\w+|韶关市\\w*", "", english)
    own = re.sub("关于开展推荐工作的通知|科协发组字〔2020〕7号|[（）]", "", own)
    assert not CHINESE.search(own), own
    assert max(cell_len(line) for line in (chinese + english).splitlines()) <= 100


def test_a_tree_in_a_terminal_says_who_is_late_by_how_many_days(standing: Office) -> None:
    lines = standing.must("draw", "tree", "kx", "--format", "text").splitlines()
    assert lines[0] == "关于开展推荐工作的通知"
    assert lines[1] == "共 6 件  办结 1（16%）   ▲ 逾期 2   显示 6 / 6"
    assert lines[2:6] == [
        "逾期最多：  广东省科协 2",
        " ■  已汇总 0   ◇  免报 0   ×  已撤回 0   ✔  已报送 1   ◐  执行中 0   ➜  已转发 2   ○  已下达 3",
        " ▲ 逾期 ",
        "",
    ]
    assert [line.rstrip() for line in lines[7:11]] == [
        "├─  ➜  广东省科协                ✔✔✔✔✔➜➜➜➜➜○○○○○○○○○○  1/4 · 25%  2020-06-12   ▲ 下级逾期 2 件",
        "│  ├─  ✔  广州市科协             已报送                           2020-06-10",
        "│  ├─  ○  深圳市科协             已下达                           2020-06-09   ▲ 逾期 1 天",
        "│  └─  ○  [red]韶关市科协[/red]  已下达                           2020-06-03   ▲ 逾期 7 天",
    ]


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_a_drawing_takes_the_colours_of_a_theme(standing: Office, theme: str) -> None:
    dot = standing.must("draw", "tree", "kx", "--theme", theme, "--format", "dot", "-o", "-")
    assert {"light": "#FFFFFF", "dark": "#121212", "print": "#FFFFFF"}[theme] in dot.splitlines()[1]


def test_the_form_is_that_of_the_name_and_the_name_that_of_the_form(
    standing: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    standing.must("draw", "matrix", "kx", "--format", "dot")
    standing.must("draw", "matrix", "kx", "-o", "a.GV")
    standing.must("draw", "matrix", "kx", "-o", "b.htm")
    standing.must("draw", "matrix", "kx", "--format", "dot", "-o", "c.text.of.mine")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.GV", "b.htm", "c.text.of.mine", "kx-matrix.dot"]
    assert Path("a.GV").read_bytes() == Path("kx-matrix.dot").read_bytes() == Path("c.text.of.mine").read_bytes()
    assert Path("b.htm").read_bytes().startswith(BEGINS["html"])


def test_dot_can_be_printed_for_another_program(standing: Office) -> None:
    printed = standing.must("draw", "lifecycle", "kx", "--format", "dot", "-o", "-")
    assert printed.startswith("digraph")
    assert printed.rstrip().endswith("}")


def test_a_printed_text_is_part_of_the_answer_for_programs(standing: Office) -> None:
    found = json.loads(standing.must("draw", "tree", "kx", "--format", "text", "--json"))
    assert (found["file"], found["format"], found["shown"], found["total"]) == (None, "text", 6, 6)
    assert found["text"].startswith("关于开展推荐工作的通知\n")


# Moments and parts


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "path"])
def test_a_drawing_that_assumes_a_service_level_says_so(standing: Office, kind: str) -> None:
    assert "推定" not in standing.must(*line_of(kind), "--format", "text")
    assert "未定期限者按下达后 0 天推定" in standing.must(*line_of(kind), "--assume-days", "0", "--format", "text")


def test_judged_by_an_earlier_day_a_lifecycle_still_counts_every_move(standing: Office) -> None:
    assert "→ ✔ 已报送  1×" in standing.must("draw", "lifecycle", "kx", "--now", "2020-05-01", "--format", "text")


def test_a_drawing_of_a_past_moment_knows_nothing_of_later(standing: Office) -> None:
    then = standing.must("draw", "tree", "kx", "--at", "12", "--format", "text")
    assert "日志序号 12" in then
    assert "执行中 0" in then
    assert "逾期 5" in standing.must("draw", "tree", "kx", "--now", "2020-06-30", "--format", "text")


def test_a_part_says_of_how_many_it_is_a_part(standing: Office) -> None:
    for kind in ("tree", "full", "timeline"):
        printed = standing.must(*line_of(kind), "--subtree", "kx/1.1", "--format", "text")
        assert "子树 kx/1.1" in printed
        assert "4 / 6" in printed
        assert "福建省科协" not in printed
    assert "条线 kx" in standing.must("draw", "matrix", "kx", "--line", "kx", "--format", "text")


def test_the_chain_is_that_of_the_worst_unless_somebody_is_named(standing: Office) -> None:
    assert "韶关市科协" in standing.must("draw", "chain", "kx", "--format", "text")
    named = standing.must("draw", "chain", "kx", "--subtree", "kx/1.1.1", "--format", "text")
    assert "广州市科协" in named


def test_a_comparison_is_with_a_moment_or_with_another_cascade(standing: Office) -> None:
    then = standing.must("draw", "compare", "kx", "--since", "2020-06-01", "--format", "text")
    other = standing.must("draw", "compare", "kx", "--against", "kx", "--format", "text")
    assert then != other


@pytest.mark.parametrize(
    "words", [("--since", "12", "--at", "9"), ("--since", "2020-06-10"), ("--since", "2030-01-01"),
              ("--since", "2020-06-01", "--at", "12")]
)  # fmt: skip
def test_a_change_since_what_is_yet_to_come_is_refused(standing: Office, words: tuple[str, ...]) -> None:
    said = standing.run("draw", "compare", "kx", *words, "--format", "text", "--json")
    assert (said.code, said.document["code"]) == (2, "since_later")


def test_a_part_that_was_not_there_yet_has_appeared_since(standing: Office) -> None:
    printed = standing.must("draw", "compare", "kx", "--since", "8", "--subtree", "kx/1.1.1", "--format", "text")
    assert "共 0 → 1 件" in printed
    assert "＋ 新增 1" in printed
    assert standing.run("draw", "compare", "kx", "--since", "8", "--subtree", "kx/1.9", "--format", "text").code == 1


def test_a_part_is_compared_with_that_of_the_same_unit_in_another_cascade(tmp_path: Path) -> None:
    office = Office(tmp_path).under_way()
    other = office.write("other.yaml", Path(office.notice).read_text("utf-8").replace("kx2020-7", "kx2020-8"))
    office.must("issue", "kx8", other, actor=CAST)
    office.must("forward", "kx8/1", "--to", "fj-kx", "--to", "gd-kx", "--due", "2020-06-12", actor=CAST)
    office.must("forward", "kx8/1.2", "--to", "gz-kx=2020-06-10", actor=GD)
    line = ("draw", "compare", "kx", "--against", "kx8", "--format", "text", "--subtree")
    below = office.must(*line, "kx/1.1")
    assert "共 2 → 4 件" in below
    assert "子树 kx8/1.2" in below
    assert "子树 kx/1.1" in below
    assert "共 0 → 1 件" in office.must(*line, "kx/1.1.3"), "nobody there has a directive of that unit"


def test_the_path_is_that_of_the_latest_event_unless_one_is_named(standing: Office) -> None:
    latest = standing.must("draw", "path", "kx", "--format", "text")
    assert latest == standing.must("draw", "path", "kx", "--event", "17", "--format", "text")
    assert latest != standing.must("draw", "path", "kx", "--event", "7", "--format", "text")


def test_a_budget_folds_and_the_answer_says_so(standing: Office) -> None:
    file = standing.folder / "folded.dot"
    found = json.loads(standing.must("draw", "tree", "kx", "--budget", "3", *as_json(file)))
    assert found["shown"] < found["total"] == 6
    opened = json.loads(standing.must("draw", "tree", "kx", "--budget", "3", "--open", "kx/1.1", *as_json(file)))
    assert found["shown"] <= opened["shown"]


def as_json(file: Path) -> tuple[str, ...]:
    """Return the end of a line that writes into a file and answers as JSON."""
    return "-o", str(file), "--json"


# Refusals


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("draw",), "draw_what"),
        (("draw", "tree"), "draw_what"),
        (("draw", "tres", "kx"), "no_such_choice"),
        (("draw", "tree", "kx", "--format", "bmp"), "no_such_choice"),
        (("draw", "tree", "kx", "-o", "x.bmp"), "no_such_choice"),
        (("draw", "tree", "kx", "--theme", "pink"), "no_such_choice"),
        (("draw", "full", "kx", "--layout", "square"), "no_such_choice"),
        (("draw", "tree", "kx", "--paper", "a9", "--format", "pdf"), "no_such_choice"),
        (("draw", "tree", "kx", "--paper", "a4"), "foreign_option"),
        (("draw", "tree", "kx", "--open", "kx/1", "--format", "html"), "foreign_option"),
        (("draw", "compare", "kx"), "compare_with_what"),
        (("draw", "compare", "kx", "--since", "3", "--against", "kx"), "two_earlier"),
        (("draw", "tree", "kx", "--at", "yesterday"), "needs_moment"),
        (("draw", "matrix", "kx", "--format", "svg", "-o", "-"), "two_answers"),
        (("draw", "--all", "somewhere", "tree", "kx"), "all_kinds"),
        (("draw", "--all", "somewhere", "--rows", "4"), "foreign_option"),
        (("draw", "--all", "somewhere", "-o", "x"), "foreign_option"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_before_anything_is_drawn(
    standing: Office, words: tuple[str, ...], code: str
) -> None:
    said = standing.run(*words, "--json")
    assert (said.code, said.out, said.document["code"]) == (2, "", code)
    assert not Path("somewhere").exists()


@pytest.mark.parametrize(("option", "kind"), FOREIGN)
def test_an_option_of_another_kind_is_refused_and_says_whose_it_is(standing: Office, option: str, kind: str) -> None:
    said = standing.run("draw", kind, "kx", option, VALUES[option], lang="en")
    owners = ", ".join(OWN[option])
    assert said.code == 2
    assert said.err == f"Bad input: {option} is not for {kind}. Leave it out; it is for {owners}.\n"


def test_a_refusal_names_the_choices_in_both_languages(standing: Office) -> None:
    kinds = "tree, full, matrix, icicle, timeline, lifecycle, chain, compare, path"
    assert standing.run("draw", "tres", "kx").err == f"输入有误：KIND “tres”不在可选范围内。可选 {kinds}。\n"
    english = standing.run("draw", "tres", "kx", lang="en").err
    assert english == f"Bad input: KIND: there is no 'tres'. Use one of {kinds}.\n"
    assert "可选 svg, png, pdf, dot, html, text。" in standing.run("draw", "tree", "kx", "--format", "x").err


@pytest.mark.parametrize(
    "words",
    [
        ("draw", "tree", "nope"),
        ("draw", "tree", "kx", "--at", "999"),
        ("draw", "tree", "kx", "--subtree", "kx/7"),
        ("draw", "tree", "kx", "--line", "nope"),
        ("draw", "tree", "kx", "--open", "kx/7"),
        ("draw", "chain", "kx", "--subtree", "kx/7"),
        ("draw", "compare", "kx", "--against", "nope"),
        ("draw", "compare", "kx", "--since", "3"),
        ("draw", "path", "kx", "--event", "999"),
        ("draw", "timeline", "kx", "--page", "7"),
        ("draw", "--all", "somewhere", "nope"),
    ],
)
def test_what_is_not_there_is_not_found_and_leaves_nothing(
    standing: Office, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = standing.run(*words)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("不予办理：")
    assert list(tmp_path.iterdir()) == []


# All of them


def test_all_kinds_are_drawn_into_a_folder_that_is_made(standing: Office, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    printed = standing.must("draw", "--all", str(folder), "kx")
    files = sorted(path.name for path in folder.iterdir())
    assert files == sorted([*(f"{name}.svg" for name in NAMES), "kx-page.html", "index.html"])
    for name in files:
        size = (folder / name).stat().st_size
        assert f"{name}（{size:,} 字节）" in printed
    assert "对比图以日志第 " in printed
    assert printed.endswith("共绘制 10 个文件，未能绘出 0 个\n")


def test_all_cascades_are_drawn_where_none_is_named(tmp_path: Path) -> None:
    office = Office(tmp_path).under_way()
    second = office.write("second.yaml", Path(office.notice).read_text("utf-8").replace("kx2020-7", "kx2020-8"))
    office.must("issue", "kx8", second, actor=CAST)
    found = json.loads(office.must("draw", "--all", str(tmp_path / "all"), "--json"))
    assert {one["cascade"] for one in found["files"]} == {"kx", "kx8"}
    assert (len(found["files"]), found["failed"]) == (20, [])
    assert {one["shown"] for one in found["files"] if one["cascade"] == "kx8"} == {1}
    then = json.loads(office.must("draw", "--all", str(tmp_path / "then"), "--at", "9", "--json"))
    assert {one["cascade"] for one in then["files"]} == {"kx"}


def test_a_cascade_called_index_does_not_lose_its_page(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    office.must("issue", "index", office.notice, actor=CAST)
    found = json.loads(office.must("draw", "--all", str(tmp_path / "all"), "--json"))
    files = [found["index"], *(one["file"] for one in found["files"])]
    assert len({*files}) == len(files) == len(list((tmp_path / "all").iterdir()))


def test_the_index_links_what_is_there_and_shows_names_as_text(standing: Office, tmp_path: Path) -> None:
    standing.must("draw", "--all", str(tmp_path), "kx", lang="en")
    page = (tmp_path / "index.html").read_text("utf-8")
    links = re.findall('href="([^"]+)"', page)
    assert {path.name for path in tmp_path.iterdir()} == {*links, "index.html"}
    assert "default-src 'none'" in page
    entry = Entry("k", '<script>alert(1)</script> & "x"', "<b>", "tree", "k-tree.svg")
    hostile = index_page([entry], Words("zh")).decode()
    assert "<script" not in hostile
    assert "<b>" not in hostile
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;" in hostile


def test_without_graphviz_what_needs_none_is_drawn_and_the_rest_is_told(
    standing: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    said = standing.run("draw", "--all", str(tmp_path / "bare"), "kx")
    assert said.code == 1
    assert {path.name for path in (tmp_path / "bare").iterdir()} == {"index.html", "kx-icicle.svg", "kx-page.html"}
    assert said.out.endswith("共绘制 2 个文件，未能绘出 8 个\n")
    assert len(said.err.splitlines()) == 8
    assert "未能绘出 kx tree（svg）：没有可用的 Graphviz。请运行 pip install pygraphviz" in said.err
    for form in ("dot", "html", "text"):
        assert standing.run("draw", "tree", "kx", "--format", form, "-o", str(tmp_path / f"x.{form}")).code == 0
    alone = standing.run("draw", "tree", "kx", "-o", str(tmp_path / "x.svg"), lang="en")
    assert (alone.code, alone.out) == (4, "")
    assert alone.err.startswith("Failed: there is no Graphviz to draw with. Run `pip install pygraphviz`")
    assert not (tmp_path / "x.svg").exists()


def test_an_empty_file_has_nothing_to_draw(tmp_path: Path) -> None:
    office = Office(tmp_path).open_office()
    assert office.must("draw", "--all", str(tmp_path / "none")) == "尚未下达任何通知。\n"
    assert not (tmp_path / "none").exists()
