"""Commands that set up: make a file, check, load and show the org, let one unit act for another."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console import commands_reorganise
from xiada.console.context import Desk
from xiada.console.options import Moment, WritingDesk, reading, writing_anew

if TYPE_CHECKING:
    from xiada.engine.commands import Command
    from xiada.engine.engine import Engine
    from xiada.engine.org import Org, Unit

PANEL = "Set up"
SHOWN = 20
OrgFile = Annotated[str, typer.Argument(metavar="FILE", help="The org, .yaml or .csv.")]
UnitId = Annotated[str, typer.Argument(metavar="UNIT", help="Id of a unit.")]
OtherUnit = Annotated[str, typer.Option("--to", metavar="UNIT", help="The unit whose people may act for it.")]


@reading
def init(
    desk: Desk,
    origin: Annotated[str, typer.Option("--origin", metavar="NAME", help="Name of the log, e.g. office.example/gd.")],
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="Default: --db.")] = None,
    org: Annotated[str | None, typer.Option("--org", metavar="ORGFILE", help="Load this org, .yaml or .csv.")] = None,
) -> None:
    """Make a new Xiada file, and load the org into it."""
    loaded = _read(desk, org) if org else None
    desk.file = file or desk.file
    engine = desk.create(origin)
    added = _load(desk, engine, loaded) if loaded is not None else 0
    if desk.as_json:
        desk.document({"file": desk.file, "origin": engine.origin, "units": added, "log_size": engine.head().size})
        return
    desk.say("created", file=desk.file, origin=engine.origin)
    if loaded is not None:
        desk.say("org_loaded", added=added, total=len(loaded), size=engine.head().size)


@reading
def rebuild(desk: Desk) -> None:
    """Drop everything but the log and fold it anew; for a file in which 'verify' finds only i8."""
    count = desk.engine.rebuild()
    if desk.as_json:
        desk.document({"file": desk.file, "directives": count, "log_size": desk.engine.head().size})
    else:
        desk.say("rebuilt", count=count, size=desk.engine.head().size)


@reading
def check(desk: Desk, file: OrgFile) -> None:
    """Check an org file, and count its units by line, level and kind."""
    org = _read(desk, file)
    if not desk.as_json:
        desk.say("org_good", file=file, total=len(org), lines=len(org.lines))
    _show(desk, org, file=file)


@reading
def show(
    desk: Desk,
    unit: Annotated[str | None, typer.Argument(metavar="UNIT", help="Only this unit: who is above and below.")] = None,
    at: Moment = None,
) -> None:
    """Count the units of the org by line, level and kind, now or as of any moment; with --json list them."""
    from xiada.console.arguments import read_moment

    org = desk.engine.org(read_moment(at))
    if unit is not None:
        _show_unit(desk, org, unit)
    elif desk.as_json:
        from xiada.console import documents

        desk.document({"units": [documents.unit(unit) for unit in org], "tops": org.tops()})
    elif not len(org):
        desk.say("org_empty" if at is None else "org_none_then")
    else:
        standing = sum(not unit.ended for unit in org)
        desk.say("org_size", total=standing, lines=len(org.lines))
        if standing < len(org):
            desk.say("org_ended", count=len(org) - standing)
        _show(desk, org)


@reading
def load(desk: Desk, file: OrgFile) -> None:
    """Add the units of an org file that are not there yet, all or none."""
    engine = desk.engine
    org = _read(desk, file)
    added = _load(desk, engine, org)
    size = engine.head().size
    if desk.as_json:
        desk.document({"file": file, "units": len(org), "added": added, "log_size": size})
    else:
        desk.say("org_loaded", added=added, total=len(org), size=size)


@writing_anew
def delegate(desk: WritingDesk, unit: UnitId, to: OtherUnit) -> "Command":
    """Let the people of another unit act on behalf of this one."""
    from xiada.engine.commands import Delegate

    return Delegate(unit, to, **desk.envelope)


@writing_anew
def revoke(desk: WritingDesk, unit: UnitId, to: OtherUnit) -> "Command":
    """Take that leave back."""
    from xiada.engine.commands import Revoke

    return Revoke(unit, to, **desk.envelope)


def _show_unit(desk: Desk, org: "Org", unit: str) -> None:
    """Print one unit, and who is directly above and below it in each of its lines."""
    from xiada.console import documents
    from xiada.engine.org import lines_of

    found = org.unit(unit)
    below = {line: list(org.below(unit, line)) for line in sorted(lines_of(found))}
    if desk.as_json:
        rows = {line: [documents.unit(one) for one in units] for line, units in below.items()}
        desk.document({"unit": documents.unit(found), "below": rows})
        return
    desk.say("unit_is", id=found.id, name=found.name, line=found.line, level=found.level, kind=found.kind)
    if found.aliases:
        desk.say("unit_aliases", names=desk.words.join(found.aliases, SHOWN))
    if found.ended:
        after = found.successor and desk.words.say("unit_after", unit=_named(desk, org.unit(found.successor)))
        desk.say("unit_gone", after=after or "")
        return
    for line, above in found.superiors:
        desk.say("unit_above", line=line, unit=_named(desk, org.unit(above)))
    for line, units in below.items():
        if units:
            names = desk.words.join([_named(desk, one) for one in units], SHOWN)
            desk.say("unit_below", line=line, count=len(units), units=names)


def _named(desk: Desk, unit: "Unit") -> str:
    """Return a unit by name and id."""
    return desk.words.say("unit_named", name=unit.name, id=unit.id)


def _read(desk: Desk, file: str) -> "Org":
    """Return the org of a file, with a bar while it is read."""
    from xiada.console.arguments import naming_file
    from xiada.engine.orgfile import load_org

    with desk.progress("reading") as progress, naming_file(file):
        return load_org(Path(file), progress=progress)


def _load(desk: Desk, engine: "Engine", org: "Org") -> int:
    """Load an org with a bar; return how many units are new."""
    with desk.progress("loading", total=len(org)) as progress:
        return engine.load_org(org, progress=progress)


def _show(desk: Desk, org: "Org", *, file: str | None = None) -> None:
    """Print the counts of an org: per line, level and kind."""
    from xiada.engine.org import lines_of

    tops = org.tops()
    members: dict[str, list[Unit]] = {line: [] for line in org.lines}
    for unit in org:
        for line in lines_of(unit) if not unit.ended else ():
            members[line].append(unit)
    if desk.as_json:
        lines = [{"line": line, "top": tops[line], "units": len(members[line])} for line in org.lines]
        counted = [dict(zip(("line", "level", "kind", "units"), row, strict=True)) for row in _counts(org)]
        desk.document({"file": file, "units": len(org), "lines": lines, "counts": counted})
        return
    for line in org.lines:
        desk.say("line", line=line, count=len(members[line]), top=org.unit(tops[line]).name, id=tops[line])
        for home, level, kind, count in _counts(org):
            if home == line:
                desk.line(f"  {level:<16} {kind:<20} {count:>9,}")


def _counts(units: "Iterable[Unit]") -> list[tuple[str, str, str, int]]:
    """Return how many units there are by home line, level and kind, in the order they come."""
    from collections import Counter

    found = Counter((unit.line, unit.level, unit.kind) for unit in units if not unit.ended)
    return [(*place, count) for place, count in found.items()]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("init", rich_help_panel=PANEL)(init)
    app.command("rebuild", rich_help_panel=PANEL)(rebuild)
    org = typer.Typer(help="The org: check a file, load it, show it, delegate.", no_args_is_help=False)
    for name, command in (
        ("check", check),
        ("load", load),
        ("show", show),
        ("delegate", delegate),
        ("revoke", revoke),
    ):
        org.command(name)(command)
    commands_reorganise.add_to(org)
    app.add_typer(org, name="org", rich_help_panel=PANEL)
