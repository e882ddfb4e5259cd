"""`xiada audit`: the log for other programs."""

import typer


def add_to(audit: typer.Typer) -> None:  # noqa: ARG001
    """Add these commands to the group."""
