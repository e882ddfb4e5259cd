"""Both stores, driven by the same commands, against the naive model of `naive.py` and the ledger of `naive_log.py`.

Rule: after every command the engine has answered as the model predicted (accepted, or refused with a
family the model names), both logs are byte-identical, every directive stands as the model has it, and
I1 to I12 of design §9 hold. Drawn numbers pick among what the model permits, so that most commands
mean something; a counted run proves that they do.

XIADA_HYPOTHESIS=deep runs many more and longer runs with chance; XIADA_HYPOTHESIS_SEED names a seed.
"""

from __future__ import annotations

import copy
import os
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from naive import FAMILIES, LIVE, NEVER, OPEN, Naive, microseconds
from naive_log import Ledger, i2_named_children_exist, i6_nothing_live_under_closed, merkle

from xiada.engine import commands
from xiada.engine.commands import Actor, Recipient
from xiada.engine.due import On
from xiada.engine.engine import Engine
from xiada.engine.errors import XiadaError
from xiada.engine.notice import Notice, Obligation, Requirement
from xiada.engine.org import Org, Select, Unit
from xiada.engine.records import read

CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example)
ALWAYS = {"deadline": None, "database": None, "suppress_health_check": CHECKS}
settings.register_profile("ci", max_examples=200, stateful_step_count=40, derandomize=True, **ALWAYS)
settings.register_profile("deep", max_examples=5_000, stateful_step_count=70, derandomize=False, **ALWAYS)
PROFILE = settings.get_profile("deep" if os.environ.get("XIADA_HYPOTHESIS") == "deep" else "ci")

START = datetime(2030, 3, 1, 1, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000_000
ORIGIN = "xiada.example/naive"
DELTAS = (0, 1, -1, 3_600_000_000, DAY, -DAY, 5 * DAY, -5 * DAY, 15 * DAY, -15 * DAY, 40 * DAY, -40 * DAY)
TRIGGERS = (
    *("issue", "acknowledge", "forward", "execute", "progress", "fulfil", "report", "return", "summarise", "remind"),
    *("escalate", "request_extension", "grant_extension", "refuse_extension", "reschedule", "reassign", "waive"),
    "withdraw",
)
NEAR_MISS, WILD = (9, 10, 17), (18, 19)
"""Which values of `how` ask for what a guard refuses, and for anything anywhere."""

COUNTS: Counter[tuple[str, str]] = Counter()
"""(trigger or "all", "accepted" or family of refusal) -> how often, over all runs of this process."""

numbers = st.integers(0, 999)
hows = st.integers(0, 19)


class Hand:
    """A clock moved by hand, in µs."""

    def __init__(self):
        self.us = microseconds(START)

    def now(self):
        return self.us


class Salts:
    """The same salts in the same order for every engine."""

    def __init__(self):
        self.count = 0

    def __call__(self, count):
        self.count += 1
        return sha256(b"salt %d" % self.count).digest()[:count]


@st.composite
def orgs(draw):
    """One or two lines, up to five levels, among them a chain and a star; some units under both lines."""
    shape = draw(st.sampled_from(("tree", "chain", "star", "two lines")))
    units, depth = {}, {}

    def add(name, line, superiors):
        depth[name] = 1 + max((depth[above] for above in superiors.values()), default=0)
        units[name] = {
            "level": f"l{depth[name]}",
            "kind": ("office", "school")[len(units) % 2],
            "line": line,
            "superiors": superiors,
        }

    for line in ("a", "b") if shape == "two lines" else ("a",):
        add(f"{line}0", line, {})
        for number in range(1, draw(st.sampled_from((5, 2, 4, 6, 9 if shape == "tree" else 5)))):
            mine = [name for name in units if units[name]["line"] == line and depth[name] < 5]
            above = {"chain": mine[-1], "star": mine[0]}.get(shape) or mine[draw(numbers) % len(mine)]
            add(f"{line}{number}", line, {line: above})
    if shape == "two lines":
        for number in range(draw(st.integers(0, 3))):
            tops = {line: [name for name in units if name.startswith(line) and depth[name] < 5] for line in "ab"}
            add(f"both{number}", "ab"[number % 2], {line: tops[line][draw(numbers) % len(tops[line])] for line in "ab"})
    return units


def aware(us):
    return EPOCH + timedelta(microseconds=us)


def engine_org(units):
    return Org(
        Unit(name, name, facts["kind"], facts["level"], facts["line"], tuple(sorted(facts["superiors"].items())))
        for name, facts in units.items()
    )


def engine_notice(notice):
    """The notice of a plain dict."""
    obligations = [Obligation(id="report", kind="report", due=On(notice["due"]) if notice.get("due") else None)]
    if notice.get("plan"):
        obligations.append(Obligation(id="plan", kind="plan"))
    return Notice(
        id=notice["id"],
        doc_number=f"No. {notice['id']}",
        title="Report",
        issuers=notice["issuers"],
        requirements=tuple(
            Requirement(id=name, text="Say so", mandatory=mandatory) for name, mandatory in notice["requirements"]
        ),
        obligations=tuple(obligations),
    )


def engine_command(asked):
    """The command of a plain dict."""
    common = {
        "actor": Actor(f"someone-{asked['actor']}", asked["actor"], asked.get("behalf")),
        "key": asked.get("key"),
        "expected_version": asked.get("expected"),
        "claimed_at": asked.get("claimed"),
    }
    do, on, due, reason = asked["do"], asked["on"], asked.get("due"), asked.get("reason")
    conflict = asked.get("conflict", "refuse")
    if do == "issue":
        return commands.Issue(asked["cascade"], engine_notice(asked["notice"]), due, **common)
    if do in ("delegate", "revoke"):
        kind = commands.Delegate if do == "delegate" else commands.Revoke
        return kind(on.removeprefix("org/"), asked["to"], **common)
    if do == "forward":
        to = tuple(
            Select(**one["select"]) if "select" in one else Recipient(one["unit"], one.get("due"))
            for one in asked["to"]
        )
        notice = engine_notice(asked["notice"]) if asked.get("notice") else None
        return commands.Forward(on, to, notice, due, asked.get("reserve", 0), conflict, **common)
    if do == "reschedule":
        return commands.Reschedule(on, reason, due, conflict, **common)
    fields = {
        "progress": ("half done",),
        "fulfil": ((), "here it is", asked.get("obligation")),
        "report": ((), "our report", tuple(asked.get("answers", ()))),
        "return": (reason, due),
        "request_extension": (reason, due),
        "grant_extension": (due,),
        "reassign": (reason, asked.get("to")),
    }
    kind = getattr(commands, "".join(word.title() for word in do.split("_")))
    wordless = ("acknowledge", "execute", "summarise")
    return kind(on, *fields.get(do, () if do in wordless else (reason,)), **common)


class Cascades(RuleBasedStateMachine):
    """The engine on two stores, the model, and a ledger of the log."""

    def __init__(self):
        super().__init__()
        self.clock = Hand()
        self.folder = tempfile.TemporaryDirectory()
        self.file = str(Path(self.folder.name) / "log.db")
        self.salts = (Salts(), Salts())
        self.memory = Engine.create("memory:", ORIGIN, clock=self.clock, entropy=self.salts[0])
        self.sqlite = Engine.create(self.file, ORIGIN, clock=self.clock, entropy=self.salts[1])
        self.ledger = Ledger()
        self.moment = self.memory.replay()
        self.live = {}
        self.keyed = []
        self.serial = 0
        self.sound = False

    def teardown(self):
        try:
            if self.sound:
                self.i8_reopening_and_replaying_give_the_same()
                self.i11_the_root_of_the_log_is_that_of_rfc_6962()
                for engine in (self.memory, self.sqlite):
                    assert not engine.verify(), f"the audit finds what the ledger does not: {engine.verify()}"
        finally:
            self.memory.close()
            self.sqlite.close()
            self.folder.cleanup()

    @initialize(
        units=orgs(),
        pick=numbers,
        joint=st.booleans(),
        due=st.sampled_from((1, 0, 2, 3)),
        extras=st.integers(0, 7),
        levels=st.lists(st.booleans(), max_size=6),
    )
    def begin(self, units, pick, joint, due, extras, levels):
        self.units = units
        self.model = Naive(units)
        for engine in (self.memory, self.sqlite):
            engine.load_org(engine_org(units))
        self.catch_up()
        self.issue(pick=pick, joint=joint, due=due, extras=extras, how=0)
        for shorter in levels:
            self.deepen(pick=pick, shorter=shorter, extras=pick % 16)

    # The two engines, the model, and what must agree

    def submit(self, *asked):
        """Submit a batch to the model and both engines; compare outcomes, then everything."""
        self.sound = False
        for one in asked:
            one.setdefault("on", f"{one.get('cascade')}/1")
        repeated = all(one.get("key") in self.model.keys for one in asked)
        kept = copy.deepcopy(self.model.directives)
        predicted = self.model.submit(asked, self.clock.us)
        batch = [engine_command(one) for one in asked]
        questions = [self.questions(engine, batch) for engine in (self.memory, self.sqlite)]
        assert questions[0] == questions[1]
        outcomes = [self.outcome(engine, batch) for engine in (self.memory, self.sqlite)]
        assert outcomes[0] == outcomes[1], f"the stores answer differently: {outcomes}"
        family, detail, bodies = outcomes[0]
        self.count(asked, family)
        if predicted:
            assert family in predicted, f"{asked}: expected {predicted}, found {family}: {detail}"
        else:
            assert family is None, f"{asked}: expected to pass, found {family}: {detail}"
        if questions[0] is not None:
            would, can = questions[0]
            assert would == family, f"{asked}: `would` says {would}, submitting {family}"
            assert can is None or family is not None, f"{asked}: passed although `can` says {can}"
        if family is not None or repeated:
            assert self.model.directives == kept
            self.i12_nothing_changed()
        else:
            self.catch_up()
            assert [body for answer in bodies for body in answer] == self.ledger.bodies[
                -sum(map(len, bodies)) :
            ] or not any(bodies)
        self.everything_agrees()
        self.sound = True
        return family

    def questions(self, engine, batch):
        """What `would` and `can` say beforehand of a single command without a key."""
        if len(batch) > 1 or batch[0].key is not None:
            return None
        command, can = batch[0], None
        would = engine.would(command).refusal
        if isinstance(command, commands.OnDirective) and command.directive in self.live:
            can = engine.can(command.directive, command.trigger, actor=command.actor).refusal
        return would and type(would).__name__, can and type(can).__name__

    @staticmethod
    def outcome(engine, batch):
        """What an engine makes of a batch: family of refusal, its words, bodies of the events by answer."""
        try:
            answers = engine.submit(batch)
        except XiadaError as error:
            return type(error).__name__, (error.code, str(error), error.data), []
        return None, None, [[recorded.body for recorded in answer.events] for answer in answers if not answer.repeated]

    @staticmethod
    def count(asked, family):
        for one in asked if family is None else asked[-1:]:
            COUNTS[one["do"], family or "accepted"] += 1
            COUNTS["all", family or "accepted"] += 1
            event(f"{one['do']} {family or 'accepted'}")

    @staticmethod
    def bodies_of(engine, start=0):
        with engine._store.reading() as reader:
            return [body for _, body in reader.events(start)]

    @staticmethod
    def states_of(engine):
        with engine._store.reading() as reader:
            return {one.ref: one for cascade in reader.cascades() for one in reader.below(f"{cascade}/")}

    def catch_up(self):
        """Take what both logs have added into the ledger and the fold."""
        size = len(self.ledger.bodies)
        new = self.bodies_of(self.memory, size)
        assert new == self.bodies_of(self.sqlite, size), "the logs of the two stores differ"
        for index, body in enumerate(new, size):
            self.ledger.take(body)
            self.moment.apply(read(body, log=f"{ORIGIN}/e1", index=index))
        self.live = self.states_of(self.memory)

    def i12_nothing_changed(self):
        """I12: a refusal, and a key used again, changed nothing: no byte of the log, no state."""
        for engine in (self.memory, self.sqlite):
            assert self.bodies_of(engine) == self.ledger.bodies, "I12: the log changed"
            assert self.states_of(engine) == self.live, "I12: a state changed"

    def everything_agrees(self):
        """The model's directives and the engine's are the same, field by field."""
        assert self.live.keys() == self.model.directives.keys()
        for ref, wanted in self.model.directives.items():
            found = self.live[ref]
            for name in ("unit", "line", "parent", "status", "version", "due", "original_due", "extension", "reason"):
                assert getattr(found, name) == wanted[name], f"{ref}.{name}: {getattr(found, name)}, not {wanted[name]}"
            for name in ("acknowledged_at", "reported_at", "closed_at"):
                assert getattr(found, name) == wanted[name], f"{ref}.{name}: {getattr(found, name)}, not {wanted[name]}"
            assert found.children == len(wanted["children"]), f"{ref}.children"
            assert found.copy == tuple(wanted["copy"]), f"{ref}.copy"

    @invariant()
    def i1_to_i11_hold_event_by_event(self):
        """`Ledger.take` has weighed every event when it came; here is what holds between commands."""
        i2_named_children_exist(self.ledger)
        i6_nothing_live_under_closed(self.ledger)

    @invariant()
    def i8_fold_equals_projection(self):
        """I8: folding the log gives the live states, byte for byte, on both stores."""
        folded = {ref: state.canonical() for ref, state in self.moment.states.items()}
        for engine in (self.memory, self.sqlite):
            states = self.states_of(engine)
            assert {ref: state.canonical() for ref, state in states.items()} == folded, "I8"
        for ref, state in self.live.items():
            naive = self.ledger.states[ref]
            assert (state.status, state.due, state.version, state.head.hex()) == (
                naive["status"],
                naive["due"],
                naive["version"],
                naive["hash"],
            ), f"I8: {ref} against the naive fold"

    def i8_reopening_and_replaying_give_the_same(self):
        """I8: a whole replay, and the file opened again, give the same states."""
        self.reopen()
        expected = {ref: state.canonical() for ref, state in self.live.items()}
        for engine in (self.memory, self.sqlite):
            assert {ref: state.canonical() for ref, state in engine.replay().states.items()} == expected, "I8: replay"
            assert {ref: state.canonical() for ref, state in self.states_of(engine).items()} == expected, "I8: live"
            assert self.bodies_of(engine) == self.ledger.bodies, "I8: the log"

    @invariant()
    def i10_requirements_are_never_dropped(self):
        """I10: what is required of a child holds all that is required of its parent."""
        if len(self.live) > 12 and self.serial % 5:
            return
        required = {}
        for ref in self.live:
            required[ref] = {f"{notice.id}/{one.id}" for notice, one in self.memory.requirements(ref)}
            assert required[ref] == {name for name, _ in self.model.requirements(ref)}, f"I10: {ref}"
            parent = self.live[ref].parent
            assert parent is None or required[parent] <= required[ref], f"I10: {ref} dropped some"

    def i11_the_root_of_the_log_is_that_of_rfc_6962(self):
        root = merkle(self.ledger.leaves).hex()
        for engine in (self.memory, self.sqlite):
            assert engine.replay().frontier.root().hex() == root, "I11: replayed root"
            view = engine.view(next(iter(self.live)).partition("/")[0])
            assert (view.log_root, view.log_size) == (root, len(self.ledger.bodies)), "I11: root of the view"

    def reopen(self):
        self.sqlite.close()
        self.sqlite = Engine.open(self.file, clock=self.clock, entropy=self.salts[1])

    # Choosing what is worth asking

    def aim(self, make, pick, how):
        """Make a command on a directive: mostly one the model permits it on, else one where it just fails, or any."""
        refs = list(self.model.directives)
        if how not in WILD:
            judged = {ref: self.refused(self.signed(make(ref))) for ref in refs}
            wanted = {"GuardRefused", "DueRefused"} if how in NEAR_MISS else set()
            refs = [ref for ref in refs if judged[ref] <= wanted and bool(judged[ref]) == bool(wanted)] or refs
        return self.signed(make(refs[pick % len(refs)]))

    def signed(self, asked):
        """Give a command an actor who may give it."""
        asked.setdefault("actor", min(self.model.entitled_units(asked) - {"clock"}))
        return asked

    def ask(self, make, pick, how):
        """Submit one command, now and then with an envelope that is wrong, or unusual."""
        asked = self.aim(make, pick, how)
        self.serial += 1
        if how not in (*WILD, *NEAR_MISS) and pick % 8 and self.refused(asked):
            self.advance(pick)
            return
        if how in (11, 12):
            near = (*self.model.ancestors(asked["on"]), asked["on"], *self.model.descendants(asked["on"]))
            wrong = [self.model.directives[ref]["unit"] for ref in near]
            wrong = [*self.units, "clock", "org"] if pick % 2 else wrong
            asked["actor"] = wrong[pick // 2 % len(wrong)]
        elif how == 13 and self.model.delegations:
            behalf, unit = sorted(self.model.delegations)[pick % len(self.model.delegations)]
            mine = [pair for pair in sorted(self.model.delegations) if pair[0] == asked["actor"]]
            asked["behalf"], asked["actor"] = mine[pick % len(mine)] if mine else (behalf, unit)
        elif how == 14:
            asked["expected"] = self.model.directives[asked["on"]]["version"] - pick % 2
        elif how in (15, 16):
            asked["key"] = f"key {self.serial}"
            asked["claimed"] = aware(self.clock.us - pick * DAY // 1000)
            self.keyed.append(asked)
        self.submit(asked)

    def refused(self, asked):
        """The families the model would refuse it with by the clock's time."""
        kept, self.model.t = self.model.t, max(self.model.t, self.clock.us)
        found = self.model.refusals(asked)
        self.model.t = kept
        return found

    def advance(self, pick):
        """Submit something the model permits, where a rule found nothing to do."""
        possible = [one for one in self.options(pick) if not self.refused(one)]
        if possible:
            self.submit(possible[pick % len(possible)])

    def due_near(self, ref, choice):
        """A due near the directive's own, its parent's, or now; seldom undated, sometimes a whole day."""
        directive = self.model.directives[ref]
        base = (directive["due"], self.model.parent_due(directive), self.clock.us)[choice % 3]
        base = self.clock.us if base == NEVER else base
        choice //= 3
        if choice % 17 == 16:
            return "undated"
        moment = aware(base + DELTAS[choice % len(DELTAS)])
        return (moment + timedelta(hours=8)).date() if choice % 5 == 4 else moment

    def notice(self, issuers, extras, due=None):
        self.serial += 1
        requirements = [(f"r{number}", number == 1) for number in (1, 2) if extras & number]
        return {
            "id": f"n{self.serial}",
            "issuers": issuers,
            "requirements": tuple(requirements),
            "plan": bool(extras & 4),
            "due": due,
        }

    def working(self):
        return [ref for ref, one in self.model.directives.items() if one["status"] in LIVE]

    # The rules

    @precondition(lambda self: len(self.model.directives) < 50)
    @rule(pick=numbers, joint=st.booleans(), due=st.integers(0, 3), extras=st.integers(0, 7), how=hows)
    def issue(self, pick, joint, due, extras, how):
        """Issue to one line or to two; sometimes again under an id that is taken, or by a stranger."""
        cascades = sorted({ref.partition("/")[0] for ref in self.model.directives})
        if len(cascades) >= 3 and how < 17:
            self.advance(pick)
            return
        tops = [name for name in self.units if self.model.all_below(name, self.units[name]["line"])]
        issuers = (tops[pick % len(tops)] if how % 3 == 2 else "a0",)
        if joint and "b0" in self.units and issuers != ("b0",):
            issuers = (*issuers, "b0") if pick % 2 else ("b0", *issuers)
        day = date(2030, 4, 10) + timedelta(days=pick % 7)
        own = (None, aware(self.clock.us + 40 * DAY), "undated", day)[due]
        asked = {
            "do": "issue",
            "cascade": cascades[pick % len(cascades)] if how == 18 else f"c{len(cascades) + 1}",
            "notice": self.notice(issuers, extras, day if due == 0 and pick % 2 else None),
            "due": own,
            "actor": list(self.units)[pick % len(self.units)] if how == 19 else issuers[0],
        }
        if how == 15:
            asked["key"] = f"key {self.serial}"
            self.keyed.append(asked)
        self.submit(asked)

    @precondition(lambda self: len(self.model.directives) < 60)
    @rule(
        pick=numbers, mode=st.integers(0, 9), due=numbers, timing=st.integers(0, 9), extras=st.integers(0, 15), how=hows
    )
    def forward(self, pick, mode, due, timing, extras, how):
        """Forward by id or phrase, near or far, with dues that fit or do not, with a notice of one's own."""

        def make(ref):
            directive = self.model.directives[ref]
            asked = {"do": "forward", "on": ref, "to": self.recipients(directive, mode, pick)}
            if timing in (1, 2, 3):
                asked["due"] = self.due_near(ref, due)
            if timing >= 8 and directive["due"] != NEVER:
                asked["due"] = aware(directive["due"] - (due % 4 + 1) * 4 * DAY)
            if timing in (3, 4, 5):
                asked["conflict"] = "clamp"
            if timing in (5, 6):
                asked["reserve"] = due % 6
            if timing == 7 and asked["to"] and "unit" in asked["to"][0]:
                asked["to"][0]["due"] = self.due_near(ref, due)
            if extras >= 11:
                issuer = directive["unit"] if extras < 15 else next(iter(self.units))
                asked["notice"] = {"id": f"f{ref.replace('/', '-')}-{pick % 3}", "issuers": (issuer,)}
                asked["notice"] |= {"requirements": (("more", True),) if pick % 2 else (), "plan": True, "due": None}
            return asked

        self.ask(make, pick, how)

    @precondition(lambda self: len(self.model.directives) < 60)
    @rule(pick=numbers, shorter=st.booleans(), extras=st.integers(0, 15))
    def deepen(self, pick, shorter, extras):
        """Forward what lies deepest to somebody below, due earlier: a cascade of many levels with slack at each."""
        deepest_first = sorted(self.working(), key=lambda ref: -ref.count("."))
        for ref in deepest_first:
            directive = self.model.directives[ref]
            free = set(self.model.subordinates(*self.place(ref))) - self.model.addressed(directive)
            if free and directive["status"] in OPEN:
                asked = {"do": "forward", "on": ref, "to": [{"unit": unit} for unit in sorted(free)[: 1 + pick % 2]]}
                if shorter and directive["due"] != NEVER:
                    asked["due"] = aware(directive["due"] - 3 * DAY)
                if extras >= 12:
                    asked["notice"] = self.notice((directive["unit"],), extras)
                self.submit(self.signed(asked))
                return
        self.advance(pick)

    def recipients(self, directive, mode, pick):  # noqa: PLR0911  (one per way of naming)
        """Units below, named one way or another."""
        near = self.model.subordinates(directive["unit"], directive["line"])
        addressed = self.model.addressed(directive)
        free = [unit for unit in near if unit not in addressed] or near
        far = [unit for unit, _ in self.model.all_below(directive["unit"], directive["line"]) if unit not in near]
        anyone = list(self.units)
        if mode == 7:
            return [{"unit": ("nobody", *anyone)[pick % (len(anyone) + 1)]}]
        if mode == 8:
            return [{"select": {"level": f"l{pick % 5 + 1}", "depth": None}}]
        if mode == 6:
            return [{"select": {"depth": 1 + pick % 2, "exclude": tuple(addressed)}}]
        if mode == 5 and far:
            return [{"unit": far[pick % len(far)]}]
        if mode == 9:
            return [{"select": {"ids": tuple(free[:2]), "kind": ("office", None)[pick % 2]}}] if free else []
        if mode == 4 and free:
            return [{"unit": free[0]}, {"unit": free[pick % len(free)]}]
        return [{"unit": unit} for unit in free[: 1 + pick % 3]] or [{"select": {"kind": "school"}}]

    @precondition(lambda self: len(self.model.directives) < 60)
    @rule(pick=numbers, due=numbers, bad=st.integers(0, 4))
    def joint_forward(self, pick, due, bad):
        """Forward several directives under one notice, all or nothing."""
        open_ones = [ref for ref, one in self.model.directives.items() if one["status"] in OPEN]
        mine = [ref for ref in open_ones if self.model.subordinates(*self.place(ref))][pick % 2 :: 2][:3]
        if not mine:
            return
        issuers = tuple(dict.fromkeys(self.place(ref)[0] for ref in mine))
        notice = self.notice(issuers[1:] or issuers if bad == 4 else issuers, pick % 4)
        batch = []
        for ref in mine:
            to = self.recipients(self.model.directives[ref], pick % 4, pick)
            batch.append(self.signed({"do": "forward", "on": ref, "to": to, "notice": notice}))
        if bad == 3:
            batch[-1]["due"] = self.due_near(mine[-1], due)
        self.submit(*batch)

    def place(self, ref):
        return self.model.directives[ref]["unit"], self.model.directives[ref]["line"]

    @rule(do=st.sampled_from(("execute", "execute", "acknowledge", "progress", "fulfil")), pick=numbers, how=hows)
    def work(self, do, pick, how):
        """A unit's own small steps."""
        obligation = "plan" if how < 18 else "nothing"
        self.ask(lambda ref: {"do": do, "on": ref} | ({"obligation": obligation} if do == "fulfil" else {}), pick, how)

    @rule(pick=numbers, how=hows, slip=st.integers(0, 9))
    def report(self, pick, how, slip):
        """Report, mostly with every requirement answered."""

        def make(ref):
            answers = sorted(name for name, mandatory in self.model.requirements(ref) if mandatory or pick % 2)
            return {"do": "report", "on": ref, "answers": answers}

        spoiled = self.aim(make, pick, 0)
        if slip >= 8:
            spoiled["answers"] = spoiled["answers"][1:] if slip == 8 else [*spoiled["answers"], "n0/nothing"]
            self.submit(spoiled)
        else:
            self.ask(make, pick, how)

    @rule(pick=numbers, how=hows, stop=st.integers(0, 3))
    def finish(self, pick, how, stop):
        """Have a whole subtree executed and reported, from the bottom up: one by one, or in one batch."""
        live = self.working()
        if not live:
            return
        top = live[pick % len(live)]
        batch = []
        for ref in [*reversed(self.model.live_below(top)), top][: None if stop else -1]:
            if self.model.directives[ref]["status"] in ("issued", "forwarded"):
                batch.append(self.signed({"do": "execute", "on": ref}))
            if self.model.directives[ref]["status"] in OPEN:
                answers = sorted(name for name, mandatory in self.model.requirements(ref) if mandatory)
                batch.append(self.signed({"do": "report", "on": ref, "answers": answers}))
        if how < 10:
            for asked in batch[:8]:
                self.submit(asked)
        elif batch:
            self.submit(*batch)

    @rule(pick=numbers, due=numbers, dated=st.booleans(), how=hows)
    def return_(self, pick, due, dated, how):
        def make(ref):
            asked = {"do": "return", "on": ref, "reason": "figures missing"}
            wanted = self.due_near(ref, due) if dated else None
            return asked | ({"due": wanted} if wanted not in (None, "undated") else {})

        idle = [
            ref
            for ref, one in self.model.directives.items()
            if one["status"] in ("reported", "summarised") and not self.model.parent_works(one)
        ]
        if idle and how in NEAR_MISS:
            self.submit(self.signed(make(idle[pick % len(idle)])))
        else:
            self.ask(make, pick, how)

    @rule(pick=numbers, how=hows)
    def summarise(self, pick, how):
        self.ask(lambda ref: {"do": "summarise", "on": ref}, pick, how)

    @rule(pick=numbers, how=hows, do=st.sampled_from(("remind", "escalate")))
    def urge(self, pick, how, do):
        def make(ref):
            asked = {"do": do, "on": ref, "reason": "it is late"}
            return asked | ({"actor": "clock"} if pick % 2 else {})

        self.ask(make, pick, how)

    @rule(pick=numbers, due=numbers, how=hows)
    def request_extension(self, pick, due, how):
        """Ask for what an ancestor has, a little more than one has, or anything."""

        def make(ref):
            dues = [self.model.directives[above]["due"] for above in self.model.ancestors(ref)]
            dues = [one for one in dues if one != NEVER]
            wanted = aware(dues[due % len(dues)] + (due % 4 == 3)) if dues and due % 4 else self.due_near(ref, due)
            return {"do": "request_extension", "on": ref, "reason": "rain", "due": wanted}

        pending = [ref for ref, one in self.model.directives.items() if one["extension"] is not None]
        if pending and how in NEAR_MISS:
            self.submit(self.signed(make(pending[pick % len(pending)])))
            return
        if how < 11 and all(self.refused(self.signed(make(ref))) for ref in self.model.directives):
            self.make_slack(pick)
        self.ask(make, pick, how)

    def make_slack(self, pick):
        """Move some directive four days before its parent's due, and all below it."""

        def make(ref):
            directive = self.model.directives[ref]
            due = min(self.model.parent_due(directive), max(directive["due"], self.clock.us + 20 * DAY))
            due = aware((self.clock.us + 20 * DAY if due == NEVER else due) - 4 * DAY)
            return {"do": "reschedule", "on": ref, "reason": "sooner", "due": due, "conflict": "cascade"}

        inner = [ref for ref, one in self.model.directives.items() if one["parent"] and one["status"] in LIVE]
        inner.sort(key=lambda ref: -ref.count("."))
        if inner:
            lowest = inner[pick % len(inner) // 2]
            for ref in (*reversed(self.model.ancestors(lowest)[:-1]), lowest):
                asked = self.signed(make(ref))
                if not self.refused(asked):
                    self.submit(asked)

    @rule(pick=numbers, due=numbers, given=st.integers(0, 2), how=hows)
    def answer_extension(self, pick, due, given, how):
        """Grant as asked, grant a little more or less, or refuse; ask first, if nobody has."""
        if how < 11 and not any(one["extension"] for one in self.model.directives.values()):
            self.request_extension(pick=pick, due=due, how=0)

        def make(ref):
            if given == 2:
                return {"do": "refuse_extension", "on": ref, "reason": "no"}
            asked = {"do": "grant_extension", "on": ref}
            pending = self.model.directives[ref]["extension"]
            if given and pending not in (None, NEVER):
                return asked | {"due": aware(pending + DELTAS[due % 6])}
            return asked | ({"due": self.due_near(ref, due)} if given else {})

        self.ask(make, pick, how)

    @rule(pick=numbers, due=numbers, conflict=st.sampled_from(("refuse", "clamp", "cascade")), how=hows)
    def reschedule(self, pick, due, conflict, how):
        self.ask(
            lambda ref: {
                "do": "reschedule",
                "on": ref,
                "reason": "moved",
                "due": self.due_near(ref, due),
                "conflict": conflict,
            },
            pick,
            how,
        )

    @rule(pick=numbers, other=numbers, how=hows)
    def reassign(self, pick, other, how):
        """To a unit beside it, mostly."""

        def make(ref):
            directive = self.model.directives[ref]
            superior = self.model.superior_unit(ref)
            free = [unit for unit in self.model.subordinates(superior, directive["line"]) if unit != directive["unit"]]
            choice = [*self.units, "nobody"] if how >= 18 or not free else free
            return {"do": "reassign", "on": ref, "reason": "better placed", "to": choice[other % len(choice)]}

        self.ask(make, pick, how)

    @rule(pick=numbers, how=hows, do=st.sampled_from(("waive", "waive", "withdraw")), deep=st.integers(0, 3))
    def close(self, pick, how, do, deep):
        """Waive or withdraw; seldom near the root, or little would be left to do."""

        def make(ref):
            if not deep or how >= 15 or self.model.directives[ref]["parent"] or do == "waive":
                return {"do": do, "on": ref, "reason": f"merged {pick % 3}"}
            return {"do": "remind", "on": ref, "reason": "instead of withdrawing a root"}

        self.ask(make, pick, how)

    @rule(pick=numbers, other=numbers, how=hows, do=st.sampled_from(("delegate", "delegate", "revoke")))
    def delegate(self, pick, other, how, do):
        names = list(self.units)
        unit, to = names[pick % len(names)], names[other % len(names)]
        given = sorted(self.model.delegations)
        if do == "revoke" and given:
            unit, to = given[pick % len(given)]
        actor = ("org", unit, unit, names[how % len(names)])[how % 4]
        self.submit({"do": do, "on": f"org/{unit}", "to": to, "actor": actor})

    @rule(pick=numbers, misused=st.integers(0, 4))
    def again(self, pick, misused):
        """Send a keyed command once more: the same, or another one under its key; or ask about nothing."""
        if not self.keyed or misused == 3:
            self.unknown(pick)
            return
        asked = dict(self.keyed[pick % len(self.keyed)])
        if misused == 4:
            do = (asked["do"], "forward", "summarise", "remind")[pick % 4]
            on = asked["on"]
            family = [on, *self.model.directives[on]["children"], *self.model.ancestors(on)]
            on = family[pick // 4 % len(family)]
            do = "remind" if do == "issue" else do
            asked = {"do": do, "on": on, "key": asked["key"], "actor": asked["actor"], "reason": "another"}
            asked |= {"obligation": "plan", "due": self.due_near(on, pick)}
            asked |= {"to": "a1" if do == "reassign" else [{"unit": "a1"}]}
        self.submit(asked)

    @rule(pick=st.lists(numbers, min_size=2, max_size=5), bad=st.integers(0, 4))
    def batch(self, pick, bad):
        """Several commands at once, each permitted after those before it, or with a bad one among them."""
        plan = copy.deepcopy(self.model)
        chosen = []
        kept, self.model = self.model, plan
        for number in pick:
            options = [one for one in self.options(number) if not plan.refusals(one)]
            if options:
                chosen.append(options[number % len(options)])
                assert not plan.submit(chosen[-1:], self.clock.us)
        wrong = [one for one in self.options(pick[0]) if plan.refusals(one)]
        self.model = kept
        if bad >= 2 and wrong:
            chosen.insert(len(chosen) * (bad - 2), wrong[pick[-1] % len(wrong)])
        if bad == 4:
            self.submit_one_by_one(chosen)
        elif chosen:
            self.submit(*chosen)

    def submit_one_by_one(self, asked):
        """Submit a batch that need not be whole: what is refused is left out, the rest is recorded."""
        self.sound = False
        predicted = [self.model.submit([one], self.clock.us) for one in asked]
        for engine in (self.memory, self.sqlite):
            answers = engine.submit([engine_command(one) for one in asked], atomic=False)
            found = [answer.refusal and type(answer.refusal).__name__ for answer in answers]
            for one, wanted, family in zip(asked, predicted, found, strict=True):
                assert family in wanted if wanted else family is None, f"{one}: expected {wanted}, found {family}"
        self.catch_up()
        self.everything_agrees()
        self.sound = True

    def options(self, number):
        """Commands one might give next, signed."""
        found = []
        for ref, directive in self.model.directives.items():
            on = {"on": ref, "reason": f"batch {number}"}
            due = self.due_near(ref, number)
            found += [
                {"do": do, **on}
                for do in ("execute", "acknowledge", "progress", "waive", "summarise", "refuse_extension")
            ]
            answers = sorted(name for name, mandatory in self.model.requirements(ref) if mandatory)
            found.append({"do": "report", **on, "answers": answers})
            found.append({"do": "reschedule", **on, "due": due, "conflict": ("cascade", "clamp")[number % 2]})
            found.append({"do": "return", **on} | ({} if due == "undated" else {"due": due}))
            found.append({"do": "forward", **on, "to": self.recipients(directive, number % 10, number)})
            found.append({"do": "reassign", **on, "to": list(self.units)[number % len(self.units)]})
            found.append({"do": "request_extension", **on, "due": due})
            found.append({"do": "grant_extension", **on})
            if directive["parent"]:
                found.append({"do": "withdraw", **on})
        return [self.signed(one) for one in found]

    def unknown(self, pick):
        """Ask about a directive that is not there."""
        ref = ("c9/1", "c1/1.99", "c1/7")[pick % 3]
        do = TRIGGERS[1:][pick % (len(TRIGGERS) - 1)]
        to = "a0" if do == "reassign" else [{"unit": "a0"}]
        rest = {"reason": "none", "due": "undated", "obligation": "plan", "to": to}
        self.submit({"do": do, "on": ref, "actor": "a0", **rest})

    @rule(step=st.sampled_from((1, 60_000_000, DAY, 7 * DAY, 30 * DAY, -1, -DAY, -20 * DAY, 0)))
    def wait(self, step):
        """Move the clock, forwards or backwards; or close the file and open it again."""
        self.clock.us += step
        if not step:
            self.reopen()


@pytest.fixture(scope="module")
def run():
    """Drive the machine once for this module; the failure, if any, is the first test's."""
    COUNTS.clear()
    machine = Cascades
    if "XIADA_HYPOTHESIS_SEED" in os.environ:
        machine = seed(int(os.environ["XIADA_HYPOTHESIS_SEED"]))(machine)
    try:
        run_state_machine_as_test(machine, settings=PROFILE)
    except Exception as error:  # noqa: BLE001  (raised again by the first test)
        return error
    return None


def test_the_engine_on_both_stores_does_what_the_naive_model_says(run):
    if run is not None:
        raise run


def test_the_machine_is_not_vacuous_every_trigger_is_accepted_and_refused(run):
    accepted = COUNTS["all", "accepted"]
    total = sum(count for (do, _), count in COUNTS.items() if do == "all")
    assert accepted >= total / 2, f"only {accepted} of {total} commands were accepted"
    for trigger in TRIGGERS:
        assert COUNTS[trigger, "accepted"], f"{trigger} was never accepted"
        assert sum(COUNTS[trigger, family] for family in FAMILIES), f"{trigger} was never refused"
    assert {family for (_, family) in COUNTS} == {"accepted", *FAMILIES}
