"""Options that many commands take, written once; and the two ways to make a function a command.

    @reading    def status(desk, ...) -> None        --db --lang --json
    @unfiled    def workflow_list(desk, ...) -> None      --lang --json: no file, or one of its own
    @writing    def waive(desk, ...) -> Command      the same, and who asks, when, under which key, --dry-run

Rule: a function names its own arguments only, after the desk; the decorator adds the common ones to
the signature Typer reads. A writing function returns the command; submitting and telling is not its work.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, Literal

import typer

from xiada.console.context import Context, Desk

if TYPE_CHECKING:
    from xiada.engine.commands import Command

_COMMON = "Common options"

Reference = Annotated[str, typer.Argument(metavar="REF", help="Directive, e.g. kx2020-7/1.19.3.")]
Assumed = Annotated[
    int | None,
    typer.Option("--assume-days", metavar="N", min=0, max=3_660, help="What has no date: assume so many days for it."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why; stays in the log for good, so name no person.")]
DueOption = Annotated[str, typer.Option("--due", metavar="DUE", help="YYYY-MM-DD, YYYY-MM-DDThh:mm, or undated.")]
OptionalDue = Annotated[
    str | None, typer.Option("--due", metavar="DUE", help="YYYY-MM-DD, YYYY-MM-DDThh:mm, or undated.")
]
Moment = Annotated[
    str | None, typer.Option("--at", metavar="TIME|INDEX", help="As of a time or a log index, that event included.")
]
Materials = Annotated[
    list[str] | None,
    typer.Option("--material", metavar="FILE|NAME", help="Handed in: a file, whose SHA-256 is recorded, or a name."),
]
Handed = Annotated[str | None, typer.Option("--text", help="Text handed in; kept apart from the log, erasable.")]

_READING = {
    "db": Annotated[
        str,
        typer.Option("--db", envvar="XIADA_DB", metavar="FILE", help="The Xiada file.", rich_help_panel=_COMMON),
    ],
    "lang": Annotated[
        Literal["zh", "en"] | None,
        typer.Option("--lang", metavar="zh|en", help="Default: the locale.", rich_help_panel=_COMMON),
    ],
    "json": Annotated[bool, typer.Option("--json", help="Answer as JSON.", rich_help_panel=_COMMON)],
}
_UNFILED = {name: option for name, option in _READING.items() if name != "db"}
_DEFAULTS: Mapping[str, object] = {"db": "xiada.db", "json": False, "dry_run": False}
_WRITING = {
    "actor": Annotated[
        str | None,
        typer.Option("--actor", envvar="XIADA_ACTOR", metavar="ID@UNIT", help="Who asks.", rich_help_panel=_COMMON),
    ],
    "on_behalf_of": Annotated[
        str | None,
        typer.Option("--on-behalf-of", metavar="UNIT", help="Act for another unit.", rich_help_panel=_COMMON),
    ],
    "key": Annotated[
        str | None,
        typer.Option("--key", help="Idempotency key: again gives the first answer.", rich_help_panel=_COMMON),
    ],
    "expected_version": Annotated[
        int | None,
        typer.Option("--expected-version", metavar="N", help="Refuse if it has moved since.", rich_help_panel=_COMMON),
    ],
    "claimed_at": Annotated[
        str | None,
        typer.Option("--claimed-at", metavar="TIME", help="When you say it happened.", rich_help_panel=_COMMON),
    ],
    "dry_run": Annotated[
        bool, typer.Option("--dry-run", help="Say whether it would pass; write nothing.", rich_help_panel=_COMMON)
    ],
}


class WritingDesk(Desk):
    """A desk for one command that writes: with who asks, and the options every command may carry."""

    must_sign = True
    envelope: Mapping[str, Any]


def reading(function: Callable[Concatenate[Desk, ...], None]) -> Callable[..., None]:
    """Make a command of a function that only asks."""

    def run(typer_context: typer.Context, **values: Any) -> None:
        desk = Desk(_surroundings(typer_context), **_desk_values(values))
        with desk:
            function(desk, **values)

    return _offered(function, run, _READING)


def unfiled(function: Callable[Concatenate[Desk, ...], None]) -> Callable[..., None]:
    """Make a command of a function that works on no Xiada file, or names its own."""

    def run(typer_context: typer.Context, **values: Any) -> None:
        desk = Desk(_surroundings(typer_context), **_desk_values({"db": "", **values}))
        with desk:
            function(desk, **{name: value for name, value in values.items() if name not in _UNFILED})

    return _offered(function, run, _UNFILED)


def writing(function: "Callable[Concatenate[WritingDesk, ...], Command]") -> Callable[..., None]:
    """Make a command of a function that returns an engine command; it is submitted, and the outcome told."""
    return _writing(function, _WRITING)


def writing_anew(function: "Callable[Concatenate[WritingDesk, ...], Command]") -> Callable[..., None]:
    """Make a command like `writing`, of something that has no version yet."""
    return _writing(function, {name: option for name, option in _WRITING.items() if name != "expected_version"})


def _writing(
    function: "Callable[Concatenate[WritingDesk, ...], Command]", options: Mapping[str, Any]
) -> Callable[..., None]:
    """Make a command that writes, with these options beside the common ones."""

    def run(typer_context: typer.Context, **values: Any) -> None:
        from xiada.console.arguments import envelope
        from xiada.console.outcome import carry_out

        desk = WritingDesk(_surroundings(typer_context), **_desk_values(values))
        asked = {name: values.pop(name) for name in options}
        dry_run = asked.pop("dry_run")
        with desk:
            desk.envelope = envelope(**asked)
            carry_out(desk, function(desk, **values), dry_run=dry_run)

    return _offered(function, run, {**_READING, **options})


def _surroundings(typer_context: typer.Context) -> Context:
    """Return the context the program was started with."""
    found = typer_context.find_object(Context)
    assert isinstance(found, Context), "the program always brings a context"
    return found


def _desk_values(values: dict[str, Any]) -> dict[str, Any]:
    """Take the options of every desk out of a command's values."""
    return {"file": values.pop("db"), "language": values.pop("lang"), "as_json": values.pop("json")}


def _offered(function: Callable[..., Any], run: Callable[..., None], options: Mapping[str, Any]) -> Callable[..., None]:
    """Return `run` under the function's name, with the signature Typer shall see."""
    own = list(inspect.signature(function).parameters.values())[1:]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=option, default=_DEFAULTS.get(name))
        for name, option in options.items()
    ]
    context = inspect.Parameter("typer_context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    parameters = [context, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *added]
    offered = wraps(function)(run)
    del offered.__wrapped__
    offered.__annotations__ = {one.name: one.annotation for one in parameters}
    offered.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return offered
