"""Where pages are easily careless: focus that is lost, news nobody hears, hands that slip, paper, forced colours."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import viz_samples as samples
from browsing import Open, boxes, focused, go_to, walk
from html_pages import cascade, office
from pypdf import PdfReader

from xiada import viz
from xiada.engine.due import DAY_US, end_of_day
from xiada.engine.engine import Engine
from xiada.engine.projections import Mark, View
from xiada.viz.folding import _Plan
from xiada.viz.layout import places

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def everything() -> Engine:
    """A cascade in which everything happened."""
    return office()


def heard(page: Page) -> str:
    """Return what was told last to those who listen, when it has been told."""
    page.clock.run_for(1_000)
    return page.inner_text("#ui-live")


def listening(page: Page) -> Page:
    """Take the clock of a page in hand."""
    page.clock.install()
    page.reload()
    return page


# Focus


def test_a_button_that_can_do_nothing_more_keeps_the_focus(show: Open, everything: Engine) -> None:
    page = show(cascade(everything))
    for name, end in (("first", "0"), ("last", page.get_attribute("#ui-slider", "max"))):
        page.focus(f"#ui-{name}")
        walk(page, "Enter", "Enter")
        assert focused(page) == f"ui-{name}"
        assert page.get_attribute(f"#ui-{name}", "aria-disabled") == "true"
        assert page.input_value("#ui-slider") == end


def test_who_is_late_keeps_the_focus_while_the_cascade_is_replayed(show: Open, everything: Engine) -> None:
    page = show(cascade(everything))
    steps = int(str(page.get_attribute("#ui-slider", "max")))
    page.focus("#ui-lates button")
    chosen = page.evaluate("document.activeElement.dataset.place")
    late = f"#ui-lates [data-place='{chosen}']"
    for step in range(steps, -1, -1):
        go_to(page, step)
        where = page.evaluate("document.activeElement.dataset.place ?? document.activeElement.tagName")
        if not page.locator(late).count():
            break
        assert where == chosen
    assert where == "ASIDE", "at some step it was not late, and the list stays near"


def test_all_of_many_are_opened_by_a_click_and_the_first_of_them_gets_the_focus(show: Open) -> None:
    view = samples.wide(101)
    page = show(viz.cascade_page(view, samples.tracks_of(view), lang="en", budget=1))
    page.locator(".plate").first.click(position={"x": 60, "y": 20})
    assert page.locator(".plate").count() == 102, "a box for one other costs what the other itself does"
    view = samples.wide(120)
    page = show(viz.cascade_page(view, samples.tracks_of(view), lang="en", budget=80))
    hidden = next(str(number) for number in range(121) if str(number) not in boxes(page))
    page.locator(".plate.many").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.key") == hidden


def test_tab_stops_once_at_the_tree(show: Open, everything: Engine) -> None:
    page = show(cascade(everything))
    page.focus("#ui-stage")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "treeitem"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "ASIDE"


def test_a_link_in_a_drawing_that_gets_the_focus_comes_into_view(show: Open) -> None:
    view = samples.wide(40)
    drawing = viz.tree(view).linked({node.directive.ref: "unit.html" for node in view.nodes})
    page = show(viz.to_html(drawing))
    page.focus("#ui-stage")
    stage = page.locator("#ui-stage").bounding_box()
    for _ in range(41):
        page.keyboard.press("Tab")
    box = page.locator("a:focus").bounding_box()
    assert box is not None
    assert stage is not None
    assert stage["y"] <= box["y"] <= stage["y"] + stage["height"] - box["height"]


# What is told


def test_a_filter_tells_how_many_match(show: Open, everything: Engine) -> None:
    page = listening(show(cascade(everything, lang="en")))
    page.click("#ui-legend .late")
    assert heard(page) == "3 of 7 match"
    page.fill("#ui-search", "d1")
    assert heard(page) == "2 found"


def test_what_was_played_is_told_when_it_stops_and_not_before(show: Open, everything: Engine) -> None:
    page = listening(show(cascade(everything, lang="en")))
    page.click("#ui-play")
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.getElementById('ui-live').textContent))"
        ".observe(document.getElementById('ui-live'), { childList: true })"
    )
    page.clock.run_for(60_000)
    said = page.evaluate("said")
    assert len(said) <= 2
    assert "as looked at" in said[-1]
    assert "Overdue 3" in said[-1]


# An auditor


def test_a_log_index_can_be_gone_to_and_the_page_says_whose_event_it_was(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en"))
    mark = everything.at().tracks("k/")["k/1.1.2"][0]
    page.fill("#ui-index", str(mark.index))
    page.press("#ui-index", "Enter")
    said = page.inner_text("#ui-moment")
    assert f"log index {mark.index} · D12 (k/1.1.2): issued" in said
    other = everything.at().tracks("other/")["other/1"][0].index
    page.fill("#ui-index", str(other))
    page.press("#ui-index", "Enter")
    assert f"log index {other} is not in this picture" in page.inner_text("#ui-moment")
    assert page.input_value("#ui-index") == str(other - 1)
    page.click("#ui-play")
    page.focus("#ui-index")
    assert page.inner_text("#ui-play") == "Play", "what is typed is not written over"
    stands = page.input_value("#ui-index")
    page.fill("#ui-index", "")
    page.press("#ui-index", "Enter")
    assert page.input_value("#ui-index") == stands


# Hands


def test_a_hand_that_lets_go_outside_the_window_drags_no_more(show: Open, everything: Engine) -> None:
    page = show(cascade(everything))
    stage = page.locator("#ui-stage").bounding_box()
    assert stage is not None
    before = boxes(page)
    bottom = stage["y"] + stage["height"]
    page.mouse.move(700, bottom - 2)
    page.mouse.down()
    page.mouse.move(700, bottom + 40)
    page.mouse.up()
    page.mouse.move(700, bottom - 90)
    assert boxes(page) == before


def test_two_fingers_enlarge_what_is_between_them(show: Open, everything: Engine) -> None:
    page = show(cascade(everything), has_touch=True)
    hand = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 50), *(("touchMove", 50 + 10 * step) for step in range(1, 6)), ("touchEnd", 0)):
        fingers = [{"x": 500 + side * apart, "y": 400, "id": side} for side in (-1, 1)] if apart else []
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    width = page.locator(".plate .frame").first.bounding_box()
    assert width is not None
    assert 1.9 < width["width"] / 300 < 2.1
    assert page.locator(".plate.chosen").count() == 0


def test_dragging_a_drawing_selects_no_text(show: Open) -> None:
    page = show(viz.to_html(viz.tree(samples.small())))
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(600, 500, steps=4)
    page.mouse.up()
    assert page.evaluate("String(getSelection())") == ""


# Clocks


def test_how_late_something_came_is_counted_by_the_clocks_of_that_day(show: Open) -> None:
    berlin = "Europe/Berlin"
    due, came = end_of_day(date(2020, 1, 10), berlin), end_of_day(date(2020, 1, 11), berlin) - DAY_US // 48
    view = samples.view([samples.node("c/1", "根", "reported", due)])
    marks = (Mark(0, due - 9 * DAY_US, "issued", due), Mark(1, came, "reported", due))
    summer = replace(view, zone=berlin, now=due + 180 * DAY_US)
    page = show(viz.cascade_page(summer, {"c/1": marks}, lang="en"))
    assert "1 d late" in str(page.text_content(".plate .words"))


# Paper, forced colours, no script, no markup


def test_a_wide_drawing_is_printed_to_its_right_edge(show: Open) -> None:
    view = samples.small()
    page = show(viz.to_html(viz.timeline(view, samples.tracks_of(view))))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    box = page.locator("#ui-content svg").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 16 + 700
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(PdfReader(BytesIO(page.pdf(format="A4"))).pages) == 1


def test_colours_that_mean_something_stay_where_others_are_forced(show: Open, everything: Engine) -> None:
    page = show(cascade(everything), forced_colors="active")
    fills = page.eval_on_selector_all(".swatch", "all => all.map(one => getComputedStyle(one).backgroundColor)")
    assert len(set(fills)) > 4


def test_without_script_a_drawing_is_seen_and_a_cascade_says_why_it_is_not(show: Open, everything: Engine) -> None:
    page = show(viz.to_html(viz.matrix(samples.small())), java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    top = page.locator("#ui-content svg").bounding_box()
    assert top is not None
    assert top["y"] < 100
    assert not page.locator(".tools").is_visible()
    page = show(cascade(everything), java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    assert not page.locator("#ui-play").is_visible()


def test_the_policy_lets_nothing_be_read_as_markup_or_code_and_nothing_be_fetched(
    browser: Browser, tmp_path: Path, everything: Engine
) -> None:
    (tmp_path / "page.html").write_bytes(cascade(everything))
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    for attempt in (
        "document.body.innerHTML = '<b>'", "document.body.insertAdjacentHTML('beforeend', '<b>')",
        "document.body.setAttribute('onclick', 'window.taken = 1')", "document.createElement('script').text = '1'",
        "document.createElement('iframe').srcdoc = '<b>'", "trustedTypes.createPolicy('own', {})",
    ):  # fmt: skip
        assert (
            page.evaluate(f"(() => {{ try {{ {attempt} }} catch (wrong) {{ return wrong.name }} }})()") == "TypeError"
        )
    shown = "one => new Promise(told => { one.onload = () => told('shown'); one.onerror = () => told('refused') })"
    picture = "Object.assign(new Image(), { src: 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=' })"
    assert page.evaluate(f"({shown})({picture})") == "refused"
    assert page.evaluate("fetch(location.href).catch(wrong => wrong.name)") == "TypeError"
    page.close()


# Places


def test_boxes_stand_where_the_layout_of_drawings_puts_them_whatever_is_opened(show: Open) -> None:
    view = replace(forest(random.Random(6)), log_size=10**6)
    page = show(viz.cascade_page(view, samples.tracks_of(view), budget=60))
    pick = random.Random(7)
    before = placed(page)
    for _ in range(40):
        assert before == expected(view, before)
        key = pick.choice(list(before))
        page.eval_on_selector(f"[data-key='{key}']", "it => it.dispatchEvent(new MouseEvent('click', {bubbles: true}))")
        after = placed(page)
        earlier = [] if "+" in key else [one for one in list(before)[: list(before).index(key)] if "+" not in one]
        assert all(after[one] == before[one] for one in earlier), "what is opened or folded moves nothing before it"
        before = after


def test_of_many_roots_no_more_is_drawn_than_can_be_and_whoever_is_asked_for_is_found(show: Open) -> None:
    roots = [samples.node(f"c/{root}", f"根{root}") for root in range(1, 31)]
    below = [[samples.node(f"{root.directive.ref}.{n}", f"{root.name}下{n}") for n in range(1, 91)] for root in roots]
    late = replace(below[29][89], bucket="overdue", directive=below[29][89].directive._replace(due=samples.LATE))
    below[29][89] = late
    view = samples.view(one for root, some in zip(roots, below, strict=True) for one in (root, *some))
    view = replace(view, log_size=10**6)
    page = show(viz.cascade_page(view, samples.tracks_of(view), budget=20))
    page.click("#ui-close")
    assert page.locator(".plate").count() < 1200
    page.fill("#ui-search", "根22下7")
    page.press("#ui-search", "Enter")
    assert page.text_content(".plate.current .name") == "根22下7"
    page.press("#ui-search", "Escape")
    page.click("#ui-legend .late")
    assert page.text_content(".plate.is-late .name") == late.name


def forest(chance: random.Random) -> View:
    """Return a cascade of many roots, each with a tree below it that was grown by chance."""
    refs: list[str] = []

    def grow(ref: str, depth: int) -> None:
        refs.append(ref)
        for number in range(chance.choice((0, 0, 1, 2, 3, 7)) if depth < 4 else 0):
            grow(f"{ref}.{number + 1}", depth + 1)

    for root in range(16):
        grow(f"c/{root + 1}", 0)
    due = (samples.DUE, samples.LATE)
    return samples.view(samples.node(ref, ref, due=chance.choice(due)) for ref in refs)


def placed(page: Page) -> dict[str, tuple[float, float]]:
    """Return where boxes stand in the picture, in the order of the tree, by their keys."""
    found: list[tuple[str, float, float]] = page.eval_on_selector_all(
        ".plate",
        "all => all.map(one => [one.dataset.key, ...one.style.transform.match(/[-.0-9]+/g).map(Number)])",
    )
    return {key: (x, y) for key, x, y in found}


def expected(view: View, there: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return where the layout of drawings puts boxes where these are there."""
    numbers = {node.directive.ref: str(place) for place, node in enumerate(view.nodes)}
    slots = _Plan(view).slots({int(key) for key in there if "+" not in key})
    keys = []
    for slot in slots:
        above = "-1" if slot.parent is None else keys[slot.parent]
        keys.append(f"{above}+" if slot.node is None else numbers[slot.node.directive.ref])
    return dict(zip(keys, places(slots, 300, 62), strict=True))
