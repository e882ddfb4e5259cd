"""The words of the drawings, a module for each kind: patterns in Chinese and in English side by side.

Rule: a pattern is named once, wherever it stands; what is filled in are numbers, dates and names.
"""

from __future__ import annotations

from collections.abc import Mapping

from xiada.viz.words import (
    chain,
    compare,
    durations,
    full,
    html,
    icicle,
    lifecycle,
    matrix,
    page,
    pages,
    path,
    timeline,
    tree,
    tree_text,
)

_TOPICS = (
    page,
    tree,
    full,
    lifecycle,
    tree_text,
    durations,
    timeline,
    path,
    matrix,
    icicle,
    chain,
    pages,
    html,
    compare,
)
PATTERNS: Mapping[str, tuple[str, str]] = {name: pair for topic in _TOPICS for name, pair in topic.PATTERNS.items()}
"""(zh, en) by name."""

assert len(PATTERNS) == sum(len(topic.PATTERNS) for topic in _TOPICS), "a pattern is named twice"
