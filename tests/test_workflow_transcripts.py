"""The story of every preset told as text, compared byte for byte with `transcripts/workflows/*.txt`.

Rule: under each step stand the events it recorded (with the beginning of their hashes, so that an
accidental change of the event format shows) or the refusal and its remedy; at the end the cascades, what
the checks say, and the log's root. XIADA_REWRITE_GOLDEN=1 writes the files again: do that with
understanding, never to be rid of a failure.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from presets import stage
from test_transcripts import details

from xiada.engine.due import SHANGHAI, at, show
from xiada.engine.engine import Engine
from xiada.engine.records import Recorded
from xiada.workflows.catalogue import Preset, names, preset
from xiada.workflows.story import Step

GOLDEN = Path(__file__).parent / "transcripts" / "workflows"
EVENTS_SHOWN = 8
NODES_SHOWN = 20
CHARACTERS_SHOWN = 260


@pytest.mark.parametrize("name", names())
def test_the_story_of_a_preset_reads_as_its_transcript_says(name: str) -> None:
    text = "\n".join(lines(preset(name))) + "\n"
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("XIADA_REWRITE_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_every_told_story_is_in_the_catalogue() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(names())


def lines(one: Preset) -> Iterator[str]:
    """Yield a preset's story, step by step."""
    engine, clock = stage(one)
    yield from (one.title_en, "=" * len(one.title_en), one.summary_en)
    size = 0
    with engine:
        for number, step in enumerate(one.run(engine, clock), 1):
            yield from (
                "",
                f"{number}. {at(clock.now(), SHANGHAI):%Y-%m-%d %H:%M}  {step.title_en}",
                f"   {step.title_zh}",
            )
            yield from happened(engine, step, size)
            size = engine.head().size
        yield from end(one, engine)


def happened(engine: Engine, step: Step, size: int) -> Iterator[str]:
    """Yield what a step recorded, but for the org, and what it was refused."""
    events = [event for event in engine.log(start=size) if not event.ref.startswith("org/")]
    for event in events[:EVENTS_SHOWN]:
        yield f"    {line(event)}"
    if len(events) > EVENTS_SHOWN:
        yield f"    ... and {len(events) - EVENTS_SHOWN:,} more"
    if step.refusal is not None:
        yield f"    refused: {type(step.refusal).__name__} {step.refusal.code}: {step.refusal.message}."
        yield f"    remedy:  {step.refusal.remedy}"


def line(event: Recorded) -> str:
    """Return one event in one line, long lists cut short."""
    told = f"{event.index:>4}  {event.hash.hex()[:12]}  {event.ref}@{event.version}  {event.event.type}{details(event)}"
    return told if len(told) <= CHARACTERS_SHOWN else f"{told[:CHARACTERS_SHOWN]}…"


def end(one: Preset, engine: Engine) -> Iterator[str]:
    """Yield where the cascades stand, what the checks say, and the log's root."""
    for cascade in one.cascades:
        nodes = engine.view(cascade).nodes
        counts = Counter(node.directive.status for node in nodes)
        yield from ("", f"{cascade} in the end: {', '.join(f'{status} {count}' for status, count in counts.items())}")
        for node in nodes[:NODES_SHOWN]:
            state = node.directive
            yield f"    {'  ' * state.depth}{state.path} {state.unit}: {state.status}, due {show(state.due)}"
        if len(nodes) > NODES_SHOWN:
            yield f"    ... and {len(nodes) - NODES_SHOWN:,} more"
    yield from ("", "What to see:")
    for check in one.checks(engine) if one.checks else ():
        yield f"    {check.code}: {check.text_en}"
    verified = engine.verification()
    assert not verified.findings
    yield from ("", f"log of {verified.size:,} events, root {verified.root}")
