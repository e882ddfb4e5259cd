"""The drawing of the state machine: it shows what the table says, all of it and nothing else."""

from __future__ import annotations

from dataclasses import replace

import viz_samples as samples

from xiada.engine.lifecycle import STANDARD, Lifecycle, Status, Transition
from xiada.viz import Drawing, lifecycle, to_dot
from xiada.viz.labels import catalogue
from xiada.viz.routes import START, main_line

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


def shown_moves(drawing: Drawing) -> set[tuple[str, str, str]]:
    """Return the lines as (tail, trigger, head)."""
    return {(line.tail, line.key.split(" ")[1], line.head) for line in drawing.edges}


def table_moves(table: Lifecycle) -> set[tuple[str, str, str]]:
    """Return the moves of a table as (source, trigger, target)."""
    return {
        (source, row.trigger, row.target)
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


def test_boxes_of_statuses_never_overlap_and_names_of_lines_cover_no_box() -> None:
    for table in (STANDARD, REVIEWED):
        for view in (None, samples.small()):
            drawing = lifecycle(table, view)
            names = [box for box in drawing.captions if box.key.startswith("name ")]
            for box in drawing.nodes:
                for other in (*drawing.nodes, *names):
                    apart = (
                        box.right <= other.x or other.right <= box.x or box.bottom <= other.y or other.bottom <= box.y
                    )
                    assert apart or box is other, (box.key, other.key)


def test_the_footer_pins_the_table_by_its_digest() -> None:
    assert STANDARD.digest.rpartition(":")[2][:12] in lifecycle(STANDARD).footer
