"""The peers of W(N): the same directives moved the same way by other means, each durable on disk.

    python bench/peers.py NAME COUNT

Runs one peer in this process and prints one JSON line: name, events, seconds, bytes (on disk) and
peak (bytes of memory). NAME is one of

- `naive`: an afternoon with SQLModel and transitions, a commit per transition; `naive-level`: a
  commit per level of the org. One row per event, a `Machine` per object, child.due <= parent.due.
- `eventsourcing`: that package, aggregates saved with their whole history, 1,000 at a time;
  `eventsourcing-aggregate`: one at a time; `eventsourcing-command`: load, trigger and save, each event.
- `raw`: sqlite3 `executemany` of rows of the size ours have, 10,000 per commit.

All write one SQLite file with WAL and synchronous=FULL. Rule: a peer is written the way its own
documentation shows, with the index it needs; nothing slows it that its users would not have. None of
them chains hashes, and they check less than ours does: `eventsourcing` may write directive by directive
instead of level by level, and looks at no other directive than its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

FAN_OUT = 20
ROWS_PER_COMMIT = 10_000
AGGREGATES_PER_SAVE = 1_000
SAMPLE_UNITS = 1_000
DUE = date(2199, 6, 20)
NOT_INSTALLED = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run took: seconds of the work alone, bytes of the closed file."""

    name: str
    events: int
    seconds: float
    bytes_on_disk: int


class Step(NamedTuple):
    """One event of W(N): what happens to the directive on unit `number`, by unit `by`; -1 = from outside."""

    trigger: str
    number: int
    by: int


def main() -> None:
    """Run one peer and print its line; exit code 3 says that its package is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=sorted(PEERS))
    parser.add_argument("count", type=int, help="units in the org")
    arguments = parser.parse_args()
    try:
        found = PEERS[arguments.name](arguments.count)
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        print(f"{arguments.name} is not measured: install the package {package}", file=sys.stderr)
        sys.exit(NOT_INSTALLED)
    line = asdict(found)
    line["bytes"] = line.pop("bytes_on_disk")
    print(json.dumps({**line, "peak": peak_bytes()}))


def peak_bytes() -> int:
    """Return the most memory this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def steps(count: int) -> Iterator[Step]:
    """Yield the events of W(count) in order: down, executed, and back up."""
    yield Step("issue", 0, -1)
    for number in range(interior(count)):
        yield Step("forward", number, number)
        yield from (Step("issue", child, number) for child in below(number, count))
    yield from (Step("execute", number, number) for number in range(count))
    for number in reversed(range(count)):
        yield Step("report", number, number)
        yield from (Step("summarise", child, number) for child in below(number, count))
    yield Step("summarise", 0, -1)


def interior(count: int) -> int:
    """Return how many units have subordinates; they are the first ones."""
    return (count + FAN_OUT - 2) // FAN_OUT


def below(number: int, count: int) -> range:
    """Return the subordinates of a unit."""
    return range(number * FAN_OUT + 1, min(count, (number + 1) * FAN_OUT + 1))


def measure(name: str, work: Callable[[Path], tuple[int, float]]) -> Measured:
    """Run a peer on a new folder; `work` returns the events and seconds, and leaves its file closed."""
    with tempfile.TemporaryDirectory() as folder:
        events, seconds = work(Path(folder) / "peer.db")
        used = sum(file.stat().st_size for file in Path(folder).iterdir())
    return Measured(name, events, seconds, used)


# --- naive: SQLModel and transitions ---------------------------------------------------------------------------------

STATES = ["issued", "forwarded", "executing", "reported", "summarised"]
TRANSITIONS = [
    {"trigger": "forward", "source": "issued", "dest": "forwarded"},
    {"trigger": "execute", "source": ["issued", "forwarded"], "dest": "executing"},
    {"trigger": "report", "source": "executing", "dest": "reported"},
    {"trigger": "summarise", "source": "reported", "dest": "summarised"},
]


def naive(count: int, *, per_level: bool = False) -> Measured:
    """Measure the afternoon's implementation, with a commit per transition or per level."""
    name = "naive, commit per level" if per_level else "naive, commit per transition"
    return measure(f"{name} W({count})", partial(naive_work, count, per_level=per_level))


def naive_work(count: int, file: Path, *, per_level: bool) -> tuple[int, float]:
    """Carry out every step through sessions of the ORM."""
    from sqlmodel import Session

    office = Office(file)
    levels = level_of(count)
    start, done = time.perf_counter(), 0
    session, last = Session(office.engine), None
    for step in steps(count):
        now = (step.trigger in {"issue", "forward"}, step.trigger == "execute", levels[step.by] if step.by >= 0 else -1)
        if done and (not per_level or now != last):
            session.commit()
            session.close()
        office.take(session, step)
        done, last = done + 1, now
    session.commit()
    seconds = time.perf_counter() - start
    session.close()
    office.engine.dispose()
    return done, seconds


def level_of(count: int) -> list[int]:
    """Return the level of each unit, the root's being 0."""
    levels = [0]
    for number in range(1, count):
        levels.append(levels[(number - 1) // FAN_OUT] + 1)
    return levels


@cache
def naive_tables() -> tuple[Any, Any]:
    """Return the two SQLModel classes; made here so that no other peer pays for the import."""
    from sqlmodel import Field, SQLModel

    class Directive(SQLModel, table=True):
        """A directive on a unit."""

        id: int | None = Field(default=None, primary_key=True)
        parent_id: int | None = Field(default=None, foreign_key="directive.id", index=True)
        unit: str
        status: str = "issued"
        due: date

    class Event(SQLModel, table=True):
        """One transition of a directive."""

        id: int | None = Field(default=None, primary_key=True)
        directive_id: int = Field(foreign_key="directive.id", index=True)
        type: str
        at: datetime
        body: str

    return Directive, Event


class Office:
    """The service: one method per kind of step, one row per event.

    Args:
        file: Where the SQLite file is made.
    """

    def __init__(self, file: Path) -> None:
        from sqlalchemy import event
        from sqlmodel import SQLModel, create_engine, select
        from transitions import Machine

        self.directive, self.event = naive_tables()
        self.machine, self.select = Machine, select
        self.engine = create_engine(f"sqlite:///{file}")
        event.listen(self.engine, "connect", lambda connection, _: pragmas(connection))
        SQLModel.metadata.create_all(self.engine)

    def take(self, session: Any, step: Step) -> None:
        """Carry out one step in a session; the caller commits."""
        directive = self.issue(session, step) if step.trigger == "issue" else self.move(session, step)
        body = json.dumps({"actor": "clerk", "unit": f"u{step.by}", "to": directive.unit, "due": str(directive.due)})
        self.log(session, directive, step.trigger, body)

    def issue(self, session: Any, step: Step) -> Any:
        """Add a directive under its parent, never due after it."""
        parent = session.get(self.directive, step.by + 1) if step.by >= 0 else None
        if parent is not None and parent.due < DUE:
            raise ValueError("the child is due after its parent")
        directive = self.directive(parent_id=parent and parent.id, unit=f"u{step.number}", due=DUE)
        session.add(directive)
        session.flush()
        return directive

    def move(self, session: Any, step: Step) -> Any:
        """Load a directive, trigger its machine and keep its status."""
        directive = session.get(self.directive, step.number + 1)
        flow = Flow(self.machine, directive.status)
        if step.trigger == "report":
            self.check_reports(session, directive)
        flow.trigger(step.trigger)
        directive.status = flow.state
        session.add(directive)
        return directive

    def check_reports(self, session: Any, directive: Any) -> None:
        """Refuse a report while a child has not reported."""
        children = session.exec(self.select(self.directive).where(self.directive.parent_id == directive.id)).all()
        if any(child.status not in {"reported", "summarised"} for child in children):
            raise ValueError("a child has not reported")

    def log(self, session: Any, directive: Any, kind: str, body: str) -> None:
        """Add the row of one event."""
        session.add(self.event(directive_id=directive.id, type=kind, at=datetime.now(UTC), body=body))


class Flow:
    """A model with a machine of its own, as the tutorial of transitions shows it."""

    state: str
    trigger: Callable[[str], bool]

    def __init__(self, machine: Any, status: str) -> None:
        self.machine = machine(self, states=STATES, transitions=TRANSITIONS, initial=status, auto_transitions=False)


# --- eventsourcing ---------------------------------------------------------------------------------------------------


def eventsourcing(count: int) -> Measured:
    """Measure whole histories of 1,000 aggregates to a save."""
    return measure(f"eventsourcing, batches W({count})", partial(histories_work, count, AGGREGATES_PER_SAVE))


def eventsourcing_aggregate(count: int) -> Measured:
    """Measure the whole history of one aggregate to a save."""
    return measure(f"eventsourcing, aggregates W({count})", partial(histories_work, count, 1))


def eventsourcing_command(count: int) -> Measured:
    """Measure load, trigger and save for each event."""
    return measure(f"eventsourcing, commands W({count})", partial(commands_work, count))


@cache
def eventsourcing_directive() -> Any:
    """Return the aggregate; made here so that no other peer pays for the import."""
    from eventsourcing.domain import Aggregate, event

    class Directive(Aggregate):
        """A directive on a unit."""

        __qualname__ = "Directive"  # its events name the class by this: short, as in a module of its own

        @event("Issued")
        def __init__(self, unit: str, parent: str | None, due: int, parent_due: int, actor: str) -> None:
            if due > parent_due:
                raise ValueError("the child is due after its parent")
            self.unit, self.parent, self.due, self.actor = unit, parent, due, actor
            self.status = "issued"

        @event("Forwarded")
        def forward(self, actor: str) -> None:
            self.actor, self.status = actor, "forwarded"

        @event("Started")
        def execute(self, actor: str) -> None:
            self.actor, self.status = actor, "executing"

        @event("Reported")
        def report(self, actor: str) -> None:
            self.actor, self.status = actor, "reported"

        @event("Summarised")
        def summarise(self, actor: str) -> None:
            self.actor, self.status = actor, "summarised"

    return Directive


def application(file: Path) -> Any:
    """Return an application of the package on a SQLite file; the package itself chooses WAL and FULL."""
    from eventsourcing.application import Application

    return Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file)})


def birth(kind: Any, number: int) -> Any:
    """Return the new aggregate of a unit."""
    above = None if number == 0 else f"u{(number - 1) // FAN_OUT}"
    return kind(unit=f"u{number}", parent=above, due=DUE.toordinal(), parent_due=DUE.toordinal(), actor="clerk")


def histories_work(count: int, together: int, file: Path) -> tuple[int, float]:
    """Take each aggregate through its whole life in memory and save so many together."""
    kind, office, done = eventsourcing_directive(), application(file), 0
    inner = interior(count)
    start = time.perf_counter()
    for begin in range(0, count, together):
        group = []
        for number in range(begin, min(count, begin + together)):
            directive = birth(kind, number)
            life = ("forward", "execute", "report", "summarise")[0 if number < inner else 1 :]
            for trigger in life:
                getattr(directive, trigger)(actor="clerk")
            group.append(directive)
            done += 1 + len(life)
        office.save(*group)
    seconds = time.perf_counter() - start
    office.close()
    return done, seconds


def commands_work(count: int, file: Path) -> tuple[int, float]:
    """Load, trigger and save for each event, in the order of W(count)."""
    kind, office, ids, done = eventsourcing_directive(), application(file), [], 0
    start = time.perf_counter()
    for step in steps(count):
        if step.trigger == "issue":
            directive = birth(kind, step.number)
            ids.append(directive.id)
        else:
            directive = office.repository.get(ids[step.number])
            getattr(directive, step.trigger)(actor="clerk")
        office.save(directive)
        done += 1
    seconds = time.perf_counter() - start
    office.close()
    return done, seconds


# --- raw sqlite3 -----------------------------------------------------------------------------------------------------


def raw(count: int, bodies: Sequence[bytes] | None = None) -> Measured:
    """Measure `executemany` of the rows of W(count).

    Args:
        count: Units in the org; every event of W(count) becomes a row with its stream and version.
        bodies: Bodies to use in turn; None = those of our own W(1,000), or less for a smaller count.
    """
    found = sample_bodies(min(count, SAMPLE_UNITS)) if bodies is None else bodies
    return measure(f"raw W({count})", partial(raw_work, count, found))


def sample_bodies(count: int) -> list[bytes]:
    """Return the bodies our engine writes for W(count), so that raw rows are of the size of ours."""
    from workload import commands, org_of

    from xiada.engine.engine import Engine

    with Engine.create("memory:", "xiada.example/bench") as engine:
        engine.load_org(org_of(count))
        first = engine.head().size
        engine.submit(list(commands(count)))
        return [recorded.body for recorded in engine.log(start=first)]


def raw_work(count: int, bodies: Sequence[bytes], file: Path) -> tuple[int, float]:
    """Insert all rows; making them is not counted."""
    from workload import raw_table

    connection = raw_table(file)
    rows, done, seconds = raw_rows(count, bodies), 0, 0.0
    while batch := list(islice(rows, ROWS_PER_COMMIT)):
        start = time.perf_counter()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO event VALUES (?,?,?,?,?)", batch)
        connection.execute("COMMIT")
        seconds += time.perf_counter() - start
        done += len(batch)
    connection.close()
    return done, seconds


def raw_rows(count: int, bodies: Sequence[bytes]) -> Iterator[tuple[int, int, int, int, bytes]]:
    """Yield log index, stream, version, instant in µs, body."""
    versions = array("B", bytes(count))
    moment = time.time_ns() // 1_000
    for index, (step, body) in enumerate(zip(steps(count), cycle(bodies), strict=False)):
        versions[step.number] += 1
        yield index, step.number, versions[step.number], moment, body


def pragmas(connection: Any) -> None:
    """Set the durability all peers have."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


PEERS: dict[str, Callable[[int], Measured]] = {
    "naive": naive,
    "naive-level": partial(naive, per_level=True),
    "eventsourcing": eventsourcing,
    "eventsourcing-aggregate": eventsourcing_aggregate,
    "eventsourcing-command": eventsourcing_command,
    "raw": raw,
}

if __name__ == "__main__":
    main()
