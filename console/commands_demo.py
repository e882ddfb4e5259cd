"""The command that shows what Xiada is."""

from typing import Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import reading

PANEL = "Set up"


@reading
def demo(
    desk: Desk,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Where to leave file, drawings and log.")] = "xiada-demo",
) -> None:
    """Run a real cascade of 2020 through the engine, step by step, and draw it."""
    from xiada.console.demo import demonstrate

    demonstrate(desk, folder)


def add_to(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("demo", rich_help_panel=PANEL)(demo)
