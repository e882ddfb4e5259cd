"""Weighing: what each type of event must fit, beyond what every event must.

Rule: a check is given the evidence from before the event and yields findings; it changes nothing
but the list of recipients still awaited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from xiada.engine import events
from xiada.engine.decide import coverage
from xiada.engine.directive import Directive, parent_of
from xiada.engine.draft import merkle_root
from xiada.engine.events import as_read
from xiada.engine.evidence import Evidence, Finding, finding
from xiada.engine.records import Recorded


def issued(seen: Evidence, recorded: Recorded) -> Iterator[Finding]:
    """A child is what its parent named; a root stands alone."""
    event = recorded.event
    assert isinstance(event, events.Issued)
    notice = seen.notice(event.notice)
    if notice is None or notice.obligations_digest != event.obligations:
        yield finding("i11_notice", recorded, "its notice is missing or changed", event.notice)
    if event.parent != parent_of(recorded.ref):
        yield finding("i2_parent", recorded, "its parent is not the one its path names", parent_of(recorded.ref))
    if event.parent is None:
        pinned = seen.moment.lifecycle(recorded).digest
        if event.lifecycle != pinned:
            yield finding(
                "i3_lifecycle", recorded, "it pins another lifecycle than its cascade", pinned, event.lifecycle
            )
        yield from seen.entitled(recorded, (seen.unit(root_of_cascade(recorded.ref)) or event.to,))
        return
    named = seen.named.pop(recorded.ref, None)
    if named is None:
        yield finding("i2_unnamed_child", recorded, "its parent's forwarded does not name it")
    elif named[:4] != (event.to, event.due, event.forwarded, event.notice):
        yield finding("i2_named_otherwise", recorded, "its parent's forwarded names it otherwise", named[:4])
    yield from _under(seen, recorded, event)


def _under(seen: Evidence, recorded: Recorded, event: events.Issued) -> Iterator[Finding]:
    """A child fits its parent: due, line, place in the org, actor."""
    parent = seen.state(event.parent)
    if parent is None:
        yield finding("i2_no_parent", recorded, "its parent does not exist", event.parent)
        return
    yield from seen.entitled(recorded, (parent.unit,))
    yield from _fits(recorded, as_read(event.due), parent)
    if parent.closed:
        yield finding("i6_closed_parent", recorded, f"its parent {parent.ref} is closed")
    if event.line != parent.line or not seen.org().is_below(event.to, parent.unit, event.line):
        yield finding("i2_outside_line", recorded, f"{event.to} is not below {parent.unit}", parent.line, event.line)


def _fits(recorded: Recorded, due: int, parent: Directive | None) -> Iterator[Finding]:
    """A due is no later than the parent's."""
    if parent is not None and due > parent.due:
        yield finding("i1_due_after_parent", recorded, f"it is due after {parent.ref}", parent.due, due)


def forwarded(seen: Evidence, recorded: Recorded) -> Iterator[Finding]:
    """The recipients are listed whole, and numbered on from those before."""
    event, state = recorded.event, seen.state(recorded.ref)
    assert isinstance(event, events.Forwarded)
    assert state is not None
    entries = event.to if event.to is not None else seen.side_list(event.blob)
    if not isinstance(entries, list | tuple) or len(entries) != event.n or any(len(entry) != 3 for entry in entries):
        yield finding("i11_side_list", recorded, "its list of recipients is missing or changed", event.n)
        return
    if event.blob is not None and merkle_root(entries) != event.root:
        yield finding("i11_side_list", recorded, "its list of recipients has another root", event.root)
    for number, (path, unit, due) in enumerate(entries, 1):
        expected = f"{state.path}.{state.children + number}"
        if path != expected:
            yield finding("i2_numbers", recorded, "its recipients are not numbered on", expected, path)
        seen.named[f"{state.cascade}/{path}"] = (
            unit,
            due,
            recorded.hash.hex(),
            event.notice or state.notice,
            recorded.index or 0,
        )


def reported(seen: Evidence, recorded: Recorded) -> Iterator[Finding]:
    """A report covers exactly the children, all of them done, and answers what is required."""
    event = recorded.event
    assert isinstance(event, events.Reported)
    children = seen.children(recorded.ref)
    waiting = [child.ref for child in children if not child.closed and child.status != "reported"]
    if waiting:
        yield finding("i4_children_open", recorded, f"{len(waiting)} children have not reported", "", waiting[:3])
    covers, without = coverage(children)
    listed = (event.covers, event.without) if event.blob is None else _two_lists(seen.side_list(event.blob))
    if listed != (tuple(covers), tuple(without)):
        yield finding("i5_coverage", recorded, "it does not cover exactly its children", len(covers), event.n)
    if (event.n, event.root) != (len(covers), merkle_root(covers)):
        yield finding("i5_root", recorded, "its count or root is not that of its children", merkle_root(covers))
    missing = _missing(seen, recorded.ref, set(event.answers))
    if missing:
        yield finding("i10_requirements", recorded, "it leaves out what is required", missing[0])


def _missing(seen: Evidence, ref: str, answers: set[str]) -> list[str]:
    """Return the mandatory requirements a report leaves out."""
    digests: dict[str, None] = {}
    state = seen.state(ref)
    while state is not None:
        digests.setdefault(state.notice)
        state = seen.state(state.parent)
    notices = [notice for notice in map(seen.notice, digests) if notice is not None]
    wanted = [f"{n.id}/{item.id}" for n in notices for item in n.requirements if item.mandatory]
    return [name for name in wanted if name not in answers]


def summarised(seen: Evidence, recorded: Recorded) -> Iterator[Finding]:
    """It went into its parent's latest report; a root is closed over closed children."""
    event, state = recorded.event, seen.state(recorded.ref)
    assert isinstance(event, events.Summarised)
    assert state is not None
    parent = seen.state(state.parent)
    if (event.report is None) != (parent is None):
        yield finding("i11_report", recorded, "it names no report, or one it cannot have", "", event.report)
    elif parent is not None and (parent.status != "reported" or parent.head.hex() != event.report):
        yield finding("i11_report", recorded, "it is not its parent's latest report", parent.head.hex(), event.report)
    elif parent is None and any(not child.closed for child in seen.children(recorded.ref)):
        yield finding("i6_live_below", recorded, "a child is still live")


def returned(seen: Evidence, recorded: Recorded) -> Iterator[Finding]:
    """What is reopened fits a parent at work."""
    event, state = recorded.event, seen.state(recorded.ref)
    assert isinstance(event, events.Returned)
    assert state is not None
    parent = seen.state(state.parent)
    yield from _fits(recorded, state.due if event.due is None else event.due, parent)
    if parent is not None and parent.status not in {"forwarded", "executing"}:
        yield finding("i6_parent_not_working", recorded, f"its parent is {parent.status}")


def moved(seen: Evidence, recorded: Recorded) -> Iterator[Finding]:
    """A due moved from what it was, to what fits above and below."""
    event, state = recorded.event, seen.state(recorded.ref)
    assert isinstance(event, events.Rescheduled | events.ExtensionGranted)
    assert state is not None
    if as_read(event.was) != state.due:
        yield finding("i3_due_was", recorded, "it was due otherwise before", state.due, event.was)
    cause = getattr(event, "cause", None)
    if cause is not None and not recorded.ref.startswith(f"{cause}."):
        yield finding("i6_cause", recorded, "it was moved because of something that is not above it", "", cause)
    request = seen.state(event.request) if isinstance(event, events.ExtensionGranted) else None
    if isinstance(event, events.ExtensionGranted) and (request is None or request.extension is None):
        yield finding("i3_no_request", recorded, "no extension had been asked for", "", event.request)
    due = as_read(event.due)
    yield from _fits(recorded, due, seen.state(state.parent))
    later = [child.ref for child in seen.children(recorded.ref) if not child.closed and child.due > due]
    if later:
        yield finding("i1_due_after_parent", recorded, f"{len(later)} children are due after it", due, later[:3])


def root_of_cascade(ref: str) -> str:
    """Return the lead issuer's root of the cascade a directive belongs to."""
    return f"{ref.partition('/')[0]}/1"


def _two_lists(found: object) -> object:
    """Return a report's side list as the two tuples it stands for."""
    if not isinstance(found, list) or len(found) != 2:
        return None
    return tuple(tuple(tuple(row) for row in rows) for rows in found)


def closed_by(seen: Evidence, recorded: Recorded) -> Iterator[Finding]:
    """What was waived or withdrawn was so by itself, or because something above it was, then."""
    cause = getattr(recorded.event, "cause", None)
    state = seen.state(recorded.ref)
    assert state is not None
    if cause is not None:
        above = seen.state(cause)
        if not recorded.ref.startswith(f"{cause}.") or above is None or above.closed_at != recorded.t:
            yield finding("i6_cause", recorded, "nothing above it was closed then", "", cause)
    elif isinstance(recorded.event, events.Waived) and (state.status == "reported" or state.parent is None):
        yield finding("i3_illegal", recorded, "neither a report nor a root is waived by itself")


CHECKS: Mapping[str, Callable[[Evidence, Recorded], Iterator[Finding]]] = {
    "issued": issued,
    "forwarded": forwarded,
    "reported": reported,
    "summarised": summarised,
    "returned": returned,
    "rescheduled": moved,
    "extension_granted": moved,
    "waived": closed_by,
    "withdrawn": closed_by,
}
"""What each event type must fit beyond what all must."""
