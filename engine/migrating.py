"""Migrating: a running cascade goes on by another table, all its directives in one transaction.

Rule: what a directive has done stays done. A migration names statuses otherwise; it reports, closes,
excuses and reopens nothing, so no guard and no invariant is broken by it. Every directive of the
cascade has the event in its own stream, the lead root first, so that each stream folds by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from xiada.engine import events, limits
from xiada.engine.commands import Command
from xiada.engine.directive import RESERVED, Directive
from xiada.engine.draft import Decision, Draft, claimed
from xiada.engine.errors import GuardRefused, Malformed
from xiada.engine.facts import Book
from xiada.engine.lifecycle import Lifecycle

MOST_STATUSES = 100


@dataclass(frozen=True, slots=True)
class Migrate(Command):
    """Let a running cascade go on by another lifecycle; its lead issuer asks for it.

    Args:
        cascade: Which.
        to: The lifecycle by name, or as `name@version`, of those the engine was opened with.
        reason: Why; it stays in the log.
        mapping: (status before, status after) where they differ; all others keep their names.
    """

    trigger: ClassVar[str] = "migrate"
    cascade: str
    to: str
    reason: str
    mapping: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        limits.identifier(self.cascade, "cascade")
        limits.clean(self.to, "lifecycle", limits.NAME_CHARS)
        limits.clean(self.reason, "reason", limits.REASON_CHARS)
        names = [before for before, _ in self.mapping]
        if self.cascade in RESERVED or len(names) > MOST_STATUSES or len(set(names)) < len(names):
            raise Malformed(
                "bad_mapping",
                "a cascade that cannot be, or a status that goes two ways",
                remedy="Name each status once, with the one it becomes.",
            )

    @property
    def target(self) -> str:
        """The lead issuer's root."""
        return f"{self.cascade}/1"


def migrate(command: Migrate, book: Book, old: Lifecycle, new: Lifecycle) -> Decision:
    """Let every directive of a cascade go on by another table, the lead root first."""
    if old.digest == new.digest:
        raise GuardRefused(
            "same_lifecycle",
            f"cascade '{command.cascade}' runs by '{new.name}' version {new.version} already",
            remedy="There is nothing to do.",
            cascade=command.cascade,
        )
    mapping = tuple(sorted(pair for pair in command.mapping if pair[0] != pair[1]))
    _check_mapping(dict(mapping), old, new)
    found = list(_all_of(book, command.cascade))
    _check_images(Counter(state.status for state in found), dict(mapping), old, new)
    event = events.Migrated(new.digest, old.digest, command.reason, mapping, claimed(command))
    for number, state in enumerate(found):
        yield Draft(state.ref, event, blobs=(("lifecycle", new.body),) if not number else ())


def _all_of(book: Book, cascade: str) -> Iterator[Directive]:
    """Yield all directives of a cascade, root by root, parents first."""
    number = 1
    while (root := book.find(f"{cascade}/{number}")) is not None:
        yield root
        yield from book.below(root.ref)
        number += 1


def _check_mapping(mapping: dict[str, str], old: Lifecycle, new: Lifecycle) -> None:
    """Refuse a mapping from or to a status that is not there."""
    for name, table in (*((before, old) for before in mapping), *((after, new) for after in mapping.values())):
        if name not in table.names:
            raise Malformed(
                "bad_mapping",
                f"lifecycle '{table.name}' has no status '{name}'",
                remedy=f"It has {', '.join(status.name for status in table.statuses)}.",
                status=name,
            )


def _check_images(present: Counter[str], mapping: dict[str, str], old: Lifecycle, new: Lifecycle) -> None:
    """Refuse to leave a directive in a status the new table lacks, or in one that means something else."""
    for status, count in sorted(present.items()):
        after = mapping.get(status, status)
        why = unlike(status, after, old, new)
        if why is not None:
            raise GuardRefused(
                "no_image",
                f"{count} directives are '{status}', which cannot become '{after}': {why}",
                remedy="Map it to a status that means the same, or wait until no directive is in it.",
                status=status,
                image=after,
                count=count,
                unlike=why,
            )


def unlike(before: str, after: str, old: Lifecycle, new: Lifecycle) -> str | None:
    """Return why a status cannot become another in a migration, None if it can.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> unlike("executing", "reported", STANDARD, STANDARD)
        'it would count as reported'
    """
    if after not in new.names:
        return "there is no such status"
    if (before in old.closed) != (after in new.closed) or (before in old.excused) != (after in new.excused):
        return "it would be closed, excused or reopened"
    if after in new.covered and before not in old.covered:
        return "it would count as reported"
    if (before in old.handed_in) != (after in new.handed_in):
        return "the one has reported, the other has not"
    if before in old.covered and after in new.open:
        return "what was done would have to be done again"
    return None
