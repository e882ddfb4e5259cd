"""Fixtures: an engine on each kind of store, a browser, and Hypothesis without chance or clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import Open, started, watched
from hypothesis import HealthCheck, settings
from support import Maker, ManualClock, one_line, two_lines

from xiada.engine.engine import Engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile(
    "xiada",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("xiada")


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Makes engines on one kind of store; the test runs once on each."""
    maker = Maker(request.param, tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def clock(make: Maker) -> ManualClock:
    """The clock of all engines of the test."""
    return make.clock


@pytest.fixture
def engine(make: Maker) -> Engine:
    """An engine over `support.one_line()`."""
    return make(one_line())


@pytest.fixture
def joint(make: Maker) -> Engine:
    """An engine over `support.two_lines()`."""
    return make(two_lines())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a file."""
    with started() as running:
        yield running


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens pages from their files; nothing may go wrong until the test ends."""
    with watched(browser, tmp_path) as open_page:
        yield open_page
