"""What the console answers programs: plain values for JSON, with stable keys.

Rule: an instant stands twice, as `<name>_us` (µs since 1970 UTC, an integer) and as `<name>` (ISO 8601
with the offset of the cascade's zone); undated is null in both. Keys are only ever added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from xiada.engine.directive import Directive
from xiada.engine.due import SHANGHAI
from xiada.engine.errors import XiadaError
from xiada.engine.exports import jsonl
from xiada.engine.org import Unit
from xiada.engine.projections import BUCKETS, Node, View

Document = dict[str, Any]


instant = jsonl.instant
"""An instant under both its keys."""

event = jsonl.document
"""An event with its envelope, as a line of an export."""


def directive(state: Directive, zone: str = SHANGHAI) -> Document:
    """Return a directive as it stands."""
    return {
        "ref": state.ref,
        "unit": state.unit,
        "line": state.line,
        "parent": state.parent,
        "status": state.status,
        "version": state.version,
        "head": state.head.hex(),
        **instant("due", state.due, zone),
        **instant("original_due", state.original_due, zone),
        **instant("issued_at", state.issued_at, zone),
        **instant("acknowledged_at", state.acknowledged_at, zone),
        **instant("reported_at", state.reported_at, zone),
        **instant("closed_at", state.closed_at, zone),
        **instant("extension", state.extension, zone),
        "reason": state.reason,
        "children": state.children,
    }


def node(found: Node, zone: str) -> Document:
    """Return a directive with its unit's name, its light and the work list it is on."""
    return {
        **directive(found.directive, zone),
        "name": found.name,
        "level": found.level,
        "kind": found.kind,
        "light": found.light.colour,
        "light_code": found.light.code,
        "light_days": found.light.days,
        "bucket": found.bucket,
        "overdue": found.overdue,
        "late_by_original": found.late_by_original,
    }


def counts(nodes: Sequence[Node]) -> Document:
    """Return how many directives there are, in all and on each work list."""
    found = Counter(one.bucket for one in nodes)
    return {"total": len(nodes), **{name: found[name] for name in BUCKETS}}


def view(found: View) -> Document:
    """Return a cascade at one instant, every directive of it."""
    return {
        "cascade": found.cascade,
        "doc_number": found.doc_number,
        "title": found.title,
        "zone": found.zone,
        **instant("now", found.now, found.zone),
        "log_size": found.log_size,
        "log_root": found.log_root,
        "counts": counts(found.nodes),
        "directives": [node(one, found.zone) for one in found.nodes],
    }


def unit(found: Unit) -> Document:
    """Return a unit of the org."""
    return {
        "id": found.id,
        "name": found.name,
        "kind": found.kind,
        "level": found.level,
        "line": found.line,
        "superiors": dict(found.superiors),
        "region": found.region,
        "aliases": list(found.aliases),
        "ended": found.ended,
        "successor": found.successor,
    }


def refusal(error: XiadaError, message: str, remedy: str) -> Document:
    """Return an error: its stable code, what it says in the language asked for, and the facts."""
    return {"code": error.code, "message": message, "remedy": remedy, "data": error.data}
