"""Which boxes of a cascade tree stand on which sheet of paper, where, and what of it goes on on another.

Rule: every box is on one sheet as content; a sheet that goes on from another repeats the box it goes on from, as its
head. Sheets come in preorder: a sheet, then those that go on from it. Below its head a sheet shows whole levels, as
many as fit; what is right below the head stands in strips, like the columns of a newspaper. Brothers that fit on one
sheet with all that is below them share it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from xiada.viz.drawing import Point
from xiada.viz.folding import Slot
from xiada.viz.layout import FAMILY_GAP, ROOT_GAP, ROW_GAP, places

GAP = 34
"""Points between two columns."""

NOTE, NOTE_GAP = 60, 6
"""Points for the note at the right of a box that says where it goes on, and before it."""

BUS = 14
"""Points above what stands beside a head, for the line that leads to the strips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The room for boxes on a sheet, and how large each of these is; in points of the drawing."""

    width: float
    height: float
    box_width: int
    box_height: int

    @property
    def pitch(self) -> int:
        """The distance from one column to the next."""
        return self.box_width + GAP

    @property
    def rows(self) -> int:
        """How many boxes stand one below the other."""
        return max(1, int((self.height - BUS + ROW_GAP) // (self.box_height + ROW_GAP)))

    def strips(self, *, headed: bool, noted: bool) -> int:
        """Return how many strips of single boxes there is room for, beside a head, with notes or without."""
        left = self.width + GAP - (self.pitch if headed else 0)
        return max(1, int(left // (self.pitch + _noting(noted=noted))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on one sheet.

    Args:
        heads: Places among the slots of those everything else on it is below.
        repeated: Whether these stand on an earlier sheet already.
        boxes: Places of all its boxes, the heads first where there is one or they are repeated.
        corners: Top left corner of each, in points of the field.
        cut: Places of those that go on on another sheet.
        part: First, last and count of those right below the head, numbered from 1, if not all are here.
    """

    heads: tuple[int, ...]
    repeated: bool
    boxes: tuple[int, ...]
    corners: tuple[Point, ...]
    cut: tuple[int, ...]
    part: tuple[int, int, int] | None = None

    @property
    def content(self) -> tuple[int, ...]:
        """Places of the boxes that stand here, and elsewhere as a repeated head at most."""
        return self.boxes[len(self.heads) :] if self.repeated else self.boxes


@dataclass(frozen=True, slots=True)
class _Block:
    """A box with some of what is below it, laid out: its columns, its height, whether notes stand at its right."""

    boxes: tuple[int, ...]
    corners: tuple[Point, ...]
    levels: int
    height: float
    noted: bool


def sheets(slots: Sequence[Slot], field: Field) -> Iterator[Sheet]:
    """Yield the sheets for the boxes of a tree, in preorder.

    Args:
        slots: Parents before children, siblings in order.
        field: The room on each sheet.
    """
    yield from _Splitter(slots, field).first()


def _noting(*, noted: bool) -> int:
    """Return the points that notes take beside a strip."""
    return NOTE + NOTE_GAP if noted else 0


class _Splitter:
    """A tree of boxes that is split, and the field it is split for."""

    __slots__ = ("children", "field", "slots")

    def __init__(self, slots: Sequence[Slot], field: Field) -> None:
        self.slots, self.field = slots, field
        self.children: list[list[int]] = [[] for _ in slots]
        for place, slot in enumerate(slots):
            if slot.parent is not None:
                self.children[slot.parent].append(place)

    def first(self) -> Iterator[Sheet]:
        """Yield the sheet with the roots, and all that go on from it."""
        roots = [place for place, slot in enumerate(self.slots) if slot.parent is None]
        if len(roots) == 1:
            yield from self.spread(roots[0], self.children[roots[0]], repeated=False)
        else:
            yield from self.spread(None, roots, repeated=False)

    def spread(self, head: int | None, below: Sequence[int], *, repeated: bool) -> Iterator[Sheet]:
        """Yield the sheets with what is right below a head, or with the roots, and all that go on from these."""
        noted = any(self.children[place] for place in below)
        most = self.field.strips(headed=head is not None, noted=noted) * self.field.rows
        for start in range(0, max(1, len(below)), most):
            some = below[start : start + most]
            whole = len(some) == len(below)
            shown = self.levels_below(head, some) if whole else frozenset(some)
            sheet = self.made(head, some, shown, repeated=repeated or (start > 0 and head is not None))
            yield sheet if whole else replace(sheet, part=(start + 1, start + len(some), len(below)))
            yield from self.going_on(sheet.cut)

    def levels_below(self, head: int | None, tops: Sequence[int]) -> frozenset[int]:
        """Return the boxes of as many whole levels as fit on one sheet."""
        shown, level = frozenset(tops), list(tops)
        while level := [child for place in level for child in self.children[place]]:
            more = shown.union(level)
            if self.laid(head, tops, more) is None:
                break
            shown = more
        return shown

    def going_on(self, cut: Sequence[int]) -> Iterator[Sheet]:
        """Yield the sheets that go on from boxes."""
        place = 0
        while place < len(cut):
            group, shown = self.group(cut[place:])
            if len(group) > 1:
                yield self.made(None, group, shown, repeated=True)
            else:
                yield from self.spread(cut[place], self.children[cut[place]], repeated=True)
            place += len(group)

    def group(self, cut: Sequence[int]) -> tuple[Sequence[int], frozenset[int]]:
        """Return as many of the first boxes as have one parent and fit on one sheet with all that is below them."""
        parent, count, shown = self.slots[cut[0]].parent, 0, frozenset[int]()
        while count < len(cut) and self.slots[cut[count]].parent == parent:
            more = shown.union(self.family(cut[count]))
            if self.laid(None, cut[: count + 1], more) is None:
                break
            count, shown = count + 1, more
        return cut[: max(1, count)], shown

    def family(self, head: int, shown: Collection[int] | None = None) -> list[int]:
        """Return a box with all that is below it, or of that what is shown, in preorder."""
        found, stack = [], [head]
        while stack:
            place = stack.pop()
            if shown is None or place in shown:
                found.append(place)
                stack += self.children[place][::-1]
        return found

    def made(self, head: int | None, tops: Sequence[int], shown: frozenset[int], *, repeated: bool) -> Sheet:
        """Return a sheet of the boxes shown: a head and what is below it, or several heads side by side."""
        laid = self.laid(head, tops, shown)
        assert laid is not None, "only what fits is put on a sheet"
        heads = tuple(tops) if head is None else (head,)
        if repeated:
            laid = {**{place: laid[place] for place in heads}, **laid}
        there = [place for place in laid if place != head]
        cut = tuple(sorted(place for place in there if self.children[place] and self.children[place][0] not in laid))
        return Sheet(heads=heads, repeated=repeated, boxes=tuple(laid), corners=tuple(laid.values()), cut=cut)

    def laid(self, head: int | None, tops: Sequence[int], shown: frozenset[int]) -> dict[int, Point] | None:
        """Return where a head stands, and beside it in strips what is below it; None if there is no room for that."""
        field = self.field
        if len(shown) > field.rows * (1 + int(field.width) // field.pitch):
            return None
        top = 0 if head is None else BUS
        found: dict[int, Point] = {} if head is None else {head: (0.0, float(top))}
        left, y, wide, before = 0.0 if head is None else float(field.pitch), float(top), 0.0, 0
        for block in (self.block(place, shown) for place in tops):
            y += self.space(before, len(block.boxes), grouped=head is None) if before else 0
            if y + block.height > field.height and before:
                left, y, wide = left + wide, float(top), 0.0
            wide = max(wide, block.levels * field.pitch + _noting(noted=block.noted))
            if left + wide - GAP > field.width or y + block.height > field.height:
                return None
            found |= {p: (left + x, y + down) for p, (x, down) in zip(block.boxes, block.corners, strict=True)}
            y, before = y + block.height, len(block.boxes)
        return found

    def space(self, before: int, after: int, *, grouped: bool) -> int:
        """Return the points between two blocks of so many boxes."""
        if before == after == 1:
            return ROW_GAP
        return ROOT_GAP if grouped else ROW_GAP + FAMILY_GAP

    def block(self, head: int, shown: Collection[int]) -> _Block:
        """Return a box with what is shown of what is below it, laid out."""
        boxes, field = self.family(head, shown), self.field
        numbers = {place: number for number, place in enumerate(boxes)}
        top = self.slots[head].depth
        slots = [replace(slot, depth=slot.depth - top, parent=numbers.get(_above(slot))) for slot in self.at(boxes)]
        corners = places(slots, field.box_width, field.box_height)
        levels = 1 + max(slot.depth for slot in slots)
        cut = [place for place in boxes if self.children[place] and self.children[place][0] not in numbers]
        return _Block(
            boxes=tuple(boxes),
            corners=tuple((slot.depth * float(field.pitch), y) for slot, (_, y) in zip(slots, corners, strict=True)),
            levels=levels,
            height=max(y for _, y in corners) + field.box_height,
            noted=any(self.slots[place].depth - top == levels - 1 for place in cut),
        )

    def at(self, boxes: Sequence[int]) -> list[Slot]:
        """Return the boxes at places."""
        return [self.slots[place] for place in boxes]


def _above(slot: Slot) -> int:
    """Return the place of a box's parent, -1 of a root."""
    return -1 if slot.parent is None else slot.parent
