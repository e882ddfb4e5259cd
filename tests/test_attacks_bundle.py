"""Attacks on the bytes and the order of an export: every one is found by both verifiers, by the same code first.

Rule: what is done exhaustively is done to every bit and every place there is; where many stand for the
same thing, such as the bits of a hash, some are shown to the verifiers whole, and all to their readers.
XIADA_HYPOTHESIS=deep shows all of them whole.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import pytest
from attacks import (
    FIRST,
    LOG,
    TOOL,
    Export,
    Judges,
    Verdict,
    entries_moved,
    entry,
    judgement,
    reseal,
    reseal_stream,
    story,
    wide_log,
)
from bundles import zipped

from xiada.engine import codec
from xiada.engine.audit.skim import Skimmer
from xiada.engine.bundle.layout import MANIFEST
from xiada.engine.errors import Tampered
from xiada.engine.log.tiles import TILE

DEEP = os.environ.get("XIADA_HYPOTHESIS") == "deep"


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def log() -> Export:
    """The log that is attacked, with nobody's signature."""
    return story()


def test_the_log_the_attacks_begin_with_is_clean(judges: Judges, log: Export) -> None:
    assert judges(log).verdict == Verdict(True)
    assert judges(story(signed=True)).verdict == Verdict(True)
    assert judges(story(signed=True), held=story(signed=True).notes, keys=(FIRST,)).verdict == Verdict(True)


def test_sealing_again_what_nobody_touched_changes_nothing(log: Export) -> None:
    assert reseal(log.copy()) == log
    assert reseal_stream(log.copy(), "k/1.2") == log


# Bytes


def test_a_bit_flip(judges: Judges, log: Export) -> None:
    index = log.find("reminded")
    body = log.entries[index].body
    log.put(index, body.replace(b"clerk-p", b"clerk-q"))
    assert judges.expect(log, "i11_chain") == Verdict(False, "i11_chain", index + 1)
    log.put(index, body.replace(b'"v":1', b'"v":3'))
    assert judges.expect(log, "i11_encoding") == Verdict(False, "i11_encoding", index)


def test_an_event_edited_and_rehashed(judges: Judges, log: Export) -> None:
    index = log.change(log.find("started", "k/1.2"), actor="mallory")
    assert judges.expect(log, "i11_chain") == Verdict(False, "i11_chain", index + 1)


def test_an_event_edited_and_its_stream_resealed(judges: Judges, log: Export) -> None:
    log.change(log.find("started", "k/1.2"), actor="mallory")
    reseal_stream(log, "k/1.2")
    report = log.find("reported", "k/1")
    assert judges.expect(log, "i5_coverage", "i5_root") == Verdict(False, "i5_coverage", report)


def test_a_reason_edited_that_a_report_repeats(judges: Judges, log: Export) -> None:
    log.change(log.find("waived"), {"reason": "for no reason"})
    assert judges.expect(log, "i5_coverage") == Verdict(False, "i5_coverage", log.find("reported", "k/1"))


def test_a_bit_flip_in_a_stored_tile(judges: Judges, log: Export) -> None:
    path = f"tile/0/000.p/{log.size}"
    tile = bytearray(log.files()[path])
    tile[40] ^= 1
    log.spoiled[path] = bytes(tile)
    assert judges.expect(log, "i11_tile") == Verdict(False, "i11_tile", 0)


def test_a_root_claimed_that_is_not_that_of_the_events(judges: Judges, log: Export) -> None:
    log.claims = log.root(log.size - 1)
    assert judges.expect(log, "i11_root") == Verdict(False, "i11_root", None)


# Order


def test_an_event_left_out(judges: Judges, log: Export) -> None:
    index = log.find("progressed")
    del log.entries[index]
    assert judges.expect(log, "i3_version", "i11_chain") == Verdict(False, "i11_chain", index)


def test_the_first_event_of_a_stream_left_out(judges: Judges, log: Export) -> None:
    index = log.find("issued", "k/1.1.1")
    del log.entries[index]
    judges.expect(log, "i3_first_event", "i2_missing_child")


def test_a_second_first_event(judges: Judges, log: Export) -> None:
    first = log.event(log.find("issued", "k/1.2"))
    index = log.insert(log.find("started", "k/1.2"), "issued", "k/1.2", first["data"], actor="clerk-p", unit="p")
    reseal(log)
    assert judges.expect(log, "i3_first_event") == Verdict(False, "i3_first_event", index)


def test_an_event_inserted(judges: Judges, log: Export) -> None:
    index = log.insert(log.find("waived"), "reminded", "k/1.2", {"reason": "hurry"}, unit="p")
    judges.expect(log, "i11_chain", "i3_version")
    reseal_stream(log, "k/1.2")
    verdict = judges.expect(log, "i5_coverage", "i5_root")
    assert verdict == Verdict(False, "i5_coverage", log.find("reported", "k/1"))
    assert log.event(index)["dir"] == "k/1.2"


@pytest.mark.parametrize("kind", ["reminded", "started", "forwarded", "delegation_granted", "unit_added"])
def test_an_event_doubled(judges: Judges, log: Export, kind: str) -> None:
    index = log.find(kind)
    log.entries.insert(index + 1, entry(log.entries[index].body))
    verdict = judges.expect(log, "i3_version", "i11_chain")
    assert verdict.index == index + 1


def test_two_events_swapped(judges: Judges, log: Export) -> None:
    one = log.find("extension_requested")
    log.entries[one], log.entries[one + 1] = log.entries[one + 1], log.entries[one]
    judges.expect(log, "i3_version", "i11_chain", "i7_clock_back", "i3_no_request")


def test_an_event_spliced_from_another_directive(judges: Judges, log: Export) -> None:
    index = log.find("started", "k/1.1")
    log.put(index, log.entries[log.find("started", "k/1.1.1")].body)
    judges.expect(log, "i3_version", "i11_chain", "i3_illegal")
    log.change(index, dir="k/1.1", t=log.event(index - 1)["t"])
    assert judges.expect(log, "i3_version", "i11_chain", "i9_not_entitled").index == index


def test_an_event_spliced_from_another_log(judges: Judges, log: Export) -> None:
    index = log.change(log.find("started", "k/1.1"), log="xiada.test/other/e1")
    assert judges.expect(log, "i11_encoding") == Verdict(False, "i11_encoding", index)


def test_a_stream_dropped(judges: Judges, log: Export) -> None:
    named = log.find("forwarded", "k/1.1")
    log.entries = [one for one in log.entries if one.event["dir"] != "k/1.1.1"]
    assert judges.expect(log, "i2_missing_child", "i5_coverage") == Verdict(False, "i2_missing_child", named)


def test_the_stream_of_a_unit_dropped(judges: Judges, log: Export) -> None:
    log.entries = [one for one in log.entries if one.event["dir"] != "org/d1"]
    judges.expect(log, "i2_outside_line")
    log = story()
    log.entries = [one for one in log.entries if one.event["dir"] != "org/c1"]
    judges.expect(log, "i2_superior_unknown", "i2_outside_line")


def test_the_stream_of_the_log_itself_dropped(judges: Judges, log: Export) -> None:
    log.entries = [one for one in log.entries if one.event["dir"] != "log/audit"]
    assert judges.expect(log, "i11_keys") == Verdict(False, "i11_keys", None)


def test_a_gap_in_the_log(judges: Judges, log: Export) -> None:
    """An index is a place: a gap is a tile with fewer events than its name says."""
    path = f"tile/entries/000.p/{log.size}"
    short = entries_moved(log, range(log.size - 1)).files()[f"tile/entries/000.p/{log.size - 1}"]
    log.spoiled[path] = short
    assert judges.expect(log, "i11_bundle") == Verdict(False, "i11_bundle", None)


# Bodies


def keyed(event: bytes, old: bytes, new: bytes) -> bytes:
    """Return a body with one thing written otherwise."""
    assert old in event
    return event.replace(old, new, 1)


def spelt(body: bytes, change: Callable[[dict[str, object]], object]) -> bytes:
    """Return a body whose value was changed, written as JSON is written here but unchecked."""
    event = orjson.loads(body)
    change(event)
    return codec.pack(event)


def nested(depth: int) -> bytes:
    """Return lists within lists."""
    return b"[" * depth + b"]" * depth


def with_reason(body: bytes, reason: bytes) -> bytes:
    """Return the body of a reminder with another reason, as JSON."""
    return keyed(body, b'"two weeks left"', reason)


BODIES: dict[str, Callable[[bytes], bytes]] = {
    "equal keys": lambda body: keyed(body, b'"key":null', b'"key":null,"key":null'),
    "equal keys, one escaped": lambda body: keyed(body, b'{"actor":', rb'{"\u0061ctor":"x","actor":'),
    "an escaped key": lambda body: keyed(body, b'"actor"', rb'"\u0061ctor"'),
    "keys out of order": lambda body: keyed(body, b'{"actor":"clerk-p",', b"{")[:-1] + b',"actor":"clerk-p"}',
    "1.0": lambda body: keyed(body, b'"v":1', b'"v":1.0'),
    "-0": lambda body: keyed(body, b'"t":', b'"t":-0,"x":'),
    "-0 as the time": lambda body: spelt(body, lambda event: event.update(t=0)).replace(b'"t":0', b'"t":-0'),
    "1e2": lambda body: keyed(body, b'"ver":4', b'"ver":4e0'),
    "an integer with a leading zero": lambda body: keyed(body, b'"ver":4', b'"ver":04'),
    "2^53": lambda body: spelt(body, lambda event: event.update(t=2**53)),
    "2^53+1": lambda body: spelt(body, lambda event: event.update(t=2**53 + 1)),
    "2^64": lambda body: keyed(body, b'"ver":4', b'"ver":18446744073709551616'),
    "NaN": lambda body: keyed(body, b'"ver":4', b'"ver":NaN'),
    "Infinity": lambda body: keyed(body, b'"ver":4', b'"ver":Infinity'),
    "true for one": lambda body: keyed(body, b'"v":1', b'"v":true'),
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "a newline after it": lambda body: body + b"\n",
    "a space before it": lambda body: b" " + body,
    "a space within": lambda body: keyed(body, b'"v":1', b'"v": 1'),
    "a second value after it": lambda body: body + body,
    "a zero byte after it": lambda body: body + b"\0",
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "a comma too many": lambda body: body[:-1] + b",}",
    "cut in the middle": lambda body: body[: len(body) // 2],
    "empty": lambda body: b"",
    "invalid UTF-8": lambda body: with_reason(body, b'"\xff"'),
    "an overlong encoding": lambda body: with_reason(body, b'"\xc0\xaf"'),
    "an encoded surrogate": lambda body: with_reason(body, b'"\xed\xa0\x80"'),
    "a lone surrogate": lambda body: with_reason(body, rb'"\ud800"'),
    "a needless escape": lambda body: with_reason(body, rb'"two weeks \/ left"'),
    "an escape in capitals": lambda body: with_reason(body, rb'"\u001F"'),
    "a control character as it is": lambda body: with_reason(body, b'"\x01"'),
    "a text in NFD": lambda body: with_reason(body, '"e\u0301"'.encode()),
    "Jamo not composed": lambda body: with_reason(body, '"\u1112\u1161\u11ab"'.encode()),
    "lists within lists, 100,000 deep": lambda body: with_reason(body, nested(30_000)),
    "objects within objects": lambda body: with_reason(body, b'{"a":' * 9_000 + b"1" + b"}" * 9_000),
    "17 deep": lambda body: with_reason(body, nested(16)),
    "a list": lambda body: b"[]",
    "null": lambda body: b"null",
    "a number": lambda body: b"1",
    "a field too many": lambda body: spelt(body, lambda event: event.update(extra=1)),
    "a field too many in the data": lambda body: spelt(body, lambda event: event["data"].update(extra=1)),  # type: ignore[attr-defined]
    "a field at its default": lambda body: spelt(body, lambda event: event["data"].update(claimed_at=None)),  # type: ignore[attr-defined]
    "an envelope's field at its default": lambda body: spelt(body, lambda event: event.update(behalf=None)),
    "data that is a list": lambda body: spelt(body, lambda event: event.update(data=[])),
    "another version": lambda body: spelt(body, lambda event: event.update(v=2)),
    "a type nobody knows": lambda body: spelt(body, lambda event: event.update(type="celebrated")),
    "a key in capitals": lambda body: spelt(body, lambda event: event["data"].update(Reason="x")),  # type: ignore[attr-defined]
    "a quote in the actor": lambda body: spelt(body, lambda event: event.update(actor='a"b')),
    "no stream at all": lambda body: spelt(body, lambda event: event.update(dir="")),
    "a stream that is none": lambda body: spelt(body, lambda event: event.update(dir="K/1", ver=1, prev=None)),
    "a stream that climbs": lambda body: spelt(body, lambda event: event.update(dir="k/../1", ver=1, prev=None)),
    "a number that begins with zero": lambda body: spelt(
        body, lambda event: event.update(dir="k/01", ver=1, prev=None)
    ),
    "a cascade called log": lambda body: spelt(body, lambda event: event.update(dir="log/1", ver=1, prev=None)),
    "a unit in capitals": lambda body: spelt(body, lambda event: event.update(dir="org/C1", ver=1, prev=None)),
    "65 levels deep": lambda body: spelt(body, lambda event: event.update(dir="k/1" + ".1" * 64, ver=1, prev=None)),
}
"""How a body can be other than Xiada would write it; made of a reminder, the fourth event of its stream."""


@pytest.mark.parametrize("name", BODIES)
def test_a_body_xiada_would_not_have_written(judges: Judges, log: Export, name: str) -> None:
    index = log.find("reminded")
    log.put(index, BODIES[name](log.entries[index].body))
    assert judges.expect(log, "i11_encoding") == Verdict(False, "i11_encoding", index)


@pytest.mark.parametrize("field", ["actor", "data", "dir", "key", "log", "prev", "t", "type", "unit", "v", "ver"])
def test_a_body_without_a_field(judges: Judges, log: Export, field: str) -> None:
    index = log.find("reminded")
    log.put(index, spelt(log.entries[index].body, lambda event: event.pop(field)))
    assert judges.expect(log, "i11_encoding") == Verdict(False, "i11_encoding", index)


def test_a_body_longer_than_an_event_may_be_has_no_place_in_a_tile(judges: Judges, log: Export) -> None:
    """Its length takes two bytes: 64 KiB + 1 cannot be said there, and what is said is another length."""
    index = log.find("reminded")
    files = log.files()
    body = log.change(index, {"reason": "x" * 70_000})
    long = log.entries[body].body
    path = f"tile/entries/000.p/{log.size}"
    at = files[path].index(b"two weeks left")
    log = story()
    log.spoiled[path] = files[path][: at - 400] + (len(long) & 0xFFFF).to_bytes(2, "big") + long
    assert judges.expect(log, "i11_bundle") == Verdict(False, "i11_bundle", None)


def test_the_longest_body_there_can_be_is_read(judges: Judges, log: Export) -> None:
    index = log.find("delegation_revoked")
    room = 65_535 - len(log.change(index, key="") and log.entries[index].body)
    log.change(index, key="x" * room)
    assert len(log.entries[index].body) == 65_535
    assert judges(log).verdict.clean


def test_a_log_of_many_tiles_is_clean_until_one_of_them_is_not(judges: Judges) -> None:
    log = wide_log()
    assert judges(log).verdict == Verdict(True)
    for path, index in (("tile/1/000.p/1", 0), ("tile/0/000", 0), (f"tile/0/001.p/{log.size - TILE}", TILE)):
        spoiled = log.copy()
        tile = bytearray(log.files()[path])
        tile[-1] ^= 0x80
        spoiled.spoiled[path] = bytes(tile)
        assert judges.expect(spoiled, "i11_tile") == Verdict(False, "i11_tile", index)


# Files


Files = dict[str, bytes]


def listed(files: Files, /, **changes: Any) -> Files:
    """Return files with a manifest that is right for them, or says otherwise."""
    rows = sorted([path, len(body), sha256(body).hexdigest()] for path, body in files.items() if path != MANIFEST)
    said = orjson.loads(files[MANIFEST]) | {"files": rows} | changes
    return files | {MANIFEST: codec.pack({name: value for name, value in said.items() if value is not ...})}


def rewritten(path: str, change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    """Return an attack: a file is another, and the manifest says so."""
    return lambda files: listed(files | {path: change(files[path])})


def claimed(change: Callable[[list[Any]], Any]) -> Callable[[Files], Files]:
    """Return an attack: the manifest lists other rows."""
    return lambda files: listed(files, files=change(orjson.loads(files[MANIFEST])["files"]))


def said(**changes: Any) -> Callable[[Files], Files]:
    """Return an attack: the manifest says something else."""
    return lambda files: listed(files, **changes)


def put(path: str, body: bytes = b"x") -> Callable[[Files], Files]:
    """Return an attack: a file more, which the manifest lists."""
    return lambda files: listed(files | {path: body})


ENTRIES, HASHES = "tile/entries/000.p/47", "tile/0/000.p/47"
NEWLINE = b"\n"
FILES: dict[str, Callable[[Files], Files]] = {
    "a file the manifest does not list": lambda files: files | {"tile/0/001.p/1": bytes(32)},
    "a file that is not there": lambda files: {path: body for path, body in files.items() if path != "answers.jsonl"},
    "a manifest that is not there": lambda files: {path: body for path, body in files.items() if path != MANIFEST},
    "a tile that is neither there nor listed": lambda files: listed(
        {path: body for path, body in files.items() if path != HASHES}
    ),
    "a file of no name a bundle has": put("notes.txt"),
    "a tile of no level there is": put("tile/9/000"),
    "a tile that belongs to a longer log": put("tile/0/001.p/1", bytes(32)),
    "a tile of another width": put("tile/0/000.p/46", bytes(32 * 46)),
    "a tile of a level that is not there yet": put("tile/1/000.p/1", bytes(32)),
    "a tile with a hash too many": rewritten(HASHES, lambda body: body + bytes(32)),
    "a tile with a hash too few": rewritten(HASHES, lambda body: body[:-32]),
    "a tile with half a hash": rewritten(HASHES, lambda body: body[:-16]),
    "entries with something after them": rewritten(ENTRIES, lambda body: body + b"\0"),
    "entries with an empty event after them": rewritten(ENTRIES, lambda body: body + b"\0\0"),
    "entries cut off": rewritten(ENTRIES, lambda body: body[:-1]),
    "an entry that says it is longer": rewritten(ENTRIES, lambda body: b"\xff" + body[1:]),
    "a line without its end": rewritten("answers.jsonl", lambda body: body[:-1]),
    "an empty line": rewritten("blobs.jsonl", lambda body: NEWLINE + body),
    "a line twice": rewritten("blobs.jsonl", lambda body: body.splitlines(keepends=True)[0] + body),
    "lines out of order": rewritten("blobs.jsonl", lambda body: b"".join(body.splitlines(keepends=True)[::-1])),
    "a line with a space": rewritten("answers.jsonl", lambda body: body.replace(b":", b": ", 1)),
    "a line with a field too many": rewritten("answers.jsonl", lambda body: body.replace(b"{", b'{"a":1,', 1)),
    "a line with a field too few": rewritten("answers.jsonl", lambda body: body.replace(b'"count":1,', b"", 1)),
    "a negative count": rewritten("answers.jsonl", lambda body: body.replace(b'"count":1', b'"count":-1', 1)),
    "a kind nobody knows": rewritten("blobs.jsonl", lambda body: body.replace(b'"notice"', b'"remark"', 1)),
    "a name in capitals": rewritten("blobs.jsonl", lambda body: body.replace(b'"name":"', b'"name":"A', 1)),
    "a salt that is none": rewritten("text.jsonl", lambda body: body.replace(b'"salt":"', b'"salt":"zz', 1)),
    "a line nested without end": rewritten("answers.jsonl", lambda body: b"[" * 50_000 + body),
    "keys without an end": rewritten("keys", lambda body: body[:-1]),
    "an empty key": rewritten("keys", lambda body: body + NEWLINE),
    "no newest checkpoint": lambda files: listed({path: body for path, body in files.items() if path != "checkpoint"}),
    "another newest checkpoint": rewritten("checkpoint", lambda body: body.replace(b"47", b"46", 1)),
    "checkpoints without the newest": rewritten("checkpoints", lambda body: body.split(b"---")[0]),
    "a byte order mark before the checkpoints": rewritten("checkpoints", lambda body: b"\xff" + body),
    "another format": said(format=2),
    "no format": said(format=...),
    "a format that is not written so": said(format=True),
    "no origin": said(origin=...),
    "an origin in capitals": said(origin="XIADA.test/office/e1"),
    "an origin without an epoch": said(origin="xiada.test/office"),
    "an origin in epoch nought": said(origin="xiada.test/office/e0"),
    "a root in capitals": said(root="A" * 64),
    "a root that is short": said(root="0" * 62),
    "a size that is greater": said(size=48),
    "a size that is smaller": said(size=46),
    "a negative size": said(size=-1),
    "a size that is a text": said(size="47"),
    "a field more": said(more=1),
    "rows out of order": claimed(lambda rows: rows[::-1]),
    "a row twice": claimed(lambda rows: [*rows, rows[-1]]),
    "a row with another size": claimed(lambda rows: [[rows[0][0], rows[0][1] + 1, rows[0][2]], *rows[1:]]),
    "a row with another digest": claimed(lambda rows: [[*rows[0][:2], "0" * 64], *rows[1:]]),
    "a row of two": claimed(lambda rows: [rows[0][:2], *rows[1:]]),
    "a row that leads elsewhere": claimed(lambda rows: [["../MANIFEST", 1, "0" * 64], *rows]),
    "a row that begins at the root": claimed(lambda rows: [["/etc/passwd", 1, "0" * 64], *rows]),
    "a row that lists the manifest": claimed(lambda rows: sorted([*rows, ["MANIFEST", 1, "0" * 64]])),
    "a manifest ended by a line": lambda files: files | {MANIFEST: files[MANIFEST] + NEWLINE},
    "a manifest with a space": lambda files: files | {MANIFEST: files[MANIFEST].replace(b",", b", ", 1)},
    "an empty manifest": lambda files: files | {MANIFEST: b""},
    "a manifest that is none": lambda files: files | {MANIFEST: b"null"},
    "a manifest with equal keys": lambda files: files | {MANIFEST: files[MANIFEST][:-1] + b',"size":47}'},
}
"""How the files of a bundle can be other than they were written."""


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_not_as_they_were_written(judges: Judges, name: str) -> None:
    files = FILES[name](story(signed=True).files())
    assert judges.of_files(files).verdict == Verdict(False, "i11_bundle", None)


def test_a_bundle_as_an_archive_is_judged_as_the_folder_is(judges: Judges, tmp_path: Path) -> None:
    for name, log in (("clean", story(signed=True)), ("flipped", story(signed=True))):
        if name == "flipped":
            log.change(log.find("started", "k/1.2"), actor="mallory")
        wanted = judges(log)
        archive = Judges(zipped(judges.folder, tmp_path / f"{name}.zip"))
        assert judgement(archive.ours((), ()), archive.theirs((), ())) == wanted
        (judges.folder / "keys").write_bytes(b"x")
        archive = Judges(zipped(judges.folder, tmp_path / f"{name}-spoiled.zip"))
        assert judgement(archive.ours((), ()), archive.theirs((), ())).verdict == Verdict(False, "i11_bundle", None)
        judges.show({MANIFEST: b""})


def test_the_independent_verifier_says_by_its_exit_code_what_it_found(
    judges: Judges, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = story(signed=True)
    (tmp_path / "held").write_text(log.notes[-1])
    asked = [str(judges.folder), "--checkpoint", str(tmp_path / "held"), "--vkey", str(FIRST.vkey)]
    judges(log)
    assert TOOL.main(asked) == 0
    judges(entries_moved(log, range(log.size - 1)))
    assert TOOL.main(asked) == 5
    assert "i11_rollback" in capsys.readouterr().out
    assert TOOL.main([str(tmp_path / "nothing")]) == 2


# Every bit of every file


def flipped(body: bytes, bit: int) -> bytes:
    """Return bytes with one bit turned over."""
    changed = bytearray(body)
    changed[bit >> 3] ^= 1 << (bit & 7)
    return bytes(changed)


def one_bit_per(count: int, body: bytes) -> Iterator[int]:
    """Yield one bit of every so many bytes, another one each time; all bits if it is to be done deeply."""
    yield from range(len(body) * 8) if DEEP else range(0, len(body) * 8, 8 * count + 1)


def test_every_single_bit_flip_of_every_file_is_found(judges: Judges) -> None:
    """No flip leaves the SHA-256 as it was, and a file that has another one than the manifest says is refused."""
    files = story(signed=True).files()
    for path in files.keys() - {MANIFEST}:
        body = files[path]
        digest = sha256(body).digest()
        assert all(sha256(flipped(body, bit)).digest() != digest for bit in range(len(body) * 8))
        for bit in one_bit_per(64, body):
            verdict = judges.of_files(files | {path: flipped(body, bit)}).verdict
            assert verdict == Verdict(False, "i11_bundle", None), (path, bit)


def test_every_single_bit_flip_of_a_manifest_is_found(judges: Judges) -> None:
    small = Export(LOG, story().entries[:1]).files()
    codes: dict[str | None, int] = defaultdict(int)
    hashes = {place for found in re.finditer(rb"[0-9a-f]{64}", small[MANIFEST]) for place in range(*found.span())}
    for bit in range(len(small[MANIFEST]) * 8):
        if bit >> 3 in hashes and bit % 16 and not DEEP:
            continue
        verdict = judges.of_files(small | {MANIFEST: flipped(small[MANIFEST], bit)}).verdict
        assert not verdict.clean, bit
        codes[verdict.code] += 1
    assert codes.keys() == {"i11_bundle", "i11_root", "i11_encoding", "i11_epoch"}


LEFT_ALONE = {
    "answers.jsonl": {"index", "count", "key", "target", "trigger", "unit"},
    "text.jsonl": {"commitment"},
}
"""What nothing in a log vouches for: what idempotency keys stand for; and that a text is handed out: under another
commitment it is the text of no event, and its own is one of those that were left out."""


def test_bit_flips_of_what_lies_beside_the_log_with_the_manifest_mended_are_found(judges: Judges) -> None:
    log = story(signed=True)
    found = log.files()
    unseen: dict[str, set[str]] = defaultdict(set)
    for path in ("blobs.jsonl", "text.jsonl", "answers.jsonl", "checkpoints", "keys"):
        for bit in one_bit_per(32 if path == "blobs.jsonl" else 4, found[path]):
            log.spoiled = {path: flipped(found[path], bit)}
            if judges(log).verdict.clean:
                lines = zip(found[path].splitlines(), log.spoiled[path].splitlines(), strict=True)
                [(one, other)] = [(orjson.loads(a), orjson.loads(b)) for a, b in lines if a != b]
                unseen[path] |= {name for name in one if one[name] != other[name]}
    assert {path: names - LEFT_ALONE.get(path, set()) for path, names in unseen.items() if names} == {
        path: set() for path in unseen
    }


# Every bit of every event, all else recomputed


def differing(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield (path, value, other value) where two values of JSON differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        yield from chain.from_iterable(differing(one[name], other[name], f"{path}.{name}") for name in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        yield from chain.from_iterable(differing(a, b, path) for a, b in zip(one, other, strict=True))
    elif one != other:
        yield path.removeprefix("."), one, other


Flips = dict[tuple[int, str], list[tuple[int, Any, Any]]]
"""By log index and field: (bit, value before, value after)."""


def readable_flips(log: Export, judges: Judges) -> Flips:
    """Return the flips that leave an event that can be read, having seen that both readers refuse all others."""
    judges.show(log.files())
    ours, theirs = Skimmer(), judges.theirs((), ()).log
    found: Flips = defaultdict(list)
    for index, body in enumerate(log.bodies):
        before = log.event(index)
        for bit in range(len(body) * 8):
            changed = flipped(body, bit)
            if is_read(ours, theirs, changed, index):
                [(field, was, now)] = differing(before, orjson.loads(changed))
                found[index, field].append((bit, was, now))
    return found


def is_read(ours: Skimmer, theirs: Any, body: bytes, index: int) -> bool:
    """Tell whether a body can be read, as both readers say; only ours leaves the stream's name to the audit."""
    theirs.take(body, "0" * 64)
    refused = any(code == "i11_encoding" for code, *_ in theirs.findings)
    theirs.findings.clear()
    try:
        event = ours(body, LOG, index)
    except Tampered:
        assert refused, body
        return False
    assert not refused or event["dir"] != orjson.loads(story().bodies[index])["dir"], body
    return True


def some_of(flips: list[tuple[int, Any, Any]]) -> list[int]:
    """Return the bits that stand for all of a field: the least and the greatest change up and down, or a few."""
    if DEEP:
        return [bit for bit, *_ in flips]
    if isinstance(flips[0][1], str):
        return [flips[place][0] for place in sorted({0, len(flips) - 1})]
    up = sorted((now - was, bit) for bit, was, now in flips if now > was)
    down = sorted((was - now, bit) for bit, was, now in flips if now < was)
    return [bit for way in (up, down) if way for bit in dict.fromkeys((way[0][1], way[-1][1]))]


FREE: dict[tuple[str, str], set[str]] = {
    ("org/p", "unit_added"): {"actor", "data.kind", "data.level", "data.line", "data.name", "t"},
    ("org/c1", "unit_added"): {"actor", "data.kind", "data.level", "data.line", "data.name"},
    ("org/c3", "unit_added"): {"actor", "data.kind", "data.level", "data.line", "data.name"},
    ("org/d1", "unit_added"): {"actor", "data.kind", "data.level", "data.line", "data.name"},
    ("org/c2", "delegation_revoked"): {"actor", "data.to"},
    ("k/1.3", "waived"): {"actor", "t"},
    ("k/1.1", "summarised"): {"actor"},
    ("k/1.2", "summarised"): {"actor", "t"},
    ("k/1", "summarised"): {"actor", "t"},
    ("m/1.1", "reassigned"): {"actor", "data.path", "data.reason", "data.to", "t"},
    ("m/1", "withdrawn"): {"data.reason"},
    ("m/1.2", "withdrawn"): {"data.reason"},
    ("log/audit", "text_erased"): {"actor", "data.reason", "t"},
}
"""What the latest events of streams may say otherwise, if no other event rests on them: who did it, in what words, when
as long as time does not run back; what a unit is called. Only a checkpoint, signed or held, binds these."""


def test_every_single_bit_flip_of_every_event_with_all_hashes_recomputed_is_found_or_binds_nothing(
    judges: Judges,
) -> None:
    log = story()
    root, held = log.root(), log.sign()
    unseen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (index, field), flips in readable_flips(log, judges).items():
        body = log.bodies[index]
        for bit in some_of(flips):
            log.put(index, flipped(body, bit))
            if judges.quickly(log).verdict.clean:
                event = orjson.loads(body)
                unseen[event["dir"], event["type"]].add(field)
                assert log.root() != root
                last = log.copy()
        log.put(index, body)
    assert unseen == FREE
    assert all(index == log.stream(ref)[-1] for ref, kind in unseen for index in [log.find(kind, ref, which=-1)])
    assert judges.expect(last, "i11_checkpoint", held=[held]) == Verdict(False, "i11_checkpoint", log.size)


def test_what_binds_nothing_inside_is_bound_by_a_checkpoint_held_outside(judges: Judges) -> None:
    for (ref, kind), fields in FREE.items():
        for field in fields:
            log = story()
            held = log.sign()
            index = log.find(kind, ref, which=-1)
            name = field.removeprefix("data.")
            where = log.event(index)["data"] if field.startswith("data.") else log.event(index)
            other = where[name] + 1 if isinstance(where[name], int) else f"{where[name]}x"
            log.change(
                index,
                *([{name: other}] if field.startswith("data.") else []),
                **({} if "." in field else {name: other}),
            )
            assert judges(log).verdict.clean or field == "t"
            judges.expect(log, "i11_checkpoint", held=[held])


# Every event out of its place


def test_every_event_deleted_is_found_unless_nothing_rests_on_it(judges: Judges) -> None:
    log = story()
    unseen = []
    for index in range(log.size):
        left = entries_moved(log, [other for other in range(log.size) if other != index])
        if judges.quickly(left).verdict.clean:
            unseen.append((log.event(index)["dir"], log.event(index)["type"]))
            judges.expect(left, "i11_rollback", held=[log.sign()])
    assert unseen == [("k/1", "summarised"), ("org/c2", "delegation_revoked"), ("log/audit", "text_erased")]


def test_every_event_doubled_is_found_wherever_the_double_stands(judges: Judges) -> None:
    log = story()
    places = list(range(log.size))
    for index in places:
        for at in (index + 1, log.size):
            verdict = judges.quickly(entries_moved(log, [*places[:at], index, *places[at:]])).verdict
            assert verdict == Verdict(False, "i11_chain", at)


def test_every_event_moved_to_every_other_place_is_found_unless_it_was_recorded_at_the_same_instant(
    judges: Judges,
) -> None:
    """Two events of one command that do not rest on each other have no order but the one a checkpoint signs."""
    log = story()
    log = entries_moved(log, range(log.size) if DEEP else chain(range(log.find("issued", "m/1")), (-2, -1)))
    unseen = []
    for index in range(log.size):
        rest = [other for other in range(log.size) if other != index]
        for place in range(log.size):
            moved = entries_moved(log, [*rest[:place], index, *rest[place:]])
            if place not in {index, index + 1} and judges.quickly(moved).verdict.clean:
                unseen.append((index, place))
                assert moved.root() != log.root()
                last = moved
    for index, place in unseen:
        between = log.entries[min(index, place) : max(index, place) + 1]
        assert len({one.event["t"] for one in between}) == 1
    assert {log.event(index)["type"] for index, _ in unseen} >= {
        *("unit_added", "key_rotated", "issued", "summarised", "text_erased")
    }
    judges.expect(last, "i11_checkpoint", held=[log.sign()])


def test_two_events_of_one_command_exchanged_leave_no_trace_inside(judges: Judges) -> None:
    for index, kinds in ((1, ["unit_added", "unit_added"]), (38, ["reassigned", "forwarded"])):
        log = story()
        held = log.sign()
        assert [log.event(place)["type"] for place in (index, index + 1)] == kinds
        log.entries[index : index + 2] = reversed(log.entries[index : index + 2])
        assert judges(log).verdict.clean
        judges.expect(log, "i11_checkpoint", held=[held])
