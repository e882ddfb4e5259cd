"""A real browser for tests of pages and pictures: started, watched, and asked what it shows.

Rule: whatever is opened is opened from its file alone; a test fails if it complains, if its policy is violated, or
if it asks for anything but itself. Tests are skipped where there is no Chromium.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def started() -> Iterator[Browser]:
    """Start a browser, and close it in the end; skip the test where there is none."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("there is no Chromium here")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@contextmanager
def watched(browser: Browser, folder: Path) -> Iterator[Open]:
    """Give what opens a page from a file, in light or dark, calm: without movement; nothing may go wrong in it."""
    wrong: list[str] = []
    opened = []

    def open_page(content: bytes, *, name: str = "page.html", scheme: str = "light", **how: Any) -> Page:
        file = folder / name
        file.write_bytes(content)
        settings = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce"} | how
        context = browser.new_context(color_scheme=scheme, **settings)
        context.set_default_timeout(5_000)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if request.url != file.as_uri() else None)
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.goto(file.as_uri())
        opened.append(context)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert wrong == []


# The page of a cascade


def go_to(page: Page, step: int) -> int:
    """Move the slider to a step; return the log index the page says."""
    page.eval_on_selector("#ui-slider", "(it, step) => { it.value = step; it.dispatchEvent(new Event('input')) }", step)
    return int(str(page.get_attribute("#ui-moment", "data-index")))


def boxes(page: Page) -> dict[str, tuple[float, float]]:
    """Return where the boxes of the tree stand in the window, by their keys."""
    found: dict[str, tuple[float, float]] = page.eval_on_selector_all(
        ".plate:not(.ghost) .frame",
        "all => Object.fromEntries(all.map(one => [one.parentNode.dataset.key, one.getBoundingClientRect()])"
        ".map(([key, { x, y }]) => [key, [x, y]]))",
    )
    return found


def focused(page: Page) -> str:
    """Return what has the focus: its id, or what a screen reader is told of it."""
    return str(page.evaluate("(it => it.id || it.getAttribute('aria-label') || it.tagName)(document.activeElement)"))


def walk(page: Page, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)
