"""Replaying the whole log and comparing the result with what stands, part by part.

Rule: both sides are of one log size; if the log grows meanwhile, it is done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xiada.engine.errors import StoreError

if TYPE_CHECKING:
    from xiada.console.context import Desk
    from xiada.console.documents import Document
    from xiada.engine.directive import Directive
    from xiada.engine.engine import Engine

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a replay gave.

    Args:
        size: Events replayed.
        root: Merkle root over them, hex.
        directives: Count of directives.
        differing: References of directives that differ, or are on one side only.
        parts: Other parts that differ: `org`, `root`.
    """

    size: int
    root: str
    directives: int
    differing: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differing and not self.parts

    def document(self) -> Document:
        """Return it for programs."""
        return {
            "equal": self.equal,
            "log_size": self.size,
            "log_root": self.root,
            "directives": self.directives,
            "differing": list(self.differing),
            "parts": list(self.parts),
        }


def compare(desk: Desk) -> Comparison:
    """Replay the log from its first event, with a bar, and compare.

    Raises:
        StoreError: The log kept growing.
    """
    engine = desk.engine
    for _ in range(_TRIES):
        before = engine.head()
        found = _compared(desk, engine, before.size)
        if engine.head() == before:
            return found
    raise StoreError("busy", "the log kept growing while it was compared", remedy="Try again later.")


def _compared(desk: Desk, engine: Engine, size: int) -> Comparison:
    """Compare once."""
    with desk.progress("replaying", total=size) as progress:
        moment = engine.replay(progress=progress)
    live: dict[str, Directive] = {}
    roots = set()
    for cascade in engine.cascades():
        view = engine.view(cascade)
        roots.add(view.log_root)
        live |= {node.directive.ref: node.directive for node in view.nodes}
    root = moment.frontier.root().hex()
    differing = [ref for ref in live.keys() | moment.states.keys() if live.get(ref) != moment.states.get(ref)]
    parts = [
        *(["org"] if list(engine.org()) != moment.units else []),
        *(["root"] if roots - {root} else []),
    ]
    return Comparison(moment.frontier.size, root, len(moment.states), tuple(sorted(differing)), tuple(parts))
