"""Presets shown and run: their list, what one is made of, the story told step by step.

Rule: a story runs by its own clock on a log of its own, in memory unless a file is named; a file that is
there already is refused, not written to. What a preset says of itself is printed as it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xiada.console import documents
from xiada.console.intake_telling import due_words
from xiada.console.refusals import sentence, told
from xiada.engine.due import show
from xiada.engine.engine import Engine
from xiada.engine.errors import Tampered
from xiada.engine.notice import due_data
from xiada.engine.stores import create_store
from xiada.workflows.catalogue import Check, Preset, presets
from xiada.workflows.story import Step, StoryClock

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.engine.notice import Notice, Obligation
    from xiada.engine.org import Org, Unit

_REFS_SHOWN = 3


def list_presets(desk: Desk) -> None:
    """Print every preset: its name, what it is called, what it shows."""
    if desk.as_json:
        desk.document({"presets": [_essence(one) for one in presets()]})
        return
    for one in presets():
        desk.line(f"{one.name}  {_of(desk, one.title_zh, one.title_en)}")
        desk.line(f"    {_of(desk, one.summary_zh, one.summary_en)}")
    desk.line()
    desk.say("workflow_next")


def _essence(one: Preset) -> documents.Document:
    """Return what a list says of a preset, for programs."""
    return {
        name: getattr(one, name)
        for name in ("name", "title_zh", "title_en", "summary_zh", "summary_en", "cascades", "notice")
    }


def _of(desk: Desk, chinese: str, english: str) -> str:
    """Return the one of two texts that is in the desk's language."""
    return chinese if desk.words.language == "zh" else english


# What one is made of


def show_preset(desk: Desk, one: Preset) -> None:
    """Print a preset: what it shows, its org, notices, lifecycle and rules, and what its checks say after a run."""
    with _stage(one) as (engine, clock):
        for _ in one.run(engine, clock):
            pass
        found = one.checks(engine) if one.checks else ()
        units = engine.org()
    if desk.as_json:
        desk.document(_anatomy(one, found))
        return
    desk.line(f"{one.name}  {_of(desk, one.title_zh, one.title_en)}")
    desk.line(_of(desk, one.summary_zh, one.summary_en))
    desk.line()
    _tell_units(desk, Counter(unit.kind for unit in units))
    desk.say("workflow_notices")
    for notice in one.notices:
        _tell_notice(desk, notice, units)
    _tell_lifecycles(desk, one)
    if one.rules:
        desk.say("workflow_rules")
    for chinese, english in one.rules:
        desk.line(f"  {_of(desk, chinese, english)}")
    _tell_checks(desk, found)


def _tell_units(desk: Desk, kinds: Mapping[str, int]) -> None:
    """Print how many units of each kind the org has."""
    say = desk.words.say
    counts = [say("workflow_kind", kind=kind, count=count) for kind, count in kinds.items()]
    desk.say("workflow_units", total=sum(kinds.values()), kinds=desk.words.join(counts, len(counts)))


def _tell_notice(desk: Desk, notice: Notice, units: Org) -> None:
    """Print a notice: its number, title and issuers, what it requires, what it lays on its addressees."""
    issuers = desk.words.join([_name(units.unit(issuer)) for issuer in notice.issuers])
    desk.line("  " + desk.words.say(
        "workflow_notice", title=notice.title, doc_number=notice.doc_number, issuers=issuers
    ))  # fmt: skip
    mandatory = sum(one.mandatory for one in notice.requirements)
    if notice.requirements:
        others = len(notice.requirements) - mandatory
        desk.line("    " + desk.words.say("workflow_required", mandatory=mandatory, others=others))
    for one in notice.obligations:
        desk.line(f"    {_owed(desk, one)}")


def _name(unit: Unit) -> str:
    """Return what a unit is called for short."""
    return unit.aliases[0] if unit.aliases else unit.name


def _owed(desk: Desk, one: Obligation) -> str:
    """Return an obligation in one line."""
    say = desk.words.say
    due = say("intake_due", due=due_words(desk.words, one.due)) if one.due else say("due_unsaid")
    said_already = one.due is not None and one.due.soft
    soft = say("workflow_soft") if one.soft and not said_already else ""
    key = "workflow_owed" if one.what else "workflow_owed_bare"
    return say(key, kind=say(f"kind_{one.kind}"), what=desk.words.join(one.what), due=due, soft=soft)


def _tell_lifecycles(desk: Desk, one: Preset) -> None:
    """Print the lifecycles a preset's cascades run by, and the guards it brings."""
    for runs_by in one.lifecycles:
        names = [desk.words.status(status.name) for status in runs_by.statuses]
        statuses = desk.words.join(names, len(names))
        desk.say("workflow_lifecycle", name=runs_by.name, version=runs_by.version, statuses=statuses)
    if one.guards:
        desk.line("  " + desk.words.say("workflow_guards", guards=desk.words.join(list(one.guards))))


def _tell_checks(desk: Desk, found: tuple[Check, ...]) -> None:
    """Print what a person should see."""
    if found:
        desk.say("workflow_checks")
    for one in found:
        refs = desk.words.join(one.refs[:_REFS_SHOWN])
        more = len(one.refs) > _REFS_SHOWN
        key = "workflow_refs_more" if more else "workflow_refs"
        place = desk.words.say(key, refs=refs, count=len(one.refs)) if refs else ""
        desk.line(f"  {one.code}  {_of(desk, one.text_zh, one.text_en)}{place}")


def _anatomy(one: Preset, found: tuple[Check, ...]) -> documents.Document:
    """Return what a preset is made of, for programs."""
    return {
        **_essence(one),
        "origin": one.origin,
        "units": [documents.unit(unit) for unit in one.org()],
        "notices": [_notice(notice) for notice in one.notices],
        "lifecycles": [
            {
                "name": runs_by.name,
                "version": runs_by.version,
                "digest": runs_by.digest,
                "statuses": [status.name for status in runs_by.statuses],
            }
            for runs_by in one.lifecycles
        ],
        "guards": list(one.guards),
        "rules": [{"zh": chinese, "en": english} for chinese, english in one.rules],
        "checks": [_check(check) for check in found],
    }


def _notice(notice: Notice) -> documents.Document:
    """Return a notice for programs."""
    owed = [
        {"id": one.id, "kind": one.kind, "what": list(one.what), "due": one.due and due_data(one.due), "soft": one.soft}
        for one in notice.obligations
    ]
    return {
        "id": notice.id,
        "digest": notice.digest,
        "doc_number": notice.doc_number,
        "title": notice.title,
        "issuers": list(notice.issuers),
        "forwards": notice.forwards,
        "requirements": [
            {"id": one.id, "text": one.text, "mandatory": one.mandatory} for one in notice.requirements
        ],
        "obligations": owed,
    }  # fmt: skip


def _check(one: Check) -> documents.Document:
    """Return what a check says, for programs."""
    return {"code": one.code, "text_zh": one.text_zh, "text_en": one.text_en, "refs": list(one.refs)}


# The story told


def run_preset(desk: Desk, one: Preset, *, file: str | None, last: int | None) -> None:
    """Tell a preset's story, as far as a step, on a fresh log.

    Raises:
        StoreError: The file is there already, or cannot be made.
        Tampered: The verification finds something.
    """
    told_steps: list[documents.Document] = []
    whole = True
    with _stage(one, file) as (engine, clock):
        for number, step in enumerate(one.run(engine, clock), 1):
            told_steps.append(_step(desk, number, step, clock.now()))
            if not desk.as_json:
                _tell_step(desk, number, step, clock.now())
            if number == last:
                whole = step.moment == "summarised"
                break
        _end(desk, one, engine, told_steps, whole=whole, file=file)


@contextmanager
def _stage(one: Preset, file: str | None = None) -> Iterator[tuple[Engine, StoryClock]]:
    """Open a fresh log for a preset's story, with the clock it runs by."""
    clock = StoryClock()
    ports: dict[str, Any] = {"lifecycles": one.lifecycles, "guards": one.guards}
    with Engine(create_store(file or "memory:", one.origin), clock=clock, **ports) as engine:
        yield engine, clock


def _tell_step(desk: Desk, number: int, step: Step, now: int) -> None:
    """Print one step, and what the engine said if it refused."""
    title = _of(desk, step.title_zh, step.title_en)
    desk.say("workflow_step", number=f"{number:>2}", day=_day(now), title=title)
    if step.refusal is not None:
        desk.line(f"    {sentence(step.refusal, desk.words)}")


def _day(now: int) -> str:
    """Return the day of an instant, in the zone the stories are told in."""
    return show(now).partition(" ")[0]


def _step(desk: Desk, number: int, step: Step, now: int) -> documents.Document:
    """Return one step for programs."""
    why = step.refusal and documents.refusal(step.refusal, *told(step.refusal, desk.words))
    return {
        "number": number,
        **documents.instant("t", now),
        "title_zh": step.title_zh,
        "title_en": step.title_en,
        "moment": step.moment,
        "refusal": why,
    }


def _end(
    desk: Desk, one: Preset, engine: Engine, steps: list[documents.Document], *, whole: bool, file: str | None
) -> None:
    """Say where the cascades stand, what the checks see, and what the verification of the log came to."""
    found = one.checks(engine) if one.checks and whole else ()
    standing = {name: _standing(engine, name) for name in engine.cascades()}
    verified = engine.verification()
    if desk.as_json:
        desk.document({
            "preset": one.name,
            "steps": steps,
            "cascades": standing,
            "checks": [_check(check) for check in found],
            "file": file,
            "log_size": verified.size,
            "log_root": verified.root,
            "findings": len(verified.findings),
        })  # fmt: skip
    else:
        desk.line()
        _tell_standing(desk, standing)
        _tell_checks(desk, found)
        desk.say("verify_bad" if verified.findings else "verify_good",
                 count=len(verified.findings), size=verified.size, origin=verified.origin)  # fmt: skip
        if not whole:
            desk.say("workflow_stopped", number=len(steps))
        if file:
            desk.say("workflow_kept", file=file, cascade=one.cascades[0])
    if verified.findings:
        raise Tampered("demo_findings", "the verification of the story finds something", remedy="Please report this.")


def _standing(engine: Engine, cascade: str) -> dict[str, int]:
    """Return how many directives of a cascade stand at each status."""
    return dict(Counter(node.directive.status for node in engine.view(cascade).nodes))


def _tell_standing(desk: Desk, standing: Mapping[str, Mapping[str, int]]) -> None:
    """Print where each cascade stands."""
    say = desk.words.say
    for cascade, counts in standing.items():
        shown = [
            say("workflow_count", status=desk.words.status(status), count=count) for status, count in counts.items()
        ]
        desk.say("workflow_standing", cascade=cascade, statuses=desk.words.join(shown, len(shown)))
