"""Rows to values and back, and the order in which rows may change.

Rule: a `place` is a path in an order that text sorts by: each number is preceded by a letter that
says how many digits it has (1.19.3 = `a1b19a3`), so preorder is text order and a subtree a range.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from sys import intern
from typing import Any

import orjson

from xiada.engine.directive import Directive
from xiada.engine.errors import Malformed, Tampered
from xiada.engine.org import Unit

Row = tuple[Any, ...]

OPEN = "reported_at IS NULL AND closed_at IS NULL"
"""What makes a directive one that may be late, or be waited for; see `rollup.is_open`."""

AFTER_ALL_PLACES = "~"
"""Sorts after every place with the same beginning."""

STATE_COLUMNS = (
    "unit, line, status, version, head, due, original_due, notice, issued_at, children, acknowledged_at, started_at, "
    "reported_at, closed_at, extension, reason, copied, fulfilled"
)

_LETTERS = " abcdefghijklmnopqrstuvwxyz"
_DOTS = {ord(letter): "." for letter in _LETTERS[1:]}


def place_of(path: str) -> str:
    """Return a path as text that sorts.

    Example:
        >>> place_of("1.19.3")
        'a1b19a3'
    """
    if path.isdigit():
        return _LETTERS[len(path)] + path
    return "".join([_LETTERS[len(number)] + number for number in path.split(".")])


def path_of(place: str) -> str:
    """Return the path of a place.

    Example:
        >>> path_of("a1b19a3")
        '1.19.3'
    """
    return place.translate(_DOTS)[1:]


def state_row(state: Directive) -> Row:
    """Return the values of STATE_COLUMNS."""
    return (
        state.unit,
        state.line,
        state.status,
        state.version,
        state.head,
        state.due,
        state.original_due,
        bytes.fromhex(state.notice),
        state.issued_at,
        state.children,
        state.acknowledged_at,
        state.started_at,
        state.reported_at,
        state.closed_at,
        state.extension,
        state.reason,
        packed_list(state.copy),
        packed_list(state.fulfilled),
    )


def state_of(cascade: str, place: str, row: Row) -> Directive:
    """Return the directive at a place from the values of STATE_COLUMNS.

    Raises:
        Tampered: They are not what the store writes.
    """
    try:
        return _state_of(cascade, place, row)
    except (ValueError, TypeError, AttributeError) as error:
        raise Tampered(
            "bad_row", f"the row at {place!r} of {cascade} cannot be read", remedy="Run 'xiada audit verify' on a copy."
        ) from error


def _state_of(cascade: str, place: str, row: Row) -> Directive:
    """Return the directive; any error means the row was changed."""
    path = path_of(place)
    if not path or place_of(path) != place:
        raise ValueError(place)
    above = path.rpartition(".")[0]
    unit, line, status, version, head, due, original_due, notice, issued_at, children, *rest = row
    acknowledged_at, started_at, reported_at, closed_at, extension, reason, copied, fulfilled = rest
    return Directive(
        f"{cascade}/{path}",
        intern(unit),
        intern(line),
        intern(f"{cascade}/{above}") if above else None,
        intern(status),
        version,
        head,
        due,
        original_due,
        _hex(notice),
        issued_at,
        children,
        acknowledged_at,
        started_at,
        reported_at,
        closed_at,
        extension,
        reason,
        tuple(_listed(copied)) if copied else (),
        tuple((name, period) for name, period in _listed(fulfilled)) if fulfilled else (),
    )


@lru_cache(maxsize=1_000)
def _hex(digest: bytes) -> str:
    """Return a digest as text, the same value for all directives under one notice."""
    return digest.hex()


def packed_list(items: tuple[Any, ...]) -> str | None:
    """Return a tuple as JSON text, None if empty."""
    return orjson.dumps(items).decode() if items else None


def _listed(text: str | None) -> list[Any]:
    """Return the list a JSON text holds."""
    return orjson.loads(text) if text else []


def unit_body(unit: Unit) -> bytes:
    """Return a unit as bytes; whether it has ended, and who came after it, stand there only if it has."""
    fields = [unit.name, unit.kind, unit.level, unit.line, unit.superiors, unit.region, unit.aliases]
    return orjson.dumps([*fields, *([unit.successor, True] if unit.ended else [])])


Superiors = tuple[tuple[str, str], ...]


def unit_of(name: str, body: bytes, shared: dict[Superiors, Superiors]) -> Unit:
    """Return the unit of that id from its bytes; `shared` lets units under the same superiors share the value."""
    try:
        called, kind, level, line, superiors, region, aliases, *end = orjson.loads(body)
        above = tuple([(intern(of), intern(superior)) for of, superior in superiors])
        return Unit(
            intern(name),
            called,
            intern(kind),
            intern(level),
            intern(line),
            shared.setdefault(above, above),
            region,
            tuple(aliases),
            *end,
        )
    except (ValueError, TypeError, Malformed) as error:
        raise Tampered(
            "bad_row", f"the row of unit {name!r} cannot be read", remedy="Run 'xiada audit verify' on a copy."
        ) from error


def due_moves(changed: Iterable[tuple[Directive, Directive]]) -> list[tuple[Directive, Directive]]:
    """Return the changes of due in an order in which no child is ever later than its parent.

    What becomes later goes first, from the top down; what becomes earlier after it, from the bottom up.
    """
    moved = [(before, after) for before, after in changed if before.due != after.due]
    later = sorted((pair for pair in moved if pair[1].due > pair[0].due), key=lambda pair: pair[1].depth)
    earlier = sorted((pair for pair in moved if pair[1].due < pair[0].due), key=lambda pair: -pair[1].depth)
    return later + earlier
