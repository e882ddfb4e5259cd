"""The two passes, cut into errands that any process can do: marking and sorting ranges, checking partitions.

Rule: what comes out does not depend on how many processes did it. Only ranges of the log, pieces of
partitions and the ground pass between them.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

from xiada.engine.audit.ground import Ground
from xiada.engine.audit.partition import Checked, check_partition
from xiada.engine.audit.sorting import CHUNK, Marks, Range, Sorted, Sorter, marks_of
from xiada.engine.audit.source import Opener, Source
from xiada.engine.audit.spill import Spill, Spilled
from xiada.engine.collector import collector_paused
from xiada.engine.errors import StoreError, Tampered


class Runner(Protocol):
    """Runs errands, maybe elsewhere."""

    def submit(self, function: Callable[..., Any], /, *values: Any) -> Future[Any]:
        """Run a function and return what holds its result, or will."""
        ...


class Inline:
    """Runs errands here and now."""

    def submit(self, function: Callable[..., Any], /, *values: Any) -> Future[Any]:
        """Run a function and return what holds its result."""
        done: Future[Any] = Future()
        done.set_result(function(*values))
        return done


@contextmanager
def processes(count: int) -> Iterator[Runner]:
    """Run errands in so many processes of their own; whatever happens, none is left behind.

    They begin anew and import what they need: the main module of the program must be importable
    without running it, as Python's `multiprocessing` asks of every program.
    """
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise StoreError(
            "process_died", "a process of the audit was ended from outside", remedy="Try again with fewer processes."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Here:
    """An `Opener` of a source that is open already, in this process."""

    source: Source

    def __call__(self) -> AbstractContextManager[Source]:
        """Lend it for the length of a `with`."""
        return nullcontext(self.source)


def mark_range(opener: Opener, start: int, stop: int) -> int:
    """Return the marks of who forwarded in a range; none where it cannot be read, which sorting will tell."""
    with opener() as source:
        try:
            return marks_of(source, start, stop)
        except Tampered:
            return 0


def sort_range(opener: Opener, wanted: Range, partitions: int, folder: Path | None, marks: int) -> Sorted:
    """Return what a range of the log came to."""
    with opener() as source, collector_paused(CHUNK):
        return Sorter(source, Spill(partitions, folder), Marks(marks)).sort(wanted)


def check_part(opener: Opener, ground: Ground | Path, spilled: Spilled, partition: int) -> Checked:
    """Return what a partition came to."""
    laid = ground if isinstance(ground, Ground) else _read_ground(ground)
    with opener() as source, collector_paused(CHUNK):
        return check_partition(source, laid, spilled, partition)


def handed_over(ground: Ground, folder: Path | None) -> Ground | Path:
    """Return the ground as errands take it: itself, or the file it was written to."""
    if folder is None:
        return ground
    file = folder / "ground"
    file.write_bytes(pickle.dumps(ground))
    return file


@lru_cache(maxsize=1)
def _read_ground(file: Path) -> Ground:
    """Return the ground from its file; once in each process."""
    found: Ground = pickle.loads(file.read_bytes())  # noqa: S301  (ours, from a folder only we may enter)
    return found
