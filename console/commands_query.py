"""Commands that ask of cascades of any size: who is late, who waits, how many stand where, one chain of dues.

Rule: they read what they print and no more: neither the whole cascade nor the whole org; `copies` alone
looks at every directive of a cascade.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import Reference, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.text import Text

    from xiada.engine.directive import Directive
    from xiada.engine.inquiries import After, Link
    from xiada.engine.org import Unit

PANEL = "Look"
DAY_S = 86_400
Where = Annotated[str, typer.Argument(metavar="CASCADE|REF", help="A cascade, or a directive with all below it.")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="At most so many.")]
Cursor = Annotated[str | None, typer.Option("--after", metavar="CURSOR", help="Go on where the last page ended.")]


@reading
def late(
    desk: Desk,
    where: Where,
    *,
    now: Annotated[str | None, typer.Option("--now", metavar="TIME", help="Judge dues by this time.")] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> None:
    """List who is overdue, the earliest due first, page by page; what has no date is never late here.

    No service level is assumed: for that there are 'status --late' and 'worklist' with --assume-days.
    """
    from xiada.console import documents
    from xiada.console.arguments import read_instant

    moment = read_instant(now, "--now") if now else None
    found = desk.engine.late(where, now=moment, after=_read_cursor(after) if after else None, limit=limit)
    more = f"{found[-1].cursor.due}@{found[-1].cursor.ref}" if len(found) == limit else None
    units = _units(desk, (one.directive for one in found))
    soft = _asked_only(desk, units, [one.directive for one in found])
    if desk.as_json:
        rows = [
            {**documents.directive(one.directive), "lateness_s": one.lateness_s, "soft": one.directive.ref in soft}
            for one in found
        ]
        _document(desk, where, [_named(row, units) for row in rows], more)
        return
    desk.say("late_head" if found else "late_none", count=len(found))
    told = [(one, "soft_by" if one.directive.ref in soft else "late_by") for one in found]
    _print(desk, units, [(one.directive, _days(key, desk, one.lateness_s)) for one, key in told])
    _tell_more(desk, more)


@reading
def blocked(desk: Desk, where: Where, limit: Limit = 100, after: Cursor = None) -> None:
    """List who cannot report because directives below have not, page by page, with how many they wait for."""
    from xiada.console import documents

    found = desk.engine.blocked(where, after=after, limit=limit)
    more = found[-1].directive.ref if len(found) == limit else None
    units = _units(desk, (one.directive for one in found))
    if desk.as_json:
        rows = [{**documents.directive(one.directive), "waits_for": one.below, "of_children": one.children}
                for one in found]  # fmt: skip
        _document(desk, where, [_named(row, units) for row in rows], more)
        return
    desk.say("blocked_head" if found else "none_blocked", count=len(found))
    say = desk.words.say
    _print(desk, units, [(one.directive, say("waits_for", below=one.below, children=one.children)) for one in found])
    _tell_more(desk, more)


@reading
def counts(desk: Desk, where: Where) -> None:
    """Count a cascade, or what is below a directive, by level of the units and by status."""
    found = desk.engine.counts(where)
    if desk.as_json:
        rows = [{"level": level, "status": status, "count": count} for (level, status), count in sorted(found.items())]
        desk.document({"where": where, "total": sum(found.values()), "counts": rows})
    elif found:
        for line in _table(desk, found, desk.engine.pins(where.partition("/")[0]).statuses):
            desk.line(line)
    else:
        desk.say("nothing_below", ref=where)


@reading
def chain(desk: Desk, ref: Reference) -> None:
    """Show a directive and all above it up to the root, with the slack of each to its parent's due."""
    from xiada.console import documents

    links = desk.engine.chain(ref)
    units = _units(desk, (link.directive for link in links))
    if desk.as_json:
        rows = [{**documents.directive(link.directive), "slack_s": link.slack_s} for link in links]
        desk.document({"directive": ref, "chain": [_named(row, units) for row in rows]})
    else:
        _print(desk, units, [(link.directive, _slack(desk, link)) for link in links])


@reading
def copies(
    desk: Desk,
    cascade: Annotated[str, typer.Argument(metavar="CASCADE", help="Its id.")],
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="Id of the unit that was skipped.")],
) -> None:
    """List what was laid on others over a unit's head, with a copy for it, and where it stands."""
    from xiada.console import documents

    found = desk.engine.copies(cascade, unit)
    units = desk.engine.units({unit, *(state.unit for state in found)})
    if desk.as_json:
        rows = [_named(documents.directive(state), units) for state in found]
        desk.document({"cascade": cascade, "unit": unit, "count": len(found), "directives": rows})
        return
    called = units[unit].aliases[0] if units[unit].aliases else units[unit].name
    desk.say("copies_head" if found else "copies_none", cascade=cascade, unit=called, count=len(found))
    _print(desk, units, [(state, _handed_in(desk, state)) for state in found])


def _handed_in(desk: Desk, state: "Directive") -> str:
    """Return when a directive was reported, if it was."""
    from xiada.engine.due import show

    return "" if state.reported_at is None else desk.words.say("copies_reported", day=show(state.reported_at))


def _read_cursor(text: str) -> "After":
    """Return where a page of late ones ended, from `DUE@REF`."""
    from xiada.console.arguments import reading_option
    from xiada.engine.errors import Malformed
    from xiada.engine.inquiries import After

    due, mark, ref = text.partition("@")
    with reading_option("--after", text):
        if not mark or not due.isascii() or not due.isdecimal() or len(due) > 16:
            raise Malformed("bad_cursor", "it is no end of a page", remedy="Copy it from the end of the last page.")
        return After(int(due), ref)


def _units(desk: Desk, states: "Iterable[Directive]") -> "dict[str, Unit]":
    """Return the units of these directives."""
    return desk.engine.units({state.unit for state in states})


def _asked_only(desk: Desk, units: "Mapping[str, Unit]", found: "Sequence[Directive]") -> "frozenset[str]":
    """Return the references of those whose notice merely asks for the report."""
    from xiada.engine.obligations import is_asked_only

    notices = {digest: desk.engine.at().notice(digest) for digest in {one.notice for one in found}}
    return frozenset(one.ref for one in found if is_asked_only(notices[one.notice], units.get(one.unit)))


def _named(row: "dict[str, object]", units: "Mapping[str, Unit]") -> "dict[str, object]":
    """Return a directive for programs with its unit's name and level."""
    unit = units.get(str(row["unit"]))
    return {**row, "name": unit and unit.name, "level": unit and unit.level}


def _document(desk: Desk, where: str, rows: "Sequence[Mapping[str, object]]", more: str | None) -> None:
    """Print one page for programs; `after` is what to ask for the next with."""
    desk.document({"where": where, "count": len(rows), "directives": rows, "after": more})


def _tell_more(desk: Desk, more: str | None) -> None:
    """Say that there may be more, and how to see it."""
    if more is not None:
        desk.note(desk.words.say("page_rest", after=more))


def _print(desk: Desk, units: "Mapping[str, Unit]", found: "Iterable[tuple[Directive, str]]") -> None:
    """Print directives as rows: name, what is said of it, due, status, reference."""
    from rich.text import Text

    from xiada.console.context import visible
    from xiada.console.tree import Row, aligned, due_words
    from xiada.engine.due import SHANGHAI

    rows = []
    for state, said in found:
        unit = units.get(state.unit)
        called = state.unit if unit is None else unit.aliases[0] if unit.aliases else unit.name
        name = Text(f"  {visible(called)}")
        cells = (said, due_words(state.due, desk.words, SHANGHAI), desk.words.status(state.status), state.ref)
        rows.append(Row(name, tuple(Text(cell) for cell in cells)))
    for line in aligned(rows):
        desk.line(line)


def _table(desk: Desk, found: "Mapping[tuple[str, str], int]", known: "Sequence[str]") -> "list[Text]":
    """Return counts as lines: levels down, the fewest first; statuses across, in the order of the lifecycle."""
    from rich.cells import cell_len
    from rich.text import Text

    from xiada.console.tree import Row, aligned

    present = {status for _, status in found}
    statuses = [*(name for name in known if name in present), *sorted(present.difference(known))]
    sums = {level: sum(count for (own, _), count in found.items() if own == level) for level, _ in found}
    lines = [[desk.words.say("level"), *map(desk.words.status, statuses), desk.words.say("in_all")]]
    lines += [
        [level, *(f"{found.get((level, name), 0):,}" for name in statuses), f"{sums[level]:,}"]
        for level in sorted(sums, key=lambda level: (sums[level], level))
    ]
    below = [sum(count for (_, own), count in found.items() if own == name) for name in statuses]
    lines.append([desk.words.say("in_all"), *(f"{count:,}" for count in below), f"{sum(below):,}"])
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    padded = [
        [" " * (width - cell_len(cell)) + cell for cell, width in zip(line, widths, strict=True)] for line in lines
    ]
    return aligned(Row(Text(own[0]), tuple(map(Text, line[1:]))) for own, line in zip(lines, padded, strict=True))


def _days(key: str, desk: Desk, span_s: int) -> str:
    """Return a span in days, to a tenth."""
    days = f"{abs(span_s) / DAY_S:,.1f}".removesuffix(".0")
    return desk.words.say(key, days=days)


def _slack(desk: Desk, link: "Link") -> str:
    """Return how far a due is from its parent's."""
    if link.slack_s is None:
        return desk.words.say("slack_root" if link.directive.parent is None else "slack_free")
    if link.slack_s == 0:
        return desk.words.say("slack_none")
    return _days("slack_days" if link.slack_s > 0 else "slack_behind", desk, link.slack_s)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    commands = {"late": late, "blocked": blocked, "counts": counts, "chain": chain, "copies": copies}
    for name, command in commands.items():
        app.command(name, rich_help_panel=PANEL)(command)
