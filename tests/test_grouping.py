"""Group commit, and the turn among processes: everybody served once, nobody left waiting."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, in_subprocess

from xiada.engine.errors import StoreError, VersionConflict
from xiada.engine.grouping import GroupCommit
from xiada.engine.stores import turn as turns
from xiada.engine.stores.turn import SUFFIX, Turn

PATIENCE_S = 60
"""Nothing waits this long unless it hangs."""


class Queue(deque[Any]):
    """A queue that tells when somebody has come."""

    def __init__(self) -> None:
        super().__init__()
        self.came = threading.Semaphore(0)

    def append(self, seat: Any) -> None:
        super().append(seat)
        self.came.release()


class Desk:
    """Serves numbers by doubling them, remembers groups and threads, and can be made to wait.

    Args:
        most: The largest group.
    """

    def __init__(self, most: int = 512) -> None:
        self.groups: list[list[Any]] = []
        self.threads: list[int] = []
        self.begun, self.open = threading.Semaphore(0), threading.Event()
        self.open.set()
        self.answer: Callable[[list[Any]], list[Any]] = lambda requests: [2 * one for one in requests]
        self.group: GroupCommit[Any, Any] = GroupCommit(self.serve, most)
        self.queue = self.group._queue = Queue()
        self.callers = ThreadPoolExecutor(64)

    def serve(self, requests: list[Any]) -> list[Any]:
        self.groups.append(requests)
        self.threads.append(threading.get_ident())
        self.begun.release()
        assert self.open.wait(PATIENCE_S)
        return self.answer(requests)

    def calls(self, request: Any) -> Future[Any]:
        """Let a thread submit; return when it is in the queue."""
        future = self.callers.submit(self.group.submit, request)
        self.queued(1)
        return future

    def queued(self, count: int) -> None:
        """Wait until so many more have come."""
        for _ in range(count):
            assert self.queue.came.acquire(timeout=PATIENCE_S)

    def busy(self) -> Future[Any]:
        """Let a thread lead, and stand in serve with request 0 until `open` is set."""
        self.open.clear()
        first = self.calls(0)
        assert self.begun.acquire(timeout=PATIENCE_S)
        return first

    def is_idle(self) -> bool:
        """Tell whether the queue is empty and nobody leads; look when all callers are back."""
        return not self.queue and self.group._leader is None


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.open.set()
    made.callers.shutdown()
    with made.group.alone():  # the worker tells tasks first, and leaves then
        pass
    assert made.is_idle()


def got(*futures: Future[Any]) -> list[Any]:
    """Return results or errors, once they are there."""
    return [future.exception(PATIENCE_S) or future.result() for future in futures]


@contextmanager
def interrupted_once(until: threading.Event, when: Callable[[], bool] = lambda: True) -> Iterator[Callable[[], None]]:
    """Yield what sends one KeyboardInterrupt to the main thread, wherever it waits, from a thread of its own."""
    assert threading.current_thread() is threading.main_thread()
    sent: list[int] = []

    def handler(number: int, frame: object) -> None:
        if not sent:
            sent.append(number)
            raise KeyboardInterrupt

    def ring() -> None:
        while not sent and not until.wait(0.001):  # a signal just before the thread sleeps would not wake it
            if when():
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, handler)
    threads: list[threading.Thread] = []

    def start() -> None:
        threads.append(threading.Thread(target=ring))
        threads[0].start()

    try:
        yield start
    finally:
        until.set()
        for thread in threads:
            thread.join()
        signal.signal(signal.SIGUSR1, before)


# Threads


def test_a_single_request_is_served_in_its_own_thread(desk: Desk) -> None:
    before = threading.active_count()
    assert desk.group.submit(21) == 42
    assert desk.groups == [[21]]
    assert desk.threads == [threading.get_ident()]
    assert threading.active_count() == before


def test_requests_that_come_meanwhile_are_served_together_in_the_order_they_came(desk: Desk) -> None:
    callers = [desk.busy(), *(desk.calls(number) for number in range(1, 9))]
    desk.open.set()
    assert got(*callers) == [2 * number for number in range(9)]
    assert desk.groups == [[0], [*range(1, 9)]]


def test_no_group_is_larger_than_the_most() -> None:
    desk = Desk(most=3)
    callers = [desk.busy(), *(desk.calls(number) for number in range(1, 9))]
    desk.open.set()
    assert got(*callers) == [2 * number for number in range(9)]
    assert desk.groups == [[0], [1, 2, 3], [4, 5, 6], [7, 8]]
    desk.callers.shutdown()


def test_a_leader_serves_one_group_and_hands_the_lead_over(desk: Desk) -> None:
    first = desk.busy()
    second = desk.calls(1)
    gate, desk.open = desk.open, threading.Event()
    gate.set()
    assert got(first) == [0]
    assert desk.begun.acquire(timeout=PATIENCE_S)
    assert not second.done()
    desk.open.set()
    assert got(second) == [2]
    assert desk.threads[0] != desk.threads[1]


def test_an_error_for_one_is_raised_at_its_own_caller_alone(desk: Desk) -> None:
    conflict = VersionConflict("version_conflict", "moved")
    desk.answer = lambda requests: [conflict if one == 2 else one for one in requests]
    callers = [desk.busy(), *(desk.calls(number) for number in range(1, 4))]
    desk.open.set()
    assert got(*callers) == [0, 1, conflict, 3]


def test_an_error_of_serve_reaches_all_in_its_group_and_nobody_else(desk: Desk) -> None:
    full = StoreError("disk_full", "full")

    def answer(requests: list[Any]) -> list[Any]:
        if 2 in requests:
            raise full
        return requests

    desk.answer = answer
    callers = [desk.busy(), *(desk.calls(number) for number in range(1, 4))]
    desk.open.set()
    assert got(*callers) == [0, full, full, full]
    assert desk.group.submit(7) == 7


def test_a_wrong_count_of_results_is_an_error_for_all_instead_of_a_wait_for_ever(desk: Desk) -> None:
    desk.answer = lambda requests: requests[:1]
    callers = [desk.busy(), desk.calls(1), desk.calls(2)]
    desk.open.set()
    assert [type(one) for one in got(*callers)] == [int, AssertionError, AssertionError]


def test_a_request_from_inside_of_serve_is_refused_instead_of_waiting_for_itself(desk: Desk) -> None:
    desk.answer = lambda requests: [desk.group.submit(1)]
    with pytest.raises(RuntimeError, match="inside of serve"):
        desk.group.submit(0)
    desk.answer = lambda requests: requests
    assert desk.group.submit(3) == 3


def test_an_interrupt_in_serve_is_the_leaders_and_leaves_nobody_hanging(desk: Desk) -> None:
    def answer(requests: list[Any]) -> list[Any]:
        if 1 in requests:
            raise KeyboardInterrupt
        return requests

    desk.answer = answer
    callers = [desk.busy(), *(desk.calls(number) for number in range(1, 4))]
    desk.open.set()
    zero, leader, *others = got(*callers)
    assert (zero, type(leader)) == (0, KeyboardInterrupt)
    for other in others:
        assert isinstance(other, StoreError)
        assert other.code == "interrupted"
        assert other.remedy
        assert other.__cause__ is leader
    assert desk.group.submit(7) == 7


def test_an_interrupted_caller_takes_back_what_is_still_queued(desk: Desk) -> None:
    first, after = desk.busy(), []
    done = threading.Event()
    with interrupted_once(done) as interrupt:

        def once_queued() -> None:
            desk.queued(1)
            after.append(desk.calls(2))
            interrupt()

        watcher = threading.Thread(target=once_queued)
        watcher.start()
        with pytest.raises(KeyboardInterrupt):
            desk.group.submit(1)
        watcher.join()
    desk.open.set()
    assert got(first, *after) == [0, 4]
    assert desk.groups == [[0], [2]]


def test_an_interrupted_caller_who_is_being_served_leaves_the_others_theirs(desk: Desk) -> None:
    leader = desk.busy()
    head, gate = desk.calls(1), desk.open
    desk.open = threading.Event()
    with interrupted_once(threading.Event()) as interrupt:

        def once_served() -> None:
            desk.queued(1)
            gate.set()
            assert desk.begun.acquire(timeout=PATIENCE_S)
            interrupt()

        watcher = threading.Thread(target=once_served)
        watcher.start()
        with pytest.raises(KeyboardInterrupt):
            desk.group.submit(2)
        watcher.join()
    desk.open.set()
    assert got(leader, head) == [0, 2]
    assert desk.groups == [[0], [1, 2]]


def test_thirty_two_threads_are_each_served_exactly_once_per_request(tmp_path: Path) -> None:
    with rows(tmp_path / "rows.db") as (group, connection):

        def call(caller: int) -> list[tuple[int, int]]:
            return [group.submit((caller, number)) for number in range(100)]

        with ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(call, range(32)))
        assert answers == [[(caller, number) for number in range(100)] for caller in range(32)]
        stored = connection.execute("SELECT caller, number FROM row ORDER BY id").fetchall()
    assert Counter(stored) == Counter((caller, number) for caller in range(32) for number in range(100))
    for caller in range(32):
        assert [number for who, number in stored if who == caller] == [*range(100)]


@contextmanager
def rows(path: Path) -> Iterator[tuple[GroupCommit[Any, Any], sqlite3.Connection]]:
    """Yield a group that inserts rows into a real file, one transaction per group; a third time is a conflict."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, caller, number, UNIQUE (caller, number))")

        def serve(requests: list[Any]) -> list[Any]:
            results: list[Any] = []
            connection.execute("BEGIN IMMEDIATE")
            for request in requests:
                try:
                    connection.execute("INSERT INTO row (caller, number) VALUES (?,?)", request)
                    results.append(request)
                except sqlite3.IntegrityError:
                    results.append(VersionConflict("version_conflict", f"{request} is there already"))
            connection.execute("COMMIT")
            return results

        yield GroupCommit(serve), connection


# Alone


def test_who_is_alone_holds_up_all_who_come_later_and_none_who_came_before(desk: Desk) -> None:
    first, before = desk.busy(), desk.calls(1)
    entered, leave = threading.Event(), threading.Event()

    def alone() -> str:
        with desk.group.alone():
            entered.set()
            assert leave.wait(PATIENCE_S)
        return "alone"

    lonely = desk.callers.submit(alone)
    desk.queued(1)
    after = desk.calls(2)
    desk.open.set()
    assert got(first, before) == [0, 2]
    assert entered.wait(PATIENCE_S)
    assert desk.groups == [[0], [1]]
    leave.set()
    assert got(lonely, after) == ["alone", 4]


def test_an_error_while_alone_passes_the_lead_on(desk: Desk) -> None:
    followers: list[Future[Any]] = []

    def fail() -> None:
        with desk.group.alone():
            desk.queued(1)
            followers.append(desk.calls(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert got(*followers) == [2]


def test_a_request_while_alone_is_refused_instead_of_waiting_for_itself(desk: Desk) -> None:
    with desk.group.alone(), pytest.raises(RuntimeError, match="inside of serve"):
        desk.group.submit(1)


# Tasks


def test_five_hundred_and_twelve_tasks_are_each_served_exactly_once_per_request(tmp_path: Path) -> None:
    with rows(tmp_path / "rows.db") as (group, connection):

        async def call(caller: int) -> list[Any]:
            return [await group.submit_async((caller, number)) for number in range(4)]

        async def all_of_them() -> list[list[Any]]:
            return await asyncio.gather(*(call(caller) for caller in range(512)))

        answers = asyncio.run(all_of_them())
        assert answers == [[(caller, number) for number in range(4)] for caller in range(512)]
        assert connection.execute("SELECT count(*) FROM row").fetchone() == (512 * 4,)


def test_tasks_are_served_in_groups_by_another_thread(desk: Desk) -> None:
    async def all_of_them() -> list[Any]:
        desk.open.clear()
        first = asyncio.create_task(desk.group.submit_async(0))
        assert await asyncio.to_thread(desk.begun.acquire, timeout=PATIENCE_S)
        others = [asyncio.create_task(desk.group.submit_async(number)) for number in range(1, 9)]
        await asyncio.to_thread(desk.queued, 9)
        desk.open.set()
        return await asyncio.gather(first, *others)

    assert asyncio.run(all_of_them()) == [2 * number for number in range(9)]
    assert desk.groups == [[0], [*range(1, 9)]]
    assert threading.get_ident() not in desk.threads


def test_errors_reach_tasks_as_they_reach_threads(desk: Desk) -> None:
    conflict, stop = VersionConflict("version_conflict", "moved"), StopIteration()

    def answer(requests: list[Any]) -> list[Any]:
        if 0 in requests:
            raise KeyboardInterrupt
        return [{1: conflict, 2: stop}.get(one, one) for one in requests]

    desk.answer = answer

    async def each() -> list[Any]:
        return [(await asyncio.gather(desk.group.submit_async(one), return_exceptions=True))[0] for one in range(4)]

    interrupted, *others = asyncio.run(each())
    assert isinstance(interrupted, StoreError)
    assert interrupted.code == "interrupted"
    assert others[0] is conflict
    assert isinstance(others[1], RuntimeError), "Python makes that of a StopIteration in a coroutine"
    assert others[2] == 3


def test_a_cancelled_task_takes_back_what_is_still_queued(desk: Desk) -> None:
    first = desk.busy()

    async def cancel() -> Any:
        lost, kept = (asyncio.create_task(desk.group.submit_async(number)) for number in (1, 2))
        await asyncio.to_thread(desk.queued, 2)
        lost.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lost
        desk.open.set()
        return await kept

    assert asyncio.run(cancel()) == 4
    assert got(first) == [0]
    assert desk.groups == [[0], [2]]


def test_a_task_cancelled_while_it_is_served_is_served_and_others_get_theirs(desk: Desk) -> None:
    first = desk.busy()

    async def cancel() -> Any:
        lost, kept = (asyncio.create_task(desk.group.submit_async(number)) for number in (1, 2))
        await asyncio.to_thread(desk.queued, 2)
        gate, desk.open = desk.open, threading.Event()
        gate.set()
        assert await asyncio.to_thread(desk.begun.acquire, timeout=PATIENCE_S)
        lost.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lost
        desk.open.set()
        return await kept

    assert asyncio.run(cancel()) == 4
    assert got(first) == [0]
    assert desk.groups == [[0], [1, 2]]


def test_all_tasks_cancelled_leave_nothing_behind(desk: Desk) -> None:
    first = desk.busy()

    async def cancel() -> None:
        tasks = [asyncio.create_task(desk.group.submit_async(number)) for number in range(1, 101)]
        await asyncio.to_thread(desk.queued, 100)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(cancel())
    desk.open.set()
    assert got(first) == [0]
    assert desk.groups == [[0]]


def test_a_loop_that_has_closed_keeps_nobody_from_an_answer(desk: Desk) -> None:
    first = desk.busy()
    loop = asyncio.new_event_loop()
    orphan = loop.create_task(desk.group.submit_async(1))
    loop.call_soon(loop.stop)
    loop.run_forever()
    desk.queued(1)
    thread = desk.calls(2)
    loop.close()
    desk.open.set()
    assert got(first, thread) == [0, 4]
    orphan._log_destroy_pending = False  # type: ignore[attr-defined]


def test_two_event_loops_share_one_group(tmp_path: Path) -> None:
    with rows(tmp_path / "rows.db") as (group, connection):

        def loop(number: int) -> list[Any]:
            async def call(caller: int) -> Any:
                return [await group.submit_async((caller, step)) for step in range(4)]

            async def all_of_them() -> list[Any]:
                return await asyncio.gather(*(call(128 * number + caller) for caller in range(128)))

            return asyncio.run(all_of_them())

        with ThreadPoolExecutor(2) as pool:
            answers = [one for some in pool.map(loop, range(2)) for one in some]
        assert answers == [[(caller, step) for step in range(4)] for caller in range(256)]
        assert connection.execute("SELECT count(*) FROM row").fetchone() == (256 * 4,)


def test_threads_tasks_and_loners_mix_and_each_gets_its_own(tmp_path: Path) -> None:
    with rows(tmp_path / "rows.db") as (group, connection):
        mix = Mix(group, connection)
        with ThreadPoolExecutor(12) as pool:
            threads = [pool.submit(mix.thread, caller) for caller in range(8)]
            loners = [pool.submit(mix.loner, 100 + caller) for caller in range(2)]
            loops = [pool.submit(mix.loop, 1_000 * number) for number in (1, 2)]
            by_threads, by_loners, by_tasks = got(*threads), got(*loners), got(*loops)
        with group.alone():
            stored = set(connection.execute("SELECT caller, number FROM row"))
    for pair in range(4):  # two threads ask for the same rows: one of them has each
        for both in zip(by_threads[2 * pair], by_threads[2 * pair + 1], strict=True):
            assert {type(one) for one in both} == {tuple, VersionConflict}
    assert by_loners == [[(100 + caller, number) for number in range(50)] for caller in range(2)]
    for caller, answer in (one for some in by_tasks for one in some):
        if caller % 5 or not isinstance(answer, asyncio.CancelledError):
            assert answer == (caller, 0)
            assert answer in stored


class Mix:
    """Callers of all kinds who begin together."""

    def __init__(self, group: GroupCommit[Any, Any], connection: sqlite3.Connection) -> None:
        self.group, self.connection = group, connection
        self.together = threading.Barrier(12)

    def thread(self, caller: int) -> list[Any]:
        """Submit what another thread submits too."""
        self.together.wait(PATIENCE_S)
        return [self.outcome((caller // 2, number)) for number in range(50)]

    def outcome(self, request: Any) -> Any:
        """Return what submitting returns or raises."""
        try:
            return self.group.submit(request)
        except VersionConflict as error:
            return error

    def loner(self, caller: int) -> list[Any]:
        """Write without `serve`."""
        self.together.wait(PATIENCE_S)
        for number in range(50):
            with self.group.alone():
                assert not self.connection.in_transaction
                self.connection.execute("INSERT INTO row (caller, number) VALUES (?,?)", (caller, number))
        return [(caller, number) for number in range(50)]

    def loop(self, first: int) -> list[Any]:
        """Submit by 200 tasks, a fifth of which are cancelled."""
        self.together.wait(PATIENCE_S)
        return asyncio.run(self.all_of_them(first))

    async def all_of_them(self, first: int) -> list[Any]:
        return await asyncio.gather(*(self.task(first + one) for one in range(200)))

    async def task(self, caller: int) -> tuple[int, Any]:
        task = asyncio.ensure_future(self.group.submit_async((caller, 0)))
        if caller % 5 == 0:
            await asyncio.sleep(0)
            task.cancel()
        return caller, (await asyncio.gather(task, return_exceptions=True))[0]


def test_a_loops_own_executor_full_of_waiting_threads_does_not_keep_tasks_from_being_led(desk: Desk) -> None:
    first = desk.busy()

    async def fill() -> list[Any]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(2))
        task = asyncio.create_task(desk.group.submit_async(1))
        await asyncio.sleep(0)
        threads = [loop.run_in_executor(None, desk.group.submit, number) for number in (2, 3, 4)]
        desk.queued(3)
        desk.open.set()
        return await asyncio.gather(task, *threads)

    assert asyncio.run(fill()) == [2, 4, 6, 8]
    assert got(first) == [0]


def test_a_program_that_used_tasks_ends_by_itself() -> None:
    done = in_subprocess("""
        import asyncio
        from xiada.engine.grouping import GroupCommit
        group = GroupCommit(lambda requests: requests)
        print(asyncio.run(group.submit_async("served")))
        del group
        other = GroupCommit(lambda requests: requests)
        print(asyncio.run(other.submit_async("again")))
    """)
    assert (done.stdout.split(), done.stderr) == (["served", "again"], "")


def test_a_task_for_which_no_thread_can_be_started_gets_that_error_and_is_not_served(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="new thread"):
            asyncio.run(desk.group.submit_async(1))
    assert asyncio.run(desk.group.submit_async(2)) == 4
    assert desk.groups == [[2]]


def test_the_worker_ends_with_its_group() -> None:
    group: GroupCommit[int, int] = GroupCommit(lambda requests: requests)
    before = set(threading.enumerate())
    assert asyncio.run(group.submit_async(1)) == 1
    [worker] = set(threading.enumerate()) - before
    del group
    worker.join(PATIENCE_S)
    assert not worker.is_alive()


# The turn among processes


COUNTING = """
import os, sys
from xiada.engine.stores.turn import Turn
folder = sys.argv[1]
turn = Turn(folder + "/office.db")
print("ready", flush=True)
sys.stdin.readline()
for _ in range(200):
    with turn:
        os.close(os.open(folder + "/inside", os.O_CREAT | os.O_EXCL))
        with open(folder + "/count") as file:
            count = int(file.read())
        with open(folder + "/count", "w") as file:
            file.write(str(count + 1))
        os.unlink(folder + "/inside")
"""

HOLDING = """
import sys
from xiada.engine.stores.turn import Turn
with Turn(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def processes() -> Iterator[Callable[[str, object], subprocess.Popen[str]]]:
    """Start processes that say one word when they are ready."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, argument: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", "-c", code, str(argument)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT / "tests"
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def let_go(process: subprocess.Popen[str]) -> None:
    """Let a process go on, to its end."""
    process.communicate("go\n", timeout=PATIENCE_S)
    assert process.returncode == 0


Start = Callable[[str, object], subprocess.Popen[str]]


def test_four_processes_never_have_the_turn_together(tmp_path: Path, processes: Start) -> None:
    (tmp_path / "count").write_text("0")
    started = [processes(COUNTING, tmp_path) for _ in range(4)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        process.communicate(timeout=PATIENCE_S)
    assert [process.returncode for process in started] == [0, 0, 0, 0]
    assert (tmp_path / "count").read_text() == "800"


def test_eight_threads_with_turns_of_their_own_or_in_common_never_have_it_together(tmp_path: Path) -> None:
    common, inside, most = Turn(str(tmp_path / "office.db")), [], []

    def take(number: int) -> None:
        turn = common if number % 2 else Turn(str(tmp_path / "office.db"))
        for _ in range(50):
            with turn:
                inside.append(number)
                most.append(len(inside))
                inside.pop()
        turn.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(8)))
    assert len(most) == 400
    assert set(most) == {1}


def test_a_turn_ends_when_its_holder_is_killed(tmp_path: Path, processes: Start) -> None:
    path = str(tmp_path / "office.db")
    holder = processes(HOLDING, path)
    with pytest.raises(StoreError):
        Turn(path, limit_s=0).__enter__()
    holder.send_signal(signal.SIGKILL)
    with Turn(path, limit_s=PATIENCE_S):
        assert holder.wait(PATIENCE_S) == -signal.SIGKILL


def test_a_turn_that_does_not_come_is_an_error_like_the_one_of_sqlite(tmp_path: Path, processes: Start) -> None:
    path = str(tmp_path / "office.db")
    processes(HOLDING, path)
    turn = Turn(path, limit_s=0.01)
    with pytest.raises(StoreError) as caught, turn:
        pytest.fail("it is somebody else's")
    assert caught.value.code == "locked"
    assert caught.value.remedy == ("Another program is writing for long; close it and try again. Nothing was written.")
    assert caught.value.data == {"path": path}


def test_who_gave_up_may_try_again_and_does_not_keep_what_comes_too_late(tmp_path: Path, processes: Start) -> None:
    path = str(tmp_path / "office.db")
    holder, patient = processes(HOLDING, path), Turn(path, limit_s=PATIENCE_S)
    hasty = Turn(path, limit_s=0.01)
    for _ in range(3):
        with pytest.raises(StoreError):
            hasty.__enter__()
    let_go(holder)
    with patient:
        pass
    hasty._limit_s = PATIENCE_S
    with hasty, pytest.raises(StoreError):
        Turn(path, limit_s=0).__enter__()
    with patient:
        pass
    hasty.close()
    patient.close()


def test_a_turn_closed_while_its_helper_waits_keeps_nothing(tmp_path: Path, processes: Start) -> None:
    path = str(tmp_path / "office.db")
    holder, hasty = processes(HOLDING, path), Turn(path, limit_s=0.01)
    with pytest.raises(StoreError):
        hasty.__enter__()
    helper = hasty._lock._helper  # type: ignore[union-attr]
    hasty.close()
    let_go(holder)
    helper.join(PATIENCE_S)
    assert not helper.is_alive()
    with Turn(path, limit_s=PATIENCE_S):
        pass


def test_an_interrupt_while_waiting_for_a_turn_gives_it_up(tmp_path: Path, processes: Start) -> None:
    path = str(tmp_path / "office.db")
    holder, turn = processes(HOLDING, path), Turn(path, limit_s=PATIENCE_S)

    def waits() -> bool:
        return turn._lock is not None and turn._lock._waiting  # type: ignore[attr-defined]

    with interrupted_once(threading.Event(), waits) as interrupt:
        interrupt()
        with pytest.raises(KeyboardInterrupt):
            turn.__enter__()
    let_go(holder)
    with Turn(path, limit_s=PATIENCE_S):
        pass
    with turn:
        pass
    turn.close()


def test_an_error_inside_a_turn_ends_it(tmp_path: Path) -> None:
    turn = Turn(str(tmp_path / "office.db"), limit_s=0)
    with pytest.raises(ZeroDivisionError), turn:
        raise ZeroDivisionError
    with turn:
        pass


def test_the_file_beside_is_private_made_at_the_first_turn_and_gone_when_the_last_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    turn, beside = Turn(str(path)), tmp_path / f"office.db{SUFFIX}"
    assert list(tmp_path.iterdir()) == []
    for _ in range(2):
        with turn:
            assert turn._lock is not None
            assert not os.get_inheritable(turn._lock._descriptor)  # type: ignore[attr-defined]
            assert list(tmp_path.iterdir()) == [beside], "the database itself is never opened"
            assert (stat.S_IMODE(beside.stat().st_mode), beside.stat().st_size) == (0o600, 0)
        turn.close()
        turn.close()
        assert list(tmp_path.iterdir()) == []


def test_a_file_taken_away_by_another_is_made_again_and_both_still_exclude_each_other(tmp_path: Path) -> None:
    one, other = Turn(str(tmp_path / "office.db")), Turn(str(tmp_path / "office.db"), limit_s=0.05)
    with other:
        pass
    with one:
        pass
    one.close()
    with one, pytest.raises(StoreError, match="no turn within"):
        other.__enter__()
    with other:
        pass
    other.close()
    one.close()
    assert list(tmp_path.iterdir()) == []


def test_who_closes_while_another_has_the_turn_leaves_the_file(tmp_path: Path) -> None:
    one, other = Turn(str(tmp_path / "office.db")), Turn(str(tmp_path / "office.db"))
    with one:
        pass
    with other:
        one.close()
        assert (tmp_path / f"office.db{SUFFIX}").exists()
    other.close()
    assert list(tmp_path.iterdir()) == []


def test_a_turn_that_is_forgotten_closes_its_file(tmp_path: Path) -> None:
    turn = Turn(str(tmp_path / "office.db"))
    with turn:
        descriptor = turn._lock._descriptor  # type: ignore[union-attr]
    del turn
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_a_link_to_a_database_shares_its_turn(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "office.db").touch()
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "real" / "office.db")
    with Turn(str(tmp_path / "real" / "office.db")), pytest.raises(StoreError):
        Turn(str(link), limit_s=0).__enter__()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_folder_that_cannot_be_written_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        with pytest.raises(StoreError) as caught:
            Turn(str(tmp_path / "office.db")).__enter__()
    assert caught.value.code == "read_only"
    assert caught.value.remedy == "Give the file and its folder write rights."


def test_a_folder_that_is_not_there_is_an_error_and_may_come(tmp_path: Path) -> None:
    turn = Turn(str(tmp_path / "new" / "office.db"))
    with pytest.raises(StoreError) as caught:
        turn.__enter__()
    assert caught.value.code == "cannot_open"
    (tmp_path / "new").mkdir()
    with turn:
        pass


def test_where_there_is_no_flock_everybody_goes_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_HAS_FLOCK", False)
    with Turn(str(tmp_path / "office.db")), Turn(str(tmp_path / "office.db")) as other:
        pass
    other.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_locks_lets_everybody_go_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with suppress(KeyError), Turn(str(tmp_path / "office.db")), Turn(str(tmp_path / "office.db")):
        raise KeyError
