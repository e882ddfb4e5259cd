"""Attacks on an export: hands that change a log and seal it again as far as they are told, and the two who judge it.

Rule: an `Export` is a log and all that lies beside it, in memory, and writes itself as a bundle whose
tiles, root and manifest are right whatever it holds, so that an attack is met by the check it is aimed
at. Both verifiers look at all of them, and must agree: on whether it is clean, and on the first defect.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson
from bundles import write
from support import ORIGIN, ROOT, CountedEntropy, ManualClock, day, notice, of, report_by, unit

from xiada.engine import codec
from xiada.engine.audit.findings import Verification
from xiada.engine.audit.subject import Means, Trust
from xiada.engine.audit.targets import bundle_subject, verify_file
from xiada.engine.audit.verify import verify
from xiada.engine.authority import OwnUnit
from xiada.engine.bundle.layout import MANIFEST
from xiada.engine.bundle.lines import answer_line
from xiada.engine.bundle.manifest import Contents, Row, format_manifest
from xiada.engine.bundle.reading import open_bundle
from xiada.engine.bundle.tiling import Tiling, entries_of
from xiada.engine.due import On
from xiada.engine.engine import Engine
from xiada.engine.lifecycle import STANDARD
from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint
from xiada.engine.log.keys import SigningKey
from xiada.engine.log.merkle import root_hash
from xiada.engine.log.note import sign_note
from xiada.engine.log.strict import base64
from xiada.engine.log.tiles import TILE, tile_path
from xiada.engine.notice import Obligation
from xiada.engine.org import Org

LOG = f"{ORIGIN}/e1"
FIRST = SigningKey(ORIGIN, bytes([1]) * 32)
SECOND = SigningKey(ORIGIN, bytes([2]) * 32)
STRANGER = SigningKey(ORIGIN, bytes([9]) * 32)

Event = dict[str, Any]


def independent() -> Any:
    """Return the independent verifier as a module, loaded from where it lies."""
    name = "xiada_verify"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


TOOL = independent()


# A log that can be changed


@dataclass(slots=True)
class Entry:
    """One event.

    Args:
        body: Its bytes.
        was: The hash by which other events name it, hex: that of the bytes it had when it was last sealed.
    """

    body: bytes
    was: str

    @property
    def event(self) -> Event:
        """Its JSON."""
        found: Event = orjson.loads(self.body)
        return found

    @property
    def hash(self) -> str:
        """The hash its bytes have now, hex."""
        return codec.leaf(self.body).hex()


def entry(body: bytes) -> Entry:
    """Return an event by its bytes."""
    return Entry(body, codec.leaf(body).hex())


@dataclass
class Export:
    """A log and what lies beside it.

    Args:
        origin: Its name, with its newest epoch.
        entries: Its events.
        blobs: (kind, bytes) of notices, lists and lifecycles by name.
        texts: (salt, bytes) by commitment.
        answers: Lines of what keys stand for, by key.
        notes: Signed checkpoints, oldest first.
        keys: Verifier keys as lines, oldest first.
        claims: The root the manifest claims, where it is not that of the events.
        spoiled: Files to be put in place of those that belong there, by path.
    """

    origin: str
    entries: list[Entry] = field(default_factory=list)
    blobs: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    texts: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    claims: bytes | None = None
    spoiled: dict[str, bytes] = field(default_factory=dict)

    def copy(self) -> Export:
        """Return another one like it."""
        return deepcopy(self)

    @property
    def bodies(self) -> list[bytes]:
        """The bytes of all events."""
        return [entry.body for entry in self.entries]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.entries)

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first so many events, 32 bytes."""
        return root_hash([codec.leaf(body) for body in self.bodies[:size]])

    def event(self, index: int) -> Event:
        """Return an event's JSON."""
        return self.entries[index].event

    def find(self, kind: str, ref: str | None = None, *, which: int = 0) -> int:
        """Return the log index of the n-th event of a type, of a stream if one is named."""
        found = [
            index
            for index, entry in enumerate(self.entries)
            if (event := entry.event)["type"] == kind and ref in {None, event["dir"]}
        ]
        return found[which]

    def stream(self, ref: str) -> list[int]:
        """Return the log indices of a stream's events."""
        return [index for index, entry in enumerate(self.entries) if entry.event["dir"] == ref]

    def put(self, index: int, body: bytes) -> int:
        """Put other bytes in an event's place, and return that place; others go on naming it by the old ones."""
        self.entries[index].body = body
        return index

    def change(self, index: int, data: dict[str, Any] | None = None, **envelope: Any) -> int:
        """Change fields of an event and of its data; where `...` is given, take them away."""
        event = self.event(index)
        event["data"] = _changed(event["data"], data or {})
        return self.put(index, codec.pack(_changed(event, envelope)))

    def insert(self, index: int, kind: str, ref: str, data: dict[str, Any], **envelope: Any) -> int:
        """Insert an event as one who knows the format would: chained to its stream's latest, the rest in step with it.

        Those after it in its stream do not follow it yet.
        """
        t = self.event(index - 1)["t"] if index else self.event(0)["t"]
        before = [one for one in self.stream(ref) if one < index]
        event = {"v": 1, "log": self.event(index - 1)["log"], "dir": ref, "ver": len(before) + 1, "type": kind, "t": t}
        event |= {"prev": self.entries[before[-1]].hash if before else None, "key": None, "data": data}
        event |= {"actor": "mallory", "unit": "org"} | envelope
        self.entries.insert(index, entry(codec.pack(event)))
        return index

    def sign(self, *signers: SigningKey, size: int | None = None, origin: str | None = None) -> str:
        """Return a checkpoint of the log at a size, signed."""
        size = self.size if size is None else size
        text = format_checkpoint(Checkpoint(origin or self.origin, size, self.root(size)))
        return sign_note(text, signers or (FIRST,))

    # As a bundle

    def files(self) -> dict[str, bytes]:
        """Return the files of the bundle, the manifest right for them."""
        found: dict[str, bytes] = {}
        tiling, bodies = Tiling(), self.bodies
        for start in range(0, len(bodies), TILE):
            some = bodies[start : start + TILE]
            found[tile_path(None, start // TILE, len(some))] = entries_of(some)
            for level, number, hashes in tiling.take([codec.leaf(body) for body in some]):
                found[tile_path(level, number, len(hashes))] = b"".join(hashes)
        for level, number, hashes in tiling.rest():
            found[tile_path(level, number, len(hashes))] = b"".join(hashes)
        found |= {path: body for path, body in self._beside() if body} | self.spoiled
        root = tiling.root() if self.claims is None else self.claims
        rows = [Row(path, len(body), sha256(body).hexdigest()) for path, body in found.items()]
        return found | {MANIFEST: b"".join(format_manifest(Contents(self.origin, len(bodies), root), rows))}

    def _beside(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files beside the tiles."""
        rows = [{"body": body.decode(), "kind": kind, "name": name} for name, (kind, body) in self.blobs.items()]
        yield "blobs.jsonl", _lines(rows, "name")
        texts = [
            {"commitment": name, "salt": salt.hex(), "text": text.decode()} for name, (salt, text) in self.texts.items()
        ]
        yield "text.jsonl", _lines(texts, "commitment")
        yield "answers.jsonl", _lines(list(self.answers.values()), "key")
        yield "checkpoints", "---\n".join(self.notes).encode()
        yield "checkpoint", (self.notes[-1] if self.notes else "").encode()
        yield "keys", "".join(f"{key}\n" for key in self.keys).encode()

    def write(self, folder: Path) -> Path:
        """Write the bundle to a new folder and return it."""
        for path, body in self.files().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(body)
        return folder


def _changed(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return fields with some changed and, where `...` is given, some taken away."""
    return {name: value for name, value in (fields | changes).items() if value is not ...}


def _lines(rows: list[dict[str, Any]], by: str) -> bytes:
    """Return the lines of a sorted file."""
    return b"".join(codec.pack(row) + b"\n" for row in sorted(rows, key=lambda row: str(row[by])))


def export_of(engine: Engine, *, texts: bool = True) -> Export:
    """Return the export of an engine's log."""
    with TemporaryDirectory() as folder, open_bundle(write(engine, Path(folder) / "bundle", texts=texts)) as bundle:
        return Export(
            bundle.origin,
            [entry(body) for _, body in bundle.events()],
            {name: (kind, body) for name, kind, body in bundle.blobs()},
            {name: (salt, text) for name, salt, text in bundle.texts()},
            {key: orjson.loads(answer_line(key, kept)) for key, kept in bundle.answers()},
            bundle.checkpoints(),
            bundle.keys(),
        )


# Sealing again


def reseal_stream(export: Export, ref: str) -> Export:
    """Chain one stream anew; whoever names its events elsewhere goes on naming the old ones."""
    before: Entry | None = None
    for version, index in enumerate(export.stream(ref), 1):
        prev = before.hash if before else None
        export.put(index, codec.pack(export.event(index) | {"prev": prev, "ver": version}))
        before = export.entries[index]
    return export


def reseal(export: Export) -> Export:
    """Seal the whole log anew: chains, roots, side lists, and every hash by which an event names another."""
    renamed: dict[str, str] = {}
    heads: dict[str, tuple[int, str]] = {}
    for one in export.entries:
        event = _with_new_names(one.event, renamed)
        version, prev = heads.get(event["dir"], (0, None))
        event |= {"prev": prev, "ver": version + 1}
        if event["type"] == "reported":
            _reseal_report(export, event, heads)
        one.body = codec.pack(event)
        renamed[one.was], one.was = one.hash, one.hash
        heads[event["dir"]] = (event["ver"], one.hash)
    return export


def _with_new_names(value: Any, renamed: dict[str, str]) -> Any:
    """Return a value with the hashes of events as they are now."""
    if isinstance(value, dict):
        return {name: _with_new_names(item, renamed) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_new_names(item, renamed) for item in value]
    return renamed.get(value, value) if isinstance(value, str) else value


def _reseal_report(export: Export, event: Event, heads: dict[str, tuple[int, str]]) -> None:
    """Let a report name its children's latest events, those it names, as they are now."""
    data, cascade = event["data"], event["dir"].partition("/")[0]
    side = orjson.loads(export.blobs[data["blob"]][1]) if "blob" in data else None
    covers = data.get("covers", ()) if side is None else side[0]
    for row in covers:
        row[1:3] = heads.get(f"{cascade}/{row[0]}", row[1:3])
    data["root"] = root_of(covers)
    if side is not None:
        data["blob"] = put_beside(export, "list", codec.pack(side))


def put_beside(export: Export, kind: str, body: bytes) -> str:
    """Lay bytes beside the log under their own name, and return it."""
    name = codec.named(kind, body)
    export.blobs[name] = (kind, body)
    return name


def root_of(rows: Sequence[Any]) -> str:
    """Return the root over rows, hex."""
    return root_hash([codec.leaf(codec.pack(row)) for row in rows]).hex()


# What the log itself holds: keys and restores


def rotate(export: Export, index: int, new: SigningKey, old: SigningKey | None = None, **changes: Any) -> int:
    """Insert the event from which on another key signs, and hand the key out."""
    log = export.event(index - 1)["log"]
    proof = None if old is None else base64(old.sign(f"xiada/rotate/v1\n{log}\n{new.vkey}\n".encode()))
    data = {"new": str(new.vkey), "old": None if old is None else str(old.vkey), "proof": proof} | changes
    export.keys.append(data["new"])
    return export.insert(index, "key_rotated", "log/audit", data, actor="registrar")


def restore(export: Export, lost: str, size: int, *, kept: int | None = None) -> int:
    """Append the event that opens the next epoch, given the root (hex) and size of what was lost."""
    base, _, epoch = export.origin.rpartition("/e")
    export.origin = f"{base}/e{int(epoch) + 1}"
    at = export.size
    data = {"epoch": int(epoch) + 1, "kept": at if kept is None else kept, "lost": size, "root": lost, "reason": "fire"}
    return export.insert(at, "restore_declared", "log/audit", data, log=export.origin, actor="registrar")


# The two who judge


class Verdict(NamedTuple):
    """What a verifier says of an export: whether it is clean, and where and what the first defect is."""

    clean: bool
    code: str | None = None
    index: int | None = None  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it


class Judgement(NamedTuple):
    """What both say: the verdict they share, and all codes each of them found."""

    verdict: Verdict
    ours: frozenset[str]
    theirs: frozenset[str]

    def found(self, code: str) -> bool:
        """Tell whether both found this."""
        return code in self.ours and code in self.theirs


class Disagreement(AssertionError):
    """The two verifiers judge otherwise."""


def judgement(ours: Verification, theirs: Any) -> Judgement:
    """Return what both say, if they say the same."""
    findings = sorted(ours.findings, key=lambda one: (one.index is None, one.index or 0, one.code))
    found = [(one.code, one.index) for one in findings]
    told = [(code, index) for code, index, *_ in theirs.findings]
    verdicts = [Verdict(True) if not these else Verdict(False, *these[0]) for these in (found, told)]
    if verdicts[0] != verdicts[1]:
        raise Disagreement(f"xiada: {findings[:4]}\nindependent: {theirs.findings[:4]}")
    return Judgement(verdicts[0], frozenset(code for code, _ in found), frozenset(code for code, _ in told))


class Judges:
    """Both verifiers, and a folder they are shown one export after the other in.

    Args:
        folder: Where bundles are written; only files that differ from the last one's are written again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._there: dict[str, bytes] = {}

    def __call__(
        self, export: Export, *, held: Sequence[str] = (), keys: Sequence[SigningKey] = (), means: Means | None = None
    ) -> Judgement:
        """Return what both say of an export.

        Args:
            export: What is judged.
            held: Checkpoints held outside.
            keys: Keys trusted; none = those the log names.
            means: How ours is to go about it.
        """
        return self.of_files(export.files(), held=held, keys=keys, means=means)

    def of_files(
        self,
        files: Mapping[str, bytes],
        *,
        held: Sequence[str] = (),
        keys: Sequence[SigningKey] = (),
        means: Means | None = None,
    ) -> Judgement:
        """Return what both say of a bundle of these files."""
        self.show(files)
        return judgement(self.ours(held, keys, means), self.theirs(held, keys))

    def quickly(self, export: Export) -> Judgement:
        """Return what both say of a short export, ours without having looked at its files."""
        self.show(export.files())
        subject = bundle_subject(InMemory(export))  # type: ignore[arg-type]  # it has its face
        trust = Trust(OwnUnit(), {STANDARD.digest: STANDARD})
        return judgement(verify(subject, trust, Means()), self.theirs((), ()))

    def show(self, files: Mapping[str, bytes]) -> None:
        """Lay out a bundle of these files."""
        for path in self._there.keys() - files.keys():
            (self.folder / path).unlink()
        for path, body in files.items():
            if self._there.get(path) != body:
                (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).write_bytes(body)
        self._there = dict(files)

    def expect(self, export: Export, *codes: str, held: Sequence[str] = ()) -> Verdict:
        """Assert that both find these codes; return the verdict they share."""
        judgement = self(export, held=held)
        for code in codes:
            assert judgement.found(code), f"{code} is not among {set(judgement.ours)} and {set(judgement.theirs)}"
        assert not judgement.verdict.clean
        return judgement.verdict

    def ours(self, held: Sequence[str], keys: Sequence[SigningKey], means: Means | None = None) -> Verification:
        """Return what Xiada's own says of what lies there."""
        trust = Trust(OwnUnit(), keys=tuple(key.vkey for key in keys), checkpoints=tuple(held))
        return verify_file(str(self.folder), trust, means or Means())

    def theirs(self, held: Sequence[str], keys: Sequence[SigningKey]) -> Any:
        """Return what the independent one says of what lies there."""
        bundle = TOOL.Bundle(self.folder)
        return TOOL.Verifier(bundle, [str(key.vkey) for key in keys], [note.encode() for note in held])


class InMemory:
    """A short export with the face of a bundle that was checked, but without files.

    Args:
        export: Of fewer than 256 events.
    """

    def __init__(self, export: Export) -> None:
        assert export.size < TILE
        self._export = export
        self._bodies = export.bodies
        self._hashes = [codec.leaf(body) for body in self._bodies]
        self.origin, self.size, self.root = export.origin, export.size, root_hash(self._hashes)
        self.has_texts = bool(export.texts)

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (log index, body) in order."""
        return islice(enumerate(self._bodies), start, stop)

    def tile(self, level: int, number: int, width: int) -> list[bytes]:
        """Return the only tile."""
        assert (level, number) == (0, 0)
        return self._hashes[:width]

    def blob(self, name: str) -> bytes | None:
        """Return the bytes of a notice, a side list or a lifecycle by name."""
        return self._export.blobs.get(name, ("", None))[1]

    def blobs(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield (name, kind, bytes) of all of them."""
        return ((name, kind, body) for name, (kind, body) in self._export.blobs.items())

    def text(self, commitment: str) -> tuple[bytes, bytes] | None:
        """Return (salt, bytes) of an erasable text."""
        return self._export.texts.get(commitment)

    def checkpoints(self) -> list[str]:
        """Return all checkpoints."""
        return self._export.notes

    def keys(self) -> list[str]:
        """Return all keys."""
        return self._export.keys


# The log that is attacked


def small_org() -> Org:
    """A province, three cities, a county: p; c1 c2 c3; d1."""
    cities = (unit(name, "p", level="city") for name in ("c1", "c2", "c3"))
    return Org([unit("p", level="province"), *cities, unit("d1", "c1", level="county")])


def told(engine: Engine, clock: ManualClock, verb: str, *arguments: Any, actor: Any, **options: Any) -> None:
    """Give a command, an hour after the one before."""
    clock.advance(hours=1)
    who = actor if not isinstance(actor, str) else of(actor)
    getattr(engine, verb)(*arguments, actor=who, **options)


def story(*, signed: bool = False) -> Export:
    """Return a fresh copy of the export that is attacked: about all there is, in some fifty events.

    Args:
        signed: With its checkpoints, at 20 events and at the end; without, only what it says itself can speak
            against it.
    """
    export = _story().copy()
    export.notes = export.notes if signed else []
    return export


@cache
def _story() -> Export:
    """Return the export of a log of some fifty events that holds about all there is.

    Cascade `k`: forwarded twice, acknowledged, extended, waived, returned, reported, summarised; cascade
    `m`: reassigned, rescheduled with what is below it, withdrawn. A key, a delegation, an erased text.
    """
    clock = ManualClock()
    with Engine.create("memory:", ORIGIN, clock=clock, entropy=CountedEntropy()) as engine:

        def tell(verb: str, *arguments: Any, actor: Any, **options: Any) -> None:
            told(engine, clock, verb, *arguments, actor=actor, **options)

        engine.load_org(small_org())
        tell("delegate", "c2", "c3", actor="c2")
        plan = Obligation(id="plan", kind="plan", due=On(day(5, 20)))
        tell("issue", "k", notice(obligations=(report_by(On(day(6, 20))), plan)), actor="p", key="issue-k")
        tell("forward", "k/1", ["c1", "c2", "c3"], actor="p", due=day(6, 10), key="forward-k")
        tell("acknowledge", "k/1.1", actor="c1")
        tell("forward", "k/1.1", ["d1"], actor="c1", due=day(6, 5))
        tell("execute", "k/1.2", actor=of("c3", "c2"))
        tell("progress", "k/1.2", "half of it", actor="c2")
        tell("request_extension", "k/1.2", day(6, 15), "flood", actor="c2")
        tell("grant_extension", "k/1.2", actor="p")
        tell("waive", "k/1.3", "closed for repairs", actor="p")
        tell("fulfil", "k/1.2", "plan", actor="c2", materials=(("plan.pdf", None),))
        tell("execute", "k/1.1.1", actor="d1")
        tell("report", "k/1.1.1", actor="d1", text="done in the county")
        tell("remind", "k/1.1", "two weeks left", actor="p")
        tell("execute", "k/1.1", actor="c1")
        tell("report", "k/1.1", actor="c1")
        tell("return_", "k/1.1", "figures are missing", actor="p")
        tell("report", "k/1.1", actor="c1", text="with figures")
        tell("report", "k/1.2", actor="c2")
        tell("execute", "k/1", actor="p")
        tell("report", "k/1", actor="p")
        tell("summarise", "k/1", actor="p")
        tell("issue", "m", notice("n2"), actor="p")
        tell("forward", "m/1", ["c1"], actor="p", due=day(6, 10))
        tell("reassign", "m/1.1", "c3", "better placed", actor="p")
        tell("reschedule", "m/1", day(6, 1), "sooner", actor="p", on_conflict="cascade")
        tell("withdraw", "m/1", "no longer needed", actor="p")
        tell("revoke", "c2", "c3", actor="c2")
        return _with_key_and_erasure(export_of(engine))


def _with_key_and_erasure(export: Export) -> Export:
    """Return a log with a key from the beginning, a text erased, and two checkpoints."""
    rotate(export, 5, FIRST)
    for row in export.answers.values():
        row["index"] += row["index"] >= 5
    held = export.find("progressed")
    commitment = export.event(held)["text"]
    del export.texts[commitment]
    data = {"commitment": commitment, "index": held, "reason": "asked for"}
    export.insert(export.size, "text_erased", "log/audit", data, actor="registrar")
    export.notes = [export.sign(size=20), export.sign()]
    return export


def entries_moved(export: Export, order: Iterable[int]) -> Export:
    """Return an export whose events stand in another order, some left out, some doubled."""
    moved = Export(export.origin, [], export.blobs, export.texts, export.answers, export.notes, export.keys)
    moved.entries = [export.entries[index] for index in order]
    return moved


def wide_log() -> Export:
    """Return a log of some three hundred units."""
    log = Export(LOG)
    log.entries = [entry(_story().entries[0].body)]
    for number in range(TILE + 40):
        data = {"name": f"C{number}", "kind": "office", "level": "city", "line": "main", "superiors": [["main", "p"]]}
        log.insert(log.size, "unit_added", f"org/c{number}", data, actor="registrar")
    return log
