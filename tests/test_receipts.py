"""Receipts: made by the log, checked by anybody, and refused however they are changed."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notary import KEY, KEYS, NEXT, STRANGER, notes, signed
from support import ORIGIN, Maker, cascade, forwarded, in_subprocess, of, one_line, refused

from xiada.engine import codec
from xiada.engine.commands import Remind
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, NotFound, Tampered
from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint
from xiada.engine.log.merkle import root_hash
from xiada.engine.log.note import sign_note
from xiada.engine.log.proofs import format_receipt
from xiada.engine.ports import Changes, Upkeep
from xiada.engine.receipts import check_receipt


@pytest.fixture
def engine(make: Maker) -> Engine:
    """Signed, 800 events and some, published."""
    engine = signed(make)
    forwarded(engine)
    engine.submit_all(Remind("k/1.1", f"{number}", actor=of("p")) for number in range(800))
    engine.publish()
    return engine


def test_a_receipt_says_which_event_stands_where_in_which_log(engine: Engine) -> None:
    size = engine.head().size
    for index in (0, 1, 10, 255, 256, 511, 767, 768, size - 1):
        proven = check_receipt(engine.receipt(index), [KEY.vkey])
        assert proven.event == engine.log(start=index, stop=index + 1)[0]
        assert (proven.event.index, proven.log, proven.size) == (index, f"{ORIGIN}/e1", size)
        assert proven.signed_by == (str(KEY.vkey),)


def test_a_receipt_of_what_no_checkpoint_covers_publishes_first(engine: Engine) -> None:
    engine.remind("k/1.1", "now", actor=of("p"))
    index = engine.head().size - 1
    assert check_receipt(engine.receipt(index), [KEY.vkey]).size == index + 1
    assert len(notes(engine)) == 3


def test_the_receipts_of_an_answer_are_those_of_its_events(engine: Engine) -> None:
    answer = engine.forward("k/1.1", ["d11", "d12"], actor=of("c1"))
    found = [check_receipt(text, [KEY.vkey]).event for text in engine.receipts(answer)]
    assert found == list(answer.events)
    assert engine.receipts(engine.rotate_key(KEY)) == [], "nothing was recorded"


def test_without_a_key_there_is_no_receipt_and_it_is_said(make: Maker) -> None:
    engine = make()
    with refused(engine, NotFound, "no_such_index"):
        engine.receipt(0)
    engine.load_org(one_line())
    with refused(engine, GuardRefused, "no_signer"):
        engine.receipt(0)


@pytest.mark.parametrize("index", [-1, 10_000_000])
def test_there_is_no_receipt_of_what_is_not_there(engine: Engine, index: int) -> None:
    with refused(engine, NotFound, "no_such_index"):
        engine.receipt(index)


def test_a_receipt_is_checked_without_a_database(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "receipt").write_text(engine.receipt(3))
    done = in_subprocess(
        f"""
        import sys
        from xiada.engine.log.keys import parse_vkey
        from xiada.engine.receipts import check_receipt
        print(check_receipt(open({str(tmp_path / "receipt")!r}).read(), [parse_vkey({str(KEY.vkey)!r})]).event.ref)
        assert not {{"sqlite3", "xiada.engine.stores", "xiada.engine.engine"}} & set(sys.modules)
        """
    )
    assert done.stdout == "org/c3\n", done.stderr


def test_after_a_rotation_either_key_vouches_for_what_both_have_signed(engine: Engine) -> None:
    engine.rotate_key(NEXT)
    text = engine.receipt(0)
    assert check_receipt(text, KEYS).signed_by == (str(KEY.vkey), str(NEXT.vkey))
    for key in KEYS:
        assert check_receipt(text, [key]).signed_by == (str(key),)
    engine.remind("k/1.1", "now", actor=of("p"))
    engine.publish()
    with pytest.raises(Tampered, check=lambda error: error.code == "no_known_signature"):
        check_receipt(engine.receipt(0), [KEY.vkey])


@pytest.mark.parametrize("trusted", [(), (STRANGER.vkey,)])
def test_a_receipt_no_trusted_key_has_signed_proves_nothing(engine: Engine, trusted: Any) -> None:
    with pytest.raises(Tampered, check=lambda error: error.code == "no_known_signature"):
        check_receipt(engine.receipt(3), trusted)


def test_a_proof_of_another_place_another_event_or_another_size_proves_nothing(engine: Engine) -> None:
    good = engine.receipt(300).split("\n")
    extra, place = good[1], good[2]
    other = engine.receipt(301).split("\n")
    for lines in (
        [good[0], extra, "index 301", *good[3:]],
        [good[0], other[1], place, *good[3:]],
        [good[0], extra, place, *good[4:]],
        [good[0], extra, place, good[3], *good[3:]],
        [good[0], extra, place, *other[3:]],
        [good[0], place, *good[3:]],
    ):
        with pytest.raises(Tampered):
            check_receipt("\n".join(lines), KEYS)
    with pytest.raises(Tampered, check=lambda error: error.code == "no_event"):
        check_receipt("\n".join([good[0], place, *good[3:]]), KEYS)


@given(st.data())
def test_a_receipt_with_any_byte_changed_proves_nothing_else(data: st.DataObject) -> None:
    text = _RECEIPT
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + bytes([text[place] ^ data.draw(st.integers(1, 255))]) + text[place + 1 :]
    with pytest.raises(Tampered):
        check_receipt(changed, [KEY.vkey])


def _one() -> bytes:
    """Return the receipt of the third event of a small log."""
    make = Maker("memory", Path())
    engine = signed(make, one_line())
    cascade(engine)
    return engine.receipt(2).encode()


_RECEIPT = _one()


def test_what_is_signed_but_no_event_of_that_log_is_refused() -> None:
    """A key that signs anything would vouch for anything: what stands in the receipt must still be an event."""
    for body in (b"no event", b"{}", _event("xiada.test/else/e1"), _event(f"{ORIGIN}/e2")):
        leaf = codec.leaf(body)
        note = sign_note(format_checkpoint(Checkpoint(f"{ORIGIN}/e1", 1, root_hash([leaf]))), [KEY])
        with pytest.raises(Tampered):
            check_receipt(format_receipt(0, [], note, body), [KEY.vkey])
    body = _event(f"{ORIGIN}/e1")
    note = sign_note(format_checkpoint(Checkpoint(f"{ORIGIN}/e2", 1, root_hash([codec.leaf(body)]))), [KEY])
    assert check_receipt(format_receipt(0, [], note, body), [KEY.vkey]).log == f"{ORIGIN}/e2"


def _event(log: str) -> bytes:
    """Return an event of a log."""
    data = {"commitment": "00" * 32, "index": 0, "reason": "asked"}
    envelope = {"v": 1, "log": log, "dir": "log/audit", "ver": 1, "type": "text_erased", "t": 1, "actor": "a"}
    return codec.encode(envelope | {"unit": "org", "prev": None, "key": None, "data": data})


def test_a_log_whose_tree_is_damaged_hands_out_no_wrong_receipt(engine: Engine) -> None:
    with engine._store.writing() as writer:
        tile = bytearray(writer.stored_tile(1, 0))  # type: ignore[attr-defined]
        tile[0] ^= 1
        writer.append(Changes(writer.head().size, upkeep=Upkeep(tiles={(1, 0): bytes(tile)})))
    with pytest.raises(Tampered, check=lambda error: error.code == "tile_damaged"):
        engine.receipt(600)


def test_the_body_in_a_receipt_is_the_one_that_was_hashed(engine: Engine) -> None:
    line = engine.receipt(5).split("\n")[1]
    assert base64.b64decode(line.removeprefix("extra ")) == engine.log(start=5, stop=6)[0].body
