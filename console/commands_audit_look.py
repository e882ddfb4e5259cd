"""`xiada audit`: telling what happened."""

import typer


def add_to(audit: typer.Typer) -> None:  # noqa: ARG001
    """Add these commands to the group."""
