"""`xiada audit export`: the log for other programs.

Rule: what is asked for stands whole under its name or not at all: it is written into a folder beside
the target and then takes its place. What is there is replaced only if asked, and a log never.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xiada.console.context import Desk, Progress
from xiada.console.options import reading

if TYPE_CHECKING:
    from xiada.engine.engine import Engine
    from xiada.engine.exports.ocel import Model
    from xiada.engine.records import Recorded

    Events = Iterator[Recorded]

Format = Literal["ocel-json", "ocel-sqlite", "xes", "csv", "jsonl", "cloudevents", "parquet"]
Case = Literal["directive", "cascade"]

EVENTS_AT_ONCE = 5_000
_FORMATS = "ocel-json, ocel-sqlite, xes, csv, jsonl, cloudevents or parquet."


@dataclass(frozen=True, slots=True)
class Asked:
    """What to export: format, cascade (None = all), and what single formats take."""

    form: Format
    cascade: str | None
    case: Case | None
    bom: bool


@reading
def export(
    desk: Desk,
    form: Annotated[Format, typer.Argument(metavar="FORMAT", help=_FORMATS)],
    cascade: Annotated[str | None, typer.Argument(metavar="CASCADE", help="Only its events; default: all.")] = None,
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; for parquet a folder.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier export.")] = False,
    case: Annotated[
        Case | None,
        typer.Option("--case", metavar="directive|cascade", help="For xes: what a trace is of; default: directive."),
    ] = None,
    bom: Annotated[bool, typer.Option("--bom", help="For csv: a byte order mark first, for spreadsheets.")] = False,
) -> None:
    """Write the log, or one cascade, in a format that other programs read."""
    asked, target = Asked(form, cascade, case, bom), Path(output)
    _check_options(asked)
    _check_cascade(desk, cascade)
    size = desk.engine.head().size
    with _whole(target, form, force=force) as made, desk.progress("exporting", total=size) as progress:
        count = _write(desk, asked, _events(desk.engine, size, progress), made)
    left_out = size - count if form == "xes" and cascade is None else 0
    if desk.as_json:
        desk.document({"file": output, "format": form, "cascade": cascade, "events": count, "left_out": left_out})
        return
    desk.say("exported", file=output, format=form, count=count)
    if left_out:
        desk.note(desk.words.say("export_left_out", count=left_out))


def _check_options(asked: Asked) -> None:
    """Refuse an option of another format."""
    from xiada.engine.errors import Malformed

    for option, given, form in (("--case", asked.case is not None, "xes"), ("--bom", asked.bom, "csv")):
        if given and asked.form != form:
            raise Malformed(
                "other_format", f"{option} is for {form}", remedy="Leave it out.", option=option, format=form
            )


def _check_cascade(desk: Desk, cascade: str | None) -> None:
    """Refuse a cascade that is not there."""
    from xiada.engine.views import unknown_cascade

    if cascade is not None and cascade not in desk.engine.cascades():
        raise unknown_cascade(cascade)


def _check_target(target: Path, form: Format, *, force: bool) -> None:
    """Refuse to write over what is there, unless asked and it may be an earlier export."""
    from xiada.console.files import holds_log
    from xiada.engine.errors import StoreError

    if not target.exists():
        return
    if not force:
        raise StoreError(
            "target_exists",
            f"{target} is there already",
            remedy="Choose another name, or add --force.",
            path=str(target),
        )
    if not (_is_parquet(target) if form == "parquet" else target.is_file() and not holds_log(target)):
        raise StoreError(
            "target_foreign",
            f"{target} is no earlier export, so it is not replaced",
            remedy="Choose another name, or remove it yourself.",
            path=str(target),
        )


def _is_parquet(target: Path) -> bool:
    """Tell whether there is nothing in a folder but what an export to Parquet makes."""
    return target.is_dir() and all(
        found.name.startswith("cascade=") if found.is_dir() else found.suffix == ".parquet"
        for found in target.rglob("*")
    )


def _events(engine: "Engine", size: int, progress: Progress) -> "Events":
    """Yield the first events of the log, some thousand in memory at a time; what comes meanwhile is left out."""
    for start in range(0, size, EVENTS_AT_ONCE):
        yield from engine.log(start=start, stop=min(start + EVENTS_AT_ONCE, size))
        progress(min(start + EVENTS_AT_ONCE, size))


def _write(desk: Desk, asked: Asked, events: "Events", made: Path) -> int:
    """Write events in the format asked for; return how many."""
    from xiada.engine.exports.ocel_sqlite import write_ocel_sqlite
    from xiada.engine.exports.table import write_parquet

    if asked.form == "ocel-sqlite":
        return write_ocel_sqlite(events, made, model=_model(desk, asked.cascade))
    if asked.form == "parquet":
        return write_parquet(_narrowed(events, asked.cascade), made)
    return _write_file(desk, asked, events, made)


def _write_file(desk: Desk, asked: Asked, events: "Events", made: Path) -> int:
    """Write events in a format that is one stream of bytes."""
    from xiada.engine.exports.cloudevents import write_cloudevents
    from xiada.engine.exports.jsonl import write_jsonl
    from xiada.engine.exports.ocel_json import write_ocel_json
    from xiada.engine.exports.table import write_csv
    from xiada.engine.exports.xes import write_xes

    with made.open("xb") as file:
        if asked.form == "ocel-json":
            return write_ocel_json(events, file, model=_model(desk, asked.cascade))
        wanted = _narrowed(events, asked.cascade)
        if asked.form == "csv":
            return write_csv(wanted, file, bom=asked.bom)
        if asked.form == "xes":
            with made.with_name(f"{made.name}.spool").open("x+b") as spool:
                return write_xes(wanted, file, case=asked.case or "directive", spool=spool)
        return write_jsonl(wanted, file) if asked.form == "jsonl" else write_cloudevents(wanted, file)


def _model(desk: Desk, cascade: str | None) -> "Model":
    """Return the model of OCEL, with the titles of notices."""
    from xiada.engine.exports.ocel import Model

    return Model(lifecycles=desk.engine.lifecycles, notice=desk.engine.at().notice, cascade=cascade)


def _narrowed(events: "Events", cascade: str | None) -> "Events":
    """Return the events of a cascade, of all if none is named."""
    return events if cascade is None else (one for one in events if one.ref.startswith(f"{cascade}/"))


@contextmanager
def _whole(target: Path, form: Format, *, force: bool) -> Iterator[Path]:
    """Yield where to write; when that has ended well, it takes the target's place, else it is gone."""
    import sqlite3
    from tempfile import TemporaryDirectory

    from xiada.console.arguments import unwritable

    try:
        _check_target(target, form, force=force)
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
            made = Path(folder, target.name)
            yield made
            _settle(made)
            _check_target(target, form, force=force)
            if target.is_dir():
                target.rename(Path(folder, "replaced"))
            made.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise unwritable(target, error) from error


def _settle(made: Path) -> None:
    """Have the disk keep what was written before it gets its name."""
    for found in (made, *made.rglob("*")):
        if found.is_file():
            with found.open("rb") as file:
                os.fsync(file.fileno())


def add_to(audit: typer.Typer) -> None:
    """Add these commands to the group."""
    audit.command("export")(export)
