"""Proofs of inclusion and consistency: all of them to 128 leaves, the published probes, and mutants."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_tree import CountedTiles, NaiveTree, both_led_to, leaf, led_to
from support import ROOT

from xiada.engine.errors import Malformed, Tampered
from xiada.engine.log.merkle import EMPTY
from xiada.engine.log.proofs import check_consistency, check_inclusion, prove_consistency, prove_inclusion

LEAVES = [leaf(b"%d" % number) for number in range(70_000)]
TREE = NaiveTree(LEAVES)
ALL = 128
VECTORS = ROOT.parent / "shared" / "vectors"
ZERO = bytes(32)

Proof = Sequence[bytes]


def root(size: int) -> bytes:
    """Return the root of the tree of a size."""
    return TREE.root(0, size)


def included(proof: Proof, index: int, size: int, leaf: bytes, root: bytes) -> bool:
    """Tell whether a proof of inclusion is accepted."""
    try:
        check_inclusion(proof, index=index, size=size, leaf=leaf, root=root)
    except Tampered:
        return False
    return True


def consistent(proof: Proof, old: int, new: int, old_root: bytes, new_root: bytes) -> bool:
    """Tell whether a proof of consistency is accepted."""
    try:
        check_consistency(proof, old=old, new=new, old_root=old_root, new_root=new_root)
    except Tampered:
        return False
    return True


# All proofs to 128 leaves


def test_every_proof_of_inclusion_to_128_leaves_is_that_of_the_definition_and_holds() -> None:
    for size in range(1, ALL + 1):
        tiles = CountedTiles(TREE, size)
        for index in range(size):
            proof = prove_inclusion(tiles, index, size)
            assert proof == TREE.path(index, size)
            assert included(proof, index, size, LEAVES[index], root(size))


def test_every_proof_of_consistency_to_128_leaves_is_that_of_the_definition_and_holds() -> None:
    for new in range(1, ALL + 1):
        tiles = CountedTiles(TREE, new)
        for old in range(1, new + 1):
            proof = prove_consistency(tiles, old, new)
            assert proof == TREE.proof(old, new)
            assert consistent(proof, old, new, root(old), root(new))


@given(st.integers(1, 70_000), st.data())
def test_a_proof_of_inclusion_in_a_long_log_is_that_of_the_definition(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(CountedTiles(TREE, size), index, size)
    assert proof == TREE.path(index, size)
    assert included(proof, index, size, LEAVES[index], root(size))


@given(st.integers(1, 70_000), st.data())
def test_a_proof_of_consistency_in_a_long_log_is_that_of_the_definition(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = prove_consistency(CountedTiles(TREE, new), old, new)
    assert proof == TREE.proof(old, new)
    assert consistent(proof, old, new, root(old), root(new))


@given(st.integers(1, 70_000), st.data())
def test_a_proof_reads_each_tile_once_and_few_of_them(size: int, data: st.DataObject) -> None:
    """At most two of each row: that on the way down, and that at the right edge; three rows hold 70,000 leaves."""
    place = data.draw(st.integers(0, size - 1))
    for prove, first in ((prove_inclusion, place), (prove_consistency, place + 1)):
        tiles = CountedTiles(TREE, size)
        prove(tiles, first, size)
        assert set(tiles.reads.values()) <= {1}
        assert len(tiles.reads) <= 6


# Edges


def test_a_log_of_one_entry_needs_no_proof() -> None:
    assert prove_inclusion(CountedTiles(TREE, 1), 0, 1) == []
    assert included([], 0, 1, LEAVES[0], LEAVES[0])


@pytest.mark.parametrize("size", [0, 1, 7, 128])
def test_every_log_begins_with_itself_and_with_the_empty_one_and_no_proof_is_needed(size: int) -> None:
    tiles = CountedTiles(TREE, size)
    assert prove_consistency(tiles, size, size) == prove_consistency(tiles, 0, size) == []
    assert not tiles.reads
    assert consistent([], size, size, root(size), root(size))
    assert consistent([], 0, size, EMPTY, root(size))


@pytest.mark.parametrize("size", [0, 1, 7])
def test_from_the_empty_log_only_its_one_root_and_an_empty_proof_are_accepted(size: int) -> None:
    assert not consistent([], 0, size, root(3), root(size))
    assert not consistent([ZERO], 0, size, EMPTY, root(size))
    assert not consistent([root(size)], 0, size, EMPTY, root(size))


def test_two_logs_of_one_size_and_different_roots_do_not_agree() -> None:
    assert not consistent([], 7, 7, root(7), root(8))
    assert not consistent([], 0, 0, ZERO, ZERO)


def test_a_log_never_shrinks_to_a_later_one() -> None:
    assert not consistent(TREE.proof(5, 9), 9, 5, root(9), root(5))
    assert not consistent([], 1, 0, LEAVES[0], EMPTY)
    assert not consistent(LEAVES[:2], 3, 2, LEAVES[0], root(2)), "though the formula would lead to both"


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (9, 8), (-1, 8), (True, 8), (0, -1), (0, 8.0), ("0", 8)])
def test_an_entry_the_log_does_not_have_is_neither_proved_nor_accepted(index: Any, size: Any) -> None:
    with pytest.raises(Malformed):
        prove_inclusion(CountedTiles(TREE, 8), index, size)
    assert not included(TREE.path(0, 8), index, size, LEAVES[0], root(8))


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 8), (8, -1), (True, 8), (4, 8.0), ("4", 8)])
def test_sizes_that_cannot_be_are_neither_proved_nor_accepted(old: Any, new: Any) -> None:
    with pytest.raises(Malformed):
        prove_consistency(CountedTiles(TREE, 8), old, new)
    assert not consistent(TREE.proof(4, 8), old, new, root(4), root(8))


LENGTHS = [b"", LEAVES[0][:31], LEAVES[0] + b"\x00", LEAVES[0].hex(), bytearray(LEAVES[0]), None]


@pytest.mark.parametrize("wrong", LENGTHS)
def test_what_is_not_32_bytes_is_no_hash_wherever_it_stands(wrong: Any) -> None:
    path, proof = TREE.path(3, 8), TREE.proof(3, 8)
    for place in range(len(path)):
        assert not included([*path[:place], wrong, *path[place + 1 :]], 3, 8, LEAVES[3], root(8))
    for place in range(len(proof)):
        assert not consistent([*proof[:place], wrong, *proof[place + 1 :]], 3, 8, root(3), root(8))
    assert not included(path, 3, 8, wrong, root(8))
    assert not included(path, 3, 8, LEAVES[3], wrong)
    assert not consistent(proof, 3, 8, wrong, root(8))
    assert not consistent(proof, 3, 8, root(3), wrong)
    assert not included([], 0, 1, wrong, wrong)
    assert not consistent([], 1, 1, wrong, wrong)


def test_a_proof_that_fails_says_what_it_was_to_show() -> None:
    with pytest.raises(Tampered, match="does not show this entry") as caught:
        check_inclusion([], index=3, size=8, leaf=LEAVES[3], root=root(8))
    assert (caught.value.code, caught.value.data) == ("bad_proof", {"index": 3, "size": 8})
    with pytest.raises(Tampered, match="later log begins with the earlier") as caught:
        check_consistency([], old=3, new=8, old_root=root(3), new_root=root(8))
    assert (caught.value.code, caught.value.data) == ("bad_proof", {"old": 3, "new": 8})


def test_a_very_long_proof_is_refused() -> None:
    assert not included([ZERO] * 100_000, 3, 8, LEAVES[3], root(8))
    assert not consistent([ZERO] * 100_000, 3, 8, root(3), root(8))


def test_a_valid_proof_of_another_entry_is_refused() -> None:
    for index in range(1, 100):
        assert not included(TREE.path(index, 100), index, 100, LEAVES[index - 1], root(100))


def test_a_root_alone_does_not_bind_the_size() -> None:
    """Why a count stands beside every root: this proof holds for 3 and for 4 leaves of the same root."""
    proof = TREE.path(0, 3)
    assert included(proof, 0, 3, LEAVES[0], root(3))
    assert included(proof, 0, 4, LEAVES[0], root(3))


# Mutants


def flipped(hash_: bytes, number: int) -> bytes:
    """Return a hash with one bit flipped, another for each number."""
    bit = number * 37 % 256
    return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(hash_))


def mutated(proof: Proof, foreign: list[bytes], seed: int) -> Iterator[Proof]:
    """Yield proofs that differ from a proof: flipped, dropped, doubled, added, swapped, reversed, replaced."""
    whole = range(len(proof))
    for place in whole:
        yield [*proof[:place], flipped(proof[place], seed + place), *proof[place + 1 :]]
        yield proof[:place] + proof[place + 1 :]
        yield [*proof[: place + 1], *proof[place:]]
        yield [*proof[:place], ZERO, *proof[place + 1 :]]
    for place in range(len(proof) + 1):
        for spare in (ZERO, *foreign):
            yield [*proof[:place], spare, *proof[place:]]
    for place in whole[1:]:
        swapped = [*proof]
        swapped[place - 1], swapped[place] = swapped[place], swapped[place - 1]
        yield swapped
    if len(proof) > 2:
        yield proof[::-1]
    if len(proof) > 1:
        yield []


def test_more_than_70_000_mutants_of_proofs_of_inclusion_are_refused() -> None:
    refused = 0
    for size in (*range(1, 50), 64, 65, 100):
        for index in range(size):
            proof, hash_, top = TREE.path(index, size), LEAVES[index], root(size)
            seed = size * 131 + index
            mutants = {(tuple(mutant), index, size, hash_, top) for mutant in mutated(proof, [hash_, top], seed)}
            mutants |= {(tuple(proof), other, size, hash_, top) for other in range(size) if other != index}
            mutants |= {(tuple(proof), index, size, flipped(hash_, seed), top)}
            mutants |= {(tuple(proof), index, size, hash_, flipped(top, seed))}
            mutants |= {(tuple(proof), index, other, hash_, root(other)) for other in others(index, size)}
            original = (tuple(proof), index, size, hash_, top)
            assert included(*original)
            assert original not in mutants
            assert not [mutant for mutant in mutants if included(*mutant)]
            refused += len(mutants)
    assert refused >= 70_000


def others(index: int, size: int) -> list[int]:
    """Return sizes of logs that hold an entry too, at which its proof is another."""
    found = {size - 1, size + 1, 2 * size}
    return sorted(other for other in found if other > index and TREE.path(index, other) != TREE.path(index, size))


def test_more_than_70_000_mutants_of_proofs_of_consistency_are_refused() -> None:
    refused = 0
    for new in (*range(2, 50), 64, 65, 100):
        for old in range(1, new):
            proof, below, top = TREE.proof(old, new), root(old), root(new)
            seed = new * 131 + old
            mutants = {(tuple(mutant), old, new, below, top) for mutant in mutated(proof, [below, top], seed)}
            mutants |= {(tuple(proof), old, new, flipped(below, seed), top)}
            mutants |= {(tuple(proof), old, new, below, flipped(top, seed))}
            mutants |= {(tuple(proof), *claim) for claim in ((old, new, top, below), (new, old, top, below))}
            mutants |= {(tuple(proof), other, new, root(other), top) for other in range(1, new + 1) if other != old}
            mutants |= {(tuple(proof), old, other, below, root(other)) for other in (new - 1, new + 1)}
            original = (tuple(proof), old, new, below, top)
            assert consistent(*original)
            assert original not in mutants
            assert not [mutant for mutant in mutants if consistent(*mutant)]
            refused += len(mutants)
    assert refused >= 70_000


def test_at_any_place_and_size_a_proof_is_accepted_exactly_if_the_definition_leads_it_to_the_root() -> None:
    for size in range(1, 24):
        for index in range(size):
            proof = TREE.path(index, size)
            for other, total in ((i, n) for n in range(1, 40) for i in range(n)):
                expected = led_to(proof, other, total, LEAVES[index]) == root(size)
                assert included(proof, other, total, LEAVES[index], root(size)) == expected


def test_at_any_two_sizes_a_proof_is_accepted_exactly_if_the_definition_leads_it_to_both_roots() -> None:
    for new in range(1, 20):
        for old in range(1, new + 1):
            proof, roots = TREE.proof(old, new), (root(old), root(new))
            for other, total in ((m, n) for n in range(1, 32) for m in range(1, n + 1)):
                expected = both_led_to(proof, other, total, roots[0]) == roots
                assert consistent(proof, other, total, *roots) == expected


# The published probes


def probes(name: str) -> list[dict[str, Any]]:
    """Return the probes of a file, or skip."""
    path = VECTORS / name
    if not path.is_file():
        pytest.skip(f"the published probes are not beside the project: {name}")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def decoded(words: list[str] | None) -> Proof:
    """Return the hashes of a probe."""
    return [b64decode(word) for word in words or []]


def test_the_98_published_probes_of_inclusion_are_judged_as_published() -> None:
    found = probes("rfc6962_inclusion.jsonl")
    assert len(found) == 98
    for probe in found:
        place = probe["leafIdx"], probe["treeSize"]
        accepted = included(decoded(probe["proof"]), *place, b64decode(probe["leafHash"]), b64decode(probe["root"]))
        assert accepted != probe["wantErr"], probe["case"]


def test_the_98_published_probes_of_consistency_are_judged_as_published() -> None:
    """One is accepted there whose roots are ten letters; here a root has 32 bytes."""
    found = probes("rfc6962_consistency.jsonl")
    assert len(found) == 98
    lax = []
    for probe in found:
        roots = b64decode(probe["root1"]), b64decode(probe["root2"])
        accepted = consistent(decoded(probe["proof"]), probe["size1"], probe["size2"], *roots)
        if accepted == probe["wantErr"]:
            assert not accepted
            lax.append((probe["case"], {len(root) for root in roots}))
    assert lax == [("consistency/additional/sizes-are-equal-one-and-proof-is-empty", {12})]
