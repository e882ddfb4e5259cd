"""The command that reads the text of a notice (来文) and makes a notice file of it."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xiada.console.intaking import Said, Units
    from xiada.workflows.intake.values import Segment

PANEL = "Issue and supervise"


@reading
def intake(
    desk: Desk,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The text: .txt, .docx, .pdf, or - = standard input.")],
    *,
    org: Annotated[
        str | None, typer.Option("--org", metavar="ORGFILE", help="Look units up here; default: in --db.")
    ] = None,
    segment: Annotated[
        int | None, typer.Option("--segment", metavar="N", help="Of several documents, this one.")
    ] = None,
    look: Annotated[bool, typer.Option("--look", help="Tell what it finds; ask nothing, make no notice file.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; refused while doubts are open.")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept", metavar="CODE", help="Confirm the doubts of this code; 'see': all that need no decision."
        ),
    ] = None,
    issuer: Annotated[
        list[str] | None, typer.Option("--issuer", metavar="UNIT", help="Id of an issuing unit, the lead first.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the notice.")] = None,
    notice_id: Annotated[str | None, typer.Option("--id", metavar="ID", help="Id of the notice, of your own.")] = None,
) -> None:
    """Read the text of a notice: what it lays on whom, and what is doubtful.

    On a terminal it tells what it found and asks about every doubt; into a pipe or a file it writes the
    notice file: xiada intake FILE | xiada issue CASCADE -
    """
    from xiada.console.incoming import at_terminal
    from xiada.console.intaking import Said, read_text, units_for
    from xiada.engine.holidays import china
    from xiada.workflows.intake.parsing import read_notice_text

    text = read_text(file)
    segments = read_notice_text(text, calendar=china())
    if desk.as_json:
        _document(desk, text, segments)
        return
    units = units_for(desk, org)
    said = Said(notice_id=notice_id, title=title, issuers=tuple(issuer or ()), segment=segment)
    for_people = look or at_terminal(sys.stdout)
    asking = file != "-" and at_terminal(sys.stdin) and not look
    if for_people:
        _tell(desk, text, segments, units)
    work = _Work(desk, text, segments, units, said)
    work.choose()
    if look or (for_people and not yes and not (asking and work.begin())):
        return
    work.make(asking=asking and not yes, piped=file == "-", accepted=frozenset(",".join(accept or ()).split(",")))


def _document(desk: Desk, text: str, segments: "Sequence[Segment]") -> None:
    """Print what was found, for programs; refuse afterwards if there is no directive in it."""
    from xiada.console.intaking import chosen
    from xiada.workflows.intake.values import document

    desk.document(document(tuple(segments)))
    chosen(desk, text, segments, None)


def _tell(desk: Desk, text: str, segments: "Sequence[Segment]", units: "Units | None") -> None:
    """Print what was found, for people."""
    from xiada.console.intake_telling import Teller
    from xiada.console.intaking import found_in

    Teller(desk, text).tell(segments, [found_in(one, units) for one in segments])


class _Work:
    """One text on its way to a notice file."""

    def __init__(
        self, desk: Desk, text: str, segments: "Sequence[Segment]", units: "Units | None", said: "Said"
    ) -> None:
        self._desk, self._text, self._segments, self._units, self._said = desk, text, segments, units, said
        self._place = 0

    def choose(self) -> None:
        """Choose the document to be drafted."""
        from xiada.console.intaking import chosen

        self._place = chosen(self._desk, self._text, self._segments, self._said.segment)

    def begin(self) -> bool:
        """Ask whether a notice file is wanted at all."""
        from xiada.console.incoming import Terminal

        try:
            return Terminal().ask(self._desk.words.say("intake_begin")).lower() in ("y", "yes", "是")
        except EOFError:
            return False

    def make(self, *, asking: bool, piped: bool, accepted: frozenset[str]) -> None:
        """Settle what is doubtful, and print the notice file."""
        from xiada.console.incoming import Terminal
        from xiada.console.intake_settling import Settling
        from xiada.console.intaking import drafted
        from xiada.engine.errors import Refused
        from xiada.workflows.intake.drafting import notice_file

        made, doubts = drafted(self._text, self._segments, self._place, self._units, self._said)
        settling = Settling(
            words=self._desk.words,
            text=self._text,
            asker=Terminal() if asking else None,
            accepted=accepted,
            org=self._units.org if self._units else None,
            asks_id=self._said.notice_id is None,
        )
        try:
            settled = settling.settle(made, doubts)
        except Refused as error:
            self._note_open(error.data.get("doubts"), piped=piped)
            raise
        for remark in settling.remarks if settling.asker is None else ():
            self._desk.note(self._desk.words.say("intake_confirmed", remark=remark))
        self._desk.line(notice_file(settled.notice(), settling.remarks).rstrip())

    def _note_open(self, doubts: object, *, piped: bool) -> None:
        """Say beside a refusal which doubts are open."""
        from xiada.console.intake_telling import doubt_words
        from xiada.workflows.intake.values import Doubt

        if isinstance(doubts, list):
            for code, text, (start, end) in doubts:
                doubt = doubt_words(self._desk.words, Doubt(code=code, text=text, span=(start, end)))
                self._desk.note(self._desk.words.say("intake_still_open", doubt=doubt))
            if piped:
                self._desk.note(self._desk.words.say("intake_piped"))


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command("intake", rich_help_panel=PANEL)(intake)
