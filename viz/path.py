"""The way of one event up to the root of its log: what an auditor computes, what he is given, who signed.

    ┌──────────────── checkpoint: signed, 7 events ────────────────┐
                              │
                         ● root 0–6
              ┌───────────────┤
        ◇ left 0–3       ● 4–6
                              ├───────────────┐
                         ● 4–5           ◇ right 6
              ┌───────────────┤
        ◇ left 4         ● leaf 5
                              │
    ┌── event 5 · reported ───┴─┐

Rule: the path was checked before it is drawn; our own hash goes up the middle, what the proof gives stands
beside it on its true side. Nothing is hashed here. Whole hashes stand in the tips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xiada.viz.drawing import Box, Cell, Column, Drawing, Line, Point, Row
from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.layout import joined, polyline
from xiada.viz.page import Frame, framed, moment, origin, swatch, words
from xiada.viz.text import fitted, shown
from xiada.viz.theme import LIGHT, Look, Theme

if TYPE_CHECKING:
    from xiada.engine.hindsight.merklepath import MerklePath, Rise, Span
    from xiada.engine.projections import View

DIGITS = 12
"""So many hex digits of a hash are shown."""

COMPUTED, GIVEN, SIGNED, UNSIGNED, EVENT = "●", "◇", "✔", "○", "◆"
"""The glyphs of the roles."""

_WIDTH, _HEIGHT, _GAP, _ASIDE = 230, 30, 12, 30
_PITCH, _STRIPE, _EDGE, _PAD = _HEIGHT + _GAP, 20, 2, 7
_WHOLE = 3 * _WIDTH + 2 * _ASIDE
_MIDDLE = _WIDTH + _ASIDE
_PLATE = 56
_UNDER_PLATE = 20
_STRONG, _SMALL = 10, 9


def path(view: View, proof: MerklePath, *, lang: Language = "zh", theme: Theme = LIGHT) -> Drawing:
    """Return the drawing of an event's way up to the root of its log.

    Args:
        view: The cascade it is looked at for: its title, names of units and time zone.
        proof: From `hindsight.merklepath.merkle_path`, which has checked it.
        lang: `zh` or `en`.
        theme: Colours, glyphs and fonts.

    Returns:
        The drawing; the nodes are `checkpoint`, `root`, `level-<n>`, `sibling-<n>`, `leaf` and `event`, in
        a log of one event without `leaf`.

    Raises:
        Malformed: The language is not known.

    Example:
        >>> from xiada.engine.commands import Actor
        >>> from xiada.engine.engine import Engine
        >>> from xiada.engine.notice import Notice
        >>> from xiada.engine.org import Org, Unit
        >>> engine = Engine.create("memory:", "xiada.example/office")
        >>> _ = engine.load_org(Org([Unit("p", "Province", "office", "province", "main")]))
        >>> notice = Notice(id="n", doc_number="No. 7", title="Floods", issuers=("p",))
        >>> _ = engine.issue("k", notice, actor=Actor("li", "p"))
        >>> view = engine.view("k")
        >>> from xiada.engine.hindsight.merklepath import merkle_path
        >>> path(view, merkle_path(engine, view.log_index), lang="en").title
        'Event 1: its path to the root of the log'

    Source: drawings.md of the design, 9; RFC 9162 §2.1.3.
    """
    labels = catalogue(lang)
    spine = _spine(proof, labels, theme)
    siblings = [_sibling(proof, level, labels, theme) for level in range(len(proof.rises))]
    event, checkpoint = _event(view, proof, labels, theme), _checkpoint(view, proof, labels, theme)
    frame = Frame(
        kind="path",
        language=labels.language,
        title=labels.say("path_title", index=str(proof.index)),
        summary=_summary(proof, labels, theme),
        legend=_legend(proof, labels, theme),
        footer=proof_origin(view, proof, labels),
    )
    nodes = [checkpoint, *reversed(spine), *reversed(siblings), event]
    return framed(frame, theme, nodes=nodes, edges=_lines(spine, siblings, event, checkpoint, theme))


def proof_origin(view: View, proof: MerklePath, labels: Labels) -> tuple[str, ...]:
    """Return the footer's parts: of the view, but on the log as large as the proof's."""
    return origin(replace(view, log_size=proof.size, log_root=proof.root.hex()), labels)


def short(hash_: bytes) -> str:
    """Return the first digits of a hash.

    Example:
        >>> short(bytes(32))
        '000000000000'
    """
    return hash_.hex()[:DIGITS]


def span_words(span: Span, labels: Labels) -> str:
    """Return which events a hash stands for."""
    first, last = span
    if first == last:
        return labels.say("path_span_one", first=str(first))
    return labels.say("path_span", first=str(first), last=str(last), count=last - first + 1)


def own_spans(proof: MerklePath) -> list[tuple[bytes, Span]]:
    """Return our own hashes from the leaf up to the root, each with the events it stands for."""
    return [(proof.leaf, (proof.index, proof.index)), *((rise.parent, rise.span) for rise in proof.rises)]


def own_words(proof: MerklePath, level: int, labels: Labels) -> str:
    """Return what a hash of our own is, and which events it stands for."""
    top = level == len(proof.rises)
    name = "path_leaf_root" if top and not level else "path_root" if top else "path_leaf" if not level else None
    span = span_words(own_spans(proof)[level][1], labels)
    return span if name is None else labels.say("path_join", what=labels.say(name), span=span)


def sibling_words(rise: Rise, labels: Labels) -> str:
    """Return on which side a hash of the proof stands, and which events it stands for."""
    return labels.say("path_join", what=labels.say(f"path_{rise.side}"), span=span_words(rise.covers, labels))


def event_words(view: View, proof: MerklePath, labels: Labels) -> tuple[str, str, str]:
    """Return what happened, to whom and when, and its whole leaf hash."""
    name = next((node.name for node in view.nodes if node.directive.ref == proof.ref), None)
    known = f"event_{proof.type}" in labels.patterns
    what = labels.say(f"event_{proof.type}") if known else proof.type
    about = {"ref": proof.ref, "t": moment(proof.t, view.zone)}
    return (
        labels.say("path_event", index=str(proof.index), what=what),
        labels.say("path_about", **about) if name is None else labels.say("path_about_unit", name=name, **about),
        labels.say("path_leaf_hash", hash=proof.leaf.hex()),
    )


def checkpoint_words(view: View, proof: MerklePath, labels: Labels) -> tuple[str, str, str]:
    """Return who answers for the root, for how many events, and the whole root; or that nobody does."""
    signed, say = proof.checkpoint, labels.say
    root = say("path_full_root", hash=proof.root.hex())
    if signed is None:
        return say("path_none", size=proof.size), say("path_vouch"), root
    keys = ", ".join(key.rpartition("+")[0] for key in signed.keys)
    covers = say("path_covers", size=signed.size, t=moment(signed.t, view.zone))
    return say("path_checkpoint", origin=signed.origin), f"{covers} · {say('path_keys', keys=keys)}", root


def hashes(proof: MerklePath) -> int:
    """Return how many hashes are shown: those of the proof, and ours at each level."""
    return 2 * len(proof.rises) + 1


# Boxes


def role_look(role: str, theme: Theme) -> Look:
    """Return how a role looks, by its glyph."""
    likeness = {COMPUTED: "forwarded", GIVEN: "issued", SIGNED: "reported"}
    if role in likeness:
        return replace(theme.look(likeness[role]), glyph=role)
    return Look(theme.folded, role, ink=theme.ink, frame=theme.line)


def _spine(proof: MerklePath, labels: Labels, theme: Theme) -> list[Box]:
    """Return our own hashes, the leaf's first, the root's last."""
    found, last = [], len(proof.rises)
    for level, (hash_, _) in enumerate(own_spans(proof)):
        key = "root" if level == last else f"level-{level}" if level else "leaf"
        box = _hash_box(
            key, (_MIDDLE, _height_of(proof, level)), (COMPUTED, hash_), own_words(proof, level, labels), theme
        )
        found.append(replace(box, classes=("computed",), thickness=2.0 if level == last else 1.0))
    return found


def _sibling(proof: MerklePath, level: int, labels: Labels, theme: Theme) -> Box:
    """Return a hash of the proof, on its side."""
    rise = proof.rises[level]
    place = (0 if rise.side == "left" else 2 * _MIDDLE, _height_of(proof, level))
    box = _hash_box(f"sibling-{level}", place, (GIVEN, rise.sibling), sibling_words(rise, labels), theme)
    return replace(box, classes=("given", rise.side))


def _height_of(proof: MerklePath, level: int) -> int:
    """Return the top of a level's boxes."""
    return _PLATE + _UNDER_PLATE + (len(proof.rises) - level) * _PITCH


def _hash_box(key: str, place: Point, what: tuple[str, bytes], line: str, theme: Theme) -> Box:
    """Return the box of a hash: its role's glyph, its first digits, and what it stands for."""
    role, hash_ = what
    rows = [(short(hash_), _STRONG, True, theme.ink), (line, _SMALL, False, theme.muted)]
    return _plate(key, (*place, _WIDTH, _HEIGHT), role, rows, theme, tip=f"{line} · {hash_.hex()}")


def _plate(
    key: str,
    where: tuple[float, float, int, int],
    role: str,
    rows: Sequence[tuple[str, int, bool, str]],
    theme: Theme,
    *,
    tip: str,
) -> Box:
    """Return a box with a role's stripe and rows of (text, size, bold, ink)."""
    x, y, width, height = where
    look = role_look(role, theme)
    inner, line = width - 2 * _EDGE - _STRIPE, (height - 2 * _EDGE) // len(rows)
    stripe = Cell(
        width=_STRIPE, text=look.glyph, indent=5, size=11, bold=True, ink=look.ink, fill=look.fill, frame=look.frame
    )
    texts = tuple(
        Row(line, (Cell(width=_PAD), _text(text, inner - _PAD, size, bold=bold, ink=ink)))
        for text, size, bold, ink in rows
    )
    return Box(
        key=key,
        x=x,
        y=y,
        width=width,
        height=height,
        columns=(Column((Row(height - 2 * _EDGE, (stripe,)),)), Column(texts)),
        stroke=theme.line,
        fill=theme.plate,
        tip=tip,
    )


def _text(text: str, width: int, size: int, *, bold: bool, ink: str) -> Cell:
    """Return a cell with what fits of a text."""
    return Cell(width=width, text=fitted(text, width - 3, size), size=size, bold=bold, ink=ink)


def _rows(texts: Sequence[str], theme: Theme) -> list[tuple[str, int, bool, str]]:
    """Return the rows of a plate: the first strong, the others small."""
    first, *others = texts
    return [(first, 11, True, theme.ink), *((text, _SMALL, False, theme.ink) for text in others)]


def _event(view: View, proof: MerklePath, labels: Labels, theme: Theme) -> Box:
    """Return the plate of the event, below its leaf."""
    texts = event_words(view, proof, labels)
    where = (0, _height_of(proof, 0) + _HEIGHT + _UNDER_PLATE, _MIDDLE + _WIDTH, _PLATE)
    box = _plate("event", where, EVENT, _rows(texts, theme), theme, tip=shown(" · ".join(texts)))
    return replace(box, classes=("event",))


def _checkpoint(view: View, proof: MerklePath, labels: Labels, theme: Theme) -> Box:
    """Return the plate of the checkpoint, above the root; dashed where nobody signed."""
    texts, signed = checkpoint_words(view, proof, labels), proof.checkpoint is not None
    role = SIGNED if signed else UNSIGNED
    box = _plate("checkpoint", (0, 0, _WHOLE, _PLATE), role, _rows(texts, theme), theme, tip=" · ".join(texts))
    return replace(box, dashed=not signed, thickness=2.0, classes=("signed" if signed else "unsigned",))


# Lines and the page


def _lines(spine: Sequence[Box], siblings: Sequence[Box], event: Box, checkpoint: Box, theme: Theme) -> list[Line]:
    """Return the lines: from each pair up to what it is joined to, from the event, and to the checkpoint."""
    found = [_up(event, spine[0], theme, 2.0)]
    for level, sibling in enumerate(siblings):
        own, parent = spine[level], spine[level + 1]
        found += [_up(own, parent, theme, 2.0), _beside(sibling, parent, theme)]
    return [*found, _up(spine[-1], checkpoint, theme, 2.0)]


def _up(tail: Box, head: Box, theme: Theme, thickness: float) -> Line:
    """Return the line straight up the middle."""
    x = _MIDDLE + _WIDTH / 2
    return _line(tail, head, ((x, tail.y), (x, head.bottom)), theme, thickness)


def _beside(tail: Box, head: Box, theme: Theme) -> Line:
    """Return the line from beside up into the parent."""
    start, x, turn = tail.x + tail.width / 2, _MIDDLE + _WIDTH / 2, tail.y - _GAP / 2
    return _line(tail, head, ((start, tail.y), (start, turn), (x, turn), (x, head.bottom)), theme, 1.0)


def _line(tail: Box, head: Box, corners: Sequence[Point], theme: Theme, thickness: float) -> Line:
    """Return a line through corners."""
    return joined(tail, head, polyline(corners), theme.line, thickness)


def _summary(proof: MerklePath, labels: Labels, theme: Theme) -> list[list[Cell]]:
    """Return the rows below the title: that it holds, how much is shown, and how to compute it again."""
    say = labels.say
    showing = say("path_showing", shown=hashes(proof), total=proof.size)
    first = [words(say("path_holds"), theme, bold=True), words(showing, theme)]
    first.append(words(say("path_proof", count=len(proof.rises)), theme))
    rules = [words(say(name), theme) for name in ("path_leaf_rule", "path_node_rule")]
    return [first, [words(say("path_how"), theme, bold=True, after=6), *rules]]


def _legend(proof: MerklePath, labels: Labels, theme: Theme) -> list[list[Cell]]:
    """Return the roles: colour, glyph and word."""
    answer = (UNSIGNED, "path_unsigned") if proof.checkpoint is None else (SIGNED, "path_signed")
    found = []
    for role, name in ((EVENT, "path_is_event"), (COMPUTED, "path_computed"), (GIVEN, "path_given"), answer):
        found.append(swatch(role_look(role, theme), labels.say(name), theme))
    return [*found, [words(labels.say("path_numbers"), theme, size=_SMALL)]]
