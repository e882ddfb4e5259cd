"""SVG files in a real browser: reached by keyboard with a ring that is seen, recoloured without layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import viz_samples as samples
from browsing import Open, walk

from xiada import viz

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Page


@pytest.mark.parametrize("pen", ["graphviz", "own"])
def test_linked_boxes_are_reached_by_tab_in_their_order_and_the_ring_is_seen(show: Open, pen: str) -> None:
    view = samples.small()
    drawing = viz.tree(view) if pen == "graphviz" else viz.icicle(view)
    assert drawing.pen == pen
    links = {node.directive.ref: f"unit/{node.directive.path}.html" for node in view.nodes}
    room = {"width": 2600, "height": 1800}
    page = show(viz.to_svg(drawing.linked(links)), name="picture.svg", viewport=room)
    met = []
    for key in (box.key for box in drawing.nodes if box.key in links):
        before = page.screenshot(clip=around(page, links[key]))
        walk(page, "Tab")
        met.append(page.evaluate("document.activeElement.getAttribute('href')"))
        assert met[-1] == links[key]
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        assert page.screenshot(clip=around(page, links[key])) != before, "the ring is seen"
    assert set(met) == set(links.values())


def around(page: Page, link: str) -> FloatRect:
    """Return where the box of a link is, with what is around it."""
    box = page.locator(f"a[href='{link}']").bounding_box()
    assert box is not None
    return {"x": box["x"] - 6, "y": box["y"] - 6, "width": box["width"] + 12, "height": box["height"] + 12}


def test_an_svg_in_a_page_is_recoloured_by_classes_ids_and_colours_and_nothing_moves(show: Open) -> None:
    svg = viz.to_svg(viz.tree(samples.small())).decode()
    style = (
        ".status-executing > polygon:nth-of-type(2) { fill: #010203 } .late > polygon:first-of-type { stroke: #040506 }"
        '[id="kx2020-7_2f1"] > polygon:first-of-type { fill: #070809 } [fill="#56b4e9"] { fill: #0a0b0c }'
    )
    bare, coloured = (
        show(f"<!DOCTYPE html><title>t</title><style>{rules}</style>{svg[svg.index('<svg') :]}".encode())
        for rules in ("", style)
    )
    root = "[id='kx2020-7_2f1'] > polygon"
    assert colour(coloured, f"{root}:first-of-type", "fill") == "rgb(7, 8, 9)"
    assert colour(coloured, f"{root}:nth-of-type(2)", "fill") == "rgb(1, 2, 3)"
    assert colour(coloured, ".late > polygon", "stroke") == "rgb(4, 5, 6)"
    assert colour(coloured, "[id='kx2020-7_2f2'] > polygon:nth-of-type(2)", "fill") == "rgb(10, 11, 12)"
    places = "all => all.map(it => JSON.stringify(it.getBBox()))"
    assert coloured.eval_on_selector_all("g[id]", places) == bare.eval_on_selector_all("g[id]", places)


def colour(page: Page, selector: str, which: str) -> str:
    """Return a colour as the page shows it."""
    return str(page.eval_on_selector(selector, f"it => getComputedStyle(it).{which}"))
