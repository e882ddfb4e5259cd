"""Bundles that lie: each attack is refused by the check it is aimed at, and by nothing else on the way."""

from __future__ import annotations

import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bundles import contents_of, copied, files_of, findings, refused, reseal, write, zipped
from support import ORIGIN, CountedEntropy, ManualClock, in_subprocess, of, one_line
from test_bulk import THROUGH

from xiada.engine import codec
from xiada.engine.bundle import lines, unpacking
from xiada.engine.bundle.layout import MANIFEST, count_of_tiles
from xiada.engine.bundle.manifest import Contents, Row, format_manifest
from xiada.engine.bundle.reading import open_bundle, reopen
from xiada.engine.bundle.taking import import_bundle
from xiada.engine.bundle.tiling import Tiling, entries_of
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, StoreError, Tampered
from xiada.engine.events import Progressed
from xiada.engine.lifecycle import STANDARD
from xiada.engine.log.tiles import tile_path
from xiada.engine.records import Envelope, Frame

ENTRIES = "tile/entries/000"
NOTHING = Contents(f"{ORIGIN}/e1", 0, bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a cascade of 300 events with texts, keys of commands, and notes."""
    folder = tmp_path_factory.mktemp("honest")
    with Engine.create("memory:", ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(one_line())
        engine.submit_all(THROUGH[:12])
        for number in range(280):
            engine.progress("k/1.1.1", f"no. {number}", actor=of("d11"), key=f"p{number:03}")
        return write(engine, folder / "bundle")


@pytest.fixture
def bundle(honest: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return copied(honest, tmp_path / "bundle")


@pytest.fixture
def contents(honest: Path) -> Contents:
    """What it holds."""
    return contents_of(honest)


def listed(folder: Path, contents: Contents, *rows: Row) -> Path:
    """Write a manifest that lists these files too."""
    return reseal(folder, contents, rows={row.path: row for row in rows})


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_bundle_the_attacks_begin_with_is_good(bundle: Path, contents: Contents, tmp_path: Path) -> None:
    reseal(bundle, contents)
    for path in (bundle, zipped(bundle, tmp_path / "good.zip")):
        assert contents_of(path) == contents
        assert findings(path) == []


def test_no_byte_of_a_small_bundle_can_be_changed_unseen(tmp_path: Path) -> None:
    with Engine.create("memory:", ORIGIN, clock=ManualClock(), entropy=CountedEntropy()) as engine:
        engine.load_org(one_line())
        engine.submit_all(THROUGH[:3])
        bundle = write(engine, tmp_path / "bundle")
    for path, body in files_of(bundle).items():
        for place in range(0, len(body), 1 if path == MANIFEST else 37):
            changed = bytearray(body)
            changed[place] ^= 1
            (bundle / path).write_bytes(changed)
            assert findings(bundle) != []
        (bundle / path).write_bytes(body)
    assert findings(bundle) == []


# Names


@pytest.mark.parametrize(
    "path",
    [
        "../evil",
        "/etc/passwd",
        "tile/../../evil",
        "tile\\\\..\\\\evil",
        "C:evil",
        "tile//0/000",
        "",
        "tile/0/1",
        "notes",
    ],
)
def test_a_path_in_the_manifest_that_leads_elsewhere(bundle: Path, contents: Contents, path: str) -> None:
    listed(bundle, contents, Row(path.replace("\\\\", "\\"), 0, EMPTY))
    with refused("path" if path else "manifest"):
        open_bundle(bundle)


@pytest.mark.parametrize("path", ["../evil", "/evil", "tile/../../evil", "..\\evil", "evil", "tile/", "MANIFEST/"])
def test_a_name_in_the_archive_that_leads_elsewhere(bundle: Path, tmp_path: Path, path: str) -> None:
    archive = zipped(bundle, tmp_path / "slip.zip", more={path: b""})
    with refused("plain" if path.endswith("/") else "path"):
        open_bundle(archive)
    assert not list(tmp_path.parent.rglob("*evil*"))


def test_a_name_in_the_archive_cut_short_by_a_zero_byte(bundle: Path, tmp_path: Path) -> None:
    archive = zipped(bundle, tmp_path / "zero.zip", more={"keysXevil": b""})
    archive.write_bytes(archive.read_bytes().replace(b"keysXevil", b"keys\0evil"))
    with refused("path"):
        open_bundle(archive)


def test_a_tile_beyond_the_size_the_manifest_says(bundle: Path, contents: Contents) -> None:
    (bundle / "tile/0/002").write_bytes(bytes(8192))
    reseal(bundle, contents)
    with refused("path", "tile/0/002"):
        open_bundle(bundle)


def test_a_tile_of_another_width_than_the_size_calls_for(bundle: Path, contents: Contents) -> None:
    [tile] = (bundle / "tile/0/001.p").iterdir()
    tile.rename(tile.with_name("9"))
    reseal(bundle, contents)
    with refused("path", "tile/0/001.p/9"):
        open_bundle(bundle)


# What is no plain file


@pytest.mark.parametrize("path", ["answers.jsonl", ENTRIES, "MANIFEST", "keys"])
def test_a_symbolic_link_in_the_folder(bundle: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "elsewhere").write_bytes((bundle / path).read_bytes() if (bundle / path).exists() else b"")
    (bundle / path).unlink(missing_ok=True)
    (bundle / path).symlink_to(tmp_path / "elsewhere")
    with refused("plain", path):
        open_bundle(bundle)


def test_a_folder_of_tiles_that_is_a_symbolic_link(bundle: Path, tmp_path: Path) -> None:
    (bundle / "tile").rename(tmp_path / "elsewhere")
    (bundle / "tile").symlink_to(tmp_path / "elsewhere")
    with refused("plain", "tile"):
        open_bundle(bundle)


def test_a_link_round_in_a_circle(bundle: Path) -> None:
    (bundle / "tile/0/loop").symlink_to(bundle)
    with refused("plain", "tile/0/loop"):
        open_bundle(bundle)


def test_a_symbolic_link_in_the_archive(bundle: Path, tmp_path: Path) -> None:
    archive = zipped(bundle, tmp_path / "link.zip", leave=("answers.jsonl",))
    entry = zipfile.ZipInfo("answers.jsonl")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "a") as found:
        found.writestr(entry, "/etc/passwd")
    with refused("plain", "answers.jsonl"):
        open_bundle(archive)


@pytest.mark.parametrize("path", ["answers.jsonl", ENTRIES, MANIFEST, "keys"])
def test_a_pipe_in_the_folder_hangs_nobody(bundle: Path, path: str) -> None:
    (bundle / path).unlink(missing_ok=True)
    os.mkfifo(bundle / path)
    with refused("plain", path):
        open_bundle(bundle)


def test_a_folder_where_a_file_should_be(bundle: Path) -> None:
    (bundle / "answers.jsonl").unlink()
    (bundle / "answers.jsonl").mkdir()
    with refused("plain", "answers.jsonl"):
        open_bundle(bundle)


def test_a_folder_within_where_a_file_should_be(bundle: Path) -> None:
    (bundle / "answers.jsonl").unlink()
    (bundle / "answers.jsonl" / "deep").mkdir(parents=True)
    (bundle / "answers.jsonl" / "deep" / "file").write_bytes(b"")
    with refused("path", "answers.jsonl/deep/file"):
        open_bundle(bundle)


def test_folders_nested_without_end(bundle: Path) -> None:
    deep = bundle
    for _ in range(60):
        deep /= "d" * 20
    deep.mkdir(parents=True)
    with refused("plain"):
        open_bundle(bundle)


def test_a_manifest_that_is_a_folder(bundle: Path) -> None:
    (bundle / MANIFEST).unlink()
    (bundle / MANIFEST).mkdir()
    with refused("plain", MANIFEST):
        open_bundle(bundle)


# Missing, extra, doubled


def test_a_bundle_without_a_manifest(bundle: Path, tmp_path: Path) -> None:
    archive = zipped(bundle, tmp_path / "without.zip", leave=(MANIFEST,))
    (bundle / MANIFEST).unlink()
    for path in (bundle, archive):
        with refused("missing", MANIFEST):
            open_bundle(path)


def test_a_file_that_is_not_there(bundle: Path, tmp_path: Path) -> None:
    archive = zipped(bundle, tmp_path / "missing.zip", leave=("answers.jsonl",))
    (bundle / "answers.jsonl").unlink()
    for path in (bundle, archive):
        with refused("missing", "answers.jsonl"):
            open_bundle(path)


def test_a_tile_neither_there_nor_listed(bundle: Path, contents: Contents) -> None:
    (bundle / ENTRIES).unlink()
    reseal(bundle, contents)
    with refused("tiles", MANIFEST):
        open_bundle(bundle)


def test_a_file_the_manifest_does_not_name(bundle: Path, contents: Contents, tmp_path: Path) -> None:
    reseal(bundle, contents, leave=("answers.jsonl",))
    for path in (bundle, zipped(bundle, tmp_path / "extra.zip")):
        with refused("extra", "answers.jsonl"):
            open_bundle(path)


def test_a_file_the_manifest_names_twice(bundle: Path, contents: Contents) -> None:
    manifest = (bundle / MANIFEST).read_bytes()
    row = manifest[manifest.index(b"[[") + 1 : manifest.index(b"],") + 1]
    (bundle / MANIFEST).write_bytes(manifest.replace(row, row + b"," + row, 1))
    with refused("twice", "answers.jsonl"):
        open_bundle(bundle)


def test_an_entry_that_is_in_the_archive_twice(bundle: Path, tmp_path: Path) -> None:
    archive = zipped(bundle, tmp_path / "twice.zip")
    with zipfile.ZipFile(archive, "a") as found, pytest.warns(UserWarning, match="Duplicate"):
        found.writestr("answers.jsonl", b"")
    with refused("twice", "answers.jsonl"):
        open_bundle(archive)


# Sizes and hashes


def test_a_file_shorter_or_longer_than_the_manifest_says(bundle: Path, tmp_path: Path) -> None:
    body = (bundle / "answers.jsonl").read_bytes()
    for number, other in enumerate((body + b"\n", body[:-1], b"")):
        (bundle / "answers.jsonl").write_bytes(other)
        for path in (bundle, zipped(bundle, tmp_path / f"{number}.zip")):
            with refused("size", "answers.jsonl"):
                open_bundle(path)


def test_a_file_of_the_same_size_with_other_bytes(bundle: Path, tmp_path: Path) -> None:
    entries = bytearray((bundle / ENTRIES).read_bytes())
    entries[-1] ^= 1
    (bundle / ENTRIES).write_bytes(entries)
    for path in (bundle, zipped(bundle, tmp_path / "other.zip")):
        with refused("digest", ENTRIES):
            open_bundle(path)


def test_an_archive_whose_directory_quotes_a_wrong_size(bundle: Path, tmp_path: Path) -> None:
    """The directory says what the manifest says, the data is longer, or shorter."""
    body = (bundle / "answers.jsonl").read_bytes()
    for flaw, other in (("archive", body + bytes(1_000_000)), ("size", body[: len(body) // 2])):
        archive = tmp_path / f"{flaw}.zip"
        zipped(bundle, archive, more={"answers.jsonl": other})
        said, true = len(other).to_bytes(4, "little"), len(body).to_bytes(4, "little")
        archive.write_bytes(archive.read_bytes().replace(said, true))
        with refused(flaw):
            open_bundle(archive)


def test_a_small_archive_of_a_huge_file(bundle: Path, contents: Contents, tmp_path: Path) -> None:
    """The manifest says how large it is: more than such a file may be."""
    huge = bytes(200 * 1024**2)
    listed(bundle, contents, Row("keys", len(huge), EMPTY))
    archive = zipped(bundle, tmp_path / "bomb.zip", more={"keys": huge})
    assert archive.stat().st_size < 1024**2
    with refused("length", "keys"):
        open_bundle(archive)


def test_a_small_archive_of_a_file_larger_than_the_manifest_says(bundle: Path, tmp_path: Path) -> None:
    archive = zipped(bundle, tmp_path / "bomb.zip", more={"answers.jsonl": bytes(200 * 1024**2)})
    with refused("size", "answers.jsonl"):
        open_bundle(archive)


def test_an_archive_that_would_fill_the_disk(bundle: Path, contents: Contents, tmp_path: Path) -> None:
    listed(bundle, contents, Row("text.jsonl", 2**52, EMPTY))
    with pytest.raises(StoreError) as caught:
        open_bundle(zipped(bundle, tmp_path / "bomb.zip"))
    assert caught.value.code == "disk_full"


def test_an_archive_whose_directory_is_larger_than_is_read(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_DIRECTORY_BYTES", 200)
    with pytest.raises(Malformed) as caught:
        open_bundle(zipped(bundle, tmp_path / "many.zip"))
    assert caught.value.code == "too_many_files"


def test_whatever_was_unpacked_of_a_bad_archive_is_cleared_away(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (bundle / "answers.jsonl").write_bytes(b"")
    with refused("size"):
        open_bundle(zipped(bundle, tmp_path / "bad.zip"))
    assert list((tmp_path / "temporary").iterdir()) == []


# What is no archive


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive", bytes(1000), b"PK\x05\x06" + bytes(17) + b"\1"])
def test_a_file_that_is_no_archive_is_no_bundle(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.zip").write_bytes(content)
    with pytest.raises(Malformed) as caught:
        open_bundle(tmp_path / "file.zip")
    assert caught.value.code == "no_bundle"


@pytest.mark.parametrize("make", [lambda path: None, os.mkfifo], ids=["nothing", "a pipe"])
def test_what_is_neither_folder_nor_file_is_no_bundle(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "bundle")
    with pytest.raises(Malformed) as caught:
        open_bundle(tmp_path / "bundle")
    assert caught.value.code == "no_bundle"


def test_a_name_no_file_can_have_cannot_be_opened() -> None:
    with pytest.raises(StoreError) as caught:
        open_bundle(Path("x" * 5_000))
    assert caught.value.code == "cannot_open"


def test_an_archive_of_any_bytes_is_refused_or_read_and_never_crashes(bundle: Path, tmp_path: Path) -> None:
    """Every sixteenth byte of headers and directory is flipped in turn; bits of times and modes do not matter."""
    archive = zipped(bundle, tmp_path / "whole.zip")
    whole = archive.read_bytes()
    begin = whole.rindex(b"PK\x01\x02", 0, whole.index(b"PK\x01\x02") + 4)
    for place in [*range(0, 400, 3), *range(begin, len(whole), 5)]:
        flipped = bytearray(whole)
        flipped[place] ^= 0xFF
        archive.write_bytes(flipped)
        try:
            with open_bundle(archive) as found:
                assert found.size == contents_of(bundle).size
        except (Tampered, Malformed, StoreError):
            pass


@pytest.mark.parametrize("length", [10, 500, 5_000])
def test_a_truncated_archive(bundle: Path, tmp_path: Path, length: int) -> None:
    archive = zipped(bundle, tmp_path / "cut.zip")
    archive.write_bytes(archive.read_bytes()[:-length])
    with pytest.raises(Malformed):
        open_bundle(archive)


def test_an_encrypted_or_oddly_packed_entry(bundle: Path, tmp_path: Path) -> None:
    archive = zipped(bundle, tmp_path / "odd.zip")
    whole = archive.read_bytes()
    place = whole.index(b"PK\x01\x02")
    for offset, value in ((8, 1), (10, 14), (10, 12)):
        odd = bytearray(whole)
        odd[place + offset] = value
        archive.write_bytes(odd)
        with refused("archive"):
            open_bundle(archive)


# Tiles


def test_a_truncated_tile_of_entries(bundle: Path, contents: Contents) -> None:
    (bundle / ENTRIES).write_bytes((bundle / ENTRIES).read_bytes()[:-7])
    reseal(bundle, contents)
    with refused("entries", ENTRIES):
        open_bundle(bundle)


@pytest.mark.parametrize("change", [-1, 1, 256, -256])
def test_a_wrong_length_before_an_event(bundle: Path, contents: Contents, change: int) -> None:
    entries = (bundle / ENTRIES).read_bytes()
    length = (int.from_bytes(entries[:2], "big") + change) % 65_536
    (bundle / ENTRIES).write_bytes(length.to_bytes(2, "big") + entries[2:])
    reseal(bundle, contents)
    with refused("entries", ENTRIES):
        open_bundle(bundle)


def test_more_events_in_a_tile_than_its_name_says(bundle: Path, contents: Contents) -> None:
    (bundle / ENTRIES).write_bytes((bundle / ENTRIES).read_bytes() + b"\0\2{}")
    reseal(bundle, contents)
    with refused("entries", ENTRIES):
        open_bundle(bundle)


def test_a_tile_of_hashes_that_lacks_one(bundle: Path, contents: Contents) -> None:
    (bundle / "tile/0/000").write_bytes((bundle / "tile/0/000").read_bytes()[:-32])
    reseal(bundle, contents)
    with refused("tile", "tile/0/000"):
        open_bundle(bundle)


def test_a_tile_of_hashes_of_other_events(bundle: Path, contents: Contents) -> None:
    for path in ("tile/0/000", "tile/1/000.p/1"):
        kept = (bundle / path).read_bytes()
        (bundle / path).write_bytes(bytes(32) + kept[32:])
        assert findings(reseal(bundle, contents)) == ["i11_tile"]
        (bundle / path).write_bytes(kept)


def test_a_root_that_is_not_that_of_the_events(bundle: Path, contents: Contents, tmp_path: Path) -> None:
    assert findings(reseal(bundle, contents._replace(root=bytes(32)))) == ["i11_root"]
    with open_bundle(bundle) as found, refused("root", MANIFEST):
        import_bundle(found, str(tmp_path / "new.db"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle"]


def test_a_file_that_changes_after_it_was_checked(bundle: Path) -> None:
    with open_bundle(bundle) as found:
        (bundle / ENTRIES).write_bytes(b"\0\2{}")
        with refused("entries", ENTRIES):
            list(found.events())
        (bundle / ENTRIES).write_bytes(bytes(17 * 1024**2))
        with refused("length", ENTRIES):
            list(found.events())
        (bundle / "tile/0/000").write_bytes(bytes(31))
        with refused("tile", "tile/0/000"):
            found.tile(0, 0, 256)
        for line in (b"[]\n", b'{"name":1}\n', b'{"name":"%s"}\n' % (b"0" * 64), b'{"name":"%s"}' % (b"0" * 64)):
            (bundle / "blobs.jsonl").write_bytes(line)
            with refused("line", "blobs.jsonl"):
                found.blob("0" * 64)


# The manifest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"files"', b'{ "files"'),
        (b'],"format"', b'] ,"format"'),
        (b"]],", b"],],"),
        (b"[[", b"[[],["),
        (b"[[", b"[,["),
        (b'"files":[[', b'"files":[' + b"[" * 100_000),
        (b'"files":[[', b'"files":[["' + b"a" * 100_000 + b'",0,"'),
        (b'"files":', b'"a":1,"files":'),
        (b'"format":1', b'"format":01'),
        (b'"size":', b'"size":0'),
        (b"}", b"}\n"),
        (b'"origin":"x', b'"origin":"X'),
        (b'/e1"', b'"'),
        (b'"root":"', b'"root":"A'),
        (b"answers", b"\xff\xfeswers"),
        (b'[["answers.jsonl",', b'[["answers.jsonl",0'),
        (b'[["answers.jsonl",', b'[["answers.jsonl",-'),
    ],
)
def test_a_manifest_that_is_not_canonical(bundle: Path, old: bytes, new: bytes) -> None:
    manifest = (bundle / MANIFEST).read_bytes()
    assert old in manifest
    head, _, tail = manifest.rpartition(old)
    (bundle / MANIFEST).write_bytes(head + new + tail)
    with refused("manifest", MANIFEST):
        open_bundle(bundle)


def test_a_manifest_of_a_size_no_log_has(bundle: Path, contents: Contents) -> None:
    reseal(bundle, contents._replace(size=2**53))
    with refused("manifest", MANIFEST):
        open_bundle(bundle)


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"[" * 100_000, b"\xff" * 1000, b"{" + b'"a":{' * 50_000])
def test_a_manifest_that_is_something_else(bundle: Path, content: bytes) -> None:
    (bundle / MANIFEST).write_bytes(content)
    with refused("manifest", MANIFEST):
        open_bundle(bundle)


@pytest.mark.parametrize("content", [b'{"files":[],"format":2}', b'{"format":10,"x":[]}', None])
def test_a_bundle_of_another_format(bundle: Path, content: bytes | None) -> None:
    manifest = (bundle / MANIFEST).read_bytes()
    (bundle / MANIFEST).write_bytes(content or manifest.replace(b'"format":1,', b'"format":3,'))
    with refused("format", MANIFEST):
        open_bundle(bundle)


def test_a_manifest_of_a_gigabyte(bundle: Path) -> None:
    with (bundle / MANIFEST).open("r+b") as file:
        file.truncate(1024**3)
    with refused("length", MANIFEST):
        open_bundle(bundle)


def test_a_manifest_of_a_gigabyte_in_a_small_archive(tmp_path: Path) -> None:
    archive = tmp_path / "manifest.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as found, found.open(MANIFEST, "w") as to:
        for _ in range(300):
            to.write(bytes(1024**2))
    with refused("length", MANIFEST):
        open_bundle(archive)


def test_a_manifest_as_long_as_it_may_be_takes_little_memory(tmp_path: Path) -> None:
    """Rows without end of files that are not there: the first of them ends it."""
    code = f"""
        import resource, sys
        from pathlib import Path
        from xiada.engine.bundle.layout import MANIFEST_BYTES
        from xiada.engine.bundle.reading import open_bundle
        from xiada.engine.errors import Tampered
        folder = Path({str(tmp_path)!r})
        with (folder / "MANIFEST").open("wb") as file:
            file.write(b'{{"files":[')
            for _ in range(MANIFEST_BYTES // 3 // 1_000_000 - 1):
                file.write(b"[]," * 1_000_000)
            file.write(b'],"format":1,"origin":"a/e1","root":"' + b"0" * 64 + b'","size":0}}')
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            open_bundle(folder)
        except Tampered as error:
            print(error.data["flaw"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000)
    """
    done = in_subprocess(code)
    assert done.stdout == "manifest True\n", done.stderr


# Notes and keys


def with_notes(folder: Path, contents: Contents, newest: bytes, every: bytes, keys: bytes = b"a\n") -> Path:
    """Put checkpoints and keys into a bundle."""
    for name, body in (("checkpoint", newest), ("checkpoints", every), ("keys", keys)):
        (folder / name).write_bytes(body)
    return reseal(folder, contents)


def test_notes_are_set_apart_by_one_line_and_the_newest_is_the_last(bundle: Path, contents: Contents) -> None:
    with open_bundle(with_notes(bundle, contents, b"two\n", b"one\n---\ntwo\n", b"k1\nk2\n")) as found:
        assert found.checkpoints() == ["one\n", "two\n"]
        assert found.keys() == ["k1", "k2"]


@pytest.mark.parametrize(
    ("newest", "every", "keys", "part"),
    [
        (b"x" * 10 * 1024**2 + b"\n", b"one\n", b"k\n", "checkpoint"),
        (b"one\n", b"x" * 10 * 1024**2 + b"\n", b"k\n", "checkpoints"),
        (b"one\n", b"one\n", b"k" * 10 * 1024**2 + b"\n", "keys"),
        (b"\xff\n", b"\xff\n", b"k\n", "checkpoint"),
        (b"one\n", b"one\n", b"\xff\n", "keys"),
        (b"one", b"one", b"k\n", "checkpoint"),
        (b"one\n", b"\n---\none\n", b"k\n", "checkpoints"),
        (b"one\n", b"one\n", b"k\n\nj\n", "keys"),
    ],
)
def test_a_note_of_ten_megabytes_or_no_text(
    bundle: Path, contents: Contents, newest: bytes, every: bytes, keys: bytes, part: str
) -> None:
    with_notes(bundle, contents, newest, every, keys)
    with refused("length" if part == "checkpoint" and len(newest) > 100 else "note", part):
        open_bundle(bundle)


@pytest.mark.parametrize("name", ["checkpoints", "keys"])
def test_notes_of_more_than_64_mebibytes(bundle: Path, contents: Contents, name: str) -> None:
    (bundle / name).write_bytes(b"x" * 65 * 1024**2)
    reseal(bundle, contents)
    with refused("length", name):
        open_bundle(bundle)


@pytest.mark.parametrize(("newest", "every"), [(b"one\n", b"one\n---\ntwo\n"), (b"", b"one\n"), (b"one\n", b"")])
def test_a_newest_checkpoint_that_is_not_the_last(
    bundle: Path, contents: Contents, newest: bytes, every: bytes
) -> None:
    with_notes(bundle, contents, newest, every)
    for name, body in (("checkpoint", newest), ("checkpoints", every)):
        if not body:
            (bundle / name).unlink()
    with refused("newest", "checkpoint"):
        open_bundle(reseal(bundle, contents))


# Lines


def spoil(folder: Path, contents: Contents, name: str, change: Callable[[list[bytes]], list[bytes]]) -> Path:
    """Change the lines of a file of a bundle."""
    found = (folder / name).read_bytes().splitlines(keepends=True)
    (folder / name).write_bytes(b"".join(change(found)))
    return reseal(folder, contents)


def each_spoilt() -> Iterator[tuple[str, str, Callable[[list[bytes]], list[bytes]]]]:
    """Yield what can be wrong with lines: its name, the flaw, and how it is done."""
    yield "not UTF-8", "line", lambda found: [found[0].replace(b"a", b"\xff"), *found[1:]]
    yield "not sorted", "order", lambda found: [*found[1:], found[0]]
    yield "twice", "order", lambda found: [found[0], *found]
    yield "spaces", "line", lambda found: [found[0].replace(b'":', b'": ', 1), *found[1:]]
    yield "no last newline", "line", lambda found: [*found[:-1], found[-1].rstrip(b"\n")]
    yield "an empty line", "line", lambda found: [b"\n", *found]
    yield "a list", "line", lambda found: [b"[]\n", *found]
    yield "nested without end", "line", lambda found: [b"[" * 100_000 + b"\n", *found]
    yield "a field more", "line", lambda found: [found[0].replace(b"}\n", b',"z":1}\n'), *found[1:]]
    yield "a field less", "line", lambda found: [b'{"key":"a"}\n', *found]
    yield "a wrong type", "line", lambda found: [found[0].replace(b':"', b":[0,").replace(b'",', b"],"), *found[1:]]
    yield "carriage returns", "line", lambda found: [found[0].replace(b"\n", b"\r\n"), *found[1:]]
    yield "all of it one zero", "line", lambda found: [bytes(1_000_000)]


@pytest.mark.parametrize("name", ["blobs.jsonl", "answers.jsonl"])
@pytest.mark.parametrize(("flaw", "change"), [pytest.param(*more, id=one) for one, *more in each_spoilt()])
def test_lines_that_are_not_as_they_should_be(
    bundle: Path, contents: Contents, name: str, flaw: str, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    with refused(flaw, name):
        open_bundle(spoil(bundle, contents, name, change))


def test_a_line_longer_than_is_read(bundle: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_BYTES", 100)
    reseal(bundle, contents)
    with refused("line"):
        open_bundle(bundle)


def test_a_blob_or_a_text_under_a_name_that_is_not_its_own_is_not_taken_in(
    honest: Path, contents: Contents, tmp_path: Path
) -> None:
    other = STANDARD.body.replace(b'"standard"', b'"another"').replace(b'"', b'\\"')
    forged = (
        ("blobs.jsonl", b'{"body":"{}","kind":"notice","name":"%s"}\n' % (b"0" * 64)),
        ("blobs.jsonl", b'{"body":"%s","kind":"lifecycle","name":"%s"}\n' % (other, b"0" * 64)),
        ("text.jsonl", b'{"commitment":"%s","salt":"%s","text":"t"}\n' % (b"0" * 64, b"0" * 32)),
    )
    for number, (name, line) in enumerate(forged):
        bundle = copied(honest, tmp_path / str(number))
        spoil(bundle, contents, name, lambda found, line=line: [line, *found])
        with open_bundle(bundle) as found, refused("name", name):
            import_bundle(found, str(tmp_path / "new.db"))
        assert not (tmp_path / "new.db").exists()


# Logs that fold to nothing


def log_of(folder: Path, *bodies: bytes) -> Path:
    """Return a bundle of these events, whose hashes and root are right."""
    tiling = Tiling()
    tiles = [*tiling.take([codec.leaf(body) for body in bodies]), *tiling.rest()]
    files = {tile_path(None, 0, len(bodies)): entries_of(bodies)}
    files |= {tile_path(tile.level, tile.number, len(tile.hashes)): b"".join(tile.hashes) for tile in tiles}
    for path, body in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return reseal(folder, Contents(f"{ORIGIN}/e1", len(bodies), tiling.root()))


STARTED = Envelope(Frame(f"{ORIGIN}/e1", 1), "a", "p").body("k/1", 1, None, None, Progressed())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"[" * 5_000,
        STARTED,
        STARTED.replace(b"progressed", b"issued"),
        STARTED.replace(b'"ver":1', b'"ver":"1"'),
        STARTED.replace(b'"t":1', b'"t":[]'),
        STARTED.replace(b"k/1", b"org/p").replace(b"progressed", b"unit_added"),
    ],
)
def test_events_that_no_engine_wrote_are_not_taken_in_and_leave_nothing(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "bundle").mkdir()
    for url in ("memory:", str(tmp_path / "new.db")):
        with open_bundle(log_of(tmp_path / "bundle", body)) as found, pytest.raises(Tampered):
            import_bundle(found, url)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle"]


def test_events_that_the_tables_refuse_are_not_taken_in_and_leave_nothing(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    with open_bundle(log_of(tmp_path / "bundle", STARTED.replace(b"k/1", b"org/p"))) as found, refused("fold"):
        import_bundle(found, str(tmp_path / "new.db"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle"]


def test_an_empty_log_is_a_bundle_of_one_file(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(b"".join(format_manifest(NOTHING, [])))
    assert count_of_tiles(0) == 0
    with open_bundle(tmp_path) as found:
        assert (list(found.events()), found.blob("0" * 64), found.keys()) == ([], None, [])
    assert findings(tmp_path) == []


def test_what_was_checked_is_opened_again_without_a_second_check(bundle: Path, contents: Contents) -> None:
    with open_bundle(bundle):
        (bundle / "answers.jsonl").unlink()
        with reopen(bundle) as again:
            assert (again.origin, again.size, again.root) == contents
            assert len(list(again.events())) == contents.size
    (bundle / MANIFEST).unlink()
    with refused("missing", MANIFEST):
        reopen(bundle)
