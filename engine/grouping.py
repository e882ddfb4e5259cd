"""Group commit: callers who come while one is being served are served together, next.

Rule: whoever comes to an idle group leads it: serves what is queued, once, in its own thread, and
passes the lead on to the first in the queue. Threads need no other thread for that. Tasks of an
event loop may not block, so the first of them starts a worker, which leads for all of them and ends
with the group or the program. (The loop's own executor would not do: full of threads that wait for
their turn here, it could never run the one they wait for.)
Interrupts (Ctrl-C) may come anywhere: the lead is a name in one place, and whoever leaves with an
error passes it on if the name is still its own.
It does not know what a request is, nor what serving costs; one transaction per call is the idea.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock, Thread, get_ident
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from xiada.engine.errors import StoreError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future

Request = TypeVar("Request")
Result = TypeVar("Result")

MOST = 512


@dataclass(slots=True, eq=False)
class _Seat(Generic[Request, Result]):
    """A caller: what it asks, how it is told, what came of it.

    Args:
        request: What it asks; None if it wants the lead for itself.
        wake: Held while its thread waits; None if the thread need not, or for a task.
        future: Where its task waits; None for a thread.
        alone: Wants the lead for itself.
    """

    request: Request | None = None
    wake: Lock | None = None
    future: Future[None] | None = None
    alone: bool = False
    done: bool = False
    outcome: Result | BaseException | None = None

    def result(self) -> Result:
        """Return what came of it, or raise it."""
        assert self.done
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return cast("Result", self.outcome)


class GroupCommit(Generic[Request, Result]):
    """Serves requests of many threads and tasks in groups, each request exactly once.

    Requests are served in the order they came, across threads, tasks and event loops.

    Args:
        serve: Given the requests of a group, returns one result for each, in order; an exception among
            them is raised at its own caller. If it raises, everybody in the group gets that error
            (an interrupt only its own thread; the others a `StoreError`). Must not submit to this object.
        most: The largest group.

    Example:
        >>> group = GroupCommit(lambda requests: [2 * one for one in requests])
        >>> group.submit(21)
        42
    """

    def __init__(self, serve: Callable[[list[Request]], Sequence[Result | BaseException]], most: int = MOST) -> None:
        assert most > 0
        self._serve, self._most = serve, most
        self._mutex = Lock()
        self._queue: deque[_Seat[Request, Result]] = deque()
        self._leader: _Seat[Request, Result] | None = None  # None only while the queue is empty
        self._leading = 0  # the thread that leads; 0 between leaders
        self._worker: _Seat[Request, Result] = _Seat(done=True)
        self._has_worker, self._calls = False, held_lock()  # released once each time the worker gets the lead

    def submit(self, request: Request) -> Result:
        """Have one request served, and wait for it.

        An interrupt (Ctrl-C) takes the request back if it is still queued; else it may have been served.

        Returns:
            Its result.

        Raises:
            BaseException: What `serve` returned for it, or raised.
            StoreError: Another thread served it and was interrupted.
        """
        seat: _Seat[Request, Result] = _Seat(request)
        try:
            self._take_lead_or_wait(seat)
            if self._leader is seat:
                self._lead()
            self._leave(seat)
        except BaseException:
            self._leave(seat)  # again, if it was an interrupt in the midst of leaving
            raise
        return seat.result()

    async def submit_async(self, request: Request) -> Result:
        """Have one request served, without blocking the event loop; see `submit`.

        A cancelled task takes its request back if it is still queued. If not, it is served all the
        same and nobody hears of it: who must know looks afterwards, or repeats it under a key.

        Example:
            >>> import asyncio
            >>> group = GroupCommit(lambda requests: [2 * one for one in requests])
            >>> asyncio.run(group.submit_async(21))
            42
        """
        from asyncio import get_running_loop  # noqa: PLC0415  (whoever calls this has it; others need not load it)

        seat: _Seat[Request, Result] = _Seat(request, future=get_running_loop().create_future())
        try:
            self._need_worker()
            self._join(seat)
            await cast("Future[None]", seat.future)
        except BaseException:
            self._leave(seat)  # again, if it was an interrupt in the midst of leaving
            raise
        return seat.result()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait in the same queue, then hold up all others: for a long transaction, or to close what `serve` uses.

        Example:
            >>> group = GroupCommit(lambda requests: requests)
            >>> with group.alone():
            ...     print("nobody else is served meanwhile")
            nobody else is served meanwhile
        """
        seat: _Seat[Request, Result] = _Seat(alone=True)
        try:
            self._take_lead_or_wait(seat)
            self._leading = get_ident()
            yield
            self._leave(seat)
        except BaseException:
            self._leave(seat)  # again, if it was an interrupt in the midst of leaving
            raise

    # The queue; `_mutex` is held for moments only

    def _take_lead_or_wait(self, seat: _Seat[Request, Result]) -> None:
        """Queue; return when served or leading."""
        self._join(seat)
        if seat.wake is not None:
            seat.wake.acquire()

    def _join(self, seat: _Seat[Request, Result]) -> None:
        """Queue; take the lead if nobody has it, or have the worker take it for a task."""
        with self._mutex:
            if self._leading == get_ident():
                raise RuntimeError("a request from inside of serve would wait for itself")
            leads = self._leader is None
            if leads:
                self._leader = seat
            elif seat.future is None:
                seat.wake = held_lock()
            self._queue.append(seat)
            if leads and seat.future is not None:
                self._pass_on()

    def _draw(self, group: list[_Seat[Request, Result]]) -> None:
        """Move the next seats from the queue into a group, up to one that wants the lead for itself."""
        queue = self._queue
        while queue and len(group) < self._most and not queue[0].alone:
            if not queue[0].done:
                group.append(queue[0])
            queue.popleft()

    def _leave(self, seat: _Seat[Request, Result]) -> None:
        """Take back what is still queued, and pass the lead on if it was this one's."""
        if seat.done and self._leader is not seat:
            return
        with self._mutex:
            if not seat.done:
                with suppress(ValueError):
                    self._queue.remove(seat)
            if self._leader is seat:
                self._pass_on()

    def _pass_on(self) -> None:
        """Give the lead to the first in the queue, or to the worker if that is a task's."""
        head = self._queue[0] if self._queue else None
        self._leading = 0
        # whoever is named is called in the same breath: no interrupt comes between
        if head is None:
            self._leader = None
        elif head.wake is not None:
            self._leader = head
            head.wake.release()
        else:
            self._leader = self._worker
            self._calls.release()

    # Leading

    def _lead(self) -> None:
        """Draw the next group, serve it, and tell everybody in it."""
        group: list[_Seat[Request, Result]] = []
        try:
            self._leading = get_ident()
            with self._mutex:
                self._draw(group)
            if group:
                self._settle(group, self._serve([cast("Request", seat.request) for seat in group]))
        except BaseException as error:
            self._settle(group, [_for_others(error)] * len(group))
            raise

    def _settle(self, group: list[_Seat[Request, Result]], outcomes: Sequence[Result | BaseException]) -> None:
        """Tell everybody in a group who has not been told."""
        if len(outcomes) != len(group):
            raise AssertionError(f"{len(outcomes)} results for {len(group)} requests")
        told: dict[AbstractEventLoop, list[Future[None]]] = {}
        leader = self._leader
        for seat, outcome in zip(group, outcomes, strict=True):
            if not seat.done:
                seat.outcome, seat.done = outcome, True
                if seat.wake is not None and seat is not leader:
                    seat.wake.release()
            if seat.future is not None:  # even if told before: an interrupt may have kept it from the loop
                told.setdefault(seat.future.get_loop(), []).append(seat.future)
        for loop, futures in told.items():
            with suppress(RuntimeError):  # a loop that was closed has no tasks any more
                loop.call_soon_threadsafe(_resolve, futures)

    def _need_worker(self) -> None:
        """Start the worker, once."""
        if self._has_worker:
            return
        with self._mutex:
            if not self._has_worker:
                Thread(
                    target=_work,
                    args=(self._calls, weakref.WeakMethod(self._lead_for_tasks)),
                    name="xiada-group",
                    daemon=True,
                ).start()
                self._has_worker = True
                weakref.finalize(self, self._calls.release).atexit = False

    def _lead_for_tasks(self) -> None:
        """Lead one group; for the worker."""
        with suppress(BaseException):  # everybody in the group has been told
            self._lead()
        self._leave(self._worker)


def _work(calls: Lock, lead: weakref.WeakMethod[Callable[[], None]]) -> None:
    """Lead whenever called, until the group is gone; between calls nothing here keeps it alive."""
    while calls.acquire() and _has_led(lead()):
        pass


def _has_led(lead: Callable[[], None] | None) -> bool:
    """Lead once; False if there is nothing to lead."""
    if lead is not None:
        lead()
    return lead is not None


def held_lock() -> Lock:
    """Return a lock that is taken: who wants it waits until it is released."""
    lock = Lock()
    lock.acquire()
    return lock


def _resolve(futures: list[Future[None]]) -> None:
    """Wake tasks, in their own loop."""
    for future in futures:
        if not future.done():
            future.set_result(None)


def _for_others(error: BaseException) -> BaseException:
    """Return what the others of a group get; an interrupt is meant for one thread alone."""
    if isinstance(error, Exception):
        return error
    told = StoreError(
        "interrupted",
        "the thread that was writing this was interrupted",
        remedy="Look whether it was carried out, then try again.",
    )
    told.__cause__ = error
    return told
