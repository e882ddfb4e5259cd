"""The independent verifier by itself: clean logs, attacks by their codes, hostile files, its command, its promises.

That Xiada's own audit says the same of everything is tested in `test_attacks_*.py`.
"""

from __future__ import annotations

import ast
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest
import test_transcripts
from attacks import (
    FIRST,
    SECOND,
    STRANGER,
    TOOL,
    Export,
    entries_moved,
    entry,
    export_of,
    put_beside,
    reseal,
    reseal_stream,
    restore,
    rotate,
    story,
)
from bundles import files_of, write, zipped
from support import ORIGIN, ROOT, ManualClock, wide

from xiada.engine import codec
from xiada.engine.bundle.tiling import Tiling
from xiada.engine.engine import Engine
from xiada.engine.events import TYPES
from xiada.engine.log.keys import SigningKey
from xiada.engine.log.merkle import EMPTY, root_hash
from xiada.engine.log.tiles import TILE, tile_path

FILE = ROOT / "tools" / "xiada_verify.py"
Found = list[tuple[str, int | None]]


def found_in(place: Path, *, keys: tuple[SigningKey, ...] = (), held: tuple[str, ...] = ()) -> Found:
    """Return code and log index of all that is found in a bundle."""
    verifier = TOOL.Verifier(TOOL.Bundle(place), [str(key.vkey) for key in keys], [note.encode() for note in held])
    return [(code, index) for code, index, *_ in verifier.findings]


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., Found]:
    """Finds what is wrong with an export."""

    def found(export: Export, **trust: Any) -> Found:
        folder = tmp_path / f"judged-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return found_in(export.write(folder), **trust)

    return found


# Clean logs


class Told(Exception):
    """A story has been told to its end."""


def told(tale: Callable[[Any], str]) -> Export:
    """Return the export of a story of the transcripts, as it stands at its end."""
    telling, exports = test_transcripts.Telling("memory:", tale.__name__), []

    def end(*_: object, **__: object) -> str:
        exports.append(export_of(telling.engine))
        raise Told

    telling.end = end  # type: ignore[method-assign]
    with suppress(Told):
        tale(telling)
    telling.engine.close()
    return exports[0]


@pytest.mark.parametrize("tale", test_transcripts.STORIES, ids=lambda tale: tale.__name__)
def test_a_whole_cascade_is_clean(judge: Callable[..., Found], tale: Callable[[Any], str]) -> None:
    assert judge(told(tale)) == []


def test_a_log_with_a_key_an_erasure_and_checkpoints_is_clean(judge: Callable[..., Found]) -> None:
    log = story(signed=True)
    assert judge(log) == []
    assert judge(log, keys=(FIRST,), held=tuple(log.notes)) == []


def test_an_empty_log_is_clean_and_has_the_empty_root(tmp_path: Path) -> None:
    with Engine.create("memory:", ORIGIN) as engine:
        place = write(engine, tmp_path / "bundle")
    summary = TOOL.Verifier(TOOL.Bundle(place), [], []).summary()
    assert (summary["findings"], summary["size"], summary["root"]) == ([], 0, EMPTY.hex())


@pytest.mark.parametrize("count", [1, 255, 256, 257, 512, 513])
@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_a_log_that_ends_at_the_edge_of_a_tile_is_clean(tmp_path: Path, count: int, name: str) -> None:
    with Engine.create("memory:", ORIGIN, clock=ManualClock()) as engine:
        engine.load_org(wide(count - 1))
        place = write(engine, tmp_path / name)
    verifier = TOOL.Verifier(TOOL.Bundle(place), [], [])
    assert (verifier.findings, verifier.log.index) == ([], count)


class Leaves:
    """The face of a bundle of so many events of one byte, with all tiles of its tree."""

    def __init__(self, size: int) -> None:
        self.files: dict[str, bytes] = {}
        self.leaves = [codec.leaf(b"x")] * size
        tiling = Tiling()
        for start in range(0, size, TILE):
            for level, number, hashes in tiling.take(self.leaves[start : start + TILE]):
                self.files[tile_path(level, number, len(hashes))] = b"".join(hashes)
        for level, number, hashes in tiling.rest():
            self.files[tile_path(level, number, len(hashes))] = b"".join(hashes)

    def bodies(self, _: int, width: int) -> list[bytes]:
        return [b"x"] * width

    def lines(self, name: str, _: int) -> list[bytes]:
        return [self.files.pop(name)]

    def rows(self, *_: str) -> Iterator[Any]:
        return iter(())


def test_the_tree_over_three_levels_of_tiles_has_the_roots_of_rfc_6962_at_all_sizes_asked_for() -> None:
    verifier = object.__new__(TOOL.Verifier)
    verifier.levels, verifier.roots = [[] for _ in range(8)], {}
    verifier.bundle, verifier.log = Leaves(66_000), TOOL.Log(ORIGIN)
    sizes = {1, 2, 3, 255, 256, 257, 65_279, 65_535, 65_536, 65_537, 65_793, 66_000}
    leaves = verifier.bundle.leaves
    verifier.read_log(66_000, sizes)
    assert verifier.roots == {size: root_hash(leaves[:size]) for size in sizes}
    assert {code for code, *_ in verifier.log.findings} == {"i11_encoding"}
    assert verifier.bundle.files == {}


# Attacks by one who seals again whatever he can


def appended(log: Export, kind: str, ref: str, data: dict[str, Any], unit: str) -> None:
    """Append an event."""
    log.insert(log.size, kind, ref, data, unit=unit, actor=f"clerk-{unit}")


def drop(log: Export, index: int) -> None:
    """Take an event away."""
    del log.entries[index]


def replaced(log: Export, index: int, old: bytes, new: bytes) -> None:
    """Write an event otherwise."""
    body = log.entries[index].body
    assert old in body
    log.put(index, body.replace(old, new))


def swapped(log: Export, one: int, other: int) -> None:
    """Exchange two events."""
    log.entries[one], log.entries[other] = log.entries[other], log.entries[one]


def with_entries(log: Export, add: Callable[[list[Any]], object], n: int) -> None:
    """Change the recipients of the first forward."""
    index = log.find("forwarded", "k/1")
    entries = log.event(index)["data"]["to"]
    add(entries)
    log.change(index, {"to": entries, "n": n})


def without_last_cover(log: Export) -> None:
    """Let the root's report leave a child out."""
    index = log.find("reported", "k/1")
    data = log.event(index)["data"]
    log.change(index, {"covers": data["covers"][:-1], "n": data["n"] - 1})


def requiring(log: Export) -> None:
    """Put a notice under the first cascade that requires something of every report."""
    index = log.find("issued", "k/1")
    kind, body = log.blobs[log.event(index)["data"]["notice"]]
    notice = orjson.loads(body) | {"requirements": [["photos", "Add photos", True]]}
    name = put_beside(log, kind, codec.pack(notice))
    for at, one in enumerate(log.entries):
        if one.event["type"] == "issued" and one.event["dir"].startswith("k/"):
            log.change(at, {"notice": name})


SEALED: dict[str, tuple[Callable[[Export], object], str]] = {
    "a phantom recipient": (
        lambda log: with_entries(log, lambda to: to.append(["1.4", "d1", None]), 4),
        "i2_missing_child",
    ),
    "a recipient unsaid": (lambda log: with_entries(log, lambda to: to.pop(), 2), "i2_unnamed_child"),
    "recipients numbered otherwise": (
        lambda log: with_entries(log, lambda to: to[2].__setitem__(0, "1.9"), 3),
        "i2_missing_child",
    ),
    "a recipient moved": (lambda log: log.change(log.find("issued", "k/1.2"), {"to": "d1"}), "i2_named_otherwise"),
    "a child under another parent": (
        lambda log: log.change(log.find("issued", "k/1.1.1"), {"parent": "k/1.2"}),
        "i2_parent",
    ),
    "a line changed": (lambda log: log.change(log.find("issued", "k/1.2"), {"line": "party"}), "i2_outside_line"),
    "a superior who never joined": (
        lambda log: log.change(log.find("unit_added", "org/c1"), {"superiors": [["main", "q"]]}),
        "i2_superior_unknown",
    ),
    "a due past the parent's": (
        lambda log: log.change(log.find("extension_granted"), {"due": 2**52}),
        "i1_due_after_parent",
    ),
    "a due that was another": (lambda log: log.change(log.find("extension_granted"), {"was": 1}), "i3_due_was"),
    "an extension nobody asked for": (lambda log: drop(log, log.find("extension_requested")), "i3_no_request"),
    "a step the table has not": (lambda log: drop(log, log.find("started", "k/1")), "i3_illegal"),
    "no first event": (lambda log: drop(log, log.find("issued", "k/1.1.1")), "i2_missing_child"),
    "a unit that joins twice": (
        lambda log: log.entries.insert(5, entry(log.entries[4].body)),
        "i3_first_event",
    ),
    "a child that did not report": (lambda log: drop(log, log.find("reported", "k/1.2")), "i4_children_open"),
    "a child left out": (without_last_cover, "i5_coverage"),
    "a reason told otherwise": (lambda log: log.change(log.find("waived"), {"reason": "none"}), "i5_coverage"),
    "an event under a closed parent": (
        lambda log: appended(log, "returned", "k/1.1", {"reason": "late"}, "p"),
        "i6_closed_parent",
    ),
    "a withdrawal that spares a child": (
        lambda log: drop(log, log.find("withdrawn", "m/1.2")),
        "i6_live_below",
    ),
    "a withdrawal for another cause": (
        lambda log: log.change(log.find("withdrawn", "m/1.2"), {"cause": "m/1.1"}),
        "i6_cause",
    ),
    "a withdrawal by another": (lambda log: log.change(log.find("withdrawn", "m/1.2"), actor="li"), "i9_not_entitled"),
    "a due moved for what did not move": (lambda log: drop(log, log.find("rescheduled", "m/1")), "i6_cause"),
    "a clock set back": (lambda log: log.change(log.find("reminded"), t=1), "i7_clock_back"),
    "an actor of another unit": (lambda log: log.change(log.find("started", "k/1.1"), unit="c3"), "i9_not_entitled"),
    "a delegation taken back": (lambda log: drop(log, log.find("delegation_granted")), "i9_not_entitled"),
    "a unit added by itself": (lambda log: log.change(log.find("unit_added", "org/c1"), unit="c1"), "i9_not_entitled"),
    "a requirement left out": (requiring, "i10_requirements"),
    "a summary of another report": (
        lambda log: log.change(log.find("summarised", "k/1.1"), {"report": "0" * 64}),
        "i11_report",
    ),
    "a lifecycle nobody has": (
        lambda log: log.change(log.find("issued", "k/1"), {"lifecycle": "0" * 64}),
        "i3_lifecycle",
    ),
    "a text erased that was not there": (lambda log: log.change(log.find("text_erased"), {"index": 3}), "i11_erasure"),
    "a key nobody vouches for": (
        lambda log: rotate(log, log.size, SECOND, FIRST, proof="AAAA"),
        "i11_key_rotation",
    ),
    "a restore of a later epoch": (lambda log: restore(log, "0" * 64, 60, kept=7), "i11_epoch"),
}
"""What is done to the log, and the code it is found by; all hashes are made to agree."""


@pytest.mark.parametrize("name", SEALED)
def test_an_attack_with_all_hashes_made_to_agree(judge: Callable[..., Found], name: str) -> None:
    attack, code = SEALED[name]
    log = story()
    attack(log)
    assert code in {found for found, _ in judge(reseal(log))}


def test_a_log_sealed_again_without_a_change_is_clean(judge: Callable[..., Found]) -> None:
    assert judge(reseal(story())) == []


# Attacks on bytes and chains, and on what lies beside


def body_of(log: Export, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the reminder's body, changed and written as JSON without any check."""
    event = log.event(log.find("reminded"))
    change(event)
    return json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def nested(depth: int) -> Any:
    """Return lists in lists."""
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


BODIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a float": lambda event: event.update(t=1.5),
    "an integer too large": lambda event: event.update(t=2**53),
    "an integer of 5,000 digits": lambda event: event.update(t=10**4_000 - 1),
    "a bool for an integer": lambda event: event.update(ver=True),
    "not a number": lambda event: event.update(t=float("nan")),
    "another version": lambda event: event.update(v=2),
    "a field too many": lambda event: event.update(more=1),
    "a field too few": lambda event: event.pop("key"),
    "a null for a text": lambda event: event.update(actor=None),
    "another log": lambda event: event.update(log="xiada.test/other/e1"),
    "the epoch to come": lambda event: event.update(log=f"{ORIGIN}/e2"),
    "an unknown type": lambda event: event.update(type="reminisced"),
    "the type of a file": lambda event: event.update(type="MANIFEST"),
    "a type that is no text": lambda event: event.update(type=["reminded"]),
    "no stream": lambda event: event.update(dir="k"),
    "a stream of nothing": lambda event: event.update(dir="k/1/2"),
    "a stream in other digits": lambda event: event.update(dir="k/１"),
    "a cascade called log": lambda event: event.update(dir="log/1"),
    "data of another type": lambda event: event["data"].update(due=5),
    "data left out": lambda event: event["data"].pop("reason"),
    "a default written": lambda event: event["data"].update(claimed_at=None),
    "text not in NFC": lambda event: event["data"].update(reason="e\u0301"),
    "half a surrogate pair": lambda event: event["data"].update(reason="\ud800"),
    "an actor that needs an escape": lambda event: event.update(actor='a"b'),
    "lists nested deep": lambda event: event["data"].update(reason=nested(900)),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_xiada_would_not_write(judge: Callable[..., Found], name: str) -> None:
    log = story()
    at = log.put(log.find("reminded"), body_of(log, BODIES[name]))
    assert judge(log)[0] == ("i11_encoding", at)


REWRITTEN: dict[str, tuple[bytes, bytes]] = {
    "a space": (b'"ver":', b'"ver": '),
    "a line after it": (b"}", b"}\n"),
    "a byte order mark": (b'{"actor"', b'\xef\xbb\xbf{"actor"'),
    "a key twice": (b'"v":1,', b'"v":1,"v":1,'),
    "a key twice, escaped": (b'"v":1,', b'"\\u0076":2,"v":1,'),
    "minus nought": (b'"v":1,', b'"v":-0,'),
    "an exponent": (b'"v":1,', b'"v":1e0,'),
    "an escape that need not be": (b'"type":"r', b'"type":"\\u0072'),
    "keys in another order": (b'"v":1,"ver":', b'"ver":1,"v":'),
    "no UTF-8": (b"two weeks", b"two \xff weeks"),
    "a hundred thousand brackets": (b'"v":1,', b'"v":' + b"[" * 60_000 + b","),
    "nothing": (b'{"actor"', b""),
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_a_body_written_another_way(judge: Callable[..., Found], name: str) -> None:
    log = story()
    at = log.find("reminded")
    replaced(log, at, *REWRITTEN[name])
    assert judge(log)[0] == ("i11_encoding", at)


def test_an_accent_after_an_escape_is_no_defect_though_the_whole_seems_not_in_nfc(judge: Callable[..., Found]) -> None:
    log = story()
    log.change(log.find("reminded"), {"reason": "line\n\u0301"})
    assert judge(reseal(log)) == []


def test_every_bit_of_an_event_matters(judge: Callable[..., Found]) -> None:
    at = story().find("reported", "k/1.1")
    body = story().entries[at].body
    for place in range(0, len(body) * 8, 61):
        log, flipped = story(), bytearray(body)
        flipped[place // 8] ^= 1 << place % 8
        log.put(at, bytes(flipped))
        assert judge(log) != []


def test_a_stream_resealed_is_found_where_others_name_it(judge: Callable[..., Found]) -> None:
    log = story()
    log.change(log.find("started", "k/1.2"), actor="mallory")
    assert judge(reseal_stream(log, "k/1.2"))[0] == ("i5_coverage", log.find("reported", "k/1"))


def test_events_out_of_order_are_found(judge: Callable[..., Found]) -> None:
    log = story()
    assert judge(entries_moved(log, [0, 2, 1, *range(3, log.size)])) == []
    first, second = log.stream("k/1.1")[1:3]
    swapped(log, first, second)
    assert {"i3_version", "i11_chain"} <= {code for code, _ in judge(log)}


def test_a_notice_a_lifecycle_and_a_text_are_those_of_their_names(judge: Callable[..., Found]) -> None:
    for kind, code in (("notice", "i11_notice"), ("lifecycle", "i3_lifecycle")):
        for changed in (True, False):
            log = story()
            name = next(name for name, (found, _) in log.blobs.items() if found == kind)
            body = log.blobs.pop(name)[1]
            if changed:
                log.blobs[name] = (kind, body.replace(b"e", b"f", 1))
            assert judge(log)[0][0] == code
    log = story()
    commitment, (salt, text) = next(iter(log.texts.items()))
    log.texts[commitment] = (salt, text + b"!")
    assert {code for code, _ in judge(log)} == {"i11_text"}
    log.texts.clear()
    assert judge(log) == []


def test_a_side_list_is_the_one_that_was_named(judge: Callable[..., Found]) -> None:
    log = told(test_transcripts.over_a_thousand_recipients)
    name = log.event(log.find("forwarded"))["data"]["blob"]
    kind, body = log.blobs.pop(name)
    assert judge(log)[0] == ("i11_side_list", log.find("forwarded"))
    log.change(log.find("forwarded"), {"blob": put_beside(log, kind, codec.pack(orjson.loads(body)[:-1]))})
    assert judge(reseal(log))[0] == ("i11_side_list", log.find("forwarded"))


def test_tiles_root_and_keys_are_those_of_the_events(judge: Callable[..., Found]) -> None:
    log = story()
    log.spoiled[f"tile/0/000.p/{log.size}"] = bytes(32 * log.size)
    assert judge(log) == [("i11_tile", 0)]
    log = story()
    log.claims = bytes(32)
    assert judge(log) == [("i11_root", None)]
    log = story()
    log.keys.append(str(STRANGER.vkey))
    assert judge(log) == [("i11_keys", None)]


# Checkpoints and trust


def test_a_checkpoint_counts_only_by_a_known_key_at_its_size_with_its_root(judge: Callable[..., Found]) -> None:
    log, other = story(signed=True), story(signed=True)
    other.change(other.find("reminded"), {"reason": "another"})
    reseal(other)
    size = log.size
    for note, code, index in (
        (log.sign(STRANGER), "i11_signature", size),
        (other.sign(), "i11_checkpoint", size),
        (log.sign(origin="xiada.test/other/e1"), "i11_checkpoint", None),
        (log.sign().replace("\n\n", "\n"), "i11_signature", None),
    ):
        assert judge(log, held=(note,)) == [(code, index)]
    drop(log, log.size - 1)
    assert judge(log)[0] == ("i11_rollback", None)


def test_a_trusted_key_must_have_signed_and_vouches_for_those_after_it(judge: Callable[..., Found]) -> None:
    log = story(signed=True)
    assert judge(log, keys=(STRANGER,))[0][0] == "i11_signature"
    rotate(log, log.size, SECOND, FIRST)
    log.notes.append(log.sign(FIRST, SECOND))
    assert judge(log, keys=(FIRST,)) == []
    log.notes[-1] = log.sign(FIRST)
    assert judge(log, keys=(FIRST,)) == [("i11_signature", log.size)]
    log.notes.clear()
    assert judge(log) == []
    assert judge(log, keys=(FIRST,)) == [("i11_signature", None)]


# Hostile files


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A clean bundle in a folder."""
    folder = tmp_path / "bundle"
    folder.mkdir()
    return story(signed=True).write(folder)


def manifest(bundle: Path, **changes: Any) -> None:
    """Write the manifest of a bundle otherwise."""
    file = bundle / "MANIFEST"
    file.write_bytes(orjson.dumps(orjson.loads(file.read_bytes()) | changes, option=orjson.OPT_SORT_KEYS))


def listed(bundle: Path, path: str, size: int = 1, digest: str = "0" * 64) -> None:
    """Add a row to the manifest of a bundle."""
    rows = orjson.loads((bundle / "MANIFEST").read_bytes())["files"]
    manifest(bundle, files=sorted([*rows, [path, size, digest]]))


REFUSED: dict[str, Callable[[Path], object]] = {
    "no manifest": lambda bundle: (bundle / "MANIFEST").unlink(),
    "a manifest that is none": lambda bundle: (bundle / "MANIFEST").write_bytes(b"{}"),
    "a manifest nested deep": lambda bundle: (bundle / "MANIFEST").write_bytes(b"[" * 100_000),
    "a manifest of another format": lambda bundle: manifest(bundle, format=2),
    "an origin without epoch": lambda bundle: manifest(bundle, origin=ORIGIN),
    "a size below nought": lambda bundle: manifest(bundle, size=-1),
    "a size beyond all bounds": lambda bundle: manifest(bundle, size=2**53 - 1),
    "a size one too large": lambda bundle: manifest(bundle, size=story().size + 1),
    "a path outside": lambda bundle: listed(bundle, "../escaped"),
    "an absolute path": lambda bundle: listed(bundle, "/etc/hosts"),
    "a backslash": lambda bundle: listed(bundle, "tile\\0"),
    "a file that is not there": lambda bundle: listed(bundle, "tile/0/001"),
    "a file twice": lambda bundle: listed(bundle, "keys"),
    "a file not listed": lambda bundle: (bundle / "more").write_bytes(b"x"),
    "a tile of another log": lambda bundle: (
        (bundle / "tile/0/007").write_bytes(b"x"),
        listed(bundle, "tile/0/007", 1, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"),
    ),
    "a file cut": lambda bundle: os.truncate(bundle / "blobs.jsonl", 100),
    "a file grown": lambda bundle: os.truncate(bundle / "keys", 2**20),
    "a file changed": lambda bundle: (bundle / "answers.jsonl").write_bytes(
        b"x" * (bundle / "answers.jsonl").stat().st_size
    ),
    "a link": lambda bundle: (
        (bundle / "keys").rename(bundle.parent / "k"),
        (bundle / "keys").symlink_to(bundle.parent / "k"),
    ),
    "a manifest that is a pipe": lambda bundle: ((bundle / "MANIFEST").unlink(), os.mkfifo(bundle / "MANIFEST")),
    "a folder that is a link": lambda bundle: (
        (bundle / "tile").rename(bundle.parent / "t"),
        (bundle / "tile").symlink_to(bundle.parent / "t"),
    ),
    "a pipe": lambda bundle: os.mkfifo(bundle / "text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_that_is_no_bundle_is_refused(bundle: Path, name: str) -> None:
    assert found_in(bundle) == []
    REFUSED[name](bundle)
    assert found_in(bundle) == [("i11_bundle", None)]


LINES: dict[str, Callable[[Export], object]] = {
    "lines out of order": lambda log: log.spoiled.update(
        {"blobs.jsonl": b"".join(reversed(lines_of(log, "blobs.jsonl")))}
    ),
    "a line twice": lambda log: log.spoiled.update({"text.jsonl": b"".join(lines_of(log, "text.jsonl")[:1] * 2)}),
    "a line not ended": lambda log: log.spoiled.update({"answers.jsonl": lines_of(log, "answers.jsonl")[0][:-1]}),
    "a line of another kind": lambda log: log.spoiled.update({"answers.jsonl": b'{"key":"a"}\n'}),
    "a salt too short": lambda log: log.spoiled.update(
        {"text.jsonl": b'{"commitment":"%s","salt":"00","text":""}\n' % (b"0" * 64)}
    ),
    "no note": lambda log: log.spoiled.update({"checkpoints": b"\n"}),
    "another newest": lambda log: log.spoiled.update({"checkpoint": log.notes[0].encode()}),
    "entries cut": lambda log: log.spoiled.update({path_of(log): log.files()[path_of(log)][:-1]}),
    "entries joined": lambda log: log.spoiled.update({path_of(log): log.files()[path_of(log)] + b"\0\0"}),
    "hashes cut": lambda log: log.spoiled.update({f"tile/0/000.p/{log.size}": bytes(31)}),
}


def lines_of(log: Export, name: str) -> list[bytes]:
    """Return the lines of a file of a bundle."""
    return log.files()[name].splitlines(keepends=True)


def path_of(log: Export) -> str:
    """Return where the events lie."""
    return tile_path(None, 0, log.size)


@pytest.mark.parametrize("name", LINES)
def test_a_file_written_another_way_is_refused(judge: Callable[..., Found], name: str) -> None:
    log = story(signed=True)
    LINES[name](log)
    assert judge(log) == [("i11_bundle", None)]


def test_an_archive_is_read_like_its_folder(bundle: Path, tmp_path: Path) -> None:
    assert found_in(zipped(bundle, tmp_path / "b.zip")) == []
    assert found_in(zipped(bundle, tmp_path / "less.zip", leave=("keys",))) == [("i11_bundle", None)]
    assert found_in(zipped(bundle, tmp_path / "more.zip", more={"../x": b""})) == [("i11_bundle", None)]


def test_an_archive_with_a_link_a_twin_or_a_secret_is_refused(bundle: Path, tmp_path: Path) -> None:
    for number, (name, mode, compression) in enumerate(
        (("keys", stat.S_IFREG, zipfile.ZIP_BZIP2), ("keys", stat.S_IFLNK, zipfile.ZIP_STORED), ("keys", 0, None))
    ):
        place = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(place, "w") as archive:
            for path, body in files_of(bundle).items():
                odd = path == name
                entry = zipfile.ZipInfo(path)
                entry.external_attr = (mode if odd else stat.S_IFREG) << 16
                archive.writestr(entry, body, compression if odd and compression is not None else zipfile.ZIP_STORED)
                if odd and compression is None:
                    with pytest.warns(UserWarning, match="Duplicate"):
                        archive.writestr(path, body)
        assert found_in(place) == [("i11_bundle", None)]


def test_an_archive_that_unpacks_to_far_more_than_itself_is_refused_before_it_is_unpacked(
    bundle: Path, tmp_path: Path
) -> None:
    for name in ("blobs.jsonl", "MANIFEST"):
        place = zipped(bundle, tmp_path / f"{name}.zip", leave=(name,), more={name: b""})
        with (
            zipfile.ZipFile(tmp_path / f"bomb-{name}.zip", "w", zipfile.ZIP_DEFLATED) as bomb,
            zipfile.ZipFile(place) as old,
        ):
            for path in old.namelist():
                bomb.writestr(path, bytes(64 * 2**20) if path == name else old.read(path))
        assert found_in(tmp_path / f"bomb-{name}.zip") == [("i11_bundle", None)]


def test_a_broken_archive_is_refused_or_cannot_be_read(bundle: Path, tmp_path: Path) -> None:
    whole = zipped(bundle, tmp_path / "b.zip").read_bytes()
    seen = set()
    for number, length in enumerate(range(0, len(whole), 997)):
        place = tmp_path / f"{number}.zip"
        place.write_bytes(whole[:length])
        seen.add(TOOL.main([str(place), "--json"]))
        place.write_bytes(whole[:length] + bytes(1) + whole[length + 1 :])
        seen.add(TOOL.main([str(place), "--json"]))
    assert seen <= {0, 2, 5}
    assert 2 in seen


# The command


def test_the_command_says_clean_and_what_was_not_checked(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert TOOL.main([str(bundle)]) == 0
    said = capsys.readouterr().out
    assert said.endswith("clean\n")
    for word in (f"{ORIGIN}/e1: {story().size} events", "checked: 2 checkpoints", "true", "own unit", "--vkey"):
        assert word in said
    assert TOOL.main([str(bundle), "--vkey", str(FIRST.vkey)]) == 0
    assert "--vkey" not in capsys.readouterr().out


def test_the_command_says_the_root_and_counts_in_json(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert TOOL.main([str(bundle), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    log = story(signed=True)
    assert (said["root"], said["size"], said["signed"]) == (log.root().hex(), log.size, log.size)
    assert (said["checkpoints"], said["findings"], said["keys"]) == (2, [], [str(FIRST.vkey)])


def test_the_command_names_findings_and_nothing_in_them_can_move_the_cursor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, folder = story(), tmp_path / "b"
    with_entries(log, lambda to: to[2].__setitem__(0, "1.9\u202e\x1b[2J"), 3)
    folder.mkdir()
    assert TOOL.main([str(reseal(log).write(folder))]) == 5
    said = capsys.readouterr().out
    assert "i2_numbers  event" in said
    assert "\u202e" not in said
    assert "\x1b" not in said
    assert TOOL.main([str(folder), "--json"]) == 5
    assert {"code", "index", "ref", "message"} == set(json.loads(capsys.readouterr().out)["findings"][0])


def test_the_command_holds_a_checkpoint_against_the_log(bundle: Path, tmp_path: Path) -> None:
    file = tmp_path / "held"
    file.write_text(story().sign(), encoding="utf-8")
    assert TOOL.main([str(bundle), "--checkpoint", str(file)]) == 0
    longer = story()
    appended(longer, "delegation_granted", "org/c3", {"to": "c1"}, "c3")
    file.write_text(longer.sign(), encoding="utf-8")
    assert TOOL.main([str(bundle), "--checkpoint", str(file), "--vkey", str(FIRST.vkey)]) == 5


def test_the_command_says_when_it_cannot_read(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words").write_text("words", encoding="utf-8")
    for arguments in (
        ["nowhere"],
        [str(tmp_path / "words")],
        [str(bundle), "--vkey", "no+key"],
        [str(bundle), "--checkpoint", "none"],
    ):
        assert TOOL.main(arguments) == 2
        assert "cannot be read" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        TOOL.main([])
    assert stopped.value.code == 2


def test_it_runs_alone_as_a_script_without_anything_of_ours(bundle: Path, tmp_path: Path) -> None:
    alone = tmp_path / "verify.py"
    alone.write_bytes(FILE.read_bytes())
    command = [sys.executable, "-I", "-W", "error", str(alone), str(bundle), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["size"] == story().size


# What the file promises of itself


def test_it_imports_the_standard_library_and_cryptography_alone() -> None:
    names = set()
    for node in ast.walk(ast.parse(FILE.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add((node.module or "").partition(".")[0])
    assert names - {"cryptography"} <= sys.stdlib_module_names
    assert "importlib" not in names


def test_it_can_be_read_in_an_afternoon() -> None:
    text = FILE.read_text("utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert max(node.end_lineno - node.lineno for node in functions if node.end_lineno) <= 40
    assert len(text.splitlines()) < 1_100


def test_it_knows_every_type_of_event_and_no_other() -> None:
    files = {"MANIFEST", "blobs.jsonl", "text.jsonl", "answers.jsonl"}
    assert TOOL.FORMS.keys() - files == TYPES.keys()


def test_every_rule_says_which_of_the_design_it_is() -> None:
    methods = next(node for node in ast.parse(FILE.read_text("utf-8")).body if getattr(node, "name", "") == "Log").body  # type: ignore[attr-defined]
    for node in methods:
        finds = "self.expect(" in ast.unparse(node) and isinstance(node, ast.FunctionDef)
        if finds and node.name != "take":
            assert (ast.get_docstring(node) or "").startswith("I"), node.name


def test_its_examples_of_paths_are_those_of_tlog_tiles() -> None:
    for level, number, width in ((0, 0, 256), (1, 7, 3), ("entries", 1_234_067, 256), (2, 999_999, 1), (0, 1_000, 256)):
        ours = None if level == "entries" else int(level)
        assert TOOL.tile_path(level, number, width) == tile_path(ours, number, width)
    assert list(islice(TOOL.FORMS, 1)) == ["MANIFEST"]
