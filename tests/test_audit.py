"""Attacks on a file, each named for what was done to it: the audit finds it, by its code, and mends nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from attacks import FIRST, SECOND, STRANGER, Export, Judges, entry, reseal, restore, rotate, story
from attacks_by_chance import attacked, random_log
from support import ORIGIN, CountedEntropy, ManualClock, cascade, day, of, one_line, wide
from test_attacks_bundle import BODIES
from test_attacks_events import by

from xiada.engine import codec
from xiada.engine.audit.subject import Means, Trust
from xiada.engine.audit.targets import verify_file
from xiada.engine.authority import OwnUnit
from xiada.engine.bundle.reading import open_bundle
from xiada.engine.bundle.taking import import_bundle
from xiada.engine.engine import Engine
from xiada.engine.log.tiles import TILE

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


def rechain(connection: sqlite3.Connection, stream: int) -> None:
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
        rechain(db, stream_of(db, index))

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


# A whole log put in place of the one in a file


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the log that is attacked, signed."""
    folder = tmp_path_factory.mktemp("original")
    with open_bundle(story(signed=True).write(folder / "bundle")) as bundle:
        import_bundle(bundle, str(folder / "log.db")).close()
    return folder / "log.db"


def replaced(original: Path, folder: Path, log: Export) -> Path:
    """Return a copy of the file in which these events, checkpoints and blobs stand in place of its own."""
    path = Path(shutil.copy(original, folder / "log.db"))
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT body, stream, status, due FROM event").fetchall()
    streams = {str(orjson.loads(body)["dir"]): stream for body, stream, *_ in rows}
    known = {body: (status, due) for body, _, status, due in rows}
    latest: dict[int, int] = {}
    connection.execute("DELETE FROM event")
    for index, body in enumerate(log.bodies):
        event = _loaded(body)
        stream = streams.setdefault(str(event.get("dir")), max(streams.values()) + 1)
        beside = (event.get("ver", 1), event.get("t", 0), latest.get(stream), *known.get(body, (0, None)))
        connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (index, stream, *beside, body))
        latest[stream] = index
    connection.execute("DELETE FROM checkpoint")
    for note in log.notes:
        connection.execute("INSERT INTO checkpoint VALUES (?, 0, ?)", (int(note.split("\n")[1]), note))
    connection.commit()
    connection.close()
    return path


def _loaded(body: bytes) -> dict[str, Any]:
    """Return what a body says, as far as a database can keep it in columns."""
    try:
        event = orjson.loads(body)
        whole = {name: value for name, value in event.items() if type(value) in (str, int) and value not in ("", 2**64)}
        return {**whole, "ver": min(whole.get("ver", 1), 2**40), "t": min(whole.get("t", 0), 2**60)}
    except (orjson.JSONDecodeError, AttributeError):
        return {}


def found_in(path: Path, held: Sequence[str] = ()) -> set[str]:
    """Return the codes that the verification of a file finds."""
    return {
        finding.code for finding in verify_file(str(path), Trust(OwnUnit(), checkpoints=tuple(held)), Means()).findings
    }


def inserted(kind: str, ref: str, before: str, data: dict[str, Any], **envelope: Any) -> Callable[[Export], object]:
    """Return an attack: an event before the first of another type, everything sealed again."""
    return lambda log: reseal(log) if log.insert(log.find(before), kind, ref, data, **envelope) else None


def changed(kind: str, ref: str, data: dict[str, Any] | None = None, **envelope: Any) -> Callable[[Export], object]:
    """Return an attack: an event says something else, everything sealed again."""
    return lambda log: reseal(log) if log.change(log.find(kind, ref), data, **envelope) is not None else None


def without(*refs: str) -> Callable[[Export], object]:
    """Return an attack: whole streams are gone."""
    return lambda log: setattr(log, "entries", [one for one in log.entries if one.event["dir"] not in refs])


def swapped(log: Export) -> None:
    """Exchange two events."""
    one = log.find("extension_requested")
    log.entries[one], log.entries[one + 1] = log.entries[one + 1], log.entries[one]


def doubled(log: Export) -> None:
    """Put an event there twice."""
    index = log.find("reminded")
    log.entries.insert(index, entry(log.entries[index].body))


def early_report(log: Export) -> None:
    """Report before a child has."""
    index = log.find("started", "k/1.1.1")
    log.insert(index, "started", "k/1.1", {}, **by("c1"))
    root = codec.named("nothing", b"")
    log.insert(index + 1, "reported", "k/1.1", {"n": 0, "root": root, "covers": [], "without": []}, **by("c1"))
    reseal(log)


WHOLE: dict[str, tuple[Callable[[Export], object], str]] = {
    "a stream dropped": (without("k/1.1.1"), "i2_missing_child"),
    "a stream spliced in": (changed("issued", "k/1.1.1", {"parent": "k/1.2"}, dir="k/1.2.1"), "i2_unnamed_child"),
    "an event inserted": (inserted("reminded", "k/1.3", "withdrawn", {"reason": "x"}, **by("p")), "i3_illegal"),
    "two events swapped": (swapped, "i11_chain"),
    "an event doubled": (doubled, "i11_chain"),
    "a second first event": (inserted("issued", "k/1", "waived", {}, **by("p")), "i11_encoding"),
    "another parent": (changed("issued", "k/1.1.1", {"parent": "k/1.2"}), "i2_parent"),
    "a report before a child": (early_report, "i4_children_open"),
    "an event under a closed parent": (
        inserted("acknowledged", "m/1.2", "delegation_revoked", {}, **by("c3")),
        "i6_closed_parent",
    ),
    "a due past the parent's": (changed("returned", "k/1.1", {"due": 2**53 - 1}), "i1_due_after_parent"),
    "a clock set back": (changed("reminded", "k/1.1", t=1), "i7_clock_back"),
    "a circle in the org": (changed("unit_added", "org/p", {"superiors": [["main", "d1"]]}), "i2_superior_unknown"),
    "a unit moved": (
        inserted("unit_added", "org/c3", "waived", {"name": "C", "kind": "office", "level": "city", "line": "main"}),
        "i3_first_event",
    ),
    "an actor of another unit": (changed("waived", "k/1.3", unit="c3"), "i9_not_entitled"),
    "a grant that was not given": (changed("delegation_granted", "org/c2", {"to": "c1"}), "i9_not_entitled"),
    "an event of an epoch that has not begun": (changed("reminded", "k/1.1", log=f"{ORIGIN}/e2"), "i11_encoding"),
    "a rotation nobody signed": (lambda log: rotate(log, log.size, SECOND, FIRST, proof="AA=="), "i11_key_rotation"),
    "a rotation by a stranger": (lambda log: rotate(log, log.size, SECOND, STRANGER), "i11_key_rotation"),
    "a restore that keeps more than there is": (lambda log: restore(log, "0" * 64, 60, kept=99), "i11_epoch"),
    "an erasure of what is not there": (changed("text_erased", "log/audit", {"index": 3}), "i11_erasure"),
    "an event sealed again under the old checkpoint": (changed("reminded", "k/1.1", actor="m"), "i11_checkpoint"),
    "a tail cut off under the old checkpoint": (lambda log: log.entries.pop(), "i11_rollback"),
    "a cascade dropped under the old checkpoint": (without("m/1", "m/1.1", "m/1.2"), "i11_rollback"),
}
"""Attacks on a log, and what they are found as."""


@pytest.mark.parametrize("name", WHOLE)
def test_a_log_attacked_in_a_file_is_found(original: Path, tmp_path: Path, name: str) -> None:
    attack, code = WHOLE[name]
    log = story(signed=True)
    attack(log)
    assert code in found_in(replaced(original, tmp_path, log))


def test_what_is_found_first_in_a_bundle_is_found_in_a_file_too(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """For logs and attacks made by chance."""
    judges = Judges(tmp_path_factory.mktemp("bundle"))
    for seed in range(12):
        folder = tmp_path_factory.mktemp("file")
        with open_bundle(random_log(seed).write(folder / "bundle")) as bundle:
            import_bundle(bundle, str(folder / "original.db")).close()
        assert found_in(folder / "original.db") == set()
        for number in range(5):
            log = attacked(seed, number)
            code = judges.quickly(log).verdict.code
            if code not in {None, "i11_keys"}:
                assert code in found_in(replaced(folder / "original.db", folder, log)), (seed, number)


def test_a_log_put_in_its_own_place_is_clean(original: Path, tmp_path: Path) -> None:
    assert found_in(replaced(original, tmp_path, story(signed=True))) <= {"i8_stream"}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_in_a_file_that_xiada_would_not_have_written_is_found(original: Path, tmp_path: Path, name: str) -> None:
    log = story()
    index = log.find("reminded")
    log.put(index, BODIES[name](log.entries[index].body))
    assert "i11_encoding" in found_in(replaced(original, tmp_path, log))


def test_an_old_copy_of_a_file_is_found_by_who_holds_a_later_checkpoint(original: Path, tmp_path: Path) -> None:
    log = story()
    held = log.sign()
    log.entries.pop()
    assert "i11_rollback" not in found_in(replaced(original, tmp_path, log))
    assert "i11_rollback" in found_in(tmp_path / "log.db", [held])


def test_a_file_resealed_and_signed_again_is_found_by_who_holds_the_old_checkpoint(
    original: Path, tmp_path: Path
) -> None:
    log = story(signed=True)
    held = log.notes[-1]
    changed("reminded", "k/1.1", actor="mallory")(log)
    log.notes = [log.sign()]
    assert "i11_checkpoint" not in found_in(replaced(original, tmp_path, log))
    assert "i11_checkpoint" in found_in(tmp_path / "log.db", [held])


def test_a_command_carried_out_twice_under_one_key_is_found(file: Path) -> None:
    def attack(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO answer VALUES ('key', 12, 1, 'acknowledge', 'k/1', 'p')")
        for which in (0, 1):
            rewrite(db, "started", lambda value: value.update(key="key"), which)

    assert "i8_answer" in codes(file, attack)


# Beside the log: tiles, blocks, checkpoints


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A file with more events than a block has, published."""
    path = tmp_path / "sealed.db"
    ports: dict[str, Any] = {"clock": ManualClock(), "entropy": CountedEntropy(), "signer": FIRST}
    with Engine.create(str(path), ORIGIN, **ports) as engine:
        engine.load_org(wide(2 * TILE))
        engine.publish()
    assert found_in(path) == set()
    return path


def flip(table: str, column: str, place: int, where: str = "1") -> Attack:
    """Return an attack: one bit of what a column holds."""

    def attack(db: sqlite3.Connection) -> None:
        rowid, value = db.execute(f"SELECT rowid, {column} FROM {table} WHERE {where} LIMIT 1").fetchone()
        text = isinstance(value, str)
        changed_value = bytearray(value.encode() if text else value)
        changed_value[place] ^= 1
        db.execute(
            f"UPDATE {table} SET {column}=? WHERE rowid=?",
            (changed_value.decode() if text else bytes(changed_value), rowid),
        )

    return attack


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (flip("tile", "hashes", 5), "i11_tile"),
        (flip("tile", "hashes", -1), "i11_tile"),
        (flip("block", "entries", 300), "i11_chain"),
        (flip("block", "columns", 9), "i8_stream"),
        (flip("checkpoint", "note", -5), "i11_signature"),
        (flip("checkpoint", "note", 25), "i11_signature"),
        (lambda db: db.execute("DELETE FROM block WHERE first=0"), "i7_log_index"),
    ],
)
def test_a_bit_of_what_is_kept_of_the_log_itself_is_found(sealed: Path, attack: Attack, code: str) -> None:
    connection = sqlite3.connect(sealed)
    attack(connection)
    connection.commit()
    connection.close()
    found = found_in(sealed)
    assert code in found, found
