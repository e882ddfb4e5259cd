"""Drawings, put where they were asked for: in a file, on the screen, or all of them in a folder.

Rule: every command line is checked before anything is drawn; whatever was written is told with its size. One drawing
that cannot be made stops no other: what failed is told at the end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import typer

from xiada.console import documents, drawing
from xiada.console.drawing import COLUMNS, Picture, Request, Standpoint, Subject
from xiada.console.drawing_options import KINDS, OWN, Form, check_options, chosen, foreign_option, form_of
from xiada.console.files import make_folder, put
from xiada.console.indexing import Entry, index_page
from xiada.console.refusals import sentence, told
from xiada.console.standing import cascades_at
from xiada.engine.due import show_second
from xiada.engine.errors import Malformed, Refused, XiadaError
from xiada.engine.stores import file_of
from xiada.viz.drawing import Kind
from xiada.viz.render import RenderError

if TYPE_CHECKING:
    from pathlib import Path

    from xiada.console.context import Desk

LEAST_COLUMNS = 60
_FAILED = 1
_FOR_ALL = ("--budget", "--since", "--assume-days")
_ENDINGS = {"text": "txt"}
_BINARY: tuple[Form, ...] = ("png", "pdf")


class Wish(NamedTuple):
    """What a command line asks for.

    Args:
        request: How it is to be drawn; the kind is not said yet.
        standpoint: From when.
        given: The options that were given, by name.
    """

    request: Request
    standpoint: Standpoint
    given: tuple[str, ...]


def draw_one(
    desk: Desk, wish: Wish, kind: str | None, cascade: str | None, *, form: str | None, output: str | None
) -> None:
    """Draw one drawing into a file, or print it.

    Raises:
        Malformed: The command line asks for something there is not.
        StoreError: The file cannot be written.
        RenderError: It cannot be drawn.
    """
    asked, name = _named(kind, cascade)
    as_what = form_of(output, form)
    check_options(asked, as_what, wish.given)
    if asked == "compare" and wish.standpoint.earlier is None:
        raise Malformed(
            "compare_with_what",
            "a comparison needs an earlier moment or another cascade",
            remedy="Add --since TIME|INDEX, or --against CASCADE.",
        )
    subject = Subject(desk.engine, name, desk.words.language, wish.standpoint)
    request = replace(wish.request, kind=asked)
    if output == "-" or (output is None and as_what == "text"):
        _print(desk, subject, request, as_what)
    else:
        file = output or f"{name}-{asked}.{_ENDINGS.get(as_what, as_what)}"
        made = drawing.picture(subject, request, as_what)
        put(file, made.content, log=file_of(desk.file))
        _tell(desk, file, made)


def _named(kind: str | None, cascade: str | None) -> tuple[Kind, str]:
    """Return kind and cascade; refuse a line without them."""
    found = None if kind is None else chosen(kind, "KIND", KINDS)
    if found is None or cascade is None:
        what = "KIND" if found is None else "CASCADE"
        raise Malformed(
            "draw_what",
            f"{what} is missing",
            remedy=f"Write xiada draw KIND CASCADE, KIND being one of {', '.join(KINDS)}.",
            what=what,
            choices=", ".join(KINDS),
        )
    return found, cascade


def _print(desk: Desk, subject: Subject, request: Request, form: Form) -> None:
    """Print a drawing: text with its colours, other forms as the bytes they are."""
    if desk.as_json:
        if form != "text":
            raise Malformed("two_answers", "--json and -o - would print two things", remedy="Name a file with -o.")
        made = drawing.picture(subject, request, form)
        desk.document({**_document(None, made), "text": made.content.decode()})
    elif form == "text":
        for line in drawing.text(subject, request, columns_of(desk)):
            desk.line(line)
    else:
        if form in _BINARY and sys.stdout.isatty():
            raise Malformed(
                "for_no_terminal", f"a terminal cannot show {form}", remedy="Name a file with -o.", format=form
            )
        content = drawing.picture(subject, request, form).content
        sys.stdout.flush()
        sys.stdout.buffer.write(content)


def columns_of(desk: Desk) -> int:
    """Return how wide a text may be: as the terminal is, but for the narrowest; elsewhere as usual."""
    return max(LEAST_COLUMNS, desk.screen.width) if desk.screen.is_terminal else COLUMNS


def _tell(desk: Desk, file: str, made: Picture) -> None:
    """Say what was drawn."""
    if desk.as_json:
        desk.document(_document(file, made))
    else:
        desk.say("drawn", file=file, bytes=len(made.content), shown=made.shown, total=made.total)


def _document(file: str | None, made: Picture) -> documents.Document:
    """Return what was drawn, for programs."""
    return {
        "file": file,
        "format": made.form,
        "bytes": len(made.content),
        "shown": made.shown,
        "total": made.total,
    }


# All of them


class _Made(NamedTuple):
    """A drawing that was written, without its content, and how long that was."""

    file: str
    picture: Picture
    bytes: int
    entry: Entry

    def document(self) -> documents.Document:
        """Return it for programs."""
        found = {"cascade": self.entry.cascade, "kind": self.entry.kind, **_document(self.file, self.picture)}
        return {**found, "bytes": self.bytes}


class _Failure(NamedTuple):
    """A drawing that could not be made, and why."""

    cascade: str
    kind: Kind
    form: Form
    error: XiadaError

    def document(self, desk: Desk) -> documents.Document:
        """Return it for programs."""
        why = documents.refusal(self.error, *told(self.error, desk.words))
        return {"cascade": self.cascade, "kind": self.kind, "format": self.form, **why}


class _Found(NamedTuple):
    """What came of drawing everything into a folder."""

    place: Path
    made: list[_Made]
    failed: list[_Failure]


def draw_all(desk: Desk, wish: Wish, folder: str, first: str | None, second: str | None) -> None:
    """Draw every kind of a cascade, or of all there are, into a folder.

    Raises:
        Malformed: The command line asks for something there is not.
        StoreError: The folder cannot be written.
    """
    if second is not None:
        raise Malformed("all_kinds", "--all draws every kind", remedy="Write xiada draw --all DIR [CASCADE].")
    for option in wish.given:
        if option not in _FOR_ALL:
            raise foreign_option(option, "--all", ("xiada draw KIND CASCADE",))
    names = cascades_at(desk.engine, wish.standpoint.at) if first is None else [first]
    subjects = [Subject(desk.engine, name, desk.words.language, wish.standpoint) for name in names]
    if first is not None:
        subjects[0].look_up()
    if not names and not desk.as_json:
        desk.say("no_cascades")
        return
    found = _Found(make_folder(folder), [], [])
    while subjects:  # one view at a time in memory
        _draw_each(desk, subjects.pop(0), wish, found)
    _tell_all(desk, found)
    if found.failed:
        raise typer.Exit(_FAILED)


def _draw_each(desk: Desk, subject: Subject, wish: Wish, found: _Found) -> None:
    """Draw every kind of one cascade into a folder; add what was made and what failed to what was found."""
    if wish.standpoint.earlier is None and not desk.as_json:
        desk.say("draw_since", cascade=subject.cascade, index=str(subject.half_way()), count=len(subject.events()))
    for request, form, entry in _everything(desk, subject, wish):
        file = str(found.place / entry.file)
        try:
            picture = drawing.picture(subject, request, form)
        except (Refused, Malformed, RenderError) as error:
            found.failed.append(_Failure(subject.cascade, request.kind, form, error))
            continue
        put(file, picture.content, log=file_of(desk.file))
        found.made.append(_Made(file, picture._replace(content=b""), len(picture.content), entry))
        if not desk.as_json:
            _tell(desk, file, picture)


def _everything(desk: Desk, subject: Subject, wish: Wish) -> Iterator[tuple[Request, Form, Entry]]:
    """Yield what is drawn of a cascade, in which form, into which file: the page to leaf through, every kind."""
    view, words = subject.view, desk.words
    now = show_second(view.now, view.zone)
    stands = words.say("index_stands", cascade=view.cascade, now=now, index=str(view.log_index))
    title = words.say("title", title=view.title, doc_number=view.doc_number)
    page = Entry(view.cascade, title, stands, "page", f"{view.cascade}-page.html")
    yield replace(wish.request, kind="tree", budget=None), "html", page
    for kind in KINDS:
        budget = wish.request.budget if kind in OWN["--budget"] else None
        entry = Entry(view.cascade, title, stands, kind, f"{view.cascade}-{kind}.svg")
        yield replace(wish.request, kind=kind, budget=budget), "svg", entry


def _tell_all(desk: Desk, found: _Found) -> None:
    """Write the index; say how many were drawn, and which could not be, and why."""
    index, content = str(found.place / "index.html"), index_page([one.entry for one in found.made], desk.words)
    put(index, content, log=file_of(desk.file))
    if desk.as_json:
        failed = [one.document(desk) for one in found.failed]
        desk.document({"index": index, "files": [one.document() for one in found.made], "failed": failed})
        return
    desk.say("drawn_index", file=index, bytes=len(content))
    desk.say("draw_all", count=len(found.made), failed=len(found.failed))
    for one in found.failed:
        why = sentence(one.error, desk.words)
        desk.note(desk.words.say("draw_failed", cascade=one.cascade, kind=one.kind, form=one.form, why=why))
