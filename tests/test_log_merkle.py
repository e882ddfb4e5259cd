"""RFC 6962 tree hashes: known roots, the frontier against the naive model, and the two classic attacks."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_tree import NaiveTree, leaf, node

from xiada.engine.errors import Tampered
from xiada.engine.log import merkle
from xiada.engine.log.merkle import EMPTY, Frontier, node_hash, root_hash
from xiada.engine.log.proofs import check_inclusion

LEAVES = [leaf(b"entry %d" % number) for number in range(600)]
TREE = NaiveTree(LEAVES)


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root_hash([]) == Frontier().root() == EMPTY == sha256(b"").digest()


def test_the_root_over_one_leaf_is_that_leaf() -> None:
    assert root_hash(LEAVES[:1]) == LEAVES[0]


@pytest.mark.parametrize("size", [*range(130), 255, 256, 257, 511, 512, 513, 600])
def test_the_root_of_a_list_is_that_of_the_definition(size: int) -> None:
    assert root_hash(LEAVES[:size]) == TREE.root(0, size)


def test_a_frontier_has_the_root_of_the_definition_at_every_size() -> None:
    frontier = Frontier()
    for size, hash_ in enumerate(LEAVES):
        assert frontier.root() == TREE.root(0, size)
        frontier.add(hash_)


@given(st.lists(st.integers(0, 300), max_size=4))
def test_a_frontier_grown_by_any_pieces_is_that_grown_one_by_one(pieces: list[int]) -> None:
    grown, place = Frontier(), 0
    for piece in pieces:
        grown.extend(LEAVES[place : place + piece])
        place = min(place + piece, len(LEAVES))
    assert (grown.size, grown.root()) == (place, TREE.root(0, place))


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_frontier_set_up_from_its_peaks_goes_on_as_if_it_had_never_stopped(size: int, more: int) -> None:
    before = Frontier()
    before.extend(LEAVES[:size])
    peaks = list(before.peaks)
    after = Frontier(before.size, peaks)
    after.extend(LEAVES[size : size + more])
    assert after.root() == TREE.root(0, size + more)
    assert (before.root(), tuple(peaks)) == (TREE.root(0, size), before.peaks), "they share nothing"


def test_a_frontier_has_as_many_peaks_as_its_size_has_powers_of_two() -> None:
    with pytest.raises(AssertionError):
        Frontier(3, LEAVES[:1])


# Attacks


def test_a_node_passed_off_as_an_entry_is_not_in_the_log() -> None:
    """Leaf as node: the entry whose bytes are two hashes would be the node above them, were it not for the prefixes."""
    left, right, forged = LEAVES[0], LEAVES[1], LEAVES[0] + LEAVES[1]
    root = root_hash(LEAVES[:4])
    above = [node_hash(LEAVES[2], LEAVES[3])]
    assert leaf(forged) != node(left, right)
    for index, size in ((0, 2), (0, 4), (1, 4)):
        with pytest.raises(Tampered):
            check_inclusion(above, index=index, size=size, leaf=leaf(forged), root=root)


def test_a_node_passed_off_as_a_leaf_fails_at_the_size_of_the_log() -> None:
    above = [node_hash(LEAVES[2], LEAVES[3])]
    with pytest.raises(Tampered):
        check_inclusion(above, index=0, size=4, leaf=node_hash(*LEAVES[:2]), root=root_hash(LEAVES[:4]))


def test_an_odd_last_leaf_counted_twice_is_another_log() -> None:
    """Odd-leaf duplication: where an odd leaf is paired with itself, [a, b, c] and [a, b, c, c] have one root."""
    a, b, c = LEAVES[:3]
    assert root_hash([a, b, c]) != root_hash([a, b, c, c])
    for size in (3, 4):
        with pytest.raises(Tampered):
            check_inclusion([c, node_hash(a, b)], index=3, size=size, leaf=c, root=root_hash([a, b, c]))


# The package


def test_the_log_imports_nothing_of_ours_but_errors() -> None:
    folder = Path(merkle.__file__).parent
    texts = [path.read_text("utf-8") for path in folder.glob("*.py")]
    named = {name for text in texts for name in re.findall(r"(?:from|import) (xiada\.[\w.]+)", text)}
    assert {name for name in named if not name.startswith("xiada.engine.log.")} == {"xiada.engine.errors"}
