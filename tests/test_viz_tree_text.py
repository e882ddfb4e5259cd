"""The cascade tree in a terminal: what a line says, what is left out where it is narrow, and hostile names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text
from viz_samples import DUE, deep, grown, node, one, small, view, wide

from xiada.engine.projections import View
from xiada.viz.folding import folded
from xiada.viz.terminal.tree import branches, tree_text
from xiada.viz.theme import DARK, PRINT
from xiada.viz.tree import tree

WIDTHS = (60, 72, 80, 100, 140)
HOSTILE = (
    "\x1b[31mred", "a\nb", "a\x00b", "[bold]x[/bold]", "\u202eabc", "😀" * 30, "<script>", "字" * 300, "", "  ", "ａ",
)  # fmt: skip


def said(lines: list[Text]) -> str:
    """Return lines as they are printed."""
    return "\n".join(line.plain for line in lines)


def widest(lines: list[Text]) -> int:
    """Return the columns of the widest line."""
    return max(cell_len(line.plain) for line in lines)


def test_a_line_says_name_progress_due_and_by_how_many_days_somebody_is_late() -> None:
    lines = said(tree_text(small())).splitlines()
    assert lines[1] == "共 11 件  办结 4（36%）   ▲ 逾期 3   显示 11 / 11"
    assert lines[6].split() == [
        "◐",
        "中国科协",
        "■■◇◇××✔✔◐◐◐○",
        "4/8",
        "·",
        "50%",
        "2020-06-20",
        "▲",
        "下级逾期",
        "3",
        "件",
    ]
    assert lines[7].startswith("├─  ◐  广东省科协")
    assert lines[7].rstrip().endswith("▲ 逾期 2 天，共 3 件")
    assert lines[8].split() == ["│", "├─", "■", "广州市科协", "已汇总", "2020-06-10", "迟", "1", "天"]
    assert lines[-2:] == [
        "级联 kx2020-7 · 文号 科协办发〔2020〕7号 · 时刻 2020-06-12 11:59:59+08:00 Asia/Shanghai ·",
        "日志序号 1233 · 日志根 9f86d081884c",
    ]


def test_it_folds_as_the_drawing_does() -> None:
    cascade = grown((3, 4, 5))
    asked: tuple[tuple[int | None, tuple[str, ...]], ...] = ((9, ()), (20, ()), (20, ("c/1.3",)), (None, ()))
    for budget, opened in asked:
        drawn = {box.key for box in tree(cascade, budget=budget, opened=opened).nodes}
        lines = tree_text(cascade, budget=budget, opened=opened)
        rows = [line for line in lines if re.search("[└├]─", line.plain)]
        assert len(rows) == len(drawn) - 1


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal_and_late_marks_stay(columns: int, lang: str) -> None:
    samples: tuple[View, ...] = (small(), one(), wide(300), deep(60), grown((3, 4, 5)))
    for cascade in samples:
        lines = tree_text(cascade, columns=columns, lang=lang)  # type: ignore[arg-type]
        assert widest(lines) <= columns
    late = said(tree_text(small(), columns=columns, lang=lang))  # type: ignore[arg-type]
    assert late.count("▲") == 6, "four lines, the summary and the legend"


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_in_its_line(name: str, columns: int) -> None:
    lines = tree_text(view([node("c/1", name), node("c/1.1", name)], title=name), columns=columns)
    assert widest(lines) <= columns
    assert not re.search("[\x00-\x1f\x7f\u202e]", "".join(line.plain for line in lines))
    assert sum("└─" in line.plain for line in lines) == 1


def test_the_deepest_tree_leaves_a_name_and_says_what_its_mark_means() -> None:
    lines = tree_text(deep(200), budget=200, columns=60)
    assert widest(lines) <= 60
    assert "⋯ = 上面还有层级" in said(lines)
    assert "第200级" in said(lines)
    assert "⋯" not in said(tree_text(deep(3), columns=60))


def test_a_part_says_which_and_of_how_many() -> None:
    words = said(tree_text(small().part("kx2020-7/1.1")))
    assert "显示 4 / 11" in words
    assert "子树 kx2020-7/1.1" in words


@pytest.mark.parametrize("theme", [DARK, PRINT])
def test_another_theme_changes_colours_and_no_word(theme: object) -> None:
    assert said(tree_text(small(), theme=theme)) == said(tree_text(small()))  # type: ignore[arg-type]


def test_a_status_of_ones_own_has_a_glyph_and_a_word() -> None:
    words = said(tree_text(view([node("c/1", "A", "under review"), node("c/1.1", "B", "under review", DUE)])))
    assert "审核中" in words


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(1, 40), st.sampled_from(WIDTHS))
def test_strokes_lead_from_every_line_to_its_parent(branching: list[int], budget: int, columns: int) -> None:
    cascade = grown(branching)
    slots = folded(cascade, budget)
    for slot, strokes in zip(slots, branches(slots), strict=True):
        assert cell_len(strokes) == 3 * slot.depth
    assert widest(tree_text(cascade, budget=budget, columns=columns)) <= columns
