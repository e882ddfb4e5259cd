"""The presets that show the engine to be general: a tasker, an airworthiness directive, an attestation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from attacks import Judges, export_of
from console_office import Office
from presets import stage, told, told_until
from test_viz_lifecycle import shown_moves, table_moves

from xiada.engine.commands import Actor
from xiada.engine.errors import GuardRefused, IllegalTransition, NotEntitled
from xiada.engine.events import Reminded, Reported
from xiada.viz import lifecycle as drawn
from xiada.workflows import airworthiness, attestation, tasker
from xiada.workflows.catalogue import preset
from xiada.workflows.story import Hands, clerk

NAMES = ("tasker", "airworthiness", "attestation")


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path_factory.mktemp("bundle"))


@pytest.mark.parametrize("name", NAMES)
def test_both_verifiers_find_the_story_clean_and_say_that_guards_are_not_checked(judges: Judges, name: str) -> None:
    engine = told(name).engine
    judgement = judges(export_of(engine))
    assert judgement.verdict.clean, judgement
    assert "guards" in engine.verification().unchecked


@pytest.mark.parametrize("name", NAMES)
def test_the_lifecycle_of_a_preset_is_drawn_whole(name: str) -> None:
    [table] = preset(name).lifecycles
    assert shown_moves(drawn(table)) == table_moves(table)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_the_story_is_told_to_its_end_in_both_languages(name: str, lang: str, tmp_path: Path) -> None:
    said = Office(tmp_path).must("workflow", "run", name, lang=lang)
    assert preset(name).lifecycles[0].name == name
    assert ("核验通过" if lang == "zh" else "Verified") in said
    own = set(preset(name).lifecycles[0].names) - {"issued"}
    assert lang == "en" or not any(f"“{status}”" in said for status in own)


# Tasker


def test_the_refusals_of_the_tasker_teach() -> None:
    assert told("tasker").refusals() == ["illegal_transition", "not_coordinated"]


def test_whoever_declined_stands_in_the_report_with_the_reason() -> None:
    reports = [one.event for one in told("tasker").engine.log(tasker.ROOT) if isinstance(one.event, Reported)]
    assert reports[-1].without == (("1.1", "declined", "油料保障属后勤部职责"),)
    assert [path for path, *_ in reports[-1].covers or ()] == ["1.2", "1.3", "1.4"]


def test_who_assists_does_not_report_and_who_leads_does_not_concur() -> None:
    engine = told_until("tasker", "half_way").engine
    hands = Hands(engine)
    law, log = hands.child(tasker.ROOT, "law"), hands.child(tasker.ROOT, "log")
    with pytest.raises(IllegalTransition):
        engine.report(law, actor=clerk("law"))
    fresh, clock = stage(preset("tasker"))
    for step in tasker.run(fresh, clock):
        if step.title_en.startswith("ops declines"):
            break
    for ref, unit, deed, code in (
        (Hands(fresh).child(tasker.ROOT, "fin"), "fin", "execute", "not_leading"),
        (Hands(fresh).child(tasker.ROOT, "log"), "log", "concur", "not_assisting"),
        (Hands(fresh).child(tasker.ROOT, "fin"), "fin", "nonconcur", "no_grounds"),
    ):
        with pytest.raises(GuardRefused) as caught:
            fresh.execute(ref, actor=clerk(unit)) if deed == "execute" else fresh.step(ref, deed, actor=clerk(unit))
        assert caught.value.code == code
    assert engine.directive(log).status == "forwarded"


def test_nobody_passes_on_what_was_not_accepted_and_who_assists_passes_nothing_on() -> None:
    engine = told_until("tasker", "issued").engine
    hands = Hands(engine)
    ops, law = hands.child(tasker.ROOT, "ops"), hands.child(tasker.ROOT, "law")
    verdict = engine.can(ops, "forward")
    assert verdict.refusal is not None
    assert verdict.refusal.code == "not_accepted"
    engine.step(law, "accept", actor=clerk("law"))
    verdict = engine.can(law, "forward")
    assert verdict.refusal is not None
    assert verdict.refusal.code == "not_leading"


def test_only_the_secretariat_overrules_an_objection() -> None:
    engine = told_until("tasker", "half_way").engine
    law = Hands(engine).child(tasker.ROOT, "law")
    with pytest.raises(NotEntitled):
        engine.step(law, "overrule", reason="we need it", actor=clerk("log"))
    engine.step(law, "concur", actor=clerk("law"))
    assert engine.directive(law).status == "concurred"


# Airworthiness


def test_the_refusals_of_the_airworthiness_directive_teach() -> None:
    assert told("airworthiness").refusals() == ["not_in_words", "inspection_missed", "not_proven"]


def test_an_inspection_that_is_due_keeps_from_terminating_and_one_that_is_not_does_not() -> None:
    engine, clock = stage(preset("airworthiness"))
    for step in airworthiness.run(engine, clock):
        if step.moment == "half_way":
            break
    clock.put("2031-03-10 09:00")
    south, coast = (Hands(engine).child(airworthiness.ROOT, unit) for unit in ("south-air", "coast-air"))
    for ref, unit, passes in ((south, "south-air", True), (coast, "coast-air", False)):
        answers = Hands(engine).answers(ref)
        given = {"answers": answers, "materials": (airworthiness.record("x"),), "actor": clerk(unit)}
        if passes:
            engine.report(ref, **given)
            continue
        with pytest.raises(GuardRefused) as caught:
            engine.report(ref, **given)
        assert caught.value.data["missed"] == [date(2031, 2, 28).isoformat()]


def test_what_is_claimed_counts_once_it_is_verified_and_by_the_day_it_was_claimed() -> None:
    engine = told("airworthiness").engine
    south = engine.directive(Hands(engine).child(airworthiness.ROOT, "south-air"))
    events = {one.event.in_table: one for one in engine.log(south.ref)}
    assert south.reported_at == events["reported"].t
    assert list(events).index("stepped:verify") == list(events).index("reported") + 1


def test_alternative_means_are_the_issuers_to_approve() -> None:
    engine = told_until("airworthiness", "half_way").engine
    hands = Hands(engine)
    base = hands.children(hands.child(airworthiness.ROOT, "north-air"))[0]
    engine.step(base, "propose", reason="another part", actor=clerk("north-base-1"))
    with pytest.raises(NotEntitled):
        engine.step(base, "approve", reason="as good", actor=clerk("north-air"))
    engine.step(base, "approve", reason="as good", actor=clerk("authority"))
    assert engine.directive(base).status == "alternative_approved"
    assert engine.verify() == []


# Attestation


def test_the_refusals_of_the_attestation_teach() -> None:
    assert told("attestation").refusals() == ["another_version", "another_version"]


def test_whoever_had_not_attested_was_reminded_by_the_timer_and_nobody_else() -> None:
    engine = told("attestation").engine
    reminded = [one for one in engine.log() if isinstance(one.event, Reminded)]
    assert {engine.directive(one.ref).unit for one in reminded} == {"sales-3", "works-3", "works-4"}
    assert {one.unit for one in reminded} == {"clock"}


def test_what_was_attested_stays_in_the_log_by_its_version() -> None:
    story = told("attestation")
    assert len(story.check("attested_second").refs) == 5
    assert len(story.check("attested_third").refs) == 7
    assert story.statuses(attestation.NEW) == {"summarised": 10}


def test_an_attestation_lapses_by_the_superior_or_a_timer_and_by_nobody_else() -> None:
    engine = told_until("attestation", "half_way").engine
    hands = Hands(engine)
    post = hands.child(hands.child(f"{attestation.OLD}/1", "sales"), "sales-1")
    assert engine.directive(post).reported_at is not None
    with pytest.raises(NotEntitled):
        engine.step(post, "lapse", actor=clerk("sales-1"))
    engine.step(post, "lapse", actor=Actor("timer", "clock"))
    assert (engine.directive(post).status, engine.directive(post).reported_at) == ("issued", None)
    assert engine.verify() == []
