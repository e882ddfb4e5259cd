"""The cascade tree on paper: nothing lost, nothing twice, nothing too small, and every page says where it belongs."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import viz_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from viz_golden import check_golden

from xiada.engine.errors import Malformed, NotFound
from xiada.engine.projections import View
from xiada.viz import LANGUAGES, PAPERS, Drawing, Language, Paper, pages, to_dot, tree
from xiada.viz.drawing import Box
from xiada.viz.pages import LEAST_LETTERS
from xiada.viz.text import width
from xiada.viz.theme import DARK, PRINT

VIEWS: dict[str, tuple[View, int]] = {
    "one": (samples.one(), 500),
    "small": (samples.small(), 500),
    "three levels": (samples.grown([6, 5, 3]), 500),
    "twenty-one cities": (samples.grown([21, 5, 4]), 500),
    "folded": (samples.grown([21, 5, 4]), 60),
    "two": (samples.deep(2), 500),
    "deep": (samples.deep(64), 500),
    "wide": (samples.wide(700), 2_000),
}


def content(found: tuple[Drawing, ...]) -> list[str]:
    """Return the keys of all boxes, page by page, heads that are repeated left out."""
    met: set[str] = set()
    keys = []
    for page in found:
        fresh = [node.key for node in page.nodes if node.key not in met]
        keys += fresh
        met |= set(fresh)
    return keys


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes overlap."""
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def is_sound(page: Drawing) -> None:
    """Assert that boxes and notes lie on the page, apart, with their texts inside, and that no line crosses a box."""
    notes = [box for box in page.captions if box.key.endswith(" on")]
    boxes = [*page.nodes, *notes]
    for place, box in enumerate(boxes):
        assert box.x >= 0
        assert box.right <= page.width
        assert box.bottom <= page.height
        assert not [other.key for other in boxes[place + 1 :] if overlap(box, other)]
        for cell in (cell for column in box.columns for row in column.rows for cell in row.cells):
            assert cell.indent + width(cell.text, cell.size) <= cell.width + 1
    for line in page.edges:
        for start, end in pairwise(line.points[::3]):
            left, right = sorted((start[0], end[0]))
            top, bottom = sorted((start[1], end[1]))
            assert not [
                box.key
                for box in page.nodes
                if box.key not in (line.tail, line.head)
                and (left < box.right and right > box.x and top < box.bottom and bottom > box.y)
            ]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", VIEWS)
def test_every_box_of_the_tree_is_on_one_page_as_content(name: str, paper: Paper) -> None:
    view, budget = VIEWS[name]
    found = pages(view, budget=budget, paper=paper)
    wanted = [node.key for node in tree(view, budget=budget).nodes]
    assert sorted(content(found)) == sorted(wanted)
    counts = Counter(node.key for page in found for node in page.nodes)
    repeated = {page.nodes[0].key for page in found[1:]}
    heads = {line.tail for page in found for line in page.edges}
    assert {key for key, count in counts.items() if count > 1} <= heads | repeated


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", VIEWS)
def test_every_page_is_as_large_as_the_paper_and_everything_on_it_is_in_its_place(name: str, paper: Paper) -> None:
    view, budget = VIEWS[name]
    for page in pages(view, budget=budget, paper=paper, lang="en"):
        assert page.width == int(PAPERS[paper][0] * 9 / LEAST_LETTERS)
        assert page.height == int(PAPERS[paper][1] * 9 / LEAST_LETTERS)
        is_sound(page)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 24), min_size=1, max_size=3), st.integers(1, 300), st.sampled_from(sorted(PAPERS)))
def test_whatever_the_shape_nothing_is_lost(branches: list[int], budget: int, paper: Any) -> None:
    view = samples.grown(branches[:2] + [min(4, count) for count in branches[2:]])
    found = pages(view, budget=budget, paper=paper)
    assert sorted(content(found)) == sorted(node.key for node in tree(view, budget=budget).nodes)
    for page in found[:: max(1, len(found) // 3)]:
        is_sound(page)


def test_every_note_leads_to_the_page_that_goes_on_from_its_box() -> None:
    found = pages(samples.grown([21, 5, 4]), paper="a4")
    notes = [(number, note) for number, page in enumerate(found) for note in page.captions if note.link]
    assert notes
    for number, note in notes:
        assert note.link is not None
        target = int(note.link.removeprefix("#page="))
        assert note.texts == (f"▸ 第 {target} 页",)
        assert target - 1 > number, "it goes on further back"
        heads = {line.tail for line in found[target - 1].edges}
        assert note.key.removesuffix(" on") in heads


def test_what_goes_on_has_a_note_and_what_does_not_has_none() -> None:
    found = pages(samples.grown([21, 5, 4]), paper="a4")
    for page in found:
        here = {line.tail for line in page.edges}
        elsewhere = {line.tail for other in found for line in other.edges} - here
        noted = {note.key.removesuffix(" on") for note in page.captions if note.link}
        assert noted == elsewhere & {node.key for node in page.nodes}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_says_which_it_is_and_where_it_belongs(lang: Language) -> None:
    found = pages(samples.grown([21, 5, 4]), lang=lang)
    for number, page in enumerate(found, 1):
        words = f"第 {number} 页 / 共 {len(found)} 页" if lang == "zh" else f"Page {number} of {len(found)}"
        assert page.summary.startswith(words)
        assert page.footer == found[0].footer
    assert found[0].title == "关于报送全国科普日活动总结的通知"
    assert "单位1 › 单位1.1" in found[1].summary
    assert found[1].title == "单位1.1"


def test_a_long_way_from_the_root_is_shortened_in_the_middle() -> None:
    last = pages(samples.deep(64))[-1]
    assert "第1级 › … › " in last.summary
    assert f" › {last.title} " in last.summary
    is_sound(last)


def test_brothers_that_fit_share_a_page_that_is_called_after_them() -> None:
    found = pages(samples.grown([21, 5, 4]), paper="a4")
    shared = [page for page in found if "等 2 家" in page.title]
    assert shared
    assert shared[0].title == "单位1.1.1 等 2 家"


def test_a_long_list_goes_on_over_pages_and_each_says_which_part_it_is() -> None:
    found = pages(samples.wide(700), budget=2_000, lang="en")
    assert found[1].title == "教育部 (57–112 of 700)"
    assert "Overview 1–56 of 700" in found[0].summary
    assert len(found) == 13
    assert len(found[-1].nodes) == 1 + 700 % 56


def test_many_roots_are_a_list_without_a_head() -> None:
    view = samples.view(samples.node(f"c/{number}", f"第{number}单位") for number in range(1, 151))
    found = pages(view)
    assert len(content(found)) == 150
    assert not [line for page in found for line in page.edges]
    assert found[1].title == "总览（第 71–140 家，共 150 家）"
    for page in found:
        is_sound(page)


def test_the_last_page_says_what_is_left_out() -> None:
    found = pages(samples.wide(700), budget=2_000, lang="en", most_pages=3)
    assert len(found) == 3
    assert "only the first 3 pages: 532 more are not on paper" in found[-1].summary
    assert "all pages showing 169 of 701" in found[0].summary
    [only] = pages(samples.grown([21, 5, 4]), lang="en", most_pages=1)
    assert "only the first 1 pages" in only.summary
    assert {note.texts[0] for note in only.captions if note.key.endswith(" on")} == {"▸ not here"}


def test_ten_thousand_below_one_unit_are_on_paper() -> None:
    found = pages(samples.wide(10_000), budget=20_000)
    assert len(found) == 179
    assert sum(len(page.nodes) - 1 for page in found) == 10_000


def test_opened_and_budget_are_those_of_the_tree() -> None:
    view = samples.grown([6, 5, 3])
    found = pages(view, budget=5, opened=["c/1.6"])
    assert any(line.tail == "c/1.6" for page in found for line in page.edges)
    with pytest.raises(NotFound):
        pages(view, opened=["c/9"])
    for wrong in ({"budget": 0}, {"most_pages": 0}, {"paper": "a5"}, {"lang": "fr"}):
        with pytest.raises(Malformed):
            pages(view, **wrong)  # type: ignore[arg-type]


def test_hostile_names_and_titles_stay_on_the_page() -> None:
    name = "</text><script>" + "W" * 300
    nodes = [samples.node("c/1", name), *(samples.node(f"c/1.{n}", name) for n in range(1, 4))]
    nodes += [samples.node(f"c/1.1.{n}", "\u202e\x00" * 40 + "科" * 200) for n in range(1, 90)]
    nodes.sort(key=lambda node: [int(part) for part in node.directive.ref.partition("/")[2].split(".")])
    found = pages(samples.view(nodes, title="标题" * 200))
    assert "…（第 53–89 家，共 89 家）" in found[-1].summary
    for page in found:
        is_sound(page)
        for box in page.captions:
            assert box.right <= page.width


@pytest.mark.parametrize("theme", [DARK, PRINT], ids=lambda theme: theme.name)
def test_another_theme_moves_nothing(theme: Any) -> None:
    light, other = pages(samples.grown([6, 5])), pages(samples.grown([6, 5]), theme=theme)
    assert [[(box.x, box.y) for box in page.nodes] for page in light] == [
        [(box.x, box.y) for box in page.nodes] for page in other
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_as_in_the_golden_files(lang: Language) -> None:
    first, second, *_ = pages(samples.grown([12, 3]), lang=lang, paper="a4")
    check_golden(f"pages-1-{lang}.dot", to_dot(first))
    check_golden(f"pages-2-{lang}.dot", to_dot(second))
