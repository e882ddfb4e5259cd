"""Keeping Python's cyclic garbage collector out of work that makes a great many values without cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE_FROM = 1_000
"""Commands, events or boxes from which on it is worth it."""


@contextmanager
def collector_paused(count: int) -> Iterator[None]:
    """Keep the collector out while so many commands, events or boxes are worked on, all of whose values live on.

    Walking them again and again cost a fifth of a batch of 20,000 commands, half of a replay, and half of a view.
    """
    if count < PAUSE_FROM or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
