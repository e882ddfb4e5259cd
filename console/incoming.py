"""What is handed in: a file by its name, standard input for `-`, or the answers of a person at a terminal.

Rule: nothing larger than its limit is read; how large a file is, is asked before it is opened.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import BinaryIO, TextIO

from xiada.console.arguments import unreadable
from xiada.console.context import visible
from xiada.engine.errors import Malformed
from xiada.engine.limits import shown

STDIN = "-"
"""The name under which standard input is a file."""


def read_input(path: str, most: int, remedy: str) -> bytes:
    """Return the bytes of a file, or of standard input.

    Args:
        path: The file; `-` = standard input.
        most: Not more bytes than this.
        remedy: What to do where there are more.

    Raises:
        Malformed: It cannot be read, or is larger.
    """
    try:
        if path == STDIN:
            content = _stdin().read(most + 1)
        else:
            size = Path(path).stat().st_size
            if size > most:
                raise _too_large(path, most, remedy)
            with open(path, "rb", opener=_without_waiting) as file:
                content = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    if len(content) > most:
        raise _too_large(path, most, remedy)
    return content


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe without waiting for somebody to write into it, but then for all that is written."""
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(path, flags)
    found = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(found, True)
    return found


def _stdin() -> BinaryIO:
    """Return standard input; a process may have been started without one."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer


def _too_large(path: str, most: int, remedy: str) -> Malformed:
    """Return the error for a file beyond its limit."""
    return Malformed("file_too_large", f"{shown(path)} is larger than {most:,} bytes", remedy=remedy, file=path)


class Terminal:
    """Asks on stderr, and takes answers from standard input."""

    def ask(self, question: str) -> str:
        """Return the answer to a question, without white space around it.

        Raises:
            EOFError: The input has ended.
        """
        sys.stderr.write(visible(question))
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            raise EOFError
        return answer.strip()

    def tell(self, text: str) -> None:
        """Show one line."""
        sys.stderr.write(f"{visible(text)}\n")


def at_terminal(stream: TextIO | None) -> bool:
    """Tell whether a stream is a terminal, with a person before it."""
    return stream is not None and stream.isatty()
