"""Damage that is told alike wherever it is met."""

from __future__ import annotations

from xiada.engine.errors import Tampered


def tile_damaged(why: str, **data: object) -> Tampered:
    """Return the error for a stored tree that is not that of the events."""
    return Tampered(
        "tile_damaged",
        f"the stored tree is not that of the events: {why}",
        remedy="Run 'xiada audit verify'; if it finds nothing but this, 'xiada rebuild' makes the tree anew.",
        **data,
    )
