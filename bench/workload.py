"""The workload W(N): one directive through an org of N units, down, executed, and back up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from xiada.engine.commands import Actor, Command, Execute, Forward, Issue, Report, Summarise
from xiada.engine.due import On
from xiada.engine.notice import Notice, Obligation
from xiada.engine.org import Org, Unit

FAN_OUT = 20
LINE = "main"


def org_of(count: int) -> Org:
    """Return an org of `count` units, each interior one with up to 20 subordinates, in breadth-first order."""
    units = [Unit("u0", "Unit 0", "office", "level0", LINE)]
    levels = [0]
    for number in range(1, count):
        above = (number - 1) // FAN_OUT
        levels.append(levels[above] + 1)
        units.append(
            Unit(f"u{number}", f"Unit {number}", "office", f"level{levels[number]}", LINE, ((LINE, f"u{above}"),))
        )
    return Org(units)


def references(count: int, cascade: str) -> list[str]:
    """Return the reference of the directive on each unit, by unit number."""
    found = [f"{cascade}/1"]
    for number in range(1, count):
        found.append(f"{found[(number - 1) // FAN_OUT]}.{(number - 1) % FAN_OUT + 1}")
    return found


def commands(count: int, cascade: str = "w") -> Iterator[Command]:
    """Yield the commands of W(count): about two and a half per unit, which become four to five events."""
    notice = Notice(
        id="w", doc_number="W 1", title="Workload", issuers=("u0",),
        obligations=(Obligation(id="report", kind="report", due=On(date(2199, 6, 20))),),
    )  # fmt: skip
    refs = references(count, cascade)
    yield Issue(cascade, notice, actor=clerk(0))
    for number in range((count + FAN_OUT - 2) // FAN_OUT):
        below = range(number * FAN_OUT + 1, min(count, (number + 1) * FAN_OUT + 1))
        yield Forward(refs[number], tuple(f"u{child}" for child in below), actor=clerk(number))
    for number in range(count):
        yield Execute(refs[number], actor=clerk(number))
    for number in reversed(range(count)):
        yield Report(refs[number], actor=clerk(number))
    yield Summarise(refs[0], actor=clerk(0))


def clerk(number: int) -> Actor:
    """Return the actor of a unit."""
    return Actor("clerk", f"u{number}")


def raw_table(file: Path) -> sqlite3.Connection:
    """Return a connection to a new file with the yardstick's table: integer keys, one index, WAL, FULL."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE event (log_index INTEGER PRIMARY KEY, stream INTEGER, version INTEGER, t INTEGER, body BLOB, "
        "UNIQUE (stream, version))"
    )
    return connection
