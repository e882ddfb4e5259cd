"""Logs by chance, and attacks on them by chance: the same for the same seed, in every run.

Rule: an office is given commands, most of them such that it carries them out, by a real engine; an
attack changes one thing or two and seals again nothing, a stream, or all that can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from attacks import FIRST, SECOND, STRANGER, Export, entry, export_of, reseal, reseal_stream
from lifecycle_samples import ATTESTED, CHECKED, REVIEWED
from support import ORIGIN, CountedEntropy, ManualClock, notice, of, one_line, report_by, two_lines

from xiada.engine import codec
from xiada.engine.commands import REGISTRAR, Actor
from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, On
from xiada.engine.engine import Engine
from xiada.engine.errors import XiadaError
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.migrating import unlike
from xiada.engine.notice import Notice, Obligation, Requirement

WORDS = ("rain", "no staff", "merged", "as asked")
SIGNERS = (FIRST, SECOND, STRANGER)
TABLES = (STANDARD, STANDARD, REVIEWED, CHECKED, ATTESTED)
"""The lifecycles cascades run by, the standard one twice as often."""


class Office:
    """Gives an engine commands by chance, most of them such that it carries them out; a seed gives the same log again.

    Args:
        seed: Of the chance.
        lifecycles: By which cascades are issued, one or the other.
        names: What these call the standard statuses, where they call them otherwise.
    """

    def __init__(
        self, seed: int, *, lifecycles: tuple[Lifecycle, ...] = TABLES, names: Mapping[str, str] | None = None
    ) -> None:
        self.lifecycles, self.names, self.standing = lifecycles, names or {}, dict[str, str]()
        self.chance = Random(seed)
        self.clock = ManualClock()
        signer = FIRST if seed % 2 else None
        self.org = two_lines() if seed % 3 == 0 else one_line()
        ports = {"clock": self.clock, "entropy": CountedEntropy(), "signer": signer, "lifecycles": lifecycles}
        self.engine = Engine.create("memory:", ORIGIN, **ports)
        self.engine.load_org(self.org)
        self.units = [unit.id for unit in self.org]
        self.signer, self.keys, self.done = signer, 0, 0

    def tell(self, commands: int) -> Export:
        """Give so many commands; return the export of what came of them."""
        verbs = [name.removeprefix("_do_") for name in dir(self) if name.startswith("_do_")]
        for number in range(commands):
            self.clock.advance(hours=self.chance.choice((0, 0, 1, 5, 30)))
            verb = "issue" if number == 0 else self.chance.choice(verbs)
            with suppress(XiadaError):
                getattr(self, f"_do_{verb}")()
        with self.engine:
            self.standing = {state.ref: state.status for state in self.states()}
            return export_of(self.engine, texts=self.chance.random() < 0.8)

    def pick(self, *wanted: str) -> Directive | None:
        """Return a directive, of one of these statuses if there is one."""
        states, called = self.states(), {self.names.get(status, status) for status in wanted}
        fitting = [state for state in states if state.status in called] or states
        return self.chance.choice(fitting) if fitting else None

    def states(self) -> list[Directive]:
        """Return all directives."""
        with self.engine._store.reading() as reader:
            return [state for name in reader.cascades() for state in reader.below(f"{name}/")]

    def above(self, state: Directive) -> Actor:
        """Return an actor of the unit above a directive."""
        return self.by(self.engine.directive(state.parent).unit if state.parent else state.unit)

    def by(self, unit: str) -> Actor:
        """Return an actor of a unit, or of one that may act for it, or seldom of any."""
        with self.engine._store.reading() as reader:
            helpers = sorted(to for own, to in reader.org().delegations if own == unit)
        if helpers and self.chance.random() < 0.5:
            return of(self.chance.choice(helpers), unit)
        return of(unit)

    def options(self) -> dict[str, Any]:
        """Return options of a command."""
        self.done += 1
        more: dict[str, Any] = {"key": f"key-{self.done}"} if self.chance.random() < 0.3 else {}
        return more | ({"claimed_at": self.clock.moment - timedelta(days=1)} if self.chance.random() < 0.2 else {})

    def date(self) -> date:
        """Return a day some weeks ahead."""
        return (self.clock.moment + timedelta(days=self.chance.choice((5, 20, 40, 60, 90)))).date()

    def notice(self) -> Notice:
        """Return a notice."""
        self.done += 1
        beds = Requirement(id="beds", text="How many beds?", mandatory=self.chance.random() < 0.7)
        joint = "a" in self.units and self.chance.random() < 0.5
        issuers = ("a", "g") if joint else (self.units[0],)
        due = On(self.date()) if self.chance.random() < 0.8 else None
        more = (Obligation(id="plan", kind="plan"),) if self.chance.random() < 0.6 else ()
        requirements = (beds,) if self.chance.random() < 0.4 else ()
        name = f"n{self.done}"
        return notice(name, issuers=issuers, obligations=(report_by(due), *more), requirements=requirements)

    def _do_reorganise(self) -> None:
        units = [unit.id for unit in self.engine.org() if not unit.ended]
        one, two = self.chance.choice(units[1:]), self.chance.choice(units)
        superiors = self.engine.org().unit(one).superiors or (("main", "p"),)
        running: Any = self.chance.choice(("stay", "merge", "reassign", "refuse"))
        more = {"actor": REGISTRAR} | self.options()
        what = self.chance.randrange(4)
        if what == 0:
            self.engine.rename_unit(one, f"Office {self.done}", "new times", **more)
        elif what == 1:
            self.engine.move_unit(one, self.chance.choice(superiors)[0], two, "nearer", **more)
        elif what == 2:
            self.engine.merge_units((one,), two, "fewer offices", running=running, **more)
        else:
            self.engine.abolish_unit(one, "no use", successor=two, running=running, **more)

    def _do_issue(self) -> None:
        cascade = self.chance.choice(("k", "m.x", "z"))
        table = self.chance.choice(self.lifecycles)
        given = {"lifecycle": f"{table.name}@{table.version}"} | self.options()
        self.engine.issue(cascade, self.notice(), actor=of(self.units[0]), **given)

    def _do_forward(self) -> None:
        for _ in range(3):
            state = self.pick("issued", "forwarded", "executing")
            if state is None:
                return
            below = [unit.id for unit in self.org.below(state.unit, state.line, depth=self.chance.choice((1, 1, 2)))]
            if below:
                to = self.chance.sample(below, self.chance.randint(1, min(3, len(below))))
                own = self.notice() if self.chance.random() < 0.2 else None
                due = self.date() if self.chance.random() < 0.5 else None
                given = {"notice": own, "due": due, "on_conflict": "clamp"} | self.options()
                self.engine.forward(state.ref, to, actor=self.by(state.unit), **given)

    def _do_forward_again(self) -> None:
        self._do_forward()

    def _plain(self, verb: str, *wanted: str, **more: Any) -> None:
        """Give a command that needs nothing but a directive at work."""
        state = self.pick(*wanted)
        if state is not None:
            getattr(self.engine, verb)(state.ref, actor=self.by(state.unit), **more, **self.options())

    def _do_acknowledge(self) -> None:
        self._plain("acknowledge", "issued")

    def _do_execute(self) -> None:
        self._plain("execute", "issued", "forwarded")

    def _do_execute_all(self) -> None:
        for _ in range(4):
            with suppress(XiadaError):
                self._plain("execute", "issued", "forwarded")

    def _do_progress(self) -> None:
        self._plain("progress", "executing", note="half of it")

    def _do_fulfil(self) -> None:
        materials = (("plan.pdf", None),) if self.chance.random() < 0.5 else ()
        self._plain("fulfil", "executing", obligation="plan", materials=materials)

    def _do_report(self) -> None:
        for state in sorted(self.states(), key=lambda state: -state.depth):
            reporting = self.engine.pins(state.cascade).latest.reporting
            if state.status in reporting and self.chance.random() < 0.7:
                text = "our report" if self.chance.random() < 0.5 else None
                self._report(state, self._report(state, (), text), text)

    def _report(self, state: Directive, answers: tuple[str, ...], text: str | None) -> tuple[str, ...]:
        """Report; return what answers it lacked."""
        try:
            self.engine.report(state.ref, actor=self.by(state.unit), answers=answers, text=text, **self.options())
        except XiadaError as error:
            return tuple(error.data.get("missing", ()))
        return ()

    def _do_report_again(self) -> None:
        self._do_report()

    def _superior(self, verb: str, *wanted: str, arguments: tuple[Any, ...] = (), **more: Any) -> None:
        """Give a command from above."""
        state = self.pick(*wanted)
        if state is not None:
            actor = self.above(state)
            getattr(self.engine, verb)(state.ref, *arguments, actor=actor, **more, **self.options())

    def _do_return(self) -> None:
        due = self.date() if self.chance.random() < 0.3 else None
        self._superior("return_", "reported", arguments=(self.chance.choice(WORDS),), due=due)

    def _do_summarise(self) -> None:
        self._superior("summarise", "reported")

    def _do_remind(self) -> None:
        self._superior("remind", "issued", "executing", arguments=(self.chance.choice(WORDS),))

    def _do_escalate(self) -> None:
        state = self.pick("issued", "forwarded")
        if state is not None:
            self.engine.escalate(state.ref, "late", actor=Actor("clock", "clock"), **self.options())

    def _do_extension(self) -> None:
        state = self.pick("issued", "forwarded", "executing")
        if state is not None and state.due != NEVER:
            later = datetime.fromtimestamp(state.due / 1e6, UTC).date() + timedelta(days=self.chance.choice((1, 3, 9)))
            self.engine.request_extension(state.ref, later, "flood", actor=self.by(state.unit), **self.options())
            for unit in self.chance.sample(self.units, len(self.units)):
                with suppress(XiadaError):
                    if self.chance.random() < 0.7:
                        self.engine.grant_extension(state.ref, actor=of(unit))
                    else:
                        self.engine.refuse_extension(state.ref, "no", actor=of(unit))

    def _do_reschedule(self) -> None:
        conflict = self.chance.choice(("refuse", "clamp", "cascade", "cascade"))
        arguments = (self.date(), self.chance.choice(WORDS))
        self._superior("reschedule", "issued", "forwarded", arguments=arguments, on_conflict=conflict)

    def _do_reassign(self) -> None:
        state = self.pick("issued", "forwarded")
        if state is not None and state.parent:
            superior = self.engine.directive(state.parent).unit
            below = [unit.id for unit in self.org.below(superior, state.line) if unit.id != state.unit]
            to = self.chance.choice(below or self.units)
            self.engine.reassign(state.ref, to, "better placed", actor=self.above(state))

    def _do_waive(self) -> None:
        self._superior("waive", "issued", "forwarded", arguments=(self.chance.choice(WORDS),))

    def _do_withdraw(self) -> None:
        if self.chance.random() < 0.5:
            self._superior("withdraw", "issued", "forwarded", arguments=(self.chance.choice(WORDS),))

    def _do_delegate(self) -> None:
        unit, to = self.chance.sample(self.units, 2)
        self.engine.delegate(unit, to, actor=self.chance.choice((of(unit), of("org"))), **self.options())

    def _do_revoke(self) -> None:
        with self.engine._store.reading() as reader:
            given = sorted(reader.org().delegations)
        if given and self.chance.random() < 0.5:
            unit, to = self.chance.choice(given)
            self.engine.revoke(unit, to, actor=of(unit), **self.options())

    def _do_erase(self) -> None:
        with self.engine._store.reading() as reader:
            texts = sorted(commitment for commitment, *_ in reader.kept_texts())
        if texts and self.chance.random() < 0.5:
            self.engine.erase(self.chance.choice(texts), "asked for")

    def _do_step(self) -> None:
        for state in self.chance.sample(self.states(), len(self.states()))[:6]:
            table = self.engine.pins(state.cascade).latest
            possible = [trigger for trigger in table.steps if (state.status, trigger) in table.table]
            steps = [(trigger, table.roles[trigger]) for trigger in possible]
            if steps:
                trigger, role = self.chance.choice(steps)
                root = self.engine.directive(f"{state.cascade}/1")
                actors = {"unit": self.by(state.unit), "issuer": self.by(root.unit)}
                with suppress(XiadaError):
                    given = {"actor": actors.get(role) or self.above(state), "reason": self.chance.choice(WORDS)}
                    self.engine.step(state.ref, trigger, **given, **self.options())

    def _do_step_again(self) -> None:
        self._do_step()

    def _do_migrate(self) -> None:
        cascade, new = self.chance.choice(self.engine.cascades()), self.chance.choice(self.lifecycles)
        old = self.engine.pins(cascade).latest
        if old == new:
            return
        fitting = {
            status: [after for after in sorted(new.names) if unlike(status, after, old, new) is None]
            for status in sorted(old.names)
        }
        mapping = {
            status: self.chance.choice(images)
            for status, images in fitting.items()
            if images and (status not in images or self.chance.random() < 0.2)
        }
        actor = self.by(self.engine.directive(f"{cascade}/1").unit)
        self.engine.migrate(cascade, f"{new.name}@{new.version}", "a new rule", mapping=mapping, actor=actor)

    def _do_rotate(self) -> None:
        if self.signer is not None and self.keys < 2 and self.chance.random() < 0.3:
            self.keys += 1
            self.engine.rotate_key(SIGNERS[self.keys])


@cache
def random_log(seed: int) -> Export:
    """Return the log of an office that was given commands by chance."""
    return Office(seed).tell(40)


# Attacks


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths to everything in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, item in inner for found in places(item, (*path, name)))]


def inside_of(value: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at the end of a path."""
    for name in path:
        value = value[name]
    return value


def values_in(log: Export) -> dict[type, list[Any]]:
    """Return all texts and integers that stand in the events of a log, and some that do not."""
    found: dict[type, list[Any]] = {
        str: ["x", "", "k/1", "org/p", "log/audit", "clock", "org", "0" * 64, "summarised", "waived"],
        int: [0, 1, -1, 2, NEVER, NEVER - 1],
    }
    for one in log.entries:
        event = one.event
        for path in places(event)[1:]:
            value = inside_of(event, path)
            if type(value) in found and value not in found[type(value)]:
                found[type(value)].append(value)
    found[str] += [one.hash for one in log.entries]
    return found


def one_thing_changed(log: Export, chance: Random) -> None:
    """Change one thing in one event of a log: a value for another of its kind, or a field put in or left out."""
    values = values_in(log)
    index = chance.randrange(log.size)
    event = log.event(index)
    path = chance.choice(places(event if chance.random() < 0.3 else {"data": event["data"]})[1:])
    inside, name = inside_of(event, path[:-1]), path[-1]
    what = chance.random()
    if what < 0.05:
        del inside[name]
    elif what < 0.1 and isinstance(inside, list):
        inside.insert(name, inside[name])
    elif what < 0.13:
        inside[name] = chance.choice((None, [], {}, True, 1.5))
    elif what < 0.2:
        more = {"cause": values[str], "claimed_at": values[int], "due": values[int], "behalf": values[str]}
        extra = chance.choice(sorted(more))
        (event if extra == "behalf" else event["data"])[extra] = chance.choice(more[extra])
    elif type(inside[name]) is int and what < 0.7:
        inside[name] += chance.choice((1, -1, 86_400_000_000, -86_400_000_000))
    else:
        inside[name] = chance.choice(alike(values, inside[name]))
    log.put(index, codec.pack(event))


def alike(values: dict[type, list[Any]], value: Any) -> list[Any]:
    """Return values of the same kind: integers, hashes, references, or other texts."""

    def sort_of(text: Any) -> tuple[bool, ...]:
        return len(text) == 64, "/" in text, text[:1].isdigit() and "." in text

    if not isinstance(value, str):
        return values.get(type(value), values[int])
    return [other for other in values[str] if sort_of(other) == sort_of(value)]


def one_event_moved(log: Export, chance: Random) -> None:
    """Leave out an event, double it, move it, or let it happen elsewhere, by another unit, in step with time."""
    index, other = chance.randrange(log.size), chance.randrange(1, log.size)
    what, one = chance.randrange(6), log.entries[index].event
    if what not in {1, 4, 5}:
        del log.entries[index]
    if what >= 3:
        beside = chance.choice(log.entries).event
        one |= {"dir": beside["dir"]} | ({name: beside[name] for name in ("actor", "unit")} if what == 5 else {})
    if what:
        log.entries.insert(other, entry(codec.pack(one | {"t": log.event(other - 1)["t"]})))


def one_attack(log: Export, chance: Random) -> None:
    """Change one thing in a log, or two, and seal again nothing, a stream, or all that can be."""
    seal = chance.choice(("nothing", "a stream", "all", "all", "all"))
    with suppress(KeyError, TypeError, ValueError, AttributeError):  # what was broken before cannot be changed twice
        for _ in range(chance.choice((1, 1, 1, 2))):
            (one_event_moved if chance.random() < 0.35 else one_thing_changed)(log, chance)
        if seal == "a stream":
            reseal_stream(log, log.event(chance.randrange(log.size))["dir"])
        elif seal == "all":
            reseal(log)


def attacked(seed: int, number: int) -> Export:
    """Return a log made by chance, after the attack of that number; nobody has signed it."""
    log = random_log(seed).copy()
    log.notes = []
    one_attack(log, Random(f"{seed}:{number}"))
    return log
