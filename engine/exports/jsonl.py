"""JSON lines: one event per line, as `xiada log --json` prints it.

Rule: `body` is what was hashed, as an object: written canonically (RFC 8785) it gives the bytes
again. An instant stands twice, as `<name>_us` (µs since 1970 UTC) and as `<name>` (ISO 8601 with
the offset of a zone). Nothing is kept from one line to the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from xiada.engine.due import NEVER, SHANGHAI, at
from xiada.engine.records import Recorded


def write_jsonl(events: Iterable[Recorded], file: BinaryIO, *, zone: str = SHANGHAI) -> int:
    """Write events as JSON lines, UTF-8.

    Args:
        events: In log order.
        file: What is written to.
        zone: Time zone of what people read.

    Returns:
        How many were written.
    """
    count = 0
    for recorded in events:
        file.write(json.dumps(document(recorded, zone), ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def document(recorded: Recorded, zone: str = SHANGHAI) -> dict[str, Any]:
    """Return an event with its envelope; `body` is what was hashed, as an object."""
    return {
        "index": recorded.index,
        "ref": recorded.ref,
        "version": recorded.version,
        "type": recorded.event.type,
        **instant("t", recorded.t, zone),
        "actor": recorded.actor,
        "unit": recorded.unit,
        "behalf": recorded.behalf,
        "key": recorded.key,
        "hash": recorded.hash.hex(),
        "body": json.loads(recorded.body),
    }


def instant(name: str, us: int | None, zone: str = SHANGHAI) -> dict[str, Any]:
    """Return an instant under both its keys; undated is null in both.

    Example:
        >>> instant("due", 0, "UTC")
        {'due_us': 0, 'due': '1970-01-01T00:00:00+00:00'}
    """
    if us is None or us == NEVER:
        return {f"{name}_us": None, name: None}
    return {f"{name}_us": us, name: at(us, zone).isoformat()}
