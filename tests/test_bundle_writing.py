"""Writing bundles: every file where tlog-tiles wants it, the same log always the same bytes, nothing half done."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from bundles import all_of, files_of, findings, many, write
from support import Maker, cascade, forwarded, notice, of, one_line
from test_bulk import THROUGH

from xiada.engine import codec
from xiada.engine.bundle import writing
from xiada.engine.bundle.layout import count_of_tiles, width_of
from xiada.engine.bundle.reading import open_bundle
from xiada.engine.bundle.tiling import Tiling
from xiada.engine.bundle.writing import write_bundle
from xiada.engine.errors import Malformed, StoreError, Tampered
from xiada.engine.log.merkle import EMPTY, root_hash
from xiada.engine.log.proofs import check_inclusion, prove_inclusion
from xiada.engine.log.tiles import TILE, root_at, tile_path, tiles_of
from xiada.engine.notice import Contact


def told(make: Maker, name: str = "log") -> Any:
    """Return an engine with a cascade from end to end, its texts and keys."""
    engine = make(one_line(), name=name)
    engine.submit_all(THROUGH[:12])
    engine.progress("k/1.1.1", "half way, says 李", actor=of("d11"), key="a key")
    engine.progress("k/1.1.1", "nearly", actor=of("d11"), key="Ünicode")
    engine.submit_all(THROUGH[12:])
    return engine


def test_a_bundle_holds_the_files_it_should_and_no_others(make: Maker, tmp_path: Path) -> None:
    engine = told(make)
    size = engine.head().size
    found = files_of(write(engine, tmp_path / "bundle"))
    tiles = {tile_path(None, 0, size), *(tile_path(*tile) for tile in tiles_of(size))}
    assert found.keys() == {"MANIFEST", "answers.jsonl", "blobs.jsonl", "text.jsonl", *tiles}


def test_the_manifest_is_canonical_and_names_every_file_but_itself(make: Maker, tmp_path: Path) -> None:
    found = files_of(write(told(make), tmp_path / "bundle"))
    manifest = found.pop("MANIFEST")
    value = orjson.loads(manifest)
    assert codec.encode(value) == manifest
    assert list(value) == ["files", "format", "origin", "root", "size"]
    rows = [[path, len(body), sha256(body).hexdigest()] for path, body in sorted(found.items())]
    assert value["files"] == rows


def test_every_line_is_canonical_and_sorted(make: Maker, tmp_path: Path) -> None:
    found = files_of(write(told(make), tmp_path / "bundle"))
    for name, key in (("blobs.jsonl", "name"), ("text.jsonl", "commitment"), ("answers.jsonl", "key")):
        lines = found[name].splitlines()
        assert [codec.encode(orjson.loads(line)) for line in lines] == lines
        keys = [orjson.loads(line)[key] for line in lines]
        assert keys == sorted(set(keys))
        assert keys


def test_texts_are_left_out_unless_they_are_asked_for(make: Maker, tmp_path: Path) -> None:
    engine = told(make)
    without = files_of(write(engine, tmp_path / "without", texts=False))
    assert "text.jsonl" not in without
    assert not any(b"nearly" in body for body in without.values())
    with open_bundle(tmp_path / "without") as bundle:
        assert not bundle.has_texts


def test_the_same_log_gives_the_same_bytes_from_either_store(make: Maker, tmp_path: Path) -> None:
    one, other = told(make), told(Maker("memory", tmp_path, clock=make.clock), name="other")
    assert files_of(write(one, tmp_path / "a")) == files_of(write(other, tmp_path / "b"))
    archives = [write(engine, tmp_path / f"{name}.zip").read_bytes() for name, engine in (("a", one), ("b", other))]
    assert archives[0] == archives[1]
    assert archives[0] == write(one, tmp_path / "again.zip").read_bytes()


def test_an_archive_holds_what_the_folder_holds_as_plain_files_of_one_time(make: Maker, tmp_path: Path) -> None:
    engine = told(make)
    folder = files_of(write(engine, tmp_path / "bundle"))
    with zipfile.ZipFile(write(engine, tmp_path / "bundle.zip")) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == folder
        assert archive.namelist()[-1] == "MANIFEST"
        for entry in archive.infolist():
            assert stat.S_ISREG(entry.external_attr >> 16)
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    with open_bundle(tmp_path / "bundle") as one, open_bundle(tmp_path / "bundle.zip") as other:
        assert all_of(one) == all_of(other)


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 601])
def test_a_log_of_any_size_has_the_tiles_of_its_tree(make: Maker, tmp_path: Path, count: int) -> None:
    engine = make(many(count))
    write(engine, tmp_path / "bundle")
    with open_bundle(tmp_path / "bundle") as bundle:
        check_tree(bundle, [event.hash for event in engine.log()])


def test_the_log_of_a_great_many_events_has_a_third_row_of_tiles(tmp_path: Path) -> None:
    maker = Maker("memory", tmp_path)
    engine = maker(many(65_537))
    with engine._store.reading() as reader:
        leaves = [codec.leaf(body) for _, body in reader.events()]
    with open_bundle(write(engine, tmp_path / "bundle.zip")) as bundle:
        assert bundle.tile(2, 0, 1) == [root_hash(leaves[:65_536])]
        check_tree(bundle, leaves)


def check_tree(bundle: Any, leaves: list[bytes]) -> None:
    """Compare a bundle's tiles, root and proofs with what the leaves come to."""
    size = len(leaves)
    assert bundle.size == size
    assert bundle.root == root_hash(leaves) == root_at(bundle, size)
    assert findings(bundle.path) == []
    for level, number, width in tiles_of(size):
        assert len(bundle.tile(level, number, width)) == width
    for index in {0, size // 2, size - 1}:
        proof = prove_inclusion(bundle, index, size)
        check_inclusion(proof, index=index, size=size, leaf=leaves[index], root=bundle.root)


def test_tiles_cut_from_any_count_of_leaves_have_the_root_of_the_whole() -> None:
    leaves = [sha256(b"%d" % number).digest() for number in range(1_100)]
    for count in [*range(40), *range(250, 262), 511, 512, 513, 1_023, 1_100]:
        tiling = Tiling()
        tiles = [
            tile for start in range(0, count, TILE) for tile in tiling.take(leaves[start : min(start + TILE, count)])
        ]
        tiles += tiling.rest()
        assert sorted((level, number, len(hashes)) for level, number, hashes in tiles) == sorted(tiles_of(count))
        assert tiling.root() == root_hash(leaves[:count])
        assert count_of_tiles(count) == len(tiles) + -(-count // TILE)
        assert all(width_of(level, number, count) == len(hashes) for level, number, hashes in tiles)
    assert Tiling().root() == EMPTY


def test_an_empty_log_is_a_manifest_alone(make: Maker, tmp_path: Path) -> None:
    assert list(files_of(write(make(), tmp_path / "bundle"))) == ["MANIFEST"]
    with open_bundle(write(make(name="b"), tmp_path / "bundle.zip")) as bundle:
        assert (bundle.size, bundle.root) == (0, EMPTY)


def test_progress_counts_the_events(make: Maker, tmp_path: Path) -> None:
    engine, seen = make(many(600)), []
    with engine._store.reading() as reader:
        write_bundle(reader, tmp_path / "bundle", progress=seen.append)
    assert seen == [256, 512, 600]
    seen.clear()
    open_bundle(tmp_path / "bundle", progress=seen.append).close()
    assert seen == [256, 512, 600]


# What is there already, and what fails on the way


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_whatever_is_there_already_is_refused_and_left_alone(make: Maker, tmp_path: Path, name: str) -> None:
    engine, target = make(one_line()), tmp_path / name
    for place, leave in (
        (lambda: target.write_bytes(b"mine"), target.unlink),
        (target.mkdir, target.rmdir),
        (lambda: target.symlink_to(tmp_path / "nowhere"), target.unlink),
    ):
        place()
        with pytest.raises(StoreError) as caught:
            write(engine, target)
        assert caught.value.code == "file_exists"
        leave()
    assert {path.name for path in tmp_path.iterdir()} <= {"log.db", "log.db-wal", "log.db-shm", "log.db-turn"}


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_what_comes_to_be_there_meanwhile_is_left_alone_too(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    engine, target = make(one_line()), tmp_path / name
    monkeypatch.setattr(writing, "is_taken", lambda _: False)
    for place in (lambda: target.write_bytes(b"mine"), lambda: ((target).mkdir(), (target / "mine").touch())):
        place()
        with pytest.raises(StoreError) as caught:
            write(engine, target)
        assert caught.value.code == "file_exists"
        assert target.is_dir() or target.read_bytes() == b"mine"
        target.unlink() if target.is_file() else None


def test_where_there_are_no_hard_links_the_archive_takes_its_name_otherwise(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    engine = make(one_line())
    assert findings(write(engine, tmp_path / "bundle.zip")) == []
    monkeypatch.setattr(writing, "is_taken", lambda _: False)
    with pytest.raises(StoreError) as caught:
        write(engine, tmp_path / "bundle.zip")
    assert caught.value.code == "file_exists"


def test_a_folder_that_is_not_there_is_refused(make: Maker, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        write(make(one_line()), tmp_path / "no" / "bundle.zip")
    assert caught.value.code == "cannot_create"


class Failing:
    """A reader that stops in the middle of its answers."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def kept_answers(self) -> Iterator[Any]:
        """Yield one, then fail as a full disk does."""
        yield next(self._reader.kept_answers())
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_a_failure_half_way_leaves_nothing_behind(make: Maker, tmp_path: Path, name: str) -> None:
    engine = told(make)
    before = sorted(tmp_path.iterdir())
    with engine._store.reading() as reader, pytest.raises(StoreError) as caught:
        write_bundle(Failing(reader), tmp_path / name)
    assert caught.value.code == "disk_full"
    assert sorted(tmp_path.iterdir()) == before


# A store that was changed


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept._blobs.update({next(iter(kept._blobs)): b"{}"}),
        lambda kept: kept._texts.update({next(iter(kept._texts)): (bytes(16), b"another")}),
        lambda kept: kept._texts.update({next(iter(kept._texts)): (b"short", b"another")}),
        lambda kept: kept._answers.update({"e\u0301": next(iter(kept._answers.values()))}),
    ],
)
def test_what_is_not_what_was_written_is_not_handed_out(tmp_path: Path, damage: Callable[[Any], None]) -> None:
    engine = told(Maker("memory", tmp_path))
    damage(engine._store)
    with pytest.raises(Tampered) as caught:
        write(engine, tmp_path / "bundle")
    assert caught.value.code == "bad_row"
    assert list(tmp_path.iterdir()) == []


# Looking into a bundle


def test_everything_beside_the_log_is_found_by_its_name(make: Maker, tmp_path: Path) -> None:
    engine = make(one_line())
    for number in range(40):
        contact = Contact("p", names=("王" * (number + 1),))
        engine.issue(f"k{number}", notice_of(number, contact), actor=of("p"), key=f"key {number}")
    write(engine, tmp_path / "bundle.zip")
    with engine._store.reading() as reader, open_bundle(tmp_path / "bundle.zip") as bundle:
        for name, body in reader.kept_blobs():
            assert bundle.blob(name) == body
            assert bundle.blob(name[::-1]) is None
        for name, salt, text in reader.kept_texts():
            assert bundle.text(name) == (salt, text)
            assert bundle.text("0" * 64) is bundle.text("f" * 64) is None
        assert list(bundle.answers()) == list(reader.kept_answers())
        assert {kind for _, kind, _ in bundle.blobs()} == {"notice", "lifecycle"}
        assert bundle.has_texts


def notice_of(number: int, contact: Contact) -> Any:
    """Return a notice with somebody to ask."""
    return notice(f"n{number}", contacts=(contact,), title="t" * (number * 9 + 1))


def test_events_are_read_from_anywhere_to_anywhere(make: Maker, tmp_path: Path) -> None:
    engine = make(many(600))
    write(engine, tmp_path / "bundle")
    bodies = [(event.index, event.body) for event in engine.log()]
    with open_bundle(tmp_path / "bundle") as bundle:
        for start, stop in ((0, None), (0, 0), (255, 257), (256, 512), (599, 600), (300, 9_999), (600, 700), (5, 3)):
            assert list(bundle.events(start, stop)) == bodies[start:stop]


def test_a_bundle_of_one_directive_opens_from_the_archive_into_a_folder_that_goes(make: Maker, tmp_path: Path) -> None:
    engine = make(one_line())
    forwarded(engine)
    with open_bundle(write(engine, tmp_path / "bundle.zip")) as bundle:
        folder = bundle.path
        assert (folder / "MANIFEST").is_file()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
    with open_bundle(write(engine, tmp_path / "bundle")) as bundle:
        assert bundle.path == tmp_path / "bundle"
    assert bundle.path.exists()


def test_asking_for_a_tile_the_tree_does_not_have_is_refused(make: Maker, tmp_path: Path) -> None:
    engine = make(one_line())
    cascade(engine)
    with open_bundle(write(engine, tmp_path / "bundle")) as bundle:
        for level, number, width in ((0, 0, 11), (0, 0, 0), (0, 1, 1), (1, 0, 1)):
            with pytest.raises(Malformed) as caught:
                bundle.tile(level, number, width)
            assert caught.value.code == "not_in_tree"
