"""An event as a sentence: who did what to whom, with what came of it.

Rule: every type of event has its sentence, by its name in the log; one nobody here knows is told with
its facts as they stand. Names come from the org given; what else is needed is asked for, and where it
cannot be had the reference or digest stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from xiada.console.directory import Directory
from xiada.console.essence import Teller
from xiada.console.words import Words
from xiada.engine.due import NEVER, SHANGHAI, show_second
from xiada.engine.events import as_read
from xiada.engine.hindsight.lateness import days_late
from xiada.engine.hindsight.walking import Act, Step
from xiada.engine.notice import Notice
from xiada.engine.org import Org
from xiada.engine.records import Recorded

_NAMED = 4
_TEXT_CHARS = 160


@dataclass(frozen=True, slots=True)
class Library:
    """What sentences look up beside the event.

    Args:
        directory: The units directives lie on.
        notice: A notice by digest.
        text: An erasable text by commitment, None if it is not there; None = texts are not told.
    """

    directory: Directory
    notice: Callable[[str], Notice]
    text: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Narrator:
    """Tells events as sentences in a language.

    Args:
        words: Of that language.
        org: For the names of units.
        library: What else is looked up.
        zone: Time zone of dues and times.
    """

    words: Words
    org: Org
    library: Library
    zone: str = SHANGHAI
    _teller: Teller = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_teller", Teller(self.words, self.org, self.zone))

    def sentence(self, step: Step, cause: Recorded | None = None) -> str:
        """Return an event as a sentence.

        Args:
            step: The event with the directive's states around it.
            cause: The event it came from, to be named by its log index.
        """
        recorded = step.recorded
        tell = _TELLINGS.get(recorded.event.type, _unknown)
        clauses = [clause for clause in (*tell(self, step), *self._text(recorded)) if clause]
        told = self.words.say("comma").join(clauses)
        return f"{told}{self._reason(recorded)}{self._aside(recorded, cause)}{self.words.say('stop').strip()}"

    def _reason(self, recorded: Recorded) -> str:
        """Return the reason given, if there is one that has not been told with other facts."""
        reason = getattr(recorded.event, "reason", None)
        known = recorded.event.type in _TELLINGS
        return self.say("tell_reason", reason=reason.rstrip("。. ")) if reason and known else ""

    def _text(self, recorded: Recorded) -> list[str]:
        """Return the words handed in, or that they are not there; contacts beside a notice are not told."""
        look = self.library.text
        if look is None or recorded.text is None or recorded.event.type not in _WITH_TEXT:
            return []
        found = look(recorded.text)
        if found is None:
            return [self.say("tell_no_text")]
        cut = found if len(found) <= _TEXT_CHARS else f"{found[:_TEXT_CHARS]}…"
        return [self.say("tell_text", text=cut.replace("\n", " "))]

    def _aside(self, recorded: Recorded, cause: Recorded | None) -> str:
        """Return what stands in brackets: when it is said to have happened, and where its cause stands."""
        claimed = getattr(recorded.event, "claimed_at", None)
        parts = [self.say("tell_claimed", time=self.time(claimed))] if claimed is not None else []
        parts += [self.say("tell_see", index=str(cause.index))] if cause is not None else []
        return self.say("tell_aside", what=self.say("comma").join(parts)) if parts else ""

    # Words for parts

    def say(self, key: str, **facts: object) -> str:
        """Return a phrase."""
        return self.words.say(key, **facts)

    def who(self, recorded: Recorded) -> str:
        """Return who did it, by unit, and for whom."""
        unit = self.name(recorded.unit)
        return (
            unit if recorded.behalf is None else self.say("tell_behalf", unit=unit, behalf=self.name(recorded.behalf))
        )

    def actor(self, act: Act | Recorded) -> str:
        """Return who did it by account: id and unit, and for whom."""
        if act.behalf is None:
            return f"{act.actor}@{act.unit}"
        return self.say("behalf", actor=act.actor, unit=act.unit, behalf=act.behalf)

    def name(self, unit: str) -> str:
        """Return a unit's short name; the registrar and the clock have names too."""
        if unit not in self.org and unit in _MACHINERY:
            return self.say(_MACHINERY[unit])
        return self._teller.name(unit)

    def names(self, units: list[str]) -> str:
        """Return several units' names; of many the first few."""
        return self.listed([self.name(unit) for unit in units])

    def listed(self, names: list[str]) -> str:
        """Return a list, of a long one the first few and that there are others."""
        few = self.words.join(names[:_NAMED], _NAMED)
        return few if len(names) <= _NAMED else self.say("tell_others", names=few)

    @property
    def directory(self) -> Directory:
        """The units directives lie on."""
        return self.library.directory

    def unit_of(self, ref: str) -> str:
        """Return the name of the unit a directive lies on; the reference if there is no such directive."""
        unit = self.directory.unit_of(ref)
        return ref if unit is None else self.name(unit)

    def notice(self, digest: str) -> str:
        """Return a notice by title and number."""
        found = self.library.notice(digest)
        return self.say("tell_notice", title=found.title, doc_number=found.doc_number)

    def due(self, us: int | None) -> str:
        """Return a due as people read it."""
        return self._teller.due(us)

    def due_clause(self, us: int) -> str:
        """Return "due then", or that there is no due."""
        return self.say("tell_undated") if us == NEVER else self.say("tell_due", due=self.due(us))

    def time(self, us: int) -> str:
        """Return an instant as people read it, to the second."""
        return show_second(us, self.zone)

    def days_late(self, days: int) -> str:
        """Return how late so many days are."""
        if not days:
            return self.say("tell_in_time")
        return self.say("tell_late_one") if days == 1 else self.say("tell_late", days=days)

    def materials(self, event: Any) -> str:
        """Return what was handed in beside, nothing if nothing was."""
        return (
            self.say("tell_materials", names=self.words.join([name for name, _ in event.materials]))
            if event.materials
            else ""
        )


_MACHINERY: Mapping[str, str] = {"org": "tell_registrar", "clock": "tell_clock"}
"""Units that are none: who loads the org, and timers."""

_WITH_TEXT = frozenset({"progressed", "fulfilled", "reported", "stepped"})


def _plain(narrator: Narrator, step: Step, **facts: object) -> str:
    """Return the plain sentence of an event."""
    return _as(narrator, f"tell_{step.recorded.event.type}", step, **facts)


def _as(narrator: Narrator, key: str, step: Step, **facts: object) -> str:
    """Return a phrase about an event: who did it, whom it is about, and the facts given."""
    unit = narrator.name(step.after.unit) if step.after is not None else ""
    return narrator.say(key, **{"who": narrator.who(step.recorded), "unit": unit, **facts})


def _simple(narrator: Narrator, step: Step) -> list[str]:
    """Tell an event that says no more than its plain sentence."""
    return [_plain(narrator, step)]


def _unknown(narrator: Narrator, step: Step) -> list[str]:
    """Tell an event of a type that is not known here: its facts, name by name."""
    event = step.recorded.event
    values = ((one.name, getattr(event, one.name)) for one in fields(event))
    facts = [narrator.say("tell_fact", name=name, value=str(value)) for name, value in values if value is not None]
    said = narrator.say("colon") + narrator.words.join(facts, 20) if facts else ""
    return [_as(narrator, "tell_unknown", step, type=narrator.words.event(event.type), facts=said)]


# The org and the log itself


def _unit_added(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    above = narrator.names([superior for _, superior in event.superiors])
    place = narrator.say("tell_below", names=above) if above else narrator.say("tell_top")
    return [_plain(narrator, step, unit=event.name, id=_own(step)), place]


def _unit_changed(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    named = {
        name: narrator.name(unit)
        for name in ("superior", "was", "into")
        if (unit := getattr(event, name, None)) is not None
    }
    unit = event.name if event.type == "unit_renamed" else narrator.name(_own(step))
    told = _plain(narrator, step, **{**named, "unit": unit, "id": _own(step), "line": getattr(event, "line", "")})
    successor = getattr(event, "successor", None)
    return [told, narrator.say("tell_successor", unit=narrator.name(successor)) if successor else ""]


def _delegation(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    return [_plain(narrator, step, unit=narrator.name(_own(step)), to=narrator.name(event.to))]


def _own(step: Step) -> str:
    """Return the unit an org stream belongs to."""
    return step.recorded.ref.removeprefix("org/")


def _key_rotated(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    old = narrator.say("tell_old_key", old=_key(event.old)) if event.old else ""
    return [_plain(narrator, step, new=_key(event.new)), old]


def _key(vkey: str) -> str:
    """Return name and id of a verifier key, without the key itself."""
    return "+".join(vkey.split("+")[:2])


def _restore_declared(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    lost = narrator.say("tell_lost", count=max(0, event.lost - event.kept))
    return [_plain(narrator, step, kept=event.kept, epoch=str(event.epoch)), lost]


def _text_erased(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    return [_plain(narrator, step, index=str(event.index))]


# Downwards


def _issued(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    due = narrator.due_clause(as_read(event.due))
    if event.parent is None:
        own = event.to in (step.recorded.unit, step.recorded.behalf)
        key = "tell_issued_root" if own else "tell_issued_joint"
        return [_as(narrator, key, step, notice=narrator.notice(event.notice)), due]
    copy = narrator.say("tell_copy", names=narrator.names(list(event.copy))) if event.copy else ""
    first = narrator.say("tell_first_due", due=narrator.due(event.original)) if event.original is not None else ""
    return [_plain(narrator, step), due, first, copy]


def _forwarded(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    names = narrator.names([unit for _, unit, _ in event.to or ()])
    key = "tell_forwarded_many" if not names else "tell_forwarded_one" if event.n == 1 else "tell_forwarded"
    cascade = step.recorded.ref.partition("/")[0]
    return [
        _as(narrator, key, step, count=event.n, names=names),
        narrator.say("tell_instead_of", ref=f"{cascade}/{event.replaces}") if event.replaces else "",
        narrator.say("tell_under", notice=narrator.notice(event.notice)) if event.notice else "",
        narrator.say("tell_reserve", count=event.reserve) if event.reserve else "",
        narrator.say("tell_clamped", count=len(event.clamped)) if event.clamped else "",
    ]


# At work


def _fulfilled(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    what = event.obligation
    if event.period is not None:
        what = narrator.say("period", obligation=what, period=event.period)
    late = None if event.due is None else days_late(event.due, step.recorded.t, narrator.zone)
    verdict = (
        ""
        if late is None
        else narrator.say("tell_judged", verdict=narrator.days_late(late), due=narrator.due(event.due))
    )
    return [_plain(narrator, step, what=what), verdict, narrator.materials(event)]


def _reported(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    covers = narrator.say("tell_covers_one" if event.n == 1 else "tell_covers", count=event.n) if event.n else ""
    return [_plain(narrator, step), judged(narrator, step), covers, _omitted(narrator, step), narrator.materials(event)]


def judged(narrator: Narrator, step: Step) -> str:
    """Return how late a report was by both dues, as they were when it came."""
    state, t = step.after, step.recorded.t
    assert state is not None, "what is reported is a directive"
    return verdict(narrator, state.due, state.original_due, t)


def verdict(narrator: Narrator, due: int, original: int, t: int) -> str:
    """Return how late an instant, µs UTC, is by the due in force and by the first one."""
    by_due, by_first = (narrator.days_late(days_late(by, t, narrator.zone)) for by in (due, original))
    if due == original:
        return (
            narrator.due_clause(due)
            if due == NEVER
            else narrator.say("tell_judged", verdict=by_due, due=narrator.due(due))
        )
    facts = {"due": narrator.due(due), "original": narrator.due(original), "verdict": by_due, "first": by_first}
    return narrator.say("tell_judged_both", **facts)


def _omitted(narrator: Narrator, step: Step) -> str:
    """Return whom a report does without, and why."""
    event: Any = step.recorded.event
    cascade = step.recorded.ref.partition("/")[0]
    told = [
        narrator.say("tell_omitted", ref=f"{cascade}/{path}", status=narrator.words.status(status), reason=reason)
        for path, status, reason in event.without or ()
    ]
    return narrator.say("tell_without", count=len(told), names=narrator.listed(told)) if told else ""


# Back up, and from above


def _returned(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    reopened = step.before is not None and step.before.closed
    new = narrator.say("tell_new_due", due=narrator.due(event.due)) if event.due is not None else ""
    return [_as(narrator, "tell_returned_closed" if reopened else "tell_returned", step), new]


def _summarised(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    return [_plain(narrator, step) if event.report is not None else _as(narrator, "tell_summarised_root", step)]


def _escalated(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    return [_plain(narrator, step, to=narrator.name(event.to))]


# Dues


def _extension_requested(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    assert step.after is not None, "who asks has a directive"
    grantor = narrator.say("tell_issuer") if event.grantor is None else narrator.unit_of(event.grantor)
    dues = {"was": narrator.due(step.after.due), "due": narrator.due(event.due)}
    return [_plain(narrator, step, grantor=grantor, **dues)]


def _extension_granted(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    dues = {"was": narrator.due(event.was), "due": narrator.due(event.due)}
    if event.request != step.recorded.ref:
        asker = narrator.unit_of(event.request)
        return [_as(narrator, "tell_extension_on_the_way", step, request=event.request, unit=asker, **dues)]
    asked = None if step.before is None else step.before.extension
    less = asked is not None and asked != as_read(event.due)
    return [_plain(narrator, step, **dues), narrator.say("tell_asked", due=narrator.due(asked)) if less else ""]


def _rescheduled(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    dues = {"was": narrator.due(event.was), "due": narrator.due(event.due)}
    if event.cause is not None:
        return [_as(narrator, "tell_rescheduled_with", step, cause=event.cause, **dues)]
    cut = narrator.say("tell_cut", due=narrator.due(event.asked)) if event.asked is not None else ""
    return [_plain(narrator, step, **dues), cut]


def _reassigned(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    new = f"{step.recorded.ref.partition('/')[0]}/{event.path}"
    return [_plain(narrator, step, to=narrator.name(event.to), ref=new)]


def _closed(narrator: Narrator, step: Step) -> list[str]:
    event: Any = step.recorded.event
    return [
        _plain(narrator, step)
        if event.cause is None
        else _as(narrator, f"tell_{event.type}_with", step, cause=event.cause)
    ]


def _stepped(narrator: Narrator, step: Step) -> list[str]:
    return [_turned(narrator, step, what=getattr(step.recorded.event, "trigger", ""))]


def _migrated(narrator: Narrator, step: Step) -> list[str]:
    return [_turned(narrator, step)]


def _turned(narrator: Narrator, step: Step, **facts: object) -> str:
    """Tell an event with the statuses before and after it, if they differ."""
    was, now = (state.status if state is not None else "" for state in (step.before, step.after))
    if was == now:
        return _as(narrator, f"tell_{step.recorded.event.type}_same", step, **facts)
    return _plain(narrator, step, was=narrator.words.status(was), status=narrator.words.status(now), **facts)


_TELLINGS: Mapping[str, Callable[[Narrator, Step], list[str]]] = {
    "unit_added": _unit_added,
    "unit_renamed": _unit_changed,
    "unit_moved": _unit_changed,
    "unit_merged": _unit_changed,
    "unit_abolished": _unit_changed,
    "delegation_granted": _delegation,
    "delegation_revoked": _delegation,
    "issued": _issued,
    "acknowledged": _simple,
    "forwarded": _forwarded,
    "started": _simple,
    "progressed": _simple,
    "fulfilled": _fulfilled,
    "reported": _reported,
    "returned": _returned,
    "summarised": _summarised,
    "reminded": _simple,
    "escalated": _escalated,
    "extension_requested": _extension_requested,
    "extension_granted": _extension_granted,
    "extension_refused": _simple,
    "rescheduled": _rescheduled,
    "reassigned": _reassigned,
    "waived": _closed,
    "withdrawn": _closed,
    "stepped": _stepped,
    "migrated": _migrated,
    "key_rotated": _key_rotated,
    "restore_declared": _restore_declared,
    "text_erased": _text_erased,
}
"""How each type of event is told, by its name in the log."""
