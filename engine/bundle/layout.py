"""What stands where in a bundle, how large it may be, and what can be wrong with it.

Rule: a path is one of seven names or a tile's, and nothing else; every file has a bound. Those who
write a bundle and those who read it take names and bounds from here; docs/bundle.md says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xiada.engine.errors import Malformed, Tampered
from xiada.engine.limits import INTEGER, shown
from xiada.engine.log.merkle import EMPTY
from xiada.engine.log.note import MOST_BYTES
from xiada.engine.log.tiles import HEIGHT, TILE, parse_tile_path

FORMAT: Final = 1
MANIFEST: Final = "MANIFEST"
CHECKPOINT: Final = "checkpoint"
CHECKPOINTS: Final = "checkpoints"
KEYS: Final = "keys"
BLOBS: Final = "blobs.jsonl"
TEXTS: Final = "text.jsonl"
ANSWERS: Final = "answers.jsonl"

MANIFEST_BYTES: Final = 256 * 1024**2
NOTE_BYTES: Final = MOST_BYTES
NOTES_BYTES: Final = 64 * 1024**2
LINE_BYTES: Final = 64 * 1024**2
"""Of one line of a `.jsonl` file: five times the longest side list, of 100,000 recipients."""
ENTRY_BYTES: Final = 2 + 65_535
HASH_BYTES: Final = len(EMPTY)

_MOST_BYTES: Mapping[str, int] = {
    CHECKPOINT: NOTE_BYTES,
    CHECKPOINTS: NOTES_BYTES,
    KEYS: NOTES_BYTES,
    BLOBS: INTEGER,
    TEXTS: INTEGER,
    ANSWERS: INTEGER,
}

FLAWS: Mapping[str, str] = {
    "manifest": "is not written as a manifest is",
    "format": "is of another format",
    "path": "cannot be in a bundle",
    "plain": "is no plain file",
    "missing": "is named by the manifest, but is not there",
    "extra": "is there, but the manifest does not name it",
    "twice": "is there twice, or not in order",
    "length": "is longer than such a file may be",
    "size": "has another size than the manifest says",
    "digest": "has another SHA-256 than the manifest says",
    "tiles": "lists fewer tiles than a log of its size has",
    "entries": "does not hold the events it should, each after its length",
    "tile": "does not hold as many hashes as it should",
    "line": "holds a line that is not written as such a line is",
    "name": "holds something under a name that is not its own",
    "order": "is not in order, or holds something twice",
    "note": "holds a note that is too long, or no text",
    "newest": "does not hold the last of all checkpoints",
    "archive": "cannot be taken out of the archive",
    "root": "says another root than that of the events",
    "fold": "lists events that fold to no state",
}
"""What can be wrong with a file of a bundle: a stable name, and the words after the file's path."""


def flawed(flaw: str, path: str) -> Tampered:
    """Return the refusal of a bundle, naming a file and what is wrong with it.

    Example:
        >>> print(flawed("size", "tile/0/000"))
        'tile/0/000' has another size than the manifest says. Do not use the bundle; ask for it anew where it came from.
    """
    place = shown(path, 100)
    return Tampered(
        "bad_bundle",
        f"{place} {FLAWS[flaw]}",
        remedy="Do not use the bundle; ask for it anew where it came from.",
        flaw=flaw,
        part=place,
    )


def width_of(level: int | None, number: int, size: int) -> int:
    """Return how many hashes, or for level None events, a tile holds in a log of a size; 0 if there is none.

    Example:
        >>> width_of(None, 1, 300), width_of(1, 0, 300), width_of(0, 2, 300)
        (44, 1, 0)
    """
    nodes = size >> HEIGHT * (level or 0)
    return max(0, min(TILE, nodes - number * TILE))


def count_of_tiles(size: int) -> int:
    """Return how many tiles of events and of hashes there are in a log of a size.

    Example:
        >>> [count_of_tiles(size) for size in (0, 1, 256, 257)]
        [0, 2, 3, 5]
    """
    count = -(-size // TILE)
    while size:
        count += -(-size // TILE)
        size >>= HEIGHT
    return count


def most_bytes(path: str, size: int) -> int:
    """Return how many bytes a file of a bundle may have, in a log of a size.

    Raises:
        Tampered: No bundle of that size has such a file.
    """
    if path in _MOST_BYTES:
        return _MOST_BYTES[path]
    try:
        level, number, width = parse_tile_path(path)
    except Malformed:
        raise flawed("path", path) from None
    if width != width_of(level, number, size):
        raise flawed("path", path)
    return width * (ENTRY_BYTES if level is None else HASH_BYTES)
