"""Anchors: where checkpoints go, so that who can change the log cannot take them back.

Rule: a file on another path is only ever added to, one note after the other, each ended by a line
`---`; one torn by a crash is passed over. A command gets the note on its standard input and says by
its exit code whether it holds it. An anchor that fails never costs a commit.
Not here: an anchor across the network. Whoever brings one implements `ports.Anchor`; `send` may take
its time, but every writer waits for it.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path

from xiada.engine.epochs import rank_of
from xiada.engine.errors import Refused, StoreError
from xiada.engine.limits import shown
from xiada.engine.log.note import MOST_BYTES

try:
    import fcntl
except ImportError:  # not Unix: two programs at once may tear a note
    _HAS_FLOCK = False
else:
    _HAS_FLOCK = True

_END = b"\n---\n"
_TORN = b"\n(torn)" + _END
_BEGINS = re.compile(rb"[a-z0-9][a-z0-9._/-]*(\n[0-9]+\n[A-Za-z0-9+/=]+(\n|\Z)|(\n[0-9]+)?(\n?\Z|\n{1,2}\(torn\)\n))")
"""How a file of checkpoints begins, wherever its first one was torn."""
_READ_BACK = 4 * MOST_BYTES
"""How much of a file's end is read to find the newest."""
_LATEST = 16
"""Among so many of the last notes the newest is looked for."""

LIMIT_S = 10.0
"""How long a command may take."""


class FileAnchor:
    """A file that is only added to, readable and writable by its owner alone.

    Two programs may add to it at once, and in either order: the newest is that of the latest epoch and
    the largest size among the last ones.

    Args:
        path: The file, best on another disk or host; made when first needed.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def __str__(self) -> str:
        return str(self._path)

    def send(self, note: str) -> None:
        """Add a note, and wait until it is on the disk.

        Raises:
            StoreError: The file cannot be written.
            Refused: It is no file of notes, or others can write to it.
        """
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._failed(error) from error
        try:
            self._check(file)
            if _HAS_FLOCK:
                fcntl.flock(file, fcntl.LOCK_EX)
            whole = _tail(file, len(_END)) in {b"", _END}
            _write(file, (b"" if whole else _TORN) + note.encode() + _END[1:])
            os.fsync(file)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            os.close(file)

    def newest(self) -> str | None:
        """Return the newest note, None if there is none.

        Raises:
            StoreError: The file cannot be read.
            Refused: It is no file of notes, or others can write to it.
        """
        try:
            file = os.open(
                self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            )  # no waiting for a pipe
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed(error) from error
        try:
            self._check(file)
            return _newest(_tail(file, _READ_BACK), whole=os.fstat(file).st_size <= _READ_BACK)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            os.close(file)

    def _check(self, file: int) -> None:
        """Refuse what is no plain file of notes, or not its owner's alone to write."""
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or (found.st_size and not _BEGINS.match(os.pread(file, MOST_BYTES, 0))):
            raise self._refused("is no file of checkpoints", "Name another file; this one was not touched.")
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise self._refused("can be written by others", f"Run 'chmod 600 {self._path}', and find out who did.")

    def _refused(self, why: str, remedy: str) -> Refused:
        """Return the refusal of a file."""
        return Refused("bad_anchor", f"{self._path} {why}", remedy=remedy, path=str(self._path), why=why)

    def _failed(self, error: OSError) -> StoreError:
        """Return the error of a file that cannot be used."""
        return StoreError(
            "anchor_failed",
            f"the anchor {self._path} cannot be used ({error.strerror})",
            remedy="Nothing is lost: the next checkpoint goes there again. Check the folder and its rights.",
            anchor=str(self._path),
        )


def _tail(file: int, most: int) -> bytes:
    """Return the last bytes of a file."""
    size = os.fstat(file).st_size
    return os.pread(file, most, max(size - most, 0))


def _write(file: int, content: bytes) -> None:
    """Write all of it."""
    while content:
        content = content[os.write(file, content) :]


def _newest(tail: bytes, *, whole: bool) -> str | None:
    """Return the newest of the notes that end whole, by the end of a file, or by all of it."""
    *parts, _ = tail.split(_END)
    marked = _TORN.removesuffix(_END)
    notes = [part.decode(errors="replace") + "\n" for part in parts[not whole :] if not part.endswith(marked)]
    if not notes:
        return None
    base = _rank(notes[-1])[0]
    return max((note for note in notes[-_LATEST:] if _rank(note)[0] == base), key=_rank)


def notes_in(content: bytes) -> list[str]:
    r"""Return the notes in a file: an anchor's, of which torn ones are passed over, a bundle's, or a single one.

    Example:
        >>> notes_in(b"a\n\n- x\n---\nb\n\n- y\n---\n")
        ['a\n\n- x\n', 'b\n\n- y\n']
    """
    *parts, last = content.split(_END)
    marked = _TORN.removesuffix(_END)
    notes = [part + b"\n" for part in parts if not part.endswith(marked)]
    if last and (not parts or (b"\n\n" in last and last.endswith(b"\n"))):
        notes.append(last)
    return [note.decode(errors="replace") for note in notes]


def _rank(note: str) -> tuple[str, int, int]:
    """Return log, epoch and size that a note claims, for the order of notes; none if it claims none."""
    name, _, rest = note.partition("\n")
    size = rest.partition("\n")[0]
    base, epoch = rank_of(name)
    return base, epoch, int(size) if size.isascii() and size.isdigit() and len(size) < 20 else 0


class CommandAnchor:
    """A command that takes each note on its standard input; no shell is involved.

    Args:
        command: The program and its arguments.
        limit_s: How long it may take.
    """

    def __init__(self, command: Sequence[str], *, limit_s: float = LIMIT_S) -> None:
        self._command, self._limit_s = list(command), limit_s

    def __str__(self) -> str:
        return " ".join(self._command)

    def send(self, note: str) -> None:
        """Run the command on a note.

        Raises:
            StoreError: It cannot be run, takes too long, or ends with another exit code than 0.
        """
        try:
            done = subprocess.run(  # noqa: S603  (whoever opens the engine names it; a file never does)
                self._command, input=note.encode(), capture_output=True, timeout=self._limit_s, check=False
            )
        except OSError as error:
            raise self._failed(error.strerror or "it cannot be run") from error
        except subprocess.TimeoutExpired as error:
            raise self._failed(f"it took longer than {self._limit_s:g} s") from error
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise self._failed(f"exit code {done.returncode}" + (f", {shown(said, 120)}" if said else ""))

    def newest(self) -> None:
        """Return None: a command cannot be asked."""

    def _failed(self, why: str) -> StoreError:
        """Return the error of a command."""
        return StoreError(
            "anchor_failed",
            f"the anchor '{self}' cannot be used ({why})",
            remedy="Nothing is lost: the next checkpoint goes there again. Check the command.",
            anchor=str(self),
        )
