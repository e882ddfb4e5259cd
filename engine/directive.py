"""A directive's state: all that its events fold to, and how references are written.

Rule: a reference is `cascade/path`, the path a Dewey number; ancestry is a prefix. The state is a
plain frozen value; two folds of the same events are equal in every field.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from xiada.engine import codec
from xiada.engine.due import NEVER
from xiada.engine.errors import Malformed
from xiada.engine.limits import DEPTH, identifier, shown

AUDIT_STREAM = "log/audit"
"""Where it is recorded what is done to the log itself: keys, restores, erasures."""

RESERVED = frozenset({"org", "log"})
"""No cascade is called so: streams of units begin with the one, that of the log itself with the other."""

_REFERENCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}/[1-9][0-9]{0,6}(\.[1-9][0-9]{0,6})*\Z")


class Directive(NamedTuple):
    """What a notice lays on one unit, as it stands.

    A named tuple, because every event makes a new one: replacing a field costs a fifth of a
    dataclass's `replace`.

    Instants are µs since 1970 UTC; `due` and `original_due` are NEVER if undated; `head` is the
    hash of the latest event, 32 bytes; `children` counts the numbers given out so far.
    """

    ref: str
    unit: str
    line: str
    parent: str | None
    status: str
    version: int
    head: bytes
    due: int
    original_due: int
    notice: str
    issued_at: int
    children: int = 0
    acknowledged_at: int | None = None
    started_at: int | None = None
    reported_at: int | None = None
    closed_at: int | None = None
    extension: int | None = None
    reason: str | None = None
    copy: tuple[str, ...] = ()
    fulfilled: tuple[tuple[str, str | None], ...] = ()

    @property
    def closed(self) -> bool:
        """Whether nothing binds or moves it any more."""
        return self.closed_at is not None

    @property
    def excused(self) -> bool:
        """Whether it was closed without a report, for a reason: waived, withdrawn, or by a step of its lifecycle's."""
        return self.closed_at is not None and self.reason is not None

    @property
    def cascade(self) -> str:
        """The cascade it belongs to."""
        return self.ref.partition("/")[0]

    @property
    def path(self) -> str:
        """Its Dewey number within the cascade."""
        return self.ref.partition("/")[2]

    @property
    def depth(self) -> int:
        """Levels below its root."""
        return self.path.count(".")

    def canonical(self) -> bytes:
        """Return the state as canonical bytes, for comparing stores and replays byte for byte."""
        return codec.encode(self._asdict() | {"head": self.head.hex()})

    def undated(self) -> bool:
        """Tell whether no date was given."""
        return self.due == NEVER


def parse_reference(text: str) -> tuple[str, tuple[int, ...]]:
    """Return cascade and path of a reference.

    Raises:
        Malformed: It is not `cascade/1.2.3`, or deeper than the limit.

    Example:
        >>> parse_reference("kx2020-7/1.19.3")
        ('kx2020-7', (1, 19, 3))
    """
    if not isinstance(text, str) or not _REFERENCE.match(text):
        raise Malformed(
            "bad_reference",
            f"{shown(text)} is not a directive reference",
            remedy="Write cascade/path, e.g. kx2020-7/1.19.3.",
        )
    cascade, _, path = text.partition("/")
    numbers = tuple(int(number) for number in path.split("."))
    if len(numbers) > DEPTH:
        raise Malformed("bad_reference", f"{shown(text)} is deeper than {DEPTH} levels", remedy="Check the reference.")
    return cascade, numbers


def is_reference(text: str) -> bool:
    """Tell whether a text is a directive reference, of a depth there may be."""
    return _REFERENCE.match(text) is not None and text.count(".", text.index("/")) < DEPTH


def check_stream(name: str) -> str:
    """Return the name of a stream: a directive reference, `org/` and a unit, or `log/audit`.

    Raises:
        Malformed: It is none of them.
    """
    if isinstance(name, str) and name.startswith("org/"):
        identifier(name.removeprefix("org/"), "unit")
    elif name != AUDIT_STREAM:
        parse_reference(name)
    return name


def path_order(path: str) -> tuple[int, ...]:
    """Return the sort key of a path: numbers, not text, so that 1.2 comes before 1.10."""
    return tuple(int(number) for number in path.split("."))


def root_of(ref: str) -> str:
    """Return the reference of the root a directive descends from."""
    cascade, _, path = ref.partition("/")
    return f"{cascade}/{path.partition('.')[0]}"


def parent_of(ref: str) -> str | None:
    """Return the reference one level up, None for a root."""
    cascade, _, path = ref.partition("/")
    above, dot, _ = path.rpartition(".")
    return f"{cascade}/{above}" if dot else None
