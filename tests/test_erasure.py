"""Erasing a text: it is gone from every byte of the file, the log stands, and who may is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from notary import KEY, HandTimer, in_order, signed
from support import Maker, cascade, forwarded, live_equals_replay, of, one_line, refused, snapshot

from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, Malformed, NotEntitled, NotFound, StoreError
from xiada.engine.logchange import EraseText

SECRET = "the name of a person"


@pytest.fixture
def commitment(engine: Engine) -> str:
    """The commitment of SECRET, which the city c1 wrote."""
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    [recorded] = engine.progress("k/1.1", SECRET, actor=of("c1")).events
    engine.progress("k/1.1", "something else", actor=of("c1"))
    assert recorded.text is not None
    return recorded.text


def test_an_erased_text_is_gone_and_the_log_says_so_and_stands(engine: Engine, commitment: str) -> None:
    assert engine.text(commitment) == SECRET
    before = engine.log()
    [recorded] = engine.erase(commitment, "asked for").events
    assert engine.text(commitment) is None
    assert (recorded.ref, recorded.unit, recorded.event.type) == ("log/audit", "org", "text_erased")
    assert recorded.event == type(recorded.event)(commitment, 14, "asked for")  # type: ignore[call-arg]
    assert engine.log()[:-1] == before
    assert engine.text(engine.log()[-2].text or "") == "something else"
    live_equals_replay(engine)
    engine.rebuild()
    live_equals_replay(engine)


def test_the_unit_that_wrote_it_may_have_it_erased_and_nobody_else(engine: Engine, commitment: str) -> None:
    for stranger in (of("p"), of("c2")):
        with refused(engine, NotEntitled, "not_entitled"):
            engine.erase(commitment, "asked for", actor=stranger, index=14)
    [recorded] = engine.erase(commitment, "asked for", actor=of("c1"), index=14).events
    assert recorded.unit == "c1"
    assert engine.text(commitment) is None
    live_equals_replay(engine)


def test_who_wrote_it_for_another_unit_may_not_once_he_acts_for_himself(engine: Engine) -> None:
    forwarded(engine)
    engine.delegate("c1", "c2", actor=of("c1"))
    engine.execute("k/1.1", actor=of("c1"))
    [recorded] = engine.progress("k/1.1", SECRET, actor=of("c2", "c1")).events
    with refused(engine, NotEntitled, "not_entitled"):
        engine.erase(recorded.text or "", "asked for", actor=of("c2"))
    assert engine.erase(recorded.text or "", "asked for", actor=of("c2", "c1")).events
    assert engine.verify() == []


def test_a_text_nobody_wrote_is_not_erased(engine: Engine, commitment: str) -> None:
    for other, index in (("00" * 32, None), ("00" * 32, 14), (commitment, 13), (commitment, -1), (commitment, 999)):
        with refused(engine, NotFound, "unknown_text"):
            engine.erase(other, "asked for", index=index)
    for malformed in ("", "zz", commitment[:-1], commitment.upper()):
        with refused(engine, Malformed, "bad_commitment"):
            engine.erase(malformed, "asked for", index=14)
    with refused(engine, Malformed, "empty_text"):
        engine.erase(commitment, "", index=14)


def test_erased_again_it_changes_nothing(engine: Engine, commitment: str) -> None:
    engine.erase(commitment, "asked for")
    size = engine.head().size
    assert engine.erase(commitment, "asked for").events == ()
    assert engine.head().size == size


def test_under_a_key_it_is_answered_as_the_first_time(engine: Engine, commitment: str) -> None:
    first = engine.erase(commitment, "asked for", key="once")
    again = engine.erase(commitment, "asked for", key="once")
    assert again.repeated
    assert again.events == first.events
    with refused(engine, GuardRefused, "key_reused"):
        engine.execute("k/1.2", actor=of("c2"), key="once")


def test_a_text_that_went_without_a_word_is_said_to_be_erased_when_somebody_says_so(
    engine: Engine, commitment: str
) -> None:
    with engine._store.writing() as writer:
        if hasattr(writer, "_texts"):
            del writer._texts[commitment]
        else:
            writer._execute("DELETE FROM erasable_text")  # type: ignore[attr-defined]
    assert len(engine.erase(commitment, "found missing").events) == 1


def test_many_are_erased_in_one_transaction(engine: Engine) -> None:
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    texts = [engine.progress("k/1", f"private {number}", actor=of("p")).events[0] for number in range(5)]
    commands = [EraseText(one.text or "", one.index or 0, "asked for", actor=of("p")) for one in texts[:4]]
    assert [len(answer.events) for answer in engine.submit(commands)] == [1] * 4
    assert [engine.text(one.text or "") for one in texts] == [None] * 4 + ["private 4"]
    assert [recorded.version for recorded in engine.log("log/audit")] == [1, 2, 3, 4]
    live_equals_replay(engine)


def test_a_refused_batch_erases_nothing(engine: Engine, commitment: str) -> None:
    good = EraseText(commitment, 14, "asked for", actor=of("c1"))
    with refused(engine, NotFound, "unknown_text"):
        engine.submit([good, EraseText("00" * 32, 14, "asked for", actor=of("c1"))])
    assert engine.text(commitment) == SECRET


def test_a_signed_log_stands_after_an_erasure(make: Maker) -> None:
    engine = signed(make)
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    [recorded] = engine.progress("k/1", SECRET, actor=of("p")).events
    engine.publish()
    engine.erase(recorded.text or "", "asked for")
    engine.publish()
    in_order(engine)


# The bytes


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Maker]:
    maker = Maker("sqlite", tmp_path)
    yield maker
    maker.close()


def left_in(folder: Path, *traces: bytes) -> list[bytes]:
    """Return which of some bytes are left in any file of a folder."""
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    return [trace for trace in traces if trace in content]


def test_no_byte_of_it_is_left_in_the_file_or_beside_it(files: Maker) -> None:
    """Texts of all lengths, erased in any order, with the file as it lies on the disk looked at each time."""
    engine, random = files(one_line(), signer=KEY, timer=HandTimer()), Random(7)
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    texts = {}
    for number in range(60):
        text = sha256(str(number).encode()).hexdigest() * random.choice([1, 1, 3, 10, 100])
        texts[engine.progress("k/1", text, actor=of("p")).events[0].text or ""] = text.encode()
    with engine._store.reading() as reader:
        salts = {name: found[0] for name in texts if (found := reader.text(name))}
    assert len(left_in(files.folder, *(text[:20] for text in texts.values()), *salts.values())) == 120
    gone: list[bytes] = []
    for name in random.sample(sorted(texts), 50):
        engine.erase(name, "asked for")
        gone += [texts.pop(name)[:20], salts.pop(name)]
        assert left_in(files.folder, *gone) == []
    assert {name: (engine.text(name) or "").encode() for name in texts} == texts
    engine.close()
    assert left_in(files.folder, *gone) == []
    assert len(left_in(files.folder, *salts.values())) == 10


def test_while_somebody_reads_an_older_state_it_is_said_that_bytes_are_left(files: Maker) -> None:
    engine = files(one_line())
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    [recorded] = engine.progress("k/1", SECRET, actor=of("p")).events
    engine._store._writer.execute("PRAGMA busy_timeout=50")  # type: ignore[attr-defined]
    with closing(sqlite3.connect(files.url(), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM erasable_text").fetchone()
        with pytest.raises(StoreError, check=lambda error: error.code == "still_read"):
            engine.erase(recorded.text or "", "asked for")
        assert engine.text(recorded.text or "") is None
        assert left_in(files.folder, SECRET.encode()) != []
    before = snapshot(engine)
    engine.erase(recorded.text or "", "asked for")
    assert left_in(files.folder, SECRET.encode()) == []
    assert snapshot(engine) == before
    live_equals_replay(engine)
