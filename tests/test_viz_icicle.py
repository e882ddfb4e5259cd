"""The icicle: every directive in exactly one place, in order, in sight; small however many there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
import viz_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from viz_views import views

from xiada.engine.projections import View, tallies
from xiada.viz import Language, icicle, to_dot
from xiada.viz.bands import Bands, banded
from xiada.viz.icicle import COLUMNS, EXACT, GRAIN, WIDTH
from xiada.viz.svg import written
from xiada.viz.terminal.icicle import icicle_text
from xiada.viz.theme import DARK, LIGHT, PRINT, Theme

FEW = 25
SIZES = [(1200, 2, 0), (1200, 2, 2000), (40, 1, 0), (7, 1, 0), (7, 3, 0), (1, 1, 0)]


def joined(found: Bands) -> tuple[Counter[str], int, int]:
    """Return the statuses, done and overdue of all slices together."""
    counts = [piece.count for band in found.bands for piece in band.slices]
    statuses = sum((Counter(count.statuses) for count in counts), Counter[str]())
    return statuses, sum(count.done for count in counts), sum(count.overdue for count in counts)


@pytest.mark.parametrize(("width", "grain", "exact"), SIZES)
@settings(max_examples=FEW)
@given(view=views())
def test_every_directive_is_counted_in_exactly_one_slice(width: int, grain: int, exact: int, view: View) -> None:
    found = banded(view, width, grain=grain, exact=exact)
    assert joined(found) == (
        Counter(node.directive.status for node in view.nodes),
        sum(node.bucket == "done" for node in view.nodes),
        sum(node.bucket == "overdue" for node in view.nodes),
    )
    assert found.count.total == len(view.nodes)
    depths = Counter(node.directive.depth for node in view.nodes)
    assert {band.depth: band.count.total for band in found.bands} == depths
    assert all(sum(piece.count.total for piece in band.slices) == depths[band.depth] for band in found.bands)


@pytest.mark.parametrize(("width", "grain", "exact"), SIZES)
@settings(max_examples=FEW)
@given(view=views())
def test_slices_stand_in_order_do_not_overlap_and_can_be_seen(width: int, grain: int, exact: int, view: View) -> None:
    found = banded(view, width, grain=grain, exact=exact)
    for band in found.bands:
        assert all(0 <= piece.left < piece.right <= found.width for piece in band.slices)
        assert all(before.right <= after.left and before.first < after.first for before, after in pairwise(band.slices))


@settings(max_examples=FEW)
@given(views())
def test_branches_count_what_the_tallies_count(view: View) -> None:
    known = tallies(view.nodes)
    for branch in banded(view, 500).branches:
        tally = known[view.nodes[branch.place].directive.ref]
        assert branch.count.statuses == tally.statuses
        assert (branch.count.total, branch.count.done, branch.count.overdue) == (tally.total, tally.done, tally.overdue)
        assert sum(count.total for count in branch.by_depth.values()) == tally.total


@settings(max_examples=FEW)
@given(views())
def test_what_is_passed_on_stands_below_who_passed_it_on(view: View) -> None:
    boxes = {box.key: box for box in icicle(view).nodes}
    for node in view.nodes:
        parent = node.directive.parent
        if parent is not None:
            below, above = boxes[node.directive.ref], boxes[parent]
            assert above.x <= below.x
            assert below.right <= above.right
            assert above.bottom <= below.y


def test_a_part_of_one_line_may_have_gaps_between_its_depths() -> None:
    nodes = [node for node in samples.small().nodes if node.directive.ref != "kx2020-7/1.1"]
    found = banded(replace(samples.small(), nodes=tuple(nodes), whole=11), 600)
    assert [(band.depth, band.count.total) for band in found.bands] == [(0, 2), (1, 5), (2, 3)]
    assert joined(found)[0].total() == len(nodes)


def test_up_to_some_thousands_every_directive_is_a_box_of_its_own() -> None:
    view = samples.wide(EXACT - 1)
    keys = {box.key for box in icicle(view).nodes}
    assert {node.directive.ref for node in view.nodes} <= keys
    assert {box.width for box in icicle(view).nodes if box.key.startswith("c/1.")} == {1}


def test_beyond_that_neighbours_share_columns_and_all_are_still_shown() -> None:
    view = samples.wide(10_000)
    drawing = icicle(view, lang="en")
    assert "showing 10,001 of 10,001" in drawing.summary
    assert "overdue 1,428" in drawing.summary
    found = banded(view, WIDTH, grain=GRAIN, exact=EXACT)
    assert not found.exact
    assert [len(band.slices) for band in found.bands] == [1, WIDTH // GRAIN]
    assert len(written(drawing)) < 30_000


def test_the_more_bands_the_coarser_the_columns() -> None:
    view = samples.grown([2] * 12)
    found = banded(view, WIDTH, grain=GRAIN, exact=EXACT, slices=COLUMNS)
    assert len(found.bands) == 13
    assert sum(len(band.slices) for band in found.bands) <= COLUMNS
    assert joined(found)[0].total() == len(view.nodes)
    assert len(written(icicle(view)).encode()) < 300_000


def test_a_narrow_directive_beside_wide_ones_is_still_seen() -> None:
    nodes = [samples.node("c/1", "省"), samples.node("c/1.1", "甲"), samples.node("c/1.2", "乙")]
    nodes[2:2] = [samples.node(f"c/1.1.{n}", "校") for n in range(1, 3_000)]
    drawing = icicle(samples.view(nodes))
    band = banded(samples.view(nodes), WIDTH, grain=GRAIN, exact=EXACT).bands[1]
    assert [(piece.left, piece.right) for piece in band.slices] == [(0, 1199), (1199, 1200)]
    assert any(box.x == drawing.nodes[0].x + 1199 for box in drawing.nodes if "status-executing" in box.classes)


def test_a_chain_of_200_is_200_bands_and_one_alone_is_one() -> None:
    for view, count in ((samples.deep(200), 200), (samples.one(), 1)):
        drawing = icicle(view)
        assert sum("ground" in box.classes for box in drawing.nodes) == count
        assert drawing.height < 4_000
        to_dot(drawing)


def test_nothing_at_all_can_be_drawn_too() -> None:
    assert icicle(samples.view([])).nodes == ()
    assert icicle_text(samples.view([]))


def test_a_unit_says_its_name_status_and_how_late_it_is() -> None:
    boxes = {box.key: box for box in icicle(samples.small()).nodes}
    assert boxes["kx2020-7/1.1"].texts == ("广东省科协", "◐ 执行中")
    assert boxes["kx2020-7/1.1"].tip == "广东省科协 · 执行中 · 截止 2020-06-10 · 逾期 2 天 · kx2020-7/1.1"
    assert "▲ 逾期 2 天" in [text for box in boxes.values() for text in box.texts]


def test_the_head_of_a_branch_says_how_far_it_is_and_who_is_worst() -> None:
    drawing = icicle(samples.small())
    head = next(box for box in drawing.nodes if box.key == "branch:kx2020-7/1")
    assert head.texts == ("中国科协", "50%", "3")
    assert "late" in head.classes
    assert "逾期最多： 中国科协 3（38%）" in drawing.summary


def test_the_branch_with_the_largest_share_overdue_has_the_full_colour() -> None:
    drawing = icicle(samples.grown([5, 9], {0: ("issued", samples.LATE), 1: ("issued", samples.DUE)}))
    grounds = [box.columns[0].rows[-1].cells[0].fill for box in drawing.nodes if "branch" in box.classes]
    assert LIGHT.late in grounds


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_glyphs_stand_on_the_shares_so_that_no_colour_stands_alone(theme: Theme) -> None:
    marks = [
        text for box in icicle(samples.wide(3_000), theme=theme).nodes if "glyph" in box.classes for text in box.texts
    ]
    assert set(marks) == {"◐"}
    assert len(marks) >= 3


@pytest.mark.parametrize("columns", [60, 100])
@settings(max_examples=FEW)
@given(view=views(), lang=st.sampled_from(["zh", "en"]))
def test_no_line_of_the_terminal_is_too_wide(columns: int, view: View, lang: Language) -> None:
    lines = icicle_text(view, columns=columns, lang=lang)
    assert all(cell_len(line.plain) <= columns for line in lines)
    assert lines[-1].plain


def test_the_terminal_shows_a_band_per_depth_and_where_the_late_are() -> None:
    text = [line.plain for line in icicle_text(samples.small(), columns=60, lang="en")]
    assert "city · 2 · 0% done" in text
    assert "■■■■■■■◐◐◐◐◐◐◐◐○○○○○○○" in text
    assert "       ▲▲▲▲▲▲▲▲▲▲▲▲▲▲▲" in text


def test_a_hundred_thousand_are_drawn_small() -> None:
    view = samples.grown([10, 10, 10, 99])
    assert len(view.nodes) > 100_000
    drawing = icicle(view)
    assert len(written(drawing).encode()) < 300_000
    assert len(drawing.nodes) < 15_000, "so that Graphviz can make a PNG of it"


def test_where_a_band_has_one_line_it_is_the_name_with_the_glyph_of_the_status() -> None:
    told = written(icicle(samples.deep(64)))
    assert "◐ 第64级" in told
    assert "◐ 执行中" not in told
