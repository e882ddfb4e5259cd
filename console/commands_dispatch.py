"""The command that gives a meeting's decisions out: each to whom a person names, or none at all."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xiada.workflows.intake.values import Decision, Segment
    from xiada.workflows.meeting_dispatch import Assignment

PANEL = "Issue and supervise"


@reading
def dispatch(
    desk: Desk,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The text: .txt, .docx, .pdf, or - = standard input.")],
    meeting: Annotated[
        str | None, typer.Argument(metavar="ID", help="Its decisions become cascades ID-1, ID-2, …")
    ] = None,
    *,
    assign: Annotated[
        list[str] | None,
        typer.Option("--assign", metavar="NO=UNIT,UNIT@DUE", help="Who carries a decision out; @DUE if you set one."),
    ] = None,
    segment: Annotated[
        int | None, typer.Option("--segment", metavar="N", help="Of several documents, this one.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="What to call the meeting, for good: name no person.")
    ] = None,
    actor: Annotated[
        str | None, typer.Option("--actor", envvar="XIADA_ACTOR", metavar="ID@UNIT", help="Who dispatches.")
    ] = None,
) -> None:
    """Give a meeting's decisions out, all or none (分办); without an ID, list them.

    A decision that nobody has been given is refused, and then none is issued. No due is invented: a
    decision is undated unless you set one.
    """
    from xiada.console.intaking import read_text
    from xiada.workflows.intake.parsing import read_notice_text

    found = _chosen(read_notice_text(read_text(file)), segment)
    if meeting is None:
        _list(desk, found.decisions)
        return
    _give_out(desk, found, meeting, assign or [], title=title, actor=actor)


def _chosen(segments: "Sequence[Segment]", number: int | None) -> "Segment":
    """Return the document whose decisions are given out: the one asked for, else the first that has some."""
    from xiada.engine.errors import Malformed, Refused

    if number is not None and not 1 <= number <= len(segments):
        remedy = f"It has {len(segments)}: choose one of them."
        facts = {"number": number, "count": len(segments)}
        raise Malformed("no_such_segment", f"the text has no document number {number}", remedy=remedy, **facts)
    some = [segments[number - 1]] if number is not None else segments
    found = next((one for one in some if one.decisions), None)
    if found is None:
        raise Refused("no_decisions", "no decision is found in the text", remedy="Read a notice with: xiada intake.")
    return found


def _list(desk: Desk, decisions: "Sequence[Decision]") -> None:
    """Print the decisions with what is to be written before `=` to assign each."""
    from xiada.workflows.meeting_dispatch import numbered

    named = numbered(decisions)
    if desk.as_json:
        rows = [{"no": no, "title": one.title, "targets": list(one.targets), "plan": one.plan} for no, one in named]
        desk.document({"decisions": rows})
        return
    for no, one in named:
        key = "dispatch_decision" if one.targets else "dispatch_bare"
        desk.say(key, no=no, title=one.title, targets=desk.words.join(one.targets))
    desk.say("dispatch_next")


def _give_out(
    desk: Desk, found: "Segment", name: str, assign: "Sequence[str]", *, title: str | None, actor: str | None
) -> None:
    """Issue every decision to whom it was assigned, and say what became of them."""
    from xiada.console.arguments import read_actor
    from xiada.engine.errors import Malformed
    from xiada.workflows import meeting_dispatch

    called = title or found.title
    if actor is None or called is None:
        missing = "--actor" if actor is None else "--title"
        remedy = desk.words.say("usage_help", command="xiada dispatch").rstrip("。")
        raise Malformed("usage", desk.words.say("usage_missing", what=missing), remedy=remedy, what=missing)
    who = read_actor(actor)
    meeting = meeting_dispatch.Meeting(id=name, title=called, issuer=who.acts_as)
    cascades = meeting_dispatch.dispatch(desk.engine, meeting, found.decisions, _assigned(assign), actor=who)
    if desk.as_json:
        desk.document({"meeting": name, "cascades": list(cascades), "log_size": desk.engine.head().size})
        return
    desk.say("dispatch_done", count=len(cascades))
    for cascade, (no, one) in zip(cascades, meeting_dispatch.numbered(found.decisions), strict=True):
        desk.say("dispatch_one", cascade=cascade, no=no, title=one.title)


def _assigned(assign: "Sequence[str]") -> "Mapping[str, Assignment]":
    """Return who carries what out, from `NO=UNIT,UNIT@DUE`."""
    from xiada.console.arguments import read_due, reading_option
    from xiada.engine.errors import Malformed
    from xiada.workflows.meeting_dispatch import Assignment

    found: dict[str, Assignment] = {}
    for text in assign:
        number, mark, rest = text.partition("=")
        units, _, due = rest.partition("@")
        with reading_option("--assign", text):
            if not mark or not number or number in found:
                raise Malformed("bad_assignment", "it assigns no decision, or one twice", remedy="Write NO=UNIT once.")
        by = read_due(due, "--assign") if due else None
        found[number] = Assignment(tuple(unit for unit in units.split(",") if unit), by)
    return found


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command("dispatch", rich_help_panel=PANEL)(dispatch)
