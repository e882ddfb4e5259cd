"""Issuing and forwarding: who may be addressed, by when, and that all of it happens or nothing does."""

from __future__ import annotations

from datetime import date, time

import pytest
from support import (
    Maker,
    cascade,
    chain,
    day,
    end,
    forwarded,
    live_equals_replay,
    notice,
    of,
    refused,
    report_by,
    types,
    wide,
)

from xiada.engine import codec
from xiada.engine.calendar import MON_FRI, Calendar
from xiada.engine.commands import Forward, Recipient
from xiada.engine.due import NEVER, SHANGHAI, Anchor, Every, On, Relative, at
from xiada.engine.engine import Engine
from xiada.engine.errors import DueRefused, GuardRefused, LimitExceeded, Malformed, NotEntitled, NotFound
from xiada.engine.events import Forwarded, Issued
from xiada.engine.limits import DEPTH, RECIPIENTS
from xiada.engine.log.merkle import root_hash
from xiada.engine.notice import Contact, Obligation, Requirement, Window
from xiada.engine.org import Select
from xiada.engine.planner import backward_plan

# Issuing


def test_issuing_makes_one_root_that_pins_lifecycle_and_org(engine: Engine) -> None:
    answer = engine.issue("k", notice(), actor=of("p"))
    assert answer.issued == ("k/1",)
    root = engine.directive("k/1")
    assert (root.unit, root.line, root.parent, root.status, root.version) == ("p", "main", None, "issued", 1)
    assert root.due == root.original_due == end(6, 20)
    event = answer.events[0].event
    assert isinstance(event, Issued)
    assert (event.parent, event.forwarded, event.org) == (None, None, engine.head().org)
    assert event.notice == notice().digest
    assert event.obligations == notice().obligations_digest


def test_a_joint_issue_makes_one_root_per_issuer_the_leads_first(joint: Engine) -> None:
    answer = joint.issue("k", notice(issuers=("a", "g")), actor=of("a"))
    assert answer.issued == ("k/1", "k/2")
    assert [(joint.directive(ref).unit, joint.directive(ref).line) for ref in answer.issued] == [
        ("a", "assoc"),
        ("g", "gov"),
    ]
    first, second = (recorded.event for recorded in answer.events)
    assert first.lifecycle == second.lifecycle  # type: ignore[attr-defined]
    assert joint.cascades() == ["k"]


def test_only_the_lead_issuer_issues(joint: Engine) -> None:
    with refused(joint, NotEntitled, "not_entitled") as caught:
        joint.issue("k", notice(issuers=("a", "g")), actor=of("g"))
    assert caught.value.data["entitled"] == ["a"]


def test_an_issuer_that_is_no_unit_is_refused(joint: Engine) -> None:
    with refused(joint, NotFound, "unknown_unit"):
        joint.issue("k", notice(issuers=("a", "nobody")), actor=of("a"))


def test_the_roots_due_is_the_latest_of_the_reports(engine: Engine) -> None:
    reports = tuple(
        Obligation(id=f"r{n}", kind="report", due=due)
        for n, due in enumerate((On(day(6, 1)), On(day(6, 20), time(15)), None))
    )
    plan = Obligation(id="plan", kind="plan", due=On(day(12, 31)))
    engine.issue("k", notice(obligations=(*reports, plan)), actor=of("p"))
    assert engine.directive("k/1").due < end(6, 20)
    engine.issue("m", notice("n2", obligations=(plan,)), actor=of("p"))
    assert engine.directive("m/1").due == NEVER


@pytest.mark.parametrize(("asked", "due"), [(None, end(6, 20)), (day(5, 1), end(5, 1)), ("undated", NEVER)])
def test_a_due_of_its_own_goes_before_the_notices(engine: Engine, asked: object, due: int) -> None:
    engine.issue("k", notice(), due=asked, actor=of("p"))  # type: ignore[arg-type]
    assert engine.directive("k/1").due == due


def test_a_due_asked_for_that_cannot_be_counted_is_refused(engine: Engine) -> None:
    with refused(engine, Malformed, "unknown_anchor") as caught:
        engine.issue("k", notice(), due=Relative("parent_due", -5), actor=of("p"))
    assert caught.value.data["anchor"] == "parent_due"


@pytest.mark.parametrize("anchor", ["receipt", "event", "activity_end", "parent_due"])
def test_a_root_is_undated_while_what_its_notice_counts_from_has_no_date(engine: Engine, anchor: Anchor) -> None:
    engine.issue("k", notice(due=Relative(anchor, 10)), actor=of("p"))
    assert engine.directive("k/1").due == NEVER


def test_a_child_has_its_parents_due_while_what_its_notice_counts_from_has_no_date(engine: Engine) -> None:
    cascade(engine)
    engine.forward("k/1", ["c1"], notice=notice("n2", due=Relative("receipt", 10)), actor=of("p"))
    assert engine.directive("k/1.1").due == engine.directive("k/1").due == end(6, 20)


def test_a_recurrence_rule_that_cannot_be_read_is_refused_at_the_door(engine: Engine) -> None:
    with refused(engine, Malformed, "bad_rrule"):
        brief = Obligation(id="brief", kind="brief", due=Every("EVERY SO OFTEN"))
        engine.issue("k", notice(obligations=(brief,)), actor=of("p"))


def test_contacts_are_kept_erasable_and_not_in_the_log(engine: Engine) -> None:
    contacts = (Contact("p", ("Li Lei",), ("020-1234",), "li@example.cn"),)
    engine.issue("k", notice(contacts=contacts), actor=of("p"))
    recorded = engine.log("k/1")[0]
    assert b"Li Lei" not in recorded.body
    assert recorded.text is not None
    assert "Li Lei" in (engine.text(recorded.text) or "")
    assert notice(contacts=contacts).digest == notice().digest


def test_a_window_becomes_its_first_and_last_instant(engine: Engine) -> None:
    engine.issue("k", notice(window=Window(day(5, 2), day(5, 3))), actor=of("p"))
    assert engine.log("k/1")[0].event.window == (end(5, 1) + 1, end(5, 3))  # type: ignore[attr-defined]


# Forwarding


def test_forwarding_names_every_recipient_and_issues_a_child_to_each(engine: Engine) -> None:
    cascade(engine)
    answer = engine.forward("k/1", ["c1", "c3"], actor=of("p"), due=day(6, 10))
    assert types(answer) == [("k/1", "forwarded"), ("k/1.1", "issued"), ("k/1.2", "issued")]
    cause, *children = answer.events
    event = cause.event
    assert isinstance(event, Forwarded)
    assert event.to == (("1.1", "c1", end(6, 10)), ("1.2", "c3", end(6, 10)))
    assert event.n == 2
    for child in children:
        assert child.event.forwarded == cause.hash.hex()  # type: ignore[attr-defined]
        assert child.event.parent == "k/1"  # type: ignore[attr-defined]
    assert (engine.directive("k/1").status, engine.directive("k/1").children) == ("forwarded", 2)
    live_equals_replay(engine)


def test_a_second_forward_goes_on_counting_and_keeps_the_status(engine: Engine) -> None:
    forwarded(engine)
    engine.execute("k/1", actor=of("p"))
    assert engine.forward("k/1", ["c3"], actor=of("p")).issued == ("k/1.3",)
    assert engine.directive("k/1").status == "executing"


def test_phrases_units_and_recipients_may_be_mixed(engine: Engine) -> None:
    cascade(engine)
    to = (Select(level="city", exclude=("c3",)), Recipient("c3", day(6, 1)), "d21")
    engine.forward("k/1", to, actor=of("p"), due=day(6, 5))
    found = [(engine.directive(ref).unit, engine.directive(ref).due) for ref in ("k/1.1", "k/1.2", "k/1.3", "k/1.4")]
    assert found == [("c1", end(6, 5)), ("c2", end(6, 5)), ("c3", end(6, 1)), ("d21", end(6, 5))]


def test_nobody_to_forward_to_is_refused(engine: Engine) -> None:
    cascade(engine)
    for to in ((), (Select(level="moon"),)):
        with refused(engine, GuardRefused, "no_recipients") as caught:
            engine.forward("k/1", to, actor=of("p"))
        assert caught.value.data == {"directive": "k/1", "status": "issued", "trigger": "forward"}


@pytest.mark.parametrize("to", [["c1", "c1"], [Select(level="city"), "c2"], [Recipient("c1"), "c1"]])
def test_the_same_unit_twice_in_one_forward_is_refused(engine: Engine, to: list[object]) -> None:
    cascade(engine)
    with refused(engine, GuardRefused, "already_addressed"):
        engine.forward("k/1", to, actor=of("p"))  # type: ignore[arg-type]


def test_the_same_unit_twice_from_one_parent_is_refused(engine: Engine) -> None:
    forwarded(engine)
    with refused(engine, GuardRefused, "already_addressed") as caught:
        engine.forward("k/1", ["c3", "c2"], actor=of("p"))
    assert caught.value.data["unit"] == "c2"


@pytest.mark.parametrize("close", ["waive", "withdraw"])
def test_a_unit_whose_directive_was_called_off_may_be_addressed_again(engine: Engine, close: str) -> None:
    forwarded(engine)
    getattr(engine, close)("k/1.2", "mistake", actor=of("p"))
    assert engine.forward("k/1", ["c2"], actor=of("p")).issued == ("k/1.3",)


@pytest.mark.parametrize("to", ["p", "c1", "c2", "d21"])
def test_a_unit_that_is_not_below_is_refused(engine: Engine, to: str) -> None:
    forwarded(engine)
    with refused(engine, GuardRefused, "outside_line") as caught:
        engine.forward("k/1.1", ["d11", to], actor=of("c1"))
    assert caught.value.data["unit"] == to
    assert caught.value.data["line"] == "main"


def test_a_unit_of_another_line_is_refused(joint: Engine) -> None:
    joint.issue("k", notice(issuers=("a",)), actor=of("a"))
    with refused(joint, GuardRefused, "outside_line"):
        joint.forward("k/1", ["g1"], actor=of("a"))


def test_a_unit_nobody_knows_is_refused(engine: Engine) -> None:
    cascade(engine)
    for to in ("nobody", "\ud800", "\u202eevil", "x" * 10_000, Select(ids=("nobody",))):
        with pytest.raises(NotFound, check=lambda error: error.code == "unknown_unit") as caught:
            engine.forward("k/1", [to], actor=of("p"))
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 200


def test_skip_level_puts_the_bodies_skipped_in_copy(engine: Engine) -> None:
    cascade(engine)
    engine.forward("k/1", ["t111", "c2"], actor=of("p"))
    assert engine.directive("k/1.1").copy == ("d11", "c1")
    assert engine.directive("k/1.2").copy == ()


def test_one_unit_may_owe_two_superiors_in_one_cascade(joint: Engine) -> None:
    joint.issue("k", notice(issuers=("a", "g")), actor=of("a"))
    joint.forward("k/1", ["u", "a1"], actor=of("a"))
    joint.forward("k/2", ["g1"], actor=of("g"))
    joint.forward("k/1.2", ["u"], actor=of("a1"))
    joint.forward("k/2.1", ["u"], actor=of("g1"))
    owed = [node.directive.ref for node in joint.view("k").nodes if node.directive.unit == "u"]
    assert owed == ["k/1.1", "k/1.2.1", "k/2.1.1"]
    assert joint.directive("k/2.1.1").line == "gov"


def test_only_the_unit_itself_forwards(engine: Engine) -> None:
    forwarded(engine)
    for unit in ("p", "c2", "d11"):
        with refused(engine, NotEntitled, "not_entitled") as caught:
            engine.forward("k/1.1", ["d11"], actor=of(unit))
        assert caught.value.data["entitled"] == ["c1"]


# Joint forward


def test_a_joint_forward_is_one_transaction_under_one_notice(joint: Engine) -> None:
    joint.issue("k", notice(issuers=("a", "g")), actor=of("a"))
    together = notice("n2", issuers=("a", "g"), forwards="No. n1")
    answers = joint.submit(
        [
            Forward("k/1", ("a1",), notice=together, actor=of("a")),
            Forward("k/2", ("g1",), notice=together, actor=of("g")),
        ]
    )
    assert [answer.issued for answer in answers] == [("k/1.1",), ("k/2.1",)]
    assert joint.directive("k/1.1").notice == joint.directive("k/2.1").notice == together.digest


def test_half_a_joint_forward_is_no_forward(joint: Engine) -> None:
    joint.issue("k", notice(issuers=("a", "g")), actor=of("a"))
    together = notice("n2", issuers=("a", "g"))
    with refused(joint, GuardRefused, "outside_line"):
        joint.submit(
            [
                Forward("k/1", ("a1",), notice=together, actor=of("a")),
                Forward("k/2", ("a11",), notice=together, actor=of("g")),
            ]
        )


def test_forwarding_under_somebody_elses_notice_is_refused(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, GuardRefused, "not_an_issuer") as caught:
        engine.forward("k/1", ["c1"], actor=of("p"), notice=notice("n2", issuers=("c1",)))
    assert caught.value.data["issuers"] == ["c1"]


def test_a_notice_id_that_stands_above_with_other_content_is_refused(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, GuardRefused, "notice_id_taken") as caught:
        engine.forward("k/1", ["c1"], actor=of("p"), notice=notice("n1", title="Another"))
    assert caught.value.data["above"] == "k/1"


def test_requirements_accrete_level_by_level(engine: Engine) -> None:
    first = notice("n1", requirements=(Requirement(id="plan", text="A plan"),))
    second = notice("n2", requirements=(Requirement(id="plan", text="A local plan", mandatory=True),))
    engine.issue("k", first, actor=of("p"))
    engine.forward("k/1", ["c1"], actor=of("p"), notice=second)
    engine.forward("k/1.1", ["d11"], actor=of("c1"))
    found = [(found.id, item.text) for found, item in engine.requirements("k/1.1.1")]
    assert found == [("n1", "A plan"), ("n2", "A local plan")]
    assert [found.id for found, _ in engine.requirements("k/1")] == ["n1"]


# Dues


def test_a_child_due_after_its_parent_is_refused_with_the_chain_and_writes_nothing(engine: Engine) -> None:
    forwarded(engine)
    with refused(engine, DueRefused, "due_after_parent") as caught:
        engine.forward("k/1.1", ["d11"], actor=of("c1"), due=day(6, 25))
    data = caught.value.data
    assert data["chain"] == [("k/1.1", end(6, 10)), ("k/1", end(6, 20))]
    assert data["latest"] == end(6, 10)
    assert data["asked"] == end(6, 25)
    assert data["unit"] == "d11"
    assert "2030-06-10" in caught.value.remedy


def test_the_chain_ends_at_the_last_ancestor_that_binds(engine: Engine) -> None:
    forwarded(engine)
    with refused(engine, DueRefused, "due_after_parent") as caught:
        engine.forward("k/1.1", ["d11"], actor=of("c1"), due=day(6, 15))
    assert caught.value.data["chain"] == [("k/1.1", end(6, 10))]


def test_dues_compare_as_instants_within_one_day(engine: Engine) -> None:
    engine.issue("k", notice(due=On(day(6, 20), time(18))), actor=of("p"))
    engine.forward("k/1", ["c1"], actor=of("p"), due=On(day(6, 20), time(15)))
    engine.forward("k/1", ["c2"], actor=of("p"), due=On(day(6, 20), time(18)))
    with refused(engine, DueRefused, "due_after_parent"):
        engine.forward("k/1", ["c3"], actor=of("p"), due=day(6, 20))


def test_a_microsecond_after_the_parent_is_after_the_parent(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, DueRefused, "due_after_parent") as caught:
        engine.forward("k/1", ["c1"], actor=of("p"), due=at(end(6, 20) + 1))
    assert caught.value.data["asked"] == end(6, 20) + 1
    engine.forward("k/1", ["c1"], actor=of("p"), due=at(end(6, 20)))


def test_undated_is_later_than_every_date(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, DueRefused, "due_after_parent"):
        engine.forward("k/1", ["c1"], actor=of("p"), due="undated")
    engine.issue("m", notice("n2", due=None), actor=of("p"))
    engine.forward("m/1", ["c1"], actor=of("p"), due="undated")
    engine.forward("m/1", ["c2"], actor=of("p"), due=day(6, 10))
    assert engine.directive("m/1.1").undated()


def test_one_late_recipient_refuses_them_all(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, DueRefused, "due_after_parent"):
        engine.forward("k/1", ["c1", Recipient("c2", day(6, 21))], actor=of("p"))


def test_clamping_happens_only_when_asked_and_is_recorded(engine: Engine) -> None:
    cascade(engine)
    to = ["c1", Recipient("c2", day(6, 25)), Recipient("c3", "undated")]
    answer = engine.forward("k/1", to, actor=of("p"), due=day(6, 10), on_conflict="clamp")
    assert [engine.directive(ref).due for ref in answer.issued] == [end(6, 10), end(6, 20), end(6, 20)]
    assert answer.events[0].event.clamped == (("1.2", end(6, 25)), ("1.3", None))  # type: ignore[attr-defined]


def test_without_any_due_asked_the_children_get_the_notices_then_the_parents(engine: Engine) -> None:
    city, rest = (
        Obligation(id="city", kind="report", due=On(day(6, 1)), who=Select(level="city")),
        Obligation(id="rest", kind="report", who=Select(level="county")),
    )
    engine.issue("k", notice(obligations=(city, rest)), due=day(6, 20), actor=of("p"))
    engine.forward("k/1", ["c1", "d21"], actor=of("p"))
    assert [engine.directive(ref).due for ref in ("k/1.1", "k/1.2")] == [end(6, 1), end(6, 20)]


def test_a_due_relative_to_the_parents_is_counted_from_it(engine: Engine) -> None:
    cascade(engine)
    engine.forward("k/1", ["c1"], actor=of("p"), due=Relative("parent_due", -3))
    assert engine.directive("k/1.1").due == end(6, 17)


def test_the_reserve_keeps_working_days_back(make: Maker) -> None:
    shifted = Calendar("test", holidays=frozenset({day(6, 19)}), makeup=frozenset({day(6, 15)}))
    engine = make(wide(3), calendar=shifted)
    cascade(engine)  # Thursday 20 June; the 19th is off, Saturday 15 is worked
    engine.forward("k/1", ["c1"], actor=of("p"), reserve_workdays=2, on_conflict="clamp")
    assert engine.directive("k/1.1").due == end(6, 17)
    engine.forward("k/1", ["c2"], actor=of("p"), reserve_workdays=4, due=day(6, 1))
    assert engine.directive("k/1.2").due == end(6, 1)
    assert engine.log("k/1")[-1].event.reserve == 4  # type: ignore[attr-defined]
    with refused(engine, DueRefused, "due_after_parent") as caught:
        engine.forward("k/1", ["c3"], actor=of("p"), reserve_workdays=4, due=day(6, 17))
    assert caught.value.data["latest"] == end(6, 14)


def test_a_reserve_before_a_rest_day_leaves_that_many_whole_working_days_as_a_plan_does(make: Maker) -> None:
    engine = make(wide(3))
    engine.issue("k", notice(), due=day(6, 22), actor=of("p"))  # a Saturday
    engine.forward("k/1", ["c1"], actor=of("p"), reserve_workdays=2)
    assert engine.directive("k/1.1").due == end(6, 19) == backward_plan(end(6, 22), 1, MON_FRI, SHANGHAI)[1].due
    with refused(engine, DueRefused, "due_after_parent") as caught:
        engine.forward("k/1", ["c2"], actor=of("p"), reserve_workdays=2, due=day(6, 20))
    assert caught.value.data["latest"] == end(6, 19)


def test_a_due_refused_for_the_reserve_says_what_binds_it(make: Maker) -> None:
    engine = make(wide(3))
    cascade(engine)
    with refused(engine, DueRefused, "due_after_parent") as caught:
        engine.forward("k/1", ["c1"], actor=of("p"), reserve_workdays=5, due=day(6, 20))
    assert [ref for ref, _ in caught.value.data["chain"]] == ["k/1"]  # type: ignore[attr-defined]
    assert "()" not in caught.value.message


@pytest.mark.parametrize("days", [-1, 1_001, 1.5, True, "3"])
def test_a_reserve_that_is_no_count_of_days_is_refused(days: object) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_reserve"):
        Forward("k/1", ("c1",), reserve_workdays=days, actor=of("p"))  # type: ignore[arg-type]


def test_a_reserve_before_all_time_is_refused(engine: Engine) -> None:
    engine.issue("k", notice(due=On(date(1970, 1, 5))), actor=of("p"))
    with refused(engine, LimitExceeded, "bad_year"):
        engine.forward("k/1", ["c1"], actor=of("p"), reserve_workdays=100, on_conflict="clamp")


# Limits


def test_a_cascade_cannot_be_deeper_than_the_limit(make: Maker) -> None:
    engine = make(chain(DEPTH + 1))
    engine.issue("k", notice(issuers=("u1",)), actor=of("u1"))
    ref = "k/1"
    for level in range(1, DEPTH):
        ref = engine.forward(ref, [f"u{level + 1}"], actor=of(f"u{level}")).issued[0]
    assert ref.count(".") == DEPTH - 1
    with refused(engine, LimitExceeded, "too_deep"):
        engine.forward(ref, [f"u{DEPTH + 1}"], actor=of(f"u{DEPTH}"))
    engine.withdraw("k/1", "too long a way", actor=of("u1"))
    assert engine.directive(ref).status == "withdrawn"


def test_too_many_recipients_are_refused(engine: Engine) -> None:
    cascade(engine)
    with refused(engine, LimitExceeded, "too_many_recipients"):
        engine.forward("k/1", ["c1"] * (RECIPIENTS + 1), actor=of("p"))


def test_more_than_a_thousand_recipients_stand_in_a_list_beside_the_log(make: Maker) -> None:
    engine = make(wide(1_001))
    cascade(engine)
    answer = engine.forward("k/1", [Select(level="city")], actor=of("p"))
    event = answer.events[0].event
    assert isinstance(event, Forwarded)
    assert (event.n, event.to) == (1_001, None)
    with engine._store.reading() as reader:
        body = reader.blob(event.blob or "")
    assert body is not None
    assert codec.named("list", body) == event.blob
    entries = codec.decode(body)
    assert isinstance(entries, list)
    assert entries[1_000] == ["1.1001", "c1001", end(6, 20)]
    assert root_hash([codec.leaf(codec.encode(entry)) for entry in entries]).hex() == event.root
    assert len(answer.issued) == 1_001
    live_equals_replay(engine)


def test_a_thousand_recipients_stand_in_the_event_if_they_fit(make: Maker) -> None:
    engine = make(wide(600))
    cascade(engine)
    event = engine.forward("k/1", [Select(level="city")], actor=of("p")).events[0].event
    assert isinstance(event, Forwarded)
    assert event.to is not None
    assert len(event.to) == event.n == 600
    assert event.blob is None


def test_children_are_in_the_order_of_their_numbers_beyond_nine(make: Maker) -> None:
    engine = make(wide(12))
    cascade(engine)
    answer = engine.forward("k/1", [Select(level="city")], actor=of("p"))
    event = answer.events[0].event
    assert [entry[0] for entry in event.to] == [f"1.{n}" for n in range(1, 13)]  # type: ignore[attr-defined]
    assert [node.directive.ref for node in engine.view("k").nodes] == ["k/1", *(f"k/1.{n}" for n in range(1, 13))]


def test_the_principal_report_decides_nothing_for_units_it_does_not_concern(engine: Engine) -> None:
    only_counties = Obligation(id="r", kind="report", due=On(day(6, 1)), who=Select(level="county"))
    engine.issue("k", notice(obligations=(only_counties, report_by(On(day(6, 15))))), actor=of("p"))
    engine.forward("k/1", ["c1"], actor=of("p"))
    assert engine.directive("k/1.1").due == end(6, 15)
