"""Taking bundles in: the same log, states, org, texts and answers, byte for byte, or nothing at all."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bundles import contents_of, files_of, findings, many, refused, reseal, rows, write
from hypothesis import example, given, settings
from support import CountedEntropy, Maker, ManualClock, forwarded, live_equals_replay, of, one_line, snapshot
from test_bulk import THROUGH, engine_at, walk
from test_transcripts import STORIES, Telling

from xiada.engine import codec
from xiada.engine.bundle import taking
from xiada.engine.bundle.reading import open_bundle
from xiada.engine.bundle.taking import import_bundle
from xiada.engine.commands import Acknowledge, Command
from xiada.engine.directive import AUDIT_STREAM
from xiada.engine.engine import Engine
from xiada.engine.errors import StoreError
from xiada.engine.events import RestoreDeclared
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint
from xiada.engine.log.keys import SigningKey
from xiada.engine.log.merkle import root_hash
from xiada.engine.log.note import sign_note
from xiada.engine.ports import Changes, Published, Upkeep, Written
from xiada.engine.records import Envelope, Frame

OTHER = Lifecycle("other", 1, STANDARD.statuses, STANDARD.transitions)


def taken_in(bundle: Path, url: str, **ports: Any) -> Engine:
    """Return an engine over a store made from a bundle."""
    with open_bundle(bundle) as found:
        return Engine(import_bundle(found, url), **({"clock": ManualClock(), "entropy": CountedEntropy()} | ports))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_whole_cascade_comes_in_as_it_went_out(story: Callable[[Telling], str], tmp_path: Path) -> None:
    telling = Telling("memory:", "told")
    story(telling)
    before = snapshot(telling.engine)
    for suffix in ("", ".zip"):
        bundle = write(telling.engine, tmp_path / f"bundle{suffix}")
        for url in ("memory:", str(tmp_path / f"new{suffix}.db")):
            with taken_in(bundle, url) as engine:
                assert snapshot(engine) == before
                live_equals_replay(engine)


@settings(max_examples=25)
@example(THROUGH)
@given(walk(30))
def test_a_file_taken_in_has_the_rows_of_the_file_it_came_from(batch: list[Command]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, again = Path(folder) / "log.db", Path(folder) / "new.db"
        with engine_at(str(path)) as engine:
            engine.submit_all(batch, stop=False)
            engine.delegate("c1", "d11", actor=of("c1"))
            engine.delegate("c2", "d21", actor=of("c2"))
            engine.revoke("c1", "d11", actor=of("c1"))
            before = snapshot(engine)
            bundle = write(engine, Path(folder) / "bundle")
        with taken_in(bundle, str(again)) as engine:
            assert snapshot(engine) == before
        assert rows(again) == rows(path)


@pytest.mark.parametrize("at_once", [1_700, 40_000, 8 * 1024**2])
def test_rows_are_the_same_however_many_transactions_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """One event at a time, a few, or all: levels, sums and blocks do not depend on where a transaction ends."""
    monkeypatch.setattr(taking, "BYTES_AT_ONCE", at_once)
    with engine_at(str(tmp_path / "log.db")) as engine:
        engine.submit_all(THROUGH[:12])
        for number in range(300):
            engine.progress("k/1.1.1", f"no. {number}", actor=of("d11"), key=f"p{number}")
        engine.submit_all(THROUGH[12:])
        bundle = write(engine, tmp_path / "bundle")
    taken_in(bundle, str(tmp_path / "new.db")).close()
    assert rows(tmp_path / "new.db") == rows(tmp_path / "log.db")


@pytest.mark.parametrize("count", [256, 257, 700])
def test_a_log_over_several_blocks_comes_in_as_it_went_out(make: Maker, tmp_path: Path, count: int) -> None:
    engine = make(many(count))
    bundle = write(engine, tmp_path / "bundle.zip")
    for url in ("memory:", str(tmp_path / "new.db")):
        with taken_in(bundle, url) as found:
            assert snapshot(found) == snapshot(engine)


def test_a_bundle_of_what_was_taken_in_is_the_same_bundle(make: Maker, tmp_path: Path) -> None:
    engine = make(one_line())
    engine.submit_all(THROUGH)
    first = write(engine, tmp_path / "first.zip")
    with taken_in(first, str(tmp_path / "new.db")) as found:
        assert write(found, tmp_path / "second.zip").read_bytes() == first.read_bytes()


def test_a_store_that_was_taken_in_goes_on_where_the_other_stopped(make: Maker, tmp_path: Path) -> None:
    engine = make(one_line())
    engine.submit_all(THROUGH[:8])
    engine.acknowledge("k/1.1", actor=of("c1"), key="mine")
    bundle = write(engine, tmp_path / "bundle")
    with taken_in(bundle, make.url("new"), clock=make.clock) as found:
        for one in (engine, found):
            one.submit_all(THROUGH[8:])
        assert snapshot(found) == snapshot(engine)
        [answer] = found.submit([acknowledged()])
        assert answer.repeated
        live_equals_replay(found)


def acknowledged() -> Command:
    """Return the command of the key `mine`."""
    return Acknowledge("k/1.1", actor=of("c1"), key="mine")


def test_without_the_texts_all_but_the_texts_comes_in(make: Maker, tmp_path: Path) -> None:
    engine = make(one_line())
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    answer = engine.progress("k/1.1", "names a person", actor=of("c1"))
    bundle = write(engine, tmp_path / "bundle", texts=False)
    with taken_in(bundle, make.url("new")) as found:
        expected = snapshot(engine)
        assert expected["beside"]["texts"]
        expected["beside"]["texts"] = {}
        assert snapshot(found) == expected
        assert found.text(answer.events[0].text) is None
        verification = found.verification()
        assert (verification.findings, verification.unchecked[-3]) == ((), "texts")


def test_a_cascade_by_another_lifecycle_comes_in_by_the_table_beside_the_log(tmp_path: Path) -> None:
    with Engine.create(str(tmp_path / "log.db"), "xiada.test/o", clock=ManualClock(), lifecycles=(OTHER,)) as engine:
        engine.load_org(one_line())
        engine.submit_all(THROUGH[:3])
        before = snapshot(engine)
        bundle = write(engine, tmp_path / "bundle")
    with taken_in(bundle, str(tmp_path / "new.db"), lifecycles=(OTHER,)) as found:
        assert snapshot(found) == before
        live_equals_replay(found)


def test_a_bundle_without_the_table_its_cascades_run_by_is_not_taken_in(make: Maker, tmp_path: Path) -> None:
    engine = make(one_line())
    forwarded(engine)
    bundle, contents = write(engine, tmp_path / "bundle"), contents_of(tmp_path / "bundle")
    kept = (bundle / "blobs.jsonl").read_bytes().splitlines(keepends=True)
    (bundle / "blobs.jsonl").write_bytes(b"".join(line for line in kept if b'"kind":"lifecycle"' not in line))
    with open_bundle(reseal(bundle, contents)) as found, refused("fold"):
        import_bundle(found, str(tmp_path / "new.db"))
    assert not (tmp_path / "new.db").exists()


# Signed logs


KEYS = [SigningKey("xiada.test/office", bytes([number] * 32)) for number in (1, 2)]


def declare_restore(engine: Engine, epoch: str) -> None:
    """Begin the next epoch, as the engine does in a copy that was put back."""
    with engine._store.writing() as writer:
        head, before = writer.head(), [body for _, body in writer.stream(AUDIT_STREAM)]
        event = RestoreDeclared(2, head.size, head.size + 5, "0" * 64, "the disk broke")
        envelope = Envelope(Frame(epoch, head.t), "registrar", "org")
        recorded = envelope.seal(None, AUDIT_STREAM, (len(before), codec.leaf(before[-1])), None, event)
        written = Written(AUDIT_STREAM, recorded.version, head.t, "", None, recorded.body)
        writer.append(Changes(head.size, [written], upkeep=Upkeep(origin=epoch)))


def sign(engine: Engine, log: str, key: SigningKey) -> None:
    """Sign a checkpoint over all there is, a while after the last event."""
    with engine._store.writing() as writer:
        head = writer.head()
        root = root_hash(codec.leaf(body) for _, body in writer.events())
        note = sign_note(format_checkpoint(Checkpoint(log, head.size, root)), [key])
        writer.append(Changes(head.size, upkeep=Upkeep(checkpoints=[Published(head.size, head.t + 9, note)])))


def signed(make: Maker) -> Engine:
    """Return an engine whose log has two keys, a text erased, and a restore that opened its second epoch."""
    engine = make(one_line(), signer=KEYS[0])
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    engine.publish()
    said = [engine.progress("k/1.1", text, actor=of("c1")).events[0] for text in ("stays", "goes")]
    engine.erase(str(said[1].text), "asked for")
    engine.rotate_key(KEYS[1])
    epoch = engine.origin.replace("/e1", "/e2")
    declare_restore(engine, epoch)
    sign(engine, epoch, KEYS[1])
    return engine


def test_a_signed_log_goes_out_and_comes_in_with_its_checkpoints_keys_and_epoch(make: Maker, tmp_path: Path) -> None:
    engine = signed(make)
    before = snapshot(engine)
    with engine._store.reading() as reader:
        notes = reader.checkpoints()
    assert len(notes) >= 3
    for suffix, url in (("", make.url("new")), (".zip", make.url("again"))):
        bundle = write(engine, tmp_path / f"bundle{suffix}")
        with open_bundle(bundle) as found:
            assert (found.origin, found.checkpoints()) == ("xiada.test/office/e2", notes)
            assert findings(bundle) == []
            assert found.keys() == [str(key.vkey) for key in KEYS]
            assert [text for _, _, text in found.texts()] == [b"stays"]
        with taken_in(bundle, url) as new:
            assert snapshot(new) == before
            with new._store.reading() as reader:
                assert (reader.origin, reader.checkpoints()) == ("xiada.test/office/e2", notes)
                newest = reader.checkpoint()
                assert newest is not None
                assert (newest.size, newest.t) == (before["head"].size, before["head"].t)
            live_equals_replay(new)
            write(new, tmp_path / f"next{suffix}")
    assert files_of(tmp_path / "next") == files_of(tmp_path / "bundle")
    assert (tmp_path / "next.zip").read_bytes() == (tmp_path / "bundle.zip").read_bytes()


# What is there already, and what fails on the way


def test_a_file_that_is_there_is_refused_and_left_alone(make: Maker, tmp_path: Path) -> None:
    bundle = write(make(one_line()), tmp_path / "bundle")
    (tmp_path / "new.db").write_bytes(b"mine")
    with open_bundle(bundle) as found, pytest.raises(StoreError) as caught:
        import_bundle(found, str(tmp_path / "new.db"))
    assert caught.value.code == "file_exists"
    assert (tmp_path / "new.db").read_bytes() == b"mine"


def test_a_folder_that_is_not_there_is_refused(make: Maker, tmp_path: Path) -> None:
    with open_bundle(write(make(one_line()), tmp_path / "bundle")) as found, pytest.raises(StoreError) as caught:
        import_bundle(found, str(tmp_path / "no" / "new.db"))
    assert caught.value.code == "cannot_create"


def test_an_interrupt_half_way_leaves_nothing_behind(make: Maker, tmp_path: Path) -> None:
    bundle = write(make(many(1_500)), tmp_path / "bundle")
    before = sorted(tmp_path.iterdir())

    def interrupted(count: int) -> None:
        raise KeyboardInterrupt

    with open_bundle(bundle) as found, pytest.raises(KeyboardInterrupt):
        import_bundle(found, str(tmp_path / "new.db"), progress=interrupted)
    assert sorted(tmp_path.iterdir()) == before


def test_a_checkpoint_of_no_log_or_out_of_order_is_not_taken_in(make: Maker, tmp_path: Path) -> None:
    engine = make(one_line())
    bundle, contents = write(engine, tmp_path / "bundle"), contents_of(tmp_path / "bundle")

    def note(size: int) -> str:
        return f"{engine.origin}\n{size}\n{'A' * 43}=\n\n— a AAAA{'A' * 87}=\n"

    for notes, flaw in (([note(5), note(5)], "order"), ([note(7), note(6)], "order"), ([note(10)], "newest")):
        (bundle / "checkpoints").write_text("---\n".join(notes), encoding="utf-8")
        (bundle / "checkpoint").write_text(notes[-1], encoding="utf-8")
        with open_bundle(reseal(bundle, contents)) as found, refused(flaw, "checkpoints"):
            import_bundle(found, str(tmp_path / "new.db"))
    assert not (tmp_path / "new.db").exists()


def test_the_file_taken_in_is_its_owners_alone_and_nothing_stands_beside_it(make: Maker, tmp_path: Path) -> None:
    bundle = write(make(one_line()), tmp_path / "bundle")
    (tmp_path / "own").mkdir()
    taken_in(bundle, str(tmp_path / "own" / "new.db")).close()
    [path] = (tmp_path / "own").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
