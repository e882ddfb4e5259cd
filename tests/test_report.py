"""The unit's own work: signing, progress, obligations, the report; and the superior's answer to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support import (
    Maker,
    ManualClock,
    cascade,
    day,
    end,
    forwarded,
    live_equals_replay,
    notice,
    of,
    refused,
    report_by,
    snapshot,
    types,
    wide,
)

from xiada.engine import codec
from xiada.engine.commands import Execute, Report
from xiada.engine.due import DAY_US, Every, On, Promptly, Relative
from xiada.engine.engine import Engine
from xiada.engine.errors import DueRefused, GuardRefused, LimitExceeded, Malformed, NotEntitled
from xiada.engine.events import Fulfilled, Reported, Summarised
from xiada.engine.log.merkle import EMPTY, root_hash
from xiada.engine.notice import Obligation, Requirement
from xiada.engine.org import Select


def reported(engine: Engine, *refs: str) -> None:
    """Execute and report directives, each by its own unit."""
    for ref in refs:
        unit = engine.directive(ref).unit
        engine.execute(ref, actor=of(unit))
        engine.report(ref, actor=of(unit))


# Signing, progress


def test_signing_twice_changes_nothing(engine: Engine, clock: ManualClock) -> None:
    forwarded(engine)
    assert types(engine.acknowledge("k/1.1", actor=of("c1"))) == [("k/1.1", "acknowledged")]
    at = engine.directive("k/1.1").acknowledged_at
    clock.advance(days=1)
    before = snapshot(engine)
    assert engine.acknowledge("k/1.1", actor=of("c1")).events == ()
    assert snapshot(engine) == before
    assert engine.directive("k/1.1").acknowledged_at == at


def test_a_progress_note_is_kept_erasable_under_its_commitment(engine: Engine) -> None:
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    recorded = engine.progress("k/1", "half\n\tdone", actor=of("p")).events[0]
    assert b"half" not in recorded.body
    assert recorded.text is not None
    assert engine.text(recorded.text) == "half\n\tdone"
    with engine._store.reading() as reader:
        salt, body = reader.text(recorded.text) or (b"", b"")
    assert codec.commitment(salt, body) == recorded.text
    assert len(salt) == 16


def test_the_same_note_twice_has_two_commitments(engine: Engine) -> None:
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    first, second = (engine.progress("k/1", "same", actor=of("p")).events[0].text for _ in range(2))
    assert first != second


def test_an_unknown_commitment_has_no_text(engine: Engine) -> None:
    assert engine.text("00" * 32) is None


# Obligations


PLAN = Obligation(id="plan", kind="plan", due=On(day(3, 1)))
BRIEF = Obligation(id="brief", kind="brief", due=Every("FREQ=MONTHLY;BYMONTHDAY=9,19,28"), who=Select(level="city"))


@pytest.fixture
def owing(engine: Engine) -> Engine:
    """c1 and d21 at work on a notice with a plan, and a brief that only cities owe."""
    engine.issue("k", notice(obligations=(PLAN, BRIEF, report_by(On(day(6, 20))))), actor=of("p"))
    engine.forward("k/1", ["c1", "d21"], actor=of("p"))
    for ref, unit in (("k/1.1", "c1"), ("k/1.2", "d21")):
        engine.execute(ref, actor=of(unit))
    return engine


def test_a_plan_is_handed_in_with_the_due_it_had(owing: Engine) -> None:
    event = owing.fulfil("k/1.1", "plan", actor=of("c1"), materials=(("plan.pdf", "ab" * 32),)).events[0].event
    assert isinstance(event, Fulfilled)
    assert (event.obligation, event.period, event.due) == ("plan", None, end(3, 1))
    assert owing.directive("k/1.1").fulfilled == (("plan", None),)


def test_late_is_recorded_and_never_refused(owing: Engine, clock: ManualClock) -> None:
    clock.advance(days=300)
    recorded = owing.fulfil("k/1.1", "plan", actor=of("c1")).events[0]
    assert recorded.t > recorded.event.due  # type: ignore[attr-defined]


@pytest.mark.parametrize("due", [Relative("issue", 5), Promptly(5)], ids=["five days after issue", "promptly"])
def test_a_due_counted_from_the_issue_does_not_move_with_the_clock(
    engine: Engine, clock: ManualClock, due: Relative | Promptly
) -> None:
    engine.issue(
        "k", notice(obligations=(report_by(On(day(6, 20))), Obligation(id="x", kind="plan", due=due))), actor=of("p")
    )
    engine.execute("k/1", actor=of("p"))
    issued = clock.moment.date()
    clock.advance(days=30)
    owed = engine.fulfil("k/1", "x", actor=of("p")).events[0].event.due  # type: ignore[attr-defined]
    by = issued + timedelta(days=5)
    assert owed == end(by.month, by.day)


def test_a_due_counted_from_the_receipt_is_counted_from_the_signature(engine: Engine, clock: ManualClock) -> None:
    plan = Obligation(id="plan", kind="plan", due=Relative("receipt", 3))
    engine.issue("k", notice(obligations=(plan,)), actor=of("p"))
    engine.execute("k/1", actor=of("p"))
    assert engine.fulfil("k/1", "plan", actor=of("p")).events[0].event.due is None  # type: ignore[attr-defined]
    engine.acknowledge("k/1", actor=of("p"))
    clock.advance(days=20)
    assert engine.fulfil("k/1", "plan", actor=of("p")).events[0].event.due == end(1, 10)  # type: ignore[attr-defined]


def test_what_is_not_owed_cannot_be_handed_in(owing: Engine) -> None:
    for name in ("nothing", "report"):
        with refused(owing, GuardRefused, "not_owed") as caught:
            owing.fulfil("k/1.1", name, actor=of("c1"))
        assert caught.value.data["owed"] == ["plan", "brief"]
    with refused(owing, GuardRefused, "not_owed") as caught:
        owing.fulfil("k/1.2", "brief", actor=of("d21"), period=day(2, 9))
    assert caught.value.data["owed"] == ["plan"]


def test_a_recurring_brief_is_handed_in_by_period(owing: Engine) -> None:
    for period in (day(2, 9), day(2, 19), day(3, 28)):
        event = owing.fulfil("k/1.1", "brief", actor=of("c1"), period=period).events[0].event
        assert isinstance(event, Fulfilled)
        assert (event.period, event.due) == (period.isoformat(), end(period.month, period.day))
    assert owing.directive("k/1.1").fulfilled == (
        ("brief", "2030-02-09"),
        ("brief", "2030-02-19"),
        ("brief", "2030-03-28"),
    )


def test_handing_in_the_same_period_again_is_recorded_and_counted_once(owing: Engine) -> None:
    for _ in range(2):
        assert owing.fulfil("k/1.1", "brief", actor=of("c1"), period=day(2, 9)).events
    assert owing.directive("k/1.1").fulfilled == (("brief", "2030-02-09"),)


@pytest.mark.parametrize("period", [day(2, 10), day(1, 6), None, day(12, 31, 2399)])
def test_a_period_the_rule_does_not_have_is_refused(owing: Engine, period: object) -> None:
    with refused(owing, GuardRefused, "unknown_period") as caught:
        owing.fulfil("k/1.1", "brief", actor=of("c1"), period=period)  # type: ignore[arg-type]
    assert caught.value.data["rrule"] == BRIEF.due.rrule  # type: ignore[union-attr]


def test_a_period_of_what_does_not_recur_is_refused(owing: Engine) -> None:
    with refused(owing, GuardRefused, "no_periods"):
        owing.fulfil("k/1.1", "plan", actor=of("c1"), period=day(3, 1))


# Reporting


def test_nobody_reports_before_its_children(engine: Engine) -> None:
    forwarded(engine, "c1", "c2", "c3")
    reported(engine, "k/1.2")
    engine.execute("k/1", actor=of("p"))
    with refused(engine, GuardRefused, "children_open") as caught:
        engine.report("k/1", actor=of("p"))
    assert caught.value.data["count"] == 2
    assert caught.value.data["children"] == [["k/1.1", "c1", "issued"], ["k/1.3", "c3", "issued"]]


def test_a_report_covers_exactly_its_children_and_summarises_them(engine: Engine) -> None:
    forwarded(engine, "c1", "c2", "c3")
    reported(engine, "k/1.1")
    engine.waive("k/1.2", "no such body there", actor=of("p"))
    engine.withdraw("k/1.3", "by mistake", actor=of("p"))
    engine.execute("k/1", actor=of("p"))
    head = engine.directive("k/1.1")
    answer = engine.report("k/1", actor=of("p"))
    assert types(answer) == [("k/1", "reported"), ("k/1.1", "summarised")]
    event = answer.events[0].event
    assert isinstance(event, Reported)
    assert event.n == 1
    assert event.covers == (("1.1", head.version, head.head.hex(), "reported"),)
    assert event.without == (("1.2", "waived", "no such body there"), ("1.3", "withdrawn", "by mistake"))
    assert event.root == root_hash([codec.leaf(codec.encode(list(event.covers[0])))]).hex()
    summary = answer.events[1].event
    assert isinstance(summary, Summarised)
    assert summary.report == answer.events[0].hash.hex()
    assert engine.directive("k/1.1").closed
    live_equals_replay(engine)


def test_a_report_over_nobody_commits_to_the_empty_root(engine: Engine) -> None:
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    event = engine.report("k/1", actor=of("p")).events[0].event
    assert isinstance(event, Reported)
    assert (event.n, event.covers, event.without, event.root) == (0, (), (), EMPTY.hex())


def test_a_report_over_many_children_keeps_its_list_beside_the_log(make: Maker) -> None:
    engine = make(wide(400))
    cascade(engine)
    refs = engine.forward("k/1", [Select(level="city")], actor=of("p")).issued
    units = [engine.directive(ref).unit for ref in refs]
    engine.submit(Execute(ref, actor=of(unit)) for ref, unit in zip(refs, units, strict=True))
    engine.submit(Report(ref, actor=of(unit)) for ref, unit in zip(refs, units, strict=True))
    engine.execute("k/1", actor=of("p"))
    event = engine.report("k/1", actor=of("p")).events[0].event
    assert isinstance(event, Reported)
    assert (event.n, event.covers, event.without) == (400, None, None)
    with engine._store.reading() as reader:
        body = reader.blob(event.blob or "") or b""
    assert codec.named("list", body) == event.blob
    covers, without = codec.decode(body)  # type: ignore[misc]
    assert without == []
    assert [cover[0] for cover in covers] == [f"1.{n}" for n in range(1, 401)]
    assert root_hash([codec.leaf(codec.encode(cover)) for cover in covers]).hex() == event.root
    live_equals_replay(engine)


def test_every_mandatory_requirement_from_every_level_is_answered(engine: Engine) -> None:
    above = notice("n1", requirements=(Requirement(id="sum", text="A summary", mandatory=True),))
    below = notice(
        "n2",
        requirements=(
            Requirement(id="list", text="A list", mandatory=True),
            Requirement(id="photo", text="Photos, if there are any"),
        ),
    )
    engine.issue("k", above, actor=of("p"))
    engine.forward("k/1", ["c1"], actor=of("p"), notice=below)
    engine.execute("k/1.1", actor=of("c1"))
    for answers in ((), ("n1/sum",), ("n2/list", "n2/photo"), ("sum", "list")):
        with refused(engine, GuardRefused, "requirements_unanswered") as caught:
            engine.report("k/1.1", actor=of("c1"), answers=answers)
        assert caught.value.data["missing"] == [name for name in ("n1/sum", "n2/list") if name not in answers]
    event = engine.report("k/1.1", actor=of("c1"), answers=("n2/list", "n1/sum")).events[0].event
    assert event.answers == ("n1/sum", "n2/list")  # type: ignore[attr-defined]


def test_an_answer_to_what_nobody_required_is_refused(engine: Engine) -> None:
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    with refused(engine, GuardRefused, "unknown_requirement") as caught:
        engine.report("k/1", actor=of("p"), answers=("n1/other",))
    assert caught.value.data["unknown"] == ["n1/other"]


def test_a_report_over_the_event_limit_is_refused(engine: Engine) -> None:
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    with refused(engine, LimitExceeded, "event_too_large") as caught:
        engine.report("k/1", actor=of("p"), materials=tuple((f"{n:0190}", "ab" * 32) for n in range(260)))
    assert caught.value.data["limit"] == 65_535


@pytest.mark.parametrize("digest", ["", "AB" * 32, "ab" * 31, "zz" * 32])
def test_a_material_whose_digest_is_no_sha256_is_malformed(digest: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_digest"):
        Report("k/1", materials=(("a.pdf", digest),), actor=of("p"))


def test_only_the_unit_reports(engine: Engine) -> None:
    forwarded(engine)
    engine.execute("k/1.1", actor=of("c1"))
    with refused(engine, NotEntitled, "not_entitled"):
        engine.report("k/1.1", actor=of("p"))


# Returning


def test_a_returned_report_is_at_work_again_and_the_parent_cannot_report(engine: Engine, clock: ManualClock) -> None:
    forwarded(engine, "c1")
    reported(engine, "k/1.1")
    engine.execute("k/1", actor=of("p"))
    assert types(engine.return_("k/1.1", "figures missing", actor=of("p"))) == [("k/1.1", "returned")]
    state = engine.directive("k/1.1")
    assert (state.status, state.reported_at, state.closed_at) == ("executing", None, None)
    with refused(engine, GuardRefused, "children_open"):
        engine.report("k/1", actor=of("p"))


def test_a_return_may_give_a_new_due_within_the_parents(engine: Engine) -> None:
    forwarded(engine, "c1")
    reported(engine, "k/1.1")
    with refused(engine, DueRefused, "due_after_parent") as caught:
        engine.return_("k/1.1", "again", actor=of("p"), due=day(6, 21))
    assert caught.value.data["latest"] == end(6, 20)
    engine.return_("k/1.1", "again", actor=of("p"), due=day(6, 18))
    state = engine.directive("k/1.1")
    assert (state.due, state.original_due) == (end(6, 18), end(6, 10))


def test_a_return_cannot_take_the_due_away(engine: Engine) -> None:
    engine.issue("k", notice(), due="undated", actor=of("p"))
    engine.forward("k/1", ["c1"], actor=of("p"), due=day(6, 10))
    reported(engine, "k/1.1")
    with refused(engine, GuardRefused, "cannot_undate"):
        engine.return_("k/1.1", "again", actor=of("p"), due="undated")


def test_a_summarised_report_is_returned_only_under_a_parent_at_work(engine: Engine) -> None:
    forwarded(engine, "c1")
    reported(engine, "k/1.1", "k/1")
    with refused(engine, GuardRefused, "parent_not_working") as caught:
        engine.return_("k/1.1", "again", actor=of("p"))
    assert caught.value.data["parent_status"] == "reported"
    engine.return_("k/1", "again", actor=of("p"))
    engine.return_("k/1.1", "again", actor=of("p"))
    assert not engine.directive("k/1.1").closed


def test_what_is_reopened_is_bound_by_its_parents_due_again(engine: Engine) -> None:
    forwarded(engine, "c1")
    reported(engine, "k/1.1", "k/1")
    engine.return_("k/1", "again", actor=of("p"), due=day(6, 5))
    assert engine.directive("k/1.1").due == end(6, 10), "closed children do not bind"
    with refused(engine, DueRefused, "due_after_parent"):
        engine.return_("k/1.1", "again", actor=of("p"))
    engine.return_("k/1.1", "again", actor=of("p"), due=day(6, 4))
    live_equals_replay(engine)


def test_a_second_report_covers_children_already_summarised(engine: Engine) -> None:
    forwarded(engine, "c1")
    reported(engine, "k/1.1", "k/1")
    engine.return_("k/1", "again", actor=of("p"))
    answer = engine.report("k/1", actor=of("p"))
    assert types(answer) == [("k/1", "reported")]
    assert answer.events[0].event.covers[0][3] == "summarised"  # type: ignore[attr-defined]


# Summarising


def test_a_root_is_summarised_by_its_issuer_over_closed_children(engine: Engine) -> None:
    forwarded(engine, "c1")
    reported(engine, "k/1.1", "k/1")
    event = engine.summarise("k/1", actor=of("p")).events[0].event
    assert event == Summarised(None)
    assert engine.directive("k/1").closed


def test_what_is_no_root_is_summarised_by_its_parents_report(engine: Engine) -> None:
    forwarded(engine, "c1")
    reported(engine, "k/1.1")
    with refused(engine, GuardRefused, "not_root") as caught:
        engine.summarise("k/1.1", actor=of("p"))
    assert caught.value.data["parent"] == "k/1"


def test_each_line_reports_to_its_own_superior(joint: Engine) -> None:
    joint.issue("k", notice(issuers=("a", "g")), actor=of("a"))
    joint.forward("k/1", ["a1"], actor=of("a"))
    joint.forward("k/2", ["g1"], actor=of("g"))
    reported(joint, "k/1.1", "k/1")
    joint.summarise("k/1", actor=of("a"))
    assert joint.directive("k/2").status == "forwarded"
    with refused(joint, NotEntitled, "not_entitled"):
        joint.summarise("k/2", actor=of("a"))


def test_lateness_is_judged_by_the_original_due_too(engine: Engine, clock: ManualClock) -> None:
    forwarded(engine, "c1")
    engine.reschedule("k/1.1", day(6, 18), "floods", actor=of("p"))
    clock.advance(days=(end(6, 15) - clock.now()) // DAY_US)
    reported(engine, "k/1.1")
    node = next(node for node in engine.view("k").nodes if node.directive.ref == "k/1.1")
    assert (node.overdue, node.late_by_original) == (False, True)
    assert node.light.code == "done"
