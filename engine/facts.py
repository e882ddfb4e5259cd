"""What guards and decisions may look at: one command, its directive, and a book to read from.

Rule: everything here is a value or a question with a fixed answer; nothing is written through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from xiada.engine.calendar import Calendar
from xiada.engine.commands import Actor, Command, DueAsked
from xiada.engine.directive import Directive
from xiada.engine.due import NEVER, Anchors, end_of_day, resolve
from xiada.engine.errors import Refused
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.notice import Notice, Requirement
from xiada.engine.org import Org


class Lineage(Protocol):
    """Directives and their notices: what requirements accrete along."""

    def directive(self, ref: str) -> Directive:
        """Return a directive.

        Raises:
            NotFound: There is none.
        """
        ...

    def notice(self, digest: str) -> Notice:
        """Return a notice by digest."""
        ...


class Book(Lineage, Protocol):
    """A consistent reading of everything a decision may depend on."""

    calendar: Calendar

    @property
    def org(self) -> Org:
        """The org in force."""
        ...

    @property
    def org_version(self) -> int:
        """Count of the org's events."""
        ...

    def find(self, ref: str) -> Directive | None:
        """Return a directive, None if there is none."""
        ...

    def children(self, ref: str) -> list[Directive]:
        """Return a directive's children by number."""
        ...

    def below(self, ref: str) -> list[Directive]:
        """Return all descendants, parents first."""
        ...

    def requirements(self, directive: Directive) -> list[tuple[Notice, Requirement]]:
        """Return all requirements on a directive with the notice that added each, topmost first."""
        ...


@dataclass(slots=True)
class Facts:
    """One command before a decision.

    `state` is the directive's status under the name the machine reads and moves; `command` is None
    when somebody only asks whether the trigger could be pulled; `lifecycle` is the one table its whole
    cascade runs by.
    """

    book: Book
    trigger: str
    actor: Actor
    now: int
    directive: Directive
    parent: Directive | None
    command: Command | None
    state: str
    refusal: Refused | None = None
    lifecycle: Lifecycle = STANDARD

    def org(self) -> Org:
        """Return the org in force."""
        return self.book.org

    def anchors(self, notice: Notice) -> Anchors:
        """Return what a due in this notice's words is counted from, at this directive."""
        end = end_of_day(notice.window.end, notice.zone) if notice.window else None
        return Anchors(
            zone=notice.zone,
            calendar=self.book.calendar,
            issue=self.directive.issued_at,
            receipt=self.directive.acknowledged_at,
            parent_due=self.parent.due if self.parent else None,
            activity_end=end,
        )

    def asked(self, due: DueAsked) -> int | None:
        """Return the instant a due asked for comes to, None if none was given."""
        if due is None:
            return None
        if due == "undated":
            return NEVER
        return resolve(due, self.anchors(self.book.notice(self.directive.notice)))


def ancestors(book: Lineage, directive: Directive) -> Iterator[Directive]:
    """Yield a directive's ancestors, nearest first."""
    while directive.parent is not None:
        directive = book.directive(directive.parent)
        yield directive


def effective_requirements(book: Lineage, directive: Directive) -> list[tuple[Notice, Requirement]]:
    """Return all requirements on a directive with the notice that added each, topmost first."""
    digests = dict.fromkeys([directive.notice, *(above.notice for above in ancestors(book, directive))])
    notices = [book.notice(digest) for digest in reversed(digests)]
    return [(notice, requirement) for notice in notices for requirement in notice.requirements]
