"""`xiada audit verify`: is all as it was written, and did all go by the rules."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk, cores
from xiada.console.options import reading

if TYPE_CHECKING:
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
        trust, means = _trust(checkpoint or (), vkey or ()), _means(jobs, progress)
        found = verify_file(place or desk.file, trust, means)
    if desk.as_json:
        desk.document(_document(found))
    else:
        _tell(desk, found)
    if found.findings:
        raise typer.Exit(FOUND)


def _trust(checkpoints: "list[str] | tuple[()]", keys: "list[str] | tuple[()]") -> "Trust":
    """Return what the caller brings along."""
    from xiada.console.arguments import read_checkpoints
    from xiada.engine.audit.subject import Trust
    from xiada.engine.authority import OwnUnit
    from xiada.engine.lifecycle import STANDARD
    from xiada.engine.log.keys import parse_vkey

    notes = [note for file in checkpoints for note in read_checkpoints(file)]
    return Trust(OwnUnit(), {STANDARD.digest: STANDARD}, tuple(map(parse_vkey, keys)), tuple(notes))


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
    desk.say("verify_scope")
    for code in found.unchecked:
        desk.line(f"  {unchecked(code, desk.words)}")


def add_to(audit: typer.Typer) -> None:
    """Add these commands to the group."""
    audit.command("verify")(verify)
