"""Attacks on a file, each named for what was done to it: the audit finds it, by its code, and mends nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from support import ORIGIN, CountedEntropy, ManualClock, cascade, day, of, one_line

from xiada.engine import codec
from xiada.engine.engine import Engine

Attack = Callable[[sqlite3.Connection], object]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with one whole cascade: forwarded twice, extended, one waived, reported, summarised."""
    path = tmp_path / "log.db"
    with Engine.create(str(path), ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(one_line())
        cascade(engine)
        engine.forward("k/1", ["c1", "c2", "c3"], actor=of("p"), due=day(6, 10))
        engine.forward("k/1.1", ["d11"], actor=of("c1"))
        engine.request_extension("k/1.2", day(6, 15), "flood", actor=of("c2"))
        engine.grant_extension("k/1.2", actor=of("p"))
        engine.waive("k/1.3", "closed for repairs", actor=of("p"))
        for ref, unit in (("k/1.1.1", "d11"), ("k/1.1", "c1"), ("k/1.2", "c2"), ("k/1", "p")):
            engine.execute(ref, actor=of(unit))
            engine.report(ref, actor=of(unit), text="done")
        engine.summarise("k/1", actor=of("p"))
        assert engine.verify() == []
    return path


def codes(path: Path, attack: Attack) -> set[str]:
    """Return the codes the audit finds after an attack with the database's own tools."""
    connection = sqlite3.connect(path)
    attack(connection)
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with Engine.open(str(path), clock=ManualClock()) as engine:
        found = {finding.code for finding in engine.verify()}
    assert path.read_bytes() == before, "the audit mends nothing"
    return found


def rewrite(
    connection: sqlite3.Connection, kind: str, change: Callable[[dict[str, object]], object], which: int = 0
) -> int:
    """Change the data of the n-th event of a type, written canonically; return its log index."""
    found = [
        (i, b)
        for i, b in connection.execute("SELECT log_index, body FROM event ORDER BY log_index")
        if _type(b) == kind
    ]
    index, body = found[which]
    value = orjson.loads(body)
    change(value)
    connection.execute("UPDATE event SET body=? WHERE log_index=?", (codec.pack(value), index))
    return int(index)


def _type(body: bytes) -> str:
    """Return the type of an event's body."""
    return str(orjson.loads(body)["type"])


def reseal(connection: sqlite3.Connection, stream: int) -> None:
    """Chain a stream anew, as one who knows the format would."""
    previous = None
    rows = connection.execute("SELECT log_index, body FROM event WHERE stream=? ORDER BY version", (stream,)).fetchall()
    for index, body in rows:
        value = orjson.loads(body) | {"prev": previous}
        sealed = codec.pack(value)
        connection.execute("UPDATE event SET body=? WHERE log_index=?", (sealed, index))
        previous = codec.leaf(sealed).hex()


def stream_of(connection: sqlite3.Connection, index: int) -> int:
    """Return the stream an event stands in."""
    [(stream,)] = connection.execute("SELECT stream FROM event WHERE log_index=?", (index,))
    return int(stream)


def test_every_single_bit_flip_of_an_event_is_found(file: Path) -> None:
    connection = sqlite3.connect(file)
    [(index, body)] = connection.execute("SELECT log_index, body FROM event WHERE version=2 AND stream=1")
    connection.close()
    for place in range(0, len(body) * 8, 7):
        flipped = bytearray(body)
        flipped[place // 8] ^= 1 << place % 8
        assert codes(
            file, lambda db, b=bytes(flipped): db.execute("UPDATE event SET body=? WHERE log_index=?", (b, index))
        )
    assert codes(file, lambda db: db.execute("UPDATE event SET body=? WHERE log_index=?", (body, index))) == set()


def test_an_event_edited_and_rehashed_is_found(file: Path) -> None:
    found = codes(file, lambda db: rewrite(db, "waived", lambda value: value["data"].update(reason="nothing")))  # type: ignore[attr-defined]
    assert {"i5_coverage", "i8_projection"} <= found


def test_a_stream_edited_and_resealed_is_found(file: Path) -> None:
    def attack(db: sqlite3.Connection) -> None:
        index = rewrite(db, "started", lambda value: value.update(actor="mallory"))
        reseal(db, stream_of(db, index))

    assert {"i5_coverage", "i8_projection"} <= codes(file, attack)


def test_an_event_deleted_is_found(file: Path) -> None:
    found = codes(file, lambda db: db.execute("DELETE FROM event WHERE version=2 AND stream=2"))
    assert {"i7_log_index", "i3_version", "i11_chain"} <= found


def test_the_first_event_of_a_stream_deleted_is_found(file: Path) -> None:
    assert "i3_first_event" in codes(file, lambda db: db.execute("DELETE FROM event WHERE version=1 AND stream=2"))


def test_two_events_swapped_are_found(file: Path) -> None:
    def attack(db: sqlite3.Connection) -> None:
        (one, a), (two, b) = db.execute(
            "SELECT log_index, body FROM event WHERE stream=1 AND version IN (2, 3)"
        ).fetchall()
        db.execute("UPDATE event SET body=? WHERE log_index=?", (b, one))
        db.execute("UPDATE event SET body=? WHERE log_index=?", (a, two))

    assert {"i3_version", "i11_chain"} <= codes(file, attack)


def test_an_event_doubled_is_found(file: Path) -> None:
    def attack(db: sqlite3.Connection) -> None:
        [(body,)] = db.execute("SELECT body FROM event ORDER BY log_index DESC LIMIT 1")
        db.execute("INSERT INTO event SELECT max(log_index)+1, 1, 99, max(t), 1, 1, NULL, ? FROM event", (body,))

    assert {"i3_version", "i3_illegal"} <= codes(file, attack)


def test_an_event_spliced_from_another_log_is_found(file: Path) -> None:
    assert "i11_encoding" in codes(file, lambda db: rewrite(db, "started", lambda value: value.update(log="other/e1")))


def test_a_due_past_the_parents_is_found(file: Path) -> None:
    found = codes(file, lambda db: rewrite(db, "extension_granted", lambda value: value["data"].update(due=2**52)))  # type: ignore[attr-defined]
    assert "i1_due_after_parent" in found


def test_a_recipient_added_to_what_was_forwarded_is_found(file: Path) -> None:
    def attack(db: sqlite3.Connection) -> None:
        def add(value: dict[str, object]) -> None:
            data = value["data"]
            assert isinstance(data, dict)
            data["to"].append(["1.4", "d31", None])
            data["n"] += 1

        rewrite(db, "forwarded", add)

    assert {"i2_missing_child", "i2_named_otherwise"} <= codes(file, attack)


def test_a_report_that_leaves_a_child_out_is_found(file: Path) -> None:
    def attack(db: sqlite3.Connection) -> None:
        def drop(value: dict[str, object]) -> None:
            data = value["data"]
            assert isinstance(data, dict)
            data["covers"].pop()
            data["n"] -= 1

        rewrite(db, "reported", drop, which=3)

    assert {"i5_coverage", "i5_root"} <= codes(file, attack)


def test_an_actor_of_another_unit_is_found(file: Path) -> None:
    assert "i9_not_entitled" in codes(file, lambda db: rewrite(db, "started", lambda value: value.update(unit="c3")))


def test_a_clock_set_back_is_found(file: Path) -> None:
    assert "i7_clock_back" in codes(file, lambda db: rewrite(db, "waived", lambda value: value.update(t=1)))


def test_an_edit_of_the_projection_is_found(file: Path) -> None:
    found = codes(file, lambda db: db.execute("UPDATE directive SET status='executing', closed_at=NULL WHERE id=3"))
    assert found == {"i8_projection"}


def test_an_edit_of_the_org_as_kept_is_found(file: Path) -> None:
    assert "i8_org" in codes(file, lambda db: db.execute("INSERT INTO delegation VALUES ('p', 'c1')"))


def test_a_notice_changed_beside_the_log_is_found(file: Path) -> None:
    def attack(db: sqlite3.Connection) -> None:
        [(body,)] = db.execute("SELECT body FROM blob WHERE kind='notice'")
        db.execute("UPDATE blob SET body=? WHERE kind='notice'", (body.replace(b"On n1", b"On n2"),))

    assert "i11_notice" in codes(file, attack)


def test_a_text_changed_under_its_commitment_is_found(file: Path) -> None:
    assert codes(file, lambda db: db.execute("UPDATE erasable_text SET body=x'00'")) == {"i11_text"}


def test_a_text_taken_away_without_an_event_that_says_so_is_found(file: Path) -> None:
    assert codes(file, lambda db: db.execute("DELETE FROM erasable_text")) == {"i11_text_missing"}


def test_a_cut_tail_with_its_projection_put_back_leaves_no_trace_inside_and_nobody_claims_it_does(file: Path) -> None:
    def attack(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM event WHERE log_index=(SELECT max(log_index) FROM event)")
        [(head,)] = db.execute("SELECT body FROM event WHERE stream=1 ORDER BY version DESC LIMIT 1")
        db.execute(
            "UPDATE directive SET status='reported', version=version-1, closed_at=NULL, head=?, "
            "last=(SELECT max(log_index) FROM event WHERE stream=1) WHERE id=1",
            (codec.leaf(head),),
        )

    assert codes(file, attack) == set()


def test_two_events_that_do_not_depend_on_each_other_exchanged_leave_no_trace_inside(tmp_path: Path) -> None:
    """The limit of a log nobody has signed: only its root, held elsewhere, tells."""
    path = tmp_path / "log.db"
    with Engine.create(str(path), ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(one_line())
        cascade(engine)
        engine.forward("k/1", ["c1", "c2"], actor=of("p"), due=day(6, 10))
        engine.acknowledge("k/1.1", actor=of("c1"))
        engine.acknowledge("k/1.2", actor=of("c2"))
        root, last = engine.view("k").log_root, engine.head().size - 1

    def attack(db: sqlite3.Connection) -> None:
        for old, new in ((last, -1), (last - 1, last), (-1, last - 1)):
            db.execute("UPDATE event SET log_index=? WHERE log_index=?", (new, old))
        db.execute(
            "UPDATE directive SET last=CASE last WHEN ?1 THEN ?2 ELSE ?1 END WHERE last IN (?1, ?2)", (last - 1, last)
        )

    assert codes(path, attack) == set()
    with Engine.open(str(path), clock=ManualClock()) as engine:
        assert engine.view("k").log_root != root


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE event SET t=t+1 WHERE log_index=(SELECT max(log_index) FROM event)", "i8_head"),
        ("UPDATE event SET stream=3, version=99 WHERE stream=2 AND version=3", "i8_stream"),
        ("UPDATE directive SET parent_id=NULL, parent_due=NULL WHERE id=3", "i8_children"),
        ("UPDATE directive SET fulfilled='x' WHERE id=3", "i8_unreadable"),
        ("UPDATE directive SET place='zz' WHERE id=3", "i8_unreadable"),
        ("UPDATE unit SET body=x'00' WHERE id=1", "i8_unreadable"),
    ],
)
def test_what_the_store_reads_by_is_compared_with_the_log(file: Path, statement: str, code: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA ignore_check_constraints=ON")
    connection.close()
    assert code in codes(file, lambda db: db.execute(statement))


def test_a_withdrawal_blamed_on_what_is_not_above_is_found(file: Path) -> None:
    def blame(value: dict[str, object]) -> None:
        data = value["data"]
        assert isinstance(data, dict)
        data["cause"] = "k/1.2"

    assert "i6_cause" in codes(file, lambda db: rewrite(db, "waived", blame))
