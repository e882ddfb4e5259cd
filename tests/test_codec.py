"""Canonical bytes: equal to RFC 8785 inside the profile, refused outside it; events there and back."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import MISSING, fields
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from support import cascade, of

from xiada.engine import codec, events
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, Tampered
from xiada.engine.events import TYPES, Event
from xiada.engine.limits import INTEGER, JSON_DEPTH
from xiada.engine.records import Envelope, Frame, data_of, read

LOG = "xiada.test/office/e1"

# The profile


TEXT = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
INTEGERS = st.integers(-INTEGER, INTEGER)
SCALARS = st.none() | st.booleans() | INTEGERS | TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)


@given(VALUES)
def test_inside_the_profile_the_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert codec.encode(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(VALUES)
def test_what_was_written_reads_back_equal(value: object) -> None:
    body = codec.encode(value)
    assert codec.decode(body) == value
    assert codec.encode(codec.decode(body)) == body


@given(VALUES, st.data())
def test_any_other_spelling_of_the_same_value_is_refused(value: object, data: st.DataObject) -> None:
    body = codec.encode(value)
    spelt = data.draw(
        st.sampled_from(
            [
                json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode(),
                json.dumps(value, ensure_ascii=False, sort_keys=True).encode(),
                json.dumps(value, ensure_ascii=False, sort_keys=True, indent=0).encode(),
                body + b"\n",
                b" " + body,
                b"\xef\xbb\xbf" + body,
            ]
        )
    )
    if spelt != body:
        with pytest.raises(Tampered, check=lambda error: error.code == "not_canonical"):
            codec.decode(spelt)


def test_tuples_are_written_as_lists() -> None:
    assert codec.encode({"a": (1, (2,))}) == b'{"a":[1,[2]]}'


class Text(str):
    """A text that only looks like one."""

    __slots__ = ()


def nested(depth: int) -> object:
    """Return lists inside lists."""
    value: object = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        float("inf"),
        -0.0,
        INTEGER + 1,
        -INTEGER - 1,
        2**64,
        b"bytes",
        {1, 2},
        pytest.param(object(), id="object"),
        Text("subclass"),
        {Text("a"): 1},
        {"A": 1},
        {"": 1},
        {"1a": 1},
        {"a-b": 1},
        {"a" * 33: 1},
        {"键": 1},
        {1: 1},
        {None: 1},
        "\ud800",
        "a\udfffb",
        "e\u0301",
        ["\u1100\u1161"],
        nested(JSON_DEPTH + 1),
    ],
    ids=ascii,
)
def test_a_value_outside_the_profile_is_refused_not_mended(value: object) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "outside_profile"):
        codec.encode(value)


def test_the_edges_of_the_profile_are_inside() -> None:
    for value in (INTEGER, -INTEGER, nested(JSON_DEPTH), {"a" * 32: 1}, "\U0010ffff", "\x00", ""):
        assert codec.decode(codec.encode(value)) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        rb'{"a":1,"\u0061":2}',
        rb'{"\u0061":1}',
        b'{"b":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":-0}',
        b'{"a":1e2}',
        b'{"a":01}',
        b'{"a":9007199254740993}',
        b'{"a":-9007199254740992}',
        b'{"a":18446744073709551616}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1}\n',
        b' {"a":1}',
        b'{"a": 1}',
        b'{"a":1}{"a":1}',
        b'{"a":1}\x00',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        rb'{"a":"\ud800"}',
        rb'{"a":"\u4e0b"}',
        rb'{"a":"\/"}',
        b'{"a":"\x01"}',
        b'{"a":"e\xcc\x81"}',
        b'{"A":1}',
        b'{"a":1,}',
        b"{'a':1}",
        b'{"a":1/**/}',
        '{"a":1}'.encode("utf-16"),
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"[" * 17 + b"]" * 17,
    ],
    ids=lambda body: ascii(body[:24]),
)
def test_bytes_xiada_would_not_have_written_are_refused(body: bytes) -> None:
    with pytest.raises(Tampered, check=lambda error: error.code == "not_canonical"):
        codec.decode(body)


def test_hashes_are_the_ones_the_formats_say() -> None:
    assert codec.leaf(b"x") == sha256(b"\x00x").digest()
    assert codec.named("notice", b"x") == sha256(b"xiada/notice/v1\nx").hexdigest()
    assert codec.commitment(b"s" * 16, b"x") == sha256(b"xiada/text/v1\n" + b"s" * 16 + b"x").hexdigest()


def test_a_salt_of_another_length_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        codec.commitment(b"short", b"x")


# Events


def column(kind: str) -> st.SearchStrategy[Any]:
    """Return values for a field annotation of an event."""
    digest = st.binary(min_size=32, max_size=32).map(bytes.hex)
    rows: dict[str, st.SearchStrategy[Any]] = {
        "Entry": st.tuples(TEXT, TEXT, st.none() | INTEGERS),
        "Cover": st.tuples(TEXT, INTEGERS, digest, TEXT),
        "Omission": st.tuples(TEXT, TEXT, TEXT),
        "Material": st.tuples(TEXT, st.none() | digest),
        "tuple[str, str]": st.tuples(TEXT, TEXT),
        "tuple[str, int | None]": st.tuples(TEXT, st.none() | INTEGERS),
        "str": TEXT,
        "int": INTEGERS,
        "tuple[int, int]": st.tuples(INTEGERS, INTEGERS),
    }
    if kind.endswith(" | None"):
        return st.none() | column(kind.removesuffix(" | None"))
    if kind.endswith(", ...]"):
        inner = rows[kind.removeprefix("tuple[").removesuffix(", ...]")]
        return st.lists(inner, max_size=4).map(tuple)
    return rows[kind]


def made(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Return random events of one type."""
    return st.builds(kind, **{field.name: column(str(field.type)) for field in fields(kind)})


IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True)
HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)
ENVELOPES = st.fixed_dictionaries(
    {
        "ref": st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}/[1-9][0-9]{0,3}(\.[1-9][0-9]{0,3}){0,5}", fullmatch=True),
        "version": st.integers(1, INTEGER),
        "t": INTEGERS,
        "actor": IDS,
        "unit": IDS,
        "behalf": st.none() | IDS,
        "prev": st.none() | HEX,
        "key": st.none() | TEXT,
        "text": st.none() | HEX,
    }
)


def spelt_out(event: Event, around: dict[str, Any]) -> dict[str, Any]:
    """Return the body of formats.md §1 as plain values, field by field."""
    names = {"ref": "dir", "version": "ver"}
    optional = ("behalf", "text")
    body = {"v": 1, "log": LOG, "type": event.type, "data": data_of(event)}
    return body | {
        names.get(name, name): value for name, value in around.items() if name not in optional or value is not None
    }


@pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))
@given(data=st.data())
def test_an_event_reads_back_as_it_was_written(kind: type[Event], data: st.DataObject) -> None:
    event, around = data.draw(made(kind)), data.draw(ENVELOPES)
    body = codec.encode(spelt_out(event, around))
    envelope = Envelope(Frame(LOG, around["t"]), *(around[name] for name in ("actor", "unit", "behalf", "key")))
    assert envelope.body(around["ref"], around["version"], around["prev"], around["text"], event) == body
    recorded = read(body, log=LOG, index=7)
    assert recorded.event == event
    assert type(recorded.event) is kind
    assert {name: getattr(recorded, name) for name in around} == around
    assert (recorded.body, recorded.hash, recorded.index) == (body, codec.leaf(body), 7)


def plainest(kind: type[Event]) -> Event:
    """Return an event with nothing but what it must have."""
    simple = {"str": "x", "int": 1}
    return kind(**{f.name: simple.get(str(f.type)) for f in fields(kind) if f.default is MISSING})


PLAIN = {"ref": "k/1", "version": 1, "t": 1, "actor": "a", "unit": "p", "prev": None, "key": None}


def envelope_of(event: Event) -> dict[str, Any]:
    """Return the plain body of an event."""
    return spelt_out(event, PLAIN)


def tampered(body: dict[str, Any]) -> None:
    """Assert that a body is refused."""
    with pytest.raises(Tampered) as caught:
        read(codec.encode(body), log=LOG, index=7)
    assert caught.value.code == "bad_event"
    assert caught.value.data["index"] == 7
    assert caught.value.remedy


@pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))
def test_an_events_data_holds_its_fields_and_no_others(kind: type[Event]) -> None:
    body = envelope_of(plainest(kind))
    tampered(body | {"data": body["data"] | {"extra": 1}})
    for field in fields(kind):
        if field.default is MISSING:
            tampered(body | {"data": {name: value for name, value in body["data"].items() if name != field.name}})
        else:
            written = list(field.default) if isinstance(field.default, tuple) else field.default
            tampered(body | {"data": body["data"] | {field.name: written}})
        wrong: list[object] = [{}, True, [[[]]], {"a": 1}]
        wrong += [1] if "int" not in str(field.type) or str(field.type).startswith("tuple") else ["1"]
        for value in wrong:
            tampered(body | {"data": body["data"] | {field.name: value}})


def test_an_envelope_holds_its_fields_and_no_others() -> None:
    body = envelope_of(events.Acknowledged())
    tampered(body | {"extra": 1})
    for name in body:
        tampered({other: value for other, value in body.items() if other != name})
        tampered(body | {name: [1]})
        tampered(body | {name: True})
    for name in ("behalf", "text"):
        tampered(body | {name: None})


@pytest.mark.parametrize("name", ["dir", "actor", "unit", "behalf", "prev", "text"])
@pytest.mark.parametrize("value", ['a"b', 'a","key":"b', "a\\", "a\nb", "a\x1f"], ids=ascii)
def test_an_envelope_that_would_need_escapes_is_refused(name: str, value: str) -> None:
    tampered(envelope_of(events.Acknowledged()) | {name: value})


@pytest.mark.parametrize(
    "change",
    [
        {"log": "xiada.test/other/e1"},
        {"log": "xiada.test/office/e2"},
        {"v": 2},
        {"v": 0},
        {"type": "celebrated"},
        {"type": "Acknowledged"},
    ],
)
def test_an_event_of_another_log_version_or_type_is_refused(change: dict[str, Any]) -> None:
    tampered(envelope_of(events.Acknowledged()) | change)


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"x"'])
def test_a_body_that_is_no_mapping_is_refused(body: bytes) -> None:
    with pytest.raises(Tampered, check=lambda error: error.code == "bad_event"):
        read(body, log=LOG)


def test_the_types_of_the_log_are_the_events_names() -> None:
    assert all(name == kind.type for name, kind in TYPES.items())
    assert len(set(TYPES.values())) == len(TYPES)


def test_what_stands_at_its_default_is_not_written() -> None:
    assert data_of(events.Withdrawn("x")) == {"reason": "x"}
    assert data_of(events.Reported(0, "r", (), ())) == {"n": 0, "root": "r", "covers": (), "without": ()}


def test_every_event_an_engine_writes_is_chained_to_the_one_before(engine: Engine) -> None:
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    engine.report("k/1", actor=of("p"))
    stream = engine.log("k/1")
    assert stream[0].prev is None
    for before, after in pairwise(stream):
        assert after.prev == before.hash.hex()
        assert after.version == before.version + 1
    assert [recorded.index for recorded in engine.log()] == list(range(engine.head().size))
    assert all(len(recorded.body) <= 65_535 for recorded in engine.log())
    assert all(rfc8785.dumps(json.loads(recorded.body)) == recorded.body for recorded in engine.log())
