"""Level of detail: who gets a box, in which order, and that opening one more moves nothing before it."""

from __future__ import annotations

import viz_samples as samples
from hypothesis import given
from hypothesis import strategies as st

from xiada.engine.due import DAY_US, NEVER
from xiada.engine.lifecycle import STANDARD
from xiada.engine.projections import Node, Tally, View, tallies
from xiada.viz import tree
from xiada.viz.folding import Slot, folded
from xiada.viz.layout import places

STATUSES = tuple(status.name for status in STANDARD.statuses)


@st.composite
def views(draw: st.DrawFn, most: int = 40) -> View:
    """Any cascade: one root or several, any shape, everybody anywhere and due at any time."""
    paths = [[1]]
    children = {(): 1, (1,): 0}
    for _ in range(draw(st.integers(0, most))):
        above = draw(st.sampled_from([(), *map(tuple, paths)]))
        children[above] = children.get(above, 0) + 1
        paths.append([*above, children[above]])
    return samples.view(
        samples.node(
            "c/" + ".".join(map(str, path)),
            f"单位{number}",
            draw(st.sampled_from(STATUSES)),
            draw(st.sampled_from([samples.LATE, samples.LATE - 9 * DAY_US, samples.DUE, NEVER])),
        )
        for number, path in enumerate(sorted(paths))
    )


def drawn(slots: tuple[Slot, ...]) -> list[str]:
    """Return the references of those that have a box of their own."""
    return [slot.node.directive.ref for slot in slots if slot.node is not None]


def corners(slots: tuple[Slot, ...]) -> dict[str, tuple[float, float]]:
    """Return where each of them stands."""
    found = zip(slots, places(slots, 280, 58), strict=True)
    return {slot.node.directive.ref: at for slot, at in found if slot.node is not None}


def before(view: View, ref: str, slots: tuple[Slot, ...]) -> list[str]:
    """Return who is drawn and stands before a directive in the view, itself included."""
    order = [node.directive.ref for node in view.nodes]
    return [found for found in drawn(slots) if order.index(found) <= order.index(ref)]


@given(st.data(), views(), st.integers(1, 30))
def test_opening_a_box_moves_neither_it_nor_any_before_it(data: st.DataObject, view: View, budget: int) -> None:
    closed = folded(view, budget)
    boxes = drawn(closed)
    if boxes:
        ref = data.draw(st.sampled_from(boxes))
        opened = folded(view, budget, [ref])
        assert set(boxes) <= set(drawn(opened)), "opening takes nothing away"
        assert before(view, ref, opened) == before(view, ref, closed)
        here, there = corners(closed), corners(opened)
        assert {box: here[box] for box in before(view, ref, closed)} == {
            box: there[box] for box in before(view, ref, closed)
        }


@given(st.data(), views(), st.integers(2, 30))
def test_opening_one_more_keeps_all_that_was_opened_before(data: st.DataObject, view: View, budget: int) -> None:
    refs = [node.directive.ref for node in view.nodes]
    first = data.draw(st.lists(st.sampled_from(refs), max_size=4))
    one_more = data.draw(st.sampled_from(refs))
    less, more = folded(view, budget, first), folded(view, budget, [*first, one_more])
    assert set(drawn(less)) <= set(drawn(more))
    assert len(more) <= 2 * budget


@given(st.data(), views(20), st.integers(4, 20))
def test_on_the_page_too_nothing_before_an_opened_box_moves(data: st.DataObject, view: View, budget: int) -> None:
    closed = tree(view, budget=budget)
    keys = [box.key for box in closed.nodes if not box.key.endswith("+")]
    if keys:
        ref = data.draw(st.sampled_from(keys))
        there = {box.key: (box.x, box.y) for box in tree(view, budget=budget, opened=[ref]).nodes}
        order = [node.directive.ref for node in view.nodes]
        for box in closed.nodes:
            if box.key in order and order.index(box.key) <= order.index(ref):
                assert there[box.key] == (box.x, box.y)


@given(views(), st.integers(1, 30))
def test_the_budget_is_kept_and_nothing_is_lost_whatever_the_shape(view: View, budget: int) -> None:
    slots = folded(view, budget)
    assert 1 <= len(slots) <= budget
    assert sum(slot.tally.total for slot in slots if slot.parent is None) == len(view.nodes)
    for place, slot in enumerate(slots):
        below = [other.tally.total for other in slots if other.parent == place]
        assert not below or sum(below) + 1 == slot.tally.total
        assert slot.node is not None or slot.folded > 1, "a box for one other would cost what the other does"


@given(views(), st.integers(1, 30))
def test_boxes_never_overlap_whatever_the_shape(view: View, budget: int) -> None:
    slots = folded(view, budget)
    found = places(slots, 280, 58)
    assert len(set(found)) == len(found)
    for place, (x, y) in enumerate(found):
        for other_x, other_y in found[place + 1 :]:
            assert x != other_x or abs(y - other_y) >= 58
    for slot, (_, y) in zip(slots, found, strict=True):
        assert slot.parent is None or y >= found[slot.parent][1], "children stand beside or below their parent"


def test_the_blocked_with_most_open_below_come_after_the_late_and_before_the_others() -> None:
    view = samples.view([
        samples.node("c/1", "根", "executing", NEVER),
        samples.node("c/1.1", "甲", "reported", NEVER),
        samples.node("c/1.1.1", "甲一", "summarised", NEVER),
        samples.node("c/1.2", "乙", "forwarded", NEVER),
        samples.node("c/1.2.1", "乙一", "forwarded", NEVER),
        samples.node("c/1.2.1.1", "乙一甲", "issued", NEVER),
        samples.node("c/1.2.1.2", "乙一乙", "issued", NEVER),
        samples.node("c/1.3", "丙", "executing", samples.LATE),
        samples.node("c/1.4", "丁", "issued", NEVER),
        samples.node("c/1.5", "戊", "issued", NEVER),
    ])  # fmt: skip
    assert drawn(folded(view, 3)) == ["c/1", "c/1.3"], "the late first, and one box for the others"
    assert drawn(folded(view, 4)) == ["c/1", "c/1.2", "c/1.3"], "then who waits for most"
    assert drawn(folded(view, 5)) == ["c/1", "c/1.2", "c/1.2.1", "c/1.3"], "then who waits for fewer, further down"
    assert drawn(folded(view, 6)) == ["c/1", "c/1.2", "c/1.2.1", "c/1.3", "c/1.4"], "then the others by level"


def test_where_the_late_are_too_many_to_show_the_rest_of_the_cascade_is_still_seen() -> None:
    nodes: list[Node] = [samples.node("c/1", "根")]
    for city in range(1, 21):
        nodes.append(samples.node(f"c/1.{city}", f"第{city}市"))
        nodes += [samples.node(f"c/1.{city}.{n}", f"第{n}县", "issued", samples.LATE) for n in range(1, 31)]
    boxes = drawn(folded(samples.view(nodes), 60))
    assert {f"c/1.{city}" for city in range(1, 21)} <= set(boxes)
    assert sum(ref.count(".") == 2 for ref in boxes) >= 6, "and some of the late with it"


def test_an_order_of_names_is_an_order_of_turns() -> None:
    view = samples.grown([4, 4, 4])
    assert "c/1.4.4.4" in drawn(folded(view, 12, ["c/1.4.4", "c/1.1.1"]))
    assert "c/1.4.4.4" not in drawn(folded(view, 12, ["c/1.1.1", "c/1.4.4"]))


@given(views())
def test_tallies_are_what_one_would_count_by_hand(view: View) -> None:
    def by_hand(ref: str) -> Tally:
        below = [node for node in view.nodes if f"{node.directive.ref}.".startswith(f"{ref}.")]
        statuses = [node.directive.status for node in below]
        buckets = [node.bucket for node in below]
        counts = {status: statuses.count(status) for status in statuses}
        return Tally(counts, len(below), buckets.count("done"), buckets.count("overdue"))

    assert tallies(view.nodes) == {node.directive.ref: by_hand(node.directive.ref) for node in view.nodes}
    assert list(tallies(view.nodes)) == [node.directive.ref for node in view.nodes]


def test_a_part_counts_for_itself() -> None:
    whole = samples.grown([3, 3])
    part = whole.part("c/1.2")
    assert tallies(part.nodes)["c/1.2"] == tallies(whole.nodes)["c/1.2"]
    assert drawn(folded(part, 9)) == ["c/1.2", "c/1.2.1", "c/1.2.2", "c/1.2.3"]
