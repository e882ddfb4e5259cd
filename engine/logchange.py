"""What is done to the log itself: handing on its key, declaring a restore, erasing a text.

Rule: all of it stands in the stream `log/audit`, by the registrar; a text may also be erased by the
unit whose event it belonged to. What changes nothing is not recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from xiada.engine import codec, limits
from xiada.engine.commands import REGISTRAR, Command
from xiada.engine.directive import AUDIT_STREAM
from xiada.engine.epochs import in_epoch
from xiada.engine.errors import Malformed, NotFound, VersionConflict
from xiada.engine.events import Event, KeyRotated, RestoreDeclared, TextErased
from xiada.engine.log.keys import VerifierKey, verify_signature, vouched
from xiada.engine.log.strict import bytes_in
from xiada.engine.ports import Reader, Upkeep
from xiada.engine.publishing.keyring import keys_of
from xiada.engine.records import Recorded, read


@dataclass(frozen=True, slots=True)
class OnLog(Command):
    """Base of the commands about the log itself."""

    @property
    def target(self) -> str:
        """The stream of the log itself."""
        return AUDIT_STREAM


@dataclass(frozen=True, slots=True)
class RotateKey(OnLog):
    """Let another key sign checkpoints from here on.

    Args:
        new: Its public half.
        old: The key in force; None where there was none yet.
        proof: What that one says of the new, in base64, see `keyring.vouch`.
    """

    trigger: ClassVar[str] = "rotate_key"
    new: VerifierKey
    old: VerifierKey | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class DeclareRestore(OnLog):
    """Say that an older copy goes on from here, in a new epoch.

    Args:
        epoch: Its number.
        lost: Size of the newest checkpoint held outside; `root` is its root, hex.
        reason: Why; stays in the log, so name nobody in it.
    """

    trigger: ClassVar[str] = "declare_restore"
    epoch: int
    lost: int
    root: str
    reason: str

    def __post_init__(self) -> None:
        OnLog.__post_init__(self)
        limits.clean(self.reason, "reason", limits.REASON_CHARS)


@dataclass(frozen=True, slots=True)
class EraseText(OnLog):
    """Erase the text with a commitment; `Engine.erase` also leaves no byte of it in the file.

    Args:
        commitment: 64 hex digits, as the event has them.
        index: Log index of the event it belongs to.
        reason: Why; stays in the log, so name nobody in it.
    """

    trigger: ClassVar[str] = "erase_text"
    commitment: str
    index: int
    reason: str

    def __post_init__(self) -> None:
        OnLog.__post_init__(self)
        limits.clean(self.reason, "reason", limits.REASON_CHARS)
        _check_commitment(self.commitment)


def _check_commitment(value: object) -> None:
    """Refuse what cannot be a commitment."""
    if not codec.is_digest(value):
        raise Malformed(
            "bad_commitment",
            f"{limits.shown(value)} is not a commitment",
            remedy="Give the 64 hex digits that stand as 'text' in the event.",
        )


class LogChange(NamedTuple):
    """What a command comes to: the event, if any, what else is written, and whose actors may do it."""

    event: Event | None
    upkeep: Upkeep
    entitled: tuple[str, ...] = (REGISTRAR.unit,)


def decide(command: OnLog, reader: Reader) -> LogChange:
    """Return what a command about the log itself comes to.

    Raises:
        Refused: It is not possible, or there is no such text.
    """
    if isinstance(command, EraseText):
        return _erase(command, reader)
    if isinstance(command, DeclareRestore):
        kept, origin = reader.head().size, in_epoch(reader.origin, command.epoch)
        event = RestoreDeclared(command.epoch, kept, command.lost, command.root, command.reason)
        return LogChange(event, Upkeep(origin=origin))
    assert isinstance(command, RotateKey)
    return _rotate(command, reader)


def _rotate(command: RotateKey, reader: Reader) -> LogChange:
    """Decide on another key: it follows the one in force, which has signed it."""
    keys = keys_of(reader)
    newest = keys[-1] if keys else None
    if newest == command.new:
        return LogChange(None, Upkeep())
    if newest != command.old or not _is_vouched_for(command, reader.origin):
        raise VersionConflict(
            "key_moved",
            "another key, or another epoch, has come into force meanwhile",
            remedy="Open the log with the key in force, then rotate.",
            keys=[str(key) for key in keys],
        )
    old = None if newest is None else str(newest)
    return LogChange(KeyRotated(str(command.new), old, command.proof), Upkeep())


def _is_vouched_for(command: RotateKey, log: str) -> bool:
    """Tell whether the key before has signed the new one; the first needs nobody's word."""
    if command.old is None:
        return command.proof is None
    return verify_signature(command.old.public, vouched(command.new, log), bytes_in(command.proof or "") or b"")


def _erase(command: EraseText, reader: Reader) -> LogChange:
    """Decide on a text: it is there and belongs to that event, or is gone already."""
    owner = _event_at(reader, command.index)
    if owner is None or owner.text != command.commitment:
        raise unknown_text(command.commitment)
    entitled = (REGISTRAR.unit, owner.behalf or owner.unit)
    if reader.text(command.commitment) is None and is_erased(reader, command.commitment):
        return LogChange(None, Upkeep(), entitled)
    event = TextErased(command.commitment, command.index, command.reason)
    return LogChange(event, Upkeep(erased=[command.commitment]), entitled)


def _event_at(reader: Reader, index: int) -> Recorded | None:
    """Return the event at a log index, None if there is none."""
    if index < 0:
        return None
    return next((read(body, log=reader.origin, index=at) for at, body in reader.events(index, index + 1)), None)


def is_erased(reader: Reader, commitment: str) -> bool:
    """Tell whether the log says that a text was erased."""
    events = (read(body, log=reader.origin, index=at).event for at, body in reader.stream(AUDIT_STREAM))
    return any(isinstance(event, TextErased) and event.commitment == commitment for event in events)


def holder_of(reader: Reader, commitment: str) -> int:
    """Return the log index of the event that a text belongs to, by looking through the whole log.

    Raises:
        NotFound: No event names it.
        Malformed: It cannot be one.
    """
    _check_commitment(commitment)
    mark = f'"text":"{commitment}"'.encode()
    for index, body in reader.events():
        if mark in body and read(body, log=reader.origin, index=index).text == commitment:
            return index
    raise unknown_text(commitment)


def unknown_text(commitment: str) -> NotFound:
    """Return the refusal of a text that no such event names."""
    return NotFound(
        "unknown_text",
        f"no such event has a text with commitment {limits.shown(commitment, 16)}",
        commitment=commitment,
        remedy="Take commitment and index from the event itself: 'xiada log --json' shows them.",
    )


def joined(one: Upkeep | None, other: Upkeep) -> Upkeep:
    """Return what two commands of one transaction write together."""
    if one is None:
        return other
    return Upkeep(erased=[*one.erased, *other.erased], origin=other.origin or one.origin)
