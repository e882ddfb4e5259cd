"""The comparison of two moments, or of two cascades: what differs, what is listed, and how that is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from unicodedata import category

import pytest
import viz_samples as samples
from drawing_checks import misfits, overlaps
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from support import Maker, day, notice, of, one_line
from test_viz_hostile import HOSTILE
from viz_golden import check_golden

from xiada.engine.due import DAY_US, NEVER, On
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import STANDARD
from xiada.engine.projections import Node, View
from xiada.viz import Drawing, Language, compare, to_dot
from xiada.viz.compare_words import listed, signed
from xiada.viz.differences import CHANGES, Change, Comparison, Pair, Standing, compared
from xiada.viz.terminal.compare import compare_text
from xiada.viz.theme import THEMES

DUES = (samples.LATE, samples.DUE, NEVER)
STATUSES = ("issued", "forwarded", "executing", "reported", "summarised", "waived", "withdrawn")

OPPOSITES: Mapping[Change, Change] = {
    "late": "recovered",
    "recovered": "late",
    "reopened": "done",
    "done": "reopened",
    "back": "advanced",
    "advanced": "back",
    "vanished": "appeared",
    "appeared": "vanished",
    "changed": "changed",
    "earlier": "later",
    "later": "earlier",
}
"""What each change is, seen from the other side."""


def told(make: Maker) -> tuple[Engine, View, View]:
    """Tell a week of `k`: c1 passes on and its d11 reports, c2 falls late, c3 is new, d12 waived; before and after."""
    engine, clock = make(one_line()), make.clock
    engine.issue("k", notice(due=On(day(1, 30))), actor=of("p"))
    engine.forward("k/1", ("c1", "c2"), due=day(1, 10), actor=of("p"))
    engine.forward("k/1.1", ("d11", "d12"), due=day(1, 9), actor=of("c1"))
    before = engine.view("k")
    clock.advance(days=1)
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.report("k/1.1.1", actor=of("d11"))
    engine.waive("k/1.1.2", "merged", actor=of("c1"))
    engine.reschedule("k/1.1", day(1, 25), "floods", actor=of("p"))
    engine.forward("k/1", ("c3",), due=day(1, 20), actor=of("p"))
    clock.advance(days=6)
    return engine, before, engine.view("k")


def by_ref(found: Comparison) -> dict[str, Pair]:
    """Return the pairs by reference."""
    return {pair.node.directive.ref: pair for pair in found.pairs}


def said(drawing: Drawing) -> str:
    """Return all words of the page."""
    return " ".join(text for box in (*drawing.captions, *drawing.nodes) for text in box.texts)


# What differs


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_what_happened_between_two_moments_is_what_differs(make: Maker) -> None:
    _, before, after = told(make)
    found = compared(before, after)
    assert {ref: pair.changes for ref, pair in by_ref(found).items()} == {
        "k/1": (),
        "k/1.1": ("later",),
        "k/1.1.1": ("done", "advanced"),
        "k/1.1.2": ("done", "changed"),
        "k/1.2": ("late",),
        "k/1.3": ("appeared",),
    }
    assert (found.was, found.now, found.moved) == (Standing(5, 0, 0), Standing(6, 2, 1), 5)
    assert by_ref(found)["k/1.1"].was == Standing(3, 0, 0)
    assert by_ref(found)["k/1.1"].now == Standing(3, 2, 0)
    assert [pair.node.directive.ref for pair in found.movers()][:2] == ["k/1.1", "k/1.2"]
    assert found.stuck() == []


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_who_is_still_late_and_unchanged_is_named_the_longest_overdue_first(make: Maker) -> None:
    engine, _, after = told(make)
    make.clock.advance(days=10)
    later = engine.view("k")
    found = compared(after, later)
    assert [(pair.node.directive.ref, pair.node.light.days) for pair in found.stuck()] == [("k/1.2", 14)]
    words = said(compare(after, later))
    assert "仍逾期、毫无变化（1 件）： C2 14 天" in words
    assert "有变 1 件，未变 5 件" in words, "c3 has become late"


def test_a_status_off_the_way_is_only_another_and_a_return_is_a_step_back() -> None:
    def change(before: str, after: str) -> Sequence[str]:
        views = (samples.view([samples.node("c/1", "甲", status)]) for status in (before, after))
        return compared(*views).pairs[0].changes

    assert change("issued", "executing") == ("advanced",)
    assert change("executing", "issued") == ("back",)
    assert change("reported", "executing") == ("reopened", "back")
    assert change("executing", "withdrawn") == ("done", "changed")
    assert change("executing", "of one's own") == ("changed",)


def test_two_cascades_are_paired_by_unit_and_their_dues_are_not_compared() -> None:
    nodes = [
        samples.node("a/1", "部"),
        samples.node("a/1.1", "甲"),
        samples.node("a/1.2", "乙", "executing", samples.LATE),
    ]
    others = [samples.node("b/1", "部", "forwarded", NEVER), samples.node("b/1.1", "乙"), samples.node("b/1.2", "丙")]
    others[2:2] = [samples.node("b/1.1.1", "甲", "reported")]
    units = {"部": "u0", "甲": "u1", "乙": "u2", "丙": "u3"}
    before, after = (
        replace(samples.view([_of_unit(node, units[node.name]) for node in found]), cascade=name)
        for name, found in (("a", nodes), ("b", others))
    )
    found = compared(before, after)
    assert [(pair.node.name, pair.changes) for pair in found.pairs] == [
        ("部", ("back",)), ("乙", ("recovered",)), ("甲", ("done", "advanced")), ("丙", ("appeared",)),
    ]  # fmt: skip
    assert [pair.parent for pair in found.pairs] == [None, 0, 1, 0]
    back = compared(after, before)
    assert [(pair.node.name, pair.changes) for pair in back.pairs] == [
        ("部", ("advanced",)), ("甲", ("reopened", "back")), ("乙", ("late",)), ("丙", ("vanished",)),
    ]  # fmt: skip
    words = said(compare(before, after))
    assert "a" in words.split()
    assert "b" in words.split()


def _of_unit(node: Node, unit: str, line: str = "main") -> Node:
    """Return a directive laid on another unit."""
    return replace(node, directive=node.directive._replace(unit=unit, line=line))


def test_a_unit_that_holds_two_directives_is_paired_on_the_same_line_first() -> None:
    def of_lines(cascade: str, *lines: str) -> View:
        nodes = [_of_unit(samples.node(f"{cascade}/{n}", line), "u", line) for n, line in enumerate(lines, 1)]
        return replace(samples.view(nodes), cascade=cascade)

    found = compared(of_lines("a", "gov", "party"), of_lines("b", "party", "assoc", "gov"))
    names = [(pair.before and pair.before.name, pair.after and pair.after.name) for pair in found.pairs]
    assert names == [("party", "party"), (None, "assoc"), ("gov", "gov")]


@st.composite
def views(draw: st.DrawFn, cascade: str = "c") -> View:
    """Any cascade of up to twenty directives on a few units and two lines, statuses and dues by chance."""
    refs = [(1,)]
    for _ in range(draw(st.integers(0, 19))):
        above = draw(st.sampled_from([(), *refs]))
        refs.append((*above, 1 + sum(ref[:-1] == above for ref in refs)))
    nodes = []
    for ref in sorted(refs):
        name = f"{cascade}/{'.'.join(map(str, ref))}"
        node = samples.node(name, "单位", draw(st.sampled_from(STATUSES)), draw(st.sampled_from(DUES)))
        nodes.append(_of_unit(node, draw(st.sampled_from("uvwxyz")), draw(st.sampled_from(["main", "gov"]))))
    return replace(samples.view(nodes), cascade=cascade)


@settings(max_examples=40)
@given(views(), st.one_of(views(), views("d")))
def test_nothing_is_lost_and_the_other_way_round_everything_is_opposite(before: View, after: View) -> None:
    found, back = compared(before, after), compared(after, before)
    for view, side in ((before, "before"), (after, "after")):
        assert sorted(_refs(found, side)) == sorted(node.directive.ref for node in view.nodes)
    pairs = {(_ref(pair.before), _ref(pair.after)): pair for pair in found.pairs}
    turned = {(_ref(pair.after), _ref(pair.before)): pair for pair in back.pairs}
    assert pairs.keys() == turned.keys()
    for key, pair in pairs.items():
        assert {OPPOSITES[change] for change in pair.changes} == set(turned[key].changes)
    assert (found.was, found.now, found.moved) == (back.now, back.was, back.moved)
    assert found.was.total == len(before.nodes)
    assert all(pair.parent is None or pair.parent < place for place, pair in enumerate(found.pairs))


def _ref(node: Node | None) -> str | None:
    """Return a directive's reference, None if there is none."""
    return None if node is None else node.directive.ref


def _refs(found: Comparison, side: str) -> list[str]:
    """Return the references on one side of a comparison."""
    return [ref for pair in found.pairs if (ref := _ref(getattr(pair, side))) is not None]


@settings(max_examples=40)
@given(views(), views())
def test_sums_up_the_tree_are_those_of_all_below(before: View, after: View) -> None:
    found = compared(before, after)
    for place, pair in enumerate(found.pairs):
        below = [other for other in found.pairs if other.parent == place]
        assert pair.moved == bool(pair.changes) + sum(other.moved for other in below)
        own = Standing(int(pair.after is not None), _own(pair.after, "done"), _own(pair.after, "overdue"))
        assert pair.now == sum((other.now for other in below), own)


def _own(node: Node | None, bucket: str) -> int:
    """Return 1 if there is a directive and it is on that list."""
    return int(node is not None and node.bucket == bucket)


def test_every_change_has_an_opposite_and_a_sign() -> None:
    assert {OPPOSITES[OPPOSITES[change]] for change in CHANGES} == set(CHANGES)
    assert [signed(count) for count in (1_200, -3, 0)] == ["+1,200", "−3", "±0"]


# What is listed


@settings(max_examples=40)
@given(views(), views(), st.integers(1, 12))
def test_the_budget_is_kept_and_who_is_listed_has_all_above_it(before: View, after: View, budget: int) -> None:
    found = compared(before, after)
    rows = listed(found, budget)
    assert 1 <= len(rows) <= budget
    assert len({row.key for row in rows}) == len(rows)
    for row in rows:
        above = None if row.pair.parent is None else found.pairs[row.pair.parent]
        assert (row.parent is None) == (above is None)
        assert row.parent is None or rows[row.parent].pair is above
    children = sum(row.parent is not None for row in rows)
    hidden = sum(row.hidden for row in rows)
    assert children + hidden == sum(pair.parent is not None and _listed(found, pair, rows) for pair in found.pairs)


def _listed(found: Comparison, pair: Pair, rows: Sequence[object]) -> bool:
    """Tell whether the pair above one is listed."""
    assert pair.parent is not None
    return any(row.pair is found.pairs[pair.parent] for row in rows)


def test_what_changed_is_listed_and_the_unchanged_is_counted() -> None:
    before = samples.wide(1_000)
    nodes = list(before.nodes)
    for place in (500, 700, 900):
        nodes[place] = samples.node(nodes[place].directive.ref, nodes[place].name, "reported")
    after = replace(before, nodes=tuple(nodes))
    drawing = compare(before, after, budget=4)
    assert [box.key for box in drawing.nodes] == ["c/1", "c/1.500", "c/1.700", "c/1.900"]
    for words in (
        "有变 3 件，未变 998 件",
        "办结 0 → 3（+3）",
        "显示 4 / 1,001",
        "▸ 未列 997 家",
        "逾期 142 → 141（−1）",
    ):
        assert words in said(drawing), words


def test_whoever_has_newly_become_late_is_listed_before_others_that_moved() -> None:
    before = samples.wide(100)
    nodes = [samples.node(node.directive.ref, node.name, "forwarded") for node in before.nodes]
    nodes[88] = samples.node("c/1.88", "第88学校", "executing", samples.LATE)
    drawing = compare(replace(before, nodes=tuple(nodes)), replace(before, nodes=(*nodes[:1], *nodes[1:])), budget=4)
    assert [box.key for box in drawing.nodes] == ["c/1", "c/1.88"], "nothing moved; who is late is named"
    late = compare(samples.view(samples.node(node.directive.ref, node.name, "issued") for node in nodes),
                   replace(before, nodes=tuple(nodes)), budget=4)  # fmt: skip
    assert "c/1.88" in [box.key for box in late.nodes]


def test_all_branches_are_told_of_and_not_only_the_first() -> None:
    grown = samples.grown([10, 9, 9], {0: ("executing", samples.DUE)})
    late = [replace(node, bucket="overdue") if node.directive.depth == 3 else node for node in grown.nodes]
    before, after = replace(grown, log_size=1), replace(grown, nodes=tuple(late))
    rows = listed(compared(before, after), 60)
    deepest = [row.key for row in rows if row.pair.depth == 3]
    assert len({key.split(".")[1] for key in deepest}) >= 9, deepest


def test_nothing_changed_is_said_so() -> None:
    view = samples.small()
    drawing = compare(view, view)
    assert "两者之间没有变化：11 件均未变" in said(drawing)
    assert "Nothing has changed: all 11 are as they were" in said(compare(view, view, lang="en"))
    assert "变动最多" not in said(drawing)


# What is drawn


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_the_comparison_is_as_in_the_golden_file(make: Maker, lang: Language) -> None:
    _, before, after = told(make)
    check_golden(f"compare-{lang}.dot", to_dot(compare(before, after, lang=lang)))


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_the_page_says_what_was_what_is_and_where_both_come_from(make: Maker) -> None:
    _, before, after = told(make)
    drawing = compare(before, after)
    for words in (
        "有变 5 件，未变 1 件", "共 5 → 6 件", "办结 0 → 2（+2）", "▲ 逾期 0 → 1（+1）", "显示 6 / 6", "＋ 新增 1",
        "✔ 新办结 2", "▲ 新逾期 4 天", "→ 期限推后至 2030-01-25", "0/5 → 2/6 (+2)",
        "2030-01-07 16:00", "2030-01-14 16:00",
    ):  # fmt: skip
        assert words in said(drawing), words
    for part in (
        f"日志序号 {before.log_index}",
        f"日志序号 {after.log_index}",
        before.log_root[:12],
        after.log_root[:12],
    ):
        assert part in drawing.footer
    assert drawing.footer.count("级联 k") == 1
    classes = {box.key: box.classes for box in drawing.nodes}
    assert "change-late" in classes["k/1.2"]
    assert "change-none" in classes["k/1"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", sorted(THEMES))
def test_a_thousand_with_every_change_fit_the_page(lang: Language, theme: str) -> None:
    before, after = grown_twice()
    for one, other in ((before, after), (after, before), (before, replace(after, cascade="d"))):
        drawing = compare(one, other, lang=lang, theme=THEMES[theme])
        assert misfits(drawing) == []
        assert overlaps(drawing) == []


def grown_twice() -> tuple[View, View]:
    """Return a thousand directives before and after, with every change there is."""
    day_us, due, late = DAY_US, samples.DUE, samples.LATE
    first = {
        0: ("issued", due),
        1: ("executing", late),
        2: ("executing", late),
        3: ("issued", due),
        4: ("forwarded", NEVER),
    }
    then = {
        0: ("withdrawn", due),
        1: ("reported", late),
        2: ("issued", late),
        3: ("issued", late),
        4: ("executing", due + day_us),
    }
    return samples.grown([10, 9, 10], first), replace(samples.grown([9, 10, 11], then), now=samples.NOW + day_us)


def test_a_tree_deeper_than_the_page_is_wide_stays_on_it() -> None:
    deep = samples.deep(64)
    drawing = compare(
        deep, replace(deep, nodes=tuple(samples.node(n.directive.ref, n.name, "issued") for n in deep.nodes))
    )
    assert misfits(drawing) == []
    assert overlaps(drawing) == []


def test_parts_of_one_cascade_are_compared_if_they_are_the_same_part() -> None:
    view = samples.small()
    part = view.part("kx2020-7/1.1")
    drawing = compare(part, part)
    assert "显示 3 / 11" in said(drawing)
    assert "子树 kx2020-7/1.1" in drawing.footer
    for other in (view, view.part("kx2020-7/2"), view.part(line="main")):
        with pytest.raises(Malformed, match="different parts"):
            compare(part, other)


# In a terminal


@pytest.mark.parametrize("columns", [60, 100, 180])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_in_a_terminal_is_wider_than_it(columns: int, lang: Language) -> None:
    lines = compare_text(*grown_twice(), columns=columns, lang=lang, budget=40)
    assert max(cell_len(line.plain) for line in lines) <= columns
    assert samples.ROOT[:12] in "".join(line.plain for line in lines[-6:])


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_a_terminal_says_what_the_page_says(make: Maker) -> None:
    _, before, after = told(make)
    text = "\n".join(line.plain for line in compare_text(before, after, columns=120))
    for words in (
        "有变 5 件，未变 1 件",
        "办结 0 → 2（+2）",
        "▲ 逾期 0 → 1（+1）",
        "▲ 新逾期 4 天",
        "○ 已下达 → ✔ 已报送",
    ):
        assert words in text, words


@pytest.mark.parametrize("columns", [60, 100])
def test_hostile_names_stay_in_their_line_of_a_terminal(columns: int) -> None:
    nodes = [samples.node(f"c/{n}", name, "issued", samples.LATE) for n, name in enumerate(HOSTILE, 1)]
    view = samples.view(nodes, title=" ".join(HOSTILE))
    lines = [line.plain for line in compare_text(samples.earlier(view), view, columns=columns)]
    assert max(map(cell_len, lines)) <= columns
    assert not [line for line in lines if any(category(letter) in ("Cc", "Zl", "Zp") for letter in line)]


# What is refused


def test_a_budget_of_nothing_and_an_unknown_language_are_refused() -> None:
    view = samples.one()
    with pytest.raises(Malformed, match="at least 1"):
        compare(view, view, budget=0)
    with pytest.raises(Malformed, match="zh, en"):
        compare(view, view, lang="fr")  # type: ignore[arg-type]


def test_two_tables_must_agree_on_what_is_further_on() -> None:
    other = replace(STANDARD, statuses=(STANDARD.statuses[1], STANDARD.statuses[0], *STANDARD.statuses[2:]))
    before = samples.view([samples.node("c/1", "甲", "issued")])
    after = samples.view([samples.node("c/1", "甲", "forwarded")], lifecycle=other)
    assert compared(before, after).pairs[0].changes == ("changed",)
