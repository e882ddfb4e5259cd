"""Lifecycles of an embedder's own: defined in a few lines, pinned, run, folded, audited as the standard one is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attacks import Judges, export_of
from attacks_by_chance import Office
from lifecycle_samples import ATTESTED, CHECKED, NAMES, OTHERWISE, REVIEWED
from support import ROOT, Maker, ManualClock, cascade, day, forwarded, live_equals_replay, notice, of, one_line, refused

from xiada.engine import commands
from xiada.engine.commands import Acknowledge, Actor, Execute, Report, TakeStep
from xiada.engine.engine import Engine
from xiada.engine.errors import GuardRefused, IllegalTransition, Malformed, NotEntitled, NotFound, Refused
from xiada.engine.facts import Facts
from xiada.engine.guards import GUARDS, refusal
from xiada.engine.hindsight.exceptions import Exceptions
from xiada.engine.hindsight.lives import life
from xiada.engine.hindsight.walking import recorded_events, walk
from xiada.engine.lifecycle import STANDARD, read_lifecycle, step
from xiada.engine.notice import Requirement


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path_factory.mktemp("bundle"))


def clean(engine: Engine, judges: Judges) -> None:
    """Assert that fold and projection are one, and that both verifiers find nothing."""
    live_equals_replay(engine)
    judgement = judges(export_of(engine))
    assert judgement.verdict.clean, judgement


def reviewed(make: Maker) -> Engine:
    """Return an engine with k/1.1 and k/1.2 executing under the reviewed lifecycle."""
    engine = make(one_line(), lifecycles=(REVIEWED, STANDARD))
    forwarded(engine)
    for ref, unit in (("k/1", "p"), ("k/1.1", "c1"), ("k/1.2", "c2")):
        engine.execute(ref, actor=of(unit))
    return engine


# What statuses mean


def test_what_the_statuses_of_the_standard_table_mean_follows_from_its_rows() -> None:
    assert STANDARD.covered == {"reported"}
    assert STANDARD.working == {"forwarded", "executing"}
    assert STANDARD.excused == {"waived", "withdrawn"}
    assert STANDARD.reporting == {"executing"}
    assert STANDARD.handed_in == {"reported", "summarised"}
    assert STANDARD.open == {"issued", "forwarded", "executing"}
    assert STANDARD.steps == ()


def test_an_extension_has_its_own_digest_and_the_standard_one_keeps_its_own() -> None:
    before = STANDARD.digest
    assert len({STANDARD.digest, REVIEWED.digest, CHECKED.digest, ATTESTED.digest}) == 4
    assert STANDARD.digest == before
    assert read_lifecycle(REVIEWED.body) == REVIEWED


def test_a_new_live_status_joins_whatever_may_be_done_in_every_live_one() -> None:
    everywhere = {trigger for trigger in STANDARD.roles if set(STANDARD.sources(trigger)) == set(STANDARD.live)}
    assert {"acknowledge", "remind", "withdraw", "reschedule"} <= everywhere
    assert all(("审核", trigger) in REVIEWED.table for trigger in everywhere)
    assert {row.trigger for row in STANDARD.transitions if set(row.sources) == STANDARD.open} == {"reassign", "waive"}
    assert ("审核", "waive") in REVIEWED.table
    assert ("审核", "reassign") in REVIEWED.table
    assert ("attested", "waive") not in ATTESTED.table
    assert ("checking", "waive") not in CHECKED.table
    assert REVIEWED.moves["审核", "waived"] == "waived"


# A review before the report


def test_nobody_reports_before_the_superior_has_approved(make: Maker, judges: Judges) -> None:
    engine = reviewed(make)
    with refused(engine, IllegalTransition, "illegal_transition"):
        engine.report("k/1.1", actor=of("c1"))
    engine.step("k/1.1", "submit", actor=of("c1"), note="please look")
    with refused(engine, NotEntitled, "not_entitled"):
        engine.step("k/1.1", "approve", actor=of("c1"))
    engine.step("k/1.1", "reject", actor=of("p"), reason="figures missing")
    engine.step("k/1.1", "submit", actor=of("c1"))
    answer = engine.step("k/1.1", "approve", actor=of("p"))
    assert (answer.events[0].event.type, answer.events[0].event.in_table) == ("stepped", "stepped:approve")
    engine.report("k/1.1", actor=of("c1"))
    assert [engine.directive(ref).status for ref in ("k/1.1", "k/1.2")] == ["reported", "executing"]
    clean(engine, judges)


def test_a_child_under_review_is_not_done(make: Maker, judges: Judges) -> None:
    engine = reviewed(make)
    for ref, unit in (("k/1.1", "c1"), ("k/1.2", "c2"), ("k/1", "p")):
        engine.step(ref, "submit", actor=of(unit))
    engine.step("k/1", "approve", actor=of("p"))
    with refused(engine, GuardRefused, "children_open") as caught:
        engine.report("k/1", actor=of("p"))
    assert caught.value.data["children"] == [["k/1.1", "c1", "审核"], ["k/1.2", "c2", "审核"]]
    for ref, unit in (("k/1.1", "c1"), ("k/1.2", "c2")):
        engine.step(ref, "approve", actor=of("p"))
        engine.report(ref, actor=of(unit))
    engine.report("k/1", actor=of("p"))
    engine.summarise("k/1", actor=of("p"))
    assert [engine.directive(ref).status for ref in ("k/1", "k/1.1", "k/1.2")] == ["summarised"] * 3
    clean(engine, judges)


def test_a_step_for_the_issuer_is_the_issuers_at_every_level(make: Maker, judges: Judges) -> None:
    engine = reviewed(make)
    engine.forward("k/1.1", ["d11"], actor=of("c1"))
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.step("k/1.1.1", "submit", actor=of("d11"))
    with refused(engine, NotEntitled, "not_entitled"):
        engine.step("k/1.1.1", "inspect", actor=of("c1"))
    engine.step("k/1.1.1", "inspect", actor=of("p"), reason="a sample")
    assert engine.directive("k/1.1.1").status == "审核"
    clean(engine, judges)


def test_what_is_withdrawn_or_waived_above_takes_every_status_of_ones_own_along(make: Maker, judges: Judges) -> None:
    engine = reviewed(make)
    engine.forward("k/1.1", ["d11", "d12"], actor=of("c1"))
    engine.execute("k/1.1.1", actor=of("d11"))
    engine.step("k/1.1.1", "submit", actor=of("d11"))
    engine.waive("k/1.1", "merged", actor=of("p"))
    assert {engine.directive(f"k/1.1{rest}").status for rest in ("", ".1", ".2")} == {"waived"}
    engine.step("k/1.2", "submit", actor=of("c2"))
    engine.withdraw("k/1", "by mistake", actor=of("p"))
    assert engine.directive("k/1.2").status == "withdrawn"
    clean(engine, judges)


def test_can_answers_for_triggers_of_ones_own(make: Maker) -> None:
    engine = reviewed(make)
    assert engine.can("k/1.1", "submit")
    assert not engine.can("k/1.1", "approve")
    assert engine.would(TakeStep("k/1.1", "submit", actor=of("c1")))
    assert not engine.would(TakeStep("k/1.1", "approve", actor=of("p")))
    with refused(engine, Malformed, "unknown_trigger"):
        engine.can("k/1.1", "celebrate")


def test_a_trigger_the_lifecycle_does_not_have_is_refused_as_any_other(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    with refused(engine, IllegalTransition, "illegal_transition"):
        engine.step("k/1", "submit", actor=of("p"))
    with refused(engine, Malformed, "standard_trigger"):
        engine.step("k/1", "report", actor=of("p"))


def test_a_step_has_its_idempotency_key(make: Maker) -> None:
    engine = reviewed(make)
    first = engine.step("k/1.1", "submit", actor=of("c1"), key="s-1")
    again = engine.step("k/1.1", "submit", actor=of("c1"), key="s-1")
    assert (again.repeated, again.first) == (True, first.first)
    with refused(engine, GuardRefused, "key_reused"):
        engine.step("k/1.1", "approve", actor=of("c1"), key="s-1")


def test_batches_and_single_commands_come_to_the_same_bytes(make: Maker, tmp_path: Path) -> None:
    deeds = [
        *(
            kind(ref, actor=of(unit))
            for kind in (Acknowledge, Execute)
            for ref, unit in (("k/1.1", "c1"), ("k/1.2", "c2"))
        ),
        *(TakeStep(ref, "submit", actor=of(unit)) for ref, unit in (("k/1.1", "c1"), ("k/1.2", "c2"))),
        *(TakeStep(ref, "approve", actor=of("p")) for ref in ("k/1.1", "k/1.2")),
        *(Report(ref, actor=of(unit)) for ref, unit in (("k/1.1", "c1"), ("k/1.2", "c2"))),
    ]
    logs = []
    for name, submit in (("one", Engine.submit), ("many", Engine.submit_all)):
        engine = make(one_line(), name=name, lifecycles=(REVIEWED,))
        forwarded(engine)
        submit(engine, deeds)
        logs.append([recorded.body for recorded in engine.log()])
    assert logs[0] == logs[1]


# A check after the report, and a way out


def test_what_was_reported_counts_once_it_was_accepted_and_by_the_day_it_came(make: Maker, judges: Judges) -> None:
    engine = make(one_line(), lifecycles=(CHECKED,))
    forwarded(engine)
    engine.execute("k/1", actor=of("p"))
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    came = engine.directive("k/1.1").reported_at
    assert engine.directive("k/1.1").status == "checking"
    make.clock.advance(days=200)
    engine.step("k/1.1", "accept", actor=of("p"))
    assert (engine.directive("k/1.1").status, engine.directive("k/1.1").reported_at) == ("reported", came)
    engine.step("k/1.1", "reopen", actor=of("p"))
    assert (engine.directive("k/1.1").status, engine.directive("k/1.1").reported_at) == ("executing", None)
    clean(engine, judges)


def test_what_closes_by_a_step_needs_a_reason_and_stands_with_it_in_the_parents_report(
    make: Maker, judges: Judges
) -> None:
    engine = make(one_line(), lifecycles=(CHECKED,))
    forwarded(engine)
    engine.forward("k/1.2", ["d21"], actor=of("c2"))
    with refused(engine, GuardRefused, "reason_missing"):
        engine.step("k/1.1", "decline", actor=of("c1"))
    engine.step("k/1.1", "decline", actor=of("c1"), reason="no such office")
    with refused(engine, GuardRefused, "children_open"):
        engine.step("k/1.2", "decline", actor=of("c2"), reason="somebody is at it below")
    declined = engine.directive("k/1.1")
    assert (declined.status, declined.closed, declined.excused, declined.reason) == (
        "declined", True, True, "no such office",
    )  # fmt: skip
    engine.waive("k/1.2", "not needed", actor=of("p"))
    engine.execute("k/1", actor=of("p"))
    answer = engine.report("k/1", actor=of("p"))
    without = answer.events[0].event.without  # type: ignore[attr-defined]
    assert without == (("1.1", "declined", "no such office"), ("1.2", "waived", "not needed"))
    clean(engine, judges)


def test_who_declined_is_not_late_and_may_be_addressed_anew(make: Maker) -> None:
    engine = make(one_line(), lifecycles=(CHECKED,))
    forwarded(engine)
    engine.step("k/1.1", "decline", actor=of("c1"), reason="no such office")
    make.clock.advance(days=400)
    node = next(node for node in engine.view("k").nodes if node.directive.ref == "k/1.1")
    assert (node.overdue, node.bucket, node.light.code) == (False, "done", "declined")
    engine.forward("k/1", ["c1"], actor=of("p"), due=day(6, 10))
    assert engine.directive("k/1.3").unit == "c1"


def test_hindsight_lists_what_a_step_excused_or_took_back_and_no_other_step(make: Maker) -> None:
    engine = make(one_line(), lifecycles=(CHECKED,))
    forwarded(engine)
    engine.step("k/1.1", "decline", actor=of("c1"), reason="no such office")
    engine.execute("k/1.2", actor=of("c2"))
    engine.report("k/1.2", actor=of("c2"))
    engine.step("k/1.2", "accept", actor=of("p"))
    engine.step("k/1.2", "reopen", actor=of("p"), reason="a page is missing")
    found = Exceptions()
    for one in walk(recorded_events(engine, "k"), engine.lifecycles):
        found.take(one)
    told = [(one.type, one.directive.ref, one.reason) for one in found.answer()]
    assert told == [
        ("stepped:decline", "k/1.1", "no such office"),
        ("stepped:reopen", "k/1.2", "a page is missing"),
    ]


# Attesting: done without a report


def test_whoever_attests_is_done_and_covered(make: Maker, judges: Judges) -> None:
    engine = make(one_line(), lifecycles=(ATTESTED,))
    forwarded(engine)
    engine.step("k/1.1", "attest", actor=of("c1"))
    state = engine.directive("k/1.1")
    assert (state.status, state.closed, state.reported_at) == ("attested", False, make.clock.now())
    engine.step("k/1.1", "lapse", actor=Actor("timer", "clock"))
    engine.step("k/1.1", "attest", actor=of("c1"))
    assert engine.blocked("k")[0].children == 1
    engine.step("k/1.2", "attest", actor=of("c2"))
    assert engine.blocked("k") == []
    engine.execute("k/1", actor=of("p"))
    engine.report("k/1", actor=of("p"))
    assert {engine.directive(ref).status for ref in ("k/1.1", "k/1.2")} == {"summarised"}
    engine.summarise("k/1", actor=of("p"))
    clean(engine, judges)


# Other names


def test_the_standard_lifecycle_by_other_names_comes_to_the_same_everywhere(judges: Judges) -> None:
    for seed in range(12):
        offices = []
        for table in (STANDARD, OTHERWISE):
            office = Office(seed, lifecycles=(table,), names=None if table is STANDARD else NAMES)
            export = office.tell(60)
            assert judges(export).verdict.clean, (seed, judges(export))
            offices.append((office, export))
        (plain, one), (other, two) = offices
        assert [entry.event["type"] for entry in one.entries] == [entry.event["type"] for entry in two.entries]
        assert [entry.event["dir"] for entry in one.entries] == [entry.event["dir"] for entry in two.entries]
        assert {ref: NAMES[status] for ref, status in plain.standing.items()} == other.standing


# Guards of one's own


def in_writing(facts: Facts) -> Refused | None:
    """A step is refused unless a reason is given."""
    command = facts.command
    if not isinstance(command, TakeStep) or command.reason is not None:
        return None
    return refusal(facts, "not_in_writing", "nothing is given in writing", "Give a reason.")


GUARDED = STANDARD.extended(
    "guarded", transitions=(step("pause", "executing", None, by="unit", guards=("in_writing",)),)
)


def test_a_guard_of_ones_own_is_asked_like_ours(make: Maker, judges: Judges) -> None:
    engine = make(one_line(), lifecycles=(GUARDED,), guards={"in_writing": in_writing})
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    with refused(engine, GuardRefused, "not_in_writing") as caught:
        engine.step("k/1", "pause", actor=of("p"))
    assert caught.value.data == {"directive": "k/1", "status": "executing", "trigger": "pause"}
    assert engine.can("k/1", "pause")
    engine.step("k/1", "pause", actor=of("p"), reason="holidays")
    assert "guards" in engine.verification().unchecked
    clean(engine, judges)


def test_the_audit_says_nothing_of_guards_where_all_are_ours(make: Maker) -> None:
    assert "guards" not in reviewed(make).verification().unchecked


def test_an_engine_is_not_opened_with_a_lifecycle_whose_guard_it_does_not_know(make: Maker) -> None:
    with pytest.raises(Malformed) as caught:
        make(one_line(), lifecycles=(STANDARD, GUARDED))
    assert (caught.value.code, caught.value.data["guards"]) == ("unknown_guard", ["in_writing"])


def test_commands_on_a_cascade_whose_guards_are_not_known_are_refused_and_reading_goes_on(tmp_path: Path) -> None:
    path = str(tmp_path / "log.db")
    with Engine.create(path, "xiada.test/o", clock=ManualClock(), lifecycles=(GUARDED,),
                       guards={"in_writing": in_writing}) as engine:  # fmt: skip
        engine.load_org(one_line())
        cascade(engine)
    with Engine.open(path, clock=ManualClock()) as engine:
        with refused(engine, GuardRefused, "guard_missing") as caught:
            engine.execute("k/1", actor=of("p"))
        assert caught.value.data == {"lifecycle": "guarded", "guards": ["in_writing"]}
        assert engine.view("k").lifecycle == GUARDED
        assert engine.verify() == []
        live_equals_replay(engine)


@pytest.mark.parametrize("name", sorted(GUARDS))
def test_a_guard_of_ones_own_is_not_called_like_one_of_ours(make: Maker, name: str) -> None:
    with pytest.raises(Malformed, match="cannot be a guard of your own"):
        make(one_line(), guards={name: in_writing})


# Which lifecycle


def test_an_issue_names_its_lifecycle_or_takes_the_first(make: Maker, judges: Judges) -> None:
    newer = REVIEWED.extended("reviewed", 2, transitions=(step("hold", "审核", None, by="superior"),))
    engine = make(one_line(), lifecycles=(STANDARD, newer, REVIEWED))
    names = {"a": None, "b": "reviewed", "c": "reviewed@1", "d": "standard"}
    for name, lifecycle in names.items():
        engine.issue(name, notice(), actor=of("p"), lifecycle=lifecycle)
    assert [engine.pins(name).latest for name in names] == [STANDARD, newer, REVIEWED, STANDARD]
    with refused(engine, NotFound, "no_such_lifecycle") as caught:
        engine.issue("e", notice(), actor=of("p"), lifecycle="reviewed@3")
    assert caught.value.data["known"] == ["standard@1", "reviewed@2", "reviewed@1"]
    clean(engine, judges)


def test_a_running_cascade_keeps_its_version_whatever_the_engine_is_opened_with(make: Maker) -> None:
    if make.kind == "memory":
        pytest.skip("a memory store is not opened twice")
    engine = reviewed(make)
    engine.step("k/1.1", "submit", actor=of("c1"))
    engine.close()
    newer = STANDARD.extended("reviewed", 2)
    again = make.again(lifecycles=(newer,))
    assert again.pins("k").latest == REVIEWED
    again.step("k/1.1", "approve", actor=of("p"))
    again.report("k/1.1", actor=of("c1"))
    again.issue("m", notice(), actor=of("p"))
    assert again.pins("m").latest == newer
    assert set(again.lifecycles) >= {newer.digest, REVIEWED.digest}
    live_equals_replay(again)


def test_whoever_looks_back_folds_by_the_table_of_the_cascade(make: Maker) -> None:
    engine = reviewed(make)
    engine.step("k/1.1", "submit", actor=of("c1"))
    size = engine.head().size
    engine.step("k/1.1", "approve", actor=of("p"))
    assert engine.at(size - 1).directive("k/1.1").status == "审核"
    assert engine.at(size - 1).counts()["审核"] == 1
    assert [deed.step.after.status for deed in life(engine, "k/1.1", now=0).deeds if deed.step.after][-2:] == [
        "审核",
        "approved",
    ]
    assert engine.rebuild() == 3
    live_equals_replay(engine)


# Beside


def test_triggers_and_statuses_may_be_left_out(make: Maker, judges: Judges) -> None:
    short = STANDARD.extended("short", without=("remind", "request_extension", "forwarded"))
    assert "forwarded" not in short.names
    assert "request_extension" not in short.triggers
    engine = make(one_line(), lifecycles=(short,))
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    engine.report("k/1", actor=of("p"))
    engine.summarise("k/1", actor=of("p"))
    clean(engine, judges)


def test_requirements_are_asked_wherever_the_report_starts(make: Maker) -> None:
    engine = make(one_line(), lifecycles=(REVIEWED,))
    engine.issue("k", notice(requirements=(Requirement(id="r", text="Say so", mandatory=True),)), actor=of("p"))
    engine.execute("k/1", actor=of("p"))
    engine.step("k/1", "submit", actor=of("p"))
    engine.step("k/1", "approve", actor=of("p"))
    with refused(engine, GuardRefused, "requirements_unanswered"):
        engine.report("k/1", actor=of("p"))
    engine.report("k/1", answers=("n1/r",), actor=of("p"))


def test_a_step_is_a_clean_short_text() -> None:
    for wrong in ("", "a\nb", "x" * 65):
        with pytest.raises((Malformed, Refused)):
            commands.TakeStep("k/1", wrong, actor=of("p"))


def test_the_definition_in_the_documentation_is_one() -> None:
    text = (ROOT / "docs" / "lifecycles.md").read_text("utf-8")
    code = text.partition("```python\n")[2].partition("engine = ")[0]
    found: dict[str, Any] = {}
    exec(code, found)
    assert found["REVIEWED"].steps == ("submit", "approve", "reject")
