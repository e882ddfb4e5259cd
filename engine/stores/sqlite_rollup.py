"""The roll-up inside a file: written by adding, read by key; and the late ones by their index.

Rule: a count that reaches zero is no row, one that would fall below is refused by the table. The
late ones of a subtree are found due by due: the index stands in the order (due, place), there are few
different dues, and within one due a subtree is a range. Measured on 1,000,000 directives, 346,000 of them late,
that is 0.1 to 0.6 ms where reading the index past the late ones of other subtrees took 36 ms; it grows
with the count of different dues that have passed: 18 ms for 10,000, 60 ms for 50,000.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from xiada.engine.directive import Directive
from xiada.engine.ports import Changes
from xiada.engine.stores.rows import AFTER_ALL_PLACES, OPEN, Row, path_of, place_of

_FIRST = (-1, "")
"""Before every (due, place)."""
_NEXT = " "
"""What makes of a place the least text after it."""

Execute = Callable[..., sqlite3.Cursor]
States = Callable[[str, tuple[Any, ...]], Iterator[Directive]]
"""From a condition and its values to the directives of a cascade that answer."""

_ADD = (
    "INSERT INTO tally (directive_id, level, status, count) VALUES (?,?,?,?) "
    "ON CONFLICT DO UPDATE SET count=count+excluded.count"
)
_TAKE = "UPDATE tally SET count=count-? WHERE directive_id=? AND level=? AND status=?"
_DROP = "DELETE FROM tally WHERE count=0 AND directive_id=? AND level=? AND status=?"
_WAIT_MORE = (
    "INSERT INTO waiting (cascade_id, place, open_children, open_below) VALUES (?,?,?,?) ON CONFLICT DO UPDATE "
    "SET open_children=open_children+excluded.open_children, open_below=open_below+excluded.open_below"
)
_WAIT_LESS = "UPDATE waiting SET open_children=open_children+?, open_below=open_below+? WHERE cascade_id=? AND place=?"
_WAIT_NO_MORE = "DELETE FROM waiting WHERE open_below=0 AND cascade_id=? AND place=?"
_NEXT_DUE = f"SELECT min(due) FROM directive WHERE cascade_id=:cascade AND {OPEN} AND due"  # noqa: S608  (all ours)
_DUES = (
    f"WITH RECURSIVE step(due) AS ({_NEXT_DUE}>=:from_due UNION ALL SELECT ({_NEXT_DUE}>step.due) FROM step "  # noqa: S608
    "WHERE step.due<:now) SELECT due FROM step WHERE due<:now AND EXISTS (SELECT 1 FROM directive AS found "
    "INDEXED BY directive_open WHERE found.cascade_id=:cascade AND found.due=step.due AND found.reported_at IS NULL "
    "AND found.closed_at IS NULL AND found.place>=:first AND found.place<:last)"
)
SMALL = 5_000
"""Below a directive with fewer descendants the late ones are looked for by place."""


class Span(NamedTuple):
    """A directive and all below it, or a whole cascade, as a range of places.

    Args:
        cascade: Number of the cascade inside the file, None if it has none.
        first: The first place.
        last: What sorts after all of them.
    """

    cascade: int | None
    first: str
    last: str


def span_of(cascade: int | None, path: str) -> Span:
    """Return the places of a path and all below it; of all paths for the empty one."""
    place = place_of(path) if path else ""
    return Span(cascade, place, place + AFTER_ALL_PLACES)


def write(
    connection: sqlite3.Connection, changes: Changes, ids: Mapping[str, int], cascades: Mapping[str, int]
) -> None:
    """Add what a transaction adds to the roll-up.

    Args:
        connection: With a write transaction open, in which the directives have been written.
        changes: The transaction's.
        ids: Numbers of directives in the file, of all concerned.
        cascades: Numbers of cascades.

    Raises:
        sqlite3.IntegrityError: A count would fall below zero.
    """
    more: list[Row] = []
    less: list[Row] = []
    for (ref, level, status), count in changes.tallies.items():
        if count > 0:
            more.append((ids[ref], level, status, count))
        else:
            less.append((-count, ids[ref], level, status))
    connection.executemany(_ADD, more)
    _take(connection, _TAKE, less)
    connection.executemany(_DROP, (row[1:] for row in less))
    _write_waits(connection, changes, cascades)


def _write_waits(connection: sqlite3.Connection, changes: Changes, cascades: Mapping[str, int]) -> None:
    """Add what a transaction adds to the open children and descendants."""
    more: list[Row] = []
    less: list[Row] = []
    for ref, (children, below) in changes.waits.items():
        cascade, _, path = ref.partition("/")
        key = (cascades[cascade], place_of(path))
        if 0 <= children <= below:  # else there is a row, and the check of an insert would not wait for its sum
            more.append((*key, children, below))
        else:
            less.append((children, below, *key))
    connection.executemany(_WAIT_MORE, more)
    _take(connection, _WAIT_LESS, less)
    connection.executemany(_WAIT_NO_MORE, (row[2:] for row in less))


def _take(connection: sqlite3.Connection, sql: str, rows: list[Row]) -> None:
    """Lower counts, each of which must be there."""
    if connection.executemany(sql, rows).rowcount != len(rows):
        raise sqlite3.IntegrityError("constraint: the roll-up lacks what is to be taken from it")


def counts(execute: Execute, number: int | None) -> dict[tuple[str, str], int]:
    """Return how many strict descendants of a directive stand at each (level, status)."""
    rows = execute("SELECT level, status, count FROM tally WHERE directive_id=?", (number,))
    return {(level, status): count for level, status, count in rows}


class Asked(NamedTuple):
    """Which late ones are asked for: those due before `now`, after a (due, place), so many."""

    now: int
    after: tuple[int, str] | None
    limit: int


def late(execute: Execute, states: States, span: Span, asked: Asked) -> list[Directive]:
    """Return open directives of a span that are due before an instant, by due, then place."""
    due, place = asked.after or _FIRST
    if not span.first:
        where = f"cascade_id=? AND {OPEN} AND due<? AND (due, place)>(?,?) ORDER BY due, place LIMIT ?"
        return list(states(where, (span.cascade, asked.now, due, place, asked.limit)))
    # Pairs, because for a due and a range of places apart SQLite takes the other index, that of places alone.
    where = f"cascade_id=? AND {OPEN} AND (due, place)>=(?,?) AND (due, place)<(?,?) ORDER BY due, place LIMIT ?"
    found: list[Directive] = []
    for (one,) in execute(_DUES, {**span._asdict(), "from_due": due, "now": asked.now}):
        first = max(span.first, place + _NEXT) if one == due else span.first
        found += states(where, (span.cascade, one, first, one, span.last, asked.limit - len(found)))
        if len(found) >= asked.limit:
            break
    return found


def late_of_few(states: States, span: Span, asked: Asked) -> list[Directive]:
    """Return the same of a span that holds few directives, by looking at each of them."""
    where = (
        "cascade_id=? AND place>=? AND place<? AND +reported_at IS NULL AND +closed_at IS NULL AND due<? "
        "AND (due, place)>(?,?) ORDER BY due, place LIMIT ?"
    )
    return list(states(where, (*span, asked.now, *(asked.after or _FIRST), asked.limit)))


def is_small(execute: Execute, number: int | None) -> bool:
    """Tell whether a directive has few descendants."""
    [(size,)] = execute("SELECT coalesce(sum(count), 0) FROM tally WHERE directive_id=?", (number,))
    return int(size) < SMALL


_BLOCKED = (
    "SELECT place, open_children, open_below FROM waiting WHERE cascade_id=? AND place>=? AND place<? AND place>? "
    "AND open_children>0 AND EXISTS (SELECT 1 FROM directive AS own WHERE own.cascade_id=waiting.cascade_id "
    "AND own.place=waiting.place AND +own.reported_at IS NULL AND +own.closed_at IS NULL) ORDER BY place LIMIT ?"
)


def blocked(execute: Execute, span: Span, after: str | None, limit: int) -> list[tuple[str, int, int]]:
    """Return (path, open children, open descendants) of open directives with open children, in preorder."""
    rows = execute(_BLOCKED, (*span, "" if after is None else place_of(after), limit))
    return [(path_of(place), children, below) for place, children, below in rows]


def tallies(execute: Execute) -> Iterator[tuple[str, str, str, int]]:
    """Yield all (reference, level, status, count)."""
    sql = (
        "SELECT coalesce(name, '?') || '/', coalesce(place, ''), level, tally.status, count FROM tally "
        "LEFT JOIN directive ON directive.id=directive_id LEFT JOIN cascade ON cascade.id=cascade_id"
    )
    for cascade, place, level, status, count in execute(sql):
        yield cascade + path_of(place), level, status, count


def waits(execute: Execute) -> Iterator[tuple[str, int, int]]:
    """Yield all (reference, open children, open descendants)."""
    sql = (
        "SELECT coalesce(name, '?') || '/', place, open_children, open_below FROM waiting "
        "LEFT JOIN cascade ON cascade.id=cascade_id"
    )
    for cascade, place, children, below in execute(sql):
        yield cascade + path_of(place), children, below
