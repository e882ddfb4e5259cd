"""Commands that change units while directives run: rename, move, merge, abolish.

Rule: the registrar gives them, with a reason, which stays in the log. `running` says what becomes of
the directives that a unit has running (see `reorganising`):

    refuse    nothing: the command is refused while there are any
    stay      they stay with the unit until they are closed
    merge     where the successor has one of the same parent, the two become one; the others stay
    reassign  whatever can still change hands is reassigned to the successor
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from xiada.engine import limits
from xiada.engine.commands import Command, OnUnit
from xiada.engine.errors import Malformed

Running = Literal["refuse", "stay", "merge", "reassign"]
ALIASES = 100
"""The most other names a unit is given at once: a renaming must fit an event."""


@dataclass(frozen=True, slots=True)
class Reorganise(Command):
    """Base of the commands that change units that are there."""

    def check_reason(self, reason: str) -> None:
        """Refuse a reason that is none, and what every command refuses."""
        Command.__post_init__(self)
        limits.clean(reason, "reason", limits.REASON_CHARS)


@dataclass(frozen=True, slots=True)
class RenameUnit(OnUnit, Reorganise):
    """Give a unit another name; `aliases` are all it has from then on, None = those it has."""

    trigger: ClassVar[str] = "rename_unit"
    name: str
    reason: str
    aliases: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        self.check_reason(self.reason)
        for alias in (self.name, *(self.aliases or ())):
            limits.clean(alias, "name", limits.NAME_CHARS)
        if len(self.aliases or ()) > ALIASES:
            raise Malformed("too_many_names", f"a unit has at most {ALIASES} other names", remedy="Leave some out.")


@dataclass(frozen=True, slots=True)
class MoveUnit(OnUnit, Reorganise):
    """Put a unit, with all below it, under another superior of the same line."""

    trigger: ClassVar[str] = "move_unit"
    line: str
    superior: str
    reason: str
    running: Literal["refuse", "stay"] = "stay"

    def __post_init__(self) -> None:
        self.check_reason(self.reason)
        limits.choice(self.running, "running", ("refuse", "stay"))


@dataclass(frozen=True, slots=True)
class MergeUnits(Reorganise):
    """Let units become part of another, which takes over those below them; they end."""

    trigger: ClassVar[str] = "merge_units"
    units: tuple[str, ...]
    into: str
    reason: str
    running: Running = "refuse"

    def __post_init__(self) -> None:
        self.check_reason(self.reason)
        limits.choice(self.running, "running", get_args(Running))
        if not self.units or len({*self.units, self.into}) <= len(self.units):
            raise Malformed(
                "same_unit",
                "the units to be merged, and the one they become part of, are not all different",
                remedy="Name each once, and another unit to take them in.",
            )

    @property
    def target(self) -> str:
        """The stream of the first of them."""
        return f"org/{self.units[0]}"


@dataclass(frozen=True, slots=True)
class AbolishUnit(OnUnit, Reorganise):
    """End a unit that has nobody below it; `successor` does what it did, if anybody."""

    trigger: ClassVar[str] = "abolish_unit"
    reason: str
    successor: str | None = None
    running: Running = "refuse"

    def __post_init__(self) -> None:
        self.check_reason(self.reason)
        limits.choice(self.running, "running", get_args(Running))
        if self.successor == self.id:
            raise Malformed("same_unit", f"'{self.id}' cannot come after itself", remedy="Name another unit, or none.")
        if self.successor is None and self.running in ("merge", "reassign"):
            raise Malformed(
                "no_successor",
                "nobody is named to take over what runs",
                remedy="Name a successor, or let what runs stay.",
            )
