#!/usr/bin/env python3
"""Xiada's independent verifier: what an export bundle proves, recomputed from its bytes alone.

    python tools/xiada_verify.py BUNDLE [--vkey KEY]... [--checkpoint FILE]... [--json]

BUNDLE is a folder or a zip archive as docs/bundle.md has it. Exit code 0: clean; 5: findings; 2: it cannot be read
at all, or was called wrongly. Needs Python 3.11 and the package `cryptography`, and nothing of Xiada: it was written
from the format and the rules, so that an error of the engine is not repeated here.

Rule: nothing is believed because something else in the bundle says so. Hashes, signatures, statuses and lists are
computed again from the event bodies and compared with what is there. A code begins with its rule (design §9):
I1 no due is later than the parent's · I2 every child was named by its parent, every named child exists · I3 only
legal steps, versions contiguous · I4 nobody reports before its children · I5 a report covers exactly its children ·
I6 nothing lives under what is closed · I7 time never runs back · I9 the actor was entitled · I10 requirements are
answered · I11 bytes, hashes and signatures agree. (I8 is about a store; of I12, refusals, a log holds no trace.)
"""

from __future__ import annotations

import argparse
import base64
import gc
import json
import os
import re
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

INTEGER = NEVER = 2**53 - 1  # the greatest integer of the format; as a due it is undated, later than every date
NO_SIZE = 2**63  # sizes that are signed stay below
TILE, JSON_DEPTH, SUPERIORS, UNPACKED_PER_BYTE = 256, 16, 1_000, 200
ENTRY_BYTES, NOTE_BYTES, SIGNED_BYTES, LINE_BYTES, MANIFEST_BYTES = 2 + 65_535, 2**16, 2**26, 2**26, 2**28
BROKEN = (OSError, EOFError, RuntimeError, ValueError, TypeError, LookupError, zipfile.BadZipFile, zlib.error)
Data = dict[str, Any]
Finding = tuple[str, int | None, str | None, str]  # code; log index and stream if it is of an event; one sentence


# 1  What everything must look like: canonical JSON (RFC 8785 without floats), formats.md §1, docs/bundle.md
#
# A form is an object: name:what, of which those after | may be left out. What is a letter of ATOMS; ? is or null; ( ) a
# row; * a list of such, + one that is not empty. What may be left out is, where it would be null or an empty +.

ATOMS = {
    "s": r'"(?:[^"\\]++|\\.)*+"',  # text
    "t": r'"[^"\\]*+"',  # text without escapes
    "r": r'"(?:org/[a-z0-9][a-z0-9._-]{0,63}|log/audit|(?!org/|log/)[a-z0-9][a-z0-9._-]{0,63}'
    r'/[1-9]\d{0,6}(?:\.[1-9]\d{0,6}){0,63})"',  # a stream: of a unit, of the log itself, or of a directive
    "o": r'"[a-z0-9][a-z0-9._/-]{0,127}/e[1-9]\d{0,8}"',  # a log, with its epoch
    "p": r'"(?:MANIFEST|checkpoints?|keys|(?:blobs|text|answers)\.jsonl'
    r'|tile/(?:entries|[0-7])/(?:x\d{3}/)*\d{3}(?:\.p/[1-9]\d{0,2})?)"',  # a file of a bundle
    "k": r'"(?:lifecycle|list|notice)"',
    "h": r'"[0-9a-f]{64}"',
    "x": r'"[0-9a-f]{32}"',
    "i": r"-?\d+",
    "n": r"\d+",
    "1": "1",
}
FILES = """
MANIFEST: files:(pnh)* format:1 origin:o root:h size:n
blobs.jsonl: body:s kind:k name:h
text.jsonl: commitment:h salt:x text:s
answers.jsonl: count:n index:n key:s target:s trigger:s unit:s
"""
ENVELOPE = "actor:t data:d dir:r key:s? log:t prev:t? t:i type:t unit:t v:1 ver:i | behalf:t text:t"
EVENTS = """
unit_added: name:s kind:s level:s line:s | superiors:(ss)+ region:s aliases:s+
unit_renamed: name:s reason:s | aliases:s+
unit_moved: line:s reason:s superior:s was:s
unit_merged: into:s reason:s
unit_abolished: reason:s | successor:s
delegation_granted delegation_revoked: to:s
key_rotated: new:s old:s? proof:s?
restore_declared: epoch:i kept:i lost:i root:s reason:s
text_erased: commitment:s index:i reason:s
issued: to:s line:s parent:s? forwarded:s? due:i? window:(ii)? notice:s obligations:s? \
        | lifecycle:s org:i copy:s+ original:i claimed_at:i
forwarded: n:i notice:s? org:i | to:(ssi?)* root:s blob:s reserve:i clamped:(si?)+ replaces:s claimed_at:i
acknowledged started progressed: | claimed_at:i
fulfilled: obligation:s period:s? due:i? | materials:(ss?)+ claimed_at:i
reported: n:i root:s | covers:(siss)* without:(sss)* blob:s answers:s+ materials:(ss?)+ claimed_at:i
returned: reason:s | due:i claimed_at:i
summarised: report:s? | claimed_at:i
reminded extension_refused: reason:s | claimed_at:i
escalated: to:s reason:s | claimed_at:i
extension_requested: due:i? reason:s grantor:s? | claimed_at:i
extension_granted: due:i? was:i? request:s | claimed_at:i
rescheduled: due:i? was:i? reason:s | cause:s asked:i claimed_at:i
reassigned: to:s path:s reason:s | claimed_at:i
waived withdrawn: reason:s | cause:s claimed_at:i
stepped: trigger:s | reason:s claimed_at:i
migrated: lifecycle:s was:s reason:s | mapping:(ss)+ claimed_at:i
"""
OF_THE_ORG = {"unit_added", "delegation_granted", "delegation_revoked"}
ENDS = {"unit_merged", "unit_abolished"}
REFORMS = {"unit_renamed", "unit_moved", *ENDS}
OF_THE_LOG = {"key_rotated", "restore_declared", "text_erased"}
KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")


def written(word: str, data: str = "") -> str:
    """Return the pattern of what a word of a form stands for; of `d`, the one given."""
    atoms = ATOMS | {"d": data}
    cells = [f"(?:{atoms[kind]}|null)" if null else atoms[kind] for kind, null in re.findall(r"(\w)(\??)", word)]
    item = rf"\[{','.join(cells)}\]" if "(" in word else cells[0]
    many = rf"\[(?:{item},?){word[-1]}+\]" if word[-1] in "*+" else item
    return f"(?:{many}|null)" if word.endswith(")?") else many


def form_of(words: str, data: str = "") -> str:
    """Return the pattern of an object of such fields, sorted by name; of commas, canonical JSON takes care."""
    always, _, maybe = words.partition("|")
    fields = sorted((*field.split(":"), mark) for part, mark in ((always, ""), (maybe, "?")) for field in part.split())
    return r"\{" + "".join(rf'(?:"{name}":{written(word, data)},?){mark}' for name, word, mark in fields) + r"\}"


def forms_of(table: str, around: str = "data:d") -> dict[str, re.Pattern[str]]:
    """Return the forms of a table by name, within another if one is given."""
    lines = [line.split(": ", 1) for line in table.strip().split("\n")]
    forms = {name: form_of(words) for names, words in lines for name in names.split()}
    return {name: re.compile(form_of(around, form) if around else form, re.ASCII) for name, form in forms.items()}


FORMS = forms_of(FILES, "") | forms_of(EVENTS, ENVELOPE)
ENTRIES = re.compile(written("(ssi?)*"), re.ASCII)


def integer(text: str) -> int:
    """Return a JSON number; refuse what is no integer within 2^53-1."""
    value = int(text)
    if abs(value) > INTEGER:
        raise ValueError("a number is beyond 2^53-1")
    return value


decode = json.JSONDecoder(parse_int=integer, parse_float=integer, parse_constant=integer).raw_decode
encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def canonical(body: bytes, form: str | None = None) -> Any:
    """Return the value of bytes that are the one way to write it: no equal keys, spaces, -0, needless escapes; or fail.

    It has the form of a file, or for `event` that of its type; without a form only keys and depth are limited.
    """
    text = body.decode()
    value = decode(text)[0]
    if encode(value) != text:
        raise ValueError("it is not written canonically")
    if form and not FORMS[value["type"] if form == "event" else form].fullmatch(text):
        raise ValueError("its fields are not those it must have")
    if not form or not (text.isascii() or unicodedata.is_normalized("NFC", text)):
        check_profile(value)
    return value


def check_profile(value: object, depth: int = 0) -> None:
    """Refuse bad keys, texts that are not NFC, and what is nested too deep."""
    if isinstance(value, dict | list):
        if depth >= JSON_DEPTH or (isinstance(value, dict) and not all(map(KEY.fullmatch, value))):
            raise ValueError("it is nested too deep, or has a key not of a-z, 0-9 and _")
        for item in value.values() if isinstance(value, dict) else value:
            check_profile(item, depth + 1)
    elif isinstance(value, str) and not unicodedata.is_normalized("NFC", value):
        raise ValueError("a text is not in Unicode form NFC")


# 2  The files: docs/bundle.md, "What a reader refuses"


def tile_path(level: int | str, number: int, width: int) -> str:
    """Return the path of a tile, its number in groups of three digits."""
    *above, last = (group.zfill(3) for group in f"{number:,}".split(","))
    path = "/".join([*(f"x{group}" for group in above), last])
    return f"tile/{level}/{path}" if width == TILE else f"tile/{level}/{path}.p/{width}"


class Refused(Exception):
    """The files are not as they must be: nothing in them is looked at further."""


class Bundle:
    """The files of a bundle: each is read once, no further than the manifest says, and hashed on the way."""

    def __init__(self, place: Path) -> None:
        self.place, self.archive = place, None if place.is_dir() else zipfile.ZipFile(place)
        # Hashes hardly shrink: an archive that unpacks to much more than itself is a bomb.
        self.budget = 2**20 + UNPACKED_PER_BYTE * place.stat().st_size if self.archive else sys.maxsize
        self.files: dict[str, tuple[int, str]] = {}  # those not read yet: size and SHA-256

    def there(self) -> Iterator[tuple[str, bool]]:
        """Yield (path, whether it is a plain file) of all there is; no link is followed."""
        for one in self.archive.infolist() if self.archive else ():
            usual = one.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not one.flag_bits & 1
            yield one.orig_filename, usual and one.external_attr >> 28 in (0, 8)  # 8: a regular file of Unix
        for folder, below, names in os.walk(self.place):
            for path in (Path(folder, name) for name in [*names, *below]):
                if path.is_symlink() or not path.is_dir():
                    yield path.relative_to(self.place).as_posix(), path.is_file() and not path.is_symlink()

    def open(self, name: str) -> IO[bytes]:
        """Open a file."""
        return self.archive.open(name) if self.archive else (self.place / name).open("rb")

    def manifest(self) -> Data:
        """Return what the bundle says of itself, once its files are found to be just those it lists, and plain."""
        try:
            there = list(self.there())
            if odd := [name for name, plain in there if not plain]:
                raise Refused(f"these are no plain files: {odd[:5]}")
            with self.open("MANIFEST") as file:
                says: Data = canonical(file.read(min(MANIFEST_BYTES, self.budget)), "MANIFEST")
        except BROKEN as error:
            raise Refused(f"MANIFEST cannot be read: {error}") from error
        names, listed = sorted(name for name, _ in there), [path for path, _, _ in says["files"]]
        if names != sorted([*listed, "MANIFEST"]) or listed != sorted(listed):
            odd = sorted({*names} ^ {*listed, "MANIFEST"})
            raise Refused(f"the files are not those of the manifest, each once: {odd[:5]}")
        self.files = {path: (size, digest) for path, size, digest in says["files"]}
        return says

    def lines(self, name: str, most: int = INTEGER) -> Iterator[bytes]:
        """Yield a file in lines, nothing if there is none; refuse another size or SHA-256 than the manifest says."""
        if name not in self.files:
            return
        (left, digest), hashed = self.files.pop(name), sha256()
        try:
            with self.open(name) as file:
                while line := file.readline(min(LINE_BYTES, left) + 1):
                    left, most, self.budget = left - len(line), most - len(line), self.budget - len(line)
                    if min(left, most, self.budget, LINE_BYTES - len(line)) < 0:
                        break
                    hashed.update(line)
                    yield line
        except BROKEN as error:
            raise Refused(f"{name} cannot be read: {error}") from error
        if left or hashed.hexdigest() != digest:
            raise Refused(f"{name} is too long, or has another size or SHA-256 than the manifest says")

    def rows(self, name: str, by: str) -> Iterator[Data]:
        """Yield the objects of a `.jsonl` file, which are sorted by a field."""
        last = ""
        for line in self.lines(name):
            try:
                row = canonical(line[:-1], name)
            except BROKEN as error:
                raise Refused(f"a line of {name} cannot be read: {error}") from error
            if line[-1:] != b"\n" or row[by] <= last:
                raise Refused(f"a line of {name} is not ended, or in another place")
            last = row[by]
            yield row

    def notes(self, name: str, between: bytes = b"\n") -> list[bytes]:
        """Return the notes, or lines, of a file."""
        content = b"".join(self.lines(name, SIGNED_BYTES))
        notes = [note + b"\n" for note in content.removesuffix(b"\n").split(between)] if content else []
        well = content[-1:] in (b"", b"\n") and content.decode(errors="ignore").encode() == content
        if not well or any(not 1 < len(note) <= NOTE_BYTES for note in notes):
            raise Refused(f"{name} holds a note that is too long, or none")
        return notes

    def bodies(self, number: int, width: int) -> list[bytes]:
        """Return the event bodies of an entry tile, each after its length in two bytes."""
        data, place, bodies = b"".join(self.lines(tile_path("entries", number, width), width * ENTRY_BYTES)), 0, []
        while place < len(data):
            end = place + 2 + int.from_bytes(data[place : place + 2], "big")
            bodies.append(data[place + 2 : end])
            place = end
        if place != len(data) or len(bodies) != width:
            raise Refused(f"entry tile {number} does not hold the {width} events it should")
        return bodies


# 3  Hashes (RFC 6962 §2.1), keys, signed notes (C2SP signed-note and tlog-checkpoint): formats.md §2 and §3


def leaf_hash(body: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + body).digest()


def root_over(nodes: list[bytes]) -> bytes:
    """Return the root over nodes of one height, the last maybe lower."""
    while len(nodes) > 1:
        odd = nodes[-1:] if len(nodes) % 2 else []
        nodes = [sha256(b"\x01" + a + b).digest() for a, b in zip(nodes[::2], nodes[1::2], strict=False)] + odd
    return nodes[0] if nodes else sha256(b"").digest()


def root_of_rows(rows: list[Any]) -> str:
    """Return the root, hex, over the canonical bytes of rows."""
    return root_over([leaf_hash(encode(row).encode()) for row in rows]).hex()


def named(kind: str, body: bytes) -> str:
    """Return the name of bytes kept beside the log."""
    return sha256(b"xiada/%b/v1\n" % kind.encode() + body).hexdigest()


def unpacked(text: str) -> bytes:
    """Return the bytes of base64 that is written the one way."""
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text:
        raise ValueError("it is not canonical base64")
    return found


def key_of(text: str) -> Ed25519PublicKey:
    """Return the key of a verifier key, `name+hex8(id)+base64(0x01 ‖ public)`."""
    name, identity, packed = text.split("+", 2)
    public = unpacked(packed)
    found = sha256(name.encode() + b"\n" + public).hexdigest()[:8]
    if not re.fullmatch(r"[^\s\x00-\x20]+", name) or public[:1] != b"\x01" or found != identity:
        raise ValueError("it is no Ed25519 verifier key")
    return Ed25519PublicKey.from_public_bytes(public[1:])


def is_signed(key: str, message: str, signature: bytes) -> bool:
    """Tell whether this is a key's signature."""
    try:
        key_of(key).verify(signature, message.encode())
    except InvalidSignature:
        return False
    return True


def is_rotation(data: Data, log: str, newest: str | None) -> bool:
    """Tell whether a new key was signed by the newest before it; the first needs no proof."""
    try:
        key_of(data["new"])
        if newest is None or data["old"] is None or data["proof"] is None:
            return newest is data["old"] is data["proof"] is None
        message = f"xiada/rotate/v1\n{log}\n{data['new']}\n"
        return data["old"] == newest and is_signed(newest, message, unpacked(data["proof"]))
    except ValueError:
        return False


def checkpoint_of(note: bytes, keys: Iterable[str]) -> tuple[str, int, bytes, list[str]]:
    """Return origin, size and root of a signed checkpoint, and the known keys that signed it.

    None have signed it if the signature of one of them is false. What is no checkpoint is one of no log.
    """
    try:
        text, _, signatures = note.decode().rpartition("\n\n")
        head = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)", text)
        lines = re.findall(r"— ([^\s+]+) ([A-Za-z0-9+/]{7,}=*)\n", signatures)
        whole = "".join(f"— {name} {packed}\n" for name, packed in lines) == signatures and 0 < len(lines) <= 100
        empty = not head or head[2] != "0" or unpacked(head[3]) == root_over([])
        clean = len(note) <= NOTE_BYTES and not re.search(rb"[\x00-\x09\x0b-\x1f]", note)
        if not head or not whole or not empty or not clean or int(head[2]) >= NO_SIZE:
            return "", 0, b"", []
        found = [(name, unpacked(packed)) for name, packed in lines]
        known = [(key, rest) for key in keys for name, rest in found if key.startswith(f"{name}+{rest[:4].hex()}+")]
        signed = all(is_signed(key, f"{text}\n", rest[4:]) for key, rest in known)
        return head[1], int(head[2]), unpacked(head[3]), [key for key, _ in known] if signed else []
    except ValueError:
        return "", 0, b"", []


# 4  The log: every event against all that was before it, and what it rests on beside the log


class Lifecycle:
    """The table a cascade runs by: what each event does to a status, what statuses mean, who may."""

    def __init__(self, digest: str, value: Data) -> None:
        self.digest, self.name, self.first = digest, value["name"], value["statuses"][0][0]
        self.closed = dict[str, bool](value["statuses"])
        self.moves: dict[tuple[str, str], str] = {}
        self.roles: dict[str, str] = {}
        self.places = places = set[tuple[str, str, bool]]()
        self.covered, done = set[str](), set[str]()
        for trigger, sources, target, role, event, guards in value["transitions"]:
            texts = {*map(type, [trigger, role, event, *sources, *guards])}
            if texts != {str} or {type(sources), type(guards)} != {list}:
                raise ValueError("a step is not written as one")
            if self.roles.get(event, "effect") == "effect":
                self.roles[event] = role
            self.covered.update(sources if (event, role) == ("summarised", "effect") else ())
            done.update([target] if event == "summarised" else ())
            for source in sources:
                after, place = source if target is None else target, (source, trigger, role == "effect")
                if self.moves.setdefault((source, event), after) != after or not {source, after} <= self.closed.keys():
                    raise ValueError("it leads two ways, or nowhere")
                if place in places:
                    raise ValueError("a step is there twice")
                places.add(place)
        self.working = {status for status in self.closed if self.moves.get((status, "forwarded")) == status}
        self.reported = {after for (_, event), after in self.moves.items() if event == "reported"}
        self.excused = {status for status, closed in self.closed.items() if closed and status not in done}
        statuses = [[*map(type, status)] for status in value["statuses"]]
        around = [type(self.name), type(value["version"]), len(value)]
        if statuses != [[str, bool]] * len(self.closed) or around != [str, int, 4]:
            raise ValueError("a status is there twice, or what it says is no table")

    def means(self, status: str) -> tuple[bool, ...]:
        """Return what a status means: closed or not, without a report or not, and whether only a report leads there."""
        again = {back if event == "returned" else status for (status, event), back in self.moves.items()
                 if event == "returned" or (event == "reported" and back != status)}  # fmt: skip
        reported, others = self.closed.keys() - {self.first} - again, {""}
        while others:
            leads = {(event, source, after) for (source, event), after in self.moves.items() if source not in reported}
            others = {after for event, source, after in leads if event != "reported" and after in reported}
            reported -= others
        return self.closed.get(status, False), status in self.excused, status in reported


@dataclass(slots=True)
class Directive:
    """What a notice lays on one unit, as the events so far have left it."""

    ref: str
    path: str
    unit: str
    line: str
    due: int
    notice: str
    parent: Directive | None
    lifecycle: Lifecycle
    status: str
    required: frozenset[str]  # mandatory requirements of all notices from the root down
    children: list[Directive] = field(default_factory=list)
    numbers: int = 0  # given to children so far
    closed_at: int | None = None
    extension: int | None = None  # the due asked for
    covered: str = ""  # the hash by which its parent's latest report covers it
    reason: str = ""
    latest: tuple[Any, ...] = ("", None, ())  # of its latest event: type, cause or request, who and when
    moving: list[tuple[Any, ...]] = field(default_factory=list)  # children that moved so that it can: why, who, where

    def root_first(self) -> list[Directive]:
        """Return its ancestors and itself, the root first."""
        found = [self]
        while found[-1].parent:
            found.append(found[-1].parent)
        return found[::-1]


def due_of(value: int | None) -> int:
    """Return a due as it is compared: null is undated."""
    return NEVER if value is None else value


class Log:
    """Takes the events one by one."""

    def __init__(self, base: str) -> None:
        self.base, self.epochs = base, [(0, f"{base}/e1")]  # log index from which, log's name
        self.findings: list[Finding] = []
        self.index, self.t, self.ref, self.head = 0, 0, "", ""
        self.directives: dict[str, Directive] = {}
        self.units: dict[str, dict[str, str]] = {}  # by id: superior by line
        self.delegations: set[tuple[str, str]] = set()
        self.keys: list[tuple[int, str]] = []  # log index from which, verifier key
        self.texts: dict[int, tuple[str, str]] = {}  # by log index: commitment, unit it belongs to
        self.pinned: dict[str, Lifecycle | None] = {}  # by cascade
        self.led: dict[str, tuple[Data, tuple[Any, ...]]] = {}  # by cascade: its latest migration, who did it
        self.heads: dict[str, tuple[int, str]] = {}  # by stream: version and hash of the latest event
        self.awaited: dict[str, tuple[Any, ...]] = {}  # children named: what was said of them, who may hand over, where
        self.ended: dict[str, tuple[Any, ...]] = {}  # units that ended: who came after, who ended it
        self.acts: set[tuple[Any, ...]] = set()  # who reorganised, and when
        self.notices: dict[str, tuple[str | None, frozenset[str]]] = {}  # obligations' digest, mandatory requirements
        self.lifecycles: dict[str, Lifecycle] = {}
        self.lists: dict[str, Any] = {}
        self.handed_out: dict[str, bool] = {}  # texts by commitment: whether it is theirs

    def read_beside(self, bundle: Bundle) -> None:
        """I11: read what lies beside the log; what is not there is found where an event rests on it."""
        for row in bundle.rows("blobs.jsonl", "name"):
            try:
                self.keep(row["kind"], row["name"], row["body"].encode())
            except BROKEN:
                continue
        for row in bundle.rows("text.jsonl", "commitment"):
            made = sha256(b"xiada/text/v1\n" + bytes.fromhex(row["salt"]) + row["text"].encode()).hexdigest()
            self.handed_out[row["commitment"]] = made == row["commitment"]

    def keep(self, kind: str, name: str, body: bytes) -> None:
        """I11: keep what lies beside the log, if its bytes are those of its name."""
        value = canonical(body) if named(kind, body) == name else None
        if value and kind == "list":
            self.lists[name] = value
        elif value and kind == "lifecycle":
            self.lifecycles[name] = Lifecycle(name, value)
        elif value and kind == "notice":
            owed = named("obligations", encode(value["obligations"]).encode()) if value["obligations"] else None
            mandatory = (f"{value['id']}/{item}" for item, _, must in value["requirements"] if must)
            self.notices[name] = owed, frozenset(mandatory)

    def expect(self, well: object, code: str, message: str, *values: object) -> bool:
        """Note a defect of the event at hand unless all is well; tell whether it is."""
        if not well:
            self.findings.append((code, self.index, self.ref or None, " ".join(map(str, (message, *values)))))
        return bool(well)

    def take(self, body: bytes, head: str) -> None:
        """Check one event and fold it in; `head` is its hash."""
        self.ref, self.head = "", head
        try:
            event: Data = canonical(body, "event")
        except BROKEN as error:
            self.expect(None, "i11_encoding", str(error))
        else:
            self.take_event(event, event["dir"])
        self.index += 1

    def take_event(self, event: Data, ref: str) -> None:
        """I11: an event is of this log, in the epoch it stands in; then it is checked as its stream asks."""
        if event["type"] == "restore_declared" and ref == "log/audit":
            self.restored(event["data"])
        if not self.expect(event["log"] == self.epochs[-1][1], "i11_encoding", "it is of another log, or epoch"):
            return
        self.ref = ref
        self.follow(event, ref)
        if ref.startswith("org/"):
            self.of_the_org(event, event["data"], ref[4:])
        elif ref == "log/audit":
            self.of_the_log(event, event["data"])
        else:
            self.of_a_directive(event, event["data"], ref)

    def restored(self, data: Data) -> None:
        """I11: a declared restore begins a later epoch; other copies may have had some between."""
        well = data["epoch"] > int(self.epochs[-1][1].rpartition("/e")[2]) and data["kept"] == self.index
        if self.expect(well, "i11_epoch", "it does not open a later epoch here"):
            self.epochs.append((self.index, f"{self.base}/e{data['epoch']}"))

    def follow(self, event: Data, ref: str) -> None:
        """I7: time does not run back. I3: versions are contiguous. I11: the hash chain, and the text beside it."""
        version, head = self.heads.get(ref, (0, None))
        self.expect(event["t"] >= self.t, "i7_clock_back", "recorded before", self.t)
        self.expect(event["ver"] == version + 1, "i3_version", "it does not follow version", version)
        self.expect(event["prev"] == head, "i11_chain", "it does not follow the stream's previous event", head)
        self.t, self.heads[ref] = max(self.t, event["t"]), (event["ver"], self.head)
        if "text" in event:
            self.texts[self.index] = (event["text"], event.get("behalf") or event["unit"])
            self.expect(self.handed_out.get(event["text"], True), "i11_text", "its text is not what it committed to")

    def entitle(self, event: Data, *units: str) -> None:
        """I9: the actor is of one of these units, or acts on behalf of one that has delegated to its own."""
        unit, behalf = event["unit"], event.get("behalf")
        well = unit in units if behalf is None else behalf in units and (behalf, unit) in self.delegations
        self.expect(well, "i9_not_entitled", "not entitled, but only actors of", *dict.fromkeys(units))

    def of_the_org(self, event: Data, data: Data, unit: str) -> None:
        """I3, I2, I9: a unit joins once, first, by the registrar, under superiors that are there; then delegates."""
        kind, known = event["type"], unit in self.units
        if not self.expect((kind == "unit_added") != known, "i3_first_event", "a unit joins once, and first"):
            return
        self.entitle(event, "org", unit if known and kind not in REFORMS else "org")
        if kind == "unit_added":
            superiors = data.get("superiors", ())
            unknown = [above for _, above in superiors if above not in self.units or above in self.ended]
            self.expect(not unknown, "i2_superior_unknown", "before it these have not joined:", *unknown)
            self.units[unit] = {line: above for line, above in superiors if above in self.units}
        elif kind in REFORMS:
            self.reorganised(event, data, unit)
        elif self.expect(kind in OF_THE_ORG, "i3_illegal", "this is no event of the org"):
            (self.delegations.add if kind == "delegation_granted" else self.delegations.discard)((unit, data["to"]))

    def reorganised(self, event: Data, data: Data, unit: str) -> None:
        """I3, I2: what ended changes no more; a unit moves from where it is, not below itself; none ends over some."""
        to: Any = data.get("superior", data.get("into", data.get("successor")))
        line = data.get("line", "")
        ends, moves, standing = event["type"] in ENDS, "line" in data, self.units.keys() - self.ended.keys()
        below = ends and any(unit in self.units[name].values() for name in standing)
        rules = (
            (unit in standing, "i3_illegal", "the unit had ended"),
            (to is None or to in standing, "i2_superior_unknown", "before it has not joined, or has ended:", to),
            (not moves or self.units[unit].get(line) == data["was"], "i3_superior_was", "it stood elsewhere in", line),
            (not moves or (to != unit and not self.is_below(to, unit, line)), "i2_org_circle", "below it is", to),
            (not ends or (to != unit and not below), "i2_units_below", "units stand below it"),
        )
        if all(self.expect(*rule) for rule in rules):
            self.acts.add(who_of(event))
            self.units[unit] |= {line: to} if moves else {}
            self.ended |= {unit: (to, who_of(event))} if ends else {}

    def is_below(self, unit: str, above: str, line: str) -> bool:
        """Tell whether a unit is below another in a line, neither ended."""
        if unit in self.ended or above in self.ended:
            return False
        for _ in range(SUPERIORS):
            unit = self.units.get(unit, {}).get(line, "")
            if unit in ("", above):
                return unit == above
        return False

    def of_the_log(self, event: Data, data: Data) -> None:
        """I9, I11: the registrar keeps the log; each key is signed by the one before; what is erased was there."""
        kind = event["type"]
        commitment, owner = self.texts.get(data.get("index", -1), (None, "org"))
        self.entitle(event, "org", owner)
        if kind == "text_erased":
            self.expect(commitment == data["commitment"], "i11_erasure", "it erases what no event before it holds")
        elif kind == "key_rotated":
            newest = self.keys[-1][1] if self.keys else None
            if self.expect(is_rotation(data, event["log"], newest), "i11_key_rotation", "it is not signed by", newest):
                self.keys.append((self.index, data["new"]))
        self.expect(kind in OF_THE_LOG, "i3_illegal", "this is no event of the log itself")

    def of_a_directive(self, event: Data, data: Data, ref: str) -> None:
        """I3: a directive is issued once, then moves by its lifecycle. I6: not under a closed parent. I9: by whom."""
        state, kind = self.directives.get(ref), event["type"]
        if not self.expect((state is None) == (kind == "issued"), "i3_first_event", "issued comes once, and first"):
            return
        if state is None:
            self.issued(event, data, ref)
            return
        if kind == "migrated":
            self.migrated(event, data, state, state.ref.partition("/")[0])
            return
        kind = f"stepped:{data['trigger']}" if kind == "stepped" else kind
        now = self.pinned[ref.partition("/")[0]] or state.lifecycle
        self.expect(now is state.lifecycle, "i3_migration", "it did not migrate with its cascade")
        state.lifecycle = now
        self.expect((state.status, kind) in state.lifecycle.moves, "i3_illegal", f"no {kind} while", state.status)
        well = not state.parent or state.parent.closed_at is None or kind in ("withdrawn", "waived")
        self.expect(well, "i6_closed_parent", "its parent is closed")
        if kind != "extension_granted" and "cause" not in data:
            self.entitle(event, *self.actors(kind, state), *self.handing(event, data, state))
        rule = getattr(self, f"on_{kind}", None)
        if rule:
            rule(event, data, state)
        self.fold(event, kind, data, state)

    def migrated(self, event: Data, data: Data, state: Directive, cascade: str) -> None:
        """I3, I9: a cascade goes on by another table, as its lead issuer says; all of it, as what it was."""
        if state.path == "1":
            self.pinned[cascade] = self.lifecycles.get(data["lifecycle"])
            self.led[cascade] = data, who_of(event)
        old, new, after = state.lifecycle, self.pinned[cascade], dict(data.get("mapping", ())).get(state.status)
        after = after or state.status
        if not self.expect(self.led.get(cascade) == (data, who_of(event)), "i3_migration", "its cascade did not, then"):
            return
        self.entitle(event, self.directives[f"{cascade}/1"].unit)
        self.expect(data["was"] == old.digest, "i3_migration", "it ran by", old.digest)
        if self.expect(new, "i3_lifecycle", "the lifecycle it migrates to is missing or changed") and new:
            well = after in new.closed and old.means(state.status) == new.means(after)
            well = well and (after not in new.covered or state.status in old.covered)
            well = well and (state.status not in old.covered or after in new.covered or new.means(after)[2])
            self.expect(well, "i3_migration", f"'{state.status}' cannot become", after)
            state.lifecycle, state.status, state.latest = new, after, ("migrated", None, who_of(event))

    def actors(self, kind: str, state: Directive) -> tuple[str, ...]:
        """I9: whose actors may do this, by the role the lifecycle names; whoever has slack may refuse an extension."""
        role, superior = state.lifecycle.roles.get(kind, "unit"), (state.parent or state).unit
        if kind == "summarised" and state.parent:
            return (superior,)
        if role == "unit":
            return (state.unit,)
        issuer, *between = state.root_first()[:-1] or [state]
        if kind == "extension_refused":
            asked = state.due if state.extension is None else state.extension
            return superior, next((one.unit for one in between[::-1] if one.due >= asked), issuer.unit)
        if role == "issuer":
            return (issuer.unit,)
        return superior, {"superior or clock": "clock", "superior or issuer": issuer.unit}.get(role, superior)

    def handing(self, event: Data, data: Data, state: Directive) -> tuple[str, ...]:
        """I9: what a unit had running changes hands as it ends: by whoever ended it, then, to its successor."""
        who = who_of(event)
        ended = event["type"] == "reassigned" and self.ended.get(state.unit) == (data["to"], who)
        return ("org",) if ended or ("replaces" in data and who in self.acts) else ()

    def issued(self, event: Data, data: Data, ref: str) -> None:
        """I3, I11: a directive rests on a lifecycle and a notice that are there. I2: its path names its parent."""
        cascade, _, path = ref.partition("/")
        above = f"{cascade}/{path.rpartition('.')[0]}" if "." in path else None
        if path == "1":
            self.pinned[cascade] = self.lifecycles.get(data.get("lifecycle", ""))
        lifecycle, parent = self.pinned.get(cascade), self.directives.get(above or "")
        owed, mandatory = self.notices.get(data["notice"], ("", frozenset[str]()))
        if lifecycle is None:
            self.expect(None, "i3_lifecycle", "its cascade's lifecycle is missing or changed")
            return
        self.expect(owed == data["obligations"], "i11_notice", "its notice is missing or changed")
        if not self.expect(data["parent"] == above, "i2_parent", "by its path its parent is", above):
            parent = None
        elif above is None:
            self.issued_as_root(event, data, cascade, lifecycle)
        elif parent:
            self.issued_under(event, data, parent)
        else:
            self.expect(None, "i2_unnamed_child", "its parent is not there")
        required = parent.required if parent else frozenset()
        required = required if mandatory <= required else required | mandatory
        given = (data["to"], data["line"], due_of(data["due"]), data["notice"])
        state = Directive(ref, path, *given, parent, lifecycle, lifecycle.first, required)
        self.directives[ref] = state
        if parent:
            parent.children.append(state)

    def issued_as_root(self, event: Data, data: Data, cascade: str, lifecycle: Lifecycle) -> None:
        """I3: all roots pin one lifecycle. I9: the lead issuer issues them. I2: to units that are there."""
        lead = self.directives.get(f"{cascade}/1")
        self.expect(data.get("lifecycle") == lifecycle.digest, "i3_lifecycle", "its cascade pins", lifecycle.digest)
        self.entitle(event, lead.unit if lead else data["to"])
        self.expect(data["to"] in self.units, "i2_outside_line", "it is no unit of the org")
        self.expect(data["to"] not in self.ended, "i2_unit_ended", "the unit had ended")

    def issued_under(self, event: Data, data: Data, parent: Directive) -> None:
        """I2: the parent's forwarded names it so, and it is below in the line. I9, I6, I1: by its open parent."""
        said, handed, _ = self.awaited.pop(self.ref, (None, None, 0))
        if not self.expect(said, "i2_unnamed_child", "its parent's forwarded does not name it"):
            return
        given = (data["to"], data["due"], data["forwarded"], data["notice"])
        self.expect(given == said, "i2_named_otherwise", "its parent's forwarded says otherwise")
        self.entitle(event, parent.unit, *(("org",) if handed == who_of(event) else ()))
        self.expect(due_of(data["due"]) <= parent.due, "i1_due_after_parent", "its parent is due", parent.due)
        self.expect(parent.closed_at is None, "i6_closed_parent", "its parent is closed")
        well = data["line"] == parent.line and self.is_below(data["to"], parent.unit, parent.line)
        if self.expect(data["to"] not in self.ended, "i2_unit_ended", "the unit had ended"):
            self.expect(well, "i2_outside_line", f"in line {parent.line} it is not below", parent.unit)

    def on_forwarded(self, event: Data, data: Data, state: Directive) -> None:
        """I2: the recipients are listed whole, and numbered on from those before."""
        entries: Any = data["to"] if "to" in data else self.lists.get(data.get("blob", ""))
        well = ("to" in data or ENTRIES.fullmatch(encode(entries))) and len(entries) == data["n"]
        if not self.expect(well, "i11_side_list", "its list of recipients is missing or changed"):
            return
        if "blob" in data:
            self.expect(root_of_rows(entries) == data.get("root"), "i11_side_list", "its recipients have another root")
        cascade, notice = state.ref.partition("/")[0], data["notice"] or state.notice
        who = who_of(event)
        handed = who if "replaces" in data and who in self.acts else None
        if handed:
            child = self.directives.get(f"{cascade}/{data['replaces']}")
            well = child and child.parent is state and child.latest == ("reassigned", entries[0][0], who)
            self.expect(well and len(entries) == 1, "i9_not_entitled", "nothing was reassigned to it then")
        for number, (path, unit, due) in enumerate(entries, state.numbers + 1):
            self.expect(path == f"{state.path}.{number}", "i2_numbers", "this is not the next number:", path)
            if path.rpartition(".")[0] == state.path:
                self.awaited[f"{cascade}/{path}"] = ((unit, due, self.head, notice), handed, self.index)

    def on_reported(self, _: Data, data: Data, state: Directive) -> None:
        """I4: all children are done. I5: it covers just them, or says why not. I10: it answers what is mandatory."""
        excused = [child for child in state.children if child.status in state.lifecycle.excused]
        others = [child for child in state.children if child.status not in state.lifecycle.excused]
        covers = [[child.path, *self.heads[child.ref], child.status] for child in others]
        without = [[child.path, child.status, child.reason] for child in excused]
        well = all(child.closed_at is not None or child.status in state.lifecycle.covered for child in others)
        self.expect(well, "i4_children_open", "not all its children have reported")
        listed = self.lists.get(data["blob"]) if "blob" in data else [data.get("covers"), data.get("without")]
        self.expect(listed == [covers, without], "i5_coverage", "it does not cover exactly its children")
        well = (data["n"], data["root"]) == (len(covers), root_of_rows(covers))
        self.expect(well, "i5_root", "its count or root is not that of its children")
        for child in others:
            child.covered = self.heads[child.ref][1]
        missing = state.required.difference(data.get("answers", ()))
        self.expect(not missing, "i10_requirements", "it leaves out", *sorted(missing)[:1])

    def on_summarised(self, event: Data, data: Data, state: Directive) -> None:
        """I11, I5: it went into its parent's latest report as it stood. I6: a root is closed over closed children."""
        parent, report = state.parent, data["report"]
        if parent:
            well = parent.status in parent.lifecycle.reported and report == self.heads[parent.ref][1]
            if self.expect(well, "i11_report", "it is not its parent's latest report"):
                self.expect(event["prev"] == state.covered, "i5_coverage", "it went on after the report that covers it")
        else:
            self.expect(report is None, "i11_report", "a root goes into no report")
            well = all(child.closed_at is not None for child in state.children)
            self.expect(well, "i6_live_below", "a child is still live")

    def on_returned(self, _: Data, data: Data, state: Directive) -> None:
        """I1, I6: what is reopened fits a parent at work."""
        if state.parent:
            well = data.get("due", state.due) <= state.parent.due
            self.expect(well, "i1_due_after_parent", "its parent is due", state.parent.due)
            well = state.parent.status in state.lifecycle.working
            self.expect(well, "i6_parent_not_working", "its parent is not at work")

    def on_rescheduled(self, event: Data, data: Data, state: Directive) -> None:
        """I3, I1: a due moves from what it was to what fits above and below."""
        due = due_of(data["due"])
        self.expect(due_of(data["was"]) == state.due, "i3_due_was", "it was due", state.due)
        if state.parent:
            self.expect(due <= state.parent.due, "i1_due_after_parent", "its parent is due", state.parent.due)
        later = [child.ref for child in state.children if child.closed_at is None and child.due > due]
        self.expect(not later, "i1_due_after_parent", "due after it are", *later[:3])
        self.moved_along(event, data.get("cause"), state)

    def moved_along(self, event: Data, cause: str | None, state: Directive) -> None:
        """I6, I9: what moves because something above it will moves just before its parent, by the same actor."""
        moved_for = (cause or state.ref) if event["type"] == "rescheduled" else None
        for why, who, index, ref in state.moving:
            if why != moved_for:
                self.findings.append(("i6_cause", index, ref, f"what is above it did not move because of {why}"))
            elif who != who_of(event):
                self.findings.append(("i9_not_entitled", index, ref, "another moved what is above it"))
        state.moving = []
        if cause is not None:
            self.expect(
                state.ref.startswith(f"{cause}."), "i6_cause", "it moved because of what is not above it:", cause
            )
            (state.parent or state).moving.append((cause, who_of(event), self.index, state.ref))

    def on_extension_granted(self, event: Data, data: Data, state: Directive) -> None:
        """I3: it was asked for. I9: it comes down, step by step, from the first ancestor with slack."""
        request: str = data["request"]
        kind, above, who = (state.parent or state).latest
        asker = self.directives.get(request) if f"{request}.".startswith(f"{state.ref}.") else None
        asked = asker.extension if asker else None
        if not self.expect(asked is not None, "i3_no_request", "no extension had been asked for") or not asker:
            pass
        elif state.parent and (kind, above) == ("extension_granted", request) and who[3] == event["t"]:
            self.expect(who == who_of(event), "i9_not_entitled", "another granted it than the step above")
        else:
            line = asker.root_first()[-2::-1] or [asker]
            slack = (one.unit for due in (asked, due_of(data["due"])) for one in line if one.due >= (due or 0))
            self.entitle(event, next(slack, line[-1].unit))
        self.on_rescheduled(event, data, state)

    def on_extension_refused(self, _: Data, __: Data, state: Directive) -> None:
        """I3: it was asked for."""
        self.expect(state.extension is not None, "i3_no_request", "no extension had been asked for")

    def on_withdrawn(self, event: Data, data: Data, state: Directive) -> None:
        """I6, I9: what closes for a cause closes with its parent: then, for the same cause, by the same actor."""
        cause, parent = data.get("cause"), state.parent
        if cause is None:
            itself = parent and (state.status, "waive", False) in state.lifecycle.places
            well = event["type"] == "withdrawn" or itself or (state.status, "waived") not in state.lifecycle.moves
            self.expect(well, "i3_illegal", "neither a report nor a root is waived by itself")
            return
        well = parent and parent.closed_at == event["t"] and cause in (parent.ref, parent.latest[1])
        if self.expect(well and state.ref.startswith(f"{cause}."), "i6_cause", "not closed then is", cause) and parent:
            self.expect(parent.latest[2] == who_of(event), "i9_not_entitled", "another closed what is above it")

    on_waived = on_withdrawn  # the same rule, but for what is waived by itself

    def fold(self, event: Data, kind: str, data: Data, state: Directive) -> None:
        """Let an event change what it changes."""
        state.status = state.lifecycle.moves.get((state.status, kind), state.status)
        state.latest = (kind, data.get("cause", data.get("request", data.get("path"))), who_of(event))
        if kind == "forwarded":
            state.numbers += data["n"]
        elif kind in ("rescheduled", "extension_granted", "returned"):
            state.due = data.get("due", state.due) if kind == "returned" else due_of(data["due"])
        elif kind in ("reassigned", "waived", "withdrawn"):
            state.reason = data["reason"]
        if kind == "extension_requested":
            state.extension = due_of(data["due"])
        elif kind in ENDS_EXTENSION or data.get("request") == state.ref:
            state.extension = None
        closed = state.lifecycle.closed.get(state.status)
        if event["type"] == "stepped" and (closed or state.status in state.lifecycle.covered):
            state.extension, state.reason = None, data.get("reason", "")
        if not closed:
            state.closed_at = None
        elif state.closed_at is None:
            state.closed_at = event["t"]

    def finish(self) -> None:
        """I2: every child named exists. I6: nothing is live under what is closed."""
        lost = "it was named as a recipient, but nothing was issued to it"
        self.findings += [("i2_missing_child", index, ref, lost) for ref, (_, _, index) in self.awaited.items()]
        for state in self.directives.values():
            if state.parent and state.parent.closed_at is not None and state.closed_at is None:
                self.findings.append(("i6_live_below", None, state.ref, "it is live under what is closed"))
            if self.pinned[state.ref.partition("/")[0]] is not state.lifecycle:
                self.findings.append(("i3_migration", None, state.ref, "it did not migrate with its cascade"))
            still = "what is above it did not move"
            self.findings += [("i6_cause", index, ref, still) for _, _, index, ref in state.moving]


ENDS_EXTENSION = {"reported", "extension_refused", "summarised", "reassigned", "waived", "withdrawn"}


def who_of(event: Data) -> tuple[Any, ...]:
    """Return who did it, and when."""
    return event["actor"], event["unit"], event.get("behalf"), event["t"]


# 5  The whole: files, tree, log, keys, checkpoints

UNCHECKED = (
    "whether reports are true, clocks were right, and all that was done was recorded",
    "what came after: that an end was cut off shows only beside a later checkpoint, held elsewhere",
    "rights that another authority gave than one's own unit and delegations",
    "what idempotency keys stand for, the words and plans behind dues, and guards that only an embedder knows",
)


class Verifier:
    """One verification of a bundle, with the verifier keys that are trusted and the checkpoints held outside."""

    def __init__(self, bundle: Bundle, vkeys: list[str], held: list[bytes]) -> None:
        self.bundle, self.vkeys, self.held, self.log = bundle, vkeys, held, Log("")
        self.roots = {0: root_over([])}  # by size, where somebody signed
        self.levels: list[list[bytes]] = [[] for _ in range(8)]  # the nodes over 256, 65,536, … events
        self.good = self.signed = 0  # checkpoints that hold, and the largest size among them
        self.refused = False
        try:
            self.verify()
        except Refused as error:
            self.refused, self.log.findings = True, [("i11_bundle", None, None, str(error))]
        found = self.log.findings
        self.findings = sorted(found, key=lambda one: (one[1] is None, one[1] or 0, one[0], one[2] or ""))

    def verify(self) -> None:
        """Look at all there is."""
        says = self.bundle.manifest()
        listed = [line.decode(errors="replace").strip() for line in self.bundle.notes("keys")]
        notes = self.bundle.notes("checkpoints", b"\n---\n")
        if self.bundle.notes("checkpoint", b"\n---\n") != notes[-1:]:
            raise Refused("checkpoint is not the last of checkpoints")
        self.log = Log(says["origin"].rpartition("/e")[0])
        self.log.read_beside(self.bundle)
        notes += self.held
        self.read_log(says["size"], {checkpoint_of(note, ())[1] for note in notes})
        root, origin = self.roots[says["size"]].hex(), self.log.epochs[-1][1]
        self.expect(root == says["root"], "i11_root", f"the events have root {root}, the manifest says another")
        self.expect(origin == says["origin"], "i11_epoch", f"the log ends as {origin}, the manifest says otherwise")
        self.expect(listed == [key for _, key in self.log.keys], "i11_keys", "the log names other keys than the bundle")
        known = self.known_keys()
        for note in notes:
            self.check_checkpoint(*checkpoint_of(note, known))
        well = self.good or not self.vkeys
        self.expect(well, "i11_signature", "no checkpoint of this log is signed by the keys given")

    def read_log(self, size: int, signed: set[int]) -> None:
        """Take all events, 256 at a time also into the tree; remember its roots at the sizes that were signed."""
        log, wanted = self.log, sorted({size, *signed}, reverse=True)
        while log.index < size:
            number, width = log.index // TILE, min(TILE, size - log.index)
            bodies = self.bundle.bodies(number, width)
            leaves = [leaf_hash(body) for body in bodies]
            while wanted and wanted[-1] <= log.index + width:
                until = wanted.pop()
                self.roots[until] = self.root(leaves[: until - log.index])
            for body, leaf in zip(bodies, leaves, strict=True):
                log.take(body, leaf.hex())
            self.compare(0, number, leaves)
            for row in self.levels if width == TILE else ():
                row.append(root_over(leaves))
                leaves = row[-TILE:]
                if len(row) % TILE:
                    break
        log.finish()
        for level, row in enumerate(self.levels, 1):
            for place in range(0, len(row), TILE):
                self.compare(level, place // TILE, row[place : place + TILE])
        for _ in self.bundle.rows("answers.jsonl", "key"):
            pass
        if self.bundle.files:
            raise Refused(f"there are files that no log of this size has: {sorted(self.bundle.files)[:5]}")

    def root(self, edge: list[bytes]) -> bytes:
        """Return the root over all events before a tile and the first hashes of it."""
        for row in self.levels:
            rest = row[len(row) - len(row) % TILE :]
            edge = [*rest, root_over(edge)] if edge else rest
        return root_over(edge)

    def compare(self, level: int, number: int, hashes: list[bytes]) -> None:
        """I11: a tile holds the hashes that the events come to."""
        name = tile_path(level, number, len(hashes))
        found = b"".join(self.bundle.lines(name, 32 * len(hashes)))
        if len(found) != 32 * len(hashes):
            raise Refused(f"{name} does not hold the {len(hashes)} hashes it should")
        self.expect(found == b"".join(hashes), "i11_tile", f"{name} holds others", number * TILE ** (level + 1))

    def expect(self, well: object, code: str, message: str, index: int | None = None) -> bool:
        """Note a defect of the whole unless all is well; tell whether it is."""
        if not well:
            self.log.findings.append((code, index, None, message))
        return bool(well)

    def known_keys(self) -> list[str]:
        """I11: keys that count: those of the log, each proven by the one before; if some are trusted, from these on."""
        keys = [key for _, key in self.log.keys]
        reached = min((place for place, key in enumerate(keys) if key in self.vkeys), default=len(keys))
        return list(dict.fromkeys([*self.vkeys, *keys[reached if self.vkeys else 0 :]]))

    def check_checkpoint(self, origin: str, size: int, root: bytes, signers: list[str]) -> None:
        """I11: signed by a key in force at its size; of this log, in that epoch; no longer than it; with its root."""
        begins = {name: index for index, name in self.log.epochs}
        ends = [*(index for index, _ in self.log.keys[1:]), NO_SIZE]
        given_up = {key: end for (_, key), end in zip(self.log.keys, ends, strict=False)}  # one may be taken up again
        lost_from = min((index for index in begins.values() if index > begins.get(origin, NO_SIZE)), default=NO_SIZE)
        in_force = any(size <= given_up.get(key, NO_SIZE) for key in signers)
        index = size if origin else None
        if not self.expect(in_force, "i11_signature", "a checkpoint is not signed by a key that counts", index):
            return
        if not self.expect(origin in begins, "i11_checkpoint", "a checkpoint is of another log, or epoch"):
            return
        if not self.expect(size <= lost_from, "i11_rollback", f"of {size} signed, a restore lost some", lost_from):
            return
        if self.expect(size <= self.log.index, "i11_rollback", f"{size} events were signed, now there are fewer"):
            well = self.roots[size] == root and size >= begins[origin]
            if self.expect(well, "i11_checkpoint", "the log is not the one that was signed at this size", size):
                self.good, self.signed = self.good + 1, max(self.signed, size)

    def summary(self) -> Data:
        """Return what was found, what was checked, and what was not."""
        log, keys = self.log, self.vkeys or [key for _, key in self.log.keys]
        missing = sum(commitment not in log.handed_out for commitment, _ in log.texts.values())
        cautions = (
            (self.refused, "anything but the files: they are not those of a bundle"),
            (missing, f"{missing} of {len(log.texts)} texts: they are not handed out"),
            (self.signed < log.index, f"who vouches for events from {self.signed} on: no checkpoint covers them"),
            (
                keys and not self.vkeys,
                "whose the keys are: they are the bundle's own; give --vkey, from whom you trust",
            ),
        )
        return {
            "origin": log.epochs[-1][1], "size": log.index, "root": self.roots.get(log.index, b"").hex(),
            "directives": len(log.directives), "units": len(log.units), "checkpoints": self.good, "signed": self.signed,
            "lifecycles": {table.digest: table.name for table in log.pinned.values() if table}, "keys": keys,
            "unchecked": [*(caution for holds, caution in cautions if holds), *UNCHECKED],
            "findings": [dict(zip(("code", "index", "ref", "message"), one, strict=True)) for one in self.findings],
        }  # fmt: skip


def told(found: Data) -> Iterator[str]:
    """Yield a summary as people read it."""
    for one in found["findings"][:100]:
        place = "" if one["index"] is None else f" event {one['index']}"
        yield f"{one['code']} {place} {one['ref'] or ''}: {one['message']}"
    yield f"{found['origin']}: {found['size']} events, root {found['root']}"
    yield f"checked: {found['directives']} directives on {found['units']} units, by lifecycles {found['lifecycles']}"
    yield f"checked: {found['checkpoints']} checkpoints up to {found['signed']} events, with keys {found['keys']}"
    yield from (f"not checked: {one}" for one in found["unchecked"])
    yield f"{len(found['findings'])} findings" if found["findings"] else "clean"


def notes_in(content: bytes) -> list[bytes]:
    """Return the notes in a file: one, or several, each ended by a line `---`; one torn by a crash is passed over."""
    *parts, last = content.split(b"\n---\n")
    whole = [part + b"\n" for part in parts if not part.endswith(b"\n(torn)")]
    return [*whole, last] if last and (not parts or last.endswith(b"\n")) else whole


def main(arguments: list[str] | None = None) -> int:
    """Verify a bundle; print what was found, what was checked, and what was not."""
    parser = argparse.ArgumentParser(description="Verify an export bundle of a Xiada log.")
    parser.add_argument("bundle", type=Path, help="a folder or a zip archive")
    parser.add_argument("--vkey", action="append", default=[], help="a verifier key that is trusted")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="a checkpoint held elsewhere")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    try:
        held = [note for path in given.checkpoint for note in notes_in(path.read_bytes())]
        vkeys = [text for text in given.vkey if key_of(text)]
        bundle = Bundle(given.bundle)
    except BROKEN as error:
        print(f"it cannot be read: {error!a}", file=sys.stderr)
        return 2
    found = Verifier(bundle, vkeys, held).summary()
    for line in [json.dumps(found)] if given.json else told(found):
        print("".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line))
    return 5 if found["findings"] else 0


if __name__ == "__main__":
    gc.disable()  # what is kept is kept to the end
    sys.exit(main())
