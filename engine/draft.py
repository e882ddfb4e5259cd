"""What decisions are made of: drafts of events, and the few things all decisions need.

Rule: a decision is a generator of drafts, begun only after the machine permitted the trigger. For
each draft it is sent the hash of the event as recorded, so that effects can commit to their cause:
`issued` to the parent's `forwarded`, `summarised` to the parent's `reported`. It never writes; a
refusal raised half-way undoes the whole command, for nothing is kept until the generator ends.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from xiada.engine import codec, limits
from xiada.engine.commands import Command
from xiada.engine.due import instant
from xiada.engine.errors import Refused
from xiada.engine.events import Cover, Entry, Event, Issued, Summarised
from xiada.engine.facts import Facts
from xiada.engine.log.merkle import EMPTY, root_hash

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class Draft:
    """An event to be recorded in a stream, with what is to be kept beside the log.

    Args:
        ref: The stream.
        event: The fact.
        text: Text to keep erasable, under a commitment.
        blobs: (kind, bytes) to keep under their names.
    """

    ref: str
    event: Event
    text: bytes | None = None
    blobs: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Births:
    """One directive for each of many units, alike but for what stands here; recorded one after another.

    Args:
        refs: The new streams.
        units: The unit each is laid on.
        dues: The due of each as events write it, µs UTC or None.
        copies: The bodies skipped on the way down to each.
        event: What they have in common; its `to`, `due` and `copy` are the first one's.
    """

    refs: Sequence[str]
    units: Sequence[str]
    dues: Sequence[int | None]
    copies: Sequence[tuple[str, ...]]
    event: Issued


@dataclass(frozen=True, slots=True)
class Summaries:
    """The same `summarised` for each of many streams, recorded one after another."""

    refs: Sequence[str]
    event: Summarised


Drafts: TypeAlias = Draft | Births | Summaries
Decision: TypeAlias = Generator[Drafts, str, None]
"""Yields drafts; is sent the hex hash of each as recorded, of the last where there are many."""


def claimed(command: Command) -> int | None:
    """Return when the actor says it happened, µs UTC."""
    return None if command.claimed_at is None else instant(command.claimed_at)


def command_of(facts: Facts, kind: type[C]) -> C:
    """Return the command, which the dispatch has matched to its kind."""
    assert isinstance(facts.command, kind), f"{facts.trigger} needs a {kind.__name__}"
    return facts.command


def claim_of(facts: Facts) -> int | None:
    """Return when the actor says it happened."""
    return claimed(facts.command) if facts.command else None


def refuse_if(found: Refused | None) -> None:
    """Raise a refusal, if there is one."""
    if found is not None:
        raise found


def close_below(facts: Facts, event: Callable[[], Event]) -> Decision:
    """Close every live descendant, parents first."""
    for below in facts.book.below(facts.directive.ref):
        if not below.closed:
            yield Draft(below.ref, event())


def are_few(entries: Sequence[Entry] | Sequence[Cover]) -> bool:
    """Tell without looking at them that entries of bounded size stand in an event, see `spill`."""
    return len(entries) <= limits.FEW_ENTRIES


def spill(entries: Sequence[object]) -> bytes | None:
    """Return the bytes of a list that is too long to stand in an event, None if it is not.

    Rule: over 1,000 entries, or over 32,768 bytes (600 covers of a report pass that, and an event
    has room for 65,535).
    """
    if not entries:
        return None
    body = codec.pack(entries)
    return body if len(entries) > limits.INLINE_ENTRIES or len(body) > limits.INLINE_BYTES else None


def merkle_root(entries: Sequence[object]) -> str:
    """Return the RFC 6962 root, hex, over the canonical bytes of each entry."""
    if not entries:
        return EMPTY.hex()
    return root_hash(codec.leaf(codec.pack(entry)) for entry in entries).hex()
