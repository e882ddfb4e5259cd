"""Looking: the log, replays of any moment, views with lights and buckets; nothing is ever written by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import START, ManualClock, cascade, day, end, forwarded, notice, of, refused, snapshot, types

from xiada.engine import codec
from xiada.engine.directive import Directive, parse_reference, path_order, root_of
from xiada.engine.due import DAY_US, NEVER, instant
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound
from xiada.engine.log.merkle import EMPTY, Frontier, node_hash, root_hash
from xiada.engine.projections import BUCKETS, Light, LightRules, bucket, is_overdue, light, tallies

# The log and its moments


@pytest.fixture
def story(engine: Engine, clock: ManualClock) -> Engine:
    """A day apart: issued, forwarded, c1 at work, c2 waived, c1 reported."""
    for act in (
        lambda: cascade(engine),
        lambda: engine.forward("k/1", ["c1", "c2"], actor=of("p"), due=day(6, 10)),
        lambda: engine.execute("k/1.1", actor=of("c1")),
        lambda: engine.waive("k/1.2", "merged", actor=of("p")),
        lambda: engine.report("k/1.1", actor=of("c1")),
    ):
        act()
        clock.advance(days=1)
    return engine


def test_the_log_is_all_events_and_a_stream_is_its_own(story: Engine) -> None:
    assert types(story.log("k/1.2")) == [("k/1.2", "issued"), ("k/1.2", "waived")]
    assert types(story.log())[-3:] == [("k/1.1", "started"), ("k/1.2", "waived"), ("k/1.1", "reported")]
    assert story.log("org/c1")[0].event.type == "unit_added"
    assert story.log("k/9") == story.log("org/nobody") == []


def test_every_moment_is_the_fold_of_the_events_up_to_it(story: Engine) -> None:
    for index in range(story.head().size):
        moment = story.replay(index)
        assert moment.frontier.size == index + 1
        assert moment.frontier.root() == root_hash([recorded.hash for recorded in story.log()[: index + 1]])
        assert sum(state.version for state in moment.states.values()) + len(moment.units) == index + 1


def test_a_moment_may_be_named_by_time(story: Engine) -> None:
    assert story.replay(START).states["k/1"].status == "issued"
    assert story.replay(START + timedelta(days=2)).states["k/1.1"].status == "executing"
    assert story.replay(START + timedelta(days=3, microseconds=-1)).states["k/1.2"].status == "issued"
    assert story.replay(START - timedelta(days=1)).states == {}
    assert story.replay(START + timedelta(days=99)).states["k/1.1"].status == "reported"


@pytest.mark.parametrize("index", [-1, 10_000])
def test_an_index_the_log_does_not_have_is_refused(story: Engine, index: int) -> None:
    with refused(story, NotFound, "no_such_index"):
        story.replay(index)


def test_a_naive_moment_is_malformed(story: Engine) -> None:
    with refused(story, Malformed, "naive_time"):
        story.replay(datetime(2030, 1, 1))  # noqa: DTZ001


def test_an_empty_log_has_an_empty_moment(make: object) -> None:
    engine = make()  # type: ignore[operator]
    assert engine.replay().states == {}
    assert engine.replay().frontier.root() == EMPTY
    with pytest.raises(NotFound):
        engine.replay(0)


# Views


def test_a_view_shows_a_cascade_in_preorder_with_names(story: Engine) -> None:
    view = story.view("k")
    assert [node.directive.ref for node in view.nodes] == ["k/1", "k/1.1", "k/1.2"]
    assert [(node.name, node.level, node.kind) for node in view.nodes[:2]] == [
        ("P", "province", "office"),
        ("C1", "city", "office"),
    ]
    assert (view.cascade, view.doc_number, view.title, view.zone) == ("k", "No. n1", "On n1", "Asia/Shanghai")
    assert view.log_size == story.head().size
    assert view.log_root == root_hash([recorded.hash for recorded in story.log()]).hex()
    assert [node.directive for node in view.nodes] == story.replay().cascade("k")


def test_a_view_of_the_past_shows_what_stood_then(story: Engine) -> None:
    then = story.view("k", at=START + timedelta(days=1))
    assert [node.directive.status for node in then.nodes] == ["forwarded", "issued", "issued"]
    assert then.now == instant(START + timedelta(days=1))
    assert then.log_root == story.replay(START + timedelta(days=1)).frontier.root().hex()
    index = story.view("k", at=then.log_size - 1)
    assert index.nodes == then.nodes


def test_a_view_may_be_judged_by_another_day(story: Engine) -> None:
    late = story.view("k", now=datetime(2030, 6, 21, 12, tzinfo=UTC))
    assert [node.bucket for node in late.nodes] == ["overdue", "done", "done"]
    assert [node.overdue for node in late.nodes] == [True, False, False]


def test_looking_changes_nothing(story: Engine) -> None:
    before = snapshot(story)
    for _ in range(2):
        story.view("k")
        story.replay()
        story.log()
        story.verify()
        story.impact("k/1", day(6, 1))
        story.requirements("k/1")
        story.children("k/1")
    assert snapshot(story) == before


def test_a_cascade_nobody_knows_has_no_view(story: Engine) -> None:
    for ask in (lambda: story.view("m"), lambda: story.view("k", at=0), lambda: story.view("")):
        with refused(story, NotFound, "unknown_cascade"):
            ask()


def test_cascades_come_in_the_order_they_were_issued(engine: Engine) -> None:
    for name in ("z", "a", "m"):
        engine.issue(name, notice(f"n-{name}"), actor=of("p"))
    assert engine.cascades() == ["z", "a", "m"]


def test_children_are_named_by_their_parent(story: Engine) -> None:
    assert [state.ref for state in story.children("k/1")] == ["k/1.1", "k/1.2"]
    assert story.children("k/1.1") == []


# Lights, buckets, lateness


def directive(due: int = end(6, 10), **more: object) -> Directive:
    """Return a directive as it might stand."""
    base = Directive("k/1", "u", "main", None, "executing", 1, b"", due, due, "", instant(START))
    return base._replace(**more)


@pytest.mark.parametrize(
    ("now", "expected", "bucket_"),
    [
        (end(5, 1), Light("green", "on_time", 40), "later"),
        (end(6, 2), Light("green", "on_time", 8), "later"),
        (end(6, 3), Light("green", "on_time", 7), "week"),
        (end(6, 6), Light("green", "on_time", 4), "week"),
        (end(6, 7), Light("yellow", "due_soon", 3), "week"),
        (end(6, 10), Light("yellow", "due_soon", 0), "today"),
        (end(6, 10) + 1, Light("red", "overdue", 1), "overdue"),
        (end(6, 20), Light("red", "overdue", 10), "overdue"),
    ],
)
def test_a_light_says_its_reason(now: int, expected: Light, bucket_: str) -> None:
    assert light(directive(), now) == expected
    assert bucket(directive(), now) == bucket_


def test_what_is_done_is_green_and_says_how_late_it_came() -> None:
    reported = {"status": "reported", "reported_at": end(6, 12)}
    assert light(directive(**reported), end(12, 1)) == Light("green", "done_late", 2)
    assert light(directive(due=end(6, 20), **reported), end(12, 1)) == Light("green", "done")
    assert light(directive(status="waived", closed_at=1), end(12, 1)) == Light("green", "waived")
    assert bucket(directive(**reported), end(12, 1)) == "done"


def test_what_is_undated_is_grey() -> None:
    found = light(directive(due=NEVER), instant(START + timedelta(days=5)))
    assert found == Light("grey", "undated", 5)
    assert bucket(directive(due=NEVER), end(12, 1)) == "undated"
    assert not is_overdue(directive(due=NEVER), end(12, 1), NEVER)


def test_when_a_light_turns_is_a_rule() -> None:
    assert light(directive(), end(6, 1), rules=LightRules(yellow_days=10)).colour == "yellow"
    assert light(directive(), end(6, 10), rules=LightRules(yellow_days=-1)).colour == "green"


@given(st.integers(-400, 400), st.integers(0, 60))
def test_exactly_one_bucket_and_it_agrees_with_the_light(days: int, yellow: int) -> None:
    now = end(6, 10) + days * DAY_US
    found = bucket(directive(), now)
    assert found in BUCKETS
    colour = light(directive(), now, rules=LightRules(yellow)).colour
    assert (colour == "red") == (found == "overdue") == is_overdue(directive(), now, end(6, 10))


def test_waived_and_withdrawn_are_never_late() -> None:
    for status in ("waived", "withdrawn"):
        assert not is_overdue(directive(status=status, closed_at=1, reason="why"), end(12, 1), end(6, 10))


def test_tallies_count_whole_subtrees(story: Engine) -> None:
    found = tallies(story.view("k", now=datetime(2030, 7, 1, tzinfo=UTC)).nodes)
    assert dict(found["k/1"].statuses) == {"forwarded": 1, "reported": 1, "waived": 1}
    assert (found["k/1"].total, found["k/1"].done, found["k/1"].overdue) == (3, 2, 1)
    assert found["k/1.1"].total == 1


# References and hashes


PATHS = st.lists(st.integers(1, 9_999_999), min_size=1, max_size=64)


@given(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True), PATHS)
def test_a_reference_is_read_as_it_is_written(name: str, numbers: list[int]) -> None:
    ref = f"{name}/{'.'.join(map(str, numbers))}"
    assert parse_reference(ref) == (name, tuple(numbers))
    assert root_of(ref) == f"{name}/{numbers[0]}"


@given(PATHS, PATHS)
def test_paths_order_by_number_not_by_text(one: list[int], other: list[int]) -> None:
    first, second = (".".join(map(str, numbers)) for numbers in (one, other))
    assert (path_order(first) < path_order(second)) == (one < other)


def dumb_root(leaves: list[bytes]) -> bytes:
    """Return the Merkle root as RFC 6962 §2.1 writes it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(dumb_root(leaves[:split]), dumb_root(leaves[split:]))


def test_the_frontier_has_the_root_of_the_rfc_at_every_size() -> None:
    frontier, leaves = Frontier(), []
    for number in range(200):
        assert frontier.root() == dumb_root(leaves) == root_hash(leaves)
        leaves.append(codec.leaf(b"%d" % number))
        frontier.add(leaves[-1])
        assert frontier.size == len(leaves)


def test_the_frontier_has_the_published_roots() -> None:
    """The eight leaves of the transparency-dev test vectors."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [codec.leaf(bytes.fromhex(one)) for one in inputs]
    assert root_hash(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_hash(leaves[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root_hash(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_forwarding_twice_shows_in_every_view(engine: Engine) -> None:
    forwarded(engine, "c1")
    engine.forward("k/1", ["c2"], actor=of("p"))
    assert len(engine.view("k").nodes) == 3
    assert tallies(engine.view("k").nodes)["k/1"].total == 3
