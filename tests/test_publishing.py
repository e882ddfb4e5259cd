"""Publishing: when it happens, step by step, and what stops it; every checkpoint extends the one before."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
import threading
import weakref
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notary import KEY, NEXT, STRANGER, HandTimer, Notebook, in_order, leaves, notes, said, signed
from support import (
    ORIGIN,
    ROOT,
    Maker,
    ManualClock,
    cascade,
    forwarded,
    live_equals_replay,
    of,
    one_line,
    refused,
    wide,
)
from test_bulk import THROUGH

from xiada.engine.commands import Remind
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, NotEntitled, StoreError, Tampered, XiadaError
from xiada.engine.log.keys import SigningKey, parse_vkey, verify_signature, vouched
from xiada.engine.log.merkle import Frontier, root_hash
from xiada.engine.log.note import open_note, sign_note
from xiada.engine.log.strict import bytes_in
from xiada.engine.log.tiles import TILE, frontier_at, root_at, tiles_of
from xiada.engine.ports import Changes, Published, Upkeep
from xiada.engine.publishing.anchors import FileAnchor
from xiada.engine.publishing.hashing import Rehashed, grown
from xiada.engine.publishing.integrate import added, integrate
from xiada.engine.publishing.keyring import KeyRing
from xiada.engine.publishing.publish import Checkpoints
from xiada.engine.publishing.timing import daemon_timer


def remind(engine: Engine, count: int, text: str = "soon") -> None:
    """Record so many events, in one batch."""
    engine.submit_all(Remind("k/1", f"{text} {number}", actor=of("p")) for number in range(count))


@pytest.fixture
def book() -> Notebook:
    return Notebook()


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def engine(make: Maker, book: Notebook, timer: HandTimer) -> Engine:
    """Signed, with k/1 issued and published: nine units, the issue, the key."""
    engine = signed(make, anchors=(book,), timer=timer)
    cascade(engine)
    return engine


# When


def test_an_issue_is_published_at_once_and_handed_to_the_anchors(engine: Engine, book: Notebook) -> None:
    assert engine.published().size == engine.head().size == 11
    assert book.notes == notes(engine)
    assert said(book.notes[0]).origin == f"{ORIGIN}/e1"
    in_order(engine)


def test_the_first_key_stands_in_the_log_once_without_a_word_of_another(engine: Engine) -> None:
    remind(engine, 3)
    engine.publish()
    [recorded] = engine.log("log/audit")
    assert recorded.event.type == "key_rotated"
    assert (recorded.unit, recorded.event.new, recorded.event.old, recorded.event.proof) == (  # type: ignore[attr-defined]
        "org", str(KEY.vkey), None, None,
    )  # fmt: skip
    assert engine.keys() == [str(KEY.vkey)]


def test_what_is_no_milestone_waits_for_a_thousand_events(engine: Engine, book: Notebook) -> None:
    for size in (400, 400):
        remind(engine, size)
        assert len(book.notes) == 1
    remind(engine, 200)
    assert said(book.notes[-1]).size == engine.head().size == 1_011
    in_order(engine)


def test_what_is_no_milestone_waits_a_minute_from_the_last_checkpoint(
    engine: Engine, book: Notebook, make: Maker
) -> None:
    make.clock.advance(seconds=59)
    remind(engine, 1)
    assert len(book.notes) == 1
    make.clock.advance(seconds=1)
    remind(engine, 1)
    assert said(book.notes[-1]).size == 13
    remind(engine, 1)
    assert len(book.notes) == 2


def test_when_no_further_commit_comes_the_timer_sees_to_it(engine: Engine, book: Notebook, timer: HandTimer) -> None:
    assert timer.waiting == []
    remind(engine, 1)
    remind(engine, 1)
    assert [seconds for seconds, _ in timer.waiting] == [60]
    timer.ring()
    assert said(book.notes[-1]).size == engine.head().size
    assert timer.waiting == []
    remind(engine, 1)
    engine.publish()
    assert timer.waiting == [], "it is called off by a publication"


def test_a_roots_summary_is_published_at_once(engine: Engine, book: Notebook) -> None:
    engine.execute("k/1", actor=of("p"))
    engine.report("k/1", actor=of("p"))
    assert len(book.notes) == 1
    engine.summarise("k/1", actor=of("p"))
    assert said(book.notes[-1]).size == engine.head().size


def test_closing_publishes_what_waits(make: Maker, engine: Engine, book: Notebook, timer: HandTimer) -> None:
    remind(engine, 5)
    size = engine.head().size
    engine.close()
    assert said(book.notes[-1]).size == size
    assert timer.waiting == []


def test_who_has_committed_nothing_signs_nothing_when_he_closes(make: Maker, book: Notebook) -> None:
    if make.kind == "memory":
        pytest.skip("a store in memory is not opened again")
    make(one_line()).close()
    make.again(signer=KEY, anchors=(book,)).close()
    assert book.notes == []


def test_an_engine_without_a_key_stores_no_tree_and_signs_nothing(make: Maker) -> None:
    engine = make(wide(600))
    cascade(engine)
    assert (engine.published().size, engine.published().failure, engine.keys()) == (0, None, [])
    with refused(engine, GuardRefused, "no_signer"):
        engine.publish()
    with refused(engine, GuardRefused, "no_signer"):
        engine.receipt(0)
    with engine._store.reading() as reader:
        assert (reader.integrated(), reader.checkpoints(), reader.checkpoint()) == (0, [], None)
        assert root_at(reader.tiles(), reader.head().size).hex() == engine.view("k").log_root


def test_a_waiting_timer_does_not_keep_an_engine_alive(make: Maker, timer: HandTimer) -> None:
    engine = signed(make, timer=timer)
    gone = weakref.ref(engine)
    assert timer.waiting
    make.made.clear()
    del engine
    gc.collect()
    assert gone() is None
    timer.ring()


def test_the_default_timer_calls_back_and_can_be_called_off() -> None:
    called = threading.Event()
    daemon_timer(0, called.set)
    assert called.wait(10)
    daemon_timer(3_600, called.set)()


def test_an_empty_log_has_no_checkpoint(make: Maker) -> None:
    engine = make(signer=KEY)
    assert engine.publish() is None
    assert engine.head().size == 0


# Step by step


def test_every_checkpoint_extends_the_one_before_over_blocks_and_tail(engine: Engine) -> None:
    for count in (1, 200, 300, 1, 1_000, 7, 255, 256, 257):
        remind(engine, count)
        engine.publish()
    in_order(engine)
    live_equals_replay(engine)
    assert engine.view("k").log_root == engine.replay().frontier.root().hex() == said(notes(engine)[-1]).root.hex()


def test_publishing_twice_signs_once(engine: Engine, book: Notebook) -> None:
    remind(engine, 600)
    first = engine.publish()
    assert engine.publish() == first == book.notes[-1]
    assert len(book.notes) == len(notes(engine)) == 2


def test_integrating_twice_is_integrating_once_and_left_out_it_is_made_up_for(engine: Engine) -> None:
    remind(engine, 700)
    store = engine._store
    assert (integrate(store, Rehashed()), integrate(store, Rehashed())) == (2, 0)
    remind(engine, 200)
    checkpoints = Checkpoints(store, KeyRing(), Rehashed())
    published = checkpoints.publish([KEY], 5)
    assert published is not None, "as if the program had died before the tree was extended"
    assert said(published.note).root == root_hash(leaves(engine))
    assert checkpoints.publish([KEY], 6) == published
    assert integrate(store, Rehashed()) == 1
    remind(engine, 1)
    engine.publish()
    in_order(engine)


def test_two_programs_that_integrate_at_once_store_one_tree(engine: Engine) -> None:
    remind(engine, 999)
    store, rehashed = engine._store, Rehashed()
    with store.reading() as reader:
        rehashed.read(reader.tiles(), 0, 3)
    assert integrate(store, Rehashed()) == 3
    assert integrate(store, rehashed) == 0
    with store.reading() as reader:
        assert reader.integrated() == 768
        assert root_at(reader.tiles(), reader.head().size) == root_hash(leaves(engine))


@given(st.lists(st.integers(0, 700), min_size=1, max_size=5))
def test_tiles_grow_as_if_they_had_been_made_at_once(counts: list[int]) -> None:
    """Several rows of tiles, without hashing millions of events."""

    class Row:
        """The tiles above the leaves."""

        def __init__(self) -> None:
            self.kept: dict[tuple[int, int], bytes] = {}

        def tile(self, level: int, number: int, width: int) -> list[bytes]:
            found = self.kept[level, number]
            return [found[place * 32 : place * 32 + 32] for place in range(width)]

    roots = [number.to_bytes(32, "big") for number in range(sum(counts))]
    step, place = Row(), 0
    for count in counts:
        step.kept |= added(step, place, roots[place : place + count])
        place += count
    once = Row()
    once.kept |= added(once, 0, roots)
    assert step.kept == once.kept
    widths = {(level, number): width for level, number, width in tiles_of(len(roots) * TILE) if level}
    assert {place: len(tile) // 32 for place, tile in step.kept.items()} == widths


@given(st.integers(0, 600), st.integers(0, 3), st.integers(0, 255))
def test_a_frontier_grows_by_blocks_and_tail_as_by_leaves(start: int, blocks: int, tail: int) -> None:
    start = start // TILE * TILE
    hashes = [number.to_bytes(32, "big") for number in range(start + blocks * TILE + tail)]
    before, all_at_once = Frontier(), Frontier()
    before.extend(hashes[:start])
    all_at_once.extend(hashes)
    roots = [root_hash(hashes[start + n * TILE : start + (n + 1) * TILE]) for n in range(blocks)]
    found = grown(before, roots, hashes[start + blocks * TILE :])
    assert (found.size, found.root()) == (all_at_once.size, all_at_once.root())


# What stops it


def flipped(engine: Engine, level: int, number: int, byte: int) -> None:
    """Flip a bit in a stored tile."""
    with engine._store.writing() as writer:
        tile = bytearray(writer.stored_tile(level, number))  # type: ignore[attr-defined]
        tile[byte] ^= 4
        writer.append(Changes(writer.head().size, upkeep=Upkeep(tiles={(level, number): bytes(tile)})))


@pytest.mark.parametrize("byte", [0, 31, 32, 64, 95])
@pytest.mark.parametrize("more", [0, 1, 255, 256])
def test_a_bit_flipped_in_a_stored_tile_is_found_before_anything_is_signed(
    engine: Engine, book: Notebook, byte: int, more: int
) -> None:
    remind(engine, 800)
    engine.publish()
    remind(engine, more)
    before = list(book.notes)
    flipped(engine, 1, 0, byte)
    engine.remind("k/1", "now", actor=of("p"))
    with pytest.raises(Tampered, check=lambda error: error.code == "tile_damaged"):
        engine.publish()
    assert notes(engine) == book.notes == before
    engine.rebuild()
    engine.publish()
    assert len(book.notes) == len(before) + 1
    in_order(engine)


def test_a_bit_flipped_between_integrating_and_signing_is_found(engine: Engine, book: Notebook) -> None:
    remind(engine, 800)
    integrate(engine._store, Rehashed())
    flipped(engine, 1, 0, 70)
    with pytest.raises(Tampered, check=lambda error: error.code == "tile_damaged"):
        engine.publish()
    assert len(book.notes) == 1


def test_a_commit_stands_though_no_timer_can_be_set(make: Maker) -> None:
    """No more threads to be had: the caller must not take the commit for undone."""

    def exhausted(seconds: float, call: object) -> Any:
        raise RuntimeError("can't start new thread")

    engine = signed(make, timer=exhausted)
    size = engine.head().size
    assert len(engine.delegate("c1", "c2", actor=of("c1")).events) == 1
    assert engine.head().size == size + 1
    assert "new thread" in str(engine.published().failure)
    engine.publish()
    assert engine.published().failure is None


def test_a_command_is_not_lost_when_nothing_can_be_signed(engine: Engine, book: Notebook) -> None:
    remind(engine, 800)
    engine.publish()
    flipped(engine, 1, 0, 0)
    assert engine.submit([Remind("k/1", "now", actor=of("p"))])[0].events
    cascade_of(engine, "m")
    failure = engine.published().failure
    assert isinstance(failure, Tampered)
    assert failure.code == "tile_damaged"
    assert engine.directive("m/1").status == "issued"
    assert len(book.notes) == 2
    engine.rebuild()
    engine.publish()
    assert engine.published().failure is None
    in_order(engine)


def cascade_of(engine: Engine, name: str) -> None:
    """Issue another cascade."""
    from support import notice

    engine.issue(name, notice("n2"), actor=of("p"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file, published when it had 811 events, with three more that are not; closed without a word."""
    make = Maker("sqlite", tmp_path)
    engine = signed(make)
    cascade(engine)
    remind(engine, 800)
    engine.publish()
    engine._publisher.signer = None
    remind(engine, 3)
    make.close()
    return tmp_path / "log.db"


def opened(path: Path, **ports: Any) -> Engine:
    """Open a file to publish."""
    return Engine.open(str(path), clock=ManualClock(), **({"signer": KEY, "timer": HandTimer()} | ports))


def altered(path: Path, index: int) -> None:
    """Change a letter in the body of an event of the tail, or back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        [(body,)] = connection.execute("SELECT body FROM event WHERE log_index=?", (index,))
        assert b"soon" in body or b"Soon" in body
        other = body.replace(b"soon", b"SOON") if b"soon" in body else body.replace(b"SOON", b"soon")
        connection.execute("UPDATE event SET body=? WHERE log_index=?", (other, index))


def test_an_event_changed_after_it_was_published_stops_the_next_signature(path: Path) -> None:
    altered(path, 809)
    with pytest.raises(StoreError, check=lambda error: error.code == "log_forked"):
        opened(path)


def test_an_event_changed_under_a_running_engine_stops_the_next_signature(path: Path) -> None:
    with opened(path) as engine:
        altered(path, 809)
        with pytest.raises(Tampered, check=lambda error: error.code == "tile_damaged"):
            engine.publish()
        assert len(notes(engine)) == 2
        altered_back(path, 809)
        engine.publish()
        in_order(engine)


def altered_back(path: Path, index: int) -> None:
    """Undo `altered`."""
    with closing(sqlite3.connect(path)) as connection, connection:
        [(body,)] = connection.execute("SELECT body FROM event WHERE log_index=?", (index,))
        connection.execute("UPDATE event SET body=? WHERE log_index=?", (body.replace(b"SOON", b"soon"), index))


def test_an_event_flipped_for_a_checkpoint_and_back_again_is_found_by_that_checkpoint(path: Path) -> None:
    """A to B to A: what was signed is B, and says so for ever."""
    book = Notebook()
    with opened(path, anchors=(book,)) as engine:
        altered(path, 812)
        engine.publish()
        altered_back(path, 812)
        assert "i11_checkpoint" in {finding.code for finding in engine.verify()}
    with pytest.raises(StoreError, check=lambda error: error.code == "log_forked"):
        opened(path, anchors=(book,))


def test_an_event_flipped_and_flipped_back_between_checkpoints_leaves_no_trace_and_does_no_harm(path: Path) -> None:
    with opened(path) as engine:
        altered(path, 812)
        altered_back(path, 812)
        engine.publish()
        in_order(engine)


def test_a_log_cut_shorter_than_its_last_checkpoint_is_not_opened_and_not_signed(path: Path) -> None:
    with opened(path) as engine:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM event WHERE log_index>=805")
        with pytest.raises(StoreError, check=lambda error: error.code == "rollback_detected"):
            engine.publish()
    with pytest.raises(StoreError, check=lambda error: error.code == "rollback_detected"):
        opened(path)


@pytest.mark.parametrize("forger", [STRANGER, KEY], ids=["a strange key", "another log"])
def test_a_forged_last_checkpoint_is_not_built_upon(path: Path, forger: SigningKey) -> None:
    with opened(path) as engine:
        origin = "xiada.test/else/e1" if forger is KEY else f"{ORIGIN}/e1"
        note = sign_note(f"{origin}\n812\n{said(notes(engine)[-1]).root.hex()[:43]}=\n", [forger])
        with engine._store.writing() as writer:
            writer.append(Changes(writer.head().size, upkeep=Upkeep(checkpoints=[Published(812, 1, note)])))
        with pytest.raises(Tampered, check=lambda error: error.code == "checkpoint_untrusted"):
            engine.publish()


# Several at once


def test_threads_that_commit_at_once_leave_checkpoints_in_order(make: Maker) -> None:
    engine = signed(make, wide(8))
    forwarded(engine, *(f"c{n}" for n in range(1, 9)))
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(40):
                engine.remind(f"k/1.{number}", f"{turn}", actor=of("p"))
                if turn % 10 == number % 10:
                    engine.publish()
                    engine.receipt(engine.head().size - 1)
        except BaseException as error:  # noqa: BLE001  (it must be seen in the main thread)
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    engine.publish()
    in_order(engine)


WRITER = """
import sys
from notary import KEY, HandTimer
from support import of
from xiada.engine.engine import Engine
from xiada.engine.publishing.anchors import FileAnchor
with Engine.open(sys.argv[1], signer=KEY, anchors=(FileAnchor(sys.argv[2]),), timer=HandTimer()) as engine:
    for number in range(60):
        engine.remind("k/1", f"{sys.argv[3]} {number}", actor=of("p"))
        if number % 5 == 0:
            engine.publish()
print("done")
"""


def test_two_programs_that_sign_at_once_leave_checkpoints_in_order(path: Path) -> None:
    held = path.parent / "held"
    command = [sys.executable, "-W", "error", "-c", WRITER, str(path), str(held)]
    others = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True, cwd=ROOT / "tests") for name in "abc"
    ]
    assert [other.communicate(timeout=60)[0] for other in others] == ["done\n"] * 3
    with opened(path, anchors=(FileAnchor(held),)) as engine:
        in_order(engine)
        assert engine.published().size == engine.head().size
        assert FileAnchor(held).newest() == notes(engine)[-1]


ENDLESS = """
import sys
from itertools import count
from notary import KEY
from support import of
from xiada.engine.engine import Engine
from xiada.engine.publishing.anchors import FileAnchor
engine = Engine.open(sys.argv[1], signer=KEY, anchors=(FileAnchor(sys.argv[2]),))
for number in count():
    engine.remind("k/1", f"{number}", actor=of("p"))
    engine.publish()
    print(engine.published().size, flush=True)
"""


def test_a_program_killed_while_it_publishes_leaves_a_log_that_extends_what_is_held(path: Path) -> None:
    held = path.parent / "held"
    for turn in range(8):
        command = [sys.executable, "-c", ENDLESS, str(path), str(held)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT / "tests") as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(1 + 7 * turn)]
            process.kill()
            lines += list(process.stdout)
        told = [int(line) for line in lines if line.endswith("\n")]
        with opened(path, anchors=(FileAnchor(held),)) as engine:
            assert engine.published().size >= told[-1]
            assert said(FileAnchor(held).newest() or "").size >= told[-1]
            in_order(engine)


def test_two_engines_on_one_file_take_up_each_others_checkpoints(path: Path) -> None:
    with opened(path) as one, opened(path) as other:
        for _ in range(3):
            remind(one, 300)
            one.publish()
            remind(other, 300)
            other.publish()
        in_order(one)


# Keys


def test_a_rotated_key_is_vouched_for_by_the_one_before_and_the_next_checkpoint_bears_both(
    engine: Engine, book: Notebook
) -> None:
    answer = engine.rotate_key(NEXT)
    assert engine.keys() == [str(KEY.vkey), str(NEXT.vkey)]
    [recorded] = answer.events
    event: Any = recorded.event
    assert verify_signature(KEY.vkey.public, vouched(NEXT.vkey, engine.origin), bytes_in(event.proof) or b"")
    assert parse_vkey(event.new) == NEXT.vkey
    assert open_note(book.notes[-1], [KEY.vkey, NEXT.vkey]).verified == (KEY.vkey, NEXT.vkey)
    remind(engine, 1)
    engine.publish()
    assert open_note(book.notes[-1], [KEY.vkey, NEXT.vkey]).verified == (NEXT.vkey,)
    in_order(engine)


def test_rotating_to_the_key_in_force_changes_nothing(engine: Engine) -> None:
    size = engine.head().size
    assert engine.rotate_key(KEY).events == ()
    engine.rotate_key(NEXT)
    assert engine.rotate_key(NEXT).events == ()
    assert engine.head().size == size + 1
    in_order(engine)


def test_a_log_can_hand_on_its_key_before_its_first_event(make: Maker) -> None:
    engine = make(signer=KEY)
    engine.rotate_key(NEXT)
    assert engine.keys() == [str(KEY.vkey), str(NEXT.vkey)]
    in_order(engine)


def test_only_the_registrar_hands_on_the_key(engine: Engine) -> None:
    with refused(engine, NotEntitled, "not_entitled"):
        engine.rotate_key(NEXT, actor=of("p"))
    engine.publish()
    in_order(engine)


def test_a_key_that_was_handed_on_opens_the_log_no_more_and_signs_nothing(path: Path) -> None:
    with opened(path) as stale, opened(path) as engine:
        engine.rotate_key(NEXT)
        stale.remind("k/1", "now", actor=of("p"))
        with pytest.raises(GuardRefused, check=lambda error: error.code == "key_not_in_force"):
            stale.publish()
        count = len(notes(engine))
        cascade_of(stale, "m")
        failure = stale.published().failure
        assert isinstance(failure, GuardRefused)
        assert failure.code == "key_not_in_force"
        assert len(notes(engine)) == count
    for stranger in (KEY, STRANGER):
        with pytest.raises(GuardRefused, check=lambda error: error.code == "key_not_in_force"):
            opened(path, signer=stranger)
    with opened(path, signer=NEXT) as engine:
        engine.publish()
        in_order(engine)


class Interrupted(Exception):
    """Stands for a power cut."""


def test_a_rotation_that_was_interrupted_is_finished_by_the_key_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise Interrupted

    with opened(path) as engine:
        with monkeypatch.context() as patched:
            patched.setattr(Checkpoints, "publish", cut)
            with pytest.raises(Interrupted):
                engine.rotate_key(NEXT)
        engine._publisher.signer = None
    with opened(path, signer=NEXT) as engine, pytest.raises(GuardRefused) as caught:
        engine.publish()
    assert caught.value.code == "rotation_unfinished"
    with opened(path) as engine:
        assert engine.rotate_key(NEXT).events == ()
        assert open_note(notes(engine)[-1], [KEY.vkey, NEXT.vkey]).verified == (KEY.vkey, NEXT.vkey)
        in_order(engine)


def test_a_rotation_under_a_key_is_repeated_without_a_second_event(engine: Engine) -> None:
    first = engine.rotate_key(NEXT, key="once")
    again = engine.rotate_key(NEXT, key="once")
    assert again.repeated
    assert again.bodies == first.bodies
    in_order(engine)


def test_no_cascade_takes_the_name_of_the_logs_own_stream(engine: Engine) -> None:
    for name in ("log", "org"):
        with pytest.raises(XiadaError, check=lambda error: error.code == "reserved_cascade"):
            cascade_of(engine, name)


def test_a_whole_cascade_in_batches_is_published_as_it_goes(make: Maker) -> None:
    engine = signed(make)
    engine.submit_all(THROUGH)
    assert engine.published().size == engine.head().size
    in_order(engine)
    for index in (len(one_line()), engine.head().size - 1):
        assert engine.at(index).size == index + 1
        assert list(engine.at(index).org()) == list(one_line().superiors_first())


def test_the_frontier_of_a_published_log_needs_few_tiles(engine: Engine) -> None:
    remind(engine, 1_500)
    engine.publish()
    with engine._store.reading() as reader:
        asked: list[tuple[int, int]] = []
        tiles = reader.tiles()

        class Counting:
            def tile(self, level: int, number: int, width: int) -> Any:
                asked.append((level, number))
                return tiles.tile(level, number, width)

        frontier_at(Counting(), reader.head().size)
    assert len(asked) == 2
