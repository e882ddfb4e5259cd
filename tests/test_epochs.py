"""Epochs: a log put back to an older copy is refused, until that is declared; then it goes on in a new epoch."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from notary import KEY, NEXT, STRANGER, HandTimer, Notebook, in_order, notes, said
from support import ORIGIN, Maker, ManualClock, cascade, live_equals_replay, notice, of, one_line, refused

from xiada.engine.commands import Remind
from xiada.engine.engine import Engine
from xiada.engine.epochs import epoch_of, in_epoch, is_same_log
from xiada.engine.errors import GuardRefused, NotEntitled, StoreError, Tampered, XiadaError
from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint
from xiada.engine.log.note import sign_note
from xiada.engine.publishing.publisher import Publisher
from xiada.engine.receipts import check_receipt
from xiada.engine.records import Frame, read

OLD, NEW = 11, 311


@pytest.fixture
def book() -> Notebook:
    return Notebook()


@pytest.fixture
def folder(tmp_path: Path, book: Notebook) -> Path:
    """`log.db` with 311 events, `old.db` as it was with 11; both published."""
    make = Maker("sqlite", tmp_path)
    engine = make(one_line(), signer=KEY, anchors=(book,), timer=HandTimer())
    cascade(engine)
    assert engine.head().size == OLD
    engine.close()
    shutil.copy(make.url(), tmp_path / "old.db")
    engine = make.again(signer=KEY, anchors=(book,), timer=HandTimer())
    engine.submit_all(Remind("k/1", f"{number}", actor=of("p")) for number in range(NEW - OLD))
    engine.publish()
    make.close()
    return tmp_path


@pytest.fixture
def opened(folder: Path, book: Notebook) -> Iterator[Callable[..., Engine]]:
    """Opens a file of the folder as it would be opened the next morning."""
    made: list[Engine] = []

    def open_one(name: str = "log", **ports: Any) -> Engine:
        given = {"signer": KEY, "anchors": (book,), "timer": HandTimer(), "clock": ManualClock()} | ports
        made.append(Engine.open(str(folder / f"{name}.db"), **given))
        return made[-1]

    yield open_one
    for engine in made:
        engine.close()


def not_opened(opened: Callable[..., Engine], code: str, name: str = "log", **ports: Any) -> XiadaError:
    """Assert that a file is refused with this code; return the error."""
    with pytest.raises(XiadaError) as caught:
        opened(name, **ports)
    assert caught.value.code == code, caught.value
    assert caught.value.remedy
    return caught.value


# Refused


def test_a_log_that_extends_what_is_held_is_opened(opened: Callable[..., Engine]) -> None:
    engine = opened()
    assert engine.published().size == NEW
    in_order(engine)


def test_an_older_copy_is_refused_and_both_sizes_are_told(opened: Callable[..., Engine]) -> None:
    error = not_opened(opened, "rollback_detected", "old")
    assert isinstance(error, StoreError)
    assert (error.data["size"], error.data["held"]) == (OLD, NEW)


def test_an_older_copy_is_refused_without_a_key_too_if_its_anchor_is_asked(opened: Callable[..., Engine]) -> None:
    not_opened(opened, "rollback_detected", "old", signer=None)
    assert opened("old", signer=None, anchors=()).head().size == OLD, "whoever asks nobody is told nothing"


def test_an_older_copy_that_went_on_by_itself_is_another_log(opened: Callable[..., Engine], folder: Path) -> None:
    with Engine.open(str(folder / "old.db"), clock=ManualClock()) as engine:
        engine.submit_all(Remind("k/1", f"other {number}", actor=of("p")) for number in range(500))
    not_opened(opened, "log_forked", "old")


def test_one_event_changed_with_everything_after_it_made_anew_is_another_log(
    opened: Callable[..., Engine], folder: Path
) -> None:
    """Even where tree and checkpoints are dropped with it: the anchor remembers."""
    with Engine.open(str(folder / "old.db"), clock=ManualClock()) as engine:
        engine.submit_all(Remind("k/1", f"{number + 1}", actor=of("p")) for number in range(NEW - OLD))
    with closing(sqlite3.connect(folder / "old.db")) as connection, connection:
        connection.execute("DELETE FROM checkpoint")
        connection.execute("DELETE FROM tile")
    not_opened(opened, "log_forked", "old")


def test_a_damaged_tree_alone_is_no_other_log(opened: Callable[..., Engine], folder: Path) -> None:
    with closing(sqlite3.connect(folder / "log.db")) as connection, connection:
        connection.execute("UPDATE tile SET hashes=zeroblob(32) WHERE level=1")
    engine = opened()
    engine.remind("k/1", "now", actor=of("p"))
    with pytest.raises(Tampered, check=lambda error: error.code == "tile_damaged"):
        engine.publish()
    engine.rebuild()
    engine.publish()
    in_order(engine)


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (sign_note(f"{ORIGIN}/e1\n5\n{'A' * 43}=\n", [STRANGER]), "no key known"),
        (sign_note(f"{ORIGIN}/e1\n5\n{'A' * 43}=\n", [KEY]).replace("\n5\n", "\n6\n"), "signature"),
        (sign_note(f"xiada.test/else/e1\n5\n{'A' * 43}=\n", [KEY]), "xiada.test/else"),
        (sign_note(f"{ORIGIN}\n5\n{'A' * 43}=\n", [KEY]), "of the log"),
        ("no note at all\n", "not a signed note"),
    ],
    ids=["stranger", "changed", "another log", "no epoch", "no note"],
)
def test_an_anchor_that_cannot_be_believed_is_said_so(opened: Callable[..., Engine], note: str, why: str) -> None:
    error = not_opened(opened, "checkpoint_untrusted", anchors=(Notebook([note]),))
    assert isinstance(error, Tampered)
    assert why in error.message
    assert "a notebook" in error.message


def test_only_the_verifiers_named_are_trusted(opened: Callable[..., Engine]) -> None:
    not_opened(opened, "checkpoint_untrusted", verifiers=(NEXT.vkey,))
    assert opened(verifiers=(NEXT.vkey, KEY.vkey)).head().size == NEW


def test_every_anchor_is_asked_not_only_the_first(opened: Callable[..., Engine], book: Notebook) -> None:
    not_opened(opened, "rollback_detected", "old", anchors=(Notebook(book.notes[:1]), book))
    not_opened(opened, "rollback_detected", "old", anchors=(book, Notebook(book.notes[:1])))
    assert opened("old", anchors=(Notebook(book.notes[:1]),)).head().size == OLD


# Declared


def test_nothing_is_added_to_an_older_copy_before_its_restore_is_declared(
    opened: Callable[..., Engine], book: Notebook
) -> None:
    engine = opened("old", restoring=True)
    with refused(engine, StoreError, "restore_undeclared"):
        engine.remind("k/1", "now", actor=of("p"))
    with refused(engine, StoreError, "restore_undeclared"):
        engine.submit_all([Remind("k/1", "now", actor=of("p"))])
    for act in (
        lambda: engine.erase("00" * 32, "asked", index=10),
        engine.publish,
        lambda: engine.rotate_key(NEXT),
        lambda: engine.load_org(one_line()),
    ):
        with refused(engine, StoreError, "restore_undeclared"):
            act()
    assert len(book.notes) == 2, "what is held of the newer log stays as it is"
    engine.close()
    assert len(book.notes) == 2


def test_a_declared_restore_goes_on_in_the_next_epoch(opened: Callable[..., Engine], book: Notebook) -> None:
    engine = opened("old", restoring=True)
    answer = engine.declare_restore("the disk failed")
    [recorded] = answer.events
    event: Any = recorded.event
    lost = said(book.notes[-2])
    assert (event.epoch, event.kept, event.lost, event.root) == (2, OLD, NEW, lost.root.hex())
    assert (answer.log, engine.origin, recorded.ref) == (f"{ORIGIN}/e2", f"{ORIGIN}/e2", "log/audit")
    assert said(book.notes[-1]) == said(notes(engine)[-1])
    assert (said(book.notes[-1]).origin, said(book.notes[-1]).size) == (f"{ORIGIN}/e2", OLD + 1)
    engine.remind("k/1", "on", actor=of("p"))
    assert b'"log":"xiada.test/office/e2"' in engine.log()[-1].body
    assert [b"office/e2" in one.body for one in engine.log()] == [False] * OLD + [True] * 2
    in_order(engine)
    live_equals_replay(engine)


def test_after_that_it_is_opened_as_ever_and_an_older_copy_is_refused_again(
    opened: Callable[..., Engine], folder: Path
) -> None:
    shutil.copy(folder / "old.db", folder / "older.db")
    opened("old", restoring=True).declare_restore("the disk failed")
    for name in ("older", "log"):
        not_opened(opened, "rollback_detected", name)
    engine = opened("old")
    for number in range(400):
        engine.remind("k/1", f"{number}", actor=of("p"))
    engine.publish()
    engine.close()
    again = opened("old")
    assert again.replay().frontier.size == OLD + 401
    assert again.view("k").log_root == again.replay().frontier.root().hex()
    assert again.at(OLD - 1).directive("k/1").version == 1
    proven = check_receipt(again.receipt(3), [KEY.vkey])
    assert (proven.log, proven.event.ref) == (f"{ORIGIN}/e2", "org/c3")
    again.rebuild()
    in_order(again)
    live_equals_replay(again)


def test_a_copy_from_before_a_declared_restore_can_be_declared_in_its_turn_in_an_epoch_of_its_own(
    opened: Callable[..., Engine], folder: Path, book: Notebook
) -> None:
    shutil.copy(folder / "old.db", folder / "older.db")
    opened("old", restoring=True).declare_restore("the disk failed")
    engine = opened("older", restoring=True)
    engine.declare_restore("and the next one")
    assert engine.origin == f"{ORIGIN}/e3"
    assert engine.verify() == []
    engine.close()
    assert opened("older").origin == f"{ORIGIN}/e3"
    not_opened(opened, "rollback_detected", "old")


def test_a_restore_is_not_declared_where_nothing_is_lost(opened: Callable[..., Engine]) -> None:
    for engine in (opened(), opened(restoring=True)):
        with refused(engine, GuardRefused, "nothing_lost"):
            engine.declare_restore("for fun")
    engine.remind("k/1", "now", actor=of("p"))


def test_only_the_registrar_declares_a_restore(opened: Callable[..., Engine]) -> None:
    engine = opened("old", restoring=True)
    with refused(engine, NotEntitled, "not_entitled"):
        engine.declare_restore("because", actor=of("p"))
    with refused(engine, StoreError, "restore_undeclared"):
        engine.remind("k/1", "now", actor=of("p"))
    engine.declare_restore("because")
    assert engine.origin == f"{ORIGIN}/e2"


def test_a_forked_log_can_be_declared_too(opened: Callable[..., Engine], folder: Path) -> None:
    with Engine.open(str(folder / "old.db"), clock=ManualClock()) as engine:
        engine.submit_all(Remind("k/1", f"other {number}", actor=of("p")) for number in range(500))
    engine = opened("old", restoring=True)
    event: Any = engine.declare_restore("two offices wrote").events[0].event
    assert (event.kept, event.lost) == (OLD + 500, NEW)
    engine.close()
    in_order(opened("old"))


def test_a_declaration_that_nobody_could_be_told_of_is_found_when_it_is_opened_again(
    opened: Callable[..., Engine], book: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power went after the declaration was written and before it was signed."""
    engine = opened("old", restoring=True)
    with monkeypatch.context() as patched:
        patched.setattr(Publisher, "try_to_publish", lambda _: None)
        engine.declare_restore("the disk failed")
    engine._publisher.signer = None
    engine.close()
    assert said(book.notes[-1]).origin == f"{ORIGIN}/e1"
    again = opened("old")
    again.publish()
    assert said(book.notes[-1]).origin == f"{ORIGIN}/e2"
    in_order(again)


def test_a_declaration_covers_what_was_lost_and_nothing_else(opened: Callable[..., Engine], book: Notebook) -> None:
    opened("old", restoring=True).declare_restore("the disk failed")
    between = sign_note(format_checkpoint(Checkpoint(f"{ORIGIN}/e1", 200, b"\x07" * 32)), [KEY])
    beyond = sign_note(format_checkpoint(Checkpoint(f"{ORIGIN}/e1", NEW + 1, b"\x07" * 32)), [KEY])
    other = sign_note(format_checkpoint(Checkpoint(f"{ORIGIN}/e1", NEW, b"\x07" * 32)), [KEY])
    before = sign_note(format_checkpoint(Checkpoint(f"{ORIGIN}/e1", OLD, b"\x07" * 32)), [KEY])
    assert opened("old", anchors=(Notebook([between]),)).head().size == OLD + 1
    for note in (beyond, other, before):
        not_opened(opened, "log_forked", "old", anchors=(Notebook([note]),))


def test_another_engine_on_the_file_goes_on_in_the_new_epoch(opened: Callable[..., Engine], folder: Path) -> None:
    with Engine.open(str(folder / "old.db"), clock=ManualClock()) as other:
        other.remind("k/1", "before", actor=of("p"))
        engine = opened("old", restoring=True)
        engine.declare_restore("the disk failed")
        answer = other.remind("k/1", "after", actor=of("p"), key="mine")
        assert (answer.log, other.origin) == (f"{ORIGIN}/e2", f"{ORIGIN}/e2")
        assert answer.events[0].version == 3
        assert other.remind("k/1", "after", actor=of("p"), key="mine").events == answer.events
        assert len(other.log()) == OLD + 3
    engine.publish()
    in_order(engine)


def test_a_log_in_memory_declares_a_restore_too(book: Notebook) -> None:
    from xiada.engine.stores import create_store

    store = create_store("memory:", ORIGIN)
    engine = Engine(store, clock=ManualClock(), signer=KEY, timer=HandTimer())
    engine.load_org(one_line())
    engine.issue("k", notice(), actor=of("p"))
    book.notes.append(sign_note(format_checkpoint(Checkpoint(f"{ORIGIN}/e1", 99, b"\x07" * 32)), [KEY]))
    with pytest.raises(StoreError):
        Engine(store, clock=ManualClock(), anchors=(book,))
    restored = Engine(store, clock=ManualClock(), signer=KEY, anchors=(book,), timer=HandTimer(), restoring=True)
    restored.declare_restore("lost")
    assert restored.origin == store.origin == f"{ORIGIN}/e2"
    in_order(restored)


# Names


@pytest.mark.parametrize(
    ("found", "log", "same"),
    [
        ("office/e1", "office/e1", True),
        ("office/e1", "office/e12", True),
        ("office/e12", "office/e2", False),
        ("office/e0", "office/e2", False),
        ("office/e01", "office/e2", False),
        ("office", "office/e2", False),
        ("offices/e1", "office/e2", False),
        ("office/e1/e1", "office/e2", False),
        ("office/e1\n", "office/e2", False),
        ("", "office/e2", False),
    ],
)
def test_an_epoch_of_the_same_log_comes_before_its_own(found: str, log: str, same: bool) -> None:
    assert is_same_log(found, log) is same


def test_the_name_of_an_epoch_is_the_logs_with_its_number() -> None:
    assert in_epoch("office/e1", 12) == "office/e12"
    assert epoch_of("office/e7/e12") == 12


def test_an_event_of_an_earlier_epoch_is_read_and_one_of_a_later_is_not() -> None:
    from xiada.engine.events import TextErased
    from xiada.engine.records import Envelope

    body = Envelope(Frame("office/e2", 5), "a", "org").body("log/audit", 1, None, None, TextErased("00" * 32, 1, "x"))
    assert read(body, log="office/e2") == read(body, log="office/e3")
    for log in ("office/e1", "offices/e3", "office"):
        with pytest.raises(Tampered, check=lambda error: error.code == "bad_event"):
            read(body, log=log)
