"""Plain files and nothing else: opened without following links or waiting on pipes, put in place when whole.

Rule: this is the only place where a bundle meets the machine's file names. Whatever else goes by a
name in a bundle - a link, a pipe, a device, a folder - is refused before anything is read from it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from xiada.engine.bundle.layout import flawed
from xiada.engine.errors import StoreError, XiadaError

_MOST_DEEP = 10
"""Folders above a file; the longest path of a tile has nine."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def opened(folder: Path, path: str) -> Iterator[BufferedReader]:
    """Open a plain file of a bundle for reading.

    Args:
        folder: The bundle.
        path: The file's path in it, known to be one that a bundle may have.

    Raises:
        Tampered: It is not there, or no plain file.
        StoreError: It cannot be read.
    """
    try:
        descriptor = os.open(folder / path, _FLAGS)
    except OSError as error:
        raise _not_opened(error, path, folder) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise flawed("plain", path)
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _not_opened(error: OSError, path: str, folder: Path) -> XiadaError:
    """Return what it means that a file did not open."""
    if error.errno == errno.ENOENT:
        return flawed("missing", path)
    if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENOTDIR, errno.EISDIR, errno.EMLINK):
        return flawed("plain", path)
    return failed(error, folder)


def whole(folder: Path, path: str, most: int) -> bytes:
    """Return the bytes of a plain file of a bundle.

    Raises:
        Tampered: It is not there, no plain file, or longer than so many bytes.
    """
    with opened(folder, path) as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise flawed("length", path)
    return found


def files_in(folder: Path) -> Iterator[str]:
    """Yield the path of every file in a folder and those below it, in any order.

    Raises:
        Tampered: Something there is neither a folder nor a plain file, or lies too deep.
        StoreError: It cannot be read.
    """
    waiting = [""]
    try:
        while waiting:
            above = waiting.pop()
            with os.scandir(folder / above) as found:
                for entry in found:
                    path = f"{above}{entry.name}"
                    if entry.is_dir(follow_symlinks=False) and path.count("/") < _MOST_DEEP:
                        waiting.append(f"{path}/")
                    elif entry.is_file(follow_symlinks=False):
                        yield path
                    else:
                        raise flawed("plain", path)
    except OSError as error:
        raise failed(error, folder) from None


def put_in_place(made: Path, target: Path) -> None:
    """Give a finished file or folder its name, which must be free, for good.

    Raises:
        StoreError: Something has that name already, or it cannot be given.
    """
    try:
        if made.is_dir():
            made.rename(target)
        else:
            _settle(made)
            _link(made, target)
        if hasattr(os, "O_DIRECTORY"):  # elsewhere a folder cannot be opened
            _settle(target.parent)
    except (FileExistsError, NotADirectoryError):
        raise taken(target) from None
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:
            raise taken(target) from None
        raise failed(error, target, writing=True) from None


def _link(made: Path, target: Path) -> None:
    """Give a file its name, without ever taking the place of another."""
    try:
        target.hardlink_to(made)
    except FileExistsError:
        raise
    except OSError:  # no hard links here
        if os.path.lexists(target):
            raise taken(target) from None
        made.rename(target)


def _settle(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_taken(target: Path) -> bool:
    """Tell whether anything goes by that name, be it a link to nowhere."""
    return os.path.lexists(target)


def taken(target: Path) -> StoreError:
    """Return the refusal to write where something is."""
    return StoreError(
        "file_exists", f"{target} is there already", remedy="Choose another name, or open it.", path=str(target)
    )


def failed(error: OSError, path: Path, *, writing: bool = False) -> StoreError:
    """Return an error of the machine as one of ours."""
    if error.errno == errno.ENOSPC:
        return StoreError("disk_full", f"{path}: the disk is full", remedy="Make room and try again.", path=str(path))
    code, what = ("cannot_create", "made") if writing else ("cannot_open", "read")
    message = f"{path} cannot be {what} ({error.strerror or error})"
    return StoreError(code, message, remedy="Check the name, its folder and their rights.", path=str(path))
