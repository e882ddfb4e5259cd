"""Building a `View`: directives, names and lights put together for one pair of eyes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xiada.engine.directive import Directive
from xiada.engine.errors import NotFound
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.limits import shown
from xiada.engine.notice import Notice
from xiada.engine.obligations import is_asked_only
from xiada.engine.org import Org
from xiada.engine.projections import LightRules, Node, View, bucket, is_overdue, light


@dataclass(frozen=True, slots=True)
class Glass:
    """What is looked through: the instant to judge by (µs UTC), log size and root, light rules, lifecycle."""

    now: int
    log_size: int
    log_root: str
    rules: LightRules
    lifecycle: Lifecycle


def build_view(
    cascade: str, states: Sequence[Directive], org: Org, notice: Callable[[str], Notice], glass: Glass
) -> View:
    """Return the view of a cascade.

    Args:
        cascade: Its id.
        states: Its directives in preorder.
        org: Names and levels of the units.
        notice: Finds a notice by digest.
        glass: The instant and the log looked at.

    Raises:
        NotFound: There are no directives.
    """
    if not states:
        raise unknown_cascade(cascade)
    head = notice(states[0].notice)
    nodes = tuple(_node(state, org, notice(state.notice), head.zone, glass) for state in states)
    return View(
        cascade,
        head.doc_number,
        head.title,
        glass.now,
        glass.log_size,
        glass.log_root,
        head.zone,
        nodes,
        glass.lifecycle,
        assumed_sla_days=glass.rules.assumed_sla_days,
    )


def unknown_cascade(cascade: str) -> NotFound:
    """Return the refusal of a cascade that is not there, or was not yet."""
    return NotFound(
        "unknown_cascade",
        f"there is no cascade {shown(cascade)} at that moment",
        cascade=shown(cascade),
        remedy="Check its id, or look at a later moment.",
    )


def _node(state: Directive, org: Org, notice: Notice, zone: str, glass: Glass) -> Node:
    """Return one directive with what a reader needs beside it."""
    unit = org.unit(state.unit)
    soft = is_asked_only(notice, unit)
    found = bucket(state, glass.now, zone, glass.rules, soft=soft)
    return Node(
        state,
        unit.aliases[0] if unit.aliases else unit.name,
        unit.level,
        unit.kind,
        light(state, glass.now, zone, glass.rules, soft=soft),
        found,
        found == "overdue" or (not soft and is_overdue(state, glass.now, state.due)),
        not soft and is_overdue(state, glass.now, state.original_due),
        soft,
    )
