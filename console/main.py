"""The `xiada` program: its commands, its exit codes, and the one place where an error becomes a sentence.

    code  meaning                                    errors
    0     done; `can`: yes
    1     refused: the rules said no; `can`: no      Refused and all below it
    2     wrong use, or words that cannot be read    Malformed, and Typer's usage errors
    3     somebody else was faster                   VersionConflict
    4     the store, or a file to write, failed      StoreError, and any other XiadaError
    5     findings; stored bytes were changed        Tampered, `verify` that finds something
    130   interrupted
    141   the reader of our output went away

Rule: a refusal is one sentence and a remedy on stderr, or with `--json` one object {code, message,
remedy, data}; a reader that goes away (`xiada log | head`) ends the program without a word.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import typer
from typer.core import TyperGroup

from xiada.console import (
    commands_audit,
    commands_demo,
    commands_dispatch,
    commands_draw,
    commands_dues,
    commands_intake,
    commands_lifecycle,
    commands_org,
    commands_plan,
    commands_query,
    commands_read,
    commands_reminders,
    commands_status,
    commands_superior,
    commands_unit,
    commands_workflow,
)
from xiada.console.context import Context, as_json, visible
from xiada.console.words import Words
from xiada.engine.errors import Malformed, Refused, StoreError, Tampered, VersionConflict, XiadaError

REFUSED, USAGE, CONFLICT, FAILED, FOUND, INTERRUPTED, UNREAD = 1, 2, 3, 4, 5, 130, 141
_CODES: tuple[tuple[type[XiadaError], int, str], ...] = (
    (Refused, REFUSED, "refused"),
    (Malformed, USAGE, "malformed"),
    (VersionConflict, CONFLICT, "conflict"),
    (Tampered, FOUND, "tampered"),
    (StoreError, FAILED, "store"),
    (XiadaError, FAILED, "failed"),
)
_EPILOG = (
    "Exit codes: 0 done, 1 refused (can: no), 2 usage or malformed input, 3 version conflict, "
    "4 store error, 5 findings or tampered, 130 interrupted."
)
UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""What Typer raises for a command line it cannot read; Typer has no public name for it."""


class Program(TyperGroup):
    """The commands, and what becomes of their errors."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> Any:
        """Run a command line and exit with its code."""
        line = list(sys.argv[1:] if args is None else args)
        context = extra.pop("obj", None) or Context()
        words = context.words(_option(line, "--lang"))
        try:
            code = super().main(line, **{**extra, "prog_name": "xiada", "standalone_mode": False, "obj": context})
            sys.stdout.flush()
        except (XiadaError, UsageError) as error:
            code = _report(error, words, for_program="--json" in line)
        except (KeyboardInterrupt, typer.Abort):
            code = INTERRUPTED
        except (BrokenPipeError, SystemExit):  # Rich and Typer leave so when nobody reads on, and only then
            code = _let_go()
        except OSError as error:
            code = _report(_unprintable(error), words, for_program="--json" in line)
        if code == INTERRUPTED:
            sys.stderr.write(f"{words.say('interrupted')}\n")
        sys.exit(code or 0)


def _option(line: Sequence[str], name: str) -> str | None:
    """Return what follows an option on the command line, before anything has been parsed."""
    for place, word in enumerate(line):
        if word == name:
            return next(iter(line[place + 1 :]), None)
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return None


def _let_go() -> int:
    """Point stdout to nowhere, so that nothing complains on the way out; return the exit code."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNREAD


def _unprintable(error: OSError) -> StoreError:
    """Return the error for a standard output that takes nothing more; raise what was about a file."""
    if error.filename is not None:
        raise error
    _let_go()
    return StoreError(
        "cannot_print",
        f"standard output cannot be written ({error.strerror})",
        remedy="Check the disk, or where the output goes.",
        why=error.strerror,
    )


def _report(error: Exception, words: Words, *, for_program: bool) -> int:
    """Say on stderr what went wrong and what to do next; return the exit code."""
    found = error if isinstance(error, XiadaError) else _misuse(error, words)
    code, kind = next((code, kind) for family, code, kind in _CODES if isinstance(found, family))
    kind = "usage" if found.code == "usage" else kind
    told = _document(found, words) if for_program else _sentence(found, kind, words)
    sys.stderr.write(f"{told}\n")
    return code


def _sentence(error: XiadaError, kind: str, words: Words) -> str:
    """Return an error as one line for people."""
    from xiada.console.refusals import sentence

    told = f"{words.say(kind)}{words.say('colon')}{sentence(error, words)}"
    return visible(told).replace("\n", "\\n")


def _document(error: XiadaError, words: Words) -> str:
    """Return an error as one line of JSON."""
    from xiada.console.documents import refusal
    from xiada.console.refusals import told

    return as_json(refusal(error, *told(error, words)), sys.stderr)


def _misuse(error: Exception, words: Words) -> Malformed:
    """Return Typer's complaint about a command line as one of ours, in the language asked for."""
    context = getattr(error, "ctx", None)
    name = type(error).__name__
    what = str(getattr(error, "option_name", None) or _name_of(getattr(error, "param", None)))
    key = {"MissingParameter": "usage_missing", "NoSuchOption": "usage_option", "BadParameter": "usage_value"}.get(name)
    if key is None:
        key = "usage_command" if isinstance(getattr(context, "command", None), TyperGroup) else "usage_other"
    message = str(getattr(error, "format_message", error.__str__)()) if words.language == "en" else ""
    return Malformed(
        "usage",
        message.rstrip(".") or words.say(key, what=what),
        remedy=words.say("usage_help", command=getattr(context, "command_path", "xiada")).rstrip("。"),
        what=what,
    )


def _name_of(parameter: Any) -> str:
    """Return how people know a parameter: an option by its dashes, an argument by what stands for it in the help."""
    if getattr(parameter, "param_type_name", "") == "option":
        return " / ".join(parameter.opts)
    return str(getattr(parameter, "metavar", None) or "")


app = typer.Typer(
    cls=Program,
    name="xiada",
    help="Directive cascades: issued downwards, carried out, reported back up; every step in a log anybody can check.",
    epilog=_EPILOG,
    no_args_is_help=False,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def overview(context: typer.Context) -> None:
    """Directive cascades: issued downwards, carried out, reported back up; every step in a log anybody can check."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for _part in (
    commands_demo,
    commands_workflow,
    commands_org,
    commands_intake,
    commands_superior,
    commands_dispatch,
    commands_unit,
    commands_dues,
    commands_status,
    commands_draw,
    commands_query,
    commands_reminders,
    commands_plan,
    commands_read,
    commands_lifecycle,
    commands_audit,
):
    _part.add_to(app)


def run() -> None:
    """Run the program on this process's command line."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # a process may have been started without one
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    app()
