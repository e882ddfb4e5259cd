"""Commands that draw: draw, watch."""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import Assumed, Moment, reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xiada.console.drawing import Standpoint

PANEL = "Look"
Kind = Annotated[
    str | None,
    typer.Argument(metavar="KIND", help="tree, full, matrix, icicle, timeline, lifecycle, chain, compare or path."),
]
Of = Annotated[str | None, typer.Argument(metavar="CASCADE", help="Of which cascade.")]
Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE|-", help="Default: CASCADE-KIND.FORMAT; -: print it.")
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="svg|png|pdf|dot|html|text", help="Default: by the name of the file, or svg."),
]
Line = Annotated[str | None, typer.Option("--line", metavar="LINE", help="Only the directives of this line.")]
Layout = Annotated[str | None, typer.Option("--layout", metavar="tidy|radial", help="full: how it is laid out.")]
Against = Annotated[str | None, typer.Option("--against", metavar="CASCADE", help="compare: with another cascade.")]
Event = Annotated[
    int | None, typer.Option("--event", metavar="INDEX", min=0, help="path: of this event; default: the latest.")
]
Rows = Annotated[int | None, typer.Option("--rows", metavar="N", min=1, help="timeline: rows of a page.")]
Page = Annotated[int | None, typer.Option("--page", metavar="N", min=1, help="timeline: which page, from 1.")]
Paper = Annotated[str | None, typer.Option("--paper", metavar="a3|a4", help="tree as pdf: size of the sheets.")]
Every = Annotated[
    str | None,
    typer.Option("--all", metavar="DIR", help="Draw every kind, of all cascades or the one named, into DIR."),
]
Now = Annotated[str | None, typer.Option("--now", metavar="TIME", help="Judge dues by this time.")]
Subtree = Annotated[
    str | None, typer.Option("--subtree", metavar="REF", help="Only this directive and all below; chain: whose.")
]
Budget = Annotated[int | None, typer.Option("--budget", metavar="N", min=1, help="tree, compare: most boxes drawn.")]
Opened = Annotated[list[str] | None, typer.Option("--open", metavar="REF", help="tree: unfold this one.")]
Since = Annotated[
    str | None, typer.Option("--since", metavar="TIME|INDEX", help="compare: with how it stood then; also with --all.")
]
Colours = Annotated[str, typer.Option("--theme", metavar="light|dark|print", help="Colours.")]


@reading
def draw(
    desk: Desk,
    kind: Kind = None,
    cascade: Of = None,
    *,
    every: Every = None,
    output: Output = None,
    form: Format = None,
    theme: Colours = "light",
    at: Moment = None,
    now: Now = None,
    subtree: Subtree = None,
    line: Line = None,
    budget: Budget = None,
    opened: Opened = None,
    layout: Layout = None,
    since: Since = None,
    against: Against = None,
    event: Event = None,
    rows: Rows = None,
    page: Page = None,
    paper: Paper = None,
    assume_days: Assumed = None,
) -> None:
    """Draw a cascade as it stands or stood, as a picture, a page for the browser, or text."""
    from xiada.console.drawing import Request
    from xiada.console.drawing_options import chosen
    from xiada.console.showing import Wish, draw_all, draw_one
    from xiada.viz.full import LAYOUTS
    from xiada.viz.pages import PAPERS
    from xiada.viz.theme import THEMES

    request = Request(
        subtree=subtree,
        line=line,
        budget=budget,
        opened=tuple(opened or ()),
        layout=None if layout is None else chosen(layout, "--layout", LAYOUTS),
        event=event,
        rows=rows,
        page=page,
        paper=None if paper is None else chosen(paper, "--paper", tuple(PAPERS)),
        theme=chosen(theme, "--theme", tuple(THEMES)),
    )
    options = {
        "--subtree": subtree, "--line": line, "--budget": budget, "--open": opened, "--layout": layout,
        "--since": since, "--against": against, "--event": event, "--rows": rows, "--page": page, "--paper": paper,
        "--assume-days": assume_days, "--format": form, "-o": output,
    }  # fmt: skip
    wish = Wish(request, _standpoint(at, now, since, against, assume_days), given(options))
    if every is None:
        draw_one(desk, wish, kind, cascade, form=form, output=output)
    else:
        draw_all(desk, wish, every, kind, cascade)


@reading
def watch(
    desk: Desk,
    cascade: Annotated[str, typer.Argument(metavar="CASCADE", help="Which cascade.")],
    *,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.1, max=3_600, help="How often to look.")
    ] = 2.0,
    late: Annotated[bool, typer.Option("--late", help="Only who is overdue, and what happened last.")] = False,
    budget: Annotated[
        int | None, typer.Option("--budget", metavar="N", min=1, help="A tree of at most so many directives.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Look once and end.")] = False,
) -> None:
    """Show a cascade live in the terminal, drawn anew whenever something happens; Ctrl-C ends it."""
    from xiada.console.watching import Watch
    from xiada.console.watching import watch as look_on

    look_on(desk, Watch(cascade, every, late, budget, once))


def given(options: "Mapping[str, object]") -> tuple[str, ...]:
    """Return the names of the options that were given a value."""
    return tuple(name for name, value in options.items() if value not in (None, []))


def _standpoint(
    at: str | None, now: str | None, since: str | None, against: str | None, assume_days: int | None
) -> "Standpoint":
    """Return from when one looks, and at what one looks back."""
    from xiada.console.arguments import read_instant, read_moment
    from xiada.console.drawing import Earlier, Standpoint
    from xiada.engine.errors import Malformed
    from xiada.engine.projections import LightRules

    if since is not None and against is not None:
        raise Malformed("two_earlier", "--since and --against exclude each other", remedy="Give one of them.")
    return Standpoint(
        at=read_moment(at),
        now=read_instant(now, "--now") if now else None,
        rules=LightRules(assumed_sla_days=assume_days),
        earlier=Earlier(read_moment(since, "--since"), against) if since or against else None,
    )


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for name, command in (("draw", draw), ("watch", watch)):
        app.command(name, rich_help_panel=PANEL)(command)
