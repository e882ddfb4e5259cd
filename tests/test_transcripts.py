"""Whole cascades told as text, compared byte for byte with `transcripts/*.txt`.

Rule: under each command stand the events it recorded (with the beginning of their hashes, so that an
accidental change of the event format shows) or the refusal and its remedy; at the end the tree and
the log's root. Clock and salts are fixed; every story is told on both stores and must read the same.
XIADA_REWRITE_GOLDEN=1 writes the files again: do that with understanding, never to be rid of a failure.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from xiada.engine import commands as ask
from xiada.engine.commands import Actor, Command, Recipient
from xiada.engine.due import On, instant, show
from xiada.engine.engine import Engine
from xiada.engine.errors import XiadaError
from xiada.engine.notice import Notice, Obligation, Requirement
from xiada.engine.org import Org, Select, Unit
from xiada.engine.records import Recorded, data_of

GOLDEN = Path(__file__).parent / "transcripts"
INSTANTS = ("due", "was", "asked", "claimed_at")
EVENTS_SHOWN = 12


class Telling:
    """An engine whose commands and answers are written down as they happen.

    Args:
        url: The store.
        title: First line of the transcript.
    """

    def __init__(self, url: str, title: str) -> None:
        self.lines = [title, "=" * len(title)]
        self.moment = datetime(2030, 3, 4, 1, 0, tzinfo=UTC)
        self.salts = 0
        self.engine = Engine.create(url, "xiada.example/transcript", clock=self, entropy=self.salt)

    def now(self) -> int:
        """The story's clock: it stands still but for `wait`, and one minute a command."""
        return instant(self.moment)

    def salt(self, count: int) -> bytes:
        self.salts += 1
        return sha256(b"transcript %d" % self.salts).digest()[:count]

    def wait(self, days: int) -> None:
        self.moment += timedelta(days=days)

    def tell(self, remark: str) -> None:
        self.lines += ["", f"-- {remark}"]

    def org(self, org: Org) -> None:
        self.lines += ["", f"org of {len(org)} units"]
        self.engine.load_org(org)
        self.happened(self.engine.log()[-3:], cut=len(org) - 3)

    def do(self, *batch: Command) -> None:
        """Submit commands, in one transaction if there are several, and write down what came of it."""
        self.moment += timedelta(minutes=1)
        self.lines.append("")
        for number, command in enumerate(batch):
            when = f"{self.moment:%Y-%m-%d %H:%M}Z" if not number else "and, or neither, "
            self.lines.append(f"{when} {said(command)}")
        before = self.engine.head()
        try:
            answers = self.engine.submit(batch)
        except XiadaError as error:
            assert self.engine.head() == before, "a refusal wrote something"
            self.lines.append(f"    refused: {type(error).__name__} {error.code}: {error.message}.")
            self.lines += [f"    remedy:  {error.remedy}"]
            return
        if any(answer.repeated for answer in answers):
            self.lines.append("    answered before:")
        events = [event for answer in answers for event in answer.events]
        self.happened(events[:EVENTS_SHOWN], more=len(events) - EVENTS_SHOWN)
        if not events:
            self.lines.append("    nothing to record")

    def happened(self, events: list[Recorded], *, cut: int = 0, more: int = 0) -> None:
        if cut > 0:
            self.lines.append(f"    ... {cut:,} events before these")
        for event in events:
            where = f"{event.index:>5}  {event.hash.hex()[:12]}  {event.ref}@{event.version}"
            self.lines.append(f"    {where}  {event.event.type}{details(event)}")
        if more > 0:
            self.lines.append(f"    ... and {more:,} more")

    def may(self, ref: str, trigger: str, actor: Actor) -> None:
        """Ask whether a trigger could be pulled, and write the answer down."""
        verdict = self.engine.can(ref, trigger, actor=actor)
        self.lines += ["", f"can {actor.acts_as} {trigger} {ref}? {'yes' if verdict else f'no: {verdict.refusal}'}"]

    def end(self, cascade: str, most: int = 30) -> str:
        """Write down the tree and the log's root, check replay and audit, and return the whole."""
        view = self.engine.view(cascade)
        self.lines += ["", f"{cascade} in the end:"]
        for node in view.nodes[:most]:
            one = node.directive
            moved = "" if one.due == one.original_due else f" (at first {show(one.original_due)})"
            asked = "" if one.extension is None else f", asks for {show(one.extension)}"
            reason = f", {one.reason}" if one.reason else ""
            place = f"    {'  ' * one.depth}{one.path} {one.unit}"
            self.lines.append(
                f"{place}: {one.status}, due {show(one.due)}{moved}{asked}{reason}, version {one.version}"
            )
        if len(view.nodes) > most:
            self.lines.append(f"    ... and {len(view.nodes) - most:,} more")
        self.lines.append(f"log of {view.log_size:,} events, root {view.log_root}")
        assert list(self.engine.replay().states.values()) == [
            self.engine.directive(ref) for ref in self.engine.replay().states
        ], "the replay differs from what stands"
        assert not self.engine.verify(), "the audit finds something"
        self.engine.close()
        return "\n".join(self.lines) + "\n"


def said(command: Command) -> str:
    """A command in one line: who, what, about what, and what is not at its default."""
    words = [f"{command.actor.unit}{f' for {command.actor.on_behalf_of}' if command.actor.on_behalf_of else ''}:"]
    words += [command.trigger, command.target]
    for field in fields(command):
        value = getattr(command, field.name)
        if field.name in ("actor", "unit", "directive", "cascade") or (
            field.default is not MISSING and value == field.default
        ):
            continue
        words.append(f"{field.name}={spoken(value)}")
    return " ".join(words)


def spoken(value: object) -> str:  # noqa: PLR0911  (one per kind of argument)
    """A command's argument for people."""
    match value:
        case str() if len(value) == 64:
            return value[:8]
        case Notice():
            return f"{value.id} of {'+'.join(value.issuers)}"
        case Recipient():
            return value.unit if value.due is None else f"{value.unit} by {value.due}"
        case Select():
            chosen = [f"{name}={spoken(getattr(value, name))}" for name in ("level", "ids") if getattr(value, name)]
            return f"[{' '.join(chosen)}]"
        case tuple():
            return ",".join(map(spoken, value))
        case datetime():
            return value.isoformat(timespec="minutes")
    return str(value)


def details(event: Recorded) -> str:
    """An event's data for people: hashes cut to eight digits, instants as dates."""
    found = [f" {name}={shown(name, value)}" for name, value in data_of(event.event).items()]
    by = f" by {event.unit}{f' for {event.behalf}' if event.behalf else ''}"
    return by + "".join(found) + (f" text={event.text[:8]}" if event.text else "")


def shown(name: str, value: object) -> str:
    if isinstance(value, tuple):
        return f"[{' '.join(shown(name, item) for item in value)}]"
    if isinstance(value, str) and len(value) == 64:
        return value[:8]
    if isinstance(value, int) and (name in INSTANTS or value > 10**12):
        return show(value)
    return "-" if value is None else str(value)


def of(unit: str, behalf: str | None = None) -> Actor:
    return Actor(f"clerk-{unit}", unit, behalf)


P, C1, C2, C3, D11, D12, T1 = (of(unit) for unit in ("p", "c1", "c2", "c3", "d11", "d12", "t1"))


def office(line: str = "main", suffix: str = "") -> list[Unit]:
    """A province, three cities, two counties under the first, a town under the first of these."""
    rows = [("p", None, "province"), ("c1", "p", "city"), ("c2", "p", "city"), ("c3", "p", "city")]
    rows += [("d11", "c1", "county"), ("d12", "c1", "county"), ("t1", "d11", "town")]
    return [
        Unit(
            f"{name}{suffix}",
            f"{name}{suffix}".upper(),
            "office",
            level,
            line,
            ((line, f"{above}{suffix}"),) if above else (),
        )
        for name, above, level in rows
    ]


def notice(name: str, *issuers: str, due: date | None = None, requires: tuple[str, ...] = ()) -> Notice:
    return Notice(
        id=name,
        doc_number=f"No. {name}",
        title=f"Notice {name}",
        issuers=issuers,
        requirements=tuple(Requirement(id=one, text=f"State the {one}", mandatory=True) for one in requires),
        obligations=(Obligation(id="report", kind="report", due=due and On(due)),),
    )


def june(day: int) -> date:
    return date(2030, 6, day)


def executed(story: Telling, *pairs: tuple[str, Actor], answers: tuple[str, ...] = ()) -> None:
    """Have each directive executed and reported."""
    for ref, actor in pairs:
        story.do(ask.Execute(ref, actor=actor))
        story.do(ask.Report(ref, answers=answers, actor=actor))


def the_plain_cascade(story: Telling) -> str:
    """Issued, forwarded twice, executed, reported and summarised, with the refusals on the way."""
    story.org(Org(office()))
    story.do(ask.Issue("k", notice("n1", "p", due=june(20), requires=("result",)), actor=P))
    story.do(ask.Acknowledge("k/1", actor=P))
    story.do(ask.Acknowledge("k/1", actor=P))
    story.tell("a due after the parent's is refused, then clamped because somebody asked for that")
    story.do(ask.Forward("k/1", (Recipient("c1", june(25)),), actor=P))
    story.do(ask.Forward("k/1", (Recipient("c1", june(19)),), reserve_workdays=2, actor=P))
    to_cities = (Recipient("c1", june(15)), Recipient("c2", june(25)))
    story.do(ask.Forward("k/1", to_cities, on_conflict="clamp", reserve_workdays=2, actor=P))
    story.do(ask.Forward("k/1", ("c1",), actor=P))
    story.do(ask.Forward("k/1.1", (Select(level="county"),), notice=notice("n2", "c1", requires=("cost",)), actor=C1))
    story.tell("nobody reports before its children, or leaves out what is required")
    story.do(ask.Execute("k/1.1", actor=C1))
    story.do(ask.Report("k/1.1", answers=("n1/result", "n2/cost"), actor=C1))
    story.do(ask.Execute("k/1.1.1", actor=D11))
    story.do(ask.Report("k/1.1.1", answers=("n1/result",), actor=D11))
    story.do(ask.Progress("k/1.1.1", "half done", actor=D11))
    story.do(ask.Report("k/1.1.1", answers=("n1/result", "n2/cost"), text="all is well", actor=D11, key="r-d11"))
    story.do(ask.Report("k/1.1.1", answers=("n1/result", "n2/cost"), text="all is well", actor=D11, key="r-d11"))
    executed(story, ("k/1.1.2", D12), answers=("n1/result", "n2/cost"))
    story.do(ask.Report("k/1.1", answers=("n1/result",), actor=C1))
    story.do(ask.Report("k/1.1", answers=("n1/result", "n2/cost"), materials=(("minutes", "ab" * 32),), actor=C1))
    story.do(ask.Remind("k/1.2", "nothing heard yet", actor=Actor("timer", "clock")))
    executed(story, ("k/1.2", C2), ("k/1", P), answers=("n1/result",))
    story.do(ask.Summarise("k/1.2", actor=P))
    story.do(ask.Summarise("k/1", actor=P))
    story.do(ask.Remind("k/1", "once more", actor=P))
    return story.end("k")


def a_joint_issue_and_a_joint_forward_with_double_reporting(story: Telling) -> str:
    """Two lines; a school under both is addressed by both; each line reports to its own superior."""
    both = Unit("school", "SCHOOL", "school", "school", "party", (("gov", "p-g"), ("party", "p")))
    story.org(Org([*office("party"), *office("gov", "-g"), both]))
    pg = of("p-g")
    story.do(ask.Issue("j", notice("n1", "p", "p-g", due=june(20)), actor=pg))
    story.do(ask.Issue("j", notice("n1", "p", "p-g", due=june(20)), actor=P))
    joint = notice("n2", "p", "p-g", due=june(10), requires=("names",))
    story.tell("a joint forward is all or nothing")
    story.do(
        ask.Forward("j/1", ("c1", "school"), notice=joint, actor=P),
        ask.Forward("j/2", ("c1-g", "school", "c1"), notice=joint, actor=pg),
    )
    story.do(
        ask.Forward("j/1", ("c1", "school"), notice=joint, actor=P),
        ask.Forward("j/2", ("c1-g", "school"), notice=joint, actor=pg),
    )
    story.tell("the school reports twice, once in each line")
    school = of("school")
    story.do(ask.Execute("j/1.2", actor=school), ask.Execute("j/2.2", actor=school))
    answers = ("n2/names",)
    story.do(ask.Report("j/1.2", answers=answers, actor=school))
    story.do(ask.Return("j/1.2", "wrong line", actor=pg))
    story.do(ask.Report("j/2.2", answers=answers, actor=school))
    executed(story, ("j/1.1", C1), ("j/2.1", of("c1-g")), answers=answers)
    executed(story, ("j/1", P), ("j/2", pg))
    story.do(ask.Summarise("j/1", actor=P), ask.Summarise("j/2", actor=pg))
    return story.end("j")


def an_extension_that_climbs_two_levels(story: Telling) -> str:
    """The first ancestor with slack grants it, and every due on the path moves; the original due is kept."""
    story.org(Org(office()))
    story.do(ask.Issue("e", notice("n1", "p", due=june(30)), actor=P))
    story.do(ask.Forward("e/1", ("c1", "c2"), due=june(20), actor=P))
    story.do(ask.Forward("e/1.1", ("d11",), due=june(10), actor=C1))
    story.do(ask.Forward("e/1.1.1", ("t1",), due=june(5), actor=D11))
    story.do(ask.GrantExtension("e/1.1.1.1", actor=D11))
    story.do(ask.RequestExtension("e/1.1.1.1", "flood", date(2030, 7, 5), actor=T1))
    story.do(ask.RequestExtension("e/1.1.1.1", "flood", june(18), actor=T1))
    story.do(ask.RequestExtension("e/1.1.1.1", "flood", june(19), actor=T1))
    story.tell("neither its superior nor anybody beside has that much to give")
    story.do(ask.GrantExtension("e/1.1.1.1", actor=D11))
    story.do(ask.GrantExtension("e/1.1.1.1", actor=C2))
    story.do(ask.GrantExtension("e/1.1.1.1", actor=C1))
    story.do(ask.RequestExtension("e/1.1.1", "flood", june(19), actor=D11))
    story.do(ask.RefuseExtension("e/1.1.1", "once is enough", actor=C1))
    story.wait(120)
    story.do(ask.RequestExtension("e/1.1.1.1", "flood", june(19), actor=T1))
    return story.end("e")


def a_shortening_with_all_below(story: Telling) -> str:
    """An earlier due is refused while descendants are due later, or takes them along, deepest first."""
    story.org(Org(office()))
    story.do(ask.Issue("s", notice("n1", "p", due=june(30)), actor=P))
    story.do(
        ask.Forward("s/1", (Recipient("c1", june(25)), Recipient("c2", june(12)), Recipient("c3", june(28))), actor=P)
    )
    story.do(ask.Forward("s/1.1", (Recipient("d11", june(20)), Recipient("d12", june(14))), actor=C1))
    story.do(ask.Waive("s/1.3", "has no such office", actor=P))
    story.do(ask.Reschedule("s/1", "the minister asks earlier", june(15), actor=P))
    late = [f"{one.ref} {show(one.due)}" for one in story.engine.impact("s/1", june(15))]
    story.tell(f"impact of 2030-06-15: {', '.join(late)}")
    story.do(ask.Reschedule("s/1", "the minister asks earlier", june(15), "cascade", actor=P))
    story.tell("later again: the root alone; a child later than that is refused, or cut")
    story.do(ask.Reschedule("s/1", "relief", june(22), actor=P))
    story.do(ask.Reschedule("s/1.1", "relief", june(24), actor=P))
    story.do(ask.Reschedule("s/1.1", "relief", june(24), "clamp", actor=P))
    story.do(ask.Reschedule("s/1.1", "by myself", june(23), actor=C1))
    return story.end("s")


def a_return_after_the_summary_of_a_child(story: Telling) -> str:
    """A summarised child is sent back under a parent that was itself sent back, and is covered anew."""
    story.org(Org(office()))
    story.do(ask.Issue("r", notice("n1", "p", due=june(30)), actor=P))
    story.do(ask.Forward("r/1", ("c1", "c2"), due=june(20), actor=P))
    executed(story, ("r/1.1", C1), ("r/1.2", C2), ("r/1", P))
    story.tell("the parent has reported: it comes back first")
    story.do(ask.Return("r/1.1", "figures do not add up", actor=P))
    story.do(ask.Return("r/1", "figures of c1 do not add up", actor=P))
    story.do(ask.Return("r/1.1", "figures do not add up", due=date(2030, 7, 10), actor=P))
    story.do(ask.Return("r/1.1", "figures do not add up", due=june(25), actor=P))
    story.do(ask.Report("r/1", actor=P))
    story.do(ask.Report("r/1.1", actor=C1))
    story.do(ask.Report("r/1", actor=P))
    story.do(ask.Summarise("r/1", actor=P))
    story.tell("even the root may be opened again by its issuer")
    story.do(ask.Return("r/1", "a late correction", actor=P))
    story.do(ask.Report("r/1", actor=P, expected_version=1))
    story.do(ask.Report("r/1", actor=P))
    story.do(ask.Summarise("r/1", actor=P))
    return story.end("r")


def a_waiver_and_a_withdrawal_in_the_middle(story: Telling) -> str:
    """What is waived or withdrawn takes all live descendants along; the report names it with its reason."""
    story.org(Org(office()))
    story.do(ask.Issue("w", notice("n1", "p", due=june(30)), actor=P))
    story.do(ask.Forward("w/1", ("c1", "c2", "c3"), due=june(20), actor=P))
    story.tell("the notice itself says the 30th, which is too late below c1")
    story.do(ask.Forward("w/1.1", ("d11", "d12"), actor=C1))
    story.do(ask.Forward("w/1.1", ("d11", "d12"), due=june(20), actor=C1))
    story.do(ask.Forward("w/1.1.1", ("t1",), due=june(19), actor=D11))
    executed(story, ("w/1.1.2", D12))
    story.do(ask.Waive("w/1.1.1", "under repair", actor=D11))
    story.do(ask.Waive("w/1", "nobody waives a root", actor=P))
    story.do(ask.Waive("w/1.1.2", "has reported already", actor=C1))
    story.do(ask.Waive("w/1.1.1", "under repair", actor=C1))
    story.do(ask.Execute("w/1.1.1.1", actor=T1))
    story.do(ask.Withdraw("w/1.2", "sent in error", actor=P))
    story.tell("c2 is addressed anew; then the report covers c1 and c3, and does without two")
    story.do(ask.Forward("w/1", ("c2",), due=june(25), actor=P))
    story.do(ask.Waive("w/1.4", "merged with c3", actor=P))
    executed(story, ("w/1.1", C1), ("w/1.3", C3), ("w/1", P))
    story.tell("in the end the root is withdrawn: what is summarised stays so")
    story.do(ask.Withdraw("w/1", "overtaken by a new notice", actor=P))
    return story.end("w")


def a_reassignment(story: Telling) -> str:
    """Another unit does it: one is withdrawn with all below it, and one is issued with the same due."""
    story.org(Org(office()))
    story.do(ask.Issue("a", notice("n1", "p", due=june(30)), actor=P))
    story.do(ask.Forward("a/1", ("c1", "c2"), notice=notice("n2", "p", requires=("site",)), due=june(20), actor=P))
    story.do(ask.Forward("a/1.1", ("d11",), due=june(10), actor=C1))
    story.do(ask.Reassign("a/1.1", "overloaded", "c2", actor=P))
    story.do(ask.Reassign("a/1.1", "overloaded", "nobody", actor=P))
    story.do(ask.Reassign("a/1.1", "overloaded", "c3", actor=C1))
    story.do(ask.Reassign("a/1", "overloaded", "c3", actor=P))
    story.do(ask.Reassign("a/1.1", "overloaded", "c3", actor=P))
    story.do(ask.Execute("a/1.1", actor=C1))
    executed(story, ("a/1.3", C3), ("a/1.2", C2), answers=("n2/site",))
    executed(story, ("a/1", P))
    return story.end("a")


def over_a_thousand_recipients(story: Telling) -> str:
    """The lists stand beside the log, under their names; n and root stay in the events."""
    towns = [Unit(f"t{n}", f"T{n}", "office", "town", "main", (("main", "p"),)) for n in range(1, 1_102)]
    story.org(Org([Unit("p", "P", "office", "province", "main"), *towns]))
    story.do(ask.Issue("b", notice("n1", "p", due=june(30)), actor=P))
    story.do(ask.Forward("b/1", (Select(level="town"),), due=june(20), actor=P))
    story.do(*(ask.Waive(f"b/1.{n}", "merged", actor=P) for n in (7, 1_101)))
    story.tell("all others execute and report in one transaction")
    batch: list[Command] = []
    for n in range(1, 1_101):
        if n != 7:
            batch += [ask.Execute(f"b/1.{n}", actor=of(f"t{n}")), ask.Report(f"b/1.{n}", actor=of(f"t{n}"))]
    answers = story.engine.submit(batch)
    story.happened([answer.events[0] for answer in answers[-2:]], cut=len(answers) - 2)
    executed(story, ("b/1", P))
    story.do(ask.Summarise("b/1", actor=P))
    return story.end("b", most=9)


def an_undated_root_with_dated_children(story: Telling) -> str:
    """Undated is later than every date: any due fits below it; below a date nothing is undated."""
    story.org(Org(office()))
    story.do(ask.Issue("u", notice("n1", "p"), actor=P))
    noon = datetime(2030, 6, 20, 4, 0, tzinfo=UTC)
    story.do(ask.Forward("u/1", (Recipient("c1", noon), "c2", Recipient("c3", "undated")), actor=P))
    story.do(ask.Forward("u/1.1", (Recipient("d11", june(20)), Recipient("d12", "undated")), actor=C1))
    story.do(ask.Forward("u/1.1", (Recipient("d11", june(19)),), actor=C1))
    story.do(ask.RequestExtension("u/1.2", "there is none", june(30), actor=C2))
    story.do(ask.RequestExtension("u/1.1.1", "no end in sight", "undated", actor=D11))
    story.do(ask.GrantExtension("u/1.1.1", actor=P))
    story.do(ask.Reschedule("u/1", "an end in sight", june(30), actor=P))
    story.do(ask.Reschedule("u/1", "an end in sight", june(30), "cascade", actor=P))
    return story.end("u")


def a_delegation_used_and_revoked(story: Telling) -> str:
    """c2 acts for c1 while it may, and the log says for whom."""
    story.org(Org(office()))
    story.do(ask.Issue("d", notice("n1", "p", due=june(30)), actor=P))
    story.do(ask.Forward("d/1", ("c1", "c2"), due=june(20), actor=P))
    stand_in = of("c2", "c1")
    story.do(ask.Execute("d/1.1", actor=C2))
    story.do(ask.Execute("d/1.1", actor=stand_in))
    story.do(ask.Delegate("c1", "c2", actor=C2))
    story.do(ask.Delegate("c1", "c2", actor=C1))
    story.do(ask.Delegate("c1", "c2", actor=C1))
    story.may("d/1.1", "execute", stand_in)
    story.do(ask.Execute("d/1.1", actor=stand_in))
    story.do(ask.Forward("d/1.1", ("d11",), due=june(15), actor=stand_in))
    story.do(ask.Waive("d/1.1.1", "not needed", actor=stand_in))
    story.tell("c2 holds no more than c1 has given: not what belongs to p")
    story.do(ask.Waive("d/1.1", "not needed", actor=stand_in))
    story.do(ask.Revoke("c1", "c2", actor=Actor("registrar", "org")))
    story.do(ask.Report("d/1.1", actor=stand_in))
    story.may("d/1.1", "report", C1)
    story.do(ask.Report("d/1.1", actor=C1))
    return story.end("d")


STORIES = (
    the_plain_cascade,
    a_joint_issue_and_a_joint_forward_with_double_reporting,
    an_extension_that_climbs_two_levels,
    a_shortening_with_all_below,
    a_return_after_the_summary_of_a_child,
    a_waiver_and_a_withdrawal_in_the_middle,
    a_reassignment,
    over_a_thousand_recipients,
    an_undated_root_with_dated_children,
    a_delegation_used_and_revoked,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_whole_cascade_reads_as_its_transcript_says_on_both_stores(
    story: Callable[[Telling], str], tmp_path: Path
) -> None:
    title = story.__name__.replace("_", " ")
    told = [story(Telling(url, title)) for url in ("memory:", str(tmp_path / "log.db"))]
    assert told[0] == told[1], "the stores tell it differently"
    file = GOLDEN / f"{story.__name__}.txt"
    if os.environ.get("XIADA_REWRITE_GOLDEN") == "1":
        file.write_text(told[0], encoding="utf-8")
    assert told[0] == file.read_text(encoding="utf-8")


def test_every_transcript_has_a_story() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {story.__name__ for story in STORIES}
