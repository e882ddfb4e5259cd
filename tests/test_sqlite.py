"""The SQLite file: what its tables refuse, what it survives, and what is not touched because it is not ours."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pytest
import support
from support import (
    ORIGIN,
    ROOT,
    Maker,
    cascade,
    day,
    forwarded,
    in_subprocess,
    live_equals_replay,
    of,
    one_line,
    snapshot,
)

from xiada.engine.authority import OwnUnit
from xiada.engine.commands import Execute, Fulfil, Remind
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, StoreError, XiadaError
from xiada.engine.stores.sqlite import APPLICATION_ID, FORMAT
from xiada.engine.stores.sqlite_transaction import Transaction


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Maker]:
    maker = Maker("sqlite", tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def path(files: Maker) -> Path:
    """A file with k/1 due 20 June, k/1.1 and k/1.2 due 10 June; closed."""
    forwarded(files(one_line()))
    files.close()
    return Path(files.url())


def raw(path: Path) -> closing[sqlite3.Connection]:
    """Return a plain connection of somebody else's."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    connection.execute("PRAGMA foreign_keys=ON")
    return closing(connection)


def content(folder: Path) -> dict[str, str]:
    """Return every file of a folder by the hash of its bytes."""
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in folder.iterdir() if file.is_file()}


def not_opened(path: Path, code: str) -> None:
    """Assert that a path is refused with this code and that nothing in its folder changes."""
    before = content(path.parent)
    with pytest.raises(StoreError) as caught:
        Engine.open(str(path))
    assert caught.value.code == code, caught.value
    assert caught.value.remedy
    assert str(path) in caught.value.message
    assert content(path.parent) == before


# The tables themselves


LATER = "(SELECT due + 1 FROM directive WHERE place='a1')"


@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE directive SET due={LATER} WHERE place='a1a1'",
        f"UPDATE directive SET due={2**53 - 1} WHERE place='a1a1'",
        "UPDATE directive SET due=due-1 WHERE place='a1a1'; UPDATE directive SET due=1 WHERE place='a1'",
        "UPDATE directive SET due=5 WHERE place='a1'",
        "UPDATE directive SET parent_due=parent_due+1 WHERE place='a1a1'",
        f"UPDATE directive SET parent_due={2**53 - 1}, due={2**53 - 1} WHERE place='a1a1'",
        "UPDATE directive SET parent_due=NULL WHERE place='a1a1'",
        "UPDATE directive SET parent_id=NULL WHERE place='a1a1'",
        "UPDATE directive SET place='a1a2' WHERE place='a1a1'",
        "DELETE FROM directive WHERE place='a1'",
        "INSERT INTO event SELECT log_index, stream, version+100, t, previous, status, due, body FROM event",
    ],
    ids=["later child", "undated child", "shortened far", "shortened parent", "false parent due", "both false",
         "no parent due", "no parent", "place taken", "parent deleted", "index twice"],
)  # fmt: skip
def test_the_tables_refuse_what_the_rules_forbid(path: Path, change: str) -> None:
    with raw(path) as connection:
        before = list(connection.iterdump())
        connection.execute("BEGIN")
        *first, last = change.split(";")
        for statement in first:
            connection.execute(statement)
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(last)
        connection.execute("ROLLBACK")
        assert list(connection.iterdump()) == before


def test_a_later_child_cannot_be_inserted(path: Path) -> None:
    with raw(path) as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(directive)")]
        values = {"id": "99", "place": "'a1a9'", "due": "due", "parent_due": "parent_due"}
        for due, fits in (("due", True), ("parent_due", True), ("parent_due+1", False), (f"{2**53 - 1}", False)):
            chosen = ", ".join((values | {"due": due}).get(name, name) for name in columns)
            sql = f"INSERT INTO directive SELECT {chosen} FROM directive WHERE place='a1a1'"
            connection.execute("BEGIN")
            if fits:
                connection.execute(sql)
            else:
                with pytest.raises(sqlite3.IntegrityError):
                    connection.execute(sql)
            connection.execute("ROLLBACK")


def test_a_parents_new_due_is_carried_to_its_children(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("UPDATE directive SET due=due+1 WHERE place='a1'")
        assert connection.execute(
            "SELECT count(*) FROM directive c JOIN directive p ON c.parent_id=p.id WHERE c.parent_due=p.due"
        ).fetchone() == (2,)


def test_a_closed_child_does_not_bind_and_cannot_be_reopened_late(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("UPDATE directive SET closed_at=1 WHERE parent_id IS NOT NULL")
        connection.execute("UPDATE directive SET due=5 WHERE place='a1'")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE directive SET closed_at=NULL WHERE place='a1a1'")


# The file


def test_the_file_and_its_companions_are_for_the_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        maker = Maker("sqlite", tmp_path)
        cascade(maker(one_line()))
        assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {
            "log.db": 0o600,
            "log.db-wal": 0o600,
            "log.db-shm": 0o600,
            "log.db-turn": 0o600,
        }
        maker.close()
    finally:
        os.umask(before)


def test_the_file_says_what_it_is_and_syncs_every_commit(files: Maker) -> None:
    engine = files(one_line())
    with engine._store.writing() as writer:
        pragmas = {
            name: writer._execute(f"PRAGMA {name}").fetchone()[0]  # type: ignore[attr-defined]
            for name in ("application_id", "user_version", "journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {
        "application_id": APPLICATION_ID,
        "user_version": FORMAT,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
    }


def test_closing_leaves_one_file_and_nothing_beside_it(path: Path) -> None:
    assert [file.name for file in path.parent.iterdir()] == ["log.db"]


@pytest.mark.parametrize("url", ["{}", "sqlite:///{}"])
def test_a_path_and_a_url_name_the_same_file(path: Path, url: str) -> None:
    engine = Engine.open(url.format(path))
    assert engine.cascades() == ["k"]
    engine.close()


@pytest.mark.parametrize("name", ["a b.db", "下达.db", "a?mode=memory.db", "file:x.db", "%41.db", "-log.db"])
def test_any_name_a_file_can_have_will_do(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = Engine.create(name, ORIGIN)
    engine.load_org(one_line())
    engine.close()
    assert [file.name for file in tmp_path.iterdir()] == [name]
    again = Engine.open(name)
    assert len(again.org()) == 9
    again.close()


def test_sqlites_own_name_for_memory_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(XiadaError):
        Engine.create(":memory:", ORIGIN)
    assert list(tmp_path.iterdir()) == []


def test_creating_over_what_is_there_is_refused(path: Path) -> None:
    before = content(path.parent)
    with pytest.raises(StoreError, check=lambda error: error.code == "file_exists"):
        Engine.create(str(path), ORIGIN)
    assert content(path.parent) == before


def test_creating_where_nothing_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    for place in ("missing/log.db", "plain/log.db", "x" * 300):
        with pytest.raises(StoreError, check=lambda error: error.code == "cannot_create"):
            Engine.create(str(tmp_path / place), ORIGIN)
    assert [file.name for file in tmp_path.iterdir()] == ["plain"]


def test_a_bad_origin_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        Engine.create(str(tmp_path / "log.db"), "No Origin")
    assert list(tmp_path.iterdir()) == []


# What is not ours, or not whole


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    not_opened(tmp_path / "log.db", "cannot_open")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "log.db").mkdir()
    not_opened(tmp_path / "log.db", "cannot_open")


@pytest.mark.parametrize(
    "body", [b"", b"x", b"SQLite format 3\x00", b"PK\x03\x04" * 1_000, b"\x00" * 8_192, "下达".encode() * 999]
)
def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "log.db").write_bytes(body)
    not_opened(tmp_path / "log.db", "foreign_file")


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_somebody_elses_database_is_not_touched(tmp_path: Path, mode: str) -> None:
    with raw(tmp_path / "log.db") as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("CREATE TABLE meta (key, value)")
        connection.execute("INSERT INTO meta VALUES ('origin', 'x')")
    not_opened(tmp_path / "log.db", "foreign_file")


def test_a_newer_file_is_not_touched(path: Path) -> None:
    with raw(path) as connection:
        connection.execute(f"PRAGMA user_version={FORMAT + 1}")
    not_opened(path, "newer_file")


def test_a_file_from_before_the_first_release_is_not_touched(path: Path) -> None:
    with raw(path) as connection:
        connection.execute(f"PRAGMA user_version={FORMAT - 1}")
    not_opened(path, "older_file")


@pytest.mark.parametrize("pages", [1, 2, 5])
def test_a_file_cut_short_is_recognised_and_not_touched(path: Path, pages: int) -> None:
    body = path.read_bytes()
    path.write_bytes(body[: len(body) - pages * 4_096])
    not_opened(path, "truncated_file")


@pytest.mark.parametrize("size", [1, 50, 99])
def test_the_stump_of_a_file_is_not_touched(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    not_opened(path, "foreign_file")


def test_a_file_of_ours_without_its_tables_is_damaged(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("DROP TABLE meta")
    with pytest.raises(StoreError, check=lambda error: error.code == "damaged_file"):
        Engine.open(str(path))


def test_a_file_of_ours_without_its_origin_is_damaged(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("DELETE FROM meta")
    with pytest.raises(StoreError, check=lambda error: error.code == "damaged_file"):
        Engine.open(str(path))


def test_garbage_in_the_middle_is_a_store_error_not_a_crash(path: Path) -> None:
    body = bytearray(path.read_bytes())
    for page in range(1, len(body) // 4_096):
        body[page * 4_096 : page * 4_096 + 64] = b"\xa5" * 64
    path.write_bytes(body)
    with pytest.raises(StoreError, check=lambda error: error.code == "damaged_file"):
        Engine.open(str(path))


@pytest.mark.parametrize(
    "ref",
    ["", "x", "k", "k/1.", "\ud800/1", "k/" + "1" * 300_000, "K/1", "k/1\x00", "org/", "k/1.1.1.1.1.1", "下达/1"],
    ids=lambda ref: ascii(ref)[:16],
)
def test_asking_for_what_cannot_be_is_answered_alike_by_both_stores(files: Maker, ref: str) -> None:
    found = []
    for maker in (Maker("memory", files.folder), files):
        engine = maker(one_line())
        cascade(engine)
        asks = (
            engine.directive,
            engine.children,
            engine.log,
            engine.view,
            engine.requirements,
            partial(impact, engine),
        )
        found.append([outcome(partial(ask, ref)) for ask in asks])
    assert found[0] == found[1]
    assert all(one[2] == "printable" for one in found[0] if isinstance(one, tuple))


def impact(engine: Engine, ref: str) -> object:
    """Ask for the impact of a due on a directive."""
    return engine.impact(ref, day(6, 1))


@pytest.mark.parametrize("commitment", ["", "zz", "00", "00" * 32, "\ud800"], ids=ascii)
def test_a_commitment_that_cannot_be_one_has_no_text_in_either_store(files: Maker, commitment: str) -> None:
    for maker in (Maker("memory", files.folder), files):
        assert maker(one_line()).text(commitment) is None


def outcome(ask: Callable[[], object]) -> object:
    """Return an answer, or the kind and code of a typed refusal; anything else goes through."""
    try:
        return ask()
    except XiadaError as error:
        return (type(error), error.code, "printable" if str(error).isprintable() else str(error))


# Busy, full


def test_while_another_program_writes_nothing_is_written_and_it_is_said(path: Path) -> None:
    """Takes as long as the store waits (`BUSY_S`); the two waits run side by side."""
    engine = Engine.open(str(path))
    other = Path(shutil.copy(path, path.parent / "other.db"))
    before = snapshot(engine)
    found: dict[str, XiadaError] = {}

    def attempt(name: str, act: object) -> None:
        with pytest.raises(StoreError) as caught:
            act()  # type: ignore[operator]
        found[name] = caught.value

    with raw(path) as writer, raw(other) as owner:
        writer.execute("BEGIN IMMEDIATE")
        owner.execute("PRAGMA locking_mode=EXCLUSIVE")
        owner.execute("BEGIN EXCLUSIVE")
        waits = [
            threading.Thread(target=attempt, args=("write", lambda: engine.execute("k/1.1", actor=of("c1")))),
            threading.Thread(target=attempt, args=("open", lambda: Engine.open(str(other)))),
        ]
        for wait in waits:
            wait.start()
        assert engine.directive("k/1.1").status == "issued", "readers do not wait for writers"
        for wait in waits:
            wait.join()
        writer.execute("ROLLBACK")
        owner.execute("ROLLBACK")
    assert {name: error.code for name, error in found.items()} == {"write": "locked", "open": "locked"}
    assert snapshot(engine) == before
    engine.execute("k/1.1", actor=of("c1"))
    engine.close()


def test_a_full_database_loses_nothing_and_goes_on_when_there_is_room(files: Maker) -> None:
    """SQLITE_FULL from SQLite itself: a limit of pages on the store's own connection."""
    engine = files(one_line())
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    writer = engine._store._writer  # type: ignore[attr-defined]
    [(pages,)] = writer.execute("PRAGMA page_count")
    writer.execute(f"PRAGMA max_page_count={pages + 20}")
    before, done = snapshot(engine), 0
    refusal: StoreError | None = None
    while refusal is None and done < 20:
        before = snapshot(engine)
        try:
            engine.progress("k/1", "字" * 5_000, actor=of("p"), key=f"{done}")
            done += 1
        except StoreError as error:
            refusal = error
    assert refusal is not None
    assert refusal.code == "disk_full"
    assert "nothing is lost" in refusal.remedy
    assert done > 0
    assert snapshot(engine) == before
    live_equals_replay(engine)
    writer.execute("PRAGMA max_page_count=1000000")
    assert not engine.progress("k/1", "字" * 5_000, actor=of("p"), key=f"{done}").repeated
    assert all(engine.progress("k/1", "字" * 5_000, actor=of("p"), key=f"{n}").repeated for n in range(done))
    live_equals_replay(engine)


FILL = """
import resource, sys
from support import Maker, cascade, live_equals_replay, of, one_line, snapshot
from xiada.engine.errors import StoreError
from pathlib import Path
make = Maker("sqlite", Path(sys.argv[1]))
engine = make(one_line())
cascade(engine)
engine.execute("k/1", actor=of("p"))
if sys.argv[2] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
done = 0
while done < 500:
    before = snapshot(engine)
    try:
        engine.progress("k/1", "x" * 20_000, actor=of("p"), key=f"{done}")
    except StoreError as error:
        print(error.code)
        break
    done += 1
assert 0 < done < 500
assert snapshot(engine) == before
live_equals_replay(engine)
if sys.argv[2] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
else:
    (Path(sys.argv[1]) / "ballast").unlink()
engine.progress("k/1", "again", actor=of("p"), key=f"{done}")
make.close()
again = make.again()
assert all(again.progress("k/1", "x", actor=of("p"), key=f"{n}").repeated for n in range(done + 1))
live_equals_replay(again)
make.close()
print("sound")
"""


def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path) -> None:
    """RLIMIT_FSIZE: write(2) itself fails, with EFBIG."""
    (tmp_path / "fill.py").write_text(FILL)
    script = str(tmp_path / "fill.py")
    done = in_subprocess(f"import sys, runpy; sys.argv = ['', {str(tmp_path)!r}, 'limit']; runpy.run_path({script!r})")
    assert done.stdout.split() in (["disk_failed", "sound"], ["disk_full", "sound"]), done.stderr


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """ENOSPC from a real file system of one megabyte, where a user namespace may mount one."""
    unshare = shutil.which("unshare")
    mount = f"mount -t tmpfs -o size=1m tmpfs {tmp_path}"
    if not unshare or subprocess.run([unshare, "-rm", "sh", "-c", mount], check=False, capture_output=True).returncode:
        pytest.skip("no user namespaces here to mount a small disk in")
    program = tmp_path.parent / "fill.py"
    program.write_text(FILL)
    ballast = f"head -c 300000 /dev/zero > {tmp_path}/ballast"
    script = f"{mount} && {ballast} && exec {sys.executable} {program} {tmp_path} disk"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(
        [unshare, "-rm", "sh", "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.split() == ["disk_full", "sound"], done.stderr


# Killed, and several at once


WRITER = """
import sys
from support import of
from xiada.engine.commands import Execute, Fulfil, Remind
from xiada.engine.engine import Engine
engine = Engine.open(sys.argv[1])
for number in range(int(sys.argv[3])):
    engine.progress("k/1", "x" * 500, actor=of("p"), key=f"{sys.argv[2]}-{number}")
    print(number, flush=True)
engine.close()
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """Start a process that writes, saying after each command that it was acknowledged."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT / "tests",
    )


def output(process: subprocess.Popen[str]) -> IO[str]:
    """Return what a process prints."""
    assert process.stdout is not None
    return process.stdout


def test_what_was_acknowledged_survives_kill_9(path: Path) -> None:
    start = Engine.open(str(path))
    start.execute("k/1", actor=of("p"))
    start.close()
    acknowledged: list[str] = []
    for turn in range(10):
        with writer(path, f"t{turn}", 100_000) as process:
            lines = [output(process).readline() for _ in range(1 + 3 * turn)]
            process.kill()
            lines += output(process)
            acknowledged += [f"t{turn}-{int(line)}" for line in lines if line.endswith("\n")]
        engine = Engine.open(str(path))
        with engine._store.reading() as reader:
            assert all(reader.answer(key) for key in acknowledged)
        live_equals_replay(engine)
        in_doubt = engine.progress("k/1", "x" * 500, actor=of("p"), key=acknowledged[-1])
        assert in_doubt.repeated, "asking again with the key resolves what is in doubt"
        engine.close()
    with raw(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert len(set(acknowledged)) == len(acknowledged) >= 10


def test_two_processes_write_one_file_without_losing_anything(path: Path) -> None:
    engine = Engine.open(str(path))
    engine.execute("k/1", actor=of("p"))
    size = engine.head().size
    with writer(path, "other", 60) as process:
        assert output(process).readline() == "0\n"
        for number in range(60):
            engine.progress("k/1", "y", actor=of("p"), key=f"mine-{number}")
        rest = [int(line) for line in output(process)]
    assert process.returncode == 0
    assert rest == list(range(1, 60))
    assert engine.head().size == size + 120
    keys = [recorded.key for recorded in engine.log("k/1")[-120:]]
    assert sorted(keys, key=str) == sorted([f"{who}-{n}" for who in ("mine", "other") for n in range(60)])
    live_equals_replay(engine)
    engine.reschedule("k/1", day(6, 15), "sooner", actor=of("p"))
    engine.close()


def test_an_engine_sees_an_org_changed_by_another_process(path: Path) -> None:
    engine = Engine.open(str(path))
    assert len(engine.org()) == 9
    done = in_subprocess(
        f"""
        from xiada.engine.commands import REGISTRAR, AddUnit
        from xiada.engine.engine import Engine
        with Engine.open({str(path)!r}) as engine:
            engine.submit_one(AddUnit(actor=REGISTRAR, id="c4", name="C4", kind="o", level="city", line="main",
                                      superiors=(("main", "p"),)))
        """
    )
    assert done.returncode == 0, done.stderr
    assert len(engine.org()) == 10
    assert engine.forward("k/1", ["c4"], actor=of("p"), due=day(6, 1)).issued == ("k/1.3",)
    engine.close()


def test_a_crash_in_mid_checkpoint_loses_nothing_and_the_file_opens(tmp_path: Path) -> None:
    """A checkpoint writes the first page before the last: until it has ended, the WAL holds what is missing."""
    path, copy = tmp_path / "log.db", tmp_path / "crashed.db"
    engine = Engine.create(str(path), ORIGIN)
    engine.load_org(support.wide(300))
    before = engine.head()
    wal = Path(f"{path}-wal").read_bytes()
    page = int.from_bytes(wal[8:12], "big")
    main = bytearray(path.read_bytes())
    for start in range(32, len(wal), page + 24):
        if int.from_bytes(wal[start : start + 4], "big") == 1:
            main[:page] = wal[start + 24 : start + 24 + page]
    copy.write_bytes(main)
    Path(f"{copy}-wal").write_bytes(wal)
    engine.close()
    with Engine.open(str(copy)) as crashed:
        assert crashed.head() == before
        assert crashed.verify() == []


def test_opening_a_file_twice_in_one_process_leaves_it_safe_from_another_that_closes_it(path: Path) -> None:
    """Closing a descriptor of our own would drop SQLite's locks, and the other program clear away what is new."""
    engine = Engine.open(str(path))
    with Engine.open(str(path)) as second:
        size = second.head().size
    found = in_subprocess(
        f"""
        from xiada.engine.engine import Engine
        with Engine.open({str(path)!r}) as engine:
            print(engine.head().size)
        """
    )
    assert found.stdout == f"{size}\n", found.stderr
    engine.remind("k/1.1", "soon", actor=of("p"))
    assert engine.head().size == size + 1
    engine.close()
    with Engine.open(str(path)) as again:
        assert again.head().size == size + 1
        assert again.verify() == []


def test_what_an_embedders_authority_raises_is_told_to_its_own_caller(path: Path) -> None:
    class Directory(OwnUnit):
        def entitles(self, acting: str, unit: str, behalf: str | None, org: Any) -> bool:
            if unit == "c1":
                raise LookupError("the directory is down")
            return super().entitles(acting, unit, behalf, org)

    with Engine.open(str(path), authority=Directory()) as engine:
        answers = engine._serve([Execute("k/1.1", actor=of("c1")), Execute("k/1.2", actor=of("c2"))])
        assert isinstance(answers[0], LookupError)
        assert engine.directive("k/1.2").status == "executing"
        with pytest.raises(LookupError):
            engine.execute("k/1.1", actor=of("c1"))


def test_an_interrupt_as_a_transaction_begins_leaves_the_engine_fit_for_use(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Engine.open(str(path)) as engine:
        with monkeypatch.context() as patched:
            patched.setattr(Transaction, "__init__", interrupted)
            with pytest.raises(KeyboardInterrupt):
                engine.execute("k/1.1", actor=of("c1"))
        engine.execute("k/1.1", actor=of("c1"))


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_after_closing_nothing_is_written_and_nothing_made(path: Path) -> None:
    engine = Engine.open(str(path))
    engine.close()
    with pytest.raises(StoreError, match="has been closed"):
        engine.execute("k/1.1", actor=of("c1"))
    assert list(path.parent.iterdir()) == [path]


def test_damage_that_one_of_a_group_meets_is_told_to_that_one_alone(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("UPDATE directive SET notice=zeroblob(32) WHERE place='a1a1'")
    with Engine.open(str(path)) as engine:
        first = Fulfil("k/1.1", obligation="plan", actor=of("c1"))
        answers = engine._serve([Execute("k/1.1", actor=of("c1")), first, Remind("k/1.2", "soon", actor=of("p"))])
        assert [getattr(answer, "code", None) for answer in answers] == [None, "notice_missing", None]
        assert engine.directive("k/1.2").version == 2
