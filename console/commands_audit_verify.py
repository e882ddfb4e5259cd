"""`xiada audit verify`: is all as it was written, and did all go by the rules."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk, cores
from xiada.console.options import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xiada.console.context import Progress
    from xiada.engine.audit.findings import Finding, Verification
    from xiada.engine.audit.subject import Means, Trust

FOUND = 5


@reading
def verify(
    desk: Desk,
    place: Annotated[
        str | None, typer.Argument(metavar="FILE|BUNDLE", help="A Xiada file or a bundle; default: --db.")
    ] = None,
    checkpoint: Annotated[
        list[str] | None, typer.Option("--checkpoint", metavar="FILE", help="Signed checkpoints held elsewhere.")
    ] = None,
    vkey: Annotated[
        list[str] | None,
        typer.Option("--vkey", metavar="KEY", help="A verifier key you trust; default: the log's own."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", min=1, help="Processes; default: all cores.")
    ] = None,
) -> None:
    """Check the whole log again from its bytes, and all that is kept beside it; exit code 5 on findings."""
    from xiada.engine.audit.targets import verify_file

    with desk.progress("verifying", total=None) as progress:
        file = place or desk.file
        notes = [*_given(checkpoint or ()), *_held(desk, file)]
        found = verify_file(file, _trust(notes, vkey), _means(jobs, progress))
    if desk.as_json:
        desk.document(_document(found))
    else:
        _tell(desk, found)
    if found.findings:
        raise typer.Exit(FOUND)


def _given(files: "Sequence[str]") -> list[str]:
    """Return the checkpoints in files the caller names."""
    from xiada.console.arguments import read_checkpoints

    return [note for file in files for note in read_checkpoints(file)]


def _held(desk: Desk, file: str) -> list[str]:
    """Return the newest checkpoints of the anchors a store remembers, or the environment names."""
    from pathlib import Path

    from xiada.console.signing import signing_of
    from xiada.engine.audit.targets import is_bundle
    from xiada.engine.stores import open_store

    if is_bundle(Path(file)):
        return []
    store = open_store(file)
    try:
        holders = signing_of(store, desk.context.environment).holders()
    finally:
        store.close()
    return [note for note in (holder.newest() for holder in holders) if note is not None]


def _trust(notes: list[str], keys: list[str] | None) -> "Trust":
    """Return what the caller brings along."""
    from xiada.console.signing import trusted
    from xiada.engine.audit.subject import Trust
    from xiada.engine.authority import OwnUnit
    from xiada.engine.lifecycle import STANDARD

    return Trust(OwnUnit(), {STANDARD.digest: STANDARD}, trusted(keys), tuple(notes))


def _means(jobs: int | None, progress: "Progress") -> "Means":
    """Return how it is to be done."""
    from xiada.engine.audit.subject import Means

    return Means(None, jobs or cores(), progress)


def _document(found: "Verification") -> dict[str, object]:
    """Return a verification for programs."""
    return {
        "origin": found.origin,
        "log_size": found.size,
        "log_root": found.root,
        "directives": found.directives,
        "checkpoints": found.checkpoints,
        "keys": list(found.keys),
        "findings": [_finding(one) for one in found.findings],
        "left_out": found.left_out,
        "unchecked": list(found.unchecked),
    }


def _finding(one: "Finding") -> dict[str, object]:
    """Return a finding for programs."""
    return {name: getattr(one, name) for name in ("code", "index", "ref", "message", "expected", "found")}


def _tell(desk: Desk, found: "Verification") -> None:
    """Print findings, what was checked, and what was not."""
    from xiada.console.findings import told, unchecked

    count = len(found.findings) + found.left_out
    if count:
        desk.say("verify_bad", count=count, size=found.size)
    else:
        desk.say("verify_good", size=found.size, origin=found.origin)
    for one in found.findings:
        desk.line(f"  {told(one, desk.words)}")
    if found.left_out:
        desk.say("verify_more", count=found.left_out)
    if found.root:
        desk.say("verify_sums", directives=found.directives, checkpoints=found.checkpoints, root=found.root)
    desk.say("verify_scope" if found.root else "verify_nothing")
    for code in found.unchecked:
        desk.line(f"  {unchecked(code, desk.words)}")


def add_to(audit: typer.Typer) -> None:
    """Add these commands to the group."""
    audit.command("verify")(verify)
