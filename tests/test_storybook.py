"""The storybook is what the code draws now: every digest, every file, every word of its index."""

from __future__ import annotations

import importlib
import json
import re
import sys
from types import ModuleType

import pytest
from support import ROOT

FOLDER = ROOT / "docs" / "drawings"
MOST_BYTES = 4_000_000


@pytest.fixture(scope="module")
def storybook() -> ModuleType:
    """The tool that makes it."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("storybook")
    finally:
        sys.path.remove(str(ROOT / "tools"))


def test_every_drawing_is_the_one_that_is_drawn_now(storybook: ModuleType) -> None:
    kept = json.loads((FOLDER / storybook.DIGESTS).read_text("utf-8"))
    stale = [name for name, digest in storybook.digests().items() if kept.get(name) != digest]
    assert not stale, f"{', '.join(stale)} changed: look at it, then run `{storybook.COMMAND}`"


def test_there_is_a_file_for_every_drawing_and_no_other(storybook: ModuleType) -> None:
    names = {f"{name}.svg" for name, _ in storybook.stories()} | {name for name, _ in storybook.texts()}
    files = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert files == names | {"README.md", storybook.DIGESTS}, f"run `{storybook.COMMAND}`"


def test_the_index_shows_every_kind_and_links_to_every_file(storybook: ModuleType) -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    assert index == storybook.index(), f"run `{storybook.COMMAND}`"
    linked = set(re.findall(r"\]\(([^)]+)\)", index))
    assert linked == {f"{name}.svg" for name, _ in storybook.stories()} | {name for name, _ in storybook.texts()}


def test_the_storybook_is_small_enough_to_be_kept(storybook: ModuleType) -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < MOST_BYTES


def test_every_drawing_of_the_api_is_in_the_storybook(storybook: ModuleType) -> None:
    from typing import get_args

    from xiada.viz.drawing import Kind

    assert set(get_args(Kind)) <= set(storybook.KINDS)
