"""Verifying as such: what is looked at, what is said not to have been, and that it takes what it is given."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import orjson
import pytest
from support import ORIGIN, CountedEntropy, Maker, ManualClock, cascade, day, of, one_line

from xiada.engine import codec
from xiada.engine.audit.subject import Means, Trust
from xiada.engine.audit.targets import verify_file
from xiada.engine.authority import OwnUnit
from xiada.engine.bundle.writing import write_bundle
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, StoreError
from xiada.engine.log.keys import SigningKey, generate_key
from xiada.engine.notice import Requirement

TRUST = Trust(OwnUnit())


@pytest.fixture
def key() -> SigningKey:
    """A key of the log."""
    return generate_key(ORIGIN, CountedEntropy())


@pytest.fixture
def file(tmp_path: Path, key: SigningKey) -> Path:
    """A signed file with a cascade under way."""
    path = tmp_path / "log.db"
    with Engine.create(str(path), ORIGIN, clock=ManualClock(), entropy=CountedEntropy(), signer=key) as engine:
        engine.load_org(one_line())
        cascade(engine)
        engine.forward("k/1", ["c1", "c2"], actor=of("p"), due=day(6, 10))
        engine.progress("k/1", "half done", actor=of("p"))
    return path


def bundled(file: Path, target: Path, *, texts: bool = False) -> Path:
    """Return a bundle of a file."""
    with Engine.open(str(file)) as engine, engine._store.reading() as reader:
        write_bundle(reader, target, texts=texts)
    return target


def test_what_is_written_meanwhile_is_left_for_the_next_time(tmp_path: Path) -> None:
    path = str(tmp_path / "log.db")
    with Engine.create(path, ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(one_line())
        cascade(engine)
        before = engine.head().size

        def write(_: int, __: int) -> None:
            engine.remind("k/1", "hurry", actor=of("p"))

        with Engine.open(path) as another:
            found = another.verification(Means(progress=write))
        assert engine.head().size > before
        assert (found.size, found.findings) == (before, ())
        assert engine.verify() == []


def test_a_file_and_its_bundle_come_to_the_same(file: Path, tmp_path: Path) -> None:
    of_file = verify_file(str(file), TRUST, Means())
    for target in (tmp_path / "bundle", tmp_path / "bundle.zip"):
        of_bundle = verify_file(str(bundled(file, target, texts=True)), TRUST, Means())
        assert of_bundle.findings == of_file.findings == ()
        for name in ("origin", "size", "root", "directives", "checkpoints", "keys", "unchecked"):
            assert getattr(of_bundle, name) == getattr(of_file, name)


def test_what_was_not_checked_is_said(file: Path, tmp_path: Path, key: SigningKey) -> None:
    bundle = str(bundled(file, tmp_path / "bundle"))
    note = Path(bundle, "checkpoint").read_text(encoding="utf-8")
    assert verify_file(bundle, TRUST, Means()).unchecked == ("later", "keys", "texts", "answers", "truth")
    trust = Trust(OwnUnit(), keys=(key.vkey,), checkpoints=(note,))
    assert verify_file(bundle, trust, Means()).unchecked == ("texts", "answers", "truth")


def test_an_unsigned_log_is_said_to_be_unsigned(make: Maker) -> None:
    engine = make(one_line())
    assert engine.verification().unchecked == ("unsigned", "answers", "truth")


def test_a_checkpoint_by_a_key_nobody_trusts_is_a_finding(file: Path) -> None:
    stranger = generate_key("xiada.test/stranger", CountedEntropy())
    found = verify_file(str(file), Trust(OwnUnit(), keys=(stranger.vkey,)), Means())
    assert {one.code for one in found.findings} == {"i11_signature"}


def test_a_log_without_signatures_is_not_what_a_trusted_key_stands_for(tmp_path: Path, key: SigningKey) -> None:
    path = tmp_path / "unsigned.db"
    with Engine.create(str(path), ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(one_line())
    found = verify_file(str(path), Trust(OwnUnit(), keys=(key.vkey,)), Means())
    assert [one.code for one in found.findings] == ["i11_signature"]


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        ("INSERT INTO tile VALUES (1, 40, zeroblob(8192))", "i11_tile"),
        ("UPDATE checkpoint SET size=999 WHERE size=(SELECT max(size) FROM checkpoint)", "i8_head"),
        ("UPDATE event SET log_index=1000000000000 WHERE log_index=(SELECT max(log_index) FROM event)", ""),
        ("INSERT INTO meta VALUES ('setting.texts_from', 'abc')", None),
    ],
)
def test_what_a_store_says_of_itself_is_not_believed(file: Path, attack: str, code: str | None) -> None:
    connection = sqlite3.connect(file)
    connection.execute(attack)
    connection.commit()
    connection.close()
    codes = {one.code for one in verify_file(str(file), TRUST, Means()).findings}
    assert codes if code == "" else codes == (set() if code is None else {code})


def test_what_is_required_is_not_forgotten_where_a_notice_is_called_something_else(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with Engine.create(str(path), ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(one_line())
        cascade(engine, requirements=(Requirement(id="photos", text="Photographs", mandatory=True),))
        engine.execute("k/1", actor=of("p"))
        engine.report("k/1", actor=of("p"), answers=["n1/photos"])
        index = engine.head().size - 1
    connection = sqlite3.connect(path)
    [(body,)] = connection.execute("SELECT body FROM event WHERE log_index=?", (index,))
    event = orjson.loads(body)
    del event["data"]["answers"]
    connection.execute("UPDATE event SET body=? WHERE log_index=?", (codec.pack(event), index))
    connection.execute("UPDATE blob SET kind='list' WHERE kind='notice'")
    connection.commit()
    connection.close()
    assert "i10_requirements" in {one.code for one in verify_file(str(path), TRUST, Means()).findings}


def test_an_end_cut_off_is_found_with_a_later_checkpoint(file: Path, tmp_path: Path, key: SigningKey) -> None:
    old = tmp_path / "old.db"
    shutil.copy(file, old)
    with Engine.open(str(file), clock=ManualClock(), signer=key) as engine:
        engine.remind("k/1", "hurry", actor=of("p"))
    note = Path(bundled(file, tmp_path / "bundle"), "checkpoint").read_text(encoding="utf-8")
    found = verify_file(str(old), Trust(OwnUnit(), checkpoints=(note,)), Means())
    assert [one.code for one in found.findings] == ["i11_rollback"]
    assert verify_file(str(old), TRUST, Means()).findings == ()


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.zip", b"", Malformed),
        ("text.zip", b"nothing of the kind", Malformed),
        ("other.db", b"SQLite format 3\x00" + bytes(200), StoreError),
        ("missing.db", None, StoreError),
        ("missing.zip", None, Malformed),
    ],
)
def test_what_is_neither_a_file_nor_a_bundle_is_refused(
    tmp_path: Path, name: str, content: bytes | None, error: type[Exception]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error):
        verify_file(str(path), TRUST, Means())


def test_a_verified_file_is_not_touched(file: Path) -> None:
    before = file.read_bytes()
    verify_file(str(file), TRUST, Means())
    assert file.read_bytes() == before
    assert sorted(path.name for path in file.parent.iterdir()) == ["log.db"]
