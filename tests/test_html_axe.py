"""For those who listen: axe-core finds nothing wrong with any page, whatever it shows at the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import viz_samples as samples
from browsing import Open, go_to
from drawing_kinds import KINDS
from html_pages import cascade, office

from xiada import viz
from xiada.console.indexing import Entry, index_page
from xiada.console.words import Words
from xiada.engine.engine import Engine
from xiada.viz.theme import DARK, LIGHT

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def axe() -> Any:
    """What checks pages."""
    return pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()


@pytest.fixture(scope="module")
def everything() -> Engine:
    """A cascade in which everything happened."""
    return office()


def wrong(axe: Any, page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe finds wrong with a page as it is now."""
    found = axe.run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_page_of_a_cascade(
    show: Open, axe: Any, everything: Engine, scheme: str
) -> None:
    page = show(cascade(everything), scheme=scheme)
    assert wrong(axe, page) == [], "at first"
    page.click("#ui-legend .late")
    page.locator(".plate").first.click(position={"x": 60, "y": 20})
    assert wrong(axe, page) == [], "filtered, a box chosen and folded"
    page.click("#ui-legend .late")
    page.fill("#ui-search", "d")
    page.press("#ui-search", "Enter")
    go_to(page, 9)
    assert wrong(axe, page) == [], "searched, replayed half way"


def test_axe_finds_nothing_wrong_with_a_small_window(show: Open, axe: Any, everything: Engine) -> None:
    page = show(cascade(everything), viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert wrong(axe, page) == []


def test_axe_finds_nothing_wrong_with_the_page_of_any_drawing(show: Open, axe: Any) -> None:
    view = samples.small()
    tracks = samples.tracks_of(view)
    nine = [kind for kind in KINDS if "," not in kind and kind != "pages"]
    assert len(nine) == 9
    for theme, kinds in ((LIGHT, nine), (DARK, ("tree", "matrix"))):
        for kind in kinds:
            page = show(viz.to_html(KINDS[kind](view, tracks, theme=theme)), scheme=theme.name)
            assert wrong(axe, page) == [], (kind, theme.name)
            page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_index_of_drawings(show: Open, axe: Any, scheme: str) -> None:
    kinds = ("tree", "full", "matrix", "icicle", "timeline", "lifecycle", "chain", "compare", "path", "page")
    entries = [Entry(name, f"{name} <b>", "2030-01-01", kind, f"{kind}.svg") for name in "kw" for kind in kinds]
    assert wrong(axe, show(index_page(entries, Words("zh")), scheme=scheme)) == []
