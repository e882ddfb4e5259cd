"""What the engine's tests share: a clock to turn by hand, small orgs, notices, and a look at all that is kept.

Rule: nothing here reads the machine's clock or its randomness; two runs give the same bytes.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from xiada.engine.commands import Actor
from xiada.engine.due import Due, On, end_of_day, instant
from xiada.engine.engine import Engine
from xiada.engine.errors import XiadaError
from xiada.engine.notice import Notice, Obligation
from xiada.engine.org import Org, Unit
from xiada.engine.stores import create_store, open_store

ORIGIN = "xiada.test/office"
START = datetime(2030, 1, 7, 8, 0, tzinfo=UTC)
"""A Monday."""

ROOT = Path(__file__).parent.parent


class ManualClock:
    """A clock that stands still until it is told to move; it may be set back."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start

    def now(self) -> int:
        """Return the instant, µs since 1970 UTC."""
        return instant(self.moment)

    def advance(self, **span: float) -> None:
        """Move by days, hours, ...; backwards if negative."""
        self.moment += timedelta(**span)


class CountedEntropy:
    """Salts that are the same in every run: SHA-256 of a counter."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, count: int, /) -> bytes:
        """Return the next `count` bytes (at most 32)."""
        self.count += 1
        return sha256(self.count.to_bytes(8, "big")).digest()[:count]


# Orgs


def unit(name: str, superior: str | None = None, *, level: str = "office", line: str = "main", **more: Any) -> Unit:
    """Return a unit of one line."""
    above = () if superior is None else ((line, superior),)
    return Unit(name, name.upper(), more.pop("kind", "office"), level, line, more.pop("superiors", above), **more)


def one_line() -> Org:
    """A province, three cities, four counties, a town: p; c1 c2 c3; d11 d12 d21 d31; t111."""
    return Org(
        [
            unit("p", level="province"),
            *(unit(f"c{n}", "p", level="city") for n in (1, 2, 3)),
            *(unit(f"d{n}", f"c{str(n)[0]}", level="county") for n in (11, 12, 21, 31)),
            unit("t111", "d11", level="town"),
        ]
    )


def two_lines() -> Org:
    """An association and a government line, and a university `u` that belongs to both provinces."""
    return Org(
        [
            unit("a", level="nation", line="assoc"),
            unit("g", level="nation", line="gov"),
            unit("a1", "a", level="province", line="assoc"),
            unit("g1", "g", level="province", line="gov"),
            *(unit(f"a1{n}", "a1", level="city", line="assoc") for n in (1, 2)),
            *(unit(f"g1{n}", "g1", level="city", line="gov") for n in (1, 2)),
            unit("u", level="school", line="assoc", superiors=(("assoc", "a1"), ("gov", "g1"))),
        ]
    )


def wide(count: int) -> Org:
    """One province and so many cities, c1 to cN."""
    return Org([unit("p", level="province"), *(unit(f"c{n}", "p", level="city") for n in range(1, count + 1))])


def chain(count: int) -> Org:
    """So many units one below the other, u1 to uN."""
    return Org([unit(f"u{n}", f"u{n - 1}" if n > 1 else None) for n in range(1, count + 1)])


# Notices, actors, instants


def of(unit_id: str, behalf: str | None = None) -> Actor:
    """Return an actor of a unit."""
    return Actor(f"clerk-{unit_id}", unit_id, behalf)


def report_by(due: Due | None) -> Obligation:
    """Return the principal report with that due."""
    return Obligation(id="report", kind="report", due=due)


JUNE_20 = On(date(2030, 6, 20))


def notice(name: str = "n1", *, due: Due | None = JUNE_20, **more: Any) -> Notice:
    """Return a notice of the province: a report by 20 June 2030, unless told otherwise."""
    given: dict[str, Any] = {
        "doc_number": f"No. {name}",
        "title": f"On {name}",
        "issuers": ("p",),
        "obligations": (report_by(due),),
    }
    return Notice(id=name, **(given | more))


def day(month: int, number: int, year: int = 2030) -> date:
    """Return a date in 2030."""
    return date(year, month, number)


def end(month: int, number: int, year: int = 2030) -> int:
    """Return the last µs of a day in Shanghai, where the notices come from."""
    return end_of_day(date(year, month, number), "Asia/Shanghai")


# Engines


@dataclass
class Maker:
    """Makes engines on one kind of store and closes them.

    Args:
        kind: `memory` or `sqlite`.
        folder: Where files go.
    """

    kind: str
    folder: Path
    clock: ManualClock = field(default_factory=ManualClock)
    made: list[Engine] = field(default_factory=list)

    def url(self, name: str = "log") -> str:
        """Return where a store of that name is."""
        return "memory:" if self.kind == "memory" else str(self.folder / f"{name}.db")

    def __call__(self, org: Org | None = None, *, name: str = "log", **ports: Any) -> Engine:
        """Return a new engine over an org; the maker's clock unless another is given."""
        ports = {"clock": self.clock, "entropy": CountedEntropy()} | ports
        engine = Engine(create_store(self.url(name), ORIGIN), **ports)
        self.made.append(engine)
        if org is not None:
            engine.load_org(org)
        return engine

    def again(self, name: str = "log", **ports: Any) -> Engine:
        """Open the file of that name once more."""
        ports = {"clock": self.clock, "entropy": CountedEntropy()} | ports
        engine = Engine(open_store(self.url(name)), **ports)
        self.made.append(engine)
        return engine

    def close(self) -> None:
        """Close all of them."""
        while self.made:
            self.made.pop().close()


def cascade(engine: Engine, **more: Any) -> None:
    """Issue `k` at the province: k/1, due 20 June 2030."""
    engine.issue("k", notice(**more), actor=of("p"))


def forwarded(engine: Engine, *to: str, **more: Any) -> None:
    """Issue `k` and forward it to the cities named (c1 and c2), due 10 June: k/1.1, k/1.2."""
    cascade(engine)
    engine.forward("k/1", to or ("c1", "c2"), actor=of("p"), **({"due": day(6, 10)} | more))


def types(events: Any) -> list[tuple[str, str]]:
    """Return (stream, type) of recorded events or of an answer."""
    return [(recorded.ref, recorded.event.type) for recorded in getattr(events, "events", events)]


# Looking


def snapshot(engine: Engine) -> dict[str, Any]:
    """Return everything an engine holds: events, states, org, answers, texts and blobs, byte for byte."""
    store = engine._store
    with store.reading() as reader:
        cascades = reader.cascades()
        org = reader.org()
        held: dict[str, Any] = {
            "head": reader.head(),
            "events": list(reader.events()),
            "cascades": cascades,
            "states": [state.canonical() for name in cascades for state in reader.below(f"{name}/")],
            "units": list(org),
            "delegations": org.delegations,
        }
        held["beside"] = beside(reader)
    return held


BESIDE = {"blob": "name", "erasable_text": "commitment", "answer": "key"}
"""The tables beside the log, and the column they are found by."""


def beside(reader: Any) -> dict[str, Any]:
    """Return all blobs, texts and answers of a reader, whichever store it belongs to."""
    if hasattr(reader, "_blobs"):
        return {"blobs": dict(reader._blobs), "texts": dict(reader._texts), "answers": dict(reader._answers)}
    keys = {name: list(reader._execute(f"SELECT {key} FROM {name}")) for name, key in BESIDE.items()}
    return {
        "blobs": {name.hex(): reader.blob(name.hex()) for (name,) in keys["blob"]},
        "texts": {name.hex(): reader.text(name.hex()) for (name,) in keys["erasable_text"]},
        "answers": {key: reader.answer(key) for (key,) in keys["answer"]},
    }


@contextmanager
def refused(engine: Engine, kind: type[XiadaError], code: str) -> Iterator[pytest.ExceptionInfo[XiadaError]]:
    """Expect exactly this error with this code, a remedy and plain data, and nothing changed."""
    before = snapshot(engine)
    with pytest.raises(XiadaError) as caught:
        yield caught
    error = caught.value
    assert (type(error), error.code) == (kind, code), error
    assert error.message
    assert error.remedy
    orjson.dumps(error.data)
    assert snapshot(engine) == before


def live_equals_replay(engine: Engine) -> None:
    """Assert I8: the fold of the log is the live projection, byte for byte; and that the audit finds nothing."""
    moment = engine.replay()
    with engine._store.reading() as reader:
        live = [state for name in reader.cascades() for state in reader.below(f"{name}/")]
        assert len(live) == len(moment.states)
        for state in live:
            assert state.canonical() == moment.states[state.ref].canonical()
        assert list(reader.org()) == moment.units
        assert reader.org().delegations == frozenset(moment.delegations)
        assert reader.head().size == moment.frontier.size
    assert engine.verify() == []


def in_subprocess(code: str, *, timeout_s: float = 60, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own: for what must not hang, crash or fill the memory of this one."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        cwd=ROOT / "tests",
        **more,
    )


def with_fields(value: Any, **changes: Any) -> Any:
    """Return a frozen value with some fields changed."""
    return replace(value, **changes)
