"""The drawing of the state machine: it shows what the table says, all of it and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
import viz_samples as samples
import viz_tracks as tracked
from lifecycle_samples import ATTESTED, CHECKED, OTHERWISE
from lifecycle_samples import REVIEWED as REVIEWED_FIRST
from presets import told
from rich.cells import cell_len
from viz_golden import check_golden

from xiada.engine.lifecycle import STANDARD, Lifecycle, Status, Transition
from xiada.engine.projections import Mark
from xiada.viz import Drawing, Language, lifecycle, to_dot
from xiada.viz.drawing import Box
from xiada.viz.labels import catalogue
from xiada.viz.routes import START, main_line
from xiada.viz.terminal.lifecycle import lifecycle_text
from xiada.viz.text import width
from xiada.workflows.catalogue import names, preset

REVIEWED = Lifecycle(
    name="reviewed",
    version=3,
    statuses=(Status("issued"), Status("审核"), Status("done", closed=True)),
    transitions=(
        Transition("issue", (), "issued", "issuer", "issued"),
        Transition("送审", ("issued",), "审核", "unit", "submitted"),
        Transition("approve", ("审核",), "done", "superior", "approved"),
        Transition("reject", ("审核",), "issued", "superior", "rejected"),
    ),
)


TABLES = {
    table.name: table
    for table in (STANDARD, REVIEWED, ATTESTED, CHECKED, OTHERWISE, REVIEWED_FIRST,
                  *(table for name in names() for table in preset(name).lifecycles))
}  # fmt: skip
each_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def shown_moves(drawing: Drawing) -> set[tuple[str, str, str]]:
    """Return the lines as (tail, trigger, head)."""
    return {(line.tail, line.key.split(" ")[1], line.head) for line in drawing.edges}


def table_moves(table: Lifecycle, *, by_role: bool = False) -> set[tuple[str, str, str]]:
    """Return the moves of a table as (source, trigger, target), those of each role apart if asked for."""
    return {
        (source, f"{row.trigger} {row.by}" if by_role else row.trigger, row.target)
        for row in table.transitions
        for source in row.sources or (START,)
        if row.target is not None and row.target != source
    }


def test_every_move_of_the_table_is_a_line_and_every_line_a_move() -> None:
    assert shown_moves(lifecycle(STANDARD)) == table_moves(STANDARD)
    assert shown_moves(lifecycle(REVIEWED)) == table_moves(REVIEWED)


def test_every_trigger_that_leaves_a_status_as_it_is_stands_in_its_box() -> None:
    labels = catalogue("zh")
    boxes = {box.key: "".join(box.texts) for box in lifecycle(STANDARD).nodes}
    for row in STANDARD.transitions:
        for source in row.sources if row.target is None else ():
            assert labels.trigger(row.trigger) in boxes[source], (source, row.trigger)


def test_effects_are_dashed_and_commands_are_not() -> None:
    for line in lifecycle(STANDARD).edges:
        assert line.dashed == (line.key.split(" ")[2] == "effect")


def test_the_main_line_stands_in_one_row() -> None:
    boxes = {box.key: box for box in lifecycle(STANDARD).nodes}
    main = main_line(STANDARD)
    assert main == ("issued", "forwarded", "executing", "reported", "summarised")
    assert len({boxes[status].y for status in main}) == 1
    assert [boxes[status].x for status in main] == sorted(boxes[status].x for status in main)


def test_counts_are_shown_when_a_view_is_given() -> None:
    boxes = {box.key: box.texts for box in lifecycle(STANDARD, samples.small()).nodes}
    assert "3 件" in boxes["issued"]
    assert "▲ 逾期 1" in boxes["issued"]
    assert not any("件" in text for box in lifecycle(STANDARD).nodes for text in box.texts)


def test_every_word_of_the_table_is_in_the_chinese_catalogue() -> None:
    labels = catalogue("zh")
    assert {status.name for status in STANDARD.statuses} <= set(labels.statuses)
    assert set(STANDARD.triggers) <= set(labels.triggers)
    assert {row.by for row in STANDARD.transitions} <= set(labels.roles)


def test_the_catalogues_have_the_same_patterns() -> None:
    assert set(catalogue("zh").patterns) == set(catalogue("en").patterns)


def test_statuses_of_an_embedder_show_by_their_own_names() -> None:
    drawing = lifecycle(REVIEWED, replace(samples.one(), lifecycle=REVIEWED))
    assert any("审核" in text for box in drawing.nodes for text in box.texts)
    assert "审核" in to_dot(drawing)


def drawn(table: Lifecycle) -> list[Drawing]:
    """Return a table drawn bare, with counts, and with all numbers; in Chinese and in English."""
    marks = {"c/1": (Mark(0, samples.ISSUED, "issued", samples.DUE), Mark(1, samples.ISSUED + 5, "x", samples.DUE))}
    one = replace(samples.one(), lifecycle=table)
    values = ((None, None), (samples.small(), None), (one, marks))
    return [lifecycle(table, view, tracks, lang=lang) for view, tracks in values for lang in ("zh", "en")]


def names_of(drawing: Drawing) -> list[Box]:
    """Return the boxes of the names of moves."""
    return [box for box in drawing.captions if box.key.startswith("name ")]


@each_table
def test_boxes_and_names_of_lines_never_overlap(table: Lifecycle) -> None:
    for drawing in drawn(table):
        boxes = (*drawing.nodes, *names_of(drawing))
        for place, box in enumerate(boxes):
            for other in boxes[:place]:
                apart = box.right <= other.x or other.right <= box.x or box.bottom <= other.y or other.bottom <= box.y
                assert apart, (table.name, box.key, box.texts, other.key, other.texts)


@each_table
def test_the_name_of_a_move_stands_on_its_own_line_and_no_line_crosses_it(table: Lifecycle) -> None:
    for drawing in drawn(table):
        for box in names_of(drawing):
            spans = [
                spans_of(cell.text, cell.size, cell.indent, box) for row in box.columns[0].rows for cell in row.cells
            ]
            left, right = min(start for start, _ in spans), max(end for _, end in spans)
            level = [line for line in drawing.edges if lies_below(line.points, box)]
            assert level, (table.name, box.texts)
            for line in drawing.edges:
                for (x, y), (to_x, to_y) in zip(line.points[::3], line.points[3::3], strict=False):
                    inside = left < max(x, to_x) and min(x, to_x) < right and box.y < max(y, to_y)
                    crossed = inside and min(y, to_y) < box.bottom
                    assert not crossed, (table.name, box.texts, line.key)


def spans_of(text: str, size: int, indent: int, box: Box) -> tuple[float, float]:
    """Return from where to where a text of a name goes."""
    return box.x + indent, box.x + indent + width(text, size)


def lies_below(points: tuple[tuple[float, float], ...], box: Box) -> bool:
    """Tell whether a level piece of a line runs right below the middle of a box."""
    middle = box.x + box.width / 2
    pieces = zip(points[::3], points[3::3], strict=False)
    return any(
        y == to_y and abs(y - box.bottom - 1) < 0.5 and min(x, to_x) <= middle <= max(x, to_x)
        for (x, y), (to_x, to_y) in pieces
    )


@each_table
def test_no_word_of_a_move_is_cut(table: Lifecycle) -> None:
    for drawing in drawn(table):
        assert not [text for box in names_of(drawing) for text in box.texts if text.endswith("…")]


# Numbers


def name_with(drawing: Drawing, *words: str) -> tuple[str, ...]:
    """Return the texts of the name of a move that holds these words."""
    [found] = [box.texts for box in names_of(drawing) if all(any(word in text for text in box.texts) for word in words)]
    return found


def test_arrows_say_how_often_they_were_gone_and_after_how_long() -> None:
    view, tracks = tracked.all_sorts()
    drawing = lifecycle(STANDARD, view, tracks)
    assert name_with(drawing, "报送")[-1] == "3× · 3 天"
    assert name_with(drawing, "退回")[-1] == "1× · 3 天"
    assert name_with(drawing, "下达")[-1] == "13×"
    assert name_with(drawing, "改派")[-1] == name_with(drawing, "撤回")[-1] == "∑1× · 29 天"
    assert name_with(drawing, "免报", "随上级自动")[-1] == "0×"
    assert name_with(lifecycle(STANDARD, view, tracks, lang="en"), "return")[-1] == "1× · 3 d"


def test_boxes_say_how_long_those_still_there_have_been() -> None:
    view, tracks = tracked.all_sorts()
    boxes = {box.key: box for box in lifecycle(STANDARD, view, tracks).nodes}
    assert "至今停留（中位数）16 天" in boxes["issued"].texts
    assert not any("至今" in text for text in boxes["summarised"].texts), "nobody waits any more"
    assert "已报送 → 执行中 1× · 3 天" in boxes["reported"].tip


def test_the_legend_explains_the_numbers_only_where_there_are_any() -> None:
    view, tracks = tracked.all_sorts()
    with_numbers = lifecycle(STANDARD, view, tracks).captions[1].texts
    assert any("中位数" in text for text in with_numbers)
    assert any("合并计数" in text for text in with_numbers)
    assert not any("中位数" in text for text in lifecycle(STANDARD, view).captions[1].texts)


def test_what_the_table_does_not_have_is_counted_and_not_lost() -> None:
    marks = tuple(
        Mark(n, samples.ISSUED + n, status, samples.DUE) for n, status in enumerate(("todo", "doing", "executing"))
    )
    drawing = lifecycle(STANDARD, samples.one(), {"c/1": marks})
    assert "另有 2 次变动不在此流程表内（改用此表之前或之际）：" in drawing.summary
    assert "doing → 执行中 1× · 0 秒" in drawing.summary
    assert "1 件始于“todo”" in drawing.summary
    text = "\n".join(line.plain for line in lifecycle_text(STANDARD, samples.one(), {"c/1": marks}))
    assert "doing → 执行中 1× · 0 秒" in text


def test_directives_at_a_status_the_table_does_not_have_are_counted() -> None:
    assert "此流程表没有" not in lifecycle(STANDARD, samples.small()).summary
    assert "1 件现为“已报送”，此流程表没有" in lifecycle(REVIEWED, samples.small()).summary


@pytest.mark.parametrize("name", ["joint_forward", "tasker", "airworthiness", "attestation"])
def test_the_numbers_of_a_story_add_up_to_its_moves(name: str) -> None:
    story = told(name)
    [cascade, *_] = story.preset.cascades
    view, tracks = story.engine.view(cascade), story.engine.at().tracks(f"{cascade}/")
    lines = [line.plain for line in lifecycle_text(view.lifecycle, view, tracks, columns=160)]
    born = sum(int(line.split("×")[0].split()[-1]) for line in lines[lines.index("●") + 1 :][:1])
    assert born == len(view.nodes)
    drawing = lifecycle(view.lifecycle, view, tracks)
    assert any(f"{born}×" in box.texts for box in names_of(drawing))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_dot_with_numbers_is_as_in_the_golden_file(lang: Language) -> None:
    check_golden(f"lifecycle-dwell-{lang}.dot", to_dot(lifecycle(STANDARD, *tracked.all_sorts(), lang=lang)))


def test_the_flaw_of_the_attestation_is_mended() -> None:
    table = TABLES["attestation"]
    boxes = {box.key: box for box in lifecycle(table).nodes}
    assert boxes["attested"].x != boxes["summarised"].x, "a move within one column has no gap for its name"


@each_table
@pytest.mark.parametrize("columns", [60, 100])
def test_a_terminal_lifecycle_is_never_too_wide_and_tells_every_move(table: Lifecycle, columns: int) -> None:
    view, tracks = tracked.all_sorts()
    for lang in ("zh", "en"):
        lines = [line.plain for line in lifecycle_text(table, view, tracks, columns=columns, lang=lang)]
        assert max(map(cell_len, lines)) <= columns
        assert samples.ROOT[:12] in lines[-1]
        assert sum(line.startswith(("   → ", "   ⇢ ")) for line in lines) == len(table_moves(table, by_role=True))


def test_the_footer_pins_the_table_by_its_digest() -> None:
    assert STANDARD.digest.rpartition(":")[2][:12] in lifecycle(STANDARD).footer
