"""The cascade tree: budget, order, places, words."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import viz_samples as samples
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.errors import Malformed, NotFound
from xiada.engine.projections import View, tallies
from xiada.viz import Drawing, to_dot, tree
from xiada.viz.folding import folded
from xiada.viz.pictures import to_svg
from xiada.viz.shares import shared
from xiada.viz.text import width
from xiada.viz.tree import BUDGET


def keys(drawing: Drawing) -> list[str]:
    """Return what is drawn, in order."""
    return [node.key for node in drawing.nodes]


def said(drawing: Drawing) -> str:
    """Return all words of the page."""
    return " ".join(text for box in (*drawing.captions, *drawing.nodes) for text in box.texts)


def test_every_directive_is_drawn_when_the_budget_allows() -> None:
    view = samples.small()
    assert keys(tree(view)) == [node.directive.ref for node in view.nodes]


def test_the_page_says_how_many_of_how_many_are_shown() -> None:
    view = samples.grown([10, 10])
    assert keys(tree(view, budget=8))[-1] == "c/1+", "the last of eight boxes stands for many"
    assert "显示 7 / 111" in said(tree(view, budget=8))
    assert "showing 7 of 111" in said(tree(view, budget=8, lang="en"))


def test_a_cascade_that_can_be_overlooked_is_drawn_whole_and_a_larger_one_is_not() -> None:
    assert len(tree(samples.wide(119)).nodes) == 120
    assert len(tree(samples.wide(120)).nodes) == 80


def test_the_footer_names_cascade_number_instant_log_index_and_root() -> None:
    footer = tree(samples.small(), lang="en").footer
    for part in (
        "kx2020-7",
        "科协办发〔2020〕7号",
        "2020-06-12 11:59:59+08:00 Asia/Shanghai",
        "log index 1233",
        "9f86d081884c",
    ):
        assert part in footer
    assert "9f86d081884c7" not in footer


@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.integers(1, 60))
def test_the_budget_is_kept_and_nothing_is_lost(branches: list[int], budget: int) -> None:
    view = samples.grown(branches)
    slots = folded(view, budget)
    assert 1 <= len(slots) <= budget
    assert sum(slot.tally.total for slot in slots if slot.parent is None) == len(view.nodes)
    parents = {slot.parent for slot in slots if slot.parent is not None}
    for place in parents:
        below = [slot.tally for slot in slots if slot.parent == place]
        assert sum(tally.total for tally in below) + 1 == slots[place].tally.total
        assert slots[place].folded == 0


@given(st.lists(st.integers(1, 6), min_size=1, max_size=3), st.integers(1, 40))
def test_the_same_view_gives_the_same_dot(branches: list[int], budget: int) -> None:
    first, second = (to_dot(tree(samples.grown(branches), budget=budget)) for _ in range(2))
    assert first == second


def test_siblings_stand_in_the_order_of_their_numbers() -> None:
    drawing = tree(samples.wide(30))
    children = drawing.nodes[1:]
    assert keys(drawing)[1:] == [f"c/1.{number}" for number in range(1, 31)]
    assert [box.y for box in children] == sorted(box.y for box in children)


def test_more_children_than_fit_show_the_worst_and_one_box_for_the_others() -> None:
    view = samples.wide(10_000)
    drawing = tree(view, budget=100)
    late = [node.directive.ref for node in view.nodes if node.bucket == "overdue"]
    assert keys(drawing) == ["c/1", *late[:98], "c/1+"]
    assert "… 另有 9,902 家" in drawing.nodes[-1].texts
    assert "▲ 逾期 1,330" in drawing.nodes[-1].texts


def test_what_is_asked_for_is_opened_first_with_its_ancestors() -> None:
    view = samples.grown([10, 10, 3])
    drawing = tree(view, budget=1 + 10 + 10 + 3, opened=["c/1.9.4"])
    assert {"c/1.9.4.1", "c/1.9.4.2", "c/1.9.4.3"} <= set(keys(drawing))


def test_what_is_asked_for_is_among_the_children_that_fit() -> None:
    assert "c/1.9998" in keys(tree(samples.wide(10_000), budget=5, opened=["c/1.9998"]))


def test_the_most_overdue_is_opened_before_the_others() -> None:
    view = samples.view([
        samples.node("c/1", "根"),
        samples.node("c/1.1", "甲"),
        samples.node("c/1.1.1", "甲一"),
        samples.node("c/1.2", "乙"),
        samples.node("c/1.2.1", "乙一", "executing", samples.LATE),
    ])  # fmt: skip
    assert keys(tree(view, budget=4)) == ["c/1", "c/1.1", "c/1.2", "c/1.2.1"]


def test_who_is_late_deep_down_is_seen_before_anybody_else_is_opened() -> None:
    calm = [samples.node(f"c/1.{number}", f"甲{number}") for number in range(1, 40)]
    late = [
        samples.node("c/1.40", "乙"),
        samples.node("c/1.40.1", "乙一"),
        samples.node("c/1.40.1.1", "丙", "issued", samples.LATE),
    ]
    shown = keys(tree(samples.view([samples.node("c/1", "根"), *calm, *late]), budget=6))
    assert "c/1.40.1.1" in shown


def test_a_joint_cascade_shows_all_its_roots() -> None:
    assert {"kx2020-7/1", "kx2020-7/2"} <= set(keys(tree(samples.small(), budget=2)))


def test_a_budget_below_the_roots_leaves_one_box_for_the_others() -> None:
    drawing = tree(samples.small(), budget=1)
    assert keys(drawing) == ["+"]
    assert "4/11 · 36%" in drawing.nodes[0].texts


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(Malformed, match="at least 1"):
        tree(samples.one(), budget=0)


def test_opening_what_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound, match="c/9"):
        tree(samples.one(), opened=["c/9"])


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(Malformed, match="zh, en"):
        tree(samples.one(), lang="fr")  # type: ignore[arg-type]


def test_a_cascade_of_one_is_one_plate_without_lines() -> None:
    drawing = tree(samples.one())
    assert keys(drawing) == ["c/1"]
    assert drawing.edges == ()


def test_a_part_of_a_cascade_can_be_drawn_alone() -> None:
    view = samples.small()
    part = replace(view, nodes=tuple(node for node in view.nodes if node.directive.path.startswith("1.1")))
    assert keys(tree(part)) == ["kx2020-7/1.1", "kx2020-7/1.1.1", "kx2020-7/1.1.2", "kx2020-7/1.1.3"]


def test_a_chain_of_200_stands_in_one_row() -> None:
    drawing = tree(samples.deep(200), budget=200)
    assert len(drawing.nodes) == 200
    assert len({box.y for box in drawing.nodes}) == 1


def test_boxes_never_overlap_and_stay_on_the_page() -> None:
    drawing = tree(samples.grown([5, 4, 3]))
    boxes = drawing.nodes
    for place, box in enumerate(boxes):
        assert box.x > 0
        assert box.y > 0
        assert box.right < drawing.width
        assert box.bottom < drawing.height
        for other in boxes[place + 1 :]:
            apart = box.right < other.x or other.right < box.x or box.bottom < other.y or other.bottom < box.y
            assert apart, (box.key, other.key)


def test_a_change_of_status_moves_no_box() -> None:
    def places(view: View) -> list[tuple[str, float, float]]:
        return [(box.key, box.x, box.y) for box in tree(view).nodes]

    before = samples.view(samples.node(f"c/{path}", "甲") for path in ("1", "1.1", "1.2", "1.2.1"))
    after = samples.view(samples.node(f"c/{path}", "甲", "reported") for path in ("1", "1.1", "1.2", "1.2.1"))
    assert places(before) == places(after)


def test_a_unit_that_is_late_itself_has_a_dashed_border_and_says_by_how_many_days() -> None:
    plates = {box.key: box for box in tree(samples.small()).nodes}
    assert plates["kx2020-7/1.1.2"].dashed
    assert "▲ 逾期 2 天" in plates["kx2020-7/1.1.2"].texts
    assert not plates["kx2020-7/1"].dashed
    assert "▲ 逾期 3" in plates["kx2020-7/1"].texts


def test_status_is_never_colour_alone() -> None:
    for lang, word in (("zh", "执行中"), ("en", "executing")):
        plate = tree(samples.small(), lang=lang).nodes[0]  # type: ignore[arg-type]
        assert "◐" in plate.texts
        assert any(word in text for text in plate.texts)


@given(st.text(max_size=200), st.sampled_from(["zh", "en"]))
def test_every_text_fits_its_cell_by_the_estimate(name: str, lang: str) -> None:
    view = samples.view([samples.node("c/1", name, "executing", samples.LATE), samples.node("c/1.1", name)], title=name)
    drawing = tree(view, lang=lang)  # type: ignore[arg-type]
    for box in (*drawing.nodes, *drawing.captions):
        for row in (row for column in box.columns for row in column.rows):
            assert row.width <= box.width
            for cell in row.cells:
                assert width(cell.text, cell.size) <= cell.width - cell.indent + 1


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=9), st.integers(30, 300))
def test_shares_of_a_bar_fill_it_and_none_is_invisible(counts: list[int], points: int) -> None:
    shares = shared(counts, points)
    assert sum(shares) == points
    assert min(shares) >= 2


def test_100_000_directives_take_about_a_second() -> None:
    view = samples.grown([31, 14, 12, 18])
    begun = time.process_time()
    drawing = tree(view)
    spent = time.process_time() - begun
    assert len(drawing.nodes) == BUDGET
    assert len(to_svg(drawing)) <= 150_000
    assert spent < 3, "several times what it takes, so that a slow machine does not fail"
    assert drawing.nodes[0].key in tallies(view.nodes)


def test_a_footer_is_broken_between_its_parts_and_none_is_lost() -> None:
    long = replace(samples.small(), doc_number="号" * 200)
    foot = next(box for box in tree(long, budget=1, lang="en").captions if box.key == "foot")
    lines = [cell.text for row in foot.columns[0].rows for cell in row.cells]
    assert lines[0] == "cascade kx2020-7"
    assert lines[1].startswith("number 号")
    assert any("log index 1233" in line for line in lines)
    assert any(line.endswith("log root 9f86d081884c") for line in lines)
