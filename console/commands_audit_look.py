"""`xiada audit`: telling what happened: replay, diff, explain, questions."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xiada.console.context import Desk
from xiada.console.options import Moment, Reference, reading

if TYPE_CHECKING:
    from xiada.console.replaying import Pace

OptionalCascade = Annotated[str | None, typer.Argument(metavar="CASCADE", help="Default: all there are.")]
When = Annotated[str, typer.Argument(metavar="TIME|INDEX", help="A time, or a log index, that event included.")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many rows of each list.")]
Asked = Literal["late", "held", "duties", "exceptions", "hours", "variants"]


@reading
def replay(
    desk: Desk,
    cascade: Annotated[str, typer.Argument(metavar="CASCADE", help="Its id.")],
    *,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME|INDEX", help="Stop there, that event included.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME|INDEX", help="Begin there; what is before only counts.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option("--speed", metavar="N", min=0.001, help="Play N recorded minutes a second; default: at once."),
    ] = None,
    step: Annotated[
        bool, typer.Option("--step", help="On a terminal wait for Enter after each event; q ends it.")
    ] = False,
) -> None:
    """Step through a cascade: each event as a sentence, with how many directives stand where after it."""
    from xiada.console.arguments import read_moment
    from xiada.console.looking import beginning, narrator_of
    from xiada.console.replaying import Columns, play
    from xiada.engine.hindsight.frames import frames
    from xiada.engine.hindsight.walking import recorded_events, walk

    pace, engine = _pace(desk, speed, step=step), desk.engine
    statuses = engine.pins(cascade).statuses
    stop = engine.at(read_moment(at)).size
    steps = walk(recorded_events(engine, cascade, stop=stop), engine.lifecycles)
    shown = frames(steps, start=beginning(engine, start))
    columns = Columns(statuses, len(str(sum(engine.counts(cascade).values()))))
    narrator = narrator_of(desk, cascade, at=read_moment(at))
    if not play(desk, narrator, columns, shown, pace) and not desk.as_json:
        desk.say("play_none", cascade=cascade)


def _pace(desk: Desk, speed: float | None, *, step: bool) -> "Pace":
    """Return how fast to play: at once, by recorded time, or by hand where somebody sits at a terminal."""
    import sys

    from xiada.console.replaying import Pace
    from xiada.engine.errors import Malformed

    if step and speed is not None:
        raise Malformed("two_paces", "--speed and --step exclude each other", remedy="Give one of them.")
    by_hand = step and not desk.as_json and sys.stdin.isatty() and sys.stdout.isatty()
    if by_hand:
        desk.note(desk.words.say("play_keys"))
    return Pace(speed, desk.context.sleep, _next if by_hand else None)


def _next() -> bool:
    """Wait for Enter; anything that begins with q, or the end of the input, says no more."""
    import sys

    typed = sys.stdin.readline()
    return bool(typed) and not typed.strip().lower().startswith("q")


@reading
def diff(desk: Desk, earlier: When, later: When, cascade: OptionalCascade = None, *, limit: Limit = 20) -> None:
    """Say what changed between two moments: directives, statuses, dues, the org, each with its log index."""
    from xiada.console.differing import show_difference
    from xiada.console.looking import moment_of, narrator_of, recorded_at
    from xiada.engine.hindsight.differing import difference

    found = difference(desk.engine, moment_of(earlier), moment_of(later), cascade)
    times = (recorded_at(desk.engine, found.earlier), recorded_at(desk.engine, found.later))
    narrator = narrator_of(desk, cascade, at=moment_of(later))
    if desk.as_json:
        narrator.directory.learn([*(one.ref for one in found.changes), *(one.ref for one in found.dues)])
    show_difference(desk, narrator, found, times, limit)


@reading
def explain(
    desk: Desk,
    ref: Reference,
    *,
    at: Moment = None,
    proof: Annotated[
        bool, typer.Option("--proof", help="Prove for each event that it stands under a signed checkpoint.")
    ] = False,
) -> None:
    """Tell the life of one directive in sentences, with dues, lateness, and where each event stands in the log."""
    from xiada.console.arguments import read_moment
    from xiada.console.explaining import Beside, show_life
    from xiada.console.looking import judged_at, narrator_of, standing_below
    from xiada.engine.hindsight.lives import life
    from xiada.engine.hindsight.proving import proof_of

    moment = read_moment(at)
    now = judged_at(desk, moment)
    found = life(desk.engine, ref, now=now, at=moment)
    narrator = narrator_of(desk, found.directive.cascade, at=moment, with_texts=True)
    proofs = [proof_of(desk.engine, deed.step.recorded) for deed in found.deeds] if proof else None
    show_life(desk, narrator, found, Beside(standing_below(desk.engine, ref, moment), now, proofs))


@reading
def questions(
    desk: Desk,
    cascade: OptionalCascade = None,
    *,
    ask: Annotated[
        Asked | None,
        typer.Option("--ask", metavar="NAME", help="Only this: late, held, duties, exceptions, hours, variants."),
    ] = None,
    at: Moment = None,
    zone: Annotated[str, typer.Option("--zone", metavar="ZONE", help="Time zone of days and hours.")] = "Asia/Shanghai",
    hours: Annotated[
        str, typer.Option("--hours", metavar="HH:MM-HH:MM", help="When the office is open.")
    ] = "08:00-18:00",
    limit: Limit = 10,
) -> None:
    """Answer an auditor's questions: who was late, who held it, who acted on both sides, what was odd."""
    from xiada.console.arguments import read_moment
    from xiada.console.asking import Asking, show_answers
    from xiada.console.asking_documents import answers_document
    from xiada.console.looking import judged_at, narrator_of, read_office
    from xiada.engine.hindsight.asking import QUESTIONS
    from xiada.engine.hindsight.asking import ask as answer
    from xiada.engine.hindsight.walking import recorded_events, walk

    office, moment = read_office(hours, zone, desk.engine.calendar), read_moment(at)
    now, size = judged_at(desk, moment), desk.engine.at(moment).size
    with desk.progress("reading"):
        steps = walk(recorded_events(desk.engine, cascade, stop=size), desk.engine.lifecycles)
        found = answer(steps, (ask,) if ask else QUESTIONS, now=now, office=office)
    asking = Asking(desk, narrator_of(desk, cascade, zone=zone), office, now, size, limit, cascade)
    if desk.as_json:
        desk.document(answers_document(asking, found))
    else:
        show_answers(asking, found)


def add_to(audit: typer.Typer) -> None:
    """Add these commands to the group."""
    for name, command in (("replay", replay), ("diff", diff), ("explain", explain), ("questions", questions)):
        audit.command(name)(command)
