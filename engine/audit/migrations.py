"""Migrations: where a cascade goes on by another table, every directive of it does, then, and to what it was.

Rule: the lead root's event says by which table its cascade goes on from there; every other directive's
must say the same, by the same act, and none may go on without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.reading import Read, finding
from xiada.engine.directive import Directive
from xiada.engine.migrating import unlike

if TYPE_CHECKING:
    from xiada.engine.audit.families import Families


def migrated(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """A directive migrates with its cascade, by its lead issuer, and is what it was, by another name."""
    assert state is not None
    data, ground = one.data, seen.ground
    led = ground.migration(state.cascade, one.index)
    if led is None or (led.by, led.data) != (one.by, data):
        yield finding("i3_migration", one, "its cascade did not migrate so, then")
        return
    lead = ground.roots.get(f"{state.cascade}/1")
    yield from ground.entitled(one, (lead.unit,) if lead else ())
    was = seen.running.get(one.ref, "")
    if was != data["was"]:
        yield finding("i3_migration", one, "it ran by another lifecycle", data["was"], was)
    old, new = ground.lifecycles.get(was), seen.table
    if old is None:
        return  # it was issued by a lifecycle that is not known, as has been told
    after = dict(data.get("mapping", ())).get(state.status, state.status)
    why = unlike(state.status, after, old, new)
    if why is not None:
        yield finding("i3_migration", one, f"'{state.status}' cannot become '{after}': {why}", state.status, after)


def goes_on(seen: Families, one: Read) -> Iterator[Finding]:
    """Nothing happens to a directive by a table that its cascade has left."""
    now = seen.table.digest
    if one.event["type"] not in ("issued", "migrated") and seen.running.get(one.ref) != now:
        yield finding("i3_migration", one, "it goes on, though it did not migrate with its cascade", now)


def left_behind(seen: Families) -> Iterator[Finding]:
    """Yield the directives that did not migrate with their cascade, and were never heard of again."""
    for ref, digest in seen.running.items():
        led = seen.ground.migrations[ref.partition("/")[0]][-1]
        if digest != led.lifecycle:
            what = "it did not migrate with its cascade"
            yield Finding("i3_migration", None, ref, what, led.lifecycle, digest)
