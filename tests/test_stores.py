"""One contract for every store: all or nothing, consistent snapshots, order, uniqueness, dues."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from support import (
    ORIGIN,
    Maker,
    cascade,
    day,
    forwarded,
    live_equals_replay,
    notice,
    of,
    one_line,
    snapshot,
    unit,
    wide,
)

from xiada.engine import codec
from xiada.engine.commands import Execute, Forward, Issue, Progress, Remind
from xiada.engine.directive import Directive
from xiada.engine.due import NEVER
from xiada.engine.engine import Engine
from xiada.engine.errors import StoreError, Tampered, VersionConflict, XiadaError
from xiada.engine.events import (
    Event,
    Issued,
    Progressed,
    Rescheduled,
    Started,
    TextErased,
    UnitAdded,
    Waived,
    as_read,
    written,
)
from xiada.engine.evolve import evolve
from xiada.engine.lifecycle import STANDARD
from xiada.engine.log.merkle import root_hash
from xiada.engine.log.tiles import root_at
from xiada.engine.org import Select
from xiada.engine.ports import UNCHANGED, Changes, Head, Kept, Published, Reader, Store, Upkeep, Written
from xiada.engine.records import Recorded, data_of, read
from xiada.engine.stores import create_store

LOG = f"{ORIGIN}/e1"
NOTICE = codec.named("notice", b"{}")


@pytest.fixture
def store(make: Maker) -> Iterator[Store]:
    found = create_store(make.url(), ORIGIN)
    yield found
    found.close()


@dataclass
class Hand:
    """Writes changes by hand, as the engine would: what a store gets, without an engine.

    Args:
        size: Events written so far; `states` and `heads` go with it.
    """

    size: int = 0
    states: dict[str, Directive] = field(default_factory=dict)
    heads: dict[str, Recorded] = field(default_factory=dict)
    before: dict[str, Directive] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)

    def event(self, ref: str, event: Event, **around: Any) -> Recorded:
        """Record an event in a stream and fold it."""
        state = self.states.get(ref)
        body = {
            "v": 1,
            "log": LOG,
            "dir": ref,
            "ver": state.version + 1 if state else 1,
            "type": event.type,
            "t": 1_000 + self.size,
            "actor": "a",
            "unit": "p",
            "prev": state.head.hex() if state else None,
            "key": None,
            "data": data_of(event),
        } | around
        recorded = read(codec.encode(body), log=LOG, index=self.size)
        self.size += 1
        status, due = ("", None) if ref.startswith("org/") else self._fold(ref, recorded)
        self.changes.events.append(Written(ref, recorded.version, recorded.t, status, due, recorded.body))
        return recorded

    def _fold(self, ref: str, recorded: Recorded) -> tuple[str, int | None]:
        """Keep the new state where the store looks for it; return its status, and its due if that was set."""
        state = self.states.get(ref)
        self.states[ref] = after = evolve(state, recorded, STANDARD)
        if state is None or ref in self.changes.created:
            self.changes.created[ref] = after
        else:
            first, _ = self.changes.changed.get(ref, (state, state))
            self.changes.changed[ref] = (first, after)
        return after.status, after.due if state is None or state.due != after.due else None

    def issue(self, ref: str, due: int | None = None) -> None:
        """Issue a directive; its parent is what its path says."""
        above, dot, _ = ref.rpartition(".")
        parent = above if dot else None
        self.event(ref, Issued("u", "main", parent, "00" * 32 if dot else None, due, None, NOTICE, None))

    def taken(self) -> Changes:
        """Return what was gathered and begin anew."""
        found, self.changes = self.changes, Changes()
        found.first = self.size - len(found.events)
        return found

    def write(self, store: Store) -> None:
        """Write what was gathered, having read what is changed, as the engine does."""
        write(store, self.taken())


def everything(store: Store) -> dict[str, Any]:
    """Return all a store shows."""
    with store.reading() as reader:
        names = reader.cascades()
        return {
            "head": reader.head(),
            "events": list(reader.events()),
            "states": [list(reader.below(f"{name}/")) for name in names],
            "names": names,
            "units": list(reader.org()),
        }


def touched(reader: Reader, changes: Changes) -> None:
    """Read all that is changed and the parents of all that is created."""
    for ref in [*changes.changed, *(state.parent for state in changes.created.values() if state.parent)]:
        if ref not in changes.created:
            assert reader.directive(ref) is not None


def write(store: Store, changes: Changes) -> None:
    """Write changes in a transaction of their own."""
    with store.writing() as writer:
        touched(writer, changes)
        writer.append(changes)


def refused(store: Store, changes: Changes, kind: type[XiadaError] = StoreError) -> None:
    """Assert that changes are refused whole."""
    before = everything(store)
    with pytest.raises(kind) as caught:
        write(store, changes)
    assert caught.value.code == ("constraint" if kind is StoreError else "version_conflict")
    assert caught.value.remedy
    assert everything(store) == before


# Reading and writing


def test_a_new_store_holds_nothing_but_its_origin(store: Store) -> None:
    assert store.origin == LOG
    with store.reading() as reader:
        assert reader.head() == Head()
        assert reader.cascades() == list(reader.events()) == list(reader.stream("k/1")) == []
        assert reader.directive("k/1") is reader.blob("00" * 32) is reader.text("00" * 32) is reader.answer("x") is None
        assert reader.children("k/1") == list(reader.below("k/1")) == list(reader.below("k/")) == []
        assert len(reader.org()) == 0


def test_what_is_written_is_read(store: Store) -> None:
    hand, kept = Hand(), Kept(1, 2, "issue", "k/1", "p")
    hand.event("org/p", UnitAdded("P", "office", "province", "main"))
    hand.changes.units.append(unit("p", level="province"))
    hand.issue("k/1", 100)
    hand.issue("k/1.1", 50)
    hand.event("k/1", Started())
    hand.changes.blobs[NOTICE] = ("notice", b"{}")
    hand.changes.texts["ab" * 32] = (b"s" * 16, b"text")
    hand.changes.answers["key"] = kept
    bodies = [recorded.body for recorded in hand.changes.events]
    hand.write(store)
    with store.reading() as reader:
        assert reader.head() == Head(4, 1_003, 1)
        assert list(reader.events()) == list(enumerate(bodies))
        assert list(reader.events(1, 3)) == [(1, bodies[1]), (2, bodies[2])]
        assert list(reader.events(3)) == [(3, bodies[3])]
        assert list(reader.events(9)) == list(reader.events(2, 2)) == []
        assert list(reader.stream("k/1")) == [(1, bodies[1]), (3, bodies[3])]
        assert list(reader.stream("org/p")) == [(0, bodies[0])]
        assert reader.directive("k/1") == hand.states["k/1"]
        assert reader.children("k/1") == [hand.states["k/1.1"]]
        assert [one.id for one in reader.org()] == ["p"]
        assert (reader.blob(NOTICE), reader.text("ab" * 32), reader.answer("key")) == (
            b"{}",
            (b"s" * 16, b"text"),
            kept,
        )


def test_every_field_of_a_state_is_kept(store: Store) -> None:
    hand = Hand()
    hand.issue("k/1", 100)
    hand.changes.created["k/1"] = hand.states["k/1"]._replace(
        children=3, acknowledged_at=1, started_at=2, reported_at=3, closed_at=4, extension=NEVER, reason="下达",
        copy=("a", "b"), fulfilled=(("plan", None), ("brief", "2030-01-09")), status="summarised", original_due=7,
    )  # fmt: skip
    expected = hand.changes.created["k/1"]
    hand.write(store)
    with store.reading() as reader:
        assert reader.directive("k/1") == expected


def test_blobs_are_kept_once_under_their_name(store: Store) -> None:
    for _ in range(2):
        with store.writing() as writer:
            writer.append(Changes(blobs={NOTICE: ("notice", b"{}")}))
    with store.reading() as reader:
        assert reader.blob(NOTICE) == b"{}"


def test_an_erased_text_is_gone_and_the_log_stands(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    recorded = engine.progress("k/1", "private", actor=of("p")).events[0]
    erase(engine, recorded.text or "")
    assert engine.text(recorded.text or "") is None
    assert [found.code for found in engine.verify()] == ["i11_text_missing"], "no event says so"


def erase(engine: Engine, commitment: str) -> None:
    """Take a text away behind the engine's back, whichever store it is."""
    store: Any = engine._store
    if hasattr(store, "_texts"):
        del store._texts[commitment]
    else:
        with store.writing() as writer:
            writer._execute("DELETE FROM erasable_text WHERE commitment=?", (bytes.fromhex(commitment),))


# All or nothing


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_exception_undoes_the_transaction(store: Store, when: str) -> None:
    hand = Hand()
    hand.issue("k/1", 100)
    before = everything(store)

    def interrupted() -> None:
        with store.writing() as writer:
            if when == "after":
                writer.append(hand.taken())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert everything(store) == before


def test_after_a_refusal_the_store_goes_on(store: Store) -> None:
    hand = Hand()
    hand.issue("k/1", 100)
    hand.write(store)
    late = replace(hand)
    late.states, late.changes = dict(hand.states), Changes()
    late.issue("k/1.1", 101)
    refused(store, late.taken())
    hand.issue("k/1.1", 100)
    hand.write(store)
    assert everything(store)["head"].size == 2


# Order and uniqueness


@pytest.mark.parametrize("shift", [-1, 1, 5])
def test_a_log_index_that_is_not_the_next_is_refused(store: Store, shift: int) -> None:
    hand = Hand()
    hand.issue("k/1", 100)
    hand.write(store)
    hand.event("k/1", Started())
    changes = hand.taken()
    changes.first += shift
    refused(store, changes)


@pytest.mark.parametrize("version", [1, 3])
def test_a_version_that_is_not_the_next_is_refused(store: Store, version: int) -> None:
    hand = Hand()
    hand.issue("k/1", 100)
    hand.write(store)
    hand.event("k/1", Started())
    changes = hand.taken()
    changes.events[0] = changes.events[0]._replace(version=version)
    refused(store, changes)


def test_a_directive_that_has_moved_meanwhile_is_a_conflict(store: Store) -> None:
    hand = Hand()
    hand.issue("k/1", 100)
    hand.write(store)
    old = hand.states["k/1"]
    hand.event("k/1", Started())
    hand.write(store)
    hand.event("k/1", Progressed())
    changes = hand.taken()
    changes.changed["k/1"] = (old, hand.states["k/1"])
    refused(store, changes, VersionConflict)


def test_a_key_stands_for_one_answer(store: Store) -> None:
    first = Kept(0, 1, "issue", "k/1", "p")
    with store.writing() as writer:
        writer.append(Changes(answers={"key": first}))
    refused(store, Changes(answers={"key": Kept(5, 1, "issue", "k/1", "p")}))
    with store.reading() as reader:
        assert reader.answer("key") == first


def test_directives_come_in_preorder_and_children_by_number(store: Store) -> None:
    hand = Hand()
    for name in ("k", "k2", "k-1"):
        hand.issue(f"{name}/1", 100)
        for number in range(1, 13):
            hand.issue(f"{name}/1.{number}", 100)
    hand.issue("k/2", 100)
    hand.issue("k/1.1.1", 100)
    hand.write(store)
    with store.reading() as reader:
        assert [state.ref for state in reader.children("k/1")] == [f"k/1.{n}" for n in range(1, 13)]
        first = ["k/1", "k/1.1", "k/1.1.1", *(f"k/1.{n}" for n in range(2, 13)), "k/2"]
        assert [state.ref for state in reader.below("k/")] == first
        assert [state.ref for state in reader.below("k/1.1")] == ["k/1.1.1"]
        assert list(reader.below("k/1.12")) == []
        assert reader.cascades() == ["k", "k2", "k-1"]


# Dues


@pytest.mark.parametrize(("parent", "child"), [(100, 101), (100, None)])
def test_a_child_due_after_its_parent_is_refused_by_the_store_itself(
    store: Store, parent: int, child: int | None
) -> None:
    hand = Hand()
    hand.issue("k/1", parent)
    hand.write(store)
    hand.issue("k/1.1", child)
    refused(store, hand.taken())


def move(hand: Hand, ref: str, due: int | None) -> None:
    """Reschedule a directive."""
    hand.event(ref, Rescheduled(due, written(hand.states[ref].due), "moved"))


@pytest.fixture
def family(store: Store) -> Hand:
    """k/1 due 100, k/1.1 due 80, k/1.1.1 due 60; k/1.2 due 90."""
    hand = Hand()
    for ref, due in (("k/1", 100), ("k/1.1", 80), ("k/1.1.1", 60), ("k/1.2", 90)):
        hand.issue(ref, due)
    hand.write(store)
    return hand


def test_a_parent_shortened_below_its_child_is_refused_by_the_store_itself(store: Store, family: Hand) -> None:
    move(family, "k/1.1", 59)
    refused(store, family.taken())


def test_a_child_moved_past_its_parent_is_refused_by_the_store_itself(store: Store, family: Hand) -> None:
    move(family, "k/1.1", 101)
    refused(store, family.taken())


def test_a_child_undated_under_a_dated_parent_is_refused_by_the_store_itself(store: Store, family: Hand) -> None:
    move(family, "k/1.1", None)
    refused(store, family.taken())


@pytest.mark.parametrize(
    "moves",
    [
        [("k/1", 200), ("k/1.1", 200), ("k/1.1.1", 200)],
        [("k/1.1.1", 5), ("k/1.1", 5), ("k/1.2", 5), ("k/1", 5)],
        [("k/1", None), ("k/1.1", None), ("k/1.2", 10)],
        [("k/1", 200), ("k/1.1", 150), ("k/1.1.1", 10), ("k/1.2", 200)],
    ],
)
def test_dues_may_move_together_wherever_they_end_in_order(
    store: Store, family: Hand, moves: list[tuple[str, int | None]]
) -> None:
    for ref, due in moves:
        move(family, ref, due)
    family.write(store)
    with store.reading() as reader:
        assert {state.ref: state.due for state in reader.below("k/")} == {
            ref: state.due for ref, state in family.states.items()
        }
        assert {ref: as_read(due) for ref, due in moves}.items() <= {s.ref: s.due for s in reader.below("k/")}.items()


def test_a_closed_child_no_longer_binds(store: Store, family: Hand) -> None:
    family.event("k/1.1.1", Waived("gone"))
    move(family, "k/1.1", 10)
    family.write(store)
    with store.reading() as reader:
        assert reader.directive("k/1.1.1") == family.states["k/1.1.1"]
        assert family.states["k/1.1.1"].due == 60


def test_a_child_issued_under_a_parent_moved_in_the_same_transaction_fits_the_new_due(
    store: Store, family: Hand
) -> None:
    move(family, "k/1.1", 95)
    family.issue("k/1.1.2", 95)
    family.write(store)
    move(family, "k/1.2", 50)
    family.issue("k/1.2.1", 60)
    refused(store, family.taken())


# What is kept of the log itself


def own(hand: Hand, number: int) -> Recorded:
    """Record an event of the log itself, by hand: its stream has no state."""
    before = hand.heads.get("log/audit")
    around = {"ver": before.version + 1 if before else 1, "prev": before.hash.hex() if before else None}
    body = {
        "v": 1, "log": LOG, "dir": "log/audit", "type": "text_erased", "t": 1_000 + hand.size, "actor": "a",
        "unit": "org", "key": None, "data": data_of(TextErased("00" * 32, number, "asked")),
    }  # fmt: skip
    recorded = read(codec.encode(body | around), log=LOG, index=hand.size)
    hand.heads["log/audit"] = recorded
    hand.size += 1
    hand.changes.events.append(Written("log/audit", recorded.version, recorded.t, "", None, recorded.body))
    return recorded


def test_the_stream_of_the_log_itself_is_a_stream_like_others_and_counts_as_none_of_the_orgs(store: Store) -> None:
    hand = Hand()
    hand.event("org/p", UnitAdded("P", "office", "province", "main"))
    hand.changes.units.append(unit("p", level="province"))
    found = [own(hand, 0)]
    hand.issue("k/1", 100)
    hand.write(store)
    found.append(own(hand, 1))
    hand.event("k/1", Started())
    hand.write(store)
    found.append(own(hand, 2))
    hand.write(store)
    bodies = [(one.index, one.body) for one in found]
    with store.reading() as reader:
        assert list(reader.stream("log/audit")) == bodies
        assert list(reader.stream("log/audit", 3)) == bodies[1:]
        assert list(reader.stream("log/audit", 6)) == []
        assert [index for index, _ in reader.events()] == list(range(6))
        assert reader.head() == Head(6, 1_005, 1)
        number = reader.number("log/audit")
        assert number is not None
        assert reader.streams()[number] == ("log/audit", 5)
        assert len(reader.streams()) == 3
        [columns] = reader.columns()
        assert list(columns.stream).count(number) == 3
        assert [columns.previous[index] for index in (1, 3, 5)] == [UNCHANGED, 1, 3]
        assert [columns.version[index] for index in (1, 3, 5)] == [1, 2, 3]
        assert {reader.statuses()[columns.status[index]] for index in (0, 1, 3, 5)} == {""}


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_version_out_of_order_in_the_stream_of_the_log_itself_is_refused(store: Store, version: int) -> None:
    hand = Hand()
    own(hand, 0)
    hand.write(store)
    own(hand, 1)
    changes = hand.taken()
    changes.events[-1] = changes.events[-1]._replace(version=version)
    refused(store, changes)


def test_a_store_without_events_of_the_log_itself_has_no_such_stream(store: Store) -> None:
    with store.reading() as reader:
        assert list(reader.stream("log/audit")) == []
        assert reader.number("log/audit") is None
        assert reader.streams() == {}


def test_checkpoints_are_kept_in_order_each_size_once(store: Store) -> None:
    for size, t, note in ((3, 10, "three"), (5, 20, "five")):
        with store.writing() as writer:
            writer.append(Changes(upkeep=Upkeep(checkpoints=[Published(size, t, note)])))
    with store.reading() as reader:
        assert reader.checkpoints() == ["three", "five"]
        assert reader.checkpoint() == Published(5, 20, "five")
    refused(store, Changes(upkeep=Upkeep(checkpoints=[Published(5, 30, "again")])))


def test_tiles_are_put_in_place_of_those_kept_and_refilling_drops_them(store: Store) -> None:
    for tile in (b"a" * 32, b"a" * 32 + b"b" * 32):
        with store.writing() as writer:
            writer.append(Changes(upkeep=Upkeep(tiles={(1, 0): tile, (2, 7): b"c" * 32})))
    with store.reading() as reader:
        assert reader.integrated() == 512
        assert reader.tiles().tile(1, 0, 2) == [b"a" * 32, b"b" * 32]
        assert reader.tiles().tile(1, 0, 1) == [b"a" * 32]
        assert reader.tiles().tile(2, 7, 1) == [b"c" * 32]
    with store.writing() as writer:
        writer.refill(Changes())
    with store.reading() as reader:
        assert reader.integrated() == 0


def test_a_tree_that_is_not_stored_is_hashed_from_the_events(make: Maker) -> None:
    engine = make(wide(700))
    with engine._store.reading() as reader:
        leaves = [codec.leaf(body) for _, body in reader.events()]
        tiles = reader.tiles()
        assert tiles.tile(0, 2, 189) == leaves[512:]
        assert tiles.tile(0, 0, 256) == leaves[:256]
        assert tiles.tile(0, 0, 3) == leaves[:3]
        assert tiles.tile(1, 0, 2) == [root_hash(leaves[:256]), root_hash(leaves[256:512])]
        assert all(root_at(tiles, size) == root_hash(leaves[:size]) for size in (0, 1, 255, 256, 257, 600, 701))


@pytest.mark.parametrize("tile", [b"x" * 31, b"x" * (257 * 32)])
def test_a_stored_tile_that_is_none_is_damage(store: Store, tile: bytes) -> None:
    with store.writing() as writer:
        writer.append(Changes(upkeep=Upkeep(tiles={(1, 0): tile})))
    with store.reading() as reader, pytest.raises(Tampered, check=lambda error: error.code == "tile_damaged"):
        reader.tiles().tile(1, 0, 1)


def test_what_is_to_be_remembered_is_until_it_is_to_be_forgotten(store: Store) -> None:
    for settings in ({"key": "a", "anchors": "b"}, {"key": "c"}, {"anchors": None, "nothing": None}):
        with store.writing() as writer:
            writer.append(Changes(upkeep=Upkeep(settings=settings)))
    with store.reading() as reader:
        assert (reader.setting("key"), reader.setting("anchors"), reader.setting("origin")) == ("c", None, None)


def test_a_log_goes_by_another_name_from_the_transaction_on_that_says_so(store: Store) -> None:
    name = f"{ORIGIN}/e2"
    with store.reading() as reader:
        assert reader.origin == LOG
    hand = Hand()
    own(hand, 0)
    changes = hand.taken()
    changes.upkeep = Upkeep(origin=name)
    with store.writing() as writer:
        writer.append(changes)
        assert writer.origin == name
    assert store.origin == name
    with store.reading() as reader:
        assert reader.origin == name


def test_upkeep_that_fails_leaves_nothing_behind(store: Store) -> None:
    hand = Hand()
    hand.changes.texts["ab" * 32] = (b"s" * 16, b"text")
    hand.write(store)
    upkeep = Upkeep({(1, 0): b"a" * 32}, [Published(1, 1, "note")], ["ab" * 32], f"{ORIGIN}/e2", {"key": "a"})

    def failing() -> None:
        with store.writing() as writer:
            writer.append(Changes(upkeep=upkeep))
            raise LookupError

    with pytest.raises(LookupError):
        failing()
    with store.reading() as reader:
        assert (reader.integrated(), reader.checkpoint(), reader.setting("key")) == (0, None, None)
        assert reader.text("ab" * 32) == (b"s" * 16, b"text")
        assert reader.origin == store.origin == LOG
    with store.writing() as writer:
        writer.append(Changes(upkeep=upkeep))
    store.scrub()
    with store.reading() as reader:
        assert reader.text("ab" * 32) is None


# Snapshots and threads


def test_a_snapshot_stays_as_it_was_while_another_thread_writes(make: Maker) -> None:
    engine = make(wide(20))
    cascade(engine)
    done = threading.Event()

    def write() -> None:
        engine.forward("k/1", [Select(level="city")], actor=of("p"))
        done.set()

    with engine._store.reading() as reader:
        before = (reader.head(), list(reader.events()))
        other = threading.Thread(target=write)
        other.start()
        for _ in range(50):
            assert reader.head() == before[0]
            assert list(reader.events()) == before[1]
            assert reader.children("k/1") == []
            assert len(list(reader.stream("k/1"))) == 1
    other.join()
    assert done.is_set()
    assert len(engine.children("k/1")) == 20
    live_equals_replay(engine)


def test_eight_threads_on_one_engine_lose_no_update(make: Maker) -> None:
    engine = make(wide(8))
    forwarded(engine, *(f"c{n}" for n in range(1, 9)))
    engine.submit(Execute(f"k/1.{n}", actor=of(f"c{n}")) for n in range(1, 9))
    size, errors = engine.head().size, []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                engine.progress(f"k/1.{number}", f"{turn}", actor=of(f"c{number}"), key=f"{number}-{turn}")
                engine.remind("k/1", f"{number}-{turn}", actor=of("p"))
                assert engine.directive(f"k/1.{number}").version == turn + 3
                assert [node.directive.version for node in engine.view("k").nodes]
        except BaseException as error:  # noqa: BLE001  (whatever it is, it must be seen in the main thread)
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert engine.head().size == size + 160
    assert engine.directive("k/1").version == 2 + 80
    live_equals_replay(engine)


def test_with_expected_versions_only_one_of_many_wins_each_round(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    won: list[int] = []

    def work(number: int) -> None:
        for _ in range(5):
            while True:
                version = engine.directive("k/1").version
                try:
                    engine.submit([Progress("k/1", f"{number}", actor=of("p"), expected_version=version)])
                except VersionConflict:
                    continue
                won.append(version)
                break

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == list(range(2, 22)), "every version was won once"


def test_the_root_of_a_view_is_over_the_events_it_counts(make: Maker) -> None:
    """Somebody writes and looks while a view is being put together: log size and root must still agree."""

    class Interrupting:
        """A clock during whose readings somebody else is at work."""

        turns = 0

        def now(self) -> int:
            if self.turns and threading.current_thread() is threading.main_thread():
                self.turns -= 1
                other = threading.Thread(target=interfere)
                other.start()
                if make.kind == "sqlite":  # a memory store lets nobody write while somebody reads
                    other.join()
            return make.clock.now()

    clock = Interrupting()
    engine = make(one_line(), clock=clock)
    cascade(engine)

    def interfere() -> None:
        engine.remind("k/1", "now", actor=of("p"))
        engine.view("k")

    clock.turns = 3
    view = engine.view("k")
    moments = [engine.replay(index) for index in range(engine.head().size)]
    roots = {moment.frontier.size: moment.frontier.root().hex() for moment in moments}
    assert roots[view.log_size] == view.log_root


# Reopening


def test_a_reopened_file_gives_the_same(tmp_path: Any) -> None:
    make = Maker("sqlite", tmp_path)
    engine = make(one_line())
    forwarded(engine)
    engine.delegate("c1", "d11", actor=of("c1"))
    engine.acknowledge("k/1.1", actor=of("c1"), key="signed")
    engine.issue("m", notice("n2", due=None), actor=of("p"))
    engine.waive("k/1.2", "merged", actor=of("p"))
    before = snapshot(engine)
    make.close()
    again = make.again()
    assert snapshot(again) == before
    assert again.origin == LOG
    assert again.acknowledge("k/1.1", actor=of("c1"), key="signed").repeated
    again.reschedule("k/1", day(6, 15), "sooner", actor=of("p"))
    live_equals_replay(again)
    make.close()


def test_stores_agree_byte_for_byte(tmp_path: Any) -> None:
    found = []
    for kind in ("memory", "sqlite"):
        make = Maker(kind, tmp_path)
        engine = make(one_line())
        forwarded(engine)
        engine.forward("k/1.1", ["d11", "d12"], actor=of("c1"), due=day(6, 5))
        engine.execute("k/1.1.1", actor=of("d11"))
        engine.report("k/1.1.1", actor=of("d11"), text="done")
        engine.reschedule("k/1", day(6, 8), "sooner", actor=of("p"), on_conflict="cascade")
        engine.reassign("k/1.2", "c3", "merged", actor=of("p"), key="r")
        engine.withdraw("k/1.1", "mistake", actor=of("p"))
        found.append(snapshot(engine))
        make.close()
    assert found[0] == found[1]


def test_sisters_made_together_keep_each_its_own_version(make: Maker) -> None:
    """One has had an event that moved neither status nor due in the transaction that made them both."""
    engine = make(one_line())
    engine.submit(
        [
            Issue("k", notice(), actor=of("p")),
            Forward("k/1", ("c1", "c2", "c3"), actor=of("p")),
            Remind("k/1.2", "soon", actor=of("p")),
        ]
    )
    assert [child.version for child in engine.children("k/1")] == [1, 2, 1]
    live_equals_replay(engine)
