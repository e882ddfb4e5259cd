"""The way of an event up to the root: against the definition, against the log's own receipts, and as drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256

import pytest
import viz_samples as samples
from hypothesis import example, given
from hypothesis import strategies as st
from naive_tree import CountedTiles, NaiveTree, leaf
from notary import KEY, NEXT, signed
from rich.cells import cell_len
from support import ORIGIN, Maker, forwarded, in_subprocess, of, one_line, refused
from viz_golden import check_golden

from xiada.engine.commands import Remind
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed, NotFound, Tampered
from xiada.engine.events import TYPES
from xiada.engine.hindsight.merklepath import MerklePath, climbed, merkle_path, path_of
from xiada.engine.inclusion import Signed
from xiada.engine.log.keys import parse_vkey
from xiada.engine.log.proofs import parse_receipt, prove_inclusion
from xiada.engine.ports import Changes, Upkeep
from xiada.engine.receipts import check_receipt
from xiada.viz import LANGUAGES, Drawing, Language, path, render, to_dot
from xiada.viz.labels import catalogue
from xiada.viz.path import EVENT, GIVEN, SIGNED, UNSIGNED, hashes
from xiada.viz.render import Engine as Program
from xiada.viz.terminal.path import path_text
from xiada.viz.text import width
from xiada.viz.theme import DARK, THEMES, Theme

LEAVES = [leaf(b"%d" % number) for number in range(3_000)]
TREE = NaiveTree(LEAVES)
SIGNERS = ("xiada.example/office+5fd2a0b1+AXh5", "xiada.example/office+77aa0b11+AXh5")


def told(index: int, size: int, *, vouched: bool = True, ref: str = "kx2020-7/1.1") -> MerklePath:
    """Return the way up in a log of numbers; hashes of large logs are made up, and lead to what they lead to."""
    small = size <= len(LEAVES)
    own = LEAVES[index] if small else sha256(b"leaf").digest()
    proof = tuple(TREE.path(index, size)) if small else tuple(sha256(b"%d" % n).digest() for n in range(20))
    rises = climbed(index, size, own, proof)
    root = rises[-1].parent if rises else own
    checkpoint = Signed("xiada.example/office/e1", size, samples.NOW, SIGNERS, root) if vouched else None
    return MerklePath(
        index=index,
        ref=ref,
        type="issued",
        t=samples.ISSUED,
        leaf=own,
        size=size,
        rises=rises,
        root=root,
        checkpoint=checkpoint,
    )


@pytest.fixture
def engine(make: Maker) -> Engine:
    """Signed, a cascade, published after each command that matters."""
    engine = signed(make)
    forwarded(engine)
    engine.publish()
    return engine


# The values


@given(st.integers(1, 3_000), st.data())
def test_every_step_joins_what_the_definition_joins(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(CountedTiles(TREE, size), index, size)
    own, span = LEAVES[index], (index, index)
    for rise in climbed(index, size, own, tuple(proof)):
        assert rise.sibling == TREE.root(rise.covers[0], rise.covers[1] + 1)
        left, right = (rise.covers, span) if rise.side == "left" else (span, rise.covers)
        assert left[1] + 1 == right[0], "the two are neighbours"
        own, span = rise.parent, rise.span
        assert span == (left[0], right[1])
        assert own == TREE.root(span[0], span[1] + 1)
    assert (own, span) == (TREE.root(0, size), (0, size - 1))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 9])
def test_in_small_logs_every_event_has_as_many_steps_as_levels_above_it(size: int) -> None:
    for index in range(size):
        assert len(told(index, size).rises) == len(TREE.path(index, size))


def test_in_a_log_of_one_event_the_leaf_is_the_root() -> None:
    one = told(0, 1)
    assert (one.rises, one.leaf) == ((), one.root)


def test_the_way_up_of_every_event_is_that_of_its_receipt(engine: Engine) -> None:
    size = engine.head().size
    for index in range(size):
        found, receipt = merkle_path(engine, index, size), engine.receipt(index)
        proven = check_receipt(receipt, [KEY.vkey])
        assert tuple(rise.sibling for rise in found.rises) == parse_receipt(receipt).proof
        assert (found.leaf, found.ref, found.type) == (proven.event.hash, proven.event.ref, proven.event.event.type)
        assert found.checkpoint is not None
        assert (found.checkpoint.keys, found.checkpoint.root) == (proven.signed_by, found.root)


def test_unless_told_otherwise_it_ends_in_the_smallest_checkpoint_over_the_event(engine: Engine) -> None:
    first = merkle_path(engine, 0)
    assert first.checkpoint is not None
    assert first.checkpoint.size == first.size < engine.head().size
    assert first.checkpoint.origin == f"{ORIGIN}/e1"
    assert first.checkpoint.keys == (str(KEY.vkey),)
    engine.rotate_key(NEXT)
    last = merkle_path(engine, engine.head().size - 1)
    assert last.checkpoint is not None
    assert [parse_vkey(key) for key in last.checkpoint.keys] == [KEY.vkey, NEXT.vkey]


def test_a_size_nobody_signed_has_no_checkpoint_and_its_root_is_the_logs(engine: Engine) -> None:
    engine.remind("k/1.1", "now", actor=of("p"))
    size = engine.head().size
    found = merkle_path(engine, size - 1)
    assert (found.size, found.checkpoint) == (size, None)
    assert found.root.hex() == engine.view("k").log_root
    signed_one = merkle_path(engine, 0)
    assert merkle_path(engine, 0, signed_one.size + 1).checkpoint is None


def test_a_log_that_nobody_signs_is_told_as_not_signed(make: Maker) -> None:
    engine = make(one_line())
    assert merkle_path(engine, 2).checkpoint is None


@pytest.mark.parametrize(("index", "size"), [(-1, None), (10_000, None), (0, 10_000), (0, 0), (True, None)])
def test_what_the_log_does_not_have_has_no_way_up(engine: Engine, index: int, size: int | None) -> None:
    with refused(engine, NotFound, "no_such_index"):
        merkle_path(engine, index, size)


def test_an_event_after_the_end_of_a_tree_is_not_in_it(engine: Engine) -> None:
    with refused(engine, Malformed, "not_in_tree"):
        merkle_path(engine, 5, 5)


def test_a_proof_that_does_not_lead_to_the_root_is_refused(engine: Engine) -> None:
    found = engine.inclusion(3)
    for wrong in (
        found._replace(root=bytes(32)),
        found._replace(proof=found.proof[::-1]),
        found._replace(proof=found.proof[:-1]),
        found._replace(size=found.size * 2),
        found._replace(recorded=engine.inclusion(4).recorded),
    ):
        with pytest.raises(Tampered):
            path_of(wrong)


def test_a_stored_hash_that_was_changed_is_found_out(make: Maker) -> None:
    engine = signed(make)
    forwarded(engine)
    engine.submit_all(Remind("k/1.1", f"{number}", actor=of("p")) for number in range(300))
    engine.publish()
    assert merkle_path(engine, 290).rises
    with engine._store.writing() as writer:
        writer.append(Changes(writer.head().size, upkeep=Upkeep(tiles={(1, 0): sha256(b"forged").digest()})))
    with refused(engine, Tampered, "tile_damaged"):
        merkle_path(engine, 290)


# The drawing


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "size"), [("path", 7), ("path-one", 1), ("path-unsigned", 6)])
def test_the_drawing_is_as_in_the_golden_file(name: str, size: int, lang: Language) -> None:
    proof = told(size - 2 if size > 1 else 0, size, vouched=name != "path-unsigned")
    check_golden(f"{name}-{lang}.dot", to_dot(path(samples.small(), proof, lang=lang)))


def boxes_do_not_touch(drawing: Drawing) -> bool:
    """Tell whether no two nodes overlap."""
    boxes = drawing.nodes
    return not any(
        one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
    )


@given(st.integers(1, 3_000), st.data(), st.sampled_from(LANGUAGES), st.sampled_from(sorted(THEMES)))
def test_siblings_stand_on_their_true_side_and_nothing_overlaps(
    size: int, data: st.DataObject, lang: Language, theme: str
) -> None:
    proof = told(data.draw(st.integers(0, size - 1)), size)
    drawing = path(samples.small(), proof, lang=lang, theme=THEMES[theme])
    nodes = {node.key: node for node in drawing.nodes}
    assert boxes_do_not_touch(drawing)
    for level, rise in enumerate(proof.rises):
        own = nodes["leaf" if level == 0 else f"level-{level}"]
        sibling = nodes[f"sibling-{level}"]
        assert (sibling.right <= own.x) if rise.side == "left" else (sibling.x >= own.right)
        assert sibling.y == own.y
        assert sibling.texts[:2] == (GIVEN, rise.sibling.hex()[:12])
        assert rise.sibling.hex() in sibling.tip
    heights = [nodes[key].y for key in ("checkpoint", "root", "event")]
    assert heights == sorted(heights)
    assert len(drawing.edges) == 2 * len(proof.rises) + 2


@example(777_777, 1_000_003)
@example(1_048_575, 1_048_576)
@given(st.just(777_777), st.just(1_000_003))
def test_a_million_events_stay_on_one_page_and_no_text_is_cut(index: int, size: int) -> None:
    for lang in LANGUAGES:
        drawing = path(samples.small(), told(index, size), lang=lang)
        assert drawing.width < 842
        assert drawing.height < 1_300
        for node in drawing.nodes:
            for cell in (cell for column in node.columns for row in column.rows for cell in row.cells):
                assert cell.indent + width(cell.text, cell.size) <= cell.width
                assert not cell.text.endswith("…") or "+" in cell.text, "only names of keys are shortened"


def test_it_says_who_signed_or_that_nobody_did() -> None:
    view = samples.small()
    plate = path(view, told(3, 7), lang="en").nodes[0]
    assert plate.classes == ("signed",)
    assert plate.texts[:2] == (SIGNED, "Signed checkpoint · xiada.example/office/e1")
    assert "signed by xiada.example/office+5fd2a0b1, xiada.example/office+77aa0b11" in plate.texts[2]
    plate = path(view, told(3, 7, vouched=False), lang="en").nodes[0]
    assert (plate.classes, plate.dashed) == (("unsigned",), True)
    assert plate.texts[:2] == (UNSIGNED, "Not signed: no checkpoint is over just these 7 events")


def test_the_page_says_how_much_it_shows_and_how_to_compute_it_again() -> None:
    proof = told(3, 7)
    drawing = path(samples.small(), proof, lang="en")
    assert "showing 7 hashes of a log of 7 events" in drawing.summary
    assert "SHA-256(0x01 ‖ left ‖ right)" in drawing.summary
    assert hashes(proof) == sum(node.key not in ("event", "checkpoint") for node in drawing.nodes)
    assert f"log index 6 · log root {proof.root.hex()[:12]}" in drawing.footer


def test_an_event_of_another_stream_goes_by_its_reference() -> None:
    event = path(samples.small(), replace(told(0, 3), ref="org/cast", type="unheard_of"), lang="en").nodes[-1]
    assert event.texts[:2] == (EVENT, "Event 0 · unheard_of")
    assert event.texts[2].startswith("org/cast · recorded")


def test_every_event_there_is_has_a_word() -> None:
    for lang in LANGUAGES:
        assert {f"event_{name}" for name in TYPES} <= catalogue(lang).patterns.keys()


@pytest.mark.parametrize("engine", [None, "pygraphviz"])
def test_graphviz_draws_it(engine: Program | None) -> None:
    svg = render(to_dot(path(samples.small(), told(3, 7), theme=DARK)), "svg", engine=engine)
    assert TREE.root(0, 7).hex()[:12] in svg.decode()


# In a terminal


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_in_a_terminal_no_line_is_too_long_and_each_level_has_one(columns: int, lang: Language, theme: Theme) -> None:
    for proof in (told(0, 1), told(5, 7, vouched=False), told(777_777, 1_000_003)):
        lines = [line.plain for line in path_text(samples.small(), proof, columns=columns, lang=lang, theme=theme)]
        assert max(map(cell_len, lines)) <= columns
        levels = [line for line in lines if re.match(r"\d+ +[●◇] +|\d+ +[◇●]", line)]
        assert len(levels) == len(proof.rises)
        joined = "".join(line.strip() for line in lines)
        assert proof.root.hex() in joined
        assert proof.leaf.hex() in joined


def test_in_a_terminal_left_stands_left() -> None:
    lines = [line.plain for line in path_text(samples.small(), told(5, 7), lang="en")]
    level = next(line for line in lines if line.startswith("0 "))
    assert level.index("◇") < level.index("●"), "event 4 is left of event 5"
    assert lines[-1].startswith("log index") or "log root" in lines[-1]


def test_the_values_need_neither_graphviz_nor_rich() -> None:
    done = in_subprocess("import sys, xiada.viz; print({'graphviz', 'rich', 'pypdf'} & set(sys.modules))")
    assert done.stdout.strip() == "set()", done.stderr
