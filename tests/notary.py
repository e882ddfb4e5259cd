"""What the tests of publishing share: keys, an anchor in memory, a timer to run by hand, what must hold of a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from support import ORIGIN, Maker, one_line

from xiada.engine import codec
from xiada.engine.engine import Engine
from xiada.engine.log.checkpoint import Checkpoint, open_checkpoint
from xiada.engine.log.keys import SigningKey
from xiada.engine.log.merkle import root_hash
from xiada.engine.log.proofs import check_consistency, prove_consistency
from xiada.engine.org import Org

KEY = SigningKey(ORIGIN, b"\x01" * 32)
NEXT = SigningKey(ORIGIN, b"\x02" * 32)
STRANGER = SigningKey(ORIGIN, b"\x03" * 32)
KEYS = (KEY.vkey, NEXT.vkey)


@dataclass
class Notebook:
    """An anchor that keeps notes in a list, or fails when it is told to."""

    notes: list[str] = field(default_factory=list)
    failing: Exception | None = None

    def __str__(self) -> str:
        return "a notebook"

    def send(self, note: str) -> None:
        """Keep a note."""
        if self.failing is not None:
            raise self.failing
        self.notes.append(note)

    def newest(self) -> str | None:
        """Return the last one."""
        return self.notes[-1] if self.notes else None


@dataclass
class HandTimer:
    """A timer whose calls are made by hand."""

    waiting: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __call__(self, seconds: float, call: Callable[[], None], /) -> Callable[[], None]:
        """Note a call; return what takes it back."""
        entry = (seconds, call)
        self.waiting.append(entry)
        return lambda: self.waiting.remove(entry) if entry in self.waiting else None

    def ring(self) -> None:
        """Make all calls that wait."""
        while self.waiting:
            self.waiting.pop()[1]()


def signed(make: Maker, org: Org | None = None, *, name: str = "log", **ports: Any) -> Engine:
    """Return a new engine over an org, which publishes with KEY."""
    return make(org or one_line(), name=name, **({"signer": KEY, "timer": HandTimer()} | ports))


def notes(engine: Engine) -> list[str]:
    """Return all notes a log has signed, oldest first."""
    with engine._store.reading() as reader:
        return reader.checkpoints()


def said(note: str) -> Checkpoint:
    """Return what a note says, signed by the keys of these tests."""
    return open_checkpoint(note, KEYS)[0]


def leaves(engine: Engine) -> list[bytes]:
    """Return the hashes of all events."""
    with engine._store.reading() as reader:
        return [codec.leaf(body) for _, body in reader.events()]


def in_order(engine: Engine) -> None:
    """Assert that every checkpoint is over the events there are, and extends the one before by its proof."""
    found = [said(note) for note in notes(engine)]
    hashes = leaves(engine)
    assert [one.root for one in found] == [root_hash(hashes[: one.size]) for one in found]
    assert [one.size for one in found] == sorted({one.size for one in found})
    with engine._store.reading() as reader:
        for old, new in pairwise(found):
            proof = prove_consistency(reader.tiles(), old.size, new.size)
            check_consistency(proof, old=old.size, new=new.size, old_root=old.root, new_root=new.root)
    assert engine.verify() == []
