"""The projection can be dropped and folded anew from the log: the same rows, whatever had become of the old ones."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from support import Maker, ManualClock, live_equals_replay, of, one_line, snapshot
from test_bulk import THROUGH, engine_at, walk

from xiada.engine.commands import Command
from xiada.engine.engine import Engine
from xiada.engine.errors import Tampered


def rows(path: Path) -> list[str]:
    """Return every row of a file, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.iterdump())


@example(THROUGH)
@given(walk(30))
def test_a_rebuilt_file_has_the_rows_it_had(batch: list[Command]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.db"
        with engine_at(str(path)) as engine:
            engine.submit_all(batch, stop=False)
            engine.delegate("c1", "d11", actor=of("c1"))
        before = rows(path)
        with Engine.open(str(path), clock=ManualClock()) as engine:
            engine.rebuild()
        assert rows(path) == before


def test_a_store_goes_on_after_it_was_rebuilt(make: Maker) -> None:
    engine = make(one_line())
    engine.submit_all(THROUGH[:8])
    before = snapshot(engine)
    assert engine.rebuild() == 6
    assert snapshot(engine) == before
    engine.submit_all(THROUGH[8:])
    assert engine.directive("k/1").status == "summarised"
    live_equals_replay(engine)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a whole cascade of blocks and tail."""
    path = tmp_path / "log.db"
    with engine_at(str(path)) as engine:
        engine.submit_all(THROUGH[:8])
        for number in range(300):
            engine.remind("k/1.1", f"no. {number}", actor=of("p"))
    return path


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE directive SET status='issued', version=1",
        "DELETE FROM waiting; DELETE FROM tally; DELETE FROM directive WHERE place LIKE 'a1a1_%'",
        "UPDATE unit SET body=json_array('X','k','l','main',json_array(),NULL,json_array()) WHERE name='t111'",
        "INSERT INTO delegation VALUES ('p', 'c1')",
        "UPDATE tally SET count=count+1",
        "UPDATE unit SET last=0, version=7",
    ],
)
def test_whatever_became_of_the_projection_it_is_made_good_from_the_log(path: Path, damage: str) -> None:
    before = rows(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(damage)
    assert rows(path) != before
    with Engine.open(str(path), clock=ManualClock()) as engine:
        assert engine.verify() != []
        engine.rebuild()
        assert engine.verify() == []
    assert rows(path) == before


def test_a_damaged_log_is_not_rebuilt_from_and_nothing_changes(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("UPDATE event SET body=x'00' WHERE log_index=(SELECT max(log_index) FROM event)")
    before = rows(path)
    with Engine.open(str(path), clock=ManualClock()) as engine, pytest.raises(Tampered):
        engine.rebuild()
    assert rows(path) == before


# What stands beside the bodies in blocks


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ("UPDATE block SET t=t+1", "i8_unreadable"),
        ("UPDATE block SET columns=CAST(columns||x'00' AS BLOB)", "i8_unreadable"),
        ("UPDATE block SET entries=CAST(entries||x'00' AS BLOB)", "i11_unreadable"),
        ("UPDATE block SET entries='text'", "i11_unreadable"),
        ("UPDATE block SET columns=x''", "i8_unreadable"),
        ("DELETE FROM block", "i7_log_index"),
        ("UPDATE meta SET value='1' WHERE key='org'", "i8_head"),
        ("UPDATE meta SET value='many' WHERE key='org'", "i8_unreadable"),
        ("UPDATE event SET previous=previous-1 WHERE log_index=300", "i8_stream"),
        ("UPDATE event SET status=status+1 WHERE log_index=300", "i8_stream"),
        ("UPDATE event SET due=1 WHERE log_index=300", "i8_stream"),
        ("UPDATE directive SET last=last-1 WHERE place='a1a1'", "i8_stream"),
        ("UPDATE directive SET cascade_id=9", "i8_unreadable"),
    ],
)
def test_what_the_store_keeps_beside_the_bodies_is_checked(path: Path, damage: str, code: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(damage)
    with Engine.open(str(path), clock=ManualClock()) as engine:
        assert code in {finding.code for finding in engine.verify()}
