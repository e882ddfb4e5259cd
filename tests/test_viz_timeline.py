"""The timeline: its spans are what the log says, its marks are real dates, and the worst stand first."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
import viz_samples as samples
import viz_tracks as tracked
from hypothesis import example, given
from hypothesis import strategies as st
from presets import told, told_until
from rich.cells import cell_len
from viz_golden import check_golden

from xiada.engine.due import DAY_US, NEVER, at, zone_info
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.lifecycle import STANDARD
from xiada.engine.projections import Mark, Tracks, View
from xiada.viz import Drawing, Language, render, timeline, to_dot
from xiada.viz.axis import HOUR_US, MARKS, Axis, axis_of, ticks
from xiada.viz.history import History, timeline_of
from xiada.viz.terminal.timeline import timeline_text
from xiada.viz.text import width
from xiada.viz.theme import THEMES

STATUSES = ("issued", "forwarded", "executing", "reported", "summarised", "waived", "withdrawn")
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut")


def steps() -> st.SearchStrategy[list[tracked.Step]]:
    """Lives of a directive: days, statuses and dues of any kind, in the order of time."""
    days = st.floats(0, tracked.ISSUED_DAYS)
    dues = st.one_of(st.none(), st.just(NEVER), st.integers(-20, 60).map(lambda n: samples.NOW + n * DAY_US))
    one = st.tuples(days, st.sampled_from(STATUSES), dues)
    return st.lists(one, min_size=1, max_size=8).map(in_order)


def in_order(found: list[tracked.Step]) -> list[tracked.Step]:
    """Return steps in the order of time, the first an issue."""
    first, *others = sorted(found, key=lambda step: step[0])
    return [(first[0], "issued", first[2]), *others]


def rows_of(view: View, tracks: Tracks) -> dict[str, History]:
    """Return all rows by the directive's path."""
    return {row.node.directive.path: row for row in timeline_of(view, tracks, rows=200, page=1).rows}


def by_path(drawing: Drawing, key: str) -> list[str]:
    """Return the paths of the boxes whose key begins so."""
    return [box.key.partition("/")[2] for box in drawing.captions if box.key.startswith(f"{key} ")]


# What happened


@given(steps())
def test_spans_are_one_after_the_other_from_the_issue_to_now_or_to_the_end(life: list[tracked.Step]) -> None:
    node, marks = tracked.lived("k/1", "a", life)
    view, tracks = tracked.story([(node, marks)])
    row = rows_of(view, tracks)["1"]
    end = view.now if row.ended is None else row.ended
    assert (row.ended is None) == (node.directive.reason is None)
    assert all(span.start < span.end for span in row.spans)
    for before, after in pairwise(row.spans):
        assert before.end == after.start
        assert before.status != after.status
    if marks[0].t < end:
        assert (row.spans[0].start, row.spans[-1].end) == (marks[0].t, end)
    for mark, after in pairwise(marks):
        if mark.t < after.t <= end:
            assert any(span.start <= mark.t < span.end and span.status == mark.status for span in row.spans)


@given(steps())
def test_what_is_late_was_open_and_past_the_due_of_then(life: list[tracked.Step]) -> None:
    node, marks = tracked.lived("k/1", "a", life)
    view, tracks = tracked.story([(node, marks)])
    row = rows_of(view, tracks)["1"]
    end = view.now if row.ended is None else row.ended
    late = sum(stop - start for start, stop in row.late)
    expected = 0
    for n, mark in enumerate(marks):
        until = min(end, marks[n + 1].t if n + 1 < len(marks) else end)
        if mark.status in STANDARD.open:
            expected += max(0, until - max(mark.t, mark.due))
    assert late == expected
    assert (node.bucket == "overdue") == bool(row.late and row.late[-1][1] == view.now)


def test_one_of_every_sort_is_told_as_it_was() -> None:
    view, tracks = tracked.all_sorts()
    rows = rows_of(view, tracks)
    day = lambda row: [round((stop - start) / DAY_US) for start, stop in row.late]  # noqa: E731
    assert day(rows["1.1"]) == [10]
    assert day(rows["1.2"]) == [1, 3], "returned after it came late: late once more"
    assert (day(rows["1.3"]), rows["1.3"].original) == ([], samples.LATE)
    assert rows["1.4"].ended == rows["1.4"].spans[-1].end < view.now
    assert (day(rows["1.5"]), rows["1.5"].ended is not None) == ([8], True)
    assert (rows["1.6"].due, rows["1.6"].late) == (NEVER, ())
    assert (rows["1.7"].assumed, day(rows["1.7"])) == (True, [14])
    assert rows["1.9"].late == (), "it was asked for and not demanded"
    assert rows["1"].below == 2
    assert rows["1.11"].spans[0].start > rows["1"].spans[0].start


def test_what_was_only_asked_for_was_never_late_though_it_was_waived_after_its_due() -> None:
    steps = [(0, "issued", samples.LATE - 20 * DAY_US), (33, "waived", None)]
    node, marks = tracked.lived("k/1", "a", steps, soft=True)
    row = rows_of(*tracked.story([(node, marks)]))["1"]
    assert (row.ended is not None, row.late) == (True, ())


def test_a_status_of_an_earlier_table_is_shown_and_is_late_until_it_was_handed_in() -> None:
    node, marks = tracked.lived(
        "k/1", "a", [(0, "issued", samples.LATE - 20 * DAY_US), (3, "doing", None), (25, "told", None),
                     (31, "reported", None)]
    )  # fmt: skip
    node = replace(node, directive=node.directive._replace(reported_at=marks[2].t))
    view, tracks = tracked.story([(node, marks)])
    row = rows_of(view, tracks)["1"]
    assert [span.status for span in row.spans] == ["issued", "doing", "told", "reported"]
    assert row.late == ((samples.LATE - 20 * DAY_US, marks[2].t),)
    assert {"doing", "told"} <= {
        box for line in timeline(view, tracks).nodes for text in line.texts for box in text.split()
    }


def test_nothing_after_the_moment_looked_at_is_drawn() -> None:
    view, tracks = tracked.all_sorts()
    earlier = replace(view, now=samples.ISSUED + 20 * DAY_US)
    for row in timeline_of(earlier, tracks, rows=40, page=1).rows:
        assert all(span.end <= earlier.now for span in row.spans)
        assert all(stop <= earlier.now for _, stop in row.late)
    shorter = replace(view, log_size=1)
    assert {span.status for row in timeline_of(shorter, tracks, rows=40, page=1).rows for span in row.spans} == {
        "issued"
    }


# Order and pages


def test_the_longest_overdue_come_first_then_the_held_up_then_by_due_and_the_done_last() -> None:
    view, tracks = tracked.all_sorts()
    found = [row.node.directive.path for row in timeline_of(view, tracks, rows=40, page=1).rows]
    assert found == ["1.7", "1.1", "1", "1.9", "1.3", "1.11", "1.8", "1.6", "1.2", "1.4", "1.5", "1.10", "1.12"]


@given(st.integers(1, 90), st.integers(1, 60))
def test_the_pages_together_show_every_directive_once(count: int, rows: int) -> None:
    view = samples.wide(count)
    tracks = {node.directive.ref: (Mark(0, samples.ISSUED, "issued", node.directive.due),) for node in view.nodes}
    pages = timeline_of(view, tracks, rows=rows, page=1).pages
    shown = [row.node for page in range(1, pages + 1) for row in timeline_of(view, tracks, rows=rows, page=page).rows]
    assert sorted(node.directive.ref for node in shown) == sorted(tracks)
    late = [node.bucket == "overdue" for node in shown]
    assert late == sorted(late, reverse=True)


def test_the_page_says_which_rows_of_how_many_it_shows() -> None:
    view = samples.wide(116)
    tracks = {node.directive.ref: (Mark(0, samples.ISSUED, "issued", node.directive.due),) for node in view.nodes}
    assert "rows 41–80 of 117 · page 2 of 3" in timeline(view, tracks, page=2, lang="en").summary
    part = view.part(subtree="c/1.5")
    assert "显示 1 / 117" in timeline(part, tracks).summary
    assert "子树 c/1.5" in timeline(part, tracks).footer


@pytest.mark.parametrize(("rows", "page", "code"), [(0, 1, "bad_rows"), (201, 1, "bad_rows"), (40, 0, "no_such_page"),
                                                    (40, 2, "no_such_page")])  # fmt: skip
def test_a_page_that_cannot_be_is_refused(rows: int, page: int, code: str) -> None:
    view, tracks = tracked.all_sorts()
    with pytest.raises((Malformed, NotFound)) as caught:
        timeline(view, tracks, rows=rows, page=page)
    assert caught.value.code == code
    assert caught.value.remedy


def test_tracks_that_lack_a_directive_are_refused() -> None:
    view, tracks = tracked.all_sorts()
    with pytest.raises(Malformed, match=r"lack directive 'k/1\.3'"):
        timeline(view, {ref: marks for ref, marks in tracks.items() if ref != "k/1.3"})


# The axis


@example(0, HOUR_US, "UTC", 16)
@example(1_600_000_000_000_000, 30 * DAY_US, "Asia/Shanghai", 7)
@given(
    st.integers(0, 7 * 10**15), st.integers(HOUR_US // 2, 80 * 366 * DAY_US), st.sampled_from(ZONES), st.integers(2, 20)
)
def test_ticks_go_forward_lie_on_the_axis_and_are_real_dates(start: int, length: int, zone: str, most: int) -> None:
    axis = Axis(start, start + length, start, zone)
    found = ticks(axis, most)
    assert len(found) <= most
    assert all(before.t < after.t for before, after in pairwise(found))
    for tick in found:
        assert axis.start <= tick.t <= axis.end
        assert tick.moment == at(tick.t, zone)
        wall = tick.moment.replace(tzinfo=zone_info(zone))
        assert (wall.minute % 5, wall.second, wall.microsecond) == (0, 0, 0)
        if tick.grain in ("month", "quarter", "year"):
            assert tick.moment.day == 1
            assert tick.grain != "quarter" or tick.moment.month in (1, 4, 7, 10)
            assert tick.grain != "year" or tick.moment.month == 1


@given(st.sampled_from([HOUR_US, 5 * HOUR_US, DAY_US, 9 * DAY_US, 50 * DAY_US, 300 * DAY_US, 2_000 * DAY_US]))
def test_an_axis_of_any_length_has_some_ticks_and_not_too_many(length: int) -> None:
    start = samples.ISSUED
    assert 2 <= len(ticks(Axis(start, start + length, start, "Asia/Shanghai"), 16)) <= 16


@given(st.integers(0, 4 * 10**15), st.integers(0, 400 * DAY_US), st.sampled_from(ZONES))
def test_no_due_lies_past_the_last_mark_of_the_axis(begun: int, length: int, zone: str) -> None:
    axis = axis_of([begun], [begun + length], begun + length // 2, zone)
    assert axis.start < begun <= begun + length <= ticks(axis, MARKS)[-1].t <= axis.end


def test_there_is_no_thirty_first_of_september() -> None:
    begun, now = 1_598_918_400_000_000, 1_600_600_000_000_000
    axis = axis_of([begun], [begun + 34 * DAY_US], now, "Asia/Shanghai")
    days = [f"{tick.moment:%m-%d}" for tick in ticks(axis, 50)]
    assert "09-30" in days
    assert "09-31" not in days


def test_a_due_far_off_stands_at_the_edge_and_squeezes_nothing() -> None:
    view, tracks = tracked.all_sorts()
    model = timeline_of(view, tracks, rows=40, page=1)
    assert model.axis.end < view.now + 60 * DAY_US
    drawing = timeline(view, tracks)
    assert by_path(drawing, "far") == ["1.8"]
    assert "1.8" not in by_path(drawing, "due")
    assert any(box.texts == ("▸ 2099-12-31",) for box in drawing.captions)
    legend = next(box for box in drawing.captions if box.key == "head").texts
    assert "▸ = 期限在图外" in legend


def test_the_due_in_force_and_the_original_one_are_marked_differently() -> None:
    drawing = timeline(*tracked.all_sorts())
    marks = {box.key: box for box in drawing.captions}
    assert by_path(drawing, "original") == ["1.3"]
    assert marks["original k/1.3"].fill != marks["due k/1.3"].fill
    assert marks["original k/1.3"].x < marks["due k/1.3"].x
    assert "1.6" not in by_path(drawing, "due"), "undated"


# The drawing


def placed_texts(drawing: Drawing) -> list[tuple[str, float, float]]:
    """Return every text with the room it has and the room it needs."""
    cells = [
        cell for box in (*drawing.nodes, *drawing.captions) for column in box.columns for row in column.rows
        for cell in row.cells if cell.text
    ]  # fmt: skip
    return [(cell.text, cell.width - cell.indent, width(cell.text, cell.size)) for cell in cells]


def check_layout(drawing: Drawing) -> None:
    """Assert that texts fit, rows are full and do not overlap, and keys differ."""
    for text, room, needed in placed_texts(drawing):
        assert needed <= room + 1, text
    for box in drawing.nodes:
        for column in box.columns:
            assert sum(row.height for row in column.rows) == box.height
            assert {row.width for row in column.rows} == {column.width}
            assert all(cell.width >= 0 for row in column.rows for cell in row.cells)
        assert sum(column.width for column in box.columns) == box.width
    assert all(above.bottom <= below.y for above, below in pairwise(drawing.nodes))
    keys = [box.key for box in (*drawing.nodes, *drawing.captions)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", sorted(THEMES))
def test_texts_fit_and_rows_do_not_overlap(lang: Language, theme: str) -> None:
    check_layout(timeline(*tracked.all_sorts(), lang=lang, theme=THEMES[theme]))


@given(st.lists(st.tuples(st.text(max_size=60), steps()), min_size=1, max_size=6))
def test_any_names_and_lives_can_be_drawn(lives: list[tuple[str, list[tracked.Step]]]) -> None:
    found = [tracked.lived("k/1", *lives[0])]
    found += [tracked.lived(f"k/1.{n}", name, life) for n, (name, life) in enumerate(lives[1:], 1)]
    view, tracks = tracked.story(found)
    drawing = timeline(view, tracks, lang="en")
    check_layout(drawing)
    to_dot(drawing)
    for columns in (60, 100):
        assert all(cell_len(line.plain) <= columns for line in timeline_text(view, tracks, columns=columns))


def test_no_text_of_a_bar_lies_under_a_mark() -> None:
    drawing = timeline(*tracked.all_sorts())
    marks = [box for box in drawing.captions if box.key.startswith(("due ", "original "))]
    for box in drawing.nodes:
        x = box.x + sum(column.width for column in box.columns[:-1])
        for cell in box.columns[-1].rows[1].cells:
            left, right = x + cell.indent, x + cell.indent + width(cell.text, cell.size)
            own = [mark for mark in marks if mark.key.partition(" ")[2] == box.key]
            assert not cell.text or all(right <= mark.x or mark.right <= left for mark in own), (box.key, cell.text)
            x += cell.width


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_dot_of_a_timeline_is_as_in_the_golden_file(lang: Language) -> None:
    check_golden(f"timeline-{lang}.dot", to_dot(timeline(*tracked.all_sorts(), lang=lang)))


def test_the_same_view_gives_the_same_bytes_and_a_picture() -> None:
    view, tracks = tracked.all_sorts()
    dot = to_dot(timeline(view, tracks))
    assert dot == to_dot(timeline(view, dict(reversed(tracks.items()))))
    assert b"</svg>" in render(dot, "svg")


def test_a_cascade_of_one_just_issued_can_be_drawn() -> None:
    node, marks = tracked.lived("k/1", "广东省科协", [(tracked.ISSUED_DAYS, "issued", NEVER)])
    view, tracks = tracked.story([(node, marks)])
    drawing = timeline(view, tracks)
    check_layout(drawing)
    assert "未定期限" in drawing.nodes[0].texts
    assert [line.plain for line in timeline_text(view, tracks)]


# A real story


@pytest.mark.parametrize("moment", ["half_way", "summarised"])
def test_a_real_story_is_drawn_as_the_view_has_it(moment: str) -> None:
    story = told("joint_forward") if moment == "summarised" else told_until("joint_forward", moment)
    [cascade] = story.preset.cascades
    view, tracks = story.engine.view(cascade), story.engine.at().tracks(f"{cascade}/")
    rows = timeline_of(view, tracks, rows=200, page=1).rows
    assert len(rows) == len(view.nodes)
    for row in rows:
        ends = bool(row.late) and row.late[-1][1] == view.now
        assert (row.node.bucket == "overdue") == (ends and row.node.directive.reported_at is None)
        assert row.spans[0].start == row.node.directive.issued_at
        assert bool(row.late) or row.node.light.code != "done_late"
    check_layout(timeline(view, tracks))


def test_an_earlier_moment_of_a_story_is_drawn_from_its_own_tracks() -> None:
    story = told("joint_forward")
    [cascade] = story.preset.cascades
    index = story.engine.head().size // 2
    earlier = timeline(story.engine.view(cascade, at=index), story.engine.at(index).tracks(f"{cascade}/"))
    whole = timeline(story.engine.view(cascade, at=index), story.engine.at().tracks(f"{cascade}/"))
    assert to_dot(earlier) == to_dot(whole)


# In a terminal


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", [60, 80, 100, 160])
def test_a_terminal_timeline_is_never_too_wide_and_ends_with_the_footer(lang: Language, columns: int) -> None:
    view, tracks = tracked.all_sorts()
    lines = [line.plain for line in timeline_text(view, tracks, columns=columns, lang=lang)]
    assert max(map(cell_len, lines)) <= columns
    assert samples.ROOT[:12] in lines[-1]
    assert any("广州市科协" in line and "▲" in line for line in lines)


def test_a_terminal_row_shows_statuses_lateness_and_due_in_their_order() -> None:
    view, tracks = tracked.all_sorts()
    line = next(line.plain for line in timeline_text(view, tracks) if line.plain.startswith("广州市科协"))
    bar = line.split("天", 1)[1].strip()
    assert "".join(dict.fromkeys(bar)) == "○◐┃▲┊"


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_narrow_terminal_still_says_how_many_are_late_below(columns: int) -> None:
    view, tracks = tracked.all_sorts()
    line = next(line.plain for line in timeline_text(view, tracks, columns=columns) if line.plain.startswith("广东省"))
    assert "下级逾期 2 " in line


def test_what_does_not_fit_a_narrow_terminal_is_left_out_and_not_cut() -> None:
    view, tracks = tracked.all_sorts()
    lines = [line.plain for line in timeline_text(view, tracks, columns=60, lang="en")]
    assert not [line for line in lines if "overdue" in line and "d…" in line]
