"""The chain: who held the paper for how long, who holds it now, and how that is drawn."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import category

import pytest
import viz_samples as samples
from drawing_checks import misfits, overlaps
from hindsight_story import eventful
from hypothesis import given
from hypothesis import strategies as st
from presets import told
from rich.cells import cell_len
from support import Maker, day, notice, of, one_line
from support import chain as below_each_other
from test_viz_hostile import HOSTILE
from viz_golden import check_golden
from viz_tracks import all_sorts, lived, story

from xiada.engine.due import DAY_US, NEVER, On
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.hindsight.asking import ask
from xiada.engine.hindsight.walking import recorded_events, walk
from xiada.engine.projections import Tracks, View
from xiada.viz import Drawing, Language, chain, to_dot, worst
from xiada.viz.custody import Chain, linked
from xiada.viz.terminal.chain import chain_text
from xiada.viz.theme import THEMES


def seen(engine: Engine) -> tuple[View, Tracks]:
    """Return `k` and its tracks as they are now."""
    view = engine.view("k")
    return view, engine.at(view.log_index).tracks("k/")


def days(us: int | None) -> float | None:
    """Return a length of time in days, to a tenth."""
    return None if us is None else round(us / DAY_US, 1)


def passed_down(make: Maker) -> Engine:
    """Tell how `k`, due in thirty days, took p 5 days, c1 12 and d11 so far 8, four of them past its due.

    Told in Shanghai's time: p issues on 7 January at 16:00, due 6 February; on the 12th c1 (due 1 February) and c2 get
    it; on the 24th c1 passes it on to d11, due 28 January; it is 1 February, 16:00.
    """
    engine, clock = make(one_line()), make.clock
    engine.issue("k", notice(due=On(day(2, 6))), actor=of("p"))
    clock.advance(days=5)
    engine.forward("k/1", ("c1", "c2"), due=day(2, 1), actor=of("p"))
    clock.advance(days=12)
    engine.forward("k/1.1", ("d11",), due=day(1, 28), actor=of("c1"))
    clock.advance(days=8)
    return engine


def said(drawing: Drawing) -> str:
    """Return all words of the page."""
    return " ".join(text for box in (*drawing.captions, *drawing.nodes) for text in box.texts)


# What is counted


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_each_level_used_what_passed_from_its_issue_to_the_next(make: Maker) -> None:
    found = linked(*_with_ref(passed_down(make), "k/1.1.1"))
    assert [link.node.directive.unit for link in found.links] == ["p", "c1", "d11"]
    assert [days(link.used_us) for link in found.links] == [5, 12, 8]
    assert [days(link.own_us) for link in found.links] == [5, 12, 8]
    assert [days(link.waiting_us) for link in found.links] == [20, 8, 0]
    assert [days(link.reserve_us) for link in found.links] == [None, 5, 4]
    assert [link.waiting_below for link in found.links] == [3, 1, 0]
    assert [link.days_late for link in found.links] == [0, 0, 4]
    assert (days(found.whole_us), days(found.left_us), found.idle_us) == (30.3, 5.3, 0)
    assert (found.most, found.holder, [found.percent(place) for place in range(3)]) == (1, 2, [16, 39, 26])
    assert days(found.held_since - found.links[0].node.directive.issued_at) == 17


def _with_ref(engine: Engine, ref: str) -> tuple[View, str, Tracks]:
    """Return what `linked` and `chain` take."""
    view, tracks = seen(engine)
    return view, ref, tracks


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_after_a_report_the_time_is_again_the_superiors(make: Maker) -> None:
    engine = passed_down(make)
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.report("k/1.1.1", actor=of("d11"))
    make.clock.advance(days=2)
    found = linked(*_with_ref(engine, "k/1.1.1"))
    assert [days(link.used_us) for link in found.links] == [5, 14, 8]
    assert found.holder == 1, "c1 has it in hand again"
    assert [(stretch.own, days(stretch.end - stretch.start)) for stretch in found.links[1].stretches] == [
        (True, 12), (False, 8), (True, 2),
    ]  # fmt: skip
    assert "现由C1持有，已 2 天" in said(chain(*_with_ref(engine, "k/1.1.1")))
    engine.return_("k/1.1.1", "no figures", actor=of("c1"))
    make.clock.advance(days=1)
    again = linked(*_with_ref(engine, "k/1.1.1"))
    assert again.holder == 2
    assert [days(link.used_us) for link in again.links] == [5, 14, 9]


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_an_interior_unit_waits_for_its_worst_children(make: Maker) -> None:
    engine = passed_down(make)
    view, tracks = seen(engine)
    found = linked(view, "k/1", tracks)
    assert (found.holder, found.links[0].open_children) == (0, 2)
    assert [(node.directive.ref, below) for node, below in found.hindering] == [("k/1.1", 1), ("k/1.2", 0)]
    words = said(chain(view, "k/1", tracks))
    assert "现在P处，等下级 2 家，已 20 天" in words
    assert "P的下级尚有 2 家未完：" in words
    assert "显示 3 / 4" in words


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_own_hands_and_waiting_are_those_of_the_hindsight_of_the_engine(make: Maker) -> None:
    assert agreeing(eventful(make), "k") > 8


def agreeing(engine: Engine, cascade: str) -> int:
    """Assert that each chain and the engine's hindsight tell the same of who held what; return of how many."""
    view = engine.view(cascade)
    tracks = engine.at(view.log_index).tracks(f"{cascade}/")
    held = ask(list(walk(recorded_events(engine, cascade), engine.lifecycles)), ["held"], now=view.now).held
    assert held is not None
    for one in held:
        last = linked(view, one.directive.ref, tracks).links[-1]
        assert (last.own_us // 1_000_000, last.waiting_us // 1_000_000) == (one.own_s, one.waiting_s), one.directive.ref
    return len(held)


@pytest.mark.parametrize("name", ["tasker", "attestation"])
def test_what_is_done_by_a_table_of_ones_own_lies_in_nobodys_hands(name: str) -> None:
    """There a child is done without a report: what its superior's report takes in, it need not wait for."""
    engine = told(name).engine
    assert min(agreeing(engine, cascade) for cascade in engine.cascades()) > 3


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_the_chain_of_a_past_moment_knows_nothing_of_what_came_after(make: Maker) -> None:
    engine = passed_down(make)
    before = engine.view("k", at=engine.view("k").log_index)
    tracks = engine.at(before.log_index).tracks("k/")
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.report("k/1.1.1", actor=of("d11"))
    _, later = seen(engine)
    assert linked(before, "k/1.1.1", later) == linked(before, "k/1.1.1", tracks)


@st.composite
def ways(draw: st.DrawFn) -> list[list[int]]:
    """Days on which the levels of a chain were opened and ended, each within the one above: [opened, ended, ...]."""
    found: list[list[int]] = []
    inside = [0, draw(st.integers(1, 60))]
    for _ in range(draw(st.integers(1, 5))):
        marks = draw(st.lists(st.integers(inside[0], inside[1]), min_size=1, max_size=5, unique=True).map(sorted))
        found.append(marks)
        inside = [marks[0], marks[1] if len(marks) > 1 else 60]
    return found


@given(ways(), st.sampled_from([samples.DUE, samples.DUE - 40 * DAY_US, NEVER]))
def test_what_all_used_and_what_is_left_is_the_whole(way: list[list[int]], due: int) -> None:
    view, tracks = _told(way, due)
    found = linked(view, view.nodes[-1].directive.ref, tracks)
    spent = sum(link.used_us for link in found.links)
    assert spent + found.idle_us + (found.left_us or 0) == found.whole_us
    assert (found.left_us is None) == (due == NEVER or due <= found.links[0].node.directive.issued_at)
    for link, marks in zip(found.links, way, strict=True):
        until = (view.now - samples.ISSUED) // DAY_US
        open_days = sum(end - start for start, end in zip(marks[::2], [*marks[1::2], until], strict=False))
        assert link.own_us + link.waiting_us == open_days * DAY_US
        assert (link.ended_at is None) == (len(marks) % 2 == 1)
        assert all(before.end <= after.start for before, after in zip(link.stretches, link.stretches[1:], strict=False))
    assert [link.used_us // DAY_US for link in found.links] == _recounted(way, (view.now - samples.ISSUED) // DAY_US)


def _recounted(way: list[list[int]], until: int) -> list[int]:
    """Return the days each level was the deepest open one, counted day by day."""
    found = [0] * len(way)
    for today in range(until):
        opened = [place for place, marks in enumerate(way) if sum(mark <= today for mark in marks) % 2]
        if opened:
            found[opened[-1]] += 1
    return found


def _told(way: list[list[int]], due: int) -> tuple[View, Tracks]:
    """Return a chain of directives opened and ended on those days, seen on the sixtieth day."""
    lives = []
    for level, marks in enumerate(way, 1):
        steps = [(mark, "reported" if place % 2 else "executing", due) for place, mark in enumerate(marks)]
        lives.append(lived("c/" + ".".join(["1"] * level), f"第{level}级", steps))
    view, tracks = story(lives)
    spread = sorted(
        (mark.t, level, mark.index, ref) for level, (ref, marks) in enumerate(tracks.items()) for mark in marks
    )
    places = {(ref, index): place for place, (_, _, index, ref) in enumerate(spread)}
    numbered = {
        ref: tuple(mark._replace(index=places[ref, mark.index]) for mark in marks) for ref, marks in tracks.items()
    }
    return replace(view, now=samples.ISSUED + 60 * DAY_US), numbered


# Which chain to look at


def test_worth_looking_at_is_who_is_most_days_overdue_then_the_deepest_then_the_first() -> None:
    assert worst(samples.small()) == "kx2020-7/1.1.2"
    older = samples.node("c/1.1", "甲", "executing", samples.LATE - 9 * DAY_US)
    nodes = [samples.node("c/1", "根"), older, samples.node("c/1.1.1", "乙", "executing", samples.LATE)]
    assert worst(samples.view(nodes)) == "c/1.1"


def test_if_nobody_is_overdue_it_is_who_waits_for_most_and_else_the_first() -> None:
    nodes = [samples.node("c/1", "根"), samples.node("c/1.1", "甲"), samples.node("c/1.2", "乙", "summarised")]
    nodes[2:2] = [samples.node("c/1.1.1", "丙"), samples.node("c/1.1.2", "丁")]
    assert worst(samples.view(nodes)) == "c/1.1"
    assert worst(samples.one()) == "c/1"
    assert worst(samples.view([samples.node("c/1", "根", "summarised")])) == "c/1"
    with pytest.raises(NotFound, match="nothing in this view"):
        worst(samples.view([]))


# What is drawn


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_the_chain_is_as_in_the_golden_file(make: Maker, lang: Language) -> None:
    check_golden(f"chain-{lang}.dot", to_dot(chain(*_with_ref(passed_down(make), "k/1.1.1"), lang=lang)))


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_the_page_says_who_holds_it_who_used_most_and_what_is_left(make: Maker) -> None:
    drawing = chain(*_with_ref(passed_down(make), "k/1.1.1"))
    for words in (
        "现由D11持有，已 8 天", "▲ D11 逾期 4 天", "用去最多：C1 12 天 / 30 天（39%）", "尚余 5 天 7 小时",
        "显示 3 / 4", "★ 用去最多", "◀ 现由其持有，已 8 天", "用去 5 天（16%）", "截止比上级早 4 天", "下级未完 1 件",
        "现在 2030-02-01",
    ):  # fmt: skip
        assert words in said(drawing), words
    classes = {box.key: box.classes for box in drawing.nodes}
    assert "most" in classes["time k/1.1"]
    assert "holder" in classes["time k/1.1.1"]
    assert [box.key for box in drawing.nodes][:3] == ["k/1", "k/1.1", "k/1.1.1"]


def test_a_root_alone_undated_ones_and_closed_ones_are_told_as_they_are() -> None:
    view = samples.view([samples.node("c/1", "根", "issued", NEVER)])
    words = said(chain(view, "c/1", samples.tracks_of(view)))
    assert "未定期限，至今" in words
    assert "现由根持有" in words
    done = samples.view([samples.node("c/1", "根", "summarised")])
    assert "链上各级均已办结" in said(chain(done, "c/1", samples.tracks_of(done)))


@pytest.mark.parametrize("ref", ["k/1", "k/1.1", "k/1.2", "k/1.4", "k/1.5", "k/1.6", "k/1.8", "k/1.10", "k/1.12"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", sorted(THEMES))
def test_one_of_every_sort_fits_its_page(ref: str, lang: Language, theme: str) -> None:
    view, tracks = all_sorts()
    drawing = chain(view, ref, tracks, lang=lang, theme=THEMES[theme])
    assert misfits(drawing) == []
    assert overlaps(drawing) == []


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_sixty_four_levels_are_sixty_four_rows(make: Maker) -> None:
    engine = make(below_each_other(64))
    engine.issue("k", notice(issuers=("u1",)), actor=of("u1"))
    for level in range(1, 64):
        make.clock.advance(hours=1)
        engine.forward("k/" + ".".join(["1"] * level), (f"u{level + 1}",), due=day(6, 20), actor=of(f"u{level}"))
    view, tracks = seen(engine)
    drawing = chain(view, worst(view), tracks)
    assert worst(view) == "k/" + ".".join(["1"] * 63), "who waits for one, the deepest"
    assert len([box for box in drawing.nodes if "time" in box.classes]) == 63
    found = linked(view, view.nodes[-1].directive.ref, tracks)
    assert [link.used_us for link in found.links] == [3_600_000_000] * 63 + [0]


def test_more_than_five_open_children_are_counted_and_the_worst_named() -> None:
    view = samples.wide(30)
    drawing = chain(view, "c/1", samples.tracks_of(view), lang="en")
    assert "30 right below 教育部 are open; the 5 worst:" in said(drawing)
    assert [box.key for box in drawing.nodes][2:] == ["c/1.7", "c/1.14", "c/1.21", "c/1.28", "c/1.1"]
    assert "showing 6 of 31" in said(drawing)


def test_who_is_done_and_whose_superior_waits_for_others_sees_those_others() -> None:
    view, tracks = all_sorts()
    words = said(chain(view, "k/1.2", tracks))
    assert "现在广东省科协处，等下级 7 家" in words
    assert "广东省科协的下级尚有 7 家未完，最急的 5 家：" in words
    assert "湛江市科协" in words


def test_a_part_begins_at_its_topmost_directive() -> None:
    view = samples.small().part("kx2020-7/1.1")
    found = linked(view, "kx2020-7/1.1.2", samples.tracks_of(samples.small()))
    assert [link.node.directive.ref for link in found.links] == ["kx2020-7/1.1", "kx2020-7/1.1.2"]
    assert found.links[0].parent_due is None


# In a terminal


@pytest.mark.parametrize("columns", [60, 100, 180])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_in_a_terminal_is_wider_than_it(columns: int, lang: Language) -> None:
    view, tracks = all_sorts()
    for ref in tracks:
        lines = chain_text(view, ref, tracks, columns=columns, lang=lang)
        assert max(cell_len(line.plain) for line in lines) <= columns
        assert "9f86d081884c" in lines[-1].plain


@pytest.mark.parametrize("make", ["memory"], indirect=True)
def test_a_terminal_says_what_the_page_says(make: Maker) -> None:
    lines = chain_text(*_with_ref(passed_down(make), "k/1.1.1"), columns=90)
    text = "\n".join(line.plain for line in lines)
    for words in (
        "现由D11持有，已 8 天",
        "用去最多：C1 12 天 / 30 天（39%）",
        "★ 用去最多",
        "▲ 逾期 4 天",
        "显示 3 / 4",
    ):
        assert words in text
    bars = [line.plain for line in lines if line.plain.strip().startswith("●")]
    assert [bool("·" in bar) for bar in bars[1:]] == [True, True, False], "only the last waits for nobody"


@pytest.mark.parametrize("columns", [60, 100])
def test_hostile_names_stay_in_their_line_of_a_terminal(columns: int) -> None:
    nodes = [samples.node("c/1", HOSTILE[0])]
    nodes += [samples.node(f"c/1.{n}", name, "issued", samples.LATE) for n, name in enumerate(HOSTILE, 1)]
    view = samples.view(nodes, title=" ".join(HOSTILE))
    for node in view.nodes:
        lines = [line.plain for line in chain_text(view, node.directive.ref, samples.tracks_of(view), columns=columns)]
        assert max(map(cell_len, lines)) <= columns
        assert not [line for line in lines if any(category(letter) in ("Cc", "Zl", "Zp") for letter in line)]


# What is refused


def test_an_unknown_directive_and_tracks_of_something_else_are_refused() -> None:
    view = samples.small()
    with pytest.raises(NotFound, match="c/9"):
        chain(view, "c/9", samples.tracks_of(view))
    with pytest.raises(Malformed, match="lack directive 'kx2020-7/1'"):
        chain(view, "kx2020-7/1", {})
    with pytest.raises(Malformed, match=r"lack directive 'kx2020-7/1\.1'"):
        chain(view, "kx2020-7/1", {"kx2020-7/1": samples.tracks_of(view)["kx2020-7/1"]})
    with pytest.raises(Malformed, match="zh, en"):
        chain(view, "kx2020-7/1", samples.tracks_of(view), lang="fr")  # type: ignore[arg-type]


def test_the_legend_names_no_mark_that_is_not_there() -> None:
    view = samples.view([samples.node("c/1", "甲", "forwarded", NEVER), samples.node("c/1.1", "乙", due=NEVER)])
    tracks = samples.tracks_of(view)
    drawing = chain(view, "c/1.1", tracks)
    told = to_dot(drawing) + "".join(line.plain for line in chain_text(view, "c/1.1", tracks))
    assert "现在" in told
    assert not [word for word in ("▲", "早于上级", "本级截止") if word in told]


def test_who_holds_it_is_asked_only_where_somebody_does() -> None:
    view = samples.view([samples.node("c/1", "根", "summarised")])
    found: Chain = linked(view, "c/1", samples.tracks_of(view))
    with pytest.raises(AssertionError):
        _ = found.held_since
