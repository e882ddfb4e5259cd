"""Commands: requests, imperative; each may be refused.

Rule: a command is a frozen value, checked when it is built: identifiers, texts, references. It
carries who asks (`actor`), and may carry an idempotency `key` (the same key again returns the first
answer), an `expected_version`, and `claimed_at`, when the actor says it happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal, TypeAlias

from xiada.engine import limits
from xiada.engine.directive import RESERVED, parse_reference
from xiada.engine.due import Between, DueLike, Every, On, Promptly, Relative, instant
from xiada.engine.errors import LimitExceeded, Malformed
from xiada.engine.events import Material
from xiada.engine.laws import LAWS, TRIGGER_CHARS
from xiada.engine.notice import Notice
from xiada.engine.org import Org, Select

OnConflict = Literal["refuse", "clamp", "cascade"]
Undated: TypeAlias = Literal["undated"]
DueAsked: TypeAlias = DueLike | Undated | None
"""A due, the word "undated", or None: whatever the notice or the parent says."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks.

    Args:
        id: Account of the person or program; a pseudonym, for it stays in the log for good.
        unit: The unit it belongs to; `org` for the registrar, `clock` for timers.
        on_behalf_of: The unit it acts for, if another.
    """

    id: str
    unit: str
    on_behalf_of: str | None = None

    def __post_init__(self) -> None:
        limits.identifier(self.id, "actor id")
        limits.identifier(self.unit, "actor unit")
        if self.on_behalf_of is not None:
            limits.identifier(self.on_behalf_of, "unit acted for")

    @property
    def acts_as(self) -> str:
        """The unit whose rights it uses."""
        return self.on_behalf_of or self.unit


REGISTRAR = Actor("registrar", "org")
"""Who loads the org."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands."""

    trigger: ClassVar[str]
    actor: Actor
    key: str | None = None
    expected_version: int | None = None
    claimed_at: datetime | None = None

    @property
    def pulls(self) -> str:
        """The trigger it pulls."""
        return self.trigger

    @property
    def target(self) -> str:
        """The stream it is about: a directive reference, `org/<unit>`, or `log/audit`."""
        raise AssertionError("every command names its stream")

    def __post_init__(self) -> None:
        if self.key is not None:
            limits.clean(self.key, "key", limits.KEY_CHARS)
        if self.claimed_at is not None:
            instant(self.claimed_at)


@dataclass(frozen=True, slots=True)
class OnUnit(Command):
    """Base of the commands about one unit."""

    id: str

    @property
    def target(self) -> str:
        """The unit's stream."""
        return f"org/{self.id}"


@dataclass(frozen=True, slots=True)
class AddUnit(OnUnit):
    """Add a unit to the org."""

    trigger: ClassVar[str] = "add_unit"
    name: str
    kind: str
    level: str
    line: str
    superiors: tuple[tuple[str, str], ...] = ()
    region: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delegate(Command):
    """Let actors of unit `to` act on behalf of `unit`."""

    trigger: ClassVar[str] = "delegate"
    unit: str
    to: str

    @property
    def target(self) -> str:
        """The unit's stream."""
        return f"org/{self.unit}"


@dataclass(frozen=True, slots=True)
class Revoke(Delegate):
    """Take a delegation back."""

    trigger: ClassVar[str] = "revoke"


@dataclass(frozen=True, slots=True)
class Issue(Command):
    """Issue a notice as a cascade: one root per issuer, the lead's first.

    `due` is the roots' own due; left out, it is the latest of the notice's reports. `lifecycle` names
    one of those the engine was opened with, see `lifecycles.named`; None = the first of them.
    """

    trigger: ClassVar[str] = "issue"
    cascade: str
    notice: Notice
    due: DueAsked = None
    lifecycle: str | None = None

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        if self.lifecycle is not None:
            limits.clean(self.lifecycle, "lifecycle", limits.NAME_CHARS)
        limits.identifier(self.cascade, "cascade")
        if self.cascade in RESERVED:
            remedy = "Choose another id."
            raise Malformed(
                "reserved_cascade", f"no cascade is called '{self.cascade}'", field="cascade", remedy=remedy
            )
        check_due(self.due)

    @property
    def target(self) -> str:
        """The lead issuer's root."""
        return f"{self.cascade}/1"


@dataclass(frozen=True, slots=True)
class OnDirective(Command):
    """Base of the commands about one directive."""

    directive: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        parse_reference(self.directive)

    @property
    def target(self) -> str:
        """The directive."""
        return self.directive


@dataclass(frozen=True, slots=True)
class Acknowledge(OnDirective):
    """Sign for it (签收); a second time changes nothing."""

    trigger: ClassVar[str] = "acknowledge"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One unit to forward to, with a due of its own if it has one."""

    unit: str
    due: DueAsked = None


@dataclass(frozen=True, slots=True)
class Forward(OnDirective):
    """Pass it on (转发).

    Args:
        to: Units by id, recipients, or phrases; each unit once.
        notice: The notice that forwards; None passes the parent's on as it is.
        due: Due for all who have none of their own; None = as a notice of our own says, else the parent's,
            or the passed-on notice's if that is earlier.
        reserve_workdays: Working days kept back: no child's due is so late that fewer whole ones are left to ours.
        on_conflict: `clamp` cuts a due that is too late to the latest that passes, and records it.
    """

    trigger: ClassVar[str] = "forward"
    to: tuple[str | Recipient | Select, ...]
    notice: Notice | None = None
    due: DueAsked = None
    reserve_workdays: int = 0
    on_conflict: Literal["refuse", "clamp"] = "refuse"

    def __post_init__(self) -> None:
        OnDirective.__post_init__(self)
        check_due(self.due)
        if type(self.reserve_workdays) is not int or not 0 <= self.reserve_workdays <= 1_000:
            raise Malformed("bad_reserve", "the reserve is no count of days", remedy="Give 0 to 1000 working days.")
        limits.choice(self.on_conflict, "on_conflict", ("refuse", "clamp"))

    def recipients(self, org: Org, line: str, forwarder: str) -> list[tuple[str, DueAsked]]:
        """Return the recipients one by one with dues of their own, phrases resolved against the org.

        Raises:
            NotFound: A unit that is not in the org.
            LimitExceeded: More recipients than the limit.
        """
        found: list[tuple[str, DueAsked]] = []
        for phrase in self.to:
            if isinstance(phrase, Select):
                found += [(unit, None) for unit in phrase.units(org, forwarder, line)]
            else:
                found.append((phrase, None) if isinstance(phrase, str) else (phrase.unit, phrase.due))
        if len(found) > limits.RECIPIENTS:
            raise LimitExceeded(
                "too_many_recipients",
                f"{len(found):,} recipients, more than {limits.RECIPIENTS:,}",
                remedy="Forward in several steps.",
            )
        return found


@dataclass(frozen=True, slots=True)
class Execute(OnDirective):
    """Begin to carry it out (执行)."""

    trigger: ClassVar[str] = "execute"


@dataclass(frozen=True, slots=True)
class Progress(OnDirective):
    """Say how far it is; the note is kept as erasable text."""

    trigger: ClassVar[str] = "progress"
    note: str

    def __post_init__(self) -> None:
        OnDirective.__post_init__(self)
        limits.clean(self.note, "note", limits.TEXT_CHARS, prose=True)


@dataclass(frozen=True, slots=True)
class _HandIn(OnDirective):
    """What the commands that hand something in share; `text` is kept erasable."""

    materials: tuple[Material, ...] = ()
    text: str | None = None

    def __post_init__(self) -> None:
        OnDirective.__post_init__(self)
        for name, digest in self.materials:
            limits.clean(name, "material", limits.NAME_CHARS)
            if digest is not None and (len(digest) != 64 or set(digest) - set("0123456789abcdef")):
                raise Malformed(
                    "bad_digest",
                    f"the SHA-256 of '{name}' is not 64 hex digits",
                    remedy="Give it in lower case.",
                )
        if self.text is not None:
            limits.clean(self.text, "text", limits.TEXT_CHARS, prose=True)


@dataclass(frozen=True, slots=True)
class Fulfil(_HandIn):
    """Hand in an obligation other than the report; late is recorded, never refused."""

    trigger: ClassVar[str] = "fulfil"
    obligation: str = ""
    period: date | None = None

    def __post_init__(self) -> None:
        _HandIn.__post_init__(self)
        limits.identifier(self.obligation, "obligation")


@dataclass(frozen=True, slots=True)
class Report(_HandIn):
    """Report (报送); `answers` names the requirements it answers, as `notice id/requirement id`."""

    trigger: ClassVar[str] = "report"
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _WithReason(OnDirective):
    """What the commands that need a reason share; a reason stays in the log, so name nobody in it."""

    reason: str

    def __post_init__(self) -> None:
        OnDirective.__post_init__(self)
        limits.clean(self.reason, "reason", limits.REASON_CHARS)


@dataclass(frozen=True, slots=True)
class Return(_WithReason):
    """Send a report back (退回), with a new due if one is given."""

    trigger: ClassVar[str] = "return"
    due: DueAsked = None

    def __post_init__(self) -> None:
        _WithReason.__post_init__(self)
        check_due(self.due)


@dataclass(frozen=True, slots=True)
class Summarise(OnDirective):
    """Close a root (汇总); every other directive is summarised by its parent's report."""

    trigger: ClassVar[str] = "summarise"


@dataclass(frozen=True, slots=True)
class Remind(_WithReason):
    """Urge it (催办)."""

    trigger: ClassVar[str] = "remind"


@dataclass(frozen=True, slots=True)
class Escalate(_WithReason):
    """Bring it to the notice of whoever is above the superior."""

    trigger: ClassVar[str] = "escalate"


@dataclass(frozen=True, slots=True)
class RequestExtension(_WithReason):
    """Ask for a later due; the request climbs to the first ancestor with slack."""

    trigger: ClassVar[str] = "request_extension"
    due: DueAsked

    def __post_init__(self) -> None:
        _WithReason.__post_init__(self)
        check_due(self.due)


@dataclass(frozen=True, slots=True)
class GrantExtension(OnDirective):
    """Grant what was asked, or an earlier `due`; every due on the path moves with it."""

    trigger: ClassVar[str] = "grant_extension"
    due: DueAsked = None

    def __post_init__(self) -> None:
        OnDirective.__post_init__(self)
        check_due(self.due)


@dataclass(frozen=True, slots=True)
class RefuseExtension(_WithReason):
    """Refuse what was asked."""

    trigger: ClassVar[str] = "refuse_extension"


@dataclass(frozen=True, slots=True)
class Reschedule(_WithReason):
    """Move the due (改期).

    `on_conflict`: `refuse`; `clamp` cuts a due later than the parent's; `cascade` moves later
    descendants to the new due with it.
    """

    trigger: ClassVar[str] = "reschedule"
    due: DueAsked
    on_conflict: OnConflict = "refuse"

    def __post_init__(self) -> None:
        _WithReason.__post_init__(self)
        check_due(self.due)
        limits.choice(self.on_conflict, "on_conflict", ("refuse", "clamp", "cascade"))


@dataclass(frozen=True, slots=True)
class Reassign(_WithReason):
    """Let another unit do it (改派), with the same due."""

    trigger: ClassVar[str] = "reassign"
    to: str


@dataclass(frozen=True, slots=True)
class Waive(_WithReason):
    """Do without its report (免报), and without those below it."""

    trigger: ClassVar[str] = "waive"


@dataclass(frozen=True, slots=True)
class Withdraw(_WithReason):
    """Call it back (撤回), with all that is live below it."""

    trigger: ClassVar[str] = "withdraw"


@dataclass(frozen=True, slots=True)
class TakeStep(OnDirective):
    """Pull a trigger of the lifecycle's own, one the standard lifecycle does not have.

    Args:
        step: The trigger.
        reason: Why; it stays in the log. What closes by a step needs one.
        note: Whatever is to be said beside; kept erasable.
    """

    trigger: ClassVar[str] = "step"
    step: str
    reason: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        OnDirective.__post_init__(self)
        limits.clean(self.step, "step", TRIGGER_CHARS)
        if self.step in LAWS:
            raise Malformed(
                "standard_trigger",
                f"'{self.step}' is a standard trigger",
                remedy="It has a command of its own.",
                trigger=self.step,
            )
        if self.reason is not None:
            limits.clean(self.reason, "reason", limits.REASON_CHARS)
        if self.note is not None:
            limits.clean(self.note, "note", limits.TEXT_CHARS, prose=True)

    @property
    def pulls(self) -> str:
        """The trigger it pulls."""
        return self.step


def check_due(due: object) -> None:
    """Refuse what cannot be a due.

    Raises:
        Malformed: Another type, another word, or a naive datetime.
        LimitExceeded: A year outside the limits.
    """
    if isinstance(due, datetime):
        instant(due)
    elif (
        due is not None and due != "undated" and not isinstance(due, date | On | Every | Relative | Between | Promptly)
    ):
        raise Malformed(
            "bad_due",
            f"{limits.shown(due)} is no due",
            remedy="Give a date, an aware datetime, or one of the due forms.",
        )
