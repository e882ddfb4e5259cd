"""The demonstration: the cascade of 2020 told step by step, with its file, drawings and log left behind.

Rule: everything goes through the public API, by the story's own clock; what is shown is what any
command would show. A demonstration left there earlier is made anew; any other file is not touched.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xiada import viz
from xiada.console import documents
from xiada.console.files import make_folder, put
from xiada.console.refusals import sentence
from xiada.console.standing import Wanted, narrowed, show_view
from xiada.engine.engine import Engine
from xiada.engine.errors import Tampered
from xiada.viz.pictures import to_svg
from xiada.workflows.joint_forward import CASCADE, ORIGIN, run
from xiada.workflows.story import Step, StoryClock

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.engine.audit.findings import Verification

_DATABASE, _LOG = "xiada.db", "log.jsonl"
_PROVINCE = ("gd-ast", "gd-sti")
"""The units whose parts of the cascade are printed half way; the other provinces are in the drawings."""


def demonstrate(desk: Desk, folder: str) -> None:
    """Tell the story, and leave database, drawings and log in a folder.

    Raises:
        StoreError: Something else is there already, or the folder cannot be written.
        Tampered: The verification finds something.
    """
    place, clock = make_folder(folder), StoryClock()
    desk.file, desk.context = str(place / _DATABASE), replace(desk.context, clock=clock)
    _clear(place / _DATABASE)
    engine = desk.create(ORIGIN)
    steps = []
    for number, step in enumerate(run(engine, clock), 1):
        steps.append(step)
        _tell(desk, number, step)
        _draw(desk, place, step)
    events = _write_log(desk, place / _LOG)
    found = engine.verification()
    if desk.as_json:
        desk.document(_document(desk, place, steps, found))
    else:
        desk.line()
        desk.say("demo_files", folder=folder, events=events)
        _tell_verified(desk, found)
        desk.say("demo_next", file=desk.file)
    if found.findings:
        raise Tampered("demo_findings", "the verification of the story finds something", remedy="Please report this.")


def _tell_verified(desk: Desk, found: Verification) -> None:
    """Print what the verification of the file came to."""
    key = "verify_bad" if found.findings else "verify_good"
    desk.say(key, count=len(found.findings), size=found.size, origin=found.origin)
    desk.say("verify_sums", directives=found.directives, checkpoints=found.checkpoints, root=found.root)


def _clear(file: Path) -> None:
    """Remove the database of an earlier demonstration; leave anything else to be refused."""
    if not file.exists():
        return
    with Engine.open(str(file)) as earlier:
        ours = earlier.origin.startswith(f"{ORIGIN}/")
    if ours:
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            (file.parent / name).unlink(missing_ok=True)


def _tell(desk: Desk, number: int, step: Step) -> None:
    """Print one step, and what the engine said if it refused."""
    if desk.as_json:
        return
    desk.line(f"{number:>2}. {step.title_zh if desk.words.language == 'zh' else step.title_en}")
    if step.refusal is not None:
        desk.line(f"    {sentence(step.refusal, desk.words)}")


def _draw(desk: Desk, place: Path, step: Step) -> None:
    """Draw the cascade where the story says so; half way print one province's parts too."""
    if step.moment is None:
        return
    view = desk.engine.view(CASCADE)
    put(str(place / f"{step.moment}.svg"), to_svg(viz.tree(view, lang=desk.words.language)))
    if step.moment == "half_way" and not desk.as_json:
        desk.line()
        show_view(desk, narrowed(view, _PROVINCE), Wanted())
        desk.line()


def _write_log(desk: Desk, file: Path) -> int:
    """Write the log as JSON lines; return how many events it has."""
    lines = [json.dumps(documents.event(recorded), ensure_ascii=False) for recorded in desk.engine.log()]
    put(str(file), "".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def _document(desk: Desk, place: Path, steps: list[Step], found: Verification) -> documents.Document:
    """Return what the demonstration left behind, for programs."""
    told = [
        {"title_zh": step.title_zh, "title_en": step.title_en, "refusal": step.refusal and step.refusal.code}
        for step in steps
    ]
    drawings = [str(place / f"{step.moment}.svg") for step in steps if step.moment]
    return {
        "database": desk.file,
        "log": str(place / _LOG),
        "drawings": drawings,
        "steps": told,
        "log_size": found.size,
        "log_root": found.root,
        "findings": len(found.findings),
    }
