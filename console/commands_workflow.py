"""`xiada workflow`: the presets, listed, shown and run."""

from typing import Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import unfiled

PANEL = "Set up"
Name = Annotated[str, typer.Argument(metavar="NAME", help="A preset; see 'workflow list'.")]


@unfiled
def list_(desk: Desk) -> None:
    """List the presets: workflows that are ready to be looked at, run and copied."""
    from xiada.console.workflows import list_presets

    list_presets(desk)


@unfiled
def show(desk: Desk, name: Name) -> None:
    """Show what a preset is made of, and what its checks say after a run."""
    from xiada.console.workflows import show_preset
    from xiada.workflows.catalogue import preset

    show_preset(desk, preset(name))


@unfiled
def run(
    desk: Desk,
    name: Name,
    db: Annotated[
        str | None, typer.Option("--db", metavar="FILE", help="Keep it in a new file; default: memory.")
    ] = None,
    to: Annotated[int | None, typer.Option("--to", metavar="STEP", min=1, help="Stop after this step.")] = None,
) -> None:
    """Tell a preset's story step by step on a fresh log."""
    from xiada.console.workflows import run_preset
    from xiada.workflows.catalogue import preset

    run_preset(desk, preset(name), file=db, last=to)


def add_to(app: typer.Typer) -> None:
    """Add the group and its commands to the program."""
    workflow = typer.Typer(
        name="workflow",
        help="The presets: list them, look at one, run one.",
        no_args_is_help=True,
        add_completion=False,
    )
    for name, command in (("list", list_), ("show", show), ("run", run)):
        workflow.command(name)(command)
    app.add_typer(workflow, rich_help_panel=PANEL)
