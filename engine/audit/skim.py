"""Skimming: reading the body of an event at a fraction of the cost of `records.read`, and as strictly.

Rule: a body is accepted exactly if `records.read` accepts it. The first body of a shape (keys and
types, all the way down) is read in full; another of the same shape needs only what a shape does not
say: that it is canonical, within the range of integers, NFC, and of this log.
"""

from __future__ import annotations

from typing import Any, TypeAlias
from unicodedata import is_normalized

import orjson

from xiada.engine import codec
from xiada.engine.errors import Tampered
from xiada.engine.limits import INTEGER
from xiada.engine.records import read

Event: TypeAlias = dict[str, Any]
"""An event's envelope as its JSON has it; its `data` is the event's."""


class Skimmer:
    """Reads bodies; remembers the shapes that were found good, and where they hold integers.

    Example:
        >>> from xiada.engine.events import Started
        >>> from xiada.engine.records import Envelope, Frame
        >>> body = Envelope(Frame("xiada.example/office/e1", 0), "li", "p").body("k/1", 1, None, None, Started())
        >>> Skimmer()(body, "xiada.example/office/e1", 0)["type"]
        'started'
    """

    def __init__(self) -> None:
        self._good: dict[object, tuple[str, ...]] = {}

    def __call__(self, body: bytes, log: str, index: int) -> Event:
        """Return the event of a body.

        Args:
            body: The bytes as stored.
            log: The log it must belong to, epoch included.
            index: Its place in the log.

        Raises:
            Tampered: Bytes that Xiada would not have written, or of another log.
        """
        try:
            event: Event = orjson.loads(body)
            integers = self._good.get(_shape(event))
            if integers is not None and event["log"] == log and _is_exact(event, integers, body):
                return event
        except (ValueError, TypeError, KeyError, AttributeError):
            pass
        return self._read(body, log, index)

    def of_any_log(self, body: bytes, index: int) -> Event | None:
        """Return the event of a body, whatever log it says it is of; None if it cannot be read."""
        try:
            return self(body, orjson.loads(body)["log"], index)
        except (ValueError, TypeError, KeyError, Tampered):
            return None

    def _read(self, body: bytes, log: str, index: int) -> Event:
        """Return the event of a body that is to be read in full, and remember its shape."""
        read(body, log=log, index=index)
        event: Event = orjson.loads(body)
        if event["log"] != log:
            raise Tampered(
                "bad_event",
                f"event {index} cannot be read: it belongs to log '{event['log']}', not to '{log}'",
                index=index,
                remedy="It was moved here from another epoch.",
            )
        integers = tuple(name for name, value in event["data"].items() if type(value) is int)
        self._good[_shape(event)] = integers
        return event


def _is_exact(event: Event, integers: tuple[str, ...], body: bytes) -> bool:
    """Tell whether an event of a good shape is canonical JSON in NFC, of version 1, its integers within range.

    Of one with escapes it is not told: an envelope has none, and what has some is read in full.
    """
    if b"\\" in body:
        return False
    data = event["data"]
    for name in integers:
        if not -INTEGER <= data[name] <= INTEGER:
            return False
    within = event["v"] == 1 and -INTEGER <= event["t"] <= INTEGER and -INTEGER <= event["ver"] <= INTEGER
    return within and codec.pack(event) == body and (body.isascii() or is_normalized("NFC", body.decode()))


def _shape(event: Event) -> object:
    """Return what decides, of all events alike in it, whether they can be read.

    Raises:
        ValueError: An integer in a list is out of range.
    """
    data = event["data"]
    kinds: list[object] = [*map(type, data.values())]
    if list in kinds:
        for place, value in enumerate(data.values()):
            if type(value) is list:
                kinds[place] = _kinds(value)
    return event["type"], *event, *map(type, event.values()), *data, *kinds


def _kinds(items: list[object]) -> object:
    """Return the types of what is in a list: of each scalar, of rows all that occur."""
    rows = [tuple(map(type, item)) if type(item) is list else type(item) for item in items]
    for item in items:
        for value in item if type(item) is list else (item,):
            if type(value) is int and not -INTEGER <= value <= INTEGER:
                raise ValueError(value)
    return frozenset(rows) if type(rows[0] if rows else None) is tuple else tuple(rows)
