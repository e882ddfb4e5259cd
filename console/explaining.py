"""The life of a directive, printed: what stands about it, then every event of it as a sentence.

Rule: a sentence stands beside its log index, time, actor and the beginning of its hash, so that
anybody can look it up with `xiada log`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from xiada.console import documents
from xiada.console.listing import step_document
from xiada.console.narrating import verdict
from xiada.console.tree import Row, aligned
from xiada.engine.due import NEVER
from xiada.engine.hindsight.lives import Deed, Life
from xiada.engine.hindsight.proving import Proof

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.narrating import Narrator

_HASH = 12


@dataclass(frozen=True, slots=True)
class Beside:
    """What is told beside a life.

    Args:
        below: How many stand at each status among all below it.
        now: The instant by which it is judged, µs since 1970 UTC.
        proofs: Whether each of its events was proven, in order; None = that was not asked.
    """

    below: Mapping[str, int]
    now: int
    proofs: Sequence[Proof] | None = None


def show_life(desk: Desk, narrator: Narrator, life: Life, beside: Beside) -> None:
    """Print a life, with what is told beside it."""
    if desk.as_json:
        desk.document(_document(narrator, life, beside))
        return
    desk.line(Text(narrator.say("life_head", ref=life.directive.ref, unit=narrator.name(life.directive.unit)), "bold"))
    for fact in _facts(narrator, life, beside):
        desk.line(f"  {fact}")
    desk.line()
    desk.say("life_deeds", count=len(life.deeds))
    proofs: Sequence[Proof | None] = beside.proofs or [None] * len(life.deeds)
    for line in aligned(_row(narrator, deed, proof) for deed, proof in zip(life.deeds, proofs, strict=True)):
        desk.line(line)
    if beside.proofs is not None:
        _show_proofs(desk, beside.proofs)


def _show_proofs(desk: Desk, proofs: Sequence[Proof]) -> None:
    """Print how many events were proven, and why the others were not."""
    from xiada.console.refusals import sentence

    desk.line()
    desk.say("life_proof", proven=sum(proof.size is not None for proof in proofs), count=len(proofs))
    refusals = [proof.refusal for proof in proofs if proof.refusal is not None]
    for why in dict.fromkeys(sentence(refusal, desk.words) for refusal in refusals):
        desk.say("life_why", why=why)


def _facts(narrator: Narrator, life: Life, beside: Beside) -> list[str]:
    """Return what stands about it: notice, parent, status, dues, report, those below."""
    directive, say = life.directive, narrator.say
    notice = say("tell_notice", title=life.notice.title, doc_number=life.notice.doc_number)
    above = "life_root" if directive.parent is None else "life_parent"
    parent = directive.parent or ""
    return [
        say("life_notice", notice=notice),
        say(above, unit=narrator.unit_of(parent) if parent else "", ref=parent),
        say("life_status", status=narrator.words.status(directive.status)),
        _dues(narrator, life),
        _report(narrator, life, beside.now),
        _below(narrator, beside.below),
    ]


def _dues(narrator: Narrator, life: Life) -> str:
    """Return the due in force, and the first one where it is another."""
    due, original = life.lateness.due, life.lateness.original
    key = "life_due" if due == original else "life_dues"
    return narrator.say(key, due=narrator.due(due), original=narrator.due(original))


def _report(narrator: Narrator, life: Life, now: int) -> str:
    """Return when it was reported, or that it was not, and how late by both dues."""
    late = life.lateness
    if late.excused:
        return narrator.say("life_excused")
    t = now if late.handed_in is None else late.handed_in
    key = "life_open" if late.handed_in is None else "life_reported"
    if late.due == late.original == NEVER:
        return narrator.say(f"{key}_undated", time=narrator.time(t))
    early = late.handed_in is None and not (late.days or late.original_days)
    told = narrator.say("life_not_yet") if early else verdict(narrator, late.due, late.original, t)
    return narrator.say(key, time=narrator.time(t), verdict=told)


def _below(narrator: Narrator, below: Mapping[str, int]) -> str:
    """Return how many directives are below it, and where they stand."""
    if not below:
        return narrator.say("life_alone")
    counts = [
        narrator.say("life_count", status=narrator.words.status(status), count=count) for status, count in below.items()
    ]
    return narrator.say("life_below", count=sum(below.values()), statuses=narrator.words.join(counts, len(counts)))


def _row(narrator: Narrator, deed: Deed, proof: Proof | None) -> Row:
    """Return one event as a row."""
    recorded = deed.step.recorded
    cells = (
        narrator.time(recorded.t),
        narrator.actor(recorded),
        recorded.hash.hex()[:_HASH],
        *([] if proof is None else [_proven(narrator, proof)]),
        narrator.sentence(deed.step, deed.cause),
    )
    return Row(Text(f"{recorded.index:>6}"), tuple(map(Text, cells)))


def _proven(narrator: Narrator, proof: Proof) -> str:
    """Return whether an event was proven, and under which checkpoint."""
    return narrator.say("life_unproven") if proof.size is None else narrator.say("life_proven", size=str(proof.size))


def _document(narrator: Narrator, life: Life, beside: Beside) -> documents.Document:
    """Return a life for programs."""
    late, zone = life.lateness, narrator.zone
    proofs: Sequence[Proof | None] = beside.proofs or [None] * len(life.deeds)
    return {
        **documents.directive(life.directive, zone),
        "name": narrator.name(life.directive.unit),
        "notice": {
            "id": life.notice.id,
            "digest": life.notice.digest,
            "doc_number": life.notice.doc_number,
            "title": life.notice.title,
        },
        **documents.instant("judged_at", beside.now, zone),
        "late_days": late.days,
        "late_days_by_original": late.original_days,
        "excused": late.excused,
        "below": dict(beside.below),
        "events": [
            {**_deed_document(narrator, deed), **({} if proof is None else _proof_document(proof))}
            for deed, proof in zip(life.deeds, proofs, strict=True)
        ],
    }


def _deed_document(narrator: Narrator, deed: Deed) -> documents.Document:
    """Return one event for programs."""
    return {
        **step_document(deed.step, narrator.zone),
        "cause": deed.cause and deed.cause.index,
        "sentence": narrator.sentence(deed.step, deed.cause),
    }


def _proof_document(proof: Proof) -> documents.Document:
    """Return whether an event was proven, for programs: the checkpoint's size, or the code of the reason."""
    return {"proven_by": proof.size, "not_proven": proof.refusal and proof.refusal.code}
