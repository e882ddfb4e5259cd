"""`xiada audit`: bundles out and in."""

import typer


def add_to(audit: typer.Typer) -> None:  # noqa: ARG001
    """Add these commands to the group."""
