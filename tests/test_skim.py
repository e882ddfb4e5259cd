"""The audit's short way of reading a body: it takes just what `records.read` takes, whatever it has learned before.

And the two ways to write and to read canonical bytes, against RFC 8785 as others wrote it down, and
against the independent verifier's reader.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import orjson
import pytest
import rfc8785
from attacks import TOOL, story
from attacks_by_chance import inside_of, places
from hypothesis import given, settings
from hypothesis import strategies as st
from test_codec import ENVELOPES, INTEGERS, LOG, TEXT, VALUES, made, spelt_out

from xiada.engine import codec
from xiada.engine.audit.skim import Skimmer
from xiada.engine.errors import Tampered
from xiada.engine.events import TYPES, Event
from xiada.engine.limits import INTEGER, JSON_DEPTH
from xiada.engine.records import Envelope, Frame, data_of, read

LEARNED = Skimmer()
"""One that has seen all that the tests of this module have shown it."""


def is_read_in_full(body: bytes, log: str = LOG) -> bool:
    """Tell whether `records.read` takes a body, of just this epoch."""
    try:
        read(body, log=log, index=7)
    except Tampered:
        return False
    return bool(orjson.loads(body)["log"] == log)


def is_skimmed(skim: Skimmer, body: bytes, log: str = LOG) -> bool:
    """Tell whether a skimmer takes a body; what it gives must be its JSON."""
    try:
        event = skim(body, log, 7)
    except Tampered:
        return False
    assert event == orjson.loads(body)
    return True


def same(body: bytes, log: str = LOG) -> bool:
    """Assert that a fresh skimmer and one that has learned much do as `read` does; return what that is."""
    wanted = is_read_in_full(body, log)
    assert is_skimmed(Skimmer(), body, log) == wanted, body
    assert is_skimmed(LEARNED, body, log) == wanted, body
    assert is_skimmed(LEARNED, body, log) == wanted, body
    return wanted


def bodies(kind: type[Event]) -> st.SearchStrategy[dict[str, Any]]:
    """Return bodies of one type as plain values."""
    return st.builds(spelt_out, made(kind), ENVELOPES)


EVENTS = st.sampled_from(sorted(TYPES)).flatmap(lambda name: bodies(TYPES[name]))


@pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))
@settings(max_examples=25)
@given(data=st.data())
def test_a_body_of_every_type_is_taken_and_written_as_rfc_8785_says(kind: type[Event], data: st.DataObject) -> None:
    event, around = data.draw(made(kind)), data.draw(ENVELOPES)
    value = spelt_out(event, around)
    body = rfc8785.dumps(json.loads(orjson.dumps(value)))
    envelope = Envelope(Frame(LOG, around["t"]), *(around[name] for name in ("actor", "unit", "behalf", "key")))
    assert envelope.body(around["ref"], around["version"], around["prev"], around["text"], event) == body
    assert codec.encode(value) == body
    assert same(body)
    assert not same(body, "xiada.test/office/e2"), "it was moved to another epoch"
    assert data_of(event).keys() == value["data"].keys()


# Bytes


@st.composite
def changed_bytes(draw: st.DrawFn, body: bytes) -> bytes:
    """Return bytes with something flipped, cut out, put in, doubled or put in place of something."""
    place = draw(st.integers(0, len(body) - 1))
    end = min(len(body), place + draw(st.integers(1, 12)))
    what = draw(st.sampled_from(["flip", "cut", "insert", "double", "replace"]))
    more = draw(st.sampled_from(SPLINTERS) | st.binary(min_size=1, max_size=4))
    if what == "flip":
        return body[:place] + bytes([body[place] ^ 1 << draw(st.integers(0, 7))]) + body[place + 1 :]
    kept = {"cut": b"", "insert": more + body[place:end], "double": body[place:end] * 2, "replace": more}[what]
    return body[:place] + kept + body[end:]


SPLINTERS = [
    *(
        b'"',
        b"\\",
        b",",
        b":",
        b"{",
        b"}",
        b"[",
        b"]",
        b" ",
        b"\n",
        b"\t",
        b"\0",
        b"\x7f",
        b"-",
        b"0",
        b"1",
        b"e2",
        b".0",
    ),
    *(
        b"null",
        b"true",
        b"false",
        b"NaN",
        rb"\u0061",
        rb"\ud800",
        rb"\/",
        rb"\n",
        rb"\"",
        "é".encode(),
        "e\u0301".encode(),
    ),
    *(
        b"\xff",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\xef\xbb\xbf",
        b'"key":null,',
        b'"v":1,',
        b'"x":1,',
        b"9007199254740992",
    ),
]


@settings(max_examples=250)
@given(st.data())
def test_changed_bytes_are_taken_just_if_they_are_read_in_full(data: st.DataObject) -> None:
    body = codec.encode(data.draw(EVENTS))
    same(body)
    for _ in range(data.draw(st.integers(1, 3))):
        body = data.draw(changed_bytes(body)) or b"x"
    same(body)


def test_every_bit_flip_of_every_event_of_a_log_is_taken_just_if_it_is_read_in_full() -> None:
    """Every seventh of them: all of them are shown to both verifiers elsewhere."""
    log = story()
    for body in log.bodies:
        assert same(body)
        for bit in range(0, len(body) * 8, 7):
            changed = bytearray(body)
            changed[bit >> 3] ^= 1 << (bit & 7)
            same(bytes(changed))


# Values


SCALARS = st.none() | st.booleans() | INTEGERS | TEXT
ODD = st.sampled_from(
    [0, 1, -1, 2**53 - 1, 2**53, -(2**53), 2**63 - 1, 2**63, 2**64 - 1, 1.0, 0.5, "", "\u212b", 'a"b', "\n"]
)
ANYTHING = (
    ODD | SCALARS | st.lists(SCALARS | st.lists(SCALARS, max_size=4), max_size=4) | st.just({}) | st.just({"a": 1})
)


@st.composite
def changed_values(draw: st.DrawFn, value: Any) -> Any:
    """Return a value with something in it replaced, taken away, doubled, or with something more."""
    value = orjson.loads(orjson.dumps(value))
    path = draw(st.sampled_from(places(value)[1:]))
    inside = value
    for name in path[:-1]:
        inside = inside[name]
    what, name = draw(st.sampled_from(["replace", "replace", "remove", "more", "double"])), path[-1]
    if what == "replace":
        inside[name] = draw(ANYTHING)
    elif what == "remove":
        del inside[name]
    elif isinstance(inside, list):
        inside.insert(name, draw(ANYTHING) if what == "more" else inside[name])
    else:
        inside[draw(st.sampled_from(["behalf", "text", "claimed_at", "cause", "due", "extra", "Key"]))] = draw(ANYTHING)
    return value


@settings(max_examples=250)
@given(st.data())
def test_changed_values_are_taken_just_if_they_are_read_in_full(data: st.DataObject) -> None:
    value = data.draw(EVENTS)
    same(codec.encode(value))
    for _ in range(data.draw(st.integers(1, 2))):
        value = data.draw(changed_values(value))
    same(codec.pack(value))


@given(st.data())
def test_a_shape_that_was_learned_takes_no_value_that_is_out_of_range(data: st.DataObject) -> None:
    """The same keys and types as a body that is good, with other texts and numbers."""
    value = orjson.loads(orjson.dumps(data.draw(EVENTS)))
    same(codec.encode(value))
    texts, numbers = (
        st.sampled_from(['a"b', "a\\b", "a\nb", "\x00", "é", "e\u0301", "\u212b", ""]),
        ODD.filter(lambda one: type(one) is int),
    )
    paths = [path for path in places(value)[1:] if type(inside_of(value, path)) in (str, int) and path[0] != "type"]
    for path in data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3)):
        inside = inside_of(value, path[:-1])
        inside[path[-1]] = data.draw(texts if isinstance(inside[path[-1]], str) else numbers)
    same(codec.pack(value))


@pytest.mark.parametrize("field", ["actor", "behalf", "dir", "log", "prev", "text", "unit"])
def test_an_envelope_that_would_need_escapes_is_refused_also_in_a_shape_that_was_learned(field: str) -> None:
    event = {"v": 1, "log": LOG, "dir": "k/1", "ver": 1, "type": "acknowledged", "t": 1, "actor": "a", "unit": "p"}
    event |= {"prev": "x", "key": "k", "behalf": "q", "text": "t", "data": {}}
    assert same(codec.encode(event))
    for value in ('a"b', "a\\b", "a\nb", "a\x1f"):
        assert not same(codec.encode(event | {field: value}))
    assert same(codec.encode(event | {"key": 'a"b\\c\n'})), "a key is anybody's text"


# Canonical bytes, read by four


def naive_value(body: bytes) -> Any:
    """Return the value of canonical bytes by the words of formats.md §1, or fail: every rule by itself."""

    def integer(text: str) -> int:
        assert abs(int(text)) <= INTEGER
        return int(text)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs)
        assert all(re.fullmatch("[a-z][a-z0-9_]{0,31}", name) for name, _ in pairs)
        return dict(pairs)

    value = json.loads(body.decode(), parse_int=integer, parse_float=fail, parse_constant=fail, object_pairs_hook=once)
    assert all(len(path) <= JSON_DEPTH for path in places(value) if isinstance(inside_of(value, path), dict | list))
    texts = (item for path in places(value) if isinstance(item := inside_of(value, path), str))
    assert all(unicodedata.is_normalized("NFC", text) and text.encode() for text in texts if text)
    assert rfc8785.dumps(value) == body
    return value


def fail(text: str) -> Any:
    """Refuse what is no integer."""
    raise AssertionError(text)


def decoded(reader: Any, body: bytes) -> tuple[Any, ...]:
    """Return what a reader makes of bytes, nothing if it refuses them."""
    try:
        return (reader(body),)
    except (Tampered, ValueError, AssertionError, RecursionError, rfc8785.CanonicalizationError):
        return ()


@settings(max_examples=250)
@given(st.data())
def test_bytes_are_canonical_to_all_who_read_them_or_to_none(data: st.DataObject) -> None:
    body = codec.encode(data.draw(VALUES))
    for _ in range(data.draw(st.integers(0, 2))):
        body = data.draw(changed_bytes(body)) or b"x"
    wanted = decoded(naive_value, body)
    assert decoded(codec.decode, body) == wanted
    assert decoded(TOOL.canonical, body) == wanted


@pytest.mark.parametrize("depth", [JSON_DEPTH - 1, JSON_DEPTH, JSON_DEPTH + 1, 900, 5_000, 100_000])
@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('{"a":', "}")])
def test_all_readers_stop_at_the_same_depth(depth: int, left: str, right: str) -> None:
    inner = "" if left == "[" else "1"
    body = (left * depth + inner + right * depth).encode()
    assert bool(decoded(codec.decode, body)) == (depth <= JSON_DEPTH)
    assert bool(decoded(TOOL.canonical, body)) == (depth <= JSON_DEPTH)


def has_float(value: Any) -> bool:
    """Tell whether there is a float in a value; RFC 8785 has a way to write some of them as integers."""
    return any(type(inside_of(value, path)) is float for path in places(value))


@settings(max_examples=200)
@given(
    st.recursive(
        ODD | SCALARS | st.floats() | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=8,
    )
)
def test_what_is_written_is_written_as_rfc_8785_says_and_what_is_not_is_outside_the_profile(value: Any) -> None:
    try:
        body = codec.encode(value)
    except codec.Malformed:
        assert has_float(value) or not decoded(lambda _: naive_value(rfc8785.dumps(value)), b"")
    else:
        assert body == rfc8785.dumps(value)
        assert naive_value(body) == value
