"""The log's tree, grown from the hashes of all bodies, and held against what is kept or signed of it.

Rule: tiles and checkpoints are compared with hashes computed here; none is taken over. Memory grows
with the depth of the tree, not with its width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.sorting import BLOCK
from xiada.engine.epochs import epoch_of, is_same_log
from xiada.engine.errors import XiadaError
from xiada.engine.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from xiada.engine.log.keys import VerifierKey
from xiada.engine.log.merkle import EMPTY, Frontier, root_hash
from xiada.engine.log.note import split_note

TileOf = Callable[[int, int, int], Sequence[bytes]]
"""Gives a tile as kept: (level, number, width) -> hashes."""


class Tree:
    """Takes the roots of runs of 256 events in log order.

    Args:
        tile: Gives the tiles kept, to be compared; those of level 0 are compared while sorting.
        runs: How many runs of 256 events they cover.
    """

    def __init__(self, tile: TileOf, runs: int) -> None:
        self.findings: list[Finding] = []
        self._frontier = Frontier()
        self._tile, self._runs = tile, runs
        self._rows: list[list[bytes]] = []
        self._numbers: list[int] = []

    def take(self, subtree: bytes) -> None:
        """Append the root of the next 256 events."""
        self._frontier.add(subtree)
        if self._frontier.size <= self._runs:
            self._raise(0, subtree)
        if self._frontier.size == self._runs:
            self._compare_open()

    def root(self, partial: bytes | None = None) -> bytes:
        """Return the root over all that was taken, and over a last, shorter run if its root is given."""
        if partial is None:
            return self._frontier.root()
        whole = deepcopy(self._frontier)
        whole.add(partial)
        return whole.root()

    def _raise(self, row: int, hash_: bytes) -> None:
        """Add a hash to a row of tiles; compare the tile when it is full, and go on above."""
        if row == len(self._rows):
            self._rows.append([])
            self._numbers.append(0)
        self._rows[row].append(hash_)
        if len(self._rows[row]) == BLOCK:
            self._compare(row)
            above = root_hash(self._rows[row])
            self._rows[row] = []
            self._numbers[row] += 1
            self._raise(row + 1, above)

    def _compare_open(self) -> None:
        """Compare the tiles that are not full where those kept end."""
        for row, hashes in enumerate(self._rows):
            if hashes:
                self._compare(row)

    def _compare(self, row: int) -> None:
        """Note it if a tile is kept otherwise."""
        hashes, level, number = self._rows[row], row + 1, self._numbers[row]
        first = number * BLOCK ** (level + 1)
        try:
            kept = list(self._tile(level, number, len(hashes)))
        except XiadaError as error:
            self.findings.append(Finding("i11_tile", first, None, error.message))
            return
        if kept != hashes:
            what = f"tile {level}/{number} of the tree is not what its events hash to"
            self.findings.append(Finding("i11_tile", first, None, what))


@dataclass(slots=True)
class Signed:
    """Checkpoints to be held against a log.

    Args:
        notes: As kept or held outside, in any order.
        found: Those that could be read, whatever they are signed by, with their place among the notes.
    """

    notes: Sequence[str]
    found: dict[int, Checkpoint] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, note in enumerate(self.notes):
            try:
                self.found[place] = parse_checkpoint(split_note(note)[0])
            except XiadaError:
                continue

    @property
    def sizes(self) -> set[int]:
        """The log sizes whose roots are needed."""
        return {checkpoint.size for checkpoint in self.found.values()}

    def compare(
        self,
        roots: Mapping[int, bytes],
        epochs: Sequence[tuple[int, str]],
        keys: Iterable[VerifierKey],
        given_up: Mapping[str, int],
    ) -> Iterator[Finding]:
        """Yield where a checkpoint is not signed as it should be, or not one of this log.

        Args:
            roots: Roots of the log by size, of all sizes there are; a size that is not there is beyond its end.
            epochs: (log index from which, log's name), ascending.
            keys: Those that count.
            given_up: By key that is in force no more, the log index from which it signs nothing by itself.
        """
        known = tuple(keys)
        for place, note in enumerate(self.notes):
            size = self.found[place].size if place in self.found else None
            try:
                checkpoint, opened = open_checkpoint(note, known)
            except XiadaError as error:
                yield Finding("i11_signature", size, None, f"a checkpoint does not hold: {error.message}")
                continue
            if all(checkpoint.size > given_up.get(str(key), checkpoint.size) for key in opened.verified):
                what = "a checkpoint is signed by a key that had been replaced before"
                yield Finding("i11_signature", size, None, what)
                continue
            yield from _compare(checkpoint, roots, epochs)


def _compare(
    checkpoint: Checkpoint, roots: Mapping[int, bytes], epochs: Sequence[tuple[int, str]]
) -> Iterator[Finding]:
    """Hold one verified checkpoint against the log."""
    size, newest = checkpoint.size, epochs[-1][1]
    if not is_same_log(checkpoint.origin, newest):
        what = "a checkpoint is of another log, or of an epoch after its last"
        yield Finding("i11_checkpoint", None, None, what, newest, checkpoint.origin)
        return
    begin = {name: index for index, name in epochs}.get(checkpoint.origin, 0)
    later = [(index, name) for index, name in epochs if epoch_of(name) > epoch_of(checkpoint.origin)]
    end = later[0][0] if later else None
    if end is not None and size > end:
        what = f"a checkpoint covers more than was kept when the restore of event {end} was declared"
        yield Finding("i11_rollback", end, None, what, str(size), str(end))
    elif size not in roots:
        what = "a checkpoint covers more than there is: the end of the log is gone"
        yield Finding("i11_rollback", None, None, what, str(size), str(max(roots, default=0)))
    elif roots[size] != checkpoint.root or size < begin:
        what = f"the log is not the one that was signed at size {size}"
        yield Finding("i11_checkpoint", size, None, what, checkpoint.root.hex(), roots[size].hex())


NOTHING = {0: EMPTY}
"""The root every log begins with."""
