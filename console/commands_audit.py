"""`xiada audit`: checking a log, proving what stands in it, telling what happened, handing it on."""

import typer

from xiada.console import (
    commands_audit_exports,
    commands_audit_files,
    commands_audit_log,
    commands_audit_look,
    commands_audit_verify,
)

AUDIT = "Audit"
_PARTS = (
    commands_audit_verify,
    commands_audit_look,
    commands_audit_log,
    commands_audit_files,
    commands_audit_exports,
)


def add_to(app: typer.Typer) -> None:
    """Add the group and its commands to the program."""
    audit = typer.Typer(
        name="audit",
        help="Check the log, prove what stands in it, tell what happened, hand it on.",
        no_args_is_help=True,
        add_completion=False,
    )
    for part in _PARTS:
        part.add_to(audit)
    app.add_typer(audit, rich_help_panel=AUDIT)
