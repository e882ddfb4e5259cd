"""One event as the audit reads it: straight from its JSON, not through the classes that wrote it."""

from __future__ import annotations

from typing import Any, NamedTuple

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.skim import Event


class Read(NamedTuple):
    """One event as the audit reads it.

    Args:
        index: Log index.
        head: Its hash, 32 bytes.
        event: Its envelope as JSON.
        body: Its bytes.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it
    head: bytes
    event: Event
    body: bytes

    @property
    def ref(self) -> str:
        """Its stream."""
        return str(self.event["dir"])

    @property
    def data(self) -> dict[str, Any]:
        """What its type says."""
        found: dict[str, Any] = self.event["data"]
        return found

    @property
    def by(self) -> tuple[object, ...]:
        """Who did it, and when."""
        event = self.event
        return event["actor"], event["unit"], event.get("behalf"), event["t"]


def finding(code: str, one: Read, message: str, expected: object = "", found: object = "") -> Finding:
    """Return a defect of one event."""
    return Finding(code, one.index, one.ref, message, str(expected), str(found))


def chained(one: Read, version: int, head: bytes | None) -> list[Finding]:
    """Return where an event does not follow its stream's latest, of that version (0: none) and hash."""
    event, before = one.event, None if head is None else head.hex()
    found = []
    if event["ver"] != version + 1:
        found.append(finding("i3_version", one, "the stream has a gap or a double", version + 1, event["ver"]))
    if event["prev"] != before:
        what = "it does not follow the stream's previous event"
        found.append(finding("i11_chain", one, what, before, event["prev"]))
    return found
