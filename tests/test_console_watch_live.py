"""`xiada watch` on a terminal: a screen of its own that changes, and is gone when it ends."""

from __future__ import annotations

import os
import re
import select
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from console_office import SG, Office

if sys.platform == "win32":
    pytest.skip("there are no such terminals here", allow_module_level=True)

import fcntl
import pty
import termios

ENTER, LEAVE, SHOW_CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"
START = "from xiada.console.main import run; run()"
MOST_S = 30.0
SEQUENCES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, line: tuple[str, ...], rows: int, columns: int) -> None:
        variables = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            variables |= {"TERM": "xterm-256color", "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1"}
            os.execve(sys.executable, [sys.executable, "-c", START, *line], variables)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.said = b""

    def read_until(self, words: str) -> str:
        """Read until the program has said something new, and return all that is new."""
        start = len(self.said)
        while words.encode() not in SEQUENCES.sub(b"", self.said[start:]):
            assert self._read(), f"it ended without {words}: {self.said[start:].decode(errors='replace')}"
        return SEQUENCES.sub(b"", self.said[start:]).decode(errors="replace")

    def _read(self) -> bool:
        """Read some; False at the end."""
        ready, _, _ = select.select([self.descriptor], [], [], MOST_S)
        assert ready, "nothing came for long"
        with suppress(OSError):  # Linux says EIO where the program has ended
            if some := os.read(self.descriptor, 65_536):
                self.said += some
                return True
        return False

    def interrupt(self) -> int:
        """Type Ctrl-C and return the exit code."""
        os.write(self.descriptor, b"\x03")
        return self.ended()

    def ended(self) -> int:
        """Read to the end and return the exit code."""
        while self._read():
            pass
        _, status = os.waitpid(self.process, 0)
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(status)


@contextmanager
def on_terminal(*line: str, rows: int = 40, columns: int = 100) -> Iterator[Terminal]:
    """Start a program on a terminal."""
    terminal = Terminal(line, rows, columns)
    try:
        yield terminal
    finally:
        with suppress(ProcessLookupError, ChildProcessError):
            if os.waitpid(terminal.process, os.WNOHANG) == (0, 0):
                os.kill(terminal.process, 9)
                os.waitpid(terminal.process, 0)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("live")).under_way()


def test_a_terminal_shows_what_happens_and_is_left_as_it_was(office: Office) -> None:
    with on_terminal("watch", "kx", "--db", str(office.file), "--every", "0.1") as terminal:
        first = terminal.read_until("按 Ctrl-C 结束")
        assert "关于开展推荐工作的通知" in first
        assert "韶关市科协" in first
        office.must("execute", "kx/1.1.3", actor=SG)
        terminal.read_until("韶关市科协[/red]开始执行")
        assert terminal.interrupt() == 0
    assert terminal.said.count(ENTER) == terminal.said.count(LEAVE) == 1
    assert terminal.said.rindex(SHOW_CURSOR) < terminal.said.rindex(LEAVE) < len(terminal.said)
    assert b"Traceback" not in terminal.said
    assert "中断" not in terminal.said.decode(errors="replace"), "to end it so is no interruption"


def test_a_small_terminal_shows_as_much_as_fits(office: Office) -> None:
    with on_terminal("watch", "kx", "--db", str(office.file), "--every", "0.1", rows=8, columns=60) as terminal:
        shown = terminal.read_until("日志序号")
        assert "关于开展推荐工作的通知" in shown
        assert terminal.interrupt() == 0


def test_a_file_moved_away_ends_it_with_a_sentence_on_the_screen_that_was_there(office: Office) -> None:
    moved = office.file.with_name("moved.db")
    with on_terminal("watch", "kx", "--db", str(office.file), "--every", "0.1") as terminal:
        terminal.read_until("按 Ctrl-C 结束")
        office.file.rename(moved)
        try:
            terminal.read_until("已被移走")
        finally:
            moved.rename(office.file)
        assert terminal.ended() == 4
    assert terminal.said.index(LEAVE) < terminal.said.rindex("存储故障".encode())
