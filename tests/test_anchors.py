"""Anchors: files that are only added to, commands, and what becomes of a commit when they fail."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from notary import KEY, NEXT, HandTimer, Notebook, notes, said, signed
from support import ORIGIN, Maker, cascade, notice, of, one_line

from xiada.engine.commands import Remind
from xiada.engine.engine import Engine
from xiada.engine.errors import Refused, StoreError, XiadaError
from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint
from xiada.engine.log.note import sign_note
from xiada.engine.publishing.anchors import CommandAnchor, FileAnchor


def note(size: int, *, log: str = f"{ORIGIN}/e1", keys: Any = (KEY,)) -> str:
    """Return a signed checkpoint."""
    return sign_note(format_checkpoint(Checkpoint(log, size, bytes([size % 256]) * 32)), keys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "held"


# Files


def test_a_file_holds_every_note_and_gives_the_newest(file: Path) -> None:
    anchor = FileAnchor(file)
    assert anchor.newest() is None
    assert not file.exists(), "to ask makes no file"
    for size in (1, 2, 3):
        anchor.send(note(size))
        assert anchor.newest() == note(size)
    assert file.read_text() == "".join(f"{note(size)}---\n" for size in (1, 2, 3))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert str(anchor) == str(file)


def test_a_note_torn_anywhere_is_passed_over_and_the_next_one_is_whole(file: Path) -> None:
    whole, last = f"{note(1)}---\n".encode(), f"{note(2, keys=(KEY, NEXT))}---\n".encode()
    for cut in range(len(last) + 1):
        file.write_bytes(whole + last[:cut])
        anchor = FileAnchor(file)
        assert anchor.newest() == note(2, keys=(KEY, NEXT)) if cut == len(last) else anchor.newest() == note(1)
        anchor.send(note(3))
        assert anchor.newest() == note(3)


def test_a_first_note_torn_anywhere_is_passed_over(file: Path) -> None:
    first = f"{note(1)}---\n".encode()
    for cut in range(len(first)):
        file.write_bytes(first[:cut])
        assert FileAnchor(file).newest() is None
        FileAnchor(file).send(note(2))
        assert FileAnchor(file).newest() == note(2)


def test_a_note_torn_twice_is_passed_over(file: Path) -> None:
    """The second writer died while it said that the first had."""
    FileAnchor(file).send(note(1))
    for torn in ("xiada.te", "xiada.te\n(to", "xiada.te\n(torn)", "xiada.te\n(torn)\n---"):
        file.write_text(f"{note(1)}---\n{torn}")
        assert FileAnchor(file).newest() == note(1)
        FileAnchor(file).send(note(2))
        assert FileAnchor(file).newest() == note(2)


def test_the_newest_is_the_largest_of_the_latest_epoch_whoever_came_first(file: Path) -> None:
    for size, epoch in ((5, 1), (9, 1), (7, 1), (3, 2), (8, 1)):
        FileAnchor(file).send(note(size, log=f"{ORIGIN}/e{epoch}"))
    assert FileAnchor(file).newest() == note(3, log=f"{ORIGIN}/e2")


def test_what_was_added_last_is_not_passed_over_because_it_is_of_another_log(file: Path) -> None:
    FileAnchor(file).send(note(9))
    FileAnchor(file).send(note(1, log="xiada.test/else/e1"))
    assert FileAnchor(file).newest() == note(1, log="xiada.test/else/e1")


def test_the_newest_of_a_long_file_is_found_from_its_end(file: Path) -> None:
    for start in (0, 7, 100):
        file.write_bytes(b"".join(f"{note(size)}---\n".encode() for size in range(1, 3_000))[start:])
        if start < 7:
            assert FileAnchor(file).newest() == note(2_999)


@pytest.mark.parametrize(
    "content", ["export PATH=/bin\n", "Aa\n", "\n", "a b\n", "\x00" * 10, "ab\nexport\n", "ab\n12\nx y\n"]
)
def test_a_file_of_something_else_is_refused_and_not_touched(file: Path, content: str) -> None:
    file.write_text(content)
    for act in (FileAnchor(file).newest, lambda: FileAnchor(file).send(note(1))):
        with pytest.raises(Refused, check=lambda error: error.code == "bad_anchor"):
            act()
    assert file.read_text() == content


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_others_can_write_to_is_refused(file: Path, mode: int) -> None:
    FileAnchor(file).send(note(1))
    file.chmod(mode)
    for act in (FileAnchor(file).newest, lambda: FileAnchor(file).send(note(2))):
        with pytest.raises(Refused, match="written by others"):
            act()


def test_a_link_a_folder_and_a_missing_folder_are_said_to_be_no_anchor(file: Path) -> None:
    (file.parent / "link").symlink_to(file)
    for path in (file.parent / "link", file.parent, file / "below"):
        with pytest.raises((StoreError, Refused)) as caught:
            FileAnchor(path).send(note(1))
        assert caught.value.code in {"anchor_failed", "bad_anchor"}
        assert caught.value.remedy
    if Path("/dev/full").exists():
        with pytest.raises((StoreError, Refused)):
            FileAnchor("/dev/full").send(note(1))


# Commands


def test_a_command_gets_the_note_on_its_standard_input(tmp_path: Path) -> None:
    held = tmp_path / "held"
    code = f"import sys; open({str(held)!r}, 'ab').write(sys.stdin.buffer.read())"
    anchor = CommandAnchor([sys.executable, "-c", code])
    anchor.send(note(1))
    anchor.send(note(2))
    assert held.read_text() == note(1) + note(2)
    assert anchor.newest() is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ([sys.executable, "-c", "import sys; sys.exit('no\\x1b[31m room')"], "exit code 1"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "exit code 3"),
        (["/nowhere/at/all"], "No such file"),
        ([sys.executable, "-c", "import threading; threading.Event().wait()"], "longer than"),
    ],
    ids=["says why", "fails", "missing", "slow"],
)
def test_a_command_that_fails_says_so(command: list[str], why: str) -> None:
    with pytest.raises(StoreError, match=why) as caught:
        CommandAnchor(command, limit_s=0.5).send(note(1))
    assert caught.value.code == "anchor_failed"
    assert caught.value.message.isprintable()


def test_a_command_is_not_given_to_a_shell(tmp_path: Path) -> None:
    CommandAnchor([sys.executable, "-c", "pass", f"; touch {tmp_path}/made"]).send(note(1))
    assert list(tmp_path.iterdir()) == []


# With an engine


@pytest.mark.parametrize("failure", [StoreError("anchor_failed", "full", remedy="x"), RuntimeError("anything")])
def test_an_anchor_that_fails_costs_no_commit_and_gets_the_next_checkpoint(make: Maker, failure: Exception) -> None:
    good, bad = Notebook(), Notebook(failing=failure)
    engine = signed(make, anchors=(bad, good))
    cascade(engine)
    assert engine.directive("k/1").status == "issued"
    first, second = engine.published().anchors
    assert (first.in_step, second.in_step, second.error) == (False, True, None)
    assert first.error == str(failure)
    bad.failing = None
    engine.publish()
    assert bad.notes == good.notes == notes(engine), "what was not handed over is, though nothing is new"
    assert all(anchor.in_step and anchor.error is None for anchor in engine.published().anchors)


def test_an_anchor_that_failed_is_tried_once_more_when_the_engine_is_closed(make: Maker) -> None:
    book = Notebook(failing=OSError("down"))
    engine = signed(make, anchors=(book,))
    cascade(engine)
    book.failing = None
    engine.close()
    assert len(book.notes) == 1


def test_an_anchor_is_not_given_what_it_has(make: Maker) -> None:
    book = Notebook()
    engine = signed(make, anchors=(book,))
    cascade(engine)
    for _ in range(3):
        engine.publish()
    assert len(book.notes) == 1


def test_an_anchor_that_cannot_be_read_keeps_the_log_from_being_opened(tmp_path: Path) -> None:
    make = Maker("sqlite", tmp_path)
    signed(make, anchors=(FileAnchor(tmp_path / "held"),))
    make.close()
    (tmp_path / "held").chmod(0o666)
    with pytest.raises(XiadaError, match="written by others"):
        Engine.open(make.url(), anchors=(FileAnchor(tmp_path / "held"),))
    with Engine.open(make.url()) as engine:
        assert engine.head().size


def test_a_new_log_is_not_made_under_an_anchor_that_holds_another(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path / "held")
    anchor.send(note(5))
    with pytest.raises(StoreError, check=lambda error: error.code == "anchor_in_use"):
        Engine.create(str(tmp_path / "log.db"), ORIGIN, signer=KEY, anchors=(anchor,))
    assert not (tmp_path / "log.db").exists()


def test_many_commits_through_a_file_leave_every_checkpoint_there(make: Maker, tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path / "held")
    engine = signed(make, one_line(), anchors=(anchor,), timer=HandTimer())
    for number in range(5):
        engine.issue(f"k{number}", notice(), actor=of("p"))
        engine.submit([Remind(f"k{number}/1", "soon", actor=of("p"))])
    assert (tmp_path / "held").read_text() == "".join(f"{one}---\n" for one in notes(engine))
    assert said(anchor.newest() or "").size == engine.published().size
