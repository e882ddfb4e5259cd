"""Epochs: the part of a log's name that says how often it has been restored from an older copy.

Rule: a log is called `base/e<n>`, n from 1; every declared restore begins the next epoch. Events
keep the name they were recorded under, so a log in epoch n also holds events of the epochs before.
That none of these comes after it, the audit sees to.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(r"(.+)/e([1-9][0-9]{0,8})\Z", re.DOTALL)


def epoch_of(log: str) -> int:
    """Return the epoch of a log's name.

    Example:
        >>> epoch_of("xiada.example/office/e2")
        2
    """
    return _parts(log)[1]


def base_of(log: str) -> str:
    """Return a log's name without its epoch.

    Example:
        >>> base_of("xiada.example/office/e2")
        'xiada.example/office'
    """
    return _parts(log)[0]


def in_epoch(log: str, epoch: int) -> str:
    """Return the name of the same log in another epoch."""
    return f"{base_of(log)}/e{epoch}"


@lru_cache(maxsize=256)
def is_same_log(found: str, log: str) -> bool:
    """Tell whether a name is that of the same log, in its epoch or an earlier one.

    Example:
        >>> is_same_log("office/e1", "office/e2"), is_same_log("office/e3", "office/e2")
        (True, False)
    """
    ours, theirs = _NAME.match(log), _NAME.match(found)
    return bool(ours and theirs and ours[1] == theirs[1] and int(theirs[2]) <= int(ours[2]))


def rank_of(name: str) -> tuple[str, int]:
    """Return base and epoch of what claims to be a log's name; epoch 0 where it has none.

    Example:
        >>> rank_of("xiada.example/office/e2"), rank_of("else")
        (('xiada.example/office', 2), ('else', 0))
    """
    found = _NAME.match(name)
    return (found[1], int(found[2])) if found else (name, 0)


def _parts(log: str) -> tuple[str, int]:
    """Return base and epoch of a log's name."""
    found = _NAME.match(log)
    assert found is not None, "a store names its log with an epoch"
    return found[1], int(found[2])
