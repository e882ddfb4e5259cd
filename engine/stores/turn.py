"""Whose turn it is to write to a file, among processes: a lock on a small file beside it.

Rule: SQLite lets writers who find the file busy try again after naps that grow; a few of them
starve for seconds. So they queue here first, in the kernel, and SQLite's lock is free when they
come. It is a courtesy, not a safeguard: who ignores it still meets SQLite's own lock. The file
beside it, `<db>-turn`, is empty, and gone when the last writer closes; the database itself is never
opened here, because closing any descriptor of it would drop the locks SQLite holds in this process.

How it waits was measured on two cores, processes with one row per commit and 50 µs between:

    8 processes                            per second   p99 ms   longest ms   commits of each
    SQLite's own timeout (no time between)       9,000      0.3        3,335   1-10,974
    naps of 0.5 ms                               5,500     12.4           53   971-1,076
    a thread per wait, asleep in flock           4,400      3.7          7.5   828-837
    one thread kept, asleep in flock             5,500      3.3          7.0   1,019-1,028

`flock` knows no time limit, and a signal can break it in the main thread alone; therefore the
thread. It is started at the first wait. Yielding the processor after a turn lets the next in line
have it; without, the same process often came first again (counts of 101-8,406).
Not for a process that was forked after the first turn (nor are SQLite's connections).
"""

from __future__ import annotations

import os
import weakref
from contextlib import suppress
from errno import EACCES, EPERM, EROFS
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Protocol, Self

from xiada.engine.errors import StoreError
from xiada.engine.grouping import held_lock

try:
    import fcntl
except ImportError:  # not Unix: SQLite's own timeout remains
    _HAS_FLOCK = False
else:
    _HAS_FLOCK = True

LIMIT_S = 60.0
SUFFIX = "-turn"


class Turn:
    """A turn at writing to one file, for threads and processes; one at a time, in about the order they came.

    Args:
        path: The database. The file beside it is made at the first turn, so readers never make it.
        limit_s: How long to wait in this process, and again for other processes.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     turn = Turn(f"{folder}/office.db")
        ...     with turn:
        ...         print("nobody else's turn")
        ...     turn.close()
        nobody else's turn
    """

    def __init__(self, path: str, *, limit_s: float = LIMIT_S) -> None:
        self._path, self._limit_s = path, limit_s
        self._threads = Lock()
        self._lock: _Lock | None = None
        self._finalizer: weakref.finalize[[], Turn] | None = None

    def __enter__(self) -> Self:
        if not self._threads.acquire(timeout=self._limit_s):
            raise self._locked()
        try:
            self._take()
        except BaseException:
            if self._lock is not None:  # an interrupt may have come when it was got already
                self._lock.give()
            self._threads.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._lock is not None
        try:
            self._lock.give()
        finally:
            self._threads.release()

    def close(self) -> None:
        """Let go of the file beside the database, and take it away if nobody has it; another turn makes it again."""
        with self._threads:
            if self._lock is not None:
                self._lock.take_away()
            self._drop()

    def _drop(self) -> None:
        """Close the file beside the database."""
        self._lock = None
        if self._finalizer is not None:
            self._finalizer()

    def _take(self) -> None:
        """Wait for other processes; begin anew if one of them has taken the file away meanwhile."""
        while True:
            if self._lock is None:
                self._lock = self._open()
            if not self._lock.take(self._limit_s):
                raise self._locked()
            if self._lock.is_there():
                return
            self._lock.give()
            self._drop()

    def _open(self) -> _Lock:
        """Open the file beside the database, by its real name, as SQLite does with its own."""
        if not _HAS_FLOCK:
            return _NoLock()
        beside = os.path.realpath(self._path) + SUFFIX
        try:
            # read-only is enough for flock
            flags = os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            lock = _FileLock(os.open(beside, flags, 0o600), beside)
        except OSError as error:
            readonly = error.errno in {EACCES, EPERM, EROFS}
            raise StoreError(
                "read_only" if readonly else "cannot_open",
                f"{beside} cannot be opened ({error.strerror})",
                remedy="Give the file and its folder write rights." if readonly else "Check the folder and its rights.",
                path=self._path,
            ) from None
        self._finalizer = weakref.finalize(self, lock.close)
        return lock

    def _locked(self) -> StoreError:
        """Return the error of one who waited too long."""
        return StoreError(
            "locked",
            f"{self._path}: no turn within {self._limit_s:g} s",
            remedy="Another program is writing for long; close it and try again. Nothing was written.",
            path=self._path,
        )


class _Lock(Protocol):
    """What makes processes wait for each other."""

    def take(self, limit_s: float) -> bool:
        """Wait for it; False if that took too long."""
        ...

    def give(self) -> None:
        """Give it back."""
        ...

    def is_there(self) -> bool:
        """Tell whether what was locked is what others lock."""
        ...

    def take_away(self) -> None:
        """Leave nothing behind, unless somebody has it."""
        ...


class _NoLock:
    """Nothing, where there is no flock."""

    def take(self, limit_s: float) -> bool:  # noqa: ARG002
        """Go ahead."""
        return True

    def give(self) -> None:
        """Do nothing."""

    def is_there(self) -> bool:
        """Say yes: there is nothing to lose."""
        return True

    def take_away(self) -> None:
        """Do nothing."""


class _FileLock:
    """An flock with a time limit, for one thread at a time.

    Args:
        descriptor: Of the file; closed here.
        path: The file.
    """

    def __init__(self, descriptor: int, path: str) -> None:
        self._descriptor, self._path = descriptor, path
        self._mutex = Lock()
        self._asked, self._told = held_lock(), held_lock()
        self._wanted = self._given = self._waiting = self._closed = False
        self._helper: Thread | None = None

    def take(self, limit_s: float) -> bool:
        """Wait for it; False if that took too long."""
        # a helper still waiting for one who gave up would unlock what is locked here: then ask it
        return (not self._waiting and self._try()) or self._wait(limit_s)

    def give(self) -> None:
        """Give it back, and let who waits for it run."""
        self._unlock()
        os.sched_yield()

    def is_there(self) -> bool:
        """Tell whether the file locked still has a name; one without was taken away."""
        return os.fstat(self._descriptor).st_nlink > 0

    def take_away(self) -> None:
        """Remove the file under its lock, so that whoever waits for it sees that it is gone."""
        if not self._waiting and self._try():
            with suppress(OSError):
                if self.is_there():
                    Path(self._path).unlink()
            self._unlock()

    def close(self) -> None:
        """Close the file; if the helper is waiting still, as soon as it has waited."""
        with self._mutex:
            self._closed = True
            if not self._waiting:
                os.close(self._descriptor)
                self._asked.release()

    def _try(self) -> bool:
        """Take it if it is free. On a file system without locks it is always free."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def _unlock(self) -> None:
        """Unlock it, where there are locks."""
        with suppress(OSError):
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _wait(self, limit_s: float) -> bool:
        """Have the helper wait for it; whoever gives up leaves the helper to the next."""
        if self._helper is None:
            self._helper = Thread(target=self._help, name="xiada-turn", daemon=True)
            self._helper.start()
        got = False
        try:
            with self._mutex:
                self._wanted = True
                if not self._waiting:
                    self._waiting = True
                    self._asked.release()
            got = self._told.acquire(timeout=limit_s)
        finally:
            self._settle(got=got)
        return got

    def _settle(self, *, got: bool) -> None:
        """End a wait; what came just too late is given back."""
        with self._mutex:
            self._wanted = False
            if self._given and not got:
                self._told.acquire(blocking=False)
                self._unlock()
            self._given = False

    def _help(self) -> None:
        """Wait whenever asked, until the file is closed."""
        while self._asked.acquire() and not self._closed:
            with suppress(OSError):
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            with self._mutex:
                self._waiting = False
                if self._closed:
                    os.close(self._descriptor)
                    return
                if self._wanted:
                    self._given = True
                    self._told.release()
                else:
                    self._unlock()
