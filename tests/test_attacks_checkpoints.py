"""Attacks on what was signed: found inside where the signature was left, else by whoever holds a checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attacks import FIRST, LOG, SECOND, STRANGER, Export, Judges, Verdict, entries_moved, reseal, restore, rotate, story
from support import ORIGIN

from xiada.engine.log.checkpoint import Checkpoint, format_checkpoint
from xiada.engine.log.keys import SigningKey
from xiada.engine.log.note import sign_note
from xiada.engine.log.strict import base64


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def log() -> Export:
    """The log that is attacked, signed at 20 events and at its end."""
    return story(signed=True)


@pytest.fixture
def held() -> list[str]:
    """The newest checkpoint, held by somebody else."""
    return story(signed=True).notes[-1:]


def edited(log: Export, kind: str = "reminded") -> Export:
    """Return a log in which one event says something else, everything sealed again."""
    log.change(log.find(kind), actor="mallory")
    return reseal(log)


def until(log: Export, size: int) -> Export:
    """Return a log as it stood at a size."""
    return entries_moved(log, range(size))


# What was signed


def test_a_cascade_resealed_and_the_checkpoint_left(judges: Judges, log: Export) -> None:
    assert judges.expect(edited(log), "i11_checkpoint") == Verdict(False, "i11_checkpoint", log.size)
    log = story(signed=True)
    assert judges.expect(edited(log, "started"), "i11_checkpoint") == Verdict(False, "i11_checkpoint", 20)


def test_a_cascade_resealed_and_signed_again_by_who_has_the_key(judges: Judges, log: Export, held: list[str]) -> None:
    edited(log)
    log.notes = [log.sign(size=20), log.sign()]
    assert judges(log).verdict.clean, "inside there is nothing to find"
    assert judges.expect(log, "i11_checkpoint", held=held) == Verdict(False, "i11_checkpoint", log.size)


def test_a_cascade_resealed_and_signed_by_another_key(judges: Judges, log: Export) -> None:
    edited(log)
    log.notes = [log.sign(STRANGER)]
    assert judges.expect(log, "i11_signature") == Verdict(False, "i11_signature", log.size)
    log.keys = [str(STRANGER.vkey)]
    judges.expect(log, "i11_signature", "i11_keys")
    log.change(log.find("key_rotated"), {"new": str(STRANGER.vkey)})
    reseal(log)
    log.notes = [log.sign(STRANGER)]
    assert judges(log).verdict.clean, "who brings no key takes the one the log names"
    assert judges(log, keys=(FIRST,)).found("i11_signature")


def test_the_same_event_changed_in_a_way_that_binds_nothing_inside(
    judges: Judges, log: Export, held: list[str]
) -> None:
    log.change(log.find("text_erased"), {"reason": "asked for twice"})
    log.notes = []
    assert judges(log).verdict.clean
    judges.expect(log, "i11_checkpoint", held=held)


# What was taken away


def test_a_tail_cut_off_and_the_checkpoint_left(judges: Judges, log: Export) -> None:
    cut = until(log, log.size - 3)
    assert judges.expect(cut, "i11_rollback") == Verdict(False, "i11_rollback", None)


def test_a_tail_cut_off_with_its_checkpoint_leaves_no_trace_but_outside(
    judges: Judges, log: Export, held: list[str]
) -> None:
    """The limit of every log: who holds nothing later sees nothing."""
    cut = until(log, log.size - 2)
    cut.notes = log.notes[:1]
    assert judges(cut).verdict.clean
    assert judges.expect(cut, "i11_rollback", held=held) == Verdict(False, "i11_rollback", None)


def test_an_old_backup_put_back(judges: Judges, log: Export, held: list[str]) -> None:
    backup = until(log, 20)
    backup.notes = log.notes[:1]
    assert judges.expect(backup, "i11_rollback", held=held) == Verdict(False, "i11_rollback", None)


def test_an_old_backup_put_back_and_gone_on_with(judges: Judges, log: Export, held: list[str]) -> None:
    backup = until(log, 20)
    for number in range(40):
        to = {"to": "c1" if number % 2 else "c2"}
        backup.insert(backup.size, "delegation_granted", "org/c3", to, actor="clerk-c3", unit="c3")
    backup.notes = [log.notes[0], backup.sign()]
    assert judges(backup).verdict.clean
    assert judges.expect(backup, "i11_checkpoint", held=held) == Verdict(False, "i11_checkpoint", log.size)


def test_a_cascade_dropped(judges: Judges, log: Export, held: list[str]) -> None:
    log.entries = [one for one in log.entries if not one.event["dir"].startswith("m/")]
    log.notes = log.notes[:1]
    assert judges(reseal(log)).verdict.clean, "inside nothing is missing"
    assert judges.expect(log, "i11_rollback", held=held) == Verdict(False, "i11_rollback", None)


def test_a_cascade_dropped_and_made_up_for_with_other_events(judges: Judges, log: Export, held: list[str]) -> None:
    size = log.size
    log.entries = [one for one in log.entries if not one.event["dir"].startswith("m/")]
    while log.size < size:
        log.insert(log.size, "delegation_granted", "org/c3", {"to": "c1"}, actor="clerk-c3", unit="c3")
    log.notes = log.notes[:1]
    assert judges(reseal(log)).verdict.clean
    assert judges.expect(log, "i11_checkpoint", held=held) == Verdict(False, "i11_checkpoint", size)


def test_checkpoints_taken_away_are_missed_only_by_who_holds_one(judges: Judges, log: Export, held: list[str]) -> None:
    log.notes = []
    assert judges(log).verdict.clean
    assert judges(log, held=held).verdict.clean
    log.notes = story(signed=True).notes[1:]
    assert judges(log, held=held).verdict.clean


# Two faces


def test_a_log_shown_as_another_to_somebody_between_two_checkpoints(judges: Judges, log: Export) -> None:
    """A, then B, then A again: who was shown B can prove it."""
    shown = edited(story(signed=True)).sign()
    assert judges(log).verdict.clean
    assert judges.expect(log, "i11_checkpoint", held=[shown]) == Verdict(False, "i11_checkpoint", log.size)
    log.notes = [log.notes[0], shown, log.notes[1]]
    assert judges.expect(log, "i11_checkpoint") == Verdict(False, "i11_checkpoint", log.size)


def test_two_logs_of_different_lengths_signed_by_one_key(judges: Judges, log: Export) -> None:
    other = until(edited(story(signed=True)), 30)
    assert judges.expect(log, "i11_checkpoint", held=[other.sign()]) == Verdict(False, "i11_checkpoint", 30)


# Notes


def note_of(log: Export, *signers: SigningKey, **changes: Any) -> str:
    """Return a checkpoint of a log that says something else."""
    said = {"origin": log.origin, "size": log.size, "root": log.root()} | changes
    return sign_note(format_checkpoint(Checkpoint(**said)), signers or (FIRST,))


def signed_text(text: str) -> str:
    """Return any text as a note signed by the log's key."""
    return f"{text}\n— {FIRST.name} {base64(FIRST.vkey.key_id + FIRST.sign(text.encode()))}\n"


def other_signature(note: str) -> str:
    """Return a note with one bit of its signature turned over."""
    head, _, line = note.rpartition(" ")
    return f"{head} {line[:40]}{'A' if line[40] != 'A' else 'B'}{line[41:]}"


NOTES: dict[str, tuple[Callable[[Export], str], str]] = {
    "another root": (lambda log: note_of(log, root=bytes(32)), "i11_checkpoint"),
    "a size beyond the end": (lambda log: note_of(log, size=10**6), "i11_rollback"),
    "a smaller size": (lambda log: note_of(log, size=46), "i11_checkpoint"),
    "size 0 with a root": (lambda log: signed_text(f"{LOG}\n0\n{base64(bytes(32))}\n"), "i11_signature"),
    "another log": (lambda log: note_of(log, origin="xiada.test/other/e1"), "i11_checkpoint"),
    "a log without an epoch": (lambda log: note_of(log, origin=ORIGIN), "i11_checkpoint"),
    "an epoch that has not begun": (lambda log: note_of(log, origin=f"{ORIGIN}/e2"), "i11_checkpoint"),
    "epoch nought": (lambda log: note_of(log, origin=f"{ORIGIN}/e0"), "i11_checkpoint"),
    "an unknown key": (lambda log: note_of(log, STRANGER), "i11_signature"),
    "a bad signature": (lambda log: other_signature(log.sign()), "i11_signature"),
    "a good and a bad one": (
        lambda log: log.sign() + other_signature(log.sign()).split("\n")[-2] + "\n",
        "i11_signature",
    ),
    "no signature": (lambda log: log.sign().rpartition("\n\n")[0] + "\n\n", "i11_signature"),
    "no empty line": (lambda log: log.sign().replace("\n\n", "\n"), "i11_signature"),
    "CRLF": (lambda log: log.sign().replace("\n", "\r\n"), "i11_signature"),
    "a control character": (lambda log: log.sign().replace("xiada", "xi\x07ada", 1), "i11_signature"),
    "a control character in a name": (
        lambda log: log.sign() + strangers(1).replace("stranger", "\x06"),
        "i11_signature",
    ),
    "a space in a name": (lambda log: log.sign() + strangers(1).replace("stranger", "a\u2003b"), "i11_signature"),
    "a plus in a name": (lambda log: log.sign() + strangers(1).replace("stranger", "a+b"), "i11_signature"),
    "a signature of nothing": (lambda log: log.sign() + f"— stranger {base64(bytes(4))}\n", "i11_signature"),
    "a size of 16 digits": (lambda log: note_of(log, size=10**16 - 1), "i11_rollback"),
    "a size of 17 digits": (lambda log: note_of(log, size=10**16), "i11_rollback"),
    "the greatest size": (lambda log: note_of(log, size=2**63 - 1), "i11_rollback"),
    "a size of 64 bits": (lambda log: signed_text(f"{LOG}\n{2**63}\n{base64(log.root())}\n"), "i11_signature"),
    "a zero byte": (lambda log: log.sign().replace("xiada", "xi\0ada", 1), "i11_signature"),
    "another text under the signature": (lambda log: log.sign().replace(f"\n{log.size}\n", "\n46\n"), "i11_signature"),
    "a leading zero": (lambda log: signed_text(f"{LOG}\n0{log.size}\n{base64(log.root())}\n"), "i11_signature"),
    "a sign before the size": (lambda log: signed_text(f"{LOG}\n+{log.size}\n{base64(log.root())}\n"), "i11_signature"),
    "a size in other digits": (lambda log: signed_text(f"{LOG}\n٤٧\n{base64(log.root())}\n"), "i11_signature"),
    "a size without end": (lambda log: signed_text(f"{LOG}\n{'9' * 40}\n{base64(log.root())}\n"), "i11_signature"),
    "no size": (lambda log: signed_text(f"{LOG}\n\n{base64(log.root())}\n"), "i11_signature"),
    "no origin": (lambda log: signed_text(f"\n{log.size}\n{base64(log.root())}\n"), "i11_signature"),
    "a fourth line": (lambda log: signed_text(f"{LOG}\n{log.size}\n{base64(log.root())}\nmore\n"), "i11_signature"),
    "two lines": (lambda log: signed_text(f"{LOG}\n{log.size}\n"), "i11_signature"),
    "a root of 31 bytes": (lambda log: signed_text(f"{LOG}\n{log.size}\n{base64(log.root()[:31])}\n"), "i11_signature"),
    "a root in hex": (lambda log: signed_text(f"{LOG}\n{log.size}\n{log.root().hex()}\n"), "i11_signature"),
    "loose bits in base64": (lambda log: signed_text(f"{LOG}\n{log.size}\n{loose(log.root())}\n"), "i11_signature"),
    "a hyphen for a dash": (lambda log: log.sign().replace("—", "-"), "i11_signature"),
    "two spaces": (lambda log: log.sign().replace("— ", "—  "), "i11_signature"),
    "101 signatures": (lambda log: log.sign() + strangers(100), "i11_signature"),
    "words": (lambda log: "all is well\n\n— no one\n", "i11_signature"),
}
"""How a note can be wrong, and what it is found as."""


def loose(root: bytes) -> str:
    """Return base64 of a root that is written another way."""
    text = base64(root)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:42] + letters[letters.index(text[42]) ^ 1] + "="


def strangers(count: int) -> str:
    """Return so many lines of signatures nobody knows."""
    return "".join(f"— stranger{number} {base64(bytes(68))}\n" for number in range(count))


@pytest.mark.parametrize("name", NOTES)
def test_a_note_held_outside_that_says_or_is_something_else(judges: Judges, log: Export, name: str) -> None:
    make, code = NOTES[name]
    assert judges.expect(log, code, held=[make(log)]).code == code


@pytest.mark.parametrize("name", NOTES)
def test_a_note_in_the_bundle_that_says_or_is_something_else(judges: Judges, log: Export, name: str) -> None:
    make, code = NOTES[name]
    log.notes = [log.notes[0], make(log)]
    assert judges.expect(log, code).code == code


def test_a_hundred_signatures_are_read_and_those_of_strangers_passed_over(judges: Judges, log: Export) -> None:
    log.notes = [log.sign() + strangers(99)]
    assert judges(log).verdict.clean


def test_a_note_longer_than_is_read(judges: Judges, log: Export) -> None:
    long = log.sign() + f"— {'x' * 70_000} {base64(bytes(68))}\n"
    assert judges.expect(log, "i11_signature", held=[long]).code == "i11_signature"
    log.notes = [long]
    assert judges.expect(log, "i11_bundle").code == "i11_bundle"


def test_checkpoints_out_of_order_or_twice_are_no_defect_of_the_log(judges: Judges, log: Export) -> None:
    log.notes = [*log.notes, log.notes[0], log.notes[1]]
    assert judges(log).verdict.clean


# Keys


def test_a_checkpoint_by_a_key_that_had_been_replaced(judges: Judges, log: Export) -> None:
    at = rotate(log, log.size, SECOND, FIRST)
    log.insert(log.size, "delegation_granted", "org/c3", {"to": "c1"}, actor="clerk-c3", unit="c3")
    log.notes = [*log.notes, log.sign(FIRST, SECOND)]
    assert judges(log).verdict.clean
    log.notes[-1] = log.sign(SECOND)
    assert judges(log).verdict.clean
    log.notes[-1] = log.sign(FIRST)
    assert judges.expect(log, "i11_signature") == Verdict(False, "i11_signature", log.size)
    log.notes[-1] = log.sign(FIRST, size=at)
    assert judges(log).verdict.clean, "up to the event that replaces it, it signs"
    log.notes[-1] = log.sign(FIRST, size=at + 1)
    assert judges.expect(log, "i11_signature") == Verdict(False, "i11_signature", at + 1)


def test_a_key_that_was_taken_up_again_signs_again(judges: Judges, log: Export) -> None:
    rotate(log, log.size, SECOND, FIRST)
    between = log.size
    rotate(log, log.size, FIRST, SECOND)
    log.notes = [log.sign(SECOND, size=between), log.sign(FIRST)]
    assert judges(log).verdict.clean
    log.notes[-1] = log.sign(SECOND)
    assert judges.expect(log, "i11_signature") == Verdict(False, "i11_signature", log.size)


def test_a_checkpoint_by_a_key_that_was_not_in_force_yet(judges: Judges, log: Export) -> None:
    rotate(log, log.size, SECOND, FIRST)
    log.notes = [log.sign(SECOND, size=20)]
    judges(log)


def test_a_trusted_key_vouches_for_those_after_it_and_none_before(judges: Judges, log: Export) -> None:
    rotate(log, log.size, SECOND, FIRST)
    log.notes = [*log.notes, log.sign(FIRST, SECOND)]
    assert judges(log, keys=(FIRST,)).verdict.clean
    judged = judges(log, keys=(SECOND,))
    assert judged.found("i11_signature"), "the key before cannot be trusted by the word of the one after"
    log.notes = log.notes[-1:]
    assert judges(log, keys=(SECOND,)).verdict.clean


def test_a_key_trusted_that_signed_nothing(judges: Judges, log: Export) -> None:
    assert judges(log, keys=(STRANGER,)).found("i11_signature")


# Restores


def test_a_restore_declared_over_what_somebody_holds(judges: Judges, log: Export, held: list[str]) -> None:
    backup = until(log, 20)
    lost = log.root().hex()
    at = restore(backup, lost, log.size)
    backup.notes = [log.notes[0], backup.sign()]
    assert judges(backup).verdict.clean
    assert judges.expect(backup, "i11_rollback", held=held) == Verdict(False, "i11_rollback", at)


def test_a_checkpoint_of_the_new_epoch_over_what_the_old_one_had(judges: Judges, log: Export) -> None:
    restore(log, log.root().hex(), 60)
    log.notes = [log.sign(size=30)]
    assert judges.expect(log, "i11_checkpoint") == Verdict(False, "i11_checkpoint", 30)


def test_a_checkpoint_of_the_old_epoch_over_the_declared_restore(judges: Judges, log: Export) -> None:
    at = restore(log, log.root().hex(), 60)
    log.notes = [log.sign(origin=LOG)]
    assert judges.expect(log, "i11_rollback") == Verdict(False, "i11_rollback", at)


def test_a_restored_log_without_its_declaration(judges: Judges, log: Export, held: list[str]) -> None:
    backup = until(log, 20)
    backup.notes = [backup.sign(origin=f"{ORIGIN}/e2")]
    judges.expect(backup, "i11_checkpoint", "i11_rollback", held=held)
