"""Tiles: which there are, their paths, and reading a tree through them alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_tree import CountedTiles, NaiveTree, leaf

from xiada.engine.errors import Malformed, Tampered
from xiada.engine.log.merkle import EMPTY
from xiada.engine.log.tiles import TILE, frontier_at, node, parse_tile_path, root_at, tile_path, tiles_of

LEAVES = [leaf(b"%d" % number) for number in range(70_000)]
TREE = NaiveTree(LEAVES)
SIZES = [*range(1, 20), 127, 128, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 65_792, 70_000]


# Reading


@pytest.mark.parametrize("size", SIZES)
def test_the_root_read_from_tiles_is_that_of_the_definition(size: int) -> None:
    assert root_at(CountedTiles(TREE, size), size) == TREE.root(0, size)


def test_the_root_of_no_leaves_needs_no_tile() -> None:
    assert root_at(CountedTiles(TREE, 0), 0) == EMPTY


@pytest.mark.parametrize("size", [0, *SIZES])
def test_a_frontier_read_from_tiles_grows_like_the_log(size: int) -> None:
    frontier = frontier_at(CountedTiles(TREE, size), size)
    assert (frontier.size, frontier.root()) == (size, TREE.root(0, size))
    more = LEAVES[size : size + 300]
    frontier.extend(more)
    assert frontier.root() == TREE.root(0, size + len(more))


@pytest.mark.parametrize("size", SIZES)
def test_a_root_reads_at_most_one_tile_of_each_row(size: int) -> None:
    tiles = CountedTiles(TREE, size)
    root_at(tiles, size)
    assert max(tiles.reads.values()) == 1
    assert len(tiles.reads) <= 3


@given(st.integers(1, 70_000), st.integers(0, 16), st.data())
def test_any_node_read_from_tiles_is_that_of_the_definition(size: int, level: int, data: st.DataObject) -> None:
    level = min(level, size.bit_length() - 1)
    number = data.draw(st.integers(0, (size >> level) - 1))
    tiles = CountedTiles(TREE, size)
    assert node(tiles, level, number, size) == TREE.root(number << level, (number + 1) << level)
    assert tiles.reads.total() == 1


@pytest.mark.parametrize(("level", "number"), [(0, 5), (1, 2), (2, 1), (3, 0), (0, -1), (-1, 0), (64, 0)])
def test_a_node_the_tree_does_not_have_is_refused(level: int, number: int) -> None:
    with pytest.raises(Malformed, match="a tree of 5 leaves has no"):
        node(CountedTiles(TREE, 5), level, number, 5)


@pytest.mark.parametrize("size", [-1, True, 2.0, "3", None])
def test_a_size_that_is_no_number_from_zero_on_is_refused(size: object) -> None:
    with pytest.raises(Malformed):
        root_at(CountedTiles(TREE, 9), size)  # type: ignore[arg-type]


class Wrong:
    """Tiles of whatever hashes."""

    def __init__(self, hashes: Sequence[object]) -> None:
        self.hashes = hashes

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        return self.hashes  # type: ignore[return-value]


@pytest.mark.parametrize(
    "hashes",
    [LEAVES[:2], LEAVES[:4], [], [*LEAVES[:2], LEAVES[2][:31]], [*LEAVES[:2], LEAVES[2] + b"0"], [*LEAVES[:2], "3"]],
    ids=["a hash short", "a hash spare", "empty", "a byte short", "a byte spare", "no bytes"],
)
def test_a_tile_that_does_not_hold_what_was_asked_for_is_refused_by_its_path(hashes: Sequence[object]) -> None:
    with pytest.raises(Tampered, match=r"tile/0/000\.p/3 does not hold 3 hashes") as caught:
        root_at(Wrong(hashes), 3)
    assert caught.value.code == "bad_tile"


# Which tiles there are


@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_tiles_of_a_size_hold_each_whole_node_of_their_rows_once(size: int) -> None:
    rows: dict[int, list[int]] = {}
    for level, number, width in tiles_of(size):
        assert number * TILE == sum(rows.setdefault(level, []))
        rows[level].append(width)
    counts, count = {}, size
    while count:
        counts[len(counts)], count = count, count // TILE
    assert {level: sum(widths) for level, widths in rows.items()} == counts


def test_only_the_last_tile_of_a_row_is_partial_and_none_is_empty() -> None:
    assert [*tiles_of(70_000)][272:] == [(0, 272, 256), (0, 273, 112), (1, 0, 256), (1, 1, 17), (2, 0, 1)]
    assert [*tiles_of(65_536)][255:] == [(0, 255, 256), (1, 0, 256), (2, 0, 1)]


# Paths


@given(st.none() | st.integers(0, 63), st.integers(0, 10**21 - 1), st.integers(1, 256))
def test_a_path_read_again_is_the_same_tile(level: int | None, number: int, width: int) -> None:
    assert parse_tile_path(tile_path(level, number, width)) == (level, number, width)


@given(st.text(alphabet="x0123456789/.p", max_size=24), st.sampled_from(["tile/0/", "tile/entries/", "tile/", "tile"]))
def test_a_path_that_is_read_is_written_the_same(rest: str, start: str) -> None:
    try:
        tile = parse_tile_path(start + rest)
    except Malformed:
        return
    assert tile_path(*tile) == start + rest


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        ((0, 0, 256), "tile/0/000"),
        ((0, 999, 255), "tile/0/999.p/255"),
        ((1, 1000, 1), "tile/1/x001/000.p/1"),
        ((63, 1_234_067, 256), "tile/63/x001/x234/067"),
        ((None, 0, 256), "tile/entries/000"),
    ],
)
def test_a_path_is_written_as_tlog_tiles_says(tile: tuple[int | None, int, int], path: str) -> None:
    assert tile_path(*tile) == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000",
        "tile/100/000", "tile/-1/000", "tile/+1/000", "tile/0/x000/001", "tile/0/x001", "tile/0/x001/",
        "tile/0/001/x234", "tile/0/001/234", "tile/0/x001/x234/67", "tile/0/x01/234", "tile/0/000.p", "tile/0/000.p/",
        "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/999", "tile/0/000.p/-1",
        "tile/0/000.p/1/", "tile/0/000.P/1", "tile/0/000/p/1", "/tile/0/000", "tile//000", "tile/0/../000",
        "tile\\0\\000", "Tile/0/000", "tile/entry/000", "tile/entries/000.p/256", "tile/0/٠٠٠", "tile/0/x１２３/000",
        "tile/x/000", "x/tile/0/000",
    ],
)  # fmt: skip
def test_another_way_to_write_a_path_is_refused(path: str) -> None:
    with pytest.raises(Malformed):
        parse_tile_path(path)


@pytest.mark.parametrize(
    "path", ["", "tile/0/000\n", "tile/0/000.p/1\n", " tile/0/000", "tile/0/000\x00", "\ntile/0/000"]
)
def test_a_path_with_anything_around_it_is_refused(path: str) -> None:
    with pytest.raises(Malformed):
        parse_tile_path(path)
