"""Files that commands leave behind: put in place when whole, and never over a log.

Rule: what is asked for stands whole under its name or not at all: it is written beside the target and then takes its
place. A link stays a link, a device or pipe is written into; a Xiada file is not replaced.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from shutil import copymode
from tempfile import TemporaryDirectory

from xiada.console.arguments import unwritable
from xiada.engine.errors import StoreError
from xiada.engine.stores.header import APPLICATION_ID, HEADER_BYTES

_BESIDE_LOGS = ("-wal", "-shm", "-turn")


def put(file: str, content: bytes, *, log: str | None = None) -> None:
    """Write a file whole; what was there under its name is replaced.

    Args:
        file: Its path.
        content: All of it.
        log: The Xiada file that is open; it is not even looked into, which would drop SQLite's locks on it.

    Raises:
        StoreError: It cannot be written, is a folder, or is a Xiada file.
    """
    try:
        target = Path(os.path.realpath(file))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        if target.exists():
            _check_replaceable(target, log)
        _replace(target, content)
    except (OSError, ValueError) as error:
        raise unwritable(file, error) from None


def make_folder(folder: str) -> Path:
    """Return a folder, made if it was not there.

    Raises:
        StoreError: It cannot be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except FileExistsError:  # by something else
        raise unwritable(folder, NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))) from None
    except (OSError, ValueError) as error:
        raise unwritable(folder, error) from None
    return Path(folder)


def holds_log(target: Path) -> bool:
    """Tell whether a file is a Xiada file, or one of those that may stand beside one."""
    if target.name.endswith(_BESIDE_LOGS):
        return True
    with target.open("rb") as file:
        return file.read(HEADER_BYTES)[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _check_replaceable(target: Path, log: str | None) -> None:
    """Refuse a file that is write-protected, or a log."""
    if (log is not None and Path(log).exists() and target.samefile(log)) or holds_log(target):
        raise StoreError(
            "is_a_log",
            f"{target} is a Xiada file, so it is not replaced",
            remedy="Choose another name.",
            path=str(target),
        )
    with target.open("ab"):
        pass  # whoever may not write into it may not replace it either


def _replace(target: Path, content: bytes) -> None:
    """Write beside a file and put it in its place, with the rights the file had."""
    with TemporaryDirectory(prefix=".xiada-", dir=target.parent) as folder:
        made = Path(folder, "whole")
        with made.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            copymode(target, made)
        made.replace(target)
