"""The pages in a real browser: driven by mouse and keyboard, replayed, looked at in the dark, and listened to.

See `browsing` for what is watched meanwhile.
"""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
import viz_samples as samples
from browsing import Open, boxes, focused, go_to, walk
from html_pages import HOSTILE, Counts, cascade, counted, hostile, office, still
from presets import told
from pypdf import PdfReader

from xiada import viz
from xiada.engine.engine import Engine
from xiada.viz.plate import bar_order
from xiada.viz.theme import DARK, LIGHT

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def everything() -> Engine:
    """A cascade in which everything happened."""
    return office()


def told_by(page: Page, statuses: tuple[str, ...]) -> Counts:
    """Return what the page says of the moment: its legend, and the line below its title."""
    counts = page.eval_on_selector_all("#ui-legend .chip", "all => all.map(one => Number(one.dataset.count))")
    of = dict(zip(statuses, counts[:-1], strict=True))
    done = re.search(r"done ([\d,]+)", page.inner_text("#ui-facts"))
    assert done is not None
    return Counts(
        Counter({name: count for name, count in of.items() if count}), counts[-1], int(done[1].replace(",", ""))
    )


def name_of(page: Page, selector: str) -> str:
    """Return the name in the first box a selector finds."""
    return str(page.text_content(f"{selector} .name"))


# The replay


def test_at_any_step_the_page_says_what_the_engine_says_at_that_log_index(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en"))
    statuses = bar_order(everything.view("k").lifecycle)
    steps = int(str(page.get_attribute("#ui-slider", "max")))
    assert told_by(page, statuses) == counted(everything.view("k"))
    for step in (*range(steps), *range(steps - 1, 0, -3)):
        index = go_to(page, step)
        assert told_by(page, statuses) == counted(everything.view("k", at=index)), index


def test_the_cascade_of_2020_replays_as_the_engine_tells_it(show: Open) -> None:
    engine = told("joint_forward").engine
    page = show(cascade(engine, "kx2020-7", lang="en"))
    statuses = bar_order(engine.view("kx2020-7").lifecycle)
    late = 0
    for step in (0, 175, 420, 540, 551, 600, 700, 875):
        index = go_to(page, step)
        expected = counted(engine.view("kx2020-7", at=index))
        assert told_by(page, statuses) == expected, index
        late += expected.overdue
    assert late, "somebody was late at one of these moments"


def test_what_is_not_issued_yet_is_not_there_and_nothing_moves_during_the_replay(
    show: Open, everything: Engine
) -> None:
    page = show(cascade(everything, lang="en"))
    last = boxes(page)
    go_to(page, 1)
    first = boxes(page)
    assert 1 <= len(first) < len(last)
    assert all(last[key] == place for key, place in first.items())
    assert page.locator("[role=treeitem]").count() == len(first)
    assert "showing 1 of 1" in page.inner_text("#ui-facts")
    page.locator("#ui-live", has_text="log index").wait_for(state="attached")


def test_playing_goes_on_by_itself_and_stops_at_the_end(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en"))
    steps = int(str(page.get_attribute("#ui-slider", "max")))
    page.clock.install()
    go_to(page, steps - 3)
    page.click("#ui-play")
    assert page.inner_text("#ui-play") == "Pause"
    page.clock.run_for(5_000)
    assert page.inner_text("#ui-play") == "Play"
    assert page.input_value("#ui-slider") == str(steps)
    page.click("#ui-play")
    page.clock.run_for(2_000)
    page.click("#ui-play")
    assert 0 < int(page.input_value("#ui-slider")) < steps


# Boxes


def test_a_click_folds_and_opens_a_box_and_moves_nothing_above_it(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en"))
    before = boxes(page)
    box = page.locator(".plate", has_text="C1").first
    box.click(position={"x": 60, "y": 20})
    folded = boxes(page)
    assert box.get_attribute("aria-expanded") == "false"
    assert "showing 5 of 7" in page.inner_text("#ui-facts")
    place = folded[str(box.get_attribute("data-key"))]
    assert all(before[key] == at for key, at in folded.items() if at[1] <= place[1])
    box.click(position={"x": 60, "y": 20})
    assert boxes(page) == before


def test_the_details_of_a_box_are_its_facts_and_its_events(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en"))
    page.locator(".plate", has_text="D12").click(position={"x": 60, "y": 20})
    said = page.inner_text("#ui-details")
    marks = everything.at().tracks("k/")["k/1.1.2"]
    for part in ("D12", "k/1.1.2", "P › C1", "2030-01-19", "2030-01-15", "red", "overdue 10 d", f"({marks[-1].index})"):
        assert part in said, part
    go_to(page, 0)
    assert "not issued at this moment" in page.inner_text("#ui-details")


def test_who_is_late_is_listed_and_one_click_leads_there(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en", budget=2))
    view = everything.view("k")
    late = sorted((-node.light.days, node.name) for node in view.nodes if node.bucket == "overdue")
    listed = page.eval_on_selector_all("#ui-lates li button span:first-child", "all => all.map(one => one.textContent)")
    assert listed == [name for _, name in late]
    page.locator("#ui-lates button").first.click()
    assert name_of(page, ".plate.chosen") == late[0][1]


def test_a_part_says_that_it_is_one(show: Open, everything: Engine) -> None:
    view = everything.view("k")
    part = viz.cascade_page(view.part(subtree="k/1.1"), everything.at().tracks("k/"), lang="en")
    page = show(part)
    assert "showing 3 of 3" in page.inner_text("#ui-facts")
    assert f"of {len(view.nodes)} in the whole cascade" in page.inner_text("#ui-facts")
    assert "subtree k/1.1" in page.inner_text("footer")


def test_a_box_of_many_opens_more_of_them(show: Open) -> None:
    view = samples.wide(250)
    page = show(viz.cascade_page(view, samples.tracks_of(view), lang="en", budget=20))
    assert "of 251" in page.inner_text("#ui-facts")
    for least in (100, 200, 251):
        page.locator(".plate.many").focus()
        page.keyboard.press("Enter")
        shown = re.search(r"showing (\d+) of 251", page.inner_text("#ui-facts"))
        assert shown is not None
        assert int(shown[1]) >= least
    assert page.locator(".plate.many").count() == 0


# Searching and filtering


def test_the_search_counts_opens_marks_and_leads_to_what_it_finds(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en", budget=2))
    assert page.locator(".plate", has_text="D12").count() == 0
    page.fill("#ui-search", "d1")
    assert page.inner_text("#ui-hits") == "2 found"
    page.press("#ui-search", "Enter")
    assert page.inner_text("#ui-hits") == "1 of 2"
    assert name_of(page, ".plate.current") == "D11"
    assert page.locator(".plate.current .found").is_visible()
    page.click("#ui-next")
    assert name_of(page, ".plate.current") == "D12"
    assert page.locator(".plate.hit").count() == 2
    assert page.locator(".plate.current").bounding_box() is not None
    page.press("#ui-search", "Shift+Enter")
    assert name_of(page, ".plate.current") == "D11"
    page.fill("#ui-search", "k/1.2.1")
    assert page.inner_text("#ui-hits") == "1 found"
    page.fill("#ui-search", "nobody")
    assert page.inner_text("#ui-hits") == "nothing found"
    page.press("#ui-search", "Escape")
    assert page.locator(".plate.hit").count() == 0


def test_filters_dim_what_does_not_match_count_what_does_and_can_be_cleared(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en", budget=5))
    before = boxes(page)
    view = everything.view("k")
    page.click("#ui-legend .late")
    late = [node.name for node in view.nodes if node.bucket == "overdue"]
    assert page.inner_text(".matching") == f"{len(late)} of {len(view.nodes)} match"
    bright = page.eval_on_selector_all(".plate:not(.dim) .name", "all => all.map(one => one.textContent)")
    assert sorted(bright) == sorted(late)
    page.click("text=Clear filter")
    assert boxes(page) == before
    page.select_option("#ui-level", label="county")
    assert page.inner_text(".matching").startswith(f"{sum(node.level == 'county' for node in view.nodes)} of")
    page.select_option("#ui-level", label="all")
    page.click("#ui-legend .chip:has-text('waived')")
    assert page.inner_text(".matching") == f"1 of {len(view.nodes)} match"


# By keyboard alone


def test_everything_is_reached_and_done_by_keyboard(show: Open, everything: Engine) -> None:
    page = show(cascade(everything, lang="en"))
    met = []
    for _ in range(60):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('role')"))
        ring = page.evaluate(
            "(it => it.matches('.plate') ? getComputedStyle(it.querySelector('.ring')).display "
            ": getComputedStyle(it).outlineStyle)(document.activeElement)"
        )
        assert ring not in ("none", "inline") or met[-1] is None, f"the focus on {met[-1]} is not seen"
    for name in ("ui-search", "ui-level", "ui-in", "ui-fit", "ui-look", "ui-stage", "treeitem", "ui-slider", "ui-play"):
        assert name in met, name
    page.focus("[role=treeitem][tabindex='0']")
    walk(page, "Home", "ArrowRight", "ArrowDown")
    assert focused(page).startswith("D11")
    walk(page, "ArrowUp", "ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    walk(page, "ArrowRight", "End", "ArrowLeft")
    assert focused(page).startswith("P ")
    walk(page, "Enter")
    assert page.locator("[role=treeitem]").count() == 1
    page.focus("#ui-slider")
    walk(page, "Home")
    assert page.input_value("#ui-slider") == "0"
    walk(page, "ArrowRight", "ArrowRight")
    index = everything.at().tracks("k/")["k/1.1"][0].index
    assert page.input_value("#ui-slider") == "2"
    assert f"log index {index}" in str(page.get_attribute("#ui-slider", "aria-valuetext"))


def test_the_picture_is_moved_and_enlarged_by_keys_wheel_buttons_and_dragging(show: Open, everything: Engine) -> None:
    page = show(cascade(everything))
    page.focus("#ui-stage")
    x, y = boxes(page)["0"]
    walk(page, "ArrowLeft", "ArrowUp")
    assert boxes(page)["0"] == (x + 60, y + 60) or list(boxes(page)["0"]) == [x + 60, y + 60]
    page.mouse.move(700, 600)
    page.mouse.wheel(0, 60)
    assert round(boxes(page)["0"][1]) == round(y)
    page.mouse.down()
    page.mouse.move(640, 580, steps=3)
    page.mouse.up()
    assert [round(one) for one in boxes(page)["0"]] == [round(x), round(y - 20)]
    wide = page.locator(".plate .frame").first.bounding_box()
    page.click("#ui-in")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    larger = page.locator(".plate .frame").first.bounding_box()
    assert wide is not None
    assert larger is not None
    assert larger["width"] > wide["width"] * 1.2
    page.click("#ui-fit")
    stage = page.locator("#ui-stage").bounding_box()
    for one in page.locator(".plate .frame").all():
        box = one.bounding_box()
        assert box is not None
        assert stage is not None
        assert box["x"] >= stage["x"]
        assert box["y"] + box["height"] <= stage["y"] + stage["height"]


# Looks


@pytest.mark.parametrize(("scheme", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_the_colours_follow_the_system_and_can_be_chosen(
    show: Open, everything: Engine, scheme: str, theme: viz.Theme
) -> None:
    page = show(cascade(everything), scheme=scheme)
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == rgb(theme.paper)
    page.select_option("#ui-look", "light" if scheme == "dark" else "dark")
    assert page.evaluate(paper) == rgb((LIGHT if scheme == "dark" else DARK).paper)
    page.select_option("#ui-look", "auto")
    assert page.evaluate(paper) == rgb(theme.paper)
    stripe = page.eval_on_selector(".plate .look", "one => getComputedStyle(one).fill")
    assert stripe == rgb(theme.looks[everything.directive("k/1").status].fill)
    page.emulate_media(media="print")
    assert page.evaluate(paper) == rgb("#FFFFFF")
    assert not page.locator("#ui-slider").is_visible()


def rgb(colour: str) -> str:
    """Return a colour as browsers tell it."""
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour[1:]))


def test_a_screenshot_shows_something(show: Open, everything: Engine) -> None:
    picture = show(cascade(everything)).screenshot()
    assert len(picture) > 20_000


def test_on_paper_the_whole_tree_is_printed_from_the_first_page_on(show: Open) -> None:
    view = samples.wide(40)
    page = show(viz.cascade_page(view, samples.tracks_of(view)), scheme="dark")
    found = [sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages]
    assert view.title[:8] in found[0]
    assert view.nodes[1].name in found[0]
    assert view.nodes[-1].name in found[-1]


# What people wrote


def test_hostile_names_are_text_and_nothing_else(show: Open) -> None:
    view = hostile()
    page = show(viz.cascade_page(view, still(view), lang="en"))
    assert page.title() == "</title><script>1</script>"
    for name in HOSTILE:
        page.fill("#ui-search", name.replace("\x00", ""))
        page.press("#ui-search", "Enter")
    page.fill("#ui-search", "<img src")
    page.press("#ui-search", "Enter")
    assert "<img src=x" in page.inner_text("#ui-details h3")
    assert page.evaluate("document.querySelectorAll('img, iframe, script').length") == 2
    page = show(viz.to_html(viz.tree(view)))
    assert page.evaluate("document.querySelectorAll('img, iframe, script').length") == 2


# A drawing on a page


def test_a_drawing_is_searched_moved_and_enlarged(show: Open) -> None:
    page = show(viz.to_html(viz.tree(samples.small(), lang="en")))
    page.fill("#ui-search", "广州")
    page.press("#ui-search", "Enter")
    assert page.inner_text("#ui-hits") == "1 of 1"
    assert page.locator(".ring.current").count() == 1
    before = page.locator("#kx2020-7_2f1").bounding_box()
    page.click("#ui-in")
    after = page.locator("#kx2020-7_2f1").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"] * 1.2
