"""The way of one event up to the root of its log, in a terminal: a line for each level, the root on top.

    20  ◇ 02ce63838f63 0–524287          ● 06de3c3e79da 524288–1000002
    19  ● c6e197bcf248 524288–786431     ◇ 7af0dd22b184 786432–1000002

Rule: left and right are as they are hashed: what stands in a line is joined to the hash of ours (●) in the line above.
The words are those of the drawing on paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from xiada.viz.labels import Labels, Language, catalogue
from xiada.viz.path import (
    COMPUTED,
    EVENT,
    GIVEN,
    SIGNED,
    UNSIGNED,
    checkpoint_words,
    event_words,
    hashes,
    own_spans,
    own_words,
    proof_origin,
    role_look,
    short,
    span_words,
)
from xiada.viz.terminal.page import flowed, foot, titled, wrapped
from xiada.viz.terminal.strokes import MUTED, clipped, padded, style_of
from xiada.viz.theme import LIGHT, Theme

if TYPE_CHECKING:
    from xiada.engine.hindsight.merklepath import MerklePath, Span
    from xiada.engine.projections import View

_LEVEL = 4
_MARK = 4
_LEAST_DIGITS = 6


def path_text(
    view: View, proof: MerklePath, *, columns: int = 100, lang: Language = "zh", theme: Theme = LIGHT
) -> list[Text]:
    """Return an event's way up to the root of its log as lines, the root on top and the event at the bottom.

    Args:
        view: The cascade it is looked at for: its title, names of units and time zone.
        proof: From `hindsight.merklepath.merkle_path`, which has checked it.
        columns: Most columns of a line.
        lang: `zh` or `en`.
        theme: Colours and glyphs.

    Raises:
        Malformed: The language is not known.
    """
    labels = catalogue(lang)
    last = len(proof.rises)
    role = UNSIGNED if proof.checkpoint is None else SIGNED
    top = f"{short(own_spans(proof)[last][0])} {own_words(proof, last, labels)}"
    return [
        *_head(proof, labels, columns),
        *_legend(role, labels, columns, theme),
        Text(""),
        *_plate(role, checkpoint_words(view, proof, labels), columns, theme),
        Text.assemble(" " * _LEVEL, _marked(COMPUTED, top, columns - _LEVEL, theme)),
        *(_level(proof, level, labels, columns, theme) for level in reversed(range(last))),
        *_plate(EVENT, event_words(view, proof, labels), columns, theme),
        Text(""),
        *foot(proof_origin(view, proof, labels), columns),
    ]


def _head(proof: MerklePath, labels: Labels, columns: int) -> list[Text]:
    """Return the title, that it holds, how much is shown, and how to compute it again."""
    say = labels.say
    shown = [Text(say("path_holds"), style="bold"), Text(say("path_showing", shown=hashes(proof), total=proof.size))]
    shown.append(Text(say("path_proof", count=len(proof.rises))))
    how = [Text(say(name)) for name in ("path_how", "path_leaf_rule", "path_node_rule")]
    title = titled(say("path_title", index=str(proof.index)), columns)
    return [*title, *flowed(shown, columns), *flowed(how, columns)]


def _legend(role: str, labels: Labels, columns: int, theme: Theme) -> list[Text]:
    """Return the roles: glyph and word."""
    answer = (role, "path_signed" if role == SIGNED else "path_unsigned")
    roles = ((EVENT, "path_is_event"), (COMPUTED, "path_computed"), (GIVEN, "path_given"), answer)
    return flowed((_marked(glyph, labels.say(name), columns, theme) for glyph, name in roles), columns)


def _plate(role: str, texts: tuple[str, ...], columns: int, theme: Theme) -> list[Text]:
    """Return a role's glyph and some lines beside it."""
    first, *others = texts
    lines = [line for text in others for line in wrapped(text, columns - _MARK, lines=3)]
    return [_marked(role, first, columns, theme), *(Text(" " * _MARK + line) for line in lines)]


def _level(proof: MerklePath, level: int, labels: Labels, columns: int, theme: Theme) -> Text:
    """Return the line of a level: our hash and that of the proof, the left one first."""
    rise, (own, span) = proof.rises[level], own_spans(proof)[level]
    half = (columns - _LEVEL) // 2
    mine = _half(COMPUTED, own, span, labels, half)
    given = _half(GIVEN, rise.sibling, rise.covers, labels, half)
    pair = (given, mine) if rise.side == "left" else (mine, given)
    number = padded(str(level), _LEVEL)
    cells = [_marked(glyph, text, half, theme) for glyph, text in pair]
    cells[0].append(" " * (half - cells[0].cell_len))
    return Text.assemble((number, MUTED), *cells)


def _half(role: str, hash_: bytes, span: Span, labels: Labels, columns: int) -> tuple[str, str]:
    """Return the glyph of a hash, and its digits with the events it stands for, as much as there is room for."""
    told = f"{short(hash_)} {span_words(span, labels)}"
    if cell_len(told) < columns - _MARK:
        return role, told
    events = "–".join(map(str, dict.fromkeys(span)))
    return role, f"{short(hash_)[: max(_LEAST_DIGITS, columns - _MARK - 2 - len(events))]} {events}"


def _marked(role: str, text: str, columns: int, theme: Theme) -> Text:
    """Return a role's glyph on its colour, and a text."""
    return Text.assemble((f" {role} ", style_of(role_look(role, theme))), " " + clipped(text, columns - _MARK))
