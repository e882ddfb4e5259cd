"""What is verified, what the verifier brings along, and how it is to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.source import Opener, Source
from xiada.engine.audit.tree import Signed, TileOf
from xiada.engine.errors import XiadaError
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.limits import INTEGER
from xiada.engine.log.keys import VerifierKey
from xiada.engine.ports import TEXTS_FROM, Authority, Reader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be verified.

    Args:
        source: The log, at that size or later.
        origin: Its name, with its newest epoch.
        size: Count of events to look at.
        blobs: Gives the bytes of all that lies beside the log, whatever it is said to be.
        reader: The store's snapshot, if it is a store.
        statuses: The store's names of statuses by number.
        tile: Gives the tiles kept of the tree.
        tiled: How many events they cover.
        leaves: Whether tiles of level 0 are kept.
        checkpoints: Signed checkpoints kept with it.
        keys: Verifier keys handed out with it, as lines; None if it keeps none but in its events.
        root: The root it claims to have, 32 bytes; None if it claims none.
        texts: Whether erasable texts are handed out with it.
        texts_from: Log index from which a text that is not there must have been erased.
        faults: What was found wrong before anything was verified.
    """

    source: Source
    origin: str
    size: int
    blobs: Callable[[], Iterator[bytes]]
    tile: TileOf
    tiled: int
    reader: Reader | None = None
    statuses: Mapping[int, str] | None = None
    leaves: bool = False
    checkpoints: Sequence[str] = ()
    keys: Sequence[str] | None = None
    root: bytes | None = None
    texts: bool = True
    texts_from: int = 0
    faults: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier brings along.

    Args:
        authority: Who may act for whom.
        lifecycles: Tables by digest, beside those that lie beside the log.
        keys: Verifier keys that are trusted; none = those the log itself names.
        checkpoints: Signed checkpoints held outside.
    """

    authority: Authority
    lifecycles: Mapping[str, Lifecycle] = field(default_factory=dict)
    keys: tuple[VerifierKey, ...] = ()
    checkpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """How it is to be done.

    Args:
        opener: Opens the same source in other processes; None if it cannot be.
        jobs: How many processes there may be.
        progress: Called with the count of events done so far, and of all, for a bar.
    """

    opener: Opener | None = None
    jobs: int = 1
    progress: Callable[[int, int], None] = lambda _, __: None


def subject_of(reader: Reader) -> Subject:
    """Return a store's snapshot as the subject of a verification; what cannot be read of it becomes a finding."""
    faults: list[Finding] = []

    def tried(ask: Callable[[], T], otherwise: Callable[[], T]) -> T:
        try:
            return ask()
        except XiadaError as error:
            faults.append(Finding("i8_unreadable", None, None, error.message))
            return otherwise()

    size = tried(lambda: reader.head().size, lambda: 0)
    there = tried(lambda: reader.size_at(INTEGER), lambda: _counted(reader))
    if size != there:
        faults.append(
            Finding("i8_head", None, None, "the store counts other events than it holds", str(there), str(size))
        )
    tiled = tried(reader.integrated, int)
    if tiled > there:
        faults.append(Finding("i11_tile", there, None, "there are tiles of more than there is", str(there), str(tiled)))
    newest = tried(reader.checkpoint, lambda: None)
    if newest is not None and Signed([newest.note]).sizes != {newest.size}:
        faults.append(Finding("i8_head", None, None, "the newest checkpoint is kept under another size than it says"))
    left_out = reader.setting(TEXTS_FROM) or "0"
    texts_from = min(int(left_out), there) if left_out.isascii() and left_out.isdigit() else 0
    return Subject(
        reader,
        reader.origin,
        there,
        lambda: (body for _, body in reader.kept_blobs()),
        tile=lambda level, number, width: reader.tiles().tile(level, number, width),
        tiled=min(tiled, there),
        reader=reader,
        statuses=tried(reader.statuses, dict[int, str]),
        checkpoints=tried(reader.checkpoints, list),
        texts=not texts_from,
        texts_from=texts_from,
        faults=faults,
    )


def _counted(reader: Reader) -> int:
    """Return how many events can be read, one by one."""
    size = 0
    with suppress(XiadaError):
        for index, _ in reader.events():
            size = index + 1
    return size
