"""Commands of lifecycles of one's own: take a step, look at a table, let a cascade go on by another."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import Reason, Reference, WritingDesk, reading, writing

if TYPE_CHECKING:
    from xiada.engine.commands import Command
    from xiada.engine.lifecycle import Lifecycle

PANEL = "Lifecycles"
LIFECYCLE_FILE = "A lifecycle, .yaml; see 'xiada lifecycle --example'."


@writing
def step(
    desk: WritingDesk,
    ref: Reference,
    trigger: Annotated[str, typer.Argument(metavar="TRIGGER", help="One of its lifecycle's own; see 'xiada can REF'.")],
    reason: Annotated[str | None, typer.Option("--reason", help="Why; it stays in the log, so name nobody.")] = None,
    note: Annotated[
        str | None, typer.Option("--note", help="What else is to be said; kept apart from the log, erasable.")
    ] = None,
) -> "Command":
    """Take a step that the directive's lifecycle adds to the standard one (办理环节)."""
    from xiada.engine.commands import TakeStep

    return TakeStep(ref, trigger, reason, note, **desk.envelope)


@writing
def migrate(
    desk: WritingDesk,
    cascade: Annotated[str, typer.Argument(metavar="CASCADE", help="Its id.")],
    file: Annotated[str, typer.Argument(metavar="LIFECYCLEFILE", help=LIFECYCLE_FILE)],
    reason: Reason,
    become: Annotated[
        list[str] | None, typer.Option("--map", metavar="OLD=NEW", help="A status that goes by another name; repeat.")
    ] = None,
) -> "Command":
    """Let a running cascade go on by another lifecycle, every directive of it at once (变更流程)."""
    from xiada.engine.migrating import Migrate

    table = desk.bring(file)
    pairs = tuple(_pair(text) for text in become or ())
    return Migrate(cascade, f"{table.name}@{table.version}", reason, pairs, **desk.envelope)


def _pair(text: str) -> tuple[str, str]:
    """Return what a status was and becomes."""
    before, mark, after = text.partition("=")
    if not (before and mark and after):
        from xiada.engine.errors import Malformed

        raise Malformed("bad_mapping", f"'{text}' maps no status to another", remedy="Write OLD=NEW.", status=text)
    return before, after


@reading
def lifecycle(
    desk: Desk,
    what: Annotated[
        str | None, typer.Argument(metavar="FILE|CASCADE", help="A lifecycle file to check, or a cascade.")
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Print a lifecycle file.")] = False,
) -> None:
    """Check a lifecycle file, or show the table a cascade runs by; without either, the standard one (流程表)."""
    from xiada.engine import lifecyclefile
    from xiada.engine.lifecycle import STANDARD

    if example:
        lines = (lifecyclefile.__doc__ or "").splitlines()
        desk.line("\n".join(line[4:] for line in lines if line.startswith("    ")))
    elif what is None:
        _show(desk, [(None, STANDARD)])
    elif _is_file(what):
        table = lifecyclefile.load_lifecycle(what)
        _check(desk, what, table)
    else:
        _show(desk, [(pin.index, pin.lifecycle) for pin in desk.engine.pins(what).pins])


def _is_file(what: str) -> bool:
    """Tell whether a file is meant, and no cascade: by its suffix, or because it has a folder."""
    return what.lower().endswith((".yaml", ".yml")) or "/" in what


def _check(desk: Desk, file: str, table: "Lifecycle") -> None:
    """Say that a file is good, and what is in it."""
    if desk.as_json:
        desk.document(_document(table))
        return
    counts = {"statuses": len(table.statuses), "steps": len(table.steps)}
    desk.say("lifecycle_good", file=file, **_named(table), **counts)
    _rows(desk, table)


def _named(table: "Lifecycle") -> dict[str, object]:
    """Return what a table is called."""
    return {"name": table.name, "version": table.version, "digest": table.digest}


def _document(table: "Lifecycle") -> dict[str, object]:
    """Return a table for programs."""
    import json

    return {**json.loads(table.body), "digest": table.digest, "steps": list(table.steps)}


def _show(desk: Desk, tables: "list[tuple[int | None, Lifecycle]]") -> None:
    """Print tables, each with the log index it holds from."""
    if desk.as_json:
        desk.document({"lifecycles": [{"from": index, **_document(table)} for index, table in tables]})
        return
    for index, table in tables:
        if len(tables) > 1:
            desk.say("lifecycle_pinned", index=str(index))
        desk.say("lifecycle_head", **_named(table))
        _rows(desk, table)


def _rows(desk: Desk, table: "Lifecycle") -> None:
    """Print the rows of a table: from where to where, what, by whom, under which guards."""
    from rich.text import Text

    from xiada.console.tree import Row, aligned

    words, rows = desk.words, []
    for row in table.transitions:
        sources = words.join([words.status(source) for source in row.sources], len(table.statuses))
        target = words.status(row.target) if row.target else "↻"
        closes = f" ({words.say('lifecycle_closed')})" if row.target in table.closed else ""
        guards = words.say("lifecycle_guards", names=words.join(row.guards)) if row.guards else ""
        cells = (words.role(row.by), f"{sources or '●'} → {target}{closes}", guards)
        rows.append(Row(Text(f"  {words.trigger(row.trigger)}"), tuple(Text(cell) for cell in cells)))
    for line in aligned(rows):
        desk.line(line)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for name, command in (("step", step), ("lifecycle", lifecycle), ("migrate", migrate)):
        app.command(name, rich_help_panel=PANEL)(command)
