"""Weighing: what each type of event must fit, in its own stream and against its parent and children.

Rule: a check is given what is known from before the event and yields findings. `OWN` looks up, from
a child to its parent; `BELOW` looks down, from a parent to its children. Whatever reaches further is
put in terms of one step: a closing has its cause from the parent's closing, an extension comes down
from the parent's, and so by induction from where they began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.migrations import migrated
from xiada.engine.audit.reading import Read, finding
from xiada.engine.commands import REGISTRAR
from xiada.engine.decide import coverage
from xiada.engine.directive import Directive, parent_of, root_of
from xiada.engine.draft import merkle_root
from xiada.engine.events import as_read
from xiada.engine.log.merkle import EMPTY

if TYPE_CHECKING:
    from xiada.engine.audit.families import Families


Check: TypeAlias = Callable[["Families", Read, Directive | None], Iterator[Finding]]
"""Given the partition, the event, and the directive as it stood before it."""


# In its own stream, and against its parent


def issued(seen: Families, one: Read, _: Directive | None) -> Iterator[Finding]:
    """A child is what its parent named; a root stands alone."""
    data, ref = one.data, one.ref
    notice = seen.notice(data["notice"])
    if notice is None or notice.obligations_digest != data["obligations"]:
        yield finding("i11_notice", one, "its notice is missing or changed", data["notice"])
    if data["parent"] != parent_of(ref):
        yield finding("i2_parent", one, "its parent is not the one its path names", parent_of(ref), data["parent"])
    elif data["parent"] is None:
        yield from _root(seen, one)
    else:
        yield from _named(seen, one)


def _root(seen: Families, one: Read) -> Iterator[Finding]:
    """A root pins its cascade's lifecycle, and was issued by the lead issuer."""
    cascade = one.ref.partition("/")[0]
    lifecycle = seen.ground.lifecycle(cascade, one.index)
    pinned = lifecycle.digest if lifecycle else None
    if one.data.get("lifecycle") != pinned:
        yield finding("i3_lifecycle", one, "it pins another lifecycle than its cascade", pinned)
    lead = seen.states.get(f"{cascade}/1")
    yield from seen.ground.entitled(one, (lead.unit if lead else one.data["to"],))
    if seen.ground.course.joined(one.data["to"], one.index) is None:
        yield finding("i2_outside_line", one, f"{one.data['to']} is no unit of the org")
    elif seen.ground.course.has_ended(one.data["to"], one.index):
        yield finding("i2_unit_ended", one, f"{one.data['to']} had ended")


def _named(seen: Families, one: Read) -> Iterator[Finding]:
    """A child is as its parent's forwarded names it, and fits its parent: due, line, place in the org, actor."""
    data = one.data
    named = seen.named.pop(one.ref, None)
    parent = seen.states.get(data["parent"])
    if named is None or parent is None:
        yield finding("i2_unnamed_child", one, "its parent's forwarded does not name it")
        return
    given = (data["to"], data["due"], data["forwarded"], data["notice"])
    if named[:4] != given:
        yield finding("i2_named_otherwise", one, "its parent's forwarded names it otherwise", named[:4], given)
    yield from seen.ground.entitled(one, (parent.unit, *((REGISTRAR.unit,) if named[4] and named[4] == one.by else ())))
    yield from _fits(one, as_read(data["due"]), parent)
    if parent.closed_at is not None:
        yield finding("i6_closed_parent", one, f"its parent {parent.ref} is closed")
    course = seen.ground.course
    if course.has_ended(data["to"], one.index):
        yield finding("i2_unit_ended", one, f"{data['to']} had ended")
    elif data["line"] != parent.line or not course.is_below(data["to"], parent.unit, parent.line, one.index):
        yield finding("i2_outside_line", one, f"{data['to']} is not below {parent.unit}", parent.line, data["line"])


def _fits(one: Read, due: int, parent: Directive | None) -> Iterator[Finding]:
    """A due is no later than the parent's."""
    if parent is not None and due > parent.due:
        yield finding("i1_due_after_parent", one, f"it is due after {parent.ref}", parent.due, due)


def answers(seen: Families, one: Read, _: Directive | None) -> Iterator[Finding]:
    """A report answers what all notices above it require."""
    if seen.ground.passed is None:
        return
    given = set(one.data.get("answers", ()))
    for digest in dict.fromkeys(seen.ground.notices_above(one.ref)):
        for name in seen.mandatory(digest):
            if name not in given:
                yield finding("i10_requirements", one, "it leaves out what is required", name)
                return


def summarised(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """It went into its parent's latest report."""
    assert state is not None
    report, parent = one.data["report"], seen.states.get(state.parent or "")
    if (report is None) != (parent is None):
        yield finding("i11_report", one, "it names no report, or one it cannot have", "", report)
    elif parent is not None and (not _has_reported(seen, parent) or parent.head.hex() != report):
        yield finding("i11_report", one, "it is not its parent's latest report", parent.head.hex(), report)
    elif parent is not None and seen.covered.pop(one.ref, None) != state.head:
        yield finding("i5_coverage", one, "it went on after the report that covers it", report)


def _has_reported(seen: Families, parent: Directive) -> bool:
    """Tell whether a directive is where a report leads."""
    return any(parent.status == seen.table.moves[status, "reported"] for status in seen.table.reporting)


def returned(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """What is reopened fits a parent at work."""
    assert state is not None
    due, parent = one.data.get("due"), seen.states.get(state.parent or "")
    yield from _fits(one, state.due if due is None else due, parent)
    if parent is not None and parent.status not in seen.table.working:
        yield finding("i6_parent_not_working", one, f"its parent is {parent.status}")


def rescheduled(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """A due moved by itself, or because something above it is about to move, then."""
    yield from _moved(seen, one, state)
    cause = one.data.get("cause")
    if cause is None:
        return
    if not one.ref.startswith(f"{cause}."):
        yield finding("i6_cause", one, "it was moved because of something that is not above it", "", cause)
    elif state is not None and state.parent is not None:
        seen.moving.setdefault(state.parent, []).append(one)


def granted(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """An extension that was asked for comes down from the first ancestor with slack, step by step."""
    assert state is not None
    yield from _moved(seen, one, state)
    request = one.data["request"]
    asked = request == one.ref and state.extension is not None
    if not asked and not request.startswith(f"{one.ref}."):
        yield finding("i3_no_request", one, "no extension had been asked for", "", request)
    above = seen.last.get(state.parent or "")
    same = above and above.event["type"] == "extension_granted" and above.data["request"] == request
    if above and same and above.event["t"] == one.event["t"]:
        if above.by != one.by:
            yield finding("i9_not_entitled", one, "another granted it than the step above", above.by, one.by)
        return
    if request == one.ref and state.extension == as_read(one.data["due"]):
        yield from seen.ground.entitled(one, (seen.superior(state),))
    else:
        seen.asked.append((one, request))


def refused(_: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """An extension was asked for before it is refused."""
    assert state is not None
    if state.extension is None:
        yield finding("i3_no_request", one, "no extension had been asked for", "", one.ref)


def _moved(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """A due moved from what it was, to what fits above."""
    assert state is not None
    if as_read(one.data["was"]) != state.due:
        yield finding("i3_due_was", one, "it was due otherwise before", state.due, one.data["was"])
    yield from _fits(one, as_read(one.data["due"]), seen.states.get(state.parent or ""))


def closed_by(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """What was waived or withdrawn was so by itself, or because its parent was, then, for the same cause."""
    assert state is not None
    cause = one.data.get("cause")
    if cause is None:
        by_itself = state.parent is not None and (state.status, "waive") in seen.table.table
        if one.event["type"] == "waived" and not by_itself and (state.status, "waived") in seen.table.moves:
            yield finding("i3_illegal", one, "neither a report nor a root is waived by itself")
        return
    above, parent = seen.last.get(state.parent or ""), seen.states.get(state.parent or "")
    then = parent is not None and parent.closed_at == one.event["t"]
    begun = above is not None and (above.ref == cause or above.data.get("cause") == cause)
    if not one.ref.startswith(f"{cause}.") or above is None or not then or not begun:
        yield finding("i6_cause", one, "nothing above it was closed then", "", cause)
    elif above.by != one.by:
        yield finding("i9_not_entitled", one, "another closed it than what is above it", above.by, one.by)


# Against its children


def forwarded(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """The recipients are listed whole, and numbered on from those before."""
    assert state is not None
    data = one.data
    entries = data["to"] if data.get("to") is not None else seen.side_list(data.get("blob"))
    if not isinstance(entries, list) or len(entries) != data["n"] or not all(map(_is_entry, entries)):
        yield finding("i11_side_list", one, "its list of recipients is missing or changed", data["n"])
        return
    if data.get("blob") is not None and merkle_root(entries) != data.get("root"):
        yield finding("i11_side_list", one, "its list of recipients has another root", data.get("root"))
    head, notice, path = one.head.hex(), data["notice"] or state.notice, state.path
    handed = one.by if data.get("replaces") is not None and seen.ground.course.handed(one.by, one.index) else None
    if handed is not None and not _replaces(seen, one, state, entries):
        yield finding("i9_not_entitled", one, "nothing was reassigned to it then", "", data["replaces"])
    for number, (own, unit, due) in enumerate(entries, state.children + 1):
        if own != f"{path}.{number}":
            yield finding("i2_numbers", one, "its recipients are not numbered on", f"{path}.{number}", own)
        if own.rpartition(".")[0] == path:  # a child of another is none of ours, and nobody waits for it
            seen.named[f"{state.cascade}/{own}"] = (unit, due, head, notice, handed, one.index)


def _replaces(seen: Families, one: Read, state: Directive, entries: list[list[object]]) -> bool:
    """Tell whether a child was reassigned, then and by the same, to the only one that is named."""
    replaced = one.data["replaces"]
    last = seen.last.get(f"{state.cascade}/{replaced}")
    if last is None or last.event["type"] != "reassigned" or last.by != one.by:
        return False
    return parent_of(last.ref) == state.ref and [last.data["path"]] == [path for path, *_ in entries]


_COVERING = ("n", "root", "covers", "without", "blob")
_NOTHING = [0, EMPTY.hex(), [], [], None]
"""What a report says that has no children to cover."""


def _is_entry(row: object) -> bool:
    """Tell whether a row of a list, which may be anything, is a recipient: path, unit, due."""
    if type(row) is not list or len(row) != 3:
        return False
    path, unit, due = row
    return type(path) is str and type(unit) is str and (due is None or type(due) is int)


def covered(seen: Families, one: Read, _: Directive | None) -> Iterator[Finding]:
    """A report covers exactly the children, all of them done."""
    data, children = one.data, seen.children_of(one.ref)
    if not children and [data.get(name) for name in _COVERING] == _NOTHING:
        return
    waiting = [child.ref for child in children if child.closed_at is None and child.status not in seen.table.covered]
    if waiting:
        yield finding("i4_children_open", one, f"{len(waiting)} children have not reported", "", waiting[:3])
    seen.covered.update((child.ref, child.head) for child in children if child.status in seen.table.covered)
    covers, without = coverage(children, seen.table)
    listed = (data.get("covers"), data.get("without")) if data.get("blob") is None else seen.side_list(data["blob"])
    if not _same_lists(listed, covers, without):
        yield finding("i5_coverage", one, "it does not cover exactly its children", len(covers), data["n"])
    if data["n"] != len(covers) or data["root"] != merkle_root(covers):
        yield finding("i5_root", one, "its count or root is not that of its children", merkle_root(covers))


def _same_lists(listed: object, *expected: Iterable[tuple[object, ...]]) -> bool:
    """Tell whether two lists as JSON has them are those expected."""
    if not isinstance(listed, list | tuple) or len(listed) != 2:
        return False
    return all(
        isinstance(found, list) and found == [list(row) for row in rows]
        for found, rows in zip(listed, expected, strict=True)
    )


def all_closed(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """A root is closed over closed children."""
    is_root = state is not None and state.parent is None
    if is_root and any(child.closed_at is None for child in seen.children_of(one.ref)):
        yield finding("i6_live_below", one, "a child is still live")


def none_later(seen: Families, one: Read, state: Directive | None) -> Iterator[Finding]:
    """Where a due moved, no open child is due later, and those that moved for its sake did so with it."""
    assert state is not None
    due = as_read(one.data["due"])
    later = [child.ref for child in seen.children_of(one.ref) if child.closed_at is None and child.due > due]
    if later:
        yield finding("i1_due_after_parent", one, f"{len(later)} children are due after it", due, later[:3])
    for child in seen.moving.pop(one.ref, ()):
        cause = child.data["cause"]
        if one.event["type"] != "rescheduled" or one.data.get("cause", one.ref) != cause:
            yield finding("i6_cause", child, "what it was moved for did not move then", "", cause)
        elif child.by != one.by:
            yield finding("i9_not_entitled", child, "another moved it than what is above it", one.by, child.by)


def issuer_of(seen: Families, ref: str) -> str | None:
    """Return the unit of the root a directive descends from."""
    root = seen.ground.roots.get(root_of(ref))
    return root.unit if root else None


OWN: Mapping[str, Check] = {
    "issued": issued,
    "reported": answers,
    "summarised": summarised,
    "migrated": migrated,
    "returned": returned,
    "rescheduled": rescheduled,
    "extension_granted": granted,
    "extension_refused": refused,
    "waived": closed_by,
    "withdrawn": closed_by,
}
"""What each event type must fit in its own stream and against its parent, beyond what all must."""

BELOW: Mapping[str, Check] = {
    "forwarded": forwarded,
    "reported": covered,
    "summarised": all_closed,
    "rescheduled": none_later,
    "extension_granted": none_later,
}
"""What each event type must fit against the directive's children."""
