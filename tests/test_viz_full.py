"""The full tree: nobody left out, nothing on top of anything, the same on every machine; small, wide, deep, large."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
import viz_samples as samples
from hypothesis import given
from hypothesis import strategies as st
from viz_golden import check_golden

from xiada.engine.errors import Malformed
from xiada.engine.projections import View, places_above
from xiada.viz import Drawing, Language, full, render, to_dot
from xiada.viz.drawing import Box
from xiada.viz.full import LAYOUTS, NAMED_MOST, Layout
from xiada.viz.pictures import to_png, to_svg
from xiada.viz.radial import radial
from xiada.viz.text import width
from xiada.viz.theme import DARK, LIGHT, PRINT, Theme
from xiada.viz.tidy import Placement, Sizes, tidy

SIZES = Sizes(upper=(124, 16), leaf=(15, 10))
LAID = {"tidy": tidy, "radial": radial}

small_trees = st.lists(st.integers(0, 1_000_000), max_size=60)
large_trees = st.builds(
    lambda seed, size: [dice.getrandbits(20) for dice in [random.Random(seed)] for _ in range(size)],
    st.integers(0, 1_000_000),
    st.integers(150, 900),
)
trees = st.one_of(small_trees, large_trees)


def parents(choices: Sequence[int]) -> list[int]:
    """Return a random tree in preorder: each one hangs on the one before it, or on somebody above that one."""
    found = [-1]
    for choice in choices:
        above = len(found) - 1
        for _ in range(choice % 7 if choice % 3 else 0):
            above = found[above]
            if above < 0:
                break
        found.append(above)
    return found


def boxes(placed: Placement, sizes: Sizes = SIZES) -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom of every box."""
    large = [sizes.leaf if leaf else sizes.upper for leaf in placed.leaves]
    return [(x, y, x + w, y + h) for x, y, (w, h) in zip(placed.x, placed.y, large, strict=True)]


def overlapping(found: Sequence[tuple[float, float, float, float]]) -> list[tuple[int, int]]:
    """Return the pairs of boxes that overlap, looked for in tiles of the page."""
    tiles: dict[tuple[int, int], list[int]] = {}
    for number, (left, top, right, bottom) in enumerate(found):
        for across in range(int(left // 150), int(right // 150) + 1):
            for down in range(int(top // 150), int(bottom // 150) + 1):
                tiles.setdefault((across, down), []).append(number)
    return [
        (one, other)
        for tile in tiles.values()
        for place, one in enumerate(tile)
        for other in tile[place + 1 :]
        if found[one][0] < found[other][2] and found[other][0] < found[one][2]
        and found[one][1] < found[other][3] and found[other][1] < found[one][3]
    ]  # fmt: skip


def as_boxes(nodes: Sequence[Box]) -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom of drawn boxes."""
    return [(node.x, node.y, node.right, node.bottom) for node in nodes]


def drawn_well(view: View, drawing: Drawing) -> None:
    """Assert that everyone is drawn once, inside the page, beside the others, and every text inside its box."""
    assert [node.key for node in drawing.nodes] == [node.directive.ref for node in view.nodes]
    assert not overlapping(as_boxes(drawing.nodes))
    for node in drawing.nodes:
        assert node.x >= 0
        assert node.y >= 0
        assert node.right <= drawing.width
        assert node.bottom <= drawing.height
        cell = node.columns[0].rows[0].cells[0]
        assert width(cell.text, cell.size) <= cell.width <= node.width


@given(trees, st.sampled_from(LAYOUTS), st.booleans())
def test_no_two_boxes_overlap_and_all_are_inside(choices: list[int], layout: Layout, several: bool) -> None:
    tree = parents(choices)
    if several:
        tree += [-1, len(tree), -1]
    placed = LAID[layout](tree, SIZES)
    found = boxes(placed)
    assert len(found) == len(tree)
    assert not overlapping(found)
    assert min(left for left, *_ in found) >= 0
    assert max(right for *_, right, _ in found) <= placed.width + 0.1
    assert min(top for _, top, *_ in found) >= 0
    assert max(bottom for *_, bottom in found) <= placed.height + 0.1


@given(trees)
def test_no_line_of_the_tidy_layout_runs_across_a_box(choices: list[int]) -> None:
    placed = tidy(parents(choices), SIZES)
    found = boxes(placed)
    for line in placed.lines:
        for (x, y), (to_x, to_y) in pairwise(line.corners):
            left, right, top, bottom = min(x, to_x), max(x, to_x), min(y, to_y), max(y, to_y)
            crossed = [b for b in found if left < b[2] and b[0] < right + 1e-9 and top < b[3] and b[1] < bottom + 1e-9]
            ends = [found[line.superior], found[line.first]]
            assert all(box in ends for box in crossed)


def test_a_line_of_the_radial_layout_comes_to_the_head_of_a_family_around_its_rows() -> None:
    tree = [-1, *(above for head in range(24) for above in [0, *[1 + 11 * head] * 10])]
    placed = radial(tree, SIZES)
    found = boxes(placed)
    spokes = [line for line in placed.lines if line.superior == 0]
    assert len(spokes) == 24
    for line in spokes:
        rows = found[line.first + 1 : line.first + 11]
        for (x, y), (to_x, to_y) in pairwise(line.corners):
            steps = [(x + (to_x - x) * step / 99, y + (to_y - y) * step / 99) for step in range(100)]
            assert not any(b[0] < px < b[2] and b[1] < py < b[3] for b in rows for px, py in steps)


def test_a_radial_page_of_a_thousand_is_no_empty_hall() -> None:
    drawing = full(samples.grown([12, 7, 10]), layout="radial")
    boxed = sum(node.width * node.height for node in drawing.nodes)
    assert drawing.width * drawing.height < 4.5 * boxed


@given(trees, st.sampled_from(LAYOUTS))
def test_every_family_hangs_on_its_superior(choices: list[int], layout: Layout) -> None:
    tree = parents(choices)
    placed = LAID[layout](tree, SIZES)
    assert all(tree[line.first] == line.superior for line in placed.lines)
    hung = {line.superior for line in placed.lines}
    assert hung == set(tree) - {-1}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_change_of_status_moves_nothing(layout: Layout) -> None:
    calm = samples.grown([5, 4, 6], {0: ("issued", samples.DUE)})
    late = samples.grown([5, 4, 6], {0: ("executing", samples.LATE), 1: ("summarised", samples.DUE)})
    places = [[(node.x, node.y) for node in full(view, layout=layout).nodes] for view in (calm, late)]
    assert places[0] == places[1]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    "view",
    [samples.one(), samples.small(), samples.grown([4, 7, 3]), samples.grown([31, 9, 5]), samples.deep(64)],
    ids=["one", "small", "117", "large", "deep"],
)
def test_everyone_is_drawn_once_in_a_place_of_their_own(view: View, theme: Theme, layout: Layout) -> None:
    drawn_well(view, full(view, layout=layout, theme=theme))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ten_thousand_below_one_and_a_chain_of_two_hundred_are_drawn(layout: Layout) -> None:
    for view in (samples.wide(10_000), samples.deep(200)):
        drawing = full(view, layout=layout)
        drawn_well(view, drawing)
    assert render(to_dot(drawing), "svg").startswith(b"<?xml")
    assert drawing.height < 14_400, "a page no reader can open"


def test_the_page_is_near_a_sheet_and_not_a_strip() -> None:
    for view in (samples.grown([4, 7, 3]), samples.grown([9, 10, 10]), samples.wide(10_000), samples.wide(300)):
        drawing = full(view)
        assert 0.4 < drawing.width / drawing.height < 2.6


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_dot_of_the_full_tree_is_as_in_the_golden_file(layout: Layout, lang: Language) -> None:
    check_golden(f"full-{layout}-{lang}.dot", to_dot(full(samples.small(), layout=layout, lang=lang)))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_view_gives_the_same_svg(layout: Layout) -> None:
    assert len({to_svg(full(samples.grown([6, 5, 4]), layout=layout)) for _ in range(2)}) == 1


def test_who_is_late_has_a_thick_dashed_border_and_a_glyph() -> None:
    drawing = full(samples.small())
    late = {node.key for node in drawing.nodes if "late" in node.classes}
    assert late == {"kx2020-7/1.1", "kx2020-7/1.1.2", "kx2020-7/1.1.3"}
    for node in drawing.nodes:
        assert (LIGHT.late_glyph in node.texts[0]) == node.dashed == (node.key in late)
        assert (node.thickness > 1) == (node.key in late)


def test_large_trees_name_the_upper_levels_and_mark_the_others_and_say_so() -> None:
    view = samples.grown([10, 10, 50])
    assert len(view.nodes) > NAMED_MOST
    drawing = full(view)
    with_below = set(places_above(view.nodes))
    for place, node in enumerate(drawing.nodes):
        assert ("单位" in node.texts[0]) == (place in with_below)
        assert node.tip.startswith(view.nodes[place].name)
    assert any("小方格" in text for box in drawing.captions for text in box.texts)
    assert not any("小方格" in text for box in full(samples.small()).captions for text in box.texts)


def test_every_box_tells_name_status_due_and_reference() -> None:
    tips = {node.key: node.tip for node in full(samples.small()).nodes}
    assert tips["kx2020-7/1.1.2"] == "深圳市科协 · 执行中 · 截止 2020-06-10 · 逾期 2 天 · kx2020-7/1.1.2"
    assert tips["kx2020-7/2"] == "科技部 · 已转发 · 未定期限 · kx2020-7/2"


def test_a_part_is_drawn_and_the_page_says_of_how_many() -> None:
    drawing = full(samples.small().part(subtree="kx2020-7/1.1"), lang="en")
    assert len(drawing.nodes) == 4
    assert "showing 4 of 11" in drawing.summary


def test_another_layout_is_refused() -> None:
    with pytest.raises(Malformed, match="tidy, radial"):
        full(samples.small(), layout="spiral")  # type: ignore[arg-type]


def test_a_thousand_fit_a_png() -> None:
    assert to_png(full(samples.grown([9, 10, 10]))).startswith(b"\x89PNG")
