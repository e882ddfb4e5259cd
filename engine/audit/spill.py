"""A spill: items sorted into partitions as they come, and read back one partition at a time.

Rule: what belongs to one partition comes back in the order of the log, whoever sorted it; no more
than one chunk is held in memory while sorting, no more than one partition while reading. Each chunk
leaves one file for each sort of items: first where each partition begins, then the items. The files
lie in a private temporary folder and are trusted as far as the memory of the process that wrote them.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from zlib import crc32

Item: TypeAlias = tuple[Any, ...]
Lists: TypeAlias = dict[str, list[list[Item]]]
"""Items of one chunk by what sort they are, then by partition."""

_PLACE = array("Q").itemsize


def partition_of(key: bytes, count: int) -> int:
    """Return which of so many partitions a key belongs to; the same in every process."""
    return crc32(key) % count


class Spill:
    """Sorts the items of one chunk after another.

    Args:
        count: How many partitions there are.
        folder: Where they go; None keeps them in memory.
    """

    def __init__(self, count: int, folder: Path | None) -> None:
        self.count = count
        self._folder = folder
        self._lists: Lists = {}

    def lists(self, space: str) -> list[list[Item]]:
        """Return the lists of one sort of items, by partition, to be appended to."""
        if space not in self._lists:
            self._lists[space] = [[] for _ in range(self.count)]
        return self._lists[space]

    def add(self, space: str, key: str, item: Item) -> None:
        """Append one item to the partition its key belongs to."""
        self.lists(space)[partition_of(key.encode(), self.count)].append(item)

    def cut(self, chunk: int) -> Lists:
        """Put away what was sorted so far, under the number of its chunk; return what stays in memory."""
        found, self._lists = self._lists, {}
        if self._folder is None:
            return found
        for space, lists in found.items():
            parts = [marshal.dumps(items) if items else b"" for items in lists]
            begin = (self.count + 1) * _PLACE
            with (self._folder / f"{chunk:020}.{space}").open("xb") as file:
                file.write(array("Q", accumulate(map(len, parts), initial=begin)).tobytes())
                file.writelines(parts)
        return {}


class Spilled(Protocol):
    """What was put away."""

    def items(self, space: str, partition: int) -> Iterator[Item]:
        """Yield the items of a sort that belong to a partition, in the order of their chunks."""
        ...


@dataclass(slots=True)
class InMemory:
    """What was put away in memory, chunk by chunk."""

    chunks: list[Lists] = field(default_factory=list)

    def items(self, space: str, partition: int) -> Iterator[Item]:
        """Yield the items of a sort that belong to a partition, in the order of their chunks."""
        for lists in self.chunks:
            if space in lists:
                yield from lists[space][partition]


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What was put away in a folder."""

    folder: Path

    def items(self, space: str, partition: int) -> Iterator[Item]:
        """Yield the items of a sort that belong to a partition, in the order of their chunks."""
        for name in sorted(self.folder.glob(f"*.{space}")):
            with name.open("rb") as file:
                file.seek(partition * _PLACE)
                begin, end = array("Q", file.read(2 * _PLACE))
                if begin < end:
                    file.seek(begin)
                    yield from marshal.loads(file.read(end - begin))  # noqa: S302  (ours, see the rule)
