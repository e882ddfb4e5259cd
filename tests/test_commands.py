"""What all commands share: who asks, idempotency, versions, time; asking without doing; batches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from support import (
    START,
    Maker,
    ManualClock,
    cascade,
    day,
    forwarded,
    live_equals_replay,
    notice,
    of,
    one_line,
    refused,
    snapshot,
    types,
    unit,
)

from xiada.engine.commands import (
    REGISTRAR,
    Acknowledge,
    Actor,
    AddUnit,
    Command,
    Execute,
    Forward,
    Issue,
    Progress,
    Report,
    Reschedule,
    Waive,
)
from xiada.engine.due import instant
from xiada.engine.engine import Engine
from xiada.engine.errors import (
    GuardRefused,
    IllegalTransition,
    LimitExceeded,
    Malformed,
    NotEntitled,
    NotFound,
    VersionConflict,
)
from xiada.engine.org import Org

# Delegation


def test_a_delegate_acts_on_behalf_of_the_unit_and_the_log_says_so(engine: Engine) -> None:
    forwarded(engine)
    engine.delegate("c1", "d11", actor=of("c1"))
    recorded = engine.execute("k/1.1", actor=of("d11", "c1")).events[0]
    assert (recorded.actor, recorded.unit, recorded.behalf) == ("clerk-d11", "d11", "c1")
    live_equals_replay(engine)


def test_without_a_delegation_nobody_acts_on_behalf_of_another(engine: Engine) -> None:
    forwarded(engine)
    for actor in (of("d11", "c1"), of("c2", "c1"), of("c1", "c1"), of("org", "c1")):
        with refused(engine, NotEntitled, "not_delegated"):
            engine.execute("k/1.1", actor=actor)


def test_a_delegate_who_does_not_say_so_is_not_entitled(engine: Engine) -> None:
    forwarded(engine)
    engine.delegate("c1", "d11", actor=of("c1"))
    with refused(engine, NotEntitled, "not_entitled"):
        engine.execute("k/1.1", actor=of("d11"))


def test_a_revoked_delegation_is_worth_nothing(engine: Engine) -> None:
    forwarded(engine)
    engine.delegate("c1", "d11", actor=of("c1"))
    engine.revoke("c1", "d11", actor=of("c1"))
    with refused(engine, NotEntitled, "not_delegated"):
        engine.execute("k/1.1", actor=of("d11", "c1"))
    engine.delegate("c1", "d11", actor=of("c1"))
    engine.execute("k/1.1", actor=of("d11", "c1"))
    assert [recorded.version for recorded in engine.log("org/c1")] == [1, 2, 3, 4]


def test_giving_or_taking_a_delegation_twice_changes_nothing(engine: Engine) -> None:
    engine.delegate("c1", "d11", actor=of("c1"))
    before = snapshot(engine)
    assert engine.delegate("c1", "d11", actor=of("c1")).events == ()
    assert engine.revoke("c2", "d11", actor=of("c2")).events == ()
    assert snapshot(engine) == before


def test_only_the_unit_or_the_registrar_delegates(engine: Engine) -> None:
    for actor in (of("d11"), of("p"), of("c2")):
        with refused(engine, NotEntitled, "not_entitled"):
            engine.delegate("c1", "d11", actor=actor)
    engine.delegate("c1", "d11", actor=REGISTRAR)


def test_delegating_to_nobody_is_refused(engine: Engine) -> None:
    with refused(engine, NotFound, "unknown_unit"):
        engine.delegate("c1", "nobody", actor=of("c1"))


def test_an_authority_of_ones_own_decides_instead(make: Maker) -> None:
    class Anybody:
        def entitles(self, acting: str, unit: str, behalf: str | None, org: object) -> bool:
            return unit == "org" or acting == "c1"

    engine = make(one_line(), authority=Anybody())
    with refused(engine, NotEntitled, "not_entitled"):
        engine.issue("k", notice(), actor=of("p"))
    engine.issue("k", notice(issuers=("c1",)), actor=of("t111"))


@pytest.mark.parametrize("name", ["", "Li Lei", "UPPER", "a" * 65, "é", "a\n", None, 7])
def test_an_actor_is_named_by_identifiers(name: str) -> None:
    for fields in ({"id": name, "unit": "p"}, {"id": "a", "unit": name}):
        with pytest.raises(Malformed, check=lambda error: error.code == "bad_identifier"):
            Actor(**fields)


# Idempotency keys


def test_the_same_key_again_returns_the_first_answer_and_writes_nothing(engine: Engine, clock: ManualClock) -> None:
    forwarded(engine)
    first = engine.execute("k/1.1", actor=of("c1"), key="once")
    assert not first.repeated
    clock.advance(days=1)
    before = snapshot(engine)
    again = engine.execute("k/1.1", actor=of("c1"), key="once")
    assert again.repeated
    assert again.events == first.events
    assert snapshot(engine) == before


def test_a_key_repeats_the_whole_answer_with_its_effects(engine: Engine) -> None:
    cascade(engine)
    first = engine.forward("k/1", ["c1", "c2"], actor=of("p"), key="f1")
    assert engine.forward("k/1", ["c1", "c2"], actor=of("p"), key="f1").events == first.events
    assert len(first.events) == 3


def test_a_key_works_within_one_batch_too(engine: Engine) -> None:
    forwarded(engine)
    twice = [Execute("k/1.1", actor=of("c1"), key="once")] * 2
    first, second = engine.submit(twice)
    assert (first.repeated, second.repeated) == (False, True)
    assert first.events == second.events
    assert engine.directive("k/1.1").version == 2


def test_a_double_issue_with_its_key_is_one_issue(engine: Engine) -> None:
    first = engine.issue("k", notice(), actor=of("p"), key="issue k")
    assert engine.issue("k", notice(), actor=of("p"), key="issue k").events == first.events


def test_a_key_used_for_another_command_is_refused(engine: Engine) -> None:
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"), key="once")
    for other in (
        lambda: engine.progress("k/1.1", "half", actor=of("c1"), key="once"),
        lambda: engine.execute("k/1.2", actor=of("c2"), key="once"),
        lambda: engine.delegate("c1", "c2", actor=of("c1"), key="once"),
    ):
        with refused(engine, GuardRefused, "key_reused") as caught:
            other()
        assert caught.value.data["key"] == "once"


def test_the_key_of_an_org_command_repeats_it(engine: Engine) -> None:
    first = engine.delegate("c1", "c2", actor=of("c1"), key="d")
    again = engine.delegate("c1", "c2", actor=of("c1"), key="d")
    assert again.repeated
    assert again.events == first.events


def test_the_key_of_a_command_that_changed_nothing_repeats_it_too(engine: Engine) -> None:
    forwarded(engine)
    engine.acknowledge("k/1.1", actor=of("c1"))
    engine.submit([Acknowledge("k/1.1", actor=of("c1"), key="again"), Execute("k/1.1", actor=of("c1"))])
    assert engine.acknowledge("k/1.1", actor=of("c1"), key="again").events == ()


def test_the_key_of_a_refused_command_is_free(engine: Engine) -> None:
    forwarded(engine)
    with refused(engine, IllegalTransition, "illegal_transition"):
        engine.report("k/1.1", actor=of("c1"), key="r")
    engine.execute("k/1.1", actor=of("c1"))
    assert not engine.report("k/1.1", actor=of("c1"), key="r").repeated


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00", "e\u0301", "\ud800"])
def test_a_key_is_clean_text(key: str) -> None:
    with pytest.raises((Malformed, LimitExceeded)):
        Execute("k/1.1", actor=of("c1"), key=key)


# Versions


def test_the_expected_version_lets_the_right_one_pass(engine: Engine) -> None:
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"), expected_version=1)
    with refused(engine, VersionConflict, "version_conflict") as caught:
        engine.progress("k/1.1", "half", actor=of("c1"), expected_version=1)
    assert caught.value.data == {"directive": "k/1.1", "version": 2, "expected": 1}


def test_versions_count_up_within_one_batch(engine: Engine) -> None:
    forwarded(engine)
    engine.submit(
        [
            Execute("k/1.1", actor=of("c1"), expected_version=1),
            Report("k/1.1", actor=of("c1"), expected_version=2),
        ]
    )
    with refused(engine, VersionConflict, "version_conflict"):
        engine.submit(
            [
                Execute("k/1.2", actor=of("c2"), expected_version=1),
                Report("k/1.2", actor=of("c2"), expected_version=1),
            ]
        )


# Time


def test_recorded_time_never_runs_backwards(engine: Engine, clock: ManualClock) -> None:
    forwarded(engine)
    clock.advance(days=-400)
    recorded = engine.execute("k/1.1", actor=of("c1")).events[0]
    assert recorded.t == instant(START)
    clock.advance(days=401)
    assert engine.report("k/1.1", actor=of("c1")).events[0].t == instant(START + timedelta(days=1))
    times = [recorded.t for recorded in engine.log()]
    assert times == sorted(times)


def test_a_clock_set_back_does_not_reopen_what_is_past_its_due(engine: Engine, clock: ManualClock) -> None:
    forwarded(engine)
    clock.advance(days=300)
    engine.remind("k/1.1", "late", actor=of("p"))
    clock.advance(days=-300)
    with refused(engine, GuardRefused, "after_due"):
        engine.request_extension("k/1.1", day(6, 15), "floods", actor=of("c1"))


def test_what_the_actor_says_about_time_is_kept_beside_recorded_time(engine: Engine) -> None:
    cascade(engine)
    said = datetime(2029, 12, 31, 9, tzinfo=timezone(timedelta(hours=8)))
    recorded = engine.execute("k/1", actor=of("p"), claimed_at=said).events[0]
    assert recorded.event.claimed_at == instant(said)  # type: ignore[attr-defined]
    assert recorded.t == instant(START)


def test_a_claimed_time_without_a_zone_is_malformed() -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "naive_time"):
        Execute("k/1", actor=of("p"), claimed_at=datetime(2030, 1, 1))  # noqa: DTZ001


# References and dues


@pytest.mark.parametrize(
    "ref",
    ["", "k", "k/", "k/0", "k/01", "k/1.", "k/1..2", "K/1", "k/1\n", "k/-1", "k/1.a", "/1", "k/" + "1." * 64 + "1",
     "k/12345678", "\ud800/1", None, 7],
)  # fmt: skip
def test_a_reference_that_cannot_be_one_is_malformed(ref: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_reference"):
        Execute(ref, actor=of("p"))


@pytest.mark.parametrize("due", ["tomorrow", "2030-06-01", 7, 1.5, b"x", ["undated"]])
def test_a_due_that_cannot_be_one_is_malformed(due: object) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_due"):
        Reschedule("k/1", "why", due, actor=of("p"))  # type: ignore[arg-type]


def test_a_naive_due_is_malformed() -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "naive_time"):
        Issue("k", notice(), datetime(2030, 6, 1, 12), actor=of("p"))  # noqa: DTZ001


def test_a_due_in_another_age_is_refused(engine: Engine) -> None:
    for due in (date(9999, 12, 31), date(1969, 12, 31), datetime(2200, 1, 1, tzinfo=UTC)):
        before = snapshot(engine)
        with pytest.raises(LimitExceeded, check=lambda error: error.code == "bad_year"):
            engine.issue("k", notice(), due=due, actor=of("p"))
        assert snapshot(engine) == before


@pytest.mark.parametrize("choice", ["", "merge", "cascade", None])
def test_a_choice_that_is_none_is_malformed(choice: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_choice"):
        Forward("k/1", ("c1",), on_conflict=choice, actor=of("p"))  # type: ignore[arg-type]


@pytest.mark.parametrize("cascade_id", ["", "K", "k/1", "k 1", "k" * 65, "\u202ek", None])
def test_a_cascade_id_is_an_identifier(cascade_id: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_identifier"):
        Issue(cascade_id, notice(), actor=of("p"))


def test_a_command_on_what_does_not_exist_is_refused(engine: Engine) -> None:
    cascade(engine)
    for ref in ("k/2", "k/1.1", "k/1.1.1", "m/1"):
        with refused(engine, NotFound, "unknown_directive") as caught:
            engine.execute(ref, actor=of("p"))
        assert caught.value.data["directive"] == ref


# Asking without doing


def test_can_answers_as_the_command_would_and_writes_nothing(engine: Engine) -> None:
    forwarded(engine)
    before = snapshot(engine)
    assert engine.can("k/1.1", "execute")
    assert engine.can("k/1.1", "execute", actor=of("c1"))
    wrong = engine.can("k/1.1", "execute", actor=of("c2"))
    assert isinstance(wrong.refusal, NotEntitled)
    open_children = engine.can("k/1", "summarise")
    assert isinstance(open_children.refusal, IllegalTransition)
    engine.execute("k/1", actor=of("p"))
    report = engine.can("k/1", "report")
    assert isinstance(report.refusal, GuardRefused)
    assert report.refusal.code == "children_open"
    assert len(snapshot(engine)["events"]) == len(before["events"]) + 1


def test_can_about_what_does_not_exist_is_an_error_not_an_answer(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, NotFound, "unknown_directive"):
        engine.can("k/9", "execute")
    with refused(engine, Malformed, "bad_reference"):
        engine.can("nonsense", "execute")


def test_would_weighs_the_whole_command_and_writes_nothing(engine: Engine) -> None:
    forwarded(engine)
    before = snapshot(engine)
    asked: list[tuple[Command, str | None]] = [
        (Forward("k/1.1", ("d11",), due=day(6, 5), actor=of("c1")), None),
        (Forward("k/1.1", ("d11",), due=day(6, 25), actor=of("c1")), "due_after_parent"),
        (Forward("k/1.1", ("c2",), actor=of("c1")), "outside_line"),
        (Execute("k/1.1", actor=of("c2")), "not_entitled"),
        (Execute("k/1.1", actor=of("c1"), expected_version=9), "version_conflict"),
        (Report("k/1.1", actor=of("c1")), "illegal_transition"),
        (Issue("k", notice(), actor=of("p")), "cascade_exists"),
        (Issue("m", notice("n2"), actor=of("p")), None),
        (Execute("k/7", actor=of("c1")), "unknown_directive"),
        (Waive("k/1.1", "merged", actor=of("p")), None),
        (AddUnit(actor=REGISTRAR, id="c9", name="C9", kind="k", level="l", line="main"), "two_tops"),
    ]
    for command, code in asked:
        verdict = engine.would(command)
        assert (verdict.refusal.code if verdict.refusal else None) == code, command
        assert bool(verdict) == (code is None)
    assert snapshot(engine) == before


def test_would_and_submit_agree(engine: Engine) -> None:
    forwarded(engine)
    commands: list[Command] = [
        Execute("k/1.1", actor=of("c1")),
        Execute("k/1.1", actor=of("c1")),
        Report("k/1.1", actor=of("c1")),
        Progress("k/1.1", "late", actor=of("c1")),
    ]
    for command in commands:
        verdict = engine.would(command)
        [answer] = engine.submit([command], atomic=False)
        assert (verdict.refusal and verdict.refusal.code) == (answer.refusal and answer.refusal.code)


# Batches


def test_an_atomic_batch_is_all_or_nothing(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, IllegalTransition, "illegal_transition"):
        engine.submit(
            [
                Forward("k/1", ("c1",), actor=of("p")),
                Execute("k/1.1", actor=of("c1")),
                Execute("k/1.1", actor=of("c1")),
            ]
        )


def test_a_batch_that_need_not_be_whole_leaves_out_the_refused_and_says_why(engine: Engine) -> None:
    cascade(engine)
    answers = engine.submit(
        [
            Forward("k/1", ("c1",), actor=of("p")),
            Report("k/1.1", actor=of("c1")),
            Execute("k/1.1", actor=of("c2")),
            Execute("k/1.1", actor=of("c1")),
            Execute("k/9", actor=of("c1")),
            AddUnit(actor=REGISTRAR, id="c9", name="C9", kind="k", level="l", line="main"),
        ],
        atomic=False,
    )
    codes = [answer.refusal.code if answer.refusal else None for answer in answers]
    assert codes == [None, "illegal_transition", "not_entitled", None, "unknown_directive", "two_tops"]
    assert [types(answer) for answer in answers if not answer.refusal] == [
        [("k/1", "forwarded"), ("k/1.1", "issued")],
        [("k/1.1", "started")],
    ]
    live_equals_replay(engine)


def test_a_reused_key_is_left_out_like_any_other_refusal(engine: Engine) -> None:
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"), key="once")
    answers = engine.submit(
        [Progress("k/1.1", "half", actor=of("c1"), key="once"), Execute("k/1.2", actor=of("c2"))], atomic=False
    )
    assert [answer.refusal and answer.refusal.code for answer in answers] == ["key_reused", None]
    assert engine.directive("k/1.2").status == "executing"


def test_half_of_a_refused_command_never_shows_in_the_rest_of_its_batch(engine: Engine) -> None:
    """The third child is what is wrong: the first two must not linger."""
    cascade(engine)
    reports = tuple((f"{n:0190}", "ab" * 32) for n in range(260))
    answers = engine.submit(
        [
            Forward("k/1", ("c1", "c2", "nobody"), actor=of("p")),
            Execute("k/1", actor=of("p")),
            Report("k/1", actor=of("p"), materials=reports, text="kept?"),
            Forward("k/1", ("c1",), actor=of("p")),
        ],
        atomic=False,
    )
    assert [bool(answer.refusal) for answer in answers] == [True, False, True, False]
    assert answers[3].issued == ("k/1.1",)
    assert snapshot(engine)["beside"]["texts"] == {}
    live_equals_replay(engine)


def test_an_empty_batch_does_nothing(engine: Engine) -> None:
    before = snapshot(engine)
    assert engine.submit([]) == []
    assert snapshot(engine) == before


def test_a_batch_and_single_commands_write_the_same_bytes(make: Maker) -> None:
    one, other = make(one_line(), name="one"), make(one_line(), name="other")
    commands: list[Command] = [
        Issue("k", notice(), actor=of("p")),
        Forward("k/1", ("c1", "c2"), actor=of("p"), due=day(6, 10)),
        Execute("k/1.1", actor=of("c1")),
        Progress("k/1.1", "half", actor=of("c1")),
        Report("k/1.1", actor=of("c1")),
        Waive("k/1.2", "none", actor=of("p")),
    ]
    one.submit(commands)
    for command in commands:
        other.submit_one(command)
    assert snapshot(one) == snapshot(other)


# The org through commands


def test_a_unit_may_join_a_running_org(engine: Engine) -> None:
    forwarded(engine)
    engine.submit_one(
        AddUnit(
            actor=REGISTRAR, id="c4", name="C4", kind="office", level="city", line="main", superiors=(("main", "p"),)
        )
    )
    assert engine.forward("k/1", ["c4"], actor=of("p")).issued == ("k/1.3",)
    live_equals_replay(engine)


@pytest.mark.parametrize(
    ("superiors", "kind", "code"),
    [
        ((), Malformed, "two_tops"),
        ((("main", "nobody"),), Malformed, "unknown_superior"),
        ((("main", "c4"),), Malformed, "unknown_superior"),
        ((("other", "p"),), Malformed, "unknown_superior"),
        ((("main", "p"), ("main", "c1")), Malformed, "two_superiors"),
    ],
)
def test_a_unit_that_would_spoil_the_org_is_refused(
    engine: Engine, superiors: tuple[tuple[str, str], ...], kind: type[Malformed], code: str
) -> None:
    with refused(engine, kind, code):
        engine.submit_one(
            AddUnit(actor=REGISTRAR, id="c4", name="C4", kind="k", level="l", line="main", superiors=superiors)
        )


def test_only_the_registrar_changes_the_org(engine: Engine) -> None:
    with refused(engine, NotEntitled, "not_entitled"):
        engine.load_org(Org([*one_line(), unit("c4", "p")]), actor=of("p"))


def test_a_unit_that_is_refused_leaves_no_key_behind(engine: Engine) -> None:
    aliases = tuple(f"{number:0200}" for number in range(400))
    large = AddUnit("x", "X", "k", "l", "main", (("main", "p"),), aliases=aliases, actor=REGISTRAR, key="once")
    with refused(engine, LimitExceeded, "event_too_large"):
        engine.submit([large])
    assert engine.submit([replace(large, aliases=())])[0].repeated is False


def test_loading_an_org_again_adds_only_what_is_new(engine: Engine) -> None:
    before = snapshot(engine)
    engine.load_org(one_line())
    assert snapshot(engine) == before
    assert engine.load_org(Org([*one_line(), unit("c4", "p")])) == 1


def test_loading_a_unit_with_other_particulars_is_refused_whole(engine: Engine) -> None:
    with refused(engine, GuardRefused, "unit_exists") as caught:
        engine.load_org(Org([*list(one_line())[:-1], unit("t111", "d12"), unit("c4", "p")]))
    assert caught.value.data["unit"] == "t111"


def test_a_key_of_another_unit_does_not_show_its_answer(engine: Engine) -> None:
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"), key="mine")
    with refused(engine, GuardRefused, "key_reused"):
        engine.execute("k/1.1", actor=of("c2"), key="mine")
