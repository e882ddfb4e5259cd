"""Events: recorded facts, past tense, immutable.

Rule: an event's fields are its JSON `data`, name for name; a field left at its default is not
written. Undated is `null`. What stands around an event in the log is in `records.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from xiada.engine.due import NEVER

Entry: TypeAlias = tuple[str, str, int | None]
"""One recipient in a `forwarded`: child path, unit, due."""

Cover: TypeAlias = tuple[str, int, str, str]
"""One child a report covers: path, version, hash, status."""

Omission: TypeAlias = tuple[str, str, str]
"""One child a report does without: path, status, reason."""

Material: TypeAlias = tuple[str, str | None]
"""Something handed in: its name, and its SHA-256 in hex if known."""


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events; `type` is its name in the log."""

    type: ClassVar[str]

    @property
    def in_table(self) -> str:
        """What a lifecycle's table calls it: its type; of a step, also which."""
        return self.type


@dataclass(frozen=True, slots=True)
class UnitAdded(Event):
    """A unit joined the org, in the stream `org/<unit>`."""

    type: ClassVar[str] = "unit_added"
    name: str
    kind: str
    level: str
    line: str
    superiors: tuple[tuple[str, str], ...] = ()
    region: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRenamed(Event):
    """The unit goes by another name from now on; `aliases` are all those it has then."""

    type: ClassVar[str] = "unit_renamed"
    name: str
    reason: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitMoved(Event):
    """The unit, with all below it, stands under `superior` in a line from now on, no more under `was`."""

    type: ClassVar[str] = "unit_moved"
    line: str
    superior: str
    was: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnitMerged(Event):
    """The unit ended, and became part of `into`."""

    type: ClassVar[str] = "unit_merged"
    into: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnitAbolished(Event):
    """The unit ended; `successor` does what it did, if anybody."""

    type: ClassVar[str] = "unit_abolished"
    reason: str
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class DelegationGranted(Event):
    """From now on actors of unit `to` may act on behalf of the stream's unit."""

    type: ClassVar[str] = "delegation_granted"
    to: str


@dataclass(frozen=True, slots=True)
class DelegationRevoked(Event):
    """From now on they may not."""

    type: ClassVar[str] = "delegation_revoked"
    to: str


@dataclass(frozen=True, slots=True)
class Issued(Event):
    """A directive was laid on unit `to`; the first event of its stream.

    `forwarded` is the hash of the parent's event that named it, null at a root; a root also pins
    the lifecycle's digest and the org's version. `copy` names the bodies skipped on the way down;
    `original` is the due it is judged by too, where a reassigned directive had been extended
    (2^53-1 = undated).
    """

    type: ClassVar[str] = "issued"
    to: str
    line: str
    parent: str | None
    forwarded: str | None
    due: int | None
    window: tuple[int, int] | None
    notice: str
    obligations: str | None
    lifecycle: str | None = None
    org: int | None = None
    copy: tuple[str, ...] = ()
    original: int | None = None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged(Event):
    """The unit signed for it (签收)."""

    type: ClassVar[str] = "acknowledged"
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Forwarded(Event):
    """The unit passed it on (转发) to `n` recipients.

    They stand in `to`, or, if there are many, in the side list named by `blob`, of Merkle root
    `root`. `notice` is the notice they get if not the parent's own; `clamped` names children whose
    asked due was cut to fit; `reserve` the working days kept back; `replaces` a reassigned child.
    """

    type: ClassVar[str] = "forwarded"
    n: int
    notice: str | None
    org: int
    to: tuple[Entry, ...] | None = None
    root: str | None = None
    blob: str | None = None
    reserve: int | None = None
    clamped: tuple[tuple[str, int | None], ...] = ()
    replaces: str | None = None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Started(Event):
    """The unit began to carry it out (执行)."""

    type: ClassVar[str] = "started"
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Progressed(Event):
    """The unit said how far it is."""

    type: ClassVar[str] = "progressed"
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Fulfilled(Event):
    """The unit handed in an obligation other than the report, for a period if it recurs."""

    type: ClassVar[str] = "fulfilled"
    obligation: str
    period: str | None
    due: int | None
    materials: tuple[Material, ...] = ()
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Reported(Event):
    """The unit reported (报送), covering the `n` children listed in `covers`.

    `root` is the Merkle root of `covers`; `without` lists waived and withdrawn children with the
    reason. Many of them stand in the side list named by `blob` instead.
    """

    type: ClassVar[str] = "reported"
    n: int
    root: str
    covers: tuple[Cover, ...] | None = None
    without: tuple[Omission, ...] | None = None
    blob: str | None = None
    answers: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Returned(Event):
    """The superior sent the report back (退回), with a new due if it gave one."""

    type: ClassVar[str] = "returned"
    reason: str
    due: int | None = None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Summarised(Event):
    """Its report went into its parent's, of hash `report` (null: a root, closed by its issuer)."""

    type: ClassVar[str] = "summarised"
    report: str | None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Reminded(Event):
    """It was urged (催办)."""

    type: ClassVar[str] = "reminded"
    reason: str
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Escalated(Event):
    """It was brought to the notice of unit `to`, above the superior."""

    type: ClassVar[str] = "escalated"
    to: str
    reason: str
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class ExtensionRequested(Event):
    """The unit asked for a later due; `grantor` is the first ancestor with slack, null = the issuer."""

    type: ClassVar[str] = "extension_requested"
    due: int | None
    reason: str
    grantor: str | None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class ExtensionGranted(Event):
    """The due moved from `was` to `due`, on the path of the extension that `request` asked for."""

    type: ClassVar[str] = "extension_granted"
    due: int | None
    was: int | None
    request: str
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class ExtensionRefused(Event):
    """The extension asked for was refused."""

    type: ClassVar[str] = "extension_refused"
    reason: str
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Rescheduled(Event):
    """The superior moved the due (改期); `cause` is the directive it began at, if another.

    `asked` is the due asked for, where it was cut to fit the parent's; 2^53-1 = undated.
    """

    type: ClassVar[str] = "rescheduled"
    due: int | None
    was: int | None
    reason: str
    cause: str | None = None
    asked: int | None = None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Reassigned(Event):
    """Another unit, `to`, does it instead (改派), as the directive `path`; this one is withdrawn."""

    type: ClassVar[str] = "reassigned"
    to: str
    path: str
    reason: str
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Waived(Event):
    """Its report is not needed (免报); `cause` is the directive the waiver began at, if another."""

    type: ClassVar[str] = "waived"
    reason: str
    cause: str | None = None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn(Event):
    """It was called back (撤回); `cause` is the directive the withdrawal began at, if another."""

    type: ClassVar[str] = "withdrawn"
    reason: str
    cause: str | None = None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Stepped(Event):
    """A trigger of the lifecycle's own was pulled; what it closed has a reason."""

    type: ClassVar[str] = "stepped"
    trigger: str
    reason: str | None = None
    claimed_at: int | None = None

    @property
    def in_table(self) -> str:
        """What a lifecycle's table calls it."""
        return f"{self.type}:{self.trigger}"


@dataclass(frozen=True, slots=True)
class Migrated(Event):
    """Its cascade goes on by the lifecycle of digest `lifecycle`, no more by `was`.

    `mapping` names the statuses that go by another name from here on: (before, after).
    """

    type: ClassVar[str] = "migrated"
    lifecycle: str
    was: str
    reason: str
    mapping: tuple[tuple[str, str], ...] = ()
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class KeyRotated(Event):
    """From here on checkpoints are signed by `new`, in the stream `log/audit`.

    `proof` is the signature of the key before, `old`, in base64; both are null for the first key.
    """

    type: ClassVar[str] = "key_rotated"
    new: str
    old: str | None
    proof: str | None


@dataclass(frozen=True, slots=True)
class RestoreDeclared(Event):
    """An older copy of the log goes on from here, in epoch `epoch`.

    `kept` is the log's size before this event; `lost` and `root` are size and root (hex) of the
    newest checkpoint that was held outside.
    """

    type: ClassVar[str] = "restore_declared"
    epoch: int
    kept: int
    lost: int
    root: str
    reason: str


@dataclass(frozen=True, slots=True)
class TextErased(Event):
    """The text with that commitment was erased; it belonged to the event at log index `index`."""

    type: ClassVar[str] = "text_erased"
    commitment: str
    index: int
    reason: str


TYPES: Mapping[str, type[Event]] = {
    event.type: event
    for event in (
        UnitAdded,
        UnitRenamed,
        UnitMoved,
        UnitMerged,
        UnitAbolished,
        DelegationGranted,
        DelegationRevoked,
        Issued,
        Acknowledged,
        Forwarded,
        Started,
        Progressed,
        Fulfilled,
        Reported,
        Returned,
        Summarised,
        Reminded,
        Escalated,
        ExtensionRequested,
        ExtensionGranted,
        ExtensionRefused,
        Rescheduled,
        Reassigned,
        Waived,
        Withdrawn,
        Stepped,
        Migrated,
        KeyRotated,
        RestoreDeclared,
        TextErased,
    )
}
"""Every event by its name in the log."""


def in_table(kind: str, data: Mapping[str, Any]) -> str:
    """Return what a lifecycle's table calls an event, from its JSON; see `Event.in_table`.

    Example:
        >>> in_table("reported", {}), in_table("stepped", {"trigger": "approve"})
        ('reported', 'stepped:approve')
    """
    return f"stepped:{data['trigger']}" if kind == "stepped" else kind


def written(us: int) -> int | None:
    """Return a due as events write it: None for undated."""
    return None if us == NEVER else us


def as_read(us: int | None) -> int:
    """Return a due as state keeps it: NEVER for undated."""
    return NEVER if us is None else us
