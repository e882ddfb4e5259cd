"""The matrix of levels and statuses: every directive counted once, on paper and in the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
import viz_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from lifecycle_samples import REVIEWED
from presets import told
from rich.cells import cell_len
from viz_golden import check_golden
from viz_views import views

from xiada.engine.lifecycle import STANDARD
from xiada.engine.projections import View
from xiada.viz import Drawing, Language, icicle, matrix, to_dot
from xiada.viz.drawing import Box
from xiada.viz.labels import catalogue
from xiada.viz.matrix import LEVELS_MOST, counted
from xiada.viz.routes import main_line
from xiada.viz.shading import LEGIBLE, contrast
from xiada.viz.terminal.matrix import matrix_text
from xiada.viz.theme import THEMES
from xiada.workflows.catalogue import presets

FEW = 25


def cell(drawing: Drawing, key: str) -> Box:
    """Return the box of a key."""
    return next(box for box in drawing.nodes if box.key == key)


def said(view: View, columns: int = 100, **how: str) -> str:
    """Return the lines of the terminal as one text."""
    return "\n".join(line.plain for line in matrix_text(view, columns=columns, **how))  # type: ignore[arg-type]


def levelled(count: int) -> View:
    """Return a root with so many children, each of a level of its own."""
    nodes = samples.wide(count).nodes
    return samples.view(replace(node, level=f"level-{place}") for place, node in enumerate(nodes))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_dot_is_as_in_the_golden_file(lang: Language) -> None:
    check_golden(f"matrix-{lang}.dot", to_dot(matrix(samples.small(), lang=lang)))


@settings(max_examples=FEW)
@given(views())
def test_every_cell_is_what_counting_by_hand_gives(view: View) -> None:
    found = counted(view)
    for level in found.levels:
        of_level = [node for node in view.nodes if node.level == level.names[0]]
        assert level.total == len(of_level)
        assert level.done == sum(node.bucket == "done" for node in of_level)
        assert level.overdue == sum(node.bucket == "overdue" for node in of_level)
        for status, count in zip(found.statuses, level.counts, strict=True):
            assert count == sum(node.directive.status == status for node in of_level)


@settings(max_examples=FEW)
@given(views())
def test_rows_and_columns_add_up(view: View) -> None:
    found = counted(view)
    for level in (*found.levels, found.whole):
        assert sum(level.counts) == level.total
    for column in range(len(found.statuses)):
        assert sum(level.counts[column] for level in found.levels) == found.whole.counts[column]
    assert found.whole.total == len(view.nodes)
    assert found.whole.overdue == sum(level.overdue for level in found.levels)
    assert found.whole.done == sum(level.done for level in found.levels)


@settings(max_examples=FEW)
@given(views())
def test_levels_stand_in_the_order_the_cascade_reaches_them(view: View) -> None:
    reached: dict[str, int] = {}
    for node in view.nodes:
        reached[node.level] = min(node.directive.depth, reached.get(node.level, 99))
    assert [level.names[0] for level in counted(view).levels] == sorted(reached, key=lambda name: reached[name])


@settings(max_examples=FEW)
@given(views())
def test_statuses_are_those_of_the_main_line_and_those_that_occur_in_the_order_of_the_table(view: View) -> None:
    table = view.lifecycle
    wanted = set(main_line(table)) | {node.directive.status for node in view.nodes}
    assert counted(view).statuses == tuple(status.name for status in table.statuses if status.name in wanted)


def test_a_status_no_table_knows_has_its_column_too() -> None:
    view = samples.view([samples.node("c/1", "广东省科协", "vanished")])
    assert counted(view).statuses == (*main_line(STANDARD), "vanished")
    assert cell(matrix(view), "level:city status:vanished").texts == ("1", "100%")


@settings(max_examples=FEW)
@given(views(), st.sampled_from(sorted(THEMES)))
def test_every_letter_can_be_read_on_its_ground(view: View, theme: str) -> None:
    for box in matrix(view, theme=THEMES[theme]).nodes:
        for column in box.columns:
            for found in (found for row in column.rows for found in row.cells if found.text):
                assert contrast(found.fill or box.fill or "", found.ink) >= LEGIBLE


def test_a_cell_shows_count_and_share_and_zero_keeps_quiet() -> None:
    drawing = matrix(samples.small())
    assert cell(drawing, "level:city status:executing").texts == ("3", "27%")
    assert cell(drawing, "level:city overdue").texts == ("▲ 3", "27%")
    assert cell(drawing, "level:city total").texts == ("11", "办结 36%")
    assert cell(matrix(samples.one()), "level:city status:issued").texts == ("0",)
    assert "late" in cell(drawing, "level:city overdue").classes
    assert "late" not in cell(matrix(samples.one()), "level:city overdue").classes


def test_every_cell_can_be_a_link() -> None:
    drawing = matrix(samples.small()).linked({"level:city status:executing": "list?level=city&status=executing"})
    assert [box.key for box in drawing.nodes if box.link] == ["level:city status:executing"]
    assert len({box.key for box in drawing.nodes}) == len(drawing.nodes)


def test_a_table_of_ones_own_shows_its_own_statuses() -> None:
    view = samples.view([samples.node("c/1", "广东省科协", "under review")], lifecycle=REVIEWED)
    assert "审核中" in [text for box in matrix(view).nodes for text in box.texts]


def test_more_levels_than_rows_share_one_and_nothing_is_lost() -> None:
    found = counted(levelled(LEVELS_MOST + 20))
    assert len(found.levels) == LEVELS_MOST + 1
    assert len(found.levels[-1].names) == 21
    assert sum(level.total for level in found.levels) == found.whole.total
    assert cell(matrix(levelled(LEVELS_MOST + 20)), "others").texts == ("其余 21 个层级",)


def test_the_page_says_what_is_shown_of_what_and_where_it_comes_from() -> None:
    drawing = matrix(samples.small().part(subtree="kx2020-7/1.1"), lang="en")
    assert "showing 4 of 11" in drawing.summary
    assert "subtree kx2020-7/1.1" in drawing.footer
    assert "log index 1233" in drawing.footer


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
@settings(max_examples=FEW)
@given(view=views(), lang=st.sampled_from(["zh", "en"]))
def test_no_line_of_the_terminal_is_too_wide_and_nothing_is_left_out(columns: int, view: View, lang: Language) -> None:
    lines = matrix_text(view, columns=columns, lang=lang)
    assert all(cell_len(line.plain) <= columns for line in lines)
    found, text = counted(view), "\n".join(line.plain for line in lines)
    for level in found.levels:
        assert f"{level.total:,} · " in text
    for status in found.statuses:
        assert text.count(f" {THEMES['light'].for_table(view.lifecycle).look(status).glyph} ") >= 1


def test_the_terminal_says_the_same_as_the_drawing() -> None:
    text = said(samples.small(), lang="en")
    for part in ("▲ 3 27%", "11 · 36% done", "○ issued", "showing 11 of 11", "log root 9f86d081884c"):
        assert part in text


def test_what_does_not_fit_goes_on_below_under_the_same_levels() -> None:
    lines = said(samples.small(), columns=60).splitlines()
    assert sum(line.startswith("市级") for line in lines) == sum(line.startswith("层级") for line in lines) > 1


def test_a_status_called_overdue_is_a_column_beside_the_overdue() -> None:
    view = samples.view([samples.node("c/1", "广东省科协", "overdue", samples.LATE)])
    assert cell(matrix(view), "level:city status:overdue").texts == ("1", "100%")
    assert cell(matrix(view), "level:city overdue").texts == ("▲ 1", "100%")
    to_dot(icicle(view))


@pytest.mark.parametrize("name", [one.name for one in presets()])
def test_no_level_of_a_preset_is_an_identifier_in_chinese(name: str) -> None:
    engine = told(name).engine
    levels = {node.level for cascade in engine.cascades() for node in engine.view(cascade).nodes}
    assert levels
    assert not [level for level in levels if catalogue("zh").level(level).isascii()]
